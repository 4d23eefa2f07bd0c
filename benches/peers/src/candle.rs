//! candle: an inference framework's tensors, on the processor. What it has no function for is put together from what it has.

use candle_core::{D, DType as CandleType, Device, Result, Tensor, WithDType};
use nptensor::DType;

use crate::rows::answer::{Answer, Real, fill};
use crate::rows::{DIGITS, Entry, Fold, Fun, Op, Pair, Row, Side, TINY};

const NAME: &str = "candle";

/// candle on this row.
pub fn entries(row: &Row) -> Vec<Entry> {
    let entry = match row.dtype {
        DType::F32 => real::<f32>(row),
        DType::F64 => real::<f64>(row),
        _ => return Vec::new(),
    };
    vec![entry.unwrap_or_else(|error| panic!("candle: {error}"))]
}

/// The elements in C order, whatever the type.
fn read(t: Tensor) -> Answer {
    let values = t.contiguous().and_then(|t| t.flatten_all()?.to_dtype(CandleType::F64)?.to_vec1::<f64>());
    Answer::of(&values.unwrap_or_else(|error| panic!("candle: {error}")))
}

fn entry(f: impl Fn() -> Result<Tensor> + 'static) -> Entry {
    Entry::new(NAME, move || f().unwrap_or_else(|error| panic!("candle: {error}")), read)
}

fn sigmoid(x: &Tensor) -> Result<Tensor> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

fn softmax(x: &Tensor) -> Result<Tensor> {
    let e = x.broadcast_sub(&x.max_keepdim(D::Minus1)?)?.exp()?;
    e.broadcast_div(&e.sum_keepdim(D::Minus1)?)
}

fn real<T: Real + WithDType>(row: &Row) -> Result<Entry> {
    let tensor =
        |seed, shape: &[usize]| Tensor::from_vec(fill::<T>(row, seed, shape.iter().product()), shape, &Device::Cpu);
    Ok(match row.op {
        Op::Matmul { m, k, n, side } => {
            let (m, n) = (m.max(1), n.max(1));
            let a = if side == Side::TransposedA { tensor(1, &[k, m])?.t()? } else { tensor(1, &[m, k])? };
            let b = if side == Side::TransposedB { tensor(2, &[n, k])?.t()? } else { tensor(2, &[k, n])? };
            entry(move || a.matmul(&b))
        }
        Op::Batched { count, n } => {
            let (a, b) = (tensor(1, &[count, n, n])?, tensor(2, &[count, n, n])?);
            entry(move || a.matmul(&b))
        }
        Op::Map(fun, n) => {
            let x = tensor(1, &[n])?;
            match fun {
                Fun::Exp => entry(move || x.exp()),
                Fun::Sigmoid => entry(move || sigmoid(&x)),
                Fun::Tanh => entry(move || x.tanh()),
                Fun::Ln => entry(move || x.log()),
                Fun::Relu => entry(move || x.relu()),
                Fun::Step => entry(move || x.gt(0.0)?.to_dtype(CandleType::I64)),
            }
        }
        Op::Pair(pair, n) => {
            let (a, b) = match pair {
                Pair::Add | Pair::Greater => (tensor(1, &[n])?, tensor(2, &[n])?),
                Pair::AddRow => (tensor(1, &[n, n])?, tensor(2, &[n])?),
                Pair::AddColumn => (tensor(1, &[n, n])?, tensor(2, &[n, 1])?),
                Pair::AddTransposed => (tensor(1, &[n, n])?, tensor(2, &[n, n])?.t()?),
            };
            match pair {
                Pair::Greater => entry(move || a.gt(&b)),
                Pair::AddRow | Pair::AddColumn => entry(move || a.broadcast_add(&b)),
                Pair::Add | Pair::AddTransposed => entry(move || &a + &b),
            }
        }
        Op::Reduce { fold, axis, rows, cols } => {
            let x = tensor(1, &[rows, cols])?;
            match (fold, axis) {
                (Fold::Sum, None) => entry(move || x.sum_all()),
                (Fold::Max, None) => entry(move || x.max_all()),
                (Fold::Argmax, None) => entry(move || x.flatten_all()?.argmax(0)),
                (Fold::Sum, Some(axis)) => entry(move || x.sum(axis)),
                (Fold::Max, Some(axis)) => entry(move || x.max(axis)),
                (Fold::Argmax, Some(axis)) => entry(move || x.argmax(axis)),
            }
        }
        Op::Softmax { rows, cols } => {
            let x = tensor(1, &[rows, cols])?;
            entry(move || softmax(&x))
        }
        Op::Network { batch, .. } => network(tensor(1, &[batch, DIGITS[0]])?, DIGITS, tensor, true)?,
        Op::TinyNetwork { .. } => network(tensor(1, &[1, TINY[0]])?, TINY, tensor, false)?,
    })
}

fn network(
    x: Tensor,
    sizes: [usize; 4],
    tensor: impl Fn(u32, &[usize]) -> Result<Tensor>,
    probabilities: bool,
) -> Result<Entry> {
    let mut layers = Vec::new();
    for l in 0..3 {
        let seed = 2 * l as u32 + 2;
        layers.push((tensor(seed, &[sizes[l], sizes[l + 1]])?, tensor(seed + 1, &[sizes[l + 1]])?));
    }
    Ok(entry(move || {
        let y = sigmoid(&x.matmul(&layers[0].0)?.broadcast_add(&layers[0].1)?)?;
        let y = sigmoid(&y.matmul(&layers[1].0)?.broadcast_add(&layers[1].1)?)?;
        let y = y.matmul(&layers[2].0)?.broadcast_add(&layers[2].1)?;
        if probabilities { softmax(&y) } else { Ok(y) }
    }))
}
