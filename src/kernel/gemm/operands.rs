//! What the micro-kernel reads: A in one of two layouts behind one trait, and B.
//!
//! ```text
//!   OperandA  A     Mat: rows in place                PackedA: micro-panels, column after column of MR elements
//!   OperandB  B     rows in place                     or micro-panels: row after row of NR elements
//! ```
//!
//! `mod.rs` chooses, `pack.rs` makes the packed ones, `micro.rs` reads them; C is a `Grid` (`../memory/grid.rs`).
//! Nothing is computed here.

use crate::kernel::mat::Mat;
use crate::kernel::scalar::Scalar;

/// A block of A, `rows` of it, `kc` long.
pub(super) trait OperandA<T: Scalar>: Copy {
    /// Whether a tile may have fewer rows than MR.
    const SHORT_TILES: bool;
    /// Rows `i ..` of a tile.
    type Rows<const MR: usize>: Columns<T, MR>;

    /// How many rows there are.
    fn rows(&self) -> usize;
    /// `MR` rows from row `i`, `kc` long; of those below the last, any numbers.
    fn rows_from<const MR: usize>(&self, i: usize, kc: usize) -> Self::Rows<MR>;
}

/// `MR` rows of A, column by column.
pub(super) trait Columns<T, const MR: usize>: Copy {
    /// Column `p`.
    fn at(&self, p: usize) -> [T; MR];
}

/// Contiguous rows, read where they are.
impl<'a, T: Scalar> OperandA<T> for Mat<'a, T> {
    const SHORT_TILES: bool = true;
    type Rows<const MR: usize> = [&'a [T]; MR];

    #[inline(always)]
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn rows_from<const MR: usize>(&self, i: usize, kc: usize) -> [&'a [T]; MR] {
        let mut rows: [&[T]; MR] = [&[]; MR];
        let mut start = self.offset(i, 0);
        for r in 0..MR {
            // Rows below the last repeat the last one: their results are dropped.
            if r > 0 && i + r < self.rows {
                start = start.wrapping_add_signed(self.row_stride);
            }
            rows[r] = &self.data[start..][..kc];
        }
        rows
    }
}

impl<T: Scalar, const MR: usize> Columns<T, MR> for [&[T]; MR] {
    #[inline(always)]
    fn at(&self, p: usize) -> [T; MR] {
        let mut column = [T::ZERO; MR];
        for r in 0..MR {
            column[r] = self[r][p];
        }
        column
    }
}

/// Contiguous micro-panels, each `kc` columns of as many rows as a tile has.
#[derive(Clone, Copy)]
pub(super) struct PackedA<'a, T> {
    pub(super) data: &'a [T],
    pub(super) rows: usize,
}

impl<'a, T: Scalar> OperandA<T> for PackedA<'a, T> {
    const SHORT_TILES: bool = false;
    type Rows<const MR: usize> = &'a [[T; MR]];

    #[inline(always)]
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn rows_from<const MR: usize>(&self, i: usize, kc: usize) -> &'a [[T; MR]] {
        self.data[i * kc..][..MR * kc].as_chunks::<MR>().0
    }
}

impl<T: Scalar, const MR: usize> Columns<T, MR> for &[[T; MR]] {
    #[inline(always)]
    fn at(&self, p: usize) -> [T; MR] {
        self[p]
    }
}

/// A panel of B: micro-panels of columns, `kc` rows of each.
#[derive(Clone, Copy)]
pub(super) struct OperandB<'a, T> {
    data: &'a [T],
    pub(super) kc: usize,
    /// The stride between rows of a micro-panel.
    pub(super) stride: usize,
    /// Whether micro-panels are contiguous, each of whole registers; else each begins at the column after the one
    /// before.
    pub(super) packed: bool,
}

impl<'a, T: Scalar> OperandB<'a, T> {
    /// Packed: contiguous micro-panels, `kc` rows of `nr` columns each.
    #[inline(always)]
    pub(super) fn packed(data: &'a [T], kc: usize, nr: usize) -> Self {
        OperandB { data, kc, stride: nr, packed: true }
    }

    /// In place: rows of B, contiguous, from the first to the last.
    #[inline(always)]
    pub(super) fn in_place(b: &Mat<'a, T>) -> Self {
        OperandB { data: &b.data[b.start..], kc: b.rows, stride: b.row_stride.unsigned_abs(), packed: false }
    }

    /// Columns from `j` on, of the micro-panel that has them: micro-panels are `nr` wide.
    #[inline(always)]
    pub(super) fn micro_panel(&self, j: usize, nr: usize) -> &'a [T] {
        &self.data[if self.packed { j / nr * nr * self.kc + j % nr } else { j }..]
    }
}
