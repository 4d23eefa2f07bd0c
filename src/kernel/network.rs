//! The forward pass of a network: a block of rows through all layers while they are in the cache.
//!
//! ```text
//!   x (rows, inputs)    block of rows --> dense + bias --> activation --> dense ... --> out (rows, outputs)
//!                                         front buffer     in place      back buffer
//! ```
//!
//! A single row goes through `gemm/row.rs`. Each element is computed as the tensor operations compute it, in the same
//! order, so the bits are theirs; passes over memory and allocations are saved. The names of layers, whether they fit,
//! and how rows are split into blocks: `nn/`.

use super::activation::{Activate, Activation};
use super::element::SimdFloat;
use super::gemm::{on_this_thread, row};
use super::mat::Mat;
use super::math::{Sigmoid, Tanh, map_whole_in_place};
use super::memory::{Output, Shared};
use super::simd::{Kernel, Lanes, Simd, dispatch};
use super::softmax::softmax_in_place;

/// Elements that a buffer must have beyond its rows: a whole register is written there.
pub(crate) const SPARE: usize = 16;

/// What is done with the values of the layer before.
#[derive(Clone, Debug)]
pub enum Stage<T> {
    /// x·w + b: `w` has as many columns as `b` has elements.
    Dense {
        /// The weights.
        w: Shared<T>,
        /// The bias.
        b: Shared<T>,
        /// Whether `w` lies column after column, as torch's weights do; else it is in C order.
        by_columns: bool,
    },
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// 1 where x > 0, else 0.
    Step,
    /// maximum(0, x).
    Relu,
    /// x.
    Identity,
    /// exp(x) over its sum, row by row.
    Softmax,
    /// The hyperbolic tangent.
    Tanh,
    /// x·scale + shift, feature by feature, each of as many values as a row.
    Scale {
        /// The factors.
        scale: Shared<T>,
        /// What is added.
        shift: Shared<T>,
    },
    /// Another one, by a pointer to its code, so that programs without it do not contain it.
    Other {
        /// Which one.
        activation: Activation,
        /// The door to all of them.
        activate: Activate<T>,
    },
    /// A function of the user's.
    Function(fn(&mut [T], usize)),
}

impl<T> Stage<T> {
    /// Outputs of a dense layer; 0 for another stage, which has as many as inputs.
    pub(crate) fn outputs(&self) -> usize {
        if let Stage::Dense { b, .. } = self { b.len() } else { 0 }
    }
}

/// A block of rows and the layers to apply.
pub struct Block<'a, T> {
    /// The layers.
    pub(crate) steps: &'a [Stage<T>],
    /// The rows, contiguous.
    pub(crate) x: &'a [T],
    /// How many there are.
    pub(crate) rows: usize,
    /// Room for the values between layers: rows as wide as the widest, and [`SPARE`]. The input is one of them, unless
    /// a dense layer comes first.
    pub(crate) front: &'a mut [T],
    /// A second buffer, of the same length.
    pub(crate) back: &'a mut [T],
    /// Where results go.
    pub(crate) out: &'a mut [T],
}

/// Rows through layers.
pub(super) fn forward<T: SimdFloat>(block: Block<'_, T>) {
    dispatch(block);
}

impl<T: SimdFloat> Kernel for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Block { steps, x, rows, mut front, mut back, out } = self;
        // A division takes as long as a small layer.
        let mut width = if rows == 1 { x.len() } else { x.len() / rows };
        // Until the first dense layer, the values are a copy of the input; that layer can read the input itself.
        let mut at_input = true;
        for step in steps {
            if let Stage::Dense { w, b, by_columns } = step {
                let from = if at_input { x } else { &front[..rows * width] };
                let n = b.len();
                if rows == 1 && *by_columns {
                    row::dense_by_columns(simd, from, w, b, back);
                } else if rows == 1 {
                    row::dense(simd, from, w, b, back);
                } else {
                    let w = if *by_columns { Mat::dense(w, n, width).transposed() } else { Mat::dense(w, width, n) };
                    on_this_thread(&Mat::dense(from, rows, width), &w, &mut Output::over(&mut back[..rows * n], n));
                    add_bias(&mut back[..rows * n], b);
                }
                core::mem::swap(&mut front, &mut back);
                width = n;
                at_input = false;
                continue;
            }
            if at_input {
                front[..x.len()].copy_from_slice(x);
                at_input = false;
            }
            // Whole registers, where the buffer is longer: the values beyond the last row are not used.
            let wide = match step {
                Stage::Sigmoid | Stage::Tanh => (rows * width).next_multiple_of(T::FloatVector::<S>::LEN),
                _ => rows * width,
            };
            activate(simd, step, &mut front[..wide], width, back);
        }
        out.copy_from_slice(if at_input { x } else { &front[..rows * width] });
    }
}

#[inline(always)]
fn add_bias<T: SimdFloat>(values: &mut [T], bias: &[T]) {
    if bias.is_empty() {
        return;
    }
    for row in values.chunks_exact_mut(bias.len()) {
        for (x, &b) in row.iter_mut().zip(bias) {
            *x = x.add(b);
        }
    }
}

/// (Once, and not for each level: it is a pass over memory.)
#[inline(never)]
fn scale_rows<T: SimdFloat>(values: &mut [T], scale: &[T], shift: &[T]) {
    for row in values.chunks_exact_mut(scale.len().max(1)) {
        for ((x, &a), &b) in row.iter_mut().zip(scale).zip(shift) {
            *x = x.mul(a).add(b);
        }
    }
}

/// An activation in place, on rows of `width`, with as much spare memory.
#[inline(always)]
fn activate<T: SimdFloat, S: Simd>(simd: S, step: &Stage<T>, values: &mut [T], width: usize, spare: &mut [T]) {
    match step {
        Stage::Dense { .. } | Stage::Identity => {}
        Stage::Sigmoid => map_whole_in_place(simd, values, Sigmoid),
        Stage::Tanh => map_whole_in_place(simd, values, Tanh),
        Stage::Step => values.iter_mut().for_each(|x| *x = if *x > T::ZERO { T::ONE } else { T::ZERO }),
        Stage::Relu => values.iter_mut().for_each(|x| *x = T::ZERO.maximum(*x)),
        Stage::Softmax => softmax_in_place(simd, values, width),
        Stage::Scale { scale, shift } => scale_rows(values, scale, shift),
        Stage::Other { activation, activate } => activate(*activation, values, width, spare),
        Stage::Function(f) => f(values, width),
    }
}
