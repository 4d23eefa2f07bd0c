//! A network from named tensors, as the book names them or as torch does, and back.
//!
//! ```text
//!   the book    W1 b1 W2 b2 W3 b3                   W (in, out)      x·W + b
//!   torch       0.weight 0.bias 2.weight 2.bias ..  weight (out, in) x·weight.T + bias: the transpose is a view
//!
//!   metadata    "layers": "dense sigmoid dense softmax"              each dense takes the next weight and bias
//! ```
//!
//! Arrays alone do not contain the activations. A saved model lists its layers in the metadata, and its arrays have
//! torch's names, so that torch's `load_state_dict` takes them. For other files [`model`] is given one activation for
//! every hidden layer and one for the last. A name that fits neither pattern is an error, since leaving out a tensor
//! would change the result. Read next: `nn/sequential.rs`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::reader::Shown;
use super::{AnyTensor, Archive, read};
use crate::error::{Error, Result};
use crate::kernel::closed::Float;
use crate::nn::{Layer, Sequential};

/// The network of the weights and biases in `archive`, cast to `T`, with `hidden` between layers and `output` at the
/// end.
///
/// # Errors
/// [`Error::Model`] for names of neither kind, or a weight without its bias; [`Error::Layer`] for wrong shapes.
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
    let dense_arrays = dense_arrays(archive)?;
    if dense_arrays.is_empty() {
        return Err(Error::Model { what: "no weights and biases".into() });
    }
    let last = dense_arrays.len() - 1;
    let mut layers = Vec::new();
    for (i, arrays) in dense_arrays.iter().enumerate() {
        layers.push(arrays.layer()?);
        layers.push(if i == last { output.clone() } else { hidden.clone() });
    }
    Sequential::new(layers)
}

/// The network that a file describes by itself, from its bytes: what [`save_model`](super::save_model) writes, in any
/// file with that metadata.
///
/// # Errors
/// [`Error::Model`] when the metadata lists no layers, or others than there are weights for; those of [`read`] and of
/// [`model`].
///
/// ```
/// use nptensor::formats::{self, Archive, Format};
/// use nptensor::{Layer, Sequential};
/// let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu])?;
/// let file = formats::to_bytes(&Archive::from(&network).into(), Format::Safetensors)?;
/// assert_eq!(formats::read_model(&file)?, network); // or formats::read_model(include_bytes!("model.safetensors"))
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read_model<T: Float>(bytes: &[u8]) -> Result<Sequential<T>> {
    Sequential::try_from(&read(bytes)?.into_archive())
}

/// The metadata's key for the layers.
const LAYERS: &str = "layers";

impl<T: Float> From<&Sequential<T>> for Archive {
    /// The network as it is saved: the arrays under torch's names, `0.weight` (outputs, inputs) and `0.bias`, and the
    /// layers in the metadata.
    ///
    /// ```
    /// use nptensor::formats::Archive;
    /// use nptensor::{Layer, Sequential};
    /// let dense = Layer::dense([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [0.0, 0.0, 0.0]);
    /// let network = Sequential::new([Layer::Tanh, dense])?;
    /// let archive = Archive::from(&network);
    /// assert_eq!(archive.names().collect::<Vec<_>>(), ["1.weight", "1.bias"]);
    /// assert_eq!(archive.get("1.weight").unwrap().shape(), [3, 2]);
    /// assert_eq!(archive.metadata()["layers"], "tanh dense");
    /// assert_eq!(Sequential::try_from(&archive)?, network);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    fn from(network: &Sequential<T>) -> Self {
        let mut archive = Archive::new();
        for (i, layer) in network.layers().iter().enumerate() {
            if let Layer::Dense { w, b } = layer {
                archive.put(format!("{i}.weight"), w.t().into());
                archive.put(format!("{i}.bias"), b.into());
            }
        }
        let names: Vec<&str> = network.layers().iter().map(Layer::name).collect();
        archive.metadata_mut().insert(LAYERS.into(), names.join(" "));
        archive
    }
}

impl<T: Float> TryFrom<&Archive> for Sequential<T> {
    type Error = Error;

    /// The network that the archive's metadata describes, its weights cast to `T`.
    ///
    /// # Errors
    /// As [`read_model`].
    fn try_from(archive: &Archive) -> Result<Self> {
        let mut layers = Vec::new();
        for layer in listed(archive)? {
            layers.push(match layer {
                Listed::Dense(arrays) => arrays.layer()?,
                Listed::Activation(name) => Layer::activation(name).ok_or(Error::Model { what: name.into() })?,
            });
        }
        Sequential::new(layers)
    }
}

/// A layer in the list of the metadata.
enum Listed<'a> {
    Dense(DenseArrays<'a>),
    Activation(&'static str),
}

/// The layers that the metadata lists, each dense one with the next weights. (Not generic: compiled once.)
fn listed(archive: &Archive) -> Result<Vec<Listed<'_>>> {
    let wrong = |what| Err(Error::Model { what });
    let Some(text) = archive.metadata().get(LAYERS) else {
        return wrong("the file does not list its layers: no \"layers\" in its metadata".into());
    };
    let dense_arrays = dense_arrays(archive)?;
    let dense = text.split_whitespace().filter(|&name| name == "dense").count();
    if dense != dense_arrays.len() {
        let n = dense_arrays.len();
        return wrong(format!("the layers {} have {dense} dense ones, and there are weights for {n}", Shown(text)));
    }
    let mut dense_arrays = dense_arrays.into_iter();
    let mut layers = Vec::new();
    for name in text.split_whitespace() {
        let layer = match name {
            "dense" => dense_arrays.next().map(Listed::Dense),
            _ => Layer::<f64>::activation(name).map(|layer| Listed::Activation(layer.name())),
        };
        let Some(layer) = layer else {
            let known = "dense, sigmoid, step, relu, identity, softmax, tanh";
            return wrong(format!("the metadata lists a layer {}: known are {known}", Shown(name)));
        };
        layers.push(layer);
    }
    Ok(layers)
}

/// The weights and the bias of one dense layer.
#[derive(Clone, Copy)]
struct DenseArrays<'a> {
    w: &'a AnyTensor,
    /// Whether the weights are (outputs, inputs), as torch has them.
    transposed: bool,
    b: &'a AnyTensor,
}

impl DenseArrays<'_> {
    fn layer<T: Float>(&self) -> Result<Layer<T>> {
        let w = self.w.try_cast()?;
        Ok(Layer::dense(if self.transposed { w.t() } else { w }, self.b.try_cast()?))
    }
}

/// The dense layers in the order of their names.
fn dense_arrays(archive: &Archive) -> Result<Vec<DenseArrays<'_>>> {
    let wrong = |what| Err(Error::Model { what });
    let mut dense_arrays = Vec::new();
    // The same type of map as in an archive, so that it is compiled once.
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    for (name, w) in archive.iter() {
        let (stem, bias, transposed) = match (name.strip_prefix('W'), name.strip_suffix(".weight")) {
            (Some(stem), _) => (stem, format!("b{stem}"), false),
            (_, Some(stem)) => (stem, format!("{stem}.bias"), true),
            _ if name.starts_with('b') || name.ends_with(".bias") => continue,
            _ => {
                let name = Shown(name);
                return wrong(format!(
                    "{name} is no name of a weight or bias: expected W1 b1 .. or 0.weight 0.bias .."
                ));
            }
        };
        let Some(b) = archive.get(&bias) else {
            return wrong(format!("{} has no {} beside it", Shown(name), Shown(&bias)));
        };
        // Equal stems (`W1` and `1.weight`) keep the order of the archive.
        order.insert(format!("{}\0{:020}", sort_key(stem), dense_arrays.len()), dense_arrays.len());
        dense_arrays.push(DenseArrays { w, transposed, b });
    }
    if archive.len() != 2 * dense_arrays.len() {
        return wrong(format!("no weight for every bias among {}", archive.listed()));
    }
    Ok(order.values().map(|&i| dense_arrays[i]).collect())
}

/// A text that sorts as the parts of a name do, numbers as numbers and before words: layer 10 comes after layer 2.
fn sort_key(stem: &str) -> String {
    let mut key = String::new();
    for part in stem.split('.') {
        key += &part.parse::<u64>().map_or_else(|_| format!("\x01:{part}"), |number| format!("\x01{number:020}"));
    }
    key
}
