#![no_main]

libfuzzer_sys::fuzz_target!(|stream: &[u8]| nptensor_fuzz::inflate(stream));
