//! The longest blocks of a matrix product, from the caches that this machine has.
//!
//! ```text
//!            KC                    NC
//!         +------+           +-----------+      KC   4096 bytes: the longer, the fewer passes over C; a tile is as
//!      MC |  A   |        KC |     B     |           fast at every KC from 192 to 1024, for the second cache delivers
//!         +------+           +-----------+           a micro-panel of B as fast as multiply-adds use it
//!      a block of A, in     a panel of B, in    MC   rows of KC elements that fill a third of the second cache: each
//!      a third of the       the third cache:         block reads the panel of B again, so the higher, the less comes
//!      second cache         4 MB                     from the third cache; B and C need the other two thirds
//!                                               NC   1008 columns: whole micro-panels of every width there is
//! ```
//!
//! | second cache | MC | machine |
//! |---|---|---|
//! | 512 KiB | 42 | where nothing is known |
//! | 1 MiB | 85 | Zen 4 |
//! | 2 MiB | 170 | Intel since Sapphire Rapids |
//!
//! No answer depends on any of this (`mod.rs`): the tests hand over blocks of a few elements and compare bits. How
//! `explain blocks` gets them: `plan.rs`. Used by `mod.rs` and `panel_buffer.rs`.

use core::sync::atomic::{AtomicUsize, Ordering};

use crate::kernel::simd::cache_bytes;

/// Bytes of a column of B in a panel, KC elements, and of a row of A in a block.
const COLUMN_BYTES: usize = 4096;
/// Columns of B in a panel: a multiple of 48, 24, 16 and 8.
const NC: usize = 1008;
/// The second cache, where the processor does not say; and the bounds of what it is believed to be.
const USUAL_L2: usize = 512 << 10;
const MIN_L2: usize = 128 << 10;
const MAX_L2: usize = 4 << 20;

/// Bytes of a panel of B and a block of A, at most: its rows are rounded up to whole tiles.
pub(super) const MAX_BYTES: usize = COLUMN_BYTES * (NC + 8) + MAX_L2 / 3;

/// The longest blocks of m, k and n.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks {
    pub(crate) mc: usize,
    pub(crate) kc: usize,
    pub(crate) nc: usize,
}

impl Blocks {
    /// Those for this machine and elements of type `T`.
    pub(super) fn of_machine<T>() -> Self {
        Blocks::new::<T>(second_cache())
    }

    /// Those for a second cache of so many bytes.
    fn new<T>(l2: usize) -> Self {
        Blocks { mc: l2 / 3 / COLUMN_BYTES, kc: COLUMN_BYTES / size_of::<T>(), nc: NC }
    }

    /// The blocks of a product, with tiles of `mr` by `nr`: as few as the longest allow, and as even as whole tiles do.
    pub(super) fn of_product(self, (m, k, n): (usize, usize, usize), (mr, nr): (usize, usize)) -> Self {
        Blocks { mc: even_parts(m, self.mc, mr), kc: even_parts(k, self.kc, 1), nc: even_parts(n, self.nc, nr) }
    }
}

/// The length of the fewest parts of `n`, none longer than `max` rounded up to a multiple of `unit`, and as even as
/// such multiples allow.
#[inline(always)]
fn even_parts(n: usize, max: usize, unit: usize) -> usize {
    n.div_ceil(n.div_ceil(max).max(1)).next_multiple_of(unit)
}

/// Bytes of the second cache, within bounds; asked once.
pub(super) fn second_cache() -> usize {
    /// 0 before the first call. Each caller finds the same, so that a race does no harm.
    static L2: AtomicUsize = AtomicUsize::new(0);
    match L2.load(Ordering::Relaxed) {
        0 => {
            let l2 = cache_bytes(2).unwrap_or(USUAL_L2).clamp(MIN_L2, MAX_L2);
            L2.store(l2, Ordering::Relaxed);
            l2
        }
        l2 => l2,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::{Loops, PanelBuffer, Strategy, naive};
    use super::*;
    use crate::kernel::element::SimdElement;
    use crate::kernel::mat::Mat;
    use crate::kernel::memory::Output;
    use crate::kernel::scalar::Scalar;
    use crate::kernel::simd::{Kernel, Lanes, Simd, at_every_level};

    /// A product by all five loops, with blocks of our choice, and by the naive ones.
    #[derive(Clone)]
    struct Both<'a, T> {
        a: Mat<'a, T>,
        b: Mat<'a, T>,
        longest: fn() -> Blocks,
    }

    impl<T: SimdElement> Kernel for Both<'_, T> {
        type Output = (Vec<T>, Vec<T>);

        #[inline(always)]
        fn call<S: Simd>(self, simd: S) -> Self::Output {
            let Both { a, b, longest } = self;
            let (mut blocked, mut plain) = (vec![T::ONE; a.rows * b.cols], vec![T::ZERO; a.rows * b.cols]);
            naive(&a, &b, &mut Output::over(&mut plain, b.cols), S::FUSED);
            if const { !T::Vector::<S>::TILES } {
                return (plain.clone(), plain);
            }
            let (mut done, mut buffer, c) = (false, PanelBuffer::new(), &mut Output::over(&mut blocked, b.cols));
            let (strategy, buffer) = (Strategy::Blocks, &mut buffer);
            simd.tiled(Loops { simd, strategy, a: &a, b: &b, c, buffer, longest, done: &mut done });
            assert!(done);
            (blocked, plain)
        }
    }

    fn every_edge<T: SimdElement>() {
        // Fractions with few bits would add up exactly in any order: these do not.
        let values = |n: usize, of: u32| -> Vec<T> {
            let mut state = of;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (f64::from(state >> 8) / 3.0).cast::<T>()
            };
            (0..n).map(|_| next()).collect()
        };
        let blocks: [fn() -> Blocks; 4] = [
            || Blocks { mc: 1, kc: 1, nc: 1 },
            || Blocks { mc: 3, kc: 2, nc: 5 },
            || Blocks { mc: 9, kc: 5, nc: 33 },
            || Blocks { mc: 17, kc: 7, nc: 49 },
        ];
        let sizes =
            [(1, 1, 1), (5, 3, 7), (7, 4, 8), (9, 8, 17), (17, 9, 20), (20, 13, 33), (21, 20, 49), (23, 6, 101)];
        // (Miri, which looks at each access, takes one of them.)
        for (m, k, n) in if cfg!(miri) { &sizes[4..5] } else { &sizes[..] } {
            let (m, k, n) = (*m, *k, *n);
            let (x, y) = (values(m * k, 1), values(k * n, 2));
            let (a, b) = (Mat::dense(&x, m, k), Mat::dense(&y, k, n));
            for a in [a, Mat::dense(&x, k, m).transposed()] {
                for b in [b, Mat::dense(&y, n, k).transposed()] {
                    for longest in blocks {
                        for (level, (blocked, plain)) in at_every_level(&Both { a, b, longest }) {
                            assert!(blocked == plain, "{m} {k} {n} {:?} {level:?}", longest());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn tiny_blocks_meet_every_edge() {
        every_edge::<f32>();
        every_edge::<f64>();
        every_edge::<i32>();
        every_edge::<i64>();
    }
}
