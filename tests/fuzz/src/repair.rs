//! Checksums and sizes made right after a file has been mutated, so that what lies behind them is reached.
//!
//! A fuzzer changes bytes at random and never hits a CRC-32. Half of the files are repaired, half stay as they are: wrong sums must be met too.

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// CRC-32, not ours.
pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// At most `most` bytes out of a deflate stream, by zlib, and how many bytes of the stream that took; `None` where zlib refuses it.
pub fn zlib(stream: &[u8], most: usize) -> Option<(Vec<u8>, usize)> {
    let mut zlib = Decompress::new(false);
    let mut out = vec![0; most];
    let status = zlib.decompress(stream, &mut out, FlushDecompress::Finish).ok()?;
    let (used, len) = (zlib.total_in() as usize, zlib.total_out() as usize);
    if status != Status::StreamEnd && len < most {
        return None;
    }
    out.truncate(len);
    Some((out, used))
}

fn u16_at(file: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(file.get(at..at + 2)?.try_into().ok()?)))
}

fn u32_at(file: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize)
}

/// The end of a gzip file of one member becomes what its data asks for.
pub fn gzip(file: &mut [u8]) {
    let Some((head, rest)) = file.split_at_mut_checked(10) else { return };
    if head[3] != 0 {
        return;
    }
    let Some((out, used)) = zlib(rest, 1 << 20) else { return };
    if let Some(end) = rest.get_mut(used..used + 8) {
        end[..4].copy_from_slice(&crc(&out).to_le_bytes());
        end[4..].copy_from_slice(&(out.len() as u32).to_le_bytes());
    }
}

/// The checksums and sizes of a zip file's members, in the directory and in front of the members, become what their data asks for.
pub fn zip(file: &mut [u8]) {
    let Some(end) = file.len().checked_sub(22) else { return };
    let Some(mut entry) = u32_at(file, end + 16) else { return };
    while file.get(entry..entry + 4) == Some(b"PK\x01\x02") {
        let Some(next) = member(file, entry) else { return };
        entry = next;
    }
}

/// One member by its entry in the directory; where the next entry is.
fn member(file: &mut [u8], entry: usize) -> Option<usize> {
    let (method, packed, local) = (u16_at(file, entry + 10)?, u32_at(file, entry + 20)?, u32_at(file, entry + 42)?);
    let next = entry + 46 + u16_at(file, entry + 28)? + u16_at(file, entry + 30)? + u16_at(file, entry + 32)?;
    let start = local + 30 + u16_at(file, local + 26)? + u16_at(file, local + 28)?;
    let data = file.get(start..start.checked_add(packed)?)?;
    let (sum, size) = match method {
        0 => (crc(data), packed),
        _ => zlib(data, 1 << 20).map(|(out, _)| (crc(&out), out.len()))?,
    };
    let wide = u32_at(file, local + 22)? == 0xffff_ffff;
    for at in [local + 14, entry + 16] {
        file.get_mut(at..at + 4)?.copy_from_slice(&sum.to_le_bytes());
    }
    for at in [local + 22, entry + 24].into_iter().skip(usize::from(wide)) {
        file.get_mut(at..at + 4)?.copy_from_slice(&(size as u32).to_le_bytes());
    }
    Some(next)
}
