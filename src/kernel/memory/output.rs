//! C of a matrix product: fresh slots that are filled from the first row on, or existing rows, any distance apart.
//!
//! ```text
//!   new     [ done done | . . . . ]          rows one after another, zeroed when they are first used
//!   over    [ x x x . . x x x . . ]          existing ones; stride 5 for rows of 3: interleaved matrices
//! ```
//!
//! Loops that split k visit rows more than once, so these begin as zeros, written while they are in the cache (`rows`);
//! loops that do not write each slot once, through a [`Grid`] (`grid`) or one by one (`put`). Read next:
//! `../gemm/mod.rs`.

use core::mem::MaybeUninit;

use super::bits::{self, AnyBits};
use super::{Grid, Slots};
use crate::kernel::scalar::Scalar;

/// Where a product goes.
pub struct Output<'a, T> {
    slots: &'a mut [MaybeUninit<T>],
    /// How far apart rows are.
    stride: usize,
    /// Places before this one hold values.
    done: usize,
}

impl<'a, T: Scalar> Output<'a, T> {
    /// Fresh slots for rows of `n`.
    #[inline(always)]
    pub(crate) fn new(slots: Slots<'a, T>, n: usize) -> Self {
        Output { slots: slots.0, stride: n, done: 0 }
    }

    /// What is there, its first element first, rows `stride` apart.
    #[inline(always)]
    pub(crate) fn over(values: &'a mut [T], stride: usize) -> Self {
        let done = values.len();
        Output { slots: Slots::over(values).0, stride, done }
    }

    #[inline(always)]
    pub(in super::super) fn stride(&self) -> usize {
        self.stride
    }

    /// From element (i, 0) on, with at least `height` rows, each `stride` after the one before. Rows that are not there
    /// yet begin as zeros.
    #[inline(always)]
    pub(in super::super) fn rows(&mut self, i: usize, height: usize) -> &mut [T] {
        let end = (i + height) * self.stride;
        if self.done < end && self.done < self.slots.len() {
            for offset in &mut self.slots[self.done..end] {
                offset.write(T::ZERO);
            }
            self.done = end;
        }
        // SAFETY: the slots before `done` hold values: they did from the first, or `rows`, `put` and `grid` counted
        // what they wrote, front to back.
        unsafe { Slots(&mut self.slots[i * self.stride..self.done]).written() }
    }

    /// Element (i, j): the next one, in C order, or one that is there.
    #[inline(always)]
    pub(in super::super) fn put(&mut self, i: usize, j: usize, value: T) {
        let offset = i * self.stride + j;
        assert!(offset <= self.done);
        self.slots[offset].write(value);
        self.done = self.done.max(offset + 1);
    }

    /// `height` rows of `n` from row `i` on, to be written whole: the ones after those that hold values, or ones that
    /// do.
    #[inline(always)]
    pub(in super::super) fn grid(&mut self, i: usize, height: usize, n: usize, write: impl FnOnce(&mut Grid<'_, T>)) {
        let start = i * self.stride;
        let fresh = start >= self.done;
        assert!(!fresh || (start == self.done && self.stride == n));
        let mut grid = Grid::with_stride(Slots(&mut self.slots[start..]), height, n, self.stride);
        let slots = grid.slots();
        write(&mut grid);
        assert!(grid.is_done() && grid.slots() == slots); // and it is still this one
        if fresh {
            self.done = start + height * n;
        }
    }

    /// What `product` makes of it as an output of another type of that size.
    #[inline(always)]
    pub(in super::super) fn as_type<U: AnyBits>(&mut self, product: impl FnOnce(&mut Output<'_, U>))
    where
        T: AnyBits,
    {
        // SAFETY: every pattern of bits is a value of either type.
        let slots = unsafe { bits::slots(self.slots) };
        let mut other = Output { slots, stride: self.stride, done: self.done };
        let slots = core::ptr::from_ref(&*other.slots);
        product(&mut other);
        // It is still this output, so `done` counts what was written here.
        assert!(core::ptr::eq(other.slots, slots) && other.stride == self.stride);
        self.done = other.done;
    }

    /// All slots, now that they hold values; panics if any does not.
    #[inline(always)]
    pub(crate) fn finish(self) -> &'a mut [T] {
        assert!(self.done == self.slots.len());
        // SAFETY: as in `rows`.
        unsafe { Slots(self.slots).written() }
    }
}
