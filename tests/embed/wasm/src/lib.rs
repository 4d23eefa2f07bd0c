//! The network for a web page or node: one function, no standard library, no binding crate.

#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;

/// Memory that is handed out once and never comes back: each call of `outputs` starts anew.
struct Bump(UnsafeCell<usize>);

const SIZE: usize = 32 << 10;
#[repr(align(16))]
struct Memory(UnsafeCell<[u8; SIZE]>);

// SAFETY: wasm32 without threads has one.
unsafe impl Sync for Bump {}
// SAFETY: likewise.
unsafe impl Sync for Memory {}

static MEMORY: Memory = Memory(UnsafeCell::new([0; SIZE]));

#[global_allocator]
static BUMP: Bump = Bump(UnsafeCell::new(0));

// SAFETY: what is handed out is aligned, inside `MEMORY`, and handed out once; null where there is no more.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: there is one thread, and no reference to either cell lives beyond these lines.
        unsafe {
            let start = (*self.0.get()).next_multiple_of(layout.align());
            if start > SIZE || layout.size() > SIZE - start {
                return core::ptr::null_mut();
            }
            *self.0.get() = start + layout.size();
            MEMORY.0.get().cast::<u8>().add(start)
        }
    }

    unsafe fn dealloc(&self, _memory: *mut u8, _layout: Layout) {}
}

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

static mut OUTPUTS: [f64; 2] = [0.0; 2];

/// Where two doubles are: the network's outputs for the inputs `a` and `b`; null when something went wrong.
#[unsafe(no_mangle)]
pub extern "C" fn outputs(a: f64, b: f64) -> *const f64 {
    // SAFETY: there is one thread, and nothing of the last call is used any more.
    unsafe { *BUMP.0.get() = 0 };
    let Ok(y) = network::outputs([a, b]) else { return core::ptr::null() };
    let place = &raw mut OUTPUTS;
    // SAFETY: there is one thread, and no reference to it.
    unsafe { *place = [y[[0]], y[[1]]] };
    place.cast()
}
