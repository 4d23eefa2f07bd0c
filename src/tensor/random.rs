//! NumPy's legacy random numbers, to the bit: `RandomState`, which is behind `np.random.seed`, `rand`, `randn`,
//! `randint`, `choice`, `permutation` and `shuffle`.
//!
//! ```text
//!   seed --> 624 words --twist--> 624 new words --temper--> 32 bits at a time        MT19937
//!
//!   rand      27 and 26 bits of two draws, over 2^53          randn    f x2, then f x1 at the next call:
//!   randint   as many bits as the range has, drawn again               x1, x2 from -1 to 1, r = x1^2 + x2^2 < 1,
//!             while they are beyond it                                 f = sqrt(-2 ln r / r)
//!   shuffle   from the last row back: change with one of those in front, or with itself
//! ```
//!
//! The generator is Matsumoto and Nishimura's "Mersenne twister" (1998), the normal numbers are Marsaglia's polar form
//! of Box and Muller's. NumPy has frozen all this (NEP 19). Not here: its newer `default_rng`, other distributions,
//! weights, and `randint` of 8 and 16 bits and bool, which take several numbers from one draw; `randint` of 32 bits and
//! more has the numbers of the one here, cast. Read next: `create.rs`.

use alloc::vec::Vec;

use super::{Tensor, room};
use crate::error::{Error, Result};
use crate::kernel::closed::Element;
use crate::kernel::scalar::{ScalarFloat, c_ln};
use crate::layout::shape::checked_size;

const WORDS: usize = 624;

/// NumPy's legacy generator, `np.random.RandomState`: the same seed and the same calls give NumPy's numbers, bit for
/// bit.
///
/// [`randn`](RandomState::randn) takes the logarithm of the C library, as NumPy does: of a million numbers on x86-64
/// Linux none differs. From one C library to another last bits may differ, as NumPy's do. Without `std` the logarithm
/// is our own, rounded to the nearest: 348 of a million differ from those, by 3 ulp at most. All else is the same on
/// every machine.
///
/// ```
/// use nptensor::RandomState;
/// let mut random = RandomState::new(42);
/// assert_eq!(random.rand(&[2])?.to_string(), "[0.37454012 0.95071431]");
/// let batch = random.choice(60_000, &[3], true)?;
/// assert_eq!(batch.to_string(), "[54343 44732 11284]");
/// # Ok::<(), nptensor::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RandomState {
    words: [u32; WORDS],
    /// How many of the words have been given out.
    used: usize,
    /// The second normal number of the last pair.
    kept: Option<f64>,
}

impl RandomState {
    /// From a seed (`np.random.RandomState(seed)`).
    #[must_use]
    pub fn new(seed: u32) -> Self {
        let mut words = [seed; WORDS];
        for i in 1..WORDS {
            let before = words[i - 1];
            words[i] = (before ^ (before >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        RandomState { words, used: WORDS, kept: None }
    }

    /// Starts again from a seed (`np.random.seed(seed)`).
    pub fn seed(&mut self, seed: u32) {
        *self = RandomState::new(seed);
    }

    /// Uniform numbers from 0 up to but without 1 (`np.random.rand(2, 3)`, `np.random.random((2, 3))`).
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`], [`Error::TooManyAxes`]; nothing is drawn then.
    pub fn rand(&mut self, shape: &[usize]) -> Result<Tensor> {
        self.fill(shape, RandomState::unit)
    }

    /// Normal numbers of mean 0 and deviation 1 (`np.random.randn(2, 3)`).
    ///
    /// # Errors
    /// Those of [`rand`](RandomState::rand).
    ///
    /// ```
    /// use nptensor::RandomState;
    /// let weights = 0.01 * RandomState::new(0).randn(&[2, 2])?;
    /// assert_eq!(weights.to_string(), "[[0.01764052 0.00400157]\n [0.00978738 0.02240893]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn randn(&mut self, shape: &[usize]) -> Result<Tensor> {
        self.fill(shape, RandomState::normal)
    }

    /// Integers from `low` up to but without `high` (`np.random.randint(low, high, shape)`).
    ///
    /// # Errors
    /// [`Error::Random`] where `low >= high`, unless the shape has no elements; those of [`rand`](RandomState::rand).
    pub fn randint(&mut self, low: i64, high: i64, shape: &[usize]) -> Result<Tensor<i64>> {
        if low >= high && checked_size(shape)? > 0 {
            return Err(Error::Random { what: if low == 0 { "high <= 0" } else { "low >= high" } });
        }
        let last = high.wrapping_sub(low).wrapping_sub(1).cast_unsigned();
        self.fill(shape, |random| low.wrapping_add_unsigned(random.up_to(last)))
    }

    /// The numbers below `n` in random order (`np.random.permutation(n)`). For that of a tensor, shuffle a clone.
    ///
    /// # Errors
    /// [`Error::TooBig`], [`Error::OutOfMemory`].
    pub fn permutation(&mut self, n: usize) -> Result<Tensor<i64>> {
        let mut numbers = Tensor::arange(0, signed(n)?, 1)?;
        self.shuffle(&mut numbers)?;
        Ok(numbers)
    }

    /// Puts what lies along the first axis in random order (`np.random.shuffle(x)`). Views of `x` stay as they are.
    ///
    /// # Errors
    /// [`Error::Random`] of a tensor without axes; [`Error::OutOfMemory`] where it takes a copy. Nothing is drawn then.
    ///
    /// ```
    /// use nptensor::{RandomState, Tensor};
    /// let mut x = Tensor::from([[1, 2], [3, 4], [5, 6]]);
    /// RandomState::new(1).shuffle(&mut x)?;
    /// assert_eq!(x.to_string(), "[[1 2]\n [5 6]\n [3 4]]");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn shuffle<T: Element>(&mut self, x: &mut Tensor<T>) -> Result<()> {
        let Some(&n) = x.shape().first() else {
            return Err(Error::Random { what: "len() of unsized object" });
        };
        let size = x.size();
        if size == 0 {
            return Ok(());
        }
        *x = x.try_to_contiguous()?;
        let row = size / n;
        let (data, layout) = x.make_mut()?;
        let data = &mut data[layout.offset()..][..size];
        for i in (1..n).rev() {
            let (front, last) = data.split_at_mut(i * row);
            let j = self.up_to(i as u64) as usize;
            if j < i {
                front[j * row..][..row].swap_with_slice(&mut last[..row]);
            }
        }
        Ok(())
    }

    /// Numbers below `n` (`np.random.choice(n, shape, replace)`): as often as they come, or, without `replace`, each
    /// once at most.
    ///
    /// # Errors
    /// [`Error::Random`] where there are fewer than are to be chosen; those of [`rand`](RandomState::rand).
    ///
    /// ```
    /// use nptensor::{RandomState, Tensor};
    /// let x = Tensor::from([[0, 1], [10, 11], [20, 21], [30, 31], [40, 41]]);
    /// let mask = RandomState::new(3).choice(5, &[3], false)?;
    /// let rows = mask.iter().map(|i| x.slice(i as isize)).collect::<Result<Vec<_>, _>>()?;
    /// let batch = Tensor::stack(&rows.iter().collect::<Vec<_>>(), 0)?; // x[mask]
    /// assert_eq!(batch.to_string(), "[[30 31]\n [40 41]\n [10 11]]");
    /// let error = RandomState::new(3).choice(5, &[6], false).unwrap_err();
    /// assert_eq!(error.to_string(), "Cannot take a larger sample than population when 'replace=False'");
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn choice(&mut self, n: usize, shape: &[usize], replace: bool) -> Result<Tensor<i64>> {
        let size = checked_size(shape)?;
        if n == 0 && size > 0 {
            return Err(Error::Random { what: "a must be greater than 0 unless no samples are taken" });
        }
        if replace {
            return self.randint(0, signed(n)?, shape);
        }
        if size > n {
            return Err(Error::Random { what: "Cannot take a larger sample than population when 'replace=False'" });
        }
        let mut chosen = self.permutation(n)?.into_vec();
        chosen.truncate(size);
        Tensor::from_vec(chosen, shape)
    }

    fn fill<T: Element>(&mut self, shape: &[usize], mut draw: impl FnMut(&mut Self) -> T) -> Result<Tensor<T>> {
        let mut data: Vec<T> = room(shape)?;
        data.extend((0..checked_size(shape)?).map(|_| draw(self)));
        Tensor::from_vec(data, shape)
    }

    fn word(&mut self) -> u32 {
        if self.used == WORDS {
            self.twist();
        }
        let x = self.words[self.used];
        self.used += 1;
        let x = x ^ (x >> 11);
        let x = x ^ ((x << 7) & 0x9d2c_5680);
        let x = x ^ ((x << 15) & 0xefc6_0000);
        x ^ (x >> 18)
    }

    fn twist(&mut self) {
        const SECOND: usize = 397;
        self.used = 0;
        for i in 0..WORDS {
            let y = (self.words[i] & 0x8000_0000) | (self.words[(i + 1) % WORDS] & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[i] = self.words[(i + SECOND) % WORDS] ^ (y >> 1) ^ odd;
        }
    }

    fn unit(&mut self) -> f64 {
        let (high, low) = (u64::from(self.word() >> 5), u64::from(self.word() >> 6));
        (high << 26 | low) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        loop {
            let (x1, x2) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let r = x1 * x1 + x2 * x2;
            if r < 1.0 && r != 0.0 {
                let f = ScalarFloat::sqrt(-2.0 * c_ln(r) / r);
                self.kept = Some(f * x1);
                return f * x2;
            }
        }
    }

    /// From 0 to `last`; no draw where that is 0.
    fn up_to(&mut self, last: u64) -> u64 {
        let mask = u64::MAX.checked_shr(last.leading_zeros()).unwrap_or(0);
        loop {
            let drawn = match last {
                0 => 0,
                0x1_0000_0000.. => u64::from(self.word()) << 32 | u64::from(self.word()),
                _ => u64::from(self.word()),
            };
            if drawn & mask <= last {
                return drawn & mask;
            }
        }
    }
}

/// As NumPy counts.
fn signed(n: usize) -> Result<i64> {
    i64::try_from(n).map_err(|_| Error::TooBig { shape: Vec::from([n]) })
}
