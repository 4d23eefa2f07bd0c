//! The transpose of a square of registers: as many rows as a register has lanes.
//!
//! ```text
//!   a0 a1 a2 a3      a0 a1 b0 b1      a0 b0 c0 d0      halves of two registers, then halves of those, each
//!   b0 b1 b2 b3  ->  a2 a3 b2 b3  ->  a2 b2 c2 d2      time for all pairs whose numbers differ in one bit: n by n
//!   c0 c1 c2 c3      c0 c1 d0 d1      a1 b1 c1 d1      elements take n log2(n) instructions, and not a load and a
//!   d0 d1 d2 d3      c2 c3 d2 d3      a3 b3 c3 d3      store each
//! ```
//!
//! By bits of the numbers of a register and of a lane: each step swaps one of both. Bits alone are moved. Used where
//! rows are needed as columns and stay in registers: `../elementwise/transpose.rs`, `../gemm/narrow.rs`. Copies four by
//! four, at every level: `transpose` in `mod.rs`.

use super::{Lanes, Simd};

/// The square of the first `SQUARE` registers, row `c` of it column `c` of `square`; the others are as they were.
#[inline(always)]
pub(crate) fn turn<T, V: Lanes<T, S>, S: Simd>(mut square: [V; 16]) -> [V; 16] {
    // Within 16 bytes there are two elements or four, and in a register two or four times 16 bytes.
    let (blocks, block) = (V::BLOCKS, V::LEN / V::BLOCKS.max(1));
    if block == 4 {
        zip_pairs(&mut square, 2, 1);
        zip_pairs(&mut square, 1, 2);
    } else {
        zip_pairs(&mut square, 1, 1);
    }
    if blocks == 4 {
        zip_pairs(&mut square, 2 * block, block);
        zip_pairs(&mut square, block, 2 * block);
    } else {
        zip_pairs(&mut square, block, block);
    }
    let mut turned = square;
    unroll!(r < V::SQUARE, at most 16, {
        turned[r] = square[register_of(r, block, blocks)];
    });
    turned
}

/// Zips the halves of groups of `2 * half` lanes, for all pairs of registers whose numbers differ in `bit` alone.
#[inline(always)]
fn zip_pairs<T, V: Lanes<T, S>, S: Simd>(square: &mut [V; 16], half: usize, bit: usize) {
    unroll!(i < V::SQUARE, at most 16, {
        if i & bit == 0 {
            (square[i], square[i | bit]) = square[i].zip_halves(square[i | bit], half);
        }
    });
}

/// The register with row `r` at the end: where there are four blocks, or four lanes to a block, the two bits of their
/// numbers are swapped.
#[inline(always)]
const fn register_of(r: usize, block: usize, blocks: usize) -> usize {
    let (within, which) = (r % block, r / block);
    let within = if block == 4 { swapped(within) } else { within };
    let which = if blocks == 4 { swapped(which) } else { which };
    which * block + within
}

/// Two bits in the other order.
#[inline(always)]
const fn swapped(bits: usize) -> usize {
    bits >> 1 | (bits & 1) << 1
}
