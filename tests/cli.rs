//! The `nptensor` command as a shell sees it: exit codes, what goes to standard output, and what to standard error.

use std::process::{Command, Output, Stdio};

fn run(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nptensor")).args(words).stdin(Stdio::null()).output().unwrap()
}

/// Succeeds, says nothing on standard error, and prints a text that begins so.
fn prints(words: &[&str], beginning: &str) {
    let Output { status, stdout, stderr } = run(words);
    let text = String::from_utf8(stdout).unwrap();
    assert_eq!((status.code(), &stderr[..]), (Some(0), &b""[..]), "{words:?}");
    assert!(text.starts_with(beginning), "{words:?}: {text}");
}

/// Fails with this exit code and text, and prints nothing on standard output.
fn fails(words: &[&str], code: i32, wanted: &str) {
    let Output { status, stdout, stderr } = run(words);
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!((status.code(), &text[..], &stdout[..]), (Some(code), wanted, &b""[..]), "{words:?}");
}

#[test]
fn help() {
    let (tour, eval) = ("Walk through the chapter", "Run a trained network");
    for words in [&["--help"][..], &["-h"], &["help"], &["help", "help"], &["help", "--help"], &["--help", "eval"]] {
        prints(words, "nptensor: a tensor engine");
    }
    for words in [&["eval", "--help"][..], &["eval", "a", "-h"], &["help", "eval"]] {
        prints(words, eval);
    }
    for words in [&["tour", "--help"][..], &["help", "tour"]] {
        prints(words, tour);
    }
    prints(&["--version"], concat!("nptensor ", env!("CARGO_PKG_VERSION")));
    prints(&[], "Neural networks: chapter 3");
    prints(&["tour"], "Neural networks: chapter 3");
}

#[test]
fn wrong_command_lines() {
    fails(&["x"], 2, "nptensor: unknown command 'x'\nTry 'nptensor --help'.\n");
    fails(&["help", "x"], 2, "nptensor: unknown command 'x'\nTry 'nptensor --help'.\n");
    fails(&["--x"], 2, "nptensor: unknown option '--x'\nTry 'nptensor --help'.\n");
    fails(&["tour", "x"], 2, "nptensor: unexpected argument 'x'\nTry 'nptensor tour --help'.\n");
    for (words, what) in [
        (&[][..], "MODEL is missing"),
        (&["m", "i"], "LABELS is missing"),
        (&["m", "i", "l", "x"], "unexpected argument 'x'"),
        (&["m", "i", "l", "--x"], "unknown option '--x'"),
        (&["m", "i", "l", "--batch"], "option '--batch' needs a value"),
        (&["m", "--batch", "1", "i", "l", "--batch=2"], "option '--batch' is given twice"),
        (&["m", "i", "l", "--batch", "0"], "--batch takes a number from 1, not '0'"),
        (&["m", "i", "l", "--dtype=f16"], "--dtype takes f32 or f64, not 'f16'"),
        (&["m", "i", "l", "--hidden", "x"], "--hidden takes sigmoid, step, relu, identity, softmax or tanh, not 'x'"),
    ] {
        fails(&[&["eval"], words].concat(), 2, &format!("nptensor: {what}\nTry 'nptensor eval --help'.\n"));
    }
}

/// A file that makes no sense is named: the command takes three.
#[test]
fn wrong_files() {
    let path = std::env::temp_dir().join(format!("nptensor-cli-{}", std::process::id()));
    let name = path.to_str().unwrap();
    std::fs::write(&path, "text").unwrap();
    let wanted = format!(
        "nptensor: {name}: file: byte 0: begins like no format known here (npy, npz, safetensors, pkl, IDX, gzip)\n"
    );
    fails(&["eval", name, "i", "l"], 1, &wanted);
    std::fs::remove_file(&path).unwrap();
    let Output { status, stdout, stderr } = run(&["eval", name, "i", "l"]);
    assert_eq!((status.code(), &stdout[..]), (Some(1), &b""[..]));
    assert!(String::from_utf8(stderr).unwrap().starts_with(&format!("nptensor: {name}: ")));
}
