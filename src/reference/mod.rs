//! The naive definition of every operation: nested loops over indices, no strides, no SIMD.
//!
//! ```text
//!   Array { shape, data }       element [i, j, ...] of shape (n, m, ...) is data[(i * m + j) * ... ]    C order
//!
//!   elementwise   add .. where, clip: one scalar method per pair of elements
//!   movement      transpose, slice, take, pad ..: index in, index out
//!   reduce        sum .. argmax, var, std: the fixed order, in full; cumsum, sort: one after another
//!   dot           dot, matmul: the two orders, in full
//!   activation    sigmoid, softmax ..: composed of the others
//!   layers        every layer of a network
//!   math          exp, logarithms, tanh, sigmoid of one number
//!   cases         tensors for a property test, on every kind of layout
//!   compare       where two differ, and by how much
//! ```
//!
//! The rest of the crate computes the same numbers faster, **bit for bit**: for every method here there is one of the
//! same name on [`Tensor`], and the tests compare the two on random layouts. Use it the same way for code of your own:
//!
//! ```
//! use nptensor::{Tensor, reference::Array};
//! let x = Tensor::from([[0.3, 2.9], [4.0, -1.0]]);
//! let w = Tensor::from([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]);
//! let fast = x.t().dot(&w)?.softmax(-1)?;
//! let naive = Array::from(&x).t().dot(&Array::from(&w)).softmax(-1);
//! assert!(naive.same_bits(&Array::from(&fast)));
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Of the crate it uses only the arithmetic of single elements ([`Element`] and the traits above it: wrapping, nan,
//! casts). Of the machine, only whether multiply-add rounds once ([`Level::is_fused`](crate::Level::is_fused)).
//!
//! **Panics.** It defines valid calls. Shapes that do not fit, axes that do not exist and maxima of no elements panic;
//! the errors of tensors for them are in [`Error`](crate::Error). Speed and memory are not promised. Read next:
//! `elementwise.rs`.

mod activation;
mod cases;
mod compare;
mod dot;
mod elementwise;
mod layers;
pub mod math;
mod movement;
mod reduce;

use alloc::vec::Vec;

use crate::kernel::closed::Element;
use crate::kernel::scalar::Value;
use crate::tensor::{Tensor, expect};

pub use cases::{Cases, cases};
pub use compare::{Difference, compare, compare_within, ulps};
pub use dot::{chain, inner};
pub use elementwise::broadcast;
pub use movement::range;
pub use reduce::fold;

/// Elements in C order, and the size of each axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Array<T> {
    /// The size of each axis.
    pub shape: Vec<usize>,
    /// The elements, the last axis fastest; as many as the sizes multiply to.
    pub data: Vec<T>,
}

impl<T: Element> Array<T> {
    /// `data` in C order under `shape`.
    pub fn new(shape: &[usize], data: Vec<T>) -> Self {
        assert_eq!(shape.iter().product::<usize>(), data.len(), "shape {shape:?} and the number of elements differ");
        Array { shape: shape.to_vec(), data }
    }

    /// One number, without axes.
    pub fn scalar(value: T) -> Self {
        Array::new(&[], vec![value])
    }

    /// `f(index)` for every index of `shape`, in C order.
    pub fn from_fn(shape: &[usize], f: impl FnMut(&[usize]) -> T) -> Self {
        let indices = indices(shape);
        Array::new(shape, indices.iter().map(Vec::as_slice).map(f).collect())
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements.
    pub fn size(&self) -> usize {
        self.data.len()
    }

    /// The element at `index`, one entry per axis.
    pub fn at(&self, index: &[usize]) -> T {
        self.data[place(&self.shape, index)]
    }

    /// The same shape and the same bits: -0 is not 0, and nan is nan, whatever its payload, which is not defined.
    pub fn same_bits(&self, other: &Self) -> bool {
        let same = |(&x, &y): (&T, &T)| match (x.value(), y.value()) {
            (Value::F32(x), Value::F32(y)) => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
            (Value::F64(x), Value::F64(y)) => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
            (x, y) => x == y,
        };
        self.shape == other.shape && self.data.iter().zip(&other.data).all(same)
    }
}

impl<T: Element> From<&Tensor<T>> for Array<T> {
    fn from(tensor: &Tensor<T>) -> Self {
        Array::new(tensor.shape(), tensor.iter().collect())
    }
}

impl<T: Element> From<&Array<T>> for Array<T> {
    fn from(array: &Array<T>) -> Self {
        array.clone()
    }
}

impl<T: Element> From<&Array<T>> for Tensor<T> {
    fn from(array: &Array<T>) -> Self {
        expect(Tensor::from_vec(array.data.clone(), &array.shape))
    }
}

/// Every index of a shape in C order: the last entry changes fastest. An empty index for no axes, none for a size of 0.
pub fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for &n in shape {
        let longer = |index: &Vec<usize>| (0..n).map(|i| [index.as_slice(), &[i]].concat()).collect::<Vec<_>>();
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The number of `index` among the indices of `shape`, in C order.
pub fn place(shape: &[usize], index: &[usize]) -> usize {
    assert_eq!(shape.len(), index.len(), "one index per axis");
    shape.iter().zip(index).fold(0, |number, (&n, &i)| {
        assert!(i < n, "index {index:?} is outside shape {shape:?}");
        number * n + i
    })
}

/// The axes that one axis names: itself; of an array without axes, 0 and -1 name none.
fn one_axis(axis: &isize, ndim: usize) -> &[isize] {
    if ndim == 0 && (-1..=0).contains(axis) { &[] } else { core::slice::from_ref(axis) }
}

/// The axis that `axis` names, where -1 is the last of `ndim`.
pub fn axis(axis: isize, ndim: usize) -> usize {
    let counted = if axis < 0 { axis + ndim as isize } else { axis };
    assert!((0..ndim as isize).contains(&counted), "axis {axis} is out of bounds for array of dimension {ndim}");
    counted as usize
}
