//! Comparisons, and what to do with their answers: `& | ^`, `where_`, `select`, `all_close`.
//!
//! A comparison with nan is false, but for `ne`. Comparing gives a tensor of bool, one answer per pair; `==` of two tensors is one answer for all.
//!
//! ```
//! use nptensor::Tensor;
//! let x = Tensor::from([-1, 1, 2, 3]);
//! let inside = x.gt(0)? & x.lt(3)?;
//! assert_eq!(x.select(&inside)?.to_string(), "[1 2]");
//! assert_eq!((!&inside | x.eq(2)?).to_string(), "[ True False  True  True]");
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Whole-tensor `all` and `any` are reductions: `reduce.rs`.

use alloc::vec::Vec;
use core::ops::{BitAnd, BitOr, BitXor};

use super::operand::Operand;
use super::{Tensor, arith, expect, room};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, Float};

/// One method per comparison.
macro_rules! comparison {
    ($($name:ident $op:tt $door:ident $numpy:literal;)*) => {
        impl<T: Element> Tensor<T> {$(
            #[doc = concat!("`self ", stringify!($op), " other`, pair by pair (`", $numpy, "`). `other` is a tensor, a reference to one, or a scalar.")]
            ///
            /// # Errors
            /// [`Error::Broadcast`].
            pub fn $name(&self, other: impl Operand<T>) -> Result<Tensor<bool>> {
                arith::zip_other(self, other.other(), T::$door)
            }
        )*}
    };
}

comparison! {
    gt > GREATER "np.greater";
    ge >= GREATER_EQUAL "np.greater_equal";
    lt < LESS "np.less";
    le <= LESS_EQUAL "np.less_equal";
    eq == EQUAL "np.equal";
    ne != NOT_EQUAL "np.not_equal";
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
                arith::zip_other(self, other.other(), bool::$door)
            }
        }

        logic!(@op $trait $method $name: &Tensor<bool>, &Tensor<bool>);
        logic!(@op $trait $method $name: &Tensor<bool>, Tensor<bool>);
        logic!(@op $trait $method $name: Tensor<bool>, &Tensor<bool>);
        logic!(@op $trait $method $name: Tensor<bool>, Tensor<bool>);
    )*};
    (@op $trait:ident $method:ident $name:ident: $left:ty, $right:ty) => {
        impl $trait<$right> for $left {
            type Output = Tensor<bool>;

            #[inline]
            #[track_caller]
            fn $method(self, other: $right) -> Tensor<bool> {
                expect(self.$name(other))
            }
        }
    };
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
    /// assert_eq!(x.gt(0)?.where_(&x, 0)?.to_string(), "[0 1 2]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias = "where")]
    pub fn where_<T: Element>(&self, x: impl Operand<T>, y: impl Operand<T>) -> Result<Tensor<T>> {
        arith::select(self, x.other(), y.other())
    }
}

impl<T: Element> Tensor<T> {
    /// The elements where `mask` is true, in C order (`a[mask]`). A mask of fewer axes speaks of the first ones, and takes whole rows.
    ///
    /// # Errors
    /// [`Error::Mask`], [`Error::TooManyIndices`]; [`Error::TooBig`] when the memory cannot be had.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2], [3, 4], [5, 6]]);
    /// assert_eq!(t.select(&t.gt(3)?)?.to_string(), "[4 5 6]");
    /// assert_eq!(t.select(&Tensor::from([true, false, true]))?.to_string(), "[[1 2]\n [5 6]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn select(&self, mask: &Tensor<bool>) -> Result<Self> {
        if mask.ndim() > self.ndim() {
            return Err(Error::TooManyIndices { ndim: self.ndim(), given: mask.ndim() });
        }
        for (axis, (&size, &mask)) in self.shape().iter().zip(mask.shape()).enumerate() {
            if mask != size {
                return Err(Error::Mask { axis, size, mask });
            }
        }
        let rest = &self.shape()[mask.ndim()..];
        let count = mask.iter().filter(|&keep| keep).count();
        let shape = [&[count], rest].concat();
        let mut kept: Vec<T> = room(&shape)?;
        let each = rest.iter().product();
        let mask = mask.iter().flat_map(|keep| core::iter::repeat_n(keep, each));
        kept.extend(self.iter().zip(mask).filter(|&(_, keep)| keep).map(|(x, _)| x));
        Tensor::from_vec(kept, &shape)
    }
}

impl<T: Float> Tensor<T> {
    /// Whether |self - other| <= atol + rtol |other| everywhere, broadcast; infinities must be equal, nan is close to nothing (`np.allclose`).
    ///
    /// NumPy's defaults are `rtol` 1e-5 and `atol` 1e-8.
    ///
    /// # Errors
    /// [`Error::Broadcast`]; [`Error::TooBig`] for more pairs than any memory holds.
    #[doc(alias = "allclose")]
    pub fn all_close(&self, other: &Self, rtol: f64, atol: f64) -> Result<bool> {
        let close = |x: T, y: T| {
            let (x, y) = (x.to_f64(), y.to_f64());
            x == y || (y.is_finite() && (x - y).abs() <= atol + rtol * y.abs())
        };
        let shape = arith::common(self.shape(), other.shape())?;
        // (What no memory holds would take years, too.)
        drop(room::<bool>(&shape)?);
        let (x, y) = (self.broadcast_to(&shape)?, other.broadcast_to(&shape)?);
        Ok(x.iter().zip(y.iter()).all(|(x, y)| close(x, y)))
    }
}
