//! `forward(model, x)`: the forward pass of one input, node by node.
//!
//! ```text
//!   1            1            1
//!   x1           a(1)1 z(1)1  a(2)1 z(2)1   a(3)1 y1        a = w1 x1 + w2 x2 + b      what a dense layer gives
//!   x2           a(1)2 z(1)2  a(2)2 z(2)2   a(3)2 y2        z = h(a)                   what its activation makes of it
//!                a(1)3 z(1)3
//! ```
//!
//! The values after each layer are computed by the engine from those before it, with the same bits as in a forward pass
//! through all layers. How it is shown: `forward/show.rs`. Read next: `function.rs`.

mod network;
mod show;

use alloc::vec::Vec;
use core::fmt;

use super::refused;
use crate::error::Result;
use crate::kernel::closed::Float;
use crate::layout::slice::Index;
use crate::nn::{Layer, Sequential};
use crate::tensor::Tensor;

/// A network and the values of its nodes for one input: see [`forward`].
#[derive(Clone)]
pub struct Forward<T = f64> {
    model: Sequential<T>,
    /// The number of inputs; the first is shown.
    inputs: usize,
    x: Tensor<T>,
    /// After each layer.
    values: Vec<Tensor<T>>,
}

impl<T: Float> fmt::Debug for Forward<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Forward { model, inputs, x, values } = self;
        let mut shown = f.debug_struct("Forward");
        shown.field("model", model).field("inputs", inputs).field("x", x).field("values", values).finish()
    }
}

/// A layer of neurons as the chapter draws it: what goes in, a, and the activations up to the next dense layer.
pub(crate) struct Neurons<'a, T> {
    /// The dense layer's weights and bias; none for the input.
    weights: Option<(&'a Tensor<T>, &'a Tensor<T>)>,
    /// Its inputs.
    from: &'a Tensor<T>,
    /// What the weights make of them.
    a: &'a Tensor<T>,
    activations: Vec<&'static str>,
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
    drop(model.forward(x)?);
    let inputs = x.shape()[..x.ndim().saturating_sub(1)].iter().product();
    if x.ndim() == 0 || inputs == 0 {
        return refused("a forward pass takes an input (inputs,), or rows of them");
    }
    let first = x.slice(&alloc::vec![Index::At(0); x.ndim() - 1][..])?;
    let mut values: Vec<Tensor<T>> = Vec::new();
    for layer in model.layers() {
        let after = Sequential::new([layer.clone()])?.forward(values.last().unwrap_or(&first))?;
        values.push(after);
    }
    Ok(Forward { model: model.clone(), inputs, x: first, values })
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
        let mut all = alloc::vec![Neurons { weights: None, from: x, a: x, activations: Vec::new(), z: x }];
        for (layer, values) in self.model.layers().iter().zip(&self.values) {
            let from = all.last().map_or(x, |last| last.z);
            match (layer, all.last_mut()) {
                (Layer::Dense { w, b }, _) => {
                    all.push(Neurons { weights: Some((w, b)), from, a: values, activations: Vec::new(), z: values });
                }
                (_, Some(last)) => {
                    last.activations.push(layer.name());
                    last.z = values;
                }
                (_, None) => {}
            }
        }
        all
    }
}
