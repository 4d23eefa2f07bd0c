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

use super::elementwise::{broadcast, unstretched};
use super::reduce::{join_lanes, split_point};
use super::{Array, indices, place};
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

/// Column `j` of a matrix, which is a list of its rows.
fn column<T: Copy>(rows: &[&[T]], j: usize) -> Vec<T> {
    rows.iter().map(|row| row[j]).collect()
}

impl<T: Element> Array<T> {
    /// The rows of matrix number `i` of those in the last two axes.
    fn rows(&self, i: usize) -> Vec<&[T]> {
        let [.., rows, cols] = self.shape[..] else { panic!("a matrix has two axes") };
        (0..rows).map(|row| &self.data[(i * rows + row) * cols..][..cols]).collect()
    }

    /// (.., k) with (k,): every row with the vector.
    fn dot_vector(&self, b: &Self) -> Self {
        let (shape, k) = (&self.shape[..self.ndim() - 1], b.size());
        assert_eq!(self.shape[self.ndim() - 1], k, "shapes {:?} and {:?} are not aligned", self.shape, b.shape);
        let rows = shape.iter().product();
        Array::new(shape, (0..rows).map(|i| inner(&self.data[i * k..][..k], &b.data)).collect())
    }

    /// (a.., k) with (b.., k, n) is (a.., b.., n); with (k,) it is (a..); with a 0-d operand, the elementwise product.
    pub fn dot(&self, b: &Self) -> Self {
        match (self.ndim(), b.ndim()) {
            (0, _) | (_, 0) => self.mul(b),
            (_, 1) => self.dot_vector(b),
            _ => {
                let (rows, k) = (&self.shape[..self.ndim() - 1], self.shape[self.ndim() - 1]);
                let (matrices, n) = (&b.shape[..b.ndim() - 2], b.shape[b.ndim() - 1]);
                assert_eq!(k, b.shape[b.ndim() - 2], "shapes {:?} and {:?} are not aligned", self.shape, b.shape);
                let mut data = Vec::new();
                for row in 0..rows.iter().product() {
                    for matrix in 0..matrices.iter().product() {
                        let b = b.rows(matrix);
                        for j in 0..n {
                            data.push(chain(&self.data[row * k..][..k], &column(&b, j)));
                        }
                    }
                }
                Array::new(&[rows, matrices, &[n]].concat(), data)
            }
        }
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
        let mut data = Vec::new();
        for index in indices(&batch) {
            let x = self.rows(place(stack_a, &unstretched(stack_a, &index)));
            let y = b.rows(place(stack_b, &unstretched(stack_b, &index)));
            for row in x {
                data.extend((0..n).map(|j| chain(row, &column(&y, j))));
            }
        }
        Array::new(&[&batch[..], &[m, n]].concat(), data)
    }
}
