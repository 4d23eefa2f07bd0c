//! Operators, named functions, comparisons, `where_`, `clip`, in-place work and casts against their definition: every type, random layouts, bits.

use crate::common::{Pair, Rng, Values, base, case, cases, laid_out, same, same_into, shape, stretches_to};
use nptensor::reference::Array;
use nptensor::{Element, Float, Index, Number, Tensor, Value};
use proptest::prelude::*;

/// Two operands that broadcast.
fn two<T: Element>(rng: &mut Rng, values: Values) -> (Pair<T>, Pair<T>) {
    let out = shape(rng, 5);
    let (a, b) = (stretches_to(rng, &out), stretches_to(rng, &out));
    (laid_out(rng, values, &a), laid_out(rng, values, &b))
}

/// The operator on values, references and scalars, and its `try_` twin.
macro_rules! operator {
    ($x:ident, $y:ident, $s:ident, $op:tt $try:ident $name:ident) => {{
        let ((x, xs), (y, ys)) = (&$x, &$y);
        let wanted = xs.$name(ys);
        let what = stringify!($op);
        same(&x.$try(y).unwrap(), &wanted, stringify!($try));
        same(&(x $op y), &wanted, what);
        same(&(x.clone() $op y), &wanted, what);
        same(&(x $op y.clone()), &wanted, what);
        same(&(x.clone() $op y.clone()), &wanted, what);
        // Alone, the left one may be overwritten.
        same(&(Tensor::from(xs) $op y), &wanted, what);
        let wanted = xs.$name(&Array::scalar($s));
        same(&(x $op $s), &wanted, what);
        same(&(x.clone() $op $s), &wanted, what);
    }};
}

/// The same of bool, whose function also takes a scalar.
macro_rules! bits {
    ($x:ident, $y:ident, $s:ident, $op:tt $function:ident $name:ident) => {{
        let ((x, xs), (y, ys)) = (&$x, &$y);
        let (wanted, what) = (xs.$name(ys), stringify!($op));
        same(&(x $op y), &wanted, what);
        same(&(x.clone() $op y), &wanted, what);
        same(&(x $op y.clone()), &wanted, what);
        same(&(x.clone() $op y.clone()), &wanted, what);
        same(&x.$function(y).unwrap(), &wanted, stringify!($function));
        same(&x.$function($s).unwrap(), &xs.$name(&Array::scalar($s)), stringify!($function));
    }};
}

/// The operator in place, on a target that shares its data and on one that does not; the target keeps its shape.
macro_rules! assign {
    ($x:ident, $y:ident, $s:ident, $op:tt $try:ident $name:ident) => {{
        let ((x, xs), (y, ys)) = (&$x, &$y);
        let wanted = xs.$name(ys);
        for mut target in [x.clone(), Tensor::from(xs), x + T::ZERO] {
            let before = Array::from(&target);
            let copy = target.clone();
            if wanted.shape == xs.shape {
                // `copy` still shares the data here, and must not see the change.
                target $op y;
                same(&copy, &before, "what was shared");
                drop(copy);
                let wanted = before.$name(ys);
                same(&target, &wanted, stringify!($op));
                target.$try(y).unwrap();
                same(&target, &wanted.$name(ys), stringify!($try));
                target $op $s;
                let wanted = wanted.$name(ys).$name(&Array::scalar($s));
                same(&target, &wanted, stringify!($op));
                target $op y.clone();
                same(&target, &wanted.$name(ys), stringify!($op));
            } else {
                target.$try(y).unwrap_err();
                same(&target, &before, "after an error");
            }
        }
    }};
}

/// A result into outputs of its shape, and of one more axis, to which it stretches. A scalar cannot take it.
fn into<U: Element>(wanted: &Array<U>, what: &str, call: impl Fn(&mut Tensor<U>) -> nptensor::Result<()>) {
    same_into(wanted, what, &call);
    let mut more = Tensor::full(&[&[2], &wanted.shape[..]].concat(), U::ONE).unwrap();
    call(&mut more).unwrap();
    for i in 0..2 {
        same(&more.slice(i).unwrap(), wanted, "stretched");
    }
    if !wanted.shape.is_empty() {
        let mut scalar = Tensor::from(U::ONE);
        let error = call(&mut scalar).unwrap_err().to_string();
        assert!(error.starts_with("non-broadcastable output operand with shape () doesn't match"), "{error}");
        same(&scalar, &Array::scalar(U::ONE), "after an error");
    }
}

/// A named function of two, its second operand a reference, a value and a scalar.
macro_rules! named {
    ($x:ident, $y:ident, $s:ident: $($name:ident)*) => {$({
        let ((x, xs), (y, ys)) = (&$x, &$y);
        let wanted = xs.$name(ys);
        same(&x.$name(y).unwrap(), &wanted, stringify!($name));
        same(&x.$name(y.clone()).unwrap(), &wanted, stringify!($name));
        same(&x.$name($s).unwrap(), &xs.$name(&Array::scalar($s)), stringify!($name));
    })*};
}

fn all_pairs<T: Element>(rng: &mut Rng, values: Values) {
    let (x, y) = two::<T>(rng, values);
    let s: T = crate::common::element(rng, values);
    operator!(x, y, s, + try_add add);
    operator!(x, y, s, * try_mul mul);
    operator!(x, y, s, / try_div div);
    assign!(x, y, s, += try_add_assign add);
    assign!(x, y, s, *= try_mul_assign mul);
    named!(x, y, s: greater greater_equal less less_equal equal not_equal maximum minimum);
    let ((x, xs), (y, ys)) = (&x, &y);
    into(&xs.add(ys), "add_into", |out| x.add_into(y, out));
    into(&xs.mul(ys), "mul_into", |out| x.mul_into(y, out));
    into(&xs.div(ys), "div_into", |out| x.div_into(y, out));
    into(&xs.greater(ys), "zip_into", |out| x.zip_into(y, out, |x, y| x > y));
}

fn number_pairs<T: Number>(rng: &mut Rng, values: Values) {
    let (x, y) = two::<T>(rng, values);
    let s: T = crate::common::element(rng, values);
    operator!(x, y, s, - try_sub sub);
    operator!(x, y, s, % remainder remainder);
    assign!(x, y, s, -= try_sub_assign sub);
    assign!(x, y, s, %= try_rem_assign remainder);
    into(&x.1.sub(&y.1), "sub_into", |out| x.0.sub_into(&y.0, out));
    named!(x, y, s: floor_divide remainder);
    // Exponents: from 0 up for integers.
    let small = |y: T| {
        if T::INTEGER { T::from_value(Value::Int(if y < T::ZERO { 7 } else { y.cast::<i64>() % 70 })) } else { y }
    };
    let (y, s) = ((y.0.map(small), y.1.map(small)), small(s));
    named!(x, y, s: power);
}

fn float_pairs<T: Float>(rng: &mut Rng, values: Values) {
    let (x, y) = two::<T>(rng, values);
    let s: T = crate::common::element(rng, values);
    assign!(x, y, s, /= try_div_assign div);
    let near = |x: T| x.add(x.mul(T::EPSILON));
    let (close, closes) = (x.0.map(near), x.1.map(near));
    for (b, bs) in [(&y.0, &y.1), (&close, &closes)] {
        for (rtol, atol) in [(1e-5, 1e-8), (0.0, 0.0), (0.0, 1.0)] {
            assert_eq!(x.0.allclose_within(b, rtol, atol).unwrap(), x.1.allclose(bs, rtol, atol));
        }
    }
}

fn three_operands<T: Element>(rng: &mut Rng, values: Values) {
    let out = shape(rng, 4);
    let mut operand = || {
        let shape = stretches_to(rng, &out);
        laid_out::<T>(rng, values, &shape)
    };
    let ((x, xs), (y, ys), (z, zs)) = (operand(), operand(), operand());
    let (s, u): (T, T) = (crate::common::element(rng, values), crate::common::element(rng, values));
    let (low, high) = (Array::scalar(s), Array::scalar(u));
    same(&x.clip(&y, &z).unwrap(), &xs.clip(&ys, &zs), "clip");
    same(&x.clip(s, &z).unwrap(), &xs.clip(&low, &zs), "clip");
    same(&x.clip(s, u).unwrap(), &xs.clip(&low, &high), "clip");
    let choice_shape = stretches_to(rng, &out);
    let (c, cs) = laid_out::<bool>(rng, values, &choice_shape);
    same(&c.where_(&y, &z).unwrap(), &cs.where_(&ys, &zs), "where");
    same(&c.where_(y, s).unwrap(), &cs.where_(&ys, &low), "where");
    same(&c.where_(s, u).unwrap(), &cs.where_(&low, &high), "where");
}

/// Functions of one operand.
macro_rules! unary {
    ($x:ident: $($name:ident)*) => {$( same(&$x.0.$name(), &$x.1.$name(), stringify!($name)); )*};
}

fn one<T: Element>(rng: &mut Rng, values: Values) -> Pair<T> {
    let shape = shape(rng, 6);
    laid_out(rng, values, &shape)
}

fn all_unary<T: Element>(rng: &mut Rng, values: Values) {
    let x = one::<T>(rng, values);
    unary!(x: exp ln tanh sqrt sigmoid step identity expm1 log1p log2 log10 isnan isinf isfinite);
    into(&x.1.exp(), "exp_into", |out| x.0.exp_into(out));
    into(&x.1.ln(), "ln_into", |out| x.0.ln_into(out));
    into(&x.1.tanh(), "tanh_into", |out| x.0.tanh_into(out));
    into(&x.1.sigmoid(), "sigmoid_into", |out| x.0.sigmoid_into(out));
    into(&x.1.step(), "step_into", |out| x.0.step_into(out));
    into(&x.1.step(), "map_into", |out| x.0.map_into(out, |x| i64::from(x > T::ZERO)));
    for_types!(all: cast (&x));
}

fn cast<U: Element>(x: &Pair<impl Element>) {
    same(&x.0.cast::<U>(), &x.1.cast(), "cast");
}

/// The integers that the other tests leave out in debug builds.
fn in_short<T: Number>(rng: &mut Rng, values: Values) {
    let (x, y) = two::<T>(rng, values);
    same(&(&x.0 + &y.0), &x.1.add(&y.1), "+");
    same(&(&x.0 * &y.0), &x.1.mul(&y.1), "*");
    same(&(&x.0 - &y.0), &x.1.sub(&y.1), "-");
}

fn number_unary<T: Number>(rng: &mut Rng, values: Values) {
    let x = one::<T>(rng, values);
    unary!(x: abs sign relu square);
    into(&x.1.relu(), "relu_into", |out| x.0.relu_into(out));
    same(&-&x.0, &x.1.neg(), "-");
    same(&-x.0.clone(), &x.1.neg(), "-");
    same(&x.0.map(|v| v.mul(v)), &x.1.map(|v| v.mul(v)), "map");
}

fn float_unary<T: Float>(rng: &mut Rng, values: Values) {
    let x = one::<T>(rng, values);
    unary!(x: floor ceil trunc round);
}

/// `scalar op tensor`, which Rust has for one type at a time.
macro_rules! scalar_left {
    ($rng:ident $values:ident $($type:ident)*) => {$({
        let (x, xs) = one::<$type>(&mut $rng, $values);
        let s: $type = crate::common::element(&mut $rng, $values);
        let scalar = Array::scalar(s);
        same(&(s + &x), &scalar.add(&xs), "scalar +");
        same(&(s - &x), &scalar.sub(&xs), "scalar -");
        same(&(s * x.clone()), &scalar.mul(&xs), "scalar *");
        same(&(s / x), &scalar.div(&xs), "scalar /");
    })*};
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn operators_and_comparisons((mut rng, values) in case()) {
        for_types!(all: all_pairs (&mut rng, values));
    }

    #[test]
    fn subtraction_division_powers((mut rng, values) in case()) {
        for_types!(numbers: number_pairs (&mut rng, values));
        for_types!(floats: float_pairs (&mut rng, values));
    }

    #[test]
    fn where_and_clip((mut rng, values) in case()) {
        for_types!(all: three_operands (&mut rng, values));
    }

    #[test]
    fn functions_and_casts((mut rng, values) in case()) {
        for_types!(all: all_unary (&mut rng, values));
        for_types!(numbers: number_unary (&mut rng, values));
        for_types!(floats: float_unary (&mut rng, values));
        for_types!(spare: in_short (&mut rng, values));
    }

    #[test]
    fn scalars_on_the_left((mut rng, values) in case()) {
        scalar_left!(rng values f32 f64 i8);
        #[cfg(not(debug_assertions))]
        {
            scalar_left!(rng values i16 i32 i64 u8 u16 u32 u64);
        }
    }

    #[test]
    fn logic((mut rng, values) in case()) {
        let (x, xs) = one::<bool>(&mut rng, values);
        same(&!&x, &xs.not(), "!");
        same(&!x, &xs.not(), "!");
        let (x, y) = two::<bool>(&mut rng, values);
        let s = rng.once_in(2);
        bits!(x, y, s, & logical_and mul);
        bits!(x, y, s, | logical_or add);
        bits!(x, y, s, ^ logical_xor not_equal);
    }

    #[test]
    fn sums_of_tensors((mut rng, values) in case()) {
        let ((x, xs), (y, ys)) = two::<f64>(&mut rng, values);
        let wanted = Array::scalar(0.0).add(&xs).add(&ys);
        same(&[&x, &y].into_iter().sum::<Tensor>(), &wanted, "sum of references");
        same(&[x, y].into_iter().sum::<Tensor>(), &wanted, "sum of values");
        same(&std::iter::empty::<Tensor>().sum::<Tensor>(), &Array::scalar(0.0), "sum of none");
    }

    /// Tiles: whole ones, what is left beside and below, narrow rows, and steps of every kind.
    #[test]
    fn tiles((mut rng, values) in case()) {
        let mut size = || rng.pick(&[1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 70, 130]);
        let out = [size(), size()];
        let shape = stretches_to(&mut rng, &out);
        let (x, y): (Pair<f64>, Pair<f64>) = (laid_out(&mut rng, values, &out), laid_out(&mut rng, values, &shape));
        same(&(&x.0 + &y.0), &x.1.add(&y.1), "+");
        same(&(&y.0 - &x.0), &y.1.sub(&x.1), "-");
        // Copied straight, then the other way round: columns of which each lies side by side.
        let (dense, other) = (x.0.to_contiguous(), x.0.t().to_contiguous().t());
        same(&(&dense * &other), &x.1.mul(&x.1), "*");
        same(&other.to_contiguous(), &x.1, "copy");
        let mut target = dense + 0.0;
        target += &other;
        same(&target, &x.1.add(&Array::scalar(0.0)).add(&x.1), "+=");
    }

    /// Long runs: whole registers, their remainders, and gathered chunks.
    #[test]
    fn long_runs((mut rng, values) in case()) {
        let out = [rng.pick(&[1, 2, 3]), rng.pick(&[15, 16, 17, 63, 64, 65, 255, 256, 257, 300, 513])];
        let shape = stretches_to(&mut rng, &out);
        let (x, y): (Pair<f32>, Pair<f32>) = (laid_out(&mut rng, values, &out), laid_out(&mut rng, values, &shape));
        same(&(&x.0 + &y.0), &x.1.add(&y.1), "+");
        same(&(&x.0.t() * &x.0.t()), &x.1.t().mul(&x.1.t()), "*");
        unary!(x: exp ln tanh sigmoid sqrt relu);
        let mut target = x.0.clone() + 0.0;
        target -= &y.0;
        same(&target, &x.1.add(&Array::scalar(0.0)).sub(&y.1), "-=");
    }
}

/// Rows of one operand against columns of the other, at sizes around the squares that registers turn round (4, 8, 16); columns from the last to the
/// first, among others, and stretched ones, which are no squares.
fn lying_across<T: Float>(rng: &mut Rng) {
    let (x, xs) = base::<T>(rng, Values::Any, &[17, 1024]);
    let (y, ys) = base::<T>(rng, Values::Any, &[1024, 17]);
    same(&(&x + &y.t()), &xs.add(&ys.t()), "rows a page apart");
    same(
        &(&x.slice("..., :1000").unwrap() + &y.slice(":1000").unwrap().t()),
        &xs.slice(&[Index::Ellipsis, (..1000).into()]).add(&ys.slice(&[(..1000).into()]).t()),
        "several strips",
    );
    for (rows, cols) in [3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 33, 50]
        .into_iter()
        .flat_map(|m| [(m, 21), (16, m), (m, m)])
        .chain([(17, 513), (16, 529)])
    {
        let (x, xs) = base::<T>(rng, Values::Any, &[rows, cols]);
        let (wide, wides) = base::<T>(rng, Values::Any, &[cols, rows + 3]);
        let window = [Index::At(0), (..).into(), (2..rows as isize + 2).into()];
        let (y, ys) =
            (wide.expand_dims(0).unwrap().slice(&window[..]).unwrap().t(), wides.expand_dims(0).slice(&window).t());
        let (one, ones) = base::<T>(rng, Values::Any, &[1, rows]);
        let (same_columns, all_same) =
            (one.broadcast_to(&[cols, rows]).unwrap().t(), ones.broadcast_to(&[cols, rows]).t());
        for (y, ys) in [
            (y.flip(&[1]).unwrap(), ys.flip(&[1])),
            (y.flip(&[0]).unwrap(), ys.flip(&[0])),
            (y, ys),
            (same_columns, all_same),
        ] {
            let what = format!("{rows} by {cols}");
            same(&(&x + &y), &xs.add(&ys), &what);
            same(&(&y + &x), &ys.add(&xs), &what);
            same(&(&x - &y), &xs.sub(&ys), &what);
            same(&(&y - &x), &ys.sub(&xs), &what);
            same(&(&y * &x), &ys.mul(&xs), &what);
            same(&(&y / &x), &ys.div(&xs), &what);
            same(&x.maximum(&y).unwrap(), &xs.maximum(&ys), &what);
            same(&y.minimum(&x).unwrap(), &ys.minimum(&xs), &what);
            same(&y.greater(&x).unwrap(), &ys.greater(&xs), &what);
            same_into(&xs.sub(&ys), &what, &|out| x.sub_into(&y, out));
            same_into(&ys.sub(&xs), &what, &|out| y.sub_into(&x, out));
            let mut sum = x.clone();
            sum += &y;
            same(&sum, &xs.add(&ys), &what);
            let (x, xs) = (x.flip(&[0]).unwrap(), xs.flip(&[0]));
            same(&(&y + &x), &ys.add(&xs), &what);
            let (x, xs) = (x.slice("0:1").unwrap(), xs.slice(&[(0..1).into()]));
            same(&(&x.broadcast_to(&[rows, cols]).unwrap() - &y), &xs.sub(&ys), &what);
        }
    }
}

#[test]
fn across() {
    lying_across::<f32>(&mut Rng(11));
    lying_across::<f64>(&mut Rng(12));
}

/// A row, and a column, with a matrix: at the widths from which tiles are whole rows no more, and heights around those of tiles (2048 elements, or 8 KiB).
fn rows_and_columns<T: Number>(rng: &mut Rng) {
    let tall = [1, 7, 31, 32, 63, 64, 65].into_iter().map(|cols| (2100 / cols + 1, cols));
    let wide = [127, 128, 255, 256].into_iter().map(|cols| (17, cols));
    for (rows, cols) in tall.chain(wide) {
        let what = format!("{rows} by {cols}");
        let (x, xs) = base::<T>(rng, Values::Any, &[rows, cols]);
        let (wide, wides) = base::<T>(rng, Values::Any, &[rows, cols + 3]);
        let part = [(..).into(), (2..cols as isize + 2).into()];
        let matrices = [(x, xs), (wide.slice(&part[..]).unwrap(), wides.slice(&part))];
        for ((x, xs), shape) in matrices.iter().flat_map(|matrix| [(matrix, vec![cols]), (matrix, vec![rows, 1])]) {
            let (y, ys) = base::<T>(rng, Values::Any, &shape);
            same(&(x + &y), &xs.add(&ys), &what);
            same(&(&y - x), &ys.sub(xs), &what);
            same_into(&xs.mul(&ys), &what, &|out| x.mul_into(&y, out));
            let mut sum = x.clone();
            sum += &y;
            same(&sum, &xs.add(&ys), &what);
            let (all, alls) = (y.broadcast_to(&[rows, cols]).unwrap(), ys.broadcast_to(&[rows, cols]));
            same(&-&all, &alls.neg(), &what);
            same(&x.greater(&y).unwrap().where_(x, &y).unwrap(), &xs.greater(&ys).where_(xs, &ys), &what);
        }
    }
}

/// One element of a tensor, which lies somewhere in it, beside tensors of any layout: the result lies as with a scalar.
#[test]
fn elements_as_operands() {
    let rng = &mut Rng(16);
    let (y, ys) = base::<f64>(rng, Values::Any, &[3, 4]);
    let (one, ones) = (y.slice((1, 2)).unwrap(), ys.slice(&[Index::At(1), Index::At(2)]));
    let (column, columns) = base::<f64>(rng, Values::Any, &[3, 1]);
    for (x, xs) in [(y.clone(), ys.clone()), (y.t(), ys.t()), (column, columns), (one.clone(), ones.clone())] {
        for (got, wanted) in [(&x - &one, xs.sub(&ones)), (&one - &x, ones.sub(&xs))] {
            same(&got, &wanted, "one element");
            assert_eq!(got.strides(), (&x - 1.0).strides());
        }
        same_into(&xs.sub(&ones), "one element", &|out| x.sub_into(&one, out));
        same_into(&ones.sub(&xs), "one element", &|out| one.sub_into(&x, out));
    }
}

#[test]
fn rows_and_columns_with_a_matrix() {
    rows_and_columns::<f32>(&mut Rng(13));
    rows_and_columns::<f64>(&mut Rng(14));
    rows_and_columns::<i8>(&mut Rng(15));
}

/// Each special value with each other one.
#[test]
fn special_values() {
    fn table<T: Float>() {
        let list: Vec<T> = [f64::NAN, f64::INFINITY, 1.0, 0.5, 7.0, f64::MAX, 5e-324, 1e-40, 0.0]
            .iter()
            .flat_map(|&x| [T::from_f64(x), T::from_f64(-x)])
            .collect();
        let xs = Array::new(&[list.len(), 1], list.clone());
        let (column, row) = (Tensor::from(&xs), Tensor::from(list));
        let (x, y, s) = ((column, xs), (row.clone(), Array::from(&row)), T::ONE);
        named!(x, y, s: greater greater_equal less less_equal equal not_equal maximum minimum floor_divide remainder power);
        operator!(x, y, s, + try_add add);
        operator!(x, y, s, - try_sub sub);
        operator!(x, y, s, * try_mul mul);
        operator!(x, y, s, / try_div div);
        unary!(x: exp ln tanh sqrt sigmoid abs sign floor ceil trunc round relu step);
        for_types!(every: cast (&x));
    }
    for_types!(floats: table ());
}

/// The definition itself, where NumPy's rules are easy to get wrong (NUMPY.md's numbers).
#[test]
fn the_definition_is_numpys() {
    let one = |x: f64| Array::scalar(x);
    let nan = f64::NAN;
    assert!(one(nan).maximum(&one(1.0)).data[0].is_nan() && one(1.0).maximum(&one(nan)).data[0].is_nan());
    assert!(one(nan).minimum(&one(1.0)).data[0].is_nan() && one(1.0).minimum(&one(nan)).data[0].is_nan());
    assert!(one(nan).relu().data[0].is_nan());
    assert_eq!(one(nan).step().data, [0]);
    assert_eq!(one(0.5).clip(&one(2.0), &one(1.0)).data, [1.0]);
    assert_eq!(one(-0.0).sign().data[0].to_bits(), 0);
    assert_eq!(Array::scalar(127_i8).add(&Array::scalar(1)).data, [-128]);
    assert_eq!(Array::scalar(0_u8).sub(&Array::scalar(1)).data, [255]);
    assert_eq!(Array::scalar(-128_i8).neg().data, [-128]);
    assert_eq!(Array::scalar(-128_i8).abs().data, [-128]);
    assert_eq!(Array::scalar(1_i64 << 62).mul(&Array::scalar(4)).data, [0]);
    assert_eq!(Array::scalar(-7).floor_divide(&Array::scalar(2)).data, [-4]);
    assert_eq!(Array::scalar(-7).remainder(&Array::scalar(3)).data, [2]);
    assert_eq!(one(7.0).remainder(&one(-3.0)).data, [-2.0]);
    assert_eq!(Array::scalar(7).floor_divide(&Array::scalar(0)).data, [0]);
    assert_eq!(Array::scalar(7).div(&Array::scalar(2)).data, [3.5]);
    assert_eq!(Array::scalar(300_i32).cast::<u8>().data, [44]);
    assert_eq!(one(nan).cast::<bool>().data, [true]);
    assert_eq!(one(-0.0).cast::<bool>().data, [false]);
    assert_eq!(Array::scalar(true).add(&Array::scalar(true)).data, [true]);
}

/// A single exponent of 2, -1 or 0.5 is not `pow`: NUMPY.md, N11a.
#[test]
fn single_exponents() {
    fn bits<T: Float>() {
        let mut rng = Rng(11);
        let of = |x: f64| T::from_f64(x);
        for shape in [&[][..], &[1], &[1, 1], &[7], &[1, 3], &[2, 3], &[40, 50]] {
            for values in [Values::Tame, Values::Any] {
                let (x, xs) = laid_out::<T>(&mut rng, values, shape);
                for exponent in [2.0, -1.0, 0.5, 3.0, 1.0, 0.0, -2.0] {
                    let wanted = xs.power(&Array::scalar(of(exponent)));
                    let exact = match exponent {
                        2.0 => &x * &x,
                        -1.0 => Tensor::from(T::ONE).try_div(&x).unwrap().cast(),
                        0.5 => x.sqrt().cast(),
                        _ => x.power(of(exponent)).unwrap(),
                    };
                    same(&exact, &wanted, &format!("{shape:?} ** {exponent}"));
                    same(&x.power(of(exponent)).unwrap(), &wanted, &format!("{shape:?} ** {exponent}"));
                    for axes in 0..4 {
                        let y = Array::new(&vec![1; axes], vec![of(exponent)]);
                        let y = (Tensor::from(&y), y);
                        same(&x.power(&y.0).unwrap(), &xs.power(&y.1), &format!("{shape:?} ** {:?}", y.1.shape));
                    }
                    let ys = Array::new(shape, vec![of(exponent); xs.size()]);
                    same(&x.power(Tensor::from(&ys)).unwrap(), &xs.power(&ys), "an exponent for each");
                }
            }
        }
    }
    bits::<f32>();
    bits::<f64>();
    let power = |x: &[f64], y: &Tensor| Tensor::from(x).power(y).unwrap().to_string();
    let (one, list) = (Tensor::from(0.5), Tensor::from([0.5]));
    let inf = f64::INFINITY;
    assert_eq!(power(&[-inf], &one), "[nan]");
    assert_eq!(power(&[-inf], &list), "[inf]");
    assert_eq!(power(&[-inf, -inf], &list), "[nan nan]");
    assert_eq!(power(&[-inf, -inf], &Tensor::from([0.5, 0.5])), "[inf inf]");
    assert_eq!(power(&[-0.0], &one), "[-0.]");
    assert_eq!(power(&[-0.0, -0.0], &Tensor::from([0.5, 0.5])), "[0. 0.]");
    assert_eq!(power(&[-0.0, 0.0, inf, -inf, f64::NAN], &Tensor::from(-1.0)), "[-inf  inf   0.  -0.  nan]");
    assert_eq!(Tensor::from([3, -4]).power(2).unwrap().to_string(), "[ 9 16]");
    assert_eq!(Tensor::from([100_i8]).power(Tensor::from([[2_i8]])).unwrap().to_string(), "[[16]]");
}
