//! IDX, the format of MNIST: an element type, sizes, elements, all big-endian.
//!
//! ```text
//!   00 00 | type | ndim | size 0 (4 bytes) | ... | size ndim-1 | elements in C order
//!
//!   type  08 uint8   09 int8   0B int16   0C int32   0D float32   0E float64
//! ```
//!
//! The format is not written. The files are usually gzipped: [`read`] inflates them. Read next: `gzip.rs`.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::raw::{self, Kind};
use super::reader::Reader;
use super::{AnyTensor, Format, gzip};
use crate::error::Result;
use crate::kernel::scalar::DType;
use crate::layout::shape::MAX_NDIM;
use crate::tensor::Tensor;

/// The tensor in an IDX file, plain or gzipped.
///
/// # Errors
/// [`Error::Format`](crate::Error::Format) with the byte at which it goes wrong.
///
/// ```
/// use nptensor::formats::idx;
/// let labels = idx::read(b"\x00\x00\x08\x01\x00\x00\x00\x03\x07\x02\x01")?;
/// assert_eq!(labels.get::<u8>()?.to_vec(), [7, 2, 1]);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<AnyTensor> {
    read_cow(match Format::of(bytes) {
        Some(Format::Gzip) => Cow::Owned(gzip::contents(bytes)?),
        _ => Cow::Borrowed(bytes),
    })
}

/// [`read`] of what has been inflated already, or never was compressed.
pub(super) fn read_cow(bytes: Cow<'_, [u8]>) -> Result<AnyTensor> {
    let mut reader = Reader::new("idx", &bytes);
    let (dtype, shape, size) = header(&mut reader)?;
    let start = reader.at();
    let data = reader.take(size as u64, "the elements")?;
    reader.finish("the elements")?;
    if dtype == DType::U8
        && let Cow::Owned(mut bytes) = bytes
    {
        // The inflated bytes of images become the tensor, without a second copy.
        bytes.drain(..start);
        return Ok(AnyTensor::from(Tensor::dense(bytes, &shape)));
    }
    raw::decode(Kind::Plain(dtype), true, &shape, false, data)
}

/// How many bytes a file has that begins so; `None` where its header is cut short or makes no sense.
pub(super) fn len(head: &[u8]) -> Option<usize> {
    let mut reader = Reader::new("idx", head);
    let (_, _, size) = header(&mut reader).ok()?;
    reader.at().checked_add(size)
}

/// Type and shape, and the bytes of all elements.
fn header(reader: &mut Reader<'_>) -> Result<(DType, Vec<usize>, usize)> {
    if reader.array("the magic number")? != [0, 0] {
        return Err(reader.error_at(0, "does not begin with two zero bytes"));
    }
    let dtype = match reader.u8("the type")? {
        0x08 => DType::U8,
        0x09 => DType::I8,
        0x0b => DType::I16,
        0x0c => DType::I32,
        0x0d => DType::F32,
        0x0e => DType::F64,
        code => return Err(reader.error_at(2, format!("no element type has the code {code:#04x}"))),
    };
    let ndim = reader.u8("the number of axes")?;
    if usize::from(ndim) > MAX_NDIM {
        return Err(reader.error_at(3, format!("{ndim} axes: at most {MAX_NDIM} are read")));
    }
    let mut shape = Vec::new();
    for _ in 0..ndim {
        shape.push(u32::from_be_bytes(reader.array("the sizes")?) as usize);
    }
    let size = Kind::Plain(dtype).bytes(&shape).map_err(|what| reader.error_at(4, what))?;
    Ok((dtype, shape, size))
}
