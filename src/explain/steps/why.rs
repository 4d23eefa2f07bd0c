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
use crate::explain::language::Words;
use crate::layout::slice::Index;
use crate::layout::{Layout, shape};

const NOWHERE: [&str; 2] = ["There is no element, so there is no place to start from.", "没有元素，也就没有起点。"];

/// The effect of each index on its axis, from the layout with this index alone.
pub(super) fn sliced(before: &Layout, indices: &[Index], text: &str) -> Result<Vec<Words>> {
    if before.shape().contains(&0) {
        return Ok(alloc::vec![NOWHERE.map(String::from)]);
    }
    let used = indices.iter().filter(|i| matches!(i, Index::At(_) | Index::Range { .. })).count();
    let rest = before.ndim() - used;
    let (mut axis, mut why) = (0, Vec::new());
    for (index, word) in indices.iter().zip(text.split(',').map(str::trim)) {
        let (says, axes) = match index {
            Index::Ellipsis => {
                let axes = if rest == 1 { "axis" } else { "axes" };
                ([format!("{word}: {rest} {axes} as before"), format!("{word}：{rest} 个轴不变")], rest)
            }
            Index::NewAxis => (
                [
                    format!("{word}: a new axis of size 1, with stride 0"),
                    format!("{word}：一个长度为 1 的新轴，步幅为 0"),
                ],
                0,
            ),
            _ => {
                let [takes, chinese] = taken(before, axis, *index)?;
                ([format!("axis {axis}, {word}: {takes}"), format!("轴 {axis}，{word}：{chinese}")], 1)
            }
        };
        why.push(says);
        axis += axes;
    }
    Ok(why)
}

/// What an index or a range takes of an axis, from which index on, counted from 0, and what that adds to the offset.
fn taken(before: &Layout, axis: usize, index: Index) -> Result<Words> {
    let (size, stride) = (before.shape()[axis], before.strides()[axis]);
    let at = Layout::vector(size).slice(&[index])?.offset();
    let from = [format!("{at}: offset + {at}*{stride}"), format!("{at}：偏移 + {at}*{stride}")];
    let Index::Range { step, .. } = index else {
        return Ok([format!("index {}; the axis is gone", from[0]), format!("索引 {}；这个轴消失", from[1])]);
    };
    let alone = before.permuted(&[axis]).slice(&[index])?;
    let (taken, now) = (alone.shape()[0], alone.strides()[0]);
    let steps = match (taken, step) {
        (0, _) => return Ok([format!("none of its {size}"), format!("{size} 个里一个也不取")]),
        (1, _) | (_, 1) => [format!("stride {now} as before"), format!("步幅仍是 {now}")],
        _ => [
            format!("steps by {step}: stride {stride}*{step} = {now}"),
            format!("每次走 {step}：步幅 {stride}*{step} = {now}"),
        ],
    };
    Ok([
        format!("takes {taken} of {size}, from index {}; {}", from[0], steps[0]),
        format!("{size} 个里取 {taken} 个，起点是索引 {}；{}", from[1], steps[1]),
    ])
}

pub(super) fn flipped(before: &Layout, after: &Layout, axes: &[isize]) -> Result<Vec<Words>> {
    if before.shape().contains(&0) {
        return Ok(alloc::vec![NOWHERE.map(String::from)]);
    }
    let why = |&axis: &isize| {
        let axis = shape::axis(axis, before.ndim())?;
        let (far, stride, now) = (before.shape()[axis] - 1, before.strides()[axis], after.strides()[axis]);
        Ok([
            format!("axis {axis}: starts at its far end, offset + {far}*{stride}, and steps back, stride {now}"),
            format!("轴 {axis}：从末端开始，偏移 + {far}*{stride}，往回走，步幅 {now}"),
        ])
    };
    axes.iter().map(why).collect()
}

pub(super) fn stretched(before: &Layout, after: &Layout) -> Vec<Words> {
    let missing = after.ndim() - before.ndim();
    let why = |(axis, &n): (usize, &usize)| {
        let old = axis.checked_sub(missing).map(|axis| before.shape()[axis]);
        match old {
            Some(old) if old == n => [format!("axis {axis}: {n} as before"), format!("轴 {axis}：仍是 {n}")],
            Some(_) => [
                format!("axis {axis}: 1 is stretched to {n}, by a stride of 0"),
                format!("轴 {axis}：1 被拉伸到 {n}，步幅为 0"),
            ],
            None => [
                format!("axis {axis}: new, and stretched to {n}, by a stride of 0"),
                format!("轴 {axis}：新轴，被拉伸到 {n}，步幅为 0"),
            ],
        }
    };
    after.shape().iter().enumerate().map(why).collect()
}

pub(super) fn regrouped(before: &Layout) -> [&'static str; 2] {
    match before.is_contiguous() {
        true => [
            "The elements are contiguous, in C order: any shape with as many elements fits the same memory. No copy.",
            "元素按 C 顺序一个挨一个：元素个数相同的任何形状都适合这块内存。不复制。",
        ],
        false => [
            "Axes that are joined, if any, step as one already: a step on one is as long as all of the next. No copy.",
            "要合并的轴（如果有）本来就像一个轴那样走：前一个轴的一步，正好是后一个轴的全长。不复制。",
        ],
    }
}

pub(super) fn copied(before: &Layout, [outer, inner]: [usize; 2]) -> Words {
    let (n, step, is) = (before.shape()[inner], before.strides()[inner], before.strides()[outer]);
    // As wide as any product of two integers.
    let needed = n as i128 * step as i128;
    [
        format!(
            "To join axes {outer} and {inner}, a step on axis {outer} must be as long as all of axis {inner}: {n} elements * stride {step} = {needed}. \
             It is {is}, and no strides can say that: the elements are copied, in C order, into new memory."
        ),
        format!(
            "要把轴 {outer} 与轴 {inner} 合并，轴 {outer} 的一步必须是轴 {inner} 的全长：{n} 个元素 * 步幅 {step} = {needed}。\
             可它是 {is}，没有步幅能表达这一点：元素按 C 顺序复制到新的内存。"
        ),
    ]
}
