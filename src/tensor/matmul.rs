//! `dot` and `matmul` for every pair of ranks.
//!
//! ```text
//!   dot      (k,)·(k,)        -> ()            inner product
//!            (..,m,k)·(k,)    -> (..,m)        each row with the vector
//!            (k,)·(..,k,n)    -> (..,n)        the last axis but one of b is contracted
//!            (a..,k)·(b..,k,n) -> (a..,b..,n)  every row of a with every matrix of b
//!   matmul   (a..,m,k)@(b..,k,n) -> (broadcast(a.., b..), m, n)
//!            a 1-D operand is a row (left) or a column (right), and its axis goes again
//! ```
//!
//! Contracted with a matrix, each element is one fma chain (`kernel/gemm/mod.rs`); contracted with a vector, a dot
//! product in fixed lanes (`kernel/gemm/gemv.rs`). So the rank of the right operand decides the bits; layout, batch and
//! blocking do not: a row alone gives what the same row gives in a batch. Matrices are read where they lie, whatever
//! their strides; rows beside a vector are copied where they are not contiguous. With `_into` the result goes into
//! a tensor that is there, of the very shape: [`Out`] is the only difference. Read next: `nn/`.

use super::Tensor;
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::mat::Mat;
use crate::kernel::memory::{Output, Slots};
use crate::layout::walk::Offsets;
use crate::layout::{Layout, shape};

/// Where a product goes.
trait Out<T> {
    /// What is handed back.
    type Done;

    /// The elements that `fill` writes, in C order, under `shape`.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`]; [`Error::Output`] when it is there and has another shape.
    fn fill(self, shape: &[usize], fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Result<Self::Done>;
}

/// A new tensor.
struct New;

impl<T: Element> Out<T> for New {
    type Done = Tensor<T>;

    #[inline(always)]
    fn fill(self, shape: &[usize], fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Result<Tensor<T>> {
        Tensor::collect(shape, fill)
    }
}

/// One that is there.
impl<T: Element> Out<T> for &mut Tensor<T> {
    type Done = ();

    #[inline(always)]
    fn fill(self, shape: &[usize], fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Result<()> {
        self.has_shape(shape)?;
        self.overwrite(fill)
    }
}

impl<T: Element> Tensor<T> {
    /// NumPy's `dot`: inner product, matrix product, and their generalisation to any ranks; with a 0-d operand, the
    /// elementwise product.
    ///
    /// # Errors
    /// [`Error::NotAligned`] with both shapes; [`Error::TooBig`], [`Error::OutOfMemory`].
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
        self.dot_out(b, New)
    }

    /// [`dot`](Tensor::dot) into `out`, which has the shape of the result: `np.dot(a, b, out=out)`. Matrices allocate
    /// nothing where `out` lies in C order and no other tensor shares it, but for the copies of large or tall ones that
    /// the kernel works on, and for threads.
    ///
    /// # Errors
    /// Those of [`dot`](Tensor::dot); [`Error::Output`] when `out` has another shape. `out` is unchanged then.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let a = Tensor::from([[1, 2], [3, 4]]);
    /// let mut out = Tensor::zeros(&[2, 2])?;
    /// a.dot_into(&a, &mut out)?;
    /// assert_eq!(out.to_string(), "[[ 7 10]\n [15 22]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn dot_into(&self, b: &Self, out: &mut Self) -> Result<()> {
        if self.ndim() == 0 || b.ndim() == 0 {
            out.has_shape(if self.ndim() == 0 { b.shape() } else { self.shape() })?;
            return self.mul_into(b, out);
        }
        self.dot_out(b, out)
    }

    /// Both as matrices that fit. Checked first, for it is the usual case: for small products each branch is
    /// measurable.
    #[inline(always)]
    fn matrices<'t>(&'t self, b: &'t Self) -> Option<(Mat<'t, T>, Mat<'t, T>)> {
        if self.ndim() != 2 || b.ndim() != 2 {
            return None;
        }
        let (a, b) = (self.as_matrix(), b.as_matrix());
        (a.cols == b.rows).then_some((a, b))
    }

    #[inline(always)]
    fn dot_out<O: Out<T>>(&self, b: &Self, out: O) -> Result<O::Done> {
        if let Some((a, b)) = self.matrices(b) {
            return dot_matrix(&a, &b, &[a.rows, b.cols], out);
        }
        let (axis_a, axis_b) = (self.ndim() - 1, b.ndim().saturating_sub(2));
        if self.shape()[axis_a] != b.shape()[axis_b] {
            return Err(Error::NotAligned { a: self.shape().to_vec(), b: b.shape().to_vec(), axis_a, axis_b });
        }
        if b.ndim() == 1 {
            return self.dot_vector(b, out);
        }
        if self.ndim() == 1 && b.ndim() == 2 {
            return self.dot_row(b, out);
        }
        self.dot_stacks(b, out)
    }

    /// Higher ranks, whose sizes fit.
    #[inline(never)]
    fn dot_stacks<O: Out<T>>(&self, b: &Self, out: O) -> Result<O::Done> {
        let (axis_a, axis_b) = (self.ndim() - 1, b.ndim() - 2);
        // out is (a.., b.., n): for each matrix of b, one product that takes all rows of a at once.
        let (rows, (matrices, k, n)) = (&self.shape()[..axis_a], stack(b));
        let batch = &b.shape()[..axis_b];
        let shape = [rows, batch, &[n]].concat();
        if shape.contains(&0) {
            return out.fill(&shape, |slots| slots.splat(T::ZERO));
        }
        let a = self.rows_of(k)?;
        out.fill(&shape, |slots| {
            if matrices.size() == 1 {
                return product(&a.as_matrix(), &b.mat_at(matrices.offset()), slots);
            }
            let out = slots.splat(T::ZERO);
            for (i, offset) in Offsets::new(&matrices).enumerate() {
                T::GEMM(&a.as_matrix(), &b.mat_at(offset), &mut Output::over(&mut out[i * n..], matrices.size() * n));
            }
            out
        })
    }

    /// NumPy's `matmul`, the `@` operator: matrix products over broadcast batch axes.
    ///
    /// # Errors
    /// [`Error::MatmulCore`], [`Error::MatmulScalar`], [`Error::MatmulBatch`], with both shapes; [`Error::TooBig`],
    /// [`Error::OutOfMemory`].
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
        self.matmul_out(b, New)
    }

    /// [`matmul`](Tensor::matmul) into `out`, which has the shape of the result: `np.matmul(a, b, out=out)`. What it
    /// allocates is what [`dot_into`](Tensor::dot_into) does.
    ///
    /// # Errors
    /// Those of [`matmul`](Tensor::matmul); [`Error::Output`] when `out` has another shape. `out` is unchanged then.
    pub fn matmul_into(&self, b: &Self, out: &mut Self) -> Result<()> {
        self.matmul_out(b, out)
    }

    #[inline(always)]
    fn matmul_out<O: Out<T>>(&self, b: &Self, out: O) -> Result<O::Done> {
        if let Some((a, b)) = self.matrices(b) {
            return dot_matrix(&a, &b, &[a.rows, b.cols], out);
        }
        if let Some(operand) = [self, b].iter().position(|t| t.ndim() == 0) {
            return Err(Error::MatmulScalar { operand });
        }
        if self.shape()[self.ndim() - 1] != b.shape()[b.ndim().saturating_sub(2)] {
            return Err(Error::MatmulCore { a: self.shape().to_vec(), b: b.shape().to_vec() });
        }
        if b.ndim() == 1 {
            return self.dot_vector(b, out);
        }
        if self.ndim() == 1 && b.ndim() == 2 {
            return self.dot_row(b, out);
        }
        self.matmul_stacks(b, out)
    }

    /// Higher ranks, whose matrices fit.
    #[inline(never)]
    fn matmul_stacks<O: Out<T>>(&self, b: &Self, out: O) -> Result<O::Done> {
        let row = self.ndim() == 1;
        let as_matrix;
        let a = if row {
            as_matrix = self.expand_dims(0)?;
            &as_matrix
        } else {
            self
        };
        let ((a_stack, m, k), (b_stack, _, n)) = (stack(a), stack(b));
        let Some(batch) = shape::broadcast_pair(a_stack.shape(), b_stack.shape()) else {
            return Err(Error::MatmulBatch { a: a.shape().to_vec(), b: b.shape().to_vec() });
        };
        let shape = [&batch[..], if row { &[] } else { core::slice::from_ref(&m) }, &[n]].concat();
        if shape.contains(&0) {
            return out.fill(&shape, |slots| slots.splat(T::ZERO));
        }
        // One matrix of b for all of a: its rows are one tall matrix.
        if b_stack.size() == 1 && a_stack.shape() == &*batch {
            let a = a.rows_of(k)?;
            return out.fill(&shape, |slots| product(&a.as_matrix(), &b.mat_at(b_stack.offset()), slots));
        }
        out.fill(&shape, |slots| {
            let mut writer = slots.writer();
            let offsets = Offsets::new(&a_stack.stretched(&batch)).zip(Offsets::new(&b_stack.stretched(&batch)));
            for (p, q) in offsets {
                writer.next(m * n, |slots| product(&a.mat_at(p), &b.mat_at(q), slots));
            }
            writer.finish()
        })
    }

    /// A vector with the matrix `b`: out is (n,).
    fn dot_row<O: Out<T>>(&self, b: &Self, out: O) -> Result<O::Done> {
        let (&[cols], &[col_stride]) = (self.shape(), self.strides()) else { unreachable!("a vector has one axis") };
        let a = Mat { data: &self.data, start: self.layout.offset(), rows: 1, cols, row_stride: 0, col_stride };
        dot_matrix(&a, &b.as_matrix(), &b.shape()[1..], out)
    }

    /// Whether this is the shape of what is to be written here.
    #[inline(always)]
    fn has_shape(&self, shape: &[usize]) -> Result<()> {
        if self.shape().iter().eq(shape) {
            return Ok(());
        }
        Err(Error::Output { target: self.shape().to_vec(), result: shape.to_vec() })
    }

    /// Every row of `self` with the vector `b`: out is `shape[..-1]`.
    #[inline(never)]
    fn dot_vector<O: Out<T>>(&self, b: &Self, out: O) -> Result<O::Done> {
        let (rows, k) = (&self.shape()[..self.ndim() - 1], b.size());
        if k == 0 || rows.contains(&0) {
            // Nothing to multiply, and maybe no offset at which a row could start.
            return out.fill(rows, |slots| slots.splat(T::ZERO));
        }
        // What is contiguous is read where it is; else one copy makes it so.
        let (copy_a, copy_b);
        let a = if self.strides()[self.ndim() - 1] == 1 || k <= 1 {
            self
        } else {
            copy_a = Tensor::from_vec(self.try_to_vec()?, self.shape())?;
            &copy_a
        };
        let y = if let Some(y) = b.as_slice() {
            y
        } else {
            copy_b = b.try_to_vec()?;
            &copy_b
        };
        out.fill(rows, |slots| {
            if let Some(data) = a.as_slice() {
                return T::GEMV(&Mat::dense(data, slots.len(), k), y, slots);
            }
            let (matrices, m, _) = stack(a);
            let mut writer = slots.writer();
            Offsets::new(&matrices).for_each(|offset| writer.next(m, |slots| T::GEMV(&a.mat_at(offset), y, slots)));
            writer.finish()
        })
    }

    /// All rows of length `k` as one matrix: a view where strides allow, else a copy.
    fn rows_of(&self, k: usize) -> Result<Self> {
        let rows = self.shape()[..self.ndim() - 1].iter().product::<usize>();
        self.reshape(&[rows, k])
    }

    /// The last two axes as a matrix that starts at `offset`.
    #[inline]
    fn mat_at(&self, offset: usize) -> Mat<'_, T> {
        let [.., rows, cols] = *self.shape() else { unreachable!("a matrix has two axes") };
        let [.., row_stride, col_stride] = *self.strides() else { unreachable!("a matrix has two axes") };
        Mat { data: &self.data, start: offset, rows, cols, row_stride, col_stride }
    }

    /// A tensor of two axes as a matrix.
    #[inline]
    pub(crate) fn as_matrix(&self) -> Mat<'_, T> {
        self.mat_at(self.layout.offset())
    }
}

/// Two matrices; out has `shape`.
#[inline(always)]
fn dot_matrix<T: Element, O: Out<T>>(a: &Mat<'_, T>, b: &Mat<'_, T>, shape: &[usize], out: O) -> Result<O::Done> {
    debug_assert_eq!(a.cols, b.rows);
    out.fill(shape, |slots| {
        if slots.len() == 0 {
            slots.splat(T::ZERO)
        } else if a.cols == 1 {
            outer(*a, *b, slots)
        } else {
            product(a, b, slots)
        }
    })
}

/// `a b`, into slots for it.
#[inline(always)]
fn product<'o, T: Element>(a: &Mat<'_, T>, b: &Mat<'_, T>, out: Slots<'o, T>) -> &'o mut [T] {
    let mut c = Output::new(out, b.cols);
    T::GEMM(a, b, &mut c);
    c.finish()
}

/// A column times a row: one term to a chain, which begins with 0. Elementwise work, as fast as memory.
#[inline(never)]
fn outer<'o, T: Element>(a: Mat<'_, T>, b: Mat<'_, T>, out: Slots<'o, T>) -> &'o mut [T] {
    let (a, b) = if b.cols == 1 {
        // A column is one run, as a row.
        let a = Mat { rows: 1, cols: a.rows, col_stride: a.row_stride, ..a };
        (a, Mat { cols: a.cols, col_stride: 0, ..b })
    } else {
        (Mat { cols: b.cols, col_stride: 0, ..a }, Mat { rows: a.rows, row_stride: 0, ..b })
    };
    T::OUTER(&a, &b, out)
}

/// The axes before the last two, and the sizes of the last two.
fn stack<T: Element>(t: &Tensor<T>) -> (Layout, usize, usize) {
    let ndim = t.ndim();
    (t.layout.leading(ndim - 2), t.shape()[ndim - 2], t.shape()[ndim - 1])
}
