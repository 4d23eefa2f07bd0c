//! exp, ln, tanh and sigmoid of one number. (Stand-ins through std until the real ones land.)

use crate::kernel::element::Float;

/// e to the power of `x`.
pub fn exp<T: Float>(x: T) -> T {
    T::from_f64(x.to_f64().exp())
}

/// The natural logarithm.
pub fn ln<T: Float>(x: T) -> T {
    T::from_f64(x.to_f64().ln())
}

/// The hyperbolic tangent.
pub fn tanh<T: Float>(x: T) -> T {
    T::from_f64(x.to_f64().tanh())
}

/// 1 / (1 + exp(-x)).
pub fn sigmoid<T: Float>(x: T) -> T {
    T::from_f64(1.0 / (1.0 + (-x.to_f64()).exp()))
}
