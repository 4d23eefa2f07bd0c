//! Copies of parts of A and B in the order in which the micro-kernel reads them.
//!
//! ```text
//!   micro-panels of B   | row 0: NR columns | row 1: NR columns | ...   then the next NR columns   zeros fill the last
//!   micro-panels of A   | column 0: MR rows | column 1: MR rows | ...   then the next MR rows      zeros fill the last
//!   rows of A           | row 0 | row 1 | ...        where B is read in place and the rows of A are not contiguous
//! ```
//!
//! Operands that are contiguous along either axis are read in the order of their memory; only the writes are strided.
//! The memory for the copies is in `panel_buffer.rs`. Used by `mod.rs`.

use crate::kernel::element::SimdElement;
use crate::kernel::mat::Mat;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{Lanes, Simd};

/// A block of A, row after row.
#[inline(always)]
pub(super) fn copy_rows<'r, T: Scalar>(a: Mat<'_, T>, to: &'r mut [T]) -> Mat<'r, T> {
    transpose(a, (0, 0), (a.rows, a.cols), to, a.cols);
    Mat { data: to, start: 0, row_stride: a.cols as isize, col_stride: 1, ..a }
}

/// Rows `pc ..` and columns `jc ..` of B, `kc` x `nc` of them, as micro-panels `nr` wide.
#[inline(always)]
pub(super) fn pack_b<T: SimdElement, S: Simd>(
    simd: S,
    b: &Mat<'_, T>,
    (pc, jc): (usize, usize),
    (kc, nc): (usize, usize),
    panel: &mut [T],
) {
    let len = T::Vector::<S>::LEN;
    let nr = 2 * len;
    for (micro_panel, j) in panel.chunks_exact_mut(kc * nr).zip((0..nc).step_by(nr)) {
        let width = nr.min(nc - j);
        if b.col_stride == 1 && width == nr {
            for (p, to) in micro_panel.chunks_exact_mut(2 * len).enumerate() {
                let row = b.row(pc + p, jc + j, 2 * len);
                T::Vector::<S>::load(simd, row).store(to);
                T::Vector::<S>::load(simd, &row[len..]).store(&mut to[len..]);
            }
        } else if b.col_stride == 1 {
            for (p, to) in micro_panel.chunks_exact_mut(nr).enumerate() {
                to[..width].copy_from_slice(b.row(pc + p, jc + j, width));
                to[width..].fill(T::ZERO);
            }
        } else {
            if width < nr {
                micro_panel.fill(T::ZERO);
            }
            transpose(*b, (pc, jc + j), (kc, width), micro_panel, nr);
        }
    }
}

/// Rows `ic ..` and columns `pc ..` of A, `height` x `kc` of them, as micro-panels `MR` high. Rows below the last are
/// zeros.
#[inline(always)]
pub(super) fn pack_a<T: Scalar, const MR: usize>(
    a: &Mat<'_, T>,
    (ic, pc): (usize, usize),
    (height, kc): (usize, usize),
    to: &mut [T],
) {
    for (i, panel) in to.chunks_exact_mut(MR * kc).enumerate().take(height.div_ceil(MR)) {
        let i = i * MR;
        let rows = MR.min(height - i);
        let (columns, _) = panel.as_chunks_mut::<MR>();
        if a.col_stride == 1 && rows == MR {
            let mut from: [&[T]; MR] = [&[]; MR];
            for (r, row) in from.iter_mut().enumerate() {
                *row = a.row(ic + i + r, pc, kc);
            }
            for (p, column) in columns.iter_mut().enumerate() {
                for (x, row) in column.iter_mut().zip(&from) {
                    *x = row[p];
                }
            }
            continue;
        }
        for (p, column) in columns.iter_mut().enumerate() {
            let offset = a.offset(ic + i, pc + p);
            if a.row_stride == 1 && rows == MR {
                column.copy_from_slice(&a.data[offset..offset + MR]);
                continue;
            }
            column.fill(T::ZERO);
            for (r, x) in column.iter_mut().enumerate().take(rows) {
                *x = a.data[offset.wrapping_add_signed(r as isize * a.row_stride)];
            }
        }
    }
}

/// `to[p * stride + j] = b[p0 + p, j0 + j]`, reading down the columns of B, sixteen rows at a time.
#[inline(always)]
fn transpose<T: Scalar>(
    b: Mat<'_, T>,
    (p0, j0): (usize, usize),
    (kc, width): (usize, usize),
    to: &mut [T],
    stride: usize,
) {
    const STEP_ROWS: usize = 16;
    for (p, to) in to.chunks_mut(STEP_ROWS * stride).enumerate().take(kc.div_ceil(STEP_ROWS)) {
        let p = p * STEP_ROWS;
        let rows = STEP_ROWS.min(kc - p);
        for j in 0..width {
            let mut offset = b.offset(p0 + p, j0 + j);
            if b.row_stride == 1 && rows == STEP_ROWS {
                let column = &b.data[offset..offset + STEP_ROWS];
                for (i, &value) in column.iter().enumerate() {
                    to[i * stride + j] = value;
                }
            } else {
                for i in 0..rows {
                    to[i * stride + j] = b.data[offset];
                    offset = offset.wrapping_add_signed(b.row_stride);
                }
            }
        }
    }
}
