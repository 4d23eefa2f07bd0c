//! Integers of 32 and 64 bits in registers, for matrix products.
//!
//! ```text
//!   product of 64 bits, of halves of 32, modulo 2^64        a = (h, l)   b = (H, L)        l L + ((h L + l H) << 32)
//! ```
//!
//! Everything wraps, so unsigned ones are multiplied as signed ones. Compilers make registers of arrays too, but not where a tile of them
//! has to stay in all registers there are.
//! The `unsafe` here rests on the same fact as in `x86.rs`: a vector proves the instructions, and memory is touched by loads and stores of checked length.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::super::Lanes;
use super::part::*;
use super::{Avx2, Avx512};

/// Instructions under the names and types that the macro wants. The caller has the level, and what pointers promise is what `Lanes` checked.
macro_rules! instructions {
    ($(fn $name:ident($($x:ident: $of:ty),*) -> $out:ty { $instructions:expr })*) => {$(
        #[inline(always)]
        unsafe fn $name($($x: $of),*) -> $out {
            // SAFETY: see above.
            unsafe { $instructions }
        }
    )*};
}

instructions! {
    fn fma_i32x8(a: __m256i, b: __m256i, c: __m256i) -> __m256i { _mm256_add_epi32(_mm256_mullo_epi32(a, b), c) }
    fn store_part_i32x8(to: *mut f32, n: usize, x: __m256i) -> () { store_part_f32x8(to, n, _mm256_castsi256_ps(x)) }
    fn fma_i64x4(a: __m256i, b: __m256i, c: __m256i) -> __m256i { _mm256_add_epi64(mul_i64x4(a, b), c) }
    fn store_part_i64x4(to: *mut f64, n: usize, x: __m256i) -> () { store_part_f64x4(to, n, _mm256_castsi256_pd(x)) }
    fn mul_i64x4(a: __m256i, b: __m256i) -> __m256i {{
        let low = _mm256_mul_epu32(a, b);
        let cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64::<32>(a), b), _mm256_mul_epu32(a, _mm256_srli_epi64::<32>(b)));
        _mm256_add_epi64(low, _mm256_slli_epi64::<32>(cross))
    }}
    fn fma_i32x16(a: __m512i, b: __m512i, c: __m512i) -> __m512i { _mm512_add_epi32(_mm512_mullo_epi32(a, b), c) }
    fn load_part_i32x16(from: *const i32, on: __mmask16) -> __m512i { _mm512_maskz_loadu_epi32(on, from) }
    fn store_part_i32x16(to: *mut i32, n: usize, x: __m512i) -> () { _mm512_mask_storeu_epi32(to, mask16(n), x) }
    fn fma_i64x8(a: __m512i, b: __m512i, c: __m512i) -> __m512i { _mm512_add_epi64(_mm512_mullo_epi64(a, b), c) }
    fn load_part_i64x8(from: *const i64, on: __mmask8) -> __m512i { _mm512_maskz_loadu_epi64(on, from) }
    fn store_part_i64x8(to: *mut i64, n: usize, x: __m512i) -> () { _mm512_mask_storeu_epi64(to, mask8(n), x) }
}

vector!(I32x8: i32 x 8 in __m256i, Avx2 half I32x8,
    _mm256_set1_epi32 _mm256_loadu_si256 _mm256_storeu_si256 fma_i32x8, mask32x8 _mm256_maskload_epi32 store_part_i32x8);
vector!(I64x4: i64 x 4 in __m256i, Avx2 half I64x4,
    _mm256_set1_epi64x _mm256_loadu_si256 _mm256_storeu_si256 fma_i64x4, mask64x4 _mm256_maskload_epi64 store_part_i64x4);
vector!(I32x16: i32 x 16 in __m512i, Avx512 half I32x16,
    _mm512_set1_epi32 _mm512_loadu_epi32 _mm512_storeu_epi32 fma_i32x16, mask16 load_part_i32x16 store_part_i32x16);
vector!(I64x8: i64 x 8 in __m512i, Avx512 half I64x8,
    _mm512_set1_epi64 _mm512_loadu_epi64 _mm512_storeu_epi64 fma_i64x8, mask8 load_part_i64x8 store_part_i64x8);
