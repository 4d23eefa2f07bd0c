//! Map and zip over runs: one value in, or two or three, one out, compiled for the level in force.
//!
//! ```text
//!   Run::Slice  a0 a1 a2 a3 ...      elements side by side
//!   Run::Splat  s  s  s  s  ...      one element for the whole run (stride 0)
//! ```
//!
//! Every combination is a loop of its own, simple enough for the compiler to turn into vectors. Runs with other strides are gathered into slices by the caller
//! (`tensor/arith.rs`). Nothing here depends on the order of the elements; sums, which do, are in `fold.rs`.

use super::element::Element;
use super::memory::Slots;
use super::simd::{Kernel, Simd, dispatch};

/// What a kernel sees of one operand.
#[derive(Clone, Copy)]
pub(crate) enum Run<'a, T> {
    /// Elements side by side, as many as the run is long.
    Slice(&'a [T]),
    /// One element, repeated.
    Splat(T),
}

impl<T: Copy> Run<'_, T> {
    #[inline(always)]
    fn get(&self, i: usize) -> T {
        match self {
            Run::Slice(x) => x[i],
            Run::Splat(x) => *x,
        }
    }
}

/// `out[i] = f(x[i])`.
#[inline]
pub(crate) fn map<'a, A: Element, T: Element>(
    x: Run<'_, A>,
    out: Slots<'a, T>,
    f: impl Fn(A) -> T + Copy,
) -> &'a mut [T] {
    match x {
        Run::Slice(x) => dispatch(Map { x, out, f }),
        Run::Splat(x) => out.splat(f(x)),
    }
}

struct Map<'x, 'a, A, T, F> {
    x: &'x [A],
    out: Slots<'a, T>,
    f: F,
}

impl<'a, A: Element, T: Element, F: Fn(A) -> T> Kernel for Map<'_, 'a, A, T, F> {
    type Output = &'a mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> &'a mut [T] {
        self.out.map(self.x, self.f)
    }
}

/// `out[i] = f(x[i], y[i])`.
#[inline]
pub(crate) fn zip<'a, A: Element, B: Element, T: Element>(
    x: Run<'_, A>,
    y: Run<'_, B>,
    out: Slots<'a, T>,
    f: impl Fn(A, B) -> T + Copy,
) -> &'a mut [T] {
    match (x, y) {
        (Run::Slice(x), Run::Slice(y)) => dispatch(Zip { x, y, out, f }),
        (Run::Slice(x), Run::Splat(y)) => dispatch(Map { x, out, f: move |x| f(x, y) }),
        (Run::Splat(x), Run::Slice(y)) => dispatch(Map { x: y, out, f: move |y| f(x, y) }),
        (Run::Splat(x), Run::Splat(y)) => out.splat(f(x, y)),
    }
}

struct Zip<'x, 'a, A, B, T, F> {
    x: &'x [A],
    y: &'x [B],
    out: Slots<'a, T>,
    f: F,
}

impl<'a, A: Element, B: Element, T: Element, F: Fn(A, B) -> T> Kernel for Zip<'_, 'a, A, B, T, F> {
    type Output = &'a mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) -> &'a mut [T] {
        self.out.zip(self.x, self.y, self.f)
    }
}

/// `x[i] = f(x[i], y[i])`, in place.
#[inline]
pub(crate) fn update<A: Element, B: Element>(x: &mut [A], y: Run<'_, B>, f: impl Fn(A, B) -> A + Copy) {
    dispatch(Update { x, y, f });
}

struct Update<'x, 'y, A, B, F> {
    x: &'x mut [A],
    y: Run<'y, B>,
    f: F,
}

impl<A: Element, B: Element, F: Fn(A, B) -> A> Kernel for Update<'_, '_, A, B, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _simd: S) {
        match self.y {
            Run::Slice(y) => self.x.iter_mut().zip(y).for_each(|(x, &y)| *x = (self.f)(*x, y)),
            Run::Splat(y) => self.x.iter_mut().for_each(|x| *x = (self.f)(*x, y)),
        }
    }
}

/// `out[i] = f(x[i], y[i], z[i])`. Three operands have eight combinations: one loop asks each time instead.
#[inline]
pub(crate) fn zip3<'a, A: Element, B: Element, C: Element, T: Element>(
    x: Run<'_, A>,
    y: Run<'_, B>,
    z: Run<'_, C>,
    out: Slots<'a, T>,
    f: impl Fn(A, B, C) -> T + Copy,
) -> &'a mut [T] {
    out.fill(|i| f(x.get(i), y.get(i), z.get(i)))
}
