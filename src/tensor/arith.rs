//! Elementwise work: broadcast, walk in lockstep, hand the blocks to kernels. What every operator runs through.
//!
//! ```text
//!   a (3,4) + b (3,4), contiguous                            one run each               -->  T::ADD.run  -->  out
//!   a (3,1) + b (4,)  --broadcast-->  (3,4)  --walk-->  blocks: matrices  --tiled-->  runs  -->  T::ADD.run  -->  out
//! ```
//!
//! Results are dense, laid out in the order of the walk (NumPy's order 'K'): what comes in transposed goes out
//! transposed, and memory is read and written straight ahead. An output that is given is written in C order; one that
//! lies otherwise is laid out anew. Which element meets which never depends on layout; nor do the bits. The operators
//! are in `ops.rs`, named functions in `ufunc.rs` and `compare.rs`, what goes into a tensor that is there in
//! `target.rs`. What is called here are the doors of the kernel, functions by pointer: so this text is compiled once
//! for all operations. Read next: `kernel/closed/mod.rs`.

use super::operand::Other;
use super::{Tensor, collected, expect, filled};
use crate::error::{Error, Result};
use crate::kernel::closed::{Binary, Element, Transposed, tiled};
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::kernel::run::Run;
use crate::layout::Layout;
use crate::layout::axes::Axes;
use crate::layout::shape;
use crate::layout::walk::Walk;

/// The block of operand `i` that starts at `offset`.
#[inline]
pub(super) fn block<'a, T>(walk: &Walk, i: usize, data: &'a [T], offset: usize) -> Mat<'a, T> {
    let [(rows, down), (cols, right)] = walk.block();
    Mat { data, start: offset, rows, cols, row_stride: down[i], col_stride: right[i] }
}

/// All blocks of a walk into `out`, front to back: `kernel` gets their offsets and the slots for their results.
#[inline]
fn blocks<'o, T: Element>(
    walk: &Walk,
    out: Slots<'o, T>,
    kernel: impl for<'b> Fn([usize; 3], Slots<'b, T>) -> &'b mut [T],
) -> &'o mut [T] {
    let [(rows, _), (cols, _)] = walk.block();
    let mut writer = out.writer();
    walk.for_each_block(&mut |offsets| writer.next(rows * cols, |slots| kernel(offsets, slots)));
    writer.finish()
}

/// `op` of every element: out has the shape of `a`.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
#[inline]
pub(crate) fn map<A: Element, T: Element>(
    a: &Tensor<A>,
    op: impl for<'o> Fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Result<Tensor<T>> {
    let Some(x) = a.as_slice() else { return map_strided(a, op) };
    let data = collected(x.len(), a.shape(), |slots| op(&Run::Slice(x), slots))?;
    Ok(Tensor::dense(data, a.shape()))
}

/// The same, where a panic is the answer to an error: the result is written where it is to stay. Moved there out of a
/// `Result`, a small one takes twice as long.
///
/// # Panics
/// With the text of the error.
#[inline]
#[track_caller]
pub(crate) fn map_or_panic<A: Element, T: Element>(
    a: &Tensor<A>,
    op: impl for<'o> Fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Tensor<T> {
    let Some(x) = a.as_slice() else { return expect(map_strided(a, op)) };
    let data = collected(x.len(), a.shape(), |slots| op(&Run::Slice(x), slots));
    Tensor::dense(expect(data), a.shape())
}

#[inline(never)]
fn map_strided<A: Element, T: Element>(
    a: &Tensor<A>,
    op: impl for<'o> Fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Result<Tensor<T>> {
    let (walk, order) = Walk::in_memory_order(&[&a.layout]);
    let data = filled(a.shape(), |slots| map_walk(&walk, a, slots, op))?;
    Ok(Tensor::new(data, Layout::dense(a.shape(), &order)))
}

/// `op` of every element, in the order of the walk.
#[inline]
pub(super) fn map_walk<'o, A: Element, T: Element>(
    walk: &Walk,
    a: &Tensor<A>,
    out: Slots<'o, T>,
    op: impl for<'b> Fn(&Run<'_, A>, Slots<'b, T>) -> &'b mut [T],
) -> &'o mut [T] {
    blocks(walk, out, |[p, ..], slots| tiled::map(&block(walk, 0, &a.data, p), slots, &op))
}

/// The elements in C order.
pub(crate) fn copy<'o, T: Element>(a: &Tensor<T>, out: Slots<'o, T>) -> &'o mut [T] {
    let walk = Walk::in_index_order(&[&a.layout]);
    blocks(&walk, out, |[p, ..], slots| T::COPY(&block(&walk, 0, &a.data, p), slots))
}

/// The shape that all operands stretch to.
///
/// # Errors
/// [`Error::Broadcast`] with all shapes, [`Error::TooBig`].
pub(crate) fn common(shapes: &[&[usize]]) -> Result<Axes<usize>> {
    let mut common = Axes::from(shapes[0]);
    for shape in &shapes[1..] {
        common = shape::broadcast_pair(&common, shape)
            .ok_or_else(|| Error::Broadcast { shapes: shapes.iter().map(|shape| shape.to_vec()).collect() })?;
    }
    shape::checked_size(&common)?;
    Ok(common)
}

/// Two operands of one shape whose elements are contiguous in C order, or such a one and a scalar: one run each, and
/// what the result is.
struct Flat<'t, A, B> {
    x: Run<'t, A>,
    y: Run<'t, B>,
    size: usize,
    shape: &'t [usize],
}

/// Both so, if that is how they lie.
#[inline(always)]
fn flat<'t, A: Element, B: Element>(a: Other<'t, A>, b: Other<'t, B>) -> Option<Flat<'t, A, B>> {
    // (Checked first, for it is the usual case: of three elements each branch is measurable.)
    if let (Other::Tensor(a), Other::Tensor(b)) = (a, b)
        && a.shape().iter().eq(b.shape())
    {
        let (x, y) = (a.as_slice()?, b.as_slice()?);
        return Some(Flat { x: Run::Slice(x), y: Run::Slice(y), size: x.len(), shape: a.shape() });
    }
    let shape = if a.shape().is_empty() { b.shape() } else { a.shape() };
    Some(Flat { x: a.run(shape)?, y: b.run(shape)?, size: shape.iter().product(), shape })
}

/// `op` of every pair: out has the shape that both stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`], [`Error::OutOfMemory`].
#[inline]
pub(crate) fn zip<A: Element, B: Element, T: Element>(
    a: Other<'_, A>,
    b: Other<'_, B>,
    op: Binary<A, B, T>,
) -> Result<Tensor<T>> {
    let Some(Flat { x, y, size, shape }) = flat(a, b) else { return zip_strided(a, b, op) };
    let data = collected(size, shape, |slots| (op.run)(&x, &y, slots))?;
    Ok(Tensor::dense(data, shape))
}

/// The same, where a panic is the answer to an error; see [`map_or_panic`].
///
/// # Panics
/// With the text of the error.
#[inline(always)]
#[track_caller]
pub(crate) fn zip_or_panic<A: Element, B: Element, T: Element>(
    a: Other<'_, A>,
    b: Other<'_, B>,
    op: Binary<A, B, T>,
) -> Tensor<T> {
    let Some(Flat { x, y, size, shape }) = flat(a, b) else { return expect(zip_strided(a, b, op)) };
    let data = collected(size, shape, |slots| (op.run)(&x, &y, slots));
    Tensor::dense(expect(data), shape)
}

#[inline(never)]
fn zip_strided<A: Element, B: Element, T: Element>(
    a: Other<'_, A>,
    b: Other<'_, B>,
    op: Binary<A, B, T>,
) -> Result<Tensor<T>> {
    let shape = common(&[a.shape(), b.shape()])?;
    let (walk, order) = Walk::in_memory_order(&[&a.stretched(&shape), &b.stretched(&shape)]);
    let data = filled(&shape, |slots| zip_walk(&walk, a.data(), b.data(), slots, op.run, op.transposed))?;
    Ok(Tensor::new(data, Layout::dense(&shape, &order)))
}

/// `run` of every pair, in the order of the walk, or the faster way where it serves.
#[inline]
pub(super) fn zip_walk<'o, A: Element, B: Element, T: Element>(
    walk: &Walk,
    a: &[A],
    b: &[B],
    out: Slots<'o, T>,
    run: impl for<'b> Fn(&Run<'_, A>, &Run<'_, B>, Slots<'b, T>) -> &'b mut [T],
    transposed: Option<Transposed<A, B, T>>,
) -> &'o mut [T] {
    blocks(walk, out, |[p, q, _], slots| {
        let (x, y) = (block(walk, 0, a, p), block(walk, 1, b, q));
        let slots = match transposed {
            None => slots,
            Some(transposed) => match transposed(&x, &y, slots) {
                Ok(done) => return done,
                Err(slots) => slots,
            },
        };
        tiled::zip(&x, &y, slots, &run)
    })
}

/// From `x` where `mask` is true, else from `y`: out has the shape that all three stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`], [`Error::OutOfMemory`].
pub(super) fn select<T: Element>(mask: &Tensor<bool>, x: Other<'_, T>, y: Other<'_, T>) -> Result<Tensor<T>> {
    let shape = common(&[mask.shape(), x.shape(), y.shape()])?;
    let layouts = [mask.layout.stretched(&shape), x.stretched(&shape), y.stretched(&shape)];
    let (walk, order) = Walk::in_memory_order(&layouts.each_ref());
    let data = filled(&shape, |slots| {
        blocks(&walk, slots, |[p, q, r], slots| {
            let mask = block(&walk, 0, &mask.data, p);
            T::SELECT(&mask, &block(&walk, 1, x.data(), q), &block(&walk, 2, y.data(), r), slots)
        })
    })?;
    Ok(Tensor::new(data, Layout::dense(&shape, &order)))
}
