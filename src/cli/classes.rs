//! The classes by name: of a label that is a text, and of the greatest output.
//!
//! ```text
//!   metadata classes: setosa,versicolor,virginica     or --classes      in the order of the outputs
//!   label versicolor -> 1                              output 1 -> versicolor
//! ```
//!
//! Without names a label is a number from 0. No order is guessed: neither that of the alphabet, nor of the file.

use std::collections::BTreeMap;

use super::input::{few, start};

/// The names of the classes; none where they have only numbers.
#[derive(Clone, Default)]
pub(super) struct Classes(Vec<String>);

impl Classes {
    /// Of a list with commas between, or of one of JSON or Python: `["setosa", "virginica"]`.
    pub(super) fn parse(list: &str) -> Result<Self, String> {
        let inside = list.trim().strip_prefix('[').and_then(|list| list.strip_suffix(']'));
        let quoted = |name: &'_ str| {
            let inside = ['"', '\''].iter().find_map(|&quote| name.strip_prefix(quote)?.strip_suffix(quote));
            inside.filter(|name| !name.contains('\\')).unwrap_or(name).to_string()
        };
        let name = |name: &str| if inside.is_some() { quoted(name.trim()) } else { name.trim().into() };
        let names: Vec<String> = inside.unwrap_or(list).split(',').map(name).collect();
        let mut seen = BTreeMap::new();
        for name in &names {
            if name.is_empty() || name.contains(|c: char| c.is_control() || c == '"') {
                return Err(format!("{name:?} is no name"));
            }
            if seen.insert(name.clone(), String::new()).is_some() {
                return Err(format!("{name:?} is there twice"));
            }
        }
        Ok(Classes(names))
    }

    /// An error unless there are as many as outputs, or none.
    pub(super) fn fit(&self, outputs: usize) -> Result<(), String> {
        match self.0.len() {
            0 => Ok(()),
            n if n == outputs => Ok(()),
            n => Err(format!("{n} classes, and the model has {outputs} outputs (--classes)")),
        }
    }

    /// What stands for a class: its name or its number.
    pub(super) fn name(&self, class: usize) -> String {
        self.0.get(class).cloned().unwrap_or_else(|| class.to_string())
    }

    /// What follows its number in a table: a blank and the beginning of its name, or nothing.
    pub(super) fn beside(&self, class: usize) -> String {
        self.0.get(class).map_or_else(String::new, |name| format!(" {}", start(name, 24)))
    }

    pub(super) fn of(&self, label: &str, outputs: usize) -> Result<usize, String> {
        let shown: String = label.chars().take(40).collect();
        if !self.0.is_empty() {
            let found = self.0.iter().position(|name| name == label);
            return found.ok_or_else(|| format!("label {shown:?} is none of {}", few(self.0.iter().cloned(), ", ")));
        }
        match label.parse::<f64>() {
            Ok(class) if class >= 0.0 && class.fract() == 0.0 && class < outputs as f64 => Ok(class as usize),
            Ok(_) => Err(format!("label {shown:?}, and the model has outputs 0 to {}", outputs.saturating_sub(1))),
            Err(_) => Err(format!("label {shown:?} is no number (--classes names them in the order of the outputs)")),
        }
    }
}
