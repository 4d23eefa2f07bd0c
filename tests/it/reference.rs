//! What `reference` gives to those who test: the tensors of `cases`, and what `compare` says.

use nptensor::reference::{Array, Difference, cases, compare, compare_within, ulps};
use nptensor::{DType, Element, Tensor, Value};

/// Kinds of layouts, sizes and values, counted over 160 tensors.
fn kinds<T: Element>() {
    let (mut fortran, mut reversed, mut apart, mut zero, mut permuted) = (0, 0, 0, 0, 0);
    let mut seen = Vec::new();
    let all: Vec<Tensor<T>> = cases(3).take(160).collect();
    for (number, t) in all.iter().enumerate() {
        let (shape, strides) = (t.shape(), t.strides());
        assert!(shape.len() <= 4 && t.size() <= 4096, "{shape:?}");
        assert_eq!((t.size() == 0, t.ndim() == 0), (number % 8 == 6, number % 8 == 7), "{number}");
        let c_order = t.layout().is_contiguous();
        let long = shape.iter().filter(|&&n| n > 1).count();
        match number % 8 {
            0 => assert!(c_order),
            1 => fortran += usize::from(t.t().layout().is_contiguous() && long > 1),
            2 => reversed += usize::from(strides.iter().all(|&stride| stride < 0)),
            3 => apart += usize::from(strides.iter().all(|&stride| stride > 1) && t.data().len() > t.size()),
            4 => zero += usize::from(strides.iter().zip(shape).any(|(&stride, &n)| stride == 0 && n > 1)),
            5 => permuted += usize::from(!c_order && !t.t().layout().is_contiguous() && long > 1),
            _ => {}
        }
        if number / 8 % 2 == 1 {
            seen.extend(t.iter().map(|x| x.value()));
        } else if matches!(T::DTYPE, DType::F32 | DType::F64) {
            assert!(t.iter().all(|x| x.cast::<f64>().abs() < 2_f64.powi(41)), "{number}");
        }
    }
    for many in [fortran, reversed, apart, zero, permuted] {
        assert!(many > 5, "{fortran} {reversed} {apart} {zero} {permuted}");
    }
    let [least, greatest] = match T::DTYPE {
        DType::F32 => [f32::from_bits(1), f32::MAX].map(Value::F32),
        DType::F64 => [f64::from_bits(1), f64::MAX].map(Value::F64),
        _ => [T::LOWEST.value(), T::HIGHEST.value()],
    };
    let specials = [least, greatest, T::LOWEST.value(), T::HIGHEST.value(), T::ZERO.value()];
    assert!(specials.iter().all(|x| seen.contains(x)), "{}", T::DTYPE);
    let floats = |f: fn(f64) -> bool| {
        seen.iter().any(|x| {
            f(match *x {
                Value::F32(x) => x.into(),
                Value::F64(x) => x,
                _ => f64::NAN,
            })
        })
    };
    assert!(floats(f64::is_nan));
    if !matches!(greatest, Value::Int(_) | Value::UInt(_) | Value::Bool(_)) {
        assert!(floats(|x| x == 0.0 && x.is_sign_negative()));
    }
    let again: Vec<Tensor<T>> = cases(3).take(160).collect();
    assert!(all.iter().zip(&again).all(|(a, b)| compare(a, b).is_ok() && a.layout() == b.layout()));
    assert!(all.iter().zip(cases(4)).any(|(a, b)| compare(a, &b).is_err()));
}

#[test]
fn cases_are_of_every_kind() {
    for_types!(@ kinds () f32 f64 i8 u32 i64);
}

#[test]
fn cases_of_a_shape() {
    let mut drawn = cases::<f32>(1);
    for shape in [&[][..], &[0], &[1], &[3, 0, 2], &[2, 3], &[70, 80], &[1, 2, 1, 3, 2]] {
        for _ in 0..12 {
            assert_eq!(drawn.of_shape(shape).shape(), shape);
        }
    }
    assert!((0..100).all(|_| drawn.below(3) < 3));
}

/// One step at a time, over zero and to infinity.
#[test]
fn distances() {
    let order =
        [-f64::INFINITY, f64::MIN, -1.0, -f64::from_bits(2), -f64::from_bits(1), 0.0, f64::from_bits(1), 1.0, f64::MAX];
    let place = |x: f64| i128::from(ulps(x, 0.0)) * if x < 0.0 { -1 } else { 1 };
    for a in order {
        let (below, above) = (a.next_down(), a.next_up());
        assert_eq!((ulps(a, below), ulps(a, above)), (u64::from(a != below), u64::from(a != above)), "{a}");
        assert_eq!((ulps(a, f64::NAN), ulps(f64::NAN, a)), (u64::MAX, u64::MAX));
        for b in order {
            assert_eq!(u128::from(ulps(a, b)), (place(a) - place(b)).unsigned_abs(), "{a} {b}");
        }
    }
    assert_eq!((ulps(0.0, -0.0), ulps(f64::NAN, -f64::NAN), ulps(f32::MAX, f32::INFINITY)), (0, 0, 1));
    assert_eq!(ulps(-f64::INFINITY, f64::INFINITY), 2 * 0x7ff0_0000_0000_0000);
    assert_eq!(ulps(-f32::INFINITY, f32::INFINITY), 2 * 0x7f80_0000);
    assert_eq!((ulps(i64::MIN, i64::MAX), ulps(0_u8, 255), ulps(true, false), ulps(-3_i8, -3)), (u64::MAX, 255, 1, 0));
}

#[test]
fn what_compare_says() {
    let x = Tensor::from([[1.0, 2.0, f64::NAN], [0.0, -1.0, 8.0]]);
    assert_eq!(compare(&x, Array::from(&x)), Ok(()));
    assert_eq!(compare(&x.t(), Array::from(&x).t()), Ok(()));
    let y = Tensor::from([[1.0, 2.0, f64::NAN], [-0.0, -1.5, f64::NAN]]);
    let said = compare(&x, &y).unwrap_err();
    assert_eq!(
        said.to_string(),
        "element [1, 0] is 0.0, not -0.0 (0 ulp); 3 of 6 elements differ, by inf and nan and a number at most"
    );
    let Difference::Elements { index, different, largest, most_ulps, .. } = said else { panic!("{said}") };
    assert_eq!((index, different, largest, most_ulps), (vec![1, 0], 3, f64::INFINITY, u64::MAX));
    assert_eq!(
        compare(&Tensor::from(i64::MIN), &Tensor::from(i64::MAX)).unwrap_err().to_string(),
        "element [] is -9223372036854775808, not 9223372036854775807 (18446744073709551615 ulp); 1 of 1 elements \
         differ, by 1.8446744073709552e19 and 18446744073709551615 ulp at most"
    );
    let (small, large) = (Tensor::from([3_u8, 7]), Tensor::from([3_u8, 250]));
    assert_eq!(
        compare(&small, &large).unwrap_err().to_string(),
        "element [1] is 7, not 250 (243 ulp); 1 of 2 elements differ, by 243.0 and 243 ulp at most"
    );
    assert_eq!(compare(&Tensor::from(1.0), &Tensor::from([1.0])).unwrap_err().to_string(), "the shape is (), not (1,)");
    assert!(compare(&Tensor::<f64>::zeros(&[0, 2]).unwrap(), &Tensor::zeros(&[0, 3]).unwrap()).is_err());
    assert_eq!(
        compare(&Tensor::from(1.0_f32), &Tensor::from(2.0)).unwrap_err().to_string(),
        "element [] is 1.0, not 2.0 (8388608 ulp); 1 of 1 elements differ, by 1.0 and 8388608 ulp at most"
    );
}

/// NumPy's rule: the tolerance is of the second, infinities are equal or far, and nothing is broadcast.
#[test]
fn within_a_tolerance() {
    let inf = f64::INFINITY;
    for (x, y, rtol, atol, close) in [
        (1.0, 1.25, 0.0, 0.25, true),
        (1.0, 1.25, 0.0, 0.2, false),
        (80.0, 100.0, 0.2, 0.0, true),
        (100.0, 80.0, 0.2, 0.0, false),
        (inf, inf, 0.0, 0.0, true),
        (inf, -inf, 1.0, 1.0, false),
        (1.0, inf, 1.0, 1.0, false),
        (f64::NAN, f64::NAN, 0.0, 0.0, true),
        (f64::NAN, 1.0, 1.0, inf, false),
        (0.0, -0.0, 0.0, 0.0, true),
    ] {
        let (x, y) = (Tensor::from([x]), Tensor::from([y]));
        assert_eq!(compare_within(&x, &y, rtol, atol).is_ok(), close, "{x} {y}");
        assert_eq!(x.allclose_equal_nan(&y, rtol, atol), Ok(close), "{x} {y}");
        assert_eq!(x.allclose_within(&y, rtol, atol), Ok(close && !x.item().unwrap().is_nan()), "{x} {y}");
    }
    assert!(compare_within(&Tensor::from([1.0, 1.0]), &Tensor::from([1.0]), 1.0, 1.0).is_err());
    assert_eq!(Tensor::from([f64::NAN; 3]).allclose_equal_nan(f64::NAN, 0.0, 0.0), Ok(true));
}
