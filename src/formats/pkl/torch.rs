//! The names that torch's pickles use beside NumPy's, as data: tensors over storages, and the classes of layers.
//!
//! ```text
//!   ('storage', FloatStorage, '0', 'cpu', 6) Q       the 6 float32 in the file's member data/0, whatever the device
//!   _rebuild_tensor_v2(storage, 0, (3, 2), (2, 1))   a view of them: offset, sizes and strides, in elements
//!   _rebuild_tensor_v3(.., dtype)                    the same of bytes, for types that have no storage of their own
//!   _rebuild_parameter(tensor, ..)                   the tensor
//!   Linear() 0x81, then its state                    a module: its class and the dict of its attributes
//! ```
//!
//! Complex, quantized, sparse and 8-bit tensors are left out by name. Read next: `storages.rs`.

use super::super::archive::LeftOut;
use super::super::raw::Kind;
use super::super::reader::Shown;
use super::super::{Contents, push};
use super::machine::Machine;
use super::node::{Id, Node};
use super::storages::{Storages, storage, tensor};
use super::{Visitor, numpy};
use crate::error::Result;
use crate::kernel::scalar::DType;

/// The modules of the names that are read, without layers.
const NAMES: [(&str, &[&str]); 4] = [
    ("torch", &["Size", "device", "per_tensor_affine", "per_channel_affine", "per_channel_affine_float_qparams"]),
    ("torch.storage", &["UntypedStorage"]),
    ("torch.serialization", &["_get_layout"]),
    ("torch._utils", &[V2, V3, "_rebuild_parameter", "_rebuild_qtensor", "_rebuild_sparse_tensor", META]),
];
pub(super) const V2: &str = "_rebuild_tensor_v2";
pub(super) const V3: &str = "_rebuild_tensor_v3";
const META: &str = "_rebuild_meta_tensor_no_storage";

/// The types of elements by their storages and their own names: what is read, or what it is.
pub(super) const TYPES: [(&str, &str, Result<Kind, &str>); 25] = [
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
const LAYERS: [(&str, &[&str]); 8] = [
    ("container", &["Sequential"]),
    ("linear", &["Linear", "Identity"]),
    ("batchnorm", &["BatchNorm1d"]),
    ("normalization", &["LayerNorm"]),
    ("dropout", &["Dropout"]),
    ("flatten", &["Flatten"]),
    ("activation", &["ReLU", "Sigmoid", "Tanh", "LeakyReLU", "ELU", "GELU", "SiLU"]),
    ("activation", &["Softplus", "LogSoftmax", "Softmax", "Hardtanh", "ReLU6"]),
];

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
    let mut kinds = machine.storages.iter().flat_map(|storages| storages.decoded.iter().flatten().map(|known| known.0));
    let half = kinds.find(|kind| kind.half().is_some());
    if beside.is_empty() && (half.is_none() || matches!(contents, Contents::Tensor(_))) {
        return Ok(contents);
    }
    let mut archive = contents.into_archive();
    if let Some(kind) = half {
        archive.met(kind);
    }
    beside.iter().try_for_each(|name| archive.leave_out(name, LeftOut::Beside))?;
    Ok(Contents::Archive(archive))
}

/// The class or function with that name.
pub(super) fn global(machine: &Machine<'_>, module: &str, name: &str) -> Result<&'static str> {
    let in_list = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
    let mut names = NAMES.iter().filter(|(known, _)| *known == module);
    let found = numpy::known(module, name).or_else(|| names.find_map(|(_, names)| in_list(names)));
    let of_types =
        || TYPES.iter().flat_map(|names| [names.0, names.1]).find(|known| !known.is_empty() && *known == name);
    if let Some(known) = found.or_else(|| of_types().filter(|_| module == "torch")) {
        return Ok(known);
    }
    let asked = format!("{module:.100}.{name:.100}");
    let Some(place) = module.strip_prefix("torch.nn.modules.") else {
        let what = format!(
            "it asks for {}: only tensors and torch's own layers are read, and no code runs: in Python, \
             torch.save(net.state_dict(), \"FILE\"), and here --layers",
            Shown(&asked)
        );
        return Err(machine.error(what));
    };
    let mut layers = LAYERS.iter().filter(|(known, _)| *known == place);
    layers
        .find_map(|(_, names)| in_list(names))
        .ok_or_else(|| machine.error(format!("{} is no layer that is computed here", asked.escape_debug())))
}

pub(super) fn is_empty_dict(node: &Node<'_>) -> bool {
    matches!(node, Node::Dict(pairs) if pairs.is_empty())
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
            let is_layer = |class| LAYERS.iter().any(|(_, names)| names.contains(&class));
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

/// The value that a call would return, where it is one of torch's.
fn call<'a>(machine: &mut Machine<'a>, name: &str, arguments: Id) -> Result<Option<Node<'a>>> {
    let what = match name {
        V2 | V3 => return tensor(machine, name, arguments).map(Some),
        "_rebuild_qtensor" => QUANTIZED,
        "_rebuild_sparse_tensor" => "a sparse tensor",
        META => "a tensor without elements",
        "Size" => "a torch.Size",
        "device" => "a torch.device",
        "_get_layout" => "a torch.layout",
        _ => return Ok(None),
    };
    Ok(Some(Node::Unread(what)))
}
