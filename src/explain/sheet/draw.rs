//! A sheet as a picture, from the title down.
//!
//! ```text
//!   y        Which cells meet        a line is LINE high
//!            +---+---+
//!   y + ..   | 1 | 2 |               a block is drawn from some y down and returns the y of the next
//!            +---+---+
//!   y + ..   outlined: the cell
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::text::{HANG_COLUMNS, wrap};
use super::{Block, Sheet};
use crate::explain::svg::{CHAR, LINE, Svg};

impl Sheet<'_> {
    /// As a picture, with all of its text as the description.
    pub(in crate::explain) fn svg(&self) -> String {
        let mut svg = Svg::new(&self.title, &self.said());
        let (mut y, mut apart) = (self.write(&self.title, 0, "strong", &mut svg, 0.0), false);
        for block in &self.blocks {
            let top = if apart || block.begins() { y + LINE / 2.0 } else { y };
            let bottom = self.draw(block, &mut svg, top);
            if bottom > top {
                (y, apart) = (bottom, block.ends());
            }
        }
        svg.finish()
    }

    fn draw(&self, block: &Block<'_>, svg: &mut Svg, y: f64) -> f64 {
        match block {
            Block::Heading(text) => self.write(text, 0, "strong", svg, y),
            Block::Line(text) => self.write(text, HANG_COLUMNS, "", svg, y),
            Block::Legend([_, mark], text) => self.write(&format!("{mark}: {text}"), HANG_COLUMNS, "soft", svg, y),
            Block::Wrong(text) => self.write(text, HANG_COLUMNS, "bad", svg, y),
            Block::Aloud(_) => y,
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
            Block::Line(text) | Block::Wrong(text) | Block::Aloud(text) => Some(text.clone()),
            Block::Legend([_, mark], text) => Some(format!("{mark}: {text}.")),
            _ => None,
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// One line, indented by so many characters: not all viewers of SVG keep leading blanks.
fn write(svg: &mut Svg, (by, line): (usize, &str), class: &str, y: f64) -> f64 {
    if !line.is_empty() {
        svg.text(by as f64 * CHAR, y + 13.0, line, class);
    }
    y + LINE
}
