//! Activations and norms beyond the chapter's, on rows of values, in place.
//!
//! ```text
//!   leaky_relu(a)   x, or a x where x < 0               softplus(b)      ln(1 + exp(b x)) / b
//!   elu(a)          x, or a (exp(x) - 1) where x < 0    hardtanh(l, h)   x, at least l and at most h
//!   gelu            x P(X <= x), X standard normal      log_softmax      ln(softmax(x)), row by row
//!   gelu_tanh       its form by tanh                    normalize(e)     (x - mean) / sqrt(variance + e), by rows
//!   silu            x sigmoid(x)
//! ```
//!
//! Computed in f64, some values at a time, for f32 too, whose results are thereby the nearest ones in all but rare
//! cases; normal results in f64 are within 4 ulp (gelu_tanh within 4 + 4 |x|³). log_softmax has the bits of the
//! tensor's. exp and its kin are those of `math/`. A program reaches all of this by a pointer in a layer, so one that
//! makes no such layer does not contain it. The definitions in plain formulas: `reference/layers.rs`.

use super::element::SimdFloat;
use super::elementwise::flat::map_registers;
use super::math::{Exp, Expm1, Log1p, Sigmoid};
use super::memory::Slots;
use super::run::Run;
use super::scalar::ScalarFloat;
use super::simd::Function;
use super::softmax::{log_softmax_in_place, together};

/// Values that are computed together.
const CHUNK: usize = 64;

/// An activation or norm with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// x, or a·x where x < 0.
    LeakyRelu(f64),
    /// x, or a·(exp(x) - 1) where x < 0.
    Elu(f64),
    /// x times the probability that a standard normal variable is at most x: x / 2 · (1 + erf(x / √2)).
    Gelu,
    /// x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))).
    GeluTanh,
    /// x·sigmoid(x).
    Silu,
    /// ln(1 + exp(b·x)) / b.
    Softplus(f64),
    /// ln(softmax(x)), along the last axis.
    LogSoftmax,
    /// x, at least the first and at most the second.
    Hardtanh(f64, f64),
    /// (x - mean) / √(variance + eps), along the last axis.
    Normalize(f64),
}

/// The function below for one type: rows of so many values in place, with memory for as many.
pub(crate) type Activate<T> = fn(Activation, &mut [T], usize, &mut [T]);

/// An activation of rows of `width` values, in place. Log-softmax needs as many values of spare memory as there are.
pub(super) fn activate<T: SimdFloat>(activation: Activation, values: &mut [T], width: usize, spare: &mut [T]) {
    match activation {
        Activation::LogSoftmax => {
            let n = values.len().min(together(width));
            log_softmax_in_place(values, width, &mut spare[..n]);
        }
        Activation::Normalize(eps) if width > 0 => values.chunks_exact_mut(width).for_each(|row| normalize(row, eps)),
        _ => {
            for values in values.chunks_mut(CHUNK) {
                let mut wide = [0.0; CHUNK];
                let wide = &mut wide[..values.len()];
                wide.iter_mut().zip(&*values).for_each(|(wide, x)| *wide = x.to_f64());
                // A parameter counts as a number of the type, as torch has it.
                each(activation, wide, |a| T::from_f64(a).to_f64());
                values.iter_mut().zip(wide).for_each(|(x, wide)| *x = T::from_f64(*wide));
            }
        }
    }
}

/// An activation of each of at most [`CHUNK`] values. (Not generic over their type: compiled once.)
fn each(activation: Activation, x: &mut [f64], of_type: impl Fn(f64) -> f64) {
    match activation {
        Activation::LeakyRelu(a) => {
            let a = of_type(a);
            x.iter_mut().for_each(|x| *x *= if *x < 0.0 { a } else { 1.0 });
        }
        Activation::Hardtanh(low, high) => {
            let (low, high) = (of_type(low), of_type(high));
            // (Not `clamp`, which panics where the bounds are the wrong way round.)
            x.iter_mut().for_each(|x| {
                *x = if *x < low {
                    low
                } else if *x > high {
                    high
                } else {
                    *x
                }
            });
        }
        Activation::Elu(a) => {
            let y = map(x, Expm1);
            x.iter_mut().zip(y).filter(|(x, _)| **x < 0.0).for_each(|(x, y)| *x = of_type(a) * y);
        }
        Activation::Gelu => gelu(x),
        Activation::GeluTanh => {
            // 1 + tanh(u) = 2 sigmoid(2 u): without a difference of nearly equal numbers.
            const TWICE_SQRT_2_OVER_PI: f64 = 1.5957691216057308;
            times(x, |x| TWICE_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x), Sigmoid);
        }
        Activation::Silu => times(x, |x| x, Sigmoid),
        Activation::Softplus(b) => softplus(x, of_type(b)),
        Activation::LogSoftmax | Activation::Normalize(_) => {}
    }
}

/// `f` of each of `x`, into memory of its own.
fn map(x: &[f64], f: impl Function<f64>) -> [f64; CHUNK] {
    let mut y = [0.0; CHUNK];
    map_registers(&Run::Slice(x), Slots::over(&mut y[..x.len()]), f);
    y
}

/// `x = x f(inner(x))`.
fn times(x: &mut [f64], inner: impl Fn(f64) -> f64, f: impl Function<f64>) {
    let n = x.len();
    let mut argument = [0.0; CHUNK];
    argument.iter_mut().zip(&*x).for_each(|(argument, &x)| *argument = inner(x));
    x.iter_mut().zip(map(&argument[..n], f)).for_each(|(x, y)| *x *= y);
}

/// ln(1 + e^z) = maximum(z, 0) + ln(1 + e^-|z|), with z = b x, which may be infinite where the result is not.
fn softplus(x: &mut [f64], b: f64) {
    let n = x.len();
    let mut below = [0.0; CHUNK];
    below.iter_mut().zip(&*x).for_each(|(below, x)| *below = -(x * b).abs());
    let ln = map(&map(&below[..n], Exp)[..n], Log1p);
    x.iter_mut().zip(ln).for_each(|(x, ln)| *x = if *x > 0.0 { *x + ln / b } else { ln / b });
}

/// x / 2 erfc(-x / √2), so that negative x lose nothing, with exp(-x² / 2) of x in two parts, for the rounding of x²
/// would be that of the exponent.
fn gelu(x: &mut [f64]) {
    let n = x.len();
    let (mut exponent, mut rest) = ([0.0; CHUNK], [0.0; CHUNK]);
    for ((exponent, rest), &x) in exponent.iter_mut().zip(&mut rest).zip(&*x) {
        // The upper half of its digits: the square of that is exact.
        let high = f64::from_bits(x.to_bits() & !((1 << 27) - 1));
        (*exponent, *rest) = (-0.5 * high * high, -0.5 * (x - high) * (x + high));
    }
    for ((x, exp), rest) in x.iter_mut().zip(map(&exponent[..n], Exp)).zip(rest) {
        // It is below 2^-14, and four terms of its series are enough.
        let exp = exp + exp * (rest * (1.0 + rest / 2.0 * (1.0 + rest / 3.0)));
        // (The product below is 0 from there on, and no infinity is divided by one.)
        let z = (x.abs() * core::f64::consts::FRAC_1_SQRT_2).min(40.0);
        let s = (z - ERFC_CENTRE) / (z + ERFC_CENTRE);
        let polynomial = ERFC_POLYNOMIAL.iter().rev().fold(0.0, |sum, c| sum * s + c);
        let above = if z < 40.0 { exp * polynomial / (1.0 + 2.0 * z) } else { 0.0 };
        *x = 0.5 * *x * if *x < 0.0 { above } else { 2.0 - above };
    }
}

/// (1 + 2 z) exp(z²) erfc(z) in s = (z - 3.75) / (z + 3.75), for all z >= 0: the form of M. M. Shepherd and
/// J. G. Laframboise, Mathematics of Computation 36 (1981). The coefficients are fitted by
/// `tests/golden/coefficients.py`, within 2^-58.
pub(crate) const ERFC_CENTRE: f64 = 3.75;
pub(crate) const ERFC_POLYNOMIAL: [f64; 26] = [
    1.2375126308378275,
    -0.14024059858554702,
    0.0035854154854644293,
    0.08227673849015102,
    -0.10880393014174886,
    0.09230432116019834,
    -0.05869339858963677,
    0.0283622774215156,
    -0.009746579558029276,
    0.001755625832421753,
    0.0002937136655913444,
    -0.0002901539792898691,
    5.164909889268403e-05,
    2.2383912036555578e-05,
    -1.1444146237704596e-05,
    -9.72849582222289e-07,
    1.7516376488558237e-06,
    -5.826281077080728e-08,
    -2.586685071689537e-07,
    2.4289762907833026e-08,
    3.8675334247337976e-08,
    -4.389284148417857e-09,
    -5.173990216039496e-09,
    5.457157260946426e-10,
    4.2514714483067827e-10,
    -3.753158205275289e-11,
];

/// (x - mean) / √(variance + eps), the variance about the mean, both summed in f64 in the order of the row.
fn normalize<T: SimdFloat>(row: &mut [T], eps: f64) {
    let n = row.len() as f64;
    let mean = row.iter().fold(0.0, |sum, x| sum + x.to_f64()) / n;
    let squares = row.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean));
    let deviation = ScalarFloat::sqrt(squares.fold(0.0, |sum, square| sum + square) / n + eps);
    row.iter_mut().for_each(|x| *x = T::from_f64((x.to_f64() - mean) / deviation));
}
