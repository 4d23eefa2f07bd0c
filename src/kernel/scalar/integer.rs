//! The integers: everything wraps, in debug and release; division rounds down, and by 0 gives 0.

use super::{DType, Scalar, ScalarNumber, Value, casts, sealed};

/// Whether one of two integers is negative and the other is not.
macro_rules! signs_differ {
    ($type:ident: $a:expr, $b:expr) => {
        $type::MIN != 0 && ($a ^ $b).leading_zeros() == 0
    };
}

macro_rules! integer {
    ($($type:ident $dtype:ident $value:ident $wide:ident;)*) => {$(
        impl sealed::Sealed for $type {}

        impl Scalar for $type {
            const DTYPE: DType = DType::$dtype;
            const ZERO: Self = 0;
            const ONE: Self = 1;
            const LOWEST: Self = $type::MIN;
            const HIGHEST: Self = $type::MAX;

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }

            #[inline(always)]
            fn value(self) -> Value {
                Value::$value(self as $wide)
            }

            casts!($type);
        }

        impl ScalarNumber for $type {
            const INTEGER: bool = true;

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }

            #[inline(always)]
            fn neg(self) -> Self {
                self.wrapping_neg()
            }

            #[inline(always)]
            fn floor_div(self, other: Self) -> Self {
                if other == 0 {
                    return 0;
                }
                let (quotient, rest) = (self.wrapping_div(other), self.wrapping_rem(other));
                // Division rounds toward zero: one too high where the signs differ and there is a remainder.
                if rest != 0 && signs_differ!($type: rest, other) { quotient.wrapping_sub(1) } else { quotient }
            }

            #[inline(always)]
            fn rem(self, other: Self) -> Self {
                if other == 0 {
                    return 0;
                }
                let rest = self.wrapping_rem(other);
                if rest != 0 && signs_differ!($type: rest, other) { rest.wrapping_add(other) } else { rest }
            }

            fn power(self, exponent: Self) -> Self {
                let (mut base, mut remaining, mut out) = (self, exponent, 1 as $type);
                while remaining > 0 {
                    if remaining & 1 == 1 {
                        out = out.wrapping_mul(base);
                    }
                    base = base.wrapping_mul(base);
                    remaining >>= 1;
                }
                out
            }
        }
    )*};
}

integer! {
    i8 I8 Int i64;
    i16 I16 Int i64;
    i32 I32 Int i64;
    i64 I64 Int i64;
    u8 U8 UInt u64;
    u16 U16 UInt u64;
    u32 U32 UInt u64;
    u64 U64 UInt u64;
}
