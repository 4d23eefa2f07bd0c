//! One layer: the affine map of a dense one, or an activation.
//!
//! ```text
//!   dense      x·W + b      x (.., n)   W (n, m)   b (m,)   ->   (.., m)
//!   others     element by element, or row by row (softmax)  ->   the shape of x
//! ```
//!
//! An input is one vector, or vectors under any number of batch axes. The shapes of one layer are checked here, those
//! of a sequence of layers in `sequential.rs`. Nothing is computed here. Read next: `sequential.rs`.

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::error::{Error, Result, Tuple};
use crate::kernel::closed::Float;
use crate::kernel::network::Stage;
use crate::tensor::Tensor;

/// One step of a network, in f32 or f64.
// A model has few layers: boxed weights would save nothing and cost an indirection.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
#[non_exhaustive]
pub enum Layer<T = f64> {
    /// x·w + b: every input is connected with every output. [`Layer::dense`] makes one.
    Dense {
        /// The weights, (inputs, outputs); any layout, a transposed view as well.
        w: Tensor<T>,
        /// The bias, (outputs,).
        b: Tensor<T>,
    },
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// 1 where x > 0, else 0.
    Step,
    /// maximum(0, x).
    Relu,
    /// x.
    Identity,
    /// exp(x) over its sum, along the last axis: each row becomes probabilities.
    Softmax,
    /// The hyperbolic tangent.
    Tanh,
}

impl<T: Float> Layer<T> {
    /// The layer x·w + b. The shapes of `w` and `b` are checked by [`Sequential::new`](crate::Sequential::new).
    pub fn dense(w: impl Into<Tensor<T>>, b: impl Into<Tensor<T>>) -> Self {
        Layer::Dense { w: w.into(), b: b.into() }
    }

    /// The activation of that name: `sigmoid`, `step`, `relu`, `identity`, `softmax`, `tanh`.
    pub fn activation(name: &str) -> Option<Self> {
        let all = [Layer::Sigmoid, Layer::Step, Layer::Relu, Layer::Identity, Layer::Softmax, Layer::Tanh];
        all.into_iter().find(|layer| layer.name() == name)
    }

    /// The name, in lower case: `dense`, `sigmoid`, ...
    pub fn name(&self) -> &'static str {
        match self {
            Layer::Dense { .. } => "dense",
            Layer::Sigmoid => "sigmoid",
            Layer::Step => "step",
            Layer::Relu => "relu",
            Layer::Identity => "identity",
            Layer::Softmax => "softmax",
            Layer::Tanh => "tanh",
        }
    }

    /// The same layer with its weights as another type.
    pub(super) fn try_cast<U: Float>(&self) -> Result<Layer<U>> {
        Ok(match self {
            Layer::Dense { w, b } => Layer::Dense { w: w.try_cast()?, b: b.try_cast()? },
            other => Layer::activation(other.name()).expect("all others are activations"),
        })
    }

    /// What is wrong with the layer by itself.
    pub(super) fn check(&self) -> core::result::Result<(), String> {
        let Layer::Dense { w, b } = self else { return Ok(()) };
        let &[_, outputs] = w.shape() else {
            return Err(format!("weights have shape {}, not (inputs,outputs)", Tuple(w.shape())));
        };
        if b.shape() != [outputs] {
            let (b, w) = (Tuple(b.shape()), Tuple(w.shape()));
            return Err(format!("bias of shape {b} does not fit weights of shape {w}"));
        }
        Ok(())
    }

    /// The number of outputs for an input of `width`, the last axis of `shape`, if it has one.
    ///
    /// # Errors
    /// The shapes that do not fit, as text, to which the model adds the layer's index.
    pub(super) fn width(&self, width: Option<usize>, shape: &[usize]) -> core::result::Result<Option<usize>, String> {
        match self {
            Layer::Dense { w, .. } if width == Some(w.shape()[0]) => Ok(Some(w.shape()[1])),
            Layer::Dense { w, .. } => {
                let (x, w) = (Tuple(shape), Tuple(w.shape()));
                Err(format!("input of shape {x} does not fit weights of shape {w}"))
            }
            Layer::Softmax if width.is_none() => Err(format!("{}", Error::Axis { axis: -1, ndim: 0, argument: None })),
            Layer::Softmax if width == Some(0) => Err(format!("{}", Error::EmptyReduction { name: "maximum" })),
            _ => Ok(width),
        }
    }

    /// Makes its tensors contiguous in C order, as the forward pass reads them.
    pub(super) fn make_contiguous(&mut self) -> Result<()> {
        if let Layer::Dense { w, b } = self {
            (*w, *b) = (w.try_to_contiguous()?, b.try_to_contiguous()?);
        }
        Ok(())
    }

    /// The layer as the kernel takes it; its tensors are contiguous.
    pub(super) fn stage(&self) -> Result<Stage<T>> {
        Ok(match self {
            Layer::Dense { w, b } => Stage::Dense { w: w.try_to_shared()?, b: b.try_to_shared()? },
            Layer::Sigmoid => Stage::Sigmoid,
            Layer::Step => Stage::Step,
            Layer::Relu => Stage::Relu,
            Layer::Identity => Stage::Identity,
            Layer::Softmax => Stage::Softmax,
            Layer::Tanh => Stage::Tanh,
        })
    }
}

impl<T: Float> PartialEq for Layer<T> {
    /// The same kind, with equal weights and bias.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Layer::Dense { w, b }, Layer::Dense { w: other_w, b: other_b }) => w == other_w && b == other_b,
            _ => self.name() == other.name(),
        }
    }
}

impl<T: Float> fmt::Debug for Layer<T> {
    /// As derived; that would not know that elements print.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Dense { w, b } => f.debug_struct("Dense").field("w", w).field("b", b).finish(),
            Layer::Sigmoid => f.write_str("Sigmoid"),
            Layer::Step => f.write_str("Step"),
            Layer::Relu => f.write_str("Relu"),
            Layer::Identity => f.write_str("Identity"),
            Layer::Softmax => f.write_str("Softmax"),
            Layer::Tanh => f.write_str("Tanh"),
        }
    }
}
