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
pub type Result<T> = core::result::Result<T, Error>;

/// What went wrong, with the facts; `Display` gives NumPy's text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Shapes that elementwise work cannot stretch to one another (two operands, or three for `where` and `clip`).
    Broadcast {
        /// The shapes of all operands, in order.
        shapes: Vec<Vec<usize>>,
    },
    /// Shapes that have no common broadcast shape, named by their place in the list.
    BroadcastShapes {
        /// Place and shape of the first of the two that disagree.
        first: (usize, Vec<usize>),
        /// Place and shape of the second.
        second: (usize, Vec<usize>),
    },
    /// A shape that cannot be stretched to the one asked for.
    BroadcastTo {
        /// The shape there is.
        from: Vec<usize>,
        /// The shape asked for.
        to: Vec<usize>,
    },
    /// `broadcast_to` with fewer axes than the tensor has: stretching never drops an axis.
    BroadcastDropsAxes {
        /// The shape there is.
        from: Vec<usize>,
        /// The shape asked for.
        to: Vec<usize>,
    },
    /// A result that does not fit into the output: a target never grows, and that of a product has its very shape.
    Output {
        /// The shape of the target.
        target: Vec<usize>,
        /// The shape of the result.
        result: Vec<usize>,
    },
    /// Values assigned to a part that they do not stretch to.
    Assign {
        /// The shape of the values.
        from: Vec<usize>,
        /// The shape of the part.
        to: Vec<usize>,
    },
    /// Values assigned where a mask is true, to which they do not stretch.
    AssignMask {
        /// The shape of the values.
        from: Vec<usize>,
        /// The shape of what the mask takes.
        to: Vec<usize>,
    },
    /// `dot` of shapes whose contracted axes differ in size.
    NotAligned {
        /// The left shape.
        a: Vec<usize>,
        /// The right shape.
        b: Vec<usize>,
        /// The contracted axis of `a` (its last).
        axis_a: usize,
        /// The contracted axis of `b` (its last but one, or its only one).
        axis_b: usize,
    },
    /// `matmul` of shapes whose contracted axes differ in size.
    MatmulCore {
        /// The left shape.
        a: Vec<usize>,
        /// The right shape.
        b: Vec<usize>,
    },
    /// `matmul` with a 0-d operand.
    MatmulScalar {
        /// Which operand: 0 is the left one.
        operand: usize,
    },
    /// `matmul` of stacks whose batch axes do not broadcast.
    MatmulBatch {
        /// The left shape.
        a: Vec<usize>,
        /// The right shape.
        b: Vec<usize>,
    },
    /// An axis that the tensor does not have; axes run from `-ndim` to `ndim - 1`.
    Axis {
        /// The axis as given, maybe negative.
        axis: isize,
        /// The number of axes there are.
        ndim: usize,
        /// NumPy's name for the argument, where it says one (`axis2`, `destination`).
        argument: Option<&'static str>,
    },
    /// The same axis twice in a reduction.
    DuplicateAxis,
    /// The same axis twice where each may stand once.
    RepeatedAxis {
        /// NumPy's name for the place: `in transpose`, ``in `source` argument``, or nothing.
        place: &'static str,
    },
    /// `transpose` with too many or too few axes.
    AxesMismatch {
        /// How many were given.
        given: usize,
        /// The number of axes there are.
        ndim: usize,
    },
    /// `moveaxis` with lists of different lengths.
    MoveAxisLengths {
        /// The length of `source`.
        source: usize,
        /// The length of `destination`.
        destination: usize,
    },
    /// `squeeze` of an axis that is longer than one.
    Squeeze {
        /// The axis.
        axis: usize,
        /// Its size.
        size: usize,
    },
    /// Data and a shape that hold different numbers of elements.
    Reshape {
        /// The number of elements there are.
        size: usize,
        /// The shape asked for; -1 stands for the unknown size.
        shape: Vec<isize>,
    },
    /// Strides that lead outside the data, or that are more or fewer than the sizes.
    Strides {
        /// Why not, with the shape, the strides, the offset, and the number of elements in the data.
        // (Not in fields: what makes a text of them would be in every program.)
        what: String,
    },
    /// `reshape` with more than one unknown size.
    ReshapeUnknown,
    /// A negative size where none may be.
    NegativeSize {
        /// The shape as given.
        shape: Vec<isize>,
    },
    /// An index outside its axis.
    Index {
        /// The index as given, maybe negative.
        index: isize,
        /// The axis.
        axis: usize,
        /// The size of the axis.
        size: usize,
    },
    /// More indices than axes.
    TooManyIndices {
        /// The number of axes.
        ndim: usize,
        /// The number of indices.
        given: usize,
    },
    /// The shape as an array of another length.
    Unpack {
        /// The length asked for.
        wanted: usize,
        /// The number of axes there are.
        ndim: usize,
    },
    /// Fewer indices than axes where one element is asked for (NumPy would give a sub-array).
    TooFewIndices {
        /// The number of axes.
        ndim: usize,
        /// The number of indices.
        given: usize,
    },
    /// A slice with step 0.
    SliceStep,
    /// Two ellipses in one slice.
    SliceEllipsis,
    /// Text that is not NumPy's slice notation.
    SliceSyntax {
        /// The text.
        text: String,
        /// The byte at which it stops making sense.
        at: usize,
    },
    /// Text that is no shape, number or nested list of numbers.
    Literal {
        /// The text.
        text: String,
        /// The byte at which it stops making sense.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// What cannot be explained: a picture that there is not, or one past a limit.
    Explain {
        /// Why not.
        what: String,
    },
    /// A boolean mask of another shape than the tensor.
    Mask {
        /// The axis.
        axis: usize,
        /// Its size in the tensor.
        size: usize,
        /// Its size in the mask.
        mask: usize,
    },
    /// The maximum or minimum of nothing.
    EmptyReduction {
        /// `maximum` or `minimum`.
        name: &'static str,
    },
    /// The position of the maximum or minimum of nothing.
    EmptyArg {
        /// `argmax` or `argmin`.
        name: &'static str,
    },
    /// `item` of a tensor that does not hold exactly one element.
    Item {
        /// The number of elements.
        size: usize,
    },
    /// A nested literal whose rows differ in length.
    Ragged {
        /// The part of the shape that all rows agree on.
        shape: Vec<usize>,
    },
    /// A shape whose elements, counted in bytes, pass the address space.
    TooBig {
        /// The shape.
        shape: Vec<usize>,
    },
    /// Memory that could not be had.
    OutOfMemory {
        /// The shape that it was for.
        shape: Vec<usize>,
        /// The element type, by NumPy's name.
        dtype: &'static str,
        /// How many bytes that is.
        bytes: usize,
    },
    /// More axes than the 64 that NumPy allows.
    TooManyAxes {
        /// The number of axes asked for.
        ndim: usize,
    },
    /// `arange` that would have no end, or too many elements.
    Arange {
        /// NumPy's text.
        what: &'static str,
    },
    /// Random numbers that there are none of.
    Random {
        /// NumPy's text.
        what: &'static str,
    },
    /// An integer raised to a negative integer power.
    NegativePower,
    /// `concatenate` or `stack` of nothing.
    NothingToJoin {
        /// `concatenate` or `stack`.
        name: &'static str,
    },
    /// `concatenate` of 0-d tensors.
    JoinScalars,
    /// `concatenate` of different numbers of axes.
    JoinNdim {
        /// Place and number of axes of the tensor that differs from the first.
        other: (usize, usize),
        /// The number of axes of the first.
        first: usize,
    },
    /// `concatenate` of shapes that differ away from the joined axis.
    JoinShape {
        /// The axis on which they differ.
        axis: usize,
        /// Its size in the first tensor.
        first: usize,
        /// Place of the tensor that differs, and its size there.
        other: (usize, usize),
    },
    /// `stack` of different shapes.
    StackShape {
        /// The first shape.
        first: Vec<usize>,
        /// The one that differs.
        other: Vec<usize>,
    },
    /// A layer that does not fit what comes before it.
    Layer {
        /// Its place in the model, from 0.
        index: usize,
        /// Its name: `dense`, `softmax`, ...
        name: &'static str,
        /// What does not fit, with both shapes.
        what: String,
    },
    /// Named tensors that make no network.
    Model {
        /// Why not, with the names.
        what: String,
    },
    /// Values of another element type than the one asked for.
    DType {
        /// The type that the value has, by NumPy's name.
        found: &'static str,
        /// The type asked for.
        wanted: &'static str,
    },
    /// Bytes that are not what their format says.
    Format {
        /// The format: `npy`, `zip`, ...
        format: &'static str,
        /// The byte at which it goes wrong.
        offset: usize,
        /// What is wrong.
        what: String,
    },
    /// A file that could not be read or written.
    Io {
        /// Its path.
        path: String,
        /// The reason: the system's, or ours where no call failed.
        what: String,
        /// The system's error, which [`source`](core::error::Error::source) gives as well.
        source: IoSource,
    },
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
