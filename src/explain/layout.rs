//! The layout of a tensor: from an index to an offset in memory.
//!
//! ```text
//!   shape (3,2), strides (1,3), offset 0      [i,j] is at 0 + 1*i + 3*j        [2,1]: 0 + 1*2 + 3*1 = 5
//!
//!        0   1
//!    0   0   3            memory    0     1     2     3     4     5
//!    1   1   4            value    10    20    30    40    50    60
//!    2   2   5            index   0,0   1,0   2,0   0,1   1,1   2,1
//! ```
//!
//! Layout and values are those of the tensor; nothing is computed from the values. Read next: `steps.rs`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;

use super::Role;
use super::json::{Json, Raw};
use super::language::{Page, Words, same};
use super::numbers::{MAX_LISTED, joined, tuple, unravel};
use super::sheet::{Cell, LIT, Sheet, not_drawn, row};
use crate::error::{Result, Tuple};
use crate::kernel::closed::Element;
use crate::kernel::scalar::Value;
use crate::layout::Layout;
use crate::layout::walk::Offsets;
use crate::tensor::Tensor;
use crate::tensor::display::scalar_str;

/// The most elements of memory that are drawn.
const MAX_STRIP: usize = 128;

/// A layout over its memory; see [`layout`].
#[derive(Clone, Debug)]
pub struct Map {
    layout: Layout,
    /// Empty where it is too long to show.
    memory: Vec<Value>,
    /// The number of elements in memory, shown or not.
    len: usize,
    /// Whether the elements are no values that somebody gave, but count from 0.
    pub(super) numbered: bool,
    /// How often it was copied: each copy is memory of its own.
    copies: usize,
}

/// How a tensor's indices become offsets in memory.
///
/// ```
/// use nptensor::{Tensor, explain};
///
/// let t = Tensor::from([[10, 20, 30], [40, 50, 60]]);
/// let map = explain::layout(&t.t())?;
/// assert_eq!(map.layout().strides(), [1, 3]);
/// assert_eq!(map.places(), Some(vec![0, 3, 1, 4, 2, 5])); // in the order of the indices
/// assert!(map.to_string().contains("[2,1] lies at 0 + 1*2 + 3*1 = 5, where 60 is"));
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// None: for what is too large to draw there is a sentence.
pub fn layout<T: Element>(t: &Tensor<T>) -> Result<Map> {
    let data = if t.data().len() <= MAX_LISTED { t.data() } else { &[] };
    let memory = data.iter().map(|x| x.value()).collect();
    Ok(Map { layout: t.layout().clone(), memory, len: t.data().len(), numbered: false, copies: 0 })
}

impl Map {
    /// A layout whose elements are numbered in the order of memory.
    pub(crate) fn numbered(layout: Layout) -> Self {
        let len = layout.span().map_or(0, |(_, high)| high + 1);
        let numbers = if len <= MAX_LISTED { 0..len as i64 } else { 0..0 };
        Map { layout, memory: numbers.map(Value::Int).collect(), len, numbered: true, copies: 0 }
    }

    /// The same memory under another layout; for a copy, other memory: its elements in C order.
    pub(super) fn after(&self, layout: &Layout, copies: bool) -> Self {
        let (memory, len) = match copies {
            false => (self.memory.clone(), self.len),
            true => (self.values().unwrap_or_default(), layout.size()),
        };
        let copies = self.copies + usize::from(copies);
        Map { layout: layout.clone(), memory, len, numbered: self.numbered, copies }
    }

    /// The elements in C order; `None` where they are too many, and not in `memory`.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        self.places()?.into_iter().map(|place| self.memory.get(place).copied()).collect()
    }

    /// Shape, strides and offset.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All elements in memory, whether the layout reads them or not; empty where there are more than 4096.
    pub fn memory(&self) -> &[Value] {
        &self.memory
    }

    /// The offset of each element in C order; `None` where there are more than 4096.
    pub fn places(&self) -> Option<Vec<usize>> {
        places(&self.layout)
    }

    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let mut sheet = Sheet::new(facts(&self.layout), page);
        sheet.heading(["From an index to a place", "从索引到位置"]);
        let names = names(self.layout.ndim());
        if !names.is_empty() {
            let (index, sum) = (bracketed(&names), sum(&self.layout, &names));
            sheet.say([format!("{index} lies at {sum}"), format!("{index} 在 {sum}")]);
        }
        // The last element.
        let index: Option<Vec<usize>> = self.layout.shape().iter().map(|n| n.checked_sub(1)).collect();
        if let Some(index) = index {
            let place = self.layout.offset_at(&index);
            let value = self.memory.get(place).map_or_else(Words::default, |&x| {
                let x = scalar_str(x);
                [format!(", where {x} is"), format!("，那里是 {x}")]
            });
            let (index, sum) = (bracketed(&index), sum(&self.layout, &index));
            sheet.say([
                format!("{index} lies at {sum} = {place}{}", value[0]),
                format!("{index} 在 {sum} = {place}{}", value[1]),
            ]);
        }
        sheet.say(["Strides count elements; NumPy's count bytes.", "步幅以元素计；NumPy 的步幅以字节计。"]);
        remark(&mut sheet, &self.layout);
        sheet.heading(["The place of each element", "每个元素的位置"]);
        self.draw(&mut sheet, &[], |place| place.to_string());
        self.draw_memory(&mut sheet);
        if self.numbered {
            sheet.say(["Only a shape was given: the elements are numbered.", "只给出了形状：元素按顺序编号。"]);
        }
        sheet
    }

    /// Whether its memory is short enough for a strip.
    pub(super) fn is_short(&self) -> bool {
        (1..=MAX_STRIP).contains(&self.len)
    }

    /// Whether each element is its place.
    pub(super) fn counts(&self) -> bool {
        self.numbered && self.copies == 0
    }

    /// Memory as a strip, with the index that reads each element.
    pub(super) fn draw_memory(&self, sheet: &mut Sheet) {
        sheet.heading(["Memory", "内存"]);
        let (Some(places), 1..=MAX_STRIP, false) = (self.places(), self.len, self.memory.is_empty()) else {
            return sheet.say(match self.len {
                0 => ["There is none.", "没有。"].map(String::from),
                len => [
                    format!("{len} places are too many to draw: {MAX_STRIP} fit."),
                    format!("{len} 个位置太多，画不下：最多画 {MAX_STRIP} 个。"),
                ],
            });
        };
        let reader = |place: usize| -> Words {
            let mut readers = (0..places.len()).filter(|&n| places[n] == place);
            match (readers.next(), readers.count()) {
                (None, _) => same("-"),
                (Some(n), 0) => same(written(&unravel(self.layout.shape(), n))),
                (Some(_), more) => [format!("{} times", more + 1), format!("{} 次", more + 1)],
            }
        };
        let all_read = (0..self.len).all(|place| places.contains(&place));
        let cell = |place: usize| {
            let cell = Cell::boxed(scalar_str(self.memory[place]), Role::A);
            cell.lit(!all_read && places.contains(&place)).at(self.name(place), String::new())
        };
        let index = |place: usize| {
            let [text, chinese] = reader(place);
            Cell::plain(text).zh(&chinese)
        };
        let all = 0..self.memory.len();
        sheet.grid(&Vec::from([
            row(Cell::soft(""), all.clone().map(Cell::soft)),
            row(Cell::soft("value").zh("值"), all.clone().map(cell)),
            row(Cell::soft("index").zh("索引"), all.map(index)),
        ]));
        if !all_read {
            sheet.legend(LIT, ["read by the index below", "由下面的索引读取"]);
        }
    }

    /// A place, in this memory or in a copy.
    fn name(&self, place: usize) -> String {
        format!("{}.{place}", self.copies)
    }

    /// The text of each element, by its place in memory, as grids; those in `taken` are lit.
    fn draw(&self, sheet: &mut Sheet, taken: &[usize], text: impl Fn(usize) -> String) {
        if let Some(why) = not_drawn(self.layout.shape()) {
            return sheet.say(why);
        }
        sheet.cells(self.layout.shape(), &|index| {
            let place = self.layout.offset_at(index);
            let says = format!("{}: {} = {place}", bracketed(index), sum(&self.layout, index));
            Cell::boxed(text(place), Role::A).lit(taken.contains(&place)).at(self.name(place), says)
        });
        if !taken.is_empty() {
            sheet.legend(LIT, ["taken by the next view", "被下一个视图取用"]);
        }
    }

    /// The values as grids; those at the places in `taken` are lit. Where there are too many, a number is a place.
    pub(super) fn draw_values(&self, sheet: &mut Sheet, taken: &[usize]) {
        let text = |place| self.memory.get(place).map_or_else(|| usize::to_string(&place), |&x| scalar_str(x));
        self.draw(sheet, taken, text);
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        Json::object(|o| {
            o.field("explain", "layout");
            fields(o, &self.layout);
            o.field("memory", &self.memory);
        })
    }
}

/// The offset of each element in C order, where there are not too many.
pub(crate) fn places(layout: &Layout) -> Option<Vec<usize>> {
    (layout.size() <= MAX_LISTED).then(|| Offsets::new(layout).collect())
}

/// Shape, strides, offset and the offsets of all elements.
pub(crate) fn fields(o: &mut Json, layout: &Layout) {
    o.field("shape", layout.shape());
    o.field("strides", layout.strides());
    o.field("offset", layout.offset());
    o.field("places", places(layout));
}

/// `shape (2,3), strides (3,1), offset 0`.
pub(super) fn facts(layout: &Layout) -> Words {
    let (shape, strides, offset) = (Tuple(layout.shape()), tuple(layout.strides()), layout.offset());
    [
        format!("shape {shape}, strides {strides}, offset {offset}"),
        format!("形状 {shape}，步幅 {strides}，偏移 {offset}"),
    ]
}

/// `0 + 3*i + 1*j`: offset and strides, with names or numbers for the index.
fn sum(layout: &Layout, index: &[impl Display]) -> String {
    let steps = layout.strides().iter().zip(index).map(|(stride, i)| format!(" + {stride}*{i}"));
    format!("{}{}", layout.offset(), steps.collect::<String>())
}

fn bracketed(index: &[impl Display]) -> String {
    format!("[{}]", written(index))
}

/// `1,2`, and `()` where there is no axis: what Python writes between brackets.
fn written(index: &[impl Display]) -> String {
    if index.is_empty() { "()".into() } else { joined(index) }
}

/// A letter for each index, or a letter and a number where there are many.
fn names(ndim: usize) -> Vec<String> {
    match ndim {
        0..=4 => ["i", "j", "k", "l"][..ndim].iter().map(ToString::to_string).collect(),
        _ => (0..ndim).map(|axis| format!("i{axis}")).collect(),
    }
}

/// Properties of the layout, in sentences.
fn remark(sheet: &mut Sheet, layout: &Layout) {
    for (axis, (&stride, &n)) in layout.strides().iter().zip(layout.shape()).enumerate() {
        match stride {
            0 if n > 1 => sheet.say([
                format!("Axis {axis} has stride 0: all its {n} indices find the same element."),
                format!("轴 {axis} 的步幅为 0：它的 {n} 个索引都找到同一个元素。"),
            ]),
            ..0 if n > 1 => sheet.say([
                format!("Axis {axis} has a negative stride: it runs backwards."),
                format!("轴 {axis} 的步幅为负：它倒着走。"),
            ]),
            _ => {}
        }
    }
    sheet.say(match layout.is_contiguous() {
        true => [
            "The elements are contiguous, in the order of their indices (C order).",
            "元素按索引的顺序一个挨一个地排着（C 顺序）。",
        ],
        false => [
            "In the order of their indices the elements are not contiguous: this is a view that jumps or repeats.",
            "按索引的顺序，元素并不是一个挨一个：这是一个跳着读或重复读的视图。",
        ],
    });
}
