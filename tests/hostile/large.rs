//! Files that ask for much and are whole: long texts and names, wide layers, none at all. Read, each costs what `held` allows; `.ci/sound memory`
//! gives them to the command, which must not fall over what it is to show or to compute.

use super::deflate::{Bits, GZIP};
use super::heap::held;
use super::zip::crc;
use nptensor::formats;

/// float32 zeros of these names and shapes, and what the file says of itself.
fn safetensors(metadata: &str, tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let (mut header, mut end) = (format!("{{\"__metadata__\":{{{metadata}}}"), 0);
    for (name, shape) in tensors {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        header += &format!(",\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{start},{end}]}}");
    }
    header += "}";
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &vec![0; end]].concat()
}

/// As gzip, in which whatever repeats `period` bytes is a copy of 258 bytes in 14 bits.
fn packed(file: &[u8], period: usize) -> Vec<u8> {
    let (mut bits, mut at) = (Bits::default().put(0b011, 3), 0);
    while at < file.len() {
        if at >= period && file.len() >= at + 258 && file[at..at + 258] == file[at - period..at - period + 258] {
            // Length 258 is symbol 285, distances 5 and 6 are symbol 4.
            (bits, at) = (bits.code(0xc5, 8).code(4, 5).put(period as u32 - 5, 1), at + 258);
        } else {
            let byte = u32::from(file[at]);
            bits = if byte < 144 { bits.code(0x30 + byte, 8) } else { bits.code(0x190 + byte - 144, 9) };
            at += 1;
        }
    }
    let bits = bits.code(0, 7);
    [GZIP, &bits.0, &crc(file).to_le_bytes(), &(file.len() as u32).to_le_bytes()].concat()
}

#[test]
fn long_and_wide() {
    let book: &[(&str, &[usize])] = &[("W1", &[2, 3]), ("b1", &[3])];
    let (long, steps) = ("n".repeat(65_535), "step ".repeat(200_000));
    let dots = ".".repeat(if cfg!(debug_assertions) { 3_000_000 } else { 30_000_000 });
    let read = |file: &[u8]| held(formats::read, file).unwrap().into_archive();
    let zeros = read(&safetensors("", book));
    assert_eq!((zeros.len(), zeros.get("W1").unwrap().shape()), (2, &[2, 3][..]));
    assert_eq!(read(&safetensors(&format!("\"layers\":\"{steps}\""), book)).metadata()["layers"], steps);
    assert_eq!(read(&safetensors(&format!("\"{long}\":\"{long}\""), &[(&long, &[2])])).metadata()[&long], long);
    let refused = held(formats::read, &packed(&safetensors("", &[(&dots, &[2, 3])]), 5)).unwrap_err().to_string();
    assert!(refused.ends_with(&format!("a key of {} bytes: at most 65535 are read", dots.len())), "{refused}");
    for (inner, layers) in [(1_000_000, "dense relu dense"), (0, "dense sigmoid dense")] {
        let shapes: [(&str, &[usize]); 4] = [("W1", &[2, inner]), ("b1", &[inner]), ("W2", &[inner, 2]), ("b2", &[2])];
        let file = safetensors(&format!("\"layers\":\"{layers}\""), &shapes);
        assert_eq!(read(&file).get("W2").unwrap().shape(), [inner, 2]);
    }
    assert_eq!(read(&safetensors("\"layers\":\"dense\"", &[("W1", &[2, 0]), ("b1", &[0])])).len(), 2);
    // 65 MB in 440 kB. (Unoptimized, a tenth of it.)
    let n = if cfg!(debug_assertions) { 1_300_000 } else { 13_000_000 };
    let file = packed(&safetensors(&format!("\"layers\":\"{}\"", "step ".repeat(n)), book), 5);
    assert!(file.len() < n);
    assert_eq!(read(&file).metadata()["layers"].len(), 5 * n);
}
