//! What programs call most: `.ci/doors` looks for kernels in the machine code of this file.

use std::hint::black_box;

use nptensor::{Layer, Result, Sequential, Tensor, Workspace};

fn main() -> Result<()> {
    let (a, b) = (Tensor::from([[1.0, 2.0], [3.0, 4.0]]), Tensor::from([0.5, 1.5]));
    let mut sum = (&a + &b) * 2.0 - a.dot(&b)?;
    sum += &a;
    let _ = black_box((
        sum.exp().sigmoid().softmax(-1)?,
        sum.sum_axis(0)?,
        sum.max()?,
        sum.argmax_axis(1)?,
        sum.greater(0.0)?,
    ));
    let network = Sequential::new([Layer::dense(a, b), Layer::Relu])?;
    black_box(network.predict(&[1.0, -1.0], &mut Workspace::new())?);
    Ok(())
}
