//! The list of a network's layers: what each word of it stands for.
//!
//! ```text
//!   dense  dense:NAME  scale:NAME            a layer with arrays, the next of its kind or those of that name
//!   batchnorm:NAME(eps)  layernorm:NAME(eps)
//!   relu  leaky_relu(0.2)  dropout           an activation, with parameters (`nn/word.rs`)
//! ```
//!
//! Parameters that are not given are torch's. Which arrays belong to which word is found in `model.rs`.

#[cfg(feature = "torch")]
use alloc::{format, string::String};

use super::parts::{Kind, Part};
use crate::nn::Layer;

/// The words, for errors.
#[cfg(feature = "torch")]
pub(super) const KNOWN: &str = "dense, dense:NAME, sigmoid, step, relu, identity, softmax, tanh, batchnorm:NAME(eps), \
                                layernorm:NAME(eps), scale:NAME, leaky_relu(a), elu(a), gelu, gelu_tanh, silu, \
                                softplus(b), log_softmax, hardtanh(l,h), normalize(eps), dropout, flatten";
#[cfg(not(feature = "torch"))]
pub(super) const KNOWN: &str = "dense, dense:NAME, sigmoid, step, relu, identity, softmax, tanh, dropout, flatten, \
                                and others with the feature torch";

/// torch's eps of a BatchNorm and of a LayerNorm.
#[cfg(feature = "torch")]
const EPS: f64 = 1e-5;

/// What a word of a list stands for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Word {
    Dense,
    #[cfg(feature = "torch")]
    BatchNorm(f64),
    #[cfg(feature = "torch")]
    LayerNorm(f64),
    #[cfg(feature = "torch")]
    Scale,
    Activation,
}

/// A word of a list, with the arrays that belong to it.
pub(super) struct Listed<'a> {
    pub(super) text: &'a str,
    pub(super) kind: Word,
    /// The name after a colon.
    pub(super) name: Option<&'a str>,
    pub(super) part: Option<Part<'a>>,
}

impl<'a> Listed<'a> {
    /// `dense`, `dense:NAME`, `batchnorm:NAME(eps)`, `relu`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let end = text.find([':', '(']).unwrap_or(text.len());
        let (kind, rest) = text.split_at(end);
        #[cfg_attr(not(feature = "torch"), expect(unused_mut, reason = "those that have an eps"))]
        let (mut kind, mut rest) = (
            match kind {
                "dense" => Word::Dense,
                #[cfg(feature = "torch")]
                "scale" => Word::Scale,
                #[cfg(feature = "torch")]
                "batchnorm" => Word::BatchNorm(EPS),
                #[cfg(feature = "torch")]
                "layernorm" => Word::LayerNorm(EPS),
                _ => {
                    Layer::<f64>::activation(text)?;
                    return Some(Listed { text, kind: Word::Activation, name: None, part: None });
                }
            },
            rest,
        );
        #[cfg(feature = "torch")]
        if let (Word::BatchNorm(eps) | Word::LayerNorm(eps), Some(open)) = (&mut kind, rest.rfind('('))
            && let Some(inside) = rest[open + 1..].strip_suffix(')')
        {
            *eps = inside.parse().ok().filter(|eps: &f64| *eps >= 0.0 && eps.is_finite())?;
            rest = &rest[..open];
        }
        match rest {
            "" => Some(Listed { text, kind, name: None, part: None }),
            _ => Some(Listed { text, kind, name: Some(rest.strip_prefix(':')?), part: None }),
        }
    }

    /// The word with this name and all parameters: what it stands for, whatever is usual later.
    #[cfg(feature = "torch")]
    pub(super) fn in_full(&self, name: Option<&str>) -> String {
        let name = name.map(|name| format!(":{name}")).unwrap_or_default();
        match self.kind {
            Word::Dense => format!("dense{name}"),
            Word::Scale => format!("scale{name}"),
            Word::BatchNorm(eps) => format!("batchnorm{name}({eps:?})"),
            Word::LayerNorm(eps) => format!("layernorm{name}({eps:?})"),
            Word::Activation => match Layer::<f64>::activation(self.text) {
                Some(layer @ Layer::Activation(_)) => format!("{layer}"),
                _ => self.text.into(),
            },
        }
    }

    /// The arrays that it takes.
    pub(super) fn takes(&self) -> Option<Kind> {
        match self.kind {
            Word::Activation => None,
            Word::Dense => Some(Kind::Dense),
            #[cfg(feature = "torch")]
            Word::BatchNorm(_) => Some(Kind::BatchNorm),
            #[cfg(feature = "torch")]
            _ => Some(Kind::Norm),
        }
    }
}

/// A list of layers with the parameters that it leaves to torch's defaults, `leaky_relu(0.01)` for `leaky_relu`: the
/// words that differ, with what they stand for.
///
/// ```
/// use nptensor::formats::defaults_in;
/// let taken: Vec<String> = defaults_in("dense:0 batchnorm:1 elu relu elu(0.5)").collect();
/// assert_eq!(taken, ["batchnorm:1(1e-5)", "elu(1.0)"]);
/// ```
#[cfg(feature = "torch")]
pub fn defaults_in(layers: &str) -> impl Iterator<Item = String> {
    layers.split_whitespace().filter_map(|text| {
        let word = Listed::parse(text).filter(|_| !text.ends_with(')'))?;
        Some(word.in_full(word.name)).filter(|full| full.ends_with(')'))
    })
}
