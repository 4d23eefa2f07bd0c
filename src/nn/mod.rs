//! Networks: a [`Sequential`] is a list of [`Layer`]s, each applied to the output of the one before it.
//!
//! ```text
//!   x (.., 2) -- dense (2,3) -- sigmoid -- dense (3,2) -- sigmoid -- dense (2,2) -- y (.., 2)
//!                x·W + b        1/(1+e^-x)
//! ```
//!
//! The README makes this very network, with its numbers. Inference alone: no gradients, no training. Read next:
//! `layer.rs`, `word.rs` (layers by name), then `sequential.rs` (checks), `forward.rs` (the forward pass), and
//! `formats/` for models from files.

mod forward;
mod layer;
mod sequential;
mod word;

pub use forward::Workspace;
pub use layer::Layer;
pub use sequential::Sequential;
