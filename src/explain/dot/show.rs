//! How a product is shown: the axes, the two operands with the result between them, the sum.
//!
//! ```text
//!                  [ 5]  6       b above its columns of the result,
//!                  [ 7]  8       a beside its rows: the cell stands where the lit ones cross
//!
//!     [1] [2]      [19] 22
//!      3   4        43  50       where that is too wide, one below the other
//! ```
//!
//! Long axes are abridged. The numbers come from `dot.rs`. Read next: `terms.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Dot, Operand, Order, written};
use crate::error::Tuple;
use crate::explain::Role;
use crate::explain::language::{Page, Words, same};
use crate::explain::numbers::{joined, number, numbers, picked, window};
use crate::explain::sheet::{Cell, Rows, Sheet, not_drawn, row};
use crate::kernel::closed::Number;
use crate::layout::slice::Index;
use crate::tensor::Tensor;

impl<T: Number> Dot<T> {
    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let (a, b) = (Tuple(self.a.shape()), Tuple(self.b.shape()));
        let title = match self.out() {
            Some(out) => {
                let out = Tuple(out.shape());
                [format!("dot: {a} and {b} give {out}"), format!("点积：{a} 与 {b} 得到 {out}")]
            }
            None => [format!("dot: {a} and {b} do not fit"), format!("点积：{a} 与 {b} 的形状对不上")],
        };
        let mut sheet = Sheet::new(title, page);
        if !sheet.table(self.axis_table()) {
            sheet.say(["There are too many axes to draw.", "轴太多，画不下。"]);
        }
        sheet.say(self.rule());
        if let Some(error) = self.error() {
            sheet.heading(["NumPy's message", "NumPy 的报错"]);
            sheet.wrong(error);
            self.partners(&mut sheet);
            return sheet;
        }
        match self.sum() {
            None if self.out().is_some_and(|out| out.size() == 0) => {
                sheet.say(["The result has no cells.", "结果没有元素。"]);
            }
            None => sheet.say([
                format!("A cell is the sum of {} terms, too many to follow here.", self.terms()),
                format!("一个元素是 {} 项的和，太多了，这里无法逐项查看。", self.terms()),
            ]),
            Some(sum) => {
                // The only element of a result without axes has no index.
                let index = if sum.index.is_empty() { String::new() } else { format!("[{}]", joined(&sum.index)) };
                sheet.heading(same(format!("out{index} = {}", number(sum.value()))));
                self.faces(&mut sheet);
                self.steps(&mut sheet, &sum);
            }
        }
        sheet
    }

    /// The axes of all three, a column for each of the result and one for those that are contracted.
    fn axis_table(&self) -> Rows {
        let mut rows = ["a", "b", "out"].map(|name| vec![Cell::soft(name)]);
        let fits = self.out.is_ok();
        let operands = [(self.a.shape(), Role::A), (self.b.shape(), Role::B)];
        let mut origin = self.origin();
        // The last axis of b, unless it is contracted, comes after the contracted ones.
        let behind = if self.b.ndim() > 1 && self.axes().is_some() { origin.pop() } else { None };
        let place = |rows: &mut [Vec<Cell>; 3], (operand, axis): (Operand, usize)| {
            let (shape, role) = operands[operand as usize];
            rows[operand as usize].push(Cell::boxed(shape[axis], role));
            rows[1 - operand as usize].push(Cell::default());
            rows[2].push(if fits { Cell::boxed(shape[axis], Role::Out) } else { Cell::default() });
        };
        origin.into_iter().for_each(|axis| place(&mut rows, axis));
        if let Some((axis_a, axis_b)) = self.axes() {
            let lit = |n: usize, role| Cell::boxed(n, if fits { role } else { Role::Wrong }).lit(fits);
            rows[0].push(lit(self.a.shape()[axis_a], Role::A));
            rows[1].push(lit(self.b.shape()[axis_b], Role::B));
            rows[2].push(Cell::default());
        }
        behind.into_iter().for_each(|axis| place(&mut rows, axis));
        rows.into_iter().take(if fits { 3 } else { 2 }).collect()
    }

    fn rule(&self) -> Words {
        let Some((axis_a, axis_b)) = self.axes() else {
            let says = [
                "An operand without axes: nothing pairs up. It multiplies every element of the other.",
                "有一个操作数没有轴：没有什么可配对。它与另一个操作数的每个元素相乘。",
            ];
            return says.map(String::from);
        };
        let (m, n) = (self.a.shape()[axis_a], self.b.shape()[axis_b]);
        let a = if self.a.ndim() == 1 { ["only", "唯一的"] } else { ["last", "的最后一个"] };
        let b =
            [["only", "唯一的"], ["first", "的第一个"], ["second-to-last", "的倒数第二个"]][self.b.ndim().min(3) - 1];
        let pair = [
            format!("The {} axis of a pairs with the {} axis of b:", a[0], b[0]),
            format!("a {}轴与 b {}轴配对：", a[1], b[1]),
        ];
        if m != n {
            return [
                format!(
                    "{} {m} against {n}. They must be equally long: each number of a row needs one of the column.",
                    pair[0]
                ),
                format!("{}{m} 对 {n}。两者必须一样长：行里的每个数都要有列里的一个数与它相乘。", pair[1]),
            ];
        }
        let rows = if self.a.ndim() == 1 { ["The row a", "a 这一行"] } else { ["Every row of a", "a 的每一行"] };
        let columns = match self.b.ndim() {
            1 => ["the vector b", "b 这个向量"],
            2 => ["every column of b", "b 的每一列"],
            _ => ["every column of every matrix of b", "b 的每个矩阵的每一列"],
        };
        let left = match self.origin().len() {
            0 => ["No axis is left: the result is one number.", "没有轴剩下：结果是一个数。"],
            _ => [
                "The two are gone from the result, for products along them are added up; the axes that are left, a's first, are its shape.",
                "这两个轴在结果中消失，因为沿着它们的乘积加在了一起；剩下的轴就是结果的形状，a 的在前。",
            ],
        };
        [
            format!("{} {m} and {n}. {} meets {}. {}", pair[0], rows[0], columns[0], left[0]),
            format!("{}{m} 和 {n}。{}与 {}相乘。{}", pair[1], rows[1], columns[1], left[1]),
        ]
    }

    /// A row and a column of different lengths: which numbers have no partner.
    fn partners(&self, sheet: &mut Sheet) {
        let Some((axis_a, axis_b)) = self.axes() else { return };
        let (m, n) = (self.a.shape()[axis_a], self.b.shape()[axis_b]);
        let line = |[name, chinese]: [&str; 2], t: &Tensor<T>, axis: usize, most: isize, role| {
            let at = (0..t.ndim()).map(|i| if i == axis { Index::step(..most, 1) } else { Index::At(0) });
            let line = t.slice(&at.collect::<Vec<_>>()[..]).ok()?;
            let cell = |(k, text)| Cell::boxed(text, if k < m.min(n) { role } else { Role::Wrong });
            let more = (t.shape()[axis] > line.size()).then(|| Cell::soft("..."));
            Some(row(Cell::soft(name).zh(chinese), numbers(&line, 4).into_iter().enumerate().map(cell).chain(more)))
        };
        sheet.heading(["What would have to meet", "本应配对的数"]);
        let table = |most| {
            let a = line(["row of a", "a 的行"], &self.a, axis_a, most, Role::A)?;
            Some(vec![a, line(["column of b", "b 的列"], &self.b, axis_b, most, Role::B)?])
        };
        [8, 4, 2].into_iter().filter_map(table).any(|table| sheet.table(table));
    }

    /// The matrices in which the cell and its terms stand.
    fn faces(&self, sheet: &mut Sheet) {
        let (Some(out), true) = (self.out(), self.terms() > 0) else { return };
        let Some([a, b, c]) = self.three(out) else { return };
        [(6, 8), (6, 4), (4, 4), (3, 4), (2, 2), (1, 2)].into_iter().any(|(most, precision)| {
            let grids = [&a, &b, &c].map(|face| face.cells(most, precision));
            (self.order() != Order::Product && sheet.table(crossed(&grids))) || sheet.tables(grids)
        });
        if out.ndim() > 2 {
            let shape = Tuple(out.shape());
            sheet.say([format!("All of out, {shape}, plane by plane:"), format!("整个 out，{shape}，逐个平面：")]);
            if let Some(why) = not_drawn(out.shape()) {
                return sheet.say(why);
            }
            sheet.cells(out.shape(), &|index| {
                let at: Vec<isize> = index.iter().map(|&i| i as isize).collect();
                let text = out.get(&at).map_or_else(|_| Vec::new(), |x| numbers(&Tensor::from([x]), 4));
                Cell::boxed(text.concat(), Role::Out).lit(index == self.index)
            });
        }
    }

    fn three(&self, out: &Tensor<T>) -> Option<[Face<T>; 3]> {
        let last_two = |t: &Tensor<T>| [t.ndim().checked_sub(2), t.ndim().checked_sub(1)];
        // The axes of rows and of columns, and along which of the two the place of the cell is lit.
        let [a, b, c] = match self.axes() {
            None => [last_two(&self.a), last_two(&self.b), last_two(out)].map(|sides| (sides, [true, true])),
            Some((axis_a, axis_b)) => {
                let (row, column) = (axis_a.checked_sub(1), (self.b.ndim() > 1).then_some(axis_b + 1));
                let of_out = [row, column.and(out.ndim().checked_sub(1))];
                [([row, Some(axis_a)], [true, false]), ([Some(axis_b), column], [false, true]), (of_out, [true, true])]
            }
        };
        let [at_a, at_b] = self.lines(&self.index);
        let at_out = self.index.iter().map(|&i| Index::At(i as isize)).collect();
        Some([
            Face::new("a", &self.a, at_a, a, Role::A)?,
            Face::new("b", &self.b, at_b, b, Role::B)?,
            Face::new("out", out, at_out, c, Role::Out)?,
        ])
    }
}

/// A matrix and what of it is lit: a row, a column, or where the two meet.
struct Face<T> {
    name: String,
    matrix: Tensor<T>,
    lit: [Option<usize>; 2],
    role: Role,
}

impl<T: Number> Face<T> {
    /// The matrix around `at` along the axes of rows and of columns, of which one or both may be missing.
    fn new(
        name: &str,
        t: &Tensor<T>,
        mut at: Vec<Index>,
        (sides, lit): ([Option<usize>; 2], [bool; 2]),
        role: Role,
    ) -> Option<Self> {
        let place = |axis: usize| if let Index::At(i) = at[axis] { i as usize } else { 0 };
        let lit = [0, 1].map(|side| lit[side].then(|| sides[side].map_or(0, place)));
        sides.into_iter().flatten().for_each(|axis| at[axis] = Index::step(.., 1));
        let part = t.slice(&at[..]).ok()?;
        let matrix = match part.ndim() {
            0 => part.reshape(&[1, 1]).ok()?,
            1 => part.expand_dims(if sides[0].is_none() { 0 } else { 1 }).ok()?,
            _ => part,
        };
        let name = if t.ndim() > 2 { format!("{name}[{}]", written(&at, ":")) } else { name.into() };
        Some(Face { name, matrix, lit, role })
    }

    /// The boxes of at most about `most` rows and columns, behind a column with the name.
    fn cells(&self, most: usize, precision: usize) -> Rows {
        let &[m, n] = self.matrix.shape() else { return Vec::new() };
        let [row_lit, column_lit] = self.lit;
        let (rows, columns) = (window(m, most, row_lit.unwrap_or(0)), window(n, most, column_lit.unwrap_or(0)));
        let cell = |i: Option<usize>, j: Option<usize>, text: String| match (i, j) {
            (Some(_), Some(_)) => {
                let is_lit = (row_lit.is_none() || row_lit == i) && (column_lit.is_none() || column_lit == j);
                Cell::boxed(text, self.role).lit(is_lit)
            }
            _ => Cell::soft(text),
        };
        let texts = picked(&self.matrix, [&rows, &columns], precision);
        let line = |(nth, (&i, texts)): (usize, (&Option<usize>, Vec<String>))| {
            let cells = columns.iter().zip(texts).map(|(&j, text)| cell(i, j, text));
            row(if nth == 0 { Cell::soft(&self.name) } else { Cell::default() }, cells)
        };
        rows.iter().zip(texts).enumerate().map(line).collect()
    }
}

/// a at the left, b at the top, the result where they cross and its name at the right.
fn crossed([a, b, out]: &[Rows; 3]) -> Rows {
    let blank = || vec![Cell::default()];
    let left = a.first().map_or(1, Vec::len);
    let above = b.iter().map(|b| [&vec![Cell::default(); left][..], b].concat());
    let beside = a.iter().zip(out).map(|(a, out)| [a, &blank()[..], &out[1..], &out[..1]].concat());
    above.chain([blank()]).chain(beside).collect()
}
