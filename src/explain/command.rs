//! Explanations by name and arguments, for the command line and the page.
//!
//! ```text
//!   broadcast (3,1) (1,4)                      shapes, or lists whose shapes are meant
//!   layout (2,3)                               a shape, filled with 0 1 2 ..., or a list
//!   layout (2,3) transpose "slice ::-1"        and views of it, one after the other
//!   slice (4,5) "::2, 4:1:-1"
//!   dot [[1,2],[3,4]] [5,6] --cell 1           two lists, or shapes filled with 0 1 2 ..., and which sum is shown
//!   blocks 512 512 512 f32                     m n k, and the type
//!   forward [1.0,0.5]                          the chapter's network, or weights and biases: W b W b ...
//!   softmax [0.3,2.9,4.0]
//!   plot step,sigmoid -5 5                     a name, and from where to where
//!   diagram neuron                             a name
//! ```
//!
//! No files and no terminals here. Read next: `cli/explain.rs`.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::dot::origin;
use super::layout::Map;
use super::literal::{Literal, integers, literal, shape};
use super::numbers::MAX_LISTED;
use super::{
    Explanation, View, broadcast, diagram, dot, forward, function, layout, matmul_blocks, refused, slice, softmax,
    steps,
};
use crate::error::Result;
use crate::kernel::closed::Number;
use crate::layout::Layout;
use crate::layout::shape::checked_size;
use crate::nn::{Layer, Sequential};
use crate::tensor::Tensor;

/// The most numbers of a product that is explained.
const MAX_RESULT: usize = 1 << 22;

const NAMES: &str = "broadcast, layout, slice, dot, blocks, forward, softmax, plot, diagram";

const FORWARD: &str = r#"forward takes an input, and the weights and the bias of each layer, each in quotes: "[1.0, 0.5]" "[[1, 2], [3, 4]]" "[0, 1]""#;

/// The chapter's network, 2-3-2-2.
const CHAPTER: [&str; 6] = [
    "[[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]",
    "[0.1, 0.2, 0.3]",
    "[[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]",
    "[0.1, 0.2]",
    "[[0.1, 0.3], [0.2, 0.4]]",
    "[0.1, 0.2]",
];

/// The range of a plot without one.
const RANGE: [f64; 2] = [-6.0, 6.0];

type Explained = Result<Box<dyn Explanation>>;

/// The explanation named by the first word, of the other words.
///
/// ```
/// use nptensor::explain::command;
/// let text = command(&["broadcast", "(3,)", "(4,)"])?.to_string();
/// assert!(text.contains("operands could not be broadcast together with shapes (3,) (4,)"));
/// let error = command(&["sort"]).err().unwrap().to_string();
/// assert_eq!(error, "'sort' is no picture: they are broadcast, layout, slice, dot, blocks, forward, softmax, plot, diagram");
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::Explain`](crate::Error::Explain) for words that name no explanation,
/// [`Error::Literal`](crate::Error::Literal), and the errors of the explanation.
#[inline]
pub fn command(words: &[&str]) -> Explained {
    if let Some(option) = words.iter().find(|word| word.starts_with("--") && **word != "--cell") {
        return refused(format!("there is no option '{option}'"));
    }
    match words {
        ["broadcast", a, b] => Ok(Box::new(broadcast(&shape_of(a)?, &shape_of(b)?)?)),
        ["broadcast", ..] => refused(r#"broadcast takes two shapes, each in quotes: "(3,1)" "(4,)""#),
        ["layout", start] => Ok(Box::new(map(start)?)),
        ["layout", start, views @ ..] => {
            let views = views.iter().map(|view| view.parse()).collect::<Result<Vec<View>>>()?;
            Ok(Box::new(steps(map(start)?.layout(), &views)?))
        }
        ["layout"] => {
            refused(r#"layout takes a shape or a list, and views, each in quotes: "(2,3)" transpose "reshape (6,)""#)
        }
        ["slice", start, indices] => Ok(Box::new(slice(&shape_of(start)?, indices)?)),
        ["slice", ..] => refused(r#"slice takes a shape and the indices, each in quotes: "(4,5)" "::2, 1""#),
        ["dot", a, b] => product(operand(a)?, operand(b)?, None),
        ["dot", a, b, "--cell", index] => product(operand(a)?, operand(b)?, Some(&integers(index)?)),
        ["dot", ..] => refused(
            r#"dot takes two lists or shapes, each in quotes, and --cell with an index: "[[1,2],[3,4]]" "[5,6]""#,
        ),
        ["blocks", m, n, k] | ["blocks", m, n, k, "f32"] => {
            Ok(Box::new(matmul_blocks::<f32>(size(m)?, size(n)?, size(k)?)?))
        }
        ["blocks", m, n, k, "f64"] => Ok(Box::new(matmul_blocks::<f64>(size(m)?, size(n)?, size(k)?)?)),
        ["blocks", ..] => refused("blocks takes m, n and k, of (m,k) times (k,n), and f32 or f64"),
        ["forward", x, layers @ ..] => {
            let layers = if layers.is_empty() { &CHAPTER } else { layers };
            Ok(Box::new(forward(&network(layers)?, &literal(x)?.into_floats())?))
        }
        ["forward"] => refused(FORWARD),
        ["softmax", a] => Ok(Box::new(softmax(&literal(a)?.into_floats())?)),
        ["softmax", ..] => refused(r#"softmax takes one list of numbers in quotes: "[0.3, 2.9, 4.0]""#),
        ["plot", name] => Ok(Box::new(function(name, RANGE[0], RANGE[1])?)),
        ["plot", name, from, to] => Ok(Box::new(function(name, number(from)?, number(to)?)?)),
        ["plot", ..] => refused("plot takes the name of a function, and from where to where: sigmoid -6 6"),
        ["diagram", name] => Ok(Box::new(diagram(name)?)),
        ["diagram", ..] => {
            refused("diagram takes one name: perceptron, neuron, weight, layer1, layer2, layer3 or softmax")
        }
        [] => refused(format!("name what to explain: {NAMES}")),
        [name, ..] => refused(format!("'{name}' is no picture: they are {NAMES}")),
    }
}

#[inline]
fn number(word: &str) -> Result<f64> {
    literal(word)?.into_floats().item()
}

fn size(word: &str) -> Result<usize> {
    match shape(word)?[..] {
        [size] => Ok(size),
        _ => refused(format!("'{word}' is no size")),
    }
}

/// Weights and biases, with sigmoid between the layers and identity after the last, as in the chapter.
#[inline]
fn network(words: &[&str]) -> Result<Sequential> {
    let mut layers = Vec::new();
    for pair in words.chunks(2) {
        let &[w, b] = pair else { return refused(FORWARD) };
        layers.extend([Layer::dense(literal(w)?.into_floats(), literal(b)?.into_floats()), Layer::Sigmoid]);
    }
    layers.pop();
    layers.push(Layer::Identity);
    Sequential::new(layers)
}

/// Floats where one of the two is.
#[inline]
fn product(a: Literal, b: Literal, cell: Option<&[isize]>) -> Explained {
    match (a, b) {
        (Literal::Int(a), Literal::Int(b)) => product_of(&a, &b, cell),
        (a, b) => product_of(&a.into_floats(), &b.into_floats(), cell),
    }
}

#[inline]
fn product_of<T: Number>(a: &Tensor<T>, b: &Tensor<T>, cell: Option<&[isize]>) -> Explained {
    // Operands without elements are small whatever their other axes are, and the result is not.
    let sizes = origin(a.ndim(), b.ndim()).map(|(operand, axis)| [a.shape(), b.shape()][operand as usize][axis]);
    let size = sizes.fold(1_usize, usize::saturating_mul);
    if size > MAX_RESULT {
        return refused(format!("a result of {size} numbers is too large to explain: at most {MAX_RESULT}"));
    }
    let all = dot(a, b)?;
    Ok(Box::new(match cell {
        Some(index) => all.cell(index)?,
        None => all,
    }))
}

/// A list, or a shape that counts from 0.
#[inline]
fn operand(word: &str) -> Result<Literal> {
    if !word.trim_start().starts_with('(') {
        return literal(word);
    }
    let shape = shape(word)?;
    match checked_size(&shape)? {
        size @ ..=MAX_LISTED => Ok(Literal::Int(Tensor::from_vec((0..size as i64).collect(), &shape)?)),
        size => refused(format!("{size} numbers are too many to show: at most {MAX_LISTED}")),
    }
}

/// The shape that is typed, or that of the list that is.
fn shape_of(word: &str) -> Result<Vec<usize>> {
    if word.trim_start().starts_with('[') { Ok(literal(word)?.shape().to_vec()) } else { shape(word) }
}

/// The layout of a list, or of a shape that counts from 0.
#[inline]
fn map(word: &str) -> Result<Map> {
    if word.trim_start().starts_with('[') {
        return match literal(word)? {
            Literal::Int(tensor) => layout(&tensor),
            Literal::Float(tensor) => layout(&tensor),
        };
    }
    let shape = shape(word)?;
    match checked_size(&shape)? {
        size @ ..=MAX_LISTED => layout(&Tensor::from_vec((0..size as i64).collect(), &shape)?),
        _ => Ok(Map::bare(Layout::row_major(&shape)?)),
    }
}
