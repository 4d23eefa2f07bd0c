//! gzip (RFC 1952): a deflate stream with a header before it and a checksum after it, one or several times.
//!
//! ```text
//!   1F 8B | 08 | flags | time (4) | level | system | [extra] [name] [comment] [header crc]
//!   deflate ... | CRC-32 (4) | size mod 2^32 (4)
//! ```
//!
//! Checksum and size are checked; several members are joined, zero bytes after the last are padding, anything else
//! there is an error. Reads only. Read next: `inflate.rs`, and `gunzip.rs` for a stream.

use alloc::vec::Vec;

use super::crc32::crc32;
use super::inflate::{Inflate, head, inflated_limit};
use super::reader::Reader;
use super::{Format, HEAD_BYTES, len_by_header, unknown};
use crate::error::{Error, Result};

#[cfg(feature = "std")]
pub use super::gunzip::Decoder;

const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

/// What is inside a gzip file.
///
/// # Errors
/// [`Error::Format`] with the byte; also past [`inflated_limit`] of the file's length.
///
/// ```
/// use nptensor::formats::gzip;
/// let file = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";
/// assert_eq!(gzip::decompress(file)?, b"hello");
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn decompress(bytes: &[u8]) -> Result<Vec<u8>> {
    decompress_limited(bytes, inflated_limit(bytes.len()))
}

/// What is inside a gzip file that [`formats::read`](super::read) takes: its beginning is seen before the rest is
/// inflated.
pub(super) fn contents(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader::new("gzip", bytes);
    header(&mut reader)?;
    let head = head(bytes, reader.at(), HEAD_BYTES)?;
    match Format::of(&head) {
        Some(Format::Gzip) => return Err(reader.error_at(0, "gzip inside gzip")),
        None if head.len() == HEAD_BYTES => return Err(unknown(&head)),
        _ => {}
    }
    let limit = inflated_limit(bytes.len());
    let Some(len) = len_by_header(bytes, reader.at())? else { return decompress(bytes) };
    let claim = bytes.last_chunk().map_or(0, |&size| u32::from_le_bytes(size)) as usize;
    // One npy may follow another. (Asked for is more: a copy, of up to 258 bytes, that goes beyond that is left out.)
    let more = || Ok(self::head(bytes, reader.at(), len + 264)?.get(len..).and_then(Format::of) == Some(Format::Npy));
    let most = if len < claim && claim <= limit && more()? { claim } else { len.min(limit) };
    decompress_limited(bytes, most).map_err(|error| match error {
        Error::Format { offset, what, .. } if len < limit && claim != len => {
            let what = format!("{what}: so many has what is inside by its header, and {claim} by the end of the file");
            reader.error_at(offset, what)
        }
        error => error,
    })
}

/// The format of what is inside, as far as the beginning tells.
pub(super) fn format_inside(bytes: &[u8]) -> Option<Format> {
    let mut reader = Reader::new("gzip", bytes);
    header(&mut reader).ok()?;
    Format::of(&head(bytes, reader.at(), HEAD_BYTES).ok()?)
}

/// [`decompress`] with another limit on the bytes that come out.
///
/// # Errors
/// As [`decompress`].
pub fn decompress_limited(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    let mut reader = Reader::new("gzip", bytes);
    let mut inflate = Inflate::new(limit);
    let mut start = 0;
    loop {
        header(&mut reader)?;
        // The file ends with the size of the last member, which most often is the only one.
        let expected = bytes.last_chunk().map_or(0, |&size| u32::from_le_bytes(size)) as usize;
        let used = inflate.stream("gzip", bytes, reader.at(), expected)?;
        reader = reader.from(used);
        let out = &inflate.output()[start..];
        trailer(&mut reader, crc32(out), out.len() as u64)?;
        start += out.len();
        if reader.rest().iter().all(|&byte| byte == 0) {
            return Ok(inflate.into_output());
        }
    }
}

/// What follows the data of a member, held against what came out.
pub(super) fn trailer(reader: &mut Reader<'_>, found: u32, len: u64) -> Result<()> {
    let at = reader.at();
    let (crc, size) = (reader.number(4, "the checksum")? as u32, reader.number(4, "the size")? as u32);
    if crc != found {
        return Err(reader.error_at(at, format!("the checksum is {found:08x}, not {crc:08x} as the file says")));
    }
    if size != len as u32 {
        return Err(reader.error_at(at + 4, format!("{len} bytes came out, not {size} as the file says")));
    }
    Ok(())
}

pub(super) fn header(reader: &mut Reader<'_>) -> Result<()> {
    let start = reader.clone();
    if reader.array("the header")? != [0x1f, 0x8b] {
        return Err(start.error("no gzip member begins here"));
    }
    let [method, flags] = reader.array("the header")?;
    if method != 8 {
        return Err(reader.error_at(start.at() + 2, format!("compression method {method} is not deflate")));
    }
    if flags & RESERVED != 0 {
        return Err(reader.error_at(start.at() + 3, "reserved flags are set"));
    }
    reader.take(6, "the header")?;
    if flags & EXTRA != 0 {
        let n = reader.number(2, "the extra field")?;
        reader.take(n, "the extra field")?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            reader.take_while(|byte| byte != 0);
            reader.u8("the name or comment")?;
        }
    }
    if flags & HEADER_CRC != 0 {
        let found = crc32(&start.rest()[..reader.at() - start.at()]) as u16;
        let at = reader.at();
        let crc = reader.number(2, "the header's checksum")? as u16;
        if crc != found {
            return Err(reader.error_at(at, format!("the header's checksum is {found:04x}, not {crc:04x}")));
        }
    }
    Ok(())
}
