//! exp, ln, tanh and sigmoid on slices: one text for every type and every level, without branches.
//!
//! ```text
//!   table       ranges and polynomials             exp         e^x = 2^n e^r: rounding, reduction, polynomial, scaling
//!   reference/  the same formulas for one number   ln          exponent and fraction, then atanh
//!                                                  tanh        (e^2x - 1) / (e^2x + 1)
//!                                                  sigmoid     1 / (1 + e^-x)
//! ```
//!
//! exp and ln are within 1 ulp, tanh and sigmoid within 2. Every element takes the same road, whatever its place, its neighbours, and the width
//! of the registers, so results are the same bits wherever multiply-add rounds once; where it rounds twice they may differ in the last ones,
//! within the same bounds. Not here: powers, and anything with two arguments. Read next: `exp.rs`.

mod exp;
mod ln;
mod sigmoid;
mod table;
mod tanh;

use super::element::Float;
use super::memory::Slots;
use super::simd::{FloatLanes, Function, Kernel, Simd, dispatch};

pub use table::Table;

macro_rules! on_slices {
    ($($name:ident $function:expr;)*) => {$(
        /// Elementwise.
        pub(crate) fn $name<'o, T: Float>(x: &[T], out: Slots<'o, T>) -> &'o mut [T] {
            dispatch(Each { x, out, function: $function })
        }
    )*};
}

on_slices! {
    exp exp::Exp;
    ln ln::Ln;
    tanh tanh::Tanh;
    sigmoid sigmoid::Sigmoid;
}

struct Each<'x, 'o, T, F> {
    x: &'x [T],
    out: Slots<'o, T>,
    function: F,
}

impl<'o, T: Float, F: Function<T>> Kernel for Each<'_, 'o, T, F> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        self.out.map_vectors(simd, self.x, self.function)
    }
}

/// c[0] + c[1] x + c[2] x^2 + ..., from the highest down.
#[inline(always)]
fn horner<T: Float, S: Simd, V: FloatLanes<T, S>>(simd: S, coefficients: &[T], x: V) -> V {
    let mut sum = V::splat(simd, T::ZERO);
    for (i, &c) in coefficients.iter().rev().enumerate() {
        let c = V::splat(simd, c);
        sum = if i == 0 { c } else { sum.mul_add(x, c) };
    }
    sum
}
