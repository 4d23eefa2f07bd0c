//! The names that a pickle of arrays uses, as data: the value that each call would return, without calling anything.
//!
//! ```text
//!   _reconstruct(ndarray, (0,), b'b')       an array, still blank;   then its state: (1, shape, dtype, fortran, bytes)
//!   _frombuffer(bytes, dtype, shape, 'C')   an array at once (protocol 5)
//!   dtype('f4', False, True)                a type in native order;  then its state: (3, '<', None, None, None, ...)
//!   scalar(dtype, bytes)                    a 0-d array
//!   encode('\xe9...', 'latin1'), bytes()    bytes in protocol 2
//!   OrderedDict(), OrderedDict([(k, v)])    a dict
//!   set([1]), complex(0.0, 1.0)             what it is, for its name: nothing of it is kept
//! ```
//!
//! Modules moved from `numpy.core` to `numpy._core` in NumPy 2: both are known. Read first: `machine.rs`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::super::raw::{self, Kind};
use super::super::reader::Shown;
use super::machine::Machine;
use super::node::{Id, Node};
use crate::error::Result;
use crate::tensor::list;

/// The modules of Python 2 and 3, and of NumPy 1 and 2.
const PYTHON: [&str; 2] = ["__builtin__", "builtins"];
const ARRAYS: [&str; 2] = ["numpy.core.multiarray", "numpy._core.multiarray"];

/// The names that are read, each with its modules.
const NAMES: [(&str, [&str; 2]); 12] = [
    ("_reconstruct", ARRAYS),
    ("scalar", ARRAYS),
    ("_frombuffer", ["numpy.core.numeric", "numpy._core.numeric"]),
    ("ndarray", ["numpy"; 2]),
    ("dtype", ["numpy"; 2]),
    ("encode", ["_codecs"; 2]),
    ("bytes", PYTHON),
    ("bytearray", PYTHON),
    ("complex", PYTHON),
    ("frozenset", PYTHON),
    ("set", PYTHON),
    ("OrderedDict", ["collections"; 2]),
];

/// The name of a module, if it is one that is read.
pub(super) fn known(module: &str, name: &str) -> Option<&'static str> {
    Some(NAMES.iter().find(|(known, modules)| *known == name && modules.contains(&module))?.0)
}

/// The value that a call would return.
pub(super) fn call<'a>(machine: &mut Machine<'a>, callee: Id, arguments: Id) -> Result<Node<'a>> {
    let &Node::Global(name) = machine.node(callee) else {
        return Err(machine.error(format!("{} is called", machine.node(callee).kind())));
    };
    let arguments = tuple(machine, arguments, "the list of arguments")?;
    match (name, &arguments[..]) {
        ("_reconstruct", &[class, _, _]) => match machine.node(class) {
            Node::Global("ndarray") => Ok(Node::Blank),
            other => Err(machine.error(format!("_reconstruct of {}, not of ndarray", other.kind()))),
        },
        ("dtype", &[code, _, _]) => match raw::from_numpy(machine.text(code, "a dtype's name")?) {
            Ok((kind, big_endian)) => Ok(Node::DType { kind, big_endian }),
            Err(elements) => {
                machine.spend(elements.what.len())?;
                Ok(Node::UnreadDType(Rc::new(elements)))
            }
        },
        ("_frombuffer", &[data, dtype, shape, order]) => {
            let fortran = match machine.text(order, "an order")? {
                "C" => false,
                "F" => true,
                other => return Err(machine.error(format!("an array in order {}, not C or F", Shown(other)))),
            };
            let shape = sizes(machine, shape)?;
            array(machine, dtype, &shape, fortran, data)
        }
        ("scalar", &[dtype, data]) => array(machine, dtype, &[], false, data),
        ("encode", &[text, codec]) => {
            if !matches!(machine.text(codec, "a codec")?, "latin1" | "latin-1") {
                return Err(machine.error("encode with another codec than latin1"));
            }
            let n = machine.text(text, "a text to encode")?.len();
            machine.spend(n)?;
            let bytes = machine.text(text, "a text to encode")?.chars().map(u8::try_from);
            let bytes = list(bytes.map(|c| c.map_err(|_| machine.error("a character that is not in latin1"))))?;
            Ok(Node::Bytes(Cow::Owned(bytes)))
        }
        // A dict, for its keys keep their order here anyway.
        ("OrderedDict", &[]) => Ok(Node::Dict(Vec::new())),
        ("OrderedDict", &[pairs]) => {
            machine.spend(size_of::<(Id, Id)>() * items(machine, pairs).map_or(0, <[Id]>::len))?;
            pairs_of(machine, pairs).map(Node::Dict)
        }
        ("set" | "frozenset", _) => Ok(Node::Unread("a set")),
        ("complex", _) => Ok(Node::Unread("a complex number")),
        ("bytearray", _) => Ok(Node::Unread("bytes")),
        ("bytes", &[]) => Ok(Node::Bytes(Cow::Borrowed(&[]))),
        _ => Err(machine.error(format!("{name} is called with {} arguments", arguments.len()))),
    }
}

/// Gives a blank array its elements, or a dtype its byte order.
pub(super) fn set_state(machine: &mut Machine<'_>, target: Id, state: Id) -> Result<()> {
    // The attributes of an OrderedDict: torch gives `_metadata` to each `state_dict()`.
    if let Node::Dict(_) = machine.node(target) {
        return Ok(());
    }
    let state = tuple(machine, state, "the state")?;
    match (machine.node(target), &state[..]) {
        (Node::Blank, &[version, shape, dtype, fortran, data]) => {
            if !matches!(machine.node(version), Node::Int(1)) {
                return Err(machine.error("an array's state that is not of version 1"));
            }
            let fortran = match machine.node(fortran) {
                Node::Bool(fortran) => *fortran,
                Node::Int(fortran @ (0 | 1)) => *fortran == 1,
                other => return Err(machine.error(format!("an array's order is {}, not a bool", other.kind()))),
            };
            let shape = sizes(machine, shape)?;
            *machine.node_mut(target) = array(machine, dtype, &shape, fortran, data)?;
            Ok(())
        }
        (&Node::DType { kind, .. }, &[_, order, subtype, names, fields, ..]) => {
            if [subtype, names, fields].iter().any(|&id| !matches!(machine.node(id), Node::None)) {
                return Err(machine.error("elements of structured type are not supported"));
            }
            let big_endian = match machine.text(order, "a byte order")? {
                "<" => false,
                ">" => true,
                "|" | "=" => cfg!(target_endian = "big"),
                other => return Err(machine.error(format!("the byte order {} does not exist", Shown(other)))),
            };
            *machine.node_mut(target) = Node::DType { kind, big_endian };
            Ok(())
        }
        (Node::UnreadDType(_), _) => Ok(()),
        (other, _) => Err(machine.error(format!(
            "a state of {} parts for {}, which has no such state",
            state.len(),
            other.kind()
        ))),
    }
}

pub(super) fn tuple(machine: &Machine<'_>, id: Id, what: &str) -> Result<Vec<Id>> {
    // The longest that is read, the state of a dtype, has nine parts.
    match machine.node(id) {
        Node::Tuple(items) if items.len() <= 16 => Ok(items.clone()),
        Node::Tuple(items) => Err(machine.error(format!("{what} has {} parts", items.len()))),
        other => Err(machine.error(format!("{what} is {}, not a tuple", other.kind()))),
    }
}

/// What is in a list or tuple.
pub(super) fn items<'a>(machine: &'a Machine<'_>, id: Id) -> Option<&'a [Id]> {
    if let Node::List(items) | Node::Tuple(items) = machine.node(id) { Some(items) } else { None }
}

/// The keys and values in a list of pairs.
fn pairs_of(machine: &Machine<'_>, pairs: Id) -> Result<Vec<(Id, Id)>> {
    let wrong = || machine.error("OrderedDict is called with what is no list of pairs");
    let pair = |&id: &Id| match items(machine, id) {
        Some(&[key, value]) => Ok((key, value)),
        _ => Err(wrong()),
    };
    list(items(machine, pairs).ok_or_else(wrong)?.iter().map(pair))
}

fn sizes(machine: &Machine<'_>, shape: Id) -> Result<Vec<usize>> {
    let Node::Tuple(items) = machine.node(shape) else {
        return Err(machine.error(format!("a shape is {}, not a tuple", machine.node(shape).kind())));
    };
    if items.len() > crate::layout::shape::MAX_NDIM {
        return Err(machine.error(format!("an array of {} axes", items.len())));
    }
    let size = |&id: &Id| match machine.node(id) {
        &Node::Int(n) => usize::try_from(n).map_err(|_| machine.error(format!("a shape with the size {n}"))),
        other => Err(machine.error(format!("a shape with {} in it", other.kind()))),
    };
    items.iter().map(size).collect()
}

fn array<'a>(machine: &mut Machine<'a>, dtype: Id, shape: &[usize], fortran: bool, data: Id) -> Result<Node<'a>> {
    if let Node::UnreadDType(elements) = machine.node(dtype) {
        // (Elements of object type are a list.)
        if let Node::Bytes(bytes) = machine.node(data) {
            elements.check(shape, bytes.len()).map_err(|what| machine.error(what))?;
        }
        return Ok(Node::UnreadArray(Rc::clone(elements)));
    }
    let &Node::DType { kind, big_endian } = machine.node(dtype) else {
        return Err(machine.error(format!("an array's type is {}, not a dtype", machine.node(dtype).kind())));
    };
    let wanted: usize = Kind::bytes(kind, shape).map_err(|what| machine.error(what))?;
    let found = match machine.node(data) {
        Node::Bytes(bytes) => bytes.len(),
        other => return Err(machine.error(format!("an array's elements are {}, not bytes", other.kind()))),
    };
    if wanted != found {
        let name = kind.dtype();
        return Err(machine.error(format!("{name} of shape {shape:?} needs {wanted} bytes, and {found} are there")));
    }
    machine.spend(found)?;
    let Node::Bytes(bytes) = machine.node(data) else { return Ok(Node::None) };
    Ok(Node::Array(Box::new(raw::decode(kind, big_endian, shape, fortran, bytes)?)))
}
