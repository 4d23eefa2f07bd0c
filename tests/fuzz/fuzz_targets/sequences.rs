#![no_main]

libfuzzer_sys::fuzz_target!(|program: &[u8]| nptensor_fuzz::machine::run(program));
