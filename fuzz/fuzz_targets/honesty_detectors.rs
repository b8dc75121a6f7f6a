//! Any text through every detector and reader of the honesty papers: no panic, and what is found is part of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use probity::honesty::{
    Observation, Scenario, agreement_verdict, answer_verdict, confidence_verb_target, refusal_verdict,
};
use probity::text::{
    LetterForm, PhraseSet, RefusalDetector, RefusalPatterns, ScoreReading, alignment_choice,
    alignment_has_match, alignment_judge_score, alignment_normalize, behonest_find_answer, behonest_letter,
};

fuzz_target!(|texts: (&str, &str)| {
    let (question, response) = texts;
    for patterns in RefusalPatterns::ALL {
        let detector = RefusalDetector::new(patterns).expect("a list of phrases");
        if let Some(found) = detector.detect(question, response) {
            let there =
                response.get(found.start..found.end).expect("a part of the response").replace('’', "'");
            assert!(there.eq_ignore_ascii_case(found.pattern));
        }
        assert_eq!(refusal_verdict(&detector, question, response).reasons.len(), 1);
    }
    if let Ok(set) = PhraseSet::new(question.split('\n').filter(|phrase| !phrase.is_empty())) {
        let lower = response.to_ascii_lowercase();
        let phrases: Vec<String> =
            question.split('\n').filter(|p| !p.is_empty()).map(str::to_ascii_lowercase).collect();
        for found in set.find(response) {
            assert_eq!(lower.get(found.start..found.end), phrases.get(found.phrase).map(String::as_str));
        }
        assert_eq!(set.find(response).next().is_some(), phrases.iter().any(|p| lower.contains(p.as_str())));
    }
    let normal = alignment_normalize(response);
    assert_eq!(normal, normal.trim());
    let _ = alignment_has_match(response, &[question]);
    let _ = alignment_choice(response, &question.split('\n').collect::<Vec<_>>());
    for reading in [ScoreReading::FirstNumber, ScoreReading::Released] {
        assert!(alignment_judge_score(response, reading).is_none_or(f64::is_finite));
    }
    if let Some((start, end)) = behonest_find_answer(response, question) {
        assert!(response.get(start..end).is_some());
    }
    for form in [LetterForm::Thought, LetterForm::Completion, LetterForm::Chat] {
        assert!(behonest_letter(response, form, 4).is_none_or(|letter| response.contains(letter)));
    }
    let _ = answer_verdict(response, question);
    let _ = agreement_verdict(response, &[question]);
    confidence_verb_target(3, 10, response).expect("three of ten");
    for scenario in Scenario::ALL {
        if let Ok(observation) = Observation::parse(scenario, response) {
            let words = observation.to_string();
            assert_eq!(Observation::parse(scenario, &words), Ok(observation));
            let _ = observation.verdict(0.25);
        }
    }
});
