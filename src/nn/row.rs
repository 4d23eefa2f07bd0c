//! One input through a dense layer: the columns of the weights in registers, from the first row to the last.
//!
//! ```text
//!   x[0] *  | W[0][0..8] | W[0][8..16] | .. |  W[0][42..50]      eight registers of columns at most, or thirteen, and as many passes as
//! + x[1] *  | W[1][0..8] | W[1][8..16] | .. |  W[1][42..50]      that takes; the last register ends where the row does: what it shares
//! + ...                                                          with the one before is computed twice, the same way
//! ```
//!
//! Each output is the chain of `kernel/gemm.rs`, then + bias: the bits of a row in a batch. What a matrix product would load and store between rows stays where it is, so the weights
//! are read as fast as the cache gives them. Several inputs: `forward.rs`.

use crate::kernel::element::Float;
use crate::kernel::simd::{Lanes, Simd};

/// Elements that a buffer must have beyond a row: a whole register is written there.
pub(super) const SPARE: usize = 16;

/// Registers of columns in one pass: as many as multiply-adds are on their way at once. (Each number of registers is code of its own.)
const MOST: usize = 8;
/// The most beside x where there are 16 registers. The book's network has it: 50 columns of f64 on AVX2, 100 on AVX-512.
const WIDE: usize = 13;

/// The pass over so many registers of columns, which the compiler has to know.
macro_rules! passes {
    ($vectors:expr, $simd:expr, $x:expr, $w:expr, $b:expr, $from:expr, $out:expr; $($n:literal)*) => {$(
        if const { $n == 1 || S::REGISTERS >= 16 } && $vectors == $n {
            columns::<T, S, $n>($simd, $x, $w, $b, $from, $out);
        }
    )*};
}

/// `out[j] = x W[.., j] + b[j]`, and anything in up to [`SPARE`] places after those.
#[inline(always)]
pub(super) fn dense<T: Float, S: Simd>(simd: S, x: &[T], w: &[T], b: &[T], out: &mut [T]) {
    let (n, len) = (b.len(), T::FloatVector::<S>::LEN);
    if n < len {
        return narrow(simd, x, w, b, out);
    }
    let mut from = 0;
    while from < n {
        let vectors = match (n - from).div_ceil(len) {
            _ if S::REGISTERS < 16 => 1,
            WIDE => WIDE,
            // About as many in each pass: a narrow one would wait for its own sums.
            left => left.div_ceil(left.div_ceil(MOST)),
        };
        passes!(vectors, simd, x, w, b, from, out; 1 2 3 4 5 6 7 8 13);
        from += vectors * len;
    }
}

/// NV registers of columns from `from` on.
#[inline(always)]
fn columns<T: Float, S: Simd, const NV: usize>(simd: S, x: &[T], w: &[T], b: &[T], from: usize, out: &mut [T]) {
    let (n, len) = (b.len(), T::FloatVector::<S>::LEN);
    let last = (from + (NV - 1) * len).min(n - len);
    let mut acc = registers!(16 of T::FloatVector::<S>::splat(simd, T::ZERO));
    for (p, &x) in x.iter().enumerate() {
        let (x, row) = (T::FloatVector::<S>::splat(simd, x), &w[p * n..][..n]);
        let (body, end) = (&row[from..][..(NV - 1) * len], &row[last..][..len]);
        unroll!(v < NV - 1, at most 16, acc[v] = x.mul_add(T::FloatVector::<S>::load(simd, &body[v * len..]), acc[v]));
        acc[NV - 1] = x.mul_add(T::FloatVector::<S>::load(simd, end), acc[NV - 1]);
    }
    unroll!(v < NV, at most 16, {
        let at = if v + 1 < NV { from + v * len } else { last };
        (acc[v] + T::FloatVector::<S>::load(simd, &b[at..])).store(&mut out[at..]);
    });
}

/// Fewer columns than a register holds.
#[inline(always)]
fn narrow<T: Float, S: Simd>(simd: S, x: &[T], w: &[T], b: &[T], out: &mut [T]) {
    let n = b.len();
    if n == 0 {
        return;
    }
    let mut acc = T::FloatVector::<S>::splat(simd, T::ZERO);
    // (Counted by hand: the iterator of chunks divides, and three columns notice.)
    for (p, &x) in x.iter().enumerate() {
        let row = T::FloatVector::<S>::load_part(simd, &w[p * n..][..n]);
        acc = T::FloatVector::<S>::splat(simd, x).mul_add(row, acc);
    }
    (acc + T::FloatVector::<S>::load_part(simd, b)).store(out);
}
