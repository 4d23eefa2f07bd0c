//! The C border without memory: each call gives null or -1 and NumPy's text. (With the feature `capi`, by `.ci/capi`.)

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null;

use nptensor::formats::{Archive, Format, to_bytes};
use nptensor::{Error, Level, Result};

use super::{network, numbers, values_refused};

unsafe extern "C" {
    safe fn npt_last_error() -> *const c_char;
    fn npt_tensor_new(t: c_int, data: *const c_void, ndim: usize, n: *const usize, by: *const isize) -> *mut c_void;
    fn npt_tensor_read(tensor: *const c_void, out: *mut c_void, bytes: usize) -> c_int;
    safe fn npt_tensor_size(tensor: *const c_void) -> usize;
    safe fn npt_tensor_free(tensor: *mut c_void);
    safe fn npt_transpose(tensor: *const c_void, ndim: usize, axes: *const isize) -> *mut c_void;
    fn npt_reshape(tensor: *const c_void, ndim: usize, shape: *const isize) -> *mut c_void;
    safe fn npt_cast(tensor: *const c_void, dtype: c_int) -> *mut c_void;
    safe fn npt_exp(tensor: *const c_void) -> *mut c_void;
    safe fn npt_relu(tensor: *const c_void) -> *mut c_void;
    safe fn npt_softmax(tensor: *const c_void, axis: isize) -> *mut c_void;
    safe fn npt_dot(a: *const c_void, b: *const c_void) -> *mut c_void;
    fn npt_model_read(file: *const c_void, n: usize, t: c_int, by: *const c_char, last: *const c_char) -> *mut c_void;
    fn npt_model_read_layers(file: *const c_void, n: usize, t: c_int, layers: *const c_char) -> *mut c_void;
    safe fn npt_model_free(model: *mut c_void);
    fn npt_predict(model: *const c_void, x: *const c_void, n: usize, out: *mut c_void, outputs: usize) -> c_int;
}

/// The error of a call that failed.
fn error() -> Error {
    // SAFETY: a string.
    let text = unsafe { CStr::from_ptr(npt_last_error()) }.to_bytes();
    assert!(text.starts_with(b"Unable to allocate "), "{}", text.escape_ascii());
    Error::OutOfMemory { shape: Vec::new(), dtype: "", bytes: 0 }
}

/// A tensor of doubles.
struct Handle(*mut c_void);

impl Drop for Handle {
    fn drop(&mut self) {
        npt_tensor_free(self.0);
    }
}

impl Handle {
    fn elements(&self) -> Vec<f64> {
        let mut out = vec![0.0; npt_tensor_size(self.0)];
        // SAFETY: room for as many bytes as it says.
        assert_eq!(unsafe { npt_tensor_read(self.0, out.as_mut_ptr().cast(), 8 * out.len()) }, 0);
        out
    }
}

fn refused(name: &str, wanted: usize, falls_back: usize, call: impl Fn() -> *mut c_void) {
    let call = || Some(call()).filter(|made| !made.is_null()).map(Handle).ok_or_else(error);
    values_refused(name, wanted, falls_back, call, |a, b| a.elements() == b.elements());
}

#[test]
fn tensors() -> Result<()> {
    let data = numbers::<f64>(&[60, 70])?.to_vec();
    // SAFETY: the shape is that of the data.
    let new = || unsafe { npt_tensor_new(10, data.as_ptr().cast(), 2, [60, 70].as_ptr(), null()) };
    // SAFETY: that of every other row.
    let strided = || unsafe { npt_tensor_new(10, data.as_ptr().cast(), 2, [30, 70].as_ptr(), [140, 1].as_ptr()) };
    let a = Handle(new());
    let (turned, single) = (Handle(npt_transpose(a.0, 0, null())), Handle(npt_cast(a.0, 9)));
    refused("new", 1, 0, new);
    refused("new, strided", 1, 0, strided);
    // SAFETY: one size.
    refused("reshape", 1, 0, || unsafe { npt_reshape(turned.0, 1, [-1].as_ptr()) });
    refused("cast", 1, 0, || npt_cast(single.0, 10));
    refused("exp", 1, 0, || npt_exp(a.0));
    refused("relu of columns", 1, 0, || npt_relu(turned.0));
    refused("softmax of columns", 2, 0, || npt_softmax(turned.0, -1));
    refused("dot", 2, 1, || npt_dot(a.0, turned.0));
    Ok(())
}

#[test]
fn models() -> Result<()> {
    let file = to_bytes(&Archive::from(&network::<f64>(&[40, 300, 20], false)?).into(), Format::Safetensors)?;
    let x = numbers::<f64>(&[70, 40])?.to_vec();
    let predicted = |layers: *const c_char| {
        let mut out = [0.0_f64; 70 * 20];
        // SAFETY: as many bytes and elements as are said.
        unsafe {
            let (start, n) = (file.as_ptr().cast(), file.len());
            let model = match layers.is_null() {
                true => npt_model_read(start, n, 10, null(), null()),
                false => npt_model_read_layers(start, n, 10, layers),
            };
            if model.is_null() {
                return Err(error());
            }
            let done = npt_predict(model, x.as_ptr().cast(), x.len(), out.as_mut_ptr().cast(), out.len());
            npt_model_free(model);
            if done == 0 { Ok(out) } else { Err(error()) }
        }
    };
    // The weights as they are in the file and as they are used, the results, the values between layers; and panels,
    // where there are any (see `products_without_memory`).
    let panels = usize::from(nptensor::level() != Level::Plain || !cfg!(target_arch = "x86_64"));
    values_refused("a model", 5 + panels, panels, || predicted(null()), |a, b| a == b);
    let layers = c"dense scale sigmoid leaky_relu(0.2) gelu dense scale softmax".as_ptr();
    values_refused("listed", 5 + panels, panels, || predicted(layers), |a, b| a == b);
    Ok(())
}
