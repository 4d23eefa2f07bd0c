//! Views against their definition: chains of movements on random tensors, and that a view never changes its base.

use crate::common::{Pair, Rng, Values, base, case, cases, laid_out, same, shape, size};
use nptensor::reference::Array;
use nptensor::{Element, Index, Tensor};
use proptest::prelude::*;

/// One random movement of both.
fn step<T: Element>(rng: &mut Rng, (tensor, array): Pair<T>) -> (Pair<T>, String) {
    let ndim = tensor.ndim();
    let axis = |rng: &mut Rng, ndim: usize| rng.below(2 * ndim) as isize - ndim as isize;
    match rng.below(13) {
        0 => ((tensor.t(), array.t()), "t".into()),
        1 => {
            let mut axes: Vec<isize> = (0..ndim as isize).collect();
            (1..ndim).for_each(|i| axes.swap(i, rng.below(i + 1)));
            if ndim > 0 && rng.once_in(2) {
                axes[0] -= ndim as isize;
            }
            ((tensor.transpose(&axes).unwrap(), array.transpose(&axes)), format!("transpose {axes:?}"))
        }
        2 if ndim > 0 => {
            let (a, b) = (axis(rng, ndim), axis(rng, ndim));
            ((tensor.swapaxes(a, b).unwrap(), array.swapaxes(a, b)), format!("swapaxes {a} {b}"))
        }
        3 if ndim > 0 => {
            let mut list = || {
                let mut axes: Vec<isize> = (0..ndim as isize).collect();
                (1..ndim).for_each(|i| axes.swap(i, rng.below(i + 1)));
                axes
            };
            let (mut from, mut to) = (list(), list());
            let n = rng.below(ndim + 1);
            from.truncate(n);
            to.truncate(n);
            let what = format!("moveaxis {from:?} {to:?}");
            ((tensor.moveaxis(&from, &to).unwrap(), array.moveaxis(&from, &to)), what)
        }
        4 => {
            let axes: Vec<isize> = (0..ndim as isize).filter(|_| rng.once_in(2)).collect();
            ((tensor.flip(&axes).unwrap(), array.flip(&axes)), format!("flip {axes:?}"))
        }
        5 if ndim < 8 && rng.once_in(2) => {
            let at = axis(rng, ndim + 1);
            ((tensor.expand_dims(at).unwrap(), array.expand_dims(at)), format!("expand_dims {at}"))
        }
        5 if ndim < 8 => {
            let (first, apart) = (rng.below(ndim + 2), 1 + rng.below(ndim + 1));
            let at = [first as isize, -((ndim + 2 - (first + apart) % (ndim + 2)) as isize)];
            ((tensor.expand_dims_axes(&at).unwrap(), array.expand_dims_axes(&at)), format!("expand_dims_axes {at:?}"))
        }
        6 => ((tensor.squeeze(), array.squeeze()), "squeeze".into()),
        7 if rng.once_in(2) => {
            let ones = (0..ndim).filter(|&a| tensor.shape()[a] == 1 && rng.once_in(2));
            let at: Vec<isize> = ones.map(|a| a as isize).rev().collect();
            ((tensor.squeeze_axes(&at).unwrap(), array.squeeze_axes(&at)), format!("squeeze_axes {at:?}"))
        }
        7 if tensor.shape().contains(&1) => {
            let at = tensor.shape().iter().position(|&n| n == 1).unwrap() as isize;
            ((tensor.squeeze_axis(at).unwrap(), array.squeeze_axis(at)), format!("squeeze_axis {at}"))
        }
        8 if tensor.size() < 300 && ndim < 8 => {
            let mut to: Vec<usize> =
                tensor.shape().iter().map(|&n| if n == 1 && rng.once_in(2) { size(rng) } else { n }).collect();
            if rng.once_in(3) {
                to.insert(0, size(rng));
            }
            ((tensor.broadcast_to(&to).unwrap(), array.broadcast_to(&to)), format!("broadcast_to {to:?}"))
        }
        9 => {
            let to = regrouped(rng, tensor.shape());
            ((tensor.reshape(&to).unwrap(), array.reshape(&to)), format!("reshape {to:?}"))
        }
        10 => ((tensor.flatten().unwrap(), array.flatten()), "flatten".into()),
        _ => {
            let indices = indices(rng, tensor.shape());
            ((tensor.slice(&indices[..]).unwrap(), array.slice(&indices)), format!("slice {indices:?}"))
        }
    }
}

/// A shape of the same size, maybe with one unknown: neighbours joined, sizes split, ones put in.
fn regrouped(rng: &mut Rng, shape: &[usize]) -> Vec<isize> {
    let mut out: Vec<isize> = Vec::new();
    for &n in shape {
        match out.last_mut() {
            Some(last) if rng.once_in(3) => *last *= n as isize,
            _ if n == 4 && rng.once_in(2) => out.extend([2, 2]),
            _ => out.push(n as isize),
        }
        if rng.once_in(5) && out.len() < 8 {
            out.push(1);
        }
    }
    if out.is_empty() && rng.once_in(2) {
        out.push(1);
    }
    if !out.is_empty() && !out.contains(&0) && rng.once_in(3) {
        let at = rng.below(out.len());
        out[at] = -1;
    }
    out
}

/// Something for some of the axes: ranges with every kind of end, integers, new axes, an ellipsis.
fn indices(rng: &mut Rng, shape: &[usize]) -> Vec<Index> {
    let mut list = Vec::new();
    let end = |rng: &mut Rng, n: usize| match rng.below(6) {
        0 | 1 => None,
        2 => Some(rng.pick(&[isize::MIN, isize::MAX, -100, 100])),
        _ => Some(rng.below(2 * n + 3) as isize - n as isize - 1),
    };
    let ellipsis = rng.once_in(4).then(|| rng.below(shape.len() + 1));
    let mut left = shape.len();
    for (axis, &n) in shape.iter().enumerate() {
        if ellipsis == Some(axis) {
            list.push(Index::Ellipsis);
            // The ellipsis takes this axis; those after it are as they come.
            left -= 1;
            continue;
        }
        if rng.once_in(6) && shape.len() < 7 {
            list.push(Index::NewAxis);
        }
        if ellipsis.is_none() && rng.once_in(8) {
            break;
        }
        left -= 1;
        list.push(match rng.below(4) {
            0 if n > 0 => Index::At(rng.below(2 * n) as isize - n as isize),
            1 => Index::from(..),
            _ => {
                let step = rng.pick(&[1, 1, 2, 3, -1, -1, -2, -3, isize::MAX, isize::MIN]);
                Index::Range { start: end(rng, n), stop: end(rng, n), step }
            }
        });
    }
    if ellipsis == Some(shape.len()) && left == 0 {
        list.push(Index::Ellipsis);
    }
    list
}

proptest! {
    #![proptest_config(cases(600))]

    /// Ten movements, one after another; after each, element by element, every way of reading agrees with the definition.
    #[test]
    fn movements((mut rng, values) in case()) {
        let shape = shape(&mut rng, 6);
        let mut pair: Pair<f32> = base(&mut rng, values, &shape);
        let mut done = format!("{shape:?}");
        for _ in 0..10 {
            let (next, what) = step(&mut rng, pair);
            done = format!("{done}, {what}");
            same(&next.0, &next.1, &done);
            pair = next;
        }
        reads_agree(&pair, &done);
    }

    /// The layouts that the other tests draw from are what they say.
    #[test]
    fn random_layouts((mut rng, values) in case()) {
        let shape = shape(&mut rng, 6);
        let (tensor, array) = laid_out::<i16>(&mut rng, values, &shape);
        prop_assert_eq!(tensor.shape(), &shape[..]);
        same(&tensor, &array, "layout");
        reads_agree(&(tensor, array), "layout");
    }

    /// Writing to a view leaves its base alone, and the other way round.
    #[test]
    fn a_view_never_changes_its_base((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<i32>(&mut rng, values, &shape);
        if tensor.size() > 0 {
            let index: Vec<isize> = shape.iter().map(|&n| rng.below(2 * n) as isize - n as isize).collect();
            let place: Vec<usize> = index.iter().zip(&shape).map(|(&i, &n)| i.rem_euclid(n as isize) as usize).collect();
            let mut view = tensor.clone();
            view.set(&index, 1234).unwrap();
            let mut wanted = array.clone();
            wanted.data[nptensor::reference::place(&shape, &place)] = 1234;
            same(&view, &wanted, "set");
            same(&tensor, &array, "the base");
            // Once it is alone, it is written where it lies: the same answer.
            view.set(&index, 77).unwrap();
            wanted.data[nptensor::reference::place(&shape, &place)] = 77;
            same(&view, &wanted, "set again");
        }
        let mut grown = tensor.t();
        grown += 1;
        same(&grown, &array.t().add(&Array::scalar(1)), "in place");
        same(&tensor, &array, "the base");
    }

    #[test]
    fn joining((mut rng, values) in case()) {
        let mut shape = shape(&mut rng, 4);
        let n = 1 + rng.below(3);
        let stacked: Vec<Pair<u8>> = (0..n).map(|_| laid_out(&mut rng, values, &shape)).collect();
        let new = rng.below(2 * shape.len() + 2) as isize - shape.len() as isize - 1;
        let tensors: Vec<_> = stacked.iter().map(|p| &p.0).collect();
        let arrays: Vec<_> = stacked.iter().map(|p| &p.1).collect();
        same(&Tensor::stack(&tensors, new).unwrap(), &Array::stack(&arrays, new), "stack");
        if !shape.is_empty() {
            let axis = rng.below(shape.len());
            let joined: Vec<Pair<f64>> = (0..n).map(|_| {
                shape[axis] = size(&mut rng);
                laid_out(&mut rng, values, &shape)
            }).collect();
            let along = if rng.once_in(2) { axis as isize } else { axis as isize - shape.len() as isize };
            let tensors: Vec<_> = joined.iter().map(|p| &p.0).collect();
            let arrays: Vec<_> = joined.iter().map(|p| &p.1).collect();
            same(&Tensor::concatenate(&tensors, along).unwrap(), &Array::concatenate(&arrays, along), "concatenate");
        }
    }

    #[test]
    fn masks((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<f32>(&mut rng, values, &shape);
        let mut first = shape[..if rng.once_in(2) { shape.len() } else { rng.below(shape.len() + 1) }].to_vec();
        first.iter_mut().for_each(|n| if rng.once_in(8) { *n = 0 });
        let (mask, chosen) = laid_out::<bool>(&mut rng, values, &first);
        same(&tensor.boolean_index(&mask).unwrap(), &array.boolean_index(&chosen), "boolean_index");
    }

    #[test]
    fn takes((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<f32>(&mut rng, values, &shape);
        let ndim = shape.len().max(1);
        let axis = rng.below(2 * ndim) as isize - ndim as isize;
        let n = shape.get(axis.rem_euclid(ndim as isize) as usize).copied().unwrap_or(1);
        let list: Vec<usize> = (0..rng.below(3)).map(|_| if n == 0 { 0 } else { size(&mut rng) }).collect();
        let (_, mut indices) = laid_out::<i64>(&mut rng, values, &list);
        indices = indices.map(|i| i.rem_euclid(2 * n.max(1) as i64) - n as i64);
        prop_assume!(n > 0 || indices.size() == 0);
        let what = format!("take {:?} of {shape:?} along {axis}", indices.data);
        same(&tensor.take(Tensor::from(&indices), axis).unwrap(), &array.take(&indices, axis), &what);
        // Indices on a layout of their own, and what sorts.
        let backwards = Tensor::from(&indices).t();
        same(&tensor.take(&backwards, axis).unwrap(), &array.take(&indices.t(), axis), &what);
    }

    #[test]
    fn padding((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<f32>(&mut rng, values, &shape);
        let mut width = || (rng.below(3), rng.below(3));
        let widths: Vec<_> = shape.iter().map(|_| width()).collect();
        let one = [width()];
        same(&tensor.pad(&widths, 7.0).unwrap(), &array.pad(&widths, 7.0), &format!("pad {widths:?} around {shape:?}"));
        same(&tensor.pad(&one, -0.0).unwrap(), &array.pad(&one, -0.0), &format!("pad {one:?} around {shape:?}"));
        prop_assert_eq!(tensor.dims::<2>().ok().map(Vec::from), (shape.len() == 2).then_some(shape));
    }

    #[test]
    fn iteration((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (mut tensor, array) = laid_out::<i64>(&mut rng, values, &shape);
        // From both ends in turn, at random, each element comes once.
        let (mut elements, mut front, mut back) = (tensor.iter(), vec![], vec![]);
        while let Some(x) = if rng.once_in(2) { elements.next() } else { None } {
            front.push(x);
            back.extend(elements.next_back());
            prop_assert_eq!(elements.len() + front.len() + back.len(), array.size());
        }
        back.extend(elements.by_ref().rev());
        prop_assert_eq!((elements.next(), elements.next_back(), elements.len()), (None, None, 0));
        front.extend(back.iter().rev());
        prop_assert_eq!(&front, &array.data);
        // A row is what the index takes.
        let rows: Vec<_> = tensor.rows().collect();
        prop_assert_eq!(rows.len(), shape.first().copied().unwrap_or(0));
        for (i, (row, other)) in rows.iter().zip(tensor.rows().rev().collect::<Vec<_>>().iter().rev()).enumerate() {
            same(row, &array.slice(&[Index::At(i as isize)]), "row");
            prop_assert_eq!(row, other);
        }
        // What is written is in the tensor and nowhere else.
        let before = tensor.clone();
        tensor.iter_mut().for_each(|x| *x = x.wrapping_add(1));
        same(&tensor, &array.map(|x| x.wrapping_add(1)), "iter_mut");
        same(&before, &array, "what was shared");
        (&mut tensor).into_iter().zip(&before).for_each(|(x, old)| *x = old);
        same(&tensor, &array, "iter_mut again");
    }
}

/// to_vec, iter, get, [[..]], as_slice, to_contiguous, into_vec, item: the same elements.
fn reads_agree<T: Element>((tensor, array): &Pair<T>, what: &str) {
    let same_list = |got: &[T], how: &str| same(&Tensor::from(got), &array.flatten(), &format!("{how} after {what}"));
    same_list(&tensor.to_vec(), "to_vec");
    same_list(&tensor.iter().collect::<Vec<T>>(), "iter");
    assert_eq!(tensor.iter().len(), array.size());
    same_list(&tensor.clone().into_vec(), "into_vec");
    same_list(&tensor.clone().into_iter().collect::<Vec<T>>(), "into_iter");
    same_list(&tensor.into_iter().collect::<Vec<T>>(), "into_iter of a reference");
    if let Some(slice) = tensor.as_slice() {
        same_list(slice, "as_slice");
    }
    let dense = tensor.to_contiguous();
    same(&dense, array, "to_contiguous");
    assert!(dense.as_slice().is_some());
    for index in nptensor::reference::indices(&array.shape) {
        let signed: Vec<isize> = index.iter().map(|&i| i as isize).collect();
        crate::common::same_scalar(tensor.get(&signed).unwrap(), array.at(&index), "get");
        let backwards: Vec<isize> = signed.iter().zip(&array.shape).map(|(&i, &n)| i - n as isize).collect();
        crate::common::same_scalar(tensor.get(&backwards).unwrap(), array.at(&index), "get");
        if let [i, j] = index[..] {
            crate::common::same_scalar(tensor[[i, j]], array.at(&index), "index");
        }
    }
    match tensor.item() {
        Ok(item) => crate::common::same_scalar(item, array.data[0], "item"),
        Err(_) => assert_ne!(array.size(), 1),
    }
}

/// The movements that NumPy makes without copying make no copy here: the strides say so.
#[test]
fn strides() {
    let t = Tensor::from_vec((0..24).collect::<Vec<i32>>(), &[2, 3, 4]).unwrap();
    type Row<'a> = (&'a str, Tensor<i32>, &'a [usize], &'a [isize], usize);
    let table: &[Row<'_>] = &[
        ("t", t.t(), &[4, 3, 2], &[1, 4, 12], 0),
        ("slice", t.slice("1, ::-1, 1::2").unwrap(), &[3, 2], &[-4, 2], 21),
        ("flip", t.flip(&[0, 2]).unwrap(), &[2, 3, 4], &[-12, 4, -1], 15),
        ("expand_dims", t.expand_dims(-1).unwrap(), &[2, 3, 4, 1], &[12, 4, 1, 0], 0),
        ("broadcast_to", t.slice("0:1").unwrap().broadcast_to(&[5, 3, 4]).unwrap(), &[5, 3, 4], &[0, 4, 1], 0),
        ("reshape", t.reshape(&[6, -1]).unwrap(), &[6, 4], &[4, 1], 0),
        ("reshape of a slice", t.slice("..., ::2").unwrap().reshape(&[6, 2]).unwrap(), &[6, 2], &[4, 2], 0),
        ("reshape of a transpose", t.t().reshape(&[4, 6]).unwrap(), &[4, 6], &[6, 1], 0),
        ("squeeze", t.slice("1:, 0").unwrap().squeeze(), &[4], &[1], 12),
    ];
    for (name, view, shape, strides, offset) in table {
        assert_eq!((view.shape(), view.strides(), view.layout().offset()), (*shape, *strides, *offset), "{name}");
    }
}

/// Clones and views of any size share, and whoever writes changes nobody else.
#[test]
fn sharing() {
    for n in [0, 1, 256, 257, 5000] {
        let t = Tensor::from((0..n).collect::<Vec<i32>>());
        let start = |t: &Tensor<i32>| t.as_slice().unwrap().as_ptr();
        let (clone, view) = (t.clone(), t.reshape(&[-1, 1]).unwrap());
        if n > 0 {
            assert_eq!([start(&clone), start(&view)], [start(&t); 2], "{n}");
            assert_ne!(start(&t.flatten().unwrap()), start(&t), "{n}");
        }
        let (mut written, mut added) = (t.clone(), t.clone());
        written.as_mut_slice().unwrap().fill(7);
        added += 1;
        for left in [&t, &clone, &view] {
            assert!(left.iter().eq(0..n), "{n}");
        }
        assert!(written.iter().all(|x| x == 7) && added.iter().eq(1..n + 1), "{n}");
        // The last owner hands the memory itself over.
        drop((t, view));
        let place = start(&clone);
        let elements = clone.into_vec();
        assert_eq!(elements.as_ptr(), place, "{n}");
    }
}

/// The same call in NumPy's notation and in types.
#[test]
fn two_notations() {
    let (t, array) = base::<i32>(&mut Rng(1), Values::Any, &[4, 5, 6]);
    let range = |start, stop, step| Index::Range { start, stop, step };
    same(
        &t.slice("1:3, ::-1, ..., None").unwrap(),
        &array.slice(&[range(Some(1), Some(3), 1), range(None, None, -1), Index::Ellipsis, Index::NewAxis]),
        "text",
    );
    same(
        &t.slice((1..3, Index::step(.., -2))).unwrap(),
        &array.slice(&[range(Some(1), Some(3), 1), range(None, None, -2)]),
        "tuple",
    );
    same(
        &t.slice((-1, ..=2, 2..)).unwrap(),
        &array.slice(&[Index::At(-1), range(None, Some(3), 1), range(Some(2), None, 1)]),
        "tuple",
    );
    same(&t.slice(-1).unwrap(), &array.slice(&[Index::At(-1)]), "integer");
    let (one, three) = (1_usize, 3_usize);
    same(&t.slice(one).unwrap(), &array.slice(&[Index::At(1)]), "usize");
    same(
        &t.slice((one..three, ..=one, one)).unwrap(),
        &array.slice(&[range(Some(1), Some(3), 1), range(None, Some(2), 1), Index::At(1)]),
        "usize ranges",
    );
    same(&t.slice(one..=usize::MAX).unwrap(), &array.slice(&[range(Some(1), None, 1)]), "far beyond");
    assert!(t.slice(usize::MAX).is_err());
    same(&t.slice(-2_i32..).unwrap(), &array.slice(&[range(Some(-2), None, 1)]), "i32 range");
    same(&t.slice(format!("{one}")).unwrap(), &array.slice(&[Index::At(1)]), "String");
    let last = -1;
    same(&t.slice(1..=last).unwrap(), &array.slice(&[range(Some(1), None, 1)]), "range");
}

/// Strides that are too long for any element to be there: what is empty is still a tensor, and a layout needs no data.
#[test]
fn strides_without_elements() {
    let (longest, half) = (isize::MAX as usize, isize::MAX / 2 + 1);
    let empty = Tensor::<f64>::zeros(&[0, longest]).unwrap().slice((.., Index::step(.., half))).unwrap();
    assert_eq!(empty.shape(), [0, 2]);
    assert_eq!((&empty + &empty).shape(), [0, 2]);
    assert_eq!(empty.t().cast::<f32>().shape(), [2, 0]);
    assert_eq!(empty.to_contiguous().to_vec(), []);
    assert_eq!(empty.sum_axis(0).unwrap().to_vec(), [0.0, 0.0]);
    let layout = nptensor::Layout::row_major(&[longest]).unwrap().slice(&[Index::step(.., half)]).unwrap();
    assert_eq!(layout.reshape(&[2]), Some(layout.clone()));
    let back = layout.flip(&[0]).unwrap().reshape(&[1, 2]).unwrap().flip(&[0]).unwrap();
    assert_eq!((back.strides()[1], back.offset()), (-half, half as usize));
}

/// A mask of fewer axes than the tensor takes whole rows; the shapes are NumPy's.
#[test]
fn masks_of_rows() {
    let t = Tensor::from([[0, 1, 2], [3, 4, 5]]);
    let rows = |t: &Tensor<i32>, mask: Tensor<bool>| {
        let taken = t.boolean_index(&mask).unwrap();
        (taken.shape().to_vec(), taken.to_vec())
    };
    assert_eq!(rows(&t, Tensor::from([false, true])), (vec![1, 3], vec![3, 4, 5]));
    assert_eq!(rows(&t.t(), Tensor::from([true, false, true])), (vec![2, 2], vec![0, 3, 2, 5]));
    assert_eq!(rows(&t, Tensor::from([false, false])), (vec![0, 3], vec![]));
    assert_eq!(rows(&t, Tensor::from(true)), (vec![1, 2, 3], vec![0, 1, 2, 3, 4, 5]));
    assert_eq!(rows(&t.slice((.., ..0)).unwrap(), Tensor::from([true, true])), (vec![2, 0], vec![]));
    let error = t.boolean_index(&Tensor::from([true, false, true])).unwrap_err();
    let text = "boolean index did not match indexed array along axis 0; size of axis is 2 but size of corresponding boolean axis is 3";
    assert_eq!(error.to_string(), text);
}

/// A size of 0 in a mask fits any axis, and its other sizes fit as ever: NumPy's shapes and errors.
#[test]
fn masks_of_size_0() {
    let (x, y) = (Tensor::from([1, 2, 3]), Tensor::from([[1, 2, 3], [4, 5, 6]]));
    let none = |shape: &[usize]| Tensor::<bool>::zeros(shape).unwrap();
    let other = |axis: usize, size: usize, mask: usize| nptensor::Error::Mask { axis, size, mask };
    for (t, mask, wanted) in [
        (&x, &[0][..], Ok(&[0][..])),
        (&y, &[0], Ok(&[0, 3])),
        (&y, &[0, 3], Ok(&[0])),
        (&y, &[2, 0], Ok(&[0])),
        (&y, &[0, 0], Ok(&[0])),
        (&y, &[0, 2], Err(other(1, 3, 2))),
        (&y, &[5, 0], Err(other(0, 2, 5))),
        (&y, &[1, 0], Err(other(0, 2, 1))),
        (&x, &[0, 3], Err(nptensor::Error::TooManyIndices { ndim: 1, given: 2 })),
        (&y.slice(..0).unwrap(), &[0, 0], Ok(&[0])),
        (&y.slice(..0).unwrap(), &[2, 0], Err(other(0, 0, 2))),
        (&y.slice(..0).unwrap(), &[2], Err(other(0, 0, 2))),
    ] {
        let taken = t.boolean_index(&none(mask)).map(|taken| taken.shape().to_vec());
        assert_eq!(taken, wanted.map(<[usize]>::to_vec), "{:?} by {mask:?}", t.shape());
    }
}
