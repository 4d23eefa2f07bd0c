//! pt, the format of `torch.save`: a zip of a pickle and, beside it, the elements. No code runs.
//!
//! ```text
//!   zip { NAME/data.pkl,                  what was saved, each tensor a view of a storage
//!         NAME/data/0, NAME/data/1, ..    the storages: elements alone, as the pickle types them
//!         NAME/byteorder, NAME/version }  little or big; files without it are older, and little
//!
//!   a tensor                              -->  Tensor
//!   a state_dict                          -->  Archive  0.weight 0.bias ...
//!   a checkpoint that holds one           -->  the same; left out: optimizer, epoch, ... (beside the weights)
//!   an nn.Sequential or a layer, whole    -->  the same, its layers in the metadata
//! ```
//!
//! Cargo's feature `torch` turns it on. The pickle machine of `pkl/mod.rs` runs the pickle, with torch's names as data;
//! every other name is an error. Members may be deflated, up to [`inflated_limit`]. A storage in several tensors counts
//! as what they become, which all together is at most twice what the file has, and a MiB. Not read: files of torch 1.5
//! and before, which are no zip, and TorchScript. Read next: `pkl/torch.rs`.

use alloc::collections::BTreeMap;
use alloc::string::ToString;

use super::foreign::TORCH_SCRIPT;
use super::inflate::inflated_limit;
use super::npz::{unpack, wrong};
use super::pkl::{storages::Storages, torch::contents};
use super::reader::Shown;
use super::zip;
use super::{Contents, text};
use crate::error::{Error, Result};
use crate::tensor::list;

/// What `torch.save` has saved.
///
/// # Errors
/// [`Error::Format`] with the byte at which it goes wrong; an error inside a member names the member.
///
/// ```no_run
/// use nptensor::formats::pt;
/// let archive = pt::read(&std::fs::read("model.pt").unwrap())?.into_archive();
/// println!("{:?}", archive.metadata().get("layers")); // Some("dense:0 relu dense:2"), if it is a Sequential
/// println!("{:?}", archive.tensor::<f32>("0.weight")?.shape());
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Contents> {
    read_limited(bytes, inflated_limit(bytes.len()))
}

/// [`read`] with another limit on what the compressed members inflate to, all together.
///
/// # Errors
/// As [`read`].
pub fn read_limited(bytes: &[u8], limit: usize) -> Result<Contents> {
    let error = |offset, what| Error::Format { format: "pt", offset, what };
    let members = zip::members(bytes)?;
    let mut names = BTreeMap::new();
    for (i, member) in members.iter().enumerate() {
        if names.insert(text(&[member.name])?, i).is_some() {
            return Err(error(member.offset, format!("the member {} stands twice", Shown(member.name))));
        }
    }
    zip::within("pt", &members, limit)?;
    let prefix = |name: &str| name.strip_suffix("data.pkl")?.strip_suffix('/').map(|prefix| !prefix.contains('/'));
    let mut pickles = members.iter().filter(|member| prefix(member.name) == Some(true));
    let (Some(pickle), None) = (pickles.next(), pickles.next()) else {
        return Err(error(0, "it has not one member NAME/data.pkl, as torch.save writes it".into()));
    };
    let prefix = text(&[pickle.name.strip_suffix("data.pkl").unwrap_or_default()])?;
    let beside = |name| Ok(names.get(&text(&[&prefix, name])?).map(|&i: &usize| &members[i]));
    if beside("constants.pkl")?.is_some() {
        return Err(error(pickle.offset, TORCH_SCRIPT.into()));
    }
    let big_endian = match beside("byteorder")? {
        None => false,
        Some(member) => match &*unpack("pt", member)? {
            b"little" => false,
            b"big" => true,
            _ => return Err(error(member.offset, "a byte order that is neither little nor big".into())),
        },
    };
    let data = unpack("pt", pickle)?;
    let decoded = list(members.iter().map(|_| Ok(None)))?;
    let storages = Storages { members: &members, names: &names, prefix, big_endian, decoded };
    contents(&data, storages).map_err(|inside| match inside {
        Error::Format { format: "pkl", offset, .. } => {
            wrong("pt", pickle, if pickle.deflated { 0 } else { offset }, inside.to_string())
        }
        other => other,
    })
}

/// Whether a zip's first member, whose header this is, is that of `torch.save`.
pub(super) fn begins(header: &[u8]) -> bool {
    let Some(&[low, high]) = header.get(26..28).and_then(|len| len.first_chunk()) else { return false };
    let name = header.get(30..30 + usize::from(u16::from_le_bytes([low, high])));
    name.is_some_and(|name| name.ends_with(b"/data.pkl"))
}
