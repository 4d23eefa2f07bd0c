//! Folds along rows: each row by itself, in the order of `order.rs`.
//!
//! ```text
//!   x00 x01 x02 ...  -> out 0          a row of at most 16 elements has one to a lane: it is loaded together with what
//!   x10 x11 x12 ...  -> out 1          follows it, and the lanes beyond its end are reset to the identity
//!
//!   x00+x08 x01+x09 .. | x10+x18 x11+x19 ..      many such rows are joined two by two, so that no lane is idle:
//!                                                at the end a register has the result of a row in each lane
//! ```
//!
//! Rows longer than a leaf are folded by `order.rs` alone. Read next: `columns.rs`.

use super::Rows;
use super::join::Fold;
use super::order::{self, LANES, LEAF, Registers, ShortRow, Vector, dispatch_fold};
use crate::kernel::element::SimdFloat;
use crate::kernel::memory::Slots;
use crate::kernel::simd::{Lanes, Simd, kernel_fn};

/// Contiguous rows of `n` elements, each joined by itself: `out[i]` is row `i`, which starts at `start + i * stride`.
pub(in super::super) fn fold_rows<'o, T: SimdFloat, F: Fold<T>>(
    x: &[T],
    rows: Rows,
    out: Slots<'o, T>,
    by: F,
) -> &'o mut [T] {
    let (start, _, n) = rows;
    if out.len() == 1 && (1..=LEAF).contains(&n) {
        // One row: for a short sum the setup of a loop over rows costs more than the sum.
        return out.splat(dispatch_fold::<T, F, _>(ShortRow { x: &x[start..], n, by }));
    }
    several_rows(x, rows, out, by)
}

kernel_fn! {
    fn several_rows['o, T: SimdFloat, F: Fold<T>](x: &[T], rows: Rows, out: Slots<'o, T>, by: F) -> &'o mut [T],
    dispatch_fold::<T, F, _>, |simd| { fold_rows_at(simd, x, rows, out, by) }
}

/// [`fold_rows`], inside a kernel.
#[inline(always)]
pub(in super::super) fn fold_rows_at<'o, T: SimdFloat, S: Simd, F: Fold<T>>(
    simd: S,
    x: &[T],
    (start, stride, n): Rows,
    out: Slots<'o, T>,
    by: F,
) -> &'o mut [T] {
    let mut out = out.writer();
    let mut from = start;
    if n > LANES {
        while out.remaining() > 0 {
            out.push(order::row(simd, &x[from..], n, by));
            from = from.wrapping_add_signed(stride);
        }
        return out.finish();
    }
    let len = Vector::<T, S>::LEN;
    // Not tried again once there is none: for rows from the last to the first, the test would cost all others a sixth.
    while out.remaining() >= len
        && let Some(values) = fold_together::<T, S, F>(simd, x, from, stride, n, by)
    {
        out.next(len, |slots| slots.map(&values[..len], |value| value));
        from = from.wrapping_add_signed(len as isize * stride);
    }
    let mut part = [F::IDENTITY; LANES];
    while out.remaining() > 0 {
        out.push(Registers::<T, S>::of_few(simd, sixteen(x, from, n, &mut part), n, by).horizontal(by));
        from = from.wrapping_add_signed(stride);
    }
    out.finish()
}

/// As many rows of `n` elements as a register has lanes, each joined by itself; `None` where fewer than 16 elements
/// follow the start of any, and at levels without `zip_halves`.
#[inline(always)]
pub(super) fn fold_together<T: SimdFloat, S: Simd, F: Fold<T>>(
    simd: S,
    x: &[T],
    from: usize,
    stride: isize,
    n: usize,
    by: F,
) -> Option<[T; LANES]> {
    let (len, blocks) = (Vector::<T, S>::LEN, Vector::<T, S>::BLOCKS);
    if const { Vector::<T, S>::BLOCKS == 0 } {
        return None;
    }
    let mut rows = [Vector::<T, S>::splat(simd, F::IDENTITY); 16];
    unroll!(i < Vector::<T, S>::LEN, at most 16, {
        // Joining goes on within blocks, so that neighbours end up a block apart.
        let row = i % blocks * (len / blocks) + i / blocks;
        let sixteen = x.get(from.wrapping_add_signed(row as isize * stride)..)?.get(..LANES)?;
        rows[i] = Registers::<T, S>::of_few(simd, sixteen, n, by).one(by);
    });
    macro_rules! join {
        ($($by:literal)*) => {$(
            unroll!(i < Vector::<T, S>::LEN / $by, at most 8, {
                let (lower, upper) = rows[2 * i].zip_halves(rows[2 * i + 1], len / $by);
                rows[i] = by.join_vectors(lower, upper);
            });
        )*};
    }
    join!(2 4 8 16);
    let mut values = [T::ZERO; LANES];
    rows[0].store(&mut values);
    Some(values)
}

/// 16 elements, of which the first `n` are those at `from`: in place if so many follow, else in `part`.
#[inline(always)]
pub(super) fn sixteen<'x, T: SimdFloat>(x: &'x [T], from: usize, n: usize, part: &'x mut [T; LANES]) -> &'x [T] {
    if let Some(whole) = x.get(from..).and_then(|x| x.get(..LANES)) {
        return whole;
    }
    part.iter_mut().zip(&x[from..][..n]).for_each(|(slot, &item)| *slot = item);
    part
}
