//! The arrays in an archive, sorted into the layers that they belong to, by their names.
//!
//! ```text
//!   W1  b1                                    the book's      W (in, out)
//!   NAME.weight (out, in)  NAME.bias          torch's Linear, any prefix; without a bias where it has none
//!   NAME.weight (n,)       NAME.bias          a norm; NAME.running_mean and NAME.running_var: a BatchNorm
//!   NAME.kernel (in, out)  NAME.bias          flax's, keras' with / for .
//!   coefs_.0               intercepts_.0      scikit-learn's, coefs_0 as well
//! ```
//!
//! A bias may be (1, n). A name that fits none of these is an error, since leaving out a tensor would change the
//! result, and so is what is left out and may be a layer's. In which order the layers are: `order.rs`. What a layer is
//! made of its arrays: here. Which layers there are: `model.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::reader::Shown;
use super::{AnyTensor, Archive, LeftOut, push, text};
use crate::error::{Error, Result, Tuple};
use crate::kernel::closed::Float;
use crate::nn::Layer;
use crate::tensor::Tensor;

/// What arrays belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A dense layer.
    Dense,
    /// A BatchNorm, a LayerNorm or a scale.
    Norm,
}

/// The arrays of one layer.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// `W1` for W1 and b1, `stem` for stem.weight and stem.bias.
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    w: Option<&'a AnyTensor>,
    /// Whether the weights are (outputs, inputs), as torch has them.
    transposed: bool,
    b: Option<&'a AnyTensor>,
    /// The mean and variance of a BatchNorm.
    running: Option<[&'a AnyTensor; 2]>,
}

/// The ends of names of weights, the ends of their biases, and whether the weights are (outputs, inputs).
const ENDS: [(&str, &str, bool); 4] = [
    (".weight", ".bias", true),
    (".kernel", ".bias", false),
    ("/kernel", "/bias", false),
    ("/kernel:0", "/bias:0", false),
];
/// The beginnings of names of weights, and those of their biases.
const STARTS: [(&str, &str); 2] = [("coefs_", "intercepts_"), ("W", "b")];
const MEAN: &str = ".running_mean";
const VARIANCE: &str = ".running_var";
const BATCHES: &str = ".num_batches_tracked";

impl<'a> Part<'a> {
    /// The part whose weight, or mean where a norm has no weight, has this name, and how many arrays it has.
    fn of(archive: &'a Archive, name: &'a str, first: &'a AnyTensor) -> Result<Option<(Self, usize)>> {
        let get = |stem: &str, end: &str| Ok::<_, Error>(archive.get(&text(&[stem, end])?));
        if let Some((stem, (end, bias, transposed))) =
            ENDS.iter().find_map(|ends| Some((name.strip_suffix(ends.0)?, *ends)))
        {
            let (b, running) = (get(stem, bias)?, running(archive, stem)?);
            let norm = first.ndim() == 1 && end == ".weight";
            let kind = if norm || running.is_some() { Kind::Norm } else { Kind::Dense };
            let n = 1 + usize::from(b.is_some()) + running.map_or(0, |(_, n)| n);
            let running = running.map(|(running, _)| running);
            return Ok(Some((Part { name: stem, kind, w: Some(first), transposed, b, running }, n)));
        }
        if let Some(stem) = name.strip_suffix(MEAN)
            && get(stem, ".weight")?.is_none()
            && let Some((running, n)) = running(archive, stem)?
        {
            let part =
                Part { name: stem, kind: Kind::Norm, w: None, transposed: false, b: None, running: Some(running) };
            return Ok(Some((part, n)));
        }
        if is_beside(name) {
            return Ok(None);
        }
        let Some((rest, start)) = STARTS.iter().find_map(|(w, b)| Some((name.strip_prefix(w)?, *b))) else {
            return Ok(None);
        };
        let bias = text(&[start, rest])?;
        match get(start, rest)? {
            Some(b) => {
                let part =
                    Part { name, kind: Kind::Dense, w: Some(first), transposed: false, b: Some(b), running: None };
                Ok(Some((part, 2)))
            }
            None => wrong(format!("{} has no {} beside it", Shown(name), Shown(&bias))),
        }
    }

    /// Inputs and outputs, if the weights are a matrix.
    pub(super) fn sizes(&self) -> Option<[usize; 2]> {
        let &[n, m] = self.w?.shape() else { return None };
        Some(if self.transposed { [m, n] } else { [n, m] })
    }

    /// The shape of the weights, for errors.
    pub(super) fn shape(&self) -> &[usize] {
        self.w.map_or(&[], AnyTensor::shape)
    }

    /// Whether the weights and bias have another type than those of another part.
    pub(super) fn same_type(&self, other: &Self) -> bool {
        self.w.map(AnyTensor::dtype) == other.w.map(AnyTensor::dtype)
    }

    /// The dense layer. Where there is no bias it is 0, which changes no bit of a sum that begins with 0.
    pub(super) fn dense<T: Float>(&self) -> Result<Layer<T>> {
        let Some(w) = self.w else { return wrong(format!("{} has no weights", Shown(self.name))) };
        let w = w.try_cast::<T>()?;
        let w = if self.transposed { w.t() } else { w };
        let b = match self.b {
            Some(b) => {
                let b = b.try_cast::<T>()?;
                if b.ndim() == 2 && b.shape()[0] == 1 { b.reshape(&[b.shape()[1]])? } else { b }
            }
            None => Tensor::zeros(&[w.shape().last().copied().unwrap_or(0)])?,
        };
        Ok(Layer::Dense { w, b })
    }

    /// The scale that a norm is, with the `eps` of a BatchNorm. What it has not is 1 or 0.
    pub(super) fn scale<T: Float>(&self, eps: Option<f64>) -> Result<Layer<T>> {
        let Some(any) = self.w.or(self.running.map(|[mean, _]| mean)) else {
            return wrong(format!("{} has no weights", Shown(self.name)));
        };
        let w = self.w.map_or_else(|| Tensor::ones(any.shape()), AnyTensor::try_cast)?;
        let b = self.b.map_or_else(|| Tensor::zeros(any.shape()), AnyTensor::try_cast)?;
        match (self.running, eps) {
            (Some([mean, variance]), Some(eps)) => {
                Layer::batch_norm(&w, &b, &mean.try_cast()?, &variance.try_cast()?, eps)
            }
            (None, None) => Ok(Layer::Scale { scale: w, shift: b }),
            (Some(_), None) => wrong(format!("{} is a batchnorm: it has a running mean", Shown(self.name))),
            (None, Some(_)) => {
                wrong(format!("{0} has no {0}{MEAN} and {0}{VARIANCE} beside it", self.name.escape_debug()))
            }
        }
    }
}

/// The mean and variance of a BatchNorm, and how many arrays they and the number of batches are.
fn running<'a>(archive: &'a Archive, stem: &str) -> Result<Option<([&'a AnyTensor; 2], usize)>> {
    let get = |end: &str| Ok::<_, Error>(archive.get(&text(&[stem, end])?));
    Ok(match (get(MEAN)?, get(VARIANCE)?) {
        (Some(mean), Some(variance)) => Some(([mean, variance], 2 + usize::from(get(BATCHES)?.is_some()))),
        _ => None,
    })
}

/// A dense layer and then a `scale`, as one dense layer. Each weight is rounded once more, which changes a result by at
/// most eps / 2 of the sum of its absolute terms.
pub(super) fn fold<T: Float>(dense: &Layer<T>, scale: &Layer<T>) -> Result<Option<Layer<T>>> {
    let (Layer::Dense { w, b }, Layer::Scale { scale, shift }) = (dense, scale) else { return Ok(None) };
    if w.ndim() != 2 || b.shape() != scale.shape() || w.shape()[1] != scale.size() {
        return Ok(None);
    }
    let mut added = Vec::new();
    for ((b, a), c) in b.iter().zip(scale).zip(shift) {
        push(&mut added, T::from_f64(b.to_f64() * a.to_f64() + c.to_f64()))?;
    }
    Ok(Some(Layer::Dense { w: w.try_mul(scale)?, b: Tensor::dense(added, &[scale.size()]) }))
}

/// Whether what is left out may be a layer's, so that the network without it is another one: by its name, by that of
/// what it is in, or because it holds values of its own beside a layer.
fn may_be_of_a_layer(archive: &Archive, name: &str, why: &LeftOut) -> bool {
    let of_a_layer = name
        .split('.')
        .skip(1)
        .any(|piece| ["weight", "bias", "kernel"].contains(&piece) || [&MEAN[1..], &VARIANCE[1..]].contains(&piece));
    let numbered = |letter: char, other: char| {
        let number = name.strip_prefix(letter);
        number.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()) || archive.contains(&format!("{other}{n}")))
    };
    let parent = |name: &str| name.rfind('.').map_or(0, |dot| dot + 1);
    let beside = |stem: &str| stem[..parent(stem)] == name[..parent(name)];
    let mut stems = archive.names().filter_map(|name| name.strip_suffix(".weight"));
    of_a_layer
        || name.contains("/kernel")
        || name.contains("/bias")
        || name.starts_with("coefs_")
        || name.starts_with("intercepts_")
        || numbered('W', 'b')
        || numbered('b', 'W')
        || (matches!(why, LeftOut::Container(_)) && stems.any(beside))
}

/// All parts, in the order of their arrays.
pub(super) fn parts(archive: &Archive) -> Result<Vec<Part<'_>>> {
    if let Some((name, why)) = archive.left_out().iter().find(|(name, why)| may_be_of_a_layer(archive, name, why)) {
        return wrong(format!("{} is left out: {why}", Shown(name)));
    }
    let (mut parts, mut used) = (Vec::new(), 0);
    for (name, tensor) in archive.iter() {
        if let Some((part, n)) = Part::of(archive, name, tensor)? {
            used += n;
            push(&mut parts, part)?;
        } else if !is_beside(name) && !STARTS.iter().any(|(_, bias)| name.starts_with(bias)) {
            let expected = "expected W1 b1 .. or 0.weight 0.bias ..";
            return wrong(format!("{} is no name of a weight or bias: {expected}", Shown(name)));
        }
    }
    if used != archive.len() {
        return wrong(format!("no weight for every bias among {}", archive.listed()));
    }
    Ok(parts)
}

/// Whether a name ends as that of an array beside a weight.
fn is_beside(name: &str) -> bool {
    let mut ends = [VARIANCE, MEAN, BATCHES].into_iter().chain(ENDS.map(|(_, bias, _)| bias));
    ends.any(|end| name.ends_with(end))
}

/// A part as an error lists it: its name and the shape of its weights.
pub(super) fn shown(part: &Part<'_>) -> String {
    format!("{} {}", Shown(part.name), Tuple(part.shape()))
}

fn wrong<P>(what: String) -> Result<P> {
    Err(Error::Model { what })
}
