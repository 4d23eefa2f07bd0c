//! Bytes as a program: each one applies an operation to tensors that earlier ones made, and to their definitions.
//!
//! ```text
//!   2 | t  slice ::-2,1  broadcast_to (4,3)  add  sum_axis 0 ...           the pool, oldest out
//!       tensor  --strides-->  tensor   \
//!       array   --indices-->  array    / must be the same bits; what is in the pool must never change
//! ```
//!
//! What the tensor refuses with an error is left out; what it does not refuse, the definition must be able to do (it panics on what is not valid).
//! Used by `main.rs` with random bytes and by the fuzz target `sequences`, which looks for bytes that reach new code.

use nptensor::reference::Array;
use nptensor::{Index, Number, Tensor, Value, levels, set_level};

use crate::common::{Pair, Rng, Values, elements, same, same_scalar};

/// The most elements of any tensor, and of the work of one operation: the definitions are slow.
const MOST: usize = 1500;
/// Tensors that an operation can choose from.
const POOL: usize = 4;

/// The rest of the bytes.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    /// Below `n`; 0 when nothing is left.
    fn below(&mut self, n: usize) -> usize {
        self.next().map_or(0, |byte| byte as usize % n.max(1))
    }

    /// An axis, sometimes one that is not there.
    fn axis(&mut self, ndim: usize) -> isize {
        self.below(2 * ndim + 2) as isize - ndim as isize - 1
    }
}

/// Runs the program.
pub fn run(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let levels = levels();
    assert!(set_level(levels[bytes.below(levels.len())]));
    match bytes.below(6) {
        0 => sequence::<f32>(bytes),
        1 => sequence::<f64>(bytes),
        2 => sequence::<i8>(bytes),
        3 => sequence::<u16>(bytes),
        4 => sequence::<i32>(bytes),
        _ => sequence::<u64>(bytes),
    }
}

fn sequence<T: Number>(mut bytes: Bytes<'_>) {
    let mut pool = vec![fresh::<T>(&mut bytes)];
    while let Some(code) = bytes.next() {
        let p = pool[bytes.below(pool.len())].clone();
        let q = pool[bytes.below(pool.len())].clone();
        // (What is empty or single stays so: now and then, something new.)
        let made = if code >= 232 { Some(fresh(&mut bytes)) } else { apply(code, &p, &q, &mut bytes) };
        let Some(made) = made else { continue };
        same(&made.0, &made.1, &format!("operation {code}"));
        if made.0.size() <= MOST && made.0.ndim() <= 6 {
            pool.push(made);
        }
        if pool.len() > POOL {
            drop(pool.remove(0));
        }
        // Nobody's memory is written but the result's own.
        pool.iter().for_each(|(tensor, array)| same(tensor, array, "what was there before"));
    }
}

/// Up to three axes of up to 20, values from a seed.
fn fresh<T: Number>(bytes: &mut Bytes<'_>) -> Pair<T> {
    let shape: Vec<usize> = (0..bytes.below(4)).map(|_| [0, 1, 2, 3, 4, 7, 8, 17, 20][bytes.below(9)]).collect();
    let size = shape.iter().product::<usize>();
    let shape = if size > MOST { vec![17] } else { shape };
    let values = if bytes.below(2) == 0 { Values::Tame } else { Values::Any };
    let data = elements(&mut Rng(bytes.below(256) as u64), values, shape.iter().product());
    (Tensor::from_vec(data.clone(), &shape).unwrap(), Array::new(&shape, data))
}

/// The result of an operation in both ways; `None` where it is refused, or too much for the definition.
fn apply<T: Number>(code: u8, p: &Pair<T>, q: &Pair<T>, bytes: &mut Bytes<'_>) -> Option<Pair<T>> {
    match code % 4 {
        0 | 1 => view(code / 4, p, bytes),
        2 => elementwise(code / 4, p, q, bytes),
        _ => folded(code / 4, p, q, bytes),
    }
}

fn view<T: Number>(code: u8, (t, a): &Pair<T>, bytes: &mut Bytes<'_>) -> Option<Pair<T>> {
    let ndim = t.ndim();
    Some(match code % 14 {
        0 => (t.t(), a.t()),
        1 => {
            let mut axes: Vec<isize> = (0..ndim as isize).collect();
            (1..ndim).for_each(|i| axes.swap(i, bytes.below(i + 1)));
            (t.transpose(&axes).ok()?, a.transpose(&axes))
        }
        2 => {
            let (x, y) = (bytes.axis(ndim), bytes.axis(ndim));
            (t.swapaxes(x, y).ok()?, a.swapaxes(x, y))
        }
        3 => {
            let (x, y) = ([bytes.axis(ndim)], [bytes.axis(ndim)]);
            (t.moveaxis(&x, &y).ok()?, a.moveaxis(&x, &y))
        }
        4 => {
            let axes: Vec<isize> = (0..bytes.below(3)).map(|_| bytes.axis(ndim)).collect();
            (t.flip(&axes).ok()?, a.flip(&axes))
        }
        5 | 6 => {
            let indices = indices(ndim, bytes);
            (t.slice(&indices[..]).ok()?, a.slice(&indices))
        }
        7 => {
            let shape = regrouped(t.size(), bytes);
            (t.reshape(&shape).ok()?, a.reshape(&shape))
        }
        8 => {
            let new = 1 + bytes.below(3);
            let axes: Vec<isize> = (0..new).map(|_| bytes.axis(ndim + new)).collect();
            (t.expand_dims_axes(&axes).ok()?, a.expand_dims_axes(&axes))
        }
        9 => (t.squeeze(), a.squeeze()),
        10 => {
            let axis = bytes.axis(ndim);
            match bytes.below(2) {
                0 => (t.squeeze_axis(axis).ok()?, a.squeeze_axis(axis)),
                _ => {
                    let axes = [axis, bytes.axis(ndim)];
                    (t.squeeze_axes(&axes).ok()?, a.squeeze_axes(&axes))
                }
            }
        }
        11 => {
            let mut shape: Vec<usize> = (0..bytes.below(2)).map(|_| bytes.below(4)).collect();
            shape.extend(t.shape().iter().map(|&n| if n == 1 { bytes.below(9) } else { n }));
            if shape.iter().product::<usize>() > MOST {
                return None;
            }
            (t.broadcast_to(&shape).ok()?, a.broadcast_to(&shape))
        }
        12 => (t.flatten().ok()?, a.flatten()),
        _ => (t.to_contiguous(), a.clone()),
    })
}

/// For up to one axis more than there are.
fn indices(ndim: usize, bytes: &mut Bytes<'_>) -> Vec<Index> {
    let end = |bytes: &mut Bytes<'_>| (bytes.below(3) > 0).then(|| bytes.below(13) as isize - 6);
    (0..bytes.below(ndim + 2))
        .map(|_| match bytes.below(8) {
            0 => Index::At(bytes.below(9) as isize - 4),
            1 => Index::Ellipsis,
            2 => Index::NewAxis,
            _ => Index::Range { start: end(bytes), stop: end(bytes), step: bytes.below(7) as isize - 3 },
        })
        .collect()
}

/// A shape with `size` elements, mostly, and maybe one size left open.
fn regrouped(size: usize, bytes: &mut Bytes<'_>) -> Vec<isize> {
    let (mut left, mut shape) = (size, Vec::new());
    for _ in 0..bytes.below(4) {
        let n = bytes.below(6);
        if n > 0 && left.is_multiple_of(n) {
            left /= n;
            shape.push(n as isize);
        }
    }
    shape.push(if bytes.below(3) == 0 { -1 } else { left as isize });
    let (x, y) = (bytes.below(shape.len()), bytes.below(shape.len()));
    shape.swap(x, y);
    shape
}

/// Whether the result of stretching both is small enough for the definition.
fn small(a: &[usize], b: &[usize]) -> bool {
    let size = |shape: &[usize]| shape.iter().map(|&n| n.max(1)).product::<usize>();
    size(a) * size(b) <= MOST || a == b
}

fn elementwise<T: Number>(code: u8, (t, a): &Pair<T>, (u, b): &Pair<T>, bytes: &mut Bytes<'_>) -> Option<Pair<T>> {
    if !small(t.shape(), u.shape()) {
        return None;
    }
    Some(match code % 17 {
        0 => (t.try_add(u).ok()?, a.add(b)),
        1 => (t.try_sub(u).ok()?, a.sub(b)),
        2 => (t.try_mul(u).ok()?, a.mul(b)),
        3 => (t.try_div(u).ok()?.cast(), a.div(b).cast()),
        4 => (t.maximum(u).ok()?, a.maximum(b)),
        5 => (t.minimum(u).ok()?, a.minimum(b)),
        6 => (t.greater(u).ok()?.cast(), a.greater(b).cast()),
        7 => (t.less_equal(u).ok()?.cast(), a.less_equal(b).cast()),
        8 => (t.not_equal(u).ok()?.where_(t, u).ok()?, a.not_equal(b).where_(a, b)),
        9 => {
            // In place, and into a view.
            let mut sum = t.clone();
            sum.try_add_assign(u).ok()?;
            (sum, a.add(b))
        }
        10 => {
            let mut out = Tensor::zeros(t.shape()).ok()?.t().to_contiguous().t();
            t.mul_into(u, &mut out).ok()?;
            (out, a.mul(b))
        }
        11 => {
            let index: Vec<isize> = t.shape().iter().map(|&n| bytes.below(n.max(1)) as isize).collect();
            let (mut t, mut a) = (t.clone(), a.clone());
            t.set(&index, T::ONE).ok()?;
            let place: Vec<usize> = index.iter().map(|&i| i as usize).collect();
            let at = nptensor::reference::place(&a.shape, &place);
            a.data[at] = T::ONE;
            (t, a)
        }
        12 => (t.exp().cast(), a.exp().cast()),
        13 => (t.tanh().cast(), a.tanh().cast()),
        15 => {
            let indices = indices(t.ndim(), bytes);
            let (mut t, mut a) = (t.clone(), a.clone());
            t.assign(&indices[..], u).ok()?;
            a.assign(&indices, b);
            (t, a)
        }
        14 => (t.sigmoid().cast(), a.sigmoid().cast()),
        _ => (t.relu() + t.step().cast::<T>(), a.relu().add(&a.step().cast())),
    })
}

fn folded<T: Number>(code: u8, (t, a): &Pair<T>, (u, b): &Pair<T>, bytes: &mut Bytes<'_>) -> Option<Pair<T>> {
    let axis = bytes.axis(t.ndim());
    Some(match code % 14 {
        0 => (t.sum_axis(axis).ok()?.cast(), a.sum_axis(axis).cast()),
        1 => (t.mean_axis(axis).ok()?.cast(), a.mean_axis(axis).cast()),
        2 => (t.max_axis(axis).ok()?, a.max_axis(axis)),
        3 => (t.min_axis(axis).ok()?, a.min_axis(axis)),
        4 => (t.argmax_axis(axis).ok()?.cast(), a.argmax_axis(axis).cast()),
        5 => (t.argmin_axis(axis).ok()?.cast(), a.argmin_axis(axis).cast()),
        6 => {
            same_scalar(t.sum(), a.sum(), "sum of all");
            let axes = [axis, bytes.axis(t.ndim())];
            (t.prod_keepdims(&axes).ok()?.cast(), a.prod_axes(&axes, true).cast())
        }
        7 => (t.softmax(axis).ok()?.cast(), a.softmax(axis).cast()),
        8 => (t.log_softmax(axis).ok()?.cast(), a.log_softmax(axis).cast()),
        9 | 10 if t.size() * u.size() > 4 * MOST => return None,
        9 => (t.dot(u).ok()?, a.dot(b)),
        10 => (t.matmul(u).ok()?, a.matmul(b)),
        11 => (Tensor::concatenate(&[t, u, t], axis).ok()?, Array::concatenate(&[a, b, a], axis)),
        12 => (Tensor::stack(&[t, u], axis).ok()?, Array::stack(&[a, b], axis)),
        _ => {
            let value = T::from_value(Value::Int(1));
            (t.boolean_index(&t.less(value).ok()?).ok()?, a.boolean_index(&a.less(&Array::scalar(value))))
        }
    })
}
