//! pkl: Python pickles of NumPy arrays in dicts, lists and tuples. No code runs.
//!
//! ```text
//!   {"W1": array, "b1": array}            -->  Archive  W1, b1
//!   {"net": [array, array], "epoch": 3}   -->  Archive  net.0, net.1, epoch (0-d int64)
//!   {"loss": [0.5, 1], "tags": {"a"}}     -->  Archive  loss (2,) float64; left out: tags, a set
//!   array, [[1, 2], [3, 4]]               -->  Tensor
//! ```
//!
//! A pickle is a program for a small stack machine that can call any function of any module. This machine has twelve
//! names, those of arrays, dicts, sets and complex numbers, as data: it builds values and calls nothing. **Every other
//! name is an error.** Protocols 2 to 5, as NumPy 1 and 2 write them. Texts go to the metadata; a list of numbers alone
//! is an array by NumPy's rules; whatever else is no array and no number is left out by name. Limits: containers 32
//! deep; a value for every 4 bytes of the file, and 65536; no byte of the file in two arrays; single values (numbers,
//! texts, what is left out) up to 7000 at the top, and below it 2 MiB, 256 bytes and its name's twice for each: a list
//! or dict that would take more than half of what is left of them, 3000 values in the first, is left out by name. Read
//! next: `machine.rs`, `lists.rs`.

mod lists;
mod machine;
#[cfg(feature = "torch")]
mod modules;
mod node;
mod numpy;
#[cfg(feature = "torch")]
pub(super) mod storages;
#[cfg(feature = "torch")]
pub(super) mod torch;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::archive::{LeftOut, Part};
use super::reader::Shown;
use super::{Archive, Contents, MAX_NAME_BYTES, no_bytes, push_text, text};
use crate::error::{Error, Result};
use crate::kernel::memory::zeroed;
use crate::tensor::Tensor;
use machine::Machine;
use node::{Id, Node};

/// Dicts, lists and tuples inside one another.
const MAX_DEPTH: usize = 32;

/// Bytes counted for a value beside those of its name.
const VISIT_BYTES: usize = 256;

/// Bytes that are kept for single values at the top.
const TOP_BYTES: usize = 2 << 20;

/// The array or arrays in a pickle.
///
/// # Errors
/// [`Error::Format`] with the byte at which it goes wrong.
///
/// ```
/// use nptensor::formats::pkl;
/// // {"a": 7, "b": [8, 9]}
/// let archive = pkl::read(b"\x80\x02}(X\x01\0\0\0aK\x07X\x01\0\0\0b](K\x08K\x09eu.")?.into_archive();
/// assert_eq!(archive.tensor::<i64>("a")?.item()?, 7);
/// assert_eq!(archive.tensor::<i64>("b")?.to_vec(), [8, 9]);
/// let error = pkl::read(b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.").unwrap_err();
/// assert!(error.to_string().starts_with("pkl: byte 2: it asks for \"os.system\": only NumPy arrays are read"));
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Contents> {
    // The number with which torch.save begins, where it writes no zip.
    if bytes.get(2..14) == Some(b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19") {
        return Err(Error::Format { format: "pkl", offset: 0, what: super::foreign::TORCH.into() });
    }
    let mut machine = Machine::new(bytes);
    let top = machine.run()?;
    Visitor::new(&machine)?.contents(top)
}

/// A visit of all values from the top, which gives each leaf the name of its path.
struct Visitor<'a> {
    machine: &'a Machine<'a>,
    out: Archive,
    /// Bytes that names, texts and tensors may still take up. A list that contains itself several times grows
    /// exponentially, and a number of two bytes becomes a tensor of hundreds: 4 MiB are enough, for a text or an array
    /// costs nothing but its name when it is met first. (Not the file's length: what is dropped would pay for
    /// references of two bytes.)
    budget: usize,
    /// Bytes that lists of numbers may still become: what each has itself, and a little for those that are met again.
    numbers: usize,
    seen: Vec<bool>,
    /// What holds all values of each list: see `lists.rs`.
    lists: Vec<u8>,
    /// How many values are in each container, at any depth: see `count`.
    counts: Vec<u32>,
    /// Bytes that arrays of torch may still become, where they are met again.
    #[cfg(feature = "torch")]
    again: usize,
}

impl<'a> Visitor<'a> {
    fn new(machine: &'a Machine<'a>) -> Result<Self> {
        let no_memory = || no_bytes(machine.len());
        let seen = zeroed(machine.len()).ok_or_else(no_memory)?;
        let lists = zeroed(machine.len()).ok_or_else(no_memory)?;
        let counts = zeroed(machine.len()).ok_or_else(no_memory)?;
        Ok(Visitor {
            machine,
            out: Archive::new(),
            budget: 2 * TOP_BYTES,
            numbers: TOP_BYTES,
            seen,
            lists,
            counts,
            #[cfg(feature = "torch")]
            again: if machine.storages.is_some() { machine.budget } else { usize::MAX },
        })
    }

    /// What the value of the whole pickle holds.
    fn contents(mut self, top: Id) -> Result<Contents> {
        match self.part(top, "", 0)? {
            Some(Ok(tensor)) => return Ok(Contents::Tensor(tensor)),
            Some(Err(LeftOut::Type(what) | LeftOut::Container(what))) => {
                return Err(self.machine.error_of(top, format!("the pickle is {what}, not an array")));
            }
            _ => self.visit(top, &mut String::new(), 0)?,
        }
        Ok(Contents::Archive(self.out))
    }

    fn visit(&mut self, id: Id, path: &mut String, depth: usize) -> Result<()> {
        let again = core::mem::replace(&mut self.seen[id as usize], true);
        #[cfg(feature = "torch")]
        self.spend_again(id, again)?;
        let own = match self.machine.node(id) {
            Node::Array(_) if !again => 0,
            // The same text may stand under many names.
            Node::Text(text) if again => VISIT_BYTES + text.len(),
            _ => VISIT_BYTES,
        };
        // Names are kept twice, in order and to be found.
        self.spend(id, own + 2 * path.len())?;
        self.is_in_reach(id, path, depth)?;
        let machine = self.machine;
        let node = machine.node(id);
        if let Some(part) = self.part(id, path, depth)? {
            if let Err(LeftOut::Type(what) | LeftOut::Container(what)) = &part {
                self.spend(id, what.len())?;
            }
            return self.out.add(path, part, |what| machine.error_of(id, what));
        }
        match node {
            Node::Dict(pairs) => {
                for &(key, value) in pairs {
                    self.inside(value, path, &machine.key(key)?, depth)?;
                }
            }
            Node::List(items) | Node::Tuple(items) => {
                let mut name = String::new();
                for (i, &item) in items.iter().enumerate() {
                    name.clear();
                    // Writing to a String cannot fail.
                    let _ = write!(name, "{i}");
                    self.inside(item, path, &name, depth)?;
                }
            }
            Node::Text(value) => {
                let before = self.out.metadata_mut().insert(text(&[path])?, text(&[value])?);
                if before.is_some() {
                    return Err(machine.error_of(id, format!("the name {} stands twice", Shown(path))));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The value as one tensor, or why it is left out; `None` for a text, and for what holds other values.
    fn part(&mut self, id: Id, path: &str, depth: usize) -> Result<Option<Part>> {
        let machine = self.machine;
        let left_out = |what| Ok(Some(Err(LeftOut::Container(what))));
        match machine.node(id) {
            Node::Text(_) => Ok(None),
            Node::List(items) | Node::Tuple(items) => match self.array(id, depth)? {
                None if self.too_many(id, path, depth) => left_out(format!("a list of {} values", items.len())),
                part => Ok(part),
            },
            Node::Dict(pairs) if self.too_many(id, path, depth) => {
                left_out(format!("a dict of {} values", pairs.len()))
            }
            Node::Dict(pairs) if pairs.is_empty() && depth > 0 => left_out(String::from("an empty dict")),
            Node::Dict(pairs) => {
                // For the time: what is left out may be met again and again.
                self.spend(id, pairs.len())?;
                let mut keys = pairs.iter().map(|&(key, _)| machine.node(key));
                let ascii = |key: &&Node<'_>| matches!(key, Node::Bytes(bytes) if bytes.is_ascii());
                match keys.find(|key| !matches!(key, Node::Int(_) | Node::Text(_)) && !ascii(key)) {
                    Some(key) => left_out(format!("a dict with {} as a key", key.kind())),
                    None => Ok(None),
                }
            }
            Node::Blank => Err(machine.error_of(id, String::from("an unfinished array"))),
            Node::UnreadArray(elements) => Ok(Some(Err(elements.left_out()))),
            #[cfg(feature = "torch")]
            Node::Module(..) => left_out(String::from("a module")),
            // An array, or a number as one.
            Node::Array(tensor) => Ok(Some(Ok((**tensor).clone()))),
            Node::Bool(x) => Ok(Some(Ok(Tensor::from(*x).into()))),
            Node::Int(x) => Ok(Some(Ok(Tensor::from(*x).into()))),
            Node::Float(x) => Ok(Some(Ok(Tensor::from(*x).into()))),
            other => Ok(Some(Err(LeftOut::Type(other.kind().into())))),
        }
    }

    /// Whether more is in a container below the top than may have names; arrays pay for themselves.
    fn too_many(&mut self, id: Id, path: &str, depth: usize) -> bool {
        // (A name for each level on the way is longer than that of its container by some 32 bytes.)
        let each = VISIT_BYTES + 2 * (path.len() + 32);
        let most = self.budget.saturating_sub(TOP_BYTES) / 2 / each;
        // (One is the container itself, and all in it are arrays.)
        depth > 0 && self.count(id, depth) as usize > most.max(1)
    }

    /// How many values a visit of this one meets, itself among them and arrays not.
    fn count(&mut self, id: Id, depth: usize) -> u32 {
        let node = self.machine.node(id);
        if depth > MAX_DEPTH || !matches!(node, Node::List(_) | Node::Tuple(_) | Node::Dict(_)) {
            return u32::from(!matches!(node, Node::Array(_)));
        }
        if self.counts[id as usize] == 0 {
            // Until it is known, for what contains itself: a visit finds that it is nested too deep.
            self.counts[id as usize] = 1;
            let numbers = self.holds(id, depth) < lists::OTHER;
            let mut more = |n: u32, &id: &Id| n.saturating_add(self.count(id, depth + 1));
            self.counts[id as usize] = match node {
                Node::List(items) | Node::Tuple(items) if !numbers => items.iter().fold(1, more),
                Node::Dict(pairs) => pairs.iter().fold(1, |n, (_, value)| more(n, value)),
                _ => 1,
            };
        }
        self.counts[id as usize]
    }

    fn spend(&mut self, id: Id, n: usize) -> Result<()> {
        let remaining = self.budget.checked_sub(n);
        self.budget = remaining.ok_or_else(|| {
            self.machine
                .error_of(id, "too many single values, or the same text too often: numbers belong in arrays".into())
        })?;
        Ok(())
    }

    /// An error for what is nested too deep, or under too long a name.
    fn is_in_reach(&self, id: Id, path: &str, depth: usize) -> Result<()> {
        let what = match path.len() {
            _ if depth > MAX_DEPTH => format!("nested more than {MAX_DEPTH} deep"),
            n if n > MAX_NAME_BYTES => format!("a name of {n} bytes: at most {MAX_NAME_BYTES} are read"),
            _ => return Ok(()),
        };
        Err(self.machine.error_of(id, what))
    }

    /// Visits `id` under the longer path.
    fn inside(&mut self, id: Id, path: &mut String, name: &str, depth: usize) -> Result<()> {
        let before = path.len();
        if depth > 0 {
            push_text(path, ".")?;
        }
        push_text(path, name)?;
        self.visit(id, path, depth + 1)?;
        path.truncate(before);
        Ok(())
    }
}
