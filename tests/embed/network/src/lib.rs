//! The chapter's three-layer network, 2-3-2-2, for programs without the standard library.

#![no_std]

mod bump;

pub use bump::Bump;

use nptensor::{Layer, Result, Sequential, Tensor};

/// The network with the chapter's weights.
pub fn network() -> Result<Sequential> {
    Sequential::new([
        Layer::dense([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
        Layer::Sigmoid,
        Layer::dense([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2]),
        Layer::Sigmoid,
        Layer::dense([[0.1, 0.3], [0.2, 0.4]], [0.1, 0.2]),
    ])
}

/// What it makes of an input: `[0.31682708 0.69627909]` of (1, 0.5).
pub fn outputs(x: [f64; 2]) -> Result<Tensor> {
    network()?.forward(&Tensor::from(x))
}
