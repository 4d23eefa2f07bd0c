//! One element at a time: `get`, `set`, `t[[i, j]]`, `item`, and iteration in C order.
//!
//! Indices may be negative in `get` and `set`, as in Python; `t[[i, j]]` takes `usize`, one per axis, and panics outside with the error's text.
//! Parts of a tensor are slices: `layout/slice.rs`. Read next: `view.rs`.

use core::ops;

use super::{Tensor, expect};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::layout::walk::Places;

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
        Ok(self.data[self.layout.place_of(index)?])
    }

    /// Puts `value` at `index`. Data that other tensors share is copied first: a view never changes its base.
    ///
    /// # Errors
    /// Those of [`get`](Tensor::get), and [`Error::OutOfMemory`] when a copy cannot be had; nothing is changed then.
    pub fn set(&mut self, index: &[isize], value: T) -> Result<()> {
        self.layout.place_of(index)?;
        let (data, layout) = self.own()?;
        let place = layout.place_of(index)?;
        data[place] = value;
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
            None => Source::Places(&self.data, Places::new(&self.layout)),
        })
    }

    #[track_caller]
    fn place(&self, index: &[usize]) -> usize {
        let ndim = self.ndim();
        let error = match index.len() {
            given if given > ndim => Error::TooManyIndices { ndim, given },
            given if given < ndim => Error::TooFewIndices { ndim, given },
            _ => match index.iter().zip(self.shape()).position(|(&i, &n)| i >= n) {
                None => return self.layout.place(index),
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
        &self.data[self.place(&index)]
    }
}

impl<T: Element, const N: usize> ops::IndexMut<[usize; N]> for Tensor<T> {
    /// # Panics
    /// Outside the shape; [`set`](Tensor::set) returns the error instead.
    #[track_caller]
    fn index_mut(&mut self, index: [usize; N]) -> &mut T {
        self.place(&index);
        let (data, layout) = expect(self.own());
        &mut data[layout.place(&index)]
    }
}

/// The elements of a tensor in C order.
#[derive(Clone, Debug)]
pub struct Iter<'a, T>(Source<'a, T>);

#[derive(Clone, Debug)]
enum Source<'a, T> {
    Slice(core::slice::Iter<'a, T>),
    Places(&'a [T], Places),
}

impl<T: Element> Iterator for Iter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            Source::Slice(slice) => slice.next().copied(),
            Source::Places(data, places) => places.next().map(|place| data[place]),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Source::Slice(slice) => slice.size_hint(),
            Source::Places(_, places) => places.size_hint(),
        }
    }
}

impl<T: Element> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T: Element> IntoIterator for &'a Tensor<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
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
