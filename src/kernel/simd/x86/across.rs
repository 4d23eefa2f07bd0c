//! What folds and squares need between the lanes of registers: a choice lane by lane, a comparison as bits, and one half of the lanes over the other.
//!
//! ```text
//!   x           0 1 2 3 4 5 6 7       x + down(x, 4)        0+4 1+5 2+6 3+7 . . . .
//!   down(x, 4)  4 5 6 7 . . . .       then 2, then 1: the sum of all lanes, by halves
//!
//!   halves(a, b, 4)   a0 a1 a2 a3 b0 b1 b2 b3      two sums at once, and after 4, 2 and 1 with eight of them
//!                     a4 a5 a6 a7 b4 b5 b6 b7      there is the sum of each in a lane of one register
//! ```
//!
//! Memory is not touched: the one fact that `unsafe` rests on is that the caller has the level.

use core::arch::x86_64::*;

/// Of a vector type: the lanes of `yes` where `on` says so, of `no` elsewhere; which lanes are equal, a bit each; and what follows the first `half`
/// lanes, moved down to them, by the instruction for each half.
macro_rules! across_lanes {
    ($register:ident $mask:ty: $blend:ident($no:ident $yes:ident $on:ident) $choice:expr; $equal:ident($a:ident $b:ident) $bits:expr;
     $down:ident($x:ident) $($half:pat => $moved:expr),+) => {
        #[inline(always)]
        pub(super) unsafe fn $blend($no: $register, $yes: $register, $on: $mask) -> $register {
            // SAFETY: the caller has the level.
            unsafe { $choice }
        }

        #[inline(always)]
        pub(super) unsafe fn $equal($a: $register, $b: $register) -> u32 {
            // SAFETY: the caller has the level.
            unsafe { $bits }
        }

        #[inline(always)]
        pub(super) unsafe fn $down($x: $register, half: usize) -> $register {
            // SAFETY: the caller has the level.
            unsafe { match half { $($half => $moved),+ } }
        }
    };
}

across_lanes!(__m256 __m256i: blend_f32x8(no yes on) _mm256_blendv_ps(no, yes, _mm256_castsi256_ps(on));
    equal_f32x8(a b) _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_EQ_OQ>(a, b)) as u32;
    down_f32x8(x) 4 => _mm256_permute2f128_ps::<1>(x, x), 2 => _mm256_permute_ps::<0b1110>(x), _ => _mm256_permute_ps::<1>(x));
across_lanes!(__m256d __m256i: blend_f64x4(no yes on) _mm256_blendv_pd(no, yes, _mm256_castsi256_pd(on));
    equal_f64x4(a b) _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_EQ_OQ>(a, b)) as u32;
    down_f64x4(x) 2 => _mm256_permute2f128_pd::<1>(x, x), _ => _mm256_permute_pd::<1>(x));
across_lanes!(__m512 __mmask16: blend_f32x16(no yes on) _mm512_mask_blend_ps(on, no, yes);
    equal_f32x16(a b) u32::from(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b));
    down_f32x16(x) 8 => _mm512_shuffle_f32x4::<0b1110>(x, x), 4 => _mm512_shuffle_f32x4::<1>(x, x),
        2 => _mm512_permute_ps::<0b1110>(x), _ => _mm512_permute_ps::<1>(x));
across_lanes!(__m512d __mmask8: blend_f64x8(no yes on) _mm512_mask_blend_pd(on, no, yes);
    equal_f64x8(a b) u32::from(_mm512_cmp_pd_mask::<_CMP_EQ_OQ>(a, b));
    down_f64x8(x) 4 => _mm512_shuffle_f64x2::<0b1110>(x, x), 2 => _mm512_shuffle_f64x2::<1>(x, x), _ => _mm512_permute_pd::<1>(x));

/// Maxima and minima that are nan where either is. The instructions give the second operand then: right but where the first is the nan.
macro_rules! extremes {
    ($($name:ident($a:ident $b:ident) $register:ident = $value:expr;)*) => {$(
        #[inline(always)]
        pub(super) unsafe fn $name($a: $register, $b: $register) -> $register {
            // SAFETY: the caller has the level.
            unsafe { $value }
        }
    )*};
}

extremes! {
    maximum_f32x8(a b) __m256 = _mm256_blendv_ps(_mm256_max_ps(a, b), a, _mm256_cmp_ps::<_CMP_UNORD_Q>(a, a));
    minimum_f32x8(a b) __m256 = _mm256_blendv_ps(_mm256_min_ps(a, b), a, _mm256_cmp_ps::<_CMP_UNORD_Q>(a, a));
    maximum_f64x4(a b) __m256d = _mm256_blendv_pd(_mm256_max_pd(a, b), a, _mm256_cmp_pd::<_CMP_UNORD_Q>(a, a));
    minimum_f64x4(a b) __m256d = _mm256_blendv_pd(_mm256_min_pd(a, b), a, _mm256_cmp_pd::<_CMP_UNORD_Q>(a, a));
    maximum_f32x16(a b) __m512 = _mm512_mask_max_ps(a, _mm512_cmp_ps_mask::<_CMP_ORD_Q>(a, a), a, b);
    minimum_f32x16(a b) __m512 = _mm512_mask_min_ps(a, _mm512_cmp_ps_mask::<_CMP_ORD_Q>(a, a), a, b);
    maximum_f64x8(a b) __m512d = _mm512_mask_max_pd(a, _mm512_cmp_pd_mask::<_CMP_ORD_Q>(a, a), a, b);
    minimum_f64x8(a b) __m512d = _mm512_mask_min_pd(a, _mm512_cmp_pd_mask::<_CMP_ORD_Q>(a, a), a, b);
}

/// The lower halves of groups of lanes, those of `a` and then those of `b`, and the upper ones: by the instructions for each half. Once groups lie within
/// 16 bytes, so do the results.
macro_rules! halves {
    ($($name:ident($a:ident $b:ident) $register:ident { $($half:pat => $lower:expr, $upper:expr;)+ })*) => {$(
        #[inline(always)]
        pub(super) unsafe fn $name($a: $register, $b: $register, half: usize) -> ($register, $register) {
            // SAFETY: the caller has the level.
            unsafe { match half { $($half => ($lower, $upper)),+ } }
        }
    )*};
}

/// Pairs of f32 as f64.
macro_rules! by_pairs {
    ($unpack:ident, $to:ident, $from:ident, $a:ident, $b:ident) => {
        $from($unpack($to($a), $to($b)))
    };
}

halves! {
    halves_f32x8(a b) __m256 {
        4 => _mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b);
        2 => by_pairs!(_mm256_unpacklo_pd, _mm256_castps_pd, _mm256_castpd_ps, a, b), by_pairs!(_mm256_unpackhi_pd, _mm256_castps_pd, _mm256_castpd_ps, a, b);
        _ => _mm256_shuffle_ps::<0x88>(a, b), _mm256_shuffle_ps::<0xDD>(a, b);
    }
    halves_f64x4(a b) __m256d {
        2 => _mm256_permute2f128_pd::<0x20>(a, b), _mm256_permute2f128_pd::<0x31>(a, b);
        _ => _mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b);
    }
    halves_f32x16(a b) __m512 {
        8 => _mm512_shuffle_f32x4::<0x44>(a, b), _mm512_shuffle_f32x4::<0xEE>(a, b);
        4 => _mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0xDD>(a, b);
        2 => by_pairs!(_mm512_unpacklo_pd, _mm512_castps_pd, _mm512_castpd_ps, a, b), by_pairs!(_mm512_unpackhi_pd, _mm512_castps_pd, _mm512_castpd_ps, a, b);
        _ => _mm512_shuffle_ps::<0x88>(a, b), _mm512_shuffle_ps::<0xDD>(a, b);
    }
    halves_f64x8(a b) __m512d {
        4 => _mm512_shuffle_f64x2::<0x44>(a, b), _mm512_shuffle_f64x2::<0xEE>(a, b);
        2 => _mm512_shuffle_f64x2::<0x88>(a, b), _mm512_shuffle_f64x2::<0xDD>(a, b);
        _ => _mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b);
    }
}
