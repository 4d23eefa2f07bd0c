//! How a matrix product is done: chosen here, by size, layout and type, for every product.
//!
//! ```text
//!   Naive     up to 30 multiply-adds
//!   Axpy      types and levels without tiles, small products of integers
//!   Row       one row of A
//!   Narrow    few columns, many rows
//!   InPlace   LOOP 3 alone: few rows, or a B below half the first cache
//!   PackedB   LOOP 3 alone, all of B one panel: up to 256 columns and 4 MiB
//!   Blocks    loops 5 to 1: all else
//! ```
//!
//! 200 x 200 by 200 x 200 floats are PackedB where the rows of A are contiguous. How long the blocks are: `blocks.rs`.
//! `plan.rs` gives these values to `explain`. Read next: `micro.rs`.

use super::narrow;
use crate::kernel::element::SimdElement;
use crate::kernel::mat::Mat;
use crate::kernel::simd::{Lanes, Simd};

/// A product of at most so many multiply-adds is naive.
const NAIVE_MAX_MULTIPLY_ADDS: usize = 30;
/// Rows of A that are too few to pay for packing B.
const IN_PLACE_B_MAX_ROWS: usize = 16;
/// Rows and terms from which a strip of few columns pays for the copy of B, and for turning back what it computed.
const NARROW_ROWS: usize = 32;
const NARROW_TERMS: usize = 16;
/// Bytes of B from which it pays to pack it: half the first cache.
const PACK_B_MIN_BYTES: usize = 16 << 10;
/// Rows of A, and rows of A for each row of B, from which it pays to pack a B of any size: whole registers load faster
/// than masked ones.
const TALL_ROWS: usize = 128;
const TALL_RATIO: usize = 16;
/// Columns that are too few to pay for packing A.
const IN_PLACE_A_MAX_COLUMNS: usize = 256;
/// Bytes of B from which it is not one panel.
const PACKED_B_MAX_BYTES: usize = 4 << 20;
/// Rows of an A in place that are done together: 192 KiB of them where each has 4 KiB.
pub(super) const IN_PLACE_ROWS: usize = 48;
/// Bytes of so many rows of A where these are copied, for want of contiguous ones.
const COPIED_MAX_BYTES: usize = IN_PLACE_ROWS * 4096;

/// How a product is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// There is nothing to multiply.
    Empty,
    /// The naive loops; floats narrower than a register go by registers, a few rows at a time (`row.rs`).
    Naive,
    /// Each row of C as a sum of rows of B: `axpy.rs`.
    Axpy,
    /// One row: `row.rs`.
    Row,
    /// Few columns: the rows of A in the lanes (`narrow.rs`).
    Narrow,
    /// LOOP 3 alone, B in place, and A too where its rows are contiguous.
    InPlace,
    /// LOOP 3 alone, A in place, all of B one panel.
    PackedB,
    /// Five loops, both packed by blocks.
    Blocks,
}

/// What the strategy depends on beside type and level.
pub(super) struct Product {
    /// A is (m, k), B is (k, n).
    pub(super) m: usize,
    pub(super) n: usize,
    pub(super) k: usize,
    /// Whether each row of A is contiguous; whether its rows also follow one another, and those of B likewise.
    a_row_wise: bool,
    a_has_rows: bool,
    b_has_rows: bool,
}

impl Product {
    #[inline(always)]
    pub(super) fn of<T>(a: &Mat<'_, T>, b: &Mat<'_, T>) -> Self {
        let (m, n, k) = (a.rows, b.cols, a.cols);
        Product { m, n, k, a_row_wise: a.is_row_wise(), a_has_rows: a.has_rows(), b_has_rows: b.has_rows() }
    }

    /// Both in C order.
    #[cfg(feature = "explain")]
    pub(super) fn in_c_order(m: usize, n: usize, k: usize) -> Self {
        Product { m, n, k, a_row_wise: true, a_has_rows: true, b_has_rows: true }
    }
}

/// The strategy for a product.
#[inline(always)]
pub(super) fn strategy<T: SimdElement, S: Simd>(product: &Product) -> Strategy {
    let &Product { m, n, k, a_row_wise, a_has_rows, b_has_rows } = product;
    if k == 0 || n == 0 {
        return Strategy::Empty;
    }
    if m.saturating_mul(k).saturating_mul(n) <= NAIVE_MAX_MULTIPLY_ADDS {
        return Strategy::Naive;
    }
    let bytes = |elements: usize| elements.saturating_mul(k).saturating_mul(size_of::<T>());
    if !T::Vector::<S>::TILES || (!T::FLOAT && (m <= IN_PLACE_B_MAX_ROWS || bytes(n) < PACK_B_MIN_BYTES)) {
        return Strategy::Axpy;
    }
    if !T::FLOAT {
        return Strategy::Blocks;
    }
    if m == 1 && a_has_rows && b_has_rows {
        return Strategy::Row;
    }
    if n <= narrow::max_columns::<T, S>() && a_row_wise && m >= NARROW_ROWS && k >= NARROW_TERMS {
        return Strategy::Narrow;
    }
    let nr = 2 * T::Vector::<S>::LEN;
    let tall = a_row_wise && n <= IN_PLACE_A_MAX_COLUMNS && m >= TALL_ROWS && m / TALL_RATIO >= k;
    if b_has_rows
        && (m <= IN_PLACE_B_MAX_ROWS || (bytes(n) < PACK_B_MIN_BYTES && !tall))
        && (a_row_wise || bytes(m.min(IN_PLACE_ROWS)) <= COPIED_MAX_BYTES)
    {
        Strategy::InPlace
    } else if a_row_wise && n <= IN_PLACE_A_MAX_COLUMNS && bytes(n.next_multiple_of(nr)) <= PACKED_B_MAX_BYTES {
        Strategy::PackedB
    } else {
        Strategy::Blocks
    }
}
