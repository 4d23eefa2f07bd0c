//! `nptensor explain`: what happens inside, as text, as a picture, or as JSON.
//!
//! ```text
//!   explain broadcast "(3,1)" "(1,4)"                  text, COLUMNS or 80 wide, in colour on a terminal
//!   explain broadcast "(3,1)" "(1,4)" --svg FILE       a picture, whole or not at all
//!   explain broadcast "(3,1)" "(1,4)" --json           for other programs
//! ```
//!
//! The words are those of `explain::command`, which the page calls as well. Read next: `explain/command.rs`.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::str::FromStr;

use nptensor::explain::{self, Explanation, Look};
use nptensor::{DType, Error, Float};

use super::Failure;
use super::args::Args;
use super::model::{Model, ModelArgs};
use super::rows::{self, Rows, RowsArgs};
use super::sink::whole;

pub(super) const HELP: &str = r#"Show what happens inside, with the engine's own numbers

Usage: nptensor explain PICTURE OPERANDS [OPTIONS]

  broadcast A B         How two shapes are aligned and stretched, or why they are not
  layout A [VIEW]...    Where the elements of A lie in memory, and what views make of that:
                        transpose, slice, flip, reshape, broadcast_to, expand_dims, squeeze
  slice A INDICES       What a slice takes, axis by axis
  dot A B [--cell I,J]  Which axes pair up, and one element of the result, term by term
  blocks M N K [TYPE]   The loops and blocks of a matrix product (M,K) times (K,N), on this
                        machine; TYPE is f32 or f64
  forward X [W B]...    A network layer by layer: the chapter's, one of these weights and biases,
                        or that of --model FILE, which takes what predict takes; then X may be
                        a file as well, of which the first row is shown, or --row N, from 0
  softmax X             The softmax of numbers, step by step
  plot NAME [FROM TO]   step, sigmoid, relu, tanh or identity, or two of them (step,sigmoid);
                        softmax, and overflow: where the naive softmax breaks
  diagram NAME          Neurons by their symbols: perceptron, neuron, weight, softmax, and
                        layer1, layer2, layer3

  Operands are shapes, "(3,1)", or lists of numbers, "[[1, 2], [3, 4]]"

Options:
  --svg FILE  Write a picture to FILE, or to standard output for -
  --json      Print JSON instead of text
  --width N   Columns of the text, at least 24; otherwise COLUMNS of the environment, or 80

NO_COLOR in the environment turns colours off.

Examples:
  nptensor explain broadcast "(3,1)" "(1,4)"
  nptensor explain broadcast "(3,)" "(4,)"
  nptensor explain layout "[[1, 2, 3], [4, 5, 6]]"
  nptensor explain layout "(2,3)" transpose "slice ::-1" "reshape (6,)"
  nptensor explain slice "(4,5)" "::2, 4:1:-1"
  nptensor explain slice "(4,5)" "..., -1" --json
  nptensor explain dot "[[1,2],[3,4]]" "[5,6]"
  nptensor explain dot "[[1,2],[3,4]]" "[[5,6],[7,8]]" --cell 1,0
  nptensor explain blocks 100 100 100 f64
  nptensor explain forward "[1.0, 0.5]"
  nptensor explain softmax "[0.3, 2.9, 4.0]"
  nptensor explain plot step,sigmoid -5 5
  nptensor explain plot overflow
  nptensor explain diagram weight
"#;

/// The narrowest text and the widest.
const WIDTHS: core::ops::RangeInclusive<usize> = 24..=1000;

/// Explains, and writes what is asked for.
pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Result<(), Failure> {
    let (svg, json, width) = (args.option("--svg")?, args.flag(&["--json"]), args.number("--width")?);
    let model = args.option("--model")?.map(|path| ModelArgs::at(path, &mut args)).transpose()?;
    let (divide, row) = match model {
        Some(_) => (rows::divide(&mut args)?, args.number_from("--row", 0)?),
        None => (None, None),
    };
    let cell = args.option("--cell")?.map(|index| ["--cell".into(), index]);
    let words = [args.rest(), cell.into_iter().flatten().collect()].concat();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let picture = match (model, &words[..]) {
        (None, ["forward", file, ..]) if Path::new(file).is_file() => {
            let what = format!("a network in a file is that of --model: forward X --model {file}");
            return Err(Failure::Usage(what));
        }
        (None, words) => explain::command(words).map_err(failure)?,
        (Some(model), ["forward", x]) => match model.read(None)? {
            model if model.dtype == DType::F64 => forward::<f64>(&model, x, divide, row)?,
            model => forward::<f32>(&model, x, divide, row)?,
        },
        _ => return Err(Failure::Usage("--model goes with forward and its input".into())),
    };
    if let Some(path) = &svg {
        whole(path, &picture.svg(), out)?;
    }
    match (json, svg) {
        (true, _) => writeln!(out, "{}", picture.json())?,
        (false, None) => out.write_all(picture.text(look(width)).as_bytes())?,
        (false, Some(_)) => {}
    }
    Ok(())
}

/// A network from a file, and an input that is typed, or the rows of a file, or one of them.
fn forward<T: Float + FromStr>(
    model: &Model,
    x: &str,
    divide: Option<f64>,
    row: Option<usize>,
) -> Result<Box<dyn Explanation>, Failure> {
    let network = model.network::<T>()?;
    let x = match x.trim_start().starts_with('[') {
        true => explain::literal(x)?.into_floats().try_div(divide.unwrap_or(1.0))?.cast(),
        false => Rows::open(x, &network, &RowsArgs { divide, ..RowsArgs::default() })?
            .block(row.map_or(usize::MAX, |row| row.saturating_add(1)))?,
    };
    let x = row.map_or(Ok(x.clone()), |row| x.slice(row))?;
    Ok(Box::new(explain::forward(&network, &x).map_err(failure)?))
}

/// An error of an explanation, as one of the command line where that is at fault.
fn failure(error: Error) -> Failure {
    match error {
        Error::Explain { what } => Failure::Usage(what),
        error => Failure::Data(error),
    }
}

/// The look of standard output.
fn look(width: Option<usize>) -> Look {
    let terminal = io::stdout().is_terminal();
    let colour = terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // Some systems set 0 where the width is not known.
    let columns = || env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0);
    let width = width.or_else(columns).unwrap_or(Look::default().width);
    Look { width: width.clamp(*WIDTHS.start(), *WIDTHS.end()), colour }
}
