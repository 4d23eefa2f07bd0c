//! Explanations by name and arguments, for the command line and the page.
//!
//! ```text
//!   broadcast [[0],[10]] [1,2]                 lists of values, [1,2]; numbers, 5; or shapes, (3,1)
//!   layout (2,3)                               a shape counts from 0
//!   layout (2,3) transpose "slice ::-1"        and views of it, one after the other: "a.T[::-1].reshape(6)"
//!   slice (4,5) "::2, 4:1:-1"
//!   dot [[1,2],[3,4]] [5,6] --cell 1           and which sum is shown
//!   blocks 512 512 512 f32                     m n k, and the type
//!   forward [1.0,0.5] --row 0                  the chapter's network, or W b relu W b softmax; which row is shown
//!   softmax [0.3,2.9,4.0]
//!   plot step,sigmoid -5 5                     a name, and from where to where
//!   diagram neuron                             a name
//! ```
//!
//! No files and no terminals here. Read next: `cli/explain.rs`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::dot::origin;
use super::layout::Map;
use super::literal::{Literal, Typed, integers, literal, shape, typed};
use super::numbers::check_result;
use super::wrong::unknown;
use super::{
    Broadcast, Explanation, View, add, broadcast, diagram, dot, forward_row, function, layout, matmul_blocks, refused,
    softmax,
};
use crate::error::Result;
use crate::kernel::closed::Number;
use crate::layout::Layout;
use crate::nn::{Layer, Sequential};
use crate::tensor::Tensor;

const NAMES: &str = "broadcast, layout, slice, dot, blocks, forward, softmax, plot, diagram";

const FORWARD: [&str; 2] = [
    r#"forward takes an input, and for each layer its weights, its bias and its activation, each in quotes: "[1.0, 0.5]" "[[1, 2], [3, 4]]" "[0, 1]" relu"#,
    r#"forward 要一个输入，以及每一层的权重、偏置和激活函数，各写在引号里："[1.0, 0.5]" "[[1, 2], [3, 4]]" "[0, 1]" relu"#,
];

/// Activations, without the parameters that some take.
const ACTIVATIONS: &str = "sigmoid, step, relu, identity, softmax, tanh, leaky_relu, elu, gelu, gelu_tanh, silu, softplus, \
                           log_softmax, hardtanh, normalize";

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
/// assert_eq!(
///     error,
///     "'sort' is no picture: they are broadcast, layout, slice, dot, blocks, forward, softmax, plot, diagram"
/// );
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::Explain`](crate::Error::Explain) for words that name no explanation,
/// [`Error::Literal`](crate::Error::Literal), and the errors of the explanation.
#[inline]
pub fn command(words: &[&str]) -> Explained {
    if let Some(option) = words.iter().find(|word| word.starts_with("--") && !["--cell", "--row"].contains(word)) {
        return refused([format!("there is no option '{option}'"), format!("没有选项 '{option}'")]);
    }
    match words {
        ["broadcast", a, b] => Ok(Box::new(sum(typed(a)?, typed(b)?)?)),
        ["broadcast", ..] => refused([
            r#"broadcast takes two lists or shapes, each in quotes: "[[0], [10]]" "[1, 2]", or "(3,1)" "(4,)""#,
            r#"broadcast 要两个列表或形状，各写在引号里："[[0], [10]]" "[1, 2]"，或 "(3,1)" "(4,)""#,
        ]),
        ["layout", start] => Ok(Box::new(map(start)?)),
        ["layout", start, views @ ..] => {
            let views = views.iter().map(|view| View::chain(view)).collect::<Result<Vec<_>>>()?;
            Ok(Box::new(map(start)?.views(&views.concat())?))
        }
        ["layout"] => refused([
            r#"layout takes a shape or a list, and views, each in quotes: "(2,3)" transpose "reshape (6,)""#,
            r#"layout 要一个形状或列表，以及视图，各写在引号里："(2,3)" transpose "reshape (6,)""#,
        ]),
        ["slice", start, indices] => Ok(Box::new(map(start)?.views(&[View::indexed(indices)])?)),
        ["slice", ..] => refused([
            r#"slice takes a list or a shape, and the indices, each in quotes: "(4,5)" "::2, 1""#,
            r#"slice 要一个列表或形状，以及索引，各写在引号里："(4,5)" "::2, 1""#,
        ]),
        ["dot", a, b] => product(typed(a)?.numbers()?, typed(b)?.numbers()?, None),
        ["dot", a, b, "--cell", index] => product(typed(a)?.numbers()?, typed(b)?.numbers()?, Some(&integers(index)?)),
        ["dot", ..] => refused([
            r#"dot takes two lists or shapes, each in quotes, and --cell with an index: "[[1,2],[3,4]]" "[5,6]""#,
            r#"dot 要两个列表或形状，各写在引号里，还可以有 --cell 和一个索引："[[1,2],[3,4]]" "[5,6]""#,
        ]),
        ["blocks", m, n, k] | ["blocks", m, n, k, "f32"] => {
            Ok(Box::new(matmul_blocks::<f32>(size(m)?, size(n)?, size(k)?)?))
        }
        ["blocks", m, n, k, "f64"] => Ok(Box::new(matmul_blocks::<f64>(size(m)?, size(n)?, size(k)?)?)),
        ["blocks", ..] => refused([
            "blocks takes m, n and k, of (m,k) times (k,n), and f32 or f64",
            "blocks 要 (m,k) 乘 (k,n) 中的 m、n 和 k，以及 f32 或 f64",
        ]),
        ["forward", x, layers @ .., "--row", row] => pass(x, layers, size(row)?),
        ["forward", x, layers @ ..] => pass(x, layers, 0),
        ["forward"] => refused(FORWARD),
        ["softmax", a] => Ok(Box::new(softmax(&literal(a)?.into_floats())?)),
        ["softmax", ..] => refused([
            r#"softmax takes one list of numbers in quotes: "[0.3, 2.9, 4.0]""#,
            r#"softmax 要一个写在引号里的数的列表："[0.3, 2.9, 4.0]""#,
        ]),
        ["plot", name] => Ok(Box::new(function(name, RANGE[0], RANGE[1])?)),
        ["plot", name, from, to] => Ok(Box::new(function(name, number(from)?, number(to)?)?)),
        ["plot", ..] => refused([
            "plot takes the name of a function, and from where to where: sigmoid -6 6",
            "plot 要一个函数的名字，以及从哪里到哪里：sigmoid -6 6",
        ]),
        ["diagram", name] => Ok(Box::new(diagram(name)?)),
        ["diagram", ..] => refused([
            "diagram takes one name: perceptron, neuron, weight, layer1, layer2, layer3 or softmax",
            "diagram 要一个名字：perceptron、neuron、weight、layer1、layer2、layer3 或 softmax",
        ]),
        [] => refused([format!("name what to explain: {NAMES}"), format!("请写出要解释什么：{NAMES}")]),
        [name, ..] => {
            refused(unknown([format!("'{name}' is no picture"), format!("没有 '{name}' 这种图")], name, NAMES))
        }
    }
}

#[inline]
fn number(word: &str) -> Result<f64> {
    literal(word)?.into_floats().item()
}

fn size(word: &str) -> Result<usize> {
    match shape(word)?[..] {
        [size] => Ok(size),
        _ => refused([format!("'{word}' is no size"), format!("'{word}' 不是一个长度")]),
    }
}

/// A row of an input through the chapter's network, or through that of these words.
#[inline]
fn pass(x: &str, layers: &[&str], row: usize) -> Explained {
    let layers = if layers.is_empty() { &CHAPTER } else { layers };
    Ok(Box::new(forward_row(&network(layers)?, &literal(x)?.into_floats(), row)?))
}

/// Weights, biases and activations; without any activation, sigmoid between the layers and identity after the last, as
/// in the chapter.
#[inline]
fn network(words: &[&str]) -> Result<Sequential> {
    let is_name = |word: &str| word.trim_start().starts_with(char::is_alphabetic);
    let named = words.iter().any(|word| is_name(word));
    let (mut layers, mut rest) = (Vec::new(), words.iter().peekable());
    while let Some(word) = rest.next() {
        if is_name(word) {
            let Some(layer) = Layer::activation(word.trim()) else {
                let what = [format!("'{word}' is no activation"), format!("没有 '{word}' 这个激活函数")];
                return refused(unknown(what, word, ACTIVATIONS));
            };
            layers.push(layer);
            continue;
        }
        let Some(b) = rest.next_if(|b| !is_name(b)) else { return refused(FORWARD) };
        layers.push(Layer::dense(literal(word)?.into_floats(), literal(b)?.into_floats()));
        if !named {
            layers.push(if rest.peek().is_none() { Layer::Identity } else { Layer::Sigmoid });
        }
    }
    Sequential::new(layers)
}

/// Two shapes, or two operands with their values.
#[inline]
fn sum(a: Typed, b: Typed) -> Result<Broadcast> {
    if let (Typed::Shape(a), Typed::Shape(b)) = (&a, &b) {
        return broadcast(a, b);
    }
    let numbered = [&a, &b].map(|operand| matches!(operand, Typed::Shape(_)));
    let mut sum = match (a.numbers()?, b.numbers()?) {
        (Literal::Int(a), Literal::Int(b)) => add(&a, &b)?,
        (a, b) => add(&a.into_floats(), &b.into_floats())?,
    };
    sum.numbered = numbered;
    Ok(sum)
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
    check_result(sizes.fold(1, usize::saturating_mul))?;
    let all = dot(a, b)?;
    Ok(Box::new(match cell {
        Some(index) => all.cell(index)?,
        None => all,
    }))
}

/// The layout of a list, or of a shape whose elements are numbered.
#[inline]
fn map(word: &str) -> Result<Map> {
    match typed(word)? {
        Typed::Values(Literal::Int(tensor)) => layout(&tensor),
        Typed::Values(Literal::Float(tensor)) => layout(&tensor),
        Typed::Shape(shape) => Ok(Map::numbered(Layout::row_major(&shape)?)),
    }
}
