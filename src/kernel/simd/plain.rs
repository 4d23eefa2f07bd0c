//! The level that every machine has: plain arrays, one operation at a time over all lanes.
//!
//! The compiler turns these loops of fixed length into the target's own vectors: NEON, and those of wasm. On x86-64,
//! where this is the level of machines without AVX2, an array has one lane, and most kernels are plain loops instead.

use core::mem::MaybeUninit;
use core::ops::{Add, Div, Mul, Neg, Sub};

use super::{FloatLanes, Kernel, Lanes, Simd, Tiled};
use crate::kernel::scalar::{DType, Scalar};

/// No instructions beyond what the target always has.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

// SAFETY: the loop of `spread` goes over all of `to`.
unsafe impl Simd for Plain {
    /// x86 has FMA only where the build enables it; without the instruction it would be a library call per element.
    const FUSED: bool = cfg!(any(target_feature = "fma", all(target_arch = "aarch64", target_feature = "neon")));
    /// Those of NEON. Elsewhere the number is unknown, and code stays short.
    const REGISTERS: usize = if cfg!(target_arch = "aarch64") { 32 } else { 4 };
    type F32 = Array<f32, { FLOATS }>;
    type F64 = Array<f64, { DOUBLES }>;
    type I32 = Array<i32, 8>;
    type I64 = Array<i64, 4>;

    // Not inlined, so that it is compiled once, and not in each caller of `dispatch`.
    #[inline(never)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.call(self)
    }

    #[inline(always)]
    fn spread(self, bits: u32, to: &mut [MaybeUninit<bool>; 32]) {
        for (i, to) in to.iter_mut().enumerate() {
            to.write(bits >> i & 1 == 1);
        }
    }

    #[inline(always)]
    fn tiled<K: Tiled>(self, work: K) {
        #[cfg(target_arch = "aarch64")]
        work.call::<8, 2>();
        #[cfg(not(target_arch = "aarch64"))]
        work.call::<4, 2>();
    }
}

/// Lanes of f32 and f64: on x86-64, one. There this is the level of machines from before 2013: the same numbers, by the
/// shortest code.
const FLOATS: usize = if cfg!(target_arch = "x86_64") { 1 } else { 4 };
const DOUBLES: usize = if cfg!(target_arch = "x86_64") { 1 } else { 2 };

/// `N` contiguous elements.
#[derive(Clone, Copy, Debug)]
pub struct Array<T, const N: usize>(pub(super) [T; N]);

impl<T: Scalar, const N: usize> Array<T, N> {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(T, T) -> T) -> Self {
        Array(core::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

// SAFETY: `write` goes over `N` slots, or panics where there are fewer; `write_masked` over all, or panics where there
// are more than lanes.
unsafe impl<T: Scalar, S: Simd, const N: usize> Lanes<T, S> for Array<T, N> {
    type Half = Self;
    const LEN: usize = N;
    // x86-64 without AVX2 is a machine of before 2013, for which plain loops are enough.
    const TILES: bool = matches!(T::DTYPE, DType::F32 | DType::F64) && !cfg!(target_arch = "x86_64");

    #[inline(always)]
    fn splat(_simd: S, value: T) -> Self {
        Array([value; N])
    }

    #[inline(always)]
    fn load(_simd: S, from: &[T]) -> Self {
        let mut lanes = [T::ZERO; N];
        lanes.copy_from_slice(&from[..N]);
        Array(lanes)
    }

    #[inline(always)]
    fn write(self, to: &mut [MaybeUninit<T>]) {
        for (to, value) in to[..N].iter_mut().zip(self.0) {
            to.write(value);
        }
    }

    #[inline(always)]
    fn load_masked(_simd: S, from: &[T]) -> Self {
        let mut lanes = [T::ZERO; N];
        lanes[..from.len()].copy_from_slice(from);
        Array(lanes)
    }

    #[inline(always)]
    fn write_masked(self, to: &mut [MaybeUninit<T>]) {
        let lanes = &self.0[..to.len()];
        for (to, &value) in to.iter_mut().zip(lanes) {
            to.write(value);
        }
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        Array(core::array::from_fn(|i| self.0[i].mul_add(b.0[i], c.0[i], S::FUSED)))
    }
}

macro_rules! float_array {
    ($($type:ident, fraction $fraction:literal bias $bias:literal;)*) => {$(
        float_array!(@op $type Add add +);
        float_array!(@op $type Sub sub -);
        float_array!(@op $type Mul mul *);
        float_array!(@op $type Div div /);

        impl<const N: usize> Neg for Array<$type, N> {
            type Output = Self;

            #[inline(always)]
            fn neg(self) -> Self {
                Array(self.0.map(|x| -x))
            }
        }

        impl<S: Simd, const N: usize> FloatLanes<$type, S> for Array<$type, N> {
            #[inline(always)]
            fn abs(self) -> Self {
                Array(self.0.map($type::abs))
            }

            #[inline(always)]
            fn with_sign_of(self, sign: Self) -> Self {
                self.zip(sign, $type::copysign)
            }

            #[inline(always)]
            fn min(self, other: Self) -> Self {
                self.zip(other, |a, b| if a < b { a } else { b })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                self.zip(other, |a, b| if a > b { a } else { b })
            }

            #[inline(always)]
            fn less(self, other: Self, yes: Self, no: Self) -> Self {
                Array(core::array::from_fn(|i| if self.0[i] < other.0[i] { yes.0[i] } else { no.0[i] }))
            }

            float_array!(@compare below <, at_most <=, equal ==);

            #[inline(always)]
            fn keep_first(self, n: usize, rest: Self) -> Self {
                Array(core::array::from_fn(|i| if i < n { self.0[i] } else { rest.0[i] }))
            }

            #[inline(always)]
            fn down(self, half: usize) -> Self {
                Array(core::array::from_fn(|i| self.0[if i + half < N { i + half } else { i }]))
            }

            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                self.zip(other, Scalar::maximum)
            }

            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                self.zip(other, Scalar::minimum)
            }

            #[inline(always)]
            fn pow2(self) -> Self {
                // The sum's low bits are n + bias: they become the exponent, and all others are shifted out.
                let magic = 1.5 / $type::EPSILON + $bias;
                Array(self.0.map(|n| $type::from_bits((n + magic).to_bits() << $fraction)))
            }

            #[inline(always)]
            fn scale(self, n: Self) -> Self {
                // 2^n itself may be out of range, so by two factors: only the second product can leave the normal
                // numbers, so only it rounds. Adding and subtracting 1.5 / epsilon rounds to an integer.
                let (half, magic) = (Array([0.5; N]), Array([1.5 / $type::EPSILON; N]));
                let first = <Self as Lanes<$type, S>>::mul_add(n, half, magic) - magic;
                self * FloatLanes::<$type, S>::pow2(first) * FloatLanes::<$type, S>::pow2(n - first)
            }

            #[inline(always)]
            fn split(self) -> (Self, Self) {
                // Bits from 43/64 up get the exponent of 1: the offset moves them there, and the fraction back.
                let (one, start) = ((1.0 as $type).to_bits(), (43.0 / 64.0 as $type).to_bits());
                let up = 2.0 / $type::EPSILON;
                let small = self.0.map(|x| x < $type::MIN_POSITIVE);
                let bits: [_; N] = core::array::from_fn(|i| {
                    (if small[i] { self.0[i] * up } else { self.0[i] }).to_bits().wrapping_add(one - start)
                });
                let m = bits.map(|bits| $type::from_bits((bits & ((1 << $fraction) - 1)) + start));
                let e = core::array::from_fn(|i| {
                    let biased = $type::from_bits((bits[i] >> $fraction) | (1.0 / $type::EPSILON).to_bits());
                    biased - (1.0 / $type::EPSILON + $bias) - if small[i] { ($fraction + 1) as $type } else { 0.0 }
                });
                (Array(m), Array(e))
            }
        }
    )*};
    (@compare $($method:ident $op:tt),*) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> u32 {
            (0..N).fold(0, |bits, i| bits | u32::from(self.0[i] $op other.0[i]) << i)
        }
    )*};
    (@op $type:ident $trait:ident $method:ident $op:tt) => {
        impl<const N: usize> $trait for Array<$type, N> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $op b)
            }
        }
    };
}

float_array! {
    f32, fraction 23 bias 127.0;
    f64, fraction 52 bias 1023.0;
}
