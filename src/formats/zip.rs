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

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::reader::{Reader, Shown, little_endian};
use crate::error::{Error, Result};
use crate::tensor::list;

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
    pub(crate) data: &'a [u8],
}

/// Methods of compression that are not read.
const METHODS: [(u16, &str); 5] =
    [(9, " (deflate64)"), (12, " (bzip2)"), (14, " (LZMA)"), (93, " (zstandard)"), (95, " (xz)")];
const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 8;
pub(crate) const UTF8: u16 = 1 << 11;

/// The members of a zip file, in the order of its directory.
pub(crate) fn members(bytes: &[u8]) -> Result<Vec<Member<'_>>> {
    let start = Reader::new("zip", bytes);
    let (place, count) = directory(&start)?;
    let mut reader = Reader::new("zip", &bytes[..place.end]).from(place.start);
    let members = list((0..count).map(|_| member(&start, &mut reader, place.start)))?;
    reader.finish("the central directory")?;
    // Three numbers for each member as in `safetensors.rs`, so that sorting is compiled once.
    let mut ranges: Vec<[usize; 3]> = list(members.iter().map(|m| Ok([m.header, m.offset + m.data.len(), 0])))?;
    ranges.sort_unstable();
    if let Some(pair) = ranges.windows(2).find(|pair| pair[0][1] > pair[1][0]) {
        return Err(start.error_at(pair[1][0], "two members overlap"));
    }
    Ok(members)
}

/// An error where the deflated ones of these members claim to inflate to more than `limit` bytes, all together.
pub(super) fn within(format: &'static str, members: &[Member<'_>], limit: usize) -> Result<()> {
    let claims = members.iter().filter(|member| member.deflated).map(|member| member.size);
    let claimed = claims.fold(0, u64::saturating_add);
    if claimed > limit as u64 {
        let what = format!("its members inflate to {claimed} bytes, where {limit} are allowed");
        return Err(Error::Format { format, offset: 0, what });
    }
    Ok(())
}

/// The least length of a central entry: the count is checked against it.
const ENTRY_BYTES: usize = 46;

/// The little-endian number in `n` bytes of a record.
fn number(record: &[u8], at: usize, n: usize) -> u64 {
    little_endian(&record[at..at + n])
}

/// The place of the central directory in the file, and the number of its entries.
fn directory(start: &Reader<'_>) -> Result<(Range<usize>, u64)> {
    let bytes = start.rest();
    // The end record is 22 bytes and a comment, whose length is its last field and ends at the end of the file.
    let last = bytes.len().checked_sub(22).ok_or_else(|| start.error("too short for a zip file"))?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let end = (first..=last)
        .rev()
        .find(|&at| bytes[at..].starts_with(b"PK\x05\x06") && number(bytes, at + 20, 2) == (last - at) as u64)
        .ok_or_else(|| {
            start.error_at(last, "no end record of a zip file: it is cut off, or has something behind it")
        })?;
    let record = &bytes[end..end + 22];
    let [disk, first_disk, on_disk, mut count] = [4, 6, 8, 10].map(|field| number(record, field, 2));
    let [mut size, mut offset] = [12, 16].map(|field| number(record, field, 4));
    let mut directory_end = end;
    let full = count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff;
    // Some write the record where they do not need it; without need of it, a comment may merely look like its locator.
    let locator = end.checked_sub(20).filter(|&at| bytes[at..].starts_with(b"PK\x06\x07"));
    let found = locator.and_then(|_| usize::try_from(number(bytes, end - 12, 8)).ok()).filter(|&at| at < end - 20);
    if locator.is_some() && (full || found.is_some_and(|at| bytes[at..].starts_with(b"PK\x06\x06"))) {
        let at = found.ok_or_else(|| start.error_at(end - 12, "the zip64 end record is not in the file"))?;
        let record: [u8; 56] = start.from(at).array("the zip64 end record")?;
        if !record.starts_with(b"PK\x06\x06") {
            return Err(start.error_at(at, "no zip64 end record here"));
        }
        [count, size, offset] = [32, 40, 48].map(|field| number(&record, field, 8));
        directory_end = at;
        if number(&record, 24, 8) != count {
            return Err(start.error_at(at + 24, "a zip file in several parts is not supported"));
        }
    } else if [disk, first_disk, on_disk] != [0, 0, count] {
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
    Ok((offset as usize..directory_end, count))
}

/// The name behind a header, in which its length stands at `at`; sizes of 0xffffffff are those in the extra fields.
fn name_and_sizes<'a>(reader: &mut Reader<'a>, header: &[u8], at: usize, fields: [&mut u64; 3]) -> Result<&'a [u8]> {
    let [name_len, extra_len] = [at, at + 2].map(|field| number(header, field, 2));
    let name = reader.take(name_len, "a member's name")?;
    let start = reader.at();
    reader.take(extra_len, "a member's extra fields")?;
    let mut extra = Reader::new("zip", &reader.from(0).rest()[..reader.at()]).from(start);
    while !extra.rest().is_empty() {
        let at = extra.at();
        let (id, len) = (extra.number(2, "an extra field")?, extra.number(2, "an extra field")?);
        let data = extra.take(len, "an extra field")?;
        if id == 1 {
            let mut data = Reader::new("zip", data);
            for field in fields {
                if *field == 0xffff_ffff {
                    *field = data.number(8, "").map_err(|_| extra.error_at(at, "a zip64 field that is too short"))?;
                }
            }
            break;
        }
    }
    Ok(name)
}

/// The next entry of the central directory.
fn member<'a>(start: &Reader<'a>, reader: &mut Reader<'a>, end: usize) -> Result<Member<'a>> {
    let entry = reader.at();
    let record: [u8; ENTRY_BYTES] = reader.array("a central entry")?;
    if !record.starts_with(b"PK\x01\x02") {
        return Err(start.error_at(entry, "no entry of the central directory here"));
    }
    let [flags, method] = [8, 10].map(|field| number(&record, field, 2) as u16);
    let [crc, mut packed, mut size, mut offset] = [16, 20, 24, 42].map(|field| number(&record, field, 4));
    let name = name_and_sizes(reader, &record, 28, [&mut size, &mut packed, &mut offset])?;
    reader.take(number(&record, 32, 2), "a member's comment")?;

    let name = member_name(name, flags).map_err(|what| start.error_at(entry + 46, what))?;
    let shown = format!("{}", Shown(name));
    if flags & ENCRYPTED != 0 {
        return Err(start.error_at(entry + 8, format!("member {shown} is encrypted")));
    }
    let deflated = match method {
        0 => false,
        8 => true,
        _ => {
            let known = METHODS.iter().find(|known| known.0 == method).map_or("", |known| known.1);
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
    let [local_flags, local_method] = [6, 8].map(|field| number(&record, field, 2) as u16);
    let [local_crc, mut local_packed, mut local_size] = [14, 18, 22].map(|field| number(&record, field, 4));
    let local_name = name_and_sizes(&mut local, &record, 26, [&mut local_size, &mut local_packed, &mut 0])?;
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
    Ok(Member { name, deflated, crc: crc as u32, size, header: at, offset, data })
}

/// A name as text, if it is one that stays in its folder.
pub(crate) fn member_name(bytes: &[u8], flags: u16) -> Result<&str, String> {
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
