//! Threads: how many large products may use, and running the parts of one in parallel.
//!
//! ```text
//!   set_num_threads(2)      rows of C   0 .. m/2  here        one thread computes each element, in the same order as
//!                                     m/2 .. m    a thread    without threads: their number does not change the bits
//! ```
//!
//! One thread is the default. A thread ends with its product: starting it costs 20 to 30 microseconds, so small
//! products use one (`gemm/mod.rs` has the threshold).

#[cfg(feature = "std")]
use core::sync::atomic::{AtomicUsize, Ordering};

#[cfg(feature = "std")]
static THREADS: AtomicUsize = AtomicUsize::new(1);

/// Lets large matrix products use up to `n` threads, in the whole process; 0 counts as 1, which is the default. Results
/// do not change, to the last bit.
#[cfg(feature = "std")]
pub fn set_num_threads(n: usize) {
    THREADS.store(n.max(1), Ordering::Relaxed);
}

/// How many threads large matrix products may use: see [`set_num_threads`].
#[cfg(feature = "std")]
#[inline]
pub fn num_threads() -> usize {
    THREADS.load(Ordering::Relaxed)
}

#[cfg(not(feature = "std"))]
pub(crate) fn num_threads() -> usize {
    1
}

/// Runs all parts, each on a thread of its own but the first; parts for which the system has no thread run here, like
/// the first.
#[cfg(feature = "std")]
pub(crate) fn run(mut parts: impl Iterator<Item = impl FnOnce() + Send>) {
    std::thread::scope(|scope| {
        let first = parts.next();
        for part in parts {
            // A part must survive a failed attempt to start its thread.
            let slot = std::sync::Arc::new(std::sync::Mutex::new(Some(part)));
            let theirs = slot.clone();
            let take = |slot: &std::sync::Mutex<Option<_>>| slot.lock().ok().and_then(|mut part| part.take());
            let spawned = std::thread::Builder::new().spawn_scoped(scope, move || {
                if let Some(part) = take(&theirs) {
                    part();
                }
            });
            if spawned.is_err()
                && let Some(part) = take(&slot)
            {
                part();
            }
        }
        if let Some(first) = first {
            first();
        }
    });
}

#[cfg(not(feature = "std"))]
pub(crate) fn run(parts: impl Iterator<Item = impl FnOnce()>) {
    parts.for_each(|part| part());
}
