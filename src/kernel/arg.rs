//! Where the greatest or least element stands: the first of equals, or the first nan.
//!
//! ```text
//!   side by side   two passes: the value (`fold.rs`), then its first place         columns   one pass, row after row:
//!                                                                                 a value and a place for each column
//! ```

use alloc::vec;

use super::element::Element;
use super::fold::{self, Fold};
use super::memory::Slots;
use super::simd::{Kernel, Simd, dispatch};

/// The place of what `F`, which is `Max` or `Min`, finds in `x`; 0 for nothing.
pub(crate) fn arg<T: Element, F: Fold<Item = T, Out = T>>(x: &[T]) -> usize {
    dispatch(First { x, value: fold::fold::<F>(x) })
}

/// The first place of a value, or of a nan when that is one.
struct First<'x, T> {
    x: &'x [T],
    value: T,
}

impl<T: Element> Kernel for First<'_, T> {
    type Output = usize;

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> usize {
        first(self.x, self.value)
    }
}

#[inline(always)]
fn first<T: Element>(x: &[T], value: T) -> usize {
    const CHUNK: usize = 64;
    if value.is_nan() {
        return x.iter().position(|x| x.is_nan()).unwrap_or(0);
    }
    // Whole chunks first, without a branch on each element; then back to front, so that the first of equals is the last to be seen.
    let (chunks, _) = x.as_chunks::<CHUNK>();
    let skipped = chunks.iter().take_while(|chunk| !chunk.iter().fold(false, |found, &x| found | (x == value))).count();
    let from = skipped * CHUNK;
    let rest = &x[from..];
    (0..rest.len().min(CHUNK)).rev().fold(0, |at, i| if rest[i] == value { from + i } else { at })
}

/// Rows of `n` elements side by side, at most a leaf: `out[i]` is the place in row `i`, which starts at `start + i * stride`.
pub(crate) fn arg_rows<'o, T: Element, F: Fold<Item = T, Out = T>>(
    x: &[T],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, i64>,
) -> &'o mut [i64] {
    dispatch(Rows::<F> { x, start, stride, n, out })
}

struct Rows<'x, 'o, F: Fold> {
    x: &'x [F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, i64>,
}

impl<'o, T: Element, F: Fold<Item = T, Out = T>> Kernel for Rows<'_, 'o, F> {
    type Output = &'o mut [i64];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [i64] {
        let Self { x, start, stride, n, out } = self;
        let mut out = out.writer();
        let mut from = start;
        while out.left() > 0 {
            let row = &x[from..][..n];
            out.push(first(row, fold::row::<S, F>(simd, row)) as i64);
            from = from.wrapping_add_signed(stride);
        }
        out.finish()
    }
}

/// Columns that are searched together.
const TILE: usize = 64;

/// The place of the first element in each column for which none is `better`: `out` gets one for each of `n` columns of `rows` rows, of which there is one at least.
/// Row `i` starts at `start + i * stride`.
pub(crate) fn arg_columns<T: Element>(
    x: &[T],
    start: usize,
    stride: isize,
    (rows, n): (usize, usize),
    better: impl Fn(T, T) -> bool + Copy,
    mut out: impl FnMut(&[usize]),
) {
    let mut places = vec![0; TILE.min(n)];
    for from in (0..n).step_by(TILE) {
        let places = &mut places[..TILE.min(n - from)];
        dispatch(Columns { x, start: start + from, stride, rows, better, places });
        out(places);
    }
}

struct Columns<'x, 'p, T, F> {
    x: &'x [T],
    start: usize,
    stride: isize,
    rows: usize,
    better: F,
    places: &'p mut [usize],
}

impl<T: Element, F: Fn(T, T) -> bool> Kernel for Columns<'_, '_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) {
        let width = self.places.len();
        let mut best = [T::ZERO; TILE];
        best[..width].copy_from_slice(&self.x[self.start..][..width]);
        self.places.fill(0);
        for i in 1..self.rows {
            let row = &self.x[self.start.wrapping_add_signed(i as isize * self.stride)..][..width];
            for ((best, place), &x) in best.iter_mut().zip(self.places.iter_mut()).zip(row) {
                let take = (self.better)(x, *best) | (x.is_nan() & !best.is_nan());
                *best = if take { x } else { *best };
                *place = if take { i } else { *place };
            }
        }
    }
}
