//! `nptensor eval`: accuracy, confusions, drawings, and labels that do not fit.

use nptensor::{Layer, Result, Sequential, Tensor, formats};

use super::{Folder, fails, noted, printed};

/// A network that takes images of 2 x 3 for the column that is lightest.
fn columns(folder: &Folder) -> Result<String> {
    let w = Tensor::from_fn(&[6, 3], |i| if i[0] % 3 == i[1] { 1.0 } else { 0.0 })?;
    let network = Sequential::new([Layer::dense(w, [0.0, 0.0, 0.0]), Layer::Softmax])?;
    formats::save_model(folder.file("m.safetensors"), &network)?;
    Ok(folder.file("m.safetensors"))
}

#[test]
fn accuracy_confusions_and_drawings() -> Result<()> {
    let folder = Folder::new("eval");
    let model = &columns(&folder)?;
    let images = Tensor::from([[[255_u8, 0, 0], [255, 0, 0]], [[0, 255, 0], [0, 255, 0]], [[0, 90, 0], [0, 0, 255]]]);
    let (images, labels) = (&folder.save("x.npy", images), &folder.save("y.npy", Tensor::from([0_u8, 1, 1])));
    let told = |options: &[&str]| {
        let pixels = format!("{images}: dividing uint8, taken for pixels, by 255 (--divide)");
        String::from_utf8(noted(&[&["eval", model, images, labels], options].concat(), b"", &pixels)).unwrap()
    };
    assert_eq!(told(&[]), "Accuracy: 0.6667 (2/3)\n");
    for options in [&["--batch", "1"], &["--dtype", "f32"], &["--dtype", "f64"]] {
        assert_eq!(told(options), "Accuracy: 0.6667 (2/3)\n");
    }
    let wanted = "\
Accuracy: 0.6667 (2/3)

taken for 0 1 2     right
label 0   1 . .   100.00%
label 1   . 1 1    50.00%
label 2   . . .         -

  ▄  image 2: label 1, taken for 2
     2  0.5287  █████████████
     1  0.2768  ███████
     0  0.1945  █████

█    image 0: label 0, taken for 0
     0  0.7870  ███████████████████
     1  0.1065  ███
     2  0.1065  ███
";
    assert_eq!(told(&["--confusion", "--show", "2"]), wanted);
    // As lines of text the images have lost their shape: 6 is no square.
    let lines = folder.write("x.txt", b"1 0 0 1 0 0\n0 1 0 0 1 0\n0 0 0 0 0 1\n");
    assert_eq!(printed(&["eval", model, &lines, labels], b""), b"Accuracy: 0.6667 (2/3)\n");
    let what = format!("nptensor: {lines}: rows of shape (6,) are no images to show\n");
    fails(&["eval", model, &lines, labels, "--show", "1"], 1, &what);
    // Wider than a format's width may be.
    let w = Tensor::from_fn(&[2 * 65536, 2], |i| if i[0] < 65536 { i[1] as f64 } else { 0.0 })?;
    formats::save_model(folder.file("wide.safetensors"), &Sequential::new([Layer::dense(w, [0.5, 0.0])])?)?;
    let wide = Tensor::from_fn(&[1, 2, 65536], |i| if i[1] == 0 && i[2] == 65535 { 1.0 } else { 0.0 })?;
    let (wide, label) = (&folder.save("wide.npy", wide), &folder.save("label.npy", Tensor::from([1_u8])));
    let drawn = printed(&["eval", &folder.file("wide.safetensors"), wide, label, "--show", "1"], b"");
    let space = |n: usize| " ".repeat(n);
    let first = format!("\n{}▀  image 0: label 1, taken for 1\n", space(65535));
    let picture =
        format!("{first}{0}1  1.0000  {1}\n{0}0  0.5000  {2}\n", space(65538), "█".repeat(24), "█".repeat(12));
    assert_eq!(String::from_utf8(drawn).unwrap(), format!("Accuracy: 1.0000 (1/1)\n{picture}"));
    Ok(())
}

#[test]
fn labels_that_do_not_fit() -> Result<()> {
    let folder = Folder::new("labels");
    let model = &columns(&folder)?;
    let images = &folder.save("x.npy", Tensor::<f32>::zeros(&[3, 6])?);
    let lines = &folder.write("x.txt", b"1 0 0 1 0 0\n");
    let more = &folder.write("more.txt", &b"1 0 0 1 0 0\n".repeat(5));
    fn check_any(folder: &Folder, model: &str, images: &str, labels: impl Into<formats::Contents>, what: &str) {
        let labels = &folder.save("y.npy", labels);
        fails(&["eval", model, images, labels], 1, &format!("nptensor: {labels}: {what}\n"));
    }
    let check = |images: &str, labels: Tensor<i64>, what: &str| check_any(&folder, model, images, labels, what);
    check(images, Tensor::from([1, 2]), "3 images, but labels of shape (2,)");
    check(images, Tensor::from([[1, 0], [0, 1], [1, 0]]), "3 images, but labels of shape (3,2)");
    check(images, Tensor::from([[1, 0, 0], [0, 1, 1], [1, 0, 0]]), "3 images, but labels of shape (3,3)");
    check(images, Tensor::from([[1, 0, 0], [0, 2, -1], [1, 0, 0]]), "3 images, but labels of shape (3,3)");
    check(images, Tensor::from([[1], [2]]), "3 images, but labels of shape (2,)");
    check(images, Tensor::from([1, 3, 0]), "label 1 is 3, and the model has outputs 0 to 2");
    check(images, Tensor::from([1, 2, -1]), "label 2 is -1, and the model has outputs 0 to 2");
    // No cast makes a class of what is none.
    for (label, text) in [
        (f64::NAN, "nan"),
        (0.9, "0.9"),
        (-0.5, "-0.5"),
        (2.000_000_001, "2.000000001"),
        (f64::INFINITY, "inf"),
        (1e300, "1e+300"),
        (-1.0, "-1.0"),
        (3.0, "3.0"),
    ] {
        let what = format!("label 1 is {text}, and the model has outputs 0 to 2");
        check_any(&folder, model, images, Tensor::from([2.0, label, f64::NAN]), &what);
    }
    let half = "label 0 is 0.5, and the model has outputs 0 to 2";
    check_any(&folder, model, images, Tensor::from([0.5_f32, 1.0, 2.0]), half);
    let greatest = "label 2 is 18446744073709551615, and the model has outputs 0 to 2";
    check_any(&folder, model, images, Tensor::from([1, 2, u64::MAX]), greatest);
    let least = "label 0 is -128, and the model has outputs 0 to 2";
    check_any(&folder, model, images, Tensor::from([i8::MIN, 2, 0]), least);
    check(lines, Tensor::from([1, 2]), "1 images, but 2 labels");
    check(more, Tensor::from([1, 2]), "2 labels, and there are more images");
    check(lines, Tensor::<i64>::zeros(&[0])?, "no labels");
    let text = &folder.write("y.csv", b"label\n0\n2\n1\n");
    let unknown = "file: byte 0: begins like no format known here (npy, npz, safetensors, pkl, pt, IDX, gzip)";
    let wanted = format!("nptensor: {text}: {unknown}: labels as text are a column of the table (--label)\n");
    fails(&["eval", model, images, text], 1, &wanted);
    // A column of them is as good; and rows of a single 1, which is said.
    let shown =
        &folder.save("shown.npy", Tensor::from([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]]));
    let column = &folder.save("column.npy", Tensor::from([[0_u8], [2]]));
    assert_eq!(printed(&["eval", model, shown, column], b""), b"Accuracy: 1.0000 (2/2)\n");
    let hot = &folder.save("hot.npy", Tensor::from([[1_f32, 0.0, 0.0], [0.0, 1.0, 0.0]]));
    let note = format!("{hot}: taking one-hot labels of shape (2,3) for the classes of their ones");
    assert_eq!(noted(&["eval", model, shown, hot], b"", &note), b"Accuracy: 0.5000 (1/2)\n");
    // Whole numbers of any type are classes.
    let pixels =
        &folder.save("p.npy", Tensor::from([[1_f32, 0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]]));
    for labels in [
        formats::AnyTensor::from(Tensor::from([0_f32, 2.0])),
        Tensor::from([-0.0, 2.0]).into(),
        Tensor::from([0_u64, 2]).into(),
    ] {
        let labels = &folder.save("y.npy", labels);
        assert_eq!(printed(&["eval", model, pixels, labels], b""), b"Accuracy: 1.0000 (2/2)\n");
    }
    Ok(())
}

/// Where the classes have names, in the file or on the command line, the tables and drawings show them.
#[test]
fn names_of_the_classes() -> Result<()> {
    let folder = Folder::new("eval-names");
    let model = &columns(&folder)?;
    let images = Tensor::from([[[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [[0.0, 0.25, 0.0], [0.0, 0.0, 1.0]]]);
    let (images, labels) = (&folder.save("x.npy", images), &folder.save("y.npy", Tensor::from([0_u8, 1])));
    let wanted = "\
Accuracy: 0.5000 (1/2)

taken for            0 1 2     right
label 0 left         1 . .   100.00%
label 1 the middle é . . 1     0.00%
label 2 右边         . . .         -

  ▄  image 1: label 1 the middle é, taken for 2 右边
     2  0.5465  █████████████
     1  0.2581  ██████
     0  0.2010  █████
";
    let options = ["--confusion", "--show=1", "--classes=left,the middle é,右边"];
    let told = printed(&[&["eval", model, images, labels], &options[..]].concat(), b"");
    let told = String::from_utf8(told).unwrap();
    // (The shares are those of softmax of [0, 0.25, 1].)
    assert_eq!(
        told,
        wanted.replace("0.5465", &share(1.0)).replace("0.2581", &share(0.25)).replace("0.2010", &share(0.0))
    );
    let mut archive = formats::load(model)?.into_archive();
    archive.metadata_mut().insert("classes".into(), "[\"left\", 'the middle é',\"右边\"]".into());
    let named = &folder.save("named.safetensors", archive);
    let by_file = printed(&["eval", named, images, labels, "--confusion", "--show=1"], b"");
    assert_eq!(String::from_utf8(by_file).unwrap(), told);
    let few = "2 classes, and the model has 3 outputs (--classes)\nTry 'nptensor eval --help'.";
    fails(&["eval", model, images, labels, "--confusion", "--classes=a,b"], 2, &format!("nptensor: {few}\n"));
    Ok(())
}

/// A share of the softmax of 0, 0.25 and 1, as it is printed.
fn share(x: f64) -> String {
    format!("{:.4}", x.exp() / (1.0 + 0.25_f64.exp() + 1_f64.exp()))
}

/// A row whose outputs hold nan has no class, though argmax gives one: it counts as NumPy counts it, and is named.
#[test]
fn rows_of_nan_are_named() -> Result<()> {
    let folder = Folder::new("eval-nan");
    let model = &columns(&folder)?;
    let image = |x: f64| [x, 0.0, 0.0, x, 0.0, 0.0];
    let images = &folder.save("x.npy", Tensor::from([image(1.0), image(f64::NAN), image(f64::INFINITY)]));
    let labels = &folder.save("y.npy", Tensor::from([0_u8, 0, 2]));
    let named = |rows: &str| format!("{rows}: as in NumPy, nan counts as the greatest");
    for batch in ["--batch=1", "--batch=100"] {
        let note = format!("{images}: {}", named("2 rows have nan among the outputs, the first of them row 1"));
        assert_eq!(noted(&["eval", model, images, labels, batch], b"", &note), b"Accuracy: 0.6667 (2/3)\n");
        let text = b"y,a,b,c,d,e,f\n0,1,0,0,1,0,0\n\n0,nan,0,0,0,0,0\n";
        let notes = [
            "standard input: leaving out empty lines, the first of them line 3".into(),
            format!("standard input: {}", named("1 row has nan among the outputs, the first of them line 4")),
        ];
        let told = noted(&["eval", model, "-", "--label=y", batch], text, &notes.join("\n"));
        assert_eq!(told, b"Accuracy: 1.0000 (2/2)\n");
    }
    Ok(())
}
