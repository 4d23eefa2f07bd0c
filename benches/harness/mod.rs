//! Timing: runners take turns, each turn lasts a few milliseconds, and the median of the turns counts.
//!
//! ```text
//!   turn 1   ours  plain  rival ...      a turn: as many calls as fill 2 ms, or one long one
//!   turn 2   rival  ours  plain ...      what disturbs the machine disturbs them all; in another order, for each finds in the caches what the one before left
//!   ...
//!   median   ours  plain  rival ...      seconds a call
//! ```
//!
//! It checks nothing: whoever makes a runner compares its result first. The machine's own limits are measured in `machine.rs`, with the same turns; the table at the
//! end is `table.rs`, the chart `chart.rs`; `fresh.rs` keeps large results honest, and `clock.rs` is the
//! clock.

// Each bench takes from here what it needs.
#![allow(dead_code)]

pub mod chart;
pub mod clock;
pub mod fresh;
pub mod machine;
pub mod table;

use std::hint::black_box;
use std::time::Duration;

/// The least that a turn lasts.
const TURN: Duration = Duration::from_millis(2);

/// Something to time.
pub struct Runner {
    /// Who it is.
    pub name: String,
    /// Whether it writes into an output that it keeps.
    pub ready: bool,
    /// Seconds for so many calls. A box around the loop, not around the call: a call may take 10 ns.
    run: Box<dyn FnMut(u64) -> f64>,
}

impl Runner {
    /// Times `f`; its result is dropped inside the measured time, as a user's would be. (It is looked at where it was made: handed to `black_box` itself it
    /// would be moved once more, which no user's program does, and a tensor that was just written takes some nanoseconds to move.)
    pub fn new<R>(name: impl Into<String>, mut f: impl FnMut() -> R + 'static) -> Self {
        Runner::timed_elsewhere(name, move |calls| {
            let start = clock::now();
            for _ in 0..calls {
                let result = f();
                black_box(&result);
            }
            clock::now() - start
        })
    }

    /// For whoever has a clock of its own, such as another process: `run(calls)` gives seconds.
    pub fn timed_elsewhere(name: impl Into<String>, run: impl FnMut(u64) -> f64 + 'static) -> Self {
        Runner { name: name.into(), ready: false, run: Box::new(run) }
    }

    /// The same, which writes into an output that it keeps.
    pub fn with_output(self) -> Self {
        Runner { ready: true, ..self }
    }

    /// Calls that fill a turn, and how long they take. Found twice: the first calls of all meet memory that the process never used before, and a
    /// turn of too few calls would count what the others left in the caches for more than it is.
    fn calibrate(&mut self) -> (u64, f64) {
        self.fill_turn();
        self.fill_turn()
    }

    fn fill_turn(&mut self) -> (u64, f64) {
        let turn = TURN.as_secs_f64();
        let mut calls = 1;
        loop {
            let seconds = (self.run)(calls);
            if seconds >= turn {
                return (calls, seconds);
            }
            // Straight to the goal where the time is known well enough, by tens before.
            calls = if seconds > turn / 50.0 { (calls as f64 * 1.2 * turn / seconds) as u64 + 1 } else { calls * 10 };
        }
    }
}

/// Seconds a call for each runner, from turns taken one after the other for about `patience` in all: their median,
/// or with `--best` on the command line the shortest, which says more while others use the machine.
pub fn race(runners: &mut [Runner], patience: Duration) -> Vec<f64> {
    let best = flag("--best");
    turns(runners, patience).iter().map(|turns| turns[if best { 0 } else { turns.len() / 2 }]).collect()
}

/// The shortest turn of one runner: for limits.
pub fn shortest(runner: Runner, patience: Duration) -> f64 {
    turns(&mut [runner], patience)[0][0]
}

/// Seconds a call in every turn of each runner, the shortest first.
fn turns(runners: &mut [Runner], patience: Duration) -> Vec<Vec<f64>> {
    let plans: Vec<(u64, f64)> = runners.iter_mut().map(Runner::calibrate).collect();
    let round: f64 = plans.iter().map(|&(_, seconds)| seconds).sum();
    let rounds = ((patience.as_secs_f64() / round) as usize).clamp(3, 41) | 1;
    let mut turns = vec![Vec::with_capacity(rounds); runners.len()];
    let (mut order, mut dice): (Vec<usize>, u32) = ((0..runners.len()).collect(), 1);
    for _ in 0..rounds {
        shuffle(&mut order, &mut dice);
        for &i in &order {
            let calls = plans[i].0;
            turns[i].push((runners[i].run)(calls) / calls as f64);
        }
    }
    turns.iter_mut().for_each(|turns| turns.sort_by(f64::total_cmp));
    turns
}

/// Another order, the same one in each run of the program. (Fisher and Yates, with the `xorshift32` of Marsaglia 2003.)
fn shuffle(order: &mut [usize], dice: &mut u32) {
    for last in (1..order.len()).rev() {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 17;
        *dice ^= *dice << 5;
        order.swap(last, *dice as usize % (last + 1));
    }
}

/// What the command line asks for: `cargo bench -- --only gemm f32` keeps the rows whose name has both words.
pub struct Filter {
    words: Vec<String>,
}

impl Filter {
    /// From the arguments after `--only`, up to the next option.
    pub fn from_args() -> Self {
        Filter { words: option("--only") }
    }

    /// Whether a row of this name is wanted.
    pub fn keeps(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.words.iter().all(|word| name.contains(word))
    }
}

/// Whether an option is on the command line.
pub fn flag(name: &str) -> bool {
    std::env::args().any(|word| word == name)
}

/// The lower-case words after an option on the command line, up to the next option.
pub fn option(name: &str) -> Vec<String> {
    let words = std::env::args().skip_while(|word| word != name).skip(1);
    words.take_while(|word| !word.starts_with("--")).map(|word| word.to_lowercase()).collect()
}

/// A time as a person reads it, four digits at most.
pub fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-6 => (s * 1e9, "ns"),
        s if s < 1e-3 => (s * 1e6, "us"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s "),
    };
    format!("{} {unit}", digits(value))
}

/// Three digits of a number from 0.01 to some thousands.
pub fn digits(value: f64) -> String {
    match value {
        v if v < 9.995 => format!("{v:.2}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

/// A share.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// The geometric mean.
pub fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}
