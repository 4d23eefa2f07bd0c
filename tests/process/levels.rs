//! Every instruction-set level of this machine against the definition: runs, short rows and functions; matrix products are in `edges.rs`. The level is the whole process's, so this is
//! one test, alone.

use crate::common::{Rng, Values, base, elements, same, same_scalar};
use nptensor::reference::Array;
use nptensor::{Element, Float, Tensor, level, levels, set_level};

#[test]
fn every_level() {
    let _alone = crate::alone();
    for chosen in levels() {
        assert!(set_level(chosen) && level() == chosen);
        for_types!(@ runs (&mut Rng(3)) f32 f64 i8 i32 i64 u32 u64 bool);
        for_types!(@ short_rows (&mut Rng(7)) f32 f64 i8 i16 i32 i64 u32 u64 bool);
        for_types!(floats: pairs (&mut Rng(5)));
        for_types!(floats: quotients_in_place (&mut Rng(6)));
        for_types!(floats: functions (&mut Rng(4)));
    }
}

/// Lengths around registers, lanes, blocks and leaves.
fn runs<T: Element>(rng: &mut Rng) {
    for n in (0..70).chain([127, 128, 129, 255, 257, 16384, 16385, 40000]) {
        let what = format!("{n} elements on {:?}", level());
        let ((x, xs), (y, ys)) = (base::<T>(rng, Values::Tame, &[n]), base::<T>(rng, Values::Tame, &[n]));
        same_scalar(x.sum(), xs.sum(), &what);
        same_scalar(x.mean(), xs.mean(), &what);
        same(&x.dot(&y).unwrap(), &xs.dot(&ys), &what);
        if n < 300 {
            same(&(&x * &y), &xs.mul(&ys), &what);
            same(&x.greater(&y).unwrap(), &xs.greater(&ys), &what);
            let rows = Array::<T>::new(&[n, 3], elements(rng, Values::Tame, 3 * n));
            same(&Tensor::from(&rows).sum_axis(0).unwrap(), &rows.sum_axis(0), &what);
        }
    }
}

/// Rows of at most 16 elements and one more, as many as make a register's worth together and a few: side by side, with elements between them, from the last to
/// the first, and one row many times.
fn short_rows<T: Element>(rng: &mut Rng) {
    for n in 1..=17 {
        for rows in [1, 15, 16, 17, 37] {
            // Something follows the last row, as far as a register reaches; nothing does in the dense copy.
            let (x, _) = base::<T>(rng, Values::Any, &[rows + 9, n + 2]);
            let part = x.slice((..rows as isize, 1..n as isize + 1)).unwrap();
            let dense = part.to_contiguous();
            let turned = part.flip(&[0]).unwrap();
            let same_row = dense.slice(0).unwrap().broadcast_to(&[rows, n]).unwrap();
            for x in [part, dense, turned, same_row] {
                let (what, xs) = (format!("{rows} rows of {n} on {:?}", level()), Array::from(&x));
                same(&x.sum_axis(1).unwrap(), &xs.sum_axis(1), &what);
                same(&x.mean_axis(1).unwrap(), &xs.mean_axis(1), &what);
                same(&x.prod_axis(1).unwrap(), &xs.prod_axis(1), &what);
                same(&x.max_axis(1).unwrap(), &xs.max_axis(1), &what);
                same(&x.min_axis(1).unwrap(), &xs.min_axis(1), &what);
                same(&x.argmax_axis(1).unwrap(), &xs.argmax_axis(1), &what);
                same(&x.argmin_axis(1).unwrap(), &xs.argmin_axis(1), &what);
            }
        }
    }
}

/// What registers know of two operands, at all lengths around two registers and around those that are lined up: both slices, and one of them a single element.
fn pairs<T: Float>(rng: &mut Rng) {
    for n in (0..70).chain([127, 128, 129, 255, 256, 257, 300]) {
        let (x, y) = (base::<T>(rng, Values::Any, &[n]), base::<T>(rng, Values::Any, &[n]));
        let s = base::<T>(rng, Values::Any, &[1]);
        for ((x, xs), (y, ys)) in [(&x, &y), (&x, &s), (&s, &y)] {
            let what = format!("{:?} and {:?} elements on {:?}", x.shape(), y.shape(), level());
            same(&(x + y), &xs.add(ys), &what);
            same(&(x - y), &xs.sub(ys), &what);
            same(&(x * y), &xs.mul(ys), &what);
            same(&(x / y), &xs.div(ys), &what);
            same(&x.maximum(y).unwrap(), &xs.maximum(ys), &what);
            same(&x.minimum(y).unwrap(), &xs.minimum(ys), &what);
            same(&x.greater(y).unwrap(), &xs.greater(ys), &what);
            same(&x.greater_equal(y).unwrap(), &xs.greater_equal(ys), &what);
            same(&x.less(y).unwrap(), &xs.less(ys), &what);
            same(&x.less_equal(y).unwrap(), &xs.less_equal(ys), &what);
            same(&x.equal(y).unwrap(), &xs.equal(ys), &what);
            same(&x.not_equal(y).unwrap(), &xs.not_equal(ys), &what);
            same(&x.step(), &xs.step(), &what);
            same(&x.relu(), &Array::scalar(T::ZERO).maximum(xs), &what);
            if x.shape() == [n] {
                let mut target = x + T::ZERO;
                let mut wanted = Array::from(&target);
                target += y;
                wanted = wanted.add(ys);
                same(&target, &wanted, &what);
                target -= y;
                wanted = wanted.sub(ys);
                same(&target, &wanted, &what);
                target *= y;
                same(&target, &wanted.mul(ys), &what);
            }
        }
    }
}

fn quotients_in_place<T: Float>(rng: &mut Rng) {
    for n in 0..70 {
        let ((x, xs), (y, ys)) = (base::<T>(rng, Values::Any, &[n]), base::<T>(rng, Values::Any, &[n]));
        let mut target = &x * T::ONE;
        target /= &y;
        same(&target, &xs.div(&ys), "quotients in place");
        target /= T::from_f64(2.0);
        same(&target, &xs.div(&ys).div(&Array::scalar(T::from_f64(2.0))), "halves in place");
    }
}

fn functions<T: Float>(rng: &mut Rng) {
    let shape = [3, 67];
    let (x, xs) = base::<T>(rng, Values::Any, &shape);
    same(&x.exp(), &xs.exp(), "exp");
    same(&x.ln(), &xs.ln(), "ln");
    same(&x.tanh(), &xs.tanh(), "tanh");
    same(&x.sigmoid(), &xs.sigmoid(), "sigmoid");
    same(&x.softmax(-1).unwrap(), &xs.softmax(-1), "softmax");
    same(&x.sqrt(), &xs.sqrt(), "sqrt");
    same(&x.floor(), &xs.floor(), "floor");
}
