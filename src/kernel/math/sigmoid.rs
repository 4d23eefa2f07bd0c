//! 1 / (1 + e^-x), as 1 / (1 + e) for x >= 0 and e / (1 + e) below, e = exp(-|x|).
//!
//! e is at most 1, so nothing overflows, and where x is very negative the result is e itself, down to the subnormal numbers.

use super::exp::exp_between;
use crate::kernel::element::Float;
use crate::kernel::simd::{FloatLanes, Function, Simd};

#[derive(Clone, Copy)]
pub(super) struct Sigmoid;

impl<T: Float> Function<T> for Sigmoid {
    #[inline(always)]
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V) -> V {
        let one = V::splat(simd, T::ONE);
        let e = exp_between(simd, V::splat(simd, T::EXP_LOW).max(-x.abs()));
        let q = e / (one + e);
        let s = x.less(V::splat(simd, T::ZERO), e, one);
        (-s).mul_add(q, s)
    }
}
