//! The macros that write doors, for floats and integers alike: from the loop over one run to a [`Unary`], a [`Binary`]
//! or an [`Update`], and from functions to a [`Reduction`].
//!
//! An attribute before the type goes to each function: with `#[inline]` it is compiled in the crate that calls the
//! door, and not in the library. Read next: `float.rs`.

#[cfg(doc)]
use super::{Binary, Reduction, Unary, Update};

/// A function with a body of its own, for a constant: one that fills the slots that are its last argument, or one that
/// returns nothing.
macro_rules! door {
    ($(#[$attribute:meta])* |$($x:ident: $of:ty),*; $out:ident: $t:ty| $body:expr) => {{
        $(#[$attribute])*
        fn door<'o>($($x: $of,)* $out: Slots<'o, $t>) -> &'o mut [$t] {
            $body
        }
        door
    }};
    ($(#[$attribute:meta])* |$($x:ident: $of:ty),*| $body:expr) => {{
        $(#[$attribute])*
        fn door($($x: $of),*) {
            $body
        }
        door
    }};
}

macro_rules! unary {
    ($(#[$attribute:meta])* $name:ident: $a:ty => $t:ty, |$x:ident, $out:ident| $run:expr) => {
        const $name: Unary<$a, $t> = door!($(#[$attribute])* |$x: &Run<'_, $a>; $out: $t| $run);
    };
}

/// A constant [`Binary`] of the run that is written out.
macro_rules! binary {
    ($(#[$attribute:meta])* $name:ident: $a:ty => $t:ty, |$x:ident, $y:ident, $out:ident| $run:expr) => {
        const $name: Binary<$a, $a, $t> = Binary {
            run: door!($(#[$attribute])* |$x: &Run<'_, $a>, $y: &Run<'_, $a>; $out: $t| $run),
            transposed: None,
        };
    };
}

macro_rules! update {
    ($(#[$attribute:meta])* $name:ident: $a:ty, |$x:ident, $y:ident| $run:expr) => {
        const $name: Update<$a> = door!($(#[$attribute])* |$x: &mut [$a], $y: &Run<'_, $a>| $run);
    };
}

/// A constant [`Reduction`] of two functions, or three; `$by` says how elements are joined, or which are sought.
macro_rules! reduction {
    (
        $(#[$attribute:meta])* $name:ident: $type:ident => $out:ty, from $identity:expr,
        [$rows:path, $columns:path $(, $stream:path)?], $by:ident
    ) => {
        const $name: Reduction<$type, $out> = Reduction {
            identity: $identity,
            rows: door! { $(#[$attribute])* |x: &[$type], rows: Rows; out: $out| $rows(x, rows, out, $by) },
            columns: door! {
                $(#[$attribute])* |x: &[$type], columns: Rows, out: &mut [$out]| $columns(x, columns, out, $by)
            },
            stream: reduction!(@stream $(#[$attribute])* $type => $out, $by $(, $stream)?),
        };
    };
    (@stream $(#[$attribute:meta])* $type:ident => $out:ty, $by:ident) => { None };
    (@stream $(#[$attribute:meta])* $type:ident => $out:ty, $by:ident, $stream:path) => {{
        $(#[$attribute])*
        fn stream(n: usize, buffer: &mut [$type], next: &mut dyn FnMut(&mut [$type])) -> $out {
            $stream(n, buffer, next, $by)
        }
        Some(stream)
    }};
}

/// Casts to every type: the usual ones are compiled here, the others where they are called.
macro_rules! casts {
    ($type:ident) => {
        const CASTS: Casts<$type> = {
            casts!(@to [#[inline]] $type: bool i8 i16 i32 u8 u16 u32 u64);
            casts!(@to [] $type: i64 f32 f64);
            Casts { bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64 }
        };

        #[inline(always)]
        fn cast_from<A: Element>() -> Unary<A, $type> {
            A::CASTS.$type
        }
    };
    (@to $attribute:tt $type:ident: $($to:ident)*) => {$(
        casts!(@one $attribute $type $to);
    )*};
    (@one [$(#[$attribute:meta])?] $type:ident $to:ident) => {
        $(#[$attribute])?
        fn $to<'o>(x: &Run<'_, $type>, out: Slots<'o, $to>) -> &'o mut [$to] {
            map_each(x, out, Scalar::cast)
        }
    };
}

/// What only moves elements, by the doors of the unsigned type of that size.
macro_rules! twin_movement {
    ($type:ident as $twin:ident) => {
        const COPY: Dense<$type> = door! {
            #[inline] |x: &Mat<'_, $type>; out: $type|
                bits::slice_mut_as($twin::COPY(&bits::mat_as(x), bits::slots_as(out)))
        };
        const SELECT: Select<$type> = door! {
            #[inline] |mask: &Mat<'_, bool>, x: &Mat<'_, $type>, y: &Mat<'_, $type>; out: $type|
                bits::slice_mut_as($twin::SELECT(mask, &bits::mat_as(x), &bits::mat_as(y), bits::slots_as(out)))
        };
    };
}

pub(super) use {binary, casts, door, reduction, twin_movement, unary, update};
