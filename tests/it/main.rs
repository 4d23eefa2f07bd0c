//! What the library promises, module by module: values, shapes, texts, files, and the command. Tests that change settings of the process are in `tests/process`.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod assign;
#[cfg(feature = "cli")]
mod cli;
mod create;
mod elementwise;
mod errors;
#[cfg(feature = "explain")]
mod explain;
mod foreign;
mod formats;
mod in_place;
mod layouts;
mod models;
mod network;
mod panics;
mod printing;
mod products;
mod random;
mod readme;
mod reductions;
mod reference;
#[cfg(feature = "torch")]
mod torch;
mod views;
