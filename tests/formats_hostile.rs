//! No file can break a reader: cut off everywhere, every bit flipped, and tables of lies. An error or a value, never a panic.
//!
//! A lie about a size must also cost nothing: the tables hold claims that no memory could meet, so a reader that believed one would abort.

use nptensor::formats::{self, AnyTensor, Archive, gzip, idx, npy, npz};
use nptensor::{Error, Result};
use std::path::Path;

/// The golden files of at most `most` bytes that are meant to be read.
fn good_files(most: usize) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .filter(|(name, bytes)| bytes.len() <= most && !name.starts_with("bad-") && name != "expected.tsv")
        .collect();
    files.sort();
    files
}

fn read(bytes: &[u8]) -> Result<Archive> {
    formats::read(bytes).map(formats::Contents::into_archive)
}

/// Equal in names, types, shapes and elements, nan included.
fn same(a: &Archive, b: &Archive) -> bool {
    let bits = |any: &AnyTensor| any.cast::<f64>().iter().map(f64::to_bits).collect::<Vec<_>>();
    let equal = |x: &AnyTensor, y: &AnyTensor| x.dtype() == y.dtype() && x.shape() == y.shape() && bits(x) == bits(y);
    a.len() == b.len() && a.iter().zip(b.iter()).all(|((m, x), (n, y))| m == n && equal(x, y))
}

fn said(result: Result<impl std::fmt::Debug>, wanted: &str) {
    let error = result.expect_err(wanted).to_string();
    assert!(error.contains(wanted), "{error:?} does not say {wanted:?}");
}

#[test]
fn cut_off_at_every_byte() {
    let mut cuts = 0;
    for (name, bytes) in good_files(2000) {
        let whole = read(&bytes).unwrap();
        for n in 0..bytes.len() {
            match read(&bytes[..n]) {
                Err(Error::Format { offset, .. }) => assert!(offset <= n, "{name} cut at {n}: byte {offset}"),
                Err(other) => panic!("{name} cut at {n}: {other}"),
                // Only padding may be missing.
                Ok(read) => {
                    let padding = bytes[n..].iter().all(|&byte| byte == 0) && name.ends_with(".gz");
                    assert!(padding && same(&read, &whole), "{name} cut at {n} was read");
                }
            }
            cuts += 1;
        }
    }
    assert!(cuts > 15_000, "{cuts}");
}

#[test]
fn every_bit_flipped() {
    let (mut read_anyway, mut refused) = (0, 0);
    for (name, mut bytes) in good_files(1000) {
        let whole = read(&bytes).unwrap();
        for bit in 0..8 * bytes.len() {
            bytes[bit / 8] ^= 1 << (bit % 8);
            match read(&bytes) {
                Err(_) => refused += 1,
                Ok(read) => {
                    // A checksum lets nothing through that changes a number.
                    let checked = name.ends_with(".gz") || name.ends_with(".npz");
                    assert!(
                        !checked || same(&read, &whole),
                        "{name} with bit {bit} flipped was read as something else"
                    );
                    read_anyway += 1;
                }
            }
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(refused > 50_000 && read_anyway > 10_000, "{refused} refused, {read_anyway} read");
}

fn npy_file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut file = b"\x93NUMPY".to_vec();
    file.extend([version, 0]);
    match version {
        1 => file.extend((header.len() as u16).to_le_bytes()),
        _ => file.extend((header.len() as u32).to_le_bytes()),
    }
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

#[test]
fn npy_headers() {
    let axes = |n: usize| format!("{{'descr': '<f4', 'fortran_order': True, 'shape': ({})}}", "1,".repeat(n));
    let shape = |text: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {text}}}");
    let table: &[(String, &str)] = &[
        (shape("(100000000000,)"), "the file ends inside the elements: 800000000000 bytes wanted, 8 left"),
        (shape("(4611686018427387904, 4)"), "no memory could hold float64"),
        (shape("(4611686018427387904, 0, 4611686018427387904)"), "no memory could hold float64"),
        (shape("(1152921504606846976,)"), "no memory could hold float64"),
        (shape("(99999999999999999999,)"), "a size that no memory could hold"),
        (shape("(-1,)"), "no tuple of sizes"),
        (shape("(1 1)"), "no tuple of sizes"),
        (shape("(1)"), "a number, not a tuple"),
        (shape("(1,,)"), "no tuple of sizes"),
        (shape("(,)"), "no tuple of sizes"),
        (shape("(1.0,)"), "no tuple of sizes"),
        (shape("(True,)"), "no tuple of sizes"),
        (shape("[1]"), "no '(' here"),
        (shape("(1"), "no tuple of sizes"),
        (axes(65), "more than 64 sizes"),
        (axes(1000), "more than 64 sizes"),
        (shape("(1,), 'shape': (1,)"), "the key \"shape\" twice"),
        (shape("(1,), 'extra': 1"), "unknown key \"extra\""),
        (shape("(1,)") + "x", "1 bytes too many"),
        (shape("(1,)").replace("False", "0"), "neither True nor False"),
        (shape("(1,)").replace("'<f8'", "'<f8"), "(\"<f8, \") are not supported"),
        (shape("(1,)").replace("'<f8'", "[('a', '<f8')]"), "structured"),
        (shape("(1,)").replace("'<f8'", "('<f8', (2,))"), "structured"),
        (shape("(1,)").replace("<f8", "<f9"), "not supported"),
        (shape("(1,)").replace("<f8", ""), "unknown type"),
        (shape("(1,)").replace("<f8", "é"), "unknown type"),
        (shape("(1,)").replace("<f8", "\\x3cf8"), "a string that does not end"),
        ("{'descr': '<f8', 'shape': (1,)}".into(), "lacks one of"),
        ("{}".into(), "lacks one of"),
        ("".into(), "no '{' here"),
        ("{".into(), "no string here"),
        ("{{".into(), "no string here"),
        ("(".repeat(60000), "no '{' here"),
    ];
    for (header, wanted) in table {
        for version in 1..=3 {
            said(npy::read(&npy_file(version, header, &[0; 8])), wanted);
        }
    }
    let good = shape("(1,)");
    assert!(npy::read(&npy_file(1, &good, &[0; 8])).is_ok());
    assert!(npy::read(&npy_file(1, &good.replace("(1,)", "(1L,)"), &[0; 8])).is_ok());
    said(npy::read(&npy_file(1, &good, &[0; 7])), "8 bytes wanted, 7 left");
    said(npy::read(&npy_file(1, &good, &[0; 9])), "1 bytes too many");
    said(npy::read(&npy_file(4, &good, &[0; 8])), "version 4.0");
    said(npy::read(b"\x93NUMPY\x02\0\xff\xff\xff\xff{}"), "a header of 4294967295 bytes");
    said(npy::read(b"\x93NUMPY\x01\0\xff\xff{}"), "65535 bytes wanted, 2 left");
}

#[test]
fn idx_headers() {
    let huge = [[0, 0, 8, 3].as_slice(), &[0xff; 12], &[0; 100]].concat();
    said(idx::read(&huge), "no memory could hold uint8");
    said(
        idx::read(&[[0, 0, 8, 2].as_slice(), &[0, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff]].concat()),
        "the file ends inside",
    );
    said(idx::read(&[[0, 0, 8, 255].as_slice(), &[0, 0, 0, 1].repeat(255), &[7]].concat()), "no memory could hold");
    said(idx::read(&[0, 0, 10, 1, 0, 0, 0, 0]), "no element type has the code 0x0a");
    said(idx::read(&[0, 1, 8, 1, 0, 0, 0, 0]), "two zero bytes");
    said(idx::read(&[0, 0, 8, 1, 0, 0, 0, 0, 0]), "1 bytes too many");
    said(idx::read(&[0, 0, 8, 0]), "the file ends inside the elements");
    assert_eq!(idx::read(&[0, 0, 8, 0, 5]).unwrap().shape(), []);
}

/// Bits, lowest first, as deflate has them.
#[derive(Default)]
struct Bits(Vec<u8>, usize);

impl Bits {
    /// The low `n` bits of `value`, lowest first.
    fn put(mut self, value: u32, n: usize) -> Self {
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
    fn code(self, value: u32, n: usize) -> Self {
        self.put(value.reverse_bits() >> (32 - n), n)
    }

    /// The beginning of a dynamic block: how many codes, and the lengths of the code-length code in deflate's order.
    fn dynamic(self, literals: u32, distances: u32, order: &[u32]) -> Self {
        let start = self.put(0b101, 3).put(literals - 257, 5).put(distances - 1, 5).put(order.len() as u32 - 4, 4);
        order.iter().fold(start, |bits, &length| bits.put(length, 3))
    }
}

const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";

fn gunzip(bits: Bits) -> Result<Vec<u8>> {
    gzip::decompress(&[GZIP, &bits.0, &[0; 8]].concat())
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
    said(gzip::decompress(GZIP), "ends inside compressed data");
}

/// `copies` copies of 258 bytes: 158 bytes out for each in.
fn bomb(copies: usize) -> Vec<u8> {
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
    assert_eq!(gzip::decompress(&good), Ok(vec![1]));
    let change = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        gzip::decompress(&bytes)
    };
    said(change(2, 7), "compression method 7");
    said(change(3, 0x20), "reserved flags");
    said(change(13, 0), "the checksum is a505df1b, not a505df00 as the file says");
    said(change(17, 2), "1 bytes came out, not 2 as the file says");
    // More than 64 MiB and more than 128 times the file.
    let bytes = [GZIP, &bomb(262_144), &[0; 8]].concat();
    said(gzip::decompress(&bytes), "inflates to more than the 67108864 bytes allowed here");
    said(gzip::decompress_limited(&bytes, 1000), "inflates to more than the 1000 bytes allowed here");
    said(gzip::decompress_limited(&bytes, 0), "inflates to more than the 0 bytes allowed here");
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320)))
}

/// A member as the local header (30 bytes) and the central entry (46 bytes) have it: their common fields, then the name.
struct Member {
    name: &'static str,
    data: Vec<u8>,
    method: u16,
    size: u32,
    crc: u32,
}

impl Member {
    fn stored(name: &'static str, file: &[u8]) -> Self {
        Member { name, data: file.to_vec(), method: 0, size: file.len() as u32, crc: crc(file) }
    }

    fn deflated(name: &'static str, data: Vec<u8>, size: u32, crc: u32) -> Self {
        Member { name, data, method: 8, size, crc }
    }

    fn common(&self) -> Vec<u8> {
        let mut out = [20_u16, 0, self.method, 0, 0x21].map(u16::to_le_bytes).concat();
        out.extend([self.crc, self.data.len() as u32, self.size].map(u32::to_le_bytes).concat());
        out.extend([self.name.len() as u16, 0].map(u16::to_le_bytes).concat());
        out
    }
}

fn zip(members: &[Member]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        directory.extend([b"PK\x01\x02\x14\0".as_slice(), &member.common(), &[0; 10]].concat());
        directory.extend((file.len() as u32).to_le_bytes());
        directory.extend(member.name.as_bytes());
        file.extend([b"PK\x03\x04", &member.common()[..], member.name.as_bytes(), &member.data].concat());
    }
    let n = members.len() as u16;
    let end = [(directory.len() as u32).to_le_bytes(), (file.len() as u32).to_le_bytes()].concat();
    file.extend(directory);
    file.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &[n, n].map(u16::to_le_bytes).concat(), &end, &[0; 2]].concat());
    file
}

#[allow(clippy::type_complexity)]
#[test]
fn zip_files() {
    let x = npy_file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", &[7, 9]);
    let n = x.len() as u32;
    let good = zip(&[Member::stored("x.npy", &x)]);
    assert_eq!(npz::read(&good).unwrap().get("x").unwrap().get::<u8>().unwrap().to_vec(), [7, 9]);
    // Fields of the only member's local header, of its central entry, and of the end record.
    let (local, end) = (0, good.len() - 22);
    let central = end - 46 - 5;
    let change = |places: &[(usize, &[u8])]| {
        let mut bytes = good.clone();
        for &(at, new) in places {
            bytes[at..at + new.len()].copy_from_slice(new);
        }
        npz::read(&bytes)
    };
    let huge = 0xffff_fff0_u32.to_le_bytes();
    let many = 0xfffe_u16.to_le_bytes();
    let less = (n - 1).to_le_bytes();
    let table: &[(&[(usize, &[u8])], &str)] = &[
        // Sizes that lie: in one place, in both, of the data, of the result.
        (&[(central + 20, &huge)], "and claims"),
        (&[(central + 24, &huge)], "and claims 4294967280"),
        (&[(central + 20, &huge), (central + 24, &huge)], "differ in its sizes or checksum"),
        (&[(local + 18, &less)], "differ in its sizes or checksum"),
        (
            &[(central + 20, &huge), (central + 24, &huge), (local + 18, &huge), (local + 22, &huge)],
            "the file ends inside member \"x.npy\": 4294967280 bytes wanted",
        ),
        (&[(central + 20, &less), (central + 24, &less), (local + 18, &less), (local + 22, &less)], "its checksum is"),
        (&[(central + 16, &huge), (local + 14, &huge)], "not fffffff0 as the file says"),
        (&[(local + 14, &huge)], "differ in its sizes or checksum"),
        // Methods and flags.
        (&[(central + 8, &[1]), (local + 6, &[1])], "is encrypted"),
        (&[(local + 6, &[1])], "differ in how it is packed"),
        (&[(central + 10, &[9])], "(deflate64)"),
        (&[(central + 10, &[93])], "(zstandard)"),
        (&[(central + 10, &[1])], "compression method 1:"),
        (&[(local + 8, &[8])], "differ in how it is packed"),
        // Names.
        (&[(local + 30, b"y")], "differ in its name"),
        (&[(central + 46, b"\xff")], "not UTF-8"),
        (&[(central + 46, "é".as_bytes())], "not ASCII and not marked"),
        (&[(central + 46, b"\0")], "not the name of a file"),
        (&[(central + 46, b"x.txt")], "differ in its name"),
        (&[(central + 28, &[0, 0])], "not the name of a file"),
        (&[(central + 28, &many)], "the file ends inside a member's name"),
        (&[(central + 30, &many)], "the file ends inside a member's extra fields"),
        (&[(central + 32, &many)], "the file ends inside a member's comment"),
        (&[(local + 28, &many)], "the file ends inside a member's extra fields"),
        // Places.
        (&[(central + 42, &huge)], "is not in the file"),
        (&[(central + 42, &[1])], "no header of member"),
        (&[(central, b"Q")], "no entry of the central directory"),
        (&[(end + 16, &[1])], "does not end where the end record begins"),
        (&[(end + 16, &[central as u8 + 1]), (end + 12, &[50])], "no entry of the central directory"),
        (&[(end + 12, &huge)], "does not end where"),
        (&[(end + 8, &many), (end + 10, &many)], "65534 members in a central directory of 51 bytes"),
        (&[(end + 8, &[0, 0]), (end + 10, &[0, 0])], "51 bytes too many"),
        (&[(end + 8, &[2])], "in several parts"),
        (&[(end + 4, &[1])], "in several parts"),
        (&[(end + 20, &[1])], "no end record"),
        (&[(end, b"Q")], "no end record"),
    ];
    for (places, wanted) in table {
        said(change(places), wanted);
    }
    said(npz::read(b"PK\x05\x06"), "too short");
    said(npz::read(&[b"PK\x03\x04".as_slice(), &b"PK\x05\x06".repeat(40_000)].concat()), "no end record");

    // Two entries for the same bytes: a bomb that no single member gives away.
    let mut two = zip(&[Member::stored("x.npy", &x), Member::stored("y.npy", &x)]);
    let entry = two.len() - 22 - 51;
    two[entry + 42..entry + 46].fill(0);
    two[entry + 46] = b'x';
    said(npz::read(&two), "two members overlap");
    said(npz::read(&zip(&[Member::stored("x.npy", &x), Member::stored("x.npy", &x)])), "the name \"x\" stands twice");
    said(npz::read(&zip(&[Member::stored("x.npy", &x[..20])])), "member \"x.npy\": npy: byte 10: the file ends inside");
}

#[test]
fn deflated_members() {
    let read =
        |data: &[u8], size: u32, crc: u32| npz::read(&zip(&[Member::deflated("x.npy", data.to_vec(), size, crc)]));
    let data = Bits::default().put(0b011, 3).code(0x31, 8).code(0, 7).0;
    said(read(&data, 1, 0xa505_df1b), "member \"x.npy\": npy: byte 0: the file ends inside the magic string");
    said(read(&data, 1, 0), "its checksum is a505df1b, not 00000000");
    said(read(&data, 0, 0), "inflates to more than the 0 bytes allowed here");
    said(read(&data, 2, 0xa505_df1b), "inflates to 1 bytes and claims 2");
    said(read(&[&data[..], &[0]].concat(), 1, 0xa505_df1b), "1 bytes follow its end");
    said(read(&data[..1], 1, 0xa505_df1b), "ends inside compressed data");
    said(read(&[], 1, 0), "ends inside compressed data");
    // Refused by its claim, before a byte is inflated; then one that claims little and inflates to much.
    said(read(&data, 4_000_000_000, 0), "its members inflate to 4000000000 bytes, where 67108864 are allowed");
    said(read(&bomb(100_000), 1000, 0), "inflates to more than the 1000 bytes allowed here");
    // Many members, each within the limit and all together past it.
    let many: Vec<Member> =
        ["a.npy", "b.npy", "c.npy"].map(|name| Member::deflated(name, data.clone(), 1, 0xa505_df1b)).into();
    said(npz::read_limited(&zip(&many), 2), "its members inflate to 3 bytes, where 2 are allowed");
}
