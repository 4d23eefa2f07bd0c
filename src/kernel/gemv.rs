//! Products with a vector: one row times a matrix, and rows times a vector.
//!
//! ```text
//!   row times matrix    c[..] = fma(a[p], B[p][..], c[..])                 chains as in `gemm.rs`; a short c stays in registers,
//!                                                                          a long one takes 6 rows of B at each pass
//!   rows times vector   each row its own dot product in 32 lanes (`fold.rs`), several rows for each pass over the vector
//! ```
//!
//! Both read the matrix once, straight ahead: they are as fast as memory.

use super::element::Element;
use super::fold::{LEAF, left_part};
use super::mat::{Mat, Target};
use super::memory::{LONG, Slots, Writer};
use super::simd::{Kernel, Lanes, Simd, dispatch};

/// Lanes of a dot product.
pub(crate) const DOT_LANES: usize = 32;
/// Rows of B to a pass over c: where they are a page apart, they share eight places of the first cache with c.
const DEEP: usize = 6;

/// `c = a b` for a single row `a`; the rows of both lie side by side.
#[inline(always)]
pub(super) fn row_times_matrix<T: Element, S: Simd>(simd: S, a: Mat<'_, T>, b: Mat<'_, T>, mut c: impl Target<T>) {
    let (k, n) = (a.cols, b.cols);
    let c = &mut c.rows(0, 1, n)[..n];
    let a = a.row(0, 0, k);
    match n.div_ceil(T::Vector::<S>::LEN) {
        1 => return simd.apart(Strip::<T, 1> { a, b, c }),
        2 => return simd.apart(Strip::<T, 2> { a, b, c }),
        3 => return simd.apart(Strip::<T, 3> { a, b, c }),
        4 => return simd.apart(Strip::<T, 4> { a, b, c }),
        5 => return simd.apart(Strip::<T, 5> { a, b, c }),
        6 => return simd.apart(Strip::<T, 6> { a, b, c }),
        7 => return simd.apart(Strip::<T, 7> { a, b, c }),
        8 => return simd.apart(Strip::<T, 8> { a, b, c }),
        _ => c.fill(T::ZERO),
    }
    let (blocks, rest) = a.as_chunks::<DEEP>();
    for (block, x) in blocks.iter().enumerate() {
        let mut rows: [&[T]; DEEP] = [&[]; DEEP];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = b.row(block * DEEP + i, 0, n);
        }
        add_rows(simd, x, &rows, c);
    }
    for (i, x) in rest.iter().enumerate() {
        add_rows(simd, &[*x], &[b.row(blocks.len() * DEEP + i, 0, n)], c);
    }
}

/// A short row of C, NV vectors of which the last may be part of one, in registers while p runs.
struct Strip<'x, T, const NV: usize> {
    a: &'x [T],
    b: Mat<'x, T>,
    c: &'x mut [T],
}

impl<T: Element, const NV: usize> Kernel for Strip<'_, T, NV> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (len, n) = (T::Vector::<S>::LEN, self.c.len());
        let whole = (NV - 1) * len;
        let mut acc = [T::Vector::<S>::splat(simd, T::ZERO); NV];
        for (p, &x) in self.a.iter().enumerate() {
            let (x, row) = (T::Vector::<S>::splat(simd, x), self.b.row(p, 0, n));
            unroll!(v < NV - 1, at most 8, acc[v] = x.mul_add(T::Vector::<S>::load(simd, &row[v * len..]), acc[v]));
            acc[NV - 1] = x.mul_add(T::Vector::<S>::load_part(simd, &row[whole..]), acc[NV - 1]);
        }
        unroll!(v < NV - 1, at most 8, acc[v].store(&mut self.c[v * len..]));
        acc[NV - 1].store_part(&mut self.c[whole..]);
    }
}

/// `c[j] = fma(x[i], rows[i][j], c[j])` for i in order.
#[inline(always)]
fn add_rows<T: Element, S: Simd, const N: usize>(simd: S, x: &[T; N], rows: &[&[T]; N], c: &mut [T]) {
    let len = T::Vector::<S>::LEN;
    let n = c.len();
    let mut rows = *rows;
    let mut scale = [T::Vector::<S>::splat(simd, T::ZERO); N];
    unroll!(i < N, at most 8, {
        rows[i] = &rows[i][..n];
        scale[i] = T::Vector::<S>::splat(simd, x[i]);
    });
    // A load across two lines of the cache counts as two: part of a register first, and on from the next place of the first row from which none does.
    let mut j = 0;
    let head = rows[0].as_ptr().align_offset(size_of::<T>() * len);
    if head < len && n >= LONG * len {
        add_part(simd, &scale, &rows, c, 0, head);
        j = head;
    }
    while j + len <= n {
        let mut acc = T::Vector::<S>::load(simd, &c[j..]);
        unroll!(i < N, at most 8, acc = scale[i].mul_add(T::Vector::<S>::load(simd, &rows[i][j..]), acc));
        acc.store(&mut c[j..]);
        j += len;
    }
    add_part(simd, &scale, &rows, c, j, n);
}

/// The same for columns `from .. to`, fewer than a register holds.
#[inline(always)]
fn add_part<T: Element, S: Simd, const N: usize>(
    simd: S,
    scale: &[T::Vector<S>; N],
    rows: &[&[T]; N],
    c: &mut [T],
    from: usize,
    to: usize,
) {
    if from < to {
        let mut acc = T::Vector::<S>::load_part(simd, &c[from..to]);
        for i in 0..N {
            acc = scale[i].mul_add(T::Vector::<S>::load_part(simd, &rows[i][from..to]), acc);
        }
        acc.store_part(&mut c[from..to]);
    }
}

/// The dot product of `y`, at most a leaf, with the beginning of each of the `N` rows: the lanes, not yet joined.
struct DotLeaf<'x, T, const N: usize> {
    rows: [&'x [T]; N],
    y: &'x [T],
}

impl<T: Element, const N: usize> Kernel for DotLeaf<'_, T, N> {
    type Output = [[T; DOT_LANES]; N];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [[T; DOT_LANES]; N] {
        lanes_of(dot_registers(simd, &self.rows, self.y))
    }
}

/// The same, joined.
struct DotRows<'x, T, const N: usize>(DotLeaf<'x, T, N>);

impl<T: Element, const N: usize> Kernel for DotRows<'_, T, N> {
    type Output = [T; N];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [T; N] {
        let mut acc = dot_registers(simd, &self.0.rows, self.0.y);
        let mut out = [T::ZERO; N];
        unroll!(i < N, at most 8, {
            // The first halves are whole registers.
            halve!(acc[i], of DOT_LANES / T::Vector::<S>::LEN, by Lanes::plus, at 8 4 2 1);
            let one = join_across!(acc[i][0], of T::Vector::<S>::LEN, by Lanes::plus);
            let mut lanes = [T::ZERO; DOT_LANES];
            one.store(&mut lanes);
            out[i] = lanes[0];
        });
        out
    }
}

/// Registers that hold the lanes of a row: 16 at most, the shortest being two doubles. The others are zero.
type Registers<T, S> = [<T as Element>::Vector<S>; 16];

#[inline(always)]
fn dot_registers<T: Element, S: Simd, const N: usize>(simd: S, rows: &[&[T]; N], y: &[T]) -> [Registers<T, S>; N] {
    let len = T::Vector::<S>::LEN;
    let mut acc = [registers!(16 of T::Vector::<S>::splat(simd, T::ZERO)); N];
    let mut y_lanes = acc[0];
    let (blocks, rest) = y.as_chunks::<DOT_LANES>();
    let mut x: [&[[T; DOT_LANES]]; N] = [&[]; N];
    unroll!(i < N, at most 8, x[i] = rows[i][..y.len()].as_chunks().0);
    for (block, y) in blocks.iter().enumerate() {
        unroll!(r < DOT_LANES / T::Vector::<S>::LEN, at most 16, y_lanes[r] = T::Vector::<S>::load(simd, &y[r * len..]));
        unroll!(i < N, at most 8, {
            let x = &x[i][block];
            unroll!(r < DOT_LANES / T::Vector::<S>::LEN, at most 16, {
                acc[i][r] = T::Vector::<S>::load(simd, &x[r * len..]).mul_add(y_lanes[r], acc[i][r]);
            });
        });
    }
    if !rest.is_empty() {
        // Lanes without another element stay as they are: not even a zero is added.
        let mut lanes = lanes_of(acc);
        unroll!(i < N, at most 8, {
            let x_rest = &rows[i][blocks.len() * DOT_LANES..][..rest.len()];
            for ((lane, &x), &y) in lanes[i].iter_mut().zip(x_rest).zip(rest) {
                *lane = x.mul_add(y, *lane, S::FUSED);
            }
            unroll!(r < DOT_LANES / T::Vector::<S>::LEN, at most 16, acc[i][r] = T::Vector::<S>::load(simd, &lanes[i][r * len..]));
        });
    }
    acc
}

#[inline(always)]
fn lanes_of<T: Element, V: Lanes<T, S>, S: Simd, const N: usize>(acc: [[V; 16]; N]) -> [[T; DOT_LANES]; N] {
    let mut out = [[T::ZERO; DOT_LANES]; N];
    unroll!(i < N, at most 8, {
        unroll!(r < DOT_LANES / V::LEN, at most 16, acc[i][r].store(&mut out[i][r * V::LEN..]));
    });
    out
}

/// The dot product of two vectors of one length, in the fixed order.
#[inline]
fn dot<T: Element>(x: &[T], y: &[T]) -> T {
    assert_eq!(x.len(), y.len());
    if x.len() <= LEAF {
        let [sum] = dispatch(DotRows(DotLeaf { rows: [x], y }));
        return sum;
    }
    let mut lanes = dot_lanes(x, y);
    for half in [16, 8, 4, 2, 1] {
        for lane in 0..half {
            lanes[lane] = lanes[lane].add(lanes[lane + half]);
        }
    }
    lanes[0]
}

fn dot_lanes<T: Element>(x: &[T], y: &[T]) -> [T; DOT_LANES] {
    if x.len() <= LEAF {
        let [lanes] = dispatch(DotLeaf { rows: [x], y });
        return lanes;
    }
    let left = left_part(x.len());
    let (left, right) = (dot_lanes(&x[..left], &y[..left]), dot_lanes(&x[left..], &y[left..]));
    core::array::from_fn(|lane| left[lane].add(right[lane]))
}

/// `out[i] = row i . y`: rows side by side, as long as `y`, one for each place.
pub(crate) fn rows_times_vector<'o, T: Element>(a: Mat<'_, T>, y: &[T], out: Slots<'o, T>) -> &'o mut [T] {
    assert!(a.is_row_wise() && a.cols == y.len() && a.rows == out.len());
    if y.len() > LEAF {
        return out.fill(|i| dot(a.row(i, 0, y.len()), y));
    }
    dispatch(Rows { a, y, out })
}

struct Rows<'x, 'o, T> {
    a: Mat<'x, T>,
    y: &'x [T],
    out: Slots<'o, T>,
}

impl<'o, T: Element> Kernel for Rows<'_, 'o, T> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        // As many rows to a pass over the vector as leave their lanes in registers, beside those of the vector.
        match S::REGISTERS * T::Vector::<S>::LEN / DOT_LANES {
            8.. => self.together::<S, 6, 3>(simd),
            4.. => self.together::<S, 3, 1>(simd),
            _ => self.together::<S, 1, 1>(simd),
        }
    }
}

impl<'x, 'o, T: Element> Rows<'x, 'o, T> {
    /// `N` rows at a time, then `HALF` as many, then one.
    #[inline(always)]
    fn together<S: Simd, const N: usize, const HALF: usize>(self, simd: S) -> &'o mut [T] {
        let Self { a, y, out } = self;
        let mut out = out.writer();
        while out.left() >= N {
            dots::<T, S, N>(simd, a, y, &mut out);
        }
        while out.left() >= HALF {
            dots::<T, S, HALF>(simd, a, y, &mut out);
        }
        while out.left() > 0 {
            dots::<T, S, 1>(simd, a, y, &mut out);
        }
        out.finish()
    }
}

/// The dot products of `N` rows, the ones whose results are next.
#[inline(always)]
fn dots<T: Element, S: Simd, const N: usize>(simd: S, a: Mat<'_, T>, y: &[T], out: &mut Writer<'_, T>) {
    let i = a.rows - out.left();
    let mut rows: [&[T]; N] = [&[]; N];
    unroll!(r < N, at most 8, rows[r] = &a.data[a.place(i + r, 0)..]);
    for sum in DotRows(DotLeaf { rows, y }).run(simd) {
        out.push(sum);
    }
}
