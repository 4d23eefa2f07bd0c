//! The confusion matrix: how often the network takes each class for each.
//!
//! ```text
//!   taken for    0    1    2     right
//!   label 0    971    .    9    99.08%       a row for each label; the diagonal is what is right
//! ```
//!
//! Only classes that occur have a row and a column; the rows have their names, if there are some.

use std::collections::{BTreeMap, BTreeSet};

use super::classes::Classes;
use nptensor::explain::wide::{columns, padded};

/// The matrix of images given as (label, what it was taken for), as text.
pub(super) fn table(decisions: &[(usize, usize)], names: &Classes) -> String {
    let mut counts = BTreeMap::new();
    for &decision in decisions {
        *counts.entry(decision).or_insert(0_usize) += 1;
    }
    let classes: BTreeSet<usize> = decisions.iter().flat_map(|&(label, seen)| [label, seen]).collect();
    let digits = |number: usize| number.to_string().len();
    let last = classes.last().copied().unwrap_or(0);
    let cell = 1 + counts.values().copied().chain([last]).map(digits).max().unwrap_or(1);
    let label = |class| format!("label {class}{}", names.beside(class));
    let first = classes.iter().map(|&class| columns(&label(class))).max().unwrap_or(0).max("taken for".len());

    let mut out = format!("{:<first$}", "taken for");
    classes.iter().for_each(|class| out += &format!("{class:>cell$}"));
    out += "     right\n";
    for &class in &classes {
        let count = |seen| counts.get(&(class, seen)).copied().unwrap_or(0);
        out += &padded(&label(class), first);
        for &seen in &classes {
            // Dots for zeros make the other counts easier to see.
            let text = if count(seen) == 0 { ".".into() } else { count(seen).to_string() };
            out += &format!("{text:>cell$}");
        }
        let all: usize = classes.iter().map(|&seen| count(seen)).sum();
        let accuracy = if all == 0 { "-".into() } else { format!("{:.2}%", 100.0 * count(class) as f64 / all as f64) };
        out += &format!("{accuracy:>10}\n");
    }
    out
}
