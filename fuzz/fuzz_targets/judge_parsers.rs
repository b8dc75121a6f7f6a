//! Any text as a judge's reply: yes or no, a number, a word of a scale, a verdict, a label. No panic, and what is read is
//! there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::checklist::{YesNoRule, parse_yes_no};
use probity::judge::{mj_bench_likert, mj_bench_number, order_debiased_verdict};
use probity::peer_review::{parse_integer, parse_label, parse_number};
use probity::tally::Side;

fuzz_target!(|texts: (&str, &str)| {
    let (text, other) = texts;
    let lower = text.to_lowercase();
    for rule in [YesNoRule::InfoBench, YesNoRule::FirstWord, YesNoRule::LastWord] {
        if let Some(yes) = parse_yes_no(text, rule) {
            assert!(lower.contains(if yes { "yes" } else { "no" }));
        }
    }
    // The last word wins, whatever stands before.
    assert_eq!(parse_yes_no(&format!("{text} YES"), YesNoRule::LastWord), Some(true));
    assert_eq!(parse_yes_no(&format!("no {text}"), YesNoRule::FirstWord), Some(false));

    assert!(mj_bench_number(text).is_none_or(|number| number <= 10));
    assert!(mj_bench_likert(text).is_none_or(|level| (1..=5).contains(&level)));
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    assert!(parse_integer(text).is_none() || digit);
    assert!(parse_number(text).is_none_or(f64::is_finite));
    assert!(parse_number(text).is_some() || !digit || text.len() > 300);

    let labels = [other, "one", "two"];
    if let Some(at) = parse_label(text, &labels) {
        assert!(lower.contains(&labels[at].to_lowercase()) && !labels[at].is_empty());
    }
    let verdict = order_debiased_verdict(text, other);
    assert!(verdict.is_none() || (text.contains('(') && other.contains('(')));
    if order_debiased_verdict(text, text) == Some(Side::Left) {
        assert!(text.contains("(a)") && text.contains("(b)"));
    }
});
