//! Decoding of deflate (RFC 1951): literal bytes and copies of earlier output, under prefix codes.
//!
//! ```text
//!   stream   block block ... last block            bits come lowest first
//!   block    stored: length, ~length, bytes     fixed: the standard codes     dynamic: the lengths of the codes, coded
//!   symbol   0..255 a byte | 256 end of block | 257..285 length 3..258, then a distance 1..32768: copy from there
//!
//!   table    the next 11 bits (distances: 9) give symbol and code length; for longer codes, a second table
//! ```
//!
//! It does not compress. Output grows as symbols arrive, not by the size that the file claims, and stops at a limit:
//! deflate packs up to 1032 to 1, so a small file can inflate to a very large one. [`inflated_limit`] is the default.
//! Used by `gzip.rs` and `npz.rs`; for `gunzip.rs` decoding pauses between symbols where the output is to be read, and
//! goes on in what is left of it. Read next: `prefix.rs`, the tables.

use alloc::vec::Vec;

use super::no_bytes;
use super::prefix::{Bits, DISTANCE_BITS, Entry, Fault, LITERAL_BITS, Table, fault, fixed_lengths};
use crate::error::{Error, Result};
use crate::kernel::memory::resize;

/// The most bytes that a file of `bytes` bytes may inflate to in all: 64 MiB, or 128 times the file if that is more.
///
/// Images pack about 5 to 1 and weights hardly at all; zeros alone pack 1000 to 1. Past the limit, inflate first with a
/// limit of your own ([`gzip::decompress_limited`](super::gzip::decompress_limited),
/// [`npz::read_limited`](super::npz::read_limited)).
pub const fn inflated_limit(bytes: usize) -> usize {
    const LEAST_BYTES: usize = 64 << 20;
    let ratio = bytes.saturating_mul(128);
    if ratio > LEAST_BYTES { ratio } else { LEAST_BYTES }
}

/// Bytes past the end of the output, so that the longest copy can be written in steps of 16 without a check for each.
const SLACK_BYTES: usize = 320;

/// How far back a copy may reach.
#[cfg(feature = "std")]
const WINDOW_BYTES: usize = 1 << 15;

/// The output where what has been read of it is forgotten. It moves once for as many bytes as it keeps; and a stored
/// block, of at most 65535 bytes, has room when it begins, so that only symbols have to wait.
#[cfg(feature = "std")]
const KEPT_BYTES: usize = 2 * WINDOW_BYTES + u16::MAX as usize + SLACK_BYTES;

/// The most bytes that a part takes then: two for each that comes out (a literal has 15 bits, a copy of three or more
/// 48), and the codes of a block (4498 bits).
#[cfg(feature = "std")]
pub(super) const PART_BYTES: usize = 2 * KEPT_BYTES + 1024;

/// The order in which a dynamic block lists the lengths of its code-length code.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The first `n` bytes of the stream at byte `at`, or what there is of them: damage shows where the whole is inflated.
/// (Want of memory says nothing about the file.)
pub(super) fn head(bytes: &[u8], at: usize, n: usize) -> Result<Vec<u8>> {
    let mut inflate = Inflate::new(n);
    let done = inflate.stream("deflate", bytes, at, n);
    if let Err(Error::OutOfMemory { .. }) = done { done.map(|_| Vec::new()) } else { Ok(inflate.into_output()) }
}

pub(crate) struct Inflate {
    output: Output,
    literals: Table,
    distances: Table,
    /// Whether these are the fixed codes.
    fixed: bool,
    /// Within a block of symbols, which go on.
    open: bool,
    /// The block is the last.
    last: bool,
    /// Bits that are still to be taken.
    left: (u64, u32),
}

struct Output {
    /// The output up to `len`, then unused bytes.
    bytes: Vec<u8>,
    len: usize,
    /// Where the current stream's output begins: copies may not reach before it.
    start: usize,
    limit: usize,
    /// The size of the first allocation: what the caller expects, but at most a few times the input. Later that of the
    /// last.
    first: usize,
    /// It does not grow, for what has been read is forgotten.
    window: bool,
}

impl Inflate {
    /// A decoder whose whole output may have `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        let output = Output { bytes: Vec::new(), len: 0, start: 0, limit, first: 0, window: false };
        let (literals, distances) = (Table::default(), Table::default());
        Inflate { output, literals, distances, fixed: false, open: false, last: false, left: (0, 0) }
    }

    /// A decoder of any output, which is read part by part: [`forget`](Inflate::forget) makes room for the next.
    #[cfg(feature = "std")]
    pub(super) fn windowed() -> Result<Self> {
        let mut inflate = Inflate::new(usize::MAX);
        (inflate.output.window, inflate.output.first) = (true, KEPT_BYTES);
        resize(&mut inflate.output.bytes, KEPT_BYTES, 0).ok_or_else(|| no_bytes(KEPT_BYTES))?;
        Ok(inflate)
    }

    /// Makes room for a part, where all of the output has been read: what copies may still reach is left.
    #[cfg(feature = "std")]
    pub(super) fn forget(&mut self) {
        let output = &mut self.output;
        if output.len > 2 * WINDOW_BYTES {
            let gone = output.len - WINDOW_BYTES;
            output.bytes.copy_within(gone..output.len, 0);
            (output.len, output.start) = (WINDOW_BYTES, output.start.saturating_sub(gone));
        }
    }

    pub(crate) fn output(&self) -> &[u8] {
        &self.output.bytes[..self.output.len]
    }

    pub(crate) fn into_output(mut self) -> Vec<u8> {
        self.output.bytes.truncate(self.output.len);
        self.output.bytes
    }

    /// Decodes the stream that begins at byte `at` and appends its output, of which the file claims that it has
    /// `expected` bytes: the claim sizes the first allocation and is not trusted otherwise. Returns the offset after
    /// the stream; errors are in the name of `format`.
    pub(crate) fn stream(&mut self, format: &'static str, bytes: &[u8], at: usize, expected: usize) -> Result<usize> {
        self.begin();
        let output = &mut self.output;
        // Twice the slack, so that the reservation after the last symbol does not reallocate.
        let claim = (bytes.len() - at).saturating_mul(8).min(expected);
        output.first = output.len.saturating_add(claim).saturating_add(2 * SLACK_BYTES + 260);
        let (mut at, mut ended) = (at, false);
        while !ended {
            (at, ended) = self.part(format, bytes, at)?;
        }
        Ok(at)
    }

    /// The next stream follows.
    pub(super) fn begin(&mut self) {
        (self.output.start, self.left, self.open) = (self.output.len, (0, 0), false);
    }

    /// Decodes a block of the stream that goes on at byte `at`, or as much of one as there is room for. Returns the
    /// offset after that, and whether the stream ends there.
    pub(super) fn part(&mut self, format: &'static str, bytes: &[u8], at: usize) -> Result<(usize, bool)> {
        let mut bits = Bits::new(bytes, at, self.left);
        let ended = match self.block(&mut bits) {
            Ok(()) => self.last,
            // Between two symbols; the tables of a block have their memory by then.
            Err(None) if self.output.window && self.open => false,
            Err(Some(what)) => return Err(Error::Format { format, offset: bits.byte(), what }),
            Err(None) => return Err(no_bytes(self.output.first)),
        };
        self.left = bits.left();
        Ok((bits.byte(), ended))
    }

    fn block(&mut self, bits: &mut Bits<'_>) -> Result<(), Fault> {
        if !self.open {
            self.last = bits.take(1)? == 1;
            match bits.take(2)? {
                0 => return self.output.stored(bits),
                1 if self.fixed => {}
                1 => {
                    self.literals.literals(&fixed_lengths())?;
                    self.distances.distances(&[5; 32])?;
                    self.fixed = true;
                }
                2 => {
                    self.fixed = false;
                    dynamic_codes(bits, &mut self.literals, &mut self.distances)?;
                }
                _ => return Err(fault("a block of type 3, which does not exist")),
            }
            self.open = true;
        }
        self.output.symbols(bits, &self.literals, &self.distances)?;
        self.open = false;
        Ok(())
    }
}

impl Output {
    fn stored(&mut self, bits: &mut Bits<'_>) -> Result<(), Fault> {
        bits.align();
        let (n, check) = (bits.take(16)?, bits.take(16)?);
        if n != !check & 0xffff {
            return Err(format!("a stored block's length {n} does not match its complement {check}").into());
        }
        let bytes = bits.bytes(n as usize)?;
        let (within, beyond) = bytes.split_at(bytes.len().min(self.limit - self.len));
        self.reserve(within.len())?;
        self.bytes[self.len..][..within.len()].copy_from_slice(within);
        self.len += within.len();
        self.reserve(beyond.len())
    }

    /// Reserves `n` bytes within the limit, and the slack after them.
    #[inline]
    fn reserve(&mut self, n: usize) -> Result<(), Fault> {
        if n > self.limit - self.len {
            return Err(format!("inflates to more than the {} bytes allowed here", self.limit).into());
        }
        if self.bytes.len() - self.len < n + SLACK_BYTES {
            self.grow(n)?;
        }
        Ok(())
    }

    #[cold]
    fn grow(&mut self, n: usize) -> Result<(), Fault> {
        if self.window {
            return Err(None);
        }
        let most = self.limit.saturating_add(SLACK_BYTES);
        let wanted = (self.len + n + SLACK_BYTES).max(self.bytes.len().saturating_mul(2)).max(self.first).min(most);
        let more = wanted - self.bytes.len();
        // (Not more than that: what is reserved counts against the limit, too.)
        self.first = wanted;
        self.bytes.try_reserve_exact(more).map_err(|_| None)?;
        resize(&mut self.bytes, wanted, 0).ok_or(None)
    }

    fn symbols(&mut self, bits: &mut Bits<'_>, literals: &Table, distances: &Table) -> Result<(), Fault> {
        loop {
            // Two literals and the longest copy, or what the limit allows: `put` and `copy` check it.
            self.reserve((2 + 258).min(self.limit - self.len))?;
            // 56 bits, if there are as many: enough for two literals, or a length and a distance (15 + 5 + 15 + 13).
            bits.refill();
            let mut entry = bits.symbol(literals, LITERAL_BITS)?;
            if entry.is_literal() {
                self.put(entry.value() as u8)?;
                entry = bits.symbol(literals, LITERAL_BITS)?;
                if entry.is_literal() {
                    self.put(entry.value() as u8)?;
                    continue;
                }
                bits.refill();
            }
            if entry.is_end() {
                return Ok(());
            }
            let length = entry.value() as usize + bits.extra(entry)?;
            let entry: Entry = bits.symbol(distances, DISTANCE_BITS)?;
            let distance = entry.value() as usize + bits.extra(entry)?;
            self.copy(length, distance)?;
        }
    }

    /// One byte; it has been reserved, but not checked against the limit.
    #[inline(always)]
    fn put(&mut self, byte: u8) -> Result<(), Fault> {
        if self.len >= self.limit {
            return self.reserve(1);
        }
        self.bytes[self.len] = byte;
        self.len += 1;
        Ok(())
    }

    /// `length` bytes from `distance` back; the two may overlap, and then repeat.
    #[inline(always)]
    fn copy(&mut self, length: usize, distance: usize) -> Result<(), Fault> {
        let to = self.len;
        if distance > to - self.start {
            return Err(format!("a copy from {distance} bytes back, where only {} are", to - self.start).into());
        }
        if length > self.limit - to {
            return self.reserve(length);
        }
        let from = to - distance;
        if distance >= 16 {
            // Sixteen at a time; the last step may write into the slack.
            for step in (0..length).step_by(16) {
                self.bytes.copy_within(from + step..from + step + 16, to + step);
            }
        } else if distance == 1 {
            let byte = self.bytes[from];
            self.bytes[to..to + length].fill(byte);
        } else {
            let window = &mut self.bytes[from..to + length];
            for i in 0..length {
                window[distance + i] = window[i];
            }
        }
        self.len += length;
        Ok(())
    }
}

/// The codes of a dynamic block: first a code for code lengths, then the lengths, with repeats.
fn dynamic_codes(bits: &mut Bits<'_>, literals: &mut Table, distances: &mut Table) -> Result<(), Fault> {
    let literal_count = bits.take(5)? as usize + 257;
    let distance_count = bits.take(5)? as usize + 1;
    let order_count = bits.take(4)? as usize + 4;
    if literal_count > 286 || distance_count > 30 {
        let what = format!("{literal_count} length and {distance_count} distance codes: at most 286 and 30 exist");
        return Err(what.into());
    }
    let mut order = [0; 19];
    for &symbol in &ORDER[..order_count] {
        order[symbol] = bits.take(3)? as u8;
    }
    literals.lengths(&order)?;
    let mut lengths = [0_u8; 286 + 30];
    let lengths = &mut lengths[..literal_count + distance_count];
    let mut at = 0;
    while at < lengths.len() {
        bits.refill();
        let symbol = bits.symbol(literals, super::prefix::LENGTH_BITS)?.value();
        let (value, times) = match symbol {
            0..16 => (symbol as u8, 1),
            16 => {
                let before = at.checked_sub(1).ok_or_else(|| fault("a repeat with no code length before it"))?;
                (lengths[before], 3 + bits.take(2)?)
            }
            17 => (0, 3 + bits.take(3)?),
            _ => (0, 11 + bits.take(7)?),
        };
        let repeated =
            lengths.get_mut(at..at + times as usize).ok_or_else(|| fault("a repeat past the last code length"))?;
        repeated.fill(value);
        at += times as usize;
    }
    if lengths[256] == 0 {
        return Err(fault("a block without a code for its end"));
    }
    literals.literals(&lengths[..literal_count])?;
    distances.distances(&lengths[literal_count..])
}
