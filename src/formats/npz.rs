//! npz, the format of `np.savez` and `np.savez_compressed`: a zip of npy files, one per name.
//!
//! ```text
//!   zip { W1.npy, b1.npy, ... }   -->   Archive { W1, b1, ... }      each: find, inflate if deflated, check CRC-32, read as npy
//! ```
//!
//! Members whose names do not end in `.npy` are passed over. What members claim to inflate to is added up and held against [`inflated_limit`]
//! before the first is touched, and each is held to its claim. Read next: `zip.rs`, `inflate.rs`.

use alloc::borrow::Cow;
use alloc::format;

use super::crc32::crc32;
use super::inflate::{Inflate, inflated_limit};
use super::zip::{self, Member};
use super::{Archive, npy};
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
    let arrays = || members.iter().filter_map(|member| Some((member.name.strip_suffix(".npy")?, member)));
    let error = |offset, what| Error::Format { format: "npz", offset, what };
    if arrays().next().is_none() && !members.is_empty() {
        return Err(error(0, format!("none of its {} members is an .npy file", members.len())));
    }
    let claims = arrays().filter(|(_, member)| member.deflated).map(|(_, member)| member.size);
    let claimed = claims.fold(0, u64::saturating_add);
    if claimed > limit as u64 {
        return Err(error(0, format!("its members inflate to {claimed} bytes, where {limit} are allowed")));
    }
    let mut archive = Archive::new();
    for (name, member) in arrays() {
        if archive.contains(name) {
            return Err(error(member.offset, format!("the name {name:?} stands twice")));
        }
        archive.insert(
            name,
            npy::read(&unpack(member)?).map_err(|inside| {
                // A place in a stored member is a place in the file.
                let within = match &inside {
                    Error::Format { offset, .. } if !member.deflated => *offset,
                    _ => 0,
                };
                error(member.offset + within, format!("member {:?}: {inside}", member.name))
            })?,
        )?;
    }
    Ok(archive)
}

/// The bytes of a member, inflated and checked.
fn unpack<'a>(member: &Member<'a>) -> Result<Cow<'a, [u8]>> {
    let error = |what| Error::Format { format: "npz", offset: member.offset, what };
    let data = if member.deflated {
        // The caller has held the claim against the limit, so it fits usize.
        let mut inflate = Inflate::new(member.size as usize);
        let used = inflate.stream("deflate", member.data, 0).map_err(|inside| match inside {
            Error::Format { offset, what, .. } => Error::Format {
                format: "npz",
                offset: member.offset + offset,
                what: format!("member {:?}: {what}", member.name),
            },
            other => other,
        })?;
        if used != member.data.len() {
            let what = format!("member {:?}: {} bytes follow its end", member.name, member.data.len() - used);
            return Err(error(what));
        }
        Cow::Owned(inflate.into_output())
    } else {
        Cow::Borrowed(member.data)
    };
    if data.len() as u64 != member.size {
        let what = format!("member {:?} inflates to {} bytes and claims {}", member.name, data.len(), member.size);
        return Err(error(what));
    }
    let crc = crc32(&data);
    if crc != member.crc {
        let what =
            format!("member {:?}: its checksum is {crc:08x}, not {:08x} as the file says", member.name, member.crc);
        return Err(error(what));
    }
    Ok(data)
}
