//! A picture as SVG: boxes, lines and text, whose frame grows with what is drawn.
//!
//! ```text
//!   Svg::new(title, description)        read out by screen readers
//!     .rect(x, y, w, h, "a")            the class is the role: a, b, out, wrong, ghost, lit
//!     .text(x, y, "Text", "middle ...") all text has one width per character, so the frame is known without a font
//!     .words(x, y, &["Text", "文"], "")  in each language of the picture, of which a page shows one
//!     .open(&[("place", "0.5")])       a group that a page finds by its data; .part: one that it can show alone
//!     .finish()                         <svg viewBox="..">, a style for light and dark inside
//! ```
//!
//! Units: a character is [`CHAR`] wide and a line [`LINE`] high. A picture should stay below [`WIDE`] units, 46
//! characters, to be readable on a screen of 320 pixels; larger screens enlarge it. No scripts, no fonts, no ids, so
//! that a page can contain several pictures.

use alloc::string::String;
use alloc::vec::Vec;

use super::language::{Language, Words};
use super::numbers::{HIGH, LOW, other_size};
use super::wide::columns;

/// The width of a character.
pub(crate) const CHAR: f64 = 7.8;
/// The height of a line of text.
pub(crate) const LINE: f64 = 18.0;
/// The width of an index, and how far below and above the line it stands.
const SMALL: f64 = 5.4;
const DOWN: f64 = 4.0;
const UP: f64 = -6.0;
/// The height of a character, from which CHAR follows for a font of fixed width.
const FONT: f64 = 13.0;
/// The widest that is still readable on a small screen.
pub(crate) const WIDE: f64 = 360.0;
/// Room around the picture.
const MARGIN: f64 = 8.0;

/// Roles are colours of light and of dark; whatever has one may be lit.
const STYLE: &str = "\
.np{--ink:#1d2430;--soft:#68727f;--paper:#fff;--a:#d6e6ff;--b:#d9f2dc;--out:#ffe9c7;--wrong:#ffd7d3;--ghost:#f3f5f7;--edge:#8b95a3;--lit:#c2410c;--line-a:#1f5fbf;--line-b:#1d7a3a}\
@media(prefers-color-scheme:dark){.np{--ink:#e8ecf1;--soft:#9aa5b1;--paper:#14181d;--a:#1c3b66;--b:#1d4a2a;--out:#5a431a;--wrong:#6b2320;--ghost:#20262d;--edge:#6b7683;--lit:#fb923c;--line-a:#7fb2ff;--line-b:#74d38c}}\
.np{background:var(--paper);max-width:100%;height:auto;font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}\
.np text{fill:var(--ink);white-space:pre}.np .soft{fill:var(--soft)}.np .middle{text-anchor:middle}.np .end{text-anchor:end}.np .strong{font-weight:700}.np .small{font-size:9px}.np .halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px}.np .bad{fill:var(--lit);font-weight:700}\
.np rect{rx:3px}.np rect,.np circle{fill:var(--ghost);stroke:var(--edge)}.np line,.np polyline{stroke:var(--edge);fill:none}\
.np .frame{fill:none}.np .a{fill:var(--a)}.np .b{fill:var(--b)}.np .out{fill:var(--out)}.np .wrong{fill:var(--wrong);stroke:var(--lit)}.np .ghost{fill:var(--ghost);stroke-dasharray:3 3}.np .lit{stroke:var(--lit);stroke-width:2.5}\
.np .curve-a{stroke:var(--line-a);stroke-width:2}.np .curve-b{stroke:var(--line-b);stroke-width:2;stroke-dasharray:6 4}";

/// A picture in the making.
pub(crate) struct Svg {
    languages: &'static [Language],
    title: Words,
    description: Words,
    body: String,
    /// The mark of the texts that are of one of several languages.
    mark: String,
    in_part: bool,
    /// The corners of what is drawn.
    top_left: (f64, f64),
    bottom_right: (f64, f64),
}

impl Svg {
    /// An empty picture with the text that stands for it where it cannot be seen.
    pub(crate) fn new(title: Words, description: Words, languages: &'static [Language]) -> Self {
        let (top_left, bottom_right, body, mark) = ((0.0, 0.0), (0.0, 0.0), String::new(), String::new());
        Svg { languages, title, description, body, mark, in_part: false, top_left, bottom_right }
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, class: &str) {
        self.reach((x, y), (x + width, y + height));
        let [x, y, width, height] = [x, y, width, height].map(tenths);
        let class = classed(class);
        self.body += &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{class}/>");
    }

    pub(crate) fn circle(&mut self, x: f64, y: f64, radius: f64, class: &str) {
        self.reach((x - radius, y - radius), (x + radius, y + radius));
        let [x, y, radius] = [x, y, radius].map(tenths);
        self.body += &format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{}/>", classed(class));
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        self.reach(from, to);
        self.reach(to, from);
        let [x, y, to_x, to_y] = [from.0, from.1, to.0, to.1].map(tenths);
        self.body += &format!("<line x1=\"{x}\" y1=\"{y}\" x2=\"{to_x}\" y2=\"{to_y}\"{}/>", classed(class));
    }

    /// A curve, as the line through its points; where it is straight, through the first and the last.
    pub(crate) fn curve(&mut self, points: &[(f64, f64)], class: &str) {
        self.body += "<polyline points=\"";
        let is_bend = |i: &usize| match points[i.saturating_sub(1)..].get(..3) {
            Some(&[a, b, c]) if *i > 0 => ((b.0 - a.0) * (c.1 - b.1) - (c.0 - b.0) * (b.1 - a.1)).abs() > 1e-6,
            _ => true,
        };
        for i in (0..points.len()).filter(is_bend) {
            let (x, y) = points[i];
            self.reach((x, y), (x, y));
            let blank = if i > 0 { " " } else { "" };
            self.body += &format!("{blank}{},{}", tenths(x), tenths(y));
        }
        self.body += &format!("\" class=\"{class}\"/>");
    }

    /// One line of text whose baseline is at `y`: its start is at `x`, or its middle or end by its class.
    pub(crate) fn text(&mut self, x: f64, y: f64, text: &str, class: &str) {
        let width = width(text);
        let left = match class {
            _ if class.contains("middle") => x - width / 2.0,
            _ if class.contains("end") => x - width,
            _ => x,
        };
        self.reach((left, y - FONT), (left + width, y + LINE - FONT));
        let (x, y, mark, class) = (tenths(x), tenths(y), &self.mark, classed(class));
        self.body += &format!("<text{mark} x=\"{x}\" y=\"{y}\"{class}>{}</text>", indexed(text));
    }

    /// One line of text in each language.
    pub(crate) fn words(&mut self, x: f64, y: f64, texts: &Words, class: &str) {
        self.each(texts, |svg, text, _| {
            if !text.is_empty() {
                svg.text(x, y, text, class);
            }
        });
    }

    /// What `put` draws of a text, for the languages that have it; where they differ, marked.
    pub(crate) fn each(&mut self, texts: &Words, mut put: impl FnMut(&mut Self, &str, &[Language])) {
        let all = self.languages;
        if all.len() == 1 || texts[0] == texts[1] {
            return put(self, &texts[all[0] as usize], all);
        }
        for &language in all {
            self.mark = marked(language);
            put(self, &texts[language as usize], &[language]);
        }
        self.mark.clear();
    }

    /// Begins a group with these data.
    pub(crate) fn open(&mut self, data: &[(&str, &str)]) {
        let data = data.iter().map(|(name, value)| format!(" data-{name}=\"{}\"", escaped(value)));
        self.body += &format!("<g{}>", data.collect::<String>());
    }

    pub(crate) fn close(&mut self) {
        self.body += "</g>";
    }

    /// Begins the next part, from `y` down, with its name in each language that the picture has.
    pub(crate) fn part(&mut self, names: &Words, y: f64) {
        if core::mem::replace(&mut self.in_part, true) {
            self.close();
        }
        let (name, top) = (&*names[self.languages[0] as usize], tenths(y));
        let is_one = self.languages.len() == 1 || names[0] == names[1];
        self.open(&[("part", name), ("top", &top), ("zh", &names[1])][..if is_one { 2 } else { 3 }]);
    }

    fn reach(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.top_left = (self.top_left.0.min(from.0), self.top_left.1.min(from.1));
        self.bottom_right = (self.bottom_right.0.max(to.0), self.bottom_right.1.max(to.1));
    }

    pub(crate) fn finish(mut self) -> String {
        if self.in_part {
            self.close();
        }
        let (left, top) = (self.top_left.0 - MARGIN, self.top_left.1 - MARGIN);
        let (width, height) = (self.bottom_right.0 + MARGIN - left, self.bottom_right.1 + MARGIN - top);
        // Up to one and a half times the size, as the width of the page allows, and never with letters below 12 pixels.
        let [x, y, w, h, w2, h2] = [left, top, width, height, 1.5 * width, 1.5 * height].map(tenths);
        let least = tenths(width * 12.0 / FONT);
        // A page reads out the texts themselves, those of its language.
        let title = |mark: &str, own: Language| format!("<title{mark}>{}</title>", escaped(&self.title[own as usize]));
        let (role, said) = match *self.languages {
            [own] => ("img", format!("{}<desc>{}</desc>", title("", own), escaped(&self.description[own as usize]))),
            _ => ("group", self.languages.iter().map(|&own| title(&marked(own), own)).collect()),
        };
        let body = &self.body;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"np\" role=\"{role}\" viewBox=\"{x} {y} {w} {h}\" width=\"{w2}\" height=\"{h2}\" style=\"min-width:{least}px\">\
             {said}<style>{STYLE}</style>{body}</svg>\n"
        )
    }
}

fn marked(language: Language) -> String {
    format!(" lang=\"{}\"", language.tag())
}

fn classed(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

pub(crate) fn width(text: &str) -> f64 {
    columns(text) as f64 * CHAR
}

/// Text whose indices are small, those above over those below.
fn indexed(text: &str) -> String {
    let place = |c: char| {
        let size = |((small, full), y)| Some((other_size(c, small, full)?, y));
        [(LOW, DOWN), (HIGH, UP)].into_iter().find_map(size).unwrap_or((c, 0.0))
    };
    let chars: Vec<(char, f64)> = text.chars().map(place).collect();
    let (mut out, mut y, mut back) = (String::new(), 0.0, 0.0);
    for run in chars.chunk_by(|a, b| a.1 == b.1) {
        let (words, at): (String, f64) = (run.iter().map(|&(c, _)| c).collect(), run[0].1);
        let words = escaped(&words);
        if at == y {
            out += &words;
        } else {
            let [dx, dy] = [if at == UP { 0.0 - back } else { 0.0 }, at - y].map(tenths);
            let class = if at == 0.0 { "" } else { " class=\"small\"" };
            out += &format!("<tspan dx=\"{dx}\" dy=\"{dy}\"{class}>{words}</tspan>");
        }
        back = if at == DOWN { run.len() as f64 * SMALL } else { 0.0 };
        y = at;
    }
    out
}

/// A coordinate, to a tenth.
fn tenths(x: f64) -> String {
    format!("{x:.1}").trim_end_matches('0').trim_end_matches('.').into()
}

/// Text between tags.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    // XML has no characters before the blank.
    text.replace(|c| c < ' ', " ")
}
