//! `Tensor`: a layout over data. The one place where layouts meet kernels.
//!
//! ```text
//!   Tensor { data: Shared<T>, layout: Layout }
//!
//!   t ------> layout (2,3) strides (3,1) --+
//!                                          +--> data 0 1 2 3 4 5
//!   t.t() --> layout (3,2) strides (1,3) --+
//! ```
//!
//! A view is another layout over the same data, of whatever size (`kernel/memory/shared.rs`). Data that is shared is
//! copied before it is written to, so **a view never changes its base** and a base never changes its views. That is
//! the one place where NumPy's views differ.
//!
//! ```text
//!   create     zeros ones full eye arange linspace, From<literals>       reduce      sum mean max min all any argmax
//!   view       t transpose reshape broadcast_to slice flip ...           matmul      dot, matmul
//!   index      get set t[[i, j]] item, iteration                         activation  sigmoid relu step softmax ...
//!   arith      the lockstep driver; operators: ops, ufuncs: ufunc        join        concatenate stack
//!   into       results into a tensor that is there: NumPy's out=         target      their driver
//!   compare    greater less ..., & | ^, where, boolean_index, allclose   display     NumPy's str and repr
//!   assign     assign, update, assign_where, pad                        take        take: lists of positions
//!   sort       cumsum sort argsort                                     variance    var std
//!   random     NumPy's legacy RandomState
//! ```
//!
//! Read next: `arith.rs`.

mod activation;
pub(crate) mod arith;
mod assign;
mod compare;
mod create;
pub(crate) mod display;
mod fresh;
mod from;
mod index;
mod into;
mod join;
mod matmul;
mod operand;
mod ops;
mod random;
mod reduce;
mod sort;
mod take;
mod target;
mod ufunc;
mod variance;
mod view;

use alloc::vec::Vec;

#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::kernel::closed::{Element, map_each};
use crate::kernel::memory::{Shared, Slots};
use crate::kernel::scalar::DType;
use crate::layout::Layout;

use fresh::collected;
pub(crate) use fresh::{filled, no_memory, room};
pub use index::{Iter, Rows};
pub(crate) use join::{list, push, reserve};
pub use operand::Operand;
pub use random::RandomState;
pub use view::Sizes;

/// An array of any number of axes, with NumPy's semantics.
///
/// Cloning and viewing share the data; writing copies it first when it is shared. So no tensor changes another. It is
/// `Send` and `Sync`, but for targets without compare-and-swap (Cortex-M0), where owners are counted without atomics.
///
/// ```
/// use nptensor::Tensor;
/// let a = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
/// let b = &a + &a.t();
/// assert_eq!(b.to_string(), "[[2. 5.]\n [5. 8.]]");
/// ```
#[must_use = "operations give new tensors and change none"]
pub struct Tensor<T = f64> {
    data: Shared<T>,
    layout: Layout,
}

// (Not derived: that would be inlined, and programs larger.)
impl<T: Clone> Clone for Tensor<T> {
    #[inline(never)]
    fn clone(&self) -> Self {
        Tensor { data: self.data.clone(), layout: self.layout.clone() }
    }
}

impl<T: Element> Tensor<T> {
    /// Joins data and a layout made for it.
    #[inline]
    pub(crate) fn new(data: Vec<T>, layout: Layout) -> Self {
        debug_assert!(layout.fits(data.len()));
        Tensor { data: Shared::from(data), layout }
    }

    /// Data in C order under a shape that it fits.
    // The layout is written in its final place, after the last call: for a small result another copy of numbers that
    // were just written is measurable.
    #[inline(always)]
    pub(crate) fn dense(data: Vec<T>, shape: &[usize]) -> Self {
        let data = Shared::from(data);
        match *shape {
            [n] => Tensor { data, layout: Layout::vector(n) },
            [rows, cols] => Tensor { data, layout: Layout::matrix(rows, cols) },
            _ => Tensor { data, layout: Layout::dense_rows(shape) },
        }
    }

    /// The same data under another layout made from this one.
    #[inline]
    pub(crate) fn view(&self, layout: Layout) -> Self {
        debug_assert!(layout.fits(self.data.len()));
        Tensor { data: self.data.clone(), layout }
    }

    /// The memory that the [`layout`](Tensor::layout) speaks of, all of it: what a kernel of your own reads, with shape
    /// and strides. Views share it, so it may hold elements that this tensor does not have.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let column = Tensor::from([[1, 2, 3], [4, 5, 6]]).slice((.., 1))?;
    /// let (data, layout) = (column.data(), column.layout());
    /// assert_eq!((data.len(), layout.strides(), layout.offset()), (6, &[3][..], 1));
    /// assert_eq!(data[layout.offset_of(&[1])?], 5);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[inline]
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// The size of each axis.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        self.layout.shape()
    }

    /// How far apart neighbours on each axis lie, in elements (NumPy counts bytes).
    #[inline]
    pub fn strides(&self) -> &[isize] {
        self.layout.strides()
    }

    /// The number of axes.
    #[inline]
    pub fn ndim(&self) -> usize {
        self.layout.ndim()
    }

    /// The number of elements.
    #[inline]
    pub fn size(&self) -> usize {
        self.layout.size()
    }

    /// Shape, strides and offset.
    #[inline]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The element type.
    #[inline]
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }

    /// The elements in C order as one slice, if that is how they lie.
    #[inline(always)]
    pub fn as_slice(&self) -> Option<&[T]> {
        let size = self.layout.contiguous_size()?;
        Some(&self.data[self.layout.offset()..][..size])
    }

    /// The elements in C order as one slice to write to, if that is how they lie. Data that other tensors share is
    /// copied first.
    ///
    /// # Panics
    /// As [`to_vec`](Tensor::to_vec).
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let mut t = Tensor::from([[1, 2], [3, 4]]);
    /// if let Some(elements) = t.as_mut_slice() {
    ///     elements[..2].fill(0);
    /// }
    /// assert_eq!(t.to_string(), "[[0 0]\n [3 4]]");
    /// ```
    #[track_caller]
    pub fn as_mut_slice(&mut self) -> Option<&mut [T]> {
        let size = self.layout.contiguous_size()?;
        let (data, layout) = expect(self.make_mut());
        Some(&mut data[layout.offset()..][..size])
    }

    /// The elements in C order, copied.
    ///
    /// # Panics
    /// When the memory cannot be had, which only a stretched tensor of absurd size can bring about.
    #[doc(alias = "tolist")]
    #[track_caller]
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        expect(self.try_to_vec())
    }

    /// The elements in C order, copied.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the memory cannot be had.
    pub(crate) fn try_to_vec(&self) -> Result<Vec<T>> {
        filled(self.shape(), |slots| arith::copy(self, slots))
    }

    /// [`to_contiguous`](Tensor::to_contiguous).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the memory cannot be had.
    pub(crate) fn try_to_contiguous(&self) -> Result<Self> {
        if self.layout.is_contiguous() {
            return Ok(self.clone());
        }
        Ok(Tensor { data: Shared::from(self.try_to_vec()?), layout: Layout::dense_rows(self.shape()) })
    }

    /// The elements in C order; without a copy where they lie so and no other tensor shares them.
    ///
    /// # Panics
    /// When it takes a copy and the memory cannot be had.
    #[track_caller]
    #[must_use]
    pub fn into_vec(mut self) -> Vec<T> {
        if self.layout.is_contiguous() && self.layout.offset() == 0 && self.data.len() == self.size() {
            match self.data.into_vec() {
                Ok(elements) => return elements,
                Err(shared) => self.data = shared,
            }
        }
        self.to_vec()
    }

    /// Whether its elements are those of the program itself, all of its array: [`from_static`](Tensor::from_static).
    pub(crate) fn is_static(&self) -> bool {
        self.data.is_static() && self.data.len() == self.size()
    }

    /// The elements as they lie, shared with this tensor where they are all that is in its memory; else in C order. It
    /// is contiguous, or static and by columns.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when it takes a copy and the memory cannot be had.
    pub(crate) fn try_to_shared(&self) -> Result<Shared<T>> {
        if self.layout.offset() == 0 && self.data.len() == self.size() {
            return Ok(self.data.clone());
        }
        Ok(self.try_to_vec()?.into())
    }

    /// The same tensor with its elements contiguous in C order; itself where they are (`np.ascontiguousarray`).
    ///
    /// # Panics
    /// As [`to_vec`](Tensor::to_vec).
    #[doc(alias = "ascontiguousarray")]
    #[track_caller]
    pub fn to_contiguous(&self) -> Self {
        expect(self.try_to_contiguous())
    }

    /// New elements, in C order, under the same shape: in place where nobody shares them and they lie so, else in fresh
    /// memory.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the memory cannot be had.
    #[inline]
    pub(crate) fn overwrite(&mut self, fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> Result<()> {
        match (self.layout.contiguous_size(), self.data.get_mut()) {
            (Some(size), Some(data)) => {
                fill(Slots::over(&mut data[self.layout.offset()..][..size]));
            }
            _ => *self = Tensor::collect(self.shape(), fill)?,
        }
        Ok(())
    }

    /// The data and layout for writing: nobody else's, and no offset standing for two elements.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when it takes a copy and the memory cannot be had.
    pub(crate) fn make_mut(&mut self) -> Result<(&mut [T], &Layout)> {
        let shared = self.data.get_mut().is_none();
        let overlapping = self.shape().iter().zip(self.strides()).any(|(&n, &stride)| n > 1 && stride == 0);
        if shared || overlapping {
            self.data = Shared::from(self.try_to_vec()?);
            self.layout = Layout::dense_rows(self.shape());
        }
        let Some(data) = self.data.get_mut() else { unreachable!("it was copied, if it was shared") };
        Ok((data, &self.layout))
    }

    /// The elements as another type: integers wrap, floats truncate and saturate (Rust's `as`), nan becomes 0, and true
    /// as bool.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let x = Tensor::from([-1.0, 1.0, 2.0]);
    /// let step = x.greater(0.0)?.cast::<i64>();
    /// assert_eq!(step.to_string(), "[0 1 1]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    #[doc(alias = "astype")]
    #[track_caller]
    pub fn cast<U: Element>(&self) -> Tensor<U> {
        expect(self.try_cast())
    }

    /// The same.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the memory cannot be had.
    pub(crate) fn try_cast<U: Element>(&self) -> Result<Tensor<U>> {
        // The same type is the same tensor.
        if let Some(same) = (self as &dyn core::any::Any).downcast_ref::<Tensor<U>>() {
            return Ok(same.clone());
        }
        arith::map(self, U::cast_from())
    }

    /// `f` of every element. `f` is called in no particular order; what it captures is borrowed or `Copy`, so leave out
    /// `move`.
    #[track_caller]
    pub fn map<U: Element>(&self, f: impl Fn(T) -> U + Copy) -> Tensor<U> {
        arith::map_or_panic(self, |x, out| map_each(x, out, f))
    }
}

/// The value, or a panic with the error's text at the caller's line.
#[inline(always)]
#[track_caller]
pub(crate) fn expect<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

impl<T: Element> PartialEq for Tensor<T> {
    /// The same shape and equal elements (`np.array_equal`): a nan equals nothing.
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape()
            && match (self.as_slice(), other.as_slice()) {
                (Some(a), Some(b)) => a == b,
                _ => self.iter().zip(other.iter()).all(|(a, b)| a == b),
            }
    }
}
