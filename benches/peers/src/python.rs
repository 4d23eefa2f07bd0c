//! NumPy, torch and onnxruntime: a Python process that makes the same operands, tells its results, and times itself when it is its turn.
//!
//! ```text
//!   -> open 1 map f32 exp 1000             <- entry numpy 1000 0.0183 ...     threads, row; one line a library: length, elements at the places compared
//!                                          <- end
//!   -> time numpy 500                      <- 0.000415                        seconds for 500 calls, by its own clock
//! ```
//!
//! While it waits for its turn it sleeps in a read. The script is `peers.py`.

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;

use crate::harness::{Runner, clock};
use crate::rows::answer::Answer;
use crate::rows::{Entry, Fold, Op, Pair, Row, Side};

/// The other process, if it runs.
pub struct Python {
    pipe: Rc<RefCell<Pipe>>,
    /// What libraries there are, with versions.
    pub versions: String,
}

struct Pipe {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Pipe {
    fn ask(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.ask, "{line}")?;
        self.ask.flush()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the Python process ended"));
        }
        Ok(line.trim_end().to_string())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // It ends when its input does; if it does not, there is nothing left that it could do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Python {
    /// Starts the script with the interpreter of the environment variable `PEERS_PYTHON`, or `python3`.
    pub fn start() -> io::Result<Python> {
        let python = std::env::var("PEERS_PYTHON").unwrap_or("python3".into());
        let one = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"].map(|name| (name, "1"));
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/peers.py"))
            .envs(one)
            .arg(if clock::counts_cpu() { "--cpu" } else { "--wall" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("no pipe to the Python process");
        let ask = child.stdin.take().ok_or_else(missing)?;
        let answers = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let mut pipe = Pipe { child, ask, answers };
        let versions = pipe.line()?;
        Ok(Python { pipe: Rc::new(RefCell::new(pipe)), versions })
    }

    /// Every library that can do this row.
    pub fn entries(&self, row: &Row) -> io::Result<Vec<Entry>> {
        let mut pipe = self.pipe.borrow_mut();
        pipe.ask(&format!("open {} {}", row.threads, words(row)))?;
        let mut entries = Vec::new();
        loop {
            let line = pipe.line()?;
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next().and_then(|len| len.parse().ok())) {
                (Some("entry"), Some(name), Some(len)) => {
                    let values = words.map(|word| word.parse().unwrap_or(f64::NAN)).collect();
                    entries.push(Entry { runner: self.runner(name), answer: Answer { len, values } });
                }
                (Some("end"), ..) => return Ok(entries),
                _ => return Err(io::Error::other(format!("the Python process says: {line}"))),
            }
        }
    }

    fn runner(&self, name: &str) -> Runner {
        let (pipe, library) = (Rc::clone(&self.pipe), name.to_string());
        let runner = Runner::timed_elsewhere(name, move |calls| {
            let mut pipe = pipe.borrow_mut();
            let answer = pipe.ask(&format!("time {library} {calls}")).and_then(|()| pipe.line());
            let seconds = answer.ok().and_then(|line| line.parse().ok());
            seconds.unwrap_or_else(|| panic!("{library} gave no time"))
        });
        // (It gives out memory that an earlier result had.)
        if name == "onnxruntime" { runner.with_output() } else { runner }
    }
}

/// A row in words.
fn words(row: &Row) -> String {
    let dtype = row.type_name();
    match row.op {
        Op::Matmul { m, k, n, side } => {
            let side = match side {
                Side::Straight => "straight",
                Side::TransposedA => "a.t",
                Side::TransposedB => "b.t",
            };
            format!("matmul {dtype} {m} {k} {n} {side}")
        }
        Op::Batched { count, n } => format!("batched {dtype} {count} {n}"),
        Op::Map(fun, n) => format!("map {dtype} {} {n}", format!("{fun:?}").to_lowercase()),
        Op::Pair(pair, n) => {
            let pair = match pair {
                Pair::Add => "add",
                Pair::Greater => "greater",
                Pair::AddRow => "addrow",
                Pair::AddColumn => "addcol",
                Pair::AddTransposed => "addt",
            };
            format!("pair {dtype} {pair} {n}")
        }
        Op::Reduce { fold, axis, rows, cols } => {
            let fold = match fold {
                Fold::Sum => "sum",
                Fold::Max => "max",
                Fold::Argmax => "argmax",
            };
            let axis = axis.map_or("all".into(), |axis| axis.to_string());
            format!("reduce {dtype} {fold} {axis} {rows} {cols}")
        }
        Op::Softmax { rows, cols } => format!("softmax {dtype} {rows} {cols}"),
        Op::Network { batch, .. } => format!("network {dtype} {batch}"),
        Op::TinyNetwork { .. } => format!("tiny {dtype}"),
    }
}
