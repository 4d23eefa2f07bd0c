//! Random tensors on random layouts, each beside its definition in `reference`.
//!
//! ```text
//!   shape (2,3)  <--broadcast_to--  (2,1)  <--transpose--  (1,2)  <--slice, flip, drop axes--  (1,7,2)  <--base in C order
//!                                                                      the tensor does it with strides, the reference with indices
//! ```
//!
//! So each test of an operation tests the views under it as well. Comparison is by bits, but nan is nan: IEEE 754 leaves its payload open,
//! and so do compilers, which may swap the operands of a sum.

#![allow(dead_code, unused_macros)]

use nptensor::reference::Array;
use nptensor::{DType, Element, Index, Tensor, Value};
use proptest::prelude::*;

/// A tensor and its definition.
pub type Pair<T> = (Tensor<T>, Array<T>);

/// Numbers that depend on the seed alone (SplitMix64).
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True once in `n`.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Which values: everything that the type has, or none whose sums are nan or inf throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    Any,
    Tame,
}

/// One element. Integers: small, extreme, or any bits. Floats: small integers, unit range, any magnitude; and specials where `Any`.
pub fn element<T: Element>(rng: &mut Rng, values: Values) -> T {
    let small = rng.below(11) as i64 - 5;
    match T::DTYPE {
        DType::Bool => T::from_value(Value::Bool(rng.once_in(2))),
        DType::F32 | DType::F64 => {
            let unit = (rng.next() >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0;
            match (rng.below(8), values) {
                (0, Values::Any) => special(rng),
                (0..=2, _) => T::from_value(Value::F64(small as f64)),
                (3, _) => T::from_value(Value::F64(unit * f64::powi(10.0, rng.below(25) as i32 - 12))),
                _ => T::from_value(Value::F64(unit)),
            }
        }
        _ => match rng.below(4) {
            0 => rng.pick(&[T::LOWEST, T::HIGHEST, T::ZERO, T::ONE]),
            1 => T::from_value(Value::UInt(rng.next())),
            _ => T::from_value(Value::Int(small)),
        },
    }
}

fn special<T: Element>(rng: &mut Rng) -> T {
    let (least, max) = match T::DTYPE {
        DType::F32 => (f64::from(f32::from_bits(1)), f64::from(f32::MAX)),
        _ => (f64::from_bits(1), f64::MAX),
    };
    let value = rng.pick(&[f64::NAN, f64::INFINITY, least, least * 1000.0, max, 0.0]);
    T::from_value(Value::F64(if rng.once_in(2) { -value } else { value }))
}

/// `n` elements.
pub fn elements<T: Element>(rng: &mut Rng, values: Values, n: usize) -> Vec<T> {
    (0..n).map(|_| element(rng, values)).collect()
}

/// Both in C order.
pub fn base<T: Element>(rng: &mut Rng, values: Values, shape: &[usize]) -> Pair<T> {
    let data = elements(rng, values, shape.iter().product());
    (Tensor::from_vec(data.clone(), shape).unwrap(), Array::new(shape, data))
}

/// A tensor of this shape on a random layout: as in the picture, read from left to right.
pub fn laid_out<T: Element>(rng: &mut Rng, values: Values, shape: &[usize]) -> Pair<T> {
    if rng.once_in(8) {
        return base(rng, values, shape);
    }
    let ndim = shape.len();
    // The axes as the transpose will find them, stretched ones of size 1.
    let mut order: Vec<usize> = (0..ndim).collect();
    if rng.once_in(2) {
        (1..ndim).for_each(|i| order.swap(i, rng.below(i + 1)));
    }
    let stretched: Vec<bool> = (0..ndim).map(|_| rng.once_in(6)).collect();
    let (mut wide, mut indices) = (Vec::new(), Vec::new());
    for axis in order.iter().copied() {
        if rng.once_in(8) {
            wide.push(1 + rng.below(2));
            indices.push(Index::At(rng.below(wide[wide.len() - 1]) as isize));
        }
        let n = if stretched[axis] { 1 } else { shape[axis] };
        let (step, before, after) = match rng.below(4) {
            0 => (1 + rng.below(3), rng.below(3), rng.below(3)),
            _ => (1, 0, 0),
        };
        let size = if n == 0 { before } else { before + (n - 1) * step + 1 + after };
        let last = before + n.saturating_sub(1) * step;
        wide.push(size);
        indices.push(match (n, rng.once_in(4)) {
            (0, _) => Index::step(size as isize.., 1),
            (_, true) => Index::Range {
                start: Some(last as isize),
                stop: before.checked_sub(1).map(|stop| stop as isize),
                step: -(step as isize),
            },
            (_, false) => {
                Index::Range { start: Some(before as isize), stop: Some(last as isize + 1), step: step as isize }
            }
        });
    }
    let (mut tensor, array) = base::<T>(rng, values, &wide);
    if rng.once_in(2) {
        tensor = among_others(&tensor);
    }
    let (tensor, array) = (tensor.slice(&indices[..]).unwrap(), array.slice(&indices));
    let mut back = vec![0; ndim];
    order.iter().enumerate().for_each(|(place, &axis)| back[axis] = place as isize);
    let (tensor, array) = (tensor.transpose(&back).unwrap(), array.transpose(&back));
    (tensor.broadcast_to(shape).unwrap(), array.broadcast_to(shape))
}

/// The same elements in front of others, which the layout leaves out.
pub fn among_others<T: Element>(tensor: &Tensor<T>) -> Tensor<T> {
    let (mut data, n) = (tensor.to_vec(), tensor.size());
    data.resize(n + 3, T::ONE);
    Tensor::from(data).slice(..n as isize).unwrap().reshape(tensor.shape()).unwrap()
}

/// A size: mostly a few, also 1 and 0.
pub fn size(rng: &mut Rng) -> usize {
    rng.pick(&[0, 1, 1, 2, 2, 3, 3, 4, 5, 7])
}

/// A shape of up to `most` axes and not too many elements.
pub fn shape(rng: &mut Rng, most: usize) -> Vec<usize> {
    let mut shape: Vec<usize> = (0..rng.below(most + 1)).map(|_| size(rng)).collect();
    while shape.iter().product::<usize>() > 600 {
        let axis = rng.below(shape.len());
        shape[axis] = shape[axis].min(2);
    }
    shape
}

/// One of the shapes that stretch to `shape`.
pub fn stretches_to(rng: &mut Rng, shape: &[usize]) -> Vec<usize> {
    let cut = if rng.once_in(3) { rng.below(shape.len() + 1) } else { 0 };
    shape[cut..].iter().map(|&n| if rng.once_in(4) { 1 } else { n }).collect()
}

/// What a property test draws: everything else follows from these two.
pub fn case() -> impl Strategy<Value = (Rng, Values)> {
    (any::<u64>(), any::<bool>()).prop_map(|(seed, any)| (Rng(seed), if any { Values::Any } else { Values::Tame }))
}

/// So many cases, and no file of failures: a case is its seed, which the failure prints.
pub fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { cases: n, failure_persistence: None, ..ProptestConfig::default() }
}

/// The same shape and bits, or a panic that shows both.
#[track_caller]
pub fn same<T: Element>(tensor: &Tensor<T>, array: &Array<T>, what: &str) {
    let got = Array::from(tensor);
    if got.same_bits(array) {
        return;
    }
    assert_eq!(got.shape, array.shape, "{what} of {}: shapes", T::DTYPE);
    let single = |x: T| Array::scalar(x);
    let at = (0..got.size()).find(|&i| !single(got.data[i]).same_bits(&single(array.data[i]))).unwrap();
    panic!(
        "{what} of {}, shape {:?}: element {at} is {:?}, by definition {:?}",
        T::DTYPE,
        got.shape,
        got.data[at],
        array.data[at]
    );
}

/// A result into outputs of its shape, twice each: alone, sharing data, which stays as it was, and the other way round in memory.
#[track_caller]
pub fn same_into<T: Element>(wanted: &Array<T>, what: &str, call: &impl Fn(&mut Tensor<T>) -> nptensor::Result<()>) {
    let ones = Tensor::full(&wanted.shape, T::ONE).unwrap();
    for mut out in [ones.clone() + T::ZERO, ones.clone(), (ones.t() + T::ZERO).t()] {
        for _ in 0..2 {
            call(&mut out).unwrap();
            same(&out, wanted, what);
        }
    }
    same(&ones, &Array::from(&Tensor::full(&wanted.shape, T::ONE).unwrap()), "what was shared");
}

/// [`same`] for one number.
#[track_caller]
pub fn same_scalar<T: Element>(got: T, wanted: T, what: &str) {
    same(&Tensor::from(got), &Array::scalar(wanted), what);
}

/// Calls a generic function for each of a list of types.
///
/// The integers share one text. In debug builds i8 and u32, which have both signs and every width of result (`Sum`, `Quotient`, `Float`), speak
/// for the others, which are `spare`: each further type costs seconds of compiling in every operation. Release builds test all of them.
macro_rules! for_types {
    (every: $f:ident $args:tt) => {
        for_types!(@ $f $args f32 f64 bool i8 u32);
        for_types!(spare: $f $args);
    };
    (all: $f:ident $args:tt) => {
        for_types!(numbers: $f $args);
        for_types!(@ $f $args bool);
    };
    (numbers: $f:ident $args:tt) => {
        for_types!(floats: $f $args);
        for_types!(@ $f $args i8 u32);
        #[cfg(not(debug_assertions))]
        {
            for_types!(spare: $f $args);
        }
    };
    (floats: $f:ident $args:tt) => { for_types!(@ $f $args f32 f64); };
    (spare: $f:ident $args:tt) => { for_types!(@ $f $args i16 i32 i64 u8 u16 u64); };
    (@ $f:ident $args:tt $($type:ident)*) => { $( $f::<$type> $args; )* };
}
