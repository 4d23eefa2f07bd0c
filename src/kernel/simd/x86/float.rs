//! f32 and f64 in registers: operators, choices lane by lane, and what exp, ln, tanh and sigmoid need beyond
//! arithmetic.
//!
//! ```text
//!   number                             sign | exponent + bias | fraction
//!   n + 1.5 / epsilon + bias, as bits  ... | n + bias                         << bits of the fraction = 2^n
//! ```
//!
//! One text for four registers: `avx2.rs` and `avx512.rs` name their instructions. The `unsafe` here rests on the same
//! fact as in `../x86.rs`: a vector proves the instructions. Memory is not touched.

use core::arch::x86_64::{_CMP_EQ_OQ, _CMP_LE_OQ, _CMP_LT_OQ};
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::super::{FloatLanes, Lanes};
use super::avx2::{f32x8, f64x4};
use super::avx512::{f32x16, f64x8};
use super::{Avx2, Avx512, F32x8, F32x16, F64x4, F64x8};

/// Methods of two vectors, by the instruction of the same name.
macro_rules! lane_by_lane {
    ($register:ident: $($method:ident)+) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: a vector proves the instructions.
            Self(unsafe { $register::$method(self.0, other.0) })
        }
    )+};
}

/// Comparisons of two vectors, as a bit for each lane.
macro_rules! comparisons {
    ($register:ident: $($method:ident $predicate:ident)+) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> u32 {
            // SAFETY: a vector proves the instructions.
            unsafe { $register::bits($register::compare::<$predicate>(self.0, other.0)) }
        }
    )+};
}

/// Rust's operators for a vector.
macro_rules! operators {
    ($name:ident in $register:ident: $($trait:ident $method:ident)+) => {$(
        impl $trait for $name {
            type Output = Self;

            lane_by_lane!($register: $method);
        }
    )+};
}

/// What [`FloatLanes`] adds to a vector, at a level.
macro_rules! float_vector {
    ($name:ident: $type:ident in $register:ident, $level:ident) => {
        operators!($name in $register: Add add Sub sub Mul mul Div div);

        impl Neg for $name {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                // SAFETY: a vector proves the instructions. -0 - x flips every sign, that of zero included.
                $name(unsafe { $register::sub($register::splat(-0.0), self.0) })
            }
        }

        // SAFETY, in every method: a vector proves the instructions.
        #[allow(clippy::undocumented_unsafe_blocks)]
        impl FloatLanes<$type, $level> for $name {
            lane_by_lane!($register: min max maximum minimum scale);
            comparisons!($register: below _CMP_LT_OQ at_most _CMP_LE_OQ equal _CMP_EQ_OQ);

            #[inline(always)]
            fn abs(self) -> Self {
                $name(unsafe { $register::and_not($register::splat(-0.0), self.0) })
            }

            #[inline(always)]
            fn with_sign_of(self, sign: Self) -> Self {
                $name(unsafe { $register::or(self.0, $register::and(sign.0, $register::splat(-0.0))) })
            }

            #[inline(always)]
            fn less(self, other: Self, yes: Self, no: Self) -> Self {
                $name(unsafe { $register::choose(no.0, yes.0, $register::compare::<_CMP_LT_OQ>(self.0, other.0)) })
            }

            #[inline(always)]
            fn keep_first(self, n: usize, rest: Self) -> Self {
                let n = n.min(<Self as Lanes<$type, $level>>::LEN);
                $name(unsafe { $register::choose(rest.0, self.0, $register::first_lanes(n)) })
            }

            #[inline(always)]
            fn down(self, half: usize) -> Self {
                $name(unsafe { $register::down(self.0, half) })
            }

            #[inline(always)]
            fn pow2(self) -> Self {
                $name(unsafe { $register::pow2(self.0) })
            }

            #[inline(always)]
            fn split(self) -> (Self, Self) {
                let (m, e) = unsafe { $register::split(self.0) };
                ($name(m), $name(e))
            }
        }
    };
}

float_vector!(F32x8: f32 in f32x8, Avx2);
float_vector!(F64x4: f64 in f64x4, Avx2);
float_vector!(F32x16: f32 in f32x16, Avx512);
float_vector!(F64x8: f64 in f64x8, Avx512);
