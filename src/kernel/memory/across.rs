//! Results of an operand whose rows are contiguous and one whose columns are, square by square.
//!
//! ```text
//!   x  > > > >    y  v v v v    out  > > > >       a square of y is turned round in registers; with each of its rows goes a piece of a row of x.
//!                                                  Squares go from left to right, so that the rows of x and out are read and written as streams
//! ```
//!
//! Such an operation waits for memory alone: small squares keep the lines of all three on their way, where a large tile, gathered first, lets two of them
//! rest. Where squares do not divide the rows or columns, the last overlaps the one before: what both have is computed twice, the same way. How a square
//! is turned: `square.rs`. Other functions, other types and what is done in place take the way of
//! `../elementwise/tiled.rs`. One text serves all functions: it waits for memory, not for the choice between them.

use super::Slots;
use super::square::{MOST, Turn};
use crate::kernel::element::SimdFloat;
use crate::kernel::mat::Mat;
use crate::kernel::op::{Add, Arithmetic, BinaryOp, Div, Maximum, Minimum, Mul, Sub};
use crate::kernel::simd::{FloatLanes, Kernel, Lanes, Simd, dispatch, prefetch};

/// Columns that are gone down together: the lines of y that squares below want stay in the second cache until then.
const STRIP: usize = 512;

/// Rows a multiple of so many bytes apart share the eight places of a set in the first cache.
const PAGE: usize = 4096;

/// `op(x[i, j], y[i, j])`, row after row. The rows of one are contiguous, and the columns of the other; handed back where they are not, where this level
/// has no squares, not one fits, or tiles are quicker.
pub(in super::super) fn zip_across<'o, T: SimdFloat>(
    x: &Mat<'_, T>,
    y: &Mat<'_, T>,
    out: Slots<'o, T>,
    op: Arithmetic,
) -> Result<&'o mut [T], Slots<'o, T>> {
    if (x.col_stride == 1 && y.has_columns()) || (x.has_columns() && y.col_stride == 1) {
        return dispatch(Across { x: *x, y: *y, out, op });
    }
    Err(out)
}

struct Across<'x, 'o, T> {
    x: Mat<'x, T>,
    y: Mat<'x, T>,
    out: Slots<'o, T>,
    op: Arithmetic,
}

impl<'o, T: SimdFloat> Kernel for Across<'_, 'o, T> {
    type Output = Result<&'o mut [T], Slots<'o, T>>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        let Across { x, y, out, op } = self;
        let (n, rows, cols) = (T::FloatVector::<S>::SQUARE, x.rows, x.cols);
        const {
            let n = T::FloatVector::<S>::SQUARE;
            assert!(n == 0 || (n == T::FloatVector::<S>::LEN && n * n <= MOST));
        }
        if n == 0 || rows < n || cols < n {
            return Err(out);
        }
        // (Only one of the two can be straight: columns of several rows are not 1 apart.)
        let x_first = x.col_stride == 1;
        let (straight, turned) = if x_first { (x, y) } else { (y, x) };
        debug_assert!((straight.col_stride, turned.row_stride) == (1, 1));
        // Squares come back to a line of f32 more often than to one of f64, and lines that share a set are gone by then. (Columns may be pages apart.)
        let pages = |pitch: usize| pitch > 0 && (pitch * size_of::<T>()).is_multiple_of(PAGE);
        if size_of::<T>() == 4 && (pages(cols) || pages(straight.row_stride.unsigned_abs())) {
            return Err(out);
        }
        assert!((y.rows, y.cols, out.len()) == (rows, cols, rows * cols));
        let mut square = [T::ZERO; MOST];
        for strip in (0..cols).step_by(STRIP) {
            for i in (0..rows).step_by(n) {
                let i = i.min(rows - n);
                for j in (strip..cols.min(strip + STRIP)).step_by(n) {
                    let j = j.min(cols - n);
                    for c in 0..n {
                        // Columns are too far apart for the machine to guess the next: what the squares below want is asked for now.
                        prefetch(turned.data, turned.place(i + 2 * n - 1, j + c));
                    }
                    simd.apart(Turn { x: turned, row: i, col: j, to: &mut square });
                    // (One choice a square, not one a register.)
                    macro_rules! rows {
                        ($($op:ident)*) => {
                            match op {
                                $(Arithmetic::$op => for r in 0..n {
                                    let s = T::FloatVector::<S>::load(simd, straight.row(i + r, j, n));
                                    let t = T::FloatVector::<S>::load(simd, &square[r * n..]);
                                    let (x, y) = if x_first { (s, t) } else { (t, s) };
                                    $op.register(simd, x, y).write(&mut out.0[(i + r) * cols + j..][..n]);
                                },)*
                            }
                        };
                    }
                    rows!(Add Sub Mul Div Maximum Minimum);
                }
            }
        }
        // SAFETY: squares cover all rows, and the columns of every strip: the last of either reaches its end, or that of the row. Each wrote the `n` places of
        // each of its `n` rows, for `n` is the length of a register, and `Lanes::write` writes all of one.
        Ok(unsafe { out.written() })
    }
}
