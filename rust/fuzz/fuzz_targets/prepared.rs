#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tricolore_fuzz::prepared::check(data));
