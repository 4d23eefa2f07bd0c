#![no_main]

use libfuzzer_sys::fuzz_target;
use nptensor::formats::{Contents, idx};
use nptensor_fuzz::{again_in_any, heap::held};

fuzz_target!(|file: &[u8]| {
    if let Ok(tensor) = held(idx::read, file) {
        again_in_any(&Contents::from(tensor));
    }
});
