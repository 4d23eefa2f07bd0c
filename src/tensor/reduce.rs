//! Reductions: sum, prod, mean, max, min, all, any, and argmax, argmin; of everything, of one axis, of several.
//!
//! ```text
//!   t (2,3)        sum()  one number     sum_axis(0)  (3,)     sum_axis(-1)  (2,)     sum_keepdims(&[0])  (1,3)
//! ```
//!
//! Of a tensor without axes, axis 0 and -1 name none, as in NumPy; a mean and lists of axes refuse them.
//! The elements that meet in one result are joined in a fixed order that depends on their position along the reduced
//! axes alone (`kernel/reduce/order.rs`), so a copy in another layout gives the same bits. Sums are accurate along
//! every axis; NumPy's are along the contiguous one. Three kinds of access lead to the same order: contiguous (rows),
//! one stride apart with contiguous neighbours (columns), and all else (gathered a leaf at a time).

use alloc::vec::Vec;

use super::ufunc::try_floats;
use super::{Tensor, expect, filled, room};
use crate::error::{Error, Result};
use crate::kernel::closed::{Element, LEAF, Reduction};
use crate::kernel::memory;
use crate::kernel::scalar::ScalarFloat;
use crate::layout::walk::{Offsets, Walk};
use crate::layout::{Layout, shape};

/// Which axes go and which stay.
pub(super) struct Split {
    /// The axes that stay, of the original.
    kept: Layout,
    /// The axes that are reduced, in their order.
    pub(super) reduced: Layout,
    /// The shape of the result, with 1s for the reduced axes where they are kept as such.
    shape: Vec<usize>,
}

pub(super) fn split(layout: &Layout, axes: Option<&[isize]>, keepdims: bool) -> Result<Split> {
    let ndim = layout.ndim();
    let gone: Vec<usize> = match axes {
        Some(axes) => shape::distinct_axes(axes, ndim, None, Error::DuplicateAxis)?,
        None => (0..ndim).collect(),
    };
    let (reduced, kept): (Vec<usize>, Vec<usize>) = (0..ndim).partition(|axis| gone.contains(axis));
    let shape = if keepdims {
        (0..ndim).map(|axis| if gone.contains(&axis) { 1 } else { layout.shape()[axis] }).collect()
    } else {
        kept.iter().map(|&axis| layout.shape()[axis]).collect()
    };
    Ok(Split { kept: layout.permuted(&kept), reduced: layout.permuted(&reduced), shape })
}

/// How the elements of each result are reached.
enum Access {
    /// Each result is of contiguous elements: results, and how far apart the elements of one begin after those of
    /// another.
    Rows {
        width: usize,
        side: isize,
    },
    /// Each is one stride apart, and neighbours are contiguous.
    Columns {
        width: usize,
        stride: isize,
    },
    Gathered,
}

impl Split {
    fn access(&self) -> Access {
        // How far apart the reduced elements of one result are.
        let (run, [stride, ..]) = Walk::in_index_order(&[&self.reduced]).inner();
        let (width, [side, ..]) = Walk::in_index_order(&[&self.kept]).inner();
        if run != self.reduced.size() {
            Access::Gathered
        } else if stride == 1 {
            Access::Rows { width, side }
        } else if side == 1 && width > 1 {
            Access::Columns { width, stride }
        } else {
            Access::Gathered
        }
    }
}

/// `axes` are all where none are given. `empty` is the error where no elements meet in a result, if it is one.
pub(super) fn reduce<T: Element, U: Element>(
    t: &Tensor<T>,
    axes: Option<&[isize]>,
    keepdims: bool,
    fold: Reduction<T, U>,
    empty: Option<Error>,
) -> Result<Tensor<U>> {
    let split = split(&t.layout, axes, keepdims)?;
    let (n, data) = (split.reduced.size(), t.data());
    if let Some(empty) = empty.filter(|_| n == 0) {
        return Err(empty);
    }
    let mut out: Vec<U> = room(&split.shape)?;
    let kept = Walk::in_index_order(&[&split.kept]);
    match split.access() {
        _ if n == 0 => memory::append(&mut out, split.kept.size(), |slots| slots.splat(fold.identity)),
        Access::Rows { width, side } => {
            kept.for_each(|offset| {
                memory::append(&mut out, width, |slots| (fold.rows)(data, (offset, side, n), slots));
            });
        }
        Access::Columns { width, stride } => {
            kept.for_each(|offset| {
                let from = out.len();
                memory::append(&mut out, width, |slots| slots.splat(fold.identity));
                (fold.columns)(data, (offset, stride, n), &mut out[from..]);
            });
        }
        Access::Gathered => {
            let mut buffer = buffer(n, fold)?;
            let base = split.reduced.offset();
            out.extend(Offsets::new(&split.kept).map(|offset| {
                let mut offsets = Offsets::new(&split.reduced);
                let shift = offset.wrapping_sub(base);
                stream(n, &mut buffer, &mut |part| gather(data, &mut offsets, shift, part), fold)
            }));
        }
    }
    Ok(Tensor::dense(out, &split.shape))
}

/// The elements at the next `offsets`, all of them `shift` further on, into `slots`.
fn gather<T: Element>(data: &[T], offsets: &mut Offsets, shift: usize, mut slots: &mut [T]) {
    while !slots.is_empty() {
        let (start, n, stride) = offsets.next_strided(slots.len());
        debug_assert!(n > 0, "as many offsets as slots");
        let (run, rest) = slots.split_at_mut(n);
        let mut offset = start.wrapping_add(shift);
        for slot in run {
            *slot = data[offset];
            offset = offset.wrapping_add_signed(stride);
        }
        slots = rest;
    }
}

/// Memory for the elements that a reduction of `n` takes at a time: a leaf, or all.
fn buffer<T: Element, U>(n: usize, fold: Reduction<T, U>) -> Result<Vec<T>> {
    let most = if fold.stream.is_some() { LEAF } else { n };
    filled(&[n.min(most)], |slots| slots.splat(T::ZERO))
}

/// The result of `n` elements, with which `next` fills the buffer, some at a time.
fn stream<T: Element, U: Element>(
    n: usize,
    buffer: &mut [T],
    next: &mut dyn FnMut(&mut [T]),
    fold: Reduction<T, U>,
) -> U {
    match fold.stream {
        Some(stream) => stream(n, buffer, next),
        None => {
            next(buffer);
            one_row(buffer, fold)
        }
    }
}

#[inline(always)]
fn one_row<T: Element, U: Element>(x: &[T], fold: Reduction<T, U>) -> U {
    let mut out = [fold.identity];
    (fold.rows)(x, (0, 0, x.len()), memory::Slots::over(&mut out));
    out[0]
}

/// One value for the whole tensor.
// (Inlined: of a few elements, moving it out of a `Result` is measurable.)
#[inline(always)]
fn whole<T: Element, U: Element>(t: &Tensor<T>, fold: Reduction<T, U>) -> Result<U> {
    match t.as_slice() {
        Some(x) => Ok(one_row(x, fold)),
        None => whole_gathered(t, fold),
    }
}

#[inline(never)]
fn whole_gathered<T: Element, U: Element>(t: &Tensor<T>, fold: Reduction<T, U>) -> Result<U> {
    let (mut buffer, mut offsets) = (buffer(t.size(), fold)?, Offsets::new(&t.layout));
    Ok(stream(t.size(), &mut buffer, &mut |leaf| gather(&t.data, &mut offsets, 0, leaf), fold))
}

/// A reduction along axes, under three names; `one_axis` is what one axis names.
macro_rules! along {
    (
        $what:literal $bound:ident -> $out:ty, $name_axis:ident $name_axes:ident $name_keepdims:ident,
        $one_axis:expr, $errors:literal, $reduce:expr
    ) => {
        impl<T: $bound> Tensor<T> {
            #[doc = concat!($what, " along one axis, which goes; -1 is the last.")]
            ///
            /// # Errors
            #[doc = concat!("[`Error::Axis`]; ", $errors)]
            pub fn $name_axis(&self, axis: isize) -> Result<Tensor<$out>> {
                self.$name_axes($one_axis(&axis, self.ndim()))
            }

            #[doc = concat!($what, " along several axes, which go.")]
            ///
            /// # Errors
            #[doc = concat!("[`Error::Axis`], [`Error::DuplicateAxis`]; ", $errors)]
            pub fn $name_axes(&self, axes: &[isize]) -> Result<Tensor<$out>> {
                $reduce(self, axes, false)
            }

            #[doc = concat!($what, " along several axes, which stay with size 1 (`keepdims=True`).")]
            /// The result broadcasts against `self`.
            ///
            /// # Errors
            #[doc = concat!("[`Error::Axis`], [`Error::DuplicateAxis`]; ", $errors)]
            pub fn $name_keepdims(&self, axes: &[isize]) -> Result<Tensor<$out>> {
                $reduce(self, axes, true)
            }
        }
    };
}

pub(super) use along;

/// Sums and products: of nothing they are 0 and 1.
macro_rules! total {
    ($fold:ident, $what:literal, $name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident) => {
        impl<T: Element> Tensor<T> {
            #[doc = concat!($what, " of all elements.")]
            ///
            /// # Panics
            /// When elements that are not contiguous find no memory for at most 128 KiB of them.
            #[must_use]
            #[track_caller]
            pub fn $name(&self) -> T::Sum {
                expect(whole(self, T::$fold))
            }
        }

        along!(
            $what Element -> T::Sum, $name_axis $name_axes $name_keepdims, shape::one_axis,
            "[`Error::TooBig`]; [`Error::OutOfMemory`] when the memory for the result cannot be had.",
            |t, axes, keepdims| reduce(t, Some(axes), keepdims, T::$fold, None)
        );
    };
}

total!(SUM, "The sum", sum sum_axis sum_axes sum_keepdims);
total!(PRODUCT, "The product", prod prod_axis prod_axes prod_keepdims);

/// Greatest and least: of nothing there is none.
macro_rules! extreme {
    ($fold:ident $numpy:literal, $what:literal, $name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident) => {
        impl<T: Element> Tensor<T> {
            #[doc = concat!($what, " of all elements; nan if any is.")]
            ///
            /// # Errors
            /// [`Error::EmptyReduction`] of an empty tensor; [`Error::OutOfMemory`] when elements that are not
            /// contiguous find no memory for at most 128 KiB of them.
            pub fn $name(&self) -> Result<T> {
                if self.size() == 0 {
                    return Err(Error::EmptyReduction { name: $numpy });
                }
                whole(self, T::$fold)
            }
        }

        along!(
            $what Element -> T, $name_axis $name_axes $name_keepdims, shape::one_axis,
            "[`Error::EmptyReduction`] of no elements; [`Error::OutOfMemory`].",
            |t, axes, keepdims| {
                reduce(t, Some(axes), keepdims, T::$fold, Some(Error::EmptyReduction { name: $numpy }))
            }
        );
    };
}

extreme!(MAX "maximum", "The greatest", max max_axis max_axes max_keepdims);
extreme!(MIN "minimum", "The least", min min_axis min_axes min_keepdims);

/// Whether all, or any, are nonzero: a loop that stops early; along axes, the least or greatest of the answers.
macro_rules! truth {
    ($of:ident $what:literal, $name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident) => {
        impl<T: Element> Tensor<T> {
            #[doc = concat!($what, ".")]
            #[must_use]
            pub fn $name(&self) -> bool {
                self.iter().$name(|x| x != T::ZERO)
            }
        }

        along!(
            $what Element -> bool, $name_axis $name_axes $name_keepdims, shape::one_axis,
            "[`Error::OutOfMemory`] when there is no memory for a bool for each element.",
            |t: &Self, axes, keepdims| match (t as &dyn core::any::Any).downcast_ref::<Tensor<bool>>() {
                Some(answers) => reduce(answers, Some(axes), keepdims, bool::$of, None),
                None => {
                    split(&t.layout, Some(axes), keepdims)?; // wrong axes, before an answer for each element
                    reduce(&t.not_equal(T::ZERO)?, Some(axes), keepdims, bool::$of, None)
                }
            }
        );
    };
}

truth!(MIN "Whether all are nonzero", all all_axis all_axes all_keepdims);
truth!(MAX "Whether any is nonzero", any any_axis any_axes any_keepdims);

impl<T: Element> Tensor<T> {
    /// The mean of all elements; nan of none.
    ///
    /// # Panics
    /// As [`sum`](Tensor::sum).
    #[must_use]
    #[track_caller]
    pub fn mean(&self) -> T::Quotient {
        // (Integers are joined as floats, some at a time: in the order that floats have.)
        let sum = match (self as &dyn core::any::Any).downcast_ref::<Tensor<T::Quotient>>() {
            Some(floats) => expect(whole(floats, T::Quotient::SUM)),
            None => {
                let mut buffer = expect(buffer(self.size(), T::Quotient::SUM));
                let mut elements = self.iter();
                let mut next = |leaf: &mut [T::Quotient]| {
                    leaf.iter_mut().zip(&mut elements).for_each(|(slot, x)| *slot = x.cast());
                };
                stream(self.size(), &mut buffer, &mut next, T::Quotient::SUM)
            }
        };
        sum.div(T::Quotient::from_usize(self.size()))
    }
}

along!(
    "The mean" Element -> T::Quotient, mean_axis mean_axes mean_keepdims, |axis, _| core::slice::from_ref(axis),
    "[`Error::OutOfMemory`] when there is no memory for integers as floats.",
    |t: &Self, axes, keepdims| {
        let n = split(&t.layout, Some(axes), keepdims)?.reduced.size();
        let sums = reduce(&*try_floats(t)?, Some(axes), keepdims, T::Quotient::SUM, None)?;
        sums.try_div(T::Quotient::from_usize(n))
    }
);

/// argmax and argmin: NumPy's int64 positions.
macro_rules! arg_reduction {
    ($door:ident, $name:ident $name_axis:ident $name_keepdims:ident $numpy:literal $what:literal) => {
        impl<T: Element> Tensor<T> {
            #[doc = concat!("The position of ", $what, " element in C order, the first of equals; of the first nan if there is one.")]
            ///
            /// # Errors
            /// [`Error::EmptyArg`] of an empty tensor.
            pub fn $name(&self) -> Result<usize> {
                if self.size() == 0 {
                    return Err(Error::EmptyArg { name: $numpy });
                }
                let position = match self.as_slice() {
                    Some(slice) => one_row(slice, T::$door),
                    None => one_row(&self.flatten()?.data, T::$door),
                };
                Ok(position as usize)
            }

            #[doc = concat!("The position of ", $what, " element along one axis, which goes.")]
            ///
            /// # Errors
            /// [`Error::Axis`], [`Error::EmptyArg`]; [`Error::OutOfMemory`].
            pub fn $name_axis(&self, axis: isize) -> Result<Tensor<i64>> {
                arg_axis(self, Some(axis), false, $numpy, T::$door)
            }

            #[doc = concat!("The position of ", $what, " element along one axis, or in C order of all, with the reduced axes kept as size 1.")]
            ///
            /// # Errors
            /// [`Error::Axis`], [`Error::EmptyArg`]; [`Error::OutOfMemory`].
            pub fn $name_keepdims(&self, axis: Option<isize>) -> Result<Tensor<i64>> {
                arg_axis(self, axis, true, $numpy, T::$door)
            }
        }
    };
}

arg_reduction!(ARGMAX, argmax argmax_axis argmax_keepdims "argmax" "the greatest");
arg_reduction!(ARGMIN, argmin argmin_axis argmin_keepdims "argmin" "the least");

fn arg_axis<T: Element>(
    t: &Tensor<T>,
    axis: Option<isize>,
    keepdims: bool,
    name: &'static str,
    arg: Reduction<T, i64>,
) -> Result<Tensor<i64>> {
    // No axes count as one here, in errors too.
    let axis = match axis {
        Some(axis) if t.ndim() == 0 => shape::axis(axis, 1).map(|_| None)?,
        axis => axis,
    };
    reduce(t, axis.as_ref().map(core::slice::from_ref), keepdims, arg, Some(Error::EmptyArg { name }))
}
