//! A position in a byte slice that only checked reads move: all formats are read through it.
//!
//! ```text
//!   bytes  [ . . . . . . . . . . . . ]
//!                  ^ at    take(4) -> the next 4, or an error with the format, this byte, and the number of bytes
//! ```
//!
//! It holds the name of the format for its errors. It borrows and never copies. Read next: `raw.rs`.

use alloc::string::String;
use core::fmt;

use crate::error::{Error, Result};

/// A name out of a file, for an error: quoted, control characters escaped, and not longer than a line.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_CHARS: usize = 80;
        match self.0.char_indices().nth(MAX_CHARS) {
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => write!(f, "{:?}...", &self.0[..end]),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Reader<'a> {
    format: &'static str,
    bytes: &'a [u8],
    /// At most `bytes.len()`.
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(format: &'static str, bytes: &'a [u8]) -> Self {
        Reader { format, bytes, at: 0 }
    }

    /// The same bytes from `at`, which may be past their end: every read fails then.
    pub(crate) fn from(&self, at: usize) -> Self {
        Reader { at: at.min(self.bytes.len()), ..*self }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub(crate) fn error(&self, what: impl Into<String>) -> Error {
        self.error_at(self.at, what)
    }

    /// An error at another byte.
    pub(crate) fn error_at(&self, offset: usize, what: impl Into<String>) -> Error {
        error(self.format, offset, what.into())
    }

    /// The next `n` bytes, which are called `what`.
    #[inline(never)]
    pub(crate) fn take(&mut self, n: u64, what: &str) -> Result<&'a [u8]> {
        let rest = self.rest();
        match usize::try_from(n).ok().and_then(|n| rest.get(..n)) {
            Some(taken) => {
                self.at += taken.len();
                Ok(taken)
            }
            None => Err(self.error(format!("the file ends inside {what}: {n} bytes wanted, {} left", rest.len()))),
        }
    }

    /// The next `N` bytes as an array.
    pub(crate) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N as u64, what)?);
        Ok(out)
    }

    #[inline(never)]
    pub(crate) fn u8(&mut self, what: &str) -> Result<u8> {
        Ok(self.array::<1>(what)?[0])
    }

    /// The little-endian number that the next `n` bytes are, at most eight.
    #[inline(never)]
    pub(crate) fn number(&mut self, n: u64, what: &str) -> Result<u64> {
        Ok(little_endian(self.take(n, what)?))
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Reads the next byte if it is `byte`.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Reads the next bytes if they are `text`.
    pub(crate) fn eat_text(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// The next bytes as long as they are of a kind.
    pub(crate) fn take_while(&mut self, kind: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let n = rest.iter().position(|&byte| !kind(byte)).unwrap_or(rest.len());
        self.at += n;
        &rest[..n]
    }

    #[inline(never)]
    pub(crate) fn skip_blanks(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Reads `byte` if it comes next, with blanks before and after it.
    pub(crate) fn eat_token(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.eat(byte);
        self.skip_blanks();
        found
    }

    /// Reads `byte`, with blanks before and after it.
    pub(crate) fn expect_token(&mut self, byte: u8) -> Result<()> {
        if !self.eat_token(byte) {
            return Err(self.error(format!("the header has no {:?} here", char::from(byte))));
        }
        Ok(())
    }

    /// The number that the next digits are; `None` where it does not fit `usize`.
    pub(crate) fn digits(&mut self) -> Option<usize> {
        let digits = self.take_while(|byte| byte.is_ascii_digit()).iter();
        digits
            .copied()
            .try_fold(0_usize, |number, digit| number.checked_mul(10)?.checked_add(usize::from(digit - b'0')))
    }

    /// An error unless nothing follows.
    pub(crate) fn finish(&self, what: &str) -> Result<()> {
        match self.rest().len() {
            0 => Ok(()),
            n => Err(self.error(format!("{n} bytes too many: they follow {what}"))),
        }
    }
}

/// The number that these bytes are.
pub(crate) fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

#[cold]
#[inline(never)]
fn error(format: &'static str, offset: usize, what: String) -> Error {
    Error::Format { format, offset, what }
}
