//! One line: what a program that calls it costs to compile.

fn main() -> nptensor::Result<()> {
    let a = nptensor::Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    let _ = std::hint::black_box(a.softmax(-1)?);
    Ok(())
}
