//! What this machine can do at most: multiply-adds a second, and bytes a second from each cache.
//!
//! ```text
//!   flops    12 or 16 accumulators, acc = fma(acc, x, y), nothing but registers: 2 operations a lane
//!   read     a buffer added up             copy    one buffer into another
//! ```
//!
//! Measured in the same run as the rows, the best of many turns, at the instruction set that nptensor has chosen, so that a share of the limit means the same on every machine and at every level.

// The one place of the benches with `unsafe`: instructions that the machine was seen to have.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use nptensor::{DType, Level, level};

use super::{Runner, clock, shortest};

/// Enough turns for one without disturbance.
const PATIENCE: Duration = Duration::from_millis(100);

/// The limits, each measured when it is first asked for.
#[derive(Default)]
pub struct Machine {
    flops: HashMap<&'static str, f64>,
    bytes: HashMap<(bool, usize), f64>,
}

impl Machine {
    /// Multiply and add, two operations each, a second; for integers there is no such figure.
    pub fn flops(&mut self, dtype: DType) -> Option<f64> {
        // A loop, and the operations in one turn of it.
        let (turns, work): (fn(u64) -> f64, usize) = match (level(), dtype) {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `level()` gives only what the CPU was seen to have.
            (Level::Avx512, DType::F32) => (|n| unsafe { x86::f32_avx512(n) }, 2 * 16 * 16),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            (Level::Avx512, DType::F64) => (|n| unsafe { x86::f64_avx512(n) }, 2 * 16 * 8),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            (Level::Avx2, DType::F32) => (|n| unsafe { x86::f32_avx2(n) }, 2 * 12 * 8),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            (Level::Avx2, DType::F64) => (|n| unsafe { x86::f64_avx2(n) }, 2 * 12 * 4),
            (_, DType::F32) => (plain_f32, PLAIN * 4),
            (_, DType::F64) => (plain_f64, PLAIN * 2),
            _ => return None,
        };
        let rate = self.flops.entry(dtype.name()).or_insert_with(|| {
            let seconds = shortest(Runner::new("", move || turns(1000)), PATIENCE);
            1000.0 * work as f64 / seconds
        });
        Some(*rate)
    }

    /// Bytes a second that can be read, or read and written, by work whose buffers take `footprint` bytes in all.
    pub fn bytes(&mut self, footprint: usize, writes: bool) -> f64 {
        // A size well inside each cache, and one well beyond them all.
        let size = match footprint {
            0..=32_768 => 24 << 10,
            32_769..=1_048_576 => 512 << 10,
            1_048_577..=25_165_824 => 8 << 20,
            _ => 160 << 20,
        };
        *self.bytes.entry((writes, size)).or_insert_with(|| {
            let runner = if writes {
                let (from, mut to) = (vec![1_u64; size / 16], vec![0_u64; size / 16]);
                Runner::new("", move || {
                    to.copy_from_slice(black_box(&from));
                    black_box(&mut to);
                })
            } else {
                let from = vec![1.0_f32; size / 4];
                Runner::new("", move || read(black_box(&from)))
            };
            size as f64 / shortest(runner, PATIENCE)
        })
    }

    /// Lines for the top of a report.
    pub fn describe(&mut self) -> String {
        let mut text = format!("{}\nlevel {:?}", cpu(), level());
        text += if clock::counts_cpu() { "; processor time (two threads: the clock on the wall)" } else { "" };
        let mut flops = |dtype| self.flops(dtype).unwrap_or(f64::NAN) / 1e9;
        text += &format!("; FMA peak f32 {:.1}, f64 {:.1} GFLOP/s", flops(DType::F32), flops(DType::F64));
        let caches = [("L1", 24 << 10), ("L2", 512 << 10), ("L3", 8 << 20), ("memory", 160 << 20)];
        for (what, writes) in [("read", false), ("copy", true)] {
            text += &format!("\n{what} GB/s, bytes read and written:");
            for (name, size) in caches {
                text += &format!("  {name} {:.0}", self.bytes(size, writes) / 1e9);
            }
        }
        text
    }
}

/// The processor's name and the compiler's.
fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(':').nth(1)).map(|value| value.trim().to_string())
    };
    let model = field("model name").unwrap_or_else(|| std::env::consts::ARCH.into());
    let family = field("cpu family").map(|family| format!(" (family {family})")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = std::process::Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_string()).unwrap_or_default();
    format!("{model}{family}, {cores} cores, {}; {rustc}", std::env::consts::OS)
}

/// The sum, with all registers at work.
fn read(from: &[f32]) -> f64 {
    match level() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `level()` gives only what the CPU was seen to have.
        Level::Avx512 => unsafe { x86::read_avx512(from) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { x86::read_avx2(from) },
        _ => {
            let mut sums = [0.0; 32];
            for chunk in from.chunks_exact(32) {
                for (sum, x) in sums.iter_mut().zip(chunk) {
                    *sum += x;
                }
            }
            f64::from(sums.iter().sum::<f32>())
        }
    }
}

/// Whether the target always has fused multiply-adds, and the operations on each lane in a turn of the loop below.
const FUSED: bool = cfg!(target_feature = "neon");
const PLAIN: usize = if FUSED { 28 } else { 14 };

/// Baseline vectors: 7 chains of multiplications beside 7 of additions; 14 of both where the target always fuses them.
macro_rules! plain {
    ($name:ident $type:ident $lanes:literal) => {
        fn $name(n: u64) -> f64 {
            let (x, y) = (black_box([1.0 as $type; $lanes]), black_box([1e-9 as $type; $lanes]));
            let (mut products, mut sums) = ([x; 7], [y; 7]);
            for _ in 0..n {
                for (product, sum) in products.iter_mut().zip(&mut sums) {
                    for lane in 0..$lanes {
                        if FUSED {
                            product[lane] = product[lane].mul_add(x[lane], y[lane]);
                            sum[lane] = sum[lane].mul_add(x[lane], y[lane]);
                        } else {
                            product[lane] *= x[lane];
                            sum[lane] += y[lane];
                        }
                    }
                }
            }
            black_box((products, sums));
            0.0
        }
    };
}

plain!(plain_f32 f32 4);
plain!(plain_f64 f64 2);

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    /// 12 or 16 chains, as many as there are registers for: enough to hide the latency of a multiply-add, 4 cycles with two started in each.
    macro_rules! peak {
        ($name:ident $feature:literal $chains:literal $splat:ident $fma:ident $zero:ident) => {
            #[target_feature(enable = $feature)]
            pub fn $name(n: u64) -> f64 {
                let (x, y) = ($splat(black_box(1.0)), $splat(black_box(1e-9)));
                let mut sums = [$zero(); $chains];
                for _ in 0..n {
                    for sum in &mut sums {
                        *sum = $fma(*sum, x, y);
                    }
                }
                black_box(sums);
                0.0
            }
        };
    }

    peak!(f32_avx512 "avx512f" 16 _mm512_set1_ps _mm512_fmadd_ps _mm512_setzero_ps);
    peak!(f64_avx512 "avx512f" 16 _mm512_set1_pd _mm512_fmadd_pd _mm512_setzero_pd);
    peak!(f32_avx2 "avx2,fma" 12 _mm256_set1_ps _mm256_fmadd_ps _mm256_setzero_ps);
    peak!(f64_avx2 "avx2,fma" 12 _mm256_set1_pd _mm256_fmadd_pd _mm256_setzero_pd);

    macro_rules! read {
        ($name:ident $feature:literal $lanes:literal $zero:ident $load:ident $add:ident) => {
            #[target_feature(enable = $feature)]
            pub fn $name(from: &[f32]) -> f64 {
                let mut sums = [$zero(); 8];
                for chunk in from.chunks_exact(8 * $lanes) {
                    for (sum, vector) in sums.iter_mut().zip(chunk.chunks_exact($lanes)) {
                        // SAFETY: the slice has the length of the register, and no alignment is asked for.
                        *sum = $add(*sum, unsafe { $load(vector.as_ptr()) });
                    }
                }
                black_box(sums);
                0.0
            }
        };
    }

    read!(read_avx512 "avx512f" 16 _mm512_setzero_ps _mm512_loadu_ps _mm512_add_ps);
    read!(read_avx2 "avx2,fma" 8 _mm256_setzero_ps _mm256_loadu_ps _mm256_add_ps);
}
