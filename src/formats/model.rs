//! A network from named tensors, as the book names them or as torch does, and back.
//!
//! ```text
//!   the book    W1 b1 W2 b2 W3 b3                   W (in, out)      x·W + b
//!   torch       0.weight 0.bias 2.weight 2.bias ..  weight (out, in) x·weight.T + bias, see `Layer::dense`
//!
//!   metadata    "layers": "dense sigmoid dense softmax"              each dense takes the next weight and bias
//!               "layers": "dense:stem batchnorm:bn relu dense:head"  or those of its name
//! ```
//!
//! Arrays alone do not contain the activations. A saved model lists its layers in the metadata, and its arrays have
//! torch's names, so that torch's `load_state_dict` takes them. For other files [`model`] is given one activation for
//! every hidden layer and one for the last. Which weights come next is told by their names or shapes, or by the file:
//! see `order.rs`. A name that fits none of the patterns of `parts.rs` is an error, since leaving out a tensor would
//! change the result, and so is a weight or bias of a type that is not read. Read next: `nn/sequential.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::list::{KNOWN, Listed};
use super::order::{self, LayerOrder};
use super::parts::{self, Kind, Part, parts, wrong};
use super::reader::Shown;
use super::{Archive, push, push_text, read, reserve, text};
use crate::error::{Error, Result};
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
    let dense = dense(archive)?;
    let last = dense.len().saturating_sub(1);
    let (mut layers, mut names) = (Vec::new(), Vec::new());
    for (i, part) in dense.iter().enumerate() {
        push(&mut layers, part.dense()?)?;
        push(&mut layers, if i == last { output.clone() } else { hidden.clone() })?;
        push(&mut names, text(&[part.name])?)?;
        push(&mut names, String::new())?;
    }
    Ok(Sequential::new(layers)?.with_names(names))
}

/// The dense layers of a file that has no others, in their order, which must be told. (Not generic: compiled once.)
fn dense(archive: &Archive) -> Result<Vec<Part<'_>>> {
    let all = parts(archive)?;
    if let Some(norm) = all.iter().find(|part| part.kind != Kind::Dense) {
        let mut words = String::new();
        for part in all.iter().take(16) {
            words.extend([if words.is_empty() { "" } else { " " }, part.word(), ":"]);
            words.extend(part.name.escape_debug().take(80));
        }
        let more = if all.len() > 16 { " .." } else { "" };
        return wrong(format!(
            "{} is that of a BatchNorm, LayerNorm or scale: list all layers, in the metadata or with --layers, with \
             the activations between \"{words}{more}\"",
            parts::shown(norm)
        ));
    }
    match in_order(archive, &all)? {
        (LayerOrder::Unknown, dense) => unknown_order(&dense),
        (_, dense) if dense.is_empty() => wrong("no weights and biases".into()),
        (_, dense) => Ok(dense),
    }
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
        match layer {
            Layer::Dense { w: weight, b: bias } | Layer::Scale { scale: weight, shift: bias } => {
                // (Of a scale, which has one axis, it is the same.)
                archive.put(format!("{i}.weight"), weight.t().into())?;
                archive.put(format!("{i}.bias"), bias.into())?;
            }
            Layer::Function { name, .. } => {
                return wrong(format!("layer {i} ({name}) is a function of a program, which no file can hold"));
            }
            #[cfg(feature = "torch")]
            Layer::Activation(_) if Layer::activation(&format!("{layer}")).as_ref() != Some(layer) => {
                return wrong(format!("layer {i}, {layer}, has parameters that no list can have"));
            }
            _ => {}
        }
        push_text(&mut names, if i > 0 { " " } else { "" })?;
        push_text(&mut names, &format!("{layer}"))?;
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
    let (mut layers, mut names, listed) = (Vec::new(), Vec::<String>::new(), listed(archive, layers)?);
    for word in &listed {
        let name = word.part.map_or("", |part| part.name);
        match (word.takes, word.part) {
            (Some(Kind::Dense), Some(part)) => push(&mut layers, part.dense()?)?,
            #[cfg(feature = "torch")]
            (Some(Kind::BatchNorm), Some(part)) => {
                let scale = part.batch_norm(word.eps.unwrap_or_default())?;
                match layers.last().map(|last| parts::fold(last, &scale)).transpose()?.flatten() {
                    Some(folded) => {
                        layers.pop();
                        push(&mut layers, folded)?;
                        // (What the layer is made of: its weights are not those in the file.)
                        if let Some(dense) = names.last_mut() {
                            push_text(dense, &text(&["+batchnorm:", name])?)?;
                        }
                        continue;
                    }
                    None => push(&mut layers, scale)?,
                }
            }
            #[cfg(feature = "torch")]
            (Some(Kind::Norm), Some(part)) => {
                // (A scale has no eps, and normalizes nothing.)
                if let Some(eps) = word.eps {
                    push(&mut layers, Layer::normalize(eps))?;
                    push(&mut names, String::new())?;
                }
                push(&mut layers, part.scale()?)?;
            }
            _ => {
                let layer = Layer::activation(word.text).ok_or_else(|| Error::Model { what: word.text.into() })?;
                push(&mut layers, layer)?;
            }
        }
        push(&mut names, text(&[name])?)?;
    }
    Ok(Sequential::new(layers)?.with_names(names))
}

fn listed_in(archive: &Archive) -> Option<&str> {
    archive.metadata().get(LAYERS).map(String::as_str)
}

/// The most layers in a list: a thousand times those of deep networks, and a few MB.
const MAX_LAYERS: usize = 10_000;

/// The layers that `text` lists, each with its arrays. (Not generic: compiled once.)
fn listed<'a>(archive: &'a Archive, text: Option<&'a str>) -> Result<Vec<Listed<'a>>> {
    let Some(text) = text else {
        return wrong("the file does not list its layers: no \"layers\" in its metadata".into());
    };
    let n = text.split_whitespace().take(MAX_LAYERS + 1).count();
    if n > MAX_LAYERS {
        return wrong(format!("the layers {} are more than {MAX_LAYERS}, the most that are read", Shown(text)));
    }
    let mut layers = Vec::new();
    reserve(&mut layers, n)?;
    for word in text.split_whitespace() {
        let Some(layer) = Listed::parse(word) else {
            return wrong(format!("layer {} is unknown: known are {KNOWN}", Shown(word)));
        };
        layers.push(layer);
    }
    let parts = parts(archive)?;
    let kinds = [Kind::Dense, Kind::BatchNorm, Kind::Norm];
    let listed = kinds.map(|kind| layers.iter().filter(|layer| layer.takes == Some(kind)).count());
    let mut found = [const { Vec::new() }; 3];
    for (found, kind) in found.iter_mut().zip(kinds) {
        *found = match ordered(archive, &parts, kind, &layers, text)? {
            (LayerOrder::Unknown, parts) => return unknown_order(&parts),
            (_, parts) => parts,
        };
    }
    let lens = found.each_ref().map(Vec::len);
    if lens != listed {
        return wrong(miscounted(text, listed, &found, lens));
    }
    for (found, kind) in found.into_iter().zip(kinds) {
        let places = layers.iter_mut().filter(|layer| layer.takes == Some(kind));
        places.zip(found).for_each(|(place, part)| place.part = Some(part));
    }
    Ok(layers)
}

/// What is said where a list has so many dense layers, BatchNorms and other norms, and a file has others.
fn miscounted(text: &str, [dense, batch, norms]: [usize; 3], found: &[Vec<Part<'_>>; 3], lens: [usize; 3]) -> String {
    let (norms, others, n) = (batch + norms, lens[1] + lens[2], lens[0]);
    let list = format!("the layers {} have {dense} dense ones", Shown(text));
    match (&found[1][..], &found[2][..]) {
        _ if norms + others == 0 => format!("{list}, and there are weights for {n}"),
        #[cfg(feature = "torch")]
        ([first, ..], _) if dense == n && norms == others && batch < lens[1] => {
            format!("{} is a batchnorm: it has a running mean", Shown(first.name))
        }
        #[cfg(feature = "torch")]
        (_, [first, ..]) if dense == n && norms == others => parts::no_mean(first),
        (batch, norm) => {
            let first = batch.first().or(norm.first());
            let first = first.map(|norm| format!(": {} is that of a norm", parts::shown(norm))).unwrap_or_default();
            format!("{list} and {norms} norms, and there are weights for {n} and {others}{first}")
        }
    }
}

/// The list of the layers in the archive's metadata with all parameters, and with the names of their arrays; without
/// those of dense layers where numbers in them tell the order.
///
/// # Errors
/// As [`model_with_layers`].
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats::{self, Archive};
/// let mut archive = Archive::new();
/// archive.insert("head.weight", Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))?;
/// archive.insert("stem.weight", Tensor::from([[1.0], [2.0]]))?;
/// archive.metadata_mut().insert("layers".into(), "dense elu dense".into());
/// assert_eq!(formats::list_in_full(&archive)?, "dense:stem elu(1.0) dense:head");
/// # Ok::<(), nptensor::Error>(())
/// ```
#[cfg(feature = "torch")]
pub fn list_in_full(archive: &Archive) -> Result<String> {
    let numbered = layer_order(archive)?.0 == LayerOrder::Numbers;
    let listed = listed(archive, listed_in(archive))?;
    let names = listed.iter().map(|word| word.part.filter(|part| !numbered || part.kind != Kind::Dense));
    let words = listed.iter().zip(names).map(|(word, part)| Ok(word.in_full(part.map(|part| part.name))));
    Ok(list(words)?.join(" "))
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
    let (told_by, dense) = in_order(archive, &parts(archive)?)?;
    Ok((told_by, list(dense.iter().map(|part| Ok(part.name)))?))
}

/// The error where nothing tells the order of parts.
fn unknown_order<P>(parts: &[Part<'_>]) -> Result<P> {
    let layers = parts.iter().take(16).map(parts::shown).collect::<Vec<_>>().join(", ");
    let more = if parts.len() > 16 { ", .." } else { "" };
    wrong(format!(
        "neither names nor shapes nor the file tell the order of the layers {layers}{more}: say it in the metadata, \
         \"layers\": \"dense:NAME relu dense:NAME\", or with --layers"
    ))
}

/// The dense ones of all parts in their order, and what tells it.
fn in_order<'a>(archive: &Archive, parts: &[Part<'a>]) -> Result<(LayerOrder, Vec<Part<'a>>)> {
    let text = listed_in(archive).unwrap_or_default();
    let words = text.split_whitespace().take(MAX_LAYERS).filter_map(Listed::parse).map(Ok);
    ordered(archive, parts, Kind::Dense, &list(words)?, text)
}

/// The parts of one kind in their order, and what tells it: the words that name them, or their names and shapes.
fn ordered<'a>(
    archive: &Archive,
    parts: &[Part<'a>],
    kind: Kind,
    words: &[Listed<'_>],
    text: &str,
) -> Result<(LayerOrder, Vec<Part<'a>>)> {
    let parts = list(parts.iter().filter(|part| part.kind == kind).map(|part| Ok(*part)))?;
    let names = list(parts.iter().map(|part| Ok(part.name)))?;
    let words = list(words.iter().filter(|word| word.takes == Some(kind)).map(|word| Ok(word.name)))?;
    let sizes = list(parts.iter().filter_map(Part::sizes).map(Ok))?;
    let sizes = Some(&sizes[..]).filter(|sizes| sizes.len() == parts.len());
    // Types may have sorted what was a safetensors. (Of norms, which only a list has, nobody would be told.)
    let kept = kind == Kind::Dense && !archive.sorted && parts.windows(2).all(|pair| pair[0].same_type(&pair[1]));
    let (told_by, order) = match words.iter().any(Option::is_some) {
        true => (LayerOrder::List, order::named(text, &words, &names)?),
        false => order::order(&names, sizes, kept)?,
    };
    Ok((told_by, list(order.into_iter().map(|i| Ok(parts[i])))?))
}
