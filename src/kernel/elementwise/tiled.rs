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

/// One operand of the loop over tiles, or a pair of them.
trait Operands {
    /// Bytes of its largest element.
    const BYTES: usize;
    /// Whether all rows are read in place.
    fn in_place(&self) -> bool;
    /// Makes the runs of a tile ready.
    fn enter(&mut self, tile: Tile);
}

impl<P: Operands, Q: Operands> Operands for (P, Q) {
    const BYTES: usize = if P::BYTES > Q::BYTES { P::BYTES } else { Q::BYTES };

    #[inline(always)]
    fn in_place(&self) -> bool {
        self.0.in_place() && self.1.in_place()
    }

    #[inline(always)]
    fn enter(&mut self, tile: Tile) {
        self.0.enter(tile);
        self.1.enter(tile);
    }
}

/// An operand: read in place, or gathered. (The buffer stands with the caller: it is too large to be moved.)
struct TiledOperand<'a, T> {
    mat: &'a Mat<'a, T>,
    in_place: bool,
    tile: Tile,
    buffer: &'a mut Buffer<T>,
}

impl<T: Scalar> Operands for TiledOperand<'_, T> {
    const BYTES: usize = size_of::<T>();

    #[inline(always)]
    fn in_place(&self) -> bool {
        self.in_place
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
}

impl<'a, T: Scalar> TiledOperand<'a, T> {
    #[inline(always)]
    fn new(mat: &'a Mat<'a, T>, whole_rows: bool, buffer: &'a mut Buffer<T>) -> Self {
        let in_place = matches!(mat.col_stride, 0 | 1) && (mat.is_one_run() || !whole_rows);
        TiledOperand { mat, in_place, tile: Tile::default(), buffer }
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

/// The loop over tiles, down the columns, along the lines that are gathered, and over the runs of each: `visit` gets
/// the operands, the tile and the run's number. `whole_rows` says whether a tile is some whole rows, as one run.
#[inline(always)]
fn for_each_run<P: Operands>(
    (rows, cols): (usize, usize),
    whole_rows: bool,
    mut operands: P,
    mut visit: impl FnMut(&P, Tile, usize),
) {
    let (height, width) = match (whole_rows, operands.in_place()) {
        (true, _) => (TILE_BYTES / P::BYTES / cols.max(1), cols.max(1)),
        (false, true) => (rows.max(1), cols.max(1)),
        (false, false) if rows == 1 => (1, TILE_BYTES / P::BYTES),
        (false, false) => (LINE_BYTES / P::BYTES, TILE_BYTES / LINE_BYTES),
    };
    for col in (0..cols).step_by(width) {
        for row in (0..rows).step_by(height) {
            let (height, width) = (height.min(rows - row), width.min(cols - col));
            let (runs, rows_per_run) = if whole_rows { (1, height) } else { (height, 1) };
            let tile = Tile { row, col, height, width, rows_per_run };
            operands.enter(tile);
            for r in 0..runs {
                visit(&operands, tile, r);
            }
        }
    }
}

/// Each run of `x` to a run of results, by `f`.
pub(crate) fn map<'o, A: Scalar, T: Scalar>(
    x: &Mat<'_, A>,
    out: Slots<'o, T>,
    f: impl for<'r> Fn(&Run<'_, A>, Slots<'r, T>) -> &'r mut [T],
) -> &'o mut [T] {
    let size = (x.rows, x.cols);
    // Of a repeated column, one value serves a whole row.
    let whole_rows = x.cols < if x.col_stride == 0 { NARROW_COLUMNS } else { whole_rows_below(x) };
    let (mut grid, buffer) = (Grid::new(out, x.rows, x.cols), &mut Buffer::new());
    for_each_run(size, whole_rows, TiledOperand::new(x, whole_rows, buffer), |x, tile, r| {
        grid.push_run(tile.rows_per_run, tile.width, |slots| f(&x.run(r), slots));
    });
    grid.finish()
}

/// `f` of each pair of runs of `x` and `y`, to a run of results.
pub(crate) fn zip<'o, A: Scalar, B: Scalar, T: Scalar>(
    x: &Mat<'_, A>,
    y: &Mat<'_, B>,
    out: Slots<'o, T>,
    f: impl for<'r> Fn(&Run<'_, A>, &Run<'_, B>, Slots<'r, T>) -> &'r mut [T],
) -> &'o mut [T] {
    let size = (x.rows, x.cols);
    let whole_rows = x.cols < whole_rows_below(x).min(whole_rows_below(y));
    let (mut grid, bx, by) = (Grid::new(out, x.rows, x.cols), &mut Buffer::new(), &mut Buffer::new());
    let both = (TiledOperand::new(x, whole_rows, bx), TiledOperand::new(y, whole_rows, by));
    for_each_run(size, whole_rows, both, |(x, y), tile, r| {
        grid.push_run(tile.rows_per_run, tile.width, |slots| f(&x.run(r), &y.run(r), slots));
    });
    grid.finish()
}

/// From `x` where `mask` is true, else from `y`.
pub(in super::super) fn select<'o, T: Scalar>(
    mask: &Mat<'_, bool>,
    x: &Mat<'_, T>,
    y: &Mat<'_, T>,
    out: Slots<'o, T>,
) -> &'o mut [T] {
    let size = (x.rows, x.cols);
    let whole_rows = x.cols < whole_rows_below(mask).min(whole_rows_below(x)).min(whole_rows_below(y));
    let (bm, bx, by) = (&mut Buffer::new(), &mut Buffer::new(), &mut Buffer::new());
    let (mut grid, mask) = (Grid::new(out, x.rows, x.cols), TiledOperand::new(mask, whole_rows, bm));
    let both = (TiledOperand::new(x, whole_rows, bx), TiledOperand::new(y, whole_rows, by));
    for_each_run(size, whole_rows, (mask, both), |(mask, (x, y)), tile, r| {
        grid.push_run(tile.rows_per_run, tile.width, |slots| select_run(mask.run(r), x.run(r), y.run(r), slots));
    });
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
    let (cols, whole_rows, buffer) = (y.cols, y.cols < whole_rows_below(y), &mut Buffer::new());
    for_each_run((y.rows, cols), whole_rows, TiledOperand::new(y, whole_rows, buffer), |y, tile, r| {
        f(&mut x[(tile.row + r) * cols + tile.col..][..tile.rows_per_run * tile.width], &y.run(r));
    });
}
