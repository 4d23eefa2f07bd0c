//! nptensor's way, through its public interface and as a user writes it: operands are tensors, results are new tensors or go into one that is ready, and predictions
//! stay in a `Workspace`.

use std::hint::black_box;

use nptensor::{DType, Element, Layer, Number, Sequential, Tensor, Workspace, set_num_threads};

use super::answer::{Answer, Real, fill, operand};
use super::{DIGITS, Entry, Fold, Fun, Op, Pair, Row, Side, TINY};
use crate::harness::Runner;

const NAME: &str = "nptensor";

/// nptensor on this row.
pub fn entry(row: &Row) -> Entry {
    match row.dtype {
        DType::F32 => real::<f32>(row),
        DType::F64 => real::<f64>(row),
        DType::I32 => product::<i32>(row),
        _ => product::<i64>(row),
    }
}

fn answer<T: Element>(t: Tensor<T>) -> Answer {
    Answer::of(&t.to_vec())
}

fn scalar<T: Element>(x: T) -> Answer {
    Answer::of(&[x])
}

/// What cannot go wrong: the sizes are those of a row.
fn sure<T>(result: nptensor::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// A result into an output that is there.
fn into<T: Element>(shape: &[usize], mut f: impl FnMut(&mut Tensor<T>) -> nptensor::Result<()> + 'static) -> Entry {
    let mut out = sure(Tensor::zeros(shape));
    sure(f(&mut out));
    let answer = answer(out.clone());
    let again = move || {
        sure(f(&mut out));
        black_box(&mut out);
    };
    Entry { runner: Runner::new(NAME, again).with_output(), answer }
}

/// With so many threads for large products.
#[inline(always)]
fn on_threads<R>(threads: usize, f: impl FnOnce() -> R) -> R {
    if threads == 1 {
        return f();
    }
    set_num_threads(threads);
    let result = f();
    set_num_threads(1);
    result
}

fn product<T: Number>(row: &Row) -> Entry {
    match row.op {
        Op::Matmul { m, k, n, side } => {
            let matrix = |seed, rows, cols| operand::<T>(row, seed, &[rows, cols]);
            let a = match side {
                _ if m == 0 => operand(row, 1, &[k]),
                Side::TransposedA => matrix(1, k, m).t(),
                _ => matrix(1, m, k),
            };
            let b = match side {
                _ if n == 0 => operand(row, 2, &[k]),
                Side::TransposedB => matrix(2, n, k).t(),
                _ => matrix(2, k, n),
            };
            let threads = row.threads;
            if row.ready {
                let shape = Vec::from_iter([m, n].into_iter().filter(|&size| size > 0));
                return into(&shape, move |out| on_threads(threads, || a.dot_into(&b, out)));
            }
            Entry::new(NAME, move || sure(on_threads(threads, || a.dot(&b))), answer)
        }
        Op::Batched { count, n } => {
            let (a, b) = (operand::<T>(row, 1, &[count, n, n]), operand::<T>(row, 2, &[count, n, n]));
            if row.ready {
                return into(&[count, n, n], move |out| a.matmul_into(&b, out));
            }
            Entry::new(NAME, move || sure(a.matmul(&b)), answer)
        }
        _ => unreachable!("not a product"),
    }
}

fn real<T: Real>(row: &Row) -> Entry {
    match row.op {
        Op::Matmul { .. } | Op::Batched { .. } => product::<T>(row),
        Op::Map(fun, n) if row.ready => {
            let x = operand::<T>(row, 1, &[n]);
            match fun {
                Fun::Exp => into(&[n], move |out| x.exp_into(out)),
                Fun::Sigmoid => into(&[n], move |out| x.sigmoid_into(out)),
                Fun::Tanh => into(&[n], move |out| x.tanh_into(out)),
                Fun::Ln => into(&[n], move |out| x.ln_into(out)),
                Fun::Relu => into(&[n], move |out| x.relu_into(out)),
                Fun::Step => into(&[n], move |out| x.step_into(out)),
            }
        }
        Op::Map(fun, n) => {
            let x = operand::<T>(row, 1, &[n]);
            match fun {
                Fun::Exp => Entry::new(NAME, move || x.exp(), answer),
                Fun::Sigmoid => Entry::new(NAME, move || x.sigmoid(), answer),
                Fun::Tanh => Entry::new(NAME, move || x.tanh(), answer),
                Fun::Ln => Entry::new(NAME, move || x.ln(), answer),
                Fun::Relu => Entry::new(NAME, move || x.relu(), answer),
                Fun::Step => Entry::new(NAME, move || x.step(), answer),
            }
        }
        Op::Pair(pair, n) => {
            let (a_shape, b_shape): (&[usize], &[usize]) = match pair {
                Pair::Add | Pair::Greater => (&[n], &[n]),
                Pair::AddRow => (&[n, n], &[n]),
                Pair::AddColumn => (&[n, n], &[n, 1]),
                Pair::AddTransposed => (&[n, n], &[n, n]),
            };
            let (a, b) = (operand::<T>(row, 1, a_shape), operand::<T>(row, 2, b_shape));
            let b = if pair == Pair::AddTransposed { b.t() } else { b };
            match pair {
                Pair::Greater if row.ready => unreachable!("no row asks for it"),
                Pair::Greater => Entry::new(NAME, move || sure(a.greater(&b)), answer),
                _ if row.ready => into(a_shape, move |out| a.add_into(&b, out)),
                _ => Entry::new(NAME, move || &a + &b, answer),
            }
        }
        Op::Reduce { fold, axis, rows, cols } => {
            let x = operand::<T>(row, 1, &[rows, cols]);
            match (fold, axis.map(|axis| axis as isize)) {
                (Fold::Sum, None) => Entry::new(NAME, move || x.sum(), scalar),
                (Fold::Max, None) => Entry::new(NAME, move || sure(x.max()), scalar),
                (Fold::Argmax, None) => Entry::new(NAME, move || sure(x.argmax()) as i64, scalar),
                (Fold::Sum, Some(axis)) => Entry::new(NAME, move || sure(x.sum_axis(axis)), answer),
                (Fold::Max, Some(axis)) => Entry::new(NAME, move || sure(x.max_axis(axis)), answer),
                (Fold::Argmax, Some(axis)) => Entry::new(NAME, move || sure(x.argmax_axis(axis)), answer),
            }
        }
        Op::Softmax { rows, cols } => {
            let x = operand::<T>(row, 1, &[rows, cols]);
            Entry::new(NAME, move || sure(x.softmax(-1)), answer)
        }
        Op::Network { batch, ready } => {
            let model = network::<T>(row, DIGITS, true);
            forward(row, model, &[batch, DIGITS[0]], ready)
        }
        Op::TinyNetwork { ready } => forward(row, network::<T>(row, TINY, false), &[TINY[0]], ready),
    }
}

/// The model on an input of that shape: a tensor for a tensor, or where all is `ready`, slices from a `Workspace`.
fn forward<T: Real>(row: &Row, model: Sequential<T>, shape: &[usize], ready: bool) -> Entry {
    if !ready {
        let x = operand::<T>(row, 1, shape);
        return Entry::new(NAME, move || sure(model.forward(&x)), answer);
    }
    let (x, mut work) = (fill::<T>(row, 1, shape.iter().product()), Workspace::new());
    let answer = Answer::of(sure(model.predict(&x, &mut work)));
    let again = move || {
        black_box(sure(model.predict(black_box(&x), &mut work)));
    };
    Entry { runner: Runner::new(NAME, again), answer }
}

/// Three dense layers with sigmoids between them.
fn network<T: Real>(row: &Row, sizes: [usize; 4], softmax: bool) -> Sequential<T> {
    let mut layers = Vec::new();
    for layer in 0..3 {
        let (seed, inputs, outputs) = (2 * layer as u32 + 2, sizes[layer], sizes[layer + 1]);
        layers.push(Layer::dense(operand(row, seed, &[inputs, outputs]), operand(row, seed + 1, &[outputs])));
        if layer < 2 {
            layers.push(Layer::Sigmoid);
        }
    }
    if softmax {
        layers.push(Layer::Softmax);
    }
    sure(Sequential::new(layers))
}
