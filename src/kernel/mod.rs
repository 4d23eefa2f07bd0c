//! Numbers in slices: the loops that do the arithmetic. No shapes, no tensors, no errors.
//!
//! In rows, each of which imports from lower ones only. (Within a row, softmax is made of others of row 5 and memory
//! reads `run` and `mat`; and `soft/` uses the one instruction of `simd/fused.rs`.)
//!
//! ```text
//!   8  closed        one plain function for each kernel and type: what tensor/ and nn/ call
//!   7  network       the fused forward pass of a network
//!   6  gemm/         products: strategy, operands, packing, micro-kernel, one row, gemv    activation  torch's
//!   5  elementwise/  loops over runs, tiles      math/  exp ln tanh sigmoid      reduce/  sums, extremes      softmax
//!   4  op            functions of two elements, for one number and for a register
//!   3  memory/       results written once        run  contiguous or repeated     mat  a matrix as a slice with strides
//!   2  element       which register holds which numbers
//!   1  simd/         instruction sets: registers, detection, dispatch             threads
//!   0  scalar/       one number of each type
//! ```
//!
//! A kernel takes slices of the right length from its caller, and panics on any other. Words that mean one thing here:
//!
//! ```text
//!   run      contiguous elements, or one that is repeated      tile     a rectangle of a matrix, worked on at once
//!   strip    adjacent columns, from the first row to the last  offset   a number of elements into memory
//!   level    an instruction set                                slot     memory for one result, written or not
//! ```
//!
//! Read next: `closed/mod.rs`, then `gemm/mod.rs`.

/// The body once for each `i` below a constant of at most 8 or 16. Unrolled in the source where a loop would leave an
/// array of registers in memory: in loops that may end early, and around steps that choose other registers each time.
macro_rules! unroll {
    ($i:ident < $n:expr, at most 8, $body:expr) => { unroll!(@ $i $n, $body, 8: 0 1 2 3 4 5 6 7) };
    ($i:ident < $n:expr, at most 16, $body:expr) => {
        unroll!(@ $i $n, $body, 16: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@ $i:ident $n:expr, $body:expr, $most:literal: $($k:literal)*) => {
        const { assert!($n <= $most) };
        $(
        // A constant condition, so that other bodies are not compiled.
        if const { $k < $n } {
            let $i: usize = $k;
            $body;
        }
        )*
    };
}

pub(crate) mod activation;
pub(crate) mod closed;
mod element;
mod elementwise;
mod gemm;
pub(crate) mod mat;
mod math;
pub(crate) mod memory;
pub(crate) mod network;
mod op;
mod reduce;
pub(crate) mod run;
pub(crate) mod scalar;
pub(crate) mod simd;
mod softmax;
pub(crate) mod threads;

#[cfg(feature = "std")]
pub use gemm::free_panels;
#[cfg(feature = "explain")]
pub(crate) use gemm::plan::{Plan, Tile};
#[cfg(feature = "explain")]
pub(crate) use gemm::strategy::Strategy;
