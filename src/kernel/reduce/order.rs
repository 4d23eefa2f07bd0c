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
//! a block is always 8 rows of lanes, and `halve_rows` joins them. Integers may be joined in any order: `integer.rs`.
//! The definition in plain loops is in `reference`.

use super::join::Fold;
use crate::kernel::element::SimdFloat;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{FloatLanes, Kernel, Lanes, Simd, dispatch, dispatch_two, kernel_fn};

/// Lanes of a fold.
pub(in super::super) const LANES: usize = 16;
/// Elements that a lane joins as a tree before it adds them: rows of lanes to a block.
pub(super) const BLOCK_ROWS: usize = 8;
/// Elements to a block.
pub(super) const BLOCK: usize = LANES * BLOCK_ROWS;
/// Elements to a leaf: longer folds split.
pub(crate) const LEAF: usize = 128 * BLOCK;

/// Runs a kernel of a fold at the level in force.
#[inline(always)]
pub(super) fn dispatch_fold<T: SimdFloat, F: Fold<T>, K: Kernel>(kernel: K) -> K::Output {
    if const { F::WIDE } { dispatch(kernel) } else { dispatch_two(kernel) }
}

/// A register of what a fold joins.
pub(super) type Vector<T, S> = <T as SimdFloat>::FloatVector<S>;

/// The first `count` of some registers, joined by halves into one: those from the middle on to those before.
#[inline(always)]
pub(in super::super) fn halve<T: SimdFloat, S: Simd, F: Fold<T>, const N: usize>(
    x: &mut [Vector<T, S>; N],
    count: usize,
    by: F,
) -> Vector<T, S> {
    macro_rules! halve {
        ($($half:literal)*) => {$(
            if $half < count {
                for r in 0..$half {
                    x[r] = by.join_vectors(x[r], x[r + $half]);
                }
            }
        )*};
    }
    halve!(16 8 4 2 1);
    x[0]
}

/// The lanes of a register, joined by halves into one.
#[inline(always)]
pub(in super::super) fn horizontal<T: SimdFloat, S: Simd, F: Fold<T>>(mut x: Vector<T, S>, by: F) -> T {
    macro_rules! halve {
        ($($half:literal)*) => {$(
            if const { $half < Vector::<T, S>::LEN } {
                x = by.join_vectors(x, x.down($half));
            }
        )*};
    }
    halve!(8 4 2 1);
    let mut lanes = [T::ZERO; LANES];
    x.store(&mut lanes);
    lanes[0]
}

/// Rows joined by halves, in the `n` columns from `at` on, at most a register. Of the rows of a block it is the tree,
/// and of its lanes the end.
#[inline(always)]
pub(super) fn halve_rows<T: SimdFloat, S: Simd, F: Fold<T>, const N: usize>(
    simd: S,
    rows: &[&[T]; N],
    at: usize,
    n: usize,
    by: F,
) -> Vector<T, S> {
    let mut x = [Vector::<T, S>::splat(simd, T::ZERO); N];
    for s in 0..N {
        let row = &rows[s][at..][..n];
        x[s] = if n == Vector::<T, S>::LEN {
            Vector::<T, S>::load(simd, row)
        } else {
            Vector::<T, S>::load_masked(simd, row)
        };
    }
    halve(&mut x, N, by)
}

/// The rows of a block that is not full. `spare` holds the identity twice: for missing rows, and to fill up the last,
/// shorter one.
#[inline(always)]
fn rows_of<'x, T: Scalar>(x: &'x [T], spare: &'x mut [[T; LANES]; 2]) -> [&'x [T]; BLOCK_ROWS] {
    let [nothing, part] = spare;
    // Slices only at the end: their lengths would be written by a scatter, a quarter of the time of a short sum.
    let mut rows: [&[T; LANES]; BLOCK_ROWS] = [nothing; BLOCK_ROWS];
    let (whole, rest) = x.as_chunks::<LANES>();
    for (row, whole) in rows.iter_mut().zip(whole) {
        *row = whole;
    }
    if !rest.is_empty() {
        // (By a loop: a call takes longer than a few elements.)
        part.iter_mut().zip(rest).for_each(|(slot, &item)| *slot = item);
        rows[whole.len()] = part;
    }
    rows.map(|row| &row[..])
}

/// 16 lanes, in as many registers as they take.
#[derive(Clone, Copy)]
pub(super) struct Registers<T: SimdFloat, S: Simd>([Vector<T, S>; LANES]);

impl<T: SimdFloat, S: Simd> Registers<T, S> {
    /// The number of registers.
    const COUNT: usize = LANES / Vector::<T, S>::LEN;

    /// Lanes that have joined nothing.
    #[inline(always)]
    fn new<F: Fold<T>>(simd: S, _by: F) -> Self {
        Registers([Vector::<T, S>::splat(simd, F::IDENTITY); LANES])
    }

    /// Lanes that have joined the first `n` elements of `x`, at most a leaf.
    #[inline(always)]
    pub(super) fn of_leaf<F: Fold<T>>(simd: S, x: &[T], n: usize, by: F) -> Self {
        let mut lanes = Self::new(simd, by);
        let (whole, rest) = x.split_at(n / BLOCK * BLOCK);
        for block in whole.as_chunks::<BLOCK>().0 {
            let mut rows = [&block[..LANES]; BLOCK_ROWS];
            for s in 0..BLOCK_ROWS {
                rows[s] = &block[s * LANES..][..LANES];
            }
            lanes.join(simd, &rows, by);
        }
        let n = n % BLOCK;
        if n > 0 && const { Vector::<T, S>::BLOCKS > 0 } && rest.len() >= BLOCK {
            lanes.join_masked(simd, rest, n, by);
        } else if n > 0 {
            // Also where masks would move lanes one by one.
            lanes.join(simd, &rows_of(&rest[..n], &mut [[F::IDENTITY; LANES]; 2]), by);
        }
        lanes
    }

    /// Lanes that have joined the first `n` of 16 elements.
    #[inline(always)]
    pub(super) fn of_few<F: Fold<T>>(simd: S, x: &[T], n: usize, by: F) -> Self {
        let mut lanes = Self::new(simd, by);
        for r in 0..Self::COUNT {
            let (at, lane) = (r * Vector::<T, S>::LEN, lanes.0[r]);
            let few = Vector::<T, S>::load(simd, &x[at..]).keep_first(n.saturating_sub(at), lane);
            lanes.0[r] = by.join_vectors(lane, few);
        }
        lanes
    }

    /// Joins a block.
    #[inline(always)]
    fn join<F: Fold<T>>(&mut self, simd: S, rows: &[&[T]; BLOCK_ROWS], by: F) {
        for r in 0..Self::COUNT {
            let tree = halve_rows(simd, rows, r * Vector::<T, S>::LEN, Vector::<T, S>::LEN, by);
            self.0[r] = by.join_vectors(self.0[r], tree);
        }
    }

    /// Joins the first `n` elements of a block. Further lanes of its last register are loaded too, and masked.
    #[inline(always)]
    fn join_masked<F: Fold<T>>(&mut self, simd: S, x: &[T], n: usize, by: F) {
        let nothing = Vector::<T, S>::splat(simd, F::IDENTITY);
        let mut joined = [nothing; LANES];
        // Not unrolled: it runs once a row, and would be long.
        for (r, joined) in joined.iter_mut().enumerate().take(Self::COUNT) {
            let mut part = [nothing; BLOCK_ROWS];
            for s in 0..BLOCK_ROWS {
                let at = s * LANES + r * Vector::<T, S>::LEN;
                if at < n {
                    let loaded = Vector::<T, S>::load(simd, &x[at..]);
                    part[s] = if n - at < Vector::<T, S>::LEN { loaded.keep_first(n - at, nothing) } else { loaded };
                }
            }
            *joined = halve(&mut part, BLOCK_ROWS, by);
        }
        for r in 0..Self::COUNT {
            self.0[r] = by.join_vectors(self.0[r], joined[r]);
        }
    }

    /// A bit for each lane that equals `value`, the first lowest.
    #[inline(always)]
    pub(super) fn equal(&self, simd: S, value: T) -> u32 {
        let value = Vector::<T, S>::splat(simd, value);
        let mut bits = 0;
        for r in 0..Self::COUNT {
            bits |= self.0[r].equal(value) << (r * Vector::<T, S>::LEN);
        }
        bits
    }

    #[inline(always)]
    fn lanes(&self) -> [T; LANES] {
        let mut out = [T::ZERO; LANES];
        for r in 0..Self::COUNT {
            self.0[r].store(&mut out[r * Vector::<T, S>::LEN..]);
        }
        out
    }

    /// Joins the registers into one.
    #[inline(always)]
    pub(super) fn one<F: Fold<T>>(mut self, by: F) -> Vector<T, S> {
        halve(&mut self.0, Self::COUNT, by)
    }

    /// Joins all lanes: registers while there are several, then horizontally.
    #[inline(always)]
    pub(super) fn horizontal<F: Fold<T>>(self, by: F) -> T {
        horizontal(self.one(by), by)
    }
}

/// The first `n` elements of `x` joined, inside a kernel. It is faster where at least a block follows: what is loaded
/// of it does not count.
#[inline(always)]
pub(in super::super) fn row<T: SimdFloat, S: Simd, F: Fold<T>>(simd: S, x: &[T], n: usize, by: F) -> T {
    if n > LEAF { long_row(&x[..n], by) } else { simd.call(ShortRow { x, n, by }) }
}

/// At most a leaf of one row. A call, compiled once for all kernels that fold rows.
pub(super) struct ShortRow<'x, T, F> {
    pub(super) x: &'x [T],
    pub(super) n: usize,
    pub(super) by: F,
}

impl<T: SimdFloat, F: Fold<T>> Kernel for ShortRow<'_, T, F> {
    type Output = T;

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> T {
        Registers::<T, S>::of_leaf(simd, self.x, self.n, self.by).horizontal(self.by)
    }
}

fn long_row<T: SimdFloat, F: Fold<T>>(x: &[T], by: F) -> T {
    join_leaves(x.len(), by, &mut |at, n| lanes_of_leaf(&x[at..][..n], by))
}

/// All of `n` elements joined, a leaf at a time: `next` fills a part of `buffer`, which has space for a leaf or for
/// all, with those that follow.
pub(in super::super) fn fold_stream<T: SimdFloat, F: Fold<T>>(
    n: usize,
    buffer: &mut [T],
    next: &mut dyn FnMut(&mut [T]),
    by: F,
) -> T {
    join_leaves(n, by, &mut |_, n| {
        next(&mut buffer[..n]);
        lanes_of_leaf(&buffer[..n], by)
    })
}

kernel_fn! {
    fn lanes_of_leaf[T: SimdFloat, F: Fold<T>](x: &[T], by: F) -> [T; LANES],
    dispatch_fold::<T, F, _>, |simd| { Registers::<T, S>::of_leaf(simd, x, x.len(), by).lanes() }
}

/// All of `n` elements joined, whose lanes `leaf` gives, a leaf at a time: called with its first element, from 0 on,
/// and how many it has.
pub(in super::super) fn join_leaves<T: SimdFloat, F: Fold<T>, const N: usize>(
    n: usize,
    by: F,
    leaf: &mut dyn FnMut(usize, usize) -> [T; N],
) -> T {
    let mut lanes = split(0, n, by, leaf);
    let mut half = N / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = by.join(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

fn split<T: SimdFloat, F: Fold<T>, const N: usize>(
    at: usize,
    n: usize,
    by: F,
    leaf: &mut dyn FnMut(usize, usize) -> [T; N],
) -> [T; N] {
    if n <= LEAF {
        return leaf(at, n);
    }
    let first = first_part(n);
    let (low, high) = (split(at, first, by, leaf), split(at + first, n - first, by, leaf));
    core::array::from_fn(|lane| by.join(low[lane], high[lane]))
}

/// The first part of `n` elements, more than a leaf: the largest power of two leaves that leaves something for the
/// second.
pub(super) fn first_part(n: usize) -> usize {
    LEAF << ((n - 1) / LEAF).ilog2()
}
