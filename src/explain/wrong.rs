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
//! In the reader's language; errors of values and shapes keep NumPy's text. Read next: `command.rs`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::language::{Language, Words};
use super::literal::{literal, typed};
use crate::error::Error;
use crate::layout::slice::Indices;

/// The characters of an input that are shown before the caret, and after it.
const AROUND: usize = 30;
/// The longest input whose right form is looked for.
const MAX_TRIED: usize = 200;

/// What layers say of shapes, phrase by phrase; other words stay as they are.
const LAYER: [[&str; 2]; 13] = [
    ["input of shape ", "输入的形状 "],
    ["bias of shape ", "偏置的形状 "],
    ["weights of shape ", "权重的形状 "],
    ["weights have shape ", "权重的形状是 "],
    [", not (inputs,outputs)", "，而不是 (inputs,outputs)"],
    [" does not fit ", " 对不上 "],
    [" do not follow ", " 接不上 "],
    [" in layer ", "，在层 "],
    [" inputs for ", " 个输入对 "],
    [" outputs", " 个输出"],
    [" features", " 个特征"],
    ["scale and shift have shapes ", "缩放与平移的形状是 "],
    [": ", "："],
];

/// The error of [`command`](fn@super::command) for these words, for those who typed them: where the input stops making
/// sense, in a line with a caret, and what may have been meant. One that points nowhere is its own text.
///
/// ```
/// use nptensor::explain::{Language, command, told};
/// let words = ["slice", "[1 2]", "0"];
/// let error = command(&words).err().unwrap();
/// let said = told(&words, &error, Language::English);
/// assert_eq!(said, "here should be a comma or ']':\n  [1 2]\n     ^\nDid you mean [1, 2]?");
/// ```
pub fn told(words: &[&str], error: &Error, language: Language) -> String {
    let (text, at, expected, form) = match error {
        Error::Literal { text, at, expected } => (text, *at, in_words(expected), literal_near(words, text)),
        Error::SliceSyntax { text, at } => {
            let expected = ["an index, start:stop:step, ... or None", "一个索引、start:stop:step、... 或 None"];
            (text, *at, expected, indices_near(text))
        }
        Error::Layer { index, name, what } if language == Language::Chinese => {
            let what = LAYER.iter().fold(what.clone(), |what, [phrase, chinese]| what.replace(phrase, chinese));
            return format!("层 {index} ({name})：{what}");
        }
        Error::Explain { what, chinese } => return language.of([what, chinese]).clone(),
        _ => return [error.to_string(), of_a_number(words, error, language)].concat(),
    };
    let (pointed, expected) = (pointed(text, at), language.of(expected));
    let mut said = language
        .of([&format!("here should be {expected}:\n{pointed}"), &format!("这里应该是 {expected}：\n{pointed}")])
        .clone();
    if let Some(form) = form {
        said += language.of([&format!("\nDid you mean {form}?"), &format!("\n是不是想写 {form}？")]);
    }
    said
}

/// What was expected, as a beginner says it.
fn in_words(expected: &'static str) -> [&'static str; 2] {
    match expected {
        "',' or ']'" => ["a comma or ']'", "逗号或 ']'"],
        "',' or ')'" => ["a comma or ')'", "逗号或 ')'"],
        "the end" => ["nothing more", "结尾"],
        "a number or a list" => [expected, "一个数或一个列表"],
        "an integer" => [expected, "一个整数"],
        "a smaller integer" => [expected, "更小的整数"],
        "an integer that fits int64" => [expected, "int64 放得下的整数"],
        "at most 64 lists inside one another" => [expected, "至多 64 层的列表"],
        expected => [expected; 2],
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
fn of_a_number(words: &[&str], error: &Error, language: Language) -> String {
    match words {
        ["slice" | "layout", n, ..] if n.trim().parse::<usize>().is_ok() && !matches!(error, Error::Explain { .. }) => {
            let n = n.trim();
            let says = [
                format!("\n{n} is a number; ({n},) is the shape of {n} numbers."),
                format!("\n{n} 是一个数；({n},) 才是 {n} 个数的形状。"),
            ];
            language.of(says.each_ref()).clone()
        }
        _ => String::new(),
    }
}

/// `'rely' is no view: did you mean relu? There are ..`: that a word is none of some names, and the one that is near.
pub(super) fn unknown([what, chinese]: Words, word: &str, names: &str) -> Words {
    let word = word.trim().to_lowercase();
    let near = names.split(", ").map(|name| (distance(&word, name), name)).min();
    match near.filter(|&(far, name)| far <= 2 && far + 1 < name.len()) {
        Some((_, name)) => [
            format!("{what}: did you mean {name}? They are {names}"),
            format!("{chinese}：是不是想写 {name}？有的是 {names}"),
        ],
        None => [format!("{what}: they are {names}"), format!("{chinese}：有的是 {names}")],
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
