//! Any bytes as JSON Lines: no panic, and the report accounts for every row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::io::Format;
use probity_fuzz::{Shape, read_every_way};

fuzz_target!(|input: (Shape, &[u8])| {
    let (shape, bytes) = input;
    read_every_way(&shape, Format::JsonLines, bytes);
});
