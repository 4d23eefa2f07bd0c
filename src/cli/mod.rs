//! The command line: picks the subcommand, prints its output, and turns errors into exit codes.
//!
//! ```text
//!   nptensor [tour]                       exit 0   done, also when the reader closes the pipe early
//!   nptensor eval MODEL IMAGES LABELS          1   a file or a value is wrong: the reason on standard error
//!   nptensor --help | --version                2   the command line is wrong
//! ```
//!
//! Subcommands write to a `Write`, so that a failed write is an error like any other. Each is a file of its own beside this one.

mod args;
mod tour;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use args::Args;

const HELP: &str = "\
nptensor: a tensor engine with NumPy's semantics and no dependency

Usage: nptensor [COMMAND]

Commands:
  tour    Walk through the chapter: each snippet in NumPy, in nptensor, and its result (the default)
  help    Print this help

Options:
  -h, --help     Print help, of a command after its name
  -V, --version  Print the version
";

/// What stops a command.
pub(crate) enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A file or a value is.
    Data(nptensor::Error),
    /// Standard output is gone.
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
        // Whoever reads has seen enough, as in `nptensor | head`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still buffered has nowhere to go; dropping it would try again.
            std::mem::forget(out);
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => fail(&format!("standard output: {error}"), 1),
        Err(Failure::Data(error)) => fail(&error.to_string(), 1),
        Err(Failure::Usage(what)) => fail(&format!("{what}\nTry 'nptensor --help'."), 2),
    }
}

fn fail(what: &str, code: u8) -> ExitCode {
    // Nothing can be done about a standard error that is closed as well.
    let _ = writeln!(io::stderr(), "nptensor: {what}");
    ExitCode::from(code)
}

fn run(words: Vec<OsString>, out: &mut impl Write) -> Result<(), Failure> {
    let mut args = Args::new(words)?;
    let command = args.command();
    match command.as_deref() {
        Some("help") => Ok(out.write_all(HELP.as_bytes())?),
        None | Some("tour") if args.help() => {
            Ok(out.write_all(if command.is_some() { tour::HELP } else { HELP }.as_bytes())?)
        }
        None if args.version() => Ok(writeln!(out, "nptensor {}", env!("CARGO_PKG_VERSION"))?),
        None | Some("tour") => {
            args.done()?;
            tour::run(out)
        }
        Some(other) => Err(Failure::Usage(format!("unknown command '{other}'"))),
    }
}
