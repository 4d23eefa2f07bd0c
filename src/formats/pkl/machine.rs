//! The stack machine of a pickle: opcodes push, collect and memoize values.
//!
//! ```text
//!   }       (        X 'W1'    ...      u              stack, bottom first
//!   {}      {} |     {} | W1            {W1: ...}      ( is a mark: u takes all above it into the dict
//!
//!   memo    q 5 stores the top as number 5, h 5 pushes it again: the same value, not a copy
//! ```
//!
//! Values are kept in one list and refer to each other by index, so nesting and cycles need no recursion, not even to
//! drop them. Opcodes that arrays, numbers, texts and containers do not need are errors. Read first: `node.rs`; next:
//! `numpy.rs`.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::reader::{Reader, Shown};
use super::super::{push, reserve, text};
use super::node::{Id, Node};
use super::numpy;
#[cfg(feature = "torch")]
use super::{storages::Storages, torch};
use crate::error::{Error, Result};
use crate::tensor::list;

/// Marks on the stack at once: one for each container that is being filled.
const MAX_MARKS: usize = 1000;

pub(super) struct Machine<'a> {
    reader: Reader<'a>,
    /// The offset of the current opcode.
    at: usize,
    /// Each value with the opcode that made it.
    nodes: Vec<(usize, Node<'a>)>,
    pub(super) stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Id>,
    /// None, bools and small integers that have been met, each one value: a list of them takes a byte or two for each.
    small: [Option<Id>; 259],
    most_values: usize,
    /// Bytes that may still be copied out of the file.
    pub(super) budget: usize,
    /// What torch has written beside the pickle, where it is one of torch's.
    #[cfg(feature = "torch")]
    pub(super) storages: Option<Storages<'a>>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Machine {
            reader: Reader::new("pkl", bytes),
            at: 0,
            nodes: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: BTreeMap::new(),
            small: [None; 259],
            // An array takes about twelve, and no less than a hundred bytes.
            most_values: (1 << 16) + bytes.len() / 4,
            // Protocol 2 turns text into bytes and those into an array: two copies of what is in the file once.
            budget: bytes.len().saturating_mul(2),
            #[cfg(feature = "torch")]
            storages: None,
        }
    }

    /// An error at the current opcode.
    pub(super) fn error(&self, what: impl Into<String>) -> Error {
        self.reader.error_at(self.at, what)
    }

    /// An error at the opcode that made a value.
    pub(super) fn error_of(&self, id: Id, what: String) -> Error {
        self.reader.error_at(self.nodes[id as usize].0, what)
    }

    pub(super) fn node(&self, id: Id) -> &Node<'a> {
        &self.nodes[id as usize].1
    }

    pub(super) fn node_mut(&mut self, id: Id) -> &mut Node<'a> {
        &mut self.nodes[id as usize].1
    }

    /// A text, or what Python 2 calls one.
    pub(super) fn text(&self, id: Id, what: &str) -> Result<&str> {
        match self.node(id) {
            Node::Text(text) => Ok(text),
            Node::Bytes(bytes) if bytes.is_ascii() => Ok(core::str::from_utf8(bytes).unwrap_or_default()),
            other => Err(self.error(format!("{what} is {}, not a text", other.kind()))),
        }
    }

    /// The name that a key of a dict is.
    pub(super) fn key(&self, id: Id) -> Result<String> {
        match self.node(id) {
            Node::Int(number) => Ok(format!("{number}")),
            _ => text(&[self.text(id, "a key")?]),
        }
    }

    /// Takes `n` bytes from what may be copied.
    pub(super) fn spend(&mut self, n: usize) -> Result<()> {
        let remaining = self.budget.checked_sub(n);
        self.budget = remaining.ok_or_else(|| self.error("the same bytes are used for several arrays"))?;
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn push(&mut self, node: Node<'a>) -> Result<()> {
        if self.nodes.len() >= self.most_values {
            return Err(self.error(format!("more than {} values in a file of this length", self.most_values)));
        }
        let id = self.nodes.len() as Id;
        push(&mut self.nodes, (self.at, node))?;
        push(&mut self.stack, id)
    }

    /// Pushes the value that is number `i` of the small ones.
    fn push_small(&mut self, i: usize, node: Node<'a>) -> Result<()> {
        if let Some(id) = self.small[i] {
            return push(&mut self.stack, id);
        }
        self.small[i] = Some(self.nodes.len() as Id);
        self.push(node)
    }

    /// Takes the top off; values below a mark cannot be taken.
    pub(super) fn pop(&mut self) -> Result<Id> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    pub(super) fn top(&self) -> Result<Id> {
        let floor = self.marks.last().copied().unwrap_or(0);
        self.stack[floor..].last().copied().ok_or_else(|| self.error("the stack is empty"))
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>> {
        let height = self.marks.pop().ok_or_else(|| self.error("no mark is on the stack"))?;
        list(self.stack.drain(height..).map(Ok))
    }

    pub(super) fn run(&mut self) -> Result<Id> {
        if self.reader.u8("the protocol")? != 0x80 || !matches!(self.reader.peek(), Some(2..=5)) {
            return Err(self.error("does not begin like a pickle of protocol 2, 3, 4 or 5"));
        }
        self.reader.u8("the protocol")?;
        loop {
            self.at = self.reader.at();
            let opcode = self.reader.u8("the pickle")?;
            if opcode == b'.' {
                break;
            }
            self.step(opcode)?;
        }
        let top = self.pop()?;
        if !self.stack.is_empty() || !self.marks.is_empty() {
            return Err(self.error("values are left on the stack at the end"));
        }
        self.reader.finish("the pickle")?;
        Ok(top)
    }

    fn step(&mut self, opcode: u8) -> Result<()> {
        match opcode {
            // FRAME: a hint for streams.
            0x95 => {
                let n = self.reader.number(8, "a frame")?;
                self.reader.clone().take(n, "a frame").map(drop)
            }
            b'N' => self.push_small(256, Node::None),
            0x88 => self.push_small(257, Node::Bool(true)),
            0x89 => self.push_small(258, Node::Bool(false)),
            b'J' | b'K' | b'M' | 0x8a | 0x8b => {
                let bytes = self.counted(opcode, "an integer")?;
                self.integer(bytes, !matches!(opcode, b'K' | b'M'))
            }
            b'G' => {
                let x = f64::from_be_bytes(self.reader.array("a float")?);
                self.push(Node::Float(x))
            }
            b'X' | 0x8c | 0x8d => {
                let text = self.counted(opcode, "a text")?;
                let text = core::str::from_utf8(text).map_err(|_| self.error("a text that is not UTF-8"))?;
                self.push(Node::Text(text))
            }
            b'B' | b'C' | 0x8e | 0x96 | b'T' | b'U' => {
                let bytes = self.counted(opcode, "bytes")?;
                self.push(Node::Bytes(Cow::Borrowed(bytes)))
            }
            b'(' => {
                if self.marks.len() == MAX_MARKS {
                    return Err(self.error(format!("more than {MAX_MARKS} marks on the stack")));
                }
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' => self.pop().map(drop),
            b'1' => self.pop_mark().map(drop),
            b')' => self.push(Node::Tuple(Vec::new())),
            b't' => {
                let items = self.pop_mark()?;
                self.push(Node::Tuple(items))
            }
            0x85..=0x87 => {
                let mut items = (0x85..=opcode).map(|_| self.pop()).collect::<Result<Vec<_>>>()?;
                items.reverse();
                self.push(Node::Tuple(items))
            }
            b']' => self.push(Node::List(Vec::new())),
            b'a' | b'e' => {
                let items = if opcode == b'a' { Vec::from([self.pop()?]) } else { self.pop_mark()? };
                self.append(&items)
            }
            0x8f => self.push(Node::Unread("a set")),
            // Items for a set, which is on the stack already, or a frozenset.
            0x90 | 0x91 => {
                self.pop_mark()?;
                if opcode == 0x90 {
                    self.pop()?;
                }
                self.push(Node::Unread("a set"))
            }
            b'}' => self.push(Node::Dict(Vec::new())),
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set_items(&[key, value])
            }
            b'u' => {
                let items = self.pop_mark()?;
                self.set_items(&items)
            }
            b'q' | b'r' | 0x94 | b'h' | b'j' => {
                let number = match opcode {
                    b'q' | b'h' => self.reader.u8("a memo number")?.into(),
                    b'r' | b'j' => self.reader.number(4, "a memo number")? as u32,
                    _ => self.memo.len() as u32,
                };
                if let b'h' | b'j' = opcode {
                    let id = self.memo.get(&number).copied();
                    let id = id.ok_or_else(|| self.error(format!("memo number {number} has not been given")))?;
                    return push(&mut self.stack, id);
                }
                let top = self.top()?;
                if self.memo.insert(number, top).is_some() {
                    return Err(self.error(format!("memo number {number} is given twice")));
                }
                Ok(())
            }
            b'c' => {
                let mut name = || Ok((self.reader.take_while(|byte| byte != b'\n'), self.reader.u8("a name")?).0);
                let (module, name) = (name()?, name()?);
                // (What is longer is no name that is known.)
                let [module, name] = [module, name].map(|name| String::from_utf8_lossy(&name[..name.len().min(100)]));
                let global = self.global(&module, &name)?;
                self.push(Node::Global(global))
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let global = self.global(self.text(module, "a module")?, self.text(name, "a name")?)?;
                self.push(Node::Global(global))
            }
            #[cfg(feature = "torch")]
            b'Q' | 0x81 | b'R' | b'b' if self.storages.is_some() => torch::step(self, opcode),
            b'R' => {
                let (arguments, callee) = (self.pop()?, self.pop()?);
                let node = numpy::call(self, callee, arguments)?;
                self.push(node)
            }
            b'b' => {
                let state = self.pop()?;
                let target = self.top()?;
                numpy::set_state(self, target, state)
            }
            _ => {
                let shown = char::from(opcode);
                let shown = if opcode.is_ascii_graphic() { format!(" ({shown})") } else { String::new() };
                Err(self
                    .error(format!("opcode {opcode:#04x}{shown} is none that arrays in dicts, lists and tuples need")))
            }
        }
    }

    fn global(&self, module: &str, name: &str) -> Result<&'static str> {
        #[cfg(feature = "torch")]
        if self.storages.is_some() {
            return torch::global(self, module, name);
        }
        numpy::known(module, name).ok_or_else(|| {
            let asked = format!("{module:.100}.{name:.100}");
            let instead = match module.split('.').next() {
                Some("torch") if cfg!(feature = "torch") => {
                    ": in Python, torch.save(pickle.load(open(\"FILE\", \"rb\")), \"FILE.pt\")"
                }
                Some("sklearn") if cfg!(feature = "torch") => {
                    ": of an MLP, in Python, pickle.dump({\"coefs_\": mlp.coefs_, \"intercepts_\": mlp.intercepts_}, \
                     open(\"FILE.pkl\", \"wb\"))"
                }
                _ => "",
            };
            let asked = Shown(&asked);
            self.error(format!("it asks for {asked}: only NumPy arrays are read, and no code runs{instead}"))
        })
    }

    /// Bytes after their number, which has 4 bytes, 1, or 8, or is that of the opcode.
    fn counted(&mut self, opcode: u8, what: &str) -> Result<&'a [u8]> {
        let n = match opcode {
            b'K' => 1,
            b'M' => 2,
            b'J' => 4,
            b'X' | b'B' | b'T' | 0x8b => self.reader.number(4, "a length")?,
            0x8c | b'C' | b'U' | 0x8a => self.reader.number(1, "a length")?,
            _ => self.reader.number(8, "a length")?,
        };
        self.reader.take(n, what)
    }

    /// An integer of these bytes, if there are at most eight.
    fn integer(&mut self, bytes: &[u8], signed: bool) -> Result<()> {
        let negative = signed && bytes.last().is_some_and(|&byte| byte >= 0x80);
        let mut wide = [if negative { 0xff } else { 0 }; 8];
        let Some(low) = wide.get_mut(..bytes.len()) else {
            return self.push(Node::Unread("an integer beyond int64"));
        };
        low.copy_from_slice(bytes);
        match i64::from_le_bytes(wide) {
            small @ 0..256 => self.push_small(small as usize, Node::Int(small)),
            other => self.push(Node::Int(other)),
        }
    }

    fn append(&mut self, items: &[Id]) -> Result<()> {
        let target = self.top()?;
        let Node::List(list) = self.node_mut(target) else {
            return Err(self.error(format!("items for a list meet {}", self.node(target).kind())));
        };
        reserve(list, items.len())?;
        list.extend(items);
        Ok(())
    }

    fn set_items(&mut self, items: &[Id]) -> Result<()> {
        let target = self.top()?;
        let (pairs, rest) = items.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(self.error("a key without a value"));
        }
        let Node::Dict(dict) = self.node_mut(target) else {
            return Err(self.error(format!("items for a dict meet {}", self.node(target).kind())));
        };
        reserve(dict, pairs.len())?;
        dict.extend(pairs.iter().map(|&[key, value]| (key, value)));
        Ok(())
    }
}
