//! exp, ln, tanh and sigmoid on slices. (Stand-ins through std until the real ones land.)

use super::element::Float;
use super::memory::Slots;

macro_rules! stand_in {
    ($($name:ident => $f:expr;)*) => {$(
        /// Elementwise.
        pub(crate) fn $name<'a, T: Float>(x: &[T], out: Slots<'a, T>) -> &'a mut [T] {
            let f: fn(f64) -> f64 = $f;
            out.map(x, |x| T::from_f64(f(x.to_f64())))
        }
    )*};
}

stand_in! {
    exp => f64::exp;
    ln => f64::ln;
    tanh => f64::tanh;
    sigmoid => |x| 1.0 / (1.0 + (-x).exp());
}
