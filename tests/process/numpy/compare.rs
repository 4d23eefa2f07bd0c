//! How close an answer has to be to NumPy's: bits, but for what NumPy itself leaves open and for rounding that has a bound.
//!
//! ```text
//!   everything else                 the same bits; any nan for nan
//!   maximum minimum clip relu       the same bits, but zeros may differ in sign (NUMPY.md N4)
//!   exp log power                   1 step from the correctly rounded answer: 1 ulp of error and half an ulp of rounding make no more
//!   tanh sigmoid                    2 steps, likewise
//!   sum dot matmul prod mean        n terms: |got - exact| <= n eps sum|terms|     (mean: n + 1, prod: sum|terms| is |exact|)
//! ```
//!
//! n terms added in any order are off by at most (n - 1) eps/2 sum|terms|, and eps/2 more for each of: the cast of the elements, the rounding of
//! the reference, the division of a mean. n eps covers them all. Underflow adds the least subnormal at most, per term.
//!
//! ```text
//!   softmax       s = e / sum(e), e = exp(d), d = x - max          |got - exact| <= eps s (|d|/2 + n + 4)
//!   log_softmax   d - ln(sum(e))                                   |got - exact| <= eps (|d| + 3 n + 3)
//! ```
//!
//! Rounding d changes e by |d| eps/2 of itself, exp by 1 ulp, the sum by n eps of itself at most (d e <= 1/2.7 for each term), the quotient by eps/2.
//! What is off in the sum by a factor is off in its logarithm by as much; that is at most ln n, and within 1 ulp itself.

use nptensor::{DType, Value};

use super::case::{Answer, Array, Case};

/// Nothing when `got` is what NumPy says; else what is wrong.
pub(crate) fn check(case: &Case<'_>, got: &Result<Array, String>) -> Result<(), String> {
    match (&case.answer, got) {
        (Answer::Error(text), Err(error)) if text == error => Ok(()),
        (Answer::Exact(wanted), Ok(got)) => {
            same_shape(wanted, got)?;
            same_strides(wanted, got)?;
            let steps = match case.name {
                "exp" | "log" => 1,
                "power" if matches!(got.dtype, DType::F32 | DType::F64) => 1,
                "tanh" | "sigmoid" | "expm1" | "log1p" | "log2" | "log10" => 2,
                _ => 0,
            };
            let any_zero = matches!(case.name, "maximum" | "minimum" | "max" | "min" | "clip" | "relu");
            each(wanted, got, |_, x, y| {
                distance(x, y) <= steps || (any_zero && is_zero(x) && is_zero(y)) || (is_nan(x) && is_nan(y))
            })
        }
        (Answer::Rough(wanted, scales), Ok(got)) => {
            same_shape(wanted, got)?;
            let n = terms(case, got);
            let (eps, least) = match got.dtype {
                DType::F32 => (f64::from(f32::EPSILON), f64::from(f32::from_bits(1))),
                _ => (f64::EPSILON, f64::from_bits(1)),
            };
            each(wanted, got, |i, x, y| {
                let (x, y) = (float(x), float(y));
                let zeros = x == 0.0 && scales[i] == 0.0 && !matches!(case.name, "dot" | "matmul");
                if !x.is_finite() || zeros {
                    // nan, an infinity, or nothing but zeros: a sum of those is +0, a product has its sign.
                    // (The terms of a dot product may have underflowed to 0, which leaves either zero within the bound.)
                    return (x.is_nan() && y.is_nan()) || x.to_bits() == y.to_bits();
                }
                (x - y).abs() <= n * (eps * scales[i] + least)
            })
        }
        _ => Err(format!("got {got:?}")),
    }
}

/// How many terms meet in one element, and one more for the division of a mean.
fn terms(case: &Case<'_>, got: &Array) -> f64 {
    let shape = case.operands[0].shape();
    let each = shape.iter().product::<usize>() / got.values.len().max(1);
    let n = match case.name {
        "dot" | "matmul" => shape[shape.len() - 1],
        "mean" => each + 1,
        // Two means, a difference, a square and a root.
        "var" | "std" => each + 3,
        "softmax" | "log_softmax" => 1,
        _ => each,
    };
    n.max(1) as f64
}

fn same_shape(wanted: &Array, got: &Array) -> Result<(), String> {
    if (wanted.dtype, &wanted.shape) == (got.dtype, &got.shape) && wanted.values.len() == got.values.len() {
        return Ok(());
    }
    Err(format!("got {} {:?}, not {} {:?}", got.dtype, got.shape, wanted.dtype, wanted.shape))
}

/// Strides say something only about axes that are stepped along.
fn same_strides(wanted: &Array, got: &Array) -> Result<(), String> {
    let (Some(wanted), Some(strides)) = (&wanted.strides, &got.strides) else { return Ok(()) };
    let told = |i: usize| got.shape[i] > 1 && !got.shape.contains(&0);
    if (0..got.shape.len()).all(|i| !told(i) || wanted[i] == strides[i]) {
        return Ok(());
    }
    Err(format!("got strides {strides:?}, not {wanted:?}"))
}

fn each(wanted: &Array, got: &Array, good: impl Fn(usize, Value, Value) -> bool) -> Result<(), String> {
    for (i, (&x, &y)) in wanted.values.iter().zip(&got.values).enumerate() {
        if !good(i, x, y) {
            return Err(format!("got {y:?}, not {x:?}, at {i} in C order"));
        }
    }
    Ok(())
}

/// Whether two answers are the same to the last bit; any nan for nan.
pub(crate) fn identical(a: &Result<Array, String>, b: &Result<Array, String>) -> bool {
    match (a, b) {
        (Err(a), Err(b)) => a == b,
        (Ok(a), Ok(b)) => {
            let equal = |_, x, y| distance(x, y) == 0 || (is_nan(x) && is_nan(y));
            same_shape(a, b).is_ok() && each(a, b, equal).is_ok()
        }
        _ => false,
    }
}

/// How many numbers of their type lie between the two, and one more; 0 for the same bits. Far for nan.
fn distance(x: Value, y: Value) -> u64 {
    if is_nan(x) || is_nan(y) {
        return u64::MAX;
    }
    let place = |x: Value| match x {
        Value::Bool(x) => i128::from(x),
        Value::Int(x) => i128::from(x),
        Value::UInt(x) => i128::from(x),
        Value::F32(x) => ordered(i128::from(x.to_bits() & !(1 << 31)), x.is_sign_negative()),
        Value::F64(x) => ordered(i128::from(x.to_bits() & !(1 << 63)), x.is_sign_negative()),
        other => unreachable!("{other:?}"),
    };
    place(x).abs_diff(place(y)).try_into().unwrap_or(u64::MAX)
}

/// -0 lies one below +0.
fn ordered(magnitude: i128, negative: bool) -> i128 {
    if negative { -1 - magnitude } else { magnitude }
}

fn float(x: Value) -> f64 {
    match x {
        Value::F32(x) => x.into(),
        Value::F64(x) => x,
        _ => panic!("only floats are rounded"),
    }
}

fn is_nan(x: Value) -> bool {
    matches!(x, Value::F32(x) if x.is_nan()) || matches!(x, Value::F64(x) if x.is_nan())
}

fn is_zero(x: Value) -> bool {
    matches!(x, Value::F32(0.0) | Value::F64(0.0))
}
