//! `AnyTensor`: one tensor whose element type is known only at run time.
//!
//! ```text
//!   file --> AnyTensor --cast::<f32>()--> Tensor<f32>     converts; the same type is not copied
//!                      --get::<f32>()---> &Tensor<f32>    only if it is that type
//! ```
//!
//! It holds and converts; arithmetic needs a static type. Read next: `archive.rs`.

use alloc::vec::Vec;
use core::any::Any;
use core::fmt;

use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::scalar::{DType, Scalar};
use crate::layout::slice::Indices;
use crate::tensor::{Tensor, expect, room};

/// A tensor of any element type.
///
/// ```
/// use nptensor::formats::AnyTensor;
/// use nptensor::{DType, Tensor};
///
/// let any = AnyTensor::from(Tensor::from([1_u8, 2, 255]));
/// assert_eq!((any.dtype(), any.shape()), (DType::U8, &[3][..]));
/// assert_eq!(any.cast::<f32>().to_vec(), [1.0, 2.0, 255.0]);
/// assert_eq!(any.get::<u8>()?.to_vec(), [1, 2, 255]);
/// assert_eq!(any.get::<f32>().unwrap_err().to_string(), "elements are uint8, not float32: cast them first");
/// # Ok::<(), nptensor::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[allow(missing_docs)]
pub enum AnyTensor {
    Bool(Tensor<bool>),
    I8(Tensor<i8>),
    I16(Tensor<i16>),
    I32(Tensor<i32>),
    I64(Tensor<i64>),
    U8(Tensor<u8>),
    U16(Tensor<u16>),
    U32(Tensor<u32>),
    U64(Tensor<u64>),
    F32(Tensor<f32>),
    F64(Tensor<f64>),
}

/// The same expression for the tensor inside, whatever its type.
macro_rules! each {
    ($any:expr, $tensor:ident => $do:expr) => {
        match $any {
            AnyTensor::Bool($tensor) => $do,
            AnyTensor::I8($tensor) => $do,
            AnyTensor::I16($tensor) => $do,
            AnyTensor::I32($tensor) => $do,
            AnyTensor::I64($tensor) => $do,
            AnyTensor::U8($tensor) => $do,
            AnyTensor::U16($tensor) => $do,
            AnyTensor::U32($tensor) => $do,
            AnyTensor::U64($tensor) => $do,
            AnyTensor::F32($tensor) => $do,
            AnyTensor::F64($tensor) => $do,
        }
    };
}

impl AnyTensor {
    /// The element type.
    pub fn dtype(&self) -> DType {
        each!(self, tensor => tensor.dtype())
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        each!(self, tensor => tensor.shape())
    }

    /// How far apart neighbours on each axis lie, in elements.
    pub fn strides(&self) -> &[isize] {
        each!(self, tensor => tensor.strides())
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        each!(self, tensor => tensor.size())
    }

    /// All axes in reverse order: a view.
    pub fn t(&self) -> Self {
        each!(self, tensor => AnyTensor::from(tensor.t()))
    }

    /// Part of the tensor: a view, by the rules of [`Tensor::slice`].
    ///
    /// # Errors
    /// As [`Tensor::slice`].
    pub fn slice(&self, indices: impl Indices) -> Result<Self> {
        Ok(each!(self, tensor => AnyTensor::from(tensor.slice(indices)?)))
    }

    /// With elements of type `U`, by the rules of [`Tensor::cast`]; without a copy where they are already. As f32 or f64, what lies neither in C nor in Fortran
    /// order comes out in C order.
    ///
    /// # Panics
    /// When the memory for the result cannot be had.
    #[track_caller]
    pub fn cast<U: Element>(&self) -> Tensor<U> {
        expect(self.try_cast())
    }

    /// The same.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the memory cannot be had.
    pub(super) fn try_cast<U: Element>(&self) -> Result<Tensor<U>> {
        if let Ok(same) = self.get::<U>() {
            return Ok(same.clone());
        }
        // The order in memory stays.
        if self.is_fortran() {
            return Ok(self.t().try_cast::<U>()?.t());
        }
        // (What weights and data become as a rule is compiled here, not in whoever reads them.)
        if const { matches!(U::DTYPE, DType::F32) } {
            return self.to_f32()?.get::<U>().cloned();
        }
        if const { matches!(U::DTYPE, DType::F64) } {
            return self.to_f64()?.get::<U>().cloned();
        }
        each!(self, tensor => tensor.try_cast())
    }

    /// As f32, in C order.
    #[inline(never)]
    fn to_f32(&self) -> Result<AnyTensor> {
        let mut out = room(self.shape())?;
        each!(self, tensor => extend(&mut out, tensor));
        Ok(AnyTensor::F32(Tensor::from_vec(out, self.shape())?))
    }

    /// As f64, in C order.
    #[inline(never)]
    fn to_f64(&self) -> Result<AnyTensor> {
        let mut out = room(self.shape())?;
        each!(self, tensor => extend(&mut out, tensor));
        Ok(AnyTensor::F64(Tensor::from_vec(out, self.shape())?))
    }

    /// The tensor inside, if its elements are `T`.
    ///
    /// # Errors
    /// [`Error::DType`] when they are not.
    pub fn get<T: Element>(&self) -> Result<&Tensor<T>> {
        let inside: &dyn Any = each!(self, tensor => tensor);
        inside.downcast_ref().ok_or(Error::DType { found: self.dtype().name(), wanted: T::DTYPE.name() })
    }

    /// Whether the elements lie in Fortran order and not in C order: what `np.save` writes as `fortran_order`.
    pub fn is_fortran(&self) -> bool {
        !each!(self, tensor => tensor.layout().is_contiguous())
            && each!(self, tensor => tensor.layout().reversed_axes().is_contiguous())
    }
}

/// Appends the elements in C order, as another type. (One by one where they are not contiguous: less code by far.)
fn extend<T: Element, U: Element>(out: &mut Vec<U>, tensor: &Tensor<T>) {
    match tensor.as_slice() {
        Some(elements) => out.extend(elements.iter().map(|&x| x.cast::<U>())),
        None => out.extend(tensor.iter().map(Scalar::cast::<U>)),
    }
}

impl<T: Element> From<Tensor<T>> for AnyTensor {
    /// The same tensor, its data shared.
    fn from(tensor: Tensor<T>) -> Self {
        /// `tensor`, whose elements the match below has found to be `U`.
        fn same<U: Element>(tensor: &dyn Any) -> Tensor<U> {
            tensor.downcast_ref::<Tensor<U>>().expect("one type for each DTYPE").clone()
        }
        match T::DTYPE {
            DType::Bool => AnyTensor::Bool(same(&tensor)),
            DType::I8 => AnyTensor::I8(same(&tensor)),
            DType::I16 => AnyTensor::I16(same(&tensor)),
            DType::I32 => AnyTensor::I32(same(&tensor)),
            DType::I64 => AnyTensor::I64(same(&tensor)),
            DType::U8 => AnyTensor::U8(same(&tensor)),
            DType::U16 => AnyTensor::U16(same(&tensor)),
            DType::U32 => AnyTensor::U32(same(&tensor)),
            DType::U64 => AnyTensor::U64(same(&tensor)),
            DType::F32 => AnyTensor::F32(same(&tensor)),
            DType::F64 => AnyTensor::F64(same(&tensor)),
        }
    }
}

impl<T: Element> From<&Tensor<T>> for AnyTensor {
    /// The same tensor, its data shared.
    fn from(tensor: &Tensor<T>) -> Self {
        AnyTensor::from(tensor.clone())
    }
}

impl fmt::Display for AnyTensor {
    /// As the tensor inside.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        each!(self, tensor => fmt::Display::fmt(tensor, f))
    }
}

impl fmt::Debug for AnyTensor {
    /// As the tensor inside.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        each!(self, tensor => fmt::Debug::fmt(tensor, f))
    }
}
