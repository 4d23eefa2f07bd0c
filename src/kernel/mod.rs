//! Numbers in slices: the loops that do the arithmetic. No shapes, no tensors, no errors.
//!
//! ```text
//!   element    the element types and what each can do                 one value
//!   simd       instruction sets: vectors, detection, dispatch         one register
//!   math       exp, ln, tanh, sigmoid: one text for every vector      one register
//!   lanes      map and zip over rows                                  one run
//!   tiles      the runs of operands that lie in any direction         one tile
//!   fold       sums and maxima in a fixed order                       one run
//!   rows       the same for each row; down each column: columns        one matrix
//!   arg        where the greatest or least stands                    one run
//!   softmax    rows to probabilities, in one pass                     one row
//!   mat        matrices to read and rows to write                    one matrix
//!   gemm       the matrix product: loops 5 to 3, blocks               one matrix
//!   micro      loops 2 and 1, and the micro-kernel                     one tile
//!   pack       the copies that it makes                                one panel
//!   gemv       a row times a matrix, rows times a vector               one vector
//!   threads    the parts of one product side by side                one matrix
//!   memory     results collected into fresh memory, written once
//! ```
//!
//! A kernel gets slices that the caller has cut to size, and panics on any other. Read next: `element/mod.rs`, then `gemm.rs`.

pub(crate) mod arg;
pub(crate) mod columns;
pub(crate) mod element;
pub(crate) mod fold;
pub(crate) mod gemm;
pub(crate) mod gemv;
pub(crate) mod lanes;
pub(crate) mod mat;
pub(crate) mod math;
pub(crate) mod memory;
mod micro;
mod pack;
pub(crate) mod rows;
pub(crate) mod simd;
pub(crate) mod softmax;
pub(crate) mod threads;
mod tiles;
