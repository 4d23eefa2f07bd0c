//! A network for a web page or node: rows in, outputs out; no standard library, no binding crate.
//!
//! ```text
//!   cd tests/embed/wasm && MODEL=/path/to/model.safetensors cargo build --profile fast --features model
//!
//!   const network = await load("wasm.wasm");   network.mjs, with types in network.d.ts
//!   network.predict(rows)                      place() <- rows, predict(n) -> outputs; a block of rows at a time
//! ```
//!
//! All memory is taken at the first call. MODEL must list its layers, as `nptensor convert --hidden relu` writes it.

#![no_std]

extern crate alloc;

mod memory;

use alloc::vec::Vec;

use memory::Memory;
use nptensor::{Sequential, Workspace};

#[global_allocator]
static MEMORY: Memory = Memory::new();

#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

#[cfg(feature = "model")]
type Number = f32;
#[cfg(not(feature = "model"))]
type Number = f64;

#[cfg(feature = "model")]
fn network() -> nptensor::Result<Sequential<Number>> {
    nptensor::formats::read_model(include_bytes!(env!("MODEL")))
}
#[cfg(not(feature = "model"))]
use network::network;

/// Rows in a block: as many as the engine takes through all layers together.
const ROWS: usize = 120;

/// The network, a block of rows, and what it needs to run them.
struct Ready {
    network: Sequential<Number>,
    rows: Vec<Number>,
    work: Workspace<Number>,
}

static mut READY: Option<Ready> = None;

fn ready() -> Option<&'static mut Ready> {
    let place = &raw mut READY;
    // SAFETY: there is one thread, and no export uses the reference of another.
    let ready = unsafe { &mut *place };
    if ready.is_none() {
        *ready = begin();
    }
    ready.as_mut()
}

/// Runs a whole block once, so that no later one takes memory.
fn begin() -> Option<Ready> {
    let (network, mut rows, mut work) = (network().ok()?, Vec::new(), Workspace::new());
    let len = ROWS.checked_mul(network.inputs()?)?;
    rows.try_reserve_exact(len).ok()?;
    rows.extend(core::iter::repeat_n(0.0, len));
    network.predict(&rows, &mut work).ok()?;
    Some(Ready { network, rows, work })
}

/// Why the file of MODEL is no network, as text with 0 at its end; null of one that is.
#[cfg(feature = "model")]
#[unsafe(no_mangle)]
pub extern "C" fn error() -> *const u8 {
    network().map_or_else(|error| alloc::format!("{error}\0").leak().as_ptr(), |_| core::ptr::null())
}

/// Bytes of a number: 4 or 8.
#[unsafe(no_mangle)]
pub extern "C" fn bytes() -> usize {
    size_of::<Number>()
}

/// Rows in a block.
#[unsafe(no_mangle)]
pub extern "C" fn rows() -> usize {
    ROWS
}

/// Numbers in a row; 0 without a network, or without memory for it.
#[unsafe(no_mangle)]
pub extern "C" fn inputs() -> usize {
    ready().and_then(|ready| ready.network.inputs()).unwrap_or(0)
}

/// Outputs for a row.
#[unsafe(no_mangle)]
pub extern "C" fn outputs() -> usize {
    ready().and_then(|ready| ready.network.outputs()).unwrap_or(0)
}

/// Where a block of rows goes.
#[unsafe(no_mangle)]
pub extern "C" fn place() -> *mut Number {
    ready().map_or(core::ptr::null_mut(), |ready| ready.rows.as_mut_ptr())
}

/// Where the outputs are for the first `rows` of the block, until the next call; null when something went wrong.
#[unsafe(no_mangle)]
pub extern "C" fn predict(rows: usize) -> *const Number {
    let run = || {
        let Ready { network, rows: block, work } = ready()?;
        let x = block.get(..rows.checked_mul(network.inputs()?)?)?;
        Some(network.predict(x, work).ok()?.as_ptr())
    };
    run().unwrap_or(core::ptr::null())
}
