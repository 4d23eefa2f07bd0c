//! Whether two arrays are the same, and where they are not: `compare`, `compare_within`, and the distance `ulps`.
//!
//! ```text
//!   element [0, 1] is 1.0000000000000002, not 1.0 (1 ulp); 2 of 6 elements differ, by 0.125 and 1024 ulp at most
//!
//!   f64      -2^-1073   -2^-1074    -0  0    2^-1074   2^-1073   ..    MAX    inf
//!   number      -2         -1         0         1         2      ..           ulps(a, b) is the distance of these
//! ```
//!
//! Shapes must be the same: nothing is broadcast, for that would hide a wrong shape. Close by NumPy's rule, and
//! broadcast, is [`Tensor::allclose`](crate::Tensor::allclose). Read next: `cases.rs`, for what to compare.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use super::Array;
use super::elementwise::close;
use crate::error::Tuple;
use crate::kernel::closed::{Element, Float};
use crate::kernel::scalar::{DType, Value};

/// Where two arrays differ; `Display` says it in one sentence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference<T> {
    /// Their shapes differ.
    Shapes {
        /// The shape of the first array.
        got: Vec<usize>,
        /// The shape of the second.
        wanted: Vec<usize>,
    },
    /// Elements differ.
    Elements {
        /// The index of the first one in C order.
        index: Vec<usize>,
        /// That element of the first array.
        got: T,
        /// That element of the second.
        wanted: T,
        /// How many elements differ.
        different: usize,
        /// Of how many.
        size: usize,
        /// The largest |got - wanted|; inf where one of them is nan.
        largest: f64,
        /// The largest [`ulps`].
        most_ulps: u64,
    },
}

impl<T: Element> fmt::Display for Difference<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Shapes { got, wanted } => write!(f, "the shape is {}, not {}", Tuple(got), Tuple(wanted)),
            Difference::Elements { index, got, wanted, different, size, largest, most_ulps } => {
                // (The largest distance is that of nan, but between integers.)
                let in_ulps = |n| match n {
                    u64::MAX if matches!(T::DTYPE, DType::F32 | DType::F64) => "nan and a number".to_string(),
                    n => format!("{n} ulp"),
                };
                write!(f, "element {index:?} is {got:?}, not {wanted:?} ({}); ", in_ulps(ulps(*got, *wanted)))?;
                write!(f, "{different} of {size} elements differ, by {largest:?} and {} at most", in_ulps(*most_ulps))
            }
        }
    }
}

impl<T: Element> core::error::Error for Difference<T> {}

/// How many steps from one number to the next lie between two: units in the last place, where they do not change size.
///
/// 0 and -0 are one place, so the least subnormal number and its negative are 2 apart; the greatest number and inf are
/// 1 apart. Two nans are 0 apart, and nan is `u64::MAX` from every number. Integers: their difference.
///
/// ```
/// use nptensor::reference::ulps;
/// assert_eq!((ulps(0.1 + 0.2, 0.3), ulps(1.0_f32, 1.0 - f32::EPSILON)), (1, 2));
/// assert_eq!((ulps(0.0, -0.0), ulps(f64::NAN, f64::NAN), ulps(f64::NAN, 1.0)), (0, 0, u64::MAX));
/// ```
pub fn ulps<T: Element>(a: T, b: T) -> u64 {
    // The bits below the sign count up from 0.
    let place = |bits: u64, sign: u32| {
        let from_zero = (bits & !(1 << sign)) as i64;
        if bits >> sign == 0 { from_zero } else { -from_zero }
    };
    match (a.value(), b.value()) {
        _ if a.is_nan() && b.is_nan() => 0,
        _ if a.is_nan() || b.is_nan() => u64::MAX,
        (Value::F32(a), Value::F32(b)) => place(a.to_bits().into(), 31).abs_diff(place(b.to_bits().into(), 31)),
        (Value::F64(a), Value::F64(b)) => place(a.to_bits(), 63).abs_diff(place(b.to_bits(), 63)),
        (Value::Int(a), Value::Int(b)) => a.abs_diff(b),
        (Value::UInt(a), Value::UInt(b)) => a.abs_diff(b),
        _ => u64::from(a != b),
    }
}

/// Whether both have the same shape and the same bits, as [`Array::same_bits`] has it: -0 is not 0, nan is nan.
///
/// # Errors
/// Where they differ first, and how much.
///
/// ```
/// use nptensor::{Tensor, reference::compare};
/// let (x, y) = (Tensor::from([0.5, 0.1 + 0.2]), Tensor::from([0.5, 0.3]));
/// assert_eq!(compare(&x, &x), Ok(()));
/// assert_eq!(
///     compare(&x, &y).unwrap_err().to_string(),
///     "element [1] is 0.30000000000000004, not 0.3 (1 ulp); \
///      1 of 2 elements differ, by 5.551115123125783e-17 and 1 ulp at most"
/// );
/// assert_eq!(compare(&x, &y.expand_dims(0)?).unwrap_err().to_string(), "the shape is (2,), not (1,2)");
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn compare<T: Element>(got: impl Into<Array<T>>, wanted: impl Into<Array<T>>) -> Result<(), Difference<T>> {
    find(&got.into(), &wanted.into(), |x, y| Array::scalar(x).same_bits(&Array::scalar(y)))
}

/// Whether both have the same shape and |got - wanted| <= atol + rtol |wanted| everywhere. As in
/// `np.testing.assert_allclose`, infinities must be equal and nan is nan.
///
/// # Errors
/// Where they differ first by more, and how much.
///
/// ```
/// use nptensor::{Tensor, reference::compare_within};
/// let (x, y) = (Tensor::from([f64::NAN, 100.0]), Tensor::from([f64::NAN, 100.001]));
/// assert!(compare_within(&x, &y, 1e-4, 0.0).is_ok() && compare_within(&x, &y, 1e-6, 0.0).is_err());
/// ```
pub fn compare_within<T: Float>(
    got: impl Into<Array<T>>,
    wanted: impl Into<Array<T>>,
    rtol: f64,
    atol: f64,
) -> Result<(), Difference<T>> {
    find(&got.into(), &wanted.into(), |x, y| close(x, y, rtol, atol) || (x.is_nan() && y.is_nan()))
}

fn find<T: Element>(a: &Array<T>, b: &Array<T>, same: impl Fn(T, T) -> bool) -> Result<(), Difference<T>> {
    if a.shape != b.shape {
        return Err(Difference::Shapes { got: a.shape.clone(), wanted: b.shape.clone() });
    }
    let differ = |&at: &usize| !same(a.data[at], b.data[at]);
    let Some(first) = (0..a.size()).find(differ) else { return Ok(()) };
    let (mut different, mut largest, mut most_ulps) = (0, 0.0, 0);
    for (&x, &y) in (first..a.size()).filter(differ).map(|at| (&a.data[at], &b.data[at])) {
        different += 1;
        most_ulps = most_ulps.max(ulps(x, y));
        largest = f64::max(largest, apart(x, y));
    }
    let mut index = a.shape.clone();
    let mut left = first;
    for n in index.iter_mut().rev() {
        (*n, left) = (left % *n, left / *n);
    }
    let (got, wanted) = (a.data[first], b.data[first]);
    Err(Difference::Elements { index, got, wanted, different, size: a.size(), largest, most_ulps })
}

/// |x - y|, inf with nan.
fn apart<T: Element>(x: T, y: T) -> f64 {
    match x.value() {
        Value::F32(_) | Value::F64(_) => {
            let apart = (x.cast::<f64>() - y.cast::<f64>()).abs();
            if apart.is_nan() { f64::INFINITY } else { apart }
        }
        _ => ulps(x, y) as f64,
    }
}
