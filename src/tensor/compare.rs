//! Comparisons, and what to do with their answers: `& | ^`, `where_`, `boolean_index`, `allclose`.
//!
//! A comparison with nan is false, but for `not_equal`. Methods have the names of NumPy's ufuncs: `eq`, `lt` ... are
//! those of Rust's comparison traits. Comparing gives a tensor of bool, one answer per pair; `==` of two tensors is
//! one answer for all.
//!
//! ```
//! use nptensor::Tensor;
//! let x = Tensor::from([-1, 1, 2, 3]);
//! let inside = x.greater(0)? & x.less(3)?;
//! assert_eq!(x.boolean_index(&inside)?.to_string(), "[1 2]");
//! assert_eq!((!&inside | x.equal(2)?).to_string(), "[ True False  True  True]");
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Whole-tensor `all` and `any` are reductions: `reduce.rs`.

use alloc::vec::Vec;
use core::ops::{BitAnd, BitOr, BitXor};

use super::operand::{Operand, Other, pairs};
use super::ops::operate;
use super::{Tensor, arith, expect, room};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, Float};

pairs! {
    /// `self > other`, pair by pair (`np.greater`).
    Element greater -> bool, GREATER;
    /// `self >= other`, pair by pair (`np.greater_equal`).
    Element greater_equal -> bool, GREATER_EQUAL;
    /// `self < other`, pair by pair (`np.less`).
    Element less -> bool, LESS;
    /// `self <= other`, pair by pair (`np.less_equal`).
    Element less_equal -> bool, LESS_EQUAL;
    /// `self == other`, pair by pair (`np.equal`).
    Element equal -> bool, EQUAL;
    /// `self != other`, pair by pair (`np.not_equal`).
    Element not_equal -> bool, NOT_EQUAL;
}

/// `&`, `|` and `^` of bool, on values and references, with a named twin.
macro_rules! logic {
    ($($trait:ident $method:ident $op:tt $name:ident $door:ident $numpy:literal;)*) => {$(
        impl Tensor<bool> {
            #[doc = concat!("`self ", stringify!($op), " other`, pair by pair (`", $numpy, "`).")]
            ///
            /// # Errors
            /// [`Error::Broadcast`].
            #[inline]
            pub fn $name(&self, other: impl Operand<bool>) -> Result<Self> {
                arith::zip(self.other(), other.other(), bool::$door)
            }
        }

        operate!(#[inline] $trait $method [] &Tensor<bool>, &Tensor<bool> => bool, |a, b| expect(a.$name(b)));
        operate!(#[inline] $trait $method [] &Tensor<bool>, Tensor<bool> => bool, |a, b| expect(a.$name(b)));
        operate!(#[inline] $trait $method [] Tensor<bool>, &Tensor<bool> => bool, |a, b| expect(a.$name(b)));
        operate!(#[inline] $trait $method [] Tensor<bool>, Tensor<bool> => bool, |a, b| expect(a.$name(b)));
    )*};
}

logic! {
    BitAnd bitand & logical_and MUL "np.logical_and";
    BitOr bitor | logical_or ADD "np.logical_or";
    BitXor bitxor ^ logical_xor NOT_EQUAL "np.logical_xor";
}

impl Tensor<bool> {
    /// From `x` where true, from `y` where false, all three broadcast (`np.where`).
    ///
    /// # Errors
    /// [`Error::Broadcast`], with all three shapes.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([-1, 1, 2]);
    /// assert_eq!(x.greater(0)?.where_(&x, 0)?.to_string(), "[0 1 2]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias = "where")]
    pub fn where_<T: Element>(&self, x: impl Operand<T>, y: impl Operand<T>) -> Result<Tensor<T>> {
        arith::select(self, x.other(), y.other())
    }
}

impl<T: Element> Tensor<T> {
    /// The elements where `mask` is true, in C order (`a[mask]`). A mask of fewer axes speaks of the first ones, and
    /// takes whole rows. As in NumPy, a size of 0 in the mask fits any axis: nothing is taken.
    ///
    /// # Errors
    /// [`Error::Mask`], [`Error::TooManyIndices`]; [`Error::OutOfMemory`] when the memory cannot be had.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2], [3, 4], [5, 6]]);
    /// assert_eq!(t.boolean_index(&t.greater(3)?)?.to_string(), "[4 5 6]");
    /// assert_eq!(t.boolean_index(&Tensor::from([true, false, true]))?.to_string(), "[[1 2]\n [5 6]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias("compress", "extract", "select"))]
    pub fn boolean_index(&self, mask: &Tensor<bool>) -> Result<Self> {
        let shape = shape_of_kept(self.shape(), mask)?;
        let mut kept: Vec<T> = room(&shape)?;
        let each = shape[1..].iter().product();
        let mask = mask.iter().flat_map(|keep| core::iter::repeat_n(keep, each));
        kept.extend(self.iter().zip(mask).filter(|&(_, keep)| keep).map(|(x, _)| x));
        Tensor::from_vec(kept, &shape)
    }
}

/// The shape of what a mask takes: as many as are true, and the axes that it does not speak of.
///
/// # Errors
/// [`Error::Mask`], [`Error::TooManyIndices`]; [`Error::OutOfMemory`] for a stretched mask of absurd size.
pub(super) fn shape_of_kept(shape: &[usize], mask: &Tensor<bool>) -> Result<Vec<usize>> {
    if mask.ndim() > shape.len() {
        return Err(Error::TooManyIndices { ndim: shape.len(), given: mask.ndim() });
    }
    for (axis, (&size, &mask)) in shape.iter().zip(mask.shape()).enumerate() {
        if mask != size && mask != 0 {
            return Err(Error::Mask { axis, size, mask });
        }
    }
    // (As a mask of its own would be: a long one that only stretches takes its time.)
    if mask.as_slice().is_none() {
        room::<bool>(mask.shape())?;
    }
    let count = mask.iter().filter(|&keep| keep).count();
    Ok([&[count], &shape[mask.ndim()..]].concat())
}

impl<T: Float> Tensor<T> {
    /// Whether all pairs are close by NumPy's defaults: [`allclose_within`](Tensor::allclose_within) `rtol` 1e-5 and
    /// `atol` 1e-8.
    ///
    /// # Errors
    /// Those of [`allclose_within`](Tensor::allclose_within).
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([0.1 + 0.2, 0.3]);
    /// assert!(x.allclose(0.3)? && x != Tensor::from([0.3, 0.3]));
    /// assert!(!x.allclose(0.301)? && x.allclose_within(0.301, 0.0, 0.01)?);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn allclose(&self, other: impl Operand<T>) -> Result<bool> {
        self.allclose_within(other, 1e-5, 1e-8)
    }

    /// Whether |self - other| <= atol + rtol |other| everywhere, broadcast; infinities must be equal, nan is close to
    /// nothing (`np.allclose`).
    ///
    /// # Errors
    /// [`Error::Broadcast`]; [`Error::TooBig`], [`Error::OutOfMemory`] for more pairs than any memory holds.
    pub fn allclose_within(&self, other: impl Operand<T>, rtol: f64, atol: f64) -> Result<bool> {
        self.all_close(other.other(), |x, y| close(x, y, rtol, atol))
    }

    /// [`allclose_within`](Tensor::allclose_within), but nan is close to nan (`equal_nan=True`). Where they differ, and
    /// without broadcasting, [`reference::compare_within`](crate::reference::compare_within) says.
    ///
    /// # Errors
    /// Those of [`allclose_within`](Tensor::allclose_within).
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([f64::NAN, 1.0]);
    /// assert!(x.allclose_equal_nan(&x, 1e-5, 1e-8)? && !x.allclose(&x)?);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn allclose_equal_nan(&self, other: impl Operand<T>, rtol: f64, atol: f64) -> Result<bool> {
        self.all_close(other.other(), |x, y| close(x, y, rtol, atol) || (x.is_nan() && y.is_nan()))
    }

    fn all_close(&self, other: Other<'_, T>, close: impl Fn(T, T) -> bool) -> Result<bool> {
        let shape = arith::common(&[self.shape(), other.shape()])?;
        // (What no memory holds would take years, too.)
        drop(room::<bool>(&shape)?);
        let y = match other {
            Other::Scalar(y) => return Ok(self.iter().all(|x| close(x, y))),
            Other::Tensor(y) => y.broadcast_to(&shape)?,
        };
        let x = self.broadcast_to(&shape)?;
        Ok(x.iter().zip(y.iter()).all(|(x, y)| close(x, y)))
    }
}

fn close<T: Float>(x: T, y: T, rtol: f64, atol: f64) -> bool {
    let (x, y) = (x.to_f64(), y.to_f64());
    x == y || (y.is_finite() && (x - y).abs() <= atol + rtol * y.abs())
}
