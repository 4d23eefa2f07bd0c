//! What the micro-kernel reads and writes: two ways to lie for each operand, behind one trait each.
//!
//! ```text
//!   Left    A     Mat       rows where they lie                Panels    micro-panels: MR elements of a column after another
//!   Right   B     Rows      rows where they lie                Slivers   packed: NR columns wide, row after row
//!   Tiles   C     Fresh     chains begin and end here          Sums      chains go on through several blocks of k
//! ```
//!
//! `gemm.rs` chooses, `pack.rs` makes the packed ones, `micro.rs` reads them. Nothing is computed here.

use super::element::Element;
use super::mat::Mat;
use super::memory::Fresh;
use super::simd::{Lanes, Simd, prefetch};

/// A block of A, `rows` of it, `kc` long: what the micro-kernel needs to know.
pub(super) trait Left<T: Element>: Copy {
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
impl<'a, T: Element> Left<T> for Mat<'a, T> {
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

impl<'a, T: Element> Left<T> for Panels<'a, T> {
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
    /// Columns from `j` on, of the sliver that has them: slivers are `nr` wide.
    fn sliver(self, j: usize, nr: usize) -> Self;
    /// Rows `p .. p + n` of these, `width` columns of them.
    fn cut(self, p: usize, n: usize, nr: usize, width: usize) -> Self;
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
    fn sliver(self, j: usize, _nr: usize) -> Self {
        Rows { data: &self.data[j..], ..self }
    }

    #[inline(always)]
    fn cut(self, p: usize, _n: usize, _nr: usize, _width: usize) -> Self {
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
    fn sliver(self, j: usize, nr: usize) -> Self {
        Slivers { data: &self.data[j / nr * nr * self.kc + j % nr..], ..self }
    }

    #[inline(always)]
    fn cut(self, p: usize, n: usize, nr: usize, width: usize) -> Self {
        Slivers { data: &self.data[p * nr..][..(n - 1) * nr + width], ..self }
    }

    #[inline(always)]
    fn row(&self, p: usize, nr: usize) -> &[T] {
        &self.data[p * nr..]
    }
}

/// The part of C that a block of A and a panel of B make.
pub(super) trait Tiles<T: Element> {
    /// What `height` rows of a tile at `(i, j)` begin with: 0, unless they go on. The last of the NV vectors is `tail` elements of one.
    #[inline(always)]
    fn begin<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &self,
        simd: S,
        _at: (usize, usize),
        _height: usize,
        _tail: usize,
    ) -> [[V; NV]; HEIGHT] {
        [[V::splat(simd, T::ZERO); NV]; HEIGHT]
    }
    /// What they are in the end.
    fn end<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        acc: [[V; NV]; HEIGHT],
        at: (usize, usize),
        height: usize,
        tail: usize,
    );
}

/// Chains that begin and end here.
impl<T: Element> Tiles<T> for Fresh<'_, T> {
    #[inline(always)]
    fn end<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        acc: [[V; NV]; HEIGHT],
        _at: (usize, usize),
        height: usize,
        tail: usize,
    ) {
        let width = if TAIL { (NV - 1) * V::LEN + tail } else { NV * V::LEN };
        self.push::<S, V, HEIGHT, NV>(acc, height, width);
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
    fn begin<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &self,
        simd: S,
        (i, j): (usize, usize),
        height: usize,
        tail: usize,
    ) -> [[V; NV]; HEIGHT] {
        let mut acc = [[V::splat(simd, T::ZERO); NV]; HEIGHT];
        if self.first {
            return acc;
        }
        unroll!(r < HEIGHT, at most 8, {
            if r < height {
                acc[r] = load::<T, S, V, NV, TAIL>(simd, &self.c[(i + r) * self.stride + j..], tail);
            }
        });
        // The next tile begins where its rows of C stand: fetched while this one runs.
        for r in i + HEIGHT..i + 2 * HEIGHT {
            prefetch(self.c, r * self.stride + j);
        }
        acc
    }

    #[inline(always)]
    fn end<S: Simd, V: Lanes<T, S>, const HEIGHT: usize, const NV: usize, const TAIL: bool>(
        &mut self,
        acc: [[V; NV]; HEIGHT],
        (i, j): (usize, usize),
        height: usize,
        tail: usize,
    ) {
        unroll!(r < HEIGHT, at most 8, {
            if r < height {
                store::<T, S, V, NV, TAIL>(acc[r], &mut self.c[(i + r) * self.stride + j..], tail);
            }
        });
    }
}

/// NV vectors side by side; with `TAIL`, the last is `tail` elements of one. (A function, not a closure: only what is sure to be inlined has the level's instructions.)
#[inline(always)]
pub(super) fn load<T: Element, S: Simd, V: Lanes<T, S>, const NV: usize, const TAIL: bool>(
    simd: S,
    from: &[T],
    tail: usize,
) -> [V; NV] {
    let len = V::LEN;
    let from = &from[..if TAIL { (NV - 1) * len + tail } else { NV * len }];
    let mut out = [V::splat(simd, T::ZERO); NV];
    unroll!(v < NV, at most 2, {
        out[v] = if TAIL && v + 1 == NV {
            V::load_part(simd, &from[v * len..])
        } else {
            V::load(simd, &from[v * len..])
        };
    });
    out
}

/// The same places, written.
#[inline(always)]
fn store<T: Element, S: Simd, V: Lanes<T, S>, const NV: usize, const TAIL: bool>(
    acc: [V; NV],
    to: &mut [T],
    tail: usize,
) {
    let len = V::LEN;
    let to = &mut to[..if TAIL { (NV - 1) * len + tail } else { NV * len }];
    unroll!(v < NV, at most 2, {
        if TAIL && v + 1 == NV {
            acc[v].store_part(&mut to[v * len..]);
        } else {
            acc[v].store(&mut to[v * len..]);
        }
    });
}
