//! The matrix product C = A B: the loops over blocks, and what is packed (after BLIS, and Goto and van de Geijn 2008).
//!
//! ```text
//!             n                         NC                      NR
//!       +-----------+            +-----+-----+            +--+
//!     k |     B     |   LOOP 5   |     |     |   LOOP 4   |  | KC      a panel of B, KC x NC, packed as micro-panels
//!       +-----------+            +-----+-----+            +--+         NR wide: the panel stays in the third cache, a
//!   m  +----+  +-----------+                                           micro-panel in the first two
//!      |  A |  |     C     |     LOOP 3: MC rows of A, KC long, packed as micro-panels MR high: in the second cache
//!      +----+  +-----------+     LOOP 2: one micro-panel of B
//!                                LOOP 1: one micro-panel of A: a tile of C, MR x NR, in registers (micro.rs)
//! ```
//!
//! 200 x 200 by 200 x 200 floats run LOOP 3 alone (`Strategy::PackedB`): B is packed as one panel, A is read in place,
//! and the five iterations are four of 48 rows and one of 8. All five loops run for integers, and for floats with more
//! than 16 rows of A and 16 KiB of B, from 257 columns on or where the rows of A are not contiguous; then loop 5 has
//! one iteration up to NC = 1008 columns, loop 4 up to KC terms (1024 of 4 bytes, 512 of 8), loop 3 up to MC rows,
//! which the second cache tells (`blocks.rs`).
//!
//! Copies are made only where they pay. A small B is read in place, as long as its rows are contiguous and A has not
//! very many; so are the rows of A with few columns of B, which would not repay the copy. Then k is not split either,
//! each chain is computed from end to end, and C is written once, without zeros before.
//!
//! The answer does not depend on any of this. Each element of C is one chain, `acc = fma(a[p], b[p], acc)` with p
//! ascending from acc = 0: a block of k resumes from C as the one before left it, and no loop splits k otherwise. So
//! blocked equals naive, bit for bit, and where there is no memory for panels the product is naive.
//!
//! Matrices are slices with strides here; shapes of higher rank are in `tensor/matmul.rs`. Copies into panels:
//! `pack.rs`. A single row times a matrix: `row.rs`; rows times a vector: `gemv.rs`; types without registers of their
//! own: `axpy.rs`. Read next: `strategy.rs`, then `blocks.rs`.

mod axpy;
pub(crate) mod blocks;
pub(super) mod gemv;
mod micro;
mod narrow;
mod operands;
mod pack;
mod panel_buffer;
#[cfg(feature = "explain")]
pub(crate) mod plan;
pub(super) mod row;
pub(crate) mod strategy;

use super::element::SimdElement;
use super::mat::Mat;
use super::memory::{self, Grid, Output};
use super::scalar::Scalar;
use super::simd::{Lanes, Simd, Tiled, dispatch, kernel_fn};
use super::threads;
use blocks::Blocks;
use micro::macro_kernel;
use operands::{OperandB, PackedA};
use panel_buffer::PanelBuffer;
use strategy::{IN_PLACE_ROWS, Product, Strategy, strategy};

pub(super) use axpy::gemm as gemm_plain;
#[cfg(feature = "std")]
pub use panel_buffer::free_panels;

/// Multiply-adds from which threads pay: about a tenth of a millisecond.
pub(crate) const SHARED: usize = 7_000_000;
/// Rows of a product from which threads pay.
const SHARED_ROWS: usize = 48;
/// What rows of a thread are a multiple of: whole tiles of 4 and 8 rows, and one cut tile of 6. (By 24, for whole tiles
/// of all, one of two threads had 264 rows of 512, the other 248.)
const THREAD_ROWS: usize = 8;

/// `c = a b`. The caller has matched the sizes. Matrices by reference: seven numbers that were just written one by one
/// would stall a wide load of them.
pub(super) fn gemm<T: SimdElement>(a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>) {
    debug_assert_eq!(a.cols, b.rows);
    let threads = threads::num_threads();
    if threads > 1 && a.rows >= SHARED_ROWS && a.rows.saturating_mul(a.cols).saturating_mul(b.cols) >= SHARED {
        return share(*a, *b, c, threads);
    }
    on_this_thread(a, b, c);
}

/// `c = a b` on this thread alone.
pub(super) fn on_this_thread<T: SimdElement>(a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>) {
    alone(a, b, c, &mut PanelBuffer::new(), Blocks::of_machine::<T>);
}

kernel_fn! {
    /// `c = a b` with memory for panels, and the longest blocks, asked for where there are any. Not inlined, so that it
    /// is compiled once, and not again for each start of a thread.
    #[inline(never)]
    fn alone[T: SimdElement](
        a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>, buffer: &mut PanelBuffer<T>, longest: fn() -> Blocks
    ) -> (),
    dispatch, |simd| { gemm_in(simd, a, b, c, buffer, longest) }
}

/// Splits the rows of A and C between threads.
#[cold]
fn share<T: SimdElement>(a: Mat<'_, T>, b: Mat<'_, T>, c: &mut Output<'_, T>, threads: usize) {
    let (m, stride) = (a.rows, c.stride());
    let height = m.div_ceil(threads).next_multiple_of(THREAD_ROWS);
    // The buffers are this thread's: the other threads end with the product, and would allocate fresh memory each time.
    let Some(mut buffers) = memory::with_capacity(m.div_ceil(height)) else { return on_this_thread(&a, &b, c) };
    buffers.extend((0..m.div_ceil(height)).map(|_| PanelBuffer::kept()));
    let rows = c.rows(0, m).chunks_mut(height * stride).zip((0..m).step_by(height));
    let parts = rows.zip(&mut buffers).map(|((rows, i), buffer)| {
        let a = Mat { start: a.offset(i, 0), rows: height.min(m - i), ..a };
        move || alone(&a, &b, &mut Output::over(rows, stride), buffer, Blocks::of_machine::<T>)
    });
    threads::run(parts);
}

/// `c = a b` inside a kernel, with memory for panels.
#[inline(always)]
fn gemm_in<T: SimdElement, S: Simd>(
    simd: S,
    a: &Mat<'_, T>,
    b: &Mat<'_, T>,
    c: &mut Output<'_, T>,
    buffer: &mut PanelBuffer<T>,
    longest: fn() -> Blocks,
) {
    let done = match strategy::<T, S>(&Product::of(a, b)) {
        Strategy::Empty => {
            // Each element is an empty sum; there may be no element of A or B to read.
            let n = b.cols;
            (0..a.rows).for_each(|i| c.rows(i, 1)[..n].fill(T::ZERO));
            true
        }
        Strategy::Naive => {
            // Conditions that are constants keep what is never chosen for a type and level from being compiled, here
            // and below.
            let few = const { T::FLOAT && T::Vector::<S>::LEN > 1 }
                && b.cols < T::Vector::<S>::LEN
                && a.is_row_wise()
                && b.has_rows();
            if few {
                row::few_rows(simd, a, b, c);
            }
            few
        }
        Strategy::Axpy if const { !T::FLOAT || !T::Vector::<S>::TILES } => axpy::gemm_in(a, b, c, buffer, S::FUSED),
        Strategy::Narrow if const { narrow::max_columns::<T, S>() > 0 } => narrow::few_columns(simd, a, b, c, buffer),
        Strategy::Row if const { T::FLOAT && T::Vector::<S>::TILES } => {
            row::times_matrix(simd, a, b, c);
            true
        }
        strategy if const { T::Vector::<S>::TILES } => {
            let mut done = false;
            simd.tiled(Loops { simd, strategy, a, b, c, buffer, longest, done: &mut done });
            done
        }
        _ => unreachable!("no other way for these"),
    };
    if !done {
        naive(a, b, c, S::FUSED);
    }
}

/// The naive product: for few multiply-adds, where every setup costs more than the product, and where there is no
/// memory for panels. Its bits are those of all others.
#[inline(always)]
fn naive<T: Scalar>(a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>, fused: bool) {
    let mut row = a.start;
    for i in 0..a.rows {
        let mut column = b.start;
        for j in 0..b.cols {
            let (mut x, mut y, mut acc) = (row, column, T::ZERO);
            for _ in 0..a.cols {
                acc = a.data[x].mul_add(b.data[y], acc, fused);
                x = x.wrapping_add_signed(a.col_stride);
                y = y.wrapping_add_signed(b.row_stride);
            }
            c.put(i, j, acc);
            column = column.wrapping_add_signed(b.col_stride);
        }
        row = row.wrapping_add_signed(a.row_stride);
    }
}

struct Loops<'a, 'c, T: SimdElement, S> {
    simd: S,
    strategy: Strategy,
    a: &'a Mat<'a, T>,
    b: &'a Mat<'a, T>,
    c: &'a mut Output<'c, T>,
    buffer: &'a mut PanelBuffer<T>,
    longest: fn() -> Blocks,
    /// Set at the end; not where there is no memory for panels: then nothing is written.
    done: &'a mut bool,
}

impl<T: SimdElement, S: Simd> Tiled for Loops<'_, '_, T, S> {
    #[inline(always)]
    fn call<const MR: usize, const NV: usize>(self) {
        if const { T::FLOAT } && self.strategy != Strategy::Blocks {
            self.in_place::<MR>();
        } else {
            self.blocks::<MR, NV>();
        }
    }
}

impl<T: SimdElement, S: Simd> Loops<'_, '_, T, S> {
    /// LOOP 3 alone, each chain from end to end: A in place (or its rows copied, where these are not contiguous), and B
    /// in place or all of it one panel.
    #[inline(always)]
    fn in_place<const MR: usize>(self) {
        let Loops { simd, strategy, a, b, c, buffer, done, .. } = self;
        let (m, n, k) = (a.rows, b.cols, a.cols);
        let nr = 2 * T::Vector::<S>::LEN;
        let copied = if a.is_row_wise() { 0 } else { IN_PLACE_ROWS.min(m) * k };
        let packed = if strategy == Strategy::PackedB { k * n.next_multiple_of(nr) } else { 0 };
        // Without copies the buffer is not used: for small products even that is measurable.
        let (panel, rows) = if copied + packed > 0 {
            let Some(panels) = buffer.elements(packed + copied) else { return };
            panels.split_at_mut(packed)
        } else {
            (&mut [][..], &mut [][..])
        };
        let b_panel = if packed > 0 {
            pack::pack(*b, (0, 0), (k, n), nr, panel);
            OperandB::packed(panel, k, nr)
        } else {
            OperandB::in_place(b)
        };
        for ic in (0..m).step_by(IN_PLACE_ROWS) {
            let a = Mat { start: a.offset(ic, 0), rows: IN_PLACE_ROWS.min(m - ic), ..*a };
            let a = if copied > 0 { pack::copy_rows(a, &mut rows[..a.rows * k]) } else { a };
            c.grid(ic, a.rows, n, |c| macro_kernel::<T, S, _, MR, 2>(simd, a, &b_panel, c, n));
        }
        *done = true;
    }

    /// Loops 5 to 3.
    #[inline(always)]
    fn blocks<const MR: usize, const NV: usize>(self) {
        let Loops { simd, a, b, c, buffer, longest, done, .. } = self;
        let (m, n, k) = (a.rows, b.cols, a.cols);
        let (stride, nr) = (c.stride(), NV * T::Vector::<S>::LEN);
        let Blocks { mc: mc_max, kc: kc_max, nc: nc_max } = longest().of_product((m, k, n), (MR, nr));
        let len_b = kc_max * nc_max;
        let Some(panels) = buffer.elements(len_b + kc_max * mc_max) else { return };
        let (b_panel, a_panels) = panels.split_at_mut(len_b);

        // LOOP 5: panels of B, NC columns wide.
        for jc in (0..n).step_by(nc_max) {
            let nc = nc_max.min(n - jc);
            // LOOP 4: blocks of k.
            for pc in (0..k).step_by(kc_max) {
                let kc = kc_max.min(k - pc);
                pack::pack(*b, (pc, jc), (kc, nc), nr, b_panel);
                // LOOP 3: blocks of A, MC rows high.
                for ic in (0..m).step_by(mc_max) {
                    let mc = mc_max.min(m - ic);
                    pack::pack_a::<T, MR>(a, (ic, pc), (mc, kc), a_panels);
                    let (a, b) = (PackedA { data: a_panels, rows: mc }, OperandB::packed(b_panel, kc, nr));
                    let tiles = |c: &mut Grid<'_, T>| macro_kernel::<T, S, _, MR, NV>(simd, a, &b, c, nc);
                    if pc == 0 && nc == n {
                        c.grid(ic, mc, n, tiles); // rows that no other panel shares are written once, without zeros
                    } else {
                        tiles(&mut Grid::over(&mut c.rows(ic, mc)[jc..], mc, nc, stride, pc > 0));
                    }
                }
            }
        }
        *done = true;
    }
}
