//! How elements are joined: the sum, the product, the greatest, the least.
//!
//! ```text
//!   Join     one element to a result: integers, in any order (integer.rs)
//!   Fold     registers of floats too, in the fixed order (order.rs)          Extreme   which of two is better (arg.rs)
//! ```

use crate::kernel::element::SimdFloat;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd::{FloatLanes, Simd};

/// How elements of one type are joined to a result of another.
pub(in super::super) trait Join<T: Scalar, U: Scalar>: Copy {
    /// The result of no elements, which stands in for missing ones too.
    const IDENTITY: U;
    /// The result with one element more.
    fn join(self, joined: U, x: T) -> U;
}

/// How floats are joined.
pub(in super::super) trait Fold<T: SimdFloat>: Join<T, T> {
    /// Whether it is compiled for AVX-512 as well; rarely used folds are not, for memory bounds them.
    const WIDE: bool;
    /// The two joined, lane by lane.
    fn join_vectors<V: FloatLanes<T, S>, S: Simd>(self, a: V, b: V) -> V;
}

/// `Max` or `Min`.
pub(in super::super) trait Extreme: Copy {
    /// Whether `a` is better than `b`.
    fn beats<T: Scalar>(self, a: T, b: T) -> bool;

    /// Whether `a`, which comes later, replaces `b`: it is better, or the first nan.
    #[inline(always)]
    fn replaces<T: SimdFloat>(self, a: T, b: T) -> bool {
        self.beats(a, b) | (a.is_nan() & !b.is_nan())
    }
}

macro_rules! join {
    ($($(#[$doc:meta])* $name:ident from $identity:ident by $join:ident, wide $wide:literal $(, beats $op:tt)?;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(in super::super) struct $name;

        impl<T: Scalar, U: Scalar> Join<T, U> for $name {
            const IDENTITY: U = U::$identity;

            #[inline(always)]
            fn join(self, joined: U, x: T) -> U {
                joined.$join(x.cast())
            }
        }

        impl<T: SimdFloat> Fold<T> for $name {
            const WIDE: bool = $wide;

            #[inline(always)]
            fn join_vectors<V: FloatLanes<T, S>, S: Simd>(self, a: V, b: V) -> V {
                a.$join(b)
            }
        }

        $(impl Extreme for $name {
            #[inline(always)]
            fn beats<T: Scalar>(self, a: T, b: T) -> bool {
                a $op b
            }
        })?
    )*};
}

join! {
    Sum from ZERO by add, wide true;
    Product from ONE by mul, wide false;
    /// The greatest; nan if there is one.
    Max from LOWEST by maximum, wide true, beats >;
    /// The least; nan if there is one.
    Min from HIGHEST by minimum, wide false, beats <;
}
