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

use super::{Block, Mark, Sheet};
use crate::explain::language::{Words, same};
use crate::explain::svg::{CHAR, LINE, Svg};
use crate::explain::wide::wrap;
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
        let mut svg = Svg::new(self.title.clone(), self.said(), self.page.languages);
        let mut y = self.write(&self.title, 0, "strong", &mut svg, [0.0; 2]);
        self.each(|block, apart| {
            let top = y.map(|y| if apart { y + LINE / 2.0 } else { y });
            let bottom = self.draw(block, &mut svg, top);
            let is_drawn = lowest(bottom) > lowest(top);
            y = match block {
                _ if is_drawn => bottom,
                Block::Part(_) => [lowest(y); 2],
                _ => y,
            };
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
        let mut say = |text: &str| {
            wrap(text, self.prose(), HANG_COLUMNS, true).for_each(|(by, line)| put(INDENT_COLUMNS + by, line))
        };
        let own = look.language as usize;
        match block {
            Block::Heading(texts) => return self.heading_lines(texts, look),
            Block::Line(texts) => say(&texts[own]),
            Block::Legend((mark, _), texts) => say(&format!("{mark} {}", texts[own])),
            Block::Wrong(text) => put(INDENT_COLUMNS, &look.paint(Role::Wrong, text.trim_end())),
            Block::Broken(texts) => wrap(&texts[own], self.prose(), HANG_COLUMNS, true)
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

    /// From the y of each language down: the sentences below a heading do not wait for those of the other
    /// language, all else does.
    fn draw(&self, block: &Block<'_>, svg: &mut Svg, ys: Below) -> Below {
        let y = lowest(ys);
        let bottom = match block {
            Block::Heading(texts) => return self.write(texts, 0, "strong", svg, [y; 2]),
            Block::Line(texts) => return self.write(texts, HANG_COLUMNS, "", svg, ys),
            Block::Legend(mark, texts) => return self.write(&legend(mark, texts), HANG_COLUMNS, "soft", svg, ys),
            Block::Wrong(text) => return self.write(&same(text), HANG_COLUMNS, "bad", svg, ys),
            Block::Broken(texts) => return self.write(texts, HANG_COLUMNS, "bad", svg, ys),
            Block::Aloud(_) => return ys,
            Block::Drawn(block) => return self.draw(block, svg, ys),
            Block::Part(names) => {
                svg.part(names, y);
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
        };
        [bottom; 2]
    }

    fn write(&self, texts: &Words, hang: usize, class: &str, svg: &mut Svg, ys: Below) -> Below {
        let mut bottom = ys;
        svg.each(texts, |svg, text, languages| {
            let top = languages.iter().map(|&language| ys[language as usize]).fold(0.0, f64::max);
            let end = wrap(text, self.page.width, hang, true).fold(top, |y, line| write(svg, line, class, y));
            languages.iter().for_each(|&language| bottom[language as usize] = end);
        });
        bottom
    }

    fn said(&self) -> Words {
        let ends = |[text, chinese]: &Words| [format!("{text}."), format!("{chinese}。")];
        let words = self.blocks.iter().filter_map(|block| match block {
            Block::Heading(texts) => Some(ends(texts)),
            Block::Wrong(text) => Some(same(text)),
            Block::Line(texts) | Block::Broken(texts) | Block::Aloud(texts) => Some(texts.clone()),
            Block::Legend(mark, texts) => Some(ends(&legend(mark, texts))),
            _ => None,
        });
        let words: Vec<Words> = words.collect();
        [0, 1].map(|language| words.iter().map(|texts| &*texts[language]).collect::<Vec<_>>().join(" "))
    }

    fn prose(&self) -> usize {
        self.page.width.min(PROSE_COLUMNS)
    }

    fn heading_lines(&self, texts: &Words, look: Look) -> String {
        wrap(&texts[look.language as usize], self.prose() + INDENT_COLUMNS, 0, true)
            .map(|(_, line)| look.paint(Role::Out, line) + "\n")
            .collect()
    }
}

/// The y below what is drawn in each language.
type Below = [f64; 2];

fn lowest(ys: Below) -> f64 {
    ys[0].max(ys[1])
}

/// What a mark means, where it is a look.
fn legend(mark: &Mark, [text, chinese]: &Words) -> Words {
    [format!("{}: {text}", mark.1[0]), format!("{}：{chinese}", mark.1[1])]
}

/// One line, indented by so many characters: not all viewers of SVG keep leading blanks.
fn write(svg: &mut Svg, (by, line): (usize, &str), class: &str, y: f64) -> f64 {
    if !line.is_empty() {
        svg.text(by as f64 * CHAR, y + 13.0, line, class);
    }
    y + LINE
}
