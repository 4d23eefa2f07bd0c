//! gzip as a stream: what is inside, part by part, in memory that does not grow with the file.
//!
//! ```text
//!   stream --> input [ decoded | to be decoded ] --a part of a block--> output [ what copies may reach | to be read ]
//! ```
//!
//! Members, padding, checks and errors are those of `gzip.rs`, by the same code; there is no limit on what comes out.
//! Of what is wrong the reader hears when it comes to it: a checksum stands behind the bytes that it is of, and these
//! have been read by then. Read next: `inflate.rs`.

use alloc::vec::Vec;
use std::io::{self, BufRead, Read};

use super::crc32::crc32_after;
use super::gzip::{header, trailer};
use super::inflate::{Inflate, PART_BYTES};
use super::reader::Reader;
use super::reserve;
use crate::error::{Error, Result};

/// (What is left moves once for as many bytes as are decoded.)
const INPUT_BYTES: usize = 2 * PART_BYTES;

/// What is inside a gzip stream, as [`decompress`](super::gzip::decompress) has it, but in memory of a fixed size.
///
/// What is wrong with the file is an [`Error`] in an [`io::Error`], after all that comes out before it, and each later
/// call gives it again; an error of the stream itself is passed on. A header of more than 256 KiB may be refused.
///
/// ```
/// use nptensor::formats::gzip::Decoder;
/// use std::io::{self, Read};
/// let file = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd\xc9\xc9\x07\0\x86\xa6\x106\x05\0\0\0";
/// assert_eq!(io::read_to_string(Decoder::new(&file[..])?)?, "hello");
/// let error = io::read_to_string(Decoder::new(&file[..20])?).unwrap_err();
/// assert_eq!(error.to_string(), "gzip: byte 17: the file ends inside the checksum: 4 bytes wanted, 3 left");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Decoder<R> {
    stream: R,
    /// A piece of the stream that begins at byte `offset`; what is before `at` has been decoded.
    input: Vec<u8>,
    offset: usize,
    at: usize,
    /// Nothing follows `input`.
    ended: bool,
    inflate: Inflate,
    /// How much of the output has been read.
    read: usize,
    /// Of the output of this member.
    crc: u32,
    len: u64,
    next: Next,
}

/// What comes next in the stream.
enum Next {
    Header,
    Data,
    Trailer,
    /// Another member, or zero bytes to the end, of which the first may have been met.
    Member(Option<usize>),
    Nothing,
    Failed(Error),
}

impl<R: Read> Decoder<R> {
    /// A decoder of a stream; nothing is read yet.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`].
    pub fn new(stream: R) -> Result<Self> {
        let mut input = Vec::new();
        reserve(&mut input, INPUT_BYTES)?;
        let (inflate, next) = (Inflate::windowed()?, Next::Header);
        Ok(Decoder { stream, input, offset: 0, at: 0, ended: false, inflate, read: 0, crc: 0, len: 0, next })
    }

    /// As much input as a step may take, or all there is.
    fn fill(&mut self) -> io::Result<()> {
        if self.ended || self.input.len() - self.at >= PART_BYTES {
            return Ok(());
        }
        self.offset = self.offset.saturating_add(self.at);
        self.input.drain(..self.at);
        self.at = 0;
        let wanted = INPUT_BYTES - self.input.len();
        let stream: &mut dyn Read = &mut self.stream;
        self.ended = stream.take(wanted as u64).read_to_end(&mut self.input)? < wanted;
        Ok(())
    }

    /// Decodes what comes next. (All of the output has been read.) Offsets of errors are those in `input`.
    fn step(&mut self) -> Result<()> {
        let mut reader = Reader::new("gzip", &self.input).from(self.at);
        match self.next {
            Next::Header => {
                let found = header(&mut reader);
                if found.is_err() && !self.ended && reader.rest().len() < 2 {
                    return Err(reader.error_at(self.at, format!("a header of more than {PART_BYTES} bytes")));
                }
                found?;
                self.inflate.begin();
                (self.at, self.crc, self.len, self.next) = (reader.at(), 0, 0, Next::Data);
            }
            Next::Data => {
                self.inflate.forget();
                self.read = self.inflate.output().len();
                let (at, ended) = self.inflate.part("gzip", &self.input, self.at)?;
                let out = &self.inflate.output()[self.read..];
                (self.at, self.crc, self.len) = (at, crc32_after(self.crc, out), self.len + out.len() as u64);
                self.next = if ended { Next::Trailer } else { Next::Data };
            }
            Next::Trailer => {
                trailer(&mut reader, self.crc, self.len)?;
                (self.at, self.next) = (reader.at(), Next::Member(None));
            }
            Next::Member(zero) if reader.rest().iter().all(|&byte| byte == 0) => {
                let first = zero.unwrap_or(self.offset.saturating_add(self.at));
                self.next = if self.ended { Next::Nothing } else { Next::Member(Some(first)) };
                self.at = self.input.len();
            }
            Next::Member(None) => self.next = Next::Header,
            Next::Member(Some(first)) => {
                self.next = Next::Failed(reader.error_at(first, "no gzip member begins here"));
            }
            Next::Nothing | Next::Failed(_) => {}
        }
        Ok(())
    }
}

impl<R: Read> BufRead for Decoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.read == self.inflate.output().len() && !matches!(self.next, Next::Nothing) {
            if let Next::Failed(error) = &self.next {
                return Err(io::Error::new(io::ErrorKind::InvalidData, error.clone()));
            }
            self.fill()?;
            if let Err(error) = self.step() {
                self.next = Next::Failed(match error {
                    Error::Format { format, offset, what } => {
                        Error::Format { format, offset: self.offset.saturating_add(offset), what }
                    }
                    error => error,
                });
            }
        }
        Ok(&self.inflate.output()[self.read..])
    }

    fn consume(&mut self, n: usize) {
        self.read = self.inflate.output().len().min(self.read.saturating_add(n));
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}
