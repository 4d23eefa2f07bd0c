//! Which register holds which numbers, at each instruction-set level.
//!
//! ```text
//!   f32   S::F32     f64   S::F64          SimdFloat: arithmetic, comparisons, operations between lanes
//!   i32   S::I32     i64   S::I64          SimdElement: what a matrix product needs
//!   others: none. Their loops are plain, and the compiler vectorizes them
//! ```
//!
//! Unsigned integers of 32 and 64 bits use the registers of the signed ones: sums and products have the same bits. What
//! a register can do is in `simd/mod.rs`. Read next: `gemm/mod.rs`.

use super::scalar::{Scalar, ScalarFloat};
use super::simd::{Array, FloatLanes, Lanes, Simd};

/// An element with a register of its own.
pub trait SimdElement: Scalar {
    /// Whether it is a float: products of integers have fewer strategies.
    const FLOAT: bool;
    /// The register, at a level.
    type Vector<S: Simd>: Lanes<Self, S>;
}

/// f32 or f64.
pub trait SimdFloat: SimdElement + ScalarFloat {
    /// [`Vector`](SimdElement::Vector), with arithmetic.
    type FloatVector<S: Simd>: FloatLanes<Self, S>;
    /// A register of one lane, with the same arithmetic.
    type One<S: Simd>: FloatLanes<Self, S>;
}

macro_rules! registers_of {
    ($($type:ident $register:ident, float $float:literal;)*) => {$(
        impl SimdElement for $type {
            const FLOAT: bool = $float;
            type Vector<S: Simd> = S::$register;
        }
    )*};
}

registers_of! {
    f32 F32, float true;
    f64 F64, float true;
    i32 I32, float false;
    i64 I64, float false;
}

impl SimdFloat for f32 {
    type FloatVector<S: Simd> = S::F32;
    type One<S: Simd> = Array<f32, 1>;
}

impl SimdFloat for f64 {
    type FloatVector<S: Simd> = S::F64;
    type One<S: Simd> = Array<f64, 1>;
}
