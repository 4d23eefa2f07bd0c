//! The network for a web page or node: one function, no standard library, no binding crate.

#![no_std]

use network::Bump;

#[global_allocator]
static BUMP: Bump = Bump::new();

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

static mut OUTPUTS: [f64; 2] = [0.0; 2];

/// Where two doubles are: the network's outputs for the inputs `a` and `b`; null when something went wrong.
#[unsafe(no_mangle)]
pub extern "C" fn outputs(a: f64, b: f64) -> *const f64 {
    // SAFETY: there is one thread, and nothing of the last call is used any more.
    unsafe { BUMP.begin_anew() };
    let Ok(y) = network::outputs([a, b]) else { return core::ptr::null() };
    let place = &raw mut OUTPUTS;
    // SAFETY: there is one thread, and no reference to it.
    unsafe { *place = [y[[0]], y[[1]]] };
    place.cast()
}
