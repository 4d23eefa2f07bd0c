//! The names that torch's pickles use beside NumPy's, as data: tensors over storages, and the classes of layers.
//!
//! ```text
//!   ('storage', FloatStorage, '0', 'cpu', 6) Q       the 6 float32 in the file's member data/0, whatever the device
//!   _rebuild_tensor_v2(storage, 0, (3, 2), (2, 1))   a view of them: offset, sizes and strides, in elements
//!   _rebuild_tensor_v3(.., dtype)                    the same of bytes, for the types that have no storage of their own
//!   _rebuild_parameter(tensor, ..)                   the tensor
//!   Linear() 0x81, then its state                    a module: its class and the dict of its attributes
//! ```
//!
//! Storages are decoded when they are first met, and tensors are views of them, but for those in which elements overlap:
//! these are copied. Each tensor pays for what it becomes. Complex, quantized, sparse and 8-bit ones are left out by
//! name. Read next: `modules.rs`.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::archive::LeftOut;
use super::super::raw::{self, Kind};
use super::super::reader::Shown;
use super::super::zip::Member;
use super::super::{AnyTensor, Contents, push, text};
use super::machine::Machine;
use super::node::{Id, Node};
use super::{Visitor, numpy};
use crate::error::Result;
use crate::kernel::scalar::DType;
use crate::layout::Layout;
use crate::layout::shape::MAX_NDIM;
use crate::tensor::list;

/// The modules of the names that are read, without layers.
const NAMES: [(&str, &[&str]); 5] = [
    ("torch", &["Size", "device", "per_tensor_affine", "per_channel_affine", "per_channel_affine_float_qparams"]),
    ("torch.storage", &["UntypedStorage"]),
    ("torch.serialization", &["_get_layout"]),
    (
        "torch._utils",
        &[
            "_rebuild_tensor_v2",
            "_rebuild_tensor_v3",
            "_rebuild_parameter",
            "_rebuild_qtensor",
            "_rebuild_sparse_tensor",
        ],
    ),
    ("torch._utils", &["_rebuild_meta_tensor_no_storage"]),
];

/// The types of elements by their storages and their own names: what is read, or what it is.
const TYPES: [(&str, &str, core::result::Result<Kind, &str>); 25] = [
    ("FloatStorage", "float32", Ok(Kind::Plain(DType::F32))),
    ("DoubleStorage", "float64", Ok(Kind::Plain(DType::F64))),
    ("HalfStorage", "float16", Ok(Kind::F16)),
    ("BFloat16Storage", "bfloat16", Ok(Kind::BF16)),
    ("LongStorage", "int64", Ok(Kind::Plain(DType::I64))),
    ("IntStorage", "int32", Ok(Kind::Plain(DType::I32))),
    ("ShortStorage", "int16", Ok(Kind::Plain(DType::I16))),
    ("CharStorage", "int8", Ok(Kind::Plain(DType::I8))),
    ("ByteStorage", "uint8", Ok(Kind::Plain(DType::U8))),
    ("BoolStorage", "bool", Ok(Kind::Plain(DType::Bool))),
    ("", "uint16", Ok(Kind::Plain(DType::U16))),
    ("", "uint32", Ok(Kind::Plain(DType::U32))),
    ("", "uint64", Ok(Kind::Plain(DType::U64))),
    ("ComplexFloatStorage", "complex64", Err("elements of complex type")),
    ("ComplexDoubleStorage", "complex128", Err("elements of complex type")),
    ("QInt8Storage", "qint8", Err(QUANTIZED)),
    ("QUInt8Storage", "quint8", Err(QUANTIZED)),
    ("QInt32Storage", "qint32", Err(QUANTIZED)),
    ("", "complex32", Err("elements of complex type")),
    ("", "float8_e4m3fn", Err("elements of type float8_e4m3fn")),
    ("", "float8_e4m3fnuz", Err("elements of type float8_e4m3fnuz")),
    ("", "float8_e5m2", Err("elements of type float8_e5m2")),
    ("", "float8_e5m2fnuz", Err("elements of type float8_e5m2fnuz")),
    ("", "float8_e8m0fnu", Err("elements of type float8_e8m0fnu")),
    ("", "float4_e2m1fn_x2", Err("elements of type float4_e2m1fn_x2")),
];
const QUANTIZED: &str = "a quantized tensor";

/// The classes of layers, each with its module below `torch.nn.modules`.
const LAYERS: [(&str, &[&str]); 7] = [
    ("container", &["Sequential"]),
    ("linear", &["Linear", "Identity"]),
    ("batchnorm", &["BatchNorm1d"]),
    ("normalization", &["LayerNorm"]),
    ("dropout", &["Dropout"]),
    ("flatten", &["Flatten"]),
    (
        "activation",
        &[
            "ReLU",
            "Sigmoid",
            "Tanh",
            "LeakyReLU",
            "ELU",
            "GELU",
            "SiLU",
            "Softplus",
            "LogSoftmax",
            "Softmax",
            "Hardtanh",
        ],
    ),
];

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
    pub(in super::super) decoded: BTreeMap<usize, (Kind, AnyTensor)>,
}

/// What is in a pickle that torch wrote beside these storages.
pub(in super::super) fn contents(pickle: &[u8], storages: Storages<'_>) -> Result<Contents> {
    let mut machine = Machine::new(pickle);
    // Weights may be tied: each byte stands in two tensors, or some in more and others in one. What little files take
    // for nothing is a MiB, and each tensor takes forty bytes of the pickle.
    let bytes = storages.members.iter().fold(0_u64, |sum, member| sum.saturating_add(member.size));
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    machine.budget = pickle.len().saturating_mul(8).saturating_add(bytes.saturating_mul(2)).saturating_add(1 << 20);
    machine.storages = Some(storages);
    let top = machine.run()?;
    let mut visitor = Visitor::new(&machine)?;
    let (weights, beside) = visitor.weights(top)?;
    let contents = match machine.node(weights) {
        Node::Module(..) => Contents::Archive(visitor.network(weights)?),
        _ => visitor.contents(weights)?,
    };
    if beside.is_empty() {
        return Ok(contents);
    }
    let mut archive = contents.into_archive();
    beside.iter().try_for_each(|name| archive.leave_out(name, LeftOut::Beside))?;
    Ok(Contents::Archive(archive))
}

/// The class or function with that name.
pub(super) fn global(machine: &Machine<'_>, module: &str, name: &str) -> Result<&'static str> {
    let in_list = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
    let mut names = NAMES.iter().filter(|(known, _)| *known == module);
    let found = numpy::known(module, name).or_else(|| names.find_map(|(_, names)| in_list(names)));
    let of_types = || TYPES.iter().flat_map(|names| [names.0, names.1]).find(|known| *known == name && name != "");
    if let Some(known) = found.or_else(|| of_types().filter(|_| module == "torch")) {
        return Ok(known);
    }
    let asked = format!("{module:.100}.{name:.100}");
    let Some(place) = module.strip_prefix("torch.nn.modules.") else {
        let what = format!(
            "it asks for {}: only tensors and a Sequential of layers are read, and no code runs",
            Shown(&asked)
        );
        return Err(machine.error(what));
    };
    let known = LAYERS.iter().find(|(known, _)| *known == place).and_then(|(_, names)| in_list(names));
    known.ok_or_else(|| machine.error(format!("{} is no layer that is computed here", asked.escape_debug())))
}

/// One of the opcodes that do more in torch's pickles.
pub(super) fn step(machine: &mut Machine<'_>, opcode: u8) -> Result<()> {
    let argument = machine.pop()?;
    let node = match opcode {
        b'Q' => storage(machine, argument)?,
        b'b' => {
            let target = machine.top()?;
            let &Node::Module(class, state) = machine.node(target) else {
                return numpy::set_state(machine, target, argument);
            };
            if state.is_some() {
                return Err(machine.error(format!("a {class} is given its attributes twice")));
            }
            *machine.node_mut(target) = Node::Module(class, Some(argument));
            return Ok(());
        }
        0x81 => {
            let class = machine.pop()?;
            match (machine.node(class), machine.node(argument)) {
                (&Node::Global(class), Node::Tuple(none)) if none.is_empty() && is_layer(class) => {
                    Node::Module(class, None)
                }
                (other, _) => return Err(machine.error(format!("{} is made, not a layer", other.kind()))),
            }
        }
        _ => {
            let callee = machine.pop()?;
            match machine.node(callee) {
                // The same value: nothing is kept twice.
                Node::Global("_rebuild_parameter") => {
                    let &[data, _, _] = &numpy::tuple(machine, argument, "the list of arguments")?[..] else {
                        return Err(machine.error("_rebuild_parameter is called without three arguments"));
                    };
                    return push(&mut machine.stack, data);
                }
                &Node::Global(name) => match call(machine, name, argument)? {
                    Some(node) => node,
                    None => numpy::call(machine, callee, argument)?,
                },
                _ => numpy::call(machine, callee, argument)?,
            }
        }
    };
    machine.push(node)
}

fn is_layer(class: &str) -> bool {
    LAYERS.iter().any(|(_, names)| names.contains(&class))
}

/// `('storage', type, key, device, number of elements)`: a member that is there, of that size.
fn storage<'a>(machine: &Machine<'a>, argument: Id) -> Result<Node<'a>> {
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

/// The value that a call would return, where it is one of torch's.
fn call<'a>(machine: &mut Machine<'a>, name: &str, arguments: Id) -> Result<Option<Node<'a>>> {
    let what = match name {
        "_rebuild_tensor_v2" | "_rebuild_tensor_v3" => return tensor(machine, name, arguments).map(Some),
        "_rebuild_qtensor" => QUANTIZED,
        "_rebuild_sparse_tensor" => "a sparse tensor",
        "_rebuild_meta_tensor_no_storage" => "a tensor without elements",
        "Size" => "a torch.Size",
        "device" => "a torch.device",
        "_get_layout" => "a torch.layout",
        _ => return Ok(None),
    };
    Ok(Some(Node::Unread(what)))
}

/// A view of a storage.
fn tensor<'a>(machine: &mut Machine<'a>, name: &str, arguments: Id) -> Result<Node<'a>> {
    let arguments = numpy::tuple(machine, arguments, "the list of arguments")?;
    let (view, dtype, metadata) = match (name, &arguments[..]) {
        ("_rebuild_tensor_v2", &[storage, offset, shape, strides, _, _, ref rest @ ..]) if rest.len() < 2 => {
            ([storage, offset, shape, strides], None, rest.first())
        }
        ("_rebuild_tensor_v3", &[storage, offset, shape, strides, _, _, dtype, ref rest @ ..]) if rest.len() < 2 => {
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
    if metadata.is_some_and(|&id| !matches!(machine.node(id), Node::None) && !is_empty_dict(machine, id)) {
        return Err(machine.error("a tensor with bits of its own (conj, neg)"));
    }
    let offset = number(machine, view[1], "an offset")?;
    let (shape, strides) = (numbers(machine, view[2], "a size")?, numbers(machine, view[3], "a stride")?);
    let bytes = kind.bytes(&shape).map_err(|what| machine.error(what))?;
    machine.spend(bytes.saturating_add(TENSOR_BYTES))?;
    let elements = elements(machine, member, kind)?;
    let n = elements.size();
    let layout = if shape.len() == strides.len() { Layout::within(&shape, &strides, offset, n) } else { None };
    let layout = layout.ok_or_else(|| {
        machine.error(format!(
            "shape {shape:?} with strides {strides:?} from element {offset} is not in a storage of {n} elements"
        ))
    })?;
    // (A tensor may be written to where each offset stands for one element.)
    let overlap = layout.may_overlap();
    let view = elements.view(layout);
    Ok(Node::Array(Box::new(if overlap { view.try_to_contiguous()? } else { view })))
}

pub(super) fn is_empty_dict(machine: &Machine<'_>, id: Id) -> bool {
    matches!(machine.node(id), Node::Dict(pairs) if pairs.is_empty())
}

/// All elements of a storage.
fn elements(machine: &mut Machine<'_>, member: usize, kind: Kind) -> Result<AnyTensor> {
    let known = machine.storages.as_ref().and_then(|storages| storages.decoded.get(&member));
    match known {
        Some((first, elements)) if *first == kind => return Ok(elements.clone()),
        Some((first, _)) => {
            let (first, kind) = (first.dtype(), kind.dtype());
            return Err(machine.error(format!("the same storage as {first} and as {kind}")));
        }
        None => {}
    }
    let Some(storages) = &mut machine.storages else { return Err(machine.error("no storages")) };
    let bytes = super::super::pt::unpack(&storages.members[member])?;
    let n = bytes.len() / kind.size();
    // (Of an untyped one, the number of bytes is what the pickle says.)
    let elements = raw::decode(kind, storages.big_endian, &[n], false, &bytes[..n * kind.size()])?;
    storages.decoded.insert(member, (kind, elements.clone()));
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
        other => Err(machine.error(format!("the list of each axis' {} is {}, not a tuple", &what[2..], other.kind()))),
    }
}
