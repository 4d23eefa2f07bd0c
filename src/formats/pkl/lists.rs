//! Lists of numbers, nested or not, as the arrays that NumPy makes of them.
//!
//! ```text
//!   [True, 2, 0.5]           float64 (3,)     bool < int64 < float64: the least that holds all of them
//!   [[1, 2], (3, 4)]         int64 (2, 2)
//!   [[1, 2], [3]]            left out: ragged
//!   [1, array], []           no array: each value has a name of its own
//! ```
//!
//! Each list is asked once whether it holds numbers alone, however often it is referred to, and pays once for the
//! elements that it becomes. Read first: `mod.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::AnyTensor;
use super::super::archive::{LeftOut, Part};
use super::machine::{Id, Node};
use super::{MAX_DEPTH, Visitor};
use crate::error::Result;
use crate::kernel::closed::Element;
use crate::kernel::memory::with_capacity;
use crate::layout::shape::checked_size;
use crate::tensor::{Tensor, room};

/// Bytes of an element, at most.
const ELEMENT_BYTES: usize = 8;

impl Visitor<'_> {
    /// The array that a list of numbers is, or why it is left out; `None` for other lists and where nothing is first.
    pub(super) fn array(&mut self, id: Id, depth: usize) -> Result<Option<Part>> {
        if !self.is_numbers(id, depth) {
            return Ok(None);
        }
        let (mut shape, mut first) = (Vec::new(), id);
        while let Node::List(items) | Node::Tuple(items) = self.machine.node(first) {
            shape.push(items.len());
            let Some(&item) = items.first() else { return Ok(None) };
            first = item;
        }
        let left_out = |what| Ok(Some(Err(LeftOut::Type(what))));
        let size = checked_size(&shape).unwrap_or(usize::MAX);
        let Some(rest) = size.checked_mul(ELEMENT_BYTES).and_then(|bytes| self.budget.checked_sub(bytes)) else {
            return left_out(format!("a list of shape {shape:?}, far more numbers than the file has"));
        };
        self.budget = rest;
        let no_memory = || self.machine.error_of(id, String::from("no memory for its lists"));
        let mut numbers = with_capacity(size).ok_or_else(no_memory)?;
        if self.fill(id, &shape, &mut numbers).is_none() {
            return left_out(String::from("a ragged list"));
        }
        let nodes = || numbers.iter().map(|&id| self.machine.node(id));
        let int = |node: &Node<'_>| if let Node::Int(x) = *node { x } else { matches!(node, Node::Bool(true)).into() };
        Ok(Some(Ok(match nodes().map(rank).max() {
            Some(0) => tensor(&shape, nodes().map(|node| matches!(node, Node::Bool(true))))?,
            Some(1) => tensor(&shape, nodes().map(int))?,
            _ => tensor(&shape, nodes().map(|node| if let Node::Float(x) = *node { x } else { int(node) as f64 }))?,
        })))
    }

    /// Whether a value is a number, or a list of such alone.
    fn is_numbers(&mut self, id: Id, depth: usize) -> bool {
        let (Node::List(items) | Node::Tuple(items)) = self.machine.node(id) else {
            return rank(self.machine.node(id)) < 3;
        };
        if self.numbers[id as usize] == 0 {
            // Until it is known, for a list that contains itself.
            self.numbers[id as usize] = 2;
            if depth <= MAX_DEPTH && items.iter().all(|&item| self.is_numbers(item, depth + 1)) {
                self.numbers[id as usize] = 1;
                self.budget = self.budget.saturating_add(items.len() * ELEMENT_BYTES);
            }
        }
        self.numbers[id as usize] == 1
    }

    /// Appends the numbers in a list of this shape; `None` where it has another.
    fn fill(&self, id: Id, shape: &[usize], out: &mut Vec<Id>) -> Option<()> {
        match (self.machine.node(id), shape) {
            (Node::List(items) | Node::Tuple(items), [n, rest @ ..]) if items.len() == *n => {
                items.iter().try_for_each(|&item| self.fill(item, rest, out))
            }
            (Node::Bool(_) | Node::Int(_) | Node::Float(_), []) => {
                out.push(id);
                Some(())
            }
            _ => None,
        }
    }
}

/// The place of a number's type among bool, int64 and float64.
fn rank(node: &Node<'_>) -> usize {
    match node {
        Node::Bool(_) => 0,
        Node::Int(_) => 1,
        Node::Float(_) => 2,
        _ => 3,
    }
}

fn tensor<T: Element>(shape: &[usize], values: impl Iterator<Item = T>) -> Result<AnyTensor> {
    let mut data = room(shape)?;
    data.extend(values);
    Ok(Tensor::dense(data, shape).into())
}
