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

/// LOOP 2: slivers of B, NR columns wide, `cols` columns in all. What is left of the last is a whole sliver and its mask, or half of one.
#[inline(always)]
pub(super) fn slivers<'a, T: Element, S: Simd, L: Left<'a, T>, R: Right<T>, const MR: usize>(
    simd: S,
    a: L,
    b: R,
    c: &mut impl Tiles<T>,
    cols: usize,
) {
    let len = T::Vector::<S>::LEN;
    for j in (0..cols).step_by(2 * len) {
        let (b, left, of) = (b.sliver(j), cols - j, PhantomData);
        if left >= 2 * len {
            simd.apart(Sliver::<T, L, R, _, MR, 2, false> { a, b, c, j, tail: len, of });
        } else if left > len {
            simd.apart(Sliver::<T, L, R, _, MR, 2, true> { a, b, c, j, tail: left - len, of });
        } else if L::CUTS {
            simd.apart(Sliver::<T, L, R, _, TALL, 1, true> { a, b, c, j, tail: left, of });
        } else {
            simd.apart(Sliver::<T, L, R, _, MR, 1, true> { a, b, c, j, tail: left, of });
        }
    }
}

/// LOOP 1: the tiles of one sliver, from the top to the bottom of a block of A. With `TAIL`, the last of the NV vectors is `tail` elements of one.
struct Sliver<'x, T, L, R, C, const MR: usize, const NV: usize, const TAIL: bool> {
    a: L,
    b: R,
    c: &'x mut C,
    j: usize,
    tail: usize,
    of: PhantomData<T>,
}

impl<'a, T: Element, L: Left<'a, T>, R: Right<T>, C: Tiles<T>, const MR: usize, const NV: usize, const TAIL: bool>
    Kernel for Sliver<'_, T, L, R, C, MR, NV, TAIL>
{
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let mut i = 0;
        while i < self.a.rows() {
            match self.a.rows() - i {
                1 if L::CUTS => self.tile::<S, 1>(simd, i),
                2..=4 if L::CUTS && MR > 4 => self.tile::<S, 4>(simd, i),
                _ => self.tile::<S, MR>(simd, i),
            }
            i += MR;
        }
    }
}

/// Steps of p for which bounds are looked at once.
const STEPS: usize = 4;

impl<'a, T: Element, L: Left<'a, T>, R: Right<T>, C: Tiles<T>, const MR: usize, const NV: usize, const TAIL: bool>
    Sliver<'_, T, L, R, C, MR, NV, TAIL>
{
    /// The micro-kernel: `HEIGHT` rows from row `i`, of which those that C has are stored.
    #[inline(always)]
    fn tile<S: Simd, const HEIGHT: usize>(&mut self, simd: S, i: usize) {
        let height = HEIGHT.min(self.a.rows() - i);
        let mut acc = self.c.begin::<S, HEIGHT, NV, TAIL>(simd, (i, self.j), height, self.tail);
        let (b, nr, kc) = (self.b, 2 * T::Vector::<S>::LEN, self.b.kc());
        let a = self.a.tile::<HEIGHT>(i, kc);
        let mut p = 0;
        let steps = const { if T::Vector::<S>::IN_REGISTER { STEPS } else { 1 } };
        while p + steps <= kc {
            self.steps::<S, HEIGHT>(simd, a.cut(p, steps), b.cut(p, steps, nr), steps, &mut acc);
            p += steps;
        }
        while steps > 1 && p < kc {
            self.steps::<S, HEIGHT>(simd, a.cut(p, 1), b.cut(p, 1, nr), 1, &mut acc);
            p += 1;
        }
        self.c.end::<S, HEIGHT, NV, TAIL>(acc, (i, self.j), height, self.tail);
    }

    /// `n` steps: each a column of A times a row of B.
    #[inline(always)]
    fn steps<S: Simd, const HEIGHT: usize>(
        &self,
        simd: S,
        a: impl Columns<T, HEIGHT>,
        b: R,
        n: usize,
        acc: &mut [[T::Vector<S>; NV]; HEIGHT],
    ) {
        let (len, nr) = (T::Vector::<S>::LEN, 2 * T::Vector::<S>::LEN);
        for p in 0..n {
            let row = b.row(p, nr);
            let row: [T::Vector<S>; NV] = if R::FILLED {
                load::<T, S, NV, false>(simd, row, len)
            } else {
                load::<T, S, NV, TAIL>(simd, row, self.tail)
            };
            let column = a.at(p);
            if T::Vector::<S>::IN_REGISTER {
                unroll!(r < HEIGHT, at most 8, {
                    let x = T::Vector::<S>::splat(simd, column[r]);
                    unroll!(v < NV, at most 2, acc[r][v] = x.mul_add(row[v], acc[r][v]));
                });
                continue;
            }
            for r in 0..HEIGHT {
                let x = T::Vector::<S>::splat(simd, column[r]);
                for v in 0..NV {
                    acc[r][v] = x.mul_add(row[v], acc[r][v]);
                }
            }
        }
    }
}
