//! Assignment to parts: its definition on random layouts, NumPy's values, and that errors and views change nothing.

use crate::common::{Rng, case, cases, laid_out, same, shape};
use nptensor::reference::Array;
use nptensor::{Index, Tensor};
use proptest::prelude::*;

/// Indices that fit the shape, most of them ranges.
fn indices(rng: &mut Rng, shape: &[usize]) -> Vec<Index> {
    let end = |rng: &mut Rng, n: usize| (!rng.once_in(3)).then(|| rng.below(2 * n + 2) as isize - n as isize - 1);
    let mut list = Vec::new();
    for &n in &shape[..rng.below(shape.len() + 1)] {
        if rng.once_in(6) {
            list.push(Index::NewAxis);
        }
        list.push(match rng.below(4) {
            0 if n > 0 => Index::At(rng.below(2 * n) as isize - n as isize),
            _ => Index::Range { start: end(rng, n), stop: end(rng, n), step: rng.pick(&[1, 1, 2, -1, -2]) },
        });
    }
    list
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn parts((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<i16>(&mut rng, values, &shape);
        let indices = indices(&mut rng, &shape);
        let part = array.slice(&indices);
        // Values of fewer axes or sizes of 1 stretch, and axes of size 1 in front are left out.
        let mut own: Vec<usize> = part.shape.iter().map(|&n| if rng.once_in(4) { 1 } else { n }).collect();
        if !own.is_empty() && rng.once_in(4) {
            own.remove(0);
        } else if !own.is_empty() && rng.once_in(4) {
            own.insert(0, 1);
        }
        let (new, news) = laid_out::<i16>(&mut rng, values, &own);

        let (mut t, mut a) = (tensor.clone(), array.clone());
        t.assign(&indices[..], &new).unwrap();
        a.assign(&indices, &news);
        same(&t, &a, &format!("{indices:?} of {shape:?} = {own:?}"));
        same(&tensor, &array, "what shares the data");
        // Alone, it is written where it lies; a scalar goes everywhere.
        t.assign(&indices[..], 7).unwrap();
        a.assign(&indices, &Array::scalar(7));
        same(&t, &a, "a scalar");
        t.update(&indices[..], |part| part * 3).unwrap();
        let tripled = a.slice(&indices).mul(&Array::scalar(3));
        a.assign(&indices, &tripled);
        same(&t, &a, "update");
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn masks((mut rng, values) in case()) {
        let shape = shape(&mut rng, 4);
        let (tensor, array) = laid_out::<f32>(&mut rng, values, &shape);
        let spoken = if rng.once_in(2) { shape.len() } else { rng.below(shape.len() + 1) };
        let (mask, chosen) = laid_out::<bool>(&mut rng, values, &shape[..spoken]);
        let mut own = array.boolean_index(&chosen).shape;
        own.iter_mut().for_each(|n| if rng.once_in(4) { *n = 1 });
        own.drain(..rng.below(own.len() + 1));
        if own.len() < shape.len() - spoken + 1 || spoken == shape.len() {
            own.truncate(shape.len() - spoken + 1);
        } else if rng.once_in(3) {
            own.insert(0, 1);
        }
        let (new, news) = laid_out::<f32>(&mut rng, values, &own);
        let (mut t, mut a) = (tensor.clone(), array.clone());
        t.assign_where(&mask, &new).unwrap();
        a.assign_where(&chosen, &news);
        same(&t, &a, &format!("{:?} of {shape:?} = {own:?}", mask.shape()));
        same(&tensor, &array, "what shares the data");
        t.assign_where(&mask, 7.0).unwrap();
        a.assign_where(&chosen, &Array::scalar(7.0));
        same(&t, &a, "a scalar");
    }
}

/// The forms of chapters 1 to 7 of 'Deep Learning from Scratch', each with the value that NumPy gives it.
#[test]
fn the_books_forms() -> nptensor::Result<()> {
    // dx[mask] = 0, of a ReLU backwards; and out = x.copy() before it, which leaves x as it is.
    let x = Tensor::from([[1.0, -0.5], [-2.0, 3.0]]);
    let mut out = x.clone();
    out.assign_where(&x.less_equal(0.0)?, 0.0)?;
    assert_eq!((out.to_string(), x[[0, 1]]), ("[[1. 0.]\n [0. 3.]]".into(), -0.5));
    // T = np.zeros((X.size, 10)); T[idx, t] = 1: rows of the identity.
    let t = Tensor::from([2, 0]);
    assert_eq!(Tensor::<f64>::eye(3)?.take(&t, 0)?.to_string(), "[[0. 0. 1.]\n [1. 0. 0.]]");
    // y[np.arange(batch_size), t]: the same rows say which element of each.
    let y = Tensor::from([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]]);
    let chosen = Tensor::<bool>::eye(3)?.take(&t, 0)?;
    assert_eq!(y.boolean_index(&chosen)?.to_string(), "[0.7 0.5]");
    // dx[np.arange(batch_size), t] -= 1.
    let dx = &y - Tensor::eye(3)?.take(&t, 0)?;
    assert_eq!(dx.to_string(), "[[ 0.1   0.2  -0.3 ]\n [-0.5   0.25  0.25]]");
    // x[idx] = tmp_val + h, one element at a time, of a numerical gradient; grad = np.zeros_like(x).
    let (mut w, mut grad) = (y.clone(), y.zeros_like()?);
    let old = w[[1, 2]];
    w[[1, 2]] = old + 0.5;
    grad.set(&[1, -1], (w[[1, 2]] - old) / 0.5)?;
    assert_eq!((w.slice(1)?.to_string(), grad.sum()), ("[0.5  0.25 0.75]".into(), 1.0));
    // x_train[batch_mask], t_train[batch_mask].
    let batch_mask = Tensor::from([1, 1, 0]);
    assert_eq!(y.take(&batch_mask, 0)?.slice((.., 0))?.to_string(), "[0.5 0.5 0.1]");
    // im2col, with one filter position: img = np.pad(..); col[:, :, y, x, :, :] = img[:, :, y:y_max:stride, x:x_max:stride]
    let image = Tensor::arange(0.0, 9.0, 1.0)?.reshape(&[1, 1, 3, 3])?;
    let img = image.pad(&[(0, 0), (0, 0), (1, 1), (1, 1)], 0.0)?;
    let [n, c, height, width] = img.dims()?;
    let mut col = Tensor::zeros(&[n, c, 2, 2, 2, 2])?;
    for y in 0..2_isize {
        for x in 0..2_isize {
            let part = img.slice((.., .., Index::step(y..y + 4, 2), Index::step(x..x + 4, 2)))?;
            col.assign((.., .., y, x, .., ..), part)?;
        }
    }
    assert_eq!((height, width), (5, 5));
    let rows = col.transpose(&[0, 4, 5, 1, 2, 3])?.reshape(&[4, -1])?;
    assert_eq!(rows.to_string(), "[[0. 0. 0. 0.]\n [0. 0. 1. 2.]\n [0. 3. 0. 6.]\n [4. 5. 7. 8.]]");
    // col2im: img[:, :, y:y_max:stride, x:x_max:stride] += col[:, :, y, x, :, :]
    let mut back = img.zeros_like()?;
    for y in 0..2_isize {
        for x in 0..2_isize {
            let part = col.slice((.., .., y, x, .., ..))?;
            back.update((.., .., Index::step(y..y + 4, 2), Index::step(x..x + 4, 2)), |img| img + part)?;
        }
    }
    assert_eq!(back.slice((0, 0, 1..4, 1..4))?, image.slice((0, 0))?);
    // dmax[np.arange(arg_max.size), arg_max.flatten()] = dout.flatten(), of a pooling layer backwards.
    let mut dmax = Tensor::zeros(&[2, 3])?;
    dmax.assign_where(&Tensor::eye(3)?.take(y.argmax_axis(1)?, 0)?, Tensor::from([5.0, 6.0]))?;
    assert_eq!(dmax.to_string(), "[[0. 0. 5.]\n [6. 0. 0.]]");
    Ok(())
}

/// What NumPy 2.4 makes of `np.arange(12.).reshape(3, 4)`, or says.
#[test]
fn numpys_values() {
    let x = Tensor::arange(0.0, 12.0, 1.0).unwrap().reshape(&[3, 4]).unwrap();
    let ones = |shape: &[usize]| Tensor::<f64>::ones(shape).unwrap();
    let rows = "[[ 0.  1.  2.  3.]\n [ 4.  5.  6.  7.]\n [ 8.  9. 10. 11.]]";
    let cannot = |from: &str, to: &str| format!("could not broadcast input array from shape {from} into shape {to}");
    let table = [
        ("0, :", ones(&[1, 1, 4]), "[[ 1.  1.  1.  1.]\n [ 4.  5.  6.  7.]\n [ 8.  9. 10. 11.]]".to_string()),
        ("::2, 1", Tensor::from([7.0, 8.0]), "[[ 0.  7.  2.  3.]\n [ 4.  5.  6.  7.]\n [ 8.  8. 10. 11.]]".into()),
        ("None, 0", Tensor::from(3.0), "[[ 3.  3.  3.  3.]\n [ 4.  5.  6.  7.]\n [ 8.  9. 10. 11.]]".into()),
        ("::-1", x.clone(), "[[ 8.  9. 10. 11.]\n [ 4.  5.  6.  7.]\n [ 0.  1.  2.  3.]]".into()),
        ("1", x.slice(0).unwrap(), "[[ 0.  1.  2.  3.]\n [ 0.  1.  2.  3.]\n [ 8.  9. 10. 11.]]".into()),
        (":0", ones(&[1, 4]), rows.into()),
        (":0", ones(&[4]), rows.into()),
        (":0", ones(&[5, 4]), cannot("(5,4)", "(0,4)")),
        ("0, :", ones(&[2, 4]), cannot("(2,4)", "(4,)")),
        ("0", ones(&[3]), cannot("(3,)", "(4,)")),
        ("0", ones(&[0]), cannot("(0,)", "(4,)")),
        (":, 0", ones(&[3, 1]), cannot("(3,1)", "(3,)")),
        (":, 1:2", ones(&[3]), cannot("(3,)", "(3,1)")),
        ("0, 0", ones(&[1]), "setting an array element with a sequence.".into()),
        ("5", Tensor::from(1.0), "index 5 is out of bounds for axis 0 with size 3".into()),
        ("::0", Tensor::from(1.0), "slice step cannot be zero".into()),
    ];
    for (indices, values, wanted) in table {
        let mut alone = x.flatten().unwrap().reshape(&[3, 4]).unwrap();
        let mut shared = x.clone();
        for t in [&mut alone, &mut shared] {
            let told = t.assign(indices, &values).map(|()| t.to_string()).unwrap_or_else(|error| error.to_string());
            assert_eq!(told, wanted, "x[{indices}]");
            assert!(wanted.starts_with("[[") || *t == x, "an error changes nothing: x[{indices}]");
        }
        assert_eq!(x.to_string(), rows, "x[{indices}] of a clone");
    }
    let mut t = x.clone();
    t.update("1:", |part| part + x.slice(":-1").unwrap()).unwrap();
    assert_eq!(t.to_string(), "[[ 0.  1.  2.  3.]\n [ 4.  6.  8. 10.]\n [12. 14. 16. 18.]]");
    assert_eq!(t.update(0, |_| ones(&[3])).unwrap_err().to_string(), cannot("(3,)", "(4,)"));
    assert_eq!(t.to_string(), "[[ 0.  1.  2.  3.]\n [ 4.  6.  8. 10.]\n [12. 14. 16. 18.]]");
}
