//! `dot` and `matmul`: two orders of summation, chosen by the rank of the right operand, and the loops around them.
//!
//! ```text
//!   with a matrix    acc = fma(a[k], b[k], acc),  k = 0, 1, ...  from acc = 0          one chain
//!   with a vector    32 lanes: lane k % 32 = fma(a[k], b[k], lane); more than 16384 terms are split as sums are;
//!                    then lanes l and l+16 join, l+8, ... l+1
//! ```
//!
//! The order does not depend on the layout, the blocking, or the size of the batch, so a row alone gives the same bits
//! as in a batch. `fma` rounds once where the machine does. Read next: `activation.rs`.

use alloc::vec::Vec;

use super::Array;
use super::elementwise::broadcast;
use super::reduce::{join_lanes, split_point};
use crate::kernel::closed::Element;

/// The chain: what each element of a matrix product is.
pub fn chain<T: Element>(a: &[T], b: &[T]) -> T {
    let fused = crate::level().is_fused();
    a.iter().zip(b).fold(T::ZERO, |acc, (&a, &b)| a.mul_add(b, acc, fused))
}

/// The lanes: what a product with a vector is.
pub fn inner<T: Element>(a: &[T], b: &[T]) -> T {
    join_lanes(&lanes(a, b, crate::level().is_fused()), T::add)
}

fn lanes<T: Element>(a: &[T], b: &[T], fused: bool) -> Vec<T> {
    if a.len() > 16384 {
        let at = split_point(a.len());
        let (first, second) = (lanes(&a[..at], &b[..at], fused), lanes(&a[at..], &b[at..], fused));
        return (0..32).map(|lane| first[lane].add(second[lane])).collect();
    }
    let mut lanes = vec![T::ZERO; 32];
    for k in 0..a.len() {
        lanes[k % 32] = a[k].mul_add(b[k], lanes[k % 32], fused);
    }
    lanes
}

impl<T: Element> Array<T> {
    /// What lies along the last axis, in C order.
    fn rows(&self) -> Vec<&[T]> {
        let (shape, k) = (&self.shape[..self.ndim() - 1], self.shape[self.ndim() - 1]);
        (0..shape.iter().product()).map(|row| &self.data[row * k..][..k]).collect()
    }

    /// (.., k) with (k,): every row with the vector.
    fn dot_vector(&self, b: &Self) -> Self {
        let (shape, k) = (&self.shape[..self.ndim() - 1], self.shape[self.ndim() - 1]);
        assert_eq!(k, b.size(), "shapes {:?} and {:?} are not aligned", self.shape, b.shape);
        Array::new(shape, self.rows().iter().map(|row| inner(row, &b.data)).collect())
    }

    /// (a.., k) with (b.., k, n) is (a.., b.., n); with (k,) it is (a..); with a 0-d operand, the elementwise product.
    pub fn dot(&self, b: &Self) -> Self {
        match (self.ndim(), b.ndim()) {
            (0, _) | (_, 0) => return self.mul(b),
            (_, 1) => return self.dot_vector(b),
            _ => {}
        }
        let columns = b.swapaxes(-2, -1); // (b.., n, k)
        let (rows, k) = (&self.shape[..self.ndim() - 1], self.shape[self.ndim() - 1]);
        assert_eq!(k, b.shape[b.ndim() - 2], "shapes {:?} and {:?} are not aligned", self.shape, b.shape);
        let (mut data, list) = (Vec::new(), columns.rows());
        for row in self.rows() {
            data.extend(list.iter().map(|column| chain(row, column)));
        }
        Array::new(&[rows, &columns.shape[..b.ndim() - 1]].concat(), data)
    }

    /// (a.., m, k) with (b.., k, n) is (broadcast of a.. and b.., m, n). A vector on the left is one row, on the right
    /// one column, and that axis is removed from the result.
    pub fn matmul(&self, b: &Self) -> Self {
        assert!(self.ndim() > 0 && b.ndim() > 0, "matmul has no 0-d operands");
        if b.ndim() == 1 {
            return self.dot_vector(b);
        }
        if self.ndim() == 1 {
            let out = self.expand_dims(0).matmul(b);
            return out.squeeze_axis(out.ndim() as isize - 2);
        }
        let (stack_a, stack_b) = (&self.shape[..self.ndim() - 2], &b.shape[..b.ndim() - 2]);
        let batch = broadcast(stack_a, stack_b);
        let (m, k, n) = (self.shape[self.ndim() - 2], self.shape[self.ndim() - 1], b.shape[b.ndim() - 1]);
        assert_eq!(k, b.shape[b.ndim() - 2], "shapes {:?} and {:?} are not aligned", self.shape, b.shape);
        let a = self.broadcast_to(&[&batch[..], &[m, k]].concat());
        let columns = b.swapaxes(-2, -1).broadcast_to(&[&batch[..], &[n, k]].concat());
        let (mut data, list) = (Vec::new(), columns.rows());
        for (i, row) in a.rows().into_iter().enumerate() {
            data.extend(list[i / m * n..][..n].iter().map(|column| chain(row, column)));
        }
        Array::new(&[&batch[..], &[m, n]].concat(), data)
    }
}
