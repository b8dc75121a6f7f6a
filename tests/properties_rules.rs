//! Properties of the rule engine: the compiled automaton against a naive reading of each rule, and what must not matter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test program")]

use proptest::prelude::*;
use regex::Regex;

use probity::inference::Level;
use probity::rules::{
    Answer, Check, CompiledRules, Decision, Element, Polarity, Policy, Record, Rule, RuleCounts, RulePairs,
    RuleSet, Weighted,
};
use probity::tally::Tally;

/// Texts over few characters, so that patterns occur, overlap, and stand next to letters of more than one byte.
fn text() -> impl Strategy<Value = String> {
    "[abAB é.?\n]{0,24}"
}

fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abAé]{1,3}",
        Just("a+b".to_string()),
        Just("(ab|bA|é) ?a".to_string()),
        Just("^a".to_string()),
        Just("b$".to_string()),
        Just(r"\ba\b".to_string()),
        Just("aba[ab]b".to_string()),
        Just("(aab|abé)+".to_string()),
        Just("a?.\\?".to_string()),
        Just("(?x) a b # c".to_string()),
    ]
}

fn leaf() -> impl Strategy<Value = Check> {
    prop_oneof![
        (pattern(), any::<bool>()).prop_map(|(pattern, ignore_case)| Check::Regex { pattern, ignore_case }),
        (prop::collection::vec("[abAé ]{1,4}", 1..4), any::<bool>(), any::<bool>()).prop_map(
            |(any_of, ignore_case, whole_words)| Check::Literals { any_of, ignore_case, whole_words }
        ),
        (0u64..4).prop_map(|min| Check::Count { of: Element::Words, min: Some(min), max: None }),
        "[ab]".prop_map(Check::StartsWith),
        prop_oneof![Just("yes"), Just("no")].prop_map(|label| Check::judged("judge", label)),
        (0..4u8).prop_map(|n| Check::judged(format!("judge {n}"), "yes")),
    ]
}

fn check() -> impl Strategy<Value = Check> {
    leaf().prop_recursive(3, 16, 3, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            inner.prop_map(|check| Check::Not(Box::new(check))),
            some.clone().prop_map(Check::All),
            some.clone().prop_map(Check::Any),
            some.clone().prop_map(Check::None),
            some.clone().prop_map(|of| Check::AtLeast { k: of.len().div_ceil(2), of }),
            some.prop_map(|of| {
                let weighted = |(i, check)| Weighted { weight: 1.0 + i as f64, check };
                let of: Vec<Weighted> = of.into_iter().enumerate().map(weighted).collect();
                Check::WeightedSum { threshold: of.len() as f64, of }
            }),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec((check(), any::<bool>(), 0u8..4, -1i32..2), 1..8).prop_map(|rules| {
        let rule = |(i, (check, negative, weight, priority)): (usize, (Check, bool, u8, i32))| {
            let rule =
                Rule::new(format!("rule {i}"), "", check).with_weight(weight.into()).with_priority(priority);
            if negative { rule.forbidding() } else { rule }
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

fn set(rules: Vec<Rule>) -> RuleSet {
    rules.into_iter().fold(RuleSet::new("set", "1"), RuleSet::with)
}

/// Some generated sets contradict themselves, and are refused for it.
fn compiled(rules: &[Rule]) -> Option<CompiledRules> {
    set(rules.to_vec()).compile().ok()
}

fn record<'a>(text: &'a str, label: Option<&'a str>) -> Record<'a> {
    let record = Record::new(text).with_answer("judge 1", Answer::Label("yes"));
    match label {
        Some(label) => record.with_answer("judge", Answer::Label(label)),
        None => record,
    }
}

/// What a check says, read from its definition.
fn naive(check: &Check, text: &str, record: &Record<'_>) -> Decision {
    let of = |of: &[Check]| of.iter().map(|c| naive(c, text, record)).collect::<Vec<_>>();
    let passes = |d: &Decision| *d == Decision::Pass;
    let may_pass = |d: &Decision| matches!(d, Decision::Pass | Decision::Undecided);
    let threshold = |certain: bool, possible: bool| match (certain, possible) {
        (true, _) => Decision::Pass,
        (false, true) => Decision::Undecided,
        (false, false) => Decision::Fail,
    };
    match check {
        Check::Regex { pattern, ignore_case } => {
            let flags = if *ignore_case { "(?i)" } else { "" };
            Regex::new(&format!("{flags}{pattern}")).unwrap().is_match(text).into()
        }
        Check::Literals { any_of, ignore_case, whole_words } => any_of
            .iter()
            .any(|literal| {
                let fold = |s: &str| if *ignore_case { s.to_ascii_lowercase() } else { s.to_string() };
                let (text, literal) = (fold(text), fold(literal));
                let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                (0..=text.len()).filter(|&at| text.is_char_boundary(at)).any(|at| {
                    let (before, rest) = text.split_at(at);
                    rest.strip_prefix(&literal).is_some_and(|after| {
                        let joined = word(before.chars().next_back()) && word(literal.chars().next())
                            || word(literal.chars().next_back()) && word(after.chars().next());
                        !(*whole_words && joined)
                    })
                })
            })
            .into(),
        Check::Count { min, .. } => (text.split_whitespace().count() as u64 >= min.unwrap()).into(),
        Check::StartsWith(start) => text.starts_with(start).into(),
        Check::Judge { judge, is, .. } => match record.answer(judge) {
            Some(Answer::Label(label)) => is.iter().any(|l| l == label).into(),
            _ => Decision::Undecided,
        },
        Check::Not(inner) => naive(inner, text, record).negated(),
        Check::All(checks) => Decision::all(of(checks)),
        Check::Any(checks) => Decision::any(of(checks)),
        Check::None(checks) => Decision::any(of(checks)).negated(),
        Check::AtLeast { k, of: checks } => {
            let found = of(checks);
            let count = |which: &dyn Fn(&Decision) -> bool| found.iter().filter(|d| which(d)).count();
            threshold(count(&passes) >= *k, count(&may_pass) >= *k)
        }
        Check::WeightedSum { threshold: t, of: weighted } => {
            let sum = |which: &dyn Fn(&Decision) -> bool| -> f64 {
                weighted.iter().filter(|w| which(&naive(&w.check, text, record))).map(|w| w.weight).sum()
            };
            threshold(sum(&passes) >= *t, sum(&may_pass) >= *t)
        }
        other => panic!("no naive reading of {other:?}"),
    }
}

const POLICIES: [Policy; 5] =
    [Policy::All, Policy::Any, Policy::AtLeast(2), Policy::Weighted(0.5), Policy::Priority];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_automaton_decides_as_each_rule_reads(
        rules in rules(),
        texts in prop::collection::vec((text(), prop::option::of("yes|no")), 1..6),
    ) {
        let Some(compiled) = compiled(&rules) else { return Ok(()) };
        let mut evaluator = compiled.evaluator();
        for (text, label) in &texts {
            let record = record(text, label.as_deref());
            let outcomes = evaluator.evaluate(&record);
            for rule in &rules {
                let holds = naive(&rule.check, text, &record);
                let expected = if rule.polarity == Polarity::Negative { holds.negated() } else { holds };
                prop_assert_eq!(outcomes.decision(&rule.id), Some(expected), "{:?} on {:?}", rule, text);
            }
        }
    }

    #[test]
    fn the_order_of_the_rules_does_not_matter(
        (rules, shuffled) in rules().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
        text in text(),
        label in prop::option::of("yes|no"),
    ) {
        let (Some(one), Some(other)) = (compiled(&rules), compiled(&shuffled)) else { return Ok(()) };
        let record = record(&text, label.as_deref());
        for policy in &POLICIES {
            let verdict = one.evaluator().evaluate(&record).verdict(policy);
            prop_assert_eq!(&verdict, &other.evaluator().evaluate(&record).verdict(policy));
            prop_assert!(verdict.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
            let spans = verdict.reasons.iter().filter_map(|reason| reason.span);
            prop_assert!(spans.into_iter().all(|(start, end)| text.get(start..end).is_some()));
        }
    }

    #[test]
    fn a_negated_rule_decides_the_opposite(rules in rules(), text in text(), label in prop::option::of("yes|no")) {
        let Some(compiled_rules) = compiled(&rules) else { return Ok(()) };
        let record = record(&text, label.as_deref());
        let negated = set(rules.clone()).negate("rule 0").unwrap().compile().unwrap();
        let decision = compiled_rules.evaluator().evaluate(&record).decision("rule 0").unwrap();
        prop_assert_eq!(negated.evaluator().evaluate(&record).decision("rule 0"), Some(decision.negated()));
    }

    #[test]
    fn an_unrelated_rule_changes_no_other(rules in rules(), more in check(), text in text()) {
        let mut with_more = rules.clone();
        with_more.push(Rule::new("another", "", more));
        let (Some(one), Some(other)) = (compiled(&rules), compiled(&with_more)) else { return Ok(()) };
        let record = record(&text, None);
        let (mut one, mut other) = (one.evaluator(), other.evaluator());
        let (one, other) = (one.evaluate(&record), other.evaluate(&record));
        for (id, decision) in one.decisions() {
            prop_assert_eq!(other.decision(id), Some(decision));
        }
    }

    /// More evidence settles what was undecided, and turns nothing that was decided.
    #[test]
    fn evidence_only_settles(rules in rules(), text in text(), label in "yes|no") {
        let Some(compiled) = compiled(&rules) else { return Ok(()) };
        let (less, more) = (record(&text, None), record(&text, Some(&label)));
        let (mut first, mut second) = (compiled.evaluator(), compiled.evaluator());
        let (less, more) = (first.evaluate(&less), second.evaluate(&more));
        for (id, decision) in less.decisions() {
            if decision != Decision::Undecided {
                prop_assert_eq!(more.decision(id), Some(decision));
            }
        }
        for policy in &POLICIES {
            let (less, more) = (less.verdict(policy).decision, more.verdict(policy).decision);
            prop_assert!(less == more || less == Decision::Undecided);
        }
    }

    #[test]
    fn tallies_merge_and_count_every_pair(
        rules in rules(),
        texts in prop::collection::vec((text(), prop::option::of("yes|no")), 1..12),
        split in any::<prop::sample::Index>(),
    ) {
        let Some(compiled) = compiled(&rules) else { return Ok(()) };
        let mut evaluator = compiled.evaluator();
        let mut parts = [RulePairs::new(&compiled), RulePairs::new(&compiled)];
        let (mut whole, mut single) = (RulePairs::new(&compiled), RuleCounts::new(&compiled));
        let split = split.index(texts.len());
        let mut seen: Vec<Vec<Decision>> = Vec::new();
        for (i, (text, label)) in texts.iter().enumerate() {
            let record = record(text, label.as_deref());
            let outcomes = evaluator.evaluate(&record);
            parts[usize::from(i >= split)].record(&outcomes).unwrap();
            whole.record(&outcomes).unwrap();
            single.record(&outcomes).unwrap();
            seen.push(outcomes.decisions().map(|(_, decision)| decision).collect());
        }
        let [first, mut second] = parts;
        second.merge(&first).unwrap();
        prop_assert_eq!(&second, &whole);
        prop_assert_eq!(whole.counts(), &single);
        let stored: RulePairs = serde_json::from_str(&serde_json::to_string(&whole).unwrap()).unwrap();
        prop_assert_eq!(&stored, &whole);
        let ids: Vec<&str> = single.rules().collect();
        let all = [Decision::Pass, Decision::Fail, Decision::Undecided, Decision::NotApplicable];
        for (i, left) in ids.iter().enumerate() {
            for (j, right) in ids.iter().enumerate() {
                for x in all {
                    for y in all {
                        let count = seen.iter().filter(|d| d[i] == x && d[j] == y).count() as u64;
                        prop_assert_eq!(whole.get(left, right, (x, y)).unwrap(), count);
                    }
                }
            }
            let passed = seen.iter().filter(|d| d[i] == Decision::Pass).count() as u64;
            prop_assert_eq!(single.get(left, Decision::Pass), Some(passed));
        }
        for conflict in whole.conflicts(usize::MAX, Level::default()).unwrap() {
            prop_assert!(conflict.opposed > 0 && conflict.share.value > 0.0);
        }
    }

    #[cfg(feature = "io")]
    #[test]
    fn json_keeps_a_set(rules in rules()) {
        let set = set(rules);
        prop_assert_eq!(RuleSet::from_json(&set.to_json()).unwrap(), set);
    }
}

/// Patterns and texts made to take long: nested literals on a text that ends all of them everywhere, expressions that
/// a matcher with a stack would take for ever on.
#[test]
fn hostile_patterns_and_texts_are_read_in_one_pass() {
    let mut rules: Vec<Rule> =
        (1..=200).map(|n| Rule::new(format!("{n}"), "", Check::contains(["a".repeat(n)]))).collect();
    rules.push(Rule::new("stack", "", Check::regex("(a*)*b")));
    rules.push(Rule::new("end", "", Check::regex("(a|a)+$")));
    rules.push(Rule::new("choice", "", Check::regex("(x+x+)+y")));
    rules.push(Rule::new("case", "", Check::contains(["A".repeat(150)])));
    let rules = compiled(&rules).unwrap();
    let text = "a".repeat(1 << 20);
    let record = Record::new(&text);
    let mut evaluator = rules.evaluator();
    let outcomes = evaluator.evaluate(&record);
    for (id, expected) in [("200", true), ("end", true), ("stack", false), ("choice", false), ("case", false)]
    {
        assert_eq!(outcomes.decision(id), Some(expected.into()), "{id}");
    }
    // A rule for each prefix of the text at once, and the verdict with all its words.
    assert_eq!(outcomes.verdict(&Policy::All).reasons.len(), 3);
}
