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

use super::{Failure, Item, formula};

pub(super) fn print(items: &[Item], out: &mut dyn Write) -> Result<(), Failure> {
    for item in items {
        match item {
            Item::Title(text) | Item::Heading(1, text) => underlined(out, text, "=")?,
            Item::Heading(_, text) => underlined(out, text, "-")?,
            Item::Text(text) => writeln!(out, "{}\n", text.replace(['`', '$'], ""))?,
            Item::Formula(source) => {
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
                writeln!(out, "picture   {command}\n")?;
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
    Ok(writeln!(out, "{text}\n{}\n", line.repeat(text.chars().count()))?)
}

/// Lines behind a label that stands beside the first.
fn labelled(out: &mut dyn Write, label: &str, text: &str) -> Result<(), Failure> {
    for (i, line) in text.lines().enumerate() {
        writeln!(out, "{:<10}{line}", if i == 0 { label } else { "" })?;
    }
    Ok(())
}
