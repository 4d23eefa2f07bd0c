//! Rows of elementwise work cut into tiles, so that operands which lie the other way are read along their lines.
//!
//! ```text
//!   out, x         > > > >  rows side by side         a run of a row is read where it is
//!   y              v v v v  columns side by side      a tile is gathered first, down the columns, and its runs are read from there
//!
//!   narrow rows    aaa bbb ccc ...                    a tile is some whole rows, and they are one run: what is not dense is gathered
//! ```
//!
//! A cache line of y holds neighbours of one column. Gathering a whole row of y would fetch one line an element, and fetch it again for the next row;
//! a tile takes all that a line has. (Floats that are added, multiplied, .. go by squares where they can: `memory/across.rs`.) What is done with runs is in `lanes.rs`; the loop over the tiles, which fills fresh memory, is `Slots::tiles` in `memory/mod.rs`.

use super::element::Element;
use super::lanes::Run;
use super::mat::Mat;
use super::memory::{Buffer, Slots};
use super::simd::prefetch;

/// Elements of the largest tile that is gathered.
pub(crate) const TILE: usize = 2048;

/// Bytes of a column in such a tile: a cache line. (The tile below begins with what is left of the line.)
pub(super) const LINE: usize = 64;

/// Rows of fewer elements than this are narrow.
pub(super) const NARROW: usize = 32;
/// The same where a tile of several rows is one run already, or soon made one.
const WIDE: usize = 256;
/// Bytes of such a tile: the first cache holds three.
const FLAT: usize = 8192;

/// A part of the rows: where it starts, how large it is, and the runs that it is worked on in.
#[derive(Clone, Copy)]
pub(crate) struct Tile {
    pub(crate) row: usize,
    pub(crate) col: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) runs: usize,
    pub(crate) run: usize,
}

/// How rows are cut into tiles of `height` by `width`.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// Tiles are whole rows, and each is one run.
    flat: bool,
}

impl Plan {
    /// For operands of one shape and elements of `size` bytes; `straight` says whether all their rows can be read where they are, and `flat` whether each tile is one run.
    #[inline]
    pub(crate) fn new(rows: usize, cols: usize, size: usize, flat: bool, straight: bool) -> Self {
        let (height, width) = match (flat, straight) {
            (true, _) => ((FLAT / size).min(TILE) / cols.max(1), cols.max(1)),
            (false, true) => (rows.max(1), cols),
            (false, false) if rows == 1 => (1, TILE),
            (false, false) => (LINE / size, TILE / (LINE / size)),
        };
        Plan { rows, cols, height, width, flat }
    }

    /// The tile that starts at (row, col): full, or what is left there.
    #[inline]
    pub(crate) fn tile(&self, row: usize, col: usize) -> Tile {
        let (height, width) = (self.height.min(self.rows - row), self.width.min(self.cols - col));
        let (runs, run) = if self.flat { (1, height * width) } else { (height, width) };
        Tile { row, col, height, width, runs, run }
    }
}

/// Below how many columns it pays to make one run of several rows of `x`.
#[inline]
pub(crate) fn flat_below<T: Element>(x: &Mat<'_, T>) -> usize {
    match (x.row_stride, x.col_stride) {
        _ if x.is_one_run() => WIDE,
        // One row again and again is copied as a whole.
        (0, 1) => WIDE,
        // One element each is repeated row by row.
        (_, 0) => WIDE / size_of::<T>(),
        _ => NARROW,
    }
}

/// What is done, tile by tile and run by run.
pub(crate) trait Runs<T> {
    /// Makes the operands of a tile ready.
    fn enter(&mut self, tile: Tile);
    /// Results of run `r` of the tile.
    fn run<'o>(&self, r: usize, out: Slots<'o, T>) -> &'o mut [T];
}

/// An operand: read where it is, or gathered.
pub(crate) struct Source<'a, T> {
    mat: Mat<'a, T>,
    straight: bool,
    tile: Tile,
    buffer: Buffer<T>,
}

impl<'a, T: Element> Source<'a, T> {
    #[inline]
    pub(crate) fn new(mat: Mat<'a, T>, flat: bool) -> Self {
        let straight = matches!(mat.col_stride, 0 | 1) && (mat.is_one_run() || !flat);
        let tile = Tile { row: 0, col: 0, height: 0, width: 0, runs: 0, run: 0 };
        Source { mat, straight, tile, buffer: Buffer::new() }
    }

    #[inline]
    pub(crate) fn is_straight(&self) -> bool {
        self.straight
    }

    #[inline]
    pub(crate) fn enter(&mut self, tile: Tile) {
        // The same part of the same row, again and again, is gathered once.
        let known = (self.tile.col, self.tile.width) == (tile.col, tile.width) && tile.height <= self.tile.height;
        let same = self.mat.row_stride == 0 && known;
        if !self.straight && !same {
            self.buffer.gather(self.mat, tile);
        }
        self.tile = tile;
    }

    /// Run `r` of the tile.
    #[inline(always)]
    pub(crate) fn run(&self, r: usize) -> Run<'_, T> {
        let Tile { row, col, height, run, .. } = self.tile;
        if !self.straight {
            return Run::Slice(&self.buffer.values()[r * run..][..run]);
        }
        if run < self.mat.cols && self.mat.col_stride == 1 && self.mat.row_stride != 0 {
            // Short pieces of rows: the machine has no time to guess where they go on, which is in the tile below.
            for i in (0..run).step_by(LINE / size_of::<T>()) {
                prefetch(self.mat.data, self.mat.place(row + r + height, col + i));
            }
        }
        match self.mat.col_stride {
            0 => Run::Splat(self.mat.data[self.mat.place(row + r, col)]),
            _ => Run::Slice(self.mat.row(row + r, col, run)),
        }
    }
}
