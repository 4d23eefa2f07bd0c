//! What is wrong with words that are typed: where, with a caret under the input, and the nearest right form.
//!
//! ```text
//!   [1 2]                   here should be a comma or ']':          the error's place in its text
//!                             [1 2]
//!                                ^
//!                           Did you mean [1, 2]?                    a form that is read, if one is near
//!   brodcast                'brodcast' is no picture: did you mean broadcast? ..
//! ```
//!
//! Errors of values and shapes keep NumPy's text. Read next: `command.rs`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::literal::{literal, typed};
use crate::error::Error;
use crate::layout::slice::Indices;

/// The characters of an input that are shown before the caret, and after it.
const AROUND: usize = 30;
/// The longest input whose right form is looked for.
const MAX_TRIED: usize = 200;

/// The error of [`command`](fn@super::command) for these words, for those who typed them: where the input stops making
/// sense, in a line with a caret, and what may have been meant. One that points nowhere is its own text.
///
/// ```
/// use nptensor::explain::{command, told};
/// let words = ["slice", "[1 2]", "0"];
/// let error = command(&words).err().unwrap();
/// assert_eq!(told(&words, &error), "here should be a comma or ']':\n  [1 2]\n     ^\nDid you mean [1, 2]?");
/// ```
pub fn told(words: &[&str], error: &Error) -> String {
    let (text, at, expected, form) = match error {
        Error::Literal { text, at, expected } => (text, *at, in_words(expected), literal_near(words, text)),
        Error::SliceSyntax { text, at } => (text, *at, "an index, start:stop:step, ... or None", indices_near(text)),
        _ => return [error.to_string(), of_a_number(words, error)].concat(),
    };
    let mut said = format!("here should be {expected}:\n{}", pointed(text, at));
    if let Some(form) = form {
        said += &format!("\nDid you mean {form}?");
    }
    said
}

/// What was expected, as a beginner says it.
fn in_words(expected: &'static str) -> &'static str {
    match expected {
        "',' or ']'" => "a comma or ']'",
        "',' or ')'" => "a comma or ')'",
        "the end" => "nothing more",
        expected => expected,
    }
}

/// The input around a byte, and a caret under it.
fn pointed(text: &str, at: usize) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let count = before.chars().count();
    let (dots, skipped) = if count > AROUND { ("...", count - AROUND) } else { ("", 0) };
    let before: String = before.chars().skip(skipped).map(plain).collect();
    let more = if after.chars().count() > AROUND { "..." } else { "" };
    let after: String = after.chars().take(AROUND).map(plain).collect();
    let blank = " ".repeat(2 + dots.len() + count - skipped);
    format!("  {dots}{before}{after}{more}\n{blank}^")
}

/// The list, or where there may be one the shape, that is read and differs in commas and brackets alone.
fn literal_near(of: &[&str], text: &str) -> Option<String> {
    if text.len() > MAX_TRIED || text.trim().is_empty() {
        return None;
    }
    let words = text.trim().replace(['{', '}', ';'], " ");
    let spaced = words.replace(',', " ").replace("][", "] [");
    let commas = spaced.split_whitespace().collect::<Vec<_>>().join(", ").replace("[, ", "[").replace(", ]", "]");
    let square = words.replace('(', "[").replace(')', "]");
    // (Commas alone would be a shape.)
    let all = match words.contains(['[', '(']) {
        true => [closed(&words), closed(&commas), closed(&square)],
        false => [closed(&format!("[{words}]")), closed(&format!("[{commas}]")), String::new()],
    };
    let lists = matches!(of, ["softmax" | "forward" | "plot", ..]);
    let is_read = |form: &String| if lists { literal(form).is_ok() } else { typed(form).is_ok() };
    all.into_iter().find(|form| form != text && is_read(form))
}

/// With the brackets that are still open closed at the end.
fn closed(text: &str) -> String {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '[' => open.push(']'),
            '(' => open.push(')'),
            ']' | ')' => _ = open.pop(),
            _ => {}
        }
    }
    text.chars().chain(open.into_iter().rev()).collect()
}

/// The indices that are read and differ in brackets and commas alone.
fn indices_near(text: &str) -> Option<String> {
    let bare = text.replace(['[', ']', '(', ')'], "").replace("..", "...").replace("....", "...");
    let commas = bare.split([' ', ',']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
    [bare.trim().to_string(), commas].into_iter().find(|form| text.len() <= MAX_TRIED && form.indices().is_ok())
}

/// After an error of a number that may have been meant as a shape.
fn of_a_number(words: &[&str], error: &Error) -> String {
    match words {
        ["slice" | "layout", n, ..] if n.trim().parse::<usize>().is_ok() && !matches!(error, Error::Explain { .. }) => {
            let n = n.trim();
            format!("\n{n} is a number; ({n},) is the shape of {n} numbers.")
        }
        _ => String::new(),
    }
}

/// `'rely' is no view: did you mean relu? There are ..`: that a word is none of some names, and the one that is near.
pub(super) fn unknown(what: String, word: &str, names: &str) -> String {
    let word = word.trim().to_lowercase();
    let near = names.split(", ").map(|name| (distance(&word, name), name)).min();
    match near.filter(|&(far, name)| far <= 2 && far + 1 < name.len()) {
        Some((_, name)) => format!("{what}: did you mean {name}? They are {names}"),
        None => format!("{what}: they are {names}"),
    }
}

/// How many letters must be put in, taken out or changed to make one word the other; a lot for long words.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 2 * b.len() + 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left_above = core::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let change = left_above + usize::from(x != y);
            left_above = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}
