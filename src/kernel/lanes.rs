//! Map and zip over rows: one value in, or two or three, one out, compiled for the level in force (three: for what every machine has).
//!
//! ```text
//!   Run::Slice  a0 a1 a2 a3 ...      elements side by side
//!   Run::Splat  s  s  s  s  ...      one element for the whole run (stride 0)
//! ```
//!
//! Operands are matrices of one size with any strides, results are rows side by side. Every combination of runs is a loop of its own, simple enough for the compiler
//! to turn into vectors. Nothing here depends on the order of the elements; sums, which do, are in `fold.rs`. Read next: `tiles.rs`, which makes the runs.

use super::element::Element;
use super::mat::Mat;
use super::memory::Slots;
use super::pair::{Pair, Update};
use super::simd::{Kernel, Simd, dispatch};
use super::tiles::{NARROW, Plan, Runs, Source, Tile, flat_below};

/// What a kernel sees of one operand.
#[derive(Clone, Copy)]
pub(crate) enum Run<'a, T> {
    /// Elements side by side, as many as the run is long.
    Slice(&'a [T]),
    /// One element, repeated.
    Splat(T),
}

impl<T: Copy> Run<'_, T> {
    /// Whether it serves a run of `n`.
    #[inline(always)]
    pub(super) fn is_as_long_as(&self, n: usize) -> bool {
        match self {
            Run::Slice(x) => x.len() == n,
            Run::Splat(_) => true,
        }
    }

    /// The elements at `start .. start + n`; of one that is repeated, `n` of its `copies`.
    #[inline(always)]
    fn part<'s>(&'s self, start: usize, n: usize, copies: &'s [T; PART]) -> &'s [T] {
        match self {
            Run::Slice(x) => &x[start..][..n],
            Run::Splat(_) => &copies[..n],
        }
    }

    /// Copies of one that is repeated; of others, anything.
    #[inline(always)]
    fn copies(&self, anything: T) -> [T; PART] {
        [if let Run::Splat(x) = *self { x } else { anything }; PART]
    }
}

/// A function of one element, on slices: any `Fn(A) -> T`, and those of `math`, which work on whole registers. Mark its method `#[inline(always)]`.
pub(crate) trait Each<A, T>: Copy {
    /// `out[i] = f(x[i])`.
    fn on<'o, S: Simd>(self, simd: S, x: &[A], out: Slots<'o, T>) -> &'o mut [T];
}

impl<A: Copy, T: Copy, F: Fn(A) -> T + Copy> Each<A, T> for F {
    #[inline(always)]
    fn on<'o, S: Simd>(self, _simd: S, x: &[A], out: Slots<'o, T>) -> &'o mut [T] {
        out.map(x, self)
    }
}

/// `out[i] = f(x[i])` on slices.
#[inline]
pub(crate) fn map_slice<'o, A: Element, T: Element>(x: &[A], out: Slots<'o, T>, f: impl Each<A, T>) -> &'o mut [T] {
    dispatch(MapSlice { x, out, f })
}

struct MapSlice<'x, 'o, A, T, F> {
    x: &'x [A],
    out: Slots<'o, T>,
    f: F,
}

impl<'o, A: Element, T: Element, F: Each<A, T>> Kernel for MapSlice<'_, 'o, A, T, F> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        self.f.on(simd, self.x, self.out)
    }
}

/// `out[r, c] = f(x[r, c])`.
#[inline]
pub(crate) fn map<'o, A: Element, T: Element>(x: Mat<'_, A>, out: Slots<'o, T>, f: impl Each<A, T>) -> &'o mut [T] {
    let (rows, cols) = (x.rows, x.cols);
    // (Of a column that is stretched, one value serves a whole row.)
    let flat = cols < if x.col_stride == 0 { NARROW } else { flat_below(&x) };
    let mut work = MapRuns { x: Source::new(x, flat), f };
    let plan = Plan::new(rows, cols, size_of::<A>(), flat, work.x.is_straight());
    out.tiles(plan, &mut work)
}

struct MapRuns<'x, A, F> {
    x: Source<'x, A>,
    f: F,
}

impl<A: Element, T: Element, F: Each<A, T>> Runs<T> for MapRuns<'_, A, F> {
    #[inline(always)]
    fn enter(&mut self, tile: Tile) {
        self.x.enter(tile);
    }

    #[inline(always)]
    fn run<'o>(&self, r: usize, out: Slots<'o, T>) -> &'o mut [T] {
        match self.x.run(r) {
            Run::Slice(x) => map_slice(x, out, self.f),
            Run::Splat(x) => {
                let mut y = [T::ZERO];
                map_slice(&[x], Slots::over(&mut y), self.f);
                out.splat(y[0])
            }
        }
    }
}

/// `out[i] = f(x[i], y[i])` on runs.
#[inline]
pub(crate) fn zip_runs<'o, A: Element, B: Element, T: Element>(
    x: Run<'_, A>,
    y: Run<'_, B>,
    out: Slots<'o, T>,
    f: impl Pair<A, B, T>,
) -> &'o mut [T] {
    dispatch(ZipRun { x, y, out, f })
}

struct ZipRun<'x, 'o, A, B, T, F> {
    x: Run<'x, A>,
    y: Run<'x, B>,
    out: Slots<'o, T>,
    f: F,
}

impl<'o, A: Element, B: Element, T: Element, F: Pair<A, B, T>> Kernel for ZipRun<'_, 'o, A, B, T, F> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        self.f.on(simd, self.x, self.y, self.out)
    }
}

/// `out[r, c] = f(x[r, c], y[r, c])`.
#[inline]
pub(crate) fn zip<'o, A: Element, B: Element, T: Element>(
    x: Mat<'_, A>,
    y: Mat<'_, B>,
    out: Slots<'o, T>,
    f: impl Pair<A, B, T>,
) -> &'o mut [T] {
    dispatch(ZipTiles { x, y, out, f })
}

struct ZipTiles<'x, 'o, A, B, T, F> {
    x: Mat<'x, A>,
    y: Mat<'x, B>,
    out: Slots<'o, T>,
    f: F,
}

impl<'o, A: Element, B: Element, T: Element, F: Pair<A, B, T>> Kernel for ZipTiles<'_, 'o, A, B, T, F> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        let Self { x, y, mut out, f } = self;
        if (x.col_stride == 1 && y.has_columns()) || (x.has_columns() && y.col_stride == 1) {
            match f.across(simd, x, y, out) {
                Ok(done) => return done,
                Err(places) => out = places,
            }
        }
        let (rows, cols) = (x.rows, x.cols);
        let flat = cols < flat_below(&x).min(flat_below(&y));
        let mut work = ZipRuns { simd, x: Source::new(x, flat), y: Source::new(y, flat), f };
        let straight = work.x.is_straight() && work.y.is_straight();
        let plan = Plan::new(rows, cols, size_of::<A>().max(size_of::<B>()), flat, straight);
        out.tiles(plan, &mut work)
    }
}

struct ZipRuns<'x, S, A, B, F> {
    simd: S,
    x: Source<'x, A>,
    y: Source<'x, B>,
    f: F,
}

impl<S: Simd, A: Element, B: Element, T: Element, F: Pair<A, B, T>> Runs<T> for ZipRuns<'_, S, A, B, F> {
    #[inline(always)]
    fn enter(&mut self, tile: Tile) {
        self.x.enter(tile);
        self.y.enter(tile);
    }

    #[inline(always)]
    fn run<'o>(&self, r: usize, out: Slots<'o, T>) -> &'o mut [T] {
        self.f.on(self.simd, self.x.run(r), self.y.run(r), out)
    }
}

/// Elements of three operands that are worked on together.
const PART: usize = 64;

/// `out[r, c] = f(x[r, c], y[r, c], z[r, c])`. Three operands have eight combinations of runs: a few copies of what is repeated make one of them.
#[inline]
pub(crate) fn zip3<'o, A: Element, B: Element, C: Element, T: Element>(
    (x, y, z): (Mat<'_, A>, Mat<'_, B>, Mat<'_, C>),
    out: Slots<'o, T>,
    f: impl Fn(A, B, C) -> T + Copy,
) -> &'o mut [T] {
    let (rows, cols) = (x.rows, x.cols);
    let flat = cols < flat_below(&x).min(flat_below(&y)).min(flat_below(&z));
    let mut work = Zip3Runs { x: Source::new(x, flat), y: Source::new(y, flat), z: Source::new(z, flat), f };
    let size = size_of::<A>().max(size_of::<B>()).max(size_of::<C>());
    let straight = work.x.is_straight() && work.y.is_straight() && work.z.is_straight();
    let plan = Plan::new(rows, cols, size, flat, straight);
    out.tiles(plan, &mut work)
}

struct Zip3Runs<'x, A, B, C, F> {
    x: Source<'x, A>,
    y: Source<'x, B>,
    z: Source<'x, C>,
    f: F,
}

impl<A: Element, B: Element, C: Element, T: Element, F: Fn(A, B, C) -> T> Runs<T> for Zip3Runs<'_, A, B, C, F> {
    #[inline(always)]
    fn enter(&mut self, tile: Tile) {
        self.x.enter(tile);
        self.y.enter(tile);
        self.z.enter(tile);
    }

    #[inline(always)]
    fn run<'o>(&self, r: usize, out: Slots<'o, T>) -> &'o mut [T] {
        let (x, y, z) = (self.x.run(r), self.y.run(r), self.z.run(r));
        let (xs, ys, zs) = (x.copies(A::ZERO), y.copies(B::ZERO), z.copies(C::ZERO));
        let (mut start, mut out) = (0, out.writer());
        while out.left() > 0 {
            let n = out.left().min(PART);
            let (x, y, z) = (x.part(start, n, &xs), y.part(start, n, &ys), z.part(start, n, &zs));
            out.next(n, |slots| slots.fill(|i| (self.f)(x[i], y[i], z[i])));
            start += n;
        }
        out.finish()
    }
}

/// `x[i] = f(x[i], y[i])`, in place.
#[inline]
pub(crate) fn update_run<A: Element, B: Element>(x: &mut [A], y: Run<'_, B>, f: impl Update<A, B>) {
    dispatch(UpdateRun { x, y, f });
}

/// `x[r, c] = f(x[r, c], y[r, c])`, in place; the rows of x lie side by side.
#[inline]
pub(crate) fn update<A: Element, B: Element>(x: &mut [A], y: Mat<'_, B>, f: impl Update<A, B>) {
    let flat = y.cols < flat_below(&y);
    let mut source = Source::new(y, flat);
    let plan = Plan::new(y.rows, y.cols, size_of::<B>(), flat, source.is_straight());
    for col in (0..plan.cols).step_by(plan.width) {
        for row in (0..plan.rows).step_by(plan.height) {
            let tile = plan.tile(row, col);
            source.enter(tile);
            for r in 0..tile.runs {
                let x = &mut x[(row + r) * plan.cols + col..][..tile.run];
                dispatch(UpdateRun { x, y: source.run(r), f });
            }
        }
    }
}

struct UpdateRun<'x, 'y, A, B, F> {
    x: &'x mut [A],
    y: Run<'y, B>,
    f: F,
}

impl<A: Element, B: Element, F: Update<A, B>> Kernel for UpdateRun<'_, '_, A, B, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        self.f.update(simd, self.x, self.y);
    }
}
