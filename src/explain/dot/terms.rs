//! The terms of a cell and their running sums, as a table; and for floats with a vector the lanes as they join.
//!
//! ```text
//!    k  a[1,k]  b[k,0]  product  sum          where that is too wide, two numbers to a line, or one
//!    0       3       5       15   15
//!    1       4       7       28   43
//! ```

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Dot, Order, Sum, written};
use crate::explain::language::{Words, same};
use crate::explain::numbers::{number, window};
use crate::explain::sheet::{Cell, Rows, Sheet, row};
use crate::kernel::closed::Number;
use crate::layout::slice::Index;

/// The terms that are shown where there are more: so many from the start, and the last ones.
const FIRST: usize = 8;
const LAST: usize = 2;

impl<T: Number> Dot<T> {
    /// The terms of the cell and the sums that they make.
    pub(super) fn steps(&self, sheet: &mut Sheet, sum: &Sum<T>) {
        let order = self.order();
        // `a[0,k]`, `b[k,1]`; a number has no index.
        let name = |name: &str, at: &[Index]| match at {
            [] => name.to_string(),
            at => format!("{name}[{}]", written(at, "k")),
        };
        let [at_a, at_b] = self.lines(&sum.index);
        let [a, b] = [name("a", &at_a), name("b", &at_b)].map(same);
        let head = [a, b, ["product", "乘积"].map(String::from), ["sum", "和"].map(String::from)];
        let n = sum.row.len();
        let term = |k: usize| [sum.row[k], sum.column[k], sum.products[k], sum.running[k]].map(number);
        if n == 0 {
            return sheet.say(["The sum of nothing is 0.", "没有项的和是 0。"]);
        }
        let forms = [(4, FIRST), (2, FIRST), (1, 3)].into_iter();
        forms.map(|(columns, first)| table(columns, &head, n, first, term)).any(|table| sheet.table(table));
        if order == Order::Product {
            return;
        }
        if self.is_fused() {
            sheet.say([
                "Each step rounds once, product and sum together (fused multiply-add); the product alone, rounded by \
                 itself, is there to compare.",
                "每一步的乘与加合在一起，只舍入一次（融合乘加）；单独舍入的乘积列在这里，供比较。",
            ]);
        }
        if order == Order::Lanes && !T::INTEGER {
            in_lanes(sheet, sum);
        }
    }
}

/// The order in which floats are added with a vector, and whether the running sum has other last bits.
fn in_lanes<T: Number>(sheet: &mut Sheet, sum: &Sum<T>) {
    sheet.heading(["The engine's order: 32 lanes", "引擎的顺序：32 个通道"]);
    sheet.say([
        "With a vector there are 32 sums, lanes, which registers add side by side: product k goes to lane k % 32, and at \
         the end the lanes join by halves, lane l with lane l + 16, then l + 8, and so on to l + 1.",
        "与向量相乘时，有 32 个和（通道）由寄存器并排累加：乘积 k 加到通道 k % 32 上；最后各通道两两合并，\
         通道 l 与通道 l + 16，然后 l + 8，直到 l + 1。",
    ]);
    // As many lanes as have terms and as fit.
    let table = |most| -> Rows {
        let joins = sum.joins.iter().filter(|lanes| lanes.len() < sum.row.len());
        let line = |lanes: &Vec<T>| {
            let cells = lanes.iter().take(most).map(|&x| Cell::plain(number(x)));
            let more = (lanes.len() > most).then(|| Cell::soft("..."));
            row(Cell::soft(format!("l + {}", lanes.len())), cells.chain(more))
        };
        joins.map(line).collect()
    };
    [16, 8, 4, 2, 1].into_iter().any(|most| sheet.table(table(most)));
    let [running, value] = [sum.running.last().copied().unwrap_or(T::ZERO), sum.value()].map(number);
    sheet.say(match running == value {
        true => [format!("Both orders end in {value}."), format!("两种顺序的结果都是 {value}。")],
        false => [
            format!("Term after term it would be {running}; in lanes, the result, it is {value}. Sums of floats are rounded, so their order shows."),
            format!("逐项相加会得到 {running}；分通道相加得到的结果是 {value}。浮点数的和要舍入，所以看得出顺序。"),
        ],
    });
}

/// The terms, `columns` of the four numbers in a line; where that is one, each beside its name.
fn table(columns: usize, head: &[Words; 4], n: usize, first: usize, term: impl Fn(usize) -> [String; 4]) -> Rows {
    let name = |[text, chinese]: &Words| Cell::soft(text).zh(chinese);
    let mut rows = Vec::new();
    let mut push = |k: String, cells: Vec<Cell>| {
        for (i, chunk) in cells.chunks(columns.max(2)).enumerate() {
            rows.push(row(Cell::soft(if i == 0 { &*k } else { "" }), chunk.iter().cloned()));
        }
    };
    if columns > 1 {
        push("k".into(), head.iter().map(name).collect());
    }
    for k in window(n, first + LAST, n.saturating_sub(LAST)) {
        match k {
            None if columns == 1 => push("...".into(), vec![Cell::default()]),
            None => push("...".into(), ["..."; 4].map(Cell::soft).into()),
            Some(k) if columns > 1 => push(k.to_string(), term(k).map(Cell::plain).into()),
            Some(k) => {
                let named = head.iter().zip(term(k)).flat_map(|(head, text)| [name(head), Cell::plain(text)]);
                push(format!("k = {k}"), named.collect());
            }
        }
    }
    rows
}
