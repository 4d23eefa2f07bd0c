//! `dot` and `matmul` against their definition: every pair of ranks, every type, random layouts, the edges of every block.

use crate::common::{Pair, Rng, Values, base, case, cases, laid_out, same, same_into, same_scalar};
use nptensor::reference::Array;
use nptensor::{Element, Error, Tensor};
use proptest::prelude::*;

/// A product into outputs of its shape; and into one of another, which stays as it was.
fn into<T: Element>(wanted: &Array<T>, what: &str, call: impl Fn(&mut Tensor<T>) -> nptensor::Result<()>) {
    same_into(wanted, what, &call);
    let mut more = Tensor::full(&[&[2], &wanted.shape[..]].concat(), T::ONE).unwrap();
    let before = Array::from(&more);
    let error = Error::Output { target: before.shape.clone(), result: wanted.shape.clone() };
    assert_eq!(call(&mut more), Err(error), "{what}");
    same(&more, &before, "after an error");
}

/// Each pair of ranks, on random layouts: batches for dot stand side by side, those for matmul broadcast.
fn rank_pairs<T: Element>(rng: &mut Rng, values: Values, most: usize) {
    for rank_a in 1..=most {
        for rank_b in 1..=most {
            let k = rng.pick(&[0, 1, 2, 3, 5, 33]);
            let (m, n) = (rng.pick(&[0, 1, 2, 3, 9]), rng.pick(&[0, 1, 2, 3, 17]));
            let batch: Vec<usize> = (0..2).map(|_| rng.pick(&[0, 1, 2, 2, 3])).collect();
            let (x, y) = ([&batch[..], &[m, k]].concat(), [&batch[..], &[k, n]].concat());
            let one = |rng: &mut Rng, mut shape: Vec<usize>, rank: usize| {
                shape.drain(..4 - rank);
                for n in shape.iter_mut().rev().skip(2) {
                    *n = if rng.once_in(3) { 1 } else { *n };
                }
                shape
            };
            let a = one(rng, x, rank_a);
            let b = if rank_b == 1 { vec![k] } else { one(rng, y, rank_b) };
            let ((x, xs), (y, ys)) = (laid_out::<T>(rng, values, &a), laid_out::<T>(rng, values, &b));
            same(&x.dot(&y).unwrap(), &xs.dot(&ys), &format!("dot {a:?} {b:?}"));
            same(&x.matmul(&y).unwrap(), &xs.matmul(&ys), &format!("matmul {a:?} {b:?}"));
            into(&xs.dot(&ys), &format!("dot_into {a:?} {b:?}"), |out| x.dot_into(&y, out));
            into(&xs.matmul(&ys), &format!("matmul_into {a:?} {b:?}"), |out| x.matmul_into(&y, out));
        }
    }
    let ((x, xs), (s, ss)) = (laid_out::<T>(rng, values, &[2, 3]), laid_out::<T>(rng, values, &[]));
    into(&xs.mul(&ss), "dot_into with a scalar", |out| x.dot_into(&s, out));
    same(&x.dot(&s).unwrap(), &xs.mul(&ss), "dot with a scalar");
    same(&s.dot(&x).unwrap(), &ss.mul(&xs), "dot of a scalar");
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn ranks((mut rng, values) in case()) {
        for_types!(every: rank_pairs (&mut rng, values, 4));
    }

    /// A row alone gives what it gives in a batch, and a matrix with a vector what each row gives with it.
    #[test]
    fn a_row_alone((mut rng, values) in case()) {
        let (m, k, n) = (1 + rng.below(20), rng.below(70), 1 + rng.below(40));
        let (x, y): (Pair<f32>, Pair<f32>) = (laid_out(&mut rng, values, &[m, k]), laid_out(&mut rng, values, &[k, n]));
        let (v, _): Pair<f32> = laid_out(&mut rng, values, &[k]);
        let (x, y) = (x.0, y.0);
        let (product, vector) = (x.dot(&y).unwrap(), x.dot(&v).unwrap());
        for i in 0..m {
            let row = x.slice(i as isize).unwrap();
            let wanted = Array::from(&product.slice(i as isize).unwrap());
            same(&row.dot(&y).unwrap(), &wanted, "a row");
            same(&row.matmul(&y).unwrap(), &wanted, "a row");
            same(&row.expand_dims(0).unwrap().dot(&y).unwrap().squeeze_axis(0).unwrap(), &wanted, "a batch of one");
            same_scalar(row.dot(&v).unwrap().item().unwrap(), vector[[i]], "a row with a vector");
        }
    }
}

/// Vectors of every length around lanes and leaves.
#[test]
fn vectors() {
    let rng = &mut Rng(3);
    for n in (0..70).chain([95, 96, 97, 127, 128, 129, 1000, 16383, 16384, 16385, 32768, 32769, 40000, 49153]) {
        let ((x, xs), (y, ys)) = (base::<f32>(rng, Values::Tame, &[n]), base::<f32>(rng, Values::Tame, &[n]));
        same(&x.dot(&y).unwrap(), &xs.dot(&ys), &format!("{n} elements"));
        same(&x.flip(&[0]).unwrap().dot(&y).unwrap(), &xs.flip(&[0]).dot(&ys), &format!("{n} backwards"));
        let ((x, xs), (y, ys)) = (base::<f64>(rng, Values::Any, &[n]), base::<f64>(rng, Values::Any, &[n]));
        same(&x.dot(&y).unwrap(), &xs.dot(&ys), &format!("{n} elements"));
        let ((x, xs), (y, ys)) = (base::<i8>(rng, Values::Any, &[n]), base::<i8>(rng, Values::Any, &[n]));
        same(&x.dot(&y).unwrap(), &xs.dot(&ys), &format!("{n} elements"));
    }
}

/// The error of a product is at most k eps sum|a||b|: whole numbers as operands, so that the exact answer is a whole number too.
#[test]
fn accuracy() {
    let rng = &mut Rng(4);
    for k in [1_usize, 2, 31, 513, 2000, 40000] {
        let mut draw = || (0..k).map(|_| rng.below(1 << 25) as i64 - (1 << 24)).collect::<Vec<i64>>();
        let (a, b) = (draw(), draw());
        let products = || a.iter().zip(&b).map(|(&a, &b)| i128::from(a) * i128::from(b));
        let (exact, bound) = (products().sum::<i128>(), products().map(i128::abs).sum::<i128>());
        let tensor = |x: &[i64]| Tensor::from(x.to_vec()).cast::<f32>();
        let (x, y) = (tensor(&a), tensor(&b));
        // Contracted with a vector, and with a matrix.
        let column = y.expand_dims(1).unwrap();
        for got in [x.dot(&y).unwrap().item().unwrap(), x.dot(&column).unwrap().item().unwrap()] {
            let error = (got as i128 - exact).abs();
            assert!(error << 23 <= k as i128 * bound, "k = {k}: {got}, exactly {exact}");
        }
    }
}

/// NUMPY.md: S3 to S14.
#[test]
fn numpy_says() {
    let zeros = |shape: &[usize]| Tensor::<f64>::zeros(shape).unwrap();
    type Row<'a> = (&'a [usize], &'a [usize], &'a [usize], Option<&'a [usize]>);
    let shapes: &[Row<'_>] = &[
        (&[3], &[3], &[], Some(&[])),
        (&[3], &[5, 3, 4], &[5, 4], Some(&[5, 4])),
        (&[5, 2, 3], &[3], &[5, 2], Some(&[5, 2])),
        (&[4, 2, 3], &[5, 3, 6], &[4, 2, 5, 6], None),
        (&[1, 2, 3], &[5, 3, 6], &[1, 2, 5, 6], Some(&[5, 2, 6])),
        (&[2, 3], &[5, 2, 3, 4], &[2, 5, 2, 4], Some(&[5, 2, 2, 4])),
        (&[2, 0], &[0, 4], &[2, 4], Some(&[2, 4])),
        (&[0, 3], &[3, 4], &[0, 4], Some(&[0, 4])),
        (&[0], &[0], &[], Some(&[])),
    ];
    for &(a, b, dot, matmul) in shapes {
        assert_eq!(zeros(a).dot(&zeros(b)).unwrap().shape(), dot, "dot {a:?} {b:?}");
        assert_eq!(zeros(a).matmul(&zeros(b)).ok().as_ref().map(Tensor::shape), matmul, "matmul {a:?} {b:?}");
    }
    assert_eq!(zeros(&[2, 0]).dot(&zeros(&[0, 4])).unwrap().to_vec(), [0.0; 8]);
    assert_eq!(Tensor::from([100_i8, 100]).dot(&Tensor::from([2, 2])).unwrap().item(), Ok(-112));
    assert_eq!(Tensor::from([true, false]).dot(&Tensor::from([true, true])).unwrap().item(), Ok(true));
    let inf = Tensor::from([[f64::NAN, 1.0], [f64::INFINITY, 3.0]]);
    let out = inf.dot(&zeros(&[2, 2])).unwrap();
    assert!(out.iter().all(f64::is_nan));
}

/// A single term too small for any number: fused with the 0 that its chain begins with it keeps its sign, on every road.
#[test]
fn an_underflowing_term_has_one_sign() -> nptensor::Result<()> {
    let (column, row) = (Tensor::from([[1e-30_f32], [2e-30]]), Tensor::from([[-1e-30_f32, 1.0, -2e-30]]));
    let all = column.dot(&row)?;
    let bits = |t: &Tensor<f32>| t.iter().map(f32::to_bits).collect::<Vec<_>>();
    for i in 0..2_isize {
        assert_eq!(bits(&column.slice(i)?.dot(&row)?), bits(&all.slice(i)?));
        assert_eq!(all.get(&[i, 0])?.is_sign_negative(), nptensor::level().is_fused());
    }
    assert_eq!(bits(&column.matmul(&row)?), bits(&all));
    Ok(())
}
