//! What the loops of a matrix product do, counted without multiplying, for `explain`.
//!
//! ```text
//!   strategy, blocks          as strategy.rs and blocks.rs choose them
//!   tiles                     as micro.rs takes them, in the order of loops 2 and 1
//! ```
//!
//! For operands in C order, on one thread. `explain/blocks.rs` shows it.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::blocks::{Blocks, second_cache};
use super::micro::{self, TALL_MR};
use super::strategy::{IN_PLACE_ROWS, Product, Strategy, strategy};
use crate::kernel::element::SimdElement;
use crate::kernel::simd::{Lanes, Simd, Tiled, dispatch, kernel_fn};

/// What is decided for a product of some size.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) strategy: Strategy,
    /// Elements of a register, and of half of one where that is the quicker one for few.
    pub(crate) lanes: usize,
    half: usize,
    /// Rows and columns of a whole tile.
    pub(crate) mr: usize,
    pub(crate) nr: usize,
    pub(crate) blocks: Blocks,
    /// Bytes of the second cache, which the height of a block of A follows.
    pub(crate) second_cache: usize,
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
    Plan { strategy, lanes: 0, half: 0, mr: 0, nr: 0, blocks: Blocks { mc: m, kc: k, nc: n }, second_cache: 0 }
}

kernel_fn! {
    fn plan_of[T: SimdElement](product: Product, of: PhantomData<T>) -> Plan,
    dispatch, |simd| {
        let (PhantomData, &Product { m, n, k, .. }) = (of, &product);
        let (mut tile, strategy) = ((0, 0), strategy::<T, S>(&product));
        simd.tiled(TileSize(&mut tile));
        let vectors = if strategy == Strategy::Blocks { tile.1 } else { 2 };
        let (lanes, mr, half) = (T::Vector::<S>::LEN, tile.0, <T::Vector<S> as Lanes<T, S>>::Half::LEN);
        let nr = vectors * lanes;
        let blocks = match strategy {
            Strategy::Blocks => Blocks::of_machine::<T>().of_product((m, k, n), (mr, nr)),
            Strategy::InPlace | Strategy::PackedB => Blocks { mc: IN_PLACE_ROWS.min(m), kc: k, nc: n },
            _ => Blocks { mc: m, kc: k, nc: n },
        };
        Plan { strategy, lanes, half, mr, nr, blocks, second_cache: second_cache() }
    }
}

/// The rows of a tile, and the vectors of each.
struct TileSize<'a>(&'a mut (usize, usize));

impl Tiled for TileSize<'_> {
    #[inline(always)]
    fn call<const MR: usize, const NV: usize>(self) {
        *self.0 = (MR, NV);
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
            let whole = self.nr / self.lanes;
            let strip = micro::strip(nc - j, whole, (self.lanes, self.half), mc, short_tiles);
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
