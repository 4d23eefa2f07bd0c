//! The micro-kernel: one tile of C in registers while p runs, and the two loops that call it.
//!
//! ```text
//!                     B   p  [ b0 b1 .. | .. ]      a sliver: rows of NV vectors, `stride` apart
//!                            |
//!   A  [ x ]  ----> splat x  v                      for p in 0..kc   for i in 0..MR   C[i][..] = fma(A[i][p], B[p][..], C[i][..])
//!   i  [ x ]        C  i  [ acc | acc ]
//!      [ x ]              [ acc | acc ]             6 x 2 vectors with 16 registers, 8 x 2 with 32
//! ```
//!
//! LOOP 1 is compiled as a function of its own, so that its registers hold nothing but the tile and where to read next. Beside a packed sliver p goes in
//! steps of four, so that bounds are looked at once for the four.
//!
//! It knows neither blocks nor packing, which are in `gemm.rs`, nor how operands lie. Read next: `operands.rs`, then `simd/mod.rs`.

use core::marker::PhantomData;

use super::element::Element;
use super::operands::{Columns, Left, Right, Tiles, load};
use super::simd::{Kernel, Lanes, Simd};

/// Rows of a tile one vector wide: so many chains are on their way in a processor that starts two multiply-adds a cycle and ends them four cycles later.
const TALL: usize = 8;

/// What the columns of a tile come in.
trait Width {
    /// Whether there are tiles of 4 rows too, for what is left below the others: they have to be worth their code.
    const CUTS: bool;
    /// One of these.
    type Vector<T: Element, S: Simd>: Lanes<T, S>;
}

/// Registers.
struct Whole;

impl Width for Whole {
    const CUTS: bool = true;
    type Vector<T: Element, S: Simd> = T::Vector<S>;
}

/// Halves of them, where these are quicker.
struct Half;

impl Width for Half {
    const CUTS: bool = false;
    type Vector<T: Element, S: Simd> = <T::Vector<S> as Lanes<T, S>>::Half;
}

/// Rows of A, read where they lie, from which halves pay: what is left below whole tiles is computed as a whole one.
const WORTH_HALVES: usize = 32;

/// LOOP 2: slivers of B, NR columns wide, `cols` columns in all. What is left of the last goes one register at a time, the last of them half of one where
/// that is enough; or, where halves do not pay, as a whole sliver in part.
#[inline(always)]
pub(super) fn slivers<T: Element, S: Simd, L: Left<T>, R: Right<T>, const MR: usize>(
    simd: S,
    a: L,
    b: R,
    c: &mut impl Tiles<T>,
    cols: usize,
) {
    let (len, half) = (T::Vector::<S>::LEN, <Half as Width>::Vector::<T, S>::LEN);
    let mut j = 0;
    while j < cols {
        let (b, left) = (b.sliver(j, 2 * len), cols - j);
        let halves = half < len && (a.rows() >= WORTH_HALVES || !L::CUTS);
        if left >= 2 * len {
            simd.apart(Sliver::<T, Whole, L, R, _, MR, 2, false> { a, b, c, j, tail: len, of: PhantomData });
            j += 2 * len;
        } else if left > len && !halves {
            simd.apart(Sliver::<T, Whole, L, R, _, MR, 2, true> { a, b, c, j, tail: left - len, of: PhantomData });
            j = cols;
        } else if left > half || !halves {
            let tail = left.min(len);
            simd.apart(Sliver::<T, Whole, L, R, _, MR, 1, true> { a, b, c, j, tail, of: PhantomData });
            j += tail;
        } else {
            simd.apart(Sliver::<T, Half, L, R, _, MR, 1, true> { a, b, c, j, tail: left, of: PhantomData });
            j = cols;
        }
    }
}

/// LOOP 1: the tiles of one sliver, from the top to the bottom of a block of A. With `TAIL`, the last of the NV vectors is `tail` elements of one.
struct Sliver<'x, T, W, L, R, C, const MR: usize, const NV: usize, const TAIL: bool> {
    a: L,
    b: R,
    c: &'x mut C,
    j: usize,
    tail: usize,
    of: PhantomData<(T, W)>,
}

impl<T: Element, W: Width, L: Left<T>, R: Right<T>, C: Tiles<T>, const MR: usize, const NV: usize, const TAIL: bool>
    Kernel for Sliver<'_, T, W, L, R, C, MR, NV, TAIL>
{
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        // One register to a row leaves room for more rows, where A allows these.
        let high = if NV == 1 && L::CUTS { TALL } else { MR };
        let mut i = 0;
        while i < self.a.rows() {
            match self.a.rows() - i {
                1 if L::CUTS && !TAIL => self.tile::<S, 1>(simd, i),
                1..=4 if L::CUTS && W::CUTS && high > 4 => self.tile::<S, 4>(simd, i),
                _ if high == TALL => self.tile::<S, TALL>(simd, i),
                _ => self.tile::<S, MR>(simd, i),
            }
            i += high;
        }
    }
}

/// Steps of p for which bounds are looked at once.
const STEPS: usize = 4;

impl<T: Element, W: Width, L: Left<T>, R: Right<T>, C: Tiles<T>, const MR: usize, const NV: usize, const TAIL: bool>
    Sliver<'_, T, W, L, R, C, MR, NV, TAIL>
{
    /// The micro-kernel: `HEIGHT` rows from row `i`, of which those that C has are stored.
    #[inline(always)]
    fn tile<S: Simd, const HEIGHT: usize>(&mut self, simd: S, i: usize) {
        let height = HEIGHT.min(self.a.rows() - i);
        let mut acc = self.c.begin::<S, W::Vector<T, S>, HEIGHT, NV, TAIL>(simd, (i, self.j), height, self.tail);
        let (b, nr, kc) = (self.b, 2 * T::Vector::<S>::LEN, self.b.kc());
        let width = NV * W::Vector::<T, S>::LEN;
        let a = self.a.tile::<HEIGHT>(i, kc);
        let mut p = 0;
        let steps = const { if W::Vector::<T, S>::IN_REGISTER { STEPS } else { 1 } };
        while p + steps <= kc {
            self.steps::<S, HEIGHT>(simd, a.cut(p, steps), b.cut(p, steps, nr, width), steps, &mut acc);
            p += steps;
        }
        while steps > 1 && p < kc {
            self.steps::<S, HEIGHT>(simd, a.cut(p, 1), b.cut(p, 1, nr, width), 1, &mut acc);
            p += 1;
        }
        self.c.end::<S, W::Vector<T, S>, HEIGHT, NV, TAIL>(acc, (i, self.j), height, self.tail);
    }

    /// `n` steps: each a column of A times a row of B.
    #[inline(always)]
    fn steps<S: Simd, const HEIGHT: usize>(
        &self,
        simd: S,
        a: impl Columns<T, HEIGHT>,
        b: R,
        n: usize,
        acc: &mut [[W::Vector<T, S>; NV]; HEIGHT],
    ) {
        let nr = 2 * T::Vector::<S>::LEN;
        for p in 0..n {
            let row = b.row(p, nr);
            let row: [W::Vector<T, S>; NV] = if R::FILLED {
                load::<T, S, _, NV, false>(simd, row, 0)
            } else {
                load::<T, S, _, NV, TAIL>(simd, row, self.tail)
            };
            let column = a.at(p);
            if W::Vector::<T, S>::IN_REGISTER {
                unroll!(r < HEIGHT, at most 8, {
                    let x = W::Vector::<T, S>::splat(simd, column[r]);
                    unroll!(v < NV, at most 2, acc[r][v] = x.mul_add(row[v], acc[r][v]));
                });
                continue;
            }
            for r in 0..HEIGHT {
                let x = W::Vector::<T, S>::splat(simd, column[r]);
                for v in 0..NV {
                    acc[r][v] = x.mul_add(row[v], acc[r][v]);
                }
            }
        }
    }
}
