//! The order of the dense layers in a file, from the names of their arrays, their shapes, or the file.
//!
//! ```text
//!   fc9 fc10 fc11            names that differ in their numbers alone: in the order of these
//!   head (9,3) stem (8,9)    one order alone fits the shapes: stem head
//!   stem (4,4) head (4,4)    the order of a file that keeps one (npz, pkl), where it is not the alphabet's
//!   head (4,4) stem (4,4)    nothing tells it: a list of the layers does, "dense:stem relu dense:head"
//! ```
//!
//! Here are names and sizes alone; the list is read in `list.rs`. Read next: `model.rs`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::reader::Shown;
use super::{push, text};
use crate::error::{Error, Result};
use crate::tensor::list;

/// What tells the order of the dense layers in an archive: see [`layer_order`](super::layer_order).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayerOrder {
    /// The list in the metadata names each: `dense:stem relu dense:head`.
    List,
    /// The names differ in their numbers alone, `fc9` and `fc10`.
    Numbers,
    /// One order alone fits the shapes.
    Shapes,
    /// The order of the arrays in their file, which keeps one and has them in another than the alphabet's.
    File,
    /// Nothing: there is no network without a list.
    Unknown,
}

/// The order of layers with these names and (inputs, outputs), which come in the order of their file, if it keeps one.
pub(super) fn order(names: &[&str], sizes: Option<&[[usize; 2]]>, kept: bool) -> Result<(LayerOrder, Vec<usize>)> {
    if let Some(order) = by_numbers(names) {
        return Ok((LayerOrder::Numbers, list(order.into_values().map(Ok))?));
    }
    if let Some(order) = sizes.and_then(only_chain) {
        return Ok((LayerOrder::Shapes, order));
    }
    // Shells list files by letters and digits alone, whatever their case.
    fn folded(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|byte| !byte.is_ascii_punctuation()).map(|byte| byte.to_ascii_lowercase())
    }
    let alphabet = names.is_sorted() || names.is_sorted_by(|a, b| folded(a).le(folded(b)));
    Ok((if kept && !alphabet { LayerOrder::File } else { LayerOrder::Unknown }, list((0..names.len()).map(Ok))?))
}

/// The longest names whose numbers are compared: each of these takes twenty bytes and more.
const MAX_NUMBERED_BYTES: usize = 1024;

/// The order by the numbers in the names, if these differ in nothing else and no two are equal.
fn by_numbers(names: &[&str]) -> Option<BTreeMap<String, usize>> {
    // The same type of map as in an archive, so that it is compiled once.
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut first = None;
    for (i, name) in names.iter().enumerate() {
        if name.len() > MAX_NUMBERED_BYTES {
            return None;
        }
        let (mut text, mut key) = (Vec::new(), String::new());
        for run in name.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            if !run[0].is_ascii_digit() {
                text.extend(run);
                continue;
            }
            text.push(b'0');
            let number = &run[run.iter().take_while(|&&digit| digit == b'0').count()..];
            // Longer numbers are greater: with their lengths before them, numbers sort as texts do.
            key += &format!("{:020}{}", number.len(), String::from_utf8_lossy(number));
        }
        if *first.get_or_insert_with(|| text.clone()) != text || order.insert(key, i).is_some() {
            return None;
        }
    }
    Some(order)
}

/// The only order in which each layer takes as many inputs as the one before has outputs, of up to 256 layers.
///
/// Widths are the nodes of a graph and layers its edges, so this is the one trail over all edges. It grows from parts:
/// where a node has at most one edge into it, one out of it, and one from it to itself, they follow one another. A
/// trail that ends where it begins could begin elsewhere.
fn only_chain(sizes: &[[usize; 2]]) -> Option<Vec<usize>> {
    let mut chains: Vec<([usize; 2], Vec<usize>)> =
        sizes.iter().take(257).enumerate().map(|(i, &size)| (size, Vec::from([i]))).collect();
    while (2..=256).contains(&chains.len()) {
        let parts = chains.iter().find_map(|&([_, width], _)| {
            // The only chain that begins there, or not, and ends there, or not, if any; none if there are several.
            let only = |ends: [bool; 2]| {
                let mut found = (0..chains.len()).filter(|&i| chains[i].0.map(|end| end == width) == ends);
                let one = found.next();
                found.next().is_none().then_some(one)
            };
            let parts = [only([false, true])?, only([true, true])?, only([true, false])?];
            let parts: Vec<usize> = parts.into_iter().flatten().collect();
            (parts.len() > 1).then_some(parts)
        })?;
        let ends = [chains[*parts.first()?].0[0], chains[*parts.last()?].0[1]];
        let mut layers = Vec::new();
        parts.iter().for_each(|&i| layers.append(&mut chains[i].1));
        chains.retain(|(_, layers)| !layers.is_empty());
        chains.push((ends, layers));
    }
    let ([begin, end], layers) = chains.pop()?;
    (layers.len() == sizes.len() && begin != end).then_some(layers)
}

/// The indices of `names` in the order of a list that names them all.
pub(super) fn named(layers: &str, words: &[Option<&str>], names: &[&str]) -> Result<Vec<usize>> {
    let wrong = |what| Err(Error::Model { what: format!("the layers {} {what}", Shown(layers)) });
    // The same type of map as in an archive, so that it is compiled once.
    let mut indices: BTreeMap<String, usize> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        indices.insert(text(&[name])?, i);
    }
    let mut taken = list(names.iter().map(|_| Ok(false)))?;
    let mut order = Vec::new();
    for word in words {
        let Some(name) = word else { return wrong("name some layers and not others of their kind".into()) };
        match indices.get(*name) {
            Some(&i) if !core::mem::replace(&mut taken[i], true) => push(&mut order, i)?,
            Some(_) => return wrong(format!("have {} twice", Shown(name))),
            None => {
                let known = names.iter().take(8).map(|name| format!("{}", Shown(name))).collect::<Vec<_>>().join(", ");
                let more = if names.len() > 8 { ", .." } else { "" };
                return wrong(format!("have {}, and the file has no such weights: it has {known}{more}", Shown(name)));
            }
        }
    }
    // (Of W1 and W1.weight, too, one is left out.)
    match taken.iter().position(|taken| !taken) {
        Some(i) => wrong(format!("leave out {}", Shown(names[i]))),
        None => Ok(order),
    }
}
