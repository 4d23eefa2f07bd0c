//! Variance and standard deviation, NumPy's two passes: the mean, then the mean of the squares of what is left.
//!
//! ```text
//!   var = sum((x - mean)^2) / (n - ddof)          std = sqrt(var)
//! ```
//!
//! Both sums are in the order of `reduce.rs`, so the bits do not depend on the layout. Integers are counted as f64.

use super::activation::affordable;
use super::operand::Operand;
use super::reduce::{along, reduce, split};
use super::{Tensor, arith, expect};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::kernel::closed::{Element, Float, Number};
use crate::kernel::scalar::{Scalar, ScalarFloat};

fn variance<T: Element>(t: &Tensor<T>, axes: &[isize], keepdims: bool, ddof: usize) -> Result<Tensor<T::Quotient>> {
    affordable(t)?;
    let n = split(&t.layout, Some(axes), keepdims)?.reduced.size();
    let x: Tensor<T::Quotient> = t.try_cast()?;
    let mut rest = arith::zip(x.other(), x.mean_keepdims(axes)?.other(), T::Quotient::SUB)?;
    rest.make_mut()?.0.iter_mut().for_each(|x| *x = x.mul(*x));
    let sums = reduce(&rest, Some(axes), keepdims, T::Quotient::SUM, None)?;
    sums.try_div(T::Quotient::from_usize(n.saturating_sub(ddof)))
}

fn deviation<T: Element>(t: &Tensor<T>, axes: &[isize], keepdims: bool, ddof: usize) -> Result<Tensor<T::Quotient>> {
    arith::map(&variance(t, axes, keepdims, ddof)?, T::Quotient::SQRT)
}

/// One of them, under four names, and with NumPy's other two arguments.
macro_rules! spread {
    (
        $f:ident $what:literal, $name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident $name_ddof:ident $name_ddof_keepdims:ident,
        $example:literal
    ) => {
        impl<T: Element> Tensor<T> {
            #[doc = concat!($what, " of all elements; nan of none.")]
            ///
            /// # Panics
            /// When the memory for as many floats cannot be had.
            ///
            /// ```
            /// use nptensor::Tensor;
            #[doc = $example]
            /// # Ok::<(), nptensor::Error>(())
            /// ```
            #[must_use]
            #[track_caller]
            pub fn $name(&self) -> T::Quotient {
                // One axis, whatever the shape.
                expect(self.reshape(&[-1]).and_then(|row| row.$name_axis(0)).and_then(|one| one.item()))
            }

            #[doc = concat!($what, " along several axes, divided by n - `ddof`; inf or nan where that is not above 0.")]
            ///
            /// # Errors
            /// [`Error::Axis`], [`Error::DuplicateAxis`]; [`Error::OutOfMemory`].
            pub fn $name_ddof(&self, axes: &[isize], ddof: usize) -> Result<Tensor<T::Quotient>> {
                $f(self, axes, false, ddof)
            }

            /// The same with those axes kept, with size 1.
            ///
            /// # Errors
            /// As above.
            pub fn $name_ddof_keepdims(&self, axes: &[isize], ddof: usize) -> Result<Tensor<T::Quotient>> {
                $f(self, axes, true, ddof)
            }
        }

        along!(
            $what Element -> T::Quotient, $name_axis $name_axes $name_keepdims, |axis, _| core::slice::from_ref(axis),
            "[`Error::OutOfMemory`] when there is no memory for as many floats.",
            |t: &Self, axes, keepdims| $f(t, axes, keepdims, 0)
        );
    };
}

spread!(
    variance "The variance", var var_axis var_axes var_keepdims var_ddof var_ddof_keepdims,
    "let x = Tensor::from([[1, 2], [3, 6]]);
assert_eq!((x.var(), x.var_axis(0)?), (3.5, Tensor::from([1.0, 4.0])));
assert_eq!(x.var_ddof(&[0], 1)?, Tensor::from([2.0, 8.0])); // np.var(x, axis=0, ddof=1)"
);
spread!(
    deviation "The standard deviation", std std_axis std_axes std_keepdims std_ddof std_ddof_keepdims,
    "let x = Tensor::from([[1, 2], [3, 6]]);
assert_eq!((x.std_axis(0)?, x.t().std_keepdims(&[0])?.shape()), (Tensor::from([1.0, 2.0]), &[1, 2][..]));"
);
