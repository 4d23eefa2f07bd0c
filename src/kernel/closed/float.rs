//! The doors of f32 and f64: registers on three levels where it pays, all compiled here.
//!
//! Read next: `../elementwise/flat.rs`, or any file that the right-hand sides name.

use super::macros::{arg, binary, casts, door, reduction, twin_movement, unary, update};
use super::{
    Arg, Binary, Casts, Dense, Element, Float, Gemm, Gemv, LogSoftmax, Number, Outer, Reduction, Rows, Select, Softmax,
    Unary, Update,
};
use crate::kernel::activation::{Activate, Activation, activate};
use crate::kernel::elementwise::flat::{compare_registers, map_registers, update_registers, zip_registers};
use crate::kernel::elementwise::plain::{map_each, map_plain, update_each, zip_each};
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
    ($type:ident $fold:ident) => {
        reduction!($type => $type, [rows::fold_rows, columns::fold_columns, order::fold_stream], $fold)
    };
}

/// An operator: by registers, transposed ones included.
macro_rules! arithmetic {
    ($type:ident $op:ident) => {
        Binary {
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
            ..binary!($type => $type, |x, y, out| zip_registers(x, y, out, $op))
        }
    };
}

/// A comparison, by registers.
macro_rules! comparison {
    ($type:ident $op:ident) => {
        binary!($type => bool, |x, y, out| compare_registers(x, y, out, $op))
    };
}

macro_rules! float {
    ($type:ident moved as $bits:ident) => {
        impl Element for $type {
            type Sum = $type;
            type Quotient = $type;
            type Float = $type;

            const ADD: Binary<$type, $type, $type> = arithmetic!($type Add);
            const MUL: Binary<$type, $type, $type> = arithmetic!($type Mul);
            const DIV: Binary<$type, $type, $type> = arithmetic!($type Div);
            const MAXIMUM: Binary<$type, $type, $type> = arithmetic!($type Maximum);
            const MINIMUM: Binary<$type, $type, $type> = arithmetic!($type Minimum);
            const GREATER: Binary<$type, $type, bool> = comparison!($type Greater);
            const GREATER_EQUAL: Binary<$type, $type, bool> = comparison!($type GreaterEqual);
            const LESS: Binary<$type, $type, bool> =
                binary!($type => bool, |x, y, out| ($type::GREATER.run)(y, x, out));
            const LESS_EQUAL: Binary<$type, $type, bool> =
                binary!($type => bool, |x, y, out| ($type::GREATER_EQUAL.run)(y, x, out));
            const EQUAL: Binary<$type, $type, bool> = comparison!($type Equal);
            const NOT_EQUAL: Binary<$type, $type, bool> = comparison!($type NotEqual);
            const STEP: Unary<$type, i64> =
                unary!($type => i64, |x, out| compare_registers(x, &Run::Splat(0.0), out, Greater));
            const ADD_ASSIGN: Update<$type> = update!($type, |x, y| update_registers(x, y, Add));
            const MUL_ASSIGN: Update<$type> = update!($type, |x, y| update_registers(x, y, Mul));
            const OUTER: Outer<$type> = door!(|x: &Mat<'_, $type>, y: &Mat<'_, $type>; out: $type| {
                tiled::zip(x, y, out, |x, y, out| zip_registers(x, y, out, OneTerm))
            });
            twin_movement!($type as $bits);
            const SUM: Reduction<$type, $type> = in_order!($type Sum);
            const PRODUCT: Reduction<$type, $type> = in_order!($type Product);
            const MAX: Reduction<$type, $type> = in_order!($type Max);
            const MIN: Reduction<$type, $type> = in_order!($type Min);
            const ARGMAX: Arg<$type> = arg!($type, [arg::arg_rows, arg::arg_columns], Max);
            const ARGMIN: Arg<$type> = arg!($type, [arg::arg_rows, arg::arg_columns], Min);
            const GEMM: Gemm<$type> =
                door!(|a: &Mat<'_, $type>, b: &Mat<'_, $type>, c: &mut Output<'_, $type>| gemm(a, b, c));
            const GEMV: Gemv<$type> =
                door!(|a: &Mat<'_, $type>, y: &[$type]; out: $type| gemv::rows_times_vector(a, y, out));
            #[cfg(feature = "explain")]
            const PLAN: fn(usize, usize, usize) -> Plan = plan::plan::<$type>;
            casts!($type);
        }

        impl Number for $type {
            const SUB: Binary<$type, $type, $type> = arithmetic!($type Sub);
            const SUB_ASSIGN: Update<$type> = update!($type, |x, y| update_registers(x, y, Sub));
            const FLOOR_DIV: Binary<$type, $type, $type> =
                binary!($type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::floor_div));
            const REM: Binary<$type, $type, $type> =
                binary!($type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::rem));
            const REM_ASSIGN: Update<$type> = update!($type, |x, y| update_each(x, y, ScalarNumber::rem));
            const POWER: Binary<$type, $type, $type> =
                binary!($type => $type, |x, y, out| zip_each(x, y, out, ScalarNumber::power));
            const NEG: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarNumber::neg));
            const ABS: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarNumber::abs));
            const SIGN: Unary<$type, $type> = unary!($type => $type, |x, out| map_each(x, out, ScalarNumber::sign));
            const RELU: Unary<$type, $type> =
                unary!($type => $type, |x, out| zip_registers(&Run::Splat(0.0), x, out, GreaterOr));
        }

        impl Float for $type {
            const DIV_ASSIGN: Update<$type> = update!($type, |x, y| update_registers(x, y, Div));
            const EXP: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Exp));
            const LN: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Ln));
            const EXPM1: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Expm1));
            const LOG1P: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Log1p));
            const LOG2: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Log2));
            const LOG10: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Log10));
            const TANH: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Tanh));
            const SIGMOID: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Sigmoid));
            const SQRT: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::sqrt));
            const FLOOR: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::floor));
            const CEIL: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::ceil));
            const TRUNC: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::trunc));
            const ROUND: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::round));
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
