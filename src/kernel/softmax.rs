//! Softmax of rows, exp(x - max) / sum(exp(x - max)), and its logarithm, each row while it is in the cache.
//!
//! ```text
//!   rows of 3 values       a b c | k l m | ...
//!   the greatest of each   c       m                fold, row by row
//!   over the places        c c c | m m m | ...      spread
//!   exp(x - that)          one loop over all rows, whole registers however short they are; then the same with the sums: e / that
//! ```
//!
//! A long row goes through by itself. The steps are those of the tensor operations max, sub, exp, sum and div (or ln and sub), in their order and with
//! their bits. A nan, or an infinity that is no -inf among finite ones, makes its whole row nan by itself.

use super::element::Float;
use super::fold::{self, Fold, Max, Sum};
use super::math;
use super::memory::Slots;
use super::rows::fold_rows_at;
use super::simd::{FloatLanes, Kernel, Lanes, Simd, dispatch};

/// Rows no longer than this go through together, so many of them.
const SHORT: usize = fold::LANES;
const ROWS: usize = 32;

/// The softmax of each row of `width` values, of which there is at least one.
pub(crate) fn softmax_rows<'o, T: Float>(x: &[T], width: usize, out: Slots<'o, T>) -> &'o mut [T] {
    dispatch(Rows { x, width, out, log: None })
}

/// The logarithm of that; `spare` has room for [`together`] values.
pub(crate) fn log_softmax_rows<'o, T: Float>(x: &[T], width: usize, spare: &mut [T], out: Slots<'o, T>) -> &'o mut [T] {
    dispatch(Rows { x, width, out, log: Some(spare) })
}

/// How many values go through together.
pub(crate) fn together(width: usize) -> usize {
    if width > SHORT { width } else { ROWS * width }
}

struct Rows<'x, 'o, T> {
    x: &'x [T],
    width: usize,
    out: Slots<'o, T>,
    log: Option<&'x mut [T]>,
}

impl<'o, T: Float> Kernel for Rows<'_, 'o, T> {
    type Output = &'o mut [T];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> &'o mut [T] {
        let out = self.out.map(self.x, |x| x);
        match self.log {
            None => softmax_in_place(simd, out, self.width),
            Some(spare) => log_softmax_in_place(simd, out, self.width, spare),
        }
        out
    }
}

/// The softmax of each row of `width` values, of which there is at least one, in place, inside a kernel.
#[inline(always)]
pub(crate) fn softmax_in_place<T: Float, S: Simd>(simd: S, values: &mut [T], width: usize) {
    let mut each = Each::new();
    for rows in values.chunks_mut(together(width)) {
        each.fold::<S, Max<T>>(simd, rows, width);
        update(simd, rows, each.spread(simd, width), ExpSub);
        each.fold::<S, Sum<T>>(simd, rows, width);
        update(simd, rows, each.spread(simd, width), Div);
    }
}

#[inline(always)]
fn log_softmax_in_place<T: Float, S: Simd>(simd: S, values: &mut [T], width: usize, spare: &mut [T]) {
    let mut each = Each::new();
    for rows in values.chunks_mut(together(width)) {
        each.fold::<S, Max<T>>(simd, rows, width);
        update(simd, rows, each.spread(simd, width), Sub);
        let e = &mut spare[..rows.len()];
        e.copy_from_slice(rows);
        math::exp_at(simd, e);
        each.fold::<S, Sum<T>>(simd, e, width);
        math::ln_at(simd, &mut each.values);
        update(simd, rows, each.spread(simd, width), Sub);
    }
}

/// One value for each of some rows, and the same over their places.
struct Each<T> {
    values: [T; ROWS],
    /// Room for a register behind the last place.
    places: [T; (ROWS + 1) * SHORT],
    /// How many rows there are.
    rows: usize,
}

impl<T: Float> Each<T> {
    #[inline(always)]
    fn new() -> Self {
        Each { values: [T::ZERO; ROWS], places: [T::ZERO; (ROWS + 1) * SHORT], rows: 0 }
    }

    /// Each row folded.
    #[inline(always)]
    fn fold<S: Simd, F: Fold<Item = T, Out = T>>(&mut self, simd: S, values: &[T], width: usize) {
        self.rows = values.len() / width;
        if width > SHORT {
            self.values[0] = fold::row::<S, F>(simd, values);
        } else {
            let out = Slots::over(&mut self.values[..self.rows]);
            fold_rows_at::<S, F>(simd, values, 0, width as isize, width, out);
        }
    }

    /// The value of a row in each of its places, to be used over and over for a long one.
    #[inline(always)]
    fn spread<S: Simd>(&mut self, simd: S, width: usize) -> &[T] {
        let len = T::FloatVector::<S>::LEN;
        if width > SHORT {
            let places = &mut self.places[..width.min(ROWS * SHORT)];
            places.fill(self.values[0]);
            return places;
        }
        for (row, &value) in self.values[..self.rows].iter().enumerate() {
            // The last register reaches into the next row, which is written after it.
            for at in (0..width).step_by(len) {
                T::FloatVector::<S>::splat(simd, value).store(&mut self.places[row * width + at..]);
            }
        }
        &self.places[..self.rows * width]
    }
}

/// A function of two registers.
trait Pair: Copy {
    fn at<T: Float, S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V, y: V) -> V;
}

macro_rules! pair {
    ($name:ident($simd:ident $x:ident $y:ident) $value:expr) => {
        #[derive(Clone, Copy)]
        struct $name;

        impl Pair for $name {
            #[inline(always)]
            fn at<T: Float, S: Simd, V: FloatLanes<T, S>>(self, $simd: S, $x: V, $y: V) -> V {
                $value
            }
        }
    };
}

pair!(ExpSub(simd x y) math::exp_of(simd, x - y));
pair!(Sub(_simd x y) x - y);
pair!(Div(_simd x y) x / y);

/// `x = f(x, y)`, with `y` over and over.
#[inline(always)]
fn update<T: Float, S: Simd>(simd: S, x: &mut [T], y: &[T], f: impl Pair) {
    let len = T::FloatVector::<S>::LEN;
    for x in x.chunks_mut(y.len()) {
        let whole = x.len() / len * len;
        for at in (0..whole).step_by(len) {
            let (a, b) = (T::FloatVector::<S>::load(simd, &x[at..]), T::FloatVector::<S>::load(simd, &y[at..]));
            f.at(simd, a, b).store(&mut x[at..]);
        }
        if whole < x.len() {
            let y = T::FloatVector::<S>::load_part(simd, &y[whole..x.len()]);
            let x = &mut x[whole..];
            f.at(simd, T::FloatVector::<S>::load_part(simd, x), y).store_part(x);
        }
    }
}
