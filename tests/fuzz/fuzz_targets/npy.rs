#![no_main]

libfuzzer_sys::fuzz_target!(|file: &[u8]| nptensor_fuzz::npy(file));
