//! What holds of the papers on rules, whatever the data: names, orders and splits do not matter, a negation turns a label,
//! filters cut and never invent.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod common;

use probity::rng::Stream;
use probity::rules::{
    ChoiceTies, ClinicalCounts, ClinicalPaths, ClinicalQuestion, ClinicalTurn, PairChoice, SELF_ALIGN_PIECES,
    SalmonVoice, SelfAlignCitations, SelfAlignPool, SelfAlignResponseFilter, SelfAlignVersion, SwapJudgment,
    VerdictLogProbs, clinical_reward, draw_by_weight, most_likely_choice, salmon_draw_signed, salmon_label,
    self_align_balance_topics, self_align_citations, self_align_cut_repetition, self_align_filter_clone,
    self_align_merge_shards, self_align_topics, swap_vote, verdict_strength,
};
use probity::tally::Tally;
use probity::text::{rouge_l, rouge_words};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use common::splits_merge;

fn voices() -> impl Strategy<Value = Vec<SalmonVoice>> {
    let voice = (-3.0..3.0f64, -3.0..3.0f64, any::<bool>(), 0.1..4.0f64);
    vec(
        voice.prop_map(|(one, other, negated, variance)| SalmonVoice {
            scores: [one, other],
            negated,
            variance,
        }),
        1..9,
    )
}

fn choice() -> impl Strategy<Value = PairChoice> {
    prop_oneof![Just(PairChoice::First), Just(PairChoice::Second)]
}

fn symbol() -> impl Strategy<Value = Option<&'static str>> {
    option::of(prop_oneof![Just("good"), Just("bad"), Just("adequate"), Just("blood"), Just("AML")])
}

fn turn() -> impl Strategy<Value = ClinicalTurn<'static>> {
    (0..5usize, symbol(), symbol()).prop_map(|(question, truth, answer)| ClinicalTurn {
        question: ClinicalQuestion::ALL[question],
        truth,
        answer,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn negations_and_swaps_turn_the_label(voices in voices()) {
        let label = salmon_label(&voices).unwrap();
        let negated: Vec<_> = voices.iter().map(|v| SalmonVoice { negated: !v.negated, ..*v }).collect();
        let swapped: Vec<_> = voices.iter().map(|v| SalmonVoice { scores: v.scores.map(|s| -s), ..*v }).collect();
        for other in [salmon_label(&negated).unwrap(), salmon_label(&swapped).unwrap()] {
            prop_assert_eq!(other.preference, label.preference.map(PairChoice::other));
            prop_assert_eq!(other.dominant, label.dominant);
        }
        prop_assert!(label.scores.iter().all(|z| z.abs() <= label.scores[label.dominant].abs()));
    }

    #[test]
    fn draws_are_sets(weights in vec(0.0..5.0f64, 0..12), uniforms in vec(0.0..1.0f64, 0..15), seed in any::<u64>()) {
        let drawn = draw_by_weight(&weights, &uniforms).unwrap();
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(sorted.len(), drawn.len());
        let possible = weights.iter().filter(|w| **w > 0.0).count();
        prop_assert_eq!(drawn.len(), uniforms.len().min(possible));
        prop_assert!(drawn.iter().all(|&i| weights[i] > 0.0));
        let signed = salmon_draw_signed(weights.len(), 0.2, 8, &mut Stream::new(seed, 0, 0)).unwrap();
        prop_assert!(signed.len() <= weights.len().min(8) && signed.is_empty() == weights.is_empty());
    }

    #[test]
    fn showing_all_pairs_the_other_way_keeps_the_votes(
        judgments in vec((any::<bool>(), option::of(choice())), 0..12),
    ) {
        let as_shown: Vec<_> =
            judgments.iter().map(|&(swapped, choice)| SwapJudgment { swapped, choice }).collect();
        let turned: Vec<_> = judgments
            .iter()
            .map(|&(swapped, choice)| SwapJudgment { swapped: !swapped, choice: choice.map(PairChoice::other) })
            .collect();
        let vote = swap_vote(&as_shown);
        prop_assert_eq!(vote, swap_vote(&turned));
        prop_assert_eq!(vote.a + vote.b + vote.invalid, judgments.len() as u64);
        prop_assert_eq!(vote.label.is_none(), vote.a == vote.b);
    }

    #[test]
    fn exchanging_the_answers_turns_the_strength(
        a in vec(-4.0..0.0f64, 1..6), b in vec(-4.0..0.0f64, 1..6), threshold in 0.0..1.0f64,
    ) {
        let one = verdict_strength(&[VerdictLogProbs { a: &a, b: &b }]).unwrap();
        let other = verdict_strength(&[VerdictLogProbs { a: &b, b: &a }]).unwrap();
        prop_assert!((one.log_gap + other.log_gap).abs() < 1e-12);
        prop_assert!((one.probability_a + other.probability_a - 1.0).abs() < 1e-12);
        prop_assert_eq!(one.label(threshold), other.label(threshold).map(PairChoice::other));
    }

    #[test]
    fn a_most_likely_choice_is_most_likely(log_probs in vec((-3i32..0).prop_map(f64::from), 1..8)) {
        for ties in [ChoiceTies::Hashed, ChoiceTies::First] {
            let best = most_likely_choice(&log_probs, ties).unwrap();
            prop_assert!(log_probs.iter().all(|&lp| lp <= log_probs[best]));
        }
    }

    #[test]
    fn filters_cut_and_never_invent(text in "[ab.,\n éU1(]{0,60}", instruction in "[ab ]{0,20}") {
        let cut = self_align_cut_repetition(&text, SELF_ALIGN_PIECES);
        prop_assert!(text.trim_start().starts_with(cut));
        // Once only from the start on: what stripping takes from the first piece can make it equal to the second.
        let cut = self_align_cut_repetition(text.trim_start(), SELF_ALIGN_PIECES);
        prop_assert_eq!(self_align_cut_repetition(cut, SELF_ALIGN_PIECES), cut);
        let output = format!("I am a helpful, ethical, and reliable assistant.\n\nWatson: {text}");
        if let Ok(kept) = SelfAlignResponseFilter::default().apply(&instruction, "", &output) {
            prop_assert!(!kept.output.is_empty() && text.contains(&kept.output));
        }
        if let Ok(kept) = self_align_filter_clone(&instruction, "", &text, &[]) {
            prop_assert!(text.contains(kept.as_str()));
        }
        let topics = self_align_topics(text.lines());
        prop_assert!(topics.iter().all(|topic| text.contains(topic)));
        for citation in self_align_citations(&text, SelfAlignVersion::Seventeen) {
            prop_assert!(text.contains(citation.name) && !citation.matches);
        }
    }

    #[test]
    fn a_pool_keeps_what_differs(texts in vec("[ab]{1,2}( [ab]{1,2}){0,6}", 0..12)) {
        let mut pool = SelfAlignPool::new(0.7).unwrap();
        let mut kept: Vec<Vec<String>> = Vec::new();
        for text in &texts {
            let words = rouge_words(text);
            let max = kept.iter().map(|known| rouge_l(&words, known).f1().unwrap_or(0.0)).fold(0.0, f64::max);
            let offered = pool.offer(text);
            prop_assert_eq!((offered.max, offered.kept), (max, max <= 0.7));
            if offered.kept {
                kept.push(words);
            }
        }
        prop_assert_eq!(pool.len(), kept.len());
    }

    #[test]
    fn merging_and_balancing_keep_the_first(
        shards in vec(vec("[aA!]{1,2}", 0..5), 0..4),
        topics in vec(("[AB]", "[xyX]{1,2}"), 0..20),
    ) {
        let kept = self_align_merge_shards(&shards);
        prop_assert!(kept.is_sorted());
        // What the first shard with something has, stays.
        let first = shards.first().map_or(0, Vec::len);
        prop_assert_eq!(kept.iter().filter(|(shard, _)| *shard == 0).count(), first);
        let balanced = self_align_balance_topics(topics.iter().map(|(k, t)| (k.as_str(), t.as_str())));
        prop_assert!(balanced.windows(2).all(|pair| pair[0].1.len() == pair[1].1.len()));
    }

    #[test]
    fn citations_merge(numbers in vec(vec(0..20u32, 0..5), 0..10), split in any::<prop::sample::Index>()) {
        let texts: Vec<String> = numbers
            .iter()
            .map(|of| of.iter().map(|n| format!("{n} (helpful)")).collect::<Vec<_>>().join(", "))
            .collect();
        let tally = |texts: &[String]| {
            let mut tally = SelfAlignCitations::default();
            for text in texts {
                tally.record(&self_align_citations(text, SelfAlignVersion::Seventeen)).unwrap();
            }
            tally
        };
        let (left, right) = texts.split_at(split.index(texts.len() + 1));
        let whole = tally(&texts);
        splits_merge(&whole, &tally(left), &tally(right));
        prop_assert_eq!(whole.cited(3), numbers.iter().filter(|of| of.contains(&3)).count() as u64);
    }

    #[test]
    fn conversations_merge(
        conversations in vec(vec(turn(), 0..6), 0..8), split in any::<prop::sample::Index>(),
    ) {
        let paths = ClinicalPaths::released().unwrap();
        let tally = |conversations: &[Vec<ClinicalTurn<'static>>]| {
            let mut tally = ClinicalCounts::default();
            for turns in conversations {
                tally.add(&paths, turns).unwrap();
            }
            tally
        };
        let (left, right) = conversations.split_at(split.index(conversations.len() + 1));
        splits_merge(&tally(&conversations), &tally(left), &tally(right));
        for turns in &conversations {
            let reward = clinical_reward(&paths, turns, None).unwrap();
            let most = turns.len() + turns.len().saturating_sub(1);
            prop_assert!(reward.total <= most as f64 && reward.total >= -0.5 * turns.len() as f64);
        }
    }
}
