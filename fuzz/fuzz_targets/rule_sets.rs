//! Any text as a set of rules: no panic, what is read can be written and read again, and what compiles judges any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::rules::{Policy, Record, RuleSet};

fuzz_target!(|text: &str| {
    let Ok(set) = RuleSet::from_json(text) else { return };
    let Ok(rules) = set.compile() else { return };
    // A set that compiles has finite numbers only, so that nothing is lost on the way.
    assert_eq!(RuleSet::from_json(&set.to_json()), Ok(set.clone()));
    let record = Record::new(text).with_field("prompt", &set.id);
    let mut evaluator = rules.evaluator();
    let outcomes = evaluator.evaluate(&record);
    for policy in [Policy::All, Policy::Any, Policy::AtLeast(1), Policy::Weighted(0.5), Policy::Priority] {
        let verdict = outcomes.verdict(&policy);
        assert!(verdict.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
    }
});
