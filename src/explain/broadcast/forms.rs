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

    pub(in crate::explain) fn sheet(&self, width: usize) -> Sheet<'_> {
        let [a, b] = [0, 1].map(|side| Tuple(self.own(side)).to_string());
        let title = match &self.result {
            Ok(shape) => format!("{a} and {b} broadcast to {}", Tuple(shape)),
            Err(Error::TooBig { .. }) => format!("{a} and {b} broadcast to more than any memory holds"),
            Err(_) => format!("{a} and {b} do not broadcast"),
        };
        let mut sheet = Sheet::new(title, width);
        self.align(&mut sheet);
        match &self.result {
            Ok(_) => self.stretch(&mut sheet),
            // (NumPy's text for such a result depends on the function.)
            Err(error @ Error::TooBig { .. }) => {
                sheet.wrong(error);
                return sheet;
            }
            Err(error) => {
                sheet.heading("NumPy's message");
                sheet.wrong(error);
            }
        }
        self.cells(&mut sheet, width);
        self.advise(&mut sheet);
        sheet
    }

    /// The table of sizes, and for each axis why they agree or not.
    fn align(&self, sheet: &mut Sheet) {
        sheet.heading("Shapes are aligned on the right");
        let own = |side: usize, pair: &Pair| match [pair.a, pair.b][side] {
            _ if pair.size.is_none() => Cell::boxed(pair.of(side), Role::Wrong),
            None => Cell::boxed(1, Role::Ghost),
            Some(size) => Cell::boxed(size, [Role::A, Role::B][side]),
        };
        let result = |pair: &Pair| pair.size.map_or(Cell::boxed("?", Role::Wrong), |size| Cell::boxed(size, Role::Out));
        if self.axes.is_empty() {
            return sheet.say("Neither has an axis: one cell and one cell.");
        }
        sheet.grid(&Vec::from([
            row(Cell::soft(""), (0..self.axes.len()).map(|axis| Cell::soft(format!("axis {axis}")))),
            row(Cell::soft("a"), self.axes.iter().map(|pair| own(0, pair))),
            row(Cell::soft("b"), self.axes.iter().map(|pair| own(1, pair))),
            row(Cell::soft("result"), self.axes.iter().map(result)),
        ]));
        if self.axes.iter().any(|pair| pair.size.is_some() && (pair.a.is_none() || pair.b.is_none())) {
            sheet.legend(GHOST, "a missing axis counts as 1");
        }
        for (axis, pair) in self.axes.iter().enumerate() {
            sheet.say(format!("axis {axis}: {}", pair.why()));
        }
        sheet.say("Sizes agree when they are equal, or when one of them is 1.");
    }

    /// The strides in memory, and those that the loops use.
    fn stretch(&self, sheet: &mut Sheet) {
        sheet.heading("Stretching copies nothing: a stretched axis has stride 0");
        for (side, name) in ["a", "b"].into_iter().enumerate() {
            let (own, Some(view)) = (&self.operands[side].own, &self.operands[side].view) else { continue };
            let (shape, strides, read) = (Tuple(own.shape()), tuple(own.strides()), tuple(view.strides()));
            sheet.say(format!("{name}: shape {shape}, strides {strides}, read with strides {read}"));
        }
        sheet.say("A cell lies at the sum of index * stride. Where the stride is 0, every index finds the same cell.");
    }

    /// The operands over the frame, and what each cell of the result reads.
    fn cells(&self, sheet: &mut Sheet, width: usize) {
        let frame = self.frame();
        sheet.heading(match self.result {
            Ok(_) => "Which cells meet",
            Err(_) => "What would have to meet",
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
                    format!("{operand} {shape}, stretched to {}:", Tuple(&frame))
                }
                _ => format!("{operand} {shape}:"),
            });
            sheet.cells(&frame, |index| self.cell(side, index, &name));
        }
        if (0..2).any(|side| self.axes.iter().any(|pair| pair.stretches(side))) {
            sheet.legend(GHOST, "the same cell again, stretched");
        }
        if self.result.is_ok() {
            sheet.say(if by_value { "Each cell of the result:" } else { "Each cell of the result reads:" });
            let places = Layout::row_major(&frame).ok();
            sheet.cells(&frame, |index| {
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
                sheet.say("Only shapes were given: a cell has the name of its index.");
            }
        } else {
            sheet.legend(WRONG, "no cell is there: only a size of 1 can be stretched");
        }
        for (name, _) in ["a", "b"].into_iter().zip(self.numbered).filter(|(_, numbered)| *numbered) {
            sheet.say(format!("Of {name} only the shape was given: its cells are numbered."));
        }
        if !fits {
            sheet.say("a0, a1 ... are the cells of a in the order of memory, and so are those of b.");
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
            sheet.say(format!(
                "To meet axis {axis}, which has {n} as well, make {name} stand along it: {} instead of ({n},), as by {name}.reshape({}).",
                Tuple(&column),
                joined(&column)
            ));
        }
        if let (&[n], &[m]) = (self.own(0), self.own(1))
            && n.min(m) > 0
            && let Ok(shape) = broadcast_shapes(&[&[n, 1], &[m]])
        {
            sheet.say(format!(
                "To pair each of the {n} with each of the {m}, make the {n} a column: ({n},1) and ({m},) give {}.",
                Tuple(&shape)
            ));
        }
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let operand = |operand: Operand| {
            let (own, read) = (&self.operands[operand as usize].own, self.strides(operand));
            Json::of(&[("shape", &own.shape()), ("strides", &own.strides()), ("read_with", &read)])
        };
        let axis =
            |pair: &Pair| Json::of(&[("a", &pair.a), ("b", &pair.b), ("size", &pair.size), ("why", &pair.why())]);
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
