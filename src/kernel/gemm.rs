//! The matrix product C = A B: five loops around one micro-kernel (BLIS's arrangement, Goto and van de Geijn 2008).
//!
//! ```text
//!             n                         NC                      NR
//!       +-----------+            +-----+-----+            +--+
//!     k |     B     |   LOOP 5   |     |     |   LOOP 4   |  | KC      packed: NR columns side by side, row after row (L1)
//!       +-----------+            +-----+-----+            +--+
//!   m  +----+  +-----------+
//!      |  A |  |     C     |     LOOP 3: MC rows of A, KC long, stay in L2
//!      +----+  +-----------+     LOOP 2: one sliver of B, NR wide;   LOOP 1: one tile of C, MR x NR
//!
//!   micro-kernel:   for p in 0..kc   for i in 0..MR   C[i][..] = fma(A[i][p], B[p][..], C[i][..])     C in registers throughout
//! ```
//!
//! The answer does not depend on any of this. Each element of C is one chain, acc = fma(a[p], b[p], acc) with p ascending from acc = 0: a block
//! of k takes up C where the one before left it, and no loop splits k otherwise. So blocked equals naive, bit for bit.
//!
//! It knows matrices as slices with strides, and no shapes of higher rank (`tensor/matmul.rs`). The dot product of two vectors has another order: `fold.rs`.

use alloc::vec;
use alloc::vec::Vec;

use super::element::Element;
use super::simd::{Kernel, Lanes, Simd, dispatch};

/// Rows of A in a block.
const MC: usize = 96;
/// Columns of B in a panel.
const NC: usize = 512;

/// Length of a block of k: a sliver of B, KC x NR, fills half of the first cache.
const fn kc<T>() -> usize {
    if size_of::<T>() > 4 { 384 } else { 512 }
}

/// A matrix to read: element (i, j) is `data[start + i * row_stride + j * col_stride]`.
#[derive(Clone, Copy)]
pub(crate) struct Mat<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) start: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) row_stride: isize,
    pub(crate) col_stride: isize,
}

impl<'a, T: Element> Mat<'a, T> {
    #[inline(always)]
    fn place(&self, i: usize, j: usize) -> usize {
        self.start.wrapping_add_signed(i as isize * self.row_stride + j as isize * self.col_stride)
    }

    /// Columns `j .. j + to.len()` of row `i`, side by side.
    #[inline(always)]
    fn copy_row(&self, i: usize, j: usize, to: &mut [T]) {
        let start = self.place(i, j);
        if self.col_stride == 1 {
            to.copy_from_slice(&self.data[start..start + to.len()]);
        } else {
            let mut place = start;
            for slot in to {
                *slot = self.data[place];
                place = place.wrapping_add_signed(self.col_stride);
            }
        }
    }

    /// Columns `p .. p + n` of row `i`, which lie side by side.
    #[inline(always)]
    fn row(&self, i: usize, p: usize, n: usize) -> &'a [T] {
        &self.data[self.place(i, p)..][..n]
    }
}

/// The matrix to write: row `i` is `data[start + i * row_stride ..]`, its columns side by side. It comes in as zeros.
pub(crate) struct MatMut<'a, T> {
    pub(crate) data: &'a mut [T],
    pub(crate) start: usize,
    pub(crate) row_stride: usize,
}

/// `c = a b`, where `c` holds zeros. The caller has matched the sizes.
pub(crate) fn gemm<T: Element>(a: Mat<'_, T>, b: Mat<'_, T>, c: MatMut<'_, T>) {
    debug_assert_eq!(a.cols, b.rows);
    dispatch(Gemm { a, b, c });
}

struct Gemm<'a, 'c, T> {
    a: Mat<'a, T>,
    b: Mat<'a, T>,
    c: MatMut<'c, T>,
}

impl<T: Element> Kernel for Gemm<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        match S::MR {
            8 => loops::<T, S, 8>(simd, self.a, self.b, self.c),
            6 => loops::<T, S, 6>(simd, self.a, self.b, self.c),
            _ => loops::<T, S, 4>(simd, self.a, self.b, self.c),
        }
    }
}

/// Loops 5 to 3, with the packing.
#[inline(always)]
fn loops<T: Element, S: Simd, const MR: usize>(simd: S, a: Mat<'_, T>, b: Mat<'_, T>, mut c: MatMut<'_, T>) {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    let nr = 2 * T::Vector::<S>::LEN;
    let (kc_max, nc_max) = (kc::<T>().min(k), NC.min(n.next_multiple_of(nr)));
    let mut b_panel = vec![T::ZERO; kc_max * nc_max];
    // Rows of A that lie side by side are read where they are.
    let packs_a = a.col_stride != 1;
    let mut a_block = if packs_a { vec![T::ZERO; MC.min(m) * kc_max] } else { Vec::new() };

    // LOOP 5: panels of B, NC columns wide.
    for jc in (0..n).step_by(NC) {
        let nc = NC.min(n - jc);
        // LOOP 4: blocks of k.
        for pc in (0..k).step_by(kc::<T>()) {
            let kc = kc::<T>().min(k - pc);
            pack_b(b, pc, jc, kc, nc, nr, &mut b_panel);
            // LOOP 3: blocks of A, MC rows high.
            for ic in (0..m).step_by(MC) {
                let mc = MC.min(m - ic);
                let block = if packs_a {
                    for (i, row) in a_block.chunks_exact_mut(kc).enumerate().take(mc) {
                        a.copy_row(ic + i, pc, row);
                    }
                    Mat { data: &a_block, start: 0, rows: mc, cols: kc, row_stride: kc as isize, col_stride: 1 }
                } else {
                    Mat { start: a.place(ic, pc), rows: mc, cols: kc, ..a }
                };
                macro_kernel::<T, S, MR>(simd, block, &b_panel, nc, &mut c, ic, jc);
            }
        }
    }
}

/// Packs `kc` x `nc` of B from (`pc`, `jc`) into slivers `nr` wide, row after row; the last one is filled up with zeros.
#[inline(always)]
fn pack_b<T: Element>(b: Mat<'_, T>, pc: usize, jc: usize, kc: usize, nc: usize, nr: usize, panel: &mut [T]) {
    for (s, sliver) in panel.chunks_exact_mut(kc * nr).enumerate().take(nc.div_ceil(nr)) {
        let width = nr.min(nc - s * nr);
        for (p, row) in sliver.chunks_exact_mut(nr).enumerate() {
            b.copy_row(pc + p, jc + s * nr, &mut row[..width]);
            row[width..].fill(T::ZERO);
        }
    }
}

/// Loops 2 and 1: the tiles of one block of C.
#[inline(always)]
fn macro_kernel<T: Element, S: Simd, const MR: usize>(
    simd: S,
    a: Mat<'_, T>,
    b_panel: &[T],
    nc: usize,
    c: &mut MatMut<'_, T>,
    ic: usize,
    jc: usize,
) {
    let nr = 2 * T::Vector::<S>::LEN;
    // LOOP 2: slivers of B, NR columns wide.
    for (s, sliver) in b_panel.chunks_exact(a.cols * nr).enumerate().take(nc.div_ceil(nr)) {
        let width = nr.min(nc - s * nr);
        // LOOP 1: tiles, MR rows high.
        for ir in (0..a.rows).step_by(MR) {
            let height = MR.min(a.rows - ir);
            // Rows below the last are the last one again: their results are dropped.
            let rows: [&[T]; MR] = core::array::from_fn(|i| a.row(ir + i.min(height - 1), 0, a.cols));
            let at = c.start + (ic + ir) * c.row_stride + jc + s * nr;
            if height == MR && width == nr {
                micro_kernel::<T, S, MR>(simd, &rows, sliver, &mut c.data[at..], c.row_stride);
            } else {
                // At the edge: the same kernel on a tile of its own, at most 8 rows of 64.
                let mut tile = [T::ZERO; 8 * 64];
                for i in 0..height {
                    tile[i * nr..][..width].copy_from_slice(&c.data[at + i * c.row_stride..][..width]);
                }
                micro_kernel::<T, S, MR>(simd, &rows, sliver, &mut tile, nr);
                for i in 0..height {
                    c.data[at + i * c.row_stride..][..width].copy_from_slice(&tile[i * nr..][..width]);
                }
            }
        }
    }
}

/// One tile: C += A B, with C in 2 MR registers while p runs.
#[inline(always)]
fn micro_kernel<T: Element, S: Simd, const MR: usize>(simd: S, a: &[&[T]; MR], b: &[T], c: &mut [T], c_stride: usize) {
    let len = T::Vector::<S>::LEN;
    let load = |from: &[T]| T::Vector::<S>::load(simd, from);
    let mut tile: [[T::Vector<S>; 2]; MR] =
        core::array::from_fn(|i| [load(&c[i * c_stride..]), load(&c[i * c_stride + len..])]);
    let kc = a[0].len();
    let a: [&[T]; MR] = core::array::from_fn(|i| &a[i][..kc]);
    for (p, b) in b.chunks_exact(2 * len).enumerate().take(kc) {
        let (left, right) = (load(b), load(&b[len..]));
        for i in 0..MR {
            let x = T::Vector::<S>::splat(simd, a[i][p]);
            tile[i][0] = x.mul_add(left, tile[i][0]);
            tile[i][1] = x.mul_add(right, tile[i][1]);
        }
    }
    for (i, [left, right]) in tile.into_iter().enumerate() {
        left.store(&mut c[i * c_stride..]);
        right.store(&mut c[i * c_stride + len..]);
    }
}
