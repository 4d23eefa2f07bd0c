//! Products by plain loops: each row of C is a sum of rows of B (BLAS calls the step axpy).
//!
//! ```text
//!   C[i][..] = 0,   then for p in 0..k:   C[i][..] += A[i][p] * B[p][..]        each element is one chain, p ascending
//! ```
//!
//! For types without registers at the level (integers of 8 and 16 bits and bool everywhere, all integers at `Plain`,
//! all types on x86-64 without AVX2), and for small products of integers. The compiler vectorizes the inner loop.

use super::pack;
use super::panel_buffer::PanelBuffer;
use crate::kernel::mat::Mat;
use crate::kernel::memory::Output;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{Simd, dispatch_two, kernel_fn};

kernel_fn! {
    /// `c = a b`, for types that have no registers of their own.
    pub(in super::super) fn gemm[T: Scalar](a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>) -> (),
    dispatch_two, |_simd| {
        if !gemm_in(a, b, c, &mut PanelBuffer::new(), S::FUSED) {
            super::naive(a, b, c, S::FUSED);
        }
    }
}

/// `c = a b` inside a kernel; false, with nothing done, where B must be copied and there is not enough memory.
#[inline(always)]
pub(super) fn gemm_in<T: Scalar>(
    a: &Mat<'_, T>,
    b: &Mat<'_, T>,
    c: &mut Output<'_, T>,
    buffer: &mut PanelBuffer<T>,
    fused: bool,
) -> bool {
    let (n, k) = (b.cols, a.cols);
    // Each row of A reads all rows of B again, so it pays to have them contiguous.
    let b = if b.has_rows() || k == 0 {
        *b
    } else if let Some(rows) = buffer.elements(k * n) {
        pack::copy_rows(*b, rows)
    } else {
        return false;
    };
    for i in 0..a.rows {
        let row = &mut c.rows(i, 1)[..n];
        row.fill(T::ZERO);
        for p in 0..k {
            let x = a.data[a.offset(i, p)];
            for (acc, &y) in row.iter_mut().zip(b.row(p, 0, n)) {
                *acc = x.mul_add(y, *acc, fused);
            }
        }
    }
    true
}
