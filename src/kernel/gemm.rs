//! The matrix product C = A B: blocks, and what is packed (after BLIS, and Goto and van de Geijn 2008).
//!
//! ```text
//!             n                         NC                      NR
//!       +-----------+            +-----+-----+            +--+
//!     k |     B     |   LOOP 5   |     |     |   LOOP 4   |  | KC      a panel of B, KC x NC, packed as slivers NR wide, row after row:
//!       +-----------+            +-----+-----+            +--+         the panel stays in the third cache, a sliver in the first two
//!   m  +----+  +-----------+
//!      |  A |  |     C     |     LOOP 3: MC rows of A, KC long, packed as micro-panels MR high: in the second cache
//!      +----+  +-----------+     LOOP 2: one sliver of B;   LOOP 1: one micro-panel of A: a tile of C, MR x NR, in registers  (micro.rs)
//! ```
//!
//! Copies are made only where they pay. A small B is read where it lies, as long as its rows lie side by side and A has not a great many; so are the rows
//! of A beside few columns of B, which would not repay the copy. Then k is not cut either, and each chain ends where it began: C is written once, without zeros before.
//!
//! The answer does not depend on any of this. Each element of C is one chain, `acc = fma(a[p], b[p], acc)` with p ascending from acc = 0: a block
//! of k takes up C where the one before left it, and no loop splits k otherwise. So blocked equals naive, bit for bit.
//!
//! It knows matrices as slices with strides, and no shapes of higher rank (`tensor/matmul.rs`). Copies into panels: `pack.rs`. A single row times a matrix,
//! and rows times a vector: `gemv.rs`. Read next: `micro.rs`.

use alloc::vec::Vec;

use super::element::Element;
use super::gemv;
use super::mat::{Mat, Over, Target};
use super::micro::slivers;
use super::operands::{Panels, Rows, Slivers, Sums};
use super::pack;
use super::room::Room;
use super::simd::{Kernel, Lanes, Simd, Tiled, dispatch};
use super::threads;

/// Bytes of a column of B in a panel, KC elements. The longer, the fewer passes over C: a sliver may fill the first cache and more, for the second
/// hands it over as fast as multiply-adds take it.
pub(super) const COLUMN: usize = 4096;
/// Columns of B in a panel.
pub(super) const NC: usize = 1024;
/// Rows of A in a block: with COLUMN, 192 KiB.
pub(super) const MC: usize = 48;

/// Multiply-adds from which threads pay: about a tenth of a millisecond.
pub(crate) const SHARED: usize = 7_000_000;
/// Rows that threads take at a time: a multiple of 4, 6 and 8.
const GRAIN: usize = 24;
/// Multiply-adds that pay for nothing but themselves.
const TINY: usize = 30;
/// Rows that are too few to pay for packing B.
const FEW: usize = 16;
/// Bytes of B from which it pays to pack it: half the first cache.
const SMALL: usize = 16 << 10;
/// Rows of A, and rows of A for each of B, from which it pays to pack a B however small: whole registers are loaded sooner than parts of them.
const MANY: (usize, usize) = (128, 16);
/// Columns that are too few to pay for packing A.
const NARROW: usize = 512;

/// `c = a b`. The caller has matched the sizes. (By reference: a matrix is seven numbers that were just written, and a copy of them waits until they are in the cache.)
pub(crate) fn gemm<T: Element>(a: &Mat<'_, T>, b: &Mat<'_, T>, mut c: impl Target<T>) {
    debug_assert_eq!(a.cols, b.rows);
    let threads = threads::num_threads();
    if threads > 1 && a.rows >= 2 * GRAIN && a.rows.saturating_mul(a.cols).saturating_mul(b.cols) >= SHARED {
        return share(*a, *b, &mut c, threads);
    }
    dispatch(Gemm { a: *a, b: *b, c, room: &mut Room::new() });
}

/// The rows of A and C dealt out to threads, in whole tiles of every level.
#[cold]
fn share<T: Element>(a: Mat<'_, T>, b: Mat<'_, T>, c: &mut impl Target<T>, threads: usize) {
    let (m, n) = (a.rows, b.cols);
    let stride = c.stride(n);
    let height = m.div_ceil(threads).next_multiple_of(GRAIN);
    // Panels are lent by this thread: the others end with the product, and theirs would be fresh memory each time.
    let mut rooms: Vec<Room<T>> = (0..m.div_ceil(height)).map(|_| Room::kept()).collect();
    let rows = c.rows(0, m, n).chunks_mut(height * stride).zip((0..m).step_by(height));
    let parts = rows.zip(&mut rooms).map(|((rows, i), room)| {
        let a = Mat { start: a.place(i, 0), rows: height.min(m - i), ..a };
        move || dispatch(Gemm { a, b, c: Over(rows, stride), room })
    });
    threads::run(parts.collect());
}

struct Gemm<'a, T: Element, C> {
    a: Mat<'a, T>,
    b: Mat<'a, T>,
    c: C,
    room: &'a mut Room<T>,
}

impl<T: Element, C: Target<T>> Kernel for Gemm<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        gemm_in(simd, self.a, self.b, self.c, self.room);
    }
}

/// `c = a b` inside a kernel.
#[inline(always)]
pub(crate) fn gemm_at<T: Element, S: Simd>(simd: S, a: Mat<'_, T>, b: Mat<'_, T>, c: impl Target<T>) {
    gemm_in(simd, a, b, c, &mut Room::new());
}

/// The same with memory for panels.
#[inline(always)]
fn gemm_in<T: Element, S: Simd>(simd: S, a: Mat<'_, T>, b: Mat<'_, T>, mut c: impl Target<T>, room: &mut Room<T>) {
    match way::<T, S>(&a, &b) {
        Way::Empty => {
            // An empty sum each, or none at all: what rows() makes, and what must be made of rows that are there. There may be no place to read.
            let n = b.cols;
            (0..a.rows).for_each(|i| c.rows(i, 1, n)[..n].fill(T::ZERO));
        }
        Way::Definition => definition::<T, S>(a, b, c),
        Way::Row => gemv::row_times_matrix(simd, a, b, c),
        way => simd.tiled(Loops { simd, way, a, b, c, room }),
    }
}

/// How a product is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// There is nothing to multiply.
    Empty,
    /// The naive loops.
    Definition,
    /// One row: `gemv.rs`.
    Row,
    /// LOOP 3 alone, B where it lies, and A too where its rows lie side by side.
    InPlace,
    /// LOOP 3 alone, A where it lies, all of B one panel.
    PackedB,
    /// Five loops, both packed by blocks.
    Blocks,
}

/// The way that a product takes: what its size and the layout of its operands repay.
#[inline(always)]
pub(super) fn way<T: Element, S: Simd>(a: &Mat<'_, T>, b: &Mat<'_, T>) -> Way {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    if k == 0 || n == 0 {
        return Way::Empty;
    }
    if m.saturating_mul(k).saturating_mul(n) <= TINY {
        return Way::Definition;
    }
    if m == 1 && a.has_rows() && b.has_rows() {
        return Way::Row;
    }
    let nr = 2 * T::Vector::<S>::LEN;
    let bytes = |elements: usize| elements.saturating_mul(k).saturating_mul(size_of::<T>());
    let a_rows = a.is_row_wise();
    let many = a_rows && n <= NARROW && m >= MANY.0 && m / MANY.1 >= k;
    if b.has_rows() && (m <= FEW || (bytes(n) < SMALL && !many)) && (a_rows || bytes(m.min(MC)) <= MC * COLUMN) {
        Way::InPlace
    } else if a_rows && n <= NARROW && bytes(n.next_multiple_of(nr)) <= COLUMN * NC {
        Way::PackedB
    } else {
        Way::Blocks
    }
}

/// The naive product: it is over before anything faster could begin.
#[inline(always)]
fn definition<T: Element, S: Simd>(a: Mat<'_, T>, b: Mat<'_, T>, mut c: impl Target<T>) {
    let mut row = a.start;
    for i in 0..a.rows {
        let mut column = b.start;
        for j in 0..b.cols {
            let (mut x, mut y, mut acc) = (row, column, T::ZERO);
            for _ in 0..a.cols {
                acc = a.data[x].mul_add(b.data[y], acc, S::FUSED);
                x = x.wrapping_add_signed(a.col_stride);
                y = y.wrapping_add_signed(b.row_stride);
            }
            c.put(i, j, acc);
            column = column.wrapping_add_signed(b.col_stride);
        }
        row = row.wrapping_add_signed(a.row_stride);
    }
}

struct Loops<'a, T: Element, S, C> {
    simd: S,
    way: Way,
    a: Mat<'a, T>,
    b: Mat<'a, T>,
    c: C,
    room: &'a mut Room<T>,
}

impl<T: Element, S: Simd, C: Target<T>> Tiled for Loops<'_, T, S, C> {
    /// Both in place, or A in place beside a packed B: LOOP 3 alone, and chains from end to end. Or both packed by blocks.
    #[inline(always)]
    fn run<const MR: usize>(self) {
        let Loops { simd, way, a, b, mut c, room } = self;
        let (m, n, k) = (a.rows, b.cols, a.cols);
        let nr = 2 * T::Vector::<S>::LEN;
        match way {
            Way::InPlace => {
                let rows = Rows { data: &b.data[b.start..], kc: k, stride: b.row_stride.unsigned_abs() };
                for ic in (0..m).step_by(MC) {
                    let a = Mat { start: a.place(ic, 0), rows: MC.min(m - ic), ..a };
                    let side_by_side = a.is_row_wise();
                    let a = if side_by_side { a } else { pack::rows(a, room.elements(a.rows * k)) };
                    c.fresh(ic, a.rows, n, |c| slivers::<T, S, _, _, MR>(simd, a, rows, c, n));
                }
            }
            Way::PackedB => {
                let panel = room.elements(k * n.next_multiple_of(nr));
                pack::slivers(simd, b, (0, 0), (k, n), panel);
                let panel = Slivers { data: panel, kc: k };
                for ic in (0..m).step_by(MC) {
                    let a = Mat { start: a.place(ic, 0), rows: MC.min(m - ic), ..a };
                    c.fresh(ic, a.rows, n, |c| slivers::<T, S, _, _, MR>(simd, a, panel, c, n));
                }
            }
            _ => Loops { simd, way, a, b, c, room }.blocks::<MR>(),
        }
    }
}

impl<T: Element, S: Simd, C: Target<T>> Loops<'_, T, S, C> {
    /// Loops 5 to 3.
    #[inline(always)]
    fn blocks<const MR: usize>(self) {
        let Loops { simd, a, b, mut c, room, .. } = self;
        let (m, n, k) = (a.rows, b.cols, a.cols);
        let (stride, nr) = (c.stride(n), 2 * T::Vector::<S>::LEN);
        let (kc_max, mc_max) = cuts::<T>(m, k, MR);
        let room_b = kc_max * NC.min(n.next_multiple_of(nr));
        let (b_panel, a_panels) = room.elements(room_b + kc_max * mc_max).split_at_mut(room_b);

        // LOOP 5: panels of B, NC columns wide.
        for jc in (0..n).step_by(NC) {
            let nc = NC.min(n - jc);
            // LOOP 4: blocks of k.
            for pc in (0..k).step_by(kc_max) {
                let kc = kc_max.min(k - pc);
                pack::slivers(simd, b, (pc, jc), (kc, nc), b_panel);
                // LOOP 3: blocks of A, MC rows high.
                for ic in (0..m).step_by(mc_max) {
                    let mc = mc_max.min(m - ic);
                    pack::panels::<T, MR>(a, (ic, pc), (mc, kc), a_panels);
                    let (a, b) = (Panels { data: a_panels, rows: mc }, Slivers { data: b_panel, kc });
                    let mut c = Sums { c: &mut c.rows(ic, mc, n)[jc..], stride, first: pc == 0 };
                    slivers::<T, S, _, _, MR>(simd, a, b, &mut c, nc);
                }
            }
        }
    }
}

/// KC and MC for a product of so many rows and terms, with tiles `mr` high.
#[inline(always)]
pub(super) fn cuts<T>(m: usize, k: usize, mr: usize) -> (usize, usize) {
    (even(k, COLUMN / size_of::<T>(), 1), even(m, MC, mr))
}

/// The length of the parts when `n` is cut into as few as possible, none longer than `most`, and as even as multiples of `unit` allow.
#[inline(always)]
fn even(n: usize, most: usize, unit: usize) -> usize {
    if n <= most { n.next_multiple_of(unit) } else { n.div_ceil(n.div_ceil(most)).next_multiple_of(unit) }
}
