//! What the loops of a matrix product do, counted without multiplying, for `explain`.
//!
//! ```text
//!   strategy, block_sizes     as strategy.rs chooses them
//!   tiles                     as micro.rs takes them, in the order of loops 2 and 1
//! ```
//!
//! For operands in C order, on one thread. `explain/blocks.rs` shows it.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::micro::{self, TALL_MR};
use super::strategy::{MC, NC, Product, Strategy, block_sizes, strategy};
use crate::kernel::element::SimdElement;
use crate::kernel::simd::{Lanes, Simd, Tiled, dispatch, kernel_fn};

/// What is decided for a product of some size.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) strategy: Strategy,
    /// Elements of a register, and of half of one where that is the quicker one for few.
    pub(crate) lanes: usize,
    half: usize,
    /// Rows of a tile.
    pub(crate) mr: usize,
    /// The longest blocks of m, k and n.
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
    plan_of::<T>(Product::in_c_order(m, n, k), PhantomData)
}

/// The plan for a type without registers.
pub(in super::super) fn plan_plain(m: usize, n: usize, k: usize) -> Plan {
    let strategy = if m == 0 || n == 0 || k == 0 { Strategy::Empty } else { Strategy::Axpy };
    Plan { strategy, lanes: 0, half: 0, mr: 0, mc: m, kc: k, nc: n }
}

kernel_fn! {
    fn plan_of[T: SimdElement](product: Product, of: PhantomData<T>) -> Plan,
    dispatch, |simd| {
        let (PhantomData, &Product { m, n, k, .. }) = (of, &product);
        let mut mr = 0;
        simd.tiled(TileHeight(&mut mr));
        let strategy = strategy::<T, S>(&product);
        let (kc, mc) = block_sizes::<T>(m, k, mr);
        let (mc, kc, nc) = match strategy {
            Strategy::Blocks => (mc, kc, NC.min(n)),
            Strategy::InPlace | Strategy::PackedB => (MC.min(m), k, n),
            _ => (m, k, n),
        };
        let half = <T::Vector<S> as Lanes<T, S>>::Half::LEN;
        Plan { strategy, lanes: T::Vector::<S>::LEN, half, mr, mc, kc, nc }
    }
}

/// Asks for the rows of a tile.
struct TileHeight<'a>(&'a mut usize);

impl Tiled for TileHeight<'_> {
    #[inline(always)]
    fn call<const MR: usize>(self) {
        *self.0 = MR;
    }
}

impl Plan {
    /// The tiles of a block of C, `mc` x `nc`: what loops 2 and 1 make of it.
    pub(crate) fn tiles(&self, mc: usize, nc: usize) -> Vec<Tile> {
        assert!(self.lanes > 0); // else there are no tiles
        let short_tiles = self.strategy != Strategy::Blocks;
        let mut tiles = Vec::new();
        let mut j = 0;
        while j < nc {
            let strip = micro::strip(nc - j, (self.lanes, self.half), mc, short_tiles);
            let high = if strip.vectors == 1 && short_tiles { TALL_MR } else { self.mr };
            let mut i = 0;
            while i < mc {
                let height = micro::height(mc - i, high, short_tiles, strip.lanes == self.lanes, strip.is_masked());
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
