//! What counts owners: on several threads where the target can compare and swap, on one where it cannot.
//!
//! ```text
//!   compare-and-swap      Arc    AtomicPtr    AtomicUsize    owners on several threads (Send, Sync)
//!   without (ARMv6-M)     Rc     Single       Single         owners on one: neither Send nor Sync, as they hold cells
//! ```
//!
//! `Single` has the methods of an atomic that [`Shared`](super::Shared) calls, so that there is one text of it. Chips
//! without: Cortex-M0 (the RP2040), RISC-V without the extension A (the ESP32-C3). Interrupt handlers count as threads.

#[cfg(target_has_atomic = "ptr")]
pub(crate) use alloc::sync::Arc;
#[cfg(target_has_atomic = "ptr")]
pub(super) use core::sync::atomic::{AtomicPtr as CounterPtr, AtomicUsize as Counter};

#[cfg(not(target_has_atomic = "ptr"))]
pub(super) use single::{Counter, CounterPtr};

/// A counter that never comes down to one owner.
#[cfg(target_has_atomic = "ptr")]
pub(super) fn forever() -> *mut Counter {
    // (Far from 0, and from the most that are counted.)
    static FOREVER: Counter = Counter::new(usize::MAX / 4);
    (&raw const FOREVER).cast_mut()
}

/// The same, one for each: a static one would be of all threads. Its word of memory is never freed.
#[cfg(not(target_has_atomic = "ptr"))]
pub(super) fn forever() -> *mut Counter {
    alloc::boxed::Box::into_raw(alloc::boxed::Box::new(Counter::new(2)))
}

#[cfg(not(target_has_atomic = "ptr"))]
pub(crate) use alloc::rc::Rc as Arc;

// (For the tests of other targets, too.)
#[cfg(any(test, not(target_has_atomic = "ptr")))]
mod single {
    use core::cell::Cell;
    use core::sync::atomic::Ordering;

    /// A value that one thread changes: all orders are its own.
    pub struct Single<T>(Cell<T>);

    pub type Counter = Single<usize>;
    pub type CounterPtr<T> = Single<*mut T>;

    impl<T: Copy + PartialEq> Single<T> {
        pub fn new(value: T) -> Self {
            Single(Cell::new(value))
        }

        #[inline(always)]
        pub fn get_mut(&mut self) -> &mut T {
            self.0.get_mut()
        }

        #[inline(always)]
        pub fn load(&self, _: Ordering) -> T {
            self.0.get()
        }

        pub fn compare_exchange(&self, from: T, to: T, _: Ordering, _: Ordering) -> Result<T, T> {
            let old = self.0.get();
            if old != from {
                return Err(old);
            }
            Ok(self.0.replace(to))
        }
    }

    impl Counter {
        pub fn fetch_add(&self, n: usize, _: Ordering) -> usize {
            self.0.replace(self.0.get().wrapping_add(n))
        }

        pub fn fetch_sub(&self, n: usize, _: Ordering) -> usize {
            self.0.replace(self.0.get().wrapping_sub(n))
        }
    }
}

#[cfg(test)]
mod tests {
    use core::ptr::null_mut;
    use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::AcqRel, Ordering::Acquire};

    use super::single;

    /// On one thread, a `Single` answers each call as the atomic does.
    #[test]
    fn single_counts_as_an_atomic() {
        macro_rules! answers {
            ($counter:ty, $ptr:ty, $place:expr) => {{
                let (mut count, owners) = (<$counter>::new(2), <$ptr>::new(null_mut::<u8>()));
                let exchanges = [null_mut(), null_mut(), $place].map(|from| {
                    let made = owners.compare_exchange(from, $place, AcqRel, Acquire);
                    (made, owners.load(Acquire))
                });
                let down = [3, 1, 1].map(|n| count.fetch_sub(n, AcqRel));
                let up = [1, 4].map(|n| count.fetch_add(n, AcqRel));
                (exchanges, down, up, *count.get_mut(), count.load(Acquire))
            }};
        }
        let mut value = 7_u8;
        let place: *mut u8 = &mut value;
        let single = answers!(single::Counter, single::CounterPtr<u8>, place);
        assert_eq!(single, answers!(AtomicUsize, AtomicPtr<u8>, place));
        let exchanges = [(Ok(null_mut()), place), (Err(place), place), (Ok(place), place)];
        assert_eq!(single, (exchanges, [2, usize::MAX, usize::MAX - 1], [usize::MAX - 2, usize::MAX - 1], 2, 2));
    }
}
