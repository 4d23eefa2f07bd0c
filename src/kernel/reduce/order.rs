//! Many floats into one, in a fixed order: sums, products, maxima.
//!
//! Rounding makes the order part of the answer, so there is one order, which depends on the position of an element
//! alone:
//!
//! ```text
//!   a fold has 16 lanes; element i belongs to lane i % 16
//!
//!   block   128 elements, 8 to a lane, joined as a tree   lane += ((x0+x4)+(x2+x6)) + ((x1+x5)+(x3+x7))
//!   leaf    128 blocks, one after another                 lane += block
//!   longer  split at the largest power of two leaves      lane = lane of the first part + lane of the second
//!   end     horizontal: 16 lanes into one                 lane l += lane l+8, then l+4, l+2, l+1
//! ```
//!
//! Missing elements count as the identity (0 for sums), which changes nothing. No element passes through more than
//! `128 + 3 + 4 + log2(n / 16384)` additions, so the error of a sum is at most that many times eps/2 times the sum of
//! the absolute values, along every axis and in every layout.
//!
//! A dot product has 32 lanes and no blocks: lane = fma(a, b, lane), leaves of 16384 elements, and the same splits and
//! horizontal sums (`../gemm/gemv.rs`).
//!
//! The same order serves one run (here), contiguous rows (`rows.rs`) and columns, whole rows at a time (`columns.rs`):
//! a block is always 8 rows of lanes, and `tree` joins them. Integers may be joined in any order: `integer.rs`. The
//! definition in plain loops is in `reference`.

use core::marker::PhantomData;

use crate::kernel::element::SimdFloat;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{FloatLanes, Kernel, Lanes, Simd, dispatch, dispatch_two};

/// Lanes of a fold.
pub(in super::super) const LANES: usize = 16;
/// Elements that a lane joins as a tree before it adds them: rows of lanes to a block.
pub(super) const BLOCK_ROWS: usize = 8;
/// Elements to a block.
pub(super) const BLOCK: usize = LANES * BLOCK_ROWS;
/// Elements to a leaf: longer folds split.
pub(crate) const LEAF: usize = 128 * BLOCK;

/// What is joined, and how.
pub(in super::super) trait Fold: Copy {
    /// The elements.
    type Item: SimdFloat;
    /// The fold of no elements, which stands in for missing ones.
    const IDENTITY: Self::Item;
    /// Whether it is compiled for AVX-512 as well; rarely used folds are not, for memory bounds them.
    const WIDE: bool;

    /// The two joined.
    fn join(a: Self::Item, b: Self::Item) -> Self::Item;
    /// The two joined, lane by lane.
    fn join_vectors<V: FloatLanes<Self::Item, S>, S: Simd>(a: V, b: V) -> V;
}

/// Runs a kernel of a fold at the level in force.
#[inline(always)]
pub(super) fn dispatch_fold<F: Fold, K: Kernel>(kernel: K) -> K::Output {
    if const { F::WIDE } { dispatch(kernel) } else { dispatch_two(kernel) }
}

/// A register of what a fold joins.
pub(super) type Vector<F, S> = <<F as Fold>::Item as SimdFloat>::FloatVector<S>;

macro_rules! fold {
    ($($(#[$doc:meta])* $name:ident from $identity:ident, wide $wide:literal, |$a:ident, $b:ident| $join:expr, $join_vectors:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(in super::super) struct $name<T>(PhantomData<T>);

        impl<T: SimdFloat> Fold for $name<T> {
            type Item = T;
            const IDENTITY: T = T::$identity;
            const WIDE: bool = $wide;

            #[inline(always)]
            fn join($a: T, $b: T) -> T {
                $join
            }

            #[inline(always)]
            fn join_vectors<V: FloatLanes<T, S>, S: Simd>($a: V, $b: V) -> V {
                $join_vectors
            }
        }
    )*};
}

fold! {
    /// The sum.
    Sum from ZERO, wide true, |a, b| a.add(b), a + b;
    /// The product.
    Product from ONE, wide false, |a, b| a.mul(b), a * b;
    /// The greatest; nan if there is one.
    Max from LOWEST, wide true, |a, b| a.maximum(b), a.maximum(b);
    /// The least; nan if there is one.
    Min from HIGHEST, wide false, |a, b| a.minimum(b), a.minimum(b);
}

/// Eight registers joined as the tree of a block.
#[inline(always)]
fn join_tree<S: Simd, F: Fold>(mut x: [Vector<F, S>; BLOCK_ROWS]) -> Vector<F, S> {
    halve!(x, of BLOCK_ROWS, by F::join_vectors, at 4 2 1);
    x[0]
}

/// The rows of a block joined as a tree, in the lanes from `at` on.
#[inline(always)]
pub(super) fn tree<S: Simd, F: Fold>(simd: S, rows: &[&[F::Item]; BLOCK_ROWS], at: usize) -> Vector<F, S> {
    let mut x = [Vector::<F, S>::splat(simd, F::IDENTITY); 8];
    for s in 0..BLOCK_ROWS {
        x[s] = Vector::<F, S>::load(simd, &rows[s][at..]);
    }
    join_tree::<S, F>(x)
}

/// The rows of a block joined as a tree, in lane `at`.
#[inline(always)]
pub(super) fn tree_of_items<F: Fold>(rows: &[&[F::Item]; BLOCK_ROWS], at: usize) -> F::Item {
    let mut x = [F::IDENTITY; BLOCK_ROWS];
    for (x, row) in x.iter_mut().zip(rows) {
        *x = row[at];
    }
    for half in [4, 2, 1] {
        for s in 0..half {
            x[s] = F::join(x[s], x[s + half]);
        }
    }
    x[0]
}

/// The rows of a block that is not full. `spare` holds the identity twice: for missing rows, and to fill up the last,
/// shorter one.
#[inline(always)]
fn rows_of<'x, T: Scalar>(x: &'x [T], spare: &'x mut [[T; LANES]; 2]) -> [&'x [T]; BLOCK_ROWS] {
    let [nothing, part] = spare;
    let mut rows: [&[T]; BLOCK_ROWS] = [nothing; BLOCK_ROWS];
    let (whole, rest) = x.as_chunks::<LANES>();
    for (row, whole) in rows.iter_mut().zip(whole) {
        *row = whole;
    }
    if !rest.is_empty() {
        for (slot, &item) in part.iter_mut().zip(rest) {
            *slot = item;
        }
        rows[whole.len()] = part;
    }
    rows
}

/// 16 lanes, in as many registers as they take: at most 8, for the shortest is two doubles. (Registers of more than 16
/// lanes have none.)
#[derive(Clone, Copy)]
pub(super) struct Registers<F: Fold, S: Simd>([Vector<F, S>; 8]);

impl<F: Fold, S: Simd> Registers<F, S> {
    /// The number of registers; 0 where a register is too long, or the level has few.
    pub(super) const COUNT: usize = if S::REGISTERS < 16 { 0 } else { LANES / Vector::<F, S>::LEN };

    /// Lanes of one of them; 0 where there are none.
    pub(super) const LEN: usize = if Self::COUNT == 0 { 0 } else { Vector::<F, S>::LEN };

    /// Lanes that have joined nothing.
    #[inline(always)]
    fn new(simd: S) -> Self {
        Registers([Vector::<F, S>::splat(simd, F::IDENTITY); 8])
    }

    /// Joins a block.
    #[inline(always)]
    fn take(&mut self, simd: S, rows: &[&[F::Item]; BLOCK_ROWS]) {
        for r in 0..Self::COUNT {
            self.0[r] = F::join_vectors(self.0[r], tree::<S, F>(simd, rows, r * Vector::<F, S>::LEN));
        }
    }

    /// Joins the first `n` elements of a block. Further lanes of its last register are loaded too, and masked.
    #[inline(always)]
    fn join_masked(&mut self, simd: S, x: &[F::Item], n: usize) {
        let nothing = Vector::<F, S>::splat(simd, F::IDENTITY);
        let mut joined = [Vector::<F, S>::splat(simd, F::IDENTITY); 8];
        // Not unrolled: it runs once a row, and would be long.
        for (r, joined) in joined.iter_mut().enumerate().take(Self::COUNT) {
            let mut part = [Vector::<F, S>::splat(simd, F::IDENTITY); 8];
            for s in 0..BLOCK_ROWS {
                let at = s * LANES + r * Vector::<F, S>::LEN;
                if at < n {
                    let loaded = Vector::<F, S>::load(simd, &x[at..]);
                    part[s] = if n - at < Vector::<F, S>::LEN { loaded.keep_first(n - at, nothing) } else { loaded };
                }
            }
            *joined = join_tree::<S, F>(part);
        }
        for r in 0..Self::COUNT {
            self.0[r] = F::join_vectors(self.0[r], joined[r]);
        }
    }

    /// Lanes that have joined the first `n` of 16 elements.
    #[inline(always)]
    pub(super) fn of_few(simd: S, x: &[F::Item], n: usize) -> Self {
        let mut lanes = Self::new(simd);
        for r in 0..Self::COUNT {
            let (at, lane) = (r * Vector::<F, S>::LEN, lanes.0[r]);
            lanes.0[r] =
                F::join_vectors(lane, Vector::<F, S>::load(simd, &x[at..]).keep_first(n.saturating_sub(at), lane));
        }
        lanes
    }

    /// A bit for each lane that equals `value`, the first lowest.
    #[inline(always)]
    pub(super) fn equal(&self, simd: S, value: F::Item) -> u32 {
        let value = Vector::<F, S>::splat(simd, value);
        let mut bits = 0;
        for r in 0..Self::COUNT {
            bits |= self.0[r].equal(value) << (r * Vector::<F, S>::LEN);
        }
        bits
    }

    #[inline(always)]
    fn lanes(&self) -> [F::Item; LANES] {
        let mut out = const { [F::IDENTITY; LANES] };
        for r in 0..Self::COUNT {
            self.0[r].store(&mut out[r * Vector::<F, S>::LEN..]);
        }
        out
    }

    /// Joins the registers by halves, into one.
    #[inline(always)]
    pub(super) fn one(mut self) -> Vector<F, S> {
        halve!(self.0, of Self::COUNT, by F::join_vectors, at 4 2 1);
        self.0[0]
    }

    /// Joins all lanes: registers while there are several, then horizontally.
    #[inline(always)]
    pub(super) fn horizontal(self) -> F::Item {
        horizontal::<S, F>(self.one())
    }
}

/// Joins the lanes of a register horizontally.
#[inline(always)]
pub(super) fn horizontal<S: Simd, F: Fold>(x: Vector<F, S>) -> F::Item {
    let mut lanes = const { [F::IDENTITY; LANES] };
    join_across!(x, of Vector::<F, S>::LEN, by F::join_vectors).store(&mut lanes);
    lanes[0]
}

/// The lanes after at most one leaf, element by element.
#[inline(always)]
fn leaf_of_items<F: Fold>(x: &[F::Item]) -> [F::Item; LANES] {
    let mut lanes = [F::IDENTITY; LANES];
    let mut spare = [[F::IDENTITY; LANES]; 2];
    for block in x.chunks(BLOCK) {
        let rows = rows_of(block, &mut spare);
        for (at, lane) in lanes.iter_mut().enumerate() {
            *lane = F::join(*lane, tree_of_items::<F>(&rows, at));
        }
    }
    lanes
}

/// The lanes after at most one leaf, the first `n` elements of `x`, by registers.
#[inline(always)]
pub(super) fn leaf_of_vectors<S: Simd, F: Fold>(simd: S, x: &[F::Item], n: usize) -> Registers<F, S> {
    let mut lanes = Registers::<F, S>::new(simd);
    let (whole, rest) = x.split_at(n / BLOCK * BLOCK);
    for block in whole.as_chunks::<BLOCK>().0 {
        let mut rows = [&block[..LANES]; BLOCK_ROWS];
        for s in 0..BLOCK_ROWS {
            rows[s] = &block[s * LANES..][..LANES];
        }
        lanes.take(simd, &rows);
    }
    let n = n % BLOCK;
    if n > 0 && const { Vector::<F, S>::BLOCKS > 0 } && rest.len() >= BLOCK {
        lanes.join_masked(simd, rest, n);
    } else if n > 0 {
        // Also where masks would move lanes one by one.
        lanes.take(simd, &rows_of(&rest[..n], &mut [[F::IDENTITY; LANES]; 2]));
    }
    lanes
}

/// Joins all lanes, by halves.
#[inline(always)]
fn horizontal_of_items<F: Fold>(mut lanes: [F::Item; LANES]) -> F::Item {
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = F::join(lanes[lane], lanes[lane + half]);
        }
    }
    lanes[0]
}

/// All of `x` joined, in the fixed order.
#[inline]
pub(super) fn fold<F: Fold>(x: &[F::Item]) -> F::Item {
    horizontal_of_items::<F>(split::<F>(x))
}

/// The first `n` elements of `x` joined, inside a kernel. It is faster where at least a block follows: what is loaded
/// of it does not count.
#[inline(always)]
pub(in super::super) fn row<S: Simd, F: Fold>(simd: S, x: &[F::Item], n: usize) -> F::Item {
    if n > LEAF { fold::<F>(&x[..n]) } else { leaf::<S, F>(simd, x, n) }
}

/// The same for at most a leaf. A call, compiled once for all kernels that fold rows.
#[inline(always)]
pub(super) fn leaf<S: Simd, F: Fold>(simd: S, x: &[F::Item], n: usize) -> F::Item {
    simd.call(ShortRow::<F> { x, n })
}

/// All of `n` elements joined, a leaf at a time: `next` fills a part of `buffer`, which has space for a leaf or for
/// all, with those that follow.
pub(in super::super) fn fold_stream<F: Fold>(
    n: usize,
    buffer: &mut [F::Item],
    next: &mut dyn FnMut(&mut [F::Item]),
) -> F::Item {
    horizontal_of_items::<F>(split_stream::<F>(n, buffer, next))
}

fn split<F: Fold>(x: &[F::Item]) -> [F::Item; LANES] {
    if x.len() <= LEAF {
        return dispatch_fold::<F, _>(Leaf::<F>(x));
    }
    let (first, second) = x.split_at(first_part(x.len()));
    join_lanes::<F>(split::<F>(first), split::<F>(second))
}

fn split_stream<F: Fold>(n: usize, buffer: &mut [F::Item], next: &mut dyn FnMut(&mut [F::Item])) -> [F::Item; LANES] {
    if n <= LEAF {
        next(&mut buffer[..n]);
        return split::<F>(&buffer[..n]);
    }
    let first = first_part(n);
    let lanes = split_stream::<F>(first, buffer, next);
    join_lanes::<F>(lanes, split_stream::<F>(n - first, buffer, next))
}

fn join_lanes<F: Fold>(mut a: [F::Item; LANES], b: [F::Item; LANES]) -> [F::Item; LANES] {
    for (a, b) in a.iter_mut().zip(b) {
        *a = F::join(*a, b);
    }
    a
}

/// At most a leaf of one row.
pub(super) struct ShortRow<'x, F: Fold> {
    pub(super) x: &'x [F::Item],
    pub(super) n: usize,
}

impl<F: Fold> Kernel for ShortRow<'_, F> {
    type Output = F::Item;

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> F::Item {
        if const { Registers::<F, S>::COUNT == 0 } {
            return horizontal_of_items::<F>(leaf_of_items::<F>(&self.x[..self.n]));
        }
        leaf_of_vectors::<S, F>(simd, self.x, self.n).horizontal()
    }
}

struct Leaf<'x, F: Fold>(&'x [F::Item]);

impl<F: Fold> Kernel for Leaf<'_, F> {
    type Output = [F::Item; LANES];

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> [F::Item; LANES] {
        if const { Registers::<F, S>::COUNT == 0 } {
            return leaf_of_items::<F>(self.0);
        }
        leaf_of_vectors::<S, F>(simd, self.0, self.0.len()).lanes()
    }
}

/// The first part of `n` elements, more than a leaf: the largest power of two leaves that leaves something for the
/// second.
pub(in super::super) fn first_part(n: usize) -> usize {
    LEAF << ((n - 1) / LEAF).ilog2()
}
