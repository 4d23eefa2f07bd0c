//! `concatenate` along an axis there is, `stack` along a new one: both copy, in C order. And lists of tensors, or of
//! whatever else has no element type.

use alloc::vec::Vec;

use super::{Tensor, arith, room};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::memory;
use crate::layout::shape;
use crate::layout::walk::Offsets;

impl<T: Element> Tensor<T> {
    /// The tensors one after another along `axis`; all other sizes agree.
    ///
    /// # Errors
    /// [`Error::NothingToJoin`], [`Error::JoinScalars`], [`Error::Axis`], [`Error::JoinNdim`], [`Error::JoinShape`],
    /// [`Error::TooBig`], [`Error::OutOfMemory`].
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let a = Tensor::from([[1, 2], [3, 4]]);
    /// assert_eq!(Tensor::concatenate(&[&a, &a.t()], 1)?.to_string(), "[[1 2 1 3]\n [3 4 2 4]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn concatenate(tensors: &[&Self], axis: isize) -> Result<Self> {
        let Some(first) = tensors.first() else {
            return Err(Error::NothingToJoin { name: "concatenate" });
        };
        if first.ndim() == 0 {
            return Err(Error::JoinScalars);
        }
        let axis = shape::axis(axis, first.ndim())?;
        let mut shape = first.shape().to_vec();
        shape[axis] = 0;
        for (place, tensor) in tensors.iter().enumerate() {
            if tensor.ndim() != first.ndim() {
                return Err(Error::JoinNdim { other: (place, tensor.ndim()), first: first.ndim() });
            }
            for (along, (&n, &wanted)) in tensor.shape().iter().zip(first.shape()).enumerate() {
                if along != axis && n != wanted {
                    return Err(Error::JoinShape { axis: along, first: wanted, other: (place, n) });
                }
            }
            shape[axis] = shape[axis]
                .checked_add(tensor.shape()[axis])
                .ok_or_else(|| Error::TooBig { shape: tensor.shape().to_vec() })?;
        }
        let mut out: Vec<T> = room(&shape)?;
        // Before the joined axis, one index at a time; each takes a whole block from every tensor in turn.
        let outer: usize = shape[..axis].iter().product();
        if outer == 1 {
            tensors.iter().for_each(|t| memory::append(&mut out, t.size(), |slots| arith::copy(t, slots)));
        } else if !shape.contains(&0) {
            let mut parts = list(tensors.iter().map(|t| Ok((t, t.size() / outer, Offsets::new(&t.layout)))))?;
            for i in 0..outer {
                for (tensor, block, offsets) in &mut parts {
                    match tensor.as_slice() {
                        Some(all) => out.extend_from_slice(&all[i * *block..][..*block]),
                        None => out.extend(offsets.take(*block).map(|offset| tensor.data[offset])),
                    }
                }
            }
        }
        Ok(Tensor::dense(out, &shape))
    }

    /// The tensors, all of one shape, side by side along a new axis.
    ///
    /// # Errors
    /// [`Error::NothingToJoin`], [`Error::StackShape`], [`Error::Axis`], [`Error::TooManyAxes`],
    /// [`Error::TooBig`], [`Error::OutOfMemory`].
    pub fn stack(tensors: &[&Self], axis: isize) -> Result<Self> {
        let Some(first) = tensors.first() else {
            return Err(Error::NothingToJoin { name: "stack" });
        };
        if let Some(other) = tensors.iter().find(|t| t.shape() != first.shape()) {
            return Err(Error::StackShape { first: first.shape().to_vec(), other: other.shape().to_vec() });
        }
        let raised = list(tensors.iter().map(|t| t.expand_dims(axis)))?;
        Tensor::concatenate(&list(raised.iter().map(Ok))?, axis)
    }
}

/// The items of an iterator that may fail, which are no elements: layers, names, tensors.
pub(crate) fn list<P>(items: impl IntoIterator<Item = Result<P>>) -> Result<Vec<P>> {
    let (items, mut list) = (items.into_iter(), Vec::new());
    reserve(&mut list, items.size_hint().0)?;
    for item in items {
        push(&mut list, item?)?;
    }
    Ok(list)
}

/// Appends to such a list.
pub(crate) fn push<P>(list: &mut Vec<P>, item: P) -> Result<()> {
    reserve(list, 1)?;
    list.push(item);
    Ok(())
}

/// Room for `more` items.
pub(crate) fn reserve<P>(list: &mut Vec<P>, more: usize) -> Result<()> {
    memory::grow(list, more).ok_or_else(|| no_memory(list.len() + more, size_of::<P>()))
}

/// The error where a list of so many items finds no memory. (Not generic: compiled once.)
#[cold]
fn no_memory(n: usize, size: usize) -> Error {
    Error::no_memory(&[n], if size == 1 { "uint8" } else { "object" }, size)
}
