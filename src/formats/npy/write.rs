//! Writing npy, byte for byte as `np.save` writes it.
//!
//! ```text
//!   {'descr': '<f4', 'fortran_order': True, 'shape': (784, 50), }      keys sorted, then blanks and a newline:
//!                                                                      21 digits for the axis that may grow,
//!                                                                      the elements at a multiple of 64
//! ```
//!
//! Little-endian, version 1. Fortran order is kept, any other becomes C order. Read next: `../npz.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use super::Header;
use crate::error::{Error, Result};
use crate::formats::AnyTensor;
use crate::formats::raw::{self, Kind};
use crate::kernel::scalar::DType;
use crate::layout::shape::MAX_NDIM;

/// The elements begin at a multiple of this.
const ALIGN_BYTES: usize = 64;

/// Digits that are reserved for the size of the axis that may grow.
const GROWN_DIGITS: usize = 21;

impl Header {
    /// The header of elements of a type, shape and order, to be followed by the elements, little-endian.
    ///
    /// # Errors
    /// [`Error::TooBig`] and [`Error::TooManyAxes`] when there can be no such array.
    ///
    /// ```
    /// use nptensor::DType;
    /// use nptensor::formats::npy::Header;
    /// let header = Header::new(DType::F32, &[9, 2], false)?;
    /// assert_eq!(header.to_bytes().len(), 128);
    /// assert_eq!(Header::read(&header.to_bytes())?, header);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn new(dtype: DType, shape: &[usize], fortran_order: bool) -> Result<Self> {
        let kind = Kind::Plain(dtype);
        if shape.len() > MAX_NDIM {
            return Err(Error::TooManyAxes { ndim: shape.len() });
        }
        kind.bytes(shape).map_err(|_| Error::TooBig { shape: shape.to_vec() })?;
        let mut header = Header { kind, big_endian: false, fortran_order, shape: shape.to_vec(), offset: 0 };
        header.offset = header.to_bytes().len();
        Ok(header)
    }

    /// The bytes that come before the elements in an npy file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let order = match (self.kind.size(), self.big_endian) {
            (1, _) => '|',
            (_, true) => '>',
            (_, false) => '<',
        };
        let descr = format!("{order}{}", self.kind.names().0);
        let fortran = if self.fortran_order { "True" } else { "False" };
        let sizes: Vec<String> = self.shape.iter().map(|n| format!("{n}")).collect();
        let comma = if sizes.len() == 1 { "," } else { "" };
        let mut text =
            format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': ({}{comma}), }}", sizes.join(", "));
        let grown = if self.fortran_order { sizes.last() } else { sizes.first() };
        let reserved = grown.map_or(0, |size| GROWN_DIGITS - size.len());
        let len = text.len() + reserved;
        // 10 bytes precede the text and a newline follows it; where no padding is needed, NumPy adds 64 bytes.
        let padding = ALIGN_BYTES - (10 + len + 1) % ALIGN_BYTES;
        text.extend(core::iter::repeat_n(' ', reserved + padding));
        text.push('\n');
        // 64 sizes of 20 digits are far from the 65535 bytes that version 1 allows.
        let mut out = b"\x93NUMPY\x01\x00".to_vec();
        out.extend((text.len() as u16).to_le_bytes());
        out.extend(text.as_bytes());
        out
    }
}

/// The npy file of a tensor, as `np.save` writes it: Fortran order is kept, any other order becomes C order.
///
/// # Errors
/// [`Error::OutOfMemory`] when the memory cannot be had.
///
/// ```
/// use nptensor::Tensor;
/// use nptensor::formats::npy;
/// let x = Tensor::from([[1_i16, 2, 3], [4, 5, 6]]).t();
/// let file = npy::to_bytes(&x.clone().into())?;
/// assert_eq!(file.len(), 128 + 12);
/// assert!(file[10..].starts_with(b"{'descr': '<i2', 'fortran_order': True, 'shape': (3, 2), }"));
/// assert_eq!(npy::read(&file)?.get::<i16>()?, &x);
/// # Ok::<(), nptensor::Error>(())
/// ```
pub fn to_bytes(tensor: &AnyTensor) -> Result<Vec<u8>> {
    let fortran = tensor.is_fortran();
    let header = Header::new(tensor.dtype(), tensor.shape(), fortran)?;
    let mut out = header.to_bytes();
    match fortran {
        true => raw::encode(&tensor.t(), &mut out)?,
        false => raw::encode(tensor, &mut out)?,
    }
    Ok(out)
}
