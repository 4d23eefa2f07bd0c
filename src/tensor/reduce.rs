//! Reductions: sum, prod, mean, max, min, all, any, and argmax, argmin; of everything, of one axis, of several.
//!
//! ```text
//!   t (2,3)            sum()  one number       sum_axis(0)  (3,)       sum_axis(-1)  (2,)       sum_axes(&[0], true)  (1,3)
//! ```
//!
//! The elements that meet in one result are joined in a fixed order that depends on their position along the reduced axes alone (`kernel/fold.rs`), so a copy in another
//! layout gives the same bits. Sums are accurate along every axis; NumPy's are along the contiguous one. Three roads lead to the same order:
//! side by side in memory (rows), one stride apart with neighbours side by side (columns), and all else (gathered a leaf at a time).

use alloc::vec;
use alloc::vec::Vec;

use super::{Tensor, room};
use crate::error::{Error, Result};
use crate::kernel::arg::{self, Extreme};
use crate::kernel::columns;
use crate::kernel::element::{Element, Float};
use crate::kernel::fold::{self, All, Any, Fold, Max, MeanSum, Min, Product, Sum};
use crate::kernel::memory;
use crate::kernel::rows;
use crate::layout::walk::{Places, Walk};
use crate::layout::{Layout, shape};

/// Which axes go and which stay.
struct Split {
    /// The axes that stay, of the original.
    kept: Layout,
    /// The axes that are reduced, in their order.
    reduced: Layout,
    /// The shape of the result, with 1s for the reduced axes where they are kept as such.
    shape: Vec<usize>,
}

fn split<T: Element>(t: &Tensor<T>, axes: Option<&[isize]>, keepdims: bool) -> Result<Split> {
    let ndim = t.ndim();
    let gone: Vec<usize> = match axes {
        Some(axes) => shape::distinct_axes(axes, ndim, None, Error::DuplicateAxis)?,
        None => (0..ndim).collect(),
    };
    let (reduced, kept): (Vec<usize>, Vec<usize>) = (0..ndim).partition(|axis| gone.contains(axis));
    let shape = if keepdims {
        (0..ndim).map(|axis| if gone.contains(&axis) { 1 } else { t.shape()[axis] }).collect()
    } else {
        kept.iter().map(|&axis| t.shape()[axis]).collect()
    };
    Ok(Split { kept: t.layout.permuted(&kept), reduced: t.layout.permuted(&reduced), shape })
}

fn reduce<F: Fold>(t: &Tensor<F::Item>, axes: Option<&[isize]>, keepdims: bool) -> Result<Tensor<F::Out>> {
    let split = split(t, axes, keepdims)?;
    let mut out: Vec<F::Out> = room(&split.shape)?;
    fold_into::<F>(t.data(), &split, &mut out);
    Ok(Tensor::new(out, Layout::dense_rows(&split.shape)))
}

fn fold_into<F: Fold>(data: &[F::Item], split: &Split, out: &mut Vec<F::Out>) {
    let n = split.reduced.size();
    if n == 0 {
        let size = split.kept.size();
        memory::append(out, size, |slots| slots.splat(F::IDENTITY));
        return;
    }
    // How far the reduced elements of one result lie from its first.
    let (run, [stride]) = Walk::in_index_order([&split.reduced]).run();
    let straight = run == n;
    let kept = Walk::in_index_order([&split.kept]);
    let (width, [side]) = kept.run();
    if straight && stride == 1 && n <= fold::LEAF {
        kept.for_each(|[place]| {
            memory::append(out, width, |slots| rows::fold_rows::<F>(data, place, side, n, slots));
        });
    } else if straight && stride == 1 {
        out.extend(Places::new(&split.kept).map(|place| fold::fold::<F>(&data[place..place + n])));
    } else if straight && side == 1 && width > 1 {
        kept.for_each(|[place]| {
            let from = out.len();
            out.resize(from + width, F::IDENTITY);
            columns::fold_columns::<F>(data, place, stride, n, &mut out[from..]);
        });
    } else {
        let mut buffer = vec![F::Item::ZERO; n.min(fold::LEAF)];
        let base = split.reduced.offset();
        out.extend(Places::new(&split.kept).map(|place| {
            let mut places = Places::new(&split.reduced);
            fold::fold_stream::<F>(n, &mut buffer, |leaf| gather(data, &mut places, place.wrapping_sub(base), leaf))
        }));
    }
}

/// The elements at the next `places`, all of them `shift` further on, into `slots`.
fn gather<T: Element>(data: &[T], places: &mut Places, shift: usize, mut slots: &mut [T]) {
    while !slots.is_empty() {
        let (start, n, stride) = places.run(slots.len());
        debug_assert!(n > 0, "as many places as slots");
        let (run, rest) = slots.split_at_mut(n);
        let mut place = start.wrapping_add(shift);
        for slot in run {
            *slot = data[place];
            place = place.wrapping_add_signed(stride);
        }
        slots = rest;
    }
}

/// One value for the whole tensor.
fn whole<F: Fold>(t: &Tensor<F::Item>) -> F::Out {
    if let Some(slice) = t.as_slice() {
        return fold::fold::<F>(slice);
    }
    let mut buffer = vec![F::Item::ZERO; t.size().min(fold::LEAF)];
    let mut places = Places::new(&t.layout);
    fold::fold_stream::<F>(t.size(), &mut buffer, |leaf| gather(&t.data, &mut places, 0, leaf))
}

/// A reduction under three names: of everything, of one axis, of several axes.
macro_rules! reduction {
    ($bound:ident, $fold:ident -> $out:ty, $what:literal, $name:ident $name_axis:ident $name_axes:ident) => {
        impl<T: $bound> Tensor<T> {
            #[doc = concat!($what, " of all elements.")]
            pub fn $name(&self) -> $out {
                whole::<$fold<T>>(self)
            }

            reduction!(@axes $fold -> $out, $what, $name $name_axis $name_axes, no_check);
        }
    };
    ($bound:ident, $fold:ident -> $out:ty, $what:literal, $name:ident $name_axis:ident $name_axes:ident, empty is an error: $numpy:literal) => {
        impl<T: $bound> Tensor<T> {
            #[doc = concat!($what, " of all elements; nan if any is.")]
            ///
            /// # Errors
            /// [`Error::EmptyReduction`] of an empty tensor.
            pub fn $name(&self) -> Result<$out> {
                if self.size() == 0 {
                    return Err(Error::EmptyReduction { name: $numpy });
                }
                Ok(whole::<$fold<T>>(self))
            }

            reduction!(@axes $fold -> $out, $what, $name $name_axis $name_axes, |t: &Self, axes| {
                let split = split(t, Some(axes), false)?;
                if split.reduced.size() == 0 {
                    return Err(Error::EmptyReduction { name: $numpy });
                }
                Ok(())
            });
        }
    };
    (@axes $fold:ident -> $out:ty, $what:literal, $name:ident $name_axis:ident $name_axes:ident, $check:expr) => {
        #[doc = concat!($what, " along one axis, which goes; -1 is the last.")]
        ///
        /// # Errors
        /// [`Error::Axis`]; [`Error::EmptyReduction`] where nothing has no value.
        pub fn $name_axis(&self, axis: isize) -> Result<Tensor<$out>> {
            self.$name_axes(&[axis], false)
        }

        #[doc = concat!($what, " along several axes, which go, or stay with size 1 when `keepdims`.")]
        ///
        /// # Errors
        /// [`Error::Axis`], [`Error::DuplicateAxis`]; [`Error::EmptyReduction`] where nothing has no value.
        pub fn $name_axes(&self, axes: &[isize], keepdims: bool) -> Result<Tensor<$out>> {
            let check: fn(&Self, &[isize]) -> Result<()> = $check;
            check(self, axes)?;
            reduce::<$fold<T>>(self, Some(axes), keepdims)
        }
    };
}

/// Reductions that give an answer for nothing, too.
fn no_check<T: Element>(_: &Tensor<T>, _: &[isize]) -> Result<()> {
    Ok(())
}

reduction!(Element, Sum -> T::Sum, "The sum", sum sum_axis sum_axes);
reduction!(Element, Product -> T::Sum, "The product", prod prod_axis prod_axes);
reduction!(Element, All -> bool, "Whether all are nonzero,", all all_axis all_axes);
reduction!(Element, Any -> bool, "Whether any is nonzero,", any any_axis any_axes);
reduction!(Element, Max -> T, "The greatest", max max_axis max_axes, empty is an error: "maximum");
reduction!(Element, Min -> T, "The least", min min_axis min_axes, empty is an error: "minimum");

impl<T: Element> Tensor<T> {
    /// The mean of all elements; nan of none.
    pub fn mean(&self) -> T::Quotient {
        whole::<MeanSum<T>>(self).div(T::Quotient::from_usize(self.size()))
    }

    /// The mean along one axis, which goes; -1 is the last.
    ///
    /// # Errors
    /// [`Error::Axis`].
    pub fn mean_axis(&self, axis: isize) -> Result<Tensor<T::Quotient>> {
        self.mean_axes(&[axis], false)
    }

    /// The mean along several axes, which go, or stay with size 1 when `keepdims`.
    ///
    /// # Errors
    /// [`Error::Axis`], [`Error::DuplicateAxis`].
    pub fn mean_axes(&self, axes: &[isize], keepdims: bool) -> Result<Tensor<T::Quotient>> {
        let split = split(self, Some(axes), keepdims)?;
        let n = T::Quotient::from_usize(split.reduced.size());
        let sums = reduce::<MeanSum<T>>(self, Some(axes), keepdims)?;
        Ok(sums.map(|sum| sum.div(n)))
    }
}

/// argmax and argmin: NumPy's int64 positions.
macro_rules! arg_reduction {
    ($fold:ident, $name:ident $name_axis:ident $name_keepdims:ident $numpy:literal $what:literal) => {
        impl<T: Element> Tensor<T> {
            #[doc = concat!("The position of ", $what, " element in C order, the first of equals; of the first nan if there is one.")]
            ///
            /// # Errors
            /// [`Error::EmptyArg`] of an empty tensor.
            pub fn $name(&self) -> Result<usize> {
                if self.size() == 0 {
                    return Err(Error::EmptyArg { name: $numpy });
                }
                match self.as_slice() {
                    Some(slice) => Ok(arg::arg::<$fold<T>>(slice)),
                    None => Ok(arg::arg::<$fold<T>>(&self.flatten()?.data)),
                }
            }

            #[doc = concat!("The position of ", $what, " element along one axis, which goes.")]
            ///
            /// # Errors
            /// [`Error::Axis`], [`Error::EmptyArg`].
            pub fn $name_axis(&self, axis: isize) -> Result<Tensor<i64>> {
                arg_axes::<T, $fold<T>>(self, Some(&[axis]), false, $numpy)
            }

            #[doc = concat!("The position of ", $what, " element along one axis, or in C order of all, with the reduced axes kept as size 1.")]
            ///
            /// # Errors
            /// [`Error::Axis`], [`Error::EmptyArg`].
            pub fn $name_keepdims(&self, axis: Option<isize>) -> Result<Tensor<i64>> {
                arg_axes::<T, $fold<T>>(self, axis.as_ref().map(core::slice::from_ref), true, $numpy)
            }
        }
    };
}

arg_reduction!(Max, argmax argmax_axis argmax_keepdims "argmax" "the greatest");
arg_reduction!(Min, argmin argmin_axis argmin_keepdims "argmin" "the least");

fn arg_axes<T: Element, F: Extreme<Item = T, Out = T>>(
    t: &Tensor<T>,
    axes: Option<&[isize]>,
    keepdims: bool,
    name: &'static str,
) -> Result<Tensor<i64>> {
    let split = split(t, axes, keepdims)?;
    let n = split.reduced.size();
    if n == 0 {
        return Err(Error::EmptyArg { name });
    }
    let mut out: Vec<i64> = room(&split.shape)?;
    let (run, [stride]) = Walk::in_index_order([&split.reduced]).run();
    let kept = Walk::in_index_order([&split.kept]);
    let (width, [side]) = kept.run();
    if run == n && stride == 1 {
        kept.for_each(|[place]| {
            memory::append(&mut out, width, |slots| arg::arg_rows::<F>(&t.data, place, side, n, slots));
        });
    } else if run == n && side == 1 && width > 1 {
        kept.for_each(|[place]| {
            let append = |places: &[usize]| out.extend(places.iter().map(|&place| place as i64));
            arg::arg_columns::<F>(&t.data, place, stride, (n, width), append);
        });
    } else {
        let base = split.reduced.offset();
        let mut items: Vec<T> = room(&[n])?;
        items.resize(n, T::ZERO);
        for place in Places::new(&split.kept) {
            gather(&t.data, &mut Places::new(&split.reduced), place.wrapping_sub(base), &mut items);
            out.push(arg::arg::<F>(&items) as i64);
        }
    }
    Ok(Tensor::new(out, Layout::dense_rows(&split.shape)))
}
