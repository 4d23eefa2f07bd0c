//! The first lanes of a register alone: masks, and loads and stores in part.
//!
//! ```text
//!   AVX-512   a bit for each lane       AVX2   loads under a mask, a number for each lane; stores by halves of the register
//! ```

use core::arch::x86_64::*;

/// Masks whose first `n` lanes are on: for AVX-512 a bit each, for AVX2 the sign bit of each lane.
#[inline(always)]
pub(super) fn mask16(n: usize) -> __mmask16 {
    ((1_u32 << n) - 1) as __mmask16
}

#[inline(always)]
pub(super) fn mask8(n: usize) -> __mmask8 {
    ((1_u32 << n) - 1) as __mmask8
}

/// Eight lanes on, eight off; a window into it has the first `n` on.
static ON_OFF_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
static ON_OFF_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

#[inline(always)]
pub(super) unsafe fn mask32x8(n: usize) -> __m256i {
    let window = &ON_OFF_32[8 - n..][..8];
    // SAFETY: the caller has AVX2; the window has the length of the register.
    unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
}

#[inline(always)]
pub(super) unsafe fn mask64x4(n: usize) -> __m256i {
    let window = &ON_OFF_64[4 - n..][..4];
    // SAFETY: the caller has AVX2; the window has the length of the register.
    unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
}

/// The first `n` lanes by a half, a quarter and an eighth of the register: masked stores are slow on many AMD processors.
#[inline(always)]
pub(super) unsafe fn store_part_f32x8(to: *mut f32, n: usize, x: __m256) {
    // SAFETY: the caller has AVX2, and `to` has `n` places; the parts stored add up to `n`, at most 8. No alignment is asked for.
    unsafe {
        if n == 8 {
            return _mm256_storeu_ps(to, x);
        }
        let (mut to, mut part) = (to, _mm256_castps256_ps128(x));
        if n & 4 != 0 {
            _mm_storeu_ps(to, part);
            (to, part) = (to.add(4), _mm256_extractf128_ps::<1>(x));
        }
        if n & 2 != 0 {
            to.cast::<f64>().write_unaligned(_mm_cvtsd_f64(_mm_castps_pd(part)));
            (to, part) = (to.add(2), _mm_movehl_ps(part, part));
        }
        if n & 1 != 0 {
            _mm_store_ss(to, part);
        }
    }
}

#[inline(always)]
pub(super) unsafe fn store_part_f64x4(to: *mut f64, n: usize, x: __m256d) {
    // SAFETY: as above, at most 4.
    unsafe {
        if n == 4 {
            return _mm256_storeu_pd(to, x);
        }
        let (mut to, mut part) = (to, _mm256_castpd256_pd128(x));
        if n & 2 != 0 {
            _mm_storeu_pd(to, part);
            (to, part) = (to.add(2), _mm256_extractf128_pd::<1>(x));
        }
        if n & 1 != 0 {
            _mm_store_sd(to, part);
        }
    }
}

#[inline(always)]
pub(super) unsafe fn load_part_f32x16(from: *const f32, mask: __mmask16) -> __m512 {
    // SAFETY: the caller has AVX-512, and `from` is readable wherever `mask` is on.
    unsafe { _mm512_maskz_loadu_ps(mask, from) }
}

#[inline(always)]
pub(super) unsafe fn load_part_f64x8(from: *const f64, mask: __mmask8) -> __m512d {
    // SAFETY: the caller has AVX-512, and `from` is readable wherever `mask` is on.
    unsafe { _mm512_maskz_loadu_pd(mask, from) }
}

#[inline(always)]
pub(super) unsafe fn store_part_f32x16(to: *mut f32, n: usize, x: __m512) {
    // SAFETY: the caller has AVX-512, and `to` has `n` places; no other is written.
    unsafe { _mm512_mask_storeu_ps(to, mask16(n), x) }
}

#[inline(always)]
pub(super) unsafe fn store_part_f64x8(to: *mut f64, n: usize, x: __m512d) {
    // SAFETY: the caller has AVX-512, and `to` has `n` places; no other is written.
    unsafe { _mm512_mask_storeu_pd(to, mask8(n), x) }
}
