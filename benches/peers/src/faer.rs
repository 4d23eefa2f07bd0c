//! faer: matrices that lie column after column, products that allocate their result.

use faer::traits::RealField;
use faer::{Col, Mat, Row as FaerRow};
use nptensor::DType;

use crate::rows::answer::{Answer, Real, input};
use crate::rows::{Entry, Op, Row, Side};

const NAME: &str = "faer";

/// faer on this row.
pub fn entries(row: &Row) -> Vec<Entry> {
    match row.dtype {
        DType::F32 => product::<f32>(row),
        DType::F64 => product::<f64>(row),
        _ => None,
    }
    .into_iter()
    .collect()
}

fn product<T: Real + RealField>(row: &Row) -> Option<Entry> {
    let at = |seed, i| <T as nptensor::ScalarFloat>::from_f64(input(row, seed, i));
    let matrix = |seed, rows: usize, cols: usize| Mat::from_fn(rows, cols, |i, j| at(seed, i * cols + j));
    let answer = |c: Mat<T>| Answer::new(c.nrows() * c.ncols(), |p| c[(p / c.ncols(), p % c.ncols())].to_f64());
    Some(match row.op {
        Op::Matmul { m, k, n: 0, .. } => {
            let (a, x) = (matrix(1, m, k), Col::from_fn(k, |i| at(2, i)));
            Entry::new(NAME, move || &a * &x, |y| Answer::new(y.nrows(), |p| y[p].to_f64()))
        }
        Op::Matmul { m: 0, k, n, .. } => {
            let (x, b) = (FaerRow::from_fn(k, |i| at(1, i)), matrix(2, k, n));
            Entry::new(NAME, move || &x * &b, |y| Answer::new(y.ncols(), |p| y[p].to_f64()))
        }
        Op::Matmul { m, k, n, side: Side::Straight } => {
            let (a, b) = (matrix(1, m, k), matrix(2, k, n));
            Entry::new(NAME, move || &a * &b, answer)
        }
        Op::Matmul { m, k, n, side: Side::TransposedA } => {
            let (a, b) = (matrix(1, k, m), matrix(2, k, n));
            Entry::new(NAME, move || a.transpose() * &b, answer)
        }
        Op::Matmul { m, k, n, side: Side::TransposedB } => {
            let (a, b) = (matrix(1, m, k), matrix(2, n, k));
            Entry::new(NAME, move || &a * b.transpose(), answer)
        }
        Op::Batched { count, n } => {
            let stack = |seed| -> Vec<Mat<T>> {
                (0..count).map(|c| Mat::from_fn(n, n, |i, j| at(seed, (c * n + i) * n + j))).collect()
            };
            let (a, b) = (stack(1), stack(2));
            let all = move || a.iter().zip(&b).map(|(a, b)| a * b).collect::<Vec<Mat<T>>>();
            Entry::new(NAME, all, |c| Answer::new(count * n * n, |p| c[p / (n * n)][(p / n % n, p % n)].to_f64()))
        }
        _ => return None,
    })
}
