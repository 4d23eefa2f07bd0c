//! The error of the system behind an [`Error::Io`](super::Error::Io), as far as there is one.
//!
//! `Error` is compared and cloned, which an error of the system is not: it is shared, and compared by its
//! kind.

#[cfg(feature = "std")]
use alloc::sync::Arc;

/// The system's error behind an [`Error::Io`](super::Error::Io), which its clones share; none where no call to the
/// system failed, and without `std`.
///
/// Two are equal when their kinds are: the texts are compared as part of the [`Error`](super::Error).
#[derive(Clone, Default)]
pub struct IoSource(#[cfg(feature = "std")] Option<Arc<std::io::Error>>);

impl IoSource {
    /// The system's error.
    #[cfg(feature = "std")]
    pub fn get(&self) -> Option<&std::io::Error> {
        self.0.as_deref()
    }
}

#[cfg(feature = "std")]
impl From<std::io::Error> for IoSource {
    fn from(error: std::io::Error) -> Self {
        IoSource(Some(Arc::new(error)))
    }
}

impl PartialEq for IoSource {
    #[cfg(feature = "std")]
    fn eq(&self, other: &Self) -> bool {
        self.get().map(std::io::Error::kind) == other.get().map(std::io::Error::kind)
    }

    #[cfg(not(feature = "std"))]
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for IoSource {}
