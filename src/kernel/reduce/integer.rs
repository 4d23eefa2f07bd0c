//! Folds of integers and bool, whose results do not depend on the order: plain loops, of which the compiler makes vectors.
//!
//! ```text
//!   rows      one result to each row          out[i] = join(join(join(start, x[i,0]), x[i,1]), ..)
//!   columns   one to each column              out[j] = join(out[j], x[i,j])   row after row, as memory has them
//! ```
//!
//! Floats, whose order is part of the result: `order.rs`.

use crate::kernel::memory::Slots;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{Kernel, Simd, dispatch_two};

/// Contiguous rows of `n` elements, each joined by itself: `out[i]` is row `i`, which starts at `start + i * stride`.
pub(in super::super) fn fold_rows<'o, T: Scalar, U: Scalar>(
    x: &[T],
    (start, stride, n): (usize, isize, usize),
    out: Slots<'o, U>,
    identity: U,
    join: impl Fn(U, T) -> U,
) -> &'o mut [U] {
    dispatch_two(Rows { x, start, stride, n, out, identity, join })
}

struct Rows<'x, 'o, T, U, F> {
    x: &'x [T],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, U>,
    identity: U,
    join: F,
}

impl<'o, T: Scalar, U: Scalar, F: Fn(U, T) -> U> Kernel for Rows<'_, 'o, T, U, F> {
    type Output = &'o mut [U];

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> &'o mut [U] {
        let Self { x, start, stride, n, out, identity, join } = self;
        out.fill(|i| {
            let row = &x[start.wrapping_add_signed(i as isize * stride)..][..n];
            row.iter().fold(identity, |joined, &item| join(joined, item))
        })
    }
}

/// `out[j] = fold over i of x[start + i * stride + j]`: down the columns of `rows` rows.
pub(in super::super) fn fold_columns<T: Scalar, U: Scalar>(
    x: &[T],
    (start, stride, rows): (usize, isize, usize),
    out: &mut [U],
    identity: U,
    join: impl Fn(U, T) -> U,
) {
    dispatch_two(Columns { x, start, stride, rows, out, identity, join });
}

struct Columns<'x, 'o, T, U, F> {
    x: &'x [T],
    start: usize,
    stride: isize,
    rows: usize,
    out: &'o mut [U],
    identity: U,
    join: F,
}

impl<T: Scalar, U: Scalar, F: Fn(U, T) -> U> Kernel for Columns<'_, '_, T, U, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) {
        let Self { x, start, stride, rows, out, identity, join } = self;
        out.fill(identity);
        for i in 0..rows {
            let row = &x[start.wrapping_add_signed(i as isize * stride)..][..out.len()];
            for (joined, &item) in out.iter_mut().zip(row) {
                *joined = join(*joined, item);
            }
        }
    }
}

/// The same for `n` elements that are handed over some at a time: `next` fills a part of `buffer` with those that follow.
pub(in super::super) fn fold_stream<T: Scalar, U: Scalar>(
    n: usize,
    buffer: &mut [T],
    next: &mut dyn FnMut(&mut [T]),
    identity: U,
    join: impl Fn(U, T) -> U,
) -> U {
    let (mut joined, mut left) = (identity, n);
    while left > 0 {
        let part = left.min(buffer.len());
        next(&mut buffer[..part]);
        joined = buffer[..part].iter().fold(joined, |joined, &item| join(joined, item));
        left -= part;
    }
    joined
}

/// Contiguous rows of `n` elements, more than none: `out[i]` is the first place in row `i` that nothing else in it beats.
pub(in super::super) fn arg_rows<'o, T: Scalar>(
    x: &[T],
    (start, stride, n): (usize, isize, usize),
    out: Slots<'o, i64>,
    beats: impl Fn(T, T) -> bool,
) -> &'o mut [i64] {
    dispatch_two(ArgRows { x, start, stride, n, out, beats })
}

struct ArgRows<'x, 'o, T, F> {
    x: &'x [T],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, i64>,
    beats: F,
}

impl<'o, T: Scalar, F: Fn(T, T) -> bool> Kernel for ArgRows<'_, 'o, T, F> {
    type Output = &'o mut [i64];

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> &'o mut [i64] {
        let Self { x, start, stride, n, out, beats } = self;
        out.fill(|i| {
            let row = &x[start.wrapping_add_signed(i as isize * stride)..][..n];
            // The best first, by a loop without branches; then its place.
            let best = row.iter().fold(row[0], |best, &item| if beats(item, best) { item } else { best });
            row.iter().position(|&item| item == best).unwrap_or(0) as i64
        })
    }
}

/// Columns that are searched together.
const TILE: usize = 256;

/// The first place in each of `width` columns of `rows` rows, more than none, that nothing else in it beats: `out` gets them, some at a time.
/// Row `i` starts at `start + i * stride`.
pub(in super::super) fn arg_columns<T: Scalar>(
    x: &[T],
    (start, stride): (usize, isize),
    (rows, width): (usize, usize),
    out: &mut dyn FnMut(&[usize]),
    beats: impl Fn(T, T) -> bool + Copy,
) {
    for from in (0..width).step_by(TILE) {
        let (mut best, mut places) = ([T::ZERO; TILE], [0; TILE]);
        let n = TILE.min(width - from);
        let (best, places) = (&mut best[..n], &mut places[..n]);
        dispatch_two(ArgColumns { x, start: start + from, stride, rows, best, places, beats });
        out(places);
    }
}

struct ArgColumns<'x, 'b, T, F> {
    x: &'x [T],
    start: usize,
    stride: isize,
    rows: usize,
    best: &'b mut [T],
    places: &'b mut [usize],
    beats: F,
}

impl<T: Scalar, F: Fn(T, T) -> bool> Kernel for ArgColumns<'_, '_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) {
        let Self { x, start, stride, rows, best, places, beats } = self;
        best.copy_from_slice(&x[start..][..best.len()]);
        for i in 1..rows {
            let row = &x[start.wrapping_add_signed(i as isize * stride)..][..best.len()];
            for ((best, place), &item) in best.iter_mut().zip(&mut *places).zip(row) {
                let better = beats(item, *best);
                *best = if better { item } else { *best };
                *place = if better { i } else { *place };
            }
        }
    }
}
