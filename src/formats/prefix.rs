//! Bits and prefix codes for `inflate.rs`: the next code is found by one look-up in a table, seldom two.
//!
//! ```text
//!   code lengths --canonical--> codes: shorter first, then by symbol        e.g. lengths 2 1 3 3 -> 10 0 110 111
//!
//!   table[next P bits] = (symbol, length)      a code of n <= P bits fills the 2^(P-n) entries that begin with it
//!                      = (second table, its bits)      for codes longer than P
//! ```
//!
//! Lengths that do not make a prefix code (over-full, or with gaps) are an error; only a single code of one bit may
//! leave a gap, as deflate allows. No output is written here. Read next: `crc32.rs`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::kernel::memory::resize;

/// First-table bits for literals and lengths, for distances, and for code lengths.
pub(super) const LITERAL_BITS: u32 = 11;
pub(super) const DISTANCE_BITS: u32 = 9;
pub(super) const LENGTH_BITS: u32 = 7;

/// What went wrong, the offset being that of the bits; `None` where there was no memory, or no room in a window.
pub(super) type Fault = Option<String>;

/// An error of the stream.
#[cold]
pub(super) fn fault(what: &str) -> Fault {
    Some(what.into())
}

/// An entry of a table: `value << 16 | kind << 12 | extra << 4 | length`, where length is the number of bits of the
/// code (0: no such code) and extra that of the bits after it.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry(u32);

const LITERAL: u32 = 0;
const BASE: u32 = 1;
const END: u32 = 2;
const SECOND: u32 = 3;
/// A code that exists and has no meaning: 286, 287, and distances 30, 31 of the fixed codes.
const NOTHING: u32 = 4;

impl Entry {
    const fn new(kind: u32, value: u32, extra: u32, length: u32) -> Self {
        Entry(value << 16 | kind << 12 | extra << 4 | length)
    }

    /// The literal, base length, base distance, or the index of a second table.
    #[inline(always)]
    pub(super) fn value(self) -> u32 {
        self.0 >> 16
    }

    #[inline(always)]
    fn kind(self) -> u32 {
        self.0 >> 12 & 15
    }

    #[inline(always)]
    pub(super) fn is_literal(self) -> bool {
        self.kind() == LITERAL
    }

    #[inline(always)]
    pub(super) fn is_end(self) -> bool {
        self.kind() == END
    }

    #[inline(always)]
    fn extra(self) -> u32 {
        self.0 >> 4 & 15
    }

    #[inline(always)]
    fn length(self) -> u32 {
        self.0 & 15
    }
}

#[derive(Default)]
pub(super) struct Table {
    /// 2^bits entries, then the second tables.
    entries: Vec<Entry>,
}

impl Table {
    /// The code of literals, lengths and the end of the block.
    pub(super) fn literals(&mut self, lengths: &[u8]) -> Result<(), Fault> {
        self.build(lengths, LITERAL_BITS, true, |symbol| match symbol {
            0..256 => (LITERAL, symbol as u32, 0),
            256 => (END, 0, 0),
            257..265 => (BASE, symbol as u32 - 254, 0),
            265..285 => {
                let (extra, step) = ((symbol as u32 - 257) / 4 - 1, (symbol as u32 - 257) % 4);
                (BASE, ((4 + step) << extra) + 3, extra)
            }
            285 => (BASE, 258, 0),
            _ => (NOTHING, 0, 0),
        })
    }

    /// The code of distances.
    pub(super) fn distances(&mut self, lengths: &[u8]) -> Result<(), Fault> {
        self.build(lengths, DISTANCE_BITS, true, |symbol| match symbol {
            0..4 => (BASE, symbol as u32 + 1, 0),
            4..30 => {
                let extra = symbol as u32 / 2 - 1;
                (BASE, ((2 + symbol as u32 % 2) << extra) + 1, extra)
            }
            _ => (NOTHING, 0, 0),
        })
    }

    /// The code of code lengths.
    pub(super) fn lengths(&mut self, lengths: &[u8]) -> Result<(), Fault> {
        self.build(lengths, LENGTH_BITS, false, |symbol| (LITERAL, symbol as u32, 0))
    }

    /// The table for a code with these lengths (0: no code); `meaning` gives kind, value and extra bits of a symbol.
    fn build(
        &mut self,
        lengths: &[u8],
        bits: u32,
        lone: bool,
        meaning: fn(usize) -> (u32, u32, u32),
    ) -> Result<(), Fault> {
        let mut counts = [0_u32; 16];
        for &length in lengths {
            counts[length as usize] += 1;
        }
        counts[0] = 0;
        // The number of 15-bit words, of 2^15, that begin with a code.
        let used: u32 = counts.iter().enumerate().map(|(length, &n)| n << (15 - length)).sum();
        let longest = (1..16).rev().find(|&length| counts[length] > 0).unwrap_or(0);
        if used > 1 << 15 {
            return Err(fault("an over-full prefix code"));
        }
        if used < 1 << 15 && !(lone && longest <= 1) {
            return Err(fault("a prefix code with gaps"));
        }
        let mut next = [0_u32; 16];
        for length in 1..16 {
            next[length] = (next[length - 1] + counts[length - 1]) << 1;
        }
        self.entries.clear();
        resize(&mut self.entries, 1 << bits, Entry::default()).ok_or(None)?;
        // The longest code in a second table decides its size: so first all codes, then the tables.
        let mut codes: [(u16, u8); 320] = [(0, 0); 320];
        let mut second_bits = [0_u8; 1 << LITERAL_BITS];
        for (symbol, &length) in lengths.iter().enumerate().filter(|&(_, &length)| length > 0) {
            let code = next[length as usize];
            next[length as usize] += 1;
            let reversed = (code as u16).reverse_bits() >> (16 - length);
            codes[symbol] = (reversed, length);
            if u32::from(length) > bits {
                let size = &mut second_bits[reversed as usize & ((1 << bits) - 1)];
                *size = (*size).max(length - bits as u8);
            }
        }
        for (symbol, &(code, length)) in codes.iter().enumerate().filter(|(_, (_, length))| *length > 0) {
            let (kind, value, extra) = meaning(symbol);
            let (code, length) = (code as usize, u32::from(length));
            if length <= bits {
                let entry = Entry::new(kind, value, extra, length);
                for i in (code..1 << bits).step_by(1 << length) {
                    self.entries[i] = entry;
                }
                continue;
            }
            let prefix = code & ((1 << bits) - 1);
            let size = u32::from(second_bits[prefix]);
            if self.entries[prefix].length() == 0 {
                let start = self.entries.len();
                self.entries[prefix] = Entry::new(SECOND, start as u32, size, bits);
                resize(&mut self.entries, start + (1 << size), Entry::default()).ok_or(None)?;
            }
            let start = self.entries[prefix].value() as usize;
            let entry = Entry::new(kind, value, extra, length - bits);
            for i in (code >> bits..1 << size).step_by(1 << (length - bits)) {
                self.entries[start + i] = entry;
            }
        }
        Ok(())
    }
}

/// The lengths of the fixed code of literals and lengths.
pub(super) fn fixed_lengths() -> [u8; 288] {
    core::array::from_fn(|symbol| match symbol {
        0..144 => 8,
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    })
}

/// The bits of a byte slice, lowest first.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// The next byte to load.
    at: usize,
    /// Loaded bits; above `count` there may be copies of bits that are loaded again later.
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// From byte `at` on, after `left` of the one before it: what [`left`](Bits::left) was there.
    pub(super) fn new(bytes: &'a [u8], at: usize, left: (u64, u32)) -> Self {
        Bits { bytes, at, buffer: left.0, count: left.1 }
    }

    /// The bits of the byte before `byte()` that have not been taken, and how many they are.
    pub(super) fn left(&self) -> (u64, u32) {
        let count = self.count % 8;
        (self.buffer & ((1 << count) - 1), count)
    }

    /// The first byte of which no bit has been taken.
    pub(super) fn byte(&self) -> usize {
        self.at - (self.count / 8) as usize
    }

    /// Loads bits until there are at least 56, or no more bytes.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(word) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()) {
            self.buffer |= u64::from_le_bytes(*word) << self.count;
            self.at += (63 - self.count as usize) / 8;
            self.count |= 56;
        } else {
            while self.count < 56 && self.at < self.bytes.len() {
                self.buffer |= u64::from(self.bytes[self.at]) << self.count;
                self.at += 1;
                self.count += 8;
            }
        }
    }

    #[inline(always)]
    fn drop(&mut self, n: u32) -> Result<(), Fault> {
        if n > self.count {
            return Err(ended());
        }
        self.buffer >>= n;
        self.count -= n;
        Ok(())
    }

    /// The next `n` bits, at most 16. (Never inlined: many callers, none of them in a loop over symbols.)
    #[inline(never)]
    pub(super) fn take(&mut self, n: u32) -> Result<u32, Fault> {
        self.refill();
        let value = self.buffer as u32 & ((1 << n) - 1);
        self.drop(n)?;
        Ok(value)
    }

    /// The extra bits of an entry; they have been loaded.
    #[inline(always)]
    pub(super) fn extra(&mut self, entry: Entry) -> Result<usize, Fault> {
        if entry.kind() != BASE {
            return Err(fault("a code for a length or distance that does not exist"));
        }
        let n = entry.extra();
        let value = self.buffer as usize & ((1 << n) - 1);
        self.drop(n)?;
        Ok(value)
    }

    /// The next symbol; its bits have been loaded.
    #[inline(always)]
    pub(super) fn symbol(&mut self, table: &Table, bits: u32) -> Result<Entry, Fault> {
        let mut entry = table.entries[self.buffer as usize & ((1 << bits) - 1)];
        if entry.kind() == SECOND {
            self.drop(bits)?;
            let i = entry.value() as usize + (self.buffer as usize & ((1 << entry.extra()) - 1));
            entry = table.entries[i];
        }
        if entry.length() == 0 {
            return Err(if self.count == 0 { ended() } else { fault("bits that are no code of this block") });
        }
        self.drop(entry.length())?;
        Ok(entry)
    }

    /// Skips to the next whole byte.
    pub(super) fn align(&mut self) {
        let n = self.count % 8;
        self.buffer >>= n;
        self.count -= n;
    }

    /// The next `n` bytes; the bits are aligned.
    pub(super) fn bytes(&mut self, n: usize) -> Result<&'a [u8], Fault> {
        let at = self.byte();
        let rest = &self.bytes[at..];
        let taken = rest
            .get(..n)
            .ok_or_else(|| format!("the file ends inside a stored block: {n} bytes wanted, {} left", rest.len()))?;
        (self.at, self.buffer, self.count) = (at + n, 0, 0);
        Ok(taken)
    }
}

#[cold]
fn ended() -> Fault {
    fault("the file ends inside compressed data")
}
