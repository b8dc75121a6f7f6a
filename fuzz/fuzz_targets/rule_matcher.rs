//! Any patterns on any texts: the automaton finds what each pattern finds alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::rules::{Check, Decision, Record, Rule, RuleSet};

fuzz_target!(|input: (Vec<(String, bool, bool)>, Vec<String>)| {
    let (patterns, texts) = input;
    let check = |(pattern, ignore_case, regex): &(String, bool, bool)| {
        if *regex {
            Check::Regex { pattern: pattern.clone(), ignore_case: *ignore_case }
        } else {
            Check::Literals { any_of: vec![pattern.clone()], ignore_case: *ignore_case, whole_words: false }
        }
    };
    // One that does not compile would take the others with it.
    let alone = |rule: &Rule| RuleSet::new("one", "1").with(rule.clone()).compile().ok();
    let rules: Vec<Rule> =
        patterns.iter().take(20).enumerate().map(|(i, p)| Rule::new(i.to_string(), "", check(p))).collect();
    let usable: Vec<_> = rules.iter().filter_map(|rule| Some((rule, alone(rule)?))).collect();
    let set = usable.iter().fold(RuleSet::new("all", "1"), |set, (rule, _)| set.with((*rule).clone()));
    let Ok(all) = set.compile() else { return };
    let mut evaluator = all.evaluator();
    for text in &texts {
        let record = Record::new(text);
        let outcomes = evaluator.evaluate(&record);
        for (rule, alone) in &usable {
            let expected = alone.evaluator().evaluate(&record).decision(&rule.id);
            assert_eq!(outcomes.decision(&rule.id), expected, "{rule:?} on {text:?}");
            if let Check::Literals { any_of, ignore_case: false, .. } = &rule.check {
                assert_eq!(expected, Some(Decision::from(text.contains(&any_of[0]))));
            }
        }
    }
});
