//! The natural logarithm, that of 1 + x, and those to base 2 and 10.
//!
//! ```text
//!   x = m 2^e,  43/64 <= m < 43/32        ln x = e ln2 + ln m
//!   f = m - 1 (exact), s = f / (2 + f), z = s^2
//!   ln m = 2 s + s z LN(z) = f - h + s w,  h = f^2 / 2, w = h + z LN(z)
//!
//!   log_b x = e log_b 2 + f log_b e + (s w - h) log_b e         exact where f = 0, or all but the first are small
//!   ln(1 + x) = ln u + c / u,  u = 1 + x rounded, c = x - (u - 1) what was rounded away
//! ```
//!
//! hi + lo = e LN2_HI + f, exactly: two numbers, one of them tiny. Then ln x = hi + ((lo - h) + s w), where all terms
//! but hi are small, so their rounding errors are too. Read next: `reference/math.rs`, the same for one number.

use super::polynomial;
use crate::kernel::element::SimdFloat;
use crate::kernel::simd::{FloatLanes, Function, Simd};

function!(Ln(simd, x) {
    let (hi, lo) = natural(simd, x);
    with_ends(simd, x, hi + lo)
});

function!(Log1p(simd, x) {
    let one = V::splat(simd, T::ONE);
    let u = x + one;
    let c = x - (u - one);
    let (hi, lo) = natural(simd, u);
    // The sign is that of x, of 0 too.
    with_ends(simd, u, (hi + (lo + c / u)).abs().with_sign_of(x))
});

function!(Log2(simd, x) {
    to_base(simd, x, [T::ONE, T::ZERO, T::LOG2_E, T::LOG2_E_LO])
});

function!(Log10(simd, x) {
    to_base(simd, x, [T::LOG10_2_HI, T::LOG10_2_LO, T::LOG10_E, T::LOG10_E_LO])
});

/// `[e, f, half, s, w]`: x = (1 + f) 2^e and ln(1 + f) = f - half f + s w.
#[inline(always)]
fn parts<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, x: V) -> [V; 5] {
    let one = V::splat(simd, T::ONE);
    let (m, e) = x.split();
    let f = m - one;
    let s = f / (m + one);
    let z = s * s;
    let half = V::splat(simd, T::HALF) * f;
    let w = z.mul_add(polynomial(simd, T::LN_POLYNOMIAL, z, z * z), half * f);
    [e, f, half, s, w]
}

/// ln x as the sum of two numbers, for positive finite x.
#[inline(always)]
fn natural<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, x: V) -> (V, V) {
    let c = |value| V::splat(simd, value);
    let [e, f, half, s, w] = parts(simd, x);
    let hi = e.mul_add(c(T::LN2_HI), f);
    let lo = e.mul_add(c(T::LN2_LO), f - e.mul_add(c(T::LN2_HI.neg()), hi));
    (hi, s.mul_add(w, (-half).mul_add(f, lo)))
}

/// The logarithm to a base, given those of 2, in two parts, of which e times the first is exact, and of e, in two.
#[inline(always)]
fn to_base<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, x: V, base: [T; 4]) -> V {
    let [two_hi, two_lo, natural, natural_lo] = base.map(|value| V::splat(simd, value));
    let [e, f, half, s, w] = parts(simd, x);
    let (whole, part) = (e * two_hi, f * natural);
    let hi = whole + part;
    let lo = e.mul_add(two_lo, part - (hi - whole));
    // What rounding took from f log_b e: of the product, where multiply-add rounds once, and of the constant.
    let lost = f.mul_add(natural_lo, f.mul_add(natural, -part));
    with_ends(simd, x, hi + s.mul_add(w, -(half * f)).mul_add(natural, lo + lost))
}

/// -inf at 0, nan below; inf and nan themselves; else y.
#[inline(always)]
fn with_ends<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, x: V, y: V) -> V {
    let c = |value| V::splat(simd, value);
    let y = c(T::ZERO).less(x, y, x.less(c(T::ZERO), c(T::NAN), c(T::LOWEST)));
    x.less(c(T::HIGHEST), y, x)
}
