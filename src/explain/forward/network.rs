//! The network as the chapter draws it: a circle for each neuron, a line for each weight, the bias a grey 1.
//!
//! ```text
//!    (1)     (1)     (1)
//!    (x1) -- (z1) -- (z1) -- (y1)      in each circle the symbol, and the value where it is short enough
//!    (x2) -- (z2) -- (z2) -- (y2)      long layers are abridged, and their size is written below
//!            (z3)
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use super::Neurons;
use crate::explain::numbers::{high, low, numbers, window};
use crate::explain::sheet::PICTURE_COLUMNS;
use crate::explain::svg::{CHAR, LINE, Svg, width};
use crate::kernel::closed::Float;

/// The layers that are drawn, and the neurons of each.
const MAX_LAYERS: usize = 5;
const MAX_NEURONS: usize = 5;
/// The circles of neurons and of biases, and how far apart they are.
const RADIUS: f64 = 28.0;
const SMALL: f64 = 13.0;
const PITCH: f64 = 2.0 * RADIUS + 8.0;
/// The width of the picture without its margins.
const WIDE: f64 = PICTURE_COLUMNS as f64 * CHAR;

/// What a neuron is called: `x₁`, `z₂⁽¹⁾`, and `y₁` in the last layer; inputs that are scaled are `z₁⁽⁰⁾`.
pub(in crate::explain) fn symbol((layer, layers, scaled): (usize, usize, bool), neuron: usize) -> String {
    match layer {
        0 if !scaled => format!("x{}", low(neuron + 1)),
        _ if layer + 1 == layers => format!("y{}", low(neuron + 1)),
        _ => format!("z{}{}", low(neuron + 1), high(layer)),
    }
}

/// Draws the layers from `top` down, if they are not too many, and returns the y at which the next block may begin.
pub(super) fn draw<T: Float>(layers: &[Neurons<'_, T>], svg: &mut Svg, top: f64) -> f64 {
    if layers.len() > MAX_LAYERS || layers.len() < 2 {
        return top;
    }
    let shown: Vec<Vec<Option<usize>>> = layers.iter().map(|layer| window(layer.z.size(), MAX_NEURONS, 0)).collect();
    let tallest = shown.iter().map(Vec::len).max().unwrap_or(0).max(1) as f64;
    let (first, apart) = (top + 2.0 * SMALL + 8.0, (WIDE - 2.0 * RADIUS - 2.0) / (layers.len() - 1) as f64);
    let x = |layer: usize| RADIUS + layer as f64 * apart;
    let y =
        |layer: usize, row: usize| first + RADIUS + PITCH * (row as f64 + (tallest - shown[layer].len() as f64) / 2.0);
    // Lines first: circles cover their ends.
    for layer in 1..layers.len() {
        let (before, x_before) = (layer - 1, x(layer - 1));
        for (to, _) in shown[layer].iter().enumerate().filter(|(_, neuron)| neuron.is_some()) {
            let end = (x(layer), y(layer, to));
            for (from, _) in shown[before].iter().enumerate().filter(|(_, neuron)| neuron.is_some()) {
                svg.line((x_before, y(before, from)), end, "");
            }
            svg.line((x_before, top + SMALL), end, "ghost");
        }
    }
    let of = |layer: usize| (layer, layers.len(), layers[0].are_scaled());
    for (layer, neurons) in layers.iter().enumerate() {
        if layer + 1 < layers.len() {
            svg.circle(x(layer), top + SMALL, SMALL, "ghost");
            svg.text(x(layer), top + SMALL + 4.5, "1", "middle");
        }
        let class = match layer {
            0 => "a",
            _ if layer + 1 == layers.len() => "out",
            _ => "b",
        };
        for (row, neuron) in shown[layer].iter().enumerate() {
            let (x, y) = (x(layer), y(layer, row));
            let Some(neuron) = *neuron else {
                svg.text(x, y + 4.5, "...", "middle");
                continue;
            };
            svg.circle(x, y, RADIUS, class);
            // One by one: the format of several numbers depends on the greatest.
            let value = neurons.z.slice(neuron as isize..neuron as isize + 1).map(|value| numbers(&value, 2));
            let value = value.unwrap_or_default().concat();
            let fits = width(&value) <= 1.6 * RADIUS;
            svg.text(x, if fits { y - 2.0 } else { y + 4.5 }, &symbol(of(layer), neuron), "middle");
            if fits {
                svg.text(x, y + 16.0, &value, "middle");
            }
        }
    }
    let mut bottom = first + tallest * PITCH;
    for (layer, neurons) in layers.iter().enumerate() {
        let mut y = bottom;
        for text in neurons.words() {
            y += LINE;
            // Text at the edge may not cross it.
            let half = width(&text) / 2.0;
            svg.text(x(layer).clamp(half, (WIDE - half).max(half)), y, &text, "middle soft");
        }
    }
    bottom += LINE * (1 + layers.iter().map(|layer| layer.activations.len()).max().unwrap_or(0)) as f64;
    bottom + 5.0
}
