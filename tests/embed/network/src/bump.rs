//! An allocator for programs of one thread that end soon, or begin anew.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;

/// Memory that is handed out once and never comes back.
#[repr(align(16))]
pub struct Bump {
    memory: UnsafeCell<[u8; SIZE]>,
    used: UnsafeCell<usize>,
}

const SIZE: usize = 32 << 10;

// SAFETY: its programs have one thread.
unsafe impl Sync for Bump {}

impl Bump {
    /// All of the memory.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Bump { memory: UnsafeCell::new([0; SIZE]), used: UnsafeCell::new(0) }
    }

    /// All of the memory again.
    ///
    /// # Safety
    /// Nothing that was handed out is used any more.
    pub unsafe fn begin_anew(&self) {
        // SAFETY: there is one thread, and no reference to the cell.
        unsafe { *self.used.get() = 0 };
    }
}

// SAFETY: what is handed out is aligned, inside `memory`, and handed out once; null where there is no more.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: there is one thread, and no reference to either cell lives beyond these lines.
        unsafe {
            let start = (*self.used.get()).next_multiple_of(layout.align());
            if layout.align() > align_of::<Bump>() || start > SIZE || layout.size() > SIZE - start {
                return core::ptr::null_mut();
            }
            *self.used.get() = start + layout.size();
            self.memory.get().cast::<u8>().add(start)
        }
    }

    unsafe fn dealloc(&self, _memory: *mut u8, _layout: Layout) {}
}
