//! exp, logarithms, tanh and sigmoid on slices: one text for every type and every level, without branches.
//!
//! ```text
//!   exp         e^x = 2^n e^r: rounding, reduction, polynomial, scaling
//!   expm1       2^n ((1 - 2^-n) + (e^r - 1))
//!   ln          exponent and fraction, then atanh; log1p, log2 and log10 from the same parts
//!   tanh        (e^2x - 1) / (e^2x + 1)
//!   sigmoid     1 / (1 + e^-x)
//! ```
//!
//! exp and ln are within 1 ulp, all others within 2. Every element takes the same steps, whatever its position,
//! its neighbours, and the width of the registers, so results have the same bits wherever multiply-add rounds once;
//! where it rounds twice they may differ in the last ones, within the same bounds. Ranges and polynomials are in
//! `../scalar/table.rs`, the same formulas for one number in `reference/`. Powers are the standard library's; without
//! it, those of `../scalar/soft/pow.rs`. Read next: `exp.rs`.

/// A [`Function`] of a register `x` of type `V`, whose lanes are of type `T`.
macro_rules! function {
    ($name:ident($simd:ident, $x:ident) $body:block) => {
        #[derive(Clone, Copy)]
        pub(crate) struct $name;

        impl<T: SimdFloat> Function<T> for $name {
            #[inline(always)]
            fn at<S: Simd, V: FloatLanes<T, S>>(self, $simd: S, $x: V) -> V $body
        }
    };
}

mod exp;
mod ln;
mod sigmoid;
mod tanh;

use super::element::SimdFloat;
use super::simd::{FloatLanes, Function, Lanes, Simd, Two};

pub(crate) use exp::{Exp, Expm1};
pub(crate) use ln::{Ln, Log1p, Log2, Log10};
pub(crate) use sigmoid::Sigmoid;
pub(crate) use tanh::Tanh;

/// `x = f(x)` inside a kernel, on whole registers, and on a masked one at the end.
#[inline(always)]
pub(super) fn map_in_place<T: SimdFloat, S: Simd>(simd: S, x: &mut [T], f: impl Function<T>) {
    let len = T::FloatVector::<S>::LEN;
    let (whole, part) = x.split_at_mut(x.len() / len * len);
    map_whole_in_place(simd, whole, f);
    if !part.is_empty() {
        f.at(simd, T::FloatVector::<S>::load_masked(simd, part)).store_masked(part);
    }
}

/// `x = f(x)` on whole registers, two at a time. A masked store would stall a load that follows.
#[inline(always)]
pub(super) fn map_whole_in_place<T: SimdFloat, S: Simd>(simd: S, x: &mut [T], f: impl Function<T>) {
    let len = T::FloatVector::<S>::LEN;
    debug_assert!(x.len().is_multiple_of(len));
    let mut rest = x;
    if const { S::REGISTERS >= 16 } {
        let mut twos = rest.chunks_exact_mut(2 * len);
        for two in twos.by_ref() {
            f.at(simd, Two::<T::FloatVector<S>>::load(simd, two)).store(two);
        }
        rest = twos.into_remainder();
    }
    for one in rest.chunks_exact_mut(len) {
        f.at(simd, T::FloatVector::<S>::load(simd, one)).store(one);
    }
}

/// `c[0] + c[1] x + c[2] x^2 + ...` as `(c[0] + c[2] x^2 + ...) + x (c[1] + c[3] x^2 + ...)`: two short chains instead
/// of a long one.
#[inline(always)]
fn polynomial<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(simd: S, coefficients: &[T], x: V, square: V) -> V {
    let n = coefficients.len();
    let (mut even, mut odd) = (V::splat(simd, coefficients[(n - 1) & !1]), V::splat(simd, coefficients[(n - 2) | 1]));
    for i in (0..n - 2).rev() {
        let c = V::splat(simd, coefficients[i]);
        if i % 2 == 0 {
            even = even.mul_add(square, c)
        } else {
            odd = odd.mul_add(square, c)
        };
    }
    odd.mul_add(x, even)
}
