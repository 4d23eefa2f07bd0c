//! Python's slices: `start:stop:step` with its rules for negative numbers and steps, typed or in NumPy's own notation.
//!
//! ```text
//!   of 0 1 2 3 4     1:3 -> 1 2     ::-1 -> 4 3 2 1 0     4:0:-2 -> 4 2     10: -> none     -2 -> 3, without the axis
//! ```
//!
//! Two notations:
//!
//! ```
//! use nptensor::{Index, Tensor};
//! let t = Tensor::from([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]);
//! let parsed = t.slice("1:, ::-2")?;
//! let typed = t.slice((1.., Index::step(.., -2)))?;
//! assert_eq!(parsed.to_string(), "[[ 7  5]\n [11  9]]");
//! assert_eq!(parsed, typed);
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Ranges clip and never fail; an integer drops its axis and is an error when it is outside. Masks and lists of indices
//! are not slices: they copy (`Tensor::boolean_index`). Read next: `walk.rs`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::{self, Bound, RangeBounds};

use super::Layout;
use super::axes::Axes;
use super::shape::{MAX_NDIM, counted};
use crate::error::{Error, Result};

/// What to take of one axis, or where to put a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Index {
    /// One index, from the end when negative: the axis is dropped.
    At(isize),
    /// `start:stop:step` by Python's rules; the axis is kept.
    Range {
        /// The first index, from the end when negative; `None`, the end that the step starts from.
        start: Option<isize>,
        /// The index before which to stop; `None`, the other end.
        stop: Option<isize>,
        /// The step; negative steps go backwards, 0 is an error.
        step: isize,
    },
    /// `...`: all axes that are not mentioned. At most one.
    Ellipsis,
    /// `None` (`np.newaxis`): a new axis of size 1.
    NewAxis,
}

impl Index {
    /// `range` in steps of `step`: `Index::step(1.., 2)` is Python's `1::2`, `Index::step(.., -1)` is `::-1`.
    ///
    /// An inclusive end counts as in Rust: `..=3` is `:4`, and `..=-1` goes to the end.
    pub fn step(range: impl RangeBounds<isize>, step: isize) -> Self {
        let start = match range.start_bound() {
            Bound::Included(&i) => Some(i),
            Bound::Excluded(&i) => Some(i.saturating_add(1)),
            Bound::Unbounded => None,
        };
        let stop = match range.end_bound() {
            Bound::Included(&-1) | Bound::Unbounded => None,
            Bound::Included(&i) => Some(i.saturating_add(1)),
            Bound::Excluded(&i) => Some(i),
        };
        Index::Range { start, stop, step }
    }
}

/// One index or range without a tuple around it.
macro_rules! single_index {
    ($one:ty) => {
        impl Indices for $one {
            fn indices(&self) -> Result<Vec<Index>> {
                Ok(alloc::vec![self.clone().into()])
            }
        }
    };
}

/// Integers and ranges of `isize`; of `usize`, the type of sizes; of `i32`, the default type of literals.
macro_rules! from_integers {
    ($($int:ident: $($range:ident)*;)*) => {$(
        impl From<$int> for Index {
            /// An index that does not fit `isize` counts as its maximum, which no axis reaches either.
            fn from(index: $int) -> Self {
                Index::At(isize::try_from(index).unwrap_or(isize::MAX))
            }
        }

        single_index!($int);

        $(
            impl From<ops::$range<$int>> for Index {
                fn from(range: ops::$range<$int>) -> Self {
                    let end = |&i: &$int| isize::try_from(i).unwrap_or(isize::MAX);
                    Index::step((range.start_bound().map(end), range.end_bound().map(end)), 1)
                }
            }

            single_index!(ops::$range<$int>);
        )*
    )*};
}

from_integers! {
    isize: Range RangeFrom RangeTo RangeInclusive RangeToInclusive;
    usize: Range RangeFrom RangeTo RangeInclusive RangeToInclusive;
    i32: Range RangeFrom RangeTo RangeInclusive RangeToInclusive;
}

impl From<ops::RangeFull> for Index {
    fn from(range: ops::RangeFull) -> Self {
        Index::step(range, 1)
    }
}

single_index!(Index);
single_index!(ops::RangeFull);

/// What to take of each axis: text in NumPy's notation, an [`Index`], integer or range, or several of them.
pub trait Indices {
    /// The list of what to take.
    ///
    /// # Errors
    /// [`Error::SliceSyntax`] for text that does not parse.
    fn indices(&self) -> Result<Vec<Index>>;
}

impl Indices for str {
    fn indices(&self) -> Result<Vec<Index>> {
        parse(self)
    }
}

impl Indices for String {
    fn indices(&self) -> Result<Vec<Index>> {
        parse(self)
    }
}

impl Indices for [Index] {
    fn indices(&self) -> Result<Vec<Index>> {
        let mut list = room(self.len())?;
        list.extend(self);
        Ok(list)
    }
}

impl<const N: usize> Indices for [Index; N] {
    fn indices(&self) -> Result<Vec<Index>> {
        self[..].indices()
    }
}

impl<I: Indices + ?Sized> Indices for &I {
    fn indices(&self) -> Result<Vec<Index>> {
        (**self).indices()
    }
}

macro_rules! tuple_indices {
    ($($name:ident)+) => {
        impl<$($name: Clone + Into<Index>),+> Indices for ($($name,)+) {
            fn indices(&self) -> Result<Vec<Index>> {
                #[allow(non_snake_case)]
                let ($($name,)+) = self;
                Ok(Vec::from([$($name.clone().into()),+]))
            }
        }
    };
}

tuple_indices!(A);
tuple_indices!(A B);
tuple_indices!(A B C);
tuple_indices!(A B C D);
tuple_indices!(A B C D E);
tuple_indices!(A B C D E F);

/// Room for so many indices.
fn room(n: usize) -> Result<Vec<Index>> {
    let mut list = Vec::new();
    list.try_reserve_exact(n).map_err(|_| Error::no_memory(&[n], "object", size_of::<Index>()))?;
    Ok(list)
}

/// Reads NumPy's notation: integers, `start:stop:step`, `...`, `None` or `np.newaxis`, separated by commas.
fn parse(text: &str) -> Result<Vec<Index>> {
    let wrong = |at| Error::SliceSyntax { text: text.to_string(), at };
    if text.trim().is_empty() {
        return Err(wrong(0));
    }
    let n = text.split(',').count();
    let mut list = room(n)?;
    let mut at = 0;
    for (i, item) in text.split(',').enumerate() {
        // Python allows one comma after the last item.
        if i > 0 && i + 1 == n && item.trim().is_empty() {
            break;
        }
        list.push(parse_one(item.trim()).ok_or_else(|| wrong(at + item.len() - item.trim_start().len()))?);
        at += item.len() + 1;
    }
    Ok(list)
}

fn parse_one(word: &str) -> Option<Index> {
    match word {
        "..." => return Some(Index::Ellipsis),
        "None" | "np.newaxis" | "newaxis" => return Some(Index::NewAxis),
        _ => {}
    }
    let parts: Vec<&str> = word.split(':').take(4).map(str::trim).collect();
    let number = |part: &&str| if part.is_empty() { Some(None) } else { parse_integer(part).map(Some) };
    match parts[..] {
        [one] => parse_integer(one).map(Index::At),
        [start, stop] => Some(Index::Range { start: number(&start)?, stop: number(&stop)?, step: 1 }),
        [start, stop, step] => {
            Some(Index::Range { start: number(&start)?, stop: number(&stop)?, step: number(&step)?.unwrap_or(1) })
        }
        _ => None,
    }
}

/// An integer of any length; what does not fit `isize` counts as its minimum or maximum, which no axis reaches either.
fn parse_integer(text: &str) -> Option<isize> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let far = if text.starts_with('-') { isize::MIN } else { isize::MAX };
    Some(text.parse().unwrap_or(far))
}

/// The first index and the number of indices that `start:stop:step` takes of an axis of `size`: Python's rule.
fn resolve(start: Option<isize>, stop: Option<isize>, step: isize, size: usize) -> (usize, usize) {
    let size = size as isize;
    let backwards = step < 0;
    // With a negative step, an end is clipped to -1, before the first index, or to the last.
    let (low, high) = if backwards { (-1, size - 1) } else { (0, size) };
    let clip = |i: isize| (if i < 0 { i.saturating_add(size) } else { i }).clamp(low, high);
    let start = start.map_or(if backwards { high } else { low }, clip);
    let stop = stop.map_or(if backwards { low } else { high }, clip);
    let distance = if backwards { start - stop } else { stop - start };
    if distance <= 0 {
        return (0, 0);
    }
    (start as usize, 1 + (distance as usize - 1) / step.unsigned_abs())
}

impl Layout {
    /// The part that the indices take: integers drop their axis, ranges keep it, `None` adds one, `...` keeps the rest.
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::TooManyIndices`], [`Error::SliceStep`], [`Error::SliceEllipsis`],
    /// [`Error::TooManyAxes`].
    pub fn slice(&self, indices: &[Index]) -> Result<Self> {
        let used = indices.iter().filter(|i| matches!(i, Index::At(_) | Index::Range { .. })).count();
        if indices.iter().filter(|&&i| i == Index::Ellipsis).count() > 1 {
            return Err(Error::SliceEllipsis);
        }
        let Some(rest) = self.ndim().checked_sub(used) else {
            return Err(Error::TooManyIndices { ndim: self.ndim(), given: used });
        };
        let mut out = Layout { shape: Axes::new(), strides: Axes::new(), offset: self.offset };
        let mut axis = 0;
        for index in indices {
            match *index {
                Index::At(index) => {
                    out.offset = out.offset.wrapping_add_signed(self.step_to(index, axis)?);
                    axis += 1;
                }
                Index::Range { step: 0, .. } => return Err(Error::SliceStep),
                Index::Range { start, stop, step } => {
                    let (first, size) = resolve(start, stop, step, self.shape[axis]);
                    out.offset = out.offset.wrapping_add_signed(first as isize * self.strides[axis]);
                    // A range of one index takes no step: the product, which could overflow, is not needed.
                    let stride = if size > 1 { self.strides[axis] * step } else { self.strides[axis] };
                    out.push(size, stride);
                    axis += 1;
                }
                Index::Ellipsis => {
                    (axis..axis + rest).for_each(|axis| out.push(self.shape[axis], self.strides[axis]));
                    axis += rest;
                }
                Index::NewAxis => out.push(1, 0),
            }
        }
        (axis..self.ndim()).for_each(|axis| out.push(self.shape[axis], self.strides[axis]));
        if out.ndim() > MAX_NDIM {
            return Err(Error::TooManyAxes { ndim: out.ndim() });
        }
        if out.shape.contains(&0) {
            out.offset = 0;
        }
        Ok(out)
    }

    /// What index `index` of an axis adds to the offset.
    fn step_to(&self, index: isize, axis: usize) -> Result<isize> {
        let size = self.shape[axis];
        let counted = counted(index, size).ok_or(Error::Index { index, axis, size })?;
        Ok(counted as isize * self.strides[axis])
    }

    /// The offset of the element at `index`, negative entries counting from the end.
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::TooManyIndices`], [`Error::TooFewIndices`].
    ///
    /// ```
    /// use nptensor::Layout;
    /// let transposed = Layout::row_major(&[2, 3])?.reversed_axes();
    /// assert_eq!((transposed.offset_of(&[2, 1])?, transposed.offset_of(&[-1, 0])?), (5, 2));
    /// assert!(transposed.offset_of(&[0, 2]).is_err());
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn offset_of(&self, index: &[isize]) -> Result<usize> {
        let (ndim, given) = (self.ndim(), index.len());
        if given > ndim {
            return Err(Error::TooManyIndices { ndim, given });
        }
        if given < ndim {
            return Err(Error::TooFewIndices { ndim, given });
        }
        let mut offset = self.offset;
        for (axis, &i) in index.iter().enumerate() {
            offset = offset.wrapping_add_signed(self.step_to(i, axis)?);
        }
        Ok(offset)
    }

    fn push(&mut self, size: usize, stride: isize) {
        self.shape.push(size);
        self.strides.push(stride);
    }
}
