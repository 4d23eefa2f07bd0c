//! npy, the format of `np.save`: a Python dict literal that names type, order and shape, then the elements.
//!
//! ```text
//!   93 'NUMPY' | version (2) | header length (2; from version 2: 4) | header, padded with blanks, newline | elements
//!
//!   {'descr': '<f4', 'fortran_order': True, 'shape': (784, 50), }
//!
//!   Fortran order is read as a transposed view of the elements in their order in the file: strides (1, 784) here.
//! ```
//!
//! All three versions, both byte orders, all element types of tensors; float16 widens to float32. Objects, complex
//! numbers, records, strings and dates are errors that name the type: nothing is unpickled here. Bytes after the
//! elements are an error, but another npy is left out by name. Read next: `header.rs`, `write.rs`, then `../npz.rs`.

mod header;
mod write;

use super::archive::Part;
use super::raw;
use super::reader::Reader;
use super::{AnyTensor, Archive, Contents, Format, LeftOut};
use crate::error::Result;

pub use header::Header;
pub(super) use header::MAX_HEADER_BYTES;
use header::UnreadHeader;
pub use write::to_bytes;

/// The tensor in an npy file.
///
/// # Errors
/// [`Error::Format`](crate::Error::Format) with the byte at which it goes wrong.
///
/// ```
/// use nptensor::formats::npy;
/// let file = b"\x93NUMPY\x01\x00\x37\x00{'descr': '>i2', 'fortran_order': True, 'shape': (2,1)}\0\x07\xff\xff";
/// let x = npy::read(file)?;
/// assert_eq!(x.shape(), [2, 1]);
/// assert_eq!(x.get::<i16>()?.to_vec(), [7, -1]);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<AnyTensor> {
    let (tensor, rest) = first(bytes)?;
    rest.finish("the elements")?;
    Ok(tensor)
}

/// The first tensor, and what follows it.
fn first(bytes: &[u8]) -> Result<(AnyTensor, Reader<'_>)> {
    let mut reader = Reader::new("npy", bytes);
    let header = Header::parse(&mut reader)?.map_err(UnreadHeader::error)?;
    let data = reader.take(header.data_len() as u64, "the elements")?;
    Ok((raw::decode(header.kind, header.big_endian, &header.shape, header.fortran_order, data)?, reader))
}

/// The tensor in an npy file; of several that `np.save` wrote one after another, the first, named as in `np.savez`.
pub(super) fn contents(bytes: &[u8]) -> Result<Contents> {
    let (tensor, rest) = first(bytes)?;
    if Format::of(rest.rest()) != Some(Format::Npy) {
        rest.finish("the elements")?;
        return Ok(Contents::Tensor(tensor));
    }
    let mut archive = Archive::of("arr_0", tensor);
    archive.leave_out("arr_1", LeftOut::Follows)?;
    Ok(Contents::Archive(archive))
}

/// The tensor in an npy that is a part of a file and the type of its elements there, or what they are, if not read.
pub(super) fn part(bytes: &[u8]) -> Result<(Part, Option<raw::Kind>)> {
    let mut reader = Reader::new("npy", bytes);
    match Header::parse(&mut reader)? {
        Ok(header) => Ok((Ok(read(bytes)?), Some(header.kind))),
        Err(UnreadHeader { elements, shape, .. }) => {
            elements.check(&shape, reader.rest().len()).map_err(|what| reader.error(what))?;
            Ok((Err(elements.left_out()), None))
        }
    }
}
