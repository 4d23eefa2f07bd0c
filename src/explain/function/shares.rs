//! The softmax of numbers, step by step: what the maximum leaves of each, its exp, and its share of their sum.
//!
//! ```text
//!     a  a - max     exp  softmax
//!   0.3     -3.7  0.0247   0.0182  #
//!   2.9     -1.1  0.3329   0.2452  ##########           of a matrix: over the whole array, as the chapter's,
//!   4.0      0.0  1.       0.7366  ################       then row by row, as a layer of a network
//! ```
//!
//! Each column is computed by tensor methods, the last by softmax itself. Where the naive one breaks: `beside_naive`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Result;
use crate::explain::json::{Json, Raw};
use crate::explain::numbers::{joined, number, numbers, unravel, values};
use crate::explain::sheet::{Cell, Rows, Sheet};
use crate::layout::slice::Index;
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
}

impl Softmax {
    #[inline]
    pub(super) fn new(a: &Tensor) -> Result<Self> {
        let (exp, softmax, max) = (a.exp(), a.softmax_whole()?, a.max()?);
        let (sum, total, shifted) = (exp.sum(), softmax.sum(), a - max);
        let (naive, shifted_exp) = (&exp / sum, shifted.exp());
        let shifted_sum = shifted_exp.sum();
        Ok(Softmax { a: a.clone(), max, shifted, shifted_exp, shifted_sum, exp, sum, naive, softmax, total })
    }

    /// Those along the last axis, if it is not the only one.
    #[inline]
    pub(super) fn by_row(a: &Tensor) -> Result<Vec<Self>> {
        let Some((_, outer @ [_, ..])) = a.shape().split_last() else { return Ok(Vec::new()) };
        let row = |i: usize| {
            let at: Vec<Index> = unravel(outer, i).into_iter().map(|i| Index::At(i as isize)).collect();
            Softmax::new(&a.slice(&at[..])?)
        };
        (0..outer.iter().product()).map(row).collect()
    }

    pub(super) fn aloud(&self, sheet: &mut Sheet) {
        sheet.aloud(format!("softmax({}) = {}, naive {}.", self.a, self.softmax, self.naive));
    }

    /// The steps of all, and then of each row, if there are rows.
    pub(super) fn steps(&self, by_row: &[Self], sheet: &mut Sheet) {
        if by_row.is_empty() {
            return self.shares(sheet);
        }
        sheet.heading("Over the whole array, as the chapter's softmax does");
        self.shares(sheet);
        sheet.heading("Row by row, as forward does with a batch");
        let outer = &self.a.shape()[..self.a.ndim() - 1];
        for (i, row) in by_row.iter().enumerate() {
            sheet.say(format!("a[{},:]", joined(&unravel(outer, i))));
            row.aloud(sheet);
            row.table(sheet);
            row.sums(sheet);
        }
    }

    fn shares(&self, sheet: &mut Sheet) {
        self.table(sheet);
        if self.max.is_finite() {
            let max = number(self.max);
            sheet.say(format!(
                "The maximum, {max}, is subtracted first: it cancels in the quotient, and exp is at most 1."
            ));
        }
        self.sums(sheet);
        let naive = match self.sum {
            // (Where softmax is nan, so is the other one.)
            _ if self.total.is_nan() => return,
            f64::INFINITY => "exp overflows, and inf / inf would be nan",
            0.0 => "exp vanishes, and 0 / 0 would be nan",
            _ if self.agrees() => "the shares are the same, but perhaps for last digits",
            _ => "so near to 0, exp has lost digits, and so have the shares",
        };
        sheet.say(format!("Without that, sum(exp(a)) = {}: {naive}.", number(self.sum)));
    }

    /// Whether the naive shares are as good: a - max is off by up to 745 half ulps, each exp by an ulp, the sums of 100
    /// by no more, in all less than 2000 ulps.
    fn agrees(&self) -> bool {
        let near = |(naive, share): (f64, f64)| (naive - share).abs() <= 2000.0 * f64::EPSILON * share;
        self.naive.iter().zip(self.softmax.iter()).all(near)
    }

    /// The columns, with bars where there is room.
    fn table(&self, sheet: &mut Sheet) {
        let shares = self.softmax.to_vec();
        let columns = |precision: usize| {
            [&self.a, &self.shifted, &self.shifted_exp, &self.softmax].map(|t| numbers(t, precision))
        };
        let fits = [(8, true), (4, true), (4, false), (2, false)].into_iter().any(|(precision, with_bars)| {
            let rows = rows(["a", "a - max", "exp", "softmax"], columns(precision));
            if with_bars { sheet.bars(rows, &shares) } else { sheet.table(rows) }
        });
        if !fits {
            let [a, shifted, exp, softmax] = columns(2);
            for (((a, shifted), exp), softmax) in a.iter().zip(shifted).zip(exp).zip(softmax) {
                sheet.say(format!("a {a}, a - max {shifted}, exp {exp}, softmax {softmax}"));
            }
        }
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
        sheet.say(format!("exp(a) = {:.4}", self.exp));
        let columns = [&self.a, &self.naive, &self.softmax].map(|t| numbers(t, 4));
        sheet.bars(rows(["a", "naive", "softmax"], columns), &self.softmax.to_vec());
        if self.naive.iter().any(f64::is_nan) {
            sheet.wrong(format!("exp overflows: beyond {:.2} it is inf, and inf / inf is nan.", ln(f64::MAX)));
        }
    }

    pub(super) fn to_json(&self) -> Raw {
        let Softmax { a, shifted, shifted_exp, exp, naive, softmax, .. } = self;
        let [a, shifted, shifted_exp, exp, naive, softmax] =
            [a, shifted, shifted_exp, exp, naive, softmax].map(|t| values(&t.to_vec()));
        Json::of(&[
            ("a", &a),
            ("max", &self.max),
            ("shifted", &shifted),
            ("shifted_exp", &shifted_exp),
            ("shifted_sum", &self.shifted_sum),
            ("exp", &exp),
            ("sum", &self.sum),
            ("naive", &naive),
            ("softmax", &softmax),
        ])
    }
}

/// Columns under their names.
fn rows<const N: usize>(names: [&str; N], columns: [Vec<String>; N]) -> Rows {
    let row = |i: usize| columns.iter().map(|column| Cell::plain(&column[i])).collect();
    core::iter::once(names.map(Cell::soft).into()).chain((0..columns[0].len()).map(row)).collect()
}
