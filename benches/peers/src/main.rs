//! nptensor beside its rivals, in one run: every result checked, then all of a row timed in turns. See README.md for the commands.
//!
//! ```text
//!   row          nptensor   best rival        ratio    second    ...      ratio = the best rival's time / nptensor's: over 1, nptensor is faster
//!   gemm 512       2.4 ms   faer 2.5 ms        1.04
//!   geometric mean 1.02, worst 0.94 (gemm 100)
//! ```
//!
//! The rows are those of `cargo bench` (benches/rows). One thread each, but for the group that says so. The plain Rust loop takes part as a rival in the rows that are judged against it.

mod algebra;
mod candle;
mod faer;
#[path = "../../harness/mod.rs"]
mod harness;
mod nd;
mod python;
mod raw;
#[path = "../../rows/mod.rs"]
mod rows;
mod two;
mod vecmath;

use std::time::Duration;

use harness::fresh::Fresh;
use harness::machine::Machine;
use harness::table::Table;
use harness::{Filter, Runner, clock, flag, geometric_mean, option, percent, race, time};
use python::Python;
use rows::{Entry, Op, Row, answer};

#[global_allocator]
static ALLOCATOR: Fresh = Fresh;

/// nptensor's way into a ready output, beside rivals whose output is.
const INTO: &str = "nptensor into";
/// For one contestant in one row.
const PATIENCE: Duration = Duration::from_millis(60);

/// The versions in Cargo.lock, read from it.
fn versions() -> String {
    let lock = include_str!("../Cargo.lock");
    let names = [
        "matrixmultiply",
        "gemm",
        "gemmkit",
        "rten-gemm",
        "rten-vecmath",
        "faer",
        "nalgebra",
        "ndarray",
        "candle-core",
    ];
    let version = |name: &str| {
        let place = lock.find(&format!("name = \"{name}\"\nversion = \""))?;
        lock[place..].split('"').nth(3)
    };
    names.map(|name| format!("{name} {}", version(name).unwrap_or("?"))).join(", ")
}

/// Everyone who can do this row, nptensor first.
fn entries(row: &Row, python: Option<&Python>, without: &[String]) -> Vec<Entry> {
    let mut all = vec![rows::ours::entry(row)];
    all.extend(row.into_ready().map(|row| {
        let mut entry = rows::ours::entry(&row);
        entry.runner.name = INTO.into();
        entry
    }));
    if row.threads == 1 {
        all.extend(alone(row));
    } else {
        all.extend(two::entries(row));
    }
    if let Some(python) = python {
        all.extend(python.entries(row).unwrap_or_else(|error| panic!("{error}")));
    }
    all.retain(|entry| !without.contains(&entry.runner.name));
    all
}

/// The Rust crates on one thread.
fn alone(row: &Row) -> Vec<Entry> {
    let mut all = Vec::from_iter(rows::plain::entry(row));
    all.extend(raw::entries(row));
    all.extend(faer::entries(row));
    all.extend(algebra::entries(row));
    all.extend(nd::entries(row));
    all.extend(candle::entries(row));
    all.extend(vecmath::entries(row));
    all
}

/// Whether a contestant counts: the plain loop where the row is judged against it, a network of compile-time sizes and nptensor on one thread nowhere.
fn counts(row: &Row, name: &str) -> bool {
    match name {
        "plain loop" => matches!(row.op, Op::Pair(..) | Op::Map(rows::Fun::Relu | rows::Fun::Step, _)),
        algebra::STATIC | two::ALONE | "nptensor" | INTO => false,
        _ => true,
    }
}

/// A row's outcome.
struct Outcome {
    name: String,
    ratio: f64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // SAFETY: no other thread runs yet that could read the environment.
    unsafe { std::env::set_var("RAYON_NUM_THREADS", "1") };
    // One thread for the crates that use rayon: this one, so that no work has to wait for another to wake up.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    ::faer::set_global_parallelism(::faer::Par::Seq);

    let (filter, without) = (Filter::from_args(), option("--without"));
    let python = if flag("--no-python") { None } else { Some(Python::start()?) };
    let mut machine = Machine::default();
    println!("{}", machine.describe());
    println!("{}", versions());
    println!("{}\n", python.as_ref().map_or("without Python", |python| &python.versions));

    let mut table = Table::new(&[
        "row",
        "type",
        "nptensor",
        "into",
        "of limit",
        "best rival",
        "",
        "ratio",
        "second",
        "",
        "numpy",
        "plain loop",
    ]);
    let mut all = Table::new(&["row", "type", "all, the fastest first"]);
    let mut summary = Table::new(&["group", "rows", "geometric mean", "worst", "in"]);
    let (mut group, mut outcomes, mut wrong) = ("", Vec::new(), Vec::new());
    for row in rows::all().iter().filter(|row| filter.keeps(&row.full_name())) {
        if group != row.group {
            close(group, &mut outcomes, &mut table, &mut summary);
            group = row.group;
            let note = if row.threads > 1 { ", with one thread and the speed-up in the last column" } else { "" };
            table.title(format!("{group}{note}"));
            eprintln!("{group} ...");
            clock::by_the_wall(row.threads > 1);
        }
        let mut runners = Vec::new();
        for (i, entry) in entries(row, python.as_ref(), &without).into_iter().enumerate() {
            match answer::check(row, &entry.runner.name, &entry.answer, i == 0) {
                // Whoever is wrong is named and does not take part; nptensor does, and the run fails.
                Err(error) if i > 0 => wrong.push(error.to_string()),
                Err(error) => {
                    wrong.push(error.to_string());
                    runners.push(entry.runner);
                }
                Ok(()) => runners.push(entry.runner),
            }
        }
        let patience = PATIENCE * runners.len() as u32;
        let seconds = race(&mut runners, patience);
        let ours = seconds[0];
        let mut order: Vec<(&Runner, f64)> = runners.iter().zip(seconds).collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        let find = |name: &str| order.iter().find(|entry| entry.0.name == name).map(|entry| entry.1);
        let into = find(INTO).unwrap_or(ours);
        let of = |name: &str| find(name).map_or(String::new(), time);
        let last = find(two::ALONE).map_or(of("plain loop"), |alone| format!("{} {:.2}x", time(alone), alone / ours));
        // Like with like: whoever keeps its output beside nptensor's way into one.
        let beside = |runner: &Runner| if runner.ready { into } else { ours };
        let rivals = order.iter().filter(|(runner, _)| counts(row, &runner.name));
        let mut rivals: Vec<(&Runner, f64, f64)> = rivals.map(|&(who, s)| (who, s, s / beside(who))).collect();
        rivals.sort_by(|a, b| a.2.total_cmp(&b.2));
        let cells = |i: usize| {
            let name = |who: &Runner| format!("{}{}", who.name, if who.ready && into != ours { "*" } else { "" });
            rivals.get(i).map_or([String::new(), String::new()], |&(who, s, _)| [name(who), time(s)])
        };
        let ratio = rivals.first().map(|best| best.2);
        let ([a, b], [c, d]) = (cells(0), cells(1));
        let share = row.speed(ours, &mut machine).share.map_or(String::new(), percent);
        let ratio_cell = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let cells = [
            row.name(),
            row.type_name().into(),
            time(ours),
            find(INTO).map_or(String::new(), time),
            share,
            a,
            b,
            ratio_cell,
            c,
            d,
            of("numpy"),
            last,
        ];
        table.row(cells.into());
        let listed: Vec<String> = order.iter().map(|(who, s)| format!("{} {}", who.name, time(*s))).collect();
        all.row(vec![row.name(), row.type_name().into(), listed.join(", ")]);
        outcomes.extend(ratio.map(|ratio| Outcome { name: format!("{} {}", row.name(), row.type_name()), ratio }));
    }
    close(group, &mut outcomes, &mut table, &mut summary);
    println!(
        "{}\nbest rival / nptensor, over 1: nptensor is faster; * keeps its output and is compared with nptensor into a ready one\n{}",
        table.text(),
        summary.text()
    );
    if flag("--all") {
        println!("{}", all.text());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/peers.md");
    let text = format!("{}\n{}\n\n{}\n{}", machine.describe(), versions(), summary.markdown(), table.markdown());
    std::fs::write(path, text + &all.markdown())?;
    println!("as Markdown, with every contestant: {path}");
    for line in &wrong {
        println!("{line}");
    }
    if wrong.iter().any(|line| line.starts_with("nptensor")) {
        std::process::exit(1);
    }
    Ok(())
}

/// The group's figures.
fn close(group: &str, outcomes: &mut Vec<Outcome>, table: &mut Table, summary: &mut Table) {
    let Some(worst) = outcomes.iter().min_by(|a, b| a.ratio.total_cmp(&b.ratio)) else { return };
    let ratios: Vec<f64> = outcomes.iter().map(|outcome| outcome.ratio).collect();
    let mean = format!("{:.2}", geometric_mean(&ratios));
    let (value, name) = (format!("{:.2}", worst.ratio), worst.name.clone());
    table.title(format!("  geometric mean {mean}, worst {value} ({name})"));
    summary.row(vec![group.into(), ratios.len().to_string(), mean, value, name]);
    outcomes.clear();
}
