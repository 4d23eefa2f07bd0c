//! Assignment to a part of a tensor: NumPy's `x[0, :] = values` and `x[1] += 100`.
//!
//! ```text
//!   x.assign("0, :", values)?                 the values stretch to the part that the indices take
//!   x.update("1", |row| row + 100.0)?         the function gets the part, and what it returns is assigned to it
//! ```
//!
//! A part that [`slice`](Tensor::slice) returns is a view, and writing to it changes the view alone; these two change
//! the tensor itself. Single elements are set in `index.rs`. Read next: `layout/slice.rs`, for the indices.

use alloc::vec::Vec;

use super::Tensor;
use super::arith::block;
use super::operand::{Operand, Other};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::layout::slice::{Index, Indices};
use crate::layout::walk::Walk;
use crate::layout::{Layout, shape};

impl<T: Element> Tensor<T> {
    /// Puts `values`, a scalar or a tensor that stretches to the part, where the indices point (`x[0, :] = values`).
    ///
    /// The indices are those of [`slice`](Tensor::slice). As in NumPy, axes of size 1 that the values have in front of
    /// those of the part do no harm. Data that other tensors share is copied first: a view never changes its base.
    ///
    /// # Errors
    /// Those of [`slice`](Tensor::slice); [`Error::Assign`] when the values do not stretch to the part;
    /// [`Error::OutOfMemory`] when a copy cannot be had. Nothing is changed then.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let mut x = Tensor::from([[1, 2, 3], [4, 5, 6]]);
    /// x.assign("0, :", Tensor::from([7, 8, 9]))?;
    /// x.assign((.., -1), 0)?;
    /// assert_eq!(x.to_string(), "[[7 8 0]\n [4 5 0]]");
    /// let error = x.assign(1, Tensor::from([1, 2])).unwrap_err();
    /// assert_eq!(error.to_string(), "could not broadcast input array from shape (2,) into shape (3,)");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias("setitem", "put", "copyto"))]
    pub fn assign(&mut self, indices: impl Indices, values: impl Operand<T>) -> Result<()> {
        self.put(&indices.indices()?, values.other())
    }

    /// Puts what `f` makes of a part in its place (`x[1] += 100`). What `f` returns stretches to the part.
    ///
    /// # Errors
    /// Those of [`assign`](Tensor::assign). Nothing is changed then.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let mut x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// x.update("1", |row| row + 100.0)?;
    /// assert_eq!(x.to_string(), "[[  1.   2.]\n [103. 104.]]");
    /// x.update((.., 0), |column| column.mean())?;
    /// assert_eq!(x.to_string(), "[[ 52.   2.]\n [ 52. 104.]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn update<V: Operand<T>>(&mut self, indices: impl Indices, f: impl FnOnce(Self) -> V) -> Result<()> {
        let indices = indices.indices()?;
        let values = f(self.view(self.layout.slice(&indices)?));
        self.put(&indices, values.other())
    }

    fn put(&mut self, indices: &[Index], values: Other<'_, T>) -> Result<()> {
        let part = self.layout.slice(indices)?;
        let from = match values {
            Other::Scalar(_) => Layout::dense_rows(&[]),
            Other::Tensor(values) => values.layout.clone(),
        };
        // An element takes no sequence, not even of one.
        let extra = if part.ndim() == 0 { 0 } else { from.ndim().saturating_sub(part.ndim()) };
        let (front, rest) = from.shape().split_at(extra);
        if front.iter().any(|&n| n != 1) || !shape::stretches(rest, part.shape()) {
            return Err(Error::Assign { from: from.shape().to_vec(), to: part.shape().to_vec() });
        }
        let from = from.permuted(&(extra..from.ndim()).collect::<Vec<_>>()).stretched(part.shape());
        let (data, layout) = self.own()?;
        let (walk, _) = Walk::in_memory_order(&[&layout.slice(indices)?, &from]);
        let [(rows, down), (cols, right)] = walk.block();
        walk.for_each_block(&mut |[to, at, _]| {
            let block = block(&walk, 1, values.data(), at);
            for row in 0..rows {
                let to = to.wrapping_add_signed(row as isize * down[0]);
                let at = at.wrapping_add_signed(row as isize * down[1]);
                if right[0] == 1 {
                    let values = Mat { start: at, rows: 1, ..block };
                    T::COPY(&values, Slots::over(&mut data[to..][..cols]));
                } else {
                    let offset = |start: usize, i: usize, stride| start.wrapping_add_signed(i as isize * stride);
                    (0..cols).for_each(|i| data[offset(to, i, right[0])] = values.data()[offset(at, i, right[1])]);
                }
            }
        });
        Ok(())
    }
}
