//! MODEL on the command line: the file, the activations where it does not list its layers, and the type to compute in.
//!
//! ```text
//!   MODEL [--layers LIST | --hidden NAME --output NAME] [--dtype TYPE]
//!     --parse--> ModelArgs --read--> Model --network::<f32>--> Sequential<f32>
//! ```
//!
//! For all commands that run a network. The command line is checked before a file is opened. Read next: `rows.rs`.

use std::path::Path;

use nptensor::formats::{self, AnyTensor, Archive, Contents, Format, LayerOrder};
use nptensor::{DType, Error, Float, Layer, Sequential};

use super::args::Args;
use super::classes::Classes;
use super::input::{few, in_file, listing, load, note, open, start, too_large, tuple, wrong};
use super::scale::ScaleArgs;
use super::words;
use super::{Done, Failure};

/// The part of a help text that explains MODEL.
macro_rules! model_help {
    () => {
        "  MODEL   A network: .safetensors, .npz, .pkl or .pt with W1 b1 W2 b2 ... or 0.weight 0.bias ..."
    };
}

/// The part of a help text that explains the options of MODEL.
macro_rules! model_options_help {
    () => {
        "  --hidden NAME  Activation after every layer but the last, and
  --output NAME  Activation after the last layer: for files that do not list their layers themselves
                 [default: sigmoid and softmax for the book's W1 b1 W2 b2 ..., none for others]
                 Names: sigmoid, step, relu, identity, softmax, tanh, leaky_relu(0.01), elu(1),
                 gelu, gelu_tanh, silu, softplus(1), log_softmax, hardtanh(-1,1), normalize(1e-5)
  --layers LIST  All layers in order, \"dense:stem relu dense:head\" for stem.weight, stem.bias ...;
                 replaces the list of the file. A plain dense is the next by its name or shape.
                 Beside the activations: batchnorm:NAME(1e-5), layernorm:NAME(1e-5), scale:NAME,
                 dropout and flatten (which do nothing); without parameters, torch's
  --dtype TYPE   Compute in f32 or f64 [default: the type of the weights]"
    };
}

/// The part of a help text that explains the names of the classes.
macro_rules! classes_help {
    () => {
        "  --classes LIST The names of the classes in the order of the outputs, setosa,versicolor,virginica
                 [default: the file's own text \"classes\", if it has one]"
    };
}

pub(super) use {classes_help, model_help, model_options_help};

pub(super) struct ModelArgs {
    path: String,
    layers: Option<String>,
    hidden: Option<String>,
    output: Option<String>,
    dtype: Option<DType>,
}

pub(super) struct Model {
    args: ModelArgs,
    archive: Archive,
    pub(super) dtype: DType,
}

impl ModelArgs {
    /// Takes the options and the next operand.
    pub(super) fn parse(args: &mut Args) -> Done<Self> {
        let options = ModelArgs::at(String::new(), args)?;
        Ok(ModelArgs { path: args.operand("MODEL")?, ..options })
    }

    /// Takes the options alone, for a file that is known.
    pub(super) fn at(path: String, args: &mut Args) -> Done<Self> {
        let dtype = args.value("--dtype", "f32 or f64", |text| match text {
            "f32" => Some(DType::F32),
            "f64" => Some(DType::F64),
            _ => None,
        })?;
        let [layers, hidden, output] = layers(args)?;
        Ok(ModelArgs { path, layers, hidden, output, dtype })
    }

    /// Reads the file. INPUT, where there is one, is looked at if this is no network, and may not be scaled by options
    /// if the network scales it itself.
    pub(super) fn read(mut self, input: Option<(&str, &ScaleArgs)>) -> Done<Model> {
        let swapped = input.map(|(path, _)| path).filter(|path| is_swapped(&self.path, path));
        let mut archive = match (load(&self.path), swapped) {
            (Err(_) | Ok(Contents::Tensor(_)), Some(input)) => {
                let what = format!("{} is no network, and {input} may be one: MODEL comes first", self.path);
                return Err(Failure::Usage(what));
            }
            (Ok(Contents::Tensor(tensor)), _) => {
                let what = format!("one array of shape {}, without a name, is no network", tuple(tensor.shape()));
                return Err(wrong(&self.path, what).into());
            }
            (contents, _) => contents?.into_archive(),
        };
        if !archive.is_empty() && archive.names().all(|name| name.starts_with("arr_")) {
            let what = "arrays without names, arr_0 .., as numpy.savez(FILE, *arrays) has them, do not say which are \
                        weights: numpy.savez(FILE, W1=.., b1=.., W2=.., b2=..)";
            return Err(wrong(&self.path, what).into());
        }
        // (What it computes here is another thing than there.)
        if archive.metadata().get("mode").is_some_and(|mode| mode == "training") {
            note(&self.path, "saved in training mode: dropout and batch normalization run as after eval()");
        }
        if let Some(layers) = self.layers.take() {
            words::check(&layers, &archive)?;
            archive.metadata_mut().insert("layers".into(), layers);
        }
        let is = |dtype| move |(_, tensor): (&str, &AnyTensor)| tensor.dtype() == dtype;
        let usual = dtype_of(&archive);
        let dtype = self.dtype.unwrap_or(usual);
        // (A count, which no result depends on, is no weight.)
        let counts = |(name, _): (&str, &AnyTensor)| name.ends_with("num_batches_tracked");
        if self.dtype.is_none() && !archive.iter().all(|array| counts(array) || is(usual)(array)) {
            note(&self.path, &format!("not all weights are {usual}: computing in that (--dtype)"));
        }
        if scales(&archive) && input.is_some_and(|(_, options)| options.is_given()) {
            let what = format!("{} begins with a scale of its own: --mean and --std are in it", self.path);
            return Err(Failure::Usage(what));
        }
        Ok(Model { args: self, archive, dtype })
    }
}

impl Model {
    /// The names of the classes: those that are given, or the file's own; none where there are none.
    pub(super) fn classes(&self, given: Option<&str>) -> Done<Classes> {
        let own = || self.archive.metadata().get("classes");
        match (given, own()) {
            (Some(given), _) => Classes::parse(given).map_err(|what| Failure::Usage(format!("--classes: {what}"))),
            (None, Some(own)) => {
                Ok(Classes::parse(own)
                    .map_err(|what| wrong(&self.args.path, format!("classes: {what} (--classes)")))?)
            }
            (None, None) => Ok(Classes::default()),
        }
    }

    /// The network, its weights cast to `T`.
    pub(super) fn network<T: Float>(&self) -> Done<Sequential<T>> {
        let ModelArgs { path, hidden, output, .. } = &self.args;
        if let Some((name, (_, large))) =
            self.archive.iter().find_map(|(name, array)| Some((name, too_large(array, T::DTYPE)?)))
        {
            return Err(wrong(path, format!("{}: {large}", start(name, 80))).into());
        }
        note_order(path, &self.archive);
        if self.archive.metadata().contains_key("layers") {
            if hidden.is_some() || output.is_some() {
                return Err(lists_its_layers(path));
            }
            let network = Sequential::try_from(&self.archive).map_err(|error| self.in_checkpoint(error));
            let network = in_file(path, network)?;
            note_parameters(path, &self.archive.metadata()["layers"]);
            note_twice(path, &network.to_string());
            return Ok(network);
        }
        let order = formats::layer_order(&self.archive).map_err(|error| self.in_checkpoint(error));
        let names = in_file(path, order)?.1;
        let book = |name: &&str| name.strip_prefix('W').is_some_and(|n| n.parse::<u32>().is_ok());
        // Between layers, if there are several.
        let hidden = if names.len() < 2 { Some("identity") } else { hidden.as_deref() };
        if names.is_empty() || (hidden.is_none() || output.is_none()) && !names.iter().all(book) {
            // (Where no activations make it a network, as with norms in it, that is what is wrong.)
            in_file(path, formats::model::<T>(&self.archive, Layer::Identity, Layer::Identity))?;
            return Err(Failure::Usage(format!(
                "{path} lists no layers: --hidden and --output say the activations between them and at the end, or \
                 --layers all of them"
            )));
        }
        // The book's weights, W1 b1 .., have the book's activations.
        let activation = |given: Option<&str>, usual, option| {
            if given.is_none() {
                note(path, &format!("lists no layers: taking {usual} {option}"));
            }
            let name = given.unwrap_or(usual);
            note_parameters(path, name);
            Layer::activation(name).ok_or_else(|| Failure::Usage(format!("unknown activation '{name}'")))
        };
        let hidden = activation(hidden, "sigmoid", "between layers (--hidden)")?;
        let output = activation(output.as_deref(), "softmax", "at the end (--output)")?;
        let network = in_file(path, formats::model(&self.archive, hidden, output))?;
        note_twice(path, &network.to_string());
        Ok(network)
    }

    /// An error, and, where arrays that are no weights are beside a key with weights, what takes those alone.
    fn in_checkpoint(&self, error: Error) -> Error {
        let stems: Vec<&str> = self.archive.names().filter_map(|name| name.strip_suffix(".weight")).collect();
        if formats::layer_order(&self.archive).is_ok() || !stems.iter().any(|stem| stem.contains('.')) {
            return error;
        }
        let mut keys: Vec<&str> = Vec::new();
        for key in stems.iter().map(|stem| stem.split_once('.').map_or(*stem, |(key, _)| key)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let is_under = |key| move |name: &str| name.split_once('.').is_some_and(|(of, _)| of == key);
        let hint = match keys[..] {
            [key] if self.archive.names().all(is_under(key)) => return error,
            [key] => format!("--only {0} takes what is under {0} alone", start(key, 80)),
            _ => {
                let keys = few(keys.iter().map(|key| start(key, 80)), ", ");
                format!("--only KEY,.. takes what is under some of {keys} alone")
            }
        };
        wrong("", format!("{error} (convert with {hint})"))
    }
}

/// Whether a file is none with several arrays, and the other is.
fn is_swapped(model: &str, input: &str) -> bool {
    let holds = |path: &str| {
        let known = [Format::Safetensors, Format::Npz, Format::Pkl, Format::Pt];
        path != "-" && open(path).is_ok_and(|(format, _)| format.is_some_and(|format| known.contains(&format)))
    };
    Path::new(model).is_file() && !holds(model) && holds(input)
}

/// Says so where the outputs of a softmax go into another, which a list and a trained network seldom mean.
fn note_twice(path: &str, network: &str) {
    let layers: Vec<&str> = network.lines().filter(|layer| *layer != "identity").collect();
    if let Some(pair) = layers.windows(2).find(|pair| pair.iter().all(|layer| layer.ends_with("softmax"))) {
        let what = "the outputs of a softmax are those of another";
        note(path, &format!("{} follows {}: {what}", pair[1], pair[0]));
    }
}

/// The type to compute in where none is given: that of the weights.
pub(super) fn dtype_of(archive: &Archive) -> DType {
    if archive.iter().any(|(_, tensor)| tensor.dtype() == DType::F64) { DType::F64 } else { DType::F32 }
}

/// Whether a network begins with a scale of its inputs.
pub(super) fn scales(archive: &Archive) -> bool {
    let mut words = archive.metadata().get("layers").map_or("", String::as_str).split_whitespace();
    let first = words.find(|word| !["identity", "flatten", "dropout"].contains(word));
    first.is_some_and(|word| word == "scale" || word.starts_with("scale:"))
}

/// Says so where the order of the layers is merely that of the file, or where layers of several modules follow one
/// another because their shapes fit: they may be networks of their own. (Where there is none, the network's error
/// does.)
pub(super) fn note_order(path: &str, archive: &Archive) {
    let (told_by, names) = match formats::layer_order(archive) {
        Ok((LayerOrder::File, names)) => ("the order of the file", names),
        Ok((LayerOrder::Shapes, names)) if modules(&names) > 1 => ("the one order that fits their shapes", names),
        _ => return,
    };
    note(path, &format!("taking the layers in {told_by}: {} (--layers)", listing(&names)));
}

/// How many modules have several of these layers: `encoder` and `decoder` for
/// `encoder.0 encoder.2 decoder.0 decoder.2`.
fn modules(names: &[&str]) -> usize {
    let mut modules: Vec<&str> = names.iter().filter_map(|name| Some(name.rsplit_once('.')?.0)).collect();
    modules.sort_unstable();
    modules.chunk_by(|a, b| a == b).filter(|layers| layers.len() > 1).count()
}

/// Says so where layers have torch's parameters, because their words have none.
fn note_parameters(path: &str, layers: &str) {
    let taken: Vec<String> = formats::defaults_in(layers).collect();
    if !taken.is_empty() {
        note(path, &format!("taking torch's parameters: {} (--layers)", taken.join(" ")));
    }
}

/// The values of `--layers`, `--hidden` and `--output`; the latter are names of activations.
pub(super) fn layers(args: &mut Args) -> Done<[Option<String>; 3]> {
    let mut found = [args.option("--layers")?, None, None];
    for (found, option) in found[1..].iter_mut().zip(["--hidden", "--output"]) {
        let names = "sigmoid, step, relu, identity, softmax, tanh, leaky_relu(a), elu(a), gelu, gelu_tanh, silu, \
                     softplus(b), log_softmax, hardtanh(l,h) or normalize(eps)";
        *found = args.value(option, names, |name| Layer::<f64>::activation(name).map(|_| name.into()))?;
    }
    if matches!(&found, [Some(_), Some(_), _] | [Some(_), _, Some(_)]) {
        return Err(Failure::Usage("--layers lists the activations, too: without --hidden and --output".into()));
    }
    Ok(found)
}

/// The error for activations beside a file that lists its own.
pub(super) fn lists_its_layers(path: &str) -> Failure {
    Failure::Usage(format!(
        "{path} lists its layers: --hidden and --output are for files that do not, and --layers replaces the list"
    ))
}
