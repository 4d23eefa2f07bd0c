//! Which elements of an array are shown: all of them, or where there are more than 1000, three at either end of each
//! axis.
//!
//! ```text
//!   axis of 8      [0 1 2 ... 5 6 7]        axis of 6, never abridged      [0 1 2 3 4 5]
//! ```
//!
//! The array is its shape and a function from an index to a value: no element is read that is not shown. Read next:
//! `format.rs`.

use crate::kernel::scalar::Value;
use crate::layout::axes::Axes;

/// NumPy's `threshold`: an array with more elements is abridged.
pub(super) const THRESHOLD: usize = 1000;
/// NumPy's `edgeitems`: how many stay at either end of an abridged axis.
const EDGE: usize = 3;
/// An abridged array of many axes may still show 6 elements on each. Beyond this many, NumPy runs out of memory: here
/// nothing is shown.
pub(super) const MOST: usize = 1 << 26;

pub(super) struct Shown<'a> {
    shape: &'a [usize],
    abridged: bool,
    value: &'a dyn Fn(&[usize]) -> Value,
}

impl<'a> Shown<'a> {
    /// All of them where there are at most `threshold`.
    pub(super) fn up_to(threshold: usize, shape: &'a [usize], value: &'a dyn Fn(&[usize]) -> Value) -> Self {
        let empty = shape.contains(&0);
        let size = shape.iter().fold(1, |size: usize, &n| size.saturating_mul(n));
        Shown { shape, abridged: !empty && size > threshold, value }
    }

    pub(super) fn ndim(&self) -> usize {
        self.shape.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Whether there are too many elements to show all; each axis may still be short enough to be shown whole.
    pub(super) fn is_abridged(&self) -> bool {
        self.abridged
    }

    /// Whether even the abridged array is beyond any page.
    pub(super) fn is_absurd(&self) -> bool {
        let shown = |&n: &usize| if self.abridged { n.min(2 * EDGE) } else { n };
        self.shape.iter().map(shown).fold(1, usize::saturating_mul) > MOST
    }

    pub(super) fn value(&self, index: &[usize]) -> Value {
        (self.value)(index)
    }

    /// What is shown of an axis: places, and `None` for the dots.
    pub(super) fn items(&self, axis: usize) -> impl Iterator<Item = Option<usize>> + use<> {
        let n = self.shape[axis];
        let dots = self.abridged && n > 2 * EDGE;
        let (head, tail) = if dots { (EDGE, EDGE) } else { (0, n) };
        (0..head).map(Some).chain(dots.then_some(None)).chain((n - tail..n).map(Some))
    }

    pub(super) fn for_each(&self, mut visit: impl FnMut(Value)) {
        self.visit(&mut Axes::repeat(0, self.ndim()), 0, &mut visit);
    }

    fn visit(&self, index: &mut [usize], axis: usize, visit: &mut dyn FnMut(Value)) {
        if axis == index.len() {
            return visit(self.value(index));
        }
        for i in self.items(axis).flatten() {
            index[axis] = i;
            self.visit(index, axis + 1, visit);
        }
    }
}
