//! The names that a pickle of arrays uses, as data: the value that each call would return, without calling anything.
//!
//! ```text
//!   _reconstruct(ndarray, (0,), b'b')       an array, still blank;   then its state: (1, shape, dtype, fortran, bytes)
//!   _frombuffer(bytes, dtype, shape, 'C')   an array at once (protocol 5)
//!   dtype('f4', False, True)                a type in native order;  then its state: (3, '<', None, None, None, ...)
//!   scalar(dtype, bytes)                    a 0-d array
//!   encode('\xe9...', 'latin1'), bytes()    bytes in protocol 2
//! ```
//!
//! Modules moved from `numpy.core` to `numpy._core` in NumPy 2: both are known. Read first: `machine.rs`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::super::raw::{self, Kind};
use super::super::reader::Shown;
use super::machine::{Id, Machine, Node};
use crate::error::Result;
use crate::tensor::list;

/// A name that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    Reconstruct,
    FromBuffer,
    NdArray,
    DType,
    Scalar,
    Encode,
    Bytes,
    /// A dict, for its keys keep their order here anyway.
    OrderedDict,
}

impl Global {
    pub(super) fn named(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => Global::Reconstruct,
            ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Global::Scalar,
            ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => Global::FromBuffer,
            ("numpy", "ndarray") => Global::NdArray,
            ("numpy", "dtype") => Global::DType,
            ("_codecs", "encode") => Global::Encode,
            ("__builtin__" | "builtins", "bytes") => Global::Bytes,
            ("collections", "OrderedDict") => Global::OrderedDict,
            _ => return None,
        })
    }
}

/// The value that a call would return.
pub(super) fn call<'a>(machine: &mut Machine<'a>, callee: Id, arguments: Id) -> Result<Node<'a>> {
    let &Node::Global(global) = machine.node(callee) else {
        return Err(machine.error(format!("{} is called", machine.node(callee).kind())));
    };
    let arguments = tuple(machine, arguments, "the list of arguments")?;
    match (global, &arguments[..]) {
        (Global::Reconstruct, &[class, _, _]) => match machine.node(class) {
            Node::Global(Global::NdArray) => Ok(Node::Blank),
            other => Err(machine.error(format!("_reconstruct of {}, not of ndarray", other.kind()))),
        },
        (Global::DType, &[code, _, _]) => {
            let (kind, big_endian) =
                raw::from_numpy(machine.text(code, "a dtype's name")?).map_err(|what| machine.error(what))?;
            Ok(Node::DType { kind, big_endian })
        }
        (Global::FromBuffer, &[data, dtype, shape, order]) => {
            let fortran = match machine.text(order, "an order")? {
                "C" => false,
                "F" => true,
                other => return Err(machine.error(format!("an array in order {}, not C or F", Shown(other)))),
            };
            let shape = sizes(machine, shape)?;
            array(machine, dtype, &shape, fortran, data)
        }
        (Global::Scalar, &[dtype, data]) => array(machine, dtype, &[], false, data),
        (Global::Encode, &[text, codec]) => {
            if !matches!(machine.text(codec, "a codec")?, "latin1" | "latin-1") {
                return Err(machine.error("encode with another codec than latin1"));
            }
            let n = machine.text(text, "a text to encode")?.len();
            machine.spend(n)?;
            let bytes = machine.text(text, "a text to encode")?.chars().map(u8::try_from);
            let bytes = list(bytes.map(|c| c.map_err(|_| machine.error("a character that is not in latin1"))))?;
            Ok(Node::Bytes(Cow::Owned(bytes)))
        }
        (Global::OrderedDict, &[]) => Ok(Node::Dict(Vec::new())),
        (Global::Bytes, &[]) => Ok(Node::Bytes(Cow::Borrowed(&[]))),
        _ => Err(machine.error(format!("{global:?} is called with {} arguments", arguments.len()))),
    }
}

/// Gives a blank array its elements, or a dtype its byte order.
pub(super) fn set_state(machine: &mut Machine<'_>, target: Id, state: Id) -> Result<()> {
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
        (other, _) => Err(machine.error(format!(
            "a state of {} parts for {}, which has no such state",
            state.len(),
            other.kind()
        ))),
    }
}

fn tuple(machine: &Machine<'_>, id: Id, what: &str) -> Result<Vec<Id>> {
    // The longest that is read, the state of a dtype, has nine parts.
    match machine.node(id) {
        Node::Tuple(items) if items.len() <= 16 => Ok(items.clone()),
        Node::Tuple(items) => Err(machine.error(format!("{what} has {} parts", items.len()))),
        other => Err(machine.error(format!("{what} is {}, not a tuple", other.kind()))),
    }
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
