//! A network from named tensors, as the book names them or as torch does, and back.
//!
//! ```text
//!   the book    W1 b1 W2 b2 W3 b3                   W (in, out)      x·W + b
//!   torch       0.weight 0.bias 2.weight 2.bias ..  weight (out, in) x·weight.T + bias: the transpose is a view
//!
//!   metadata    "layers": "dense sigmoid dense softmax"              each dense takes the next weight and bias
//!               "layers": "dense:stem relu dense:head"               or those of its name
//! ```
//!
//! Arrays alone do not contain the activations. A saved model lists its layers in the metadata, and its arrays have
//! torch's names, so that torch's `load_state_dict` takes them. For other files [`model`] is given one activation for
//! every hidden layer and one for the last. Which weights come next is told by their names or shapes, or by the file:
//! see `order.rs`. A name that fits neither pattern is an error, since leaving out a tensor would change the result,
//! and so is a weight or bias of a type that is not read. Read next: `nn/sequential.rs`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::order::{self, LayerOrder};
use super::reader::Shown;
use super::{AnyTensor, Archive, LeftOut, push, push_text, read, reserve, text};
use crate::error::{Error, Result, Tuple};
use crate::kernel::closed::Float;
use crate::nn::{Layer, Sequential};
use crate::tensor::{expect, list};

/// The network of the weights and biases in `archive`, cast to `T`, with `hidden` between layers and `output` at the
/// end.
///
/// The layers are in the order that [`layer_order`] finds; `{model}` shows their names. Activations that the archive's
/// metadata lists do not count: [`Sequential::try_from`] takes those.
///
/// # Errors
/// [`Error::Model`] for names of neither kind, a weight without its bias, or an order that nothing tells;
/// [`Error::Layer`] for wrong shapes.
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
    let dense_arrays = told(archive, listed_in(archive))?;
    if dense_arrays.is_empty() {
        return Err(Error::Model { what: "no weights and biases".into() });
    }
    let last = dense_arrays.len() - 1;
    let (mut layers, mut names) = (Vec::new(), Vec::new());
    for (i, arrays) in dense_arrays.iter().enumerate() {
        push(&mut layers, arrays.layer()?)?;
        push(&mut layers, if i == last { output.clone() } else { hidden.clone() })?;
        push(&mut names, text(&[arrays.name])?)?;
        push(&mut names, String::new())?;
    }
    Ok(Sequential::new(layers)?.with_names(names))
}

/// The network of the weights and biases in `archive` in these layers, whatever the archive says itself: each dense
/// layer is `dense:NAME`, or `dense` where names or shapes tell the order (see [`layer_order`]).
///
/// # Errors
/// [`Error::Model`] for unknown layers, for names that the archive has not, and for weights that are left out; those of
/// [`model`].
///
/// ```
/// use nptensor::formats::{self, Archive};
/// use nptensor::{Layer, Sequential};
/// let network = Sequential::new([Layer::dense([[2.0]], [0.0]), Layer::dense([[3.0]], [1.0])])?;
/// let back = formats::model_with_layers::<f64>(&Archive::from(&network), "dense:1 relu dense:0")?;
/// assert_eq!(back.to_string(), "dense:1(1, 1)\nrelu\ndense:0(1, 1)");
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn model_with_layers<T: Float>(archive: &Archive, layers: &str) -> Result<Sequential<T>> {
    with_layers(archive, Some(layers))
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
    #[track_caller]
    fn from(network: &Sequential<T>) -> Self {
        expect(archive_of(network))
    }
}

/// The same, or [`Error::OutOfMemory`].
pub(super) fn archive_of<T: Float>(network: &Sequential<T>) -> Result<Archive> {
    let (mut archive, mut names) = (Archive::new(), String::new());
    for (i, layer) in network.layers().iter().enumerate() {
        if let Layer::Dense { w, b } = layer {
            archive.put(format!("{i}.weight"), w.t().into())?;
            archive.put(format!("{i}.bias"), b.into())?;
        }
        push_text(&mut names, if i > 0 { " " } else { "" })?;
        push_text(&mut names, layer.name())?;
    }
    archive.metadata_mut().insert(LAYERS.into(), names);
    Ok(archive)
}

impl<T: Float> TryFrom<&Archive> for Sequential<T> {
    type Error = Error;

    /// The network that the archive's metadata describes, its weights cast to `T`.
    ///
    /// # Errors
    /// As [`read_model`].
    fn try_from(archive: &Archive) -> Result<Self> {
        with_layers(archive, listed_in(archive))
    }
}

/// The network of the weights in `archive`, in the layers of a list.
fn with_layers<T: Float>(archive: &Archive, layers: Option<&str>) -> Result<Sequential<T>> {
    let listed = listed(archive, layers)?;
    let layers = list(listed.iter().map(|(name, arrays)| match arrays {
        Some(arrays) => arrays.layer(),
        None => Layer::activation(name).ok_or(Error::Model { what: (*name).into() }),
    }))?;
    let names = list(listed.iter().map(|(_, arrays)| text(&[arrays.map_or("", |arrays| arrays.name)])))?;
    Ok(Sequential::new(layers)?.with_names(names))
}

/// The list of layers in the metadata.
fn listed_in(archive: &Archive) -> Option<&str> {
    archive.metadata().get(LAYERS).map(String::as_str)
}

/// The most layers in a list: a thousand times those of deep networks, and a few MB.
const MAX_LAYERS: usize = 10_000;

/// The layers that `text` lists, by name, each dense one with its weights. (Not generic: compiled once.)
fn listed<'a>(archive: &'a Archive, text: Option<&str>) -> Result<Vec<(&'static str, Option<DenseArrays<'a>>)>> {
    let wrong = |what| Err(Error::Model { what });
    let Some(text) = text else {
        return wrong("the file does not list its layers: no \"layers\" in its metadata".into());
    };
    let n = text.split_whitespace().take(MAX_LAYERS + 1).count();
    if n > MAX_LAYERS {
        return wrong(format!("the layers {} are more than {MAX_LAYERS}, the most that are read", Shown(text)));
    }
    let mut layers = Vec::new();
    reserve(&mut layers, n)?;
    for name in text.split_whitespace() {
        layers.push(match Layer::<f64>::activation(name) {
            Some(layer) => (layer.name(), None),
            None if name == "dense" || name.starts_with("dense:") => ("dense", None),
            None => {
                let known = "dense, dense:NAME, sigmoid, step, relu, identity, softmax, tanh";
                return wrong(format!("layer {} is unknown: known are {known}", Shown(name)));
            }
        });
    }
    let dense_arrays = told(archive, Some(text))?;
    let (dense, n) = (layers.iter().filter(|(name, _)| *name == "dense").count(), dense_arrays.len());
    if dense != n {
        return wrong(format!("the layers {} have {dense} dense ones, and there are weights for {n}", Shown(text)));
    }
    let places = layers.iter_mut().filter(|(name, _)| *name == "dense");
    places.zip(dense_arrays).for_each(|((_, place), arrays)| *place = Some(arrays));
    Ok(layers)
}

/// The weights and the bias of one dense layer.
#[derive(Clone, Copy)]
struct DenseArrays<'a> {
    /// `W1` for W1 and b1, `stem` for stem.weight and stem.bias.
    name: &'a str,
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

    /// Inputs and outputs, if the weights are a matrix.
    fn sizes(&self) -> Option<[usize; 2]> {
        let &[n, m] = self.w.shape() else { return None };
        Some(if self.transposed { [m, n] } else { [n, m] })
    }
}

/// The names of the dense layers in `archive`, in their order, and what tells it.
///
/// The name of `W1` and `b1` is `W1`, that of `stem.weight` and `stem.bias` is `stem`.
///
/// # Errors
/// [`Error::Model`] for names that are not those of weights and biases, or a list of layers that names others.
///
/// ```
/// use nptensor::formats::{Archive, LayerOrder, layer_order};
/// use nptensor::{Layer, Sequential};
/// let archive = Archive::from(&Sequential::new([Layer::Relu, Layer::dense([[1.0]], [0.0])])?);
/// assert_eq!(layer_order(&archive)?, (LayerOrder::Numbers, vec!["1"]));
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn layer_order(archive: &Archive) -> Result<(LayerOrder, Vec<&str>)> {
    let (told_by, dense_arrays) = ordered(archive, listed_in(archive))?;
    Ok((told_by, list(dense_arrays.iter().map(|arrays| Ok(arrays.name)))?))
}

/// The dense layers in their order, which must be told.
fn told<'a>(archive: &'a Archive, text: Option<&str>) -> Result<Vec<DenseArrays<'a>>> {
    let (told_by, dense_arrays) = ordered(archive, text)?;
    if told_by == LayerOrder::Unknown {
        let layers =
            dense_arrays.iter().take(16).map(|layer| format!("{} {}", Shown(layer.name), Tuple(layer.w.shape())));
        let layers = layers.collect::<Vec<_>>().join(", ") + if dense_arrays.len() > 16 { ", .." } else { "" };
        let what = format!(
            "neither names nor shapes nor the file tell the order of the layers {layers}: say it in the metadata, \
             \"layers\": \"dense:NAME relu dense:NAME\", or with --layers"
        );
        return Err(Error::Model { what });
    }
    Ok(dense_arrays)
}

/// The dense layers in their order, and what tells it.
fn ordered<'a>(archive: &'a Archive, text: Option<&str>) -> Result<(LayerOrder, Vec<DenseArrays<'a>>)> {
    let all = dense_arrays(archive)?;
    let names = list(all.iter().map(|arrays| Ok(arrays.name)))?;
    let text = text.filter(|text| text.split_whitespace().any(|name| name.starts_with("dense:")));
    let sizes = list(all.iter().filter_map(DenseArrays::sizes).map(Ok))?;
    let sizes = Some(&sizes[..]).filter(|sizes| sizes.len() == all.len());
    // Types may have sorted what was a safetensors.
    let kept = !archive.sorted && all.windows(2).all(|pair| pair[0].w.dtype() == pair[1].w.dtype());
    let (told_by, order) = match text {
        Some(text) => (LayerOrder::List, named(text, &names)?),
        None => order::order(&names, sizes, kept)?,
    };
    Ok((told_by, list(order.into_iter().map(|i| Ok(all[i])))?))
}

/// The indices of `names` in the order of a list that names them all.
fn named(layers: &str, names: &[&str]) -> Result<Vec<usize>> {
    let wrong = |what| Err(Error::Model { what: format!("the layers {} {what}", Shown(layers)) });
    // The same type of map as in an archive, so that it is compiled once.
    let mut indices: BTreeMap<String, usize> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        indices.insert(text(&[name])?, i);
    }
    let mut taken = list(names.iter().map(|_| Ok(false)))?;
    let mut order = Vec::new();
    for word in layers.split_whitespace() {
        let Some(name) = word.strip_prefix("dense:") else {
            if word == "dense" {
                return wrong("name some dense layers and not others".into());
            }
            continue;
        };
        match indices.get(name) {
            Some(&i) if !core::mem::replace(&mut taken[i], true) => push(&mut order, i)?,
            Some(_) => return wrong(format!("have {} twice", Shown(name))),
            None => return wrong(format!("have {}, and the file has no such weights", Shown(name))),
        }
    }
    // (Of W1 and W1.weight, too, one is left out.)
    match taken.iter().position(|taken| !taken) {
        Some(i) => wrong(format!("leave out {}", Shown(names[i]))),
        None => Ok(order),
    }
}

const NORM: &str = "no such layer is computed here; torch.nn.utils.fuse_linear_bn_eval puts a BatchNorm into its dense";

/// Whether what is left out may be a layer's, so that the network without it is another one: by its name, by that of
/// what it is in, or because it holds values of its own beside a layer.
fn may_be_of_a_layer(archive: &Archive, name: &str, why: &LeftOut) -> bool {
    let of_a_layer = name.split('.').skip(1).any(|piece| piece == "weight" || piece == "bias");
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

/// The dense layers in the order of their arrays.
fn dense_arrays(archive: &Archive) -> Result<Vec<DenseArrays<'_>>> {
    let wrong = |what| Err(Error::Model { what });
    let mut dense_arrays = Vec::new();
    if let Some((name, why)) = archive.left_out().iter().find(|(name, why)| may_be_of_a_layer(archive, name, why)) {
        return wrong(format!("{} is left out: {why}", Shown(name)));
    }
    for (name, w) in archive.iter() {
        let (layer, bias, transposed) = match (name.strip_suffix(".weight"), name.strip_prefix('W')) {
            _ if [".running_mean", ".running_var", ".num_batches_tracked"].iter().any(|end| name.ends_with(end)) => {
                return wrong(format!("{} is part of a BatchNorm: {NORM}", Shown(name)));
            }
            (Some(stem), _) => (stem, text(&[stem, ".bias"])?, true),
            _ if name.ends_with(".bias") || name.starts_with('b') => continue,
            (_, Some(number)) => (name, text(&["b", number])?, false),
            _ => {
                let expected = "expected W1 b1 .. or 0.weight 0.bias ..";
                return wrong(format!("{} is no name of a weight or bias: {expected}", Shown(name)));
            }
        };
        let Some(b) = archive.get(&bias) else {
            return wrong(format!("{} has no {} beside it", Shown(name), Shown(&bias)));
        };
        if transposed && w.ndim() == 1 && w.shape() == b.shape() {
            let what = format!("{} {} is that of a LayerNorm or BatchNorm", Shown(name), Tuple(w.shape()));
            return wrong(format!("{what}: {NORM}"));
        }
        push(&mut dense_arrays, DenseArrays { name: layer, w, transposed, b })?;
    }
    if archive.len() != 2 * dense_arrays.len() {
        return wrong(format!("no weight for every bias among {}", archive.listed()));
    }
    Ok(dense_arrays)
}
