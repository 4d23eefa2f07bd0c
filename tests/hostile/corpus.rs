//! The files in `corpus`, a folder for each reader: found by a fuzzer because each takes a way of its own through the code.
//!
//! Found with coverage feedback, replayed here without: what was a finding once stays one. To search on, see `../fuzz/README.md`.

use super::heap::held;
use nptensor::Result;
use nptensor::formats::{self, gzip, idx, npy, npz, pkl, safetensors};
use std::path::Path;

/// Whether the reader of that folder takes the file.
fn reads(folder: &str, file: &[u8]) -> bool {
    fn ok<T>(read: fn(&[u8]) -> Result<T>, file: &[u8]) -> bool {
        held(read, file).is_ok()
    }
    match folder {
        "npy" => ok(npy::read, file),
        "npz" => ok(npz::read, file),
        "safetensors" => ok(safetensors::read, file),
        "pkl" => ok(pkl::read, file),
        "idx" => ok(idx::read, file),
        "gzip" => ok(gzip::decompress, file),
        #[cfg(feature = "torch")]
        "pt" => ok(formats::pt::read, file),
        #[cfg(not(feature = "torch"))]
        "pt" => ok(formats::read, file),
        "read" => ok(formats::read, file),
        "model" => held(formats::read, file).is_ok() && formats::read_model::<f32>(file).is_ok(),
        // Bare streams: the checksum behind them is wrong, and so all are refused in the end.
        "inflate" => ok(gzip::decompress, &[super::deflate::GZIP, file, &[0; 8]].concat()),
        _ => panic!("no reader for {folder}"),
    }
}

#[test]
fn what_a_fuzzer_found() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/corpus");
    let (mut folders, mut read, mut refused) = (0, 0, 0);
    for folder in std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap()) {
        let name = folder.file_name().into_string().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            match reads(&name, &std::fs::read(file.unwrap().path()).unwrap()) {
                true => read += 1,
                false => refused += 1,
            }
        }
        folders += 1;
    }
    assert!(folders == 10 && read > 50 && refused > 300, "{folders} folders, {read} files read, {refused} refused");
}
