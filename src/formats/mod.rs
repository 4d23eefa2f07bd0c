//! Files in, typed tensors out: npy, npz, safetensors, pkl, pt and IDX are read; npy, npz and safetensors written.
//!
//! ```text
//!   bytes --sniff--> npy  -----------------------------+
//!                    IDX  -----------------------------+--> Contents::Tensor(AnyTensor)
//!                    gzip --inflate--> one of the others
//!                    zip  --inflate--> npy, npy, ... --+--> Contents::Archive(names -> AnyTensor, in file order)
//!                    safetensors ----------------------+
//!                    pkl, pt --------------------------+    (one array: a tensor; a dict or list: an archive)
//! ```
//!
//! ```
//! use nptensor::formats;
//! let bytes = b"\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03\x01\x02\x03\x04\x05\x06"; // IDX: u8, shape (2, 3)
//! let x = formats::read(bytes)?.into_tensor()?.cast::<f32>();
//! assert_eq!(x.shape(), [2, 3]);
//! assert_eq!(x.to_vec(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! A safetensors file of the program itself is read where it lies, its weights not copied: [`read_model_static`].
//!
//! Element types are known only at run time here: [`AnyTensor`] is one tensor of any of them, and [`AnyTensor::cast`]
//! makes it static.
//!
//! **No file can break a reader.** Every claimed size is checked against the bytes of the file before anything is
//! allocated, products of sizes are checked, nesting is limited, and so is what inflates ([`inflated_limit`]). An error
//! names the format and the byte. Nothing here runs code, follows a path inside an archive, or uses a length before it
//! is checked.
//!
//! Read next: `reader.rs` (checked reading), `raw.rs` (bytes to elements), `npy/mod.rs` (the simplest format).

mod any;
mod archive;
mod crc32;
#[cfg(feature = "std")]
mod files;
mod foreign;
#[cfg(feature = "std")]
mod gunzip;
pub mod gzip;
pub mod idx;
mod in_place;
mod inflate;
mod json;
mod list;
mod model;
pub mod npy;
pub mod npz;
mod order;
mod parts;
pub mod pkl;
mod prefix;
#[cfg(feature = "torch")]
pub mod pt;
mod raw;
mod reader;
pub mod safetensors;
mod zip;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::tensor::{Tensor, push, reserve};

pub use any::AnyTensor;
#[cfg(feature = "capi")]
pub(crate) use any::each;
pub use archive::{Archive, LeftOut};
#[cfg(feature = "std")]
pub use files::{WholeFile, load, load_model, save, save_model};
pub(crate) use foreign::{HEAD_BYTES, unknown};
pub use in_place::read_model_static;
pub use inflate::inflated_limit;
pub use model::{layer_order, model, model_with_layers, read_model};
pub use order::LayerOrder;
#[cfg(feature = "torch")]
pub use {list::defaults_in, model::list_in_full};

/// The longest name of a tensor that is read, in any format: that of a zip, whose field holds no longer one.
const MAX_NAME_BYTES: usize = 65_535;

/// What a file holds: one tensor, or several under names.
#[derive(Clone, Debug, PartialEq)]
pub enum Contents {
    /// One tensor without a name: npy, IDX, a pickled array.
    Tensor(AnyTensor),
    /// Named tensors: npz, safetensors, a pickled dict.
    Archive(Archive),
}

impl Contents {
    /// The only tensor: the one there is, or that of an archive with a single entry.
    ///
    /// # Errors
    /// [`Error::Format`] when there are several, or none, or one beside what is left out for its type. (What follows an
    /// npy is left out without an error: [`Archive::left_out`] has it.)
    pub fn into_tensor(self) -> Result<AnyTensor> {
        match self {
            Contents::Tensor(tensor) => Ok(tensor),
            Contents::Archive(archive) => archive.single().cloned(),
        }
    }

    /// As an archive; a tensor without a name gets the empty one.
    pub fn into_archive(self) -> Archive {
        match self {
            Contents::Tensor(tensor) => Archive::of("", tensor),
            Contents::Archive(archive) => archive,
        }
    }
}

/// What can be saved: a tensor, one of any type, an archive, or references to them, which share the data.
macro_rules! from_parts {
    ($($part:ty, $variant:ident $(, $type:ident)?;)*) => {$(
        impl$(<$type: Element>)? From<$part> for Contents {
            fn from(part: $part) -> Self {
                Contents::$variant(part.into())
            }
        }

        impl$(<$type: Element>)? From<&$part> for Contents {
            fn from(part: &$part) -> Self {
                Contents::$variant(part.clone().into())
            }
        }
    )*};
}

from_parts! {
    Tensor<T>, Tensor, T;
    AnyTensor, Tensor;
    Archive, Archive;
}

impl From<&Contents> for Contents {
    fn from(contents: &Contents) -> Self {
        contents.clone()
    }
}

/// The formats that can be told apart by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// NumPy's `np.save`.
    Npy,
    /// NumPy's `np.savez` and `np.savez_compressed`.
    Npz,
    /// Hugging Face's format, which torch users save.
    Safetensors,
    /// Python's pickle, protocols 2 to 5.
    Pkl,
    /// torch's `torch.save`, a zip since torch 1.6.
    #[cfg(feature = "torch")]
    Pt,
    /// MNIST's format.
    Idx,
    /// Any of the others, gzipped.
    Gzip,
}

impl Format {
    /// The format of `bytes`, by how they begin; `None` where they begin like none.
    pub fn of(bytes: &[u8]) -> Option<Format> {
        match bytes {
            // A header's length below 4 GiB, then the header. This comes first: a length may begin like any other
            // format (640 is 80 02, a pickle), and no other format continues like this.
            [_, _, _, _, 0, 0, 0, 0, b'{', ..] => Some(Format::Safetensors),
            [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Some(Format::Npy),
            #[cfg(feature = "torch")]
            [b'P', b'K', 3, 4, ..] if pt::begins(bytes) => Some(Format::Pt),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Format::Npz),
            [0x1f, 0x8b, ..] => Some(Format::Gzip),
            [0x80, 2..=5, ..] => Some(Format::Pkl),
            [0, 0, 0x08 | 0x09 | 0x0b..=0x0e, _, ..] => Some(Format::Idx),
            _ => None,
        }
    }

    /// The format that a file's name stands for: `.npy`, `.npz`, `.safetensors`, `.pkl` or `.pickle`, `.idx`,
    /// `.gz`, and with the feature `torch` `.pt` or `.pth`.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "npy" => Format::Npy,
            "npz" => Format::Npz,
            "safetensors" => Format::Safetensors,
            "pkl" | "pickle" => Format::Pkl,
            #[cfg(feature = "torch")]
            "pt" | "pth" => Format::Pt,
            "idx" => Format::Idx,
            "gz" => Format::Gzip,
            _ => return None,
        })
    }

    /// The format of `bytes`, where these are gzipped that of what is inside.
    pub fn inside(bytes: &[u8]) -> Option<Format> {
        match Format::of(bytes) {
            Some(Format::Gzip) => gzip::format_inside(bytes),
            format => format,
        }
    }

    /// Its usual name: `npy`, `npz`, ...
    pub const fn name(self) -> &'static str {
        match self {
            Format::Npy => "npy",
            Format::Npz => "npz",
            Format::Safetensors => "safetensors",
            Format::Pkl => "pkl",
            #[cfg(feature = "torch")]
            Format::Pt => "pt",
            Format::Idx => "idx",
            Format::Gzip => "gzip",
        }
    }
}

/// The tensor or tensors in `bytes`, whatever the format, gzipped or not.
///
/// # Errors
/// [`Error::Format`] with the byte at which it goes wrong.
#[inline]
pub fn read(bytes: &[u8]) -> Result<Contents> {
    match Format::of(bytes) {
        Some(Format::Gzip) => read_gzip(bytes),
        format => read_as(format, Cow::Borrowed(bytes), inflated_limit(bytes.len())),
    }
}

/// Apart from `read`, so that a program that carries its file carries the reader of that format alone.
#[inline(never)]
fn read_gzip(bytes: &[u8]) -> Result<Contents> {
    let inflated = gzip::contents(bytes)?;
    // What has been inflated counts once more: an npz in a gzip has no limit of its own.
    let limit = inflated_limit(bytes.len()).saturating_sub(inflated.len());
    read_as(Format::of(&inflated), Cow::Owned(inflated), limit)
}

#[inline(always)]
fn read_as(format: Option<Format>, bytes: Cow<'_, [u8]>, limit: usize) -> Result<Contents> {
    match format {
        Some(Format::Npy) => npy::contents(&bytes),
        Some(Format::Npz) => npz::read_limited(&bytes, limit).map(Contents::Archive),
        Some(Format::Safetensors) => safetensors::read(&bytes).map(Contents::Archive),
        Some(Format::Pkl) => pkl::read(&bytes),
        #[cfg(feature = "torch")]
        Some(Format::Pt) => pt::read_limited(&bytes, limit),
        Some(Format::Idx) => idx::read_cow(bytes).map(Contents::Tensor),
        Some(Format::Gzip) | None => Err(unknown(&bytes)),
    }
}

/// How many bytes the npy or IDX in a stream has, by its header alone; `None` for all else, which its own reader sees.
fn len_by_header(bytes: &[u8], at: usize) -> Result<Option<usize>> {
    // Nearly all headers are short; the longest is not inflated for each.
    for n in [512, 12 + npy::MAX_HEADER_BYTES as usize] {
        let head = inflate::head(bytes, at, n)?;
        let len = match Format::of(&head) {
            Some(Format::Npy) => {
                npy::Header::read(&head).ok().map(|header| header.offset().saturating_add(header.data_len()))
            }
            Some(Format::Idx) => idx::len(&head),
            _ => None,
        };
        if len.is_some() {
            return Ok(len);
        }
    }
    Ok(None)
}

/// The parts as one text, or [`Error::OutOfMemory`].
fn text(parts: &[&str]) -> Result<String> {
    let mut text = String::new();
    parts.iter().try_for_each(|part| push_text(&mut text, part))?;
    Ok(text)
}

fn push_text(text: &mut String, more: &str) -> Result<()> {
    text.try_reserve(more.len()).map_err(|_| no_bytes(text.len() + more.len()))?;
    text.push_str(more);
    Ok(())
}

/// The error where there is no memory for so many bytes.
fn no_bytes(n: usize) -> Error {
    Error::no_memory(&[n], "uint8", 1)
}

/// The bytes of a file in `format`, always the same for the same contents. A tensor without a name gets `arr_0` where
/// needed.
///
/// # Errors
/// [`Error::Format`] for a format that is only read, for several tensors as npy, and for what the format cannot hold.
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats::{self, Contents, Format};
/// let contents = Contents::Tensor(Tensor::from([1.0, 2.0]).into());
/// let file = formats::to_bytes(&contents, Format::Npy)?;
/// assert_eq!(formats::read(&file)?, contents);
/// let error = formats::to_bytes(&contents, Format::Pkl).unwrap_err();
/// assert_eq!(error.to_string(), "pkl: byte 0: this format is read and not written");
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn to_bytes(contents: &Contents, format: Format) -> Result<Vec<u8>> {
    let named = || match contents {
        Contents::Archive(archive) => Cow::Borrowed(archive),
        Contents::Tensor(tensor) => Cow::Owned(Archive::of("arr_0", tensor.clone())),
    };
    match format {
        Format::Npy => match contents {
            Contents::Tensor(tensor) => npy::to_bytes(tensor),
            Contents::Archive(archive) => npy::to_bytes(archive.single()?),
        },
        Format::Npz => npz::to_bytes(&named()),
        Format::Safetensors => safetensors::to_bytes(&named()),
        _ => Err(Error::Format {
            format: format.name(),
            offset: 0,
            what: String::from("this format is read and not written"),
        }),
    }
}
