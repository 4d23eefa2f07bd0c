//! The operators `+ - * / %`, unary `-`, `!`, and `+= -= *= /= %=`, on values, references and scalars, each with a
//! named twin.
//!
//! Operators panic when shapes do not agree, with the error's text, at the caller's line; `try_add` and its kin return
//! it. `%` is NumPy's remainder, which has the sign of the divisor (that of Rust's `%` is the dividend's), and its
//! twin is [`Tensor::remainder`]. A temporary on the left is reused where it can be: `&a * &b + &c` allocates once.
//! bool has `+` (OR), `*` (AND) and `!`, as in NumPy, and no `-`. Comparisons and `& | ^` of bool are in `compare.rs`,
//! named functions in `ufunc.rs`.

use core::iter::Sum;
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Not, Rem, RemAssign, Sub, SubAssign};

use super::operand::{Operand, pairs};
use super::{Tensor, arith, expect, target};
use crate::error::Result;
use crate::kernel::closed::{Element, Float, Number};

pairs! {
    /// `self + other`, broadcast; integers wrap, bool is OR.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let column = Tensor::from([[10], [20], [30]]);   // (3,1)
    /// let row = Tensor::from([1, 2, 3, 4]);            // (4,)
    /// assert_eq!(column.try_add(&row)?.to_string(), "[[11 12 13 14]\n [21 22 23 24]\n [31 32 33 34]]");
    /// let error = row.try_add(Tensor::from([1, 2, 3])).unwrap_err();
    /// assert_eq!(error.to_string(), "operands could not be broadcast together with shapes (4,) (3,) ");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    Element try_add -> T, ADD;
    /// `self - other`, broadcast; integers wrap.
    Number try_sub -> T, SUB;
    /// `self * other`, broadcast; integers wrap, bool is AND.
    Element try_mul -> T, MUL;
    /// `self / other`, broadcast; integers and bool give f64.
    Element try_div -> T::Quotient, DIV;
}

/// `Trait<Right> for Left`, by an expression of both sides; panics are at the caller's line.
macro_rules! operate {
    (
        $(#[$attribute:meta])* $trait:ident $method:ident [$($generics:tt)*]
        $left:ty, $right:ty => $out:ty, |$a:ident, $b:ident| $value:expr
    ) => {
        impl<$($generics)*> $trait<$right> for $left {
            type Output = Tensor<$out>;

            $(#[$attribute])*
            #[track_caller]
            fn $method(self, $b: $right) -> Tensor<$out> {
                let $a = self;
                $value
            }
        }
    };
}

pub(super) use operate;

/// All but an owned tensor on the left of another tensor.
macro_rules! operator {
    ($trait:ident $method:ident, $bound:ident -> $out:ty, $door:ident) => {
        operate!($trait $method [T: $bound] &Tensor<T>, &Tensor<T> => $out,
            |a, b| arith::zip_or_panic(a.other(), b.other(), T::$door));
        operate!($trait $method [T: $bound] &Tensor<T>, Tensor<T> => $out,
            |a, b| arith::zip_or_panic(a.other(), b.other(), T::$door));
        operate!($trait $method [T: $bound] &Tensor<T>, T => $out,
            |a, b| arith::zip_or_panic(a.other(), b.other(), T::$door));
        operate!($trait $method [T: $bound] Tensor<T>, T => $out, |a, b| $trait::$method(&a, b));
    };
}

operator!(Add add, Element -> T, ADD);
operator!(Sub sub, Number -> T, SUB);
operator!(Mul mul, Element -> T, MUL);
operator!(Div div, Element -> T::Quotient, DIV);
operator!(Rem rem, Number -> T, REM);

/// `t op= &t`, `t op= t`, `t op= scalar`, and their `try_` form.
macro_rules! assign {
    ($trait:ident $method:ident $try:ident $op:literal, $bound:ident, $door:ident $new:ident) => {
        impl<T: $bound> Tensor<T> {
            #[doc = concat!("`self ", $op, " other`, in place: the shape of `self` stays.")]
            ///
            /// # Errors
            /// [`Error::Output`](crate::Error::Output) when `self` would have to grow,
            /// [`Error::Broadcast`](crate::Error::Broadcast); `self` is unchanged then.
            pub fn $try(&mut self, other: impl Operand<T>) -> Result<()> {
                target::update(self, other.other(), T::$door, T::$new)
            }
        }

        assign!(@of &Tensor<T>, $trait $method $bound $door $new);
        assign!(@of Tensor<T>, $trait $method $bound $door $new);
        assign!(@of T, $trait $method $bound $door $new);
    };
    (@of $right:ty, $trait:ident $method:ident $bound:ident $door:ident $new:ident) => {
        impl<T: $bound> $trait<$right> for Tensor<T> {
            #[track_caller]
            fn $method(&mut self, other: $right) {
                expect(target::update(self, other.other(), T::$door, T::$new));
            }
        }
    };
}

assign!(AddAssign add_assign try_add_assign "+=", Element, ADD_ASSIGN ADD);
assign!(SubAssign sub_assign try_sub_assign "-=", Number, SUB_ASSIGN SUB);
assign!(MulAssign mul_assign try_mul_assign "*=", Element, MUL_ASSIGN MUL);
assign!(DivAssign div_assign try_div_assign "/=", Float, DIV_ASSIGN DIV);
assign!(RemAssign rem_assign try_rem_assign "%=", Number, REM_ASSIGN REM);

impl<T: Element> Sum for Tensor<T> {
    /// All of them, broadcast, from 0 and in order, as Python's `sum`.
    ///
    /// # Panics
    /// When shapes do not agree; `try_fold` with [`try_add`](Tensor::try_add) returns the error.
    ///
    /// ```
    /// use nptensor::Tensor;
    /// let parts = [Tensor::from([1, 2]), Tensor::from([10, 20])];
    /// assert_eq!(parts.iter().sum::<Tensor<i32>>(), Tensor::from([11, 22]));
    /// ```
    fn sum<I: Iterator<Item = Self>>(tensors: I) -> Self {
        tensors.fold(Tensor::from(T::ZERO), |sum, tensor| sum + tensor)
    }
}

impl<'a, T: Element> Sum<&'a Tensor<T>> for Tensor<T> {
    /// As for values.
    fn sum<I: Iterator<Item = &'a Self>>(tensors: I) -> Self {
        tensors.fold(Tensor::from(T::ZERO), |sum, tensor| sum + tensor)
    }
}

/// An owned tensor on the left is overwritten when the result has its shape and type.
macro_rules! reuse {
    ($trait:ident $method:ident $try:ident $try_assign:ident, $bound:ident) => {
        operate!($trait $method [T: $bound] Tensor<T>, &Tensor<T> => T, |a, b| {
            let mut a = a;
            match a.$try_assign(b) {
                Ok(()) => a,
                Err(_) => expect(a.$try(b)),
            }
        });
        operate!($trait $method [T: $bound] Tensor<T>, Tensor<T> => T, |a, b| $trait::$method(a, &b));
    };
}

reuse!(Add add try_add try_add_assign, Element);
reuse!(Sub sub try_sub try_sub_assign, Number);
reuse!(Mul mul try_mul try_mul_assign, Element);

/// An owned tensor on the left whose memory is not used again.
macro_rules! no_reuse {
    ($trait:ident $method:ident, $bound:ident -> $out:ty) => {
        operate!($trait $method [T: $bound] Tensor<T>, &Tensor<T> => $out, |a, b| $trait::$method(&a, b));
        operate!($trait $method [T: $bound] Tensor<T>, Tensor<T> => $out, |a, b| $trait::$method(&a, &b));
    };
}

no_reuse!(Div div, Element -> T::Quotient);
no_reuse!(Rem rem, Number -> T);

/// An operator of one tensor, and of a reference to one.
macro_rules! unary {
    ($(#[$attribute:meta])? $trait:ident $method:ident [$($generics:tt)*] $of:ty, |$x:ident| $value:expr) => {
        impl<$($generics)*> $trait for &$of {
            type Output = $of;

            $(#[$attribute])?
            #[track_caller]
            fn $method(self) -> $of {
                let $x = self;
                $value
            }
        }

        impl<$($generics)*> $trait for $of {
            type Output = $of;

            $(#[$attribute])?
            #[track_caller]
            fn $method(self) -> $of {
                $trait::$method(&self)
            }
        }
    };
}

unary!(Neg neg [T: Number] Tensor<T>, |x| arith::map_or_panic(x, T::NEG));
unary!(#[inline] Not not [] Tensor<bool>, |x| arith::zip_or_panic(x.other(), false.other(), bool::EQUAL));

/// `scalar op t` and `scalar op &t`: Rust allows these for one type at a time only.
// (`inline`: what is not generic would be compiled here, for all types, whoever needs it.)
macro_rules! scalar_left {
    ($($type:ident)*) => {$(
        scalar_left!(@op $type Add add, $type, ADD);
        scalar_left!(@op $type Sub sub, $type, SUB);
        scalar_left!(@op $type Mul mul, $type, MUL);
        scalar_left!(@op $type Div div, <$type as Element>::Quotient, DIV);
        scalar_left!(@op $type Rem rem, $type, REM);
    )*};
    (@op $type:ident $trait:ident $method:ident, $out:ty, $door:ident) => {
        operate!(#[inline] $trait $method [] $type, &Tensor<$type> => $out,
            |a, b| arith::zip_or_panic(a.other(), b.other(), $type::$door));
        operate!(#[inline] $trait $method [] $type, Tensor<$type> => $out, |a, b| $trait::$method(a, &b));
    };
}

scalar_left!(f32 f64 i8 i16 i32 i64 u8 u16 u32 u64);
