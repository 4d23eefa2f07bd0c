//! Instruction sets: which this machine has, and how one kernel text becomes code for each of them.
//!
//! ```text
//!   dispatch(kernel) --> level() --> Avx512.call(kernel)  \
//!                                    Avx2.call(kernel)     >  kernel.call(simd): the one text, compiled once per level
//!                                    Plain.call(kernel)   /
//! ```
//!
//! Possession is the proof: a value of type [`Avx2`] exists only after the CPU said that it has AVX2 and FMA, and a
//! vector of that level can be made only from such a value. So code that holds a vector may use its instructions, and
//! kernels need no `unsafe`.
//!
//! * `Avx512`, `Avx2`: intrinsics (`x86.rs`), fused multiply-add.
//! * `Plain`: arrays that the compiler turns into the target's baseline vectors (`plain.rs`): NEON, wasm. Fused where
//!   the target always is.
//!
//! A kernel is a struct with its arguments and one generic method, both `#[inline(always)]`: only code that is inlined
//! into `call` is compiled with the level's instructions. [`kernel_fn`] writes both for a function.

#![allow(unsafe_code)]

#[cfg(not(feature = "std"))]
pub(crate) mod fused;
mod plain;
mod square;
mod two;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use plain::{Array, Plain};
pub(crate) use square::turn;
pub(crate) use two::Two;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

use alloc::vec::Vec;
use core::mem::MaybeUninit;
use core::ops::{Add, Div, Mul, Neg, Sub};
use core::sync::atomic::{AtomicU8, Ordering};

use super::scalar::Scalar;

/// Work that is compiled once for each level.
pub trait Kernel {
    /// What it returns.
    type Output;

    /// The work; mark it `#[inline(always)]`, and everything hot that it calls.
    fn call<S: Simd>(self, simd: S) -> Self::Output;
}

/// A function that [`kernel_fn`] wrote, by a type of its own, and its arguments as a tuple.
pub(crate) struct Call<F, A>(pub(crate) F, pub(crate) A);

/// A function whose body is a kernel, compiled for the levels of the dispatch that it names: within the body, `S` is
/// the level and `simd` its proof.
macro_rules! kernel_fn {
    ($(#[$doc:meta])* $visibility:vis fn $name:ident[$($generics:tt)*]($($x:ident: $of:ty),*) -> $out:ty,
     $dispatch:path, |$simd:ident| $body:block) => {
        $(#[$doc])*
        $visibility fn $name<$($generics)*>($($x: $of),*) -> $out {
            struct ThisFunction;

            impl<$($generics)*> $crate::kernel::simd::Kernel for $crate::kernel::simd::Call<ThisFunction, ($($of,)*)> {
                type Output = $out;

                #[inline(always)]
                fn call<S: Simd>(self, $simd: S) -> $out {
                    let $crate::kernel::simd::Call(_, ($($x,)*)) = self;
                    $body
                }
            }

            $dispatch($crate::kernel::simd::Call(ThisFunction, ($($x,)*)))
        }
    };
}

pub(crate) use kernel_fn;

/// A function of one register. Mark its method `#[inline(always)]`; a closure cannot be, and is compiled without the
/// level's instructions wherever it is not inlined.
pub trait Function<T>: Copy {
    /// Its value in every lane.
    fn at<S: Simd, V: FloatLanes<T, S>>(self, simd: S, x: V) -> V;
}

/// A level, as the proof that this CPU has it.
///
/// # Safety
/// `spread` writes all of `to`, which safe code then reads as values.
pub unsafe trait Simd: Copy + Send + Sync + 'static {
    /// Whether `mul_add` rounds once.
    const FUSED: bool;
    /// How many registers there are: what loops may keep in them.
    const REGISTERS: usize;
    type F32: FloatLanes<f32, Self>;
    type F64: FloatLanes<f64, Self>;
    type I32: Lanes<i32, Self>;
    type I64: Lanes<i64, Self>;

    /// Runs a kernel as a function of its own, compiled for this level; inside another kernel too, whose values then
    /// hold no register that its loops use.
    fn call<K: Kernel>(self, kernel: K) -> K::Output;

    /// Bits as answers, the lowest first, into all of `to`.
    fn spread(self, bits: u32, to: &mut [MaybeUninit<bool>; 32]);

    /// Calls tiled work with MR and NV: rows of a tile, and vectors of each where A is packed, as registers can hold.
    fn tiled<K: Tiled>(self, work: K);
}

/// Work on tiles of MR rows of NV vectors, constants.
pub trait Tiled {
    /// The work; mark it `#[inline(always)]`.
    fn call<const MR: usize, const NV: usize>(self);
}

/// A register: `LEN` elements of one type that are worked on together. What a matrix product needs of it.
///
/// # Safety
/// `write` writes the first `LEN` slots of `to`, and `write_masked` all of them, which safe code then reads as values.
pub unsafe trait Lanes<T, S: Simd>: Copy {
    /// A register of half as many lanes, where that is the quicker one for few; else itself.
    type Half: Lanes<T, S>;
    /// The number of elements.
    const LEN: usize;
    /// Whether products go by tiles of registers; else by plain loops.
    const TILES: bool;
    /// Blocks of 16 bytes, within which [`zip_halves`](Lanes::zip_halves) works on short groups; 0 where there is
    /// no such method: where it would move lanes one by one, and for integers.
    const BLOCKS: usize = 0;
    /// Rows and columns of a square that registers transpose: `LEN`; 0 without `zip_halves`.
    const SQUARE: usize = if Self::BLOCKS == 0 { 0 } else { Self::LEN };

    /// The same value in every lane.
    fn splat(simd: S, value: T) -> Self;
    /// The first `LEN` elements of `from`. Panics if there are fewer.
    fn load(simd: S, from: &[T]) -> Self;
    /// Into the first `LEN` slots of `to`. Panics if there are fewer.
    fn write(self, to: &mut [MaybeUninit<T>]);
    /// `self * b + c` lane by lane; one rounding where `S::FUSED`.
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// As many elements as `from` holds, at most `LEN`, and zeros in the other lanes. Panics if there are more.
    fn load_masked(simd: S, from: &[T]) -> Self;
    /// The first lanes into all slots of `to`, at most `LEN`. Panics if there are more.
    fn write_masked(self, to: &mut [MaybeUninit<T>]);

    /// In groups of `2 * half` lanes: the lower halves of the groups of `self`, then those of `other`; and the upper
    /// halves likewise. Groups no longer than a block stay within it.
    #[inline(always)]
    fn zip_halves(self, _other: Self, _half: usize) -> (Self, Self) {
        unreachable!("there are no blocks")
    }

    /// Into the first `LEN` elements of `to`. Panics if there are fewer.
    #[inline(always)]
    fn store(self, to: &mut [T]) {
        let to: *mut [T] = to;
        // SAFETY: the same memory under a type that allows more; `write` puts nothing there but values.
        self.write(unsafe { &mut *(to as *mut [MaybeUninit<T>]) });
    }

    /// The first lanes into all elements of `to`, at most `LEN`. Panics if there are more.
    #[inline(always)]
    fn store_masked(self, to: &mut [T]) {
        let to: *mut [T] = to;
        // SAFETY: the same memory under a type that allows more; `write_masked` puts nothing there but values.
        self.write_masked(unsafe { &mut *(to as *mut [MaybeUninit<T>]) });
    }
}

/// A register of f32 or f64, with arithmetic, comparisons, and what folds need between lanes.
pub trait FloatLanes<T, S: Simd>:
    Lanes<T, S> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The absolute value; nan stays nan.
    fn abs(self) -> Self;
    /// `self`, which has no sign, with the sign of `sign`.
    fn with_sign_of(self, sign: Self) -> Self;
    /// `self < other ? self : other`: `other` if either is nan.
    fn min(self, other: Self) -> Self;
    /// `self > other ? self : other`: `other` if either is nan.
    fn max(self, other: Self) -> Self;
    /// The greater of the two in each lane, as `Scalar::maximum`.
    fn maximum(self, other: Self) -> Self;
    /// The lesser of the two in each lane, as `Scalar::minimum`.
    fn minimum(self, other: Self) -> Self;
    /// `self < other ? yes : no`: `no` if either is nan.
    fn less(self, other: Self, yes: Self, no: Self) -> Self;
    /// A bit for each lane, the first lowest: whether `self < other`; not if either is nan.
    fn below(self, other: Self) -> u32;
    /// Likewise whether `self <= other`.
    fn at_most(self, other: Self) -> u32;
    /// Likewise whether the two are equal.
    fn equal(self, other: Self) -> u32;
    /// The first `n` lanes of `self`, of which there may be fewer, and the others of `rest`.
    fn keep_first(self, n: usize, rest: Self) -> Self;
    /// In the first `half` lanes those that follow them; anything in the others. `half` is a power of two below `LEN`.
    fn down(self, half: usize) -> Self;
    /// 2^self, for integers in the range of exponents of normal numbers.
    fn pow2(self) -> Self;
    /// self * 2^n, rounded once: for normal numbers, and integers n within twice the range of exponents.
    fn scale(self, n: Self) -> Self;
    /// `(m, e)` with self = m * 2^e and 43/64 <= m < 43/32 (about 2/3 and 4/3), e an integer: for positive finite
    /// numbers, subnormal ones too; for others, anything.
    fn split(self) -> (Self, Self);
}

/// Prefetches the cache line of `data[offset]`, if there is one.
#[inline(always)]
pub(crate) fn prefetch<T>(data: &[T], offset: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(x) = data.get(offset) {
        // SAFETY: every x86-64 processor has SSE, and a prefetch reads nothing that the program could see.
        unsafe {
            core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(core::ptr::from_ref(x).cast())
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (data, offset);
}

/// Bytes of the cache of that level that holds data, where the processor says so. Slow: to be called once.
pub(crate) fn cache_bytes(level: u32) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    return x86::cache_bytes(level);
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = level;
        None
    }
}

/// Transposes four by four elements: `to[i][j] = from[j][i]`. Compilers make single loads and stores of the loop;
/// x86-64 always has the instructions.
#[inline(always)]
pub(crate) fn transpose<T: Scalar>(from: [&[T; 4]; 4], to: [&mut [MaybeUninit<T>; 4]; 4]) {
    #[cfg(target_arch = "x86_64")]
    match size_of::<T>() {
        // SAFETY: elements of four bytes, none of them padding, and slots for as many.
        4 => return unsafe { x86::transpose_4(from, to) },
        // SAFETY: elements of eight bytes, none of them padding, and slots for as many.
        8 => return unsafe { x86::transpose_8(from, to) },
        _ => {}
    }
    for (i, to) in to.into_iter().enumerate() {
        for (to, from) in to.iter_mut().zip(from) {
            to.write(from[i]);
        }
    }
}

/// The same over elements that are there.
#[inline(always)]
pub(crate) fn transpose_over<T: Scalar>(from: [&[T; 4]; 4], to: [&mut [T; 4]; 4]) {
    let slots = to.map(|to| {
        let to: *mut [T; 4] = to;
        // SAFETY: the same memory under a type that allows more; `transpose` puts nothing there but values.
        unsafe { &mut *(to as *mut [MaybeUninit<T>; 4]) }
    });
    transpose(from, slots);
}

/// An instruction-set level, as a plain value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// What the target always has: SSE2 on x86-64, NEON on aarch64.
    Plain,
    /// AVX2 and FMA: x86 processors since about 2013.
    Avx2,
    /// AVX-512 F, BW, DQ and VL: servers, and AMD since Zen 4.
    Avx512,
}

impl Level {
    const ALL: [Level; 3] = [Level::Plain, Level::Avx2, Level::Avx512];

    /// Whether this machine has it.
    pub fn is_available(self) -> bool {
        match self {
            Level::Plain => true,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Avx2::detect().is_some(),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Avx512::detect().is_some(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// Whether multiply-add rounds once: the one thing in which results may differ between levels.
    pub fn is_fused(self) -> bool {
        self != Level::Plain || Plain::FUSED
    }
}

/// The levels that this machine has, the slowest first.
pub fn levels() -> Vec<Level> {
    Level::ALL.into_iter().filter(|level| level.is_available()).collect()
}

/// 0 before detection, else 1 + the index in `Level::ALL`. It never holds a level that was not detected.
static LEVEL: AtomicU8 = AtomicU8::new(0);

/// The level that kernels run at: the fastest there is, unless [`set_level`] or `NPTENSOR_LEVEL` (`plain`, `avx2`,
/// `avx512`) chose another.
#[inline]
pub fn level() -> Level {
    match LEVEL.load(Ordering::Relaxed) {
        1 => Level::Plain,
        2 => Level::Avx2,
        3 => Level::Avx512,
        _ => first_look(),
    }
}

/// Chooses the level for the whole process, to measure or to reproduce another machine's results; `false`, and nothing
/// changes, if the machine does not have it.
#[must_use]
pub fn set_level(level: Level) -> bool {
    let available = level.is_available();
    if available {
        LEVEL.store(level as u8 + 1, Ordering::Relaxed);
    }
    available
}

#[cold]
fn first_look() -> Level {
    #[cfg(feature = "std")]
    let asked = {
        let wanted = std::env::var("NPTENSOR_LEVEL").unwrap_or_default();
        Level::ALL.into_iter().find(|level| alloc::format!("{level:?}").eq_ignore_ascii_case(&wanted))
    };
    #[cfg(not(feature = "std"))]
    let asked: Option<Level> = None;
    // (The last of them, without a list: that would be the one allocation of a first prediction beside its buffers.)
    let fastest = Level::ALL.into_iter().rfind(|level| level.is_available());
    let best = asked.filter(|level| level.is_available()).or(fastest).unwrap_or(Level::Plain);
    let _ = set_level(best); // it has it
    best
}

/// Runs a kernel at the level in force.
#[inline(always)]
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `level()` says only what `is_available` has found on this machine.
        Level::Avx512 => unsafe { Avx512::detected() }.call(kernel),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise.
        Level::Avx2 => unsafe { Avx2::detected() }.call(kernel),
        _ => Plain.call(kernel),
    }
}

/// Runs a kernel at each level that this machine has, whatever level is in force.
#[cfg(test)]
pub(crate) fn at_every_level<K: Kernel + Clone>(kernel: &K) -> Vec<(Level, K::Output)> {
    let run = |level| match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => Some(Avx512::detect()?.call(kernel.clone())),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => Some(Avx2::detect()?.call(kernel.clone())),
        Level::Plain => Some(Plain.call(kernel.clone())),
        #[cfg(not(target_arch = "x86_64"))]
        _ => None,
    };
    Level::ALL.into_iter().filter_map(|level| Some((level, run(level)?))).collect()
}

/// Runs a kernel that memory bounds, at AVX2 where the level is AVX-512: longer registers would gain nothing.
#[inline(always)]
pub(crate) fn dispatch_two<K: Kernel>(kernel: K) -> K::Output {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `level()` says only what `is_available` has found on this machine, and what has AVX-512 has AVX2 and
        // FMA (`Avx512::detect` tests all of them).
        Level::Avx512 | Level::Avx2 => unsafe { Avx2::detected() }.call(kernel),
        _ => Plain.call(kernel),
    }
}
