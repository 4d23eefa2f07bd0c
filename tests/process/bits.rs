//! The same bits everywhere: one hash for the results of each operation, to be equal on every machine, level, layout, number of threads and split of a batch.
//!
//! ```text
//!   numbers by whole arithmetic --> every layout --> operation --> FNV-1a over the bits --> the table in hashes.txt
//!   matmul-float32   d61f...   628f...     where multiply-add rounds once, and where it rounds twice
//!   sum-float32      4522...   =           without a product there is nothing to fuse: one hash
//! ```
//!
//! `edges.rs` and the properties say that results equal the definition; this says that the definition is the same elsewhere. Sizes go across the edges of
//! registers, tiles, blocks and leaves. nan has one pattern here, for IEEE 754 leaves its payload open. Level and threads are the process's, so one test waits
//! for the other. `cargo test --test process bits -- --nocapture` prints what this machine's levels give, a column each; with `--ignored`, and `MNIST_DIR` for the
//! folder of its files, what the book's network says of all digits.

use crate::common::Rng;
use crate::{alone, set_num_threads};
use nptensor::{
    DType, Element, Float, Index, Layer, Number, Sequential, Tensor, Value, Workspace, formats, levels, set_level,
};

const HASHES: &str = include_str!("hashes.txt");

/// Rows of the table on real data, which are not always there.
const MNIST: &str = "mnist-";

#[test]
fn one_answer() {
    at_every_level(|name| !name.starts_with(MNIST), table);
}

/// All 10 000 probabilities.
#[test]
#[ignore = "needs the weights and the MNIST files: MNIST_DIR"]
fn one_answer_on_digits() {
    at_every_level(
        |name| name.starts_with(MNIST),
        || {
            let mut rows = Vec::new();
            digits::<f32>(&mut rows);
            digits::<f64>(&mut rows);
            rows
        },
    );
}

/// What `table` gives at each level must be the rows of the file whose names are wanted.
fn at_every_level(wanted: impl Fn(&str) -> bool, table: impl Fn() -> Vec<(String, u64)>) {
    let _alone = alone();
    let tables: Vec<_> = levels()
        .into_iter()
        .map(|level| {
            assert!(set_level(level));
            (level, table())
        })
        .collect();
    let columns: Vec<_> = tables.iter().map(|(level, _)| format!("{level:?}")).collect();
    println!("# {}", columns.join(", "));
    for (i, (name, _)) in tables[0].1.iter().enumerate() {
        let hashes: Vec<_> = tables.iter().map(|(_, rows)| format!("{:016x}", rows[i].1)).collect();
        println!("{name:<22} {}", hashes.join(" "));
    }
    let known = HASHES.lines().filter(|line| !line.starts_with('#')).map(words);
    let known: Vec<[&str; 3]> = known.filter(|[name, ..]| wanted(name)).collect();
    for (level, rows) in tables {
        assert_eq!(known.len(), rows.len());
        for ((name, hash), [known, once, twice]) in rows.iter().zip(&known) {
            let expected = if level.is_fused() || *twice == "=" { once } else { twice };
            assert_eq!((name.as_str(), format!("{hash:016x}").as_str()), (*known, *expected), "at {level:?}");
        }
    }
}

fn words(line: &str) -> [&str; 3] {
    let words: Vec<_> = line.split_whitespace().collect();
    words.try_into().expect("a name and two hashes")
}

/// A name and a hash for each operation and type.
fn table() -> Vec<(String, u64)> {
    macro_rules! every {
        ($($function:ident: $($type:ident)*;)*) => {{
            let mut rows = Vec::new();
            $($( $function::<$type>(&mut rows); )*)*
            rows
        }};
    }
    // (Two halves, for as many processors.)
    std::thread::scope(|scope| {
        let products = scope.spawn(|| every!(products: f32 f64 i32 i64; networks: f32 f64;));
        let mut rows = every! {
            elementwise: f32 f64;
            functions: f32 f64;
            reductions: f32 f64 i32 u8;
            places: f32 f64 i64;
        };
        rows.extend(products.join().unwrap());
        rows
    })
}

/// What a hash takes in.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    fn bits(&mut self, bits: u64) {
        for byte in bits.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn tensor<T: Element>(&mut self, t: &Tensor<T>) {
        t.shape().iter().for_each(|&n| self.bits(n as u64));
        for x in t {
            self.bits(match x.value() {
                Value::Bool(x) => u64::from(x),
                Value::Int(x) => x as u64,
                Value::UInt(x) => x,
                Value::F32(x) => u64::from(if x.is_nan() { u32::MAX } else { x.to_bits() }),
                Value::F64(x) => {
                    if x.is_nan() {
                        u64::MAX
                    } else {
                        x.to_bits()
                    }
                }
                other => unreachable!("{other:?}"),
            });
        }
    }
}

fn type_name<T: Element>() -> String {
    T::DTYPE.to_string()
}

/// From -4 to 4, in steps of 2^-20 for f32 and of 2^-49 for f64, exactly. Integers: from -128 to 127, or 0 to 255.
fn number<T: Element>(rng: &mut Rng) -> T {
    let bits = rng.next();
    let float = |bits: u64, step: f64| Value::F64(bits as f64 * step - 4.0);
    T::from_value(match T::DTYPE {
        DType::F32 => float(bits >> 41, f64::powi(0.5, 20)),
        DType::F64 => float(bits >> 12, f64::powi(0.5, 49)),
        _ => Value::Int((bits >> 56) as i64 - if T::LOWEST < T::ZERO { 128 } else { 0 }),
    })
}

fn tensor<T: Element>(seed: u64, shape: &[usize]) -> Tensor<T> {
    let mut rng = Rng(seed);
    Tensor::from_vec((0..shape.iter().product()).map(|_| number(&mut rng)).collect(), shape).unwrap()
}

/// The same matrix on other layouts: column after column, backwards, among other rows and columns.
fn layouts<T: Element>(t: &Tensor<T>) -> Vec<Tensor<T>> {
    let (rows, cols) = (t.shape()[0], t.shape()[1]);
    let columns = Tensor::from_vec(t.t().to_vec(), &[cols, rows]).unwrap();
    let mut backwards = t.to_vec();
    backwards.reverse();
    let backwards = Tensor::from_vec(backwards, &[rows, cols]).unwrap();
    let wide = Tensor::from_fn(&[2 * rows + 1, cols + 3], |i| {
        if i[0] % 2 == 1 && (2..cols + 2).contains(&i[1]) { t[[i[0] / 2, i[1] - 2]] } else { T::ONE }
    });
    let window = wide.unwrap().slice(&[Index::step(1.., 2), Index::step(2..cols as isize + 2, 1)][..]).unwrap();
    vec![t.clone(), columns.t(), backwards.flip(&[0, 1]).unwrap(), window]
}

/// Hashes of `f` on each layout of a matrix must be one.
fn same_on_all<T: Element>(t: &Tensor<T>, f: impl Fn(&mut Hash, &Tensor<T>)) -> u64 {
    let hashes: Vec<u64> = layouts(t)
        .iter()
        .map(|t| {
            let mut hash = Hash::new();
            f(&mut hash, t);
            hash.0
        })
        .collect();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:x?} on a matrix of {:?}", t.shape());
    hashes[0]
}

/// A row of the table: `f` on matrices of all these shapes, on every layout of each.
fn row<T: Element>(
    rows: &mut Vec<(String, u64)>,
    name: &str,
    shapes: &[[usize; 2]],
    f: impl Fn(&mut Hash, &Tensor<T>) + Copy,
) {
    let mut all = Hash::new();
    for (seed, shape) in shapes.iter().enumerate() {
        all.bits(same_on_all(&tensor::<T>(seed as u64, shape), f));
    }
    rows.push((format!("{name}-{}", type_name::<T>()), all.0));
}

/// Around the lengths of registers, and past a tile that is gathered.
const SHAPES: [[usize; 2]; 12] =
    [[1, 1], [1, 17], [3, 5], [7, 8], [9, 31], [16, 16], [17, 33], [33, 64], [65, 9], [100, 130], [40, 257], [300, 3]];

fn elementwise<T: Float>(rows: &mut Vec<(String, u64)>) {
    let other = |t: &Tensor<T>| tensor::<T>(99, &[t.shape()[1]]);
    row::<T>(rows, "add", &SHAPES, |hash, t| hash.tensor(&t.try_add(other(t)).unwrap()));
    row::<T>(rows, "sub", &SHAPES, |hash, t| hash.tensor(&t.try_sub(other(t)).unwrap()));
    row::<T>(rows, "mul", &SHAPES, |hash, t| hash.tensor(&t.try_mul(other(t)).unwrap()));
    row::<T>(rows, "div", &SHAPES, |hash, t| hash.tensor(&t.try_div(other(t)).unwrap()));
    row::<T>(rows, "gt", &SHAPES, |hash, t| hash.tensor(&t.greater(other(t)).unwrap()));
    row::<T>(rows, "sqrt", &SHAPES, |hash, t| hash.tensor(&t.sqrt()));
    row::<T>(rows, "relu", &SHAPES, |hash, t| hash.tensor(&t.relu()));
    row::<T>(rows, "step", &SHAPES, |hash, t| hash.tensor(&t.step()));
}

fn functions<T: Float>(rows: &mut Vec<(String, u64)>) {
    // Beyond both ends of exp, too.
    let scale = T::from_f64(if T::EPSILON < T::from_f64(1e-10) { 256.0 } else { 32.0 });
    row::<T>(rows, "exp", &SHAPES, |hash, t| hash.tensor(&(t * scale).exp()));
    row::<T>(rows, "ln", &SHAPES, |hash, t| hash.tensor(&t.ln()));
    row::<T>(rows, "tanh", &SHAPES, |hash, t| hash.tensor(&t.tanh()));
    row::<T>(rows, "sigmoid", &SHAPES, |hash, t| hash.tensor(&(t * scale).sigmoid()));
    row::<T>(rows, "expm1", &SHAPES, |hash, t| hash.tensor(&(t * scale).expm1()));
    row::<T>(rows, "log1p", &SHAPES, |hash, t| hash.tensor(&t.log1p()));
    row::<T>(rows, "log2", &SHAPES, |hash, t| hash.tensor(&t.log2()));
    row::<T>(rows, "log10", &SHAPES, |hash, t| hash.tensor(&t.log10()));
    row::<T>(rows, "softmax", &SHAPES, |hash, t| hash.tensor(&t.softmax(-1).unwrap()));
    row::<T>(rows, "log_softmax", &SHAPES, |hash, t| hash.tensor(&t.log_softmax(0).unwrap()));
}

/// Around lanes (16), blocks (128) and leaves (16384), along both axes.
const FOLDED: [[usize; 2]; 9] =
    [[1, 1], [3, 15], [17, 16], [5, 130], [129, 7], [2, 1030], [1031, 3], [1, 16390], [16390, 2]];

fn reductions<T: Number>(rows: &mut Vec<(String, u64)>) {
    row::<T>(rows, "sum", &FOLDED, |hash, t| {
        hash.tensor(&Tensor::from([t.sum()]));
        [0, 1].iter().for_each(|&axis| hash.tensor(&t.sum_axis(axis).unwrap()));
    });
    row::<T>(rows, "mean", &FOLDED, |hash, t| {
        hash.tensor(&Tensor::from([t.mean()]));
        [0, 1].iter().for_each(|&axis| hash.tensor(&t.mean_axis(axis).unwrap()));
    });
    row::<T>(rows, "std", &FOLDED, |hash, t| {
        hash.tensor(&Tensor::from([t.std()]));
        [0, 1].iter().for_each(|&axis| hash.tensor(&t.std_axis(axis).unwrap()));
    });
    row::<T>(rows, "cumsum", &FOLDED, |hash, t| {
        [0, 1].iter().for_each(|&axis| hash.tensor(&t.cumsum(axis).unwrap()));
    });
    row::<T>(rows, "max", &FOLDED, |hash, t| {
        hash.tensor(&Tensor::from([t.max().unwrap()]));
        [0, 1].iter().for_each(|&axis| hash.tensor(&t.max_axis(axis).unwrap()));
    });
}

fn places<T: Number>(rows: &mut Vec<(String, u64)>) {
    row::<T>(rows, "argmax", &FOLDED, |hash, t| {
        hash.bits(t.argmax().unwrap() as u64);
        [0, 1].iter().for_each(|&axis| hash.tensor(&t.argmax_axis(axis).unwrap()));
    });
}

/// m, k, n: around tiles, the sizes from which operands are packed, blocks of k and panels.
const PRODUCTS: [[usize; 3]; 17] = [
    [2, 3, 4],
    [1, 70, 9],
    [5, 8, 1],
    [6, 16, 16],
    [7, 17, 33],
    [17, 65, 64],
    [49, 64, 50],
    [48, 7, 513],
    [33, 40, 100],
    [3, 1030, 20],
    [9, 515, 18],
    [50, 2050, 7],
    [19, 5, 1030],
    [59, 230, 520],
    [1, 784, 50],
    [100, 1, 3],
    [20, 60, 300],
];

fn products<T: Element>(rows: &mut Vec<(String, u64)>) {
    let name = type_name::<T>();
    let mut all = Hash::new();
    for (seed, [m, k, n]) in PRODUCTS.into_iter().enumerate() {
        let (a, b) = (tensor::<T>(seed as u64, &[m, k]), tensor::<T>(seed as u64 + 50, &[k, n]));
        let mut hashes = Vec::new();
        // Every layout with every other where that is soon done.
        let (large, shared) = (m * k * n > 200_000, m * k * n >= 7_000_000);
        for b in layouts(&b).iter().take(if large { 2 } else { 4 }) {
            for a in layouts(&a).iter().skip(if large { 2 } else { 0 }).take(if shared { 1 } else { 4 }) {
                let mut hash = Hash::new();
                hash.tensor(&a.dot(b).unwrap());
                hashes.push(hash.0);
            }
        }
        // Row by row, as a batch of one each, and on more threads.
        let mut hash = Hash::new();
        let split: Vec<T> = (0..m).flat_map(|i| a.slice(i as isize).unwrap().dot(&b).unwrap().to_vec()).collect();
        hash.tensor(&Tensor::from_vec(split, &[m, n]).unwrap());
        hashes.push(hash.0);
        for &threads in if shared { &[2, 3, 8][..] } else { &[1] } {
            set_num_threads(threads);
            let mut hash = Hash::new();
            hash.tensor(&a.dot(&b).unwrap());
            hashes.push(hash.0);
        }
        set_num_threads(1);
        assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:x?} for {m}x{k} times {k}x{n}, {name}");
        all.bits(hashes[0]);
    }
    rows.push((format!("matmul-{name}"), all.0));
    row::<T>(rows, "dot-vector", &FOLDED, |hash, t| {
        hash.tensor(&t.dot(&tensor::<T>(7, &[t.shape()[1]])).unwrap());
    });
}

/// 784-50-100-10 with sigmoids and a softmax, its weights small: one input at a time, in batches, and through a workspace.
fn networks<T: Float>(rows: &mut Vec<(String, u64)>) {
    let small = |seed, shape: &[usize]| tensor::<T>(seed, shape) * T::from_f64(0.0625);
    let mut layers = Vec::new();
    for (i, (inputs, outputs)) in [(784, 50), (50, 100), (100, 10)].into_iter().enumerate() {
        let i = i as u64;
        layers.push(Layer::dense(small(i, &[inputs, outputs]), small(i + 10, &[outputs])));
        layers.push(if i < 2 { Layer::Sigmoid } else { Layer::Softmax });
    }
    let model = Sequential::new(layers).unwrap();
    let x = tensor::<T>(20, &[70, 784]);
    let hash = same_on_all(&x, |hash, x| hash.tensor(&model.forward(x).unwrap()));
    in_batches(&model, &x, hash, &[1, 7, 64, 70]);
    rows.push((format!("network-{}", type_name::<T>()), hash));
}

/// Outputs have this hash, however the rows of `x` are dealt out.
fn in_batches<T: Float>(model: &Sequential<T>, x: &Tensor<T>, hash: u64, batches: &[usize]) {
    let mut work = Workspace::new();
    let (count, inputs) = (x.shape()[0], x.to_vec());
    for batch in batches {
        let mut out = Vec::new();
        for part in inputs.chunks(784 * batch) {
            out.extend_from_slice(model.predict(part, &mut work).unwrap());
        }
        let mut other = Hash::new();
        other.tensor(&Tensor::from_vec(out, &[count, 10]).unwrap());
        assert_eq!(other.0, hash, "in batches of {batch}");
    }
}

/// The book's network on the MNIST test set, in batches and on threads.
fn digits<T: Float>(rows: &mut Vec<(String, u64)>) {
    let dir = std::env::var("MNIST_DIR").expect("MNIST_DIR names the folder with the weights and the MNIST files");
    let file = |name: &str| formats::read(&std::fs::read(std::path::Path::new(&dir).join(name)).unwrap()).unwrap();
    let pixels = file("t10k-images-idx3-ubyte.gz").into_tensor().unwrap().cast::<T>();
    let x = pixels.reshape(&[10_000, 784]).unwrap() / T::from_f64(255.0);
    let weights = file("sample_weight.pkl").into_archive();
    let model: Sequential<T> = formats::model(&weights, Layer::Sigmoid, Layer::Softmax).unwrap();
    let mut hash = Hash::new();
    hash.tensor(&model.forward(&x).unwrap());
    in_batches(&model, &x, hash.0, &[1, 100, 777]);
    for threads in 2..=8 {
        set_num_threads(threads);
        in_batches(&model, &x, hash.0, &[10_000]);
    }
    set_num_threads(1);
    rows.push((format!("{MNIST}{}", type_name::<T>()), hash.0));
}
