//! The JSON of headers: objects, arrays, strings and sizes, read one by one as the caller expects them.
//!
//! ```text
//!   {"W1":{"dtype":"F32","shape":[784,50],"data_offsets":[0,156800]}}
//!
//!   json.json_object(&mut |json, key| json.json_array(&mut |json| json.json_size()))      all else is an error
//! ```
//!
//! No tree is built, so nothing nests deeper than the caller expects and no memory is allocated for what is refused.
//! Keys may not repeat, texts must be UTF-8. What nobody asked for is skipped. Read next: `safetensors.rs`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;

use super::reader::{Reader, Shown};
use super::{MAX_NAME_BYTES, push_text};
use crate::error::Result;

/// Writes `text` as a JSON string.
pub(crate) fn write_string(text: &str, out: &mut dyn fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            '\0'..' ' => write!(out, "\\u{:04x}", u32::from(c)),
            _ => out.write_char(c),
        }?;
    }
    out.write_char('"')
}

impl Reader<'_> {
    /// An object; `entry` reads the value of each key.
    pub(crate) fn json_object(&mut self, entry: &mut dyn FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        // The same type of map as in an archive, so that it is compiled once.
        let mut keys: BTreeMap<String, usize> = BTreeMap::new();
        self.expect_token(b'{')?;
        if self.eat_token(b'}') {
            return Ok(());
        }
        loop {
            let at = self.at();
            let key = self.json_string()?;
            if key.len() > MAX_NAME_BYTES {
                let what = format!("the header has a key of {} bytes: at most {MAX_NAME_BYTES} are read", key.len());
                return Err(self.error_at(at, what));
            }
            if keys.contains_key(&key) {
                return Err(self.error_at(at, format!("the header has the key {} twice", Shown(&key))));
            }
            self.expect_token(b':')?;
            entry(self, &key)?;
            keys.insert(key, at);
            if !self.eat_token(b',') {
                return self.expect_token(b'}');
            }
        }
    }

    /// An array; `item` reads each of its values.
    pub(crate) fn json_array(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.expect_token(b'[')?;
        if self.eat_token(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if !self.eat_token(b',') {
                return self.expect_token(b']');
            }
        }
    }

    /// Any value, of which nothing is kept.
    pub(crate) fn json_skip(&mut self, depth: usize) -> Result<()> {
        match self.peek() {
            Some(b'{' | b'[') if depth == 0 => Err(self.error("the header has values nested too deep")),
            Some(b'{') => self.json_object(&mut |reader, _| reader.json_skip(depth - 1)),
            Some(b'[') => self.json_array(&mut |reader| reader.json_skip(depth - 1)),
            Some(b'"') => self.json_string().map(drop),
            _ => {
                let at = self.at();
                let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
                match word {
                    b"true" | b"false" | b"null" | [b'-' | b'0'..=b'9', ..] => Ok(()),
                    _ => Err(self.error_at(at, "the header has no value here")),
                }
            }
        }
    }

    /// A whole number from 0 up.
    pub(crate) fn json_size(&mut self) -> Result<usize> {
        let at = self.at();
        let zero = self.peek() == Some(b'0');
        let number = self.digits();
        let len = self.at() - at;
        let more = matches!(self.peek(), Some(b'.' | b'e' | b'E' | b'-' | b'+'));
        if len == 0 || more || (zero && len > 1) {
            return Err(self.error_at(at, "the header has no whole number here"));
        }
        number.ok_or_else(|| self.error_at(at, "the header has a number that no memory could hold"))
    }

    pub(crate) fn json_string(&mut self) -> Result<String> {
        let at = self.at();
        if !self.eat(b'"') {
            return Err(self.error("the header has no string here"));
        }
        let mut out = String::new();
        loop {
            let plain = self.take_while(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
            let plain = core::str::from_utf8(plain);
            let plain = plain.map_err(|_| self.error_at(at, "the header has a string that is not UTF-8"))?;
            push_text(&mut out, plain)?;
            match self.peek() {
                Some(b'"') => {
                    self.eat(b'"');
                    return Ok(out);
                }
                Some(b'\\') => push_text(&mut out, self.escape()?.encode_utf8(&mut [0; 4]))?,
                Some(_) => return Err(self.error("the header has a control character in a string")),
                None => return Err(self.error_at(at, "the header has a string that does not end")),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Result<char> {
        let start = self.clone();
        let bad = || start.error("the header has an escape that means nothing");
        self.eat(b'\\');
        Ok(match self.u8("a string").map_err(|_| bad())? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.hex().ok_or_else(bad)?;
                if matches!(unit, 0xd800..0xdc00) {
                    // A pair of surrogates stands for one character.
                    let low = if self.eat_text("\\u") { self.hex() } else { None };
                    let low = low.filter(|low| matches!(low, 0xdc00..0xe000)).ok_or_else(bad)?;
                    unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(unit).ok_or_else(bad)?
            }
            _ => return Err(bad()),
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits: [u8; 4] = self.array("an escape").ok()?;
        digits.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
    }
}
