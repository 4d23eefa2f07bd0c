//! The definition of every layer of a network: rows in, rows out.
//!
//! ```text
//!   dense      x·W + b            scale        x * scale + shift
//!   elu(a)     x, or a (e^x - 1)  softplus(b)  ln(1 + e^(b x)) / b      gelu   x P(X <= x), X standard normal
//! ```
//!
//! The activations beyond the chapter's are defined for one number in f64, and f32 is rounded from that once; each is
//! the textbook's formula, written so that nothing cancels and nothing overflows. Read next: `math.rs`.

use super::Array;
use super::math::{exp, expm1, log1p, sigmoid};
use crate::kernel::activation::{Activation, ERFC_END, times_scaled_erfc};
use crate::kernel::closed::Float;
use crate::kernel::scalar::ScalarFloat;
use crate::nn::Layer;

impl<T: Float> Array<T> {
    /// What a layer makes of rows of values, along the last axis.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential, Tensor, reference::Array};
    /// let x = Tensor::from([[-1.0, 0.5], [2.0, -3.0]]);
    /// let network = Sequential::new([Layer::elu(0.5)])?;
    /// assert!(Array::from(&x).layer(&Layer::elu(0.5)).same_bits(&Array::from(&network.forward(&x)?)));
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn layer(&self, layer: &Layer<T>) -> Self {
        let width = self.shape.last().map_or(1, |&width| width);
        match layer {
            Layer::Dense { w, b } => self.dot(&w.into()).add(&b.into()),
            Layer::Scale { scale, shift } => self.mul(&scale.into()).add(&shift.into()),
            Layer::Sigmoid => self.sigmoid(),
            Layer::Step => self.step().cast(),
            Layer::Relu => self.relu(),
            Layer::Identity => self.clone(),
            Layer::Softmax => self.softmax(-1),
            Layer::Tanh => self.tanh(),
            Layer::Function { f, .. } => {
                let mut out = self.clone();
                f(&mut out.data, width);
                out
            }
            Layer::Activation(function) => match function.activation() {
                Activation::LogSoftmax => self.log_softmax(-1),
                Activation::Normalize(eps) => {
                    let mut out = self.clone();
                    out.data.chunks_mut(width.max(1)).for_each(|row| normalize(row, eps));
                    out
                }
                activation => self.map(|x| T::from_f64(one(activation, x.to_f64(), |a| T::from_f64(a).to_f64()))),
            },
        }
    }
}

/// An activation of one number; parameters count as numbers of the type.
fn one(activation: Activation, x: f64, of_type: impl Fn(f64) -> f64) -> f64 {
    match activation {
        Activation::LeakyRelu(a) if x < 0.0 => x * of_type(a),
        Activation::LeakyRelu(_) => x,
        Activation::Hardtanh(low, _) if x < of_type(low) => of_type(low),
        Activation::Hardtanh(_, high) if x > of_type(high) => of_type(high),
        Activation::Elu(a) if x < 0.0 => of_type(a) * expm1(x),
        Activation::Silu => x * sigmoid(x),
        // 1 + tanh(u) = 2 sigmoid(2 u), and 2 √(2/π) = 1.59..
        Activation::GeluTanh => x * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)),
        Activation::Gelu => gelu(x),
        Activation::Softplus(b) => {
            let z = x * of_type(b);
            let ln = log1p(exp(-z.abs()));
            if x > 0.0 { x + ln / of_type(b) } else { ln / of_type(b) }
        }
        _ => x,
    }
}

/// maximum(x, 0) - a / 2 erfc(a / √2), a = |x|: see `kernel/activation.rs`.
fn gelu(x: f64) -> f64 {
    let a = x.abs().min(ERFC_END);
    let high = f64::from_bits(a.to_bits() & !((1 << 27) - 1));
    let rest = -0.5 * (a - high) * (a + high);
    let e = exp(-0.5 * high * high);
    let e = e + e * (rest * (1.0 + rest / 2.0 * (1.0 + rest / 3.0)));
    let positive = if x > 0.0 { x } else { 0.0 * x };
    positive - e * times_scaled_erfc(0.5 * a, a)
}

/// (x - mean) / √(variance + eps).
fn normalize<T: Float>(row: &mut [T], eps: f64) {
    let n = row.len() as f64;
    let mean = row.iter().map(|x| x.to_f64()).fold(0.0, |sum, x| sum + x) / n;
    let square = |x: &T| (x.to_f64() - mean) * (x.to_f64() - mean);
    let deviation = ScalarFloat::sqrt(row.iter().map(square).fold(0.0, |sum, x| sum + x) / n + eps);
    row.iter_mut().for_each(|x| *x = T::from_f64((x.to_f64() - mean) / deviation));
}
