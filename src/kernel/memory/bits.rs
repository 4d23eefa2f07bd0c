//! The same memory as elements of another type of that size: unsigned integers as signed ones, and any element as the
//! unsigned integer of its bits; and bytes as the elements that they are (`of_bytes`).
//!
//! ```text
//!   u32       products: the bits of i32                    f64, i64, u64   copied, gathered, selected: as u64
//! ```
//!
//! So kernels whose result does not depend on the type are compiled once for both.

use alloc::vec::Vec;
use core::mem::{ManuallyDrop, MaybeUninit};

use super::Slots;
use crate::kernel::mat::Mat;
use crate::kernel::scalar::Scalar;

/// A type of which every pattern of bits is a value, and none of whose bits is padding.
///
/// # Safety
/// It is as said.
pub(crate) unsafe trait AnyBits: Scalar {}

macro_rules! any_bits {
    ($($type:ident)*) => {$(
        // SAFETY: a number of the machine's.
        unsafe impl AnyBits for $type {}
    )*};
}

any_bits!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

/// The elements that bytes are in the machine's own order of bytes; `None` where these are not aligned for them, or are
/// no whole elements.
pub(crate) fn of_bytes<T: AnyBits>(bytes: &[u8]) -> Option<&[T]> {
    // SAFETY: every pattern of bits is a `T`, and the method sees to the alignment and to the length.
    let (before, elements, after) = unsafe { bytes.align_to() };
    (before.is_empty() && after.is_empty()).then_some(elements)
}

/// The slice as elements of another type.
///
/// # Safety
/// Each bit pattern that a `T` may have is a `U`.
#[inline(always)]
unsafe fn slice<T, U>(x: &[T]) -> &[U] {
    assert!(size_of::<T>() == size_of::<U>() && align_of::<T>() == align_of::<U>());
    // SAFETY: the same size and alignment, so the same memory; the caller vouches for the values.
    unsafe { &*(core::ptr::from_ref(x) as *const [U]) }
}

/// The matrix as elements of the unsigned type of that size, or another.
///
/// # Safety
/// Each bit pattern that a `T` may have is a `U`, which has the size of `T`.
#[inline(always)]
pub(super) unsafe fn mat<'a, T, U>(x: &Mat<'a, T>) -> Mat<'a, U> {
    // SAFETY: the caller's promise is passed on.
    let data = unsafe { slice(x.data) };
    Mat { data, start: x.start, rows: x.rows, cols: x.cols, row_stride: x.row_stride, col_stride: x.col_stride }
}

/// Places for elements of another type.
///
/// # Safety
/// What is written there must be a `T`, and `U` has its size.
#[inline(always)]
pub(super) unsafe fn slots<T, U>(x: &mut [MaybeUninit<T>]) -> &mut [MaybeUninit<U>] {
    assert!(size_of::<T>() == size_of::<U>() && align_of::<T>() == align_of::<U>());
    // SAFETY: the same size and alignment; the caller vouches for what is written.
    unsafe { &mut *(core::ptr::from_mut(x) as *mut [MaybeUninit<U>]) }
}

#[inline(always)]
pub(in super::super) fn mat_as<'a, T: AnyBits, U: AnyBits>(x: &Mat<'a, T>) -> Mat<'a, U> {
    // SAFETY: every pattern of bits is a value of either.
    unsafe { mat(x) }
}

#[inline(always)]
pub(in super::super) fn slice_as<T: AnyBits, U: AnyBits>(x: &[T]) -> &[U] {
    // SAFETY: every pattern of bits is a value of either.
    unsafe { slice(x) }
}

#[inline(always)]
pub(in super::super) fn slice_mut_as<T: AnyBits, U: AnyBits>(x: &mut [T]) -> &mut [U] {
    const { assert!(size_of::<T>() == size_of::<U>() && align_of::<T>() == align_of::<U>()) };
    // SAFETY: the same size and alignment, and every pattern of bits is a value of either.
    unsafe { &mut *(core::ptr::from_mut(x) as *mut [U]) }
}

/// The elements of a list under another type of the same size, without a copy.
pub(crate) fn vec_as<T: AnyBits, U: AnyBits>(x: Vec<T>) -> Vec<U> {
    const { assert!(size_of::<T>() == size_of::<U>() && align_of::<T>() == align_of::<U>()) };
    let mut x = ManuallyDrop::new(x);
    // SAFETY: memory of `Vec`, of the same size and alignment; every pattern of bits is a value of either.
    unsafe { Vec::from_raw_parts(x.as_mut_ptr().cast(), x.len(), x.capacity()) }
}

#[inline(always)]
pub(in super::super) fn slots_as<T: AnyBits, U: AnyBits>(x: Slots<'_, T>) -> Slots<'_, U> {
    // SAFETY: every pattern of bits is a value of either, so whatever is written is one.
    Slots(unsafe { slots(x.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_as_elements() {
        let elements = [1.5_f64, -0.0, f64::from_bits(0x7ff8_0000_0000_0001)];
        // SAFETY: the bytes of numbers, none of which is padding.
        let bytes: &[u8] = unsafe { core::slice::from_raw_parts(elements.as_ptr().cast(), 24) };
        let found = of_bytes::<u64>(bytes).expect("aligned and whole");
        assert_eq!((found.as_ptr().cast(), found), (elements.as_ptr(), &elements.map(f64::to_bits)[..]));
        assert_eq!(of_bytes::<f32>(&bytes[4..12]).map(<[f32]>::len), Some(2));
        assert!(of_bytes::<u64>(&bytes[1..9]).is_none() && of_bytes::<u64>(&bytes[..12]).is_none());
        assert_eq!(of_bytes::<u64>(&[]), Some(&[][..]));
    }
}
