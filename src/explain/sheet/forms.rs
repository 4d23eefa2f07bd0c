//! The two forms of a sheet: the lines of a terminal, and a picture from the title down.
//!
//! ```text
//!   Which axes meet                              y        Which axes meet       a line is LINE high
//!     The last axis of a pairs with the last              +---+---+
//!       but one of b.                            y + ..   | 1 | 2 |             a block is drawn from some y down and
//!                                                         +---+---+             returns the y of the next
//! ```
//!
//! On a terminal all but the title and the headings is indented by two columns, no line ends in blanks, and no two
//! lines in a row are empty.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Block, Sheet};
use crate::explain::svg::{CHAR, LINE, Svg};
use crate::explain::{Look, Role};
use crate::kernel::scalar::ScalarFloat;

/// The indentation of all but headings, and that of the lines of a sentence after its first.
const INDENT_COLUMNS: usize = 2;
const HANG_COLUMNS: usize = 2;
/// Sentences are no longer than these, however wide the terminal is.
const PROSE_COLUMNS: usize = 90 - INDENT_COLUMNS;
/// The width of lines on terminals that are narrower.
const MIN_COLUMNS: usize = 20;

impl Look {
    /// The columns of the text below a heading.
    pub(in crate::explain) fn columns(self) -> usize {
        self.width.saturating_sub(INDENT_COLUMNS).max(MIN_COLUMNS)
    }
}

impl Sheet<'_> {
    /// For a terminal.
    pub(in crate::explain) fn text(&self, look: Look) -> String {
        let mut out = self.heading_lines(&self.title, look);
        self.each(|block, apart| {
            let text = self.printed(block, look);
            if apart && !text.is_empty() {
                out.push('\n');
            }
            out += &text;
            !text.is_empty()
        });
        out
    }

    /// As a picture, with all of its text as the description.
    pub(in crate::explain) fn svg(&self) -> String {
        let mut svg = Svg::new(&self.title, &self.said());
        let mut y = self.write(&self.title, 0, "strong", &mut svg, 0.0);
        self.each(|block, apart| {
            let top = if apart { y + LINE / 2.0 } else { y };
            let bottom = self.draw(block, &mut svg, top);
            let is_drawn = bottom > top;
            y = if is_drawn { bottom } else { y };
            is_drawn
        });
        svg.finish()
    }

    /// Each block, and whether there is space above it; `put` says whether there was anything in it.
    fn each(&self, mut put: impl FnMut(&Block<'_>, bool) -> bool) {
        let mut apart = false;
        for block in &self.blocks {
            if put(block, apart || block.begins()) {
                apart = block.ends();
            }
        }
    }

    fn printed(&self, block: &Block<'_>, look: Look) -> String {
        let mut out = String::new();
        let mut put = |indent: usize, line: &str| {
            out += format!("{:indent$}{line}", "").trim_end();
            out.push('\n');
        };
        let mut say =
            |text: &str| wrap(text, self.prose(), HANG_COLUMNS).for_each(|(by, line)| put(INDENT_COLUMNS + by, line));
        match block {
            Block::Heading(text) => return self.heading_lines(text, look),
            Block::Line(text) => say(text),
            Block::Legend([mark, _], text) => say(&format!("{mark} {text}")),
            Block::Wrong(text) => put(INDENT_COLUMNS, &look.paint(Role::Wrong, text.trim_end())),
            Block::Broken(text) => wrap(text, self.prose(), HANG_COLUMNS)
                .for_each(|(by, line)| put(INDENT_COLUMNS + by, &look.paint(Role::Wrong, line))),
            Block::Aloud(_) | Block::Part(_) | Block::Drawn(_) => {}
            Block::Lines(text) => text.lines().for_each(|line| put(INDENT_COLUMNS, line)),
            Block::Table(table) => table.lines(look).for_each(|line| put(INDENT_COLUMNS, &line)),
            Block::Bars(table, shares) => {
                let columns = self.bar_columns(table) as f64;
                let bars =
                    core::iter::once(&0.0).chain(shares).map(|share| ScalarFloat::round(share * columns) as usize);
                for (line, bar) in table.lines(look).zip(bars) {
                    let bar = if bar > 0 { look.paint(Role::Out, &"█".repeat(bar)) } else { String::new() };
                    put(INDENT_COLUMNS, &format!("{line}  {bar}"));
                }
            }
            Block::Figure(print, _) => print(look).lines().for_each(|line| put(INDENT_COLUMNS, line)),
        }
        out
    }

    fn draw(&self, block: &Block<'_>, svg: &mut Svg, y: f64) -> f64 {
        match block {
            Block::Heading(text) => self.write(text, 0, "strong", svg, y),
            Block::Line(text) => self.write(text, HANG_COLUMNS, "", svg, y),
            Block::Legend([_, mark], text) => self.write(&format!("{mark}: {text}"), HANG_COLUMNS, "soft", svg, y),
            Block::Wrong(text) | Block::Broken(text) => self.write(text, HANG_COLUMNS, "bad", svg, y),
            Block::Aloud(_) => y,
            Block::Drawn(block) => self.draw(block, svg, y),
            Block::Part(name) => {
                svg.part(name, y);
                y
            }
            Block::Lines(text) => text.lines().fold(y, |y, line| write(svg, (0, line), "", y)),
            Block::Table(table) => table.draw(svg, y),
            Block::Bars(table, shares) => {
                let (from, columns) = (table.width() as f64 * CHAR, self.bar_columns(table) as f64);
                for (i, share) in shares.iter().enumerate() {
                    let width = share.clamp(0.0, 1.0) * columns * CHAR;
                    if width >= 0.5 {
                        svg.rect(from + CHAR, y + (i + 1) as f64 * LINE + 3.0, width, LINE - 5.0, "out");
                    }
                }
                table.draw(svg, y)
            }
            Block::Figure(_, draw) => draw(svg, y),
        }
    }

    fn write(&self, text: &str, hang: usize, class: &str, svg: &mut Svg, y: f64) -> f64 {
        wrap(text, self.width, hang).fold(y, |y, line| write(svg, line, class, y))
    }

    fn said(&self) -> String {
        let words = self.blocks.iter().filter_map(|block| match block {
            Block::Heading(text) => Some(format!("{text}.")),
            Block::Line(text) | Block::Wrong(text) | Block::Broken(text) | Block::Aloud(text) => Some(text.clone()),
            Block::Legend([_, mark], text) => Some(format!("{mark}: {text}.")),
            _ => None,
        });
        words.collect::<Vec<_>>().join(" ")
    }

    fn prose(&self) -> usize {
        self.width.min(PROSE_COLUMNS)
    }

    fn heading_lines(&self, text: &str, look: Look) -> String {
        wrap(text, self.prose() + INDENT_COLUMNS, 0).map(|(_, line)| look.paint(Role::Out, line) + "\n").collect()
    }
}

/// The lines of a text, each with its indentation: wrapped at blanks, and inside words that are too long for a line.
fn wrap(text: &str, width: usize, hang: usize) -> impl Iterator<Item = (usize, &str)> {
    let (mut rest, mut indent) = (Some(text), 0);
    core::iter::from_fn(move || {
        let (line, by) = (rest?, core::mem::replace(&mut indent, hang));
        let Some((end, _)) = line.char_indices().nth(width.saturating_sub(by).max(1)) else {
            rest = None;
            return Some((by, line.trim_end()));
        };
        // A blank right after the last character that fits ends the line as well.
        let blank = line[..end].rfind(' ').filter(|_| !line[end..].starts_with(' ')).filter(|&at| at > 0);
        let (head, tail) = line.split_at(blank.unwrap_or(end));
        rest = Some(tail.trim_start()).filter(|tail| !tail.is_empty());
        Some((by, head.trim_end()))
    })
}

/// One line, indented by so many characters: not all viewers of SVG keep leading blanks.
fn write(svg: &mut Svg, (by, line): (usize, &str), class: &str, y: f64) -> f64 {
    if !line.is_empty() {
        svg.text(by as f64 * CHAR, y + 13.0, line, class);
    }
    y + LINE
}
