//! Golden cases: every operation on random operands in random layouts, against what NumPy 2.4.6 answered.
//!
//! ```text
//!   golden/numpy_cases.py  --NumPy-->  golden/numpy_cases.txt  --case.rs-->  Case  --run.rs-->  outcome  --compare.rs-->  the same, or not
//! ```
//!
//! The committed file needs no Python. For a longer run, write another and name it:
//!
//! ```text
//!   python tests/golden/numpy_cases.py 200000 7 cases.txt
//!   NPTENSOR_GOLDEN_CASES=cases.txt cargo test --release --test process numpy -- --nocapture
//! ```
//!
//! Printing is not tested here. Read next: `numpy/case.rs`.

mod case;
mod compare;
#[macro_use]
mod roads;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use case::{Answer, Case};

/// Every operation that there have to be cases of.
const OPERATIONS: &str = "
    add multiply true_divide equal not_equal less less_equal greater greater_equal maximum minimum subtract floor_divide remainder power
    iadd imul isub idiv negative abs sign relu square isnan isinf isfinite floor ceil trunc rint logical_not step exp log expm1 log1p log2 log10 tanh sqrt sigmoid softmax log_softmax astype where clip
    sum prod mean var std max min all any cumsum sort argsort argmax argmin concatenate stack dot matmul allclose
    transpose T reshape broadcast_to slice expand_dims squeeze flip swapaxes moveaxis flatten select assign_where take pad get setitem item
    arange linspace eye full broadcast_shapes";

/// Mismatches to show; the rest is counted.
const SHOWN: usize = 40;

#[test]
fn every_case_is_as_numpy_has_it() {
    let _alone = crate::alone();
    let path = std::env::var("NPTENSOR_GOLDEN_CASES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/numpy_cases.txt").to_string());
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    // Operators that have to panic do so by the thousand: in silence.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let tally = Tally::of(&text);
    std::panic::set_hook(hook);
    println!("{} cases, {} of them errors, {} mismatches", tally.cases, tally.errors, tally.mismatches.len());
    let wrong: Vec<&str> = tally.mismatches.iter().take(SHOWN).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} mismatches, by operation {:?}\n{}",
        tally.mismatches.len(),
        tally.wrong,
        wrong.join("\n")
    );
    tally.assert_complete();
}

/// What was run and what came of it.
#[derive(Default)]
struct Tally<'a> {
    cases: usize,
    errors: usize,
    by_name: BTreeMap<&'a str, usize>,
    wrong: BTreeMap<&'a str, usize>,
    /// Operation and ranks of the products that had an answer, or a refusal on account of a 0-d operand.
    ranks: BTreeSet<(&'a str, usize, usize)>,
    mismatches: Vec<String>,
}

impl<'a> Tally<'a> {
    fn of(text: &'a str) -> Self {
        let mut tally = Tally::default();
        // (Where addresses have 32 bits there is no such size to ask for.)
        let sized = |line: &&str| usize::BITS == 64 || !line.contains("4611686018427387904");
        for line in text.lines().filter(|line| !line.starts_with('#')).filter(sized) {
            let case = Case::parse(line);
            tally.cases += 1;
            *tally.by_name.entry(case.name).or_default() += 1;
            let refused = matches!(case.answer, Answer::Error(_));
            tally.errors += usize::from(refused);
            if let ("dot" | "matmul", [a, b]) = (case.name, &case.operands[..]) {
                let (a, b) = (a.shape().len(), b.shape().len());
                if !refused || a * b == 0 {
                    tally.ranks.insert((case.name, a, b));
                }
            }
            let got = catch_unwind(AssertUnwindSafe(|| run::run(&case)));
            let verdict = match got {
                Ok(Some(got)) => compare::check(&case, &got),
                Ok(None) => Err("there is no such operation".to_string()),
                Err(_) => Err("panicked".to_string()),
            };
            if let Err(what) = verdict {
                *tally.wrong.entry(case.name).or_default() += 1;
                tally.mismatches.push(format!("{line}\n    {what}"));
            }
        }
        tally
    }

    fn assert_complete(&self) {
        let wanted: BTreeSet<&str> = OPERATIONS.split_whitespace().collect();
        let found: BTreeSet<&str> = self.by_name.keys().copied().collect();
        assert_eq!(found, wanted, "the operations that there are cases of");
        for name in ["dot", "matmul"] {
            for (a, b) in (0..6).flat_map(|a| (0..6).map(move |b| (a, b))) {
                assert!(self.ranks.contains(&(name, a, b)), "no case of {name} for ranks {a} and {b}");
            }
        }
    }
}
