//! Floats: one form for the whole array, found from the elements shown.
//!
//! ```text
//!   fixed         [ 1.    -0.25   100.    nan]       point under point, blanks behind
//!   exponential   [ 1.0e+00 -2.5e-10      nan]       where fixed is too wide: the greatest |x| >= 1e8 (f32: 1e6),
//!                                                    the least but for zeros < 1e-4, or their ratio > 1000
//! ```
//!
//! nan and inf have no say in this but for the width. Fixed elements keep the digits that they need; exponential ones
//! all get as many as the longest needs, from the exact value: f32 1e-5 beside 1.2345678e-5 is `9.9999997e-06`. Read
//! next: `digits.rs`.

use alloc::string::String;
use core::fmt::{self, Write};

use super::digits::{Parts, Real, exact, exponential, fixed, not_finite, write_exponent};
use super::shown::Shown;
use crate::kernel::scalar::Value;

/// How each float of one array is written.
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
    finite: bool,
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
            survey.finite = true;
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

/// Every float that is shown.
fn each(shown: &Shown<'_>, mut visit: impl FnMut(Real)) {
    shown.for_each(|value| match value {
        Value::F32(x) => visit(Real::from(x)),
        Value::F64(x) => visit(Real::from(x)),
        _ => {}
    });
}

impl FloatFormat {
    /// The format that suits the floats shown, with at most `precision` digits behind the point.
    pub(super) fn new(shown: &Shown<'_>, precision: usize) -> Self {
        let survey = Survey::new(shown);
        let mut format = FloatFormat { precision, ..FloatFormat::default() };
        if survey.is_exponential() {
            format.fit_exponential(shown, precision);
        } else if survey.finite {
            format.fit_fixed(shown, precision);
        }
        if survey.strange > 0 {
            // One column is the point's.
            format.left = format.left.max(survey.strange.saturating_sub(format.right + 1));
        }
        format
    }

    fn fit_fixed(&mut self, shown: &Shown<'_>, precision: usize) {
        let mut text = String::new();
        each(shown, |real| {
            if real.x.is_finite()
                && let Ok(parts) = fixed(real, precision, &mut text)
            {
                self.left = self.left.max(parts.whole.len());
                self.right = self.right.max(parts.fraction.len());
            }
        });
    }

    fn fit_exponential(&mut self, shown: &Shown<'_>, precision: usize) {
        let (mut text, mut digits, mut fraction) = (String::new(), 2, 0);
        each(shown, |real| {
            if real.x.is_finite()
                && let Ok(parts) = exponential(real, precision, &mut text)
            {
                self.left = self.left.max(parts.whole.len());
                fraction = fraction.max(parts.fraction.len());
                digits = digits.max(if parts.exponent.abs() >= 100 { 3 } else { 2 });
            }
        });
        self.exponent = Some(digits);
        self.precision = fraction;
        // Behind the point: the fraction, e, a sign, the exponent.
        self.right = fraction + 2 + digits;
    }

    /// Appends one float.
    pub(super) fn write(&self, out: &mut String, real: Real) -> fmt::Result {
        let &FloatFormat { left, right, precision, .. } = self;
        if !real.x.is_finite() {
            let width = left + right + 1;
            return write!(out, "{:>width$}", not_finite(real.x));
        }
        let mut text = String::new();
        match self.exponent {
            None => {
                let Parts { whole, fraction, .. } = fixed(real, precision, &mut text)?;
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
