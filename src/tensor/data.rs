//! What the elements of a tensor lie in: memory of its own while they are few, memory shared by all its views where they are many.
//!
//! ```text
//!   Few(Vec)          up to 1 KiB        one allocation, and no count of owners: a quicker result. A clone or a view copies them
//!   Many(Arc<Vec>)    more               two allocations; a clone or a view is one more owner
//! ```
//!
//! A small result saves some ten nanoseconds that way, and a view of it pays about as much more: there are more results than views of them.
//!
//! Nobody can see the difference but by addresses, which C's interface shows (`nptensor.h` says how long they are good): whoever writes owns the memory alone, or copies it first.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::kernel::closed::Element;

/// Bytes that are copied sooner than shared: about as much as allocators keep at hand for each thread.
const FEW: usize = 1024;

/// The elements of a tensor, and of its views.
#[derive(Clone)]
pub(super) enum Data<T> {
    Few(Vec<T>),
    Many(Arc<Vec<T>>),
}

impl<T: Element> Data<T> {
    /// Elements that belong to nobody else.
    #[inline(always)]
    pub(super) fn new(elements: Vec<T>) -> Self {
        if size_of_val(&*elements) <= FEW { Data::Few(elements) } else { Data::Many(Arc::new(elements)) }
    }

    /// The elements to write to, unless other tensors share them.
    #[inline(always)]
    pub(super) fn alone(&mut self) -> Option<&mut [T]> {
        match self {
            Data::Few(elements) => Some(elements),
            Data::Many(elements) => Arc::get_mut(elements).map(Vec::as_mut_slice),
        }
    }

    /// The elements as shared memory: that of all views, or a copy of little.
    pub(super) fn to_shared(&self) -> Arc<Vec<T>> {
        match self {
            Data::Few(elements) => Arc::new(elements.clone()),
            Data::Many(elements) => elements.clone(),
        }
    }

    /// The elements; copied where other tensors share them.
    pub(super) fn into_vec(self) -> Vec<T> {
        match self {
            Data::Few(elements) => elements,
            Data::Many(elements) => Arc::unwrap_or_clone(elements),
        }
    }
}

impl<T> core::ops::Deref for Data<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match self {
            Data::Few(elements) => elements,
            Data::Many(elements) => elements,
        }
    }
}
