//! tanh x = (e^2|x| - 1) / (e^2|x| + 1), with the sign of x.
//!
//! ```text
//!   e^2|x| = 2^n (1 + hi + lo)                               exp.rs
//!   m = e^2|x| - 1 = 2^n lo + (2^n hi + (2^n - 1))           the inner sum is exact where subtracting 1 cancels
//!   q = m / (m + 2),  h = m / 2                              tanh = q = h - h q
//! ```
//!
//! While h q is small against h, which is accurate, h - h q has fewer roundings than q. Where x is small, n = 0 and m
//! is slightly more than 2|x|: tanh(x) = x for tiny x, and -0 stays -0. Read next: `sigmoid.rs`, which ends with the
//! same step.

use super::exp::reduce;
use crate::kernel::element::SimdFloat;
use crate::kernel::simd::{FloatLanes, Function, Simd};

function!(Tanh(simd, x) {
    let one = V::splat(simd, T::ONE);
    let a = V::splat(simd, T::TANH_ONE).min(x.abs());
    let (n, hi, lo) = reduce(simd, a + a);
    let power = n.pow2();
    let m = power.mul_add(lo, power.mul_add(hi, power - one));
    let q = m / (m + (one + one));
    let h = V::splat(simd, T::HALF) * m;
    let y = m.less(one, (-h).mul_add(q, h), q);
    y.with_sign_of(x)
});
