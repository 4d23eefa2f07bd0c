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
use crate::kernel::closed::{Binary, Element, Transposed, Update, tiled};
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
pub(super) fn map_into<A: Element, T: Element>(
    a: &Tensor<A>,
    out: &mut Tensor<T>,
    op: impl for<'o> Fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Result<()> {
    if let (true, Some(x)) = (a.shape().iter().eq(out.shape()), a.as_slice()) {
        return out.overwrite(|slots| op(&Run::Slice(x), slots));
    }
    takes(out.shape(), &[a.shape()])?;
    let layout = a.layout.stretched(out.shape());
    out.overwrite(|slots| arith::map_walk(&Walk::in_index_order(&[&layout]), a, slots, op))
}

/// `run` of every pair into `out`, whose shape stays; see [`Binary`].
///
/// # Errors
/// [`Error::Output`] when `out` would have to grow, [`Error::Broadcast`]; `out` is unchanged then.
pub(super) fn zip_into<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: Other<'_, B>,
    out: &mut Tensor<T>,
    run: impl for<'o> Fn(&Run<'_, A>, &Run<'_, B>, Slots<'o, T>) -> &'o mut [T],
    transposed: Option<Transposed<A, B, T>>,
) -> Result<()> {
    if a.shape().iter().eq(out.shape())
        && let (Some(x), Some(y)) = (a.as_slice(), b.run(a.shape()))
    {
        return out.overwrite(|slots| run(&Run::Slice(x), &y, slots));
    }
    takes(out.shape(), &[a.shape(), b.shape()])?;
    let (la, lb) = (a.layout.stretched(out.shape()), b.stretched(out.shape()));
    let walk = Walk::in_index_order(&[&la, &lb]);
    out.overwrite(|slots| arith::zip_walk(&walk, &a.data, b.data(), slots, run, transposed))
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
    let (Some(size), Some(data)) = (a.layout.contiguous_size(), a.data.get_mut()) else {
        *a = arith::zip(Other::Tensor(a), b, new)?;
        return Ok(());
    };
    let mut left = &mut data[a.layout.offset()..][..size];
    if let Some(y) = run {
        op(left, &y);
        return Ok(());
    }
    let walk = Walk::in_index_order(&[&b.stretched(a.layout.shape())]);
    let [(rows, _), (cols, _)] = walk.block();
    walk.for_each_block(&mut |[q, ..]| {
        let (x, rest) = core::mem::take(&mut left).split_at_mut(rows * cols);
        tiled::update(x, &arith::block(&walk, 0, b.data(), q), op);
        left = rest;
    });
    Ok(())
}
