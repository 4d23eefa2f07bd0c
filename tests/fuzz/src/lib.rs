//! What must hold for every file there could be: one check for each reader, run by the targets in `fuzz_targets`; and for every sequence of operations.
//!
//! ```text
//!   bytes --reader--> error: of the format, at a byte that is there
//!                     value: written and read again it is the same, byte for byte
//!         never: a panic, a hang, or more memory than `heap.rs` allows
//! ```
//!
//! Read next: `heap.rs` (memory), `repair.rs` (checksums that come out right), `machine.rs` (operations), `README.md` (how to run).

#[path = "../../hostile/heap.rs"]
pub mod heap;
#[path = "../../process/sequences/machine.rs"]
pub mod machine;
pub mod repair;

#[path = "../../common/mod.rs"]
mod common;

use heap::held;
use nptensor::formats::{self, Contents, Format, gzip, npy};

/// Written in `format` and read again it is the same: as bytes, so that nan counts.
pub fn again(contents: &Contents, format: Format) {
    let once = formats::to_bytes(contents, format).expect("what was read can be written");
    let read = formats::read(&once).expect("what was written can be read");
    assert!(formats::to_bytes(&read, format).unwrap() == once, "{format:?}");
}

/// The same in the format that has a place for it; one name is not free in safetensors, and thousands of numbers (a small pickle can make them)
/// cost time and show nothing more.
pub fn again_in_any(contents: &Contents) {
    match contents {
        Contents::Tensor(_) => again(contents, Format::Npy),
        Contents::Archive(archive) if archive.contains("__metadata__") || archive.len() > 1000 => {}
        Contents::Archive(_) => again(contents, Format::Safetensors),
    }
}

/// An npy file, and its header as a stream.
pub fn npy(file: &[u8]) {
    let tensor = held(npy::read, file).ok();
    let (bytes, stream) = (npy::Header::read(file), npy::Header::read_from(&mut &file[..]));
    assert!(bytes == stream, "{bytes:?} from bytes, {stream:?} from a stream");
    let Some(tensor) = tensor else { return };
    let header = bytes.expect("the tensor was read");
    assert_eq!((header.shape(), header.dtype()), (tensor.shape(), tensor.dtype()));
    again(&Contents::from(&tensor), Format::Npy);
    if let Ok(rows) = header.rows(&file[header.offset()..]) {
        assert!(npy::to_bytes(&rows) == npy::to_bytes(&tensor) || tensor.is_fortran());
    }
}

/// A deflate stream: what comes out is what zlib makes of it, and both refuse the same.
pub fn inflate(stream: &[u8]) {
    const MOST: usize = 1 << 20;
    let zlib = repair::zlib(stream, MOST);
    if let Some((out, _)) = &zlib
        && out.len() == MOST
    {
        return;
    }
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
    let used = zlib.as_ref().map_or(stream.len(), |(_, used)| *used);
    let (sum, len) = zlib.as_ref().map_or((0, 0), |(out, _)| (repair::crc(out), out.len() as u32));
    let file = [head, &stream[..used], &sum.to_le_bytes(), &len.to_le_bytes()].concat();
    match (held(gzip::decompress, &file), zlib) {
        (Ok(ours), Some((out, _))) => assert!(ours == out, "another output than zlib's"),
        (Err(_), None) => {}
        (Ok(_), None) => panic!("zlib refuses this stream"),
        (Err(error), Some(_)) => panic!("zlib reads this stream: {error}"),
    }
}
