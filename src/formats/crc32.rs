//! The CRC-32 of zip and gzip, eight bytes at a time.
//!
//! ```text
//!   the remainder of the bits, lowest first, divided by x^32 + x^26 + x^23 + ... + 1 (0xEDB88320 reversed)
//!
//!   TABLES[0][b]   the remainder of one byte b;   TABLES[k][b]   that of b followed by k zero bytes
//!   so eight bytes cost eight independent look-ups
//! ```
//!
//! Read next: `gzip.rs`.

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ ((crc & 1) * 0xedb8_8320);
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut k = 1;
    while k < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before: u32 = tables[k - 1][byte];
            tables[k][byte] = (before >> 8) ^ tables[0][(before & 255) as usize];
            byte += 1;
        }
        k += 1;
    }
    tables
}

static TABLES: [[u32; 256]; 8] = tables();

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    crc32_after(0, bytes)
}

/// That of bytes whose first part, before these, has `before`.
pub(crate) fn crc32_after(before: u32, bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut crc = !before;
    for &word in words {
        let word = u64::from_le_bytes(word) ^ u64::from(crc);
        crc = (0..8).fold(0, |sum, k| sum ^ TABLES[7 - k][((word >> (8 * k)) & 255) as usize]);
    }
    for &byte in rest {
        crc = (crc >> 8) ^ TABLES[0][((crc ^ u32::from(byte)) & 255) as usize];
    }
    !crc
}
