//! The matrix product C = A B: blocks, packing, and one micro-kernel (after BLIS, and Goto and van de Geijn 2008).
//!
//! ```text
//!             n                         NC                      NR
//!       +-----------+            +-----+-----+            +--+
//!     k |     B     |   LOOP 5   |     |     |   LOOP 4   |  | KC      a panel of B, KC x NC, packed as slivers NR wide, row after row:
//!       +-----------+            +-----+-----+            +--+         the panel stays in the second cache, a sliver in the first
//!   m  +----+  +-----------+
//!      |  A |  |     C     |     LOOP 3: MC rows of A, KC long, in the second cache
//!      +----+  +-----------+     LOOP 2: one sliver of B;   LOOP 1: MR rows of A: one tile of C, MR x NR, in registers
//!
//!   micro-kernel:   for p in 0..kc   for i in 0..MR   C[i][..] = fma(A[i][p], B[p][..], C[i][..])
//! ```
//!
//! Copies are made only where they pay. Rows of A that lie side by side are read where they are. So is B when it is small or used by few rows;
//! then it stays in the second cache whole, and blocks of A are one tile high, to stay in the first.
//!
//! The answer does not depend on any of this. Each element of C is one chain, `acc = fma(a[p], b[p], acc)` with p ascending from acc = 0: a block
//! of k takes up C where the one before left it, and no loop splits k otherwise. So blocked equals naive, bit for bit.
//!
//! It knows matrices as slices with strides, and no shapes of higher rank (`tensor/matmul.rs`). Copies into panels: `pack.rs`. A single row times a matrix,
//! and rows times a vector: `gemv.rs`. Read next: `simd/mod.rs`.

use alloc::vec;
use alloc::vec::Vec;

use super::element::Element;
use super::gemv;
use super::mat::{Mat, Over, Target};
use super::pack;
use super::simd::{Kernel, Lanes, Simd, Tiled, dispatch};
use super::threads;

/// Columns of B in a panel.
const NC: usize = 512;
/// Bytes of B that are read where they lie: half of the second cache.
const SMALL: usize = 512 << 10;
/// Multiply-adds from which threads pay: about a tenth of a millisecond.
pub(crate) const SHARED: usize = 7_000_000;
/// Rows that are too few to pay for packing.
const FEW: usize = 16;

/// Rows of B in a panel: a sliver of them, KC x NR, takes the first cache.
const KC: usize = 256;
/// Rows of A in a block.
const MC: usize = 96;

/// `c = a b`. The caller has matched the sizes.
pub(crate) fn gemm<T: Element>(a: Mat<'_, T>, b: Mat<'_, T>, mut c: impl Target<T>) {
    debug_assert_eq!(a.cols, b.rows);
    let threads = threads::num_threads();
    if threads > 1 && a.rows >= 2 * FEW && a.rows.saturating_mul(a.cols).saturating_mul(b.cols) >= SHARED {
        return share(a, b, &mut c, threads);
    }
    dispatch(Gemm { a, b, c });
}

/// The rows of A and C dealt out to threads, in whole tiles.
#[cold]
fn share<T: Element>(a: Mat<'_, T>, b: Mat<'_, T>, c: &mut impl Target<T>, threads: usize) {
    let (m, n) = (a.rows, b.cols);
    let stride = c.stride(n);
    let height = m.div_ceil(threads).next_multiple_of(FEW);
    let parts = c.rows(0, m, n).chunks_mut(height * stride).zip((0..m).step_by(height)).map(|(rows, i)| {
        let a = Mat { start: a.place(i, 0), rows: height.min(m - i), ..a };
        move || dispatch(Gemm { a, b, c: Over(rows, stride) })
    });
    threads::run(parts.collect());
}

struct Gemm<'a, T, C> {
    a: Mat<'a, T>,
    b: Mat<'a, T>,
    c: C,
}

impl<T: Element, C: Target<T>> Kernel for Gemm<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        gemm_at(simd, self.a, self.b, self.c);
    }
}

/// `c = a b` inside a kernel.
#[inline(always)]
pub(crate) fn gemm_at<T: Element, S: Simd>(simd: S, a: Mat<'_, T>, b: Mat<'_, T>, mut c: impl Target<T>) {
    if a.cols == 0 || b.cols == 0 {
        // An empty sum each, or none at all: what rows() makes, and what must be made of rows that are there. There may be no place to read.
        let n = b.cols;
        return (0..a.rows).for_each(|i| c.rows(i, 1, n)[..n].fill(T::ZERO));
    }
    if a.rows == 1 && a.has_rows() && b.has_rows() {
        return gemv::row_times_matrix(simd, a, b, c);
    }
    simd.tiled(Loops { simd, a, b, c });
}

struct Loops<'a, T, S, C> {
    simd: S,
    a: Mat<'a, T>,
    b: Mat<'a, T>,
    c: C,
}

impl<T: Element, S: Simd, C: Target<T>> Tiled for Loops<'_, T, S, C> {
    #[inline(always)]
    fn run<const MR: usize>(self) {
        loops::<T, S, MR>(self.simd, self.a, self.b, self.c);
    }
}

/// A panel of B: `rows` of them, `stride` apart, from which slivers are cut; packed slivers lie one after another instead.
#[derive(Clone, Copy)]
struct Panel<'a, T> {
    data: &'a [T],
    stride: usize,
    /// How far apart slivers start.
    sliver: usize,
}

/// Loops 5 to 3, with the packing.
#[inline(always)]
fn loops<T: Element, S: Simd, const MR: usize>(simd: S, a: Mat<'_, T>, b: Mat<'_, T>, mut c: impl Target<T>) {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    let nr = 2 * T::Vector::<S>::LEN;
    let in_place = b.has_rows() && (m <= FEW || k * n * size_of::<T>() <= SMALL);
    let (nc_max, kc_max, mc_max) = if in_place { (n, k, MR) } else { (NC, KC, MC) };
    let mut b_panel =
        if in_place { Vec::new() } else { vec![T::ZERO; kc_max.min(k) * nc_max.min(n.next_multiple_of(nr))] };
    // Rows whole pages apart fall on the same few places of the cache: a copy lies better.
    let pages_apart = (a.row_stride.unsigned_abs() * size_of::<T>()).is_multiple_of(4096);
    let packs_a = (a.col_stride != 1 && k > 1) || (pages_apart && !in_place && m > MC);
    let mut a_rows = if packs_a { vec![T::ZERO; mc_max.min(m) * kc_max.min(k)] } else { Vec::new() };

    // LOOP 5: panels of B, NC columns wide.
    let mut jc = 0;
    while jc < n {
        let nc = nc_max.min(n - jc);
        // LOOP 4: blocks of k.
        let mut pc = 0;
        while pc < k {
            let kc = kc_max.min(k - pc);
            let panel = if in_place {
                Panel { data: &b.data[b.start..], stride: b.row_stride.unsigned_abs().max(n), sliver: nr }
            } else {
                pack::slivers(b, (pc, jc), (kc, nc), nr, &mut b_panel);
                Panel { data: &b_panel, stride: nr, sliver: nr * kc }
            };
            // LOOP 3: blocks of A, MC rows high.
            let mut ic = 0;
            while ic < m {
                let mc = mc_max.min(m - ic);
                let block = if packs_a {
                    pack::rows(a, (ic, pc), (mc, kc), &mut a_rows);
                    Mat { data: &a_rows, start: 0, rows: mc, cols: kc, row_stride: kc as isize, col_stride: 1 }
                } else {
                    Mat { start: a.place(ic, pc), rows: mc, cols: kc, ..a }
                };
                let stride = c.stride(n);
                let c = &mut c.rows(ic, mc, n)[jc..];
                tiles::<T, S, MR>(simd, block, panel, Block { c, stride, cols: nc, first: pc == 0 });
                ic += mc_max;
            }
            pc += kc_max;
        }
        jc += nc_max;
    }
}

/// The part of C that a block of A and a panel of B add to.
struct Block<'c, T> {
    c: &'c mut [T],
    stride: usize,
    cols: usize,
    /// Whether the chains begin here: what C holds does not count yet.
    first: bool,
}

/// Loops 2 and 1: the tiles of one block of C.
#[inline(always)]
fn tiles<T: Element, S: Simd, const MR: usize>(simd: S, a: Mat<'_, T>, b: Panel<'_, T>, mut block: Block<'_, T>) {
    let nr = 2 * T::Vector::<S>::LEN;
    // LOOP 2: slivers of B, NR columns wide.
    // (By hand: stepping iterators divide, and a small product notices.)
    let (mut j, mut from) = (0, 0);
    while j < block.cols {
        let sliver = Panel { data: &b.data[from..], ..b };
        // LOOP 1: rows of A, MR of them.
        let mut i = 0;
        while i < a.rows {
            let rows = Mat { start: a.place(i, 0), rows: MR.min(a.rows - i), ..a };
            let at = i * block.stride + j;
            match rows.rows {
                1 => widths::<T, S, 1>(simd, rows, sliver, &mut block, at, j),
                2..=4 if MR > 4 => widths::<T, S, 4>(simd, rows, sliver, &mut block, at, j),
                _ => widths::<T, S, MR>(simd, rows, sliver, &mut block, at, j),
            }
            i += MR;
        }
        j += nr;
        from += b.sliver;
    }
}

/// One tile of up to MR rows from column `j`: whole, or cut off where C ends.
#[inline(always)]
fn widths<T: Element, S: Simd, const MR: usize>(
    simd: S,
    a: Mat<'_, T>,
    b: Panel<'_, T>,
    block: &mut Block<'_, T>,
    at: usize,
    j: usize,
) {
    let len = T::Vector::<S>::LEN;
    // Rows below the last are the last one again: their results are dropped.
    let mut rows: [&[T]; MR] = [&[]; MR];
    for (i, row) in rows.iter_mut().enumerate() {
        *row = a.row(i.min(a.rows - 1), 0, a.cols);
    }
    match block.cols - j {
        left if left >= 2 * len => tile::<T, S, MR, 2, false>(simd, &rows, b, block, a.rows, at, len),
        left if left > len => tile::<T, S, MR, 2, true>(simd, &rows, b, block, a.rows, at, left - len),
        left => tile::<T, S, MR, 1, true>(simd, &rows, b, block, a.rows, at, left),
    }
}

/// The micro-kernel: one tile of C, `height` rows of NV vectors from place `at`, in registers while p runs. With `TAIL`, the last vector is `tail` elements of one.
#[inline(always)]
fn tile<T: Element, S: Simd, const MR: usize, const NV: usize, const TAIL: bool>(
    simd: S,
    a: &[&[T]; MR],
    b: Panel<'_, T>,
    block: &mut Block<'_, T>,
    height: usize,
    at: usize,
    tail: usize,
) {
    let len = T::Vector::<S>::LEN;
    let mut acc = [[T::Vector::<S>::splat(simd, T::ZERO); NV]; MR];
    if !block.first {
        for (i, acc) in acc.iter_mut().enumerate() {
            *acc = load::<T, S, NV, TAIL>(simd, &block.c[at + i.min(height - 1) * block.stride..], tail);
        }
    }
    let kc = a[0].len();
    let mut rows = *a;
    for row in &mut rows {
        *row = &row[..kc];
    }
    for (p, row) in b.data.chunks(b.stride).enumerate().take(kc) {
        let row: [T::Vector<S>; NV] = load::<T, S, NV, TAIL>(simd, row, tail);
        for i in 0..MR {
            let x = T::Vector::<S>::splat(simd, rows[i][p]);
            for v in 0..NV {
                acc[i][v] = x.mul_add(row[v], acc[i][v]);
            }
        }
    }
    for (i, acc) in acc.into_iter().enumerate() {
        if i < height {
            let to = &mut block.c[at + i * block.stride..];
            for (v, acc) in acc.into_iter().enumerate() {
                if TAIL && v + 1 == NV {
                    acc.store_part(&mut to[v * len..][..tail]);
                } else {
                    acc.store(&mut to[v * len..]);
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
    let mut out = [T::Vector::<S>::splat(simd, T::ZERO); NV];
    for (v, out) in out.iter_mut().enumerate() {
        *out = if TAIL && v + 1 == NV {
            T::Vector::<S>::load_part(simd, &from[v * len..][..tail])
        } else {
            T::Vector::<S>::load(simd, &from[v * len..])
        };
    }
    out
}
