//! Files and standard input, whole: for small files, and for the formats whose rows cannot be streamed.
//!
//! ```text
//!   path or - --> bytes --formats::read--> Contents        an error names the file
//! ```
//!
//! `mnist.npz:x_test` is one tensor of a file. Rows of any number are read block by block, in `rows.rs`.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use nptensor::formats::gzip::Decoder;
use nptensor::formats::npy::Header;
use nptensor::formats::{self, AnyTensor, Contents, Format, LeftOut};
use nptensor::{DType, Error, IoSource, Result};

/// As many bytes as tell what a file is, ours or another program's.
const HEAD_BYTES: u64 = 256;

/// As many bytes of a gzip file as tell what is inside, with the longest header of an npy there.
const PACKED_HEAD_BYTES: u64 = 1 << 18;

type Opened = (Option<Format>, Box<dyn BufRead>);

/// A file, or standard input for `-`, and its format by the first bytes; the stream includes these.
pub(super) fn open(path: &str) -> Result<Opened> {
    let stream: Box<dyn Read> = match path {
        "-" => Box::new(io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(|error| io_error(path, error))?),
    };
    opened(path, stream)
}

fn opened(path: &str, stream: Box<dyn Read>) -> Result<Opened> {
    let mut stream = BufReader::new(stream);
    let head = head(path, &mut stream, HEAD_BYTES)?;
    Ok((Format::of(&head), Box::new(Cursor::new(head).chain(stream))))
}

/// A gzip stream, unpacked as it is read where text is inside, or an npy with rows; whatever else is packed is left as
/// it is, and Gzip the format.
pub(super) fn unpack(path: &str, mut stream: Box<dyn BufRead>, has_rows: &dyn Fn(&Header) -> bool) -> Result<Opened> {
    let head = head(path, &mut stream, PACKED_HEAD_BYTES)?;
    let unpacked = |packed: Box<dyn Read>| opened(path, Box::new(Decoder::new(packed)?));
    let inside = Format::inside(&head);
    let streams = match inside {
        None => true,
        Some(Format::Npy) => unpacked(Box::new(Cursor::new(head.clone())))
            .and_then(|(_, mut beginning)| Header::read_from(&mut beginning))
            .is_ok_and(|header| has_rows(&header)),
        _ => false,
    };
    let packed = Box::new(Cursor::new(head).chain(stream));
    let (_, stream) = if streams { unpacked(packed)? } else { opened(path, packed)? };
    Ok((if streams { inside } else { Some(Format::Gzip) }, stream))
}

/// Whether a file, and no pipe, is of no format that is known, here or elsewhere: most often text.
pub(super) fn is_text(path: &str) -> bool {
    path != "-"
        && fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > 0)
        && open(path).is_ok_and(|(format, mut stream)| {
            format.is_none() && stream.fill_buf().is_ok_and(|head| foreign(head).is_none())
        })
}

/// The next bytes of a stream, at most `most`.
fn head(path: &str, stream: &mut dyn Read, most: u64) -> Result<Vec<u8>> {
    rest(path, Vec::new(), stream.take(most))
}

/// The bytes that have been read of a stream, and the rest of it.
pub(super) fn rest(path: &str, mut bytes: Vec<u8>, mut stream: impl Read) -> Result<Vec<u8>> {
    stream.read_to_end(&mut bytes).map_err(|error| io_error(path, error))?;
    Ok(bytes)
}

/// What is in bytes whose format is known. (In one place: the readers are compiled into each.)
#[inline(never)]
pub(super) fn read_as_known(bytes: &[u8]) -> Result<Contents> {
    formats::read(bytes)
}

/// What a file of another program is, by how it begins; none of what nobody knows.
pub(super) fn foreign(head: &[u8]) -> Option<Error> {
    let (error, unknown) = (read_as_known(head).err()?, read_as_known(&[1]).err()?);
    (error.to_string() != unknown.to_string()).then_some(error)
}

/// An error where a file begins as one of another program and is no text.
pub(super) fn no_foreign(path: &str, head: &[u8]) -> Result<()> {
    // (The end of the head may cut a character.)
    let is_text = str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    foreign(head).filter(|_| !is_text).map_or(Ok(()), |error| in_file(path, Err(error)))
}

pub(super) fn load(path: &str) -> Result<Contents> {
    let contents = load_silently(path)?;
    note_left_out(path, &contents);
    Ok(contents)
}

/// Without a line on what is left out.
pub(super) fn load_silently(path: &str) -> Result<Contents> {
    let (format, stream) = open(path)?;
    in_file(path, read_as_known(&whole(path, format, stream)?))
}

/// A file, and after a colon the name of one of its tensors; a file with all of that for its name wins.
pub(super) fn named(path: &str) -> (&str, Option<&str>) {
    let mut colons = path.match_indices(':').map(|(at, _)| at).filter(|_| !Path::new(path).exists());
    let colon = colons.find(|&at| Path::new(&path[..at]).is_file());
    colon.map_or((path, None), |at| (&path[..at], Some(&path[at + 1..])))
}

/// The one tensor in a file, or that which the path names.
pub(super) fn tensor(path: &str) -> Result<AnyTensor> {
    match named(path) {
        (_, None) => one(path, load(path)?),
        (file, Some(name)) => {
            let archive = load_silently(file)?.into_archive();
            in_file(file, archive.only(&[name]).and_then(|one| Contents::from(one).into_tensor()))
        }
    }
}

/// The one tensor of a file.
pub(super) fn one(path: &str, contents: Contents) -> Result<AnyTensor> {
    let hint = if matches!(&contents, Contents::Archive(archive) if !archive.is_empty()) && path != "-" {
        " (FILE:NAME takes one of them)"
    } else {
        ""
    };
    in_file(path, contents.into_tensor().map_err(|error| wrong("", error.to_string() + hint)))
}

/// The bytes of a file; of one whose format is not known, only the first, for the error that says so.
pub(super) fn whole(path: &str, format: Option<Format>, stream: impl Read) -> Result<Vec<u8>> {
    rest(path, Vec::new(), stream.take(if format.is_some() { u64::MAX } else { HEAD_BYTES }))
}

/// Says what is left out, and what is read as another type.
pub(super) fn note_left_out(path: &str, contents: &Contents) {
    let Contents::Archive(archive) = contents else { return };
    if !archive.left_out().is_empty() {
        note(path, &format!("leaving out {}", left_out(archive.left_out().iter())));
    }
    if let Some(half) = archive.half_precision() {
        note(path, &format!("reading {half} as float32"));
    }
}

/// The first few names of what is left out, and why.
pub(super) fn left_out<'a>(parts: impl Iterator<Item = &'a (String, LeftOut)>) -> String {
    few(parts.map(|(name, why)| format!("{} ({why})", start(name, 80))), ", ")
}

/// An error unless a file, not a pipe, is as long as its npy header says, before any work is done. Whether another
/// array follows there, which is not read.
pub(super) fn is_all_there(path: &str, header: &Header) -> Result<bool> {
    let Some(file) = fs::metadata(path).ok().filter(|file| file.is_file() && path != "-") else { return Ok(false) };
    let (there, wanted) = (file.len().saturating_sub(header.offset() as u64), header.data_len() as u64);
    if there == wanted {
        return Ok(false);
    }
    if there > wanted {
        let mut file = File::open(path).map_err(|error| io_error(path, error))?;
        file.seek(SeekFrom::Start(header.offset() as u64 + wanted)).map_err(|error| io_error(path, error))?;
        if follows(path, &mut file)? {
            return Ok(true);
        }
    }
    let shape = tuple(header.shape());
    let what = format!("elements for shape {shape} take {wanted} bytes, and {there} follow the header");
    in_file(path, Err(Error::Format { format: "npy", offset: header.offset(), what }))
}

/// The first number that is finite and no float32, if that is wanted: where it stands, and what is said of it.
pub(super) fn too_large(tensor: &AnyTensor, dtype: DType) -> Option<(usize, String)> {
    let (AnyTensor::F64(numbers), DType::F32) = (tensor, dtype) else { return None };
    let mut large = numbers.iter().enumerate().filter(|(_, x)| x.is_finite() && (*x as f32).is_infinite());
    large.next().map(|(at, x)| (at, format!("{x:?} is too large for float32 (--dtype f64)")))
}

/// Whether a stream goes on with another npy.
pub(super) fn follows(path: &str, stream: &mut dyn Read) -> Result<bool> {
    Ok(Format::of(&head(path, stream, 6)?) == Some(Format::Npy))
}

/// The value, or its error with the file's name.
pub(super) fn in_file<V>(path: &str, value: Result<V>) -> Result<V> {
    // (Apart from the type of the value, so that it is compiled once.)
    fn named(path: &str, error: Error) -> Error {
        match error {
            Error::Io { what, .. } => wrong(path, what),
            error => wrong(path, error.to_string()),
        }
    }
    value.map_err(|error| named(path, error))
}

pub(super) fn wrong(path: &str, what: impl Into<String>) -> Error {
    Error::Io { path: shown(path).into(), what: what.into(), source: IoSource::default() }
}

/// The system's error about a file.
pub(super) fn io_error(path: &str, error: io::Error) -> Error {
    Error::Io { path: shown(path).into(), what: error.to_string(), source: error.into() }
}

/// A line on standard error about a file: what is taken for granted, and may change a number.
pub(super) fn note(path: &str, what: &str) {
    // A failure to write to standard error cannot be reported.
    let _ = writeln!(io::stderr(), "nptensor: {}: {what}", shown(path));
}

pub(super) fn listing(names: &[impl AsRef<str>]) -> String {
    few(names.iter().map(|name| name.as_ref().escape_debug().to_string()), " ")
}

/// The first few of some texts, and dots where there are more.
pub(super) fn few(texts: impl Iterator<Item = String>, between: &str) -> String {
    let texts: Vec<String> = texts.take(17).collect();
    let more = if texts.len() > 16 { format!("{between}...") } else { String::new() };
    texts[..texts.len().min(16)].join(between) + &more
}

/// The first `most` characters of a text: a file of a few bytes may hold one of any length.
pub(super) fn start(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.escape_debug().to_string(),
        Some((end, _)) => format!("{}...", text[..end].escape_debug()),
    }
}

fn shown(path: &str) -> &str {
    if path == "-" { "standard input" } else { path }
}

/// A shape as NumPy's errors write it: `(784,50)`, `(50,)`.
pub(super) fn tuple(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("({}{})", sizes.join(","), if shape.len() == 1 { "," } else { "" })
}

/// The numbers in a tensor of this shape, which its reader has checked.
pub(super) fn size(shape: &[usize]) -> usize {
    shape.iter().product()
}

pub(super) fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
