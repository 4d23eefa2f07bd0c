//! The index of the greatest or least element: the first of equals, or the first nan.
//!
//! ```text
//!   part 0   part 1   part 2  ...          each part is joined as `order.rs` does it, which is fast
//!     7        9        9                  a part that beats all before it is kept, by value and number
//!              ^ 9, part 1                 at the end, only the kept part is searched for its value
//! ```
//!
//! So all parts but one are read once. In a row, a part is a block of 128 elements, joined to one register; eight
//! blocks make a span, and only a span that beats the best value is joined horizontally. (At levels with few registers,
//! a part is a span.) Down columns a part is 8 rows, and each column keeps its own. Where rows are contiguous, several
//! rows count as one, so that narrow matrices fill the registers too.

use alloc::vec;

use super::order::{self, BLOCK, BLOCK_ROWS, Fold, LANES, Max, Min, Registers, Vector, dispatch_fold};
use super::rows::{fold_together, sixteen};
use crate::kernel::element::SimdFloat;
use crate::kernel::memory::Slots;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{FloatLanes, Kernel, Lanes, Simd};

/// `Max` or `Min`.
pub(in super::super) trait Extreme: Fold {
    /// Whether `a` is better than `b`.
    fn beats(a: Self::Item, b: Self::Item) -> bool;

    /// Whether `a`, which comes later, replaces `b`: it is better, or the first nan.
    #[inline(always)]
    fn replaces(a: Self::Item, b: Self::Item) -> bool {
        Self::beats(a, b) | (a.is_nan() & !b.is_nan())
    }
}

impl<T: SimdFloat> Extreme for Max<T> {
    #[inline(always)]
    fn beats(a: T, b: T) -> bool {
        a > b
    }
}

impl<T: SimdFloat> Extreme for Min<T> {
    #[inline(always)]
    fn beats(a: T, b: T) -> bool {
        a < b
    }
}

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
fn index_of<S: Simd, F: Extreme>(simd: S, x: &[F::Item], n: usize) -> usize {
    let (mut best, mut at) = (F::IDENTITY, 0);
    for from in (0..n).step_by(SPAN) {
        let (x, n) = (&x[from..], SPAN.min(n - from));
        if const { Registers::<F, S>::COUNT == 0 } {
            let value = order::leaf::<S, F>(simd, x, n);
            if F::replaces(value, best) {
                (best, at) = (value, from);
            }
            continue;
        }
        let blocks = span::<S, F>(simd, x, n);
        let mut all = blocks;
        halve!(all, of BLOCKS, by F::join_vectors, at 4 2 1);
        // Most spans have no lane that is better.
        let best_so_far = Vector::<F, S>::splat(simd, best);
        if F::join_vectors(all[0], best_so_far).equal(best_so_far).count_ones() as usize == Vector::<F, S>::LEN {
            continue;
        }
        let value = order::horizontal::<S, F>(all[0]);
        if F::replaces(value, best) {
            // A nan equals nothing, so its search begins with the span.
            let wanted = Vector::<F, S>::splat(simd, value);
            let block = blocks.iter().position(|block| block.equal(wanted) != 0).unwrap_or(0);
            (best, at) = (value, from + block * BLOCK);
            if best.is_nan() {
                break;
            }
        }
    }
    at + first::<S, F::Item>(simd, &x[at..n], best)
}

/// The blocks of the first `n` elements of `x`, at most a span, each joined to a register.
#[inline(always)]
fn span<S: Simd, F: Extreme>(simd: S, x: &[F::Item], n: usize) -> [Vector<F, S>; BLOCKS] {
    let mut blocks = [Vector::<F, S>::splat(simd, F::IDENTITY); 8];
    let (whole, rest) = (n / BLOCK, n % BLOCK);
    for (block, x) in blocks.iter_mut().zip(x[..whole * BLOCK].as_chunks::<BLOCK>().0) {
        *block = order::leaf_of_vectors::<S, F>(simd, x, BLOCK).one();
    }
    if rest > 0 {
        blocks[whole] = order::leaf_of_vectors::<S, F>(simd, &x[whole * BLOCK..], rest).one();
    }
    blocks
}

/// The first index of a value, or of a nan when the value is one; 0 if there is none.
#[inline(always)]
fn first<S: Simd, T: SimdFloat>(simd: S, x: &[T], value: T) -> usize {
    if value.is_nan() {
        return x.iter().position(|x| x.is_nan()).unwrap_or(0);
    }
    let len = T::FloatVector::<S>::LEN;
    let wanted = T::FloatVector::<S>::splat(simd, value);
    let whole = x.len() / len * len;
    for at in (0..whole).step_by(len) {
        let equal = T::FloatVector::<S>::load(simd, &x[at..]).equal(wanted);
        if equal != 0 {
            return at + equal.trailing_zeros() as usize;
        }
    }
    x[whole..].iter().position(|&x| x == value).map_or(0, |i| whole + i)
}

/// Contiguous rows of `n` elements: `out[i]` is the index in row `i`.
pub(in super::super) fn arg_rows<'o, F: Extreme>(
    x: &[F::Item],
    (start, stride, n): super::Rows,
    out: Slots<'o, i64>,
) -> &'o mut [i64] {
    dispatch_fold::<F, _>(ArgRows::<F> { x, start, stride, n, out })
}

struct ArgRows<'x, 'o, F: Fold> {
    x: &'x [F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, i64>,
}

impl<'o, F: Extreme> Kernel for ArgRows<'_, 'o, F> {
    type Output = &'o mut [i64];

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> &'o mut [i64] {
        let Self { x, start, stride, n, out } = self;
        let mut out = out.writer();
        let mut from = start;
        if const { Registers::<F, S>::COUNT == 0 } || n > LANES {
            while out.remaining() > 0 {
                out.push(index_of::<S, F>(simd, &x[from..], n) as i64);
                from = from.wrapping_add_signed(stride);
            }
            return out.finish();
        }
        let len = Vector::<F, S>::LEN;
        let mut part = [F::IDENTITY; LANES];
        while out.remaining() >= len
            && let Some(values) = fold_together::<S, F>(simd, x, from, stride, n)
        {
            for &value in &values[..len] {
                out.push(index_of_few::<S, F>(simd, x, from, n, &mut part, value));
                from = from.wrapping_add_signed(stride);
            }
        }
        while out.remaining() > 0 {
            let value = Registers::<F, S>::of_few(simd, sixteen::<F>(x, from, n, &mut part), n).horizontal();
            out.push(index_of_few::<S, F>(simd, x, from, n, &mut part, value));
            from = from.wrapping_add_signed(stride);
        }
        out.finish()
    }
}

/// The index of `value` among `n` elements, at most 16, the first of which is at `from`.
#[inline(always)]
fn index_of_few<S: Simd, F: Extreme>(
    simd: S,
    x: &[F::Item],
    from: usize,
    n: usize,
    part: &mut [F::Item; LANES],
    value: F::Item,
) -> i64 {
    let equal = Registers::<F, S>::of_few(simd, sixteen::<F>(x, from, n, part), n).equal(simd, value);
    // No element equals a nan.
    let index =
        if equal != 0 { equal.trailing_zeros() as usize } else { first::<S, F::Item>(simd, &x[from..][..n], value) };
    index as i64
}

/// Columns that are searched together, or elements of several contiguous rows.
const STRIP_COLUMNS: usize = 256;

/// The index of what `F` finds in each of `width` nonempty columns: `out` is called with some at a time.
pub(in super::super) fn arg_columns<F: Extreme>(
    x: &[F::Item],
    (start, stride, rows): super::Rows,
    width: usize,
    out: &mut dyn FnMut(&[usize]),
) {
    #[expect(clippy::disallowed_macros, reason = "at most a strip of columns, 8 KiB")]
    let mut indices = vec![0; STRIP_COLUMNS.min(width)];
    for from in (0..width).step_by(STRIP_COLUMNS) {
        let indices = &mut indices[..STRIP_COLUMNS.min(width - from)];
        dispatch_fold::<F, _>(ArgColumns::<F> { x, start: start + from, stride, rows, indices });
        out(indices);
    }
}

struct ArgColumns<'x, 'p, F: Fold> {
    x: &'x [F::Item],
    start: usize,
    stride: isize,
    rows: usize,
    indices: &'p mut [usize],
}

impl<F: Extreme> Kernel for ArgColumns<'_, '_, F> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let width = self.indices.len();
        let mut best = [F::IDENTITY; STRIP_COLUMNS];
        // As many rows as leave the numbers of their blocks within u32.
        const ROWS: usize = 1 << 30;
        for from in (0..self.rows).step_by(ROWS) {
            let mut found = Best::<F> { values: [F::IDENTITY; STRIP_COLUMNS], blocks: [0; STRIP_COLUMNS] };
            let rows = ROWS.min(self.rows - from);
            let fold = self.fold(rows);
            self.blocks::<S>(simd, from, rows, fold, &mut found);
            for (j, best) in best.iter_mut().enumerate().take(width) {
                let mut value = F::IDENTITY;
                for lane in 0..fold {
                    value = F::join(value, found.values[lane * width + j]);
                }
                if from > 0 && !F::replaces(value, *best) {
                    continue;
                }
                *best = value;
                self.indices[j] = from + self.first(from, rows, fold, &found, j, value);
            }
        }
    }
}

impl<F: Extreme> ArgColumns<'_, '_, F> {
    /// How many rows count as one: several where they are contiguous.
    #[inline(always)]
    fn fold(&self, rows: usize) -> usize {
        let width = self.indices.len();
        if self.stride == width as isize { (STRIP_COLUMNS / width).min(rows) } else { 1 }
    }

    /// `len` elements from the start of row `i`.
    #[inline(always)]
    fn row(&self, i: usize, len: usize) -> &[F::Item] {
        &self.x[self.start.wrapping_add_signed(i as isize * self.stride)..][..len]
    }

    /// Joins the blocks of 8 rows, each of `fold` rows of the matrix; the last may have fewer, and a last row that is
    /// shorter.
    #[inline(always)]
    fn blocks<S: Simd>(&self, simd: S, from: usize, rows: usize, fold: usize, best: &mut Best<F>) {
        let width = self.indices.len();
        let step = BLOCK_ROWS * fold;
        let nothing = [F::IDENTITY; STRIP_COLUMNS];
        for (block, i) in (0..rows).step_by(step).enumerate() {
            let held = (rows - i).min(step) / fold;
            let mut deep = [&nothing[..fold * width]; BLOCK_ROWS];
            for (s, row) in deep.iter_mut().enumerate().take(held) {
                *row = self.row(from + i + s * fold, fold * width);
            }
            if held > 0 {
                take::<S, F>(simd, &deep, fold * width, best, block as u32);
            }
            let rest = (rows - i).min(step) % fold;
            if rest > 0 {
                let mut deep = [&nothing[..rest * width]; BLOCK_ROWS];
                deep[0] = self.row(from + i + held * fold, rest * width);
                take::<S, F>(simd, &deep, rest * width, best, block as u32);
            }
        }
    }

    /// The first row of `rows` from `from` on, counted from there, that has `value` in column `j`: it is in a block
    /// that was kept.
    #[inline(always)]
    fn first(&self, from: usize, rows: usize, fold: usize, best: &Best<F>, j: usize, value: F::Item) -> usize {
        let width = self.indices.len();
        let mut index = usize::MAX;
        for lane in 0..fold {
            if !same(best.values[lane * width + j], value) {
                continue;
            }
            let start = best.blocks[lane * width + j] as usize * BLOCK_ROWS * fold + lane;
            for i in (start..rows.min(start + BLOCK_ROWS * fold)).step_by(fold) {
                if same(self.row(from + i, width)[j], value) {
                    index = index.min(i);
                    break;
                }
            }
        }
        index
    }
}

/// The best at each index of a row so far, and the number of its block.
struct Best<F: Fold> {
    values: [F::Item; STRIP_COLUMNS],
    blocks: [u32; STRIP_COLUMNS],
}

/// Joins a block to the best.
#[inline(always)]
fn take<S: Simd, F: Extreme>(simd: S, rows: &[&[F::Item]; BLOCK_ROWS], width: usize, best: &mut Best<F>, block: u32) {
    let len = Vector::<F, S>::LEN;
    let whole = width / len * len;
    if const { Registers::<F, S>::COUNT == 0 } {
        return take_by_loops::<S, F>(simd, rows, whole, width, best, block);
    }
    for at in (0..whole).step_by(len) {
        let (values, blocks) = (&mut best.values[at..][..len], &mut best.blocks[at..][..len]);
        let best_so_far = Vector::<F, S>::load(simd, values);
        let value = F::join_vectors(order::tree::<S, F>(simd, rows, at), best_so_far);
        // A value other than the best so far is a better one or the first nan; a nan that is the best so far stays, for
        // it equals nothing.
        let other = best_so_far.equal(best_so_far) & !value.equal(best_so_far);
        if other != 0 {
            value.store(values);
            for (lane, at) in blocks.iter_mut().enumerate() {
                *at = if other >> lane & 1 == 1 { block } else { *at };
            }
        }
    }
    for at in whole..width {
        let value = order::tree_of_items::<F>(rows, at);
        if F::replaces(value, best.values[at]) {
            (best.values[at], best.blocks[at]) = (value, block);
        }
    }
}

/// The same without comparisons of registers, for the compiler to vectorize.
#[inline(always)]
fn take_by_loops<S: Simd, F: Extreme>(
    simd: S,
    rows: &[&[F::Item]; BLOCK_ROWS],
    whole: usize,
    width: usize,
    best: &mut Best<F>,
    block: u32,
) {
    let mut joined = const { [F::IDENTITY; STRIP_COLUMNS] };
    for at in (0..whole).step_by(Vector::<F, S>::LEN) {
        order::tree::<S, F>(simd, rows, at).store(&mut joined[at..]);
    }
    for (at, joined) in joined.iter_mut().enumerate().take(width).skip(whole) {
        *joined = order::tree_of_items::<F>(rows, at);
    }
    for ((best, at), &value) in best.values.iter_mut().zip(&mut best.blocks).zip(&joined[..width]) {
        let take = F::replaces(value, *best);
        *best = if take { value } else { *best };
        *at = if take { block } else { *at };
    }
}
