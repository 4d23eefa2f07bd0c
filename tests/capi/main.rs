//! The C border called from Rust, so that Miri sees what crosses it: buffers, handles, errors, null.
//!
//! (With the features `capi` and `playground`, by `.ci/capi` and `.ci/sound miri`.) `example.c` has every function, from
//! C; `allocations/border.rs` calls them without memory. Read next: `page.rs`.

#![cfg(any(feature = "capi", feature = "playground"))]
#![allow(unsafe_code, clippy::disallowed_methods, clippy::disallowed_macros)]

#[cfg(feature = "capi")]
mod border;
#[cfg(feature = "playground")]
mod page;

// (The library, whose symbols these are.)
use nptensor as _;
