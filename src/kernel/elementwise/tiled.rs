//! Rows of elementwise work cut into tiles, so that operands which lie the other way are read along their lines.
//!
//! ```text
//!   out, x         > > > >  contiguous rows           a run of a row is read where it is
//!   y              v v v v  contiguous columns        a tile is gathered first, down the columns, and its runs are read from there
//!
//!   narrow rows    aaa bbb ccc ...                    a tile is some whole rows, and they are one run: what is not dense is gathered
//! ```
//!
//! A cache line of y holds neighbours of one column. Gathering a whole row of y would fetch one line an element, and fetch it again for the next row;
//! a tile takes all that a line has. (Floats that are added, multiplied, .. go by squares where they can:
//! `transpose.rs`.) What is done with runs is in `flat.rs` and `plain.rs`, and handed over as a function.

use crate::kernel::mat::Mat;
use crate::kernel::memory::{Buffer, Grid, LINE_BYTES, Slots, TILE_BYTES};
use crate::kernel::run::Run;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::prefetch;

/// Rows of fewer elements than this are narrow.
const NARROW: usize = 32;
/// The same where a tile of several rows is one run already, or soon made one.
const WIDE: usize = 256;

/// A part of the rows: where it starts, and how large it is.
#[derive(Clone, Copy, Default)]
struct Tile {
    row: usize,
    col: usize,
    height: usize,
    width: usize,
    /// Rows that are one run: all of them, or one.
    together: usize,
}

impl Tile {
    /// How many runs there are.
    fn runs(&self) -> usize {
        self.height / self.together
    }
}

/// How rows are cut into tiles of `height` by `width`.
struct Tiling {
    rows: usize,
    cols: usize,
    height: usize,
    width: usize,
    /// Tiles are whole rows, and each is one run.
    flat: bool,
}

impl Tiling {
    /// For operands of one shape and elements of `size` bytes; `straight` says whether all their rows can be read where they are, and `flat` whether each
    /// tile is one run.
    fn new(rows: usize, cols: usize, size: usize, flat: bool, straight: bool) -> Self {
        let (height, width) = match (flat, straight) {
            (true, _) => (TILE_BYTES / size / cols.max(1), cols.max(1)),
            (false, true) => (rows.max(1), cols.max(1)),
            (false, false) if rows == 1 => (1, TILE_BYTES / size),
            (false, false) => (LINE_BYTES / size, TILE_BYTES / LINE_BYTES),
        };
        Tiling { rows, cols, height, width, flat }
    }

    /// The tiles: down the columns, along the lines that are gathered.
    fn tiles(&self) -> impl Iterator<Item = Tile> {
        (0..self.cols).step_by(self.width).flat_map(move |col| {
            (0..self.rows).step_by(self.height).map(move |row| {
                let (height, width) = (self.height.min(self.rows - row), self.width.min(self.cols - col));
                Tile { row, col, height, width, together: if self.flat { height } else { 1 } }
            })
        })
    }
}

/// Below how many columns it pays to make one run of several rows of `x`.
fn flat_below<T>(x: &Mat<'_, T>) -> usize {
    match (x.row_stride, x.col_stride) {
        _ if x.is_one_run() => WIDE,
        // One row again and again is copied as a whole.
        (0, 1) => WIDE,
        // One element each is repeated row by row.
        (_, 0) => WIDE / size_of::<T>(),
        _ => NARROW,
    }
}

/// An operand: read where it is, or gathered.
struct Source<'a, T> {
    mat: &'a Mat<'a, T>,
    straight: bool,
    tile: Tile,
    buffer: Buffer<T>,
}

impl<'a, T: Scalar> Source<'a, T> {
    fn new(mat: &'a Mat<'a, T>, flat: bool) -> Self {
        let straight = matches!(mat.col_stride, 0 | 1) && (mat.is_one_run() || !flat);
        Source { mat, straight, tile: Tile::default(), buffer: Buffer::new() }
    }

    /// Makes a tile ready.
    fn enter(&mut self, tile: Tile) {
        // The same part of the same row, again and again, is gathered once.
        let known = (self.tile.col, self.tile.width) == (tile.col, tile.width) && tile.height <= self.tile.height;
        let same = self.mat.row_stride == 0 && known;
        if !self.straight && !same {
            self.buffer.gather(self.mat, (tile.row, tile.col), (tile.height, tile.width));
        }
        self.tile = tile;
    }

    /// Run `r` of the tile.
    #[inline(always)]
    fn run(&self, r: usize) -> Run<'_, T> {
        let Tile { row, col, height, width, together } = self.tile;
        let run = together * width;
        if !self.straight {
            return Run::Slice(&self.buffer.values()[r * run..][..run]);
        }
        if run < self.mat.cols && self.mat.col_stride == 1 && self.mat.row_stride != 0 {
            // Short pieces of rows: the machine has no time to guess where they go on, which is in the tile below.
            for i in (0..run).step_by(LINE_BYTES / size_of::<T>()) {
                prefetch(self.mat.data, self.mat.place(row + r + height, col + i));
            }
        }
        match self.mat.col_stride {
            0 => Run::Splat(self.mat.data[self.mat.place(row + r, col)]),
            _ => Run::Slice(self.mat.row(row + r, col, run)),
        }
    }
}

/// Each run of `x` to a run of results, by `f`.
pub(crate) fn map<'o, A: Scalar, T: Scalar>(
    x: &Mat<'_, A>,
    out: Slots<'o, T>,
    f: impl for<'r> Fn(&Run<'_, A>, Slots<'r, T>) -> &'r mut [T],
) -> &'o mut [T] {
    let (rows, cols) = (x.rows, x.cols);
    // (Of a column that is stretched, one value serves a whole row.)
    let flat = cols < if x.col_stride == 0 { NARROW } else { flat_below(x) };
    let mut x = Source::new(x, flat);
    let tiling = Tiling::new(rows, cols, size_of::<A>(), flat, x.straight);
    let mut grid = Grid::new(out, rows, cols);
    for tile in tiling.tiles() {
        x.enter(tile);
        for r in 0..tile.runs() {
            grid.run(tile.together, tile.width, |slots| f(&x.run(r), slots));
        }
    }
    grid.finish()
}

/// The same for two operands.
pub(crate) fn zip<'o, A: Scalar, B: Scalar, T: Scalar>(
    x: &Mat<'_, A>,
    y: &Mat<'_, B>,
    out: Slots<'o, T>,
    f: impl for<'r> Fn(&Run<'_, A>, &Run<'_, B>, Slots<'r, T>) -> &'r mut [T],
) -> &'o mut [T] {
    let (rows, cols) = (x.rows, x.cols);
    let flat = cols < flat_below(x).min(flat_below(y));
    let (mut x, mut y) = (Source::new(x, flat), Source::new(y, flat));
    let size = size_of::<A>().max(size_of::<B>());
    let tiling = Tiling::new(rows, cols, size, flat, x.straight && y.straight);
    let mut grid = Grid::new(out, rows, cols);
    for tile in tiling.tiles() {
        x.enter(tile);
        y.enter(tile);
        for r in 0..tile.runs() {
            grid.run(tile.together, tile.width, |slots| f(&x.run(r), &y.run(r), slots));
        }
    }
    grid.finish()
}

/// From `x` where `mask` is true, else from `y`.
pub(in super::super) fn select<'o, T: Scalar>(
    mask: &Mat<'_, bool>,
    x: &Mat<'_, T>,
    y: &Mat<'_, T>,
    out: Slots<'o, T>,
) -> &'o mut [T] {
    let (rows, cols) = (x.rows, x.cols);
    let flat = cols < flat_below(mask).min(flat_below(x)).min(flat_below(y));
    let (mut mask, mut x, mut y) = (Source::new(mask, flat), Source::new(x, flat), Source::new(y, flat));
    let tiling = Tiling::new(rows, cols, size_of::<T>(), flat, mask.straight && x.straight && y.straight);
    let mut grid = Grid::new(out, rows, cols);
    for tile in tiling.tiles() {
        mask.enter(tile);
        x.enter(tile);
        y.enter(tile);
        for r in 0..tile.runs() {
            grid.run(tile.together, tile.width, |slots| select_run(mask.run(r), x.run(r), y.run(r), slots));
        }
    }
    grid.finish()
}

/// Elements of three operands that are worked on together.
const PART: usize = 64;

/// Three operands have eight combinations of runs: a few copies of what is repeated make one of them.
fn select_run<'o, T: Scalar>(mask: Run<'_, bool>, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, T>) -> &'o mut [T] {
    let (masks, xs, ys) = (copies(&mask, false), copies(&x, T::ZERO), copies(&y, T::ZERO));
    let (mut start, mut out) = (0, out.writer());
    while out.left() > 0 {
        let n = out.left().min(PART);
        let (mask, x, y) = (part(&mask, start, n, &masks), part(&x, start, n, &xs), part(&y, start, n, &ys));
        out.next(n, |slots| slots.fill(|i| if mask[i] { x[i] } else { y[i] }));
        start += n;
    }
    out.finish()
}

/// Copies of one that is repeated; of others, anything.
fn copies<T: Copy>(run: &Run<'_, T>, anything: T) -> [T; PART] {
    [if let Run::Splat(x) = *run { x } else { anything }; PART]
}

/// The elements at `start .. start + n`; of one that is repeated, `n` of its `copies`.
fn part<'s, T>(run: &'s Run<'_, T>, start: usize, n: usize, copies: &'s [T; PART]) -> &'s [T] {
    match run {
        Run::Slice(x) => &x[start..][..n],
        Run::Splat(_) => &copies[..n],
    }
}

/// Each run of `x`, whose rows are contiguous and one after another, changed in place by `f` and a run of `y`.
pub(crate) fn update<A: Scalar, B: Scalar>(x: &mut [A], y: &Mat<'_, B>, f: impl Fn(&mut [A], &Run<'_, B>)) {
    let (rows, cols) = (y.rows, y.cols);
    let flat = cols < flat_below(y);
    let mut y = Source::new(y, flat);
    for tile in Tiling::new(rows, cols, size_of::<B>(), flat, y.straight).tiles() {
        y.enter(tile);
        for r in 0..tile.runs() {
            f(&mut x[(tile.row + r) * cols + tile.col..][..tile.together * tile.width], &y.run(r));
        }
    }
}
