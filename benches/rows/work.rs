//! How much work a row is, and so what a time means: operations or bytes a second, and the share of the machine's limit.
//!
//! ```text
//!   matrix products    2 m k n operations             limit: fused multiply-adds from registers, on each thread
//!   all else           bytes that must be moved       limit: a copy, or a read, of as many bytes at that size
//! ```

use super::{DIGITS, Fun, Op, Pair, Row};
use crate::harness::machine::Machine;

/// How much work an op is.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Multiplications and additions.
    Flops(f64),
    /// Bytes read and written, whether any are written, and over how many elements.
    Bytes { bytes: usize, writes: bool, elements: usize },
    /// Just calls.
    Calls,
}

/// A time in the units of the row's work.
pub struct Speed {
    /// ns for an element.
    pub element: Option<f64>,
    /// 10^9 operations a second.
    pub gflops: Option<f64>,
    /// 10^9 bytes a second.
    pub gbytes: Option<f64>,
    /// Of the machine's limit.
    pub share: Option<f64>,
}

impl Row {
    /// How much it is.
    pub fn work(&self) -> Work {
        let item = self.dtype.size();
        match self.op {
            Op::Matmul { m, k, n, .. } => Work::Flops(2.0 * (m.max(1) * k * n.max(1)) as f64),
            Op::Batched { count, n } => Work::Flops(2.0 * (count * n * n * n) as f64),
            Op::Map(Fun::Step, n) => Work::Bytes { bytes: n * (item + 8), writes: true, elements: n },
            Op::Map(_, n) => Work::Bytes { bytes: 2 * n * item, writes: true, elements: n },
            Op::Pair(Pair::Add, n) => Work::Bytes { bytes: 3 * n * item, writes: true, elements: n },
            Op::Pair(Pair::Greater, n) => Work::Bytes { bytes: n * (2 * item + 1), writes: true, elements: n },
            Op::Pair(Pair::AddTransposed, n) => Work::Bytes { bytes: 3 * n * n * item, writes: true, elements: n * n },
            Op::Pair(_, n) => Work::Bytes { bytes: 2 * n * n * item, writes: true, elements: n * n },
            Op::Reduce { rows, cols, .. } => {
                Work::Bytes { bytes: rows * cols * item, writes: false, elements: rows * cols }
            }
            Op::Softmax { rows, cols } => {
                Work::Bytes { bytes: 2 * rows * cols * item, writes: true, elements: rows * cols }
            }
            Op::Network { batch, .. } => {
                Work::Flops(2.0 * batch as f64 * DIGITS.windows(2).map(|pair| pair[0] * pair[1]).sum::<usize>() as f64)
            }
            Op::TinyNetwork { .. } => Work::Calls,
        }
    }

    /// What `seconds` for a call means.
    pub fn speed(&self, seconds: f64, machine: &mut Machine) -> Speed {
        let blank = Speed { element: None, gflops: None, gbytes: None, share: None };
        match self.work() {
            Work::Flops(flops) => {
                let rate = flops / seconds;
                let share = machine.flops(self.dtype).map(|limit| rate / limit / self.threads as f64);
                Speed { gflops: Some(rate / 1e9), share, ..blank }
            }
            Work::Bytes { bytes, writes, elements } => {
                let rate = bytes as f64 / seconds;
                let (element, share) = (seconds * 1e9 / elements as f64, rate / machine.bytes(bytes, writes));
                Speed { element: Some(element), gbytes: Some(rate / 1e9), share: Some(share), ..blank }
            }
            Work::Calls => blank,
        }
    }
}
