//! Named elementwise functions: roots and logarithms, rounding, signs, powers, maxima of pairs.
//!
//! Real functions of integers and bool give floats, by the table in `kernel/closed/mod.rs`. exp, the logarithms, tanh
//! and sigmoid are our own, with the same bits on every machine that has FMA (`kernel/math`); `power` of floats goes
//! through the standard library. The second operand of a pair is a tensor, a reference to one, or a scalar.

use alloc::borrow::Cow;
use core::any::Any;

use super::arith::map_or_panic;
use super::operand::{Operand, Other, pairs};
use super::{Tensor, arith, expect};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, Float, Number, Unary};
use crate::kernel::scalar::Scalar;

/// A function of every element, as a float.
#[inline]
#[track_caller]
pub(super) fn real<T: Element>(x: &Tensor<T>, op: Unary<T::Float, T::Float>) -> Tensor<T::Float> {
    arith::map_or_panic(&*expect(try_floats(x)), op)
}

/// The tensor as floats of a type: itself where they are that already.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
#[inline]
pub(super) fn try_floats<T: Element, F: Element>(x: &Tensor<T>) -> Result<Cow<'_, Tensor<F>>> {
    match (x as &dyn Any).downcast_ref() {
        Some(same) => Ok(Cow::Borrowed(same)),
        None => x.try_cast().map(Cow::Owned),
    }
}

/// Functions of every element, by a door.
macro_rules! functions {
    ($($(#[$doc:meta])* $bound:ident $name:ident -> $out:ty = $by:ident($door:expr);)*) => {$(
        impl<T: $bound> Tensor<T> {
            $(#[$doc])*
            #[track_caller]
            pub fn $name(&self) -> Tensor<$out> {
                $by(self, $door)
            }
        }
    )*};
}

functions! {
    /// e to the power of every element, within 1 ulp. inf above 709.78 (f32: 88.72), subnormal down to -745.13
    /// (-103.97).
    ///
    /// ```
    /// use nptensor::Tensor;
    /// assert_eq!(Tensor::from([0.3, 2.9, 4.0]).exp().to_string(), "[ 1.34985881 18.17414537 54.59815003]");
    /// ```
    Element exp -> T::Float = real(T::Float::EXP);
    /// The natural logarithm (`np.log`), within 1 ulp: -inf at 0, nan below.
    #[doc(alias = "log")]
    Element ln -> T::Float = real(T::Float::LN);
    /// The hyperbolic tangent, within 2 ulp.
    Element tanh -> T::Float = real(T::Float::TANH);
    /// The square root, correctly rounded; nan below 0.
    Element sqrt -> T::Float = real(T::Float::SQRT);
    /// ln(1 + x), within 2 ulp, also where x is tiny: -inf at -1, nan below.
    Element log1p -> T::Float = real(T::Float::LOG1P);
    /// exp(x) - 1, within 2 ulp, also where x is tiny.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([1e-20, -1e300]);
    /// assert_eq!(x.expm1().to_string(), "[ 1.e-20 -1.e+00]");
    /// assert_eq!((x.exp() - 1.0).to_string(), "[ 0. -1.]");
    /// assert_eq!(Tensor::from([1e-20]).log1p().to_string(), "[1.e-20]");
    /// ```
    Element expm1 -> T::Float = real(T::Float::EXPM1);
    /// The logarithm to base 2, within 2 ulp, exact of powers of two: -inf at 0, nan below.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// assert_eq!(Tensor::from([8.0, 0.5, 3.0]).log2().to_string(), "[ 3.        -1.         1.5849625]");
    /// assert_eq!(Tensor::from([1000, 1]).log10().to_string(), "[3. 0.]");
    /// ```
    Element log2 -> T::Float = real(T::Float::LOG2);
    /// The logarithm to base 10, within 2 ulp, exact of powers of ten: -inf at 0, nan below.
    Element log10 -> T::Float = real(T::Float::LOG10);
    /// Absolute values; the least integer wraps to itself.
    Number abs -> T = map_or_panic(T::ABS);
    /// -1, 0 or 1; nan for nan, 0 for -0.
    Number sign -> T = map_or_panic(T::SIGN);
    /// Rounded down.
    Float floor -> T = map_or_panic(T::FLOOR);
    /// Rounded up.
    Float ceil -> T = map_or_panic(T::CEIL);
    /// Rounded toward zero.
    Float trunc -> T = map_or_panic(T::TRUNC);
    /// Rounded to the nearest integer, halves to the even one (`np.rint`).
    Float round -> T = map_or_panic(T::ROUND);
}

pairs! {
    /// The greater of each pair, nan if either is (`np.maximum`).
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([-1.0, f64::NAN, 2.0]);
    /// assert_eq!(x.maximum(0.0)?.to_string(), "[ 0. nan  2.]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    Element maximum -> T, MAXIMUM;
    /// The lesser of each pair, nan if either is (`np.minimum`).
    Element minimum -> T, MINIMUM;
    /// `self // other` (`np.floor_divide`): rounded down. An integer by 0 is 0.
    Number floor_divide -> T, FLOOR_DIV;
    /// `self % other` (`np.remainder`), with the sign of `other`. An integer by 0 is 0.
    #[doc(alias = "mod")]
    Number remainder -> T, REM;
}

impl<T: Element> Tensor<T> {
    /// Whether each element is nan.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([f64::NAN, 1.0, f64::NEG_INFINITY]);
    /// assert_eq!(x.isnan().to_string(), "[ True False False]");
    /// assert_eq!((x.isinf(), x.isfinite().any()), (Tensor::from([false, false, true]), true));
    /// ```
    #[track_caller]
    pub fn isnan(&self) -> Tensor<bool> {
        self.map(Scalar::is_nan)
    }

    /// Whether each element is inf or -inf.
    #[track_caller]
    pub fn isinf(&self) -> Tensor<bool> {
        self.map(|x| !x.is_nan() && x.mul(T::ZERO) != T::ZERO)
    }

    /// Whether each element is neither infinite nor nan.
    #[track_caller]
    pub fn isfinite(&self) -> Tensor<bool> {
        // (0 times anything else is nan.)
        self.map(|x| x.mul(T::ZERO) == T::ZERO)
    }

    /// `minimum(maximum(x, low), high)` (`np.clip`): `low > high` gives `high`, a nan bound gives nan.
    ///
    /// # Errors
    /// [`Error::Broadcast`], with all three shapes.
    pub fn clip(&self, low: impl Operand<T>, high: impl Operand<T>) -> Result<Self> {
        arith::common(&[self.shape(), low.other().shape(), high.other().shape()])?;
        arith::zip(arith::zip(self.other(), low.other(), T::MAXIMUM)?.other(), high.other(), T::MINIMUM)
    }
}

impl<T: Number> Tensor<T> {
    /// `self * self`; integers wrap.
    #[track_caller]
    pub fn square(&self) -> Self {
        arith::zip_or_panic(self.other(), self.other(), T::MUL)
    }

    /// `self ** other` (`np.power`); integers wrap.
    ///
    /// As in NumPy, a single exponent of 2, -1 or 0.5 gives the square, the reciprocal and the square root to the bit.
    /// Single is a scalar, a tensor without axes, or one of one element beside a longer `self`.
    ///
    /// # Errors
    /// [`Error::Broadcast`]; [`Error::NegativePower`] for an integer to a negative integer power.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([2.759, f64::NEG_INFINITY]);
    /// assert_eq!(x.power(2.0)?, &x * &x);
    /// assert_eq!(x.power(0.5)?.to_string(), "[1.66102378        nan]");
    /// assert_eq!(x.power(Tensor::from([0.5, 0.5]))?.to_string(), "[1.66102378        inf]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias = "pow")]
    pub fn power(&self, other: impl Operand<T>) -> Result<Self> {
        let other = other.other();
        if let Some(out) = self.power_of_one(other)? {
            return Ok(out);
        }
        let out = arith::zip(self.other(), other, T::POWER)?;
        // Shapes come first, and an exponent that meets no base does no harm.
        if T::INTEGER && out.size() > 0 && other.any(|exponent| exponent < T::ZERO) {
            return Err(Error::NegativePower);
        }
        Ok(out)
    }

    /// The powers with a single exponent that are more exact than by `pow`, and faster.
    fn power_of_one(&self, other: Other<'_, T>) -> Result<Option<Self>> {
        let exponent = match other {
            Other::Scalar(exponent) => exponent,
            Other::Tensor(y) if y.ndim() == 0 || (y.size() == 1 && self.size() > 1) => y.item()?,
            Other::Tensor(_) => return Ok(None),
        };
        // (Of floats, quotients and roots are of the same type.)
        let out = match exponent.cast::<f64>() {
            2.0 => arith::zip(self.other(), self.other(), T::MUL)?,
            -1.0 if !T::INTEGER => arith::zip(T::ONE.other(), self.other(), T::DIV)?.try_cast()?,
            0.5 => arith::map(&*try_floats(self)?, T::Float::SQRT)?.try_cast()?,
            _ => return Ok(None),
        };
        let shape = arith::common(&[self.shape(), other.shape()])?;
        if out.ndim() < shape.len() { out.reshape(&shape[..]).map(Some) } else { Ok(Some(out)) }
    }
}
