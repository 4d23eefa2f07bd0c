//! The other operand of a named method: a scalar, a tensor, or a reference to one; none of them is cloned.
//!
//! ```
//! use nptensor::Tensor;
//! let x = Tensor::from([-1.0, 2.0]);
//! assert_eq!(x.maximum(0.0)?.to_string(), "[0. 2.]");
//! assert_eq!(x.maximum(&x.abs())?, x.maximum(x.abs())?);
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! A scalar reaches the kernel as `Run::Splat`, never as a tensor of one element. Read next: `arith.rs`.

use super::Tensor;
use crate::kernel::closed::Element;
use crate::kernel::run::Run;
use crate::layout::Layout;

/// What named methods such as [`maximum`](Tensor::maximum) take beside `self`: a `T`, a `Tensor<T>`, or a
/// `&Tensor<T>`. Sealed.
pub trait Operand<T> {
    /// What it is. (Nobody else can name this type: the trait is sealed.)
    #[doc(hidden)]
    fn other(&self) -> Other<'_, T>;
}

/// The two kinds of operand.
#[derive(Clone, Copy)]
pub enum Other<'a, T> {
    Scalar(T),
    Tensor(&'a Tensor<T>),
}

impl<T: Element> Operand<T> for T {
    #[inline]
    fn other(&self) -> Other<'_, T> {
        Other::Scalar(*self)
    }
}

impl<T: Element> Operand<T> for Tensor<T> {
    #[inline]
    fn other(&self) -> Other<'_, T> {
        Other::Tensor(self)
    }
}

impl<T: Element> Operand<T> for &Tensor<T> {
    #[inline]
    fn other(&self) -> Other<'_, T> {
        Other::Tensor(self)
    }
}

impl<'a, T: Element> Other<'a, T> {
    /// The shape; a scalar has no axes.
    #[inline]
    pub(super) fn shape(self) -> &'a [usize] {
        match self {
            Other::Scalar(_) => &[],
            Other::Tensor(tensor) => tensor.shape(),
        }
    }

    /// The elements for a result of that shape in C order as one run, if that is how they lie: contiguous, or a scalar.
    #[inline(always)]
    pub(super) fn run(self, shape: &[usize]) -> Option<Run<'a, T>> {
        match self {
            Other::Scalar(value) => Some(Run::Splat(value)),
            Other::Tensor(tensor) if tensor.ndim() == 0 => Some(Run::Splat(tensor.data[tensor.layout.offset()])),
            Other::Tensor(tensor) if tensor.shape().iter().eq(shape) => tensor.as_slice().map(Run::Slice),
            Other::Tensor(_) => None,
        }
    }

    /// The elements, and others of their memory.
    pub(super) fn data(&self) -> &[T] {
        match self {
            Other::Scalar(value) => core::slice::from_ref(value),
            Other::Tensor(tensor) => tensor.data(),
        }
    }

    /// The layout of the elements under a shape that this one stretches to.
    pub(super) fn stretched(&self, shape: &[usize]) -> Layout {
        match self {
            Other::Scalar(_) => Layout::dense_rows(&[]).stretched(shape),
            Other::Tensor(tensor) => tensor.layout.stretched(shape),
        }
    }

    /// Whether this holds for any element.
    pub(super) fn any(&self, f: impl Fn(T) -> bool) -> bool {
        match self {
            Other::Scalar(value) => f(*value),
            Other::Tensor(tensor) => tensor.iter().any(f),
        }
    }
}

/// Methods of two operands, by a door.
macro_rules! pairs {
    ($($(#[$doc:meta])* $bound:ident $name:ident -> $out:ty, $door:ident;)*) => {$(
        impl<T: $bound> Tensor<T> {
            $(#[$doc])*
            ///
            /// # Errors
            /// [`Error::Broadcast`](crate::Error::Broadcast) with both shapes;
            /// [`Error::OutOfMemory`](crate::Error::OutOfMemory) when the memory cannot be had.
            pub fn $name(&self, other: impl Operand<T>) -> Result<Tensor<$out>> {
                arith::zip(self.other(), other.other(), T::$door)
            }
        }
    )*};
}

pub(super) use pairs;
