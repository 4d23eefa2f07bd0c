//! safetensors: a JSON header with types, shapes and offsets, then all elements in one block.
//!
//! ```text
//!   header length (8) | {"W1":{"dtype":"F32","shape":[784,50],"data_offsets":[0,156800]}, ...}, blanks | elements
//!                        "__metadata__":{"format":"pt", ...}                               offsets from here ^
//! ```
//!
//! Little-endian, C order. The tensors must fill the block without gap or overlap. F16 and BF16 widen to float32; 8-bit
//! floats and complex numbers are left out by name. Read next: `json.rs`.

use alloc::collections::BinaryHeap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::ops::Range;

use super::in_place;
use super::json;
use super::raw::{self, Kind, Unread};
use super::reader::{Reader, Shown};
use super::{AnyTensor, Archive, no_bytes, push, text};
use crate::error::{Error, Result};
use crate::kernel::memory::{Text, with_capacity};
use crate::layout::shape::MAX_NDIM;
use crate::tensor::list;

/// The format's own limit on its header.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// How deep a value may nest of which nothing is kept.
const MAX_SKIPPED_DEPTH: usize = 32;

/// One tensor as the header describes it.
struct Entry {
    name: String,
    kind: Result<Kind, Unread>,
    shape: Vec<usize>,
    start: usize,
    end: usize,
    /// The offset of its description in the header.
    at: usize,
}

/// The tensors in a safetensors file, in the order of its header, with its metadata.
///
/// # Errors
/// [`Error::Format`] with the byte at which it goes wrong.
///
/// ```
/// use nptensor::formats::safetensors;
/// let header = br#"{"b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}           "#;
/// let file = [b"\x41\0\0\0\0\0\0\0".as_slice(), header, &[1, 0, 2, 0]].concat();
/// let archive = safetensors::read(&file)?;
/// assert_eq!(archive.tensor::<i16>("b")?.to_vec(), [1, 2]);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Archive> {
    read_with(bytes, &mut |kind, entry, place| raw::decode(kind, false, &entry.shape, false, &bytes[place]))
}

/// [`read`], without a copy: the tensors are elements of the program itself, weights in the flash of a microcontroller.
///
/// Half precision widens, so it is copied, and so is bool; on a big-endian machine, all that has more than one byte.
/// Writing to a tensor copies it first.
///
/// # Errors
/// Those of [`read`], and [`Error::Format`] for elements that do not lie at a multiple of their size. `include_bytes!`
/// promises no alignment; a struct around it does, as below. A file whose own header is at fault is written again by
/// `nptensor convert`.
///
/// ```
/// use nptensor::formats::safetensors;
/// #[repr(align(8))]
/// struct Aligned<B: ?Sized>(B);
/// static FILE: &Aligned<[u8]> = &Aligned(*b"\x40\0\0\0\0\0\0\0{\"b\":{\"dtype\":\"I16\",\"shape\":[2],\
///     \"data_offsets\":[0,4]}}          \x01\0\x02\0"); // or *include_bytes!("numbers.safetensors")
/// let archive = safetensors::read_static(&FILE.0)?;
/// let b = archive.tensor::<i16>("b")?;
/// assert_eq!(b.to_vec(), [1, 2]);
/// # #[cfg(target_endian = "little")]
/// assert!(FILE.0.as_ptr_range().contains(&b.as_slice().unwrap().as_ptr().cast()));
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read_static(bytes: &'static [u8]) -> Result<Archive> {
    read_with(bytes, &mut |kind, entry, place| {
        let at = place.start;
        in_place::tensor(kind, &entry.shape, &bytes[place])?.ok_or_else(|| in_place::misaligned(kind, &entry.name, at))
    })
}

/// The tensors in a file, each made by `tensor`.
fn read_with(bytes: &[u8], tensor: &mut dyn FnMut(Kind, &Entry, Range<usize>) -> Result<AnyTensor>) -> Result<Archive> {
    let mut reader = Reader::new("safetensors", bytes);
    let len = reader.number(8, "the header's length")?;
    if len > MAX_HEADER_BYTES {
        return Err(reader.error_at(0, format!("a header of {len} bytes: at most {MAX_HEADER_BYTES} are read")));
    }
    reader.take(len, "the header")?;
    let data = reader.rest();
    let mut header = Reader::new("safetensors", &bytes[..reader.at()]).from(8);
    if header.peek() != Some(b'{') {
        return Err(header.error("the header does not begin with '{'"));
    }

    let mut archive = Archive::new();
    // By type and name, as the format's writers do.
    archive.sorted = true;
    let mut entries = Vec::new();
    header.json_object(&mut |json, name| match name {
        "__metadata__" if json.rest().starts_with(b"null") => json.json_skip(0),
        "__metadata__" => json.json_object(&mut |json, key| {
            let value = json.json_string()?;
            archive.metadata_mut().insert(text(&[key])?, value);
            Ok(())
        }),
        _ => {
            let entry = entry(json, name)?;
            push(&mut entries, entry)
        }
    })?;
    header.skip_blanks();
    header.finish("the header's JSON")?;

    let order: Vec<[usize; 3]> = list(entries.iter().enumerate().map(|(i, e)| Ok([e.start, e.end, i])))?;
    let mut filled = 0;
    // (A heap's sort has less code than a slice's.)
    for [_, _, i] in BinaryHeap::from(order).into_sorted_vec() {
        let entry = &entries[i];
        if entry.start != filled {
            let how = if entry.start < filled { "overlaps the one before it" } else { "leaves a gap before it" };
            return Err(reader.error_at(entry.at, format!("tensor {} {how}: byte {}", Shown(&entry.name), entry.start)));
        }
        filled = entry.end;
    }
    if filled != data.len() {
        let what = format!("the tensors take {filled} bytes, and {} follow the header", data.len());
        return Err(reader.error(what));
    }
    for entry in &entries {
        let part = match &entry.kind {
            Ok(kind) => {
                archive.met(*kind);
                Ok(tensor(*kind, entry, reader.at() + entry.start..reader.at() + entry.end)?)
            }
            Err(elements) => Err(elements.left_out()),
        };
        archive.add(&entry.name, part, |what| reader.error_at(8, what))?;
    }
    Ok(archive)
}

fn entry(json: &mut Reader<'_>, name: &str) -> Result<Entry> {
    let shown = Shown(name);
    let at = json.at();
    let (mut kind, mut shape, mut offsets) = (None, None, None);
    json.json_object(&mut |json, key| {
        match key {
            "dtype" => {
                let code = json.json_string()?;
                // F8_E4M3 and C64 have 8 and 64 bits.
                let size = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                let unread = || Unread::new(format!("elements of type {}", Shown(&code)), size, 1);
                kind = Some(Kind::from_safetensors(&code).ok_or_else(unread));
            }
            "shape" => shape = Some(sizes(json, MAX_NDIM)?),
            "data_offsets" => offsets = Some(sizes(json, 2)?),
            // As the format's own reader does.
            _ => json.json_skip(MAX_SKIPPED_DEPTH)?,
        }
        Ok(())
    })?;
    let error = |what| json.error_at(at, what);
    let (Some(kind), Some(shape), Some([start, end])) = (kind, shape, offsets.as_deref()) else {
        return Err(error(format!("tensor {shown} lacks one of dtype, shape, and two data_offsets")));
    };
    let found = end.checked_sub(*start);
    let size = match &kind {
        Ok(kind) => kind.bytes(&shape),
        Err(elements) => elements.check(&shape, found.unwrap_or(0)).map(|()| found.unwrap_or(0)),
    };
    let size = size.map_err(|what| error(format!("tensor {shown}: {what}")))?;
    if found != Some(size) {
        return Err(error(format!("tensor {shown} needs {size} bytes, not those from {start} to {end}")));
    }
    Ok(Entry { name: text(&[name])?, kind, shape, start: *start, end: *end, at })
}

/// An array of at most `most` sizes.
fn sizes(json: &mut Reader<'_>, most: usize) -> Result<Vec<usize>> {
    let mut out = Vec::new();
    json.json_array(&mut |json| {
        if out.len() == most {
            return Err(json.error(format!("the header has more than {most} numbers here")));
        }
        out.push(json.json_size()?);
        Ok(())
    })?;
    Ok(out)
}

/// The safetensors file of an archive, with its metadata: always the same bytes.
///
/// The header keeps the archive's order. The elements are ordered by their size, largest first, so that each tensor is
/// aligned where the file is mapped into memory.
///
/// # Errors
/// [`Error::Format`] for a tensor named `__metadata__`, which the format reserves; [`Error::OutOfMemory`] when the
/// memory cannot be had.
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats::{Archive, safetensors};
/// let mut archive = Archive::new();
/// archive.insert("0.bias", Tensor::from([1_f32, 2.0]))?;
/// archive.metadata_mut().insert("layers".into(), "dense".into());
/// let file = safetensors::to_bytes(&archive)?;
/// assert_eq!(safetensors::read(&file)?, archive);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn to_bytes(archive: &Archive) -> Result<Vec<u8>> {
    if archive.contains("__metadata__") {
        let what = "a tensor cannot have the name \"__metadata__\"".into();
        return Err(Error::Format { format: "safetensors", offset: 9, what });
    }
    let sized = |size| archive.iter().filter(move |(_, tensor)| tensor.dtype().size() == size);
    // Where those of each size begin.
    let (mut begin, mut end) = ([0; 9], 0_usize);
    for size in SIZES {
        begin[size] = end;
        for (_, tensor) in sized(size) {
            let bytes = Kind::Plain(tensor.dtype()).bytes(tensor.shape()).ok();
            let too_big = || Error::TooBig { shape: tensor.shape().to_vec() };
            end = bytes.and_then(|bytes| end.checked_add(bytes)).ok_or_else(too_big)?;
        }
    }
    let mut header = Text::default();
    write_header(archive, begin, &mut header).map_err(|_| no_bytes(header.0.len()))?;
    let len = header.0.len().next_multiple_of(8);
    let whole = end.saturating_add(8 + len);
    let mut out = with_capacity(whole).ok_or_else(|| no_bytes(whole))?;
    out.extend((len as u64).to_le_bytes());
    out.extend(header.0.as_bytes());
    out.extend(core::iter::repeat_n(b' ', len - header.0.len()));
    for (_, tensor) in SIZES.into_iter().flat_map(sized) {
        raw::encode(tensor, &mut out)?;
    }
    Ok(out)
}

/// The sizes that elements have, in the order of the file.
const SIZES: [usize; 4] = [8, 4, 2, 1];

/// Writes the header of a file in which the elements of each size begin at these offsets.
fn write_header(archive: &Archive, mut begin: [usize; 9], out: &mut Text) -> fmt::Result {
    let mut before = "{";
    if !archive.metadata().is_empty() {
        before = "{\"__metadata__\":{";
        for (key, text) in archive.metadata() {
            out.write_str(before)?;
            json::write_string(key, out)?;
            out.write_char(':')?;
            json::write_string(text, out)?;
            before = ",";
        }
        before = "},";
    }
    for (name, tensor) in archive {
        out.write_str(before)?;
        json::write_string(name, out)?;
        write!(out, r#":{{"dtype":"{}","shape":["#, Kind::Plain(tensor.dtype()).names().1)?;
        for (axis, n) in tensor.shape().iter().enumerate() {
            write!(out, "{}{n}", if axis > 0 { "," } else { "" })?;
        }
        let size = tensor.dtype().size();
        let start = begin[size];
        begin[size] += tensor.size() * size;
        write!(out, r#"],"data_offsets":[{start},{}]}}"#, begin[size])?;
        before = ",";
    }
    // Without tensors, what would stand before one ends the header.
    out.write_str(if before == "," { "" } else { before.trim_end_matches(',') })?;
    out.write_char('}')
}
