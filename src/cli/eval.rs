//! `nptensor eval`: a trained network on labelled images: its accuracy, the confusion matrix, and the hardest images.
//!
//! ```text
//!   images (n, 28, 28) u8 --/ 255--> rows (n, 784) --model--> (n, 10) --argmax--> digits == labels?
//! ```
//!
//! Read next: `confusion.rs`, `hard.rs`.

use std::io::Write;
use std::str::FromStr;

use nptensor::formats::AnyTensor;
use nptensor::{DType, Error, Float};

use super::Failure;
use super::args::Args;
use super::confusion;
use super::hard::Hard;
use super::input::{in_file, load, tuple, wrong};
use super::model::{Model, ModelArgs, model_help, model_options_help};
use super::rows::{self, Rows, divide_help};

pub(super) const HELP: &str = concat!(
    "\
Run a trained network on labelled images and print its accuracy

Usage: nptensor eval MODEL IMAGES LABELS [OPTIONS]

",
    model_help!(),
    "
  IMAGES  One image per entry along the first axis: IDX or .npy, also gzipped, or text with a
          row of numbers in each line
  LABELS  One class per image: IDX or .npy, also gzipped

Options:
  --confusion    How often each class is taken for each other
  --show N       Draw the N images to whose label the network gives least: mistakes and close calls
",
    model_options_help!(),
    "
",
    divide_help!(),
    "
  --batch N      Rows at a time; 1 reads them one by one [default: 100]

Example:
  nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz --show 3
"
);

/// The options of the command line.
struct Options {
    images: String,
    labels: String,
    confusion: bool,
    show: usize,
    divide: Option<f64>,
    batch: usize,
}

/// Parses the command line, evaluates, prints.
pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Result<(), Failure> {
    let (confusion, show) = (args.flag(&["--confusion"]), args.number("--show")?.unwrap_or(0));
    let (divide, batch) = (rows::divide(&mut args)?, args.number("--batch")?.unwrap_or(100));
    let model = ModelArgs::parse(&mut args)?;
    let (images, labels) = (args.operand("IMAGES")?, args.operand("LABELS")?);
    args.done()?;
    let options = Options { images, labels, confusion, show, divide, batch };
    let model = model.read()?;
    match model.dtype {
        DType::F64 => evaluate::<f64>(&model, &options, out),
        _ => evaluate::<f32>(&model, &options, out),
    }
}

fn evaluate<T: Float + FromStr>(model: &Model, options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let network = model.network::<T>()?;
    let mut rows = Rows::<T>::open(&options.images, &network, options.divide)?;
    let labels = Labels::load(&options.labels, rows.total())?;
    let (mut decisions, mut hard) = (Vec::new(), Hard::new(options.show));
    rows.run(&network, Some(options.batch), false, &mut |x, y| {
        for (i, seen) in y.argmax_axis(-1)?.iter().enumerate() {
            let label = labels.get(decisions.len(), y.shape()[1])?;
            if options.show > 0 {
                hard.add(decisions.len(), label, x.slice(i)?, y.slice(i)?.to_vec());
            }
            decisions.push((label, seen as usize));
        }
        Ok(())
    })?;
    labels.all_used(decisions.len())?;
    // Drawn before anything is printed, since rows that are no images are an error.
    let pictures = hard.pictures(rows.row().unwrap_or(&[])).map_err(|what| wrong(&options.images, what))?;
    let correct = decisions.iter().filter(|(label, seen)| label == seen).count();
    let all = decisions.len();
    writeln!(out, "Accuracy: {:.4} ({correct}/{all})", correct as f64 / all as f64)?;
    if options.confusion {
        write!(out, "\n{}", confusion::table(&decisions))?;
    }
    for picture in pictures {
        write!(out, "\n{picture}")?;
    }
    Ok(())
}

/// The class of each image.
pub(super) struct Labels<'a> {
    path: &'a str,
    labels: AnyTensor,
    classes: Vec<Option<usize>>,
}

impl<'a> Labels<'a> {
    /// For so many images, where that is known.
    pub(super) fn load(path: &'a str, images: Option<usize>) -> Result<Self, Error> {
        let labels = in_file(path, load(path)?.into_tensor())?;
        let images = images.unwrap_or(labels.size());
        if labels.shape() != [images] {
            return Err(wrong(path, format!("{images} images, but labels of shape {}", tuple(labels.shape()))));
        }
        if images == 0 {
            return Err(wrong(path, "no labels"));
        }
        let classes = classes(&labels);
        Ok(Labels { path, labels, classes })
    }

    /// The class of an image, below the number of outputs.
    pub(super) fn get(&self, image: usize, outputs: usize) -> Result<usize, Error> {
        let Some(class) = self.classes.get(image) else {
            return Err(wrong(self.path, format!("{image} labels, and there are more images")));
        };
        if let Some(class) = class.filter(|&class| class < outputs) {
            return Ok(class);
        }
        let label = self.labels.slice(image as isize)?;
        Err(wrong(self.path, format!("label {image} is {label}, and the model has outputs 0 to {}", outputs - 1)))
    }

    /// An error unless there are as many labels as images.
    fn all_used(&self, images: usize) -> Result<(), Error> {
        match self.classes.len() {
            n if n == images => Ok(()),
            n => Err(wrong(self.path, format!("{images} images, but {n} labels"))),
        }
    }
}

/// Each label as a class, if it is a whole number from 0: a cast alone would make 0 of nan, 0.9 and -0.5.
fn classes(labels: &AnyTensor) -> Vec<Option<usize>> {
    match labels.dtype() {
        // (A cast of what is too large gives the largest number, which is no class.)
        DType::F32 | DType::F64 => {
            let labels = labels.cast::<f64>();
            labels.iter().map(|label| (label >= 0.0 && label.fract() == 0.0).then_some(label as usize)).collect()
        }
        DType::U64 => labels.cast::<u64>().iter().map(|label| usize::try_from(label).ok()).collect(),
        _ => labels.cast::<i64>().iter().map(|label| usize::try_from(label).ok()).collect(),
    }
}
