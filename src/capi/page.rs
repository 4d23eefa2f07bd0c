//! The interface of a web page: words in, an explanation out, as three functions of a wasm module without imports.
//!
//! ```text
//!   page                                            module
//!   at = np_alloc(9)   writes "dot\0[1]\0[2]"   --> np_explain(at, 9, 46)
//!   reads {"text":[..],"svg":..,"json":..}\0    <-- where the answer is          or {"error":[..]}\0
//!   np_free(at, 9)   np_free(answer, its length with the 0)
//! ```
//!
//! There are no handles. Texts and errors are pairs, in English and in Chinese, and the picture is in both: the page
//! shows one. The words are checked by `explain/command.rs`. After a panic the page starts another module.
//!
//! Built by `.ci/playground` with the feature `playground`, for wasm32; ordinary builds do not contain it. Read next:
//! `cli/tour/engine.js`, which calls it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::explain::json::{Json, Raw};
use crate::explain::{self, Language, Look};
use crate::kernel::memory::zeroed;

/// `len` bytes for the page to write a question to; null where there are not so many.
#[unsafe(no_mangle)]
pub extern "C" fn np_alloc(len: usize) -> *mut u8 {
    let Some(bytes) = zeroed::<u8>(len) else { return core::ptr::null_mut() };
    Box::into_raw(bytes.into_boxed_slice()).cast()
}

/// Frees what [`np_alloc`] or [`np_explain`] returned.
///
/// # Safety
/// `start` came from one of them and `len` bytes are there; it is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn np_free(start: *mut u8, len: usize) {
    // SAFETY: by the contract above, this is the box that `Box::into_raw` returned there.
    drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(start, len)) });
}

/// The explanation for the words in `len` bytes, separated by zeros, its text for so many columns. JSON, then a zero.
///
/// # Safety
/// `len` bytes at `start` are readable, as after [`np_alloc`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn np_explain(start: *const u8, len: usize, columns: usize) -> *mut u8 {
    // SAFETY: by the contract above; without threads, nothing writes there during the call.
    let question = unsafe { core::slice::from_raw_parts(start, len) };
    let answer = answer(&String::from_utf8_lossy(question), columns) + "\0";
    Box::into_raw(answer.into_bytes().into_boxed_slice()).cast()
}

fn answer(question: &str, columns: usize) -> String {
    let words: Vec<&str> = question.split('\0').collect();
    let json = match explain::command(&words) {
        Ok(explanation) => Json::object(|o| {
            let text = |language| explanation.text(Look { width: columns, language, ..Look::default() });
            o.field("text", [Language::English, Language::Chinese].map(text));
            o.field("svg", explanation.svg_in(None));
            o.field("json", Raw(explanation.json()));
        }),
        Err(error) => Json::object(|o| {
            let told = |language| explain::told(&words, &error, language);
            o.field("error", [Language::English, Language::Chinese].map(told));
        }),
    };
    json.0
}
