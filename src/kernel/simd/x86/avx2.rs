//! The registers of 256 bits: the instructions of AVX2 and FMA under names that are the same for every register.
//!
//! ```text
//!   x           0 1 2 3 4 5 6 7       x + down(x, 4)        0+4 1+5 2+6 3+7 . . . .
//!   down(x, 4)  4 5 6 7 . . . .       then 2, then 1: the horizontal sum of all lanes
//!
//!   zip_halves(a, b, 4)   a0 a1 a2 a3 b0 b1 b2 b3      two horizontal sums at once; after 4, 2 and 1 with eight
//!                         a4 a5 a6 a7 b4 b5 b6 b7      registers, each lane of one register holds the sum of one
//! ```
//!
//! A mask is a register here: the sign bit of a lane says whether it is on. `../x86.rs` and `float.rs` make vector
//! types of these modules; the same names for 512 bits are in `avx512.rs`.

/// What floats need that AVX2 has no single instruction for.
macro_rules! float_arithmetic {
    ($float:ident, $int:ident) => {
        instructions! {
            // The instructions for maxima and minima give the second operand where either is nan: wrong only where the
            // first one is.
            fn maximum(a: Register, b: Register) -> Register { choose(max(a, b), a, compare::<_CMP_UNORD_Q>(a, a)) }
            fn minimum(a: Register, b: Register) -> Register { choose(min(a, b), a, compare::<_CMP_UNORD_Q>(a, a)) }

            fn scale(x: Register, n: Register) -> Register {
                // As `scale_in_two_steps` in `plain.rs`.
                let magic = splat(1.5 / $float::EPSILON);
                let first = sub(mul_add(n, splat(0.5), magic), magic);
                mul(mul(x, pow2(first)), pow2(sub(n, first)))
            }

            fn split(x: Register) -> (Register, Register) {
                // Bits from 43/64 up get the exponent of 1: the offset moves them there, and the fraction back.
                let (one, start) = ((1.0 as $float).to_bits() as $int, (43.0 / 64.0 as $float).to_bits() as $int);
                let subnormal = compare::<_CMP_LT_OQ>(x, splat($float::MIN_POSITIVE));
                let normal = choose(x, mul(x, splat(2.0 / $float::EPSILON)), subnormal);
                let bits = add_bits(to_bits(normal), splat_bits(one - start));
                let m = add_bits(and_bits(bits, splat_bits((1 << FRACTION) - 1)), splat_bits(start));
                let biased = or_bits(shift_right::<FRACTION>(bits), to_bits(splat(1.0 / $float::EPSILON)));
                let bias = splat(1.0 / $float::EPSILON + BIAS);
                let lifted = splat(1.0 / $float::EPSILON + BIAS + (FRACTION + 1) as $float);
                (from_bits(m), sub(from_bits(biased), choose(bias, lifted, subnormal)))
            }

            fn pow2(n: Register) -> Register {
                // The sum's low bits are n + bias: they become the exponent, and all others are shifted out.
                from_bits(shift_left::<FRACTION>(to_bits(add(n, splat(1.5 / $float::EPSILON + BIAS)))))
            }
        }
    };
}

pub(super) mod f32x8 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m256 as Register, _mm256_add_epi32 as add_bits, _mm256_add_ps as add, _mm256_and_ps as and,
        _mm256_and_si256 as and_bits, _mm256_andnot_ps as and_not, _mm256_blendv_ps as choose,
        _mm256_castps_si256 as to_bits, _mm256_castsi256_ps as from_bits, _mm256_cmp_ps as compare,
        _mm256_div_ps as div, _mm256_fmadd_ps as mul_add, _mm256_loadu_ps as load, _mm256_max_ps as max,
        _mm256_min_ps as min, _mm256_mul_ps as mul, _mm256_or_ps as or, _mm256_or_si256 as or_bits,
        _mm256_set1_epi32 as splat_bits, _mm256_set1_ps as splat, _mm256_slli_epi32 as shift_left,
        _mm256_srli_epi32 as shift_right, _mm256_storeu_ps as store, _mm256_sub_ps as sub,
    };

    pub const FRACTION: i32 = 23;
    pub const BIAS: f32 = 127.0;

    float_arithmetic!(f32, i32);

    instructions! {
        fn bits(on: Register) -> u32 { _mm256_movemask_ps(on) as u32 }
        fn first_lanes(n: usize) -> Register { from_bits(super::i32x8::first_lanes(n)) }
        fn load_masked(from: *const f32, n: usize) -> Register { _mm256_maskload_ps(from, super::i32x8::first_lanes(n)) }

        // The first `n` lanes by a half, a quarter and an eighth of the register: masked stores are slow on many AMD
        // processors.
        fn store_masked(to: *mut f32, n: usize, x: Register) -> () {
            if n == 8 {
                return store(to, x);
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

        fn down(x: Register, half: usize) -> Register {
            match half {
                4 => _mm256_permute2f128_ps::<1>(x, x),
                2 => _mm256_permute_ps::<0b1110>(x),
                _ => _mm256_permute_ps::<1>(x),
            }
        }

        fn zip_halves(a: Register, b: Register, half: usize) -> (Register, Register) {
            let pairs = |x| _mm256_castps_pd(x);
            match half {
                4 => (_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b)),
                2 => (
                    _mm256_castpd_ps(_mm256_unpacklo_pd(pairs(a), pairs(b))),
                    _mm256_castpd_ps(_mm256_unpackhi_pd(pairs(a), pairs(b))),
                ),
                _ => (_mm256_shuffle_ps::<0x88>(a, b), _mm256_shuffle_ps::<0xDD>(a, b)),
            }
        }
    }
}

pub(super) mod f64x4 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m256d as Register, _mm256_add_epi64 as add_bits, _mm256_add_pd as add, _mm256_and_pd as and,
        _mm256_and_si256 as and_bits, _mm256_andnot_pd as and_not, _mm256_blendv_pd as choose,
        _mm256_castpd_si256 as to_bits, _mm256_castsi256_pd as from_bits, _mm256_cmp_pd as compare,
        _mm256_div_pd as div, _mm256_fmadd_pd as mul_add, _mm256_loadu_pd as load, _mm256_max_pd as max,
        _mm256_min_pd as min, _mm256_mul_pd as mul, _mm256_or_pd as or, _mm256_or_si256 as or_bits,
        _mm256_set1_epi64x as splat_bits, _mm256_set1_pd as splat, _mm256_slli_epi64 as shift_left,
        _mm256_srli_epi64 as shift_right, _mm256_storeu_pd as store, _mm256_sub_pd as sub,
    };

    pub const FRACTION: i32 = 52;
    pub const BIAS: f64 = 1023.0;

    float_arithmetic!(f64, i64);

    instructions! {
        fn bits(on: Register) -> u32 { _mm256_movemask_pd(on) as u32 }
        fn first_lanes(n: usize) -> Register { from_bits(super::i64x4::first_lanes(n)) }
        fn load_masked(from: *const f64, n: usize) -> Register { _mm256_maskload_pd(from, super::i64x4::first_lanes(n)) }

        fn store_masked(to: *mut f64, n: usize, x: Register) -> () {
            if n == 4 {
                return store(to, x);
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

        fn down(x: Register, half: usize) -> Register {
            match half {
                2 => _mm256_permute2f128_pd::<1>(x, x),
                _ => _mm256_permute_pd::<1>(x),
            }
        }

        fn zip_halves(a: Register, b: Register, half: usize) -> (Register, Register) {
            match half {
                2 => (_mm256_permute2f128_pd::<0x20>(a, b), _mm256_permute2f128_pd::<0x31>(a, b)),
                _ => (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b)),
            }
        }
    }
}

pub(super) mod i32x8 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m256i as Register, _mm256_loadu_si256 as load, _mm256_set1_epi32 as splat, _mm256_storeu_si256 as store,
    };

    /// Eight lanes on, eight off; a window into it has the first `n` on.
    static ON_OFF: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

    instructions! {
        fn mul_add(a: Register, b: Register, c: Register) -> Register { _mm256_add_epi32(_mm256_mullo_epi32(a, b), c) }
        fn first_lanes(n: usize) -> Register { load(ON_OFF[8 - n..][..8].as_ptr().cast()) }
        fn load_masked(from: *const i32, n: usize) -> Register { _mm256_maskload_epi32(from, first_lanes(n)) }
        fn store_masked(to: *mut f32, n: usize, x: Register) -> () { super::f32x8::store_masked(to, n, _mm256_castsi256_ps(x)) }
    }
}

pub(super) mod i64x4 {
    use core::arch::x86_64::*;
    pub use core::arch::x86_64::{
        __m256i as Register, _mm256_loadu_si256 as load, _mm256_set1_epi64x as splat, _mm256_storeu_si256 as store,
    };

    static ON_OFF: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

    instructions! {
        // a b modulo 2^64 of halves of 32 bits, a = (h, l) and b = (H, L): l L + ((h L + l H) << 32).
        fn mul_add(a: Register, b: Register, c: Register) -> Register {
            let high = |x| _mm256_srli_epi64::<32>(x);
            let cross = _mm256_add_epi64(_mm256_mul_epu32(high(a), b), _mm256_mul_epu32(a, high(b)));
            let product = _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64::<32>(cross));
            _mm256_add_epi64(product, c)
        }
        fn first_lanes(n: usize) -> Register { load(ON_OFF[4 - n..][..4].as_ptr().cast()) }
        fn load_masked(from: *const i64, n: usize) -> Register { _mm256_maskload_epi64(from, first_lanes(n)) }
        fn store_masked(to: *mut f64, n: usize, x: Register) -> () { super::f64x4::store_masked(to, n, _mm256_castsi256_pd(x)) }
    }
}
