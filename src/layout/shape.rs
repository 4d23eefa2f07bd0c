//! Sizes, row-major strides, axis numbers, and the one broadcasting rule.
//!
//! ```text
//!   shape (2, 3), row-major strides (3, 1):      broadcasting aligns shapes on the right:
//!
//!        j 0  1  2                                    a      3 1
//!     i 0  0  1  2     offset = 3 i + 1 j             b    4 1 5
//!       1  3  4  5                                   out   4 3 5    sizes agree when equal, or when one is 1
//! ```
//!
//! Plain functions on slices of sizes. No strides but the row-major ones, no data. Read next: `view.rs`.

use alloc::vec::Vec;

use super::axes::Axes;
use crate::error::{Error, Result};

/// NumPy's limit on the number of axes.
pub const MAX_NDIM: usize = 64;

/// The number of elements of a shape.
///
/// # Errors
/// [`Error::TooManyAxes`] past 64 axes; [`Error::TooBig`] when the sizes, zeros left out as NumPy does, multiply past
/// `isize::MAX`.
#[inline]
pub fn checked_size(shape: &[usize]) -> Result<usize> {
    if shape.len() > MAX_NDIM {
        return Err(Error::TooManyAxes { ndim: shape.len() });
    }
    let (mut size, mut empty) = (1_usize, false);
    for &n in shape {
        empty |= n == 0;
        match size.checked_mul(n.max(1)) {
            Some(product) if product <= isize::MAX as usize => size = product,
            _ => return Err(too_big(shape)),
        }
    }
    Ok(if empty { 0 } else { size })
}

#[cold]
pub(crate) fn too_big(shape: &[usize]) -> Error {
    Error::TooBig { shape: shape.to_vec() }
}

/// The strides of a row-major (C order) block: the last axis steps by 1, each one before it over all that follow.
///
/// The shape has passed [`checked_size`], so nothing here overflows.
#[inline]
pub fn row_major(shape: &[usize]) -> Axes<isize> {
    let mut strides = Axes::repeat(1, shape.len());
    let mut step = 1;
    let list = &mut *strides;
    for axis in (0..shape.len().min(list.len())).rev() {
        list[axis] = step;
        step *= shape[axis].max(1) as isize;
    }
    strides
}

/// The axis number behind `axis`, where -1 is the last.
///
/// # Errors
/// [`Error::Axis`] outside `-ndim ..= ndim - 1`.
pub fn axis(axis: isize, ndim: usize) -> Result<usize> {
    named_axis(axis, ndim, None)
}

/// [`axis`], with the name of the argument in the error.
pub(crate) fn named_axis(axis: isize, ndim: usize, argument: Option<&'static str>) -> Result<usize> {
    counted(axis, ndim).ok_or(Error::Axis { axis, ndim, argument })
}

/// The number below `n` behind `i`, where -1 is the last.
pub(crate) fn counted(i: isize, n: usize) -> Option<usize> {
    let from_start = if i < 0 { i.checked_add_unsigned(n)? } else { i };
    usize::try_from(from_start).ok().filter(|&i| i < n)
}

/// The axes that one axis names: of no axes at all, 0 and -1 name none, as NumPy lets pass for one axis alone.
pub(crate) fn one_axis(axis: &isize, ndim: usize) -> &[isize] {
    if ndim == 0 && matches!(axis, 0 | -1) { &[] } else { core::slice::from_ref(axis) }
}

/// The axis numbers behind a list of axes, in the order given.
///
/// # Errors
/// [`Error::Axis`] for one that is not there, and `repeated` for one that is named twice.
pub(crate) fn distinct_axes(
    axes: &[isize],
    ndim: usize,
    argument: Option<&'static str>,
    repeated: Error,
) -> Result<Vec<usize>> {
    let mut found = Vec::with_capacity(axes.len().min(ndim));
    for &given in axes {
        let axis = named_axis(given, ndim, argument)?;
        if found.contains(&axis) {
            return Err(repeated);
        }
        found.push(axis);
    }
    Ok(found)
}

/// The broadcasting rule: two sizes on the same axis agree when they are equal or one of them is 1, which is then
/// stretched. A missing axis counts as 1. 1 stretches to 0 as well.
#[inline]
pub fn broadcast_size(a: usize, b: usize) -> Option<usize> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (1, n) | (n, 1) => Some(n),
        _ => None,
    }
}

/// Whether one shape stretches to the other.
#[inline]
pub(crate) fn stretches(from: &[usize], to: &[usize]) -> bool {
    let missing = to.len().checked_sub(from.len());
    missing.is_some_and(|missing| from.iter().zip(&to[missing..]).all(|(&n, &to)| n == to || n == 1))
}

/// The shape that two shapes stretch to, aligned on the right; `None` where they do not agree.
#[inline]
pub fn broadcast_pair(a: &[usize], b: &[usize]) -> Option<Axes<usize>> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut out = Axes::from(long);
    let missing = long.len() - short.len();
    for (size, &n) in out[missing..].iter_mut().zip(short) {
        *size = broadcast_size(*size, n)?;
    }
    Some(out)
}

/// The shape that all the shapes stretch to.
///
/// # Errors
/// [`Error::BroadcastShapes`] with the first two that disagree; [`Error::TooBig`].
///
/// ```
/// use nptensor::broadcast_shapes;
/// assert_eq!(broadcast_shapes(&[&[3, 1], &[4]])?, [3, 4]);
/// assert_eq!(broadcast_shapes(&[&[0, 3], &[1, 3]])?, [0, 3]);
/// let error = broadcast_shapes(&[&[2], &[3]]).unwrap_err();
/// assert_eq!(error.to_string(), "shape mismatch: objects cannot be broadcast to a single shape.  \
///                                Mismatch is between arg 0 with shape (2,) and arg 1 with shape (3,).");
/// # Ok::<(), nptensor::Error>(())
/// ```
///
/// `nptensor explain broadcast "(3,1)" "(4,)"` prints:
///
/// ```text
/// (3,1) and (4,) broadcast to (3,4)
///
/// Shapes are aligned on the right
///            axis 0  axis 1
///         a       3       1
///         b      (1)      4
///    result       3       4
///
///   (x) a missing axis counts as 1
///   axis 0: b has no axis here, which counts as 1, and is stretched to 3
///   axis 1: a is 1, and is stretched to 4
///   Sizes agree when they are equal, or when one of them is 1.
///
/// Stretching copies nothing: a stretched axis has stride 0
///   a: shape (3,1), strides (1,1), read with strides (1,0)
///   b: shape (4,), strides (1,), read with strides (0,1)
///   A cell lies at the sum of index * stride. Where the stride is 0, every index
///     finds the same cell.
///
/// Which cells meet
///   a (3,1), stretched to (3,4):
///            0       1       2       3
///    0  a[0,0] (a[0,0])(a[0,0])(a[0,0])
///    1  a[1,0] (a[1,0])(a[1,0])(a[1,0])
///    2  a[2,0] (a[2,0])(a[2,0])(a[2,0])
///
///   b (4,), stretched to (3,4):
///          0     1     2     3
///    0  b[0]  b[1]  b[2]  b[3]
///    1 (b[0])(b[1])(b[2])(b[3])
///    2 (b[0])(b[1])(b[2])(b[3])
///
///   (x) the same cell again, stretched
///   Each cell of the result reads:
///                 0            1            2            3
///    0  a[0,0]+b[0]  a[0,0]+b[1]  a[0,0]+b[2]  a[0,0]+b[3]
///    1  a[1,0]+b[0]  a[1,0]+b[1]  a[1,0]+b[2]  a[1,0]+b[3]
///    2  a[2,0]+b[0]  a[2,0]+b[1]  a[2,0]+b[2]  a[2,0]+b[3]
///
///   Only shapes were given: a cell has the name of its index.
/// ```
pub fn broadcast_shapes(shapes: &[&[usize]]) -> Result<Vec<usize>> {
    let ndim = shapes.iter().map(|s| s.len()).max().unwrap_or(0);
    if ndim > MAX_NDIM {
        return Err(Error::TooManyAxes { ndim });
    }
    let mut out = alloc::vec![1; ndim];
    // The shape that set the size of each axis, named in the error when a later one disagrees.
    let mut owner = alloc::vec![0; ndim];
    for (place, shape) in shapes.iter().enumerate() {
        for (back, &n) in shape.iter().rev().enumerate() {
            let axis = ndim - 1 - back;
            let Some(size) = broadcast_size(out[axis], n) else {
                let first = owner[axis];
                return Err(Error::BroadcastShapes {
                    first: (first, shapes[first].to_vec()),
                    second: (place, shape.to_vec()),
                });
            };
            if size != out[axis] {
                owner[axis] = place;
            }
            out[axis] = size;
        }
    }
    checked_size(&out)?;
    Ok(out)
}

/// `shape` with its unknown size, if there is one (-1, or any negative number), computed from the number of elements.
///
/// # Errors
/// [`Error::ReshapeUnknown`] for two unknowns; [`Error::Reshape`] when the sizes do not multiply to `size`.
pub fn fill_unknown(shape: &[isize], size: usize) -> Result<Axes<usize>> {
    let wrong = || Error::Reshape { size, shape: shape.to_vec() };
    let unknowns = shape.iter().filter(|&&n| n < 0).count();
    if unknowns > 1 {
        return Err(Error::ReshapeUnknown);
    }
    if shape.len() > MAX_NDIM {
        return Err(Error::TooManyAxes { ndim: shape.len() });
    }
    let known = shape
        .iter()
        .filter(|&&n| n >= 0)
        .try_fold(1_usize, |product, &n| if n == 0 { Some(0) } else { product.checked_mul(n as usize) });
    let known = known.ok_or_else(wrong)?;
    let missing = match (unknowns, known) {
        (0, known) if known == size => 1,
        (1, 1..) if size.is_multiple_of(known) => size / known,
        _ => return Err(wrong()),
    };
    let full: Axes<usize> = shape.iter().map(|&n| if n < 0 { missing } else { n as usize }).collect();
    checked_size(&full)?;
    Ok(full)
}
