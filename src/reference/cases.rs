//! Tensors for a property test, from a seed and without a dependency: every kind of layout and of value, by turns.
//!
//! ```text
//!   number  0 C order             3 every second element, among others      6 no elements
//!           1 Fortran order       4 stride 0 along the longest axis         7 no axes
//!           2 reversed            5 axes permuted, one reversed             8 as 0, with special values; and so on
//! ```
//!
//! The same seed gives the same tensors on every machine. A failure is not shrunk: shapes are small as they are. Read
//! next: `compare.rs`.

use alloc::vec::Vec;
use core::marker::PhantomData;

use crate::error::Result;
use crate::kernel::closed::Element;
use crate::kernel::scalar::{DType, Value};
use crate::layout::slice::Index;
use crate::tensor::{Tensor, expect};

/// Tensors without end: [`cases`].
#[derive(Clone, Debug)]
pub struct Cases<T> {
    state: u64,
    number: usize,
    element: PhantomData<T>,
}

/// Tensors without end, the same ones for the same seed, each of up to four axes and 4096 elements.
///
/// Eight kinds by turns: in C order, in Fortran order, reversed on all axes, every second element of a larger one,
/// stretched along the longest axis (stride 0), axes permuted and one reversed, no elements, no axes. Eight tensors of
/// plain numbers, then eight with special ones among them: 0 and -0, both ends of the subnormal numbers, the greatest
/// number and half of it, whose sums overflow, inf and nan; the ends of integers.
///
/// ```
/// use nptensor::reference::{Array, cases, compare};
/// for x in cases::<f64>(1).take(100) {
///     // (In a test `?` does, or `unwrap`: the error says where they differ, and by how much.)
///     compare(&x.tanh(), &Array::from(&x).tanh())?;
/// }
/// # Ok::<(), nptensor::reference::Difference<f64>>(())
/// ```
pub fn cases<T: Element>(seed: u64) -> Cases<T> {
    Cases { state: seed, number: 0, element: PhantomData }
}

impl<T: Element> Cases<T> {
    /// The next tensor, of this shape: the other operand of what takes two. Of the kinds 0 to 5, by turns with those
    /// that the iterator gives.
    ///
    /// # Panics
    /// Where no memory holds it.
    ///
    /// ```
    /// use nptensor::reference::{Array, cases, compare};
    /// let mut cases = cases::<f32>(2);
    /// for _ in 0..50 {
    ///     let (n, k) = (cases.below(20), cases.below(20));
    ///     let (a, b) = (cases.of_shape(&[n, k]), cases.of_shape(&[k, 3]));
    ///     compare(&a.dot(&b)?, &Array::from(&a).dot(&Array::from(&b)))?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_shape(&mut self, shape: &[usize]) -> Tensor<T> {
        let (kind, special) = (self.number % 6, self.number / 8 % 2 == 1);
        self.number += 1;
        expect(self.laid_out(kind, shape, special))
    }

    /// A number below `n`, which is not 0: a size, an axis, a choice.
    pub fn below(&mut self, n: usize) -> usize {
        (self.draw() % n as u64) as usize
    }

    /// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014), with the constants
    /// of Vigna's public text.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// Up to four sizes: 1, a few, and around those of registers.
    fn shape(&mut self) -> Vec<usize> {
        let (mut shape, mut size) = (Vec::new(), 1);
        for _ in 0..=self.below(4) {
            let n = [1, 2, 3, 4, 5, 8, 17, 33][self.below(8)];
            shape.push(if size * n > 4096 { 1 } else { n });
            size *= shape[shape.len() - 1];
        }
        shape
    }

    /// The tensor of that number. (Shapes are of the sizes that lie in memory, and `fresh` gives C order.)
    fn laid_out(&mut self, kind: usize, shape: &[usize], special: bool) -> Result<Tensor<T>> {
        let axes = 0..shape.len();
        let mut fresh = |shape: &[usize]| Tensor::from_fn(shape, |_| self.element(special));
        match kind {
            0 => fresh(shape),
            1 => Ok(fresh(&shape.iter().rev().copied().collect::<Vec<_>>())?.t()),
            2 => fresh(shape)?.flip(&axes.map(|axis| axis as isize).collect::<Vec<_>>()),
            3 => {
                let wide: Vec<usize> = shape.iter().map(|&n| n.saturating_mul(2).saturating_add(1)).collect();
                let second: Vec<Index> = shape.iter().map(|&n| Index::step(1..2 * n as isize, 2)).collect();
                fresh(&wide)?.slice(&second[..])
            }
            4 => {
                let mut thin = shape.to_vec();
                if let Some(longest) = axes.max_by_key(|&axis| shape[axis]) {
                    thin[longest] = shape[longest].min(1);
                }
                fresh(&thin)?.broadcast_to(shape)
            }
            _ => {
                let mut order: Vec<usize> = axes.collect();
                (1..order.len()).for_each(|i| order.swap(i, self.below(i + 1)));
                let mut place: Vec<isize> = Vec::from_iter(0..order.len() as isize);
                order.iter().enumerate().for_each(|(i, &axis)| place[axis] = i as isize);
                let sizes: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
                let turned = Tensor::from_fn(&sizes, |_| self.element(special))?;
                // (Of no axes, none is reversed.)
                turned.flip(&[0][..order.len().min(1)])?.transpose(&place)
            }
        }
    }

    fn element(&mut self, special: bool) -> T {
        let small = self.below(11) as i64 - 5;
        T::from_value(match T::DTYPE {
            DType::F32 | DType::F64 if special && self.below(4) == 0 => Value::F64(self.special()),
            DType::F32 | DType::F64 => {
                let unit = (self.draw() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
                match self.below(4) {
                    0 => Value::F64(small as f64),
                    // From 2^-40 to 2^40.
                    1 => Value::F64(unit * f64::from_bits((983 + self.draw() % 81) << 52)),
                    _ => Value::F64(unit),
                }
            }
            DType::Bool => Value::Bool(small > 0),
            _ if special && self.below(2) == 0 => {
                [T::LOWEST.value(), T::HIGHEST.value(), Value::UInt(self.draw())][self.below(3)]
            }
            _ => Value::Int(small),
        })
    }

    fn special(&mut self) -> f64 {
        let [least, normal, greatest] = match T::DTYPE {
            DType::F32 => [f32::from_bits(1), f32::MIN_POSITIVE, f32::MAX].map(f64::from),
            _ => [f64::from_bits(1), f64::MIN_POSITIVE, f64::MAX],
        };
        let list = [0.0, least, normal - least, normal, greatest / 2.0, greatest, f64::INFINITY, f64::NAN];
        let value = list[self.below(list.len())];
        if self.below(2) == 0 { value } else { -value }
    }
}

impl<T: Element> Iterator for Cases<T> {
    type Item = Tensor<T>;

    fn next(&mut self) -> Option<Tensor<T>> {
        let kind = self.number % 8;
        let mut shape = self.shape();
        if kind == 6 {
            let axis = self.below(shape.len());
            shape[axis] = 0;
        }
        let special = self.number / 8 % 2 == 1;
        self.number += 1;
        expect(match kind {
            6 => {
                let any = self.below(6);
                self.laid_out(any, &shape, special)
            }
            7 => self.laid_out(0, &[], special),
            _ => self.laid_out(kind, &shape, special),
        })
        .into()
    }
}
