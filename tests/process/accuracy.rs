//! exp, logarithms, tanh and sigmoid: how far from exact mathematics, and the same bits as `reference` everywhere.
//!
//! ```text
//!   accuracy   f32: against the standard library's doubles        f64: against golden/functions.txt, which mpmath computed
//!   bits       every level, length 0 to 67, position and layout   == reference::math, one number at a time
//! ```
//!
//! An ulp is the distance between neighbouring numbers where the exact result lies. All 2^32 floats: `cargo test --release --test process accuracy -- --ignored`.

use nptensor::{Float, Level, Tensor, level, levels, reference::math, set_level};

/// The contract: no result is farther from the exact one, in ulp, with or without fused multiply-add.
const LIMITS: [(&str, f64); 8] = [
    ("exp", 1.0),
    ("ln", 1.0),
    ("tanh", 2.0),
    ("sigmoid", 2.0),
    ("expm1", 2.0),
    ("log1p", 2.0),
    ("log2", 2.0),
    ("log10", 2.0),
];

/// A function by name: on tensors, on one number, and on one double by the standard library.
struct Function<T> {
    fast: fn(&Tensor<T>) -> Tensor<T>,
    reference: fn(T) -> T,
    double: fn(f64) -> f64,
}

fn function<T: Float>(name: &str) -> Function<T> {
    fn of<T>(fast: fn(&Tensor<T>) -> Tensor<T>, reference: fn(T) -> T, double: fn(f64) -> f64) -> Function<T> {
        Function { fast, reference, double }
    }
    match name {
        "exp" => of(Tensor::exp, math::exp, f64::exp),
        "ln" => of(Tensor::ln, math::ln, f64::ln),
        "tanh" => of(Tensor::tanh, math::tanh, f64::tanh),
        "sigmoid" => of(Tensor::sigmoid, math::sigmoid, |x| {
            if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) }
        }),
        "expm1" => of(Tensor::expm1, math::expm1, f64::exp_m1),
        "log1p" => of(Tensor::log1p, math::log1p, f64::ln_1p),
        "log2" => of(Tensor::log2, math::log2, f64::log2),
        "log10" => of(Tensor::log10, math::log10, f64::log10),
        _ => panic!("no function {name}"),
    }
}

/// Runs `check` at every level that this machine has. The level is the process's.
fn at_every_level(mut check: impl FnMut(Level)) {
    let _alone = crate::alone();
    let before = level();
    for level in levels() {
        assert!(set_level(level));
        check(level);
    }
    assert!(set_level(before));
}

fn vector<T: Float>(values: Vec<T>) -> Tensor<T> {
    let n = values.len();
    Tensor::from_vec(values, &[n]).unwrap()
}

/// Bits, with one pattern for every nan.
fn bits<T: Float>(x: T) -> u64 {
    let bits = if T::EPSILON.to_f64() == f64::EPSILON {
        x.to_f64().to_bits()
    } else {
        u64::from((x.to_f64() as f32).to_bits())
    };
    if x.is_nan() { u64::MAX } else { bits }
}

fn assert_same_bits<T: Float>(got: impl Iterator<Item = T>, want: impl Iterator<Item = T>, what: impl Fn() -> String) {
    for (i, (got, want)) in got.zip(want).enumerate() {
        assert_eq!(bits(got), bits(want), "{} element {i}: {got:?}, reference {want:?}", what());
    }
}

/// The error of a float in ulp, given the exact result to double precision. Infinities, nan and signs must be right.
fn ulps_f32(got: f32, exact: f64) -> f64 {
    if !got.is_finite() {
        return if bits(got) == bits(exact as f32) { 0.0 } else { f64::INFINITY };
    }
    if got.is_sign_negative() != exact.is_sign_negative() {
        return f64::INFINITY;
    }
    let exponent = (exact.abs().to_bits() >> 52).max(1023 - 126);
    (f64::from(got) - exact).abs() / f64::from_bits((exponent - 23) << 52)
}

/// The error of a double in ulp: the exact result lies `thousandths` of an ulp above `nearest`.
fn ulps_f64(got: f64, nearest: f64, thousandths: i32) -> f64 {
    if bits(got) == bits(nearest) {
        return f64::from(thousandths.abs()) / 1000.0;
    }
    if !got.is_finite() || got.is_sign_negative() != nearest.is_sign_negative() {
        return f64::INFINITY;
    }
    // Where the exact result lies below a power of two, the distance is that of the numbers below.
    let size = nearest.abs();
    let below = (thousandths < 0) == (nearest > 0.0);
    let ulp = if below && size > 0.0 { size - size.next_down() } else { size.next_up() - size };
    ((got - nearest) / ulp - f64::from(thousandths) / 1000.0).abs()
}

/// Every `step`-th pattern of bits as a float.
fn check_floats(step: usize) {
    for (name, limit) in LIMITS {
        let function = function::<f32>(name);
        let mut worst: Vec<_> = levels().into_iter().map(|level| (level, 0.0, 0.0)).collect();
        let mut patterns = (0..=u32::MAX).step_by(step).peekable();
        while patterns.peek().is_some() {
            let x = vector(patterns.by_ref().take(1 << 16).map(f32::from_bits).collect());
            let exact: Vec<f64> = x.iter().map(|x| (function.double)(f64::from(x))).collect();
            at_every_level(|level| {
                let (_, worst, place) = worst.iter_mut().find(|worst| worst.0 == level).unwrap();
                for (i, (&y, &exact)) in (function.fast)(&x).as_slice().unwrap().iter().zip(&exact).enumerate() {
                    let error = ulps_f32(y, exact);
                    if error.is_nan() || error > *worst {
                        (*worst, *place) = (error, x.as_slice().unwrap()[i]);
                    }
                }
            });
        }
        println!("{name} f32: {worst:?}");
        assert!(worst.iter().all(|worst| worst.1 <= limit), "{name} f32: {worst:?}");
    }
}

#[test]
fn floats_are_within_the_limits() {
    // (Sixteen times as many where they are checked sixteen times as fast.)
    check_floats(if cfg!(debug_assertions) { 64_007 } else { 4_001 });
}

#[test]
#[ignore = "takes minutes: all 2^32 inputs"]
fn all_floats_are_within_the_limits() {
    check_floats(1);
}

#[test]
fn doubles_are_within_the_limits() {
    at_every_level(|level| {
        for (name, limit) in LIMITS {
            let function = function::<f64>(name);
            let mut worst = (0.0, 0.0);
            let mut points = 0;
            for line in include_str!("../golden/functions.txt").lines() {
                let [of, x, nearest, thousandths] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
                if of != name {
                    continue;
                }
                let [x, nearest] = [x, nearest].map(|hex| f64::from_bits(u64::from_str_radix(hex, 16).unwrap()));
                let y = (function.fast)(&Tensor::from(x)).item().unwrap();
                let error = ulps_f64(y, nearest, thousandths.parse().unwrap());
                if error > worst.0 {
                    worst = (error, x);
                }
                points += 1;
            }
            let (error, x) = worst;
            println!("{name} f64 {level:?}: {error:.3} ulp at {x:e}, {points} points");
            assert!(points > 2000 && error <= limit, "{name}({x:e}) is {error} ulp off, {level:?}, {points} points");
        }
    });
}

/// Numbers of every size, more of the usual ones, and the special ones.
fn inputs<T: Float>(n: usize) -> Vec<T> {
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        0.75,
        1.5,
        5e-324,
        -5e-324,
        1e-45,
        88.8,
        -103.9,
        709.75,
        -745.1,
    ];
    let mut state = 1_u64;
    let mut random = move || {
        // Xorshift (Marsaglia, 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let number = move |i: usize| {
        let pattern = random();
        match i % 5 {
            0 if T::EPSILON.to_f64() == f64::EPSILON => f64::from_bits(pattern),
            0 => f64::from(f32::from_bits(pattern as u32)),
            // Subnormal floats, then doubles.
            1 => f64::from(f32::from_bits(pattern as u32 & 0x807f_ffff)),
            2 => f64::from_bits(pattern & 0x800f_ffff_ffff_ffff),
            3 => (pattern >> 11) as f64 / (1_u64 << 53) as f64 * 1500.0 - 750.0,
            _ => (pattern >> 11) as f64 / (1_u64 << 53) as f64 * 8.0 - 4.0,
        }
    };
    special.into_iter().chain((0..n).map(number)).map(T::from_f64).collect()
}

fn check_bits<T: Float>(level: Level) {
    for (name, _) in LIMITS {
        let function = function::<T>(name);
        let values = inputs::<T>(3_200);
        let want: Vec<T> = values.iter().map(|&x| (function.reference)(x)).collect();
        let what = |how: &str| format!("{name} {} {level:?} {how}", T::DTYPE);

        let x = vector(values.clone());
        assert_same_bits((function.fast)(&x).iter(), want.iter().copied(), || what("all"));
        let reversed = x.flip(&[0]).unwrap();
        assert_same_bits((function.fast)(&reversed).iter(), want.iter().rev().copied(), || what("reversed"));
        let transposed = x.reshape(&[-1, 16]).unwrap().t();
        let back = (function.fast)(&transposed).t();
        assert_same_bits(back.iter(), want.iter().copied(), || what("transposed"));
        let spread = x.broadcast_to(&[2, values.len()]).unwrap();
        assert_same_bits((function.fast)(&spread).iter(), want.iter().chain(&want).copied(), || what("broadcast"));
        for n in 0..=67 {
            for start in 0..17 {
                let part = x.slice(start..start + n).unwrap();
                let want = want[start as usize..].iter().take(n as usize).copied();
                assert_same_bits((function.fast)(&part).iter(), want, || what(&format!("{n} from {start}")));
            }
        }
    }
}

#[test]
fn bits_are_those_of_the_reference() {
    at_every_level(|level| {
        check_bits::<f32>(level);
        check_bits::<f64>(level);
    });
}

/// What must hold exactly, at every level and for both types.
fn check_special<T: Float>(level: Level) {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let least = if T::EPSILON.to_f64() == f64::EPSILON { -1074 } else { -149 };
    let twos: Vec<(f64, f64)> = (least..120).map(|k| (f64::from(k).exp2(), f64::from(k))).collect();
    // As many powers of ten as the type has exactly.
    let tens: Vec<(f64, f64)> = (0..=if least == -149 { 10 } else { 22 }).map(|k| (10_f64.powi(k), k.into())).collect();
    let cases: [(&str, &[(f64, f64)]); 10] = [
        ("log2", &twos),
        ("log10", &tens),
        (
            "log2",
            &[(1.0, 0.0), (0.0, -inf), (-0.0, -inf), (inf, inf), (-inf, nan), (-1.0, nan), (-1e-40, nan), (nan, nan)],
        ),
        (
            "log10",
            &[(1.0, 0.0), (0.0, -inf), (-0.0, -inf), (inf, inf), (-inf, nan), (-1.0, nan), (-1e-40, nan), (nan, nan)],
        ),
        (
            "log1p",
            &[(0.0, 0.0), (-0.0, -0.0), (-1.0, -inf), (-1.5, nan), (-inf, nan), (inf, inf), (nan, nan), (1e-40, 1e-40)],
        ),
        (
            "expm1",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (inf, inf),
                (-inf, -1.0),
                (nan, nan),
                (1e30, inf),
                (-1e30, -1.0),
                (-50.0, -1.0),
                (1e-40, 1e-40),
                (-1e-30, -1e-30),
            ],
        ),
        (
            "exp",
            &[(0.0, 1.0), (-0.0, 1.0), (inf, inf), (-inf, 0.0), (nan, nan), (1e30, inf), (-1e30, 0.0), (1e-30, 1.0)],
        ),
        (
            "ln",
            &[(1.0, 0.0), (0.0, -inf), (-0.0, -inf), (inf, inf), (-inf, nan), (-1.0, nan), (-1e-40, nan), (nan, nan)],
        ),
        (
            "tanh",
            &[
                (0.0, 0.0),
                (-0.0, -0.0),
                (inf, 1.0),
                (-inf, -1.0),
                (nan, nan),
                (1e30, 1.0),
                (-20.0, -1.0),
                (1e-40, 1e-40),
            ],
        ),
        (
            "sigmoid",
            &[(0.0, 0.5), (-0.0, 0.5), (inf, 1.0), (-inf, 0.0), (nan, nan), (1e30, 1.0), (-1000.0, 0.0), (40.0, 1.0)],
        ),
    ];
    for (name, cases) in cases {
        let x = vector(cases.iter().map(|case| T::from_f64(case.0)).collect());
        let want = cases.iter().map(|case| T::from_f64(case.1));
        assert_same_bits((function::<T>(name).fast)(&x).iter(), want, || format!("{name} {} {level:?}", T::DTYPE));
    }
}

#[test]
fn special_values() {
    at_every_level(|level| {
        check_special::<f32>(level);
        check_special::<f64>(level);
    });
}
