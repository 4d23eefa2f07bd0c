//! Networks: a [`Sequential`] is a list of [`Layer`]s, each applied to the output of the one before it.
//!
//! ```text
//!   x (.., 2) -- dense (2,3) -- sigmoid -- dense (3,2) -- sigmoid -- dense (2,2) -- y (.., 2)
//!                x·W + b        1/(1+e^-x)
//! ```
//!
//! ```
//! use nptensor::{Layer, Sequential, Tensor};
//! let network = Sequential::new([
//!     Layer::dense([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
//!     Layer::Sigmoid,
//!     Layer::dense([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2]),
//!     Layer::Sigmoid,
//!     Layer::dense([[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2]),
//! ])?;
//! let y = network.forward(&Tensor::from([1.0, 0.5]))?;
//! assert_eq!(y.to_string(), "[0.31682708 0.69627909]");
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Inference alone: no gradients, no training. Read next: `layer.rs`, `word.rs` (layers by name), then `sequential.rs`
//! (checks), `forward.rs` (the forward pass), and `formats/` for models from files.

mod forward;
mod layer;
mod sequential;
mod word;

pub use forward::Workspace;
pub use layer::Layer;
pub use sequential::Sequential;
