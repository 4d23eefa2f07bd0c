//! `diagram(name)`: neurons as the chapter draws them, by their symbols, without a value.
//!
//! ```text
//!   perceptron   1 x₁ x₂ --b w₁ w₂--( sum, then h )-- y
//!   neuron       the same from near: a --h()--> y
//!   weight       2-3-2-2, and which of its weights w₁₂⁽¹⁾ is
//!   layer1       the same, its weights to layer 1 lit; layer2, layer3
//!   softmax      every output depends on every input
//! ```
//!
//! Circles, and lines between them. A network with its values: `forward.rs`.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::forward::symbol;
use super::json::{Json, Raw, ToJson};
use super::language::{Page, Words, same};
use super::numbers::{high, low};
use super::refused;
use super::sheet::Sheet;
use super::svg::{LINE, Svg};
use crate::error::Result;

/// A text in English and in Chinese.
type Text = [&'static str; 2];

/// Each by its name, with its title and a sentence about it.
const DIAGRAMS: [(&str, Text, Text); 7] = [
    (
        "perceptron",
        ["a perceptron: y = h(b + w₁x₁ + w₂x₂)", "感知机：y = h(b + w₁x₁ + w₂x₂)"],
        [
            "The neuron weighs its inputs and adds them up; then h decides. The bias b is the weight of an input that is always 1.",
            "神经元把各个输入乘以权重再相加，然后由 h 决定。偏置 b 是一个始终为 1 的输入的权重。",
        ],
    ),
    (
        "neuron",
        ["a neuron from near: a, then y = h(a)", "近看一个神经元：先 a，再 y = h(a)"],
        [
            "a = b + w₁x₁ + w₂x₂ is the weighted sum; the activation function h makes the output of it, y = h(a).",
            "a = b + w₁x₁ + w₂x₂ 是加权和；激活函数 h 由它得出输出，y = h(a)。",
        ],
    ),
    (
        "weight",
        ["w₁₂⁽¹⁾: layer 1, to neuron 1, from neuron 2", "w₁₂⁽¹⁾：第 1 层，从神经元 2 到神经元 1"],
        [
            "Above, in brackets: the layer. Below: first the neuron that the weight leads to, then the one it comes from.",
            "上标括号里是层。下标先写权重通向的神经元，再写它来自的神经元。",
        ],
    ),
    ("layer1", ["from layer 0 to layer 1", "从第 0 层到第 1 层"], ["A⁽¹⁾ = XW⁽¹⁾ + B⁽¹⁾, Z⁽¹⁾ = h(A⁽¹⁾)"; 2]),
    ("layer2", ["from layer 1 to layer 2", "从第 1 层到第 2 层"], ["A⁽²⁾ = Z⁽¹⁾W⁽²⁾ + B⁽²⁾, Z⁽²⁾ = h(A⁽²⁾)"; 2]),
    ("layer3", ["from layer 2 to the output", "从第 2 层到输出层"], ["A⁽³⁾ = Z⁽²⁾W⁽³⁾ + B⁽³⁾, Y = A⁽³⁾"; 2]),
    (
        "softmax",
        ["softmax: every output depends on every input", "softmax：每个输出都取决于所有输入"],
        [
            "The sum of all is below the fraction stroke: when one input changes, all outputs do.",
            "分母对所有输入求和：一个输入变了，所有输出都变。",
        ],
    ),
];

/// The circles of neurons and of inputs that are always 1, and how far apart the rows are.
const RADIUS: f64 = 20.0;
const SMALL: f64 = 12.0;
const PITCH: f64 = 52.0;

/// Neurons and their weights: see [`diagram`].
#[derive(Clone, Debug)]
pub struct Diagram {
    name: &'static str,
    title: Text,
    says: Text,
    /// For a terminal.
    text: Words,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

#[derive(Clone, Debug)]
struct Node {
    at: (f64, f64),
    radius: f64,
    class: &'static str,
    text: Words,
}

/// A line from one node to another, what stands on it, and whether it is lit.
#[derive(Clone, Debug)]
struct Edge(usize, usize, Words, bool);

/// The drawing of that name: `perceptron`, `neuron`, `weight`, `layer1`, `layer2`, `layer3` or `softmax`.
///
/// # Errors
/// [`Error::Explain`](crate::Error::Explain) for another name.
///
/// ```
/// let weight = nptensor::explain::diagram("weight")?.to_string();
/// assert!(weight.contains("x₂ --w₁₂⁽¹⁾--> z₁⁽¹⁾"));
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn diagram(name: &str) -> Result<Diagram> {
    let Some((name, title, says)) = DIAGRAMS.into_iter().find(|known| known.0 == name) else {
        let names = DIAGRAMS.map(|known| known.0).join(", ");
        return refused([
            format!("there is no diagram of {name:?}, but of {names}"),
            format!("没有 {name:?} 的示意图，有的是 {names}"),
        ]);
    };
    let mut all = Diagram { name, title, says, text: Words::default(), nodes: Vec::new(), edges: Vec::new() };
    match name {
        "perceptron" => all.neuron(false),
        "neuron" => all.neuron(true),
        "weight" => all.network(0),
        "layer1" => all.network(1),
        "layer2" => all.network(2),
        "layer3" => all.network(3),
        _ => all.softmax(),
    }
    Ok(all)
}

impl Diagram {
    /// Two inputs and the one of the bias before a neuron: with what it does inside, or with a and y from near.
    fn neuron(&mut self, is_near: bool) {
        let inside = if is_near { ["a -h()- y )"; 2] } else { ["sum, h )- y", "求和，h )- y"] };
        self.text = inside.map(|inside| format!("1  -b--+\n       |\nx₁ -w₁-( {inside}\n       |\nx₂ -w₂-+\n"));
        let middle = RADIUS + PITCH;
        self.node((RADIUS, RADIUS), SMALL, "ghost", same("1"));
        self.node((RADIUS, middle), RADIUS, "a", same("x₁"));
        self.node((RADIUS, middle + PITCH), RADIUS, "a", same("x₂"));
        let (radius, inside, y, label) = match is_near {
            true => (RADIUS, ["a"; 2], 258.0, "h()"),
            false => (42.0, ["sum,\nthen h()", "求和，\n再 h()"], 300.0, ""),
        };
        let neuron = self.node((174.0, middle), radius, "b", inside.map(String::from));
        let y = self.node((y, middle), RADIUS, "out", same("y"));
        if is_near {
            self.node((216.0, middle), 72.0, "frame", same(""));
        }
        let weights = ["b", "w₁", "w₂"].into_iter().enumerate();
        self.edges = weights.map(|(from, symbol)| Edge(from, neuron, same(symbol), false)).collect();
        self.edges.push(Edge(neuron, y, same(label), false));
    }

    /// The chapter's network, one of its weights lit, or all of a layer.
    fn network(&mut self, lit: usize) {
        let sizes = [2, 3, 2, 2];
        let symbol = |layer: usize, row: usize| symbol((layer, sizes.len(), false), row);
        let mut text = String::new();
        for row in 0..3 {
            let names = (0..4).map(|layer| if row < sizes[layer] { symbol(layer, row) } else { String::new() });
            let line: String = names.map(|name| format!("{name:<6}")).collect();
            text.extend([line.trim_end(), "\n"]);
        }
        let arrow = match lit {
            0 => same("\nx₂ --w₁₂⁽¹⁾--> z₁⁽¹⁾\n"),
            _ => ["layer", "层"].map(|layer| format!("\n{layer} {} --W{}--> {lit}\n", lit - 1, high(lit))),
        };
        self.text = arrow.map(|arrow| text.clone() + &arrow);
        let mut before: Range<usize> = 0..0;
        for (layer, &size) in sizes.iter().enumerate() {
            let x = 28.0 + 96.0 * layer as f64;
            let class = ["a", "b", "b", "out"][layer];
            let start = self.nodes.len();
            for row in 0..size {
                let y = 60.0 + PITCH * (row as f64 + (3 - size) as f64 / 2.0);
                self.node((x, y), RADIUS, class, same(symbol(layer, row)));
            }
            let neurons = start..self.nodes.len();
            self.join(before, neurons.clone(), |_| lit > 0 && layer == lit);
            before = neurons;
            if layer < 3 {
                before.end = self.node((x, SMALL), SMALL, "ghost", same("1")) + 1;
            }
            self.node((x, 72.0 + 2.5 * PITCH), 0.0, "", ["layer", "层"].map(|word| format!("{word} {layer}")));
        }
        // From the second input, to the first neuron that it leads to.
        if let Some(edge) = self.edges.iter_mut().find(|edge| lit == 0 && edge.0 == 1) {
            *edge = Edge(edge.0, edge.1, same("w₁₂⁽¹⁾"), true);
        }
    }

    fn softmax(&mut self) {
        self.text = same("a₁ --+-- y₁\n     |\na₂ --+-- y₂\n     |\na₃ --+-- y₃\n");
        for (symbol, x, class) in [("a", 40.0, "a"), ("y", 300.0, "out")] {
            for i in 0..3 {
                self.node((x, RADIUS + PITCH * i as f64), RADIUS, class, same(format!("{symbol}{}", low(i + 1))));
            }
        }
        self.join(0..3, 3..6, |to| to == 3);
    }

    /// The place of the new node among the nodes.
    fn node(&mut self, at: (f64, f64), radius: f64, class: &'static str, text: Words) -> usize {
        self.nodes.push(Node { at, radius, class, text });
        self.nodes.len() - 1
    }

    /// From each to each, lit by where they lead to.
    fn join(&mut self, from: Range<usize>, to: Range<usize>, is_lit: impl Fn(usize) -> bool) {
        let each = from.flat_map(|from| to.clone().map(move |to| (from, to)));
        self.edges.extend(each.map(|(from, to)| Edge(from, to, Words::default(), is_lit(to))));
    }

    pub(in crate::explain) fn sheet(&self, page: Page) -> Sheet<'_> {
        let mut sheet = Sheet::new(self.title.map(String::from), page);
        sheet.figure(|look| self.text[look.language as usize].clone(), |svg, top| self.draw(svg, top));
        sheet.say(self.says);
        sheet
    }

    /// Frames first, then lines, then circles over their ends.
    fn draw(&self, svg: &mut Svg, top: f64) -> f64 {
        let (frames, nodes): (Vec<&Node>, Vec<&Node>) = self.nodes.iter().partition(|node| node.class == "frame");
        frames.iter().for_each(|node| node.draw(svg, top));
        for &Edge(from, to, _, is_lit) in &self.edges {
            let [from, to] = [from, to].map(|node| &self.nodes[node]);
            let class = if is_lit { "lit" } else { from.class };
            let class = if class == "ghost" || class == "lit" { class } else { "" };
            svg.line((from.at.0, from.at.1 + top), (to.at.0, to.at.1 + top), class);
        }
        nodes.iter().for_each(|node| node.draw(svg, top));
        for Edge(from, to, label, _) in self.edges.iter().filter(|edge| !edge.2[0].is_empty()) {
            let [(x, y), (to_x, to_y)] = [from, to].map(|&node| self.nodes[node].at);
            svg.words((x + to_x) / 2.0, top + (y + to_y) / 2.0 - 5.0, label, "middle halo");
        }
        let bottom = |node: &Node| node.at.1 + node.radius.max(LINE / 2.0);
        top + self.nodes.iter().map(bottom).fold(0.0, f64::max) + 5.0
    }

    pub(in crate::explain) fn to_json(&self) -> Raw {
        let nodes: Vec<String> = self.nodes.iter().map(|node| node.text[0].replace('\n', " ")).collect();
        let edges = self.edges.iter().map(|Edge(from, to, label, is_lit)| {
            Json::of(&[("from", &nodes[*from]), ("to", &nodes[*to]), ("label", &label[0]), ("lit", is_lit)])
        });
        let edges: Vec<Raw> = edges.collect();
        Json::of(&[("explain", &"diagram"), ("name", &self.name), ("nodes", &nodes), ("edges", &edges as &dyn ToJson)])
    }
}

impl Node {
    fn draw(&self, svg: &mut Svg, top: f64) {
        let (x, y) = (self.at.0, self.at.1 + top);
        if self.radius > 0.0 {
            svg.circle(x, y, self.radius, self.class);
        }
        svg.each(&self.text, |svg, text, _| {
            let first = y + 4.5 - LINE / 2.0 * text.matches('\n').count() as f64;
            for (i, line) in text.lines().enumerate() {
                svg.text(x, first + i as f64 * LINE, line, "middle");
            }
        });
    }
}
