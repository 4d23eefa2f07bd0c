//! `op(x, y)` where the rows of one operand are contiguous and the columns of the other, square by square.
//!
//! ```text
//!   x  > > > >    y  v v v v    out  > > > >     a square of y is transposed in registers; with each of its rows
//!                                                goes a part of a row of x; squares go along the rows of x and out
//! ```
//!
//! Memory bounds such an operation: small squares keep the cache lines of all three matrices in flight, where a large
//! tile that is gathered first leaves two of them idle. Where squares do not divide the rows or columns, the last one
//! overlaps the one before, and what both contain is computed twice, the same way. One text serves all of `Arithmetic`:
//! the branch is taken once a square. Other functions, integers and updates in place go through `tiled.rs`. Levels
//! whose registers are arrays have no squares.

use crate::kernel::element::SimdFloat;
use crate::kernel::mat::Mat;
use crate::kernel::memory::{Grid, Slots};
use crate::kernel::op::{Add, Arithmetic, BinaryOp, Div, Maximum, Minimum, Mul, Sub};
use crate::kernel::simd::{Kernel, Lanes, Simd, dispatch, kernel_fn, prefetch, turn};

/// Elements of the largest square.
const MAX_SQUARE_ELEMENTS: usize = 16 * 16;

/// Columns of a strip, which is finished before the next: until then the lines of y that lower squares read again stay
/// in the second cache.
const STRIP_COLUMNS: usize = 512;

/// Rows a multiple of so many bytes apart share the eight lines of a set in the first cache.
const PAGE_BYTES: usize = 4096;

/// `op(x[i, j], y[i, j])`, row after row; `Err` returns the output where the operands have other strides, where this
/// level has no squares or not one fits, and where tiles are faster.
pub(in super::super) fn zip_transposed<'o, T: SimdFloat>(
    x: &Mat<'_, T>,
    y: &Mat<'_, T>,
    out: Slots<'o, T>,
    op: Arithmetic,
) -> Result<&'o mut [T], Slots<'o, T>> {
    if (x.col_stride == 1 && y.has_columns()) || (x.has_columns() && y.col_stride == 1) {
        return squares(x, y, out, op);
    }
    Err(out)
}

kernel_fn! {
    fn squares['o, T: SimdFloat](
        x: &Mat<'_, T>, y: &Mat<'_, T>, out: Slots<'o, T>, op: Arithmetic
    ) -> Result<&'o mut [T], Slots<'o, T>>,
    dispatch, |simd| {
        let (n, rows, cols) = (T::FloatVector::<S>::SQUARE, x.rows, x.cols);
        if const { T::FloatVector::<S>::SQUARE == 0 } || rows < n || cols < n {
            return Err(out);
        }
        // At most one of the two has contiguous rows: columns of several rows are not 1 apart.
        let x_first = x.col_stride == 1;
        // Copies: what is behind a reference is loaded again after each store.
        let (straight, transposed) = if x_first { (*x, *y) } else { (*y, *x) };
        // Squares come back to a line of f32 more often than to one of f64, and lines that share a set are evicted by
        // then.
        let pages = |pitch: usize| pitch > 0 && (pitch * size_of::<T>()).is_multiple_of(PAGE_BYTES);
        if size_of::<T>() == 4 && (pages(cols) || pages(straight.row_stride.unsigned_abs())) {
            return Err(out);
        }
        let mut grid = Grid::new(out, rows, cols);
        let mut square = [T::ZERO; MAX_SQUARE_ELEMENTS];
        let mut col0 = 0;
        while col0 < cols {
            // What remains beside a strip must have space for a square.
            let width = if cols - col0 < STRIP_COLUMNS + n { cols - col0 } else { STRIP_COLUMNS };
            for i in (0..rows).step_by(n) {
                let i = i.min(rows - n);
                let mut band = grid.band(i, n, width);
                for j in (0..width).step_by(n) {
                    let j = j.min(width - n);
                    for c in 0..n {
                        // Columns are too far apart for the hardware to prefetch the next: what lower squares read is
                        // fetched now.
                        prefetch(transposed.data, transposed.offset(i + 2 * n - 1, col0 + j + c));
                    }
                    simd.call(Transpose { x: transposed, row: i, col: col0 + j, to: &mut square });
                    let mut to = band.square::<S, T::FloatVector<S>>(j);
                    macro_rules! rows {
                        ($($op:ident)*) => {
                            match op {
                                $(Arithmetic::$op => for r in 0..n {
                                    let s = T::FloatVector::<S>::load(simd, straight.row(i + r, col0 + j, n));
                                    let t = T::FloatVector::<S>::load(simd, &square[r * n..]);
                                    let (x, y) = if x_first { (s, t) } else { (t, s) };
                                    to.push($op.register(simd, x, y));
                                },)*
                            }
                        };
                    }
                    rows!(Add Sub Mul Div Maximum Minimum);
                    to.finish();
                }
                band.finish();
            }
            col0 += width;
        }
        Ok(grid.finish())
    }
}

/// The square at `(row, col)` of `x`, whose columns are contiguous, into `to`, row after row.
struct Transpose<'x, 't, T> {
    x: Mat<'x, T>,
    row: usize,
    col: usize,
    to: &'t mut [T; MAX_SQUARE_ELEMENTS],
}

impl<T: SimdFloat> Kernel for Transpose<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Transpose { x, row, col, to } = self;
        let mut square = [T::FloatVector::<S>::splat(simd, T::ZERO); 16];
        unroll!(c < T::FloatVector::<S>::SQUARE, at most 16, {
            square[c] = T::FloatVector::<S>::load(simd, &x.data[x.offset(row, col + c)..]);
        });
        let square = turn(square);
        unroll!(r < T::FloatVector::<S>::SQUARE, at most 16, {
            square[r].store(&mut to[r * T::FloatVector::<S>::LEN..]);
        });
    }
}
