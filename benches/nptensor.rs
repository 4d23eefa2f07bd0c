//! nptensor against the plain Rust loop and against the limits of the machine: `cargo bench --bench nptensor`, or `-- --only gemm f32` for some of it.
//!
//! ```text
//!   row            time     GFLOP/s   of limit    plain loop   times
//!   gemm 512     2.4 ms         111        95%         11 ms     4.7
//! ```
//!
//! Every result is checked before it is timed: matrix products to the bit, all else within a stated distance of exact mathematics (`rows/answer.rs`).
//! The share is of the fused multiply-add peak for matrix products, and else of what a copy, or a read, of as many bytes reaches at that size.
//! Where two threads share the work, one thread does it in place of the plain loop: the last column is the speed-up.
//! Against other libraries: `benches/peers/README.md`.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod harness;
mod rows;

use std::time::Duration;

use harness::fresh::Fresh;
use harness::machine::Machine;
use harness::table::Table;
use harness::{Filter, clock, digits, percent, race, time};
use rows::{Row, answer};

#[global_allocator]
static ALLOCATOR: Fresh = Fresh;

/// For one row.
const PATIENCE: Duration = Duration::from_millis(120);

fn main() {
    let (filter, mut machine) = (Filter::from_args(), Machine::default());
    println!("{}\n", machine.describe());
    let head = ["row", "type", "time", "ns/element", "GFLOP/s", "GB/s", "of limit", "plain loop", "times faster"];
    let mut table = Table::new(&head);
    let (mut group, mut failed) = ("", false);
    for row in rows::all().iter().filter(|row| filter.keeps(&row.full_name())) {
        if group != row.group {
            group = row.group;
            table.title(if row.threads > 1 {
                format!("{group}; one in place of the plain loop")
            } else {
                group.into()
            });
            eprintln!("{group} ...");
            clock::by_the_wall(row.threads > 1);
        }
        let mut entries = vec![(true, rows::ours::entry(row))];
        if row.threads > 1 {
            entries.push((true, rows::ours::entry(&row.alone())));
        } else {
            entries.extend(rows::plain::entry(row).map(|entry| (false, entry)));
        }
        let mut runners = Vec::new();
        for (is_ours, entry) in entries {
            if let Err(wrong) = answer::check(row, &entry.runner.name, &entry.answer, is_ours) {
                println!("{wrong}");
                failed = true;
            }
            runners.push(entry.runner);
        }
        let seconds = race(&mut runners, PATIENCE);
        table.row(cells(row, seconds[0], seconds.get(1).copied(), &mut machine));
    }
    println!("{}", table.text());
    if failed {
        println!("There are wrong results above.");
        std::process::exit(1);
    }
}

fn cells(row: &Row, ours: f64, plain: Option<f64>, machine: &mut Machine) -> Vec<String> {
    let speed = row.speed(ours, machine);
    let cell = |value: Option<f64>, text: fn(f64) -> String| value.map_or(String::new(), text);
    vec![
        row.name(),
        row.type_name().into(),
        time(ours),
        cell(speed.element, |ns| format!("{ns:.3}")),
        cell(speed.gflops, digits),
        cell(speed.gbytes, digits),
        cell(speed.share, percent),
        cell(plain, time),
        cell(plain.map(|plain| plain / ours), digits),
    ]
}
