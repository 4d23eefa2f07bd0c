//! npz, the format of `np.savez` and `np.savez_compressed`: a zip of npy files, one per name.
//!
//! ```text
//!   zip { W1.npy, b1.npy, ... }   -->   Archive { W1, b1, ... }   each: inflate if deflated, check CRC-32, read as npy
//! ```
//!
//! A member is an array if its name ends in `.npy` or it begins as an npy does; the names of others are kept, and those
//! of arrays whose type is not read, in [`Archive::left_out`]. The sizes that members claim are added up and checked
//! against [`inflated_limit`] before the first is read, and each is checked against its claim. Members are written
//! stored, byte for byte as `np.savez` writes them, never deflated. Read next: `zip.rs`, `inflate.rs`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::crc32::crc32;
use super::foreign::zip_of;
use super::inflate::{Inflate, head, inflated_limit};
use super::reader::Shown;
use super::zip::{self, Member};
use super::{Archive, Format, LeftOut, len_by_header, npy, push, reserve, text};
use crate::error::{Error, Result};

/// The arrays in an npz file, in the order of its directory.
///
/// # Errors
/// [`Error::Format`] with the byte at which it goes wrong; an error inside a member names the member.
///
/// ```no_run
/// let archive = nptensor::formats::npz::read(&std::fs::read("weights.npz").unwrap())?;
/// for (name, tensor) in archive.iter() {
///     println!("{name} {} {:?}", tensor.dtype(), tensor.shape());
/// }
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Archive> {
    read_limited(bytes, inflated_limit(bytes.len()))
}

/// [`read`] with another limit on what the compressed members inflate to, all together.
///
/// # Errors
/// As [`read`].
pub fn read_limited(bytes: &[u8], limit: usize) -> Result<Archive> {
    let members = zip::members(bytes)?;
    let error = |offset, what| Error::Format { format: "npz", offset, what };
    let (n, mut arrays, mut others) = (members.len(), Vec::new(), Vec::new());
    for member in members {
        if is_array(&member)? {
            push(&mut arrays, member)?;
        } else if !member.name.ends_with('/') {
            // (Folders hold nothing.)
            push(&mut others, member.name)?;
        }
    }
    if arrays.is_empty() && n > 0 {
        let none = || format!("none of its {n} members is an array");
        return Err(error(0, zip_of(&others).map_or_else(none, |what| format!("{}: {what}", none()))));
    }
    zip::within("npz", &arrays, limit)?;
    let mut archive = Archive::new();
    for member in &arrays {
        let name = member.name.strip_suffix(".npy").unwrap_or(member.name);
        if member.deflated
            && let Some(len) = len_by_header(member.data, 0)?.filter(|&len| len as u64 != member.size)
        {
            let what = format!("{} bytes as the file says, and {len} by its header", member.size);
            return Err(wrong("npz", member, 0, what));
        }
        let bytes = unpack("npz", member)?;
        let (part, kind) = npy::part(&bytes).map_err(|inside| match inside {
            Error::OutOfMemory { .. } => inside,
            // An offset in a stored member is one in the file.
            Error::Format { offset, .. } if !member.deflated => wrong("npz", member, offset, inside.to_string()),
            _ => wrong("npz", member, 0, inside.to_string()),
        })?;
        kind.into_iter().for_each(|kind| archive.met(kind));
        archive.add(name, part, |what| error(member.offset, what))?;
    }
    for name in others {
        if archive.contains(name) {
            return Err(error(0, format!("the name {} stands twice, once without an array", Shown(name))));
        }
        archive.leave_out(name, LeftOut::NoArray)?;
    }
    Ok(archive)
}

/// Whether a member is an npy, by its name or by how it begins.
fn is_array(member: &Member<'_>) -> Result<bool> {
    if member.name.ends_with(".npy") || !member.deflated {
        return Ok(member.name.ends_with(".npy") || Format::of(member.data) == Some(Format::Npy));
    }
    // As long as the magic; what is longer is not inflated.
    Ok(Format::of(&head(member.data, 0, 6)?) == Some(Format::Npy))
}

/// The bytes of a member, inflated and checked; errors are in the name of `format`.
pub(super) fn unpack<'a>(format: &'static str, member: &Member<'a>) -> Result<Cow<'a, [u8]>> {
    let (size, len) = (member.size, member.data.len());
    let wrong = |at, what| wrong(format, member, at, what);
    let data = if member.deflated {
        // The caller has checked the claim against the limit, so it fits usize.
        let mut inflate = Inflate::new(size as usize);
        let used = inflate.stream("deflate", member.data, 0, size as usize).map_err(|inside| match inside {
            Error::Format { offset, what, .. } => wrong(offset, what),
            other => other,
        })?;
        if used != len {
            return Err(wrong(0, format!("{} bytes follow its end", len - used)));
        }
        Cow::Owned(inflate.into_output())
    } else {
        Cow::Borrowed(member.data)
    };
    if data.len() as u64 != size {
        return Err(wrong(0, format!("it inflates to {} bytes and claims {size}", data.len())));
    }
    let crc = crc32(&data);
    if crc != member.crc {
        return Err(wrong(0, format!("its checksum is {crc:08x}, not {:08x} as the file says", member.crc)));
    }
    Ok(data)
}

/// An error in a member, at one of its bytes in the file.
pub(super) fn wrong(format: &'static str, member: &Member<'_>, at: usize, what: String) -> Error {
    let what = format!("member {}: {what}", Shown(member.name));
    Error::Format { format, offset: member.offset + at, what }
}

/// The npz file of an archive, as `np.savez` writes it: stored, in the archive's order, without its metadata.
///
/// # Errors
/// [`Error::Format`] for a name that cannot be that of a file in an archive, for more than 65535 tensors, and past 4
/// GiB (safetensors has no such limit); [`Error::OutOfMemory`] when the memory cannot be had.
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats::{Archive, npz};
/// let mut archive = Archive::new();
/// archive.insert("W1", Tensor::from([[1_f32, 2.0], [3.0, 4.0]]))?;
/// let file = npz::to_bytes(&archive)?;
/// assert_eq!(npz::read(&file)?, archive);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn to_bytes(archive: &Archive) -> Result<Vec<u8>> {
    let error = |offset, what| Error::Format { format: "npz", offset, what };
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let too_long = |_| error(0, "more than 4 GiB, or more than 65535 tensors: save it as safetensors".into());
    for (name, tensor) in archive.iter() {
        let name = text(&[name, ".npy"])?;
        let utf8 = if name.is_ascii() { 0 } else { zip::UTF8 };
        zip::member_name(name.as_bytes(), utf8).map_err(|what| error(out.len(), what))?;
        let name_len = u16::try_from(name.len())
            .map_err(|_| error(out.len(), format!("the name {} is too long", Shown(&name))))?;
        let data = npy::to_bytes(tensor)?;
        let offset = u32::try_from(out.len()).map_err(too_long)?;
        let size = u32::try_from(data.len()).map_err(too_long)?;
        reserve(&mut out, 50 + name.len() + data.len())?;
        reserve(&mut directory, 46 + name.len())?;
        // Version 4.5, flags, stored, 1 January 1980, CRC.
        let mut common = [45, utf8, 0, 0, 0x21].map(u16::to_le_bytes).concat();
        common.extend(crc32(&data).to_le_bytes());
        // NumPy always writes the local sizes as zip64.
        out.extend([b"PK\x03\x04", &common[..], &[0xff; 8]].concat());
        out.extend([name_len, 20].map(u16::to_le_bytes).concat());
        out.extend(name.as_bytes());
        out.extend([1_u16, 16].map(u16::to_le_bytes).concat());
        out.extend([u64::from(size); 2].map(u64::to_le_bytes).concat());
        out.extend(data);
        directory.extend([b"PK\x01\x02\x2d\x03", &common[..]].concat());
        directory.extend([size; 2].map(u32::to_le_bytes).concat());
        directory.extend([name_len, 0, 0, 0, 0].map(u16::to_le_bytes).concat());
        // Readable and writable by the owner.
        directory.extend([0o600 << 16, offset].map(u32::to_le_bytes).concat());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(archive.len()).map_err(too_long)?;
    let size_and_offset =
        [u32::try_from(directory.len()).map_err(too_long)?, u32::try_from(out.len()).map_err(too_long)?];
    reserve(&mut out, directory.len() + 22)?;
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &[count; 2].map(u16::to_le_bytes).concat()].concat());
    out.extend(size_and_offset.map(u32::to_le_bytes).concat());
    out.extend([0; 2]);
    Ok(out)
}
