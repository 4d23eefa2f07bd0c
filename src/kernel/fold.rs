//! Many values into one, in a fixed order: sums, products, maxima, and the dot product of two vectors.
//!
//! Rounding makes the order part of the answer, so there is one order, and it depends on the position of an element alone:
//!
//! ```text
//!   a fold has 16 lanes; element i belongs to lane i % 16
//!
//!   block   128 elements, 8 to a lane, joined as a tree     ((x0+x4)+(x2+x6)) + ((x1+x5)+(x3+x7)), then added to the lane
//!   leaf    128 blocks, one after the other                 lane += block
//!   longer  split at the largest power of two leaves        lane = left lane + right lane, recursively
//!   end     16 lanes into one by halves                     lane l += lane l+8, then l+4, l+2, l+1
//! ```
//!
//! Missing elements count as the identity (0 for sums), which changes nothing. No element passes through more than 128 + 3 + 4 + log2(n / 16384)
//! additions, so the error of a sum is at most that many times eps/2 times the sum of the absolute values, along every axis and in every layout.
//!
//! A dot product has 32 lanes and no blocks: lane = fma(a, b, lane), leaves of 16384 elements, and the same splits and halves.
//!
//! The same order serves a fold along rows (elements side by side), here, and one down columns (whole rows at a time): `columns.rs`. The dot product is in `gemv.rs`.
//! Integers could be added in any order; they take this one. The definition in plain loops is in `reference`.

use alloc::vec;
use core::marker::PhantomData;

use super::element::Element;
use super::memory::Slots;

use super::simd::{Kernel, Lanes, Simd, dispatch};

/// Lanes of a fold.
pub(crate) const LANES: usize = 16;
/// Elements that a lane joins as a tree before it takes them in.
pub(super) const DEEP: usize = 8;
/// Elements to a block.
pub(super) const BLOCK: usize = LANES * DEEP;
/// Elements to a leaf: longer folds split.
pub(crate) const LEAF: usize = 128 * BLOCK;

/// What is joined, and how.
pub(crate) trait Fold: Copy {
    /// The elements.
    type Item: Element;
    /// What they are joined into.
    type Out: Element;
    /// What nothing joins to.
    const IDENTITY: Self::Out;

    /// An element as what it is joined into.
    fn lift(item: Self::Item) -> Self::Out;
    /// The two joined.
    fn join(a: Self::Out, b: Self::Out) -> Self::Out;

    /// The lanes after whole blocks.
    #[inline(always)]
    fn blocks<S: Simd>(_simd: S, blocks: &[[Self::Item; BLOCK]]) -> [Self::Out; LANES] {
        blocks_of_items::<Self>(blocks)
    }
}

/// A fold that joins registers as it joins elements.
trait Vectors: Fold<Item = <Self as Fold>::Out> {
    fn join_vectors<S: Simd, V: Lanes<Self::Item, S>>(a: V, b: V) -> V;
}

macro_rules! fold {
    ($(#[$doc:meta])* $name:ident<$item:ident: $bound:ident> -> $out:ty, $identity:expr, $x:ident => $lift:expr, ($a:ident, $b:ident) => $join:expr $(, $blocks:item)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $name<T>(PhantomData<T>);

        impl<$item: $bound> Fold for $name<$item> {
            type Item = $item;
            type Out = $out;
            const IDENTITY: $out = $identity;

            #[inline(always)]
            fn lift($x: $item) -> $out {
                $lift
            }

            #[inline(always)]
            fn join($a: $out, $b: $out) -> $out {
                $join
            }

            $($blocks)?
        }
    };
}

fold!(/// The sum, in the type that NumPy sums in.
    Sum<T: Element> -> T::Sum, T::Sum::ZERO, x => x.cast(), (a, b) => a.add(b));
fold!(/// The product, in the type that NumPy sums in.
    Product<T: Element> -> T::Sum, T::Sum::ONE, x => x.cast(), (a, b) => a.mul(b));
fold!(/// The sum of the elements as the type that their mean has.
    MeanSum<T: Element> -> T::Quotient, T::Quotient::ZERO, x => x.cast(), (a, b) => a.add(b));
fold!(/// The greatest; nan if there is one.
Max<T: Element> -> T, T::LOWEST, x => x, (a, b) => a.maximum(b),
#[inline(always)]
fn blocks<S: Simd>(simd: S, blocks: &[[T; BLOCK]]) -> [T; LANES] {
    blocks_of_vectors::<S, Self>(simd, blocks)
});
fold!(/// The least; nan if there is one.
Min<T: Element> -> T, T::HIGHEST, x => x, (a, b) => a.minimum(b),
#[inline(always)]
fn blocks<S: Simd>(simd: S, blocks: &[[T; BLOCK]]) -> [T; LANES] {
    blocks_of_vectors::<S, Self>(simd, blocks)
});
fold!(/// Whether all are nonzero.
    All<T: Element> -> bool, true, x => x != T::ZERO, (a, b) => a & b);
fold!(/// Whether any is nonzero.
    Any<T: Element> -> bool, false, x => x != T::ZERO, (a, b) => a | b);

impl<T: Element> Vectors for Max<T> {
    #[inline(always)]
    fn join_vectors<S: Simd, V: Lanes<T, S>>(a: V, b: V) -> V {
        a.maximum(b)
    }
}

impl<T: Element> Vectors for Min<T> {
    #[inline(always)]
    fn join_vectors<S: Simd, V: Lanes<T, S>>(a: V, b: V) -> V {
        a.minimum(b)
    }
}

/// All of `x` joined, in the fixed order.
#[inline]
pub(crate) fn fold<F: Fold>(x: &[F::Item]) -> F::Out {
    halves::<F>(split::<F>(x))
}

/// Rows of `n` elements side by side, at most a leaf, each joined by itself: `out[i]` is row `i`, which starts at `start + i * stride`.
pub(crate) fn fold_rows<'o, F: Fold>(
    x: &[F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Out>,
) -> &'o mut [F::Out] {
    dispatch(FoldRows::<F> { x, start, stride, n, out })
}

struct FoldRows<'x, 'o, F: Fold> {
    x: &'x [F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Out>,
}

impl<'o, F: Fold> Kernel for FoldRows<'_, 'o, F> {
    type Output = &'o mut [F::Out];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [F::Out] {
        let Self { x, start, stride, n, out } = self;
        if n <= LANES {
            return short_rows::<F>(x, start, stride, n, out);
        }
        let mut out = out.writer();
        let mut from = start;
        while out.left() > 0 {
            out.push(row::<S, F>(simd, &x[from..][..n]));
            from = from.wrapping_add_signed(stride);
        }
        out.finish()
    }
}

/// Rows of at most one element to a lane, 16 of them side by side: element j of all of them is lane j of all.
#[inline(always)]
fn short_rows<'o, F: Fold>(
    x: &[F::Item],
    start: usize,
    stride: isize,
    n: usize,
    out: Slots<'o, F::Out>,
) -> &'o mut [F::Out] {
    const ROWS: usize = 16;
    let mut out = out.writer();
    let mut from = start;
    while out.left() > 0 {
        let rows = ROWS.min(out.left());
        let mut lanes = [[F::IDENTITY; ROWS]; LANES];
        for r in 0..rows {
            for (lane, &item) in lanes.iter_mut().zip(&x[from..][..n]) {
                lane[r] = F::join(F::IDENTITY, F::lift(item));
            }
            from = from.wrapping_add_signed(stride);
        }
        for half in [8, 4, 2, 1] {
            let (low, high) = lanes.split_at_mut(half);
            // Lanes beyond the row hold the identity, which changes nothing.
            for (low, high) in low.iter_mut().zip(high).take(n.saturating_sub(half)) {
                *low = join_lanes::<F>(*low, *high);
            }
        }
        for &sum in &lanes[0][..rows] {
            out.push(sum);
        }
    }
    out.finish()
}

/// All of `x` joined, inside a kernel.
#[inline(always)]
pub(crate) fn row<S: Simd, F: Fold>(simd: S, x: &[F::Item]) -> F::Out {
    if x.len() > LEAF {
        return fold::<F>(x);
    }
    halves::<F>(leaf::<S, F>(simd, x))
}

/// The same for `n` elements that are handed over a leaf at a time: `next` fills its slice with those that follow.
pub(crate) fn fold_stream<F: Fold>(n: usize, mut next: impl FnMut(&mut [F::Item])) -> F::Out {
    let mut buffer = vec![F::Item::ZERO; n.min(LEAF)];
    halves::<F>(split_stream::<F>(n, &mut buffer, &mut next))
}

fn split<F: Fold>(x: &[F::Item]) -> [F::Out; LANES] {
    if x.len() <= LEAF {
        return dispatch(Leaf::<F>(x));
    }
    let (left, right) = x.split_at(left_part(x.len()));
    join_lanes::<F>(split::<F>(left), split::<F>(right))
}

fn split_stream<F: Fold>(n: usize, buffer: &mut [F::Item], next: &mut impl FnMut(&mut [F::Item])) -> [F::Out; LANES] {
    if n <= LEAF {
        next(&mut buffer[..n]);
        return split::<F>(&buffer[..n]);
    }
    let left = left_part(n);
    let lanes = split_stream::<F>(left, buffer, next);
    join_lanes::<F>(lanes, split_stream::<F>(n - left, buffer, next))
}

#[inline(always)]
fn join_lanes<F: Fold>(mut left: [F::Out; LANES], right: [F::Out; LANES]) -> [F::Out; LANES] {
    for (left, right) in left.iter_mut().zip(right) {
        *left = F::join(*left, right);
    }
    left
}

struct Leaf<'x, F: Fold>(&'x [F::Item]);

impl<F: Fold> Kernel for Leaf<'_, F> {
    type Output = [F::Out; LANES];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [F::Out; LANES] {
        leaf::<S, F>(simd, self.0)
    }
}

/// Where to split `n` elements, more than a leaf: at the largest power of two leaves that leaves something for the right.
pub(super) fn left_part(n: usize) -> usize {
    LEAF << ((n - 1) / LEAF).ilog2()
}

/// The lanes after at most one leaf.
#[inline(always)]
fn leaf<S: Simd, F: Fold>(simd: S, x: &[F::Item]) -> [F::Out; LANES] {
    let mut lanes = [F::IDENTITY; LANES];
    // One element to a lane, or none: the tree of a block joins identities alone.
    if x.len() <= LANES {
        for (lane, &item) in lanes.iter_mut().zip(x) {
            *lane = F::join(F::IDENTITY, F::lift(item));
        }
        return lanes;
    }
    let (blocks, rest) = x.as_chunks::<BLOCK>();
    if !blocks.is_empty() {
        lanes = F::blocks(simd, blocks);
    }
    if !rest.is_empty() {
        last_block::<F>(rest, &mut lanes);
    }
    lanes
}

/// The lanes after whole blocks, element by element.
#[inline(always)]
fn blocks_of_items<F: Fold>(blocks: &[[F::Item; BLOCK]]) -> [F::Out; LANES] {
    let mut lanes = [F::IDENTITY; LANES];
    for block in blocks {
        let mut deep = [[F::IDENTITY; LANES]; DEEP];
        for (s, row) in deep.iter_mut().enumerate() {
            for (lane, slot) in row.iter_mut().enumerate() {
                *slot = F::lift(block[s * LANES + lane]);
            }
        }
        for half in [4, 2, 1] {
            let (low, high) = deep.split_at_mut(half);
            for (low, high) in low.iter_mut().zip(high) {
                *low = join_lanes::<F>(*low, *high);
            }
        }
        for lane in 0..LANES {
            lanes[lane] = F::join(lanes[lane], deep[0][lane]);
        }
    }
    lanes
}

/// The same on registers, where a whole number of them makes 16 lanes.
#[inline(always)]
fn blocks_of_vectors<S: Simd, F: Vectors>(simd: S, blocks: &[[F::Item; BLOCK]]) -> [F::Out; LANES] {
    type Vector<F, S> = <<F as Fold>::Item as Element>::Vector<S>;
    let len = Vector::<F, S>::LEN;
    if !LANES.is_multiple_of(len) {
        return blocks_of_items::<F>(blocks);
    }
    // At most 8 registers: the shortest is two doubles.
    let mut lanes = [Vector::<F, S>::splat(simd, F::IDENTITY); 8];
    for block in blocks {
        for (r, lane) in lanes.iter_mut().enumerate().take(LANES / len) {
            let mut deep = [*lane; DEEP];
            for (s, slot) in deep.iter_mut().enumerate() {
                *slot = Vector::<F, S>::load(simd, &block[s * LANES + r * len..]);
            }
            for half in [4, 2, 1] {
                for s in 0..half {
                    deep[s] = F::join_vectors(deep[s], deep[s + half]);
                }
            }
            *lane = F::join_vectors(*lane, deep[0]);
        }
    }
    let mut out = [F::IDENTITY; LANES];
    for (r, lane) in lanes.iter().enumerate().take(LANES / len) {
        lane.store(&mut out[r * len..]);
    }
    out
}

/// A block that is not full: missing elements are the identity.
#[inline(always)]
fn last_block<F: Fold>(rest: &[F::Item], lanes: &mut [F::Out; LANES]) {
    let mut deep = [F::IDENTITY; BLOCK];
    for (slot, &item) in deep.iter_mut().zip(rest) {
        *slot = F::lift(item);
    }
    // Rows of identities join to the identity: only as many halves as hold something need joining.
    let mut half = rest.len().div_ceil(LANES).next_power_of_two() / 2;
    while half > 0 {
        for i in 0..half * LANES {
            deep[i] = F::join(deep[i], deep[i + half * LANES]);
        }
        half /= 2;
    }
    for lane in 0..LANES {
        lanes[lane] = F::join(lanes[lane], deep[lane]);
    }
}

/// The lanes into one, by halves.
#[inline(always)]
fn halves<F: Fold>(mut lanes: [F::Out; LANES]) -> F::Out {
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = F::join(lanes[lane], lanes[lane + half]);
        }
    }
    lanes[0]
}
