//! The frame of every call: handles to values, buffers to slices, errors and panics to a text and a return value.
//!
//! ```text
//!   table   number -> Arc<value>      a call holds its own Arc, so that another thread may free the handle meanwhile
//! ```
//!
//! Numbers are not reused. Each thread has its own last error. Nothing is computed here. Read next: `tensor.rs`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::ffi::CString;
use alloc::string::String;
use alloc::sync::Arc;
use core::cell::RefCell;
use core::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock};

/// What went wrong, as the text that the caller gets.
pub(super) type Result<T> = core::result::Result<T, String>;

impl From<crate::Error> for String {
    fn from(error: crate::Error) -> Self {
        format!("{error}")
    }
}

std::thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

fn keep_error(text: &str) {
    // A nul inside would end the text early.
    let text = CString::new(text.replace('\0', "\\0")).unwrap_or_default();
    // A thread that is about to end may have dropped the variable.
    let _ = LAST_ERROR.try_with(|last| *last.borrow_mut() = text);
}

/// Runs the body of a function of the interface. An error, or a panic, which must not reach C, is stored for
/// `npt_last_error`, and `otherwise` is returned.
pub(super) fn call<T>(otherwise: T, body: impl FnOnce() -> Result<T>) -> T {
    let error = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => return value,
        Ok(Err(error)) => error,
        Err(panic) => {
            let what = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            format!("panic: {}", what.unwrap_or("without a text"))
        }
    };
    keep_error(&error);
    otherwise
}

/// The text of the last error on this thread; empty before the first.
#[unsafe(no_mangle)]
pub extern "C" fn npt_last_error() -> *const c_char {
    LAST_ERROR.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

pub(super) struct Table<T> {
    name: &'static str,
    values: RwLock<(usize, BTreeMap<usize, Arc<T>>)>,
}

impl<T> Table<T> {
    /// Numbers begin at `first` and are odd or even with it: so that a tensor is never taken for a model.
    pub(super) const fn new(name: &'static str, first: usize) -> Self {
        Table { name, values: RwLock::new((first, BTreeMap::new())) }
    }

    pub(super) fn insert<H>(&self, value: T) -> Result<*mut H> {
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        let number = values.0;
        values.0 = number.checked_add(2).ok_or("no numbers are left for handles")?;
        values.1.insert(number, Arc::new(value));
        Ok(core::ptr::without_provenance_mut(number))
    }

    pub(super) fn get<H>(&self, handle: *const H) -> Result<Arc<T>> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        values.1.get(&handle.addr()).cloned().ok_or_else(|| self.unknown(handle))
    }

    /// Removes a handle; null is allowed, as in C's `free`.
    pub(super) fn remove<H>(&self, handle: *mut H) -> Result<()> {
        if handle.is_null() {
            return Ok(());
        }
        let removed = self.values.write().unwrap_or_else(PoisonError::into_inner).1.remove(&handle.addr());
        removed.map(drop).ok_or_else(|| self.unknown(handle))
    }

    fn unknown<H>(&self, handle: *const H) -> String {
        let name = self.name;
        if handle.is_null() {
            format!("null in place of a {name}")
        } else {
            format!("not a {name}, or freed: {handle:p}")
        }
    }
}

/// Checks that `len` elements at `start` can be a slice.
fn check<T>(what: &str, start: *const T, len: usize) -> Result<()> {
    if start.is_null() {
        return Err(format!("{what} is null"));
    }
    if !start.is_aligned() {
        return Err(format!("{what} is at {start:p}, which is no multiple of {}", align_of::<T>()));
    }
    if len.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(format!("{what} cannot have {len} elements: no memory could hold them"));
    }
    Ok(())
}

/// The caller's buffer, to read; null is allowed for no elements.
///
/// # Safety
/// `len` elements at `start` are readable, and are not written, for `'a`.
pub(super) unsafe fn slice<'a, T>(what: &str, start: *const T, len: usize) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    check(what, start, len)?;
    // SAFETY: not null, aligned, and not too long; the rest is the caller's contract.
    Ok(unsafe { core::slice::from_raw_parts(start, len) })
}

/// The caller's buffer, to write; null is allowed for no elements.
///
/// # Safety
/// `len` elements at `start` can be written, and are not used otherwise, for `'a`; they may be uninitialized.
pub(super) unsafe fn slice_mut<'a, T>(
    what: &str,
    start: *mut T,
    len: usize,
) -> Result<&'a mut [core::mem::MaybeUninit<T>]> {
    if len == 0 {
        return Ok(&mut []);
    }
    check(what, start, len)?;
    // SAFETY: not null, aligned, and not too long; the rest is the caller's contract.
    Ok(unsafe { core::slice::from_raw_parts_mut(start.cast(), len) })
}

/// The caller's text.
///
/// # Safety
/// Null, or a string that ends with nul and is not written for `'a`.
pub(super) unsafe fn text<'a>(what: &str, start: *const c_char) -> Result<&'a str> {
    if start.is_null() {
        return Err(format!("{what} is null"));
    }
    // SAFETY: not null; the rest is the caller's contract.
    unsafe { CStr::from_ptr(start) }.to_str().map_err(|_| format!("{what} is not UTF-8").to_owned())
}
