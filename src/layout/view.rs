//! The views: `Layout -> Layout`, without reading an element.
//!
//! ```text
//!   transpose      permutes sizes and strides together
//!   flip           starts at the last index, steps back:     offset += (n-1) stride, stride = -stride
//!   broadcast_to   repeats elements:                         stride = 0 on every stretched axis
//!   expand_dims    a new axis of size 1; squeeze drops such axes
//!   reshape        regroups axes whose strides already nest: stride[i] = n[i+1] * stride[i+1]
//! ```
//!
//! Each one checks its arguments and returns NumPy's error. `reshape` alone may need a copy: it returns `None` then,
//! and `tensor/view.rs` copies. Slices are in `slice.rs`. Read next: `walk.rs`.

use alloc::vec::Vec;

use super::Layout;
use super::axes::Axes;
use super::shape::{self, MAX_NDIM};
use crate::error::{Error, Result};

/// [`shape::distinct_axes`] where NumPy checks that all axes exist before it checks for repeated ones.
fn all_then_distinct(
    axes: &[isize],
    ndim: usize,
    argument: Option<&'static str>,
    repeated: Error,
) -> Result<Vec<usize>> {
    axes.iter().try_for_each(|&axis| shape::named_axis(axis, ndim, argument).map(drop))?;
    shape::distinct_axes(axes, ndim, argument, repeated)
}

impl Layout {
    /// All axes in reverse order: the transpose.
    #[inline]
    pub fn reversed_axes(&self) -> Self {
        let mut out = self.clone();
        out.shape.reverse();
        out.strides.reverse();
        out
    }

    /// Axis `axes[i]` becomes axis `i`.
    ///
    /// # Errors
    /// [`Error::AxesMismatch`] unless every axis is named, [`Error::RepeatedAxis`] when one is named twice,
    /// [`Error::Axis`].
    pub fn transpose(&self, axes: &[isize]) -> Result<Self> {
        if axes.len() != self.ndim() {
            return Err(Error::AxesMismatch { given: axes.len(), ndim: self.ndim() });
        }
        let order = shape::distinct_axes(axes, self.ndim(), None, Error::RepeatedAxis { place: "in transpose" })?;
        Ok(self.permuted(&order))
    }

    /// Axis `order[i]` becomes axis `i`. `order` has no axis twice; those that it does not have are dropped, at index
    /// 0.
    pub(crate) fn permuted(&self, order: &[usize]) -> Self {
        Layout {
            shape: order.iter().map(|&axis| self.shape[axis]).collect(),
            strides: order.iter().map(|&axis| self.strides[axis]).collect(),
            offset: self.offset,
        }
    }

    /// The part at index `i` of the first axis, which is longer than `i`.
    pub(crate) fn row(&self, i: usize) -> Layout {
        let (shape, strides) = (&self.shape[1..], &self.strides[1..]);
        // (Without elements the offset is 0, as in `slice`, and a stride may be of any length.)
        let empty = shape.contains(&0);
        let offset = if empty { 0 } else { self.offset.wrapping_add_signed(i as isize * self.strides[0]) };
        Layout { shape: Axes::from(shape), strides: Axes::from(strides), offset }
    }

    /// Two axes interchanged.
    ///
    /// # Errors
    /// [`Error::Axis`], with NumPy's `axis1` or `axis2`.
    pub fn swap_axes(&self, axis1: isize, axis2: isize) -> Result<Self> {
        let first = shape::named_axis(axis1, self.ndim(), Some("axis1"))?;
        let second = shape::named_axis(axis2, self.ndim(), Some("axis2"))?;
        let mut out = self.clone();
        out.shape.swap(first, second);
        out.strides.swap(first, second);
        Ok(out)
    }

    /// The axes in `source` move to the positions in `destination`; the others keep their order.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::RepeatedAxis`], [`Error::MoveAxisLengths`].
    pub fn move_axis(&self, source: &[isize], destination: &[isize]) -> Result<Self> {
        let ndim = self.ndim();
        let repeated = |place| Error::RepeatedAxis { place };
        let from = all_then_distinct(source, ndim, Some("source"), repeated("in `source` argument"))?;
        let to = all_then_distinct(destination, ndim, Some("destination"), repeated("in `destination` argument"))?;
        if from.len() != to.len() {
            return Err(Error::MoveAxisLengths { source: from.len(), destination: to.len() });
        }
        let mut order: Vec<usize> = (0..ndim).filter(|axis| !from.contains(axis)).collect();
        let mut moves: Vec<(usize, usize)> = to.into_iter().zip(from).collect();
        moves.sort_unstable();
        for (to, from) in moves {
            order.insert(to, from);
        }
        Ok(self.permuted(&order))
    }

    /// The order of the elements along the named axes reversed.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::RepeatedAxis`].
    pub fn flip(&self, axes: &[isize]) -> Result<Self> {
        let axes = all_then_distinct(axes, self.ndim(), None, Error::RepeatedAxis { place: "" })?;
        let mut out = self.clone();
        // An empty tensor has no last index to start from.
        let empty = self.shape.contains(&0);
        for axis in axes {
            if !empty {
                let last = (self.shape[axis] - 1) as isize;
                out.offset = out.offset.wrapping_add_signed(last * self.strides[axis]);
            }
            out.strides[axis] = self.strides[axis].wrapping_neg();
        }
        Ok(out)
    }

    /// A new axis of size 1 at position `axis` of the result.
    ///
    /// # Errors
    /// [`Error::Axis`] counted in the result's axes, [`Error::TooManyAxes`].
    pub fn expand_dims(&self, axis: isize) -> Result<Self> {
        self.expand_dims_axes(&[axis])
    }

    /// New axes of size 1 at these positions of the result.
    ///
    /// # Errors
    /// [`Error::Axis`] counted in the result's axes, [`Error::RepeatedAxis`], [`Error::TooManyAxes`].
    pub fn expand_dims_axes(&self, axes: &[isize]) -> Result<Self> {
        let ndim = self.ndim() + axes.len();
        axes.iter().try_for_each(|&axis| shape::axis(axis, ndim).map(drop))?;
        if ndim > MAX_NDIM {
            return Err(Error::TooManyAxes { ndim });
        }
        let mut axes = shape::distinct_axes(axes, ndim, None, Error::RepeatedAxis { place: "" })?;
        axes.sort_unstable();
        let mut out = self.clone();
        for axis in axes {
            out.shape.insert(axis, 1);
            out.strides.insert(axis, 0);
        }
        Ok(out)
    }

    /// The part at index 0 of all axes but the first `ndim`.
    pub(crate) fn leading(&self, ndim: usize) -> Self {
        let (shape, strides) = (Axes::from(&self.shape[..ndim]), Axes::from(&self.strides[..ndim]));
        Layout { shape, strides, offset: self.offset }
    }

    /// Without its axes of size 1.
    pub fn squeeze(&self) -> Self {
        let kept: Axes<usize> = (0..self.ndim()).filter(|&axis| self.shape[axis] != 1).collect();
        self.permuted(&kept)
    }

    /// Without the one axis named, which has size 1. Of no axes, 0 and -1 name none.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::Squeeze`].
    pub fn squeeze_axis(&self, axis: isize) -> Result<Self> {
        self.squeeze_axes(shape::one_axis(&axis, self.ndim()))
    }

    /// Without the axes named, which have size 1.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::DuplicateAxis`], [`Error::Squeeze`].
    pub fn squeeze_axes(&self, axes: &[isize]) -> Result<Self> {
        let gone = shape::distinct_axes(axes, self.ndim(), None, Error::DuplicateAxis)?;
        if let Some(&axis) = gone.iter().find(|&&axis| self.shape[axis] != 1) {
            return Err(Error::Squeeze { axis, size: self.shape[axis] });
        }
        let kept: Axes<usize> = (0..self.ndim()).filter(|axis| !gone.contains(axis)).collect();
        Ok(self.permuted(&kept))
    }

    /// The same elements under a larger shape: stretched axes get a stride of 0.
    ///
    /// # Errors
    /// [`Error::BroadcastDropsAxes`], [`Error::BroadcastTo`], [`Error::TooBig`], [`Error::TooManyAxes`].
    pub fn broadcast_to(&self, shape: &[usize]) -> Result<Self> {
        shape::checked_size(shape)?;
        if shape.len() < self.ndim() {
            return Err(Error::BroadcastDropsAxes { from: self.shape.to_vec(), to: shape.to_vec() });
        }
        if !shape::stretches(&self.shape, shape) {
            return Err(Error::BroadcastTo { from: self.shape.to_vec(), to: shape.to_vec() });
        }
        Ok(self.stretched(shape))
    }

    /// [`broadcast_to`](Layout::broadcast_to) for a shape already known to agree.
    #[inline]
    pub(crate) fn stretched(&self, shape: &[usize]) -> Self {
        let missing = shape.len() - self.ndim();
        let mut strides = Axes::repeat(0, shape.len());
        for (axis, stride) in strides.iter_mut().enumerate().skip(missing) {
            if self.shape[axis - missing] == shape[axis] {
                *stride = self.strides[axis - missing];
            }
        }
        Layout { shape: Axes::from(shape), strides, offset: self.offset }
    }

    /// The same elements in C order under another shape, if it has the same size and no copy is needed; else `None`.
    #[must_use]
    pub fn reshape(&self, shape: &[usize]) -> Option<Self> {
        if shape::checked_size(shape) != Ok(self.size()) {
            return None;
        }
        self.regroup(shape).ok()
    }

    /// [`reshape`](Layout::reshape) to a shape of the same size; where it needs a copy, the error is the first two
    /// neighbouring axes whose strides do not nest.
    ///
    /// Both shapes are divided into the smallest groups of axes with equal products, left to right. Inside a group of
    /// old axes the strides must nest (a step on an axis is as long as all of the next); the new axes divide the group.
    pub(crate) fn regroup(&self, shape: &[usize]) -> core::result::Result<Self, [usize; 2]> {
        if self.is_contiguous() || self.shape.contains(&0) {
            return Ok(Layout { shape: Axes::from(shape), strides: shape::row_major(shape), offset: self.offset });
        }
        let old: Vec<usize> = (0..self.ndim()).filter(|&axis| self.shape[axis] != 1).collect();
        let mut strides = Axes::repeat(0, shape.len());
        let (mut i, mut j) = (0, 0);
        while i < old.len() {
            let (first, start) = (i, j);
            let (mut product, mut wanted) = (self.shape[old[i]], shape[j]);
            i += 1;
            j += 1;
            while product != wanted {
                if product < wanted {
                    product *= self.shape[old[i]];
                    i += 1;
                } else {
                    wanted *= shape[j];
                    j += 1;
                }
            }
            let group = &old[first..i];
            let nest = |outer: usize, inner: usize| {
                self.strides[inner].checked_mul(self.shape[inner] as isize) == Some(self.strides[outer])
            };
            if let Some(pair) = group.windows(2).find(|pair| !nest(pair[0], pair[1])) {
                return Err([pair[0], pair[1]]);
            }
            let mut step = self.strides[group[group.len() - 1]];
            for axis in (start..j).rev() {
                strides[axis] = step;
                // After the first axis of the group it is not used, and may overflow.
                step = step.wrapping_mul(shape[axis] as isize);
            }
        }
        Ok(Layout { shape: Axes::from(shape), strides, offset: self.offset })
    }
}
