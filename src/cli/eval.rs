//! `nptensor eval`: a trained network on labelled images, and how many it gets right.
//!
//! ```text
//!   images (n, 28, 28) u8 --/ 255--> rows (n, 784) --model, `batch` rows at a time--> (n, 10) --argmax--> digits == labels?
//! ```

use std::io::Write;

use nptensor::formats::{self, AnyTensor, Contents};
use nptensor::{DType, Error, Float, Layer, Result, Sequential, Tensor};

use super::Failure;
use super::args::Args;

pub(super) const HELP: &str = "\
Run a trained network on labelled images and print its accuracy

Usage: nptensor eval MODEL IMAGES LABELS [OPTIONS]

  MODEL   Weights and biases: .npz, .safetensors or .pkl with W1 b1 W2 b2 ... or 0.weight 0.bias 2.weight ...
  IMAGES  One image per row: IDX or .npy, also gzipped; integers are pixels and are divided by 255
  LABELS  One class per image: IDX or .npy, also gzipped

Options:
  --hidden NAME  Activation after every layer but the last [default: sigmoid]
  --output NAME  Activation after the last layer [default: softmax]
                 Names: sigmoid, step, relu, identity, softmax, tanh
  --dtype TYPE   Compute in f32 or f64 [default: f32]
  --batch N      Rows at a time; 1 reads them one by one [default: 100]

Example:
  nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz
";

/// What the options say.
struct Options {
    model: String,
    images: String,
    labels: String,
    hidden: String,
    output: String,
    batch: usize,
}

/// Parses the command line, evaluates, prints.
pub(super) fn run(mut args: Args, out: &mut impl Write) -> core::result::Result<(), Failure> {
    let name = |given: Option<String>, usual: &str| given.unwrap_or_else(|| usual.into());
    let dtype = name(args.option("--dtype")?, "f32");
    let batch = name(args.option("--batch")?, "100");
    let options = Options {
        hidden: name(args.option("--hidden")?, "sigmoid"),
        output: name(args.option("--output")?, "softmax"),
        batch: batch
            .parse()
            .ok()
            .filter(|&n| n > 0)
            .ok_or_else(|| usage(format!("--batch takes a number from 1, not '{batch}'")))?,
        model: args.operand("MODEL")?,
        images: args.operand("IMAGES")?,
        labels: args.operand("LABELS")?,
    };
    args.done()?;
    let (right, all) = match &*dtype {
        "f32" => evaluate::<f32>(&options)?,
        "f64" => evaluate::<f64>(&options)?,
        other => return Err(usage(format!("--dtype takes f32 or f64, not '{other}'"))),
    };
    Ok(writeln!(out, "Accuracy: {:.4} ({right}/{all})", right as f64 / all as f64)?)
}

fn usage(what: String) -> Failure {
    Failure::Usage(what)
}

/// How many of how many images the model gets right.
fn evaluate<T: Float>(options: &Options) -> core::result::Result<(usize, usize), Failure> {
    let activation = |option: &str, name: &str| {
        let names = "sigmoid, step, relu, identity, softmax or tanh";
        Layer::activation(name).ok_or_else(|| usage(format!("{option} takes {names}, not '{name}'")))
    };
    let hidden = activation("--hidden", &options.hidden)?;
    let output = activation("--output", &options.output)?;
    let model: Sequential<T> = of(&options.model, |contents| formats::model(&contents.into_archive(), hidden, output))?;
    let images = of(&options.images, |contents| rows::<T>(&contents.into_tensor()?))?;
    let labels = of(&options.labels, |contents| Ok(contents.into_tensor()?.cast::<i64>()))?;
    if labels.shape() != &images.shape()[..1] {
        let what = format!("{} images, but labels of shape {:?}", images.shape()[0], labels.shape());
        return Err(Error::Io { path: options.labels.clone(), what }.into());
    }
    if labels.size() == 0 {
        return Err(Error::Io { path: options.labels.clone(), what: "no labels".into() }.into());
    }
    let mut right = 0;
    for start in (0..labels.size()).step_by(options.batch) {
        let part = start as isize..start.saturating_add(options.batch).min(labels.size()) as isize;
        let classes = model.forward(&images.slice(part.clone())?)?.argmax_axis(-1)?;
        right += classes.eq(labels.slice(part)?)?.sum() as usize;
    }
    Ok((right, labels.size()))
}

/// What a file holds, made into something; an error names the file, for there are three.
fn of<V>(path: &str, make: impl FnOnce(Contents) -> Result<V>) -> Result<V> {
    formats::load(path).and_then(make).map_err(|error| match error {
        Error::Io { .. } => error,
        error => Error::Io { path: path.into(), what: error.to_string() },
    })
}

/// The images as rows of numbers, pixels between 0 and 1.
fn rows<T: Float>(images: &AnyTensor) -> Result<Tensor<T>> {
    let count = images.shape().first().copied().unwrap_or(1) as isize;
    let rows = images.cast::<T>().reshape(&[count, -1])?;
    match images.dtype() {
        DType::F32 | DType::F64 => Ok(rows),
        _ => rows.try_div(&Tensor::from(T::from_f64(255.0))),
    }
}
