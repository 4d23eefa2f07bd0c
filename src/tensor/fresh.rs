//! Memory for new tensors: room for a shape, or an error that names it.
//!
//! ```text
//!   room       a Vec with capacity, to be pushed to
//!   filled     a Vec that a kernel has written                 small results of short kernels, and work space
//!   collect    a tensor that is there, all but its elements, when the kernel writes these           products
//! ```
//!
//! All sizes are checked before there is memory. What is given as an output, and in place: `target.rs`. How slots are
//! written: `../kernel/memory/mod.rs`.

use alloc::vec::Vec;

use super::Tensor;
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::memory::{self, Shared, Slots};
use crate::layout::Layout;
use crate::layout::shape::checked_size;

impl<T: Element> Tensor<T> {
    /// A new tensor in C order, whose elements `fill` writes when all else is in memory already (`Shared::collect` says
    /// why).
    ///
    /// # Errors
    /// Those of [`room`].
    #[inline(always)]
    pub(crate) fn collect(shape: &[usize], fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Result<Self> {
        let size = checked_size(shape)?;
        let layout = match *shape {
            [n] => Layout::vector(n),
            [rows, cols] => Layout::matrix(rows, cols),
            _ => Layout::dense_rows(shape),
        };
        let mut out = Tensor { data: Shared::from(Vec::new()), layout };
        if out.data.collect(size, fill) { Ok(out) } else { Err(no_memory::<T>(shape)) }
    }
}

/// Room for the elements of a shape.
///
/// # Errors
/// [`Error::TooBig`], [`Error::OutOfMemory`], [`Error::TooManyAxes`].
#[inline]
pub(crate) fn room<T: Element>(shape: &[usize]) -> Result<Vec<T>> {
    let size = checked_size(shape)?;
    memory::with_capacity(size).ok_or_else(|| no_memory::<T>(shape))
}

/// The error where the elements of a shape find no memory.
pub(crate) fn no_memory<T: Element>(shape: &[usize]) -> Error {
    Error::no_memory(shape, T::DTYPE.name(), size_of::<T>())
}

/// As many elements as a shape has, which `fill` writes.
///
/// # Errors
/// Those of [`room`].
#[inline]
pub(crate) fn filled<T: Element>(
    shape: &[usize],
    fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T],
) -> Result<Vec<T>> {
    collected(checked_size(shape)?, shape, fill)
}

/// The same for a shape whose size is known.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
#[inline(always)]
pub(crate) fn collected<T: Element>(
    size: usize,
    shape: &[usize],
    fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T],
) -> Result<Vec<T>> {
    memory::collect(size, fill).ok_or_else(|| no_memory::<T>(shape))
}
