//! The chapter as text, for a terminal.
//!
//! ```text
//!   numpy     np.dot(A, B)                 as the chapter writes it
//!   nptensor  a.dot(&b)?                   the text of the very expression that ran
//!   prints    [[19 22]                     its value, printed by the engine
//!              [43 50]]
//!   picture   nptensor explain dot ..      what draws it
//! ```
//!
//! Lines are as long as the terminal allows; prose stops at 90 columns. What is too long is continued at a blank: code
//! further in, a command as a shell takes it.

use std::io::Write;

use nptensor::explain::Look;
use nptensor::explain::wide::{columns, padded, wrap};

use super::{Failure, Item, LANGUAGES, Text, formula};

/// The labels in each language; names of libraries are the same in both.
const LABELS: [Text; 3] = [["prints", "输出"], ["raises", "报错"], ["picture", "图"]];
/// Prose is no wider, however wide the terminal is.
const PROSE_COLUMNS: usize = 90;
/// The columns of a label.
const LABEL_COLUMNS: usize = 10;
/// How far in code goes on.
const HANG_COLUMNS: usize = 4;
/// ANSI's bold and faint.
const BOLD: &str = "1";
const FAINT: &str = "2";

pub(super) fn print(items: &[Item], language: usize, look: Look, out: &mut dyn Write) -> Result<(), Failure> {
    let mut page = Page { language, look, out };
    for item in items {
        match item {
            Item::Title(text) | Item::Heading(1, text) => page.underlined(text[language], "=")?,
            Item::Heading(_, text) => page.underlined(text[language], "-")?,
            Item::Text(text) => {
                text[language].split("\n\n").try_for_each(|part| page.paragraph(&part.replace(['`', '$', '#'], "")))?
            }
            Item::Guess { question, choices, .. } => {
                let choices: Vec<&str> = choices.iter().map(|choice| choice[language]).collect();
                page.paragraph(&format!("{} {}", question[language], choices.join(" | ")).replace('`', ""))?;
            }
            Item::Formula(source) => {
                for formula in source.replace(formula::WHERE[0], formula::WHERE[language]).lines().map(formula::lines) {
                    page.formula(&formula)?;
                }
                page.line("")?;
            }
            Item::Snippet { numpy, rust, result } => {
                page.labelled("numpy", numpy)?;
                page.labelled("nptensor", rust)?;
                if let Some((label, text)) = result {
                    page.labelled(label, text)?;
                }
                page.line("")?;
            }
            Item::Figure { command, .. } => {
                page.picture(command)?;
                page.line("")?;
            }
            Item::Digit(_) => {}
        }
    }
    Ok(())
}

/// A terminal.
struct Page<'a> {
    language: usize,
    look: Look,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn line(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", text.trim_end())?)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.look.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.into() }
    }

    fn underlined(&mut self, text: &str, line: &str) -> Result<(), Failure> {
        let lines = wrapped(text, self.look.width.min(PROSE_COLUMNS), 0);
        let longest = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
        for text in lines.iter().map(String::as_str).chain([&*line.repeat(longest)]) {
            self.line(&self.paint(BOLD, text))?;
        }
        self.line("")
    }

    /// A paragraph, or lines of code, which begin with blanks.
    fn paragraph(&mut self, text: &str) -> Result<(), Failure> {
        let width = self.look.width;
        let lines = match text.starts_with(' ') {
            true => text.lines().flat_map(|line| wrapped(line, width, HANG_COLUMNS)).collect(),
            // (Chinese has no blanks between words, nor where its lines go on.)
            false => wrapped(&text.replace('\n', [" ", ""][self.language]), width.min(PROSE_COLUMNS), 0),
        };
        lines.iter().try_for_each(|line| self.line(line))?;
        self.line("")
    }

    /// A formula, further in; one of a single line goes on at a blank.
    fn formula(&mut self, text: &str) -> Result<(), Failure> {
        let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
        match &lines[..] {
            [line] => wrapped(line, self.look.width, HANG_COLUMNS).iter().try_for_each(|line| self.line(line)),
            lines => lines.iter().try_for_each(|line| self.line(line)),
        }
    }

    /// Lines behind a label that stands beside the first.
    fn labelled(&mut self, label: &str, text: &str) -> Result<(), Failure> {
        let width = self.look.width - LABEL_COLUMNS;
        self.beside(label, text.lines().flat_map(|line| wrapped(line, width, HANG_COLUMNS)).collect())
    }

    /// A command. Between words, a backslash continues it; inside quotes, a new line is a blank to `explain`.
    fn picture(&mut self, command: &str) -> Result<(), Failure> {
        let command = match LANGUAGES[self.language] {
            "en" => command.into(),
            language => command.replacen(" explain", &format!(" explain --lang {language}"), 1),
        };
        let mut lines = wrapped(&command, self.look.width - LABEL_COLUMNS - 2, 0);
        let (last, mut quotes) = (lines.len() - 1, 0);
        for line in &mut lines[..last] {
            quotes += line.matches('"').count();
            *line += if quotes % 2 == 0 { " \\" } else { "" };
        }
        self.beside("picture", lines)
    }

    fn beside(&mut self, label: &str, lines: Vec<String>) -> Result<(), Failure> {
        let known = LABELS.iter().find(|names| names[0] == label);
        let label = known.map_or(label, |names| names[self.language]);
        for (i, line) in lines.iter().enumerate() {
            let label = padded(if i == 0 { label } else { "" }, LABEL_COLUMNS);
            let label = if i == 0 { self.paint(FAINT, &label) } else { label };
            self.line(&[label, line.clone()].concat())?;
        }
        Ok(())
    }
}

/// A line cut at blanks and between Chinese characters, the rest `hang` columns further in than it begins; a word that
/// is too long stays whole.
fn wrapped(text: &str, width: usize, hang: usize) -> Vec<String> {
    let inside = text.trim_start();
    let start = text.len() - inside.len();
    let lines = wrap(inside, width.saturating_sub(start), hang, false);
    lines.map(|(by, line)| format!("{:1$}{line}", "", start + by)).collect()
}

/// `nptensor explain` with these words, as a shell takes them.
pub(super) fn command(words: &[&str]) -> String {
    let plain = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-,.:".contains(c));
    let quoted = |word: &&str| if plain(word) { String::from(*word) } else { format!("\"{word}\"") };
    let words: Vec<String> = words.iter().map(quoted).collect();
    format!("nptensor explain {}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of Chinese end where no blank is needed to join them.
    #[test]
    fn chinese_lines_join() {
        let mut joined = 0;
        for item in super::super::chapter::items(None).unwrap() {
            let Item::Text([_, chinese]) = item else { continue };
            for part in chinese.split("\n\n").filter(|part| !part.starts_with(' ')) {
                for (line, next) in part.lines().zip(part.lines().skip(1)) {
                    assert!(!line.ends_with(|c: char| c.is_ascii()), "{line} | {next}");
                    joined += 1;
                }
            }
        }
        assert!(joined > 20);
    }

    /// Colours change no character of the text.
    #[test]
    fn colours() {
        let items = super::super::chapter::items(None).unwrap();
        let [plain, coloured] = [false, true].map(|colour| {
            let mut out = Vec::new();
            assert!(print(&items, 0, Look { colour, ..Look::default() }, &mut out).is_ok());
            String::from_utf8(out).unwrap()
        });
        assert!(coloured.contains("\x1b[1m") && coloured.contains("\x1b[2m"));
        let bare = ["\x1b[1m", "\x1b[2m", "\x1b[0m"].iter().fold(coloured, |text, code| text.replace(code, ""));
        assert_eq!(bare, plain);
    }
}
