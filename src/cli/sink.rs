//! The results of `predict`: which values of each row, in which form, to which file.
//!
//! ```text
//!                 a line of text for each row        npy
//!   all           0.01 0.95 0.04                     float (n, outputs)
//!   --argmax      1                                  int64 (n,)
//!   --top 2       1:0.95 2:0.04                      int64 (n, 2), the classes alone
//! ```
//!
//! In text a class has its name, if there is one. A file appears whole or not at all. Rows are written to standard
//! output one block after the other. Floats are written with the digits that read back as the same bits.

use std::io::{self, BufWriter, IsTerminal, Seek, Write};

use nptensor::formats::WholeFile;
use nptensor::formats::npy::Header;
use nptensor::{DType, Float, Tensor, Value};

use super::classes::Classes;
use super::input::{io_error, wrong};
use super::{Done, Failure};

/// Why one output has no greatest.
pub(super) const ONE_OUTPUT: &str =
    "the model has one output, which is always the greatest: of a binary network it is the probability of class 1";

/// Writes bytes to a file, whole or not at all, or to standard output for `-`.
pub(super) fn whole(path: &str, bytes: &[u8], out: &mut dyn Write) -> Done {
    if path == "-" {
        return Ok(out.write_all(bytes)?);
    }
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes).map_err(|error| io_error(path, error))?;
    Ok(file.commit()?)
}

/// The part of a row of outputs that is written.
#[derive(Clone, Copy)]
pub(super) enum What {
    All,
    Argmax,
    Top(usize),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    Npy,
    /// Lines, with this between the values.
    Text(&'static str),
}

impl Form {
    /// The form for a value of `-o`.
    pub(super) fn of(path: Option<&str>) -> Done<Self> {
        match path.map(|path| (path, path.rsplit_once('.').map_or("", |(_, end)| end))) {
            None | Some((_, "txt")) => Ok(Form::Text(" ")),
            Some((_, "csv")) => Ok(Form::Text(",")),
            Some(("-", _) | (_, "npy")) => Ok(Form::Npy),
            Some((path, _)) => {
                Err(Failure::Usage(format!("-o takes a name in .npy, .txt or .csv, or '-', not '{path}'")))
            }
        }
    }
}

enum To<'a> {
    Out(&'a mut dyn Write),
    File(String, BufWriter<WholeFile>),
}

impl To<'_> {
    fn write(&mut self, work: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Done {
        match self {
            To::Out(out) => Ok(work(out)?),
            To::File(path, file) => work(file).map_err(|error| io_error(path, error).into()),
        }
    }
}

pub(super) struct Sink<'a> {
    to: To<'a>,
    form: Form,
    what: What,
    classes: Classes,
    /// The number of rows, where it is known beforehand.
    total: Option<usize>,
    /// The number of rows written; `None` before the header.
    rows: Option<usize>,
}

impl<'a> Sink<'a> {
    /// A sink to a file, or to `out`, standard output.
    pub(super) fn new(
        path: Option<&str>,
        what: What,
        classes: Classes,
        total: Option<usize>,
        out: &'a mut dyn Write,
    ) -> Done<Self> {
        let form = Form::of(path)?;
        let to = match path {
            Some("-") if io::stdout().is_terminal() => {
                let what = "-o - writes npy, which is no text for a terminal: leave it out, or redirect it";
                return Err(Failure::Usage(what.into()));
            }
            Some("-") if total.is_none() => {
                let what = "the header of an npy says how many rows follow, which a text does not tell: -o FILE.npy";
                return Err(wrong("standard output", what).into());
            }
            None | Some("-") => To::Out(out),
            Some(path) => To::File(path.into(), BufWriter::with_capacity(1 << 16, WholeFile::create(path)?)),
        };
        Ok(Sink { to, form, what, classes, total, rows: None })
    }

    /// The results of some rows, (n, outputs).
    pub(super) fn put<T: Float>(&mut self, y: &Tensor<T>) -> Done {
        let outputs = y.shape()[1];
        self.begin::<T>(outputs)?;
        self.rows = self.rows.map(|rows| rows + y.shape()[0]);
        let (form, what, classes) = (self.form, self.what, &self.classes);
        // No copy: results lie in C order.
        let values = y.as_slice().expect("a network's result is contiguous");
        let mut rows = (0..y.shape()[0]).map(|i| &values[i * outputs..][..outputs]);
        self.to.write(|out| rows.try_for_each(|row| put_row(out, form, what, classes, row)))
    }

    /// Completes a file and gives it its name. `outputs` is the width of its rows, needed where there are none.
    pub(super) fn finish<T: Float>(mut self, outputs: usize) -> Done {
        self.begin::<T>(outputs)?;
        let header = self.header::<T>(outputs)?;
        let To::File(path, mut file) = self.to else { return Ok(()) };
        if self.form == Form::Npy && self.total.is_none() {
            // With the number of rows: the header has reserved the digits.
            file.rewind().and_then(|()| file.write_all(&header)).map_err(|error| io_error(&path, error))?;
        }
        let file = file.into_inner().map_err(|error| io_error(&path, error.into_error()))?;
        Ok(file.commit()?)
    }

    /// Writes the header, unless it has been written.
    fn begin<T: Float>(&mut self, outputs: usize) -> Done {
        if self.rows.is_some() {
            return Ok(());
        }
        match self.what {
            What::Argmax if outputs == 0 => return Err(Failure::Usage("--argmax: the model has no outputs".into())),
            What::Argmax if outputs == 1 => return Err(Failure::Usage(format!("--argmax: {ONE_OUTPUT}"))),
            What::Top(k) if k > outputs => {
                return Err(Failure::Usage(format!("--top {k}: the model has {outputs} outputs")));
            }
            _ => {}
        }
        self.classes.fit(outputs).map_err(Failure::Usage)?;
        self.rows = Some(0);
        let header = self.header::<T>(outputs)?;
        if self.form == Form::Npy { self.to.write(|out| out.write_all(&header)) } else { Ok(()) }
    }

    /// The header of an npy with the number of rows, or of those written.
    fn header<T: Float>(&self, outputs: usize) -> Done<Vec<u8>> {
        let rows = self.total.or(self.rows).unwrap_or(0);
        let header = match self.what {
            What::All => Header::new(T::DTYPE, &[rows, outputs], false),
            What::Argmax => Header::new(DType::I64, &[rows], false),
            What::Top(k) => Header::new(DType::I64, &[rows, k], false),
        };
        Ok(header?.to_bytes())
    }
}

fn put_row<T: Float>(out: &mut dyn Write, form: Form, what: What, classes: &Classes, row: &[T]) -> io::Result<()> {
    let best = |k| best(row, k).into_iter();
    match (form, what) {
        (Form::Npy, What::All) => row.iter().try_for_each(|x| match x.value() {
            Value::F32(x) => out.write_all(&x.to_le_bytes()),
            _ => out.write_all(&x.to_f64().to_le_bytes()),
        }),
        (Form::Npy, What::Argmax) => best(1).try_for_each(|class| out.write_all(&(class as i64).to_le_bytes())),
        (Form::Npy, What::Top(k)) => best(k).try_for_each(|class| out.write_all(&(class as i64).to_le_bytes())),
        (Form::Text(between), What::All) => line(out, between, row.iter().map(|x| format!("{x:?}"))),
        (Form::Text(between), What::Argmax) => line(out, between, best(1).map(|class| classes.name(class))),
        (Form::Text(between), What::Top(k)) => {
            line(out, between, best(k).map(|class| format!("{}:{:?}", classes.name(class), row[class])))
        }
    }
}

fn line(out: &mut dyn Write, between: &str, words: impl Iterator<Item = String>) -> io::Result<()> {
    for (i, word) in words.enumerate() {
        write!(out, "{}{word}", if i == 0 { "" } else { between })?;
    }
    writeln!(out)
}

/// The indices of the `k` greatest values, greatest first: nan before all, as for argmax, and of equal ones the first.
pub(super) fn best<T: Float>(row: &[T], k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..row.len()).collect();
    let compare = |&a: &usize, &b: &usize| {
        let (x, y) = (row[a].to_f64(), row[b].to_f64());
        let by_value = if x.is_nan() || y.is_nan() { y.is_nan().cmp(&x.is_nan()) } else { y.total_cmp(&x) };
        by_value.then(a.cmp(&b))
    };
    if k < order.len() {
        // The k greatest first, in any order: few of many need not be sorted with all others.
        order.select_nth_unstable_by(k, compare);
        order.truncate(k);
    }
    order.sort_unstable_by(compare);
    order
}
