//! The zip container: a list of members at the end of the file, each with the offset of its bytes.
//!
//! ```text
//!   [local header | name | bytes]  ...  [central entry | name]  ...  [zip64 end | its locator]  [end record | comment]
//!         ^-------------------------------- offset       ^------------ offset, count -------------'
//! ```
//!
//! Each local header must agree with the central directory (unless the sizes follow the bytes, as a stream writes
//! them). Members may not overlap, so their sizes add up to at most that of the file. Stored and deflated members
//! alone; no encryption, no other disks. Nothing is unpacked to disk; still, names that would leave their folder are
//! errors. Members are found here, and not inflated. Read next: `npz.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::reader::{Reader, Shown};
use crate::error::Result;
use crate::tensor::list;

/// One member.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) deflated: bool,
    pub(crate) crc: u32,
    /// Its size, once inflated, as the directory claims it.
    pub(crate) size: u64,
    /// The offset of its header, and of its bytes.
    header: usize,
    pub(crate) offset: usize,
    /// Its bytes in the file.
    pub(crate) data: &'a [u8],
}

const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 8;
pub(crate) const UTF8: u16 = 1 << 11;

/// The members of a zip file, in the order of its directory.
///
/// # Errors
/// [`Error::Format`](crate::Error::Format).
pub(crate) fn members(bytes: &[u8]) -> Result<Vec<Member<'_>>> {
    let start = Reader::new("zip", bytes);
    let directory = directory(&start)?;
    let mut reader = Reader::new("zip", &bytes[..directory.end]).from(directory.start);
    let members = list((0..directory.count).map(|_| member(&start, &mut reader, directory.start)))?;
    reader.finish("the central directory")?;
    // Three numbers for each member as in `safetensors.rs`, so that sorting is compiled once.
    let mut ranges: Vec<[usize; 3]> = list(members.iter().map(|m| Ok([m.header, m.offset + m.data.len(), 0])))?;
    ranges.sort_unstable();
    if let Some(pair) = ranges.windows(2).find(|pair| pair[0][1] > pair[1][0]) {
        return Err(start.error_at(pair[1][0], "two members overlap"));
    }
    Ok(members)
}

/// The central directory: its offsets in the file and the number of its entries.
struct Directory {
    start: usize,
    end: usize,
    count: u64,
}

/// The least length of a central entry: the count is checked against it.
const ENTRY_BYTES: usize = 46;

/// The little-endian number at a byte of a record.
fn u16_at(record: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([record[at], record[at + 1]])
}

fn u32_at(record: &[u8], at: usize) -> u32 {
    u32::from(u16_at(record, at)) | u32::from(u16_at(record, at + 2)) << 16
}

fn u64_at(record: &[u8], at: usize) -> u64 {
    u64::from(u32_at(record, at)) | u64::from(u32_at(record, at + 4)) << 32
}

fn directory(start: &Reader<'_>) -> Result<Directory> {
    let bytes = start.rest();
    // The end record is 22 bytes and a comment, whose length is its last field and ends at the end of the file.
    let last = bytes.len().checked_sub(22).ok_or_else(|| start.error("too short for a zip file"))?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last)
        .rev()
        .find(|&at| bytes[at..].starts_with(b"PK\x05\x06") && usize::from(u16_at(bytes, at + 20)) == last - at)
        .ok_or_else(|| {
            start.error_at(last, "no end record of a zip file: it is cut off, or has something behind it")
        })?;
    let record = &bytes[end..end + 22];
    let disks = [u16_at(record, 4), u16_at(record, 6)];
    let counts = [u16_at(record, 8), u16_at(record, 10)];
    let mut count = u64::from(counts[1]);
    let (mut size, mut offset) = (u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
    let mut directory_end = end;
    let full = count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff;
    // Some write the record where they do not need it; without need of it, a comment may merely look like its locator.
    let locator = end.checked_sub(20).filter(|&at| bytes[at..].starts_with(b"PK\x06\x07"));
    let found = locator.and_then(|_| usize::try_from(u64_at(bytes, end - 12)).ok()).filter(|&at| at < end - 20);
    if locator.is_some() && (full || found.is_some_and(|at| bytes[at..].starts_with(b"PK\x06\x06"))) {
        let at = found.ok_or_else(|| start.error_at(end - 12, "the zip64 end record is not in the file"))?;
        let record: [u8; 56] = start.from(at).array("the zip64 end record")?;
        if !record.starts_with(b"PK\x06\x06") {
            return Err(start.error_at(at, "no zip64 end record here"));
        }
        [count, size, offset] = [32, 40, 48].map(|field| u64_at(&record, field));
        directory_end = at;
        if u64_at(&record, 24) != count {
            return Err(start.error_at(at + 24, "a zip file in several parts is not supported"));
        }
    } else if disks != [0, 0] || counts[0] != counts[1] {
        return Err(start.error_at(end + 4, "a zip file in several parts is not supported"));
    }
    if offset.checked_add(size) != Some(directory_end as u64) {
        let what =
            format!("a central directory of {size} bytes at byte {offset} does not end where the end record begins");
        return Err(start.error_at(end + 12, what));
    }
    if count > size / ENTRY_BYTES as u64 {
        return Err(start.error_at(end + 8, format!("{count} members in a central directory of {size} bytes")));
    }
    // Both are at most `directory_end`, an offset in the slice.
    Ok(Directory { start: offset as usize, end: directory_end, count })
}

/// The sizes of a header, where 0xffffffff stands for a field of the zip64 extra part.
fn zip64(mut extra: Reader<'_>, fields: [&mut u64; 3]) -> Result<()> {
    while !extra.rest().is_empty() {
        let at = extra.at();
        let (id, len) = (extra.u16_le("an extra field")?, extra.u16_le("an extra field")?);
        let data = extra.take(len.into(), "an extra field")?;
        if id == 1 {
            let mut data = Reader::new("zip", data);
            for field in fields {
                if *field == 0xffff_ffff {
                    *field = data.u64_le("").map_err(|_| extra.error_at(at, "a zip64 field that is too short"))?;
                }
            }
            return Ok(());
        }
    }
    Ok(())
}

/// The next entry of the central directory.
fn member<'a>(start: &Reader<'a>, reader: &mut Reader<'a>, end: usize) -> Result<Member<'a>> {
    let entry = reader.at();
    let record: [u8; ENTRY_BYTES] = reader.array("a central entry")?;
    if !record.starts_with(b"PK\x01\x02") {
        return Err(start.error_at(entry, "no entry of the central directory here"));
    }
    let (flags, method, crc) = (u16_at(&record, 8), u16_at(&record, 10), u32_at(&record, 16));
    let [mut packed, mut size, mut offset] = [20, 24, 42].map(|field| u64::from(u32_at(&record, field)));
    let [name_len, extra_len, comment_len] = [28, 30, 32].map(|field| u64::from(u16_at(&record, field)));
    let name = reader.take(name_len, "a member's name")?;
    let extra = reader.clone();
    reader.take(extra_len, "a member's extra fields")?;
    let extra = Reader::new("zip", &start.rest()[..reader.at()]).from(extra.at());
    zip64(extra, [&mut size, &mut packed, &mut offset])?;
    reader.take(comment_len, "a member's comment")?;

    let name = member_name(name, flags).map_err(|what| start.error_at(entry + 46, what))?;
    let shown = format!("{}", Shown(name));
    if flags & ENCRYPTED != 0 {
        return Err(start.error_at(entry + 8, format!("member {shown} is encrypted")));
    }
    let deflated = match method {
        0 => false,
        8 => true,
        _ => {
            let known = match method {
                9 => " (deflate64)",
                12 => " (bzip2)",
                14 => " (LZMA)",
                93 => " (zstandard)",
                95 => " (xz)",
                _ => "",
            };
            let what =
                format!("member {shown} uses compression method {method}{known}: only stored and deflated are read");
            return Err(start.error_at(entry + 10, what));
        }
    };
    if !deflated && packed != size {
        let what = format!("member {shown} is stored in {packed} bytes and claims {size}");
        return Err(start.error_at(entry + 20, what));
    }

    let at = usize::try_from(offset).ok().filter(|&at| at < end);
    let at = at.ok_or_else(|| start.error_at(entry + 42, format!("member {shown} is not in the file")))?;
    let mut local = Reader::new("zip", &start.rest()[..end]).from(at);
    let record: [u8; 30] = local.array("a member's header")?;
    if !record.starts_with(b"PK\x03\x04") {
        return Err(start.error_at(at, format!("no header of member {shown} here")));
    }
    let (local_flags, local_method, local_crc) = (u16_at(&record, 6), u16_at(&record, 8), u32_at(&record, 14));
    let [mut local_packed, mut local_size] = [18, 22].map(|field| u64::from(u32_at(&record, field)));
    let [name_len, extra_len] = [26, 28].map(|field| u64::from(u16_at(&record, field)));
    let local_name = local.take(name_len, "a member's name")?;
    let extra = local.clone();
    local.take(extra_len, "a member's extra fields")?;
    let extra = Reader::new("zip", &start.rest()[..local.at()]).from(extra.at());
    zip64(extra, [&mut local_size, &mut local_packed, &mut 0])?;
    let differs =
        |what: &str| start.error_at(at, format!("member {shown}: its header and the directory differ in {what}"));
    if local_name != name.as_bytes() {
        return Err(differs("its name"));
    }
    if local_method != method || (local_flags ^ flags) & (ENCRYPTED | SIZES_FOLLOW) != 0 {
        return Err(differs("how it is packed"));
    }
    if flags & SIZES_FOLLOW == 0 && (local_crc, local_packed, local_size) != (crc, packed, size) {
        return Err(differs("its sizes or checksum"));
    }
    let offset = local.at();
    let data = local.take(packed, &format!("member {shown}"))?;
    let data = &start.rest()[offset..][..data.len()];
    Ok(Member { name, deflated, crc, size, header: at, offset, data })
}

/// A name as text, if it is one that stays in its folder.
pub(crate) fn member_name(bytes: &[u8], flags: u16) -> core::result::Result<&str, String> {
    let name = core::str::from_utf8(bytes).map_err(|_| String::from("a member's name is not UTF-8"))?;
    if flags & UTF8 == 0 && !name.is_ascii() {
        return Err(format!("the member's name {} is not ASCII and not marked as UTF-8", Shown(name)));
    }
    let drive = name.as_bytes().get(1) == Some(&b':');
    let leaves = name.starts_with('/') || drive || name.split('/').any(|part| part == "..");
    if name.is_empty() || leaves || name.contains(['\0', '\\']) {
        return Err(format!("the member's name {} is not the name of a file in this archive", Shown(name)));
    }
    Ok(name)
}
