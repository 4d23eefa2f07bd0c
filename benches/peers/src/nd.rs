//! ndarray: the nearest relative among Rust's array libraries. Rows side by side, results allocated.

use ndarray::{Array, Array1, Array2, Array3, Axis, Dimension, NdFloat, Zip};
use nptensor::DType;

use crate::rows::answer::{Answer, Real, fill};
use crate::rows::{DIGITS, Entry, Fold, Fun, Op, Pair, Row, Side, TINY};

const NAME: &str = "ndarray";

/// ndarray on this row.
pub fn entries(row: &Row) -> Vec<Entry> {
    match row.dtype {
        DType::F32 => real::<f32>(row),
        DType::F64 => real::<f64>(row),
        DType::I32 => integer::<i32>(row),
        _ => integer::<i64>(row),
    }
    .into_iter()
    .collect()
}

fn read<T: nptensor::Element, D: Dimension>(a: &Array<T, D>) -> Answer {
    let items: Vec<T> = a.iter().copied().collect();
    Answer::of(&items)
}

fn matrix<T: nptensor::Number>(row: &Row, seed: u32, rows: usize, cols: usize) -> Array2<T> {
    Array2::from_shape_vec((rows, cols), fill(row, seed, rows * cols)).expect("the sizes are those of a row")
}

fn integer<T: nptensor::Number + ndarray::LinalgScalar>(row: &Row) -> Option<Entry> {
    let Op::Matmul { m, k, n, .. } = row.op else { return None };
    let (a, b) = (matrix::<T>(row, 1, m, k), matrix::<T>(row, 2, k, n));
    Some(Entry::new(NAME, move || a.dot(&b), |c| read(&c)))
}

fn sigmoid<T: Real + NdFloat>(x: T) -> T {
    T::one() / (T::one() + (-x).std_exp())
}

fn greater<T: NdFloat>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

fn argmax<'a, T: NdFloat>(items: impl Iterator<Item = &'a T>) -> i64 {
    let mut best = (0, T::neg_infinity());
    for (i, &x) in items.enumerate() {
        if x > best.1 {
            best = (i as i64, x);
        }
    }
    best.0
}

fn softmax<T: Real + NdFloat>(x: &Array2<T>) -> Array2<T> {
    let mut out = x.clone();
    for mut row in out.rows_mut() {
        let max = row.fold(T::neg_infinity(), |a, &b| greater(a, b));
        row.mapv_inplace(|x| (x - max).std_exp());
        let total = row.sum();
        row.mapv_inplace(|x| x / total);
    }
    out
}

fn real<T: Real + NdFloat>(row: &Row) -> Option<Entry> {
    let vector = |seed, n| Array1::<T>::from_vec(fill(row, seed, n));
    let matrix = |seed, rows, cols| matrix::<T>(row, seed, rows, cols);
    let list = |y: Array1<T>| read(&y);
    let table = |y: Array2<T>| read(&y);
    Some(match row.op {
        Op::Matmul { m, k, n: 0, .. } => {
            let (a, x) = (matrix(1, m, k), vector(2, k));
            Entry::new(NAME, move || a.dot(&x), list)
        }
        Op::Matmul { m: 0, k, n, .. } => {
            let (x, b) = (vector(1, k), matrix(2, k, n));
            Entry::new(NAME, move || x.dot(&b), list)
        }
        Op::Matmul { m, k, n, side } => {
            let a = if side == Side::TransposedA { matrix(1, k, m).reversed_axes() } else { matrix(1, m, k) };
            let b = if side == Side::TransposedB { matrix(2, n, k).reversed_axes() } else { matrix(2, k, n) };
            Entry::new(NAME, move || a.dot(&b), table)
        }
        Op::Batched { count, n } => {
            let stack = |seed| Array3::from_shape_vec((count, n, n), fill::<T>(row, seed, count * n * n));
            let (a, b) = (stack(1).ok()?, stack(2).ok()?);
            let all = move || {
                let mut out = Array3::zeros((count, n, n));
                Zip::from(a.outer_iter()).and(b.outer_iter()).and(out.outer_iter_mut()).for_each(|a, b, mut c| {
                    ndarray::linalg::general_mat_mul(T::one(), &a, &b, T::zero(), &mut c);
                });
                out
            };
            Entry::new(NAME, all, |y| read(&y))
        }
        Op::Map(fun, n) => {
            let x = vector(1, n);
            match fun {
                Fun::Exp => Entry::new(NAME, move || x.mapv(T::std_exp), list),
                Fun::Sigmoid => Entry::new(NAME, move || x.mapv(sigmoid), list),
                Fun::Tanh => Entry::new(NAME, move || x.mapv(T::std_tanh), list),
                Fun::Ln => Entry::new(NAME, move || x.mapv(T::std_ln), list),
                Fun::Relu => Entry::new(NAME, move || x.mapv(|x| if x > T::zero() { x } else { T::zero() }), list),
                Fun::Step => Entry::new(NAME, move || x.mapv(|x| i64::from(x > T::zero())), |y| read(&y)),
            }
        }
        Op::Pair(pair, n) => match pair {
            Pair::Add => {
                let (a, b) = (vector(1, n), vector(2, n));
                Entry::new(NAME, move || &a + &b, list)
            }
            Pair::Greater => {
                let (a, b) = (vector(1, n), vector(2, n));
                Entry::new(NAME, move || Zip::from(&a).and(&b).map_collect(|a, b| a > b), |y| read(&y))
            }
            Pair::AddRow => {
                let (a, b) = (matrix(1, n, n), vector(2, n));
                Entry::new(NAME, move || &a + &b, table)
            }
            Pair::AddColumn => {
                let (a, b) = (matrix(1, n, n), matrix(2, n, 1));
                Entry::new(NAME, move || &a + &b, table)
            }
            Pair::AddTransposed => {
                let (a, b) = (matrix(1, n, n), matrix(2, n, n));
                Entry::new(NAME, move || &a + &b.t(), table)
            }
        },
        Op::Reduce { fold, axis, rows, cols } => {
            let x = matrix(1, rows, cols);
            let one = |x: T| Answer::of(&[x]);
            match (fold, axis) {
                (Fold::Sum, None) => Entry::new(NAME, move || x.sum(), one),
                (Fold::Sum, Some(axis)) => Entry::new(NAME, move || x.sum_axis(Axis(axis)), list),
                (Fold::Max, None) => Entry::new(NAME, move || x.fold(T::neg_infinity(), |a, &b| greater(a, b)), one),
                (Fold::Max, Some(axis)) => {
                    let f = move || x.fold_axis(Axis(axis), T::neg_infinity(), |&a, &b| greater(a, b));
                    Entry::new(NAME, f, list)
                }
                (Fold::Argmax, None) => Entry::new(NAME, move || argmax(x.iter()), |i| Answer::of(&[i])),
                (Fold::Argmax, Some(axis)) => {
                    Entry::new(NAME, move || x.map_axis(Axis(axis), |lane| argmax(lane.iter())), |y| read(&y))
                }
            }
        }
        Op::Softmax { rows, cols } => {
            let x = matrix(1, rows, cols);
            Entry::new(NAME, move || softmax(&x), table)
        }
        Op::Network { batch, .. } => {
            let x = matrix(1, batch, DIGITS[0]);
            let layers = layers(DIGITS, matrix, vector);
            let f = move || {
                let y = (x.dot(&layers[0].0) + &layers[0].1).mapv_into(sigmoid);
                let y = (y.dot(&layers[1].0) + &layers[1].1).mapv_into(sigmoid);
                softmax(&(y.dot(&layers[2].0) + &layers[2].1))
            };
            Entry::new(NAME, f, table)
        }
        Op::TinyNetwork { .. } => {
            let (x, layers) = (vector(1, TINY[0]), layers(TINY, matrix, vector));
            let f = move || {
                let y = (x.dot(&layers[0].0) + &layers[0].1).mapv_into(sigmoid);
                let y = (y.dot(&layers[1].0) + &layers[1].1).mapv_into(sigmoid);
                y.dot(&layers[2].0) + &layers[2].1
            };
            Entry::new(NAME, f, list)
        }
    })
}

fn layers<T>(
    sizes: [usize; 4],
    matrix: impl Fn(u32, usize, usize) -> Array2<T>,
    vector: impl Fn(u32, usize) -> Array1<T>,
) -> [(Array2<T>, Array1<T>); 3] {
    std::array::from_fn(|l| {
        let seed = 2 * l as u32 + 2;
        (matrix(seed, sizes[l], sizes[l + 1]), vector(seed + 1, sizes[l + 1]))
    })
}
