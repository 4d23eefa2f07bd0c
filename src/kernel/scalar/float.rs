//! f32 and f64: IEEE arithmetic, with Python's floor division and remainder.

use super::{DType, Scalar, ScalarFloat, ScalarNumber, Value, casts, sealed};

/// A method that the standard library has; without it, our own.
#[cfg(feature = "std")]
macro_rules! native {
    ($type:ident $method:ident($($x:expr),*)) => { <$type>::$method($($x),*) };
}
#[cfg(not(feature = "std"))]
macro_rules! native {
    ($type:ident $method:ident($($x:expr),*)) => { <$type as super::soft::Software>::$method($($x),*) };
}

/// Methods of one number that are the standard library's, under its names.
macro_rules! native_methods {
    ($type:ident: $($method:ident $native:ident),*) => {$(
        #[inline(always)]
        fn $method(self) -> Self {
            native!($type $native(self))
        }
    )*};
}

macro_rules! float {
    ($($type:ident $dtype:ident;)*) => {$(
        impl sealed::Sealed for $type {}

        impl Scalar for $type {
            const DTYPE: DType = DType::$dtype;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const LOWEST: Self = $type::NEG_INFINITY;
            const HIGHEST: Self = $type::INFINITY;

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self + other
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                self * other
            }

            #[inline(always)]
            fn mul_add(self, b: Self, c: Self, fused: bool) -> Self {
                if fused { native!($type mul_add(self, b, c)) } else { self * b + c }
            }

            #[inline(always)]
            fn value(self) -> Value {
                Value::$dtype(self)
            }

            casts!($type);
        }

        impl ScalarNumber for $type {
            const INTEGER: bool = false;

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self - other
            }

            #[inline(always)]
            fn neg(self) -> Self {
                -self
            }

            #[inline(always)]
            fn floor_div(self, other: Self) -> Self {
                if other == 0.0 {
                    return self / other;
                }
                let rest = self % other;
                let mut quotient = (self - rest) / other;
                if rest != 0.0 && (rest < 0.0) != (other < 0.0) {
                    quotient -= 1.0;
                }
                // The quotient is an integer but for rounding: snap to the nearest, and keep the sign of a zero.
                if quotient == 0.0 {
                    return (0.0 as $type).copysign(self / other);
                }
                let down = native!($type floor(quotient));
                if quotient - down > 0.5 { down + 1.0 } else { down }
            }

            #[inline(always)]
            fn rem(self, other: Self) -> Self {
                let rest = self % other;
                if rest == 0.0 {
                    return (0.0 as $type).copysign(other);
                }
                if (rest < 0.0) != (other < 0.0) && !rest.is_nan() { rest + other } else { rest }
            }

            #[inline(always)]
            fn power(self, exponent: Self) -> Self {
                native!($type powf(self, exponent))
            }

            #[inline(always)]
            fn abs(self) -> Self {
                $type::abs(self)
            }
        }

        impl ScalarFloat for $type {
            const NAN: Self = $type::NAN;
            const EPSILON: Self = $type::EPSILON;

            #[inline(always)]
            fn from_usize(n: usize) -> Self {
                n as $type
            }

            #[inline(always)]
            fn from_f64(x: f64) -> Self {
                x as $type
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn div(self, other: Self) -> Self {
                self / other
            }

            native_methods!($type: sqrt sqrt, floor floor, ceil ceil, trunc trunc, round round_ties_even);

            #[inline(always)]
            fn is_finite(self) -> bool {
                $type::is_finite(self)
            }
        }
    )*};
}

float! {
    f32 F32;
    f64 F64;
}

/// The natural logarithm of the C library, whose bits NumPy's normal numbers have; without `std`, our own, rounded to
/// the nearest. Of positive finite numbers.
pub(crate) fn c_ln(x: f64) -> f64 {
    #[cfg(feature = "std")]
    return x.ln();
    #[cfg(not(feature = "std"))]
    super::soft::ln(x)
}
