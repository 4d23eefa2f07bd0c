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
use alloc::string::String;

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
const EPS: f64 = 1e-5;

/// The words of layers with arrays: what they take, and whether they have an eps.
const WITH_ARRAYS: &[(&str, Kind, bool)] = match cfg!(feature = "torch") {
    true => &[
        ("dense", Kind::Dense, false),
        ("scale", Kind::Norm, false),
        ("batchnorm", Kind::BatchNorm, true),
        ("layernorm", Kind::Norm, true),
    ],
    false => &[("dense", Kind::Dense, false)],
};

/// A word of a list, with the arrays that belong to it.
#[cfg_attr(not(feature = "torch"), expect(dead_code, reason = "what norms alone have"))]
pub(super) struct Listed<'a> {
    pub(super) text: &'a str,
    /// What it begins with: `dense`.
    word: &'a str,
    /// The arrays that it takes; none for an activation.
    pub(super) takes: Option<Kind>,
    /// The name after a colon.
    pub(super) name: Option<&'a str>,
    pub(super) eps: Option<f64>,
    pub(super) part: Option<Part<'a>>,
}

impl<'a> Listed<'a> {
    /// `dense`, `dense:NAME`, `batchnorm:NAME(eps)`, `relu`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (word, mut rest) = text.split_at(text.find([':', '(']).unwrap_or(text.len()));
        let Some(&(_, takes, has_eps)) = WITH_ARRAYS.iter().find(|known| known.0 == word) else {
            Layer::<f64>::activation(text)?;
            return Some(Listed { text, word, takes: None, name: None, eps: None, part: None });
        };
        let mut eps = has_eps.then_some(EPS);
        if cfg!(feature = "torch")
            && has_eps
            && let Some(open) = rest.rfind('(')
            && let Some(inside) = rest[open + 1..].strip_suffix(')')
        {
            eps = Some(inside.parse().ok().filter(|eps: &f64| *eps >= 0.0 && eps.is_finite())?);
            rest = &rest[..open];
        }
        let name = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
        Some(Listed { text, word, takes: Some(takes), name, eps, part: None })
    }

    /// The word with this name and all parameters: what it stands for, whatever is usual later.
    #[cfg(feature = "torch")]
    pub(super) fn in_full(&self, name: Option<&str>) -> String {
        match Layer::<f64>::activation(self.text) {
            Some(layer @ Layer::Activation(_)) => return format!("{layer}"),
            Some(_) => return self.text.into(),
            None => {}
        }
        let name = name.map(|name| format!(":{name}")).unwrap_or_default();
        let eps = self.eps.map(|eps| format!("({eps:?})")).unwrap_or_default();
        format!("{}{name}{eps}", self.word)
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
