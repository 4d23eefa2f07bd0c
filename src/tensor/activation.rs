//! The chapter's activation functions: step, sigmoid, ReLU, identity, softmax.
//!
//! ```text
//!   step      1 where x > 0, else 0             relu      maximum(0, x): nan stays nan
//!   sigmoid   1 / (1 + exp(-x))                 identity  x
//!   softmax   exp(x - max) / sum(exp(x - max))  over everything (the chapter), or along one axis (rows of a batch)
//! ```
//!
//! Subtracting the maximum changes nothing in exact arithmetic and keeps exp from overflowing: each exponent is at most
//! 0, and the sum at least 1. tanh is with the other real functions, in `ufunc.rs`. Read next: `nn/`.

use super::ufunc::{real, try_floats};
use super::{Tensor, arith, filled, room};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, Float, Number, together};
use crate::kernel::memory::{self, Slots};
use crate::kernel::scalar::Scalar;
use crate::layout::shape;

impl<T: Element> Tensor<T> {
    /// 1 / (1 + exp(-x)), within 2 ulp, and no overflow anywhere: 0 and 1 at the ends.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// assert_eq!(Tensor::from([-1.0, 1.0, 2.0]).sigmoid().to_string(), "[0.26894142 0.73105858 0.88079708]");
    /// ```
    ///
    /// `nptensor explain plot step,sigmoid` prints:
    ///
    /// ```text
    /// step and sigmoid on [-6.0, 6.0]
    ///
    ///        |
    ///    1.0 |                                   ***********************************
    ///        |                                                ooooooooooooo
    ///        |                                            ooooo
    ///    0.8 |                                         oooo
    ///        |                                       ooo
    ///        |                                     ooo
    ///    0.6 |                                    oo
    ///        |                                  oo
    ///    0.4 |                                oo
    ///        |                              ooo
    ///        |                            ooo
    ///    0.2 |                         oooo
    ///        |                     ooooo
    ///        |         ooooooooooooo
    ///    0.0 |***********************************
    ///        |
    ///        +----------------------------------------------------------------------
    ///       -6.0        -4.0       -2.0        0.0         2.0         4.0        6.0
    ///
    ///   * step(x) = 1 where x > 0, else 0
    ///   o sigmoid(x) = 1 / (1 + exp(-x))
    /// ```
    #[track_caller]
    pub fn sigmoid(&self) -> Tensor<T::Float> {
        real(self, T::Float::SIGMOID)
    }

    /// The step function, 1 for x > 0, else 0 (also for nan): the comparison and the cast of
    /// `np.array(x > 0, dtype=int)` in one. Its curve is beside that of [`sigmoid`](Tensor::sigmoid).
    #[track_caller]
    pub fn step(&self) -> Tensor<i64> {
        arith::map_or_panic(self, T::STEP)
    }

    /// The tensor itself: the output activation of regression.
    pub fn identity(&self) -> Self {
        self.clone()
    }

    /// exp(x - max) over its sum, along one axis; -1 is the last, the rows of a batch.
    ///
    /// All -inf, any inf or any nan gives nan along that axis.
    ///
    /// # Errors
    /// [`Error::Axis`]; [`Error::EmptyReduction`] along an axis of size 0.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let batch = Tensor::from([[1.0, 1.0], [0.0, 1000.0]]);
    /// assert_eq!(batch.softmax(-1)?.to_string(), "[[0.5 0.5]\n [0.  1. ]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn softmax(&self, axis: isize) -> Result<Tensor<T::Float>> {
        floats_along(self, axis, |rows, width, out| T::Float::SOFTMAX(rows, width, out))
    }

    /// The chapter's softmax: over all elements, whatever the shape.
    ///
    /// # Errors
    /// [`Error::EmptyReduction`] of an empty tensor.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let a: Tensor = Tensor::from([1010.0, 1000.0, 990.0]);
    /// assert_eq!((a.exp() / a.exp().sum()).to_string(), "[nan nan nan]");        // naive: exp overflows
    /// assert_eq!(a.softmax_whole()?.to_string(), "[9.99954600e-01 4.53978686e-05 2.06106005e-09]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// `nptensor explain softmax "[0.3, 2.9, 4.0]"` prints:
    ///
    /// ```text
    /// softmax: exp(a) / sum(exp(a))
    ///      a  a - max         exp     softmax
    ///    0.3     -3.7  0.02472353  0.01821127  █
    ///    2.9     -1.1  0.33287108  0.24519181  █████████
    ///     4.       0.          1.  0.73659691  ████████████████████████████
    ///
    ///   The maximum, 4.0, is subtracted first: it cancels in the quotient, and exp is
    ///     at most 1.
    ///   sum(exp(a - max)) = 1.3575946101684189, by which each exp is divided;
    ///     sum(softmax) = 1.0: the outputs share one whole.
    ///   Without that, sum(exp(a)) = 74.1221542101633: the shares are the same, but
    ///     perhaps for last digits.
    /// ```
    pub fn softmax_whole(&self) -> Result<Tensor<T::Float>> {
        affordable(self)?;
        // One row, whatever the shape.
        Ok(Tensor::dense(self.reshape(&[-1])?.softmax(0)?.into_vec(), self.shape()))
    }

    /// x - max - ln(sum(exp(x - max))) along one axis: the logarithm of [`softmax`](Tensor::softmax), without its
    /// underflow.
    ///
    /// # Errors
    /// Those of [`softmax`](Tensor::softmax).
    pub fn log_softmax(&self, axis: isize) -> Result<Tensor<T::Float>> {
        // (Without rows, nothing goes through.)
        let width = self.shape()[shape::axis(axis, self.ndim())?];
        let values = if self.size() > 0 { together(width) } else { 0 };
        let mut spare = filled(&[values], |slots| slots.splat(T::Float::ZERO))?;
        floats_along(self, axis, |rows, width, out| {
            let rows = out.map(rows, |x| x);
            T::Float::LOG_SOFTMAX(rows, width, &mut spare);
            rows
        })
    }
}

/// Allocates the memory of the result before the first step, which may be long for a stretched tensor of absurd size.
///
/// # Errors
/// [`Error::TooBig`], [`Error::OutOfMemory`].
pub(super) fn affordable<T: Element>(x: &Tensor<T>) -> Result<()> {
    match x.as_slice() {
        Some(_) => Ok(()),
        None => room::<T::Float>(x.shape()).map(drop),
    }
}

/// [`along_rows`](Tensor::along_rows) of floats, of which no row is empty.
///
/// # Errors
/// [`Error::Axis`]; [`Error::EmptyReduction`] along an axis of size 0; [`Error::OutOfMemory`].
fn floats_along<T: Element>(
    x: &Tensor<T>,
    axis: isize,
    f: impl for<'o> FnMut(&[T::Float], usize, Slots<'o, T::Float>) -> &'o mut [T::Float],
) -> Result<Tensor<T::Float>> {
    affordable(x)?;
    match x.shape()[shape::axis(axis, x.ndim())?] {
        0 => Err(Error::EmptyReduction { name: "maximum" }),
        _ => try_floats::<_, T::Float>(x)?.along_rows(axis, f),
    }
}

impl<T: Element> Tensor<T> {
    /// `f` of the rows along an axis, some at a time, no more than the first cache holds: of how many elements each is,
    /// and where results go. Rows along another axis than the last are copied first, and the result is a view with its
    /// axes back in their order.
    ///
    /// # Errors
    /// [`Error::Axis`]; [`Error::OutOfMemory`].
    pub(super) fn along_rows<U: Element>(
        &self,
        axis: isize,
        mut f: impl for<'o> FnMut(&[T], usize, Slots<'o, U>) -> &'o mut [U],
    ) -> Result<Tensor<U>> {
        const CACHED: usize = 4096;
        let (last, axis) = (self.ndim().saturating_sub(1) as isize, shape::axis(axis, self.ndim())? as isize);
        if axis != last {
            return self.moveaxis(&[axis], &[last])?.along_rows(last, f)?.moveaxis(&[last], &[axis]);
        }
        let rows = self.try_to_contiguous()?;
        let width = self.shape()[axis as usize].max(1);
        let mut out = room(self.shape())?;
        for rows in rows.as_slice().unwrap_or(&[]).chunks(width * (CACHED / width).max(1)) {
            memory::append(&mut out, rows.len(), |slots| f(rows, width, slots));
        }
        Ok(Tensor::dense(out, self.shape()))
    }
}

impl<T: Number> Tensor<T> {
    /// maximum(0, x): nan stays nan.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// assert_eq!(Tensor::from([-2.0, 0.0, 3.0]).relu().to_string(), "[0. 0. 3.]");
    /// ```
    ///
    /// `nptensor explain plot relu` prints:
    ///
    /// ```text
    /// relu on [-6.0, 6.0]
    ///
    ///        |
    ///    6.0 |                                                                   ***
    ///        |                                                                 ***
    ///        |                                                               ***
    ///        |                                                            ***
    ///        |                                                          ***
    ///    4.0 |                                                       ****
    ///        |                                                     ***
    ///        |                                                   ***
    ///        |                                                ***
    ///    2.0 |                                              ***
    ///        |                                            ***
    ///        |                                         ***
    ///        |                                       ***
    ///        |                                     ***
    ///    0.0 |*************************************
    ///        |
    ///        +----------------------------------------------------------------------
    ///       -6.0        -4.0       -2.0        0.0         2.0         4.0        6.0
    ///
    ///   relu(x) = maximum(0, x)
    /// ```
    #[track_caller]
    pub fn relu(&self) -> Self {
        arith::map_or_panic(self, T::RELU)
    }
}
