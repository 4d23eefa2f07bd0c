//! Products shared by two threads: nptensor on one thread beside it, faer and gemm in a rayon pool of two, whose threads sleep while it is not their turn.

use faer::traits::RealField;
use faer::{Mat, Par};
use nptensor::{DType, Scalar};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::rows::answer::{Answer, Real, fill, input};
use crate::rows::{Entry, Op, Row, ours};

/// nptensor on one thread: what its speed-up is measured by.
pub const ALONE: &str = "one thread";

/// Whoever can do this row on two threads, and [`ALONE`].
pub fn entries(row: &Row) -> Vec<Entry> {
    let mut alone = ours::entry(&row.alone());
    alone.runner.name = ALONE.into();
    let mut entries = vec![alone];
    match row.dtype {
        DType::F32 => entries.extend(rivals::<f32>(row)),
        DType::F64 => entries.extend(rivals::<f64>(row)),
        _ => {}
    }
    entries
}

fn pool(row: &Row) -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(row.threads).build();
    pool.unwrap_or_else(|error| panic!("no pool of {} threads: {error}", row.threads))
}

fn rivals<T: Real + RealField>(row: &Row) -> Vec<Entry> {
    let Op::Matmul { m, k, n, .. } = row.op else { return Vec::new() };
    let at = |seed, i| <T as nptensor::ScalarFloat>::from_f64(input(row, seed, i));
    let matrix = |seed, rows: usize, cols: usize| Mat::from_fn(rows, cols, |i, j| at(seed, i * cols + j));
    let (a, b, threads) = (matrix(1, m, k), matrix(2, k, n), pool(row));
    let par = Par::rayon(row.threads);
    let product = move || {
        threads.install(|| {
            faer::set_global_parallelism(par);
            let c = &a * &b;
            faer::set_global_parallelism(Par::Seq);
            c
        })
    };
    let faer = Entry::new("faer", product, |c: Mat<T>| Answer::new(m * n, |p| c[(p / n, p % n)].to_f64()));

    let (a, b, threads) = (fill::<T>(row, 1, m * k), fill::<T>(row, 2, k * n), pool(row));
    let (zero, one) = (<T as Scalar>::ZERO, <T as Scalar>::ONE);
    let par = gemm::Parallelism::Rayon(row.threads);
    let gemm = Entry::in_place("gemm", vec![zero; m * n], move |c| {
        let (across, down) = (1, |n: usize| n as isize);
        threads.install(|| {
            // SAFETY: the slices hold m x k, k x n and m x n elements, row after row.
            unsafe {
                gemm::gemm(
                    m,
                    n,
                    k,
                    c.as_mut_ptr(),
                    across,
                    down(n),
                    false,
                    a.as_ptr(),
                    across,
                    down(k),
                    b.as_ptr(),
                    across,
                    down(n),
                    zero,
                    one,
                    false,
                    false,
                    false,
                    par,
                )
            }
        });
    });
    vec![faer, gemm]
}
