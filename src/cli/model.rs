//! MODEL on the command line: the file, the activations where it does not list its layers, and the type to compute in.
//!
//! ```text
//!   MODEL [--hidden NAME] [--output NAME] [--dtype TYPE]
//!     --parse--> ModelArgs --read--> Model --network::<f32>--> Sequential<f32>
//! ```
//!
//! For all commands that run a network. The command line is checked before a file is opened. Read next: `rows.rs`.

use std::io::{self, IsTerminal, Write};

use nptensor::formats::{self, Archive};
use nptensor::{DType, Float, Layer, Sequential};

use super::Failure;
use super::args::Args;
use super::input::{in_file, load};

/// The part of a help text that explains MODEL.
macro_rules! model_help {
    () => {
        "  MODEL   A network: .safetensors, .npz or .pkl with W1 b1 W2 b2 ... or 0.weight 0.bias 2.weight ..."
    };
}

/// The part of a help text that explains the options of MODEL.
macro_rules! model_options_help {
    () => {
        "  --hidden NAME  Activation after every layer but the last [default: sigmoid]
  --output NAME  Activation after the last layer [default: softmax]
                 Names: sigmoid, step, relu, identity, softmax, tanh
                 Both are for files that do not list their layers themselves
  --dtype TYPE   Compute in f32 or f64 [default: the type of the weights]"
    };
}

pub(super) use {model_help, model_options_help};

/// The model of the command line.
pub(super) struct ModelArgs {
    path: String,
    hidden: Option<String>,
    output: Option<String>,
    dtype: Option<DType>,
}

/// The file, read.
pub(super) struct Model {
    args: ModelArgs,
    archive: Archive,
    pub(super) dtype: DType,
}

impl ModelArgs {
    /// Takes the options and the next operand.
    pub(super) fn parse(args: &mut Args) -> Result<Self, Failure> {
        let options = ModelArgs::at(String::new(), args)?;
        Ok(ModelArgs { path: args.operand("MODEL")?, ..options })
    }

    /// Takes the options alone, for a file that is known.
    pub(super) fn at(path: String, args: &mut Args) -> Result<Self, Failure> {
        let dtype = match args.option("--dtype")?.as_deref() {
            None => None,
            Some("f32") => Some(DType::F32),
            Some("f64") => Some(DType::F64),
            Some(other) => return Err(Failure::Usage(format!("--dtype takes f32 or f64, not '{other}'"))),
        };
        let [hidden, output] = activations(args)?;
        Ok(ModelArgs { path, hidden, output, dtype })
    }

    /// Reads the file.
    pub(super) fn read(self) -> Result<Model, Failure> {
        let archive = load(&self.path)?.into_archive();
        let double = || archive.iter().any(|(_, tensor)| tensor.dtype() == DType::F64);
        let dtype = self.dtype.unwrap_or(if double() { DType::F64 } else { DType::F32 });
        Ok(Model { args: self, archive, dtype })
    }
}

impl Model {
    /// The network, its weights cast to `T`.
    pub(super) fn network<T: Float>(&self) -> Result<Sequential<T>, Failure> {
        let ModelArgs { path, hidden, output, .. } = &self.args;
        if self.archive.metadata().contains_key("layers") {
            if hidden.is_some() || output.is_some() {
                return Err(Failure::Usage(format!(
                    "{path} lists its layers: --hidden and --output are for files that do not"
                )));
            }
            return Ok(in_file(path, Sequential::try_from(&self.archive))?);
        }
        let (hidden, output) = (hidden.as_deref().unwrap_or("sigmoid"), output.as_deref().unwrap_or("softmax"));
        if (self.args.hidden.is_none() || self.args.output.is_none()) && io::stderr().is_terminal() {
            // A note on a terminal: wrong activations give wrong numbers and no error.
            let note = format!("{path} lists no layers: taking {hidden} between them and {output} at the end");
            let _ = writeln!(io::stderr(), "nptensor: {note} (--hidden, --output)");
        }
        Ok(in_file(path, formats::model(&self.archive, activation(hidden)?, activation(output)?))?)
    }
}

/// The values of `--hidden` and `--output`, names of activations.
pub(super) fn activations(args: &mut Args) -> Result<[Option<String>; 2], Failure> {
    let mut found = [None, None];
    for (found, option) in found.iter_mut().zip(["--hidden", "--output"]) {
        *found = args.option(option)?;
        if let Some(name) = found.as_deref().filter(|name| Layer::<f64>::activation(name).is_none()) {
            let names = "sigmoid, step, relu, identity, softmax or tanh";
            return Err(Failure::Usage(format!("{option} takes {names}, not '{name}'")));
        }
    }
    Ok(found)
}

/// The activation of a name that has been checked.
fn activation<T: Float>(name: &str) -> Result<Layer<T>, Failure> {
    Layer::activation(name).ok_or_else(|| Failure::Usage(format!("unknown activation '{name}'")))
}
