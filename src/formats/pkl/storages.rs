//! Tensors of torch: views of storages, which stand in the file beside the pickle.
//!
//! ```text
//!   storage 0    0 1 2 3 4 5        offset 0, sizes (2, 3), strides (3, 1)     0 1 2 / 3 4 5
//!                                   offset 1, sizes (2,),   strides (3,)       1 4
//! ```
//!
//! A storage is decoded when it is first met; tensors share it, but for those in which elements overlap, which are
//! copied. Each tensor pays for what it becomes. Read first: `torch.rs`; next: `modules.rs`.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::raw::{self, Kind};
use super::super::reader::Shown;
use super::super::zip::Member;
use super::super::{AnyTensor, npz::unpack, text};
use super::machine::Machine;
use super::node::{Id, Node};
use super::numpy;
use super::torch::{TYPES, V2, V3, is_empty_dict};
use crate::error::Result;
use crate::layout::Layout;
use crate::layout::shape::MAX_NDIM;
use crate::tensor::list;

/// Bytes that a tensor takes beside its elements.
const TENSOR_BYTES: usize = 256;

/// The members of a file that hold elements.
pub(in super::super) struct Storages<'a> {
    pub(in super::super) members: &'a [Member<'a>],
    /// The number of each member, by its name.
    pub(in super::super) names: &'a BTreeMap<String, usize>,
    /// What stands before each member's name: `archive/`.
    pub(in super::super) prefix: String,
    pub(in super::super) big_endian: bool,
    /// Those that have been decoded, by the member's number.
    pub(in super::super) decoded: Vec<Option<(Kind, AnyTensor)>>,
}

/// `('storage', type, key, device, number of elements)`: a member that is there, of that size.
pub(super) fn storage<'a>(machine: &Machine<'a>, argument: Id) -> Result<Node<'a>> {
    let &[tag, class, key, _, n] = &numpy::tuple(machine, argument, "a storage")?[..] else {
        return Err(machine.error("a storage without its five parts"));
    };
    let (&Node::Global(class), true) = (machine.node(class), machine.text(tag, "a storage")? == "storage") else {
        return Err(machine.error("a storage without its type"));
    };
    let key = machine.text(key, "a storage's key")?;
    let found = match &machine.storages {
        Some(storages) => {
            let name = text(&[&storages.prefix, "data/", key])?;
            storages.names.get(&name).map(|&i| (i, storages.members[i].size))
        }
        None => None,
    };
    let (i, size) = found.ok_or_else(|| machine.error(format!("the file has no storage {}", Shown(key))))?;
    let element = match (TYPES.iter().find(|names| names.0 == class), class) {
        (Some((_, _, Ok(kind))), _) => Some(kind.size()),
        (Some(_), _) => None,
        (None, "UntypedStorage") => Some(1),
        _ => return Err(machine.error(format!("{class} is no type of storage"))),
    };
    let n = number(machine, n, "a number of elements")?;
    if element.is_some_and(|element| (n as u64).checked_mul(element as u64) != Some(size)) {
        let what = format!("storage {} has {size} bytes, which are no {n} elements of a {class}", Shown(key));
        return Err(machine.error(what));
    }
    Ok(Node::Storage(class, i))
}

pub(super) fn tensor<'a>(machine: &mut Machine<'a>, name: &str, arguments: Id) -> Result<Node<'a>> {
    let arguments = numpy::tuple(machine, arguments, "the list of arguments")?;
    let (view, dtype, metadata) = match (name, &arguments[..]) {
        (V2, &[storage, offset, shape, strides, _, _, ref rest @ ..]) if rest.len() < 2 => {
            ([storage, offset, shape, strides], None, rest.first())
        }
        (V3, &[storage, offset, shape, strides, _, _, dtype, ref rest @ ..]) if rest.len() < 2 => {
            ([storage, offset, shape, strides], Some(dtype), rest.first())
        }
        _ => return Err(machine.error(format!("{name} is called with {} arguments", arguments.len()))),
    };
    let &Node::Storage(class, member) = machine.node(view[0]) else {
        return Err(machine.error(format!("a tensor's elements are {}, not a storage", machine.node(view[0]).kind())));
    };
    let kind = match dtype.map(|dtype| machine.node(dtype)) {
        None => TYPES.iter().find(|names| names.0 == class),
        Some(&Node::Global(dtype)) => TYPES.iter().find(|names| names.1 == dtype),
        _ => None,
    };
    let kind = match kind {
        Some((_, _, Ok(kind))) => *kind,
        Some((_, _, Err(what))) => return Ok(Node::Unread(what)),
        None => return Err(machine.error("a tensor without a type of its elements")),
    };
    // Its signs are flipped, for one.
    if metadata.map(|&id| machine.node(id)).is_some_and(|node| !matches!(node, Node::None) && !is_empty_dict(node)) {
        return Err(machine.error("a tensor with bits of its own (conj, neg)"));
    }
    let offset = number(machine, view[1], "an offset")?;
    let (shape, strides) = (numbers(machine, view[2], "a size")?, numbers(machine, view[3], "a stride")?);
    let bytes = kind.bytes(&shape).map_err(|what| machine.error(what))?;
    machine.spend(bytes.saturating_add(TENSOR_BYTES))?;
    let elements = elements(machine, member, kind)?;
    let n = elements.size();
    let steps: Vec<isize> = strides.iter().map(|&stride| isize::try_from(stride).unwrap_or(isize::MAX)).collect();
    let fits = shape.len() == steps.len() && offset <= n;
    let layout = fits.then(|| Layout::within(&shape, &steps, offset, n)).flatten().ok_or_else(|| {
        machine.error(format!(
            "shape {shape:?} with strides {strides:?} from element {offset} is not in a storage of {n} elements"
        ))
    })?;
    let overlap = layout.may_overlap();
    let mut view = elements.view(layout);
    if overlap {
        // A tensor may be written to, so each offset stands for one element. (As a file would have them: no code more.)
        let mut bytes = Vec::new();
        raw::encode(&view, &mut bytes)?;
        view = raw::decode(Kind::Plain(view.dtype()), false, &shape, false, &bytes)?;
    }
    Ok(Node::Array(Box::new(view)))
}

fn elements(machine: &mut Machine<'_>, member: usize, kind: Kind) -> Result<AnyTensor> {
    let known = machine.storages.as_ref().and_then(|storages| storages.decoded[member].as_ref());
    match known {
        Some((first, elements)) if *first == kind => return Ok(elements.clone()),
        Some((first, _)) => {
            let (first, kind) = (first.dtype(), kind.dtype());
            return Err(machine.error(format!("the same storage as {first} and as {kind}")));
        }
        None => {}
    }
    let Some(storages) = &mut machine.storages else { return Err(machine.error("no storages")) };
    let bytes = unpack("pt", &storages.members[member])?;
    let n = bytes.len() / kind.size();
    // (Of an untyped one, the number of bytes is what the pickle says.)
    let elements = raw::decode(kind, storages.big_endian, &[n], false, &bytes[..n * kind.size()])?;
    storages.decoded[member] = Some((kind, elements.clone()));
    Ok(elements)
}

fn number(machine: &Machine<'_>, id: Id, what: &str) -> Result<usize> {
    match machine.node(id) {
        &Node::Int(n) => usize::try_from(n).map_err(|_| machine.error(format!("{what} is {n}"))),
        other => Err(machine.error(format!("{what} is {}, not an integer", other.kind()))),
    }
}

fn numbers(machine: &Machine<'_>, id: Id, what: &str) -> Result<Vec<usize>> {
    match machine.node(id) {
        Node::Tuple(items) if items.len() <= MAX_NDIM => list(items.iter().map(|&id| number(machine, id, what))),
        Node::Tuple(items) => Err(machine.error(format!("a tensor of {} axes", items.len()))),
        other => Err(machine.error(format!("sizes or strides are {}, not a tuple", other.kind()))),
    }
}
