//! x^y = e^(y ln x), with the logarithm to twice the length of a number, for y multiplies its error.
//!
//! ```text
//!   x = 2^k z,  1/sqrt2 <= z < sqrt2        c = the nearest 1/128 to z         r = (z - c) / c,  |r| < 2^-7
//!   ln x = k ln2 + ln c + ln(1 + r)         ln c from a table                  ln(1 + r) = r - r^2/2 + r^3/3 - ..
//!   y ln x = n ln2 + h                      e^h = 1 + h + h^2/2 + ..           x^y = 2^n e^h
//! ```
//!
//! Numbers of twice the length are sums hi + lo of two (Dekker, 1971); no multiply-add is needed, so the bits are the
//! same on every machine. The error stays below 0.6 ulp, so exact answers are exact. It takes one number at a time and
//! is seven times as slow as the standard library, so it is used only without it (`mod.rs`). The table is computed by
//! the compiler.

use crate::kernel::scalar::Table;

/// `hi + lo`, lo at most half an ulp of hi.
#[derive(Clone, Copy)]
pub(super) struct Long {
    pub(super) hi: f64,
    lo: f64,
}

impl Long {
    /// The exact sum.
    const fn sum(a: f64, b: f64) -> Long {
        let hi = a + b;
        let other = hi - a;
        Long { hi, lo: (a - (hi - other)) + (b - other) }
    }

    /// The exact sum of numbers of which the first is no smaller than the second, or 0.
    const fn ordered_sum(a: f64, b: f64) -> Long {
        let hi = a + b;
        Long { hi, lo: b - (hi - a) }
    }

    /// The exact product, unless it leaves the normal numbers.
    const fn product(a: f64, b: f64) -> Long {
        let ((a1, a2), (b1, b2)) = (split_bits(a), split_bits(b));
        let hi = a * b;
        Long { hi, lo: ((a1 * b1 - hi) + a1 * b2 + a2 * b1) + a2 * b2 }
    }

    const fn plus(self, other: Long) -> Long {
        let sum = Long::sum(self.hi, other.hi);
        Long::ordered_sum(sum.hi, sum.lo + (self.lo + other.lo))
    }

    const fn times(self, y: f64) -> Long {
        let product = Long::product(self.hi, y);
        Long::ordered_sum(product.hi, product.lo + self.lo * y)
    }

    const fn over(self, y: f64) -> Long {
        let hi = self.hi / y;
        let product = Long::product(hi, y);
        Long::ordered_sum(hi, ((self.hi - product.hi) - product.lo + self.lo) / y)
    }
}

/// A number as two of half its length (Veltkamp).
const fn split_bits(a: f64) -> (f64, f64) {
    let up = a * ((1 << 27) + 1) as f64;
    let high = up - (up - a);
    (high, a - high)
}

/// The table: parts of 1, and the first entry.
const PARTS: f64 = 128.0;
const FIRST: usize = 90;

/// 1/i and ln(i / 128), from i = 90 to 181.
static TABLE: [(Long, Long); 92] = {
    let mut table = [(LN2, LN2); 92];
    let mut i = 0;
    while i < table.len() {
        let whole = (FIRST + i) as f64;
        table[i] = (Long { hi: 1.0, lo: 0.0 }.over(whole), ln_of_quotient(whole, PARTS));
        i += 1;
    }
    table
};

const LN2: Long = ln_of_quotient(2.0, 1.0);

/// ln(a / b) = 2 (s + s^3/3 + s^5/5 + ..), s = (a - b) / (a + b), for whole numbers no more than twice as large as each
/// other.
const fn ln_of_quotient(a: f64, b: f64) -> Long {
    let s = Long { hi: a - b, lo: 0.0 }.over(a + b);
    let (mut power, mut sum, mut n) = (s, s, 3.0);
    // s^2 <= 1/9: the last term is below 2^-120 of the first.
    while n < 75.0 {
        power = power.times(a - b).over(a + b).times(a - b).over(a + b);
        sum = sum.plus(power.over(n));
        n += 2.0;
    }
    sum.times(2.0)
}

/// ln x, for positive finite numbers.
pub(super) fn ln(x: f64) -> Long {
    // Bits from 45/64 up get the exponent of 1.
    const START: u64 = (45.0 / 64.0_f64).to_bits();
    let up = (1_u64 << 54) as f64;
    let (bits, lifted) = if x < f64::MIN_POSITIVE { ((x * up).to_bits(), 54) } else { (x.to_bits(), 0) };
    let k = (bits.wrapping_sub(START).cast_signed() >> 52) - lifted;
    let z = f64::from_bits((bits.wrapping_sub(START) & ((1 << 52) - 1)) + START) * PARTS;
    let nearest = (z + 0.5) as usize;
    let (part, ln_c) = TABLE[nearest - FIRST];
    let r = part.times(z - nearest as f64);
    LN2.times(k as f64).plus(ln_c).plus(ln_1_plus(r))
}

/// ln(1 + r), |r| < 2^-7. From the third term on, numbers of single length are long enough.
fn ln_1_plus(r: Long) -> Long {
    let square = Long::product(r.hi, r.hi);
    let minus_half = Long { hi: -0.5 * square.hi, lo: -0.5 * (square.lo + 2.0 * r.hi * r.lo) };
    let rest = [1.0 / 10.0, 1.0 / 9.0, 1.0 / 8.0, 1.0 / 7.0, 1.0 / 6.0, 1.0 / 5.0, 1.0 / 4.0, 1.0 / 3.0];
    let rest = rest.into_iter().fold(0.0, |sum, c| c - r.hi * sum);
    r.plus(minus_half).plus(Long { hi: r.hi * square.hi * rest, lo: 0.0 })
}

/// e^x: inf or 0 beyond the range of numbers.
fn exp(x: Long) -> f64 {
    if x.hi >= f64::EXP_HIGH {
        return f64::INFINITY;
    }
    if x.hi <= f64::EXP_LOW {
        return 0.0;
    }
    let n = (x.hi * f64::LOG2_E + f64::MAGIC) - f64::MAGIC;
    let h = x.plus(LN2.times(-n));
    let square = Long::product(h.hi, h.hi);
    let rest = f64::EXP_POLYNOMIAL[1..].iter().rev().fold(0.0, |sum, c| sum * h.hi + c);
    let small = h.lo + h.lo * h.hi + h.hi * square.hi * rest;
    let power = Long::ordered_sum(1.0, h.hi)
        .plus(Long { hi: 0.5 * square.hi, lo: 0.5 * square.lo })
        .plus(Long { hi: small, lo: 0.0 });
    // 2^n may be out of range, so by two factors; only the second product can round.
    let first = (n as i64) / 2;
    let power_of_2 = |n: i64| f64::from_bits(((n + 1023) << 52).cast_unsigned());
    power.hi * power_of_2(first) * power_of_2(n as i64 - first)
}

/// x to the power of y. Special values are those of C and NumPy: 1 for y = 0 and for x = 1, even with nan; of a
/// negative x, whole powers alone.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    if y == 2.0 {
        return x * x;
    }
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    let size = x.abs();
    if y.is_infinite() {
        return match (size == 1.0, (size > 1.0) == (y > 0.0)) {
            (true, _) => 1.0,
            (_, true) => f64::INFINITY,
            (_, false) => 0.0,
        };
    }
    let negative = x.is_sign_negative() && is_odd(y);
    let power = if size == 0.0 || size.is_infinite() {
        if (size == 0.0) == (y > 0.0) { 0.0 } else { f64::INFINITY }
    } else if x < 0.0 && !is_whole(y) {
        return f64::NAN;
    } else {
        // Beyond this every power is 0, 1 or inf, for ln x is 0 or at least 2^-53.
        let far = (1_u128 << 70) as f64;
        exp(ln(size).times(y.clamp(-far, far)))
    };
    if negative { -power } else { power }
}

fn is_whole(y: f64) -> bool {
    // From 2^53 on there is nothing else.
    y.abs() >= 1.0 / f64::EPSILON || (y as i64) as f64 == y
}

fn is_odd(y: f64) -> bool {
    y.abs() < 2.0 / f64::EPSILON && is_whole(y) && (y as i64) & 1 == 1
}
