//! One form for all elements of an array, found from those shown; and the str of one value.
//!
//! ```text
//!   bool          [ True False]              as wide as False; alone just True
//!   integer       [  1 -20 300]              right-aligned to the widest
//!   fixed         [ 1.    -0.25   100.    nan]       point under point, blanks behind
//!   exponential   [ 1.0e+00 -2.5e-10      nan]       where fixed is too wide: the greatest |x| >= 1e8 (f32: 1e6),
//!                                                    the least but for zeros < 1e-4, or their ratio > 1000
//! ```
//!
//! nan and inf have no say in the form of floats but for the width. Fixed elements keep the digits that they need;
//! exponential ones all get as many as the longest needs, from the exact value: f32 1e-5 beside 1.2345678e-5 is
//! `9.9999997e-06`. Read next: `digits.rs`.

use alloc::string::{String, ToString};
use core::fmt::{self, Write};

use super::digits::{Parts, Real, exact, not_finite, rounded, write_exponent};
use super::shown::Shown;
use crate::kernel::scalar::Value;

pub(super) enum Format {
    Plain { width: usize },
    Float(FloatFormat),
}

impl Format {
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

    pub(super) fn write(&self, out: &mut String, value: Value) -> fmt::Result {
        match (self, value, Real::of(value)) {
            (Format::Float(format), _, Some(real)) => format.write(out, real),
            (Format::Plain { width }, Value::Int(x), _) => write!(out, "{x:width$}"),
            (Format::Plain { width }, Value::UInt(x), _) => write!(out, "{x:width$}"),
            (Format::Plain { width }, ..) => write!(out, "{:>width$}", scalar_str(value)),
            (Format::Float(_), ..) => out.write_str(&scalar_str(value)),
        }
    }
}

fn digits(x: u64) -> usize {
    x.checked_ilog10().unwrap_or(0) as usize + 1
}

/// The str of a NumPy scalar: `True`, `-3`, `0.1`, `1.0`, `1e+16`, `nan`. Floats have as many digits as tell them from
/// their neighbours.
pub(crate) fn scalar_str(value: Value) -> String {
    match value {
        Value::Bool(x) => (if x { "True" } else { "False" }).to_string(),
        Value::Int(x) => x.to_string(),
        Value::UInt(x) => x.to_string(),
        Value::F32(_) | Value::F64(_) => Real::of(value).map(Real::scalar_str).unwrap_or_default(),
    }
}

#[derive(Default)]
pub(super) struct FloatFormat {
    /// The digits of the exponent, in the exponential form.
    exponent: Option<usize>,
    /// The most digits behind the point; in the exponential form, just as many.
    precision: usize,
    /// The columns before the point.
    left: usize,
    /// The columns behind it.
    right: usize,
}

/// What a first pass learns about the elements shown.
#[derive(Default)]
struct Survey {
    least: f64,
    greatest: f64,
    single: bool,
    /// The longest of `nan`, `inf`, `-inf` among them.
    strange: usize,
}

impl Survey {
    fn new(shown: &Shown<'_>) -> Self {
        let mut survey = Survey { least: f64::INFINITY, ..Survey::default() };
        each(shown, |real| {
            let size = real.x.abs();
            survey.single = real.single;
            if !size.is_finite() {
                survey.strange = survey.strange.max(not_finite(real.x).len());
                return;
            }
            if size > 0.0 {
                survey.least = survey.least.min(size);
                survey.greatest = survey.greatest.max(size);
            }
        });
        survey
    }

    /// Compared, and divided, in the type of the elements.
    fn is_exponential(&self) -> bool {
        if self.greatest == 0.0 {
            false
        } else if self.single {
            let (least, greatest) = (self.least as f32, self.greatest as f32);
            greatest >= 1e6 || least < 1e-4 || greatest / least > 1000.0
        } else {
            self.greatest >= 1e8 || self.least < 1e-4 || self.greatest / self.least > 1000.0
        }
    }
}

fn each(shown: &Shown<'_>, mut visit: impl FnMut(Real)) {
    shown.for_each(|value| {
        if let Some(real) = Real::of(value) {
            visit(real);
        }
    });
}

impl FloatFormat {
    /// The format that suits the floats shown, with at most `precision` digits behind the point.
    pub(super) fn new(shown: &Shown<'_>, precision: usize) -> Self {
        let survey = Survey::new(shown);
        let mut format = FloatFormat { precision, ..FloatFormat::default() };
        let is_exponential = survey.is_exponential();
        let (mut text, mut digits) = (String::new(), 2);
        each(shown, |real| {
            if real.x.is_finite()
                && let Ok(parts) = rounded(real, !is_exponential, precision, &mut text)
            {
                format.left = format.left.max(parts.whole.len());
                format.right = format.right.max(parts.fraction.len());
                digits = digits.max(if parts.exponent.abs() >= 100 { 3 } else { 2 });
            }
        });
        if is_exponential {
            format.precision = format.right;
            format.exponent = Some(digits);
            // Behind the point: the fraction, e, a sign, the exponent.
            format.right += 2 + digits;
        }
        if survey.strange > 0 {
            // One column is the point's.
            format.left = format.left.max(survey.strange.saturating_sub(format.right + 1));
        }
        format
    }

    pub(super) fn write(&self, out: &mut String, real: Real) -> fmt::Result {
        let &FloatFormat { left, right, precision, .. } = self;
        if !real.x.is_finite() {
            let width = left + right + 1;
            return write!(out, "{:>width$}", not_finite(real.x));
        }
        let mut text = String::new();
        match self.exponent {
            None => {
                let Parts { whole, fraction, .. } = rounded(real, true, precision, &mut text)?;
                write!(out, "{whole:>left$}.{fraction:right$}")
            }
            Some(digits) => {
                let Parts { whole, fraction, exponent } = exact(real, precision, &mut text)?;
                write!(out, "{whole:>left$}.{fraction:0<precision$}")?;
                write_exponent(out, exponent, digits)
            }
        }
    }
}
