//! Files for the formats: the one place here that needs an operating system.
//!
//! ```text
//!   path --whole file--> bytes --formats::read--> Contents
//! ```
//!
//! Everything else works on byte slices, `include_bytes!` included. Read next: `mod.rs`.

use alloc::string::ToString;
use alloc::vec::Vec;
use std::path::Path;

use super::{Contents, read};
use crate::error::{Error, Result};

/// The tensor or tensors in the file at `path`, whatever its format.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read, [`Error::Format`] when it makes no sense.
///
/// ```no_run
/// use nptensor::formats;
/// let weights = formats::load("weights.npz")?.into_archive();
/// let w1 = weights.tensor::<f32>("W1")?;
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn load(path: impl AsRef<Path>) -> Result<Contents> {
    read(&read_file(path.as_ref())?)
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| io_error(path, &error))
}

fn io_error(path: &Path, error: &std::io::Error) -> Error {
    Error::Io { path: path.display().to_string(), what: error.to_string() }
}
