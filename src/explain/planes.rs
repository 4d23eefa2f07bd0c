//! The cells of a shape on paper: its last two axes as a grid, one grid for each index of the axes before them.
//!
//! ```text
//!   (2,2,3)    [0,:,:]  0  1  2      [1,:,:]  0  1  2           (3,)   0  1  2        ()   one cell
//!                    0  .  .  .            0  .  .  .                  .  .  .              .
//!                    1  .  .  .            1  .  .  .
//! ```
//!
//! For shapes that are too large there is a sentence with the limit. The caller decides what a cell shows. Read next:
//! `sheet.rs`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::sheet::{Cell, Sheet, row};
use crate::error::Tuple;

/// The most rows and columns of a grid.
const MAX_SIDE: usize = 16;
/// The most grids of a shape.
const MAX_PLANES: usize = 4;
/// The most elements that are listed one by one, in JSON.
pub(super) const MAX_LISTED: usize = 4096;

/// Why a shape has no grids, if it has none.
pub(super) fn not_drawn(shape: &[usize]) -> Option<String> {
    if shape.contains(&0) {
        return Some(format!("{} has no cell: an axis of size 0 leaves nothing to draw.", Tuple(shape)));
    }
    let rows = shape.iter().rev().take(2).max().filter(|&&n| n > MAX_SIDE)?;
    Some(format!("{} is too large to draw: {rows} cells side by side, where {MAX_SIDE} fit.", Tuple(shape)))
}

/// The grids of a shape that can be drawn.
pub(super) fn draw(sheet: &mut Sheet, shape: &[usize], cell: impl Fn(&[usize]) -> Cell) {
    let (outer, inner) = shape.split_at(shape.len().saturating_sub(2));
    let (rows, columns) = match *inner {
        [rows, columns] => (Some(rows), Some(columns)),
        [columns] => (None, Some(columns)),
        _ => (None, None),
    };
    // The indices of an axis, or none once where there is no such axis.
    let along = |axis: Option<usize>| (0..axis.unwrap_or(1)).map(move |i| axis.map(|_| i));
    let planes = outer.iter().fold(1_usize, |all, &n| all.saturating_mul(n));
    for plane in 0..planes.min(MAX_PLANES) {
        let outer = unravel(outer, plane);
        if !outer.is_empty() {
            sheet.say(format!("[{},:,:]", joined(&outer)));
        }
        let head = columns.map(|_| row(Cell::default(), along(columns).flatten().map(Cell::soft)));
        let line = |i: Option<usize>| {
            let at = |j: Option<usize>| cell(&outer.iter().copied().chain(i).chain(j).collect::<Vec<_>>());
            row(i.map_or_else(Cell::default, Cell::soft), along(columns).map(at))
        };
        sheet.grid(&head.into_iter().chain(along(rows).map(line)).collect());
    }
    if planes > MAX_PLANES {
        sheet.say(format!("... and {} more like these.", planes - MAX_PLANES));
    }
}

/// The index that comes `n`-th in C order.
pub(super) fn unravel(shape: &[usize], mut n: usize) -> Vec<usize> {
    let mut index = alloc::vec![0; shape.len()];
    for (i, &size) in index.iter_mut().zip(shape).rev() {
        (*i, n) = (n % size.max(1), n / size.max(1));
    }
    index
}

/// `0,1`: what stands between brackets.
pub(super) fn joined(index: &[impl ToString]) -> String {
    index.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// `(3,1)`, `(-1,)`: numbers as NumPy writes a tuple.
pub(super) fn tuple(numbers: &[impl ToString]) -> String {
    format!("({}{})", joined(numbers), if numbers.len() == 1 { "," } else { "" })
}
