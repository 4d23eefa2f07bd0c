//! Memory for packed panels, kept from one product to the next: fresh pages from the system for each product would
//! double the time of one of 200 x 200.
//!
//! ```text
//!   product  --kept-->  what this thread kept  --elements(n)-->  panels  --drop-->  kept, up to KEEP_BYTES
//! ```
//!
//! Without `std` there is no memory of a thread, and nothing is kept.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::strategy::{COLUMN_BYTES, MC, NC};
use crate::kernel::scalar::Scalar;

/// Bytes that are kept of each buffer, until the thread ends: a panel of B and a block of A, the most that products by
/// tiles need.
const KEEP_BYTES: usize = COLUMN_BYTES * (NC + MC);

/// Memory for panels.
pub(super) struct PanelBuffer<T: Scalar>(Option<Box<Panels<T>>>);

struct Panels<T>(Vec<T>);

impl<T: Scalar> PanelBuffer<T> {
    /// None yet.
    pub(super) fn new() -> Self {
        PanelBuffer(None)
    }

    /// What this thread kept, if anything.
    pub(super) fn kept() -> Self {
        PanelBuffer(Some(this_thread::take().unwrap_or_else(|| Box::new(Panels(Vec::new())))))
    }

    /// `n` elements of any values.
    pub(super) fn elements(&mut self, n: usize) -> &mut [T] {
        if self.0.is_none() {
            *self = PanelBuffer::kept();
        }
        let Some(panels) = &mut self.0 else { return &mut [] };
        if panels.0.len() < n {
            panels.0 = alloc::vec![T::ZERO; n];
        }
        &mut panels.0[..n]
    }
}

impl<T: Scalar> Drop for PanelBuffer<T> {
    fn drop(&mut self) {
        if let Some(panels) = self.0.take()
            && panels.0.len() * size_of::<T>() <= KEEP_BYTES
        {
            this_thread::keep(panels);
        }
    }
}

#[cfg(feature = "std")]
pub use this_thread::free_panels;

#[cfg(feature = "std")]
mod this_thread {
    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use core::any::Any;
    use core::cell::RefCell;

    use super::Panels;
    use crate::kernel::scalar::Scalar;

    std::thread_local! {
        /// A block for each element type, and for each thread that a product of it has been shared with.
        static KEPT: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
    }

    // While a thread ends, its `KEPT` may be gone already: then nothing is taken, and what is given is freed.

    pub(super) fn take<T: Scalar>() -> Option<Box<Panels<T>>> {
        let kept = KEPT.try_with(|kept| {
            let mut kept = kept.borrow_mut();
            let index = kept.iter().position(|any| any.is::<Panels<T>>())?;
            kept.swap_remove(index).downcast().ok()
        });
        kept.ok().flatten()
    }

    pub(super) fn keep<T: Scalar>(panels: Box<Panels<T>>) {
        let _ = KEPT.try_with(|kept| kept.borrow_mut().push(panels));
    }

    /// Frees what this thread keeps between matrix products: up to 4.2 MiB for each element type that it has
    /// multiplied, and as much again for each thread that helped it. The next large product allocates it again.
    ///
    /// ```
    /// # use nptensor::Tensor;
    /// let a = Tensor::<f64>::ones(&[200, 200])?;
    /// assert_eq!(a.dot(&a)?.get(&[0, 0])?, 200.0);
    /// nptensor::free_panels(); // a program that is done with large products gives the memory back
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn free_panels() {
        let _ = KEPT.try_with(|kept| kept.take());
    }
}

#[cfg(not(feature = "std"))]
mod this_thread {
    use alloc::boxed::Box;

    use super::Panels;
    use crate::kernel::scalar::Scalar;

    pub(super) fn take<T: Scalar>() -> Option<Box<Panels<T>>> {
        None
    }

    pub(super) fn keep<T: Scalar>(panels: Box<Panels<T>>) {
        drop(panels);
    }
}
