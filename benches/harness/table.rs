//! A table with aligned columns: text to the left, numbers to the right; also as Markdown.
//!
//! ```text
//!   row             time   GFLOP/s
//!   gemm 64        4.5 us      116
//! ```

/// Rows of cells under a head; groups have a title of their own.
pub struct Table {
    head: Vec<&'static str>,
    rows: Vec<Line>,
}

enum Line {
    Title(String),
    Cells(Vec<String>),
}

impl Table {
    /// An empty table with these columns; the first is text.
    pub fn new(head: &[&'static str]) -> Self {
        Table { head: head.to_vec(), rows: Vec::new() }
    }

    /// A line between groups.
    pub fn title(&mut self, title: impl Into<String>) {
        self.rows.push(Line::Title(title.into()));
    }

    /// A row, one cell a column.
    pub fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.head.len(), "a cell for each column");
        self.rows.push(Line::Cells(cells));
    }

    /// Whether nothing came in.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.head.iter().map(|cell| cell.chars().count()).collect();
        for line in &self.rows {
            if let Line::Cells(cells) = line {
                for (width, cell) in widths.iter_mut().zip(cells) {
                    *width = (*width).max(cell.chars().count());
                }
            }
        }
        widths
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let widths = self.widths();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut text = String::from("  ");
            for (i, (cell, width)) in cells.zip(&widths).enumerate() {
                text += &if i == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
            }
            text.trim_end().to_string() + "\n"
        };
        let mut text = line(&mut self.head.iter().copied());
        for row in &self.rows {
            match row {
                Line::Title(title) => text += &format!("\n{title}\n"),
                Line::Cells(cells) => text += &line(&mut cells.iter().map(String::as_str)),
            }
        }
        text
    }

    /// As Markdown; a group's title becomes a row in bold.
    pub fn markdown(&self) -> String {
        let mut text = format!("| {} |\n|---|{}\n", self.head.join(" | "), "---:|".repeat(self.head.len() - 1));
        for row in &self.rows {
            match row {
                Line::Title(title) => text += &format!("| **{title}** |{}\n", " |".repeat(self.head.len() - 1)),
                Line::Cells(cells) => text += &format!("| {} |\n", cells.join(" | ")),
            }
        }
        text
    }
}
