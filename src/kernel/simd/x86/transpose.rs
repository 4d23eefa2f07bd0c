//! The transpose of four by four elements, by instructions that every x86-64 has.
//!
//! ```text
//!   a0 a1 a2 a3        a0 b0 | a1 b1        a0 b0 c0 d0
//!   b0 b1 b2 b3   ->   a2 b2 | a3 b3   ->   a1 b1 c1 d1        neighbours in pairs, then pairs in fours
//!   c0 ..              c0 d0 | ..           ..
//! ```

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

/// Transposes four by four elements.
///
/// # Safety
/// They have four bytes each, none of them padding.
#[inline(always)]
pub(in super::super) unsafe fn transpose_4<T>(from: [&[T; 4]; 4], to: [&mut [MaybeUninit<T>; 4]; 4]) {
    let [a, b, c, d] = from;
    let [r0, r1, r2, r3] = to;
    // SAFETY: SSE2 is part of x86-64; each array has the sixteen bytes of a register, and no alignment is asked for.
    unsafe {
        let load = |row: &[T; 4]| _mm_loadu_si128(row.as_ptr().cast());
        let (a, b, c, d) = (load(a), load(b), load(c), load(d));
        let (ab_low, ab_high) = (_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
        let (cd_low, cd_high) = (_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
        _mm_storeu_si128(r0.as_mut_ptr().cast(), _mm_unpacklo_epi64(ab_low, cd_low));
        _mm_storeu_si128(r1.as_mut_ptr().cast(), _mm_unpackhi_epi64(ab_low, cd_low));
        _mm_storeu_si128(r2.as_mut_ptr().cast(), _mm_unpacklo_epi64(ab_high, cd_high));
        _mm_storeu_si128(r3.as_mut_ptr().cast(), _mm_unpackhi_epi64(ab_high, cd_high));
    }
}

/// Transposes four by four elements, as four times two by two.
///
/// # Safety
/// They have eight bytes each, none of them padding.
#[inline(always)]
pub(in super::super) unsafe fn transpose_8<T>(from: [&[T; 4]; 4], to: [&mut [MaybeUninit<T>; 4]; 4]) {
    let [a, b, c, d] = from;
    let [r0, r1, r2, r3] = to;
    for (half, [a, b]) in [(0, [a, b]), (1, [c, d])] {
        // SAFETY: SSE2 is part of x86-64; each array has the bytes of two registers, and no alignment is asked for.
        unsafe {
            let load = |row: &[T; 4], i| _mm_loadu_si128(row.as_ptr().cast::<__m128i>().add(i));
            let (a0, a1, b0, b1) = (load(a, 0), load(a, 1), load(b, 0), load(b, 1));
            _mm_storeu_si128(r0.as_mut_ptr().cast::<__m128i>().add(half), _mm_unpacklo_epi64(a0, b0));
            _mm_storeu_si128(r1.as_mut_ptr().cast::<__m128i>().add(half), _mm_unpackhi_epi64(a0, b0));
            _mm_storeu_si128(r2.as_mut_ptr().cast::<__m128i>().add(half), _mm_unpacklo_epi64(a1, b1));
            _mm_storeu_si128(r3.as_mut_ptr().cast::<__m128i>().add(half), _mm_unpackhi_epi64(a1, b1));
        }
    }
}
