//! A sheet: the content of an explanation from top to bottom, printed as the lines of a terminal or drawn as a picture.
//!
//! ```text
//!   Sheet::new("(3,) and ..")    (3,) and (4,) do not ..     the title, bold
//!   heading("Which meet")
//!                                Which meet                  bold, with space above
//!   say("Every row ..")            Every row of a meets      wrapped to the width, the next lines indented
//!                                    every column of b.
//!   table(rows)                    1   2  [19]  22           see table.rs
//!   cells(&[2, 2, 3], cell)  [0,:,:]  0  1  2   [1,:,:]  0  1  2       the cells of a shape, its planes side by side
//!                                  0  .  .  .         0  .  .  .
//!                                  1  .  .  .         1  .  .  .
//!   part("transpose")                                       what follows can be shown alone, in a page
//!   legend(LIT, "the cell")        [x] the cell              what a mark means; in a picture, what the outline means
//!   wrong(error)                   shapes (3,) and ..        NumPy's own words: on a terminal never cut
//! ```
//!
//! Both forms have the same order and width, in characters: what fits in one fits in the other. Texts are pairs, one
//! for each language (`language.rs`). The content comes from the explanations. Read next: `forms.rs`.

mod forms;
mod table;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Look;
use super::language::{Page, Words, same};
use super::numbers::{joined, unravel};
use super::svg::{CHAR, Svg, WIDE};
use crate::error::Tuple;

use table::Table;
pub(super) use table::{Cell, GHOST, LIT, Mark, Rows, WRONG, row};

/// The columns of a picture without its margins, which take two.
pub(super) const PICTURE_COLUMNS: usize = (WIDE / CHAR) as usize - 2;
/// The most lines of a [`Block::Lines`].
const MAX_LINES: usize = 16;
/// The most rows and columns of a grid, and the most grids of a shape.
const MAX_SIDE: usize = 16;
const MAX_PLANES: usize = 4;
/// The least and the most columns of a bar.
const MIN_BAR_COLUMNS: usize = 10;
const MAX_BAR_COLUMNS: usize = 40;

type Print<'a> = Box<dyn Fn(Look) -> String + 'a>;
type Draw<'a> = Box<dyn Fn(&mut Svg, f64) -> f64 + 'a>;

enum Block<'a> {
    Heading(Words),
    /// The beginning of a part, by name.
    Part(Words),
    Line(Words),
    /// NumPy's own words, which are never cut.
    Wrong(String),
    /// Our own about what is wrong.
    Broken(Words),
    /// What a mark means: the one of a terminal, the one of a picture.
    Legend(Mark, Words),
    /// A description of the picture for screen readers.
    Aloud(Words),
    /// Lines as they are.
    Lines(String),
    Table(Table),
    /// A table under a line of names, and after each row a bar: a share of the rest of the width.
    Bars(Table, Vec<f64>),
    Figure(Print<'a>, Draw<'a>),
    /// In a picture alone.
    Drawn(Box<Block<'a>>),
}

/// Text, tables and figures, from top to bottom.
pub(super) struct Sheet<'a> {
    title: Words,
    page: Page,
    blocks: Vec<Block<'a>>,
}

impl<'a> Sheet<'a> {
    /// A title, and the page for the text below it: of [`PICTURE_COLUMNS`] or [`Look::columns`].
    pub(super) fn new(title: Words, page: Page) -> Self {
        Sheet { title, page, blocks: Vec::new() }
    }

    #[inline(never)]
    pub(super) fn heading(&mut self, texts: [impl ToString; 2]) {
        self.blocks.push(Block::Heading(texts.map(|text| text.to_string())));
    }

    /// Begins a part, which a page can show alone.
    #[inline(never)]
    pub(super) fn part(&mut self, names: [impl ToString; 2]) {
        self.blocks.push(Block::Part(names.map(|name| name.to_string())));
    }

    /// What `put` puts here is in the picture alone.
    pub(super) fn drawn(&mut self, put: impl FnOnce(&mut Self)) {
        let before = self.blocks.len();
        put(self);
        let blocks = self.blocks.split_off(before);
        self.blocks.extend(blocks.into_iter().map(|block| Block::Drawn(Box::new(block))));
    }

    /// A sentence, or several.
    #[inline(never)]
    pub(super) fn say(&mut self, texts: [impl ToString; 2]) {
        self.blocks.push(Block::Line(texts.map(|text| text.to_string())));
    }

    pub(super) fn wrong(&mut self, text: impl ToString) {
        self.blocks.push(Block::Wrong(text.to_string()));
    }

    /// A sentence about what is wrong.
    #[inline(never)]
    pub(super) fn broken(&mut self, texts: [impl ToString; 2]) {
        self.blocks.push(Block::Broken(texts.map(|text| text.to_string())));
    }

    /// What a mark means: [`LIT`] and its like.
    #[inline(never)]
    pub(super) fn legend(&mut self, mark: Mark, texts: [&str; 2]) {
        self.blocks.push(Block::Legend(mark, texts.map(String::from)));
    }

    /// A description of a picture, for screen readers.
    #[inline(never)]
    pub(super) fn aloud(&mut self, texts: [impl ToString; 2]) {
        self.blocks.push(Block::Aloud(texts.map(|text| text.to_string())));
    }

    /// Lines as they are, if they fit and are not too many.
    pub(super) fn lines(&mut self, text: &str) -> bool {
        let fits =
            text.lines().count() <= MAX_LINES && text.lines().all(|line| line.chars().count() <= self.page.width);
        if fits {
            self.blocks.push(Block::Lines(text.to_string()));
        }
        fits
    }

    /// A table, if it is no wider than the sheet.
    pub(super) fn table(&mut self, rows: Rows) -> bool {
        self.tables([rows])
    }

    /// A table under a line of names; where that is too wide, its rows in words.
    pub(super) fn listed<const N: usize>(&mut self, names: [[&str; 2]; N], rows: &[[Words; N]]) {
        let line = |texts: &[Words; N]| {
            let cells = texts[1..].iter().map(|[text, chinese]| Cell::plain(text).zh(chinese));
            row(Cell::soft(&texts[0][0]).zh(&texts[0][1]), cells)
        };
        let head = names.map(|[name, chinese]| Cell::soft(name).zh(chinese)).into();
        if !self.table(core::iter::once(head).chain(rows.iter().map(line)).collect()) {
            for row in rows {
                let words =
                    |l: usize| (1..N).map(move |i| format!("{} {}", names[i][l], row[i][l])).collect::<Vec<_>>();
                self.say([
                    format!("{}: {}", row[0][0], words(0).join(", ")),
                    format!("{}：{}", row[0][1], words(1).join("，")),
                ]);
            }
        }
    }

    /// Tables one below the other, if none is wider than the sheet.
    pub(super) fn tables(&mut self, tables: impl IntoIterator<Item = Rows>) -> bool {
        let tables: Vec<Table> = tables.into_iter().map(|rows| Table::new(rows, self.page)).collect();
        let fits = tables.iter().all(|table| table.width() <= self.page.width);
        if fits {
            self.blocks.extend(tables.into_iter().map(Block::Table));
        }
        fits
    }

    /// Columns of equal width beside a column of names, in several tables where they are too many for one.
    pub(super) fn grid(&mut self, rows: &Rows) {
        let tables = Table::even(rows, self.page);
        if tables.iter().any(|table| table.width() > self.page.width) {
            return self.say(["The cells are too wide to draw.", "单元格太宽，画不下。"]);
        }
        self.blocks.extend(tables.into_iter().map(Block::Table));
    }

    /// The last two axes of a shape that can be drawn as a grid, one grid for each index of the axes before them, named
    /// by it: side by side, as many as fit.
    pub(super) fn cells(&mut self, shape: &[usize], cell: &dyn Fn(&[usize]) -> Cell) {
        let (outer, inner) = shape.split_at(shape.len().saturating_sub(2));
        let (rows, columns) = match *inner {
            [rows, columns] => (Some(rows), Some(columns)),
            [columns] => (None, Some(columns)),
            _ => (None, None),
        };
        // The indices of an axis, or none once where there is no such axis.
        let along = |axis: Option<usize>| (0..axis.unwrap_or(1)).map(move |i| axis.map(|_| i));
        let planes = outer.iter().fold(1_usize, |all, &n| all.saturating_mul(n));
        let grid = |plane: usize, name: &str| -> Rows {
            let outer = unravel(outer, plane);
            let head = columns.map(|_| row(Cell::soft(name), along(columns).flatten().map(Cell::soft)));
            let line = |i: Option<usize>| {
                let at = |j: Option<usize>| cell(&outer.iter().copied().chain(i).chain(j).collect::<Vec<_>>());
                row(i.map_or_else(Cell::default, Cell::soft), along(columns).map(at))
            };
            head.into_iter().chain(along(rows).map(line)).collect()
        };
        let name = |plane: usize| format!("[{},:,:]", joined(&unravel(outer, plane)));
        let shown = 0..planes.min(MAX_PLANES);
        let named = shown.clone().map(|plane| grid(plane, &name(plane)));
        match Table::side_by_side(named.collect(), self.page) {
            Some(tables) if !outer.is_empty() => self.blocks.extend(tables.into_iter().map(Block::Table)),
            _ => shown.for_each(|plane| {
                if !outer.is_empty() {
                    self.say(same(name(plane)));
                }
                self.grid(&grid(plane, ""));
            }),
        }
        if planes > MAX_PLANES {
            let more = planes - MAX_PLANES;
            self.say([format!("... and {more} more like these."), format!("... 还有 {more} 个这样的平面。")]);
        }
    }

    /// A table whose first row is names, and after each other row a bar whose length is a share of the rest of the
    /// width, if that is wide enough.
    pub(super) fn bars(&mut self, rows: Rows, shares: &[f64]) -> bool {
        let table = Table::new(rows, self.page);
        let fits = table.width() + MIN_BAR_COLUMNS <= self.page.width;
        if fits {
            self.blocks.push(Block::Bars(table, shares.to_vec()));
        }
        fits
    }

    /// Bars, with as many digits of `precisions` as fit; where none fit, a table.
    pub(super) fn bars_or_table(&mut self, precisions: &[usize], rows: impl Fn(usize) -> Rows, shares: &[f64]) {
        if !precisions.iter().any(|&precision| self.bars(rows(precision), shares)) {
            self.table_or_tables(rows);
        }
    }

    /// A table with as many digits as fit, or as many tables as it takes, so that nothing goes for want of width.
    pub(super) fn table_or_tables(&mut self, rows: impl Fn(usize) -> Rows) {
        if ![8, 4, 2].into_iter().any(|precision| self.table(rows(precision))) {
            self.grid(&rows(2));
        }
    }

    /// A figure: `print` gives its lines, and `draw` draws it from some y down and returns the y at which the next
    /// block may begin.
    pub(super) fn figure(&mut self, print: impl Fn(Look) -> String + 'a, draw: impl Fn(&mut Svg, f64) -> f64 + 'a) {
        self.blocks.push(Block::Figure(Box::new(print), Box::new(draw)));
    }

    /// The columns for bars, after two columns of space.
    fn bar_columns(&self, table: &Table) -> usize {
        MAX_BAR_COLUMNS.min(self.page.width.saturating_sub(table.width() + 2))
    }
}

impl Block<'_> {
    /// Whether there is space above it, whatever precedes it.
    fn begins(&self) -> bool {
        match self {
            Block::Drawn(block) => block.begins(),
            _ => matches!(self, Block::Heading(_) | Block::Figure(..)),
        }
    }

    /// Whether there is space below it, whatever follows.
    fn ends(&self) -> bool {
        match self {
            Block::Drawn(block) => block.ends(),
            _ => matches!(self, Block::Lines(_) | Block::Table(_) | Block::Bars(..) | Block::Figure(..)),
        }
    }
}

/// Why a shape has no grids, if it has none.
pub(super) fn not_drawn(shape: &[usize]) -> Option<Words> {
    let tuple = Tuple(shape);
    if shape.contains(&0) {
        return Some([
            format!("{tuple} has no cell: an axis of size 0 leaves nothing to draw."),
            format!("{tuple} 没有元素：有长度为 0 的轴，没有什么可画。"),
        ]);
    }
    let rows = shape.iter().rev().take(2).max().filter(|&&n| n > MAX_SIDE)?;
    Some([
        format!("{tuple} is too large to draw: {rows} cells side by side, where {MAX_SIDE} fit."),
        format!("{tuple} 太大，画不下：并排 {rows} 个元素，最多画 {MAX_SIDE} 个。"),
    ])
}
