//! Every instruction-set level of this machine against the definition. The level is the whole process's, so this is one test, alone.

#[macro_use]
mod common;

use common::{Rng, Values, base, elements, same, same_scalar};
use nptensor::reference::Array;
use nptensor::{Element, Float, Tensor, level, levels, set_level};

#[test]
fn every_level() {
    for chosen in levels() {
        assert!(set_level(chosen) && level() == chosen);
        for_types!(@ blocks (&mut Rng(1)) f32 f64 i8 i64 bool);
        for_types!(floats: inner_blocks (&mut Rng(2)));
        for_types!(@ runs (&mut Rng(3)) f32 f64 i8 u32 bool);
        for_types!(floats: functions (&mut Rng(4)));
    }
}

fn product<T: Element>(rng: &mut Rng, m: usize, k: usize, n: usize) {
    let ((a, xs), (b, ys)) = (base::<T>(rng, Values::Tame, &[m, k]), base::<T>(rng, Values::Tame, &[k, n]));
    let wanted = xs.dot(&ys);
    let what = format!("({m}, {k}) x ({k}, {n}) on {:?}", level());
    same(&a.dot(&b).unwrap(), &wanted, &what);
    // The same elements, lying column by column.
    let fortran = |t: &Tensor<T>| t.t().to_contiguous().t();
    same(&fortran(&a).dot(&fortran(&b)).unwrap(), &wanted, &what);
}

/// Tiles of C: MR is 4, 6 or 8; NR 4 to 64; MC 96; NC 512.
fn blocks<T: Element>(rng: &mut Rng) {
    for m in [1, 3, 4, 5, 6, 7, 8, 9, 12, 13] {
        for n in [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 129] {
            product::<T>(rng, m, 3, n);
        }
    }
    for (m, n) in [(95, 17), (96, 17), (97, 17), (193, 5), (3, 511), (3, 512), (3, 513), (97, 513)] {
        product::<T>(rng, m, 2, n);
    }
    for k in [0, 1, 2] {
        product::<T>(rng, 5, k, 9);
    }
}

/// Blocks of k: KC is 512 for f32, 384 for f64. Each takes up C where the one before left it.
fn inner_blocks<T: Float>(rng: &mut Rng) {
    for k in [383, 384, 385, 511, 512, 513, 767, 768, 769, 1023, 1024, 1025] {
        product::<T>(rng, 9, k, 17);
    }
    product::<T>(rng, 97, 513, 33);
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
            same(&x.gt(&y).unwrap(), &xs.gt(&ys), &what);
            let rows = Array::<T>::new(&[n, 3], elements(rng, Values::Tame, 3 * n));
            same(&Tensor::from(&rows).sum_axis(0).unwrap(), &rows.sum_axis(0), &what);
        }
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
