//! The `nptensor` command as a shell sees it: exit codes, what goes to standard output, and what to standard error.

mod eval;
mod files;
mod layers;
mod packed;
mod predict;
mod scales;
mod tables;
mod tour;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use nptensor::{Layer, Result, Sequential, formats};

/// The command with nothing on standard input.
fn run(words: &[&str]) -> Output {
    piped(words, b"")
}

/// The command with these bytes on standard input.
fn piped(words: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nptensor"));
    let pipes = child.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A command that fails stops reading.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().unwrap()
    })
}

/// What the command prints for these bytes on standard input, with nothing on standard error.
fn printed(words: &[&str], input: &[u8]) -> Vec<u8> {
    noted(words, input, "")
}

/// What it prints where it says this on standard error: lines without the name of the command.
fn noted(words: &[&str], input: &[u8], notes: &str) -> Vec<u8> {
    let Output { status, stdout, stderr } = piped(words, input);
    let notes: String = notes.lines().map(|line| format!("nptensor: {line}\n")).collect();
    assert_eq!((status.code(), String::from_utf8_lossy(&stderr).as_ref()), (Some(0), &notes[..]), "{words:?}");
    stdout
}

/// A folder of its own for a test, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("nptensor-{test}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Folder(path)
    }

    /// The path of a file in it.
    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().into()
    }

    /// The path of a new file.
    fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.file(name), bytes).unwrap();
        self.file(name)
    }

    /// The path of a new file with a tensor or an archive.
    fn save(&self, name: &str, contents: impl Into<formats::Contents>) -> String {
        formats::save(self.file(name), contents).unwrap();
        self.file(name)
    }

    /// The names in it, with those that begin with a point.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The chapter's network, with one more output so that there is an order.
fn network() -> Result<Sequential> {
    Sequential::new([
        Layer::dense([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], [0.1, 0.2, 0.3]),
        Layer::Sigmoid,
        Layer::dense([[0.1, 0.4, -0.5], [0.2, 0.5, 0.0], [0.3, 0.6, 0.5]], [0.1, 0.2, 0.3]),
    ])
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
    let (tour, eval) = ("Walk through the chapter", "Run a trained network on labelled");
    for words in [&["--help"][..], &["-h"], &["help"], &["help", "help"], &["help", "--help"], &["--help", "eval"]] {
        prints(words, "nptensor: a tensor engine");
    }
    // The five things that people want stand first, each as a line to copy.
    let text = String::from_utf8(printed(&["--help"], b"")).unwrap();
    let lines = text.lines().skip(2).collect::<Vec<_>>();
    let shown = lines.iter().take(10).filter_map(|line| line.strip_prefix("  nptensor ")?.split(' ').next());
    assert_eq!(shown.collect::<Vec<_>>(), ["inspect", "predict", "eval", "convert", "explain"]);
    for words in [&["eval", "--help"][..], &["eval", "a", "-h"], &["help", "eval"]] {
        prints(words, eval);
    }
    for words in [&["tour", "--help"][..], &["help", "tour"]] {
        prints(words, tour);
    }
    prints(&["help", "predict"], "Run a trained network on rows");
    prints(&["help", "inspect"], "Print what is in a file");
    prints(&["help", "convert"], "Write a file in another format");
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
        (&["m", "i", "l", "--show=x"], "--show takes a number from 1, not 'x'"),
        (&["m", "i", "l", "--divide", "0"], "--divide takes a number other than 0, not '0'"),
        (&["m", "-", "-"], "LABELS is '-' as well: standard input is read only once"),
        (
            &["m", "i", "l", "--layers", "dense", "--output=tanh"],
            "--layers lists the activations, too: without --hidden and --output",
        ),
        (
            &["m", "i", "l", "--hidden", "x"],
            "--hidden takes sigmoid, step, relu, identity, softmax, tanh, leaky_relu(a), elu(a), gelu, gelu_tanh, silu, softplus(b), log_softmax, hardtanh(l,h) or normalize(eps), not 'x'",
        ),
    ] {
        fails(&[&["eval"], words].concat(), 2, &format!("nptensor: {what}\nTry 'nptensor eval --help'.\n"));
    }
    for (words, what) in [
        (&["m"][..], "INPUT is missing"),
        (&["m", "i", "--top", "0"], "--top takes a number from 1, not '0'"),
        (&["m", "i", "--argmax", "--top", "2"], "--argmax and --top are two answers: choose one"),
        (&["m", "i", "-o", "y.pkl"], "-o takes a name in .npy, .txt or .csv, or '-', not 'y.pkl'"),
        (&["m", "i", "-o"], "option '-o' needs a value"),
    ] {
        fails(&[&["predict"], words].concat(), 2, &format!("nptensor: {what}\nTry 'nptensor predict --help'.\n"));
    }
    for (words, what) in [
        (&["i", "o.pkl"][..], "OUT takes a name in .npy, .npz or .safetensors, not 'o.pkl'"),
        (&["i", "o.npz", "--hidden", "relu"], "--hidden and --output go together: one alone lists no layers"),
    ] {
        fails(&[&["convert"], words].concat(), 2, &format!("nptensor: {what}\nTry 'nptensor convert --help'.\n"));
    }
    fails(&["inspect"], 2, "nptensor: FILE is missing\nTry 'nptensor inspect --help'.\n");
}

/// A file that makes no sense is named: the command takes three.
#[test]
fn wrong_files() {
    let path = std::env::temp_dir().join(format!("nptensor-cli-{}", std::process::id()));
    let name = path.to_str().unwrap();
    std::fs::write(&path, "text").unwrap();
    let wanted = format!(
        "nptensor: {name}: file: byte 0: begins like no format known here (npy, npz, safetensors, pkl, pt, IDX, gzip)\n"
    );
    fails(&["eval", name, "i", "l"], 1, &wanted);
    std::fs::remove_file(&path).unwrap();
    let Output { status, stdout, stderr } = run(&["eval", name, "i", "l"]);
    assert_eq!((status.code(), &stdout[..]), (Some(1), &b""[..]));
    assert!(String::from_utf8(stderr).unwrap().starts_with(&format!("nptensor: {name}: ")));
}
