//! Plots: the points are the definition's, in JSON and on the curve; bars are shares.

use nptensor::explain::{Explanation, Look, function, softmax};
use nptensor::reference::Array;
use nptensor::{Layer, Scalar, Sequential, Tensor};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::{cases, same};

fn defined(name: &str, x: &Array<f64>) -> Array<f64> {
    match name {
        "step" => x.step().map(|y| y as f64),
        "sigmoid" => x.sigmoid(),
        "relu" => x.relu(),
        "tanh" => x.tanh(),
        _ => x.identity(),
    }
}

/// That `drawn` is `values` moved and stretched, to a tenth; and how far one goes.
fn is_linear(drawn: &[f64], values: &[f64]) -> f64 {
    let (least, most) = (0..values.len()).fold((0, 0), |(least, most), i| {
        (if values[i] < values[least] { i } else { least }, if values[i] > values[most] { i } else { most })
    });
    let span = values[most] - values[least];
    let scale = if span > 0.0 { (drawn[most] - drawn[least]) / span } else { 0.0 };
    for (drawn_at, value) in drawn.iter().zip(values) {
        let wanted = drawn[least] + (value - values[least]) * scale;
        assert!((drawn_at - wanted).abs() < 0.2, "{drawn_at} for {value}, not {wanted}");
    }
    scale
}

fn plot(name: &str, from: f64, to: f64) {
    let explained = function(name, from, to).unwrap();
    let (json, svg) = (Json::parse(&explained.json()), explained.svg());
    texts(&svg);
    let lines: Vec<&str> =
        svg.split("<polyline points=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(lines.len(), name.split(',').count());
    for ((name, curve), line) in name.split(',').zip(json["curves"].list()).zip(lines) {
        assert_eq!(curve["name"].text(), name);
        let (x, y) = (curve["x"].elements::<f64>(), curve["y"].elements::<f64>());
        assert_eq!((x[0], x[x.len() - 1]), (from, to));
        same(&Tensor::from(y.clone()), &defined(name, &Array::new(&[x.len()], x.clone())), name);
        let points: Vec<(f64, f64)> = line
            .split(' ')
            .map(|point| point.split_once(',').unwrap())
            .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
            .collect();
        // To the right, and up; what is straight has points at its ends alone.
        let (left, right) = (points[0].0, points[points.len() - 1].0);
        let drawn_at = |x: &f64| {
            let at = left + (x - from) / (to - from) * (right - left);
            let next = points.partition_point(|point| point.0 < at - 0.101).min(points.len() - 1);
            let (a, b) = (points[next.saturating_sub(1)], points[next]);
            if (b.0 - at).abs() < 0.102 { b.1 } else { a.1 + (at - a.0) / (b.0 - a.0) * (b.1 - a.1) }
        };
        assert!(left < right && points.is_sorted_by(|a, b| a.0 < b.0));
        assert!(is_linear(&x.iter().map(drawn_at).collect::<Vec<_>>(), &y) <= 0.0);
    }
    for width in [24, 40, 80] {
        let text = explained.text(Look { width, ..Look::default() });
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        assert!(text.contains('*'), "{text}");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn curves(
        name in prop::sample::select(vec!["step", "sigmoid", "relu", "tanh", "identity", "step,sigmoid", "relu,tanh"]),
        from in -1e3..1e3_f64,
        length in prop::sample::select(vec![0.002, 0.3, 1.0, 12.0, 1234.5, 9e5]),
    ) {
        plot(name, from, from + length);
    }

    #[test]
    fn bars(a in prop::collection::vec(-800.0..800.0_f64, 1..9)) {
        let explained = softmax(&Tensor::from(a.clone())).unwrap();
        let json = Json::parse(&explained.json());
        rows(&json);
        assert_eq!(json["softmax"].list()[0]["a"].elements::<f64>(), a);
        texts(&explained.svg());
        for width in [24, 40, 80] {
            let text = explained.text(Look { width, ..Look::default() });
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        }
    }
}

/// Each row of softmax is the definition's.
fn rows(json: &Json) {
    for row in json["softmax"].list().iter().flat_map(|all| all["by_row"].list().iter().chain([all])) {
        let [a, exp, naive, stable] = ["a", "exp", "naive", "softmax"].map(|name| row[name].elements::<f64>());
        let a = Array::new(&[a.len()], a);
        let (exps, max) = (a.exp(), a.max_axes(&[0], true));
        let list = |data: Vec<f64>| Tensor::from(data);
        let shifted = a.sub(&max);
        same(&list(vec![row["max"].element()]), &max, "max");
        same(&list(row["shifted"].elements()), &shifted, "a - max");
        same(&list(row["shifted_exp"].elements()), &shifted.exp(), "exp(a - max)");
        same(&list(vec![row["shifted_sum"].element()]), &Array::new(&[1], vec![shifted.exp().sum()]), "its sum");
        same(&list(exp), &exps, "exp");
        same(&list(naive), &exps.map(|x| x / exps.sum()), "naive");
        same(&list(stable), &a.softmax_whole(), "softmax");
        same(&list(vec![row["sum"].element()]), &Array::new(&[1], vec![exps.sum()]), "sum");
    }
}

#[test]
fn the_chapter_s() -> nptensor::Result<()> {
    for name in ["step", "sigmoid", "relu", "tanh", "identity", "step,sigmoid"] {
        plot(name, -6.0, 6.0);
    }
    plot("identity", -1e6, 1e6);
    let text = function("softmax", 0.0, 0.0)?.to_string();
    for number in ["-3.7", "0.02472353", "1.357594", "0.73659691", "74.1221542101633", "sum(softmax) = 1.0"] {
        assert!(text.contains(number), "{number}: {text}");
    }
    let explained = function("overflow", 0.0, 0.0)?;
    let json = Json::parse(&explained.json());
    rows(&json);
    let broken: Vec<usize> = json["softmax"]
        .list()
        .iter()
        .map(|row| row["naive"].elements::<f64>().into_iter().filter(|&x| Scalar::is_nan(x)).count())
        .collect();
    assert_eq!(broken, [0, 0, 1, 3]);
    let words = texts(&explained.svg());
    assert_eq!(words[2..].iter().filter(|text| text.contains("inf / inf is nan")).count(), 2);
    Ok(())
}

/// Ticks are round numbers, as many as have room.
#[test]
fn ticks() -> nptensor::Result<()> {
    for (name, ends, axis) in [
        ("sigmoid", (-6.0, 6.0), "      -6.0    -4.0    -2.0     0.0      2.0     4.0     6.0\n"),
        ("sigmoid", (-6.0, 6.0), "\n   1.0 |"),
        ("sigmoid", (-6.0, 6.0), "\n   0.2 |"),
        ("identity", (-1e6, 1e6), "          -1000000.0               0.0             1000000.0\n"),
        ("identity", (0.1234, 0.1254), "       0.1235        0.124      0.1245       0.125\n"),
    ] {
        let text = function(name, ends.0, ends.1)?.text(Look { width: 60, ..Look::default() });
        assert!(text.contains(axis), "{text}");
    }
    Ok(())
}

/// Where exp(a) / sum(exp(a)) is no number, it says what softmax is instead; and only numbers share one whole.
#[test]
fn softmax_beyond_exp() {
    let text = |a: &[f64]| softmax(&Tensor::from(a.to_vec())).unwrap().to_string();
    let inf = f64::INFINITY;
    for (a, says) in [
        (&[1000.0, 0.0][..], "exp overflows"),
        (&[-1000.0, -1001.0], "exp vanishes"),
        (&[-inf, 1.0, 1.0], "exp(-inf) is 0: -inf has no share."),
        (&[0.3, 2.9], "the shares are the same"),
        (&[-744.0, -743.0], "exp has lost digits"),
        (&[709.5, 709.5], "the sum overflows, and all shares would be 0"),
    ] {
        let text = text(a);
        assert!(text.contains(says) && text.contains("share one whole"), "{text}");
    }
    for (a, says, line) in [
        ([f64::NAN, 1.0], "A number is nan", "  nan      nan  nan      nan\n"),
        ([inf, 1.0], "The maximum is inf, and inf - inf is nan", "  inf      nan  nan      nan\n"),
        ([-inf, -inf], "The maximum is -inf, and -inf - -inf is nan", " -inf      nan  nan      nan\n"),
    ] {
        let text = text(&a);
        assert!(text.contains(says) && text.contains(line) && !text.contains("Without that"), "{text}");
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains("sum(softmax) = nan."), "{text}");
    }
}

/// Of a matrix, and of more axes: over the whole array, and over the last axis as a layer does; each says which it is.
#[test]
fn softmax_by_row() -> nptensor::Result<()> {
    for shape in [&[2_usize, 3][..], &[1, 4], &[2, 2, 2], &[3, 1]] {
        let values: Vec<f64> = (0..shape.iter().product()).map(|i: usize| (i * i) as f64 * 0.37 - 2.0).collect();
        let a = Tensor::from_vec(values.clone(), shape)?;
        let (explained, defined) = (softmax(&a)?, Array::new(shape, values));
        same(&explained.softmax()[0].softmax, &defined.softmax_whole(), "whole");
        let rows: Vec<f64> = explained.softmax()[0].by_row.iter().flat_map(|row| row.softmax.to_vec()).collect();
        same(&Tensor::from_vec(rows.clone(), shape)?, &defined.softmax(-1), "by row");
        assert_eq!(
            Sequential::new([Layer::Softmax])?.forward(&a.reshape(&[-1, shape[shape.len() - 1] as isize])?)?.to_vec(),
            rows
        );
        self::rows(&Json::parse(&explained.json()));
        let (text, drawn) = (explained.to_string(), texts(&explained.svg()).join(" "));
        for says in ["Over the whole array, as the chapter's softmax does", "Row by row, as forward does with a batch"]
        {
            assert!(text.contains(says) && drawn.contains(says), "{text}");
        }
        let last: Vec<String> = shape[..shape.len() - 1].iter().map(|n| (n - 1).to_string()).collect();
        assert!(text.contains(&format!("a[{},:]", last.join(","))), "{text}");
        for width in [24, 40, 80] {
            let text = explained.text(Look { width, ..Look::default() });
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        }
    }
    assert!(softmax(&Tensor::from([1.0, 2.0]))?.softmax()[0].by_row.is_empty());
    Ok(())
}

#[test]
fn no_plot() {
    let text = |name, from, to| function(name, from, to).unwrap_err().to_string();
    assert!(text("cosine", 0.0, 1.0).starts_with("there is no plot of \"cosine\": they are step, sigmoid, relu"));
    assert_eq!(text("relu,relu,relu", 0.0, 1.0), "at most two functions in one plot, not 3");
    for (from, to) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (0.0, 2e6), (0.0, 1e-4)] {
        assert!(text("relu", from, to).starts_with("a plot goes from one number to a greater one"), "{from} {to}");
    }
    let many = Tensor::<f64>::zeros(&[101]).unwrap();
    assert_eq!(softmax(&many).unwrap_err().to_string(), "101 bars are too many to draw: at most 100");
    let none = Tensor::<f64>::zeros(&[0]).unwrap();
    assert!(softmax(&none).unwrap_err().to_string().starts_with("zero-size array"));
}
