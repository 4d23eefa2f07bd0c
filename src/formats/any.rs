//! `AnyTensor`: one tensor whose element type is known only at run time.
//!
//! ```text
//!   file --> AnyTensor --cast::<f32>()--> Tensor<f32>     converts; the same type is not copied
//!                      --get::<f32>()---> &Tensor<f32>    only if it is that type
//! ```
//!
//! No arithmetic: that needs a static type. Read next: `archive.rs`.

use alloc::vec::Vec;
use core::any::Any;
use core::fmt;
use core::ops::Range;

use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::scalar::{DType, Scalar, Value};
use crate::layout::Layout;
use crate::layout::slice::Indices;
use crate::layout::walk::Offsets;
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
        each!(@ $any, $tensor => $do; Bool I8 I16 I32 I64 U8 U16 U32 U64 F32 F64)
    };
    (@ $any:expr, $tensor:ident => $do:expr; $($variant:ident)*) => {
        match $any {
            $(AnyTensor::$variant($tensor) => $do,)*
        }
    };
}

#[cfg(feature = "capi")]
pub(crate) use each;

impl AnyTensor {
    /// The element type.
    pub fn dtype(&self) -> DType {
        each!(self, tensor => tensor.dtype())
    }

    /// Shape, strides and offset, which do not depend on the type.
    fn layout(&self) -> &Layout {
        each!(self, tensor => tensor.layout())
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        self.layout().shape()
    }

    /// The distance of neighbours on each axis, in elements.
    pub fn strides(&self) -> &[isize] {
        self.layout().strides()
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.layout().size()
    }

    /// All axes in reverse order: a view.
    pub fn t(&self) -> Self {
        self.view(self.layout().reversed_axes())
    }

    /// Part of the tensor: a view, by the rules of [`Tensor::slice`].
    ///
    /// # Errors
    /// As [`Tensor::slice`].
    pub fn slice(&self, indices: impl Indices) -> Result<Self> {
        Ok(self.view(self.layout().slice(&indices.indices()?)?))
    }

    /// The same data under another layout made from this one.
    pub(super) fn view(&self, layout: Layout) -> Self {
        each!(self, tensor => AnyTensor::from(tensor.view(layout)))
    }

    /// With elements of type `U`, by the rules of [`Tensor::cast`]; not copied where they have that type already. As
    /// f32 or f64, a tensor that is contiguous neither in C nor in Fortran order becomes one in C order.
    ///
    /// # Panics
    /// When the memory for the result cannot be had.
    #[track_caller]
    pub fn cast<U: Element>(&self) -> Tensor<U> {
        expect(self.try_cast())
    }

    /// [`cast`](AnyTensor::cast), with an error instead of the panic.
    pub(crate) fn try_cast<U: Element>(&self) -> Result<Tensor<U>> {
        if let Ok(same) = self.get::<U>() {
            return Ok(same.clone());
        }
        // The usual types of weights and data: not generic, so that programs do not compile it again.
        if const { matches!(U::DTYPE, DType::F32) } {
            return self.to_f32()?.get::<U>().cloned();
        }
        if const { matches!(U::DTYPE, DType::F64) } {
            return self.to_f64()?.get::<U>().cloned();
        }
        // The order in memory stays.
        if self.is_fortran() {
            return Ok(self.t().try_cast::<U>()?.t());
        }
        each!(self, tensor => tensor.try_cast())
    }

    #[inline(never)]
    fn to_f32(&self) -> Result<AnyTensor> {
        Ok(AnyTensor::F32(self.to_float()?))
    }

    #[inline(never)]
    fn to_f64(&self) -> Result<AnyTensor> {
        Ok(AnyTensor::F64(self.to_float()?))
    }

    /// As another type, in C order, or in Fortran order where it is in that.
    fn to_float<U: Element>(&self) -> Result<Tensor<U>> {
        let order = |layout: &Layout| if self.is_fortran() { layout.reversed_axes() } else { layout.clone() };
        let layout = order(self.layout());
        let mut out = room(layout.shape())?;
        for range in contiguous_ranges(&layout) {
            each!(self, tensor => extend(&mut out, &tensor.data()[range]));
        }
        Ok(Tensor::new(out, order(&Layout::dense_rows(layout.shape()))))
    }

    /// The only element, without its type. (A cast would be compiled for every pair of types.)
    pub(super) fn value(&self) -> Option<Value> {
        each!(self, tensor => tensor.item().ok().map(Scalar::value))
    }

    /// The tensor inside, if its elements are `T`.
    ///
    /// # Errors
    /// [`Error::DType`] when they are not.
    pub fn get<T: Element>(&self) -> Result<&Tensor<T>> {
        let inside: &dyn Any = each!(self, tensor => tensor);
        inside.downcast_ref().ok_or(Error::DType { found: self.dtype().name(), wanted: T::DTYPE.name() })
    }

    /// Whether the elements are contiguous in Fortran order and not in C order: `fortran_order` of `np.save`.
    pub fn is_fortran(&self) -> bool {
        !self.layout().is_contiguous() && self.layout().reversed_axes().is_contiguous()
    }
}

/// Appends elements, as another type.
fn extend<T: Element, U: Element>(out: &mut Vec<U>, elements: &[T]) {
    out.extend(elements.iter().map(|&x| x.cast::<U>()));
}

/// The elements of a layout in C order, as ranges of offsets that are as long as possible. (Not generic.)
fn contiguous_ranges(layout: &Layout) -> impl Iterator<Item = Range<usize>> {
    let (offset, mut whole) = (layout.offset(), layout.contiguous_size());
    let most = if layout.strides().last() == Some(&1) { usize::MAX } else { 1 };
    let mut offsets = Offsets::new(layout);
    core::iter::from_fn(move || {
        let (start, n) = match &mut whole {
            Some(size) => (offset, core::mem::take(size)),
            None => {
                let (start, n, _) = offsets.next_strided(most);
                (start, n)
            }
        };
        (n > 0).then(|| start..start + n)
    })
}

impl<T: Element> From<Tensor<T>> for AnyTensor {
    /// The same tensor, its data shared.
    fn from(tensor: Tensor<T>) -> Self {
        let mut tensor = Some(tensor);
        /// The tensor, taken out of its option; its elements are `U` by the match below.
        fn same<U: Element>(tensor: &mut dyn Any) -> Tensor<U> {
            tensor.downcast_mut().and_then(Option::take).expect("one type for each DTYPE")
        }
        macro_rules! match_dtype {
            ($($variant:ident)*) => {
                match T::DTYPE {
                    $(DType::$variant => AnyTensor::$variant(same(&mut tensor)),)*
                }
            };
        }
        match_dtype!(Bool I8 I16 I32 I64 U8 U16 U32 U64 F32 F64)
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
