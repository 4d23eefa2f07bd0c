//! The doors of integers and bool: plain loops, those of `+ - *`, sums and extremes for AVX2 too, and tiles of
//! registers for large products.
//!
//! ```text
//!   i32 i64                                           compiled here, and copies and selections of bool, u8, u32, u64
//!   u32 -> i32, u64 -> i64, i8 -> u8, u16 -> i16      + - * and products: the bits are those of the twin
//!   i32 -> u32, i64 -> u64, i8 -> u8, i16 -> u16      copies and selections: by the unsigned type of their size
//! ```
//!
//! Everything wraps. Read next: `../reduce/integer.rs`.

use super::macros::{arg, binary, casts, door, reduction, twin_movement, unary, update};
use super::{Arg, Binary, Casts, Dense, Element, Gemm, Gemv, Number, Outer, Reduction, Rows, Select, Unary, Update};
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
    ($(#[$attribute:meta])* $type:ident => $out:ty, $join:ident) => {
        reduction!($(#[$attribute])* $type => $out,
            [integer::fold_rows, integer::fold_columns, integer::fold_stream], $join)
    };
}

/// A [`Binary`] that is the twin's.
macro_rules! twin_binary {
    ($type:ident as $twin:ident: $door:ident) => {
        binary!(#[inline] $type => $type, |x, y, out| {
            bits::slice_mut_as(($twin::$door.run)(&bits::run_as(x), &bits::run_as(y), bits::slots_as(out)))
        })
    };
}

/// An [`Update`] that is the twin's.
macro_rules! twin_update {
    ($type:ident as $twin:ident: $door:ident) => {
        update!(
            #[inline]
            $type,
            |x, y| $twin::$door(bits::slice_mut_as(x), &bits::run_as(y))
        )
    };
}

/// `+` and `*`, and what is made of them: loops of the type's own.
macro_rules! own_arithmetic {
    ($(#[$attribute:meta])* $type:ident, $gemm:ident, $plan:expr) => {
        const ADD: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_plain(x, y, out, Scalar::add));
        const MUL: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_plain(x, y, out, Scalar::mul));
        const ADD_ASSIGN: Update<$type> = update!($(#[$attribute])* $type, |x, y| update_each(x, y, Scalar::add));
        const MUL_ASSIGN: Update<$type> = update!($(#[$attribute])* $type, |x, y| update_each(x, y, Scalar::mul));
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

/// `+` and `*`, and what is made of them, by the twin.
macro_rules! twin_arithmetic {
    ($type:ident as $twin:ident) => {
        const ADD: Binary<$type, $type, $type> = twin_binary! { $type as $twin: ADD };
        const MUL: Binary<$type, $type, $type> = twin_binary! { $type as $twin: MUL };
        const ADD_ASSIGN: Update<$type> = twin_update! { $type as $twin: ADD_ASSIGN };
        const MUL_ASSIGN: Update<$type> = twin_update! { $type as $twin: MUL_ASSIGN };
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

/// What integers and bool have alike.
macro_rules! common {
    ($(#[$attribute:meta])* $type:ident, sum $sum:ident, float $float:ident) => {
        type Sum = $sum;
        type Quotient = f64;
        type Float = $float;

        const DIV: Binary<$type, $type, f64> = binary!($(#[$attribute])* $type => f64, |x, y, out| {
            zip_each(x, y, out, |x, y| ScalarFloat::div(x.cast::<f64>(), y.cast()))
        });
        const MAXIMUM: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_each(x, y, out, Scalar::maximum));
        const MINIMUM: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_each(x, y, out, Scalar::minimum));
        const GREATER: Binary<$type, $type, bool> =
            binary!($(#[$attribute])* $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x > y));
        const GREATER_EQUAL: Binary<$type, $type, bool> =
            binary!($(#[$attribute])* $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x >= y));
        const LESS: Binary<$type, $type, bool> =
            binary!($(#[$attribute])* $type => bool, |x, y, out| (<$type>::GREATER.run)(y, x, out));
        const LESS_EQUAL: Binary<$type, $type, bool> =
            binary!($(#[$attribute])* $type => bool, |x, y, out| (<$type>::GREATER_EQUAL.run)(y, x, out));
        const EQUAL: Binary<$type, $type, bool> =
            binary!($(#[$attribute])* $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x == y));
        const NOT_EQUAL: Binary<$type, $type, bool> =
            binary!($(#[$attribute])* $type => bool, |x, y, out| zip_each(x, y, out, |x, y| x != y));
        const STEP: Unary<$type, i64> = unary!($(#[$attribute])* $type => i64, |x, out| {
            map_each(x, out, |x| i64::from(x > <$type>::ZERO))
        });
        const OUTER: Outer<$type> = door! {
            $(#[$attribute])* |x: &Mat<'_, $type>, y: &Mat<'_, $type>; out: $type|
                tiled::zip(x, y, out, <$type as Element>::MUL.run)
        };
        const SUM: Reduction<$type, $sum> = in_any_order!($(#[$attribute])* $type => $sum, Sum);
        const PRODUCT: Reduction<$type, $sum> = in_any_order!($(#[$attribute])* $type => $sum, Product);
        const MAX: Reduction<$type, $type> = in_any_order!($(#[$attribute])* $type => $type, Max);
        const MIN: Reduction<$type, $type> = in_any_order!($(#[$attribute])* $type => $type, Min);
        const ARGMAX: Arg<$type> = arg!($(#[$attribute])* $type, [integer::arg_rows, integer::arg_columns], Max);
        const ARGMIN: Arg<$type> = arg!($(#[$attribute])* $type, [integer::arg_rows, integer::arg_columns], Min);
        casts!($type);
    };
}

/// What all integers have beyond bool, but `-`.
macro_rules! number {
    ($(#[$attribute:meta])* $type:ident) => {
        const FLOOR_DIV: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::floor_div));
        const REM: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::rem));
        const REM_ASSIGN: Update<$type> = update!($(#[$attribute])* $type, |x, y| update_each(x, y, ScalarNumber::rem));
        const POWER: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::power));
        const NEG: Unary<$type, $type> =
            unary!($(#[$attribute])* $type => $type, |x, out| map_each(x, out, ScalarNumber::neg));
        const ABS: Unary<$type, $type> =
            unary!($(#[$attribute])* $type => $type, |x, out| map_each(x, out, ScalarNumber::abs));
        const SIGN: Unary<$type, $type> =
            unary!($(#[$attribute])* $type => $type, |x, out| map_each(x, out, ScalarNumber::sign));
        const RELU: Unary<$type, $type> = unary!($(#[$attribute])* $type => $type, |x, out| {
            map_each(x, out, |x| Scalar::maximum(x, 0))
        });
    };
}

/// `-`, by loops of the type's own.
macro_rules! own_difference {
    ($(#[$attribute:meta])* $type:ident) => {
        const SUB: Binary<$type, $type, $type> =
            binary!($(#[$attribute])* $type => $type, |x, y, out| zip_plain(x, y, out, ScalarNumber::sub));
        const SUB_ASSIGN: Update<$type> = update!($(#[$attribute])* $type, |x, y| update_each(x, y, ScalarNumber::sub));
    };
}

/// `-`, by the twin.
macro_rules! twin_difference {
    ($type:ident as $twin:ident) => {
        const SUB: Binary<$type, $type, $type> = twin_binary! { $type as $twin: SUB };
        const SUB_ASSIGN: Update<$type> = twin_update! { $type as $twin: SUB_ASSIGN };
    };
}

impl Element for bool {
    own_arithmetic! { #[inline] bool, gemm_plain, plan::plan_plain }
    own_movement! { bool }
    common! { #[inline] bool, sum i64, float f32 }
}

impl Element for u8 {
    own_arithmetic! { #[inline] u8, gemm_plain, plan::plan_plain }
    own_movement! { u8 }
    common! { #[inline] u8, sum u64, float f32 }
}

impl Element for i32 {
    own_arithmetic! { i32, gemm, plan::plan::<i32> }
    twin_movement! { i32 as u32 }
    common! { i32, sum i64, float f64 }
}

impl Element for i64 {
    own_arithmetic! { i64, gemm, plan::plan::<i64> }
    twin_movement! { i64 as u64 }
    common! { i64, sum i64, float f64 }
}

impl Element for i8 {
    twin_arithmetic! { i8 as u8 }
    twin_movement! { i8 as u8 }
    common! { #[inline] i8, sum i64, float f32 }
}

impl Element for i16 {
    own_arithmetic! { #[inline] i16, gemm_plain, plan::plan_plain }
    twin_movement! { i16 as u16 }
    common! { #[inline] i16, sum i64, float f32 }
}

impl Element for u16 {
    twin_arithmetic! { u16 as i16 }
    own_movement! { #[inline] u16 }
    common! { #[inline] u16, sum u64, float f32 }
}

impl Element for u32 {
    twin_arithmetic! { u32 as i32 }
    own_movement! { u32 }
    common! { #[inline] u32, sum u64, float f64 }
}

impl Element for u64 {
    twin_arithmetic! { u64 as i64 }
    own_movement! { u64 }
    common! { #[inline] u64, sum u64, float f64 }
}

impl Number for u8 {
    own_difference! { #[inline] u8 }
    number! { #[inline] u8 }
}

impl Number for i32 {
    own_difference! { i32 }
    number! { i32 }
}

impl Number for i64 {
    own_difference! { i64 }
    number! { i64 }
}

impl Number for i8 {
    twin_difference! { i8 as u8 }
    number! { #[inline] i8 }
}

impl Number for i16 {
    own_difference! { #[inline] i16 }
    number! { #[inline] i16 }
}

impl Number for u16 {
    twin_difference! { u16 as i16 }
    number! { #[inline] u16 }
}

impl Number for u32 {
    twin_difference! { u32 as i32 }
    number! { #[inline] u32 }
}

impl Number for u64 {
    twin_difference! { u64 as i64 }
    number! { #[inline] u64 }
}
