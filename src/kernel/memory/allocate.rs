//! Memory whose size a caller or a file chooses: had, or refused with a value.
//!
//! `vec!`, `resize`, `reserve`, `to_vec` and `clone` end the process where there is not enough memory. So they stand
//! only where the size is small and ours; every other size comes through here, and the caller makes an error of `None`.
//! It does not say which error: that takes a shape or a file's name.

use alloc::alloc::{Layout, alloc_zeroed};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::kernel::scalar::Scalar;

/// Capacity for `more` elements beyond those of `vec`, or `None`, and `vec` as it was, where there is not enough
/// memory. Amortized: the capacity at least doubles, so many small calls cost as much as one.
#[must_use = "without the memory, what follows would allocate it and may abort"]
#[inline]
pub(crate) fn grow<T>(vec: &mut Vec<T>, more: usize) -> Option<()> {
    vec.try_reserve(more).ok()
}

/// Makes `vec` `len` elements long, the new ones `value`; `None`, and `vec` as it was, where there is not enough
/// memory.
#[must_use]
pub(crate) fn resize<T: Clone>(vec: &mut Vec<T>, len: usize, value: T) -> Option<()> {
    grow(vec, len.saturating_sub(vec.len()))?;
    #[expect(clippy::disallowed_methods, reason = "there is room")]
    vec.resize(len, value);
    Some(())
}

/// A text that takes what is written to it, or gives an error where there is not enough memory.
#[derive(Default)]
pub(crate) struct Text(pub(crate) String);

impl fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.0.try_reserve(more.len()).map_err(|_| fmt::Error)?;
        self.0.push_str(more);
        Ok(())
    }
}

/// Capacity for `n` elements, or `None` where there is not enough memory.
#[inline]
pub(crate) fn with_capacity<T>(n: usize) -> Option<Vec<T>> {
    // A page or two is always available, and faster to allocate without a check.
    if n <= const { 8192 / if size_of::<T>() > 0 { size_of::<T>() } else { 1 } } {
        #[expect(clippy::disallowed_methods, reason = "8 KiB")]
        return Some(Vec::with_capacity(n));
    }
    let mut vec = Vec::new();
    vec.try_reserve_exact(n).ok()?;
    if size_of::<T>() * n >= HUGE_PAGES_MIN_BYTES {
        let memory = vec.spare_capacity_mut();
        ask_for_huge_pages(memory.as_mut_ptr().cast(), size_of_val(memory));
    }
    Some(vec)
}

/// `n` zeros, or `None` where there is not enough memory. Fresh pages of the system are zero and are not written.
pub(crate) fn zeroed<T: Scalar>(n: usize) -> Option<Vec<T>> {
    let layout = Layout::array::<T>(n).ok()?;
    if layout.size() == 0 {
        return Some(Vec::new());
    }
    // SAFETY: the size is not 0.
    let start = unsafe { alloc_zeroed(layout) }.cast::<T>();
    if start.is_null() {
        return None;
    }
    // SAFETY: the allocator of `Vec` gave `n` elements for exactly this layout, and zero bytes are a value of each
    // `Scalar`, a sealed trait of the machine's numbers and bool.
    Some(unsafe { Vec::from_raw_parts(start, n, n) })
}

/// Bytes from which results are in huge pages, as in NumPy: fresh memory costs a fault per page, and there are 512
/// times fewer of these.
const HUGE_PAGES_MIN_BYTES: usize = 4 << 20;

/// Advises the system that whole 2 MiB pages may back this memory. It may do so or not; nothing else changes.
/// (Not generic: compiled once.)
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
fn ask_for_huge_pages(start: *mut u8, bytes: usize) {
    const HUGE_PAGE_BYTES: usize = 2 << 20;
    const MADV_HUGEPAGE: core::ffi::c_int = 14;
    unsafe extern "C" {
        fn madvise(start: *mut core::ffi::c_void, len: usize, advice: core::ffi::c_int) -> core::ffi::c_int;
    }
    let skip = start.align_offset(HUGE_PAGE_BYTES);
    let len = bytes.saturating_sub(skip) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    if len > 0 {
        // SAFETY: this advice changes neither contents nor validity of any memory. Refusal is fine.
        unsafe { madvise(start.wrapping_add(skip).cast(), len, MADV_HUGEPAGE) };
    }
}

#[cfg(not(all(feature = "std", target_os = "linux", not(miri))))]
fn ask_for_huge_pages(_start: *mut u8, _bytes: usize) {}
