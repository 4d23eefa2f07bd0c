//! The doors of f32 and f64: registers on three levels where it pays, all compiled here.
//!
//! Read next: `../elementwise/flat.rs`, or any file that the right-hand sides name.

use super::macros::{binary, casts, door, reduction, twin_movement, unary, update};
use super::{
    Binary, Casts, Dense, Element, Float, Gemm, Gemv, LogSoftmax, Number, Outer, Reduction, Rows, Select, Softmax,
    Unary, Update,
};
use crate::kernel::activation::{Activate, Activation, activate};
use crate::kernel::elementwise::flat::{compare_registers, map_registers, zip_registers};
use crate::kernel::elementwise::plain::{map_each, map_plain, update_each, update_plain, zip_each};
use crate::kernel::elementwise::tiled;
use crate::kernel::elementwise::transpose::zip_transposed;
#[cfg(feature = "explain")]
use crate::kernel::gemm::plan::{self, Plan};
use crate::kernel::gemm::{gemm, gemv};
use crate::kernel::mat::Mat;
use crate::kernel::math::{Exp, Expm1, Ln, Log1p, Log2, Log10, Sigmoid, Tanh};
use crate::kernel::memory::{Output, Slots, bits};
use crate::kernel::network;
use crate::kernel::op::{
    Add, Arithmetic, Div, Equal, Greater, GreaterEqual, GreaterOr, Maximum, Minimum, Mul, NotEqual, OneTerm, Sub,
};
use crate::kernel::reduce::join::{Join, Max, Min, Product, Sum};
use crate::kernel::reduce::{arg, columns, order, rows};
use crate::kernel::run::Run;
use crate::kernel::scalar::{Scalar, ScalarFloat, ScalarNumber};
use crate::kernel::softmax::{log_softmax_in_place, softmax_rows};

/// A [`Reduction`] in the fixed order.
macro_rules! in_order {
    ($type:ident $name:ident $fold:ident) => {
        reduction!($name: $type => $type, from <$fold as Join<$type, $type>>::IDENTITY,
            [rows::fold_rows, columns::fold_columns, order::fold_stream], $fold);
    };
}

/// An operator: by registers, transposed ones included.
macro_rules! arithmetic {
    ($type:ident $name:ident $op:ident) => {
        const $name: Binary<$type, $type, $type> = Binary {
    run: door!(|x: &Run<'_, $type>, y: &Run<'_, $type>; out: $type| zip_registers(x, y, out, $op)),
            transposed: Some({
                fn transposed<'o>(
                    x: &Mat<'_, $type>,
                    y: &Mat<'_, $type>,
                    out: Slots<'o, $type>,
                ) -> Result<&'o mut [$type], Slots<'o, $type>> {
                    zip_transposed(x, y, out, Arithmetic::$op)
                }
                transposed
            }),
        };
    };
}

macro_rules! float {
    ($type:ident moved as $bits:ident) => {
        impl Element for $type {
            type Sum = $type;
            type Quotient = $type;
            type Float = $type;

            arithmetic!($type ADD Add);
            arithmetic!($type MUL Mul);
            arithmetic!($type DIV Div);
            arithmetic!($type MAXIMUM Maximum);
            arithmetic!($type MINIMUM Minimum);
            binary!(GREATER: $type => bool, |x, y, out| compare_registers(x, y, out, Greater));
            binary!(GREATER_EQUAL: $type => bool, |x, y, out| compare_registers(x, y, out, GreaterEqual));
            binary!(LESS: $type => bool, |x, y, out| ($type::GREATER.run)(y, x, out));
            binary!(LESS_EQUAL: $type => bool, |x, y, out| ($type::GREATER_EQUAL.run)(y, x, out));
            binary!(EQUAL: $type => bool, |x, y, out| compare_registers(x, y, out, Equal));
            binary!(NOT_EQUAL: $type => bool, |x, y, out| compare_registers(x, y, out, NotEqual));
            unary!(STEP: $type => i64, |x, out| map_plain(x, out, |x| i64::from(x > 0.0)));
            update!(ADD_ASSIGN: $type, |x, y| update_plain(x, y, Scalar::add));
            update!(MUL_ASSIGN: $type, |x, y| update_plain(x, y, Scalar::mul));
            const OUTER: Outer<$type> = door!(|x: &Mat<'_, $type>, y: &Mat<'_, $type>; out: $type| {
                tiled::zip(x, y, out, |x, y, out| zip_registers(x, y, out, OneTerm))
            });
            twin_movement!($type as $bits);
            in_order!($type SUM Sum);
            in_order!($type PRODUCT Product);
            in_order!($type MAX Max);
            in_order!($type MIN Min);
            reduction!(ARGMAX: $type => i64, from 0, [arg::arg_rows, arg::arg_columns], Max);
            reduction!(ARGMIN: $type => i64, from 0, [arg::arg_rows, arg::arg_columns], Min);
            const GEMM: Gemm<$type> =
                door!(|a: &Mat<'_, $type>, b: &Mat<'_, $type>, c: &mut Output<'_, $type>| gemm(a, b, c));
            const GEMV: Gemv<$type> =
                door!(|a: &Mat<'_, $type>, y: &[$type]; out: $type| gemv::rows_times_vector(a, y, out));
            #[cfg(feature = "explain")]
            const PLAN: fn(usize, usize, usize) -> Plan = plan::plan::<$type>;
            casts!($type);
        }

        impl Number for $type {
            arithmetic!($type SUB Sub);
            update!(SUB_ASSIGN: $type, |x, y| update_plain(x, y, ScalarNumber::sub));
            binary!(FLOOR_DIV: $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::floor_div));
            binary!(REM: $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::rem));
            update!(REM_ASSIGN: $type, |x, y| update_each(x, y, ScalarNumber::rem));
            binary!(POWER: $type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::power));
            unary!(NEG: $type => $type, |x, out| map_plain(x, out, ScalarNumber::neg));
            unary!(ABS: $type => $type, |x, out| map_plain(x, out, ScalarNumber::abs));
            unary!(SIGN: $type => $type, |x, out| map_each(x, out, ScalarNumber::sign));
            unary!(RELU: $type => $type, |x, out| zip_registers(&Run::Splat(0.0), x, out, GreaterOr));
        }

        impl Float for $type {
            update!(DIV_ASSIGN: $type, |x, y| update_plain(x, y, ScalarFloat::div));
            unary!(EXP: $type => $type, |x, out| map_registers(x, out, Exp));
            unary!(LN: $type => $type, |x, out| map_registers(x, out, Ln));
            unary!(EXPM1: $type => $type, |x, out| map_registers(x, out, Expm1));
            unary!(LOG1P: $type => $type, |x, out| map_registers(x, out, Log1p));
            unary!(LOG2: $type => $type, |x, out| map_registers(x, out, Log2));
            unary!(LOG10: $type => $type, |x, out| map_registers(x, out, Log10));
            unary!(TANH: $type => $type, |x, out| map_registers(x, out, Tanh));
            unary!(SIGMOID: $type => $type, |x, out| map_registers(x, out, Sigmoid));
            unary!(SQRT: $type => $type, |x, out| map_plain(x, out, ScalarFloat::sqrt));
            unary!(FLOOR: $type => $type, |x, out| map_plain(x, out, ScalarFloat::floor));
            unary!(CEIL: $type => $type, |x, out| map_plain(x, out, ScalarFloat::ceil));
            unary!(TRUNC: $type => $type, |x, out| map_plain(x, out, ScalarFloat::trunc));
            unary!(ROUND: $type => $type, |x, out| map_plain(x, out, ScalarFloat::round));
            const SOFTMAX: Softmax<$type> = door!(|x: &[$type], width: usize; out: $type| softmax_rows(x, width, out));
            const LOG_SOFTMAX: LogSoftmax<$type> =
                door!(|x: &mut [$type], width: usize, spare: &mut [$type]| log_softmax_in_place(x, width, spare));
            const ACTIVATE: Activate<$type> =
                door!(|activation: Activation, x: &mut [$type], width: usize, spare: &mut [$type]| activate(
                    activation, x, width, spare
                ));
            const NETWORK: fn(network::Block<'_, $type>) =
                door!(|block: network::Block<'_, $type>| network::forward(block));
        }
    };
}

float!(f32 moved as u32);
float!(f64 moved as u64);
