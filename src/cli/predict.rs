//! `nptensor predict`: rows in, rows out.
//!
//! ```text
//!   INPUT --rows.rs--> (n, inputs) --model--> (n, outputs) --sink.rs--> OUT        a block at a time
//! ```
//!
//! A row alone gives the same bits as in any block, so a file that is split anywhere gives the same rows: distributed
//! engines rely on that. Read next: `rows.rs`, `sink.rs`.

use std::io::{self, IsTerminal, Write};
use std::str::FromStr;

use nptensor::{DType, Float};

use super::args::Args;
use super::classes::Classes;
use super::model::{Model, ModelArgs, classes_help, model_help, model_options_help};
use super::rows::{Rows, RowsArgs, divide_help, rows_help};
use super::sink::{Form, Sink, What};
use super::{Done, Failure};

pub(super) const HELP: &str = concat!(
    "\
Run a trained network on rows of numbers

Usage: nptensor predict MODEL INPUT [OPTIONS]

",
    model_help!(),
    "
  INPUT   One row per entry along the first axis: .npy of any size, IDX, also gzipped, one array of
          an archive, mnist.npz:x_test, or text with a row in each line: CSV with or without a
          heading, tabs, semicolons, blanks; - is standard input

Options:
  -o FILE        Write to FILE.npy, FILE.txt or FILE.csv, whole or not at all; -o - writes npy to
                 standard output [default: text, a line for each row, to standard output]
  --argmax       Only the class with the greatest output
  --top K        The K greatest outputs as class:value; in .npy the classes alone
",
    classes_help!(),
    ";
                 text has them for --argmax and --top, .npy has numbers from 0
",
    model_options_help!(),
    "
",
    divide_help!(),
    "
  --batch N      Rows at a time [default: as many as 1 MiB holds in the widest layer, and at most
                 those of 64 MiB]; no result depends on it
",
    rows_help!(),
    "
  --label COLUMN A column that is not read

Examples:
  nptensor predict model.safetensors rows.npy -o probabilities.npy
  nptensor predict model.safetensors --top 3 - < rows.csv
  nptensor predict model.safetensors iris.csv --label species --argmax
"
);

struct Options {
    input: String,
    output: Option<String>,
    what: What,
    rows: RowsArgs,
    classes: Classes,
}

/// Parses the command line, and runs the network in the type of `--dtype` or of the weights.
pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Done {
    let what = match (args.flag(&["--argmax"]), args.number("--top")?) {
        (false, None) => What::All,
        (true, None) => What::Argmax,
        (false, Some(k)) => What::Top(k),
        (true, Some(_)) => return Err(Failure::Usage("--argmax and --top are two answers: choose one".into())),
    };
    let output = args.option("-o")?;
    let named = Form::of(output.as_deref())? != Form::Npy && !matches!(what, What::All);
    let (rows, classes) = (RowsArgs::parse(&mut args)?, args.option("--classes")?);
    let (model, input) = (ModelArgs::parse(&mut args)?, args.operand("INPUT")?);
    args.done()?;
    if classes.is_some() && !named {
        return Err(Failure::Usage("--classes names what --argmax or --top writes as text".into()));
    }
    let model = model.read(Some((&input, &rows.scale)))?;
    let classes = if named { model.classes(classes.as_deref())? } else { Classes::default() };
    let options = Options { input, output, what, rows, classes };
    match model.dtype {
        DType::F64 => predict::<f64>(&model, options, out),
        _ => predict::<f32>(&model, options, out),
    }
}

fn predict<T: Float + FromStr>(model: &Model, options: Options, out: &mut dyn Write) -> Done {
    let network = model.network::<T>()?;
    let mut rows = Rows::<T>::open(&options.input, &network, &options.rows)?;
    let mut sink = Sink::new(options.output.as_deref(), options.what, options.classes, rows.total, out)?;
    // No bar where the results go to the same terminal.
    let hidden = options.output.is_none() && io::stdout().is_terminal();
    let width = rows.run(&network, hidden, &mut |_, y, _| sink.put(&y))?;
    sink.finish::<T>(network.outputs().unwrap_or(width))
}
