//! nalgebra: matrices that lie column after column; a network takes its inputs as columns.
//!
//! Sizes are known at run time (`DMatrix`), as in the other libraries. The small network is there with sizes known at compile time as well: what a compiler can do with that
//! is another kind of thing, so that entry is shown and not counted.

use nalgebra::{DMatrix, DVector, RealField, RowDVector, SMatrix, SVector};
use nptensor::DType;

use crate::rows::answer::{Answer, Real, input};
use crate::rows::{DIGITS, Entry, Fold, Fun, Op, Pair, Row, Side, TINY};

const NAME: &str = "nalgebra";
/// Shown, not counted.
pub const STATIC: &str = "nalgebra, sizes at compile time";

/// nalgebra on this row.
pub fn entries(row: &Row) -> Vec<Entry> {
    match row.dtype {
        DType::F32 => real::<f32>(row),
        DType::F64 => real::<f64>(row),
        DType::I32 => integer(row, |x| x as i32, f64::from),
        _ => integer(row, |x| x as i64, |x| x as f64),
    }
}

fn integer<T>(row: &Row, from: fn(f64) -> T, to: fn(T) -> f64) -> Vec<Entry>
where
    T: nalgebra::Scalar + Copy + num_traits::Zero + num_traits::One,
    T: nalgebra::ClosedAddAssign + nalgebra::ClosedMulAssign,
{
    let Op::Matmul { m, k, n, .. } = row.op else { return Vec::new() };
    let a = DMatrix::from_fn(m, k, |i, j| from(input(row, 1, i * k + j)));
    let b = DMatrix::from_fn(k, n, |i, j| from(input(row, 2, i * n + j)));
    vec![Entry::new(NAME, move || &a * &b, |c| Answer::new(m * n, |p| to(c[(p / n, p % n)])))]
}

fn real<T: Real + RealField>(row: &Row) -> Vec<Entry> {
    let at = |seed, i| <T as nptensor::ScalarFloat>::from_f64(input(row, seed, i));
    let matrix = |seed, rows: usize, cols: usize| DMatrix::from_fn(rows, cols, |i, j| at(seed, i * cols + j));
    let vector = |seed, n| DVector::from_fn(n, |i, _| at(seed, i));
    let to = |x: T| nptensor::ScalarFloat::to_f64(x);
    let answer = |c: DMatrix<T>| Answer::new(c.len(), |p| to(c[(p / c.ncols(), p % c.ncols())]));
    let list = |v: DVector<T>| Answer::new(v.len(), |p| to(v[p]));
    vec![match row.op {
        Op::Matmul { m, k, n: 0, .. } => {
            let (a, x) = (matrix(1, m, k), vector(2, k));
            Entry::new(NAME, move || &a * &x, list)
        }
        Op::Matmul { m: 0, k, n, .. } => {
            let (x, b) = (RowDVector::from_fn(k, |_, i| at(1, i)), matrix(2, k, n));
            Entry::new(NAME, move || &x * &b, |y| Answer::new(n, |p| to(y[p])))
        }
        Op::Matmul { m, k, n, side } => {
            let a = if side == Side::TransposedA { matrix(1, k, m) } else { matrix(1, m, k) };
            let b = if side == Side::TransposedB { matrix(2, n, k) } else { matrix(2, k, n) };
            match side {
                Side::Straight => Entry::new(NAME, move || &a * &b, answer),
                Side::TransposedA => Entry::new(NAME, move || a.tr_mul(&b), answer),
                Side::TransposedB => Entry::new(NAME, move || &a * b.transpose(), answer),
            }
        }
        Op::Map(fun, n) => {
            let x = vector(1, n);
            match fun {
                Fun::Exp => Entry::new(NAME, move || x.map(T::std_exp), list),
                Fun::Sigmoid => Entry::new(NAME, move || x.map(sigmoid), list),
                Fun::Tanh => Entry::new(NAME, move || x.map(T::std_tanh), list),
                Fun::Ln => Entry::new(NAME, move || x.map(T::std_ln), list),
                Fun::Relu => Entry::new(NAME, move || x.map(|x| if x > T::zero() { x } else { T::zero() }), list),
                Fun::Step => {
                    let f = move || x.map(|x| i64::from(x > T::zero()));
                    Entry::new(NAME, f, |y| Answer::of(y.as_slice()))
                }
            }
        }
        Op::Pair(Pair::Add, n) => {
            let (a, b) = (vector(1, n), vector(2, n));
            Entry::new(NAME, move || &a + &b, list)
        }
        Op::Pair(Pair::Greater, n) => {
            let (a, b) = (vector(1, n), vector(2, n));
            Entry::new(NAME, move || a.zip_map(&b, |a, b| a > b), |y| Answer::of(y.as_slice()))
        }
        Op::Pair(Pair::AddTransposed, n) => {
            let (a, b) = (matrix(1, n, n), matrix(2, n, n));
            Entry::new(NAME, move || &a + b.transpose(), answer)
        }
        Op::Reduce { fold, axis, rows, cols } => {
            let x = matrix(1, rows, cols);
            match (fold, axis) {
                (Fold::Sum, None) => Entry::new(NAME, move || x.sum(), |x| Answer::new(1, |_| to(x))),
                (Fold::Max, None) => Entry::new(NAME, move || x.max(), |x| Answer::new(1, |_| to(x))),
                (Fold::Sum, Some(0)) => Entry::new(NAME, move || x.row_sum(), |y| Answer::new(cols, |p| to(y[p]))),
                (Fold::Sum, Some(_)) => Entry::new(NAME, move || x.column_sum(), list),
                _ => return Vec::new(),
            }
        }
        Op::Network { batch, .. } => {
            let layers = layers(DIGITS, at);
            if batch == 1 {
                let x = vector(1, DIGITS[0]);
                let f = move || {
                    let mut y = x.clone();
                    for (i, (w, b)) in layers.iter().enumerate() {
                        y = w * &y + b;
                        if i < 2 {
                            y.apply(|x| *x = sigmoid(*x));
                        }
                    }
                    softmax(y.as_mut_slice());
                    y
                };
                Entry::new(NAME, f, list)
            } else {
                let x = DMatrix::from_fn(DIGITS[0], batch, |i, j| at(1, j * DIGITS[0] + i));
                let f = move || {
                    let mut y = &layers[0].0 * &x;
                    for i in 0..3 {
                        for mut column in y.column_iter_mut() {
                            column += &layers[i].1;
                        }
                        if i < 2 {
                            y.apply(|x| *x = sigmoid(*x));
                            y = &layers[i + 1].0 * &y;
                        }
                    }
                    y.as_mut_slice().chunks_exact_mut(DIGITS[3]).for_each(softmax);
                    y
                };
                Entry::new(NAME, f, |y| Answer::new(y.len(), |p| to(y.as_slice()[p])))
            }
        }
        Op::TinyNetwork { .. } => {
            let (x, layers) = (vector(1, TINY[0]), layers(TINY, at));
            let f = move || {
                let y = (&layers[0].0 * &x + &layers[0].1).map(sigmoid);
                let y = (&layers[1].0 * &y + &layers[1].1).map(sigmoid);
                &layers[2].0 * &y + &layers[2].1
            };
            return vec![Entry::new(NAME, f, list), fixed::<T>(row)];
        }
        _ => return Vec::new(),
    }]
}

/// The 2-3-2-2 network with every size in its types.
fn fixed<T: Real + RealField>(row: &Row) -> Entry {
    let at = |seed, i| <T as nptensor::ScalarFloat>::from_f64(input(row, seed, i));
    let x = SVector::<T, 2>::from_fn(|i, _| at(1, i));
    let w1 = SMatrix::<T, 3, 2>::from_fn(|o, i| at(2, i * 3 + o));
    let b1 = SVector::<T, 3>::from_fn(|i, _| at(3, i));
    let w2 = SMatrix::<T, 2, 3>::from_fn(|o, i| at(4, i * 2 + o));
    let b2 = SVector::<T, 2>::from_fn(|i, _| at(5, i));
    let w3 = SMatrix::<T, 2, 2>::from_fn(|o, i| at(6, i * 2 + o));
    let b3 = SVector::<T, 2>::from_fn(|i, _| at(7, i));
    let f = move || {
        let x = std::hint::black_box(x);
        let y = (w1 * x + b1).map(sigmoid);
        let y = (w2 * y + b2).map(sigmoid);
        w3 * y + b3
    };
    Entry::new(STATIC, f, |y| Answer::new(2, |p| nptensor::ScalarFloat::to_f64(y[p])))
}

/// Weights as (outputs, inputs), and biases.
fn layers<T: Real + RealField>(sizes: [usize; 4], at: impl Fn(u32, usize) -> T) -> [(DMatrix<T>, DVector<T>); 3] {
    std::array::from_fn(|l| {
        let (seed, inputs, outputs) = (2 * l as u32 + 2, sizes[l], sizes[l + 1]);
        let w = DMatrix::from_fn(outputs, inputs, |o, i| at(seed, i * outputs + o));
        (w, DVector::from_fn(outputs, |o, _| at(seed + 1, o)))
    })
}

fn sigmoid<T: Real + RealField>(x: T) -> T {
    T::one() / (T::one() + (-x).std_exp())
}

fn softmax<T: Real + RealField>(x: &mut [T]) {
    let max = x.iter().copied().fold(x[0], |a, b| if b > a { b } else { a });
    let mut total = T::zero();
    for x in &mut *x {
        *x = (*x - max).std_exp();
        total += *x;
    }
    x.iter_mut().for_each(|x| *x /= total);
}
