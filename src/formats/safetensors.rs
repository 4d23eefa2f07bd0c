//! safetensors: a JSON header that names types, shapes and places, then all elements in one block.
//!
//! ```text
//!   header length (8) | {"W1":{"dtype":"F32","shape":[784,50],"data_offsets":[0,156800]}, ...}, padded with blanks | elements
//!                        "__metadata__":{"format":"pt", ...}                               offsets count from here ^
//! ```
//!
//! Little-endian, C order. The tensors must fill the block without gap or overlap. F16 and BF16 widen to float32; 8-bit floats and
//! complex numbers are refused by name. Read next: `json.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::json::{self, Json};
use super::raw::{self, Kind};
use super::reader::{Reader, Shown};
use super::{AnyTensor, Archive};
use crate::error::{Error, Result};
use crate::kernel::scalar::DType;
use crate::layout::shape::MAX_NDIM;

/// The format's own limit on its header.
const MAX_HEADER: u64 = 100_000_000;

/// One tensor as the header describes it.
struct Entry {
    name: String,
    kind: Kind,
    shape: Vec<usize>,
    start: usize,
    end: usize,
    /// Where the header describes it.
    at: usize,
}

/// The tensors in a safetensors file, in the order of its header, with its metadata.
///
/// # Errors
/// [`Error::Format`] with the byte at which it goes wrong.
///
/// ```
/// use nptensor::formats::safetensors;
/// let file = [b"\x41\0\0\0\0\0\0\0".as_slice(), br#"{"b":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}           "#, &[1, 0, 2, 0]].concat();
/// let archive = safetensors::read(&file)?;
/// assert_eq!(archive.tensor::<i16>("b")?.to_vec(), [1, 2]);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Archive> {
    let mut reader = Reader::new("safetensors", bytes);
    let len = reader.u64_le("the header's length")?;
    if len > MAX_HEADER {
        return Err(reader.error_at(0, format!("a header of {len} bytes: at most {MAX_HEADER} are read")));
    }
    reader.take(len, "the header")?;
    let data = reader.rest();
    let header = Reader::new("safetensors", &bytes[..reader.at()]).from(8);
    if header.peek() != Some(b'{') {
        return Err(header.error("the header does not begin with '{'"));
    }

    let mut archive = Archive::new();
    let mut entries = Vec::new();
    let mut json = Json::new(header);
    json.object(|json, name| match name {
        "__metadata__" => json.object(|json, key| {
            let text = json.string()?;
            archive.metadata_mut().insert(String::from(key), text);
            Ok(())
        }),
        _ => {
            entries.push(entry(json, name)?);
            Ok(())
        }
    })?;
    json.finish()?;

    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_key(|entry| (entry.start, entry.end));
    let mut filled = 0;
    for entry in order {
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
    for Entry { name, kind, shape, start, end, .. } in entries {
        let tensor: AnyTensor = raw::decode(kind, false, &shape, false, &data[start..end])?;
        archive.insert(name, tensor)?;
    }
    Ok(archive)
}

/// The description of one tensor.
fn entry(json: &mut Json<'_>, name: &str) -> Result<Entry> {
    let shown = Shown(name);
    let at = json.reader().at();
    let (mut kind, mut shape, mut offsets) = (None, None, None);
    json.object(|json, key| {
        let at = json.reader().at();
        match key {
            "dtype" => {
                let code = json.string()?;
                let unknown = || {
                    json.reader()
                        .error_at(at, format!("tensor {shown}: elements of type {} are not supported", Shown(&code)))
                };
                kind = Some(dtype(&code).ok_or_else(unknown)?);
            }
            "shape" => shape = Some(sizes(json, MAX_NDIM)?),
            "data_offsets" => offsets = Some(sizes(json, 2)?),
            _ => return Err(json.reader().error_at(at, format!("tensor {shown} has an unknown key {}", Shown(key)))),
        }
        Ok(())
    })?;
    let error = |what| json.reader().error_at(at, what);
    let (Some(kind), Some(shape), Some([start, end])) = (kind, shape, offsets.as_deref()) else {
        return Err(error(format!("tensor {shown} lacks one of dtype, shape, and two data_offsets")));
    };
    let size = kind.bytes(&shape).map_err(|what| error(format!("tensor {shown}: {what}")))?;
    if end.checked_sub(*start) != Some(size) {
        return Err(error(format!("tensor {shown} needs {size} bytes, not those from {start} to {end}")));
    }
    Ok(Entry { name: String::from(name), kind, shape, start: *start, end: *end, at })
}

/// An array of at most `most` sizes.
fn sizes(json: &mut Json<'_>, most: usize) -> Result<Vec<usize>> {
    let mut out = Vec::new();
    json.array(|json| {
        if out.len() == most {
            return Err(json.reader().error(format!("the header has more than {most} numbers here")));
        }
        out.push(json.size()?);
        Ok(())
    })?;
    Ok(out)
}

fn dtype(code: &str) -> Option<Kind> {
    Some(match code {
        "BOOL" => Kind::Plain(DType::Bool),
        "I8" => Kind::Plain(DType::I8),
        "I16" => Kind::Plain(DType::I16),
        "I32" => Kind::Plain(DType::I32),
        "I64" => Kind::Plain(DType::I64),
        "U8" => Kind::Plain(DType::U8),
        "U16" => Kind::Plain(DType::U16),
        "U32" => Kind::Plain(DType::U32),
        "U64" => Kind::Plain(DType::U64),
        "F32" => Kind::Plain(DType::F32),
        "F64" => Kind::Plain(DType::F64),
        "F16" => Kind::F16,
        "BF16" => Kind::BF16,
        _ => return None,
    })
}

/// The name of a type in the format.
fn code(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "BOOL",
        DType::I8 => "I8",
        DType::I16 => "I16",
        DType::I32 => "I32",
        DType::I64 => "I64",
        DType::U8 => "U8",
        DType::U16 => "U16",
        DType::U32 => "U32",
        DType::U64 => "U64",
        DType::F32 => "F32",
        DType::F64 => "F64",
    }
}

/// The safetensors file of an archive, with its metadata: always the same bytes.
///
/// The header keeps the archive's order. The elements lie by size, largest first, so that each tensor is aligned for who maps the file.
///
/// # Errors
/// [`Error::Format`] for a tensor named `__metadata__`, which the format reserves; [`Error::OutOfMemory`] when the memory cannot be had.
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
    let mut order: Vec<usize> = (0..archive.len()).collect();
    let tensors: Vec<(&str, &AnyTensor)> = archive.iter().collect();
    order.sort_by_key(|&place| Reverse(tensors[place].1.dtype().size()));
    let mut offsets = alloc::vec![(0, 0); tensors.len()];
    let mut end = 0_usize;
    for &place in &order {
        let tensor = tensors[place].1;
        let bytes = Kind::Plain(tensor.dtype()).bytes(tensor.shape()).ok();
        let too_big = || Error::TooBig { shape: tensor.shape().to_vec() };
        let start = end;
        end = bytes.and_then(|bytes| start.checked_add(bytes)).ok_or_else(too_big)?;
        offsets[place] = (start, end);
    }

    let mut header = String::from("{");
    if !archive.metadata().is_empty() {
        header.push_str("\"__metadata__\":{");
        for (key, text) in archive.metadata() {
            json::write_string(key, &mut header);
            header.push(':');
            json::write_string(text, &mut header);
            header.push(',');
        }
        header.pop();
        header.push_str("},");
    }
    for ((name, tensor), (start, end)) in tensors.iter().zip(&offsets) {
        if *name == "__metadata__" {
            let what = "a tensor cannot have the name \"__metadata__\"".into();
            return Err(Error::Format { format: "safetensors", offset: 8 + header.len(), what });
        }
        json::write_string(name, &mut header);
        let sizes: Vec<String> = tensor.shape().iter().map(|n| format!("{n}")).collect();
        let (code, sizes) = (code(tensor.dtype()), sizes.join(","));
        header.push_str(&format!(r#":{{"dtype":"{code}","shape":[{sizes}],"data_offsets":[{start},{end}]}},"#));
    }
    if header.ends_with(',') {
        header.pop();
    }
    header.push('}');
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }

    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header.as_bytes());
    for &place in &order {
        raw::encode(tensors[place].1, &mut out)?;
    }
    Ok(out)
}
