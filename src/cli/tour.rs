//! `nptensor tour`: the chapter, snippet by snippet, in NumPy and in nptensor, with what it prints.
//!
//! ```text
//!   chapter.rs  -->  [Item]  --+-- text.rs   for a terminal
//!     ..                       +-- page.rs   one HTML file, with pictures, and with the engine in it where it is given
//! ```
//!
//! The chapter is a list of [`Item`]s, each made by running it: no result and no picture is stored. The items and the
//! command line are defined here. Read next: `tour/chapter.rs`.

mod chapter;
mod digit;
mod formula;
mod page;
mod text;

use std::fs;
use std::io::Write;

use nptensor::explain::{Explanation, Language};
use nptensor::{Element, Error, Tensor};

use super::Failure;
use super::args::Args;
use super::input::{io_error, note};
use super::model::{ModelArgs, model_help, model_options_help};
use super::rows::{self, divide_help};
use super::sink::whole;
use digit::Digit;

pub(super) const HELP: &str = concat!(
    "\
Walk through the chapter: each snippet in NumPy, in nptensor, and its result

Usage: nptensor [tour] [--lang LANG]
       nptensor tour --html FILE [--lang LANG] [--engine WASM] [MODEL IMAGES LABELS [OPTIONS]]

Options:
  --html FILE    The chapter as one page that needs no network, with its pictures; '-' for
                 standard output
  --engine WASM  Put the engine in, gzipped or not: what the reader types is computed in the
                 page (.ci/playground FILE builds the engine and the page)
  --lang LANG    The language: en or zh (Chinese) [default: en]. A page has both, and begins
                 with this one. NumPy's own messages are in English.

A page with a real digit, read by a trained network:
",
    model_help!(),
    "
  IMAGES  One image per entry along the first axis: IDX or .npy, also gzipped
  LABELS  One class per image: IDX or .npy, also gzipped
  --image N      Which image, counted from 0 [default: 0]
",
    model_options_help!(),
    "
",
    divide_help!(),
    "

Examples:
  nptensor tour --html chapter.html
  nptensor tour --html chapter.html weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz
"
);

/// The languages, as the page calls them.
const LANGUAGES: [&str; 2] = [Language::English.tag(), Language::Chinese.tag()];

/// A text in each of the [`LANGUAGES`], side by side in the source: who changes one sees the other.
type Text = [&'static str; 2];

/// One item of the chapter.
enum Item {
    /// The title.
    Title(Text),
    /// A heading and how deep it is: 1 for sections.
    Heading(u8, Text),
    /// Paragraphs, their lines as a terminal shows them; `code` is marked, and lines that begin with blanks are code.
    Text(Text),
    /// A formula on each line: see `formula.rs`. Between dollar signs they stand in texts and captions as well.
    Formula(&'static str),
    /// What do you expect? A question about the next result, the choices, which of them it is, and why.
    Guess { question: Text, choices: &'static [Text], right: usize, why: Text },
    /// A snippet, its translation, and what the translation gives, if it gives anything.
    Snippet { numpy: &'static str, rust: String, result: Option<Outcome> },
    /// A picture, the command that draws it, and what the reader may change of that, if anything.
    Figure { picture: Box<dyn Explanation>, command: String, caption: Text, panel: Option<Panel> },
    /// A digit and the outputs of a trained network for it, if the files are given.
    Digit(Option<Digit>),
}

/// What the reader may change: the word `name` and the values of the fields are the command of the picture.
struct Panel {
    name: &'static str,
    fields: &'static [Field],
    examples: Vec<Example>,
}

/// A label, and what the reader may change under it.
type Field = (Text, &'static str);

/// What a button puts into the fields of a panel, and the picture of it where the page could not draw one.
struct Example {
    label: &'static str,
    values: &'static [&'static str],
    picture: Option<Box<dyn Explanation>>,
}

/// What a snippet gives: its label, `prints` or `raises`, and the text.
type Outcome = (&'static str, String);

/// A name for a value: `bind!(tour, "A = np.array([1, 2])", a = Tensor::from([1, 2]))`.
macro_rules! bind {
    ($tour:ident, $numpy:literal, $name:ident = $value:expr) => {
        let $name = $value;
        let rust = format!("let {} = {};", stringify!($name), stringify!($value));
        $tour.snippet($numpy, $crate::cli::tour::broken(&rust), None);
    };
}

/// An expression and what it gives: `show!(tour, "np.ndim(A)", a.ndim())`.
macro_rules! show {
    ($tour:ident, $numpy:literal, $value:expr) => {
        let result = Some($crate::cli::tour::outcome($numpy, &$value));
        $tour.snippet($numpy, stringify!($value).into(), result);
    };
}

use {bind, show};

/// The source of a closure with a statement on each line, whatever lines `stringify!` makes of it.
fn broken(rust: &str) -> String {
    let rust = rust.split_whitespace().collect::<Vec<_>>().join(" ");
    match rust.contains("{ let ") {
        true => rust.replace("{ let ", "{\n    let ").replace("; ", ";\n    ").replace(" };", "\n};"),
        false => rust,
    }
}

/// As NumPy shows it: what `print` writes, and what an expression alone does.
fn outcome<T: Show>(numpy: &str, value: &T) -> Outcome {
    (T::LABEL, if numpy.starts_with("print(") { value.str() } else { value.repr() })
}

/// `(4,)`, `(2, 3)`: as Python prints a tuple.
fn tuple(sizes: &[impl std::fmt::Debug]) -> String {
    format!("{sizes:?}").replace('[', "(").replace(']', if sizes.len() == 1 { ",)" } else { ")" })
}

/// A value's two texts in Python.
trait Show {
    const LABEL: &str = "prints";

    fn str(&self) -> String;

    fn repr(&self) -> String {
        self.str()
    }
}

impl<T: Element> Show for Tensor<T> {
    fn str(&self) -> String {
        self.to_string()
    }

    fn repr(&self) -> String {
        format!("{self:?}")
    }
}

impl Show for Error {
    const LABEL: &str = "raises";

    fn str(&self) -> String {
        self.to_string()
    }
}

impl Show for f64 {
    fn str(&self) -> String {
        Tensor::from(*self).to_string()
    }

    fn repr(&self) -> String {
        format!("np.float64({})", self.str())
    }
}

macro_rules! show_as {
    ($($type:ty, $value:ident => $text:expr;)*) => {$(
        impl Show for $type {
            fn str(&self) -> String {
                let $value = self;
                $text
            }
        }
    )*};
}

show_as! {
    &[usize], shape => tuple(shape);
    &[isize], strides => tuple(strides);
    usize, x => x.to_string();
    i64, x => x.to_string();
    bool, x => Tensor::from(*x).to_string();
}

/// Prints the chapter, or writes its page.
pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Result<(), Failure> {
    let [html, engine] = [args.option("--html")?, args.option("--engine")?];
    let language = super::explain::language(&mut args)? as usize;
    let Some(html) = html else {
        if engine.is_some() {
            return Err(Failure::Usage("--engine is for a page: --html FILE".into()));
        }
        args.done()?;
        return text::print(&chapter::items(None)?, language, super::explain::look(None), out);
    };
    let (image, divide) = (args.number_from("--image", 0)?, rows::divide(&mut args)?);
    let digit = match args.has_operand() {
        true => Some((ModelArgs::parse(&mut args)?, args.operand("IMAGES")?, args.operand("LABELS")?)),
        false if image.is_some() || divide.is_some() => return Err(Failure::Usage("MODEL is missing".into())),
        false => None,
    };
    args.done()?;
    let read = |(model, images, labels): (_, String, String)| {
        Digit::read(model, [&images, &labels], image.unwrap_or(0), divide)
    };
    let digit = digit.map(read).transpose()?;
    let engine = engine.map(|path| fs::read(&path).map_err(|error| io_error(&path, error))).transpose()?;
    let page = page::write(&chapter::items(digit)?, language, engine.as_deref());
    whole(&html, page.as_bytes(), out)?;
    if html != "-" {
        let with = if engine.is_some() { "with" } else { "without" };
        note(
            &html,
            &format!("the chapter {with} the engine, one file of {} kB that needs no network", page.len() / 1000),
        );
    }
    Ok(())
}
