//! `matmul_blocks(m, n, k)`: the strategy of the product (m, k)·(k, n), its loops, blocks, loads and stores.
//!
//! ```text
//!               n                   LOOP 5  n by NC      a panel of B, KC x NC       third cache
//!            +-----+                LOOP 4  k by KC      a block of A, MC x KC       second cache
//!          k |  B  |                LOOP 3  m by MC      a sliver of B, KC x NR      first two
//!            +-----+                LOOP 2  NC by NR     a tile of C, MR x NR        registers
//!      m |A| |  C  |                LOOP 1  MC by MR
//! ```
//!
//! Strategy and sizes are those of `kernel/gemm/strategy.rs` and `blocks.rs`; tiles are counted as the loops make them.
//! The second cache is this machine's, the others are those that the sizes are meant for. For operands in C order, on
//! one thread. How it is shown: `blocks/show.rs`. Why all this: `blocks/story.rs`.

mod show;
mod story;

use alloc::vec::Vec;

use super::refused;
use crate::error::Result;
use crate::kernel::closed::Element;
use crate::kernel::scalar::DType;
use crate::kernel::simd::{Level, level};
use crate::kernel::{Plan, Strategy, Tile};

/// The longest axis there may be.
const MAX_AXIS: usize = 1_000_000;

/// The plan of a matrix product: see [`matmul_blocks`].
#[derive(Clone, Debug)]
pub struct Blocks {
    size: (usize, usize, usize),
    dtype: DType,
    level: Level,
    way: Way,
    plan: Plan,
    /// The tiles of the first block of C, in order.
    first: Vec<Tile>,
    counts: Counts,
}

/// How a matrix product is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// There is nothing to multiply: the result is zeros, or empty.
    Empty,
    /// One term to each cell: a column times a row, element by element.
    Outer,
    /// The naive loops: too few multiply-adds for anything faster.
    Definition,
    /// Each row of the result as a sum of rows of B: types and levels without tiles of registers.
    Axpy,
    /// One row times a matrix: its chains in the lanes of registers.
    Row,
    /// Few columns: the rows of A in the lanes, columns of B one after another.
    Narrow,
    /// Both operands in place; k is not divided.
    InPlace,
    /// A in place, all of B packed as one panel; k is not divided.
    PackedB,
    /// Both packed, block by block.
    Blocks,
}

/// What the loops do, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Multiply-adds that the product consists of: m n k.
    pub multiply_adds: u128,
    /// Multiply-adds of the tiles, including those of rows and columns past the edge of C. From here on 0 without
    /// tiles.
    pub in_tiles: u128,
    /// Tiles, once for each block of k.
    pub tiles: u128,
    /// Elements of A copied.
    pub packed_a: u128,
    /// Elements of B copied.
    pub packed_b: u128,
    /// Elements of A that the micro-kernel loads, each into all lanes of a register.
    pub loads_a: u128,
    /// Registers of B that it loads.
    pub loads_b: u128,
    /// Elements in them.
    pub elements_b: u128,
    /// Registers of C that it loads, to continue their chains.
    pub loads_c: u128,
    /// Registers of C that it stores.
    pub stores_c: u128,
}

/// The plan of the product of (m, k) and (k, n), for elements of type `T` at the level in force.
///
/// # Errors
/// [`Error::Explain`](crate::Error::Explain) for an axis of more than a million.
///
/// ```
/// use nptensor::explain;
/// let blocks = explain::matmul_blocks::<f32>(100, 100, 100)?;
/// assert_eq!(blocks.counts().multiply_adds, 1_000_000);
/// assert_eq!(blocks.loops().last().unwrap().name, "p");
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn matmul_blocks<T: Element>(m: usize, n: usize, k: usize) -> Result<Blocks> {
    if m.max(n).max(k) > MAX_AXIS {
        let longest = m.max(n).max(k);
        return refused([
            format!("an axis of {longest} is too long to explain: at most {MAX_AXIS}"),
            format!("长度为 {longest} 的轴太长，无法解释：最多 {MAX_AXIS}"),
        ]);
    }
    let plan = T::PLAN(m, n, k);
    let way = match plan.strategy {
        _ if m == 0 || n == 0 => Way::Empty,
        // These are elementwise: see `tensor/matmul.rs`.
        _ if k == 1 => Way::Outer,
        Strategy::Empty => Way::Empty,
        Strategy::Naive => Way::Definition,
        Strategy::Axpy => Way::Axpy,
        Strategy::Row => Way::Row,
        Strategy::Narrow => Way::Narrow,
        Strategy::InPlace => Way::InPlace,
        Strategy::PackedB => Way::PackedB,
        Strategy::Blocks => Way::Blocks,
    };
    let tiled = matches!(way, Way::InPlace | Way::PackedB | Way::Blocks);
    let first = if tiled { plan.tiles(plan.blocks.mc.min(m), plan.blocks.nc.min(n)) } else { Vec::new() };
    let counts = Counts::new(way, &plan, (m, n, k));
    Ok(Blocks { size: (m, n, k), dtype: T::DTYPE, level: level(), way, plan, first, counts })
}

/// One of the loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// `LOOP 5` to `LOOP 1`, and `p`, the terms of a tile.
    pub name: &'static str,
    /// Which axis it goes along: `m`, `n` or `k`.
    pub along: &'static str,
    /// How far it goes.
    pub length: usize,
    /// The step.
    pub step: usize,
}

impl Loop {
    /// The number of iterations.
    pub fn turns(&self) -> usize {
        self.length.div_ceil(self.step.max(1))
    }
}

impl Blocks {
    /// m, n and k.
    pub fn size(&self) -> (usize, usize, usize) {
        self.size
    }

    /// How it is done.
    pub fn way(&self) -> Way {
        self.way
    }

    /// The instruction set.
    pub fn level(&self) -> Level {
        self.level
    }

    /// MR and NR: the rows and columns of a tile.
    pub fn tile(&self) -> (usize, usize) {
        (self.plan.mr, self.plan.nr)
    }

    /// Rows and columns of the first tile: one register to a row, and more rows, where few columns are read in place.
    pub(crate) fn first_tile(&self) -> (usize, usize) {
        self.first.first().map_or(self.tile(), |tile| (tile.height, tile.width))
    }

    /// MC, NC and KC: the longest parts of m, n and k.
    pub fn block(&self) -> (usize, usize, usize) {
        (self.plan.blocks.mc, self.plan.blocks.nc, self.plan.blocks.kc)
    }

    /// What the loops do, counted.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The top left corners of the tiles of the first block of C, in the order in which they are computed.
    pub fn order(&self) -> Vec<(usize, usize)> {
        self.first.iter().map(|tile| (tile.i, tile.j)).collect()
    }

    /// The loops, the outermost first; those that are not needed have one iteration. Without tiles there are none.
    pub fn loops(&self) -> Vec<Loop> {
        if self.first.is_empty() {
            return Vec::new();
        }
        let ((m, n, k), (mc, nc, kc), (mr, nr)) = (self.size, self.block(), self.first_tile());
        let all = [
            ("LOOP 5", "n", n, nc),
            ("LOOP 4", "k", k, kc),
            ("LOOP 3", "m", m, mc),
            ("LOOP 2", "n", nc.min(n), nr),
            ("LOOP 1", "m", mc.min(m), mr),
            ("p", "k", kc.min(k), 1),
        ];
        all.map(|(name, along, length, step)| Loop { name, along, length, step }).into()
    }
}

impl Counts {
    fn new(way: Way, plan: &Plan, (m, n, k): (usize, usize, usize)) -> Self {
        let mut counts = Counts { multiply_adds: m as u128 * n as u128 * k as u128, ..Counts::default() };
        if !matches!(way, Way::InPlace | Way::PackedB | Way::Blocks) {
            return counts;
        }
        if way != Way::InPlace {
            counts.packed_b = k as u128 * n as u128;
        }
        if way == Way::Blocks {
            counts.packed_a = m as u128 * k as u128 * n.div_ceil(plan.blocks.nc) as u128;
        }
        // Whole blocks and the rest.
        for (mc, times_m) in parts(m, plan.blocks.mc) {
            for (nc, times_n) in parts(n, plan.blocks.nc) {
                counts.add(&plan.tiles(mc, nc), times_m * times_n, k, k.div_ceil(plan.blocks.kc));
            }
        }
        counts
    }

    /// The tiles of blocks of C, `times` of them, each computed in `turns` blocks of k.
    fn add(&mut self, tiles: &[Tile], times: u128, k: usize, turns: usize) {
        let (k, turns) = (k as u128, turns as u128);
        for tile in tiles {
            let [rows, height, width, vectors] = [tile.rows, tile.height, tile.width, tile.vectors].map(|n| n as u128);
            self.tiles += times * turns;
            self.in_tiles += times * height * width * k;
            self.loads_a += times * height * k;
            self.loads_b += times * vectors * k;
            self.elements_b += times * width * k;
            self.loads_c += times * rows * vectors * (turns - 1);
            self.stores_c += times * rows * vectors * turns;
        }
    }
}

/// The lengths of the parts of `n`, and how many there are of each.
fn parts(n: usize, part: usize) -> impl Iterator<Item = (usize, u128)> {
    [(part, (n / part) as u128), (n % part, 1)].into_iter().filter(|&(length, times)| length > 0 && times > 0)
}
