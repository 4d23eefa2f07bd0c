//! Elementwise loops over one run, by registers of floats.
//!
//! ```text
//!   one operand     two | two | two | .. | one | .. | masked         two registers at a time fill the multiplier
//!   two operands    [masked] | four | four | .. | one | .. | [one]   the last one overlaps the one before
//!   comparisons     32 lanes | 32 lanes | .. | [32 lanes]            likewise
//! ```
//!
//! In a long run of two operands a masked store comes first, so that the others are aligned to cache lines. Every
//! element takes the same steps, whatever its position. What is applied is in `../op.rs` and `../math`; each loop is
//! compiled for every level. Loops without registers: `plain.rs`. Matrices of several runs: `tiled.rs`.

use crate::kernel::element::SimdFloat;
use crate::kernel::memory::{Slots, Writer};
use crate::kernel::op::{BinaryOp, Comparison};
use crate::kernel::run::Run;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{FloatLanes, Function, Lanes, Simd, Two, dispatch, kernel_fn};

/// Stores of a run of at least so many registers are aligned to cache lines.
pub(in super::super) const LONG_REGISTERS: usize = 16;

/// `out[i] = f(x[i])`, by registers.
pub(in super::super) fn map_registers<'o, T: SimdFloat>(
    x: &Run<'_, T>,
    out: Slots<'o, T>,
    f: impl Function<T>,
) -> &'o mut [T] {
    match *x {
        Run::Slice(x) => map_slice(x, out, f),
        Run::Splat(x) => {
            let mut y = [x];
            map_slice(&[x], Slots::over(&mut y), f);
            out.splat(y[0])
        }
    }
}

kernel_fn! {
    fn map_slice['o, T: SimdFloat, F: Function<T>](x: &[T], out: Slots<'o, T>, f: F) -> &'o mut [T],
    dispatch, |simd| {
        assert!(x.len() == out.len());
        let mut out = out.writer();
        map_into(simd, x, &mut out, f);
        out.finish()
    }
}

/// Writes `f(x[i])` to the next slots, inside a kernel.
#[inline(always)]
pub(in super::super) fn map_into<T: SimdFloat, S: Simd>(
    simd: S,
    x: &[T],
    out: &mut Writer<'_, T>,
    f: impl Function<T>,
) {
    let len = T::FloatVector::<S>::LEN;
    let mut rest = x;
    if const { S::REGISTERS >= 16 } {
        let twos = x.chunks_exact(2 * len);
        rest = twos.remainder();
        for two in twos {
            out.push_register(f.at(simd, Two::<T::FloatVector<S>>::load(simd, two)));
        }
    }
    for part in rest.chunks(len) {
        out.push_masked(f.at(simd, T::FloatVector::<S>::load_masked(simd, part)), part.len());
    }
}

/// What a loop over registers reads: a contiguous operand, or one that is repeated.
trait Operand<T>: Copy {
    /// The elements from `i` on.
    fn register<S: Simd, V: Lanes<T, S>>(self, simd: S, i: usize) -> V;
    /// The first `n`, which are fewer than a register holds.
    fn part<S: Simd, V: Lanes<T, S>>(self, simd: S, n: usize) -> V;
    fn element(self, i: usize) -> T;
}

impl<T: Scalar> Operand<T> for &[T] {
    #[inline(always)]
    fn register<S: Simd, V: Lanes<T, S>>(self, simd: S, i: usize) -> V {
        V::load(simd, &self[i..])
    }

    #[inline(always)]
    fn part<S: Simd, V: Lanes<T, S>>(self, simd: S, n: usize) -> V {
        V::load_masked(simd, &self[..n])
    }

    #[inline(always)]
    fn element(self, i: usize) -> T {
        self[i]
    }
}

#[derive(Clone, Copy)]
struct Repeated<T>(T);

impl<T: Scalar> Operand<T> for Repeated<T> {
    #[inline(always)]
    fn register<S: Simd, V: Lanes<T, S>>(self, simd: S, _i: usize) -> V {
        V::splat(simd, self.0)
    }

    #[inline(always)]
    fn part<S: Simd, V: Lanes<T, S>>(self, simd: S, _n: usize) -> V {
        V::splat(simd, self.0)
    }

    #[inline(always)]
    fn element(self, _i: usize) -> T {
        self.0
    }
}

/// A loop for each combination of contiguous and repeated operands.
macro_rules! by_operands {
    ($x:expr, $y:expr, |$a:ident, $b:ident| $loop:expr, |$p:ident, $q:ident| $both:expr) => {
        match ($x, $y) {
            (Run::Slice($a), Run::Slice($b)) => $loop,
            (Run::Slice($a), Run::Splat(y)) => {
                let $b = Repeated(y);
                $loop
            }
            (Run::Splat(x), Run::Slice($b)) => {
                let $a = Repeated(x);
                $loop
            }
            (Run::Splat($p), Run::Splat($q)) => $both,
        }
    };
}

kernel_fn! {
    /// `out[i] = op(x[i], y[i])`, by registers. (Runs by reference: a run was just written field by field, and a wide
    /// load of it would stall.)
    pub(in super::super) fn zip_registers['o, T: SimdFloat, F: BinaryOp<T>](
        x: &Run<'_, T>, y: &Run<'_, T>, out: Slots<'o, T>, op: F
    ) -> &'o mut [T],
    dispatch, |simd| {
        assert!(x.has_len(out.len()) && y.has_len(out.len()));
        by_operands!(*x, *y, |x, y| zip::<T, S>(simd, x, y, out, op), |x, y| out.splat(op.element(simd, x, y)))
    }
}

#[inline(always)]
fn zip<'o, T: SimdFloat, S: Simd>(
    simd: S,
    x: impl Operand<T>,
    y: impl Operand<T>,
    out: Slots<'o, T>,
    op: impl BinaryOp<T>,
) -> &'o mut [T] {
    let (n, len) = (out.len(), T::FloatVector::<S>::LEN);
    if const { S::REGISTERS < 16 } {
        return out.fill(|i| op.element(simd, x.element(i), y.element(i)));
    }
    if n < len {
        let mut out = out.writer();
        let value: T::FloatVector<S> = op.register(simd, x.part(simd, n), y.part(simd, n));
        out.push_masked(value, n);
        return out.finish();
    }
    // A store across two cache lines counts as two: the head of the run is stored masked, so that later stores are
    // aligned.
    let head = if n >= LONG_REGISTERS * len { out.align_offset(len) } else { 0 };
    let mut out = out.writer();
    if head > 0 {
        let first: T::FloatVector<S> = op.register(simd, x.register(simd, 0), y.register(simd, 0));
        out.push_masked(first, head);
    }
    push_whole::<T, S, Two<Two<T::FloatVector<S>>>>(simd, x, y, &mut out, op);
    push_whole::<T, S, T::FloatVector<S>>(simd, x, y, &mut out, op);
    if out.remaining() > 0 {
        // The last register ends at the end of the run; what it shares with the one before is computed twice, the same
        // way.
        let last: T::FloatVector<S> = op.register(simd, x.register(simd, n - len), y.register(simd, n - len));
        out.push_last(last);
    }
    out.finish()
}

/// Whole registers, as long as there are slots for one.
#[inline(always)]
fn push_whole<T: SimdFloat, S: Simd, V: FloatLanes<T, S>>(
    simd: S,
    x: impl Operand<T>,
    y: impl Operand<T>,
    out: &mut Writer<'_, T>,
    op: impl BinaryOp<T>,
) {
    while out.remaining() >= V::LEN {
        let i = out.done();
        let value: V = op.register(simd, x.register(simd, i), y.register(simd, i));
        out.push_register(value);
    }
}

kernel_fn! {
    /// `out[i]` answers `op(x[i], y[i])`, by registers.
    pub(in super::super) fn compare_registers['o, T: SimdFloat, F: Comparison<T>](
        x: &Run<'_, T>, y: &Run<'_, T>, out: Slots<'o, bool>, op: F
    ) -> &'o mut [bool],
    dispatch, |simd| {
        assert!(x.has_len(out.len()) && y.has_len(out.len()));
        by_operands!(*x, *y, |x, y| compare::<T, S>(simd, x, y, out, op), |x, y| out.splat(op.element(simd, x, y)))
    }
}

#[inline(always)]
fn compare<'o, T: SimdFloat, S: Simd>(
    simd: S,
    x: impl Operand<T>,
    y: impl Operand<T>,
    out: Slots<'o, bool>,
    op: impl Comparison<T>,
) -> &'o mut [bool] {
    let n = out.len();
    if const { S::REGISTERS < 16 } || n < 32 {
        return out.fill(|i| op.element(simd, x.element(i), y.element(i)));
    }
    let mut out = out.writer();
    while out.remaining() >= 32 {
        let start = out.done();
        out.push_answers(simd, start, answers::<T, S>(simd, x, y, start, op));
    }
    if out.remaining() > 0 {
        out.push_answers(simd, n - 32, answers::<T, S>(simd, x, y, n - 32, op));
    }
    out.finish()
}

/// A bit for each of 32 pairs from `start` on.
#[inline(always)]
fn answers<T: SimdFloat, S: Simd>(
    simd: S,
    x: impl Operand<T>,
    y: impl Operand<T>,
    start: usize,
    op: impl Comparison<T>,
) -> u32 {
    let (len, mut bits) = (T::FloatVector::<S>::LEN, 0);
    for r in 0..32 / len {
        let i = start + r * len;
        let (x, y): (T::FloatVector<S>, _) = (x.register(simd, i), y.register(simd, i));
        bits |= op.bits(x, y) << (r * len);
    }
    bits
}
