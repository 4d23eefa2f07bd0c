//! Elementwise work: broadcast, walk in lockstep, hand the blocks to kernels. The road that every operator takes.
//!
//! ```text
//!   a (3,4) + b (3,4), contiguous      one run each                                              -->  T::ADD.run
//!   a (3,1) + b (4,)   --broadcast-->  (3,4)  --walk-->  blocks: matrices, any strides  -->  T::ADD.mats  -->  out
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
use crate::kernel::closed::{Binary, Element, Unary, map_each, tiled};
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::kernel::run::Run;
use crate::layout::Layout;
use crate::layout::axes::Axes;
use crate::layout::shape;
use crate::layout::walk::Walk;

/// The block of operand `i` that starts at `place`.
#[inline]
pub(super) fn block<'a, T>(walk: &Walk, i: usize, data: &'a [T], place: usize) -> Mat<'a, T> {
    let [(rows, down), (cols, right)] = walk.block();
    Mat { data, start: place, rows, cols, row_stride: down[i], col_stride: right[i] }
}

/// All blocks of a walk into `out`, front to back: `kernel` gets their places and the slots for their results.
#[inline]
fn blocks<'o, T: Element>(
    walk: &Walk,
    out: Slots<'o, T>,
    kernel: impl for<'b> Fn([usize; 3], Slots<'b, T>) -> &'b mut [T],
) -> &'o mut [T] {
    let [(rows, _), (cols, _)] = walk.block();
    let mut writer = out.writer();
    walk.for_each_block(&mut |places| writer.next(rows * cols, |slots| kernel(places, slots)));
    writer.finish()
}

/// `op` of every element: out has the shape of `a`.
///
/// # Panics
/// When the memory for the result cannot be had, which only a stretched tensor of absurd size can bring about.
#[inline]
#[track_caller]
pub(crate) fn map<A: Element, T: Element>(a: &Tensor<A>, op: Unary<A, T>) -> Tensor<T> {
    map_by(a, op.run, op.mats)
}

/// The same.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
pub(crate) fn try_map<A: Element, T: Element>(a: &Tensor<A>, op: Unary<A, T>) -> Result<Tensor<T>> {
    let Some(x) = a.as_slice() else { return map_any(a, op.mats) };
    let data = collected(x.len(), a.shape(), |slots| (op.run)(&Run::Slice(x), slots))?;
    Ok(Tensor::dense(data, a.shape()))
}

/// The same for a function of the caller's own.
#[inline]
#[track_caller]
pub(super) fn map_with<A: Element, T: Element>(a: &Tensor<A>, f: impl Fn(A) -> T + Copy) -> Tensor<T> {
    map_by(a, |x, out| map_each(x, out, f), |x, out| tiled::map(x, out, |x, out| map_each(x, out, f)))
}

#[inline]
#[track_caller]
fn map_by<A: Element, T: Element>(
    a: &Tensor<A>,
    run: impl for<'o> Fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
    mats: impl for<'o> Fn(&Mat<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Tensor<T> {
    if let Some(x) = a.as_slice() {
        let data = collected(x.len(), a.shape(), |slots| run(&Run::Slice(x), slots));
        return Tensor::dense(expect(data), a.shape());
    }
    expect(map_any(a, mats))
}

#[inline]
fn map_any<A: Element, T: Element>(
    a: &Tensor<A>,
    mats: impl for<'o> Fn(&Mat<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Result<Tensor<T>> {
    let (walk, order) = Walk::in_memory_order(&[&a.layout]);
    let data = filled(a.shape(), |slots| map_walk(&walk, a, slots, mats))?;
    Ok(Tensor::new(data, Layout::dense(a.shape(), &order)))
}

#[inline]
pub(super) fn map_walk<'o, A: Element, T: Element>(
    walk: &Walk,
    a: &Tensor<A>,
    out: Slots<'o, T>,
    mats: impl for<'b> Fn(&Mat<'_, A>, Slots<'b, T>) -> &'b mut [T],
) -> &'o mut [T] {
    blocks(walk, out, |[p, ..], slots| mats(&block(walk, 0, &a.data, p), slots))
}

/// The elements in C order.
pub(crate) fn copy<'o, T: Element>(a: &Tensor<T>, out: Slots<'o, T>) -> &'o mut [T] {
    map_walk(&Walk::in_index_order(&[&a.layout]), a, out, T::COPY.mats)
}

/// A tensor of as many elements, contiguous in the order in which they are in memory.
///
/// # Errors
/// [`Error::TooBig`].
#[inline(never)]
pub(super) fn packed<T: Element>(a: &Tensor<T>) -> Result<Tensor<T>> {
    map_any(a, T::COPY.mats)
}

/// The shape that two operands stretch to.
pub(crate) fn common(a: &[usize], b: &[usize]) -> Result<Axes<usize>> {
    let shape =
        shape::broadcast_pair(a, b).ok_or_else(|| Error::Broadcast { shapes: [a, b].map(<[_]>::to_vec).into() })?;
    shape::checked_size(&shape)?;
    Ok(shape)
}

/// The shape that three operands stretch to.
pub(super) fn common_of_three(a: &[usize], b: &[usize], c: &[usize]) -> Result<Axes<usize>> {
    let wrong = || Error::Broadcast { shapes: [a, b, c].map(<[_]>::to_vec).into() };
    let shape = shape::broadcast_pair(a, b).ok_or_else(wrong)?;
    let shape = shape::broadcast_pair(&shape, c).ok_or_else(wrong)?;
    shape::checked_size(&shape)?;
    Ok(shape)
}

/// Two operands of one shape whose elements are contiguous in C order, or such a one and a scalar: one run each, and
/// what the result is.
pub(super) struct Flat<'t, A, B> {
    pub(super) x: Run<'t, A>,
    pub(super) y: Run<'t, B>,
    size: usize,
    pub(super) shape: &'t [usize],
}

/// Both so, if that is how they lie.
#[inline(always)]
pub(super) fn flat<'t, A: Element, B: Element>(a: &'t Tensor<A>, b: &'t Tensor<B>) -> Option<Flat<'t, A, B>> {
    // (Checked first, for it is the usual case: of three elements each branch is measurable.)
    if a.shape().iter().eq(b.shape()) {
        let (x, y) = (a.as_slice()?, b.as_slice()?);
        return Some(Flat { x: Run::Slice(x), y: Run::Slice(y), size: x.len(), shape: a.shape() });
    }
    let shape = if a.ndim() == 0 { b.shape() } else { a.shape() };
    Some(Flat { x: run(a, shape)?, y: run(b, shape)?, size: shape.iter().product(), shape })
}

/// The elements for a result of that shape in C order as one run, if that is how they lie: contiguous, or a scalar.
#[inline(always)]
pub(super) fn run<'t, T: Element>(t: &'t Tensor<T>, shape: &[usize]) -> Option<Run<'t, T>> {
    match t.shape() {
        [] => Some(Run::Splat(t.data[t.layout.offset()])),
        own if own.iter().eq(shape) => t.as_slice().map(Run::Slice),
        _ => None,
    }
}

/// `op` of every pair: out has the shape that both stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`], [`Error::OutOfMemory`].
#[inline]
pub(crate) fn zip<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    op: Binary<A, B, T>,
) -> Result<Tensor<T>> {
    match flat(a, b) {
        Some(Flat { x, y, size, shape }) => {
            let data = collected(size, shape, |slots| (op.run)(&x, &y, slots))?;
            Ok(Tensor::dense(data, shape))
        }
        None => zip_any(Other::Tensor(a), Other::Tensor(b), op),
    }
}

/// `op` of every pair of an element and what stands beside it.
///
/// # Errors
/// Those of [`zip`].
pub(super) fn zip_other<A: Element, T: Element>(
    a: &Tensor<A>,
    other: Other<'_, A>,
    op: Binary<A, A, T>,
) -> Result<Tensor<T>> {
    match (other, a.as_slice()) {
        (Other::Tensor(b), _) => zip(a, b, op),
        (Other::Scalar(y), Some(x)) => {
            let data = collected(x.len(), a.shape(), |slots| (op.run)(&Run::Slice(x), &Run::Splat(y), slots))?;
            Ok(Tensor::dense(data, a.shape()))
        }
        (Other::Scalar(_), None) => zip_any(Other::Tensor(a), other, op),
    }
}

/// The same as [`zip`], where a panic is the answer to an error: the result is written where it is to stay, not moved
/// there out of a `Result`, which is measurable for small ones.
///
/// # Panics
/// With the text of the error.
#[inline]
#[track_caller]
pub(crate) fn zip_or_panic<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    op: Binary<A, B, T>,
) -> Tensor<T> {
    match flat(a, b) {
        Some(Flat { x, y, size, shape }) => {
            let data = collected(size, shape, |slots| (op.run)(&x, &y, slots));
            Tensor::dense(expect(data), shape)
        }
        None => expect(zip_any(Other::Tensor(a), Other::Tensor(b), op)),
    }
}

#[inline(never)]
fn zip_any<A: Element, B: Element, T: Element>(
    a: Other<'_, A>,
    b: Other<'_, B>,
    op: Binary<A, B, T>,
) -> Result<Tensor<T>> {
    let shape = common(a.shape(), b.shape())?;
    let (walk, order) = Walk::in_memory_order(&[&a.stretched(&shape), &b.stretched(&shape)]);
    let data = filled(&shape, |slots| zip_walk(&walk, a.data(), b.data(), slots, op.mats))?;
    Ok(Tensor::new(data, Layout::dense(&shape, &order)))
}

#[inline]
pub(super) fn zip_walk<'o, A, B, T: Element>(
    walk: &Walk,
    a: &[A],
    b: &[B],
    out: Slots<'o, T>,
    mats: impl for<'b> Fn(&Mat<'_, A>, &Mat<'_, B>, Slots<'b, T>) -> &'b mut [T],
) -> &'o mut [T] {
    blocks(walk, out, |[p, q, _], slots| mats(&block(walk, 0, a, p), &block(walk, 1, b, q), slots))
}

/// `op(a, scalar)` of every element.
///
/// # Panics
/// As [`map`].
#[inline]
#[track_caller]
pub(super) fn zip_scalar<A: Element, T: Element>(a: &Tensor<A>, scalar: A, op: Binary<A, A, T>) -> Tensor<T> {
    let Some(x) = a.as_slice() else { return expect(zip_any(Other::Tensor(a), Other::Scalar(scalar), op)) };
    let data = collected(x.len(), a.shape(), |slots| (op.run)(&Run::Slice(x), &Run::Splat(scalar), slots));
    Tensor::dense(expect(data), a.shape())
}

/// `op(scalar, a)` of every element.
///
/// # Panics
/// As [`map`].
#[inline]
#[track_caller]
pub(super) fn scalar_zip<A: Element, T: Element>(scalar: A, a: &Tensor<A>, op: Binary<A, A, T>) -> Tensor<T> {
    let Some(x) = a.as_slice() else { return expect(zip_any(Other::Scalar(scalar), Other::Tensor(a), op)) };
    let data = collected(x.len(), a.shape(), |slots| (op.run)(&Run::Splat(scalar), &Run::Slice(x), slots));
    Tensor::dense(expect(data), a.shape())
}

/// From `x` where `mask` is true, else from `y`: out has the shape that all three stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`], [`Error::OutOfMemory`].
pub(super) fn select<T: Element>(mask: &Tensor<bool>, x: Other<'_, T>, y: Other<'_, T>) -> Result<Tensor<T>> {
    let shape = common_of_three(mask.shape(), x.shape(), y.shape())?;
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
