//! An allocator for a module that takes its memory once: behind its own data, a page at a time.
//!
//! ```text
//!   | the module's data | handed out | rest of the page |    more pages are asked for as they are needed
//! ```
//!
//! Nothing comes back but the last piece, or its end.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::UnsafeCell;

const PAGE_BYTES: usize = 64 << 10;

/// Where the next piece begins; 0 before the first.
pub struct Memory(UnsafeCell<usize>);

// SAFETY: the module has one thread.
unsafe impl Sync for Memory {}

impl Memory {
    pub const fn new() -> Self {
        Memory(UnsafeCell::new(0))
    }
}

// SAFETY: what is handed out is aligned, beyond the memory that the module began with, and belongs to nobody else; null
// where there is no more.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let have = memory_size::<0>() * PAGE_BYTES;
        // SAFETY: there is one thread, and no reference to the cell lives beyond this function.
        let next = unsafe { &mut *self.0.get() };
        let start = if *next == 0 { have } else { *next };
        let end = start.checked_next_multiple_of(layout.align()).and_then(|at| at.checked_add(layout.size()));
        let Some(end) = end else { return core::ptr::null_mut() };
        if end > have && memory_grow::<0>((end - have).div_ceil(PAGE_BYTES)) == usize::MAX {
            return core::ptr::null_mut();
        }
        *next = end;
        (end - layout.size()) as *mut u8
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        let next = unsafe { &mut *self.0.get() };
        if memory as usize + layout.size() == *next {
            *next = memory as usize;
        }
    }
}
