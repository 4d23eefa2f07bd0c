//! The naive definition of what the crate computes. The text to read first.

pub mod math;
