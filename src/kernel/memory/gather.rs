//! A tile of an operand, gathered: copied so that its rows are contiguous, for any strides of the operand: onto the
//! stack, or into a panel of a product.
//!
//! ```text
//!   contiguous columns         a a a a         a b c d       four by four, through registers;
//!                              b b b b   ->    a b c d       the rest of a width or height one by one
//!                              c c c c         a b c d
//!                              d d d d         a b c d
//! ```
//!
//! The loops move bits: they are compiled once for each size of an element, whatever its type. Which tiles are
//! gathered, and why: `../elementwise/tiled.rs`.

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use super::{Slots, bits};
use crate::kernel::mat::Mat;
use crate::kernel::scalar::Scalar;
use crate::kernel::simd;

/// Bytes of the largest tile that is gathered: it stands on the stack, and the first cache holds three.
pub(in super::super) const TILE_BYTES: usize = 8192;

/// Bytes of a column in such a tile: a cache line. The tile below begins with the rest of the line.
pub(in super::super) const LINE_BYTES: usize = 64;

pub(in super::super) struct Buffer<T> {
    /// Memory of `TILE_BYTES`, aligned for every element.
    storage: [MaybeUninit<u64>; TILE_BYTES / 8],
    /// Slots before this one have been written.
    done: usize,
    of: PhantomData<T>,
}

impl<T: Scalar> Buffer<T> {
    #[inline(always)]
    pub(in super::super) fn new() -> Self {
        Buffer { storage: [const { MaybeUninit::uninit() }; TILE_BYTES / 8], done: 0, of: PhantomData }
    }

    /// `height` rows from `row` on, `width` elements from `col` on of each, row after row.
    pub(in super::super) fn gather(&mut self, x: &Mat<'_, T>, at: (usize, usize), (height, width): (usize, usize)) {
        const { assert!(align_of::<T>() <= 8) };
        let n = TILE_BYTES / size_of::<T>();
        // SAFETY: as many elements as the storage holds, which is aligned for each; none need hold anything yet.
        let slots = unsafe { core::slice::from_raw_parts_mut(self.storage.as_mut_ptr().cast::<MaybeUninit<T>>(), n) };
        by_size(x, at, (height, width), &mut slots[..height * width], width);
        self.done = height * width;
    }

    #[inline(always)]
    pub(in super::super) fn values(&self) -> &[T] {
        // SAFETY: `gather` alone sets `done`, once so many slots at the beginning have been written as elements.
        unsafe { core::slice::from_raw_parts(self.storage.as_ptr().cast(), self.done) }
    }
}

/// The same into `to`, rows `stride` apart; what is between them stays as it is.
pub(in super::super) fn gather_into<T: Scalar>(
    x: &Mat<'_, T>,
    at: (usize, usize),
    size: (usize, usize),
    to: &mut [T],
    stride: usize,
) {
    by_size(x, at, size, Slots::over(to).0, stride);
}

/// [`gather`] by the unsigned integers of that size.
#[inline(always)]
fn by_size<T: Scalar>(
    x: &Mat<'_, T>,
    at: (usize, usize),
    size: (usize, usize),
    slots: &mut [MaybeUninit<T>],
    stride: usize,
) {
    // SAFETY: unsigned integers of the same size; each that is written is an element of `x`.
    unsafe {
        match size_of::<T>() {
            1 => gather_1(&bits::mat(x), at, size, bits::slots(slots), stride),
            2 => gather_2(&bits::mat(x), at, size, bits::slots(slots), stride),
            4 => gather_4(&bits::mat(x), at, size, bits::slots(slots), stride),
            _ => gather_8(&bits::mat(x), at, size, bits::slots(slots), stride),
        }
    }
}

macro_rules! gather_bits {
    ($($name:ident $bits:ident;)*) => {$(
        #[inline(never)]
        fn $name(x: &Mat<'_, $bits>, at: (usize, usize), size: (usize, usize), to: &mut [MaybeUninit<$bits>], stride: usize) {
            gather(*x, at, size, to, stride);
        }
    )*};
}

gather_bits! {
    gather_1 u8;
    gather_2 u16;
    gather_4 u32;
    gather_8 u64;
}

/// Writes `width` slots of each row: one row and copies of it; or by rows; or by columns, four at a time, then the
/// rest. Reads along the axis with the shorter stride. Where rows of slots follow one another, all slots are written,
/// which `Buffer::values` relies on.
#[inline(always)]
fn gather<T: Scalar>(
    x: Mat<'_, T>,
    (row, col): (usize, usize),
    (height, width): (usize, usize),
    slots: &mut [MaybeUninit<T>],
    stride: usize,
) {
    assert!(width <= stride && (stride > width || slots.len() == height * width));
    if x.row_stride == 0 && x.col_stride == 1 && stride == width {
        // A repeated row: written once, then doubled by copies of all that is there.
        for (to, &from) in slots.iter_mut().zip(x.row(row, col, width)) {
            to.write(from);
        }
        let mut done = width;
        while done < slots.len() {
            let more = done.min(slots.len() - done);
            slots.copy_within(..more, done);
            done += more;
        }
    } else if height == 1 || x.row_stride.unsigned_abs() >= x.col_stride.unsigned_abs() {
        for (r, to) in slots.chunks_exact_mut(stride).enumerate().take(height) {
            let (mut offset, to) = (x.offset(row + r, col), &mut to[..width]);
            if x.col_stride == 0 {
                to.fill(MaybeUninit::new(x.data[offset]));
                continue;
            }
            for to in to {
                to.write(x.data[offset]);
                offset = offset.wrapping_add_signed(x.col_stride);
            }
        }
    } else {
        // Whole lines, then the rest of a height of four or more, by fours; the rest one by one.
        let (fours, mut done) = (width / 4 * 4, 0);
        while x.row_stride == 1 && done < height / 4 * 4 {
            let (row, slots) = (row + done, &mut slots[done * stride..]);
            done += match (size_of::<T>(), LINE_BYTES <= (height - done) * size_of::<T>()) {
                (4, true) => lines::<T, 16>(x, (row, col), width, slots, stride),
                (8, true) => lines::<T, 8>(x, (row, col), width, slots, stride),
                _ => lines::<T, 4>(x, (row, col), width, slots, stride),
            };
        }
        for c in 0..width {
            let start = if c < fours { done } else { 0 };
            let mut offset = x.offset(row + start, col + c);
            for r in start..height {
                slots[r * stride + c].write(x.data[offset]);
                offset = offset.wrapping_add_signed(x.row_stride);
            }
        }
    }
}

/// `HEIGHT` rows from `(row, col)` on, four columns at a time as long as there are four, into the rows of `slots`: four
/// by four, through registers. How many rows.
#[inline(always)]
fn lines<T: Scalar, const HEIGHT: usize>(
    x: Mat<'_, T>,
    (row, col): (usize, usize),
    width: usize,
    slots: &mut [MaybeUninit<T>],
    stride: usize,
) -> usize {
    let mut rows = slots.chunks_exact_mut(stride);
    let mut rows: [&mut [MaybeUninit<T>]; HEIGHT] = core::array::from_fn(|_| rows.next().unwrap_or_default());
    let nothing = [T::ZERO; HEIGHT];
    let mut offset = x.offset(row, col);
    for c in (0..width / 4 * 4).step_by(4) {
        let mut columns = [&nothing; 4];
        for column in &mut columns {
            // Columns are too far apart for the hardware prefetcher: the rows below are prefetched here.
            simd::prefetch(x.data, offset + 2 * HEIGHT - 1);
            *column = x.data[offset..].first_chunk().unwrap_or_else(|| unreachable!("a column is as high as the tile"));
            offset = offset.wrapping_add_signed(x.col_stride);
        }
        let [c0, c1, c2, c3] = columns;
        let blocks = c0.as_chunks::<4>().0.iter().zip(c1.as_chunks().0).zip(c2.as_chunks().0).zip(c3.as_chunks().0);
        for ((((c0, c1), c2), c3), [r0, r1, r2, r3]) in blocks.zip(rows.as_chunks_mut().0) {
            let to = [
                r0[c..].first_chunk_mut(),
                r1[c..].first_chunk_mut(),
                r2[c..].first_chunk_mut(),
                r3[c..].first_chunk_mut(),
            ];
            let [Some(r0), Some(r1), Some(r2), Some(r3)] = to else { unreachable!("four of them") };
            simd::transpose([c0, c1, c2, c3], [r0, r1, r2, r3]);
        }
    }
    HEIGHT
}
