//! Folds down columns: whole rows at a time, in the order of `fold.rs`.
//!
//! ```text
//!   rows 0..16     to lane 0 .. 15, each lane a row of its own: one entry per column       so neighbours in memory are read together,
//!   rows 16..32    joined with them as the tree of a block says                             and every column gets the bits it has alone
//! ```

use alloc::vec;

use super::fold::{BLOCK, DEEP, Fold, LANES, LEAF, left_part};
use super::simd::{Kernel, Simd, dispatch};

/// Columns that are folded together: 16 rows of lanes this wide stay in the first cache.
const TILE: usize = 128;

/// `out[j] = fold over i of x[start + i * stride + j]`: down the columns of `rows` rows, whole rows at a time.
///
/// The lanes of the picture above become rows of lanes, one entry per column.
pub(crate) fn fold_columns<F: Fold>(x: &[F::Item], start: usize, stride: isize, rows: usize, out: &mut [F::Out]) {
    let mut lanes = vec![F::IDENTITY; LANES * TILE.min(out.len())];
    for (tile, out) in out.chunks_mut(TILE).enumerate() {
        let lanes = &mut lanes[..LANES * out.len()];
        column_lanes::<F>(Rows { x, start: start + tile * TILE, stride, rows, width: out.len() }, lanes);
        for half in [8, 4, 2, 1] {
            let (low, high) = lanes.split_at_mut(half * out.len());
            for (low, &high) in low.iter_mut().zip(&*high) {
                *low = F::join(*low, high);
            }
        }
        out.copy_from_slice(&lanes[..out.len()]);
    }
}

/// A few columns of some rows.
#[derive(Clone, Copy)]
struct Rows<'x, T> {
    x: &'x [T],
    start: usize,
    stride: isize,
    rows: usize,
    width: usize,
}

impl<'x, T> Rows<'x, T> {
    #[inline(always)]
    fn row(&self, i: usize) -> &'x [T] {
        &self.x[self.start.wrapping_add_signed(i as isize * self.stride)..][..self.width]
    }
}

fn column_lanes<F: Fold>(x: Rows<'_, F::Item>, lanes: &mut [F::Out]) {
    if x.rows <= LEAF {
        lanes.fill(F::IDENTITY);
        return dispatch(ColumnLeaf::<F> { x, lanes });
    }
    let left = left_part(x.rows);
    let mut other = vec![F::IDENTITY; lanes.len()];
    column_lanes::<F>(Rows { rows: left, ..x }, lanes);
    let start = x.start.wrapping_add_signed(left as isize * x.stride);
    column_lanes::<F>(Rows { start, rows: x.rows - left, ..x }, &mut other);
    for (lane, &other) in lanes.iter_mut().zip(&other) {
        *lane = F::join(*lane, other);
    }
}

struct ColumnLeaf<'x, 'l, F: Fold> {
    x: Rows<'x, F::Item>,
    lanes: &'l mut [F::Out],
}

impl<F: Fold> Kernel for ColumnLeaf<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) {
        let Self { x, lanes } = self;
        for block in (0..x.rows).step_by(BLOCK) {
            for (lane, into) in lanes.chunks_exact_mut(x.width).enumerate().take(x.rows - block) {
                let row = |s: usize| x.row(block + s * LANES + lane);
                let held = (x.rows - block - lane).div_ceil(LANES);
                if held >= DEEP {
                    let width = into.len();
                    let mut deep = [&x.x[..0]; DEEP];
                    for (s, deep) in deep.iter_mut().enumerate() {
                        *deep = &row(s)[..width];
                    }
                    for j in 0..width {
                        let mut items = [F::IDENTITY; DEEP];
                        for s in 0..DEEP {
                            items[s] = F::lift(deep[s][j]);
                        }
                        into[j] = F::join(into[j], tree::<F>(items));
                    }
                    continue;
                }
                for (j, into) in into.iter_mut().enumerate() {
                    let mut deep = [F::IDENTITY; DEEP];
                    for (s, slot) in deep.iter_mut().enumerate().take(held) {
                        *slot = F::lift(row(s)[j]);
                    }
                    *into = F::join(*into, tree::<F>(deep));
                }
            }
        }
    }
}

/// The elements of one lane in a block.
#[inline(always)]
fn tree<F: Fold>(x: [F::Out; DEEP]) -> F::Out {
    let even = F::join(F::join(x[0], x[4]), F::join(x[2], x[6]));
    let odd = F::join(F::join(x[1], x[5]), F::join(x[3], x[7]));
    F::join(even, odd)
}
