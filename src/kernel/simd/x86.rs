//! AVX2 and AVX-512 on x86-64: two proofs, the vector types of floats, and the intrinsics behind their operators.
//!
//! `unsafe` here rests on one fact: a vector holds its level's proof (it was made by `splat` or a load, which take one), and the proof
//! exists only after detection. Memory is touched by loads and stores alone, which take slices and check their length. The exceptions take arrays of the very
//! length: `spread`, `digits`, and the two `transpose_*`, whose instructions are those of every x86-64.
//! What exp and its kin need beyond arithmetic is in `x86/float.rs`, what folds need between lanes in `x86/across.rs`, integers in `x86/integer.rs`.

mod across;
mod float;
mod integer;

use core::arch::x86_64::*;
use core::mem::MaybeUninit;
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::{Kernel, Lanes, Simd, Tiled};
use across::*;
use integer::*;

/// Proof of AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

/// Proof of AVX-512 F, BW, DQ and VL, and of AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

macro_rules! level {
    ($level:ident, mr $mr:literal, f32 $f32:ident, f64 $f64:ident, i32 $i32:ident, i64 $i64:ident, u32 $u32:ident, u64 $u64:ident, $spread:ident, registers $registers:literal, features $list:literal: $($feature:tt)+) => {
        impl $level {
            /// Asks the CPU; without `std`, the build.
            pub(super) fn detect() -> Option<Self> {
                #[cfg(feature = "std")]
                let all = true $(&& std::is_x86_feature_detected!($feature))+;
                #[cfg(not(feature = "std"))]
                let all = cfg!(all($(target_feature = $feature),+));
                all.then_some($level(()))
            }

            /// The proof, without asking again.
            ///
            /// # Safety
            /// `detect` has found these features on this machine.
            #[inline(always)]
            pub(super) unsafe fn detected() -> Self {
                $level(())
            }
        }

        impl Simd for $level {
            const FUSED: bool = true;
            const REGISTERS: usize = $registers;
            type F32 = $f32;
            type F64 = $f64;
            type I32 = $i32;
            type I64 = $i64;
            type U32 = $u32;
            type U64 = $u64;

            #[inline]
            fn run<K: Kernel>(self, kernel: K) -> K::Output {
                #[target_feature(enable = $list)]
                fn compiled<K: Kernel>(simd: $level, kernel: K) -> K::Output {
                    kernel.run(simd)
                }
                // SAFETY: `self` exists only after `detect` found these features.
                unsafe { compiled(self, kernel) }
            }

            #[inline(always)]
            fn apart<K: Kernel>(self, kernel: K) -> K::Output {
                #[inline(never)]
                #[target_feature(enable = $list)]
                fn compiled<K: Kernel>(simd: $level, kernel: K) -> K::Output {
                    kernel.run(simd)
                }
                // SAFETY: `self` exists only after `detect` found these features.
                unsafe { compiled(self, kernel) }
            }

            #[inline(always)]
            fn spread(self, bits: u32, to: &mut [MaybeUninit<bool>; 32]) {
                // SAFETY: `self` proves the instructions; the array has the length of the register, each byte of which is 0 or 1.
                unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), $spread(bits)) }
            }

            #[inline(always)]
            fn digits(self, bits: u32, to: &mut [MaybeUninit<i64>; 32]) {
                // SAFETY: `self` proves the instructions; the array has the length of what is stored.
                unsafe { store_digits(bits, to) }
            }

            #[inline(always)]
            fn tiled<K: Tiled>(self, work: K) {
                work.run::<$mr>();
            }
        }
    };
}

level!(Avx2, mr 6, f32 F32x8, f64 F64x4, i32 I32x8, i64 I64x4, u32 U32x8, u64 U64x4, spread_by_bytes, registers 16, features "avx2,fma": "avx2" "fma");
level!(Avx512, mr 8, f32 F32x16, f64 F64x8, i32 I32x16, i64 I64x8, u32 U32x16, u64 U64x8, spread_by_mask, registers 32,
    features "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma": "avx512f" "avx512bw" "avx512dq" "avx512vl" "avx2" "fma");

/// A vector type: its level, its register, and the intrinsics.
macro_rules! vector {
    ($name:ident: $type:ident x $len:literal in $register:ident, $level:ident,
     $splat:ident $load:ident $store:ident $add:ident $sub:ident $mul:ident $div:ident $fma:ident,
     $mask:ident $load_part:ident $store_part:ident $blend:ident $equal:ident $down:ident $halves:ident $maximum:ident $minimum:ident) => {
        #[doc = concat!(stringify!($len), " lanes of ", stringify!($type), ".")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name($register);

        impl Lanes<$type, $level> for $name {
            const LEN: usize = $len;
            const IN_REGISTER: bool = true;
            const BLOCKS: usize = size_of::<$register>() / 16;

            #[inline(always)]
            fn splat(_simd: $level, value: $type) -> Self {
                // SAFETY: `_simd` proves the instructions.
                $name(unsafe { $splat(value) })
            }

            #[inline(always)]
            fn load(_simd: $level, from: &[$type]) -> Self {
                let from = &from[..$len];
                // SAFETY: `_simd` proves the instructions; the slice has the length of the register, and no alignment is asked for.
                $name(unsafe { $load(from.as_ptr()) })
            }

            #[inline(always)]
            fn write(self, to: &mut [MaybeUninit<$type>]) {
                let to = &mut to[..$len];
                // SAFETY: a vector proves the instructions; the slice has the length of the register, and no alignment is asked for.
                unsafe { $store(to.as_mut_ptr().cast(), self.0) }
            }

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self + other
            }

            #[inline(always)]
            fn times(self, other: Self) -> Self {
                self * other
            }

            #[inline(always)]
            fn equal(self, other: Self) -> u32 {
                // SAFETY: a vector proves the instructions.
                unsafe { $equal(self.0, other.0) }
            }

            #[inline(always)]
            fn first(self, n: usize, rest: Self) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $blend(rest.0, self.0, $mask(n.min($len))) })
            }

            #[inline(always)]
            fn down(self, half: usize) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $down(self.0, half) })
            }

            #[inline(always)]
            fn halves(self, other: Self, half: usize) -> (Self, Self) {
                // SAFETY: a vector proves the instructions.
                let (lower, upper) = unsafe { $halves(self.0, other.0, half) };
                ($name(lower), $name(upper))
            }

            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $maximum(self.0, other.0) })
            }

            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $minimum(self.0, other.0) })
            }

            #[inline(always)]
            fn load_part(_simd: $level, from: &[$type]) -> Self {
                assert!(from.len() <= $len);
                // SAFETY: `_simd` proves the instructions; lanes beyond the slice are masked off, and what is masked off is not read.
                $name(unsafe { $load_part(from.as_ptr(), $mask(from.len())) })
            }

            #[inline(always)]
            fn write_part(self, to: &mut [MaybeUninit<$type>]) {
                assert!(to.len() <= $len);
                // SAFETY: a vector proves the instructions; lanes beyond the slice are not written.
                unsafe { $store_part(to.as_mut_ptr().cast(), to.len(), self.0) }
            }

            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $fma(self.0, b.0, c.0) })
            }
        }

        vector!(@op $name Add add $add);
        vector!(@op $name Sub sub $sub);
        vector!(@op $name Mul mul $mul);
        vector!(@op $name Div div $div);

        impl Neg for $name {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                // SAFETY: a vector proves the instructions. -0 - x flips every sign, that of zero included.
                $name(unsafe { $sub($splat(-0.0), self.0) })
            }
        }
    };
    (@op $name:ident $trait:ident $method:ident $intrinsic:ident) => {
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

vector!(F32x8: f32 x 8 in __m256, Avx2,
    _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps _mm256_fmadd_ps,
    mask32x8 _mm256_maskload_ps store_part_f32x8 blend_f32x8 equal_f32x8 down_f32x8 halves_f32x8 maximum_f32x8 minimum_f32x8);
vector!(F64x4: f64 x 4 in __m256d, Avx2,
    _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd _mm256_fmadd_pd,
    mask64x4 _mm256_maskload_pd store_part_f64x4 blend_f64x4 equal_f64x4 down_f64x4 halves_f64x4 maximum_f64x4 minimum_f64x4);
vector!(F32x16: f32 x 16 in __m512, Avx512,
    _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps _mm512_fmadd_ps,
    mask16 load_part_f32x16 store_part_f32x16 blend_f32x16 equal_f32x16 down_f32x16 halves_f32x16 maximum_f32x16 minimum_f32x16);
vector!(F64x8: f64 x 8 in __m512d, Avx512,
    _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd _mm512_fmadd_pd,
    mask8 load_part_f64x8 store_part_f64x8 blend_f64x8 equal_f64x8 down_f64x8 halves_f64x8 maximum_f64x8 minimum_f64x8);

/// 1 in each byte whose bit is on, else 0: every byte gets the byte of bits that its own is in, and keeps that alone.
#[inline(always)]
unsafe fn spread_by_bytes(bits: u32) -> __m256i {
    // SAFETY: the caller has AVX2.
    unsafe {
        let eight = |byte: i64| byte * 0x0101_0101_0101_0101;
        let from = _mm256_setr_epi64x(eight(0), eight(1), eight(2), eight(3));
        let own = _mm256_set1_epi64x(i64::from_le_bytes([1, 2, 4, 8, 16, 32, 64, 128]));
        let bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(bits.cast_signed()), from);
        let on = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, own), own);
        _mm256_and_si256(on, _mm256_set1_epi8(1))
    }
}

#[inline(always)]
unsafe fn spread_by_mask(bits: u32) -> __m256i {
    // SAFETY: the caller has AVX-512 BW and VL.
    unsafe { _mm256_maskz_set1_epi8(bits, 1) }
}

/// Each bit as a number, 0 or 1: shifted down by its place, and the others cut off.
#[inline(always)]
unsafe fn store_digits(bits: u32, to: &mut [MaybeUninit<i64>; 32]) {
    // SAFETY: the caller has AVX2; eight registers of four numbers are the array.
    unsafe {
        let bits = _mm256_set1_epi64x(i64::from(bits));
        unroll!(quad < 8, at most 8, {
            let place = 4 * quad as i64;
            let places = _mm256_setr_epi64x(place, place + 1, place + 2, place + 3);
            let digits = _mm256_and_si256(_mm256_srlv_epi64(bits, places), _mm256_set1_epi64x(1));
            _mm256_storeu_si256(to.as_mut_ptr().cast::<__m256i>().add(quad), digits);
        });
    }
}

/// Four by four elements turned round.
///
/// # Safety
/// They have four bytes each, none of them padding.
#[inline(always)]
pub(super) unsafe fn transpose_4<T>(from: [&[T; 4]; 4], to: [&mut [MaybeUninit<T>; 4]; 4]) {
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

/// Four by four elements turned round, four times two by two.
///
/// # Safety
/// They have eight bytes each, none of them padding.
#[inline(always)]
pub(super) unsafe fn transpose_8<T>(from: [&[T; 4]; 4], to: [&mut [MaybeUninit<T>; 4]; 4]) {
    let [a, b, c, d] = from;
    let [r0, r1, r2, r3] = to;
    for (left, [a, b]) in [(0, [a, b]), (1, [c, d])] {
        // SAFETY: SSE2 is part of x86-64; each array has the bytes of two registers, and no alignment is asked for.
        unsafe {
            let load = |row: &[T; 4], i| _mm_loadu_si128(row.as_ptr().cast::<__m128i>().add(i));
            let (a0, a1, b0, b1) = (load(a, 0), load(a, 1), load(b, 0), load(b, 1));
            _mm_storeu_si128(r0.as_mut_ptr().cast::<__m128i>().add(left), _mm_unpacklo_epi64(a0, b0));
            _mm_storeu_si128(r1.as_mut_ptr().cast::<__m128i>().add(left), _mm_unpackhi_epi64(a0, b0));
            _mm_storeu_si128(r2.as_mut_ptr().cast::<__m128i>().add(left), _mm_unpacklo_epi64(a1, b1));
            _mm_storeu_si128(r3.as_mut_ptr().cast::<__m128i>().add(left), _mm_unpackhi_epi64(a1, b1));
        }
    }
}

/// Masks whose first `n` lanes are on: for AVX-512 a bit each, for AVX2 the sign bit of each lane.
#[inline(always)]
fn mask16(n: usize) -> __mmask16 {
    ((1_u32 << n) - 1) as __mmask16
}

#[inline(always)]
fn mask8(n: usize) -> __mmask8 {
    ((1_u32 << n) - 1) as __mmask8
}

/// Eight lanes on, eight off; a window into it has the first `n` on.
static ON_OFF_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
static ON_OFF_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

#[inline(always)]
unsafe fn mask32x8(n: usize) -> __m256i {
    let window = &ON_OFF_32[8 - n..][..8];
    // SAFETY: the caller has AVX2; the window has the length of the register.
    unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
}

#[inline(always)]
unsafe fn mask64x4(n: usize) -> __m256i {
    let window = &ON_OFF_64[4 - n..][..4];
    // SAFETY: the caller has AVX2; the window has the length of the register.
    unsafe { _mm256_loadu_si256(window.as_ptr().cast()) }
}

/// The first `n` lanes by a half, a quarter and an eighth of the register: masked stores are slow on many AMD processors.
#[inline(always)]
unsafe fn store_part_f32x8(to: *mut f32, n: usize, x: __m256) {
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
unsafe fn store_part_f64x4(to: *mut f64, n: usize, x: __m256d) {
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
unsafe fn load_part_f32x16(from: *const f32, mask: __mmask16) -> __m512 {
    // SAFETY: the caller has AVX-512, and `from` is readable wherever `mask` is on.
    unsafe { _mm512_maskz_loadu_ps(mask, from) }
}

#[inline(always)]
unsafe fn load_part_f64x8(from: *const f64, mask: __mmask8) -> __m512d {
    // SAFETY: the caller has AVX-512, and `from` is readable wherever `mask` is on.
    unsafe { _mm512_maskz_loadu_pd(mask, from) }
}

#[inline(always)]
unsafe fn store_part_f32x16(to: *mut f32, n: usize, x: __m512) {
    // SAFETY: the caller has AVX-512, and `to` has `n` places; no other is written.
    unsafe { _mm512_mask_storeu_ps(to, mask16(n), x) }
}

#[inline(always)]
unsafe fn store_part_f64x8(to: *mut f64, n: usize, x: __m512d) {
    // SAFETY: the caller has AVX-512, and `to` has `n` places; no other is written.
    unsafe { _mm512_mask_storeu_pd(to, mask8(n), x) }
}
