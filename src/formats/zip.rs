//! The zip container: a list of members at the end of the file, each with the place where its bytes are.
//!
//! ```text
//!   [local header | name | bytes]  ...  [central entry | name]  ...  [zip64 end | its locator]  [end record | comment]
//!         ^-------------------------------- offset       ^------------ offset, count -------------'
//! ```
//!
//! The central directory is what counts; each local header must agree with it (unless the sizes follow the bytes, as a stream writes them). Members
//! may not overlap, so the file bounds them all together. Stored and deflated members alone; no encryption, no other disks.
//! Nothing is unpacked to disk, so a name is only a name; still, those that would leave their folder are refused.
//! It finds members and does not read them; `npz.rs` does, and writes. Read next: `npz.rs`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::reader::{Reader, Shown};
use crate::error::Result;

/// One member.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: String,
    pub(crate) deflated: bool,
    pub(crate) crc: u32,
    /// Its size, once inflated, as the directory claims it.
    pub(crate) size: u64,
    /// Where its bytes begin.
    pub(crate) offset: usize,
    /// Its bytes as they are in the file.
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
    let mut members = Vec::new();
    for _ in 0..directory.count {
        members.push(member(&start, &mut reader, directory.start)?);
    }
    reader.finish("the central directory")?;
    // (Three numbers for a member as in safetensors.rs, so that sorting is compiled once.)
    let mut ranges: Vec<[usize; 3]> = members.iter().map(|(at, m)| [*at, m.offset + m.data.len(), 0]).collect();
    ranges.sort_unstable();
    if let Some(pair) = ranges.windows(2).find(|pair| pair[0][1] > pair[1][0]) {
        return Err(start.error_at(pair[1][0], "two members overlap"));
    }
    Ok(members.into_iter().map(|(_, member)| member).collect())
}

/// Where the central directory is.
struct Directory {
    start: usize,
    end: usize,
    count: u64,
}

/// A central entry is at least this long: the count is checked against it.
const ENTRY: u64 = 46;

fn directory(start: &Reader<'_>) -> Result<Directory> {
    let bytes = start.rest();
    // The end record is 22 bytes and a comment, whose length is its last field and must reach exactly to the end of the file.
    let last = bytes.len().checked_sub(22).ok_or_else(|| start.error("too short for a zip file"))?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last)
        .rev()
        .find(|&at| {
            bytes[at..].starts_with(b"PK\x05\x06")
                && usize::from(u16::from_le_bytes([bytes[at + 20], bytes[at + 21]])) == last - at
        })
        .ok_or_else(|| {
            start.error_at(last, "no end record of a zip file: it is cut off, or has something behind it")
        })?;
    let mut record = start.from(end + 4);
    let disks = [record.u16_le("the end record")?, record.u16_le("the end record")?];
    let counts = [record.u16_le("the end record")?, record.u16_le("the end record")?];
    let (size, offset) = (record.u32_le("the end record")?, record.u32_le("the end record")?);
    let (mut size, mut offset, mut count) = (u64::from(size), u64::from(offset), u64::from(counts[1]));
    let mut behind = end;
    let full = count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff;
    if full && end >= 20 && bytes[end - 20..].starts_with(b"PK\x06\x07") {
        let mut locator = start.from(end - 20 + 8);
        let at = locator.u64_le("the zip64 locator")?;
        let at = usize::try_from(at).ok().filter(|&at| at < end - 20);
        let at = at.ok_or_else(|| start.error_at(end - 12, "the zip64 end record is not in the file"))?;
        let mut record = start.from(at);
        if record.array("the zip64 end record")? != *b"PK\x06\x06" {
            return Err(start.error_at(at, "no zip64 end record here"));
        }
        record.take(8 + 2 + 2 + 4 + 4, "the zip64 end record")?;
        let here = record.u64_le("the zip64 end record")?;
        count = record.u64_le("the zip64 end record")?;
        size = record.u64_le("the zip64 end record")?;
        offset = record.u64_le("the zip64 end record")?;
        behind = at;
        if here != count {
            return Err(start.error_at(at + 24, "a zip file in several parts is not supported"));
        }
    } else if disks != [0, 0] || counts[0] != counts[1] {
        return Err(start.error_at(end + 4, "a zip file in several parts is not supported"));
    }
    if offset.checked_add(size) != Some(behind as u64) {
        let what =
            format!("a central directory of {size} bytes at byte {offset} does not end where the end record begins");
        return Err(start.error_at(end + 12, what));
    }
    if count > size / ENTRY {
        return Err(start.error_at(end + 8, format!("{count} members in a central directory of {size} bytes")));
    }
    // Both are at most `behind`, a place in the slice.
    Ok(Directory { start: offset as usize, end: behind, count })
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

/// The next entry of the central directory, with the place of its local header.
fn member<'a>(start: &Reader<'a>, reader: &mut Reader<'_>, end: usize) -> Result<(usize, Member<'a>)> {
    let entry = reader.at();
    if reader.array("the central directory")? != *b"PK\x01\x02" {
        return Err(start.error_at(entry, "no entry of the central directory here"));
    }
    reader.take(4, "a central entry")?;
    let (flags, method) = (reader.u16_le("a central entry")?, reader.u16_le("a central entry")?);
    reader.take(4, "a central entry")?;
    let crc = reader.u32_le("a central entry")?;
    let (packed, size) = (reader.u32_le("a central entry")?, reader.u32_le("a central entry")?);
    let mut lengths = [0_u16; 3];
    for length in &mut lengths {
        *length = reader.u16_le("a central entry")?;
    }
    reader.take(8, "a central entry")?;
    let offset = reader.u32_le("a central entry")?;
    let (mut packed, mut size, mut offset) = (u64::from(packed), u64::from(size), u64::from(offset));
    let name = reader.take(lengths[0].into(), "a member's name")?;
    let extra = reader.clone();
    reader.take(lengths[1].into(), "a member's extra fields")?;
    let extra = Reader::new("zip", &start.rest()[..reader.at()]).from(extra.at());
    zip64(extra, [&mut size, &mut packed, &mut offset])?;
    reader.take(lengths[2].into(), "a member's comment")?;

    let name = member_name(name, flags).map_err(|what| start.error_at(entry + 46, what))?;
    let shown = format!("{}", Shown(&name));
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
    if local.array("a member's header")? != *b"PK\x03\x04" {
        return Err(start.error_at(at, format!("no header of member {shown} here")));
    }
    local.take(2, "a member's header")?;
    let (local_flags, local_method) = (local.u16_le("a member's header")?, local.u16_le("a member's header")?);
    local.take(4, "a member's header")?;
    let local_crc = local.u32_le("a member's header")?;
    let (local_packed, local_size) = (local.u32_le("a member's header")?, local.u32_le("a member's header")?);
    let (mut local_packed, mut local_size) = (u64::from(local_packed), u64::from(local_size));
    let (name_len, extra_len) = (local.u16_le("a member's header")?, local.u16_le("a member's header")?);
    let local_name = local.take(name_len.into(), "a member's name")?;
    let extra = local.clone();
    local.take(extra_len.into(), "a member's extra fields")?;
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
    Ok((at, Member { name, deflated, crc, size, offset, data: &start.rest()[offset..][..data.len()] }))
}

/// A name as text, if it is one that stays in its folder.
pub(crate) fn member_name(bytes: &[u8], flags: u16) -> core::result::Result<String, String> {
    let name = core::str::from_utf8(bytes).map_err(|_| String::from("a member's name is not UTF-8"))?;
    if flags & UTF8 == 0 && !name.is_ascii() {
        return Err(format!("the member's name {} is not ASCII and not marked as UTF-8", Shown(name)));
    }
    let drive = name.as_bytes().get(1) == Some(&b':');
    let leaves = name.starts_with('/') || drive || name.split('/').any(|part| part == "..");
    if name.is_empty() || leaves || name.contains(['\0', '\\']) {
        return Err(format!("the member's name {} is not the name of a file in this archive", Shown(name)));
    }
    Ok(String::from(name))
}
