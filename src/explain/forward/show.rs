//! How a forward pass is shown: the network, each layer as a table of its neurons, the outputs with bars.
//!
//! ```text
//!                 x1    x2     1
//!                1.0   0.5              a           z
//!   neuron 1     0.1   0.2   0.1       0.3  0.57444252      a(1)1 = w(1)11 x1 + w(1)12 x2 + b(1)1
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::network::{self, symbol};
use super::{Forward, Neurons};
use crate::explain::Role;
use crate::explain::json::{Json, Raw};
use crate::explain::numbers::{numbers, picked, values, window};
use crate::explain::sheet::{Cell, Rows, Sheet, row};
use crate::kernel::closed::Float;
use crate::layout::slice::Index;
use crate::nn::Layer;
use crate::tensor::Tensor;

/// The most outputs that are shown one by one.
const MAX_OUTPUTS: usize = 20;
/// JSON contains weights and values of at most this many elements.
const MAX_ELEMENTS: usize = 10_000;

impl<T: Float> Forward<T> {
    /// `network: 2 -> 3 sigmoid -> 2 softmax`.
    fn title(&self) -> String {
        let layer = |layer: &Neurons<'_, T>| {
            let names = core::iter::once(layer.z.size().to_string());
            names.chain(layer.activations.iter().map(|name| name.to_string())).collect::<Vec<_>>().join(" ")
        };
        format!("network: {}", self.neurons().iter().map(layer).collect::<Vec<_>>().join(" -> "))
    }

    pub(in crate::explain) fn sheet(&self, width: usize) -> Sheet<'_> {
        let mut sheet = Sheet::new(self.title(), width);
        // (Not hundreds of numbers, for screen readers.)
        let numbers_of =
            |t: &Tensor<T>| if t.size() > MAX_OUTPUTS { format!("of {} numbers", t.size()) } else { t.to_string() };
        sheet.aloud(format!("The input {} gives the output {}.", numbers_of(&self.x), numbers_of(self.y())));
        sheet.figure(|_| String::new(), |svg, y| network::draw(&self.neurons(), svg, y));
        if self.inputs > 1 {
            sheet.say(format!("The first of {} inputs:", self.inputs));
        }
        let layers = self.neurons();
        for (i, neurons) in layers.iter().enumerate() {
            let Some((w, b)) = neurons.weights else { continue };
            let with = neurons.activations.join(", ");
            let with = if with.is_empty() { "no activation".into() } else { with };
            let neuron = if b.size() == 1 { "neuron" } else { "neurons" };
            sheet.heading(format!("layer {i}: {} {neuron}, {with}", b.size()));
            let tries = [(6, 8), (6, 4), (6, 2), (4, 4), (4, 2), (3, 2), (2, 2), (1, 2)];
            if !tries
                .into_iter()
                .any(|(most, precision)| sheet.table(neurons.table(w, b, (i, layers.len()), (most, precision))))
            {
                sheet.say("Its numbers are too wide to show.");
            }
            if i == 1 && w.shape()[0] > 0 {
                let term = |k: usize| format!("w(1)1{}{k} x{k}", if k > 9 { "," } else { "" });
                let more = match w.shape()[0] {
                    1 => String::new(),
                    2 => format!(" + {}", term(2)),
                    n => format!(" + ... + {}", term(n)),
                };
                sheet.say(format!(
                    "A row is a neuron, and a column of W: a(1)1 = {}{more} + b(1)1, its weights with the numbers above them; the bias goes with a 1.",
                    term(1)
                ));
            }
        }
        self.outputs(&mut sheet);
        sheet
    }

    fn outputs(&self, sheet: &mut Sheet) {
        let y = self.y();
        sheet.heading(format!("y, the output{}", if y.size() == 1 { "" } else { "s" }));
        let rows = |texts: Vec<String>| -> Rows {
            let row = |(i, text)| row(Cell::soft(format!("y{}", i + 1)), [Cell::plain(text)]);
            texts.into_iter().enumerate().map(row).collect()
        };
        if y.size() > MAX_OUTPUTS {
            let first = y.slice(Index::step(..MAX_OUTPUTS as isize, 1)).map(|first| numbers(&first, 8));
            let mut rows = rows(first.unwrap_or_default());
            rows.push(Vec::from([Cell::soft("...")]));
            sheet.table(rows);
        } else if matches!(self.model.layers().last(), Some(Layer::Softmax | Layer::Sigmoid)) {
            let head = Vec::from([Cell::default(), Cell::soft("output")]);
            let table = core::iter::once(head).chain(rows(numbers(y, 8))).collect();
            sheet.bars(table, &y.to_vec().into_iter().map(T::to_f64).collect::<Vec<_>>());
        } else if !sheet.lines(&y.to_string()) {
            sheet.table(rows(numbers(y, 8)));
        }
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let all = |t: &Tensor<T>| (t.size() <= MAX_ELEMENTS).then(|| values(&t.to_vec()));
        let layers = self.model.layers().iter().zip(&self.values).map(|(layer, after)| {
            Json::object(|o| {
                o.field("name", layer.name());
                if let Layer::Dense { w, b } = layer {
                    let rows =
                        (0..w.shape()[0]).map(|i| w.slice(Index::At(i as isize)).map(|row| values(&row.to_vec())));
                    let rows =
                        (w.size() <= MAX_ELEMENTS).then(|| rows.map(Result::unwrap_or_default).collect::<Vec<_>>());
                    o.field("shape", w.shape());
                    o.field("w", rows);
                    o.field("b", all(b));
                }
                o.field("values", all(after));
            })
        });
        Json::of(&[
            ("explain", &"forward"),
            ("dtype", &T::DTYPE.name()),
            ("inputs", &self.inputs),
            ("x", &all(&self.x)),
            ("layers", &layers.collect::<Vec<_>>()),
            ("y", &all(self.y())),
        ])
    }
}

impl<T: Float> Neurons<'_, T> {
    /// A row for each neuron: its weights under what they are multiplied by, its bias, a and z.
    fn table(
        &self,
        w: &Tensor<T>,
        b: &Tensor<T>,
        (layer, layers): (usize, usize),
        (most, precision): (usize, usize),
    ) -> Rows {
        let (inputs, neurons) = (window(w.shape()[0], most, 0), window(w.shape()[1], most, 0));
        let one = |t: &Tensor<T>, shown: &[Option<usize>]| -> Vec<String> {
            let row = t.expand_dims(0).map(|row| picked(&row, [&[Some(0)], shown], precision));
            row.unwrap_or_default().concat()
        };
        let line = |name: Cell, cells: Vec<Cell>, rest: [Cell; 3]| row(name, cells.into_iter().chain(rest));
        let boxes = |texts: Vec<String>, role| texts.into_iter().map(|text| Cell::boxed(text, role)).collect();
        let names = inputs.iter().map(|i| i.map_or_else(|| "...".into(), |i| symbol(layer - 1, layers, i)));
        let z = if layer + 1 == layers { "y" } else { "z" };
        let bias = [Cell::boxed("1", Role::Ghost), Cell::default(), Cell::default()];
        let mut rows = Vec::from([
            line(Cell::default(), names.map(Cell::soft).collect(), ["bias", "a", z].map(Cell::soft)),
            line(Cell::default(), boxes(one(self.from, &inputs), Role::A), bias),
        ]);
        let [b, a, out] = [b, self.a, self.z].map(|t| one(t, &neurons));
        let weights = picked(&w.t(), [&neurons, &inputs], precision);
        for (i, (neuron, weights)) in neurons.iter().zip(weights).enumerate() {
            rows.push(match neuron {
                None => line(Cell::soft("..."), Vec::new(), Default::default()),
                Some(neuron) => {
                    let rest = [Cell::boxed(&b[i], Role::B), Cell::plain(&a[i]), Cell::boxed(&out[i], Role::Out)];
                    line(Cell::soft(neuron + 1), boxes(weights, Role::B), rest)
                }
            });
        }
        rows
    }
}
