//! The digits of one float: the fewest that tell it from its neighbours, or the exact value rounded.
//!
//! ```text
//!   shortest     the fewest digits that read back as the same number of the same type       1/3 as f32  0.33333334
//!   rounded      where those are more than `precision` behind the point: the exact binary   1/512       0.00195312
//!                value rounded to that many, halves to even
//! ```
//!
//! The digits are Rust's: `{:e}` gives the fewest, `{:.8}` and `{:.8e}` the exact value rounded. NumPy differs from the
//! first in ties. Every f32 is an f64, so only the fewest digits depend on the type. What a whole array has in common:
//! `format.rs`.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::kernel::scalar::Value;

/// A float of either type: every f32 is an f64, but needs fewer digits.
#[derive(Clone, Copy)]
pub(super) struct Real {
    pub(super) x: f64,
    pub(super) single: bool,
}

/// Writes in the number's own type: Rust's fewest digits depend on it.
macro_rules! write_fewest {
    ($real:expr, $out:expr, $form:literal) => {
        if $real.single { write!($out, $form, $real.x as f32) } else { write!($out, $form, $real.x) }
    };
}

impl Real {
    /// The value, if it is a float.
    pub(super) fn of(value: Value) -> Option<Self> {
        match value {
            Value::F32(x) => Some(Real { x: f64::from(x), single: true }),
            Value::F64(x) => Some(Real { x, single: false }),
            _ => None,
        }
    }

    /// `-1.25e-7`, or fixed `-0.000000125`: the fewest digits that read back as the same number.
    ///
    /// Of two candidates equally near, Rust takes the greater, NumPy the even one: that is the exact value rounded to
    /// as many digits.
    fn shortest(self, fixed: bool, out: &mut String) -> fmt::Result {
        out.clear();
        write_fewest!(self, out, "{:e}")?;
        let Parts { fraction, exponent, .. } = parts(out);
        let digits = fraction.len();
        let behind = usize::try_from(digits as i32 - exponent).unwrap_or(0);
        let even = format!("{:.digits$e}", self.x);
        let tie = even != *out && self.is_read_from(&even);
        if fixed {
            out.clear();
            if tie { write!(out, "{:.behind$}", self.x)? } else { write_fewest!(self, out, "{}")? }
        } else if tie {
            *out = even;
        }
        Ok(())
    }

    /// Whether the text stands for this number, in its own type.
    fn is_read_from(self, text: &str) -> bool {
        if self.single { text.parse() == Ok(self.x as f32) } else { text.parse() == Ok(self.x) }
    }

    pub(super) fn scalar_str(self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_scalar(&mut out);
        out
    }

    fn write_scalar(self, out: &mut String) -> fmt::Result {
        let size = self.x.abs();
        if !size.is_finite() {
            return out.write_str(not_finite(self.x));
        }
        let limit = if self.single { 1e6 } else { 1e16 };
        if size == 0.0 || (1e-4..limit).contains(&size) {
            self.shortest(true, out)?;
            return if out.contains('.') { Ok(()) } else { out.write_str(".0") };
        }
        self.shortest(false, out)?;
        let at = out.find('e').unwrap_or(out.len());
        let exponent = exponent(&out[at..]);
        out.truncate(at);
        write_exponent(out, exponent, 2)
    }
}

/// What stands for a number without digits.
pub(super) fn not_finite(x: f64) -> &'static str {
    if x.is_nan() {
        "nan"
    } else if x > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}

/// The exponent in Rust's `e-7`.
fn exponent(text: &str) -> i32 {
    text.trim_start_matches('e').parse().unwrap_or(0)
}

/// `e-07`: a sign always, and at least `digits` digits.
pub(super) fn write_exponent(out: &mut String, exponent: i32, digits: usize) -> fmt::Result {
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(out, "e{sign}{:0digits$}", exponent.unsigned_abs())
}

/// A number as text in its three parts: `-12`, `5` and 0 of -12.5.
pub(super) struct Parts<'a> {
    pub(super) whole: &'a str,
    pub(super) fraction: &'a str,
    pub(super) exponent: i32,
}

/// The parts of Rust's `-12.5e-7`.
fn parts(text: &str) -> Parts<'_> {
    let (number, power) = text.split_at(text.find('e').unwrap_or(text.len()));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    Parts { whole, fraction, exponent: exponent(power) }
}

/// The parts in the fixed form or the exponential one: at most `precision` digits behind the point, and no zeros at the
/// end.
pub(super) fn rounded(x: Real, is_fixed: bool, precision: usize, text: &mut String) -> Result<Parts<'_>, fmt::Error> {
    x.shortest(is_fixed, text)?;
    if parts(text).fraction.len() > precision {
        text.clear();
        if is_fixed { write!(text, "{:.precision$}", x.x)? } else { write!(text, "{:.precision$e}", x.x)? }
    }
    let parts = parts(text);
    Ok(Parts { fraction: parts.fraction.trim_end_matches('0'), ..parts })
}

/// The parts in the exponential form with just `precision` digits behind the point, zeros at the end of which may be
/// missing.
pub(super) fn exact(x: Real, precision: usize, text: &mut String) -> Result<Parts<'_>, fmt::Error> {
    text.clear();
    write!(text, "{:.precision$e}", x.x)?;
    // The nearest may not read back as x while a farther one does: 2^87 as f32, whose neighbour below is nearer than
    // that above.
    if !x.is_read_from(text) {
        let mut fewest = String::new();
        x.shortest(false, &mut fewest)?;
        if parts(&fewest).fraction.len() <= precision {
            *text = fewest;
        }
    }
    Ok(parts(text))
}
