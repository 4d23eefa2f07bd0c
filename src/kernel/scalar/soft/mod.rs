//! What processors do in one instruction and `core` has no name for: rounding to integers, square roots, multiply-add
//! with one rounding.
//!
//! ```text
//!   floor, ceil, trunc, round    the bits below the point are dropped, or rounded away by adding a large number
//!   sqrt                         the integer root of m 2^k, with two extra bits, which decide how to round
//!   mul_add                      the product exactly, as an integer of twice the length; then one sum, rounded once
//! ```
//!
//! With the feature `std` the standard library is used; these have the same bits, as each has one right answer. Powers,
//! which have no instruction, are in `pow.rs`.

mod pow;

use pow::pow;

/// The natural logarithm of a positive finite number, rounded to the nearest (but where it is all but half way).
pub(in super::super) fn ln(x: f64) -> f64 {
    pow::ln(x).hi
}

#[cfg(not(test))]
use crate::kernel::simd::fused::{fused_f32, fused_f64};

/// Methods that the standard library has under the same names.
pub(in super::super) trait Software: Sized {
    fn floor(self) -> Self;
    fn ceil(self) -> Self;
    fn trunc(self) -> Self;
    fn round_ties_even(self) -> Self;
    fn sqrt(self) -> Self;
    fn mul_add(self, b: Self, c: Self) -> Self;
    fn powf(self, exponent: Self) -> Self;
}

/// Rounding to integers.
macro_rules! to_integers {
    ($type:ident) => {
        fn floor(self) -> Self {
            let down = Software::trunc(self);
            if down > self { down - 1.0 } else { down }
        }

        fn ceil(self) -> Self {
            -Software::floor(-self)
        }

        fn trunc(self) -> Self {
            let fraction = $type::MANTISSA_DIGITS as i32 - 1;
            let exponent = (self.abs().to_bits() >> fraction) as i32 - ($type::MAX_EXP - 1);
            let kept = match exponent {
                ..0 => (-0.0 as $type).to_bits(),
                e if e < fraction => !((1 << (fraction - e)) - 1),
                _ => !0,
            };
            $type::from_bits(self.to_bits() & kept)
        }

        fn round_ties_even(self) -> Self {
            // From 1 / epsilon on, numbers have no fraction.
            let large = 1.0 / $type::EPSILON;
            if self.abs() < large { ((self.abs() + large) - large).copysign(self) } else { self }
        }
    };
}

impl Software for f64 {
    to_integers!(f64);

    fn powf(self, exponent: f64) -> f64 {
        pow(self, exponent)
    }

    fn sqrt(self) -> f64 {
        if self < 0.0 {
            return f64::NAN;
        }
        if self == 0.0 || !self.is_finite() {
            return self;
        }
        let (m, e) = split(self);
        // Bits for a root of 55, whatever the length of m, and an even exponent.
        let shift = m.leading_zeros() as i32 + 45;
        let shift = shift + ((e - shift) & 1);
        let square = u128::from(m) << shift;
        let root = square.isqrt();
        // The remainder of the root becomes a bit of its own below the two extra ones.
        let root = root as u64 | u64::from(root * root != square);
        root as f64 * power_of_2((e - shift) / 2)
    }

    fn mul_add(self, b: f64, c: f64) -> f64 {
        #[cfg(not(test))]
        if let Some(sum) = fused_f64(self, b, c) {
            return sum;
        }
        let product = self * b;
        if !self.is_finite() || !b.is_finite() {
            return product + c;
        }
        if self == 0.0 || b == 0.0 || !c.is_finite() {
            // A product that would overflow is finite still.
            return self * 0.0 * b + c;
        }
        if c == 0.0 {
            return product;
        }
        let ((ma, ea), (mb, eb), (mc, ec)) = (split(self), split(b), split(c));
        let p = (u128::from(ma) * u128::from(mb), ea + eb, self.is_sign_negative() != b.is_sign_negative());
        let c = (u128::from(mc), ec, c.is_sign_negative());
        // Both with their highest bit at the same position: 126 bits, and one for the sum.
        let [p, c] = [p, c].map(|(m, e, negative)| {
            let shift = m.leading_zeros() as i32 - 2;
            (m << shift, e - shift, negative)
        });
        let (large, small) = if p.1 >= c.1 { (p, c) } else { (c, p) };
        let apart = (large.1 - small.1) as u32;
        // What is shifted out leaves a trace in the lowest bit: too far below to be rounded up or down by, but it tells
        // a half from more than a half.
        let shifted = small.0.checked_shr(apart).unwrap_or(0);
        let shifted = shifted | u128::from(shifted.checked_shl(apart) != Some(small.0));
        if large.2 == small.2 {
            return rounded(large.0 + shifted, large.1, large.2);
        }
        let negative = if large.0 >= shifted { large.2 } else { small.2 };
        rounded(large.0.abs_diff(shifted), large.1, negative)
    }
}

/// `(m, e)` with |x| = m 2^e, for finite numbers.
fn split(x: f64) -> (u64, i32) {
    let bits = x.abs().to_bits();
    match (bits >> 52) as i32 {
        0 => (bits, -1074),
        e => (bits & ((1 << 52) - 1) | 1 << 52, e - 1075),
    }
}

/// 2^e, for e from -1074 to 1023.
fn power_of_2(e: i32) -> f64 {
    f64::from_bits(if e < -1022 { 1 << (e + 1074) } else { ((e + 1023) as u64) << 52 })
}

/// The nearest to m 2^e, of two the even one; +0 for 0.
fn rounded(m: u128, e: i32, negative: bool) -> f64 {
    if m == 0 {
        return 0.0;
    }
    let highest = e + 127 - m.leading_zeros() as i32;
    // The exponent of the lowest bit that stays.
    let lowest = (highest - 52).max(-1074);
    let size = if highest > 1023 {
        f64::INFINITY
    } else if lowest <= e {
        (m << (e - lowest)) as u64 as f64 * power_of_2(lowest)
    } else {
        let shift = (lowest - e) as u32;
        let down = m.checked_shr(shift).unwrap_or(0);
        let rest = m - down.checked_shl(shift).unwrap_or(0);
        let half = 1_u128.checked_shl(shift - 1).unwrap_or(u128::MAX);
        let up = rest > half || (rest == half && down & 1 == 1);
        (down as u64 + u64::from(up)) as f64 * power_of_2(lowest)
    };
    if negative { -size } else { size }
}

impl Software for f32 {
    to_integers!(f32);

    fn powf(self, exponent: f32) -> f32 {
        pow(f64::from(self), f64::from(exponent)) as f32
    }

    fn sqrt(self) -> f32 {
        // With 53 bits, more than twice 24, rounding twice is rounding once.
        Software::sqrt(f64::from(self)) as f32
    }

    fn mul_add(self, b: f32, c: f32) -> f32 {
        #[cfg(not(test))]
        if let Some(sum) = fused_f32(self, b, c) {
            return sum;
        }
        let (product, c) = (f64::from(self) * f64::from(b), f64::from(c)); // exact
        let sum = product + c;
        // What the sum lost (Knuth): 0, or its sign says on which side of the exact sum it is.
        let other = sum - product;
        let lost = (product - (sum - other)) + (c - other);
        if !sum.is_finite() || lost == 0.0 || sum.to_bits() & 1 == 1 {
            return sum as f32;
        }
        // Rounded to the odd neighbour instead, which is no half of anything shorter: so that rounding again is right.
        let odd = if (lost > 0.0) == (sum > 0.0) { sum.to_bits() + 1 } else { sum.to_bits() - 1 };
        f64::from_bits(odd) as f32
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::Software;
    use proptest::prelude::*;

    macro_rules! as_std {
        ($type:ident: $a:expr, $b:expr, $c:expr) => {{
            let (a, b, c): ($type, $type, $type) = ($a, $b, $c);
            let same = |x: $type, y: $type, what: &str| {
                assert!(
                    x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
                    "{what}: {x:e}, std {y:e} for {a:e} {b:e} {c:e}"
                );
            };
            same(Software::floor(a), a.floor(), "floor");
            same(Software::ceil(a), a.ceil(), "ceil");
            same(Software::trunc(a), a.trunc(), "trunc");
            same(Software::round_ties_even(a), a.round_ties_even(), "round");
            same(Software::sqrt(a), a.sqrt(), "sqrt");
            same(Software::mul_add(a, b, c), a.mul_add(b, c), "mul_add");
            let (x, y) = (Software::powf(a, b), a.powf(b));
            assert!(
                x == y || x.to_bits().abs_diff(y.to_bits()) <= 1 || (x.is_nan() && y.is_nan()),
                "powf: {x:e}, std {y:e} for {a:e} {b:e}"
            );
            // A sum that all but cancels.
            same(Software::mul_add(a, b, -(a * b)), a.mul_add(b, -(a * b)), "mul_add");
        }};
    }

    #[rustfmt::skip]
    const HARD: [f64; 30] = [
        0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 3.0, 0.49999999999999994, 4503599627370495.5,
        4503599627370497.0, 9007199254740993.0, -8388607.5, 8388609.0, 1e300, -1e300, 1e-300, f64::MIN_POSITIVE,
        5e-324, -5e-324, 1e-310, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::EPSILON,
        1.0000000000000002, 0.9999999999999999,
    ];

    #[test]
    fn hard_numbers() {
        for a in HARD {
            for b in HARD {
                for c in HARD {
                    as_std!(f64: a, b, c);
                    as_std!(f32: a as f32, b as f32, c as f32);
                }
            }
        }
    }

    /// Rounded to the nearest, where the C library's is not always: 1 ulp apart, once in a thousand.
    #[test]
    fn logarithms_are_std_s() {
        let n = 100_000;
        let apart = (1..=n).map(|i| f64::from(i) / f64::from(n)).chain([5e-324, 1e-310, 1e300, f64::MAX]);
        let apart = apart.map(|x| super::ln(x).to_bits().abs_diff(x.ln().to_bits())).collect::<alloc::vec::Vec<_>>();
        assert!(apart.iter().all(|&ulps| ulps <= 1) && apart.iter().filter(|&&ulps| ulps > 0).count() < 200);
    }

    #[test]
    fn powers_of_whole_numbers_are_exact() {
        for x in 1_u64..3000 {
            let mut power = 1_u64;
            for y in 0..53 {
                assert_eq!(Software::powf(x as f64, f64::from(y)), power as f64, "{x} ** {y}");
                power *= x;
                if power > 1 << 53 {
                    break;
                }
            }
        }
    }

    #[test]
    fn special_powers_are_std_s() {
        for x in HARD {
            for y in HARD.into_iter().chain([2.0, -2.0, 1000.0, -1074.0, 1e18, 9007199254740991.0]) {
                let same = Software::powf(x, y).to_bits() == x.powf(y).to_bits()
                    || (x.powf(y).is_nan() && Software::powf(x, y).is_nan());
                let ordinary = x.is_finite() && y.is_finite() && x.powf(y).is_normal();
                assert!(same || ordinary, "{x:e} ** {y:e}: {:e}, std {:e}", Software::powf(x, y), x.powf(y));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_bits(a: u64, b: u64, c: u64) {
            as_std!(f64: f64::from_bits(a), f64::from_bits(b), f64::from_bits(c));
            as_std!(f32: f32::from_bits(a as u32), f32::from_bits(b as u32), f32::from_bits(c as u32));
        }

        /// Exponents close together, so that terms meet; and few bits, so that halves come up.
        #[test]
        fn terms_that_meet(m: [u64; 3], few: [u32; 3], e: [i32; 3], scale in -1100..1000_i32) {
            let number = |i: usize| {
                let m = (m[i] >> 12) >> (few[i] % 53) << (few[i] % 53) | 1 << 52;
                let x = m as f64 * 2_f64.powi(e[i] % 60 - 52);
                if m & 1 == 0 { x } else { -x }
            };
            let (a, b, c) = (number(0), number(1) * 2_f64.powi(scale / 2), number(2) * 2_f64.powi(scale / 2));
            as_std!(f64: a, b, c);
            as_std!(f64: a.abs(), e[0] as f64 / 2e8, c);
            as_std!(f64: a * 2_f64.powi(scale / 2), b, c * 2_f64.powi(scale / 2));
            as_std!(f32: a as f32, number(1) as f32, number(2) as f32);
        }
    }
}
