//! How much a reader holds at once, and how much it may.
//!
//! ```text
//!   peak(read)      the most bytes alive at one time that `read` asked for; a block that grows counts twice, old and new, while it moves
//!   allowed(file)   k * length + c, k and c by format; for compressed files with what they may inflate to in the place of the length
//! ```
//!
//! Each thread counts for itself. The fuzz targets measure with this file as well.

// A global allocator is an unsafe trait; the library itself has none of this here.
#![allow(unsafe_code)]

use nptensor::formats::{Format, gzip, inflated_limit};
use nptensor::{Error, Result};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::Read;

thread_local! {
    /// Bytes alive, and the most there have been.
    static HEAP: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

struct Counting;

fn more(bytes: usize) {
    let _ = HEAP.try_with(|heap| {
        let (live, peak) = heap.get();
        heap.set((live + bytes, peak.max(live + bytes)));
    });
}

fn less(bytes: usize) {
    // What another thread has asked for may be given back here.
    let _ = HEAP.try_with(|heap| heap.set((heap.get().0.saturating_sub(bytes), heap.get().1)));
}

// SAFETY: every call goes to the system's allocator as it came; counting asks for no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        less(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        more(size);
        less(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What `work` gives, and the most bytes it held at once.
pub fn peak<R>(work: impl FnOnce() -> R) -> (R, usize) {
    let before = HEAP.get().0;
    HEAP.set((before, before));
    let result = work();
    (result, HEAP.get().1 - before)
}

/// The most that reading `file` may hold at once: tensors, names, and what is needed on the way.
pub fn allowed(file: &[u8]) -> usize {
    // Deflate packs 1032 to 1 at most, and the readers stop at a limit. A growing output moves: old and new are there at once.
    let inflated = file.len().saturating_mul(1032).min(inflated_limit(file.len()));
    let plain = |format, len: usize| match format {
        // Half precision doubles.
        Some(Format::Npy) => 2 * len,
        Some(Format::Idx) => len,
        // Names of a few bytes without elements, with their places in maps, are the worst there is.
        Some(Format::Safetensors) => 32 * len,
        // Values of two bytes; their number has a limit, 65536 and a quarter of the length.
        _ => len.saturating_mul(32).saturating_add(16 << 20),
    };
    const LITTLE: usize = 64 << 10;
    // (With 32 bits, what is allowed may be all there is.)
    LITTLE.saturating_add(match Format::of(file) {
        Some(format) if ["npz", "pt"].contains(&format.name()) => {
            inflated.saturating_mul(5).saturating_add(32 * file.len())
        }
        Some(Format::Gzip) => inflated.saturating_mul(3).saturating_add(plain(None, inflated)),
        format => plain(format, file.len()),
    })
}

/// Puts `file` into the folder `NPTENSOR_KEEP`, if that is set: `.ci/sound memory` gives each to the command.
fn keep(file: &[u8]) {
    if let Some(folder) = std::env::var_os("NPTENSOR_KEEP") {
        let mut hasher = std::hash::DefaultHasher::new();
        std::hash::Hash::hash(file, &mut hasher);
        let name = format!("{:016x}", std::hash::Hasher::finish(&hasher));
        std::fs::write(std::path::Path::new(&folder).join(name), file).unwrap();
    }
}

/// What `read` makes of `file`. It must hold no more than is allowed on the way, and its error must name a byte that is there.
pub fn held<T>(read: impl Fn(&[u8]) -> Result<T>, file: &[u8]) -> Result<T> {
    keep(file);
    let (result, peak) = peak(|| read(file));
    let allowed = allowed(file);
    assert!(peak <= allowed, "{peak} bytes held for a file of {}: {allowed} are allowed", file.len());
    match &result {
        Ok(_) => {}
        Err(Error::Format { offset, what, .. }) => {
            // Inside gzip, places are those of what was inflated.
            let inflated = Format::of(file) == Some(Format::Gzip);
            assert!(inflated || *offset <= file.len(), "byte {offset} of {}: {what}", file.len());
            // Whatever a file says, its error can be shown on a terminal.
            assert!(what.len() < 2000, "an error of {} bytes", what.len());
        }
        Err(other) => panic!("names no byte: {other}"),
    }
    result
}

/// A gzip file as a stream, which comes in pieces and is read in parts, gives what `whole` is, value or error, and holds no more for a longer file.
/// (What stands before an error is given, too; the limit of the whole is none of the stream's.)
pub fn streamed(file: &[u8], piece: usize, whole: &Result<Vec<u8>>) {
    struct Pieces<'a>(&'a [u8], usize);
    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(out.len());
            self.0.read(&mut out[..n])
        }
    }
    let limited = whole.as_ref().is_err_and(|error| error.to_string().contains("inflates to more than"));
    let compare = || {
        let mut decoder = gzip::Decoder::new(Pieces(file, piece)).unwrap();
        let (mut out, mut at) = ([0; 1000], 0);
        loop {
            match (decoder.read(&mut out[..1 + at % 1000]), whole) {
                (Ok(0), Ok(whole)) => return assert_eq!(at, whole.len(), "bytes came"),
                (Ok(0), Err(_)) if limited => return,
                (Ok(0), Err(error)) => panic!("no error from the stream: {error}"),
                (Ok(n), whole) => {
                    assert!(
                        whole.as_ref().is_ok_and(|whole| out[..n] == whole[at..][..n]) || whole.is_err(),
                        "byte {at}"
                    );
                    at += n;
                }
                (Err(error), whole) => {
                    let ours = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
                    assert!(limited || ours == whole.as_ref().err(), "{ours:?} from the stream, {whole:?}");
                    assert_eq!(decoder.read(&mut out).map_err(|again| again.to_string()), Err(error.to_string()));
                    return;
                }
            }
        }
    };
    let ((), peak) = peak(compare);
    assert!(peak < 700 << 10, "{peak} bytes held for a stream");
}
