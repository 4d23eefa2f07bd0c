//! Memory that is fresh each time: an allocator that gets blocks of more than 32 MiB from the system and gives them back at once.
//!
//! ```text
//!   up to 32 MiB     the standard allocator, as ever
//!   above            mmap ... munmap: zeros, no page of it touched yet
//! ```
//!
//! That is what the C library does with such blocks, unless it happens to have a hole of that size left from before: then one row would run ten times faster than in
//! another order of rows. Here it never has. Linux only; elsewhere this allocator is the standard one.

// mmap has no safe form, an allocator neither.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};

/// The allocator; `#[global_allocator] static ALLOCATOR: Fresh = Fresh;` turns it on.
pub struct Fresh;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod system {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        fn mmap(
            at: *mut c_void,
            length: usize,
            protection: c_int,
            flags: c_int,
            file: c_int,
            offset: i64,
        ) -> *mut c_void;
        fn munmap(at: *mut c_void, length: usize) -> c_int;
    }

    /// Whether blocks of this size come from here.
    pub fn takes(size: usize, align: usize) -> bool {
        size > 32 << 20 && align <= 4096
    }

    /// A block of zeros, or null.
    pub fn get(size: usize) -> *mut u8 {
        // SAFETY: a new private mapping without a file (read and write; private, anonymous) touches nothing that there was.
        let block = unsafe { mmap(std::ptr::null_mut(), size, 1 | 2, 2 | 0x20, -1, 0) };
        if block as isize == -1 { std::ptr::null_mut() } else { block.cast() }
    }

    /// # Safety
    /// The block is from `get` with this size, and nobody uses it any more.
    pub unsafe fn put_back(block: *mut u8, size: usize) {
        // SAFETY: the caller's promise. It cannot fail for a whole mapping.
        unsafe { munmap(block.cast(), size) };
    }
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
mod system {
    pub fn takes(_: usize, _: usize) -> bool {
        false
    }

    pub fn get(_: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    /// # Safety
    /// None: it does nothing.
    pub unsafe fn put_back(_: *mut u8, _: usize) {}
}

// SAFETY: a block comes from the system or from `System`, by its size and alignment alone, and goes back to where it came from.
unsafe impl GlobalAlloc for Fresh {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if system::takes(layout.size(), layout.align()) {
            return system::get(layout.size());
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if system::takes(layout.size(), layout.align()) {
            return system::get(layout.size());
        }
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if system::takes(layout.size(), layout.align()) {
            // SAFETY: `alloc` got it from there.
            return unsafe { system::put_back(block, layout.size()) };
        }
        // SAFETY: `alloc` got it from `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !system::takes(layout.size(), layout.align()) && !system::takes(size, layout.align()) {
            // SAFETY: the block is `System`'s and stays so.
            return unsafe { System.realloc(block, layout, size) };
        }
        // SAFETY: the size is not 0 and fits, by the caller's promise; the blocks are two, and the shorter length is in both.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(block, size.min(layout.size()));
                self.dealloc(block, layout);
            }
            new
        }
    }
}
