//! The arrays in an archive, sorted into the layers that they belong to, by their names.
//!
//! ```text
//!   W1  b1                                    the book's      W (in, out)
//!   NAME.weight (out, in)  NAME.bias          torch's Linear, any prefix; without a bias where it has none
//!   weight (out, in)       bias               a Linear by itself, whose name is empty
//!   NAME.weight (n,)       NAME.bias          a norm; NAME.running_mean and NAME.running_var: a BatchNorm
//!   NAME.kernel (in, out)  NAME.bias          flax's, keras' with / for .
//!   coefs_.0               intercepts_.0      scikit-learn's, coefs_0 as well
//! ```
//!
//! A bias may be (1, n). A name that fits none of these is an error, since leaving out a tensor would change the
//! result, and so is what is left out and may be a layer's. In which order the layers are: `order.rs`. What a layer is
//! made of its arrays: here. Which layers there are: `model.rs`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::reader::Shown;
use super::{AnyTensor, Archive, LeftOut, push, text};
use crate::error::{Error, Result, Tuple};
use crate::kernel::closed::Float;
use crate::nn::Layer;
#[cfg(feature = "torch")]
use crate::tensor::room;
use crate::tensor::{Tensor, list};

/// What arrays belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A dense layer.
    Dense,
    /// A BatchNorm, which has a running mean.
    BatchNorm,
    /// A LayerNorm or a scale.
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
        let mut part = Part { name, kind: Kind::Dense, w: Some(first), transposed: false, b: None, running: None };
        if let Some((stem, &(_, bias, transposed))) = ENDS.iter().find_map(|ends| Some((stem(name, ends.0)?, ends))) {
            part.name = stem;
            part.transposed = transposed;
            part.b = get(archive, part.name, bias)?;
        } else if let Some(stem) = stem(name, MEAN) {
            (part.name, part.w) = (stem, None);
            if get(archive, part.name, ENDS[0].0)?.is_some() {
                return Ok(None);
            }
        } else if is_beside(name) {
            return Ok(None);
        } else {
            let Some((start, bias)) = STARTS.iter().find(|(start, _)| name.starts_with(start)) else { return Ok(None) };
            let rest = &name[start.len()..];
            part.b = get(archive, bias, rest)?;
            if part.b.is_none() {
                return wrong(format!("{} has no {} beside it", Shown(name), Shown(&text(&[bias, rest])?)));
            }
            return Ok(Some((part, 2)));
        }
        let mut n = usize::from(part.w.is_some()) + usize::from(part.b.is_some());
        if let (Some(mean), Some(variance)) = (get(archive, part.name, MEAN)?, get(archive, part.name, VARIANCE)?) {
            part.running = Some([mean, variance]);
            n += 2 + usize::from(get(archive, part.name, BATCHES)?.is_some());
        }
        if part.running.is_some() {
            part.kind = Kind::BatchNorm;
        } else if first.ndim() == 1 && part.transposed {
            part.kind = Kind::Norm;
        }
        Ok((part.w.is_some() || part.running.is_some()).then_some((part, n)))
    }

    /// The word of a list for it.
    pub(super) fn word(&self) -> &'static str {
        match self.kind {
            Kind::Dense => "dense",
            Kind::BatchNorm => "batchnorm",
            Kind::Norm => "layernorm",
        }
    }

    /// Inputs and outputs, if the weights are a matrix.
    pub(super) fn sizes(&self) -> Option<[usize; 2]> {
        let &[n, m] = self.w?.shape() else { return None };
        Some(if self.transposed { [m, n] } else { [n, m] })
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
                if b.ndim() == 2 && b.shape()[0] == 1 { Tensor::dense(b.try_to_vec()?, &[b.size()]) } else { b }
            }
            None => repeated(T::ZERO, w.shape().last().copied().unwrap_or(0))?,
        };
        Ok(Layer::Dense { w, b })
    }

    /// The scale that a LayerNorm ends with. What it has not is 1 or 0.
    #[cfg(feature = "torch")]
    pub(super) fn scale<T: Float>(&self) -> Result<Layer<T>> {
        let (scale, shift) = self.affine()?;
        Ok(Layer::Scale { scale, shift })
    }

    /// The scale that a BatchNorm is.
    #[cfg(feature = "torch")]
    pub(super) fn batch_norm<T: Float>(&self, eps: f64) -> Result<Layer<T>> {
        let Some([mean, variance]) = self.running else { return wrong(no_mean(self)) };
        let (scale, shift) = self.affine()?;
        Layer::batch_norm(&scale, &shift, &mean.try_cast()?, &variance.try_cast()?, eps)
    }

    /// The weights and the bias of a norm.
    #[cfg(feature = "torch")]
    fn affine<T: Float>(&self) -> Result<(Tensor<T>, Tensor<T>)> {
        let n = self.w.or(self.running.map(|[mean, _]| mean)).map_or(0, AnyTensor::size);
        let w = self.w.map_or_else(|| repeated(T::ONE, n), AnyTensor::try_cast)?;
        Ok((w, self.b.map_or_else(|| repeated(T::ZERO, n), AnyTensor::try_cast)?))
    }
}

/// A name without its end; that of one layer alone, `weight`, is no more than this.
fn stem<'a>(name: &'a str, end: &str) -> Option<&'a str> {
    if name == &end[1..] { Some("") } else { name.strip_suffix(end) }
}

/// The array whose name these two make.
#[inline(never)]
fn get<'a>(archive: &'a Archive, start: &str, end: &str) -> Result<Option<&'a AnyTensor>> {
    // (Of one layer alone, the end without its point.)
    let end = if start.is_empty() { &end[1..] } else { end };
    Ok(archive.get(&text(&[start, end])?))
}

/// As many of one value.
fn repeated<T: Float>(value: T, n: usize) -> Result<Tensor<T>> {
    Ok(Tensor::dense(list((0..n).map(|_| Ok(value)))?, &[n]))
}

/// A dense layer and then a BatchNorm's scale, as one dense layer. Factors and weights are rounded once each, by which
/// a result changes by at most 1.001 eps of the sum of its absolute terms. (A BatchNorm and then a dense layer stay
/// two: in one, the mean would come off after the sum. With means of 100 deviations, 784-100-10 is off by 5.4e-5 so,
/// by 4.1e-6 as it is, which takes 6 % longer for a row; and weights in flash need no copy.)
#[cfg(feature = "torch")]
pub(super) fn fold<T: Float>(dense: &Layer<T>, scale: &Layer<T>) -> Result<Option<Layer<T>>> {
    let (Layer::Dense { w, b }, Layer::Scale { scale, shift }) = (dense, scale) else { return Ok(None) };
    if w.ndim() != 2 || b.shape() != scale.shape() || w.shape()[1] != scale.size() {
        return Ok(None);
    }
    let (scale, shift) = (scale.try_to_vec()?, shift.try_to_vec()?);
    let added = list(b.iter().zip(&scale).zip(&shift).map(|((b, a), c)| {
        let exact = b.to_f64() * a.to_f64() + c.to_f64();
        Ok(T::from_f64(exact))
    }))?;
    // (By a loop: by the operator, each program that reads models would contain it.)
    let mut weights = room(w.shape())?;
    for (i, w) in w.iter().enumerate() {
        weights.push(w.mul(scale[i % scale.len()]));
    }
    Ok(Some(Layer::Dense { w: Tensor::dense(weights, w.shape()), b: Tensor::dense(added, &[scale.len()]) }))
}

/// Whether what is left out may be a layer's, so that the network without it is another one: by its name, by that of
/// what it is in, or because it holds values of its own beside a layer.
fn may_be_of_a_layer(archive: &Archive, name: &str, why: &LeftOut) -> bool {
    let pieces = ["weight", "bias", "kernel", "coefs_", "intercepts_", &MEAN[1..], &VARIANCE[1..]];
    let of_a_layer = name.split(['.', '/', ':']).any(|piece| pieces.contains(&piece));
    let numbered = |letter: char, other: char| {
        let number = name.strip_prefix(letter);
        number.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()) || archive.contains(&format!("{other}{n}")))
    };
    let parent = |name: &str| name.rfind('.').map_or(0, |dot| dot + 1);
    let beside = |stem: &str| stem[..parent(stem)] == name[..parent(name)];
    let mut stems = archive.names().filter_map(|name| name.strip_suffix(".weight"));
    of_a_layer
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
    // The same type of map as in an archive, so that it is compiled once.
    let mut stems: BTreeMap<String, usize> = BTreeMap::new();
    for (name, tensor) in archive.iter() {
        if let Some((part, n)) = Part::of(archive, name, tensor)? {
            used += n;
            // (They would share a bias, and another array be left out for it.)
            if part.name != name && stems.insert(text(&[part.name])?, used).is_some() {
                return wrong(format!("{} has its weights twice", Shown(part.name)));
            }
            push(&mut parts, part)?;
        } else if !is_beside(name) && !is_bias(archive, name) {
            let known = "W1 b1, 0.weight 0.bias, coefs_0 intercepts_0, dense/kernel dense/bias";
            let say = "save it under such a name, or leave it out (--only)";
            let (name, all) = (Shown(name), archive.listed());
            return wrong(format!("{name} is no name of a weight or bias ({known}) among {all}: {say}"));
        }
    }
    if used != archive.len() {
        return wrong(format!("no weight for every bias among {}", archive.listed()));
    }
    Ok(parts)
}

/// Whether a name begins as that of a bias: `b2` and `b_out`, and `bn/gamma` beside `Wn/gamma` alone.
fn is_bias(archive: &Archive, name: &str) -> bool {
    let mut rests = STARTS.iter().filter_map(|(start, bias)| Some((start, name.strip_prefix(bias)?)));
    let word = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
    rests.any(|(start, rest)| !word(rest) || archive.contains(&format!("{start}{rest}")))
}

/// Whether a name ends as that of an array beside a weight.
fn is_beside(name: &str) -> bool {
    let mut ends = [VARIANCE, MEAN, BATCHES].into_iter().chain(ENDS.map(|(_, bias, _)| bias));
    ends.any(|end| stem(name, end).is_some())
}

/// A part as an error lists it: its name and the shape of its weights.
pub(super) fn shown(part: &Part<'_>) -> String {
    format!("{} {}", Shown(part.name), Tuple(part.w.map_or(&[], AnyTensor::shape)))
}

/// What is said of a norm that is no BatchNorm.
#[cfg(feature = "torch")]
pub(super) fn no_mean(part: &Part<'_>) -> String {
    format!("{0} has no {0}{MEAN} and {0}{VARIANCE} beside it", part.name.escape_debug())
}

pub(super) fn wrong<P>(what: String) -> Result<P> {
    Err(Error::Model { what })
}
