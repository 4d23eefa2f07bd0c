//! The views under NumPy's names: each is another layout over the same data. Only a reshape that strides cannot say
//! moves elements.
//!
//! ```
//! use nptensor::Tensor;
//! let t = Tensor::from([[1, 2, 3], [4, 5, 6]]);
//! assert_eq!(t.t().shape(), [3, 2]);                                     // no element moved
//! assert_eq!(t.t().reshape(&[-1])?.to_string(), "[1 4 2 5 3 6]");        // this one has to copy
//! assert_eq!(t.slice("::-1, 1:")?.to_string(), "[[5 6]\n [2 3]]");
//! # Ok::<(), nptensor::Error>(())
//! ```
//!
//! Writing to a view never changes its base, where NumPy's views write through: it copies the data first. What writes
//! to a part of a tensor is in `assign.rs`. What each view does to shape and strides, and its errors:
//! `layout/view.rs` and `layout/slice.rs`. Read next: `arith.rs`.

use alloc::vec::Vec;

use super::Tensor;
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::layout::axes::Axes;
use crate::layout::shape;
use crate::layout::slice::Indices;

/// The sizes that [`Tensor::reshape`] takes: a reference to an array or a list of `isize`, of which one may be -1, of
/// `usize`, as shapes are, or of `i32`, which literals fall back to; `()` for none. Sealed.
pub trait Sizes {
    /// The sizes, signed; [`Error::TooBig`] for one past `isize`. (Nobody else can name this type: the trait is
    /// sealed.)
    #[doc(hidden)]
    fn sizes(&self) -> Result<Axes<isize>>;
}

impl Sizes for () {
    fn sizes(&self) -> Result<Axes<isize>> {
        Ok(Axes::new())
    }
}

macro_rules! sizes {
    ($($([$($n:ident)?] $list:ty),*;)*) => {$($(
        impl<$(const $n: usize)?> Sizes for $list {
            fn sizes(&self) -> Result<Axes<isize>> {
                let too_big = |_| Error::TooBig { shape: self.iter().map(|&n| n as usize).collect() };
                self.iter().map(|&n| isize::try_from(n)).collect::<core::result::Result<_, _>>().map_err(too_big)
            }
        }
    )*)*};
}

sizes! {
    [] &[isize], [] &Vec<isize>, [N] &[isize; N];
    [] &[usize], [] &Vec<usize>, [N] &[usize; N];
    [N] &[i32; N];
}

impl<T: Element> Tensor<T> {
    /// The shape as an array, for as many names: Python's `rows, cols = a.shape`.
    ///
    /// # Errors
    /// [`Error::Unpack`] with both numbers of axes.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2, 3], [4, 5, 6]]);
    /// let [rows, cols] = t.dims()?;
    /// assert_eq!((rows, cols), (2, 3));
    /// assert_eq!(t.dims::<3>().unwrap_err().to_string(), "not enough values to unpack (expected 3, got 2)");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias("unpack", "shape"))]
    #[inline]
    pub fn dims<const N: usize>(&self) -> Result<[usize; N]> {
        self.shape().try_into().map_err(|_| Error::Unpack { wanted: N, ndim: self.ndim() })
    }

    /// All axes in reverse order (`a.T`). Of one axis: itself.
    #[inline]
    pub fn t(&self) -> Self {
        self.view(self.layout.reversed_axes())
    }

    /// Axis `axes[i]` becomes axis `i`; no element moves. What becomes of the strides is shown at
    /// [`reshape`](Tensor::reshape).
    ///
    /// # Errors
    /// [`Error::AxesMismatch`], [`Error::RepeatedAxis`], [`Error::Axis`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(t.transpose(&[1, 0])?.to_string(), "[[1 4]\n [2 5]\n [3 6]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn transpose(&self, axes: &[isize]) -> Result<Self> {
        Ok(self.view(self.layout.transpose(axes)?))
    }

    /// Two axes trade places (`np.swapaxes`).
    ///
    /// # Errors
    /// [`Error::Axis`].
    pub fn swapaxes(&self, axis1: isize, axis2: isize) -> Result<Self> {
        Ok(self.view(self.layout.swap_axes(axis1, axis2)?))
    }

    /// The axes in `source` move to the places in `destination` (`np.moveaxis`).
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::RepeatedAxis`], [`Error::MoveAxisLengths`].
    pub fn moveaxis(&self, source: &[isize], destination: &[isize]) -> Result<Self> {
        Ok(self.view(self.layout.move_axis(source, destination)?))
    }

    /// The named axes run backwards.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::RepeatedAxis`].
    pub fn flip(&self, axes: &[isize]) -> Result<Self> {
        Ok(self.view(self.layout.flip(axes)?))
    }

    /// A new axis of size 1 at position `axis` of the result.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::TooManyAxes`].
    pub fn expand_dims(&self, axis: isize) -> Result<Self> {
        Ok(self.view(self.layout.expand_dims(axis)?))
    }

    /// New axes of size 1 at these positions of the result (`np.expand_dims` of a tuple).
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::RepeatedAxis`], [`Error::TooManyAxes`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2, 3], [4, 5, 6]]).expand_dims_axes(&[0, -2])?;
    /// assert_eq!(t.shape(), [1, 2, 1, 3]);
    /// assert_eq!(t.squeeze_axes(&[0, 2])?.shape(), [2, 3]);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn expand_dims_axes(&self, axes: &[isize]) -> Result<Self> {
        Ok(self.view(self.layout.expand_dims_axes(axes)?))
    }

    /// Without its axes of size 1.
    pub fn squeeze(&self) -> Self {
        self.view(self.layout.squeeze())
    }

    /// Without one axis, which has size 1. Of a tensor without axes, 0 and -1 name none: it stays as it is.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::Squeeze`].
    pub fn squeeze_axis(&self, axis: isize) -> Result<Self> {
        Ok(self.view(self.layout.squeeze_axis(axis)?))
    }

    /// Without these axes, which have size 1 (`np.squeeze` with a tuple).
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::DuplicateAxis`], [`Error::Squeeze`].
    pub fn squeeze_axes(&self, axes: &[isize]) -> Result<Self> {
        Ok(self.view(self.layout.squeeze_axes(axes)?))
    }

    /// Stretched to `shape` by the broadcasting rule: sizes of 1 repeat, by a stride of 0. Which cells are read again
    /// and again is shown at [`broadcast_shapes`](crate::broadcast_shapes).
    ///
    /// # Errors
    /// [`Error::BroadcastTo`], [`Error::BroadcastDropsAxes`],
    /// [`Error::TooBig`], [`Error::TooManyAxes`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let row = Tensor::from([1, 2, 3]).broadcast_to(&[2, 3])?;
    /// assert_eq!(row.to_string(), "[[1 2 3]\n [1 2 3]]");
    /// assert_eq!(row.strides(), [0, 1]);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn broadcast_to(&self, shape: &[usize]) -> Result<Self> {
        Ok(self.view(self.layout.broadcast_to(shape)?))
    }

    /// The same elements in C order under another shape, of which one size may be -1 (worked out). A view where strides
    /// allow, else a copy.
    ///
    /// # Errors
    /// [`Error::Reshape`], [`Error::ReshapeUnknown`], [`Error::TooManyAxes`], [`Error::TooBig`];
    /// [`Error::OutOfMemory`] for the copy.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let (t, like) = (Tensor::arange(0, 6, 1)?, Tensor::from([[1, 1, 1], [1, 1, 1]]));
    /// assert_eq!(t.reshape(&[3, -1])?.shape(), [3, 2]);
    /// assert_eq!(t.reshape(like.shape())?.to_string(), "[[0 1 2]\n [3 4 5]]");
    /// assert_eq!(Tensor::from([7]).reshape(())?.ndim(), 0);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// `nptensor explain layout "(2,3)" transpose "reshape (6,)"` prints:
    ///
    /// ```text
    /// shape (2,3), strides (3,1), offset 0
    ///       0  1  2
    ///    0  0  1  2
    ///    1  3  4  5
    ///
    /// transpose
    ///   The order of the axes is reversed, sizes and strides alike; no element moves.
    ///   Now shape (3,2), strides (1,3), offset 0.
    ///       0  1
    ///    0  0  3
    ///    1  1  4
    ///    2  2  5
    ///
    /// reshape (6,)
    ///   To join axes 0 and 1, a step on axis 0 must be as long as all of axis 1: 2
    ///     elements * stride 3 = 6. It is 1, and no strides can say that: the elements
    ///     are copied, in C order, into new memory.
    ///   The new memory holds, from place 0 on, what lay at 0 3 1 4 2 5 in the old one.
    ///   Now shape (6,), strides (1,), offset 0.
    ///    0  1  2  3  4  5
    ///    0  3  1  4  2  5
    ///
    /// Memory
    ///           0  1  2  3  4  5
    ///    value  0  3  1  4  2  5
    ///    index  0  1  2  3  4  5
    ///
    ///   Only a shape was given: the elements are numbered in the order of memory
    ///     before the copy.
    /// ```
    pub fn reshape(&self, shape: impl Sizes) -> Result<Self> {
        let shape = shape::fill_unknown(&shape.sizes()?, self.size())?;
        if let Some(layout) = self.layout.reshape(&shape) {
            return Ok(self.view(layout));
        }
        Ok(Tensor::dense(self.try_to_vec()?, &shape))
    }

    /// One axis, in C order: always a copy, as in NumPy.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the memory cannot be had.
    pub fn flatten(&self) -> Result<Self> {
        self.try_to_vec().map(Tensor::from)
    }

    /// The part that the indices take: NumPy's notation as text, or a tuple of ranges and integers. See
    /// [`Index`](crate::Index).
    ///
    /// Writing to the part never changes `self`: [`assign`](Tensor::assign) and [`update`](Tensor::update) write there.
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::TooManyIndices`], [`Error::SliceStep`],
    /// [`Error::SliceEllipsis`], [`Error::SliceSyntax`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let t = Tensor::from([[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(t.slice((.., -1))?, t.slice(":, -1")?);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    ///
    /// `nptensor explain slice "(3,4)" "::-1, 1:"` prints:
    ///
    /// ```text
    /// shape (3,4), strides (4,1), offset 0
    ///        0   1   2   3
    ///    0   0  [1] [2] [3]
    ///    1   4  [5] [6] [7]
    ///    2   8  [9][10][11]
    ///
    ///   [x] taken by the next view
    ///
    /// slice ::-1, 1:
    ///   axis 0, ::-1: takes 3 of 3, from index 2: offset + 2*4; steps by -1: stride
    ///     4*-1 = -4
    ///   axis 1, 1:: takes 3 of 4, from index 1: offset + 1*1; stride 1 as before
    ///   Now shape (3,3), strides (-4,1), offset 9.
    ///        0   1   2
    ///    0   9  10  11
    ///    1   5   6   7
    ///    2   1   2   3
    ///
    ///   Only a shape was given: the elements are numbered in the order of memory. No
    ///     element has moved.
    /// ```
    pub fn slice(&self, indices: impl Indices) -> Result<Self> {
        Ok(self.view(self.layout.slice(&indices.indices()?)?))
    }
}
