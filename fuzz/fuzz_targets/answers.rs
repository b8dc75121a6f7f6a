//! Any text through the answer profiles and their comparisons: no panic, and equality is reflexive.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::text::MathCritiqueDataset::{Gsm8k, Math};
use probity::text::{
    SclVariant, math_equal, mathcritique_compare, qualified_verdict, realcritic_extract_answer,
    realcritic_normalize, scl_extract_answer,
};

fuzz_target!(|input: (&str, &str, bool)| {
    let (text, other, flag) = input;
    assert!(math_equal(text, text).is_equal());
    let _ = math_equal(text, other);
    let dataset = if flag { "mmlu_stem" } else { other };
    let _ = realcritic_extract_answer(text, dataset);
    let _ = realcritic_normalize(text, flag);
    let _ = qualified_verdict(text);
    let _ = mathcritique_compare(text, other, if flag { Gsm8k } else { Math });
    let _ = scl_extract_answer(text, if flag { SclVariant::Inference } else { SclVariant::Construction });
});
