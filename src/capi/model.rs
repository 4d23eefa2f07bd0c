//! Models for C: loaded once, then rows of numbers from and to the caller's buffers.
//!
//! A prediction allocates nothing once one of its size has been made on the same thread. Documentation: `nptensor.h`.

use alloc::string::String;
use core::ffi::{c_char, c_int, c_void};
use core::ptr::null_mut;
use std::sync::{Mutex, PoisonError};

use super::border::{Result, Table, call, slice, slice_mut, text};
use super::tensor::dtype_of;
use crate::formats::{self, Archive, Contents};
use crate::{DType, Float, Layer, Sequential, Workspace};

/// The type behind `npt_model *` in C.
#[repr(C)]
pub struct Handle {
    _private: [u8; 0],
}

/// A network in one of the types, with its workspace: predictions of one model on several threads take turns.
enum Model {
    F32(Sequential<f32>, Mutex<Workspace<f32>>),
    F64(Sequential<f64>, Mutex<Workspace<f64>>),
}

static MODELS: Table<Model> = Table::new("model", 0x1002);

/// Where the layers are said.
enum Layers<'a> {
    InFile,
    Activations(&'a str, &'a str),
    List(&'a str),
}

/// # Safety
/// `hidden` and `output` are null or strings.
unsafe fn activations<'a>(hidden: *const c_char, output: *const c_char) -> Result<Layers<'a>> {
    if hidden.is_null() && output.is_null() {
        return Ok(Layers::InFile);
    }
    // SAFETY: the caller's contract.
    Ok(unsafe { Layers::Activations(text("hidden", hidden)?, text("output", output)?) })
}

fn insert(contents: Contents, dtype: c_int, layers: Layers<'_>) -> Result<*mut Handle> {
    let archive = contents.into_archive();
    MODELS.insert(match dtype_of(dtype)? {
        DType::F32 => Model::F32(network(&archive, layers)?, Mutex::default()),
        DType::F64 => Model::F64(network(&archive, layers)?, Mutex::default()),
        other => return Err(format!("a model computes in float32 or float64, not {other}")),
    })
}

fn network<T: Float>(archive: &Archive, layers: Layers<'_>) -> Result<Sequential<T>> {
    let activation = |name: &str| Layer::activation(name).ok_or_else(|| format!("no activation is called {name:?}"));
    Ok(match layers {
        Layers::InFile => Sequential::try_from(archive)?,
        Layers::Activations(hidden, output) => formats::model(archive, activation(hidden)?, activation(output)?)?,
        Layers::List(list) => formats::model_with_layers(archive, list)?,
    })
}

/// # Safety
/// `path` is a string; `hidden` and `output` are null or strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_model_load(
    path: *const c_char,
    dtype: c_int,
    hidden: *const c_char,
    output: *const c_char,
) -> *mut Handle {
    call(null_mut(), || {
        // SAFETY: the caller's contract.
        let (path, layers) = unsafe { (text("path", path)?, activations(hidden, output)?) };
        insert(formats::load(path)?, dtype, layers)
    })
}

/// # Safety
/// `path` and `layers` are strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_model_load_layers(
    path: *const c_char,
    dtype: c_int,
    layers: *const c_char,
) -> *mut Handle {
    call(null_mut(), || {
        // SAFETY: the caller's contract.
        let (path, list) = unsafe { (text("path", path)?, text("layers", layers)?) };
        insert(formats::load(path)?, dtype, Layers::List(list))
    })
}

/// # Safety
/// `size` bytes at `file` are readable; `hidden` and `output` are null or strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_model_read(
    file: *const c_void,
    size: usize,
    dtype: c_int,
    hidden: *const c_char,
    output: *const c_char,
) -> *mut Handle {
    call(null_mut(), || {
        // SAFETY: the caller's contract.
        let (file, layers) = unsafe { (slice("file", file.cast::<u8>(), size)?, activations(hidden, output)?) };
        insert(formats::read(file)?, dtype, layers)
    })
}

/// # Safety
/// `size` bytes at `file` are readable; `layers` is a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_model_read_layers(
    file: *const c_void,
    size: usize,
    dtype: c_int,
    layers: *const c_char,
) -> *mut Handle {
    call(null_mut(), || {
        // SAFETY: the caller's contract.
        let (file, list) = unsafe { (slice("file", file.cast::<u8>(), size)?, text("layers", layers)?) };
        insert(formats::read(file)?, dtype, Layers::List(list))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn npt_model_free(model: *mut Handle) {
    call((), || MODELS.remove(model));
}

/// A property of the network, or 0.
macro_rules! number {
    ($($name:ident $method:ident)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(model: *const Handle) -> usize {
            call(0, || {
                let number = match &*MODELS.get(model)? {
                    Model::F32(network, _) => network.$method(),
                    Model::F64(network, _) => network.$method(),
                };
                number.ok_or_else(|| String::from("the model has no dense layer, which alone would say it"))
            })
        }
    )*};
}

number! {
    npt_model_inputs inputs
    npt_model_outputs outputs
}

/// # Safety
/// `x` points at `x_len` elements of the model's type, `out` at room for `out_len`; they may overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_predict(
    model: *const Handle,
    x: *const c_void,
    x_len: usize,
    out: *mut c_void,
    out_len: usize,
) -> c_int {
    call(-1, || {
        match &*MODELS.get(model)? {
            // SAFETY: the caller's contract.
            Model::F32(network, work) => unsafe { predict(network, work, x.cast(), x_len, out.cast(), out_len) }?,
            // SAFETY: likewise.
            Model::F64(network, work) => unsafe { predict(network, work, x.cast(), x_len, out.cast(), out_len) }?,
        }
        Ok(0)
    })
}

/// # Safety
/// As `npt_predict`.
unsafe fn predict<T: Float>(
    network: &Sequential<T>,
    work: &Mutex<Workspace<T>>,
    x: *const T,
    x_len: usize,
    out: *mut T,
    out_len: usize,
) -> Result<()> {
    // SAFETY: the caller's contract; nothing is written to `out` before the last use of this slice.
    let x = unsafe { slice("x", x, x_len) }?;
    // Checked first: nothing larger than the caller's buffers is allocated.
    if let (Some(inputs @ 1..), Some(outputs)) = (network.inputs(), network.outputs())
        && x.len().is_multiple_of(inputs)
        && (x.len() / inputs).checked_mul(outputs) != Some(out_len)
    {
        let rows = x.len() / inputs;
        return Err(format!("room for {out_len} outputs, and {rows} inputs give {outputs} each"));
    }
    let mut work = work.lock().unwrap_or_else(PoisonError::into_inner);
    let y = network.predict(x, &mut work)?;
    if y.len() != out_len {
        return Err(format!("room for {out_len} outputs, and {x_len} inputs give {}", y.len()));
    }
    // Made here: the two buffers may be one, and while the network reads `x` nothing may write there.
    // SAFETY: the caller's contract.
    let out = unsafe { slice_mut("out", out, out_len) }?;
    out.iter_mut().zip(y).for_each(|(slot, &y)| _ = slot.write(y));
    Ok(())
}
