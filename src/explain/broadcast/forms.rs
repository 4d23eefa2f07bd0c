//! How broadcasting is shown, and written as JSON.
//!
//! ```text
//!   the sizes on each axis   -->   the strides       -->   the cells: a, b, and what each cell of the result reads
//!                            -->   NumPy's message   -->   the cells that would be paired, and ? where there is none
//! ```
//!
//! Nothing is computed here: all of it is in the [`Broadcast`]. Read next: `../sheet.rs`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Broadcast, Pair};
use crate::error::{Error, Tuple};
use crate::explain::json::{Json, Raw};
use crate::explain::language::Page;
use crate::explain::numbers::{MAX_LISTED, joined, tuple, unravel};
use crate::explain::sheet::{Cell, GHOST, Sheet, WRONG, not_drawn, row};
use crate::explain::{Operand, Role};
use crate::layout::Layout;
use crate::layout::shape::broadcast_shapes;
use crate::tensor::display::scalar_str;

impl Broadcast {
    /// The shape of the grids: the result's sizes, and the larger one where two do not agree.
    fn frame(&self) -> Vec<usize> {
        self.axes.iter().map(|pair| pair.size.unwrap_or(pair.of(0).max(pair.of(1)))).collect()
    }

    /// The cell of an operand at an index of the frame, named by `name`.
    fn cell(&self, side: usize, index: &[usize], name: &impl Fn(usize, usize) -> String) -> Cell {
        let Some(offset) = self.operands[side].offset_at(index) else { return Cell::boxed("?", Role::Wrong) };
        let again = self.axes.iter().zip(index).any(|(pair, &i)| i > 0 && pair.stretches(side));
        Cell::boxed(name(side, offset), if again { Role::Ghost } else { [Role::A, Role::B][side] })
    }

    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let [a, b] = [0, 1].map(|side| Tuple(self.own(side)).to_string());
        let title = match &self.result {
            Ok(shape) => {
                let shape = Tuple(shape);
                [format!("{a} and {b} broadcast to {shape}"), format!("{a} 与 {b} 广播为 {shape}")]
            }
            Err(Error::TooBig { .. }) => [
                format!("{a} and {b} broadcast to more than any memory holds"),
                format!("{a} 与 {b} 广播的结果任何内存都放不下"),
            ],
            Err(_) => [format!("{a} and {b} do not broadcast"), format!("{a} 与 {b} 不能广播")],
        };
        let mut sheet = Sheet::new(title, page);
        self.align(&mut sheet);
        match &self.result {
            Ok(_) => self.stretch(&mut sheet),
            // (NumPy's text for such a result depends on the function.)
            Err(error @ Error::TooBig { .. }) => {
                sheet.wrong(error);
                return sheet;
            }
            Err(error) => {
                sheet.heading(["NumPy's message", "NumPy 的报错"]);
                sheet.wrong(error);
            }
        }
        self.cells(&mut sheet, page.width);
        self.advise(&mut sheet);
        sheet
    }

    /// The table of sizes, and for each axis why they agree or not.
    fn align(&self, sheet: &mut Sheet) {
        sheet.heading(["Shapes are aligned on the right", "形状从右边对齐"]);
        let own = |side: usize, pair: &Pair| match [pair.a, pair.b][side] {
            _ if pair.size.is_none() => Cell::boxed(pair.of(side), Role::Wrong),
            None => Cell::boxed(1, Role::Ghost),
            Some(size) => Cell::boxed(size, [Role::A, Role::B][side]),
        };
        let result = |pair: &Pair| pair.size.map_or(Cell::boxed("?", Role::Wrong), |size| Cell::boxed(size, Role::Out));
        if self.axes.is_empty() {
            return sheet.say(["Neither has an axis: one cell and one cell.", "两者都没有轴：一个元素对一个元素。"]);
        }
        sheet.grid(&Vec::from([
            row(
                Cell::soft(""),
                (0..self.axes.len()).map(|axis| Cell::soft(format!("axis {axis}")).zh(&format!("轴 {axis}"))),
            ),
            row(Cell::soft("a"), self.axes.iter().map(|pair| own(0, pair))),
            row(Cell::soft("b"), self.axes.iter().map(|pair| own(1, pair))),
            row(Cell::soft("result").zh("结果"), self.axes.iter().map(result)),
        ]));
        if self.axes.iter().any(|pair| pair.size.is_some() && (pair.a.is_none() || pair.b.is_none())) {
            sheet.legend(GHOST, ["a missing axis counts as 1", "缺少的轴算作 1"]);
        }
        for (axis, pair) in self.axes.iter().enumerate() {
            let [why, chinese] = pair.why();
            sheet.say([format!("axis {axis}: {why}"), format!("轴 {axis}：{chinese}")]);
        }
        sheet.say([
            "Sizes agree when they are equal, or when one of them is 1.",
            "两个长度相等，或其中一个是 1，就匹配。",
        ]);
    }

    /// The strides in memory, and those that the loops use.
    fn stretch(&self, sheet: &mut Sheet) {
        sheet.heading([
            "Stretching copies nothing: a stretched axis has stride 0",
            "拉伸不产生副本：被拉伸的轴，步幅为 0",
        ]);
        for (side, name) in ["a", "b"].into_iter().enumerate() {
            let (own, Some(view)) = (&self.operands[side].own, &self.operands[side].view) else { continue };
            let (shape, strides, read) = (Tuple(own.shape()), tuple(own.strides()), tuple(view.strides()));
            sheet.say([
                format!("{name}: shape {shape}, strides {strides}, read with strides {read}"),
                format!("{name}：形状 {shape}，步幅 {strides}，以步幅 {read} 读取"),
            ]);
        }
        sheet.say([
            "A cell lies at the sum of index * stride. Where the stride is 0, every index finds the same cell.",
            "元素的位置是各轴的 索引 * 步幅 之和。步幅为 0 时，每个索引找到的都是同一个元素。",
        ]);
    }

    /// The operands over the frame, and what each cell of the result reads.
    fn cells(&self, sheet: &mut Sheet, width: usize) {
        let frame = self.frame();
        sheet.heading(match self.result {
            Ok(_) => ["Which cells meet", "哪些元素相遇"],
            Err(_) => ["What would have to meet", "本应相遇的元素"],
        });
        if let Some(why) = not_drawn(&frame) {
            return sheet.say(why);
        }
        let by_index = |side: usize, offset: usize| {
            let shape = self.own(side);
            let index = if shape.is_empty() { "()".into() } else { joined(&unravel(shape, offset)) };
            format!("{}[{index}]", ["a", "b"][side])
        };
        let value = |which: usize, n: usize| Some(scalar_str(*self.values.as_ref()?.0[which].get(n)?));
        // By value, by index where a row of the result fits, or by offset.
        let last = |side: usize| by_index(side, self.operands[side].own.size().saturating_sub(1)).len();
        let by_value = self.values.is_some();
        let fits = by_value || (last(0) + last(1) + 3) * frame.last().unwrap_or(&1) + 3 <= width;
        let name = |side: usize, offset: usize| match fits {
            true => value(side, offset).unwrap_or_else(|| by_index(side, offset)),
            false => format!("{}{offset}", ["a", "b"][side]),
        };
        for (side, operand) in ["a", "b"].into_iter().enumerate() {
            let shape = Tuple(self.own(side));
            sheet.say(match self.result {
                Ok(_) if self.axes.iter().any(|pair| pair.stretches(side)) => {
                    let frame = Tuple(&frame);
                    [
                        format!("{operand} {shape}, stretched to {frame}:"),
                        format!("{operand} {shape}，拉伸为 {frame}："),
                    ]
                }
                _ => [format!("{operand} {shape}:"), format!("{operand} {shape}：")],
            });
            sheet.cells(&frame, &|index| self.cell(side, index, &name));
        }
        if (0..2).any(|side| self.axes.iter().any(|pair| pair.stretches(side))) {
            sheet.legend(GHOST, ["the same cell again, stretched", "还是同一个元素，被拉伸"]);
        }
        if self.result.is_ok() {
            sheet.say(match by_value {
                true => ["Each cell of the result:", "结果的每个元素："],
                false => ["Each cell of the result reads:", "结果的每个元素读取："],
            });
            let places = Layout::row_major(&frame).ok();
            sheet.cells(&frame, &|index| {
                let [a, b] = [0, 1]
                    .map(|side| self.operands[side].offset_at(index).map_or("?".into(), |offset| name(side, offset)));
                let sum = places.as_ref().and_then(|places| value(2, places.offset_at(index)));
                Cell::boxed(
                    match sum {
                        Some(sum) if b.starts_with('-') => format!("{a}+({b}) = {sum}"),
                        Some(sum) => format!("{a}+{b} = {sum}"),
                        None => format!("{a}+{b}"),
                    },
                    Role::Out,
                )
            });
            if !by_value && fits {
                sheet.say([
                    "Only shapes were given: a cell has the name of its index.",
                    "只给出了形状：元素以它的索引为名。",
                ]);
            }
        } else {
            sheet.legend(
                WRONG,
                ["no cell is there: only a size of 1 can be stretched", "那里没有元素：只有长度 1 可以拉伸"],
            );
        }
        for (name, _) in ["a", "b"].into_iter().zip(self.numbered).filter(|(_, numbered)| *numbered) {
            sheet.say([
                format!("Of {name} only the shape was given: its cells are numbered."),
                format!("{name} 只给出了形状：它的元素按顺序编号。"),
            ]);
        }
        if !fits {
            sheet.say([
                "a0, a1 ... are the cells of a in the order of memory, and so are those of b.",
                "a0、a1 等是 a 的元素，按内存中的顺序；b 也一样。",
            ]);
        }
    }

    /// Of shapes that do not fit: the shapes for a vector that fits along an axis of the other operand, though not
    /// along its last, and those for every pair of two vectors.
    fn advise(&self, sheet: &mut Sheet) {
        if self.result.is_ok() {
            return;
        }
        for (side, name) in ["a", "b"].into_iter().enumerate() {
            let (&[n], other) = (self.own(side), self.own(1 - side)) else { continue };
            let axis = other.iter().position(|&size| size == n).filter(|&axis| axis + 1 < other.len());
            let Some(axis) = axis else { continue };
            let mut column = alloc::vec![1; other.len() - axis];
            column[0] = n;
            let (shape, sizes) = (Tuple(&column), joined(&column));
            sheet.say([
                format!("To meet axis {axis}, which has {n} as well, make {name} stand along it: {shape} instead of ({n},), as by {name}.reshape({sizes})."),
                format!("轴 {axis} 的长度也是 {n}。要与它对齐，就让 {name} 沿着它排列：用 {shape} 代替 ({n},)，例如 {name}.reshape({sizes})。"),
            ]);
        }
        if let (&[n], &[m]) = (self.own(0), self.own(1))
            && n.min(m) > 0
            && let Ok(shape) = broadcast_shapes(&[&[n, 1], &[m]])
        {
            let shape = Tuple(&shape);
            sheet.say([
                format!("To pair each of the {n} with each of the {m}, make the {n} a column: ({n},1) and ({m},) give {shape}."),
                format!("要让 {n} 个元素中的每一个与 {m} 个中的每一个配对，就把 {n} 个写成一列：({n},1) 与 ({m},) 得到 {shape}。"),
            ]);
        }
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let operand = |operand: Operand| {
            let (own, read) = (&self.operands[operand as usize].own, self.strides(operand));
            Json::of(&[("shape", &own.shape()), ("strides", &own.strides()), ("read_with", &read)])
        };
        let axis =
            |pair: &Pair| Json::of(&[("a", &pair.a), ("b", &pair.b), ("size", &pair.size), ("why", &pair.why()[0])]);
        let cells = self.shape().map(|shape| shape.iter().product()).filter(|&size: &usize| size <= MAX_LISTED);
        let cell = |n: usize| {
            let reads = self.reads(n).unwrap_or_default();
            let [a, b] = [0, 1].map(|side| unravel(self.own(side), reads[side]));
            let values = self.values.as_ref().map(|([x, y, sum], _)| [x[reads[0]], y[reads[1]], sum[n]]);
            Json::of(&[
                ("index", &unravel(&self.frame(), n)),
                ("a", &a),
                ("b", &b),
                ("places", &reads),
                ("values", &values),
            ])
        };
        Json::of(&[
            ("explain", &"broadcast"),
            ("dtype", &self.values.as_ref().map(|(_, dtype)| dtype.name())),
            ("a", &operand(Operand::A)),
            ("b", &operand(Operand::B)),
            ("axes", &self.axes.iter().map(axis).collect::<Vec<Raw>>()),
            ("shape", &self.shape()),
            ("error", &self.error().map(ToString::to_string)),
            ("cells", &cells.map(|size| (0..size).map(cell).collect::<Vec<Raw>>())),
        ])
    }
}
