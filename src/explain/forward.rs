//! `forward(model, x)`: the forward pass of one input, node by node.
//!
//! ```text
//!   1            1            1
//!   x₁           a₁⁽¹⁾ z₁⁽¹⁾  a₁⁽²⁾ z₁⁽²⁾   a₁⁽³⁾ y₁        a = w₁x₁ + w₂x₂ + b        what a dense layer gives
//!   x₂           a₂⁽¹⁾ z₂⁽¹⁾  a₂⁽²⁾ z₂⁽²⁾   a₂⁽³⁾ y₂        z = h(a)                   what its activation makes of it
//!                a₃⁽¹⁾ z₃⁽¹⁾
//! ```
//!
//! The values after each layer are computed by the engine from those before it, with the same bits as in a forward pass
//! through all layers. They are shown as a network, then each layer as a table of its neurons, then the outputs, with
//! bars where they are shares. Read next: `forward/network.rs`.

mod network;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::Role;
use super::json::{Json, Raw};
use super::language::{Page, same};
use super::numbers::{low, numbers, picked, picked_of_line, unravel, values, window};
use super::refused;
use super::sheet::{Cell, Rows, Sheet, row};
use crate::error::Result;
use crate::kernel::closed::Float;
use crate::layout::slice::Index;
use crate::nn::{Layer, Sequential};
use crate::tensor::Tensor;
pub(super) use network::symbol;

/// The most outputs that are shown one by one.
const MAX_OUTPUTS: usize = 20;
/// The most neurons and weights of a layer that are shown.
const MAX_SIDE: usize = 6;
/// JSON contains weights and values of at most this many elements.
const MAX_ELEMENTS: usize = 10_000;

/// A network and the values of its nodes for one input: see [`forward`].
#[derive(Clone)]
pub struct Forward<T = f64> {
    model: Sequential<T>,
    /// The number of inputs, and which one is shown.
    inputs: usize,
    row: usize,
    x: Tensor<T>,
    /// After each layer.
    values: Vec<Tensor<T>>,
}

impl<T: Float> fmt::Debug for Forward<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Forward { model, inputs, row, x, values } = self;
        f.debug_struct("Forward")
            .field("model", model)
            .field("inputs", inputs)
            .field("row", row)
            .field("x", x)
            .field("values", values)
            .finish()
    }
}

/// A layer of neurons as the chapter draws it: what goes in, a, and the activations up to the next dense layer.
pub(crate) struct Neurons<'a, T> {
    /// The dense layer's weights and bias; none for the input.
    weights: Option<(&'a Tensor<T>, &'a Tensor<T>)>,
    /// The dense layer's name in its file.
    name: Option<&'a str>,
    /// The index of the dense layer in the model; its activations follow.
    index: usize,
    /// What the weights make of the layer before; of the input, as it came.
    a: &'a Tensor<T>,
    activations: Vec<String>,
    /// What the activations make of that.
    z: &'a Tensor<T>,
}

/// The forward pass of an input (inputs,); of rows of them, that of the first.
///
/// # Errors
/// [`Error::Layer`](crate::Error::Layer) for an input that does not fit;
/// [`Error::Explain`](crate::Error::Explain) when there is none, or no axis.
///
/// ```
/// use nptensor::{Layer, Sequential, Tensor, explain};
/// let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu])?;
/// let pass = explain::forward(&network, &Tensor::from([1.0, -1.0]))?;
/// assert_eq!(pass.values()[0], Tensor::from([1.5, -1.5])); // a, after the dense layer
/// assert_eq!(pass.values()[1], Tensor::from([1.5, 0.0])); // z, after ReLU
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn forward<T: Float>(model: &Sequential<T>, x: &Tensor<T>) -> Result<Forward<T>> {
    forward_row(model, x, 0)
}

/// The forward pass of one of several rows, counted from 0: as [`forward`].
///
/// # Errors
/// Those of [`forward`], and [`Error::Explain`](crate::Error::Explain) when there is no such row.
pub fn forward_row<T: Float>(model: &Sequential<T>, x: &Tensor<T>, row: usize) -> Result<Forward<T>> {
    drop(model.forward(x)?);
    let inputs = x.shape()[..x.ndim().saturating_sub(1)].iter().product();
    if x.ndim() == 0 || inputs == 0 {
        return refused([
            "a forward pass takes an input (inputs,), or rows of them",
            "前向传播要一个输入 (inputs,)，或若干行这样的输入",
        ]);
    }
    if row >= inputs {
        let last = inputs - 1;
        return refused([
            format!("there is no row {row}: the input has rows 0 to {last}"),
            format!("没有第 {row} 行：输入有第 0 到第 {last} 行"),
        ]);
    }
    let at: Vec<Index> = unravel(&x.shape()[..x.ndim() - 1], row).into_iter().map(|i| Index::At(i as isize)).collect();
    let x = x.slice(&at[..])?;
    let mut values: Vec<Tensor<T>> = Vec::new();
    for layer in model.layers() {
        let after = Sequential::new([layer.clone()])?.forward(values.last().unwrap_or(&x))?;
        values.push(after);
    }
    Ok(Forward { model: model.clone(), inputs, row, x, values })
}

impl<T: Float> Forward<T> {
    /// The network.
    pub fn model(&self) -> &Sequential<T> {
        &self.model
    }

    /// The input that is shown.
    pub fn x(&self) -> &Tensor<T> {
        &self.x
    }

    /// The values after each layer of the model, in order.
    pub fn values(&self) -> &[Tensor<T>] {
        &self.values
    }

    /// The output.
    pub fn y(&self) -> &Tensor<T> {
        self.values.last().unwrap_or(&self.x)
    }

    /// The input, and a layer of neurons for each dense layer.
    pub(crate) fn neurons(&self) -> Vec<Neurons<'_, T>> {
        let x = &self.x;
        let mut all = alloc::vec![Neurons { weights: None, name: None, index: 0, a: x, activations: Vec::new(), z: x }];
        for (index, (layer, values)) in self.model.layers().iter().zip(&self.values).enumerate() {
            match (layer, all.last_mut()) {
                (Layer::Dense { w, b }, _) => {
                    let (weights, name) = (Some((w, b)), self.model.layer_name(index));
                    all.push(Neurons { weights, name, index, a: values, activations: Vec::new(), z: values });
                }
                (_, Some(last)) => {
                    last.activations.push(layer.to_string());
                    last.z = values;
                }
                (_, None) => {}
            }
        }
        all
    }

    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let layers = self.neurons();
        // `network: 2 -> 3 sigmoid -> 2 softmax`.
        let names = layers.iter().map(|layer| layer.words().join(" ")).collect::<Vec<_>>().join(" -> ");
        let mut sheet = Sheet::new([format!("network: {names}"), format!("网络：{names}")], page);
        // (Not hundreds of numbers, for screen readers.)
        let numbers_of = |t: &Tensor<T>| match t.size() {
            n if n > MAX_OUTPUTS => [format!("of {n} numbers"), format!("（{n} 个数）")],
            _ => same(t),
        };
        let [x, y] = [&self.x, self.y()].map(numbers_of);
        sheet.aloud([
            format!("The input {} gives the output {}.", x[0], y[0]),
            format!("输入 {} 得到输出 {}。", x[1], y[1]),
        ]);
        sheet.figure(|_| String::new(), |svg, y| network::draw(&self.neurons(), svg, y));
        if self.inputs > 1 {
            let Forward { row, inputs, .. } = self;
            sheet.say([
                format!("Row {row} of the input, counted from 0: it has {inputs} (--row)."),
                format!("输入的第 {row} 行，从 0 数起：共有 {inputs} 行（--row）。"),
            ]);
        }
        let scaled = layers.first().is_some_and(Neurons::are_scaled);
        for (i, neurons) in layers.iter().enumerate().filter(|&(i, _)| i > 0 || scaled && layers.len() > 1) {
            let n = neurons.z.size();
            let [what, chinese] = if i == 0 { ["input", "输入"] } else { ["neuron", "神经元"] };
            sheet.heading([
                format!("{}: {n} {what}{}", neurons.named("layer", ", "), if n == 1 { "" } else { "s" }),
                format!("{}：{n} 个{chinese}", neurons.named("层", "，")),
            ]);
            let Some((w, b)) = neurons.weights else {
                sheet.table(neurons.scaled_table());
                continue;
            };
            let before = (layers[i - 1].z, (i - 1, layers.len(), scaled));
            sheet.table_or_tables(|precision| neurons.table(w, b, before, precision));
            if i == 1 && w.shape()[0] > 0 {
                let input = |k: usize| symbol((0, layers.len(), scaled), k - 1);
                let term = |k: usize| format!("w₁{}{}⁽¹⁾{}", if k > 9 { "," } else { "" }, low(k), input(k));
                let more = match w.shape()[0] {
                    1 => String::new(),
                    2 => format!(" + {}", term(2)),
                    n => format!(" + ... + {}", term(n)),
                };
                let first = term(1);
                sheet.say([
                    format!("A row is a neuron, and a column of W: a₁⁽¹⁾ = {first}{more} + b₁⁽¹⁾, its weights with the numbers above them; the bias goes with a 1."),
                    format!("一行是一个神经元，也是 W 的一列：a₁⁽¹⁾ = {first}{more} + b₁⁽¹⁾，它的权重与上面的数相乘；偏置与 1 相乘。"),
                ]);
            }
        }
        self.outputs(&mut sheet);
        sheet
    }

    fn outputs(&self, sheet: &mut Sheet) {
        let y = self.y();
        sheet.heading([if y.size() == 1 { "y, the output" } else { "y, the outputs" }, "y，输出"]);
        let rows = |texts: Vec<String>| -> Rows {
            let row = |(i, text)| row(Cell::soft(format!("y{}", low(i + 1))), [Cell::plain(text)]);
            texts.into_iter().enumerate().map(row).collect()
        };
        if y.size() > MAX_OUTPUTS {
            let first = y.slice(Index::step(..MAX_OUTPUTS as isize, 1)).unwrap_or_else(|_| y.clone());
            sheet.table_or_tables(|precision| {
                let more = Vec::from([Cell::soft("...")]);
                rows(numbers(&first, precision)).into_iter().chain([more]).collect()
            });
        } else if matches!(self.model.layers().last(), Some(Layer::Softmax | Layer::Sigmoid)) {
            let head = Vec::from([Cell::default(), Cell::soft("output").zh("输出")]);
            let table = |precision| core::iter::once(head.clone()).chain(rows(numbers(y, precision))).collect();
            sheet.bars_or_table(&[8], table, &y.to_vec().into_iter().map(T::to_f64).collect::<Vec<_>>());
        } else if !sheet.lines(&y.to_string()) {
            sheet.table_or_tables(|precision| rows(numbers(y, precision)));
        }
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let all = |t: &Tensor<T>| (t.size() <= MAX_ELEMENTS).then(|| values(&t.to_vec()));
        let layers = self.model.layers().iter().zip(&self.values).map(|(layer, after)| {
            Json::object(|o| {
                o.field("name", layer.name());
                if let Layer::Dense { w, b } = layer {
                    let rows = || w.rows().map(|row| values(&row.to_vec())).collect::<Vec<_>>();
                    let rows = (w.size() <= MAX_ELEMENTS).then(rows);
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
            ("row", &self.row),
            ("x", &all(&self.x)),
            ("layers", &layers.collect::<Vec<_>>()),
            ("y", &all(self.y())),
        ])
    }
}

impl<T: Float> Neurons<'_, T> {
    /// How many they are, and their activations.
    fn words(&self) -> Vec<String> {
        [&[self.z.size().to_string()], &self.activations[..]].concat()
    }

    /// `layer 0 (dense:fc1), layer 1 (relu)`, counted as the errors of a network count them.
    fn named(&self, word: &str, comma: &str) -> String {
        let name = self.name.map(|name| format!(":{}", name.escape_debug())).unwrap_or_default();
        let dense = self.weights.map(|_| format!("dense{name}"));
        let layers = (self.index..).zip(dense.iter().chain(&self.activations));
        layers.map(|(index, layer)| format!("{word} {index} ({layer})")).collect::<Vec<_>>().join(comma)
    }

    /// Whether these are the inputs, and not as they came: a scale, or other layers before the first dense one.
    fn are_scaled(&self) -> bool {
        self.weights.is_none() && !self.activations.is_empty()
    }

    /// The inputs as they came, and what goes into the first dense layer.
    fn scaled_table(&self) -> Rows {
        let shown = window(self.z.size(), 6, 0);
        let [x, z] = [self.a, self.z].map(|t| picked_of_line(t, &shown, 8));
        let head = row(Cell::default(), ["x", "z"].map(Cell::soft));
        let line = |(at, neuron): (usize, &Option<usize>)| match neuron {
            None => row(Cell::soft("..."), []),
            Some(i) => row(Cell::soft(i + 1), [Cell::boxed(&x[at], Role::A), Cell::boxed(&z[at], Role::Out)]),
        };
        core::iter::once(head).chain(shown.iter().enumerate().map(line)).collect()
    }

    /// A row for each neuron: its weights under what they are multiplied by, its bias, a and z.
    fn table(
        &self,
        w: &Tensor<T>,
        b: &Tensor<T>,
        (from, (layer, layers, scaled)): (&Tensor<T>, (usize, usize, bool)),
        precision: usize,
    ) -> Rows {
        let (inputs, neurons) = (window(w.shape()[0], MAX_SIDE, 0), window(w.shape()[1], MAX_SIDE, 0));
        let one = |t: &Tensor<T>, shown: &[Option<usize>]| picked_of_line(t, shown, precision);
        let line = |name: Cell, cells: Vec<Cell>, rest: [Cell; 3]| row(name, cells.into_iter().chain(rest));
        let boxes = |texts: Vec<String>, role| texts.into_iter().map(|text| Cell::boxed(text, role)).collect();
        let names = inputs.iter().map(|i| i.map_or_else(|| "...".into(), |i| symbol((layer, layers, scaled), i)));
        let z = if layer + 2 == layers { "y" } else { "z" };
        let bias = [Cell::boxed("1", Role::Ghost), Cell::default(), Cell::default()];
        let mut rows = Vec::from([
            line(
                Cell::default(),
                names.map(Cell::soft).collect(),
                [Cell::soft("bias").zh("偏置"), Cell::soft("a"), Cell::soft(z)],
            ),
            line(Cell::default(), boxes(one(from, &inputs), Role::A), bias),
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
