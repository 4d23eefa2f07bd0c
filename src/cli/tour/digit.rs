//! A handwritten digit and the outputs of a trained network for it.
//!
//! ```text
//!   IMAGES[n] (28, 28) --/ 255--> (784,) --MODEL--> ten outputs          LABELS[n]: what it is
//! ```
//!
//! The files are given on the command line: neither digits nor weights are part of the program.

use std::fmt::Write;
use std::str::FromStr;

use nptensor::{DType, Float, Layer, ScalarFloat, Sequential, Tensor};

use super::super::Failure;
use super::super::eval::Labels;
use super::super::hard::width;
use super::super::input::{tuple, wrong};
use super::super::model::ModelArgs;
use super::super::rows::{Rows, RowsArgs};
use super::super::sink::best;
use super::page::both;

/// Units of the picture for a pixel.
const PIXEL: usize = 10;

/// The width and height of the digits that the network learnt.
const SIDE: usize = 28;
/// So many numbers are summed in one round of lanes.
const LANES: usize = 16;

/// An image, its network and its outputs.
pub(super) struct Digit {
    /// The pixels, as SVG.
    pub(super) image: String,
    /// The outputs, as an HTML table: the grey of a node is its output.
    pub(super) outputs: String,
    /// The layers that lead from one to the other, each with its size.
    pub(super) layers: Vec<String>,
    /// What the image is, and what it is taken for, in each language.
    pub(super) caption: [String; 2],
    /// What `draw.js` needs to read another, where it can compute this network: its numbers, float32.
    pub(super) numbers: Option<Vec<u8>>,
}

impl Digit {
    /// Image `number` of the first file and the label that belongs to it in the second.
    pub(super) fn read(
        model: ModelArgs,
        files: [&str; 2],
        number: usize,
        divide: Option<f64>,
    ) -> Result<Self, Failure> {
        let model = model.read(None)?;
        match model.dtype {
            DType::F64 => Self::of(model.network::<f64>()?, files, number, divide),
            _ => Self::of(model.network::<f32>()?, files, number, divide),
        }
    }

    fn of<T: Float + FromStr>(
        network: Sequential<T>,
        [images, labels]: [&str; 2],
        number: usize,
        divide: Option<f64>,
    ) -> Result<Self, Failure> {
        let mut rows = Rows::<T>::open(images, &network, &RowsArgs { divide, ..RowsArgs::default() })?;
        let block = rows.block(number.saturating_add(1))?;
        if block.shape()[0] <= number {
            return Err(wrong(images, format!("no image {number}: there are {}", block.shape()[0])).into());
        }
        let row = rows.row.as_deref().unwrap_or(&[]).to_vec();
        let width = width(&row).ok_or_else(|| wrong(images, format!("rows of shape {} are no images", tuple(&row))))?;
        let x = block.slice(number)?;
        let y = network.forward(&x)?.to_vec();
        let &[taken, ..] = &best(&y, 1)[..] else {
            return Err(wrong(images, "the model has no outputs").into());
        };
        let label = Labels::load(labels, rows.total, network.outputs())?.get(number, y.len())?;
        let titles = [format!("Image {number}, labelled {label}"), format!("第 {number} 张图像，标签是 {label}")];
        let image = draw(&x, width, &both("title", titles.each_ref().map(String::as_str), str::to_string));
        let given = y[taken].to_f64();
        let caption = [
            format!("Image {number}: its label is {label}; the network takes it for {taken} ({given:.4})."),
            format!("第 {number} 张图像：标签是 {label}；网络认为它是 {taken}（{given:.4}）。"),
        ];
        let outputs = outputs(&y.iter().map(|y| y.to_f64()).collect::<Vec<_>>(), taken);
        let is_grey = width == SIDE && x.size() == SIDE * SIDE && x.iter().all(|x| (0.0..=1.0).contains(&x.to_f64()));
        let numbers = if is_grey { numbers(&network) } else { None };
        Ok(Digit { image, outputs, layers: layers(&network, row.iter().product()), caption, numbers })
    }
}

/// The weights in C order and the bias of each layer, of float32 in little-endian order; nothing where `draw.js` cannot
/// compute the network: other numbers, other layers, or a softmax that is not at its end or has many inputs.
fn numbers<T: Float>(network: &Sequential<T>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut put = |x: &Tensor<T>| bytes.extend(x.iter().flat_map(|x| (x.to_f64() as f32).to_le_bytes()));
    for (i, layer) in network.layers().iter().enumerate() {
        match layer {
            Layer::Dense { w, b } => {
                put(w);
                put(b);
            }
            Layer::Sigmoid | Layer::Relu | Layer::Identity if i > 0 => {}
            Layer::Softmax if i > 0 && i + 1 == network.layers().len() && network.outputs()? <= LANES => {}
            _ => return None,
        }
    }
    (T::DTYPE == DType::F32).then_some(bytes)
}

/// The number of inputs, then the layers up to the outputs: `784`, `50 sigmoid`.
fn layers<T: Float>(network: &Sequential<T>, inputs: usize) -> Vec<String> {
    let mut all = vec![inputs.to_string()];
    for layer in network.layers() {
        match (layer, all.last_mut()) {
            (Layer::Dense { b, .. }, _) => all.push(b.size().to_string()),
            (layer, Some(last)) => *last += &format!(" {layer}"),
            (_, None) => {}
        }
    }
    all
}

/// Every pixel that is not 0 as a square, the darker the greater it is.
fn draw<T: Float>(pixels: &Tensor<T>, width: usize, title: &str) -> String {
    let values: Vec<f64> = pixels.iter().map(ScalarFloat::to_f64).collect();
    let (wide, high) = (width * PIXEL, values.len() / width.max(1) * PIXEL);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"digit\" role=\"img\" viewBox=\"0 0 {wide} {high}\" \
         width=\"{wide}\" height=\"{high}\">{title}"
    );
    for (i, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        let (x, y) = (i % width * PIXEL, i / width * PIXEL);
        // (Writing to a string cannot fail.)
        let _ = write!(svg, "<path d=\"M{x} {y}h{PIXEL}v{PIXEL}h-{PIXEL}z\" opacity=\"{:.3}\"/>", value.min(1.0));
    }
    svg + "</svg>\n"
}

/// A row for each class: its node, and its output to four digits.
fn outputs(y: &[f64], best: usize) -> String {
    let row = |(class, y): (usize, &f64)| {
        let (mark, grey) = (if class == best { " class=\"best\"" } else { "" }, y.clamp(0.0, 1.0));
        format!(
            "<tr{mark}><th scope=\"row\">{class}</th><td><span style=\"--output: {grey:.3}\"></span></td><td>{y:.4}</td></tr>\n"
        )
    };
    let rows: String = y.iter().enumerate().map(row).collect();
    let caption = both("span", ["Class and output", "类别与输出"], str::to_string);
    format!("<table class=\"outputs\"><caption>{caption}</caption><tbody>\n{rows}</tbody></table>\n")
}
