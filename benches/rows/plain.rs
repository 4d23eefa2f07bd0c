//! The plain Rust loop: what one writes without a library, in the order that memory likes, and leaves to the compiler.
//!
//! Everything it needs is in `Vec`s; results are collected into new ones. No fused multiply-add: without a build for the machine at hand that is a function call per element.

use nptensor::{DType, Number};

use super::answer::{Answer, Real, fill};
use super::{DIGITS, Entry, Fold, Fun, Op, Pair, Row, Side, TINY};

const NAME: &str = "plain loop";

/// The plain loop on this row; none where it would take long and teach nothing.
pub fn entry(row: &Row) -> Option<Entry> {
    if let Op::Matmul { m, k, n, side } = row.op
        && (m.max(1) * k * n.max(1) > 512 * 512 * 512 || side != Side::Straight)
    {
        return None;
    }
    match row.dtype {
        DType::F32 => Some(real::<f32>(row)),
        DType::F64 => Some(real::<f64>(row)),
        DType::I32 => integer::<i32>(row),
        _ => integer::<i64>(row),
    }
}

/// Integers wrap; their traits' `add` and `mul` say so.
fn integer<T: Number>(row: &Row) -> Option<Entry> {
    let Op::Matmul { m, k, n, .. } = row.op else { return None };
    let (a, b): (Vec<T>, Vec<T>) = (fill(row, 1, m * k), fill(row, 2, k * n));
    Some(Entry::new(NAME, move || matmul(&a, &b, m, k, n, |a, b, c| c.add(a.mul(b))), |c| Answer::of(&c)))
}

/// Row i of C is the sum of the rows of B, each times an element of row i of A.
fn matmul<T: Number>(a: &[T], b: &[T], m: usize, k: usize, n: usize, step: impl Fn(T, T, T) -> T) -> Vec<T> {
    let mut c = vec![T::ZERO; m * n];
    for (c, a) in c.chunks_exact_mut(n).zip(a.chunks_exact(k)) {
        for (&x, b) in a.iter().zip(b.chunks_exact(n)) {
            for (c, &y) in c.iter_mut().zip(b) {
                *c = step(x, y, *c);
            }
        }
    }
    c
}

fn sigmoid<T: Real>(x: T) -> T {
    T::ONE / (T::ONE + (T::ZERO - x).std_exp())
}

fn real<T: Real>(row: &Row) -> Entry {
    let operand = |seed, n| fill::<T>(row, seed, n);
    let answer = |out: Vec<T>| Answer::of(&out);
    match row.op {
        Op::Matmul { m, k, n: 0, .. } => {
            let (a, x) = (operand(1, m * k), operand(2, k));
            Entry::new(NAME, move || a.chunks_exact(k).map(|a| dot(a, &x)).collect(), answer)
        }
        Op::Matmul { m, k, n, .. } => {
            let m = m.max(1);
            let (a, b) = (operand(1, m * k), operand(2, k * n));
            Entry::new(NAME, move || matmul(&a, &b, m, k, n, |a, b, c| c + a * b), answer)
        }
        Op::Batched { count, n } => {
            let (a, b) = (operand(1, count * n * n), operand(2, count * n * n));
            let all = move || {
                let pairs = a.chunks_exact(n * n).zip(b.chunks_exact(n * n));
                pairs.flat_map(|(a, b)| matmul(a, b, n, n, n, |a, b, c| c + a * b)).collect()
            };
            Entry::new(NAME, all, answer)
        }
        Op::Map(fun, n) => {
            let x = operand(1, n);
            match fun {
                Fun::Exp => map(x, T::std_exp),
                Fun::Sigmoid => map(x, sigmoid),
                Fun::Tanh => map(x, T::std_tanh),
                Fun::Ln => map(x, T::std_ln),
                Fun::Relu => map(x, |x| if x > T::ZERO { x } else { T::ZERO }),
                Fun::Step => {
                    let f = move || x.iter().map(|&x| i64::from(x > T::ZERO)).collect::<Vec<i64>>();
                    Entry::new(NAME, f, |out| Answer::of(&out))
                }
            }
        }
        Op::Pair(pair, n) => elementwise(pair, n, operand),
        Op::Reduce { fold, axis, rows, cols } => reduction(fold, axis, operand(1, rows * cols), cols),
        Op::Softmax { rows, cols } => {
            let x = operand(1, rows * cols);
            Entry::new(NAME, move || softmax(&x, cols), answer)
        }
        Op::Network { batch, .. } => {
            let (x, layers) = (operand(1, batch * DIGITS[0]), layers(DIGITS, operand));
            Entry::new(NAME, move || softmax(&forward(&x, &layers, DIGITS, batch), DIGITS[3]), answer)
        }
        Op::TinyNetwork { .. } => {
            let (x, layers) = (operand(1, TINY[0]), layers(TINY, operand));
            Entry::new(NAME, move || forward(&x, &layers, TINY, 1), answer)
        }
    }
}

fn map<T: Real>(x: Vec<T>, f: impl Fn(T) -> T + 'static) -> Entry {
    Entry::new(NAME, move || x.iter().map(|&x| f(x)).collect::<Vec<T>>(), |out| Answer::of(&out))
}

fn elementwise<T: Real>(pair: Pair, n: usize, operand: impl Fn(u32, usize) -> Vec<T>) -> Entry {
    let answer = |out: Vec<T>| Answer::of(&out);
    let (a, b) = match pair {
        Pair::Add | Pair::Greater => (operand(1, n), operand(2, n)),
        Pair::AddRow | Pair::AddColumn => (operand(1, n * n), operand(2, n)),
        Pair::AddTransposed => (operand(1, n * n), operand(2, n * n)),
    };
    match pair {
        Pair::Add => Entry::new(NAME, move || a.iter().zip(&b).map(|(&a, &b)| a + b).collect(), answer),
        Pair::Greater => {
            let f = move || a.iter().zip(&b).map(|(a, b)| a > b).collect::<Vec<bool>>();
            Entry::new(NAME, f, |out| Answer::of(&out))
        }
        Pair::AddRow => rows(n, move |out, i| {
            out.extend(a[i * n..][..n].iter().zip(&b).map(|(&a, &b)| a + b));
        }),
        Pair::AddColumn => rows(n, move |out, i| {
            let b = b[i];
            out.extend(a[i * n..][..n].iter().map(|&a| a + b));
        }),
        Pair::AddTransposed => rows(n, move |out, i| {
            out.extend(a[i * n..][..n].iter().enumerate().map(|(j, &a)| a + b[j * n + i]));
        }),
    }
}

/// An n x n result, row by row.
fn rows<T: Real>(n: usize, row: impl Fn(&mut Vec<T>, usize) + 'static) -> Entry {
    let f = move || {
        let mut out = Vec::with_capacity(n * n);
        (0..n).for_each(|i| row(&mut out, i));
        out
    };
    Entry::new(NAME, f, |out| Answer::of(&out))
}

/// Sixteen sums at a time: one alone would wait for itself.
fn fold_lanes<T: Real>(x: &[T], start: T, f: impl Fn(T, T) -> T) -> T {
    let chunks = x.chunks_exact(16);
    let mut lanes = [start; 16];
    let rest = chunks.remainder().iter().fold(start, |acc, &x| f(acc, x));
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = f(*lane, x);
        }
    }
    lanes.into_iter().fold(rest, f)
}

fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let mut lanes = [T::ZERO; 16];
    let (a_chunks, b_chunks) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest = a_chunks.remainder().iter().zip(b_chunks.remainder()).fold(T::ZERO, |acc, (&a, &b)| acc + a * b);
    for (a, b) in a_chunks.zip(b_chunks) {
        for (lane, (&a, &b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    lanes.into_iter().fold(rest, |acc, x| acc + x)
}

fn argmax<T: Real>(x: impl Iterator<Item = T>, first: T) -> i64 {
    let mut best = (0, first);
    for (i, x) in x.enumerate() {
        if x > best.1 {
            best = (i as i64, x);
        }
    }
    best.0
}

fn greater<T: Real>(a: T, b: T) -> T {
    if b > a { b } else { a }
}

fn reduction<T: Real>(fold: Fold, axis: Option<usize>, x: Vec<T>, cols: usize) -> Entry {
    let answer = |out: Vec<T>| Answer::of(&out);
    let add = |a: T, b: T| a + b;
    match (fold, axis) {
        (Fold::Sum, None) => Entry::new(NAME, move || vec![fold_lanes(&x, T::ZERO, add)], answer),
        (Fold::Max, None) => Entry::new(NAME, move || vec![fold_lanes(&x, x[0], greater)], answer),
        (Fold::Sum, Some(1)) => {
            Entry::new(NAME, move || x.chunks_exact(cols).map(|x| fold_lanes(x, T::ZERO, add)).collect(), answer)
        }
        (Fold::Max, Some(1)) => {
            Entry::new(NAME, move || x.chunks_exact(cols).map(|x| fold_lanes(x, x[0], greater)).collect(), answer)
        }
        (Fold::Sum, _) => Entry::new(NAME, move || columns(&x, vec![T::ZERO; cols], add), answer),
        (Fold::Max, _) => Entry::new(NAME, move || columns(&x, x[..cols].to_vec(), greater), answer),
        (Fold::Argmax, None) => Entry::new(NAME, move || argmax(x.iter().copied(), x[0]), |i| Answer::of(&[i])),
        (Fold::Argmax, Some(1)) => {
            let f = move || x.chunks_exact(cols).map(|x| argmax(x.iter().copied(), x[0])).collect::<Vec<i64>>();
            Entry::new(NAME, f, |out| Answer::of(&out))
        }
        (Fold::Argmax, _) => {
            let f = move || {
                let (mut best, mut places) = (x[..cols].to_vec(), vec![0_i64; cols]);
                for (i, row) in x.chunks_exact(cols).enumerate() {
                    for ((best, place), &x) in best.iter_mut().zip(&mut places).zip(row) {
                        if x > *best {
                            (*best, *place) = (x, i as i64);
                        }
                    }
                }
                places
            };
            Entry::new(NAME, f, |out| Answer::of(&out))
        }
    }
}

/// All rows folded into one.
fn columns<T: Real>(x: &[T], mut out: Vec<T>, f: impl Fn(T, T) -> T) -> Vec<T> {
    for row in x.chunks_exact(out.len()) {
        for (acc, &x) in out.iter_mut().zip(row) {
            *acc = f(*acc, x);
        }
    }
    out
}

fn softmax<T: Real>(x: &[T], cols: usize) -> Vec<T> {
    let mut out = Vec::with_capacity(x.len());
    for x in x.chunks_exact(cols) {
        let max = x.iter().copied().fold(x[0], greater);
        let from = out.len();
        out.extend(x.iter().map(|&x| (x - max).std_exp()));
        let total = fold_lanes(&out[from..], T::ZERO, |a, b| a + b);
        out[from..].iter_mut().for_each(|x| *x = *x / total);
    }
    out
}

/// Weights and bias of each layer.
fn layers<T: Real>(sizes: [usize; 4], operand: impl Fn(u32, usize) -> Vec<T>) -> [(Vec<T>, Vec<T>); 3] {
    std::array::from_fn(|i| {
        (operand(2 * i as u32 + 2, sizes[i] * sizes[i + 1]), operand(2 * i as u32 + 3, sizes[i + 1]))
    })
}

fn forward<T: Real>(x: &[T], layers: &[(Vec<T>, Vec<T>); 3], sizes: [usize; 4], batch: usize) -> Vec<T> {
    let mut x = x.to_vec();
    for (i, (w, b)) in layers.iter().enumerate() {
        x = matmul(&x, w, batch, sizes[i], sizes[i + 1], |a, b, c| c + a * b);
        for row in x.chunks_exact_mut(b.len()) {
            for (x, &b) in row.iter_mut().zip(b) {
                *x = if i < 2 { sigmoid(*x + b) } else { *x + b };
            }
        }
    }
    x
}
