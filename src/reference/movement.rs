//! Movements: the index of the old array for each index of the new one. All copy, where tensors return views.
//!
//! ```text
//!   t         new[i, j] = old[j, i]             slice         new[i] = old[list[i]],  list = range(start, stop, step)
//!   flip      new[i]    = old[n - 1 - i]        concatenate   new[i] = first[i], or second[i - n]
//! ```
//!
//! Read next: `reduce.rs`.

use alloc::vec::Vec;

use super::{Array, axis, indices};
use crate::kernel::closed::Element;
use crate::layout::slice::Index;

/// The indices that Python's `start:stop:step` takes of an axis of `size`, one by one.
///
/// A negative end counts from the end; an end outside the axis is clipped.
pub fn range(start: Option<isize>, stop: Option<isize>, step: isize, size: usize) -> Vec<usize> {
    assert_ne!(step, 0, "slice step cannot be zero");
    let n = size as isize;
    let from_end = |i: isize| if i < 0 { i.saturating_add(n) } else { i };
    let (mut i, stop) = if step > 0 {
        (start.map_or(0, |i| from_end(i).max(0)), stop.map_or(n, |i| from_end(i).min(n)))
    } else {
        (start.map_or(n - 1, |i| from_end(i).min(n - 1)), stop.map_or(-1, |i| from_end(i).max(-1)))
    };
    let mut list = Vec::new();
    while (step > 0 && i < stop) || (step < 0 && i > stop) {
        list.push(i as usize);
        i = i.saturating_add(step);
    }
    list
}

impl<T: Element> Array<T> {
    /// Axis `axes[i]` becomes axis `i`.
    pub fn transpose(&self, axes: &[isize]) -> Self {
        let axes: Vec<usize> = axes.iter().map(|&a| axis(a, self.ndim())).collect();
        assert!((0..self.ndim()).all(|a| axes.iter().filter(|&&b| a == b).count() == 1), "axes don't match array");
        let shape: Vec<usize> = axes.iter().map(|&a| self.shape[a]).collect();
        Array::from_fn(&shape, |index| {
            let mut old = index.to_vec();
            for (i, &a) in axes.iter().enumerate() {
                old[a] = index[i];
            }
            self.at(&old)
        })
    }

    /// All axes in reverse order.
    pub fn t(&self) -> Self {
        self.transpose(&(0..self.ndim() as isize).rev().collect::<Vec<_>>())
    }

    /// Two axes interchanged.
    pub fn swapaxes(&self, axis1: isize, axis2: isize) -> Self {
        let mut axes: Vec<isize> = (0..self.ndim() as isize).collect();
        axes.swap(axis(axis1, self.ndim()), axis(axis2, self.ndim()));
        self.transpose(&axes)
    }

    /// The axes in `source` move to the positions in `destination`; the others fill the rest, in their order.
    pub fn moveaxis(&self, source: &[isize], destination: &[isize]) -> Self {
        assert_eq!(source.len(), destination.len(), "as many sources as destinations");
        let number = |axes: &[isize]| axes.iter().map(|&a| axis(a, self.ndim())).collect::<Vec<usize>>();
        let (source, destination) = (number(source), number(destination));
        let mut others = (0..self.ndim()).filter(|a| !source.contains(a));
        let axes = (0..self.ndim()).map(|axis| match destination.iter().position(|&d| d == axis) {
            Some(moved) => source[moved] as isize,
            None => others.next().expect("each axis moves once") as isize,
        });
        self.transpose(&axes.collect::<Vec<_>>())
    }

    /// The parts at `indices` along one axis, in that order; the axes of the indices take its place.
    pub fn take(&self, indices: &Array<i64>, along: isize) -> Self {
        if self.ndim() == 0 {
            return self.expand_dims(0).take(indices, along);
        }
        let along = axis(along, self.ndim());
        let list: Vec<usize> = indices.data.iter().map(|&i| axis(i as isize, self.shape[along])).collect();
        let (before, after) = (&self.shape[..along], &self.shape[along + 1..]);
        Array::new(&[before, &indices.shape, after].concat(), self.pick(along, &list).data)
    }

    /// The parts at `list` along one axis.
    fn pick(&self, along: usize, list: &[usize]) -> Self {
        let mut shape = self.shape.clone();
        shape[along] = list.len();
        Array::from_fn(&shape, |index| {
            let mut old = index.to_vec();
            old[along] = list[index[along]];
            self.at(&old)
        })
    }

    /// The order of the elements along the named axes reversed.
    pub fn flip(&self, axes: &[isize]) -> Self {
        axes.iter().fold(self.clone(), |array, &a| {
            let along = axis(a, array.ndim());
            let backwards: Vec<usize> = (0..array.shape[along]).rev().collect();
            array.pick(along, &backwards)
        })
    }

    /// The part that the indices take.
    pub fn slice(&self, indices: &[Index]) -> Self {
        let takes = |i: &&Index| matches!(i, Index::At(_) | Index::Range { .. });
        let rest = self.ndim() - indices.iter().filter(takes).count();
        let (mut out, mut along) = (self.clone(), 0);
        for index in indices {
            match *index {
                Index::At(i) => {
                    let list = [axis(i, out.shape[along])];
                    out = out.pick(along, &list).squeeze_axis(along as isize);
                }
                Index::Range { start, stop, step } => {
                    out = out.pick(along, &range(start, stop, step, out.shape[along]));
                    along += 1;
                }
                Index::Ellipsis => along += rest,
                Index::NewAxis => {
                    out = out.expand_dims(along as isize);
                    along += 1;
                }
            }
        }
        out
    }

    /// Puts `values`, stretched, where the indices point; axes of size 1 in front of those of the part go.
    pub fn assign(&mut self, indices: &[Index], values: &Self) {
        let places = Array::new(&self.shape, (0..self.size() as u64).collect()).slice(indices);
        let extra = values.ndim().saturating_sub(places.ndim());
        let values = Array::new(&values.shape[extra..], values.data.clone()).broadcast_to(&places.shape);
        places.data.iter().zip(values.data).for_each(|(&place, value)| self.data[place as usize] = value);
    }

    /// Puts `values`, stretched to what the mask takes, where it is true, one after another in C order.
    pub fn assign_where(&mut self, mask: &Array<bool>, values: &Self) {
        let places = Array::new(&self.shape, (0..self.size() as u64).collect()).boolean_index(mask);
        let values = Array::new(&values.shape[values.ndim().saturating_sub(places.ndim())..], values.data.clone());
        places.data.iter().zip(values.broadcast_to(&places.shape).data).for_each(|(&i, x)| self.data[i as usize] = x);
    }

    /// So many of `value` before and after along each axis.
    pub fn pad(&self, widths: &[(usize, usize)], value: T) -> Self {
        let width = |axis: usize| widths[axis % widths.len()];
        let shape = (0..self.ndim()).map(|a| width(a).0 + self.shape[a] + width(a).1);
        Array::from_fn(&shape.collect::<Vec<_>>(), |index| {
            let old = index.iter().enumerate().map(|(a, &i)| i.wrapping_sub(width(a).0)).collect::<Vec<_>>();
            if old.iter().zip(&self.shape).all(|(i, n)| i < n) { self.at(&old) } else { value }
        })
    }

    /// The same elements in C order under another shape, of which one size may be -1 (computed).
    pub fn reshape(&self, shape: &[isize]) -> Self {
        let known: usize = shape.iter().filter(|&&n| n >= 0).map(|&n| n as usize).product();
        let unknown = || self.size() / known;
        let shape: Vec<usize> = shape.iter().map(|&n| if n < 0 { unknown() } else { n as usize }).collect();
        Array::new(&shape, self.data.clone())
    }

    /// One axis, in C order.
    pub fn flatten(&self) -> Self {
        Array::new(&[self.size()], self.data.clone())
    }

    /// A new axis of size 1 at position `at` of the result.
    pub fn expand_dims(&self, at: isize) -> Self {
        self.expand_dims_axes(&[at])
    }

    /// New axes of size 1 at these positions of the result.
    pub fn expand_dims_axes(&self, at: &[isize]) -> Self {
        let ndim = self.ndim() + at.len();
        let new: Vec<usize> = at.iter().map(|&a| axis(a, ndim)).collect();
        let mut old = self.shape.iter().copied();
        let sizes = (0..ndim).map(|a| if new.contains(&a) { 1 } else { old.next().expect("no position twice") });
        Array::new(&sizes.collect::<Vec<_>>(), self.data.clone())
    }

    /// Without its axes of size 1.
    pub fn squeeze(&self) -> Self {
        let shape: Vec<usize> = self.shape.iter().copied().filter(|&n| n != 1).collect();
        Array::new(&shape, self.data.clone())
    }

    /// Without one axis, which has size 1.
    pub fn squeeze_axis(&self, at: isize) -> Self {
        self.squeeze_axes(super::one_axis(&at, self.ndim()))
    }

    /// Without these axes, which have size 1.
    pub fn squeeze_axes(&self, at: &[isize]) -> Self {
        let gone: Vec<usize> = at.iter().map(|&a| axis(a, self.ndim())).collect();
        assert!(gone.iter().all(|&a| self.shape[a] == 1), "axes to squeeze out have size 1");
        let kept = (0..self.ndim()).filter(|a| !gone.contains(a)).map(|a| self.shape[a]);
        Array::new(&kept.collect::<Vec<_>>(), self.data.clone())
    }

    /// Stretched to `shape`.
    pub fn broadcast_to(&self, shape: &[usize]) -> Self {
        assert_eq!(super::broadcast(&self.shape, shape), shape, "{:?} does not stretch to {shape:?}", self.shape);
        Array::from_fn(shape, |index| self.stretched(index))
    }

    /// The arrays one after another along an axis.
    pub fn concatenate(arrays: &[&Self], along: isize) -> Self {
        let along = axis(along, arrays[0].ndim());
        let mut shape = arrays[0].shape.clone();
        shape[along] = arrays.iter().map(|array| array.shape[along]).sum();
        Array::from_fn(&shape, |index| {
            let mut index = index.to_vec();
            let mut arrays = arrays.iter();
            loop {
                let array = arrays.next().expect("the sizes add up");
                if index[along] < array.shape[along] {
                    return array.at(&index);
                }
                index[along] -= array.shape[along];
            }
        })
    }

    /// The arrays along a new axis.
    pub fn stack(arrays: &[&Self], along: isize) -> Self {
        let raised: Vec<Self> = arrays.iter().map(|array| array.expand_dims(along)).collect();
        Array::concatenate(&raised.iter().collect::<Vec<_>>(), along)
    }

    /// What stands, in C order, where `mask` is true, which speaks of the first axes. A size of 0 in the mask fits any.
    pub fn boolean_index(&self, mask: &Array<bool>) -> Self {
        let (spoken, rest) = self.shape.split_at(mask.ndim());
        let fits = |(&size, &mask): (&usize, &usize)| mask == size || mask == 0;
        assert!(spoken.iter().zip(&mask.shape).all(fits), "a mask has the shape of the array's first axes");
        let kept: Vec<_> = indices(&mask.shape).into_iter().filter(|index| mask.at(index)).collect();
        Array::from_fn(&[&[kept.len()], rest].concat(), |index| self.at(&[&kept[index[0]], &index[1..]].concat()))
    }
}
