//! The forward pass: blocks of rows through all layers while they are in the cache, inside one kernel.
//!
//! ```text
//!   x (rows, inputs)    block of 120 rows --> dense + bias --> activation --> dense ... --> out (rows, outputs)
//!                                             front buffer     in place      back buffer
//! ```
//!
//! A single row goes its own way (`row.rs`). Each element is computed as the tensor operations compute it, in the same order, so the bits are theirs; what is saved are passes over memory, and allocations.
//! Shapes have been checked before (`sequential.rs`). Buffers belong to a [`Workspace`].

use alloc::vec::Vec;

use super::{Layer, row};
use crate::kernel::element::Float;
use crate::kernel::gemm;
use crate::kernel::mat::{Mat, Over};
use crate::kernel::math;
use crate::kernel::simd::{Kernel, Lanes, Simd, dispatch};
use crate::kernel::softmax::softmax_in_place;
use crate::kernel::threads;

/// Rows that go through the layers together: whole tiles, whether 4, 6 or 8 high.
const BLOCK: usize = 120;

/// The memory of repeated predictions: it grows to what a model needs, and then no prediction allocates.
///
/// One may serve any number of models, one after another. See [`Sequential::predict`](crate::Sequential::predict).
#[derive(Clone, Debug, Default)]
pub struct Workspace<T: Float = f64> {
    /// Both buffers, one after the other.
    between: Vec<T>,
    pub(super) out: Vec<T>,
}

impl<T: Float> Workspace<T> {
    /// An empty one.
    pub fn new() -> Self {
        Workspace { between: Vec::new(), out: Vec::new() }
    }
}

/// Rows through layers: `out` gets `rows` results of as many values as the last layer gives.
pub(super) fn forward<T: Float>(layers: &[Layer<T>], x: &[T], rows: usize, out: &mut [T], work: &mut Workspace<T>) {
    if rows == 0 || out.is_empty() {
        return;
    }
    if rows <= BLOCK {
        return blocks(layers, x, rows, out, work);
    }
    let (inputs, outputs) = (x.len() / rows, out.len() / rows);
    let threads = threads::num_threads().min(rows.div_ceil(BLOCK));
    if threads > 1 && rows.saturating_mul(weights(layers)) >= gemm::SHARED {
        let each = rows.div_ceil(threads).next_multiple_of(BLOCK);
        let parts = out.chunks_mut(each * outputs).enumerate().map(|(i, out)| {
            let rows = out.len() / outputs;
            let x = &x[i * each * inputs..][..rows * inputs];
            move || blocks(layers, x, rows, out, &mut Workspace::new())
        });
        return threads::run(parts.collect());
    }
    blocks(layers, x, rows, out, work);
}

/// Multiply-adds for one row.
fn weights<T: Float>(layers: &[Layer<T>]) -> usize {
    layers.iter().map(|layer| if let Layer::Dense { w, .. } = layer { w.size() } else { 0 }).sum()
}

fn blocks<T: Float>(layers: &[Layer<T>], x: &[T], rows: usize, out: &mut [T], work: &mut Workspace<T>) {
    // (A division takes as long as a small layer.)
    let (inputs, outputs) = if rows == 1 { (x.len(), out.len()) } else { (x.len() / rows, out.len() / rows) };
    let widths = layers.iter().map(|layer| if let Layer::Dense { w, .. } = layer { w.shape()[1] } else { 0 });
    let room = rows.min(BLOCK) * widths.fold(inputs, usize::max) + row::SPARE;
    if work.between.len() < 2 * room {
        work.between.resize(2 * room, T::ZERO);
    }
    let (front, back) = work.between.split_at_mut(room);
    let mut from = 0;
    while from < rows {
        let rows = BLOCK.min(rows - from);
        dispatch(Block {
            layers,
            x: &x[from * inputs..][..rows * inputs],
            inputs,
            rows,
            front,
            back,
            out: &mut out[from * outputs..][..rows * outputs],
        });
        from += rows;
    }
}

/// Some rows on their way through the layers.
struct Block<'a, T: Float> {
    layers: &'a [Layer<T>],
    x: &'a [T],
    inputs: usize,
    rows: usize,
    front: &'a mut [T],
    back: &'a mut [T],
    out: &'a mut [T],
}

impl<T: Float> Kernel for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Block { layers, x, inputs, rows, mut front, mut back, out } = self;
        let mut width = inputs;
        // Until the first dense layer, the values are a copy of the input; that layer can read the input itself.
        let mut values = Values::Input;
        for layer in layers {
            if let Layer::Dense { w, b } = layer {
                let from = if let Values::Input = values { x } else { &front[..rows * width] };
                let (w, b) = (w.as_matrix(), b.as_slice().unwrap_or(&[]));
                let n = w.cols;
                if rows == 1 {
                    row::dense(simd, from, &w.data[w.start..], b, back);
                } else {
                    let a = Mat { data: from, start: 0, rows, cols: width, row_stride: width as isize, col_stride: 1 };
                    gemm::gemm_at(simd, a, w, Over(&mut back[..rows * n], n));
                    add_bias(&mut back[..rows * n], b);
                }
                core::mem::swap(&mut front, &mut back);
                width = n;
                values = Values::Front;
                continue;
            }
            if let Values::Input = values {
                front[..x.len()].copy_from_slice(x);
                values = Values::Front;
            }
            // Where there is room, whole registers: what lies beyond the last row is nobody's.
            let wide = match layer {
                Layer::Softmax => rows * width,
                _ => (rows * width).next_multiple_of(T::FloatVector::<S>::LEN),
            };
            activate(simd, layer, &mut front[..wide], width);
        }
        out.copy_from_slice(if let Values::Input = values { x } else { &front[..rows * width] });
    }
}

/// Where the values are.
enum Values {
    Input,
    Front,
}

#[inline(always)]
fn add_bias<T: Float>(values: &mut [T], bias: &[T]) {
    if bias.is_empty() {
        return;
    }
    for row in values.chunks_exact_mut(bias.len()) {
        for (x, &b) in row.iter_mut().zip(bias) {
            *x = x.add(b);
        }
    }
}

/// An activation in place, on rows of `width`.
#[inline(always)]
fn activate<T: Float, S: Simd>(simd: S, layer: &Layer<T>, values: &mut [T], width: usize) {
    match layer {
        Layer::Dense { .. } | Layer::Identity => {}
        Layer::Sigmoid => math::sigmoid_at(simd, values),
        Layer::Tanh => math::tanh_at(simd, values),
        Layer::Step => values.iter_mut().for_each(|x| *x = if *x > T::ZERO { T::ONE } else { T::ZERO }),
        Layer::Relu => values.iter_mut().for_each(|x| *x = T::ZERO.maximum(*x)),
        Layer::Softmax => softmax_in_place(simd, values, width),
    }
}
