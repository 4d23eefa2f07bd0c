//! The softmax of numbers, step by step: what the maximum leaves of each, its exp, and its share of their sum.
//!
//! ```text
//!     a  a - max     exp  softmax
//!   0.3     -3.7  0.0247   0.0182  #
//!   2.9     -1.1  0.3329   0.2452  ##########           of a matrix: over the whole array, as the chapter's,
//!   4.0      0.0  1.       0.7366  ################       then row by row, as a layer of a network
//! ```
//!
//! The last column is computed by softmax itself, the others as it does. Where the naive one breaks: `beside_naive`.

use alloc::vec::Vec;

use crate::error::Result;
use crate::explain::json::{Json, Raw};
use crate::explain::numbers::{joined, number, numbers, unravel, values};
use crate::explain::sheet::{Cell, Rows, Sheet};
use crate::kernel::scalar::Scalar;
use crate::reference::math::ln;
use crate::tensor::Tensor;

/// The softmax of some inputs, over all of them, step by step.
#[derive(Clone, Debug)]
pub struct Softmax {
    /// The inputs.
    pub a: Tensor,
    /// The greatest of them, or nan.
    pub max: f64,
    /// `a - max`.
    pub shifted: Tensor,
    /// `(a - max).exp()`.
    pub shifted_exp: Tensor,
    /// `(a - max).exp().sum()`.
    pub shifted_sum: f64,
    /// `a.exp()`.
    pub exp: Tensor,
    /// `a.exp().sum()`.
    pub sum: f64,
    /// `a.exp() / a.exp().sum()`.
    pub naive: Tensor,
    /// `a.softmax_whole()`.
    pub softmax: Tensor,
    /// Its sum.
    pub total: f64,
    /// The same of each row along the last axis, where there are more axes.
    pub by_row: Vec<Softmax>,
}

impl Softmax {
    #[inline]
    pub(super) fn new(a: &Tensor) -> Result<Self> {
        let (exp, softmax) = (a.exp(), a.softmax_whole()?);
        // (Number by number: no kernels for so few.)
        let max = a.iter().fold(f64::NEG_INFINITY, Scalar::maximum);
        let (sum, total, shifted) = (exp.sum(), softmax.sum(), a.map(|x| x - max));
        let (naive, shifted_exp) = (&exp / sum, shifted.exp());
        let shifted_sum = shifted_exp.sum();
        let by_row = match *a.shape() {
            [_, .., n] => a.reshape(&[-1, n as isize])?.rows().map(|row| Softmax::new(&row)).collect::<Result<_>>()?,
            _ => Vec::new(),
        };
        Ok(Softmax { a: a.clone(), max, shifted, shifted_exp, shifted_sum, exp, sum, naive, softmax, total, by_row })
    }

    /// The steps of all, and then of each row, if there are rows.
    pub(super) fn steps(&self, sheet: &mut Sheet) {
        if self.by_row.is_empty() {
            return self.shares(sheet);
        }
        sheet.heading("Over the whole array, as the chapter's softmax does");
        self.shares(sheet);
        sheet.heading("Row by row, as forward does with a batch");
        let outer = &self.a.shape()[..self.a.ndim() - 1];
        for (i, row) in self.by_row.iter().enumerate() {
            sheet.say(format!("a[{},:]", joined(&unravel(outer, i))));
            row.table(sheet);
            row.sums(sheet);
        }
    }

    fn shares(&self, sheet: &mut Sheet) {
        self.table(sheet);
        if self.max.is_finite() {
            let says = "is subtracted first: it cancels in the quotient, and exp is at most 1.";
            sheet.say(format!("The maximum, {}, {says}", number(self.max)));
        }
        self.sums(sheet);
        // (a - max is off by up to 745 half ulps, each exp by an ulp, the sums of 100 by no more: in all less than
        // 2000.)
        let near = |(naive, share): (f64, f64)| (naive - share).abs() <= 2000.0 * f64::EPSILON * share;
        let naive = match self.sum {
            // (Where softmax is nan, so is the other one.)
            _ if self.total.is_nan() => return,
            f64::INFINITY if self.exp.iter().all(f64::is_finite) => "the sum overflows, and all shares would be 0",
            f64::INFINITY => "exp overflows, and inf / inf would be nan",
            0.0 => "exp vanishes, and 0 / 0 would be nan",
            _ if self.naive.iter().zip(self.softmax.iter()).all(near) => {
                "the shares are the same, but perhaps for last digits"
            }
            _ => "so near to 0, exp has lost digits, and so have the shares",
        };
        sheet.say(format!("Without that, sum(exp(a)) = {}: {naive}.", number(self.sum)));
    }

    /// The columns, with bars where there is room.
    fn table(&self, sheet: &mut Sheet) {
        sheet.aloud(format!("softmax({}) = {}, naive {}.", self.a, self.softmax, self.naive));
        let columns = [&self.a, &self.shifted, &self.shifted_exp, &self.softmax];
        let table = |precision| rows(["a", "a - max", "exp", "softmax"], columns, precision);
        sheet.bars_or_table(&[8, 4], table, &self.softmax.to_vec());
    }

    /// What the columns come to, and why it is no number where it is none.
    fn sums(&self, sheet: &mut Sheet) {
        match self.max {
            max if max.is_nan() => sheet.say("A number is nan: so are the maximum and all that follows."),
            max if max.is_infinite() => {
                let max = number(max);
                sheet.say(format!("The maximum is {max}, and {max} - {max} is nan: so are the sum and all outputs."));
            }
            _ if self.a.iter().any(|x| x == f64::NEG_INFINITY) => sheet.say("exp(-inf) is 0: -inf has no share."),
            _ => {}
        }
        let (sum, total) = (number(self.shifted_sum), number(self.total));
        let whole = if self.total.is_finite() { ": the outputs share one whole" } else { "" };
        sheet.say(format!("sum(exp(a - max)) = {sum}, by which each exp is divided; sum(softmax) = {total}{whole}."));
    }

    pub(super) fn beside_naive(&self, sheet: &mut Sheet) {
        sheet.heading(format!("a = {}", self.a));
        sheet.aloud(format!("softmax is {}, naive {}.", self.softmax, self.naive));
        sheet.say(format!("exp(a) = {:.4}", self.exp));
        let columns = [&self.a, &self.naive, &self.softmax];
        let table = |precision| rows(["a", "naive", "softmax"], columns, precision);
        sheet.bars_or_table(&[4], table, &self.softmax.to_vec());
        if self.naive.iter().any(f64::is_nan) {
            sheet.broken(format!("exp overflows: beyond {:.2} it is inf, and inf / inf is nan.", ln(f64::MAX)));
        }
    }

    pub(super) fn to_json(&self) -> Raw {
        let Softmax { a, shifted, shifted_exp, exp, naive, softmax, .. } = self;
        let columns = [a, shifted, shifted_exp, exp, naive, softmax].into_iter();
        Json::object(|o| {
            for (name, t) in ["a", "shifted", "shifted_exp", "exp", "naive", "softmax"].iter().zip(columns) {
                o.field(name, values(&t.to_vec()));
            }
            o.field("max", self.max);
            o.field("shifted_sum", self.shifted_sum);
            o.field("sum", self.sum);
            o.field("by_row", self.by_row.iter().map(Softmax::to_json).collect::<Vec<_>>());
        })
    }
}

/// Columns under their names.
fn rows<const N: usize>(names: [&str; N], columns: [&Tensor; N], precision: usize) -> Rows {
    let columns = columns.map(|t| numbers(t, precision));
    let row = |i: usize| columns.iter().map(|column| Cell::plain(&column[i])).collect();
    core::iter::once(names.map(Cell::soft).into()).chain((0..columns[0].len()).map(row)).collect()
}
