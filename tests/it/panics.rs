//! What cannot return an error panics with the error's text, at the caller's line: operators, indexing, and copies that no memory holds.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use nptensor::Tensor;

/// Far more elements than any memory holds.
const HUGE: usize = 1 << (usize::BITS - 14);
const NO_MEMORY: &str = "Unable to allocate 8.00 PiB for an array with shape (1125899906842624,) and data type float64";

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::zeros(shape).unwrap()
}

thread_local! {
    /// The last panic of this thread: text, file, line. `None` while it is not being caught.
    static CAUGHT: RefCell<Option<(String, String, u32)>> = const { RefCell::new(None) };
}

/// The text and the place of the panic that `f` ends in.
fn panics<T>(f: impl FnOnce() -> T) -> (String, String, u32) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let caught = CAUGHT.with_borrow_mut(|caught| {
                let (Some(slot), Some(place)) = (caught.as_mut(), info.location()) else { return false };
                let text = info.payload().downcast_ref::<String>().cloned().unwrap_or_default();
                *slot = (text, place.file().into(), place.line());
                true
            });
            if !caught {
                usual(info);
            }
        }));
    });
    CAUGHT.set(Some(Default::default()));
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    let caught = CAUGHT.take().unwrap_or_default();
    assert!(result.is_err(), "no panic");
    caught
}

/// Each panics with the text, at the line where it stands.
macro_rules! panic_table {
    ($($call:expr => $text:expr;)*) => {$({
        let (text, file, line) = panics(|| $call);
        assert_eq!(text, $text, "{}", stringify!($call));
        assert_eq!((file.as_str(), line), (file!(), line!()), "{}", stringify!($call));
    })*};
}

/// A macro's `line!()` is that of its outermost call, so each row is a call of its own.
macro_rules! row {
    ($call:expr => $text:expr) => {
        panic_table!($call => $text;)
    };
}

#[test]
#[rustfmt::skip]
fn operators_panic_at_the_callers_line() {
    let (a, b) = (zeros(&[3]), zeros(&[4]));
    let mut c = a.clone();
    let text = "operands could not be broadcast together with shapes (3,) (4,) ";
    row!(&a + &b => text);
    row!(a.clone() + &b => text);
    row!(&a + b.clone() => text);
    row!(a.clone() + b.clone() => text);
    row!(&a - &b => text);
    row!(a.clone() - &b => text);
    row!(&a * &b => text);
    row!(a.clone() * b.clone() => text);
    row!(&a / &b => text);
    row!(a.clone() / b.clone() => text);
    row!(&a % &b => text);
    row!(a.clone() % b.clone() => text);
    row!(c += &b => "operands could not be broadcast together with shapes (3,) (4,) (3,) ");
    row!(c -= &b => "operands could not be broadcast together with shapes (3,) (4,) (3,) ");
    row!(c *= &zeros(&[2, 3]) => "non-broadcastable output operand with shape (3,) doesn't match the broadcast shape (2,3)");
    row!(c /= &b => "operands could not be broadcast together with shapes (3,) (4,) (3,) ");
    row!(c += b.clone() => "operands could not be broadcast together with shapes (3,) (4,) (3,) ");
    row!(a.greater(0.0).unwrap() & b.greater(0.0).unwrap() => text);
    row!(&a.greater(0.0).unwrap() | &b.greater(0.0).unwrap() => text);
    assert_eq!(c.to_vec(), [0.0; 3]);
    row!(a[3] => "index 3 is out of bounds for axis 0 with size 3");
    row!(zeros(&[2, 3])[0] => "too few indices for one element: array is 2-dimensional, but 1 were indexed");
    row!(c[3] = 1.0 => "index 3 is out of bounds for axis 0 with size 3");
    row!(a[[3]] => "index 3 is out of bounds for axis 0 with size 3");
    row!(a[[0, 0]] => "too many indices for array: array is 1-dimensional, but 2 were indexed");
    row!(zeros(&[2, 3])[[0]] => "too few indices for one element: array is 2-dimensional, but 1 were indexed");
    row!(c[[3]] = 1.0 => "index 3 is out of bounds for axis 0 with size 3");
    row!(c[[0, 0]] = 1.0 => "too many indices for array: array is 1-dimensional, but 2 were indexed");
    assert_eq!(c.to_vec(), [0.0; 3]);
}

/// What cannot return an error panics where there is no memory: it does not abort.
#[test]
#[rustfmt::skip]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "half of what is too big for 64 bits is had with 32")]
fn no_memory_panics_at_the_callers_line() {
    let t = Tensor::from(1.0).broadcast_to(&[HUGE]).unwrap();
    let mut target = t.clone();
    row!(&t + &t => NO_MEMORY);
    row!(t.clone() + &t => NO_MEMORY);
    row!(&t * 2.0 => NO_MEMORY);
    row!(t.clone() * 2.0 => NO_MEMORY);
    row!(2.0 - &t => NO_MEMORY);
    row!(2.0 / t.clone() => NO_MEMORY);
    row!(-&t => NO_MEMORY);
    row!(-t.clone() => NO_MEMORY);
    row!(!&Tensor::from(true).broadcast_to(&[HUGE]).unwrap() => NO_MEMORY.replace("8.00", "1.00").replace("float64", "bool"));
    row!(target += &t => NO_MEMORY);
    row!(target *= 2.0 => NO_MEMORY);
    row!(target[[0]] = 2.0 => NO_MEMORY);
    row!(t.to_vec() => NO_MEMORY);
    row!(t.clone().into_vec() => NO_MEMORY);
    row!(t.to_contiguous() => NO_MEMORY);
    row!(t.cast::<f32>() => NO_MEMORY.replace("8.00", "4.00").replace("float64", "float32"));
    row!(t.map(|x| x) => NO_MEMORY);
    row!(t.exp() => NO_MEMORY);
    row!(t.ln() => NO_MEMORY);
    row!(t.log1p() => NO_MEMORY);
    row!(t.expm1() => NO_MEMORY);
    row!(t.log2() => NO_MEMORY);
    row!(t.log10() => NO_MEMORY);
    row!(t.square() => NO_MEMORY);
    row!(t.isnan() => NO_MEMORY.replace("8.00", "1.00").replace("float64", "bool"));
    row!(t.isinf() => NO_MEMORY.replace("8.00", "1.00").replace("float64", "bool"));
    row!(t.isfinite() => NO_MEMORY.replace("8.00", "1.00").replace("float64", "bool"));
    row!(t.var() => NO_MEMORY);
    row!(t.std() => NO_MEMORY);
    row!(t.tanh() => NO_MEMORY);
    row!(t.sqrt() => NO_MEMORY);
    row!(t.sigmoid() => NO_MEMORY);
    row!(t.step() => NO_MEMORY.replace("float64", "int64"));
    row!(t.relu() => NO_MEMORY);
    row!(t.abs() => NO_MEMORY);
    row!(t.sign() => NO_MEMORY);
    row!(t.floor() => NO_MEMORY);
    row!(t.round() => NO_MEMORY);
    assert_eq!(target.get(&[5]), Ok(1.0));
}
