//! Two registers as one, for functions in which each step depends on the one before.
//!
//! ```text
//!   one register     step 1  .  .  .  step 2  .  .  .            the multiplier is idle until a result is there
//!   two registers    step 1  step 1  .  .  step 2  step 2        and has a second chain meanwhile
//! ```
//!
//! A processor looks some dozens of instructions ahead, and a function like exp is as long as that: the chain of the
//! next register would begin too late. Each method does the same to both registers; the numbers are those of one
//! register.

use core::mem::MaybeUninit;
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::{FloatLanes, Lanes, Simd};

/// `V` and the `V` after it.
#[derive(Clone, Copy)]
pub(crate) struct Two<V>(V, V);

/// Methods that do the same to both registers.
macro_rules! both {
    ($($method:ident)*) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            Two(self.0.$method(other.0), self.1.$method(other.1))
        }
    )*};
}

/// Methods of two registers that give a bit for each lane.
macro_rules! both_bits {
    ($($method:ident)*) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> u32 {
            self.0.$method(other.0) | self.1.$method(other.1) << V::LEN
        }
    )*};
}

macro_rules! operators {
    ($($trait:ident $method:ident;)*) => {$(
        impl<V: $trait<Output = V>> $trait for Two<V> {
            type Output = Self;

            both!($method);
        }
    )*};
}

operators! {
    Add add;
    Sub sub;
    Mul mul;
    Div div;
}

impl<V: Neg<Output = V>> Neg for Two<V> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Two(-self.0, -self.1)
    }
}

// SAFETY: `V` writes the first half of the slots and `V` the second; `write_masked` splits all slots between the two.
unsafe impl<T: Copy, S: Simd, V: Lanes<T, S>> Lanes<T, S> for Two<V> {
    type Half = Self;
    const LEN: usize = 2 * V::LEN;
    const TILES: bool = V::TILES;

    #[inline(always)]
    fn splat(simd: S, value: T) -> Self {
        Two(V::splat(simd, value), V::splat(simd, value))
    }

    #[inline(always)]
    fn load(simd: S, from: &[T]) -> Self {
        let from = &from[..2 * V::LEN];
        Two(V::load(simd, from), V::load(simd, &from[V::LEN..]))
    }

    #[inline(always)]
    fn write(self, to: &mut [MaybeUninit<T>]) {
        let to = &mut to[..2 * V::LEN];
        self.0.write(to);
        self.1.write(&mut to[V::LEN..]);
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Two(self.0.mul_add(b.0, c.0), self.1.mul_add(b.1, c.1))
    }

    #[inline(always)]
    fn load_masked(simd: S, from: &[T]) -> Self {
        let (low, high) = from.split_at(from.len().min(V::LEN));
        Two(V::load_masked(simd, low), V::load_masked(simd, high))
    }

    #[inline(always)]
    fn write_masked(self, to: &mut [MaybeUninit<T>]) {
        let (low, high) = to.split_at_mut(to.len().min(V::LEN));
        self.0.write_masked(low);
        self.1.write_masked(high);
    }
}

impl<T: Copy, S: Simd, V: FloatLanes<T, S>> FloatLanes<T, S> for Two<V> {
    #[inline(always)]
    fn abs(self) -> Self {
        Two(self.0.abs(), self.1.abs())
    }

    both!(with_sign_of min max maximum minimum scale);
    both_bits!(below at_most equal);

    #[inline(always)]
    fn keep_first(self, n: usize, rest: Self) -> Self {
        Two(self.0.keep_first(n, rest.0), self.1.keep_first(n.saturating_sub(V::LEN), rest.1))
    }

    #[inline(always)]
    fn down(self, half: usize) -> Self {
        if half == V::LEN { Two(self.1, self.1) } else { Two(self.0.down(half), self.1) }
    }

    #[inline(always)]
    fn less(self, other: Self, yes: Self, no: Self) -> Self {
        Two(self.0.less(other.0, yes.0, no.0), self.1.less(other.1, yes.1, no.1))
    }

    #[inline(always)]
    fn pow2(self) -> Self {
        Two(self.0.pow2(), self.1.pow2())
    }

    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let ((m0, e0), (m1, e1)) = (self.0.split(), self.1.split());
        (Two(m0, m1), Two(e0, e1))
    }
}
