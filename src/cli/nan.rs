//! Rows whose outputs hold nan: how many there are, and the first, for one line on standard error.
//!
//! ```text
//!   x.csv: 2 rows have nan among the outputs, the first of them line 7: as in NumPy, nan counts as the greatest
//! ```
//!
//! No class is the right one for such a row. `argmax` gives that of the first nan, as NumPy's does, and an accuracy
//! counts it as any other. Read next: `rows.rs`.

use super::input::note;

/// The rows so far.
#[derive(Default)]
pub(super) struct Nan {
    rows: usize,
    first: String,
}

impl Nan {
    /// Counts a row: that of a line of text, or its number, from 0.
    pub(super) fn add(&mut self, line: Option<&usize>, row: usize) {
        if self.rows == 0 {
            self.first = line.map_or_else(|| format!("row {row}"), |line| format!("line {line}"));
        }
        self.rows += 1;
    }

    /// Names them, if there were some.
    pub(super) fn say(&self, path: &str) {
        let rows = match self.rows {
            0 => return,
            1 => "1 row has".into(),
            n => format!("{n} rows have"),
        };
        let what = "as in NumPy, nan counts as the greatest";
        note(path, &format!("{rows} nan among the outputs, the first of them {}: {what}", self.first));
    }
}
