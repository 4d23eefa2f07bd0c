//! Tensors, views, models and buffers, and what is refused.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use nptensor::formats::{Archive, Format, to_bytes};
use nptensor::{Layer, Sequential};

unsafe extern "C" {
    safe fn npt_last_error() -> *const c_char;
    fn npt_tensor_new(t: c_int, data: *const c_void, ndim: usize, n: *const usize, by: *const isize) -> *mut c_void;
    fn npt_tensor_read(tensor: *const c_void, out: *mut c_void, bytes: usize) -> c_int;
    fn npt_tensor_text(tensor: *const c_void, out: *mut c_char, room: usize) -> usize;
    safe fn npt_tensor_strides(tensor: *const c_void) -> *const isize;
    safe fn npt_tensor_data(tensor: *const c_void) -> *const c_void;
    safe fn npt_tensor_free(tensor: *mut c_void);
    fn npt_slice(tensor: *const c_void, indices: *const c_char) -> *mut c_void;
    safe fn npt_cast(tensor: *const c_void, dtype: c_int) -> *mut c_void;
    safe fn npt_exp(tensor: *const c_void) -> *mut c_void;
    safe fn npt_sub(a: *const c_void, b: *const c_void) -> *mut c_void;
    safe fn npt_dot(a: *const c_void, b: *const c_void) -> *mut c_void;
    fn npt_model_read(file: *const c_void, n: usize, t: c_int, by: *const c_char, last: *const c_char) -> *mut c_void;
    fn npt_model_read_layers(file: *const c_void, n: usize, t: c_int, layers: *const c_char) -> *mut c_void;
    fn npt_model_load_layers(path: *const c_char, t: c_int, layers: *const c_char) -> *mut c_void;
    safe fn npt_model_inputs(model: *const c_void) -> usize;
    safe fn npt_model_outputs(model: *const c_void) -> usize;
    safe fn npt_model_free(model: *mut c_void);
    fn npt_predict(model: *const c_void, x: *const c_void, n: usize, out: *mut c_void, outputs: usize) -> c_int;
}

const F32: c_int = 9;
const F64: c_int = 10;

fn doubles(shape: &[usize], data: &[f64]) -> *mut c_void {
    // SAFETY: as many elements as the shape says.
    let tensor = unsafe { npt_tensor_new(F64, data.as_ptr().cast(), shape.len(), shape.as_ptr(), null()) };
    assert!(!tensor.is_null(), "{}", last_error());
    tensor
}

fn last_error() -> String {
    // SAFETY: a string, valid until the next call on this thread.
    unsafe { CStr::from_ptr(npt_last_error()) }.to_str().expect("UTF-8").into()
}

fn refused(made: *mut c_void, text: &str) {
    assert!(made.is_null() && last_error().contains(text), "{text}: {}", last_error());
}

/// The elements, read and freed.
fn elements<const N: usize>(tensor: *mut c_void) -> [f64; N] {
    let mut out = [0.0; N];
    // SAFETY: room for as many bytes as it says.
    assert_eq!(unsafe { npt_tensor_read(tensor, out.as_mut_ptr().cast(), size_of_val(&out)) }, 0, "{}", last_error());
    npt_tensor_free(tensor);
    out
}

#[test]
fn tensors_and_views() {
    let (a, b) = (doubles(&[2, 2], &[1.0, 2.0, 3.0, 4.0]), doubles(&[2, 2], &[1.0, 0.0, 1.0, 1.0]));
    assert_eq!(elements(npt_dot(a, b)), [3.0, 2.0, 7.0, 4.0]);
    // SAFETY: strings, sizes, room as the functions ask for.
    unsafe {
        // Every other element, from the end: 5 and 3 before 2 and 0.
        let wide = [0_f32, 1.0, 2.0, 3.0, 4.0, 5.0];
        let columns = npt_tensor_new(F32, wide.as_ptr().add(5).cast(), 2, [2, 2].as_ptr(), [-3, -2].as_ptr());
        assert_eq!(elements(npt_cast(columns, F64)), [5.0, 3.0, 2.0, 0.0]);
        let (column, first) = (npt_slice(a, c":, 1".as_ptr()), npt_tensor_data(a).cast::<f64>());
        assert_eq!((*npt_tensor_strides(column), *npt_tensor_data(column).cast::<f64>(), *first.add(3)), (2, 2.0, 4.0));
        let mut text = [0x7f_u8; 4];
        assert_eq!((npt_tensor_text(column, text.as_mut_ptr().cast(), 4), &text), (7, b"[2.\0"));
        npt_tensor_free(a);
        assert_eq!(elements(npt_exp(npt_sub(column, column))), [1.0, 1.0], "a view outlives what it is of");
        npt_tensor_free(column);
        npt_tensor_free(columns);
        // What is refused: null, a handle that is freed or of another kind, sizes that lie, what is not aligned.
        refused(npt_dot(a, b), "not a tensor, or freed: 0x");
        refused(npt_dot(b, null()), "null in place of a tensor");
        refused(npt_tensor_new(F64, null(), 1, [1].as_ptr(), null()), "data is null");
        refused(
            npt_tensor_new(F64, wide.as_ptr().cast::<u8>().add(1).cast(), 1, [1].as_ptr(), null()),
            "data is at 0x",
        );
        refused(npt_tensor_new(F64, wide.as_ptr().cast(), 1, [usize::MAX].as_ptr(), null()), "array is too big");
        refused(npt_slice(b, c"9".as_ptr()), "index 9 is out of bounds for axis 0 with size 2");
        refused(npt_slice(b, null()), "indices is null");
        refused(npt_cast(b, 11), "11 is no npt_dtype");
        assert_eq!(npt_tensor_read(b, null_mut(), 32), -1);
        assert!(last_error().contains("out is null"), "{}", last_error());
    }
    npt_tensor_free(b);
    npt_tensor_free(null_mut());
}

#[test]
fn models_and_buffers() {
    let network = Sequential::new([Layer::dense([[1.0, 0.0], [0.0, 2.0]], [0.5, 0.5]), Layer::Relu]).expect("it fits");
    let file = to_bytes(&Archive::from(&network).into(), Format::Safetensors).expect("it is written");
    // SAFETY: as many bytes and elements as are said; `x` may be the output, too.
    unsafe {
        let model = npt_model_read(file.as_ptr().cast(), file.len(), F64, null(), null());
        assert_eq!((npt_model_inputs(model), npt_model_outputs(model)), (2, 2), "{}", last_error());
        let mut x = [1.0, -1.0, 2.0, 3.0];
        let start = x.as_mut_ptr();
        assert_eq!(npt_predict(model, start.cast(), 4, start.cast(), 4), 0, "{}", last_error());
        assert_eq!(x, [1.5, 0.0, 2.5, 6.5]);
        assert_eq!(npt_predict(model, start.cast(), 3, start.cast(), 4), -1);
        assert!(last_error().contains("input of shape (3,) does not fit weights of shape (2,2)"), "{}", last_error());
        assert!(npt_model_read(file.as_ptr().cast(), 99, F64, null(), null()).is_null());
        let listed = |layers| npt_model_read_layers(file.as_ptr().cast(), file.len(), F64, layers);
        let other = listed(c"dense step".as_ptr());
        assert_eq!(npt_predict(other, start.cast(), 4, start.cast(), 4), 0, "{}", last_error());
        assert_eq!(x, [1.0; 4]);
        npt_model_free(other);
        refused(listed(null()), "layers is null");
        refused(listed(c"dense \xff".as_ptr()), "layers is not UTF-8");
        refused(listed(c"mish dense".as_ptr()), "layer \"mish\" is unknown: known are dense");
        refused(listed(c"dense dense".as_ptr()), "have 2 dense ones, and there are weights for 1");
        refused(npt_model_load_layers(null(), F64, c"dense".as_ptr()), "path is null");
        npt_model_free(model);
        assert_eq!(npt_predict(model, start.cast(), 2, start.cast(), 2), -1);
        assert!(last_error().contains("not a model, or freed"), "{}", last_error());
    }
}

/// Networks of torch: a whole one says its layers, a state_dict's are listed; both give torch's numbers.
#[test]
#[cfg(feature = "torch")]
#[cfg_attr(miri, ignore = "minutes for these files; what crosses the border is above")]
fn layers_of_torch() {
    use std::ffi::CString;

    let (file, state) =
        (include_bytes!("../golden/torch/layers.pt"), include_bytes!("../golden/torch/state-dict.pt").as_slice());
    let expected = include_str!("../golden/torch/expected.tsv");
    let line = |start: &str| expected.lines().find_map(|line| line.strip_prefix(start)).expect("it is in the file");
    // (BatchNorm, LayerNorm, LeakyReLU, ELU, GELU and all others.)
    let layers = CString::new(line("layers.pt\t@layers\t")).expect("no nul");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/torch/state-dict.pt\0").as_ptr().cast();
    let plain = c"dense relu dense softmax".as_ptr();
    // SAFETY: as many bytes and elements as are said, and strings.
    unsafe {
        let read = |layers| npt_model_read_layers(state.as_ptr().cast(), state.len(), F64, layers);
        for (model, of) in [
            (npt_model_read(file.as_ptr().cast(), file.len(), F64, null(), null()), "layers.pt"),
            (npt_model_read_layers(file.as_ptr().cast(), file.len(), F64, layers.as_ptr()), "layers.pt"),
            (read(plain), "sequential.pt"),
            (npt_model_load_layers(path, F64, plain), "sequential.pt"),
        ] {
            let (x, mut y) = ([0.5, -1.0, 2.0], [0_f64; 2]);
            assert_eq!(npt_predict(model, x.as_ptr().cast(), 3, y.as_mut_ptr().cast(), 2), 0, "{of}: {}", last_error());
            npt_model_free(model);
            let bits = line(&format!("{of}\t=0.5,-1.0,2.0\t"));
            for (y, bits) in y.into_iter().zip([&bits[..16], &bits[16..]]) {
                let wanted = f64::from_bits(u64::from_str_radix(bits, 16).expect("hex").swap_bytes());
                // (The bound of `it/torch.rs`: twenty layers of few terms.)
                assert!((y - wanted).abs() <= 80.0 * f64::EPSILON, "{of}: {y} and {wanted}");
            }
        }
        refused(read(c"dense:stem relu dense:2".as_ptr()), "stem");
        refused(npt_model_load_layers(path, 0, plain), "float32 or float64, not bool");
    }
}
