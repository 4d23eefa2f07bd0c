//! Crates that are nothing but a matrix product: they write into a ready output, wherever operands lie.
//!
//! matrixmultiply, gemm (with its AVX-512 kernels), gemmkit, and rten-gemm (f32 only). Their results cost no allocation here, nptensor's do.

use nptensor::{DType, Scalar};

use crate::rows::answer::{Real, fill};
use crate::rows::{Entry, Op, Row, Side};

/// `count` products with their strides: element (i, p) of A is `a[i * a_row + p * a_col]`; C lies row after row.
#[derive(Clone, Copy)]
struct Product {
    count: usize,
    m: usize,
    k: usize,
    n: usize,
    a: (isize, isize),
    b: (isize, isize),
}

fn product(row: &Row) -> Option<Product> {
    let straight = |count, m: usize, k: usize, n: usize| Product {
        count,
        m: m.max(1),
        k,
        n: n.max(1),
        a: (k as isize, 1),
        b: (n.max(1) as isize, 1),
    };
    match row.op {
        Op::Matmul { m, k, n, side } => {
            let mut product = straight(1, m, k, n);
            match side {
                Side::Straight => {}
                Side::TransposedA => product.a = (1, m as isize),
                Side::TransposedB => product.b = (1, k as isize),
            }
            Some(product)
        }
        Op::Batched { count, n } => Some(straight(count, n, n, n)),
        _ => None,
    }
}

/// All of them on this row.
pub fn entries(row: &Row) -> Vec<Entry> {
    match (product(row), row.dtype) {
        (Some(p), DType::F32) => {
            let mut entries = both::<f32>(row, p, matrixmultiply::sgemm);
            entries.extend(rten(row, p));
            entries
        }
        (Some(p), DType::F64) => both::<f64>(row, p, matrixmultiply::dgemm),
        _ => Vec::new(),
    }
}

/// matrixmultiply's signature.
type Gemm<T> =
    unsafe fn(usize, usize, usize, T, *const T, isize, isize, *const T, isize, isize, T, *mut T, isize, isize);

/// One product: A, B, C.
type One<'f, T> = dyn Fn(&[T], &[T], &mut [T]) + 'f;

fn both<T: Real + gemmkit::GemmScalar>(row: &Row, p: Product, mm: Gemm<T>) -> Vec<Entry> {
    let Product { count, m, k, n, .. } = p;
    let operands = || (fill::<T>(row, 1, count * m * k), fill::<T>(row, 2, count * k * n));
    let (zero, one) = (<T as Scalar>::ZERO, <T as Scalar>::ONE);
    let out = || vec![zero; count * m * n];
    let each = move |a: &[T], b: &[T], c: &mut [T], one: &One<'_, T>| {
        let triples = a.chunks_exact(m * k).zip(b.chunks_exact(k * n)).zip(c.chunks_exact_mut(m * n));
        triples.for_each(|((a, b), c)| one(a, b, c));
    };
    let (a, b) = operands();
    let matrixmultiply = Entry::in_place("matrixmultiply", out(), move |c| {
        each(&a, &b, c, &|a, b, c| {
            // SAFETY: the slices hold m x k, k x n and m x n elements at these strides.
            unsafe {
                mm(
                    m,
                    k,
                    n,
                    one,
                    a.as_ptr(),
                    p.a.0,
                    p.a.1,
                    b.as_ptr(),
                    p.b.0,
                    p.b.1,
                    zero,
                    c.as_mut_ptr(),
                    n as isize,
                    1,
                )
            }
        });
    });
    let (a, b) = operands();
    let gemm = Entry::in_place("gemm", out(), move |c| {
        each(&a, &b, c, &|a, b, c| {
            // SAFETY: as above; this crate gives columns before rows, and alpha scales what C held.
            unsafe {
                gemm::gemm(
                    m,
                    n,
                    k,
                    c.as_mut_ptr(),
                    1,
                    n as isize,
                    false,
                    a.as_ptr(),
                    p.a.1,
                    p.a.0,
                    b.as_ptr(),
                    p.b.1,
                    p.b.0,
                    zero,
                    one,
                    false,
                    false,
                    false,
                    gemm::Parallelism::None,
                )
            }
        });
    });
    let (a, b) = operands();
    let gemmkit = Entry::in_place("gemmkit", out(), move |c| {
        each(&a, &b, c, &|a, b, c| {
            let (a, b) = (gemmkit::MatRef::new(a, m, k, p.a.0, p.a.1), gemmkit::MatRef::new(b, k, n, p.b.0, p.b.1));
            let c = gemmkit::MatMut::from_row_major(c, m, n);
            gemmkit::gemm(one, a, b, zero, c, gemmkit::Parallelism::Serial);
        });
    });
    vec![matrixmultiply, gemm, gemmkit]
}

fn rten(row: &Row, p: Product) -> Option<Entry> {
    use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
    use rten_tensor::NdTensor;
    use rten_tensor::prelude::*;

    let Product { count: 1, m, k, n, a: (_, a_col), b: (_, b_col) } = p else { return None };
    // Transposed operands are transposed views, as everywhere.
    let (a_flip, b_flip) = (a_col != 1 && k != 1, b_col != 1 && n != 1);
    let a = NdTensor::from_data(if a_flip { [k, m] } else { [m, k] }, fill::<f32>(row, 1, m * k));
    let b = NdTensor::from_data(if b_flip { [n, k] } else { [k, n] }, fill::<f32>(row, 2, k * n));
    let executor = GemmExecutor::<f32>::new();
    Some(Entry::in_place("rten-gemm", vec![0.0; m * n], move |c| {
        let a = if a_flip { a.view().transposed() } else { a.view() };
        let b = if b_flip { b.view().transposed() } else { b.view() };
        let done = executor.gemm(c, GemmInputA::Unpacked(a), GemmInputB::Unpacked(b), GemmOptions::default());
        assert!(done.is_ok(), "the sizes fit");
    }))
}
