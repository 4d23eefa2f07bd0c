//! `nptensor explain`: what happens inside, as text, as a picture, or as JSON.
//!
//! ```text
//!   explain broadcast "(3,1)" "(1,4)"                  text, COLUMNS or 80 wide, in colour on a terminal
//!   explain broadcast "(3,1)" "(1,4)" --svg FILE       a picture, whole or not at all
//!   explain broadcast "(3,1)" "(1,4)" --json           for other programs
//!   explain broadcast "(3,1)" "(1,4)" --lang zh        in Chinese, as text or picture
//! ```
//!
//! The words are those of `explain::command`, which the page calls as well. Read next: `explain/command.rs`.

use std::env;
use std::ffi::OsString;
use std::hint::black_box;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::str::FromStr;
use std::time::Instant;

use nptensor::explain::wide::padded;
use nptensor::explain::{self, Explanation, Language, Look};
use nptensor::{DType, Error, Float, Tensor};

use super::args::Args;
use super::model::{Model, ModelArgs};
use super::rows::{self, Rows, RowsArgs};
use super::sink::whole;
use super::{Done, Failure};

pub(super) const HELP: &str = r#"Show what happens inside, with the engine's own numbers

Usage: nptensor explain PICTURE OPERANDS [OPTIONS]

  broadcast A B         How A + B aligns and stretches shapes, or why they do not fit
  layout A [VIEW]...    Where the elements of A lie in memory, and what views make of that:
                        transpose, slice, flip, reshape, broadcast_to, expand_dims, squeeze
  slice A INDICES       What a slice takes, axis by axis
  dot A B [--cell I,J]  Which axes pair up, and one element of the result, term by term
  blocks M N K [TYPE] [--time]
                        The loops and blocks of a matrix product (M,K) times (K,N), on this
                        machine; TYPE is f32 or f64, and with f64 --time measures it
  forward X [W B ACTIVATION]... [--row N]
                        A network layer by layer, one row of X: the chapter's, one of these
                        weights, biases and activations (the words of predict --layers), or that
                        of --model FILE, which takes what predict takes; then X may be a file
  softmax X             The softmax of numbers, step by step
  plot NAME [FROM TO]   step, sigmoid, relu, tanh or identity, or two of them (step,sigmoid);
                        softmax, and overflow: where the naive softmax breaks
  diagram NAME          Neurons by their symbols: perceptron, neuron, weight, softmax, and
                        layer1, layer2, layer3

  Operands are lists of numbers, "[[1, 2], [3, 4]]", numbers, 5, or shapes, "(3,1)",
  whose elements are numbered

Options:
  --svg FILE  Write a picture to FILE, or to standard output for -
  --json      Print JSON instead of text
  --lang LANG The language of the sentences: en or zh (Chinese) [default: en]. Messages of
              NumPy's and about options, and JSON, are in English
  --width N   Columns of the text, at least 24; otherwise COLUMNS of the environment, or 80

NO_COLOR in the environment turns colours off, and so does TERM=dumb.

Examples:
  nptensor explain broadcast "[[0], [10], [20]]" "[1, 2, 3, 4]"
  nptensor explain broadcast "(3,)" "(4,)"
  nptensor explain layout "[[1, 2, 3], [4, 5, 6]]"
  nptensor explain layout "(2,3)" transpose "slice ::-1" "reshape (6,)"
  nptensor explain slice "[[10, 20, 30], [40, 50, 60]]" "1, ::-1"
  nptensor explain slice "(4,5)" "..., -1" --json
  nptensor explain dot "[[1,2],[3,4]]" "[5,6]"
  nptensor explain dot "[[1,2],[3,4]]" "[[5,6],[7,8]]" --cell 1,0
  nptensor explain blocks 100 100 100 f64
  nptensor explain forward "[[1.0, 0.5], [0.0, 0.0]]" --row 1
  nptensor explain forward "[1.0, 0.5]" "[[1, 2], [3, 4]]" "[0, 1]" relu
  nptensor explain softmax "[0.3, 2.9, 4.0]"
  nptensor explain plot step,sigmoid -5 5
  nptensor explain plot overflow
  nptensor explain diagram weight
"#;

pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Done {
    let language = language(&mut args)?;
    let (svg, json, width) = (args.option("--svg")?, args.flag(&["--json"]), args.number("--width")?);
    let model = args.option("--model")?.map(|path| ModelArgs::at(path, &mut args)).transpose()?;
    let divide = if model.is_some() { rows::divide(&mut args)? } else { None };
    let time = args.flag(&["--time"]);
    let cell = args.option("--cell")?.map(|index| ["--cell".into(), index]);
    let row = args.number_from("--row", 0)?;
    // (A model's row is not one of the words.)
    let of_words = row.filter(|_| model.is_none()).map(|row| ["--row".into(), row.to_string()]);
    let words = [args.rest(), cell.into_iter().chain(of_words).flatten().collect()].concat();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let picture = match (model, &words[..]) {
        (None, ["forward", file, ..]) if Path::new(file).is_file() => {
            let what = [
                format!("a network in a file is that of --model: forward X --model {file}"),
                format!("文件里的网络用 --model 给出：forward X --model {file}"),
            ];
            return Err(Failure::Usage(language.of(what.each_ref()).clone()));
        }
        (None, words) => command(words).map_err(|error| failure(words, error, language))?,
        (Some(model), ["forward", x]) => match model.read(None)? {
            model if model.dtype == DType::F64 => forward::<f64>(&model, x, row, divide, language)?,
            model => forward::<f32>(&model, x, row, divide, language)?,
        },
        _ => {
            let what = ["--model goes with forward and its input", "--model 要与 forward 和它的输入一起用"];
            return Err(Failure::Usage(language.of(what).into()));
        }
    };
    if time && (json || svg.is_some() || !matches!(words[..], ["blocks", _, _, _, "f64"])) {
        let what = ["--time goes with the text of blocks M N K f64", "--time 要与 blocks M N K f64 的文字一起用"];
        return Err(Failure::Usage(language.of(what).into()));
    }
    if let Some(path) = &svg {
        whole(path, picture.svg_in(Some(language)).as_bytes(), out)?;
    }
    match (json, svg) {
        (true, _) => writeln!(out, "{}", picture.json())?,
        (false, None) => out.write_all(picture.text(Look { language, ..look(width) }).as_bytes())?,
        (false, Some(_)) => {}
    }
    match words[..] {
        ["blocks", m, n, k, "f64"] if time => ladder([m, n, k], language, out),
        _ => Ok(()),
    }
}

/// A product by what anybody can call, from the triple loop on: the median of each, and how it is done.
fn ladder(sizes: [&str; 3], language: Language, out: &mut dyn Write) -> Done {
    let [m, n, k] = sizes.map(|size| explain::shape(size).map_or(0, |shape| shape[0]));
    let count = m.saturating_mul(n).saturating_mul(k);
    if count > 1 << 30 || [(m, k), (k, n), (m, n)].iter().any(|(rows, cols)| rows.saturating_mul(*cols) > 1 << 24) {
        let what = [
            "--time takes at most 2^30 multiply-adds, and matrices of at most 2^24 numbers",
            "--time 最多做 2^30 次乘加，每个矩阵最多 2^24 个数",
        ];
        return Err(Failure::Usage(language.of(what).into()));
    }
    let (a, b) = (Tensor::<f64>::ones(&[m, k])?, Tensor::<f64>::ones(&[k, n])?);
    let (x, y) = (a.data(), b.data());
    let sum = |i, j| (0..k).fold(0.0, |sum, p| sum + x[i * k + p] * y[p * n + j]);
    writeln!(out, "\n{}", language.of(["Timed here, the median of each", "在这台机器上计时，各取中位数"]))?;
    // (Up to sixteen rows, B is read where it lies.)
    let steps = [
        ["the triple loop", "三重循环"],
        ["row by row", "逐行"],
        ["by 16 rows", "每次 16 行"],
        ["all at once", "一次全部"],
    ];
    for (names, rows) in steps.into_iter().zip([0, 1, 16, m.max(1)]) {
        let (mut times, start) = (Vec::new(), Instant::now());
        while times.len() < 3 || times.len() < 999 && start.elapsed().as_millis() < 300 {
            let from = Instant::now();
            for i in (0..m).step_by(rows.max(1)) {
                match rows {
                    0 => (0..n).map(|j| sum(i, j)).for_each(|sum| _ = black_box(sum)),
                    _ => drop(black_box(a.slice(format!("{i}:{}", i + rows))?.dot(&b)?)),
                }
            }
            times.push(from.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        let (ms, way) = (1e3 * times[times.len() / 2], explain::matmul_blocks::<f64>(rows.min(m), n, k)?.way());
        let how = if rows == 0 { String::new() } else { format!("  dot: {way:?}") };
        let (name, per) = (padded(language.of(names), 15), language.of(["multiply-adds per ns", "次乘加每纳秒"]));
        writeln!(out, "  {name} {ms:>10.3} ms {:>8.2} {per}{how}", count as f64 / ms / 1e6)?;
    }
    let rest = [
        "A sliver, a block and a panel are loops of one kernel: they cannot be timed apart.",
        "条、块与面板是同一个内核里的循环，不能分开计时。",
    ];
    Ok(writeln!(out, "  {}", language.of(rest))?)
}

/// The picture that words ask for. (It is inline in the library, and compiled here once for all who ask.)
#[inline(never)]
pub(super) fn command(words: &[&str]) -> nptensor::Result<Box<dyn Explanation>> {
    explain::command(words)
}

/// A network from a file, and a row that is typed or in a file.
fn forward<T: Float + FromStr>(
    model: &Model,
    x: &str,
    row: Option<usize>,
    divide: Option<f64>,
    language: Language,
) -> Done<Box<dyn Explanation>> {
    let network = model.network::<T>()?;
    let x = match x.trim_start().starts_with('[') {
        true => explain::literal(x)
            .map_err(|error| failure(&[], error, language))?
            .into_floats()
            .try_div(divide.unwrap_or(1.0))?
            .cast(),
        false => Rows::open(x, &network, &RowsArgs { divide, ..RowsArgs::default() })?
            .block(row.map_or(usize::MAX, |row| row.saturating_add(1)))?,
    };
    Ok(Box::new(explain::forward_row(&network, &x, row.unwrap_or(0)).map_err(|error| failure(&[], error, language))?))
}

/// An error of an explanation, as one of the command line where that is at fault.
fn failure(words: &[&str], error: Error, language: Language) -> Failure {
    let told = explain::told(words, &error, language);
    match error {
        Error::Explain { .. } => Failure::Usage(told),
        _ => Failure::Data(Error::Explain { what: told.clone(), chinese: told }),
    }
}

/// What `--lang` asks for.
pub(super) fn language(args: &mut Args) -> Done<Language> {
    let named = |name: &str| Language::ALL.iter().copied().find(|language| language.tag() == name);
    Ok(args.value("--lang", "en or zh", named)?.unwrap_or_default())
}

pub(super) fn look(width: Option<usize>) -> Look {
    let colour = io::stdout().is_terminal() && has_colours(env::var_os("NO_COLOR"), env::var_os("TERM"));
    // Some systems set 0 where the width is not known.
    let columns = || env::var("COLUMNS").ok()?.parse().ok().filter(|&columns| columns > 0);
    let width = width.or_else(columns).unwrap_or(Look::default().width);
    Look { width: width.clamp(24, 1000), colour, ..Look::default() }
}

/// Whether a terminal has colours, by NO_COLOR and TERM of the environment.
fn has_colours(no_color: Option<OsString>, term: Option<OsString>) -> bool {
    no_color.is_none_or(|value| value.is_empty()) && term.is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::has_colours;

    #[test]
    fn colours() {
        let set = |value: &str| Some(value.into());
        for (no_color, term, wanted) in [
            (None, set("xterm"), true),
            (None, None, true),
            (set(""), set("xterm"), true),
            (set("1"), set("xterm"), false),
            (None, set("dumb"), false),
        ] {
            assert_eq!(has_colours(no_color, term), wanted);
        }
    }
}
