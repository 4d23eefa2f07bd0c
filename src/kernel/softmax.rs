//! Softmax of rows, exp(x - max) / sum(exp(x - max)), and its logarithm, each row while it is in the cache.
//!
//! ```text
//!   rows of 3 values       a b c | k l m | ...
//!   the greatest of each   c       m                fold, row by row
//!   one per element        c c c | m m m | ...      spread
//!   exp(x - that)          one loop over all rows, in whole registers for any width; then e / sum likewise
//! ```
//!
//! A long row is done alone. Into other memory, the row before it is divided in between: the divider works beside the
//! multiplications of exp.
//!
//! ```text
//!   row r        exp(x - max) of 64             exp(x - max) of 64             ...   then its sum
//!   row r - 1                       / sum of 64                    / sum of 64
//! ```
//!
//! The steps are those of the tensor operations max, sub, exp, sum and div (or ln and sub), in their order and with
//! their bits. A nan, or an infinity other than -inf among finite ones, makes its whole row nan without extra code.

use super::element::SimdFloat;
use super::elementwise::flat::map_into;
use super::math::{Exp, Ln, map_in_place};
use super::memory::Slots;
use super::op::{BinaryOp, Div, Sub};
use super::reduce::join::{Fold, Max, Sum};
use super::reduce::order;
use super::reduce::rows::fold_rows_at;
use super::simd::{FloatLanes, Function, Kernel, Lanes, Simd, Two, dispatch, kernel_fn};

/// Rows of at most so many values are done together, [`TOGETHER_ROWS`] at a time.
const SHORT_WIDTH: usize = order::LANES;
const TOGETHER_ROWS: usize = 32;

/// Values of a long row between two divisions of the row before it: a few registers.
const TURN_ELEMENTS: usize = 64;

kernel_fn! {
    /// The softmax of each row of `width` values, of which there is at least one.
    pub(crate) fn softmax_rows['o, T: SimdFloat](x: &[T], width: usize, out: Slots<'o, T>) -> &'o mut [T],
    dispatch, |simd| {
        if width <= SHORT_WIDTH {
            let out = out.map(x, |x| x);
            simd.call(ShortRows { values: &mut *out, width });
            return out;
        }
        long_rows(simd, x, width, out)
    }
}

kernel_fn! {
    /// The logarithm of that, in place; `spare` is as long as the values that go through [`together`].
    pub(crate) fn log_softmax_in_place[T: SimdFloat](values: &mut [T], width: usize, spare: &mut [T]) -> (),
    dispatch, |simd| {
        if width > SHORT_WIDTH {
            for row in values.chunks_exact_mut(width) {
                let max = order::row(simd, row, width, Max);
                map_in_place(simd, row, WithSecond(Sub, max));
                spare.copy_from_slice(row);
                map_in_place(simd, spare, Exp);
                let mut sum = [order::row(simd, spare, width, Sum)];
                map_in_place(simd, &mut sum, Ln);
                map_in_place(simd, row, WithSecond(Sub, sum[0]));
            }
            return;
        }
        let mut each = Each::new();
        for rows in values.chunks_mut(TOGETHER_ROWS * width) {
            each.fold(simd, rows, width, Max);
            update(simd, rows, each.spread(simd, width), Sub);
            let e = &mut spare[..rows.len()];
            e.copy_from_slice(rows);
            map_in_place(simd, e, Exp);
            each.fold(simd, e, width, Sum);
            map_in_place(simd, &mut each.values, Ln);
            update(simd, rows, each.spread(simd, width), Sub);
        }
    }
}

/// How many values go through together.
pub(crate) fn together(width: usize) -> usize {
    if width > SHORT_WIDTH { width } else { TOGETHER_ROWS * width }
}

/// The softmax of each row of `width` values, of which there is at least one, in place, inside a kernel.
#[inline(always)]
pub(crate) fn softmax_in_place<T: SimdFloat, S: Simd>(simd: S, values: &mut [T], width: usize) {
    if width <= SHORT_WIDTH {
        return simd.call(ShortRows { values, width });
    }
    for row in values.chunks_exact_mut(width) {
        let max = order::row(simd, row, width, Max);
        map_in_place(simd, row, WithSecond(ExpSub, max));
        let sum = order::row(simd, row, width, Sum);
        map_in_place(simd, row, WithSecond(Div, sum));
    }
}

#[inline(always)]
fn long_rows<'o, T: SimdFloat, S: Simd>(simd: S, x: &[T], width: usize, out: Slots<'o, T>) -> &'o mut [T] {
    let (mut out, mut sum) = (out.writer(), T::ONE);
    for (r, row) in x.chunks_exact(width).enumerate() {
        let max = order::row(simd, &x[r * width..], width, Max);
        for at in (0..width).step_by(TURN_ELEMENTS) {
            let end = width.min(at + TURN_ELEMENTS);
            map_into(simd, &row[at..end], &mut out, WithSecond(ExpSub, max));
            if r > 0 {
                let before = (r - 1) * width;
                map_in_place(simd, &mut out.written()[before + at..before + end], WithSecond(Div, sum));
            }
        }
        sum = order::row(simd, &out.written()[r * width..], width, Sum);
    }
    let last = x.len().saturating_sub(width);
    map_in_place(simd, &mut out.written()[last..], WithSecond(Div, sum));
    out.finish()
}

/// Rows no wider than `SHORT_WIDTH`. A function of its own: its frame has 4.5 KiB of f64, and a network without softmax
/// runs on chips whose whole stack is 8.
struct ShortRows<'x, T> {
    values: &'x mut [T],
    width: usize,
}

impl<T: SimdFloat> Kernel for ShortRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let ShortRows { values, width } = self;
        let mut each = Each::new();
        for rows in values.chunks_mut(TOGETHER_ROWS * width) {
            each.fold(simd, rows, width, Max);
            update(simd, rows, each.spread(simd, width), ExpSub);
            each.fold(simd, rows, width, Sum);
            update(simd, rows, each.spread(simd, width), Div);
        }
    }
}

/// One value for each of some short rows, and the same for each of their elements.
struct Each<T> {
    values: [T; TOGETHER_ROWS],
    /// Longer by a register, which the last store may need.
    per_element: [T; (TOGETHER_ROWS + 1) * SHORT_WIDTH],
    rows: usize,
}

impl<T: SimdFloat> Each<T> {
    #[inline(always)]
    fn new() -> Self {
        Each { values: [T::ZERO; TOGETHER_ROWS], per_element: [T::ZERO; (TOGETHER_ROWS + 1) * SHORT_WIDTH], rows: 0 }
    }

    #[inline(always)]
    fn fold<S: Simd, F: Fold<T>>(&mut self, simd: S, values: &[T], width: usize, by: F) {
        self.rows = values.len() / width;
        let out = Slots::over(&mut self.values[..self.rows]);
        fold_rows_at(simd, values, (0, width as isize, width), out, by);
    }

    /// The value of each row, once for each of its elements.
    #[inline(always)]
    fn spread<S: Simd>(&mut self, simd: S, width: usize) -> &[T] {
        let len = T::FloatVector::<S>::LEN;
        for (row, &value) in self.values[..self.rows].iter().enumerate() {
            // The last register reaches into the next row, which is written after it.
            for at in (0..width).step_by(len) {
                T::FloatVector::<S>::splat(simd, value).store(&mut self.per_element[row * width + at..]);
            }
        }
        &self.per_element[..self.rows * width]
    }
}

#[derive(Clone, Copy)]
struct ExpSub;

impl<T: SimdFloat> BinaryOp<T> for ExpSub {
    #[inline(always)]
    fn register<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V, y: V) -> V {
        Exp.at(simd, x - y)
    }
}

/// `f(x, y)` of all x, with one y.
#[derive(Clone, Copy)]
struct WithSecond<F, T>(F, T);

impl<T: SimdFloat, F: BinaryOp<T>> Function<T> for WithSecond<F, T> {
    #[inline(always)]
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V) -> V {
        self.0.register(simd, x, V::splat(simd, self.1))
    }
}

/// `x = f(x, y)`, for as many of both.
#[inline(always)]
fn update<T: SimdFloat, S: Simd>(simd: S, x: &mut [T], y: &[T], f: impl BinaryOp<T>) {
    let len = T::FloatVector::<S>::LEN;
    let (mut to, mut by) = (x.chunks_exact_mut(2 * len), y.chunks_exact(2 * len));
    for (x, y) in to.by_ref().zip(by.by_ref()) {
        let y = Two::<T::FloatVector<S>>::load(simd, y);
        f.register(simd, Two::load(simd, x), y).store(x);
    }
    for (x, y) in to.into_remainder().chunks_mut(len).zip(by.remainder().chunks(len)) {
        let y = T::FloatVector::<S>::load_masked(simd, y);
        f.register(simd, T::FloatVector::<S>::load_masked(simd, x), y).store_masked(x);
    }
}
