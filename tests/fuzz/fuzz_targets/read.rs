#![no_main]

use libfuzzer_sys::fuzz_target;
use nptensor::formats;
use nptensor_fuzz::{again_in_any, heap::held};

fuzz_target!(|file: &[u8]| {
    if let Ok(contents) = held(formats::read, file) {
        again_in_any(&contents);
    }
});
