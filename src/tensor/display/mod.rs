//! NumPy's str (`{}`) and repr (`{:?}`), character for character.
//!
//! ```text
//!   {}     [[1. 2.]                 {:?}    array([[1., 2.],           {:.2}   [0.33 0.67]
//!           [3. 4.]]                               [3., 4.]])
//!
//!   shown     which elements: all, or 3 at either end of each axis where there are over 1000   shown.rs
//!   format    one width and one form for all of them, found in a first pass over those shown   format.rs
//!   digits    those of one float                                                               digits.rs
//!   page      brackets, rows, and lines of at most 75 characters, written as they come         here
//! ```
//!
//! Only elements that are shown are read, and nothing is collected: a tensor stretched to 2^40 elements prints at once.
//! The formatter's precision is NumPy's print option of that name (8 without one). `{:#}` shows all elements, as NumPy
//! does with its option `threshold` at the highest; other flags do nothing, nor does `#` in `{:#?}`.
//! Reading text back is not done here. Read next: `format.rs`.

mod digits;
mod format;
mod shown;

use alloc::string::String;
use core::fmt::{self, Write};

pub(crate) use self::format::scalar_str;

use self::format::Format;
use super::Tensor;
use crate::kernel::closed::Element;
use crate::kernel::scalar::DType;
use crate::layout::axes::Axes;
use shown::{MOST, Shown, THRESHOLD};

/// NumPy's `linewidth`: no line grows beyond it, but for single elements that do not fit.
const LINE: usize = 75;
/// NumPy's `precision`: the digits after the point.
const PRECISION: usize = 8;
/// What repr opens with; its later lines are indented by as much.
const OPENING: &str = "array(";

/// What tells str from repr within the brackets.
struct Style {
    /// Between elements. A line that breaks there loses the blank.
    separator: &'static str,
    /// Between rows and blocks, before the line ends.
    comma: &'static str,
    /// The column where the outermost bracket stands.
    start: usize,
    /// The columns there are.
    width: usize,
}

const STR: Style = Style { separator: " ", comma: "", start: 0, width: LINE };
/// The closing parenthesis needs the last column.
const REPR: Style = Style { separator: ", ", comma: ",", start: OPENING.len(), width: LINE - 1 };

/// Text on its way out, with the column that it has reached. All of it is ASCII.
struct Page<'a> {
    out: &'a mut dyn Write,
    column: usize,
}

impl Page<'_> {
    fn text(&mut self, text: &str) -> fmt::Result {
        self.column += text.len();
        self.out.write_str(text)
    }

    /// Ends `count` lines and indents the next.
    fn lines(&mut self, count: usize, indent: usize) -> fmt::Result {
        self.column = indent;
        (0..count).try_for_each(|_| self.out.write_char('\n'))?;
        write!(self.out, "{:indent$}", "")
    }
}

/// One array on its way to the page.
struct Writer<'a> {
    shown: &'a Shown<'a>,
    format: Format,
    style: &'a Style,
    page: Page<'a>,
    /// One element, and one line of a row: reused.
    word: String,
    line: String,
}

impl Writer<'_> {
    /// The part of the array at `index[..axis]`. The page stands where its bracket goes.
    fn part(&mut self, index: &mut [usize], axis: usize) -> fmt::Result {
        match index.len() - axis {
            0 => self.element(index),
            1 => self.row(index, axis),
            _ => self.blocks(index, axis),
        }
    }

    /// The only element of an array without axes.
    fn element(&mut self, index: &[usize]) -> fmt::Result {
        self.word.clear();
        self.format.write(&mut self.word, self.shown.value(index))?;
        self.page.text(&self.word)
    }

    /// Brackets around parts with a line each, and a blank line for each axis that a part has beyond the first.
    fn blocks(&mut self, index: &mut [usize], axis: usize) -> fmt::Result {
        let indent = self.style.start + axis + 1;
        self.page.text("[")?;
        for (nth, item) in self.shown.items(axis).enumerate() {
            if nth > 0 {
                self.page.text(self.style.comma)?;
                self.page.lines(index.len() - axis - 1, indent)?;
            }
            match item {
                Some(i) => {
                    index[axis] = i;
                    self.part(index, axis + 1)?;
                }
                None => self.page.text("...")?,
            }
        }
        self.page.text("]")
    }

    /// Brackets around elements, in as many lines as they need. Room is kept for the brackets that may close behind
    /// them.
    fn row(&mut self, index: &mut [usize], axis: usize) -> fmt::Result {
        let indent = self.style.start + axis + 1;
        let width = self.style.width.saturating_sub(axis + 1);
        self.page.text("[")?;
        self.line.clear();
        for (nth, item) in self.shown.items(axis).enumerate() {
            if nth > 0 {
                self.line.push_str(self.style.separator);
            }
            self.word.clear();
            match item {
                Some(i) => {
                    index[axis] = i;
                    self.format.write(&mut self.word, self.shown.value(index))?;
                }
                None => self.word.push_str("..."),
            }
            if !self.line.is_empty() && indent + self.line.len() + self.word.len() > width {
                self.page.text(self.line.trim_end())?;
                self.page.lines(1, indent)?;
                self.line.clear();
            }
            self.line.push_str(&self.word);
        }
        self.page.text(&self.line)?;
        self.page.text("]")
    }
}

/// The array in brackets, by NumPy's `array2string`. Says which column it ends in.
fn write_array(out: &mut dyn Write, shown: &Shown<'_>, precision: usize, style: &Style) -> Result<usize, fmt::Error> {
    let mut page = Page { out, column: style.start };
    if shown.is_empty() || shown.is_absurd() {
        page.text(if shown.is_empty() { "[]" } else { "[...]" })?;
        return Ok(page.column);
    }
    let format = Format::new(shown, precision);
    let mut index = Axes::repeat(0, shown.ndim());
    let mut writer = Writer { shown, format, style, page, word: String::new(), line: String::new() };
    writer.part(&mut index, 0)?;
    Ok(writer.page.column)
}

/// What the elements alone do not tell: `shape=` of an empty or abridged array, `dtype=` but for the types that
/// literals have.
fn extras(shown: &Shown<'_>, shape: &[usize], dtype: DType) -> Result<String, fmt::Error> {
    let mut text = String::new();
    if shown.is_abridged() || (shown.is_empty() && shape != [0]) {
        // As Python writes tuples: `()`, `(3,)`, `(2, 3)`.
        let (sizes, comma) = (format!("{shape:?}"), if shape.len() == 1 { "," } else { "" });
        write!(text, "shape=({}{comma})", sizes.trim_matches(['[', ']']))?;
    }
    if shown.is_empty() || !matches!(dtype, DType::F64 | DType::I64 | DType::Bool) {
        let comma = if text.is_empty() { "" } else { ", " };
        write!(text, "{comma}dtype={dtype}")?;
    }
    Ok(text)
}

/// NumPy's str: `{}`, and `{:.3}` for 3 digits after the point. `{:#}` shows all elements where `{}` leaves out those
/// in the middle; beyond 2^26 elements it leaves them out, too.
///
/// ```
/// use nptensor::Tensor;
/// let t = Tensor::from([[1.0, -2.5], [0.01, f64::NAN]]);
/// assert_eq!(t.to_string(), "[[ 1.   -2.5 ]\n [ 0.01   nan]]");
/// assert_eq!(format!("{:.2}", Tensor::from([1.0 / 3.0, 1e-5])), "[3.33e-01 1.00e-05]");
/// // The str of an array without axes is that of the scalar: precision has no say.
/// assert_eq!(format!("{:.2}", Tensor::from(1.0 / 3.0)), "0.3333333333333333");
/// let long = Tensor::arange(0, 2000, 1)?;
/// assert_eq!(long.to_string(), "[   0    1    2 ... 1997 1998 1999]");
/// assert!(!format!("{long:#}").contains("..."));
/// # Ok::<(), nptensor::Error>(())
/// ```
impl<T: Element> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |index: &[usize]| self.data()[self.layout().offset_at(index)].value();
        if self.ndim() == 0 {
            return f.write_str(&scalar_str(value(&[])));
        }
        let precision = f.precision().unwrap_or(PRECISION);
        let threshold = if f.alternate() { MOST } else { THRESHOLD };
        write_array(f, &Shown::up_to(threshold, self.shape(), &value), precision, &STR).map(drop)
    }
}

/// NumPy's repr: `{:?}`, and `{:.3?}` for 3 digits after the point.
///
/// ```
/// use nptensor::Tensor;
/// assert_eq!(format!("{:?}", Tensor::from([[1_i64, 20], [300, 4]])), "array([[  1,  20],\n       [300,   4]])");
/// assert_eq!(format!("{:?}", Tensor::from([0.5_f32, 1.0])), "array([0.5, 1. ], dtype=float32)");
/// assert_eq!(format!("{:?}", Tensor::<f64>::zeros(&[0, 3])?), "array([], shape=(0, 3), dtype=float64)");
/// # Ok::<(), nptensor::Error>(())
/// ```
impl<T: Element> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |index: &[usize]| self.data()[self.layout().offset_at(index)].value();
        write_repr(f, &Shown::up_to(THRESHOLD, self.shape(), &value), self.shape(), T::DTYPE)
    }
}

fn write_repr(f: &mut fmt::Formatter<'_>, shown: &Shown<'_>, shape: &[usize], dtype: DType) -> fmt::Result {
    let extras = extras(shown, shape, dtype)?;
    let precision = f.precision().unwrap_or(PRECISION);
    f.write_str(OPENING)?;
    let column = write_array(f, shown, precision, &REPR)?;
    if !extras.is_empty() {
        // The comma, a blank and the parenthesis come on top.
        let fits = column + extras.len() + 3 <= LINE;
        write!(f, ",{}{extras}", if fits { " " } else { "\n      " })?;
    }
    f.write_char(')')
}
