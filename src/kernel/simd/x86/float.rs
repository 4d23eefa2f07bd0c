//! Floats in registers, and what exp, ln, tanh and sigmoid need beyond arithmetic: signs, choices, powers of two, exponents and fractions.
//!
//! ```text
//!   number     sign | exponent + bias | fraction          n + 1.5 / epsilon + bias, as bits    ... | n + bias     << fraction = 2^n
//! ```
//!
//! AVX-512 has instructions that scale by 2^n and that take subnormal numbers apart; AVX2 does the same by arithmetic. The results are equal, bit for bit.
//! The `unsafe` here rests on the same fact as in `x86.rs`: a vector proves the instructions. Memory is touched by what its `vector!` makes alone.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::super::{FloatLanes, Lanes, two_steps};
use super::across::*;
use super::part::*;
use super::{Avx2, Avx512};

/// Rust's operators for a vector of floats.
macro_rules! operators {
    ($name:ident, $splat:ident, $add:ident $sub:ident $mul:ident $div:ident) => {
        operators!(@one $name Add add $add);
        operators!(@one $name Sub sub $sub);
        operators!(@one $name Mul mul $mul);
        operators!(@one $name Div div $div);

        impl Neg for $name {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                // SAFETY: a vector proves the instructions. -0 - x flips every sign, that of zero included.
                $name(unsafe { $sub($splat(-0.0), self.0) })
            }
        }
    };
    (@one $name:ident $trait:ident $method:ident $intrinsic:ident) => {
        impl $trait for $name {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $intrinsic(self.0, other.0) })
            }
        }
    };
}

vector!(F32x8: f32 x 8 in __m256, Avx2 half F32x8 Avx512 half F32x8,
    _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps,
    mask32x8 _mm256_maskload_ps store_part_f32x8);
operators!(F32x8, _mm256_set1_ps, _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps);
vector!(F64x4: f64 x 4 in __m256d, Avx2 half F64x4 Avx512 half F64x4,
    _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_fmadd_pd,
    mask64x4 _mm256_maskload_pd store_part_f64x4);
operators!(F64x4, _mm256_set1_pd, _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd);
vector!(F32x16: f32 x 16 in __m512, Avx512 half F32x8,
    _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_fmadd_ps,
    mask16 load_part_f32x16 store_part_f32x16);
operators!(F32x16, _mm512_set1_ps, _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps);
vector!(F64x8: f64 x 8 in __m512d, Avx512 half F64x4,
    _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_fmadd_pd,
    mask8 load_part_f64x8 store_part_f64x8);
operators!(F64x8, _mm512_set1_pd, _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd);

/// What `FloatLanes` adds: intrinsics by name, and what the two levels do differently as expressions over registers.
macro_rules! float_vector {
    ($name:ident: $type:ident, $level:ident, fraction $fraction:literal bias $bias:literal,
     $splat:ident $and:ident $andnot:ident $or:ident $min:ident $max:ident $add:ident $to_bits:ident $from_bits:ident $shl:ident,
     lanes $register:ident $maximum:ident $minimum:ident $equal:ident $blend:ident $mask:ident $down:ident $halves:ident,
     less($a:ident $b:ident $yes:ident $no:ident) $less:expr,
     below($c:ident $d:ident) $below:expr, at_most $at_most:expr,
     scale($x:ident $n:ident) $scale:expr,
     split($s:ident) $split:expr) => {
        // SAFETY, in every method: a vector proves the instructions.
        #[allow(clippy::undocumented_unsafe_blocks)]
        impl FloatLanes<$type, $level> for $name {
            const BLOCKS: usize = size_of::<$register>() / 16;

            #[inline(always)]
            fn abs(self) -> Self {
                $name(unsafe { $andnot($splat(-0.0), self.0) })
            }

            #[inline(always)]
            fn with_sign_of(self, sign: Self) -> Self {
                $name(unsafe { $or(self.0, $and(sign.0, $splat(-0.0))) })
            }

            #[inline(always)]
            fn min(self, other: Self) -> Self {
                $name(unsafe { $min(self.0, other.0) })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                $name(unsafe { $max(self.0, other.0) })
            }

            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                $name(unsafe { $maximum(self.0, other.0) })
            }

            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                $name(unsafe { $minimum(self.0, other.0) })
            }

            #[inline(always)]
            fn equal(self, other: Self) -> u32 {
                unsafe { $equal(self.0, other.0) }
            }

            #[inline(always)]
            fn first(self, n: usize, rest: Self) -> Self {
                $name(unsafe { $blend(rest.0, self.0, $mask(n.min(<Self as Lanes<$type, $level>>::LEN))) })
            }

            #[inline(always)]
            fn down(self, half: usize) -> Self {
                $name(unsafe { $down(self.0, half) })
            }

            #[inline(always)]
            fn halves(self, other: Self, half: usize) -> (Self, Self) {
                let (lower, upper) = unsafe { $halves(self.0, other.0, half) };
                ($name(lower), $name(upper))
            }

            #[inline(always)]
            fn less(self, other: Self, yes: Self, no: Self) -> Self {
                let ($a, $b, $yes, $no) = (self.0, other.0, yes.0, no.0);
                $name(unsafe { $less })
            }

            #[inline(always)]
            fn below(self, other: Self) -> u32 {
                let ($c, $d) = (self.0, other.0);
                unsafe { $below }
            }

            #[inline(always)]
            fn at_most(self, other: Self) -> u32 {
                let ($c, $d) = (self.0, other.0);
                unsafe { $at_most }
            }

            #[inline(always)]
            fn pow2(self) -> Self {
                // The sum's low bits are n + bias: they become the exponent, and all others are shifted out.
                $name(unsafe {
                    $from_bits($shl::<$fraction>($to_bits($add(self.0, $splat(1.5 / $type::EPSILON + $bias)))))
                })
            }

            #[inline(always)]
            fn scale(self, n: Self) -> Self {
                let ($x, $n) = (self, n);
                unsafe { $scale }
            }

            #[inline(always)]
            fn split(self) -> (Self, Self) {
                let $s = self;
                let (m, e) = unsafe { $split };
                ($name(m), $name(e))
            }
        }
    };
}

/// `split` by integer arithmetic: bits from 43/64 up get the exponent of 1. The offset moves them there, and the fraction back.
macro_rules! split_by_bits {
    ($x:ident: $name:ident $type:ident fraction $fraction:literal bias $bias:literal, $splat:ident $splat_bits:ident $int:ident
     $to_bits:ident $from_bits:ident $add:ident $shr:ident $and:ident $or:ident) => {{
        let (one, start) = ((1.0 as $type).to_bits() as $int, (43.0 / 64.0 as $type).to_bits() as $int);
        let least = $name($splat($type::MIN_POSITIVE));
        let big = $x.less(least, $x * $name($splat(2.0 / $type::EPSILON)), $x);
        let bits = $add($to_bits(big.0), $splat_bits(one - start));
        let m = $from_bits($add($and(bits, $splat_bits((1 << $fraction) - 1)), $splat_bits(start)));
        let up = $splat(1.0 / $type::EPSILON);
        let biased = $name($from_bits($or($shr::<$fraction>(bits), $to_bits(up))));
        let zero = $name($splat(1.0 / $type::EPSILON + $bias));
        let lifted = $name($splat(1.0 / $type::EPSILON + $bias + ($fraction + 1) as $type));
        (m, (biased - $x.less(least, lifted, zero)).0)
    }};
}

float_vector! {
    F32x8: f32, Avx2, fraction 23 bias 127.0,
    _mm256_set1_ps _mm256_and_ps _mm256_andnot_ps _mm256_or_ps _mm256_min_ps _mm256_max_ps _mm256_add_ps
    _mm256_castps_si256 _mm256_castsi256_ps _mm256_slli_epi32,
    lanes __m256 maximum_f32x8 minimum_f32x8 equal_f32x8 blend_f32x8 mask32x8 down_f32x8 halves_f32x8,
    less(a b yes no) _mm256_blendv_ps(no, yes, _mm256_cmp_ps::<_CMP_LT_OQ>(a, b)),
    below(a b) _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_LT_OQ>(a, b)) as u32,
    at_most _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_LE_OQ>(a, b)) as u32,
    scale(x n) two_steps(x, n, F32x8(_mm256_set1_ps(1.5 / f32::EPSILON)), F32x8(_mm256_set1_ps(0.5))),
    split(x) split_by_bits!(x: F32x8 f32 fraction 23 bias 127.0, _mm256_set1_ps _mm256_set1_epi32 i32
        _mm256_castps_si256 _mm256_castsi256_ps _mm256_add_epi32 _mm256_srli_epi32 _mm256_and_si256 _mm256_or_si256)
}
float_vector! {
    F64x4: f64, Avx2, fraction 52 bias 1023.0,
    _mm256_set1_pd _mm256_and_pd _mm256_andnot_pd _mm256_or_pd _mm256_min_pd _mm256_max_pd _mm256_add_pd
    _mm256_castpd_si256 _mm256_castsi256_pd _mm256_slli_epi64,
    lanes __m256d maximum_f64x4 minimum_f64x4 equal_f64x4 blend_f64x4 mask64x4 down_f64x4 halves_f64x4,
    less(a b yes no) _mm256_blendv_pd(no, yes, _mm256_cmp_pd::<_CMP_LT_OQ>(a, b)),
    below(a b) _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LT_OQ>(a, b)) as u32,
    at_most _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_LE_OQ>(a, b)) as u32,
    scale(x n) two_steps(x, n, F64x4(_mm256_set1_pd(1.5 / f64::EPSILON)), F64x4(_mm256_set1_pd(0.5))),
    split(x) split_by_bits!(x: F64x4 f64 fraction 52 bias 1023.0, _mm256_set1_pd _mm256_set1_epi64x i64
        _mm256_castpd_si256 _mm256_castsi256_pd _mm256_add_epi64 _mm256_srli_epi64 _mm256_and_si256 _mm256_or_si256)
}
float_vector! {
    F32x16: f32, Avx512, fraction 23 bias 127.0,
    _mm512_set1_ps _mm512_and_ps _mm512_andnot_ps _mm512_or_ps _mm512_min_ps _mm512_max_ps _mm512_add_ps
    _mm512_castps_si512 _mm512_castsi512_ps _mm512_slli_epi32,
    lanes __m512 maximum_f32x16 minimum_f32x16 equal_f32x16 blend_f32x16 mask16 down_f32x16 halves_f32x16,
    less(a b yes no) _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b), no, yes),
    below(a b) u32::from(_mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b)),
    at_most u32::from(_mm512_cmp_ps_mask::<_CMP_LE_OQ>(a, b)),
    scale(x n) F32x16(_mm512_scalef_ps(x.0, n.0)),
    split(x) {
        let (m, e) = (_mm512_getmant_ps::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(x.0), _mm512_getexp_ps(x.0));
        let (one, start) = (1.0_f32.to_bits() as i32, (43.0_f32 / 64.0).to_bits() as i32);
        let bits = _mm512_add_epi32(_mm512_castps_si512(m), _mm512_set1_epi32(one - start));
        let m = _mm512_add_epi32(_mm512_and_si512(bits, _mm512_set1_epi32((1 << 23) - 1)), _mm512_set1_epi32(start));
        (_mm512_castsi512_ps(m), _mm512_add_ps(e, _mm512_getexp_ps(_mm512_castsi512_ps(bits))))
    }
}
float_vector! {
    F64x8: f64, Avx512, fraction 52 bias 1023.0,
    _mm512_set1_pd _mm512_and_pd _mm512_andnot_pd _mm512_or_pd _mm512_min_pd _mm512_max_pd _mm512_add_pd
    _mm512_castpd_si512 _mm512_castsi512_pd _mm512_slli_epi64,
    lanes __m512d maximum_f64x8 minimum_f64x8 equal_f64x8 blend_f64x8 mask8 down_f64x8 halves_f64x8,
    less(a b yes no) _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b), no, yes),
    below(a b) u32::from(_mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b)),
    at_most u32::from(_mm512_cmp_pd_mask::<_CMP_LE_OQ>(a, b)),
    scale(x n) F64x8(_mm512_scalef_pd(x.0, n.0)),
    split(x) {
        let (m, e) = (_mm512_getmant_pd::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(x.0), _mm512_getexp_pd(x.0));
        let (one, start) = (1.0_f64.to_bits() as i64, (43.0_f64 / 64.0).to_bits() as i64);
        let bits = _mm512_add_epi64(_mm512_castpd_si512(m), _mm512_set1_epi64(one - start));
        let m = _mm512_add_epi64(_mm512_and_si512(bits, _mm512_set1_epi64((1 << 52) - 1)), _mm512_set1_epi64(start));
        (_mm512_castsi512_pd(m), _mm512_add_pd(e, _mm512_getexp_pd(_mm512_castsi512_pd(bits))))
    }
}
