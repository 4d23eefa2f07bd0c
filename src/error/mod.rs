//! Everything that can go wrong, as one enum: each variant carries the shapes, axes and sizes, and each text is
//! NumPy's.
//!
//! ```
//! use nptensor::{Error, Tensor};
//!
//! # fn main() -> nptensor::Result<()> {
//! let a = Tensor::<f64>::zeros(&[2, 3])?;
//! let error = a.dot(&a).unwrap_err();
//! assert_eq!(error.to_string(), "shapes (2,3) and (2,3) not aligned: 3 (dim 1) != 2 (dim 0)");
//! assert!(matches!(error, Error::NotAligned { .. }));
//! # Ok(()) }
//! ```
//!
//! Named methods return these; operators and indexing panic with the same text, at the caller's line.
//! A text is NumPy 2.4's, or Python's, down to its trailing blanks; our own where they have none (layers, files). The
//! texts are in `text.rs`; the rules that raise them in `layout/` and `tensor/`. Read next: `layout/shape.rs`.

mod io;
mod text;

use alloc::{string::String, vec::Vec};

pub use io::IoSource;
pub(crate) use text::Tuple;

/// What every fallible method of this crate returns.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What went wrong, with the facts; `Display` gives NumPy's text. An axis or index that was given may be negative.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // Fields are the facts by their names; what a name does not say stands with the variant.
pub enum Error {
    /// Shapes that elementwise work cannot stretch to one another (two operands, or three for `where` and `clip`).
    Broadcast { shapes: Vec<Vec<usize>> },
    /// Shapes that have no common broadcast shape: the first two that disagree, each with its place in the list.
    BroadcastShapes { first: (usize, Vec<usize>), second: (usize, Vec<usize>) },
    /// A shape that cannot be stretched to the one asked for.
    BroadcastTo { from: Vec<usize>, to: Vec<usize> },
    /// `broadcast_to` with fewer axes than the tensor has: stretching never drops an axis.
    BroadcastDropsAxes { from: Vec<usize>, to: Vec<usize> },
    /// A result that does not fit into the output: a target never grows, and that of a product has its very shape.
    Output { target: Vec<usize>, result: Vec<usize> },
    /// Values assigned to a part that they do not stretch to.
    Assign { from: Vec<usize>, to: Vec<usize> },
    /// Values assigned where a mask is true, to which they do not stretch; `to` is the shape of what the mask takes.
    AssignMask { from: Vec<usize>, to: Vec<usize> },
    /// `dot` of shapes whose contracted axes differ in size: the last of `a`, the last but one, or only one, of `b`.
    NotAligned { a: Vec<usize>, b: Vec<usize>, axis_a: usize, axis_b: usize },
    /// `matmul` of shapes whose contracted axes differ in size.
    MatmulCore { a: Vec<usize>, b: Vec<usize> },
    /// `matmul` with a 0-d operand: 0 is the left one.
    MatmulScalar { operand: usize },
    /// `matmul` of stacks whose batch axes do not broadcast.
    MatmulBatch { a: Vec<usize>, b: Vec<usize> },
    /// An axis that the tensor does not have, of those from `-ndim` to `ndim - 1`; with NumPy's name for the argument,
    /// where it says one (`axis2`, `destination`).
    Axis { axis: isize, ndim: usize, argument: Option<&'static str> },
    /// The same axis twice in a reduction.
    DuplicateAxis,
    /// The same axis twice where each may stand once; the place is NumPy's name for it: `in transpose`,
    /// ``in `source` argument``, or nothing.
    RepeatedAxis { place: &'static str },
    /// `transpose` with too many or too few axes.
    AxesMismatch { given: usize, ndim: usize },
    /// `moveaxis` with lists of different lengths.
    MoveAxisLengths { source: usize, destination: usize },
    /// `squeeze` of an axis that is longer than one.
    Squeeze { axis: usize, size: usize },
    /// Data and a shape that hold different numbers of elements; in the shape -1 stands for the unknown size.
    Reshape { size: usize, shape: Vec<isize> },
    /// Strides that lead outside the data, or that are more or fewer than the sizes: why, with the shape, the strides,
    /// the offset, and the number of elements in the data.
    // (Not in fields: what makes a text of them would be in every program.)
    Strides { what: String },
    /// `reshape` with more than one unknown size.
    ReshapeUnknown,
    /// A negative size where none may be.
    NegativeSize { shape: Vec<isize> },
    /// An index outside its axis.
    Index { index: isize, axis: usize, size: usize },
    /// More indices than axes.
    TooManyIndices { ndim: usize, given: usize },
    /// The shape as an array of another length.
    Unpack { wanted: usize, ndim: usize },
    /// Fewer indices than axes where one element is asked for (NumPy would give a sub-array).
    TooFewIndices { ndim: usize, given: usize },
    /// A slice with step 0.
    SliceStep,
    /// Two ellipses in one slice.
    SliceEllipsis,
    /// Text that is not NumPy's slice notation, and the byte at which it stops making sense.
    SliceSyntax { text: String, at: usize },
    /// Text that is no shape, number or nested list of numbers, the byte at which it stops making sense, and what
    /// should stand there.
    Literal { text: String, at: usize, expected: &'static str },
    /// What cannot be explained, and why: a picture that there is not, or one past a limit. In two
    /// languages.
    Explain { what: String, chinese: String },
    /// A boolean mask of another shape than the tensor: an axis, and its sizes in both.
    Mask { axis: usize, size: usize, mask: usize },
    /// The `maximum` or `minimum` of nothing.
    EmptyReduction { name: &'static str },
    /// The `argmax` or `argmin` of nothing.
    EmptyArg { name: &'static str },
    /// `item` of a tensor that does not hold exactly one element.
    Item { size: usize },
    /// A nested literal whose rows differ in length; all agree on this part of the shape.
    Ragged { shape: Vec<usize> },
    /// A shape whose elements, counted in bytes, pass the address space.
    TooBig { shape: Vec<usize> },
    /// Memory that could not be had, for elements of a type by NumPy's name.
    OutOfMemory { shape: Vec<usize>, dtype: &'static str, bytes: usize },
    /// More axes than the 64 that NumPy allows.
    TooManyAxes { ndim: usize },
    /// `arange` that would have no end, or too many elements, in NumPy's words.
    Arange { what: &'static str },
    /// Random numbers that there are none of, in NumPy's words.
    Random { what: &'static str },
    /// An integer raised to a negative integer power.
    NegativePower,
    /// `concatenate` or `stack` of nothing.
    NothingToJoin { name: &'static str },
    /// `concatenate` of 0-d tensors.
    JoinScalars,
    /// `concatenate` of different numbers of axes: place and number of the tensor that differs from the first.
    JoinNdim { other: (usize, usize), first: usize },
    /// `concatenate` of shapes that differ away from the joined axis: on which axis, its size in the first tensor, and
    /// place and size of the one that differs.
    JoinShape { axis: usize, first: usize, other: (usize, usize) },
    /// `stack` of different shapes.
    StackShape { first: Vec<usize>, other: Vec<usize> },
    /// A layer that does not fit what comes before it: its place in the model, from 0, its name (`dense`, `softmax`),
    /// and what does not fit, with both shapes.
    Layer { index: usize, name: &'static str, what: String },
    /// Named tensors that make no network, and why not, with the names.
    Model { what: String },
    /// Values of another element type than the one asked for, by NumPy's names.
    DType { found: &'static str, wanted: &'static str },
    /// Bytes that are not what their format (`npy`, `zip`, ...) says, and the first of them.
    Format { format: &'static str, offset: usize, what: String },
    /// A file that could not be read or written, and why: the system's reason, or ours where no call failed. The
    /// system's error is what [`source`](core::error::Error::source) gives, too.
    Io { path: String, what: String, source: IoSource },
}

impl Error {
    /// Why there is no memory for a shape: it passes the address space, or the system has none.
    #[cold]
    pub(crate) fn no_memory(shape: &[usize], dtype: &'static str, itemsize: usize) -> Self {
        let bytes = shape.iter().try_fold(itemsize, |bytes, &n| bytes.checked_mul(n));
        match bytes.filter(|&bytes| isize::try_from(bytes).is_ok()) {
            Some(bytes) => Error::OutOfMemory { shape: shape.to_vec(), dtype, bytes },
            None => Error::TooBig { shape: shape.to_vec() },
        }
    }
}

impl core::error::Error for Error {
    #[cfg(feature = "std")]
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source.get()?),
            _ => None,
        }
    }
}
