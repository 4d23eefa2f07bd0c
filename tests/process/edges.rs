//! Matrix products at the edges of every block: each level, layout, number of threads and split of the batch, against the definition, bit for bit.
//!
//! ```text
//!   tile MR x NR      MR 4, 6 or 8       NR 4 to 64, by level and type        small products, compared whole
//!   blocks            MC 42 to 340       KC 512, 1024       NC 1008           large ones, compared around the edges and at some places between
//!   threads           from some millions of multiply-adds
//! ```
//!
//! Sizes are the edges that are, and those that were or may come to be. Level and threads are the process's, so this is one test, alone.

use crate::common::{Rng, Values, base, elements, same};
use crate::set_num_threads;
use nptensor::reference::Array;
use nptensor::{Element, Tensor, level, levels, set_level};

#[test]
fn every_edge() {
    let _alone = crate::alone();
    for chosen in levels() {
        assert!(set_level(chosen) && level() == chosen);
        // (Two halves, for as many processors.)
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for_types!(@ tiles (&mut Rng(1)) f32 f64 i8 i32 i64 bool);
                for_types!(@ layouts (&mut Rng(2)) f32 f64 i8 i32 i64 bool);
                for_types!(@ long_rows (&mut Rng(7)) f32 f64 i32);
            });
            for_types!(@ halves (&mut Rng(6)) f32 f64 i32);
            for_types!(@ inner_blocks (&mut Rng(3)) f32 f64 i32);
            for_types!(@ few_columns (&mut Rng(8)) f32 f64 i32);
            for_types!(@ outer_blocks (&mut Rng(4)) f32 f64 i64);
            for_types!(@ shared (&mut Rng(5)) f32 f64 i32);
        });
    }
}

/// Around every height and width of a tile; nothing, and a single row or column.
fn tiles<T: Element>(rng: &mut Rng) {
    for m in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17] {
        for n in [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65] {
            let k = 1 + (m + n) % 5;
            let product = Product::<T>::new(rng, Values::Any, m, k, n);
            product.check(&[Layout::Rows, Layout::Columns], &[Layout::Rows, Layout::Columns]);
        }
    }
    for (m, k, n) in [(0, 0, 0), (1, 0, 1), (5, 0, 9), (6, 0, 0), (0, 3, 4), (33, 2, 5), (31, 3, 1), (32, 1, 3)] {
        Product::<T>::new(rng, Values::Any, m, k, n).check(&Layout::ALL, &Layout::ALL);
    }
}

/// Columns that half a register is left for, and those around them, with as many rows as pay for that; in place, packed, and in several blocks of k.
fn halves<T: Element>(rng: &mut Rng) {
    for m in [31, 32, 33, 40, 83] {
        for n in [1, 3, 4, 5, 8, 9, 11, 12, 13, 17, 20, 23, 24, 25, 28, 36, 40, 52] {
            let product = Product::<T>::new(rng, Values::Any, m, 1 + n % 7, n);
            product.check(&[Layout::Rows, Layout::Columns], &[Layout::Rows, Layout::Window]);
        }
    }
    for n in [514, 516, 517, 520, 524, 525] {
        Product::<T>::new(rng, Values::Tame, 33, 1030, n).check(&[Layout::Rows], &[Layout::Rows]);
        Product::<T>::new(rng, Values::Tame, 33, 40, n - 256).check(&[Layout::Rows], &[Layout::Rows, Layout::Columns]);
    }
}

/// Every layout with every other, where edge tiles are on both sides; and rows or columns that are all the same.
fn layouts<T: Element>(rng: &mut Rng) {
    for (m, k, n) in [(1, 5, 19), (4, 3, 8), (7, 9, 13), (17, 33, 35)] {
        let product = Product::<T>::new(rng, Values::Any, m, k, n);
        product.check(&Layout::ALL, &Layout::ALL);
        product.splits();
        product.alike(rng);
    }
}

/// Blocks of k: each takes up C where the one before left it.
fn inner_blocks<T: Element>(rng: &mut Rng) {
    for k in [191, 192, 193, 255, 256, 257, 383, 384, 385, 511, 512, 513, 767, 769, 1023, 1024, 1025, 2047, 2049] {
        Product::<T>::new(rng, Values::Tame, 9, k, 18).check(&Layout::ENOUGH, &[Layout::Columns, Layout::Window]);
    }
    // Around the size from which B is packed, and the number of rows.
    for (m, k, n) in [(16, 65, 64), (17, 65, 64), (17, 31, 64), (17, 32, 64), (17, 64, 63)] {
        Product::<T>::new(rng, Values::Tame, m, k, n).check(&Layout::ALL, &[Layout::Rows, Layout::Window]);
    }
    // Around the number of rows for which a small B is packed.
    for (m, k, n) in [(127, 3, 37), (128, 3, 37), (143, 9, 4), (144, 9, 4)] {
        Product::<T>::new(rng, Values::Any, m, k, n).check(&Layout::ALL, &[Layout::Rows, Layout::Window]);
    }
    Product::<T>::new(rng, Values::Tame, 129, 4, 600).check(&[Layout::Rows], &[Layout::Rows]);
    // Too large to be read where it lies; too large for a single panel.
    Product::<T>::new(rng, Values::Tame, 19, 515, 263).check(&[Layout::Rows], &[Layout::Rows]);
    Product::<T>::new(rng, Values::Tame, 7, 2200, 500).check(&[Layout::Rows], &[Layout::Columns]);
    // Several blocks of k and several panels.
    Product::<T>::new(rng, Values::Tame, 5, 1030, 1040).check(&[Layout::Rows, Layout::Columns], &[Layout::Columns]);
}

/// Columns so few that rows of A go into the lanes, and one more; rows and terms around registers.
fn few_columns<T: Element>(rng: &mut Rng) {
    for n in [1, 2, 3, 4, 5] {
        for (m, k) in
            [(31, 16), (32, 15), (32, 16), (33, 17), (39, 23), (47, 31), (48, 32), (65, 33), (79, 8), (80, 50)]
        {
            Product::<T>::new(rng, Values::Any, m, k, n).check(&Layout::ENOUGH, &Layout::ALL);
        }
    }
    Product::<T>::new(rng, Values::Tame, 100, 2100, 3).check(&[Layout::Rows, Layout::Window], &[Layout::Columns]);
}

/// Blocks of rows and of columns.
fn outer_blocks<T: Element>(rng: &mut Rng) {
    for m in [47, 48, 49, 71, 73, 95, 96, 97, 119, 121, 143, 145, 191, 192, 193] {
        Product::<T>::new(rng, Values::Tame, m, 7, 17).check(&Layout::ENOUGH, &[Layout::Columns, Layout::Rows]);
    }
    for n in [255, 257, 511, 512, 513, 1007, 1008, 1009, 1023, 1025, 2049] {
        Product::<T>::new(rng, Values::Tame, 19, 5, n).check(&[Layout::Rows], &[Layout::Columns, Layout::Window]);
    }
    Product::<T>::new(rng, Values::Tame, 97, 259, 515).check(&[Layout::Pages], &[Layout::Columns]);
}

/// Enough work for threads, in rows that do not divide evenly.
fn shared<T: Element>(rng: &mut Rng) {
    let product = Product::<T>::new(rng, Values::Tame, 59, 520, 250);
    for threads in [2, 3] {
        set_num_threads(threads);
        product.check(&[Layout::Rows, Layout::Columns], &[Layout::Rows]);
    }
    set_num_threads(1);
}

/// One row times long ones, which begin anywhere in a line of the cache.
fn long_rows<T: Element>(rng: &mut Rng) {
    for (k, n) in [(2, 300), (6, 256), (7, 257), (13, 127)] {
        let ((x, a), (y, b)) = (base::<T>(rng, Values::Any, &[1, k]), base::<T>(rng, Values::Any, &[k, n + 16]));
        let wanted = a.dot(&b);
        for start in 0..=16 {
            let y = y.slice(&*format!(":, {start}:{}", start + n)).unwrap();
            let columns: Vec<usize> = (start..start + n).collect();
            same(&x.dot(&y).unwrap(), &part(&wanted, &[0], &columns), &format!("{k} rows of {n}, from {start}"));
        }
    }
}

/// How a matrix lies.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// Row after row.
    Rows,
    /// Column after column.
    Columns,
    /// Both axes from the end.
    Reversed,
    /// Rows side by side, last one first.
    LastRowFirst,
    /// Part of a wider matrix, its rows side by side.
    Window,
    /// Every other row and every third column.
    Sparse,
    /// Part of a matrix whose rows are a whole number of pages apart.
    Pages,
}

impl Layout {
    const ALL: [Layout; 7] = [
        Layout::Rows,
        Layout::Columns,
        Layout::Reversed,
        Layout::LastRowFirst,
        Layout::Window,
        Layout::Sparse,
        Layout::Pages,
    ];
    /// One of each kind that a kernel may tell apart.
    const ENOUGH: [Layout; 3] = [Layout::Rows, Layout::Columns, Layout::Pages];

    /// The matrix, lying so.
    fn lay<T: Element>(self, x: &Array<T>) -> Tensor<T> {
        let plain = Tensor::from(x);
        let (rows, cols) = (x.shape[0], x.shape[1]);
        let inside = |shape: [usize; 2], first: [usize; 2], step: [usize; 2], slice: &str| {
            let of = |i: usize, axis: usize| {
                (i >= first[axis] && (i - first[axis]).is_multiple_of(step[axis]))
                    .then(|| (i - first[axis]) / step[axis])
            };
            let wide = Tensor::from_fn(&shape, |at| match (of(at[0], 0), of(at[1], 1)) {
                (Some(i), Some(j)) if i < rows && j < cols => x.at(&[i, j]),
                // Whoever reads outside is found out.
                _ => T::HIGHEST,
            });
            wide.unwrap().slice(slice).unwrap()
        };
        match self {
            Layout::Rows => plain,
            Layout::Columns => plain.t().to_contiguous().t(),
            Layout::Reversed => plain.flip(&[0, 1]).unwrap().to_contiguous().flip(&[0, 1]).unwrap(),
            Layout::LastRowFirst => plain.flip(&[0]).unwrap().to_contiguous().flip(&[0]).unwrap(),
            Layout::Window => inside([rows + 2, cols + 5], [1, 3], [1, 1], &format!("1:{}, 3:{}", rows + 1, cols + 3)),
            Layout::Sparse => inside([2 * rows + 1, 3 * cols + 1], [1, 1], [2, 3], "1::2, 1::3"),
            Layout::Pages => {
                let page = 4096 / size_of::<T>();
                inside([rows, cols.next_multiple_of(page)], [0, 0], [1, 1], &format!(":, :{cols}"))
            }
        }
    }
}

/// Two matrices and what their product is at some rows and columns.
struct Product<T> {
    a: Array<T>,
    b: Array<T>,
    rows: Vec<usize>,
    cols: Vec<usize>,
    wanted: Array<T>,
}

impl<T: Element> Product<T> {
    fn new(rng: &mut Rng, values: Values, m: usize, k: usize, n: usize) -> Self {
        let a = Array::new(&[m, k], elements(rng, values, m * k));
        let b = Array::new(&[k, n], elements(rng, values, k * n));
        Product::of(rng, a, b)
    }

    fn of(rng: &mut Rng, a: Array<T>, b: Array<T>) -> Self {
        let (rows, cols) = (places(rng, a.shape[0]), places(rng, b.shape[1]));
        let wanted = part(&a, &rows, &every(a.shape[1])).dot(&part(&b, &every(b.shape[0]), &cols));
        Product { a, b, rows, cols, wanted }
    }

    /// On each of these layouts of A with each of those of B.
    fn check(&self, a_layouts: &[Layout], b_layouts: &[Layout]) {
        let bs: Vec<Tensor<T>> = b_layouts.iter().map(|layout| layout.lay(&self.b)).collect();
        for a_layout in a_layouts {
            let a = a_layout.lay(&self.a);
            for (b_layout, b) in b_layouts.iter().zip(&bs) {
                self.compare(&a, b, &format!("{a_layout:?} times {b_layout:?}"));
            }
        }
    }

    #[track_caller]
    fn compare(&self, a: &Tensor<T>, b: &Tensor<T>, what: &str) {
        let got = Array::from(&a.dot(b).unwrap());
        assert_eq!(got.shape, [self.a.shape[0], self.b.shape[1]]);
        let got = part(&got, &self.rows, &self.cols);
        if !got.same_bits(&self.wanted) {
            let what = format!("{what}, {:?} x {:?} on {:?}", self.a.shape, self.b.shape, level());
            same(&Tensor::from(&got), &self.wanted, &what);
        }
    }

    /// Some rows alone give what they give among the others.
    fn splits(&self) {
        let (a, b) = (Tensor::from(&self.a), Tensor::from(&self.b));
        let whole = Array::from(&a.dot(&b).unwrap());
        let (m, n) = (whole.shape[0], whole.shape[1]);
        for height in [1, 2, 3, 5, 6, 7, 8, 9] {
            for from in (0..m).step_by(height) {
                let rows: Vec<usize> = (from..m.min(from + height)).collect();
                let some = a.slice(from as isize..(from + rows.len()) as isize).unwrap();
                same(&some.dot(&b).unwrap(), &part(&whole, &rows, &every(n)), "some of the rows");
            }
        }
    }

    /// The first row of A in place of each, the first column of B likewise, and both the other way: strides of 0.
    fn alike(&self, rng: &mut Rng) {
        let (a, b) = (Tensor::from(&self.a), Tensor::from(&self.b));
        let stretch = |t: &Tensor<T>, slice: &str| t.slice(slice).unwrap().broadcast_to(t.shape()).unwrap();
        for a in [a.clone(), stretch(&a, ":1"), stretch(&a, ":, :1"), stretch(&a, ":1, :1")] {
            for b in [b.clone(), stretch(&b, ":1"), stretch(&b, ":, :1"), stretch(&b, ":1, :1")] {
                Product::of(rng, Array::from(&a), Array::from(&b)).compare(&a, &b, "rows or columns alike");
            }
        }
    }
}

/// The places of an axis at which a product is compared: all of a short one; else both ends, the edges of blocks, and some between.
fn places(rng: &mut Rng, n: usize) -> Vec<usize> {
    if n <= 65 {
        return every(n);
    }
    let edges = [48, 96, 192, 256, 384, 512, 1024, 2048].into_iter().flat_map(|edge| [edge - 1, edge]);
    let mut places: Vec<usize> = edges.chain([0, 1]).chain(n - 10..n).filter(|&i| i < n).collect();
    places.extend((0..6).map(|_| rng.below(n)));
    places.sort_unstable();
    places.dedup();
    places
}

fn every(n: usize) -> Vec<usize> {
    (0..n).collect()
}

/// Some rows and columns.
fn part<T: Element>(x: &Array<T>, rows: &[usize], cols: &[usize]) -> Array<T> {
    let data = rows.iter().flat_map(|&i| cols.iter().map(move |&j| x.data[i * x.shape[1] + j])).collect();
    Array::new(&[rows.len(), cols.len()], data)
}
