//! How a matrix product is done: chosen here, by size, layout and type, for every product; and the tiles that its loops make, counted without multiplying.
//!
//! ```text
//!   Naive     up to 30 multiply-adds                          Axpy      types and levels without tiles, small products of integers
//!   Row       one row of A                                    InPlace   LOOP 3 alone: few rows, or a B below half the first cache
//!   PackedB   LOOP 3 alone, all of B one panel: few columns   Blocks    loops 5 to 1: all else, 512 x 512 and more
//! ```
//!
//! With n up to NC loop 5 turns once, with k up to KC loop 4 once, with m up to MC loop 3 once. `explain/blocks.rs` prints these very values.
//! Read next: `micro.rs`.

use alloc::vec::Vec;

use super::micro::{self, TALL};
use crate::kernel::element::SimdElement;
use crate::kernel::mat::Mat;
use crate::kernel::simd::{Kernel, Lanes, Simd, Tiled, dispatch};

/// Bytes of a column of B in a panel, KC elements. The longer, the fewer passes over C: a sliver may fill the first cache and more, for the second
/// hands it over as fast as multiply-adds take it.
pub(super) const COLUMN: usize = 4096;
/// Columns of B in a panel.
pub(super) const NC: usize = 1024;
/// Rows of A in a block: with COLUMN, 192 KiB.
pub(super) const MC: usize = 48;

/// Multiply-adds that pay for nothing but themselves.
const TINY: usize = 30;
/// Rows that are too few to pay for packing B.
const FEW: usize = 16;
/// Bytes of B from which it pays to pack it: half the first cache.
const SMALL: usize = 16 << 10;
/// Rows of A, and rows of A for each of B, from which it pays to pack a B however small: whole registers are loaded sooner than parts of them.
const MANY: (usize, usize) = (128, 16);
/// Columns that are too few to pay for packing A.
const NARROW: usize = 512;

/// How a product is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// There is nothing to multiply.
    Empty,
    /// The naive loops.
    Naive,
    /// Each row of C as a sum of rows of B: `axpy.rs`.
    Axpy,
    /// One row: `row.rs`.
    Row,
    /// LOOP 3 alone, B where it lies, and A too where its rows are contiguous.
    InPlace,
    /// LOOP 3 alone, A where it lies, all of B one panel.
    PackedB,
    /// Five loops, both packed by blocks.
    Blocks,
}

/// The strategy for a product: what its size and the layout of its operands repay.
#[inline(always)]
pub(super) fn strategy<T: SimdElement, S: Simd>(a: &Mat<'_, T>, b: &Mat<'_, T>) -> Strategy {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    if k == 0 || n == 0 {
        return Strategy::Empty;
    }
    if m.saturating_mul(k).saturating_mul(n) <= TINY {
        return Strategy::Naive;
    }
    let bytes = |elements: usize| elements.saturating_mul(k).saturating_mul(size_of::<T>());
    if !T::Vector::<S>::TILES || (!T::FLOAT && (m <= FEW || bytes(n) < SMALL)) {
        return Strategy::Axpy;
    }
    if !T::FLOAT {
        return Strategy::Blocks;
    }
    if m == 1 && a.has_rows() && b.has_rows() {
        return Strategy::Row;
    }
    let nr = 2 * T::Vector::<S>::LEN;
    let a_rows = a.is_row_wise();
    let many = a_rows && n <= NARROW && m >= MANY.0 && m / MANY.1 >= k;
    if b.has_rows() && (m <= FEW || (bytes(n) < SMALL && !many)) && (a_rows || bytes(m.min(MC)) <= MC * COLUMN) {
        Strategy::InPlace
    } else if a_rows && n <= NARROW && bytes(n.next_multiple_of(nr)) <= COLUMN * NC {
        Strategy::PackedB
    } else {
        Strategy::Blocks
    }
}

/// KC and MC for a product of so many rows and terms, with tiles `mr` high.
#[inline(always)]
pub(super) fn cuts<T>(m: usize, k: usize, mr: usize) -> (usize, usize) {
    (even(k, COLUMN / size_of::<T>(), 1), even(m, MC, mr))
}

/// The length of the parts when `n` is cut into as few as possible, none longer than `most`, and as even as multiples of `unit` allow.
#[inline(always)]
fn even(n: usize, most: usize, unit: usize) -> usize {
    if n <= most { n.next_multiple_of(unit) } else { n.div_ceil(n.div_ceil(most)).next_multiple_of(unit) }
}

/// What is decided for a product of some size.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) way: Strategy,
    /// Elements of a register, and of half of one where that is the quicker one for few.
    pub(crate) lanes: usize,
    half: usize,
    /// Rows of a tile.
    pub(crate) mr: usize,
    /// The longest of the parts into which m, k and n are cut.
    pub(crate) mc: usize,
    pub(crate) kc: usize,
    pub(crate) nc: usize,
}

/// A tile, in the order of the loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) i: usize,
    pub(crate) j: usize,
    /// Rows and columns that C has of it.
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    /// Rows and columns that are computed, and registers in each row.
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) vectors: usize,
}

/// The plan for (m, k) times (k, n) in C order, on one thread.
pub(in super::super) fn plan<T: SimdElement>(m: usize, n: usize, k: usize) -> Plan {
    dispatch(Sizes { a: in_rows::<T>(m, k), b: in_rows::<T>(k, n) })
}

/// The same for a type without registers.
pub(in super::super) fn plan_plain(m: usize, n: usize, k: usize) -> Plan {
    let way = if m == 0 || n == 0 || k == 0 { Strategy::Empty } else { Strategy::Axpy };
    Plan { way, lanes: 0, half: 0, mr: 0, mc: m, kc: k, nc: n }
}

/// A matrix in C order, without its elements.
fn in_rows<T>(rows: usize, cols: usize) -> Mat<'static, T> {
    Mat { data: &[], start: 0, rows, cols, row_stride: cols.max(1) as isize, col_stride: 1 }
}

struct Sizes<T: 'static> {
    a: Mat<'static, T>,
    b: Mat<'static, T>,
}

impl<T: SimdElement> Kernel for Sizes<T> {
    type Output = Plan;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Plan {
        let Sizes { a, b } = self;
        let (m, n, k) = (a.rows, b.cols, a.cols);
        let mut mr = 0;
        simd.tiled(Height(&mut mr));
        let way = strategy::<T, S>(&a, &b);
        let (kc, mc) = cuts::<T>(m, k, mr);
        let (mc, kc, nc) = match way {
            Strategy::Blocks => (mc, kc, NC.min(n)),
            Strategy::InPlace | Strategy::PackedB => (MC.min(m), k, n),
            _ => (m, k, n),
        };
        let half = <T::Vector<S> as Lanes<T, S>>::Half::LEN;
        Plan { way, lanes: T::Vector::<S>::LEN, half, mr, mc, kc, nc }
    }
}

/// Asks for the rows of a tile.
struct Height<'a>(&'a mut usize);

impl Tiled for Height<'_> {
    #[inline(always)]
    fn run<const MR: usize>(self) {
        *self.0 = MR;
    }
}

impl Plan {
    /// The tiles of a block of C, `mc` x `nc`: what loops 2 and 1 make of it.
    pub(crate) fn tiles(&self, mc: usize, nc: usize) -> Vec<Tile> {
        let cuts = self.way != Strategy::Blocks;
        let mut tiles = Vec::new();
        let mut j = 0;
        while j < nc {
            let strip = micro::strip(nc - j, (self.lanes, self.half), mc, cuts);
            let high = if strip.vectors == 1 && cuts { TALL } else { self.mr };
            let mut i = 0;
            while i < mc {
                let height = micro::height(mc - i, high, cuts, strip.lanes == self.lanes, strip.is_part());
                tiles.push(Tile {
                    i,
                    j,
                    rows: height.min(mc - i),
                    cols: strip.cols,
                    height,
                    width: strip.vectors * strip.lanes,
                    vectors: strip.vectors,
                });
                i += high;
            }
            j += strip.cols;
        }
        tiles
    }
}
