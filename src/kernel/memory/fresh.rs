//! A matrix in fresh memory, written tile by tile: what the micro-kernel makes where each chain ends in the tile in which it began.
//!
//! ```text
//!   tile 0   tile 3         down a strip of columns, then the strip at its right: so two numbers say how far it has come,
//!   tile 1   tile 4         and that all has been written
//!   tile 2   tile 5
//! ```
//!
//! Read next: `../operands.rs`, which hands the tiles over.

use core::mem::MaybeUninit;

use super::Slots;
use crate::kernel::element::Element;
use crate::kernel::simd::{Lanes, Simd};

/// A matrix that is written tile by tile: from the top of a strip of columns to its bottom, then the strip at its right.
pub(crate) struct Fresh<'a, T> {
    places: &'a mut [MaybeUninit<T>],
    rows: usize,
    cols: usize,
    /// How far apart rows are.
    stride: usize,
    /// All rows have been written in columns before `col`, and in columns `col .. col + width` those before `row`.
    row: usize,
    col: usize,
    width: usize,
}

impl<'a, T: Element> Fresh<'a, T> {
    /// `rows * cols` places.
    #[inline(always)]
    pub(crate) fn new(slots: Slots<'a, T>, rows: usize, cols: usize) -> Self {
        Fresh { places: slots.0, rows, cols, stride: cols, row: 0, col: 0, width: 0 }
    }

    /// Memory that holds values already, its rows `stride` apart.
    #[inline(always)]
    pub(crate) fn over(values: &'a mut [T], rows: usize, cols: usize, stride: usize) -> Self {
        Fresh { places: Slots::over(values).0, rows, cols, stride, row: 0, col: 0, width: 0 }
    }

    /// The first `height` rows of a tile, `width` columns of them: NV registers, of which the last may be written in part.
    #[inline(always)]
    pub(crate) fn push<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize>(
        &mut self,
        tile: [[V; NV]; HEIGHT],
        height: usize,
        width: usize,
    ) {
        let len = V::LEN;
        assert!(self.row == 0 || width == self.width);
        assert!(height <= HEIGHT && height <= self.rows - self.row);
        assert!(width <= self.cols - self.col && width > (NV - 1) * len && width <= NV * len);
        let start = self.row * self.stride + self.col;
        unroll!(r < HEIGHT, at most 8, {
            if r < height {
                let places = &mut self.places[start + r * self.stride..][..width];
                unroll!(v < NV, at most 2, {
                    if width == NV * len || v + 1 < NV {
                        tile[r][v].write(&mut places[v * len..]);
                    } else {
                        tile[r][v].write_part(&mut places[v * len..]);
                    }
                });
            }
        });
        self.width = width;
        self.row += height;
        if self.row == self.rows {
            (self.row, self.col) = (0, self.col + width);
        }
    }

    /// Whether all has been written.
    #[inline(always)]
    pub(crate) fn is_done(&self) -> bool {
        self.col == self.cols && self.row == 0
    }

    /// All places, now that they have been written; panics if any is left.
    #[inline(always)]
    pub(crate) fn finish(self) -> &'a mut [T] {
        assert!(self.is_done() && self.stride == self.cols);
        assert_eq!(self.places.len(), self.rows * self.cols);
        // SAFETY: `push` alone moves `row` and `col`, past the tiles that it wrote whole (`unroll!` leaves no row or register out); rows lie one after
        // another, and the columns of all are done.
        unsafe { Slots(self.places).written() }
    }
}
