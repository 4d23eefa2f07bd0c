//! Several layouts of one shape in lockstep: axes merged and ordered, and out come the longest straight runs.
//!
//! ```text
//!   a  (2,3,4) strides (12,4,1)            the two last axes nest in both operands, so they merge:
//!   b  (2,3,4) strides ( 0,4,1)            (2,12) strides (12,1) and (0,1)
//!
//!   for each outer index:  run of 12 elements from a at 0, 12  and from b at 0, 0
//! ```
//!
//! [`Walk::in_memory_order`] may visit the elements in any order and picks the one that lies best in memory, for work in which the
//! order cannot matter (elementwise). [`Walk::in_index_order`] keeps C order, for work in which it does (copying out, joining, reductions).
//! A walk knows places, not values. Read next: `tensor/arith.rs`, which feeds the runs to kernels.

use super::Layout;
use super::axes::Axes;

/// The most layouts that are gone through together.
const MOST: usize = 3;

/// Going through layouts of one shape together, three at most. (Not generic over their number: it is compiled once, in the library.)
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// From the outermost to the innermost; merged, without axes of size 1.
    dims: Axes<Dim>,
    start: [usize; MOST],
    empty: bool,
}

/// One axis of a walk: its size, and each layout's stride; 0 for those that are not there.
#[derive(Clone, Copy, Debug)]
struct Dim {
    size: usize,
    strides: [isize; MOST],
}

impl Default for Dim {
    fn default() -> Self {
        Dim { size: 1, strides: [0; MOST] }
    }
}

impl Walk {
    /// In the order of the indices, the last axis fastest. All layouts have the same shape.
    pub(crate) fn in_index_order(layouts: &[&Layout]) -> Self {
        let order: Axes<usize> = (0..layouts[0].ndim()).collect();
        Walk::along(layouts, &order)
    }

    /// In the order in which the elements lie in memory, with the order of the axes that was chosen, outermost first.
    ///
    /// The first layout that steps differently along two axes decides between them; the others follow.
    pub(crate) fn in_memory_order(layouts: &[&Layout]) -> (Self, Axes<usize>) {
        let shape = &layouts[0].shape;
        // Axes of size 1 go first, out of the way: where they lie means nothing.
        let ones = (0..shape.len()).filter(|&axis| shape[axis] == 1);
        let mut order: Axes<usize> = ones.chain((0..shape.len()).filter(|&axis| shape[axis] != 1)).collect();
        let first = shape.iter().filter(|&&n| n == 1).count();
        // Insertion sort: few axes, mostly in order already, and stable where no layout has a say.
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
            // Without an element, a stride may be so long that the product is past every integer.
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
        let mut start = [0; MOST];
        for (start, layout) in start.iter_mut().zip(layouts) {
            *start = layout.offset;
        }
        Walk { dims, start, empty }
    }

    /// The innermost axis: how long each run is, and each layout's stride along it.
    pub(crate) fn run(&self) -> (usize, [isize; MOST]) {
        match self.dims.last() {
            Some(dim) => (dim.size, dim.strides),
            // A single element: a run of one, where any stride will do and 1 is the one kernels like best.
            None => (1, [1; MOST]),
        }
    }

    /// The two innermost axes, a block: how many runs there are and each layout's stride from one to the next, then what `run` says.
    pub(crate) fn block(&self) -> [(usize, [isize; MOST]); 2] {
        let rows = match self.dims.len().checked_sub(2) {
            Some(axis) => (self.dims[axis].size, self.dims[axis].strides),
            None => (1, [0; MOST]),
        };
        [rows, self.run()]
    }

    /// Calls `visit` with the place at which each run starts, in order; never when there is no element.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(usize)) {
        self.leaving(1, &mut |places| visit(places[0]));
    }

    /// Calls `visit` with the place at which each block starts, in order; never when there is no element.
    pub(crate) fn for_each_block(&self, visit: &mut dyn FnMut([usize; MOST])) {
        self.leaving(2, visit);
    }

    /// Goes over all axes but the `inner` innermost ones.
    fn leaving(&self, inner: usize, visit: &mut dyn FnMut([usize; MOST])) {
        if self.empty {
            return;
        }
        let outer = &self.dims[..self.dims.len().saturating_sub(inner)];
        let mut places = self.start;
        let mut index: Axes<usize> = Axes::repeat(0, outer.len());
        loop {
            visit(places);
            // The odometer: step the last outer axis; where it is full, wind it back and step the one before.
            let mut axis = outer.len();
            loop {
                if axis == 0 {
                    return;
                }
                axis -= 1;
                index[axis] += 1;
                let full = index[axis] == outer[axis].size;
                let steps = if full { 1 - outer[axis].size as isize } else { 1 };
                for (place, stride) in places.iter_mut().zip(outer[axis].strides) {
                    *place = place.wrapping_add_signed(steps * stride);
                }
                if !full {
                    break;
                }
                index[axis] = 0;
            }
        }
    }
}

/// Whether `outer` should come after `inner`: the first layout whose steps along the two differ steps less along `outer`.
/// A stretched axis (stride 0) has no say.
fn steps_less(layouts: &[&Layout], outer: usize, inner: usize) -> bool {
    for layout in layouts {
        let (a, b) = (layout.strides[outer].unsigned_abs(), layout.strides[inner].unsigned_abs());
        if a != 0 && b != 0 && a != b {
            return a < b;
        }
    }
    false
}

/// The places of all elements of a layout in C order, one by one.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    layout: Layout,
    index: Axes<usize>,
    place: usize,
    left: usize,
}

impl Places {
    pub(crate) fn new(layout: &Layout) -> Self {
        Places {
            index: Axes::repeat(0, layout.ndim()),
            place: layout.offset,
            left: layout.size(),
            layout: layout.clone(),
        }
    }

    /// The next straight run, of at most `most` elements, which is not 0: where it starts, how many there are, and their stride. At the end there are none.
    pub(crate) fn run(&mut self, most: usize) -> (usize, usize, isize) {
        let start = self.place;
        let Some(axis) = self.index.len().checked_sub(1).filter(|_| self.left > 0) else {
            return (start, self.next().into_iter().count(), 1);
        };
        let (n, stride) =
            ((self.layout.shape[axis] - self.index[axis]).min(most).min(self.left), self.layout.strides[axis]);
        self.index[axis] += n - 1;
        self.place = start.wrapping_add_signed((n - 1) as isize * stride);
        self.left -= n - 1;
        self.next();
        (start, n, stride)
    }
}

impl Iterator for Places {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let place = self.place;
        for axis in (0..self.index.len()).rev() {
            let (size, stride) = (self.layout.shape[axis], self.layout.strides[axis]);
            self.index[axis] += 1;
            if self.index[axis] < size {
                self.place = self.place.wrapping_add_signed(stride);
                break;
            }
            self.index[axis] = 0;
            self.place = self.place.wrapping_add_signed((1 - size as isize) * stride);
        }
        Some(place)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Places {
    fn next_back(&mut self) -> Option<usize> {
        let left = self.left.checked_sub(1)?;
        self.left = left;
        let (shape, strides) = (self.layout.shape(), self.layout.strides());
        // The next one and the last one by their number in C order, which is turned back into an index.
        let next = self.index.iter().zip(shape).fold(0, |number, (&i, &size)| number * size + i);
        let (mut number, mut place) = (next + left, self.layout.offset);
        for (&size, &stride) in shape.iter().zip(strides).rev() {
            place = place.wrapping_add_signed((number % size) as isize * stride);
            number /= size;
        }
        Some(place)
    }
}

impl ExactSizeIterator for Places {}
