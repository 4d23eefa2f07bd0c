//! Copies of parts of A and B in the order in which the micro-kernel reads them.
//!
//! ```text
//!   micro-panels of B   | row 0: NR columns | row 1: NR columns | ...   then the next NR columns   zeros fill the last
//!   micro-panels of A   | column 0: MR rows | column 1: MR rows | ...   then the next MR rows      any numbers fill it
//!   rows of A           | row 0 | row 1 | ...        where B is read in place and the rows of A are not contiguous
//! ```
//!
//! A panel of A is one of B with rows for columns. What is not contiguous as it is read is gathered
//! (`../memory/gather.rs`), but for contiguous rows of A: MR of them side by side, four by four elements turned in
//! registers. (One by one they took 12 % of a product of 256 on an Intel machine with AVX-512, and 17 % of one of 128.)
//! The memory for the copies is in `panel_buffer.rs`. Used by `mod.rs`.

use crate::kernel::mat::Mat;
use crate::kernel::memory::gather_into;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::transpose_over;

/// A block of A, row after row.
#[inline(always)]
pub(super) fn copy_rows<'r, T: Scalar>(a: Mat<'_, T>, to: &'r mut [T]) -> Mat<'r, T> {
    gather_into(&a, (0, 0), (a.rows, a.cols), to, a.cols);
    Mat { data: to, start: 0, row_stride: a.cols as isize, col_stride: 1, ..a }
}

/// Rows `pc ..` and columns `jc ..` of B, `kc` x `nc` of them, as micro-panels `nr` wide, a constant to the compiler.
/// A block of A is packed so as its transpose, with `MR` for `nr`.
#[inline(always)]
pub(super) fn pack<T: Scalar>(
    b: Mat<'_, T>,
    (pc, jc): (usize, usize),
    (kc, nc): (usize, usize),
    nr: usize,
    panel: &mut [T],
) {
    for (micro_panel, j) in panel.chunks_exact_mut(kc * nr).zip((0..nc).step_by(nr)) {
        let width = nr.min(nc - j);
        if b.col_stride != 1 || width < nr {
            pack_slowly(&b, (pc, jc + j), (kc, width), nr, micro_panel);
            continue;
        }
        for (p, to) in micro_panel.chunks_exact_mut(nr).enumerate() {
            to.copy_from_slice(b.row(pc + p, jc + j, nr)); // a few registers: the length is a constant
        }
    }
}

/// One micro-panel from columns that are not contiguous, or fewer than it has. (Compiled once, not for each level and
/// width.)
#[inline(never)]
fn pack_slowly<T: Scalar>(
    b: &Mat<'_, T>,
    (row, col): (usize, usize),
    (kc, width): (usize, usize),
    nr: usize,
    micro_panel: &mut [T],
) {
    if width < nr {
        micro_panel.fill(T::ZERO);
    }
    if b.col_stride != 1 {
        return gather_into(b, (row, col), (kc, width), micro_panel, nr);
    }
    for (p, to) in micro_panel.chunks_exact_mut(nr).enumerate() {
        to[..width].copy_from_slice(b.row(row + p, col, width));
    }
}

/// Rows `ic ..` and columns `pc ..` of A, `height` x `kc` of them, as micro-panels `MR` high. Rows below the last are
/// any numbers: their results are dropped.
#[inline(always)]
pub(super) fn pack_a<T: Scalar, const MR: usize>(
    a: &Mat<'_, T>,
    (ic, pc): (usize, usize),
    (height, kc): (usize, usize),
    to: &mut [T],
) {
    if a.col_stride != 1 {
        return pack(a.transposed(), (pc, ic), (kc, height), MR, to);
    }
    for (panel, i) in to.chunks_exact_mut(MR * kc).zip((0..height).step_by(MR)) {
        let mut rows: [&[T]; MR] = [&[]; MR];
        for (r, row) in rows.iter_mut().enumerate() {
            *row = a.row(ic + (i + r).min(height - 1), pc, kc);
        }
        let (fours, rest) = panel.as_chunks_mut::<MR>().0.as_chunks_mut::<4>();
        let turned = 4 * fours.len();
        for (p, columns) in (0..turned).step_by(4).zip(fours) {
            let four =
                |r: usize| rows[r][p..].first_chunk::<4>().unwrap_or_else(|| unreachable!("four columns are left"));
            for r in (0..MR / 4 * 4).step_by(4) {
                let to = columns.each_mut().map(|column| {
                    column[r..].first_chunk_mut::<4>().unwrap_or_else(|| unreachable!("four rows are left"))
                });
                transpose_over([four(r), four(r + 1), four(r + 2), four(r + 3)], to);
            }
            for r in MR / 4 * 4..MR {
                for (column, &x) in columns.iter_mut().zip(four(r)) {
                    column[r] = x;
                }
            }
        }
        for (p, column) in (turned..).zip(rest) {
            for (x, row) in column.iter_mut().zip(&rows) {
                *x = row[p];
            }
        }
    }
}
