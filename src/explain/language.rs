//! Sentences in two languages, one after the other in the source: a change of one shows the other.
//!
//! ```text
//!   sheet.say([format!("axis {axis}: equal"), format!("轴 {axis}：相等")])       every text that is said is such a pair
//!   Page { width: 46, languages: &[Chinese] }                                    of which a page shows one, or both
//! ```
//!
//! The names of NumPy's functions, code, and NumPy's own messages are the same in every language; so is JSON, which is
//! in English. Read next: `sheet.rs`.

use alloc::string::{String, ToString};

use super::Look;

/// The language of the sentences; NumPy's own messages are in English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

impl Language {
    /// All of them.
    pub const ALL: &[Language] = &[Language::English, Language::Chinese];

    /// This one alone.
    pub(super) fn alone(self) -> &'static [Language] {
        &Language::ALL[self as usize..][..1]
    }

    /// Its name on a page, and for `--lang`.
    ///
    /// ```
    /// assert_eq!(nptensor::explain::Language::Chinese.tag(), "zh");
    /// ```
    pub const fn tag(self) -> &'static str {
        self.of(["en", "zh"])
    }

    /// What is its own of a pair.
    ///
    /// ```
    /// assert_eq!(nptensor::explain::Language::Chinese.of(["axis", "轴"]), "轴");
    /// ```
    pub const fn of<V: Copy>(self, pair: [V; 2]) -> V {
        pair[self as usize]
    }
}

/// A text in each language.
pub(super) type Words = [String; 2];

/// A text that is the same in each.
pub(super) fn same(text: impl ToString) -> Words {
    [text.to_string(), text.to_string()]
}

/// What a sheet is written on: how many columns, and in which languages.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) width: usize,
    pub(super) languages: &'static [Language],
}

impl From<Look> for Page {
    fn from(look: Look) -> Self {
        Page { width: look.columns(), languages: look.language.alone() }
    }
}
