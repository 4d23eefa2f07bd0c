//! `dot` and `matmul` for every pair of ranks.
//!
//! ```text
//!   dot      (k,)·(k,)        -> ()            inner product
//!            (..,m,k)·(k,)    -> (..,m)        each row with the vector
//!            (k,)·(..,k,n)    -> (..,n)        the last axis but one of b is contracted
//!            (a..,k)·(b..,k,n) -> (a..,b..,n)  every row of a with every matrix of b
//!   matmul   (a..,m,k)@(b..,k,n) -> (broadcast(a.., b..), m, n)       a 1-D operand is a row (left) or a column (right), and its axis goes again
//! ```
//!
//! Contracted with a matrix, each element is one fma chain (`kernel/gemm.rs`); contracted with a vector, a dot product in fixed lanes (`kernel/gemv.rs`). So the rank of
//! the right operand decides the bits; layout, batch and blocking do not: a row alone gives what the same row gives in a batch.
//! Matrices are read where they lie, whatever their strides; rows beside a vector are copied where they do not lie side by side. Read next: `nn/`.

use alloc::vec::Vec;

use super::{Tensor, arith, room};
use crate::error::{Error, Result};
use crate::kernel::element::Element;
use crate::kernel::gemm::gemm;
use crate::kernel::gemv;
use crate::kernel::mat::{Append, Mat, Over};
use crate::kernel::memory;
use crate::kernel::simd::level;
use crate::layout::walk::Places;
use crate::layout::{Layout, shape};

impl<T: Element> Tensor<T> {
    /// NumPy's `dot`: inner product, matrix product, and their generalisation to any ranks; with a 0-d operand, the elementwise product.
    ///
    /// # Errors
    /// [`Error::NotAligned`] with both shapes; [`Error::TooBig`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let a = Tensor::from([[1, 2], [3, 4]]);
    /// let b = Tensor::from([[5, 6], [7, 8]]);
    /// assert_eq!(a.dot(&b)?.to_string(), "[[19 22]\n [43 50]]");
    /// let error = Tensor::from([[1, 2, 3], [4, 5, 6]]).dot(&a).unwrap_err();
    /// assert_eq!(error.to_string(), "shapes (2,3) and (2,2) not aligned: 3 (dim 1) != 2 (dim 0)");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// `nptensor explain dot "[[1, 2], [3, 4]]" "[[5, 6], [7, 8]]"` prints:
    ///
    /// ```text
    /// dot: (2,2) and (2,2) give (2,2)
    ///      a  2 [2]
    ///      b    [2] 2
    ///    out  2     2
    ///
    ///   The last axis of a pairs with the first axis of b: 2 and 2. Every row of a
    ///     meets every column of b. The two are gone from the result, for products
    ///     along them are added up; the axes that are left, a's first, are its shape.
    ///
    /// out[0,0] = 19
    ///             b  [5]  6
    ///                [7]  8
    ///
    ///    a [1][2]   [19] 22  out
    ///       3  4     43  50
    ///
    ///    k  a[0,k]  b[k,0]  product  sum
    ///    0       1       5        5    5
    ///    1       2       7       14   19
    /// ```
    pub fn dot(&self, b: &Self) -> Result<Self> {
        if self.ndim() == 0 || b.ndim() == 0 {
            return self.try_mul(b);
        }
        let (axis_a, axis_b) = (self.ndim() - 1, b.ndim().saturating_sub(2));
        if self.shape()[axis_a] != b.shape()[axis_b] {
            return Err(Error::NotAligned { a: self.shape().to_vec(), b: b.shape().to_vec(), axis_a, axis_b });
        }
        if b.ndim() == 1 {
            return self.dot_vector(b);
        }
        if self.ndim() <= 2 && b.ndim() == 2 {
            return self.dot_matrix(b);
        }
        self.dot_stacks(b)
    }

    /// Higher ranks, whose sizes fit.
    #[inline(never)]
    fn dot_stacks(&self, b: &Self) -> Result<Self> {
        let (axis_a, axis_b) = (self.ndim() - 1, b.ndim() - 2);
        // out is (a.., b.., n): for each matrix of b, one product that takes all rows of a at once.
        let (rows, (matrices, k, n)) = (&self.shape()[..axis_a], stack(b));
        let batch = &b.shape()[..axis_b];
        let shape = [rows, batch, &[n]].concat();
        if shape.contains(&0) {
            return Tensor::zeros(&shape);
        }
        let a = self.rows_of(k)?;
        let mut out = room(&shape)?;
        if matrices.size() == 1 {
            gemm(a.as_matrix(), b.mat_at(matrices.offset()), Append(&mut out, 0));
        } else {
            out.resize(shape.iter().product(), T::ZERO);
            for (i, place) in Places::new(&matrices).enumerate() {
                gemm(a.as_matrix(), b.mat_at(place), Over(&mut out[i * n..], matrices.size() * n));
            }
        }
        Ok(Tensor::new(out, Layout::dense_rows(&shape)))
    }

    /// NumPy's `matmul`, the `@` operator: matrix products over broadcast batch axes.
    ///
    /// # Errors
    /// [`Error::MatmulCore`], [`Error::MatmulScalar`], [`Error::MatmulBatch`], with both shapes; [`Error::TooBig`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let a = Tensor::<f64>::ones(&[1, 2, 3])?;
    /// let b = Tensor::<f64>::ones(&[5, 3, 6])?;
    /// assert_eq!(a.matmul(&b)?.shape(), [5, 2, 6]);
    /// assert_eq!(a.dot(&b)?.shape(), [1, 2, 5, 6]);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn matmul(&self, b: &Self) -> Result<Self> {
        if let Some(operand) = [self, b].iter().position(|t| t.ndim() == 0) {
            return Err(Error::MatmulScalar { operand });
        }
        if self.shape()[self.ndim() - 1] != b.shape()[b.ndim().saturating_sub(2)] {
            return Err(Error::MatmulCore { a: self.shape().to_vec(), b: b.shape().to_vec() });
        }
        if b.ndim() == 1 {
            return self.dot_vector(b);
        }
        if self.ndim() <= 2 && b.ndim() == 2 {
            return self.dot_matrix(b);
        }
        let row = self.ndim() == 1;
        let a = if row { self.expand_dims(0)? } else { self.clone() };
        let ((a_stack, m, k), (b_stack, _, n)) = (stack(&a), stack(b));
        let Some(batch) = shape::broadcast_pair(a_stack.shape(), b_stack.shape()) else {
            return Err(Error::MatmulBatch { a: a.shape().to_vec(), b: b.shape().to_vec() });
        };
        let shape = [&batch[..], if row { &[] } else { core::slice::from_ref(&m) }, &[n]].concat();
        if shape.contains(&0) {
            return Tensor::zeros(&shape);
        }
        let mut out = room(&shape)?;
        // One matrix of b for all of a: its rows are one tall matrix.
        if b_stack.size() == 1 && a_stack.shape() == &*batch {
            let a = a.rows_of(k)?;
            gemm(a.as_matrix(), b.mat_at(b_stack.offset()), Append(&mut out, 0));
        } else {
            let places = Places::new(&a_stack.stretched(&batch)).zip(Places::new(&b_stack.stretched(&batch)));
            for (p, q) in places {
                let done = out.len();
                gemm(a.mat_at(p), b.mat_at(q), Append(&mut out, done));
            }
        }
        Ok(Tensor::new(out, Layout::dense_rows(&shape)))
    }

    /// A vector or a matrix with the matrix `b`: out is (n,) or (m, n).
    fn dot_matrix(&self, other: &Self) -> Result<Self> {
        let b = other.as_matrix();
        let (m, n) = (if self.ndim() == 1 { 1 } else { self.shape()[0] }, b.cols);
        let a = match *self.strides() {
            [row_stride, col_stride] => self.matrix(m, row_stride, col_stride),
            _ => self.matrix(1, 0, self.strides()[0]),
        };
        debug_assert_eq!(a.cols, b.rows);
        if m == 0 || n == 0 {
            let shape = [m, n];
            return Tensor::zeros(if self.ndim() == 1 { &shape[1..] } else { &shape });
        }
        if a.cols == 1 && self.ndim() == 2 {
            return self.outer(other);
        }
        let too_big = || Error::TooBig { shape: if self.ndim() == 1 { alloc::vec![n] } else { alloc::vec![m, n] } };
        let mut out = m.checked_mul(n).and_then(memory::with_capacity).ok_or_else(too_big)?;
        gemm(a, b, Append(&mut out, 0));
        Ok(if self.ndim() == 1 { Tensor::dense(out, &[n]) } else { Tensor::dense(out, &[m, n]) })
    }

    /// A column times a row: one term to a chain, which begins with 0. Elementwise work, as fast as memory.
    #[inline(never)]
    fn outer(&self, b: &Self) -> Result<Self> {
        // (Fused where chains are: a product too small for any number would else lose its sign.)
        let fused = level().is_fused();
        arith::zip(self, b, move |x: T, y: T| x.mul_add(y, T::ZERO, fused))
    }

    /// The whole tensor as a matrix of `rows`, its last axis across.
    fn matrix(&self, rows: usize, row_stride: isize, col_stride: isize) -> Mat<'_, T> {
        let cols = self.shape()[self.ndim() - 1];
        Mat { data: &self.data, start: self.layout.offset(), rows, cols, row_stride, col_stride }
    }

    /// Every row of `self` with the vector `b`: out is `shape[..-1]`.
    #[inline(never)]
    fn dot_vector(&self, b: &Self) -> Result<Self> {
        let (rows, k) = (&self.shape()[..self.ndim() - 1], b.size());
        if k == 0 || rows.contains(&0) {
            // Nothing to multiply, and maybe no place at which a row could start.
            return Tensor::zeros(rows);
        }
        let mut out = room(rows)?;
        let b = b.flat()?;
        let y = b.data_slice();
        // Rows that lie side by side are read where they are; else one copy makes them so.
        let stride = self.strides()[self.ndim() - 1];
        let a = if stride == 1 || k <= 1 { self.clone() } else { Tensor::from_vec(self.try_to_vec()?, self.shape())? };
        // A place takes more room than an element may: a stretched tensor of absurd size can have the one and not the other.
        let mut starts: Vec<usize> = room(rows)?;
        starts.extend(Places::new(&a.layout.without_axis(a.ndim() - 1)));
        memory::append(&mut out, starts.len(), |slots| gemv::rows_times_vector(&a.data, &starts, y, slots));
        Ok(Tensor::new(out, Layout::dense_rows(rows)))
    }

    /// All rows of length `k` as one matrix: a view where strides allow, else a copy.
    fn rows_of(&self, k: usize) -> Result<Self> {
        let rows = self.shape()[..self.ndim() - 1].iter().product::<usize>();
        self.reshape(&[rows as isize, k as isize])
    }

    /// One axis, side by side: itself where it lies so.
    fn flat(&self) -> Result<Self> {
        match self.as_slice() {
            Some(_) => Ok(self.clone()),
            None => self.flatten(),
        }
    }

    fn data_slice(&self) -> &[T] {
        &self.data[self.layout.offset()..][..self.size()]
    }

    /// The last two axes as a matrix that starts at `place`.
    #[inline]
    fn mat_at(&self, place: usize) -> Mat<'_, T> {
        let [.., rows, cols] = *self.shape() else { unreachable!("a matrix has two axes") };
        let [.., row_stride, col_stride] = *self.strides() else { unreachable!("a matrix has two axes") };
        Mat { data: &self.data, start: place, rows, cols, row_stride, col_stride }
    }

    /// A tensor of two axes as a matrix.
    #[inline]
    pub(crate) fn as_matrix(&self) -> Mat<'_, T> {
        self.mat_at(self.layout.offset())
    }
}

/// The axes before the last two, and the sizes of the last two.
fn stack<T: Element>(t: &Tensor<T>) -> (Layout, usize, usize) {
    let ndim = t.ndim();
    (t.layout.without_axis(ndim - 1).without_axis(ndim - 2), t.shape()[ndim - 2], t.shape()[ndim - 1])
}
