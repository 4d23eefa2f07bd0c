//! No file can break a reader: cut off everywhere, every bit flipped, tables of lies, and what a fuzzer came up with. An error or a value,
//! never a panic.
//!
//! A lie about a size must also cost nothing: every file here is read through `held`, which counts the memory and holds it against the file's length.
//! Read next: `heap.rs`, then a format's table.

#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod corpus;
mod deflate;
mod heap;
mod large;
mod pkl;
#[cfg(feature = "torch")]
mod pt;
mod safetensors;
mod zip;

use nptensor::formats::npy::{self, Header};
use nptensor::formats::{self, AnyTensor, Archive, gzip, idx};
use nptensor::{Error, Result};
use std::path::Path;

use heap::held;

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
    held(formats::read, bytes).map(formats::Contents::into_archive)
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
            if name.ends_with(".gz") {
                heap::streamed(&bytes[..n], 1 + n % 300, &gzip::decompress(&bytes[..n]));
            }
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
    // (Unoptimized, every seventh: in seven bytes, each bit once.)
    let step = if cfg!(debug_assertions) { 7 } else { 1 };
    let (mut read_anyway, mut refused) = (0, 0);
    for (name, mut bytes) in good_files(1000) {
        let whole = read(&bytes).unwrap();
        for bit in (0..8 * bytes.len()).step_by(step) {
            bytes[bit / 8] ^= 1 << (bit % 8);
            if name.ends_with(".gz") {
                heap::streamed(&bytes, 1 + bit % 300, &gzip::decompress(&bytes));
            }
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
    assert!(refused > 50_000 / step && read_anyway > 10_000 / step, "{refused} refused, {read_anyway} read");
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
#[cfg_attr(not(target_pointer_width = "64"), ignore = "names sizes that 32 bits do not hold")]
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
        (shape("(1,)").replace("'<f8'", "'<f8"), "no '}' here"),
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
            said(held(npy::read, &npy_file(version, header, &[0; 8])), wanted);
        }
    }
    let good = shape("(1,)");
    assert!(held(npy::read, &npy_file(1, &good, &[0; 8])).is_ok());
    assert!(held(npy::read, &npy_file(1, &good.replace("(1,)", "(1L,)"), &[0; 8])).is_ok());
    // The names that NumPy reads beside those that it writes.
    let names = [("float64", "float64"), ("<d", "float64"), ("d", "float64"), ("q", "int64"), ("L", "uint64")];
    for (descr, dtype) in names {
        let header = good.replace("<f8", descr).replace("'descr'", "u'descr'");
        assert_eq!(held(npy::read, &npy_file(1, &header, &[0; 8])).unwrap().dtype().name(), dtype, "{descr}");
    }
    said(held(npy::read, &npy_file(1, &good.replace("<f8", "g"), &[0; 8])), "not supported");
    said(held(npy::read, &npy_file(1, &good, &[0; 7])), "8 bytes wanted, 7 left");
    said(held(npy::read, &npy_file(1, &good, &[0; 9])), "1 bytes too many");
    said(held(npy::read, &npy_file(4, &good, &[0; 8])), "version 4.0");
    said(held(npy::read, b"\x93NUMPY\x02\0\xff\xff\xff\xff{}"), "a header of 4294967295 bytes");
    said(held(npy::read, b"\x93NUMPY\x01\0\xff\xff{}"), "65535 bytes wanted, 2 left");
}

#[test]
#[cfg_attr(not(target_pointer_width = "64"), ignore = "names sizes that 32 bits do not hold")]
fn idx_headers() {
    let huge = [[0, 0, 8, 3].as_slice(), &[0xff; 12], &[0; 100]].concat();
    said(held(idx::read, &huge), "no memory could hold uint8");
    said(
        held(idx::read, &[[0, 0, 8, 2].as_slice(), &[0, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xff]].concat()),
        "the file ends inside",
    );
    said(
        held(idx::read, &[[0, 0, 8, 255].as_slice(), &[0, 0, 0, 1].repeat(255), &[7]].concat()),
        "byte 3: 255 axes: at most 64 are read",
    );
    said(held(idx::read, &[0, 0, 10, 1, 0, 0, 0, 0]), "no element type has the code 0x0a");
    said(held(idx::read, &[0, 1, 8, 1, 0, 0, 0, 0]), "two zero bytes");
    said(held(idx::read, &[0, 0, 8, 1, 0, 0, 0, 0, 0]), "1 bytes too many");
    said(held(idx::read, &[0, 0, 8, 0]), "the file ends inside the elements");
    assert_eq!(held(idx::read, &[0, 0, 8, 0, 5]).unwrap().shape(), []);
}

/// One gzip member of stored blocks, with another size at its end.
fn gzipped(bytes: &[u8], claim: u32) -> Vec<u8> {
    let mut file = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
    for block in bytes.chunks(60_000) {
        let n = block.len() as u16;
        file.extend([&[0][..], &n.to_le_bytes(), &(!n).to_le_bytes(), block].concat());
    }
    file.extend([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0]);
    file.extend(claim.to_le_bytes());
    file
}

/// Of what is inflated, the beginning is seen first: no more of it is had than its header says.
#[test]
fn headers_inside_gzip() {
    let long = [&[0, 0, 8, 1, 0, 0, 0, 10][..], &vec![0; 4 << 20]].concat();
    let table = [
        (long, "inflates to more than the 18 bytes allowed here: so many has what is inside by its header, and 99 by"),
        ([b"\x1f\x8b".as_slice(), &vec![0; 4 << 20]].concat(), "gzip inside gzip"),
        (vec![b'a'; 4 << 20], "begins like no format known here"),
    ];
    for (bytes, wanted) in table {
        let file = gzipped(&bytes, 99);
        let (result, peak) = heap::peak(|| formats::read(&file));
        said(result, wanted);
        assert!(peak < 200_000, "{wanted}: {peak} bytes");
    }
}

#[test]
fn npy_streams() {
    let file = npy_file(2, "{'descr': '<u2', 'fortran_order': False, 'shape': (9,2)}", b"elements");
    let mut stream = &file[..];
    let header = Header::read_from(&mut stream).unwrap();
    assert_eq!((stream, header.offset()), (&b"elements"[..], file.len() - 8));
    // A stream without end: no more of it is read than a header may have.
    said(Header::read_from(&mut std::io::repeat(0x93)), "does not begin with");
    for n in 0..header.offset() {
        said(Header::read_from(&mut &file[..n]), "the file ends inside");
    }
    said(header.rows(b"abc"), "3 bytes are no whole number of rows of 4 bytes");
    let rows = |text: &str| Header::read(&npy_file(1, text, &[])).unwrap().rows(&[]);
    said(rows("{'descr': '<u2', 'fortran_order': False, 'shape': ()}"), "of shape () has no rows");
    said(rows("{'descr': '<u2', 'fortran_order': False, 'shape': (5,0)}"), "rows of 0 bytes");
    said(rows("{'descr': '<u2', 'fortran_order': True, 'shape': (5,2)}"), "in Fortran order do not lie together");
}
