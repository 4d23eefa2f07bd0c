//! Views one after the other: the shape, strides and offset after each, and which of them copies.
//!
//! ```text
//!   (2,3) strides (3,1)      transpose       (3,2) strides (1,3)       sizes and strides swap
//!                            slice ::-1      (3,2) strides (-1,3)      offset 0 + 2*1 = 2, stride 1*-1
//!                            reshape (6,)    (6,)  strides (1,)        a copy: the stride of axis 0 is -1, not 2*3
//! ```
//!
//! As they are typed: `transpose`, `transpose 1,0`, `slice ::2, 0`, `flip`, `flip 0`, `reshape (6,)`, `squeeze`,
//! `broadcast_to (2,3)`, `expand_dims 0`; and as Python has them: `a.T[::-1].reshape(6)`. Each view is that of
//! `layout/`; the reasons are derived from the layouts before and after. Elements are shown, and nothing is computed
//! from them. Read next: `steps/why.rs`, the reasons; `steps/chain.rs`, views in a row.

mod chain;
mod why;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::json::{Json, Raw};
use super::language::{Page, Words};
use super::layout::{Map, facts, fields, places};
use super::literal::{integers, shape};
use super::numbers::tuple;
use super::refused;
use super::sheet::Sheet;
use super::wrong::unknown;
use crate::error::{Error, Result, Tuple};
use crate::layout::Layout;
use crate::layout::shape::fill_unknown;
use crate::layout::slice::Indices;

/// The most views in a row.
const MAX_VIEWS: usize = 16;
/// The most elements of a copy whose old offsets are listed.
const MAX_COPIED: usize = 24;

const VIEWS: &str = "transpose, slice, flip, reshape, broadcast_to, expand_dims, squeeze";

/// A layout and views of it; see [`steps()`], [`slice()`] and [`Map::views`].
#[derive(Clone, Debug)]
pub struct Steps {
    start: Map,
    list: Vec<Step>,
}

/// One view and its result.
#[derive(Clone, Debug)]
pub struct Step {
    view: View,
    after: Layout,
    why: Vec<Words>,
    copies: bool,
}

/// Views applied to a layout, one after the other.
///
/// ```
/// use nptensor::{Layout, explain};
///
/// let start = Layout::row_major(&[2, 3])?;
/// let steps = explain::steps(&start, &["transpose".parse()?, "reshape (6,)".parse()?])?;
/// let [transposed, reshaped] = steps.list() else { unreachable!() };
/// assert_eq!(transposed.after().strides(), [1, 3]);
/// assert!(reshaped.copies()); // axes 0 and 1 would have to be one run
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// What the views themselves give, with NumPy's text; [`Error::Explain`] for more than 16 of them.
pub fn steps(start: &Layout, views: &[View]) -> Result<Steps> {
    Map::numbered(start.clone()).views(views)
}

impl Map {
    /// Views of a tensor, one after the other, with its values: as [`steps()`].
    ///
    /// ```
    /// use nptensor::{Tensor, explain};
    ///
    /// let map = explain::layout(&Tensor::from([[10, 20, 30], [40, 50, 60]]))?;
    /// let text = map.views(&["slice 1, ::-1".parse()?])?.to_string();
    /// assert!(text.contains("60  50  40"));
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`steps()`].
    pub fn views(&self, views: &[View]) -> Result<Steps> {
        if views.len() > MAX_VIEWS {
            let n = views.len();
            return refused([
                format!("{n} views are too many to explain: {MAX_VIEWS} fit"),
                format!("{n} 个视图太多，无法解释：最多 {MAX_VIEWS} 个"),
            ]);
        }
        let mut list: Vec<Step> = Vec::new();
        for view in views {
            let before = list.last().map_or(self.layout(), |step| &step.after);
            list.push(Step::new(before, view)?);
        }
        Ok(Steps { start: self.clone(), list })
    }
}

/// What a slice takes of a shape, axis by axis: the same as [`steps`] with [`View::Slice`].
///
/// ```
/// let part = nptensor::explain::slice(&[4, 5], "::2, 4:1:-1")?;
/// let after = part.list()[0].after();
/// assert_eq!((after.shape(), after.strides(), after.offset()), (&[2, 3][..], &[10, -1][..], 4));
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::SliceSyntax`] and the other errors of slices, with NumPy's text.
pub fn slice(shape: &[usize], indices: &str) -> Result<Steps> {
    steps(&Layout::row_major(shape)?, &[View::Slice(indices.into())])
}

impl Steps {
    /// The layout before the first view.
    pub fn start(&self) -> &Layout {
        self.start.layout()
    }

    /// Each view with its result.
    pub fn list(&self) -> &[Step] {
        &self.list
    }

    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let mut sheet = Sheet::new(facts(self.start()), page);
        // The offsets that the next view reads, where it does not read all.
        let taken = |before: &Layout, next: usize| {
            let next = self.list.get(next).filter(|next| next.after.size() < before.size());
            next.and_then(|next| places(&next.after)).unwrap_or_default()
        };
        let show = |sheet: &mut Sheet, now: &Map, next: usize| {
            now.draw_values(sheet, &taken(now.layout(), next));
            // (As text, a number that counts from 0 is its place, until it is copied.)
            match now.is_short() || next == self.list.len() {
                true if now.counts() => sheet.drawn(|sheet| now.draw_memory(sheet)),
                true => now.draw_memory(sheet),
                false => {}
            }
        };
        let mut now = self.start.clone();
        sheet.part(["a"; 2]);
        show(&mut sheet, &now, 0);
        for (i, step) in self.list.iter().enumerate() {
            sheet.part([&step.view; 2]);
            sheet.heading([&step.view; 2]);
            step.why.iter().for_each(|why| sheet.say(why.each_ref()));
            let from = now.places().filter(|from| step.copies && from.len() <= MAX_COPIED);
            if let Some(from) = from {
                let from = from.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
                sheet.say([
                    format!("The new memory holds, from place 0 on, what lay at {from} in the old one."),
                    format!("新内存从位置 0 起，依次存放旧内存中位于 {from} 的元素。"),
                ]);
            }
            let [now_is, chinese] = facts(&step.after);
            sheet.say([format!("Now {now_is}."), format!("现在是{chinese}。")]);
            now = now.after(&step.after, step.copies);
            show(&mut sheet, &now, i + 1);
        }
        let copied = self.list.iter().any(|step| step.copies);
        sheet.say(match (now.numbered, copied) {
            (false, false) => ["No element has moved.", "没有一个元素移动过。"],
            (false, true) => ["The copy is memory of its own.", "副本有自己的内存。"],
            (true, false) => [
                "Only a shape was given: the elements are numbered in the order of memory. No element has moved.",
                "只给出了形状：元素按内存中的顺序编号。没有一个元素移动过。",
            ],
            (true, true) => [
                "Only a shape was given: the elements are numbered in the order of memory before the copy.",
                "只给出了形状：元素按复制之前内存中的顺序编号。",
            ],
        });
        sheet
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let mut now = self.start.clone();
        let step = |step: &Step| {
            now = now.after(&step.after, step.copies);
            Json::object(|o| {
                o.field("view", step.view.to_string());
                o.field("why", step.why().collect::<Vec<_>>());
                o.field("copies", step.copies);
                fields(o, &step.after);
                o.field("values", now.values());
            })
        };
        let steps = self.list.iter().map(step).collect::<Vec<Raw>>();
        let start = Json::object(|o| {
            fields(o, self.start());
            o.field("values", self.start.values());
        });
        Json::of(&[("explain", &"steps"), ("numbered", &self.start.numbered), ("start", &start), ("steps", &steps)])
    }
}

impl Step {
    /// The view.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The layout that it makes.
    pub fn after(&self) -> &Layout {
        &self.after
    }

    /// Why it is that layout, in sentences.
    pub fn why(&self) -> impl Iterator<Item = &str> {
        self.why.iter().map(|[why, _]| &**why)
    }

    /// Whether the elements were copied, since no strides give this shape.
    pub fn copies(&self) -> bool {
        self.copies
    }

    fn new(before: &Layout, view: &View) -> Result<Self> {
        let mut copies = false;
        let (after, why) = match view {
            View::Transpose(None) => {
                let why = [
                    "The order of the axes is reversed, sizes and strides alike; no element moves.",
                    "轴的顺序颠倒，长度与步幅随之颠倒；元素一个也不移动。",
                ];
                (before.reversed_axes(), [why.map(String::from)].into())
            }
            View::Transpose(Some(axes)) => {
                let order = tuple(axes);
                let why = [
                    format!("The axes stand in the order {order}, sizes and strides alike."),
                    format!("各轴按 {order} 的顺序排列，长度与步幅随轴一起移动。"),
                ];
                (before.transpose(axes)?, [why].into())
            }
            View::Slice(text) => {
                let indices = text.indices()?;
                (before.slice(&indices)?, why::sliced(before, &indices, text)?)
            }
            View::Flip(axes) => {
                let all: Vec<isize> = (0..before.ndim() as isize).collect();
                let axes = axes.as_ref().unwrap_or(&all);
                let after = before.flip(axes)?;
                let why = why::flipped(before, &after, axes)?;
                (after, why)
            }
            View::Reshape(shape) => {
                let shape = fill_unknown(shape, before.size())?;
                match before.regroup(&shape) {
                    Ok(after) => (after, [why::regrouped(before).map(String::from)].into()),
                    Err(pair) => {
                        copies = true;
                        (Layout::row_major(&shape)?, [why::copied(before, pair)].into())
                    }
                }
            }
            View::BroadcastTo(shape) => {
                let after = before.broadcast_to(shape)?;
                let why = why::stretched(before, &after);
                (after, why)
            }
            View::ExpandDims(axis) => {
                let why = [
                    "A new axis of size 1: its stride is never taken, and is 0.",
                    "一个长度为 1 的新轴：它的步幅从不用到，是 0。",
                ];
                (before.expand_dims(*axis)?, [why.map(String::from)].into())
            }
            View::Squeeze => {
                let why = ["Axes of size 1 go, with their strides.", "长度为 1 的轴连同步幅一起去掉。"];
                (before.squeeze(), [why.map(String::from)].into())
            }
        };
        Ok(Step { view: view.clone(), after, why, copies })
    }
}

/// A view by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// The axes in this order, or reversed.
    Transpose(Option<Vec<isize>>),
    /// NumPy's notation.
    Slice(String),
    /// These axes reversed, or all.
    Flip(Option<Vec<isize>>),
    /// Another shape; -1 is computed from the other sizes.
    Reshape(Vec<isize>),
    /// Stretched to a shape.
    BroadcastTo(Vec<usize>),
    /// A new axis of size 1 there.
    ExpandDims(isize),
    /// Without axes of size 1.
    Squeeze,
}

impl View {
    /// NumPy's indices, in brackets or without.
    pub(super) fn indexed(text: &str) -> Self {
        let inside = text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        View::Slice(inside.unwrap_or(text).into())
    }
}

fn is_name(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether an array may be called so: by a name that no view has.
fn is_array(word: &str) -> bool {
    is_name(word) && !VIEWS.split(", ").any(|view| view == word)
}

impl core::str::FromStr for View {
    type Err = Error;

    /// A name and its arguments, as at the head of this file.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        // Whatever is before the point, or before the bracket.
        let method = text.split_once('.').filter(|(name, _)| is_name(name)).map(|(_, method)| method);
        let text = method.unwrap_or(text);
        if let Some((name, _)) = text.split_once('[').filter(|(name, _)| is_array(name)) {
            return Ok(View::indexed(&text[name.len()..]));
        }
        let (name, rest) = text
            .split_once(|c: char| c == '(' || c.is_whitespace())
            .map_or((text, ""), |(name, _)| (name, text[name.len()..].trim()));
        let bare = rest.is_empty() || rest == "()" && method.is_some();
        let axes = || if bare { Ok(None) } else { integers(rest).map(Some) };
        Ok(match name {
            "transpose" | "t" | "T" => View::Transpose(axes()?),
            "slice" if !rest.is_empty() => View::indexed(rest),
            "flip" => View::Flip(axes()?),
            "slice" | "reshape" | "broadcast_to" | "expand_dims" if rest.is_empty() => {
                return refused([
                    format!("'{name}' and what it takes go together, in the same quotes: \"{name} ...\""),
                    format!("'{name}' 和它的参数要写在同一对引号里：\"{name} ...\""),
                ]);
            }
            "reshape" => View::Reshape(integers(rest)?),
            "broadcast_to" => View::BroadcastTo(shape(rest)?),
            "expand_dims" => match integers(rest)?[..] {
                [axis] => View::ExpandDims(axis),
                _ => return refused(["expand_dims takes one axis", "expand_dims 要一个轴"]),
            },
            "squeeze" if bare => View::Squeeze,
            _ => {
                let what = [format!("'{text}' is no view"), format!("没有 '{text}' 这种视图")];
                return refused(unknown(what, name, VIEWS));
            }
        })
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            View::Transpose(None) => f.write_str("transpose"),
            View::Transpose(Some(axes)) => write!(f, "transpose {}", tuple(axes)),
            View::Slice(indices) => write!(f, "slice {}", indices.trim()),
            View::Flip(None) => f.write_str("flip"),
            View::Flip(Some(axes)) => write!(f, "flip {}", tuple(axes)),
            View::Reshape(shape) => write!(f, "reshape {}", tuple(shape)),
            View::BroadcastTo(shape) => write!(f, "broadcast_to {}", Tuple(shape)),
            View::ExpandDims(axis) => write!(f, "expand_dims {axis}"),
            View::Squeeze => f.write_str("squeeze"),
        }
    }
}
