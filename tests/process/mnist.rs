//! The book's trained network on the MNIST test set: the same 10 000 decisions in f32 and f64, one by one and in batches, from every file of weights.
//!
//! The files are not part of the project: `MNIST_DIR=path cargo test -- --ignored`.

use nptensor::formats::{self, Archive, Format};
use nptensor::{Float, Layer, Result, Sequential, Tensor};

/// Every file with the weights: a pickle, both archives, and both layouts of safetensors.
const FILES: [&str; 5] = [
    "sample_weight.pkl",
    "weights_fortran.npz",
    "weights_compressed.npz",
    "weights.safetensors",
    "weights_torch_layout.safetensors",
];

fn load(name: &str) -> Result<formats::Contents> {
    let dir = std::env::var("MNIST_DIR").expect("MNIST_DIR names the folder with the weights and the MNIST files");
    formats::load(std::path::Path::new(&dir).join(name))
}

fn network<T: Float>(archive: &Archive) -> Result<Sequential<T>> {
    formats::model(archive, Layer::Sigmoid, Layer::Softmax)
}

/// The digits that the network sees, `batch` images at a time; 0 takes each image as a vector.
fn decisions<T: Float>(network: &Sequential<T>, images: &Tensor<T>, batch: usize) -> Result<Vec<i64>> {
    if batch == 0 {
        let one = |i| network.forward(&images.slice(i as isize)?)?.argmax().map(|digit| digit as i64);
        return (0..images.shape()[0]).map(one).collect();
    }
    let mut digits = Vec::new();
    for start in (0..images.shape()[0]).step_by(batch) {
        let rows = start as isize..(start + batch) as isize;
        digits.extend(network.forward(&images.slice(rows)?)?.argmax_axis(1)?.to_vec());
    }
    Ok(digits)
}

#[test]
#[ignore = "needs the weights and the MNIST files: MNIST_DIR"]
fn the_same_decisions_every_way() -> Result<()> {
    let _alone = crate::alone();
    let pixels = load("t10k-images-idx3-ubyte.gz")?.into_tensor()?;
    let labels = load("t10k-labels-idx1-ubyte.gz")?.into_tensor()?.cast::<i64>().to_vec();
    assert_eq!((pixels.shape(), labels.len()), (&[10_000, 28, 28][..], 10_000));
    let single: Tensor<f32> = pixels.cast::<f32>().reshape(&[10_000, 784])? / 255.0;
    let double: Tensor<f64> = pixels.cast::<f64>().reshape(&[10_000, 784])? / 255.0;

    let mut all = Vec::new();
    for file in FILES {
        let archive = load(file)?.into_archive();
        for batch in [0, 1, 7, 100, 10_000] {
            all.push(decisions(&network::<f32>(&archive)?, &single, batch)?);
            all.push(decisions(&network::<f64>(&archive)?, &double, batch)?);
        }
        // Saved, a network needs to be told nothing and decides the same.
        let saved = formats::to_bytes(&Archive::from(&network::<f32>(&archive)?).into(), Format::Safetensors)?;
        all.push(decisions(&formats::read_model::<f32>(&saved)?, &single, 100)?);
    }
    assert_eq!(all[0].iter().zip(&labels).filter(|(seen, label)| seen == label).count(), 9352);
    assert!(all.iter().all(|digits| *digits == all[0]));
    Ok(())
}

/// One answer: the probabilities of an image alone are those of the image in a batch, to the last bit.
#[test]
#[ignore = "needs the weights and the MNIST files: MNIST_DIR"]
fn a_row_alone_is_the_row_in_a_batch() -> Result<()> {
    let _alone = crate::alone();
    let pixels = load("t10k-images-idx3-ubyte.gz")?.into_tensor()?;
    let images: Tensor<f32> = pixels.cast::<f32>().reshape(&[10_000, 784])? / 255.0;
    let network = network::<f32>(&load("weights_fortran.npz")?.into_archive())?;
    let batch = network.forward(&images)?;
    for i in (0..10_000).step_by(97) {
        let alone = network.forward(&images.slice(i)?)?;
        assert!(alone.iter().zip(&batch.slice(i)?).all(|(x, y)| x.to_bits() == y.to_bits()), "image {i}");
    }
    Ok(())
}
