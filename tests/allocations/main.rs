//! What allocates nothing, counted: repeated predictions, sums in place, products and functions into outputs.
//!
//! The allocator counts what this thread asks of it. Each test also sees it count something, so that a count of 0 says
//! what it seems to say. It also refuses, on demand, what a result takes: where that is documented to panic, it does
//! not end the program.

// A global allocator is an unsafe trait; the library itself has none of this here.
#![allow(unsafe_code, clippy::disallowed_methods, clippy::disallowed_macros)]

#[cfg(feature = "capi")]
mod border;
#[cfg(feature = "std")]
mod files;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[cfg(feature = "std")]
use nptensor::free_panels;
use nptensor::{Element, Error, Float, Layer, Level, Result, Sequential, Tensor, Workspace};

/// Without `std`, none are kept.
#[cfg(not(feature = "std"))]
fn free_panels() {}

/// The system's allocator, counting what this thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// So many bytes are not to be had; 0 refuses none.
    static REFUSED: Cell<usize> = const { Cell::new(0) };
    /// How many more big allocations are to be had before one is refused; below 0, it has been.
    static LEFT: Cell<isize> = const { Cell::new(isize::MAX) };
}

/// Bytes from which an allocation is big: its size comes from an operand, not from a few axes.
const BIG_BYTES: usize = 9_000;

// SAFETY: every call is passed on to the system's allocator as it is, or refused by a null pointer.
// (realloc and alloc_zeroed come here as alloc.)
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        if REFUSED.with(Cell::get) == layout.size() {
            return std::ptr::null_mut();
        }
        if layout.size() >= BIG_BYTES {
            LEFT.with(|left| left.set(left.get() - 1));
            if LEFT.with(Cell::get) == -1 {
                return std::ptr::null_mut();
            }
        }
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this asks for memory.
fn allocations(f: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    f();
    ALLOCATIONS.with(Cell::get) - before
}

fn numbers<T: Float>(shape: &[usize]) -> Result<Tensor<T>> {
    Tensor::from_fn(shape, |at| T::from_f64((at.iter().sum::<usize>() % 13) as f64 / 8.0 - 0.75))
}

/// Dense layers of these widths, a scale and activations of each kind behind them, softmax at the end; with `views`, the
/// weights are transposed views of (outputs, inputs).
fn network<T: Float>(widths: &[usize], views: bool) -> Result<Sequential<T>> {
    let mut layers = Vec::new();
    for pair in widths.windows(2) {
        let w = if views { numbers::<T>(&[pair[1], pair[0]])?.t() } else { numbers(pair)? };
        layers.push(Layer::dense(w, numbers::<T>(&pair[1..])?));
        layers.push(Layer::Scale { scale: numbers(&pair[1..])?, shift: numbers(&pair[1..])? });
        layers.extend([Layer::Sigmoid, Layer::leaky_relu(0.2), Layer::gelu()]);
    }
    layers.truncate(layers.len() - 3);
    layers.push(Layer::Softmax);
    Sequential::new(layers)
}

fn predictions<T: Float>() -> Result<()> {
    for widths in [&[2, 3, 2, 2][..], &[784, 50, 100, 10]] {
        for views in [false, true] {
            for rows in [1, 100, 300] {
                let further = [Layer::elu(0.7), Layer::gelu_tanh(), Layer::silu(), Layer::softplus(1.5)];
                let rest = [Layer::hardtanh(-1.0, 1.0), Layer::normalize(1e-3), Layer::log_softmax()];
                let layers = network::<T>(widths, views)?.layers().to_vec();
                let network = Sequential::new(layers.into_iter().chain(further).chain(rest).collect::<Vec<_>>())?;
                let x = numbers::<T>(&[rows, widths[0]])?.to_vec();
                let mut work = Workspace::new();
                let mut predict = || assert!(network.predict(&x, &mut work).is_ok());
                assert!(allocations(&mut predict) > 0, "the first time, memory is needed");
                let repeated = allocations(|| (0..3).for_each(|_| predict()));
                assert_eq!(repeated, 0, "{widths:?}, views {views}, {rows} rows of {}", T::DTYPE);
            }
        }
    }
    Ok(())
}

#[test]
fn repeated_predictions() -> Result<()> {
    predictions::<f32>()?;
    predictions::<f64>()
}

/// A new workspace is empty, and the first prediction takes what the documentation of `Workspace` says, no more; one
/// that is made for a network has all that.
#[test]
fn first_predictions() -> Result<()> {
    #[cfg(feature = "std")]
    nptensor::level(); // the first look reads the environment
    for (rows, widest, first) in [(1, 100, None), (16, 100, None), (1, 784, Some(Layer::Relu))] {
        let dense = network::<f32>(&[784, 50, 100, 10], false)?;
        let network = Sequential::new(first.into_iter().chain(dense.layers().to_vec()).collect::<Vec<_>>())?;
        let x = vec![0.5; rows * 784];
        // Made for so many rows, it serves them and fewer from the first time on.
        let mut work = network.workspace(rows)?;
        let mut predict = |rows| allocations(|| assert!(network.predict(&x[..784 * rows], &mut work).is_ok()));
        assert_eq!([predict(1), predict(rows), predict(rows / 2)], [0; 3], "{rows} rows");
        assert_eq!(allocations(|| work = Workspace::new()), 0);
        assert_eq!(allocations(|| assert!(network.predict(&x, &mut work).is_ok())), 2, "{rows} rows");
        for bytes in [4 * rows * 10, 4 * 2 * (rows * widest + 16)] {
            let mut work = Workspace::new();
            REFUSED.with(|refused| refused.set(bytes));
            let done = [network.predict(&x, &mut work).is_ok(), network.workspace(rows).is_ok()];
            REFUSED.with(|refused| refused.set(0));
            assert_eq!(done, [false; 2], "{bytes} bytes for {rows} rows");
        }
    }
    Ok(())
}

/// A workspace that has served the larger batch serves the smaller one, and another model.
#[test]
fn one_workspace_for_all() -> Result<()> {
    let (large, small) = (network::<f32>(&[784, 50, 100, 10], false)?, network::<f32>(&[2, 3, 2, 2], true)?);
    let mut work = Workspace::new();
    assert!(allocations(|| assert!(large.predict(&[0.5; 784 * 7], &mut work).is_ok())) > 0);
    let after = allocations(|| {
        for rows in 1..=7 {
            assert!(large.predict(&[0.25; 784 * 7][..784 * rows], &mut work).is_ok());
            assert!(small.predict(&[0.25; 2 * 7][..2 * rows], &mut work).is_ok());
        }
    });
    assert_eq!(after, 0);
    Ok(())
}

/// A result is one allocation, its elements; the first clone or view of it another, the count of its owners, and later
/// ones are none.
#[test]
fn results() -> Result<()> {
    for n in [2, 11, 12, 100] {
        let a = numbers::<f64>(&[n, n])?;
        // The first product of all asks the machine what it can, and the first of a thread may take room for panels.
        assert!(a.dot(&a).is_ok());
        assert_eq!(allocations(|| assert!(a.dot(&a).is_ok())), 1, "a product of {n} by {n}");
        assert_eq!(allocations(|| assert!(a.try_add(&a).is_ok())), 1, "a sum of {n} by {n}");
        let sum = &a + &a;
        assert_eq!([(); 3].map(|()| allocations(|| drop(sum.t()))), [1, 0, 0], "views of {n} by {n}");
        assert_eq!(allocations(|| drop(sum.clone())), 0, "clones of {n} by {n}");
        assert_eq!(allocations(|| drop(sum.into_vec())), 0, "the elements of {n} by {n}");
    }
    Ok(())
}

/// A scalar operand takes no memory and an owned one is not copied: what is asked for is the result's, as for a sum of
/// two tensors.
#[test]
fn operands() -> Result<()> {
    let (mut x, mut out) = (numbers::<f64>(&[30, 40])?, Tensor::zeros(&[30, 40])?);
    let in_place = allocations(|| {
        x += 0.5;
        assert!(x.try_mul_assign(2.0).is_ok() && x.add_into(0.5, &mut out).is_ok());
        assert!(x.zip_into(0.5, &mut out, |x, y| x - y).is_ok());
    });
    assert_eq!(in_place, 0);
    for x in [numbers::<f64>(&[3])?, x.t(), x] {
        let (sum, mask, owned) = (allocations(|| drop(x.try_add(&x))), x.greater(0.5)?, x.clone());
        assert!(sum > 0);
        assert_eq!(allocations(|| assert!(x.try_add(0.5).is_ok())), sum);
        assert_eq!(allocations(|| assert!(x.maximum(0.5).is_ok())), sum);
        assert_eq!(allocations(|| assert!(x.power(2.0).is_ok())), sum);
        assert_eq!(allocations(|| assert!(x.greater(0.5).is_ok())), allocations(|| assert!(x.greater(&x).is_ok())));
        assert_eq!(allocations(|| assert!(mask.where_(&x, 0.5).is_ok())), sum);
        assert_eq!(allocations(|| assert!(x.maximum(owned).is_ok())), sum);
    }
    Ok(())
}

#[test]
fn sums_in_place() -> Result<()> {
    let (mut a, row) = (numbers::<f64>(&[30, 40])?, numbers::<f64>(&[40])?);
    let b = a.t().to_contiguous().t();
    // Whoever shares the storage keeps what it has, so the first sum copies.
    let shared = a.clone();
    assert!(allocations(|| a += &b) > 0);
    assert_eq!(allocations(|| a += &row), 0, "a row");
    assert_eq!(allocations(|| a += &shared), 0, "the same layout");
    Ok(())
}

#[test]
fn products_into_outputs() -> Result<()> {
    for (m, k, n) in [(2, 2, 2), (5, 3, 4), (33, 32, 31), (1, 40, 50), (40, 1, 50)] {
        let (a, b) = (numbers::<f64>(&[m, k])?, numbers::<f64>(&[k, n])?);
        let (mut out, mut column) = (Tensor::zeros(&[m, n])?, Tensor::zeros(&[m])?);
        let v = numbers::<f64>(&[k])?;
        let shared = out.clone();
        let copied = allocations(|| assert!(a.dot_into(&b, &mut out).is_ok()));
        assert!(copied > 0, "what is shared stays");
        drop(shared);
        let again = allocations(|| {
            assert!(a.dot_into(&b, &mut out).is_ok() && a.matmul_into(&b, &mut out).is_ok());
            assert!(a.dot_into(&v, &mut column).is_ok() && a.dot_into(&b, &mut out).is_ok());
        });
        assert_eq!(again, 0, "{m} {k} {n}");
    }
    Ok(())
}

#[test]
fn functions_into_outputs() -> Result<()> {
    let (a, b) = (numbers::<f32>(&[30, 40])?, numbers::<f32>(&[40])?);
    let (mut out, mut ones) = (Tensor::zeros(&[30, 40])?, Tensor::zeros(&[30, 40])?);
    let shared = out.clone();
    assert!(allocations(|| assert!(a.exp_into(&mut out).is_ok())) > 0, "what is shared stays");
    drop(shared);
    let again = allocations(|| {
        assert!(a.exp_into(&mut out).is_ok() && a.relu_into(&mut out).is_ok() && a.add_into(&b, &mut out).is_ok());
        assert!(a.step_into(&mut ones).is_ok());
    });
    assert_eq!(again, 0);
    Ok(())
}

/// What `f` panics with where no `bytes` are to be had in one piece.
fn panics_without(bytes: usize, f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    REFUSED.with(|refused| refused.set(bytes));
    let panic = std::panic::catch_unwind(f);
    REFUSED.with(|refused| refused.set(0));
    *panic.expect_err("memory was to be had").downcast::<String>().expect("a text")
}

#[test]
fn copies_without_memory() -> Result<()> {
    let shared = numbers::<f64>(&[5000])?;
    let (first, second) = (shared.clone(), shared.clone());
    let text = "Unable to allocate 39.1 KiB for an array with shape (5000,) and data type float64";
    assert_eq!(panics_without(40_000, move || drop(first.into_vec())), text);
    assert_eq!(panics_without(40_000, move || drop(Vec::from(second))), text);
    // An only owner hands over what it has.
    let place = shared.as_slice().map(<[f64]>::as_ptr);
    assert_eq!(allocations(|| assert_eq!(Some(shared.into_vec().as_ptr()), place)), 0);
    Ok(())
}

/// Refuses each big allocation of `f` in turn: that gives an error or, where it `falls_back`, the very same elements,
/// and never an abort. There are at least `wanted` of them.
fn refused_in_turn<T: Element>(name: &str, wanted: usize, falls_back: usize, f: impl Fn() -> Result<Tensor<T>>) {
    values_refused(name, wanted, falls_back, f, |a, b| {
        let bits = |t: &Tensor<T>| t.iter().map(|x| format!("{x:?}")).collect::<Vec<_>>();
        bits(a) == bits(b)
    });
}

/// The same for values of any kind.
fn values_refused<V>(
    name: &str,
    wanted: usize,
    falls_back: usize,
    f: impl Fn() -> Result<V>,
    equal: impl Fn(&V, &V) -> bool,
) {
    free_panels();
    let whole = f().unwrap_or_else(|error| panic!("{name}: {error}"));
    let (mut refused, mut same) = (0, 0);
    loop {
        free_panels();
        LEFT.with(|left| left.set(refused));
        let result = f();
        let left = LEFT.with(|left| left.replace(isize::MAX));
        match result {
            Ok(result) => {
                assert!(equal(&result, &whole), "{name}, without allocation {refused}");
                if left >= 0 {
                    break;
                }
                same += 1;
            }
            Err(error) => assert!(matches!(error, Error::OutOfMemory { .. }), "{name}: {error:?}"),
        }
        refused += 1;
    }
    assert!(refused as usize >= wanted && same == falls_back, "{name}: {refused} refused, {same} done without");
}

/// What `f` gives, and an error where it panics for want of memory.
fn caught<V>(f: impl FnOnce() -> Result<V>) -> Result<V> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_or_else(|panic| {
        let text = panic.downcast::<String>().expect("a text");
        assert!(text.starts_with("Unable to allocate "), "{text}");
        Err(Error::OutOfMemory { shape: Vec::new(), dtype: "", bytes: 0 })
    })
}

#[test]
fn products_without_memory() -> Result<()> {
    let a = numbers::<f64>(&[130, 60])?;
    let b = numbers::<f64>(&[60, 70])?;
    let (at, bt) = (a.t().to_contiguous().t(), b.t().to_contiguous().t());
    // On x86-64 without AVX2, a B whose rows are contiguous needs no panel.
    let packs_b = usize::from(nptensor::level() != Level::Plain || !cfg!(target_arch = "x86_64"));
    // The result is refused with an error; panels are done without.
    for (name, a, b, panels) in [
        ("packed B", &a, &b, packs_b),
        ("A by columns", &at, &b, packs_b),
        ("B by columns", &a, &bt, 1),
        ("both", &at, &bt, 1),
    ] {
        refused_in_turn(&format!("dot, {name}"), 1 + panels, panels, || a.dot(b));
        refused_in_turn(&format!("matmul, {name}"), 1 + panels, panels, || a.matmul(b));
    }
    let (a, b) = (at.cast::<i32>(), bt.cast::<i32>());
    refused_in_turn("dot of integers by blocks", 2, 1, || a.dot(&b));
    let (a, b) = (a.cast::<i16>(), b.cast::<i16>());
    // (The panel is smaller than what is big here, for one of 70 columns.)
    let b = Tensor::concatenate(&[&b, &b], 1)?.t().to_contiguous().t();
    refused_in_turn("dot of short integers", 2, 1, || a.dot(&b));
    // Rows beside a vector are copied, and the vector too: an error each.
    let (wide, v) = (numbers::<f64>(&[3000, 3])?, numbers::<f64>(&[3000, 2])?);
    refused_in_turn("dot of a vector", 2, 0, || wide.t().dot(&v.slice(":, 0")?));
    refused_in_turn("stacks", 3, 1, || numbers_dot(&at, &bt));
    Ok(())
}

/// Rows of a stack that are no one matrix: copied, multiplied.
fn numbers_dot(a: &Tensor<f64>, b: &Tensor<f64>) -> Result<Tensor<f64>> {
    a.reshape(&[130, 60])?.expand_dims(0)?.broadcast_to(&[2, 130, 60])?.dot(b)
}

#[test]
fn results_without_memory() -> Result<()> {
    let x = numbers::<f64>(&[60, 70])?;
    let (pair, whole) = (Tensor::from([1.0, 2.0]), numbers::<f64>(&[1200, 4])?);
    let integers = whole.cast::<i64>();
    let many = vec![&pair; 1200];
    let (mask, mut out) = (x.greater(0.0)?, Tensor::<f64>::zeros(&[60, 70])?);
    refused_in_turn("reshape", 1, 0, || x.t().reshape(&[-1]));
    refused_in_turn("concatenate", 1, 0, || Tensor::concatenate(&[&x, &x], 1));
    refused_in_turn("stack", 1, 0, || Tensor::stack(&[&x, &x.slice("::-1")?], 2));
    refused_in_turn("stack of many", 4, 0, || Tensor::stack(&many, 1));
    refused_in_turn("where", 1, 0, || mask.where_(&x, 0.5));
    refused_in_turn("sums", 1, 0, || whole.sum_axis(1));
    // Down columns, lanes for many at once are asked for; without them it is one column at a time.
    refused_in_turn("sums of columns", 1, 1, || x.sum_axis(0));
    refused_in_turn("the greatest of columns", 1, 1, || x.max_axis(0));
    let tall = numbers::<f64>(&[17_000, 35])?;
    refused_in_turn("sums of columns longer than a leaf", 1, 1, || tall.sum_axis(0));
    refused_in_turn("means of integers", 2, 0, || integers.mean_axis(1));
    refused_in_turn("argmax", 1, 0, || whole.argmax_axis(1));
    let wide = numbers::<f64>(&[255, 200])?;
    refused_in_turn("the greatest of all, reversed", 1, 0, || Ok(Tensor::from(wide.slice("::-1, ::-1")?.max()?)));
    refused_in_turn("sums of what is gathered", 1, 0, || wide.reshape(&[85, 30, 20])?.sum_axes(&[0, 2]));
    refused_in_turn("whole sums", 1, 0, || caught(|| Ok(Tensor::from(wide.t().slice("::-1")?.sum()))));
    refused_in_turn("casts", 1, 0, || caught(|| Ok(wide.cast::<f32>())));
    refused_in_turn("tensors of slices", 1, 0, || caught(|| Ok(Tensor::from(&[0.5; 3000]))));
    refused_in_turn("tensors of iterators", 1, 0, || caught(|| Ok((0..3000).map(f64::from).collect())));
    refused_in_turn("log_softmax", 1, 0, || x.log_softmax(1));
    let shared = out.clone();
    LEFT.with(|left| left.set(0));
    let error = x.exp_into(&mut out);
    LEFT.with(|left| left.set(isize::MAX));
    assert!(matches!(error, Err(Error::OutOfMemory { .. })), "{error:?}");
    assert_eq!(out, shared);
    Ok(())
}

#[test]
fn predictions_without_memory() -> Result<()> {
    let network = network::<f64>(&[40, 1300, 20], false)?;
    let x = numbers::<f64>(&[70, 40])?;
    let inputs = x.to_vec();
    let answer = network.forward(&x)?;
    let mut errors = [0, 0];
    for n in 0..20 {
        for predict in [false, true] {
            free_panels();
            let mut work = Workspace::new();
            LEFT.with(|left| left.set(n));
            let result = if predict {
                network.predict(&inputs, &mut work).map(|y| y.iter().zip(&answer).all(|(&y, x)| y == x))
            } else {
                network.forward(&x).map(|y| y == answer)
            };
            let left = LEFT.with(|left| left.replace(isize::MAX));
            match result {
                Ok(same) => assert!(same, "predict {predict}, without allocation {n}"),
                Err(error) => {
                    assert!(left < 0 && matches!(error, Error::OutOfMemory { .. }), "{error:?}");
                    errors[usize::from(predict)] += 1;
                }
            }
        }
    }
    // The result and the values between layers are asked for; without panels, the product is naive.
    assert_eq!(errors, [2, 2]);
    Ok(())
}

/// Three operands off the straight road: a tile of 8 KiB of each, and no second copy of any.
#[test]
fn where_on_a_small_stack() -> Result<()> {
    let x = numbers::<f64>(&[60, 70])?;
    let mask = x.greater(0.0)?;
    let (mask, x, y) = (mask.t(), x.t(), numbers::<f64>(&[60])?);
    let wanted = mask.where_(&x, &y)?;
    // Without optimization, which reuses less of it, 80 KiB suffice; with the tiles moved once it took more than 96.
    let thread = std::thread::Builder::new().stack_size(88 << 10);
    let got = thread.spawn(move || mask.where_(&x, &y)).expect("a thread").join().expect("no panic")?;
    assert_eq!(got, wanted);
    Ok(())
}
