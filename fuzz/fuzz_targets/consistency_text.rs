//! Any text as a response to score: tokens, sentences, an answer behind a trigger, a verdict; no panic, and what is read
//! is part of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::consistency::{NgramOptions, PromptRule, selfcheck_ngram, selfcheck_prompt_answer};
use probity::text::{rouge_l, sentences, trigger_answer, word_tokens};

fuzz_target!(|input: (&str, &str)| {
    let (text, trigger) = input;
    let glue = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let passage: Vec<Vec<&str>> = sentences(text).into_iter().map(|s| word_tokens(s).collect()).collect();
    assert_eq!(passage.concat().concat(), glue(text));
    let other: Vec<Vec<&str>> = sentences(trigger).into_iter().map(|s| word_tokens(s).collect()).collect();
    match selfcheck_ngram(&passage, std::slice::from_ref(&other), &NgramOptions::new()) {
        Ok(scores) => assert!(scores.sentences.iter().all(|s| s.max.is_finite() && s.max >= 0.0)),
        Err(error) => assert!(error.is_undefined() && passage.is_empty()),
    }
    let shared = rouge_l(&passage.concat(), &other.concat());
    assert!(shared.shared <= shared.candidate.min(shared.reference));
    if let Some(answer) = trigger_answer(text, trigger) {
        assert!(text.contains(answer) && !answer.is_empty());
    }
    let word = selfcheck_prompt_answer(text, PromptRule::Word);
    assert!(word == 0.5 || word == selfcheck_prompt_answer(text, PromptRule::Prefix));
});
