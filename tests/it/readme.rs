//! The tables of the README: every row is an expression that compiles, runs, and prints what NumPy prints.
//!
//! A row here is `"NumPy", nptensor => "what both print"`; the test looks for the same row in README.md. The README's longer examples are doctests.

use nptensor::{Index, RandomState, Result, Tensor, broadcast_shapes};

/// What a row's value prints.
trait Show {
    fn show(&self) -> String;
}

impl<T: nptensor::Element> Show for Tensor<T> {
    fn show(&self) -> String {
        self.to_string()
    }
}

macro_rules! show_as {
    ($format:literal: $($type:ty)*) => {$(
        impl Show for $type {
            fn show(&self) -> String {
                format!($format, self)
            }
        }
    )*};
}

show_as!("{}": f64 i32 i64 usize bool nptensor::DType nptensor::Error String);
show_as!("{:?}": &[usize] &[isize] Vec<usize> Vec<f64> ());

/// One row: the NumPy text, the nptensor text, and what running it printed.
struct Row {
    numpy: &'static str,
    rust: &'static str,
    got: String,
    wanted: &'static str,
}

macro_rules! rows {
    ($($numpy:literal, $rust:expr $(, changes $changed:ident)? => $wanted:literal;)*) => {
        vec![$(Row {
            numpy: $numpy,
            rust: stringify!($rust),
            got: { Show::show(&$rust) $(; Show::show(&$changed))? },
            wanted: $wanted,
        }),*]
    };
}

fn rows() -> Result<Vec<Row>> {
    let a = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    let mut b = a.clone();
    let x = Tensor::from([-1.0, 1.0, 2.0]);
    let i = Tensor::from([[1, 2], [3, 4]]);
    let mut rows = rows! {
        "np.array([1.0, 2.0])", Tensor::from([1.0, 2.0]) => "[1. 2.]";
        "np.zeros((2, 3))", Tensor::<f64>::zeros(&[2, 3])? => "[[0. 0. 0.]\n [0. 0. 0.]]";
        "np.ones(2, dtype=np.float32)", Tensor::<f32>::ones(&[2])? => "[1. 1.]";
        "np.full(2, 7)", Tensor::full(&[2], 7)? => "[7 7]";
        "np.eye(2)", Tensor::<f64>::eye(2)? => "[[1. 0.]\n [0. 1.]]";
        "np.arange(0.5, 0.8, 0.1)", Tensor::arange(0.5, 0.8, 0.1)? => "[0.5 0.6 0.7 0.8]";
        "np.linspace(0, 1, 5)", Tensor::linspace(0.0, 1.0, 5)? => "[0.   0.25 0.5  0.75 1.  ]";
        "np.fromfunction(lambda i, j: 10*i + j, (2, 2))", Tensor::from_fn(&[2, 2], |i| (10 * i[0] + i[1]) as f64)? => "[[ 0.  1.]\n [10. 11.]]";
        "np.array(data).reshape(2, 2)", Tensor::from_vec(vec![5, 6, 7, 8], &[2, 2])? => "[[5 6]\n [7 8]]";
        "a.shape", a.shape() => "[2, 2]";
        "a.ndim", a.ndim() => "2";
        "a.size", a.size() => "4";
        "a.dtype", a.dtype() => "float64";
        "print(a)", format!("{a}") => "[[1. 2.]\n [3. 4.]]";
        "repr(a)", format!("{a:?}") => "array([[1., 2.],\n       [3., 4.]])";
        "a[1, 0]", a[[1, 0]] => "3";
        "x[2]", x[2] => "2";
        "a[-1, 0]", a.get(&[-1, 0])? => "3";
        "a[1]", a.slice(1)? => "[3. 4.]";
        "np.array([row.sum() for row in a])", a.rows().map(|row| row.sum()).collect::<Tensor>() => "[3. 7.]";
        "a[:, 1]", a.slice((.., 1))? => "[2. 4.]";
        "a[::-1, 1:]", a.slice("::-1, 1:")? => "[[4.]\n [2.]]";
        "x[::2]", x.slice(Index::step(.., 2))? => "[-1.  2.]";
        "b[1] += 100", b.update(1, |row| row + 100.0)?, changes b => "[[  1.   2.]\n [103. 104.]]";
        "b[:, 0] = x[1:]", b.assign(":, 0", x.slice(1..)?)?, changes b => "[[  1.   2.]\n [  2. 104.]]";
        "x[x > 0]", x.boolean_index(&x.greater(0.0)?)? => "[1. 2.]";
        "a.T", a.t() => "[[1. 3.]\n [2. 4.]]";
        "a.transpose(1, 0)", a.transpose(&[1, 0])? => "[[1. 3.]\n [2. 4.]]";
        "np.swapaxes(a, 0, 1)", a.swapaxes(0, 1)? => "[[1. 3.]\n [2. 4.]]";
        "np.moveaxis(a, 0, -1)", a.moveaxis(&[0], &[-1])? => "[[1. 3.]\n [2. 4.]]";
        "a.reshape(-1)", a.reshape(&[-1])? => "[1. 2. 3. 4.]";
        "a.flatten()", a.flatten()? => "[1. 2. 3. 4.]";
        "np.expand_dims(x, 0)", x.expand_dims(0)? => "[[-1.  1.  2.]]";
        "np.expand_dims(x, (0, 2)).shape", x.expand_dims_axes(&[0, 2])?.shape() => "[1, 3, 1]";
        "np.squeeze(a[:1])", a.slice("0:1")?.squeeze() => "[1. 2.]";
        "np.flip(a, 0)", a.flip(&[0])? => "[[3. 4.]\n [1. 2.]]";
        "np.broadcast_to(x, (2, 3))", x.broadcast_to(&[2, 3])? => "[[-1.  1.  2.]\n [-1.  1.  2.]]";
        "np.broadcast_shapes((3, 1), (4,))", broadcast_shapes(&[&[3, 1], &[4]])? => "[3, 4]";
        "np.concatenate([a, a], axis=1)", Tensor::concatenate(&[&a, &a], 1)? => "[[1. 2. 1. 2.]\n [3. 4. 3. 4.]]";
        "np.stack([x, x])", Tensor::stack(&[&x, &x], 0)? => "[[-1.  1.  2.]\n [-1.  1.  2.]]";
        "a + 1", &a + 1.0 => "[[2. 3.]\n [4. 5.]]";
        "a * a - a.T", &a * &a - a.t() => "[[ 0.  1.]\n [ 7. 12.]]";
        "i / 2", &i / 2 => "[[0.5 1. ]\n [1.5 2. ]]";
        "i // 2", i.floor_divide(2)? => "[[0 1]\n [1 2]]";
        "i % 2", &i % 2 => "[[1 0]\n [1 0]]";
        "a ** 2", a.power(2.0)? => "[[ 1.  4.]\n [ 9. 16.]]";
        "x > 0", x.greater(0.0)? => "[False  True  True]";
        "(x > 0) & (x < 2)", x.greater(0.0)? & x.less(2.0)? => "[False  True False]";
        "x == 1", x.equal(1.0)? => "[False  True False]";
        "np.array_equal(a, a.T)", a == a.t() => "false";
        "np.allclose(a, a)", a.allclose(&a)? => "true";
        "np.where(x > 0, x, 0)", x.greater(0.0)?.where_(&x, 0.0)? => "[0. 1. 2.]";
        "np.maximum(x, 0)", x.maximum(0.0)? => "[0. 1. 2.]";
        "np.clip(x, 0, 1)", x.clip(0.0, 1.0)? => "[0. 1. 1.]";
        "np.exp(x)", x.exp() => "[0.36787944 2.71828183 7.3890561 ]";
        "np.log(a)", a.ln() => "[[0.         0.69314718]\n [1.09861229 1.38629436]]";
        "np.sqrt(a)", a.sqrt() => "[[1.         1.41421356]\n [1.73205081 2.        ]]";
        "np.tanh(x)", x.tanh() => "[-0.76159416  0.76159416  0.96402758]";
        "np.abs(x)", x.abs() => "[1. 1. 2.]";
        "np.sign(x)", x.sign() => "[-1.  1.  1.]";
        "np.rint(x / 2)", (&x / 2.0).round() => "[-0.  0.  1.]";
        "x.astype(int)", x.cast::<i64>() => "[-1  1  2]";
        "a.sum()", a.sum() => "10";
        "a.sum(axis=0)", a.sum_axis(0)? => "[4. 6.]";
        "a.sum(axis=(0, 1), keepdims=True)", a.sum_keepdims(&[0, 1])? => "[[10.]]";
        "a.mean(axis=-1)", a.mean_axis(-1)? => "[1.5 3.5]";
        "a.max()", a.max()? => "4";
        "a.argmax(axis=1)", a.argmax_axis(1)? => "[1 1]";
        "(x > 0).all()", x.greater(0.0)?.all() => "false";
        "np.dot(a, a)", a.dot(&a)? => "[[ 7. 10.]\n [15. 22.]]";
        "a @ a", a.matmul(&a)? => "[[ 7. 10.]\n [15. 22.]]";
        "x[[0, 2, -1]]", x.take([0, 2, -1], 0)? => "[-1.  2.  2.]";
        "a[:, [1, 0]]", a.take([1, 0], 1)? => "[[2. 1.]\n [4. 3.]]";
        "b[b > 2] = 0", b.assign_where(&b.greater(2.0)?, 0.0)?, changes b => "[[1. 2.]\n [2. 0.]]";
        "rows, cols = a.shape", a.dims::<2>()?.to_vec() => "[2, 2]";
        "np.zeros_like(a)", a.zeros_like()? => "[[0. 0.]\n [0. 0.]]";
        "np.full_like(x, 7)", x.full_like(7.0)? => "[7. 7. 7.]";
        "np.pad(x, 1)", x.pad(&[(1, 1)], 0.0)? => "[ 0. -1.  1.  2.  0.]";
        "np.pad(a, [(0, 0), (1, 2)])", a.pad(&[(0, 0), (1, 2)], 0.0)? => "[[0. 1. 2. 0. 0.]\n [0. 3. 4. 0. 0.]]";
        "np.square(x)", x.square() => "[1. 1. 4.]";
        "np.log1p(a)", a.log1p() => "[[0.69314718 1.09861229]\n [1.38629436 1.60943791]]";
        "np.expm1(x)", x.expm1() => "[-0.63212056  1.71828183  6.3890561 ]";
        "np.log2(a)", a.log2() => "[[0.        1.       ]\n [1.5849625 2.       ]]";
        "np.log10(a)", a.log10() => "[[0.         0.30103   ]\n [0.47712125 0.60205999]]";
        "np.isnan(x)", x.isnan() => "[False False False]";
        "np.isfinite(x).all()", x.isfinite().all() => "true";
        "a.var()", a.var() => "1.25";
        "a.std(axis=0)", a.std_axis(0)? => "[1. 1.]";
        "a.var(axis=(0, 1), keepdims=True, ddof=1)", a.var_ddof_keepdims(&[0, 1], 1)? => "[[1.66666667]]";
        "a.cumsum(axis=0)", a.cumsum(0)? => "[[1. 2.]\n [4. 6.]]";
        "np.sort(-a, axis=1)", (-&a).sort(1)? => "[[-2. -1.]\n [-4. -3.]]";
        "np.argsort(-x)", (-&x).argsort(-1)? => "[2 1 0]";
        "np.random.RandomState(42).rand(2)", RandomState::new(42).rand(&[2])? => "[0.37454012 0.95071431]";
        "np.random.RandomState(0).randn(2, 2)", RandomState::new(0).randn(&[2, 2])? => "[[1.76405235 0.40015721]\n [0.97873798 2.2408932 ]]";
        "np.random.RandomState(0).randint(0, 10, (2, 3))", RandomState::new(0).randint(0, 10, &[2, 3])? => "[[5 0 3]\n [3 7 9]]";
        "np.random.RandomState(0).permutation(5)", RandomState::new(0).permutation(5)? => "[2 0 1 3 4]";
        "np.random.RandomState(0).choice(60000, 3)", RandomState::new(0).choice(60000, &[3], true)? => "[ 2732 43567 42613]";
        "np.allclose(a, a, equal_nan=True)", a.allclose_equal_nan(&a, 1e-5, 1e-8)? => "true";
        "a.ravel().tolist()", a.to_vec() => "[1.0, 2.0, 3.0, 4.0]";
    };
    rows.extend(rows! {
        "np.array([1, 2])  # int64", Tensor::from([1_i64, 2]) => "[1 2]";
        "i + 0.5  # promotes", i.cast::<f64>() + 0.5 => "[[1.5 2.5]\n [3.5 4.5]]";
        "np.exp(np.int8(1))  # float16", Tensor::from(1_i8).exp().dtype() => "float32";
        "a.strides  # in bytes", a.strides() => "[2, 1]";
        "a.max(axis=2)  # raises", a.max_axis(2).unwrap_err() => "axis 2 is out of bounds for array of dimension 2";
        "np.dot(a, x)  # raises", a.dot(&x).unwrap_err() => "shapes (2,2) and (3,) not aligned: 2 (dim 1) != 3 (dim 0)";
    });
    Ok(rows)
}

#[test]
fn every_row_runs() -> Result<()> {
    for row in rows()? {
        assert_eq!(row.got, row.wanted, "{} | {}", row.numpy, row.rust);
    }
    Ok(())
}

/// What stands between the backticks of a table row, without blanks: the compiler may set them differently.
fn cells(line: &str) -> Option<(String, String)> {
    let mut cells = line.strip_prefix("| `")?.strip_suffix("` |")?.split("` | `");
    let bare = |cell: &str| cell.replace("\\|", "|").replace(' ', "");
    let cells = (bare(cells.next()?), bare(cells.next()?));
    Some(cells)
}

#[test]
fn the_readme_has_every_row_and_no_other() -> Result<()> {
    // Its other tables are no pairs of code.
    let tables = include_str!("../../README.md").split("## From NumPy").nth(1).unwrap_or_default();
    let readme: Vec<_> = tables.split("**What stays absent**").next().unwrap().lines().filter_map(cells).collect();
    let here: Vec<_> =
        rows()?.iter().map(|row| (row.numpy.replace(' ', ""), row.rust.replace([' ', '\n'], ""))).collect();
    assert_eq!(readme, here);
    Ok(())
}

/// The lines that stand for what is absent.
#[test]
fn what_stands_for_what_is_absent() -> Result<()> {
    let x = Tensor::from([3.0, -1.0, 2.0, -1.0]);
    // acosh asinh atanh sinh cosh reciprocal hypot logaddexp copysign(abs, sign) signbit
    let u = Tensor::from([1.0, 2.0]);
    assert!((&u + (&u * &u - 1.0).sqrt()).ln().allclose(u.map(f64::acosh))?);
    assert!((&u + (&u * &u + 1.0).sqrt()).ln().allclose(u.map(f64::asinh))?);
    let h = &u / 4.0;
    assert!(((h.log1p() - (-&h).log1p()) / 2.0).allclose(h.map(f64::atanh))?);
    assert!(((u.expm1() - (-&u).expm1()) / 2.0).allclose(u.map(f64::sinh))?);
    assert!(((u.exp() + (-&u).exp()) / 2.0).allclose(u.map(f64::cosh))?);
    assert!(u.map(f64::sin).allclose(Tensor::from([1f64.sin(), 2f64.sin()]))?);
    let mut out = u.zeros_like()?;
    u.zip_into(&h, &mut out, f64::atan2)?;
    assert_eq!(out[0], 1f64.atan2(0.25));
    let m = u.maximum(&h)?;
    assert!(
        (&m + (u.minimum(&h)? - &m).exp().log1p())
            .allclose(Tensor::from([(1f64.exp() + 0.25f64.exp()).ln(), (2f64.exp() + 0.5f64.exp()).ln()]))?
    );
    assert_eq!(x.map(f64::is_sign_negative).to_string(), "[False  True False  True]");
    assert_eq!(u.power(-1.0)?.to_string(), "[1.  0.5]");
    assert_eq!(Tensor::from([6, 3]).map(|i| i << 1).to_string(), "[12  6]");
    // unique_values
    let new = |s: &Tensor| {
        let first = Tensor::full(&[s.size().min(1)], true)?;
        Tensor::concatenate(&[&first, &s.slice("1:")?.not_equal(s.slice(":-1")?)?], 0)
    };
    let (s, none) = (x.sort(0)?, Tensor::zeros(&[0])?);
    let first = new(&s)?;
    assert_eq!(s.boolean_index(&first)?.to_string(), "[-1.  2.  3.]");
    assert_eq!(none.boolean_index(&new(&none)?)?.shape(), [0]);
    // unique_counts, unique_inverse, the indices of unique_all, isin, count_nonzero, nonzero, searchsorted
    let values = s.boolean_index(&first)?;
    assert_eq!(values.expand_dims(1)?.equal(&x)?.sum_axis(1)?.to_string(), "[2 1 1]");
    assert_eq!(x.expand_dims(1)?.equal(&values)?.argmax_axis(1)?.to_string(), "[2 0 1 0]");
    assert_eq!(values.expand_dims(1)?.equal(&x)?.argmax_axis(1)?.to_string(), "[1 2 0]");
    assert_eq!(x.expand_dims(1)?.equal(&u)?.any_axis(1)?.to_string(), "[False False  True False]");
    assert_eq!(x.not_equal(0.0)?.sum(), 4);
    assert_eq!(Tensor::arange(0, 4, 1)?.boolean_index(&x.greater(0.0)?)?.to_string(), "[0 2]");
    assert_eq!(u.expand_dims(1)?.greater(&s)?.sum_axis(1)?.to_string(), "[2 2]");
    // diff, roll, repeat, tile, unstack, meshgrid, tril, cumprod
    assert_eq!((x.slice("1:")? - x.slice(":-1")?).to_string(), "[-4.  3. -3.]");
    assert_eq!(Tensor::concatenate(&[&x.slice("-1:")?, &x.slice(":-1")?], 0)?.to_string(), "[-1.  3. -1.  2.]");
    assert_eq!(u.expand_dims(1)?.broadcast_to(&[2, 3])?.flatten()?.to_string(), "[1. 1. 1. 2. 2. 2.]");
    assert_eq!(Tensor::concatenate(&[&u, &u], 0)?.to_string(), "[1. 2. 1. 2.]");
    let [i, j] = [Tensor::arange(0, 3, 1)?.expand_dims(1)?, Tensor::arange(0, 3, 1)?];
    assert_eq!(i.greater_equal(&j)?.where_(Tensor::full(&[3, 3], 1)?, 0)?.to_string(), "[[1 0 0]\n [1 1 0]\n [1 1 1]]");
    assert_eq!(u.broadcast_to(&[2, 2])?.to_string(), "[[1. 2.]\n [1. 2.]]");
    let a = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    // matrix_transpose, vecdot, tensordot, take_along_axis
    assert_eq!(a.swapaxes(-1, -2)?, a.t());
    assert_eq!((&a * &a).sum_axis(-1)?.to_string(), "[ 5. 25.]");
    assert_eq!(a.boolean_index(&Tensor::<bool>::eye(2)?.take([1, 0], 0)?)?.to_string(), "[2. 3.]");
    assert_eq!(a.try_add(&u)?.shape(), [2, 2]);
    assert_eq!(f64::from_bits(1).to_string(), 0f64.next_up().to_string());
    // logical_not; np.random.seed(1); uniform(-1, 3, 3); choice(3, 4, p=[0.2, 0.5, 0.3])
    assert_eq!((!&first).to_string(), first.equal(false)?.to_string());
    assert_eq!(Tensor::from([0.0, f64::NAN, -0.0]).equal(0.0)?.to_string(), "[ True False  True]");
    let mut random = RandomState::new(1);
    let uniform = -1.0 + (3.0 - -1.0) * random.rand(&[3])?;
    assert_eq!(uniform.to_string(), "[ 0.66808802  1.88129797 -0.9995425 ]");
    let cdf = Tensor::from([0.2, 0.5, 0.3]).cumsum(0)?;
    let chosen = random.rand(&[4])?.expand_dims(1)?.greater_equal(&cdf / cdf.slice("-1")?)?.sum_axis(1)?;
    assert_eq!(chosen.to_string(), "[1 0 0 0]");
    let mut total = 1.0;
    assert_eq!(
        x.iter()
            .map(|x| {
                total *= x;
                total
            })
            .collect::<Tensor>()
            .to_string(),
        "[ 3. -3. -6.  6.]"
    );
    Ok(())
}
