//! Elementwise loops over one run, element by element: for integers, for rarely used functions, and for closures of the
//! user.
//!
//! ```text
//!   map_each, zip_each, update_each     compiled where they are called, for what every machine has
//!   map_plain, zip_plain, update_plain  the same loops, for AVX2 too: the compiler vectorizes them
//! ```
//!
//! By registers: `flat.rs`. Matrices of several runs: `tiled.rs`.

use crate::kernel::memory::Slots;
use crate::kernel::run::Run;
use crate::kernel::simd::{Simd, dispatch_two, kernel_fn};

/// `out[i] = f(x[i])`, one by one.
#[inline(always)]
pub(crate) fn map_each<'o, A: Copy, T: Copy>(x: &Run<'_, A>, out: Slots<'o, T>, f: impl Fn(A) -> T) -> &'o mut [T] {
    match *x {
        Run::Slice(x) => out.map(x, f),
        Run::Splat(x) => out.splat(f(x)),
    }
}

/// `out[i] = f(x[i], y[i])`, one by one.
#[inline(always)]
pub(crate) fn zip_each<'o, A: Copy, B: Copy, T: Copy>(
    x: &Run<'_, A>,
    y: &Run<'_, B>,
    out: Slots<'o, T>,
    f: impl Fn(A, B) -> T,
) -> &'o mut [T] {
    match (*x, *y) {
        (Run::Slice(x), Run::Slice(y)) => out.zip(x, y, f),
        (Run::Slice(x), Run::Splat(y)) => out.map(x, |x| f(x, y)),
        (Run::Splat(x), Run::Slice(y)) => out.map(y, |y| f(x, y)),
        (Run::Splat(x), Run::Splat(y)) => out.splat(f(x, y)),
    }
}

/// `x[i] = f(x[i], y[i])`, one by one.
#[inline(always)]
pub(in super::super) fn update_each<A: Copy, B: Copy>(x: &mut [A], y: &Run<'_, B>, f: impl Fn(A, B) -> A) {
    assert!(y.has_len(x.len()));
    match *y {
        Run::Slice(y) => x.iter_mut().zip(y).for_each(|(x, &y)| *x = f(*x, y)),
        Run::Splat(y) => x.iter_mut().for_each(|x| *x = f(*x, y)),
    }
}

kernel_fn! {
    /// [`map_each`], with the compiler's own vectors.
    pub(in super::super) fn map_plain['o, A: Copy, T: Copy, F: Fn(A) -> T](x: &Run<'_, A>, out: Slots<'o, T>, f: F) -> &'o mut [T],
    dispatch_two, |_simd| { map_each(x, out, f) }
}

kernel_fn! {
    /// [`zip_each`], with the compiler's own vectors.
    pub(in super::super) fn zip_plain['o, A: Copy, B: Copy, T: Copy, F: Fn(A, B) -> T](
        x: &Run<'_, A>, y: &Run<'_, B>, out: Slots<'o, T>, f: F
    ) -> &'o mut [T],
    dispatch_two, |_simd| { zip_each(x, y, out, f) }
}

kernel_fn! {
    /// [`update_each`], with the compiler's own vectors.
    pub(in super::super) fn update_plain[A: Copy, B: Copy, F: Fn(A, B) -> A](x: &mut [A], y: &Run<'_, B>, f: F) -> (),
    dispatch_two, |_simd| { update_each(x, y, f) }
}
