//! `nptensor predict`: the bits are those of the library, whatever the format, the block and the way in; a failure leaves no file.

use std::process::{Command, Stdio};

use nptensor::formats::{self, Archive, Format, npy};
use nptensor::{Layer, Result, Sequential, Tensor};

use super::{Folder, fails, network, noted, piped, printed};

const UTF_16: &str = "this is UTF-16: save it as UTF-8 (\"CSV UTF-8\" in Excel), or iconv -f UTF-16 -t UTF-8 FILE";
const PNG: &str = "in Python, numpy.save(\"FILE.npy\", PIL.Image.open(\"FILE\"))";

/// Rows without a pattern.
fn rows(n: usize) -> Result<Tensor> {
    Tensor::from_fn(&[n, 2], |i| ((i[0] * 31 + i[1] * 17) % 23) as f64 / 7.0 - 1.5)
}

/// As a file of text has them.
fn text(rows: &Tensor, between: &str) -> String {
    let lines = rows.to_vec();
    let lines = lines.chunks(rows.shape()[1]).map(|row| row.iter().map(|x| format!("{x:?}")).collect::<Vec<_>>());
    lines.map(|row| row.join(between) + "\n").collect()
}

fn bytes(tensor: &Tensor) -> Vec<u8> {
    npy::to_bytes(&tensor.into()).unwrap()
}

#[test]
fn every_way_in_and_out_gives_the_same_bits() -> Result<()> {
    let folder = Folder::new("predict");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let model = &folder.file("m.safetensors");
    let x = rows(1001)?;
    let y = network()?.forward(&x)?;
    let (npy, lines) = (bytes(&y), text(&y, " "));
    let inputs = [
        folder.save("x.npy", &x),
        // Rows do not lie together there.
        folder.save("f.npy", Tensor::from_vec(x.t().to_vec(), &[2, 1001])?.t()),
        folder.save("x.npz", &x),
        folder.write("x.txt", text(&x, " ").as_bytes()),
        // As spreadsheets write it, with a byte order mark.
        folder.write("x.csv", format!("\u{feff}{}", text(&x, ", ").replace('\n', "\r\n")).as_bytes()),
    ];
    for input in &inputs {
        assert!(printed(&["predict", model, input], b"") == lines.as_bytes(), "{input}");
        let piped = std::fs::read(input).unwrap();
        assert!(printed(&["predict", model, "-"], &piped) == lines.as_bytes(), "{input} piped");
        for batch in ["1", "7", "1001", "2000"] {
            let out = &folder.file("y.npy");
            assert_eq!(printed(&["predict", model, input, "-o", out, "--batch", batch], b""), b"");
            assert!(std::fs::read(out).unwrap() == npy, "{input} {batch}");
        }
    }
    assert!(printed(&["predict", "-o", "-", model, &inputs[0]], b"") == npy);
    for (name, between) in [("y.txt", " "), ("y.csv", ",")] {
        printed(&["predict", model, &inputs[0], "-o", &folder.file(name)], b"");
        assert_eq!(std::fs::read_to_string(folder.file(name)).unwrap(), text(&y, between));
    }
    // Cut anywhere, the parts give the parts of the whole: what a distributed engine does.
    let all = text(&x, " ");
    let (first, second) = all.split_at(all.match_indices('\n').nth(400).unwrap().0 + 1);
    let parts = [first, second, ""].map(|part| printed(&["predict", model, "-"], part.as_bytes()));
    assert!(parts.concat() == lines.as_bytes());
    Ok(())
}

#[test]
fn classes() -> Result<()> {
    let folder = Folder::new("classes");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let model = &folder.file("m.safetensors");
    let nan = "1 row has nan among the outputs, the first of them line 3: as in NumPy, nan counts as the greatest";
    let lines = |options: &[&str]| {
        let words = [&["predict", model, "-"], options].concat();
        let rows = b"1 0.5\n-9 -9\nnan 0\n";
        String::from_utf8(noted(&words, rows, &format!("standard input: {nan}"))).unwrap()
    };
    assert_eq!(lines(&["--argmax"]), "1\n2\n0\n");
    let best = network()?.forward(&Tensor::from([1.0, 0.5]))?.max()?;
    assert_eq!(lines(&["--top", "1"]).lines().next(), Some(&*format!("1:{best:?}")));
    assert_eq!(lines(&["--top", "3"]).lines().last(), Some("0:NaN 1:NaN 2:NaN"));
    printed(&["predict", model, "-", "--argmax", "-o", &folder.file("c.npy")], b"1 0.5\n-9 -9\n");
    let classes = formats::load(folder.file("c.npy"))?.into_tensor()?;
    assert_eq!(classes.get::<i64>()?, &Tensor::from([1, 2]));
    printed(&["predict", model, "-", "--top=2", "-o", &folder.file("t.npy")], b"1 0.5\n");
    assert_eq!(formats::load(folder.file("t.npy"))?.into_tensor()?.get::<i64>()?, &Tensor::from([[1, 0]]));
    let too_many = "nptensor: --top 4: the model has 3 outputs\nTry 'nptensor predict --help'.\n";
    fails(&["predict", model, "-", "--top", "4"], 2, too_many);
    // Without outputs there is no greatest; their lines and their npy are empty rows.
    let none = Sequential::new([Layer::dense(Tensor::<f64>::zeros(&[2, 0])?, Tensor::zeros(&[0])?)])?;
    formats::save_model(folder.file("none.safetensors"), &none)?;
    let (none, out) = (&folder.file("none.safetensors"), &folder.file("none.npy"));
    let refused = "nptensor: --argmax: the model has no outputs\nTry 'nptensor predict --help'.\n";
    let two = &folder.save("two.npy", rows(2)?);
    fails(&["predict", none, two, "--argmax", "-o", out], 2, refused);
    fails(&["predict", none, two, "--argmax"], 2, refused);
    assert!(!std::fs::exists(out).unwrap());
    assert_eq!(printed(&["predict", none, two], b""), b"\n\n");
    printed(&["predict", none, two, "-o", out], b"");
    assert_eq!(formats::load(out)?.into_tensor()?.shape(), [2, 0]);
    Ok(())
}

#[test]
fn bytes_are_pixels_unless_said_otherwise() -> Result<()> {
    let folder = Folder::new("pixels");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let model = &folder.file("m.safetensors");
    let pixels = Tensor::from([[[0_u8, 255]], [[7, 90]]]);
    let images = &folder.save("images.npy", &pixels);
    let x = pixels.cast::<f64>().reshape(&[2, 2])?;
    let wanted = |x: &Tensor| Ok(text(&network()?.forward(x)?, " ").into_bytes());
    let pixels = |path: &str| format!("{path}: dividing uint8, taken for pixels, by 255 (--divide)");
    assert!(noted(&["predict", model, images], b"", &pixels(images)) == wanted(&(&x / 255.0))?);
    assert!(printed(&["predict", model, images, "--divide", "1"], b"") == wanted(&x)?);
    // Other integers are no pixels.
    for (name, tensor) in [
        ("int8", formats::AnyTensor::from(Tensor::from([[0_i8, 25], [7, 90]]))),
        ("int16", Tensor::from([[0_i16, 25], [7, 90]]).into()),
        ("uint16", Tensor::from([[0_u16, 25], [7, 90]]).into()),
        ("int64", Tensor::from([[0_i64, 25], [7, 90]]).into()),
        ("uint64", Tensor::from([[0_u64, 25], [7, 90]]).into()),
    ] {
        let x = tensor.cast::<f64>();
        let file = &folder.save("integers.npy", tensor);
        let note = format!("{file}: taking {name} as they are, not as pixels (--divide)");
        assert!(noted(&["predict", model, file], b"", &note) == wanted(&x)?, "{name}");
        assert!(printed(&["predict", model, file, "--divide", "255"], b"") == wanted(&(&x / 255.0))?, "{name}");
    }
    let bits = &folder.save("bool.npy", Tensor::from([[false, true]]));
    assert!(printed(&["predict", model, bits], b"") == wanted(&Tensor::from([[0.0, 1.0]]))?);
    // `explain forward` reads what `predict` reads.
    let explained = |words: &[&str], note: &str| {
        noted(&[&["explain", "forward", "--model", model, "--json"], words].concat(), b"", note)
    };
    let floats = &folder.save("floats.npy", &x / 255.0);
    let told = explained(&[images], &pixels(images));
    assert_eq!(told, explained(&[floats], ""));
    let first = folder.save("first.npy", Tensor::from([0_u8, 255]));
    let typed = explained(&["[0, 255]", "--divide=51"], "");
    assert_eq!(typed, explained(&[&first, "--divide=51"], ""));
    assert_eq!(typed, explained(&["[0, 5]"], ""));
    assert!(printed(&["predict", model, "-", "--divide=255"], b"0 255\n7 90\n") == wanted(&(&x / 255.0))?);
    assert!(printed(&["predict", model, "-"], b"0 255\n7 90\n") == wanted(&x)?);
    // One input alone is one row, not two of one number.
    let one = &folder.save("one.npy", Tensor::from([0.5, 2.0]));
    assert!(printed(&["predict", model, one], b"") == wanted(&Tensor::from([[0.5, 2.0]]))?);
    let idx = b"\0\0\x08\x02\0\0\0\x02\0\0\0\x02\x00\xff\x07\x5a";
    assert!(noted(&["predict", model, "-"], idx, &pixels("standard input")) == wanted(&(&x / 255.0))?);
    Ok(())
}

/// A network without weights takes rows of any width, and softmax is of each row.
#[test]
fn without_weights() -> Result<()> {
    let folder = Folder::new("without-weights");
    formats::save_model(folder.file("m.safetensors"), &Sequential::<f32>::new([Layer::Softmax])?)?;
    let model = &folder.file("m.safetensors");
    assert_eq!(printed(&["predict", model, "-"], b"1 1\n0 0\n"), b"0.5 0.5\n0.5 0.5\n");
    assert_eq!(printed(&["predict", model, "-", "-o", &folder.file("y.npy")], b""), b"");
    assert_eq!(printed(&["predict", model, &folder.write("blank.txt", b"\n \n")], b""), b"");
    // No rows of more numbers than can be counted.
    let header =
        format!("{:<117}\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296), }");
    let endless = [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes()].concat();
    for words in [&["predict", model, "-"][..], &["inspect", "-"]] {
        let output = piped(words, &endless);
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]), "{words:?}");
    }
    Ok(())
}

#[test]
fn no_rows() -> Result<()> {
    let folder = Folder::new("no-rows");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let (model, out) = (&folder.file("m.safetensors"), &folder.file("y.npy"));
    assert_eq!(printed(&["predict", model, "-"], b""), b"");
    for input in [b"".to_vec(), bytes(&Tensor::zeros(&[0, 2])?)] {
        printed(&["predict", model, "-", "-o", out], &input);
        assert_eq!(formats::load(out)?.into_tensor()?.shape(), [0, 3]);
    }
    Ok(())
}

/// Each with what was there before, or nothing, and no half of a new one.
#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "names sizes that 32 bits do not hold")]
fn failures_leave_no_file() -> Result<()> {
    let folder = Folder::new("failures");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let model = &folder.file("m.safetensors");
    let x = bytes(&rows(100)?);
    let cut = &x[..x.len() - 9];
    let long = [&x[..], b"!"].concat();
    let path = folder.write("cut.npy", cut);
    let out = &folder.file("y.npy");
    let wide = bytes(&Tensor::zeros(&[2, 3, 5])?);
    let row = b"0 1\n";
    let (word, short) = ([row, &b"0 x\x1b\n"[..]].concat(), [row, &b"1\n"[..]].concat());
    let comma = b"0,1,\n";
    // A header that claims what no memory holds, in as many bytes.
    let (claim, more) = (b"(100, 2), }         ", b"(100000000000, 2), }");
    let at = x.windows(claim.len()).position(|text| text == claim).unwrap();
    let huge = [&x[..at], more, &x[at + more.len()..]].concat();
    for (input, bytes, wanted) in [
        (
            &path[..],
            &b""[..],
            format!("{path}: npy: byte 128: elements for shape (100,2) take 1600 bytes, and 1591 follow the header"),
        ),
        (
            "-",
            cut,
            "standard input: npy: byte 1712: the file ends inside row 99 of 100: 16 bytes wanted, 7 left".into(),
        ),
        (
            "-",
            &huge,
            "standard input: npy: byte 1728: the file ends inside row 100 of 100000000000: 16 bytes wanted, 0 left"
                .into(),
        ),
        ("-", &long, "standard input: npy: byte 1728: bytes follow the last row".into()),
        ("-", &wide, "standard input: rows of shape (3,5) are 15 numbers, and the model takes 2".into()),
        ("-", &word, "standard input: line 2: column 2: \"x\\u{1b}\" is no number".into()),
        ("-", &short, "standard input: line 2: 1 fields, where rows have 2".into()),
        ("-", comma, "standard input: line 1: 3 fields, where rows have 2".into()),
        ("-", b"\xff\xfe1\0", format!("standard input: line 1: {UTF_16}")),
        ("-", b"\xfe\xff\x001", format!("standard input: line 1: {UTF_16}")),
        ("-", b"1 2\n\x7f\xfe", "standard input: line 2: neither text nor a format known here".into()),
        ("-", b"\x89PNG\r\n\x1a\n", format!("standard input: file: byte 0: a PNG image: {PNG}")),
    ] {
        for before in [None, Some("before")] {
            before.inspect(|text| std::fs::write(out, text).unwrap());
            let output = piped(&["predict", model, input, "-o", out], bytes);
            assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("nptensor: {wanted}\n"));
            assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]), "{wanted}");
            assert_eq!(std::fs::read_to_string(out).ok().as_deref(), before, "{wanted}");
        }
        std::fs::remove_file(out).unwrap();
        assert_eq!(folder.names(), ["cut.npy", "m.safetensors"]);
    }
    let output = piped(&["predict", model, "-", "-o", "-"], row);
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("nptensor: standard output: the header of an npy"));
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]));
    let nowhere = folder.file("no/y.npy");
    let output = piped(&["predict", model, "-", "-o", &nowhere], row);
    assert!(String::from_utf8(output.stderr).unwrap().starts_with(&format!("nptensor: {nowhere}: ")));
    Ok(())
}

/// A model that lists its layers is told nothing else; one that does not takes what it is told.
#[test]
fn activations() -> Result<()> {
    let folder = Folder::new("activations");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let model = &folder.file("m.safetensors");
    let refused = format!(
        "nptensor: {model} lists its layers: --hidden and --output are for files that do not, and --layers replaces the list\nTry 'nptensor predict --help'.\n"
    );
    fails(&["predict", model, "-", "--hidden", "relu"], 2, &refused);
    let contents = formats::load(model)?;
    let bare = &folder.write("m.npz", &formats::to_bytes(&contents, Format::Npz)?);
    let y = &printed(&["predict", model, "-"], b"1 0.5\n");
    // Under torch's names, arrays tell nothing of what lies between them.
    assert!(printed(&["predict", bare, "-", "--hidden=sigmoid", "--output=identity"], b"1 0.5\n") == *y);
    let asked = format!(
        "nptensor: {bare} lists no layers: --hidden and --output say the activations between them and at the end, or --layers all of them\nTry 'nptensor"
    );
    fails(&["predict", bare, "-"], 2, &format!("{asked} predict --help'.\n"));
    fails(&["predict", bare, "-", "--output=identity"], 2, &format!("{asked} predict --help'.\n"));
    fails(&["eval", bare, "i", "l", "--hidden=relu"], 2, &format!("{asked} eval --help'.\n"));
    fails(&["explain", "forward", "[1, 0.5]", "--model", bare], 2, &format!("{asked} explain --help'.\n"));
    // One layer has nothing between.
    let one = formats::Archive::from(&Sequential::new([Layer::dense([[2_f32]], [1_f32])])?);
    let one = &folder.write("one.npz", &formats::to_bytes(&(&one).into(), Format::Npz)?);
    assert_eq!(printed(&["predict", one, "-", "--output=step"], b"1\n"), b"1.0\n");
    // The book's names have the book's activations, which is said.
    let mut book = formats::Archive::new();
    for (name, array) in [("W1", "0.weight"), ("b1", "0.bias"), ("W2", "2.weight"), ("b2", "2.bias")] {
        book.insert(name, contents.clone().into_archive().get(array).unwrap().t())?;
    }
    let book = &folder.save("book.npz", &book);
    let hidden = format!("{book}: lists no layers: taking sigmoid between layers (--hidden)\n");
    let output = format!("{book}: lists no layers: taking softmax at the end (--output)\n");
    assert!(noted(&["predict", book, "-", "--output=identity"], b"1 0.5\n", &hidden) == *y);
    let softmax = printed(&["predict", book, "-", "--hidden=sigmoid", "--output=softmax"], b"1 0.5\n");
    assert!(noted(&["predict", book, "-"], b"1 0.5\n", &(hidden + &output)) == softmax);
    Ok(())
}

/// The type of the weights, where they have one of those in which a network computes; any other choice is said.
#[test]
fn types_of_weights() -> Result<()> {
    let folder = Folder::new("types");
    let check = |w: formats::AnyTensor, b: formats::AnyTensor, computes: Option<&str>| {
        let mut archive = formats::Archive::new();
        archive.insert("W1", w).unwrap();
        archive.insert("b1", b).unwrap();
        let model = &folder.save("m.npz", &archive);
        let note = computes.map_or(String::new(), |dtype| {
            format!("{model}: not all weights are {dtype}: computing in that (--dtype)")
        });
        assert_eq!(noted(&["predict", model, "-", "--output=identity"], b"1\n", &note), b"3.0\n");
        assert_eq!(printed(&["predict", model, "-", "--output=identity", "--dtype=f64"], b"1\n"), b"3.0\n");
    };
    let (single, double) = (Tensor::from([1_f32]), Tensor::from([1.0]));
    check(Tensor::from([[2_f32]]).into(), single.clone().into(), None);
    check(Tensor::from([[2.0]]).into(), double.into(), None);
    check(Tensor::from([[2.0]]).into(), single.into(), Some("float64"));
    check(Tensor::from([[2_i64]]).into(), Tensor::from([1_u8]).into(), Some("float32"));
    Ok(())
}

/// Whoever reads has seen enough: no complaint, no panic.
#[test]
fn a_closed_pipe() -> Result<()> {
    let folder = Folder::new("closed");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let input = folder.save("x.npy", rows(200_000)?);
    let mut child = Command::new(env!("CARGO_BIN_EXE_nptensor"));
    let child = child.args(["predict", &folder.file("m.safetensors"), &input]);
    let mut child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &output.stderr[..]), (Some(0), &b""[..]));
    Ok(())
}

/// Blocks are cut by the widest layer, not by the inputs: 160 MB of outputs pass under 128 MiB of addresses.
#[test]
#[cfg(target_os = "linux")]
fn many_outputs_take_no_more_memory() -> Result<()> {
    let folder = Folder::new("outputs");
    let (outputs, rows) = (8000, 5000);
    // The greatest output is the last but for negative inputs, whose is the first.
    let w = Tensor::from_fn(&[1, outputs], |i| i[1] as f32)?;
    formats::save_model(
        folder.file("m.safetensors"),
        &Sequential::new([Layer::dense(w, Tensor::zeros(&[outputs])?)])?,
    )?;
    let x = Tensor::from_fn(&[rows, 1], |i| if i[0] % 3 == 0 { -1.0_f32 } else { 1.0 })?;
    let (model, x) = (&folder.file("m.safetensors"), &folder.save("x.npy", x));
    let wanted: String = (0..rows).map(|i| if i % 3 == 0 { "0\n" } else { "7999\n" }).collect();
    for batch in ["", " --batch 5000"] {
        let line =
            format!("ulimit -v 131072 && '{}' predict '{model}' '{x}' --argmax{batch}", env!("CARGO_BIN_EXE_nptensor"));
        let told = Command::new("sh").args(["-c", &line]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&told.stderr), "", "{batch}");
        assert!(told.stdout == wanted.as_bytes(), "{batch}");
    }
    Ok(())
}

/// What a float32 cannot hold is no infinity, which is a number of its own.
#[test]
fn numbers_too_large_for_the_type() -> Result<()> {
    let folder = Folder::new("large");
    formats::save_model(folder.file("m.safetensors"), &network()?)?;
    let model = &folder.file("m.safetensors");
    let single = ["predict", model, "-", "--dtype=f32"];
    let refused = |words: &[&str], rows: &[u8], what: &str| {
        let output = piped(words, rows);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), &told[..]), (Some(1), &*format!("nptensor: {what}\n")), "{words:?}");
    };
    let wide = "is too large for float32 (--dtype f64)";
    refused(&single, b"1 2\n1 -1e39\n", &format!("standard input: line 2: column 2: -1e39 {wide}"));
    // (The greatest float32 is 3.40282346638528859812e38; from halfway to 2^128 on, numbers are rounded to that.)
    refused(&single, b"3.4028236e38 0\n", &format!("standard input: line 1: column 1: 3.4028236e38 {wide}"));
    assert_eq!(piped(&single, b"3.4028235e38 0\n").status.code(), Some(0));
    refused(&single[..3], b"1e400 0\n", "standard input: line 1: column 1: 1e400 is too large for float64");
    let missing = [&single[..], &["--missing=1e39"]].concat();
    refused(&missing, b"NA 0\n", &format!("standard input: --missing 1e39 {wide}"));
    let rows = &folder.save("x.npy", Tensor::from([[1.0, 2.0], [f64::INFINITY, 3.0], [0.0, -1e39]]));
    for batch in ["--batch=1", "--batch=9"] {
        refused(&["predict", model, rows, "--dtype=f32", batch], b"", &format!("{rows}: row 2: -1e39 {wide}"));
    }
    let mut archive = Archive::from(&network()?).only(&["0.weight"])?;
    archive.insert("0.bias", Tensor::from([0.0, f64::INFINITY, 1e39]))?;
    let weights = &folder.save("w.npz", archive);
    let words = ["predict", weights, rows, "--layers=dense", "--dtype=f32"];
    refused(&words, b"", &format!("{weights}: 0.bias: 1e39 {wide}"));
    assert_eq!(piped(&words[..4], b"").status.code(), Some(0));
    let divide = "nptensor: --divide takes a number other than 0, not '1e39'\nTry 'nptensor predict --help'.\n";
    fails(&["predict", model, rows, "--divide=1e39"], 2, divide);
    // Infinities that are meant, and the smallest numbers, are read.
    assert_eq!(piped(&single, b"inf 1\n-Infinity 1e-60\n").status.code(), Some(0));
    Ok(())
}
