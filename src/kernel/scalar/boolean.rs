//! bool: `+` is OR, `*` is AND, and there is no `-`.

use super::{DType, Scalar, Value, sealed};

impl sealed::Sealed for bool {}

impl Scalar for bool {
    const DTYPE: DType = DType::Bool;
    const ZERO: Self = false;
    const ONE: Self = true;
    const LOWEST: Self = false;
    const HIGHEST: Self = true;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self | other
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self & other
    }

    #[inline(always)]
    fn value(self) -> Value {
        Value::Bool(self)
    }

    #[inline(always)]
    fn from_value(value: Value) -> Self {
        match value {
            Value::Bool(x) => x,
            Value::Int(x) => x != 0,
            Value::UInt(x) => x != 0,
            Value::F32(x) => x != 0.0,
            Value::F64(x) => x != 0.0,
        }
    }
}
