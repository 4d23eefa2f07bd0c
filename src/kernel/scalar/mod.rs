//! One number of each element type, and what it can do: `Scalar` (all), `ScalarNumber` (all but bool), `ScalarFloat`
//! (f32, f64).
//!
//! Integers wrap, in debug and release; bool + is OR, bool * is AND. The operations on one value are the definitions
//! that `reference` uses as they stand: `integer.rs`, `float.rs`, `boolean.rs`. The constants of exp and the like are
//! in `table.rs`; `soft/` replaces the standard library where there is none. There are no registers and no loops here.
//! Read next: `../element.rs`.

mod boolean;
mod float;
mod integer;
#[cfg(any(test, not(feature = "std")))]
mod soft;
mod table;

use core::fmt::Debug;

pub(crate) use float::c_ln;
pub use table::Table;

/// An element type at run time, under NumPy's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
#[non_exhaustive]
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

/// One element: f32, f64, bool, i8 to i64, u8 to u64. Sealed.
pub trait Scalar: sealed::Sealed + Copy + Default + PartialEq + PartialOrd + Debug + Send + Sync + 'static {
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

    /// `self + other`; integers wrap, bool is OR.
    fn add(self, other: Self) -> Self;
    /// `self * other`; integers wrap, bool is AND.
    fn mul(self, other: Self) -> Self;
    /// `self * b + c`, the step of a matrix product: one rounding where `fused` (floats alone can tell).
    #[inline(always)]
    fn mul_add(self, b: Self, c: Self, _fused: bool) -> Self {
        self.mul(b).add(c)
    }
    /// Without its type.
    fn value(self) -> Value;
    /// By Rust's `as`: integers wrap, floats truncate and saturate, nan becomes 0 (and true as bool).
    fn from_value(value: Value) -> Self;

    /// Whether it is not a number.
    #[inline(always)]
    #[allow(clippy::eq_op)]
    fn is_nan(self) -> bool {
        self != self
    }

    /// As another type, by the rules of [`from_value`](Scalar::from_value).
    #[inline(always)]
    fn cast<U: Scalar>(self) -> U {
        U::from_value(self.value())
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

/// An element type with subtraction and order: all but bool. Sealed.
pub trait ScalarNumber: Scalar {
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
    /// `self ** exponent`; integers wrap, and take exponents from 0 up (a negative one counts as 0 here; tensors refuse
    /// it).
    fn power(self, exponent: Self) -> Self;

    /// The absolute value; the least integer wraps to itself.
    #[inline(always)]
    fn abs(self) -> Self {
        if self < Self::ZERO { self.neg() } else { self }
    }

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
pub trait ScalarFloat: ScalarNumber + Table {
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
