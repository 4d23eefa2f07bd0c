//! What the texts of errors are made of: shapes and sizes as NumPy writes them, and texts that depend on the facts.
//! The others stand with their errors, in `mod.rs`.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::Error;

/// `(2,3)`, `(3,)`, `()`: a shape as NumPy's errors write it; `{:#}` has a blank after each comma, `(2, 3)`, as Python
/// does, and so NumPy's `broadcast_shapes` and its inhomogeneous lists.
pub(crate) struct Tuple<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Tuple<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_tuple(f, self.0, if f.alternate() { ", " } else { "," }, |f, n| write!(f, "{n}"))
    }
}

/// A shape with unknown sizes. NumPy writes `newaxis` for them, and drops those that stand in front: (-1,5) is `(5)`.
pub(super) struct Unknowns<'a>(pub(super) &'a [isize]);

impl fmt::Display for Unknowns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.iter().position(|&n| n >= 0).map_or(&[][..], |start| &self.0[start..]);
        match *known {
            // (A comma follows an only size, not the only one that is left.)
            [only] if self.0.len() > 1 => write!(f, "({only})"),
            _ => write_tuple(f, known, ",", |f, &n| if n < 0 { f.write_str("newaxis") } else { write!(f, "{n}") }),
        }
    }
}

/// `()`, `(3,)`, or the items with what stands between two.
fn write_tuple<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    between: &str,
    item: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str("(")?;
    for (i, n) in items.iter().enumerate() {
        f.write_str(if i > 0 { between } else { "" })?;
        item(f, n)?;
    }
    f.write_str(if items.len() == 1 { ",)" } else { ")" })
}

/// The batch axes of a matmul operand as NumPy's error shows them: `(2,3,4)->(2,newaxis,newaxis)`.
pub(super) struct Remapped<'a>(pub(super) &'a [usize]);

impl fmt::Display for Remapped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}->(", Tuple(self.0))?;
        for n in &self.0[..self.0.len().saturating_sub(2)] {
            write!(f, "{n},")?;
        }
        f.write_str("newaxis,newaxis)")
    }
}

pub(super) const REMAPPED: &str = "operands could not be broadcast together with remapped shapes [original->remapped]:";
pub(super) const GUFUNC: &str = "(n?,k),(k,m?)->(n?,m?)";

/// The size of an axis, counted from the end where negative; 0 where there is none, which only an error made by hand
/// can bring about.
pub(super) fn size_of_axis(shape: &[usize], axis: isize) -> usize {
    let axis = if axis < 0 { shape.len().saturating_sub(axis.unsigned_abs()) } else { axis as usize };
    shape.get(axis).copied().unwrap_or(0)
}

/// A text in quotes; of a long one, what stands around a byte.
pub(super) struct Around<'a>(pub(super) &'a str, pub(super) usize);

impl fmt::Display for Around<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SIDE: usize = 40;
        let &Around(text, at) = self;
        let (start, end) = (at.saturating_sub(SIDE), at.saturating_add(SIDE));
        if text.len() <= 2 * SIDE {
            return write!(f, "{text:?}");
        }
        let part = text.char_indices().skip_while(|&(i, _)| i < start).take_while(|&(i, _)| i < end);
        let part: String = part.map(|(_, c)| c).collect();
        let (before, after) = (if start > 0 { "..." } else { "" }, if end < text.len() { "..." } else { "" });
        write!(f, "{before}{part:?}{after}")
    }
}

/// `1.00 TiB`: a number of bytes in three digits, or four before the point, as NumPy's memory error writes it. It is
/// computed in integers: what prints floats is 9 KiB of machine code, and would be in every program.
pub(super) fn size_text(bytes: usize) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let Some(mut unit) = (bytes.checked_ilog2().unwrap_or(0) as usize / 10).checked_sub(1) else {
        return format!("{bytes} bytes");
    };
    // So many parts of the unit, rounded to the nearest, halves to the even number.
    let rounded = |parts: u128, unit: usize| {
        let (n, one) = (bytes as u128 * parts, 1 << (10 * (unit + 1)));
        let (whole, rest) = (n / one, n % one);
        whole as u64 + u64::from(2 * rest > one || (2 * rest == one && whole % 2 == 1))
    };
    // What is rounded to 1024 of a unit is 1 of the next.
    unit += usize::from(rounded(1, unit) == 1024);
    let name = UNITS[unit];
    match (rounded(100, unit), rounded(10, unit)) {
        (n @ ..1000, _) => format!("{}.{:02} {name}", n / 100, n % 100),
        (_, n @ ..1000) => format!("{}.{} {name}", n / 10, n % 10),
        _ => format!("{}. {name}", rounded(1, unit)),
    }
}

impl fmt::Debug for Error {
    /// The text, as `Display` has it: what `fn main() -> nptensor::Result<()>` prints, and a panic of `unwrap`.
    // (Not derived: that would be compiled in every program.)
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The trailing blank is NumPy's.
pub(super) fn broadcast(f: &mut fmt::Formatter<'_>, shapes: &[Vec<usize>]) -> fmt::Result {
    f.write_str("operands could not be broadcast together with shapes ")?;
    shapes.iter().try_for_each(|shape| write!(f, "{} ", Tuple(shape)))
}

pub(super) fn assign(f: &mut fmt::Formatter<'_>, from: &[usize], to: &[usize]) -> fmt::Result {
    if to.is_empty() {
        return f.write_str("setting an array element with a sequence.");
    }
    write!(f, "could not broadcast input array from shape {} into shape {}", Tuple(from), Tuple(to))
}

pub(super) fn assign_mask(f: &mut fmt::Formatter<'_>, from: &[usize], to: &[usize]) -> fmt::Result {
    const OF: &str = "NumPy boolean array indexing assignment";
    match (from, to) {
        (_, [_, _, ..]) => {
            let (from, to) = (Tuple(from), Tuple(to));
            write!(
                f,
                "shape mismatch: value array of shape {from} could not be broadcast to indexing result of shape {to}"
            )
        }
        ([n], [m, ..]) => {
            write!(f, "{OF} cannot assign {n} input values to the {m} output values where the mask is true")
        }
        _ => write!(f, "{OF} requires a 0 or 1-dimensional input, input has {} dimensions", from.len()),
    }
}

pub(super) fn axis(f: &mut fmt::Formatter<'_>, axis: isize, ndim: usize, argument: Option<&str>) -> fmt::Result {
    if let Some(argument) = argument {
        write!(f, "{argument}: ")?;
    }
    write!(f, "axis {axis} is out of bounds for array of dimension {ndim}")
}
