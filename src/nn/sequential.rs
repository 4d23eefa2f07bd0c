//! A network: layers in order, whose shapes are checked once, when it is made.
//!
//! ```text
//!   dense (784,50)   sigmoid   dense (50,100)   sigmoid   dense (100,10)   softmax
//!   ------- 50 out ----------> 50 in: fits      100 out -> 100 in: fits
//! ```
//!
//! A row alone gives the same bits as the same row in a batch: see `tensor/matmul.rs`. Read next: `forward.rs`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Layer;
use super::forward::{Workspace, fill_up, forward, widest};
use crate::error::{Error, Result};
use crate::kernel::closed::Float;
use crate::kernel::memory::Arc;
use crate::kernel::network::Stage;
use crate::layout::axes::Axes;
use crate::layout::shape::checked_size;
use crate::tensor::{Tensor, expect, filled, list, no_memory};

/// A network that applies its layers in order.
#[derive(Clone)]
pub struct Sequential<T = f64> {
    // (Shared, so that a clone takes no memory.)
    layers: Arc<Vec<Layer<T>>>,
    /// The same layers as the kernel takes them; large weights are shared with `layers`.
    stages: Arc<Vec<Stage<T>>>,
    /// The number of values of an input, not 0, and of its output, if a layer tells.
    sizes: Option<(usize, usize)>,
    /// The name of each layer in its file, empty where it has none; no names at all for layers of a program.
    names: Arc<Vec<String>>,
}

impl<T: Float> Sequential<T> {
    /// The network of these layers. Without any, the output is the input.
    ///
    /// # Errors
    /// [`Error::Layer`] for the first layer whose weights are not (inputs, outputs) with a bias (outputs,), or do not
    /// fit the outputs of the layers before it, with the index of the layer and both shapes.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential};
    /// let error = Sequential::new([
    ///     Layer::dense([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
    ///     Layer::Sigmoid,
    ///     Layer::dense([[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2]),
    /// ])
    /// .unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "layer 2 (dense): weights of shape (2,2) do not follow weights of shape (2,3) in layer 0: \
    ///      2 inputs for 3 outputs"
    /// );
    /// ```
    pub fn new(layers: impl Into<Vec<Layer<T>>>) -> Result<Self> {
        let mut layers = layers.into();
        let mut before: Option<(usize, &Layer<T>, [usize; 2])> = None;
        for (index, layer) in layers.iter().enumerate() {
            let wrong = |what| Error::Layer { index, name: layer.name(), what };
            layer.check().map_err(wrong)?;
            let Some(widths) = layer.widths() else { continue };
            if let Some((earlier, last, [_, outputs])) = before
                && outputs != widths[0]
            {
                let (this, last) = (layer.parts(), last.parts());
                let inputs = widths[0];
                return Err(wrong(format!(
                    "{this} do not follow {last} in layer {earlier}: {inputs} inputs for {outputs} outputs"
                )));
            }
            before = Some((index, layer, widths));
        }
        for layer in &mut layers {
            layer.make_contiguous()?;
        }
        let stages = list(layers.iter().map(Layer::stage))?.into();
        let mut network = Sequential { layers: layers.into(), stages, sizes: None, names: Arc::default() };
        network.sizes = network
            .inputs()
            .filter(|&inputs| inputs > 0)
            .and_then(|inputs| Some((inputs, network.width(&[inputs]).ok()??)));
        Ok(network)
    }

    /// The layers, in order.
    pub fn layers(&self) -> &[Layer<T>] {
        &self.layers
    }

    /// The same network, its layers with these names, of which empty ones are none.
    pub(crate) fn with_names(self, names: Vec<String>) -> Self {
        Sequential { names: names.into(), ..self }
    }

    /// The name that a layer has in the file it comes from: `W1` for W1 and b1, `stem` for stem.weight and stem.bias,
    /// `stem+batchnorm:bn` with the BatchNorm after it in its weights.
    pub fn layer_name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The number of values in one input, if a layer tells: a dense one, or a scale.
    pub fn inputs(&self) -> Option<usize> {
        Some(self.layers.iter().find_map(Layer::widths)?[0])
    }

    /// The number of values in one output, likewise.
    pub fn outputs(&self) -> Option<usize> {
        Some(self.layers.iter().rev().find_map(Layer::widths)?[1])
    }

    /// The network applied to `x`: (inputs,) gives (outputs,), with batch axes, (.., inputs) gives (.., outputs).
    ///
    /// # Errors
    /// [`Error::Layer`] with the index of the layer that `x` does not fit, and both shapes.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Tensor};
    /// let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu])?;
    /// assert_eq!(network.forward(&Tensor::from([1.0, -1.0]))?.to_string(), "[1.5 0. ]");
    /// assert_eq!(network.forward(&Tensor::from([[1.0, -1.0], [2.0, 3.0]]))?.to_string(), "[[1.5 0. ]\n [2.5 6.5]]");
    ///
    /// let error = network.forward(&Tensor::from([1.0, 2.0, 3.0])).unwrap_err();
    /// assert_eq!(error.to_string(), "layer 0 (dense): input of shape (3,) does not fit weights of shape (2,2)");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// `nptensor explain forward "[1.0, 0.5]"` prints:
    ///
    /// ```text
    /// network: 2 -> 3 sigmoid -> 2 sigmoid -> 2 identity
    ///
    /// layer 0 (dense), layer 1 (sigmoid): 3 neurons
    ///        x₁   x₂  bias    a           z
    ///        1.  0.5    (1)
    ///    1  0.1  0.2   0.1  0.3  0.57444252
    ///    2  0.3  0.4   0.2  0.7  0.66818777
    ///    3  0.5  0.6   0.3  1.1  0.75026011
    ///
    ///   A row is a neuron, and a column of W: a₁⁽¹⁾ = w₁₁⁽¹⁾x₁ + w₁₂⁽¹⁾x₂ + b₁⁽¹⁾, its
    ///     weights with the numbers above them; the bias goes with a 1.
    ///
    /// layer 2 (dense), layer 3 (sigmoid): 2 neurons
    ///            z₁⁽¹⁾       z₂⁽¹⁾       z₃⁽¹⁾  bias           a           z
    ///       0.57444252  0.66818777  0.75026011    (1)
    ///    1         0.1         0.2         0.3   0.1  0.51615984  0.62624937
    ///    2         0.4         0.5         0.6   0.2  1.21402696   0.7710107
    ///
    /// layer 4 (dense), layer 5 (identity): 2 neurons
    ///            z₁⁽²⁾      z₂⁽²⁾  bias           a           y
    ///       0.62624937  0.7710107    (1)
    ///    1         0.1        0.2   0.1  0.31682708  0.31682708
    ///    2         0.3        0.4   0.2  0.69627909  0.69627909
    ///
    /// y, the outputs
    ///   [0.31682708 0.69627909]
    /// ```
    pub fn forward(&self, x: &Tensor<T>) -> Result<Tensor<T>> {
        let width = self.width(x.shape())?;
        let batch = &x.shape()[..x.ndim().saturating_sub(1)];
        let mut shape = Axes::from(batch);
        if let Some(width) = width {
            shape.push(width);
        }
        let rows = checked_size(batch)?;
        let mut out = filled(&shape, |slots| slots.splat(T::ZERO))?;
        match x.as_slice() {
            Some(x) => forward(&self.stages, x, rows, &mut out, None),
            None => forward(&self.stages, &x.try_to_vec()?, rows, &mut out, None),
        }
        .ok_or_else(|| self.no_memory(rows))?;
        Ok(Tensor::dense(out, &shape))
    }

    /// The network applied to rows of numbers; allocates nothing once `work` is large enough
    /// ([`workspace`](Sequential::workspace), or an empty one after the first time).
    ///
    /// `x` holds one input after another, the result one output after another, with the bits of
    /// [`forward`](Sequential::forward).
    /// With more than one thread ([`set_num_threads`](crate::set_num_threads)), large batches allocate for each thread.
    /// So does a thread's first batch of more than 16 rows, for panels of large weights, or of more than one where
    /// weights of the program itself lie by columns: the thread keeps them until `free_panels`. Without `std` each such
    /// batch does, for nothing keeps them; without memory for them it takes longer.
    ///
    /// # Errors
    /// [`Error::Layer`] when `x` is not whole inputs of the first dense layer.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Workspace};
    /// let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu])?;
    /// let mut work = Workspace::new();
    /// assert_eq!(network.predict(&[1.0, -1.0], &mut work)?, [1.5, 0.0]);
    /// assert_eq!(network.predict(&[1.0, -1.0, 2.0, 3.0], &mut work)?, [1.5, 0.0, 2.5, 6.5]);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn predict<'w>(&self, x: &[T], work: &'w mut Workspace<T>) -> Result<&'w [T]> {
        let (rows, width) = match self.sizes {
            Some((inputs, width)) if x.len() == inputs => (1, width),
            _ => self.rows_and_width(x.len())?,
        };
        let len = checked_size(&[rows, width])?;
        // Taken out of the workspace, whose other buffers are borrowed meanwhile.
        let mut out = core::mem::take(&mut work.out);
        let done = fill_up(&mut out, len).and_then(|()| {
            out.truncate(len);
            forward(&self.stages, x, rows, &mut out, Some(work))
        });
        work.out = out;
        done.ok_or_else(|| self.no_memory(rows))?;
        Ok(&work.out)
    }

    /// The memory of predictions of up to `rows` rows each, so that not even the first one allocates. (Panels of large
    /// weights, for more than 16 rows, belong to the thread: see [`predict`](Sequential::predict).)
    ///
    /// # Errors
    /// [`Error::Model`] where no layer tells the number of inputs; [`Error::TooBig`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::{Layer, Sequential};
    /// let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu])?;
    /// let mut work = network.workspace(1)?;
    /// assert_eq!(network.predict(&[1.0, -1.0], &mut work)?, [1.5, 0.0]); // without an allocation
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn workspace(&self, rows: usize) -> Result<Workspace<T>> {
        let (Some(inputs), Some(outputs)) = (self.inputs(), self.outputs()) else {
            let what = "no layer tells the number of inputs, and so not the memory that a prediction takes".into();
            return Err(Error::Model { what });
        };
        Workspace::with_room(&self.stages, rows, inputs, outputs).ok_or_else(|| self.no_memory(rows))
    }

    /// What is said where `rows` rows of the widest layer cannot be held.
    fn no_memory(&self, rows: usize) -> Error {
        no_memory::<T>(&[rows, widest(&self.stages, self.inputs().unwrap_or(0))])
    }

    /// The number of inputs that `len` values are, and the number of outputs for each.
    fn rows_and_width(&self, len: usize) -> Result<(usize, usize)> {
        let inputs = self.inputs().unwrap_or(len);
        let rows = len.checked_div(inputs).unwrap_or(0);
        if rows * inputs != len {
            // The error of the layer that takes the input.
            self.width(&[len])?;
        }
        Ok((rows, self.width(&[inputs])?.unwrap_or(0)))
    }

    /// The number of outputs for each input of a tensor of this shape; `None` for a tensor without axes.
    fn width(&self, shape: &[usize]) -> Result<Option<usize>> {
        let mut width = shape.last().copied();
        if let Some((inputs, outputs)) = self.sizes
            && width == Some(inputs)
        {
            return Ok(Some(outputs));
        }
        for (index, layer) in self.layers.iter().enumerate() {
            width = layer.width(width, shape).map_err(|what| Error::Layer { index, name: layer.name(), what })?;
        }
        Ok(width)
    }

    /// The same network with its weights as another type.
    ///
    /// # Panics
    /// When the memory for them cannot be had.
    /// Or when a layer is a [`Layer::Function`], which is made for one type.
    #[track_caller]
    pub fn cast<U: Float>(&self) -> Sequential<U> {
        expect(self.try_cast())
    }

    fn try_cast<U: Float>(&self) -> Result<Sequential<U>> {
        let layers = list(self.layers.iter().map(Layer::try_cast))?;
        let stages = list(layers.iter().map(Layer::stage))?.into();
        Ok(Sequential { layers: layers.into(), stages, sizes: self.sizes, names: self.names.clone() })
    }

    /// Writes one layer: `dense(784, 50)`, `dense:W1(784, 50)`, `scale(50)`, `sigmoid`, `elu(0.5)`.
    fn write_layer(&self, index: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = &self.layers[index];
        if layer.widths().is_none() {
            return write!(f, "{layer}");
        }
        f.write_str(layer.name())?;
        if let Some(name) = self.layer_name(index) {
            write!(f, ":{}", name.escape_debug())?;
        }
        match layer {
            Layer::Dense { w, .. } => write!(f, "({}, {})", w.shape()[0], w.shape()[1]),
            other => write!(f, "({})", other.widths().unwrap_or_default()[0]),
        }
    }
}

impl<T: Float> PartialEq for Sequential<T> {
    /// The same layers, with equal weights.
    fn eq(&self, other: &Self) -> bool {
        self.layers == other.layers
    }
}

impl<T: Float> fmt::Debug for Sequential<T> {
    /// One line per layer, without weights; `{:#?}` is the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sequential [\n")?;
        for index in 0..self.layers.len() {
            f.write_str("    ")?;
            self.write_layer(index, f)?;
            f.write_str(",\n")?;
        }
        f.write_str("]")
    }
}

impl<T: Float> fmt::Display for Sequential<T> {
    /// One line per layer: `dense(784, 50)`, `sigmoid`, ...; from a file with its name, `dense:W1(784, 50)`. `{:#}` is
    /// one line in all, for logs: `dense(784, 50) sigmoid`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for index in 0..self.layers.len() {
            if index > 0 {
                f.write_str(if f.alternate() { " " } else { "\n" })?;
            }
            self.write_layer(index, f)?;
        }
        Ok(())
    }
}
