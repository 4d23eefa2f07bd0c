//! The doors of integers and bool: plain loops, those of `+ - *`, sums and extremes for AVX2 too, and tiles of
//! registers for large products.
//!
//! ```text
//!   i32 i64                                           compiled here, and copies and selections of bool, u8, u32, u64
//!   u32 -> i32, u64 -> i64, i8 -> u8, u16 -> i16      products: the bits are those of the twin
//!   i32 -> u32, i64 -> u64, i8 -> u8, i16 -> u16      copies and selections: by the unsigned type of their size
//! ```
//!
//! Everything wraps. Read next: `../reduce/integer.rs`.

use super::macros::{binary, casts, door, reduction, twin_movement, unary, update};
use super::{Binary, Casts, Dense, Element, Gemm, Gemv, Number, Outer, Reduction, Rows, Select, Unary, Update};
use crate::kernel::elementwise::plain::{map_each, update_each, zip_each, zip_plain};
use crate::kernel::elementwise::tiled;
#[cfg(feature = "explain")]
use crate::kernel::gemm::plan::{self, Plan};
use crate::kernel::gemm::{gemm, gemm_plain, gemv};
use crate::kernel::mat::Mat;
use crate::kernel::memory::{Output, Slots, bits};
use crate::kernel::reduce::integer;
use crate::kernel::reduce::join::{Join, Max, Min, Product, Sum};
use crate::kernel::run::Run;
use crate::kernel::scalar::{Scalar, ScalarFloat, ScalarNumber};

/// A [`Reduction`] in any order.
macro_rules! in_any_order {
    ($(#[$attribute:meta])* $name:ident: $type:ident => $out:ty, $join:ident) => {
        reduction!($(#[$attribute])* $name: $type => $out, from <$join as Join<$type, $out>>::IDENTITY,
            [integer::fold_rows, integer::fold_columns, integer::fold_stream], $join);
    };
}

/// Products: loops of the type's own.
macro_rules! own_products {
    ($(#[$attribute:meta])* $type:ident, $gemm:ident, $plan:expr) => {
        const GEMM: Gemm<$type> = door! {
            $(#[$attribute])* |a: &Mat<'_, $type>, b: &Mat<'_, $type>, c: &mut Output<'_, $type>|
                $gemm(a, b, c)
        };
        const GEMV: Gemv<$type> =
            door! { $(#[$attribute])* |a: &Mat<'_, $type>, y: &[$type]; out: $type| gemv::dots_plain(a, y, out) };
        #[cfg(feature = "explain")]
        const PLAN: fn(usize, usize, usize) -> Plan = $plan;
    };
}

/// Products, by the twin.
macro_rules! twin_products {
    ($type:ident as $twin:ident) => {
        const GEMM: Gemm<$type> = door! {
            #[inline] |a: &Mat<'_, $type>, b: &Mat<'_, $type>, c: &mut Output<'_, $type>|
                c.as_type(|c| $twin::GEMM(&bits::mat_as(a), &bits::mat_as(b), c))
        };
        const GEMV: Gemv<$type> = door! {
            #[inline] |a: &Mat<'_, $type>, y: &[$type]; out: $type|
                bits::slice_mut_as($twin::GEMV(&bits::mat_as(a), bits::slice_as(y), bits::slots_as(out)))
        };
        #[cfg(feature = "explain")]
        const PLAN: fn(usize, usize, usize) -> Plan = $twin::PLAN;
    };
}

/// What only moves elements: loops of this type's own, for all of its size.
macro_rules! own_movement {
    ($(#[$attribute:meta])* $type:ident) => {
        const COPY: Dense<$type> = door! {
            $(#[$attribute])* |x: &Mat<'_, $type>; out: $type| tiled::map(x, out, |x, out| map_each(x, out, |x| x))
        };
        const SELECT: Select<$type> = door! {
            $(#[$attribute])* |mask: &Mat<'_, bool>, x: &Mat<'_, $type>, y: &Mat<'_, $type>; out: $type|
                tiled::select(mask, x, y, out)
        };
    };
}

/// All of a type, whose products and movement are made by one of the two macros above each.
macro_rules! elements {
    ($(
        $(#[$attribute:meta])* $type:ident, sum $sum:ident, float $float:ident:
        $products:ident! { $($of:tt)* } $movement:ident! { $($from:tt)* };
    )*) => {$(
        impl Element for $type {
            $products! { $($of)* }
            $movement! { $($from)* }
            type Sum = $sum;
            type Quotient = f64;
            type Float = $float;

            binary!($(#[$attribute])* ADD: $type => $type, |x, y, out| zip_plain(x, y, out, Scalar::add));
            binary!($(#[$attribute])* MUL: $type => $type, |x, y, out| zip_plain(x, y, out, Scalar::mul));
            update!($(#[$attribute])* ADD_ASSIGN: $type, |x, y| update_each(x, y, Scalar::add));
            update!($(#[$attribute])* MUL_ASSIGN: $type, |x, y| update_each(x, y, Scalar::mul));
            binary!($(#[$attribute])* DIV: $type => f64, |x, y, out| {
                zip_each(x, y, out, |x, y| ScalarFloat::div(x.cast::<f64>(), y.cast()))
            });
            binary!($(#[$attribute])* MAXIMUM: $type => $type, |x, y, out| zip_each(x, y, out, Scalar::maximum));
            binary!($(#[$attribute])* MINIMUM: $type => $type, |x, y, out| zip_each(x, y, out, Scalar::minimum));
            binary!($(#[$attribute])* GREATER: $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x > y));
            binary!($(#[$attribute])* GREATER_EQUAL: $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x >= y));
            binary!($(#[$attribute])* LESS: $type => bool, |x, y, out| (<$type>::GREATER.run)(y, x, out));
            binary!($(#[$attribute])* LESS_EQUAL: $type => bool, |x, y, out| (<$type>::GREATER_EQUAL.run)(y, x, out));
            binary!($(#[$attribute])* EQUAL: $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x == y));
            binary!($(#[$attribute])* NOT_EQUAL: $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x != y));
            unary!($(#[$attribute])* STEP: $type => i64, |x, out| map_each(x, out, |x| i64::from(x > <$type>::ZERO)));
            const OUTER: Outer<$type> = door! {
                $(#[$attribute])* |x: &Mat<'_, $type>, y: &Mat<'_, $type>; out: $type|
                    tiled::zip(x, y, out, <$type as Element>::MUL.run)
            };
            in_any_order!($(#[$attribute])* SUM: $type => $sum, Sum);
            in_any_order!($(#[$attribute])* PRODUCT: $type => $sum, Product);
            in_any_order!($(#[$attribute])* MAX: $type => $type, Max);
            in_any_order!($(#[$attribute])* MIN: $type => $type, Min);
            reduction!($(#[$attribute])* ARGMAX: $type => i64, from 0, [integer::arg_rows, integer::arg_columns], Max);
            reduction!($(#[$attribute])* ARGMIN: $type => i64, from 0, [integer::arg_rows, integer::arg_columns], Min);
            casts!($type);
        }
    )*};
}

/// What all integers have beyond bool.
macro_rules! numbers {
    ($($(#[$attribute:meta])* $type:ident;)*) => {$(
        impl Number for $type {
            binary!($(#[$attribute])* SUB: $type => $type, |x, y, out| zip_plain(x, y, out, ScalarNumber::sub));
            update!($(#[$attribute])* SUB_ASSIGN: $type, |x, y| update_each(x, y, ScalarNumber::sub));
            binary!($(#[$attribute])* FLOOR_DIV: $type => $type, |x, y, out| {
                zip_each(x, y, out, ScalarNumber::floor_div)
            });
            binary!($(#[$attribute])* REM: $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::rem));
            update!($(#[$attribute])* REM_ASSIGN: $type, |x, y| update_each(x, y, ScalarNumber::rem));
            binary!($(#[$attribute])* POWER: $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::power));
            unary!($(#[$attribute])* NEG: $type => $type, |x, out| map_each(x, out, ScalarNumber::neg));
            unary!($(#[$attribute])* ABS: $type => $type, |x, out| map_each(x, out, ScalarNumber::abs));
            unary!($(#[$attribute])* SIGN: $type => $type, |x, out| map_each(x, out, ScalarNumber::sign));
            unary!($(#[$attribute])* RELU: $type => $type, |x, out| map_each(x, out, |x| Scalar::maximum(x, 0)));
        }
    )*};
}

elements! {
    #[inline] bool, sum i64, float f32:
        own_products! { #[inline] bool, gemm_plain, plan::plan_plain } own_movement! { bool };
    #[inline] u8, sum u64, float f32:
        own_products! { #[inline] u8, gemm_plain, plan::plan_plain } own_movement! { u8 };
    i32, sum i64, float f64:
        own_products! { i32, gemm, plan::plan::<i32> } twin_movement! { i32 as u32 };
    i64, sum i64, float f64:
        own_products! { i64, gemm, plan::plan::<i64> } twin_movement! { i64 as u64 };
    #[inline] i8, sum i64, float f32:
        twin_products! { i8 as u8 } twin_movement! { i8 as u8 };
    #[inline] i16, sum i64, float f32:
        own_products! { #[inline] i16, gemm_plain, plan::plan_plain } twin_movement! { i16 as u16 };
    #[inline] u16, sum u64, float f32:
        twin_products! { u16 as i16 } own_movement! { #[inline] u16 };
    #[inline] u32, sum u64, float f64:
        twin_products! { u32 as i32 } own_movement! { u32 };
    #[inline] u64, sum u64, float f64:
        twin_products! { u64 as i64 } own_movement! { u64 };
}

numbers! {
    i32; i64; #[inline] i8; #[inline] i16; #[inline] u8; #[inline] u16; #[inline] u32; #[inline] u64;
}
