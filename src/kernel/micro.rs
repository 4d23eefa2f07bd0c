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
//! Each operand is read in one of two ways: A as rows where they lie, or as a micro-panel, MR elements of a column after another; B as rows where
//! they lie, or as a packed sliver (`pack.rs`). LOOP 1 is compiled as a function of its own, so that its registers hold nothing but the tile and
//! where to read next. Beside a packed sliver p goes in steps of four, so that bounds are looked at once for the four.
//!
//! It knows neither blocks nor packing: those are in `gemm.rs`. Read next: `simd/mod.rs`.

use core::marker::PhantomData;

use super::element::{DType, Element};
use super::mat::Mat;
use super::memory::Fresh;
use super::simd::{Kernel, Lanes, Simd, prefetch};

/// A block of A, `rows` of it, `kc` long: what the micro-kernel needs to know.
pub(super) trait Left<'a, T: Element>: Copy {
    /// Whether a tile of fewer rows may be cut from it.
    const CUTS: bool;
    /// Rows `i ..` of a tile.
    type Tile<const MR: usize>: Columns<T, MR>;

    /// How many rows there are.
    fn rows(&self) -> usize;
    /// `MR` rows from row `i`, `kc` long; of those below the last, any numbers.
    fn tile<const MR: usize>(&self, i: usize, kc: usize) -> Self::Tile<MR>;
}

/// `MR` rows of A, column by column.
pub(super) trait Columns<T, const MR: usize>: Copy {
    /// Columns `p .. p + n`: their number is known to the compiler for all rows.
    fn cut(self, p: usize, n: usize) -> Self;
    /// Column `p`.
    fn at(&self, p: usize) -> [T; MR];
}

/// Rows side by side, read where they lie.
impl<'a, T: Element> Left<'a, T> for Mat<'a, T> {
    const CUTS: bool = true;
    type Tile<const MR: usize> = [&'a [T]; MR];

    #[inline(always)]
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn tile<const MR: usize>(&self, i: usize, kc: usize) -> [&'a [T]; MR] {
        let mut rows: [&[T]; MR] = [&[]; MR];
        let mut start = self.place(i, 0);
        unroll!(r < MR, at most 8, {
            // Rows below the last are the last one again: their results are dropped.
            if r > 0 && i + r < self.rows {
                start = start.wrapping_add_signed(self.row_stride);
            }
            rows[r] = &self.data[start..][..kc];
        });
        rows
    }
}

impl<T: Element, const MR: usize> Columns<T, MR> for [&[T]; MR] {
    #[inline(always)]
    fn cut(mut self, p: usize, n: usize) -> Self {
        unroll!(r < MR, at most 8, self[r] = &self[r][p..][..n]);
        self
    }

    #[inline(always)]
    fn at(&self, p: usize) -> [T; MR] {
        let mut column = [T::ZERO; MR];
        unroll!(r < MR, at most 8, column[r] = self[r][p]);
        column
    }
}

/// Micro-panels one after another, each `kc` columns of as many rows as a tile has.
#[derive(Clone, Copy)]
pub(super) struct Panels<'a, T> {
    pub(super) data: &'a [T],
    pub(super) rows: usize,
}

impl<'a, T: Element> Left<'a, T> for Panels<'a, T> {
    const CUTS: bool = false;
    type Tile<const MR: usize> = &'a [[T; MR]];

    #[inline(always)]
    fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn tile<const MR: usize>(&self, i: usize, kc: usize) -> &'a [[T; MR]] {
        self.data[i * kc..][..MR * kc].as_chunks::<MR>().0
    }
}

impl<T: Element, const MR: usize> Columns<T, MR> for &[[T; MR]] {
    #[inline(always)]
    fn cut(self, p: usize, n: usize) -> Self {
        &self[p..][..n]
    }

    #[inline(always)]
    fn at(&self, p: usize) -> [T; MR] {
        self[p]
    }
}

/// A panel of B, from which slivers are cut.
pub(super) trait Right<T: Element>: Copy {
    /// Whether the last sliver has as many columns as the others.
    const FILLED: bool;

    /// How many rows there are.
    fn kc(&self) -> usize;
    /// The sliver that starts at column `j`.
    fn sliver(self, j: usize) -> Self;
    /// Rows `p .. p + n` of a sliver that is `nr` wide.
    fn cut(self, p: usize, n: usize, nr: usize) -> Self;
    /// Row `p`, and maybe more.
    fn row(&self, p: usize, nr: usize) -> &[T];
}

/// Rows of B where they lie, `stride` apart.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a, T> {
    pub(super) data: &'a [T],
    pub(super) kc: usize,
    pub(super) stride: usize,
}

impl<T: Element> Right<T> for Rows<'_, T> {
    const FILLED: bool = false;

    #[inline(always)]
    fn kc(&self) -> usize {
        self.kc
    }

    #[inline(always)]
    fn sliver(self, j: usize) -> Self {
        Rows { data: &self.data[j..], ..self }
    }

    #[inline(always)]
    fn cut(self, p: usize, _n: usize, _nr: usize) -> Self {
        Rows { data: &self.data[p * self.stride..], ..self }
    }

    #[inline(always)]
    fn row(&self, p: usize, _nr: usize) -> &[T] {
        &self.data[p * self.stride..]
    }
}

/// Packed slivers, one after another, each `kc` rows side by side.
#[derive(Clone, Copy)]
pub(super) struct Slivers<'a, T> {
    pub(super) data: &'a [T],
    pub(super) kc: usize,
}

impl<T: Element> Right<T> for Slivers<'_, T> {
    const FILLED: bool = true;

    #[inline(always)]
    fn kc(&self) -> usize {
        self.kc
    }

    #[inline(always)]
    fn sliver(self, j: usize) -> Self {
        Slivers { data: &self.data[j * self.kc..], ..self }
    }

    #[inline(always)]
    fn cut(self, p: usize, n: usize, nr: usize) -> Self {
        Slivers { data: &self.data[p * nr..][..n * nr], ..self }
    }

    #[inline(always)]
    fn row(&self, p: usize, nr: usize) -> &[T] {
        &self.data[p * nr..]
    }
}

/// The part of C that a block of A and a panel of B make.
pub(super) trait Tiles<T: Element> {
    /// What `height` rows of a tile at `(i, j)` begin with. The last of the NV vectors is `tail` elements of one.
    fn begin<S: Simd, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &self,
        simd: S,
        at: (usize, usize),
        height: usize,
        tail: usize,
    ) -> [[T::Vector<S>; NV]; HEIGHT];
    /// What they are in the end.
    fn end<S: Simd, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        acc: [[T::Vector<S>; NV]; HEIGHT],
        at: (usize, usize),
        height: usize,
        tail: usize,
    );
}

/// Chains that begin and end here.
impl<T: Element> Tiles<T> for Fresh<'_, T> {
    #[inline(always)]
    fn begin<S: Simd, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &self,
        simd: S,
        _at: (usize, usize),
        _height: usize,
        _tail: usize,
    ) -> [[T::Vector<S>; NV]; HEIGHT] {
        [[T::Vector::<S>::splat(simd, T::ZERO); NV]; HEIGHT]
    }

    #[inline(always)]
    fn end<S: Simd, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        acc: [[T::Vector<S>; NV]; HEIGHT],
        _at: (usize, usize),
        height: usize,
        tail: usize,
    ) {
        let width = if TAIL { (NV - 1) * T::Vector::<S>::LEN + tail } else { NV * T::Vector::<S>::LEN };
        self.push::<S, HEIGHT, NV>(acc, height, width);
    }
}

/// Chains through several blocks of k, each of which goes on where the one before left C: rows `stride` apart.
pub(super) struct Sums<'c, T> {
    pub(super) c: &'c mut [T],
    pub(super) stride: usize,
    /// Whether the chains begin here: what C holds does not count yet.
    pub(super) first: bool,
}

impl<T: Element> Tiles<T> for Sums<'_, T> {
    #[inline(always)]
    fn begin<S: Simd, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &self,
        simd: S,
        (i, j): (usize, usize),
        height: usize,
        tail: usize,
    ) -> [[T::Vector<S>; NV]; HEIGHT] {
        let mut acc = [[T::Vector::<S>::splat(simd, T::ZERO); NV]; HEIGHT];
        if self.first {
            return acc;
        }
        unroll!(r < HEIGHT, at most 8, {
            if r < height {
                acc[r] = load::<T, S, NV, TAIL>(simd, &self.c[(i + r) * self.stride + j..], tail);
            }
        });
        // The next tile begins where its rows of C stand: fetched while this one runs.
        for r in i + HEIGHT..i + 2 * HEIGHT {
            prefetch(self.c, r * self.stride + j);
        }
        acc
    }

    #[inline(always)]
    fn end<S: Simd, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        acc: [[T::Vector<S>; NV]; HEIGHT],
        (i, j): (usize, usize),
        height: usize,
        tail: usize,
    ) {
        unroll!(r < HEIGHT, at most 8, {
            if r < height {
                store::<T, S, NV, TAIL>(acc[r], &mut self.c[(i + r) * self.stride + j..], tail);
            }
        });
    }
}

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

/// Whether a register is one for certain. Those of integers are always arrays, of which the compiler makes registers as long as it sees loops and one step
/// at a time.
const fn has_registers<T: Element>() -> bool {
    matches!(T::DTYPE, DType::F32 | DType::F64)
}

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
        let steps = const { if has_registers::<T>() { STEPS } else { 1 } };
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
            if const { has_registers::<T>() } {
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

/// NV vectors side by side; with `TAIL`, the last is `tail` elements of one. (A function, not a closure: only what is sure to be inlined has the level's instructions.)
#[inline(always)]
fn load<T: Element, S: Simd, const NV: usize, const TAIL: bool>(
    simd: S,
    from: &[T],
    tail: usize,
) -> [T::Vector<S>; NV] {
    let len = T::Vector::<S>::LEN;
    let from = &from[..if TAIL { (NV - 1) * len + tail } else { NV * len }];
    let mut out = [T::Vector::<S>::splat(simd, T::ZERO); NV];
    unroll!(v < NV, at most 2, {
        out[v] = if TAIL && v + 1 == NV {
            T::Vector::<S>::load_part(simd, &from[v * len..])
        } else {
            T::Vector::<S>::load(simd, &from[v * len..])
        };
    });
    out
}

/// The same places, written.
#[inline(always)]
fn store<T: Element, S: Simd, const NV: usize, const TAIL: bool>(acc: [T::Vector<S>; NV], to: &mut [T], tail: usize) {
    let len = T::Vector::<S>::LEN;
    let to = &mut to[..if TAIL { (NV - 1) * len + tail } else { NV * len }];
    unroll!(v < NV, at most 2, {
        if TAIL && v + 1 == NV {
            acc[v].store_part(&mut to[v * len..]);
        } else {
            acc[v].store(&mut to[v * len..]);
        }
    });
}
