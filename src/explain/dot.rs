//! `dot(a, b)`: the axes that are contracted, the axes of the result, and one cell of it as a running sum.
//!
//! ```text
//!   a     2  [3]          the last axis of a              the row        1  2  3
//!   b        [3]  4       and the last but one of b       the column     5  7  9
//!   out   2       4       are contracted                  the sum        5  19  46
//! ```
//!
//! The running sum goes term after term. That is the engine's order where b is a matrix; where it is a vector, 32 lanes
//! are summed and join (see [`Tensor::dot`]), which is shown apart. Each value of the engine's order is the content of
//! a register at that point, which a kernel does not return: it is computed here a second time, by the scalar
//! operations, and must end in the cell of the engine's result, bit for bit (tests compare). How it is shown:
//! `dot/show.rs`. Read next: `blocks.rs`.

mod show;
mod terms;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::json::{Json, Raw};
use super::numbers::{unravel, values};
use crate::error::{Error, Result};
use crate::kernel::closed::{DOT_LANES, Number};
use crate::layout::slice::Index;
use crate::tensor::Tensor;

/// The most terms of a sum that is shown term by term.
const MAX_TERMS: usize = 4096;
/// JSON contains all cells where they have at most this many terms in all.
const MAX_JSON_TERMS: usize = 10_000;

/// The explanation of a product: see [`dot`].
#[derive(Clone)]
pub struct Dot<T = f64> {
    a: Tensor<T>,
    b: Tensor<T>,
    out: Result<Tensor<T>>,
    /// The cell that is shown.
    index: Vec<usize>,
}

impl<T: Number> fmt::Debug for Dot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Dot { a, b, out, index } = self;
        f.debug_struct("Dot").field("a", a).field("b", b).field("out", out).field("index", index).finish()
    }
}

/// In which order the engine adds the terms of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// One product, no sum: an operand has no axes.
    Product,
    /// Term after term.
    Chain,
    /// Term k to lane k % 32; then lane l + 16 is added to lane l, then l + 8, l + 4, l + 2, l + 1.
    Lanes,
}

/// One of the two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The left one.
    A,
    /// The right one.
    B,
}

/// One cell of the result, term by term.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum<T> {
    /// Its index.
    pub index: Vec<usize>,
    /// The numbers from `a`: term k has the k-th.
    pub row: Vec<T>,
    /// The numbers from `b`.
    pub column: Vec<T>,
    /// The products, each rounded by itself.
    pub products: Vec<T>,
    /// The sum after term k, term after term.
    pub running: Vec<T>,
    /// Lane k % 32 after term k. Empty unless the order is [`Order::Lanes`], as are the joins.
    pub lanes: Vec<T>,
    /// The lanes as they join: 16, 8, 4, 2 and 1 of them.
    pub joins: Vec<Vec<T>>,
}

/// `a.dot(b)`, explained. Shapes that do not fit are not an error: the mismatch is explained.
///
/// # Errors
/// [`Error::TooBig`] when the memory for the result cannot be had.
///
/// ```
/// use nptensor::{Tensor, explain};
/// let dot = explain::dot(&Tensor::from([[1, 2], [3, 4]]), &Tensor::from([[5, 6], [7, 8]]))?;
/// assert_eq!(dot.axes(), Some((1, 0)));
/// let sum = dot.cell(&[1, 0])?.sum().unwrap();
/// assert_eq!((sum.row, sum.column, sum.running), (vec![3, 4], vec![5, 7], vec![15, 43]));
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn dot<T: Number>(a: &Tensor<T>, b: &Tensor<T>) -> Result<Dot<T>> {
    let out = a.dot(b);
    match out {
        Ok(_) | Err(Error::NotAligned { .. }) => {}
        Err(error) => return Err(error),
    }
    let index = out.as_ref().map_or_else(|_| Vec::new(), |out| vec![0; out.ndim()]);
    Ok(Dot { a: a.clone(), b: b.clone(), out, index })
}

fn contracted(ndim_a: usize, ndim_b: usize) -> Option<(usize, usize)> {
    Some((ndim_a.checked_sub(1)?, ndim_b.checked_sub(1)?.saturating_sub(1)))
}

/// [`Dot::origin`], for operands of so many axes.
pub(super) fn origin(ndim_a: usize, ndim_b: usize) -> impl Iterator<Item = (Operand, usize)> {
    let (gone_a, gone_b) = contracted(ndim_a, ndim_b).unzip();
    let rest =
        |operand, ndim: usize, gone| (0..ndim).filter(move |&axis| Some(axis) != gone).map(move |axis| (operand, axis));
    rest(Operand::A, ndim_a, gone_a).chain(rest(Operand::B, ndim_b, gone_b))
}

/// `1,k`: where a slice is, with a word for the axes that it takes whole.
fn written(at: &[Index], whole: &str) -> String {
    let word = |i: &Index| if let Index::At(i) = i { i.to_string() } else { whole.into() };
    at.iter().map(word).collect::<Vec<_>>().join(",")
}

impl<T: Number> Dot<T> {
    /// The left operand.
    pub fn a(&self) -> &Tensor<T> {
        &self.a
    }

    /// The right operand.
    pub fn b(&self) -> &Tensor<T> {
        &self.b
    }

    /// The result, if the shapes fit.
    pub fn out(&self) -> Option<&Tensor<T>> {
        self.out.as_ref().ok()
    }

    /// The error if they do not.
    pub fn error(&self) -> Option<&Error> {
        self.out.as_ref().err()
    }

    /// The axes of `a` and of `b` that are contracted; `None` when an operand has no axes.
    pub fn axes(&self) -> Option<(usize, usize)> {
        contracted(self.a.ndim(), self.b.ndim())
    }

    /// In which order terms are added.
    pub fn order(&self) -> Order {
        match (self.axes(), self.b.ndim()) {
            (None, _) => Order::Product,
            (_, 1) => Order::Lanes,
            _ => Order::Chain,
        }
    }

    /// Whether a step rounds once.
    fn is_fused(&self) -> bool {
        crate::level().is_fused() && !T::INTEGER
    }

    /// Where each axis of the result comes from: an axis of an operand.
    pub fn origin(&self) -> Vec<(Operand, usize)> {
        origin(self.a.ndim(), self.b.ndim()).collect()
    }

    /// The same, showing another cell than the first.
    ///
    /// # Errors
    /// [`Error::Index`], [`Error::TooManyIndices`] and [`Error::TooFewIndices`] for a cell that does not exist;
    /// [`Error::NotAligned`] when there is no result.
    pub fn cell(&self, index: &[isize]) -> Result<Self> {
        let out = self.out.as_ref().map_err(Error::clone)?;
        out.get(index)?;
        let index = index.iter().zip(out.shape()).map(|(&i, &n)| if i < 0 { n - i.unsigned_abs() } else { i as usize });
        Ok(Dot { index: index.collect(), ..self.clone() })
    }

    /// The cell that is shown; `None` when there is no cell, or too many terms to show.
    pub fn sum(&self) -> Option<Sum<T>> {
        self.sum_at(&self.index)
    }

    /// How many terms a cell has.
    pub fn terms(&self) -> usize {
        self.axes().map_or(1, |(axis, _)| self.a.shape()[axis])
    }

    fn sum_at(&self, index: &[usize]) -> Option<Sum<T>> {
        let out = self.out().filter(|out| out.size() > 0 && self.terms() <= MAX_TERMS)?;
        debug_assert_eq!(index.len(), out.ndim());
        let numbers = |t: &Tensor<T>, at: Vec<Index>| t.slice(&at[..]).map(|line| line.to_vec()).ok();
        let [at_a, at_b] = self.lines(index);
        let (row, column) = (numbers(&self.a, at_a)?, numbers(&self.b, at_b)?);
        let products: Vec<T> = row.iter().zip(&column).map(|(&x, &y)| x.mul(y)).collect();
        let order = self.order();
        let summed = |sums: &mut [T]| -> Vec<T> {
            let sum = |(k, (&x, &y)): (usize, (&T, &T))| {
                let sum = &mut sums[k % sums.len()];
                *sum = if order == Order::Product { x.mul(y) } else { x.mul_add(y, *sum, self.is_fused()) };
                *sum
            };
            row.iter().zip(&column).enumerate().map(sum).collect()
        };
        let running = summed(&mut [T::ZERO]);
        let mut sums = vec![T::ZERO; if order == Order::Lanes { DOT_LANES } else { 0 }];
        let lanes = if sums.is_empty() { Vec::new() } else { summed(&mut sums) };
        let joins = core::iter::successors(Some(sums), |lanes| {
            let half = lanes.len() / 2;
            (half > 0).then(|| (0..half).map(|lane| lanes[lane].add(lanes[lane + half])).collect())
        });
        let joins = joins.skip(1).collect();
        Some(Sum { index: index.to_vec(), row, column, products, running, lanes, joins })
    }

    /// The row of `a` and the column of `b` that a cell is made of, as slices.
    fn lines(&self, index: &[usize]) -> [Vec<Index>; 2] {
        let whole = Index::step(.., 1);
        let mut lines = [vec![whole; self.a.ndim()], vec![whole; self.b.ndim()]];
        for ((operand, axis), &i) in self.origin().into_iter().zip(index) {
            lines[operand as usize][axis] = Index::At(i as isize);
        }
        lines
    }

    /// All of it, or of a large product what is shown.
    pub(in crate::explain) fn to_json(&self) -> Raw {
        let operand = |t: &Tensor<T>| {
            let data = (t.size() <= MAX_JSON_TERMS).then(|| values(&t.to_vec()));
            Json::of(&[("shape", &t.shape()), ("data", &data)])
        };
        let (cells, shape) = self.out().map_or((0, &[][..]), |out| (out.size(), out.shape()));
        let all = cells.saturating_mul(self.terms().max(1)) <= MAX_JSON_TERMS;
        let shown: Vec<Sum<T>> = match all {
            true => (0..cells).filter_map(|i| self.sum_at(&unravel(shape, i))).collect(),
            false => self.sum().into_iter().collect(),
        };
        let origin = self.origin().into_iter().map(|(operand, axis)| {
            Json::of(&[("of", &if operand == Operand::A { "a" } else { "b" }), ("axis", &axis)])
        });
        Json::of(&[
            ("explain", &"dot"),
            ("dtype", &T::DTYPE.name()),
            ("a", &operand(&self.a)),
            ("b", &operand(&self.b)),
            ("axes", &self.axes().map(|(a, b)| [a, b])),
            ("order", &format!("{:?}", self.order()).to_lowercase()),
            ("fused", &self.is_fused()),
            ("out", &self.out().map(operand)),
            ("origin", &origin.collect::<Vec<_>>()),
            ("error", &self.error().map(ToString::to_string)),
            ("shown", &self.out().map(|_| &self.index)),
            ("complete", &all),
            ("cells", &shown.iter().map(|sum| self.sum_json(sum)).collect::<Vec<_>>()),
        ])
    }

    fn sum_json(&self, sum: &Sum<T>) -> Raw {
        let places = |at: Vec<Index>| -> Vec<Option<isize>> {
            at.iter().map(|i| if let Index::At(i) = i { Some(*i) } else { None }).collect()
        };
        let [row_of_a, column_of_b] = self.lines(&sum.index).map(places);
        Json::of(&[
            ("index", &sum.index),
            ("row_of_a", &row_of_a),
            ("column_of_b", &column_of_b),
            ("row", &values(&sum.row)),
            ("column", &values(&sum.column)),
            ("products", &values(&sum.products)),
            ("running", &values(&sum.running)),
            ("lanes", &values(&sum.lanes)),
            ("joins", &sum.joins.iter().map(|lanes| values(lanes)).collect::<Vec<_>>()),
            ("value", &sum.value().value()),
        ])
    }
}

impl<T: Number> Sum<T> {
    /// The cell, to the bit: the last of the sums in the engine's order.
    pub fn value(&self) -> T {
        let joined = self.joins.last().and_then(|lanes| lanes.first());
        joined.or(self.running.last()).copied().unwrap_or(T::ZERO)
    }
}
