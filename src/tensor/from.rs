//! Rust's own arrays and lists as tensors, and back.
//!
//! ```text
//!   [[1, 2], [3, 4]]   &[[1, 2], [3, 4]]   vec![1, 2]   &slice   an iterator    -->  Tensor
//!   vec![vec![1, 2], vec![3, 4]]           with an error for rows of unequal length
//! ```
//!
//! Arrays by reference are copied once, from where they are. Tensors of shapes and rules are in `create.rs`. Read next:
//! `index.rs`.

use alloc::vec::Vec;

use super::{Tensor, expect, no_memory, room};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::memory;
use crate::layout::Layout;

impl<T: Element> Default for Tensor<T> {
    /// No elements on one axis, as in `np.array([])`.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let empty: Tensor<f32> = Tensor::default();
    /// assert_eq!(empty.shape(), [0]);
    /// ```
    fn default() -> Self {
        Tensor::from(Vec::new())
    }
}

impl<T: Element> From<T> for Tensor<T> {
    /// A scalar is a tensor without axes.
    fn from(value: T) -> Self {
        Tensor::new(Vec::from([value]), Layout::dense_rows(&[]))
    }
}

impl<T: Element> From<Tensor<T>> for Vec<T> {
    /// The elements in C order: [`into_vec`](Tensor::into_vec).
    ///
    /// # Panics
    /// As [`to_vec`](Tensor::to_vec).
    #[track_caller]
    fn from(tensor: Tensor<T>) -> Self {
        tensor.into_vec()
    }
}

impl<T: Element> From<&Tensor<T>> for Tensor<T> {
    /// The same tensor: a clone.
    fn from(tensor: &Tensor<T>) -> Self {
        tensor.clone()
    }
}

impl<T: Element> From<&[T]> for Tensor<T> {
    #[track_caller]
    fn from(values: &[T]) -> Self {
        copied(values, &[values.len()])
    }
}

impl<T: Element> From<&Vec<T>> for Tensor<T> {
    /// ```
    /// use nptensor::Tensor;
    /// let values = vec![1, 2];
    /// assert_eq!(Tensor::from(&values), Tensor::from(&[1, 2]));
    /// ```
    #[track_caller]
    fn from(values: &Vec<T>) -> Self {
        copied(values, &[values.len()])
    }
}

impl<T: Element> From<Vec<T>> for Tensor<T> {
    fn from(values: Vec<T>) -> Self {
        let layout = Layout::vector(values.len());
        Tensor::new(values, layout)
    }
}

/// Arrays of so many axes, and references to them.
macro_rules! arrays {
    ($($(#[$doc:meta])* [$($n:ident)*] $array:ty, |$values:ident| $flat:expr;)*) => {$(
        impl<T: Element, $(const $n: usize),*> From<&$array> for Tensor<T> {
            $(#[$doc])*
            #[track_caller]
            fn from($values: &$array) -> Self {
                copied($flat, &[$($n),*])
            }
        }

        impl<T: Element, $(const $n: usize),*> From<$array> for Tensor<T> {
            #[track_caller]
            fn from($values: $array) -> Self {
                copied($flat, &[$($n),*])
            }
        }
    )*};
}

arrays! {
    [N] [T; N], |values| &values[..];
    /// The one copy is made from where the array is: a `static` of weights goes into a network, and not over the stack.
    ///
    /// ```
    /// use nptensor::{Layer, Sequential};
    /// static W: [[f32; 3]; 2] = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]];
    /// static B: [f32; 3] = [0.1, 0.2, 0.3];
    /// let network = Sequential::new([Layer::dense(&W, &B), Layer::Sigmoid])?;
    /// assert_eq!(network.to_string(), "dense(2, 3)\nsigmoid");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    [N M] [[T; M]; N], |values| values.as_flattened();
    [N M L] [[[T; L]; M]; N], |values| values.as_flattened().as_flattened();
    [N M L K] [[[[T; K]; L]; M]; N], |values| values.as_flattened().as_flattened().as_flattened();
}

impl<T: Element> TryFrom<Vec<Vec<T>>> for Tensor<T> {
    type Error = Error;

    /// Rows of one length.
    ///
    /// # Errors
    /// [`Error::Ragged`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let error = Tensor::try_from(vec![vec![1, 2], vec![3]]).unwrap_err();
    /// assert_eq!(error.to_string(), "setting an array element with a sequence. The requested array has an \
    ///     inhomogeneous shape after 1 dimensions. The detected shape was (2,) + inhomogeneous part.");
    /// ```
    fn try_from(rows: Vec<Vec<T>>) -> Result<Self> {
        let width = rows.first().map(Vec::len);
        if rows.iter().any(|row| Some(row.len()) != width) {
            return Err(Error::Ragged { shape: Vec::from([rows.len()]) });
        }
        // No rows at all is NumPy's array([]).
        let shape = [rows.len(), width.unwrap_or(0)];
        let shape = if width.is_some() { &shape[..] } else { &shape[..1] };
        let mut data = room(shape)?;
        rows.iter().for_each(|row| data.extend_from_slice(row));
        Ok(Tensor::dense(data, shape))
    }
}

impl<T: Element> FromIterator<T> for Tensor<T> {
    /// One axis, in the order of the iterator.
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let (mut values, mut data) = (values.into_iter().fuse(), Vec::new());
        loop {
            let more = values.size_hint().0.max(1);
            let had = memory::grow(&mut data, more).ok_or_else(|| no_memory::<T>(&[data.len().saturating_add(more)]));
            expect(had);
            let before = data.len();
            data.extend(values.by_ref().take(more));
            if data.len() - before < more {
                return Tensor::from(data);
            }
        }
    }
}

/// The values under a shape that they fit; panics where there is no memory for the copy.
#[track_caller]
fn copied<T: Element>(values: &[T], shape: &[usize]) -> Tensor<T> {
    let data = memory::with_capacity(values.len()).ok_or_else(|| no_memory::<T>(shape));
    let mut data = expect(data);
    data.extend_from_slice(values);
    Tensor::dense(data, shape)
}
