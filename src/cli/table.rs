//! `nptensor inspect` of a table: what is in each of its columns.
//!
//! ```text
//!   iris.csv: text, 150 rows, 5 columns between commas
//!
//!   1  sepal length  150 numbers               4.3 to 7.9
//!   2  sepal width   148 numbers  2 missing    2.0 to 4.4
//!   5  species       150 texts                 "setosa"              the first of them
//! ```
//!
//! The lines are read as `predict` reads them, one by one, and of a column only its counts are kept. What is a number
//! is what the reader takes for one. Read next: `lines.rs`.

use std::io::{BufRead, Write};

use nptensor::Result;

use super::Done;
use super::columns::ColumnArgs;
use super::csv::is_missing;
use super::input::{counted, in_file, start};
use super::lines::Lines;
use nptensor::explain::wide;

/// The most characters of a name or a text that are shown.
const MAX_SHOWN: usize = 24;

/// What a column holds so far.
struct Tally {
    numbers: usize,
    missing: usize,
    texts: usize,
    first_text: String,
    /// The least and the greatest of the numbers; nan is neither.
    range: [f64; 2],
}

impl Tally {
    fn new() -> Self {
        let range = [f64::INFINITY, f64::NEG_INFINITY];
        Tally { numbers: 0, missing: 0, texts: 0, first_text: String::new(), range }
    }

    fn add(&mut self, field: &str) {
        match field.trim().parse::<f64>() {
            Ok(number) => {
                self.numbers += 1;
                self.range = [self.range[0].min(number), self.range[1].max(number)];
            }
            Err(_) if is_missing(field.trim()) => self.missing += 1,
            Err(_) => {
                if self.texts == 0 {
                    self.first_text = format!("\"{}\"", start(field.trim(), MAX_SHOWN));
                }
                self.texts += 1;
            }
        }
    }

    /// How many of each there are, and the numbers' range or the first text.
    fn cells(&self) -> [String; 2] {
        let kinds = [(self.numbers, "number"), (self.texts, "text"), (self.missing, "missing")];
        let count = |&(n, what): &(usize, &str)| match what {
            _ if n == 0 => None,
            "missing" => Some(format!("{n} missing")),
            _ => Some(counted(n, what)),
        };
        let [least, greatest] = self.range;
        let range = if least <= greatest { format!("{least:?} to {greatest:?}") } else { String::new() };
        let values = [range, self.first_text.clone()].into_iter().filter(|text| !text.is_empty());
        [kinds.iter().filter_map(count).collect::<Vec<_>>().join("  "), values.collect::<Vec<_>>().join("  ")]
    }
}

pub(super) fn print(path: &str, stream: Box<dyn BufRead>, args: &ColumnArgs, out: &mut dyn Write) -> Done {
    let (mut lines, mut rows) = (Lines::new(path, stream, args, [None, None]), 0);
    let Some(columns) = in_file(path, lines.begin())? else {
        return Ok(writeln!(out, "{path}: text, 0 rows")?);
    };
    let mut tallies: Vec<Tally> = (0..columns.width()).map(|_| Tally::new()).collect();
    let mut next = || -> Result<bool> {
        let is_row = lines.next_row(&columns)?;
        if is_row {
            lines.fields(&columns, &mut |column, field| {
                tallies[column].add(field);
                Ok(())
            })?;
        }
        Ok(is_row)
    };
    while in_file(path, next())? {
        rows += 1;
    }
    let between = columns.between_fields();
    let count = counted(tallies.len(), "column");
    writeln!(out, "{path}: text, {}, {count} between {between}\n", counted(rows, "row"))?;
    let names: Vec<String> = columns.names().map(|name| start(&name, MAX_SHOWN)).collect();
    let name_width = names.iter().map(|name| wide::columns(name)).max().unwrap_or(0);
    let cells: Vec<[String; 2]> = tallies.iter().map(Tally::cells).collect();
    let kinds = cells.iter().map(|cells| cells[0].len()).max().unwrap_or(0);
    let digits = tallies.len().to_string().len();
    for (i, [kind, values]) in cells.iter().enumerate() {
        let name = names.get(i).map(|name| wide::padded(name, name_width + 2)).unwrap_or_default();
        writeln!(out, "{}", format!("  {:>digits$}  {name}{kind:<kinds$}  {values}", i + 1).trim_end())?;
    }
    Ok(())
}
