//! Inputs that every contestant can make for itself, and the right answer, place by place.
//!
//! ```text
//!   noise(seed, i)      a hash of both, a multiple of 2^-24 in [-0.5, 0.5): the same in f32, in f64, and in NumPy's uint32 arithmetic
//!   expected(row, p)    element p of the result by the definition: an fma chain for a matrix product, f64 mathematics else, and how far off one may be
//! ```
//!
//! A result is compared at some two hundred places, the first and the last among them: enough for any blunder that moves, drops or swaps rows.

use std::fmt;

use nptensor::{DType, Element, Float, Number, Scalar, Tensor};

use super::{DIGITS, Fold, Fun, Op, Pair, Row, Side, TINY};

/// A float type with Rust's own operators beside nptensor's.
pub trait Real:
    Float
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
    + std::ops::AddAssign
{
    /// `self * b + c`, rounded once.
    fn fma(self, b: Self, c: Self) -> Self;
    /// The standard library's functions.
    fn std_exp(self) -> Self;
    fn std_ln(self) -> Self;
    fn std_tanh(self) -> Self;
    /// The distance from 1 to the next number.
    const EPS: f64;
}

macro_rules! real {
    ($($type:ident)*) => {$(
        impl Real for $type {
            fn fma(self, b: Self, c: Self) -> Self {
                self.mul_add(b, c)
            }
            fn std_exp(self) -> Self {
                self.exp()
            }
            fn std_ln(self) -> Self {
                self.ln()
            }
            fn std_tanh(self) -> Self {
                self.tanh()
            }
            const EPS: f64 = $type::EPSILON as f64;
        }
    )*};
}

real!(f32 f64);

/// A number that looks random and is the same everywhere: two rounds of multiplying by 2^32 / golden ratio and folding the upper half onto the lower.
pub fn noise(seed: u32, i: usize) -> f64 {
    const GOLDEN: u32 = 0x9E37_79B9;
    let x = (i as u32).wrapping_add(seed.wrapping_mul(0x0101_0101)).wrapping_mul(GOLDEN);
    let x = (x ^ (x >> 15)).wrapping_mul(GOLDEN);
    f64::from((x ^ (x >> 16)) >> 8) / 16_777_216.0 - 0.5
}

/// Element `i` of operand `seed`, before it is rounded to its type: what suits the op.
pub fn input(row: &Row, seed: u32, i: usize) -> f64 {
    match (row.op, row.dtype) {
        (_, DType::I32 | DType::I64) => (noise(seed, i) * 256.0).floor(),
        (Op::Map(Fun::Ln, _), _) => (noise(seed, i) + 0.5) * 16.0 + 0.0625,
        (Op::Map(..) | Op::Softmax { .. }, _) => noise(seed, i) * 16.0,
        _ => noise(seed, i),
    }
}

/// `n` elements of operand `seed`, in memory that nptensor asked for: so that all who read them do so from pages of one size. An integer fits any float here exactly.
pub fn fill<T: Number>(row: &Row, seed: u32, n: usize) -> Vec<T> {
    let elements = Tensor::from_fn(&[n], |i| input(row, seed, i[0]).cast::<T>());
    elements.expect("an axis of a size that memory has").into_vec()
}

/// Operand `seed` with this shape.
pub fn operand<T: Number>(row: &Row, seed: u32, shape: &[usize]) -> Tensor<T> {
    Tensor::from_vec(fill(row, seed, shape.iter().product()), shape).expect("the sizes are those of a row")
}

/// A result: its length and the elements at [`places`].
#[derive(Clone, Debug)]
pub struct Answer {
    pub len: usize,
    pub values: Vec<f64>,
}

impl Answer {
    /// From a result's length and its elements in C order.
    pub fn new(len: usize, get: impl Fn(usize) -> f64) -> Self {
        Answer { len, values: places(len).map(get).collect() }
    }

    /// From a slice.
    pub fn of<T: Element>(values: &[T]) -> Self {
        Answer::new(values.len(), |p| values[p].cast::<f64>())
    }
}

/// The places at which a result of that length is compared.
pub fn places(len: usize) -> impl Iterator<Item = usize> {
    let step = len.div_ceil(199).max(1);
    let last = len.checked_sub(1).filter(|last| last % step != 0);
    (0..len).step_by(step).chain(last)
}

/// The right answer at one place.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The value: of a matrix product on a machine with fused multiply-add, every bit of it.
    pub value: f64,
    /// How far off one may be whose order of summation or exp is another.
    pub slack: f64,
    /// How far off nptensor may be: 0 where it promises these very bits.
    pub promise: f64,
}

/// Where a result is wrong.
pub struct Wrong {
    who: String,
    what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is wrong: {}", self.who, self.what)
    }
}

/// Compares a contestant's answer; `ours` must have the exact bits where they are promised.
pub fn check(row: &Row, who: &str, answer: &Answer, ours: bool) -> Result<(), Wrong> {
    let wrong = |what| Err(Wrong { who: format!("{who}, {}", row.full_name()), what });
    if answer.len != len(row) {
        return wrong(format!("{} elements, not {}", answer.len, len(row)));
    }
    // Without fused multiply-add the chains have other last bits.
    let strict = ours && nptensor::level().is_fused();
    for (p, &got) in places(answer.len).zip(&answer.values) {
        let Expected { value, slack, promise } = expected(row, p);
        let bound = if strict { promise } else { slack };
        if got.to_bits() != value.to_bits() && !((got - value).abs() <= bound && bound > 0.0) {
            return wrong(format!("element {p} is {got:e}, not {value:e} within {bound:e}"));
        }
    }
    Ok(())
}

/// The number of elements of the result.
pub fn len(row: &Row) -> usize {
    match row.op {
        Op::Matmul { m, n, .. } => m.max(1) * n.max(1),
        Op::Batched { count, n } => count * n * n,
        Op::Map(_, n) | Op::Pair(Pair::Add | Pair::Greater, n) => n,
        Op::Pair(_, n) => n * n,
        Op::Reduce { axis: None, .. } => 1,
        Op::Reduce { axis: Some(0), cols, .. } => cols,
        Op::Reduce { rows, .. } => rows,
        Op::Softmax { rows, cols } => rows * cols,
        Op::Network { batch, .. } => batch * DIGITS[3],
        Op::TinyNetwork { .. } => TINY[3],
    }
}

/// Element `p` of the result.
pub fn expected(row: &Row, p: usize) -> Expected {
    match row.dtype {
        DType::F32 => real::<f32>(row, p),
        DType::F64 => real::<f64>(row, p),
        _ => {
            let Op::Matmul { k, n, .. } = row.op else { unreachable!("integers are only multiplied") };
            let (i, j) = (p / n, p % n);
            let value = (0..k).map(|q| input(row, 1, i * k + q) * input(row, 2, q * n + j)).sum();
            Expected { value, slack: 0.0, promise: 0.0 }
        }
    }
}

fn real<T: Real>(row: &Row, p: usize) -> Expected {
    let at = |seed, i| T::from_f64(input(row, seed, i));
    let of = |seed, i| at(seed, i).to_f64();
    let near = |value: f64, ulps: f64| {
        let slack = ulps * T::EPS * value.abs() + 1e-37;
        Expected { value, slack, promise: slack }
    };
    // Of a function: nptensor within 2 ulp (and half a one of the standard library's f64), others within 8 or an EPS, whichever is more.
    let function = |value: f64| Expected { slack: T::EPS * (8.0 * value.abs()).max(1.0), ..near(value, 2.5) };
    let exactly = |value: f64| Expected { value, slack: 0.0, promise: 0.0 };
    match row.op {
        Op::Matmul { m: _, k, n, side } => {
            let n1 = n.max(1);
            let (i, j) = (p / n1, p % n1);
            let m = len(row) / n1;
            let a = |q| if side == Side::TransposedA { q * m + i } else { i * k + q };
            let b = |q| if side == Side::TransposedB { j * k + q } else { q * n1 + j };
            let chain = chain::<T>(k, |q| at(1, a(q)), |q| at(2, b(q)));
            // With a vector, the order is another: see kernel/reduce/order.rs.
            if n == 0 { Expected { promise: chain.slack, ..chain } } else { chain }
        }
        Op::Batched { n, .. } => {
            let (base, i, j) = (p / (n * n) * n * n, p / n % n, p % n);
            chain::<T>(n, |q| at(1, base + i * n + q), |q| at(2, base + q * n + j))
        }
        Op::Map(fun, _) => match fun {
            Fun::Exp => function(of(1, p).exp()),
            Fun::Sigmoid => function(1.0 / (1.0 + (-of(1, p)).exp())),
            Fun::Tanh => function(of(1, p).tanh()),
            Fun::Ln => function(of(1, p).ln()),
            Fun::Relu => exactly(of(1, p).max(0.0)),
            Fun::Step => exactly(f64::from(of(1, p) > 0.0)),
        },
        Op::Pair(pair, n) => {
            let other = match pair {
                Pair::Add | Pair::Greater => p,
                Pair::AddRow => p % n,
                Pair::AddColumn => p / n,
                Pair::AddTransposed => p % n * n + p / n,
            };
            if pair == Pair::Greater {
                return exactly(f64::from(at(1, p) > at(2, other)));
            }
            exactly((at(1, p) + at(2, other)).to_f64())
        }
        Op::Reduce { fold, axis, rows, cols } => {
            let place = |i| match axis {
                None => i,
                Some(0) => i * cols + p,
                Some(_) => p * cols + i,
            };
            let n = [rows * cols, rows, cols][axis.map_or(0, |axis| axis + 1)];
            let items = (0..n).map(|i| of(1, place(i)));
            match fold {
                Fold::Sum => {
                    let total: f64 = items.clone().map(f64::abs).sum();
                    let slack = T::EPS * total * (n as f64).sqrt();
                    Expected { value: items.sum(), slack, promise: slack }
                }
                Fold::Max => exactly(items.fold(f64::NEG_INFINITY, f64::max)),
                Fold::Argmax => {
                    let best = items.enumerate().fold((0, f64::NEG_INFINITY), |b, x| if x.1 > b.1 { x } else { b });
                    exactly(best.0 as f64)
                }
            }
        }
        Op::Softmax { cols, .. } => {
            let row: Vec<f64> = (0..cols).map(|j| of(1, p / cols * cols + j)).collect();
            near(softmax(&row)[p % cols], 32.0)
        }
        Op::Network { .. } => {
            let y = network::<T>(row, DIGITS, p / DIGITS[3]);
            near(softmax(&y)[p % DIGITS[3]], 400.0)
        }
        Op::TinyNetwork { .. } => near(network::<T>(row, TINY, 0)[p], 32.0),
    }
}

/// acc = fma(a[q], b[q], acc) from 0, and the bound k eps sum|ab| for whoever adds in another order.
fn chain<T: Real>(k: usize, a: impl Fn(usize) -> T, b: impl Fn(usize) -> T) -> Expected {
    let (mut acc, mut total) = (T::ZERO, 0.0);
    for q in 0..k {
        acc = a(q).fma(b(q), acc);
        total += (a(q).to_f64() * b(q).to_f64()).abs();
    }
    Expected { value: acc.to_f64(), slack: (k + 2) as f64 * T::EPS * total, promise: 0.0 }
}

fn softmax(x: &[f64]) -> Vec<f64> {
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = x.iter().map(|x| (x - max).exp()).collect();
    let total: f64 = e.iter().sum();
    e.iter().map(|e| e / total).collect()
}

/// The last affine layer's output for input `i`, in f64. Weights are operands 2, 4, 6, biases 3, 5, 7.
fn network<T: Real>(row: &Row, sizes: [usize; 4], i: usize) -> Vec<f64> {
    let of = |seed, i| T::from_f64(input(row, seed, i)).to_f64();
    let mut x: Vec<f64> = (0..sizes[0]).map(|j| of(1, i * sizes[0] + j)).collect();
    for layer in 0..3 {
        let (seed, n) = (2 * layer as u32 + 2, sizes[layer + 1]);
        let affine = |j| x.iter().enumerate().map(|(q, x)| x * of(seed, q * n + j)).sum::<f64>() + of(seed + 1, j);
        let y: Vec<f64> = (0..n).map(affine).collect();
        x = if layer < 2 { y.iter().map(|y| 1.0 / (1.0 + (-y).exp())).collect() } else { y };
    }
    x
}
