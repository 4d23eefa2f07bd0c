//! Reductions, in the fixed order that makes the bits of a sum part of its definition.
//!
//! ```text
//!   x0 x1 x2 ...        the elements of one result, in C order of the reduced axes
//!
//!   16 lanes            element i goes to lane i % 16
//!   blocks of 128       a lane joins its 8 elements of a block as a tree, ((x0+x4)+(x2+x6)) + ((x1+x5)+(x3+x7)),
//!                       and adds the result
//!   more than 16384     the first part, the largest power of two times 16384 that is not all, and the rest,
//!                       lane by lane
//!   the end             lanes l and l+8 join, then l and l+4, l+2, l+1
//! ```
//!
//! This order is fast on every machine, and no element goes through many additions, so sums are accurate. Missing
//! elements count as the identity: 0 for sums, 1 for products, -inf for maxima. Read next: `dot.rs`.

use alloc::vec::Vec;

use super::{Array, axis, indices, one_axis, place};
use crate::kernel::closed::Element;
use crate::kernel::scalar::{Scalar, ScalarFloat, ScalarNumber};

/// The most elements of a fold that is not split.
const LEAF_LEN: usize = 16384;

/// Where to split `n` elements, more than a leaf.
pub(super) fn split_point(n: usize) -> usize {
    let mut at = LEAF_LEN;
    while 2 * at < n {
        at *= 2;
    }
    at
}

/// All of `x` joined, in the fixed order.
pub fn fold<T: Copy>(x: &[T], identity: T, join: impl Fn(T, T) -> T) -> T {
    join_lanes(&lanes(x, identity, &join), join)
}

/// The second half of the lanes is joined to the first, until one lane remains.
pub(super) fn join_lanes<T: Copy>(lanes: &[T], join: impl Fn(T, T) -> T) -> T {
    let mut lanes = lanes.to_vec();
    while lanes.len() > 1 {
        let half = lanes.len() / 2;
        lanes = (0..half).map(|lane| join(lanes[lane], lanes[lane + half])).collect();
    }
    lanes[0]
}

fn lanes<T: Copy>(x: &[T], identity: T, join: &impl Fn(T, T) -> T) -> Vec<T> {
    if x.len() > LEAF_LEN {
        let (first, second) = x.split_at(split_point(x.len()));
        let (first, second) = (lanes(first, identity, join), lanes(second, identity, join));
        return (0..16).map(|lane| join(first[lane], second[lane])).collect();
    }
    let mut lanes = vec![identity; 16];
    for block in x.chunks(128) {
        for (lane, total) in lanes.iter_mut().enumerate() {
            let x = |s: usize| block.get(16 * s + lane).copied().unwrap_or(identity);
            let even = join(join(x(0), x(4)), join(x(2), x(6)));
            let odd = join(join(x(1), x(5)), join(x(3), x(7)));
            *total = join(*total, join(even, odd));
        }
    }
    lanes
}

/// The position of the first nan, else of the first element that no other is better than.
fn arg<T: Element>(x: &[T], better: impl Fn(T, T) -> bool) -> usize {
    assert!(!x.is_empty(), "the position of the greatest of nothing");
    let mut best = 0;
    for i in 0..x.len() {
        if x[i].is_nan() {
            return i;
        }
        if better(x[i], x[best]) {
            best = i;
        }
    }
    best
}

impl<T: Element> Array<T> {
    /// `f` of the elements of each result: those that differ along `axes` alone, in C order.
    pub fn reduce<U: Element>(&self, axes: &[isize], keepdims: bool, f: impl Fn(&[T]) -> U) -> Array<U> {
        let gone: Vec<usize> = axes.iter().map(|&a| axis(a, self.ndim())).collect();
        let kept: Vec<usize> = (0..self.ndim()).filter(|a| !gone.contains(a)).collect();
        let shape: Vec<usize> = kept.iter().map(|&a| self.shape[a]).collect();
        let mut groups: Vec<Vec<T>> = vec![vec![]; shape.iter().product()];
        for index in indices(&self.shape) {
            let result: Vec<usize> = kept.iter().map(|&a| index[a]).collect();
            groups[place(&shape, &result)].push(self.at(&index));
        }
        let ones = (0..self.ndim()).map(|a| if gone.contains(&a) { 1 } else { self.shape[a] });
        let shape = if keepdims { ones.collect() } else { shape };
        Array::new(&shape, groups.iter().map(|group| f(group)).collect())
    }
}

/// A reduction under three names, as tensors have it: of everything, of one axis, of several axes.
macro_rules! reduction {
    ($bound:ident -> $out:ty, $what:literal, $name:ident $name_axis:ident $name_axes:ident, $f:expr) => {
        impl<T: $bound> Array<T> {
            #[doc = concat!($what, " of all elements.")]
            pub fn $name(&self) -> $out {
                $f(&self.data)
            }

            #[doc = concat!($what, " along one axis, which goes.")]
            pub fn $name_axis(&self, axis: isize) -> Array<$out> {
                self.$name_axes(one_axis(&axis, self.ndim()), false)
            }

            #[doc = concat!($what, " along several axes, which go, or stay with size 1 when `keepdims`.")]
            pub fn $name_axes(&self, axes: &[isize], keepdims: bool) -> Array<$out> {
                self.reduce(axes, keepdims, $f)
            }
        }
    };
}

reduction!(Element -> T::Sum, "The sum", sum sum_axis sum_axes, |x: &[T]| total(x, T::Sum::ZERO, T::Sum::add));
reduction!(Element -> T::Sum, "The product", prod prod_axis prod_axes, |x: &[T]| total(x, T::Sum::ONE, T::Sum::mul));
reduction!(Element -> T::Quotient, "The mean", mean mean_axis mean_axes, mean::<T>);
reduction!(Element -> T, "The greatest", max max_axis max_axes, max::<T>);
reduction!(Element -> T, "The least", min min_axis min_axes, min::<T>);
reduction!(Element -> bool, "Whether all are nonzero,", all all_axis all_axes, |x: &[T]| x.iter().all(|&x| x != T::ZERO));
reduction!(Element -> bool, "Whether any is nonzero,", any any_axis any_axes, |x: &[T]| x.iter().any(|&x| x != T::ZERO));

/// All of `x` joined as another type.
fn total<T: Element, U: Element>(x: &[T], identity: U, join: impl Fn(U, U) -> U) -> U {
    fold(&x.iter().map(|x| x.cast()).collect::<Vec<U>>(), identity, join)
}

fn mean<T: Element>(x: &[T]) -> T::Quotient {
    total(x, T::Quotient::ZERO, T::Quotient::add).div(T::Quotient::from_usize(x.len()))
}

fn max<T: Element>(x: &[T]) -> T {
    assert!(!x.is_empty(), "the greatest of nothing");
    fold(x, T::LOWEST, T::maximum)
}

fn min<T: Element>(x: &[T]) -> T {
    assert!(!x.is_empty(), "the least of nothing");
    fold(x, T::HIGHEST, T::minimum)
}

impl<T: Element> Array<T> {
    /// The position of the greatest element in C order: the first of equals, the first nan if there is one.
    pub fn argmax(&self) -> usize {
        arg(&self.data, |a, b| a > b)
    }

    /// The position of the least element in C order: the first of equals, the first nan if there is one.
    pub fn argmin(&self) -> usize {
        arg(&self.data, |a, b| a < b)
    }

    /// The position of the greatest element along one axis, which goes.
    pub fn argmax_axis(&self, axis: isize) -> Array<i64> {
        self.reduce(one_axis(&axis, self.ndim()), false, |x| arg(x, |a, b| a > b) as i64)
    }

    /// The position of the least element along one axis, which goes.
    pub fn argmin_axis(&self, axis: isize) -> Array<i64> {
        self.reduce(one_axis(&axis, self.ndim()), false, |x| arg(x, |a, b| a < b) as i64)
    }
}

/// Two passes: the mean, then the squares of what is left, divided by n - `ddof`.
fn var<T: Element>(x: &[T], ddof: usize) -> T::Quotient {
    let mean = mean(x);
    let rest = x.iter().map(|x| x.cast::<T::Quotient>().sub(mean));
    let squares: Vec<T::Quotient> = rest.map(|rest| rest.mul(rest)).collect();
    fold(&squares, T::Quotient::ZERO, T::Quotient::add).div(T::Quotient::from_usize(x.len().saturating_sub(ddof)))
}

/// The positions in ascending order of the elements, nan last: each goes in front of the first that is greater.
fn order<T: Element>(x: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = vec![];
    for (i, &new) in x.iter().enumerate() {
        let greater = |&place: &usize| x[place] > new || (x[place].is_nan() && !new.is_nan());
        order.insert(order.iter().position(greater).unwrap_or(order.len()), i);
    }
    order
}

impl<T: Element> Array<T> {
    /// The variance along several axes, divided by n - `ddof`.
    pub fn var_with(&self, axes: &[isize], keepdims: bool, ddof: usize) -> Array<T::Quotient> {
        self.reduce(axes, keepdims, |x| var(x, ddof))
    }

    /// The standard deviation along several axes, divided by n - `ddof`.
    pub fn std_with(&self, axes: &[isize], keepdims: bool, ddof: usize) -> Array<T::Quotient> {
        self.reduce(axes, keepdims, |x| var(x, ddof).sqrt())
    }

    /// `f` of the elements along one axis, in their places.
    fn along<U: Element>(&self, along: isize, f: impl Fn(&[T]) -> Vec<U>) -> Array<U> {
        let last = self.ndim() - 1;
        let rows = self.moveaxis(&[along], &[last as isize]);
        let data = rows.data.chunks(rows.shape[last].max(1)).flat_map(f).collect();
        Array::new(&rows.shape, data).moveaxis(&[last as isize], &[along])
    }

    /// Running sums along one axis, one after another.
    pub fn cumsum(&self, axis: isize) -> Array<T::Sum> {
        let sums = |x: &[T]| {
            let mut sums: Vec<T::Sum> = x.iter().map(|x| x.cast()).collect();
            (1..x.len()).for_each(|i| sums[i] = sums[i - 1].add(sums[i]));
            sums
        };
        if self.ndim() == 0 { self.expand_dims(0).cumsum(axis) } else { self.along(axis, sums) }
    }

    /// In ascending order along one axis, nan last, equal elements in their order.
    pub fn sort(&self, axis: isize) -> Self {
        self.along(axis, |x| order(x).into_iter().map(|i| x[i]).collect())
    }

    /// The positions that sort along one axis.
    pub fn argsort(&self, axis: isize) -> Array<i64> {
        if self.ndim() == 0 {
            return self.expand_dims(0).argsort(axis);
        }
        self.along(axis, |x| order(x).into_iter().map(|i| i as i64).collect())
    }
}
