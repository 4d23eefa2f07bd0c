//! A square of elements whose columns lie side by side, turned round in registers: as many rows as a register has lanes.
//!
//! ```text
//!   a0 a1 a2 a3      a0 a1 b0 b1      a0 b0 c0 d0      halves of two registers, then halves of those, each time of all pairs whose
//!   b0 b1 b2 b3  ->  a2 a3 b2 b3  ->  a2 b2 c2 d2      numbers differ in one bit, another bit each time: for n by n elements
//!   c0 c1 c2 c3      c0 c1 d0 d1      a1 b1 c1 d1      n log2(n) instructions, where one by one each element would be
//!   d0 d1 d2 d3      c2 c3 d2 d3      a3 b3 c3 d3      loaded and stored
//! ```
//!
//! In the end the rows stand in another order, the same for every register of a type: `seat` knows it. Levels whose registers are arrays have no squares
//! (`FloatLanes::SQUARE` is 0). Used by `across.rs`.

use crate::kernel::element::SimdFloat;
use crate::kernel::mat::Mat;
use crate::kernel::simd::{FloatLanes, Kernel, Lanes, Simd};

/// Elements of the largest square.
pub(super) const MOST: usize = 16 * 16;

/// The square at `(row, col)` of `x`, whose columns lie side by side, into `to`, row after row.
pub(super) struct Turn<'x, 't, T> {
    pub(super) x: Mat<'x, T>,
    pub(super) row: usize,
    pub(super) col: usize,
    pub(super) to: &'t mut [T; MOST],
}

impl<T: SimdFloat> Kernel for Turn<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Turn { x, row, col, to } = self;
        let mut square = [T::FloatVector::<S>::splat(simd, T::ZERO); 16];
        unroll!(c < T::FloatVector::<S>::SQUARE, at most 16, {
            square[c] = T::FloatVector::<S>::load(simd, &x.data[x.place(row, col + c)..]);
        });
        // Within 16 bytes there are two elements or four, and in a register two or four times 16 bytes.
        let (blocks, block) =
            (T::FloatVector::<S>::BLOCKS, T::FloatVector::<S>::LEN / T::FloatVector::<S>::BLOCKS.max(1));
        if block == 4 {
            halves(&mut square, 2, 1);
            halves(&mut square, 1, 2);
        } else {
            halves(&mut square, 1, 1);
        }
        if blocks == 4 {
            halves(&mut square, 2 * block, block);
            halves(&mut square, block, 2 * block);
        } else {
            halves(&mut square, block, block);
        }
        unroll!(r < T::FloatVector::<S>::SQUARE, at most 16, {
            square[seat(r, block, blocks)].store(&mut to[r * T::FloatVector::<S>::LEN..]);
        });
    }
}

/// Lower and upper halves, in groups of `2 * half` lanes, of all pairs of registers whose numbers differ in `bit` alone.
#[inline(always)]
fn halves<T, V: FloatLanes<T, S>, S: Simd>(square: &mut [V; 16], half: usize, bit: usize) {
    unroll!(i < V::SQUARE, at most 16, {
        if i & bit == 0 {
            (square[i], square[i | bit]) = square[i].halves(square[i | bit], half);
        }
    });
}

/// The register that has row `r`: where there are four of a kind, the two bits that say which change places.
#[inline(always)]
const fn seat(r: usize, block: usize, blocks: usize) -> usize {
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
