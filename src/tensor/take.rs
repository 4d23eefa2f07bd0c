//! `take`: the parts at a list of positions along an axis, NumPy's `x[[0, 5, -1]]` and `x_train[batch_mask]`.
//!
//! ```text
//!   x (3,2)    take [2, 0, -1] along axis 0  -->  x[2]      take [1] along axis 1  -->  x[0, 1]
//!                                                 x[0]                                  x[1, 1]
//!                                                 x[2]                                  x[2, 1]
//! ```
//!
//! It copies, in C order: no strides say where they lie. A list for each of two axes at once (`x[rows, cols]`) there is
//! not. Masks are in `compare.rs`, slices, which are views, in `layout/slice.rs`.

use alloc::vec::Vec;

use super::arith::block;
use super::{Tensor, room};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::memory;
use crate::layout::axes::Axes;
use crate::layout::walk::{Offsets, Walk};
use crate::layout::{Layout, shape};

impl<T: Element> Tensor<T> {
    /// The parts at `indices` along one axis, in that order (`np.take`, `x[indices]`); negative: from the end.
    ///
    /// The indices are a list (`[0, 5, -1]`) or a tensor, as `argmax_axis` and `argsort` give it, whose axes take the
    /// place of the one: a tensor without axes takes it away. Without axes, a tensor counts as one of a single element.
    ///
    /// # Errors
    /// [`Error::Axis`]; [`Error::Index`] for a position that is not there; [`Error::TooBig`], [`Error::OutOfMemory`],
    /// [`Error::TooManyAxes`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([[0, 1], [10, 11], [20, 21]]);
    /// let batch = Tensor::from([2, 0, -1]); // i64
    /// assert_eq!(x.take(batch, 0)?.to_string(), "[[20 21]\n [ 0  1]\n [20 21]]");
    /// assert_eq!(x.take(&[1], 1)?.shape(), [3, 1]);
    /// let error = x.take([7], 0).unwrap_err();
    /// assert_eq!(error.to_string(), "index 7 is out of bounds for axis 0 with size 3");
    /// // One row of the identity for each label.
    /// assert_eq!(Tensor::<f64>::eye(3)?.take([2, 0], 0)?.to_string(), "[[0. 0. 1.]\n [1. 0. 0.]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias("choose", "fancy", "gather", "index_select"))]
    pub fn take(&self, indices: impl Into<Tensor<i64>>, axis: isize) -> Result<Self> {
        taken(self, &indices.into(), axis)
    }
}

fn taken<T: Element>(t: &Tensor<T>, indices: &Tensor<i64>, axis: isize) -> Result<Tensor<T>> {
    if t.ndim() == 0 {
        return taken(&t.expand_dims(0)?, indices, axis);
    }
    let axis = shape::axis(axis, t.ndim())?;
    let (size, stride) = (t.shape()[axis], t.strides()[axis]);
    let mut steps: Vec<i64> = room(indices.shape())?;
    for index in indices.iter() {
        let index = index.clamp(isize::MIN as i64, isize::MAX as i64) as isize;
        let place = shape::counted(index, size).ok_or(Error::Index { index, axis, size })?;
        steps.push((place as isize * stride) as i64);
    }
    let (before, after) = (&t.shape()[..axis], &t.shape()[axis + 1..]);
    let shape = [before, indices.shape(), after].concat();
    let mut out = room(&shape)?;
    if !shape.contains(&0) {
        let axes: Axes<usize> = (0..t.ndim()).collect();
        let (outer, part) = (t.layout.permuted(&axes[..axis]), t.layout.permuted(&axes[axis + 1..]));
        let walk = Walk::in_index_order(&[&part]);
        let [(rows, _), (cols, _)] = walk.block();
        for offset in Offsets::new(&outer) {
            for &step in &steps {
                let start = offset.wrapping_add_signed(step as isize);
                if part.size() == 1 {
                    out.push(t.data[start]);
                    continue;
                }
                let shift = start.wrapping_sub(part.offset());
                walk.for_each_block(&mut |[at, ..]| {
                    let block = block(&walk, 0, &t.data, at.wrapping_add(shift));
                    memory::append(&mut out, rows * cols, |slots| T::COPY(&block, slots));
                });
            }
        }
    }
    Ok(Tensor::new(out, Layout::dense_rows(&shape)))
}
