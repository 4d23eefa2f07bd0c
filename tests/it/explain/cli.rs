//! `nptensor explain` as a shell sees it.

use std::process::{Command, Output};

use nptensor::explain::{self, Explanation, Language, Look, command};
use nptensor::{Layer, Result, Sequential, Tensor, formats};
use proptest::prelude::*;

use super::json::Json;
use super::picture::texts;
use crate::common::cases;

fn run(words: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nptensor"));
    command.arg("explain").args(words).env_remove("COLUMNS").env_remove("NO_COLOR");
    command.envs(env.iter().copied()).output().unwrap()
}

pub(super) fn printed(words: &[&str], env: &[(&str, &str)]) -> String {
    let Output { status, stdout, stderr } = run(words, env);
    assert_eq!((status.code(), String::from_utf8_lossy(&stderr).as_ref()), (Some(0), ""), "{words:?}");
    String::from_utf8(stdout).unwrap()
}

pub(super) fn fails(words: &[&str], code: i32, says: &str) {
    let Output { status, stdout, stderr } = run(words, &[]);
    assert_eq!((status.code(), String::from_utf8(stderr).unwrap().as_str(), stdout.len()), (Some(code), says, 0));
}

/// The words of a command line, as a shell takes them apart.
pub(super) fn words(line: &str) -> Vec<&str> {
    let quoted = line.split('"').enumerate();
    quoted.flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() }).collect()
}

/// How long a product takes, by the ways that `dot` has for as many rows at a time.
#[test]
fn timed() {
    let words = ["blocks", "40", "50", "60", "f64"];
    let text = printed(&[&words[..], &["--time"]].concat(), &[]);
    let (before, ladder) = text.split_once("\nTimed here, the median of each\n").unwrap();
    assert_eq!(before, printed(&words, &[]));
    let ways = [1, 16, 40].map(|rows| format!("dot: {:?}", explain::matmul_blocks::<f64>(rows, 50, 60).unwrap().way()));
    let names = ["the triple loop", "row by row", "by 16 rows", "all at once"];
    assert_eq!(ladder.lines().count(), names.len() + 1);
    for (line, (name, way)) in
        ladder.lines().zip(names.iter().zip([""].into_iter().chain(ways.each_ref().map(|way| &**way))))
    {
        let numbers = line.trim().strip_prefix(name).unwrap().strip_suffix(way).unwrap();
        let numbers: Vec<f64> = numbers.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        // (40 * 50 * 60 multiply-adds; both numbers are rounded, to thousandths and hundredths.)
        let [ms, rate] = numbers[..] else { panic!("{line}") };
        let bound = 0.00051 * rate + 0.0051 * (ms + 0.00051);
        assert!(ms > 0.0 && (ms * rate - 0.12).abs() <= bound, "{line}");
    }
    for words in [
        &["blocks", "4", "5", "6", "--time"][..],
        &["softmax", "[1]", "--time"],
        &["blocks", "4", "5", "6", "f64", "--json", "--time"],
    ] {
        fails(words, 2, "nptensor: --time goes with the text of blocks M N K f64\nTry 'nptensor explain --help'.\n");
    }
    let says = "--time takes at most 2^30 multiply-adds, and matrices of at most 2^24 numbers";
    for sizes in [["2000", "2000", "2000"], ["32768", "32768", "1"]] {
        let Output { status, stderr, .. } = run(&[&["blocks"], &sizes[..], &["f64", "--time"]].concat(), &[]);
        let said = format!("nptensor: {says}\nTry 'nptensor explain --help'.\n");
        assert_eq!((status.code(), String::from_utf8(stderr).unwrap()), (Some(2), said));
    }
    let text = printed(&[&words[..], &["--time", "--lang", "zh"]].concat(), &[]);
    let names = ["三重循环", "逐行", "每次 16 行", "一次全部", "条、块与面板"];
    let (_, ladder) = text.split_once("\n在这台机器上计时，各取中位数\n").unwrap();
    assert!(ladder.lines().map(str::trim).zip(names).all(|(line, name)| line.starts_with(name)), "{ladder}");
}

/// The command lines that a text shows, each without its first two words.
pub(super) fn examples(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter_map(|line| Some(words(line.trim().strip_prefix("nptensor explain ")?)))
}

#[test]
fn every_example_runs_in_every_form() {
    let help = printed(&["--help"], &[]);
    let readme = include_str!("../../../README.md");
    let mut ran = 0;
    for line in examples(&help).chain(examples(readme)) {
        let form = |word: &&str| ["--json", "--svg"].contains(word);
        let line: Vec<&str> = line.split(form).next().unwrap().to_vec();
        ran += 1;
        assert!(printed(&line, &[]).lines().count() > 4, "{line:?}");
        texts(&printed(&[&line[..], &["--svg", "-"]].concat(), &[]));
        let json = Json::parse(printed(&[&line[..], &["--json"]].concat(), &[]).trim_end());
        assert!(matches!(json, Json::Object(_)), "{line:?}");
    }
    assert!(ran >= 16, "{ran}");
}

/// Operands without elements cost nothing, whatever their other axes are; their product does.
#[test]
fn a_product_too_large_to_explain() {
    let what = "a result of 250000000 numbers is too large to explain: at most 4194304";
    fails(&["dot", "(250000000,0)", "(0,1)"], 2, &format!("nptensor: {what}\nTry 'nptensor explain --help'.\n"));
    assert_eq!(command(&["dot", "(250000000,0)", "(0,1)"]).map(drop).unwrap_err().to_string(), what);
    // Past what a usize counts, and within the limit.
    assert!(command(&["dot", "(3037000500,0)", "(0,3037000500)"]).is_err());
    assert!(command(&["dot", "(2000,2)", "(2,2000)"]).is_ok());
    assert!(command(&["dot", "(2000,0)", "(0,2)"]).is_ok());
}

/// What a documentation says that a command prints: the command in backquotes, and the block of text after it.
fn promises(text: &str, mark: &str) -> Vec<(String, String)> {
    let bare = |line| str::strip_prefix(str::trim_start(line), mark).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let lines: Vec<&str> =
        text.lines().map(|line| if mark.is_empty() { line } else { bare(line).unwrap_or("") }).collect();
    let command = |line: &str| Some(line.strip_prefix("`nptensor explain ")?.split_once("` prints:")?.0.to_string());
    let block = |from: usize| {
        let text = lines[from..].iter().skip_while(|&&line| line != "```text").skip(1);
        text.take_while(|&&line| line != "```").map(|line| format!("{line}\n")).collect()
    };
    lines.iter().enumerate().filter_map(|(i, line)| Some((command(line)?, block(i)))).collect()
}

#[test]
fn documentation_shows_what_is_printed() {
    let files = [
        (include_str!("../../../README.md"), "", 1),
        (include_str!("../../../src/tensor/view.rs"), "///", 2),
        (include_str!("../../../src/layout/shape.rs"), "///", 1),
        (include_str!("../../../src/tensor/matmul.rs"), "///", 1),
        (include_str!("../../../src/tensor/activation.rs"), "///", 3),
        (include_str!("../../../src/nn/sequential.rs"), "///", 1),
    ];
    for (text, mark, number) in files {
        let found = promises(text, mark);
        assert_eq!(found.len(), number);
        for (line, wanted) in found {
            assert_eq!(command(&words(&line)).unwrap().to_string(), wanted, "{line}");
        }
    }
}

/// A shape counts from 0, and the cell may be named anywhere.
#[test]
fn operands_of_dot() {
    let typed = printed(&["dot", "[[0, 1], [2, 3]]", "[[0, 1], [2, 3]]", "--cell", "1,0"], &[]);
    assert_eq!(printed(&["dot", "--cell=1,0", "(2,2)", "(2,2)"], &[]), typed);
    fails(
        &["dot", "(9999,2)", "(2,2)"],
        2,
        "nptensor: 19998 numbers are too many to show: at most 4096\nTry 'nptensor explain --help'.\n",
    );
    fails(
        &["broadcast", "3", "3", "--png", "x"],
        2,
        "nptensor: there is no option '--png'\nTry 'nptensor explain --help'.\n",
    );
}

#[test]
fn the_width_is_respected() {
    let words = ["broadcast", "(2,9)", "(1,)"];
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
    let plain = printed(&words, &[]);
    assert!(widest(&plain) <= 80 && widest(&plain) > 60, "{plain}");
    for (more, env) in [(&[][..], &[("COLUMNS", "50")][..]), (&["--width", "50"], &[("COLUMNS", "200")])] {
        let text = printed(&[&words[..], more].concat(), env);
        assert!(widest(&text) <= 50 && widest(&text) > 40, "{text}");
    }
    for nonsense in ["", "wide", "-3", "0"] {
        assert_eq!(printed(&words, &[("COLUMNS", nonsense)]), plain);
    }
    // No terminal, no colours.
    assert!(!plain.contains('\x1b'));
}

#[test]
fn a_picture_is_written_whole() {
    let folder = std::env::temp_dir().join(format!("nptensor-explain-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("picture.svg");
    let words = ["slice", "(4,5)", "-1", "--svg", path.to_str().unwrap()];
    assert_eq!(printed(&words, &[]), "");
    let svg = std::fs::read_to_string(&path).unwrap();
    assert_eq!(svg, printed(&["slice", "(4,5)", "-1", "--svg=-"], &[]));
    let json = printed(&[&words[..], &["--json"]].concat(), &[]);
    assert_eq!(Json::parse(json.trim_end())["start"]["shape"].numbers::<usize>(), [4, 5]);
    // What goes wrong leaves what is there.
    assert_eq!(run(&["slice", "(4,5)", "9", "--svg", path.to_str().unwrap()], &[]).status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), svg);
    std::fs::remove_dir_all(&folder).unwrap();
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn no_words_break_it(
        name in "broadcast|layout|slice|dot|blocks|forward|softmax|plot",
        first in "[\\[(]{0,2}[0-9,.\\[\\]]{0,8}[\\])]{0,2}|relu|softmax",
        rest in prop::collection::vec("[0-9]{1,3}|\\[\\[?[0-9,]{0,5}\\]?\\]|(transpose|slice|flip|reshape|broadcast_to|expand_dims|squeeze|) ?[-0-9:,.]{0,8}", 0..4),
    ) {
        let mut words = vec![name.as_str(), &first];
        words.extend(rest.iter().map(String::as_str));
        if let Err(error) = command(&words) {
            let said = explain::told(&words, &error, Language::English);
            prop_assert!(said.lines().all(|line| line.len() < 300), "{}", said);
        }
        if let Ok(picture) = command(&words) {
            texts(&picture.svg());
            Json::parse(&picture.json());
            let text = picture.text(Look { width: 1, colour: true, ..Look::default() });
            prop_assert!(text.len() < 1 << 20);
        }
    }
}

/// The input of a model is typed, or the first row of a file; it computes in the model's type.
#[test]
fn a_model_from_a_file() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("nptensor-explain-model-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let [model, rows] = ["m.safetensors", "x.npy"].map(|name| folder.join(name).to_str().unwrap().to_string());
    let dense = Layer::dense([[0.1_f32, 0.3], [0.2, 0.4]], [0.1, 0.2]);
    let network = Sequential::new([dense, Layer::Sigmoid])?;
    formats::save_model(&model, &network)?;
    let network = formats::load_model::<f32>(&model)?; // with the names in the file
    let x = Tensor::from([[1.0_f32, 0.5], [3.0, 4.0]]);
    formats::save(&rows, x.clone())?;
    let wanted = explain::forward(&network, &x.slice(0)?)?;
    assert!(wanted.to_string().contains("\nlayer 0 (dense:0), layer 1 (sigmoid): 2 neurons\n"), "{wanted}");
    let typed = printed(&["forward", "[1.0, 0.5]", "--model", &model], &[]);
    assert_eq!(typed, wanted.to_string());
    let read = printed(&["forward", &rows, "--json", "--model", &model], &[]);
    assert_eq!(read.trim_end(), explain::forward(&network, &x)?.json());
    let second = printed(&["forward", &rows, "--json", "--row", "1", "--model", &model], &[]);
    assert_eq!(second.trim_end(), explain::forward_row(&network, &x, 1)?.json());
    let what = format!("nptensor: a network in a file is that of --model: forward X --model {model}");
    fails(&["forward", &model, "[1.0, 0.5]"], 2, &format!("{what}\nTry 'nptensor explain --help'.\n"));
    fails(
        &["layout", "3", "--model", &model],
        2,
        "nptensor: --model goes with forward and its input\nTry 'nptensor explain --help'.\n",
    );
    std::fs::remove_dir_all(&folder).unwrap();
    Ok(())
}

/// The place under the input, in words, and the form that is read.
#[test]
fn a_caret_and_the_nearest_form() {
    let said = |words: &[&str]| explain::told(words, &command(words).map(drop).unwrap_err(), Language::English);
    for (words, wanted) in [
        (&["softmax", "[1 2]"][..], "here should be a comma or ']':\n  [1 2]\n     ^\nDid you mean [1, 2]?"),
        (
            &["softmax", "[[1, 2], [3, 4]"],
            "here should be a comma or ']':\n  [[1, 2], [3, 4]\n                 ^\nDid you mean [[1, 2], [3, 4]]?",
        ),
        (&["softmax", "1 2 3"], "here should be nothing more:\n  1 2 3\n    ^\nDid you mean [1, 2, 3]?"),
        (&["dot", "(1.5, 2)", "[1, 2]"], "here should be an integer:\n  (1.5, 2)\n   ^\nDid you mean [1.5, 2]?"),
        (&["softmax", "(1,2)"], "here should be a number or a list:\n  (1,2)\n  ^\nDid you mean [1,2]?"),
        (&["softmax", "[1, 2x]"], "here should be a number or a list:\n  [1, 2x]\n      ^"),
        (&["softmax", "[é]"], "here should be a number or a list:\n  [é]\n   ^"),
        (&["softmax", ""], "here should be a number or a list:\n  \n  ^"),
        (
            &["slice", "(4,5)", "1 2"],
            "here should be an index, start:stop:step, ... or None:\n  1 2\n  ^\nDid you mean 1, 2?",
        ),
        (&["slice", "(4,5)", "1, x"], "here should be an index, start:stop:step, ... or None:\n  1, x\n     ^"),
        (&["dot", "[1, 2]", "[1, 2, 3]", "--cell", "0"], "shapes (2,) and (3,) not aligned: 2 (dim 0) != 3 (dim 0)"),
    ] {
        assert_eq!(said(words), wanted, "{words:?}");
    }
    // Of a long input, what is around.
    let long = said(&["softmax", &format!("[{}x{}]", "1, ".repeat(50), ", 2".repeat(50))]);
    let lines: Vec<&str> = long.lines().collect();
    assert!(lines[1].starts_with("  ...") && lines[1].ends_with("...") && lines[1].chars().count() < 80, "{long}");
    assert_eq!(lines[1].chars().nth(lines[2].len() - 1), Some('x'), "{long}");
    for (words, near) in [
        (&["plot", "sigmod"][..], "did you mean sigmoid?"),
        (&["layout", "(2,3)", "transpos"], "did you mean transpose?"),
        (&["forward", "[1]", "[[1]]", "[0]", "rel"], "did you mean relu?"),
        (&["layot", "(2,3)"], "did you mean layout?"),
    ] {
        assert!(said(words).contains(near), "{}", said(words));
    }
}

/// `[1,2,3]` is a list of values, `(1,2,3)` a shape and `5` a number, whatever the picture; views as Python has them.
#[test]
fn one_meaning() {
    let text = |words: &[&str]| command(words).unwrap().to_string();
    assert!(
        text(&["layout", "[1,2,3]"]).starts_with("shape (3,)")
            && text(&["layout", "(1,2,3)"]).starts_with("shape (1,2,3)")
    );
    assert!(text(&["layout", "5"]).contains("[()] lies at 0 = 0, where 5 is"), "{}", text(&["layout", "5"]));
    assert!(
        text(&["dot", "[1,2,3]", "5"]).contains("[ 5 10 15]") || text(&["dot", "[1,2,3]", "5"]).contains("give (3,)")
    );
    for (python, view) in [
        (".T", "transpose"),
        ("a.T", "transpose"),
        ("a.transpose(1, 0)", "transpose (1,0)"),
        (".reshape(3, -1)", "reshape (3,-1)"),
        ("a[1, ::-1]", "slice 1, ::-1"),
        ("[..., 0]", "slice ..., 0"),
        ("slice [1, ::-1]", "slice 1, ::-1"),
        ("a.squeeze()", "squeeze"),
        ("reshape [6]", "reshape (6,)"),
    ] {
        assert_eq!(python.parse::<explain::View>().unwrap().to_string(), view, "{python}");
    }
    assert_eq!(text(&["slice", "(4,5)", "[1, ::-1]"]), text(&["slice", "(4,5)", "1, ::-1"]));
}

/// Narrow, there are more lines, and nothing is left out.
#[test]
fn nothing_is_lost_on_a_narrow_terminal() {
    for width in [24, 30, 40, 60] {
        let text = |words: &[&str]| command(words).unwrap().text(Look { width, ..Look::default() });
        let forward = text(&["forward", "[1.0, 0.5]"]);
        for number in ["0.3", "0.7", "1.1", "0.57", "0.67", "0.75", "0.52", "1.21", "0.63", "0.77", "0.32", "0.7"] {
            let near =
                |word: &str| word.parse::<f64>().is_ok_and(|x| (x - number.parse::<f64>().unwrap()).abs() < 0.01);
            assert!(forward.split([' ', '\n', '[', ']']).any(near), "{number} at {width}: {forward}");
        }
        let overflow = text(&["plot", "overflow"]);
        let (naive, whole) = (overflow.matches("naive").count(), overflow.matches("a = [").count());
        assert!(naive >= 4 && whole == 4, "{width}: {overflow}");
        let digits = overflow.matches("9.9995").count() + overflow.matches("1.00e+00").count();
        assert!(digits >= 4, "{width}: {overflow}");
        for text in [&forward, &overflow] {
            assert!(text.lines().all(|line| line.chars().count() <= width), "{width}: {text}");
        }
    }
    // Prose is no wider than a page; tables may be.
    let wide = command(&["broadcast", "(3,1)", "(4,)"]).unwrap().text(Look { width: 200, ..Look::default() });
    assert!(
        wide.lines().all(|line| line.chars().count() <= 90) && wide.lines().any(|line| line.chars().count() > 80),
        "{wide}"
    );
}

#[test]
fn what_is_wrong_is_said() {
    let usage = |what: &str| format!("nptensor: {what}\nTry 'nptensor explain --help'.\n");
    let data = |what: &str| format!("nptensor: {what}\n");
    for (words, code, says) in [
        (
            &["sort"][..],
            2,
            usage(
                "'sort' is no picture: they are broadcast, layout, slice, dot, blocks, forward, softmax, plot, diagram",
            ),
        ),
        (
            &["broadcast", "3"],
            2,
            usage(r#"broadcast takes two lists or shapes, each in quotes: "[[0], [10]]" "[1, 2]", or "(3,1)" "(4,)""#),
        ),
        (
            &["layout"],
            2,
            usage(r#"layout takes a shape or a list, and views, each in quotes: "(2,3)" transpose "reshape (6,)""#),
        ),
        (
            &["slice", "3"],
            2,
            usage(r#"slice takes a list or a shape, and the indices, each in quotes: "(4,5)" "::2, 1""#),
        ),
        (
            &["dot", "1"],
            2,
            usage(
                r#"dot takes two lists or shapes, each in quotes, and --cell with an index: "[[1,2],[3,4]]" "[5,6]""#,
            ),
        ),
        (
            &["dot", "[1,2]", "[1,2]", "--cell", "0"],
            1,
            data("too many indices for array: array is 0-dimensional, but 1 were indexed"),
        ),
        (&["blocks", "1", "2"], 2, usage("blocks takes m, n and k, of (m,k) times (k,n), and f32 or f64")),
        (&["blocks", "1", "2", "3,4"], 2, usage("'3,4' is no size")),
        (
            &["forward", "1", "2"],
            2,
            usage(
                r#"forward takes an input, and for each layer its weights, its bias and its activation, each in quotes: "[1.0, 0.5]" "[[1, 2], [3, 4]]" "[0, 1]" relu"#,
            ),
        ),
        (
            &["forward"],
            2,
            usage(
                r#"forward takes an input, and for each layer its weights, its bias and its activation, each in quotes: "[1.0, 0.5]" "[[1, 2], [3, 4]]" "[0, 1]" relu"#,
            ),
        ),
        (&["softmax"], 2, usage(r#"softmax takes one list of numbers in quotes: "[0.3, 2.9, 4.0]""#)),
        (&["plot"], 2, usage("plot takes the name of a function, and from where to where: sigmoid -6 6")),
        (&["plot", "relu", "[1,2]", "3"], 1, data("can only convert an array of size 1 to a Python scalar")),
        (&["slice", "3", "0", "--width", "0"], 2, usage("--width takes a number from 1, not '0'")),
        (&["slice", "3", "0", "--svg"], 2, usage("option '--svg' needs a value")),
        (&["slice", "(3,", "0"], 1, data("here should be an integer:\n  (3,\n     ^\nDid you mean (3,)?")),
        (&["slice", "(3,)", "3"], 1, data("index 3 is out of bounds for axis 0 with size 3")),
        (&["slice", "(3,)", "::0"], 1, data("slice step cannot be zero")),
        (
            &["slice", "3", "0"],
            1,
            data(
                "too many indices for array: array is 0-dimensional, but 1 were indexed\n\
                 3 is a number; (3,) is the shape of 3 numbers.",
            ),
        ),
        (
            &["brodcast", "(3,)", "(3,)"],
            2,
            usage(
                "'brodcast' is no picture: did you mean broadcast? They are broadcast, layout, slice, dot, blocks, \
                 forward, softmax, plot, diagram",
            ),
        ),
        (
            &["forward", "[[1], [2]]", "[[1]]", "[0]", "--row", "2"],
            2,
            usage("there is no row 2: the input has rows 0 to 1"),
        ),
        (
            &["layout", "[1, [2]]"],
            1,
            data(
                "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was (2,) + inhomogeneous part.",
            ),
        ),
        (
            &["layout", "(2,3)", "broadcast_to (3,)"],
            1,
            data("input operand has more dimensions than allowed by the axis remapping"),
        ),
    ] {
        fails(words, code, &says);
    }
}
