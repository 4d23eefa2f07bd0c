//! Folds of integers and bool, whose results do not depend on the order: plain loops, which the compiler vectorizes.
//!
//! ```text
//!   rows      one result to each row          out[i] = join(join(join(identity, x[i,0]), x[i,1]), ..)
//!   columns   one to each column              out[j] = join(out[j], x[i,j])   row after row, as memory has them
//! ```
//!
//! Floats, whose order is part of the result: `order.rs`.

use super::join::{Extreme, Join};
use super::{Rows, SEARCHED_COLUMNS};
use crate::kernel::memory::Slots;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{Simd, dispatch_two, kernel_fn};

/// The contiguous row `i`.
#[inline(always)]
fn row<T>(x: &[T], (start, stride, len): Rows, i: usize) -> &[T] {
    &x[start.wrapping_add_signed(i as isize * stride)..][..len]
}

kernel_fn! {
    /// `out[i] = fold over j of x[i, j]`.
    pub(in super::super) fn fold_rows['o, T: Scalar, U: Scalar, F: Join<T, U>](
        x: &[T], rows: Rows, out: Slots<'o, U>, by: F
    ) -> &'o mut [U],
    dispatch_two, |_simd| {
        out.fill(|i| row(x, rows, i).iter().fold(F::IDENTITY, |joined, &item| by.join(joined, item)))
    }
}

kernel_fn! {
    /// `out[j] = fold over i of x[i, j]`.
    pub(in super::super) fn fold_columns[T: Scalar, U: Scalar, F: Join<T, U>](x: &[T], columns: Rows, out: &mut [U], by: F) -> (),
    dispatch_two, |_simd| {
        let (start, stride, rows) = columns;
        out.fill(F::IDENTITY);
        for i in 0..rows {
            let row = row(x, (start, stride, out.len()), i);
            for (joined, &item) in out.iter_mut().zip(row) {
                *joined = by.join(*joined, item);
            }
        }
    }
}

/// The fold of `n` elements, some at a time: `next` fills a part of `buffer` with those that follow.
pub(in super::super) fn fold_stream<T: Scalar, U: Scalar, F: Join<T, U>>(
    n: usize,
    buffer: &mut [T],
    next: &mut dyn FnMut(&mut [T]),
    by: F,
) -> U {
    let (mut joined, mut remaining) = (F::IDENTITY, n);
    while remaining > 0 {
        let part = remaining.min(buffer.len());
        next(&mut buffer[..part]);
        joined = buffer[..part].iter().fold(joined, |joined, &item| by.join(joined, item));
        remaining -= part;
    }
    joined
}

kernel_fn! {
    /// `out[i]` is the first index in row `i`, which is not empty, of an element that no other beats.
    pub(in super::super) fn arg_rows['o, T: Scalar, F: Extreme](
        x: &[T], rows: Rows, out: Slots<'o, i64>, by: F
    ) -> &'o mut [i64],
    dispatch_two, |_simd| {
        out.fill(|i| {
            let row = row(x, rows, i);
            // The value first, by a loop without branches; then its index.
            let best = row.iter().fold(row[0], |best, &item| if by.beats(item, best) { item } else { best });
            row.iter().position(|&item| item == best).unwrap_or(0) as i64
        })
    }
}

/// The first index in each column, which is not empty, of an element that no other beats.
pub(in super::super) fn arg_columns<T: Scalar, F: Extreme>(
    x: &[T],
    (start, stride, rows): Rows,
    out: &mut [i64],
    by: F,
) {
    let mut best = [T::ZERO; SEARCHED_COLUMNS];
    for (strip, indices) in out.chunks_mut(SEARCHED_COLUMNS).enumerate() {
        arg_strip(x, (start + strip * SEARCHED_COLUMNS, stride, rows), &mut best[..indices.len()], indices, by);
    }
}

kernel_fn! {
    fn arg_strip[T: Scalar, F: Extreme](x: &[T], columns: Rows, best: &mut [T], indices: &mut [i64], by: F) -> (),
    dispatch_two, |_simd| {
        let (start, stride, rows) = columns;
        best.copy_from_slice(row(x, (start, stride, best.len()), 0));
        indices.fill(0);
        for i in 1..rows {
            let row = row(x, (start, stride, best.len()), i);
            for ((best, index), &item) in best.iter_mut().zip(&mut *indices).zip(row) {
                let better = by.beats(item, *best);
                *best = if better { item } else { *best };
                *index = if better { i as i64 } else { *index };
            }
        }
    }
}
