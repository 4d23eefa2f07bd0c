//! A matrix to read: a slice with strides.
//!
//! ```text
//!   element (i, j) is data[start + i * row_stride + j * col_stride]      any strides: transposed, reversed, repeated
//! ```
//!
//! Memory for results: `memory/`.

/// A matrix to read: element (i, j) is `data[start + i * row_stride + j * col_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct Mat<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) start: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) row_stride: isize,
    pub(crate) col_stride: isize,
}

impl<'a, T> Mat<'a, T> {
    /// Elements in C order: `rows` contiguous rows of `cols`.
    #[inline(always)]
    pub(crate) fn dense(data: &'a [T], rows: usize, cols: usize) -> Self {
        Mat { data, start: 0, rows, cols, row_stride: cols as isize, col_stride: 1 }
    }

    /// Rows for columns and columns for rows.
    #[inline(always)]
    pub(super) fn transposed(self) -> Self {
        Mat { rows: self.cols, cols: self.rows, row_stride: self.col_stride, col_stride: self.row_stride, ..self }
    }

    #[inline(always)]
    pub(super) fn offset(&self, i: usize, j: usize) -> usize {
        self.start.wrapping_add_signed(i as isize * self.row_stride + j as isize * self.col_stride)
    }

    /// Columns `j .. j + n` of row `i`, which is contiguous.
    #[inline(always)]
    pub(super) fn row(&self, i: usize, j: usize, n: usize) -> &'a [T] {
        &self.data[self.offset(i, j)..][..n]
    }

    /// Whether each row is contiguous.
    #[inline(always)]
    pub(super) fn is_row_wise(&self) -> bool {
        self.col_stride == 1 || self.cols == 1
    }

    /// Whether each row is contiguous, and the rows follow one another without overlap.
    #[inline(always)]
    pub(super) fn has_rows(&self) -> bool {
        (self.col_stride == 1 || self.cols <= 1) && (self.row_stride >= self.cols as isize || self.rows <= 1)
    }

    /// Whether all elements are the same distance apart, row after row.
    #[inline(always)]
    pub(super) fn is_one_run(&self) -> bool {
        self.row_stride == self.col_stride * self.cols as isize || self.rows == 1
    }

    /// Whether each column is contiguous, and no two columns overlap.
    #[inline(always)]
    pub(super) fn has_columns(&self) -> bool {
        self.row_stride == 1 && self.col_stride.unsigned_abs() >= self.rows
    }
}
