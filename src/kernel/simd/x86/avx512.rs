//! The registers of 512 bits: the instructions of AVX-512 under names that are the same for every register.
//!
//! ```text
//!   mask      a bit for each lane, the first lowest
//!   scale     one instruction
//!   split     exponent and fraction by one instruction each, subnormal numbers included
//! ```
//!
//! The same names for 256 bits, and pictures of `down` and `zip_halves`, are in `avx2.rs`. Both give the same bits.

/// Loads and stores of the first `n` lanes.
macro_rules! masked {
    ($type:ident) => {
        #[inline(always)]
        pub fn first_lanes(n: usize) -> Mask {
            ((1_u32 << n) - 1) as Mask
        }

        instructions! {
            fn load_masked(from: *const $type, n: usize) -> Register { maskz_load(first_lanes(n), from) }
            fn store_masked(to: *mut $type, n: usize, x: Register) -> () { mask_store(to, first_lanes(n), x) }
        }
    };
}

/// What floats need that AVX-512 has no single instruction for.
macro_rules! float_arithmetic {
    ($float:ident, $int:ident) => {
        #[inline(always)]
        pub fn bits(on: Mask) -> u32 {
            u32::from(on)
        }

        instructions! {
            fn choose(no: Register, yes: Register, on: Mask) -> Register { mask_blend(on, no, yes) }

            // The instructions for maxima and minima give the second operand where either is nan: wrong only where the
            // first one is.
            fn maximum(a: Register, b: Register) -> Register { mask_max(a, compare::<_CMP_ORD_Q>(a, a), a, b) }
            fn minimum(a: Register, b: Register) -> Register { mask_min(a, compare::<_CMP_ORD_Q>(a, a), a, b) }

            fn split(x: Register) -> (Register, Register) {
                // Bits from 43/64 up get the exponent of 1: the offset moves them there, and the fraction back.
                let (one, start) = ((1.0 as $float).to_bits() as $int, (43.0 / 64.0 as $float).to_bits() as $int);
                let fraction = fraction_of::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_SRC>(x);
                let bits = add_bits(to_bits(fraction), splat_bits(one - start));
                let m = add_bits(and_bits(bits, splat_bits((1 << FRACTION) - 1)), splat_bits(start));
                (from_bits(m), add(exponent_of(x), exponent_of(from_bits(bits))))
            }

            fn pow2(n: Register) -> Register {
                // The sum's low bits are n + bias: they become the exponent, and all others are shifted out.
                from_bits(shift_left::<FRACTION>(to_bits(add(n, splat(1.5 / $float::EPSILON + BIAS)))))
            }
        }
    };
}

pub(super) mod f32x16 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m512 as Register, __mmask16 as Mask, _mm512_add_epi32 as add_bits, _mm512_add_ps as add,
        _mm512_and_ps as and, _mm512_and_si512 as and_bits, _mm512_andnot_ps as and_not,
        _mm512_castps_si512 as to_bits, _mm512_castsi512_ps as from_bits, _mm512_cmp_ps_mask as compare,
        _mm512_div_ps as div, _mm512_fmadd_ps as mul_add, _mm512_getexp_ps as exponent_of,
        _mm512_getmant_ps as fraction_of, _mm512_loadu_ps as load, _mm512_mask_blend_ps as mask_blend,
        _mm512_mask_max_ps as mask_max, _mm512_mask_min_ps as mask_min, _mm512_mask_storeu_ps as mask_store,
        _mm512_maskz_loadu_ps as maskz_load, _mm512_max_ps as max, _mm512_min_ps as min, _mm512_mul_ps as mul,
        _mm512_or_ps as or, _mm512_scalef_ps as scale, _mm512_set1_epi32 as splat_bits, _mm512_set1_ps as splat,
        _mm512_slli_epi32 as shift_left, _mm512_storeu_ps as store, _mm512_sub_ps as sub,
    };

    pub const FRACTION: u32 = 23;
    pub const BIAS: f32 = 127.0;

    masked!(f32);
    float_arithmetic!(f32, i32);

    instructions! {
        fn down(x: Register, half: usize) -> Register {
            match half {
                8 => _mm512_shuffle_f32x4::<0b1110>(x, x),
                4 => _mm512_shuffle_f32x4::<1>(x, x),
                2 => _mm512_permute_ps::<0b1110>(x),
                _ => _mm512_permute_ps::<1>(x),
            }
        }

        fn zip_halves(a: Register, b: Register, half: usize) -> (Register, Register) {
            let pairs = |x| _mm512_castps_pd(x);
            match half {
                8 => (_mm512_shuffle_f32x4::<0x44>(a, b), _mm512_shuffle_f32x4::<0xEE>(a, b)),
                4 => (_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0xDD>(a, b)),
                2 => (
                    _mm512_castpd_ps(_mm512_unpacklo_pd(pairs(a), pairs(b))),
                    _mm512_castpd_ps(_mm512_unpackhi_pd(pairs(a), pairs(b))),
                ),
                _ => (_mm512_shuffle_ps::<0x88>(a, b), _mm512_shuffle_ps::<0xDD>(a, b)),
            }
        }
    }
}

pub(super) mod f64x8 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m512d as Register, __mmask8 as Mask, _mm512_add_epi64 as add_bits, _mm512_add_pd as add,
        _mm512_and_pd as and, _mm512_and_si512 as and_bits, _mm512_andnot_pd as and_not,
        _mm512_castpd_si512 as to_bits, _mm512_castsi512_pd as from_bits, _mm512_cmp_pd_mask as compare,
        _mm512_div_pd as div, _mm512_fmadd_pd as mul_add, _mm512_getexp_pd as exponent_of,
        _mm512_getmant_pd as fraction_of, _mm512_loadu_pd as load, _mm512_mask_blend_pd as mask_blend,
        _mm512_mask_max_pd as mask_max, _mm512_mask_min_pd as mask_min, _mm512_mask_storeu_pd as mask_store,
        _mm512_maskz_loadu_pd as maskz_load, _mm512_max_pd as max, _mm512_min_pd as min, _mm512_mul_pd as mul,
        _mm512_or_pd as or, _mm512_scalef_pd as scale, _mm512_set1_epi64 as splat_bits, _mm512_set1_pd as splat,
        _mm512_slli_epi64 as shift_left, _mm512_storeu_pd as store, _mm512_sub_pd as sub,
    };

    pub const FRACTION: u32 = 52;
    pub const BIAS: f64 = 1023.0;

    masked!(f64);
    float_arithmetic!(f64, i64);

    instructions! {
        fn down(x: Register, half: usize) -> Register {
            match half {
                4 => _mm512_shuffle_f64x2::<0b1110>(x, x),
                2 => _mm512_shuffle_f64x2::<1>(x, x),
                _ => _mm512_permute_pd::<1>(x),
            }
        }

        fn zip_halves(a: Register, b: Register, half: usize) -> (Register, Register) {
            match half {
                4 => (_mm512_shuffle_f64x2::<0x44>(a, b), _mm512_shuffle_f64x2::<0xEE>(a, b)),
                2 => (_mm512_shuffle_f64x2::<0x88>(a, b), _mm512_shuffle_f64x2::<0xDD>(a, b)),
                _ => (_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b)),
            }
        }
    }
}

pub(super) mod i32x16 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m512i as Register, __mmask16 as Mask, _mm512_loadu_epi32 as load, _mm512_mask_storeu_epi32 as mask_store,
        _mm512_maskz_loadu_epi32 as maskz_load, _mm512_set1_epi32 as splat, _mm512_storeu_epi32 as store,
    };

    masked!(i32);

    instructions! {
        fn mul_add(a: Register, b: Register, c: Register) -> Register { _mm512_add_epi32(_mm512_mullo_epi32(a, b), c) }
    }
}

pub(super) mod i64x8 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m512i as Register, __mmask8 as Mask, _mm512_loadu_epi64 as load, _mm512_mask_storeu_epi64 as mask_store,
        _mm512_maskz_loadu_epi64 as maskz_load, _mm512_set1_epi64 as splat, _mm512_storeu_epi64 as store,
    };

    masked!(i64);

    instructions! {
        fn mul_add(a: Register, b: Register, c: Register) -> Register { _mm512_add_epi64(_mm512_mullo_epi64(a, b), c) }
    }
}
