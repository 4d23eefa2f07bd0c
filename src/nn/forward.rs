//! The forward pass: rows cut into blocks, and these into threads, each through all layers while it is in the cache.
//!
//! ```text
//!   x (rows, inputs)    block of 120 rows --> all layers (kernel/network.rs) --> out (rows, outputs)
//!                       block of 120 rows --> ...
//! ```
//!
//! Each element is computed as the tensor operations compute it, in the same order, so the bits are theirs; what is saved are passes over memory, and allocations.
//! Shapes have been checked before (`sequential.rs`). Buffers belong to a [`Workspace`].

use alloc::vec::Vec;

use crate::kernel::closed::{Float, SHARED};
use crate::kernel::network::{Block, SPARE, Stage};
use crate::kernel::threads;

/// Rows that go through the layers together: whole tiles, whether 4, 6 or 8 high.
const BLOCK: usize = 120;

/// The memory of repeated predictions: it grows to what a model needs, and then no prediction allocates.
///
/// One may serve any number of models, one after another. See [`Sequential::predict`](crate::Sequential::predict).
#[derive(Clone, Debug, Default)]
pub struct Workspace<T = f64> {
    /// Both buffers, one after the other.
    between: Vec<T>,
    pub(super) out: Vec<T>,
}

impl<T: Float> Workspace<T> {
    /// An empty one.
    pub fn new() -> Self {
        Workspace { between: Vec::new(), out: Vec::new() }
    }
}

/// Rows through layers: `out` gets `rows` results of as many values as the last layer gives.
pub(super) fn forward<T: Float>(steps: &[Stage<T>], x: &[T], rows: usize, out: &mut [T], work: &mut Workspace<T>) {
    if rows == 0 || out.is_empty() {
        return;
    }
    if rows <= BLOCK {
        return blocks(steps, x, rows, out, work);
    }
    let (inputs, outputs) = (x.len() / rows, out.len() / rows);
    let threads = threads::num_threads().min(rows.div_ceil(BLOCK));
    if threads > 1 && rows.saturating_mul(weights(steps)) >= SHARED {
        let each = rows.div_ceil(threads).next_multiple_of(BLOCK);
        let parts = out.chunks_mut(each * outputs).enumerate().map(|(i, out)| {
            let rows = out.len() / outputs;
            let x = &x[i * each * inputs..][..rows * inputs];
            move || blocks(steps, x, rows, out, &mut Workspace::new())
        });
        return threads::run(parts.collect());
    }
    blocks(steps, x, rows, out, work);
}

/// Multiply-adds for one row.
fn weights<T: Float>(steps: &[Stage<T>]) -> usize {
    steps.iter().map(|step| if let Stage::Dense { w, .. } = step { w.len() } else { 0 }).sum()
}

fn blocks<T: Float>(steps: &[Stage<T>], x: &[T], rows: usize, out: &mut [T], work: &mut Workspace<T>) {
    // (A division takes as long as a small layer.)
    let (inputs, outputs) = if rows == 1 { (x.len(), out.len()) } else { (x.len() / rows, out.len() / rows) };
    let widths = steps.iter().map(|step| if let Stage::Dense { b, .. } = step { b.len() } else { 0 });
    let room = rows.min(BLOCK) * widths.fold(inputs, usize::max) + SPARE;
    if work.between.len() < 2 * room {
        work.between.resize(2 * room, T::ZERO);
    }
    let (front, back) = work.between.split_at_mut(room);
    let mut from = 0;
    while from < rows {
        let rows = BLOCK.min(rows - from);
        T::NETWORK(Block {
            steps,
            x: &x[from * inputs..][..rows * inputs],
            rows,
            front: &mut *front,
            back: &mut *back,
            out: &mut out[from * outputs..][..rows * outputs],
        });
        from += rows;
    }
}
