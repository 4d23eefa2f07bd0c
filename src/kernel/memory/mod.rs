//! Results collected into fresh memory: every place written once, none read before.
//!
//! ```text
//!   Vec      [ done done done | . . . . . . . ]      append(vec, n, fill): `fill` gets the next n places as `Slots`
//!                               ^ Slots, n long      and hands them back filled, as `&mut [T]`; only then does the Vec grow
//! ```
//!
//! Zeroing memory first and filling it afterwards costs a quarter more. `Slots` can only be turned into a slice by a method that writes all of it,
//! so no kernel can leave a hole, and kernels need no `unsafe`. Existing memory serves as `Slots` too: the same kernel works in place.
//! `registers.rs` has the methods that write whole registers, `across.rs` one for operands that lie across each other, `fresh.rs` the same for a matrix that comes tile by tile, `gather.rs` for operands: a tile of them, gathered before a kernel reads it.

#![allow(unsafe_code)]

mod across;
mod fresh;
mod gather;
mod registers;

use alloc::vec::Vec;
use core::mem::MaybeUninit;

pub(crate) use fresh::Fresh;
pub(crate) use gather::Buffer;
pub(crate) use registers::{LONG, update_registers};

use super::element::Float;
use super::simd::{Function, Simd};
use super::tiles::{Plan, Runs};

/// Places for results.
pub(crate) struct Slots<'a, T>(&'a mut [MaybeUninit<T>]);

impl<'a, T: Copy> Slots<'a, T> {
    /// Memory that holds values already, to be overwritten.
    #[inline(always)]
    pub(crate) fn over(values: &'a mut [T]) -> Self {
        let values: *mut [T] = values;
        // SAFETY: the same memory under a type that allows more; the methods below put nothing there but values.
        Slots(unsafe { &mut *(values as *mut [MaybeUninit<T>]) })
    }

    /// How many there are.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// `value` in every place.
    #[inline(always)]
    pub(crate) fn splat(self, value: T) -> &'a mut [T] {
        for slot in self.0.iter_mut() {
            slot.write(value);
        }
        // SAFETY: the loop wrote every place.
        unsafe { self.written() }
    }

    /// `f(i)` in place `i`.
    #[inline(always)]
    pub(crate) fn fill(self, mut f: impl FnMut(usize) -> T) -> &'a mut [T] {
        for (i, slot) in self.0.iter_mut().enumerate() {
            slot.write(f(i));
        }
        // SAFETY: the loop wrote every place.
        unsafe { self.written() }
    }

    /// One value after another, by a loop of the caller's own.
    #[inline(always)]
    pub(crate) fn writer(self) -> Writer<'a, T> {
        Writer { slots: self, done: 0 }
    }

    /// `f(x)` for each `x`; panics unless there are as many as places.
    #[inline(always)]
    pub(crate) fn map<A: Copy>(self, x: &[A], f: impl Fn(A) -> T) -> &'a mut [T] {
        assert_eq!(x.len(), self.len());
        for (slot, &x) in self.0.iter_mut().zip(x) {
            slot.write(f(x));
        }
        // SAFETY: the loop wrote every place, since the lengths are equal.
        unsafe { self.written() }
    }

    /// `f(x, y)` for each pair; panics unless there are as many of both as places.
    #[inline(always)]
    pub(crate) fn zip<A: Copy, B: Copy>(self, x: &[A], y: &[B], f: impl Fn(A, B) -> T) -> &'a mut [T] {
        assert!(x.len() == self.len() && y.len() == self.len());
        for ((slot, &x), &y) in self.0.iter_mut().zip(x).zip(y) {
            slot.write(f(x, y));
        }
        // SAFETY: the loop wrote every place, since the lengths are equal.
        unsafe { self.written() }
    }

    /// Rows of results, tile by tile: `work` reads each tile's operands, then fills its runs.
    #[inline(always)]
    pub(crate) fn tiles(self, plan: Plan, work: &mut impl Runs<T>) -> &'a mut [T] {
        assert_eq!(self.len(), plan.rows * plan.cols);
        // (Down the columns, along the lines that are gathered.)
        for col in (0..plan.cols).step_by(plan.width) {
            for row in (0..plan.rows).step_by(plan.height) {
                let tile = plan.tile(row, col);
                // Each tile is its rows, or it is whole rows in one run: so the tiles leave no place out.
                assert!(
                    (tile.runs, tile.run) == (tile.height, tile.width) || (tile.runs == 1 && tile.width == plan.cols)
                );
                assert_eq!(tile.runs * tile.run, tile.height * tile.width);
                assert_eq!(
                    (tile.height, tile.width),
                    (plan.height.min(plan.rows - row), plan.width.min(plan.cols - col))
                );
                work.enter(tile);
                for r in 0..tile.runs {
                    let run = &mut self.0[(row + r) * plan.cols + col..][..tile.run];
                    let start = run.as_ptr().cast::<T>();
                    let filled = work.run(r, Slots(run));
                    assert!(filled.len() == tile.run && filled.as_ptr() == start);
                }
            }
        }
        // SAFETY: the tiles cover rows and columns, their runs cover each tile, and each run came back as `&mut [T]`, filled.
        unsafe { self.written() }
    }

    /// The places as values.
    ///
    /// # Safety
    /// Every place has been written.
    #[inline(always)]
    unsafe fn written(self) -> &'a mut [T] {
        let slots: *mut [MaybeUninit<T>] = self.0;
        // SAFETY: the caller wrote every place, and `MaybeUninit<T>` has the layout of `T`.
        unsafe { &mut *(slots as *mut [T]) }
    }
}

/// Places filled front to back: by kernels on registers, whose loops must not be closures (see `Function`), and row after row by matrix products (`../mat.rs`).
pub(crate) struct Writer<'a, T> {
    slots: Slots<'a, T>,
    /// Places before this one have been written.
    done: usize,
}

impl<'a, T: Copy> Writer<'a, T> {
    /// How many places are left.
    #[inline(always)]
    pub(crate) fn left(&self) -> usize {
        self.slots.len() - self.done
    }

    /// `value` in the next place; panics when there is none.
    #[inline(always)]
    pub(crate) fn push(&mut self, value: T) {
        self.slots.0[self.done].write(value);
        self.done += 1;
    }

    /// [`Slots::map_vectors`] in the next places; panics when there are fewer.
    #[inline(always)]
    pub(crate) fn map<S: Simd>(&mut self, simd: S, x: &[T], f: impl Function<T>)
    where
        T: Float,
    {
        Slots(&mut self.slots.0[self.done..][..x.len()]).map_vectors(simd, x, f);
        self.done += x.len();
    }

    /// The places before this one, which have been written.
    #[inline(always)]
    pub(crate) fn written(&mut self) -> &mut [T] {
        // SAFETY: `map`, `push` and `next` alone count `done` up, by what they wrote, front to back.
        unsafe { Slots(&mut self.slots.0[..self.done]).written() }
    }

    /// What `fill` writes, in the next `n` places; panics when there are fewer.
    #[inline(always)]
    pub(crate) fn next(&mut self, n: usize, fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) {
        let places = &mut self.slots.0[self.done..][..n];
        let start = places.as_ptr().cast::<T>();
        let filled = fill(Slots(places));
        assert!(filled.len() == n && filled.as_ptr() == start);
        self.done += n;
    }

    /// All places, now that they have been written; panics if any is left.
    #[inline(always)]
    pub(crate) fn finish(self) -> &'a mut [T] {
        assert_eq!(self.left(), 0);
        // SAFETY: `map`, `push` and `next` alone count `done` up, by what they wrote, front to back.
        unsafe { self.slots.written() }
    }
}

/// `n` elements that `fill` writes, or `None` where the memory cannot be had.
#[inline]
pub(crate) fn collect<T: Copy>(n: usize, fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Option<Vec<T>> {
    let mut vec = with_capacity(n)?;
    append(&mut vec, n, fill);
    Some(vec)
}

/// Room for `n` elements, or `None` where the memory cannot be had.
#[inline]
pub(crate) fn with_capacity<T>(n: usize) -> Option<Vec<T>> {
    // A page or two is always to be had, and asked for in half the time.
    if n <= 1024 {
        return Some(Vec::with_capacity(n));
    }
    let mut vec = Vec::new();
    vec.try_reserve_exact(n).ok()?;
    if size_of::<T>() * n >= HUGE {
        ask_for_huge_pages(vec.spare_capacity_mut());
    }
    Some(vec)
}

/// Bytes from which results are worth huge pages, as in NumPy: fresh memory costs a fault per page, and there are 512 times fewer of these.
const HUGE: usize = 4 << 20;

/// Tells the system that whole 2 MiB pages may back this memory. It may do so or not; nothing else changes.
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
fn ask_for_huge_pages<T>(memory: &mut [MaybeUninit<T>]) {
    const PAGE: usize = 2 << 20;
    const MADV_HUGEPAGE: core::ffi::c_int = 14;
    unsafe extern "C" {
        fn madvise(start: *mut core::ffi::c_void, len: usize, advice: core::ffi::c_int) -> core::ffi::c_int;
    }
    let start = memory.as_mut_ptr().cast::<u8>();
    let skip = start.align_offset(PAGE);
    let len = size_of_val(memory).saturating_sub(skip) / PAGE * PAGE;
    if len > 0 {
        // SAFETY: the range lies inside `memory`, which is ours, and this advice changes neither contents nor validity. Refusal is fine.
        unsafe { madvise(start.wrapping_add(skip).cast(), len, MADV_HUGEPAGE) };
    }
}

#[cfg(not(all(feature = "std", target_os = "linux", not(miri))))]
fn ask_for_huge_pages<T>(_memory: &mut [MaybeUninit<T>]) {}

/// Grows `vec` by the `n` elements that `fill` writes; the room for them has been reserved, else this reserves it.
#[inline(always)]
pub(crate) fn append<T: Copy>(vec: &mut Vec<T>, n: usize, fill: impl for<'a> FnOnce(Slots<'a, T>) -> &'a mut [T]) {
    vec.reserve(n);
    let len = vec.len();
    let spare = &mut vec.spare_capacity_mut()[..n];
    let start = spare.as_ptr().cast::<T>();
    let filled = fill(Slots(spare));
    assert!(filled.len() == n && filled.as_ptr() == start);
    // SAFETY: `filled` covers exactly the `n` places after `len`, and a `&mut [T]` holds values.
    unsafe { vec.set_len(len + n) };
}
