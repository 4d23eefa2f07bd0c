//! The words of the command line: options by name, in any position, and the rest in order.
//!
//! ```text
//!   eval MODEL --hidden relu IMAGES --output=softmax LABELS
//!   command    option                option                    operands: MODEL IMAGES LABELS
//! ```
//!
//! `--` ends the options; `-` alone is an operand. Unknown options and operands are errors, and so is an option given
//! twice. The meaning of the words is that of each command. Read next: `model.rs`.

use std::ffi::OsString;

use super::{Done, Failure};

/// The words of the command line that have not been taken.
pub(crate) struct Args {
    /// Before `--`: options and operands.
    words: Vec<String>,
    /// After it: operands alone.
    operands: Vec<String>,
    /// Whether `-` has been an operand.
    stdin: bool,
}

impl Args {
    pub(crate) fn new(words: Vec<OsString>) -> Done<Self> {
        let words: Vec<String> = words
            .into_iter()
            .map(|word| word.into_string().map_err(|word| Failure::Usage(format!("{word:?} is not valid Unicode"))))
            .collect::<Result<_, _>>()?;
        let end = words.iter().position(|word| word == "--");
        let operands = end.map_or_else(Vec::new, |end| words[end + 1..].to_vec());
        Ok(Args { words: words[..end.unwrap_or(words.len())].to_vec(), operands, stdin: false })
    }

    /// The name of the command, if the first word is one.
    pub(crate) fn command(&mut self) -> Option<String> {
        self.words.first().filter(|word| !word.starts_with('-'))?;
        Some(self.words.remove(0))
    }

    /// Whether an option without a value is there, under any of its names.
    pub(crate) fn flag(&mut self, names: &[&str]) -> bool {
        let before = self.words.len();
        self.words.retain(|word| !names.contains(&word.as_str()));
        self.words.len() < before
    }

    /// The value of an option, as `--name value` or `--name=value`.
    pub(crate) fn option(&mut self, name: &str) -> Done<Option<String>> {
        let value = |word: &str| word.strip_prefix(name)?.strip_prefix('=').map(String::from);
        let Some(at) = self.words.iter().position(|word| word == name || value(word).is_some()) else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        let found = match value(&word) {
            Some(value) => value,
            None if at < self.words.len() => self.words.remove(at),
            None => return Err(Failure::Usage(format!("option '{name}' needs a value"))),
        };
        if self.words.iter().any(|word| word == name || value(word).is_some()) {
            return Err(Failure::Usage(format!("option '{name}' is given twice")));
        }
        Ok(Some(found))
    }

    /// The value of an option as what `read` makes of it: `takes` says of which texts it makes something.
    pub(crate) fn value<V>(
        &mut self,
        name: &str,
        takes: &str,
        read: impl FnOnce(&str) -> Option<V>,
    ) -> Done<Option<V>> {
        let Some(text) = self.option(name)? else { return Ok(None) };
        match read(&text) {
            None => Err(Failure::Usage(format!("{name} takes {takes}, not '{text}'"))),
            read => Ok(read),
        }
    }

    /// The value of an option that counts something, from 1.
    pub(crate) fn number(&mut self, name: &str) -> Done<Option<usize>> {
        self.number_from(name, 1)
    }

    /// The value of an option that counts something, from `least`.
    pub(crate) fn number_from(&mut self, name: &str, least: usize) -> Done<Option<usize>> {
        self.value(name, &format!("a number from {least}"), |text| text.parse().ok().filter(|&n| n >= least))
    }

    /// Whether there is another operand.
    pub(crate) fn has_operand(&self) -> bool {
        self.words.iter().any(|word| !word.starts_with('-') || word == "-") || !self.operands.is_empty()
    }

    /// The next operand, which the help calls `name`; `-`, standard input, only once.
    pub(crate) fn operand(&mut self, name: &str) -> Done<String> {
        let word = if let Some(at) = self.words.iter().position(|word| !word.starts_with('-') || word == "-") {
            self.words.remove(at)
        } else if let Some(word) = self.words.first() {
            return Err(Failure::Usage(format!("unknown option '{word}'")));
        } else if self.operands.is_empty() {
            return Err(Failure::Usage(format!("{name} is missing")));
        } else {
            self.operands.remove(0)
        };
        if word == "-" && core::mem::replace(&mut self.stdin, true) {
            return Err(Failure::Usage(format!("{name} is '-' as well: standard input is read only once")));
        }
        Ok(word)
    }

    /// All remaining words, in order, options as well.
    pub(crate) fn rest(self) -> Vec<String> {
        [self.words, self.operands].concat()
    }

    /// An error unless all words have been taken.
    pub(crate) fn done(self) -> Done {
        match self.words.first().or(self.operands.first()) {
            None => Ok(()),
            Some(word) if word.starts_with('-') && word.len() > 1 => {
                Err(Failure::Usage(format!("unknown option '{word}'")))
            }
            Some(word) => Err(Failure::Usage(format!("unexpected argument '{word}'"))),
        }
    }
}
