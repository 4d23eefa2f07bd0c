//! Copies of parts of A and B in the order in which the micro-kernel reads them.
//!
//! ```text
//!   slivers of B     | row 0: NR columns | row 1: NR columns | ...   then the next NR columns        zeros fill the last one up
//!   rows of A        | row 0: kc elements | row 1: kc elements | ...
//! ```
//!
//! What lies side by side along either axis is read straight ahead; only the writing jumps. Used by `gemm.rs`.

use super::element::Element;
use super::mat::Mat;

/// Rows `pc ..` and columns `jc ..` of B, `kc` x `nc` of them, as slivers `nr` wide.
#[inline(always)]
pub(super) fn slivers<T: Element>(
    b: Mat<'_, T>,
    (pc, jc): (usize, usize),
    (kc, nc): (usize, usize),
    nr: usize,
    panel: &mut [T],
) {
    for (sliver, j) in panel.chunks_exact_mut(kc * nr).zip((0..nc).step_by(nr)) {
        let width = nr.min(nc - j);
        if b.col_stride == 1 {
            for (p, to) in sliver.chunks_exact_mut(nr).enumerate() {
                to[..width].copy_from_slice(b.row(pc + p, jc + j, width));
                to[width..].fill(T::ZERO);
            }
        } else {
            if width < nr {
                sliver.fill(T::ZERO);
            }
            transpose(b, (pc, jc + j), (kc, width), sliver, nr);
        }
    }
}

/// Rows `ic ..` and columns `pc ..` of A, `height` x `kc` of them, one row after another.
#[inline(always)]
pub(super) fn rows<T: Element>(a: Mat<'_, T>, (ic, pc): (usize, usize), (height, kc): (usize, usize), to: &mut [T]) {
    if a.col_stride == 1 {
        for (i, to) in to.chunks_exact_mut(kc).enumerate().take(height) {
            to.copy_from_slice(a.row(ic + i, pc, kc));
        }
        return;
    }
    let across = Mat { row_stride: a.col_stride, col_stride: a.row_stride, ..a };
    transpose_back(across, (pc, ic), (kc, height), to, kc);
}

/// `to[p * stride + j] = b[p0 + p, j0 + j]`, reading down the columns of B, eight rows at a time.
#[inline(always)]
fn transpose<T: Element>(
    b: Mat<'_, T>,
    (p0, j0): (usize, usize),
    (kc, width): (usize, usize),
    to: &mut [T],
    stride: usize,
) {
    const STEP: usize = 16;
    for (p, to) in to.chunks_mut(STEP * stride).enumerate().take(kc.div_ceil(STEP)) {
        let p = p * STEP;
        let rows = STEP.min(kc - p);
        for j in 0..width {
            let mut place = b.place(p0 + p, j0 + j);
            if b.row_stride == 1 && rows == STEP {
                let column = &b.data[place..place + STEP];
                for (i, &value) in column.iter().enumerate() {
                    to[i * stride + j] = value;
                }
            } else {
                for i in 0..rows {
                    to[i * stride + j] = b.data[place];
                    place = place.wrapping_add_signed(b.row_stride);
                }
            }
        }
    }
}

/// `to[j * stride + p] = b[p0 + p, j0 + j]`, reading along the rows of B, in squares that stay in the first cache.
#[inline(always)]
fn transpose_back<T: Element>(
    b: Mat<'_, T>,
    (p0, j0): (usize, usize),
    (kc, width): (usize, usize),
    to: &mut [T],
    stride: usize,
) {
    const STEP: usize = 16;
    for p in (0..kc).step_by(STEP) {
        for j in (0..width).step_by(STEP) {
            if b.col_stride == 1 && p + STEP <= kc && j + STEP <= width {
                let mut rows = [&[][..]; STEP];
                for (i, row) in rows.iter_mut().enumerate() {
                    *row = b.row(p0 + p + i, j0 + j, STEP);
                }
                for i in 0..STEP {
                    let to = &mut to[(j + i) * stride + p..][..STEP];
                    for (to, row) in to.iter_mut().zip(rows) {
                        *to = row[i];
                    }
                }
                continue;
            }
            for p in p..kc.min(p + STEP) {
                let mut place = b.place(p0 + p, j0 + j);
                for j in j..width.min(j + STEP) {
                    to[j * stride + p] = b.data[place];
                    place = place.wrapping_add_signed(b.col_stride);
                }
            }
        }
    }
}
