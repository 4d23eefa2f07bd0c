//! The views by name, as they are typed.
//!
//! ```text
//!   transpose    transpose 1,0    slice ::2, 0    flip    flip 0
//!   reshape (6,)    broadcast_to (2,3)    expand_dims 0    squeeze
//! ```
//!
//! Their effect is in `layout/view.rs` and `layout/slice.rs`. Read next: `why.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result, Tuple};
use crate::explain::literal::{integers, shape};
use crate::explain::planes::tuple;
use crate::explain::refused;

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

impl core::str::FromStr for View {
    type Err = Error;

    /// A name and its arguments, as at the head of this file.
    fn from_str(text: &str) -> Result<Self> {
        let (name, rest) = text
            .trim()
            .split_once(|c: char| c == '(' || c.is_whitespace())
            .map_or((text.trim(), ""), |(name, _)| (name, text.trim()[name.len()..].trim()));
        let axes = || if rest.is_empty() { Ok(None) } else { integers(rest).map(Some) };
        Ok(match name {
            "transpose" | "t" | "T" => View::Transpose(axes()?),
            "slice" if !rest.is_empty() => View::Slice(rest.into()),
            "flip" => View::Flip(axes()?),
            "slice" | "reshape" | "broadcast_to" | "expand_dims" if rest.is_empty() => {
                return refused(format!("'{name}' and what it takes go together, in the same quotes: \"{name} ...\""));
            }
            "reshape" => View::Reshape(integers(rest)?),
            "broadcast_to" => View::BroadcastTo(shape(rest)?),
            "expand_dims" => match integers(rest)?[..] {
                [axis] => View::ExpandDims(axis),
                _ => return refused("expand_dims takes one axis"),
            },
            "squeeze" if rest.is_empty() => View::Squeeze,
            _ => {
                return refused(format!(
                    "'{text}' is no view: transpose, slice, flip, reshape, broadcast_to, expand_dims and squeeze are"
                ));
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
