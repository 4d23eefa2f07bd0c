//! Questions and answers, as a page asks them.

unsafe extern "C" {
    safe fn np_alloc(len: usize) -> *mut u8;
    fn np_free(start: *mut u8, len: usize);
    fn np_explain(start: *const u8, len: usize, columns: usize) -> *mut u8;
}

fn ask(words: &str) -> String {
    let question = np_alloc(words.len());
    // SAFETY: as many bytes as were asked for; the answer ends with a zero, and each is freed once.
    unsafe {
        core::ptr::copy_nonoverlapping(words.as_ptr(), question, words.len());
        let answer = np_explain(question, words.len(), 46);
        np_free(question, words.len());
        let len = std::ffi::CStr::from_ptr(answer.cast()).count_bytes();
        let text = core::slice::from_raw_parts(answer, len).to_vec();
        np_free(answer, len + 1);
        String::from_utf8(text).unwrap()
    }
}

#[test]
fn questions_and_answers() {
    let answer = ask("dot\0[[1, 2], [3, 4]]\0[[5, 6], [7, 8]]");
    assert!(
        answer.starts_with("{\"text\":[\"dot: (2,2)")
            && answer.contains(",\"点积：(2,2)")
            && answer.contains("\"svg\":\"<svg")
            && answer.contains("50"),
        "{answer}"
    );
    for words in ["", "\0", "x", "dot", "dot\0[[1], [2, 3]]\0[1]", "slice\0(4,5)\0::0", "\u{fffd}"] {
        assert!(ask(words).starts_with("{\"error\":[\""), "{words}");
    }
    for says in ["\\n     ^\\nDid you mean [1, 2]?\",", "\\n     ^\\n是不是想写 [1, 2]？\"]"] {
        assert!(ask("softmax\0[1 2]").contains(says), "a caret");
    }
}
