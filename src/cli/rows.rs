//! INPUT on the command line: rows of numbers, block by block, so that memory does not grow with their number.
//!
//! ```text
//!   npy     header | row row row row ...        a block of rows is read, decoded and dropped
//!   text    0.1 0.5\n0.2 0.7\n ...               likewise: see lines.rs
//!   gzip    of either                           likewise, unpacked as it comes
//!   others  IDX, npz ..                         read whole, then taken block by block; npy in Fortran order as well
//!
//!   each --cast, / 255 where uint8 are pixels, (x - mean) / std--> Tensor (rows, width)
//! ```
//!
//! An entry along the first axis is a row, whatever its shape: images (n,28,28) are n rows of 784. The format is
//! recognized by its first bytes. Read next: `lines.rs`, `input.rs`, `scale.rs`.

use std::io::{BufRead, Read};
use std::str::FromStr;

use nptensor::formats::npy::Header;
use nptensor::formats::{AnyTensor, Format, LeftOut};
use nptensor::{DType, Error, Float, Index, Layer, Result, Sequential, Tensor};

use super::Done;
use super::args::Args;
use super::columns::ColumnArgs;
use super::input::{
    follows, in_file, io_error, is_all_there, named, no_foreign, note, note_left_out, one, open, read_as_known, rest,
    size, tensor, too_large, tuple, unpack, wrong,
};
use super::lines::Lines;
use super::progress::Progress;
use super::scale::{Scale, ScaleArgs};

/// The part of a help text that explains the option of INPUT.
macro_rules! divide_help {
    () => {
        "  --divide D     Divide every number by D [default: 255 where they are uint8, which are taken
                 for pixels; 1 for all others: texts and floats of 0 to 255 need it]"
    };
}

/// The part of a help text that explains the other options of INPUT.
macro_rules! rows_help {
    () => {
        "  --mean LIST    Subtract from each column its number, after --divide, and
  --std LIST     divide each column by its number: numbers with commas between, one alone for all
                 columns, or a file with a row of them

Options of text:
  --header, --no-header
                 The first line is a heading, or a row [default: a heading if the next has a number
                 below a text of it, and what numbers it has count up]; sep=; and lines that begin
                 with # may stand before it, the last of these as the heading; empty lines are left
                 out anywhere
  --columns LIST Only these columns, in this order: names of the heading, numbers from 1 (which
                 count, whatever the names), or ranges: 2-5, age:income, 2- for the rest
                 [default: all but that of --label]
  --missing V    Read V, before any scale, where a field is empty, NA, N/A, n/a, #N/A, <NA>, NULL,
                 null or None, or nan [default: an error; nan is a number]"
    };
}

pub(super) use {divide_help, rows_help};

/// The bytes of a block in the widest of the layers, where the command line does not give its number of rows.
const BLOCK_BYTES: usize = 1 << 20;
/// The most where it does: no result depends on it, and one large file may not take all memory.
const MAX_BATCH_BYTES: usize = 1 << 26;

/// Rows of numbers as elements of type `T`.
pub(super) struct Rows<T: Float> {
    path: String,
    input: Input,
    /// The shape of one row in the file; of text, if the model has no dense layer, `None` before the first line.
    pub(super) row: Option<Vec<usize>>,
    /// The number of rows, where it is known beforehand.
    pub(super) total: Option<usize>,
    read: usize,
    /// The most outputs that a layer has for a row.
    widest: usize,
    /// The divisor of every number, if there is one.
    divisor: Option<Tensor<T>>,
    scale: Scale,
    /// How many rows are taken at a time, where that is given.
    most: Option<usize>,
}

#[derive(Default)]
pub(super) struct RowsArgs {
    pub(super) divide: Option<f64>,
    pub(super) columns: ColumnArgs,
    pub(super) scale: ScaleArgs,
    pub(super) batch: Option<usize>,
}

impl RowsArgs {
    pub(super) fn parse(args: &mut Args) -> Done<Self> {
        let (divide, batch) = (divide(args)?, args.number("--batch")?);
        Ok(RowsArgs { divide, columns: ColumnArgs::parse(args)?, scale: ScaleArgs::parse(args)?, batch })
    }
}

/// Where rows come from. An entry along axis 0 is a row.
enum Input {
    Npy { header: Header, stream: Box<dyn BufRead>, bytes: Vec<u8> },
    Whole(AnyTensor),
    Text(Box<Lines>),
}

pub(super) fn divide(args: &mut Args) -> Done<Option<f64>> {
    // (Also as a float32, where 1e39 would make 0 of all.)
    let read = |text: &str| text.parse().ok().filter(|&number: &f64| (number as f32).is_normal());
    args.value("--divide", "a number other than 0", read)
}

impl<T: Float + FromStr> Rows<T> {
    /// The rows in a file, or on standard input, each of them an input of the network.
    pub(super) fn open(path: &str, network: &Sequential<T>, args: &RowsArgs) -> Result<Self> {
        let inputs = network.inputs();
        let text = |stream| Box::new(Lines::new(path, stream, &args.columns, [inputs, network.outputs()]));
        let input = input(path, inputs, &text)?;
        if let (Some(option), false) = (args.columns.any(), matches!(input, Input::Text(_))) {
            return Err(wrong(path, format!("{option} is for columns of text, and this is none")));
        }
        let (dtype, shape) = match &input {
            Input::Npy { header, .. } => (header.dtype(), Some(header.shape())),
            Input::Whole(tensor) => (tensor.dtype(), Some(tensor.shape())),
            Input::Text(_) => (T::DTYPE, None),
        };
        if let Some(shape) = shape {
            let (row, width) = (tuple(&shape[1..]), size(&shape[1..]));
            if let Some(inputs) = inputs.filter(|&inputs| inputs != width) {
                let what = format!("rows of shape {row} are {width} numbers, and the model takes {inputs}");
                return Err(wrong(path, what));
            }
            if width == 0 {
                return Err(wrong(path, format!("rows of shape {row} hold no numbers")));
            }
        }
        let divisor = args.divide.unwrap_or_else(|| {
            let (by, what) = match dtype {
                DType::F32 | DType::F64 | DType::Bool => return 1.0,
                DType::U8 => (255.0, "dividing uint8, taken for pixels, by 255".into()),
                other => (1.0, format!("taking {other} as they are, not as pixels")),
            };
            note(path, &format!("{what} (--divide)"));
            by
        });
        // (Other layers have as many outputs as inputs.)
        let outputs = |layer: &Layer<T>| if let Layer::Dense { b, .. } = layer { b.size() } else { 0 };
        Ok(Rows {
            path: path.into(),
            row: shape.map(|shape| shape[1..].to_vec()).or_else(|| inputs.map(|inputs| vec![inputs])),
            total: shape.map(|shape| shape[0]),
            read: 0,
            widest: network.layers().iter().map(outputs).max().unwrap_or(0),
            divisor: (divisor != 1.0).then(|| Tensor::from(T::from_f64(divisor))),
            scale: args.scale.read()?,
            most: args.batch,
            input,
        })
    }

    /// Runs the network on all rows, block by block: `work` takes each with its outputs, and the labels beside it in a
    /// text. Returns the width of a row. Says so where outputs are nan: no class is the right one for such a row, for
    /// which `argmax` gives that of the first nan.
    pub(super) fn run(
        &mut self,
        network: &Sequential<T>,
        no_bar: bool,
        work: &mut dyn FnMut(&Tensor<T>, Tensor<T>, &[usize]) -> Done,
    ) -> Done<usize> {
        let mut progress = Progress::new(self.total, no_bar);
        let (mut nan, mut first_nan) = (0, String::new());
        loop {
            let x = self.batch()?;
            let n = x.shape()[0];
            if n == 0 {
                if nan > 0 {
                    let rows = if nan == 1 { "1 row has".into() } else { format!("{nan} rows have") };
                    let what = "as in NumPy, nan counts as the greatest";
                    note(&self.path, &format!("{rows} nan among the outputs, the first of them {first_nan}: {what}"));
                }
                return Ok(x.shape()[1]);
            }
            let y = network.forward(&x)?;
            let (labels, numbers): (&[usize], &[usize]) = match &self.input {
                Input::Text(lines) => (&lines.labels, &lines.numbers),
                _ => (&[], &[]),
            };
            let all = y.as_slice().unwrap_or(&[]);
            for (i, row) in all.chunks((all.len() / n).max(1)).enumerate() {
                if row.iter().any(|x| x.to_f64().is_nan()) {
                    if nan == 0 {
                        first_nan =
                            numbers.get(i).map_or(format!("row {}", self.read - n + i), |line| format!("line {line}"));
                    }
                    nan += 1;
                }
            }
            work(&x, y, labels)?;
            progress.step(n);
        }
    }

    /// The next rows for the network, as (rows, width): at most those of `--batch`, and those that memory allows.
    fn batch(&mut self) -> Done<Tensor<T>> {
        let bytes = if self.most.is_some() { MAX_BATCH_BYTES } else { BLOCK_BYTES };
        // One row alone tells its width.
        let fit = self.row.as_ref().map_or(1, |row| bytes / size_of::<T>() / size(row).max(self.widest).max(1));
        self.block(self.most.unwrap_or(usize::MAX).min(fit.max(1)))
    }

    /// The next rows as (rows, width): at most `most` of them; none after the last.
    pub(super) fn block(&mut self, most: usize) -> Done<Tensor<T>> {
        let n = most.min(self.total.map_or(usize::MAX, |total| total - self.read));
        let rows = match &mut self.input {
            Input::Npy { header, stream, bytes } => {
                in_file(&self.path, read_rows(&self.path, header, stream, bytes, self.read, n))?
            }
            Input::Whole(tensor) => tensor.slice(self.read..self.read + n)?,
            Input::Text(lines) => in_file(&self.path, lines.next::<T>(n))?.into(),
        };
        let (n, row) = (rows.shape()[0], &rows.shape()[1..]);
        self.read += n;
        if let Some((at, large)) = too_large(&rows, T::DTYPE) {
            return Err(wrong(&self.path, format!("row {}: {large}", self.read - n + at / size(row))).into());
        }
        let x = rows.cast::<T>().reshape(&[n, size(row)])?;
        if self.row.is_none() && n > 0 {
            self.row = Some(row.to_vec());
        }
        self.scale.apply(if let Some(by) = &self.divisor { x.try_div(by)? } else { x })
    }
}

/// The input in a file, by its first bytes.
fn input(path: &str, inputs: Option<usize>, text: &dyn Fn(Box<dyn BufRead>) -> Box<Lines>) -> Result<Input> {
    if named(path).1.is_some() {
        return whole(path, tensor(path)?, inputs);
    }
    let streams = |header: &Header| {
        let shape = header.shape();
        (!header.fortran_order() || shape.len() < 2) && !shape.is_empty() && !is_one_row(shape, inputs)
    };
    let (mut format, mut stream) = open(path)?;
    let packed = format == Some(Format::Gzip);
    if packed {
        (format, stream) = unpack(path, stream, &streams)?;
    }
    let mut bytes = Vec::new();
    match format {
        None => {
            // Known files of other programs that are no text; what begins like nothing known is taken for one.
            no_foreign(path, stream.fill_buf().map_err(|error| io_error(path, error))?)?;
            return Ok(Input::Text(text(stream)));
        }
        Some(Format::Npy) => {
            let header = in_file(path, Header::read_from(&mut stream))?;
            if streams(&header) {
                if !packed && is_all_there(path, &header)? {
                    note_second(path);
                    stream = Box::new(stream.take(header.data_len() as u64));
                }
                return Ok(Input::Npy { header, stream, bytes });
            }
            bytes = header.to_bytes();
        }
        Some(_) => {}
    }
    let bytes = rest(path, bytes, stream)?;
    let contents = in_file(path, read_as_known(&bytes))?;
    note_left_out(path, &contents);
    whole(path, one(path, contents)?, inputs)
}

/// A tensor whose rows are all there.
fn whole(path: &str, tensor: AnyTensor, inputs: Option<usize>) -> Result<Input> {
    match tensor.shape() {
        [] => Err(wrong(path, "one number of shape () has no rows")),
        shape if is_one_row(shape, inputs) => Ok(Input::Whole(tensor.slice((Index::NewAxis, ..))?)),
        _ => Ok(Input::Whole(tensor)),
    }
}

/// One input alone, without an axis for rows.
fn is_one_row(shape: &[usize], inputs: Option<usize>) -> bool {
    shape.len() == 1 && inputs == Some(shape[0])
}

/// Says that an npy goes on with another.
fn note_second(path: &str) {
    note(path, &format!("leaving out arr_1 ({})", LeftOut::Follows));
}

/// The `n` rows after the first `read`; for `n` = 0, an error unless nothing follows.
fn read_rows(
    path: &str,
    header: &Header,
    stream: &mut dyn BufRead,
    bytes: &mut Vec<u8>,
    read: usize,
    n: usize,
) -> Result<AnyTensor> {
    let row = size(&header.shape()[1..]).saturating_mul(header.item_len());
    let error = |at: usize, what| Error::Format { format: "npy", offset: header.offset() + at, what };
    let failed = |error| io_error("", error);
    bytes.clear();
    // The buffer grows as bytes arrive: the header of a pipe may claim more rows than follow.
    stream.take((n * row) as u64).read_to_end(bytes).map_err(failed)?;
    if bytes.len() < n * row {
        let (whole, rest) = (bytes.len() / row, bytes.len() % row);
        let what = format!(
            "the file ends inside row {} of {}: {row} bytes wanted, {rest} left",
            read + whole,
            header.shape()[0]
        );
        return Err(error((read + whole) * row, what));
    }
    if n == 0 && !stream.fill_buf().map_err(failed)?.is_empty() {
        if !follows("", stream)? {
            return Err(error(read * row, "bytes follow the last row".into()));
        }
        note_second(path);
        // To the end, where a checksum may stand.
        while let n @ 1.. = stream.fill_buf().map_err(failed)?.len() {
            stream.consume(n);
        }
    }
    header.rows(bytes)
}
