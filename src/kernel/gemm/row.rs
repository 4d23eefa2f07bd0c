//! One row times a matrix: columns of B in registers, from its first row to its last; with a bias, a dense layer on one
//! input.
//!
//! ```text
//!   a[0] *  | B[0][0..8] | B[0][8..16] | .. |  B[0][42..50]      a pass has up to eight registers of columns, or 13;
//! + a[1] *  | B[1][0..8] | B[1][8..16] | .. |  B[1][42..50]      the last one ends at the end of the row; what it
//! + ...                                                          shares with the one before is computed twice
//! ```
//!
//! Each element is the chain of `mod.rs`, then + bias: the bits of a row in a batch. Sums stay in registers from row to
//! row, so the cache bounds how fast B is read. A product whose columns take more than one pass goes over C instead,
//! six rows of B at each pass, and reads B once, in the order of its memory; a dense layer takes several passes.

use crate::kernel::element::{SimdElement, SimdFloat};
use crate::kernel::elementwise::flat::LONG_REGISTERS;
use crate::kernel::mat::Mat;
use crate::kernel::memory::Output;
use crate::kernel::simd::{Kernel, Lanes, Simd};

/// Registers of columns in one pass: as many as there are multiply-adds in flight. Each number of registers is code of
/// its own.
const PASS_REGISTERS: usize = 8;
/// The most that 16 registers hold beside x. The network of the book has it: 50 columns of f64 on AVX2, 100 on AVX-512.
const WIDE_PASS_REGISTERS: usize = 13;
/// Rows of B to a pass over c: where they are a page apart, they share the eight ways of a cache set with c.
const PASS_ROWS: usize = 6;

/// `c = a b` for a single row `a`; the rows of both are contiguous.
#[inline(always)]
pub(super) fn times_matrix<T: SimdElement, S: Simd>(simd: S, a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>) {
    let (k, n) = (a.cols, b.cols);
    let c = &mut c.rows(0, 1)[..n];
    let a = a.row(0, 0, k);
    if n <= PASS_REGISTERS * T::Vector::<S>::LEN {
        let w = Weights { data: &b.data[b.start..], stride: b.row_stride.unsigned_abs(), n, bias: None };
        return columns_of(simd, a, w, c);
    }
    c.fill(T::ZERO);
    let (blocks, rest) = a.as_chunks::<PASS_ROWS>();
    for (block, x) in blocks.iter().enumerate() {
        let mut rows: [&[T]; PASS_ROWS] = [&[]; PASS_ROWS];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = b.row(block * PASS_ROWS + i, 0, n);
        }
        add_rows(simd, x, &rows, c);
    }
    for (i, x) in rest.iter().enumerate() {
        add_rows(simd, &[*x], &[b.row(blocks.len() * PASS_ROWS + i, 0, n)], c);
    }
}

/// `c = a b` for a few rows, so narrow that a register has more lanes than B has columns: a row of C to a register.
#[inline(always)]
pub(super) fn few_rows<T: SimdElement, S: Simd>(simd: S, a: &Mat<'_, T>, b: &Mat<'_, T>, c: &mut Output<'_, T>) {
    let (k, n, stride) = (a.cols, b.cols, c.stride());
    let w = Weights { data: &b.data[b.start..], stride: b.row_stride.unsigned_abs(), n, bias: None };
    let rows = c.rows(0, a.rows);
    for i in 0..a.rows {
        one_register(simd, a.row(i, 0, k), w, &mut rows[i * stride..][..n]);
    }
}

/// Rows of `n`, `stride` apart, and what is added to the sums.
#[derive(Clone, Copy)]
struct Weights<'a, T> {
    data: &'a [T],
    stride: usize,
    n: usize,
    bias: Option<&'a [T]>,
}

/// `out[j] = x W[.., j] + b[j]`: a dense layer on one input; the rows of W are contiguous, as long as `b`. A longer
/// `out` may be overwritten after its results, up to a register.
#[inline(always)]
pub(in super::super) fn dense<T: SimdFloat, S: Simd>(simd: S, x: &[T], w: &[T], b: &[T], out: &mut [T]) {
    columns_of(simd, x, Weights { data: w, stride: b.len(), n: b.len(), bias: Some(b) }, out);
}

/// [`dense`], where the columns of W are contiguous, as long as `x`: torch's weights, where they are read in place.
/// Eight chains at a time, for each step depends on the one before; in the last eight, the last column stands for those
/// after it.
#[inline(always)]
pub(in super::super) fn dense_by_columns<T: SimdFloat, S: Simd>(_simd: S, x: &[T], w: &[T], b: &[T], out: &mut [T]) {
    const COLUMNS: usize = 8;
    for (at, (out, b)) in out[..b.len()].chunks_mut(COLUMNS).zip(b.chunks(COLUMNS)).enumerate() {
        let mut columns: [&[T]; COLUMNS] = [&[]; COLUMNS];
        for (j, column) in columns.iter_mut().enumerate() {
            *column = &w[(at * COLUMNS + j.min(b.len() - 1)) * x.len()..][..x.len()];
        }
        let mut acc = [T::ZERO; COLUMNS];
        for (p, &x) in x.iter().enumerate() {
            for j in 0..COLUMNS {
                acc[j] = x.mul_add(columns[j][p], acc[j], S::FUSED);
            }
        }
        for ((out, acc), &b) in out.iter_mut().zip(acc).zip(b) {
            *out = acc.add(b);
        }
    }
}

/// The pass over a number of registers that is a constant to the compiler.
macro_rules! passes {
    ($vectors:expr, $simd:expr, $pass:expr; $($n:literal)*) => {
        match $vectors {
            $($n => {
                if const { $n == 1 || S::REGISTERS >= 16 } {
                    $simd.call(Columns::<T, $n>(&mut $pass));
                }
            })*
            _ => unreachable!("no pass has so many"),
        }
    };
}

/// All columns, in as many passes as it takes.
#[inline(always)]
fn columns_of<T: SimdElement, S: Simd>(simd: S, x: &[T], w: Weights<'_, T>, out: &mut [T]) {
    let (n, len) = (w.n, T::Vector::<S>::LEN);
    if n < len {
        return one_register(simd, x, w, out);
    }
    let mut pass = Pass { x, w, from: 0, out };
    while pass.from < n {
        let vectors = match (n - pass.from).div_ceil(len) {
            _ if S::REGISTERS < 16 => 1,
            WIDE_PASS_REGISTERS => WIDE_PASS_REGISTERS,
            // About as many in each pass: a narrow one would stall on its own sums.
            registers => registers.div_ceil(registers.div_ceil(PASS_REGISTERS)),
        };
        passes!(vectors, simd, pass; 1 2 3 4 5 6 7 8 13);
        pass.from += vectors * len;
    }
}

/// A pass over the columns from `from` on.
struct Pass<'x, T> {
    x: &'x [T],
    w: Weights<'x, T>,
    from: usize,
    out: &'x mut [T],
}

/// NV registers of them. By reference: each pass would be given all of it anew.
struct Columns<'p, 'x, T, const NV: usize>(&'p mut Pass<'x, T>);

impl<T: SimdElement, const NV: usize> Kernel for Columns<'_, '_, T, NV> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Pass { x, w, from, ref mut out } = *self.0;
        let (n, len) = (w.n, T::Vector::<S>::LEN);
        let last = (from + (NV - 1) * len).min(n - len);
        let mut acc = [T::Vector::<S>::splat(simd, T::ZERO); NV];
        for (p, &x) in x.iter().enumerate() {
            let (x, row) = (T::Vector::<S>::splat(simd, x), &w.data[p * w.stride..][..n]);
            let (body, end) = (&row[from..][..(NV - 1) * len], &row[last..][..len]);
            for v in 0..NV - 1 {
                acc[v] = x.mul_add(T::Vector::<S>::load(simd, &body[v * len..]), acc[v]);
            }
            acc[NV - 1] = x.mul_add(T::Vector::<S>::load(simd, end), acc[NV - 1]);
        }
        for v in 0..NV {
            let at = if v + 1 < NV { from + v * len } else { last };
            w.add_bias(simd, acc[v], at, len).store(&mut out[at..]);
        }
    }
}

impl<T: SimdElement> Weights<'_, T> {
    /// `x` with the bias of up to a register of columns from `at` on.
    #[inline(always)]
    fn add_bias<S: Simd>(&self, simd: S, x: T::Vector<S>, at: usize, cols: usize) -> T::Vector<S> {
        match self.bias {
            // Multiply-add by 1: registers of every type have no other addition.
            Some(bias) => {
                x.mul_add(T::Vector::<S>::splat(simd, T::ONE), T::Vector::<S>::load_masked(simd, &bias[at..][..cols]))
            }
            None => x,
        }
    }
}

/// Fewer columns than a register holds.
#[inline(always)]
fn one_register<T: SimdElement, S: Simd>(simd: S, x: &[T], w: Weights<'_, T>, out: &mut [T]) {
    let n = w.n;
    if n == 0 {
        return;
    }
    let mut acc = T::Vector::<S>::splat(simd, T::ZERO);
    // Indexed by hand: the iterator of chunks divides, which is measurable for three columns.
    for (p, &x) in x.iter().enumerate() {
        let row = T::Vector::<S>::load_masked(simd, &w.data[p * w.stride..][..n]);
        acc = T::Vector::<S>::splat(simd, x).mul_add(row, acc);
    }
    let acc = w.add_bias(simd, acc, 0, n);
    // A whole store is forwarded to the next load; a masked one stalls it.
    if out.len() >= T::Vector::<S>::LEN { acc.store(out) } else { acc.store_masked(&mut out[..n]) }
}

/// `c[j] = fma(x[i], rows[i][j], c[j])` for i in order.
#[inline(always)]
fn add_rows<T: SimdElement, S: Simd, const N: usize>(simd: S, x: &[T; N], rows: &[&[T]; N], c: &mut [T]) {
    let len = T::Vector::<S>::LEN;
    let n = c.len();
    let mut rows = *rows;
    let mut scale = [T::Vector::<S>::splat(simd, T::ZERO); N];
    for i in 0..N {
        rows[i] = &rows[i][..n];
        scale[i] = T::Vector::<S>::splat(simd, x[i]);
    }
    // A load across two cache lines counts as two: the head is loaded masked, so that later loads of the first row are
    // aligned.
    let mut j = 0;
    let head = rows[0].as_ptr().align_offset(size_of::<T>() * len);
    if head < len && n >= LONG_REGISTERS * len {
        add_masked(simd, &scale, &rows, c, 0, head);
        j = head;
    }
    while j + len <= n {
        let mut acc = T::Vector::<S>::load(simd, &c[j..]);
        for i in 0..N {
            acc = scale[i].mul_add(T::Vector::<S>::load(simd, &rows[i][j..]), acc);
        }
        acc.store(&mut c[j..]);
        j += len;
    }
    add_masked(simd, &scale, &rows, c, j, n);
}

/// `c[j] = fma(x[i], rows[i][j], c[j])` for columns `from .. to`, fewer than a register holds.
#[inline(always)]
fn add_masked<T: SimdElement, S: Simd, const N: usize>(
    simd: S,
    scale: &[T::Vector<S>; N],
    rows: &[&[T]; N],
    c: &mut [T],
    from: usize,
    to: usize,
) {
    if from < to {
        let mut acc = T::Vector::<S>::load_masked(simd, &c[from..to]);
        for i in 0..N {
            acc = scale[i].mul_add(T::Vector::<S>::load_masked(simd, &rows[i][from..to]), acc);
        }
        acc.store_masked(&mut c[from..to]);
    }
}
