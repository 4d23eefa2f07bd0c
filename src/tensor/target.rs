//! Elementwise results into a tensor that is there: an output, or the left operand itself.
//!
//! The shape of the target stays; operands stretch to it. Memory that it shares with other tensors, or in which it is
//! not contiguous, is left to them, and the result goes into new memory. The methods are in `into.rs` and `ops.rs`.
//! Read next: `kernel/closed/mod.rs`.

use alloc::vec::Vec;

use super::Tensor;
use super::arith;
use super::operand::Other;
use crate::error::{Error, Result};
use crate::kernel::closed::{Binary, Element, Unary, Update, map_each, tiled, zip_each};
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::kernel::run::Run;
use crate::layout::axes::Axes;
use crate::layout::shape;
use crate::layout::walk::Walk;

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

/// `op` of every element into `out`, whose shape stays.
///
/// # Errors
/// [`Error::Output`] when `out` would have to grow, [`Error::Broadcast`]; `out` is unchanged then.
pub(super) fn map_into<A: Element, T: Element>(a: &Tensor<A>, out: &mut Tensor<T>, op: Unary<A, T>) -> Result<()> {
    map_into_by(a, out, op.run, op.mats)
}

/// The same for a function of the caller's own.
///
/// # Errors
/// Those of [`map_into`].
pub(super) fn map_into_with<A: Element, T: Element>(
    a: &Tensor<A>,
    out: &mut Tensor<T>,
    f: impl Fn(A) -> T + Copy,
) -> Result<()> {
    map_into_by(a, out, |x, out| map_each(x, out, f), |x, out| tiled::map(x, out, |x, out| map_each(x, out, f)))
}

fn map_into_by<A: Element, T: Element>(
    a: &Tensor<A>,
    out: &mut Tensor<T>,
    run: impl for<'o> Fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
    mats: impl for<'o> Fn(&Mat<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Result<()> {
    if let (true, Some(x)) = (a.shape().iter().eq(out.shape()), a.as_slice()) {
        return out.overwrite(|slots| run(&Run::Slice(x), slots));
    }
    takes(out.shape(), &[a.shape()])?;
    let layout = a.layout.stretched(out.shape());
    out.overwrite(|slots| arith::map_walk(&Walk::in_index_order(&[&layout]), a, slots, mats))
}

/// `op` of every pair into `out`, whose shape stays.
///
/// # Errors
/// [`Error::Output`] when `out` would have to grow, [`Error::Broadcast`]; `out` is unchanged then.
pub(super) fn zip_into<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: Other<'_, B>,
    out: &mut Tensor<T>,
    op: Binary<A, B, T>,
) -> Result<()> {
    zip_into_by(a, b, out, op.run, op.mats)
}

/// The same for a function of the caller's own.
///
/// # Errors
/// Those of [`zip_into`].
pub(super) fn zip_into_with<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: Other<'_, B>,
    out: &mut Tensor<T>,
    f: impl Fn(A, B) -> T + Copy,
) -> Result<()> {
    zip_into_by(
        a,
        b,
        out,
        |x, y, out| zip_each(x, y, out, f),
        |x, y, out| tiled::zip(x, y, out, |x, y, out| zip_each(x, y, out, f)),
    )
}

fn zip_into_by<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: Other<'_, B>,
    out: &mut Tensor<T>,
    run: impl for<'o> Fn(&Run<'_, A>, &Run<'_, B>, Slots<'o, T>) -> &'o mut [T],
    mats: impl for<'o> Fn(&Mat<'_, A>, &Mat<'_, B>, Slots<'o, T>) -> &'o mut [T],
) -> Result<()> {
    if a.shape().iter().eq(out.shape())
        && let (Some(x), Some(y)) = (a.as_slice(), b.run(a.shape()))
    {
        return out.overwrite(|slots| run(&Run::Slice(x), &y, slots));
    }
    takes(out.shape(), &[a.shape(), b.shape()])?;
    let (la, lb) = (a.layout.stretched(out.shape()), b.stretched(out.shape()));
    out.overwrite(|slots| arith::zip_walk(&Walk::in_index_order(&[&la, &lb]), &a.data, b.data(), slots, mats))
}

/// `a = op(a, b)` for every pair; the shape of `a` stays. `new` is the same operation for where it takes new memory.
///
/// # Errors
/// [`Error::Output`] when `a` would have to grow, [`Error::Broadcast`]; `a` is unchanged then.
pub(super) fn update<T: Element>(
    a: &mut Tensor<T>,
    b: Other<'_, T>,
    op: Update<T>,
    new: Binary<T, T, T>,
) -> Result<()> {
    let run = b.run(a.shape());
    if run.is_none() {
        takes(a.shape(), &[a.shape(), b.shape()])?;
    }
    let (Some(size), Some(data)) = (a.layout.contiguous_size(), a.data.alone()) else {
        *a = arith::zip_other(a, b, new)?;
        return Ok(());
    };
    let mut left = &mut data[a.layout.offset()..][..size];
    if let Some(y) = run {
        (op.run)(left, &y);
        return Ok(());
    }
    let walk = Walk::in_index_order(&[&b.stretched(a.layout.shape())]);
    let [(rows, _), (cols, _)] = walk.block();
    walk.for_each_block(&mut |[q, ..]| {
        let (x, rest) = core::mem::take(&mut left).split_at_mut(rows * cols);
        (op.mats)(x, &arith::block(&walk, 0, b.data(), q));
        left = rest;
    });
    Ok(())
}
