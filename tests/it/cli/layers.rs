//! The order of layers and their activations: what a file does not say is asked for, and what is taken for granted is said on standard error.

use nptensor::formats::{self, Archive};
use nptensor::{Layer, Result, Sequential, Tensor};

use std::process::Output;

use super::{Folder, fails, noted, piped, printed, run};

/// Two layers of the same shape, which tells no order: `stem` turns the inputs around, `head` counts from the first.
fn network() -> Result<Sequential> {
    Sequential::new([
        Layer::dense([[0.0, 2.0], [1.0, 0.0]], [0.5, -4.0]),
        Layer::Relu,
        Layer::dense([[1.0, 1.0], [0.0, 1.0]], [0.0, 1.0]),
    ])
}

/// Its arrays under these names, in this order.
fn arrays(order: [(&str, usize); 2]) -> Result<Archive> {
    let (saved, mut archive) = (Archive::from(&network()?), Archive::new());
    for (name, layer) in order {
        for part in ["weight", "bias"] {
            archive.insert(format!("{name}.{part}"), saved.get(&format!("{layer}.{part}")).unwrap().clone())?;
        }
    }
    Ok(archive)
}

const X: &[u8] = b"3 1\n";

/// What the network makes of it: (3, 1) to (1.5, 2), to (1.5, 4.5).
const Y: &[u8] = b"1.5 4.5\n";

#[test]
fn layers_are_asked_for() -> Result<()> {
    assert_eq!(network()?.forward(&Tensor::from([3.0, 1.0]))?, Tensor::from([1.5, 4.5]));
    let folder = Folder::new("layers");
    let list = "--layers=dense:stem relu dense:head";
    let [hidden, output] = ["--hidden=relu", "--output=identity"];
    let safetensors = &folder.save("m.safetensors", arrays([("head", 2), ("stem", 0)])?);
    let unknown = "model: neither names nor shapes nor the file tell the order of the layers \"head\" (2,2), \"stem\" (2,2): say it in the metadata, \"layers\": \"dense:NAME relu dense:NAME\", or with --layers";
    let model = &folder.file("said.safetensors");
    for words in [
        &["predict", safetensors, "-", hidden, output][..],
        &["explain", "forward", "[3, 1]", "--model", safetensors, hidden, output],
        &["convert", safetensors, model, hidden, output],
        &["convert", safetensors, model, "--layers", "dense relu dense"],
    ] {
        fails(words, 1, &format!("nptensor: {safetensors}: {unknown}\n"));
    }
    let told = String::from_utf8(printed(&["inspect", safetensors], b"")).unwrap();
    assert!(told.ends_with(&format!("\nno model: {unknown}\n")), "{told}");

    assert_eq!(printed(&["predict", safetensors, "-", list], X), Y);
    assert_eq!(printed(&["convert", safetensors, model, list], b""), b"");
    assert_eq!(printed(&["predict", model, "-"], X), Y);
    let explained = |words: &[&str]| printed(&[&["explain", "forward", "[3, 1]", "--json"], words].concat(), b"");
    assert_eq!(explained(&["--model", safetensors, list]), explained(&["--model", model]));
    let told = String::from_utf8(printed(&["inspect", model], b"")).unwrap();
    assert!(told.ends_with("\nmodel: dense:stem(2, 2) relu dense:head(2, 2)\n"), "{told}");
    // It replaces the list of the file, which other activations do not.
    let other = &folder.file("other.safetensors");
    assert_eq!(printed(&["convert", model, other, "--layers=dense:head relu dense:stem"], b""), b"");
    assert_ne!(printed(&["predict", other, "-"], X), Y);
    assert_eq!(printed(&["predict", other, "-", list], X), Y);
    let what = "--hidden and --output are for files that do not, and --layers replaces the list";
    fails(
        &["convert", other, model, hidden, output],
        2,
        &format!("nptensor: {other} lists its layers: {what}\nTry 'nptensor convert --help'.\n"),
    );
    let labels = &folder.save("y.npy", Tensor::from([1_u8]));
    assert_eq!(printed(&["eval", other, "-", labels, list], X), b"Accuracy: 1.0000 (1/1)\n");
    fails(
        &["predict", model, "-", "--layers=dense relu dense:head"],
        1,
        &format!(
            "nptensor: {model}: model: the layers \"dense relu dense:head\" name some layers and not others of their kind\n"
        ),
    );
    Ok(())
}

/// npz keeps the order that it was given, and says that nothing else tells it; safetensors does not keep it.
#[test]
fn the_order_of_the_file() -> Result<()> {
    let folder = Folder::new("order");
    let npz = &folder.save("m.npz", arrays([("stem", 0), ("head", 2)])?);
    let note = &format!("{npz}: taking the layers in the order of the file: stem head (--layers)");
    let said = ["--hidden=relu", "--output=identity"];
    assert_eq!(noted(&["predict", npz, "-", said[0], said[1]], X, note), Y);
    let told = String::from_utf8(printed(&["inspect", npz], b"")).unwrap();
    let wanted =
        "\nmodel without activations, its layers in the order of the file: dense:stem(2, 2) dense:head(2, 2)\n";
    assert!(told.ends_with(wanted), "{told}");
    // A list that is written has the names, and the model needs nothing else.
    let model = &folder.file("m.safetensors");
    assert_eq!(noted(&["convert", npz, model, said[0], said[1]], b"", note), b"");
    assert_eq!(formats::load(model)?.into_archive().metadata()["layers"], "dense:stem relu dense:head identity");
    assert_eq!(printed(&["predict", model, "-"], X), Y);
    // So does one that was given without, and what names them needs no order.
    assert_eq!(noted(&["convert", npz, model, "--layers=dense relu dense"], b"", note), b"");
    assert_eq!(formats::load(model)?.into_archive().metadata()["layers"], "dense:stem relu dense:head");
    assert_eq!(printed(&["convert", npz, model, "--layers=dense:head relu dense:stem"], b""), b"");
    assert_eq!(formats::load(model)?.into_archive().metadata()["layers"], "dense:head relu dense:stem");
    let lost = format!("{model}: safetensors has no order: that of the layers stem head is lost without --layers");
    assert_eq!(noted(&["convert", npz, model], b"", &lost), b"");
    // Merely the alphabet's, the order of an npz tells nothing either.
    let npz = &folder.save("abc.npz", arrays([("head", 2), ("stem", 0)])?);
    let output = super::run(&["predict", npz, "-", said[0], said[1]]);
    assert_eq!(output.status.code(), Some(1));
    // Blanks are no part of a name in a list.
    let npz = &folder.save("blank.npz", arrays([("the stem", 0), ("head", 2)])?);
    let note = format!("{npz}: taking the layers in the order of the file: the stem head (--layers)\n");
    fails(
        &["convert", npz, model, said[0], said[1]],
        1,
        &format!(
            "nptensor: {note}nptensor: {npz}: model: layer \"stem\" is unknown: known are dense, dense:NAME, sigmoid, step, relu, identity, softmax, tanh, batchnorm:NAME(eps), layernorm:NAME(eps), scale:NAME, leaky_relu(a), elu(a), gelu, gelu_tanh, silu, softplus(b), log_softmax, hardtanh(l,h), normalize(eps), dropout, flatten\n"
        ),
    );
    Ok(())
}

/// Modules whose shapes happen to fit may be networks of their own: that they are taken for one is said.
#[test]
fn modules_that_follow_one_another() -> Result<()> {
    let folder = Folder::new("modules");
    let said = ["--hidden=relu", "--output=identity"];
    let one = |names: [&str; 4]| -> Result<String> {
        let mut archive = Archive::new();
        for (name, [inputs, outputs]) in names.into_iter().zip([[3, 4], [4, 2], [2, 5], [5, 1]]) {
            archive.insert(format!("{name}.weight"), Tensor::<f64>::ones(&[outputs, inputs])?)?;
        }
        Ok(folder.save("m.safetensors", archive))
    };
    let run = |path: &str, notes: &str| noted(&["predict", path, "-", said[0], said[1]], b"1 2 3\n", notes);
    let apart = &one(["policy.0", "policy.2", "value.0", "value.2"])?;
    let shapes = "taking the layers in the one order that fits their shapes";
    let y = run(apart, &format!("{apart}: {shapes}: policy.0 policy.2 value.0 value.2 (--layers)"));
    let list = "--layers=dense:policy.0 relu dense:policy.2 relu dense:value.0 relu dense:value.2";
    assert_eq!(printed(&["predict", apart, "-", list], b"1 2 3\n"), y);
    // One module, one that has a single layer of another, and numbers: as usual networks are named.
    for names in
        [["stem", "body", "neck", "head"], ["a.b", "a.a", "a.d", "head"], ["l1.fc1", "l1.fc2", "l2.fc1", "l2.fc2"]]
    {
        assert_eq!(run(&one(names)?, ""), y, "{names:?}");
    }
    Ok(())
}

/// Values of half precision are those of float32, in which they are computed: that is said.
#[test]
fn half_precision() -> Result<()> {
    let folder = Folder::new("half");
    let header = br#"{"0.weight":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]}}"#;
    let file = [&(header.len() as u64).to_le_bytes(), &header[..], &[0x80, 0x3f, 0x00, 0x40]].concat();
    let path = &folder.write("m.safetensors", &file);
    let note = &format!("{path}: reading bfloat16 as float32");
    let list = "--layers=dense:0";
    assert_eq!(noted(&["predict", path, "-", list], b"3 0.5\n", note), b"4.0\n");
    let copy = &folder.file("copy.npz");
    assert_eq!(noted(&["convert", path, copy], b"", note), b"");
    assert_eq!(printed(&["predict", copy, "-", list], b"3 0.5\n"), b"4.0\n");
    // In the two other formats that networks come in.
    let golden = |file: &str| formats::load(format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR")));
    let half = |file: &str| golden(file).unwrap().into_archive().half_precision();
    for (file, wanted) in [
        ("formats/npz-savez.npz", Some("float16")),
        ("torch/types-stored.pt", Some("float16")),
        ("torch/sequential.pt", None),
        ("formats/npz-positional.npz", None),
    ] {
        assert_eq!(half(file), wanted, "{file}");
    }
    Ok(())
}

/// A list that is given is kept with all its parameters and names, norms among them, so that the file gives the same numbers.
#[test]
fn lists_are_kept_in_full() -> Result<()> {
    let folder = Folder::new("full");
    let (weights, model, x) = (&folder.file("w.npz"), &folder.file("m.safetensors"), b"0.5 -1\n3 2\n");
    let mut archive = Archive::new();
    let vector = |values: [f32; 2]| Tensor::from(values);
    archive.insert("stem.weight", Tensor::from([[1_f32, -2.0], [0.5, 0.25]]))?;
    archive.insert("bn.weight", vector([2.0, 0.5]))?;
    archive.insert("bn.bias", vector([0.1, -0.1]))?;
    archive.insert("bn.running_mean", vector([0.3, 0.2]))?;
    archive.insert("bn.running_var", vector([1.5, 0.7]))?;
    archive.insert("head.weight", Tensor::from([[1_f32, 3.0], [-0.5, 0.125]]))?;
    formats::save(weights, &archive)?;
    for (list, wanted) in [
        (
            "dense:stem batchnorm:bn(0.25) leaky_relu(0.2) dense:head",
            "dense:stem batchnorm:bn(0.25) leaky_relu(0.2) dense:head",
        ),
        (
            "dense:stem elu(0.3) batchnorm hardtanh(-0.2,0.3) dense:head dropout",
            "dense:stem elu(0.3) batchnorm:bn(1e-5) hardtanh(-0.2,0.3) dense:head dropout",
        ),
    ] {
        let (layers, predict) = (format!("--layers={list}"), |file: &str, more: &[&str]| {
            piped(&[&["predict", file, "-"], more].concat(), x)
        });
        assert_eq!(run(&["convert", weights, model, &layers]).status.code(), Some(0));
        assert_eq!(formats::load(model)?.into_archive().metadata()["layers"], wanted);
        let (by_list, by_file) = (predict(weights, &[&layers]), predict(model, &[]));
        assert_eq!((by_list.status.code(), by_file.status.code()), (Some(0), Some(0)));
        assert_eq!((by_list.stdout, &by_file.stderr[..]), (by_file.stdout, &b""[..]), "{list}");
    }
    let plain = &folder.file("p.npz");
    let names: Vec<&str> = archive.names().filter(|name| !name.starts_with("bn")).collect();
    formats::save(plain, &archive.only(&names)?)?;
    let said = format!("{plain}: taking torch's parameters: softplus(1.0) (--layers)");
    let x32 = b"0.5 -1\n";
    noted(&["predict", plain, "-", "--layers=dense:stem softplus dense:head"], x32, &said);
    let order = format!("{plain}: taking the layers in the order of the file: stem head (--layers)");
    let both = piped(&["predict", plain, "-", "--hidden=leaky_relu", "--output=identity"], x32);
    let said = String::from_utf8(both.stderr).unwrap();
    assert!(said.contains("taking torch's parameters: leaky_relu(0.01) (--layers)") && said.contains(&order), "{said}");
    let wrong = piped(&["predict", plain, "-", "--layers=dense:steam relu dense:head"], x32);
    let said = String::from_utf8(wrong.stderr).unwrap();
    assert!(said.contains("have \"steam\", and the file has no such weights: it has "), "{said}");
    Ok(())
}

/// One output has no greatest, and a line that counts the columns may be no row.
#[test]
fn one_output_and_lines_that_count() -> Result<()> {
    let folder = Folder::new("one");
    let model = &folder.file("m.safetensors");
    let dense = Layer::dense([[0.5_f32], [0.25], [1.0]], [0.0]);
    formats::save_model(model, &Sequential::new([dense, Layer::Sigmoid])?)?;
    let one =
        "the model has one output, which is always the greatest: of a binary network it is the probability of class 1";
    let argmax = piped(&["predict", model, "-", "--argmax"], b"1 2 3\n4 5 6\n");
    assert!(String::from_utf8(argmax.stderr).unwrap().starts_with(&format!("nptensor: --argmax: {one}\n")));
    let (x, y) = (&folder.file("x.npy"), &folder.file("y.npy"));
    formats::save(x, Tensor::<f32>::zeros(&[2, 3])?)?;
    formats::save(y, Tensor::from([0_i64, 0]))?;
    let eval = run(&["eval", model, x, y]);
    assert_eq!(String::from_utf8(eval.stderr).unwrap().lines().next(), Some(&*format!("nptensor: eval: {one}")));
    let counts = "standard input: taking line 1 for a row, though it counts the columns (--header or --no-header)";
    // Tabs separate numbers too, so that an empty field is seen; what has no letters is no heading.
    for (text, wanted) in [
        (&b"1\t\t2\t3\n"[..], "4 fields, where rows have 3"),
        (b"1\t2\t3\n\t5\t6\t7\n", "line 2: 4 fields, where rows have 3"),
        (b"5%;6%;7%\n1;2;3\n", "line 1: column 1: "),
        (b"1.234,5;2.345,6;3.456,7\n1;2;3\n", "line 1: column 1: "),
    ] {
        let Output { status, stderr, stdout } = piped(&["predict", model, "-"], text);
        let said = String::from_utf8(stderr).unwrap();
        assert!(
            status.code() == Some(1) && stdout.iter().filter(|&&c| c == b'\n').count() < 2 && said.contains(wanted),
            "{said}"
        );
    }
    let rows = noted(&["predict", model, "-"], b"0,1,2\n0,0,0\n", counts);
    assert_eq!(rows.iter().filter(|&&byte| byte == b'\n').count(), 2);
    Ok(())
}

/// A whole network of torch says its layers itself, and a note that it was saved in training mode goes with it.
#[test]
fn networks_of_torch() -> Result<()> {
    let folder = Folder::new("torch");
    let golden = |file: &str| format!("{}/tests/golden/torch/{file}", env!("CARGO_MANIFEST_DIR"));
    let (pt, x): (&str, &[u8]) = (&golden("sequential.pt"), b"0.5 -1 2\n");
    let safetensors = &folder.file("m.safetensors");
    // (Layers by themselves; a count is no weight whose type would be said.)
    for pt in ["linear.pt", "norm.pt", "gelu.pt", "sequential.pt"].map(golden) {
        assert_eq!(printed(&["convert", &pt, safetensors], b""), b"");
        assert_eq!(printed(&["predict", &pt, "-"], x), printed(&["predict", safetensors, "-"], x));
    }
    let told = String::from_utf8(printed(&["inspect", pt], b"")).unwrap();
    assert!(told.contains("sequential.pt: pt, 4 tensors, 14 values\n"), "{told}");
    assert!(told.ends_with("\nmodel: dense:0(3, 2) relu dense:2(2, 2) softmax\n"), "{told}");

    let (trained, list) = (golden("named.pth"), "--layers=dense:stem dense:head");
    let said =
        |path: &str| format!("{path}: saved in training mode: dropout and batch normalization run as after eval()");
    let y = noted(&["predict", &trained, "-", list], x, &said(&trained));
    assert_eq!(printed(&["convert", &trained, safetensors], b""), b"");
    assert_eq!(noted(&["predict", safetensors, "-", list], x, &said(safetensors)), y);

    let (checkpoint, weights) = (golden("checkpoint-model_state_dict.pt"), &folder.file("w.safetensors"));
    let beside =
        ["epoch", "optimizer_state_dict", "loss", "arch", "best"].map(|name| format!("{name} (beside the weights)"));
    noted(&["convert", &checkpoint, weights], b"", &format!("{checkpoint}: leaving out {}", beside.join(", ")));
    assert_eq!(formats::load(weights)?.into_archive().names().count(), 4);
    Ok(())
}

/// What is meant by words that are no layers here is said, and nothing is taken for it.
#[test]
fn words_that_are_no_layers() -> Result<()> {
    let folder = Folder::new("words");
    let weights = &folder.save("m.npz", arrays([("module.stem", 0), ("module.head", 2)])?);
    for (list, what) in [
        ("Linear relu Linear", "Linear is no layer here: dense?"),
        ("dense ReLU() dense", "ReLU() is no layer here: relu?"),
        (
            "dense nn.LeakyReLU(negative_slope=0.2) dense",
            "nn.LeakyReLU(negative_slope=0.2) is no layer here: leaky_relu(0.2)?",
        ),
        ("dense nn.ReLU6() dense", "nn.ReLU6() is no layer here: hardtanh(0,6)?"),
        ("dense Dropout(0.5) dense", "Dropout(0.5) is no layer here: dropout?"),
        ("dense relu dense softmax(-1)", "softmax(-1) is no layer here: softmax?"),
        ("dense torch.nn.LogSoftmax(dim=1) dense", "torch.nn.LogSoftmax(dim=1) is no layer here: log_softmax?"),
        ("dense BatchNorm1d(2) dense", "BatchNorm1d(2) is no layer here: batchnorm?"),
        ("stem relu head", "stem is no layer, and the file has module.stem: dense:module.stem?"),
        ("dense:stem relu dense:head", "dense:stem is no layer, and the file has module.stem: dense:module.stem?"),
        ("dense,relu,dense", "blanks stand between layers: \"dense relu dense\""),
        ("dense:a,hardtanh(-1,1),dense:b", "blanks stand between layers: \"dense:a hardtanh(-1,1) dense:b\""),
    ] {
        for command in ["predict", "convert"] {
            let wanted = format!("nptensor: --layers: {what}\nTry 'nptensor {command} --help'.\n");
            fails(&[command, weights, "y.npz", "--layers", list], 2, &wanted);
        }
    }
    // What nobody can tell is said where the list is read.
    let unknown = String::from_utf8(run(&["predict", weights, "-", "--layers=dense mish dense"]).stderr).unwrap();
    assert!(unknown.contains("model: layer \"mish\" is unknown: known are dense, "), "{unknown}");
    let list = "--layers=dense:module.stem hardtanh(-9,9) dense:module.head";
    assert_eq!(piped(&["predict", weights, "-", list], X).status.code(), Some(0));
    Ok(())
}

/// What is no network, or holds one among other things, is named, and what makes it one.
#[test]
fn files_that_are_no_networks() -> Result<()> {
    let folder = Folder::new("no-network");
    let model = &folder.file("m.safetensors");
    formats::save_model(model, &network()?)?;
    let usage = |words: &[&str], what: &str| {
        fails(words, 2, &format!("nptensor: {what}\nTry 'nptensor {} --help'.\n", words[0]));
    };
    let (rows, array) = (&folder.write("x.csv", b"a,b\n1,2\n"), &folder.save("x.npy", Tensor::from([[1.0, 2.0]])));
    for rows in [rows, array] {
        let what = format!("{rows} is no network, and {model} may be one: MODEL comes first");
        usage(&["predict", rows, model], &what);
        usage(&["eval", rows, model, "y.npy"], &what);
        usage(&["eval", rows, model, "--label", "y"], &what);
    }
    let alone = format!("nptensor: {array}: one array of shape (1,2), without a name, is no network\n");
    fails(&["predict", array, rows], 1, &alone);
    let (mut unnamed, saved) = (Archive::new(), Archive::from(&network()?));
    for (i, (_, array)) in saved.iter().enumerate() {
        unnamed.insert(format!("arr_{i}"), array.clone())?;
    }
    let unnamed = &folder.save("arr.npz", unnamed);
    let names = "arrays without names, arr_0 .., as numpy.savez(FILE, *arrays) has them, do not say which are weights: \
                 numpy.savez(FILE, W1=.., b1=.., W2=.., b2=..)";
    fails(&["predict", unnamed, rows, "--hidden=relu", "--output=relu"], 1, &format!("nptensor: {unnamed}: {names}\n"));
    // Weights under a key that no checkpoint is known by, and what takes them alone.
    let mut checkpoint = Archive::new();
    checkpoint.insert("epoch", Tensor::from([3_i64]))?;
    for (name, array) in &saved {
        checkpoint.insert(format!("net.{name}"), array.clone())?;
    }
    let known = "W1 b1, 0.weight 0.bias, coefs_0 intercepts_0, dense/kernel dense/bias";
    let all = checkpoint.names().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let error = format!(
        "model: \"epoch\" is no name of a weight or bias ({known}) among {all}: \
         save it under such a name, or leave it out (--only)"
    );
    let checkpoint = &folder.save("checkpoint.npz", checkpoint);
    let hint = "(convert with --only net takes what is under net alone)";
    let output = run(&["predict", checkpoint, rows, "--layers=dense relu dense", "--dtype=f64"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("nptensor: {checkpoint}: {error} {hint}\n"));
    let (alone, list) = (&folder.file("net.safetensors"), "--layers=dense relu dense");
    assert_eq!(printed(&["convert", checkpoint, alone, "--only", "net", list], b""), b"");
    assert_eq!(printed(&["predict", alone, "-"], X), Y);
    // (No activations are taken for what has no layers.)
    let none = &folder.save("none.safetensors", Archive::new());
    fails(&["predict", none, rows], 1, &format!("nptensor: {none}: model: no weights and biases\n"));
    // Several keys with weights: which of them are the network, nobody can tell.
    let mut heads = Archive::new();
    for (name, array) in &saved {
        heads.insert(format!("body.{name}"), array.clone())?;
    }
    heads.insert("aux.weight", Tensor::from([[1.0, 2.0]]))?;
    let (heads, list) = (&folder.save("heads.npz", heads), "--layers=dense:body.0 relu dense:body.2");
    let error = format!(
        "nptensor: {heads}: model: the layers \"dense:body.0 relu dense:body.2\" leave out \"aux\" (convert with \
         --only KEY,.. takes what is under some of body, aux alone)\n"
    );
    fails(&["predict", heads, rows, list], 1, &error);
    Ok(())
}

/// Without a list of layers, and with a norm, no activations make a network: the error lists what has weights.
#[test]
fn norms_without_a_list() -> Result<()> {
    let folder = Folder::new("norms");
    let mut archive = Archive::from(&network()?);
    archive.metadata_mut().clear();
    archive.insert("norm.weight", Tensor::from([1.0, 2.0, 3.0]))?;
    let model = &folder.save("m.safetensors", archive);
    let what = "model: \"norm\" (3,) is that of a BatchNorm, LayerNorm or scale: list all layers, in the metadata or with \
                --layers, with the activations between \"dense:0 dense:2 layernorm:norm\"";
    for options in [&[][..], &["--hidden=relu", "--output=relu"]] {
        fails(&[&["predict", model, "-"], options].concat(), 1, &format!("nptensor: {model}: {what}\n"));
    }
    Ok(())
}

/// The state_dict of one Linear by itself has no names before its points, and is one dense layer.
#[test]
fn one_layer_by_itself() -> Result<()> {
    let folder = Folder::new("alone");
    let mut archive = Archive::new();
    archive.insert("weight", Tensor::from([[1_f32, 2.0], [3.0, 4.0], [5.0, 6.0]]))?;
    archive.insert("bias", Tensor::from([0.5_f32, 0.0, -0.5]))?;
    let linear = &folder.save("linear.safetensors", &archive);
    for options in [&["--output=identity"][..], &["--layers=dense"]] {
        assert_eq!(printed(&[&["predict", linear, "-"], options].concat(), b"1 10\n"), b"21.5 43.0 64.5\n");
    }
    let model = &folder.file("m.safetensors");
    assert_eq!(printed(&["convert", linear, model, "--layers=dense relu"], b""), b"");
    assert_eq!(printed(&["predict", model, "-"], b"1 -1\n"), b"0.0 0.0 0.0\n");
    archive.insert("0.weight", Tensor::from([[1_f32]]))?;
    archive.insert(".weight", Tensor::from([[1_f32]]))?;
    let error = formats::model::<f32>(&archive, Layer::Relu, Layer::Relu).unwrap_err().to_string();
    assert_eq!(error, "model: \"\" has its weights twice");
    Ok(())
}

/// A softmax of a softmax is computed, for it may be meant, and said.
#[test]
fn a_softmax_of_a_softmax() -> Result<()> {
    let folder = Folder::new("twice");
    let model = &folder.save("m.npz", Archive::from(&network()?).only(&["0.weight", "0.bias"])?);
    let words = |list| ["predict", model, "-", "--layers", list];
    let note = |twice: &str| format!("{model}: {twice}: the outputs of a softmax are those of another");
    let twice = noted(&words("dense softmax dropout softmax"), X, &note("softmax follows softmax"));
    assert_ne!(twice, printed(&words("dense softmax"), X));
    noted(&words("dense softmax log_softmax"), X, &note("log_softmax follows softmax"));
    printed(&words("dense softmax relu softmax"), X);
    let last = [&words("dense")[..3], &["--output=softmax"]].concat();
    printed(&last, X);
    Ok(())
}
