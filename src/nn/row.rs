//! One input through a dense layer: the columns of the weights in registers, from the first row to the last.
//!
//! ```text
//!   x[0] *  | W[0][0..8] | W[0][8..16] | .. |  W[0][42..50]      thirteen registers of columns at most, and as many passes as that takes;
//! + x[1] *  | W[1][0..8] | W[1][8..16] | .. |  W[1][42..50]      the last register ends where the row does: what it shares with the one
//! + ...                                                          before is computed twice, the same way
//! ```
//!
//! Each output is the chain of `kernel/gemm.rs`, then + bias: the bits of a row in a batch. What a matrix product would load and store between rows stays where it is, so the weights
//! are read as fast as the cache gives them. Several inputs: `forward.rs`.

use crate::kernel::element::Float;
use crate::kernel::simd::{Lanes, Simd};

/// Elements that a buffer must have beyond a row: a whole register is written there.
pub(super) const SPARE: usize = 16;

/// Registers of columns in one pass: of sixteen, one is left for x and two for what has no name.
const MOST: usize = 13;

/// `out[j] = x W[.., j] + b[j]`, and anything in up to [`SPARE`] places after those.
#[inline(always)]
pub(super) fn dense<T: Float, S: Simd>(simd: S, x: &[T], w: &[T], b: &[T], out: &mut [T]) {
    let (n, len) = (b.len(), T::FloatVector::<S>::LEN);
    if n < len {
        return narrow(simd, x, w, b, out);
    }
    let mut from = 0;
    while from < n {
        let vectors = (n - from).div_ceil(len).min(MOST);
        match vectors {
            1 => columns::<T, S, 1>(simd, x, w, b, from, out),
            2 => columns::<T, S, 2>(simd, x, w, b, from, out),
            3 => columns::<T, S, 3>(simd, x, w, b, from, out),
            4 => columns::<T, S, 4>(simd, x, w, b, from, out),
            5 => columns::<T, S, 5>(simd, x, w, b, from, out),
            6 => columns::<T, S, 6>(simd, x, w, b, from, out),
            7 => columns::<T, S, 7>(simd, x, w, b, from, out),
            8 => columns::<T, S, 8>(simd, x, w, b, from, out),
            9 => columns::<T, S, 9>(simd, x, w, b, from, out),
            10 => columns::<T, S, 10>(simd, x, w, b, from, out),
            11 => columns::<T, S, 11>(simd, x, w, b, from, out),
            12 => columns::<T, S, 12>(simd, x, w, b, from, out),
            _ => columns::<T, S, MOST>(simd, x, w, b, from, out),
        }
        from += vectors * len;
    }
}

/// NV registers of columns from `from` on.
#[inline(always)]
fn columns<T: Float, S: Simd, const NV: usize>(simd: S, x: &[T], w: &[T], b: &[T], from: usize, out: &mut [T]) {
    let (n, len) = (b.len(), T::FloatVector::<S>::LEN);
    let last = (from + (NV - 1) * len).min(n - len);
    let mut acc = [T::FloatVector::<S>::splat(simd, T::ZERO); NV];
    for (p, &x) in x.iter().enumerate() {
        let (x, row) = (T::FloatVector::<S>::splat(simd, x), &w[p * n..][..n]);
        let (body, end) = (&row[from..][..(NV - 1) * len], &row[last..][..len]);
        for v in 0..NV - 1 {
            acc[v] = x.mul_add(T::FloatVector::<S>::load(simd, &body[v * len..]), acc[v]);
        }
        acc[NV - 1] = x.mul_add(T::FloatVector::<S>::load(simd, end), acc[NV - 1]);
    }
    for (v, acc) in acc.into_iter().enumerate() {
        let at = if v + 1 < NV { from + v * len } else { last };
        (acc + T::FloatVector::<S>::load(simd, &b[at..])).store(&mut out[at..]);
    }
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
