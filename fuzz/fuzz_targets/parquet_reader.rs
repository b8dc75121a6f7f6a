//! Any bytes as Parquet: a result whose report accounts for every row, or an error.
//!
//! The bytes are decoded by the crate `parquet`, whose allocations follow the sizes that a file states: run it with
//! `-rss_limit_mb` and `-malloc_limit_mb`, and see the docs of `probity::io` for what is promised.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::io::Format;
use probity_fuzz::{Shape, read_every_way};

fuzz_target!(|input: (Shape, &[u8])| {
    let (shape, bytes) = input;
    read_every_way(&shape, Format::Parquet, bytes);
});
