//! A tensor engine with NumPy's semantics and no dependency at all.
//!
//! ```
//! use nptensor::Tensor;
//!
//! let x = Tensor::from([1.0, 0.5]);
//! let w = Tensor::from([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]);
//! let b = Tensor::from([0.1, 0.2, 0.3]);
//! let z = (x.dot(&w)? + &b).sigmoid();
//! assert_eq!(z.to_string(), "[0.57444252 0.66818777 0.75026011]");
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Values, shapes, error texts and printing are NumPy's: what `print(a)` prints there, `{}` prints here, and `{:?}` is
//! its `repr`. The README has a table from NumPy to nptensor; [`mod@reference`] has the naive definition of every
//! operation.
//!
//! # The panic rule
//!
//! Named methods never panic on what a caller can get wrong: they return [`Result`], and the [`Error`] carries the
//! shapes and NumPy's text. Operators (`+`, `t[[i, j]]`) have no room for a result: they panic with that same text, at
//! the caller's line, and each has a named twin ([`try_add`](Tensor::try_add), [`get`](Tensor::get)) that returns it.
//! One thing is beyond any check: when a result of legal size finds no memory where a method returns no `Result`, it
//! panics and says so.
//!
//! # How it works: a reading path
//!
//! In `src`, where each file opens with what it is and a picture. From `a + b` to the instruction, with the lines of
//! each file:
//!
//! ```text
//!   tensor/ops.rs                  210   the operator: an error becomes a panic at the caller
//!   tensor/operand.rs              115   the second operand: a tensor, a reference to one, or a scalar
//!   tensor/arith.rs                220   contiguous, one shape: one run each; else blocks of a walk
//!   tensor/fresh.rs                 80   memory for the result
//!   layout/shape.rs                245   sizes, strides, and the one broadcasting rule
//!   layout/view.rs                 250   stretched: strides of 0, no data moved (and all other views)
//!   layout/walk.rs                 250   several layouts in lockstep: axes merged, matrices out
//!   kernel/closed/                 650   f64::ADD: what stands behind + for a type, compiled with the library
//!   kernel/elementwise/tiled.rs    250   a matrix as runs: read where they are, or gathered first
//!   kernel/memory/gather.rs        200   where its rows are not contiguous: a copy of a tile
//!   kernel/elementwise/flat.rs     250   the loop over registers, into slots (kernel/memory/mod.rs, 235)
//!   kernel/op.rs                   115   Add: a register of pairs, and one pair as a register of one lane
//!   kernel/simd/mod.rs             385   the levels, and dispatch to the one in force
//!   kernel/simd/x86/               600   the registers, and _mm512_add_pd in avx512.rs
//! ```
//!
//! And `a.dot(b)`:
//!
//! ```text
//!   tensor/matmul.rs               370   ranks, errors, and the output
//!   kernel/gemm/mod.rs             265   loops 5 to 3, after the strategy
//!   kernel/gemm/strategy.rs        120   which loops turn for which sizes: 200 x 200 needs loop 3 alone
//!   kernel/gemm/blocks.rs          160   how long their steps are on this machine
//!   kernel/gemm/pack.rs            100   copies of A and B in the order of the micro-kernel
//!   kernel/gemm/operands.rs        130   what it reads
//!   kernel/gemm/micro.rs           240   loops 2 and 1, and the tile in registers
//!   kernel/memory/                       output.rs (110), grid.rs (240): results written once, none read before
//! ```
//!
//! Then `nn/`, the layers and the sequential network.
//!
//! There are no numbers in `layout` and no shapes in `kernel`; `tensor` joins them (`nn` gives the kernel contiguous
//! rows). Beside every fast path stands its definition, in [`mod@reference`]. The module `explain` (a feature, on by
//! default) shows what happens for shapes and numbers of yours, as text and as pictures: why two shapes broadcast, or
//! why they do not; where a view's elements lie.
//!
//! # One answer
//!
//! The same inputs give the same bits, whatever the memory layout, the blocking, the batch size, and the machine, as
//! long as it has fused multiply-add: the order of every sum is part of its definition ([`Tensor::sum`],
//! [`Tensor::dot`]).

#![no_std]
#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros))]

#[macro_use]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(any(feature = "capi", feature = "playground"))]
mod capi;
mod error;
#[cfg(feature = "explain")]
#[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "what a page shows")]
pub mod explain;
pub mod formats;
#[macro_use]
mod kernel;
#[expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "at most 64 axes")]
mod layout;
mod nn;
#[expect(clippy::disallowed_macros, reason = "definitions, for small arrays")]
pub mod reference;
mod tensor;

pub use error::{Error, IoSource, Result};
pub use kernel::closed::{Element, Float, Number};
#[cfg(feature = "std")]
pub use kernel::free_panels;
pub use kernel::scalar::{DType, Scalar, ScalarFloat, ScalarNumber, Value};
pub use kernel::simd::{Level, level, levels, set_level};
#[cfg(feature = "std")]
pub use kernel::threads::{num_threads, set_num_threads};
pub use layout::Layout;
pub use layout::shape::broadcast_shapes;
pub use layout::slice::{Index, Indices};
pub use nn::{Layer, Sequential, Workspace};
pub use tensor::{Iter, Operand, RandomState, Rows, Sizes, Tensor};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
