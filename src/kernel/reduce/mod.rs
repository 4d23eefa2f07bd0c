//! Many values into one: sums, products, extremes, and the index of the greatest or least element.
//!
//! ```text
//!   order     the fixed order in which floats are joined       columns   down columns, whole rows at a time
//!   rows      along contiguous rows                            arg       the index of the greatest or least
//!   integer   integers and bool, in any order: plain loops      join      what is joined, and how
//! ```
//!
//! Elements that are contiguous along neither axis are gathered by the caller, a leaf at a time. Read next: `order.rs`.

pub(super) mod arg;
pub(super) mod columns;
pub(super) mod integer;
pub(super) mod join;
pub(super) mod order;
pub(super) mod rows;

/// Rows of a slice: where the first one starts, how far apart they are, and how long each is; or, where each is as long
/// as the output, how many.
pub(crate) type Rows = (usize, isize, usize);

/// Columns that are searched together, or elements of several contiguous rows.
const SEARCHED_COLUMNS: usize = 256;
