//! The hardest images of a network, drawn as text beside its outputs.
//!
//! ```text
//!       ▄▄▄▄▄▄       image 8: label 5, taken for 6
//!     ██▀    ▀▀      6  0.9744  ███████████████████
//!     ██▄▄▄▄▄        5  0.0187
//!     ...            2  0.0040
//! ```
//!
//! The hardest have the smallest output for their label: mistakes, then close calls. A character is two pixels.

use nptensor::{Float, Tensor};

use super::classes::Classes;
use super::input::tuple;
use super::sink::best;

/// Outputs shown beside a picture.
const SHOWN_OUTPUTS: usize = 5;

/// Columns of a whole probability.
const BAR_COLUMNS: f64 = 24.0;

pub(super) struct Hard<T: Float> {
    /// How many are kept.
    most: usize,
    /// Hardest first.
    images: Vec<Image<T>>,
}

struct Image<T: Float> {
    number: usize,
    label: usize,
    pixels: Tensor<T>,
    outputs: Vec<T>,
}

impl<T: Float> Image<T> {
    /// The output for the label; nan counts as less than all others.
    fn given(&self) -> f64 {
        let given = self.outputs[self.label].to_f64();
        if given.is_nan() { f64::NEG_INFINITY } else { given }
    }
}

impl<T: Float> Hard<T> {
    pub(super) fn new(most: usize) -> Self {
        Hard { most, images: Vec::new() }
    }

    /// Keeps an image if it is among the hardest.
    pub(super) fn add(&mut self, number: usize, label: usize, pixels: Tensor<T>, outputs: Vec<T>) {
        let image = Image { number, label, pixels, outputs };
        let at = self.images.partition_point(|other| other.given() <= image.given());
        if at < self.most {
            // A copy: a view would keep the whole block in memory.
            let pixels = Tensor::from(image.pixels.to_vec());
            self.images.insert(at, Image { pixels, ..image });
            self.images.truncate(self.most);
        }
    }

    /// Each drawn, hardest first; an error says why rows of this shape are no images.
    pub(super) fn pictures(&self, row: &[usize], names: &Classes) -> Result<Vec<String>, String> {
        if self.images.is_empty() {
            return Ok(Vec::new());
        }
        let width = width(row).ok_or_else(|| format!("rows of shape {} are no images to show", tuple(row)))?;
        Ok(self.images.iter().map(|image| picture(image, width, names)).collect())
    }
}

/// The width of an image: of two axes beside those of size 1, or of pixels that make a square.
pub(super) fn width(row: &[usize]) -> Option<usize> {
    match row.iter().copied().filter(|&n| n != 1).collect::<Vec<_>>()[..] {
        [_, width] => Some(width),
        [pixels] if pixels.isqrt().pow(2) == pixels => Some(pixels.isqrt()),
        _ => None,
    }
}

/// The image, and beside it the greatest outputs and that of the label.
fn picture<T: Float>(image: &Image<T>, width: usize, names: &Classes) -> String {
    let Image { number, label, pixels, outputs } = image;
    let order = best(outputs, outputs.len());
    let mut shown: Vec<usize> = order.iter().copied().take(SHOWN_OUTPUTS).collect();
    if !shown.contains(label) {
        shown.pop();
        shown.push(*label);
    }
    let name = |class| format!("{class}{}", names.beside(class));
    let mut beside = vec![format!("image {number}: label {}, taken for {}", name(*label), name(order[0]))];
    let digits = shown.iter().map(|class| class.to_string().len()).max().unwrap_or(1);
    beside.extend(shown.iter().map(|&class| {
        let value = outputs[class].to_f64();
        let bar = "█".repeat((value.clamp(0.0, 1.0) * BAR_COLUMNS).round() as usize);
        format!("{class:>digits$}  {value:.4}  {bar}").trim_end().to_string()
    }));
    let drawn = draw(&pixels.to_vec(), width);
    let mut out = String::new();
    let end = drawn.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    for i in 0..end.max(beside.len()) {
        let [drawn, beside] = [&drawn, &beside].map(|lines| lines.get(i).map_or("", String::as_str));
        // (A width in a format is at most 65535, and an image may be wider.)
        let space = " ".repeat(width.saturating_sub(drawn.chars().count()) + 2);
        out += format!("{drawn}{space}{beside}").trim_end();
        out += "\n";
    }
    out
}

/// Two rows of pixels a line, each pixel on or off: above the middle between the darkest and the lightest.
fn draw<T: Float>(pixels: &[T], width: usize) -> Vec<String> {
    let values = || pixels.iter().map(|x| x.to_f64());
    let middle = (values().fold(f64::INFINITY, f64::min) + values().fold(f64::NEG_INFINITY, f64::max)) / 2.0;
    let rows: Vec<&[T]> = pixels.chunks(width).collect();
    let on = |row: Option<&&[T]>, x: usize| row.is_some_and(|row| row[x].to_f64() > middle);
    rows.chunks(2)
        .map(|two| {
            let blocks = (0..width).map(|x| match (on(two.first(), x), on(two.get(1), x)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
            blocks.collect()
        })
        .collect()
}
