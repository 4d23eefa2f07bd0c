//! The ladder: matrix multiplication from the naive triple loop to the shipped kernel, one idea a rung. `cargo bench --bench ladder`, or `-- --size 960`.
//!
//! ```text
//!             n                         a rung is a function      fn(a, b, c, n)       c = a b, all n x n, row after row
//!       +-----------+
//!     n |     B     |                   every element of C is one chain, whatever the rung:
//!       +-----------+                       acc = acc + a[i][p] * b[p][j]        p = 0, 1, 2, ... from acc = 0
//!   n +---+ +-------+                   with two roundings a step up to rung 5, and one (fused multiply-add) from rung 6
//!     | A | |   C   |
//!     +---+ +-------+                   so rungs 1 to 5 give the same bits, and so do rungs 6 to 9: that is what is checked
//! ```
//!
//! Reordering loops, tiling and blocking change which element is worked on when; none of them changes the order within one element. That is how a fast product can
//! be equal to the naive one bit for bit. The rungs want n to be a multiple of 96; the shipped kernel, `src/kernel/gemm/mod.rs`, takes any size, any strides and any type.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod harness;

use std::time::Duration;

use harness::machine::Machine;
use harness::table::Table;
use harness::{Runner, chart, digits, option, race, time};
use nptensor::{DType, Level, Tensor, level};

/// A rung: its name, its idea, and the function.
struct Rung {
    name: &'static str,
    idea: &'static str,
    fused: bool,
    multiply: fn(&[f32], &[f32], &mut [f32], usize),
}

/// Rung 1.
fn naive(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    for i in 0..n {
        for j in 0..n {
            let mut acc = 0.0;
            for p in 0..n {
                acc += a[i * n + p] * b[p * n + j];
            }
            c[i * n + j] = acc;
        }
    }
}

/// Rung 2.
// The rungs are about loops over indices.
#[allow(clippy::needless_range_loop)]
fn loop_order(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    c.fill(0.0);
    for i in 0..n {
        for p in 0..n {
            for j in 0..n {
                c[i * n + j] += a[i * n + p] * b[p * n + j];
            }
        }
    }
}

/// Rung 3.
fn row_slices(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    c.fill(0.0);
    for (a, c) in a.chunks_exact(n).zip(c.chunks_exact_mut(n)) {
        for (&x, b) in a.iter().zip(b.chunks_exact(n)) {
            for (c, &y) in c.iter_mut().zip(b) {
                *c += x * y;
            }
        }
    }
}

/// Rung 4.
fn four_rows(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    c.fill(0.0);
    for (a, c) in a.chunks_exact(4 * n).zip(c.chunks_exact_mut(4 * n)) {
        let (c01, c23) = c.split_at_mut(2 * n);
        let ((c0, c1), (c2, c3)) = (c01.split_at_mut(n), c23.split_at_mut(n));
        for (p, b) in b.chunks_exact(n).enumerate() {
            let x = [a[p], a[n + p], a[2 * n + p], a[3 * n + p]];
            for ((((c0, c1), c2), c3), &y) in c0.iter_mut().zip(&mut *c1).zip(&mut *c2).zip(&mut *c3).zip(b) {
                *c0 += x[0] * y;
                *c1 += x[1] * y;
                *c2 += x[2] * y;
                *c3 += x[3] * y;
            }
        }
    }
}

/// A tile of C, `MR` rows of two vectors of `L`, while `kc` steps of the chain pass by: the micro-kernel of rungs 5 to 8.
///
/// `a` starts at the tile's first row, `b` at its first column. What C holds is where the chain goes on.
#[inline(always)]
fn tile<const MR: usize, const L: usize, const FUSED: bool>(
    (a, a_stride): (&[f32], usize),
    (b, b_stride): (&[f32], usize),
    (c, c_stride): (&mut [f32], usize),
    kc: usize,
) {
    let mut acc = [[[0.0_f32; L]; 2]; MR];
    for (i, [left, right]) in acc.iter_mut().enumerate() {
        left.copy_from_slice(&c[i * c_stride..][..L]);
        right.copy_from_slice(&c[i * c_stride + L..][..L]);
    }
    let a: [&[f32]; MR] = std::array::from_fn(|i| &a[i * a_stride..][..kc]);
    for p in 0..kc {
        let row = &b[p * b_stride..][..2 * L];
        let (left, right): ([f32; L], [f32; L]) =
            (std::array::from_fn(|l| row[l]), std::array::from_fn(|l| row[L + l]));
        for (acc, a) in acc.iter_mut().zip(&a) {
            let x = a[p];
            for l in 0..L {
                acc[0][l] = if FUSED { x.mul_add(left[l], acc[0][l]) } else { acc[0][l] + x * left[l] };
            }
            for l in 0..L {
                acc[1][l] = if FUSED { x.mul_add(right[l], acc[1][l]) } else { acc[1][l] + x * right[l] };
            }
        }
    }
    for (i, [left, right]) in acc.iter().enumerate() {
        c[i * c_stride..][..L].copy_from_slice(left);
        c[i * c_stride + L..][..L].copy_from_slice(right);
    }
}

/// The loops over tiles: blocks of k of length `kc`, and slivers of B as wide as a tile, packed or not.
#[inline(always)]
fn tiled<const MR: usize, const L: usize, const FUSED: bool>(
    (a, b, c): (&[f32], &[f32], &mut [f32]),
    n: usize,
    (kc, mc): (usize, usize),
    pack: bool,
) {
    c.fill(0.0);
    let width = 2 * L;
    let mut panel = vec![0.0; if pack { kc * n } else { 0 }];
    // Blocks of k: the chains of all of C go on from one to the next.
    for pc in (0..n).step_by(kc) {
        let kc = kc.min(n - pc);
        if pack {
            // Sliver after sliver, each row after row: the micro-kernel will read straight ahead.
            for (s, sliver) in panel.chunks_exact_mut(kc * width).enumerate().take(n / width) {
                for (p, row) in sliver.chunks_exact_mut(width).enumerate() {
                    row.copy_from_slice(&b[(pc + p) * n + s * width..][..width]);
                }
            }
        }
        // Blocks of A that stay in the second cache while B's slivers pass.
        for ic in (0..n).step_by(mc) {
            for j in (0..n).step_by(width) {
                let sliver = if pack { (&panel[j * kc..], width) } else { (&b[pc * n + j..], n) };
                for i in (ic..n.min(ic + mc)).step_by(MR) {
                    tile::<MR, L, FUSED>((&a[i * n + pc..], n), sliver, (&mut c[i * n + j..], n), kc);
                }
            }
        }
    }
}

/// Rung 5.
fn registers(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    tiled::<4, 4, false>((a, b, c), n, (n, n), false);
}

/// Rungs 6 to 8: the text of rung 5, compiled for what this machine has, with tiles as large as its registers allow.
// A function compiled for instructions that the build does not assume can be called only where they are known to be there.
#[allow(unsafe_code)]
fn wide(a: &[f32], b: &[f32], c: &mut [f32], n: usize, blocks: (usize, usize), pack: bool) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f")]
        fn avx512(abc: (&[f32], &[f32], &mut [f32]), n: usize, blocks: (usize, usize), pack: bool) {
            tiled::<8, 16, true>(abc, n, blocks, pack);
        }
        #[target_feature(enable = "avx2,fma")]
        fn avx2(abc: (&[f32], &[f32], &mut [f32]), n: usize, blocks: (usize, usize), pack: bool) {
            tiled::<6, 8, true>(abc, n, blocks, pack);
        }
        match level() {
            // SAFETY: `level()` gives only what the CPU was seen to have.
            Level::Avx512 => return unsafe { avx512((a, b, c), n, blocks, pack) },
            // SAFETY: as above.
            Level::Avx2 => return unsafe { avx2((a, b, c), n, blocks, pack) },
            _ => {}
        }
    }
    if cfg!(target_feature = "neon") {
        tiled::<8, 4, true>((a, b, c), n, blocks, pack);
    } else {
        tiled::<4, 4, false>((a, b, c), n, blocks, pack);
    }
}

/// Rung 6.
fn vectors(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    wide(a, b, c, n, (n, n), false);
}

/// Rung 7.
fn blocking(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    wide(a, b, c, n, (256, 96), false);
}

/// Rung 8.
fn packing(a: &[f32], b: &[f32], c: &mut [f32], n: usize) {
    wide(a, b, c, n, (256, 96), true);
}

fn rungs() -> Vec<Rung> {
    let fused = level().is_fused();
    let rung = |name, multiply, fused, idea| Rung { name, idea, fused, multiply };
    vec![
        rung(
            "naive",
            naive,
            false,
            "the definition. The inner loop walks down a column of B: each step lands in another \
             cache line, uses 4 of its 64 bytes, and its addition waits for the one before.",
        ),
        rung(
            "loop order",
            loop_order,
            false,
            "the two inner loops change places. Now the inner one runs along a row of B and a row \
             of C, side by side; its additions do not wait for each other, and the compiler does \
             several columns with one instruction.",
        ),
        rung(
            "row slices",
            row_slices,
            false,
            "rows are cut out as slices of one length before the loop, so no index needs a check \
             inside it.",
        ),
        rung(
            "four rows",
            four_rows,
            false,
            "a row of B serves four rows of C while it is at hand: a quarter of the loads for the \
             same arithmetic.",
        ),
        rung(
            "registers",
            registers,
            false,
            "a tile of C, 4 rows of 8, lives in registers from the first p to the last: C is \
             loaded and stored once instead of n times. The lanes are arrays that the compiler \
             turns into vectors.",
        ),
        rung(
            "vectors",
            vectors,
            fused,
            "the same text compiled for the vectors that this machine has, with a larger tile, \
             and multiply and add in one instruction, rounded once: another chain, with other \
             last bits, from here on.",
        ),
        rung(
            "blocking",
            blocking,
            fused,
            "p goes in blocks of 256 and i in blocks of 96, so that a block of A stays in the \
             second cache. A piece of B should stay in the first, but its rows lie a whole matrix \
             row apart: they fall on few places of the cache and push each other out.",
        ),
        rung(
            "packing",
            packing,
            fused,
            "that piece of B is first copied, its rows side by side. Copying costs n^2 and the \
             product n^3, so it is repaid many times over.",
        ),
    ]
}

fn main() {
    let n = option("--size").first().and_then(|n| n.parse().ok()).unwrap_or(768_usize).next_multiple_of(96);
    let mut machine = Machine::default();
    println!("{}\n\nc = a b, f32, {n} x {n}\n", machine.describe());
    let value = |i: usize| (i.wrapping_mul(2_654_435_769) >> 7 & 0xFFFF) as f32 / 65_536.0 - 0.5;
    let a: Vec<f32> = (0..n * n).map(value).collect();
    let b: Vec<f32> = (0..n * n).map(|i| value(i + n * n)).collect();

    let (mut runners, mut failed) = (Vec::new(), false);
    for (i, rung) in rungs().into_iter().enumerate() {
        tell(i + 1, rung.name, rung.idea);
        let (a, b, mut c) = (a.clone(), b.clone(), vec![0.0; n * n]);
        (rung.multiply)(&a, &b, &mut c, n);
        failed |= !check(rung.name, &a, &b, &c, n, rung.fused);
        runners.push(Runner::new(rung.name, move || (rung.multiply)(&a, &b, &mut c, n)));
    }
    tell(
        9,
        "shipped",
        "Tensor::dot, written with vector types, so that nothing is left to the compiler's taste; \
         any size, strides and type; and the result is allocated anew each time.",
    );
    println!();
    let tensor = |data: &[f32]| Tensor::from_vec(data.to_vec(), &[n, n]).expect("n x n elements");
    let (x, y) = (tensor(&a), tensor(&b));
    let shipped = move || x.dot(&y).expect("the sizes fit");
    failed |= !check("shipped", &a, &b, &shipped().into_vec(), n, level().is_fused());
    runners.push(Runner::new("shipped", shipped));

    let seconds = race(&mut runners, Duration::from_secs(4));
    let (flops, limit) = (2.0 * (n as f64).powi(3), machine.flops(DType::F32).unwrap_or(f64::NAN));
    let mut table = Table::new(&["rung", "time", "GFLOP/s", "of limit", "rung before", "naive"]);
    let mut bars = Vec::new();
    for (i, (runner, &s)) in runners.iter().zip(&seconds).enumerate() {
        let share = format!("{:.1}%", 100.0 * flops / s / limit);
        let step = format!("x {}", digits(seconds[i.max(1) - 1] / s));
        let name = format!("{} {}", i + 1, runner.name);
        table.row(vec![
            name.clone(),
            time(s),
            digits(flops / s / 1e9),
            share,
            step,
            format!("x {}", digits(seconds[0] / s)),
        ]);
        bars.push((name, flops / s / 1e9));
    }
    println!("{}", table.text());
    let title = format!("f32 {n} x {n} matrix product, one thread: GFLOP/s");
    if let Err(error) = chart::write("ladder", &title, "GFLOP/s", &bars, limit / 1e9) {
        println!("no chart: {error}");
    }
    if failed {
        println!("There are wrong results above.");
        std::process::exit(1);
    }
}

/// A rung's idea, in lines of about 100 letters.
fn tell(number: usize, name: &str, idea: &str) {
    let mut line = format!("{number}. {name}:");
    for word in idea.split(' ') {
        if line.len() + word.len() > 100 {
            println!("{line}");
            line = "  ".into();
        }
        line = line + " " + word;
    }
    println!("{line}");
}

/// Whether `c` has the bits of the chain, in nine rows spread over it.
fn check(name: &str, a: &[f32], b: &[f32], c: &[f32], n: usize, fused: bool) -> bool {
    for i in (0..n).step_by(n / 8).chain([n - 1]) {
        let mut row = vec![0.0_f32; n];
        for (&x, b) in a[i * n..][..n].iter().zip(b.chunks_exact(n)) {
            for (acc, &y) in row.iter_mut().zip(b) {
                *acc = if fused { x.mul_add(y, *acc) } else { *acc + x * y };
            }
        }
        if let Some(j) = (0..n).find(|&j| row[j].to_bits() != c[i * n + j].to_bits()) {
            println!("   {name} is wrong: element ({i}, {j}) is {:e}, not {:e}", c[i * n + j], row[j]);
            return false;
        }
    }
    true
}
