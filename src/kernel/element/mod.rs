//! The element types and what each can do: `Element` (all), `Number` (all but bool), `Float` (f32, f64).
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
//! One deliberate difference: NumPy gives float16 for exp of int8, uint8 and bool; there is no float16 here, so it is f32.
//! Integers wrap, in debug and release. bool + is OR, bool * is AND. The operations on one value are the definitions
//! that `reference` uses as they stand: `integer.rs`, `float.rs`, `boolean.rs`. Loops over many values are in `lanes.rs` and `gemm.rs`.

mod boolean;
mod float;
mod integer;
#[cfg(any(test, not(feature = "std")))]
mod software;

use core::fmt::Debug;

use super::math::Table;
use super::simd::{FloatLanes, Lanes, Simd};

/// An element type at run time, under NumPy's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
}

impl DType {
    /// NumPy's name: `float64`, `int32`, `bool`, ...
    pub const fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::I8 => "int8",
            DType::I16 => "int16",
            DType::I32 => "int32",
            DType::I64 => "int64",
            DType::U8 => "uint8",
            DType::U16 => "uint16",
            DType::U32 => "uint32",
            DType::U64 => "uint64",
            DType::F32 => "float32",
            DType::F64 => "float64",
        }
    }

    /// The size of one element in bytes.
    pub const fn size(self) -> usize {
        match self {
            DType::Bool | DType::I8 | DType::U8 => 1,
            DType::I16 | DType::U16 => 2,
            DType::I32 | DType::U32 | DType::F32 => 4,
            DType::I64 | DType::U64 | DType::F64 => 8,
        }
    }
}

impl core::fmt::Display for DType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// One element without its static type: what casts and printing look at.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    Bool(bool),
    Int(i64),
    UInt(u64),
    F32(f32),
    F64(f64),
}

mod sealed {
    pub trait Sealed {}
}

/// A type that a tensor can hold: f32, f64, bool, i8 to i64, u8 to u64. Sealed.
pub trait Element: sealed::Sealed + Copy + Default + PartialEq + PartialOrd + Debug + Send + Sync + 'static {
    /// The type, at run time.
    const DTYPE: DType;
    /// 0, or false.
    const ZERO: Self;
    /// 1, or true.
    const ONE: Self;
    /// The least value there is; -inf for floats. What a maximum starts from.
    const LOWEST: Self;
    /// The greatest value there is; inf for floats. What a minimum starts from.
    const HIGHEST: Self;
    /// What sums and products of it are.
    type Sum: Number;
    /// What quotients and means of it are.
    type Quotient: Float;
    /// What exp, sqrt and other real functions of it are.
    type Float: Float;
    /// A register of it at an instruction-set level.
    #[doc(hidden)]
    type Vector<S: Simd>: Lanes<Self, S>;

    /// `self + other`; integers wrap, bool is OR.
    fn add(self, other: Self) -> Self;
    /// `self * other`; integers wrap, bool is AND.
    fn mul(self, other: Self) -> Self;
    /// `self * b + c`, the step of a matrix product: one rounding where `fused` (floats alone can tell).
    fn mul_add(self, b: Self, c: Self, fused: bool) -> Self;
    /// Whether it is not a number.
    fn is_nan(self) -> bool;
    /// Without its type.
    fn value(self) -> Value;
    /// By Rust's `as`: integers wrap, floats truncate and saturate, nan becomes 0 (and true as bool).
    fn from_value(value: Value) -> Self;

    /// As another type, by the rules of [`from_value`](Element::from_value).
    #[inline(always)]
    fn cast<U: Element>(self) -> U {
        U::from_value(self.value())
    }

    /// The first elements of `from` as sums: a register of them.
    #[doc(hidden)]
    #[inline(always)]
    fn load_sum<S: Simd>(simd: S, from: &[Self]) -> <Self::Sum as Element>::Vector<S> {
        load_as::<Self, Self::Sum, S>(simd, from)
    }

    /// The first elements of `from` as quotients: a register of them.
    #[doc(hidden)]
    #[inline(always)]
    fn load_quotient<S: Simd>(simd: S, from: &[Self]) -> <Self::Quotient as Element>::Vector<S> {
        load_as::<Self, Self::Quotient, S>(simd, from)
    }

    /// The work where this is f32 or f64; else the work undone.
    #[doc(hidden)]
    #[inline(always)]
    fn if_float<W: FloatWork<Self>>(work: W) -> Result<W::Output, W> {
        Err(work)
    }

    /// The greater of the two, nan if either is. Of two equal ones, `other`.
    #[inline(always)]
    fn maximum(self, other: Self) -> Self {
        if (self > other) | self.is_nan() { self } else { other }
    }

    /// The lesser of the two, nan if either is. Of two equal ones, `other`.
    #[inline(always)]
    fn minimum(self, other: Self) -> Self {
        if (self < other) | self.is_nan() { self } else { other }
    }
}

/// Work for which generic code must know that its elements are floats.
pub trait FloatWork<T> {
    /// What it returns.
    type Output;

    /// The work; mark it `#[inline(always)]`.
    fn run(self) -> Self::Output
    where
        T: Float;
}

/// As many of the first elements as a register of `U` holds, as that type, one by one.
#[inline(always)]
fn load_as<T: Element, U: Element, S: Simd>(simd: S, from: &[T]) -> U::Vector<S> {
    let len = U::Vector::<S>::LEN;
    let mut lanes = [U::ZERO; 32];
    for (lane, &item) in lanes[..len].iter_mut().zip(&from[..len]) {
        *lane = item.cast();
    }
    U::Vector::<S>::load(simd, &lanes)
}

/// An element type with subtraction and order: all but bool. Sealed.
pub trait Number: Element {
    /// Whether it is an integer type: the only ones that refuse a negative power.
    const INTEGER: bool;

    /// `self - other`; integers wrap.
    fn sub(self, other: Self) -> Self;
    /// `-self`; integers wrap.
    fn neg(self) -> Self;
    /// `self // other`: rounded down. An integer by 0 is 0.
    fn floor_div(self, other: Self) -> Self;
    /// `self % other`, with the sign of `other`. An integer by 0 is 0.
    fn rem(self, other: Self) -> Self;
    /// `self ** exponent`; integers wrap, and take exponents from 0 up (a negative one counts as 0 here; tensors refuse it).
    fn power(self, exponent: Self) -> Self;
    /// The absolute value; the least integer wraps to itself.
    fn abs(self) -> Self;

    /// -1, 0 or 1; nan for nan; 0 for -0.
    #[inline(always)]
    fn sign(self) -> Self {
        if self.is_nan() {
            self
        } else if self > Self::ZERO {
            Self::ONE
        } else if self < Self::ZERO {
            Self::ONE.neg()
        } else {
            Self::ZERO
        }
    }
}

/// f32 or f64. Sealed.
pub trait Float: Number<Sum = Self, Quotient = Self, Float = Self> + Table {
    /// [`Vector`](Element::Vector), with arithmetic.
    #[doc(hidden)]
    type FloatVector<S: Simd>: FloatLanes<Self, S>;
    /// Not a number.
    const NAN: Self;
    /// The distance from 1 to the next number.
    const EPSILON: Self;

    /// The nearest to a number of elements.
    fn from_usize(n: usize) -> Self;
    /// The nearest to a double.
    fn from_f64(x: f64) -> Self;
    /// Exactly, as a double.
    fn to_f64(self) -> f64;
    /// `self / other`.
    fn div(self, other: Self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Rounded down.
    fn floor(self) -> Self;
    /// Rounded up.
    fn ceil(self) -> Self;
    /// Rounded toward zero.
    fn trunc(self) -> Self;
    /// Rounded to the nearest integer, halves to the even one.
    fn round(self) -> Self;
    /// Neither infinite nor nan.
    fn is_finite(self) -> bool;
}

/// `from_value` of a number, by `as`.
macro_rules! casts {
    ($type:ty) => {
        #[inline(always)]
        fn from_value(value: Value) -> Self {
            match value {
                Value::Bool(x) => u8::from(x) as $type,
                Value::Int(x) => x as $type,
                Value::UInt(x) => x as $type,
                Value::F32(x) => x as $type,
                Value::F64(x) => x as $type,
            }
        }
    };
}

use casts;
