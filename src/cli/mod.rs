//! The command line: picks the subcommand, prints its output, and turns errors into exit codes.
//!
//! ```text
//!   nptensor [tour]                       exit 0   done, also when the reader closes the pipe early
//!   nptensor COMMAND FILES [OPTIONS]           1   a file or a value is wrong: the reason on standard error
//!   nptensor --help | --version                2   the command line is wrong
//! ```
//!
//! Subcommands write to a `Write`, so that a failed write is an error like any other. Each has its own file; shared by
//! several of them: `model` and `rows` (operands and their options), `lines` and `input` (reading), `sink` (results),
//! `progress`. Nothing is computed here. Read next: `predict.rs`.

mod args;
mod confusion;
mod convert;
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
mod sink;
mod tour;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use args::Args;

const HELP: &str = "\
nptensor: a tensor engine with NumPy's semantics and no dependency

Usage: nptensor [COMMAND]

Commands:
  tour     Walk through the chapter: each snippet in NumPy, in nptensor, and its result (the default)
  predict  Run a trained network on rows of numbers
  eval     Run a trained network on labelled images and print its accuracy
  inspect  Print what is in a file
  convert  Write a file in another format
  explain  Show what happens inside: broadcasting, layouts, slices, dot, networks, functions
  help     Print this help, or that of the command named after it

Options:
  -h, --help     Print help, of a command after its name
  -V, --version  Print the version
";

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

fn run(words: Vec<OsString>, out: &mut impl Write) -> Result<(), Failure> {
    let mut command = None;
    let done = Args::new(words).and_then(|mut args| {
        command = args.command();
        dispatch(command.as_deref(), args, out)
    });
    done.map_err(|failure| match (failure, &command) {
        (Failure::Usage(what), Some(command)) if help_of(command).is_some() => {
            Failure::Usage(format!("{what}\nTry 'nptensor {command} --help'."))
        }
        (Failure::Usage(what), _) => Failure::Usage(format!("{what}\nTry 'nptensor --help'.")),
        (other, _) => other,
    })
}

fn dispatch(command: Option<&str>, mut args: Args, out: &mut impl Write) -> Result<(), Failure> {
    let print = |out: &mut _, text: &str| Ok(Write::write_all(out, text.as_bytes())?);
    match command {
        Some("help") => {
            args.help();
            let topic = args.command();
            args.done()?;
            match topic.as_deref() {
                None | Some("help") => print(out, HELP),
                Some(topic) => print(out, help_of(topic).ok_or_else(|| unknown(topic))?),
            }
        }
        None if args.help() => print(out, HELP),
        None if args.version() => Ok(writeln!(out, "nptensor {}", env!("CARGO_PKG_VERSION"))?),
        None => tour::run(args, out),
        Some(name) => match help_of(name) {
            None => Err(unknown(name)),
            Some(help) if args.help() => print(out, help),
            Some(_) => match name {
                "predict" => predict::run(args, out),
                "eval" => eval::run(args, out),
                "inspect" => inspect::run(args, out),
                "convert" => convert::run(args, out),
                "explain" => explain::run(args, out),
                _ => tour::run(args, out),
            },
        },
    }
}

/// The help of a command that has one of its own.
fn help_of(command: &str) -> Option<&'static str> {
    match command {
        "tour" => Some(tour::HELP),
        "predict" => Some(predict::HELP),
        "eval" => Some(eval::HELP),
        "inspect" => Some(inspect::HELP),
        "convert" => Some(convert::HELP),
        "explain" => Some(explain::HELP),
        _ => None,
    }
}

fn unknown(command: &str) -> Failure {
    Failure::Usage(format!("unknown command '{command}'"))
}
