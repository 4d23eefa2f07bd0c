//! Memory for packed panels, kept from one product to the next: fresh pages from the system for each product would
//! double the time of one of 200 x 200.
//!
//! ```text
//!   product  --kept-->  what this thread kept  --elements(n)-->  panels  --drop-->  kept, up to KEEP_BYTES
//!                                                   None: not enough memory; the product then packs nothing
//! ```
//!
//! A thread keeps `KEPT_MAX_BYTES` at most, however many threads helped it. Without `std` there is no memory of a
//! thread, and nothing is kept.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::blocks::MAX_BYTES;
use crate::kernel::memory;
use crate::kernel::scalar::Scalar;

/// Where panels begin: at a line of the cache, for a register that crosses one is loaded as two.
const LINE_BYTES: usize = 64;
/// Bytes that are kept of each buffer, until the thread ends: a panel of B and a block of A, the most that products by
/// tiles need.
const KEEP_BYTES: usize = MAX_BYTES + LINE_BYTES;
/// Bytes that a thread keeps of all its buffers: one of the largest for each of sixteen threads.
#[cfg(feature = "std")]
const KEPT_MAX_BYTES: usize = 16 * KEEP_BYTES;

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

    /// `n` elements of any values, from the beginning of a cache line on, or `None` where there is not enough memory.
    pub(super) fn elements(&mut self, n: usize) -> Option<&mut [T]> {
        if self.0.is_none() {
            *self = PanelBuffer::kept();
        }
        let (panels, line) = (&mut self.0.as_mut()?.0, LINE_BYTES / size_of::<T>());
        if panels.len() < n + line {
            *panels = Vec::new(); // what is too small is freed first
            *panels = memory::zeroed(n + line)?;
        }
        let start = panels.as_ptr().align_offset(LINE_BYTES).min(line);
        Some(&mut panels[start..][..n])
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

    use super::{KEPT_MAX_BYTES, Panels};
    use crate::kernel::scalar::Scalar;

    std::thread_local! {
        /// A block for each element type, and for each thread that a product of it has been shared with.
        /// Each with its bytes.
        static KEPT: RefCell<Vec<(usize, Box<dyn Any>)>> = const { RefCell::new(Vec::new()) };
    }

    // While a thread ends, its `KEPT` may be gone already: then nothing is taken, and what is given is freed.

    pub(super) fn take<T: Scalar>() -> Option<Box<Panels<T>>> {
        let kept = KEPT.try_with(|kept| {
            let mut kept = kept.borrow_mut();
            let index = kept.iter().position(|(_, any)| any.is::<Panels<T>>())?;
            kept.swap_remove(index).1.downcast().ok()
        });
        kept.ok().flatten()
    }

    pub(super) fn keep<T: Scalar>(panels: Box<Panels<T>>) {
        let bytes = panels.0.len() * size_of::<T>();
        let _ = KEPT.try_with(|kept| {
            let mut kept = kept.borrow_mut();
            if kept.iter().map(|(bytes, _)| bytes).sum::<usize>() + bytes <= KEPT_MAX_BYTES {
                kept.push((bytes, panels));
            }
        });
    }

    /// Frees what this thread keeps between matrix products: up to 5.4 MiB for each element type that it has
    /// multiplied, and as much again for each thread that helped it, but never more than 85 MiB in all. The next large
    /// product allocates it again.
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

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let elements = MAX_BYTES / size_of::<f64>();
        let mut buffers: Vec<_> = (0..20).map(|_| PanelBuffer::<f64>::kept()).collect();
        assert!(buffers.iter_mut().all(|buffer| buffer.elements(elements).is_some()));
        drop(buffers);
        let mut kept = 0;
        while let Some(panels) = this_thread::take::<f64>() {
            kept += size_of_val(&panels.0[..]);
        }
        let each = elements * size_of::<f64>() + LINE_BYTES;
        assert_eq!((kept, KEPT_MAX_BYTES / each), (16 * each, 16));
    }
}
