//! The rows of the tables: which work is measured, and how much of it there is.
//!
//! ```text
//!   Op      what is computed, with its sizes         Matmul { m: 100, k: 784, n: 50, .. }
//!   Row     an op, an element type, its group        "gemm 100x784x50", f32, "shapes"
//!   Work    how much that is (work.rs)             7.84 MFLOP, or so many bytes over so many elements
//! ```
//!
//! No row says how: nptensor's way is in `ours.rs`, the plain Rust loop's in `plain.rs`, the right answer's in `answer.rs`, and the rivals' in `benches/peers`.

// Each bench takes from here what it needs.
#![allow(dead_code)]

pub mod answer;
pub mod ours;
pub mod plain;
pub mod work;

use std::hint::black_box;

use nptensor::{DType, Element};

use crate::harness::Runner;
use answer::Answer;

/// Someone who can do a row's work: the result to compare, and the work to time.
pub struct Entry {
    pub runner: Runner,
    pub answer: Answer,
}

impl Entry {
    /// `f` does the work; `answer` reads its result.
    pub fn new<R>(name: &str, mut f: impl FnMut() -> R + 'static, answer: impl FnOnce(R) -> Answer) -> Self {
        let answer = answer(f());
        Entry { runner: Runner::new(name, f), answer }
    }

    /// `f` writes into a ready output.
    pub fn in_place<T: Element>(name: &str, mut out: Vec<T>, mut f: impl FnMut(&mut [T]) + 'static) -> Self {
        f(&mut out);
        let answer = Answer::of(&out);
        let again = move || {
            f(&mut out);
            black_box(&mut out);
        };
        Entry { runner: Runner::new(name, again).with_output(), answer }
    }
}

/// How the operands of a matrix product lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A (m,k) and B (k,n), rows side by side.
    Straight,
    /// A is the transposed view of a (k,m).
    TransposedA,
    /// B is the transposed view of an (n,k).
    TransposedB,
}

/// A function of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fun {
    Exp,
    Sigmoid,
    Tanh,
    Ln,
    Relu,
    Step,
}

/// A function of two elements, and how the second operand stretches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// A + B, of one shape (n,).
    Add,
    /// A > B, of one shape (n,).
    Greater,
    /// A (n,n) + a row (n,).
    AddRow,
    /// A (n,n) + a column (n,1).
    AddColumn,
    /// A (n,n) + B.T.
    AddTransposed,
}

/// What many elements become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    Sum,
    Max,
    Argmax,
}

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// (m,k)·(k,n). With n = 0, (m,k)·(k,), and with m = 0, (k,)·(k,n): vectors, not matrices of one row or column.
    Matmul { m: usize, k: usize, n: usize, side: Side },
    /// `count` products (n,n)·(n,n).
    Batched { count: usize, n: usize },
    /// A function of n elements.
    Map(Fun, usize),
    /// A function of two operands: n elements, or n x n.
    Pair(Pair, usize),
    /// (rows, cols) along an axis, or all of it.
    Reduce { fold: Fold, axis: Option<usize>, rows: usize, cols: usize },
    /// Rows of (rows, cols) become probabilities.
    Softmax { rows: usize, cols: usize },
    /// The 784-50-100-10 network: sigmoid, sigmoid, softmax. With `ready`, nothing may need to be allocated.
    Network { batch: usize, ready: bool },
    /// The 2-3-2-2 network on one input: sigmoid, sigmoid. `ready` likewise.
    TinyNetwork { ready: bool },
}

/// The sizes of the digit network's layers.
pub const DIGITS: [usize; 4] = [784, 50, 100, 10];

/// The sizes of the chapter's first network.
pub const TINY: [usize; 4] = [2, 3, 2, 2];

/// An op on one element type.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The table it belongs to.
    pub group: &'static str,
    /// The element type.
    pub dtype: DType,
    /// The work.
    pub op: Op,
    /// How many threads may share it.
    pub threads: usize,
    /// Whether nptensor writes into an output that is there.
    pub ready: bool,
}

impl Op {
    fn name(&self) -> String {
        match *self {
            Op::Matmul { m, k, n, side: Side::Straight } if m == k && k == n => format!("gemm {n}"),
            Op::Matmul { m, k, n: 0, .. } => format!("gemv {m}x{k}"),
            Op::Matmul { m: 0, k, n, .. } => format!("vecmat {k}x{n}"),
            Op::Matmul { m, k: 1, n, .. } => format!("outer {m}x{n}"),
            Op::Matmul { m, k, n, side: Side::Straight } => format!("gemm {m}x{k}·{k}x{n}"),
            Op::Matmul { n, side: Side::TransposedA, .. } => format!("gemm A.T·B {n}"),
            Op::Matmul { n, side: Side::TransposedB, .. } => format!("gemm A·B.T {n}"),
            Op::Batched { count, n } => format!("batched {count} of {n}"),
            Op::Map(fun, n) => format!("{} {}", format!("{fun:?}").to_lowercase(), size(n)),
            Op::Pair(pair, n) => match pair {
                Pair::Add => format!("A+B {}", size(n)),
                Pair::Greater => format!("A>B {}", size(n)),
                Pair::AddRow => format!("A+row {n}x{n}"),
                Pair::AddColumn => format!("A+col {n}x{n}"),
                Pair::AddTransposed => format!("A+B.T {n}x{n}"),
            },
            Op::Reduce { fold, axis, rows, cols } => {
                let axis = axis.map_or("".into(), |axis| format!(" axis {axis}"));
                format!("{}{axis} {rows}x{cols}", format!("{fold:?}").to_lowercase())
            }
            Op::Softmax { rows, cols } => format!("softmax {rows}x{cols}"),
            Op::Network { batch, ready: false } => format!("network 784-50-100-10 batch {batch}"),
            Op::Network { batch, ready: true } => format!("predict 784-50-100-10 batch {batch}"),
            Op::TinyNetwork { ready: false } => "network 2-3-2-2".into(),
            Op::TinyNetwork { ready: true } => "predict 2-3-2-2".into(),
        }
    }
}

impl Row {
    /// What it is called: `gemm 64`, `exp 1000`, `sum1 1000x1000`.
    pub fn name(&self) -> String {
        format!("{}{}", self.op.name(), if self.ready { " into" } else { "" })
    }

    /// NumPy's short name of the type: f32, i64.
    pub fn type_name(&self) -> &'static str {
        match self.dtype {
            DType::F32 => "f32",
            DType::F64 => "f64",
            DType::I32 => "i32",
            DType::I64 => "i64",
            _ => unreachable!("no row has another type"),
        }
    }

    /// The same work into a ready output, where nptensor has a form for that and this row is not of it.
    pub fn into_ready(self) -> Option<Row> {
        let has_form = match self.op {
            Op::Matmul { .. } | Op::Batched { .. } | Op::Map(..) => true,
            Op::Pair(pair, _) => pair != Pair::Greater,
            _ => false,
        };
        (has_form && !self.ready).then_some(Row { ready: true, ..self })
    }

    /// The same work on one thread.
    pub fn alone(self) -> Row {
        Row { threads: 1, ..self }
    }

    /// Group, name and type: what `--only` looks at.
    pub fn full_name(&self) -> String {
        format!("{} / {} {}", self.group, self.name(), self.type_name())
    }
}

/// 1000, 10^5: short names for great numbers.
fn size(n: usize) -> String {
    match n {
        100_000 => "10^5".into(),
        10_000_000 => "10^7".into(),
        n => n.to_string(),
    }
}

/// A product of straight matrices.
const fn gemm(m: usize, k: usize, n: usize) -> Op {
    Op::Matmul { m, k, n, side: Side::Straight }
}

/// All rows, group by group.
pub fn all() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut push = |group: &'static str, types: &[DType], ops: &[Op]| {
        for &dtype in types {
            rows.extend(ops.iter().map(|&op| Row { group, dtype, op, threads: 1, ready: false }));
        }
    };
    let floats = [DType::F32, DType::F64];
    let square = |sizes: &[usize]| sizes.iter().map(|&n| gemm(n, n, n)).collect::<Vec<Op>>();

    push("GEMM, square", &floats, &square(&[64, 100, 128, 200, 256, 384, 500, 512, 1000, 1024, 2048]));
    let small = square(&[2, 3, 4, 5, 8, 10, 12, 16, 20, 32]);
    push("GEMM, small", &floats, &small);
    let mut shapes = vec![gemm(1, 784, 50), gemm(100, 784, 50), gemm(10_000, 784, 50), gemm(100, 50, 100)];
    shapes.extend([512, 1024, 2048].map(|n| gemm(n, n, 0)));
    shapes.extend([512, 1024, 2048].map(|n| gemm(0, n, n)));
    shapes.extend([gemm(1024, 1, 1024), gemm(100_000, 16, 16), gemm(2000, 32, 4)]);
    shapes.extend([Side::TransposedA, Side::TransposedB].map(|side| Op::Matmul { m: 512, k: 512, n: 512, side }));
    shapes.push(Op::Batched { count: 64, n: 32 });
    push("matmul, other shapes", &floats, &shapes);
    push("integer matmul", &[DType::I32, DType::I64], &square(&[64, 256, 512]));

    let sizes = [1000, 100_000, 10_000_000];
    let funs = |funs: &[Fun]| funs.iter().flat_map(|&fun| sizes.map(|n| Op::Map(fun, n))).collect::<Vec<Op>>();
    push("functions", &floats, &funs(&[Fun::Exp, Fun::Sigmoid, Fun::Tanh, Fun::Ln]));
    let mut elementwise = funs(&[Fun::Relu, Fun::Step]);
    elementwise.extend([Pair::Add, Pair::Greater].into_iter().flat_map(|pair| sizes.map(|n| Op::Pair(pair, n))));
    elementwise.extend([Pair::AddRow, Pair::AddColumn].map(|pair| Op::Pair(pair, 1000)));
    push("elementwise", &floats, &elementwise);
    push("A+B.T", &floats, &[Op::Pair(Pair::AddTransposed, 1000)]);

    let mut folds = Vec::new();
    for (rows, cols) in [(1000, 1000), (10_000, 10)] {
        for fold in [Fold::Sum, Fold::Max, Fold::Argmax] {
            folds.extend([None, Some(0), Some(1)].map(|axis| Op::Reduce { fold, axis, rows, cols }));
        }
    }
    push("reductions", &floats, &folds);
    push("softmax", &floats, &[(10_000, 10), (1000, 1000)].map(|(rows, cols)| Op::Softmax { rows, cols }));
    let networks = |ready| [1, 100, 10_000].map(|batch| Op::Network { batch, ready });
    push("network 784-50-100-10", &floats, &networks(false));
    push("prediction 784-50-100-10", &floats, &networks(true));
    push("network 2-3-2-2", &floats, &[Op::TinyNetwork { ready: false }]);
    push("prediction 2-3-2-2", &floats, &[Op::TinyNetwork { ready: true }]);
    push("3-element add", &floats, &[Op::Pair(Pair::Add, 3)]);

    let mut great =
        [Fun::Exp, Fun::Sigmoid, Fun::Tanh, Fun::Ln, Fun::Relu, Fun::Step].map(|fun| Op::Map(fun, 10_000_000)).to_vec();
    great.push(Op::Pair(Pair::Add, 10_000_000));
    for (group, ops) in [("GEMM, small, ready output", &small), ("10^7 elements, ready output", &great)] {
        for dtype in floats {
            rows.extend(ops.iter().map(|&op| Row { group, dtype, op, threads: 1, ready: true }));
        }
    }

    let shared = floats.into_iter().flat_map(|dtype| [512, 1024, 2048].map(|n| (dtype, gemm(n, n, n))));
    rows.extend(shared.map(|(dtype, op)| Row { group: "two threads", dtype, op, threads: 2, ready: false }));
    rows
}
