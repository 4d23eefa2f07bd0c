//! Folds down columns: whole rows at a time, in the order of `order.rs`.
//!
//! ```text
//!   rows 0..16     to lanes 0 .. 15, each lane a row of its own      neighbours in memory are read together,
//!   rows 16..32    joined with them as the tree of a block says      and every column has the bits that it has alone
//!
//!   contiguous rows (stride == width): 16 of them are one row of 16 x width, and all lanes are one row of lanes
//! ```

use alloc::vec;
use alloc::vec::Vec;

use super::order::{BLOCK, BLOCK_ROWS, Fold, LANES, LEAF, Vector, dispatch_fold, first_part, tree, tree_of_items};
use crate::kernel::memory::resize;
use crate::kernel::simd::{Kernel, Lanes, Simd};

/// Columns that are folded together: rows long enough to be read as streams, while 16 rows of lanes stay in the second
/// cache.
const STRIP_COLUMNS: usize = 1024;

/// `out[j] = fold over i of x[start + i * stride + j]`: down the columns of `rows` rows, whole rows at a time.
///
/// The lanes of the picture above become rows of lanes, one entry per column.
pub(in super::super) fn fold_columns<F: Fold>(x: &[F::Item], (start, stride, rows): super::Rows, out: &mut [F::Item]) {
    // As many lanes again for each time that the rows are halved.
    let halvings = if rows <= LEAF { 0 } else { ((rows - 1) / LEAF).ilog2() as usize + 1 };
    let (mut strip, mut lanes) = (STRIP_COLUMNS.min(out.len()), Vec::new());
    if resize(&mut lanes, LANES * strip * (1 + halvings), F::IDENTITY).is_none() {
        // One column at a time has the same bits.
        strip = 1;
        #[expect(clippy::disallowed_methods, reason = "16 lanes for each of at most 50 halvings")]
        lanes.resize(LANES * (1 + halvings), F::IDENTITY);
    }
    for (tile, out) in out.chunks_mut(strip.max(1)).enumerate() {
        let (lanes, others) = lanes.split_at_mut(LANES * out.len());
        column_lanes::<F>(Columns { x, start: start + tile * strip, stride, rows, width: out.len() }, lanes, others);
        for half in [8, 4, 2, 1] {
            let (low, high) = lanes.split_at_mut(half * out.len());
            dispatch_fold::<F, _>(Join::<F> { high: &high[..low.len()], low });
        }
        out.copy_from_slice(&lanes[..out.len()]);
    }
}

/// A few columns of some rows.
#[derive(Clone, Copy)]
struct Columns<'x, T> {
    x: &'x [T],
    start: usize,
    stride: isize,
    rows: usize,
    width: usize,
}

impl<'x, T> Columns<'x, T> {
    /// `len` elements from the start of row `i`: its own, and where rows are contiguous, those of the next ones.
    #[inline(always)]
    fn row(&self, i: usize, len: usize) -> &'x [T] {
        &self.x[self.start.wrapping_add_signed(i as isize * self.stride)..][..len]
    }
}

/// `others` is room for the lanes of parts.
fn column_lanes<F: Fold>(x: Columns<'_, F::Item>, lanes: &mut [F::Item], others: &mut [F::Item]) {
    if x.rows <= LEAF {
        lanes.fill(F::IDENTITY);
        return dispatch_fold::<F, _>(ColumnLeaf::<F> { x, lanes });
    }
    let first = first_part(x.rows);
    let (other, others) = others.split_at_mut(lanes.len());
    column_lanes::<F>(Columns { rows: first, ..x }, lanes, others);
    let start = x.start.wrapping_add_signed(first as isize * x.stride);
    column_lanes::<F>(Columns { start, rows: x.rows - first, ..x }, other, others);
    dispatch_fold::<F, _>(Join::<F> { low: lanes, high: other });
}

struct ColumnLeaf<'x, 'l, F: Fold> {
    x: Columns<'x, F::Item>,
    lanes: &'l mut [F::Item],
}

impl<F: Fold> Kernel for ColumnLeaf<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Self { x, lanes } = self;
        let whole = x.rows / BLOCK * BLOCK;
        let len = if x.stride == x.width as isize { lanes.len() } else { x.width };
        for block in (0..whole).step_by(BLOCK) {
            for (lane, into) in lanes.chunks_exact_mut(len).enumerate() {
                let mut rows = [&x.x[..0]; BLOCK_ROWS];
                for s in 0..BLOCK_ROWS {
                    rows[s] = x.row(block + s * LANES + lane, len);
                }
                take::<S, F>(simd, &rows, into);
            }
        }
        #[expect(clippy::disallowed_macros, reason = "at most a strip of columns, 8 KiB")]
        let nothing = vec![F::IDENTITY; x.width];
        // The last block, lane by lane: some have a row less than others.
        for (lane, into) in lanes.chunks_exact_mut(x.width).enumerate().take(x.rows - whole) {
            let mut rows = [&nothing[..]; BLOCK_ROWS];
            for (row, i) in rows.iter_mut().zip((whole + lane..x.rows).step_by(LANES)) {
                *row = x.row(i, x.width);
            }
            take::<S, F>(simd, &rows, into);
        }
    }
}

/// Joins the rows of a block to lanes.
#[inline(always)]
fn take<S: Simd, F: Fold>(simd: S, rows: &[&[F::Item]; BLOCK_ROWS], lanes: &mut [F::Item]) {
    let len = Vector::<F, S>::LEN;
    let whole = lanes.len() / len * len;
    for at in (0..whole).step_by(len) {
        let lane = Vector::<F, S>::load(simd, &lanes[at..]);
        F::join_vectors(lane, tree::<S, F>(simd, rows, at)).store(&mut lanes[at..]);
    }
    for (at, lane) in lanes.iter_mut().enumerate().skip(whole) {
        *lane = F::join(*lane, tree_of_items::<F>(rows, at));
    }
}

/// Joins other lanes to lanes.
struct Join<'l, F: Fold> {
    low: &'l mut [F::Item],
    high: &'l [F::Item],
}

impl<F: Fold> Kernel for Join<'_, F> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let len = Vector::<F, S>::LEN;
        let (mut low, mut high) = (self.low.chunks_exact_mut(len), self.high.chunks_exact(len));
        for (low, high) in low.by_ref().zip(high.by_ref()) {
            F::join_vectors(Vector::<F, S>::load(simd, low), Vector::<F, S>::load(simd, high)).store(low);
        }
        for (low, &high) in low.into_remainder().iter_mut().zip(high.remainder()) {
            *low = F::join(*low, high);
        }
    }
}
