//! The texts of the errors, NumPy's to the letter, and shapes as NumPy's errors write them.

use alloc::string::String;
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
fn write_unknowns(f: &mut fmt::Formatter<'_>, shape: &[isize]) -> fmt::Result {
    let known = shape.iter().position(|&n| n >= 0).map_or(&[][..], |start| &shape[start..]);
    match *known {
        // (A comma follows an only size, not the only one that is left.)
        [only] if shape.len() > 1 => write!(f, "({only})"),
        _ => write_tuple(f, known, ",", |f, &n| if n < 0 { f.write_str("newaxis") } else { write!(f, "{n}") }),
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
struct Remapped<'a>(&'a [usize]);

impl fmt::Display for Remapped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}->(", Tuple(self.0))?;
        for n in &self.0[..self.0.len().saturating_sub(2)] {
            write!(f, "{n},")?;
        }
        f.write_str("newaxis,newaxis)")
    }
}

const REMAPPED: &str = "operands could not be broadcast together with remapped shapes [original->remapped]:";
const GUFUNC: &str = "(n?,k),(k,m?)->(n?,m?)";

/// The size of an axis, counted from the end where negative; 0 where there is none, which only an error made by hand
/// can bring about.
fn size_of_axis(shape: &[usize], axis: isize) -> usize {
    let axis = if axis < 0 { shape.len().saturating_sub(axis.unsigned_abs()) } else { axis as usize };
    shape.get(axis).copied().unwrap_or(0)
}

/// A text in quotes; of a long one, what stands around a byte.
fn write_around(f: &mut fmt::Formatter<'_>, text: &str, at: usize) -> fmt::Result {
    const SIDE: usize = 40;
    let (start, end) = (at.saturating_sub(SIDE), at.saturating_add(SIDE));
    if text.len() <= 2 * SIDE {
        return write!(f, "{text:?}");
    }
    let part = text.char_indices().skip_while(|&(i, _)| i < start).take_while(|&(i, _)| i < end);
    let part: String = part.map(|(_, c)| c).collect();
    let (before, after) = (if start > 0 { "..." } else { "" }, if end < text.len() { "..." } else { "" });
    write!(f, "{before}{part:?}{after}")
}

/// `1.00 TiB`: a number of bytes in three digits, or four before the point, as NumPy's memory error writes it. It is
/// computed in integers: what prints floats is 9 KiB of machine code, and would be in every program.
fn size_text(bytes: usize) -> String {
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Error::*;
        match self {
            Broadcast { shapes } => {
                f.write_str("operands could not be broadcast together with shapes ")?;
                shapes.iter().try_for_each(|s| write!(f, "{} ", Tuple(s)))
            }
            BroadcastShapes { first: (i, a), second: (j, b) } => write!(
                f,
                "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg {i} with shape {:#} and arg {j} with shape {:#}.",
                Tuple(a),
                Tuple(b)
            ),
            BroadcastTo { from, to } => write!(f, "{REMAPPED} {}  and requested shape {}", Tuple(from), Tuple(to)),
            BroadcastDropsAxes { to, .. } if to.is_empty() => {
                f.write_str("cannot broadcast a non-scalar to a scalar array")
            }
            BroadcastDropsAxes { .. } => {
                f.write_str("input operand has more dimensions than allowed by the axis remapping")
            }
            Output { target, result } => write!(
                f,
                "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
                Tuple(target),
                Tuple(result)
            ),
            Assign { to, .. } if to.is_empty() => f.write_str("setting an array element with a sequence."),
            Assign { from, to } => {
                write!(f, "could not broadcast input array from shape {} into shape {}", Tuple(from), Tuple(to))
            }
            AssignMask { from, to } if to.len() > 1 => write!(
                f,
                "shape mismatch: value array of shape {} could not be broadcast to indexing result of shape {}",
                Tuple(from),
                Tuple(to)
            ),
            AssignMask { from, to } if from.len() == 1 => write!(
                f,
                "NumPy boolean array indexing assignment cannot assign {} input values to the {} output values where the mask is true",
                from[0], to[0]
            ),
            AssignMask { from, .. } => write!(
                f,
                "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has {} dimensions",
                from.len()
            ),
            NotAligned { a, b, axis_a, axis_b } => write!(
                f,
                "shapes {} and {} not aligned: {} (dim {axis_a}) != {} (dim {axis_b})",
                Tuple(a),
                Tuple(b),
                size_of_axis(a, *axis_a as isize),
                size_of_axis(b, *axis_b as isize)
            ),
            MatmulCore { a, b } => write!(
                f,
                "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {GUFUNC} (size {} is different from {})",
                size_of_axis(b, -2),
                size_of_axis(a, -1)
            ),
            MatmulScalar { operand } => write!(
                f,
                "matmul: Input operand {operand} does not have enough dimensions (has 0, gufunc core with signature {GUFUNC} requires 1)"
            ),
            MatmulBatch { a, b } => write!(
                f,
                "{REMAPPED} {} {}  and requested shape {}",
                Remapped(a),
                Remapped(b),
                Tuple(&[size_of_axis(a, -2), size_of_axis(b, -1)])
            ),
            Axis { axis, ndim, argument } => {
                if let Some(argument) = argument {
                    write!(f, "{argument}: ")?;
                }
                write!(f, "axis {axis} is out of bounds for array of dimension {ndim}")
            }
            DuplicateAxis => f.write_str("duplicate value in 'axis'"),
            RepeatedAxis { place: "" } => f.write_str("repeated axis"),
            RepeatedAxis { place } => write!(f, "repeated axis {place}"),
            AxesMismatch { .. } => f.write_str("axes don't match array"),
            MoveAxisLengths { .. } => {
                f.write_str("`source` and `destination` arguments must have the same number of elements")
            }
            Squeeze { .. } => f.write_str("cannot select an axis to squeeze out which has size not equal to one"),
            Reshape { size, shape } => {
                write!(f, "cannot reshape array of size {size} into shape ")?;
                write_unknowns(f, shape)
            }
            ReshapeUnknown => f.write_str("can only specify one unknown dimension"),
            NegativeSize { .. } => f.write_str("negative dimensions are not allowed"),
            Index { index, axis, size } => write!(f, "index {index} is out of bounds for axis {axis} with size {size}"),
            TooManyIndices { ndim, given } => {
                write!(f, "too many indices for array: array is {ndim}-dimensional, but {given} were indexed")
            }
            Unpack { wanted, ndim } => {
                let which = if wanted > ndim { "not enough" } else { "too many" };
                write!(f, "{which} values to unpack (expected {wanted}, got {ndim})")
            }
            TooFewIndices { ndim, given } => {
                write!(f, "too few indices for one element: array is {ndim}-dimensional, but {given} were indexed")
            }
            SliceStep => f.write_str("slice step cannot be zero"),
            SliceEllipsis => f.write_str("an index can only have a single ellipsis ('...')"),
            SliceSyntax { text, at } => {
                write!(f, "invalid slice {text:?}: byte {at}: expected start:stop:step, an integer, ... or None")
            }
            Literal { text, at, expected } => {
                f.write_str("invalid literal ")?;
                write_around(f, text, *at)?;
                write!(f, ": byte {at}: expected {expected}")
            }
            Explain { what, .. } | Strides { what } => f.write_str(what),
            Mask { axis, size, mask } => write!(
                f,
                "boolean index did not match indexed array along axis {axis}; size of axis is {size} but size of corresponding boolean axis is {mask}"
            ),
            EmptyReduction { name } => write!(f, "zero-size array to reduction operation {name} which has no identity"),
            EmptyArg { name } => write!(f, "attempt to get {name} of an empty sequence"),
            Item { .. } => f.write_str("can only convert an array of size 1 to a Python scalar"),
            Ragged { shape } => write!(
                f,
                "setting an array element with a sequence. The requested array has an inhomogeneous shape after {} dimensions. The detected shape was {:#} + inhomogeneous part.",
                shape.len(),
                Tuple(shape)
            ),
            TooBig { .. } => f.write_str(
                "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.",
            ),
            OutOfMemory { shape, dtype, bytes } => write!(
                f,
                "Unable to allocate {} for an array with shape {:#} and data type {dtype}",
                size_text(*bytes),
                Tuple(shape)
            ),
            TooManyAxes { ndim } => {
                write!(f, "maximum supported dimension for an ndarray is currently 64, found {ndim}")
            }
            Arange { what } | Random { what } => f.write_str(what),
            NegativePower => f.write_str("Integers to negative integer powers are not allowed."),
            NothingToJoin { name } => write!(f, "need at least one array to {name}"),
            JoinScalars => f.write_str("zero-dimensional arrays cannot be concatenated"),
            JoinNdim { other: (place, ndim), first } => write!(
                f,
                "all the input arrays must have same number of dimensions, but the array at index 0 has {first} dimension(s) and the array at index {place} has {ndim} dimension(s)"
            ),
            JoinShape { axis, first, other: (place, size) } => write!(
                f,
                "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {axis}, the array at index 0 has size {first} and the array at index {place} has size {size}"
            ),
            StackShape { .. } => f.write_str("all input arrays must have the same shape"),
            Layer { index, name, what } => write!(f, "layer {index} ({name}): {what}"),
            Model { what } => write!(f, "model: {what}"),
            DType { found, wanted } => write!(f, "elements are {found}, not {wanted}: cast them first"),
            Format { format, offset, what } => write!(f, "{format}: byte {offset}: {what}"),
            Io { path, what, .. } => write!(f, "{path}: {what}"),
        }
    }
}
