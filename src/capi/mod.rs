//! The C interface: tensors and models behind handles, for any language that can call C. `nptensor.h` beside this file is its documentation.
//!
//! ```text
//!   C                      border.rs                          Rust
//!   npt_dot(a, b)  ----->  a, b looked up: alive?  -------->  a.dot(&b)
//!   handle or null <-----  panics caught, errors kept  <----  Result
//! ```
//!
//! A handle is a number in a pointer's clothes, looked up in a table and never followed: null, a freed one, and any other value are errors, not undefined
//! behaviour. Buffers are what C says they are: their addresses, lengths and alignment are checked, that they are the caller's cannot be.
//!
//! Built by `cargo rustc --lib --release --features capi --crate-type cdylib` (or `staticlib`); ordinary builds do not contain it. The functions are in `tensor.rs` and `model.rs`;
//! three of their own, for the engine in a web page, in `page.rs`.

#![allow(unsafe_code)]

#[cfg(all(feature = "capi", not(panic = "unwind")))]
compile_error!("the C interface catches panics, so that none reaches C: build it with panic = \"unwind\"");

#[cfg(feature = "capi")]
mod border;
#[cfg(feature = "capi")]
mod model;
#[cfg(feature = "playground")]
mod page;
#[cfg(feature = "capi")]
mod tensor;
