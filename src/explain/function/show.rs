//! How plots are shown: curves in a frame with their formulas; softmax as a table with bars.
//!
//! ```text
//!     a      exp(a)     softmax
//!   0.3  1.34985881  0.01821127
//!   2.9  18.1741453  0.24519181  ########
//!   4.0  54.5981500  0.73659691  ########################
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::curves::Frame;
use super::{Plot, Softmax};
use crate::explain::json::{Json, Raw};
use crate::explain::numbers::{number, numbers, values};
use crate::explain::sheet::{Cell, Sheet};
use crate::reference::math::ln;

impl Plot {
    fn title(&self) -> String {
        match self.curves.first() {
            Some(curve) => {
                let ends = [0, -1].map(|i| curve.x.get(&[i]).map(number).unwrap_or_default());
                format!("{} on [{}, {}]", self.name.replace(',', " and "), ends[0], ends[1])
            }
            None if self.rows.len() == 1 => "softmax: exp(a) / sum(exp(a))".into(),
            None => "softmax, naive and stable".into(),
        }
    }

    pub(in crate::explain) fn sheet(&self, width: usize) -> Sheet<'_> {
        let mut sheet = Sheet::new(self.title(), width);
        if let Some(frame) = Frame::new(&self.curves) {
            sheet.figure(move |look| frame.print(&self.curves, look), move |svg, y| frame.draw(&self.curves, svg, y));
        }
        for (curve, mark) in self.curves.iter().zip([["*", "full line"], ["o", "dashed line"]]) {
            let what = format!("{}(x) = {}", curve.name, curve.formula);
            if self.curves.len() > 1 { sheet.legend(mark, what) } else { sheet.say(what) }
        }
        self.bars(&mut sheet);
        sheet
    }

    fn bars(&self, sheet: &mut Sheet) {
        for row in &self.rows {
            sheet.aloud(format!("softmax({}) = {}, naive {}.", row.a, row.softmax, row.naive));
            if self.rows.len() > 1 {
                row.beside_naive(sheet);
            } else {
                row.shares(sheet);
            }
        }
        if self.rows.len() > 1 {
            sheet.heading("What makes the other one stable");
            sheet.say(
                "Adding a number to every input changes nothing in the quotient. So softmax subtracts the maximum first: \
                 exp(a - max(a)) is at most 1 and cannot overflow.",
            );
        }
    }
}

impl Softmax {
    fn shares(&self, sheet: &mut Sheet) {
        for precision in [8, 4] {
            let columns = [&self.a, &self.exp, &self.softmax].map(|t| numbers(t, precision));
            if sheet.bars(rows(["a", "exp(a)", "softmax"], columns), &self.softmax.to_vec()) {
                break;
            }
        }
        sheet.say(format!("sum(exp(a)) = {}", number(self.sum)));
        let broken = match self.sum {
            f64::INFINITY => Some("exp overflows, and inf / inf would be nan"),
            0.0 => Some("exp vanishes, and 0 / 0 would be nan"),
            _ => None,
        };
        if let (Some(broken), true) = (broken, self.naive.iter().any(f64::is_nan)) {
            sheet.say(format!(
                "{broken}: softmax is exp(a - max(a)) / sum(exp(a - max(a))), which is the same quotient."
            ));
        }
        let sum = self.total;
        let whole = if sum.is_finite() { ": the outputs share one whole" } else { "" };
        sheet.say(format!("sum(softmax) = {}{whole}.", number(sum)));
    }

    fn beside_naive(&self, sheet: &mut Sheet) {
        sheet.heading(format!("a = {}", self.a));
        sheet.say(format!("exp(a) = {:.4}", self.exp));
        let columns = [&self.a, &self.naive, &self.softmax].map(|t| numbers(t, 4));
        sheet.bars(rows(["a", "naive", "softmax"], columns), &self.softmax.to_vec());
        if self.naive.iter().any(f64::is_nan) {
            sheet.wrong(format!("exp overflows: beyond {:.2} it is inf, and inf / inf is nan.", ln(f64::MAX)));
        }
    }
}

/// Columns under their names.
fn rows(names: [&str; 3], columns: [Vec<String>; 3]) -> Vec<Vec<Cell>> {
    let row = |i: usize| columns.iter().map(|column| Cell::plain(&column[i])).collect();
    core::iter::once(names.map(Cell::soft).into()).chain((0..columns[0].len()).map(row)).collect()
}

impl Plot {
    pub(in crate::explain) fn to_json(&self) -> Raw {
        let curves = self.curves.iter().map(|curve| {
            Json::object(|o| {
                o.field("name", curve.name);
                o.field("formula", curve.formula);
                o.field("x", values(&curve.x.to_vec()));
                o.field("y", values(&curve.y.to_vec()));
            })
        });
        let rows = self.rows.iter().map(|row| {
            Json::object(|o| {
                o.field("a", values(&row.a.to_vec()));
                o.field("exp", values(&row.exp.to_vec()));
                o.field("sum", row.sum);
                o.field("naive", values(&row.naive.to_vec()));
                o.field("softmax", values(&row.softmax.to_vec()));
            })
        });
        Json::object(|o| {
            o.field("explain", "function");
            o.field("name", &self.name);
            o.field("curves", curves.collect::<Vec<_>>());
            o.field("softmax", rows.collect::<Vec<_>>());
        })
    }
}
