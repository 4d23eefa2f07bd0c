//! Several layouts of one shape in lockstep, with merged and ordered axes, so that the inner loops are long.
//!
//! ```text
//!   a  (2,3,4) strides (12,4,1)            the two last axes nest in both operands, so they merge:
//!   b  (2,3,4) strides ( 0,4,1)            (2,12) strides (12,1) and (0,1)
//!
//!   for each outer index:  an inner loop of 12 elements from a at 0, 12  and from b at 0, 0
//! ```
//!
//! [`Walk::in_memory_order`] orders the axes by their strides, for work in which the order of the elements does not
//! matter (elementwise). [`Walk::in_index_order`] keeps C order, for work in which it does (copying out, joining,
//! reductions). A walk gives offsets and reads no elements. Read next: `tensor/arith.rs`.

use super::Layout;
use super::axes::Axes;

/// The most layouts in one walk.
const MAX_LAYOUTS: usize = 3;

/// The loops over up to three layouts of one shape. (Not generic over their number, so that it is compiled once.)
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// Merged axes, the outermost first, without those of size 1.
    dims: Axes<Dim>,
    start: [usize; MAX_LAYOUTS],
    empty: bool,
}

/// One axis of a walk: its size, and each layout's stride; 0 past the last layout.
#[derive(Clone, Copy, Debug, Default)]
struct Dim {
    size: usize,
    strides: [isize; MAX_LAYOUTS],
}

impl Walk {
    /// In the order of the indices, the last axis fastest. All layouts have the same shape.
    pub(crate) fn in_index_order(layouts: &[&Layout]) -> Self {
        let order: Axes<usize> = (0..layouts[0].ndim()).collect();
        Walk::along(layouts, &order)
    }

    /// In the order of the elements in memory; also the order of the axes that was chosen, outermost first.
    ///
    /// Of two axes, the one with the larger stride goes outside; the first layout whose two strides differ decides.
    pub(crate) fn in_memory_order(layouts: &[&Layout]) -> (Self, Axes<usize>) {
        let shape = &layouts[0].shape;
        // Axes of size 1 go first: their strides are never used.
        let ones = (0..shape.len()).filter(|&axis| shape[axis] == 1);
        let mut order: Axes<usize> = ones.chain((0..shape.len()).filter(|&axis| shape[axis] != 1)).collect();
        let first = shape.iter().filter(|&&n| n == 1).count();
        // Insertion sort: few axes, mostly in order already, and stable where no layout decides.
        for i in first + 1..order.len() {
            let mut j = i;
            while j > first && steps_less(layouts, order[j - 1], order[j]) {
                order.swap(j - 1, j);
                j -= 1;
            }
        }
        (Walk::along(layouts, &order), order)
    }

    fn along(layouts: &[&Layout], order: &[usize]) -> Self {
        let mut dims: Axes<Dim> = Axes::new();
        let mut empty = false;
        for &axis in order {
            let mut dim = Dim { size: layouts[0].shape[axis], ..Dim::default() };
            for (stride, layout) in dim.strides.iter_mut().zip(layouts) {
                *stride = layout.strides[axis];
            }
            empty |= dim.size == 0;
            if dim.size == 1 {
                continue;
            }
            // The strides of an empty layout may be so large that the product overflows.
            let nests = |outer: &Dim| {
                (0..layouts.len()).all(|i| dim.strides[i].checked_mul(dim.size as isize) == Some(outer.strides[i]))
            };
            match dims.last_mut() {
                Some(outer) if nests(outer) => {
                    *outer = Dim { size: outer.size * dim.size, strides: dim.strides };
                }
                _ => dims.push(dim),
            }
        }
        let mut start = [0; MAX_LAYOUTS];
        for (start, layout) in start.iter_mut().zip(layouts) {
            *start = layout.offset;
        }
        Walk { dims, start, empty }
    }

    /// The innermost axis: its size, and each layout's stride along it.
    pub(crate) fn inner(&self) -> (usize, [isize; MAX_LAYOUTS]) {
        // A single element: any stride is right, and kernels are fastest with 1.
        self.dims.last().map_or((1, [1; MAX_LAYOUTS]), |dim| (dim.size, dim.strides))
    }

    /// The two innermost axes, a block: size and strides of the outer one, then those of `inner`.
    pub(crate) fn block(&self) -> [(usize, [isize; MAX_LAYOUTS]); 2] {
        let outer = self.dims.iter().nth_back(1);
        [outer.map_or((1, [0; MAX_LAYOUTS]), |dim| (dim.size, dim.strides)), self.inner()]
    }

    /// Calls `visit` with the offset in the first layout at which each inner loop starts, in order.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(usize)) {
        self.outer_loops(1, &mut |offsets| visit(offsets[0]));
    }

    /// Calls `visit` with the offsets at which each block starts, in order; never when there is no element.
    pub(crate) fn for_each_block(&self, visit: &mut dyn FnMut([usize; MAX_LAYOUTS])) {
        self.outer_loops(2, visit);
    }

    /// The loops over all axes but the `inner` innermost ones.
    fn outer_loops(&self, inner: usize, visit: &mut dyn FnMut([usize; MAX_LAYOUTS])) {
        if self.empty {
            return;
        }
        let outer = &self.dims[..self.dims.len().saturating_sub(inner)];
        let mut offsets = self.start;
        let mut index: Axes<usize> = Axes::repeat(0, outer.len());
        loop {
            visit(offsets);
            // An odometer: step the last outer axis; at its end, reset it and step the one before.
            let mut axis = outer.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                let full = index[axis] == outer[axis].size;
                let steps = if full { 1 - outer[axis].size as isize } else { 1 };
                for (offset, stride) in offsets.iter_mut().zip(outer[axis].strides) {
                    *offset = offset.wrapping_add_signed(steps * stride);
                }
                if !full {
                    break;
                }
                index[axis] = 0;
            }
        }
    }
}

/// Whether `outer` should come after `inner`: in the first layout whose two strides differ, that of `outer` is smaller.
/// Strides of 0 are left out of the comparison.
fn steps_less(layouts: &[&Layout], outer: usize, inner: usize) -> bool {
    for layout in layouts {
        let (a, b) = (layout.strides[outer].unsigned_abs(), layout.strides[inner].unsigned_abs());
        if a != 0 && b != 0 && a != b {
            return a < b;
        }
    }
    false
}

/// The offsets of all elements of a layout in C order, one by one.
#[derive(Clone, Debug)]
pub(crate) struct Offsets {
    layout: Layout,
    index: Axes<usize>,
    offset: usize,
    remaining: usize,
}

impl Offsets {
    pub(crate) fn new(layout: &Layout) -> Self {
        Offsets {
            index: Axes::repeat(0, layout.ndim()),
            offset: layout.offset,
            remaining: layout.size(),
            layout: layout.clone(),
        }
    }

    /// The next elements along the last axis, at most `most`, which is not 0: the offset of the first, their number and
    /// their stride. The number is 0 at the end.
    pub(crate) fn next_strided(&mut self, most: usize) -> (usize, usize, isize) {
        let start = self.offset;
        let Some(axis) = self.index.len().checked_sub(1).filter(|_| self.remaining > 0) else {
            return (start, self.next().into_iter().count(), 1);
        };
        let (n, stride) =
            ((self.layout.shape[axis] - self.index[axis]).min(most).min(self.remaining), self.layout.strides[axis]);
        self.index[axis] += n - 1;
        self.offset = start.wrapping_add_signed((n - 1) as isize * stride);
        self.remaining -= n - 1;
        self.next();
        (start, n, stride)
    }
}

impl Iterator for Offsets {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.remaining = self.remaining.checked_sub(1)?;
        let offset = self.offset;
        for axis in (0..self.index.len()).rev() {
            let (size, stride) = (self.layout.shape[axis], self.layout.strides[axis]);
            self.index[axis] += 1;
            if self.index[axis] < size {
                self.offset = self.offset.wrapping_add_signed(stride);
                break;
            }
            self.index[axis] = 0;
            self.offset = self.offset.wrapping_add_signed((1 - size as isize) * stride);
        }
        Some(offset)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }
}

impl DoubleEndedIterator for Offsets {
    fn next_back(&mut self) -> Option<usize> {
        let remaining = self.remaining.checked_sub(1)?;
        self.remaining = remaining;
        let (shape, strides) = (self.layout.shape(), self.layout.strides());
        // The next one and the last one by their number in C order, which is turned back into an index.
        let next = self.index.iter().zip(shape).fold(0, |number, (&i, &size)| number * size + i);
        let (mut number, mut offset) = (next + remaining, self.layout.offset);
        for (&size, &stride) in shape.iter().zip(strides).rev() {
            offset = offset.wrapping_add_signed((number % size) as isize * stride);
            number /= size;
        }
        Some(offset)
    }
}

impl ExactSizeIterator for Offsets {}
