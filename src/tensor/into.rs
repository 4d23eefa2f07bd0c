//! Results into a tensor that is there: NumPy's `out=`, under names that end in `_into`.
//!
//! ```text
//!   a.add_into(&b, &mut out)?       out = a + b          out keeps its shape: operands stretch to it, it never grows
//!   a.exp_into(&mut out)?           out = exp(a)
//! ```
//!
//! Nothing is allocated where `out` shares its data with no other tensor and lies in C order; else it gets memory of
//! its own first, in C order, for a tensor never changes another one. (exp and its kin copy integers as floats first.)
//! The bits are those of the form without an output. Functions without a name here go through [`Tensor::map_into`] and
//! [`Tensor::zip_into`]. Products are in `matmul.rs`: [`Tensor::dot_into`], [`Tensor::matmul_into`]. In place, where
//! the output is an operand, there is `+=` and its kin (`ops.rs`).

use super::activation::affordable;
use super::operand::Operand;
use super::ufunc::try_floats;
use super::{Tensor, target};
use crate::error::Result;
use crate::kernel::closed::{Element, Float, Number, Unary, map_each, zip_each};

impl<T: Element> Tensor<T> {
    /// `f` of every element into `out`; see [`map`](Tensor::map).
    ///
    /// # Errors
    /// [`Error::Output`](crate::Error::Output) when `out` would have to grow,
    /// [`Error::Broadcast`](crate::Error::Broadcast); [`Error::OutOfMemory`](crate::Error::OutOfMemory) when `out`
    /// needs memory that cannot be had. `out` is unchanged then.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let mut out = Tensor::<f64>::zeros(&[2, 3])?;
    /// Tensor::from([1.0, 4.0, 9.0]).map_into(&mut out, f64::sqrt)?;
    /// assert_eq!(out.to_string(), "[[1. 2. 3.]\n [1. 2. 3.]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn map_into<U: Element>(&self, out: &mut Tensor<U>, f: impl Fn(T) -> U + Copy) -> Result<()> {
        target::map_into(self, out, |x, out| map_each(x, out, f))
    }

    /// `f` of every pair into `out`. What `f` captures is borrowed or `Copy`.
    ///
    /// # Errors
    /// Those of [`map_into`](Tensor::map_into).
    ///
    /// ```
    /// use nptensor::{Scalar, Tensor};
    /// let (a, b) = (Tensor::from([1, 5, 3]), Tensor::from([4, 2, 3]));
    /// let mut out = Tensor::default();
    /// let error = a.zip_into(&b, &mut out, i32::maximum).unwrap_err();
    /// assert_eq!(error.to_string(), "operands could not be broadcast together with shapes (3,) (3,) (0,) ");
    /// let mut out = Tensor::from([0, 0, 0]);
    /// a.zip_into(&b, &mut out, i32::maximum)?;
    /// assert_eq!(out.to_string(), "[4 5 3]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn zip_into<B: Element, U: Element>(
        &self,
        other: impl Operand<B>,
        out: &mut Tensor<U>,
        f: impl Fn(T, B) -> U + Copy,
    ) -> Result<()> {
        target::zip_into(self, other.other(), out, |x, y, out| zip_each(x, y, out, f), None)
    }
}

/// `+ - * /` with an output.
macro_rules! pairs {
    ($($name:ident $op:literal, $bound:ident -> $out:ty, $door:ident;)*) => {$(
        impl<T: $bound> Tensor<T> {
            #[doc = concat!("`out = self ", $op, " other`, broadcast to the shape of `out`.")]
            ///
            /// # Errors
            /// Those of [`map_into`](Tensor::map_into).
            pub fn $name(&self, other: impl Operand<T>, out: &mut Tensor<$out>) -> Result<()> {
                target::zip_into(self, other.other(), out, T::$door.run, T::$door.transposed)
            }
        }
    )*};
}

pairs! {
    add_into "+", Element -> T, ADD;
    sub_into "-", Number -> T, SUB;
    mul_into "*", Element -> T, MUL;
    div_into "/", Element -> T::Quotient, DIV;
}

/// Functions of every element with an output; of the type itself, or as floats.
macro_rules! functions {
    ($($bound:ident $name:ident -> $out:ty, $plain:literal, |$x:ident, $to:ident| $body:expr;)*) => {$(
        impl<T: $bound> Tensor<T> {
            #[doc = concat!("[`", $plain, "`](Tensor::", $plain, ") of every element into `out`.")]
            ///
            /// # Errors
            /// Those of [`map_into`](Tensor::map_into).
            pub fn $name(&self, out: &mut Tensor<$out>) -> Result<()> {
                let ($x, $to) = (self, out);
                $body
            }
        }
    )*};
}

/// A real function; what may fail comes first, for integers are copied as floats.
fn real<T: Element>(x: &Tensor<T>, out: &mut Tensor<T::Float>, op: Unary<T::Float, T::Float>) -> Result<()> {
    target::takes(out.shape(), &[x.shape()])?;
    affordable(x)?;
    target::map_into(&*try_floats(x)?, out, op)
}

functions! {
    Element step_into -> i64, "step", |x, out| target::map_into(x, out, T::STEP);
    Number relu_into -> T, "relu", |x, out| target::map_into(x, out, T::RELU);
    Element exp_into -> T::Float, "exp", |x, out| real(x, out, T::Float::EXP);
    Element ln_into -> T::Float, "ln", |x, out| real(x, out, T::Float::LN);
    Element tanh_into -> T::Float, "tanh", |x, out| real(x, out, T::Float::TANH);
    Element sigmoid_into -> T::Float, "sigmoid", |x, out| real(x, out, T::Float::SIGMOID);
}
