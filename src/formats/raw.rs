//! Bytes to elements and back: every element type that files hold, in either byte order and either axis order.
//!
//! ```text
//!   file      ?  i1..i8  u1..u8  f4 f8     f2          bfloat16
//!   memory    the same type                float32     float32        (half precision widens, exactly)
//!
//!   C order        the bytes under shape (2,3)
//!   Fortran order  the bytes under shape (3,2), transposed: a view
//! ```
//!
//! The formats differ in how they name type and shape; those are not read here. Read next: `npy/mod.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::reader::Shown;
use super::{AnyTensor, LeftOut};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::memory::{self, vec_as};
use crate::kernel::scalar::DType;
use crate::layout::{Layout, shape};
use crate::tensor::{Tensor, no_memory};

/// An element type in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An element type of tensors.
    Plain(DType),
    /// IEEE half precision: 5 bits of exponent.
    F16,
    /// The upper half of a float32.
    BF16,
}

impl Kind {
    /// Bytes of one element in the file.
    pub(crate) fn size(self) -> usize {
        match self {
            Kind::Plain(dtype) => dtype.size(),
            Kind::F16 | Kind::BF16 => 2,
        }
    }

    /// NumPy's or torch's name of a half precision.
    pub(crate) fn half(self) -> Option<&'static str> {
        match self {
            Kind::Plain(_) => None,
            Kind::F16 => Some("float16"),
            Kind::BF16 => Some("bfloat16"),
        }
    }

    /// The type in memory.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Kind::Plain(dtype) => dtype,
            Kind::F16 | Kind::BF16 => DType::F32,
        }
    }

    /// The bytes of a whole tensor; the error says why there can be no such tensor.
    pub(crate) fn bytes(self, dims: &[usize]) -> Result<usize, String> {
        shape::checked_size(dims)
            .ok()
            .and_then(|size| size.checked_mul(self.size()))
            .filter(|&bytes| bytes <= isize::MAX as usize)
            .ok_or_else(|| format!("no memory could hold {} of shape {dims:?}", self.dtype()))
    }
}

/// Every type of tensors with its names: in NumPy without the byte order, in safetensors, and the letters of C's types,
/// whose sizes are those of Linux, for they say none.
const NAMES: [(DType, &str, &str, &str); 11] = [
    (DType::Bool, "b1", "BOOL", "?"),
    (DType::I8, "i1", "I8", "b"),
    (DType::I16, "i2", "I16", "h"),
    (DType::I32, "i4", "I32", "i"),
    (DType::I64, "i8", "I64", "lqp"),
    (DType::U8, "u1", "U8", "B"),
    (DType::U16, "u2", "U16", "H"),
    (DType::U32, "u4", "U32", "I"),
    (DType::U64, "u8", "U64", "LQP"),
    (DType::F32, "f4", "F32", "f"),
    (DType::F64, "f8", "F64", "d"),
];

impl Kind {
    /// Its names: in NumPy without the byte order, in safetensors.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Kind::Plain(dtype) => {
                NAMES.iter().find(|names| names.0 == dtype).map_or(("", ""), |names| (names.1, names.2))
            }
            Kind::F16 => ("f2", "F16"),
            Kind::BF16 => ("f2", "BF16"),
        }
    }

    /// The type with a name in safetensors.
    pub(crate) fn from_safetensors(code: &str) -> Option<Self> {
        let plain = NAMES.iter().map(|names| Kind::Plain(names.0));
        plain.chain([Kind::F16, Kind::BF16]).find(|kind| kind.names().1 == code)
    }
}

/// A type of elements that is not read.
pub(crate) struct Unread {
    /// `elements of complex type ("<c8")`.
    pub(crate) what: String,
    /// Bits of an element, where the name of the type tells them.
    pub(crate) bits: Option<usize>,
    /// Whether an element may hold arrays itself.
    pub(crate) container: bool,
}

impl Unread {
    /// The type with this name, whose size is `unit` times the number at the beginning of `size`, if one is there.
    pub(crate) fn new(what: String, size: &str, unit: usize) -> Self {
        let end = size.find(|c: char| !c.is_ascii_digit()).unwrap_or(size.len());
        let bits = (end > 0).then(|| size[..end].parse().unwrap_or(usize::MAX).saturating_mul(unit));
        Unread { what, bits, container: false }
    }

    /// Why a part of that type is left out.
    pub(crate) fn left_out(&self) -> LeftOut {
        if self.container { LeftOut::Container(self.what.clone()) } else { LeftOut::Type(self.what.clone()) }
    }

    /// An error unless `bytes` hold elements of this shape, as far as can be told: what is left out is whole.
    pub(crate) fn check(&self, dims: &[usize], bytes: usize) -> Result<(), String> {
        let Some(bits) = self.bits else { return Ok(()) };
        let wanted = shape::checked_size(dims).ok().and_then(|size| size.checked_mul(bits));
        if wanted.is_some() && wanted == bytes.checked_mul(8) {
            return Ok(());
        }
        Err(format!("{} of shape {dims:?} do not take {bytes} bytes", self.what))
    }
}

/// NumPy's name of a type: `<f4`, `|u1`, `>i8`; the byte order may be left out.
pub(crate) fn from_numpy(descr: &str) -> Result<(Kind, bool), Unread> {
    let (order, code) = match descr.as_bytes().first() {
        Some(b'<' | b'>' | b'|' | b'=') => descr.split_at(1),
        _ => ("=", descr),
    };
    let big_endian = match order {
        ">" => true,
        "<" => false,
        _ => cfg!(target_endian = "big"),
    };
    if matches!(code, "f2" | "e" | "float16") {
        return Ok((Kind::F16, big_endian));
    }
    let called = |&&(dtype, name, _, letters): &&(DType, &str, &str, &str)| {
        name == code || dtype.name() == descr || (code.len() == 1 && letters.contains(code))
    };
    if let Some(names) = NAMES.iter().find(called) {
        return Ok((Kind::Plain(names.0), big_endian));
    }
    let name = match code.as_bytes().first() {
        _ if matches!(code, "f12" | "f16" | "g" | "longdouble" | "float96" | "float128") => "extended-precision float",
        _ if matches!(code, "F" | "D" | "G") => "complex",
        _ if code == "c" => "bytes",
        Some(b'O') => "object",
        Some(b'c') => "complex",
        Some(b'S' | b'a') => "bytes",
        Some(b'U') => "string",
        Some(b'V') => "structured or void",
        Some(b'M') => "datetime",
        Some(b'm') => "timedelta",
        Some(b'T') => "variable-width string",
        _ => "unknown",
    };
    let unit = if name == "string" { 32 } else { 8 };
    let size = code.get(1..).unwrap_or("");
    let what = format!("elements of {name} type ({})", Shown(descr));
    let container = matches!(name, "object" | "structured or void");
    Err(Unread { container, ..Unread::new(what, size, unit) })
}

/// The tensor in `bytes`, which are as many as `kind.bytes(shape)` says.
pub(crate) fn decode(kind: Kind, big_endian: bool, shape: &[usize], fortran: bool, bytes: &[u8]) -> Result<AnyTensor> {
    let size = shape::checked_size(shape)?;
    if size.checked_mul(kind.size()) != Some(bytes.len()) {
        return Err(shape::too_big(shape));
    }
    let layout = if fortran {
        let reversed: Vec<usize> = shape.iter().rev().copied().collect();
        Layout::dense_rows(&reversed).reversed_axes()
    } else {
        Layout::dense_rows(shape)
    };
    let place = Place { bytes, big_endian, size, shape, dtype: kind.dtype() };
    /// A tensor of such elements.
    macro_rules! tensor {
        ($elements:expr) => {
            AnyTensor::from(Tensor::new($elements, layout))
        };
    }
    // Numbers of one size are read by the same code.
    Ok(match kind {
        Kind::Plain(DType::Bool) => tensor!(place.elements(|[byte]: [u8; 1]| byte != 0)?),
        Kind::Plain(DType::I8) => tensor!(vec_as::<u8, i8>(place.elements(u8::from_le_bytes)?)),
        Kind::Plain(DType::I16) => tensor!(vec_as::<u16, i16>(place.elements(u16::from_le_bytes)?)),
        Kind::Plain(DType::I32) => tensor!(vec_as::<u32, i32>(place.elements(u32::from_le_bytes)?)),
        Kind::Plain(DType::I64) => tensor!(vec_as::<u64, i64>(place.elements(u64::from_le_bytes)?)),
        Kind::Plain(DType::U8) => tensor!(place.elements(u8::from_le_bytes)?),
        Kind::Plain(DType::U16) => tensor!(place.elements(u16::from_le_bytes)?),
        Kind::Plain(DType::U32) => tensor!(place.elements(u32::from_le_bytes)?),
        Kind::Plain(DType::U64) => tensor!(place.elements(u64::from_le_bytes)?),
        Kind::Plain(DType::F32) => tensor!(vec_as::<u32, f32>(place.elements(u32::from_le_bytes)?)),
        Kind::Plain(DType::F64) => tensor!(vec_as::<u64, f64>(place.elements(u64::from_le_bytes)?)),
        Kind::F16 => tensor!(place.elements(|pair| widen_f16(u16::from_le_bytes(pair)))?),
        Kind::BF16 => tensor!(place.elements(|pair| f32::from_bits(u32::from(u16::from_le_bytes(pair)) << 16))?),
    })
}

/// The bytes of a tensor of `size` elements.
struct Place<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    size: usize,
    shape: &'a [usize],
    dtype: DType,
}

impl Place<'_> {
    /// Elements of `N` bytes each, which `element` takes in little-endian order.
    fn elements<const N: usize, T: Element>(&self, element: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
        let no_memory = || Error::no_memory(self.shape, self.dtype.name(), size_of::<T>());
        let mut data = memory::with_capacity(self.size).ok_or_else(no_memory)?;
        let mut buffer = [0; BLOCK_BYTES];
        for block in self.bytes.chunks(BLOCK_BYTES) {
            let block = if self.big_endian { little_endian(block, N, &mut buffer) } else { block };
            data.extend(block.as_chunks::<N>().0.iter().map(|&chunk| element(chunk)));
        }
        Ok(data)
    }
}

/// Bytes whose order is reversed together: few enough for the first cache and a small stack.
const BLOCK_BYTES: usize = 2048;

/// Elements of `size` bytes each, the bytes of each reversed. (Not generic, so that it is compiled once.)
fn little_endian<'a>(block: &[u8], size: usize, buffer: &'a mut [u8; BLOCK_BYTES]) -> &'a [u8] {
    fn reverse<const N: usize>(bytes: &mut [u8]) {
        bytes.as_chunks_mut::<N>().0.iter_mut().for_each(|chunk| chunk.reverse());
    }
    let out = &mut buffer[..block.len()];
    out.copy_from_slice(block);
    match size {
        2 => reverse::<2>(out),
        4 => reverse::<4>(out),
        8 => reverse::<8>(out),
        _ => {}
    }
    out
}

/// Appends the elements in C order, little-endian.
pub(crate) fn encode(tensor: &AnyTensor, out: &mut Vec<u8>) -> Result<()> {
    macro_rules! each {
        ($($variant:ident)*) => {
            match tensor {
                AnyTensor::Bool(tensor) => split(tensor, out, |x| [u8::from(x)]),
                $(AnyTensor::$variant(tensor) => split(tensor, out, |x| x.to_le_bytes()),)*
            }
        };
    }
    each!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64)
}

/// Appends elements as `N` bytes each.
fn split<const N: usize, T: Element>(
    tensor: &Tensor<T>,
    out: &mut Vec<u8>,
    bytes: impl Fn(T) -> [u8; N],
) -> Result<()> {
    let len = tensor.size().checked_mul(N).ok_or_else(|| shape::too_big(tensor.shape()))?;
    out.try_reserve_exact(len).map_err(|_| no_memory::<T>(tensor.shape()))?;
    let start = out.len();
    memory::resize(out, start + len, 0).ok_or_else(|| no_memory::<T>(tensor.shape()))?;
    let (chunks, _) = out[start..].as_chunks_mut::<N>();
    match tensor.as_slice() {
        Some(slice) => chunks.iter_mut().zip(slice).for_each(|(chunk, &x)| *chunk = bytes(x)),
        None => chunks.iter_mut().zip(tensor).for_each(|(chunk, x)| *chunk = bytes(x)),
    }
    Ok(())
}

/// The float32 of the same value; nan keeps its bits, in the upper part.
fn widen_f16(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let rest = u32::from(bits & 0x7fff);
    let magnitude = match rest {
        0x7c00.. => 0x7f80_0000 | (rest & 0x03ff) << 13,
        // The exponent's bias is 15 in f16 and 127 in f32.
        0x0400.. => (rest << 13) + ((127 - 15) << 23),
        // Subnormal: a multiple of 2^-24, which is exact in float32.
        _ => (rest as f32 * f32::from_bits((127 - 24) << 23)).to_bits(),
    };
    f32::from_bits(sign | magnitude)
}
