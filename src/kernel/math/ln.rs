//! The natural logarithm.
//!
//! ```text
//!   x = m 2^e,  43/64 <= m < 43/32        ln x = e ln2 + ln m
//!   f = m - 1 (exact), s = f / (2 + f), z = s^2
//!   ln m = 2 s + s z LN(z) = f - h + s w,  h = f^2 / 2, w = h + z LN(z)
//! ```
//!
//! hi + lo = e LN2_HI + f, exactly: two numbers, one of them tiny. Then ln x = hi + ((lo - h) + s w), where all terms
//! but hi are small, so their rounding errors are too. Read next: `reference/math.rs`, the same for one number.

use super::polynomial;
use crate::kernel::element::SimdFloat;
use crate::kernel::simd::{FloatLanes, Function, Simd};

#[derive(Clone, Copy)]
pub(crate) struct Ln;

impl<T: SimdFloat> Function<T> for Ln {
    #[inline(always)]
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V) -> V {
        let c = |value| V::splat(simd, value);
        let (one, zero) = (c(T::ONE), c(T::ZERO));
        let (m, e) = x.split();
        let f = m - one;
        let s = f / (m + one);
        let z = s * s;
        let half = c(T::HALF) * f;
        let w = z.mul_add(polynomial(simd, T::LN_POLYNOMIAL, z, z * z), half * f);
        let hi = e.mul_add(c(T::LN2_HI), f);
        let lo = e.mul_add(c(T::LN2_LO), f - e.mul_add(c(T::LN2_HI.neg()), hi));
        let y = hi + s.mul_add(w, (-half).mul_add(f, lo));
        // x <= 0: -inf at 0, else nan. inf and nan: themselves.
        let y = zero.less(x, y, x.less(zero, c(T::NAN), c(T::LOWEST)));
        x.less(c(T::HIGHEST), y, x)
    }
}
