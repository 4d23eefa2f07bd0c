//! The micro-kernel: one tile of C in registers while p advances, and the two loops that call it.
//!
//! ```text
//!                     B   p  [ b0 b1 .. | .. ]      a micro-panel of B: rows of NV vectors, `stride` apart
//!                            |
//!   A  [ x ]  ----> splat x  v                      for p in 0..kc
//!   i  [ x ]        C  i  [ acc | acc ]               for i in 0..MR   C[i][..] = fma(A[i][p], B[p][..], C[i][..])
//!      [ x ]              [ acc | acc ]
//!                                                   6 x 2 vectors with 16 registers; with 32, 8 x 2 where A
//!                                                   is read in place, and 8 x 3 where it is packed
//! ```
//!
//! LOOP 1 is compiled as a function of its own, so that its registers hold nothing but the tile and the next addresses.
//! Loops 2 and 1 together are BLIS's macro-kernel. Blocks and packing are in `mod.rs`. Read next: `operands.rs`, then
//! `../simd/mod.rs`.

use core::marker::PhantomData;

use super::operands::{Columns, OperandA, OperandB};
use crate::kernel::element::SimdElement;
use crate::kernel::memory::Grid;
use crate::kernel::simd::{Kernel, Lanes, Simd};

/// Rows of a tile that is one vector wide: a processor that starts two multiply-adds a cycle and ends them four cycles
/// later has so many chains in flight.
pub(super) const TALL_MR: usize = 8;

/// What the columns of a tile come in.
trait Width {
    /// Whether there are tiles of 4 rows too, for the last rows: only where they are worth their code.
    const SHORT_TILES: bool;
    /// One of these.
    type Vector<T: SimdElement, S: Simd>: Lanes<T, S>;
}

/// Registers.
struct Whole;

impl Width for Whole {
    const SHORT_TILES: bool = true;
    type Vector<T: SimdElement, S: Simd> = T::Vector<S>;
}

/// Halves of them, where these are quicker.
struct Half;

impl Width for Half {
    const SHORT_TILES: bool = false;
    type Vector<T: SimdElement, S: Simd> = <T::Vector<S> as Lanes<T, S>>::Half;
}

/// Rows of an A read in place from which half registers pay: with fewer rows, the last columns take a whole register.
const HALF_MIN_ROWS: usize = 32;

/// One iteration of LOOP 2: a number of vectors of columns.
#[derive(Clone, Copy)]
pub(super) struct Strip {
    pub(super) vectors: usize,
    /// Lanes of each: those of a register, or of half of one.
    pub(super) lanes: usize,
    /// Columns that C has of them.
    pub(super) cols: usize,
}

impl Strip {
    /// Whether it is one vector, or several of which C has fewer columns: the last vector is loaded and stored masked.
    #[inline(always)]
    pub(super) fn is_masked(&self) -> bool {
        self.vectors == 1 || self.cols < self.vectors * self.lanes
    }
}

/// The next strip, of `remaining` columns: a whole micro-panel of `whole` vectors as long as there is one. The last
/// columns go one register at a time, the last of them half of one where that is enough; or, where A is in place and
/// halves do not pay, as a masked micro-panel.
#[inline(always)]
pub(super) fn strip(
    remaining: usize,
    whole: usize,
    (len, half): (usize, usize),
    rows: usize,
    short_tiles: bool,
) -> Strip {
    let half_pays = half < len && (rows >= HALF_MIN_ROWS || !short_tiles);
    let (vectors, lanes) = match remaining {
        _ if remaining >= whole * len => (whole, len),
        _ if remaining > len && !half_pays && short_tiles => (whole, len),
        _ if remaining > half || !half_pays => (1, len),
        _ => (1, half),
    };
    Strip { vectors, lanes, cols: remaining.min(vectors * lanes) }
}

/// The rows of the next tile, of `remaining` rows: `high`, or fewer where a lower tile is enough.
#[inline(always)]
pub(super) fn height(remaining: usize, high: usize, short_tiles: bool, whole: bool, masked: bool) -> usize {
    match remaining {
        1 if short_tiles && !masked => 1,
        1..=4 if short_tiles && whole && high > 4 => 4,
        _ => high,
    }
}

/// LOOP 2: micro-panels of B, NR columns wide, which are `WHOLE` vectors; `cols` columns in all.
#[inline(always)]
pub(super) fn macro_kernel<T: SimdElement, S: Simd, L: OperandA<T>, const MR: usize, const WHOLE: usize>(
    simd: S,
    a: L,
    b: &OperandB<'_, T>,
    c: &mut Grid<'_, T>,
    cols: usize,
) {
    let (len, half) = (T::Vector::<S>::LEN, <Half as Width>::Vector::<T, S>::LEN);
    let mut j = 0;
    while j < cols {
        let strip = strip(cols - j, WHOLE, (len, half), a.rows(), L::SHORT_TILES);
        let width = strip.cols;
        match (strip.vectors, strip.lanes == len) {
            (2.., _) if !strip.is_masked() => {
                simd.call(Loop1::<T, Whole, L, MR, WHOLE, WHOLE, false> { a, b, j, c, width, of: PhantomData })
            }
            // Packed operands never get here: their last columns go one register at a time.
            (2.., _) => {
                if const { L::SHORT_TILES } {
                    simd.call(Loop1::<T, Whole, L, MR, WHOLE, WHOLE, true> { a, b, j, c, width, of: PhantomData })
                }
            }
            (_, true) => simd.call(Loop1::<T, Whole, L, MR, 1, WHOLE, true> { a, b, j, c, width, of: PhantomData }),
            _ => {
                if const { <Half as Width>::Vector::<T, S>::LEN < T::Vector::<S>::LEN } {
                    simd.call(Loop1::<T, Half, L, MR, 1, WHOLE, true> { a, b, j, c, width, of: PhantomData })
                }
            }
        }
        j += strip.cols;
    }
}

/// LOOP 1: the tiles of one micro-panel of B, from the top to the bottom of a block of A; `width` columns of it. With
/// `TAIL` the last of the NV vectors may be masked. A packed micro-panel has WHOLE vectors.
struct Loop1<'x, 'c, T, W, L, const MR: usize, const NV: usize, const WHOLE: usize, const TAIL: bool> {
    a: L,
    b: &'x OperandB<'x, T>,
    /// The first of its columns.
    j: usize,
    c: &'x mut Grid<'c, T>,
    width: usize,
    of: PhantomData<W>,
}

impl<T: SimdElement, W: Width, L: OperandA<T>, const MR: usize, const NV: usize, const WHOLE: usize, const TAIL: bool>
    Kernel for Loop1<'_, '_, T, W, L, MR, NV, WHOLE, TAIL>
{
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(mut self, simd: S) {
        // One register to a row leaves space for more rows, where A allows these.
        let high = if NV == 1 && L::SHORT_TILES { TALL_MR } else { MR };
        let mut i = 0;
        while i < self.a.rows() {
            match height(self.a.rows() - i, high, L::SHORT_TILES, W::SHORT_TILES, TAIL) {
                1 if L::SHORT_TILES && !TAIL => self.tile::<S, 1>(simd, i),
                4 if L::SHORT_TILES && W::SHORT_TILES && high > 4 => self.tile::<S, 4>(simd, i),
                _ if high == TALL_MR => self.tile::<S, TALL_MR>(simd, i),
                _ => self.tile::<S, MR>(simd, i),
            }
            i += high;
        }
    }
}

impl<T: SimdElement, W: Width, L: OperandA<T>, const MR: usize, const NV: usize, const WHOLE: usize, const TAIL: bool>
    Loop1<'_, '_, T, W, L, MR, NV, WHOLE, TAIL>
{
    /// The micro-kernel: `HEIGHT` rows from row `i`, of which those that C has are stored.
    #[inline(always)]
    fn tile<S: Simd, const HEIGHT: usize>(&mut self, simd: S, i: usize) {
        let rows = HEIGHT.min(self.a.rows() - i);
        // Without `TAIL` the width is a constant, which removes the branches of masked loads and stores.
        let width = if TAIL { self.width } else { NV * W::Vector::<T, S>::LEN };
        let mut acc = self.c.load::<S, W::Vector<T, S>, HEIGHT, NV>(simd, rows, width);
        let (nr, kc) = (WHOLE * T::Vector::<S>::LEN, self.b.kc);
        let (a, b) = (self.a.rows_from::<HEIGHT>(i, kc), self.b.micro_panel(self.j, nr));
        if const { !L::SHORT_TILES } || (TAIL && self.b.packed) {
            // Zeros fill up the rows of a packed micro-panel: they are loaded whole. Narrow tiles take several steps of
            // p at a time, for the overhead of the loop is measurable there.
            let steps = if NV == 1 { 4 } else { 1 };
            // When `j` is inside the last micro-panel, its last row is shorter.
            let whole = (kc / steps).min(b.len() / (steps * nr)) * steps;
            for (rows, p) in b.chunks_exact(steps * nr).zip((0..whole).step_by(steps)) {
                for step in 0..steps {
                    multiply_add(simd, &a.at(p + step), &self.row::<S>(simd, &rows[step * nr..]), &mut acc);
                }
            }
            for p in whole..kc {
                multiply_add(simd, &a.at(p), &self.row::<S>(simd, &b[p * nr..]), &mut acc);
            }
        } else {
            for p in 0..kc {
                let row = &b[p * self.b.stride..];
                let row = if TAIL { self.masked_row::<S>(simd, row) } else { self.row::<S>(simd, row) };
                multiply_add(simd, &a.at(p), &row, &mut acc);
            }
        }
        self.c.push::<S, W::Vector<T, S>, HEIGHT, NV>(acc, rows, width);
    }

    /// NV vectors at the beginning of a row of B.
    #[inline(always)]
    fn row<S: Simd>(&self, simd: S, row: &[T]) -> [W::Vector<T, S>; NV] {
        let len = W::Vector::<T, S>::LEN;
        let row = &row[..NV * len];
        let mut out = [W::Vector::<T, S>::splat(simd, T::ZERO); NV];
        for v in 0..NV {
            out[v] = W::Vector::<T, S>::load(simd, &row[v * len..]);
        }
        out
    }

    /// NV vectors of a row of B that has `width` columns of them: the last vector is loaded masked.
    #[inline(always)]
    fn masked_row<S: Simd>(&self, simd: S, row: &[T]) -> [W::Vector<T, S>; NV] {
        let len = W::Vector::<T, S>::LEN;
        let row = &row[..self.width];
        let mut out = [W::Vector::<T, S>::splat(simd, T::ZERO); NV];
        for v in 0..NV - 1 {
            out[v] = W::Vector::<T, S>::load(simd, &row[v * len..]);
        }
        out[NV - 1] = W::Vector::<T, S>::load_masked(simd, &row[(NV - 1) * len..]);
        out
    }
}

/// One step of p: each element of a column of A times each vector of a row of B.
#[inline(always)]
fn multiply_add<T: SimdElement, S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize>(
    simd: S,
    column: &[T; HEIGHT],
    row: &[V; NV],
    acc: &mut [[V; NV]; HEIGHT],
) {
    for r in 0..HEIGHT {
        let x = V::splat(simd, column[r]);
        for v in 0..NV {
            acc[r][v] = x.mul_add(row[v], acc[r][v]);
        }
    }
}
