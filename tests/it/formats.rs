//! The readers and writers of `formats` against files that NumPy and safetensors wrote, and against the real weights and digits.
//!
//! The files and what is in them come from `golden/formats.py`, which names its versions; no Python is needed here.
//! Real data is found through MNIST_DIR; without it those tests are listed as ignored.

use nptensor::formats::{self, AnyTensor, Archive, Contents, Format, WholeFile};
use nptensor::{DType, Element, Result};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats").join(file)
}

fn fnv(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The elements in C order, little-endian.
fn bytes(any: &AnyTensor) -> Vec<u8> {
    macro_rules! all {
        ($($variant:ident)*) => {
            match any {
                AnyTensor::Bool(tensor) => tensor.iter().map(u8::from).collect(),
                $(AnyTensor::$variant(tensor) => tensor.iter().flat_map(|x| x.to_le_bytes()).collect(),)*
            }
        };
    }
    all!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64)
}

/// One line of expected.tsv, from the tensor.
pub fn line(file: &str, name: &str, tensor: &AnyTensor) -> String {
    let shape: Vec<String> = tensor.shape().iter().map(usize::to_string).collect();
    let shape = if shape.is_empty() { "-".into() } else { shape.join(",") };
    let order = if tensor.is_fortran() { "F" } else { "C" };
    let data = bytes(tensor);
    let mut text = String::new();
    match data.len() {
        0 => text.push('-'),
        1..=128 => data.iter().for_each(|byte| write!(text, "{byte:02x}").unwrap()),
        _ => write!(text, "#{:016x}", fnv(&data)).unwrap(),
    }
    let name = if name.is_empty() { "-".into() } else { name.replace('\n', "\\n") };
    format!("{file}\t{name}\t{}\t{shape}\t{order}\t{text}", tensor.dtype())
}

#[test]
fn files_of_numpy_and_safetensors() {
    let expected = std::fs::read_to_string(golden("expected.tsv")).unwrap();
    let mut lines = expected.lines().peekable();
    let (mut read, mut refused) = (0, 0);
    while let Some(&first) = lines.peek() {
        let file = first.split('\t').next().unwrap();
        let result = formats::load(golden(file));
        if file.starts_with("bad-") {
            // Of some, all is whole and of types that are not read.
            let error = result.and_then(Contents::into_tensor).expect_err(file).to_string();
            let part = first.split('\t').nth(1).unwrap();
            assert!(error.contains(part), "{file}: {error:?} does not say {part:?}");
            lines.next();
            refused += 1;
            continue;
        }
        let contents = result.unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut found: Vec<String> = match &contents {
            Contents::Tensor(tensor) => vec![line(file, "", tensor)],
            Contents::Archive(archive) => archive.iter().map(|(name, tensor)| line(file, name, tensor)).collect(),
        };
        if found.is_empty() {
            found.push(format!("{file}\t-\tnone"));
        }
        for found in found {
            assert_eq!(found, lines.next().unwrap_or("nothing"));
        }
        read += 1;
    }
    assert!(read > 120 && refused > 30, "{read} files read, {refused} refused");
}

#[test]
fn fortran_order_is_a_view_of_the_bytes() {
    let x = formats::load(golden("npy-cube-f.npy")).unwrap().into_tensor().unwrap();
    assert_eq!((x.shape(), x.strides()), (&[2, 3, 4][..], &[1, 2, 6][..]));
    let x = formats::load(golden("npy-f4-F-be.npy")).unwrap().into_tensor().unwrap();
    assert_eq!((x.shape(), x.strides()), (&[2, 3][..], &[1, 2][..]));
}

#[test]
fn every_half_precision_number_widens_exactly() {
    let mut file = b"\x93NUMPY\x01\x00\x3b\x00{'descr': '<f2', 'fortran_order': False, 'shape': (65536,)}".to_vec();
    assert_eq!(file.len(), 10 + 0x3b, "the header's length");
    file.extend((0..=u16::MAX).flat_map(u16::to_le_bytes));
    let x = formats::read(&file).unwrap().into_tensor().unwrap();
    for (bits, x) in (0..=u16::MAX).zip(x.get::<f32>().unwrap().iter()) {
        let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
        let magnitude = match exponent {
            0 => fraction * 2_f64.powi(-24),
            31 if fraction > 0.0 => f64::NAN,
            31 => f64::INFINITY,
            _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
        };
        let wanted = if bits >> 15 == 1 { -magnitude } else { magnitude } as f32;
        let same = if wanted.is_nan() { x.is_nan() } else { x.to_bits() == wanted.to_bits() };
        assert!(same, "{bits:#06x}: {x} is not {wanted}");
    }
}

#[test]
fn formats_are_told_by_their_first_bytes() {
    let table: &[(&[u8], Option<Format>)] = &[
        (b"", None),
        (b"\x93NUMP", None),
        (b"\x93NUMPY", Some(Format::Npy)),
        (b"PK\x03\x04", Some(Format::Npz)),
        (b"PK\x05\x06", Some(Format::Npz)),
        (b"\x1f\x8b", Some(Format::Gzip)),
        (b"\0\0\x08\x03", Some(Format::Idx)),
        (b"\0\0\x0a\x03", None),
        (b"\x80\x03}.", Some(Format::Pkl)),
        (b"\x80\x06}.", None),
        (b"\x10\0\0\0\0\0\0\0{", Some(Format::Safetensors)),
        (b"\x10\0\0\0\0\0\0\0[", None),
        // Headers of 640 bytes, of 35615, and of 524288.
        (b"\x80\x02\0\0\0\0\0\0{", Some(Format::Safetensors)),
        (b"\x1f\x8b\0\0\0\0\0\0{", Some(Format::Safetensors)),
        (b"\0\0\x08\0\0\0\0\0{", Some(Format::Safetensors)),
        (b"hello", None),
    ];
    for &(bytes, format) in table {
        assert_eq!(Format::of(bytes), format, "{bytes:?}");
    }
}

#[test]
fn contents_come_as_one_tensor_or_as_an_archive() {
    let one = formats::load(golden("npy-vector.npy")).unwrap();
    assert_eq!(one.clone().into_archive().names().collect::<Vec<_>>(), [""]);
    assert_eq!(one.into_tensor().unwrap().dtype(), DType::U8);
    let two = formats::load(golden("npz-comment.npz")).unwrap();
    let error = two.into_tensor().unwrap_err().to_string();
    assert_eq!(error, "archive: byte 0: one tensor wanted; there are \"a\", \"b\"");
    let error = formats::load(golden("not-there.npy")).unwrap_err().to_string();
    assert!(error.contains("not-there.npy: "), "{error}");
}

/// Names without `.npy` as other programs write them: the same arrays.
#[test]
fn members_need_no_npy_in_their_names() {
    for file in ["npz-savez.npz", "npz-compressed.npz", "npz-stream-deflated.npz"] {
        let mut bytes = std::fs::read(golden(file)).unwrap();
        let wanted = formats::read(&bytes).unwrap().into_archive();
        for at in 0..bytes.len() - 4 {
            if &bytes[at..at + 4] == b".npy" {
                bytes[at..at + 4].copy_from_slice(b".dat");
            }
        }
        let found = formats::read(&bytes).unwrap().into_archive();
        assert_eq!(found.len(), wanted.len(), "{file}");
        for ((name, tensor), (wanted_name, wanted)) in found.iter().zip(&wanted) {
            assert_eq!(name, format!("{wanted_name}.dat"), "{file}");
            assert_eq!(line("", "", tensor), line("", "", wanted), "{file}: {name}");
        }
        assert!(found.left_out().is_empty() && wanted.left_out().is_empty(), "{file}");
    }
    let others = formats::load(golden("npz-other-members.npz")).unwrap().into_archive();
    assert_eq!(others.names().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(left_out(&others), ["README: no array"]);
}

/// Each part that is left out, with the reason.
fn left_out(archive: &Archive) -> Vec<String> {
    let mut left_out: Vec<String> = archive.left_out().iter().map(|(name, why)| format!("{name}: {why}")).collect();
    left_out.sort();
    left_out
}

/// What is whole and of a type that is not read does not keep the rest from being read, and is named.
#[test]
fn parts_of_other_types_are_left_out() {
    let load =
        |file: &str| formats::load(golden(file)).unwrap_or_else(|error| panic!("{file}: {error}")).into_archive();
    let others = [
        "e: elements of bytes type (\"|S1\"), not read",
        "o: elements of object type (\"|O\"), not read",
        "r: elements of structured type, not read",
        "s: elements of string type (\"<U2\"), not read",
        "z: elements of complex type (\"<c16\"), not read",
    ];
    assert_eq!(left_out(&load("npz-others.npz")), others);
    let others = load("safetensors-others.safetensors");
    let types = [("a", "F8_E4M3"), ("c", "F4"), ("d", "C64")];
    assert_eq!(left_out(&others), types.map(|(name, code)| format!("{name}: elements of type {code:?}, not read")));
    for protocol in 2..=5 {
        let name = format!("pkl-others-{protocol}.pkl");
        let wanted = [
            "big: an integer beyond int64, not read",
            "bytes: bytes, not read",
            "complex: a complex number, not read",
            "keys: a dict with a tuple as a key, not read",
            "none: None, not read",
            "objects: elements of object type (\"O8\"), not read",
            "ragged: a ragged list, not read",
            "records: elements of structured or void type (\"V4\"), not read",
            "set: a set, not read",
            "text: elements of string type (\"U1\"), not read",
            "texts: elements of string type (\"U2\"), not read",
            "times: elements of datetime type (\"M8\"), not read",
        ];
        assert_eq!(left_out(&load(&name)), wanted, "{name}");
    }
    // Asked for, it is an error that says so; what is there can be taken.
    let error = |name: &str| others.tensor::<f32>(name).unwrap_err().to_string();
    assert_eq!(error("a"), "archive: byte 0: \"a\" is left out: elements of type \"F8_E4M3\", not read");
    let left = "and \"a\" is left out: elements of type \"F8_E4M3\", not read";
    assert_eq!(error("x"), format!("archive: byte 0: no tensor \"x\"; there are \"b\", {left}"));
    let error_of_single = formats::Contents::Archive(others.clone()).into_tensor().unwrap_err().to_string();
    assert_eq!(error_of_single, format!("archive: byte 0: one tensor wanted; there are \"b\", {left}"));
    assert_eq!(others.only(&["a"]).unwrap_err().to_string(), error("a"));
    let only = others.only(&["b"]).unwrap();
    assert_eq!((only.names().collect::<Vec<_>>(), only.left_out().len()), (vec!["b"], 0));
    // Of several arrays that np.save wrote one after another, the first; anything else after it is an error.
    let [cube, text] = ["npy-cube.npy", "bad-string.npy"].map(|file| std::fs::read(golden(file)).unwrap());
    let mut bytes = [&cube[..], &text, &cube].concat();
    for archive in [formats::read(&bytes).unwrap().into_archive(), load("gzip-two.npy.gz")] {
        assert_eq!(left_out(&archive), ["arr_1: another array after the first, not read"]);
        assert_eq!(archive.get("arr_0"), Some(&formats::npy::read(&cube).unwrap()));
    }
    let error = formats::npy::read(&bytes).unwrap_err().to_string();
    assert!(error.ends_with("bytes too many: they follow the elements"), "{error}");
    bytes[cube.len() + 5] = 0;
    assert_eq!(formats::read(&bytes).unwrap_err().to_string(), error);
}

/// A network has all its weights, or there is none.
#[test]
fn no_network_without_a_weight_that_is_left_out() {
    let model = |names: [&str; 4], types: [&str; 4]| {
        let tensor = |i: usize| {
            format!(
                "{:?}:{{\"dtype\":{:?},\"shape\":{},\"data_offsets\":[{},{}]}}",
                names[i],
                types[i],
                ["[1,1]", "[1]"][i % 2],
                i,
                i + 1
            )
        };
        let header = format!("{{\"__metadata__\":{{\"layers\":\"dense\"}},{}}}", [0, 1, 2, 3].map(tensor).join(","));
        let file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[1; 4]].concat();
        formats::read_model::<f32>(&file)
    };
    let network = model(["0.weight", "0.bias", "epoch", "scale"], ["U8", "U8", "F8_E4M3", "F8_E8M0"]).unwrap();
    assert_eq!(network.to_string(), "dense:0(1, 1)");
    let names = ["0.weight", "0.bias", "2.weight", "2.bias"];
    let book = ["W1", "b1", "W2", "b2"];
    for (names, i, types) in [
        (names, 2, ["U8", "U8", "F8_E4M3", "F8_E4M3"]),
        (names, 1, ["U8", "F8_E4M3", "U8", "U8"]),
        (book, 2, ["U8", "U8", "F8_E4M3", "U8"]),
        (book, 3, ["U8", "U8", "U8", "F8_E4M3"]),
    ] {
        let error = model(names, types).unwrap_err().to_string();
        assert_eq!(error, format!("model: {:?} is left out: elements of type \"F8_E4M3\", not read", names[i]));
    }
}

/// What may hold weights, or is named as they are, is no network's without a word.
#[test]
fn no_network_beside_what_may_be_a_layer() {
    // {name: value, ..}, each value as pickled.
    let pickled = |parts: &[(&str, &[u8])]| {
        let named = |&(name, value): &(&str, &[u8])| {
            [b"X", &(name.len() as u32).to_le_bytes()[..], name.as_bytes(), value].concat()
        };
        let parts: Vec<u8> = parts.iter().flat_map(named).collect();
        formats::read(&[b"\x80\x02}(", &parts[..], b"u."].concat()).unwrap().into_archive()
    };
    let (w, b): (&[u8], &[u8]) = (b"](](K\x02ee", b"](K\x01e");
    let (none, ragged, bad_key): (&[u8], &[u8], &[u8]) = (b"N", b"](K\x01](K\x02ee", b"}(NK\x01u");
    for (layer, other, value, refused) in [
        ("fc1.", "fc2", bad_key, true),
        ("fc1.", "fc2", ragged, true),
        ("net.fc1.", "net.fc2", ragged, true),
        ("fc1.", "fc2.weight.q", none, true),
        ("fc1.", "fc2.bias", none, true),
        ("", "W2", none, true),
        ("", "b2", none, true),
        // No layer stands there, or nothing that could be one.
        ("net.fc1.", "history", ragged, false),
        ("fc1.", "epoch", none, false),
        ("", "Words", none, false),
        ("", "best", none, false),
    ] {
        let names = if layer.is_empty() {
            ["W1", "b1"].map(String::from)
        } else {
            ["weight", "bias"].map(|part| format!("{layer}{part}"))
        };
        let archive = pickled(&[(&names[0], w), (&names[1], b), (other, value)]);
        let network = formats::model::<f64>(&archive, nptensor::Layer::Relu, nptensor::Layer::Identity);
        let error = network.err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(error.starts_with(&format!("model: {other:?} is left out: ")), refused, "{other} {error}");
        assert_eq!(error.is_empty(), !refused, "{other} {error}");
    }
}

#[test]
fn texts_are_metadata() {
    let all = formats::load(golden("safetensors-all.safetensors")).unwrap().into_archive();
    let texts: Vec<_> = all.metadata().iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    assert_eq!(texts, [("format", "np"), ("who", "größe")]);
    let net = formats::load(golden("pkl-text.pkl")).unwrap().into_archive();
    let texts: Vec<_> = net.metadata().iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    assert_eq!(texts, [("net.name", "x"), ("who", "größe")]);
}

#[test]
fn npy_and_npz_are_written_as_numpy_writes_them() {
    let mut compared = 0;
    for entry in std::fs::read_dir(golden("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // Not what cannot come back: other byte orders, half precision, later versions of the same.
        let other =
            name.contains("-be.") || name.contains("f2") || name.contains("version-2") || name.contains("version-3");
        if name.starts_with("npy-") && !other {
            let file = std::fs::read(golden(&name)).unwrap();
            assert_eq!(formats::to_bytes(&formats::read(&file).unwrap(), Format::Npy).unwrap(), file, "{name}");
            compared += 1;
        }
    }
    assert!(compared >= 30, "{compared}");
    for name in ["npz-positional.npz", "npz-empty.npz"] {
        let file = std::fs::read(golden(name)).unwrap();
        assert_eq!(formats::to_bytes(&formats::read(&file).unwrap(), Format::Npz).unwrap(), file, "{name}");
    }
    let file = std::fs::read(golden("safetensors-none.safetensors")).unwrap();
    assert_eq!(formats::to_bytes(&formats::read(&file).unwrap(), Format::Safetensors).unwrap(), file);
}

#[test]
fn what_is_written_reads_back() {
    // Bits, names, shapes and orders (safetensors knows C order alone), from every golden file.
    let lines = |contents: &Contents, orders: bool| -> Vec<String> {
        let archive = contents.clone().into_archive();
        let lines = archive.iter().map(|(name, tensor)| line("", name, tensor));
        lines.map(|line| if orders { line } else { line.replace("\tF\t", "\tC\t") }).collect()
    };
    let mut written = 0;
    for entry in std::fs::read_dir(golden("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Ok(contents) = formats::load(golden(&name)) else { continue };
        if let Contents::Archive(archive) = &contents {
            let npz = formats::read(&formats::to_bytes(&contents, Format::Npz).unwrap()).unwrap();
            assert_eq!(lines(&npz, true), lines(&contents, true), "{name} as npz");
            let bytes = formats::to_bytes(&contents, Format::Safetensors).unwrap();
            let safetensors = formats::read(&bytes).unwrap();
            assert_eq!(lines(&safetensors, false), lines(&contents, false), "{name} as safetensors");
            let Contents::Archive(read) = &safetensors else { panic!("{name}") };
            assert_eq!(read.metadata(), archive.metadata(), "{name}");
            assert_eq!(formats::to_bytes(&safetensors, Format::Safetensors).unwrap(), bytes, "{name}, written again");
        } else {
            let npy = formats::read(&formats::to_bytes(&contents, Format::Npy).unwrap()).unwrap();
            assert_eq!(lines(&npy, true), lines(&contents, true), "{name} as npy");
        }
        written += 1;
    }
    assert!(written >= 120, "{written}");
}

#[test]
fn what_cannot_be_written() {
    let one = |name: &str| {
        let mut archive = Archive::new();
        archive.insert(name, nptensor::Tensor::from([1.0])).unwrap();
        Contents::Archive(archive)
    };
    let table = [
        (
            one("../a"),
            Format::Npz,
            "npz: byte 0: the member's name \"../a.npy\" is not the name of a file in this archive",
        ),
        (
            one("__metadata__"),
            Format::Safetensors,
            "safetensors: byte 9: a tensor cannot have the name \"__metadata__\"",
        ),
        (Contents::Archive(Archive::new()), Format::Npy, "archive: byte 0: one tensor wanted; there are none"),
        (one("a"), Format::Idx, "idx: byte 0: this format is read and not written"),
    ];
    for (contents, format, text) in table {
        assert_eq!(formats::to_bytes(&contents, format).unwrap_err().to_string(), text);
    }
    let long = one(&"n".repeat(70_000));
    assert!(formats::to_bytes(&long, Format::Npz).unwrap_err().to_string().ends_with("is too long"));
}

#[test]
fn a_file_appears_whole_or_not_at_all() {
    let folder = std::env::temp_dir().join(format!("nptensor-formats-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let files = || {
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let path = folder.join("x.npy");
    let contents = |x: f64| Contents::Tensor(nptensor::Tensor::from([x]).into());
    formats::save(&path, contents(1.0)).unwrap();
    assert_eq!(files(), ["x.npy"]);
    // While the next one is written, the old one is there; dropped, it stays.
    let mut next = WholeFile::create(&path).unwrap();
    next.write_all(b"half of it").unwrap();
    assert_eq!(files().len(), 2);
    assert_eq!(formats::load(&path).unwrap(), contents(1.0));
    drop(next);
    assert_eq!(files(), ["x.npy"]);
    assert_eq!(formats::load(&path).unwrap(), contents(1.0));
    formats::save(&path, contents(2.0)).unwrap();
    assert_eq!(formats::load(&path).unwrap(), contents(2.0));
    // Errors leave nothing behind.
    assert!(formats::save(folder.join("x.txt"), contents(1.0)).unwrap_err().to_string().contains("does not end in"));
    assert!(formats::save(folder.join("x.pkl"), contents(1.0)).is_err());
    assert!(formats::save(folder.join("no/x.npy"), contents(1.0)).is_err());
    std::fs::create_dir(folder.join("folder.npy")).unwrap();
    assert!(formats::save(folder.join("folder.npy"), contents(1.0)).is_err());
    assert_eq!(files(), ["folder.npy", "x.npy"]);
    // A link stays a link, permissions stay what they were, and what is no plain file is not replaced.
    #[cfg(unix)]
    {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let link = folder.join("link.npy");
        symlink(&path, &link).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        formats::save(&link, contents(3.0)).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(formats::load(&path).unwrap(), contents(3.0));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
        let mut null = WholeFile::create("/dev/null").unwrap();
        null.write_all(b"x").unwrap();
        null.commit().unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn mnist(file: &str) -> PathBuf {
    Path::new(&std::env::var_os("MNIST_DIR").expect("MNIST_DIR")).join(file)
}

fn weights(file: &str) -> Archive {
    formats::load(mnist(file)).unwrap_or_else(|error| panic!("{file}: {error}")).into_archive()
}

fn vec<T: Element>(archive: &Archive, name: &str) -> Result<Vec<T>> {
    Ok(archive.get(name).unwrap_or_else(|| panic!("no {name}")).get::<T>()?.to_vec())
}

#[test]
#[ignore = "needs MNIST_DIR"]
fn all_weight_files_hold_the_same_numbers() {
    let shapes: [(&str, &[usize]); 6] =
        [("W1", &[784, 50]), ("b1", &[50]), ("W2", &[50, 100]), ("b2", &[100]), ("W3", &[100, 10]), ("b3", &[10])];
    let first = weights("weights_fortran.npz");
    for (name, shape) in shapes {
        assert_eq!(first.get(name).unwrap().shape(), shape);
        assert_eq!(first.get(name).unwrap().is_fortran(), name.starts_with('W'));
    }
    for file in ["sample_weight.pkl", "weights_compressed.npz", "weights.safetensors"] {
        let other = weights(file);
        assert_eq!(other.len(), 6);
        for (name, shape) in shapes {
            assert_eq!(other.get(name).unwrap().shape(), shape, "{file} {name}");
            assert_eq!(vec::<f32>(&first, name).unwrap(), vec::<f32>(&other, name).unwrap(), "{file} {name}");
        }
    }
    // torch keeps a layer's weights as (out, in): the transpose is a view.
    let torch = weights("weights_torch_layout.safetensors");
    assert_eq!(torch.len(), 6);
    for (layer, place) in [("1", "0"), ("2", "2"), ("3", "4")] {
        let (w, b) = (format!("W{layer}"), format!("b{layer}"));
        assert_eq!(torch.get(&format!("{place}.weight")).unwrap().t(), *first.get(&w).unwrap());
        assert_eq!(torch.get(&format!("{place}.bias")), first.get(&b));
    }
    // All of one type, and in order of their names: written again, these are the bytes that the safetensors package wrote.
    let file = std::fs::read(mnist("weights.safetensors")).unwrap();
    assert_eq!(formats::to_bytes(&formats::read(&file).unwrap(), Format::Safetensors).unwrap(), file);
}

#[test]
#[ignore = "needs MNIST_DIR"]
fn mnist_has_ten_thousand_digits() {
    let images = formats::load(mnist("t10k-images-idx3-ubyte.gz")).unwrap().into_tensor().unwrap();
    assert_eq!((images.dtype(), images.shape()), (DType::U8, &[10000, 28, 28][..]));
    // The sum and the counts that NumPy gives.
    assert_eq!(images.cast::<i64>().sum(), 264_923_200);
    let labels = formats::load(mnist("t10k-labels-idx1-ubyte.gz")).unwrap().into_tensor().unwrap();
    let labels = labels.get::<u8>().unwrap().to_vec();
    let counts: [usize; 10] = std::array::from_fn(|digit| labels.iter().filter(|&&label| label == digit as u8).count());
    assert_eq!(counts, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
}

/// The system's error is there to be asked for; clones share it, and errors of one kind about one file are equal.
#[cfg(feature = "std")]
#[test]
fn the_systems_error() {
    let missing = golden("there is no such file.npy");
    let error = formats::load(&missing).unwrap_err();
    let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<std::io::Error>());
    assert_eq!(source.map(std::io::Error::kind), Some(std::io::ErrorKind::NotFound));
    assert_eq!(error, error.clone());
    assert_eq!(error, formats::load(&missing).unwrap_err());
    assert_ne!(error, formats::load(golden("another.npy")).unwrap_err());
    let unnamed = formats::save("a.txt", nptensor::Tensor::from([1.0])).unwrap_err();
    assert!(std::error::Error::source(&unnamed).is_none());
}
