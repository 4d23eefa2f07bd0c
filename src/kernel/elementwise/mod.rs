//! Elementwise work: a function of one, two or three elements, over matrices with any strides.
//!
//! ```text
//!   flat         the loops over one run, by registers                          Run, Run -> Slots
//!   plain        the same, element by element                                  Run, Run -> Slots
//!   tiled        matrices in tiles, for one of these loops                     Mat, Mat -> Slots
//!   transpose    one operand transposed square by square, in registers         Mat, Mat -> Slots
//! ```
//!
//! Operands are matrices of one size with any strides, results are contiguous rows. Nothing here depends on the order
//! of the elements; sums, which do, are in `reduce/`. What is applied: `../op.rs`, `../math`. Read next: `flat.rs`.

pub(super) mod flat;
pub(super) mod plain;
pub(crate) mod tiled;
pub(super) mod transpose;

pub(crate) use plain::{map_each, zip_each};
