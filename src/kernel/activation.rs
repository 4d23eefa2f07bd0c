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
//! cases; normal results in f64 are within 4 ulp, but those of a rounded exponent: gelu_tanh's within 4 + 4 |x|³,
//! softplus(b)'s within 4 + |b x|; below x = -708 silu has the digits of a subnormal factor. log_softmax has the bits
//! of the tensor's. exp and its kin are those of `math/`. A program reaches all of this by a pointer in a layer, so one
//! that makes no such layer does not contain it. The definitions in plain formulas: `reference/layers.rs`.

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

/// maximum(x, 0) - a / 2 erfc(a / √2) with a = |x|, so that negative x lose nothing, and with exp(-a² / 2) of a in two
/// parts, for the rounding of a² would be that of the exponent.
fn gelu(x: &mut [f64]) {
    let n = x.len();
    let (mut exponent, mut rest) = ([0.0; CHUNK], [0.0; CHUNK]);
    for ((exponent, rest), &x) in exponent.iter_mut().zip(&mut rest).zip(&*x) {
        let a = x.abs().min(ERFC_END);
        // The upper half of its digits: the square of that is exact.
        let high = f64::from_bits(a.to_bits() & !((1 << 27) - 1));
        (*exponent, *rest) = (-0.5 * high * high, -0.5 * (a - high) * (a + high));
    }
    for ((x, exp), rest) in x.iter_mut().zip(map(&exponent[..n], Exp)).zip(rest) {
        // It is below 2^-14, and four terms of its series are enough.
        let exp = exp + exp * (rest * (1.0 + rest / 2.0 * (1.0 + rest / 3.0)));
        let a = x.abs().min(ERFC_END);
        // (0 x, not 0: nan stays nan, -0 is -0, and of -inf it is nan, as in torch.)
        let positive = if *x > 0.0 { *x } else { 0.0 * *x };
        *x = positive - exp * times_scaled_erfc(0.5 * a, a);
    }
}

/// h exp(a² / 2) erfc(a / √2) = h (1 + t R(t - 1)) / (1 + a), t = 2 a / (a + 5), for all a >= 0: nearly the form of
/// M. M. Shepherd and J. G. Laframboise, Mathematics of Computation 36 (1981). With h = 1 it is within 2 ulp, for below
/// 2 only its distance from 1 or 1/2 is a rounded quotient. `tests/golden/coefficients.py` fits R, within 2^-58, and
/// measures that.
#[inline]
pub(crate) fn times_scaled_erfc(h: f64, a: f64) -> f64 {
    let t = 2.0 * a / (a + ERFC_CENTRE);
    let rest = h * (t * ERFC_POLYNOMIAL.iter().rev().fold(0.0, |sum, c| sum * (t - 1.0) + c));
    let [small, middle] = [0.25, 2.0].map(|end| if a < end { 0.5 } else { 0.0 });
    let near = small + middle;
    h * near + (h * (1.0 - near - near * a) + rest) / (1.0 + a)
}

/// From 38.6 on exp(-a² / 2) is 0; and no infinity is divided by one.
pub(crate) const ERFC_END: f64 = 64.0;
const ERFC_CENTRE: f64 = 5.0;
const ERFC_POLYNOMIAL: [f64; 25] = [
    -0.07696834029992444,
    -0.10613622336809345,
    0.16819696022001934,
    -0.14819225544957895,
    0.09539016951703441,
    -0.046316243029111775,
    0.015975412222736508,
    -0.002931410895244834,
    -0.000420733780889241,
    0.00043631704031689146,
    -7.164882389663207e-05,
    -3.556665785397022e-05,
    1.5774728508375104e-05,
    2.3459531527102227e-06,
    -2.487277842008938e-06,
    -1.298609253970794e-07,
    3.866177128418355e-07,
    9.234903993616333e-09,
    -6.285342608814573e-08,
    -2.28919699967164e-09,
    1.023768118647134e-08,
    6.003228414906369e-10,
    -1.4290195557804131e-09,
    -7.439304109049221e-11,
    1.1843994783147467e-10,
];

/// (x - mean) / √(variance + eps), the variance about the mean, both summed in f64 in the order of the row.
fn normalize<T: SimdFloat>(row: &mut [T], eps: f64) {
    let n = row.len() as f64;
    let mean = row.iter().fold(0.0, |sum, x| sum + x.to_f64()) / n;
    let squares = row.iter().map(|x| (x.to_f64() - mean) * (x.to_f64() - mean));
    let deviation = ScalarFloat::sqrt(squares.fold(0.0, |sum, square| sum + square) / n + eps);
    row.iter_mut().for_each(|x| *x = T::from_f64((x.to_f64() - mean) / deviation));
}
