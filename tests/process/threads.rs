//! The number of threads never changes a bit.

use nptensor::{Tensor, num_threads};

use crate::set_num_threads;

/// Sizes that are shared among threads, with rows that do not divide evenly; plain, transposed and batched.
#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() -> nptensor::Result<()> {
    let _alone = crate::alone();
    let matrix = |rows: usize, cols: usize| {
        Tensor::from_fn(&[rows, cols], |i| ((i[0] * 31 + i[1] * 17) % 101) as f32 / 7.0 - 6.0)
    };
    for (m, k, n) in [(193, 200, 201), (1000, 100, 77), (40, 500, 400), (33, 1030, 513)] {
        let (a, b) = (matrix(m, k)?, matrix(k, n)?);
        let product = |a: &Tensor<f32>, b: &Tensor<f32>| -> nptensor::Result<Vec<Vec<f32>>> {
            let (left, right) = (a.t().dot(a)?, a.dot(&b.t().to_contiguous().t())?);
            let batch = a.expand_dims(0)?.broadcast_to(&[2, m, k])?.matmul(b)?;
            let across = b.expand_dims(0)?.broadcast_to(&[2, k, n])?;
            Ok(vec![a.dot(b)?.to_vec(), left.to_vec(), right.to_vec(), batch.to_vec(), a.dot(&across)?.to_vec()])
        };
        set_num_threads(1);
        let one = product(&a, &b)?;
        for threads in [2, 3, 8, 0] {
            set_num_threads(threads);
            assert_eq!(num_threads(), threads.max(1));
            let several = product(&a, &b)?;
            for (one, several) in one.iter().zip(&several) {
                assert!(
                    one.iter().zip(several).all(|(x, y)| x.to_bits() == y.to_bits()),
                    "{m}x{k}x{n}, {threads} threads"
                );
            }
        }
    }
    Ok(())
}
