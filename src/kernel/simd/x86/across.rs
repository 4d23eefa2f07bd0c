//! What folds need between the lanes of a register: a choice lane by lane, a comparison as bits, and one half of the lanes over the other.
//!
//! ```text
//!   x           0 1 2 3 4 5 6 7       x + down(x, 4)        0+4 1+5 2+6 3+7 . . . .
//!   down(x, 4)  4 5 6 7 . . . .       then 2, then 1: the sum of all lanes, by halves
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
