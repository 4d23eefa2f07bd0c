//! A sheet as the lines of a terminal: all but the title and the headings is indented by two columns.
//!
//! ```text
//!   Which axes meet
//!     The last axis of a pairs with the last but
//!       one of b.
//! ```
//!
//! No line ends in blanks, and no two lines in a row are empty.

use alloc::format;
use alloc::string::String;

use super::{Block, Sheet};
use crate::explain::{Look, Role};
use crate::kernel::scalar::ScalarFloat;

/// The indentation of all but headings, and that of the lines of a sentence after its first.
const INDENT_COLUMNS: usize = 2;
pub(super) const HANG_COLUMNS: usize = 2;
/// The width of lines on terminals that are narrower.
const MIN_COLUMNS: usize = 20;

impl Look {
    /// The columns of the text below a heading.
    pub(in crate::explain) fn columns(self) -> usize {
        self.width.saturating_sub(INDENT_COLUMNS).max(MIN_COLUMNS)
    }
}

impl Sheet<'_> {
    /// For a terminal.
    pub(in crate::explain) fn text(&self, look: Look) -> String {
        let (mut out, mut apart) = (self.heading_lines(&self.title, look), false);
        for block in &self.blocks {
            let text = self.printed(block, look);
            if text.is_empty() {
                continue;
            }
            if apart || block.begins() {
                out.push('\n');
            }
            out += &text;
            apart = block.ends();
        }
        out
    }

    fn printed(&self, block: &Block<'_>, look: Look) -> String {
        let mut out = String::new();
        let mut put = |indent: usize, line: &str| {
            out += format!("{:indent$}{line}", "").trim_end();
            out.push('\n');
        };
        let mut say =
            |text: &str| wrap(text, self.width, HANG_COLUMNS).for_each(|(by, line)| put(INDENT_COLUMNS + by, line));
        match block {
            Block::Heading(text) => return self.heading_lines(text, look),
            Block::Line(text) => say(text),
            Block::Legend([mark, _], text) => say(&format!("{mark} {text}")),
            Block::Wrong(text) => put(INDENT_COLUMNS, &look.paint(Role::Wrong, text.trim_end())),
            Block::Aloud(_) => {}
            Block::Lines(text) => text.lines().for_each(|line| put(INDENT_COLUMNS, line)),
            Block::Table(table) => table.lines(look).for_each(|line| put(INDENT_COLUMNS, &line)),
            Block::Bars(table, shares) => {
                let columns = self.bar_columns(table) as f64;
                let bars =
                    core::iter::once(&0.0).chain(shares).map(|share| ScalarFloat::round(share * columns) as usize);
                for (line, bar) in table.lines(look).zip(bars) {
                    let bar = if bar > 0 { look.paint(Role::Out, &"█".repeat(bar)) } else { String::new() };
                    put(INDENT_COLUMNS, &format!("{line}  {bar}"));
                }
            }
            Block::Figure(print, _) => print(look).lines().for_each(|line| put(INDENT_COLUMNS, line)),
        }
        out
    }

    fn heading_lines(&self, text: &str, look: Look) -> String {
        wrap(text, self.width + INDENT_COLUMNS, 0).map(|(_, line)| look.paint(Role::Out, line) + "\n").collect()
    }
}

/// The lines of a text, each with its indentation: wrapped at blanks, and inside words that are too long for a line.
pub(super) fn wrap(text: &str, width: usize, hang: usize) -> impl Iterator<Item = (usize, &str)> {
    let (mut rest, mut indent) = (Some(text), 0);
    core::iter::from_fn(move || {
        let (line, by) = (rest?, core::mem::replace(&mut indent, hang));
        let Some((end, _)) = line.char_indices().nth(width.saturating_sub(by).max(1)) else {
            rest = None;
            return Some((by, line.trim_end()));
        };
        // A blank right after the last character that fits ends the line as well.
        let blank = line[..end].rfind(' ').filter(|_| !line[end..].starts_with(' ')).filter(|&at| at > 0);
        let (head, tail) = line.split_at(blank.unwrap_or(end));
        rest = Some(tail.trim_start()).filter(|tail| !tail.is_empty());
        Some((by, head.trim_end()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, LIT};
    use super::*;

    #[test]
    fn lines_are_cut_at_blanks() {
        let table: &[(&str, usize, &[&str])] = &[
            ("", 5, &[""]),
            ("ab cd ef", 5, &["ab cd", "ef"]),
            ("ab cd ef", 4, &["ab", "cd", "ef"]),
            ("abcdefg hi", 3, &["abc", "def", "g", "hi"]),
            ("ab ", 2, &["ab"]),
            ("äöü äöü", 3, &["äöü", "äöü"]),
        ];
        for &(text, width, lines) in table {
            assert!(wrap(text, width, 0).map(|(_, line)| line).eq(lines.iter().copied()), "{text:?} {width}");
        }
        assert!(wrap("ab cd ef gh", 5, 3).eq([(0, "ab cd"), (3, "ef"), (3, "gh")]));
    }

    #[test]
    fn blocks() {
        let row = |name, texts: [&str; 3], lit| {
            let cells = texts.map(|text| Cell::boxed(text, Role::A).lit(lit));
            [Cell::soft(name)].into_iter().chain(cells).collect()
        };
        let rows = alloc::vec![row("a", ["0", "1", "22"], false), row("b", ["5", "3", "4"], true)];
        let text = |width| {
            let mut sheet = Sheet::new("t", width);
            sheet.grid(&rows);
            sheet.legend(LIT, "one");
            sheet.heading("h");
            assert_eq!(sheet.table(rows.clone()), width >= 13);
            sheet.text(Look::default())
        };
        let table = "   a   0   1  22\n   b  [5] [3] [4]\n";
        assert_eq!(text(15), format!("t\n{table}\n  [x] one\n\nh\n   a  0  1  22\n   b [5][3] [4]\n"));
        assert_eq!(text(12), "t\n   a   0   1\n   b  [5] [3]\n\n   a  22\n   b  [4]\n\n  [x] one\n\nh\n");
    }
}
