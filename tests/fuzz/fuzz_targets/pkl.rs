#![no_main]

use libfuzzer_sys::fuzz_target;
use nptensor::formats::pkl;
use nptensor_fuzz::{again_in_any, heap::held};

fuzz_target!(|file: &[u8]| {
    if let Ok(contents) = held(pkl::read, file) {
        again_in_any(&contents);
    }
});
