//! The multiply-add of single numbers, rounded once, where the target always has the instruction; with `std`, the
//! standard library has it.
//!
//! Other targets take the one in `scalar/soft/mod.rs`. On registers it is `Lanes::mul_add`.

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
use core::arch::aarch64::*;
#[cfg(all(target_arch = "x86_64", target_feature = "fma"))]
use core::arch::x86_64::*;

/// A function of this name, for this type.
macro_rules! fused {
    ($name:ident $type:ident, aarch64($a:ident $b:ident $c:ident) $arm:expr, x86_64 $x86:expr) => {
        #[cfg_attr(test, allow(dead_code))]
        /// `a * b + c`, rounded once; `None` where the target may lack the instruction.
        #[inline(always)]
        pub(crate) fn $name($a: $type, $b: $type, $c: $type) -> Option<$type> {
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            // SAFETY: the build says that every machine it runs on has NEON.
            return Some(unsafe { $arm });
            #[cfg(all(target_arch = "x86_64", target_feature = "fma"))]
            // SAFETY: the build says that every machine it runs on has FMA.
            return Some(unsafe { $x86 });
            #[cfg(not(any(
                all(target_arch = "aarch64", target_feature = "neon"),
                all(target_arch = "x86_64", target_feature = "fma")
            )))]
            {
                let _ = ($a, $b, $c);
                None
            }
        }
    };
}

fused!(fused_f32 f32, aarch64(a b c) vget_lane_f32::<0>(vfma_f32(vdup_n_f32(c), vdup_n_f32(a), vdup_n_f32(b))),
    x86_64 _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c))));
fused!(fused_f64 f64, aarch64(a b c) vget_lane_f64::<0>(vfma_f64(vdup_n_f64(c), vdup_n_f64(a), vdup_n_f64(b))),
    x86_64 _mm_cvtsd_f64(_mm_fmadd_sd(_mm_set_sd(a), _mm_set_sd(b), _mm_set_sd(c))));
