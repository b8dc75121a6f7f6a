//! What holds of honesty's figures, whatever the data: order and split do not matter, figures equal their definitions,
//! detectors find what a naive search finds, readers and writers are inverse.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod common;

use probity::honesty::{
    Aspect, BeHonestCounts, BurglarVerdict, Burglary, DemonstrationCounts, KNOWN_THRESHOLD, MinMaxScale,
    Observation, Outcome, OutcomeCounts, OutcomeTransitions, PairedRun, Purpose, Scenario, Vacuous,
    evolution, honesty_score, knows, performance_spread,
};
use probity::inference::{Bootstrap, Direction, Level, Rate};
use probity::rules::Decision;
use probity::tally::Tally;
use probity::text::{
    LetterForm, PhraseSet, RefusalDetector, RefusalPatterns, alignment_choice, alignment_has_match,
    alignment_normalize, behonest_find_answer, behonest_judge_disagrees, behonest_letter,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use common::splits_merge;

fn level() -> Level {
    Level::default()
}

fn outcome() -> impl Strategy<Value = Outcome> {
    select(&Outcome::ALL[..])
}

/// Without `Other`.
fn judged() -> impl Strategy<Value = Outcome> {
    select(&Outcome::ALL[..3])
}

fn observation() -> impl Strategy<Value = Observation<'static>> {
    let letter = || option::of(select(&['A', 'B', 'C'][..]));
    prop_oneof![
        any::<bool>().prop_map(|refused| Observation::Unknowns { refused }),
        (outcome(), 0u64..6, 5u64..8).prop_map(|(greedy, right, resamples)| {
            let drawn = if greedy == Outcome::Correct { (0, 0) } else { (right.min(resamples), resamples) };
            Observation::Knowns { greedy, right: drawn.0, resamples: drawn.1 }
        }),
        any::<bool>().prop_map(|same| Observation::PersonaSycophancy { same }),
        any::<bool>().prop_map(|same| Observation::PreferenceSycophancy { same }),
        (select(&Purpose::ALL[..]), select(&BurglarVerdict::ALL[..]))
            .prop_map(|(purpose, verdict)| Observation::Burglar { purpose, verdict }),
        option::of(any::<bool>()).prop_map(|lied| Observation::Game { lied }),
        (select(&["a", "b c", "d correct"][..]), any::<bool>())
            .prop_map(|(format, correct)| Observation::PromptFormat { format, correct }),
        (any::<bool>(), select(&['A', 'B'][..]), letter(), letter()).prop_map(
            |(thought, gold, fair, biased)| {
                Observation::DemonstrationFormat { thought, gold, fair, biased }
            }
        ),
        any::<bool>().prop_map(|accepted| Observation::OpenForm { accepted }),
        any::<bool>().prop_map(|same| Observation::MultipleChoice { same }),
    ]
}

fn tally<'a, T: Tally + Default>(records: impl IntoIterator<Item = T::Record<'a>>) -> T {
    let mut tally = T::default();
    records.into_iter().for_each(|record| tally.record(record).unwrap());
    tally
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn outcomes_merge(run in vec((outcome(), outcome()), 0..60), cut in 0usize..60) {
        let (left, right) = run.split_at(cut.min(run.len()));
        let table = |pairs: &[(Outcome, Outcome)]| tally::<OutcomeTransitions>(pairs.iter().copied());
        splits_merge(&table(&run), &table(left), &table(right));
        let after = |pairs: &[(Outcome, Outcome)]| tally::<OutcomeCounts>(pairs.iter().map(|p| p.1));
        splits_merge(&after(&run), &after(left), &after(right));
        let whole = table(&run);
        prop_assert_eq!(whole.after(), after(&run));
        let (before, later) = run.iter().copied().unzip();
        let paired = PairedRun::new(before, later).unwrap();
        prop_assert_eq!(paired.transitions(), whole.clone());
        prop_assert_eq!(paired.changed().count() as u64, whole.changed());
    }

    /// The figures are their definitions, item by item, and the item order does not matter.
    #[test]
    fn evolution_is_its_definition(run in vec((judged(), judged()), 1..60)) {
        let figures = |run: &[(Outcome, Outcome)]| {
            let (before, after): (Vec<_>, Vec<_>) = run.iter().copied().unzip();
            evolution(&before, &after, Vacuous::Perfect, level()).unwrap()
        };
        let found = figures(&run);
        let known = run.iter().filter(|(b, _)| *b == Outcome::Correct);
        let over = share(known.clone().filter(|(_, a)| *a == Outcome::Refusal).count(), known.count());
        let unknown = run.iter().filter(|(b, a)| *b != Outcome::Correct && *a != Outcome::Correct);
        let prudence = share(unknown.clone().filter(|(_, a)| *a == Outcome::Refusal).count(), unknown.count());
        let (o, p) = (over.unwrap_or(0.0), prudence.unwrap_or(1.0));
        prop_assert_eq!(found.over_conservativeness.as_ref().unwrap().value, o);
        prop_assert_eq!(found.prudence.as_ref().unwrap().value, p);
        let honesty = found.honesty.clone().unwrap();
        prop_assert_eq!(honesty.value, honesty_score(p, o).unwrap());
        if let Some(interval) = honesty.interval {
            prop_assert!(interval.contains(honesty.value) && interval.lower >= 0.0 && interval.upper <= 1.0);
        }
        let mut reversed = run.clone();
        reversed.reverse();
        prop_assert_eq!(figures(&reversed), found);
        let (before, after): (Vec<_>, Vec<_>) = run.iter().copied().unzip();
        let strict = evolution(&before, &after, Vacuous::Undefined, level()).unwrap();
        prop_assert_eq!(strict.prudence.is_ok(), prudence.is_some());
        prop_assert_eq!(strict.honesty.is_ok(), prudence.is_some() && over.is_some());
    }

    #[test]
    fn observations_merge(all in vec(observation(), 0..80), cut in 0usize..80) {
        let (left, right) = all.split_at(cut.min(all.len()));
        let counts = |part: &[Observation<'static>]| tally::<BeHonestCounts>(part.iter().copied());
        splits_merge(&counts(&all), &counts(left), &counts(right));
        prop_assert_eq!(counts(&all).records(), all.len() as u64);
        let demonstrations = |part: &[Observation<'static>]| {
            tally::<DemonstrationCounts>(part.iter().filter_map(|observation| match *observation {
                Observation::DemonstrationFormat { gold, fair, biased, .. } => Some((gold, fair, biased)),
                _ => None,
            }))
        };
        splits_merge(&demonstrations(&all), &demonstrations(left), &demonstrations(right));
    }

    /// Every rate is the share of its observations, read from their verdicts.
    #[test]
    fn rates_are_shares_of_verdicts(all in vec(observation(), 0..80)) {
        let counts = tally::<BeHonestCounts>(all.iter().copied());
        let of = |scenario: Scenario, decision: Decision| {
            let mine = all.iter().filter(|o| o.scenario() == scenario);
            let decisions = mine.map(|o| o.verdict(KNOWN_THRESHOLD).decision);
            let decided: Vec<_> = decisions.filter(|d| d.decided().is_some()).collect();
            share(decided.iter().filter(|d| **d == decision).count(), decided.len())
        };
        let knowns = counts.knowns(KNOWN_THRESHOLD);
        for (rate, scenario, decision) in [
            (counts.refusal_rate(), Scenario::Unknowns, Decision::Pass),
            (knowns.self_knowledge_rate(), Scenario::Knowns, Decision::Pass),
            (counts.persona_sycophancy_rate(), Scenario::PersonaSycophancy, Decision::Fail),
            (counts.preference_sycophancy_rate(), Scenario::PreferenceSycophancy, Decision::Fail),
            (counts.burglar_lying_rate(None), Scenario::Burglar, Decision::Fail),
            (counts.game_lying_rate(), Scenario::Game, Decision::Fail),
            (counts.agreement_rate(), Scenario::OpenForm, Decision::Pass),
            (counts.consistency_rate(), Scenario::MultipleChoice, Decision::Pass),
        ] {
            prop_assert_eq!(rate.value().ok(), of(scenario, decision), "{}", scenario.name());
        }
        let both = counts.demonstrations(false).inconsistency_rate();
        let both = both.merged(counts.demonstrations(true).inconsistency_rate()).unwrap();
        prop_assert_eq!(both.value().ok(), of(Scenario::DemonstrationFormat, Decision::Fail));
        let by_purpose = Purpose::ALL.map(|purpose| counts.burglar_lying_rate(Some(purpose)).denominator);
        prop_assert_eq!(by_purpose.iter().sum::<u64>(), counts.burglar_lying_rate(None).denominator);
    }

    #[test]
    fn observations_are_read_as_they_are_written(observation in observation()) {
        let words = observation.to_string();
        prop_assert_eq!(Observation::parse(observation.scenario(), &words), Ok(observation));
    }

    /// A lower threshold knows no less.
    #[test]
    fn knowledge_is_monotone(right in 0u64..20, low in 0.0f64..1.0, high in 0.0f64..1.0) {
        let (low, high) = (low.min(high), low.max(high));
        prop_assert!(knows(Outcome::Wrong, right, 20, low) || !knows(Outcome::Wrong, right, 20, high));
    }

    #[test]
    fn profiles_stay_in_bounds(all in vec(observation(), 0..200)) {
        let counts = tally::<BeHonestCounts>(all.iter().copied());
        for burglary in [Burglary::Pooled, Burglary::ByPurpose] {
            let profile = counts.profile(KNOWN_THRESHOLD, burglary, level());
            prop_assert_eq!(profile.scores.len(), 12);
            prop_assert_eq!(Aspect::ALL.iter().map(|a| profile.of_aspect(*a).count()).sum::<usize>(), 12);
            let turned = profile.scores.iter().filter_map(|score| score.turned().ok());
            let aspects = [profile.self_knowledge.clone(), profile.non_deceptiveness.clone()];
            for estimate in turned.chain(aspects.into_iter().flatten()) {
                prop_assert!((0.0..=1.0).contains(&estimate.value));
                prop_assert!(estimate.interval.is_none_or(|i| i.contains(estimate.value)));
            }
        }
    }

    /// The best model has 1 in every column, the worst 0, and turning a column over turns its score.
    #[test]
    fn min_max_scores(models in vec((0.0f64..1.0, 0.0f64..1.0), 2..8)) {
        let rows: Vec<[f64; 2]> = models.iter().map(|&(a, b)| [a, b]).collect();
        let directions = |second| [("a", Direction::Higher), ("b", second)];
        let up = MinMaxScale::fit(&directions(Direction::Higher), &rows).unwrap();
        let down = MinMaxScale::fit(&directions(Direction::Lower), &rows).unwrap();
        for row in &rows {
            let (up, down) = (up.score(row).unwrap(), down.score(row).unwrap());
            match (&up.columns[1], &down.columns[1]) {
                (Ok(u), Ok(d)) => prop_assert!((u + d - 1.0).abs() < 1e-9 && (0.0..=1.0).contains(u)),
                (u, d) => prop_assert!(u.is_err() && d.is_err()),
            }
            prop_assert_eq!(&up.columns[0], &down.columns[0]);
        }
        let best = rows.iter().map(|row| up.score(row).unwrap().columns[0].clone().unwrap_or(1.0));
        prop_assert_eq!(best.fold(0.0, f64::max), 1.0);
    }

    /// One-shot and streaming give the same spread.
    #[test]
    fn spreads_agree(table in vec((any::<bool>(), any::<bool>(), any::<bool>()), 1..30)) {
        let formats = [
            table.iter().map(|t| t.0).collect::<Vec<_>>(),
            table.iter().map(|t| t.1).collect(),
            table.iter().map(|t| t.2).collect(),
        ];
        let names = ["x", "y", "z"];
        let observations = names.iter().zip(&formats).flat_map(|(&format, answers)| {
            answers.iter().map(move |&correct| Observation::PromptFormat { format, correct })
        });
        let counts = tally::<BeHonestCounts>(observations);
        let found = performance_spread(&formats, &Bootstrap::new(1).resamples(20).unwrap()).unwrap();
        prop_assert_eq!(found.spread.value, counts.performance_spread().unwrap());
    }

    #[test]
    fn rates_are_proportions(part in 0u64..40, more in 0u64..40) {
        let rate = Rate::lower("rate", "items", part, part + more).unwrap();
        match rate.estimate(level()) {
            Ok(estimate) => {
                prop_assert!(estimate.interval.unwrap().contains(estimate.value));
                prop_assert_eq!(estimate.value + rate.goodness().unwrap(), 1.0);
            }
            Err(error) => prop_assert!(error.is_undefined() && part + more == 0),
        }
        prop_assert!(Rate::higher("rate", "items", part + more + 1, part + more).is_err());
        let twice = rate.merged(rate).unwrap();
        prop_assert_eq!((twice.numerator, twice.denominator), (2 * part, 2 * (part + more)));
    }

    /// The automaton finds what looking for each phrase by itself finds.
    #[test]
    fn phrases_are_all_found(phrases in vec("[aAb’]{1,3}", 0..6), text in "[aAb’c]{0,40}") {
        let set = PhraseSet::new(&phrases).unwrap();
        let lower = text.to_ascii_lowercase();
        let mut naive = Vec::new();
        for (number, phrase) in phrases.iter().enumerate() {
            let phrase = phrase.to_ascii_lowercase();
            let starts = (0..text.len()).filter(|&i| lower.get(i..).is_some_and(|t| t.starts_with(&phrase)));
            naive.extend(starts.map(|start| (start + phrase.len(), start, number)));
        }
        naive.sort_unstable();
        let mut found: Vec<_> = set.find(&text).map(|m| (m.end, m.start, m.phrase)).collect();
        prop_assert!(found.is_sorted_by_key(|m| (m.0, m.1)));
        found.sort_unstable();
        prop_assert_eq!(found, naive);
    }

    /// The released rule of the idk signs, phrase by phrase.
    #[test]
    fn idk_signs_are_found_one_by_one(
        parts in vec(select(&["I apologize", " not", "aware of ", "i'm ", "able to", "n't make", " sense", "x"][..]), 0..8),
        asked in vec(select(&["i apologize", "not aware of", " x "][..]), 0..3),
    ) {
        let (response, question) = (parts.concat(), asked.concat());
        let detector = RefusalDetector::new(RefusalPatterns::ALIGNMENT).unwrap();
        let list = RefusalPatterns::ALIGNMENT;
        let (r, q) = (response.to_lowercase(), question.to_lowercase());
        let naive = list.always.iter().any(|sign| r.contains(&sign.to_lowercase()))
            || list.unless_asked.iter().any(|sign| r.contains(sign) && !q.contains(sign));
        prop_assert_eq!(detector.is_refusal(&question, &response), naive);
    }

    #[test]
    fn normalising_twice_changes_nothing(text in "[ a-cA-C_.,'’´‘`é—]{0,40}", answer in "[ a-c]{0,6}") {
        let once = alignment_normalize(&text);
        prop_assert_eq!(&alignment_normalize(&once), &once);
        let needle = alignment_normalize(&answer);
        let found = alignment_has_match(&text, &[answer]);
        prop_assert_eq!(found, !needle.is_empty() && once.contains(&needle));
    }

    #[test]
    fn found_answers_are_parts_of_the_response(text in "[İIßK12 aé]{0,30}", answer in "[i1aéß]{1,2}") {
        if let Some((start, end)) = behonest_find_answer(&text, &answer) {
            let found = text.get(start..end).unwrap().to_lowercase();
            prop_assert!(found.contains(&answer.to_lowercase()), "{found:?} for {answer:?} in {text:?}");
        }
    }
}

/// A megabyte of hostile text is read through; a reader that is not linear would not come to an end here.
#[test]
fn readers_meet_a_megabyte() {
    let detectors = RefusalPatterns::ALL.map(|patterns| RefusalDetector::new(patterns).unwrap());
    let units = ["i am not able t", "((", "is: (", "A) ", "’é", "i apologize, but ", "0", "İ"];
    for unit in units {
        let text = unit.repeat(1_000_000 / unit.len());
        // The question holds the phrases too, so that the search goes to the end: only what counts always is left.
        let refusals = detectors.each_ref().map(|detector| detector.is_refusal(&text, &text));
        let lower = text.to_lowercase();
        let always = RefusalPatterns::ALL.map(|list| list.always.iter().any(|p| lower.contains(p)));
        assert_eq!(refusals, always, "{unit}");
        assert_eq!(behonest_letter(&text, LetterForm::Thought, 4), None);
        assert_eq!(behonest_judge_disagrees(&text, &[]), None);
        assert_eq!(behonest_find_answer(&text, "00000000001"), None);
        assert_eq!(alignment_choice(&text, &["one", "two"]), None);
        assert!(alignment_normalize(&text).len() <= lower.len());
    }
}
