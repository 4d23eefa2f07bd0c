//! Functions of two elements: `+ - * /`, maxima, minima, comparisons, and the one term of an outer product.
//!
//! Each is defined once, for a register of floats; that of one pair is the same for a register of one lane. The loops
//! that apply them are in `elementwise/`. Functions of one register are `Function`s (`simd/mod.rs`), those of `math/`.

use super::element::SimdFloat;
use super::simd::{FloatLanes, Lanes, Simd};

/// A function of two floats with a float for a result.
pub(super) trait BinaryOp<T: SimdFloat>: Copy {
    /// Its value in each lane.
    fn register<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V, y: V) -> V;

    /// Its value for one pair.
    #[inline(always)]
    fn element<S: Simd>(self, simd: S, x: T, y: T) -> T {
        let mut value = [x];
        self.register(simd, T::One::<S>::splat(simd, x), T::One::<S>::splat(simd, y)).store(&mut value);
        value[0]
    }
}

/// A comparison of two floats. Less is greater with the operands exchanged.
pub(super) trait Comparison<T: SimdFloat>: Copy {
    /// A bit for each lane, the first lowest.
    fn bits<S: Simd, V: FloatLanes<T, S>>(self, x: V, y: V) -> u32;

    /// Its value for one pair.
    #[inline(always)]
    fn element<S: Simd>(self, simd: S, x: T, y: T) -> bool {
        self.bits(T::One::<S>::splat(simd, x), T::One::<S>::splat(simd, y)) != 0
    }
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident |$x:ident, $y:ident| $register:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name;

        impl<T: SimdFloat> BinaryOp<T> for $name {
            #[inline(always)]
            fn register<S: Simd, V: FloatLanes<T, S>>(self, _simd: S, $x: V, $y: V) -> V {
                $register
            }
        }
    )*};
}

binary! {
    Add |x, y| x + y;
    Sub |x, y| x - y;
    Mul |x, y| x * y;
    Div |x, y| x / y;
    /// The greater, nan if either is.
    Maximum |x, y| x.maximum(y);
    /// The lesser, nan if either is.
    Minimum |x, y| x.minimum(y);
    /// x where it is greater than y, else y, nan or not: of 0 and x it is ReLU.
    GreaterOr |x, y| x.max(y);
}

/// Those of one type as a value: for loops that memory bounds, of which one text then serves all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
    Maximum,
    Minimum,
}

/// `x * y` as the only term of a chain, which begins with 0: fused where chains are, for a product too small for any
/// number would else lose its sign.
#[derive(Clone, Copy)]
pub(super) struct OneTerm;

impl<T: SimdFloat> BinaryOp<T> for OneTerm {
    #[inline(always)]
    fn register<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V, y: V) -> V {
        x.mul_add(y, V::splat(simd, T::ZERO))
    }
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident |$x:ident, $y:ident| $bits:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name;

        impl<T: SimdFloat> Comparison<T> for $name {
            #[inline(always)]
            fn bits<S: Simd, V: FloatLanes<T, S>>(self, $x: V, $y: V) -> u32 {
                $bits
            }
        }
    )*};
}

comparisons! {
    Greater |x, y| y.below(x);
    GreaterEqual |x, y| y.at_most(x);
    Equal |x, y| x.equal(y);
    NotEqual |x, y| x.equal(y) ^ (u32::MAX >> (32 - V::LEN));
}
