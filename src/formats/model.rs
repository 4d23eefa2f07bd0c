//! A network from named tensors, as the book names them or as torch does.
//!
//! ```text
//!   the book    W1 b1 W2 b2 W3 b3                   W (in, out)      x·W + b
//!   torch       0.weight 0.bias 2.weight 2.bias ..  weight (out, in) x·weight.T + bias: the transpose is a view
//! ```
//!
//! Such files hold no activations: they are given, one for after every hidden layer and one for after the last. Dense layers alone; a name that
//! fits neither pattern is refused, since leaving out a tensor would change the answer. Read next: `nn/sequential.rs`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{AnyTensor, Archive};
use crate::error::{Error, Result};
use crate::kernel::element::Float;
use crate::nn::{Layer, Sequential};

/// The network of the weights and biases in `archive`, cast to `T`, with `hidden` after every layer but the last and `output` after that.
///
/// # Errors
/// [`Error::Model`] for names of neither kind, or a weight without its bias; [`Error::Layer`] for shapes that do not fit.
///
/// ```
/// use nptensor::formats::{self, Archive};
/// use nptensor::{Layer, Tensor};
/// let mut archive = Archive::new();
/// archive.insert("W1", Tensor::from([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]))?;
/// archive.insert("b1", Tensor::from([0.1, 0.2, 0.3]))?;
/// let model = formats::model::<f64>(&archive, Layer::Sigmoid, Layer::Identity)?;
/// assert_eq!(model.forward(&Tensor::from([1.0, 0.5]))?.to_string(), "[0.3 0.7 1.1]");
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn model<T: Float>(archive: &Archive, hidden: Layer<T>, output: Layer<T>) -> Result<Sequential<T>> {
    let mut pairs = pairs(archive)?;
    pairs.sort_by(|a, b| a.order.cmp(&b.order));
    let last = pairs.len() - 1;
    let mut layers = Vec::new();
    for (i, Pair { w, b, .. }) in pairs.into_iter().enumerate() {
        layers.push(Layer::dense(w.cast::<T>(), b.cast::<T>()));
        layers.push(if i == last { output.clone() } else { hidden.clone() });
    }
    Sequential::new(layers)
}

/// One dense layer: its place, its weights (in, out) and its bias.
struct Pair {
    order: Vec<Piece>,
    w: AnyTensor,
    b: AnyTensor,
}

/// Part of a name: numbers count as numbers, so that layer 10 comes after layer 2.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Number(u64),
    Word(String),
}

fn pairs(archive: &Archive) -> Result<Vec<Pair>> {
    let wrong = |what| Err(Error::Model { what });
    let mut pairs = Vec::new();
    for (name, w) in archive.iter() {
        let (stem, bias, w) = match (name.strip_prefix('W'), name.strip_suffix(".weight")) {
            (Some(stem), _) => (stem, format!("b{stem}"), w.clone()),
            (_, Some(stem)) => (stem, format!("{stem}.bias"), w.t()),
            _ if name.starts_with('b') || name.ends_with(".bias") => continue,
            _ => {
                return wrong(format!(
                    "'{name}' is no name of a weight or bias: expected W1 b1 ... or 0.weight 0.bias ..."
                ));
            }
        };
        let Some(b) = archive.get(&bias) else {
            return wrong(format!("'{name}' has no '{bias}' beside it"));
        };
        pairs.push(Pair { order: pieces(stem), w, b: b.clone() });
    }
    if archive.len() != 2 * pairs.len() || pairs.is_empty() {
        let names: Vec<&str> = archive.names().collect();
        return wrong(format!("no weight for every bias among: {}", names.join(" ")));
    }
    Ok(pairs)
}

fn pieces(stem: &str) -> Vec<Piece> {
    let piece = |word: &str| word.parse().map_or_else(|_| Piece::Word(word.to_string()), Piece::Number);
    stem.split('.').map(piece).collect()
}
