//! The activation functions: chains of what the other files define.
//!
//! ```text
//!   softmax(x) = e / sum(e),  e = exp(x - max(x))          log_softmax(x) = d - ln(sum(exp(d))),  d = x - max(x)
//! ```
//!
//! Read next: `math.rs`, then `tensor/activation.rs`.

use alloc::vec::Vec;

use super::{Array, math};
use crate::kernel::closed::{Element, Number};

impl<T: Element> Array<T> {
    /// 1 / (1 + exp(-x)).
    pub fn sigmoid(&self) -> Array<T::Float> {
        self.map(|x| math::sigmoid(x.cast()))
    }

    /// 1 where x > 0, else 0.
    pub fn step(&self) -> Array<i64> {
        self.map(|x| i64::from(x > T::ZERO))
    }

    /// The array itself.
    pub fn identity(&self) -> Self {
        self.clone()
    }

    /// exp(x - max) over its sum, along one axis.
    pub fn softmax(&self, axis: isize) -> Array<T::Float> {
        self.softmax_over(&[axis])
    }

    /// The chapter's softmax: over all elements.
    pub fn softmax_whole(&self) -> Array<T::Float> {
        self.softmax_over(&(0..self.ndim() as isize).collect::<Vec<_>>())
    }

    fn softmax_over(&self, axes: &[isize]) -> Array<T::Float> {
        let x = self.cast::<T::Float>();
        let e = x.sub(&x.max_axes(axes, true)).exp();
        e.div(&e.sum_axes(axes, true))
    }

    /// x - max - ln(sum(exp(x - max))) along one axis.
    pub fn log_softmax(&self, axis: isize) -> Array<T::Float> {
        let x = self.cast::<T::Float>();
        let shifted = x.sub(&x.max_axes(&[axis], true));
        shifted.sub(&shifted.exp().sum_axes(&[axis], true).ln())
    }
}

impl<T: Number> Array<T> {
    /// maximum(0, x): nan stays nan.
    pub fn relu(&self) -> Self {
        self.map(|x| T::ZERO.maximum(x))
    }
}
