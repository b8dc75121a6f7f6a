//! What holds of checklists and judges, whatever the data: figures equal their definitions, order and split do not
//! matter, bounds hold, parsers read any text.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

mod common;

use probity::checklist::{
    AgreementWeight, ChecklistCounts, RefinementAnswer, RefinementAsk, SelfRefinement, Unanswered, YesNoRule,
    checklist_preference, checklist_similarity, drfr, mean_pass_rate, parse_yes_no, pass_rate,
    preference_agreement, question_counts, stick_best_of_n, weighted_pairwise_agreement, weighted_score,
};
use probity::inference::Level;
use probity::judge::{
    FactorCounts, Fairness, FairnessOptions, LevelledResponse, PairVerdicts, ScoreScale, ScoredPair,
    factor_alignment, group_fairness, human_ranking, mj_bench_likert, mj_bench_number, pair_verdicts,
    profile_novelty, tie_thresholds,
};
use probity::rules::PairChoice;
use probity::search::{Procedure, Step, Ties};
use probity::tally::{Side, Tally};
use probity::text::{mteval_13a_tokens, porter_stem, sacre_bleu};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use common::splits_merge;

type Answers = Vec<Option<bool>>;

fn level() -> Level {
    Level::default()
}

fn checklist() -> impl Strategy<Value = Answers> {
    vec(option::weighted(0.9, any::<bool>()), 1..8)
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Left), Just(Side::Right), Just(Side::Tie)]
}

fn grades() -> impl Strategy<Value = Vec<f64>> {
    vec((-2..=2).prop_map(f64::from), 1..40)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn scored_pair() -> impl Strategy<Value = ScoredPair> {
    let score = || option::weighted(0.9, (0..20).prop_map(|score| f64::from(score) / 4.0));
    (score(), score(), any::<bool>()).prop_map(|(first, second, better)| ScoredPair {
        first,
        second,
        better: if better { PairChoice::First } else { PairChoice::Second },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn checklist_rates_equal_their_definitions(answers in vec(checklist(), 1..30), cut in 0usize..30) {
        let passed = |a: &Answers| a.iter().filter(|x| **x == Some(true)).count() as f64;
        for unanswered in [Unanswered::Fails, Unanswered::Dropped] {
            let asked = |a: &Answers| match unanswered {
                Unanswered::Dropped => a.iter().flatten().count() as f64,
                _ => a.len() as f64,
            };
            let counted: Vec<&Answers> = answers.iter().filter(|a| asked(a) > 0.0).collect();
            let (micro, macro_mean) = (drfr(&answers, unanswered, level()), mean_pass_rate(&answers, unanswered, level()));
            if counted.is_empty() {
                prop_assert!(micro.unwrap_err().is_undefined() && macro_mean.unwrap_err().is_undefined());
                continue;
            }
            let (micro, macro_mean) = (micro.unwrap(), macro_mean.unwrap());
            let questions: f64 = counted.iter().map(|a| asked(a)).sum();
            prop_assert!(close(micro.value, counted.iter().map(|a| passed(a)).sum::<f64>() / questions));
            let rates: Vec<f64> = counted.iter().map(|a| pass_rate(a, unanswered).unwrap()).collect();
            prop_assert!(close(macro_mean.value, rates.iter().sum::<f64>() / rates.len() as f64));
            // All weights alike: the pass rate.
            for (a, rate) in counted.iter().zip(&rates) {
                prop_assert!(close(weighted_score(a, &vec![2.5; a.len()], unanswered).unwrap(), *rate));
            }
            if rates.len() > 1 {
                let mean = macro_mean.value;
                let n = rates.len() as f64;
                let variance = rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / (n - 1.0);
                prop_assert!((macro_mean.standard_error.unwrap() - (variance / n).sqrt()).abs() < 1e-9);
            }
        }
        let whole = ChecklistCounts::from_answers(&answers).unwrap();
        let (left, right) = answers.split_at(cut.min(answers.len()));
        let part = |part| ChecklistCounts::from_answers(part).unwrap();
        splits_merge(&whole, &part(left), &part(right));
        let by_length = whole.by_length(Unanswered::Fails, level()).unwrap();
        let weighted: f64 = by_length.iter().map(|(_, mean)| mean.value * mean.items as f64).sum();
        let overall = whole.mean_pass_rate(Unanswered::Fails, level()).unwrap();
        prop_assert!(close(weighted / answers.len() as f64, overall.value));
    }

    #[test]
    fn preferences_turn_with_the_sides(left in checklist(), right in checklist(), order in any::<u64>()) {
        let side = checklist_preference(&left, &right, Unanswered::Fails).unwrap();
        prop_assert_eq!(checklist_preference(&right, &left, Unanswered::Fails).unwrap(), side.swapped());
        let mut shuffled = left.clone();
        shuffled.rotate_left(order as usize % left.len());
        prop_assert_eq!(checklist_preference(&shuffled, &right, Unanswered::Fails).unwrap(), side);
        let rate = |answers: &Answers| pass_rate(answers, Unanswered::Fails).unwrap();
        prop_assert_eq!(Side::of(rate(&left) - rate(&right)), Some(side));
    }

    #[test]
    fn weighted_agreement_is_one_for_identical_rankings(human in grades(), judge in grades(), by in 0usize..40) {
        let linear = AgreementWeight::LinearDistance { max_distance: 4.0 };
        let n = human.len().min(judge.len());
        let (h, j) = (&human[..n], &judge[..n]);
        let turned = |grades: &[f64]| [&grades[by % n..], &grades[..by % n]].concat();
        let opposite: Vec<f64> = h.iter().map(|grade| -grade).collect();
        for weight in [AgreementWeight::HumanStrength, linear] {
            let agreement = |h: &[f64], j: &[f64]| weighted_pairwise_agreement(h, j, weight, level());
            if h.iter().all(|grade| *grade == 0.0) && weight == AgreementWeight::HumanStrength {
                prop_assert!(agreement(h, j).unwrap_err().is_undefined());
                continue;
            }
            let value = agreement(h, j).unwrap().value;
            prop_assert!((0.0..=1.0).contains(&value));
            prop_assert!(close(agreement(&turned(h), &turned(j)).unwrap().value, value));
            prop_assert_eq!(agreement(h, h).unwrap().value, 1.0);
            // Turning both around changes nothing; turning one around all decided pairs are lost.
            let negated: Vec<f64> = j.iter().map(|grade| -grade).collect();
            prop_assert!(close(agreement(&opposite, &negated).unwrap().value, value));
            if weight == AgreementWeight::HumanStrength {
                prop_assert_eq!(agreement(h, &opposite).unwrap().value, 0.0);
            }
        }
    }

    #[test]
    fn agreement_rules_are_ordered(pairs in vec((side(), side()), 1..40)) {
        let (human, judge): (Vec<Side>, Vec<Side>) = pairs.into_iter().unzip();
        let found = preference_agreement(&human, &judge, level()).unwrap();
        prop_assert!(found.exact.value <= found.half_credit.value + 1e-12);
        let turned: Vec<Vec<Side>> =
            [&human, &judge].iter().map(|sides| sides.iter().map(|side| side.swapped()).collect()).collect();
        prop_assert_eq!(preference_agreement(&turned[0], &turned[1], level()).unwrap(), found);
    }

    #[test]
    fn best_of_n_lies_between_worst_and_oracle(
        instructions in vec(vec((0u8..4, 0u8..6), 1..9), 1..12),
        seed in any::<u64>(),
    ) {
        let part = |of: fn(&(u8, u8)) -> u8| -> Vec<Vec<f64>> {
            instructions.iter().map(|c| c.iter().map(|x| f64::from(of(x))).collect()).collect()
        };
        let (scores, quality) = (part(|x| x.0), part(|x| x.1));
        for ties in [Ties::First, Ties::Seeded(seed)] {
            let found = stick_best_of_n(&scores, &quality, ties, level()).unwrap();
            prop_assert!(found.quality_selected.value <= found.quality_oracle.value + 1e-12);
            prop_assert!(found.quality_mean.value <= found.quality_oracle.value + 1e-12);
            for (scores, &chosen) in scores.iter().zip(&found.selected) {
                prop_assert!(scores.iter().all(|score| *score <= scores[chosen]));
            }
        }
        // A judge that is right is as good as the oracle.
        let right = stick_best_of_n(&quality, &quality, Ties::Seeded(seed), level()).unwrap();
        prop_assert_eq!(right.precision.value, 1.0);
        prop_assert_eq!(right.quality_selected.value, right.quality_oracle.value);
    }

    #[test]
    fn refinement_keeps_the_best_round(rounds in vec(vec(option::of(any::<bool>()), 3), 6), revisions in 0usize..5) {
        let mut run: SelfRefinement<usize> = SelfRefinement::new(3, revisions).unwrap();
        let trace = loop {
            let answer = match run.step() {
                Step::Done(trace) => break trace,
                Step::Ask(RefinementAsk::Evaluate { response, .. }) => {
                    RefinementAnswer::Answers(rounds[response].clone())
                }
                Step::Ask(RefinementAsk::Revise { round, .. }) => RefinementAnswer::Response(round),
                Step::Ask(_) => RefinementAnswer::Response(0),
            };
            run.answer(answer).unwrap();
        };
        let rates: Vec<f64> = rounds.iter().map(|a| pass_rate(a, Unanswered::Fails).unwrap()).collect();
        let all_passed = rates.iter().position(|rate| *rate == 1.0).unwrap_or(usize::MAX);
        prop_assert_eq!(trace.rounds.len(), 1 + revisions.min(all_passed));
        let greatest = rates[..trace.rounds.len()].iter().copied().fold(0.0, f64::max);
        prop_assert_eq!(Some(trace.best), rates.iter().position(|rate| *rate == greatest));
        for round in &trace.rounds {
            prop_assert_eq!(round.failed.len(), round.answers.iter().filter(|a| **a != Some(true)).count());
        }
        let questions = question_counts(&rounds).unwrap();
        prop_assert_eq!(questions.iter().map(|q| q.passed + q.failed + q.unanswered).sum::<u64>(), 18);
    }

    #[test]
    fn thresholds_only_add_ties(pairs in vec(scored_pair(), 0..40), cut in 0usize..40, shift in -50i32..50) {
        let grid = [0.0, 0.05, 0.25, 1.0];
        for scale in [ScoreScale::Raw, ScoreScale::MinMax] {
            let found = tie_thresholds(&pairs, scale, &grid).unwrap();
            for two in found.windows(2) {
                prop_assert!(two[0].ties() <= two[1].ties() && two[0].correct() >= two[1].correct());
                prop_assert_eq!(two[0].unread(), two[1].unread());
            }
        }
        // On a judge's own scale neither a unit nor an offset matters; both are exact in binary here.
        let moved = |score: f64| 4.0 * score + f64::from(shift);
        let other: Vec<ScoredPair> = pairs
            .iter()
            .map(|p| ScoredPair { first: p.first.map(moved), second: p.second.map(moved), better: p.better })
            .collect();
        prop_assert_eq!(
            pair_verdicts(&pairs, ScoreScale::MinMax, 0.1).unwrap(),
            pair_verdicts(&other, ScoreScale::MinMax, 0.1).unwrap()
        );
        // Raw verdicts are made pair by pair, so they merge.
        let (left, right) = pairs.split_at(cut.min(pairs.len()));
        let of = |pairs: &[ScoredPair]| -> PairVerdicts { pair_verdicts(pairs, ScoreScale::Raw, 0.25).unwrap() };
        splits_merge(&of(&pairs), &of(left), &of(right));
    }

    #[test]
    fn fairness_keeps_its_bounds(scores in vec(0.0f64..10.0, 1..30), threshold in 0.0f64..3.0, by in 0usize..30) {
        let n = scores.len() as f64;
        let found = group_fairness(&scores, threshold).unwrap();
        if scores.iter().sum::<f64>() > 1e-6 {
            let (nds, ges) = (found.nds.clone().unwrap(), found.ges.clone().unwrap());
            prop_assert!(nds <= 1.0 + 1e-12 && nds >= 1.0 - (n - 1.0).sqrt() - 1e-9, "NDS {nds}");
            prop_assert!(ges <= 1.0 + 1e-12 && ges >= 1.0 / n - 1e-9, "GES {ges}");
            // Gini is the mean difference of two members over twice the mean.
            let differences: f64 = scores.iter().flat_map(|a| scores.iter().map(move |b| (a - b).abs())).sum();
            prop_assert!(close(1.0 - ges, differences / (2.0 * n * scores.iter().sum::<f64>())));
            let doubled: Vec<f64> = scores.iter().map(|score| 2.0 * score).collect();
            let doubled = group_fairness(&doubled, 2.0 * threshold).unwrap();
            prop_assert!(close(doubled.nds.unwrap(), nds) && close(doubled.ges.unwrap(), ges));
            prop_assert_eq!(&doubled.acc, &found.acc);
        }
        let mut turned = scores.clone();
        turned.rotate_left(by % scores.len());
        prop_assert_eq!(&group_fairness(&turned, threshold).unwrap(), &found);
        if scores.len() == 1 {
            prop_assert!(found.acc.unwrap_err().is_undefined());
            return Ok(());
        }
        let pairs = || (0..scores.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let near = pairs().filter(|&(i, j)| (scores[i] - scores[j]).abs() <= threshold).count();
        prop_assert_eq!(found.acc.unwrap(), near as f64 / pairs().count() as f64);
    }

    #[test]
    fn attributes_of_all_items_alike_are_the_overall_figures(groups in vec(vec(1.0f64..9.0, 2..6), 2..8), n in 1u64..9) {
        let fairness = Fairness::of_groups(&groups, &FairnessOptions::new().scale(ScoreScale::Raw)).unwrap();
        let (all, same) = (fairness.overall(level()), fairness.by_attribute(&vec![n; groups.len()], level()).unwrap());
        for (one, other) in [(all.acc, same.acc), (all.nds, same.nds), (all.ges, same.ges)] {
            let (one, other) = (one.unwrap(), other.unwrap());
            prop_assert!(close(one.value, other.value));
            prop_assert!(close(one.standard_error.unwrap(), other.standard_error.unwrap()));
        }
    }

    #[test]
    fn factor_counts_merge_and_turn(pairs in vec((option::weighted(0.9, side()), side()), 0..40), cut in 0usize..40) {
        let of = |pairs: &[(Option<Side>, Side)]| {
            let (factor, preferred): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
            FactorCounts::from_sides(&factor, &preferred).unwrap()
        };
        let whole = of(&pairs);
        let (left, right) = pairs.split_at(cut.min(pairs.len()));
        splits_merge(&whole, &of(left), &of(right));
        let less: Vec<_> = pairs.iter().map(|&(factor, side)| (factor.map(Side::swapped), side)).collect();
        let less = of(&less);
        prop_assert_eq!((less.concordant(), less.discordant()), (whole.discordant(), whole.concordant()));
        if let Ok(tau) = whole.tau14(level()) {
            prop_assert!((-1.0..=1.0).contains(&tau.value));
            prop_assert_eq!(less.tau14(level()).unwrap().value, -tau.value);
        }
    }

    #[test]
    fn levels_count_every_pair_once(responses in vec((0u8..3, 1i64..6, option::of(0u8..9)), 0..25), by in 0usize..25) {
        let mut responses: Vec<_> = responses
            .into_iter()
            .map(|(source, level, value)| LevelledResponse { source, level, value: value.map(f64::from) })
            .collect();
        let counts = FactorCounts::from_levels(&responses).unwrap();
        let pairs = (0..responses.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        let different = |&(i, j): &(usize, usize)| {
            responses[i].source == responses[j].source && responses[i].level != responses[j].level
        };
        prop_assert_eq!(counts.records(), pairs.filter(different).count() as u64);
        if !responses.is_empty() {
            let by = by % responses.len();
            responses.rotate_left(by);
        }
        prop_assert_eq!(FactorCounts::from_levels(&responses).unwrap(), counts);
    }

    #[test]
    fn alignment_of_a_list_with_itself(taus in vec((-8..=8).prop_map(|tau| f64::from(tau) / 8.0), 3..9)) {
        let found = factor_alignment(&taus, &taus, 0.2, level()).unwrap();
        prop_assert!(found.differences.iter().all(|f| f.difference == 0.0 && !f.opposite && !f.large));
        match found.kendall {
            Ok(kendall) => prop_assert!(close(kendall.value, 1.0)),
            Err(error) => prop_assert!(error.is_undefined() && taus.iter().all(|tau| *tau == taus[0])),
        }
    }

    #[test]
    fn win_shares_add_up_to_one(rankings in vec(vec((1..4).prop_map(f64::from), 3), 1..20)) {
        let ranks = human_ranking(&rankings, level()).unwrap();
        prop_assert!(close(ranks.iter().map(|rank| rank.win_share.value).sum(), 1.0));
    }

    #[test]
    fn texts_of_any_kind_are_read(text in "\\PC{0,40}", other in "[a-zA-Z0-9 .,\\-&;äß]{0,40}") {
        for rule in [YesNoRule::InfoBench, YesNoRule::FirstWord, YesNoRule::LastWord] {
            // Whatever it is, it is read the same in any white space.
            prop_assert_eq!(parse_yes_no(&format!("\t {text}\n"), rule), parse_yes_no(&text, rule));
            prop_assert_eq!(parse_yes_no(&format!("yes {}", "x".repeat(text.len())), rule), Some(true));
        }
        prop_assert!(mj_bench_number(&text).is_none_or(|number| number <= 10));
        prop_assert!(mj_bench_likert(&text).is_none_or(|level| (1..=5).contains(&level)));
        for word in text.split_whitespace().chain(other.split_whitespace()) {
            prop_assert!(porter_stem(word).chars().count() <= word.to_lowercase().chars().count() + 1);
        }
        let tokens = mteval_13a_tokens(&other);
        prop_assert!(tokens.iter().all(|token| !token.is_empty() && !token.contains(' ')));
        if !tokens.is_empty() {
            prop_assert!(close(sacre_bleu(&other, &other).unwrap(), 100.0));
            prop_assert!((0.0..=100.0 + 1e-9).contains(&sacre_bleu(&text, &other).unwrap()));
            prop_assert_eq!(checklist_similarity(&[&other], &[&other]).unwrap().count_error, 0);
            prop_assert_eq!(profile_novelty(&tokens, &tokens, 1).unwrap(), 0.0);
        }
    }
}
