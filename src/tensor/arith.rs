//! Elementwise work: broadcast, walk in lockstep, hand the blocks to kernels. The road that every operator takes.
//!
//! ```text
//!   a (3,1), b (4,)  --broadcast-->  (3,4)  --walk-->  one block, 3 runs of 4:  a splat, b slice  --kernel-->  out, written front to back
//! ```
//!
//! Results are dense, laid out in the order of the walk (NumPy's order 'K'): what comes in transposed goes out transposed, and memory is read and written
//! straight ahead. An output that is given is written in C order; one that lies otherwise is laid out anew. Which element meets which never depends on layout; nor do the bits.
//! The operators are in `ops.rs`, named functions in `ufunc.rs` and `compare.rs`, the forms with an output in `into.rs`. Read next: `kernel/lanes.rs`.

use alloc::vec::Vec;

use super::{Tensor, collected, expect, filled};
use crate::error::{Error, Result};
use crate::kernel::element::Element;
use crate::kernel::lanes::{self, Each, Run};
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::kernel::pair::{Pair, Update};
use crate::layout::Layout;
use crate::layout::axes::Axes;
use crate::layout::shape;
use crate::layout::walk::Walk;

/// The block of operand `i` that starts at `place`.
#[inline(always)]
fn block<'a, T, const N: usize>(walk: &Walk<N>, i: usize, data: &'a [T], place: usize) -> Mat<'a, T> {
    let [(rows, down), (cols, right)] = walk.block();
    Mat { data, start: place, rows, cols, row_stride: down[i], col_stride: right[i] }
}

/// All blocks of a walk into `out`, front to back: `kernel` gets their places and the slots for their results.
#[inline]
fn blocks<'o, T: Element, const N: usize>(
    walk: &Walk<N>,
    out: Slots<'o, T>,
    kernel: impl for<'b> Fn([usize; N], Slots<'b, T>) -> &'b mut [T],
) -> &'o mut [T] {
    let [(rows, _), (cols, _)] = walk.block();
    let mut writer = out.writer();
    walk.for_each_block(|places| writer.next(rows * cols, |slots| kernel(places, slots)));
    writer.finish()
}

/// `f` of every element: out has the shape of `a`.
///
/// # Panics
/// When the memory for the result cannot be had, which only a stretched tensor of absurd size can bring about.
#[inline]
#[track_caller]
pub(crate) fn map<A: Element, T: Element>(a: &Tensor<A>, f: impl Each<A, T>) -> Tensor<T> {
    if let Some(x) = a.as_slice() {
        let data = collected(x.len(), a.shape(), |slots| lanes::map_slice(x, slots, f));
        return Tensor::dense(expect(data), a.shape());
    }
    map_any(a, f)
}

#[inline(never)]
#[track_caller]
fn map_any<A: Element, T: Element>(a: &Tensor<A>, f: impl Each<A, T>) -> Tensor<T> {
    let (walk, order) = Walk::in_memory_order([&a.layout]);
    let data = expect(filled(a.shape(), |slots| map_walk(&walk, a, slots, f)));
    Tensor::new(data, Layout::dense(a.shape(), &order))
}

fn map_walk<'o, A: Element, T: Element>(
    walk: &Walk<1>,
    a: &Tensor<A>,
    out: Slots<'o, T>,
    f: impl Each<A, T>,
) -> &'o mut [T] {
    blocks(walk, out, |[p], slots| lanes::map(block(walk, 0, &a.data, p), slots, f))
}

/// The elements in C order.
pub(crate) fn copy<'o, T: Element>(a: &Tensor<T>, out: Slots<'o, T>) -> &'o mut [T] {
    map_walk(&Walk::in_index_order([&a.layout]), a, out, |x| x)
}

/// The shape that two operands stretch to.
#[inline]
pub(crate) fn common(a: &[usize], b: &[usize]) -> Result<Axes<usize>> {
    let shape =
        shape::broadcast_pair(a, b).ok_or_else(|| Error::Broadcast { shapes: alloc::vec![a.to_vec(), b.to_vec()] })?;
    shape::checked_size(&shape)?;
    Ok(shape)
}

/// Two operands of one shape whose elements lie side by side in C order, or such a one and a scalar: one run each, and what the result is.
struct Flat<'t, A, B> {
    x: Run<'t, A>,
    y: Run<'t, B>,
    size: usize,
    shape: &'t [usize],
}

/// Both so, if that is how they lie.
#[inline(always)]
fn flat<'t, A: Element, B: Element>(a: &'t Tensor<A>, b: &'t Tensor<B>) -> Option<Flat<'t, A, B>> {
    // (The usual case first: small results notice every question.)
    if a.shape().iter().eq(b.shape()) {
        let (x, y) = (a.as_slice()?, b.as_slice()?);
        return Some(Flat { x: Run::Slice(x), y: Run::Slice(y), size: x.len(), shape: a.shape() });
    }
    let shape = if a.ndim() == 0 { b.shape() } else { a.shape() };
    Some(Flat { x: run(a, shape)?, y: run(b, shape)?, size: shape.iter().product(), shape })
}

/// The elements for a result of that shape in C order as one run, if that is how they lie: side by side, or a scalar.
#[inline(always)]
fn run<'t, T: Element>(t: &'t Tensor<T>, shape: &[usize]) -> Option<Run<'t, T>> {
    match t.shape() {
        [] => Some(Run::Splat(t.data[t.layout.offset()])),
        own if own.iter().eq(shape) => t.as_slice().map(Run::Slice),
        _ => None,
    }
}

/// `f(a, b)` of every pair: out has the shape that both stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`].
#[inline]
pub(crate) fn zip<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    f: impl Pair<A, B, T>,
) -> Result<Tensor<T>> {
    match flat(a, b) {
        Some(Flat { x, y, size, shape }) => {
            let data = collected(size, shape, |slots| lanes::zip_runs(x, y, slots, f))?;
            Ok(Tensor::dense(data, shape))
        }
        None => zip_any(a, b, f),
    }
}

/// The same, where a panic is the answer to an error: the result is written where it is to stay, not moved there out of a `Result`, which small ones notice.
///
/// # Panics
/// With the text of the error.
#[inline]
#[track_caller]
pub(crate) fn zip_or_panic<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    f: impl Pair<A, B, T>,
) -> Tensor<T> {
    match flat(a, b) {
        Some(Flat { x, y, size, shape }) => {
            let data = collected(size, shape, |slots| lanes::zip_runs(x, y, slots, f));
            Tensor::dense(expect(data), shape)
        }
        None => expect(zip_any(a, b, f)),
    }
}

#[inline(never)]
fn zip_any<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    f: impl Pair<A, B, T>,
) -> Result<Tensor<T>> {
    let shape = common(a.shape(), b.shape())?;
    let (la, lb) = (a.layout.stretched(&shape), b.layout.stretched(&shape));
    let (walk, order) = Walk::in_memory_order([&la, &lb]);
    let data = filled(&shape, |slots| zip_walk(&walk, a, b, slots, f))?;
    Ok(Tensor::new(data, Layout::dense(&shape, &order)))
}

fn zip_walk<'o, A: Element, B: Element, T: Element>(
    walk: &Walk<2>,
    a: &Tensor<A>,
    b: &Tensor<B>,
    out: Slots<'o, T>,
    f: impl Pair<A, B, T>,
) -> &'o mut [T] {
    blocks(walk, out, |[p, q], slots| lanes::zip(block(walk, 0, &a.data, p), block(walk, 1, &b.data, q), slots, f))
}

/// `f(a, b, c)` of every triple: out has the shape that all three stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`].
pub(crate) fn zip3<A: Element, B: Element, C: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    c: &Tensor<C>,
    f: impl Fn(A, B, C) -> T + Copy,
) -> Result<Tensor<T>> {
    let wrong = || Error::Broadcast { shapes: alloc::vec![a.shape().to_vec(), b.shape().to_vec(), c.shape().to_vec()] };
    let shape = shape::broadcast_pair(a.shape(), b.shape()).ok_or_else(wrong)?;
    let shape = shape::broadcast_pair(&shape, c.shape()).ok_or_else(wrong)?;
    let size = shape::checked_size(&shape)?;
    let layouts = [a.layout.stretched(&shape), b.layout.stretched(&shape), c.layout.stretched(&shape)];
    let (walk, order) = Walk::in_memory_order(layouts.each_ref());
    let data = filled(&shape, |slots| {
        debug_assert_eq!(slots.len(), size);
        blocks(&walk, slots, |[p, q, r], slots| {
            let x = block(&walk, 0, &a.data, p);
            lanes::zip3((x, block(&walk, 1, &b.data, q), block(&walk, 2, &c.data, r)), slots, f)
        })
    })?;
    Ok(Tensor::new(data, Layout::dense(&shape, &order)))
}

/// Whether an output of shape `out` takes what the operands give: they stretch to it, and it need not grow.
///
/// # Errors
/// [`Error::Broadcast`], where NumPy counts the output as one more operand; [`Error::Output`].
pub(super) fn takes(out: &[usize], operands: &[&[usize]]) -> Result<()> {
    if operands.iter().all(|operand| shape::stretches(operand, out)) {
        return Ok(());
    }
    let mut shape = Axes::from(out);
    for operand in operands {
        shape = shape::broadcast_pair(&shape, operand).ok_or_else(|| {
            let shapes: Vec<Vec<usize>> = operands.iter().chain([&out]).map(|shape| shape.to_vec()).collect();
            Error::Broadcast { shapes }
        })?;
    }
    Err(Error::Output { target: out.to_vec(), result: shape.to_vec() })
}

/// `f` of every element into `out`, whose shape stays.
///
/// # Errors
/// [`Error::Output`] when `out` would have to grow, [`Error::Broadcast`]; `out` is unchanged then.
pub(crate) fn map_into<A: Element, T: Element>(a: &Tensor<A>, out: &mut Tensor<T>, f: impl Each<A, T>) -> Result<()> {
    if let (true, Some(x)) = (a.shape().iter().eq(out.shape()), a.as_slice()) {
        return out.overwrite(|slots| lanes::map_slice(x, slots, f));
    }
    takes(out.shape(), &[a.shape()])?;
    let layout = a.layout.stretched(out.shape());
    out.overwrite(|slots| map_walk(&Walk::in_index_order([&layout]), a, slots, f))
}

/// `f(a, b)` of every pair into `out`, whose shape stays.
///
/// # Errors
/// [`Error::Output`] when `out` would have to grow, [`Error::Broadcast`]; `out` is unchanged then.
pub(crate) fn zip_into<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    out: &mut Tensor<T>,
    f: impl Pair<A, B, T>,
) -> Result<()> {
    if let Some(Flat { x, y, shape, .. }) = flat(a, b)
        && shape.iter().eq(out.shape())
    {
        return out.overwrite(|slots| lanes::zip_runs(x, y, slots, f));
    }
    takes(out.shape(), &[a.shape(), b.shape()])?;
    let (la, lb) = (a.layout.stretched(out.shape()), b.layout.stretched(out.shape()));
    out.overwrite(|slots| zip_walk(&Walk::in_index_order([&la, &lb]), a, b, slots, f))
}

/// `a = f(a, b)` for every pair; the shape of `a` stays.
///
/// # Errors
/// [`Error::Output`] when `a` would have to grow, [`Error::Broadcast`]; `a` is unchanged then.
pub(crate) fn update<A: Element, B: Element>(a: &mut Tensor<A>, b: &Tensor<B>, f: impl Update<A, B>) -> Result<()> {
    if let (Some(y), Some(size)) = (run(b, a.shape()), a.layout.contiguous_size())
        && let Some(data) = a.data.alone()
    {
        lanes::update_run(&mut data[a.layout.offset()..][..size], y, f);
        return Ok(());
    }
    takes(a.shape(), &[a.shape(), b.shape()])?;
    let other = b.layout.stretched(a.shape());
    let (Some(size), Some(data)) = (a.layout.contiguous_size(), a.data.alone()) else {
        *a = zip(a, b, f)?;
        return Ok(());
    };
    let walk = Walk::in_index_order([&other]);
    let [(rows, _), (cols, _)] = walk.block();
    let mut left = &mut data[a.layout.offset()..][..size];
    walk.for_each_block(|[q]| {
        let (x, rest) = core::mem::take(&mut left).split_at_mut(rows * cols);
        lanes::update(x, block(&walk, 0, &b.data, q), f);
        left = rest;
    });
    Ok(())
}
