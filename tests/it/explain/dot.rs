//! Products: every cell, term by term, is the definition's; shapes that do not fit say so with NumPy's words.

use nptensor::explain::{Explanation, Look, Order, dot};
use nptensor::reference::{Array, chain, inner};
use nptensor::{DType, Element, Error, Number, Tensor};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::{Rng, Values, case, cases, laid_out, same};

/// Two shapes of these ranks that fit, or all but fit.
fn shapes(rng: &mut Rng, rank_a: usize, rank_b: usize, k: usize, fit: bool) -> (Vec<usize>, Vec<usize>) {
    let mut shape = |rank: usize| -> Vec<usize> { (0..rank).map(|_| rng.pick(&[0, 1, 1, 2, 2, 3, 4, 7])).collect() };
    let (mut a, mut b) = (shape(rank_a), shape(rank_b));
    if let (Some(last), true) = (a.last_mut(), rank_b > 0) {
        *last = k;
        b[rank_b.saturating_sub(2)] = if fit { k } else { k + 1 };
    }
    (a, b)
}

/// The same bits, in a list.
#[track_caller]
fn same_list<T: Element>(got: Vec<T>, wanted: Vec<T>, what: &str) {
    same(&Tensor::from(got), &Array::new(&[wanted.len()], wanted), what);
}

fn cells<T: Number>(rng: &mut Rng, values: Values, ranks: (usize, usize)) {
    let k = rng.pick(&[0, 1, 2, 3, 5, 31, 32, 33, 70]);
    let (a, b) = shapes(rng, ranks.0, ranks.1, k, true);
    let ((a, xs), (b, ys)) = (laid_out::<T>(rng, values, &a), laid_out::<T>(rng, values, &b));
    let explained = dot(&a, &b).unwrap();
    let wanted = xs.dot(&ys);
    same(explained.out().unwrap(), &wanted, "out");
    let json = Json::parse(&explained.json());
    assert_eq!(json["out"]["shape"].numbers::<usize>(), wanted.shape);
    same_list(json["out"]["data"].elements::<T>(), wanted.data.clone(), "data");
    assert_eq!(json["fused"], Json::Bool(nptensor::level().is_fused() && matches!(T::DTYPE, DType::F32 | DType::F64)));
    // Where each axis comes from has its size.
    let of = |name: &str| json[name]["shape"].numbers::<usize>();
    for (n, axis) in wanted.shape.iter().zip(json["origin"].list()) {
        assert_eq!(of(axis["of"].text())[axis["axis"].number::<usize>()], *n);
    }
    assert_eq!(json["origin"].list().len(), wanted.ndim());
    let complete = json["complete"] == Json::Bool(true);
    assert_eq!(json["cells"].list().len(), if complete { wanted.size() } else { 1 });
    for (i, cell) in json["cells"].list().iter().enumerate() {
        let index = cell["index"].numbers::<usize>();
        assert!(!complete || wanted.data.len() == 1 || index == index_of(&wanted.shape, i));
        let line = |array: &Array<T>, at: &Json| {
            // The axis that is null runs.
            let places: Vec<Option<usize>> =
                at.list().iter().map(|i| if *i == Json::Null { None } else { Some(i.number()) }).collect();
            let running = places.iter().position(Option::is_none);
            let n = running.map_or(1, |axis| array.shape[axis]);
            (0..n).map(|k| array.at(&places.iter().map(|i| i.unwrap_or(k)).collect::<Vec<_>>())).collect::<Vec<T>>()
        };
        let (row, column) = (line(&xs, &cell["row_of_a"]), line(&ys, &cell["column_of_b"]));
        same_list(cell["row"].elements(), row.clone(), "row");
        same_list(cell["column"].elements(), column.clone(), "column");
        same_list(cell["products"].elements(), row.iter().zip(&column).map(|(&x, &y)| x.mul(y)).collect(), "products");
        let sums: Vec<T> = match explained.order() {
            Order::Product => row.iter().zip(&column).map(|(&x, &y)| x.mul(y)).collect(),
            _ => (1..=row.len()).map(|end| chain(&row[..end], &column[..end])).collect(),
        };
        same_list(cell["running"].elements(), sums, "running");
        let lane = |x: &[T], k: usize| x[k % 32..=k].iter().step_by(32).copied().collect::<Vec<_>>();
        let in_lanes = if explained.order() == Order::Lanes { 0..row.len() } else { 0..0 };
        let lanes = in_lanes.map(|k| chain(&lane(&row, k), &lane(&column, k))).collect();
        same_list(cell["lanes"].elements(), lanes, "lanes");
        let value: T = cell["value"].element();
        same_list(vec![value], vec![wanted.at(&index)], "value");
        if explained.order() == Order::Lanes {
            same_list(vec![value], vec![inner(&row, &column)], "inner");
            let last = cell["joins"].list().last().unwrap().elements();
            same_list(last, vec![value], "the last join");
        } else if let Some(last) = cell["running"].list().last() {
            same_list(vec![last.element()], vec![value], "the last sum");
        }
    }
    // The forms agree on a cell drawn at random.
    if wanted.size() > 0 {
        let at = index_of(&wanted.shape, rng.below(wanted.size()));
        let shown = explained.cell(&at.iter().map(|&i| i as isize).collect::<Vec<_>>()).unwrap();
        let name: String = at.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        let name = if at.is_empty() { String::new() } else { format!("[{name}]") };
        let line = format!("out{name} = {}", Tensor::from(wanted.at(&at)));
        for width in [24, 40, 80] {
            let text = shown.text(Look { width, ..Look::default() });
            assert!(text.lines().all(|line| line.chars().count() <= width && line == line.trim_end()), "{text}");
            assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&line), "{line}: {text}");
        }
        assert!(texts(&shown.svg()).concat().replace(' ', "").contains(&line.replace(' ', "")), "{line}");
        assert_eq!(Json::parse(&shown.json())["shown"].numbers::<usize>(), at);
        same_list(vec![shown.sum().unwrap().value()], vec![wanted.at(&at)], "sum");
    } else {
        assert!(explained.sum().is_none());
        assert!(explained.to_string().contains("The result has no cells."));
        texts(&explained.svg());
    }
}

fn index_of(shape: &[usize], mut i: usize) -> Vec<usize> {
    let mut index: Vec<usize> = shape.iter().rev().map(|&n| (i % n, i /= n).0).collect();
    index.reverse();
    index
}

fn misfits<T: Number>(rng: &mut Rng, ranks: (usize, usize)) {
    let k = rng.below(4);
    let (a, b) = shapes(rng, 1 + ranks.0, 1 + ranks.1, k, false);
    let ((a, _), (b, _)) = (laid_out::<T>(rng, Values::Tame, &a), laid_out::<T>(rng, Values::Tame, &b));
    let message = a.dot(&b).unwrap_err().to_string();
    let explained = dot(&a, &b).unwrap();
    assert_eq!(explained.error().unwrap().to_string(), message);
    assert!(explained.out().is_none() && explained.sum().is_none());
    assert!(matches!(explained.cell(&[0]), Err(Error::NotAligned { .. })));
    let json = Json::parse(&explained.json());
    assert_eq!(json["error"].text(), message);
    assert_eq!(json["out"], Json::Null);
    let axes = json["axes"].numbers::<usize>();
    assert!(message.ends_with(&format!("{} (dim {}) != {} (dim {})", k, axes[0], k + 1, axes[1])), "{message}");
    assert!(explained.text(Look { width: 200, ..Look::default() }).contains(&message));
    assert!(texts(&explained.svg()).join(" ").contains(&message));
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn cells_are_the_definition_s((mut rng, values) in case(), ranks in (0..4_usize, 0..4_usize)) {
        for_types!(@ cells (&mut rng, values, ranks) f32 f64 i8 u64);
    }

    #[test]
    fn what_does_not_fit_says_so((mut rng, _) in case(), ranks in (0..3_usize, 0..3_usize)) {
        for_types!(@ misfits (&mut rng, ranks) f64 i64);
    }
}

/// Numbers for which one rounding and two give different sums: the shown ones are the engine's.
#[test]
fn fused_or_not() -> nptensor::Result<()> {
    let (a, b) = (Tensor::from([[0.1, 0.3]]), Tensor::from([[0.7], [0.9]]));
    let sum = dot(&a, &b)?.sum().unwrap();
    assert_ne!(0.3_f64.mul_add(0.9, 0.1 * 0.7), 0.1 * 0.7 + 0.3 * 0.9);
    let wanted = if nptensor::level().is_fused() { 0.3_f64.mul_add(0.9, 0.1 * 0.7) } else { 0.1 * 0.7 + 0.3 * 0.9 };
    assert_eq!(sum.running, [0.1 * 0.7, wanted]);
    assert_eq!(sum.value(), a.dot(&b)?.item()?);
    Ok(())
}

/// Two vectors are a running sum; the lanes come after it, of floats alone, and it is said where they round otherwise.
#[test]
fn running_sum() -> nptensor::Result<()> {
    let (a, b) = (Tensor::from([1, 2, 3]), Tensor::from([4, 5, 6]));
    assert_eq!(dot(&a, &b)?.sum().unwrap().running, [4, 14, 32]);
    let ints = dot(&a, &b)?.to_string();
    assert!(
        ints.contains("a[k]  b[k]  product  sum\n") && ints.contains("18   32\n") && !ints.contains("lane"),
        "{ints}"
    );
    let explained = dot(&a.cast::<f64>(), &b.cast())?;
    for text in [explained.to_string(), texts(&explained.svg()).join(" ")] {
        let (sums, lanes) = text.rsplit_once("The engine's order: 32 lanes").unwrap();
        assert!(sums.contains("14.0") && lanes.contains("Both orders end in 32.0."), "{text}");
    }
    // 2^53 + 1 is 2^53, but 1 + 1 is 2: lanes 1 and 17 join before lane 0 is added.
    let (big, mut a) = (2_f64.powi(53), vec![0.0; 18]);
    [a[0], a[1], a[17]] = [big, 1.0, 1.0];
    let explained = dot(&Tensor::from(a), &Tensor::ones(&[18])?)?;
    let sum = explained.sum().unwrap();
    assert_eq!((sum.running[17], sum.value(), explained.out().unwrap().item()?), (big, big + 2.0, big + 2.0));
    let text = explained.text(Look { width: 200, ..Look::default() });
    let text = text.split_whitespace().collect::<Vec<_>>().join(" "); // prose is cut at 90 columns
    let says = "Term after term it would be 9007199254740992.0; in lanes, the result, it is 9007199254740994.0.";
    assert!(text.contains(says), "{text}");
    Ok(())
}

/// Large operands are abridged, and a sum too long to follow is not followed.
#[test]
fn limits() -> nptensor::Result<()> {
    let (a, b) = (Tensor::<f64>::ones(&[3, 5000])?, Tensor::<f64>::ones(&[5000, 2])?);
    let explained = dot(&a, &b)?;
    assert!(explained.sum().is_none());
    assert!(explained.to_string().contains("A cell is the sum of 5000 terms, too many to follow here."));
    texts(&explained.svg());
    let (a, b) = (Tensor::<f64>::ones(&[1; 30])?, Tensor::<f64>::ones(&[1; 34])?);
    let explained = dot(&a, &b)?;
    assert!(explained.to_string().contains("There are too many axes to draw."));
    texts(&explained.svg());
    // Stretched to what no memory holds: the result is what cannot be had.
    let wide = Tensor::from(1.0).broadcast_to(&[1 << (usize::BITS - 3), 1])?;
    assert!(matches!(dot(&wide, &Tensor::from([[1.0, 2.0]])), Err(Error::TooBig { .. })));
    assert_eq!(
        dot(&Tensor::from([1.0]), &Tensor::from([[1.0]]))?.cell(&[1]).unwrap_err().to_string(),
        "index 1 is out of bounds for axis 0 with size 1"
    );
    Ok(())
}

/// The planes of a result of three axes stand side by side, each named by its index, and the cell is lit in its plane.
#[test]
fn planes() -> nptensor::Result<()> {
    let a = Tensor::arange(0, 12, 1)?.reshape(&[2, 3, 2])?;
    let explained = dot(&a, &Tensor::from([[1, 0], [0, 10]]))?.cell(&[1, 2, 0])?;
    let planes = "   [0,:,:]   0   1  [1,:,:]    0    1\n         0   0  10        0    6   70\n         1   2  30        1    8   90\n         2   4  50        2  [10] 110\n";
    for width in [40, 80] {
        let text = explained.text(Look { width, ..Look::default() });
        assert!(text.contains(planes), "{text}");
    }
    let below = explained.text(Look { width: 30, ..Look::default() });
    assert!(below.contains("   [0,:,:]   0   1\n") && below.contains("   [1,:,:]    0    1\n"), "{below}");
    let drawn = texts(&explained.svg());
    assert!(["[0,:,:]", "[1,:,:]"].iter().all(|name| drawn.iter().any(|text| text == name)), "{drawn:?}");
    Ok(())
}

/// Of long axes the first indices are shown, the last, and that of the cell; dots stand for each gap.
#[test]
fn windows() -> nptensor::Result<()> {
    let square = |n: i64| Tensor::arange(0, n * n, 1)?.reshape(&[n as isize, n as isize]);
    let text = |n, cell: &[isize], width| -> nptensor::Result<String> {
        Ok(dot(&square(n)?, &square(n)?)?.cell(cell)?.text(Look { width, ..Look::default() }))
    };
    for (n, cell, width, part) in [
        (20, [10, 10], 40, "   a  ...  ...  ...\n     [200] ... [219]\n      ...  ...  ...\n      380  ...  399\n"),
        (20, [10, 10], 40, "   b  ...  [10] ...   19\n      ...  ...  ...  ...\n      ... [390] ...  399\n"),
        (9, [8, 0], 60, "   a    0    1    2    3  ...    8\n"),
        (
            9,
            [8, 0],
            60,
            "       27   28   29   30  ...   35\n      ...  ...  ...  ...  ...  ...\n      [72] [73] [74] [75] ...  [80]\n",
        ),
    ] {
        let text = text(n, &cell, width)?;
        assert!(text.contains(part), "{text}");
    }
    Ok(())
}
