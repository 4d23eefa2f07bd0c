//! Elementwise work on matrices, tile by tile, so that operands with contiguous columns are read along their cache
//! lines.
//!
//! ```text
//!   out, x         > > > >  contiguous rows           a run of a row is read in place
//!   y              v v v v  contiguous columns        a tile is gathered first, down the columns
//!
//!   narrow rows    aaa bbb ccc ...                    a tile is some whole rows, as one run
//! ```
//!
//! A cache line of y holds neighbours of one column. Gathering a whole row of y would fetch one line for each element,
//! and fetch it again for the next row; a tile uses all elements of a line. Sums, products and so on of floats go
//! square by square where they can: `transpose.rs`. What is done with runs is in `flat.rs` and `plain.rs`, and given as
//! a function.

use crate::kernel::mat::Mat;
use crate::kernel::memory::{Buffer, Grid, LINE_BYTES, Slots, TILE_BYTES};
use crate::kernel::run::Run;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::prefetch;

/// Rows of fewer elements than this are narrow.
const NARROW_COLUMNS: usize = 32;
/// The same limit where the operands already are contiguous across rows, or are quickly made so.
const WIDE_COLUMNS: usize = 256;

/// A rectangle of the matrix.
#[derive(Clone, Copy, Default)]
struct Tile {
    row: usize,
    col: usize,
    height: usize,
    width: usize,
    /// Rows that are one run: all of them, or one.
    rows_per_run: usize,
}

impl Tile {
    /// How many runs there are.
    fn runs(&self) -> usize {
        self.height / self.rows_per_run
    }
}

/// The tiles of a matrix: `height` by `width`, smaller at the edges.
struct Tiling {
    rows: usize,
    cols: usize,
    height: usize,
    width: usize,
    /// Tiles are whole rows, and each is one run.
    whole_rows: bool,
}

impl Tiling {
    /// For operands of one shape and elements of `size` bytes; `in_place` says whether all their rows can be read in
    /// place, and `whole_rows` whether each tile is one run.
    fn new(rows: usize, cols: usize, size: usize, whole_rows: bool, in_place: bool) -> Self {
        let (height, width) = match (whole_rows, in_place) {
            (true, _) => (TILE_BYTES / size / cols.max(1), cols.max(1)),
            (false, true) => (rows.max(1), cols.max(1)),
            (false, false) if rows == 1 => (1, TILE_BYTES / size),
            (false, false) => (LINE_BYTES / size, TILE_BYTES / LINE_BYTES),
        };
        Tiling { rows, cols, height, width, whole_rows }
    }

    /// The tiles: down the columns, along the lines that are gathered.
    fn tiles(&self) -> impl Iterator<Item = Tile> {
        (0..self.cols).step_by(self.width).flat_map(move |col| {
            (0..self.rows).step_by(self.height).map(move |row| {
                let (height, width) = (self.height.min(self.rows - row), self.width.min(self.cols - col));
                Tile { row, col, height, width, rows_per_run: if self.whole_rows { height } else { 1 } }
            })
        })
    }
}

/// Below how many columns it pays to make one run of several rows of `x`.
fn whole_rows_below<T>(x: &Mat<'_, T>) -> usize {
    match (x.row_stride, x.col_stride) {
        _ if x.is_one_run() => WIDE_COLUMNS,
        // A repeated row is copied as a whole.
        (0, 1) => WIDE_COLUMNS,
        // One element each is repeated row by row.
        (_, 0) => WIDE_COLUMNS / size_of::<T>(),
        _ => NARROW_COLUMNS,
    }
}

/// An operand: read in place, or gathered.
struct TiledOperand<'a, T> {
    mat: &'a Mat<'a, T>,
    in_place: bool,
    tile: Tile,
    /// The caller's, for it is large and moving it would take the stack twice.
    buffer: &'a mut Buffer<T>,
}

impl<'a, T: Scalar> TiledOperand<'a, T> {
    fn new(mat: &'a Mat<'a, T>, whole_rows: bool, buffer: &'a mut Buffer<T>) -> Self {
        let in_place = matches!(mat.col_stride, 0 | 1) && (mat.is_one_run() || !whole_rows);
        TiledOperand { mat, in_place, tile: Tile::default(), buffer }
    }

    /// Gathers a tile, unless it is read in place or gathered already.
    fn enter(&mut self, tile: Tile) {
        // A repeated row is gathered once for all tiles of the same columns.
        let same_columns =
            (self.tile.col, self.tile.width) == (tile.col, tile.width) && tile.height <= self.tile.height;
        let same = self.mat.row_stride == 0 && same_columns;
        if !self.in_place && !same {
            self.buffer.gather(self.mat, (tile.row, tile.col), (tile.height, tile.width));
        }
        self.tile = tile;
    }

    /// Run `r` of the tile.
    #[inline(always)]
    fn run(&self, r: usize) -> Run<'_, T> {
        let Tile { row, col, height, width, rows_per_run } = self.tile;
        let run = rows_per_run * width;
        if !self.in_place {
            return Run::Slice(&self.buffer.values()[r * run..][..run]);
        }
        if run < self.mat.cols && self.mat.col_stride == 1 && self.mat.row_stride != 0 {
            // Short runs end before the hardware prefetcher has found their stride: the row of the tile below is
            // prefetched here.
            for i in (0..run).step_by(LINE_BYTES / size_of::<T>()) {
                prefetch(self.mat.data, self.mat.offset(row + r + height, col + i));
            }
        }
        match self.mat.col_stride {
            0 => Run::Splat(self.mat.data[self.mat.offset(row + r, col)]),
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
    // Of a repeated column, one value serves a whole row.
    let whole_rows = cols < if x.col_stride == 0 { NARROW_COLUMNS } else { whole_rows_below(x) };
    let buffer = &mut Buffer::new();
    let mut x = TiledOperand::new(x, whole_rows, buffer);
    let tiling = Tiling::new(rows, cols, size_of::<A>(), whole_rows, x.in_place);
    let mut grid = Grid::new(out, rows, cols);
    for tile in tiling.tiles() {
        x.enter(tile);
        for r in 0..tile.runs() {
            grid.push_run(tile.rows_per_run, tile.width, |slots| f(&x.run(r), slots));
        }
    }
    grid.finish()
}

/// `f` of each pair of runs of `x` and `y`, to a run of results.
pub(crate) fn zip<'o, A: Scalar, B: Scalar, T: Scalar>(
    x: &Mat<'_, A>,
    y: &Mat<'_, B>,
    out: Slots<'o, T>,
    f: impl for<'r> Fn(&Run<'_, A>, &Run<'_, B>, Slots<'r, T>) -> &'r mut [T],
) -> &'o mut [T] {
    let (rows, cols) = (x.rows, x.cols);
    let whole_rows = cols < whole_rows_below(x).min(whole_rows_below(y));
    let x_buffer = &mut Buffer::new();
    let y_buffer = &mut Buffer::new();
    let (mut x, mut y) = (TiledOperand::new(x, whole_rows, x_buffer), TiledOperand::new(y, whole_rows, y_buffer));
    let size = size_of::<A>().max(size_of::<B>());
    let tiling = Tiling::new(rows, cols, size, whole_rows, x.in_place && y.in_place);
    let mut grid = Grid::new(out, rows, cols);
    for tile in tiling.tiles() {
        x.enter(tile);
        y.enter(tile);
        for r in 0..tile.runs() {
            grid.push_run(tile.rows_per_run, tile.width, |slots| f(&x.run(r), &y.run(r), slots));
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
    let whole_rows = cols < whole_rows_below(mask).min(whole_rows_below(x)).min(whole_rows_below(y));
    let mask_buffer = &mut Buffer::new();
    let x_buffer = &mut Buffer::new();
    let y_buffer = &mut Buffer::new();
    let mut mask = TiledOperand::new(mask, whole_rows, mask_buffer);
    let mut x = TiledOperand::new(x, whole_rows, x_buffer);
    let mut y = TiledOperand::new(y, whole_rows, y_buffer);
    let tiling = Tiling::new(rows, cols, size_of::<T>(), whole_rows, mask.in_place && x.in_place && y.in_place);
    let mut grid = Grid::new(out, rows, cols);
    for tile in tiling.tiles() {
        mask.enter(tile);
        x.enter(tile);
        y.enter(tile);
        for r in 0..tile.runs() {
            grid.push_run(tile.rows_per_run, tile.width, |slots| select_run(mask.run(r), x.run(r), y.run(r), slots));
        }
    }
    grid.finish()
}

/// Elements of three operands that are worked on together.
const PART_ELEMENTS: usize = 64;

/// Three operands have eight combinations of runs: a few copies of what is repeated make one of them.
fn select_run<'o, T: Scalar>(mask: Run<'_, bool>, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, T>) -> &'o mut [T] {
    let (masks, xs, ys) = (copies(&mask, false), copies(&x, T::ZERO), copies(&y, T::ZERO));
    let (mut start, mut out) = (0, out.writer());
    while out.remaining() > 0 {
        let n = out.remaining().min(PART_ELEMENTS);
        let (mask, x, y) = (part(&mask, start, n, &masks), part(&x, start, n, &xs), part(&y, start, n, &ys));
        out.next(n, |slots| slots.fill(|i| if mask[i] { x[i] } else { y[i] }));
        start += n;
    }
    out.finish()
}

/// Copies of a repeated element; unused copies of `anything` for a slice.
fn copies<T: Copy>(run: &Run<'_, T>, anything: T) -> [T; PART_ELEMENTS] {
    [if let Run::Splat(x) = *run { x } else { anything }; PART_ELEMENTS]
}

/// The elements at `start .. start + n`; of a repeated one, `n` of its `copies`.
fn part<'s, T>(run: &'s Run<'_, T>, start: usize, n: usize, copies: &'s [T; PART_ELEMENTS]) -> &'s [T] {
    match run {
        Run::Slice(x) => &x[start..][..n],
        Run::Splat(_) => &copies[..n],
    }
}

/// Changes contiguous `x` in place, run by run, by `f` and a run of `y`.
pub(crate) fn update<A: Scalar, B: Scalar>(x: &mut [A], y: &Mat<'_, B>, f: impl Fn(&mut [A], &Run<'_, B>)) {
    let (rows, cols) = (y.rows, y.cols);
    let whole_rows = cols < whole_rows_below(y);
    let buffer = &mut Buffer::new();
    let mut y = TiledOperand::new(y, whole_rows, buffer);
    for tile in Tiling::new(rows, cols, size_of::<B>(), whole_rows, y.in_place).tiles() {
        y.enter(tile);
        for r in 0..tile.runs() {
            f(&mut x[(tile.row + r) * cols + tile.col..][..tile.rows_per_run * tile.width], &y.run(r));
        }
    }
}
