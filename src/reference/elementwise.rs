//! One element at a time: broadcasting, arithmetic, comparisons, `where_`, `clip`, casts.
//!
//! ```text
//!   out[i, j]  =  f( a[i or 0, j or 0],  b[j or 0] )        0 where the operand has size 1 on that axis
//! ```
//!
//! Axes align on the right. `f` of one pair of elements (wrapping, nan, rounding) is a method of [`Element`],
//! [`Number`] or [`Float`]. Read next: `movement.rs`.

use alloc::vec::Vec;

use super::{Array, math};
use crate::kernel::closed::{Element, Float, Number};
use crate::kernel::scalar::{Scalar, ScalarFloat};

/// The shape that two shapes broadcast to: on each axis, from the right, sizes are equal, or one is 1 or missing.
pub fn broadcast(a: &[usize], b: &[usize]) -> Vec<usize> {
    let ndim = a.len().max(b.len());
    let size = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(ndim).map_or(1, |at| shape[at]);
    let common = |axis| match (size(a, axis), size(b, axis)) {
        (1, n) | (n, 1) => n,
        (n, m) => {
            assert_eq!(n, m, "shapes {a:?} and {b:?} do not broadcast");
            n
        }
    };
    (0..ndim).map(common).collect()
}

/// Whether |x - y| <= atol + rtol |y|; infinities must be equal, nan is close to nothing.
pub(super) fn close<T: Float>(x: T, y: T, rtol: f64, atol: f64) -> bool {
    let (x, y) = (x.to_f64(), y.to_f64());
    x == y || (y.is_finite() && (x - y).abs() <= atol + rtol * y.abs())
}

impl<T: Element> Array<T> {
    /// The element at an index of a shape that this one is stretched to.
    pub(super) fn stretched(&self, index: &[usize]) -> T {
        let own = &index[index.len() - self.ndim()..];
        self.at(&self.shape.iter().zip(own).map(|(&n, &i)| if n == 1 { 0 } else { i }).collect::<Vec<_>>())
    }

    /// `f` of every element.
    pub fn map<U: Element>(&self, f: impl Fn(T) -> U) -> Array<U> {
        Array::new(&self.shape, self.data.iter().map(|&x| f(x)).collect())
    }

    /// `f` of every pair, broadcast.
    pub fn zip<U: Element, V: Element>(&self, other: &Array<U>, f: impl Fn(T, U) -> V) -> Array<V> {
        let shape = broadcast(&self.shape, &other.shape);
        Array::from_fn(&shape, |index| f(self.stretched(index), other.stretched(index)))
    }

    /// As another type, by Rust's `as`: integers wrap, floats truncate and saturate, nan becomes 0 (and true as bool).
    pub fn cast<U: Element>(&self) -> Array<U> {
        self.map(|x| x.cast())
    }
}

/// A method of each element, or of each pair, broadcast, by the function of one.
macro_rules! each {
    ($($(#[$doc:meta])* $bound:ident $name:ident($($other:ident)?) -> $out:ty = $by:ident $f:expr;)*) => {$(
        impl<T: $bound> Array<T> {
            $(#[$doc])*
            pub fn $name(&self, $($other: &Self)?) -> Array<$out> {
                self.$by($($other,)? $f)
            }
        }
    )*};
}

each! {
    /// `self + other`: integers wrap, bool is OR.
    Element add(other) -> T = zip T::add;
    /// `self - other`: integers wrap.
    Number sub(other) -> T = zip T::sub;
    /// `self * other`: integers wrap, bool is AND.
    Element mul(other) -> T = zip T::mul;
    /// `self / other`: integers and bool give f64.
    Element div(other) -> T::Quotient = zip |x, y| x.cast::<T::Quotient>().div(y.cast());
    /// `self // other`: rounded down; an integer by 0 is 0.
    Number floor_divide(other) -> T = zip T::floor_div;
    /// `self % other`, with the sign of `other`; an integer by 0 is 0.
    Number remainder(other) -> T = zip T::rem;
    /// The greater of each pair, nan if either is.
    Element maximum(other) -> T = zip T::maximum;
    /// The lesser of each pair, nan if either is.
    Element minimum(other) -> T = zip T::minimum;
    /// `self > other`, pair by pair.
    Element greater(other) -> bool = zip |x, y| x > y;
    /// `self >= other`, pair by pair.
    Element greater_equal(other) -> bool = zip |x, y| x >= y;
    /// `self < other`, pair by pair.
    Element less(other) -> bool = zip |x, y| x < y;
    /// `self <= other`, pair by pair.
    Element less_equal(other) -> bool = zip |x, y| x <= y;
    /// `self == other`, pair by pair.
    Element equal(other) -> bool = zip |x, y| x == y;
    /// `self != other`, pair by pair.
    Element not_equal(other) -> bool = zip |x, y| x != y;
    /// e to the power of every element.
    Element exp() -> T::Float = map |x| math::exp(x.cast());
    /// The natural logarithm.
    Element ln() -> T::Float = map |x| math::ln(x.cast());
    /// e to the power of every element, minus 1.
    Element expm1() -> T::Float = map |x| math::expm1(x.cast());
    /// The natural logarithm of 1 + x.
    Element log1p() -> T::Float = map |x| math::log1p(x.cast());
    /// The logarithm to base 2.
    Element log2() -> T::Float = map |x| math::log2(x.cast());
    /// The logarithm to base 10.
    Element log10() -> T::Float = map |x| math::log10(x.cast());
    /// The hyperbolic tangent.
    Element tanh() -> T::Float = map |x| math::tanh(x.cast());
    /// The square root.
    Element sqrt() -> T::Float = map |x| x.cast::<T::Float>().sqrt();
    /// Whether each is nan.
    Element isnan() -> bool = map T::is_nan;
    /// Whether each is inf or -inf.
    Element isinf() -> bool = map |x| x.cast::<f64>().abs() == f64::INFINITY;
    /// Whether each is neither infinite nor nan.
    Element isfinite() -> bool = map |x| x.cast::<f64>().is_finite();
    /// `-self`: integers wrap.
    Number neg() -> T = map T::neg;
    /// Absolute values; the least integer wraps to itself.
    Number abs() -> T = map T::abs;
    /// `self * self`: integers wrap.
    Number square() -> T = map |x| x.mul(x);
    /// -1, 0 or 1; nan for nan, 0 for -0.
    Number sign() -> T = map T::sign;
    /// Rounded down.
    Float floor() -> T = map T::floor;
    /// Rounded up.
    Float ceil() -> T = map T::ceil;
    /// Rounded toward zero.
    Float trunc() -> T = map T::trunc;
    /// Rounded to the nearest integer, halves to the even one.
    Float round() -> T = map T::round;
}

impl<T: Element> Array<T> {
    /// `minimum(maximum(self, low), high)`.
    pub fn clip(&self, low: &Self, high: &Self) -> Self {
        self.maximum(low).minimum(high)
    }
}

impl<T: Number> Array<T> {
    /// `self ** other`: integers wrap, and refuse negative exponents. A single exponent, without axes or beside a
    /// longer base, makes the square, the reciprocal and the square root to the bit.
    pub fn power(&self, other: &Self) -> Self {
        assert!(!T::INTEGER || other.data.iter().all(|&y| y >= T::ZERO), "a negative power of an integer");
        let single = other.ndim() == 0 || (other.size() == 1 && self.size() > 1);
        self.zip(other, |x, y| match y.cast::<f64>() {
            2.0 if single => x.mul(x),
            -1.0 if single => T::Float::ONE.div(x.cast()).cast(),
            0.5 if single => x.cast::<T::Float>().sqrt().cast(),
            _ => x.power(y),
        })
    }
}

impl<T: Float> Array<T> {
    /// Whether |self - other| <= atol + rtol |other| everywhere; infinities must be equal, nan is close to nothing.
    pub fn allclose(&self, other: &Self, rtol: f64, atol: f64) -> bool {
        self.zip(other, |x, y| close(x, y, rtol, atol)).all()
    }
}

impl Array<bool> {
    /// `!self`.
    pub fn not(&self) -> Self {
        self.map(|x| !x)
    }

    /// From `x` where true, from `y` where false, all three broadcast.
    pub fn where_<T: Element>(&self, x: &Array<T>, y: &Array<T>) -> Array<T> {
        let shape = broadcast(&self.shape, &broadcast(&x.shape, &y.shape));
        Array::from_fn(&shape, |index| if self.stretched(index) { x.stretched(index) } else { y.stretched(index) })
    }
}
