//! Integers of 32 and 64 bits in registers.
//!
//! ```text
//!   product of 64 bits, of halves of 32, modulo 2^64        a = (h, l)   b = (H, L)        l L + ((h L + l H) << 32)
//! ```
//!
//! Everything wraps, so signed and unsigned ones differ in maxima and minima alone. Compilers make registers of arrays too, but not where a tile of them
//! has to stay in all registers there are. Integers of 8 and 16 bits are arrays (`../plain.rs`).
//! The `unsafe` here rests on the same fact as in `x86.rs`: a vector proves the instructions, and memory is touched by loads and stores of checked length.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::super::Lanes;
use super::across::*;
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
    fn blend_i32x8(no: __m256i, yes: __m256i, on: __m256i) -> __m256i { _mm256_blendv_epi8(no, yes, on) }
    fn equal_i32x8(a: __m256i, b: __m256i) -> u32 { _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b))) as u32 }
    fn down_i32x8(x: __m256i, half: usize) -> __m256i { _mm256_castps_si256(down_f32x8(_mm256_castsi256_ps(x), half)) }
    fn halves_i32x8(a: __m256i, b: __m256i, half: usize) -> (__m256i, __m256i) {{
        let (lower, upper) = halves_f32x8(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), half);
        (_mm256_castps_si256(lower), _mm256_castps_si256(upper))
    }}

    fn fma_i64x4(a: __m256i, b: __m256i, c: __m256i) -> __m256i { _mm256_add_epi64(mul_i64x4(a, b), c) }
    fn store_part_i64x4(to: *mut f64, n: usize, x: __m256i) -> () { store_part_f64x4(to, n, _mm256_castsi256_pd(x)) }
    fn equal_i64x4(a: __m256i, b: __m256i) -> u32 { _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(a, b))) as u32 }
    fn down_i64x4(x: __m256i, half: usize) -> __m256i { _mm256_castpd_si256(down_f64x4(_mm256_castsi256_pd(x), half)) }
    fn halves_i64x4(a: __m256i, b: __m256i, half: usize) -> (__m256i, __m256i) {{
        let (lower, upper) = halves_f64x4(_mm256_castsi256_pd(a), _mm256_castsi256_pd(b), half);
        (_mm256_castpd_si256(lower), _mm256_castpd_si256(upper))
    }}
    fn mul_i64x4(a: __m256i, b: __m256i) -> __m256i {{
        let low = _mm256_mul_epu32(a, b);
        let cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64::<32>(a), b), _mm256_mul_epu32(a, _mm256_srli_epi64::<32>(b)));
        _mm256_add_epi64(low, _mm256_slli_epi64::<32>(cross))
    }}
    fn max_i64x4(a: __m256i, b: __m256i) -> __m256i { blend_i32x8(b, a, _mm256_cmpgt_epi64(a, b)) }
    fn min_i64x4(a: __m256i, b: __m256i) -> __m256i { blend_i32x8(a, b, _mm256_cmpgt_epi64(a, b)) }
    fn above_u64x4(a: __m256i, b: __m256i) -> __m256i {{
        // As signed numbers they compare the same way once the highest bit is turned round.
        let sign = _mm256_set1_epi64x(i64::MIN);
        _mm256_cmpgt_epi64(_mm256_xor_si256(a, sign), _mm256_xor_si256(b, sign))
    }}
    fn max_u64x4(a: __m256i, b: __m256i) -> __m256i { blend_i32x8(b, a, above_u64x4(a, b)) }
    fn min_u64x4(a: __m256i, b: __m256i) -> __m256i { blend_i32x8(a, b, above_u64x4(a, b)) }

    fn fma_i32x16(a: __m512i, b: __m512i, c: __m512i) -> __m512i { _mm512_add_epi32(_mm512_mullo_epi32(a, b), c) }
    fn load_part_i32x16(from: *const i32, on: __mmask16) -> __m512i { _mm512_maskz_loadu_epi32(on, from) }
    fn store_part_i32x16(to: *mut i32, n: usize, x: __m512i) -> () { _mm512_mask_storeu_epi32(to, mask16(n), x) }
    fn blend_i32x16(no: __m512i, yes: __m512i, on: __mmask16) -> __m512i { _mm512_mask_blend_epi32(on, no, yes) }
    fn equal_i32x16(a: __m512i, b: __m512i) -> u32 { u32::from(_mm512_cmpeq_epi32_mask(a, b)) }
    fn down_i32x16(x: __m512i, half: usize) -> __m512i { _mm512_castps_si512(down_f32x16(_mm512_castsi512_ps(x), half)) }
    fn halves_i32x16(a: __m512i, b: __m512i, half: usize) -> (__m512i, __m512i) {{
        let (lower, upper) = halves_f32x16(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), half);
        (_mm512_castps_si512(lower), _mm512_castps_si512(upper))
    }}

    fn fma_i64x8(a: __m512i, b: __m512i, c: __m512i) -> __m512i { _mm512_add_epi64(_mm512_mullo_epi64(a, b), c) }
    fn load_part_i64x8(from: *const i64, on: __mmask8) -> __m512i { _mm512_maskz_loadu_epi64(on, from) }
    fn store_part_i64x8(to: *mut i64, n: usize, x: __m512i) -> () { _mm512_mask_storeu_epi64(to, mask8(n), x) }
    fn blend_i64x8(no: __m512i, yes: __m512i, on: __mmask8) -> __m512i { _mm512_mask_blend_epi64(on, no, yes) }
    fn equal_i64x8(a: __m512i, b: __m512i) -> u32 { u32::from(_mm512_cmpeq_epi64_mask(a, b)) }
    fn down_i64x8(x: __m512i, half: usize) -> __m512i { _mm512_castpd_si512(down_f64x8(_mm512_castsi512_pd(x), half)) }
    fn halves_i64x8(a: __m512i, b: __m512i, half: usize) -> (__m512i, __m512i) {{
        let (lower, upper) = halves_f64x8(_mm512_castsi512_pd(a), _mm512_castsi512_pd(b), half);
        (_mm512_castpd_si512(lower), _mm512_castpd_si512(upper))
    }}
}

/// Both signs of one width.
macro_rules! both_signs {
    ($signed:ident $unsigned:ident: $i:ident $u:ident x $len:literal in $register:ident, $level:ident, $splat:ident $load:ident $store:ident $add:ident $mul:ident $fma:ident,
     max $max:ident $umax:ident, min $min:ident $umin:ident, $($part:ident)+) => {
        vector!($signed: $i as $i x $len in $register, $level half $signed, $splat $load $store $add $mul $fma, $max $min, $($part)+);
        vector!($unsigned: $u as $i x $len in $register, $level half $unsigned, $splat $load $store $add $mul $fma, $umax $umin, $($part)+);
    };
}

both_signs!(I32x8 U32x8: i32 u32 x 8 in __m256i, Avx2,
    _mm256_set1_epi32 _mm256_loadu_si256 _mm256_storeu_si256 _mm256_add_epi32 _mm256_mullo_epi32 fma_i32x8,
    max _mm256_max_epi32 _mm256_max_epu32, min _mm256_min_epi32 _mm256_min_epu32,
    mask32x8 _mm256_maskload_epi32 store_part_i32x8 blend_i32x8 equal_i32x8 down_i32x8 halves_i32x8);
both_signs!(I64x4 U64x4: i64 u64 x 4 in __m256i, Avx2,
    _mm256_set1_epi64x _mm256_loadu_si256 _mm256_storeu_si256 _mm256_add_epi64 mul_i64x4 fma_i64x4,
    max max_i64x4 max_u64x4, min min_i64x4 min_u64x4,
    mask64x4 _mm256_maskload_epi64 store_part_i64x4 blend_i32x8 equal_i64x4 down_i64x4 halves_i64x4);
both_signs!(I32x16 U32x16: i32 u32 x 16 in __m512i, Avx512,
    _mm512_set1_epi32 _mm512_loadu_epi32 _mm512_storeu_epi32 _mm512_add_epi32 _mm512_mullo_epi32 fma_i32x16,
    max _mm512_max_epi32 _mm512_max_epu32, min _mm512_min_epi32 _mm512_min_epu32,
    mask16 load_part_i32x16 store_part_i32x16 blend_i32x16 equal_i32x16 down_i32x16 halves_i32x16);
both_signs!(I64x8 U64x8: i64 u64 x 8 in __m512i, Avx512,
    _mm512_set1_epi64 _mm512_loadu_epi64 _mm512_storeu_epi64 _mm512_add_epi64 _mm512_mullo_epi64 fma_i64x8,
    max _mm512_max_epi64 _mm512_max_epu64, min _mm512_min_epi64 _mm512_min_epu64,
    mask8 load_part_i64x8 store_part_i64x8 blend_i64x8 equal_i64x8 down_i64x8 halves_i64x8);
