//! The doors of the kernel: one plain function for each kernel and element type, compiled once, in the library. Tensors
//! and networks do arithmetic by these alone; beside them they use the kernel's types of operands and results (`Mat`,
//! `Run`, `Slots`) and its threads.
//!
//! ```text
//!   T::EXP     a function of a run, contiguous or repeated, and of slots for as many results
//!   T::ADD     Binary { run, transposed }      of two runs, and of two matrices of which one is transposed
//!   T::SUM     Reduction { rows, columns, stream }
//!   T::GEMM    a function of two matrices and an output
//! ```
//!
//! Types are static, so what NumPy decides by promotion stands here as associated types:
//!
//! ```text
//!   type          f64   f32   i8 i16 i32 i64   u8 u16 u32 u64   bool
//!   Sum           f64   f32   i64              u64              i64      sum, prod
//!   Quotient      f64   f32   f64              f64              f64      /, mean
//!   Float         f64   f32   i8 i16 u8 u16 bool: f32, others: f64       exp, sqrt, sigmoid ...
//! ```
//!
//! One deliberate difference: NumPy gives float16 for exp of int8, uint8 and bool; there is no float16 here, so it is
//! f32. The kernels are generic over operation and instruction-set level; a door is not, so no program that uses the
//! crate compiles a kernel, and the linker drops the doors that nobody calls. Each is a constant of the trait that
//! tensors are bounded by, set for each type by a macro: `float.rs`, `integer.rs`. f32, f64, i64 and i32 are compiled
//! here; most doors of the other types are `#[inline]`, compiled in the crate that calls them. A constant is evaluated
//! in the crate that names it, and an instance of a generic function that it pointed to would be compiled there: so
//! each door is a function with a body of its own, even where that body is one call. Nothing below names this row.

mod float;
mod integer;
mod macros;

use super::activation::Activate;
#[cfg(feature = "explain")]
use super::gemm::plan::Plan;
use super::mat::Mat;
use super::memory::{Output, Slots};
use super::network::Block;
use super::run::Run;
use super::scalar::{Scalar, ScalarFloat, ScalarNumber};

pub(crate) use super::elementwise::{map_each, tiled, zip_each};
pub(crate) use super::gemm::SHARED;
#[cfg(feature = "explain")]
pub(crate) use super::gemm::gemv::DOT_LANES;
pub(crate) use super::reduce::Rows;
pub(crate) use super::reduce::order::LEAF;
pub(crate) use super::softmax::together;

/// A function of each element of a run.
pub(crate) type Unary<A, T> = for<'o> fn(&Run<'_, A>, Slots<'o, T>) -> &'o mut [T];

/// A function of two elements.
#[derive(Clone, Copy, Debug)]
pub struct Binary<A, B, T> {
    /// Of each pair of two runs.
    pub(crate) run: for<'o> fn(&Run<'_, A>, &Run<'_, B>, Slots<'o, T>) -> &'o mut [T],
    /// A faster way for two matrices of which one is transposed, where there is one.
    pub(crate) transposed: Option<Transposed<A, B, T>>,
}

/// Of each pair of two matrices of one size, row after row; `Err` returns the slots where it does not serve them.
pub(crate) type Transposed<A, B, T> =
    for<'o> fn(&Mat<'_, A>, &Mat<'_, B>, Slots<'o, T>) -> Result<&'o mut [T], Slots<'o, T>>;

/// A function of each pair of two runs, into the first of them.
pub(crate) type Update<T> = fn(&mut [T], &Run<'_, T>);

/// Many elements into one.
#[derive(Clone, Copy, Debug)]
pub struct Reduction<T, U> {
    /// What nothing gives.
    pub(crate) identity: U,
    /// Contiguous rows of n elements, each to one result.
    pub(crate) rows: for<'o> fn(&[T], Rows, Slots<'o, U>) -> &'o mut [U],
    /// So many rows, as long as the output, to one result a column.
    pub(crate) columns: fn(&[T], Rows, &mut [U]),
    /// n elements, some at a time: the last argument fills a part of the buffer, which has space for a leaf or for all.
    /// `None` where all must be there at once.
    pub(crate) stream: Option<Stream<T, U>>,
}

/// See [`Reduction`].
pub(crate) type Stream<T, U> = fn(usize, &mut [T], &mut dyn FnMut(&mut [T])) -> U;

/// A matrix as it is, row after row: [`Element::COPY`].
pub(crate) type Dense<T> = for<'o> fn(&Mat<'_, T>, Slots<'o, T>) -> &'o mut [T];
/// A column and a row, both stretched to a matrix: [`Element::OUTER`].
pub(crate) type Outer<T> = for<'o> fn(&Mat<'_, T>, &Mat<'_, T>, Slots<'o, T>) -> &'o mut [T];
/// A mask, what is taken where it is true, and what is taken elsewhere: [`Element::SELECT`].
pub(crate) type Select<T> = for<'o> fn(&Mat<'_, bool>, &Mat<'_, T>, &Mat<'_, T>, Slots<'o, T>) -> &'o mut [T];
/// A matrix product: [`Element::GEMM`].
pub(crate) type Gemm<T> = fn(&Mat<'_, T>, &Mat<'_, T>, &mut Output<'_, T>);
/// A matrix times a vector: [`Element::GEMV`].
pub(crate) type Gemv<T> = for<'o> fn(&Mat<'_, T>, &[T], Slots<'o, T>) -> &'o mut [T];
/// Rows of so many values: [`Float::SOFTMAX`].
pub(crate) type Softmax<T> = for<'o> fn(&[T], usize, Slots<'o, T>) -> &'o mut [T];
/// The same in place, with memory for the values that go through [`together`]: [`Float::LOG_SOFTMAX`].
pub(crate) type LogSoftmax<T> = fn(&mut [T], usize, &mut [T]);

/// Constants of a trait that its documentation leaves out. Those without a word here are the methods of that name.
macro_rules! doors {
    ($($(#[$attribute:meta])* $name:ident $($more:ident)*: $of:ty;)*) => {$(
        $(#[$attribute])*
        #[doc(hidden)]
        const $name: $of;
        $(
        #[doc(hidden)]
        const $more: $of;
        )*
    )*};
}

/// A type that a tensor can hold: f32, f64, bool, i8 to i64, u8 to u64. Sealed. What one element can do is in
/// [`Scalar`].
pub trait Element: Scalar {
    /// What sums and products of it are.
    type Sum: Number;
    /// What quotients and means of it are.
    type Quotient: Float;
    /// What exp, sqrt and other real functions of it are.
    type Float: Float;

    doors! {
        ADD MUL MAXIMUM MINIMUM: Binary<Self, Self, Self>;
        DIV: Binary<Self, Self, Self::Quotient>;
        GREATER GREATER_EQUAL LESS LESS_EQUAL EQUAL NOT_EQUAL: Binary<Self, Self, bool>;
        /// 1 where x > 0, else 0.
        STEP: Unary<Self, i64>;
        ADD_ASSIGN MUL_ASSIGN: Update<Self>;
        /// `x * y` as the only term of a chain: the product of a column and a row.
        OUTER: Outer<Self>;
        /// The elements as they are.
        COPY: Dense<Self>;
        /// From `x` where the mask is true, else from `y`.
        SELECT: Select<Self>;
        /// In the type that NumPy sums in.
        SUM PRODUCT: Reduction<Self, Self::Sum>;
        MAX MIN: Reduction<Self, Self>;
        /// The first of equals, or the first nan.
        ARGMAX ARGMIN: Reduction<Self, i64>;
        GEMM: Gemm<Self>;
        /// Contiguous rows times a vector.
        GEMV: Gemv<Self>;
        /// What a product (m, k) by (k, n) would do: of m, n and k.
        #[cfg(feature = "explain")]
        PLAN: fn(usize, usize, usize) -> Plan;
        /// As elements of each type, by `DType`.
        CASTS: Casts<Self>;
    }

    /// From elements of another type.
    #[doc(hidden)]
    fn cast_from<A: Element>() -> Unary<A, Self>;
}

/// Elements as each type that there is.
#[allow(missing_docs)]
#[derive(Debug)]
pub struct Casts<A> {
    pub(crate) bool: Unary<A, bool>,
    pub(crate) i8: Unary<A, i8>,
    pub(crate) i16: Unary<A, i16>,
    pub(crate) i32: Unary<A, i32>,
    pub(crate) i64: Unary<A, i64>,
    pub(crate) u8: Unary<A, u8>,
    pub(crate) u16: Unary<A, u16>,
    pub(crate) u32: Unary<A, u32>,
    pub(crate) u64: Unary<A, u64>,
    pub(crate) f32: Unary<A, f32>,
    pub(crate) f64: Unary<A, f64>,
}

/// An element type with subtraction and order: all but bool. Sealed. What one element can do is in [`ScalarNumber`].
pub trait Number: Element + ScalarNumber {
    doors! {
        SUB FLOOR_DIV REM POWER: Binary<Self, Self, Self>;
        SUB_ASSIGN REM_ASSIGN: Update<Self>;
        NEG ABS: Unary<Self, Self>;
        /// -1, 0 or 1.
        SIGN: Unary<Self, Self>;
        /// maximum(0, x).
        RELU: Unary<Self, Self>;
    }
}

/// f32 or f64. Sealed. What one element can do is in [`ScalarFloat`].
pub trait Float: Number<Sum = Self, Quotient = Self, Float = Self> + ScalarFloat {
    doors! {
        DIV_ASSIGN: Update<Self>;
        EXP LN EXPM1 LOG1P LOG2 LOG10 TANH SIGMOID SQRT FLOOR CEIL TRUNC ROUND: Unary<Self, Self>;
        /// The softmax of each row of so many values, of which there is at least one.
        SOFTMAX: Softmax<Self>;
        /// The logarithm of that, in place.
        LOG_SOFTMAX: LogSoftmax<Self>;
        /// An activation or norm beyond the chapter's.
        ACTIVATE: Activate<Self>;
        /// Rows through the layers of a network.
        NETWORK: fn(Block<'_, Self>);
    }
}
