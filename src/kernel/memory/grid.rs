//! A matrix written strip by strip of columns: tiles of a product, or runs of elementwise work.
//!
//! ```text
//!   tile 0   tile 3         down a strip of columns, then the strip at its right: two numbers say how much
//!   tile 1   tile 4         is written, and when all is
//!   tile 2   tile 5
//! ```
//!
//! Over memory that holds values already, tiles may resume from them (`load`): chains of a product whose k is split.
//! Read next: `output.rs`.

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use super::{Slots, fill_all};
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{Lanes, Simd, prefetch};

/// A matrix that is written tile by tile: from the top of a strip of columns to its bottom, then the strip at its
/// right.
pub struct Grid<'a, T> {
    slots: &'a mut [MaybeUninit<T>],
    rows: usize,
    cols: usize,
    stride: usize,
    /// Whether the slots hold values that tiles start from.
    resumes: bool,
    /// All rows have been written in columns before `col`, and in columns `col .. col + width` those before `row`.
    row: usize,
    col: usize,
    width: usize,
}

impl<'a, T: Scalar> Grid<'a, T> {
    /// `rows * cols` slots.
    #[inline(always)]
    pub(in super::super) fn new(slots: Slots<'a, T>, rows: usize, cols: usize) -> Self {
        // Without rows, all columns are done.
        let col = if rows == 0 { cols } else { 0 };
        Grid { slots: slots.0, rows, cols, stride: cols, resumes: false, row: 0, col, width: 0 }
    }

    /// `rows * cols` slots, with rows `stride` apart.
    #[inline(always)]
    pub(super) fn with_stride(slots: Slots<'a, T>, rows: usize, cols: usize, stride: usize) -> Self {
        Grid { stride, ..Grid::new(slots, rows, cols) }
    }

    /// Memory that holds values already, its rows `stride` apart; `resumes` says whether tiles start from them.
    #[inline(always)]
    pub(in super::super) fn over(values: &'a mut [T], rows: usize, cols: usize, stride: usize, resumes: bool) -> Self {
        Grid { resumes, ..Grid::with_stride(Slots::over(values), rows, cols, stride) }
    }

    /// The slots and the shape, which a function that borrows a grid must not replace.
    #[inline(always)]
    pub(super) fn slots(&self) -> (*const [MaybeUninit<T>], [usize; 3]) {
        (core::ptr::from_ref(&*self.slots), [self.rows, self.cols, self.stride])
    }

    /// What the first `height` rows of the next tile begin with: zeros, or what is there. NV registers to a row,
    /// `width` elements in all.
    #[inline(always)]
    pub(in super::super) fn load<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize>(
        &self,
        simd: S,
        height: usize,
        width: usize,
    ) -> [[V; NV]; HEIGHT] {
        let mut tile = [[V::splat(simd, T::ZERO); NV]; HEIGHT];
        if !self.resumes {
            return tile;
        }
        let len = V::LEN;
        // SAFETY: `over` alone makes one that resumes, and its slots hold values; nothing but values is written since.
        let values = unsafe { &*(core::ptr::from_ref(&*self.slots) as *const [T]) };
        let start = self.row * self.stride + self.col;
        for r in 0..HEIGHT {
            if r < height {
                let row = &values[start + r * self.stride..][..width];
                for v in 0..NV {
                    tile[r][v] = if width == NV * len || v + 1 < NV {
                        V::load(simd, &row[v * len..])
                    } else {
                        V::load_masked(simd, &row[v * len..])
                    };
                }
            }
        }
        // Prefetches what the next tile starts from: a line or two for each register.
        for r in HEIGHT..2 * HEIGHT {
            for v in 0..NV {
                prefetch(values, start + r * self.stride + v * len);
            }
        }
        tile
    }

    /// Writes the first `height` rows of a tile, `width` columns of them: NV registers, of which the last may be
    /// masked.
    #[inline(always)]
    pub(in super::super) fn push<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize>(
        &mut self,
        tile: [[V; NV]; HEIGHT],
        height: usize,
        width: usize,
    ) {
        let len = V::LEN;
        assert!(height <= HEIGHT && width > (NV - 1) * len && width <= NV * len);
        let start = self.next(height, width);
        for r in 0..HEIGHT {
            if r < height {
                let slots = &mut self.slots[start + r * self.stride..][..width];
                for v in 0..NV {
                    if width == NV * len || v + 1 < NV {
                        tile[r][v].write(&mut slots[v * len..]);
                    } else {
                        tile[r][v].write_masked(&mut slots[v * len..]);
                    }
                }
            }
        }
        self.advance(height, width);
    }

    /// What `fill` writes: one row of a strip, `width` columns of it, or several whole rows as one run.
    #[inline(always)]
    pub(in super::super) fn push_run(
        &mut self,
        height: usize,
        width: usize,
        fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T],
    ) {
        assert!(height == 1 || width == self.stride);
        let start = self.next(height, width);
        fill_all(&mut self.slots[start..][..height * width], fill);
        self.advance(height, width);
    }

    /// `height` rows from row `i` on, `width` columns of the next strip: rows that follow those written, or overlap
    /// them.
    #[inline(always)]
    pub(in super::super) fn band(&mut self, i: usize, height: usize, width: usize) -> Band<'_, 'a, T> {
        assert!(i <= self.row && (self.row == 0 || width == self.width));
        assert!(height <= self.rows - i && width <= self.cols - self.col && width > 0 && self.row < i + height);
        let start = i * self.stride + self.col;
        Band { end: i + height, start, height, width, col: 0, grid: self }
    }

    /// Where a tile of that size begins; panics unless it is the next one.
    #[inline(always)]
    fn next(&self, height: usize, width: usize) -> usize {
        assert!(self.row == 0 || width == self.width);
        assert!(height <= self.rows - self.row && width <= self.cols - self.col);
        self.row * self.stride + self.col
    }

    /// It has been written.
    #[inline(always)]
    fn advance(&mut self, height: usize, width: usize) {
        self.width = width;
        self.row += height;
        if self.row == self.rows {
            (self.row, self.col) = (0, self.col + width);
        }
    }

    #[inline(always)]
    pub(in super::super) fn is_done(&self) -> bool {
        self.col == self.cols && self.row == 0
    }

    /// All slots as values; panics unless all have been written.
    #[inline(always)]
    pub(in super::super) fn finish(self) -> &'a mut [T] {
        assert!(self.is_done() && self.stride == self.cols);
        assert!(self.slots.len() == self.rows * self.cols);
        // SAFETY: `push`, `push_run` and `Band::finish` alone move `row` and `col`, past what they wrote whole; rows
        // lie one after another, and the columns of all are done.
        unsafe { Slots(self.slots).written() }
    }
}

/// Some rows of a strip, written square by square from left to right.
pub struct Band<'g, 'a, T> {
    grid: &'g mut Grid<'a, T>,
    /// The row of the grid that follows it, and the offset of its first element.
    end: usize,
    start: usize,
    height: usize,
    width: usize,
    /// All its rows have been written in columns before this one.
    col: usize,
}

impl<'g, 'a, T: Scalar> Band<'g, 'a, T> {
    /// A register for each row, from column `j` on: columns that follow those written, or overlap them.
    #[inline(always)]
    pub(in super::super) fn square<S: Simd, V: Lanes<T, S>>(&mut self, j: usize) -> Square<'_, 'g, 'a, T, S, V> {
        assert!(j <= self.col && V::LEN <= self.width && j <= self.width - V::LEN);
        Square { offset: self.start + j, row: 0, end: j + V::LEN, band: self, of: PhantomData }
    }

    /// Counts the rows as written; panics unless they are.
    #[inline(always)]
    pub(in super::super) fn finish(self) {
        assert!(self.col == self.width);
        let written = self.end - self.grid.row;
        self.grid.advance(written, self.width);
    }
}

/// A register's columns of a band, row after row.
pub struct Square<'b, 'g, 'a, T, S, V> {
    band: &'b mut Band<'g, 'a, T>,
    /// Where the next row is, and its number.
    offset: usize,
    row: usize,
    /// The column that follows.
    end: usize,
    of: PhantomData<(S, V)>,
}

impl<T: Scalar, S: Simd, V: Lanes<T, S>> Square<'_, '_, '_, T, S, V> {
    /// A register in the next row; panics where there is no such row.
    #[inline(always)]
    pub(in super::super) fn push(&mut self, x: V) {
        assert!(self.row < self.band.height);
        x.write(&mut self.band.grid.slots[self.offset..][..V::LEN]);
        self.offset += self.band.grid.stride;
        self.row += 1;
    }

    /// Counts the columns as written; panics unless they are.
    #[inline(always)]
    pub(in super::super) fn finish(self) {
        assert!(self.row == self.band.height);
        self.band.col = self.end;
    }
}
