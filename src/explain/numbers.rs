//! Numbers for a picture: printed by the engine, abridged where there are many; indices and shapes.
//!
//! ```text
//!   numbers(t)           [0.5, 12., nan]        one form for all of them, as `print` has it, one text each
//!   window(9, 4, 5)      0 .. 4 5 6 .. 8        some indices of an axis, the lit one among them
//!   tuple(&[3, 1])       (3,1)                  as NumPy writes it
//! ```

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::refused;
use crate::error::Result;
use crate::kernel::closed::Element;
use crate::kernel::scalar::Value;
use crate::tensor::Tensor;

/// The most elements that are typed, or listed one by one in JSON.
pub(super) const MAX_LISTED: usize = 4096;

/// The most numbers of a result that is explained.
const MAX_RESULT: usize = 1 << 22;

/// Each element as it is printed within the tensor, with at most `precision` digits; at most 1000 elements.
pub(super) fn numbers<T: Element>(t: &Tensor<T>, precision: usize) -> Vec<String> {
    let text = format!("{t:.precision$}");
    text.split(|c: char| c.is_whitespace() || "[]".contains(c))
        .filter(|word| !word.is_empty())
        .map(String::from)
        .collect()
}

/// The elements of a matrix in some rows and columns, in one form; dots for a gap.
pub(super) fn picked<T: Element>(
    matrix: &Tensor<T>,
    [rows, columns]: [&[Option<usize>]; 2],
    precision: usize,
) -> Vec<Vec<String>> {
    let places = rows.iter().flatten().flat_map(|&i| columns.iter().flatten().map(move |&j| [i as isize, j as isize]));
    let shown: Vec<T> = places.filter_map(|at| matrix.get(&at).ok()).collect();
    let mut texts = numbers(&Tensor::from(shown), precision).into_iter();
    let mut text = |there: bool| if there { texts.next().unwrap_or_default() } else { "...".into() };
    rows.iter().map(|i| columns.iter().map(|j| text(i.is_some() && j.is_some())).collect()).collect()
}

/// The same of a vector.
pub(super) fn picked_of_line<T: Element>(line: &Tensor<T>, shown: &[Option<usize>], precision: usize) -> Vec<String> {
    line.expand_dims(0).map_or_else(|_| Vec::new(), |row| picked(&row, [&[Some(0)], shown], precision).concat())
}

/// That there are not too many numbers in a result.
pub(super) fn check_result(size: usize) -> Result<()> {
    match size {
        ..=MAX_RESULT => Ok(()),
        _ => refused([
            format!("a result of {size} numbers is too large to explain: at most {MAX_RESULT}"),
            format!("有 {size} 个数的结果太大，无法解释：最多 {MAX_RESULT} 个"),
        ]),
    }
}

/// One number with all its digits, as the engine prints it alone.
pub(super) fn number<T: Element>(x: T) -> String {
    crate::tensor::display::scalar_str(x.value())
}

/// The characters of indices below and above a symbol, and the same in full size.
pub(super) const LOW: (&str, &str) = ("₀₁₂₃₄₅₆₇₈₉ₖᵢ", "0123456789ki");
pub(super) const HIGH: (&str, &str) = ("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()");

/// The character in the other size, if it has one.
pub(super) fn other_size(c: char, from: &str, to: &str) -> Option<char> {
    from.chars().position(|other| other == c).and_then(|at| to.chars().nth(at))
}

/// An index below a symbol: `₁₂`.
pub(super) fn low(n: usize) -> String {
    n.to_string().chars().filter_map(|c| other_size(c, LOW.1, LOW.0)).collect()
}

/// A layer, above a symbol: `⁽¹⁾`.
pub(super) fn high(n: usize) -> String {
    format!("({n})").chars().filter_map(|c| other_size(c, HIGH.1, HIGH.0)).collect()
}

/// A count with its thousands apart.
pub(super) fn count(n: u128) -> String {
    let digits: Vec<char> = n.to_string().chars().collect();
    digits.rchunks(3).rev().map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// The indices of an axis of `n` that are shown, about `most`, and `lit` among them; `None` for a gap.
pub(super) fn window(n: usize, most: usize, lit: usize) -> Vec<Option<usize>> {
    if n <= most {
        return (0..n).map(Some).collect();
    }
    let wanted = |i: usize| i + 2 < most || i + 1 == n && most > 1 || i == lit;
    let (mut shown, mut next) = (Vec::new(), 0);
    for i in (0..most).chain([lit, n - 1]).filter(|&i| wanted(i)) {
        if i > next {
            shown.push(None);
        }
        if i >= next {
            shown.push(Some(i));
            next = i + 1;
        }
    }
    if next < n {
        shown.push(None);
    }
    shown
}

/// Elements as JSON takes them.
pub(super) fn values<T: Element>(elements: &[T]) -> Vec<Value> {
    elements.iter().map(|x| x.value()).collect()
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
