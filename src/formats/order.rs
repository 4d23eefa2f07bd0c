//! The order of the dense layers in a file, from the names of their arrays, their shapes, or the file.
//!
//! ```text
//!   fc9 fc10 fc11            names that differ in their numbers alone: in the order of these
//!   stem (784,50)            one order alone fits the shapes: stem head
//!   head (50,10)
//!   stem (4,4) head (4,4)    the order of a file that keeps one (npz, pkl), where it is not the alphabet's
//!   head (4,4) stem (4,4)    nothing tells it: a list of the layers does, "dense:stem relu dense:head"
//! ```
//!
//! Here are names and sizes alone; the list is read in `model.rs`. Read next: `model.rs`.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

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
pub(super) fn order(names: &[&str], sizes: Option<&[[usize; 2]]>, kept: bool) -> (LayerOrder, Vec<usize>) {
    if let Some(order) = by_numbers(names) {
        return (LayerOrder::Numbers, order);
    }
    if let Some(order) = sizes.and_then(only_chain) {
        return (LayerOrder::Shapes, order);
    }
    // Shells list files by letters and digits alone, whatever their case.
    let folded =
        |name: &str| -> String { name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let alphabet = names.is_sorted() || names.is_sorted_by_key(|name| folded(name));
    (if kept && !alphabet { LayerOrder::File } else { LayerOrder::Unknown }, (0..names.len()).collect())
}

/// The order by the numbers in the names, if these differ in nothing else and no two are equal.
fn by_numbers(names: &[&str]) -> Option<Vec<usize>> {
    // The same type of map as in an archive, so that it is compiled once.
    let mut order: BTreeMap<String, usize> = BTreeMap::new();
    let mut first = None;
    for (i, name) in names.iter().enumerate() {
        let mut text = name.replace(|c: char| c.is_ascii_digit(), "0");
        while text.contains("00") {
            text = text.replace("00", "0");
        }
        // Longer numbers are greater: with their lengths before them, numbers sort as texts do.
        let numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        let numbers = numbers.map(|number| number.trim_start_matches('0'));
        let key: String = numbers.map(|number| format!("{:020}{number}", number.len())).collect();
        if *first.get_or_insert_with(|| text.clone()) != text || order.insert(key, i).is_some() {
            return None;
        }
    }
    Some(order.into_values().collect())
}

/// The only order in which each layer takes as many inputs as the one before has outputs.
///
/// Widths are the nodes of a graph and layers its edges, so this is the one trail over all edges. One is found by
/// Hierholzer's algorithm. Another one exists where it can begin elsewhere, being closed, or where two parts of it can
/// change places: it comes three times through a node, or goes .. v .. w .. v .. w.
fn only_chain(sizes: &[[usize; 2]]) -> Option<Vec<usize>> {
    // Three numbers for each as in `safetensors.rs`, so that sorting is compiled once.
    let sorted = |side: usize| {
        let mut edges: Vec<[usize; 3]> =
            sizes.iter().enumerate().map(|(i, size)| [size[side], size[1 - side], i]).collect();
        edges.sort_unstable();
        edges
    };
    let (from, to) = (sorted(0), sorted(1));
    let first = |edges: &[[usize; 3]], width: usize| edges.partition_point(|edge| edge[0] < width);
    let degree = |edges: &[[usize; 3]], width: usize| edges[first(edges, width)..].partition_point(|e| e[0] == width);
    let start = from.iter().map(|edge| edge[0]).find(|&width| degree(&from, width) > degree(&to, width))?;

    // For each width, at the place of its first layer, how many of its layers the trail has taken.
    let mut taken = alloc::vec![0; from.len()];
    let (mut open, mut trail) = (alloc::vec![[start, usize::MAX]], Vec::new());
    while let Some(&[width, layer]) = open.last() {
        let at = first(&from, width);
        match from.get(at + taken.get(at).copied().unwrap_or(0)).filter(|edge| edge[0] == width) {
            Some(&[_, next, layer]) => {
                taken[at] += 1;
                open.push([next, layer]);
            }
            None => {
                open.pop();
                trail.extend((layer != usize::MAX).then_some(layer));
            }
        }
    }
    trail.reverse();
    let fits = trail.windows(2).all(|pair| sizes[pair[0]][1] == sizes[pair[1]][0]);
    if !fits || trail.len() != sizes.len() {
        return None;
    }

    // Nodes between their first visit and their last are open; those of a unique trail close in reverse order.
    let mut nodes = alloc::vec![[start, 0, 0]];
    nodes.extend(trail.iter().enumerate().map(|(at, &layer)| [sizes[layer][1], at + 1, 0]));
    let mut visits = nodes.clone();
    visits.sort_unstable();
    let mut open = Vec::new();
    for [width, at, _] in nodes {
        let same = &visits[first(&visits, width)..];
        match same.partition_point(|visit| visit[0] == width) {
            1 => {}
            2 if same[0][1] == at => open.push(width),
            2 if open.pop() == Some(width) => {}
            _ => return None,
        }
    }
    Some(trail)
}
