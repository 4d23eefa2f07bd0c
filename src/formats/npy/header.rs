//! The header of an npy file: what comes before the elements.
//!
//! ```text
//!   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }      keys in any order, each once, nothing else
//! ```
//!
//! A Python literal, of which exactly these parts are read: dict, string without escapes, True and False, tuple of
//! integers. The elements are not read: a program can stream them. Read next: `mod.rs`.

use alloc::vec::Vec;

use super::super::AnyTensor;
use super::super::raw::{self, Kind, Unread};
use super::super::reader::{Reader, Shown};
use crate::error::{Error, Result};
use crate::kernel::scalar::DType;
use crate::layout::shape::MAX_NDIM;

/// No header that NumPy writes for our types comes near this many bytes.
pub(crate) const MAX_HEADER_BYTES: u64 = 1 << 16;

/// Type, order and shape of the elements that follow it in the file.
///
/// ```
/// use nptensor::formats::npy::Header;
/// let file = b"\x93NUMPY\x01\x00\x38\x00{'descr': '<f4', 'fortran_order': False, 'shape': (9,2)}and so on";
/// let header = Header::read(file)?;
/// assert_eq!((header.shape(), header.offset(), header.data_len()), (&[9, 2][..], 66, 72));
/// # Ok::<(), nptensor::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) kind: Kind,
    pub(super) big_endian: bool,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
    pub(super) offset: usize,
}

/// A header whose type is not read.
pub(super) struct UnreadHeader {
    pub(super) elements: Unread,
    pub(super) shape: Vec<usize>,
    /// The byte of the type.
    pub(super) at: usize,
}

impl UnreadHeader {
    pub(super) fn error(self) -> Error {
        Error::Format { format: "npy", offset: self.at, what: self.elements.what + " are not supported" }
    }
}

impl Header {
    /// The header at the beginning of `bytes`; the elements need not be there.
    ///
    /// # Errors
    /// [`Error::Format`].
    pub fn read(bytes: &[u8]) -> Result<Self> {
        Header::parse(&mut Reader::new("npy", bytes))?.map_err(UnreadHeader::error)
    }

    /// The element type in memory.
    pub fn dtype(&self) -> DType {
        self.kind.dtype()
    }

    /// Whether the elements are in Fortran order: neighbours on the first axis are adjacent.
    pub fn fortran_order(&self) -> bool {
        self.fortran_order
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The byte at which the elements begin.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes of one element in the file.
    pub fn item_len(&self) -> usize {
        self.kind.size()
    }

    /// Bytes of all elements.
    pub fn data_len(&self) -> usize {
        // `parse` has checked the product.
        self.shape.iter().product::<usize>() * self.kind.size()
    }

    /// Some of the rows, whole entries along axis 0 of a file in C order, as a tensor.
    ///
    /// # Errors
    /// [`Error::Format`] when the bytes are no whole number of rows, the file is in Fortran order, or it has no axis 0.
    ///
    /// ```
    /// use nptensor::formats::npy::Header;
    /// let file = b"\x93NUMPY\x01\x00\x3b\x00{'descr': '<u2', 'fortran_order': False, 'shape': (1000,2)}";
    /// let header = Header::read(file)?;
    /// let rows = header.rows(b"\x01\x00\x02\x00\x03\x00\x04\x00")?;
    /// assert_eq!(rows.shape(), [2, 2]);
    /// assert_eq!(rows.get::<u16>()?.to_vec(), [1, 2, 3, 4]);
    /// # Ok::<(), nptensor::Error>(())
    /// ```
    pub fn rows(&self, bytes: &[u8]) -> Result<AnyTensor> {
        let error = |what| Error::Format { format: "npy", offset: self.offset, what };
        let Some((_, row)) = self.shape.split_first() else {
            return Err(error(format!("{} of shape () has no rows", self.dtype())));
        };
        if self.fortran_order && self.shape.len() > 1 {
            return Err(error(format!("rows of shape {:?} in Fortran order do not lie together", self.shape)));
        }
        let row_len = self.kind.bytes(row).map_err(error)?;
        if row_len == 0 || !bytes.len().is_multiple_of(row_len) {
            return Err(error(format!("{} bytes are no whole number of rows of {row_len} bytes", bytes.len())));
        }
        let mut shape = self.shape.clone();
        shape[0] = bytes.len() / row_len;
        raw::decode(self.kind, self.big_endian, &shape, false, bytes)
    }

    pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Result<Self, UnreadHeader>> {
        if reader.array("the magic string")? != *b"\x93NUMPY" {
            return Err(reader.error_at(0, "does not begin with \\x93NUMPY"));
        }
        let [major, minor] = reader.array("the version")?;
        let len = match (major, minor) {
            (1, 0) => reader.number(2, "the header's length")?,
            (2 | 3, 0) => reader.number(4, "the header's length")?,
            _ => return Err(reader.error_at(6, format!("version {major}.{minor} is none of 1.0, 2.0, 3.0"))),
        };
        if len > MAX_HEADER_BYTES {
            return Err(reader.error_at(8, format!("a header of {len} bytes: at most {MAX_HEADER_BYTES} are read")));
        }
        let start = reader.at();
        reader.take(len, "the header")?;
        let offset = reader.at();
        let text = &reader.from(0).rest()[..offset];
        let mut literal = Reader::new("npy", text).from(start);
        let header = dict(&mut literal, offset)?;
        if let Ok(header) = &header {
            literal.skip_blanks();
            literal.finish("the header's dict")?;
            header.kind.bytes(&header.shape).map_err(|what| literal.error_at(start, what))?;
        }
        Ok(header)
    }
}

fn dict(reader: &mut Reader<'_>, offset: usize) -> Result<Result<Header, UnreadHeader>> {
    let start = reader.at();
    let (mut descr, mut order, mut shape) = (None, None, None);
    reader.expect_token(b'{')?;
    while !reader.eat_token(b'}') {
        let at = reader.at();
        let key = string(reader)?;
        reader.expect_token(b':')?;
        let again = match key {
            "descr" => {
                let at = reader.at();
                let found = match reader.peek() {
                    Some(b'[' | b'(') => {
                        let what = "elements of structured type".into();
                        let elements = Unread { what, bits: None, container: true };
                        return Ok(Err(UnreadHeader { elements, shape: Vec::new(), at }));
                    }
                    _ => raw::from_numpy(string(reader)?),
                };
                descr.replace((at, found)).is_some()
            }
            "fortran_order" => order.replace(boolean(reader)?).is_some(),
            "shape" => shape.replace(sizes(reader)?).is_some(),
            _ => return Err(reader.error_at(at, format!("the header has an unknown key {}", Shown(key)))),
        };
        if again {
            return Err(reader.error_at(at, format!("the header has the key {key:?} twice")));
        }
        if !reader.eat_token(b',') {
            reader.expect_token(b'}')?;
            break;
        }
    }
    match (descr, order, shape) {
        (Some((_, Ok((kind, big_endian)))), Some(fortran_order), Some(shape)) => {
            Ok(Ok(Header { kind, big_endian, fortran_order, shape, offset }))
        }
        (Some((at, Err(elements))), Some(_), Some(shape)) => Ok(Err(UnreadHeader { elements, shape, at })),
        _ => Err(reader.error_at(start, "the header lacks one of 'descr', 'fortran_order', 'shape'")),
    }
}

/// A quoted text without escapes.
fn string<'a>(reader: &mut Reader<'a>) -> Result<&'a str> {
    let at = reader.at();
    // Python 2 marks a text.
    reader.eat(b'u');
    let quote = match reader.peek() {
        Some(quote @ (b'\'' | b'"')) => quote,
        _ => return Err(reader.error("the header has no string here")),
    };
    reader.eat(quote);
    let text = reader.take_while(|byte| byte != quote && byte != b'\\' && byte != b'\n');
    if !reader.eat(quote) {
        return Err(reader.error_at(at, "the header has a string that does not end"));
    }
    core::str::from_utf8(text).map_err(|_| reader.error_at(at, "the header has a string that is not UTF-8"))
}

fn boolean(reader: &mut Reader<'_>) -> Result<bool> {
    let found = reader.eat_text("True");
    if found || reader.eat_text("False") {
        return Ok(found);
    }
    Err(reader.error("the header has neither True nor False here"))
}

/// A tuple of sizes: `()`, `(3,)`, `(3, 4)`, and Python 2's `(3L, 4L)`.
fn sizes(reader: &mut Reader<'_>) -> Result<Vec<usize>> {
    let mut sizes = Vec::new();
    let mut comma = true;
    reader.expect_token(b'(')?;
    while !reader.eat_token(b')') {
        if !comma || !reader.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(reader.error("the header's shape is no tuple of sizes"));
        }
        let start = reader.at();
        let size = reader.digits();
        sizes.push(size.ok_or_else(|| reader.error_at(start, "the header has a size that no memory could hold"))?);
        if sizes.len() > MAX_NDIM {
            return Err(reader.error_at(start, format!("the header has more than {MAX_NDIM} sizes")));
        }
        reader.eat(b'L');
        comma = reader.eat_token(b',');
    }
    if sizes.len() == 1 && !comma {
        return Err(reader.error("the header's shape is a number, not a tuple"));
    }
    Ok(sizes)
}
