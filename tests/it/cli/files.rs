//! `nptensor inspect` and `nptensor convert`: what is told of a file, and what comes out of one as another.

use nptensor::formats::{self, Archive, Format};
use nptensor::{Layer, Result, Sequential, Tensor};

use super::{Folder, fails, network, noted, printed, run};

fn inspected(path: &str) -> String {
    String::from_utf8(printed(&["inspect", path], b"")).unwrap()
}

#[test]
fn a_model_is_told_by_its_layers() -> Result<()> {
    let folder = Folder::new("inspect");
    let path = &folder.file("m.safetensors");
    formats::save_model(path, &network()?)?;
    let wanted = "\
: safetensors, 4 tensors, 21 values

  layers  dense sigmoid dense

  0.weight  float64  (3,2)  C  0.1 0.2 ...
  0.bias    float64  (3,)   C  0.1 0.2 0.3
  2.weight  float64  (3,3)  C  0.1 0.2 0.3 ...
  2.bias    float64  (3,)   C  0.1 0.2 0.3

model: dense:0(2, 3) sigmoid dense:2(3, 3)
";
    assert_eq!(inspected(path), format!("{path}{wanted}"));
    let bare = &folder.file("m.npz");
    printed(&["convert", path, bare, "--drop-metadata"], b"");
    assert!(inspected(bare).ends_with("\nmodel without activations: dense:0(2, 3) dense:2(3, 3)\n"));
    let mut archive = formats::load(path)?.into_archive();
    archive.metadata_mut().insert("layers".into(), "dense\u{1b} dense".into());
    let text = inspected(&folder.save("bad.safetensors", archive));
    assert!(text.contains("\n  layers  dense\\u{1b} dense\n"), "{text}");
    assert!(
        text.ends_with(
            "\nno model: model: layer \"dense\\u{1b}\" is unknown: known are dense, dense:NAME, sigmoid, step, relu, identity, softmax, tanh, batchnorm:NAME(eps), layernorm:NAME(eps), scale:NAME, leaky_relu(a), elu(a), gelu, gelu_tanh, silu, softplus(b), log_softmax, hardtanh(l,h), normalize(eps), dropout, flatten\n"
        ),
        "{text}"
    );
    Ok(())
}

/// A width in a format is at most 65535, and a file chooses these.
#[test]
fn names_and_keys_of_any_length() -> Result<()> {
    let folder = Folder::new("long");
    let (long, key) = ("n".repeat(65535), "k".repeat(65535));
    let mut archive = Archive::new();
    archive.insert(&long, Tensor::from([1.0, 2.0]))?;
    archive.insert("a", Tensor::from([3_u8]))?;
    archive.metadata_mut().insert(key, "text".into());
    archive.metadata_mut().insert("key".into(), "text".into());
    let told = inspected(&folder.save("long.safetensors", archive));
    assert!(told.contains(&format!("\n  {}...  float64  (2,)  C", &long[..1000])), "{}", told.len());
    assert!(told.contains(&format!("\n  a{}  uint8", " ".repeat(79))), "{}", told.len());
    assert!(told.contains(&format!("\n  {}...\n", "k".repeat(75))), "{}", told.len());
    Ok(())
}

#[test]
fn tensors_alone() -> Result<()> {
    let folder = Folder::new("tensors");
    let told = |name: &str, tensor: formats::AnyTensor| -> String {
        let path = folder.save(name, tensor);
        inspected(&path).strip_prefix(&path).unwrap().into()
    };
    let x = Tensor::arange(0.0, 20.0, 1.0)?.reshape(&[2, 10])?;
    assert_eq!(told("c.npy", (&x).into()), ": npy, 20 values\n\n  float64  (2,10)  C  0. 1. 2. 3. 4. 5. 6. 7. ...\n");
    assert_eq!(told("f.npy", x.t().into()), ": npy, 20 values\n\n  float64  (10,2)  F  0. 10. ...\n");
    assert_eq!(told("scalar.npy", Tensor::from(1.5).into()), ": npy, 1 value\n\n  float64  ()  C  1.5\n");
    assert_eq!(told("empty.npy", Tensor::<u8>::zeros(&[3, 0])?.into()), ": npy, 0 values\n\n  uint8  (3,0)  C\n");
    let wide = Tensor::from([123456789.125; 9]);
    assert!(told("wide.npy", wide.into()).lines().all(|line| line.chars().count() <= 80));
    assert_eq!(
        printed(&["inspect", "-"], b"\0\0\x08\x01\0\0\0\x03\x07\x02\x01"),
        b"-: idx, 3 values\n\n  uint8  (3,)  C  7 2 1\n"
    );
    let cut = std::fs::read(folder.file("c.npy")).unwrap();
    let path = folder.write("cut.npy", &cut[..cut.len() - 1]);
    let what = "npy: byte 128: elements for shape (2,10) take 160 bytes, and 159 follow the header";
    fails(&["inspect", &path], 1, &format!("nptensor: {path}: {what}\n"));
    assert_eq!(run(&["inspect", &folder.file("none.npy")]).status.code(), Some(1));
    Ok(())
}

#[test]
fn conversions() -> Result<()> {
    let folder = Folder::new("convert");
    let mut archive = Archive::new();
    archive.insert("W1", Tensor::from([[1_f32, 2.0, 3.0], [4.0, 5.0, 6.0]]).t())?;
    archive.insert("b1", Tensor::from([7_i16, 8]))?;
    let npz = &folder.save("a.npz", &archive);
    let convert = |words: &[&str]| assert_eq!(printed(&[&["convert"], words].concat(), b""), b"");
    // There and back, and every format from every other.
    let (safetensors, again) = (&folder.file("a.safetensors"), &folder.file("b.npz"));
    convert(&[npz, safetensors]);
    convert(&[safetensors, again]);
    assert_eq!(formats::load(again)?.into_archive(), archive);
    convert(&[npz, &folder.file("W1.npy"), "--only", "W1"]);
    assert_eq!(formats::load(folder.file("W1.npy"))?.into_tensor()?, *archive.get("W1").unwrap());
    convert(&[&folder.file("W1.npy"), again]);
    assert_eq!(formats::load(again)?.into_archive().names().collect::<Vec<_>>(), ["arr_0"]);
    // Layers of a model, from then on in the file.
    let model = &folder.file("m.safetensors");
    convert(&[npz, model, "--hidden=relu", "--output=tanh"]);
    assert_eq!(formats::load_model::<f32>(model)?.to_string(), "dense:W1(3, 2)\ntanh");
    convert(&[model, again, "--drop-metadata"]);
    assert_eq!(formats::load(again)?.into_archive(), archive);
    Ok(())
}

#[test]
fn what_has_no_place_is_refused() -> Result<()> {
    let folder = Folder::new("refused");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let (model, npz, npy) = (&folder.file("m.safetensors"), &folder.file("y.npz"), &folder.file("y.npy"));
    let bare = &folder.write("m.npz", &formats::to_bytes(&formats::load(model)?, Format::Npz)?);
    let names = "\"0.weight\", \"0.bias\", \"2.weight\", \"2.bias\"";
    let tanh = ["--hidden=tanh", "--output=tanh"];
    let table: [(&[&str], String); 6] = [
        (
            &[model, npz],
            format!("{npz}: npz has no place for metadata (\"layers\"): .safetensors has, or --drop-metadata"),
        ),
        (
            &[bare, npz, tanh[0], tanh[1]],
            format!("{npz}: npz has no place for metadata (\"layers\"): .safetensors has, or --drop-metadata"),
        ),
        (&[bare, npy], format!("{npy}: archive: byte 0: one tensor wanted; there are {names}")),
        (&[bare, npy, "--only=W1"], format!("{bare}: archive: byte 0: no tensor \"W1\"; there are {names}")),
        (&[npz, npy], format!("{npz}: No such file or directory (os error 2)")),
        (&["-", npy], "standard input: file: byte 0: the file is empty: was it downloaded to its end?".into()),
    ];
    for (words, wanted) in table {
        fails(&[&["convert"], words].concat(), 1, &format!("nptensor: {wanted}\n"));
        assert_eq!(folder.names(), ["m.npz", "m.safetensors"], "{words:?}");
    }
    Ok(())
}

/// What an npz holds beside arrays is named, and what is an array needs no `.npy` in its name.
#[test]
fn what_is_left_out_is_named() -> Result<()> {
    let folder = Folder::new("left-out");
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats/npz-other-members.npz");
    let mut bytes = std::fs::read(golden).unwrap();
    for at in 0..bytes.len() - 5 {
        if &bytes[at..at + 5] == b"b.npy" {
            bytes[at..at + 5].copy_from_slice(b"b.dat");
        }
    }
    let path = &folder.write("x.npz", &bytes);
    let told = inspected(path);
    assert!(told.starts_with(&format!("{path}: npz, 2 tensors, 12 values\n")), "{told}");
    let (first, last) = (told.lines().nth(2).unwrap(), told.lines().last().unwrap());
    assert!(first.starts_with("  a      int32    (2,3)  C  "), "{told}");
    assert_eq!(last, "  README  no array");
    let note = &format!("{path}: leaving out README (no array)");
    let out = &folder.file("out.safetensors");
    assert_eq!(noted(&["convert", path, out], b"", note), b"");
    assert_eq!(formats::load(out)?.into_archive().names().collect::<Vec<_>>(), ["a", "b.dat"]);
    let what = "archive: byte 0: one tensor wanted; there are \"a\", \"b.dat\" (FILE:NAME takes one of them)";
    let model = &folder.file("m.safetensors");
    formats::save_model(model, &network()?)?;
    fails(&["predict", model, path], 1, &format!("nptensor: {note}\nnptensor: {path}: {what}\n"));
    Ok(())
}

/// A safetensors of these tensors: name, type, shape, bytes.
fn safetensors(tensors: &[(&str, &str, &str, &[u8])]) -> Vec<u8> {
    let (mut header, mut data) = (Vec::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        let (start, end) = (data.len(), data.len() + bytes.len());
        let about = format!("\"dtype\":{dtype:?},\"shape\":{shape},\"data_offsets\":[{start},{end}]");
        header.push(format!("{name:?}:{{{about}}}"));
        data.extend(*bytes);
    }
    let header = format!("{{{}}}", header.join(","));
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// What is whole and of a type that is not read is listed, and refused only where it is asked for.
#[test]
fn one_bad_part_does_not_refuse_the_file() -> Result<()> {
    let folder = Folder::new("bad-part");
    let (one, two) = (1_f32.to_le_bytes(), 2_f32.to_le_bytes());
    let weights: [(&str, &str, &str, &[u8]); 2] = [("W1", "F32", "[1,1]", &two), ("b1", "F32", "[1]", &one)];
    let other: (&str, &str, &str, &[u8]) = ("state", "F8_E4M3", "[2]", &[1, 2]);
    let path = &folder.write("m.safetensors", &safetensors(&[weights[0], other, weights[1]]));
    let told = inspected(path);
    assert!(told.starts_with(&format!("{path}: safetensors, 2 tensors, 2 values\n\n  W1  float32")), "{told}");
    assert!(told.contains("\n  state  elements of type \"F8_E4M3\", not read\n\nmodel without"), "{told}");
    let note = format!("{path}: leaving out state (elements of type \"F8_E4M3\", not read)");
    let identity = ["--hidden=identity", "--output=identity"];
    let predict = |path: &str| ["predict", path, "-", identity[0], identity[1]].map(String::from);
    let words = predict(path);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(noted(&words, b"3\n", &note), b"7.0\n");
    let (images, labels) = (folder.save("x.npy", Tensor::from([[3.0]])), folder.save("y.npy", Tensor::from([0_u8])));
    let eval = ["eval", path, &images, &labels, identity[0], identity[1]];
    // (One output has no greatest, but the note comes first.)
    let said = String::from_utf8(run(&eval).stderr).unwrap();
    assert!(said.starts_with(&format!("nptensor: {note}\nnptensor: eval: the model has one output")), "{said}");
    // A file in another format would lack it.
    let out = &folder.file("out.npz");
    let what = "cannot convert state (elements of type \"F8_E4M3\", not read): --only W1,b1 takes the others";
    fails(&["convert", path, out], 1, &format!("nptensor: {path}: {what}\n"));
    assert_eq!(printed(&["convert", path, out, "--only", "b1,W1"], b""), b"");
    let read = formats::load(out)?.into_archive();
    assert_eq!(read.names().collect::<Vec<_>>(), ["W1", "b1"]);
    assert_eq!(read.tensor::<f32>("W1")?.to_vec(), [2.0]);
    let what = "\"state\" is left out: elements of type \"F8_E4M3\", not read";
    for only in ["state", "W1,state", "state,b1"] {
        fails(&["convert", path, out, "--only", only], 1, &format!("nptensor: {path}: archive: byte 0: {what}\n"));
    }
    let what =
        "no tensor \"W2\"; there are \"W1\", \"b1\", and \"state\" is left out: elements of type \"F8_E4M3\", not read";
    fails(&["convert", path, out, "--only=W1,W2"], 1, &format!("nptensor: {path}: archive: byte 0: {what}\n"));
    // Names with commas; and the texts go where there is a place for them.
    let tensors: [(&str, &str, &str, &[u8]); 2] = [("a,b", "F32", "[1]", &one), ("c", "F32", "[1]", &two)];
    let mut file = safetensors(&tensors);
    let end = file.len() - 8 - 1;
    let text = b",\"__metadata__\":{\"layers\":\"dense\"}";
    file.splice(end..end, *text);
    file[..8].copy_from_slice(&((end + text.len() + 1 - 8) as u64).to_le_bytes());
    let path = &folder.write("commas.safetensors", &file);
    let note = format!("{path}: leaving out the texts layers");
    assert_eq!(noted(&["convert", path, out, "--only", "a,b,c"], b"", &note), b"");
    assert_eq!(formats::load(out)?.into_archive().names().collect::<Vec<_>>(), ["a,b", "c"]);
    let same = &folder.file("only.safetensors");
    assert_eq!(printed(&["convert", path, same, "--only", "c"], b""), b"");
    let read = formats::load(same)?.into_archive();
    assert_eq!((read.len(), read.metadata()["layers"].as_str()), (1, "dense"));
    // A weight of such a type is asked for: there is no network without it.
    let weights = [weights[0], ("b1", "F8_E4M3", "[1]", &[1])];
    let path = &folder.write("w.safetensors", &safetensors(&weights));
    let note = format!("nptensor: {path}: leaving out b1 (elements of type \"F8_E4M3\", not read)\n");
    let what = "model: \"b1\" is left out: elements of type \"F8_E4M3\", not read";
    fails(&["predict", path, &images, identity[0], identity[1]], 1, &format!("{note}nptensor: {path}: {what}\n"));
    // Nothing but such: listed as well.
    let path = &folder.write("n.safetensors", &safetensors(&[other]));
    let all = format!("{path}: safetensors, 0 tensors, 0 values\n\n  state  elements of type \"F8_E4M3\", not read\n");
    assert_eq!(inspected(path), all);
    let what = "cannot convert state (elements of type \"F8_E4M3\", not read): there is nothing else";
    fails(&["convert", path, out], 1, &format!("nptensor: {path}: {what}\n"));
    // A name with a comma is one name, where it is there.
    let comma = &folder.write("c.safetensors", &safetensors(&[("a,b", "U8", "[1]", &[7]), ("a", "U8", "[1]", &[8])]));
    printed(&["convert", comma, out, "--only", "a,b"], b"");
    assert_eq!(formats::load(out)?.into_archive().names().collect::<Vec<_>>(), ["a,b"]);
    Ok(())
}

/// np.save called several times with one file: the first array is read, and the others are named.
#[test]
fn an_npy_after_the_first() -> Result<()> {
    let folder = Folder::new("second");
    let first = formats::to_bytes(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]).into(), Format::Npy)?;
    let fortran = formats::to_bytes(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]).t().into(), Format::Npy)?;
    let second = "another array after the first, not read";
    let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])])?;
    let model = &folder.file("m.safetensors");
    formats::save_model(model, &network)?;
    for (name, one, rows) in [("c.npy", &first, "1.0 2.0\n3.0 4.0\n"), ("f.npy", &fortran, "1.0 3.0\n2.0 4.0\n")] {
        let two = [&one[..], b"\x93NUMPY and so on"].concat();
        let path = &folder.write(name, &two);
        let told = inspected(path);
        assert!(told.starts_with(&format!("{path}: npy, 4 values\n\n  float64  (2,2)  ")), "{told}");
        assert!(told.ends_with(&format!("\n  {second}\n")), "{told}");
        let note = format!("{path}: leaving out arr_1 ({second})");
        assert_eq!(String::from_utf8(noted(&["predict", model, path], b"", &note)).unwrap(), rows);
        let piped = note.replace(path, "standard input");
        assert_eq!(String::from_utf8(noted(&["predict", model, "-"], &two, &piped)).unwrap(), rows);
        let labels = &folder.save("y.npy", Tensor::from([1_u8, 1]));
        assert!(noted(&["eval", model, path, labels], b"", &note).starts_with(b"Accuracy: 1.0000"));
        let out = &folder.file("out.npy");
        assert_eq!(noted(&["convert", path, out], b"", &note), b"");
        assert_eq!(formats::load(out)?.into_tensor()?.shape(), [2, 2]);
        // Other bytes are an error.
        let path = &folder.write(name, &[&one[..], b"\x93NUMPX"].concat());
        assert_eq!(run(&["predict", model, path]).status.code(), Some(1));
        assert_eq!(run(&["inspect", path]).status.code(), Some(1));
        assert_eq!(super::piped(&["predict", model, "-"], &[&one[..], b"\x93NUM"].concat()).status.code(), Some(1));
    }
    Ok(())
}
