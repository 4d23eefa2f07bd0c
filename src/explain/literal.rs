//! Typed text to values: shapes, and nested lists of numbers as Python writes them.
//!
//! ```text
//!   (3,1)   3,1   ()                    a shape; where nothing else is asked for, [3,1] and 4 as well
//!   [[1, 2], [3, 4]]   5                integers alone: int64
//!   [1.0, 5, 1e-3, nan, -inf]           float64 where one number is a float; an empty list, [], as well
//!
//!   [[1, 2], [3]]                       NumPy's message: inhomogeneous shape after 1 dimensions, (2,)
//!   [[1, 2], 3x]                        byte 9: a number ...
//! ```
//!
//! One pass over the text, lists inside one another by recursion, at most 64 deep. No names and no sums, numbers alone.
//! Read next: `command.rs`.

use alloc::vec::Vec;

use super::numbers::MAX_LISTED;
use super::refused;
use crate::error::{Error, Result};
use crate::kernel::scalar::{Scalar, Value};
use crate::layout::shape::{MAX_NDIM, checked_size};
use crate::tensor::Tensor;

/// A tensor as it was typed.
#[derive(Clone, Debug)]
pub enum Literal {
    /// Integers alone.
    Int(Tensor<i64>),
    /// Where one number has a point or an exponent, or is nan or inf.
    Float(Tensor<f64>),
}

impl Literal {
    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        match self {
            Literal::Int(tensor) => tensor.shape(),
            Literal::Float(tensor) => tensor.shape(),
        }
    }

    /// The numbers as floats.
    #[inline]
    pub fn into_floats(self) -> Tensor<f64> {
        match self {
            Literal::Int(tensor) => tensor.cast(),
            Literal::Float(tensor) => tensor,
        }
    }
}

/// An operand as it was typed.
pub(super) enum Typed {
    /// A number or a list of numbers.
    Values(Literal),
    /// Sizes in round brackets.
    Shape(Vec<usize>),
}

/// A list of values, a number, or a shape: `[1, 2]`, `5`, `(1,2)`. As in Python, a comma alone makes a tuple.
pub(super) fn typed(word: &str) -> Result<Typed> {
    let is_shape = word.trim_start().starts_with('(') || word.contains(',') && !word.contains('[');
    if is_shape { shape(word).map(Typed::Shape) } else { literal(word).map(Typed::Values) }
}

impl Typed {
    /// The numbers; those of a shape count from 0, and there may not be too many.
    pub(super) fn numbers(self) -> Result<Literal> {
        let shape = match self {
            Typed::Values(values) => return Ok(values),
            Typed::Shape(shape) => shape,
        };
        match checked_size(&shape)? {
            size @ ..=MAX_LISTED => Ok(Literal::Int(Tensor::from_vec((0..size as i64).collect(), &shape)?)),
            size => refused([
                format!("{size} numbers are too many to show: at most {MAX_LISTED}"),
                format!("{size} 个数太多，无法显示：最多 {MAX_LISTED} 个"),
            ]),
        }
    }
}

/// A number or a nested list of numbers.
///
/// ```
/// use nptensor::explain::{Literal, literal};
/// let Literal::Int(t) = literal("[[1, 2], [3, 4]]")? else { panic!() };
/// assert_eq!(t.to_string(), "[[1 2]\n [3 4]]");
/// assert!(matches!(literal("[1, 2.5]")?, Literal::Float(_)));
/// let error = literal("[[1, 2], 3x]").unwrap_err();
/// assert_eq!(error.to_string(), "invalid literal \"[[1, 2], 3x]\": byte 9: expected a number or a list");
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::Literal`] with the byte, [`Error::Ragged`] with NumPy's text, [`Error::Explain`] past 4096 numbers.
pub fn literal(text: &str) -> Result<Literal> {
    let mut read = Reader::new(text)?;
    let (mut numbers, mut ragged) = (Vec::new(), false);
    let shape = read.value(0, &mut numbers, &mut ragged)?;
    read.end()?;
    if ragged {
        return Err(Error::Ragged { shape });
    }
    let is_whole = !numbers.is_empty() && numbers.iter().all(|number| matches!(number, Value::Int(_)));
    Ok(match is_whole {
        true => Literal::Int(Tensor::from_vec(numbers.into_iter().map(i64::from_value).collect(), &shape)?),
        false => Literal::Float(Tensor::from_vec(numbers.into_iter().map(f64::from_value).collect(), &shape)?),
    })
}

/// A shape: sizes separated by commas, in brackets or without.
///
/// ```
/// use nptensor::explain::shape;
/// for text in ["(3,1)", "3, 1", "[3,1]"] {
///     assert_eq!(shape(text)?, [3, 1]);
/// }
/// assert_eq!(shape("()")?, []);
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::Literal`], [`Error::NegativeSize`], [`Error::TooManyAxes`], [`Error::TooBig`].
pub fn shape(text: &str) -> Result<Vec<usize>> {
    let list = integers(text)?;
    let sizes = list.iter().map(|&n| usize::try_from(n)).collect::<core::result::Result<Vec<_>, _>>();
    let shape = sizes.map_err(|_| Error::NegativeSize { shape: list })?;
    checked_size(&shape)?;
    Ok(shape)
}

/// Integers separated by commas, in brackets or without: a shape with an unknown size, axes, an index.
pub(crate) fn integers(text: &str) -> Result<Vec<isize>> {
    let mut read = Reader::new(text)?;
    let close = [('(', ')'), ('[', ']')].into_iter().find(|&(open, _)| read.takes(open)).map(|(_, close)| close);
    let mut list = Vec::new();
    // A list without brackets may not be empty.
    while close.is_none_or(|close| !read.sees(close)) {
        let word = read.word();
        let Ok(Value::Int(n)) = read.number() else { return Err(read.error(word, "an integer")) };
        list.push(isize::try_from(n).map_err(|_| read.error(word, "a smaller integer"))?);
        if !read.takes(',') || close.is_none() && read.rest().trim().is_empty() {
            break;
        }
    }
    if let Some(close) = close
        && !read.takes(close)
    {
        return Err(read.error(read.at, if close == ')' { "',' or ')'" } else { "',' or ']'" }));
    }
    read.end()?;
    Ok(list)
}

fn too_long<V>() -> Result<V> {
    refused([
        format!("a list of more than {MAX_LISTED} numbers is too long to explain"),
        format!("超过 {MAX_LISTED} 个数的列表太长，无法解释"),
    ])
}

/// A position in the text; blanks before it are skipped.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Result<Self> {
        if text.len() > 32 * MAX_LISTED { too_long() } else { Ok(Reader { text, at: 0 }) }
    }

    /// A number or a list inside `depth` others: its shape, and its numbers after those before it. Of a ragged list,
    /// the part of the shape on which all items agree.
    fn value(&mut self, depth: usize, numbers: &mut Vec<Value>, ragged: &mut bool) -> Result<Vec<usize>> {
        let word = self.word();
        if !self.takes('[') {
            let number = self.number().map_err(|expected| self.error(word, expected))?;
            if numbers.len() == MAX_LISTED {
                return too_long();
            }
            numbers.push(number);
            return Ok(Vec::new());
        }
        if depth == MAX_NDIM {
            return Err(self.error(word, "at most 64 lists inside one another"));
        }
        let mut shape = Vec::from([0]);
        while !self.takes(']') {
            let item = self.value(depth + 1, numbers, ragged)?;
            if shape[0] == 0 {
                shape.extend(&item);
            }
            let common = shape[1..].iter().zip(&item).take_while(|(a, b)| a == b).count();
            *ragged |= common + 1 < shape.len() || common < item.len();
            shape.truncate(1 + common);
            shape[0] += 1;
            if !self.takes(',') && !self.sees(']') {
                return Err(self.error(self.at, "',' or ']'"));
            }
        }
        Ok(shape)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Where the next word begins.
    fn word(&mut self) -> usize {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.at
    }

    fn sees(&mut self, c: char) -> bool {
        self.word();
        self.rest().starts_with(c)
    }

    fn takes(&mut self, c: char) -> bool {
        let there = self.sees(c);
        self.at += if there { c.len_utf8() } else { 0 };
        there
    }

    /// The number that the next word is, int64 or float64 by its text; else what was expected.
    fn number(&mut self) -> core::result::Result<Value, &'static str> {
        let start = self.word();
        let end = self.rest().find(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c));
        let word = &self.rest()[..end.unwrap_or(self.rest().len())];
        let digits = word.strip_prefix(['+', '-']).unwrap_or(word);
        let number = if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            Value::Int(word.parse().map_err(|_| "an integer that fits int64")?)
        } else {
            Value::F64(word.parse().map_err(|_| "a number or a list")?)
        };
        self.at = start + word.len();
        Ok(number)
    }

    fn end(&mut self) -> Result<()> {
        let at = self.word();
        if self.rest().is_empty() { Ok(()) } else { Err(self.error(at, "the end")) }
    }

    fn error(&self, at: usize, expected: &'static str) -> Error {
        Error::Literal { text: self.text.into(), at, expected }
    }
}
