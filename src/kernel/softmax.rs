//! Softmax of rows: exp(x - max) / sum(exp(x - max)), each row while it is in the cache.
//!
//! The steps are those of the tensor operations max, sub, exp, sum and div, in their order and with their bits; a row is read from memory once.
//! A nan, or an infinity that is no -inf among finite ones, makes its whole row nan by itself.

use super::element::Float;
use super::fold::{self, Max, Sum};
use super::math;
use super::memory::Slots;
use super::simd::{Kernel, Lanes, Simd, dispatch};

/// The softmax of each row of `width` values, of which there is at least one.
pub(crate) fn softmax_rows<'o, T: Float>(x: &[T], width: usize, out: Slots<'o, T>) -> &'o mut [T] {
    dispatch(Rows { x, width, out })
}

struct Rows<'x, 'o, T> {
    x: &'x [T],
    width: usize,
    out: Slots<'o, T>,
}

impl<'o, T: Float> Kernel for Rows<'_, 'o, T> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        let out = self.out.map(self.x, |x| x);
        softmax_in_place(simd, out, self.width);
        out
    }
}

/// The softmax of each row of `width` values, of which there is at least one, in place, inside a kernel.
#[inline(always)]
pub(crate) fn softmax_in_place<T: Float, S: Simd>(simd: S, rows: &mut [T], width: usize) {
    if width > SHORT {
        // (Loops, not closures: only what is sure to be inlined has the level's instructions.)
        for row in rows.chunks_exact_mut(width) {
            softmax_at(simd, row);
        }
        return;
    }
    for rows in rows.chunks_mut(SHORT * width) {
        short_rows(simd, rows, width);
    }
}

/// Rows no longer than this go through together, as many of them, side by side in registers.
const SHORT: usize = fold::LANES;

/// ```text
///   rows of 10 values    row 0: a b c ...      --transpose-->    value 0: a k ...    one register op for the
///                        row 1: k l m ...                        value 1: b l ...    same value of all rows
/// ```
#[inline(always)]
fn short_rows<T: Float, S: Simd>(simd: S, rows: &mut [T], width: usize) {
    let mut tile = [[T::ZERO; SHORT]; SHORT];
    for (r, row) in rows.chunks_exact(width).enumerate().take(SHORT) {
        for (j, &x) in row.iter().enumerate().take(SHORT) {
            tile[j][r] = x;
        }
    }
    let tile_rows = &mut tile[..width];
    let mut from = 0;
    while from < SHORT {
        let mut max = T::FloatVector::<S>::load(simd, &tile_rows[0][from..]);
        for values in tile_rows.iter() {
            max = max.maximum(T::FloatVector::<S>::load(simd, &values[from..]));
        }
        // The sum has the lanes of `fold.rs`, of which a short row fills some once; empty ones add nothing.
        let mut lanes = [T::FloatVector::<S>::splat(simd, T::ZERO); SHORT];
        for (values, lane) in tile_rows.iter_mut().zip(&mut lanes) {
            let e = math::exp_of(simd, T::FloatVector::<S>::load(simd, &values[from..]) - max);
            e.store(&mut values[from..]);
            *lane = *lane + e;
        }
        for half in [8, 4, 2, 1] {
            for lane in 0..half {
                lanes[lane] = lanes[lane] + lanes[lane + half];
            }
        }
        for values in tile_rows.iter_mut() {
            (T::FloatVector::<S>::load(simd, &values[from..]) / lanes[0]).store(&mut values[from..]);
        }
        from += T::FloatVector::<S>::LEN;
    }
    for (r, row) in rows.chunks_exact_mut(width).enumerate().take(SHORT) {
        for (j, x) in row.iter_mut().enumerate().take(SHORT) {
            *x = tile[j][r];
        }
    }
}

/// The softmax of one row, in place, inside a kernel.
#[inline(always)]
fn softmax_at<T: Float, S: Simd>(simd: S, row: &mut [T]) {
    let max = fold::row::<S, Max<T>>(simd, row);
    for x in row.iter_mut() {
        *x = x.sub(max);
    }
    math::exp_at(simd, row);
    let sum = fold::row::<S, Sum<T>>(simd, row);
    for x in row.iter_mut() {
        *x = x.div(sum);
    }
}
