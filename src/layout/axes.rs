//! A short list with one entry per axis, kept inline up to four axes: no allocation for the shapes of everyday work.
//!
//! ```text
//!   Axes<usize>   a shape                 inline   [2, 3, 4, _]  length 3
//!   Axes<isize>   strides                 heap     Vec of five or more
//! ```
//!
//! It reads and writes as a slice. The entries have no meaning here. Read next: `shape.rs`.

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Deref, DerefMut};

/// Up to this many entries stay inline.
const INLINE_AXES: usize = 4;

/// One entry per axis; a slice with value semantics.
pub struct Axes<T>(Repr<T>);

enum Repr<T> {
    Inline(u8, [T; INLINE_AXES]),
    Heap(Vec<T>),
}

impl<T: Copy + Default> Axes<T> {
    /// No entries.
    #[inline]
    pub fn new() -> Self {
        Axes::of([])
    }

    /// `len` entries that are all `value`.
    #[inline]
    pub fn repeat(value: T, len: usize) -> Self {
        if len <= INLINE_AXES {
            Axes(Repr::Inline(len as u8, [value; INLINE_AXES]))
        } else {
            Axes(Repr::Heap(alloc::vec![value; len]))
        }
    }

    /// These few entries.
    #[inline(always)]
    pub fn of<const N: usize>(entries: [T; N]) -> Self {
        const { assert!(N <= INLINE_AXES) };
        let mut list = [T::default(); INLINE_AXES];
        list[..N].copy_from_slice(&entries);
        Axes(Repr::Inline(N as u8, list))
    }

    /// Adds an entry at the end.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.insert(self.len(), value);
    }

    /// Adds an entry at position `at`, which is at most the length.
    pub fn insert(&mut self, at: usize, value: T) {
        match &mut self.0 {
            Repr::Heap(list) => list.insert(at, value),
            Repr::Inline(len, list) if usize::from(*len) < INLINE_AXES => {
                list.copy_within(at..usize::from(*len), at + 1);
                list[at] = value;
                *len += 1;
            }
            Repr::Inline(_, list) => {
                let mut list = list.to_vec();
                list.insert(at, value);
                self.0 = Repr::Heap(list);
            }
        }
    }
}

impl<T: Copy> Clone for Axes<T> {
    #[inline]
    fn clone(&self) -> Self {
        match &self.0 {
            Repr::Inline(len, list) => Axes(Repr::Inline(*len, *list)),
            Repr::Heap(list) => on_heap(list),
        }
    }
}

/// More entries than fit inline. Never inlined: every clone of a tensor contains a call, and few make it.
#[cold]
#[inline(never)]
fn on_heap<T: Copy>(entries: &[T]) -> Axes<T> {
    Axes(Repr::Heap(entries.to_vec()))
}

impl<T> Deref for Axes<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            // `min` lets the compiler drop the bounds check.
            Repr::Inline(len, list) => &list[..usize::from(*len).min(INLINE_AXES)],
            Repr::Heap(list) => list,
        }
    }
}

impl<T> DerefMut for Axes<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            Repr::Inline(len, list) => &mut list[..usize::from(*len).min(INLINE_AXES)],
            Repr::Heap(list) => list,
        }
    }
}

impl<T: Copy + Default> From<&[T]> for Axes<T> {
    #[inline]
    fn from(entries: &[T]) -> Self {
        if entries.len() > INLINE_AXES {
            return on_heap(entries);
        }
        let mut list = [T::default(); INLINE_AXES];
        list[..entries.len()].copy_from_slice(entries);
        Axes(Repr::Inline(entries.len() as u8, list))
    }
}

impl<T: Copy + Default> FromIterator<T> for Axes<T> {
    #[inline]
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut axes = Axes::new();
        entries.into_iter().for_each(|entry| axes.push(entry));
        axes
    }
}

impl<T: PartialEq> PartialEq for Axes<T> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Axes<T> {}

impl<T: Hash> Hash for Axes<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Axes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(f)
    }
}
