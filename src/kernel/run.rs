//! One operand of a kernel: contiguous elements, or one that is repeated.
//!
//! ```text
//!   Slice   x0 x1 x2 x3 ...     contiguous
//!   Splat   s  s  s  s  ...     one element for the whole run: a scalar, or a stride of 0
//! ```
//!
//! Runs are made by `elementwise/tiled.rs`, and by tensors whose elements are contiguous.

/// One operand of a run of results.
#[derive(Clone, Copy, Debug)]
pub enum Run<'a, T> {
    /// As many elements as there are results, contiguous.
    Slice(&'a [T]),
    /// One element, repeated.
    Splat(T),
}

impl<T> Run<'_, T> {
    /// Whether it serves a run of `n` results.
    #[inline(always)]
    pub(super) fn has_len(&self, n: usize) -> bool {
        match self {
            Run::Slice(x) => x.len() == n,
            Run::Splat(_) => true,
        }
    }
}
