//! tanh x = (e^2|x| - 1) / (e^2|x| + 1), with the sign of x.
//!
//! ```text
//!   e^2|x| = 2^n (1 + hi + lo)                 exp.rs
//!   e^2|x| - 1 = (2^n hi + (2^n - 1)) + 2^n lo
//! ```
//!
//! The sum in brackets is exact where it matters, so nothing is lost by subtracting 1. Where x is small, n = 0 and all of it is 2|x| and a little more:
//! tanh(x) = x for tiny x, and -0 stays -0.

use super::exp::reduce;
use crate::kernel::element::Float;
use crate::kernel::simd::{FloatLanes, Function, Simd};

#[derive(Clone, Copy)]
pub(super) struct Tanh;

impl<T: Float> Function<T> for Tanh {
    #[inline(always)]
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V) -> V {
        let one = V::splat(simd, T::ONE);
        let a = V::splat(simd, T::TANH_ONE).min(x.abs());
        let (n, hi, lo) = reduce(simd, a + a);
        let power = n.pow2();
        let m = power.mul_add(lo, power.mul_add(hi, power - one));
        let q = m / (m + (one + one));
        let h = V::splat(simd, T::HALF) * m;
        let y = m.less(one, (-h).mul_add(q, h), q);
        y.with_sign_of(x)
    }
}
