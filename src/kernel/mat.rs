//! Matrices as kernels see them: slices with strides to read, rows to write.
//!
//! ```text
//!   Mat       element (i, j) is data[start + i * row_stride + j * col_stride]      any strides: transposed, reversed, stretched
//!   Target    row i is a slice, its columns side by side                           Writer fills places, Over writes what is there
//! ```

use super::element::Element;
use super::memory::{Fresh, Writer};

/// A matrix to read: element (i, j) is `data[start + i * row_stride + j * col_stride]`.
#[derive(Clone, Copy)]
pub(crate) struct Mat<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) start: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) row_stride: isize,
    pub(crate) col_stride: isize,
}

impl<'a, T: Element> Mat<'a, T> {
    #[inline(always)]
    pub(super) fn place(&self, i: usize, j: usize) -> usize {
        self.start.wrapping_add_signed(i as isize * self.row_stride + j as isize * self.col_stride)
    }

    /// Columns `j .. j + n` of row `i`, which lie side by side.
    #[inline(always)]
    pub(super) fn row(&self, i: usize, j: usize, n: usize) -> &'a [T] {
        &self.data[self.place(i, j)..][..n]
    }

    /// Whether each row lies side by side.
    #[inline(always)]
    pub(super) fn is_row_wise(&self) -> bool {
        self.col_stride == 1 || self.cols == 1
    }

    /// Whether each row lies side by side, and the rows one after another.
    #[inline(always)]
    pub(super) fn has_rows(&self) -> bool {
        (self.col_stride == 1 || self.cols <= 1) && (self.row_stride >= self.cols as isize || self.rows <= 1)
    }

    /// Whether all elements are as far apart, row after row.
    #[inline(always)]
    pub(super) fn is_one_run(&self) -> bool {
        self.row_stride == self.col_stride * self.cols as isize || self.rows == 1
    }

    /// Whether each column lies side by side, and no column where another is.
    #[inline(always)]
    pub(super) fn has_columns(&self) -> bool {
        self.row_stride == 1 && self.col_stride.unsigned_abs() >= self.rows
    }
}

/// Where C goes: places that are filled front to back, or rows that are there.
pub(crate) trait Target<T> {
    /// From element (i, 0) on, with at least `height` rows of `n` elements, each `stride` after the one before.
    fn rows(&mut self, i: usize, height: usize, n: usize) -> &mut [T];
    /// How far apart rows are, for rows of `n`.
    fn stride(&self, n: usize) -> usize;
    /// Element (i, j): the next one, in C order.
    fn put(&mut self, i: usize, j: usize, value: T);
    /// `height` rows from row `i` on, to be written whole: the ones after those that came into being before.
    fn fresh(&mut self, i: usize, height: usize, n: usize, write: impl FnOnce(&mut Fresh<'_, T>));
}

/// C, in places of its own, its rows one after another. They come into being when they are first asked for: as zeros, while they are in the cache, or as what is `put` there, or `fresh`.
impl<T: Element> Target<T> for &mut Writer<'_, T> {
    #[inline(always)]
    fn rows(&mut self, i: usize, height: usize, n: usize) -> &mut [T] {
        let missing = ((i + height) * n).saturating_sub(self.written().len());
        self.next(missing, |slots| slots.splat(T::ZERO));
        &mut self.written()[i * n..]
    }

    #[inline(always)]
    fn stride(&self, n: usize) -> usize {
        n
    }

    #[inline(always)]
    fn put(&mut self, _i: usize, _j: usize, value: T) {
        self.push(value);
    }

    #[inline(always)]
    fn fresh(&mut self, i: usize, height: usize, n: usize, write: impl FnOnce(&mut Fresh<'_, T>)) {
        assert_eq!(self.written().len(), i * n);
        self.next(height * n, |slots| {
            let mut fresh = Fresh::new(slots, height, n);
            write(&mut fresh);
            fresh.finish()
        });
    }
}

/// C, over what is there: `Over(data, stride)`, its first element first.
pub(crate) struct Over<'a, T>(pub(crate) &'a mut [T], pub(crate) usize);

impl<T: Element> Target<T> for Over<'_, T> {
    #[inline(always)]
    fn rows(&mut self, i: usize, _height: usize, _n: usize) -> &mut [T] {
        &mut self.0[i * self.1..]
    }

    #[inline(always)]
    fn stride(&self, _n: usize) -> usize {
        self.1
    }

    #[inline(always)]
    fn put(&mut self, i: usize, j: usize, value: T) {
        self.0[i * self.1 + j] = value;
    }

    #[inline(always)]
    fn fresh(&mut self, i: usize, height: usize, n: usize, write: impl FnOnce(&mut Fresh<'_, T>)) {
        let mut fresh = Fresh::over(&mut self.0[i * self.1..], height, n, self.1);
        write(&mut fresh);
        debug_assert!(fresh.is_done());
    }
}
