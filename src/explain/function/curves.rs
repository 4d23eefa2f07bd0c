//! Curves in a frame: with ticks that are round numbers, as lines of a picture or as marks on a terminal.
//!
//! ```text
//!    1.0 |               *****
//!        |           ****
//!    0.5 |         **
//!        |     ****
//!    0.0 |*****
//!        +--------------------
//!      -6.0       0.0      6.0
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};

use super::Curve;
use crate::explain::numbers::number;
use crate::explain::sheet::PICTURE_COLUMNS;
use crate::explain::svg::{CHAR, Svg, width};
use crate::explain::{Look, Role};
use crate::kernel::scalar::ScalarFloat;

/// The frame of a picture.
const RIGHT: f64 = 328.0;
const HEIGHT: f64 = 200.0;
/// Rows of a terminal.
const ROW_COUNT: usize = 17;

/// What is shown of the plane, and the round numbers in it.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    x: (f64, f64),
    y: (f64, f64),
}

impl Frame {
    /// The whole range of x; of y from the least to the greatest value, with a margin, or a fixed range for values in
    /// [0, 1] or [-1, 1].
    pub(super) fn new(curves: &[Curve]) -> Option<Self> {
        let first = curves.first()?;
        let ends = [0, -1].map(|i| first.x.get(&[i]).ok());
        let x = (ends[0]?, ends[1]?);
        let values = || curves.iter().flat_map(|curve| curve.y.iter());
        let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let y = match (least >= 0.0, least >= -1.0, most <= 1.0) {
            (true, _, true) => (-0.1, 1.1),
            (_, true, true) => (-1.1, 1.1),
            _ => (least - 0.05 * (most - least), most + 0.05 * (most - least)),
        };
        Some(Frame { x, y })
    }

    /// Drawn between `top` and `top` + HEIGHT, with the ticks below; returns the y at which the next block may begin.
    pub(super) fn draw(&self, curves: &[Curve], svg: &mut Svg, top: f64) -> f64 {
        let y_ticks = ticks(self.y, 6);
        let left = widest(&y_ticks) as f64 * CHAR + 6.0;
        let (across, bottom) = (RIGHT - left, top + HEIGHT);
        let at_x = |x: f64| left + (x - self.x.0) / (self.x.1 - self.x.0) * across;
        let at_y = |y: f64| bottom - (y - self.y.0) / (self.y.1 - self.y.0) * HEIGHT;
        svg.rect(left, top, across, HEIGHT, "ghost");
        for &tick in &y_ticks {
            svg.line((left - 3.0, at_y(tick)), (left, at_y(tick)), "");
            svg.text(left - 6.0, at_y(tick) + 4.5, &number(tick), "end");
        }
        for &tick in &wide_enough(self.x, across / CHAR) {
            svg.line((at_x(tick), bottom), (at_x(tick), bottom + 4.0), "");
            let half = width(&number(tick)) / 2.0;
            svg.text(at_x(tick).min(PICTURE_COLUMNS as f64 * CHAR - half), bottom + 23.0, &number(tick), "middle");
        }
        if self.y.0 <= 0.0 && 0.0 <= self.y.1 {
            svg.line((left, at_y(0.0)), (RIGHT, at_y(0.0)), "");
        }
        if self.x.0 <= 0.0 && 0.0 <= self.x.1 {
            svg.line((at_x(0.0), top), (at_x(0.0), bottom), "");
        }
        for (curve, class) in curves.iter().zip(["curve-a", "curve-b"]) {
            let points: Vec<(f64, f64)> = curve.x.iter().zip(curve.y.iter()).map(|(x, y)| (at_x(x), at_y(y))).collect();
            svg.curve(&points, class);
        }
        bottom + 28.0
    }

    pub(super) fn print(&self, curves: &[Curve], look: Look) -> String {
        let y_ticks = ticks(self.y, 6);
        let margin = widest(&y_ticks) + 1;
        let columns = look.columns().min(80).saturating_sub(margin + 4).max(8);
        let row = |y: f64| nearest((self.y.1 - y) / (self.y.1 - self.y.0), ROW_COUNT);
        let column = |x: f64| nearest((x - self.x.0) / (self.x.1 - self.x.0), columns);
        // The curve at each position; the first is drawn last, over the others.
        let mut marks = vec![vec![None; columns]; ROW_COUNT];
        for (i, curve) in curves.iter().enumerate().rev() {
            for (x, y) in curve.x.iter().zip(curve.y.iter()) {
                marks[row(y)][column(x)] = Some(i);
            }
        }
        let mut labels = vec![String::new(); ROW_COUNT];
        y_ticks.iter().for_each(|&tick| labels[row(tick)] = number(tick));
        let mut out = String::new();
        for (label, marks) in labels.iter().zip(&marks) {
            let mut line = format!("{label:>margin$} |");
            let end = marks.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
            for mark in &marks[..end] {
                match mark {
                    Some(0) => line += &look.paint(Role::A, "*"),
                    Some(_) => line += &look.paint(Role::B, "o"),
                    None => line.push(' '),
                }
            }
            out.extend([line.trim_end(), "\n"]);
        }
        out += &format!("{:>margin$} +{}\n", "", "-".repeat(columns));
        let mut line = String::new();
        for &tick in &wide_enough(self.x, columns as f64) {
            let text = number(tick);
            let start = (margin + 2 + column(tick)).saturating_sub(text.len() / 2);
            let start = start.min(margin + 4 + columns - text.len());
            if line.is_empty() || start > line.len() {
                line += &" ".repeat(start - line.len());
                line += &text;
            }
        }
        out + &line + "\n"
    }
}

/// The index among `n` of a share from 0 to 1.
fn nearest(share: f64, n: usize) -> usize {
    ScalarFloat::round(share * (n - 1) as f64).clamp(0.0, (n - 1) as f64) as usize
}

/// The characters of the longest text.
fn widest(ticks: &[f64]) -> usize {
    ticks.iter().map(|&tick| number(tick).len()).max().unwrap_or(0)
}

/// Ticks whose texts do not touch on an axis of so many characters.
fn wide_enough(range: (f64, f64), columns: f64) -> Vec<f64> {
    let fits = |ticks: &Vec<f64>| {
        let step = if let [first, second, ..] = ticks[..] { second - first } else { return true };
        (widest(ticks) + 2) as f64 <= step / (range.1 - range.0) * columns
    };
    [8, 6, 4, 3, 2, 1].into_iter().map(|most| ticks(range, most)).find(fits).unwrap_or_default()
}

/// Round numbers in a range, about `most` of them or fewer: multiples of 1, 2 or 5 times a power of ten.
fn ticks((from, to): (f64, f64), most: usize) -> Vec<f64> {
    // Divided by powers of ten, not multiplied by 0.1 and so on: 1 / 10 is the double nearest to 0.1.
    let value = |times: f64, power: i32| match power {
        0.. => (0..power).fold(times, |x, _| x * 10.0),
        _ => times / (power..0).fold(1.0, |x, _| x * 10.0),
    };
    for power in -6..8 {
        for times in [1.0, 2.0, 5.0] {
            let step = value(times, power);
            let (first, last) = (ScalarFloat::ceil(from / step), ScalarFloat::floor(to / step));
            if last - first < most as f64 {
                return (0..)
                    .map(|i| first + i as f64)
                    .take_while(|&i| i <= last)
                    .map(|i| value(i * times + 0.0, power))
                    .collect();
            }
        }
    }
    Vec::new()
}
