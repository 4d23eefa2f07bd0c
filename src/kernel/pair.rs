//! Functions of two elements: any closure, one pair after another, and those that whole registers know: `+ - * /`, maxima, minima,
//! comparisons, the step, and the one term of an outer product.
//!
//! ```text
//!   x   Slice   x0 x1 x2 x3 | x4 x5 x6 x7 | ..      the next registers each time
//!   y   Splat   y  y  y  y  | y  y  y  y  | ..      the same ones again
//! ```
//!
//! Compilers make registers of simple loops, but not where they are asked for small code (opt-level s): floats would be eight times as slow there. So
//! what floats do most is written in registers, and one text serves operands of both kinds. Integers and all other functions are loops.
//! Where the runs come from is in `lanes.rs`; writing all places is the business of `memory/registers.rs` and `memory/across.rs`.

use super::element::{Element, Float, FloatWork, Number};
use super::lanes::{Each, Run};
use super::mat::Mat;
use super::memory::{Slots, update_registers};
use super::simd::{FloatLanes, Simd};

/// A function of two elements, on runs. Mark its methods `#[inline(always)]`.
pub(crate) trait Pair<A: Element, B: Element, T: Element>: Copy {
    /// Its value for one pair.
    fn of(self, x: A, y: B) -> T;

    /// `out[i] = f(x[i], y[i])`.
    #[inline(always)]
    fn on<'o, S: Simd>(self, _simd: S, x: Run<'_, A>, y: Run<'_, B>, out: Slots<'o, T>) -> &'o mut [T] {
        one_by_one(self, x, y, out)
    }

    /// `out[i, j] = f(x[i, j], y[i, j])`, where rows of one lie side by side and columns of the other, unless it hands `out` back.
    #[inline(always)]
    fn across<'o, S: Simd>(
        self,
        _simd: S,
        _x: Mat<'_, A>,
        _y: Mat<'_, B>,
        out: Slots<'o, T>,
    ) -> Result<&'o mut [T], Slots<'o, T>> {
        Err(out)
    }
}

/// A function of two elements into the first of them.
pub(crate) trait Update<A: Element, B: Element>: Pair<A, B, A> {
    /// `x[i] = f(x[i], y[i])`.
    #[inline(always)]
    fn update<S: Simd>(self, _simd: S, x: &mut [A], y: Run<'_, B>) {
        update_one_by_one(self, x, y);
    }
}

impl<A: Element, B: Element, T: Element, F: Fn(A, B) -> T + Copy> Pair<A, B, T> for F {
    #[inline(always)]
    fn of(self, x: A, y: B) -> T {
        self(x, y)
    }
}

impl<A: Element, B: Element, F: Fn(A, B) -> A + Copy> Update<A, B> for F {}

#[inline(always)]
fn one_by_one<'o, A: Element, B: Element, T: Element>(
    f: impl Pair<A, B, T>,
    x: Run<'_, A>,
    y: Run<'_, B>,
    out: Slots<'o, T>,
) -> &'o mut [T] {
    match (x, y) {
        (Run::Slice(x), Run::Slice(y)) => out.zip(x, y, |x, y| f.of(x, y)),
        (Run::Slice(x), Run::Splat(y)) => out.map(x, |x| f.of(x, y)),
        (Run::Splat(x), Run::Slice(y)) => out.map(y, |y| f.of(x, y)),
        (Run::Splat(x), Run::Splat(y)) => out.splat(f.of(x, y)),
    }
}

#[inline(always)]
fn update_one_by_one<A: Element, B: Element>(f: impl Pair<A, B, A>, x: &mut [A], y: Run<'_, B>) {
    match y {
        Run::Slice(y) => x.iter_mut().zip(y).for_each(|(x, &y)| *x = f.of(*x, y)),
        Run::Splat(y) => x.iter_mut().for_each(|x| *x = f.of(*x, y)),
    }
}

/// `f(x, y)` as a function of x.
#[derive(Clone, Copy)]
pub(crate) struct Right<F, B>(pub(crate) F, pub(crate) B);

impl<A: Element, B: Element, T: Element, F: Pair<A, B, T>> Each<A, T> for Right<F, B> {
    #[inline(always)]
    fn on<'o, S: Simd>(self, simd: S, x: &[A], out: Slots<'o, T>) -> &'o mut [T] {
        self.0.on(simd, Run::Slice(x), Run::Splat(self.1), out)
    }
}

/// `f(x, y)` as a function of y.
#[derive(Clone, Copy)]
pub(crate) struct Left<A, F>(pub(crate) A, pub(crate) F);

impl<A: Element, B: Element, T: Element, F: Pair<A, B, T>> Each<B, T> for Left<A, F> {
    #[inline(always)]
    fn on<'o, S: Simd>(self, simd: S, y: &[B], out: Slots<'o, T>) -> &'o mut [T] {
        self.1.on(simd, Run::Splat(self.0), Run::Slice(y), out)
    }
}

/// A function of two registers of floats.
pub(crate) trait Arithmetic<T: Float>: Pair<T, T, T> {
    /// Its value in each lane.
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V, y: V) -> V;
}

/// A comparison of two registers of floats, answered by `U`.
pub(crate) trait Compare<T: Float, U: Element>: Pair<T, T, U> {
    /// A bit for each lane, the first lowest.
    fn bits<S: Simd, V: FloatLanes<T, S>>(self, x: V, y: V) -> u32;
}

/// One of the two, where it is not known yet that the elements are floats: `Pair::on` for when they are.
trait OnRegisters<T: Element, U: Element>: Pair<T, T, U> {
    fn on_registers<'o, S: Simd>(self, simd: S, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, U>) -> &'o mut [U]
    where
        T: Float;
}

/// The work of `Pair::on`, of `Pair::across` and of `Update::update`, for floats.
struct Onto<'x, 'o, T, U, S, F>(F, S, Run<'x, T>, Run<'x, T>, Slots<'o, U>);
struct Across<'x, 'o, T, U, S, F>(F, S, Mat<'x, T>, Mat<'x, T>, Slots<'o, U>);
struct InPlace<'x, 'y, T, S, F>(F, S, &'x mut [T], Run<'y, T>);

impl<'o, T: Element, U: Element, S: Simd, F: OnRegisters<T, U>> FloatWork<T> for Onto<'_, 'o, T, U, S, F> {
    type Output = &'o mut [U];

    #[inline(always)]
    fn run(self) -> &'o mut [U]
    where
        T: Float,
    {
        let Onto(f, simd, x, y, out) = self;
        f.on_registers(simd, x, y, out)
    }
}

/// `Pair::on` of a function that registers know.
#[inline(always)]
fn on<'o, T: Element, U: Element, S: Simd>(
    f: impl OnRegisters<T, U>,
    simd: S,
    x: Run<'_, T>,
    y: Run<'_, T>,
    out: Slots<'o, U>,
) -> &'o mut [U] {
    match T::if_float(Onto(f, simd, x, y, out)) {
        Ok(out) => out,
        Err(Onto(_, _, x, y, out)) => one_by_one(f, x, y, out),
    }
}

/// The same for either kind: its name, for which types, of what type it is, one by one, and which methods of `Slots` take it.
macro_rules! known {
    ($(#[$doc:meta])* $name:ident: $bound:ident -> $out:ty, |$x:ident, $y:ident| $of:expr, $method:ident $($across:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(crate) struct $name;

        impl<T: $bound> Pair<T, T, $out> for $name {
            #[inline(always)]
            fn of(self, $x: T, $y: T) -> $out {
                $of
            }

            #[inline(always)]
            fn on<'o, S: Simd>(self, simd: S, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, $out>) -> &'o mut [$out] {
                on(self, simd, x, y, out)
            }

            $(known!(@ $across $out);)?
        }

        impl<T: $bound> OnRegisters<T, $out> for $name {
            #[inline(always)]
            fn on_registers<'o, S: Simd>(self, simd: S, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, $out>) -> &'o mut [$out]
            where
                T: Float,
            {
                out.$method(simd, x, y, self)
            }
        }

        $(known!(@ $across $name: $bound -> $out);)?
    };
    (@ $across:ident $out:ty) => {
        #[inline(always)]
        fn across<'o, S: Simd>(
            self,
            simd: S,
            x: Mat<'_, T>,
            y: Mat<'_, T>,
            out: Slots<'o, $out>,
        ) -> Result<&'o mut [$out], Slots<'o, $out>> {
            T::if_float(Across(self, simd, x, y, out)).unwrap_or_else(|Across(.., out)| Err(out))
        }
    };
    (@ $across:ident $name:ident: $bound:ident -> $out:ty) => {
        impl<'o, T: $bound, S: Simd> FloatWork<T> for Across<'_, 'o, T, $out, S, $name> {
            type Output = Result<&'o mut [$out], Slots<'o, $out>>;

            #[inline(always)]
            fn run(self) -> Self::Output
            where
                T: Float,
            {
                let Across(f, simd, x, y, out) = self;
                out.$across(simd, x, y, f)
            }
        }
    };
}

macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident: $bound:ident -> $out:ty, |$x:ident, $y:ident| $of:expr, $registers:expr;)*) => {$(
        known!($(#[$doc])* $name: $bound -> $out, |$x, $y| $of, zip_registers zip_across);

        impl<T: Float> Arithmetic<T> for $name {
            #[inline(always)]
            fn at<S: Simd, V: FloatLanes<T, S>>(self, _simd: S, $x: V, $y: V) -> V {
                $registers
            }
        }
    )*};
}

arithmetic! {
    /// `x + y`.
    Plus: Element -> T, |x, y| x.add(y), x + y;
    /// `x - y`.
    Minus: Number -> T, |x, y| x.sub(y), x - y;
    /// `x * y`.
    Times: Element -> T, |x, y| x.mul(y), x * y;
    /// `x / y`; of integers, as f64.
    Over: Element -> T::Quotient, |x, y| x.cast::<T::Quotient>().div(y.cast()), x / y;
    /// The greater, nan if either is.
    Maximum: Element -> T, |x, y| x.maximum(y), x.maximum(y);
    /// x where it is greater than y, else y, nan or not.
    GreaterOr: Number -> T, |x, y| if x > y { x } else { y }, x.max(y);
    /// The lesser, nan if either is.
    Minimum: Element -> T, |x, y| x.minimum(y), x.minimum(y);
}

/// `x * y` as the only term of a chain, which begins with 0: fused where chains are, for a product too small for any number would else lose its sign.
#[derive(Clone, Copy)]
pub(crate) struct OneTerm {
    /// Whether chains are.
    pub(crate) fused: bool,
}

impl<T: Element> Pair<T, T, T> for OneTerm {
    #[inline(always)]
    fn of(self, x: T, y: T) -> T {
        x.mul_add(y, T::ZERO, self.fused)
    }

    #[inline(always)]
    fn on<'o, S: Simd>(self, simd: S, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, T>) -> &'o mut [T] {
        on(self, simd, x, y, out)
    }
}

impl<T: Element> OnRegisters<T, T> for OneTerm {
    #[inline(always)]
    fn on_registers<'o, S: Simd>(self, simd: S, x: Run<'_, T>, y: Run<'_, T>, out: Slots<'o, T>) -> &'o mut [T]
    where
        T: Float,
    {
        out.zip_registers(simd, x, y, self)
    }
}

impl<T: Float> Arithmetic<T> for OneTerm {
    #[inline(always)]
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V, y: V) -> V {
        x.mul_add(y, V::splat(simd, T::ZERO))
    }
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident: $op:tt -> $out:ident, |$x:ident, $y:ident| $bits:expr;)*) => {$(
        known!($(#[$doc])* $name: Element -> $out, |$x, $y| $out::from($x $op $y), compare_registers);

        impl<T: Float> Compare<T, $out> for $name {
            #[inline(always)]
            fn bits<S: Simd, V: FloatLanes<T, S>>(self, $x: V, $y: V) -> u32 {
                $bits
            }
        }
    )*};
}

comparisons! {
    /// `x > y`.
    Greater: > -> bool, |x, y| y.below(x);
    /// `x > y`, as 1 or 0.
    StepAt: > -> i64, |x, y| y.below(x);
    /// `x >= y`.
    GreaterEqual: >= -> bool, |x, y| y.at_most(x);
    /// `x < y`.
    Less: < -> bool, |x, y| x.below(y);
    /// `x <= y`.
    LessEqual: <= -> bool, |x, y| x.at_most(y);
    /// `x == y`.
    Equal: == -> bool, |x, y| x.equal(y);
    /// `x != y`.
    NotEqual: != -> bool, |x, y| x.equal(y) ^ every(V::LEN);
}

/// A bit for each of so many lanes.
#[inline(always)]
const fn every(lanes: usize) -> u32 {
    u32::MAX >> (32 - lanes)
}

/// In place: where the result has the type of the operands.
macro_rules! in_place {
    ($($name:ident $bound:ident)*) => {$(
        impl<T: $bound, S: Simd> FloatWork<T> for InPlace<'_, '_, T, S, $name> {
            type Output = ();

            #[inline(always)]
            fn run(self)
            where
                T: Float,
            {
                let InPlace(f, simd, x, y) = self;
                update_registers(simd, x, y, f);
            }
        }

        impl<T: $bound> Update<T, T> for $name {
            #[inline(always)]
            fn update<S: Simd>(self, simd: S, x: &mut [T], y: Run<'_, T>) {
                if let Err(InPlace(_, _, x, y)) = T::if_float(InPlace(self, simd, x, y)) {
                    update_one_by_one(self, x, y);
                }
            }
        }
    )*};
}

in_place!(Plus Element Minus Number Times Element Over Float);
