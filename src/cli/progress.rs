//! The progress of a long command: one line on a terminal that is redrawn, and cleared at the end.
//!
//! ```text
//!   ===================>                      46%  612 000 of 1 337 000 rows
//! ```
//!
//! On standard error, and only where that is a terminal, never in a log.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Time between two drawings.
const EVERY: Duration = Duration::from_millis(100);

/// Columns of the bar.
const BAR_COLUMNS: usize = 40;

pub(super) struct Progress {
    /// The time of the last drawing; `None` where standard error is no terminal.
    drawn: Option<Instant>,
    total: Option<usize>,
    done: usize,
    visible: bool,
}

impl Progress {
    /// For so many rows, if their number is known; `hidden` where rows are written to a terminal.
    pub(super) fn new(total: Option<usize>, hidden: bool) -> Self {
        let watched = !hidden && io::stderr().is_terminal();
        Progress { drawn: watched.then(Instant::now), total, done: 0, visible: false }
    }

    pub(super) fn step(&mut self, rows: usize) {
        self.done += rows;
        let Some(drawn) = &mut self.drawn else { return };
        if drawn.elapsed() >= EVERY {
            *drawn = Instant::now();
            self.visible = true;
            say(&bar(self.done, self.total));
        }
    }
}

impl Drop for Progress {
    /// Clears the line.
    fn drop(&mut self) {
        if self.visible {
            say("");
        }
    }
}

fn say(text: &str) {
    // A failure to draw does not stop the command.
    let _ = write!(io::stderr(), "\r{text}\x1b[K");
}

fn bar(done: usize, total: Option<usize>) -> String {
    let Some(total) = total.filter(|&total| total > 0) else { return format!("{done} rows") };
    let part = done as f64 / total as f64;
    let filled = "=".repeat((part * BAR_COLUMNS as f64) as usize);
    format!("{:<BAR_COLUMNS$}  {:3.0}%  {done} of {total} rows", filled + ">", part * 100.0)
}
