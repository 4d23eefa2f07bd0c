//! The forward pass: rows in blocks, each through all layers while it is in the cache, on several threads.
//!
//! ```text
//!   x (rows, inputs)    block of rows     --> all layers (kernel/network.rs) --> out (rows, outputs)
//!                       block of rows     --> ...
//! ```
//!
//! Each element is computed in the same order as by the tensor operations, so the bits are the same; fewer passes over
//! memory and no allocations make it faster. Shapes have been checked before (`sequential.rs`). Buffers belong to a
//! [`Workspace`]. Read next: `kernel/network.rs`.

use alloc::vec::Vec;

use crate::kernel::closed::{Float, SHARED};
use crate::kernel::network::{Block, SPARE, Stage};
use crate::kernel::{memory, threads};

/// Rows that go through the layers together, at most: a multiple of the height of a tile, 4, 6 or 8.
const BLOCK_ROWS_MAX: usize = 120;
/// Elements of a buffer between layers, unless one row has more: from 8,738 outputs on, blocks have fewer rows, so that
/// the width of a layer, which a file chooses, costs its own size and not 120 times that.
const BUFFER_ELEMENTS_MAX: usize = 1 << 20;
/// Elements of both buffers together that a single call has on its stack: an allocation takes as long as a small layer.
const ON_THE_STACK: usize = 64;

/// The memory of repeated predictions: it grows to what a model needs, and then no prediction allocates.
///
/// A new one has none, and [`Sequential::workspace`](crate::Sequential::workspace) makes one that is large enough. Two
/// pieces are taken: the results, and 2 (n w + 16) elements for the values between layers, w the outputs of the widest
/// dense layer (or the inputs, where the first layer is another one and they are more), n the rows, at most 120.
///
/// One may serve any number of models, one after another. See [`Sequential::predict`](crate::Sequential::predict). A
/// clone begins empty.
#[derive(Debug, Default)]
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

    /// One with room for `rows` rows of these sizes; `None` where there is not enough memory.
    pub(super) fn with_room(stages: &[Stage<T>], rows: usize, inputs: usize, outputs: usize) -> Option<Self> {
        let mut work = Workspace::new();
        fill_up(&mut work.out, rows.checked_mul(outputs)?)?;
        Blocks::new(stages, rows, inputs, outputs).reserve(&mut work)?;
        Some(work)
    }
}

impl<T> Clone for Workspace<T> {
    fn clone(&self) -> Self {
        Workspace { between: Vec::new(), out: Vec::new() }
    }
}

/// The forward pass of `rows` rows of `x` into `out`, with the memory of `work`, or its own; `None`, with `out` as it
/// was, where there is not enough memory for the values between layers.
#[must_use]
pub(super) fn forward<T: Float>(
    stages: &[Stage<T>],
    x: &[T],
    rows: usize,
    out: &mut [T],
    work: Option<&mut Workspace<T>>,
) -> Option<()> {
    if rows == 0 || out.is_empty() {
        return Some(());
    }
    // One row apart: a division takes as long as a small layer.
    let (inputs, outputs) = if rows == 1 { (x.len(), out.len()) } else { (x.len() / rows, out.len() / rows) };
    let blocks = Blocks::new(stages, rows, inputs, outputs);
    let threads = threads::num_threads().min(rows.div_ceil(blocks.rows));
    if threads > 1 && rows.saturating_mul(weights(stages)) >= SHARED {
        let each = rows.div_ceil(threads).next_multiple_of(blocks.rows);
        let mut parts = memory::with_capacity(threads)?;
        for (i, out) in out.chunks_mut(each * outputs).enumerate() {
            let x = &x[i * each * inputs..][..out.len() / outputs * inputs];
            let mut work = Workspace::new();
            blocks.reserve(&mut work)?;
            parts.push(move || blocks.forward(x, out, &mut work.between));
        }
        threads::run(parts.into_iter());
        return Some(());
    }
    let Some(work) = work else { return blocks.forward_once(x, out) };
    blocks.reserve(work)?;
    blocks.forward(x, out, &mut work.between);
    Some(())
}

/// The most values of a row that are held between layers. A dense layer at the front reads the input where it is: on a
/// small chip, that is most of the memory of a network of images.
pub(super) fn widest<T>(stages: &[Stage<T>], inputs: usize) -> usize {
    let held = if let Some(Stage::Dense { .. }) = stages.first() { 1 } else { inputs.max(1) };
    stages.iter().map(Stage::outputs).fold(held, usize::max)
}

/// Multiply-adds for one row.
fn weights<T: Float>(stages: &[Stage<T>]) -> usize {
    stages.iter().map(|stage| if let Stage::Dense { w, .. } = stage { w.len() } else { 0 }).sum()
}

/// How rows are split, and what a block needs.
#[derive(Clone, Copy)]
struct Blocks<'a, T> {
    stages: &'a [Stage<T>],
    /// Elements of a row of the input, and of the output.
    inputs: usize,
    outputs: usize,
    rows: usize,
    /// Elements in each of the two buffers.
    buffer: usize,
}

impl<'a, T: Float> Blocks<'a, T> {
    #[inline(always)]
    fn new(stages: &'a [Stage<T>], rows: usize, inputs: usize, outputs: usize) -> Self {
        let widest = widest(stages, inputs);
        let rows = if rows == 1 { 1 } else { rows.min((BUFFER_ELEMENTS_MAX / widest).clamp(1, BLOCK_ROWS_MAX)) };
        // No overflow: one row of this width is in memory, or the product is below the limit.
        Blocks { stages, inputs, outputs, rows, buffer: rows * widest + SPARE }
    }

    /// Makes the buffers of `work` large enough, or `None` where there is not enough memory.
    fn reserve(&self, work: &mut Workspace<T>) -> Option<()> {
        fill_up(&mut work.between, self.buffer.checked_mul(2)?)
    }

    /// With buffers of its own. (Not inlined: repeated predictions need neither the array nor what frees the memory.)
    #[inline(never)]
    fn forward_once(&self, x: &[T], out: &mut [T]) -> Option<()> {
        // (Not without a system: the stack of a Cortex-M0 is short.)
        if cfg!(feature = "std") && 2 * self.buffer <= ON_THE_STACK {
            self.forward(x, out, &mut [T::ZERO; ON_THE_STACK]);
            return Some(());
        }
        let mut own = Workspace::new();
        self.reserve(&mut own)?;
        self.forward(x, out, &mut own.between);
        Some(())
    }

    fn forward(&self, x: &[T], out: &mut [T], between: &mut [T]) {
        let (front, back) = between.split_at_mut(self.buffer);
        for (i, out) in out.chunks_mut(self.rows * self.outputs).enumerate() {
            let rows = if self.rows == 1 { 1 } else { out.len() / self.outputs };
            T::NETWORK(Block {
                steps: self.stages,
                x: &x[i * self.rows * self.inputs..][..rows * self.inputs],
                rows,
                front: &mut *front,
                back: &mut *back,
                out,
            });
        }
    }
}

/// Makes `values` at least `len` long; `None`, and `values` as they were, where there is not enough memory.
#[must_use]
pub(super) fn fill_up<T: Float>(values: &mut Vec<T>, len: usize) -> Option<()> {
    if values.len() < len { memory::resize(values, len, T::ZERO) } else { Some(()) }
}
