//! One element at a time: `get`, `set`, `t[[i, j]]`, `t[i]`, `item`, and iteration in C order, over elements or rows.
//!
//! Indices may be negative in `get` and `set`, as in Python; `t[[i, j]]` takes `usize`, one per axis, and panics
//! outside with the error's text. Parts of a tensor are slices: `layout/slice.rs`; what writes to them is in
//! `assign.rs`. Read next: `view.rs`.

use core::iter::FusedIterator;
use core::{ops, slice};

use super::{Tensor, expect};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::layout::walk::Offsets;

impl<T: Element> Tensor<T> {
    /// The element at `index`, one entry per axis, negative entries counting from the end.
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::TooManyIndices`], [`Error::TooFewIndices`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(t.get(&[-1, 0])?, 4);
    /// assert_eq!(t.get(&[0, 3]).unwrap_err().to_string(), "index 3 is out of bounds for axis 1 with size 3");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn get(&self, index: &[isize]) -> Result<T> {
        Ok(self.data[self.layout.offset_of(index)?])
    }

    /// Puts `value` at `index`. Data that other tensors share is copied first: a view never changes its base, and
    /// `x.slice(0)?.set(&[0], value)` changes nothing of `x`. Parts are written by [`assign`](Tensor::assign).
    ///
    /// # Errors
    /// Those of [`get`](Tensor::get), and [`Error::OutOfMemory`] when a copy cannot be had; nothing is changed then.
    pub fn set(&mut self, index: &[isize], value: T) -> Result<()> {
        self.layout.offset_of(index)?;
        let (data, layout) = self.make_mut()?;
        let offset = layout.offset_of(index)?;
        data[offset] = value;
        Ok(())
    }

    /// The only element.
    ///
    /// # Errors
    /// [`Error::Item`] when there are more, or none.
    pub fn item(&self) -> Result<T> {
        match self.size() {
            1 => Ok(self.data[self.layout.offset()]),
            size => Err(Error::Item { size }),
        }
    }

    /// The elements in C order.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(match self.as_slice() {
            Some(slice) => Source::Slice(slice.iter()),
            None => Source::Offsets(&self.data, Offsets::new(&self.layout)),
        })
    }

    /// The elements in C order, to be written to. Where they lie in another layout, or other tensors share them, they
    /// are copied in C order first: a view never changes its base.
    ///
    /// # Panics
    /// As [`to_vec`](Tensor::to_vec), when that copy finds no memory.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let base = Tensor::from([[1, 2], [3, 4]]);
    /// let mut view = base.t();
    /// view.iter_mut().zip([10, 20]).for_each(|(x, new)| *x = new);
    /// assert_eq!(view.to_string(), "[[10 20]\n [ 2  4]]");
    /// assert_eq!(view.strides(), [2, 1]);
    /// assert_eq!(base.to_string(), "[[1 2]\n [3 4]]");
    /// ```
    #[track_caller]
    pub fn iter_mut(&mut self) -> slice::IterMut<'_, T> {
        if !self.layout.is_contiguous() {
            *self = self.to_contiguous();
        }
        match self.as_mut_slice() {
            Some(elements) => elements.iter_mut(),
            None => unreachable!("it is contiguous"),
        }
    }

    /// The parts along the first axis, each a view: NumPy's `for row in t`.
    ///
    /// Writing to a row changes that view and never the tensor; [`update`](Tensor::update) changes a row in place.
    /// Of a tensor of one axis they are tensors without axes; a tensor without axes has no rows, where NumPy raises an
    /// error.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// for row in t.rows() {
    ///     assert_eq!(row.shape(), [3]);
    /// }
    /// assert_eq!(t.rows().rev().map(|row| row.sum()).collect::<Vec<_>>(), [15.0, 6.0]);
    /// ```
    pub fn rows(&self) -> Rows<'_, T> {
        Rows { tensor: self, left: 0..self.shape().first().copied().unwrap_or(0) }
    }

    #[track_caller]
    fn offset(&self, index: &[usize]) -> usize {
        let ndim = self.ndim();
        let error = match index.len() {
            given if given > ndim => Error::TooManyIndices { ndim, given },
            given if given < ndim => Error::TooFewIndices { ndim, given },
            _ => match index.iter().zip(self.shape()).position(|(&i, &n)| i >= n) {
                None => return self.layout.offset_at(index),
                Some(axis) => Error::Index { index: index[axis] as isize, axis, size: self.shape()[axis] },
            },
        };
        panic!("{error}")
    }
}

impl<T: Element, const N: usize> ops::Index<[usize; N]> for Tensor<T> {
    type Output = T;

    /// # Panics
    /// Outside the shape, with the text of [`Error::Index`]; [`get`](Tensor::get) returns it instead.
    #[track_caller]
    fn index(&self, index: [usize; N]) -> &T {
        &self.data[self.offset(&index)]
    }
}

impl<T: Element, const N: usize> ops::IndexMut<[usize; N]> for Tensor<T> {
    /// # Panics
    /// Outside the shape; [`set`](Tensor::set) returns the error instead.
    #[track_caller]
    fn index_mut(&mut self, index: [usize; N]) -> &mut T {
        self.offset(&index);
        let (data, layout) = expect(self.make_mut());
        &mut data[layout.offset_at(&index)]
    }
}

impl<T: Element> ops::Index<usize> for Tensor<T> {
    type Output = T;

    /// The element of a tensor of one axis.
    ///
    /// # Panics
    /// As `t[[i]]`; [`rows`](Tensor::rows) and [`slice`](Tensor::slice) give the parts of a tensor of more axes.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let mut t = Tensor::from([1, 2, 3]);
    /// t[0] = t[2] + 1;
    /// assert_eq!(t.to_string(), "[4 2 3]");
    /// ```
    #[track_caller]
    fn index(&self, index: usize) -> &T {
        &self[[index]]
    }
}

impl<T: Element> ops::IndexMut<usize> for Tensor<T> {
    /// # Panics
    /// As `t[[i]]`.
    #[track_caller]
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self[[index]]
    }
}

/// The elements of a tensor in C order.
#[must_use = "iterators are lazy"]
#[derive(Clone, Debug)]
pub struct Iter<'a, T>(Source<'a, T>);

#[derive(Clone, Debug)]
enum Source<'a, T> {
    Slice(core::slice::Iter<'a, T>),
    Offsets(&'a [T], Offsets),
}

impl<T: Element> Iterator for Iter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            Source::Slice(slice) => slice.next().copied(),
            Source::Offsets(data, offsets) => offsets.next().map(|offset| data[offset]),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Source::Slice(slice) => slice.size_hint(),
            Source::Offsets(_, offsets) => offsets.size_hint(),
        }
    }
}

impl<T: Element> DoubleEndedIterator for Iter<'_, T> {
    #[inline]
    fn next_back(&mut self) -> Option<T> {
        match &mut self.0 {
            Source::Slice(slice) => slice.next_back().copied(),
            Source::Offsets(data, offsets) => offsets.next_back().map(|offset| data[offset]),
        }
    }
}

impl<T: Element> ExactSizeIterator for Iter<'_, T> {}

impl<T: Element> FusedIterator for Iter<'_, T> {}

/// The parts of a tensor along its first axis: see [`Tensor::rows`].
#[must_use = "iterators are lazy"]
#[derive(Clone)]
pub struct Rows<'a, T> {
    tensor: &'a Tensor<T>,
    left: ops::Range<usize>,
}

impl<T: Element> Iterator for Rows<'_, T> {
    type Item = Tensor<T>;

    fn next(&mut self) -> Option<Tensor<T>> {
        self.nth(0)
    }

    fn nth(&mut self, n: usize) -> Option<Tensor<T>> {
        self.left.nth(n).map(|i| self.tensor.view(self.tensor.layout.row(i)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl<T: Element> DoubleEndedIterator for Rows<'_, T> {
    fn next_back(&mut self) -> Option<Tensor<T>> {
        self.left.next_back().map(|i| self.tensor.view(self.tensor.layout.row(i)))
    }
}

impl<T: Element> ExactSizeIterator for Rows<'_, T> {}

impl<T: Element> FusedIterator for Rows<'_, T> {}

impl<'a, T: Element> IntoIterator for &'a Tensor<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<'a, T: Element> IntoIterator for &'a mut Tensor<T> {
    type Item = &'a mut T;
    type IntoIter = slice::IterMut<'a, T>;

    /// # Panics
    /// As [`iter_mut`](Tensor::iter_mut).
    #[track_caller]
    fn into_iter(self) -> slice::IterMut<'a, T> {
        self.iter_mut()
    }
}

impl<T: Element> IntoIterator for Tensor<T> {
    type Item = T;
    type IntoIter = alloc::vec::IntoIter<T>;

    /// # Panics
    /// As [`into_vec`](Tensor::into_vec).
    #[track_caller]
    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}
