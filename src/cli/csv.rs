//! The fields of a line of text: commas, semicolons or tabs between them as spreadsheets write them, or blanks.
//!
//! ```text
//!   5.1, "a ""b"", c",NA      5.1 | "a ""b"", c" | NA     which `unquote` makes: a "b", c
//!   5,1;2                     5,1 | 2                     a semicolon anywhere in the first line separates
//!   5.1   2                   5.1 | 2
//! ```
//!
//! Blanks around a field are no part of it. A line is a row: a line break within quotes is an error. A quote within an
//! unquoted field is a character like any other. Which fields are read: `columns.rs`.

use std::borrow::Cow;

/// What may separate fields, and be stated by a first line `sep=;`.
pub(super) const SEPARATORS: [char; 5] = [',', ';', '\t', '|', ' '];

/// What stands for no value. (`nan` is a number.)
const MISSING: [&str; 9] = ["", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None"];

/// The fields of a line, in order, with their quotes.
pub(super) struct Fields<'a> {
    rest: Option<&'a str>,
    /// A blank for any number of white characters.
    separator: char,
}

/// The fields of a line; without a separator, between commas where there is one in the line, and blanks elsewhere.
pub(super) fn fields(line: &str, separator: Option<char>) -> Fields<'_> {
    let line = line.trim_end_matches(['\r', '\n']);
    Fields { rest: Some(line), separator: separator.unwrap_or(if line.contains(',') { ',' } else { ' ' }) }
}

impl<'a> Iterator for Fields<'a> {
    /// An error is the last.
    type Item = Result<&'a str, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        let (blanks, rest) = (self.separator == ' ', self.rest.take()?);
        let rest = if blanks { rest.trim_start() } else { rest.trim_start_matches(' ') };
        if blanks && rest.is_empty() {
            return None;
        }
        let Some(quoted) = quoted(rest) else { return Some(Err("a quote is not closed in this line")) };
        let after = &rest[quoted..];
        let end = match self.separator {
            ' ' => after.find(char::is_whitespace),
            separator => after.bytes().position(|byte| byte == separator as u8),
        };
        // Blanks are left for the next field to skip.
        self.rest = end.map(|end| &after[end + usize::from(!blanks)..]);
        let end = end.unwrap_or(after.len());
        if quoted > 0 && !after[..end].trim().is_empty() {
            self.rest = None;
            return Some(Err("text follows a closing quote"));
        }
        Some(Ok(rest[..quoted + end].trim()))
    }
}

/// The length of the quoted text at the beginning, 0 if there is none; a doubled quote does not end it.
fn quoted(text: &str) -> Option<usize> {
    if !text.starts_with('"') {
        return Some(0);
    }
    let mut at = 1;
    loop {
        at += text[at..].find('"')? + 1;
        if !text[at..].starts_with('"') {
            return Some(at);
        }
        at += 1;
    }
}

/// A field without its quotes.
pub(super) fn unquote(field: &str) -> Cow<'_, str> {
    match field.strip_prefix('"').and_then(|field| field.strip_suffix('"')) {
        None => field.into(),
        Some(inside) if inside.contains('"') => inside.replace("\"\"", "\"").into(),
        Some(inside) => inside.into(),
    }
}

/// What separates the fields of a file, by its first line.
pub(super) fn separator(line: &str) -> Result<char, &'static str> {
    // A quote opens at the beginning of a field alone: `disk 5"` has an inch.
    let (mut quoted, mut before) = (false, ' ');
    let [mut semicolon, mut tab, mut comma] = [false; 3];
    for c in line.chars() {
        match c {
            '"' if quoted || c == before || SEPARATORS.contains(&before) => quoted = !quoted,
            ';' => semicolon |= !quoted,
            '\t' => tab |= !quoted,
            ',' => comma |= !quoted,
            _ => {}
        }
        before = c;
    }
    match (semicolon, tab, comma) {
        (true, true, _) => Err("both semicolons and tabs: which of them separates is not clear (quote the others)"),
        (true, ..) => Ok(';'),
        (_, true, _) => Ok('\t'),
        (_, _, true) => Ok(','),
        _ => Ok(' '),
    }
}

/// Why a line is no text, from this byte on.
pub(super) fn no_text(line: &[u8], at: usize) -> String {
    match line {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            "this is UTF-16: save it as UTF-8 (\"CSV UTF-8\" in Excel), or iconv -f UTF-16 -t UTF-8 FILE".into()
        }
        _ if line.iter().any(|byte| byte.is_ascii_control() && !b"\t\r\n".contains(byte)) => {
            "neither text nor a format known here".into()
        }
        _ => format!(
            "byte {} is {:02x}, which is no UTF-8: save it as that, or iconv -f CP1252 -t UTF-8 FILE",
            at + 1,
            line[at]
        ),
    }
}

/// Whether an unquoted field stands for no value.
pub(super) fn is_missing(field: &str) -> bool {
    MISSING.contains(&field)
}

/// Whether a field is a number, with its quotes or a decimal comma as well.
pub(super) fn is_number(field: &str) -> bool {
    let field = unquote(field);
    field.trim().parse::<f64>().is_ok() || has_decimal_comma(field.trim())
}

/// Whether a field is a text: neither a number nor missing.
pub(super) fn is_text(field: &str) -> bool {
    !is_number(field) && !is_missing(unquote(field).trim())
}

/// Whether a comma stands where a number has its point.
fn has_decimal_comma(field: &str) -> bool {
    field.split_once(',').is_some_and(|(whole, part)| format!("{whole}.{part}").parse::<f64>().is_ok())
}

/// Why an unquoted field is no number.
pub(super) fn fault(field: &str) -> String {
    let shown: String = field.chars().take(40).collect();
    match field {
        _ if is_missing(field) => format!("{shown:?} is no number: a missing value (--missing)"),
        _ if has_decimal_comma(field) => format!("{shown:?} is no number: a decimal comma is not read, only a point"),
        _ => format!("{shown:?} is no number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(line: &str, separator: char) -> Result<Vec<String>, &'static str> {
        fields(line, Some(separator)).map(|field| Ok(unquote(field?).into_owned())).collect()
    }

    /// As Python's `csv` has them with `skipinitialspace`, but for the blank after a quote, and what is wrong there.
    #[test]
    fn quotes() {
        assert_eq!(
            split("1,\"a,b\",\"c \"\"d\"\"\",\"\",\r\n", ','),
            Ok(["1", "a,b", "c \"d\"", "", ""].map(String::from).into())
        );
        assert_eq!(split("a\"b; \"x;\" ;y", ';'), Ok(["a\"b", "x;", "y"].map(String::from).into()));
        assert_eq!(split("\"a b\"  c\t\"\"\n", ' '), Ok(["a b", "c", ""].map(String::from).into()));
        assert_eq!(split("\t\t", '\t'), Ok(["", "", ""].map(String::from).into()));
        assert_eq!(split("1,\"a,2", ','), Err("a quote is not closed in this line"));
        assert_eq!(split("1,\"a\"\"", ','), Err("a quote is not closed in this line"));
        assert_eq!(split("\"a\"b,2", ','), Err("text follows a closing quote"));
    }

    #[test]
    fn separators() {
        for (line, wanted) in
            [("1,5;2,5", ';'), ("a,b\tc", '\t'), ("\"a;b\",c", ','), ("a b", ' '), ("\"a,\"\"\tb\" c", ' ')]
        {
            assert_eq!(separator(line), Ok(wanted), "{line}");
        }
        assert_eq!(separator("disk 5\",\"a;\"\"b;\"\"\",6\",c"), Ok(','));
        assert!(separator("a;b\tc").is_err());
    }

    proptest! {
        /// Any bytes; and without quotes, what `split` gives.
        #[test]
        fn a_naive_splitter(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"\",; \t\r\n"[..])], 0..40),
            between in prop::sample::select(&SEPARATORS[..]),
        ) {
            let line = String::from_utf8_lossy(&bytes);
            let _ = separator(&line);
            let found = split(&line, between);
            fields(&line, None).flatten().for_each(|field| drop((is_text(field), fault(field))));
            let line = line.replace('"', "").replace(['\r', '\n'], "x");
            let naive: Vec<&str> = match between {
                ' ' => line.split_whitespace().collect(),
                _ => line.split(between).map(str::trim).collect(),
            };
            prop_assert_eq!(split(&line, between).unwrap(), naive);
            prop_assert!(found.is_ok() || bytes.contains(&b'"'));
        }

        /// What is quoted comes back.
        #[test]
        fn there_and_back(
            words in prop::collection::vec("[ -~äあ]{0,6}", 1..6),
            between in prop::sample::select(&SEPARATORS[..]),
        ) {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
            prop_assert_eq!(split(&quoted.join(&between.to_string()), between).unwrap(), words);
        }
    }
}
