//! What the library promises whatever the settings of the process: instruction-set level, number of threads. They are the whole process's, so each
//! test waits for the others (`alone`).

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod bits;
mod edges;
mod levels;
#[cfg(feature = "std")]
mod mnist;
mod numpy;
mod sequences;
mod small;
#[cfg(feature = "std")]
mod threads;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The settings, for as long as the guard lives.
fn alone() -> MutexGuard<'static, ()> {
    static SETTINGS: Mutex<()> = Mutex::new(());
    SETTINGS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(feature = "std")]
use nptensor::set_num_threads;

/// Without `std` there is one thread.
#[cfg(not(feature = "std"))]
fn set_num_threads(_: usize) {}
