//! Files of the program itself, read where they lie: weights in the flash of a microcontroller, of which there is no
//! copy in its memory.
//!
//! ```text
//!   include_bytes! (aligned) --safetensors--> Archive of tensors in those bytes --> Sequential: weights by columns
//! ```
//!
//! The bytes become elements in `kernel/memory/bits.rs`, and tensors as by [`Tensor::from_static`]. Formats that are
//! compressed, or promise no order of bytes and no place, are not read so. Read next: `safetensors.rs`.

use super::raw::{self, Kind};
use super::reader::Shown;
use super::{AnyTensor, safetensors};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, Float};
use crate::kernel::memory::{AnyBits, of_bytes};
use crate::kernel::scalar::DType;
use crate::nn::Sequential;
use crate::tensor::Tensor;

/// [`read_model`](super::read_model), without a copy of the weights: those of a safetensors file of the program itself,
/// in the flash of a microcontroller.
///
/// Weights of type `T` stay where they are, torch's (outputs, inputs) too, which are read by columns. What is copied:
/// weights of another type, half precision, and a dense layer with the BatchNorm after it, which are one layer here;
/// on a big-endian machine, all. So are weights by columns for the time of a product, with several rows, where there is
/// memory for it; without it that takes longer.
///
/// # Errors
/// Those of [`read_model`](super::read_model), and of [`safetensors::read_static`] for bytes that are not aligned.
///
/// ```
/// use nptensor::{Layer, Tensor, formats};
/// # macro_rules! include_bytes { ($_:literal) => {
/// #     b"\xa8\0\0\0\0\0\0\0{\"__metadata__\":{\"layers\":\"dense relu\"},\
/// #     \"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},\
/// #     \"0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}       \
/// #     \0\0\x80\x3f\0\0\0\x40\0\0\0\x3f"
/// # } }
/// #[repr(align(8))] // `include_bytes!` promises no alignment
/// struct Aligned<B: ?Sized>(B);
/// static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!("network.safetensors"));
///
/// let network = formats::read_model_static::<f32>(&FILE.0)?;
/// let Layer::Dense { w, .. } = &network.layers()[0] else { unreachable!() };
/// assert!(FILE.0.as_ptr_range().contains(&w.data().as_ptr().cast()));
/// assert_eq!(network.forward(&Tensor::from([1.0, 2.0]))?, Tensor::from([5.5]));
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn read_model_static<T: Float>(bytes: &'static [u8]) -> Result<Sequential<T>> {
    Sequential::try_from(&safetensors::read_static(bytes)?)
}

/// The tensor in bytes of the program itself, read where they lie; half precision and bool are copied, and on a
/// big-endian machine all that has more than one byte. `None` where it cannot be read there: elements that are not
/// aligned.
pub(super) fn tensor(kind: Kind, shape: &[usize], bytes: &'static [u8]) -> Result<Option<AnyTensor>> {
    fn borrowed<T: Element + AnyBits>(shape: &[usize], bytes: &'static [u8]) -> Result<Option<AnyTensor>> {
        let elements = of_bytes::<T>(bytes);
        elements.map(|elements| Ok(Tensor::from_static(elements, shape)?.into())).transpose()
    }
    let copied = || raw::decode(kind, false, shape, false, bytes).map(Some);
    match kind {
        _ if cfg!(target_endian = "big") && kind.size() > 1 => copied(),
        Kind::F16 | Kind::BF16 | Kind::Plain(DType::Bool) => copied(),
        Kind::Plain(DType::U8) => borrowed::<u8>(shape, bytes),
        Kind::Plain(DType::I8) => borrowed::<i8>(shape, bytes),
        Kind::Plain(DType::I16) => borrowed::<i16>(shape, bytes),
        Kind::Plain(DType::I32) => borrowed::<i32>(shape, bytes),
        Kind::Plain(DType::I64) => borrowed::<i64>(shape, bytes),
        Kind::Plain(DType::U16) => borrowed::<u16>(shape, bytes),
        Kind::Plain(DType::U32) => borrowed::<u32>(shape, bytes),
        Kind::Plain(DType::U64) => borrowed::<u64>(shape, bytes),
        Kind::Plain(DType::F32) => borrowed::<f32>(shape, bytes),
        Kind::Plain(DType::F64) => borrowed::<f64>(shape, bytes),
    }
}

/// What is said of elements of a safetensors file that cannot be read where they lie, `at` bytes from its beginning.
pub(super) fn misaligned(kind: Kind, name: &str, at: usize) -> Error {
    let size = kind.size();
    let advice = match at % size {
        0 => format!("so must the file, in a struct with #[repr(align({size}))] around include_bytes!"),
        _ => "no header of this length has it there; nptensor convert writes one that does".into(),
    };
    let what = format!("tensor {} must begin at a multiple of {size} bytes in memory: {advice}", Shown(name));
    Error::Format { format: "safetensors", offset: at, what }
}
