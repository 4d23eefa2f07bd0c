//! The index of the greatest or least element: the first of equals, or the first nan.
//!
//! ```text
//!   part 0   part 1   part 2  ...          each part is joined as `order.rs` does it, which is fast
//!     7        9        9                  a part that beats all before it is kept, by value and number
//!              ^ 9, part 1                 at the end, only the kept part is searched for its value
//! ```
//!
//! So all parts but one are read once. In a row, a part is a block of 128 elements, joined to one register; eight
//! blocks make a span, and only a span that beats the best value is joined horizontally. Down columns a part is 8 rows,
//! and each column keeps its own. Where rows are contiguous, several rows count as one, so that narrow matrices fill
//! the registers too.

use super::join::{Extreme, Fold};
use super::order::{self, BLOCK, BLOCK_ROWS, LANES, Registers, Vector, dispatch_fold, halve_rows};
use super::rows::{fold_together, sixteen};
use super::{Rows, SEARCHED_COLUMNS};
use crate::kernel::element::SimdFloat;
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::kernel::simd::{FloatLanes, Lanes, Simd, kernel_fn};

/// Blocks to a span.
const BLOCKS: usize = 8;
/// Elements to a span.
const SPAN: usize = BLOCKS * BLOCK;

/// Equal, where nan is nan.
#[inline(always)]
fn same<T: SimdFloat>(a: T, b: T) -> bool {
    (a == b) | (a.is_nan() & b.is_nan())
}

/// The index among the first `n` elements of `x`.
#[inline(always)]
fn index_of<T: SimdFloat, S: Simd, F: Fold<T> + Extreme>(simd: S, x: &[T], n: usize, by: F) -> usize {
    let (mut best, mut at) = (F::IDENTITY, 0);
    for from in (0..n).step_by(SPAN) {
        let blocks = span(simd, &x[from..], SPAN.min(n - from), by);
        let all = order::halve(&mut { blocks }, BLOCKS, by);
        // Most spans have no lane that is better.
        let best_so_far = Vector::<T, S>::splat(simd, best);
        if by.join_vectors(all, best_so_far).equal(best_so_far).count_ones() as usize == Vector::<T, S>::LEN {
            continue;
        }
        let value = order::horizontal(all, by);
        if by.replaces(value, best) {
            // A nan equals nothing, so its search begins with the span.
            let wanted = Vector::<T, S>::splat(simd, value);
            let block = blocks.iter().position(|block| block.equal(wanted) != 0).unwrap_or(0);
            (best, at) = (value, from + block * BLOCK);
            if best.is_nan() {
                break;
            }
        }
    }
    at + first(simd, &x[at..n], best)
}

/// The blocks of the first `n` elements of `x`, at most a span, each joined to a register.
#[inline(always)]
fn span<T: SimdFloat, S: Simd, F: Fold<T>>(simd: S, x: &[T], n: usize, by: F) -> [Vector<T, S>; BLOCKS] {
    let mut blocks = [Vector::<T, S>::splat(simd, F::IDENTITY); BLOCKS];
    let (whole, rest) = (n / BLOCK, n % BLOCK);
    for (block, x) in blocks.iter_mut().zip(x[..whole * BLOCK].as_chunks::<BLOCK>().0) {
        *block = Registers::<T, S>::of_leaf(simd, x, BLOCK, by).one(by);
    }
    if rest > 0 {
        blocks[whole] = Registers::<T, S>::of_leaf(simd, &x[whole * BLOCK..], rest, by).one(by);
    }
    blocks
}

/// The first index of a value, or of a nan when the value is one; 0 if there is none.
#[inline(always)]
fn first<T: SimdFloat, S: Simd>(simd: S, x: &[T], value: T) -> usize {
    if value.is_nan() {
        return x.iter().position(|x| x.is_nan()).unwrap_or(0);
    }
    let len = Vector::<T, S>::LEN;
    let wanted = Vector::<T, S>::splat(simd, value);
    let whole = x.len() / len * len;
    for at in (0..whole).step_by(len) {
        let equal = Vector::<T, S>::load(simd, &x[at..]).equal(wanted);
        if equal != 0 {
            return at + equal.trailing_zeros() as usize;
        }
    }
    x[whole..].iter().position(|&x| x == value).map_or(0, |i| whole + i)
}

kernel_fn! {
    /// Contiguous rows of `n` elements: `out[i]` is the index in row `i`.
    pub(in super::super) fn arg_rows['o, T: SimdFloat, F: Fold<T> + Extreme](
        x: &[T], rows: Rows, out: Slots<'o, i64>, by: F
    ) -> &'o mut [i64],
    dispatch_fold::<T, F, _>, |simd| {
        let (mut from, stride, n) = rows;
        let mut out = out.writer();
        if n > LANES {
            while out.remaining() > 0 {
                out.push(index_of(simd, &x[from..], n, by) as i64);
                from = from.wrapping_add_signed(stride);
            }
            return out.finish();
        }
        let len = Vector::<T, S>::LEN;
        let mut part = [F::IDENTITY; LANES];
        while out.remaining() >= len
            && let Some(values) = fold_together::<T, S, F>(simd, x, from, stride, n, by)
        {
            for &value in &values[..len] {
                let few = Registers::<T, S>::of_few(simd, sixteen(x, from, n, &mut part), n, by);
                out.push(index_of_few(simd, few, x, from, n, value));
                from = from.wrapping_add_signed(stride);
            }
        }
        while out.remaining() > 0 {
            let few = Registers::<T, S>::of_few(simd, sixteen(x, from, n, &mut part), n, by);
            out.push(index_of_few(simd, few, x, from, n, few.horizontal(by)));
            from = from.wrapping_add_signed(stride);
        }
        out.finish()
    }
}

/// The index of `value` among `n` elements, at most 16, the first of which is at `from`; `few` holds them.
#[inline(always)]
fn index_of_few<T: SimdFloat, S: Simd>(simd: S, few: Registers<T, S>, x: &[T], from: usize, n: usize, value: T) -> i64 {
    let equal = few.equal(simd, value);
    // No element equals a nan.
    let index = if equal != 0 { equal.trailing_zeros() as usize } else { first(simd, &x[from..][..n], value) };
    index as i64
}

/// The index of what is searched `by` in each column, which is not empty.
pub(in super::super) fn arg_columns<T: SimdFloat, F: Fold<T> + Extreme>(
    x: &[T],
    (start, stride, rows): Rows,
    out: &mut [i64],
    by: F,
) {
    // As many rows at a time as leave the numbers of their blocks within u32.
    const ROWS: usize = 1 << 30;
    for (strip, indices) in out.chunks_mut(SEARCHED_COLUMNS).enumerate() {
        let (start, cols) = (start + strip * SEARCHED_COLUMNS, indices.len());
        let x = Mat { data: x, start, rows, cols, row_stride: stride, col_stride: 1 };
        let part = |first| Mat { start: x.offset(first, 0), rows: ROWS.min(rows - first), ..x };
        arg_strip(part(0), indices, by);
        for first in (ROWS..rows).step_by(ROWS) {
            let mut found = [0; SEARCHED_COLUMNS];
            arg_strip(part(first), &mut found[..cols], by);
            for (j, (index, found)) in indices.iter_mut().zip(found).enumerate() {
                let (later, at) = (first + found as usize, |i| x.data[x.offset(i, j)]);
                if by.replaces(at(later), at(*index as usize)) {
                    *index = later as i64;
                }
            }
        }
    }
}

kernel_fn! {
    fn arg_strip[T: SimdFloat, F: Fold<T> + Extreme](x: Mat<'_, T>, indices: &mut [i64], by: F) -> (),
    dispatch_fold::<T, F, _>, |simd| {
        let width = x.cols;
        // How many rows count as one: several where they are contiguous.
        let together = if x.row_stride == width as isize { (SEARCHED_COLUMNS / width).min(x.rows) } else { 1 };
        let (n, step) = (together * width, BLOCK_ROWS * together);
        let mut best = Best { values: [F::IDENTITY; SEARCHED_COLUMNS], blocks: [0; SEARCHED_COLUMNS] };
        // Stands in for rows that are missing: with the rest of the last block, which may as well be there twice.
        let mut last = [F::IDENTITY; SEARCHED_COLUMNS];
        for (block, start) in (0..x.rows).step_by(step).enumerate() {
            let (whole, rest) = (step.min(x.rows - start) / together, step.min(x.rows - start) % together);
            if rest > 0 {
                last[..rest * width].copy_from_slice(x.row(start + whole * together, 0, rest * width));
            }
            let mut rows = [&last[..n]; BLOCK_ROWS];
            for (s, row) in rows.iter_mut().enumerate().take(whole) {
                *row = x.row(start + s * together, 0, n);
            }
            best.take(simd, &rows, n, block as u32, by);
        }
        // All that were kept for a column are joined, and the first row with the result is in the block of one.
        for (j, index) in indices.iter_mut().enumerate() {
            let mut kept = (j..n).step_by(width);
            let value = kept.clone().fold(F::IDENTITY, |value, at| by.join(value, best.values[at]));
            *index = i64::MAX;
            for at in kept.by_ref().filter(|&at| same(best.values[at], value)) {
                let start = best.blocks[at] as usize * step + at / width;
                let mut rows = (start..x.rows.min(start + step)).step_by(together);
                *index = rows.find(|&i| same(x.data[x.offset(i, j)], value)).map_or(*index, |i| (*index).min(i as i64));
            }
        }
    }
}

/// The best at each index of a row so far, and the number of its block.
struct Best<T> {
    values: [T; SEARCHED_COLUMNS],
    blocks: [u32; SEARCHED_COLUMNS],
}

impl<T: SimdFloat> Best<T> {
    /// Joins a block whose rows have `n` elements.
    #[inline(always)]
    fn take<S: Simd, F: Fold<T>>(&mut self, simd: S, rows: &[&[T]; BLOCK_ROWS], n: usize, block: u32, by: F) {
        let len = Vector::<T, S>::LEN;
        let whole = n / len * len;
        for at in (0..whole).step_by(len) {
            self.take_register::<S, F>(simd, halve_rows(simd, rows, at, len, by), at, block, by);
        }
        if whole < n {
            self.take_register::<S, F>(simd, halve_rows(simd, rows, whole, n - whole, by), whole, block, by);
        }
    }

    /// Joins a register of a block.
    #[inline(always)]
    fn take_register<S: Simd, F: Fold<T>>(&mut self, simd: S, value: Vector<T, S>, at: usize, block: u32, by: F) {
        let len = Vector::<T, S>::LEN;
        let (values, blocks) = (&mut self.values[at..][..len], &mut self.blocks[at..][..len]);
        let best = Vector::<T, S>::load(simd, values);
        let value = by.join_vectors(value, best);
        // A value other than the best so far is a better one or the first nan; a nan that is the best so far stays, for
        // it equals nothing.
        let other = best.equal(best) & !value.equal(best);
        // Without comparisons of registers, a branch would take longer than what it saves.
        if other != 0 || const { S::REGISTERS < 16 } {
            value.store(values);
            for (lane, at) in blocks.iter_mut().enumerate() {
                *at = if other >> lane & 1 == 1 { block } else { *at };
            }
        }
    }
}
