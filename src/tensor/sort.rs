//! What goes along an axis and keeps its length: running sums, and sorting.
//!
//! ```text
//!   x          [3 1 2]      argsort   [1 2 0]     x[1] is the least, then x[2], then x[0]
//!   cumsum     [3 4 6]      sort      [1 2 3]
//! ```
//!
//! Sorting is stable, as NumPy's with `kind="stable"`: of equal elements (0 and -0 are) the earlier comes first; nan
//! comes last. Running sums are added one after another, as NumPy's are, and not in the order of `sum`. The rows go
//! through the driver of softmax, `along_rows` in `activation.rs`.

use super::{Tensor, filled};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::kernel::closed::Element;
use crate::kernel::scalar::Scalar;
use crate::layout::shape;

impl<T: Element> Tensor<T> {
    /// The sums of the elements up to and with each, along one axis, one after another (`np.cumsum`), in the type of
    /// [`sum`](Tensor::sum). Without axes, a tensor counts as one of a single element.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([[1, 2], [3, 4]]);
    /// assert_eq!(x.cumsum(1)?.to_string(), "[[1 3]\n [3 7]]");
    /// assert_eq!(x.flatten()?.cumsum(0)?.to_string(), "[ 1  3  6 10]"); // np.cumsum(x)
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn cumsum(&self, axis: isize) -> Result<Tensor<T::Sum>> {
        if self.ndim() == 0 {
            return self.expand_dims(0)?.cumsum(axis);
        }
        self.try_cast::<T::Sum>()?.along_rows(axis, |rows, width, out| {
            let mut total = T::Sum::ZERO;
            out.fill(|i| {
                total = if i % width == 0 { rows[i] } else { total.add(rows[i]) };
                total
            })
        })
    }

    /// The elements in ascending order along one axis (`np.sort`), nan last.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([3.0, f64::NAN, 1.0]);
    /// assert_eq!(x.sort(-1)?.to_string(), "[ 1.  3. nan]");
    /// assert_eq!(x.sort(-1)?.flip(&[-1])?.to_string(), "[nan  3.  1.]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn sort(&self, axis: isize) -> Result<Self> {
        // (Without elements, no row is sorted.)
        let width = self.shape()[shape::axis(axis, self.ndim())?].min(self.size());
        let mut places = filled(&[width], |slots| slots.splat(0))?;
        self.along_rows(axis, |rows, width, out| {
            let mut out = out.writer();
            for row in rows.chunks_exact(width) {
                sorted(row, &mut places);
                places.iter().for_each(|&place| out.push(row[place as usize]));
            }
            out.finish()
        })
    }

    /// The positions along one axis that would sort it (`np.argsort` with `kind="stable"`). Without axes, a tensor
    /// counts as one of a single element.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([3, 1, 3, 2]);
    /// let order = x.argsort(0)?;
    /// assert_eq!(order.to_string(), "[1 3 0 2]");
    /// assert_eq!(x.take(&order, 0)?, x.sort(0)?);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn argsort(&self, axis: isize) -> Result<Tensor<i64>> {
        if self.ndim() == 0 {
            return self.expand_dims(0)?.argsort(axis);
        }
        self.along_rows(axis, |rows, width, out| {
            let out = out.splat(0);
            rows.chunks_exact(width).zip(out.chunks_exact_mut(width)).for_each(|(row, places)| sorted(row, places));
            out
        })
    }
}

/// The positions that sort a row. (By value, then by position: that is stable, and takes no memory.)
fn sorted<T: Element>(row: &[T], places: &mut [i64]) {
    places.iter_mut().zip(0..).for_each(|(place, i)| *place = i);
    places.sort_unstable_by(|&i, &j| {
        let (x, y) = (row[i as usize], row[j as usize]);
        x.partial_cmp(&y).unwrap_or(x.is_nan().cmp(&y.is_nan())).then(i.cmp(&j))
    });
}
