//! Two clocks: the one on the wall, and with `--cpu` on the command line the time that this process has had a processor.
//!
//! On a machine to oneself they agree. While others use it too, the second does not count their turns; that caches and memory are shared it cannot undo. It is there on
//! Linux alone, and only for work of one thread: rows on several are timed by the wall in any case (`by_the_wall`).

// The second clock has no safe form in the standard library.
#![allow(unsafe_code)]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

static WALL: AtomicBool = AtomicBool::new(false);

/// Whether the clock on the wall is to be used from here on, `--cpu` or not.
pub fn by_the_wall(always: bool) {
    WALL.store(always, Ordering::Relaxed);
}

/// Whether `--cpu` asks for processor time.
pub fn counts_cpu() -> bool {
    static CPU: OnceLock<bool> = OnceLock::new();
    *CPU.get_or_init(|| cfg!(all(target_os = "linux", target_pointer_width = "64")) && super::flag("--cpu"))
}

/// Seconds since some moment that stays the same.
pub fn now() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    if counts_cpu() && !WALL.load(Ordering::Relaxed) {
        cpu()
    } else {
        START.get_or_init(Instant::now).elapsed().as_secs_f64()
    }
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn cpu() -> f64 {
    use std::ffi::c_int;

    unsafe extern "C" {
        fn clock_gettime(clock: c_int, time: *mut [i64; 2]) -> c_int;
    }
    // Of the whole process: work that a library gives to another thread counts too.
    const PROCESS: c_int = 2;
    let mut time = [0; 2];
    // SAFETY: the call writes seconds and nanoseconds, two 64-bit numbers on this target, and nothing else.
    unsafe { clock_gettime(PROCESS, &mut time) };
    time[0] as f64 + time[1] as f64 * 1e-9
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn cpu() -> f64 {
    f64::NAN
}
