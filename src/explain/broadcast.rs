//! How two shapes broadcast: aligned on the right, stretched by strides of 0; or why they do not.
//!
//! ```text
//!            axis 0  axis 1                      a0 (a0) (a0) (a0)      b0  b1  b2  b3        (x) the same cell again
//!   a             3       1     stretched to 4   a1 (a1) (a1) (a1)     (b0)(b1)(b2)(b3)
//!   b           (1)       4     stretched to 3   a2 (a2) (a2) (a2)     (b0)(b1)(b2)(b3)
//!   result        3       4                      strides (1,0)         strides (0,1)
//! ```
//!
//! The strides and the offsets that each cell reads are those of the layouts that the loops of the engine use; the
//! message is that of `+`, and so are the numbers, where there are values. A mismatch is shown as well. How it is
//! shown: `broadcast/forms.rs`. Read next: `layout.rs`.

mod forms;

use alloc::vec::Vec;

use super::Operand;
use super::language::Words;
use super::numbers::{MAX_LISTED, check_result, unravel, values};
use crate::error::{Error, Result};
use crate::kernel::closed::Number;
use crate::kernel::scalar::{DType, Value};
use crate::layout::Layout;
use crate::layout::shape::broadcast_size;
use crate::tensor::Tensor;
use crate::tensor::arith::common;

/// How two shapes broadcast; see [`broadcast`] and [`add`].
#[derive(Clone, Debug)]
pub struct Broadcast {
    operands: [Read; 2],
    axes: Vec<Pair>,
    result: Result<Vec<usize>>,
    /// The elements of both and the first of the sum, in C order, and their type; none where only shapes are known.
    values: Option<([Vec<Value>; 3], DType)>,
    /// Which operands were given as shapes, and count from 0.
    pub(super) numbered: [bool; 2],
}

/// One operand: in memory, and as the loops read it.
#[derive(Clone, Debug)]
struct Read {
    own: Layout,
    /// Stretched over every axis that agrees; `None` where that is too large for a shape.
    view: Option<Layout>,
}

/// The two sizes on an axis of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The size of the left operand there; `None` where it has no such axis, which counts as 1.
    pub a: Option<usize>,
    /// The size of the right one.
    pub b: Option<usize>,
    /// The size of the result; `None` where the two do not agree.
    pub size: Option<usize>,
}

/// What broadcasting does with two shapes.
///
/// ```
/// use nptensor::explain::{Operand, broadcast};
///
/// let sum = broadcast(&[3, 1], &[4])?;
/// assert_eq!(sum.shape(), Some(&[3, 4][..]));
/// assert_eq!(sum.strides(Operand::B), Some(&[0, 1][..])); // the same row three times
/// assert_eq!(sum.reads(6), Some([1, 2])); // cell [1,2] reads offset 1 of a and offset 2 of b
///
/// let wrong = broadcast(&[3], &[4])?;
/// assert_eq!(wrong.error().unwrap().to_string(), "operands could not be broadcast together with shapes (3,) (4,) ");
/// assert!(wrong.to_string().contains("axis 0: 3 against 4: they differ, and neither is 1"));
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::TooManyAxes`], [`Error::TooBig`] for a shape that no tensor has. A mismatch is no error here.
pub fn broadcast(a: &[usize], b: &[usize]) -> Result<Broadcast> {
    let ndim = a.len().max(b.len());
    let size = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(ndim).map(|axis| shape[axis]);
    let pair = |axis| {
        let (a, b) = (size(a, axis), size(b, axis));
        Pair { a, b, size: broadcast_size(a.unwrap_or(1), b.unwrap_or(1)) }
    };
    let axes: Vec<Pair> = (0..ndim).map(pair).collect();
    let operand = |own: Layout, side: usize| {
        let sizes: Vec<usize> = axes.iter().map(|pair| pair.size.unwrap_or(pair.of(side))).collect();
        Read { view: own.broadcast_to(&sizes).ok(), own }
    };
    let operands = [operand(Layout::row_major(a)?, 0), operand(Layout::row_major(b)?, 1)];
    let result = common(&[a, b]).map(|shape| shape.to_vec());
    Ok(Broadcast { operands, axes, result, values: None, numbered: [false; 2] })
}

/// What broadcasting does in `a + b`, with their values: as [`broadcast`] of their shapes.
///
/// ```
/// use nptensor::{Tensor, explain};
///
/// let sum = explain::add(&Tensor::from([[0], [10], [20]]), &Tensor::from([1, 2, 3, 4]))?;
/// assert!(sum.to_string().contains("10+2 = 12"));
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// # Errors
/// [`Error::Explain`] for a sum of more than 4194304 numbers. A mismatch is no error here.
pub fn add<T: Number>(a: &Tensor<T>, b: &Tensor<T>) -> Result<Broadcast> {
    let mut all = broadcast(a.shape(), b.shape())?;
    check_result(all.shape().unwrap_or(&[]).iter().product::<usize>().max(a.size()).max(b.size()))?;
    // (More cells than these are neither drawn nor listed.)
    let sum: Vec<T> = match all.result {
        Ok(_) => a.try_add(b)?.iter().take(MAX_LISTED).collect(),
        Err(_) => Vec::new(),
    };
    all.values = Some(([values(&a.to_vec()), values(&b.to_vec()), values(&sum)], T::DTYPE));
    Ok(all)
}

impl Pair {
    /// The size of an operand, 0 for the left one; a missing axis counts as 1.
    fn of(&self, side: usize) -> usize {
        [self.a, self.b][side].unwrap_or(1)
    }

    /// Whether an operand is stretched here.
    fn stretches(&self, side: usize) -> bool {
        self.size.is_some_and(|size| size != self.of(side))
    }

    fn why(&self) -> Words {
        let Some(size) = self.size else {
            let (a, b) = (self.of(0), self.of(1));
            return [
                format!("{a} against {b}: they differ, and neither is 1"),
                format!("{a} 对 {b}：两者不同，又都不是 1"),
            ];
        };
        match [("a", self.a), ("b", self.b)].into_iter().find(|&(_, own)| own != self.size) {
            None => [format!("equal, {size} and {size}"), format!("相等，{size} 和 {size}")],
            Some((name, Some(_))) => {
                [format!("{name} is 1, and is stretched to {size}"), format!("{name} 是 1，被拉伸到 {size}")]
            }
            Some((name, None)) if size == 1 => [
                format!("{name} has no axis here, which counts as 1: equal"),
                format!("{name} 在这里没有轴，算作 1：相等"),
            ],
            Some((name, None)) => [
                format!("{name} has no axis here, which counts as 1, and is stretched to {size}"),
                format!("{name} 在这里没有轴，算作 1，被拉伸到 {size}"),
            ],
        }
    }
}

impl Broadcast {
    /// The shape of an operand.
    pub fn operand(&self, operand: Operand) -> &[usize] {
        self.own(operand as usize)
    }

    /// The same, 0 for the left one.
    fn own(&self, side: usize) -> &[usize] {
        self.operands[side].own.shape()
    }

    /// The strides of an operand in the loops: 0 where it is stretched. `None` when the shapes do not broadcast.
    pub fn strides(&self, operand: Operand) -> Option<&[isize]> {
        self.result.as_ref().ok()?;
        self.operands[operand as usize].view.as_ref().map(Layout::strides)
    }

    /// The two sizes on each axis, outermost first.
    pub fn axes(&self) -> &[Pair] {
        &self.axes
    }

    /// The shape of the result, if there is one.
    pub fn shape(&self) -> Option<&[usize]> {
        self.result.as_deref().ok()
    }

    /// The error of `+` for these shapes, if there is one.
    pub fn error(&self) -> Option<&Error> {
        self.result.as_ref().err()
    }

    /// The offsets in `a` and `b` that cell number `cell` of the result reads, in C order; `None` past the last cell.
    pub fn reads(&self, cell: usize) -> Option<[usize; 2]> {
        let shape = self.shape().filter(|shape| cell < shape.iter().product())?;
        let index = unravel(shape, cell);
        Some([self.operands[0].offset_at(&index)?, self.operands[1].offset_at(&index)?])
    }
}

impl Read {
    /// The offset read at an index of the frame; `None` past the end of an axis that is not stretched.
    fn offset_at(&self, index: &[usize]) -> Option<usize> {
        let view = self.view.as_ref()?;
        index.iter().zip(view.shape()).all(|(i, n)| i < n).then(|| view.offset_at(index))
    }
}
