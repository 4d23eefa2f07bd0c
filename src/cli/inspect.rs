//! `nptensor inspect`: what is in a file.
//!
//! ```text
//!   model.safetensors: safetensors, 6 tensors, 45360 values
//!
//!   layers    dense sigmoid dense sigmoid dense softmax                      its metadata
//!
//!   0.weight  float32  (50,784)  C  -0.0074  0.0026 ...                      names, types, shapes, order, first values
//! ```
//!
//! The order is C or F, as in NumPy. Of an npy, which may be larger than memory, only the beginning is read; what is of
//! no format is read as a table, line by line: see `table.rs`.

use std::io::{BufRead, Read, Write};

use nptensor::formats::npy::Header;
use nptensor::formats::{self, AnyTensor, Archive, Contents, Format, LayerOrder, LeftOut};
use nptensor::{Error, Index, Layer, Result, Sequential};

use super::Done;
use super::args::Args;
use super::columns::ColumnArgs;
use super::input::{
    counted, foreign, in_file, io_error, is_all_there, open, read_as_known, rest, size, start, tuple, unpack, whole,
};
use super::table;
use nptensor::explain::wide;

pub(super) const HELP: &str = "\
Print what is in a file: names, types, shapes, order, first values, and the layers of a model; of a
table the numbers, texts and missing values in each column

Usage: nptensor inspect FILE [OPTIONS]

  FILE  .npy, .npz, .safetensors, .pkl, .pt, IDX, or text with a row in each line (CSV, tabs,
        semicolons, blanks), or one of them gzipped; - is standard input

Options:
  --header, --no-header  The first line of a text is a heading, or a row
";

/// Columns of a line.
const COLUMNS: usize = 80;

/// The most first values of a tensor that are shown.
const SHOWN_VALUES: usize = 8;

/// The most characters of a name that are shown.
const MAX_NAME: usize = 1000;

/// The longest row of an npy that is read to show its first values, in bytes.
const MAX_ROW_BYTES: usize = 1 << 20;

/// One tensor, as a line shows it.
struct Entry {
    name: String,
    about: [String; 3],
    size: usize,
    /// The tensor, or the first of its rows; `None` where that would be too much to read.
    values: Option<AnyTensor>,
}

impl Entry {
    fn new(name: &str, tensor: &AnyTensor) -> Self {
        let order = if tensor.is_fortran() { "F" } else { "C" };
        let about = [tensor.dtype().name().into(), tuple(tensor.shape()), order.into()];
        Entry { name: start(name, MAX_NAME), about, size: tensor.size(), values: Some(tensor.clone()) }
    }
}

pub(super) fn run(mut args: Args, out: &mut dyn Write) -> Done {
    let (columns, path) = (ColumnArgs::of_heading(&mut args)?, args.operand("FILE")?);
    args.done()?;
    let (mut format, mut stream) = open(&path)?;
    if format == Some(Format::Gzip) {
        (format, stream) = unpack(&path, stream, &|_| false)?;
    }
    if format.is_none() {
        let head = stream.fill_buf().map_err(|error| io_error(&path, error))?;
        foreign(head).map_or(Ok(()), |error| in_file(&path, Err(error)))?;
        return table::print(&path, stream, &columns, out);
    }
    if format == Some(Format::Npy) {
        let (entry, more) = npy(&path, &mut stream)?;
        writeln!(out, "{path}: npy, {}", counted(entry.size, "value"))?;
        lines(out, &[entry])?;
        if more {
            writeln!(out, "  {}", LeftOut::Follows)?;
        }
        return Ok(());
    }
    let bytes = whole(&path, format, stream)?;
    let gzipped = if format == Some(Format::Gzip) { ", gzipped" } else { "" };
    let contents = in_file(&path, read_as_known(&bytes))?;
    let name = Format::inside(&bytes).map_or("", Format::name);
    match contents {
        Contents::Tensor(tensor) => {
            writeln!(out, "{path}: {name}{gzipped}, {}", counted(tensor.size(), "value"))?;
            lines(out, &[Entry::new("", &tensor)])?;
        }
        Contents::Archive(archive) => {
            let entries: Vec<Entry> = archive.iter().map(|(name, tensor)| Entry::new(name, tensor)).collect();
            let size = entries.iter().map(|entry| entry.size).sum();
            let tensors = counted(entries.len(), "tensor");
            writeln!(out, "{path}: {name}{gzipped}, {tensors}, {}", counted(size, "value"))?;
            metadata(out, &archive)?;
            lines(out, &entries)?;
            let mut left_out = archive.left_out().iter();
            left_out.try_for_each(|(name, why)| writeln!(out, "  {}  {why}", start(name, MAX_NAME)))?;
            model(out, &archive)?;
        }
    }
    Ok(())
}

/// The tensor of an npy, and whether another follows; only the values that are shown are read.
fn npy(path: &str, stream: &mut impl BufRead) -> Result<(Entry, bool)> {
    let header = in_file(path, Header::read_from(stream))?;
    let mut more = is_all_there(path, &header)?;
    let shape = header.shape();
    let order = if header.fortran_order() && shape.len() > 1 { "F" } else { "C" };
    let row = size(shape.get(1..).unwrap_or(&[])).saturating_mul(header.item_len());
    let elements = size(shape);
    let mut bytes = Vec::new();
    let values = match (order, shape.is_empty()) {
        _ if elements == 0 => None,
        ("C", false) if row <= MAX_ROW_BYTES => {
            let n = SHOWN_VALUES.min(shape[0]) * row;
            stream.take(n as u64).read_to_end(&mut bytes).map_err(|error| io_error(path, error))?;
            Some(in_file(path, header.rows(&bytes))?)
        }
        _ if header.data_len() <= MAX_ROW_BYTES => {
            let bytes = rest(path, header.to_bytes(), stream)?;
            let contents = in_file(path, read_as_known(&bytes))?;
            more |= matches!(contents, Contents::Archive(_));
            Some(contents.into_tensor()?)
        }
        _ => None,
    };
    let about = [header.dtype().name().into(), tuple(shape), order.into()];
    Ok((Entry { name: String::new(), about, size: elements, values }, more))
}

/// The texts that a file holds about itself, each on a line.
fn metadata(out: &mut dyn Write, archive: &Archive) -> std::io::Result<()> {
    if archive.metadata().is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let texts: Vec<(String, String)> =
        archive.metadata().iter().map(|(key, text)| (start(key, COLUMNS), start(text, COLUMNS))).collect();
    let keys = widest(texts.iter().map(|(key, _)| key));
    texts
        .iter()
        .try_for_each(|(key, text)| writeln!(out, "{}", abridged(&format!("  {}  {text}", wide::padded(key, keys)))))
}

fn lines(out: &mut dyn Write, entries: &[Entry]) -> std::io::Result<()> {
    let names = widest(entries.iter().map(|entry| &entry.name));
    let [types, shapes, _] = [0, 1, 2].map(|i| widest(entries.iter().map(|entry| &entry.about[i])));
    writeln!(out)?;
    for Entry { name, about: [dtype, shape, order], size, values } in entries {
        let name = if names == 0 { String::new() } else { wide::padded(name, names) + "  " };
        let start = format!("  {name}{dtype:<types$}  {shape:<shapes$}  {order}  ");
        let columns = COLUMNS.saturating_sub(wide::columns(&start));
        let values = values.as_ref().map_or(String::new(), |values| first(values, *size, columns));
        writeln!(out, "{}", format!("{start}{values}").trim_end())?;
    }
    Ok(())
}

/// As many of the first values as fit.
fn first(values: &AnyTensor, size: usize, columns: usize) -> String {
    let text = |n: usize| {
        let mut indices = vec![Index::At(0); values.ndim().saturating_sub(1)];
        if values.ndim() > 0 {
            indices.push(Index::step(..n as isize, 1));
        }
        let part = values.slice(&indices[..]).ok()?;
        let more = if part.size() < size { " ..." } else { "" };
        Some(format!("{}{more}", part.to_string().trim_matches(['[', ']']).trim()))
    };
    (1..=SHOWN_VALUES)
        .rev()
        .filter_map(text)
        .find(|text| text.chars().count() <= columns && !text.contains('\n'))
        .unwrap_or_default()
}

/// The layers with their names, where the tensors are those of a network.
fn model(out: &mut dyn Write, archive: &Archive) -> std::io::Result<()> {
    let listed = archive.metadata().contains_key("layers");
    let network = match listed {
        true => Sequential::<f64>::try_from(archive),
        false => formats::model(archive, Layer::Identity, Layer::Identity),
    };
    let order = formats::layer_order(archive).map(|(told_by, _)| told_by);
    match network {
        Ok(network) => {
            let all = network.to_string();
            let layers: Vec<&str> = all.lines().filter(|layer| listed || *layer != "identity").collect();
            let activations = if listed { "" } else { " without activations" };
            let order = if order == Ok(LayerOrder::File) { ", its layers in the order of the file" } else { "" };
            writeln!(out, "\nmodel{activations}{order}: {}", layers.join(" "))
        }
        Err(error @ (Error::Model { .. } | Error::Layer { .. })) if listed || order == Ok(LayerOrder::Unknown) => {
            writeln!(out, "\nno model: {error}")
        }
        Err(_) => Ok(()),
    }
}

/// The width of a column, at most a line: a file chooses its names.
fn widest<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts.map(|text| wide::columns(text)).max().unwrap_or(0).min(COLUMNS)
}

/// A line, abridged where it is too long.
fn abridged(line: &str) -> String {
    match line.char_indices().nth(COLUMNS) {
        None => line.into(),
        Some(_) => line.chars().take(COLUMNS - 3).chain("...".chars()).collect(),
    }
}
