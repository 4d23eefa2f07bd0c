//! `nptensor tour`: the chapter, snippet by snippet: what it says in NumPy, the same in nptensor, and what that prints.
//!
//! ```text
//!   numpy     np.dot(A, B)                 as the chapter writes it
//!   nptensor  a.dot(&b)?                   the text of the very expression that ran
//!   prints    [[19 22]                     its value, printed by the engine
//!              [43 50]]
//! ```
//!
//! The chapter itself is `chapter.rs`, as a list of [`Item`]s; this file makes and prints them. No result is written down anywhere.

mod chapter;

use std::io::Write;

use nptensor::{Element, Error, Tensor};

use super::Failure;
use super::args::Args;

pub(super) const HELP: &str = "\
Walk through the chapter: each snippet in NumPy, in nptensor, and its result

Usage: nptensor [tour]
";

/// One item of the chapter.
enum Item {
    /// A heading and how deep it is: 1 for sections.
    Heading(u8, &'static str),
    /// A paragraph.
    Text(&'static str),
    /// A snippet, its translation, and what the translation prints, if it prints.
    Snippet { numpy: &'static str, rust: String, result: Option<String> },
}

/// A name for a value: `bind!(items, "A = np.array([1, 2])", a = Tensor::from([1, 2]))`.
macro_rules! bind {
    ($items:ident, $numpy:literal, $name:ident = $value:expr) => {
        let $name = $value;
        let rust = format!("let {} = {};", stringify!($name), stringify!($value));
        $items.push(Item::Snippet { numpy: $numpy, rust, result: None });
    };
}

/// An expression and what it gives: `show!(items, "np.ndim(A)", a.ndim())`.
macro_rules! show {
    ($items:ident, $numpy:literal, $value:expr) => {
        let result = Some(Show::show(&$value));
        $items.push(Item::Snippet { numpy: $numpy, rust: stringify!($value).into(), result });
    };
}

use {bind, show};

/// What a snippet's value prints.
trait Show {
    fn show(&self) -> String;
}

impl<T: Element> Show for Tensor<T> {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Show for Error {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Show for &[usize] {
    fn show(&self) -> String {
        format!("{self:?}")
    }
}

macro_rules! show_scalars {
    ($($type:ty)*) => {$(
        /// As NumPy prints a scalar: `1.0`, `True`.
        impl Show for $type {
            fn show(&self) -> String {
                Tensor::from(*self).to_string()
            }
        }
    )*};
}

show_scalars!(f64 i32 i64 bool);

impl Show for usize {
    fn show(&self) -> String {
        self.to_string()
    }
}

/// Prints the chapter.
pub(super) fn run(args: Args, out: &mut impl Write) -> Result<(), Failure> {
    args.done()?;
    for item in chapter::items()? {
        match item {
            Item::Heading(1, text) => writeln!(out, "{text}\n{}\n", "=".repeat(text.chars().count()))?,
            Item::Heading(_, text) => writeln!(out, "{text}\n{}\n", "-".repeat(text.chars().count()))?,
            Item::Text(text) => writeln!(out, "{text}\n")?,
            Item::Snippet { numpy, rust, result } => {
                labelled(out, "numpy", numpy)?;
                labelled(out, "nptensor", &rust)?;
                if let Some(result) = result {
                    labelled(out, "prints", &result)?;
                }
                writeln!(out)?;
            }
        }
    }
    Ok(())
}

/// Lines behind a label that stands beside the first.
fn labelled(out: &mut impl Write, label: &str, text: &str) -> Result<(), Failure> {
    for (i, line) in text.lines().enumerate() {
        writeln!(out, "{:<10}{line}", if i == 0 { label } else { "" })?;
    }
    Ok(())
}
