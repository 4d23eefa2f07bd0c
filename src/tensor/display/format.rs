//! One form for all elements of an array: the width of the widest, and for floats a common form; and the str of one
//! value.
//!
//! ```text
//!   bool      [ True False]      as wide as False; alone just True
//!   integer   [  1 -20 300]      right-aligned to the widest
//!   float     [ 1.    -0.25]     point under point: float.rs
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::{self, Write};

use super::digits::Real;
use super::float::FloatFormat;
use super::shown::Shown;
use crate::kernel::scalar::Value;

/// How each element of one array is written.
pub(super) enum Format {
    Plain { width: usize },
    Float(FloatFormat),
}

impl Format {
    /// The format that suits the elements shown.
    pub(super) fn new(shown: &Shown<'_>, precision: usize) -> Self {
        let mut float = false;
        let mut width = 0;
        shown.for_each(|value| match value {
            Value::F32(_) | Value::F64(_) => float = true,
            // An array without axes has nothing to be aligned with.
            Value::Bool(_) => width = if shown.ndim() == 0 { 0 } else { 5 },
            Value::Int(x) => width = width.max(digits(x.unsigned_abs()) + usize::from(x < 0)),
            Value::UInt(x) => width = width.max(digits(x)),
        });
        if float { Format::Float(FloatFormat::new(shown, precision)) } else { Format::Plain { width } }
    }

    /// Appends one element.
    pub(super) fn write(&self, out: &mut String, value: Value) -> fmt::Result {
        match (self, value) {
            (Format::Float(format), Value::F32(x)) => format.write(out, Real::from(x)),
            (Format::Float(format), Value::F64(x)) => format.write(out, Real::from(x)),
            (Format::Plain { width }, Value::Int(x)) => write!(out, "{x:width$}"),
            (Format::Plain { width }, Value::UInt(x)) => write!(out, "{x:width$}"),
            (Format::Plain { width }, other) => write!(out, "{:>width$}", scalar_str(other)),
            (Format::Float(_), other) => out.write_str(&scalar_str(other)),
        }
    }
}

/// The number of decimal digits.
fn digits(x: u64) -> usize {
    x.checked_ilog10().unwrap_or(0) as usize + 1
}

/// The str of a NumPy scalar: `True`, `-3`, `0.1`, `1.0`, `1e+16`, `nan`. Floats have as many digits as tell them from
/// their neighbours.
pub(crate) fn scalar_str(value: Value) -> String {
    match value {
        Value::Bool(x) => (if x { "True" } else { "False" }).to_string(),
        Value::Int(x) => format!("{x}"),
        Value::UInt(x) => format!("{x}"),
        Value::F32(x) => Real::from(x).scalar_str(),
        Value::F64(x) => Real::from(x).scalar_str(),
    }
}
