//! Lists of numbers, nested or not, as the arrays that NumPy makes of them.
//!
//! ```text
//!   [True, 2, 0.5]           float64 (3,)     bool < int64 < float64: the least that holds all of them
//!   [[1, 2], (3, 4)]         int64 (2, 2)
//!   [], [[], []]             float64 (0,), (2, 0)
//!   [[1, 2], [3]], [1, []]   left out: ragged
//!   [1, array, None]         no array: each value has a name of its own
//! ```
//!
//! NumPy's own scalars count as Python's numbers, whatever their size (uint64 does not: int64 might not hold it). Each
//! list is asked once whether it holds numbers alone, however often it is referred to, and pays once for the elements
//! that it becomes. Read first: `mod.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::AnyTensor;
use super::super::archive::{LeftOut, Part};
use super::node::{Id, Node};
use super::numpy::items;
use super::{MAX_DEPTH, Visitor};
use crate::error::Result;
use crate::kernel::closed::Element;
use crate::kernel::scalar::DType;
use crate::tensor::{Tensor, room};

/// Bytes of an element, at most.
const ELEMENT_BYTES: usize = 8;

/// What holds all values of a list, from the least; 0 where nobody has asked yet.
const BOOL: u8 = 1;
const INT: u8 = 2;
const FLOAT: u8 = 3;
pub(super) const OTHER: u8 = 4;

/// The number that a 0-d array is.
fn one<T: Element>(scalar: &AnyTensor) -> T {
    scalar.value().map_or(T::ZERO, T::from_value)
}

impl Visitor<'_> {
    /// The array that a list of numbers is, or why it is left out; `None` for other lists.
    pub(super) fn array(&mut self, id: Id, depth: usize) -> Result<Option<Part>> {
        let holds = self.holds(id, depth);
        if holds == OTHER {
            return Ok(None);
        }
        let (mut shape, mut first) = (Vec::new(), id);
        while let Some(items) = items(self.machine, first) {
            shape.push(items.len());
            let Some(&item) = items.first() else { break };
            first = item;
        }
        // A list of empty lists takes time for each of them.
        let visited = shape.iter().try_fold(ELEMENT_BYTES, |bytes, &n| bytes.checked_mul(n.max(1)));
        let Some(rest) = visited.and_then(|bytes| self.numbers.checked_sub(bytes)) else {
            let what = format!("a list of shape {shape:?}, far more numbers than the file has");
            return Ok(Some(Err(LeftOut::Container(what))));
        };
        let int = |node: &Node<'_>| match node {
            Node::Int(x) => *x,
            Node::Array(scalar) => one(scalar),
            node => matches!(node, Node::Bool(true)).into(),
        };
        let float = |node: &Node<'_>| match node {
            Node::Float(x) => *x,
            Node::Array(scalar) => one(scalar),
            node => int(node) as f64,
        };
        let tensor = match holds {
            FLOAT => self.tensor(id, &shape, float)?,
            INT => self.tensor(id, &shape, int)?,
            _ => self.tensor(id, &shape, |node| int(node) == 1)?,
        };
        self.numbers = rest;
        Ok(Some(tensor.ok_or_else(|| LeftOut::Container(String::from("a ragged list")))))
    }

    /// What holds a value, or all values of a list.
    pub(super) fn holds(&mut self, id: Id, depth: usize) -> u8 {
        let items = match self.machine.node(id) {
            Node::Bool(_) => return BOOL,
            Node::Int(_) => return INT,
            Node::Float(_) => return FLOAT,
            Node::Array(scalar) if scalar.ndim() == 0 => {
                return match scalar.dtype() {
                    DType::Bool => BOOL,
                    DType::U64 => OTHER,
                    DType::F32 | DType::F64 => FLOAT,
                    _ => INT,
                };
            }
            Node::List(items) | Node::Tuple(items) if depth <= MAX_DEPTH => items,
            _ => return OTHER,
        };
        if self.lists[id as usize] == 0 {
            // Until it is known, for a list that contains itself.
            self.lists[id as usize] = OTHER;
            let holds = items.iter().map(|&item| self.holds(item, depth + 1)).max().unwrap_or(FLOAT);
            self.lists[id as usize] = holds;
            if holds < OTHER {
                self.numbers = self.numbers.saturating_add(items.len().max(1) * ELEMENT_BYTES);
            }
        }
        self.lists[id as usize]
    }

    /// The tensor of a list of this shape; `None` where it has another.
    fn tensor<T: Element>(&self, id: Id, shape: &[usize], value: impl Fn(&Node<'_>) -> T) -> Result<Option<AnyTensor>> {
        let mut data = room(shape)?;
        let filled = self.fill(id, shape, &mut |node| data.push(value(node)));
        Ok(filled.map(|()| Tensor::dense(data, shape).into()))
    }

    fn fill(&self, id: Id, shape: &[usize], push: &mut dyn FnMut(&Node<'_>)) -> Option<()> {
        match (items(self.machine, id), shape) {
            (Some(items), [n, rest @ ..]) if items.len() == *n => {
                items.iter().try_for_each(|&item| self.fill(item, rest, push))
            }
            (None, []) => {
                push(self.machine.node(id));
                Some(())
            }
            _ => None,
        }
    }
}
