//! The command line: picks the subcommand, prints its output, and turns errors into exit codes.
//!
//! ```text
//!   nptensor [tour]                       exit 0   done, also when the reader closes the pipe early
//!   nptensor COMMAND FILES [OPTIONS]           1   a file or a value is wrong: the reason on standard error
//!   nptensor --help | --version                2   the command line is wrong
//! ```
//!
//! Subcommands write to a `Write`, so that a failed write is an error like any other. Each has its own file; shared by
//! several of them: `model` and `rows` (operands and their options), `lines`, `columns`, `csv` and `input` (reading),
//! `classes`, `words`, `scale`, `sink` (results), `progress`. Nothing is computed here. Read next: `predict.rs`.

mod args;
mod classes;
mod columns;
mod confusion;
mod convert;
mod csv;
mod eval;
mod explain;
mod hard;
mod input;
mod inspect;
mod lines;
mod model;
mod predict;
mod progress;
mod rows;
mod scale;
mod sink;
mod table;
mod tour;
mod words;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use args::Args;

const HELP: &str = "\
nptensor: a tensor engine with NumPy's semantics and no dependency

What is in a file:
  nptensor inspect model.npz
Run a trained network on rows of numbers:
  nptensor predict model.npz rows.csv
Run it on labelled images and print its accuracy:
  nptensor eval model.npz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz
Write a file in another format:
  nptensor convert model.npz model.safetensors
Show what happens inside, of broadcasting, layouts, slices, dot, networks and functions:
  nptensor explain dot \"[[1, 2], [3, 4]]\" \"[5, 6]\"

Usage: nptensor [COMMAND]

Commands:
  inspect, predict, eval, convert, explain
  tour  Walk through the chapter: each snippet in NumPy, in nptensor, and its result (the default)
  help  Print this help, or that of the command named after it

Options:
  -h, --help     Print help, of a command after its name
  -V, --version  Print the version
";

const HELP_NAMES: &[&str] = &["-h", "--help"];

/// What a command, or a part of one, comes to.
pub(crate) type Done<V = ()> = Result<V, Failure>;

/// Why a command stops.
pub(crate) enum Failure {
    /// The command line is wrong; the second line says where to look.
    Usage(String),
    /// A file or a value is wrong.
    Data(nptensor::Error),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<nptensor::Error> for Failure {
    fn from(error: nptensor::Error) -> Self {
        Failure::Data(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

/// Runs the command that the process was given.
pub(crate) fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = run(std::env::args_os().skip(1).collect(), &mut out).and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // The reader closed the pipe, as in `nptensor | head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Dropping the writer would try to write its buffer again.
            drop(out.into_parts());
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => fail(&format!("standard output: {error}"), 1),
        Err(Failure::Data(error)) => fail(&error.to_string(), 1),
        Err(Failure::Usage(what)) => fail(&what, 2),
    }
}

fn fail(what: &str, code: u8) -> ExitCode {
    // A failure to write to standard error cannot be reported.
    let _ = writeln!(io::stderr(), "nptensor: {what}");
    ExitCode::from(code)
}

fn run(words: Vec<OsString>, out: &mut dyn Write) -> Done {
    let mut command = None;
    // (This line is in Chinese for whoever chose it, whatever is wrong.)
    let is_chinese =
        words.iter().any(|word| word == "--lang=zh") || words.windows(2).any(|two| two == ["--lang", "zh"]);
    let see = |topic: &str| match is_chinese {
        true => format!("参见 'nptensor {topic}--help'。"),
        false => format!("Try 'nptensor {topic}--help'."),
    };
    let done = Args::new(words).and_then(|mut args| {
        command = args.command();
        dispatch(command.as_deref(), args, out)
    });
    done.map_err(|failure| match (failure, &command) {
        (Failure::Usage(what), Some(command)) if named(command).is_ok() => {
            Failure::Usage(format!("{what}\n{}", see(&format!("{command} "))))
        }
        (Failure::Usage(what), _) => Failure::Usage(format!("{what}\n{}", see(""))),
        (other, _) => other,
    })
}

/// A command: its name, its help, and the function that runs it.
type Command = (&'static str, &'static str, fn(Args, &mut dyn Write) -> Done);

const COMMANDS: [Command; 6] = [
    ("tour", tour::HELP, tour::run),
    ("predict", predict::HELP, predict::run),
    ("eval", eval::HELP, eval::run),
    ("inspect", inspect::HELP, inspect::run),
    ("convert", convert::HELP, convert::run),
    ("explain", explain::HELP, explain::run),
];

fn dispatch(command: Option<&str>, mut args: Args, out: &mut dyn Write) -> Done {
    let text = match command {
        Some("help") => {
            args.flag(HELP_NAMES);
            let topic = args.command();
            args.done()?;
            match topic.as_deref() {
                None | Some("help") => HELP,
                Some(topic) => named(topic)?.1,
            }
        }
        None if args.flag(HELP_NAMES) => HELP,
        None if args.flag(&["-V", "--version"]) => concat!("nptensor ", env!("CARGO_PKG_VERSION"), "\n"),
        None => return tour::run(args, out),
        Some(name) => match named(name)? {
            (_, help, _) if args.flag(HELP_NAMES) => help,
            (_, _, run) => return run(args, out),
        },
    };
    Ok(out.write_all(text.as_bytes())?)
}

fn named(name: &str) -> Done<Command> {
    let found = COMMANDS.into_iter().find(|command| command.0 == name);
    found.ok_or_else(|| Failure::Usage(format!("unknown command '{name}'")))
}
