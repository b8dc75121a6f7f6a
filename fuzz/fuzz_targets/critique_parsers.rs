//! Any text as a critique's verdict, a list of units, a list of questions, a solution: no panic, and what is read is
//! part of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::critique::{
    look_back_questions, parse_claim_verdict, parse_correctness, parse_critique_verdict,
    parse_explanation_verdict, shortcut_barrier, split_aius,
};

fuzz_target!(|text: &str| {
    let within = |part: &&str| text.as_bytes().as_ptr_range().contains(&part.as_ptr()) || part.is_empty();
    assert!(split_aius(text).iter().all(within));
    assert!(look_back_questions(text).iter().all(within));
    // A verdict follows its phrase, whatever stands before.
    if let Some(verdict) = parse_critique_verdict(text) {
        assert_eq!(parse_critique_verdict(&format!("Judgment: correct. {text}")), Some(verdict));
        assert!(text.to_ascii_lowercase().contains("judgment:"));
    }
    assert!(parse_claim_verdict(text).is_none() || text.to_ascii_lowercase().contains("claim is "));
    assert!(parse_correctness(text).is_none() || text.trim().len() <= 9);
    assert!(parse_explanation_verdict(text) || text.to_ascii_lowercase().contains("incorrect"));
    assert!(shortcut_barrier(text, text, text));
});
