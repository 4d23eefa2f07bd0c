//! The forward pass: rows in blocks, each through all layers while it is in the cache, on several threads.
//!
//! ```text
//!   x (rows, inputs)    block of 120 rows --> all layers (kernel/network.rs) --> out (rows, outputs)
//!                       block of 120 rows --> ...
//! ```
//!
//! Each element is computed in the same order as by the tensor operations, so the bits are the same; fewer passes over
//! memory and no allocations make it faster. Shapes have been checked before (`sequential.rs`). Buffers belong to a
//! [`Workspace`]. Read next: `kernel/network.rs`.

use alloc::vec::Vec;

use crate::kernel::closed::{Float, SHARED};
use crate::kernel::network::{Block, SPARE, Stage};
use crate::kernel::threads;

/// Rows that go through the layers together: a multiple of the height of a tile, 4, 6 or 8.
const BLOCK_ROWS: usize = 120;

/// The memory of repeated predictions: it grows to what a model needs, and then no prediction allocates.
///
/// One may serve any number of models, one after another. See [`Sequential::predict`](crate::Sequential::predict).
#[derive(Clone, Debug, Default)]
pub struct Workspace<T = f64> {
    /// Two buffers for values between layers, one after the other.
    between: Vec<T>,
    pub(super) out: Vec<T>,
}

impl<T: Float> Workspace<T> {
    /// An empty one.
    pub fn new() -> Self {
        Workspace { between: Vec::new(), out: Vec::new() }
    }
}

/// The forward pass of `rows` rows of `x` into `out`.
pub(super) fn forward<T: Float>(stages: &[Stage<T>], x: &[T], rows: usize, out: &mut [T], work: &mut Workspace<T>) {
    if rows == 0 || out.is_empty() {
        return;
    }
    if rows <= BLOCK_ROWS {
        return blocks(stages, x, rows, out, work);
    }
    let (inputs, outputs) = (x.len() / rows, out.len() / rows);
    let threads = threads::num_threads().min(rows.div_ceil(BLOCK_ROWS));
    if threads > 1 && rows.saturating_mul(weights(stages)) >= SHARED {
        let each = rows.div_ceil(threads).next_multiple_of(BLOCK_ROWS);
        let parts = out.chunks_mut(each * outputs).enumerate().map(|(i, out)| {
            let rows = out.len() / outputs;
            let x = &x[i * each * inputs..][..rows * inputs];
            move || blocks(stages, x, rows, out, &mut Workspace::new())
        });
        return threads::run(parts.collect());
    }
    blocks(stages, x, rows, out, work);
}

/// Multiply-adds for one row.
fn weights<T: Float>(stages: &[Stage<T>]) -> usize {
    stages.iter().map(|stage| if let Stage::Dense { w, .. } = stage { w.len() } else { 0 }).sum()
}

fn blocks<T: Float>(stages: &[Stage<T>], x: &[T], rows: usize, out: &mut [T], work: &mut Workspace<T>) {
    // One row apart: a division takes as long as a small layer.
    let (inputs, outputs) = if rows == 1 { (x.len(), out.len()) } else { (x.len() / rows, out.len() / rows) };
    let widths = stages.iter().map(|stage| if let Stage::Dense { b, .. } = stage { b.len() } else { 0 });
    let len = rows.min(BLOCK_ROWS) * widths.fold(inputs, usize::max) + SPARE;
    if work.between.len() < 2 * len {
        work.between.resize(2 * len, T::ZERO);
    }
    let (front, back) = work.between.split_at_mut(len);
    let mut from = 0;
    while from < rows {
        let rows = BLOCK_ROWS.min(rows - from);
        T::NETWORK(Block {
            steps: stages,
            x: &x[from * inputs..][..rows * inputs],
            rows,
            front: &mut *front,
            back: &mut *back,
            out: &mut out[from * outputs..][..rows * outputs],
        });
        from += rows;
    }
}
