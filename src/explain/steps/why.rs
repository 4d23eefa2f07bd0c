//! Why a view has the strides that it has, in sentences with the numbers.
//!
//! ```text
//!   slice 4:1:-1    axis 1: takes 3 of 5, starts at index 4: offset + 4*1; steps by -1: stride 1*-1 = -1
//!   reshape (6,)    to join axes 0 and 1, the stride of axis 0 must be 2 elements * stride 3 = 6; it is 1
//! ```
//!
//! The numbers are those of the layouts before and after; negative indices and ranges are resolved by `layout/`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Result;
use crate::layout::slice::Index;
use crate::layout::{Layout, shape};

/// The effect of each index on its axis, from the layout with this index alone.
pub(super) fn sliced(before: &Layout, indices: &[Index], text: &str) -> Result<Vec<String>> {
    if before.shape().contains(&0) {
        return Ok(alloc::vec!["There is no element, so there is no place to start from.".into()]);
    }
    let used = indices.iter().filter(|i| matches!(i, Index::At(_) | Index::Range { .. })).count();
    let rest = before.ndim() - used;
    let (mut axis, mut why) = (0, Vec::new());
    for (index, word) in indices.iter().zip(text.split(',').map(str::trim)) {
        match *index {
            Index::Ellipsis => {
                why.push(format!("{word}: {rest} {} as before", if rest == 1 { "axis" } else { "axes" }));
                axis += rest;
            }
            Index::NewAxis => why.push(format!("{word}: a new axis of size 1, with stride 0")),
            Index::At(_) => {
                let at = start(before, axis, *index)?;
                why.push(format!("axis {axis}, {word}: index {at}; the axis is gone"));
                axis += 1;
            }
            Index::Range { step, .. } => {
                let alone = before.permuted(&[axis]).slice(&[*index])?;
                let (size, stride) = (before.shape()[axis], before.strides()[axis]);
                why.push(match alone.shape()[0] {
                    0 => format!("axis {axis}, {word}: none of its {size}"),
                    taken => {
                        let now = alone.strides()[0];
                        let steps = match (taken, step) {
                            (1, _) | (_, 1) => format!("stride {now} as before"),
                            _ => format!("steps by {step}: stride {stride}*{step} = {now}"),
                        };
                        format!(
                            "axis {axis}, {word}: takes {taken} of {size}, from index {}; {steps}",
                            start(before, axis, *index)?
                        )
                    }
                });
                axis += 1;
            }
        }
    }
    Ok(why)
}

/// `2: offset + 2*5`: the index counted from 0, and what it adds to the offset.
fn start(before: &Layout, axis: usize, index: Index) -> Result<String> {
    let at = Layout::vector(before.shape()[axis]).slice(&[index])?.offset();
    Ok(format!("{at}: offset + {at}*{}", before.strides()[axis]))
}

pub(super) fn flipped(before: &Layout, after: &Layout, axes: &[isize]) -> Result<Vec<String>> {
    if before.shape().contains(&0) {
        return Ok(alloc::vec!["There is no element, so there is no place to start from.".into()]);
    }
    let why = |&axis: &isize| {
        let axis = shape::axis(axis, before.ndim())?;
        let (far, stride, now) = (before.shape()[axis] - 1, before.strides()[axis], after.strides()[axis]);
        Ok(format!("axis {axis}: starts at its far end, offset + {far}*{stride}, and steps back, stride {now}"))
    };
    axes.iter().map(why).collect()
}

pub(super) fn stretched(before: &Layout, after: &Layout) -> Vec<String> {
    let missing = after.ndim() - before.ndim();
    let why = |(axis, &n): (usize, &usize)| {
        let old = axis.checked_sub(missing).map(|axis| before.shape()[axis]);
        match old {
            Some(old) if old == n => format!("axis {axis}: {n} as before"),
            Some(_) => format!("axis {axis}: 1 is stretched to {n}, by a stride of 0"),
            None => format!("axis {axis}: new, and stretched to {n}, by a stride of 0"),
        }
    };
    after.shape().iter().enumerate().map(why).collect()
}

pub(super) fn regrouped(before: &Layout) -> &'static str {
    match before.is_contiguous() {
        true => {
            "The elements lie side by side in C order: any shape with as many elements fits the same memory. No copy."
        }
        false => {
            "Axes that are joined, if any, step as one already: a step on one is as long as all of the next. No copy."
        }
    }
}

pub(super) fn copied(before: &Layout, [outer, inner]: [usize; 2]) -> String {
    let (n, step, is) = (before.shape()[inner], before.strides()[inner], before.strides()[outer]);
    // As wide as any product of two integers.
    let needed = n as i128 * step as i128;
    format!(
        "To join axes {outer} and {inner}, a step on axis {outer} must be as long as all of axis {inner}: {n} elements * stride {step} = {needed}. \
         It is {is}, and no strides can say that: the elements are copied, in C order, into new memory."
    )
}
