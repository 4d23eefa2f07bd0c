//! The chapter as text, for a terminal.
//!
//! ```text
//!   numpy     np.dot(A, B)                 as the chapter writes it
//!   nptensor  a.dot(&b)?                   the text of the very expression that ran
//!   prints    [[19 22]                     its value, printed by the engine
//!              [43 50]]
//!   picture   nptensor explain dot ..      what draws it
//! ```

use std::io::Write;

use super::super::wide::{columns, padded};
use super::{Failure, Item, Text, formula};

/// The labels in each language; names of libraries are the same in both.
const LABELS: [Text; 3] = [["prints", "输出"], ["raises", "报错"], ["picture", "图"]];

pub(super) fn print(items: &[Item], language: usize, out: &mut dyn Write) -> Result<(), Failure> {
    let labelled = |out: &mut dyn Write, label: &str, text: &str| {
        let known = LABELS.iter().find(|names| names[0] == label);
        labelled(out, known.map_or(label, |names| names[language]), text)
    };
    for item in items {
        match item {
            Item::Title(text) | Item::Heading(1, text) => underlined(out, text[language], "=")?,
            Item::Heading(_, text) => underlined(out, text[language], "-")?,
            Item::Text(text) => writeln!(out, "{}\n", text[language].replace(['`', '$'], ""))?,
            Item::Formula(source) => {
                let source = source.replace(formula::WHERE[0], formula::WHERE[language]);
                for line in source.lines().map(formula::lines).collect::<Vec<_>>().join("\n").lines() {
                    writeln!(out, "    {line}")?;
                }
                writeln!(out)?;
            }
            Item::Snippet { numpy, rust, result } => {
                labelled(out, "numpy", numpy)?;
                labelled(out, "nptensor", rust)?;
                if let Some((label, text)) = result {
                    labelled(out, label, text)?;
                }
                writeln!(out)?;
            }
            Item::Figure { command, .. } | Item::Panel { command, .. } => {
                labelled(out, "picture", command)?;
                writeln!(out)?;
            }
            Item::Digit(_) => {}
        }
    }
    Ok(())
}

/// `nptensor explain` with these words, as a shell takes them.
pub(super) fn command(words: &[&str]) -> String {
    let plain = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-,.:".contains(c));
    let quoted = |word: &&str| if plain(word) { String::from(*word) } else { format!("\"{word}\"") };
    let words: Vec<String> = words.iter().map(quoted).collect();
    format!("nptensor explain {}", words.join(" "))
}

fn underlined(out: &mut dyn Write, text: &str, line: &str) -> Result<(), Failure> {
    Ok(writeln!(out, "{text}\n{}\n", line.repeat(columns(text)))?)
}

/// Lines behind a label that stands beside the first.
fn labelled(out: &mut dyn Write, label: &str, text: &str) -> Result<(), Failure> {
    for (i, line) in text.lines().enumerate() {
        writeln!(out, "{}{line}", padded(if i == 0 { label } else { "" }, 10))?;
    }
    Ok(())
}
