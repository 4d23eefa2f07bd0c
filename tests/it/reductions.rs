//! Reductions and softmax against their definition: every set of axes, sizes around each edge of the fixed order, and the same bits from every layout.

use crate::common::{Pair, Rng, Values, base, case, cases, elements, laid_out, same, same_scalar, shape};
use nptensor::reference::Array;
use nptensor::{Element, Float, Scalar, Tensor, Value};
use proptest::prelude::*;

/// All sets of axes of `ndim`, some counted from the end.
fn axis_sets(ndim: usize) -> impl Iterator<Item = Vec<isize>> {
    (0..1_usize << ndim).map(move |set| {
        let chosen = (0..ndim).filter(move |axis| set >> axis & 1 == 1);
        chosen.map(|axis| if set % 3 == 1 { axis as isize - ndim as isize } else { axis as isize }).collect()
    })
}

/// One reduction of everything, of each axis, of each set of axes.
macro_rules! whole_and_axes {
    ($x:ident, $xs:ident: $($name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident)*) => {$(
        same_scalar($x.$name(), $xs.$name(), stringify!($name));
        for axis in 0..$x.ndim() as isize {
            same(&$x.$name_axis(axis).unwrap(), &$xs.$name_axis(axis), stringify!($name_axis));
        }
        for axes in axis_sets($x.ndim()) {
            same(&$x.$name_axes(&axes).unwrap(), &$xs.$name_axes(&axes, false), stringify!($name_axes));
            same(&$x.$name_keepdims(&axes).unwrap(), &$xs.$name_axes(&axes, true), stringify!($name_keepdims));
        }
    )*};
}

/// The same for those that refuse an empty tensor: an error exactly where the definition has no value.
macro_rules! needs_elements {
    ($x:ident, $xs:ident: $($name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident)*) => {$(
        match $x.$name() {
            Ok(value) => same_scalar(value, $xs.$name(), stringify!($name)),
            Err(_) => assert_eq!($x.size(), 0),
        }
        for axes in axis_sets($x.ndim()) {
            for (keepdims, along) in [(false, $x.$name_axes(&axes)), (true, $x.$name_keepdims(&axes))] {
                let gone = |axis: &usize| axes.iter().any(|a| a.rem_euclid($x.ndim() as isize) as usize == *axis);
                let met = (0..$x.ndim()).filter(gone).map(|a| $x.shape()[a]).product::<usize>();
                match along {
                    Ok(out) => same(&out, &$xs.$name_axes(&axes, keepdims), stringify!($name_axes)),
                    Err(_) => assert_eq!(met, 0),
                }
            }
        }
    )*};
}

fn reductions<T: Element>(rng: &mut Rng, values: Values) {
    let shape = shape(rng, 4);
    let (x, xs) = laid_out::<T>(rng, values, &shape);
    whole_and_axes!(x, xs: sum sum_axis sum_axes sum_keepdims prod prod_axis prod_axes prod_keepdims mean mean_axis mean_axes mean_keepdims all all_axis all_axes all_keepdims any any_axis any_axes any_keepdims);
    needs_elements!(x, xs: max max_axis max_axes max_keepdims min min_axis min_axes min_keepdims);
}

fn positions<T: Element>(rng: &mut Rng, values: Values) {
    let shape = shape(rng, 4);
    let (x, xs) = laid_out::<T>(rng, values, &shape);
    if x.size() > 0 {
        assert_eq!(x.argmax().unwrap(), xs.argmax());
        assert_eq!(x.argmin().unwrap(), xs.argmin());
        assert_eq!(x.argmax_keepdims(None).unwrap().shape(), vec![1; shape.len()]);
        assert_eq!(x.argmax_keepdims(None).unwrap().item().unwrap(), xs.argmax() as i64);
    } else {
        x.argmax().unwrap_err();
    }
    for axis in 0..shape.len() {
        let (along, back) = (axis as isize, axis as isize - shape.len() as isize);
        match x.argmax_axis(along) {
            Ok(out) => {
                same(&out, &xs.argmax_axis(along), "argmax_axis");
                same(&x.argmin_axis(back).unwrap(), &xs.argmin_axis(back), "argmin_axis");
                let kept = x.argmin_keepdims(Some(along)).unwrap();
                same(&kept, &xs.argmin_axis(along).expand_dims(along), "argmin_keepdims");
            }
            Err(_) => assert!(shape[axis] == 0),
        }
    }
}

fn spreads<T: Element>(rng: &mut Rng, values: Values) {
    let shape = shape(rng, 4);
    let (x, xs) = laid_out::<T>(rng, values, &shape);
    let all: Vec<isize> = (0..shape.len() as isize).collect();
    same_scalar(x.var(), xs.var_with(&all, false, 0).data[0], "var");
    same_scalar(x.std(), xs.std_with(&all, false, 0).data[0], "std");
    for axes in axis_sets(x.ndim()) {
        same(&x.var_axes(&axes).unwrap(), &xs.var_with(&axes, false, 0), "var_axes");
        same(&x.std_axes(&axes).unwrap(), &xs.std_with(&axes, false, 0), "std_axes");
        same(&x.var_keepdims(&axes).unwrap(), &xs.var_with(&axes, true, 0), "var_keepdims");
        same(&x.std_keepdims(&axes).unwrap(), &xs.std_with(&axes, true, 0), "std_keepdims");
        same(&x.var_ddof_keepdims(&axes, 1).unwrap(), &xs.var_with(&axes, true, 1), "var_ddof_keepdims");
        same(&x.std_ddof(&axes, 2).unwrap(), &xs.std_with(&axes, false, 2), "std_ddof");
    }
    for axis in 0..shape.len() as isize {
        same(&x.var_axis(axis).unwrap(), &xs.var_with(&[axis], false, 0), "var_axis");
        same(&x.std_axis(-axis - 1).unwrap(), &xs.std_with(&[-axis - 1], false, 0), "std_axis");
    }
}

fn in_order<T: Element>(rng: &mut Rng, values: Values) {
    let shape = shape(rng, 4);
    let (x, xs) = laid_out::<T>(rng, values, &shape);
    let ndim = shape.len().max(1) as isize;
    for axis in -ndim..ndim {
        same(&x.cumsum(axis).unwrap(), &xs.cumsum(axis), "cumsum");
        same(&x.argsort(axis).unwrap(), &xs.argsort(axis), "argsort");
        match x.sort(axis) {
            Ok(sorted) => same(&sorted, &xs.sort(axis), "sort"),
            Err(_) => assert!(shape.is_empty()),
        }
    }
}

fn softmax<T: Element>(rng: &mut Rng, values: Values) {
    let mut shape = shape(rng, 3);
    shape.iter_mut().for_each(|n| *n = (*n).max(1));
    let (x, xs) = laid_out::<T>(rng, values, &shape);
    same(&x.softmax_whole().unwrap(), &xs.softmax_whole(), "softmax_whole");
    for axis in 0..shape.len() as isize {
        same(&x.softmax(axis).unwrap(), &xs.softmax(axis), "softmax");
        same(&x.log_softmax(-axis - 1).unwrap(), &xs.log_softmax(-axis - 1), "log_softmax");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn every_set_of_axes((mut rng, values) in case()) {
        for_types!(all: reductions (&mut rng, values));
    }

    #[test]
    fn var_std((mut rng, values) in case()) {
        for_types!(all: spreads (&mut rng, values));
    }

    #[test]
    fn cumsum_sort_argsort((mut rng, values) in case()) {
        for_types!(all: in_order (&mut rng, values));
    }

    #[test]
    fn argmax_argmin((mut rng, values) in case()) {
        for_types!(all: positions (&mut rng, values));
    }

    #[test]
    fn softmaxes((mut rng, values) in case()) {
        for_types!(floats: softmax (&mut rng, values));
        softmax::<u32>(&mut rng, values);
        softmax::<i8>(&mut rng, values);
    }
}

/// Sizes around the edges: lanes (16, dot 32), blocks (128), leaves (16384), splits.
const EDGES: [usize; 27] = [
    0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 111, 112, 113, 127, 128, 129, 143, 144, 145, 255, 256, 257, 1000,
    2047, 4099,
];
const LONG: [usize; 8] = [16383, 16384, 16385, 32768, 32769, 40000, 49153, 70001];

fn sums_of<T: Element>(x: &Tensor<T>, xs: &Array<T>, what: &str) {
    same_scalar(x.sum(), xs.sum(), what);
    same_scalar(x.prod(), xs.prod(), what);
    same_scalar(x.mean(), xs.mean(), what);
    same_scalar(x.var(), xs.var_with(&[0], false, 0).data[0], what);
    if x.size() > 0 {
        same_scalar(x.max().unwrap(), xs.max(), what);
    }
}

/// A vector of each length: as it is, backwards, every third, and as a column among others.
#[test]
fn lengths() {
    let rng = &mut Rng(7);
    for n in EDGES.into_iter().chain(LONG) {
        let what = format!("{n} elements");
        let (x, xs) = base::<f32>(rng, Values::Tame, &[n]);
        sums_of(&x, &xs, &what);
        let flipped = xs.data.iter().rev().copied().collect();
        sums_of(&x.flip(&[0]).unwrap(), &Array::new(&[n], flipped), &what);
        let (wide, wides) = base::<f64>(rng, Values::Tame, &[3 * n]);
        let third = wides.data.iter().step_by(3).copied().collect();
        sums_of(&wide.slice("::3").unwrap(), &Array::new(&[n], third), &what);
        let (bytes, all) = base::<u8>(rng, Values::Any, &[n]);
        sums_of(&bytes, &all, &what);
    }
}

/// Rows too long to be sorted by insertion, of few different elements: NumPy's `kind="stable"`, and zeros in their order.
#[test]
fn long_rows_are_sorted_stably() {
    let values = [0.0, -0.0, 1.0, f64::NAN, -2.0, f64::INFINITY, f64::NEG_INFINITY];
    let mut rng = Rng(11);
    let data: Vec<f64> = (0..2 * 700).map(|_| rng.pick(&values)).collect();
    let (x, xs) = (Tensor::from_vec(data.clone(), &[2, 700]).unwrap(), Array::new(&[2, 700], data));
    for (x, xs, axis) in [(&x, &xs, 1), (&x.t(), &xs.t(), 0)] {
        let order = x.argsort(axis).unwrap();
        same(&order, &xs.argsort(axis), "argsort");
        same(&x.sort(axis).unwrap(), &xs.sort(axis), "sort");
        let row = x.slice(if axis == 1 { "0" } else { ":, 0" }).unwrap();
        let places = order.slice(if axis == 1 { "0" } else { ":, 0" }).unwrap();
        same(&row.take(places, 0).unwrap(), &Array::from(&row).sort(0), "take of argsort");
    }
    // The first of the sums is the element itself.
    same(&Tensor::from([-0.0, -0.0, 0.0]).cumsum(0).unwrap(), &Array::new(&[3], vec![-0.0, -0.0, 0.0]), "cumsum");
}

/// Down the columns, along the rows, and of a transpose that was copied: the same bits from all three roads.
#[test]
fn columns() {
    let rng = &mut Rng(8);
    let widths = |n: usize| if n > 5000 { &[1, 3][..] } else { &[1, 2, 5, 127, 128, 129, 300][..] };
    for n in EDGES.into_iter().chain([16383, 16384, 16385, 40000]) {
        for &width in widths(n) {
            if n * width > 130_000 {
                continue;
            }
            let (x, xs) = base::<f32>(rng, Values::Tame, &[n, width]);
            let column = |j: usize| Array::new(&[n], (0..n).map(|i| xs.data[i * width + j]).collect::<Vec<f32>>());
            let wanted = Array::new(&[width], (0..width).map(|j| column(j).sum()).collect());
            let what = format!("({n}, {width})");
            same(&x.sum_axis(0).unwrap(), &wanted, &what);
            same(&x.t().sum_axis(1).unwrap(), &wanted, &what);
            same(&x.t().to_contiguous().sum_axis(-1).unwrap(), &wanted, &what);
            same(&x.t().slice("::-1").unwrap().sum_axis(1).unwrap(), &wanted.flip(&[0]), &what);
            same(&x.expand_dims(0).unwrap().sum_axes(&[0, 1]).unwrap(), &wanted, &what);
            let backwards = Array::new(&[width], (0..width).map(|j| column(j).flip(&[0]).sum()).collect());
            same(&x.flip(&[0]).unwrap().sum_axis(0).unwrap(), &backwards, &what);
            if n > 0 {
                let greatest = Array::new(&[width], (0..width).map(|j| column(j).max()).collect());
                same(&x.max_axis(0).unwrap(), &greatest, &what);
            }
        }
    }
}

fn places_of<T: Element>(rng: &mut Rng, n: usize) {
    let what = format!("4 rows of {n}");
    let (x, xs) = base::<T>(rng, Values::Any, &[4, n]);
    // Few different values, so that the first of equals is looked for; here and there a nan, or better than all before.
    let rare = [T::HIGHEST, T::LOWEST, T::from_value(Value::F64(f64::NAN))];
    let mut few = Array::new(&[4, n], xs.data.iter().map(|_| rng.pick(&[T::ZERO, T::ONE])).collect());
    for row in few.data.chunks_exact_mut(n).skip(1) {
        row[rng.below(n)] = rng.pick(&rare);
        row[rng.below(n)] = rng.pick(&rare);
    }
    let lowest = Array::new(&[4, n], vec![rare[rng.below(2)]; 4 * n]);
    for (x, xs) in [(x, xs), (Tensor::from(&few), few), (Tensor::from(&lowest), lowest)] {
        assert_eq!((x.argmax().unwrap(), x.argmin().unwrap()), (xs.argmax(), xs.argmin()), "{what}");
        same(&x.argmax_axis(1).unwrap(), &xs.argmax_axis(1), &what);
        same(&x.argmin_axis(1).unwrap(), &xs.argmin_axis(1), &what);
        same(&x.flip(&[0]).unwrap().argmax_axis(1).unwrap(), &xs.flip(&[0]).argmax_axis(1), &what);
        let (down, downs) = (x.t().to_contiguous(), xs.t());
        same(&down.argmax_axis(0).unwrap(), &downs.argmax_axis(0), &what);
        same(&down.argmin_axis(0).unwrap(), &downs.argmin_axis(0), &what);
        let row = |i: usize| Array::new(&[n], xs.data[i * n..][..n].to_vec());
        let greatest = Array::new(&[4], (0..4).map(|i| row(i).max()).collect());
        same(&x.max_axis(1).unwrap(), &greatest, &what);
        let least = Array::new(&[2], (1..3).map(|i| row(i).min()).collect());
        same(&x.slice("1:3").unwrap().min_axis(1).unwrap(), &least, &what);
    }
}

/// Where the greatest and the least stand in rows of each length around blocks of 128 and spans of 1024: rows that others follow, and a last one.
#[test]
fn places() {
    let rng = &mut Rng(10);
    for n in EDGES.into_iter().skip(1).chain([895, 896, 897, 1023, 1024, 1025, 1151, 1152, 2048, 2049, 5000]) {
        places_of::<f32>(rng, n);
        places_of::<f64>(rng, n);
        places_of::<i32>(rng, n);
        places_of::<u8>(rng, n);
    }
}

/// Narrow matrices, rows one behind the other and rows among others: many rows share a register there.
#[test]
fn narrow() {
    let rng = &mut Rng(13);
    for width in 1..=40 {
        for n in [1, 15, 16, 17, 127, 128, 129, 200] {
            let (wide, wides) = base::<f32>(rng, Values::Any, &[n, width + 3]);
            let inner = |i: usize| wides.data[i * (width + 3) + 2..][..width].to_vec();
            let xs = Array::new(&[n, width], (0..n).flat_map(inner).collect());
            let among = wide.slice(format!(":, 2:{}", width + 2).as_str()).unwrap();
            let layouts = [among.to_contiguous(), among];
            for axis in [0, 1] {
                let (sums, most) = (xs.sum_axis(axis), xs.max_axis(axis));
                let (argmax, argmin) = (xs.argmax_axis(axis), xs.argmin_axis(axis));
                let (softmax, log_softmax) = (xs.softmax(axis), xs.log_softmax(axis));
                for x in &layouts {
                    let what = format!("({n}, {width}), strides {:?}", x.strides());
                    same(&x.sum_axis(axis).unwrap(), &sums, &what);
                    same(&x.max_axis(axis).unwrap(), &most, &what);
                    same(&x.argmax_axis(axis).unwrap(), &argmax, &what);
                    same(&x.argmin_axis(axis).unwrap(), &argmin, &what);
                    same(&x.softmax(axis).unwrap(), &softmax, &what);
                    same(&x.log_softmax(axis).unwrap(), &log_softmax, &what);
                }
            }
        }
    }
}

/// Several axes at once fold in C order of those axes, whichever layout the tensor has.
#[test]
fn same_bits_from_every_layout() {
    fn check<T: Float>(rng: &mut Rng) {
        let (x, xs) = base::<T>(rng, Values::Tame, &[9, 20, 31]);
        for axes in axis_sets(3) {
            let wanted = xs.sum_axes(&axes, false);
            for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0]] {
                // The same elements, lying in another order.
                let mut back = [0; 3];
                order.iter().enumerate().for_each(|(place, &axis)| back[axis as usize] = place as isize);
                let laid: Tensor<T> = x.transpose(&order).unwrap().to_contiguous().transpose(&back).unwrap();
                same(&laid, &xs, "layout");
                same(&laid.sum_axes(&axes).unwrap(), &wanted, "sum_axes");
            }
        }
    }
    for_types!(floats: check (&mut Rng(9)));
}

/// The error of a sum of n is at most d u sum|x| / (1 - d u), d = 128 + 3 + 4 + log2(n / 16384) additions, u = 2^-24: in whole numbers, exactly.
#[test]
fn accuracy() {
    let rng = &mut Rng(10);
    for n in [10, 1000, 16384, 40000, 1 << 20] {
        let whole: Vec<i64> =
            (0..n).map(|_| rng.below(1 << 24) as i64 - if n % 16 == 0 { 0 } else { 1 << 23 }).collect();
        let x: Vec<f32> = whole.iter().map(|&x| x as f32).collect();
        let (exact, bound) =
            (i128::from(whole.iter().sum::<i64>()), i128::from(whole.iter().map(|x| x.abs()).sum::<i64>()));
        let additions = 128 + 3 + 4 + (n as i128 / 16384 + 1).ilog2() as i128 + 1;
        let tall = Tensor::from_vec(x.clone(), &[n, 1]).unwrap().broadcast_to(&[n, 3]).unwrap().to_contiguous();
        for got in [Tensor::from(x).sum(), tall.sum_axis(0).unwrap()[[1]]] {
            let error = (got as i128 - exact).abs();
            assert!(error * ((1 << 24) - additions) <= additions * bound, "sum of {n}: {got}, exactly {exact}");
        }
    }
}

/// Integers and bool: sums are exact and wide, whatever the order.
#[test]
fn integers_are_exact() {
    fn check<T: Element>(rng: &mut Rng) {
        let x: Vec<T> = elements(rng, Values::Any, 1000);
        let wide = |x: T| match x.value() {
            Value::Bool(x) => i128::from(x),
            Value::Int(x) => i128::from(x),
            Value::UInt(x) => i128::from(x),
            _ => unreachable!("integers"),
        };
        let exact: i128 = x.iter().map(|&x| wide(x)).sum();
        let wrapped = match T::Sum::DTYPE {
            nptensor::DType::I64 => T::Sum::from_value(Value::Int(exact as i64)),
            _ => T::Sum::from_value(Value::UInt(exact as u64)),
        };
        same_scalar(Tensor::from(x).sum(), wrapped, "sum");
    }
    for_types!(@ check (&mut Rng(11)) i8 u32 bool);
    for_types!(spare: check (&mut Rng(12)));
}

/// Nothing, by NUMPY.md: R1, R4, R7, R12.
#[test]
fn nothing() {
    let none = Tensor::<f64>::zeros(&[0, 3]).unwrap();
    assert_eq!((none.sum(), none.prod(), none.all(), none.any()), (0.0, 1.0, true, false));
    assert!(none.mean().is_nan());
    assert_eq!(none.sum_axis(0).unwrap().to_vec(), [0.0; 3]);
    assert_eq!(none.sum_axis(1).unwrap().shape(), [0]);
    assert_eq!(none.max_axis(1).unwrap().shape(), [0]);
    assert_eq!(none.argmax_axis(1).unwrap().shape(), [0]);
    assert_eq!(none.sum_keepdims(&[0, 1]).unwrap().shape(), [1, 1]);
    assert_eq!(Tensor::from([-0.0_f64]).sum().to_bits(), 0);
    let (one, _): Pair<f64> = base(&mut Rng(1), Values::Tame, &[]);
    assert_eq!(one.sum(), one.item().unwrap());
}

/// Without axes, NumPy lets axis 0 and -1 pass: NUMPY.md, R6a.
#[test]
fn without_axes() {
    let (t, i) = (Tensor::from(5.0), Tensor::from(-3_i8));
    for axis in [0, -1] {
        for same in [t.sum_axis(axis), t.prod_axis(axis), t.max_axis(axis), t.min_axis(axis), t.squeeze_axis(axis)] {
            assert_eq!(same.unwrap(), t);
        }
        assert_eq!(i.sum_axis(axis).unwrap(), Tensor::from(-3_i64));
        assert_eq!(i.all_axis(axis).unwrap(), Tensor::from(true));
        assert_eq!(i.any_axis(axis).unwrap(), Tensor::from(true));
        assert_eq!(Tensor::from(-0.0_f64).sum_axis(axis).unwrap()[[]].to_bits(), 0);
        assert_eq!(Tensor::from(f64::NAN).argmax_axis(axis).unwrap(), Tensor::from(0_i64));
        assert_eq!(t.argmin_keepdims(Some(axis)).unwrap(), Tensor::from(0_i64));
    }
}

/// What has no elements has a greatest along an axis that has some: NumPy gives an empty array, else its error.
#[test]
fn extremes_of_nothing() {
    for (shape, axes, left) in [
        (&[0, 3][..], &[0][..], None),
        (&[0, 3], &[1], Some(&[0][..])),
        (&[0, 3], &[], Some(&[0, 3])),
        (&[0, 3], &[0, 1], None),
        (&[3, 0], &[0], Some(&[0])),
        (&[0, 0], &[0], None),
        (&[0, 0], &[1], None),
        (&[2, 0, 3], &[0], Some(&[0, 3])),
        (&[2, 0, 3], &[-1], Some(&[2, 0])),
        (&[2, 0, 3], &[1], None),
        (&[2, 3, 0], &[0, 1], Some(&[0])),
        (&[2, 3, 0], &[-1], None),
    ] {
        let t = Tensor::<f32>::zeros(shape).unwrap();
        let of = |found: nptensor::Result<Tensor<f32>>| match found {
            Ok(found) => Ok(found.shape().to_vec()),
            Err(error) => Err(error.to_string()),
        };
        let wanted = |name: &str| {
            let error = format!("zero-size array to reduction operation {name} which has no identity");
            left.map(<[usize]>::to_vec).ok_or(error)
        };
        assert_eq!(of(t.max_axes(axes)), wanted("maximum"), "{shape:?} {axes:?}");
        assert_eq!(of(t.min_axes(axes)), wanted("minimum"), "{shape:?} {axes:?}");
        if let [axis] = axes {
            let found = t.argmax_axis(*axis).map(|found| found.shape().to_vec()).map_err(|error| error.to_string());
            let error = "attempt to get argmax of an empty sequence".to_string();
            assert_eq!(found, left.map(<[usize]>::to_vec).ok_or(error), "{shape:?} {axes:?}");
        }
    }
}
