//! Everything that can go wrong, as one enum: each variant carries the shapes, axes and sizes, and each text is
//! NumPy's.
//!
//! ```text
//!   a.dot(&b)     NotAligned { a: (2,3), b: (2,3), .. }    shapes (2,3) and (2,3) not aligned: 3 (dim 1) != 2 (dim 0)
//!   t.get(&[7])   Index { index: 7, axis: 0, size: 3 }     index 7 is out of bounds for axis 0 with size 3
//! ```
//!
//! Named methods return these; operators and indexing panic with the same text, at the caller's line.
//! A text is NumPy 2.4's, or Python's, down to its trailing blanks; our own where they have none (layers, files). What
//! writes shapes in them is in `text.rs`; the rules that raise them are in `layout/` and `tensor/`. Read next:
//! `layout/shape.rs`.

mod io;
mod text;

use alloc::{string::String, vec::Vec};
use core::fmt;

pub use io::IoSource;
pub(crate) use text::Tuple;
use text::{Around, GUFUNC, REMAPPED, Remapped, Unknowns, size_of_axis, size_text};

/// What every fallible method of this crate returns.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// The errors, each with its text: a format of its fields, and of what follows it; or a function of them, in `text.rs`.
macro_rules! errors {
    (@text $f:ident, ($($text:tt)*)) => { write!($f, $($text)*) };
    (@by $f:ident, $function:ident($($of:expr),*)) => { text::$function($f, $($of),*) };
    ($(
        $(#[$doc:meta])* $name:ident $({ $($field:ident: $type:ty),* })? => $how:ident $($function:ident)? ($($of:tt)*);
    )*) => {
        /// What went wrong, with the facts; `Display` gives NumPy's text. An axis or index that was given may be
        /// negative.
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        #[allow(missing_docs)] // Fields are the facts by their names; what a name does not say stands with the variant.
        pub enum Error {$(
            $(#[$doc])*
            $name $({ $($field: $type),* })?,
        )*}

        impl fmt::Display for Error {
            #[allow(unused_variables)] // Not all the facts are in NumPy's texts.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {$(
                    Error::$name $({ $($field),* })? => errors!(@$how f, $($function)? ($($of)*)),
                )*}
            }
        }
    };
}

errors! {
    /// Shapes that elementwise work cannot stretch to one another (two operands, or three for `where` and `clip`).
    Broadcast { shapes: Vec<Vec<usize>> } => by broadcast(shapes);
    /// Shapes that have no common broadcast shape: the first two that disagree, each with its place in the list.
    BroadcastShapes { first: (usize, Vec<usize>), second: (usize, Vec<usize>) } => text(
        "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg {} with shape {:#} and arg {} with shape {:#}.",
        first.0, Tuple(&first.1), second.0, Tuple(&second.1)
    );
    /// A shape that cannot be stretched to the one asked for.
    BroadcastTo { from: Vec<usize>, to: Vec<usize> } =>
        text("{REMAPPED} {}  and requested shape {}", Tuple(from), Tuple(to));
    /// `broadcast_to` with fewer axes than the tensor has: stretching never drops an axis.
    BroadcastDropsAxes { from: Vec<usize>, to: Vec<usize> } => text(
        "{}", if to.is_empty() { "cannot broadcast a non-scalar to a scalar array" }
              else { "input operand has more dimensions than allowed by the axis remapping" }
    );
    /// A result that does not fit into the output: a target never grows, and that of a product has its very shape.
    Output { target: Vec<usize>, result: Vec<usize> } => text(
        "non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
        Tuple(target), Tuple(result)
    );
    /// Values assigned to a part that they do not stretch to.
    Assign { from: Vec<usize>, to: Vec<usize> } => by assign(from, to);
    /// Values assigned where a mask is true, to which they do not stretch; `to` is the shape of what the mask takes.
    AssignMask { from: Vec<usize>, to: Vec<usize> } => by assign_mask(from, to);
    /// `dot` of shapes whose contracted axes differ in size: the last of `a`, the last but one, or only one, of `b`.
    NotAligned { a: Vec<usize>, b: Vec<usize>, axis_a: usize, axis_b: usize } => text(
        "shapes {} and {} not aligned: {} (dim {axis_a}) != {} (dim {axis_b})",
        Tuple(a), Tuple(b), size_of_axis(a, *axis_a as isize), size_of_axis(b, *axis_b as isize)
    );
    /// `matmul` of shapes whose contracted axes differ in size.
    MatmulCore { a: Vec<usize>, b: Vec<usize> } => text(
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {GUFUNC} (size {} is different from {})",
        size_of_axis(b, -2), size_of_axis(a, -1)
    );
    /// `matmul` with a 0-d operand: 0 is the left one.
    MatmulScalar { operand: usize } => text(
        "matmul: Input operand {operand} does not have enough dimensions (has 0, gufunc core with signature {GUFUNC} requires 1)"
    );
    /// `matmul` of stacks whose batch axes do not broadcast.
    MatmulBatch { a: Vec<usize>, b: Vec<usize> } => text(
        "{REMAPPED} {} {}  and requested shape {}",
        Remapped(a), Remapped(b), Tuple(&[size_of_axis(a, -2), size_of_axis(b, -1)])
    );
    /// An axis that the tensor does not have, of those from `-ndim` to `ndim - 1`; with NumPy's name for the argument,
    /// where it says one (`axis2`, `destination`).
    Axis { axis: isize, ndim: usize, argument: Option<&'static str> } => by axis(*axis, *ndim, *argument);
    /// The same axis twice in a reduction.
    DuplicateAxis => text("duplicate value in 'axis'");
    /// The same axis twice where each may stand once; the place is NumPy's name for it: `in transpose`,
    /// ``in `source` argument``, or nothing.
    RepeatedAxis { place: &'static str } => text("repeated axis{}{place}", if place.is_empty() { "" } else { " " });
    /// `transpose` with too many or too few axes.
    AxesMismatch { given: usize, ndim: usize } => text("axes don't match array");
    /// `moveaxis` with lists of different lengths.
    MoveAxisLengths { source: usize, destination: usize } =>
        text("`source` and `destination` arguments must have the same number of elements");
    /// `squeeze` of an axis that is longer than one.
    Squeeze { axis: usize, size: usize } =>
        text("cannot select an axis to squeeze out which has size not equal to one");
    /// Data and a shape that hold different numbers of elements; in the shape -1 stands for the unknown size.
    Reshape { size: usize, shape: Vec<isize> } =>
        text("cannot reshape array of size {size} into shape {}", Unknowns(shape));
    /// Strides that lead outside the data, or that are more or fewer than the sizes: why, with the shape, the strides,
    /// the offset, and the number of elements in the data.
    // (Not in fields: what makes a text of them would be in every program.)
    Strides { what: String } => text("{what}");
    /// `reshape` with more than one unknown size.
    ReshapeUnknown => text("can only specify one unknown dimension");
    /// A negative size where none may be.
    NegativeSize { shape: Vec<isize> } => text("negative dimensions are not allowed");
    /// An index outside its axis.
    Index { index: isize, axis: usize, size: usize } =>
        text("index {index} is out of bounds for axis {axis} with size {size}");
    /// More indices than axes.
    TooManyIndices { ndim: usize, given: usize } =>
        text("too many indices for array: array is {ndim}-dimensional, but {given} were indexed");
    /// The shape as an array of another length.
    Unpack { wanted: usize, ndim: usize } => text(
        "{} values to unpack (expected {wanted}, got {ndim})", if wanted > ndim { "not enough" } else { "too many" }
    );
    /// Fewer indices than axes where one element is asked for (NumPy would give a sub-array).
    TooFewIndices { ndim: usize, given: usize } =>
        text("too few indices for one element: array is {ndim}-dimensional, but {given} were indexed");
    /// A slice with step 0.
    SliceStep => text("slice step cannot be zero");
    /// Two ellipses in one slice.
    SliceEllipsis => text("an index can only have a single ellipsis ('...')");
    /// Text that is not NumPy's slice notation, and the byte at which it stops making sense.
    SliceSyntax { text: String, at: usize } =>
        text("invalid slice {text:?}: byte {at}: expected start:stop:step, an integer, ... or None");
    /// Text that is no shape, number or nested list of numbers, the byte at which it stops making sense, and what
    /// should stand there.
    Literal { text: String, at: usize, expected: &'static str } =>
        text("invalid literal {}: byte {at}: expected {expected}", Around(text, *at));
    /// What cannot be explained, and why: a picture that there is not, or one past a limit. In two
    /// languages.
    Explain { what: String, chinese: String } => text("{what}");
    /// A boolean mask of another shape than the tensor: an axis, and its sizes in both.
    Mask { axis: usize, size: usize, mask: usize } => text(
        "boolean index did not match indexed array along axis {axis}; size of axis is {size} but size of corresponding boolean axis is {mask}"
    );
    /// The `maximum` or `minimum` of nothing.
    EmptyReduction { name: &'static str } =>
        text("zero-size array to reduction operation {name} which has no identity");
    /// The `argmax` or `argmin` of nothing.
    EmptyArg { name: &'static str } => text("attempt to get {name} of an empty sequence");
    /// `item` of a tensor that does not hold exactly one element.
    Item { size: usize } => text("can only convert an array of size 1 to a Python scalar");
    /// A nested literal whose rows differ in length; all agree on this part of the shape.
    Ragged { shape: Vec<usize> } => text(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after {} dimensions. The detected shape was {:#} + inhomogeneous part.",
        shape.len(), Tuple(shape)
    );
    /// A shape whose elements, counted in bytes, pass the address space.
    TooBig { shape: Vec<usize> } => text(
        "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size."
    );
    /// Memory that could not be had, for elements of a type by NumPy's name.
    OutOfMemory { shape: Vec<usize>, dtype: &'static str, bytes: usize } => text(
        "Unable to allocate {} for an array with shape {:#} and data type {dtype}", size_text(*bytes), Tuple(shape)
    );
    /// More axes than the 64 that NumPy allows.
    TooManyAxes { ndim: usize } => text("maximum supported dimension for an ndarray is currently 64, found {ndim}");
    /// `arange` that would have no end, or too many elements, in NumPy's words.
    Arange { what: &'static str } => text("{what}");
    /// Random numbers that there are none of, in NumPy's words.
    Random { what: &'static str } => text("{what}");
    /// An integer raised to a negative integer power.
    NegativePower => text("Integers to negative integer powers are not allowed.");
    /// `concatenate` or `stack` of nothing.
    NothingToJoin { name: &'static str } => text("need at least one array to {name}");
    /// `concatenate` of 0-d tensors.
    JoinScalars => text("zero-dimensional arrays cannot be concatenated");
    /// `concatenate` of different numbers of axes: place and number of the tensor that differs from the first.
    JoinNdim { other: (usize, usize), first: usize } => text(
        "all the input arrays must have same number of dimensions, but the array at index 0 has {first} dimension(s) and the array at index {} has {} dimension(s)",
        other.0, other.1
    );
    /// `concatenate` of shapes that differ away from the joined axis: on which axis, its size in the first tensor, and
    /// place and size of the one that differs.
    JoinShape { axis: usize, first: usize, other: (usize, usize) } => text(
        "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {axis}, the array at index 0 has size {first} and the array at index {} has size {}",
        other.0, other.1
    );
    /// `stack` of different shapes.
    StackShape { first: Vec<usize>, other: Vec<usize> } => text("all input arrays must have the same shape");
    /// A layer that does not fit what comes before it: its place in the model, from 0, its name (`dense`, `softmax`),
    /// and what does not fit, with both shapes.
    Layer { index: usize, name: &'static str, what: String } => text("layer {index} ({name}): {what}");
    /// Named tensors that make no network, and why not, with the names.
    Model { what: String } => text("model: {what}");
    /// Values of another element type than the one asked for, by NumPy's names.
    DType { found: &'static str, wanted: &'static str } => text("elements are {found}, not {wanted}: cast them first");
    /// Bytes that are not what their format (`npy`, `zip`, ...) says, and the first of them.
    Format { format: &'static str, offset: usize, what: String } => text("{format}: byte {offset}: {what}");
    /// A file that could not be read or written, and why: the system's reason, or ours where no call failed. The
    /// system's error is what [`source`](core::error::Error::source) gives, too.
    Io { path: String, what: String, source: IoSource } => text("{path}: {what}");
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
