//! Rows in gzip: the same as unpacked, from a file and from standard input, in memory that does not grow with them, and errors by the byte.
//!
//! The members of `golden/packed` come from `golden/tables.py`, which says what they hold.

use std::process::Command;

use nptensor::formats::{self, gzip};
use nptensor::{Result, Tensor};

use super::tables::identity;
use super::{Folder, noted, piped, printed};

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/golden/packed/{name}.csv.gz", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// One member of stored blocks.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut file = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
    for block in bytes.chunks(60_000) {
        let n = block.len() as u16;
        file.extend([&[0][..], &n.to_le_bytes(), &(!n).to_le_bytes(), block].concat());
    }
    let bit = |crc: u32, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320);
    let crc = !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), bit));
    file.extend([1, 0, 0, 0xff, 0xff]);
    [&file[..], &crc.to_le_bytes(), &(bytes.len() as u32).to_le_bytes()].concat()
}

/// 5 MB of members with blocks of every kind, and padding.
#[test]
fn tables_in_gzip() -> Result<()> {
    let folder = Folder::new("packed");
    let model = &identity(&folder, 2, None)?;
    let kinds = ["stored", "fixed", "dynamic", "literals"].map(golden).concat();
    let packed = [stored(b"id;a;b\n"), golden("long"), kinds.repeat(105), vec![0; 1000]].concat();
    assert!(packed.len() > 5_000_000);
    let (file, plain) = (folder.write("x.csv.gz", &packed), folder.write("x.csv", &gzip::decompress(&packed)?));
    let (out, wanted) = (&folder.file("y.npy"), folder.file("wanted.npy"));
    let said = |path: &str| format!("{path}: taking line 1 for a heading: id, a, b (--header or --no-header)");
    noted(&["predict", model, &plain, "--columns=2-", "-o", &wanted], b"", &said(&plain));
    let wanted = std::fs::read(wanted).unwrap();
    assert_eq!(wanted.len(), 128 + 425_000 * 16);
    noted(&["predict", model, &file, "--columns=2-", "-o", out], b"", &said(&file));
    assert!(std::fs::read(out).unwrap() == wanted);
    noted(&["predict", model, "-", "--columns=2-", "-o", out], &packed, &said("standard input"));
    assert!(std::fs::read(out).unwrap() == wanted);
    // What is wrong is named by its byte in the file, whenever it is met; of what is written to a file, nothing is there.
    std::fs::remove_file(out).unwrap();
    let good = [stored(b"id;a;b\n"), golden("long"), kinds].concat();
    for (cut, wrong) in [(0, None), (1, None), (20, None), (9000, None), (30_000, None), (0, Some(5)), (0, Some(1))] {
        let mut bytes = good[..good.len() - cut].to_vec();
        match wrong {
            Some(at) => bytes[good.len() - at] ^= 1,
            None if cut == 0 => bytes.extend([0, 0, 0, 7]),
            None => {}
        }
        let what = gzip::decompress(&bytes).unwrap_err();
        let output = piped(&["predict", model, "-", "--columns=2-", "--header", "-o", out], &bytes);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told), (Some(1), format!("nptensor: standard input: {what}\n")));
        assert!(!std::path::Path::new(out).exists());
    }
    Ok(())
}

#[test]
fn arrays_in_gzip() -> Result<()> {
    let folder = Folder::new("packed-arrays");
    let model = &identity(&folder, 12, None)?;
    let x = Tensor::from_fn(&[5000, 3, 4], |i| (i[0] * 12 + i[1] * 4 + i[2]) as f32)?;
    let npy = formats::to_bytes(&(&x).into(), formats::Format::Npy)?;
    let wanted = printed(&["predict", model, "-"], &npy);
    assert_eq!(printed(&["predict", model, "-"], &stored(&npy)), wanted);
    // What is not read row by row: rows that do not lie together, one row alone, and other formats.
    let turned = formats::to_bytes(&x.reshape(&[12, 5000])?.transpose(&[1, 0])?.into(), formats::Format::Npy)?;
    assert_eq!(printed(&["predict", model, "-"], &stored(&turned)), printed(&["predict", model, "-"], &turned));
    let row = formats::to_bytes(&x.slice(1)?.reshape(&[12])?.into(), formats::Format::Npy)?;
    assert_eq!(printed(&["predict", model, "-"], &stored(&row)), printed(&["predict", model, "-"], &row));
    let idx = [&[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 12][..], &[51; 24]].concat();
    let file = folder.write("x.gz", &stored(&idx));
    let pixels = format!("{file}: dividing uint8, taken for pixels, by 255 (--divide)");
    let line = ["0.2"; 12].join(" ") + "\n";
    assert_eq!(noted(&["predict", model, &file], b"", &pixels), line.repeat(2).into_bytes());
    // Another array behind the first, whose checksum is that of both.
    let two = stored(&[&npy[..], &npy].concat());
    let note = "standard input: leaving out arr_1 (another array after the first, not read)";
    assert_eq!(noted(&["predict", model, "-"], &two, note), wanted);
    let check = |bytes: &[u8], told: &[&str]| {
        let output = piped(&["predict", model, "-"], bytes);
        let wanted: String = told.iter().map(|line| format!("nptensor: standard input: {line}\n")).collect();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(1), wanted));
    };
    let (at, end) = (two.len() - 8, [0; 8]);
    let what = gzip::decompress(&[&two[..at], &end].concat()).unwrap_err().to_string();
    check(&[&two[..at], &end].concat(), &[note.strip_prefix("standard input: ").unwrap(), &what]);
    let one = stored(&npy);
    let what = gzip::decompress(&[&one[..one.len() - 8], &end].concat()).unwrap_err().to_string();
    check(&[&one[..one.len() - 8], &end].concat(), &[&what]);
    check(&one[..200_000], &[&gzip::decompress(&one[..200_000]).unwrap_err().to_string()]);
    check(&stored(&npy[..1000]), &["npy: byte 992: the file ends inside row 18 of 5000: 48 bytes wanted, 8 left"]);
    check(&stored(&[&npy[..], b"x"].concat()), &["npy: byte 240128: bytes follow the last row"]);
    Ok(())
}

/// 81 MB of a table, in gzip, pass under 48 MiB of addresses beside those of the program; so does what is no table.
#[test]
#[cfg(target_os = "linux")]
fn gzip_is_streamed() -> Result<()> {
    let folder = Folder::new("streamed-gzip");
    let model = identity(&folder, 2, None)?;
    let file = folder.write("x.csv.gz", &golden("long").repeat(100));
    let run = |words: &str, file: &str| {
        let line = format!("ulimit -v 49152 && '{}' {words} '{file}'", env!("CARGO_BIN_EXE_nptensor"));
        Command::new("sh").args(["-c", &line]).output().unwrap()
    };
    let out = folder.file("y.npy");
    let told = run(&format!("predict '{model}' --columns 2-3 --dtype f32 -o '{out}'"), &file);
    assert_eq!(String::from_utf8_lossy(&told.stderr), "");
    assert_eq!(formats::load(out)?.into_tensor()?.shape(), [500_000, 2]);
    let told = String::from_utf8(run("inspect", &file).stdout).unwrap();
    assert!(told.contains(": text, 500000 rows, 3 columns between semicolons\n"), "{told}");
    // One line without an end ends at its limit, as it does in plain text.
    let zeros = folder.write("zeros.gz", &stored(&[b'1'; 1 << 20]).repeat(80));
    let told = String::from_utf8(piped(&["predict", &model, &zeros], b"").stderr).unwrap();
    assert_eq!(told, format!("nptensor: {zeros}: line 1: longer than 67108864 bytes\n"));
    Ok(())
}
