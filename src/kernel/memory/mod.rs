//! Results collected into fresh memory: every slot is written once, and none is read before.
//!
//! ```text
//!   Vec      [ done done done | . . . . . . . ]      append(vec, n, fill): `fill` gets the next n slots and
//!                               ^ Slots, n long      returns them filled, as `&mut [T]`; then the Vec grows
//! ```
//!
//! Zeroing memory first costs a quarter more. `Slots` can only be turned into a slice by a method that writes all of
//! it, so no kernel can leave a hole, and kernels need no `unsafe`. (One copy is made here, for it writes through a
//! transpose: `gather.rs`.) Existing memory serves as `Slots` too: the same kernel works in place.
//!
//! ```text
//!   Writer     front to back: single values, registers, whole runs          elementwise loops, softmax, folds
//!   Grid       a matrix, strip after strip of columns (grid.rs)             tiles of products, rows of tiles
//!   Output     C of a product: fresh, or part of existing memory (output.rs)
//!   Buffer     a tile of an operand, gathered from any direction (gather.rs)
//!   bits       the same memory as elements of another type of that size (bits.rs)
//!   Shared     the elements of a tensor and of its views (shared.rs)
//!   Arc        what else has several owners (count.rs)
//!   grow       memory of a size that a caller or a file chooses (allocate.rs)
//! ```

#![allow(unsafe_code)]

mod allocate;
pub(super) mod bits;
mod count;
mod gather;
mod grid;
mod output;
mod shared;

use alloc::vec::Vec;
use core::mem::MaybeUninit;

pub(crate) use allocate::{Text, grow, resize, with_capacity, zeroed};
pub(crate) use bits::{AnyBits, of_bytes, vec_as};
pub(crate) use count::Arc;
pub(super) use gather::{Buffer, LINE_BYTES, TILE_BYTES, gather_into};
pub use grid::Grid;
pub use output::Output;
pub use shared::Shared;

use super::simd::{Lanes, Simd};

/// Slots for results: memory that is to be written, and not read before.
pub struct Slots<'a, T>(&'a mut [MaybeUninit<T>]);

impl<'a, T: Copy> Slots<'a, T> {
    /// Memory that holds values already, to be overwritten.
    #[inline(always)]
    pub(crate) fn over(values: &'a mut [T]) -> Self {
        let values: *mut [T] = values;
        // SAFETY: the same memory under a type that allows more; the methods below put nothing there but values.
        Slots(unsafe { &mut *(values as *mut [MaybeUninit<T>]) })
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The number of slots before the first at which a register of `len` elements can be stored without crossing a
    /// cache line; at most `len`.
    #[inline(always)]
    pub(super) fn align_offset(&self, len: usize) -> usize {
        self.0.as_ptr().align_offset(size_of::<T>() * len).min(len)
    }

    #[inline(always)]
    pub(crate) fn splat(self, value: T) -> &'a mut [T] {
        self.fill(|_| value)
    }

    #[inline(always)]
    pub(crate) fn fill(self, f: impl FnMut(usize) -> T) -> &'a mut [T] {
        let n = self.len();
        // SAFETY: as many values as slots.
        unsafe { self.write((0..n).map(f)) }
    }

    /// One value after another, by a loop of the caller's own.
    #[inline(always)]
    pub(crate) fn writer(self) -> Writer<'a, T> {
        Writer { slots: self, done: 0 }
    }

    /// Writes `f(x)` for each `x`; panics unless there are as many as slots.
    #[inline(always)]
    pub(crate) fn map<A: Copy>(self, x: &[A], f: impl Fn(A) -> T) -> &'a mut [T] {
        assert!(x.len() == self.len());
        // SAFETY: as many values as slots, by the line above.
        unsafe { self.write(x.iter().map(|&x| f(x))) }
    }

    /// Writes `f(x, y)` for each pair; panics unless there are as many of both as slots.
    #[inline(always)]
    pub(crate) fn zip<A: Copy, B: Copy>(self, x: &[A], y: &[B], f: impl Fn(A, B) -> T) -> &'a mut [T] {
        assert!(x.len() == self.len() && y.len() == self.len());
        // SAFETY: as many values as slots, by the line above.
        unsafe { self.write(x.iter().zip(y).map(|(&x, &y)| f(x, y))) }
    }

    /// Writes the values, front to back.
    ///
    /// # Safety
    /// There are as many as slots, or more.
    #[inline(always)]
    unsafe fn write(self, values: impl Iterator<Item = T>) -> &'a mut [T] {
        for (slot, value) in self.0.iter_mut().zip(values) {
            slot.write(value);
        }
        // SAFETY: the loop wrote every slot, since the values do not end before.
        unsafe { self.written() }
    }

    /// The slots as values.
    ///
    /// # Safety
    /// Every slot has been written.
    #[inline(always)]
    unsafe fn written(self) -> &'a mut [T] {
        let slots: *mut [MaybeUninit<T>] = self.0;
        // SAFETY: the caller wrote every slot, and `MaybeUninit<T>` has the layout of `T`.
        unsafe { &mut *(slots as *mut [T]) }
    }
}

/// Slots filled front to back. By loops in the source, not by closures: see `Function`.
pub struct Writer<'a, T> {
    slots: Slots<'a, T>,
    /// Slots before this one have been written.
    done: usize,
}

impl<'a, T: Copy> Writer<'a, T> {
    #[inline(always)]
    pub(super) fn done(&self) -> usize {
        self.done
    }

    #[inline(always)]
    pub(crate) fn remaining(&self) -> usize {
        self.slots.len() - self.done
    }

    /// Writes `value` to the next slot; panics when there is none.
    #[inline(always)]
    pub(crate) fn push(&mut self, value: T) {
        self.slots.0[self.done].write(value);
        self.done += 1;
    }

    /// Writes a whole register to the next slots; panics when there are fewer.
    #[inline(always)]
    pub(super) fn push_register<S: Simd, V: Lanes<T, S>>(&mut self, x: V) {
        x.write(&mut self.slots.0[self.done..][..V::LEN]);
        self.done += V::LEN;
    }

    /// Writes the first `n` lanes of a register to the next slots; panics when there are fewer of either.
    #[inline(always)]
    pub(super) fn push_masked<S: Simd, V: Lanes<T, S>>(&mut self, x: V, n: usize) {
        x.write_masked(&mut self.slots.0[self.done..][..n]);
        self.done += n;
    }

    /// Writes a whole register to the last slots, over some that have been written; panics if that would leave a hole,
    /// or there are too few.
    #[inline(always)]
    pub(super) fn push_last<S: Simd, V: Lanes<T, S>>(&mut self, x: V) {
        let start = self.slots.len() - V::LEN;
        assert!(start <= self.done);
        x.write(&mut self.slots.0[start..][..V::LEN]);
        self.done = self.slots.len();
    }

    /// The slots that have been written, as values.
    #[inline(always)]
    pub(crate) fn written(&mut self) -> &mut [T] {
        // SAFETY: `push` and its kin and `next` alone count `done` up, by what they wrote, front to back.
        unsafe { Slots(&mut self.slots.0[..self.done]).written() }
    }

    /// Has `fill` write the next `n` slots; panics when there are fewer.
    #[inline(always)]
    pub(crate) fn next(&mut self, n: usize, fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) {
        fill_all(&mut self.slots.0[self.done..][..n], fill);
        self.done += n;
    }

    /// All slots as values; panics unless all have been written.
    #[inline(always)]
    pub(crate) fn finish(self) -> &'a mut [T] {
        assert!(self.remaining() == 0);
        // SAFETY: `push` and its kin and `next` alone count `done` up, by what they wrote, front to back.
        unsafe { self.slots.written() }
    }
}

impl Writer<'_, bool> {
    /// Writes the answers to 32 comparisons, the lowest bit first, from a slot on: the next one, or one that has been
    /// written; panics when there are fewer than 32.
    #[inline(always)]
    pub(super) fn push_answers<S: Simd>(&mut self, simd: S, start: usize, bits: u32) {
        assert!(start <= self.done);
        let Some(to) = self.slots.0[start..].first_chunk_mut() else { unreachable!("32 slots from there on") };
        simd.spread(bits, to);
        self.done = start + 32;
    }
}

/// Has `fill` write all of `slots`; panics if it gives back others.
#[inline(always)]
fn fill_all<T: Copy>(slots: &mut [MaybeUninit<T>], fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) {
    let (n, start) = (slots.len(), slots.as_ptr().cast::<T>());
    let filled = fill(Slots(slots));
    assert!(filled.len() == n && filled.as_ptr() == start);
}

/// `n` elements that `fill` writes, or `None` where there is not enough memory.
#[inline(always)]
pub(crate) fn collect<T: Copy>(n: usize, fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Option<Vec<T>> {
    let mut vec = with_capacity(n)?;
    append(&mut vec, n, fill);
    Some(vec)
}

/// Grows `vec` by the `n` elements that `fill` writes; panics unless there is capacity for them.
#[inline(always)]
pub(crate) fn append<T: Copy>(vec: &mut Vec<T>, n: usize, fill: impl for<'a> FnOnce(Slots<'a, T>) -> &'a mut [T]) {
    let len = vec.len();
    fill_all(&mut vec.spare_capacity_mut()[..n], fill);
    // SAFETY: exactly the `n` slots after `len` have been written, as values.
    unsafe { vec.set_len(len + n) };
}
