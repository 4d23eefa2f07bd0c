//! The words of `--layers` that are no layers here: what is meant by them, where that can be told.
//!
//! ```text
//!   ReLU()   nn.Linear   Softmax(dim=1)      torch's    relu, dense, softmax
//!   fc1      dense:fc1                       a name     dense:module.fc1, whose arrays there are
//!   dense,relu,dense                         commas     dense relu dense
//! ```
//!
//! Nothing is taken for what is meant: the error says it. Other words are refused where the list is read, in `formats`.

use nptensor::Layer;
use nptensor::formats::Archive;

use super::input::start;
use super::{Done, Failure};

/// The words with arrays.
const WITH_ARRAYS: [&str; 4] = ["dense", "batchnorm", "layernorm", "scale"];

/// The names of others, in small letters and without `_`, where they are not ours.
const OTHERS: [(&str, &str); 6] = [
    ("linear", "dense"),
    ("relu6", "hardtanh(0,6)"),
    ("batchnorm1d", "batchnorm"),
    ("swish", "silu"),
    ("leakyrelu", "leaky_relu"),
    ("logsoftmax", "log_softmax"),
];

/// An error for the first word that is no layer, if it can be told what is meant.
pub(super) fn check(list: &str, archive: &Archive) -> Done {
    let ends = ["", ".weight", ".kernel", "/kernel", "/kernel:0", ".running_mean"];
    let has = |name: &str| ends.iter().any(|end| archive.contains(&format!("{name}{end}")));
    for word in list.split_whitespace() {
        let name = word.split_once(':').map_or(word, |(_, name)| name);
        let has_arrays = WITH_ARRAYS.contains(&&word[..word.find([':', '(']).unwrap_or(word.len())]);
        let known = has_arrays || Layer::<f64>::activation(word).is_some();
        if (known && !word.contains(':')) || (word.contains(':') && has(name)) {
            continue;
        }
        let spaced = with_blanks(list);
        let meant = if spaced != list {
            format!("blanks stand between layers: \"{}\"", start(&spaced, 200))
        } else if let Some(stem) = stem_of(archive, name) {
            format!("{} is no layer, and the file has {1}: dense:{1}?", start(word, 40), start(stem, 80))
        } else if let Some(meant) = meant(word) {
            format!("{} is no layer here: {meant}?", start(word, 40))
        } else {
            // What is wrong is said where the list is read.
            return Ok(());
        };
        return Err(Failure::Usage(format!("--layers: {meant}")));
    }
    Ok(())
}

/// The name of arrays that is this one from one of its points on: `module.fc1` for `fc1`.
fn stem_of<'a>(archive: &'a Archive, name: &str) -> Option<&'a str> {
    let mut stems = archive.names().filter_map(|name| Some(name.rsplit_once(['.', '/'])?.0));
    stems.find(|stem| stem.strip_suffix(name).is_some_and(|front| front.is_empty() || front.ends_with(['.', '/'])))
}

/// A list with blanks for the commas that stand in no parentheses.
fn with_blanks(list: &str) -> String {
    let mut depth = 0_usize;
    let mut blank = |c: char| {
        depth = if c == '(' { depth + 1 } else { depth.saturating_sub(usize::from(c == ')')) };
        if c == ',' && depth == 0 { ' ' } else { c }
    };
    list.chars().map(&mut blank).collect()
}

/// The word for torch's or keras' name of a layer, with its parameter, if it is one alone.
fn meant(word: &str) -> Option<String> {
    let word = word.trim_start_matches("torch.").trim_start_matches("nn.");
    let (name, inside) = word.split_once('(').unwrap_or((word, ""));
    let plain = name.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect::<String>();
    let known = OTHERS.iter().find(|(other, _)| *other == plain).map_or(&*plain, |(_, known)| known);
    if WITH_ARRAYS.contains(&known) {
        return Some(known.into());
    }
    Layer::<f64>::activation(known)?;
    let with = format!("{known}({}", inside.rsplit('=').next().unwrap_or(inside));
    Some(if Layer::<f64>::activation(&with).is_some() { with } else { known.into() })
}
