//! Text as spreadsheets, pandas and NumPy write it: headings, separators, quotes, columns, labels, missing values, scales; and lines that are wrong.
//!
//! The files of `golden/tables` come from `golden/tables.py`, which has their numbers from pandas.

use std::path::Path;
use std::process::Command;

use nptensor::formats::{self, Archive};
use nptensor::{Layer, Result, Sequential, Tensor};
use proptest::prelude::*;

use super::{Folder, fails, noted, piped, printed};
use crate::common::cases;

/// A network whose outputs are its inputs, and its classes, if they are named.
pub(super) fn identity(folder: &Folder, inputs: usize, classes: Option<&str>) -> Result<String> {
    let w = Tensor::from_fn(&[inputs, inputs], |i| if i[0] == i[1] { 1.0 } else { 0.0 })?;
    let mut archive = Archive::from(&Sequential::new([Layer::dense(w, Tensor::zeros(&[inputs])?)])?);
    classes.map(|classes| archive.metadata_mut().insert("classes".into(), classes.into()));
    Ok(folder.save(&format!("{inputs}{}.safetensors", classes.unwrap_or_default()), archive))
}

/// What `predict` prints for a text on standard input.
pub(super) fn told(model: &str, options: &[&str], text: &str, notes: &str) -> String {
    let notes: String = notes.lines().map(|note| format!("standard input: {note}\n")).collect();
    String::from_utf8(noted(&[&["predict", model, "-"], options].concat(), text.as_bytes(), &notes)).unwrap()
}

/// The error for a text on standard input, of exit code 1.
fn refused(words: &[&str], text: &[u8], what: &str) {
    let output = piped(words, text);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("nptensor: standard input: {what}\n"), "{words:?}");
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(1), &b""[..]), "{what}");
}

#[test]
fn tables_of_pandas_and_numpy() -> Result<()> {
    let folder = Folder::new("tables");
    let (model, out) = (&identity(&folder, 2, None)?, &folder.file("y.npy"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tables");
    let wanted = formats::load(golden.join("rows.npy"))?.into_tensor()?;
    let mut files = 0;
    for entry in std::fs::read_dir(&golden).unwrap() {
        let path = entry.unwrap().path().to_str().unwrap().to_string();
        if path.ends_with(".npy") {
            continue;
        }
        files += 1;
        let headed = !path.ends_with("bare.csv") && !path.ends_with("plain.csv");
        let names = match path.rsplit('/').next() {
            Some("savetxt.txt" | "commented-savetxt.txt") => "id, height, width",
            Some("numbered.csv") => "id, 0, 1",
            _ => "id, height, cm, width, species",
        };
        let note = format!("{path}: taking line 1 for a heading: {names} (--header or --no-header)");
        noted(&["predict", model, &path, "--columns", "2-3", "-o", out], b"", if headed { &note } else { "" });
        assert_eq!(formats::load(out)?.into_tensor()?, wanted, "{path}");
        if headed && names.contains("cm") {
            // Names say that there is a heading; no column is read but these.
            printed(&["predict", model, &path, "--columns", "width,\"height, cm\"", "-o", out], b"");
            assert_eq!(formats::load(out)?.into_tensor()?.cast::<f64>(), wanted.cast::<f64>().flip(&[1])?, "{path}");
        }
    }
    assert_eq!(files, 13);
    Ok(())
}

#[test]
fn headings() -> Result<()> {
    let folder = Folder::new("headings");
    let model = &identity(&folder, 2, None)?;
    let found = "taking line 1 for a heading: a, b (--header or --no-header)";
    for text in ["a,b\n1,2\n", "a\tb\n1\t2", "\u{feff}a;b\r\n1;2\r\n", "a b\n1 2\n", "\"a\",\"b\"\n\"1\",\" 2 \"\n"] {
        assert_eq!(told(model, &[], text, found), "1.0 2.0\n", "{text}");
        assert_eq!(told(model, &["--header"], text, ""), "1.0 2.0\n", "{text}");
        assert_eq!(told(model, &["--columns", "b,a"], text, ""), "2.0 1.0\n", "{text}");
    }
    // Empty lines are left out everywhere, and said if a row follows.
    assert_eq!(told(model, &[], "a,b\n1,2\n\n", found), "1.0 2.0\n");
    let empty = format!("{found}\nleaving out empty lines, the first of them line 3");
    assert_eq!(told(model, &[], "a,b\n1,2\n\n\n3,4\n \r\n5,6\n", &empty), "1.0 2.0\n3.0 4.0\n5.0 6.0\n");
    let empty = |n| format!("leaving out empty lines, the first of them line {n}");
    let below = format!("{found}\n{}", empty(2));
    assert_eq!(told(model, &[], "a,b\n\n1,2\n\n", &below), "1.0 2.0\n");
    let above = format!("taking line 3 for a heading: a, b (--header or --no-header)\n{}", empty(1));
    assert_eq!(told(model, &[], "\n \r\na,b\n\n1,2\n\n3,4", &above), "1.0 2.0\n3.0 4.0\n");
    let comment = format!("taking line 2 for a heading: a, b (--header or --no-header)\n{}", empty(1));
    assert_eq!(told(model, &[], "\n# a,b\n\n1,2\n", &comment), "1.0 2.0\n");
    assert_eq!(told(model, &["--header"], "\na,b\n\n1,2\n", &empty(1)), "1.0 2.0\n");
    assert_eq!(told(model, &[], "1;2\n\n3;4\n\n", &empty(2)), "1.0 2.0\n3.0 4.0\n");
    assert_eq!(told(model, &[], "\n1 2\n", &empty(1)), "1.0 2.0\n");
    for text in ["1,2\n\n", "1,2\n\r\n \n\n", "1 2\n\n"] {
        assert_eq!(told(model, &[], text, ""), "1.0 2.0\n", "{text}");
    }
    // Beside a text there may be numbers, as pandas names columns without a name, and nothing.
    for heading in ["1,b", "label,0", "\"0\",\"b\"", ",b", "NA,b"] {
        let text = format!("{heading}\n1,2\n");
        // (A column without a name shows as "".)
        let names: Vec<_> =
            heading.split(',').map(|name| if name.is_empty() { "\"\"" } else { name.trim_matches('"') }).collect();
        let note = format!("taking line 1 for a heading: {} (--header or --no-header)", names.join(", "));
        assert_eq!(told(model, &[], &text, &note), "1.0 2.0\n", "{text}");
        assert_eq!(told(model, &["--header"], &text, ""), "1.0 2.0\n");
    }
    // What looks like one, below a comment as well, and is a row.
    let no_heading = &["--no-header", "--columns=2-3"];
    assert_eq!(told(model, &no_heading[1..], "A12,5,4\n345,4,9\n", ""), "5.0 4.0\n4.0 9.0\n");
    assert_eq!(told(model, &no_heading[1..], "A12,5,6\n345,4,9\n", ""), "5.0 6.0\n4.0 9.0\n");
    assert_eq!(told(model, no_heading, "A12,1,2\n345,2,3\n", ""), "1.0 2.0\n2.0 3.0\n");
    let comment = "leaving out comments, the last of them line 1";
    assert_eq!(told(model, &["--no-header"], "# a b\n1 2\n", comment), "1.0 2.0\n");
    let what = "line 1: --columns: no column a among 2 columns without names";
    refused(&["predict", model, "-", "--columns=a,b", "--no-header"], b"a,b\n1,2\n", what);
    assert_eq!(
        told(
            model,
            &["--columns=2-"],
            ",a,b\n0,1,2\n",
            "taking line 1 for a heading: \"\", a, b (--header or --no-header)"
        ),
        "1.0 2.0\n"
    );
    let years = "taking line 1 for a heading: y, 2019, 2020, 2021 (--header or --no-header)";
    assert_eq!(told(model, &["--columns=2-3"], "y,2019,2020,2021\n7,4,5,6\n", years), "4.0 5.0\n");
    let wide = "label,0,1\nx,4,5\n";
    assert_eq!(told(model, &["--label=label"], wide, ""), "4.0 5.0\n");
    // No heading: what is neither a number nor a name, texts above texts, or above nothing, and numbers that are words.
    for (text, what) in [
        ("?,b\n1,2\n", "line 1: column 1: \"?\" is no number (--header, if this is a heading)"),
        ("a,inf\n1,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("a,1.5\n1,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("a,7\n1,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("a,-\n1,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("2024-01-01,1\n1,2\n", "line 1: column 1: \"2024-01-01\" is no number (--header, if this is a heading)"),
        ("a,1\nx,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("NA,1\n1,2\n", "line 1: column 1: \"NA\" is no number: a missing value (--missing)"),
        ("a,b\nc,d\n1,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("a,b\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("a,b\nc,\n1,2\n", "line 1: column 1: \"a\" is no number (--header, if this is a heading)"),
        ("1,2\na,3\n", "line 2: column 1: \"a\" is no number"),
        ("1,a\n\n\n", "line 1: column 2: \"a\" is no number (--header, if this is a heading)"),
        ("a;b\tc\n", "line 1: both semicolons and tabs: which of them separates is not clear (quote the others)"),
    ] {
        refused(&["predict", model, "-"], text.as_bytes(), what);
    }
    // A line of numbers alone may still count the columns, beside a text as well, for texts may stand below it.
    let counts = "taking line 1 for a row, though it counts the columns (--header or --no-header)";
    assert_eq!(told(model, &["--columns=2-3"], "y,0,1,2\nx,4,5,6\n", counts), "0.0 1.0\n4.0 5.0\n");
    assert_eq!(told(model, &["--columns=2-3"], "y,0,1,3\nx,4,5,6\n", ""), "0.0 1.0\n4.0 5.0\n");
    let note = "nptensor: standard input: taking line 1 for a heading: a, b (--header or --no-header)\n";
    // (The lines of errors are those of the file.)
    let output = piped(&["predict", model, "-"], b"\n1,2\n\n\n3,x\n");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.ends_with("nptensor: standard input: line 5: column 2: \"x\" is no number\n"), "{error}");
    for (text, what) in [
        ("a,b\n1,2\nc,3\n", "line 3: column 1 (a): \"c\" is no number"),
        ("a;b\n1,5;2,5\n", "line 2: column 1 (a): \"1,5\" is no number: a decimal comma is not read, only a point"),
    ] {
        let output = piped(&["predict", model, "-"], text.as_bytes());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told), (Some(1), format!("{note}nptensor: standard input: {what}\n")));
    }
    let comma = "line 1: column 1: \"1,5\" is no number: a decimal comma is not read, only a point";
    refused(&["predict", model, "-"], b"1,5;2,5\n", comma);
    // A heading alone has no rows.
    assert_eq!(told(model, &["--header"], "a,b\n", ""), "");
    Ok(())
}

#[test]
fn columns_by_name_and_number() -> Result<()> {
    let folder = Folder::new("columns");
    let (two, four) = (&identity(&folder, 2, None)?, &identity(&folder, 4, None)?);
    let text = "id,a,b,c,y\nx,1,2,3,no\n";
    for (columns, wanted) in [("c,a", "3.0 1.0\n"), ("4,b", "3.0 2.0\n"), ("2-3", "1.0 2.0\n"), ("b,b", "2.0 2.0\n")] {
        assert_eq!(told(two, &["--columns", columns, "--header"], text, ""), wanted, "{columns}");
    }
    assert_eq!(told(four, &["--columns", "3-4,2,a"], text, ""), "2.0 3.0 1.0 1.0\n");
    // Without a heading, numbers alone.
    assert_eq!(told(two, &["--columns", "3,1"], "1 2 3\n4 5 6\n", ""), "3.0 1.0\n6.0 4.0\n");
    assert_eq!(told(two, &["--label", "2"], "1,x,3\n4,NA,6\n", ""), "1.0 3.0\n4.0 6.0\n");
    assert_eq!(told(two, &["--label", "b"], "a,b,c\n1,2,3\n", ""), "1.0 3.0\n");
    let check = |words: &[&str], text: &str, what: &str| {
        refused(&[&["predict", two, "-"], words].concat(), text.as_bytes(), &format!("line 1: {what}"))
    };
    check(&["--columns", "a,d"], text, "--columns: no column d among id, a, b, c, y");
    check(&["--columns", "a\u{1b}"], text, "--columns: no column a\\u{1b} among id, a, b, c, y");
    check(&["--columns", "1,6", "--header"], text, "--columns: no column 6 among id, a, b, c, y");
    check(
        &["--columns", "1-999999999999"],
        "1 2\n",
        "--columns: no column 1-999999999999 among 2 columns without names",
    );
    check(&["--columns", "0,1", "--header"], text, "--columns: no column 0 among id, a, b, c, y");
    check(&["--columns", "2-1", "--header"], text, "--columns: no column 2-1 among id, a, b, c, y");
    check(&["--label", "1-2"], "1 2\n", "--label: no column 1-2 among 2 columns without names");
    check(&["--columns", "a"], "b,a,a\n", "--columns: columns 2 and 3 have this name: by number");
    // Ranges without an end, which do not take the label; and of names, unless they are a name.
    for (columns, wanted) in [("4-", "3.0 4.0\n"), ("b:c", "2.0 3.0\n"), ("c:c,5-", "3.0 4.0\n")] {
        let text = "id,a,b,c,d\nx,1,2,3,4\n";
        assert_eq!(told(two, &["--columns", columns, "--header"], text, ""), wanted, "{columns}");
    }
    assert_eq!(told(two, &["--columns=2-", "--label=y", "--header"], "id,a,y,b\nx,1,no,2\n", ""), "1.0 2.0\n");
    assert_eq!(told(two, &["--columns=2-", "--label=4"], "7 1 2 no\n", ""), "1.0 2.0\n");
    assert_eq!(told(two, &["--columns", "a:b,c:d:e"], "a:b,a,b,c:d:e\n1,2,3,4\n", ""), "1.0 4.0\n");
    assert_eq!(told(two, &["--columns", "c:d:e"], "a,c:d,e\n1,2,3\n", ""), "2.0 3.0\n");
    check(&["--columns", "6-", "--header"], text, "--columns: no column 6- among id, a, b, c, y");
    check(&["--columns", "c:a"], text, "--columns: c:a ends before it begins");
    check(&["--columns", "a:d"], text, "--columns: no column a:d among id, a, b, c, y");
    check(&["--label", "a:b"], text, "--label: no column a:b among id, a, b, c, y");
    // Numbers count columns, also where names are numbers, which is said.
    let counts = "--columns 2-3 counts columns, though others have such names";
    assert_eq!(told(two, &["--columns", "2-3", "--header"], "y,0,1,2\n7,4,5,6\n", counts), "4.0 5.0\n");
    let found = "taking line 1 for a heading: y, 0, 1, 2 (--header or --no-header)";
    let both = format!("--columns 2-3 counts columns, though others have such names\n{found}");
    assert_eq!(told(two, &["--columns", "2-3"], "y,0,1,2\n7,4,5,6\n", &both), "4.0 5.0\n");
    assert_eq!(told(two, &["--columns", "3,3", "--header"], "0,1,2\n4,5,6\n", ""), "6.0 6.0\n");
    assert_eq!(told(two, &["--columns", "1,2", "--header"], "1,2\n3,4\n", ""), "3.0 4.0\n");
    let many = "3 inputs, and the model takes 2, of id, a, b, c, y (--columns, --label)";
    check(&["--columns", "a-", "--header"], text, "--columns: no column a- among id, a, b, c, y");
    check(&["--columns", "1-3", "--header"], text, many);
    // What has no columns of text.
    let npy = &folder.save("x.npy", Tensor::from([[1.0, 2.0]]));
    let what = format!("nptensor: {npy}: --columns is for columns of text, and this is none\n");
    fails(&["predict", two, npy, "--columns", "1,2"], 1, &what);
    let usage = "nptensor: --columns takes names and numbers with commas between, not 'a,\"b'\nTry 'nptensor predict --help'.\n";
    fails(&["predict", two, npy, "--columns", "a,\"b"], 2, usage);
    Ok(())
}

/// The file has the labels, and the model or the command line the names of the classes.
#[test]
fn labels_and_classes() -> Result<()> {
    let folder = Folder::new("classes-by-name");
    let (model, named) = (&identity(&folder, 3, None)?, &identity(&folder, 3, Some("red, green,blue"))?);
    let text = "x,y,colour,z\n5,1,red,2\n0,3,blue,1\n0,1,\"green\",2\n0,1,blue,2\n";
    let told = |model: &str, options: &[&str], text: &str| {
        let words = [&["eval", model, "-", "--label", "colour"], options].concat();
        String::from_utf8(printed(&words, text.as_bytes())).unwrap()
    };
    assert_eq!(told(named, &[], text), "Accuracy: 0.5000 (2/4)\n");
    assert_eq!(told(named, &["--batch", "1"], text), "Accuracy: 0.5000 (2/4)\n");
    assert_eq!(told(model, &["--classes", "red,green,blue"], text), "Accuracy: 0.5000 (2/4)\n");
    // The given names win, and their order is that of the outputs.
    assert_eq!(told(named, &["--classes=blue,red,green"], text), "Accuracy: 0.2500 (1/4)\n");
    let numbers = text.replace("red", "0").replace("\"green\"", "1.0").replace("blue", "2");
    assert_eq!(told(model, &["--columns", "x,y,z"], &numbers), "Accuracy: 0.5000 (2/4)\n");
    assert_eq!(told(model, &["--columns", "x,z,y"], &numbers), "Accuracy: 0.7500 (3/4)\n");
    let check = |words: &[&str], text: &str, what: &str| {
        refused(&[&["eval", words[0], "-", "--label", "colour"], &words[1..]].concat(), text.as_bytes(), what)
    };
    let by_name =
        "line 2: column 3 (colour): label \"red\" is no number (--classes names them in the order of the outputs)";
    check(&[model], text, by_name);
    check(
        &[named],
        &text.replace("blue", "bleu"),
        "line 3: column 3 (colour): label \"bleu\" is none of red, green, blue",
    );
    check(&[named], &numbers, "line 2: column 3 (colour): label \"0\" is none of red, green, blue");
    check(&[named], &text.replace("red", ""), "line 2: column 3 (colour): label \"\" is none of red, green, blue");
    for (label, text) in [("0", "3"), ("1.0", "0.5"), ("0", "-1"), ("0", "nan"), ("0", "1e300")] {
        let line = if label == "0" { 2 } else { 4 };
        let what = format!("line {line}: column 3 (colour): label {text:?}, and the model has outputs 0 to 2");
        check(&[model], &numbers.replace(&format!(",{label},"), &format!(",{text},")), &what);
    }
    check(&[model, "--classes", "a,b"], text, "line 1: 2 classes, and the model has 3 outputs (--classes)");
    check(&[model, "--header"], "x,y,colour,z\n", "no rows");
    check(&[model], "", "no rows");
    let usage = |words: &[&str], what: &str| {
        fails(words, 2, &format!("nptensor: {what}\nTry 'nptensor {} --help'.\n", words[0]));
    };
    usage(
        &["eval", model, "-", "y.npy", "--classes", "a,b,c"],
        "--classes names the labels of --label, --confusion and --show",
    );
    usage(&["eval", model, "-", "y.npy", "--label", "y"], "unexpected argument 'y.npy'");
    usage(&["eval", model, "-", "--label", "y", "--classes", "a,b,a"], "--classes: \"a\" is there twice");
    usage(&["eval", model, "-", "--label", "y", "--classes", "a,,b"], "--classes: \"\" is no name");
    // Lists as JSON and Python write them; a comma within quotes they have not.
    for list in ["[\"red\",\"green\", \"blue\"]", " ['red', 'green','blue'] ", "[red,green,blue]"] {
        assert_eq!(told(model, &["--classes", list], text), "Accuracy: 0.5000 (2/4)\n", "{list}");
    }
    usage(&["eval", model, "-", "--label=y", "--classes=[\"a, b\",\"c\"]"], "--classes: \"\\\"a\" is no name");
    usage(&["predict", model, "-", "--classes", "a,b,c"], "--classes names what --argmax or --top writes as text");
    usage(
        &["predict", model, "-", "--classes", "a,b,c", "--argmax", "-o", "y.npy"],
        "--classes names what --argmax or --top writes as text",
    );
    // Text names the classes, npy has their numbers.
    let names = |model: &str, options: &[&str]| {
        String::from_utf8(printed(&[&["predict", model, "-"], options].concat(), b"1 9 5\n0 0 1\n")).unwrap()
    };
    assert_eq!(names(named, &["--argmax"]), "green\nblue\n");
    assert_eq!(names(named, &["--top", "2"]), "green:9.0 blue:5.0\nblue:1.0 red:0.0\n");
    assert_eq!(names(model, &["--argmax", "--classes", "a,b b,c"]), "b b\nc\n");
    assert_eq!(names(model, &["--argmax"]), "1\n2\n");
    assert_eq!(names(named, &[]), "1.0 9.0 5.0\n0.0 0.0 1.0\n");
    let out = &folder.file("y.npy");
    names(named, &["--argmax", "-o", out]);
    assert_eq!(formats::load(out)?.into_tensor()?.get::<i64>()?, &Tensor::from([1, 2]));
    usage(
        &["predict", model, "-", "--argmax", "--classes", "a,b"],
        "2 classes, and the model has 3 outputs (--classes)",
    );
    let bad = &identity(&folder, 3, Some("a,\u{1b}[1m,b"))?;
    fails(
        &["predict", bad, "-", "--argmax"],
        1,
        &format!("nptensor: {bad}: classes: \"\\u{{1b}}[1m\" is no name (--classes)\n"),
    );
    Ok(())
}

#[test]
fn missing_values() -> Result<()> {
    let folder = Folder::new("missing");
    let model = &identity(&folder, 2, None)?;
    for word in ["", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None", "\"\"", " "] {
        let text = format!("1,2\n{word},4\n");
        let what = word.trim().trim_matches('"');
        refused(
            &["predict", model, "-"],
            text.as_bytes(),
            &format!("line 2: column 1: {what:?} is no number: a missing value (--missing)"),
        );
        assert_eq!(told(model, &["--missing", "-1"], &text, ""), "1.0 2.0\n-1.0 4.0\n", "{word}");
        assert_eq!(told(model, &["--missing", "5", "--mean", "3"], &text, ""), "-2.0 -1.0\n2.0 1.0\n", "{word}");
    }
    // It is a number, unless it is said what stands for it.
    let nan = "2 rows have nan among the outputs, the first of them line 1: as in NumPy, nan counts as the greatest";
    assert_eq!(told(model, &[], "nan,NaN\n1,inf\n", nan), "NaN NaN\nNaN inf\n");
    assert_eq!(told(model, &["--missing=7"], "nan,NaN\n1,NA\n", ""), "7.0 7.0\n1.0 7.0\n");
    assert_eq!(told(model, &["--missing=0"], "1\t\n\t2\n\t\n", ""), "1.0 0.0\n0.0 2.0\n0.0 0.0\n");
    refused(&["predict", model, "-", "--missing=0"], b"1,2\n3,x\n", "line 2: column 2: \"x\" is no number");
    // In a column that is not read, nothing is missing; a first row with a missing value is no heading.
    assert_eq!(told(model, &["--columns=1,3"], "1,NA,3\n4,,6\n", ""), "1.0 3.0\n4.0 6.0\n");
    // Of one column an empty line may be a missing value, or none.
    let one = &identity(&folder, 1, None)?;
    let words = ["predict", one, "-", "--header", "--missing=7"];
    let either = "line 3: empty, which is no row or a missing value: NA or \"\" is the latter";
    refused(&words, b"a\n1\n\n\n3\n", either);
    assert_eq!(printed(&words, b"a\n1\n\"\"\nNA\n3\n\n"), b"1.0\n7.0\n7.0\n3.0\n");
    refused(&["predict", one, "-", "--missing=7"], b"1\n\n3\n", &either.replace('3', "2"));
    assert_eq!(told(one, &[], "1\n\n3\n", "leaving out empty lines, the first of them line 2"), "1.0\n3.0\n");
    let usage = "nptensor: --missing takes a number, not 'x'\nTry 'nptensor predict --help'.\n";
    fails(&["predict", model, "-", "--missing", "x"], 2, usage);
    Ok(())
}

/// One array of an archive by its name; a file whose name is all of that wins.
#[test]
fn arrays_of_an_archive() -> Result<()> {
    let folder = Folder::new("named");
    let model = &identity(&folder, 2, None)?;
    let mut archive = Archive::new();
    archive.insert("x_train", Tensor::from([[0_u8, 1]]))?;
    archive.insert("x_test", Tensor::from([[0_u8, 255], [255, 0], [51, 0]]))?;
    archive.insert("y_test", Tensor::from([1_i64, 0, 1]))?;
    let mnist = folder.save("mnist.npz", &archive);
    let mut colon = Archive::new();
    colon.insert("a:b", Tensor::from([[3.0, 4.0]]))?;
    colon.insert("a", Tensor::from([0.0]))?;
    let colon = folder.save("colon.safetensors", &colon);
    let (x, y) = (format!("{mnist}:x_test"), format!("{mnist}:y_test"));
    let pixels = format!("{x}: dividing uint8, taken for pixels, by 255 (--divide)");
    assert_eq!(noted(&["predict", model, &x], b"", &pixels), b"0.0 1.0\n1.0 0.0\n0.2 0.0\n");
    assert_eq!(noted(&["eval", model, &x, &y], b"", &pixels), b"Accuracy: 0.6667 (2/3)\n");
    assert_eq!(printed(&["predict", model, &format!("{colon}:a:b")], b""), b"3.0 4.0\n");
    let several = format!(
        "nptensor: {mnist}: archive: byte 0: one tensor wanted; there are \"x_train\", \"x_test\", \"y_test\" (FILE:NAME takes one of them)\n"
    );
    fails(&["predict", model, &mnist], 1, &several);
    let labels = piped(&["eval", model, &x, &mnist], b"");
    assert_eq!(String::from_utf8(labels.stderr).unwrap(), format!("nptensor: {pixels}\n{several}"));
    let none = "archive: byte 0: no tensor \"x\"; there are \"x_train\", \"x_test\", \"y_test\"";
    fails(&["predict", model, &format!("{mnist}:x")], 1, &format!("nptensor: {mnist}: {none}\n"));
    folder.write("mnist.npz:x_test", b"7 8\n");
    assert_eq!(printed(&["predict", model, &x], b""), b"7.0 8.0\n");
    Ok(())
}

#[test]
fn hostile_lines() -> Result<()> {
    let folder = Folder::new("hostile-lines");
    let model = &identity(&folder, 2, None)?;
    let check = |words: &[&str], text: &str, what: &str| {
        refused(&[&["predict", model, "-"], words].concat(), text.as_bytes(), what)
    };
    check(&[], "1,2\n\"3,4\n5,6\n", "line 2: column 1: a quote is not closed in this line");
    check(&["--header"], "\"a,b\n1,2\n", "line 1: a quote is not closed in this line");
    check(&[], "1,2\n3,\"4\"5\n", "line 2: column 2: text follows a closing quote");
    check(&[], "1,2\n3,4,5\n", "line 2: 3 fields, where rows have 2");
    check(&[], "1,2\n3\n", "line 2: 1 fields, where rows have 2");
    check(
        &["--header"],
        "a,b\n1,2\n3,\n4,5,x\n",
        "line 3: column 2 (b): \"\" is no number: a missing value (--missing)",
    );
    check(&["--header"], "a,b\n1,2\nx,y,3\n", "line 3: 3 fields, where rows have 2");
    let million = "1,".repeat(999_999);
    check(&[], &format!("1,2\n{million}1\n"), "line 2: 1000000 fields, where rows have 2");
    check(&[], &format!("{million}1\n"), "line 1: 1000000 fields, where rows have 2");
    check(
        &["--header"],
        &format!("{}\n1\n", "a,".repeat(999_999)),
        &format!("line 1: 1000000 inputs, and the model takes 2, of {}... (--columns, --label)", "a, ".repeat(16)),
    );
    let wide = format!("{}\n{million}5\n", "a,".repeat(999_999) + "b");
    assert_eq!(told(model, &["--columns", "b,7"], &wide, "").as_str(), "5.0 1.0\n");
    // Numbers may be long, and names.
    let long = format!("0.{}1,{}\n", "0".repeat(70_000), "9".repeat(70_000));
    assert_eq!(told(model, &["--columns", "1,1"], &long, ""), "0.0 0.0\n");
    let text = "x".repeat(70_000);
    check(
        &[],
        &format!("1,{text}\n"),
        &format!("line 1: column 2: \"{}\" is no number (--header, if this is a heading)", "x".repeat(40)),
    );
    let name = format!("taking line 1 for a heading: {}..., b (--header or --no-header)", "x".repeat(40));
    assert_eq!(told(model, &[], &format!("{text},b\n1,2\n"), &name), "1.0 2.0\n");
    let no_text = "which is no UTF-8: save it as that, or iconv -f CP1252 -t UTF-8 FILE";
    refused(&["predict", model, "-"], b"1,2\n\"\xff\",3\n", &format!("line 2: byte 2 is ff, {no_text}"));
    refused(&["predict", model, "-"], b"gr\xf6\xdfe,b\n1,2\n", &format!("line 1: byte 3 is f6, {no_text}"));
    refused(
        &["predict", model, "-"],
        b"\x1f\x8b\x07",
        "gzip: byte 2: the file ends inside the header: 2 bytes wanted, 1 left",
    );
    Ok(())
}

/// What may stand before the first row: the separator, as Excel states it, and comments, as NumPy writes a header.
#[test]
fn first_lines() -> Result<()> {
    let folder = Folder::new("first-lines");
    let model = &identity(&folder, 2, None)?;
    let heading = |line: usize| format!("taking line {line} for a heading: a, b (--header or --no-header)");
    for (text, line) in [
        ("sep=;\na;b\n1;2\n", 2),
        ("\u{feff}sep=;\r\n\"a\";b\r\n1;2\r\n", 2),
        ("sep=|\na|b\n1|2\n", 2),
        ("sep=\t\na\tb\n1\t2\n", 2),
        // np.savetxt(header="a b"), and of several lines, and between commas.
        ("# a b\n1.0e+00 2\n", 1),
        ("# a,b\n1,2\n", 1),
        ("# of 2024,\n#\n# a,b\n1,2\n", 3),
        ("# by hand\na,b\n1,2\n", 2),
    ] {
        let skipped = if text.contains("hand") { "leaving out comments, the last of them line 1\n" } else { "" };
        assert_eq!(told(model, &[], text, &format!("{skipped}{}", heading(line))), "1.0 2.0\n", "{text}");
        let skipped = skipped.trim_end();
        if !text.starts_with("# a") {
            assert_eq!(told(model, &["--columns=b,a"], text, skipped), "2.0 1.0\n", "{text}");
        }
    }
    assert_eq!(told(model, &["--columns=b,a"], "# a b\n1 2\n3 4\n", ""), "2.0 1.0\n4.0 3.0\n");
    // What is stated separates, whatever the line has; a separator may be stated without a heading.
    assert_eq!(told(model, &["--columns=1,3"], "sep=,\n1,x;y,2\n", ""), "1.0 2.0\n");
    let comment = "leaving out comments, the last of them line 2";
    assert_eq!(told(model, &[], "# made by\n# 0 1\n1 2\n", comment), "1.0 2.0\n");
    let by_column = "line 3: column 2: \"x\" is no number";
    let output = piped(&["predict", model, "-"], b"# one\n1 2\n3 x\n");
    let note = "leaving out comments, the last of them line 1";
    let told_by = format!("nptensor: standard input: {note}\nnptensor: standard input: {by_column}\n");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), told_by);
    // Elsewhere these are what they are.
    refused(&["predict", model, "-"], b"1,2\nsep=;\n", "line 2: 1 fields, where rows have 2");
    refused(&["predict", model, "-"], b"1 2\n# b\n", "line 2: column 1: \"#\" is no number");
    refused(
        &["predict", model, "-"],
        b"sep=x\n1 2\n",
        "line 1: 1 inputs, and the model takes 2, of sep=x (--columns, --label)",
    );
    let quoted = "taking line 1 for a heading: #id, b (--header or --no-header)";
    assert_eq!(told(model, &[], "#id,b\n1,2\n", quoted), "1.0 2.0\n");
    assert_eq!(told(model, &[], "# a b\n", ""), "");
    assert_eq!(told(model, &[], "sep=;\n", ""), "");
    Ok(())
}

/// `inspect` of a table: what each column holds, as the same reader has it.
#[test]
fn tables_are_inspected() -> Result<()> {
    let folder = Folder::new("inspected");
    let text = "id;宽度;\"species, all\"\n1;0.5;setosa\n2;NA;\"virginica\"\n3;-1e3;\n4;nan;x\n";
    let path = &folder.write("x.csv", text.as_bytes());
    let wanted = "\
text, 4 rows, 3 columns between semicolons

  1  id            4 numbers             1.0 to 4.0
  2  宽度          3 numbers  1 missing  -1000.0 to 0.5
  3  species, all  3 texts  1 missing    \"setosa\"
";
    let note = "taking line 1 for a heading: id, 宽度, species, all (--header or --no-header)";
    assert_eq!(noted(&["inspect", path], b"", &format!("{path}: {note}")), format!("{path}: {wanted}").into_bytes());
    assert_eq!(printed(&["inspect", path, "--header"], b""), format!("{path}: {wanted}").into_bytes());
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tables/packed.csv.gz");
    let told = String::from_utf8(printed(&["inspect", golden.to_str().unwrap(), "--header"], b"")).unwrap();
    assert!(
        told.contains(": text, 4 rows, 4 columns between commas\n\n  1  id          4 numbers  7.0 to 10.0\n"),
        "{told}"
    );
    let wanted = "-: text, 2 rows, 2 columns between blanks or commas\n\n  1  2 numbers  1.0 to 3.0\n  2  2 numbers  -inf to 2.0\n";
    assert_eq!(String::from_utf8(printed(&["inspect", "-"], b"1 2\n3 -inf\n")).unwrap(), wanted);
    refused(&["inspect", "-"], b"1,2\n3\n", "line 2: 1 fields, where rows have 2");
    refused(&["inspect", "-"], b"\x01\xff\n", "line 1: neither text nor a format known here");
    refused(
        &["inspect", "-"],
        b"<!DOCTYPE html>",
        "file: byte 0: an HTML page, not the file that it links to: curl -L -o FILE with the address of the file itself",
    );
    Ok(())
}

/// 57 MB of a table pass under 48 MiB of addresses beside those of the program.
#[test]
#[cfg(target_os = "linux")]
fn tables_are_streamed() -> Result<()> {
    let folder = Folder::new("streamed-table");
    let model = identity(&folder, 2, None)?;
    let row = "x".repeat(100);
    let text = format!("id;\"a;b\";c\n{}", (row + ";0.5;\"1.25\"\n").repeat(500_000));
    let (file, out) = (folder.write("x.csv", text.as_bytes()), folder.file("y.npy"));
    let line = format!(
        "ulimit -v 49152 && '{}' predict '{model}' '{file}' --columns 'c,\"a;b\"' --dtype f32 -o '{out}'",
        env!("CARGO_BIN_EXE_nptensor")
    );
    let told = Command::new("sh").args(["-c", &line]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&told.stderr), "");
    let y = formats::load(out)?.into_tensor()?.cast::<f32>();
    assert_eq!(y.shape(), [500_000, 2]);
    assert!(y.to_vec().chunks(2).all(|row| row == [1.25, 0.5]));
    let line = format!("ulimit -v 49152 && '{}' inspect '{file}' --header", env!("CARGO_BIN_EXE_nptensor"));
    let told = String::from_utf8(Command::new("sh").args(["-c", &line]).output().unwrap().stdout).unwrap();
    let first = format!("500000 texts    \"{}...\"", "x".repeat(24));
    let wanted =
        format!("  1  id   {first}\n  2  a;b  500000 numbers  0.5 to 0.5\n  3  c    500000 numbers  1.25 to 1.25\n");
    assert_eq!(told, format!("{file}: text, 500000 rows, 3 columns between semicolons\n\n{wanted}"));
    Ok(())
}

/// What lines are made of, right and wrong.
const PIECES: [&[u8]; 32] = [
    b"sep=;",
    b"# ",
    b"#",
    b"a",
    b"b",
    b"1",
    b"2",
    b"0.5",
    b"-1e39",
    b"1e400",
    b"nan",
    b"NA",
    b"\"\"",
    b"\"",
    b"\"a,b\"",
    b",",
    b",",
    b";",
    b"\t",
    b"|",
    b" ",
    b"\n",
    b"\n",
    b"\n",
    b"\r\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xf6",
    b"\0",
    b"1,5",
    b"1,2\n",
    b"3;4\n",
];

proptest! {
    #![proptest_config(cases(96))]

    /// However a table is written, its numbers are read.
    #[test]
    fn tables_in_every_form(
        rows in prop::collection::vec([1..9999_i32, -9999..-1_i32], 1..6),
        between in prop::sample::select(&[",", ";", "\t", "|"][..]),
        (stated, heading, quoted, mark) in any::<(bool, bool, bool, bool)>(),
        comments in 0..3_usize,
        end in prop::sample::select(&["\n", "\r\n"][..]),
    ) {
        let folder = Folder::new("every-form");
        let model = identity(&folder, 2, None).unwrap();
        let quote = if quoted { "\"" } else { "" };
        let line = |fields: [String; 2]| format!("{quote}{}{quote}{between}{quote}{}{quote}{end}", fields[0], fields[1]);
        let numbers: Vec<[f64; 2]> = rows.iter().map(|row| row.map(|x| f64::from(x) / 8.0)).collect();
        let stated = if stated || between == "|" { format!("sep={between}{end}") } else { String::new() };
        let heading = if heading { line(["a".into(), "b".into()]) } else { String::new() };
        let lines: String = numbers.iter().map(|row| line(row.map(|x| format!("{x:?}")))).collect();
        let mark = if mark { "\u{feff}" } else { "" };
        let text = format!("{mark}{stated}{}{heading}{lines}", format!("# made by hand{end}").repeat(comments));
        let output = piped(&["predict", &model, "-"], text.as_bytes());
        let wanted: String = numbers.iter().map(|[a, b]| format!("{a:?} {b:?}\n")).collect();
        prop_assert_eq!((output.status.code(), String::from_utf8(output.stdout).unwrap()), (Some(0), wanted), "{:?}", text);
    }

    /// Any bytes are a table or an error, the same for any block; nothing ends the process.
    #[test]
    fn tables_of_any_bytes(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..30),
        options in prop::sample::subsequence(vec!["--header", "--columns=1-", "--label=2", "--missing=0", "--dtype=f32"], 0..5),
    ) {
        let folder = Folder::new("any-bytes");
        let (model, text) = (identity(&folder, 2, None).unwrap(), pieces.concat());
        let run = |batch| piped(&[&["predict", &model, "-", batch], &options[..]].concat(), &text);
        let (one, all) = (run("--batch=1"), run("--batch=100"));
        prop_assert!(matches!(all.status.code(), Some(0 | 1)), "{all:?}");
        prop_assert_eq!((one.status, one.stderr), (all.status, all.stderr));
        prop_assert!(one.stdout.starts_with(&all.stdout) && (one.stdout == all.stdout || !all.status.success()));
        prop_assert!(matches!(piped(&["inspect", "-"], &text).status.code(), Some(0 | 1)));
    }
}
