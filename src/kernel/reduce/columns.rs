//! Folds down columns: whole rows at a time, in the order of `order.rs`.
//!
//! ```text
//!   rows 0..16     to lanes 0 .. 15, each lane a row of its own      neighbours in memory are read together,
//!   rows 16..32    joined with them as the tree of a block says      and every column has the bits that it has alone
//!
//!   contiguous rows (stride == width): 16 of them are one row of 16 x width, and all lanes are one row of lanes
//! ```
//!
//! Lanes are memory here: those of the rows so far, and of each level of the tree above a leaf.

use super::Rows;
use super::join::Fold;
use super::order::{BLOCK, BLOCK_ROWS, LANES, LEAF, Vector, dispatch_fold, first_part, halve_rows};
use crate::kernel::element::SimdFloat;
use crate::kernel::mat::Mat;
use crate::kernel::memory;
use crate::kernel::simd::{Lanes, Simd, kernel_fn};

/// Columns that are folded together: rows long enough to be read as streams, while 16 rows of lanes stay in the second
/// cache.
const STRIP_COLUMNS: usize = 1024;

/// `out[j] = fold over i of x[start + i * stride + j]`: down the columns of `rows` rows, whole rows at a time; where
/// there is no memory for the lanes, one column at a time.
pub(in super::super) fn fold_columns<T: SimdFloat, F: Fold<T>>(x: &[T], columns: Rows, out: &mut [T], by: F) {
    let width = STRIP_COLUMNS.min(out.len()).max(1);
    match memory::zeroed(width * strip_elements(columns.2)) {
        Some(mut lanes) => fold_strips(x, columns, out, width, &mut lanes, by),
        None => fold_strips(x, columns, out, 1, &mut [T::ZERO; strip_elements(usize::MAX)], by),
    }
}

/// Elements that a column of `rows` takes: the identity, and lanes for each level of the tree.
const fn strip_elements(rows: usize) -> usize {
    1 + LANES * (1 + rows.div_ceil(LEAF).next_power_of_two().ilog2() as usize)
}

fn fold_strips<T: SimdFloat, F: Fold<T>>(
    x: &[T],
    (start, stride, rows): Rows,
    out: &mut [T],
    width: usize,
    spare: &mut [T],
    by: F,
) {
    for (strip, out) in out.chunks_mut(width).enumerate() {
        let cols = out.len();
        let x = Mat { data: x, start: start + strip * width, rows, cols, row_stride: stride, col_stride: 1 };
        // The lanes first, which are then aligned as the memory is.
        let (lanes, spare) = spare.split_at_mut(LANES * cols);
        let (nothing, spare) = spare.split_at_mut(cols);
        nothing.fill(F::IDENTITY);
        column_lanes(x, lanes, spare, nothing, by);
        ends(lanes, out, by);
    }
}

fn column_lanes<T: SimdFloat, F: Fold<T>>(x: Mat<'_, T>, lanes: &mut [T], spare: &mut [T], nothing: &[T], by: F) {
    if x.rows <= LEAF {
        return column_leaf(x, lanes, nothing, by);
    }
    let first = first_part(x.rows);
    column_lanes(Mat { rows: first, ..x }, lanes, spare, nothing, by);
    let (other, spare) = spare.split_at_mut(lanes.len());
    let second = Mat { start: x.offset(first, 0), rows: x.rows - first, ..x };
    column_lanes(second, other, spare, nothing, by);
    join(lanes, other, by);
}

kernel_fn! {
    fn column_leaf[T: SimdFloat, F: Fold<T>](x: Mat<'_, T>, lanes: &mut [T], nothing: &[T], by: F) -> (),
    dispatch_fold::<T, F, _>, |simd| {
        // Lanes without a row; the others begin with their first.
        lanes[x.rows.min(LANES) * x.cols..].fill(F::IDENTITY);
        let whole = x.rows / BLOCK * BLOCK;
        let len = if x.row_stride == x.cols as isize { lanes.len() } else { x.cols };
        for block in (0..whole).step_by(BLOCK) {
            for (lane, into) in lanes.chunks_exact_mut(len).enumerate() {
                let mut rows = [nothing; BLOCK_ROWS];
                for s in 0..BLOCK_ROWS {
                    rows[s] = x.row(block + s * LANES + lane, 0, len);
                }
                take(simd, &rows, into, block == 0, by);
            }
        }
        // The last block, lane by lane: some have a row less than others.
        for (lane, into) in lanes.chunks_exact_mut(x.cols).enumerate().take(x.rows - whole) {
            let mut rows = [nothing; BLOCK_ROWS];
            for (row, i) in rows.iter_mut().zip((whole + lane..x.rows).step_by(LANES)) {
                *row = x.row(i, 0, x.cols);
            }
            take(simd, &rows, into, whole == 0, by);
        }
    }
}

/// Joins the rows of a block to lanes, as many as each row has elements; fresh ones have joined nothing yet.
#[inline(always)]
fn take<T: SimdFloat, S: Simd, F: Fold<T>>(simd: S, rows: &[&[T]; BLOCK_ROWS], lanes: &mut [T], fresh: bool, by: F) {
    let nothing = Vector::<T, S>::splat(simd, F::IDENTITY);
    let mut lanes = lanes.chunks_exact_mut(Vector::<T, S>::LEN);
    let mut at = 0;
    for lanes in lanes.by_ref() {
        let tree = halve_rows(simd, rows, at, Vector::<T, S>::LEN, by);
        let joined = if fresh { nothing } else { Vector::<T, S>::load(simd, lanes) };
        by.join_vectors(joined, tree).store(lanes);
        at += Vector::<T, S>::LEN;
    }
    let lanes = lanes.into_remainder();
    if !lanes.is_empty() {
        let tree = halve_rows(simd, rows, at, lanes.len(), by);
        let joined = if fresh { nothing } else { Vector::<T, S>::load_masked(simd, lanes) };
        by.join_vectors(joined, tree).store_masked(lanes);
    }
}

kernel_fn! {
    /// Joins the lanes of each column.
    fn ends[T: SimdFloat, F: Fold<T>](lanes: &[T], out: &mut [T], by: F) -> (),
    dispatch_fold::<T, F, _>, |simd| {
        let mut rows = [lanes; LANES];
        for (row, lane) in rows.iter_mut().zip(lanes.chunks_exact(out.len())) {
            *row = lane;
        }
        let mut out = out.chunks_exact_mut(Vector::<T, S>::LEN);
        let mut at = 0;
        for out in out.by_ref() {
            halve_rows(simd, &rows, at, Vector::<T, S>::LEN, by).store(out);
            at += Vector::<T, S>::LEN;
        }
        let out = out.into_remainder();
        if !out.is_empty() {
            halve_rows(simd, &rows, at, out.len(), by).store_masked(out);
        }
    }
}

kernel_fn! {
    /// Joins other lanes to lanes: by a plain loop, which runs once for a leaf of each column.
    fn join[T: SimdFloat, F: Fold<T>](lanes: &mut [T], others: &[T], by: F) -> (),
    dispatch_fold::<T, F, _>, |_simd| { lanes.iter_mut().zip(others).for_each(|(x, &y)| *x = by.join(*x, y)); }
}
