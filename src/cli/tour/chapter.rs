//! The chapter, section by section, as items for the tour to show.
//!
//! ```text
//!   neuron.rs    1.1 and 1.2   layers, activation functions
//!   arrays.rs    1.3 to 1.6    arrays, the dot product, views, and why a product is fast
//!   network.rs   2             three layers, and broadcasting
//!   output.rs    3 and 4       identity, softmax, digits
//! ```
//!
//! Every expression and every command that draws a picture runs when the tour is made; the text that is shown is the
//! source of the expression, by `stringify!`. The snippets follow chapter 3 of 'Deep Learning from Scratch', the text
//! between them is our own. `tests/golden/tour.py` runs the NumPy column as one program, and compares what it prints.
//! Every text passes through a method of [`Chapter`], which takes it in both languages; a line of Chinese ends where
//! no blank stands, and the page joins it without one. Read next: `formula.rs`, `page.rs`.

mod arrays;
mod network;
mod neuron;
mod output;

use nptensor::Result;

use super::super::explain;
use super::text::command;
use super::{Digit, Example, Field, Item, Outcome, Panel, Text};

/// The items so far.
struct Chapter(Vec<Item>);

pub(super) fn items(digit: Option<Digit>) -> Result<Vec<Item>> {
    let mut tour = Chapter(Vec::new());
    tour.0.push(Item::Title([
        "Neural networks: chapter 3 of 'Deep Learning from Scratch', in NumPy and in nptensor",
        "神经网络：《深度学习入门》第 3 章，用 NumPy 与 nptensor 实现",
    ]));
    tour.say([
        "What a perceptron does depends on its weights, and those somebody had to find by hand. A neural\n\
         network finds its weights by itself: it learns them from data. How it learns comes later; this\n\
         chapter shows what a network computes once it has its weights.",
        "感知机能做什么取决于权重，而权重要由人来定。神经网络则自己得到权重：从数据中学习。\n\
         怎样学习以后再讲；本章说明的是，有了权重之后，网络是怎样计算的。",
    ]);
    tour.snippet("import numpy as np", "use nptensor::{Layer, Result, Sequential, Tensor};".into(), None);
    neuron::layers(&mut tour)?;
    neuron::activations(&mut tour)?;
    arrays::arrays(&mut tour)?;
    arrays::products(&mut tour)?;
    arrays::views(&mut tour)?;
    arrays::fast(&mut tour)?;
    network::symbols(&mut tour)?;
    network::three_layers(&mut tour)?;
    network::broadcasting(&mut tour)?;
    output::identity_and_softmax(&mut tour)?;
    output::overflow(&mut tour)?;
    output::classes(&mut tour)?;
    output::digits(&mut tour, digit);
    Ok(tour.0)
}

impl Chapter {
    fn heading(&mut self, level: u8, text: Text) {
        self.0.push(Item::Heading(level, text));
    }

    fn say(&mut self, text: Text) {
        self.0.push(Item::Text(text));
    }

    fn guess(&mut self, question: Text, right: usize, choices: &'static [Text], why: Text) {
        self.0.push(Item::Guess { question, choices, right, why });
    }

    fn formula(&mut self, lines: &'static str) {
        self.0.push(Item::Formula(lines));
    }

    fn snippet(&mut self, numpy: &'static str, rust: String, result: Option<Outcome>) {
        self.0.push(Item::Snippet { numpy, rust, result });
    }

    /// What a command of `explain` draws.
    fn figure(&mut self, words: &[&str], caption: Text) -> Result<()> {
        self.drawn(words, caption, None)
    }

    /// A command of `explain` whose words the reader may change.
    fn panel(
        &mut self,
        name: &'static str,
        fields: &'static [Field],
        examples: &'static [(&'static str, &'static [&'static str])],
        caption: Text,
    ) -> Result<()> {
        let words: Vec<&str> = [name].into_iter().chain(fields.iter().map(|&(_, value)| value)).collect();
        // (Of the first, which is in the fields, there is a picture.)
        let example = |(i, &(label, values)): (usize, &(&'static str, &'static [&'static str]))| {
            let drawn = i > 0 && name == "layout";
            let picture = drawn.then(|| explain::command(&[&[name], values].concat())).transpose()?;
            Ok(Example { label, values, picture })
        };
        let examples = examples.iter().enumerate().map(example).collect::<Result<_>>()?;
        self.drawn(&words, caption, Some(Panel { name, fields, examples }))
    }

    fn drawn(&mut self, words: &[&str], caption: Text, panel: Option<Panel>) -> Result<()> {
        let (picture, command) = (explain::command(words)?, command(words));
        self.0.push(Item::Figure { picture, command, caption, panel });
        Ok(())
    }
}
