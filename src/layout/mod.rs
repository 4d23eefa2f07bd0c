//! Shapes and strides as plain values: the offset of each element of a tensor in its data.
//!
//! ```text
//!   element [i, j, ...] has the offset   offset + i * strides[0] + j * strides[1] + ...        (in elements)
//!
//!   data   0 1 2 3 4 5          shape (2,3) strides (3,1) offset 0      0 1 2
//!                                                                       3 4 5
//!   its transpose               shape (3,2) strides (1,3) offset 0      0 3 / 1 4 / 2 5
//!   its last column             shape (2,)  strides (3,)  offset 2      2 5
//!   row 0, backwards            shape (3,)  strides (-1,) offset 2      2 1 0
//!   row 0, broadcast to (4,3)   shape (4,3) strides (0,1) offset 0      0 1 2 four times
//! ```
//!
//! A view is a new [`Layout`] over the same data, so every movement costs a few numbers, whatever the size. There is no
//! element type here, and no element is read. Views: `view.rs`; Python's slices: `slice.rs`; several layouts in
//! lockstep: `walk.rs`. Read next: `shape.rs`, with the one broadcasting rule.

pub(crate) mod axes;
pub(crate) mod shape;
pub(crate) mod slice;
pub(crate) mod view;
pub(crate) mod walk;

use alloc::vec::Vec;

use crate::error::{Error, Result};
use axes::Axes;

/// Shape, strides and offset: the offset of every element of a tensor.
///
/// Invariants, made by every function that returns one and checked by `Layout::fits`:
/// 1. one stride per size, at most 64 of each;
/// 2. the sizes, zeros left out, multiply to at most `isize::MAX`;
/// 3. when no size is 0, every offset is below the length of the data that the layout was made for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct Layout {
    shape: Axes<usize>,
    strides: Axes<isize>,
    offset: usize,
}

impl Layout {
    /// The row-major (C order) layout of a shape, from offset 0.
    ///
    /// # Errors
    /// [`Error::TooBig`] and [`Error::TooManyAxes`].
    pub fn row_major(shape: &[usize]) -> Result<Self> {
        shape::checked_size(shape)?;
        Ok(Layout::dense_rows(shape))
    }

    /// Any layout over data of `len` elements; of no elements, the row-major one.
    ///
    /// # Errors
    /// [`Error::Strides`] where an element would lie outside; [`Error::TooBig`] and [`Error::TooManyAxes`].
    pub(crate) fn strided(shape: &[usize], strides: &[isize], offset: usize, len: usize) -> Result<Self> {
        shape::checked_size(shape)?;
        if shape.len() != strides.len() {
            let what = format!("shape {shape:?} has {} sizes, and there are {} strides", shape.len(), strides.len());
            return Err(Error::Strides { what });
        }
        Layout::within(shape, strides, offset, len).ok_or_else(|| Error::Strides {
            what: format!(
                "shape {shape:?} with strides {strides:?} from offset {offset} reaches outside data of {len} elements"
            ),
        })
    }

    /// The same, if all its elements are in the data; the shape is checked, and has as many sizes.
    pub(crate) fn within(shape: &[usize], strides: &[isize], offset: usize, len: usize) -> Option<Self> {
        if shape.contains(&0) {
            return Some(Layout::dense_rows(shape));
        }
        let (low, high) = reach(shape, strides);
        if offset as i128 + low < 0 || offset as i128 + high >= len as i128 {
            return None;
        }
        // The stride of a single index is never taken, and may not overflow what is computed with it.
        let far = len as isize;
        let strides = shape.iter().zip(strides).map(|(&n, &s)| if n == 1 { s.clamp(-far, far) } else { s });
        Some(Layout { shape: Axes::from(shape), strides: strides.collect(), offset })
    }

    /// Whether no two indices have one offset, but for those along axes of stride 0: each stride is longer than all
    /// the shorter ones reach together. (So is every view of a contiguous layout.)
    pub(crate) fn is_separate(&self) -> bool {
        let axes = self.shape.iter().zip(&*self.strides).filter(|&(&n, &stride)| n > 1 && stride != 0);
        // (Three numbers for each axis as in `formats/zip.rs`, so that sorting is compiled once.)
        let mut axes: Vec<[usize; 3]> = axes.map(|(&n, &stride)| [stride.unsigned_abs(), n, 0]).collect();
        axes.sort_unstable();
        let mut reach = 0;
        axes.into_iter().all(|[stride, n, _]| {
            let longer = stride > reach;
            reach += stride * (n - 1);
            longer
        })
    }

    /// The layout without gaps with this order of the axes in memory, outermost first; the shape is checked.
    pub(crate) fn dense(shape: &[usize], order: &[usize]) -> Self {
        let mut strides = Axes::repeat(0, shape.len());
        let mut step = 1;
        for &axis in order.iter().rev() {
            strides[axis] = step;
            step *= shape[axis].max(1) as isize;
        }
        Layout { shape: Axes::from(shape), strides, offset: 0 }
    }

    /// The row-major layout of a shape that has passed `checked_size`.
    #[inline]
    pub(crate) fn dense_rows(shape: &[usize]) -> Self {
        Layout { shape: Axes::from(shape), strides: shape::row_major(shape), offset: 0 }
    }

    /// One axis of `size` contiguous elements.
    #[inline(always)]
    pub(crate) fn vector(size: usize) -> Self {
        Layout { shape: Axes::of([size]), strides: Axes::of([1]), offset: 0 }
    }

    /// A matrix in C order.
    #[inline(always)]
    pub(crate) fn matrix(rows: usize, cols: usize) -> Self {
        Layout { shape: Axes::of([rows, cols]), strides: Axes::of([cols.max(1) as isize, 1]), offset: 0 }
    }

    /// The size of each axis.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The distance of neighbours on each axis, in elements; negative where it is flipped, 0 where it is broadcast.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// The offset of element `[0, 0, ...]`, in elements.
    #[inline]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The number of axes.
    #[inline]
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements.
    #[inline]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the elements are contiguous in C order. The strides of axes of size 1 do not count.
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        self.contiguous_size().is_some()
    }

    /// The number of elements, if they are contiguous in C order.
    #[inline]
    pub(crate) fn contiguous_size(&self) -> Option<usize> {
        let (shape, strides) = (self.shape(), self.strides());
        let mut size = 1;
        for axis in (0..shape.len()).rev() {
            let n = shape[axis];
            if n != 1 && strides[axis] != size as isize {
                // An empty tensor is contiguous, whatever its strides.
                return if shape.contains(&0) { Some(0) } else { None };
            }
            size *= n;
        }
        Some(size)
    }

    /// The offset of the element at `index`, which has one entry per axis, each below its size.
    #[inline]
    pub(crate) fn offset_at(&self, index: &[usize]) -> usize {
        let steps = index.iter().zip(&*self.strides).map(|(&i, &stride)| i as isize * stride);
        self.offset.wrapping_add_signed(steps.sum())
    }

    /// The lowest and the highest offset of any element; `None` when there is none.
    pub(crate) fn span(&self) -> Option<(usize, usize)> {
        if self.shape.contains(&0) {
            return None;
        }
        let (low, high) = reach(&self.shape, &self.strides);
        Some((self.offset.wrapping_add_signed(low as isize), self.offset.wrapping_add_signed(high as isize)))
    }

    /// Whether an offset may stand for two elements: unless each axis steps over all that smaller strides reach.
    #[cfg(feature = "torch")]
    pub(crate) fn may_overlap(&self) -> bool {
        let stays = |(&n, &stride): (&usize, &isize)| n > 1 && stride == 0;
        self.shape.iter().zip(&*self.strides).any(stays) || !self.is_separate()
    }

    /// Whether the invariants hold for data of `len` elements.
    pub(crate) fn fits(&self, len: usize) -> bool {
        self.shape.len() == self.strides.len()
            && shape::checked_size(&self.shape).is_ok()
            && self.span().is_none_or(|(low, high)| low <= high && high < len)
    }
}

/// How far the lowest and the highest offset of any element are from that of element `[0, 0, ...]`.
fn reach(shape: &[usize], strides: &[isize]) -> (i128, i128) {
    // (The sizes multiply to less than 2^63, so all steps together are fewer, and reach less than 2^126.)
    let steps = shape.iter().zip(strides).map(|(&n, &stride)| stride as i128 * (n - 1) as i128);
    steps.fold((0, 0), |(low, high), reach| (low + reach.min(0), high + reach.max(0)))
}
