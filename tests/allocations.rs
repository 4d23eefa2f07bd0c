//! What allocates nothing, counted: repeated predictions, sums in place, products and functions into outputs.
//!
//! The allocator counts what this thread asks of it. Each test also sees it count something, so that a count of 0 says what it seems to say.
//! It also refuses, on demand, what a result takes: where that is documented to panic, it does not end the program.

// A global allocator is an unsafe trait; the library itself has none of this here.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use nptensor::{Float, Layer, Result, Sequential, Tensor, Workspace};

/// The system's allocator, counting what this thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// So many bytes are not to be had; 0 refuses none.
    static REFUSED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator as it is, or refused by a null pointer.
// (realloc and alloc_zeroed come here as alloc.)
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        if REFUSED.with(Cell::get) == layout.size() {
            return std::ptr::null_mut();
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

/// Sigmoids between dense layers of these widths, softmax at the end; with `views`, the weights are transposed views of (outputs, inputs).
fn network<T: Float>(widths: &[usize], views: bool) -> Result<Sequential<T>> {
    let mut layers = Vec::new();
    for pair in widths.windows(2) {
        let w = if views { numbers::<T>(&[pair[1], pair[0]])?.t() } else { numbers(pair)? };
        layers.extend([Layer::dense(w, numbers::<T>(&pair[1..])?), Layer::Sigmoid]);
    }
    layers.pop();
    layers.push(Layer::Softmax);
    Sequential::new(layers)
}

fn predictions<T: Float>() -> Result<()> {
    for widths in [&[2, 3, 2, 2][..], &[784, 50, 100, 10]] {
        for views in [false, true] {
            for rows in [1, 100, 300] {
                let network = network::<T>(widths, views)?;
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

/// A result is one allocation, its elements; the first clone or view of it another, the count of its owners, and later ones are none.
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

/// A scalar operand takes no memory and an owned one is not copied: what is asked for is the result's, as for a sum of two tensors.
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
