//! Models from files: what is saved comes back to the bit, from every kind of layer, and what describes no network is refused with its names.

use nptensor::formats::{self, Archive, Format, LayerOrder, layer_order};
use nptensor::{Float, Layer, Result, Sequential, Tensor};

fn weights<T: Float>(shape: &[usize]) -> Result<Tensor<T>> {
    Tensor::from_fn(shape, |i| T::from_f64(i.iter().fold(0.3, |x, &i| x * 1.7 + i as f64 / 3.0)))
}

/// Every kind of layer, also at the beginning, and twice.
pub(super) fn network<T: Float>() -> Result<Sequential<T>> {
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
    let known = "known are dense, dense:NAME, sigmoid, step, relu, identity, softmax, tanh, batchnorm:NAME(eps), \
                 layernorm:NAME(eps), scale:NAME, leaky_relu(a), elu(a), gelu, gelu_tanh, silu, softplus(b), \
                 log_softmax, hardtanh(l,h), normalize(eps), dropout, flatten";
    assert_eq!(layers(""), "model: the layers \"\" have 0 dense ones, and there are weights for 3");
    assert_eq!(
        layers("dense relu dense"),
        "model: the layers \"dense relu dense\" have 2 dense ones, and there are weights for 3"
    );
    assert_eq!(layers("dense dense Relu dense"), format!("model: layer \"Relu\" is unknown: {known}"));
    assert_eq!(layers("dense dense \u{1b}[31m dense"), format!("model: layer \"\\u{{1b}}[31m\" is unknown: {known}"));

    let error = |names: &[&str]| {
        let mut archive = Archive::new();
        for &name in names {
            archive.insert(name, Tensor::from([[1.0]])).unwrap();
        }
        formats::model::<f64>(&archive, Layer::Relu, Layer::Relu).unwrap_err().to_string()
    };
    assert_eq!(error(&[]), "model: no weights and biases");
    assert_eq!(error(&["W1"]), "model: \"W1\" has no \"b1\" beside it");
    assert_eq!(error(&["0.weight", "1.bias"]), "model: no weight for every bias among \"0.weight\", \"1.bias\"");
    assert_eq!(error(&["W1", "b1", "b2"]), "model: no weight for every bias among \"W1\", \"b1\", \"b2\"");
    assert_eq!(error(&["Wout", "bout", "b_x"]), "model: no weight for every bias among \"Wout\", \"bout\", \"b_x\"");
    let known = "W1 b1, 0.weight 0.bias, coefs_0 intercepts_0, dense/kernel dense/bias";
    for (names, all) in
        // (What merely begins with b is no bias.)
        [
            (&["fc.weights", "fc.bias"][..], "\"fc.weights\", \"fc.bias\""),
            (&["w0", "b0"], "\"w0\", \"b0\""),
            (&["bn/gamma", "bn/beta"], "\"bn/gamma\", \"bn/beta\""),
        ]
    {
        let say = "save it under such a name, or leave it out (--only)";
        let wanted = format!("model: {:?} is no name of a weight or bias ({known}) among {all}: {say}", names[0]);
        assert_eq!(error(names), wanted);
    }
    let bare = formats::read_model::<f64>(b"\x08\0\0\0\0\0\0\0{}      ").unwrap_err().to_string();
    assert_eq!(bare, "model: the file does not list its layers: no \"layers\" in its metadata");
    assert!(formats::read_model::<f64>(b"text").unwrap_err().to_string().starts_with("file: byte 0: "));
    Ok(())
}

/// Layers under torch's names, of these inputs and outputs.
fn named(layers: &[(&str, [usize; 2])]) -> Result<Archive> {
    let mut archive = Archive::new();
    for (i, &(name, [inputs, outputs])) in layers.iter().enumerate() {
        archive.insert(format!("{name}.weight"), Tensor::full(&[outputs, inputs], i as f64 + 0.5)?)?;
        archive.insert(format!("{name}.bias"), Tensor::<f64>::zeros(&[outputs])?)?;
    }
    Ok(archive)
}

/// The same layers as torch's `save_file` writes them, by the alphabet.
fn sorted(archive: &Archive) -> Result<Archive> {
    let mut tensors: Vec<_> = archive.iter().collect();
    tensors.sort_by_key(|(name, _)| *name);
    let mut sorted = Archive::new();
    tensors.into_iter().try_for_each(|(name, tensor)| sorted.insert(name, tensor.clone()))?;
    let file = formats::to_bytes(&sorted.into(), Format::Safetensors)?;
    Ok(formats::read(&file)?.into_archive())
}

/// Eleven `Linear(4, 4)` with tanh between them, after `torch.manual_seed(1)`: torch's own answer for 1 2 3 4.
#[test]
fn eleven_layers_of_torch() -> Result<()> {
    // The generator MT19937, seeded with 1; a uniform float32 takes the lower 24 bits.
    let mut state = vec![1_u32];
    for i in 1..624 {
        let last = state[i - 1];
        state.push(1_812_433_253_u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(i as u32));
    }
    for i in 0..624 {
        let both = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7fff_ffff);
        state[i] = state[(i + 397) % 624] ^ (both >> 1) ^ (if both & 1 == 1 { 0x9908_b0df } else { 0 });
    }
    let mut numbers = state.into_iter().map(|mut x| {
        x ^= x >> 11;
        x ^= (x << 7) & 0x9d2c_5680;
        x ^= (x << 15) & 0xefc6_0000;
        x ^= x >> 18;
        (x & 0xff_ffff) as f32 / 16_777_216.0 - 0.5
    });
    let mut archive = Archive::new();
    for i in 1..=11 {
        let mut take = |shape: &[usize]| Tensor::from_fn(shape, |_| numbers.next().unwrap());
        archive.insert(format!("fc{i}.weight"), take(&[4, 4])?)?;
        archive.insert(format!("fc{i}.bias"), take(&[4])?)?;
    }
    let x = Tensor::from([1_f32, 2.0, 3.0, 4.0]);
    for archive in [sorted(&archive)?, archive] {
        let network = formats::model(&archive, Layer::Tanh, Layer::Identity)?;
        let y = network.forward(&x)?;
        let torch = Tensor::from([0.631_415_4_f32, -0.306_083_65, -0.215_904_65, 0.285_732_5]);
        assert!((&y - &torch).abs().max()? < 1e-6, "{y}");
        assert_eq!((network.layer_name(2), network.layer_name(1)), (Some("fc2"), None));
    }
    Ok(())
}

#[test]
fn what_tells_the_order_of_layers() -> Result<()> {
    let square = [4, 4];
    let check = |archive: &Archive, told_by: LayerOrder, names: &str| {
        assert_eq!(layer_order(archive).unwrap(), (told_by, names.split(' ').collect()));
    };
    // Numbers, of any length and in several places; leading zeros make equal ones.
    for names in ["fc9 fc10", "0 2 10", "enc.0 enc.1", "l1.0 l1.1 l2.0 l10.0", "x2 x18446744073709551616"] {
        let mut layers: Vec<_> = names.split(' ').map(|name| (name, square)).collect();
        check(&sorted(&named(&layers)?)?, LayerOrder::Numbers, names);
        layers.reverse();
        check(&named(&layers)?, LayerOrder::Numbers, names);
    }
    check(&sorted(&named(&[("fc1", square), ("fc01", square)])?)?, LayerOrder::Unknown, "fc01 fc1");
    // Shapes, where one order alone fits.
    let mlp = [("input", [8, 5]), ("hidden", [5, 4]), ("output", [4, 3])];
    check(&named(&mlp)?, LayerOrder::Shapes, "input hidden output");
    check(&sorted(&named(&mlp)?)?, LayerOrder::Shapes, "input hidden output");
    let mixed = [("embed", [9, 4]), ("mix", [4, 4]), ("body", [4, 7]), ("out", [7, 2])];
    check(&sorted(&named(&mixed)?)?, LayerOrder::Shapes, "embed mix body out");
    // The file, where it keeps an order that is not the alphabet's.
    for (names, file) in [
        (["stem", "head"], LayerOrder::File),
        (["encoder", "decoder"], LayerOrder::File),
        (["head", "stem"], LayerOrder::Unknown),
        // As a shell lists files.
        (["a_b", "AC"], LayerOrder::Unknown),
    ] {
        let archive = named(&names.map(|name| (name, square)))?;
        let npz = formats::read(&formats::to_bytes(&(&archive).into(), Format::Npz)?)?.into_archive();
        check(&npz, file, &names.join(" "));
        assert_eq!(layer_order(&sorted(&archive)?)?.0, LayerOrder::Unknown);
    }
    // Nor where types may have sorted it, as in a file that was a safetensors.
    let mut archive = named(&[("stem", square)])?;
    archive.insert("head.weight", Tensor::<f32>::eye(4)?)?;
    archive.insert("head.bias", Tensor::<f32>::zeros(&[4])?)?;
    check(&archive, LayerOrder::Unknown, "stem head");
    // {"stem.weight": 1, "stem.bias": 1, "head.weight": 1, "head.bias": 1}, a dict that Python wrote.
    let mut pickle = b"\x80\x02}(".to_vec();
    for name in ["stem.weight", "stem.bias", "head.weight", "head.bias"] {
        pickle.extend([b"X", &(name.len() as u32).to_le_bytes()[..], name.as_bytes(), b"K\x01"].concat());
    }
    check(&formats::read(&[&pickle, &b"u."[..]].concat())?.into_archive(), LayerOrder::File, "stem head");
    Ok(())
}

/// Shapes tell the order if and only if one permutation fits.
#[test]
fn the_only_chain_of_shapes() -> Result<()> {
    fn chains(left: &mut Vec<usize>, sizes: &[[usize; 2]], last: Option<usize>) -> usize {
        if left.is_empty() {
            return 1;
        }
        let mut found = 0;
        for i in 0..left.len() {
            let layer = left.remove(i);
            if last.is_none_or(|last| last == sizes[layer][0]) {
                found += chains(left, sizes, Some(sizes[layer][1]));
            }
            left.insert(i, layer);
        }
        found
    }
    let (mut seed, mut unique) = (1_u64, 0);
    let mut below = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) % n) as usize
    };
    for _ in 0..4000 {
        let mut sizes: Vec<[usize; 2]> = Vec::new();
        for i in 0..2 + below(5) {
            let inputs = if i > 0 && below(4) > 0 { sizes[i - 1][1] } else { 1 + below(5) };
            sizes.insert(if below(2) == 0 { 0 } else { i }, [inputs, 1 + below(5)]);
        }
        let names = ["a", "b", "c", "d", "e", "f"];
        let layers: Vec<_> = names.into_iter().zip(sizes.iter().copied()).collect();
        let (archive, n) = (named(&layers)?, chains(&mut (0..sizes.len()).collect(), &sizes, None));
        let (told_by, order) = layer_order(&archive)?;
        assert_eq!(told_by, if n == 1 { LayerOrder::Shapes } else { LayerOrder::Unknown }, "{sizes:?}");
        if n == 1 {
            unique += 1;
            let order: Vec<usize> = order.iter().map(|name| names.iter().position(|n| n == name).unwrap()).collect();
            assert!(order.windows(2).all(|pair| sizes[pair[0]][1] == sizes[pair[1]][0]), "{sizes:?} {order:?}");
        }
    }
    assert!((400..3600).contains(&unique), "{unique}");
    Ok(())
}

/// A list with names is the order, whatever else would tell one.
#[test]
fn a_list_names_its_layers() -> Result<()> {
    let square = [2, 2];
    let archive = sorted(&named(&[("stem", square), ("head", square)])?)?;
    let unknown = "model: neither names nor shapes nor the file tell the order of the layers \"head\" (2,2), \"stem\" \
                   (2,2): say it in the metadata, \"layers\": \"dense:NAME relu dense:NAME\", or with --layers";
    let error = formats::model::<f64>(&archive, Layer::Relu, Layer::Relu).unwrap_err();
    assert_eq!(error.to_string(), unknown);
    let with = |layers: &str| formats::model_with_layers::<f64>(&archive, layers);
    assert_eq!(with("dense relu dense").unwrap_err().to_string(), unknown);
    let network = with("dense:stem relu dense:head")?;
    assert_eq!(network.to_string(), "dense:stem(2, 2)\nrelu\ndense:head(2, 2)");
    assert_eq!(network.cast::<f32>().to_string(), network.to_string());
    assert_eq!(network.forward(&Tensor::from([1.0, 1.0]))?.to_string(), "[3. 3.]");
    // It replaces that of the file, and `model` keeps its order.
    let mut listed = archive.clone();
    listed.metadata_mut().insert("layers".into(), "dense:stem tanh dense:head".into());
    assert_eq!(formats::model_with_layers::<f64>(&listed, "dense:stem relu dense:head")?, network);
    let by_model = formats::model::<f64>(&listed, Layer::Relu, Layer::Identity)?;
    assert_eq!(by_model.to_string(), network.to_string() + "\nidentity");
    for (list, wanted) in [
        ("dense:stem dense", "the layers \"dense:stem dense\" name some layers and not others of their kind"),
        ("dense:stem dense:stem", "the layers \"dense:stem dense:stem\" have \"stem\" twice"),
        (
            "dense:stem dense:x",
            "the layers \"dense:stem dense:x\" have \"x\", and the file has no such weights: it has \"head\", \"stem\"",
        ),
        ("dense:head relu", "the layers \"dense:head relu\" leave out \"stem\""),
    ] {
        assert_eq!(with(list).unwrap_err().to_string(), format!("model: {wanted}"));
    }
    // The book's names, of which one may be torch's as well.
    let mut book = Archive::new();
    for (name, tensor) in [("W1", [[1.0]]), ("W2", [[3.0]])] {
        book.insert(name, Tensor::from(tensor))?;
        book.insert(name.replace('W', "b"), Tensor::from([1.0]))?;
    }
    let back = formats::model_with_layers::<f64>(&book, "dense:W2 dense:W1")?;
    assert_eq!(back.to_string(), "dense:W2(1, 1)\ndense:W1(1, 1)");
    book.insert("W1.weight", Tensor::from([[1.0]]))?;
    book.insert("W1.bias", Tensor::from([1.0]))?;
    let twice = formats::model_with_layers::<f64>(&book, "dense:W2 dense:W1").unwrap_err().to_string();
    assert_eq!(twice, "model: the layers \"dense:W2 dense:W1\" leave out \"W1\"");
    Ok(())
}

/// Arrays as torch, scikit-learn, flax and keras name them, norms among them, each against what they stand for.
#[test]
fn layers_as_others_name_them() -> Result<()> {
    let (w, b) = (Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), Tensor::from([0.5, -0.5]));
    let archive = |arrays: &[(&str, &Tensor<f64>)]| -> Result<Archive> {
        let mut archive = Archive::new();
        arrays.iter().try_for_each(|(name, tensor)| archive.insert(*name, *tensor))?;
        Ok(archive)
    };
    let x = Tensor::from([[1.0, -1.0, 2.0], [0.0, 0.25, -4.0]]);
    let dense = x.dot(&w.t())? + &b;
    // Weights (in, out) and (out, in), a bias of one row, and none.
    let row = b.reshape(&[1, 2])?;
    let (named, none) = (Tensor::zeros(&[2])?, x.dot(&w.t())?);
    for (arrays, wanted) in [
        (vec![("net.fc.weight", &w), ("net.fc.bias", &b)], &dense),
        (vec![("module.0.weight", &w), ("module.0.bias", &row)], &dense),
        (vec![("0.weight", &w)], &none),
        (vec![("0.weight", &w), ("0.bias", &named)], &none),
        (vec![("coefs_.0", &w.t()), ("intercepts_.0", &b)], &dense),
        (vec![("coefs_0", &w.t()), ("intercepts_0", &b)], &dense),
        (vec![("params.Dense_0.kernel", &w.t()), ("params.Dense_0.bias", &b)], &dense),
        (vec![("dense/kernel:0", &w.t()), ("dense/bias:0", &b)], &dense),
        (vec![("dense_1/kernel", &w.t())], &none),
    ] {
        let network = formats::model(&archive(&arrays)?, Layer::Relu, Layer::Identity)?;
        assert_eq!(&network.forward(&x)?, wanted, "{arrays:?}");
    }
    // A BatchNorm is folded into the dense layer before it: exact here, for the factors are powers of two.
    let [gamma, beta, mean, var] = [[2.0, 4.0], [1.0, -1.0], [0.5, 2.0], [4.0, 15.0]].map(Tensor::from);
    let mut arrays = vec![("0.weight", &w), ("0.bias", &b)];
    let norm = [("1.weight", &gamma), ("1.bias", &beta), ("1.running_mean", &mean), ("1.running_var", &var)];
    arrays.extend(norm);
    let count = Tensor::from(7.0);
    arrays.push(("1.num_batches_tracked", &count));
    let all = archive(&arrays)?;
    let folded = formats::model_with_layers::<f64>(&all, "dense batchnorm:1(1.0) leaky_relu")?;
    assert_eq!(folded.to_string(), "dense:0+batchnorm:1(3, 2)\nleaky_relu(0.01)");
    let factor = Tensor::from([2.0 / 5.0_f64.sqrt(), 1.0]);
    let batch_norm = |dense: &Tensor| (dense - &mean) * &factor + &beta;
    let bound = 8.0 * f64::EPSILON * 40.0;
    let wanted = batch_norm(&dense);
    let leaky = wanted.clone().maximum(&(&wanted * 0.01))?;
    let distance = (folded.forward(&x)? - &leaky).abs().max()?;
    assert!(distance <= bound, "{distance:e} > {bound:e}");
    // Not behind one, it is a scale of its own; without a weight and a bias it has 1 and 0.
    let alone = formats::model_with_layers::<f64>(&archive(&norm)?, "relu batchnorm(1.0)")?;
    assert_eq!(alone.to_string(), "relu\nscale:1(2)");
    let bare = formats::model_with_layers::<f64>(&archive(&norm[2..])?, "batchnorm:1(1.0)")?;
    assert_eq!(bare.layers(), [Layer::batch_norm(&Tensor::ones(&[2])?, &Tensor::zeros(&[2])?, &mean, &var, 1.0)?]);
    let layer_norm = formats::model_with_layers::<f64>(&archive(&norm[..2])?, "layernorm:1(0.5)")?;
    assert_eq!(
        layer_norm.layers(),
        [Layer::normalize(0.5), Layer::Scale { scale: gamma.clone(), shift: beta.clone() }]
    );
    // A running mean tells which of two norms is which, whatever their names.
    let mut both = archive(&norm)?;
    both.insert("other.weight", &gamma)?;
    let two = formats::model_with_layers::<f64>(&both, "layernorm relu batchnorm(1.0)")?;
    assert_eq!(two.to_string(), "normalize(1e-5)\nscale:other(2)\nrelu\nscale:1(2)");
    // There and back.
    let saved = Archive::from(&layer_norm);
    assert_eq!(saved.metadata()["layers"], "normalize(0.5) scale");
    assert_eq!(Sequential::try_from(&saved)?, layer_norm);
    let own = Sequential::new([Layer::<f64>::function("own", |_, _| {})])?;
    let error = formats::save_model(std::env::temp_dir().join("own.safetensors"), &own).unwrap_err().to_string();
    assert_eq!(error, "model: layer 0 (own) is a function of a program, which no file can hold");
    // What is said where it does not fit.
    let error =
        |archive: &Archive, layers: &str| formats::model_with_layers::<f64>(archive, layers).unwrap_err().to_string();
    for (layers, wanted) in [
        ("dense layernorm", "model: \"1\" is a batchnorm: it has a running mean"),
        ("dense batchnorm:x", "model: the layers \"dense batchnorm:x\" have \"x\", and the file has no such weights"),
        ("dense batchnorm(-1)", "model: layer \"batchnorm(-1)\" is unknown"),
        ("dense", "model: the layers \"dense\" have 1 dense ones and 0 norms, and there are weights for 1 and 1"),
    ] {
        assert!(error(&all, layers).starts_with(wanted), "{}", error(&all, layers));
    }
    let no_mean = error(&archive(&norm[..2])?, "batchnorm");
    assert_eq!(no_mean, "model: 1 has no 1.running_mean and 1.running_var beside it");
    let unlisted = formats::model::<f64>(&all, Layer::Relu, Layer::Relu).unwrap_err().to_string();
    let list =
        "list all layers, in the metadata or with --layers, with the activations between \"dense:0 batchnorm:1\"";
    assert_eq!(unlisted, format!("model: \"1\" (2,) is that of a BatchNorm, LayerNorm or scale: {list}"));
    Ok(())
}
