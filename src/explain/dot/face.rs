//! A matrix out of an operand or the result, as boxes: the last two axes around the cell that is shown.
//!
//! ```text
//!   a[1,:,:]    1   2   3       crossed     b above the result, a beside it
//!              [4] [5] [6]      stacked     one below the other
//! ```

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::explain::Role;
use crate::explain::numbers::{numbers, window};
use crate::explain::sheet::Cell;
use crate::kernel::closed::Number;
use crate::layout::slice::Index;
use crate::tensor::Tensor;

/// A matrix and what of it is lit: a row, a column, or where the two meet.
pub(super) struct Face<T: Number> {
    name: String,
    matrix: Tensor<T>,
    lit: (Option<usize>, Option<usize>),
    role: Role,
}

/// A name, and the boxes that it belongs to.
pub(super) struct Grid {
    name: String,
    rows: Vec<Vec<Cell>>,
}

impl<T: Number> Face<T> {
    /// What `at` leaves of `t`; one axis alone is a row or a column.
    pub(super) fn new(
        name: &str,
        t: &Tensor<T>,
        at: &[Index],
        row: bool,
        role: Role,
        lit: (Option<usize>, Option<usize>),
    ) -> Option<Self> {
        let part = t.slice(at).ok()?;
        let matrix = match part.ndim() {
            0 => part.reshape(&[1, 1]).ok()?,
            1 => part.expand_dims(if row { 0 } else { 1 }).ok()?,
            _ => part,
        };
        let at = at.iter().map(|i| if let Index::At(i) = i { i.to_string() } else { ":".into() }).collect::<Vec<_>>();
        let name = if t.ndim() > 2 { format!("{name}[{}]", at.join(",")) } else { name.into() };
        Some(Face { name, matrix, lit, role })
    }

    /// The boxes of at most about `most` rows and columns.
    pub(super) fn cells(&self, most: usize, precision: usize) -> Grid {
        let &[m, n] = self.matrix.shape() else { return Grid { name: self.name.clone(), rows: Vec::new() } };
        let (lit_row, lit_column) = self.lit;
        let (rows, columns) = (window(m, most, lit_row.unwrap_or(0)), window(n, most, lit_column.unwrap_or(0)));
        let shown =
            rows.iter().flatten().flat_map(|&i| columns.iter().flatten().map(move |&j| [i as isize, j as isize]));
        let shown: Vec<T> = shown.filter_map(|index| self.matrix.get(&index).ok()).collect();
        let mut texts = numbers(&Tensor::from(shown), precision).into_iter();
        let mut cell = |i: Option<usize>, j: Option<usize>| match (i, j) {
            (Some(i), Some(j)) => {
                let lit = lit_row.is_none_or(|row| row == i) && lit_column.is_none_or(|column| column == j);
                Cell::boxed(texts.next().unwrap_or_default(), self.role).lit(lit)
            }
            _ => Cell::soft("..."),
        };
        let rows = rows.iter().map(|&i| columns.iter().map(|&j| cell(i, j)).collect()).collect();
        Grid { name: self.name.clone(), rows }
    }
}

/// a at the left, b at the top, the result where they cross.
pub(super) fn crossed([a, b, out]: &[Grid; 3]) -> Vec<Vec<Cell>> {
    let blank = || Cell::default();
    let name = |grid: &Grid, i: usize| if i == 0 { Cell::soft(&grid.name) } else { blank() };
    let wide = a.rows.first().map_or(0, Vec::len);
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (i, row) in b.rows.iter().enumerate() {
        let before = core::iter::repeat_with(blank).take(1 + wide).chain([name(b, i)]);
        rows.push(before.chain(row.iter().cloned()).collect());
    }
    rows.push(vec![blank()]);
    for (i, (left, right)) in a.rows.iter().zip(&out.rows).enumerate() {
        let before = core::iter::once(name(a, i)).chain(left.iter().cloned()).chain([blank()]);
        rows.push(before.chain(right.iter().cloned()).chain([name(out, i)]).collect());
    }
    rows
}

/// One below the other.
pub(super) fn stacked(grids: [Grid; 3]) -> Vec<Vec<Vec<Cell>>> {
    let named = |grid: Grid| {
        let Grid { name, rows } = grid;
        let rows = rows.into_iter().enumerate().map(|(i, row)| {
            let name = if i == 0 { Cell::soft(&name) } else { Cell::default() };
            core::iter::once(name).chain(row).collect()
        });
        rows.collect()
    };
    grids.map(named).into()
}
