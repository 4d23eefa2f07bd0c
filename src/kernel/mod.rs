//! Numbers in slices: the loops that do the arithmetic. No shapes, no tensors, no errors.
//!
//! ```text
//!   element    the element types and what each can do                 one value
//!   simd       instruction sets: vectors, detection, dispatch         one register
//!   math       exp, ln, tanh, sigmoid: one text for every vector      one register
//!   lanes      map and zip over rows                                  one run
//!   pair       functions of two: closures, and + - * / > .. on registers
//!   tiles      the runs of operands that lie in any direction         one tile
//!   square     an operand turned round in registers                  one square
//!   fold       sums and maxima in a fixed order                       one run
//!   rows       the same for each row; down each column: columns        one matrix
//!   arg        where the greatest or least stands                    one run
//!   softmax    rows to probabilities, in one pass                     one row
//!   mat        matrices to read and rows to write                    one matrix
//!   gemm       the matrix product: loops 5 to 3, blocks               one matrix
//!   micro      loops 2 and 1, and the micro-kernel                     one tile
//!   operands   how A, B and C lie                                   one tile
//!   pack       the copies that it makes                                one panel
//!   room       the memory for them
//!   plan       what these loops do for a product of some size, counted without doing it
//!   gemv       a row times a matrix, rows times a vector               one vector
//!   threads    the parts of one product side by side                one matrix
//!   memory     results collected into fresh memory, written once
//! ```
//!
//! A kernel gets slices that the caller has cut to size, and panics on any other. Read next: `element/mod.rs`, then `gemm.rs`.

/// The body once for each `i` below a number of at most 1, 2, 4, 8 or 16 that is known when compiling. Written out, not a loop, so that an array of
/// registers stays in registers even where the compiler is asked for small code and unrolls nothing.
macro_rules! unroll {
    ($i:ident < $n:expr, at most 1, $body:expr) => { unroll!(@ $i $n, $body, 1: 0) };
    ($i:ident < $n:expr, at most 2, $body:expr) => { unroll!(@ $i $n, $body, 2: 0 1) };
    ($i:ident < $n:expr, at most 4, $body:expr) => { unroll!(@ $i $n, $body, 4: 0 1 2 3) };
    ($i:ident < $n:expr, at most 8, $body:expr) => { unroll!(@ $i $n, $body, 8: 0 1 2 3 4 5 6 7) };
    ($i:ident < $n:expr, at most 16, $body:expr) => {
        unroll!(@ $i $n, $body, 16: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (@ $i:ident $n:expr, $body:expr, $most:literal: $($k:literal)*) => {
        // (What is written without reading first, in `memory`, counts on none being left out.)
        const { assert!($n <= $most) };
        $(
        // (As a constant, it keeps what does not happen from the compiler's hands.)
        if const { $k < $n } {
            let $i: usize = $k;
            $body;
        }
        )*
    };
}

/// An array of 8 or 16 registers, written out for the same reason: a loop that fills it would keep it in memory. (The compiler makes such a loop of
/// `[x; 8]`, and of `[x, x, ..]` with one value, so each register is made by itself.)
macro_rules! registers {
    (8 of $x:expr) => {
        [$x, $x, $x, $x, $x, $x, $x, $x]
    };
    (16 of $x:expr) => {
        [$x, $x, $x, $x, $x, $x, $x, $x, $x, $x, $x, $x, $x, $x, $x, $x]
    };
}

/// `count` registers of an array joined by halves into its first: those from `half` on to those before.
macro_rules! halve {
    ($x:expr, of $count:expr, by $join:expr, at $($half:tt)*) => {$(
        if const { $half < $count } {
            unroll!(r < $half, at most $half, $x[r] = $join($x[r], $x[r + $half]));
        }
    )*};
}

/// The lanes of a register joined by halves, into its first.
macro_rules! join_across {
    ($x:expr, of $count:expr, by $join:expr) => {{
        join_across!(@ $x, $count, $join, 16 8 4 2 1)
    }};
    (@ $x:expr, $count:expr, $join:expr, $($half:literal)*) => {{
        let mut x = $x;
        $(
        if const { $half < $count } {
            x = $join(x, x.down($half));
        }
        )*
        x
    }};
}

pub(crate) mod arg;
pub(crate) mod columns;
pub(crate) mod element;
pub(crate) mod fold;
pub(crate) mod gemm;
pub(crate) mod gemv;
pub(crate) mod lanes;
pub(crate) mod mat;
pub(crate) mod math;
pub(crate) mod memory;
mod micro;
mod operands;
mod pack;
pub(crate) mod pair;
pub(crate) mod plan;
mod room;
pub(crate) mod rows;
pub(crate) mod simd;
pub(crate) mod softmax;
mod square;
pub(crate) mod threads;
mod tiles;
