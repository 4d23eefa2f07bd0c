//! e^x, e^x - 1, and the reduction that tanh shares.
//!
//! ```text
//!   x = n ln2 + r,  n = round(x / ln2)         e^x = 2^n e^r,   e^r = 1 + r + r^2 EXP(r)
//!   hi = x - n LN2_HI           exact          r = hi + tail
//!   tail = -n LN2_LO
//! ```
//!
//! r is rounded, and that would cost tanh its second ulp: so e^r is computed as 1 + (hi + lo), lo = tail + r^2 EXP(r),
//! with hi exact. e^x - 1 = 2^n ((1 - 2^-n) + hi + lo): for n = 0 the first term is 0, and nothing is lost where x is
//! tiny; from 64 on 2^-n is too small to count. Read next: `tanh.rs`.

use super::polynomial;
use crate::kernel::element::SimdFloat;
use crate::kernel::simd::{FloatLanes, Function, Simd};

function!(Exp(simd, x) {
    let c = |value| V::splat(simd, value);
    // nan passes: of two, min and max give the second where one is nan.
    exp_between(simd, c(T::EXP_HIGH).min(c(T::EXP_LOW).max(x)))
});

function!(Expm1(simd, x) {
    let c = |value| V::splat(simd, T::from_f64(value));
    let (n, hi, lo) = reduce(simd, V::splat(simd, T::EXP_HIGH).min(c(-60.0).max(x)));
    let inverse = (-c(64.0).min(n)).pow2();
    let y = ((c(1.0) - inverse) + hi) + lo;
    // The sign is that of x, of 0 too.
    y.scale(n).abs().with_sign_of(x)
});

/// For x from `EXP_LOW` to `EXP_HIGH`.
#[inline(always)]
pub(super) fn exp_between<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, x: V) -> V {
    let (n, hi, lo) = reduce(simd, x);
    (V::splat(simd, T::ONE) + (hi + lo)).scale(n)
}

/// `(n, hi, lo)`: e^x = 2^n (1 + hi + lo), where |hi| <= ln2 / 2 is exact and lo is small against it.
#[inline(always)]
pub(super) fn reduce<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, x: V) -> (V, V, V) {
    let c = |value| V::splat(simd, value);
    let n = x.mul_add(c(T::LOG2_E), c(T::MAGIC)) - c(T::MAGIC);
    let hi = n.mul_add(c(T::LN2_HI.neg()), x);
    let tail = n * c(T::LN2_LO.neg());
    let r = hi + tail;
    let square = r * r;
    let lo = square.mul_add(polynomial(simd, T::EXP_POLYNOMIAL, r, square), tail);
    (n, hi, lo)
}
