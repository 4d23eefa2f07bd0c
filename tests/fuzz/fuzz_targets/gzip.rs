#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use nptensor::formats::gzip;
use nptensor_fuzz::{heap::held, repair};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(data, size, max_size);
    if seed.is_multiple_of(2) {
        repair::gzip(&mut data[..size]);
    }
    size
});

fuzz_target!(|file: &[u8]| {
    if let Ok(out) = held(gzip::decompress, file) {
        assert_eq!(gzip::decompress_limited(file, out.len()), Ok(out));
    }
});
