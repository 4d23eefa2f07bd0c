//! How many columns of a terminal a text takes: a Chinese character takes two.
//!
//! ```text
//!   columns("prints") = 6        columns("输出") = 4        padded("输出", 6) = "输出  "
//!   wrap("axis 轴。", 6, 0, true) = axis / 轴。
//! ```
//!
//! Wide is what Unicode calls wide or fullwidth (UAX #11, East Asian Width), by blocks: letters of Chinese, Japanese
//! and Korean, their punctuation, fullwidth forms. Every other character counts as one column, also marks that combine,
//! and pictographs.

use alloc::string::String;

/// The first and the last character of each wide block.
const WIDE: [(char, char); 9] = [
    ('\u{1100}', '\u{115f}'),   // Hangul's first letters
    ('\u{2e80}', '\u{303e}'),   // radicals, punctuation
    ('\u{3041}', '\u{a4cf}'),   // kana, Chinese characters, Yi
    ('\u{a960}', '\u{a97c}'),   // Hangul's first letters, once more
    ('\u{ac00}', '\u{d7a3}'),   // Hangul
    ('\u{f900}', '\u{faff}'),   // Chinese characters for compatibility
    ('\u{fe30}', '\u{fe6b}'),   // punctuation of upright lines, small forms
    ('\u{ff01}', '\u{ff60}'),   // fullwidth forms
    ('\u{20000}', '\u{3fffd}'), // rare Chinese characters
];

/// What no line of Chinese begins with, and what none ends with.
const CLOSING: &str = "，。、；：？！）”》";
const OPENING: &str = "（“《";

/// Whether a character takes two columns.
///
/// ```
/// assert_eq!(['轴', '。', 'x'].map(nptensor::explain::wide::is_wide), [true, true, false]);
/// ```
pub fn is_wide(c: char) -> bool {
    WIDE.iter().any(|&(first, last)| (first..=last).contains(&c))
}

/// Whether a line may end between two characters: at a blank, and beside a wide one, but for punctuation.
fn may_end(before: char, after: char) -> bool {
    let is_apart = (is_wide(before) || is_wide(after)) && !CLOSING.contains(after) && !OPENING.contains(before);
    after == ' ' || before != ' ' && is_apart
}

/// The columns that a text takes.
///
/// ```
/// assert_eq!(nptensor::explain::wide::columns("axis 轴"), 7);
/// ```
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// The text with blanks behind it, up to so many columns.
///
/// ```
/// assert_eq!(nptensor::explain::wide::padded("轴", 4), "轴  ");
/// ```
pub fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(columns(text))))
}

/// The lines of a text, each with its indentation, `hang` after the first: wrapped at blanks and between Chinese
/// characters; a word that is too long for a line is cut, or stays whole.
///
/// ```
/// let lines = nptensor::explain::wide::wrap("the axis 轴。", 8, 2, true);
/// assert_eq!(lines.collect::<Vec<_>>(), [(0, "the axis"), (2, "轴。")]);
/// ```
pub fn wrap(text: &str, width: usize, hang: usize, cuts_words: bool) -> impl Iterator<Item = (usize, &str)> {
    let (mut rest, mut indent) = (Some(text), 0);
    core::iter::from_fn(move || {
        let (line, by) = (rest?, core::mem::replace(&mut indent, hang));
        // (Any one character fits, so each line has one.)
        let room = width.saturating_sub(by).max(2);
        if columns(line) <= room {
            rest = None;
            return Some((by, line.trim_end()));
        }
        // The last place within the room at which the line may end; a blank after it needs no room.
        let (mut used, mut end, mut cut, mut before) = (0, line.len(), None, None);
        for (at, c) in line.char_indices() {
            if before.is_some_and(|before| may_end(before, c)) {
                cut = Some(at);
            }
            (used, before) = (used + columns(c.encode_utf8(&mut [0; 4])), Some(c));
            if used > room && (cuts_words || cut.is_some()) {
                end = at;
                break;
            }
        }
        let (head, tail) = line.split_at(cut.unwrap_or(end));
        rest = Some(tail.trim_start()).filter(|tail| !tail.is_empty());
        Some((by, head.trim_end()))
    })
}
