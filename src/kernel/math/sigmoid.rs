//! 1 / (1 + e^-x), from e = exp(-|x|) and q = e / (1 + e).
//!
//! ```text
//!   x >= 0     1 / (1 + e) = 1 - q             x < 0     e / (1 + e) = e - e q             both: s - s q
//! ```
//!
//! e is at most 1, so nothing overflows, and where x is very negative the result is e itself, down to the subnormal
//! numbers. The last step subtracts a small term from an accurate number; e / (1 + e) would add the full error of one
//! more rounding.

use super::exp::exp_between;
use crate::kernel::element::SimdFloat;
use crate::kernel::simd::{FloatLanes, Function, Simd};

function!(Sigmoid(simd, x) {
    let one = V::splat(simd, T::ONE);
    let e = exp_between(simd, V::splat(simd, T::EXP_LOW).max(-x.abs()));
    let q = e / (one + e);
    let s = x.less(V::splat(simd, T::ZERO), e, one);
    (-s).mul_add(q, s)
});
