//! The elements of a tensor and of its views: memory that they share, with owners counted from the second one on.
//!
//! ```text
//!   one owner    start, len --> [ 1 2 3 ]      owners: null       a Vec, taken over: no allocation, no copy, no count
//!
//!   two          start, len --> [ 1 2 3 ] <-- start, len
//!                owners ------> ( 2 )     <------ owners          the first clone makes the counter
//! ```
//!
//! So a result costs the one allocation of its elements, a `Vec` comes in and goes out without a copy, and a view of
//! any size shares. (An `Arc<Vec<T>>` is a second allocation for each result; an `Arc<[T]>` copies each `Vec` that
//! comes in or goes out. Both count down with locked instructions even for an only owner, which takes as long as a
//! small sum.)
//!
//! Elements of the program itself (`from_static`) have an owner that is never dropped, so nothing writes to them or
//! frees them. Where the target cannot compare and swap, owners are counted without atomics and stay on one thread:
//! `count.rs`.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::Deref;
use core::ptr::{self, NonNull};
use core::sync::atomic::Ordering;

use super::count::{self, Counter, CounterPtr};
use super::{Slots, fill_all, with_capacity};

/// Elements that have one owner or several, which read them; the only owner may write to them. `Send` and `Sync` where
/// the target can compare and swap; elsewhere its owners are those of one thread.
pub struct Shared<T> {
    /// The parts of a `Vec`, the same ones in every owner; of elements of the program the capacity is 0.
    start: NonNull<T>,
    len: usize,
    capacity: usize,
    /// How many owners there are; null as long as there has been one alone.
    owners: CounterPtr<Counter>,
    elements: PhantomData<Vec<T>>,
}

// SAFETY: owners on several threads read the elements (T: Sync), the last one drops or hands over what another made
// (T: Send), and the counter is atomic. (Only there: owners on two threads would race for a `Single`.)
#[cfg(target_has_atomic = "ptr")]
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as above: a reference gives a clone, which may outlive the owner that it is of.
#[cfg(target_has_atomic = "ptr")]
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Whether there is no other owner. It stays so while this one is borrowed: only an owner makes another.
    #[inline(always)]
    fn is_alone(&mut self) -> bool {
        let owners = *self.owners.get_mut();
        // SAFETY: a counter lives as long as any of its owners. (Acquire: what other owners read, they read before
        // they were gone.)
        owners.is_null() || unsafe { &*owners }.load(Ordering::Acquire) == 1
    }

    /// `n` other elements, in fresh memory, which `fill` writes; false where there is not enough memory. If `fill`
    /// panics, there are none.
    ///
    /// The fields are written before `fill` runs, and so are those of the tensor around them, as this is not inlined. A
    /// caller moves the result in wide pieces, and a wide load waits for the narrow stores that it spans, while these
    /// are recent: 10 to 20 ns, which for a product of 8 x 8 is a fifth.
    #[inline(never)]
    pub(crate) fn collect(&mut self, n: usize, fill: impl for<'o> FnOnce(Slots<'o, T>) -> &'o mut [T]) -> bool
    where
        T: Copy,
    {
        /// An owner whose elements are not written yet: it is left without any.
        struct Unwritten<'a, T>(&'a mut Shared<T>);

        impl<T> Drop for Unwritten<'_, T> {
            fn drop(&mut self) {
                self.0.len = 0;
            }
        }

        let Some(elements) = with_capacity(n) else { return false };
        *self = Shared::from(elements);
        self.len = n;
        let this = Unwritten(self);
        // SAFETY: there is capacity for `n` elements, and nobody else has access to them.
        let slots = unsafe { core::slice::from_raw_parts_mut(this.0.start.as_ptr().cast::<MaybeUninit<T>>(), n) };
        fill_all(slots, fill);
        // All have been written.
        core::mem::forget(this);
        true
    }

    /// Elements of the program itself, read where they lie: one owner more is counted, which is never dropped.
    pub(crate) fn from_static(elements: &'static [T]) -> Self
    where
        T: Copy,
    {
        let (start, len) = (NonNull::from(elements).cast(), elements.len());
        Shared { start, len, capacity: 0, owners: CounterPtr::new(count::forever()), elements: PhantomData }
    }

    /// Whether they are elements of the program itself, and there are any. (A `Vec` has the capacity for its elements.)
    pub(crate) fn is_static(&self) -> bool {
        self.capacity < self.len
    }

    /// The elements to write to, unless there are other owners.
    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> Option<&mut [T]> {
        if !self.is_alone() {
            return None;
        }
        // SAFETY: `len` elements are there, and nobody else has access to them while this owner is borrowed.
        Some(unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) })
    }

    /// The elements, or this owner as it was where there are others.
    pub(crate) fn into_vec(mut self) -> Result<Vec<T>, Self> {
        if !self.is_alone() {
            return Err(self);
        }
        let mut this = ManuallyDrop::new(self);
        // SAFETY: this owner is not used or dropped any more.
        match unsafe { this.release() } {
            Some(elements) => Ok(elements),
            None => unreachable!("it was the only owner"),
        }
    }

    /// One owner less: the elements, if it was the last.
    ///
    /// # Safety
    /// The owner is not used any more.
    #[inline(always)]
    unsafe fn release(&mut self) -> Option<Vec<T>> {
        let owners = *self.owners.get_mut();
        if !owners.is_null() {
            // SAFETY: a counter lives as long as any of its owners, and the caller is one.
            if unsafe { &*owners }.fetch_sub(1, Ordering::AcqRel) > 1 {
                return None;
            }
            // SAFETY: it was made by `Box::into_raw`, and the last of its owners is here.
            drop(unsafe { Box::from_raw(owners) });
        }
        // SAFETY: these are the parts of a `Vec`, and this was the last owner of them.
        Some(unsafe { Vec::from_raw_parts(self.start.as_ptr(), self.len, self.capacity) })
    }

    /// The counter of the owners, with one more than before.
    fn count_one_more(&self) -> *mut Counter {
        let mut owners = self.owners.load(Ordering::Acquire);
        if owners.is_null() {
            let two = Box::into_raw(Box::new(Counter::new(2)));
            match self.owners.compare_exchange(ptr::null_mut(), two, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return two,
                Err(another) => {
                    // Another thread was first.
                    // SAFETY: it was made above, and nobody else has seen it.
                    drop(unsafe { Box::from_raw(two) });
                    owners = another;
                }
            }
        }
        // SAFETY: a counter lives as long as any of its owners, and `self` is one.
        let counter = unsafe { &*owners };
        if counter.fetch_add(1, Ordering::Relaxed) > usize::MAX / 2 {
            // (So many can only have been forgotten, not dropped; a wrong count would free what is in use.)
            counter.fetch_sub(1, Ordering::Relaxed);
            panic!("more owners than can be counted");
        }
        owners
    }
}

impl<T> Clone for Shared<T> {
    /// One more owner of the same elements.
    #[inline]
    fn clone(&self) -> Self {
        Shared { owners: CounterPtr::new(self.count_one_more()), ..*self }
    }
}

impl<T> Drop for Shared<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: what is dropped is not used any more.
        drop(unsafe { self.release() });
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    /// The same memory.
    #[inline(always)]
    fn from(elements: Vec<T>) -> Self {
        let mut elements = ManuallyDrop::new(elements);
        let (len, capacity) = (elements.len(), elements.capacity());
        // SAFETY: the pointer of a `Vec` is never null.
        let start = unsafe { NonNull::new_unchecked(elements.as_mut_ptr()) };
        Shared { start, len, capacity, owners: CounterPtr::new(ptr::null_mut()), elements: PhantomData }
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: `len` elements are there as long as an owner is, and none writes to them but the only one, while it
        // is borrowed (`get_mut`).
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_come_and_go() {
        let mut first = Shared::from(vec![1, 2, 3]);
        let place = first.as_ptr();
        first.get_mut().expect("one owner")[0] = 5;
        let mut second = first.clone();
        let third = second.clone();
        assert!(first.get_mut().is_none() && second.get_mut().is_none());
        drop(first);
        assert!(second.get_mut().is_none());
        let third = third.into_vec().expect_err("there is another");
        let copy = third.to_vec();
        drop(third);
        second.get_mut().expect("the others are gone")[1] = 6;
        let mut last = second.clone();
        drop(second);
        last.get_mut().expect("the others are gone")[2] = 7;
        let elements = last.into_vec().expect("the others are gone");
        assert_eq!((elements.as_ptr(), &elements[..], &copy[..]), (place, &[5, 6, 7][..], &[5, 2, 3][..]));
        assert!(Shared::<f64>::from(Vec::new()).into_vec().is_ok_and(|elements| elements.is_empty()));
    }

    #[test]
    fn elements_that_are_written_late() {
        let mut shared = Shared::from(vec![1, 2]);
        let before = shared.clone();
        assert!(shared.collect(3, |slots| slots.splat(7)));
        assert_eq!((&*shared, &*before), (&[7; 3][..], &[1, 2][..]));
        assert!(!shared.collect(usize::MAX, |slots| slots.splat(7)));
        assert_eq!(*shared, [7; 3]);
    }

    #[cfg(feature = "std")]
    #[test]
    fn elements_whose_writer_panics() {
        let mut shared = Shared::from(vec![1, 2]);
        let fill = std::panic::AssertUnwindSafe(|| shared.collect(3, |_| panic!("it does")));
        assert!(std::panic::catch_unwind(fill).is_err());
        assert_eq!(*shared, []);
    }

    #[test]
    fn elements_of_the_program() {
        static ELEMENTS: [u16; 3] = [1, 2, 3];
        let mut first = Shared::from_static(&ELEMENTS);
        let second = first.clone();
        assert_eq!((first.as_ptr(), second.as_ptr()), (ELEMENTS.as_ptr(), ELEMENTS.as_ptr()));
        drop(second);
        assert!(first.get_mut().is_none());
        let again = Shared::from_static(&ELEMENTS).into_vec().expect_err("nobody else may have them");
        assert_eq!((&*again, &*first), (&ELEMENTS[..], &ELEMENTS[..]));
    }

    /// Several threads make the first clone at once, and drop theirs while others still read.
    #[cfg(feature = "std")]
    #[test]
    fn owners_on_threads() {
        for _ in 0..if cfg!(miri) { 5 } else { 200 } {
            let mut shared = Shared::from(vec![1_u64; 100]);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        let clones = [shared.clone(), shared.clone()];
                        std::thread::spawn(move || assert_eq!(clones[0].iter().sum::<u64>(), 100)).join().unwrap();
                    });
                }
            });
            shared.get_mut().expect("the clones are gone").fill(2);
            assert_eq!(shared.into_vec().expect("one owner"), vec![2; 100]);
        }
    }
}
