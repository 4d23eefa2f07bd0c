//! The natural logarithm.
//!
//! ```text
//!   x = m 2^e,  3/4 <= m < 3/2        ln x = e ln2 + ln m
//!   f = m - 1 (exact), s = f / (2 + f), z = s^2
//!   ln m = 2 s + s z LN(z) = f - (h - s (h + z LN(z))),  h = f^2 / 2        the leading term is exact
//! ```
//!
//! hi + lo = e LN2_HI + f is exact as a pair of numbers; all that is left is small beside hi.

use super::polynomial;
use crate::kernel::element::Float;
use crate::kernel::simd::{FloatLanes, Function, Simd};

#[derive(Clone, Copy)]
pub(super) struct Ln;

impl<T: Float> Function<T> for Ln {
    #[inline(always)]
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V) -> V {
        let c = |value| V::splat(simd, value);
        let (one, zero) = (c(T::ONE), c(T::ZERO));
        let (m, e) = x.split();
        let f = m - one;
        let s = f / (m + one);
        let z = s * s;
        let h = c(T::HALF) * f * f;
        let small = s.mul_add(z.mul_add(polynomial(simd, T::LN, z, z * z), h), -h);
        let hi = e.mul_add(c(T::LN2_HI), f);
        let lo = f - e.mul_add(c(T::LN2_HI.neg()), hi);
        let y = hi + (lo + e.mul_add(c(T::LN2_LO), small));
        // x <= 0: -inf at 0, else nan. inf and nan: themselves.
        let y = zero.less(x, y, x.less(zero, c(T::NAN), c(T::LOWEST)));
        x.less(c(T::HIGHEST), y, x)
    }
}
