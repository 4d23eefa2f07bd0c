//! One layer: the affine map of a dense one, a norm, or an activation.
//!
//! ```text
//!   dense        x·W + b              x (.., n)   W (n, m)   b (m,)   ->   (.., m)
//!   scale        x * scale + shift    x (.., n)   both (n,)           ->   (.., n)    a BatchNorm, or a scaler
//!   normalize    (x - mean) / √(variance + eps), row by row                    with a scale after it a LayerNorm
//!   others       element by element, or row by row (softmax, log_softmax)  ->   the shape of x
//! ```
//!
//! An input is one vector, or vectors under any number of batch axes. The shapes of one layer are checked here, those
//! of a sequence of layers in `sequential.rs`. Nothing is computed here. Read next: `word.rs` (the layers by name),
//! `sequential.rs`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Result, Tuple};
use crate::kernel::activation::{Activate, Activation};
use crate::kernel::closed::Float;
use crate::kernel::network::Stage;
use crate::kernel::scalar::ScalarFloat;
use crate::tensor::{Tensor, push};

/// One step of a network, in f32 or f64.
// A model has few layers: boxed weights would save nothing and cost an indirection.
#[allow(clippy::large_enum_variant, missing_docs)]
#[derive(Clone)]
#[non_exhaustive]
pub enum Layer<T = f64> {
    /// x·w + b: every input is connected with every output, by weights (inputs, outputs) in any layout, a transposed
    /// view as well, and a bias (outputs,). [`Layer::dense`] makes one.
    Dense { w: Tensor<T>, b: Tensor<T> },
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
    /// x * scale + shift, feature by feature, both (features,): [`Layer::batch_norm`], [`Layer::standardize`].
    Scale { scale: Tensor<T>, shift: Tensor<T> },
    /// An activation or norm beyond the chapter's. [`Layer::elu`] and its like make them.
    Activation(Function<T>),
    /// A function of one's own, with its name for `{network}` and errors: see [`Layer::function`].
    Function { name: &'static str, f: fn(&mut [T], usize) },
}

/// An activation beyond the chapter's, with its parameters and its code: programs that make none do not contain it.
#[derive(Clone, Copy)]
pub struct Function<T> {
    activation: Activation,
    activate: Activate<T>,
}

impl<T: Float> Function<T> {
    pub(super) fn new(activation: Activation) -> Self {
        Function { activation, activate: T::ACTIVATE }
    }

    /// Which one, with its parameters.
    pub(crate) fn activation(&self) -> Activation {
        self.activation
    }
}

impl<T> fmt::Debug for Function<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.activation.fmt(f)
    }
}

/// Layers by the functions that make them.
macro_rules! activations {
    ($($(#[$doc:meta])* $name:ident($($parameter:ident),*) $variant:expr;)*) => {
        impl<T: Float> Layer<T> {$(
            $(#[$doc])*
            pub fn $name($($parameter: f64),*) -> Self {
                Layer::Activation(Function::new($variant))
            }
        )*}
    };
}

activations! {
    /// (x - mean) / √(variance + eps) over the last axis: torch's `LayerNorm`, of which a [`Layer::Scale`] is the rest.
    normalize(eps) Activation::Normalize(eps);
    /// x, or a·x where x < 0.
    leaky_relu(a) Activation::LeakyRelu(a);
    /// x, or a·(exp(x) - 1) where x < 0.
    elu(a) Activation::Elu(a);
    /// x times the probability that a standard normal variable is at most x: x / 2 · (1 + erf(x / √2)), within 4 ulp in
    /// f64, for negative x as well, where torch's sum loses digits; in f32 the nearest number in all but rare cases.
    gelu() Activation::Gelu;
    /// [`gelu`](Layer::gelu) by its approximation x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³))).
    gelu_tanh() Activation::GeluTanh;
    /// x·sigmoid(x), also called swish.
    silu() Activation::Silu;
    /// ln(1 + exp(b·x)) / b. (torch takes x where b·x > 20, which differs by less than 2.1e-9 / b.)
    softplus(b) Activation::Softplus(b);
    /// The logarithm of softmax, along the last axis.
    log_softmax() Activation::LogSoftmax;
    /// x, at least `low` and at most `high`.
    hardtanh(low, high) Activation::Hardtanh(low, high);
}

impl<T: Float> Layer<T> {
    /// The layer x·w + b. The shapes of `w` and `b` are checked by [`Sequential::new`](crate::Sequential::new), which
    /// copies weights that are not in C order, torch's transposed view, once: by columns one row of 784-100-10 takes 4
    /// to 8 times as long, a hundred 1.06 times, and the copy as long as ten rows. Weights of the program itself it
    /// leaves where they are: those in flash have no room elsewhere.
    pub fn dense(w: impl Into<Tensor<T>>, b: impl Into<Tensor<T>>) -> Self {
        Layer::Dense { w: w.into(), b: b.into() }
    }

    /// torch's `BatchNorm1d` after training: (x - mean) / √(variance + eps) * scale + shift, feature by feature, as
    /// [`Layer::Scale`]. The factors and what is added are computed in f64 and rounded once.
    ///
    /// # Errors
    /// [`Error::Model`] when the four are not of one shape (features,).
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Tensor};
    /// let [scale, shift, mean, variance] = [[2.0], [1.0], [3.0], [4.0]].map(Tensor::from);
    /// let network = Sequential::new([Layer::batch_norm(&scale, &shift, &mean, &variance, 0.0)?])?;
    /// assert_eq!(network.forward(&Tensor::from([7.0]))?, Tensor::from([5.0])); // (7 - 3) / 2 * 2 + 1
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn batch_norm(
        scale: &Tensor<T>,
        shift: &Tensor<T>,
        mean: &Tensor<T>,
        variance: &Tensor<T>,
        eps: f64,
    ) -> Result<Self> {
        let n = scale.size();
        if [scale, shift, mean, variance].iter().any(|part| part.shape() != [n]) {
            let shapes = [scale, shift, mean, variance].map(|part| format!("{}", Tuple(part.shape())));
            let what = format!("scale, shift, mean and variance of a BatchNorm have the shapes {}", shapes.join(", "));
            return Err(Error::Model { what });
        }
        let (mut factors, mut added) = (Vec::new(), Vec::new());
        for (((scale, shift), mean), variance) in scale.iter().zip(shift).zip(mean).zip(variance) {
            let factor = scale.to_f64() / ScalarFloat::sqrt(variance.to_f64() + eps);
            push(&mut factors, T::from_f64(factor))?;
            push(&mut added, T::from_f64(shift.to_f64() - mean.to_f64() * factor))?;
        }
        Ok(Layer::Scale { scale: Tensor::dense(factors, &[n]), shift: Tensor::dense(added, &[n]) })
    }

    /// (x - mean) / deviation, feature by feature, as [`Layer::Scale`]: what was done with the data before training, as
    /// the first layer. It is x * scale + shift, so that for a mean far greater than the deviation results have the
    /// rounding of mean / deviation.
    ///
    /// # Errors
    /// [`Error::Model`] when the two are not of one shape (features,), or a deviation is not above 0.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Tensor};
    /// let scaler = Layer::standardize(&Tensor::from([10.0, 0.0]), &Tensor::from([2.0, 1.0]))?;
    /// let network = Sequential::new([scaler])?;
    /// assert_eq!(network.forward(&Tensor::from([14.0, 3.0]))?, Tensor::from([2.0, 3.0]));
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn standardize(mean: &Tensor<T>, deviation: &Tensor<T>) -> Result<Self> {
        let n = mean.size();
        if [mean, deviation].iter().any(|part| part.shape() != [n]) {
            let (mean, deviation) = (Tuple(mean.shape()), Tuple(deviation.shape()));
            return Err(Error::Model { what: format!("mean and deviation have the shapes {mean} and {deviation}") });
        }
        let (mut factors, mut added) = (Vec::new(), Vec::new());
        for (i, (mean, deviation)) in mean.iter().zip(deviation).enumerate() {
            let factor = 1.0 / deviation.to_f64();
            if !(deviation > T::ZERO && factor > 0.0) {
                return Err(Error::Model { what: format!("deviation {i} is {deviation:?}, not a number above 0") });
            }
            push(&mut factors, T::from_f64(factor))?;
            push(&mut added, T::from_f64(-mean.to_f64() * factor))?;
        }
        Ok(Layer::Scale { scale: Tensor::dense(factors, &[n]), shift: Tensor::dense(added, &[n]) })
    }

    /// A function of one's own, of rows of so many values, one after another, in place. No file can hold it.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Tensor};
    /// let square = Layer::function("square", |values, _width| values.iter_mut().for_each(|x| *x *= *x));
    /// let network = Sequential::new([Layer::dense([[1.0], [2.0]], [0.5]), square])?;
    /// assert_eq!(network.forward(&Tensor::from([1.0, 2.0]))?, Tensor::from([30.25]));
    /// assert_eq!(format!("{network:#}"), "dense(2, 1) square");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn function(name: &'static str, f: fn(&mut [T], usize)) -> Self {
        Layer::Function { name, f }
    }

    /// Its tensors, for errors.
    pub(super) fn parts(&self) -> String {
        match self {
            Layer::Dense { w, .. } => format!("weights of shape {}", Tuple(w.shape())),
            other => format!("{} features", other.widths().unwrap_or_default()[0]),
        }
    }

    /// What is wrong with the layer by itself.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Layer::Dense { w, .. } if w.ndim() != 2 => {
                Err(format!("weights have shape {}, not (inputs,outputs)", Tuple(w.shape())))
            }
            Layer::Dense { w, b } if b.shape() != &w.shape()[1..] => {
                let (b, w) = (Tuple(b.shape()), Tuple(w.shape()));
                Err(format!("bias of shape {b} does not fit weights of shape {w}"))
            }
            Layer::Scale { scale, shift } if scale.ndim() != 1 || shift.shape() != scale.shape() => {
                let (scale, shift) = (Tuple(scale.shape()), Tuple(shift.shape()));
                Err(format!("scale and shift have shapes {scale} and {shift}, not (features,) both"))
            }
            _ => Ok(()),
        }
    }

    /// The number of values of an input and of its output, where the layer tells.
    pub(super) fn widths(&self) -> Option<[usize; 2]> {
        match self {
            Layer::Dense { w, .. } => Some([w.shape()[0], w.shape()[1]]),
            Layer::Scale { scale, .. } => Some([scale.size(); 2]),
            _ => None,
        }
    }

    /// The number of outputs for an input of `width`, the last axis of `shape`, if it has one; or the shapes that do
    /// not fit, as text, to which the model adds the layer's index.
    pub(super) fn width(&self, width: Option<usize>, shape: &[usize]) -> Result<Option<usize>, String> {
        // (A row of nothing is nothing after normalize, but nothing has no softmax.)
        let normalize = matches!(self, Layer::Activation(Function { activation: Activation::Normalize(_), .. }));
        let of_rows =
            matches!(self, Layer::Softmax | Layer::Activation(Function { activation: Activation::LogSoftmax, .. }));
        match (self.widths(), self) {
            (Some([inputs, outputs]), _) if width == Some(inputs) => Ok(Some(outputs)),
            (Some(_), Layer::Dense { w, .. }) => {
                let (x, w) = (Tuple(shape), Tuple(w.shape()));
                Err(format!("input of shape {x} does not fit weights of shape {w}"))
            }
            (Some([features, _]), _) => {
                Err(format!("input of shape {} does not fit {features} features", Tuple(shape)))
            }
            _ if (of_rows || normalize) && width.is_none() => {
                Err(format!("{}", Error::Axis { axis: -1, ndim: 0, argument: None }))
            }
            _ if of_rows && width == Some(0) => Err(format!("{}", Error::EmptyReduction { name: "maximum" })),
            _ => Ok(width),
        }
    }

    /// Makes its tensors contiguous in C order, as the forward pass reads them fastest. Weights of the program itself
    /// stay where they are, by columns as well.
    pub(super) fn make_contiguous(&mut self) -> Result<()> {
        if let Layer::Dense { w: a, b } | Layer::Scale { scale: a, shift: b } = self {
            if !is_by_columns(a) {
                *a = a.try_to_contiguous()?;
            }
            *b = b.try_to_contiguous()?;
        }
        Ok(())
    }

    /// The layer as the kernel takes it; its tensors are contiguous.
    pub(super) fn stage(&self) -> Result<Stage<T>> {
        Ok(match self {
            Layer::Dense { w, b } => {
                Stage::Dense { w: w.try_to_shared()?, b: b.try_to_shared()?, by_columns: is_by_columns(w) }
            }
            Layer::Sigmoid => Stage::Sigmoid,
            Layer::Step => Stage::Step,
            Layer::Relu => Stage::Relu,
            Layer::Identity => Stage::Identity,
            Layer::Softmax => Stage::Softmax,
            Layer::Tanh => Stage::Tanh,
            Layer::Scale { scale, shift } => {
                Stage::Scale { scale: scale.try_to_shared()?, shift: shift.try_to_shared()? }
            }
            Layer::Activation(Function { activation, activate }) => {
                Stage::Other { activation: *activation, activate: *activate }
            }
            Layer::Function { f, .. } => Stage::Function(*f),
        })
    }
}

/// Whether these are weights of the program itself, and all of an array whose columns follow one another.
fn is_by_columns<T: Float>(w: &Tensor<T>) -> bool {
    matches!((w.shape(), w.strides()), (&[n, m], &[1, next]) if n > 1 && m > 1 && next == n as isize) && w.is_static()
}

impl<T: Float> PartialEq for Layer<T> {
    /// The same kind, with equal weights, bias and parameters; functions of one's own by their names.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Layer::Dense { w: a, b }, Layer::Dense { w: other_a, b: other_b })
            | (Layer::Scale { scale: a, shift: b }, Layer::Scale { scale: other_a, shift: other_b }) => {
                a == other_a && b == other_b
            }
            (Layer::Activation(a), Layer::Activation(b)) => a.activation == b.activation,
            _ => self.name() == other.name(),
        }
    }
}

impl<T: Float> fmt::Debug for Layer<T> {
    /// As derived; that would want `T: Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Dense { w, b } => f.debug_struct("Dense").field("w", w).field("b", b).finish(),
            Layer::Scale { scale, shift } => {
                f.debug_struct("Scale").field("scale", scale).field("shift", shift).finish()
            }
            Layer::Activation(function) => function.fmt(f),
            Layer::Function { name, .. } => f.debug_tuple("Function").field(name).finish(),
            Layer::Sigmoid => f.write_str("Sigmoid"),
            Layer::Step => f.write_str("Step"),
            Layer::Relu => f.write_str("Relu"),
            Layer::Identity => f.write_str("Identity"),
            Layer::Softmax => f.write_str("Softmax"),
            Layer::Tanh => f.write_str("Tanh"),
        }
    }
}
