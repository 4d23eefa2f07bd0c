//! The scale of the inputs: given as options, or the first layer of a model.

use nptensor::formats::{self, Archive};
use nptensor::{Layer, Result, Sequential, Tensor};

use super::tables::{identity, told};
use super::{Folder, fails, piped, printed};

/// By NumPy: see the end of `golden/tables.py`.
#[test]
fn means_and_deviations() -> Result<()> {
    let folder = Folder::new("scale");
    let model = &identity(&folder, 2, None)?;
    let text = "5.1,3.5\n-1e-3,0\n";
    let mut scales = Archive::new();
    scales.insert("mean", Tensor::from([2.0, 0.1]))?;
    scales.insert("std", Tensor::from([0.3, 7.0]))?;
    scales.insert("table", Tensor::from([[0.3, 7.0]]))?;
    let scales = folder.save("scales.npz", scales);
    let (mean, std) = (format!("{scales}:mean"), format!("{scales}:std"));
    let wanted = "10.333333333333332 0.4857142857142857\n-6.67 -0.014285714285714287\n";
    assert_eq!(told(model, &["--mean", "2,0.1", "--std=0.3, 7"], text, ""), wanted);
    assert_eq!(told(model, &["--mean", &mean, "--std", &std], text, ""), wanted);
    // Of the columns that are chosen, in their order; of any input, after --divide.
    let columns = &["--columns", "y,x", "--mean=2,0.1", "--std=0.3,7"];
    assert_eq!(told(model, columns, "x,id,y\n3.5,9,5.1\n0,8,-1e-3\n", ""), wanted);
    let x = &folder.save("x.npy", Tensor::from([[10.2, 7.0], [-2e-3, 0.0]]));
    let scaled = printed(&["predict", model, x, "--divide=2", "--mean=2,0.1", "--std=0.3,7"], b"");
    assert_eq!(String::from_utf8(scaled).unwrap(), wanted);
    let single = "10.333333 0.4857143\n-6.6699996 -0.014285714\n";
    assert_eq!(told(model, &["--mean=2,0.1", "--std=0.3,7", "--dtype=f32"], text, ""), single);
    // One number for all columns; one option alone.
    assert_eq!(told(model, &["--mean=0.5"], "1,2\n", ""), "0.5 1.5\n");
    assert_eq!(told(model, &["--std=4"], "1,2\n", ""), "0.25 0.5\n");
    let check = |words: &[&str], code: i32, what: &str| {
        let output = piped(&[&["predict", model, "-"], words].concat(), b"1,2\n");
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.lines().next()), (Some(code), Some(&*format!("nptensor: {what}"))));
        assert!(output.stdout.is_empty());
    };
    check(&["--mean=1,2,3"], 2, "--mean has 3 numbers, and rows have 2");
    check(&["--std=1,0"], 1, "--std 1,0: number 2 is 0: a scale divides by numbers above 0, also as float32");
    check(&["--std=1,-1"], 1, "--std 1,-1: number 2 is -1: a scale divides by numbers above 0, also as float32");
    check(
        &["--std=1e-60,1"],
        1,
        "--std 1e-60,1: number 1 is 1e-60: a scale divides by numbers above 0, also as float32",
    );
    check(&["--mean=nan"], 1, "--mean nan: number 1 is NaN: a mean is finite, also as float32");
    let table = format!("{scales}:table");
    check(&["--std", &table], 1, &format!("--std {table}: a row of numbers is taken, not an array of shape (1,2)"));
    check(
        &["--mean", &scales],
        1,
        &format!(
            "{scales}: archive: byte 0: one tensor wanted; there are \"mean\", \"std\", \"table\" (FILE:NAME takes one of them)"
        ),
    );
    Ok(())
}

/// A scale in the model needs no option, and is not joined by a second one. (By powers of two, all numbers are exact.)
#[test]
fn a_scale_that_convert_puts_first() -> Result<()> {
    let folder = Folder::new("scaled");
    let (model, scaled, text) = (&identity(&folder, 2, None)?, &folder.file("scaled.safetensors"), "5.25,3.5\n-1,0\n");
    let by = ["--mean=2,0.5", "--std=0.5,4"];
    assert_eq!(printed(&["convert", model, scaled, by[0], by[1]], b""), b"");
    let archive = formats::load(scaled)?.into_archive();
    assert_eq!(archive.metadata()["layers"], "scale:scaler dense");
    assert_eq!(archive.tensor::<f64>("scaler.weight")?, Tensor::from([2.0, 0.25]));
    assert_eq!(archive.tensor::<f64>("scaler.bias")?, Tensor::from([-4.0, -0.125]));
    let wanted = told(model, &by, text, "");
    assert_eq!(wanted, "6.5 0.75\n-6.0 -0.125\n");
    assert_eq!(told(scaled, &[], text, ""), wanted);
    let labels = &folder.save("labels.npy", Tensor::from([0_u8, 1]));
    let evaluated = printed(&["eval", scaled, "-", labels], text.as_bytes());
    assert_eq!(evaluated, b"Accuracy: 1.0000 (2/2)\n");
    // The same network by a program; weights of float32, and one number for all columns, with a list that is given.
    let network = formats::load_model::<f64>(model)?;
    let scaler = Layer::standardize(&Tensor::from([2.0, 0.5]), &Tensor::from([0.5, 4.0]))?;
    let program = &folder.file("program.safetensors");
    formats::save_model(program, &Sequential::new([&[scaler], network.layers()].concat())?)?;
    assert_eq!(formats::load_model::<f64>(program)?, formats::load_model(scaled)?);
    assert_eq!(told(program, &[], text, ""), wanted);
    let [bare, single] = ["bare.npz", "single.safetensors"].map(|name| folder.file(name));
    let mut archive = Archive::new();
    archive.insert("a.weight", Tensor::from([[1_f32, 0.0], [0.0, 1.0]]))?;
    formats::save(&bare, &archive)?;
    printed(&["convert", &bare, &single, "--std=0.1", "--layers=dropout dense:a relu"], b"");
    let archive = formats::load(&single)?.into_archive();
    assert_eq!(archive.metadata()["layers"], "scale:scaler dropout dense:a relu");
    assert_eq!(archive.tensor::<f32>("scaler.weight")?, Tensor::from([10_f32, 10.0]));
    assert_eq!(told(&single, &[], "0.5,-1\n", ""), "5.0 0.0\n");
    // Twice is once too often.
    let usage = |words: &[&str]| {
        let (what, command) = ("begins with a scale of its own: --mean and --std are in it", words[0]);
        let said = format!("nptensor: {scaled} {what}\nTry 'nptensor {command} --help'.\n");
        fails(words, 2, &said);
    };
    usage(&["predict", scaled, "-", by[0]]);
    usage(&["eval", scaled, "-", labels, by[1]]);
    let refused = |from: &str, by: &str, what: &str| {
        fails(&["convert", from, &bare, by], 1, &format!("nptensor: {from}: {what}\n"))
    };
    refused(scaled, by[0], "begins with a scale of its own, and --mean and --std would be a second");
    refused(&single, "--mean=1", "begins with a scale of its own, and --mean and --std would be a second");
    refused(&bare, by[0], "model: the file does not list its layers: no \"layers\" in its metadata");
    let width = "nptensor: --mean has 3 numbers, and rows have 2\nTry 'nptensor convert --help'.\n";
    fails(&["convert", model, scaled, "--mean=1,2,3"], 2, width);
    Ok(())
}
