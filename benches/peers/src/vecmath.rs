//! rten-vecmath: vectorised functions and reductions over slices of f32, results collected into a new `Vec`.

use nptensor::DType;
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_vecmath::{Exp, ExtendInit, MaxNum, Sigmoid, Softmax, Sum, Tanh};

use crate::rows::answer::{Answer, fill};
use crate::rows::{Entry, Fold, Fun, Op, Row};

const NAME: &str = "rten-vecmath";

/// rten-vecmath on this row.
pub fn entries(row: &Row) -> Vec<Entry> {
    if row.dtype != DType::F32 {
        return Vec::new();
    }
    entry(row).into_iter().collect()
}

fn map(x: Vec<f32>, f: impl SimdUnaryOp<f32> + 'static) -> Entry {
    let collect = move || {
        let mut out = Vec::with_capacity(x.len());
        out.extend_init(|room| f.map(&x, &mut room[..x.len()]));
        out
    };
    Entry::new(NAME, collect, |y| Answer::of(&y))
}

fn entry(row: &Row) -> Option<Entry> {
    let operand = |n| fill::<f32>(row, 1, n);
    let answer = |y: Vec<f32>| Answer::of(&y);
    Some(match row.op {
        Op::Map(Fun::Exp, n) => map(operand(n), Exp {}),
        Op::Map(Fun::Sigmoid, n) => map(operand(n), Sigmoid {}),
        Op::Map(Fun::Tanh, n) => map(operand(n), Tanh {}),
        Op::Reduce { fold: Fold::Sum, axis: None, rows, cols } => {
            let x = operand(rows * cols);
            Entry::new(NAME, move || Sum::new(&x).dispatch(), |x| Answer::of(&[x]))
        }
        Op::Reduce { fold: Fold::Max, axis: None, rows, cols } => {
            let x = operand(rows * cols);
            Entry::new(NAME, move || MaxNum::new(&x).dispatch(), |x| Answer::of(&[x]))
        }
        Op::Reduce { fold: Fold::Sum, axis: Some(1), rows, cols } => {
            let x = operand(rows * cols);
            Entry::new(NAME, move || x.chunks_exact(cols).map(|x| Sum::new(x).dispatch()).collect(), answer)
        }
        Op::Reduce { fold: Fold::Max, axis: Some(1), rows, cols } => {
            let x = operand(rows * cols);
            Entry::new(NAME, move || x.chunks_exact(cols).map(|x| MaxNum::new(x).dispatch()).collect(), answer)
        }
        Op::Softmax { rows, cols } => {
            let x = operand(rows * cols);
            let all = move || {
                let mut out = Vec::with_capacity(x.len());
                for x in x.chunks_exact(cols) {
                    out.extend_init(|room| Softmax::new(x, &mut room[..cols]).dispatch());
                }
                out
            };
            Entry::new(NAME, all, answer)
        }
        _ => return None,
    })
}
