//! The values of a pickle, each by its number in the machine's list.
//!
//! ```text
//!   3   Text("W1")        4   Array        5   Dict [(3, 4)]        {"W1": array}
//! ```
//!
//! What a pickle builds and is not read here is a value, too, with what it is. Read next: `machine.rs`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::super::AnyTensor;
use super::super::raw::{Kind, Unread};

pub(super) type Id = u32;

pub(super) enum Node<'a> {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    /// Bytes; also what Python 2 calls a string.
    Bytes(Cow<'a, [u8]>),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// A function or class, one of those that are known.
    Global(&'static str),
    DType {
        kind: Kind,
        big_endian: bool,
    },
    /// An array without shape and elements, which its state will give.
    Blank,
    Array(Box<AnyTensor>),
    /// What is whole and not read: a set, elements of another type, an array of them.
    Unread(&'static str),
    UnreadDType(Rc<Unread>),
    UnreadArray(Rc<Unread>),
    /// Elements that torch has written beside the pickle: the name of their type, and the number of their member.
    #[cfg(feature = "torch")]
    Storage(&'static str, usize),
    /// A module of torch: its class, and its attributes, once they are given.
    #[cfg(feature = "torch")]
    Module(&'static str, Option<Id>),
}

impl Node<'_> {
    /// What it is, for errors.
    pub(super) fn kind(&self) -> &str {
        match self {
            Node::None => "None",
            Node::Bool(_) => "a bool",
            Node::Int(_) => "an integer",
            Node::Float(_) => "a float",
            Node::Text(_) => "a text",
            Node::Bytes(_) => "bytes",
            Node::Tuple(_) => "a tuple",
            Node::List(_) => "a list",
            Node::Dict(_) => "a dict",
            Node::Global(_) => "a function or class",
            Node::DType { .. } => "a dtype",
            Node::Blank => "an unfinished array",
            Node::Array(_) => "an array",
            Node::Unread(what) => what,
            Node::UnreadDType(elements) | Node::UnreadArray(elements) => &elements.what,
            #[cfg(feature = "torch")]
            Node::Storage(..) => "a storage",
            #[cfg(feature = "torch")]
            Node::Module(..) => "a module",
        }
    }
}
