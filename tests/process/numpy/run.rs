//! The operations by NumPy's names, run with nptensor; every road that leads to the same answer is taken, and has to lead there.
//!
//! ```text
//!   every type   arithmetic, comparisons, ufuncs, reductions, products, joins, views, selections     element()
//!   but bool     subtraction, division with remainder, powers, signs, argmax, arange                 number()
//!   f32, f64     rounding, allclose, linspace, /=                                                    float()
//!   bool         not                                                                                 boolean()
//! ```
//!
//! `None` stands for an operation that the type does not have; the runner counts that as a mismatch. Read next: `roads.rs`.

use nptensor::{DType, Element, Float, Number, Tensor, broadcast_shapes};

use super::case::{Array, Case, shapes};
use super::compare::identical;
use super::roads::{Outcome, agreed, fine, operator, outcome, scalar};

/// Runs a case; `None` when there is no such operation for its type.
pub(crate) fn run(case: &Case<'_>) -> Option<Outcome> {
    if case.name == "broadcast_shapes" {
        let shapes = shapes(case.text("shapes"));
        let shapes: Vec<&[usize]> = shapes.iter().map(Vec::as_slice).collect();
        let found = broadcast_shapes(&shapes).map(|shape| Tensor::from_iter(shape.into_iter().map(|n| n as i64)));
        return Some(outcome(found));
    }
    let dtype = match (case.name, &case.operands[..]) {
        ("where", [_, x, _]) => x.array.dtype,
        (_, [first, ..]) => first.array.dtype,
        (_, []) => case.dtype("dtype"),
    };
    macro_rules! with {
        ($type:ty: $($family:ident)*) => {
            None$(.or_else(|| $family::<$type>(case)))*
        };
    }
    match dtype {
        DType::Bool => element::<bool>(case).or_else(|| boolean(case)),
        DType::I8 => with!(i8: element number),
        DType::I16 => with!(i16: element number),
        DType::I32 => with!(i32: element number),
        DType::I64 => with!(i64: element number),
        DType::U8 => with!(u8: element number),
        DType::U16 => with!(u16: element number),
        DType::U32 => with!(u32: element number),
        DType::U64 => with!(u64: element number),
        DType::F32 => with!(f32: element number float),
        DType::F64 => with!(f64: element number float),
        other => unreachable!("{other}"),
    }
}

fn element<T: Element>(case: &Case<'_>) -> Option<Outcome> {
    match case.name {
        "eye" => return Some(outcome(Tensor::<T>::eye(case.value::<u64>("n") as usize))),
        "full" => return Some(full(&case.shape("shape"), case.value::<T>("value"))),
        "where" => return Some(outcome(case.tensor::<bool>(0).where_(case.tensor::<T>(1), case.tensor::<T>(2)))),
        "select" => return Some(outcome(case.tensor::<T>(0).boolean_index(&case.tensor(1)))),
        "take" => return Some(outcome(case.tensor::<T>(0).take(case.tensor::<i64>(1), case.number("axis")?))),
        "assign_where" => {
            let (mut alone, mut shared) = (case.tensor::<T>(0), case.tensor::<T>(0));
            let (before, mask, values) = (shared.clone(), case.tensor(1), case.tensor::<T>(2));
            let done = alone.assign_where(&mask, &values);
            let again = shared.assign_where(&mask, &values);
            if !identical(&fine(before), &fine(case.tensor::<T>(0))) {
                return Some(Err("what had to stay has changed".to_string()));
            }
            return Some(agreed([outcome(done.map(|()| alone)), outcome(again.map(|()| shared))]));
        }
        "concatenate" | "stack" => {
            let (tensors, axis) = (case.tensors::<T>(), case.number("axis")?);
            let tensors: Vec<&Tensor<T>> = tensors.iter().collect();
            let join = if case.name == "stack" { Tensor::stack } else { Tensor::concatenate };
            return Some(outcome(join(&tensors, axis)));
        }
        _ if case.operands.is_empty() => return None,
        _ => {}
    }
    let a = case.tensor::<T>(0);
    if let Some(found) = view(case, &a).or_else(|| unary(case, &a)) {
        return Some(found);
    }
    if case.operands.len() < 2 {
        return None;
    }
    let b = case.tensor::<T>(1);
    Some(match case.name {
        "add" => return arithmetic!(a try_add + b),
        "multiply" => return arithmetic!(a try_mul * b),
        "true_divide" => return arithmetic!(a try_div / b),
        "iadd" => return in_place!(case a try_add_assign += b),
        "imul" => return in_place!(case a try_mul_assign *= b),
        "equal" => outcome(a.equal(&b)),
        "not_equal" => outcome(a.not_equal(&b)),
        "less" => outcome(a.less(&b)),
        "less_equal" => outcome(a.less_equal(&b)),
        "greater" => outcome(a.greater(&b)),
        "greater_equal" => outcome(a.greater_equal(&b)),
        "maximum" => outcome(a.maximum(&b)),
        "minimum" => outcome(a.minimum(&b)),
        "clip" => outcome(a.clip(&b, case.tensor::<T>(2))),
        "dot" => outcome(a.dot(&b)),
        "matmul" => outcome(a.matmul(&b)),
        _ => return None,
    })
}

fn full<T: Element>(shape: &[usize], value: T) -> Outcome {
    let mut roads = vec![outcome(Tensor::full(shape, value)), outcome(Tensor::from_fn(shape, |_| value))];
    if identical(&Ok(Array::scalar(value)), &Ok(Array::scalar(T::ZERO))) {
        roads.push(outcome(Tensor::<T>::zeros(shape)));
    }
    if value == T::ONE {
        roads.push(outcome(Tensor::<T>::ones(shape)));
    }
    agreed(roads)
}

fn unary<T: Element>(case: &Case<'_>, a: &Tensor<T>) -> Option<Outcome> {
    match case.name {
        "exp" => Some(fine(a.exp())),
        "log" => Some(fine(a.ln())),
        "expm1" => Some(fine(a.expm1())),
        "log1p" => Some(fine(a.log1p())),
        "log2" => Some(fine(a.log2())),
        "log10" => Some(fine(a.log10())),
        "isnan" => Some(fine(a.isnan())),
        "isinf" => Some(fine(a.isinf())),
        "isfinite" => Some(fine(a.isfinite())),
        "cumsum" => Some(outcome(a.cumsum(case.number("axis")?))),
        "sort" => Some(outcome(a.sort(case.number("axis")?))),
        "argsort" => Some(outcome(a.argsort(case.number("axis")?))),
        "var" if case.text("ddof") == "0" => {
            reduction!(case a var var_axis var_axes var_keepdims, Ok(Array::scalar(a.var())))
        }
        "std" if case.text("ddof") == "0" => {
            reduction!(case a std std_axis std_axes std_keepdims, Ok(Array::scalar(a.std())))
        }
        "var" | "std" => {
            let axes = case.list_or_none("axis").unwrap_or((0..a.ndim() as isize).collect());
            let along = match (case.name, case.text("keepdims")) {
                ("var", "0") => Tensor::var_ddof,
                ("var", _) => Tensor::var_ddof_keepdims,
                (_, "0") => Tensor::std_ddof,
                _ => Tensor::std_ddof_keepdims,
            };
            Some(outcome(along(a, &axes, case.number("ddof")? as usize)))
        }
        "tanh" => Some(fine(a.tanh())),
        "sqrt" => Some(fine(a.sqrt())),
        "sigmoid" => Some(fine(a.sigmoid())),
        "step" => Some(fine(a.step())),
        "softmax" => Some(outcome(case.number("axis").map_or_else(|| a.softmax_whole(), |axis| a.softmax(axis)))),
        "log_softmax" => Some(outcome(a.log_softmax(case.number("axis")?))),
        "astype" => Some(cast(a, case.dtype("to"))),
        "sum" => reduction!(case a sum sum_axis sum_axes sum_keepdims, Ok(Array::scalar(a.sum()))),
        "prod" => reduction!(case a prod prod_axis prod_axes prod_keepdims, Ok(Array::scalar(a.prod()))),
        "mean" => reduction!(case a mean mean_axis mean_axes mean_keepdims, Ok(Array::scalar(a.mean()))),
        "max" => reduction!(case a max max_axis max_axes max_keepdims, scalar(a.max())),
        "min" => reduction!(case a min min_axis min_axes min_keepdims, scalar(a.min())),
        "all" => reduction!(case a all all_axis all_axes all_keepdims, Ok(Array::scalar(a.all()))),
        "any" => reduction!(case a any any_axis any_axes any_keepdims, Ok(Array::scalar(a.any()))),
        _ => None,
    }
}

fn cast<T: Element>(a: &Tensor<T>, to: DType) -> Outcome {
    match to {
        DType::Bool => fine(a.cast::<bool>()),
        DType::I8 => fine(a.cast::<i8>()),
        DType::I16 => fine(a.cast::<i16>()),
        DType::I32 => fine(a.cast::<i32>()),
        DType::I64 => fine(a.cast::<i64>()),
        DType::U8 => fine(a.cast::<u8>()),
        DType::U16 => fine(a.cast::<u16>()),
        DType::U32 => fine(a.cast::<u32>()),
        DType::U64 => fine(a.cast::<u64>()),
        DType::F32 => fine(a.cast::<f32>()),
        DType::F64 => fine(a.cast::<f64>()),
        other => unreachable!("{other}"),
    }
}

fn view<T: Element>(case: &Case<'_>, a: &Tensor<T>) -> Option<Outcome> {
    Some(match case.name {
        "T" => fine(a.t()),
        "transpose" => outcome(a.transpose(&case.list("axes"))),
        "reshape" => outcome(a.reshape(&case.list("shape"))),
        "broadcast_to" => outcome(a.broadcast_to(&case.shape("shape"))),
        "slice" => outcome(a.slice(case.text("index"))),
        "expand_dims" => outcome(a.expand_dims(case.number("axis")?)),
        "squeeze" => match case.number("axis") {
            Some(axis) => outcome(a.squeeze_axis(axis)),
            None => fine(a.squeeze()),
        },
        "flip" => outcome(a.flip(&case.list("axes"))),
        "swapaxes" => outcome(a.swapaxes(case.list("axes")[0], case.list("axes")[1])),
        "moveaxis" => outcome(a.moveaxis(&case.list("source"), &case.list("destination"))),
        "pad" => {
            let widths: Vec<(usize, usize)> = case.shape("widths").chunks(2).map(|pair| (pair[0], pair[1])).collect();
            outcome(a.pad(&widths, case.value("value")))
        }
        "flatten" => agreed([outcome(a.flatten()), outcome(a.reshape(&[-1])), fine(Tensor::from(a.to_vec()))]),
        "get" => scalar(a.get(&case.list("index"))),
        "setitem" => {
            let (mut alone, mut shared) = (case.tensor::<T>(0), a.clone());
            let done = alone.set(&case.list("index"), case.value("value"));
            let again = shared.set(&case.list("index"), case.value("value"));
            if !identical(&fine(a.clone()), &fine(case.tensor::<T>(0))) {
                return Some(Err("what had to stay has changed".to_string()));
            }
            agreed([outcome(done.map(|()| alone)), outcome(again.map(|()| shared))])
        }
        "item" => scalar(a.item()),
        _ => return None,
    })
}

fn number<T: Number>(case: &Case<'_>) -> Option<Outcome> {
    if case.name == "arange" {
        return Some(outcome(Tensor::arange(case.value::<T>("start"), case.value("stop"), case.value("step"))));
    }
    if case.operands.is_empty() {
        return None;
    }
    let a = case.tensor::<T>(0);
    match case.name {
        "negative" => return Some(agreed([fine(-&a), fine(-a)])),
        "abs" => return Some(fine(a.abs())),
        "sign" => return Some(fine(a.sign())),
        "relu" => return Some(fine(a.relu())),
        "square" => return Some(fine(a.square())),
        "argmax" => return Some(arg(case, &a, Tensor::argmax, Tensor::argmax_axis, Tensor::argmax_keepdims)),
        "argmin" => return Some(arg(case, &a, Tensor::argmin, Tensor::argmin_axis, Tensor::argmin_keepdims)),
        _ if case.operands.len() < 2 => return None,
        _ => {}
    }
    let b = case.tensor::<T>(1);
    match case.name {
        "subtract" => arithmetic!(a try_sub - b),
        "isub" => in_place!(case a try_sub_assign -= b),
        "floor_divide" => Some(outcome(a.floor_divide(&b))),
        "remainder" => {
            let made = outcome(a.remainder(&b));
            let fits = made.as_ref().is_ok_and(|made| made.shape == a.shape());
            let assigned = if fits { in_place!(case a try_rem_assign %= b) } else { None };
            Some(agreed(assigned.into_iter().chain([made])))
        }
        "power" => Some(outcome(a.power(&b))),
        _ => None,
    }
}

fn arg<T: Number>(
    case: &Case<'_>,
    a: &Tensor<T>,
    whole: fn(&Tensor<T>) -> nptensor::Result<usize>,
    along: fn(&Tensor<T>, isize) -> nptensor::Result<Tensor<i64>>,
    kept: fn(&Tensor<T>, Option<isize>) -> nptensor::Result<Tensor<i64>>,
) -> Outcome {
    match (case.number("axis"), case.text("keepdims")) {
        (None, "0") => scalar(whole(a).map(|i| i as i64)),
        (Some(axis), "0") => outcome(along(a, axis)),
        (axis, _) => outcome(kept(a, axis)),
    }
}

fn float<T: Float>(case: &Case<'_>) -> Option<Outcome> {
    if case.name == "linspace" {
        let num = case.value::<u64>("num") as usize;
        return Some(outcome(Tensor::linspace(case.value::<T>("start"), case.value("stop"), num)));
    }
    if case.operands.is_empty() {
        return None;
    }
    let a = case.tensor::<T>(0);
    match case.name {
        "floor" => Some(fine(a.floor())),
        "ceil" => Some(fine(a.ceil())),
        "trunc" => Some(fine(a.trunc())),
        "rint" => Some(fine(a.round())),
        "allclose" => Some(scalar(a.allclose_within(case.tensor::<T>(1), case.value("rtol"), case.value("atol")))),
        "idiv" => {
            let b = case.tensor::<T>(1);
            in_place!(case a try_div_assign /= b)
        }
        _ => None,
    }
}

fn boolean(case: &Case<'_>) -> Option<Outcome> {
    let a = case.tensor::<bool>(0);
    (case.name == "logical_not").then(|| agreed([fine(!&a), fine(!a)]))
}
