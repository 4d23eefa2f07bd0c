//! The layers by name, with their parameters: what `{network}` prints, and files and the command line list.
//!
//! ```text
//!   relu      leaky_relu(0.2)      hardtanh(-1,1)      dense, scale: names alone, for their tensors stand elsewhere
//!   elu       elu(1): torch's parameter where none is given
//! ```
//!
//! Which tensors belong to which layer is in `formats/model.rs`.

use core::fmt;

use super::Layer;
use super::layer::Function;
use crate::error::{Error, Result};
use crate::kernel::activation::Activation;
use crate::kernel::closed::Float;

/// The activations beyond the chapter's: torch's parameters, and what makes them of others.
#[cfg(feature = "torch")]
const FURTHER: [(&str, &[f64], fn(f64, f64) -> Activation); 9] = [
    ("leaky_relu", &[0.01], |a, _| Activation::LeakyRelu(a)),
    ("elu", &[1.0], |a, _| Activation::Elu(a)),
    ("gelu", &[], |_, _| Activation::Gelu),
    ("gelu_tanh", &[], |_, _| Activation::GeluTanh),
    ("silu", &[], |_, _| Activation::Silu),
    ("softplus", &[1.0], |b, _| Activation::Softplus(b)),
    ("log_softmax", &[], |_, _| Activation::LogSoftmax),
    ("hardtanh", &[-1.0, 1.0], Activation::Hardtanh),
    ("normalize", &[1e-5], |eps, _| Activation::Normalize(eps)),
];

/// The name and the parameters of an activation beyond the chapter's.
fn spelled(activation: Activation) -> (&'static str, [Option<f64>; 2]) {
    match activation {
        Activation::LeakyRelu(a) => ("leaky_relu", [Some(a), None]),
        Activation::Elu(a) => ("elu", [Some(a), None]),
        Activation::Gelu => ("gelu", [None, None]),
        Activation::GeluTanh => ("gelu_tanh", [None, None]),
        Activation::Silu => ("silu", [None, None]),
        Activation::Softplus(b) => ("softplus", [Some(b), None]),
        Activation::LogSoftmax => ("log_softmax", [None, None]),
        Activation::Hardtanh(low, high) => ("hardtanh", [Some(low), Some(high)]),
        Activation::Normalize(eps) => ("normalize", [Some(eps), None]),
    }
}

/// The name and the parameters, at most two numbers, of `name` or `name(a,b)`.
#[cfg(feature = "torch")]
fn split(word: &str) -> Option<(&str, [Option<f64>; 2])> {
    let Some((name, inside)) = word.split_once('(') else { return Some((word, [None; 2])) };
    let mut parameters = [None; 2];
    for (i, text) in inside.strip_suffix(')')?.split(',').enumerate() {
        *parameters.get_mut(i)? = Some(text.trim().parse().ok().filter(|x: &f64| !x.is_nan())?);
    }
    Some((name, parameters))
}

/// None is read without the feature: reading one makes a program contain them all.
#[cfg(not(feature = "torch"))]
fn further(_: &str) -> Option<Activation> {
    None
}

/// The activation beyond the chapter's that a word names. (Not generic.)
#[cfg(feature = "torch")]
fn further(word: &str) -> Option<Activation> {
    let (name, given) = split(word)?;
    let (_, usual, make) = FURTHER.iter().find(|known| known.0 == name)?;
    let [a, b] = match given {
        [None, _] => [0, 1].map(|i| usual.get(i).copied().unwrap_or(0.0)),
        given if given.iter().flatten().count() == usual.len() => given.map(|x| x.unwrap_or(0.0)),
        _ => return None,
    };
    let activation = make(a, b);
    let has_meaning = match activation {
        Activation::Hardtanh(low, high) => low <= high,
        Activation::Softplus(b) => b > 0.0 && b.is_finite(),
        Activation::Normalize(eps) => eps >= 0.0 && eps.is_finite(),
        _ => a.is_finite(),
    };
    has_meaning.then_some(activation)
}

impl<T: Float> Layer<T> {
    /// The activation of that name: `sigmoid`, `step`, `relu`, `identity`, `softmax`, `tanh`; `dropout` and `flatten`,
    /// which do nothing here, as identity.
    ///
    /// With the feature `torch` also `leaky_relu(0.01)`, `elu(1)`, `gelu`, `gelu_tanh`, `silu`, `softplus(1)`,
    /// `log_softmax`, `hardtanh(-1,1)`, `normalize(1e-5)`, with these parameters, torch's, where none are given.
    ///
    /// ```
    /// use nptensor::Layer;
    /// assert_eq!(Layer::<f64>::activation("relu"), Some(Layer::Relu));
    /// # #[cfg(feature = "torch")]
    /// assert_eq!(Layer::<f64>::activation("leaky_relu"), Some(Layer::leaky_relu(0.01)));
    /// assert_eq!(Layer::<f64>::activation("mish"), None);
    /// ```
    pub fn activation(word: &str) -> Option<Self> {
        let chapter = [Layer::Sigmoid, Layer::Step, Layer::Relu, Layer::Identity, Layer::Softmax, Layer::Tanh];
        match word {
            "dropout" | "flatten" => Some(Layer::Identity),
            _ => chapter
                .into_iter()
                .find(|layer| layer.name() == word)
                .or_else(|| Some(Layer::Activation(Function::new(further(word)?)))),
        }
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
            Layer::Scale { .. } => "scale",
            Layer::Activation(function) => spelled(function.activation()).0,
            Layer::Function { name, .. } => name,
        }
    }

    /// The same layer with its weights as another type, if it is no function of one's own.
    pub(super) fn try_cast<U: Float>(&self) -> Result<Layer<U>> {
        Ok(match self {
            Layer::Dense { w, b } => Layer::Dense { w: w.try_cast()?, b: b.try_cast()? },
            Layer::Scale { scale, shift } => Layer::Scale { scale: scale.try_cast()?, shift: shift.try_cast()? },
            Layer::Sigmoid => Layer::Sigmoid,
            Layer::Step => Layer::Step,
            Layer::Relu => Layer::Relu,
            Layer::Identity => Layer::Identity,
            Layer::Softmax => Layer::Softmax,
            Layer::Tanh => Layer::Tanh,
            Layer::Activation(function) => Layer::Activation(Function::new(function.activation())),
            Layer::Function { name, .. } => {
                let what = format!("the layer {name} is a function for {}, and not for {}", T::DTYPE, U::DTYPE);
                return Err(Error::Model { what });
            }
        })
    }
}

impl<T: Float> fmt::Display for Layer<T> {
    /// The name, with the parameters of an activation: `dense`, `relu`, `elu(0.5)`. [`Layer::activation`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let Layer::Activation(function) = self else { return Ok(()) };
        match spelled(function.activation()).1 {
            [Some(a), Some(b)] => write!(f, "({a},{b})"),
            [Some(a), None] => write!(f, "({a:?})"),
            _ => Ok(()),
        }
    }
}
