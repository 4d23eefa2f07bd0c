//! A hand-rolled tensor engine with NumPy's semantics and no dependency.

#![no_std]

extern crate alloc;
extern crate std;

mod error;
mod kernel;
mod layout;
pub mod reference;
mod tensor;

pub use error::{Error, Result};
pub use kernel::element::{DType, Element, Float, Number, Value};
pub use kernel::simd::{Level, level, levels, set_level};
pub use layout::Layout;
pub use layout::shape::broadcast_shapes;
pub use layout::slice::{Index, Indices};
pub use tensor::{Iter, Tensor};
