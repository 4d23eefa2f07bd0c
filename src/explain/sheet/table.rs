//! Cells in rows, as text and as boxes.
//!
//! ```text
//!       axis 0  axis 1        plain and soft cells are text alone
//!    a       3       1        boxed cells belong to a role: a box in a picture
//!    b      (1)      4        (x) not in memory: dashed
//!    c      [3]     >4<       [x] the cell in question: outlined       >x< what does not fit: red and bold
//! ```
//!
//! A column takes its text and a character on either side, for a mark, in a picture as on a terminal. A mark has the
//! same meaning everywhere. Read next: `forms.rs`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::explain::language::{Page, Words, same};
use crate::explain::svg::{CHAR, LINE, Svg};
use crate::explain::wide::columns;
use crate::explain::{Look, Role};

/// The mark of a cell on a terminal, around its text, and its look in a picture.
pub(in crate::explain) type Mark = (&'static str, [&'static str; 2]);
pub(in crate::explain) const GHOST: Mark = ("(x)", ["dashed", "虚线"]);
pub(in crate::explain) const LIT: Mark = ("[x]", ["outlined", "描边"]);
pub(in crate::explain) const WRONG: Mark = (">x<", ["bold", "粗体"]);

/// The height of a row of boxes.
const BOX_HEIGHT: f64 = LINE + 4.0;

/// One cell of a table: text alone, or in a box.
#[derive(Clone, Default)]
pub(in crate::explain) struct Cell {
    text: Words,
    is_soft: bool,
    /// That of its box.
    role: Option<Role>,
    is_lit: bool,
    /// For a page: the place that it shows, and what says where that is.
    at: Option<[String; 2]>,
}

/// The cells of a table, row by row.
pub(in crate::explain) type Rows = Vec<Vec<Cell>>;

/// A row that begins with its name.
pub(in crate::explain) fn row(name: Cell, cells: impl IntoIterator<Item = Cell>) -> Vec<Cell> {
    core::iter::once(name).chain(cells).collect()
}

/// Rows, and the characters that each column takes.
pub(super) struct Table {
    rows: Rows,
    widths: Vec<usize>,
}

impl Cell {
    pub(in crate::explain) fn plain(text: impl ToString) -> Self {
        Cell { text: same(text), ..Cell::default() }
    }

    /// Its text in Chinese, where that is another.
    #[inline(never)]
    pub(in crate::explain) fn zh(mut self, text: &str) -> Self {
        self.text[1] = text.to_string();
        self
    }

    /// Text that is less important.
    pub(in crate::explain) fn soft(text: impl ToString) -> Self {
        Cell { is_soft: true, ..Cell::plain(text) }
    }

    pub(in crate::explain) fn boxed(text: impl ToString, role: Role) -> Self {
        Cell { role: Some(role), ..Cell::plain(text) }
    }

    /// The same box, lit or not.
    pub(in crate::explain) fn lit(self, is_lit: bool) -> Self {
        Cell { is_lit, ..self }
    }

    /// The same cell, of the same place as all with this name.
    pub(in crate::explain) fn at(self, place: String, says: String) -> Self {
        Cell { at: Some([place, says]), ..self }
    }

    /// With its mark, which has the same width for every cell.
    fn printed(&self, look: Look) -> String {
        let mark = match self.role {
            _ if self.is_lit => LIT.0,
            Some(Role::Ghost) => GHOST.0,
            Some(Role::Wrong) => WRONG.0,
            _ => " x ",
        };
        let text = mark.replace('x', &self.text[look.language as usize]);
        let role = if self.is_soft { Some(Role::Ghost) } else { self.role };
        role.map_or(text.clone(), |role| look.paint(role, &text))
    }

    /// From `x` and `y`, so wide and so high.
    fn draw(&self, svg: &mut Svg, (x, y): (f64, f64), (width, height): (f64, f64)) {
        if let Some([place, says]) = &self.at {
            svg.open(&[("place", &**place), ("says", says)][..if says.is_empty() { 1 } else { 2 }]);
        }
        if let Some(role) = self.role {
            let class = [role.looks().0, if self.is_lit { " lit" } else { "" }].concat();
            svg.rect(x + 1.5, y + 1.0, width - 3.0, height - 2.0, &class);
        }
        let style = match self.role {
            Some(Role::Wrong) => "end strong",
            _ if self.is_soft => "end soft",
            _ => "end",
        };
        svg.words(x + width - CHAR, y + height / 2.0 + 4.5, &self.text, style);
        if self.at.is_some() {
            svg.close();
        }
    }
}

impl Table {
    /// Each column as wide as its widest cell.
    pub(super) fn new(rows: Rows, page: Page) -> Self {
        let count = rows.iter().map(Vec::len).max().unwrap_or(0);
        let text = |cell: &Cell| page.languages.iter().map(|&language| columns(&cell.text[language as usize])).max();
        let width = |j: usize| rows.iter().filter_map(|row| row.get(j)).filter_map(text).max();
        let widths = (0..count).map(|j| width(j).unwrap_or(0) + 2).collect();
        Table { rows, widths }
    }

    /// Tables whose columns have the same width, as many as are needed to fit `width`, each with the column of names.
    pub(super) fn even(rows: &Rows, page: Page) -> Vec<Self> {
        let widths = Table::new(rows.clone(), page).widths;
        let Some((&names, cells)) = widths.split_first() else { return Vec::new() };
        // Names that are all empty take no columns.
        let names = if names > 2 { names } else { 0 };
        let column = cells.iter().copied().max().unwrap_or(2);
        let fit = (page.width.saturating_sub(names) / column).max(1);
        let part = |from: usize| {
            let part_of =
                |row: &Vec<Cell>| row.iter().take(1).chain(row.iter().skip(1 + from).take(fit)).cloned().collect();
            let columns = core::iter::repeat_n(column, fit.min(cells.len() - from));
            Table { rows: rows.iter().map(part_of).collect(), widths: core::iter::once(names).chain(columns).collect() }
        };
        (0..cells.len()).step_by(fit).map(part).collect()
    }

    /// Tables of as many rows each, side by side as far as they fit and then below; `None` if one alone does not fit.
    pub(super) fn side_by_side(grids: Vec<Rows>, page: Page) -> Option<Vec<Self>> {
        let mut all: Vec<Table> = Vec::new();
        for rows in grids {
            let [part] =
                <[Table; 1]>::try_from(Table::even(&rows, page)).ok().filter(|[part]| part.width() <= page.width)?;
            match all.last_mut() {
                Some(last) if last.width() + part.width() <= page.width => {
                    last.rows.iter_mut().zip(part.rows).for_each(|(row, cells)| row.extend(cells));
                    last.widths.extend(part.widths);
                }
                _ => all.push(part),
            }
        }
        Some(all)
    }

    pub(super) fn width(&self) -> usize {
        self.widths.iter().sum()
    }

    /// Row by row, each cell at the right end of its column.
    pub(super) fn lines(&self, look: Look) -> impl Iterator<Item = String> {
        self.rows.iter().map(move |row| {
            let mut line = String::new();
            for (cell, &width) in row.iter().zip(&self.widths) {
                let used = if width > 0 { columns(&cell.text[look.language as usize]) + 2 } else { continue };
                line.extend(core::iter::repeat_n(' ', width - used));
                line += &cell.printed(look);
            }
            line.truncate(line.trim_end().len());
            line
        })
    }

    /// Drawn from `y` down; returns the y at which the next block may begin.
    pub(super) fn draw(&self, svg: &mut Svg, mut y: f64) -> f64 {
        for row in &self.rows {
            let is_boxed = row.iter().any(|cell| cell.role.is_some());
            let (height, mut x) = (if is_boxed { BOX_HEIGHT } else { LINE }, 0.0);
            for (cell, &width) in row.iter().zip(&self.widths) {
                let width = width as f64 * CHAR;
                cell.draw(svg, (x, y), (width, height));
                x += width;
            }
            y += height;
        }
        y
    }
}
