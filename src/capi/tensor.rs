//! Tensors for C: any element type to store, read and view; f32 and f64 to compute with.
//!
//! The functions are documented in `nptensor.h`. Each is the method of the same name, applied to handles inside `call`.

use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_void};
use core::fmt::Write;
use core::mem::MaybeUninit;

use super::border::{Result, Table, call, slice, slice_mut, text};
use crate::formats::{AnyTensor, each};
use crate::kernel::memory::Text;
use crate::layout::shape::checked_size;
use crate::tensor::arith::map;
use crate::{DType, Element, Float, Number, Tensor};

/// The type behind `npt_tensor *` in C.
#[repr(C)]
pub struct Handle {
    _private: [u8; 0],
}

static TENSORS: Table<AnyTensor> = Table::new("tensor", 0x1001);

pub(super) fn insert(tensor: impl Into<AnyTensor>) -> Result<*mut Handle> {
    TENSORS.insert(tensor.into())
}

/// In the order of `npt_dtype`, which is that of `DType` itself.
const DTYPES: [DType; 11] = {
    use DType::*;
    [Bool, I8, I16, I32, I64, U8, U16, U32, U64, F32, F64]
};

pub(super) fn dtype_of(number: c_int) -> Result<DType> {
    let found = usize::try_from(number).ok().and_then(|number| DTYPES.get(number));
    found.copied().ok_or_else(|| format!("{number} is no npt_dtype"))
}

/// The same expression for a type of elements.
macro_rules! of_dtype {
    ($dtype:expr, $type:ident => $do:expr) => {
        of_dtype!(@ $dtype, $type => $do; Bool bool I8 i8 I16 i16 I32 i32 I64 i64 U8 u8 U16 u16 U32 u32 U64 u64 F32 f32 F64 f64)
    };
    (@ $dtype:expr, $type:ident => $do:expr; $($variant:ident $element:ident)*) => {
        match $dtype {
            $(DType::$variant => { type $type = $element; $do })*
        }
    };
}

/// A tensor of the caller's elements, copied in C order.
///
/// # Safety
/// `data` points at the element with index 0 on all axes, of this type; `shape` at `ndim` sizes; `strides` is null or
/// points at `ndim` strides, and every element that they reach is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_tensor_new(
    dtype: c_int,
    data: *const c_void,
    ndim: usize,
    shape: *const usize,
    strides: *const isize,
) -> *mut Handle {
    call(core::ptr::null_mut(), || {
        // SAFETY: the caller's contract.
        let shape = unsafe { slice("shape", shape, ndim) }?;
        // SAFETY: likewise.
        let strides = if strides.is_null() { None } else { Some(unsafe { slice("strides", strides, ndim) }?) };
        let dtype = dtype_of(dtype)?;
        if dtype == DType::Bool {
            // A byte of C may have any value, a bool of Rust may not.
            // SAFETY: the caller's contract.
            let bytes = unsafe { gathered::<u8>(data.cast(), shape, strides) }?;
            return insert(bytes.not_equal(0)?);
        }
        of_dtype!(dtype, T => {
            // SAFETY: the caller's contract.
            insert(unsafe { gathered::<T>(data.cast(), shape, strides) }?)
        })
    })
}

/// # Safety
/// As `npt_tensor_new`.
unsafe fn gathered<T: Element>(data: *const T, shape: &[usize], strides: Option<&[isize]>) -> Result<Tensor<T>> {
    let size = checked_size(shape)?;
    let Some(strides) = strides else {
        // SAFETY: the caller's contract.
        let elements = unsafe { slice("data", data, size) }?;
        let mut copy = crate::tensor::room(shape)?;
        copy.extend_from_slice(elements);
        return Ok(Tensor::from_vec(copy, shape)?);
    };
    // Address and alignment are checked for the first element.
    // SAFETY: the caller's contract.
    unsafe { slice("data", data, size.min(1)) }?;
    let reach = shape.iter().zip(strides).try_fold(0_usize, |reach, (&n, &stride)| {
        reach.checked_add(n.saturating_sub(1).checked_mul(stride.unsigned_abs())?)
    });
    if reach.and_then(|reach| reach.checked_mul(size_of::<T>())).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(format!("strides {strides:?} reach farther than any memory"));
    }
    Ok(Tensor::from_fn(shape, |index| {
        let offset: isize = index.iter().zip(strides).map(|(&i, &stride)| i as isize * stride).sum();
        // SAFETY: the caller's contract; nothing overflows, since `reach` is at most `isize::MAX` bytes.
        unsafe { *data.offset(offset) }
    })?)
}

/// A function of a handle that returns a number or an address, or `otherwise` where there is none.
macro_rules! property {
    ($($name:ident -> $out:ty, $otherwise:expr, |$tensor:ident| $answer:expr;)*) => {$(
        // An address is valid as long as the handle is: the table owns the memory.
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(tensor: *const Handle) -> $out {
            call($otherwise, || {
                let $tensor = TENSORS.get(tensor)?;
                Ok($answer)
            })
        }
    )*};
}

property! {
    npt_tensor_dtype -> c_int, -1, |t| t.dtype() as c_int;
    npt_tensor_ndim -> usize, 0, |t| t.ndim();
    npt_tensor_size -> usize, 0, |t| t.size();
    npt_tensor_shape -> *const usize, core::ptr::null(), |t| t.shape().as_ptr();
    npt_tensor_strides -> *const isize, core::ptr::null(), |t| t.strides().as_ptr();
    npt_tensor_data -> *const c_void, core::ptr::null(), |t| each!(&*t, t => t.data().as_ptr().wrapping_add(t.layout().offset()).cast());
}

#[unsafe(no_mangle)]
pub extern "C" fn npt_tensor_free(tensor: *mut Handle) {
    call((), || TENSORS.remove(tensor));
}

/// # Safety
/// `out` points at room for `bytes` bytes, aligned for the elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_tensor_read(tensor: *const Handle, out: *mut c_void, bytes: usize) -> c_int {
    call(-1, || {
        let tensor = TENSORS.get(tensor)?;
        each!(&*tensor, t => {
            // SAFETY: the caller's contract.
            let slots = unsafe { output_for(out.cast(), bytes, t) }?;
            slots.iter_mut().zip(t).for_each(|(slot, x)| _ = slot.write(x));
        });
        Ok(0)
    })
}

/// # Safety
/// As `npt_tensor_read`.
unsafe fn output_for<'a, T: Element>(
    out: *mut T,
    bytes: usize,
    tensor: &Tensor<T>,
) -> Result<&'a mut [MaybeUninit<T>]> {
    let wanted = tensor.size().checked_mul(size_of::<T>());
    if wanted != Some(bytes) {
        let (n, dtype) = (tensor.size(), T::DTYPE);
        return Err(format!("room for {bytes} bytes, and there are {n} elements of {dtype}"));
    }
    // SAFETY: the caller's contract.
    unsafe { slice_mut("out", out, tensor.size()) }
}

/// # Safety
/// `out` is null or points at `room` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn npt_tensor_text(tensor: *const Handle, out: *mut c_char, room: usize) -> usize {
    call(0, || {
        let tensor = TENSORS.get(tensor)?;
        let mut text = Text::default();
        each!(&*tensor, t => write!(text, "{t}")).map_err(|_| "no memory for the text")?;
        let text = text.0;
        // SAFETY: the caller's contract.
        let slots = unsafe { slice_mut("out", out.cast::<u8>(), if out.is_null() { 0 } else { room }) }?;
        if let Some(last) = slots.len().checked_sub(1) {
            let shown = &text.as_bytes()[..last.min(text.len())];
            slots.iter_mut().zip(shown.iter().chain([&0])).for_each(|(slot, &byte)| _ = slot.write(byte));
        }
        Ok(text.len())
    })
}

/// Views: of every type, and over the same elements.
macro_rules! view {
    ($($name:ident($($argument:ident: $type:ty),*), $($given:ident = $checked:expr),* => |$t:ident| $view:expr;)*) => {$(
        /// # Safety
        /// What `nptensor.h` says of the arguments.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(tensor: *const Handle, $($argument: $type),*) -> *mut Handle {
            call(core::ptr::null_mut(), || {
                let tensor = TENSORS.get(tensor)?;
                // SAFETY: the caller's contract.
                $(let $given = unsafe { $checked }?;)*
                each!(&*tensor, $t => insert($view))
            })
        }
    )*};
}

view! {
    npt_transpose(ndim: usize, axes: *const isize), given = slice("axes", axes, if axes.is_null() { 0 } else { ndim }) => |t| {
        if axes.is_null() { t.t() } else { t.transpose(given)? }
    };
    npt_reshape(ndim: usize, shape: *const isize), shape = slice("shape", shape, ndim) => |t| t.reshape(shape)?;
    npt_broadcast_to(ndim: usize, shape: *const usize), shape = slice("shape", shape, ndim) => |t| t.broadcast_to(shape)?;
    npt_slice(indices: *const c_char), indices = text("indices", indices) => |t| t.slice(indices)?;
}

#[unsafe(no_mangle)]
pub extern "C" fn npt_cast(tensor: *const Handle, dtype: c_int) -> *mut Handle {
    call(core::ptr::null_mut(), || {
        let tensor = TENSORS.get(tensor)?;
        of_dtype!(dtype_of(dtype)?, T => insert(tensor.try_cast::<T>()?))
    })
}

/// Functions of one tensor of floats.
macro_rules! unary {
    ($($name:ident($($argument:ident: $type:ty),*) => |$t:ident| $result:expr;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(tensor: *const Handle, $($argument: $type),*) -> *mut Handle {
            call(core::ptr::null_mut(), || match &*TENSORS.get(tensor)? {
                AnyTensor::F32($t) => insert($result),
                AnyTensor::F64($t) => insert($result),
                other => Err(not_floats(stringify!($name), &[other])),
            })
        }
    )*};
}

unary! {
    npt_exp() => |t| map(t, <_ as Float>::EXP)?;
    npt_tanh() => |t| map(t, <_ as Float>::TANH)?;
    npt_sigmoid() => |t| map(t, <_ as Float>::SIGMOID)?;
    npt_step() => |t| map(t, <_ as Element>::STEP)?;
    npt_relu() => |t| map(t, <_ as Number>::RELU)?;
    npt_softmax(axis: isize) => |t| t.softmax(axis)?;
    npt_softmax_whole() => |t| t.softmax_whole()?;
    npt_sum_axis(axis: isize) => |t| t.sum_axis(axis)?;
    npt_max_axis(axis: isize) => |t| t.max_axis(axis)?;
    npt_argmax_axis(axis: isize) => |t| t.argmax_axis(axis)?;
}

/// Functions of two tensors of floats of one type.
macro_rules! binary {
    ($($name:ident => |$a:ident, $b:ident| $result:expr;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(a: *const Handle, b: *const Handle) -> *mut Handle {
            call(core::ptr::null_mut(), || match (&*TENSORS.get(a)?, &*TENSORS.get(b)?) {
                (AnyTensor::F32($a), AnyTensor::F32($b)) => insert($result),
                (AnyTensor::F64($a), AnyTensor::F64($b)) => insert($result),
                (a, b) => Err(not_floats(stringify!($name), &[a, b])),
            })
        }
    )*};
}

binary! {
    npt_add => |a, b| a.try_add(b)?;
    npt_sub => |a, b| a.try_sub(b)?;
    npt_mul => |a, b| a.try_mul(b)?;
    npt_div => |a, b| a.try_div(b)?;
    npt_dot => |a, b| a.dot(b)?;
    npt_matmul => |a, b| a.matmul(b)?;
}

fn not_floats(name: &str, given: &[&AnyTensor]) -> String {
    let types: Vec<&str> = given.iter().map(|tensor| tensor.dtype().name()).collect();
    format!("{name} takes float32 or float64, all of one type, not {}: npt_cast them first", types.join(" and "))
}
