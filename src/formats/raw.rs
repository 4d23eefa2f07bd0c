//! Bytes to elements and back: every element type that files hold, in either byte order and either axis order.
//!
//! ```text
//!   file      ?  i1..i8  u1..u8  f4 f8     f2          bfloat16
//!   memory    the same type                float32     float32        (half precision widens, exactly)
//!
//!   C order        the bytes under shape (2,3)
//!   Fortran order  the bytes under shape (3,2), transposed: a view, nothing moves
//! ```
//!
//! The formats differ in how they name type and shape; from there on they all come here. Read next: `npy/mod.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::AnyTensor;
use super::reader::Shown;
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::memory;
use crate::kernel::scalar::DType;
use crate::layout::{Layout, shape};
use crate::tensor::{Tensor, no_memory};

/// An element type as files have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of ours.
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

    /// The type in memory.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Kind::Plain(dtype) => dtype,
            Kind::F16 | Kind::BF16 => DType::F32,
        }
    }

    /// The bytes of a whole tensor; the error says why there can be no such tensor.
    pub(crate) fn bytes(self, dims: &[usize]) -> core::result::Result<usize, String> {
        shape::checked_size(dims)
            .ok()
            .and_then(|size| size.checked_mul(self.size()))
            .filter(|&bytes| bytes <= isize::MAX as usize)
            .ok_or_else(|| format!("no memory could hold {} of shape {dims:?}", self.dtype()))
    }
}

/// NumPy's name of a type: `<f4`, `|u1`, `>i8`; the byte order may be left out.
///
/// The error names the type, where it is one that has no place here.
pub(crate) fn from_numpy(descr: &str) -> core::result::Result<(Kind, bool), String> {
    let (order, code) = match descr.as_bytes().first() {
        Some(b'<' | b'>' | b'|' | b'=') => descr.split_at(1),
        _ => ("=", descr),
    };
    let big_endian = match order {
        ">" => true,
        "<" => false,
        _ => cfg!(target_endian = "big"),
    };
    let kind = match code {
        "b1" | "?" => Kind::Plain(DType::Bool),
        "i1" => Kind::Plain(DType::I8),
        "i2" => Kind::Plain(DType::I16),
        "i4" => Kind::Plain(DType::I32),
        "i8" => Kind::Plain(DType::I64),
        "u1" => Kind::Plain(DType::U8),
        "u2" => Kind::Plain(DType::U16),
        "u4" => Kind::Plain(DType::U32),
        "u8" => Kind::Plain(DType::U64),
        "f2" => Kind::F16,
        "f4" => Kind::Plain(DType::F32),
        "f8" => Kind::Plain(DType::F64),
        _ => {
            let name = match code.as_bytes().first() {
                Some(b'O') => "object",
                Some(b'c') => "complex",
                Some(b'S' | b'a') => "bytes",
                Some(b'U') => "string",
                Some(b'V') => "structured or void",
                Some(b'M') => "datetime",
                Some(b'm') => "timedelta",
                Some(b'T') => "variable-width string",
                Some(b'f') => "extended-precision float",
                _ => "unknown",
            };
            return Err(format!("elements of {name} type ({}) are not supported", Shown(descr)));
        }
    };
    Ok((kind, big_endian))
}

/// The tensor in `bytes`, which are as many as `kind.bytes(shape)` says.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
pub(crate) fn decode(kind: Kind, big_endian: bool, shape: &[usize], fortran: bool, bytes: &[u8]) -> Result<AnyTensor> {
    /// One element type, by its `from_le_bytes` or by what its bytes mean.
    macro_rules! tensor {
        ($element:expr) => {
            tensor(shape, fortran, elements(shape, big_endian, bytes, $element)?).into()
        };
    }
    Ok(match kind {
        Kind::Plain(DType::Bool) => tensor!(|[byte]: [u8; 1]| byte != 0),
        Kind::Plain(DType::I8) => tensor!(i8::from_le_bytes),
        Kind::Plain(DType::I16) => tensor!(i16::from_le_bytes),
        Kind::Plain(DType::I32) => tensor!(i32::from_le_bytes),
        Kind::Plain(DType::I64) => tensor!(i64::from_le_bytes),
        Kind::Plain(DType::U8) => tensor!(u8::from_le_bytes),
        Kind::Plain(DType::U16) => tensor!(u16::from_le_bytes),
        Kind::Plain(DType::U32) => tensor!(u32::from_le_bytes),
        Kind::Plain(DType::U64) => tensor!(u64::from_le_bytes),
        Kind::Plain(DType::F32) => tensor!(f32::from_le_bytes),
        Kind::Plain(DType::F64) => tensor!(f64::from_le_bytes),
        Kind::F16 => tensor!(|pair| widen_f16(u16::from_le_bytes(pair))),
        Kind::BF16 => tensor!(|pair| f32::from_bits(u32::from(u16::from_le_bytes(pair)) << 16)),
    })
}

/// Elements of `N` bytes each, which `element` takes in little-endian order.
fn elements<const N: usize, T: Element>(
    shape: &[usize],
    big_endian: bool,
    bytes: &[u8],
    element: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>> {
    let (chunks, _) = bytes.as_chunks::<N>();
    let too_big = || Error::TooBig { shape: shape.to_vec() };
    if shape::checked_size(shape)? != chunks.len() {
        return Err(too_big());
    }
    let mut data: Vec<T> = memory::with_capacity(chunks.len()).ok_or_else(|| no_memory::<T>(shape))?;
    data.extend(chunks.iter().map(|&chunk| element(chunk)));
    if big_endian {
        for (x, &(mut chunk)) in data.iter_mut().zip(chunks) {
            chunk.reverse();
            *x = element(chunk);
        }
    }
    Ok(data)
}

fn tensor<T: Element>(shape: &[usize], fortran: bool, data: Vec<T>) -> Tensor<T> {
    if fortran {
        let reversed: Vec<usize> = shape.iter().rev().copied().collect();
        Tensor::new(data, Layout::dense_rows(&reversed)).t()
    } else {
        Tensor::new(data, Layout::dense_rows(shape))
    }
}

/// Appends the elements in C order, little-endian.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
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
    let too_big = || Error::TooBig { shape: tensor.shape().to_vec() };
    let len = tensor.size().checked_mul(N).ok_or_else(too_big)?;
    out.try_reserve_exact(len).map_err(|_| no_memory::<T>(tensor.shape()))?;
    let start = out.len();
    out.resize(start + len, 0);
    let (places, _) = out[start..].as_chunks_mut::<N>();
    match tensor.as_slice() {
        Some(slice) => places.iter_mut().zip(slice).for_each(|(place, &x)| *place = bytes(x)),
        None => places.iter_mut().zip(tensor).for_each(|(place, x)| *place = bytes(x)),
    }
    Ok(())
}

/// The float32 of the same value; nan keeps its bits, in the upper part.
fn widen_f16(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let rest = u32::from(bits & 0x7fff);
    let magnitude = match rest {
        0x7c00.. => 0x7f80_0000 | (rest & 0x03ff) << 13,
        // The exponent's offset grows from 15 to 127.
        0x0400.. => (rest << 13) + ((127 - 15) << 23),
        // Subnormal there: a whole number of 2^-24, which float32 holds exactly.
        _ => (rest as f32 * f32::from_bits((127 - 24) << 23)).to_bits(),
    };
    f32::from_bits(sign | magnitude)
}
