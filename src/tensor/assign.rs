//! Assignment to a part of a tensor: NumPy's `x[0, :] = values`, `x[1] += 100` and `x[mask] = 0`; and padding, which is
//! assignment to the middle of a larger one.
//!
//! ```text
//!   x.assign("0, :", values)?                 the values stretch to the part that the indices take
//!   x.update("1", |row| row + 100.0)?         the function gets the part, and what it returns is assigned to it
//!   x.assign_where(&x.less(0.0)?, 0.0)?       where the mask is true, a scalar or one value after another
//!   x.pad(&[(1, 1), (0, 2)], 0.0)?            so many before and after, along each axis
//! ```
//!
//! A part that [`slice`](Tensor::slice) returns is a view, and writing to it changes the view alone; `assign`, `update`
//! and `assign_where` change the tensor itself. Single elements are set in `index.rs`. Read next: `layout/slice.rs`,
//! for the indices.

use alloc::vec::Vec;

use super::arith::block;
use super::compare::shape_of_kept;
use super::operand::{Operand, Other};
use super::{Tensor, arith};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::mat::Mat;
use crate::kernel::memory::Slots;
use crate::layout::slice::{Index, Indices};
use crate::layout::walk::{Offsets, Walk};
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

    /// Puts `values` where `mask` is true (`x[mask] = values`): a scalar everywhere, or one after another in C order.
    ///
    /// A mask of fewer axes speaks of the first ones, and each part that it takes gets values that stretch to it:
    /// `values` stretches to what [`boolean_index`](Tensor::boolean_index) gives. Values that stand in their places
    /// already, of the shape of the tensor, are taken by [`where_`](Tensor::where_).
    ///
    /// # Errors
    /// Those of [`boolean_index`](Tensor::boolean_index); [`Error::AssignMask`] when the values do not stretch;
    /// [`Error::OutOfMemory`] when a copy cannot be had. Nothing is changed then.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let mut x = Tensor::from([[1, -2, 3], [-4, 5, 6]]);
    /// x.assign_where(&x.less(0)?, 0)?;
    /// assert_eq!(x.to_string(), "[[1 0 3]\n [0 5 6]]");
    /// x.assign_where(&x.equal(0)?, Tensor::from([7, 8]))?;
    /// x.assign_where(&Tensor::from([false, true]), Tensor::from([1, 2, 3]))?;
    /// assert_eq!(x.to_string(), "[[1 7 3]\n [1 2 3]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias("putmask", "place", "copyto", "masked_fill", "boolean_assign"))]
    pub fn assign_where(&mut self, mask: &Tensor<bool>, values: impl Operand<T>) -> Result<()> {
        let values = values.other();
        // (The usual form, and by far the quickest.)
        if values.shape().is_empty() && mask.shape() == self.shape() {
            *self = arith::select(mask, values, self.other())?;
            return Ok(());
        }
        let to = shape_of_kept(self.shape(), mask)?;
        // As in NumPy, a mask of all axes takes a list, and nothing else that could be one.
        let list = to.len() > 1 || values.shape().len() <= 1;
        let Some(from) = onto(&values, &to).filter(|_| list) else {
            return Err(Error::AssignMask { from: values.shape().to_vec(), to });
        };
        let each = to[1..].iter().product();
        let mask = mask.iter().flat_map(|keep| core::iter::repeat_n(keep, each));
        let (data, layout) = self.make_mut()?;
        let places = Offsets::new(layout).zip(mask).filter(|&(_, keep)| keep);
        places.zip(Offsets::new(&from)).for_each(|((to, _), at)| data[to] = values.data()[at]);
        Ok(())
    }

    /// The tensor with `value` around it, so often before and after it along each axis (`np.pad`, mode `constant`). A
    /// single pair is for every axis.
    ///
    /// # Errors
    /// [`Error::BroadcastTo`] for another number of pairs; [`Error::TooBig`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([[1, 2]]);
    /// assert_eq!(x.pad(&[(0, 1), (2, 0)], 0)?.to_string(), "[[0 0 1 2]\n [0 0 0 0]]");
    /// assert_eq!(x.pad(&[(1, 1)], 7)?.to_string(), "[[7 7 7 7]\n [7 1 2 7]\n [7 7 7 7]]"); // np.pad(x, 1, ...)
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn pad(&self, widths: &[(usize, usize)], value: T) -> Result<Self> {
        let ndim = self.ndim();
        if widths.len() != 1 && widths.len() != ndim {
            return Err(Error::BroadcastTo { from: Vec::from([widths.len(), 2]), to: Vec::from([ndim, 2]) });
        }
        let pairs = self.shape().iter().zip(widths.iter().cycle());
        // (What passes the address space, `full` refuses.)
        let sizes = pairs.clone().map(|(&n, &(before, after))| n.saturating_add(before).saturating_add(after));
        let mut out = Tensor::full(&sizes.collect::<Vec<_>>(), value)?;
        out.put(&pairs.map(|(&n, &(before, _))| Index::from(before..before + n)).collect::<Vec<_>>(), self.other())?;
        Ok(out)
    }

    fn put(&mut self, indices: &[Index], values: Other<'_, T>) -> Result<()> {
        let part = self.layout.slice(indices)?;
        let Some(from) = onto(&values, part.shape()) else {
            return Err(Error::Assign { from: values.shape().to_vec(), to: part.shape().to_vec() });
        };
        let (data, layout) = self.make_mut()?;
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

/// The layout of values stretched to a shape, axes of size 1 in front of its own left out; `None` where they do not
/// stretch.
fn onto<T: Element>(values: &Other<'_, T>, to: &[usize]) -> Option<Layout> {
    let from = values.stretched(values.shape());
    // An element takes no sequence, not even of one.
    let extra = if to.is_empty() { 0 } else { from.ndim().saturating_sub(to.len()) };
    let (front, rest) = from.shape().split_at(extra);
    let stretches = front.iter().all(|&n| n == 1) && shape::stretches(rest, to);
    stretches.then(|| from.permuted(&(extra..from.ndim()).collect::<Vec<_>>()).stretched(to))
}
