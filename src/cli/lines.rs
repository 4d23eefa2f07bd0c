//! Rows as lines of text, as from a spreadsheet, `np.savetxt`, or a distributed engine that pipes rows.
//!
//! ```text
//!   0.5 1 -2e-3          numbers between blanks
//!   0.5, 1, -2e-3        or between commas: a line with a comma in it
//!
//!   width;"height, cm"   or a table: a heading, quotes, semicolons, tabs, missing values: see columns.rs
//!   0.5;1
//! ```
//!
//! Each line is one row but for empty ones, which are left out, and said where a row follows: from there on line 7 of
//! the output is not line 7 of the input. Before the first row stand at most `sep=;`, which is Excel's, and comments,
//! `# a b`, NumPy's. Each number is read as the nearest of its type. Read next: `rows.rs`.

use std::io::{BufRead, Read};
use std::str::FromStr;

use nptensor::{DType, Error, Float, Result, Tensor};

use super::columns::{ColumnArgs, Columns, counting, is_heading, is_heading_of};
use super::csv::{self, SEPARATORS, fault, fields, is_missing, is_text};
use super::input::{io_error, note, start, wrong};

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 1 << 26;

pub(super) struct Lines {
    path: String,
    stream: Box<dyn BufRead>,
    args: ColumnArgs,
    /// Numbers that a model takes, and has as outputs, where it tells.
    model: [Option<usize>; 2],
    /// Known from the first line on.
    columns: Option<Columns>,
    /// The number of the line that has been read last.
    count: usize,
    /// That of the heading, or of the first row where there is none.
    first: usize,
    line: Vec<u8>,
    /// Lines that have been looked at, and are still to be read: the first of them last.
    held: Vec<(usize, Vec<u8>)>,
    /// The first empty line, if there was one; 0 once it is said.
    empty: Option<usize>,
    /// The classes of the rows that have been read last, if they are asked for.
    pub(super) labels: Vec<usize>,
    /// The numbers of their lines.
    pub(super) numbers: Vec<usize>,
}

/// What is said of a number that its type has no place for.
fn large(text: &str, dtype: DType) -> String {
    let wider = if dtype == DType::F32 { " (--dtype f64)" } else { "" };
    format!("{} is too large for {}{wider}", start(text, 40), dtype.name())
}

impl Lines {
    pub(super) fn new(path: &str, stream: Box<dyn BufRead>, args: &ColumnArgs, model: [Option<usize>; 2]) -> Self {
        Lines {
            path: path.into(),
            stream,
            args: args.clone(),
            model,
            columns: None,
            count: 0,
            first: 0,
            line: Vec::new(),
            held: Vec::new(),
            empty: None,
            labels: Vec::new(),
            numbers: Vec::new(),
        }
    }

    /// At most `n` rows as (rows, width); none after the last.
    pub(super) fn next<T: Float + FromStr>(&mut self, n: usize) -> Result<Tensor<T>> {
        self.labels.clear();
        self.numbers.clear();
        let (mut values, mut rows) = (Vec::new(), 0);
        if self.columns.is_none() {
            self.columns = self.begin()?;
        }
        let Some(columns) = self.columns.take() else {
            return Tensor::from_vec(values, &[0, self.model[0].unwrap_or(0)]);
        };
        let missing = self.args.missing.map(T::from_f64);
        if let (Some(given), Some(missing)) = (self.args.missing, missing)
            && missing.to_f64().is_infinite()
            && given.is_finite()
        {
            return Err(wrong("", format!("--missing {}", large(&format!("{given:?}"), T::DTYPE))));
        }
        while rows < n && self.next_row(&columns)? {
            let (before, first) = (values.len(), self.count == self.first);
            values.extend(std::iter::repeat_n(T::ZERO, columns.width()));
            self.fields(&columns, &mut |input, field| {
                let number = field.parse::<T>().or_else(|_| field.trim().parse());
                values[before + input] = match (number, missing) {
                    (Ok(value), Some(missing)) if value.to_f64().is_nan() => missing,
                    // (`inf` is one.)
                    (Ok(value), _) if value.to_f64().is_infinite() && field.contains(|c: char| c.is_ascii_digit()) => {
                        return Err(large(field.trim(), T::DTYPE));
                    }
                    (Ok(value), _) => value,
                    (Err(_), Some(missing)) if is_missing(field.trim()) => missing,
                    (Err(_), _) if first && is_text(field) => {
                        return Err(fault(field.trim()) + " (--header, if this is a heading)");
                    }
                    (Err(_), _) => return Err(fault(field.trim())),
                };
                Ok(())
            })?;
            self.numbers.push(self.count);
            rows += 1;
        }
        let width = columns.width();
        self.columns = Some(columns);
        Tensor::from_vec(values, &[rows, width])
    }

    /// The fields of the line: inputs are taken, labels kept.
    pub(super) fn fields(
        &mut self,
        columns: &Columns,
        input: &mut dyn FnMut(usize, &str) -> Result<(), String>,
    ) -> Result<()> {
        let (classes, outputs) = (&self.args.classes, self.model[1].unwrap_or(columns.width()));
        let mut labels = std::mem::take(&mut self.labels);
        columns
            .read(self.text()?, &mut |index, field| match (index, classes) {
                (Some(index), _) => input(index, field),
                (None, None) => Ok(()),
                (None, Some(classes)) => classes.of(field, outputs).map(|class| labels.push(class)),
            })
            .map_err(|what| self.error(&what))?;
        self.labels = labels;
        Ok(())
    }

    /// What the columns are, by the options and the first lines; none of a file without lines.
    pub(super) fn begin(&mut self) -> Result<Option<Columns>> {
        let Some((given, comment, first)) = self.first_line()? else { return Ok(None) };
        let bare = given.is_none() && comment.is_none();
        let is_number = |field: Result<&str, _>| field.is_ok_and(|field| field.parse::<f64>().is_ok());
        let plain = bare && self.args.any().is_none() && !first.contains('\t') && fields(&first, None).all(is_number);
        let separator = match given {
            None if plain => None,
            None => Some(csv::separator(&first).map_err(|what| self.error(what))?),
            given => given,
        };
        let asked = self.args.has_heading();
        let (heading, line) = match comment {
            // The comment is the heading, and the line a row.
            Some((count, comment)) if asked != Some(false) && is_heading_of(&comment, &first, separator) => {
                self.held.push((self.count, first.into()));
                self.count = count;
                (true, comment)
            }
            comment => {
                if let Some((count, _)) = comment {
                    note(&self.path, &format!("leaving out comments, the last of them line {count}"));
                }
                let heading = asked.map_or_else(|| self.finds_heading(&first, separator), Ok)?;
                if !heading {
                    self.held.push((self.count, first.clone().into()));
                }
                (heading, first)
            }
        };
        self.first = self.count;
        let inputs = self.model[0].unwrap_or(0);
        let columns = Columns::new(&self.path, &self.args, &line, heading, separator, inputs);
        let columns = columns.and_then(|columns| self.check(&columns).map(|()| columns));
        let columns = columns.map_err(|what| self.error(&what))?;
        // (0,1,2,.. is how pandas writes columns without names.)
        if asked.is_none() && (heading || matches!(counting(&line, separator), Some((0, 3..)))) {
            let taken = if heading {
                format!("a heading: {}", columns.listed())
            } else {
                "a row, though it counts the columns".into()
            };
            note(&self.path, &format!("taking line {} for {taken} (--header or --no-header)", self.first));
        }
        Ok(Some(columns))
    }

    /// The first line that is a row or a heading; before it the separator that `sep=;` states, and the last comment.
    fn first_line(&mut self) -> Result<Option<(Option<char>, Option<(usize, String)>, String)>> {
        let (mut separator, mut comment) = (None, None);
        while self.read_filled()? {
            let line = self.text()?;
            let stated = line.strip_prefix("sep=").filter(|_| self.count == 1);
            let stated = stated
                .and_then(|line| SEPARATORS.into_iter().find(|&c| line.trim_end_matches(['\r', '\n']).chars().eq([c])));
            if stated.is_some() {
                separator = stated;
            } else if line.starts_with("# ") || line.trim_end() == "#" {
                comment = Some((self.count, line[1..].to_string()));
            } else {
                return Ok(Some((separator, comment, line.to_string())));
            }
        }
        Ok(None)
    }

    /// Whether the first line is a heading by the next, which is still to be read then.
    fn finds_heading(&mut self, first: &str, separator: Option<char>) -> Result<bool> {
        let (mut heading, count) = (false, self.count);
        if separator.is_some_and(|separator| fields(first, Some(separator)).flatten().any(is_text))
            && self.read_filled()?
        {
            heading = is_heading(first, self.text()?, separator);
            self.held.push((self.count, std::mem::take(&mut self.line)));
        }
        self.count = count;
        Ok(heading)
    }

    /// An error unless the model takes as many inputs, and has as many outputs as there are classes.
    fn check(&self, columns: &Columns) -> Result<(), String> {
        let (width, [inputs, outputs]) = (columns.width(), self.model);
        match inputs {
            _ if width == 0 => return Err("no numbers".into()),
            Some(inputs) if inputs != width && self.args.any().is_none() && !columns.has_heading() => {
                return Err(format!("{width} fields, where rows have {inputs}"));
            }
            Some(inputs) if inputs != width => {
                let of = columns.listed();
                return Err(format!("{width} inputs, and the model takes {inputs}, of {of} (--columns, --label)"));
            }
            _ => {}
        }
        self.args.classes.as_ref().map_or(Ok(()), |classes| classes.fit(outputs.unwrap_or(width)))
    }

    /// The next line that is a row. It says if empty lines stand before it.
    pub(super) fn next_row(&mut self, columns: &Columns) -> Result<bool> {
        if !self.read_filled()? {
            return Ok(false);
        }
        // (Lines are looked at before they are rows: the empty one may stand behind this.)
        if let Some(line) = self.empty.filter(|&line| 0 < line && line < self.count) {
            if self.args.missing.is_some() && columns.count == 1 {
                self.count = line;
                return Err(self.error("empty, which is no row or a missing value: NA or \"\" is the latter"));
            }
            note(&self.path, &format!("leaving out empty lines, the first of them line {line}"));
            self.empty = Some(0);
        }
        Ok(true)
    }

    /// The next line that is not empty.
    fn read_filled(&mut self) -> Result<bool> {
        while self.read()? {
            if !self.line.iter().all(|c| b" \r\n".contains(c)) {
                return Ok(true);
            }
            self.empty = self.empty.or(Some(self.count));
        }
        Ok(false)
    }

    fn read(&mut self) -> Result<bool> {
        if let Some((count, line)) = self.held.pop() {
            (self.count, self.line) = (count, line);
            return Ok(true);
        }
        self.line.clear();
        let stream = &mut self.stream;
        let read = stream.take(MAX_LINE_BYTES).read_until(b'\n', &mut self.line);
        read.map_err(|error| io_error("", error))?;
        self.count += 1;
        if self.line.len() as u64 == MAX_LINE_BYTES {
            return Err(self.error(&format!("longer than {MAX_LINE_BYTES} bytes")));
        }
        // The byte order mark with which a spreadsheet begins its text.
        if self.count == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(!self.line.is_empty())
    }

    fn text(&self) -> Result<&str> {
        str::from_utf8(&self.line).map_err(|error| self.error(&csv::no_text(&self.line, error.valid_up_to())))
    }

    fn error(&self, what: &str) -> Error {
        wrong("", format!("line {}: {what}", self.count))
    }
}
