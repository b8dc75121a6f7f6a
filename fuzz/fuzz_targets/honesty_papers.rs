//! Any text as a response with a stated confidence and as a response that reasons or refuses: no panic, what is read is
//! part of the text, and a marked answer is found.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::honesty::auto_cei::{Evaluation, StepRule, extract_answer};
use probity::honesty::sayself::{correctness_by_containment, on_scale, parse, parse_released};

fuzz_target!(|text: &str| {
    let within = |part: &str| part.is_empty() || text.as_bytes().as_ptr_range().contains(&part.as_ptr());
    let fields = parse(text);
    assert!(within(fields.answer) && fields.reflection.is_none_or(within));
    let released = parse_released(text);
    assert!(within(released.reflection));
    for confidence in fields.confidence.into_iter().chain([released.confidence]) {
        assert!((0.0..=10.0).contains(&on_scale(confidence).unwrap().value));
    }
    assert!(extract_answer(text).is_none_or(within));
    assert_eq!(extract_answer(&format!("{text}####  1 ")), Some("1"));
    assert!(
        StepRule::Separator(".\n").count(text).unwrap() >= 1 && StepRule::Planning.count(text).unwrap() >= 1
    );
    assert_eq!(correctness_by_containment(text, text) == 0.0, text.trim().is_empty());
    let _ = Evaluation::new().outcome(text, text);
});
