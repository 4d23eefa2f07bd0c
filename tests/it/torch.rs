//! Files that torch wrote, against what torch has in them: every tensor to the bit, the layers of a network, and what is left out.
//!
//! The files and what is in them come from `golden/torch_files.py`, which names its version; no Python is needed here. So do the numbers that each layer by itself is compared with.

use super::formats::line;
use super::in_place::varied;
use nptensor::formats::{self, Archive, Contents, Format, pt};
use nptensor::reference::{Array, compare, indices};
use nptensor::{Float, Layer, Result, Sequential, Tensor, Workspace};
use std::path::{Path, PathBuf};

fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/torch").join(file)
}

fn load(file: &str) -> Archive {
    formats::load(golden(file)).unwrap_or_else(|error| panic!("{file}: {error}")).into_archive()
}

/// Lines of expected.tsv: tensors in their order, then texts and what is left out.
fn lines(file: &str, archive: &Archive) -> Vec<String> {
    let tensors = archive.iter().map(|(name, tensor)| line(file, name, tensor));
    let texts = archive.metadata().iter().map(|(key, text)| format!("{file}\t@{key}\t{text}"));
    let left_out = archive.left_out().iter().map(|(name, why)| format!("{file}\t!{name}\t{why}"));
    tensors.chain(texts).chain(left_out).collect()
}

#[test]
fn files_of_torch() {
    let expected = std::fs::read_to_string(golden("expected.tsv")).unwrap();
    let all: Vec<&str> = expected.lines().collect();
    let (mut read, mut refused, mut computed) = (0, 0, 0);
    for wanted in all.chunk_by(|a, b| a.split('\t').next() == b.split('\t').next()) {
        let file = wanted[0].split('\t').next().unwrap();
        if file.starts_with("bad-") {
            let error = formats::load(golden(file)).expect_err(file).to_string();
            let part = wanted[0].split('\t').nth(1).unwrap();
            assert!(error.contains(part), "{file}: {error:?} does not say {part:?}");
            refused += 1;
            continue;
        }
        assert_eq!(Format::of(&std::fs::read(golden(file)).unwrap()), Some(Format::Pt), "{file}");
        let (outputs, wanted): (Vec<&str>, Vec<&str>) = wanted.iter().partition(|line| line.contains("\t="));
        assert_eq!(lines(file, &load(file)), wanted, "{file}");
        outputs.iter().for_each(|output| computes(file, output));
        computed += outputs.len();
        read += 1;
    }
    assert!(read >= 20 && refused >= 15 && computed >= 4, "{read} files read, {refused} refused, {computed} networks");
}

/// The file's network makes of these numbers what torch makes of them.
fn computes(file: &str, output: &str) {
    let network = Sequential::<f64>::try_from(&load(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let [_, x, bits] = output.split('\t').collect::<Vec<_>>()[..] else { panic!("{output}") };
    let x: Vec<f64> = x[1..].split(',').map(|x| x.parse().unwrap()).collect();
    let bits = (0..bits.len() / 16).map(|i| u64::from_str_radix(&bits[16 * i..16 * i + 16], 16).unwrap().swap_bytes());
    let y = network.forward(&Tensor::from(x)).unwrap();
    for (y, wanted) in y.iter().zip(bits.map(f64::from_bits)) {
        // Sums of up to three terms and the bias, in another order, layer after layer of at most twenty, each of slope 1 or so.
        assert!((y - wanted).abs() <= 20.0 * 4.0 * f64::EPSILON * wanted.abs().max(1.0), "{file}: {y} and {wanted}");
    }
}

/// As safetensors, the same tensors, types and texts; and gzipped the same as not.
#[test]
fn what_torch_saved_is_kept_in_other_formats() {
    for file in ["layers.pt", "views.pt", "types.pt", "checkpoint-model.pt"] {
        let archive = load(file);
        let bytes = formats::to_bytes(&Contents::from(&archive), Format::Safetensors).unwrap();
        let again = formats::read(&bytes).unwrap().into_archive();
        let tensors = |archive: &Archive| lines(file, archive)[..archive.len()].join(" ").replace("\tF\t", "\tC\t");
        assert_eq!(tensors(&again), tensors(&archive), "{file}");
        assert_eq!(again.metadata(), archive.metadata(), "{file}");
    }
    let file = std::fs::read(golden("state-dict.pt")).unwrap();
    let blocks = file.chunks(60_000).map(|block| {
        let n = block.len() as u16;
        [&[1][..], &n.to_le_bytes(), &(!n).to_le_bytes(), block].concat()
    });
    let crc = !file
        .iter()
        .fold(!0_u32, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320)));
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
    let tail = [crc.to_le_bytes(), (file.len() as u32).to_le_bytes()].concat();
    let gzipped = [head, blocks.collect::<Vec<_>>().concat(), tail].concat();
    assert_eq!(Format::inside(&gzipped), Some(Format::Pt));
    assert_eq!(formats::read(&gzipped).unwrap().into_archive(), load("state-dict.pt"));
}

/// Tensors share their storage: twice the same costs nothing, and a change of one is not seen in the other.
#[test]
fn tied_tensors_share_their_elements() {
    let archive = load("tied.pt");
    let [a, b] = ["a", "b"].map(|name| archive.tensor::<f32>(name).unwrap());
    assert_eq!(a.as_slice().unwrap().as_ptr(), b.as_slice().unwrap().as_ptr());
    let (mut changed, before) = (a.clone(), a.to_vec());
    changed.set(&[0, 0], 7.0).unwrap();
    assert_eq!((a.to_vec(), b.to_vec()), (before.clone(), before));
    // Where elements overlap, each tensor has its own.
    let views = load("views.pt");
    for name in ["expanded", "windows"] {
        let mut tensor = views.tensor::<f32>(name).unwrap();
        tensor.set(&[1, 0], 9.0).unwrap();
        assert_eq!(tensor.iter().filter(|&x| x == 9.0).count(), 1, "{name}");
    }
    let base = views.get("base").unwrap();
    assert!(base.strides() == [12, 4, 1] && views.get("t").unwrap().strides() == [1, 4], "views of the storage");
}

#[test]
fn formats_of_torch_by_name() {
    assert_eq!([Format::of_name("m.pt"), Format::of_name("m.PTH")], [Some(Format::Pt); 2]);
    let error = formats::to_bytes(&Contents::from(load("tied.pt")), Format::Pt).unwrap_err().to_string();
    assert_eq!(error, "pt: byte 0: this format is read and not written");
    let file = std::fs::read(golden("layers.pt")).unwrap();
    let error = pt::read_limited(&file, 4000).unwrap_err().to_string();
    assert!(error.contains("bytes, where 4000 are allowed"), "{error}");
}

/// The bound that `formats/parts.rs` states for a BatchNorm after a dense layer, whose mean is far from 0 here.
#[test]
fn a_batch_norm_is_folded_within_its_bound() -> Result<()> {
    let (w, b) = (varied::<f32>(&[4, 9])?, varied::<f32>(&[4])?);
    let [gamma, beta, mean] = [5, 11, 2].map(|seed| varied::<f32>(&[seed, 4]).unwrap().slice(-1).unwrap());
    let (mean, var) = (mean * 300.0, Tensor::from([0.25_f32, 3.0, 1e-3, 7.0]));
    let mut archive = Archive::new();
    let norm = [("1.weight", &gamma), ("1.bias", &beta), ("1.running_mean", &mean), ("1.running_var", &var)];
    for (name, tensor) in [[("0.weight", &w), ("0.bias", &b)].as_slice(), &norm].concat() {
        archive.insert(name, tensor)?;
    }
    let network = formats::model_with_layers::<f32>(&archive, "dense batchnorm")?.cast::<f64>();
    assert_eq!(network.layers().len(), 1);
    let [x, w] = [varied::<f32>(&[50, 9])?, w.t()].map(|part| part.cast::<f64>());
    let [b, gamma, beta, mean, var] = [&b, &gamma, &beta, &mean, &var].map(Tensor::cast::<f64>);
    let factor = gamma / (var + 1e-5).sqrt();
    let exact = (x.dot(&w)? + &b - &mean) * &factor + &beta;
    let terms = (x.abs().dot(&w.abs())? + b.abs() + mean.abs()) * factor.abs() + beta.abs();
    let off = (network.forward(&x)? - exact).abs() / terms;
    let off = off.max()?;
    assert!(off <= f64::from(f32::EPSILON) && off > 0.0, "{off:e}");
    Ok(())
}

/// A BatchNorm before all else is a layer of its own, with the bits of its factors; nothing is folded into what follows it.
#[test]
fn a_batch_norm_comes_first() -> Result<()> {
    let (w, b) = (varied::<f32>(&[2, 3])?, varied::<f32>(&[2])?);
    let [gamma, beta, mean] = [5, 11, 2].map(|seed| varied::<f32>(&[seed, 3]).unwrap().slice(-1).unwrap());
    let var = Tensor::from([0.25_f32, 3.0, 1e-3]);
    let mut archive = Archive::new();
    for (name, tensor) in [("0.weight", &gamma), ("0.bias", &beta), ("0.running_mean", &mean), ("0.running_var", &var)]
    {
        archive.insert(name, tensor)?;
    }
    archive.insert("1.weight", &w)?;
    archive.insert("1.bias", &b)?;
    let network = formats::model_with_layers::<f32>(&archive, "batchnorm dense relu")?;
    assert_eq!(network.to_string(), "scale:0(3)\ndense:1(3, 2)\nrelu");
    let x = varied::<f32>(&[7, 3])?;
    let factor = gamma.cast::<f64>() / (var.cast::<f64>() + 1e-5).sqrt();
    let shift = (beta.cast::<f64>() - mean.cast::<f64>() * &factor).cast::<f32>();
    let scale = factor.cast::<f32>();
    let wanted = ((&x * &scale + &shift).dot(&w.t())? + &b).relu();
    assert_eq!(network.forward(&x)?, wanted);
    Ok(())
}

/// Rows of numbers by their bits.
fn numbers<T: Float>(bits: &str, rows: usize) -> Result<Tensor<T>> {
    let digits = 2 * size_of::<T>();
    let bits = (0..bits.len()).step_by(digits).map(|at| u64::from_str_radix(&bits[at..at + digits], 16).unwrap());
    let values = bits.map(|x| if digits == 8 { f32::from_bits(x as u32).into() } else { f64::from_bits(x) });
    let values: Vec<T> = values.map(T::from_f64).collect();
    let width = values.len() / rows;
    Tensor::from_vec(values, &[rows, width])
}

/// The sizes of what is added up for each result, of which a rounding changes some 2^-53.
fn terms(network: &Sequential<f64>, x: &Tensor<f64>) -> Result<Tensor<f64>> {
    let mut terms = x.abs();
    for layer in network.layers() {
        terms = match (layer, layer.to_string().strip_prefix("normalize(")) {
            (Layer::Dense { w, b }, _) => terms.dot(&w.abs())? + b.abs(),
            (Layer::Scale { scale, shift }, _) => terms * scale.abs() + shift.abs(),
            (_, Some(eps)) => {
                let eps: f64 = eps.trim_end_matches(')').parse().unwrap();
                let largest = (&terms + terms.mean_keepdims(&[-1])?) / (x.var_keepdims(&[-1])? + eps).sqrt();
                terms * 0.0 + largest.max_keepdims(&[-1])?
            }
            _ => terms,
        };
    }
    Ok(terms)
}

/// How far apart two answers may be that both round each step, with u = eps / 2 for each rounding and three inputs.
///
/// A dense layer: 3 u of its terms, each. Folded: 3 more here, 4 for torch's bias and 7 for its norm. A BatchNorm: 3 here
/// (factor, product, sum), and 7 for torch, which rounds the deviation and its reciprocal, too. Rows that are normalized:
/// 3 for the mean, so 4 for each difference, √2 as much for the deviation, 10 for the steps after them, both.
/// Functions: 4 ulp here (`kernel/activation.rs`) and 4 in torch. Its GELU adds 1 to a number near -1, which loses digits
/// of x; its SiLU is 0 where exp(-x) overflows; its softplus(b) is x where b x > 20.
fn may(list: &str, x: f64, y: f64, terms: f64, [eps, least, most]: [f64; 3]) -> f64 {
    let sizes = match list.split([':', '(']).next().unwrap() {
        "dense" if list.contains("batchnorm") => 9.0 * terms,
        "dense" => 3.0 * terms,
        "batchnorm" => 5.0 * terms,
        "layernorm" | "normalize" => 20.0 * terms,
        "elu" => 8.0 * y.abs(),
        "silu" => return 8.0 * eps * y.abs() + x.abs() / most,
        "softplus" if x > 10.0 => return 8.0 * eps * y.abs() + 1.1e-9,
        "softplus" => 8.0 * y.abs(),
        "gelu" | "gelu_tanh" => 4.0 * (y.abs() + x.abs()),
        "log_softmax" => 8.0 * (y.abs() + 1.0),
        "leaky_relu" | "hardtanh" | "dropout" | "flatten" => return 0.0,
        _ => panic!("{list}"),
    };
    sizes * eps + 2.0 * least
}

/// Each layer by itself, of numbers of all kinds: with the same bits however it runs, saved and read as well, and within its bound of what torch makes of them.
fn alone<T: Float>(column: usize, limits: [f64; 3]) -> Result<()> {
    let (all, text) = (load("alone.pt"), std::fs::read_to_string(golden("alone.txt")).unwrap());
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let first = lines.next().unwrap()[column];
    let x = numbers::<T>(first, 10)?;
    let mut lists = Vec::new();
    for line in lines {
        let list = line[0];
        let mut archive = Archive::new();
        for (name, tensor) in
            all.iter().filter(|(name, _)| list.contains(&format!(":{}", name.rsplit_once('.').unwrap().0)))
        {
            archive.insert(name, tensor.clone())?;
        }
        let network = formats::model_with_layers::<T>(&archive, list)?;
        let y = network.forward(&x)?;
        let same =
            |way: &str, other: Array<T>| compare(&y, other).unwrap_or_else(|error| panic!("{list}, {way}: {error}"));
        same("its definition", network.layers().iter().fold(Array::from(&x), |x, layer| x.layer(layer)));
        let file = formats::to_bytes(&Archive::from(&network).into(), Format::Safetensors)?;
        same("saved", Array::from(&formats::read_model::<T>(&file)?.forward(&x)?));
        let (mut predicted, mut explained, mut work) = (Vec::new(), Vec::new(), Workspace::new());
        for (row, values) in x.rows().enumerate() {
            predicted.extend(network.predict(&values.to_vec(), &mut work)?);
            explained.extend(nptensor::explain::forward_row(&network, &x, row)?.y().iter());
        }
        same("row by row", Array::new(y.shape(), predicted));
        same("explained", Array::new(y.shape(), explained));

        let bits = if line[1] == "x" { first } else { line[column] };
        let wanted = numbers::<T>(bits, 10)?.cast::<f64>();
        let (x, y) = (x.cast::<f64>(), y.cast::<f64>());
        let terms = terms(&network.cast(), &x)?;
        for at in indices(y.shape()) {
            // (A function has an input for each output; for others it counts in the terms alone.)
            let (x, y, wanted, terms) =
                (x[[at[0], at[1]]], y[[at[0], at[1]]], wanted[[at[0], at[1]]], terms[[at[0], at[1]]]);
            let what = || format!("{list} at {at:?}: {y:e} of {x:e}, and torch has {wanted:e}");
            match list {
                // torch's float32 has nan for inf, and inf for the greatest number; its float64 has x, too.
                "gelu" if column == 1 && x >= limits[2] => assert_eq!(y, x, "{}", what()),
                // torch's sum overflows before the norm; in one layer, what overflows is another part of it.
                "dense:folded.0 batchnorm:folded.1(1e-5)" if at[0] == 6 => assert!(wanted.is_infinite(), "{}", what()),
                // Squares overflow in the type: by torch's reciprocal of the deviation nan. Here they are sums in f64, and quotients.
                "layernorm:row(1e-5)" | "normalize(0.001)" if at[0] == 6 => {
                    assert!(wanted.is_nan() && y.is_finite(), "{}", what())
                }
                _ if wanted.is_nan() => assert!(y.is_nan(), "{}", what()),
                _ if wanted.is_infinite() || y == wanted => {
                    assert!(y == wanted && y.is_sign_negative() == wanted.is_sign_negative(), "{}", what())
                }
                _ => {
                    let may = may(list, x, wanted, terms, limits);
                    assert!((y - wanted).abs() <= may, "{}: apart by {:e}, not {may:e}", what(), (y - wanted).abs());
                }
            }
        }
        lists.push(list.to_string());
    }
    assert_eq!(lists.join(" "), all.metadata()["layers"]);
    Ok(())
}

#[test]
fn layers_alone() -> Result<()> {
    alone::<f32>(1, [f32::EPSILON.into(), f32::from_bits(1).into(), f32::MAX.into()])?;
    alone::<f64>(2, [f64::EPSILON, f64::from_bits(1), f64::MAX])
}
