#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use nptensor::formats::gzip;
use nptensor_fuzz::{heap, repair};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(data, size, max_size);
    if seed.is_multiple_of(2) {
        repair::gzip(&mut data[..size]);
    }
    size
});

fuzz_target!(|file: &[u8]| {
    let whole = heap::held(gzip::decompress, file);
    heap::streamed(file, 1 + file.len() % 700, &whole);
    if let Ok(out) = whole {
        assert_eq!(gzip::decompress_limited(file, out.len()), Ok(out));
    }
});
