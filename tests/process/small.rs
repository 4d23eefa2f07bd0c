//! A little of everything, for tools under which the tests proper take too long (`.ci/sound`): every level, layouts and lengths around a register, against the
//! definition. The level is the process's, so this is one test, alone.

use crate::common::{Rng, Values, base, same, same_scalar};
use crate::set_num_threads;
use nptensor::formats::{self, Contents, Format};
use nptensor::reference::Array;
use nptensor::{Element, Float, Layer, Number, Sequential, Tensor, Workspace, levels, set_level};

#[test]
fn everything() {
    let _alone = crate::alone();
    for level in levels() {
        assert!(set_level(level));
        for_types!(@ moves (&mut Rng(1)) f32 bool);
        for_types!(@ arithmetic (&mut Rng(2)) f32 u8);
        for_types!(floats: functions (&mut Rng(3)));
        for_types!(@ products (&mut Rng(4)) f32 f64 i16);
        packed(&mut Rng(5));
        networks();
    }
    files();
}

/// Views, copies of them, and writing.
fn moves<T: Element>(rng: &mut Rng) {
    let (t, a) = base::<T>(rng, Values::Any, &[5, 6]);
    same(&t.t().to_contiguous(), &a.t(), "transposed");
    same(
        &t.flip(&[0]).unwrap().slice("::2, 1:5").unwrap().to_contiguous(),
        &Array::from(&t.flip(&[0]).unwrap().slice("::2, 1:5").unwrap()),
        "part",
    );
    same(&t.t().reshape(&[3, 10]).unwrap(), &a.t().reshape(&[3, 10]), "reshaped");
    same(
        &Tensor::concatenate(&[&t, &t.flip(&[1]).unwrap()], 0).unwrap().slice("5:").unwrap(),
        &Array::from(&t.flip(&[1]).unwrap()),
        "joined",
    );
    let mut other = t.clone();
    other.set(&[4, 5], T::ONE).unwrap();
    assert_eq!((t.get(&[4, 5]).unwrap().value(), other.get(&[4, 5])), (a.at(&[4, 5]).value(), Ok(T::ONE)));
    assert!(!t.to_string().is_empty());
}

fn arithmetic<T: Number>(rng: &mut Rng) {
    for n in [0, 1, 17] {
        let ((x, xs), (y, ys)) = (base::<T>(rng, Values::Tame, &[n]), base::<T>(rng, Values::Tame, &[n]));
        same(&(&x + &y), &xs.add(&ys), "sum");
        same(&(&x * T::ONE), &xs, "product");
        same(&x.greater(&y).unwrap(), &xs.greater(&ys), "comparison");
        let mut z = &x - &y;
        z += &y;
        same(&z, &xs.sub(&ys).add(&ys), "in place");
        same_scalar(x.sum(), xs.sum(), "sum of all");
        if n > 0 {
            same_scalar(x.max().unwrap(), xs.max(), "greatest");
            assert_eq!(x.argmax().unwrap(), xs.argmax());
        }
    }
    let ((x, xs), (y, ys)) = (base::<T>(rng, Values::Tame, &[9, 4]), base::<T>(rng, Values::Tame, &[4, 9]));
    same(&(&x + &y.t()), &xs.add(&ys.t()), "transposed");
    same(&(&x + &x.slice(":, :1").unwrap()), &xs.add(&Array::from(&x.slice(":, :1").unwrap())), "column");
    same(&(&x + &x.slice(0).unwrap()), &xs.add(&Array::from(&x.slice(0).unwrap())), "row");
    let ((a, aa), (b, bb)) = (base::<T>(rng, Values::Tame, &[17, 20]), base::<T>(rng, Values::Tame, &[20, 17]));
    same(&(&a + &b.t()), &aa.add(&bb.t()), "by squares, and what is left of them");
    for axis in [0, 1] {
        same(&x.sum_axis(axis).unwrap(), &xs.sum_axis(axis), "sums along an axis");
        same(&x.argmax_axis(axis).unwrap(), &xs.argmax_axis(axis), "places along an axis");
    }
}

fn functions<T: Float>(rng: &mut Rng) {
    let (x, xs) = base::<T>(rng, Values::Any, &[2, 11]);
    same(&x.exp(), &xs.exp(), "exp");
    same(&x.ln(), &xs.ln(), "ln");
    same(&x.tanh(), &xs.tanh(), "tanh");
    same(&x.sigmoid(), &xs.sigmoid(), "sigmoid");
    same(&x.softmax(-1).unwrap(), &xs.softmax(-1), "softmax");
    same(
        &x.slice(":, :5").unwrap().to_contiguous().softmax(-1).unwrap(),
        &Array::from(&x.slice(":, :5").unwrap()).softmax(-1),
        "softmax of short rows",
    );
    same(&x.log_softmax(0).unwrap(), &xs.log_softmax(0), "log_softmax");
}

/// Small ones, where they lie, and beside vectors.
fn products<T: Element>(rng: &mut Rng) {
    for [m, k, n] in [[1, 5, 19], [4, 3, 1], [7, 9, 13]] {
        let ((a, aa), (b, bb)) = (base::<T>(rng, Values::Tame, &[m, k]), base::<T>(rng, Values::Tame, &[k, n]));
        let wanted = aa.dot(&bb);
        same(&a.dot(&b).unwrap(), &wanted, "product");
        let (a, b) = (a.t().to_contiguous().t(), b.flip(&[0, 1]).unwrap().to_contiguous().flip(&[0, 1]).unwrap());
        same(&a.dot(&b).unwrap(), &wanted, "of other layouts");
        let (x, xs) = base::<T>(rng, Values::Tame, &[k]);
        same(&a.dot(&x).unwrap(), &aa.dot(&xs), "with a vector");
    }
}

/// The smallest product that packs B.
fn packed(rng: &mut Rng) {
    let ((a, aa), (b, bb)) = (base::<f64>(rng, Values::Tame, &[17, 32]), base::<f64>(rng, Values::Tame, &[32, 64]));
    same(&a.dot(&b).unwrap(), &aa.dot(&bb), "product");
}

fn networks() {
    let layers = [
        Layer::dense([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
        Layer::Sigmoid,
        Layer::dense([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], [0.1, 0.2]),
        Layer::Softmax,
    ];
    let network = Sequential::new(layers).unwrap();
    let mut work = Workspace::new();
    let one = network.predict(&[1.0, 0.5], &mut work).unwrap().to_vec();
    let many = network.predict(&[1.0, 0.5].repeat(7), &mut work).unwrap();
    assert!(many.chunks(2).all(|row| row == one));
    // More columns than one pass has registers.
    let wide =
        Sequential::new([Layer::dense(Tensor::<f64>::ones(&[5, 50]).unwrap(), Tensor::zeros(&[50]).unwrap())]).unwrap();
    assert_eq!(wide.predict(&[1.0, 2.0, 3.0, 4.0, 5.0], &mut work).unwrap(), [15.0; 50]);
    set_num_threads(2);
    let (a, b) = (Tensor::<f64>::ones(&[3, 2]).unwrap(), Tensor::<f64>::ones(&[2, 3]).unwrap());
    assert_eq!(a.dot(&b).unwrap().sum(), 18.0);
    set_num_threads(1);
}

fn files() {
    let t = Tensor::from([[1.5_f32, -2.0], [0.0, f32::NAN]]).t();
    for format in [Format::Npy, Format::Npz, Format::Safetensors] {
        let bytes = formats::to_bytes(&Contents::from(&t), format).unwrap();
        let back = formats::read(&bytes).unwrap().into_tensor().unwrap().cast::<f32>();
        same(&back, &Array::from(&t), format.name());
        // Cut short anywhere it is an error.
        for end in 0..bytes.len() {
            formats::read(&bytes[..end]).unwrap_err();
        }
    }
}
