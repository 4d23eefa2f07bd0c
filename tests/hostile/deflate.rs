//! Deflate streams made bit by bit, and gzip around them.

use super::heap::{held, streamed};
use super::said;
use nptensor::Result;
use nptensor::formats::gzip;

/// Bits, lowest first, as deflate has them.
#[derive(Default)]
pub struct Bits(pub Vec<u8>, usize);

impl Bits {
    /// The low `n` bits of `value`, lowest first.
    pub fn put(mut self, value: u32, n: usize) -> Self {
        for i in 0..n {
            if self.1.is_multiple_of(8) {
                self.0.push(0);
            }
            *self.0.last_mut().unwrap() |= ((value >> i & 1) as u8) << (self.1 % 8);
            self.1 += 1;
        }
        self
    }

    /// A prefix code, highest bit first.
    pub fn code(self, value: u32, n: usize) -> Self {
        self.put(value.reverse_bits() >> (32 - n), n)
    }

    /// The beginning of a dynamic block: how many codes, and the lengths of the code-length code in deflate's order.
    fn dynamic(self, literals: u32, distances: u32, order: &[u32]) -> Self {
        let start = self.put(0b101, 3).put(literals - 257, 5).put(distances - 1, 5).put(order.len() as u32 - 4, 4);
        order.iter().fold(start, |bits, &length| bits.put(length, 3))
    }
}

pub const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";

fn gunzip(bits: Bits) -> Result<Vec<u8>> {
    let file = [GZIP, &bits.0, &[0; 8]].concat();
    let whole = held(gzip::decompress, &file);
    streamed(&file, 1, &whole);
    whole
}

#[test]
fn deflate_streams() {
    let bits = Bits::default;
    // Code lengths 0 and 1 as 1-bit codes: 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1
    let zero_one = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    // 16 and 0
    let repeat = [1, 0, 0, 1];
    // 18 and 0
    let zeros = [0, 0, 1, 1];
    said(gunzip(bits().put(0b111, 3)), "a block of type 3");
    said(gunzip(bits().put(0b001, 8).put(5, 16).put(5, 16)), "does not match its complement");
    said(gunzip(bits().put(0b001, 8).put(0xffff, 16).put(0, 16)), "ends inside a stored block");
    // Fixed codes: length 257 (7 bits: 1), distance 0 (5 bits), with nothing before it.
    said(gunzip(bits().put(0b011, 3).code(1, 7).code(0, 5)), "a copy from 1 bytes back, where only 0 are");
    said(
        gunzip(bits().put(0b011, 3).code(0x30, 8).code(1, 7).code(1, 5)),
        "a copy from 2 bytes back, where only 1 are",
    );
    // Symbols 286 and distances 30, which have codes and no meaning.
    said(gunzip(bits().put(0b011, 3).code(0b1100_0110, 8)), "does not exist");
    said(gunzip(bits().put(0b011, 3).code(0x30, 8).code(1, 7).code(30, 5)), "does not exist");
    said(gunzip(bits().dynamic(287, 1, &[0; 4])), "at most 286 and 30");
    said(gunzip(bits().dynamic(257, 31, &[0; 4])), "at most 286 and 30");
    said(gunzip(bits().dynamic(257, 1, &[0; 19])), "a prefix code with gaps");
    said(gunzip(bits().dynamic(257, 1, &[1, 0, 0, 0])), "a prefix code with gaps");
    said(gunzip(bits().dynamic(257, 1, &[1, 1, 1, 0])), "an over-full prefix code");
    said(gunzip(bits().dynamic(257, 1, &repeat).code(1, 1)), "no code length before it");
    let mut all_zero = bits().dynamic(257, 1, &zero_one);
    for _ in 0..258 {
        all_zero = all_zero.code(0, 1);
    }
    said(gunzip(all_zero), "without a code for its end");
    let mut too_many = bits().dynamic(257, 1, &zero_one);
    for _ in 0..258 {
        too_many = too_many.code(1, 1);
    }
    said(gunzip(too_many), "an over-full prefix code");
    said(
        gunzip(bits().dynamic(257, 1, &zeros).code(1, 1).put(127, 7).code(1, 1).put(127, 7)),
        "past the last code length",
    );
    // Only the end of the block has a code, and no distance: an empty output.
    let mut end = bits().dynamic(257, 1, &zero_one);
    for symbol in 0..258 {
        end = end.code(u32::from(symbol == 256), 1);
    }
    assert_eq!(gunzip(end.code(0, 1)), Ok(vec![]));
    said(held(gzip::decompress, GZIP), "ends inside compressed data");
}

/// `copies` copies of 258 bytes: 158 bytes out for each in.
pub fn bomb(copies: usize) -> Vec<u8> {
    let mut bits = Bits::default().put(0b011, 3).code(0x30, 8);
    for _ in 0..copies {
        bits = bits.code(0b1100_0101, 8).code(0, 5);
    }
    bits.code(0, 7).0
}

#[test]
fn gzip_files() {
    // The literal 1, and its CRC.
    let data = Bits::default().put(0b011, 3).code(0x31, 8).code(0, 7).0;
    let good = [GZIP, &data, &[0x1b, 0xdf, 0x05, 0xa5, 1, 0, 0, 0]].concat();
    assert_eq!(held(gzip::decompress, &good), Ok(vec![1]));
    let change = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        let whole = held(gzip::decompress, &bytes);
        streamed(&bytes, 1, &whole);
        whole
    };
    said(change(2, 7), "compression method 7");
    said(change(3, 0x20), "reserved flags");
    said(change(13, 0), "the checksum is a505df1b, not a505df00 as the file says");
    said(change(17, 2), "1 bytes came out, not 2 as the file says");
    // More than 64 MiB and more than 128 times the file.
    let bytes = [GZIP, &bomb(262_144), &[0; 8]].concat();
    said(held(gzip::decompress, &bytes), "inflates to more than the 67108864 bytes allowed here");
    said(gzip::decompress_limited(&bytes, 1000), "inflates to more than the 1000 bytes allowed here");
    said(gzip::decompress_limited(&bytes, 0), "inflates to more than the 0 bytes allowed here");
}

/// The file, cut here and there as well, is the same as a stream.
fn streams(file: &[u8]) -> Vec<u8> {
    let (parts, last) = if cfg!(debug_assertions) { (4, 2) } else { (40, 10) };
    let mut cuts: Vec<usize> = (0..file.len()).step_by(file.len() / parts + 1).collect();
    cuts.extend(file.len().saturating_sub(last)..=file.len());
    for n in cuts {
        streamed(&file[..n], 1 + n % 70_000, &gzip::decompress(&file[..n]));
    }
    gzip::decompress(file).unwrap()
}

#[test]
fn gzip_streams() {
    let golden = |name: &str| {
        std::fs::read(format!("{}/tests/golden/packed/{name}.csv.gz", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let kinds = ["stored", "fixed", "literals", "dynamic", "long"].map(golden);
    for kind in &kinds {
        assert!(streams(kind).len() > 25_000);
    }
    // Members of all kinds, and zero bytes behind the last; and with something behind these.
    let times = if cfg!(debug_assertions) { 2 } else { 12 };
    let mut file = kinds.concat().repeat(times);
    assert_eq!(streams(&file).len(), times * (4 * 25_411 + 814_000));
    file.resize(file.len() + 600_000, 0);
    streams(&file);
    file.push(1);
    let whole = gzip::decompress(&file);
    streamed(&file, 4096, &whole);
    said(whole, &format!("byte {}: no gzip member begins here", file.len() - 600_001));
    // A name may be long, but a stream has an end to its patience.
    let named =
        |n: usize| [b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", &vec![b'a'; n][..], b"\0\x03\0\0\0\0\0\0\0\0\0"].concat();
    assert_eq!(streams(&named(100_000)), b"");
    let error = std::io::read_to_string(gzip::Decoder::new(&named(1 << 20)[..]).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "gzip: byte 0: a header of more than 263806 bytes");
    assert_eq!(gzip::decompress(&named(1 << 20)), Ok(vec![]));
    // One block without an end, of symbols that take as many bits as there are; and a bomb, which has no limit here.
    let (mut bits, mut seed) = (Bits::default().put(0b011, 3).code(0x30, 8), 1_u32);
    for _ in 0..200_000 {
        seed = seed.wrapping_mul(0x915f_77f5).wrapping_add(1);
        let (byte, far) = (seed >> 24, seed >> 8 & 0x1fff);
        bits = if byte < 112 { bits.code(byte + 0x190, 9) } else { bits.code(byte % 144 + 0x30, 8) };
        // Length 3, and as far back as 24577 and more, once that is there.
        bits = if bits.0.len() > 60_000 { bits.code(1, 7).code(29, 5).put(far, 13) } else { bits };
    }
    let data = bits.code(0, 7).0;
    let file = [GZIP, &data, &[0; 8]].concat();
    let whole = gzip::decompress(&file);
    streamed(&file, 1000, &whole);
    said(whole, "the checksum is ");
    let (file, mut all) = ([GZIP, &bomb(100_000), &[0; 8]].concat(), 0);
    let mut decoder = gzip::Decoder::new(&file[..]).unwrap();
    let (error, peak) = super::heap::peak(|| {
        loop {
            match std::io::BufRead::fill_buf(&mut decoder).map(<[u8]>::len) {
                Ok(n) => (all, ()) = (all + n, std::io::BufRead::consume(&mut decoder, n)),
                Err(error) => return error.to_string(),
            }
        }
    });
    assert!(
        error.contains("not 00000000 as the file says") && all == 25_800_001 && peak < 20_000,
        "{error} {all} {peak}"
    );
}
