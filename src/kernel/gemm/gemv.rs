//! Rows times a vector: each row its own dot product in 32 lanes, several rows for each pass over the vector.
//!
//! ```text
//!   lane l = fma(a[l], y[l], fma(a[l + 32], y[l + 32], ..))     leaves of 16384, split as in `../reduce/order.rs`
//! ```
//!
//! It reads the matrix once, in the order of its memory, so memory bounds it. Integers may be added in any order:
//! `dots_plain`.

use crate::kernel::element::SimdFloat;
use crate::kernel::mat::Mat;
use crate::kernel::memory::{Slots, Writer};
use crate::kernel::reduce::join::Sum;
use crate::kernel::reduce::order::{LEAF, halve, horizontal, join_leaves};
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{Lanes, Simd, dispatch, dispatch_two, kernel_fn};

/// Lanes of a dot product.
pub(crate) const DOT_LANES: usize = 32;

kernel_fn! {
    /// `out[i] = row i . y`, in any order.
    pub(in super::super) fn dots_plain['o, T: Scalar](a: &Mat<'_, T>, y: &[T], out: Slots<'o, T>) -> &'o mut [T],
    dispatch_two, |_simd| {
        assert!(out.len() == a.rows);
        out.fill(|i| a.row(i, 0, y.len()).iter().zip(y).fold(T::ZERO, |sum, (&x, &y)| x.mul_add(y, sum, false)))
    }
}

/// Registers that hold the lanes of a row: as many as that takes. The others are not used.
type Registers<T, S> = [<T as SimdFloat>::FloatVector<S>; DOT_LANES];

/// The lanes of the dot products of `y`, at most a leaf, with the beginning of each of the `N` rows.
#[inline(always)]
fn dot_registers<T: SimdFloat, S: Simd, const N: usize>(simd: S, rows: &[&[T]; N], y: &[T]) -> [Registers<T, S>; N] {
    let len = T::FloatVector::<S>::LEN;
    let mut acc = [[T::FloatVector::<S>::splat(simd, T::ZERO); DOT_LANES]; N];
    let mut y_lanes = acc[0];
    let (blocks, rest) = y.as_chunks::<DOT_LANES>();
    let mut x: [&[[T; DOT_LANES]]; N] = [&[]; N];
    for i in 0..N {
        x[i] = rows[i][..y.len()].as_chunks().0;
    }
    for (block, y) in blocks.iter().enumerate() {
        for r in 0..DOT_LANES / T::FloatVector::<S>::LEN {
            y_lanes[r] = T::FloatVector::<S>::load(simd, &y[r * len..]);
        }
        for i in 0..N {
            let x = &x[i][block];
            for r in 0..DOT_LANES / T::FloatVector::<S>::LEN {
                acc[i][r] = T::FloatVector::<S>::load(simd, &x[r * len..]).mul_add(y_lanes[r], acc[i][r]);
            }
        }
    }
    if !rest.is_empty() {
        // Lanes without another element stay as they are: not even a zero is added.
        let mut lanes = lanes_of(acc);
        for i in 0..N {
            let x_rest = &rows[i][blocks.len() * DOT_LANES..][..rest.len()];
            for ((lane, &x), &y) in lanes[i].iter_mut().zip(x_rest).zip(rest) {
                *lane = x.mul_add(y, *lane, S::FUSED);
            }
            for r in 0..DOT_LANES / T::FloatVector::<S>::LEN {
                acc[i][r] = T::FloatVector::<S>::load(simd, &lanes[i][r * len..]);
            }
        }
    }
    acc
}

#[inline(always)]
fn lanes_of<T: SimdFloat, V: Lanes<T, S>, S: Simd, const N: usize>(acc: [[V; DOT_LANES]; N]) -> [[T; DOT_LANES]; N] {
    let mut out = [[T::ZERO; DOT_LANES]; N];
    for i in 0..N {
        for r in 0..DOT_LANES / V::LEN {
            acc[i][r].store(&mut out[i][r * V::LEN..]);
        }
    }
    out
}

kernel_fn! {
    fn lanes_of_leaf[T: SimdFloat](x: &[T], y: &[T]) -> [T; DOT_LANES],
    dispatch, |simd| {
        let [lanes] = lanes_of(dot_registers::<T, S, 1>(simd, &[x], y));
        lanes
    }
}

/// `out[i] = row i . y`: contiguous rows, as long as `y`, one for each slot.
pub(in super::super) fn rows_times_vector<'o, T: SimdFloat>(a: &Mat<'_, T>, y: &[T], out: Slots<'o, T>) -> &'o mut [T] {
    assert!(a.is_row_wise() && a.cols == y.len() && a.rows == out.len());
    if y.len() > LEAF {
        return out.fill(|i| {
            let x = a.row(i, 0, y.len());
            join_leaves(y.len(), Sum, &mut |at, n| lanes_of_leaf(&x[at..][..n], &y[at..][..n]))
        });
    }
    dots_of_rows(*a, y, out)
}

kernel_fn! {
    fn dots_of_rows['o, T: SimdFloat](a: Mat<'_, T>, y: &[T], out: Slots<'o, T>) -> &'o mut [T],
    dispatch, |simd| {
        // As many rows to a pass over the vector as leave their lanes in registers, together with those of the vector.
        match const { S::REGISTERS * T::FloatVector::<S>::LEN / DOT_LANES } {
            8.. => passes::<T, S, 6, 3>(simd, a, y, out),
            4.. => passes::<T, S, 3, 1>(simd, a, y, out),
            _ => passes::<T, S, 1, 1>(simd, a, y, out),
        }
    }
}

/// `N` rows to a pass over the vector, then `FEW`, then one.
#[inline(always)]
fn passes<'o, T: SimdFloat, S: Simd, const N: usize, const FEW: usize>(
    simd: S,
    a: Mat<'_, T>,
    y: &[T],
    out: Slots<'o, T>,
) -> &'o mut [T] {
    let mut out = out.writer();
    while out.remaining() >= N {
        pass::<T, S, N>(simd, a, y, &mut out);
    }
    while out.remaining() >= FEW {
        pass::<T, S, FEW>(simd, a, y, &mut out);
    }
    while out.remaining() > 0 {
        pass::<T, S, 1>(simd, a, y, &mut out);
    }
    out.finish()
}

/// The dot products of `N` rows, the ones whose results are next.
#[inline(always)]
fn pass<T: SimdFloat, S: Simd, const N: usize>(simd: S, a: Mat<'_, T>, y: &[T], out: &mut Writer<'_, T>) {
    let i = a.rows - out.remaining();
    let mut rows: [&[T]; N] = [&[]; N];
    for r in 0..N {
        rows[r] = &a.data[a.offset(i + r, 0)..];
    }
    for sum in dots(simd, &rows, y) {
        out.push(sum);
    }
}

/// The dot product of `y`, at most a leaf, with the beginning of each of the `N` rows.
#[inline(always)]
fn dots<T: SimdFloat, S: Simd, const N: usize>(simd: S, rows: &[&[T]; N], y: &[T]) -> [T; N] {
    let mut acc = dot_registers(simd, rows, y);
    let mut out = [T::ZERO; N];
    for i in 0..N {
        let one = halve::<T, S, _, _>(&mut acc[i], DOT_LANES / T::FloatVector::<S>::LEN, Sum);
        out[i] = horizontal::<T, S, _>(one, Sum);
    }
    out
}
