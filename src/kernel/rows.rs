//! Folds along rows: each row by itself, in the order of `fold.rs`.
//!
//! ```text
//!   x00 x01 x02 ...  -> out 0          a row of at most 16 elements has one to a lane: it is loaded with what follows it,
//!   x10 x11 x12 ...  -> out 1          and the lanes beyond its end are put back to the identity
//! ```
//!
//! Rows longer than a leaf are for `fold.rs` alone. Read next: `columns.rs`.

use super::fold::{self, Fold, LANES, Registers};
use super::memory::Slots;
use super::simd::{Kernel, Simd, dispatch};

/// Rows of `n` elements side by side, at most a leaf, each joined by itself: `out[i]` is row `i`, which starts at `start + i * stride`.
pub(crate) fn fold_rows<'o, F: Fold>(
    x: &[F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Out>,
) -> &'o mut [F::Out] {
    dispatch(Rows::<F> { x, start, stride, n, out })
}

struct Rows<'x, 'o, F: Fold> {
    x: &'x [F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Out>,
}

impl<'o, F: Fold> Kernel for Rows<'_, 'o, F> {
    type Output = &'o mut [F::Out];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [F::Out] {
        fold_rows_at::<S, F>(simd, self.x, self.start, self.stride, self.n, self.out)
    }
}

/// [`fold_rows`], inside a kernel.
#[inline(always)]
pub(super) fn fold_rows_at<'o, S: Simd, F: Fold>(
    simd: S,
    x: &[F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Out>,
) -> &'o mut [F::Out] {
    let mut out = out.writer();
    let mut from = start;
    if n > LANES || Registers::<F, S>::COUNT == 0 {
        while out.left() > 0 {
            out.push(fold::row::<S, F>(simd, &x[from..][..n]));
            from = from.wrapping_add_signed(stride);
        }
        return out.finish();
    }
    let mut part = [F::NOTHING; LANES];
    while out.left() > 0 {
        out.push(Registers::<F, S>::of_few(simd, sixteen::<F>(x, from, n, &mut part), n).halves());
        from = from.wrapping_add_signed(stride);
    }
    out.finish()
}

/// 16 elements, of which the first `n` are those at `from`: where they lie if so many follow, else in `part`.
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
