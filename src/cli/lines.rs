//! Rows as lines of text, as from a spreadsheet, `np.savetxt`, or a distributed engine that pipes rows.
//!
//! ```text
//!   0.5 1 -2e-3          numbers between blanks
//!   0.5, 1, -2e-3        or between commas: a line with a comma in it
//! ```
//!
//! Each line is one row, so that line 7 of the output belongs to line 7 of the input: no headings, no comments, and an
//! empty line is an error. Each number is read as the nearest of its type. Read next: `rows.rs`.

use std::io::{BufRead, Read};
use std::str::FromStr;

use nptensor::{Error, Float, IoSource, Result, Tensor};

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 1 << 26;

/// Lines of numbers.
pub(super) struct Lines {
    stream: Box<dyn BufRead>,
    /// Numbers in each line: as many as a model takes, or as the first line has.
    width: Option<usize>,
    /// Lines read.
    count: usize,
    line: Vec<u8>,
}

impl Lines {
    pub(super) fn new(stream: Box<dyn BufRead>, width: Option<usize>) -> Self {
        Lines { stream, width, count: 0, line: Vec::new() }
    }

    /// At most `n` rows as (rows, width); none after the last.
    pub(super) fn next<T: Float + FromStr>(&mut self, n: usize) -> Result<Tensor<T>> {
        let mut values = Vec::new();
        let mut rows = 0;
        while rows < n && self.read()? {
            let before = values.len();
            parse(&self.line, &mut values).map_err(|what| self.error(what))?;
            let found = values.len() - before;
            if found == 0 {
                return Err(self.error("no numbers".into()));
            }
            let width = *self.width.get_or_insert(found);
            if found != width {
                return Err(self.error(format!("{found} numbers, where rows have {width}")));
            }
            rows += 1;
        }
        Tensor::from_vec(values, &[rows, self.width.unwrap_or(0)])
    }

    /// Reads the next line, if there is one.
    fn read(&mut self) -> Result<bool> {
        self.line.clear();
        let stream = &mut self.stream;
        let failed =
            |error: std::io::Error| Error::Io { path: String::new(), what: error.to_string(), source: error.into() };
        stream.take(MAX_LINE_BYTES).read_until(b'\n', &mut self.line).map_err(failed)?;
        self.count += 1;
        if self.line.len() as u64 == MAX_LINE_BYTES {
            return Err(self.error(format!("longer than {MAX_LINE_BYTES} bytes")));
        }
        // The byte order mark with which a spreadsheet begins its text.
        if self.count == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(!self.line.is_empty())
    }

    fn error(&self, what: String) -> Error {
        Error::Io { path: String::new(), what: format!("line {}: {what}", self.count), source: IoSource::default() }
    }
}

/// Appends the numbers of a line.
fn parse<T: FromStr>(line: &[u8], values: &mut Vec<T>) -> core::result::Result<(), String> {
    let line = str::from_utf8(line).map_err(|_| "neither text nor a format known here")?;
    let mut push = |word: &str| {
        let value =
            word.parse().map_err(|_| format!("{:?} is no number", word.chars().take(40).collect::<String>()))?;
        values.push(value);
        Ok(())
    };
    match line.contains(',') {
        true => line.split(',').try_for_each(|word| push(word.trim())),
        false => line.split_whitespace().try_for_each(push),
    }
}
