//! Models from files: what is saved comes back to the bit, from every kind of layer, and what describes no network is refused with its names.

use nptensor::formats::{self, Archive, Format};
use nptensor::{Float, Layer, Result, Sequential, Tensor};

fn weights<T: Float>(shape: &[usize]) -> Result<Tensor<T>> {
    Tensor::from_fn(shape, |i| T::from_f64(i.iter().fold(0.3, |x, &i| x * 1.7 + i as f64 / 3.0)))
}

/// Every kind of layer, also at the beginning, and twice.
fn network<T: Float>() -> Result<Sequential<T>> {
    Sequential::new([
        Layer::Tanh,
        Layer::dense(weights(&[3, 4])?, weights(&[4])?),
        Layer::Relu,
        Layer::Sigmoid,
        Layer::dense(weights(&[2, 4])?.t(), weights(&[2])?),
        Layer::Step,
        Layer::Identity,
        Layer::dense(weights(&[2, 5])?, weights(&[5])?),
        Layer::Softmax,
    ])
}

fn there_and_back<T: Float>() -> Result<()> {
    let network = network::<T>()?;
    let archive = Archive::from(&network);
    assert_eq!(archive.metadata()["layers"], "tanh dense relu sigmoid dense step identity dense softmax");
    assert_eq!(archive.names().collect::<Vec<_>>(), ["1.weight", "1.bias", "4.weight", "4.bias", "7.weight", "7.bias"]);
    assert_eq!(archive.get("1.weight").unwrap().shape(), [4, 3]);
    let file = formats::to_bytes(&(&archive).into(), Format::Safetensors)?;
    assert_eq!(formats::read_model::<T>(&file)?, network);
    // Beyond ten layers, names still sort as numbers.
    let deep: Vec<Layer<T>> =
        (0..12).map(|i| Layer::dense(Tensor::from([[T::from_f64(f64::from(i))]]), [T::ONE])).collect();
    let deep = Sequential::new(deep)?;
    let file = formats::to_bytes(&Archive::from(&deep).into(), Format::Safetensors)?;
    assert_eq!(formats::read_model::<T>(&file)?, deep);
    // Nothing at all, and nothing that has weights.
    for layers in [vec![], vec![Layer::Relu, Layer::Softmax]] {
        let bare = Sequential::<T>::new(layers)?;
        let file = formats::to_bytes(&Archive::from(&bare).into(), Format::Safetensors)?;
        assert_eq!(formats::read_model::<T>(&file)?, bare);
    }
    Ok(())
}

#[test]
fn what_is_saved_comes_back() -> Result<()> {
    there_and_back::<f32>()?;
    there_and_back::<f64>()
}

#[test]
fn files() -> Result<()> {
    let path = std::env::temp_dir().join(format!("nptensor-models-{}.safetensors", std::process::id()));
    formats::save_model(&path, &network::<f64>()?)?;
    assert_eq!(formats::load_model::<f64>(&path)?, network()?);
    assert_eq!(formats::load_model::<f32>(&path)?, network::<f64>()?.cast());
    std::fs::remove_file(&path).unwrap();
    let error = formats::save_model(path.with_extension("npz"), &network::<f64>()?).unwrap_err().to_string();
    assert!(error.ends_with(".npz: a model is saved as .safetensors: no other format keeps its layers"), "{error}");
    assert!(!path.with_extension("npz").exists());
    Ok(())
}

/// The book's names and torch's, told what lies between, give the same network as one that lists its layers.
#[test]
fn names_of_the_book_and_of_torch() -> Result<()> {
    let (w1, b1, w2, b2) =
        (weights::<f64>(&[3, 4])?, weights::<f64>(&[4])?, weights::<f64>(&[4, 2])?, weights::<f64>(&[2])?);
    let network = Sequential::new([Layer::dense(&w1, &b1), Layer::Relu, Layer::dense(&w2, &b2), Layer::Softmax])?;
    let archive = |names: [&str; 4], tensors: [&Tensor; 4]| -> Result<Archive> {
        let mut archive = Archive::new();
        names.iter().zip(tensors).try_for_each(|(name, tensor)| archive.insert(*name, tensor))?;
        Ok(archive)
    };
    let book = archive(["b2", "W2", "W1", "b1"], [&b2, &w2, &w1, &b1])?;
    // As safetensors has them from torch, a Flatten before them and a Dropout between.
    let (t1, t2) = (w1.t().to_contiguous(), w2.t().to_contiguous());
    let torch = archive(["1.weight", "1.bias", "10.weight", "10.bias"], [&t1, &b1, &t2, &b2])?;
    for mut archive in [book, torch] {
        assert_eq!(formats::model(&archive, Layer::Relu, Layer::Softmax)?, network);
        archive.metadata_mut().insert("layers".into(), "dense relu\n dense  softmax ".into());
        assert_eq!(Sequential::try_from(&archive)?, network);
    }
    Ok(())
}

#[test]
fn what_describes_no_network() -> Result<()> {
    let layers = |layers: &str| {
        let mut archive = Archive::from(&network::<f64>().unwrap());
        archive.metadata_mut().insert("layers".into(), layers.into());
        Sequential::<f64>::try_from(&archive).unwrap_err().to_string()
    };
    let known = "known are dense, sigmoid, step, relu, identity, softmax, tanh";
    assert_eq!(layers(""), "model: the layers \"\" have 0 dense ones, and there are weights for 3");
    assert_eq!(
        layers("dense relu dense"),
        "model: the layers \"dense relu dense\" have 2 dense ones, and there are weights for 3"
    );
    assert_eq!(layers("dense dense Relu dense"), format!("model: the metadata lists a layer \"Relu\": {known}"));
    assert_eq!(
        layers("dense dense \u{1b}[31m dense"),
        format!("model: the metadata lists a layer \"\\u{{1b}}[31m\": {known}")
    );

    let error = |names: &[&str]| {
        let mut archive = Archive::new();
        for &name in names {
            archive.insert(name, Tensor::from([[1.0]])).unwrap();
        }
        formats::model::<f64>(&archive, Layer::Relu, Layer::Relu).unwrap_err().to_string()
    };
    assert_eq!(error(&[]), "model: no weights and biases");
    assert_eq!(error(&["W1"]), "model: \"W1\" has no \"b1\" beside it");
    assert_eq!(error(&["0.weight", "1.bias"]), "model: \"0.weight\" has no \"0.bias\" beside it");
    assert_eq!(error(&["W1", "b1", "b2"]), "model: no weight for every bias among \"W1\", \"b1\", \"b2\"");
    assert_eq!(error(&["x"]), "model: \"x\" is no name of a weight or bias: expected W1 b1 .. or 0.weight 0.bias ..");
    assert_eq!(error(&["W1", "b1"]), "layer 0 (dense): bias of shape (1,1) does not fit weights of shape (1,1)");
    let bare = formats::read_model::<f64>(b"\x08\0\0\0\0\0\0\0{}      ").unwrap_err().to_string();
    assert_eq!(bare, "model: the file does not list its layers: no \"layers\" in its metadata");
    assert!(formats::read_model::<f64>(b"text").unwrap_err().to_string().starts_with("file: byte 0: "));
    Ok(())
}
