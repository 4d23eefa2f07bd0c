//! Readers and writers without memory: each allocation whose size a file or its names choose, refused in turn, gives an
//! error.

use std::cell::Cell;

use nptensor::formats::npy::Header;
use nptensor::formats::{self, AnyTensor, Archive, Contents, Format};
use nptensor::{Error, Layer, Result, Sequential, Tensor, Workspace, free_panels};

use super::{LEFT, caught, network, numbers, values_refused};

/// Each refusal is an error that says so; there are at least `wanted`.
fn refused<V: PartialEq>(name: &str, wanted: usize, f: impl Fn() -> Result<V>) {
    values_refused(name, wanted, 0, f, |a, b| a == b);
}

/// Names, texts and lists longer than what is small here, and elements, too.
fn archive() -> Result<Archive> {
    let mut archive = Archive::new();
    for i in 0..250 {
        archive.insert(format!("{i}"), Tensor::from([i]))?;
    }
    archive.insert("n".repeat(20_000), numbers::<f64>(&[60, 70])?)?;
    archive.insert("columns", numbers::<f32>(&[60, 70])?.t())?;
    Ok(archive)
}

/// Bytes in stored blocks of deflate, in a gzip file.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
    let blocks = bytes.chunks(65_535);
    let last = blocks.len() - 1;
    for (i, block) in blocks.enumerate() {
        out.push(u8::from(i == last));
        out.extend((block.len() as u16).to_le_bytes());
        out.extend((!block.len() as u16).to_le_bytes());
        out.extend(block);
    }
    let mut crc = !0_u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        (0..8).for_each(|_| crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1)));
    }
    out.extend((!crc).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/golden/formats/{name}", env!("CARGO_MANIFEST_DIR"))).expect(name)
}

#[test]
fn arrays() -> Result<()> {
    let x = numbers::<f64>(&[60, 70])?;
    for (name, x) in [("npy", AnyTensor::from(&x)), ("npy in Fortran order", x.t().into())] {
        let bytes = formats::npy::to_bytes(&x)?;
        refused(name, 1, || formats::read(&bytes));
        refused(&format!("{name}, as float32"), 2, || {
            caught(|| Ok(formats::read(&bytes)?.into_tensor()?.cast::<f32>()))
        });
        refused(&format!("writing {name}"), 1, || formats::npy::to_bytes(&x));
        let gzip = gzip(&bytes);
        refused(&format!("{name} in gzip"), 2, || formats::read(&gzip));
    }
    let header = Header::new(nptensor::DType::F64, &[60, 70], false)?;
    let rows = vec![0; 60 * 70 * 8];
    refused("rows of npy", 1, || header.rows(&rows));
    let mut idx = b"\0\0\x08\x02\0\0\0\x64\0\0\x01\0".to_vec();
    idx.resize(12 + 25_600, 7);
    refused("IDX", 1, || formats::read(&idx));
    let gzipped = gzip(&idx);
    refused("IDX in gzip", 1, || formats::read(&gzipped));
    refused("IDX in gzip, by its name", 1, || formats::idx::read(&gzipped));
    idx.splice(2..12, *b"\x0c\x02\0\0\0\x64\0\0\0\x40");
    refused("IDX, big-endian", 1, || formats::read(&idx));
    Ok(())
}

#[test]
fn deflated() {
    // Codes of more than 11 bits take a second table.
    for (name, wanted) in [("gzip-skewed-huffman.gz", 2), ("gzip-skewed-best.gz", 1), ("gzip-zeros-fixed.gz", 1)] {
        let bytes = file(name);
        refused(name, wanted, || formats::gzip::decompress(&bytes));
    }
}

#[test]
fn archives() -> Result<()> {
    let mut archive = archive()?;
    let npz = formats::npz::to_bytes(&archive)?;
    // Members, ranges, arrays, tensors, two copies of the long name, and elements.
    refused("npz", 7, || formats::read(&npz));
    let gzipped = gzip(&npz);
    refused("npz in gzip", 8, || formats::read(&gzipped));
    refused("writing npz", 3, || formats::npz::to_bytes(&archive));
    archive.metadata_mut().insert("k".repeat(20_000), "\\ \"\u{7}\n".repeat(4_000));
    let safetensors = formats::safetensors::to_bytes(&archive)?;
    refused("safetensors", 8, || formats::read(&safetensors));
    refused("writing safetensors", 2, || formats::safetensors::to_bytes(&archive));
    refused("copies of an archive", 5, || caught(|| Ok(archive.clone())));
    let (mut skipped, header) =
        (safetensors.clone(), 8 + safetensors[8..].iter().position(|&byte| byte == b'[').unwrap());
    let more = format!("0],\"more\":[\"{}\"],\"shape\":", "t".repeat(20_000));
    let at = header - "\"shape\":".len();
    skipped.splice(at..header, more[3..].bytes());
    let len = u64::from_le_bytes(*skipped.first_chunk().unwrap()) + more.len() as u64 - 3 - 8;
    skipped.splice(..8, len.to_le_bytes());
    refused("safetensors with a text that is skipped", 9, || formats::read(&skipped));
    let path = std::env::temp_dir().join(format!("nptensor-refused-{}.safetensors", std::process::id()));
    refused("saving", 2, || formats::save(&path, &numbers::<f64>(&[60, 70])?));
    refused("loading", 2, || formats::load(&path));
    std::fs::remove_file(&path).expect("it was written");
    Ok(())
}

/// An array of bytes, as protocol 2 has it: its elements are a text.
fn pickled_array(n: u16) -> Vec<u8> {
    let mut out = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85C\x01b\x87R(K\x01M".to_vec();
    out.extend(n.to_le_bytes());
    out.extend(
        b"\x85cnumpy\ndtype\nX\x02\0\0\0u1K\0K\x01\x87R(K\x03X\x01\0\0\0|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb",
    );
    out.extend(b"\x89c_codecs\nencode\nX");
    out.extend(u32::from(n).to_le_bytes());
    out.extend(vec![b'7'; n.into()]);
    out.extend(b"X\x06\0\0\0latin1\x86Rtb");
    out
}

#[test]
fn pickles() -> Result<()> {
    let text = |out: &mut Vec<u8>, text: &str| {
        out.push(b'X');
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(text.bytes());
    };
    let mut bytes = b"\x80\x02}(".to_vec();
    for i in 0..1500 {
        text(&mut bytes, &format!("{i}"));
        bytes.extend(b"K\x07");
    }
    text(&mut bytes, &"k".repeat(20_000));
    text(&mut bytes, &"t".repeat(20_000));
    text(&mut bytes, "array");
    bytes.extend(pickled_array(20_000));
    text(&mut bytes, "floats");
    bytes.extend(b"](");
    (0..3000).for_each(|_| bytes.extend(b"G?\xe0\0\0\0\0\0\0"));
    bytes.extend(b"eu.");
    let Contents::Archive(archive) = formats::read(&bytes)? else { panic!("no archive") };
    assert_eq!((archive.get("1499").unwrap().shape(), archive.get("array").unwrap().size()), (&[][..], 20_000));
    assert_eq!(archive.metadata()[&"k".repeat(20_000)].len(), 20_000);
    // Values, stack, items, dict, list, what has been visited, tensors, name and key, text, the array's bytes,
    // elements.
    refused("pkl", 12, || formats::read(&bytes));
    Ok(())
}

#[test]
fn models() -> Result<()> {
    let layers = |names: &mut dyn FnMut(usize) -> String| -> Result<Archive> {
        let mut archive = Archive::new();
        for i in 0..300 {
            archive.insert(format!("{}.weight", names(i)), Tensor::from([[0.5_f32]]))?;
            archive.insert(format!("{}.bias", names(i)), Tensor::from([0.25_f32]))?;
        }
        Ok(archive)
    };
    let numbered = layers(&mut |i| format!("fc{i}"))?;
    refused("a model of many layers", 8, || formats::model::<f64>(&numbered, Layer::Relu, Layer::Identity));
    refused("the order of many layers", 3, || {
        formats::layer_order(&numbered).map(|(by, names)| (by, names.len(), names.concat()))
    });
    let list = (0..300).map(|i| format!("dense:fc{i}")).collect::<Vec<_>>().join(" relu ");
    refused("a list of many layers", 7, || formats::model_with_layers::<f64>(&numbered, &list));
    let long = layers(&mut |i| format!("{i}{}", "n".repeat(if i == 7 { 20_000 } else { 1 })))?;
    let list =
        long.names().step_by(2).map(|name| format!("dense:{}", name.trim_end_matches(".weight"))).collect::<Vec<_>>();
    let list = list.join(" ");
    refused("a long name", 10, || formats::model_with_layers::<f64>(&long, &list));

    let network = network::<f64>(&[40, 130, 20], true)?;
    let path = std::env::temp_dir().join(format!("nptensor-refused-model-{}.safetensors", std::process::id()));
    refused("saving a model", 1, || formats::save_model(&path, &network));
    // The file, its elements, and its weights, which torch has transposed.
    refused("loading a model", 4, || formats::load_model::<f64>(&path));
    refused("loading a model as float32", 4, || formats::load_model::<f32>(&path));
    std::fs::remove_file(&path).expect("it was written");
    refused("a network as float32", 2, || caught(|| Ok(network.cast::<f32>())));
    refused("a network of views", 1, || Sequential::new([Layer::dense(numbers::<f64>(&[40, 130])?.t(), [0.0; 40])]));
    let deep = formats::model::<f64>(&numbered, Layer::Relu, Layer::Identity)?;
    refused("many layers as float32", 2, || caught(|| Ok(deep.cast::<f32>())));
    refused("many layers as an archive", 1, || caught(|| Ok(Archive::from(&deep))));
    let error = formats::to_bytes(&Contents::Archive(long), Format::Pkl);
    assert!(matches!(error, Err(Error::Format { .. })), "{error:?}");
    Ok(())
}

/// A network whose weights stay in the program takes no memory of their size, to be read or to predict; without that for
/// a panel, several rows have the same bits.
#[test]
fn weights_of_the_program() -> Result<()> {
    let network = network::<f32>(&[784, 50, 100, 10], false)?;
    let file = formats::to_bytes(&Archive::from(&network).into(), Format::Safetensors)?;
    let room = vec![0; file.len() + 8].leak();
    let at = room.as_ptr().align_offset(8);
    room[at..][..file.len()].copy_from_slice(&file);
    let bytes: &'static [u8] = &room[at..][..file.len()];
    let x = numbers::<f32>(&[17, 784])?.into_vec();
    let mut work = Workspace::new();
    let wanted = network.predict(&x, &mut work)?.to_vec();
    free_panels();
    LEFT.with(|left| left.set(0));
    let in_place = formats::read_model_static::<f32>(bytes);
    let one = in_place.as_ref().map(|network| network.predict(&x[..784], &mut Workspace::new()).map(<[f32]>::to_vec));
    let big = -LEFT.with(Cell::get);
    let all = in_place.as_ref().map(|network| network.predict(&x, &mut work).map(<[f32]>::to_vec));
    LEFT.with(|left| left.set(isize::MAX));
    if cfg!(target_endian = "little") {
        assert_eq!(big, 0);
        assert_eq!(one, Ok(Ok(wanted[..10].to_vec())));
        assert_eq!(all, Ok(Ok(wanted)));
    }
    Ok(())
}
