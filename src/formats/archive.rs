//! `Archive`: tensors under names, in the order of their file, with the file's metadata.
//!
//! ```text
//!   W1  float32 (784, 50)       archive.tensor::<f64>("W1")? --> Tensor<f64>
//!   b1  float32 (50,)           archive.get("b1")            --> Option<&AnyTensor>
//!   ...
//! ```
//!
//! Names are unique: inserting one twice is an error. No file format is read here. Read next: `npz.rs`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::raw::Kind;
use super::reader::Shown;
use super::{AnyTensor, push, text};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::tensor::{Tensor, expect};

/// Tensors under names, in file order.
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats::Archive;
///
/// let mut archive = Archive::new();
/// archive.insert("W1", Tensor::from([[1_f32, 2.0]]))?;
/// archive.insert("b1", Tensor::from([3_f32]))?;
/// assert!(archive.insert("b1", Tensor::from([4_f32])).is_err());
/// assert_eq!(archive.names().collect::<Vec<_>>(), ["W1", "b1"]);
/// assert_eq!(archive.tensor::<f64>("W1")?.to_vec(), [1.0, 2.0]);
/// for (name, tensor) in &archive {
///     println!("{name} {:?} {}", tensor.shape(), tensor.dtype());
/// }
/// # Ok::<(), nptensor::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Archive {
    tensors: Vec<(String, AnyTensor)>,
    /// The index of each name in `tensors`, or the complement of that in `left_out`.
    indices: BTreeMap<String, usize>,
    metadata: BTreeMap<String, String>,
    /// Whether the order of the tensors is that of their format, not of who saved them.
    pub(super) sorted: bool,
    left_out: Vec<(String, LeftOut)>,
    half: Option<&'static str>,
}

/// Why a part of a file is left out, though it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOut {
    /// A member of an npz that is no array.
    NoArray,
    /// What it is: `elements of type "F8_E4M3"`, `None`, `a set`.
    Type(String),
    /// What may hold arrays itself, so that nobody can tell whether weights are among them: `a ragged list`, `a dict of
    /// 9000 values`, `elements of object type ("|O")`.
    Container(String),
    /// Another array after the first of an npy.
    Follows,
    /// What a checkpoint of torch holds beside the weights.
    #[cfg(feature = "torch")]
    Beside,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LeftOut::NoArray => f.write_str("no array"),
            LeftOut::Type(what) | LeftOut::Container(what) => write!(f, "{what}, not read"),
            LeftOut::Follows => f.write_str("another array after the first, not read"),
            #[cfg(feature = "torch")]
            LeftOut::Beside => f.write_str("beside the weights"),
        }
    }
}

impl LeftOut {
    /// Whether it is of a type that is not read, and not what is no array or one more.
    pub(super) fn is_unread(&self) -> bool {
        matches!(self, LeftOut::Type(_) | LeftOut::Container(_))
    }
}

/// What a reader makes of a part that is whole.
pub(super) type Part = Result<AnyTensor, LeftOut>;

impl PartialEq for Archive {
    /// The same tensors under the same names in the same order, and the same metadata.
    fn eq(&self, other: &Self) -> bool {
        self.tensors == other.tensors && self.metadata == other.metadata
    }
}

impl Clone for Archive {
    /// The same tensors, their data shared.
    #[track_caller]
    fn clone(&self) -> Self {
        let mut out = expect(self.with(|_| true));
        self.left_out.iter().for_each(|(name, why)| expect(out.leave_out(name, why.clone())));
        out
    }
}

impl Archive {
    /// One without tensors.
    pub fn new() -> Self {
        Archive::default()
    }

    pub(super) fn of(name: &str, tensor: AnyTensor) -> Self {
        let mut archive = Archive::new();
        expect(archive.put(name.into(), tensor));
        archive
    }

    /// Adds a tensor at the end.
    ///
    /// # Errors
    /// [`Error::Format`] when the name is taken; [`Error::OutOfMemory`] when the memory cannot be had.
    pub fn insert(&mut self, name: impl Into<String>, tensor: impl Into<AnyTensor>) -> Result<()> {
        let name = name.into();
        if self.contains(&name) {
            return Err(problem(twice(&name)));
        }
        self.put(name, tensor.into())
    }

    /// Adds a part of a file, or gives the reader's error where the name is taken.
    pub(super) fn add(&mut self, name: &str, part: Part, error: impl FnOnce(String) -> Error) -> Result<()> {
        if self.indices.contains_key(name) {
            return Err(error(twice(name)));
        }
        match part {
            Ok(tensor) => self.put(text(&[name])?, tensor),
            Err(why) => self.leave_out(name, why),
        }
    }

    /// Keeps the name of a part, and why it is left out.
    pub(super) fn leave_out(&mut self, name: &str, why: LeftOut) -> Result<()> {
        let (key, name) = (text(&[name])?, text(&[name])?);
        self.indices.entry(key).or_insert(!self.left_out.len());
        push(&mut self.left_out, (name, why))
    }

    /// Adds a tensor whose name is known to be new.
    pub(super) fn put(&mut self, name: String, tensor: AnyTensor) -> Result<()> {
        let copy = text(&[&name])?;
        push(&mut self.tensors, (name, tensor))?;
        self.indices.insert(copy, self.tensors.len() - 1);
        Ok(())
    }

    /// Whether there is a tensor under `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The tensor under `name`.
    pub fn get(&self, name: &str) -> Option<&AnyTensor> {
        self.indices.get(name).and_then(|&i| Some(&self.tensors.get(i)?.1))
    }

    /// The tensor under `name`, with elements of type `T`.
    ///
    /// # Errors
    /// [`Error::Format`] when there is none, with the names that there are, or why it is left out;
    /// [`Error::OutOfMemory`].
    pub fn tensor<T: Element>(&self, name: &str) -> Result<Tensor<T>> {
        self.find(name)?.try_cast()
    }

    fn find(&self, name: &str) -> Result<&AnyTensor> {
        self.get(name).ok_or_else(|| match self.indices.get(name).map(|&i| &self.left_out[!i].1) {
            Some(why) => problem(format!("{} is left out: {why}", Shown(name))),
            None => problem(format!("no tensor {}; there are {}", Shown(name), self.listed())),
        })
    }

    /// These tensors alone, still in file order, and the texts, without what is left out.
    ///
    /// # Errors
    /// Those of [`tensor`](Archive::tensor).
    pub fn only(&self, names: &[&str]) -> Result<Archive> {
        names.iter().try_for_each(|name| self.find(name).map(drop))?;
        self.with(|name| names.contains(&name))
    }

    /// The tensors with these names, and the texts.
    fn with(&self, named: impl Fn(&str) -> bool) -> Result<Archive> {
        let mut out = Archive { sorted: self.sorted, half: self.half, ..Archive::default() };
        for (name, tensor) in self.iter().filter(|(name, _)| named(name)) {
            out.put(text(&[name])?, tensor.clone())?;
        }
        for (key, value) in &self.metadata {
            out.metadata.insert(text(&[key])?, text(&[value])?);
        }
        Ok(out)
    }

    /// Names and tensors, in file order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &AnyTensor)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// The names, in file order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// How many tensors there are.
    pub fn len(&self) -> usize {
        self.tensors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// What the file holds beside tensors and metadata: the name of each part that is whole, and why it is not read.
    ///
    /// ```
    /// use nptensor::formats::{self, LeftOut};
    /// let pickle = b"\x80\x02}(X\x01\0\0\0aK\x07X\x01\0\0\0bNu."; // {"a": 7, "b": None}
    /// let archive = formats::read(pickle)?.into_archive();
    /// assert_eq!(archive.left_out(), [("b".into(), LeftOut::Type("None".into()))]);
    /// let error = archive.tensor::<f64>("b").unwrap_err().to_string();
    /// assert_eq!(error, "archive: byte 0: \"b\" is left out: None, not read");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn left_out(&self) -> &[(String, LeftOut)] {
        &self.left_out
    }

    /// The half precision that tensors have in the file, `float16` or `bfloat16`, one of them where there are both:
    /// here they are float32, which holds the same values, and computing in it is more exact.
    pub fn half_precision(&self) -> Option<&'static str> {
        self.half
    }

    /// Remembers the type of a tensor in the file, if it is half precision.
    pub(super) fn met(&mut self, kind: Kind) {
        self.half = kind.half().or(self.half);
    }

    /// Texts that the file holds about itself, by key.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The same, to change.
    pub fn metadata_mut(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.metadata
    }

    pub(super) fn single(&self) -> Result<&AnyTensor> {
        let unread = self.left_out.iter().any(|(_, why)| why.is_unread());
        match &self.tensors[..] {
            // (Of several arrays, the one that is read need not be the one that is meant.)
            [(_, tensor)] if !unread => Ok(tensor),
            _ => Err(problem(format!("one tensor wanted; there are {}", self.listed()))),
        }
    }

    /// The names for an error: the first few.
    pub(super) fn listed(&self) -> String {
        const MAX_NAMES: usize = 8;
        let unread = self.left_out.iter().find(|(_, why)| self.is_empty() || why.is_unread());
        let unread = unread.map(|(name, why)| format!(", and {} is left out: {why}", Shown(name))).unwrap_or_default();
        if self.is_empty() {
            return format!("none{unread}");
        }
        let shown: Vec<String> = self.names().take(MAX_NAMES).map(|name| format!("{}", Shown(name))).collect();
        let more = if self.len() > MAX_NAMES { format!(" and {} more", self.len() - MAX_NAMES) } else { String::new() };
        format!("{}{more}{unread}", shown.join(", "))
    }
}

impl<'a> IntoIterator for &'a Archive {
    type Item = (&'a str, &'a AnyTensor);
    type IntoIter =
        core::iter::Map<core::slice::Iter<'a, (String, AnyTensor)>, fn(&(String, AnyTensor)) -> (&str, &AnyTensor)>;

    /// As [`iter`](Archive::iter).
    fn into_iter(self) -> Self::IntoIter {
        self.tensors.iter().map(|(name, tensor)| (name, tensor))
    }
}

fn twice(name: &str) -> String {
    format!("the name {} stands twice", Shown(name))
}

fn problem(what: String) -> Error {
    Error::Format { format: "archive", offset: 0, what }
}
