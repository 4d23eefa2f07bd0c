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
use crate::explain::language::same;
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
        sheet.heading(["Over the whole array, as the chapter's softmax does", "对整个数组，与本章的 softmax 一样"]);
        self.shares(sheet);
        sheet.heading(["Row by row, as forward does with a batch", "逐行，与 forward 处理一批数据时一样"]);
        let outer = &self.a.shape()[..self.a.ndim() - 1];
        for (i, row) in self.by_row.iter().enumerate() {
            sheet.say(same(format!("a[{},:]", joined(&unravel(outer, i)))));
            row.table(sheet);
            row.sums(sheet);
        }
    }

    fn shares(&self, sheet: &mut Sheet) {
        self.table(sheet);
        if self.max.is_finite() {
            let max = number(self.max);
            sheet.say([
                format!("The maximum, {max}, is subtracted first: it cancels in the quotient, and exp is at most 1."),
                format!("先减去最大值 {max}：它在商里约去，而 exp 至多是 1。"),
            ]);
        }
        self.sums(sheet);
        // (a - max is off by up to 745 half ulps, each exp by an ulp, the sums of 100 by no more: in all less than
        // 2000.)
        let near = |(naive, share): (f64, f64)| (naive - share).abs() <= 2000.0 * f64::EPSILON * share;
        let naive = match self.sum {
            // (Where softmax is nan, so is the other one.)
            _ if self.total.is_nan() => return,
            f64::INFINITY if self.exp.iter().all(f64::is_finite) => {
                ["the sum overflows, and all shares would be 0", "和溢出，所有比例都会是 0"]
            }
            f64::INFINITY => ["exp overflows, and inf / inf would be nan", "exp 溢出，而 inf / inf 会是 nan"],
            0.0 => ["exp vanishes, and 0 / 0 would be nan", "exp 变成 0，而 0 / 0 会是 nan"],
            _ if self.naive.iter().zip(self.softmax.iter()).all(near) => {
                ["the shares are the same, but perhaps for last digits", "比例相同，也许只差最后几位"]
            }
            _ => {
                ["so near to 0, exp has lost digits, and so have the shares", "离 0 这么近，exp 丢了几位数字，比例也是"]
            }
        };
        let sum = number(self.sum);
        sheet.say([
            format!("Without that, sum(exp(a)) = {sum}: {}.", naive[0]),
            format!("不减的话，sum(exp(a)) = {sum}：{}。", naive[1]),
        ]);
    }

    /// The columns, with bars where there is room.
    fn table(&self, sheet: &mut Sheet) {
        let Softmax { a, softmax, naive, .. } = self;
        sheet.aloud([
            format!("softmax({a}) = {softmax}, naive {naive}."),
            format!("softmax({a}) = {softmax}，朴素算法 {naive}。"),
        ]);
        let columns = [&self.a, &self.shifted, &self.shifted_exp, &self.softmax];
        let table = |precision| rows(["a", "a - max", "exp", "softmax"].map(|name| [name; 2]), columns, precision);
        sheet.bars_or_table(&[8, 4], table, &self.softmax.to_vec());
    }

    /// What the columns come to, and why it is no number where it is none.
    fn sums(&self, sheet: &mut Sheet) {
        match self.max {
            max if max.is_nan() => sheet.say([
                "A number is nan: so are the maximum and all that follows.",
                "有一个数是 nan：最大值和后面的一切也都是。",
            ]),
            max if max.is_infinite() => {
                let max = number(max);
                sheet.say([
                    format!("The maximum is {max}, and {max} - {max} is nan: so are the sum and all outputs."),
                    format!("最大值是 {max}，而 {max} - {max} 是 nan：和与所有输出也都是。"),
                ]);
            }
            _ if self.a.iter().any(|x| x == f64::NEG_INFINITY) => {
                sheet.say(["exp(-inf) is 0: -inf has no share.", "exp(-inf) 是 0：-inf 不占比例。"]);
            }
            _ => {}
        }
        let (sum, total) = (number(self.shifted_sum), number(self.total));
        let whole = match self.total.is_finite() {
            true => [": the outputs share one whole", "：各输出分占一个整体"],
            false => ["", ""],
        };
        sheet.say([
            format!("sum(exp(a - max)) = {sum}, by which each exp is divided; sum(softmax) = {total}{}.", whole[0]),
            format!("sum(exp(a - max)) = {sum}，每个 exp 都除以它；sum(softmax) = {total}{}。", whole[1]),
        ]);
    }

    pub(super) fn beside_naive(&self, sheet: &mut Sheet) {
        let Softmax { softmax, naive, .. } = self;
        sheet.heading(same(format!("a = {}", self.a)));
        sheet.aloud([
            format!("softmax is {softmax}, naive {naive}."),
            format!("softmax 是 {softmax}，朴素算法 {naive}。"),
        ]);
        sheet.say(same(format!("exp(a) = {:.4}", self.exp)));
        let columns = [&self.a, &self.naive, &self.softmax];
        let table = |precision| rows([["a"; 2], ["naive", "朴素"], ["softmax"; 2]], columns, precision);
        sheet.bars_or_table(&[4], table, &self.softmax.to_vec());
        if self.naive.iter().any(f64::is_nan) {
            let most = ln(f64::MAX);
            sheet.broken([
                format!("exp overflows: beyond {most:.2} it is inf, and inf / inf is nan."),
                format!("exp 溢出：超过 {most:.2} 就是 inf，而 inf / inf 是 nan。"),
            ]);
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
fn rows<const N: usize>(names: [[&str; 2]; N], columns: [&Tensor; N], precision: usize) -> Rows {
    let columns = columns.map(|t| numbers(t, precision));
    let row = |i: usize| columns.iter().map(|column| Cell::plain(&column[i])).collect();
    core::iter::once(names.map(|[name, chinese]| Cell::soft(name).zh(chinese)).into())
        .chain((0..columns[0].len()).map(row))
        .collect()
}
