//! AVX2 and AVX-512 on x86-64: two proofs, and the macro that makes a vector type of a register and its instructions.
//!
//! `unsafe` here rests on one fact: a vector holds its level's proof (it was made by `splat` or a load, which take
//! one), and the proof exists only after detection. Floats in 256 bits are vectors of both levels (half a register of
//! AVX-512): either proof stands for the instructions of AVX2. Memory is touched by loads and stores alone, which take
//! slices and check their length; `spread` and the two `transpose_*` take arrays of the exact length instead.
//!
//! Each register's instructions stand under the same names in `x86/avx2.rs` and `x86/avx512.rs`; what floats can do
//! beyond a matrix product is in `x86/float.rs`, transposes of four by four elements in `x86/transpose.rs`, the sizes
//! of caches in `x86/caches.rs`.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::{Kernel, Lanes, Simd, Tiled};
use avx2::{f32x8, f64x4, i32x8, i64x4};
use avx512::{f32x16, f64x8, i32x16, i64x8};
pub(super) use caches::cache_bytes;
pub(super) use transpose::{transpose_4, transpose_8};

/// Proof of AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

/// Proof of AVX-512 F, BW, DQ and VL, and of AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

/// Functions of registers, for modules that name the instructions of one.
macro_rules! instructions {
    ($($(#[$doc:meta])* fn $name:ident($($x:ident: $of:ty),*) -> $out:ty { $($body:tt)* })*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub unsafe fn $name($($x: $of),*) -> $out {
            // SAFETY: the caller has the level. What a pointer has to promise is what `vector!` checks: `n` elements,
            // at most the lanes of the register.
            unsafe { $($body)* }
        }
    )*};
}

// After the macro, which they use.
mod avx2;
mod avx512;
mod caches;
mod float;
mod transpose;

/// Zips of halves, for floats.
macro_rules! zips {
    (float $name:ident $register:ident) => {
        const BLOCKS: usize = size_of::<$register::Register>() / 16;

        #[inline(always)]
        fn zip_halves(self, other: Self, half: usize) -> (Self, Self) {
            // SAFETY: a vector proves the instructions.
            let (lower, upper) = unsafe { $register::zip_halves(self.0, other.0, half) };
            ($name(lower), $name(upper))
        }
    };
    (int $name:ident $register:ident) => {};
}

/// A vector type: its kind, its number of lanes, the module that names its instructions, its levels, and what is half
/// of it there.
macro_rules! vector {
    ($kind:ident $name:ident: $type:ident x $len:literal in $register:ident, $($level:ident half $half:ident)+) => {
        #[doc = concat!(stringify!($len), " lanes of ", stringify!($type), ".")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name($register::Register);

        // SAFETY: the instruction stores the whole register to `LEN` slots, or the lanes of the mask to that many.
        $(unsafe impl Lanes<$type, $level> for $name {
            type Half = $half;
            const LEN: usize = $len;
            const TILES: bool = true;

            #[inline(always)]
            fn splat(_simd: $level, value: $type) -> Self {
                // SAFETY: `_simd` proves the instructions.
                $name(unsafe { $register::splat(value) })
            }

            #[inline(always)]
            fn load(_simd: $level, from: &[$type]) -> Self {
                let from = &from[..$len];
                // SAFETY: `_simd` proves the instructions; the slice has the length of the register, and no alignment
                // is asked for.
                $name(unsafe { $register::load(from.as_ptr().cast()) })
            }

            #[inline(always)]
            fn write(self, to: &mut [MaybeUninit<$type>]) {
                let to = &mut to[..$len];
                // SAFETY: a vector proves the instructions; the slice has the length of the register, and no alignment
                // is asked for.
                unsafe { $register::store(to.as_mut_ptr().cast(), self.0) }
            }

            #[inline(always)]
            fn load_masked(_simd: $level, from: &[$type]) -> Self {
                assert!(from.len() <= $len);
                // SAFETY: `_simd` proves the instructions; lanes beyond the slice are masked off, and what is masked
                // off is not read.
                $name(unsafe { $register::load_masked(from.as_ptr().cast(), from.len()) })
            }

            #[inline(always)]
            fn write_masked(self, to: &mut [MaybeUninit<$type>]) {
                assert!(to.len() <= $len);
                // SAFETY: a vector proves the instructions; lanes beyond the slice are not written.
                unsafe { $register::store_masked(to.as_mut_ptr().cast(), to.len(), self.0) }
            }

            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                // SAFETY: a vector proves the instructions.
                $name(unsafe { $register::mul_add(self.0, b.0, c.0) })
            }

            zips!($kind $name $register);
        })+
    };
}

vector!(float F32x8: f32 x 8 in f32x8, Avx2 half F32x8 Avx512 half F32x8);
vector!(float F64x4: f64 x 4 in f64x4, Avx2 half F64x4 Avx512 half F64x4);
vector!(int I32x8: i32 x 8 in i32x8, Avx2 half I32x8);
vector!(int I64x4: i64 x 4 in i64x4, Avx2 half I64x4);
vector!(float F32x16: f32 x 16 in f32x16, Avx512 half F32x8);
vector!(float F64x8: f64 x 8 in f64x8, Avx512 half F64x4);
vector!(int I32x16: i32 x 16 in i32x16, Avx512 half I32x16);
vector!(int I64x8: i64 x 8 in i64x8, Avx512 half I64x8);

/// A level: its features, one list for the compiler and for the detection, and those items of [`Simd`] that only it
/// has.
macro_rules! level {
    ($level:ident: [$($feature:tt)+], tile $mr:literal x $nv:literal, spread $spread:ident, $($own:tt)+) => {
        impl $level {
            /// Detects it on this CPU; without `std`, by what the build enables.
            pub(super) fn detect() -> Option<Self> {
                #[cfg(feature = "std")]
                let all = true $(&& std::is_x86_feature_detected!($feature))+;
                #[cfg(not(feature = "std"))]
                let all = cfg!(all($(target_feature = $feature),+));
                all.then_some($level(()))
            }

            /// The proof, without detection.
            ///
            /// # Safety
            /// `detect` has found these features on this machine.
            #[inline(always)]
            pub(super) unsafe fn detected() -> Self {
                $level(())
            }
        }

        // SAFETY: `spread` stores a register as large as all of `to`.
        unsafe impl Simd for $level {
            const FUSED: bool = true;
            $($own)+

            #[inline(always)]
            fn call<K: Kernel>(self, kernel: K) -> K::Output {
                #[inline(never)]
                #[target_feature($(enable = $feature),+)]
                fn compiled<K: Kernel>(simd: $level, kernel: K) -> K::Output {
                    kernel.call(simd)
                }
                // SAFETY: `self` exists only after `detect` found these features.
                unsafe { compiled(self, kernel) }
            }

            #[inline(always)]
            fn spread(self, bits: u32, to: &mut [MaybeUninit<bool>; 32]) {
                // SAFETY: `self` proves the instructions; the array has the length of the register, each byte of which
                // is 0 or 1.
                unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), $spread(bits)) }
            }

            #[inline(always)]
            fn tiled<K: Tiled>(self, work: K) {
                work.call::<$mr, $nv>();
            }
        }
    };
}

level! {
    Avx2: ["avx2" "fma"], tile 6 x 2, spread spread_by_bytes,
    const REGISTERS: usize = 16;
    type F32 = F32x8;
    type F64 = F64x4;
    type I32 = I32x8;
    type I64 = I64x4;
}

level! {
    Avx512: ["avx512f" "avx512bw" "avx512dq" "avx512vl" "avx2" "fma"], tile 8 x 3, spread spread_by_mask,
    const REGISTERS: usize = 32;
    type F32 = F32x16;
    type F64 = F64x8;
    type I32 = I32x16;
    type I64 = I64x8;
}

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
