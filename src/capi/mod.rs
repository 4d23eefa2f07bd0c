//! The C interface: tensors and models behind handles, for any language that can call C, documented in `nptensor.h`.
//!
//! ```text
//!   C                      border.rs                          Rust
//!   npt_dot(a, b)  ----->  a, b looked up: alive?  -------->  a.dot(&b)
//!   handle or null <-----  panics caught, errors kept  <----  Result
//! ```
//!
//! A handle is a number with the type of a pointer, looked up in a table and never dereferenced: null, a freed handle,
//! and any other value are errors, not undefined behaviour. Addresses, lengths and alignment of buffers are checked;
//! that the memory is the caller's cannot be checked.
//!
//! Built by `cargo rustc --lib --release --features capi --crate-type cdylib` (or `staticlib`); ordinary builds do not
//! contain it. Read next: `border.rs`, `tensor.rs`, `model.rs`; for a web page, `page.rs`.

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
