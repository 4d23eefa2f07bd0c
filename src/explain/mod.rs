//! What happens inside, as plain values with three forms: text, SVG and JSON.
//!
//! ```text
//!   broadcast((3,1), (4,))  ->  Broadcast { .. }  --+-- {}       text for a terminal
//!   layout, dot, matmul_blocks, forward, function   +-- svg()    a picture: light and dark, at any width
//!                                                   +-- json()   for other programs
//! ```
//!
//! Every number comes from the engine: shapes and strides from real layouts, values from real kernels, blocks from the
//! constants of the loops. Values that a kernel keeps in registers, the sums on the way to a dot product, are computed
//! a second time, and must end in the engine's result. No other part of the engine uses this module.
//!
//! Functions that choose the element type themselves (`command`, `function`, `softmax`) are `#[inline]`, so that the
//! library does not contain kernels that no program calls.
//!
//! One picture a file. Their content, from top to bottom: `sheet.rs`; how that is drawn and written: `svg.rs`,
//! `json.rs`; how they are asked for in words: `command.rs` and `literal.rs`. Read next: `broadcast.rs`.

mod blocks;
mod broadcast;
mod command;
mod diagram;
mod dot;
mod forward;
mod function;
pub(crate) mod json;
mod language;
mod layout;
mod literal;
mod numbers;
mod sheet;
mod steps;
mod svg;
#[doc(hidden)]
pub mod wide;
mod wrong;

use alloc::string::{String, ToString};

use crate::error::{Error, Result};
use crate::kernel::closed::{Float, Number};
use language::Page;
use sheet::PICTURE_COLUMNS;

pub use blocks::{Blocks, Counts, Loop, Way, matmul_blocks};
pub use broadcast::{Broadcast, Pair, add, broadcast};
pub use command::command;
pub use diagram::{Diagram, diagram};
pub use dot::{Dot, Operand, Order, Sum, dot};
pub use forward::{Forward, forward, forward_row};
pub use function::{Curve, Plot, Softmax, function, softmax};
pub use language::Language;
pub use layout::{Map, layout};
pub use literal::{Literal, literal, shape};
pub use steps::{Step, Steps, View, slice, steps};
pub use wrong::told;

/// An explanation, in three forms.
pub trait Explanation: core::fmt::Display {
    /// As text, for a terminal of this look; `Display` is the same at [`Look::default`].
    fn text(&self, look: Look) -> String;

    /// As one SVG element with a title and a description, in English. It follows the scheme of the page, light or dark.
    fn svg(&self) -> String {
        self.svg_in(Some(Language::English))
    }

    /// The same in a language; in all of them for `None`: what differs is marked with `lang` then, for a page to show
    /// one of them, and there is no description.
    ///
    /// ```
    /// use nptensor::explain::{Explanation, Language, broadcast};
    /// let sum = broadcast(&[3], &[4])?;
    /// assert!(sum.svg_in(Some(Language::Chinese)).contains("NumPy 的报错"));
    /// assert!(sum.svg_in(None).contains("<text lang=\"zh\""));
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    fn svg_in(&self, language: Option<Language>) -> String;

    /// As one JSON value.
    fn json(&self) -> String;
}

/// The forms of an explanation, from its methods `sheet` and `to_json`.
macro_rules! explanations {
    ($($type:ty $(, for $parameter:ident: $bound:ident)?;)*) => {$(
        impl$(<$parameter: $bound>)? Explanation for $type {
            fn text(&self, look: Look) -> String {
                self.sheet(look.into()).text(look)
            }

            fn svg_in(&self, language: Option<Language>) -> String {
                let languages = language.map_or(Language::ALL, Language::alone);
                self.sheet(Page { width: PICTURE_COLUMNS, languages }).svg()
            }

            fn json(&self) -> String {
                self.to_json().0
            }
        }

        impl$(<$parameter: $bound>)? core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.text(Look::default()))
            }
        }
    )*};
}

explanations! {
    Blocks;
    Broadcast;
    Diagram;
    Dot<T>, for T: Number;
    Forward<T>, for T: Float;
    Map;
    Plot;
    Steps;
}

/// The properties of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether to use colours (as ANSI sequences). Nothing is expressed by a colour alone.
    pub colour: bool,
    /// The language of the sentences.
    pub language: Language,
}

impl Default for Look {
    /// 80 columns, no colour, English.
    fn default() -> Self {
        Look { width: 80, colour: false, language: Language::English }
    }
}

/// What a colour stands for, the same in text and picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The left operand.
    A,
    /// The right operand.
    B,
    /// The result.
    Out,
    /// What does not fit.
    Wrong,
    /// What is not in memory: stretched cells, padding, grid lines.
    Ghost,
}

impl Role {
    /// The class of its boxes in a picture, and its colour on a terminal.
    fn looks(self) -> (&'static str, &'static str) {
        match self {
            Role::A => ("a", "34"),
            Role::B => ("b", "32"),
            Role::Out => ("out", "1"),
            Role::Wrong => ("wrong", "1;31"),
            Role::Ghost => ("ghost", "2"),
        }
    }
}

impl Look {
    /// `text` in the colour of its role, where there are colours.
    pub(crate) fn paint(self, role: Role, text: &str) -> String {
        if self.colour { alloc::format!("\x1b[{}m{text}\x1b[0m", role.looks().1) } else { text.to_string() }
    }
}

/// The error for what cannot be explained, in each language.
#[inline(never)]
fn refused<V>(what: [impl Into<String>; 2]) -> Result<V> {
    let [what, chinese] = what.map(Into::into);
    Err(Error::Explain { what, chinese })
}
