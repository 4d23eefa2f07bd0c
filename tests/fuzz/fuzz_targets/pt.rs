#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use nptensor::formats::pt;
use nptensor_fuzz::{again_in_any, heap::held, repair};

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(data, size, max_size);
    if !seed.is_multiple_of(4) {
        repair::zip(&mut data[..size]);
    }
    size
});

fuzz_target!(|file: &[u8]| {
    if let Ok(contents) = held(pt::read, file) {
        again_in_any(&contents);
    }
});
