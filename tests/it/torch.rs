//! Files that torch wrote, against what torch has in them: every tensor to the bit, the layers of a network, and what is left out.
//!
//! The files and what is in them come from `golden/torch_files.py`, which names its version; no Python is needed here.

use super::formats::line;
use super::in_place::varied;
use nptensor::formats::{self, Archive, Contents, Format, pt};
use nptensor::{Result, Sequential, Tensor};
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
