//! exp, logarithms, tanh and sigmoid of one number: the formulas of `kernel/math`, with the same bits.
//!
//! ```text
//!              formula                       largest error, in ulp    special values
//!   exp        e^x = 2^n e^r,  r = x - n ln2    1                     -inf: 0, inf: inf, nan: nan; subnormal results
//!   ln         ln x = e ln2 + 2 atanh(s)        1                     0: -inf, inf: inf, below 0 and nan: nan; 1: +0
//!   expm1      2^n (1 - 2^-n + e^r - 1)         2                     -inf: -1, inf: inf, nan: nan; x where tiny
//!   log1p      ln u + c / u,  u + c = 1 + x     2                     -1: -inf, inf: inf, less, nan: nan; tiny: x
//!   log2       e + log2 m,  x = m 2^e           2                     as ln; exact of powers of two
//!   log10      e log10 2 + log10 m              2                     as ln; exact of powers of ten
//!   tanh       (e^2x - 1) / (e^2x + 1)          2                     -0: -0, inf: 1, -inf: -1, nan: nan; x where tiny
//!   sigmoid    1 / (1 + e^-x)                   2                     -inf: 0, inf: 1, nan: nan; 0: 1/2
//! ```
//!
//! These bounds are promised. Measured over all 2^32 floats and millions of doubles, the errors of exp, ln, tanh and
//! sigmoid stay below 0.95, 0.85, 1.8 and 1.7 (0.96, 0.9, 1.9 and 1.85 where multiply-add rounds twice). Those of
//! expm1, log1p, log2 and log10, over all floats from 2^-7 to 8 and a thirteenth of the others, stay below 1.3, 0.92,
//! 1.02 and 0.98 (1.43, 0.92, 1.7 and 1.98). `tests/process/accuracy.rs` checks them.
//!
//! The methods are the classical ones. Reduction by a ln 2 in two parts is Cody and Waite's (Software Manual for the
//! Elementary Functions, 1980); ln through s = (m - 1) / (m + 1) is in Abramowitz and Stegun, 4.1.27; the sum of a
//! large and a small number with its rounding error is Dekker's (1971). The polynomials are our own:
//! `kernel/scalar/table.rs`.
//!
//! Multiply-add rounds once where [`Level::is_fused`](crate::Level::is_fused), else twice: then the last bits may
//! differ, within the same bounds.

use crate::kernel::closed::Float;

/// e to the power of `x`, within 1 ulp: inf above 709.78 (f32: 88.72), subnormal below -708.39 (-87.33), 0 below
/// -745.13 (-103.97).
///
/// ```
/// use nptensor::reference::math::exp;
/// assert_eq!(exp(0.0_f64), 1.0);
/// assert_eq!((exp(-1000.0_f32), exp(1000.0_f32)), (0.0, f32::INFINITY));
/// ```
pub fn exp<T: Float>(x: T) -> T {
    if x.is_nan() {
        return x;
    }
    let x = x.minimum(T::EXP_HIGH).maximum(T::EXP_LOW);
    let (n, hi, lo) = reduce(x);
    scaled(T::ONE.add(hi.add(lo)), n) // e^r 2^n
}

/// e to the power of `x`, minus 1, within 2 ulp: `x` where that is tiny.
///
/// ```
/// use nptensor::reference::math::expm1;
/// assert_eq!((expm1(1e-20_f64), expm1(-1000.0_f64), expm1(1000.0_f64)), (1e-20, -1.0, f64::INFINITY));
/// ```
pub fn expm1<T: Float>(x: T) -> T {
    if x.is_nan() {
        return x;
    }
    let (n, hi, lo) = reduce(x.minimum(T::EXP_HIGH).maximum(T::from_f64(-60.0)));
    // e^x - 1 = 2^n ((1 - 2^-n) + hi + lo), where 2^-n is too small to count from 64 on.
    let inverse = power_of_2(n.minimum(T::from_f64(64.0)).neg());
    with_sign_of(scaled(T::ONE.sub(inverse).add(hi).add(lo), n), x)
}

/// y 2^n. 2^n may be out of range, so it is multiplied in two parts; only the second product can round.
fn scaled<T: Float>(y: T, n: T) -> T {
    let first = n.mul(T::HALF).round();
    y.mul(power_of_2(first)).mul(power_of_2(n.sub(first)))
}

/// The absolute value of `y` with the sign of `x`.
fn with_sign_of<T: Float>(y: T, x: T) -> T {
    if x.to_f64().is_sign_negative() { y.abs().neg() } else { y.abs() }
}

/// The natural logarithm, within 1 ulp: -inf at 0, nan below.
///
/// ```
/// use nptensor::reference::math::ln;
/// assert_eq!((ln(1.0_f64), ln(10.0_f64)), (0.0, core::f64::consts::LN_10));
/// assert_eq!(ln(0.0_f32), f32::NEG_INFINITY);
/// assert!(ln(-1.0_f32).is_nan());
/// ```
pub fn ln<T: Float>(x: T) -> T {
    end(x).unwrap_or_else(|| {
        let (hi, lo) = natural(x);
        hi.add(lo)
    })
}

/// The natural logarithm of 1 + `x`, within 2 ulp: `x` where that is tiny, -inf at -1, nan below.
///
/// ```
/// use nptensor::reference::math::log1p;
/// assert_eq!((log1p(1e-20_f64), log1p(-1.0_f64)), (1e-20, f64::NEG_INFINITY));
/// assert_eq!(log1p(1.0_f64), core::f64::consts::LN_2);
/// ```
pub fn log1p<T: Float>(x: T) -> T {
    // u + c = 1 + x, all but exactly, and ln(u + c) is ln u + c / u.
    let u = x.add(T::ONE);
    end(u).unwrap_or_else(|| {
        let c = x.sub(u.sub(T::ONE));
        let (hi, lo) = natural(u);
        with_sign_of(hi.add(lo.add(c.div(u))), x)
    })
}

/// The logarithm to base 2, within 2 ulp, exact of powers of two: -inf at 0, nan below.
///
/// ```
/// use nptensor::reference::math::{log2, log10};
/// assert_eq!((log2(5e-324_f64), log2(8.0_f32), log10(1e22_f64), log10(1000.0_f32)), (-1074.0, 3.0, 22.0, 3.0));
/// ```
pub fn log2<T: Float>(x: T) -> T {
    to_base(x, [T::ONE, T::ZERO, T::LOG2_E, T::LOG2_E_LO])
}

/// The logarithm to base 10, within 2 ulp, exact of powers of ten: -inf at 0, nan below.
pub fn log10<T: Float>(x: T) -> T {
    to_base(x, [T::LOG10_2_HI, T::LOG10_2_LO, T::LOG10_E, T::LOG10_E_LO])
}

/// The logarithm to a base, given those of 2, in two parts, of which e times the first is exact, and of e, in two.
fn to_base<T: Float>(x: T, [two_hi, two_lo, natural, natural_lo]: [T; 4]) -> T {
    end(x).unwrap_or_else(|| {
        let [e, f, half, s, w] = parts(x);
        let (whole, part) = (e.mul(two_hi), f.mul(natural));
        let hi = whole.add(part);
        let lo = fma(e, two_lo, part.sub(hi.sub(whole)));
        // What rounding took from f log_b e: of the product, where multiply-add rounds once, and of the constant.
        let lost = fma(f, natural_lo, fma(f, natural, part.neg()));
        hi.add(fma(fma(s, w, half.mul(f).neg()), natural, lo.add(lost)))
    })
}

/// The logarithm of what is no positive finite number: -inf at 0, nan below; inf and nan themselves.
fn end<T: Float>(x: T) -> Option<T> {
    match x {
        _ if x == T::ZERO => Some(T::LOWEST),
        _ if x < T::ZERO => Some(T::NAN),
        _ => (!x.is_finite()).then_some(x),
    }
}

/// ln x as the sum of two numbers: hi + lo = e ln2 + f, all but exactly, and what is small goes to the lower.
fn natural<T: Float>(x: T) -> (T, T) {
    let [e, f, half, s, w] = parts(x);
    let hi = fma(e, T::LN2_HI, f);
    let lo = fma(e, T::LN2_LO, f.sub(fma(e, T::LN2_HI.neg(), hi)));
    (hi, fma(s, w, fma(half.neg(), f, lo)))
}

/// `[e, f, half, s, w]`: x = (1 + f) 2^e and ln(1 + f) = 2 atanh(s) = f - half f + s w, where f is exact, and all the
/// rest is small beside it.
fn parts<T: Float>(x: T) -> [T; 5] {
    let (m, e) = split(x);
    let f = m.sub(T::ONE);
    let s = f.div(m.add(T::ONE));
    let z = s.mul(s);
    let half = T::HALF.mul(f);
    [e, f, half, s, fma(z, polynomial(T::LN_POLYNOMIAL, z, z.mul(z)), half.mul(f))]
}

/// The hyperbolic tangent, within 2 ulp.
///
/// ```
/// use nptensor::reference::math::tanh;
/// assert_eq!((tanh(1e-30_f64), tanh(-0.5_f64), tanh(20.0_f64)), (1e-30, -0.46211715726000973, 1.0));
/// ```
pub fn tanh<T: Float>(x: T) -> T {
    if x.is_nan() {
        return x;
    }
    let a = x.abs().minimum(T::TANH_ONE);
    let (n, hi, lo) = reduce(a.add(a));
    let power = power_of_2(n);
    // h = (e^2a - 1) / 2 without the loss of subtracting 1: where it matters, 2^n hi + (2^n - 1) is exact.
    let m = fma(power, lo, fma(power, hi, power.sub(T::ONE)));
    let h = T::HALF.mul(m);
    // tanh = h / (1 + h) = h - h q. The second form has fewer roundings, but only while h q is small beside h.
    let q = m.div(m.add(T::ONE.add(T::ONE)));
    let y = if m < T::ONE { fma(h.neg(), q, h) } else { q };
    with_sign_of(y, x)
}

/// 1 / (1 + exp(-x)), within 2 ulp: no overflow anywhere, and subnormal results where x is below -708.39 (f32: -87.33).
///
/// ```
/// use nptensor::reference::math::sigmoid;
/// assert_eq!((sigmoid(-1000.0_f64), sigmoid(0.0_f64), sigmoid(1000.0_f64)), (0.0, 0.5, 1.0));
/// ```
pub fn sigmoid<T: Float>(x: T) -> T {
    let e = exp(x.abs().neg());
    // 1 / (1 + e) = 1 - q for x >= 0, and e / (1 + e) = e - e q below.
    let q = e.div(T::ONE.add(e));
    let s = if x < T::ZERO { e } else { T::ONE };
    fma(s.neg(), q, s)
}

/// `(n, hi, lo)`: e^x = 2^n e^r = 2^n (1 + hi + lo), with |r| <= ln2 / 2.
fn reduce<T: Float>(x: T) -> (T, T, T) {
    // Rounded to an integer: this large, numbers have no fraction.
    let n = fma(x, T::LOG2_E, T::MAGIC).sub(T::MAGIC);
    let hi = fma(n, T::LN2_HI.neg(), x); // exact
    let tail = n.mul(T::LN2_LO.neg());
    let r = hi.add(tail);
    let square = r.mul(r);
    (n, hi, fma(square, polynomial(T::EXP_POLYNOMIAL, r, square), tail))
}

/// The polynomial with these coefficients, lowest first: even and odd powers apart, each by Horner's rule in x^2.
fn polynomial<T: Float>(coefficients: &[T], x: T, square: T) -> T {
    let chain = |start: usize| {
        let mut terms = coefficients[start..].iter().step_by(2).rev();
        let highest = terms.next().map_or(T::ZERO, |&c| c);
        terms.fold(highest, |sum, &c| fma(sum, square, c))
    };
    fma(chain(1), x, chain(0))
}

/// `(m, e)`: x = m 2^e, 43/64 <= m < 43/32 (about 2/3 and 4/3), for positive finite x.
fn split<T: Float>(x: T) -> (T, T) {
    let x = x.to_f64();
    // A subnormal double is lifted into the normal ones; floats are doubles that are normal.
    let (x, lifted) = if x < f64::MIN_POSITIVE { (x * (1_u64 << 54) as f64, 54) } else { (x, 0) };
    let e = (x.to_bits() >> 52) as i32 - 1023;
    let m = x * power_of_2::<f64>(f64::from(-e / 2)) * power_of_2::<f64>(f64::from(-e - -e / 2));
    let (m, e) = if m < 43.0 / 32.0 { (m, e) } else { (m / 2.0, e + 1) };
    (T::from_f64(m), T::from_f64(f64::from(e - lifted)))
}

/// 2^n, for an integer n and a normal result.
fn power_of_2<T: Float>(n: T) -> T {
    T::from_f64(f64::from_bits(((n.to_f64() as i64 + 1023) as u64) << 52))
}

/// a b + c.
fn fma<T: Float>(a: T, b: T, c: T) -> T {
    a.mul_add(b, c, crate::level().is_fused())
}
