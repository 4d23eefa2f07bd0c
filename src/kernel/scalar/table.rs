//! The constants of exp, logarithms, tanh and sigmoid: ranges, ln 2 and log10 2 in two parts, and polynomials.
//!
//! ```text
//!   e^r  = 1 + r + r^2 EXP(r)           |r| <= ln2 / 2                         f32 2^-26, f64 2^-55 of e^r - 1
//!   ln m = 2 s + s z LN(z)              s = (m - 1) / (m + 1), z = s^2         f32 2^-28, f64 2^-62 of ln m
//! ```
//!
//! `tests/golden/coefficients.py` derives them. Read next: `reference/math.rs`, which uses them in the plainest way.

/// The constants of a type; lowest coefficient first.
pub trait Table: Sized + 'static {
    /// 1 / 2.
    const HALF: Self;
    /// 1.5 / epsilon: adding it to a number of less than a quarter of that leaves an integer, the nearest.
    const MAGIC: Self;
    /// 1 / ln 2.
    const LOG2_E: Self;
    /// 1 / ln 2 - LOG2_E.
    const LOG2_E_LO: Self;
    /// ln 2 with so few bits that n * LN2_HI is exact for every exponent n.
    const LN2_HI: Self;
    /// ln 2 - LN2_HI.
    const LN2_LO: Self;
    /// log10 2 with so few bits that n * LOG10_2_HI is exact for every exponent n.
    const LOG10_2_HI: Self;
    /// log10 2 - LOG10_2_HI.
    const LOG10_2_LO: Self;
    /// log10 e.
    const LOG10_E: Self;
    /// log10 e - LOG10_E.
    const LOG10_E_LO: Self;
    /// exp of this and less is 0.
    const EXP_LOW: Self;
    /// exp of this and more is inf.
    const EXP_HIGH: Self;
    /// tanh of this and more is 1.
    const TANH_ONE: Self;
    /// Of (e^r - 1 - r) / r^2.
    const EXP_POLYNOMIAL: &'static [Self];
    /// Of (2 atanh(s) - 2 s) / s^3, in s^2.
    const LN_POLYNOMIAL: &'static [Self];
}

impl Table for f32 {
    const HALF: f32 = 0.5;
    const MAGIC: f32 = 1.5 / f32::EPSILON;
    const LOG2_E: f32 = core::f32::consts::LOG2_E;
    const LOG2_E_LO: f32 = 1.925963e-08;
    const LN2_HI: f32 = 6.9314575e-01;
    const LN2_LO: f32 = 1.4286068e-06;
    const LOG10_2_HI: f32 = 3.010254e-01;
    const LOG10_2_LO: f32 = 4.605039e-06;
    const LOG10_E: f32 = core::f32::consts::LOG10_E;
    const LOG10_E_LO: f32 = -1.010305e-08;
    const EXP_LOW: f32 = -104.0;
    const EXP_HIGH: f32 = 89.0;
    const TANH_ONE: f32 = 9.1;
    const EXP_POLYNOMIAL: &'static [f32] = &[0.5, 1.6666542e-01, 4.166674e-02, 8.366693e-03, 1.3908935e-03];
    const LN_POLYNOMIAL: &'static [f32] = &[6.6666925e-01, 3.9960274e-01, 3.0305248e-01];
}

impl Table for f64 {
    const HALF: f64 = 0.5;
    const MAGIC: f64 = 1.5 / f64::EPSILON;
    const LOG2_E: f64 = core::f64::consts::LOG2_E;
    const LOG2_E_LO: f64 = 2.0355273740931033e-17;
    const LN2_HI: f64 = 0.6931471805601177;
    const LN2_LO: f64 = -1.7239444525614835e-13;
    const LOG10_2_HI: f64 = 0.3010299956640665;
    const LOG10_2_LO: f64 = -8.532344317057107e-14;
    const LOG10_E: f64 = core::f64::consts::LOG10_E;
    const LOG10_E_LO: f64 = 1.098319650216765e-17;
    const EXP_LOW: f64 = -746.0;
    const EXP_HIGH: f64 = 710.0;
    const TANH_ONE: f64 = 19.1;
    const EXP_POLYNOMIAL: &'static [f64] = &[
        0.5,
        0.16666666666666544,
        0.04166666666661808,
        0.008333333333427768,
        0.0013888888921285642,
        0.0001984126962138771,
        2.4801515362059416e-05,
        2.7557505048244167e-06,
        2.7622623296780743e-07,
        2.5020339350192197e-08,
    ];
    const LN_POLYNOMIAL: &'static [f64] = &[
        0.6666666666666661,
        0.4000000000004731,
        0.2857142855826281,
        0.22222224008262756,
        0.18181683720212546,
        0.153905134997888,
        0.13183893653894913,
        0.13771878718623637,
    ];
}
