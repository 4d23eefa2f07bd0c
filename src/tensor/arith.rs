//! Elementwise work: broadcast, walk in lockstep, hand the runs to kernels. The road that every operator takes.
//!
//! ```text
//!   a (3,1), b (4,)  --broadcast-->  (3,4)  --walk-->  3 runs of 4:  a splat, b slice  --kernel-->  out, written front to back
//! ```
//!
//! Results are dense, laid out in the order of the walk (NumPy's order 'K'): what comes in transposed goes out transposed, and memory is read and written
//! straight ahead. Runs that step by anything but 0 or 1 are gathered into a small buffer first. Which element meets which never depends on layout; nor do the bits.
//! The operators are in `ops.rs`, named functions in `ufunc.rs` and `compare.rs`. Read next: `kernel/gemm.rs`.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Tensor, expect, room};
use crate::error::{Error, Result};
use crate::kernel::element::Element;
use crate::kernel::lanes::{self, Run};
use crate::kernel::memory::{self, Slots};
use crate::layout::Layout;
use crate::layout::axes::Axes;
use crate::layout::shape;
use crate::layout::walk::Walk;

/// Elements gathered at a time.
const CHUNK: usize = 256;

/// Part of a run, as a kernel wants it: elements `from .. from + n`, gathered into `buffer` where they do not lie side by side.
#[inline(always)]
fn part<'a, T: Element>(
    data: &'a [T],
    place: usize,
    stride: isize,
    from: usize,
    n: usize,
    buffer: &'a mut [T; CHUNK],
) -> Run<'a, T> {
    let place = place.wrapping_add_signed(from as isize * stride);
    match stride {
        1 => Run::Slice(&data[place..place + n]),
        0 => Run::Splat(data[place]),
        _ => Run::Slice(Slots::over(&mut buffer[..n]).gather(data, place, stride, |x| x)),
    }
}

/// A run that needs no gathering.
#[inline(always)]
fn straight<T: Element>(data: &[T], place: usize, stride: isize, n: usize) -> Run<'_, T> {
    if stride == 0 { Run::Splat(data[place]) } else { Run::Slice(&data[place..place + n]) }
}

fn is_straight(strides: &[isize]) -> bool {
    strides.iter().all(|&stride| stride == 0 || stride == 1)
}

/// The parts of a run of `n`: (from, length).
fn chunks(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).step_by(CHUNK).map(move |from| (from, CHUNK.min(n - from)))
}

/// `f` of every element: out has the shape of `a`.
#[track_caller]
pub(crate) fn map<A: Element, T: Element>(a: &Tensor<A>, f: impl Fn(A) -> T + Copy) -> Tensor<T> {
    map_runs(a, |x, out| lanes::map(x, out, f))
}

/// A kernel on every run: out has the shape of `a`.
///
/// # Panics
/// When the memory for the result cannot be had, which only a stretched tensor of absurd size can bring about.
#[inline]
#[track_caller]
pub(crate) fn map_runs<A: Element, T: Element>(
    a: &Tensor<A>,
    kernel: impl for<'o> Fn(Run<'_, A>, Slots<'o, T>) -> &'o mut [T],
) -> Tensor<T> {
    let mut out: Vec<T> = expect(room(a.shape()));
    if let Some(x) = a.as_slice() {
        memory::append(&mut out, x.len(), |slots| kernel(Run::Slice(x), slots));
        return Tensor::new(out, Layout::dense_rows(a.shape()));
    }
    let (walk, order) = Walk::in_memory_order([&a.layout]);
    let (n, strides) = walk.run();
    let mut buffer = [A::ZERO; CHUNK];
    walk.for_each(|[p]| {
        if is_straight(&strides) {
            return memory::append(&mut out, n, |slots| kernel(straight(a.data(), p, strides[0], n), slots));
        }
        for (from, n) in chunks(n) {
            memory::append(&mut out, n, |slots| kernel(part(a.data(), p, strides[0], from, n, &mut buffer), slots));
        }
    });
    Tensor::new(out, Layout::dense(a.shape(), &order))
}

/// The shape that two operands stretch to.
#[inline]
fn common(a: &[usize], b: &[usize]) -> Result<Axes<usize>> {
    let shape =
        shape::broadcast_pair(a, b).ok_or_else(|| Error::Broadcast { shapes: alloc::vec![a.to_vec(), b.to_vec()] })?;
    shape::checked_size(&shape)?;
    Ok(shape)
}

/// `f(a, b)` of every pair: out has the shape that both stretch to.
///
/// # Errors
/// [`Error::Broadcast`], [`Error::TooBig`].
pub(crate) fn zip<A: Element, B: Element, T: Element>(
    a: &Tensor<A>,
    b: &Tensor<B>,
    f: impl Fn(A, B) -> T + Copy,
) -> Result<Tensor<T>> {
    if let (true, Some(x), Some(y)) = (a.shape() == b.shape(), a.as_slice(), b.as_slice()) {
        let mut out = room(a.shape())?;
        memory::append(&mut out, x.len(), |slots| lanes::zip(Run::Slice(x), Run::Slice(y), slots, f));
        return Ok(Tensor::new(out, Layout::dense_rows(a.shape())));
    }
    let shape = common(a.shape(), b.shape())?;
    let (la, lb) = (a.layout.stretched(&shape), b.layout.stretched(&shape));
    let (walk, order) = Walk::in_memory_order([&la, &lb]);
    let (n, strides) = walk.run();
    let mut out: Vec<T> = room(&shape)?;
    if is_straight(&strides) {
        walk.for_each(|[p, q]| {
            let (x, y) = (straight(a.data(), p, strides[0], n), straight(b.data(), q, strides[1], n));
            memory::append(&mut out, n, |slots| lanes::zip(x, y, slots, f));
        });
    } else {
        let (mut u, mut v) = ([A::ZERO; CHUNK], [B::ZERO; CHUNK]);
        walk.for_each(|[p, q]| {
            for (from, n) in chunks(n) {
                let x = part(a.data(), p, strides[0], from, n, &mut u);
                let y = part(b.data(), q, strides[1], from, n, &mut v);
                memory::append(&mut out, n, |slots| lanes::zip(x, y, slots, f));
            }
        });
    }
    Ok(Tensor::new(out, Layout::dense(&shape, &order)))
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
    let mut out: Vec<T> = room(&shape)?;
    let layouts = [a.layout.stretched(&shape), b.layout.stretched(&shape), c.layout.stretched(&shape)];
    let (walk, order) = Walk::in_memory_order(layouts.each_ref());
    let (n, strides) = walk.run();
    let (mut u, mut v, mut w) = ([A::ZERO; CHUNK], [B::ZERO; CHUNK], [C::ZERO; CHUNK]);
    walk.for_each(|[p, q, r]| {
        for (from, n) in chunks(n) {
            let x = part(a.data(), p, strides[0], from, n, &mut u);
            let y = part(b.data(), q, strides[1], from, n, &mut v);
            let z = part(c.data(), r, strides[2], from, n, &mut w);
            memory::append(&mut out, n, |slots| lanes::zip3(x, y, z, slots, f));
        }
    });
    Ok(Tensor::new(out, Layout::dense(&shape, &order)))
}

/// `a = f(a, b)` for every pair; the shape of `a` stays.
///
/// # Errors
/// [`Error::Output`] when `a` would have to grow, [`Error::Broadcast`]; `a` is unchanged then.
pub(crate) fn update<A: Element, B: Element>(
    a: &mut Tensor<A>,
    b: &Tensor<B>,
    f: impl Fn(A, B) -> A + Copy,
) -> Result<()> {
    let Some(shape) = shape::broadcast_pair(a.shape(), b.shape()) else {
        // NumPy counts the output as a third operand.
        let shapes = alloc::vec![a.shape().to_vec(), b.shape().to_vec(), a.shape().to_vec()];
        return Err(Error::Broadcast { shapes });
    };
    if *shape != *a.shape() {
        return Err(Error::Output { target: a.shape().to_vec(), result: shape.to_vec() });
    }
    let simple = a.layout.is_contiguous() && Arc::get_mut(&mut a.data).is_some();
    if !simple {
        *a = zip(a, b, f)?;
        return Ok(());
    }
    let target = a.layout.clone();
    let other = b.layout.stretched(&shape);
    let walk = Walk::in_index_order([&target, &other]);
    let (n, strides) = walk.run();
    let (data, _) = a.own()?;
    let mut buffer = [B::ZERO; CHUNK];
    walk.for_each(|[p, q]| {
        if strides[1] == 0 || strides[1] == 1 {
            return lanes::update(&mut data[p..p + n], straight(b.data(), q, strides[1], n), f);
        }
        for (from, n) in chunks(n) {
            let y = part(b.data(), q, strides[1], from, n, &mut buffer);
            lanes::update(&mut data[p + from..p + from + n], y, f);
        }
    });
    Ok(())
}
