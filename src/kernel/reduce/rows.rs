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

use super::order::{self, Fold, LANES, LEAF, Registers, ShortRow, Vector, dispatch_fold};
use crate::kernel::memory::Slots;
use crate::kernel::simd::{FloatLanes, Kernel, Lanes, Simd};

/// Contiguous rows of `n` elements, each joined by itself: `out[i]` is row `i`, which starts at `start + i * stride`.
pub(in super::super) fn fold_rows<'o, F: Fold>(
    x: &[F::Item],
    (start, stride, n): super::Rows,
    out: Slots<'o, F::Item>,
) -> &'o mut [F::Item] {
    if out.len() == 1 && (1..=LEAF).contains(&n) {
        // One row: for a short sum the setup of a loop over rows costs more than the sum.
        return out.splat(dispatch_fold::<F, _>(ShortRow::<F> { x: &x[start..], n }));
    }
    dispatch_fold::<F, _>(FoldRows::<F> { x, start, stride, n, out })
}

struct FoldRows<'x, 'o, F: Fold> {
    x: &'x [F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Item>,
}

impl<'o, F: Fold> Kernel for FoldRows<'_, 'o, F> {
    type Output = &'o mut [F::Item];

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> &'o mut [F::Item] {
        fold_rows_at::<S, F>(simd, self.x, self.start, self.stride, self.n, self.out)
    }
}

/// [`fold_rows`], inside a kernel.
#[inline(always)]
pub(in super::super) fn fold_rows_at<'o, S: Simd, F: Fold>(
    simd: S,
    x: &[F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Item>,
) -> &'o mut [F::Item] {
    let mut out = out.writer();
    let mut from = start;
    if const { Registers::<F, S>::COUNT == 0 } || n > LANES {
        while out.remaining() > 0 {
            out.push(order::row::<S, F>(simd, &x[from..], n));
            from = from.wrapping_add_signed(stride);
        }
        return out.finish();
    }
    let len = Vector::<F, S>::LEN;
    // Not tried again once there is none: for rows from the last to the first, the test would cost all others a sixth.
    while out.remaining() >= len
        && let Some(values) = fold_together::<S, F>(simd, x, from, stride, n)
    {
        out.next(len, |slots| slots.map(&values[..len], |value| value));
        from = from.wrapping_add_signed(len as isize * stride);
    }
    let mut part = [F::IDENTITY; LANES];
    while out.remaining() > 0 {
        out.push(Registers::<F, S>::of_few(simd, sixteen::<F>(x, from, n, &mut part), n).horizontal());
        from = from.wrapping_add_signed(stride);
    }
    out.finish()
}

/// As many rows of `n` elements as a register has lanes, each joined by itself; `None` where fewer than 16 elements
/// follow the start of any, and at levels without `zip_halves`.
#[inline(always)]
pub(super) fn fold_together<S: Simd, F: Fold>(
    simd: S,
    x: &[F::Item],
    from: usize,
    stride: isize,
    n: usize,
) -> Option<[F::Item; LANES]> {
    let (len, blocks) = (Vector::<F, S>::LEN, Vector::<F, S>::BLOCKS);
    if const { Vector::<F, S>::BLOCKS == 0 } {
        return None;
    }
    let mut rows = [Vector::<F, S>::splat(simd, F::IDENTITY); 16];
    unroll!(i < Registers::<F, S>::LEN, at most 16, {
        // Joining goes on within blocks, so that neighbours end up a block apart.
        let row = i % blocks * (len / blocks) + i / blocks;
        let sixteen = x.get(from.wrapping_add_signed(row as isize * stride)..)?.get(..LANES)?;
        rows[i] = Registers::<F, S>::of_few(simd, sixteen, n).one();
    });
    macro_rules! join {
        ($($by:literal)*) => {$(
            unroll!(i < Registers::<F, S>::LEN / $by, at most 8, {
                let (lower, upper) = rows[2 * i].zip_halves(rows[2 * i + 1], len / $by);
                rows[i] = F::join_vectors(lower, upper);
            });
        )*};
    }
    join!(2 4 8 16);
    let mut values = const { [F::IDENTITY; LANES] };
    rows[0].store(&mut values);
    Some(values)
}

/// 16 elements, of which the first `n` are those at `from`: in place if so many follow, else in `part`.
#[inline(always)]
pub(super) fn sixteen<'x, F: Fold>(
    x: &'x [F::Item],
    from: usize,
    n: usize,
    part: &'x mut [F::Item; LANES],
) -> &'x [F::Item] {
    if let Some(whole) = x.get(from..).and_then(|x| x.get(..LANES)) {
        return whole;
    }
    for (slot, &item) in part.iter_mut().zip(&x[from..][..n]) {
        *slot = item;
    }
    part
}
