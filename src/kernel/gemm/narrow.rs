//! Few columns: C^T = B^T A^T, the rows of A in the lanes.
//!
//! ```text
//!   LEN rows of A      turned in registers                for each column j of B, p ascending
//!   a00 a01 a02 ..        a00 a10 a20 ..   column 0       acc[j] = fma( a00 a10 a20 ..,  B[0][j],  acc[j] )
//!   a10 a11 a12 ..   ->   a01 a11 a21 ..   column 1       acc[j] = fma( a01 a11 a21 ..,  B[1][j],  acc[j] )
//!   ..                    ..
//! ```
//!
//! With the columns of B in the lanes, as in `micro.rs`, four columns fill a quarter of a register; here all lanes
//! count, for three or four shuffles to each register of A (f32 with AVX-512, (2000, 32) times (32, 4): 16.5 -> 12.6 us
//! on Zen 4; (1000, 784) times (784, 1): 232 -> 70 us). Each element is the chain of `mod.rs`: its factors are only
//! swapped. Which products go this way: `strategy.rs`. The squares: `../simd/square.rs`.

use super::pack;
use super::panel_buffer::PanelBuffer;
use crate::kernel::element::SimdElement;
use crate::kernel::mat::Mat;
use crate::kernel::memory::{Grid, Output};
use crate::kernel::simd::{Kernel, Lanes, Simd, turn};

/// The most columns: a quarter of the lanes of the longest register.
const MAX_COLUMNS: usize = 4;

/// How many columns may go this way: with more, tiles are as fast. None without registers of sixteen lanes: with eight,
/// tiles are as fast from two columns on, and this would be 4 KiB in each program with a product.
pub(super) const fn max_columns<T: SimdElement, S: Simd>() -> usize {
    if T::Vector::<S>::SQUARE < 16 { 0 } else { T::Vector::<S>::SQUARE / 4 }
}

/// `c = a b`, rows of A contiguous, at most `max_columns` of B; false, with nothing done, where there is no memory for
/// the columns of B.
#[inline(always)]
pub(super) fn few_columns<T: SimdElement, S: Simd>(
    simd: S,
    a: &Mat<'_, T>,
    b: &Mat<'_, T>,
    c: &mut Output<'_, T>,
    buffer: &mut PanelBuffer<T>,
) -> bool {
    let (n, len) = (b.cols, T::Vector::<S>::LEN);
    let Some(columns) = buffer.elements(n * b.rows) else { return false };
    let columns = pack::copy_rows(b.transposed(), columns).data;
    c.grid(0, a.rows, n, |c| {
        for i in (0..a.rows).step_by(len) {
            simd.call(Strip { a, i, columns, n, c });
        }
    });
    true
}

/// LEN rows of C from row `i` on, or those that are left.
struct Strip<'x, 'c, T> {
    a: &'x Mat<'x, T>,
    i: usize,
    /// The columns of B, one after another.
    columns: &'x [T],
    n: usize,
    c: &'x mut Grid<'c, T>,
}

impl<T: SimdElement> Kernel for Strip<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Strip { a, i, columns, n, c } = self;
        let (len, k) = (T::Vector::<S>::LEN, a.cols);
        let zero = T::Vector::<S>::splat(simd, T::ZERO);
        let mut acc = [zero; MAX_COLUMNS];
        for p in (0..k).step_by(len) {
            let terms = len.min(k - p);
            let mut square = [zero; 16];
            unroll!(r < T::Vector::<S>::SQUARE, at most 16, {
                let row = a.row((i + r).min(a.rows - 1), p, terms);
                square[r] =
                    if terms == len { T::Vector::<S>::load(simd, row) } else { T::Vector::<S>::load_masked(simd, row) };
            });
            let square = turn(square);
            for (acc, column) in acc.iter_mut().zip(columns.chunks_exact(k)) {
                let column = &column[p..][..terms];
                let mut sum = *acc;
                if terms == len {
                    let column = &column[..T::Vector::<S>::LEN];
                    unroll!(q < T::Vector::<S>::SQUARE, at most 16, {
                        sum = square[q].mul_add(T::Vector::<S>::splat(simd, column[q]), sum);
                    });
                } else {
                    unroll!(q < T::Vector::<S>::SQUARE, at most 16, {
                        if q < terms {
                            sum = square[q].mul_add(T::Vector::<S>::splat(simd, column[q]), sum);
                        }
                    });
                }
                *acc = sum;
            }
        }
        // Back: a register for each row, of which the first lanes are its elements.
        let mut square = [zero; 16];
        square[..MAX_COLUMNS].copy_from_slice(&acc);
        c.push::<S, T::Vector<S>, 16, 1>(turn(square).map(|row| [row]), len.min(a.rows - i), n);
    }
}
