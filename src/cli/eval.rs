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

use super::args::Args;
use super::classes::Classes;
use super::confusion;
use super::hard::Hard;
use super::input::{is_text, note, tensor, tuple, wrong};
use super::model::{Model, ModelArgs, classes_help, model_help, model_options_help};
use super::rows::{Rows, RowsArgs, divide_help, rows_help};
use super::sink::ONE_OUTPUT;
use super::{Done, Failure};

pub(super) const HELP: &str = concat!(
    "\
Run a trained network on labelled images and print its accuracy

Usage: nptensor eval MODEL IMAGES LABELS [OPTIONS]
       nptensor eval MODEL TABLE --label COLUMN [OPTIONS]

",
    model_help!(),
    "
  IMAGES  One image per entry along the first axis: IDX or .npy, also gzipped, one array of an
          archive, mnist.npz:x_test, or text with a row in each line
  LABELS  One class per image: IDX or .npy, also gzipped, or one array of an archive: (n,), (n,1),
          or one-hot
  TABLE   Text with inputs and label in each line: CSV with or without a heading, tabs,
          semicolons, blanks

Options:
  --confusion    How often each class is taken for each other, with the names of --classes
  --show N       Draw the N images to whose label the network gives least: mistakes and close calls
",
    model_options_help!(),
    "
",
    divide_help!(),
    "
  --batch N      Rows at a time; 1 reads them one by one [default: 100]
",
    rows_help!(),
    "
  --label COLUMN The column of the labels: classes from 0, or their names
",
    classes_help!(),
    "

Examples:
  nptensor eval weights.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz --show 3
  nptensor eval model.safetensors iris.csv --label species --classes setosa,versicolor,virginica
"
);

struct Options {
    images: String,
    /// A file; `None` for a column of the images' file.
    labels: Option<String>,
    confusion: bool,
    show: usize,
    classes: Classes,
    rows: RowsArgs,
}

pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Done {
    let (confusion, show) = (args.flag(&["--confusion"]), args.number("--show")?.unwrap_or(0));
    let (mut rows, classes) = (RowsArgs::parse(&mut args)?, args.option("--classes")?);
    rows.batch = rows.batch.or(Some(100));
    let model = ModelArgs::parse(&mut args)?;
    let (images, in_table) = (args.operand("IMAGES")?, rows.columns.label.is_some());
    let labels = if in_table { None } else { Some(args.operand("LABELS")?) };
    args.done()?;
    let shown = confusion || show > 0;
    if classes.is_some() && !in_table && !shown {
        return Err(Failure::Usage("--classes names the labels of --label, --confusion and --show".into()));
    }
    let model = model.read(Some((&images, &rows.scale)))?;
    let classes = if in_table || shown { model.classes(classes.as_deref())? } else { Classes::default() };
    if in_table {
        rows.columns.classes = Some(classes.clone());
    }
    let options = Options { images, labels, confusion, show, classes, rows };
    match model.dtype {
        DType::F64 => evaluate::<f64>(&model, &options, out),
        _ => evaluate::<f32>(&model, &options, out),
    }
}

fn evaluate<T: Float + FromStr>(model: &Model, options: &Options, out: &mut dyn Write) -> Done {
    let network = model.network::<T>()?;
    if network.outputs() == Some(1) {
        return Err(Failure::Usage(format!("eval: {ONE_OUTPUT}")));
    }
    if let (Some(outputs), Some(_)) = (network.outputs(), &options.labels) {
        options.classes.fit(outputs).map_err(Failure::Usage)?;
    }
    let mut rows = Rows::<T>::open(&options.images, &network, &options.rows)?;
    let labels = options.labels.as_ref().map(|path| Labels::load(path, rows.total, network.outputs())).transpose()?;
    let (mut decisions, mut hard) = (Vec::new(), Hard::new(options.show));
    rows.run(&network, false, &mut |x, y, column| {
        for (i, seen) in y.argmax_axis(-1)?.iter().enumerate() {
            let label = match &labels {
                Some(labels) => labels.get(decisions.len(), y.shape()[1])?,
                None => column[i],
            };
            if options.show > 0 {
                hard.add(decisions.len(), label, x.slice(i)?, y.slice(i)?.to_vec());
            }
            decisions.push((label, seen as usize));
        }
        Ok(())
    })?;
    match &labels {
        Some(Labels { path, classes, .. }) if classes.len() != decisions.len() => {
            return Err(wrong(path, format!("{} images, but {} labels", decisions.len(), classes.len())).into());
        }
        None if decisions.is_empty() => return Err(wrong(&options.images, "no rows").into()),
        _ => {}
    }
    // Drawn before anything is printed, since rows that are no images are an error.
    let pictures = hard
        .pictures(rows.row.as_deref().unwrap_or(&[]), &options.classes)
        .map_err(|what| wrong(&options.images, what))?;
    let correct = decisions.iter().filter(|(label, seen)| label == seen).count();
    let all = decisions.len();
    writeln!(out, "Accuracy: {:.4} ({correct}/{all})", correct as f64 / all as f64)?;
    if options.confusion {
        write!(out, "\n{}", confusion::table(&decisions, &options.classes))?;
    }
    for picture in pictures {
        write!(out, "\n{picture}")?;
    }
    Ok(())
}

pub(super) struct Labels<'a> {
    path: &'a str,
    labels: AnyTensor,
    classes: Vec<Option<usize>>,
}

impl<'a> Labels<'a> {
    /// For so many images and outputs, where these are known.
    pub(super) fn load(path: &'a str, images: Option<usize>, outputs: Option<usize>) -> Result<Self, Error> {
        let labels = tensor(path).map_err(|error| match error {
            Error::Io { what, .. } if is_text(path) => {
                wrong(path, format!("{what}: labels as text are a column of the table (--label)"))
            }
            error => error,
        })?;
        let images = images.unwrap_or(labels.shape().first().copied().unwrap_or(1));
        let labels = one_axis(path, labels, outputs)?;
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
}

/// Labels with one axis: a column of them as it stands, and of rows with a single 1 among zeros, where it is.
fn one_axis(path: &str, labels: AnyTensor, outputs: Option<usize>) -> Result<AnyTensor, Error> {
    let &[n, width] = labels.shape() else { return Ok(labels) };
    if width == 1 {
        return labels.slice((.., 0));
    }
    let ones = labels.cast::<f64>();
    let is_hot = |row: &[f64]| row.iter().all(|&x| x == 0.0 || x == 1.0) && row.iter().sum::<f64>() == 1.0;
    if n == 0 || outputs != Some(width) || !ones.to_vec().chunks(width).all(is_hot) {
        return Ok(labels);
    }
    note(path, &format!("taking one-hot labels of shape {} for the classes of their ones", tuple(labels.shape())));
    Ok(ones.argmax_axis(-1)?.into())
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
