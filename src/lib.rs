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
//! Values, shapes, error texts and printing are NumPy's: what `print(a)` prints there, `{}` prints here, and `{:?}` is its `repr`.
//! The README has a table from NumPy to nptensor; [`mod@reference`] has the naive definition of every operation.
//!
//! # The panic rule
//!
//! Named methods never panic on what a caller can get wrong: they return [`Result`], and the [`Error`] carries the shapes and NumPy's text.
//! Operators (`+`, `t[[i, j]]`) have no room for a result: they panic with that same text, at the caller's line, and each has a named twin
//! ([`try_add`](Tensor::try_add), [`get`](Tensor::get)) that returns it.
//! One thing is beyond any check: when a result of legal size finds no memory where a method returns no `Result`, it panics and says so.
//!
//! # How it works: a reading path
//!
//! In `src`, where each file opens with what it is and a picture:
//!
//! ```text
//!   1 layout/shape.rs    sizes, strides, and the one broadcasting rule
//!   2 layout/view.rs     transpose, flip, reshape, broadcast_to: new strides, no data moved
//!   3 layout/walk.rs     several layouts in lockstep: axes merged, straight runs out
//!   4 tensor/arith.rs    where layouts meet numbers: a + b from shapes to results
//!   5 kernel/closed/     the doors: what a + b calls for its type, compiled with the library
//!   6 kernel/gemm/       the matrix product: mod.rs has the loops over blocks, micro.rs a tile in registers
//!   7 kernel/simd/       one kernel text, every instruction set
//!   8 tensor/matmul.rs   dot and matmul for every pair of ranks
//!   9 nn/                layers and the sequential network
//! ```
//!
//! `layout` knows no numbers and `kernel` knows no shapes; `tensor` alone joins them. Beside every fast path stands its definition, in [`mod@reference`].
//! The module `explain` (a feature, on by default) shows what happens for shapes and numbers of yours, as text and as pictures: why two shapes broadcast, or why they do not; where a view's elements lie.
//!
//! # One answer
//!
//! The same inputs give the same bits, whatever the memory layout, the blocking, the batch size, and the machine, as long as it has fused
//! multiply-add: the order of every sum is part of its definition ([`Tensor::sum`], [`Tensor::dot`]).

#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(any(feature = "capi", feature = "playground"))]
mod capi;
mod error;
#[cfg(feature = "explain")]
pub mod explain;
pub mod formats;
#[macro_use]
mod kernel;
mod layout;
mod nn;
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
pub use tensor::{Iter, Operand, Rows, Sizes, Tensor};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
