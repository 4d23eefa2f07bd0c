//! The roads to one answer: methods, operators on references, values and scalars, in place on data alone and shared.
//!
//! ```text
//!   a.try_add(&b)   &a + &b   &a + b   a + &b   a + b   &a + 1.0 }  all the same, or the case fails
//! ```
//!
//! What the operations are is in `run.rs`, what NumPy says in `compare.rs`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nptensor::{Element, Tensor};

use super::case::Array;
use super::compare::identical;

/// What an operation gives: an array, or the text of its error.
pub(crate) type Outcome = Result<Array, String>;

/// The outcome of a method that may fail.
pub(crate) fn outcome<T: Element>(result: nptensor::Result<Tensor<T>>) -> Outcome {
    result.map(|t| Array::of(&t)).map_err(|error| error.to_string())
}

/// The outcome of one that cannot.
pub(crate) fn fine<T: Element>(t: Tensor<T>) -> Outcome {
    Ok(Array::of(&t))
}

/// The outcome that all roads agree on; where one does not, both as an error, which no case expects.
pub(crate) fn agreed(roads: impl IntoIterator<Item = Outcome>) -> Outcome {
    let mut roads = roads.into_iter();
    let first = roads.next().expect("one road at least");
    for other in roads {
        if !identical(&first, &other) {
            return Err(format!("two roads, two answers: {first:?} and {other:?}"));
        }
    }
    first
}

/// What an operator gives: the error is the text that it panics with.
pub(crate) fn operator<T: Element>(f: impl FnOnce() -> Tensor<T>) -> Outcome {
    catch_unwind(AssertUnwindSafe(f)).map(|t| Array::of(&t)).map_err(|panic| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(_) => "a panic without a text".to_string(),
    })
}

/// `try_add`, and `+` on references, on values and on a scalar.
macro_rules! arithmetic {
    ($a:ident $try:ident $op:tt $b:ident) => {{
        let mut roads = vec![
            outcome($a.$try(&$b)),
            operator(|| &$a $op &$b),
            operator(|| &$a $op $b.clone()),
            operator(|| $a.clone() $op &$b),
            operator(|| $a.to_contiguous() $op $b.to_contiguous()),
        ];
        if $b.ndim() == 0 {
            roads.push(operator(|| &$a $op $b[[]]));
            roads.push(operator(|| $a.clone() $op $b[[]]));
        }
        Some(agreed(roads))
    }};
}

/// `try_add_assign`, and `+=`, on data of its own and on data that a view shares, which stays as it was.
macro_rules! in_place {
    ($case:ident $a:ident $try:ident $op:tt $b:ident) => {{
        let mut alone = $case.tensor::<T>(0);
        let done = alone.$try(&$b);
        let (mut shared, mut assigned) = ($a.clone(), $a.clone());
        let again = shared.$try(&$b);
        let before = fine($case.tensor::<T>(0));
        if !identical(&before, &fine($a.clone())) || (done.is_err() && !identical(&before, &fine(alone.clone()))) {
            return Some(Err("what had to stay has changed".to_string()));
        }
        Some(agreed([
            outcome(done.map(|()| alone)),
            outcome(again.map(|()| shared)),
            operator(|| {
                assigned $op &$b;
                assigned
            }),
        ]))
    }};
}

/// A reduction along no axis in particular, one, or several, with and without keepdims.
macro_rules! reduction {
    ($case:ident $a:ident $name:ident $name_axis:ident $name_axes:ident $name_keepdims:ident, $whole:expr) => {{
        let (axes, keepdims) = ($case.list_or_none("axis"), $case.text("keepdims") == "1");
        let all: Vec<isize> = (0..$a.ndim() as isize).collect();
        let several = axes.as_ref().unwrap_or(&all);
        let mut roads = vec![outcome(if keepdims { $a.$name_keepdims(several) } else { $a.$name_axes(several) })];
        match (axes.as_deref(), keepdims) {
            (None, false) => roads.push($whole),
            // (Without axes, these cases are lists of one: NumPy refuses them, though not the axis alone.)
            (Some(&[axis]), false) if $a.ndim() > 0 => roads.push(outcome($a.$name_axis(axis))),
            _ => {}
        }
        Some(agreed(roads))
    }};
}

/// The outcome of one element.
pub(crate) fn scalar<T: Element>(x: nptensor::Result<T>) -> Outcome {
    outcome(x.map(Tensor::from))
}
