//! What the loops of a matrix product do, counted without multiplying: for those who want to see it.
//!
//! ```text
//!   way, cuts     what gemm.rs decides          slivers     its own LOOPS 2 and 1, over operands of no length: they write down where each
//!                                                            tile is, in the order in which they come to it
//! ```
//!
//! For operands in C order, on one thread. It is shown by `explain/blocks.rs`.

use alloc::vec::Vec;

use super::element::Element;
use super::gemm::{MC, NC, Way, cuts, way};
use super::mat::Mat;
use super::micro::slivers;
use super::operands::{Panels, Slivers, Tiles};
use super::simd::{Kernel, Lanes, Simd, Tiled, dispatch};

/// What is decided for a product of some size.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) way: Way,
    /// Elements of a register.
    pub(crate) lanes: usize,
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

/// The plan for (m, k) times (k, n).
pub(crate) fn plan<T: Element>(m: usize, n: usize, k: usize) -> Plan {
    let mut plan = Plan { way: Way::Empty, lanes: 0, mr: 0, mc: 0, kc: 0, nc: 0 };
    let (a, b) = (rows_of::<T>(m, k), rows_of::<T>(k, n));
    dispatch(Sizes { a, b, plan: &mut plan });
    plan
}

/// The tiles of a block of C, `mc` x `nc`.
pub(crate) fn tiles<T: Element>(plan: &Plan, mc: usize, nc: usize) -> Vec<Tile> {
    let mut tiles = Vec::new();
    dispatch(Block::<T> {
        in_place: plan.way != Way::Blocks,
        mc,
        nc,
        tiles: &mut tiles,
        of: core::marker::PhantomData,
    });
    tiles
}

/// A matrix in C order, without its elements.
fn rows_of<T>(rows: usize, cols: usize) -> Mat<'static, T> {
    Mat { data: &[], start: 0, rows, cols, row_stride: cols.max(1) as isize, col_stride: 1 }
}

struct Sizes<'a, T> {
    a: Mat<'a, T>,
    b: Mat<'a, T>,
    plan: &'a mut Plan,
}

impl<T: Element> Kernel for Sizes<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        self.plan.way = way::<T, S>(&self.a, &self.b);
        self.plan.lanes = T::Vector::<S>::LEN;
        simd.tiled(self);
    }
}

impl<T: Element> Tiled for Sizes<'_, T> {
    #[inline(always)]
    fn run<const MR: usize>(self) {
        let (m, n, k) = (self.a.rows, self.b.cols, self.a.cols);
        let (kc, mc) = cuts::<T>(m, k, MR);
        let (mc, kc, nc) = match self.plan.way {
            Way::Blocks => (mc, kc, NC.min(n)),
            Way::InPlace | Way::PackedB => (MC.min(m), k, n),
            _ => (m, k, n),
        };
        *self.plan = Plan { mr: MR, mc, kc, nc, ..*self.plan };
    }
}

struct Block<'a, T> {
    in_place: bool,
    mc: usize,
    nc: usize,
    tiles: &'a mut Vec<Tile>,
    of: core::marker::PhantomData<T>,
}

impl<T: Element> Kernel for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        simd.tiled(Count { simd, block: self });
    }
}

struct Count<'a, T, S> {
    simd: S,
    block: Block<'a, T>,
}

impl<T: Element, S: Simd> Tiled for Count<'_, T, S> {
    #[inline(always)]
    fn run<const MR: usize>(self) {
        let Block { in_place, mc, nc, tiles, .. } = self.block;
        // No row, but where one would be: slivers begin at any register of it.
        let row = [T::ZERO; 64];
        let (b, mut c) = (Slivers { data: &row, kc: 0 }, Written { tiles });
        if in_place {
            let a = Mat::<T> { row_stride: 0, ..rows_of(mc, 0) };
            slivers::<T, S, _, _, MR>(self.simd, a, b, &mut c, nc);
        } else {
            slivers::<T, S, _, _, MR>(self.simd, Panels::<T> { data: &[], rows: mc }, b, &mut c, nc);
        }
    }
}

/// A C that takes down which tiles come.
struct Written<'a> {
    tiles: &'a mut Vec<Tile>,
}

impl<T: Element> Tiles<T> for Written<'_> {
    #[inline(always)]
    fn end<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        _acc: [[V; NV]; HEIGHT],
        (i, j): (usize, usize),
        height: usize,
        tail: usize,
    ) {
        let cols = if TAIL { (NV - 1) * V::LEN + tail } else { NV * V::LEN };
        self.tiles.push(Tile { i, j, rows: height, cols, height: HEIGHT, vectors: NV, width: NV * V::LEN });
    }
}
