//! The doors of f32 and f64: registers on three levels where it pays, all compiled here.
//!
//! Read next: `../elementwise/flat.rs`, or any file that the right-hand sides name.

use super::macros::{binary, casts, twin_movement, unary, update};
use super::{Arg, Binary, Cast, Casts, Element, Float, Number, Reduction, Unary, Update};
use crate::kernel::elementwise::flat::{compare_registers, map_registers, update_registers, zip_registers};
use crate::kernel::elementwise::plain::{map_each, map_plain, update_each, zip_each};
use crate::kernel::elementwise::tiled;
use crate::kernel::elementwise::transpose::zip_transposed;
#[cfg(feature = "explain")]
use crate::kernel::gemm::plan::{self, Plan};
use crate::kernel::gemm::{gemm, gemv};
use crate::kernel::mat::Mat;
use crate::kernel::math::{Exp, Ln, Sigmoid, Tanh};
use crate::kernel::memory::{Output, Slots, bits};
use crate::kernel::network;
use crate::kernel::op::{
    Add, Arithmetic, Div, Equal, Greater, GreaterEqual, GreaterOr, Maximum, Minimum, Mul, NotEqual, OneTerm, Sub,
};
use crate::kernel::reduce::order::{Max, Min, Product, Sum, fold_stream};
use crate::kernel::reduce::{arg, columns, rows};
use crate::kernel::run::Run;
use crate::kernel::scalar::{Scalar, ScalarFloat, ScalarNumber};
use crate::kernel::softmax::{log_softmax_rows, softmax_rows};

/// A [`Reduction`] in the fixed order.
macro_rules! reduction {
    ($type:ident, $fold:ident, $identity:expr) => {{
        type F = $fold<$type>;
        fn along_rows<'o>(
            x: &[$type],
            (start, stride, n): (usize, isize, usize),
            out: Slots<'o, $type>,
        ) -> &'o mut [$type] {
            rows::fold_rows::<F>(x, start, stride, n, out)
        }
        fn down_columns(x: &[$type], (start, stride, rows): (usize, isize, usize), out: &mut [$type]) {
            columns::fold_columns::<F>(x, start, stride, rows, out)
        }
        fn stream(n: usize, buffer: &mut [$type], next: &mut dyn FnMut(&mut [$type])) -> $type {
            fold_stream::<F>(n, buffer, next)
        }
        Reduction { identity: $identity, rows: along_rows, columns: down_columns, stream }
    }};
}

/// An [`Arg`].
macro_rules! arg {
    ($type:ident, $fold:ident) => {{
        type F = $fold<$type>;
        fn along_rows<'o>(
            x: &[$type],
            (start, stride, n): (usize, isize, usize),
            out: Slots<'o, i64>,
        ) -> &'o mut [i64] {
            arg::arg_rows::<F>(x, start, stride, n, out)
        }
        fn down_columns(
            x: &[$type],
            (start, stride, rows): (usize, isize, usize),
            width: usize,
            out: &mut dyn FnMut(&[usize]),
        ) {
            arg::arg_columns::<F>(x, start, stride, (rows, width), out)
        }
        Arg { rows: along_rows, columns: down_columns }
    }};
}

/// An operator: by registers, transposed ones included.
macro_rules! arithmetic {
    ($type:ident $op:ident) => {
        binary!($type => $type, transposed Arithmetic::$op, |x, y, out| zip_registers(x, y, out, $op))
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
            const OUTER: Binary<$type, $type, $type> =
                binary!($type => $type, |x, y, out| zip_registers(x, y, out, OneTerm));
            twin_movement!($type as $bits);
            const SUM: Reduction<$type, $type> = reduction!($type, Sum, 0.0);
            const PRODUCT: Reduction<$type, $type> = reduction!($type, Product, 1.0);
            const MAX: Reduction<$type, $type> = reduction!($type, Max, $type::LOWEST);
            const MIN: Reduction<$type, $type> = reduction!($type, Min, $type::HIGHEST);
            const ARGMAX: Arg<$type> = arg!($type, Max);
            const ARGMIN: Arg<$type> = arg!($type, Min);
            const GEMM: fn(&Mat<'_, $type>, &Mat<'_, $type>, &mut Output<'_, $type>) = {
                fn product(a: &Mat<'_, $type>, b: &Mat<'_, $type>, c: &mut Output<'_, $type>) {
                    gemm(a, b, c)
                }
                product
            };
            const GEMV: for<'o> fn(&Mat<'_, $type>, &[$type], Slots<'o, $type>) -> &'o mut [$type] = {
                fn dots<'o>(a: &Mat<'_, $type>, y: &[$type], out: Slots<'o, $type>) -> &'o mut [$type] {
                    gemv::rows_times_vector(a, y, out)
                }
                dots
            };
            #[cfg(feature = "explain")]
            const PLAN: fn(usize, usize, usize) -> Plan = {
                fn plan(m: usize, n: usize, k: usize) -> Plan {
                    plan::plan::<$type>(m, n, k)
                }
                plan
            };
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
            const TANH: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Tanh));
            const SIGMOID: Unary<$type, $type> = unary!($type => $type, |x, out| map_registers(x, out, Sigmoid));
            const SQRT: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::sqrt));
            const FLOOR: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::floor));
            const CEIL: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::ceil));
            const TRUNC: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::trunc));
            const ROUND: Unary<$type, $type> = unary!($type => $type, |x, out| map_plain(x, out, ScalarFloat::round));
            const SOFTMAX: for<'o> fn(&[$type], usize, Slots<'o, $type>) -> &'o mut [$type] = {
                fn softmax<'o>(x: &[$type], width: usize, out: Slots<'o, $type>) -> &'o mut [$type] {
                    softmax_rows(x, width, out)
                }
                softmax
            };
            const LOG_SOFTMAX: for<'o> fn(&[$type], usize, &mut [$type], Slots<'o, $type>) -> &'o mut [$type] = {
                fn log_softmax<'o>(
                    x: &[$type],
                    width: usize,
                    spare: &mut [$type],
                    out: Slots<'o, $type>,
                ) -> &'o mut [$type] {
                    log_softmax_rows(x, width, spare, out)
                }
                log_softmax
            };
            const NETWORK: fn(network::Block<'_, $type>) = {
                fn forward(block: network::Block<'_, $type>) {
                    network::forward(block)
                }
                forward
            };
        }
    };
}

float!(f32 moved as u32);
float!(f64 moved as u64);
