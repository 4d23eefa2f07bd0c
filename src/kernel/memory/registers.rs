//! Results that come by whole registers: functions of one register, and of two, over runs of floats.
//!
//! ```text
//!   one operand     two | two | two | .. | part of one, filled up with zeros      long chains: two at a time fill the multiplier
//!   two operands    [one] | four | four | .. | one | .. | [one]                   the last ends where the run does, over the one before;
//!                                                                                 of a long run, the first up to where lines of the cache begin
//!   comparisons     32 lanes | 32 lanes | .. | [32 lanes]                         likewise
//! ```
//!
//! The functions themselves are in `../math` and `../pair.rs`.

use core::mem::MaybeUninit;

use super::Slots;
use crate::kernel::element::{Element, Float};
use crate::kernel::lanes::Run;
use crate::kernel::pair::{Arithmetic, Compare};
use crate::kernel::simd::{FloatLanes, Function, Lanes, Simd, Two};

/// An operand: elements side by side, or one that is repeated.
trait Operand<T>: Copy {
    fn register<S: Simd, V: FloatLanes<T, S>>(self, simd: S, i: usize) -> V;
    fn element(self, i: usize) -> T;
}

impl<T: Float> Operand<T> for &[T] {
    #[inline(always)]
    fn register<S: Simd, V: FloatLanes<T, S>>(self, simd: S, i: usize) -> V {
        V::load(simd, &self[i..])
    }

    #[inline(always)]
    fn element(self, i: usize) -> T {
        self[i]
    }
}

#[derive(Clone, Copy)]
struct Repeated<T>(T);

impl<T: Float> Operand<T> for Repeated<T> {
    #[inline(always)]
    fn register<S: Simd, V: FloatLanes<T, S>>(self, simd: S, _i: usize) -> V {
        V::splat(simd, self.0)
    }

    #[inline(always)]
    fn element(self, _i: usize) -> T {
        self.0
    }
}

impl<'a, T: Element> Slots<'a, T> {
    /// `f` on whole registers, two at a time while there are two; the last, partial one is filled up with zeros. So every element takes the same road.
    #[inline(always)]
    pub(crate) fn map_vectors<S: Simd>(self, simd: S, x: &[T], f: impl Function<T>) -> &'a mut [T]
    where
        T: Float,
    {
        assert_eq!(x.len(), self.len());
        let len = T::FloatVector::<S>::LEN;
        let (mut to, mut from) = (self.0.chunks_exact_mut(2 * len), x.chunks_exact(2 * len));
        for (to, from) in to.by_ref().zip(from.by_ref()) {
            f.at(simd, Two::<T::FloatVector<S>>::load(simd, from)).write(to);
        }
        for (to, from) in to.into_remainder().chunks_mut(len).zip(from.remainder().chunks(len)) {
            f.at(simd, T::FloatVector::load_part(simd, from)).write_part(to);
        }
        // SAFETY: the loops wrote every whole chunk (`Lanes::write` writes all of a register), then what was left of it (`write_part`, all of a part).
        unsafe { self.written() }
    }
}

impl<'a, T: Float> Slots<'a, T> {
    /// `f` on four registers of both operands at a time, then on one, the last of which ends where the run does; pair by pair where there are fewer elements than one holds.
    #[inline(always)]
    pub(crate) fn zip_registers<S: Simd>(
        self,
        simd: S,
        x: Run<'_, T>,
        y: Run<'_, T>,
        f: impl Arithmetic<T>,
    ) -> &'a mut [T] {
        assert!(x.is_as_long_as(self.len()) && y.is_as_long_as(self.len()));
        match (x, y) {
            (Run::Slice(x), Run::Slice(y)) => fill(simd, &mut *self.0, x, y, f),
            (Run::Slice(x), Run::Splat(y)) => fill(simd, &mut *self.0, x, Repeated(y), f),
            (Run::Splat(x), Run::Slice(y)) => fill(simd, &mut *self.0, Repeated(x), y, f),
            (Run::Splat(x), Run::Splat(y)) => return self.splat(f.of(x, y)),
        }
        // SAFETY: `fill` wrote every place.
        unsafe { self.written() }
    }
}

/// What answers a comparison.
pub(crate) trait Answer: Element {
    /// As many answers as there are bits, the lowest first: all of `to` (`unsafe` code relies on it).
    fn write<S: Simd>(simd: S, bits: u32, to: &mut [MaybeUninit<Self>; 32]);
}

impl Answer for bool {
    #[inline(always)]
    fn write<S: Simd>(simd: S, bits: u32, to: &mut [MaybeUninit<bool>; 32]) {
        simd.spread(bits, to);
    }
}

impl Answer for i64 {
    #[inline(always)]
    fn write<S: Simd>(simd: S, bits: u32, to: &mut [MaybeUninit<i64>; 32]) {
        simd.digits(bits, to);
    }
}

impl<'a, U: Answer> Slots<'a, U> {
    /// `f` on as many registers of both operands as have 32 lanes, and pair by pair where there are fewer elements.
    #[inline(always)]
    pub(crate) fn compare_registers<S: Simd, A: Float>(
        self,
        simd: S,
        x: Run<'_, A>,
        y: Run<'_, A>,
        f: impl Compare<A, U>,
    ) -> &'a mut [U] {
        assert!(x.is_as_long_as(self.len()) && y.is_as_long_as(self.len()));
        match (x, y) {
            (Run::Slice(x), Run::Slice(y)) => compare(simd, &mut *self.0, x, y, f),
            (Run::Slice(x), Run::Splat(y)) => compare(simd, &mut *self.0, x, Repeated(y), f),
            (Run::Splat(x), Run::Slice(y)) => compare(simd, &mut *self.0, Repeated(x), y, f),
            (Run::Splat(x), Run::Splat(y)) => return self.splat(f.of(x, y)),
        }
        // SAFETY: `compare` wrote every place.
        unsafe { self.written() }
    }
}

/// All of `to`.
#[inline(always)]
fn compare<A: Float, U: Answer, S: Simd>(
    simd: S,
    to: &mut [MaybeUninit<U>],
    x: impl Operand<A>,
    y: impl Operand<A>,
    f: impl Compare<A, U>,
) {
    let n = to.len();
    if n < 32 {
        for (i, to) in to.iter_mut().enumerate() {
            to.write(f.of(x.element(i), y.element(i)));
        }
        return;
    }
    let mut i = 0;
    while i < n {
        // The last 32 end where the run does.
        let start = i.min(n - 32);
        let (len, mut bits) = (A::FloatVector::<S>::LEN, 0);
        unroll!(r < 32 / A::FloatVector::<S>::LEN, at most 16, {
            let (x, y): (A::FloatVector<S>, _) = (x.register(simd, start + r * len), y.register(simd, start + r * len));
            bits |= f.bits(x, y) << (r * len);
        });
        let Some(to) = to[start..].first_chunk_mut() else { unreachable!("32 places from there on") };
        U::write(simd, bits, to);
        i += 32;
    }
}

/// A run of at least so many registers is lined up with the cache.
pub(crate) const LONG: usize = 16;

/// All of `to`.
#[inline(always)]
fn fill<T: Float, S: Simd>(
    simd: S,
    to: &mut [MaybeUninit<T>],
    x: impl Operand<T>,
    y: impl Operand<T>,
    f: impl Arithmetic<T>,
) {
    let (n, len) = (to.len(), T::FloatVector::<S>::LEN);
    if n < len {
        for (i, to) in to.iter_mut().enumerate() {
            to.write(f.of(x.element(i), y.element(i)));
        }
        return;
    }
    let mut i = 0;
    if n >= LONG * len {
        // A store across two lines of the cache counts as two: one register first, and on from the next place from which none does.
        whole::<T, S, T::FloatVector<S>>(simd, &mut to[..len], 0, x, y, f);
        i = to.as_ptr().align_offset(size_of::<T>() * len).min(len);
    }
    let i = whole::<T, S, Two<Two<T::FloatVector<S>>>>(simd, to, i, x, y, f);
    let i = whole::<T, S, T::FloatVector<S>>(simd, to, i, x, y, f);
    if i < n {
        // The last register ends where the run does: what it shares with the one before is computed twice, the same way.
        whole::<T, S, T::FloatVector<S>>(simd, to, n - len, x, y, f);
    }
}

/// Whole registers from place `i` on; returns the place after them.
#[inline(always)]
fn whole<T: Float, S: Simd, V: FloatLanes<T, S>>(
    simd: S,
    to: &mut [MaybeUninit<T>],
    mut i: usize,
    x: impl Operand<T>,
    y: impl Operand<T>,
    f: impl Arithmetic<T>,
) -> usize {
    while i + V::LEN <= to.len() {
        f.at::<S, V>(simd, x.register(simd, i), y.register(simd, i)).write(&mut to[i..][..V::LEN]);
        i += V::LEN;
    }
    i
}

/// `x[i] = f(x[i], y[i])`.
#[inline(always)]
pub(crate) fn update_registers<T: Float, S: Simd>(simd: S, x: &mut [T], y: Run<'_, T>, f: impl Arithmetic<T>) {
    assert!(y.is_as_long_as(x.len()));
    match y {
        Run::Slice(y) => update(simd, x, y, f),
        Run::Splat(y) => update(simd, x, Repeated(y), f),
    }
}

#[inline(always)]
fn update<T: Float, S: Simd>(simd: S, x: &mut [T], y: impl Operand<T>, f: impl Arithmetic<T>) {
    let (mut i, len) = (0, Two::<T::FloatVector<S>>::LEN);
    while i + len <= x.len() {
        let x = &mut x[i..][..len];
        f.at(simd, Two::<T::FloatVector<S>>::load(simd, x), y.register(simd, i)).store(x);
        i += len;
    }
    for (i, x) in x.iter_mut().enumerate().skip(i) {
        *x = f.of(*x, y.element(i));
    }
}
