//! Properties of self-correction: identities, bounds, invariances, merges, and fast paths against definitions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected should stop there"
)]

use probity::correction::s3c_math::{
    ErrorStepRules, Evidence, StepCandidate, StepCorrection, StepDecision, StepKind, cross_folds,
    error_step_filter, splice_step_corrections,
};
use probity::correction::scl::{
    Answers, DpoSftWeights, PairLogProbs, dpo_sft_loss, preference_pairs, transitions,
};
use probity::correction::self_evolution::{Preferred, parse_qualified, swap_consistent_pairwise};
use probity::correction::{
    ConfidenceCritique, LabelProbabilities, Question, SelfCorrection, compare_models, components,
    confidence_critique, confidence_critique_bootstrap, edit_ratio_histogram, projection,
};
use probity::inference::{Bootstrap, BootstrapInterval, Level, McNemar, mcnemar};
use probity::search::{ScalingQuestion, compute_scaling};
use probity::tally::{Mark, QuestionTransitions, RatioBins, Tally, Transitions};
use probity::text::{edit_ratio, edit_similarity};
use proptest::prelude::*;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(1.0)
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![4 => Just(Mark::Right), 4 => Just(Mark::Wrong), 1 => Just(Mark::Unknown)]
}

/// Samples of up to twelve questions.
fn samples() -> impl Strategy<Value = Vec<(u64, Mark, Mark)>> {
    prop::collection::vec((0u64..12, mark(), mark()), 1..120)
}

fn tally(samples: &[(u64, Mark, Mark)]) -> QuestionTransitions {
    let mut tally = QuestionTransitions::default();
    samples.iter().for_each(|&sample| tally.record(sample).unwrap());
    tally
}

fn question() -> impl Strategy<Value = Question> {
    (0u64..4, 0u64..4, 0u64..4, 0u64..4).prop_filter("a sample", |&(a, b, c, d)| a + b + c + d > 0).prop_map(
        |(a, b, c, d)| Question::from_samples(&Transitions::from_counts(a, b, c, d).unwrap()).unwrap(),
    )
}

/// Several models on the same questions.
fn models() -> impl Strategy<Value = Vec<Vec<Question>>> {
    (1usize..4, 2usize..12)
        .prop_flat_map(|(models, n)| prop::collection::vec(prop::collection::vec(question(), n), models))
}

/// Acc1, Acc2, CL, CS, RSS, `None` where undefined.
fn values(found: &ConfidenceCritique) -> [Option<f64>; 5] {
    let of = |e: &probity::Result<probity::inference::Estimate>| e.as_ref().ok().map(|e| e.value);
    [Some(found.acc1.value), Some(found.acc2.value), of(&found.cl), of(&found.cs), of(&found.rss)]
}

fn check_identities(found: &ConfidenceCritique) -> Result<(), TestCaseError> {
    let [acc1, acc2, cl, cs, rss] = values(found);
    let (acc1, acc2) = (acc1.unwrap(), acc2.unwrap());
    // An undefined part has weight 0.
    let sum = cl.map_or(0.0, |cl| acc1 * cl) + cs.map_or(0.0, |cs| (1.0 - acc1) * cs);
    prop_assert!(near(acc2, sum), "{acc2} against {sum}");
    if let Some(rss) = rss {
        if (acc2 - acc1).abs() > 1e-9 {
            prop_assert_eq!(rss > 0.5, acc2 > acc1);
        }
        if found.assumption_holds {
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&rss), "{rss}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_decomposition_adds_up(samples in samples()) {
        let found = tally(&samples).confidence_critique(Level::default()).unwrap();
        check_identities(&found)?;
        // The definition, question by question.
        let mut sums = [0.0; 4];
        let mut questions = 0.0;
        for question in 0..12 {
            let of: Vec<_> = samples.iter().filter(|s| s.0 == question).collect();
            if of.is_empty() {
                continue;
            }
            questions += 1.0;
            let share = |keep: &dyn Fn(bool, bool) -> bool| {
                let kept = of.iter().filter(|s| keep(s.1 == Mark::Right, s.2 == Mark::Right)).count();
                kept as f64 / of.len() as f64
            };
            sums[0] += share(&|before, _| before);
            sums[1] += share(&|_, after| after);
            sums[2] += share(&|before, after| before && after);
            sums[3] += share(&|before, after| !before && after);
        }
        prop_assert!(near(found.acc1.value, sums[0] / questions) && near(found.acc2.value, sums[1] / questions));
        prop_assert_eq!(found.cl.is_err(), sums[0] == 0.0);
        if let Ok(cl) = found.cl {
            prop_assert!(near(cl.value, sums[2] / sums[0]));
        }
        if let Ok(cs) = found.cs {
            prop_assert!(near(cs.value, sums[3] / (questions - sums[0])));
        } else {
            prop_assert!(near(sums[0], questions));
        }
    }

    #[test]
    fn token_probabilities_add_up_too(
        first in prop::collection::vec(0.01f64..1.0, 2..5),
        seconds in prop::collection::vec(prop::collection::vec(0.01f64..1.0, 5), 5),
        answer in 0usize..2,
    ) {
        let normal = |row: &[f64]| row.iter().map(|p| p / row.iter().sum::<f64>()).collect::<Vec<f64>>();
        let c = first.len();
        let (first, seconds) = (normal(&first), seconds[..c].iter().map(|row| normal(&row[..c])).collect::<Vec<_>>());
        let second: Vec<&[f64]> = seconds.iter().map(Vec::as_slice).collect();
        let q = Question::from_probabilities(&LabelProbabilities { first: &first, second: &second, answer }).unwrap();
        let found = confidence_critique(vec![q], Level::default()).unwrap();
        check_identities(&found)?;
        let after: f64 = (0..c).map(|j| first[j] * second[j][answer]).sum();
        prop_assert!(near(found.acc2.value, after));
    }

    #[test]
    fn published_figures_keep_the_bounds(acc1 in 0.001f64..0.999, cl in 0f64..=1.0, cs in 0f64..=1.0) {
        let c = components(acc1, cl, cs).unwrap();
        if (c.acc2 - acc1).abs() > 1e-9 {
            prop_assert_eq!(c.rss > 0.5, c.acc2 > acc1);
        }
        if c.assumption_holds {
            prop_assert!((0.0 - 1e-12..=1.0 + 1e-12).contains(&c.rss));
            prop_assert!(c.acc2_lower <= c.acc2 + 1e-12 && c.acc2 <= c.acc2_upper + 1e-12);
        }
        // Repeating the correction goes to its limit and stays there.
        if let Ok(limit) = projection(acc1, cl, cs, 0).unwrap().limit {
            prop_assert!((0.0..=1.0).contains(&limit));
            prop_assert!(near(limit * cl + (1.0 - limit) * cs, limit));
        }
    }

    #[test]
    fn merging_shards_changes_nothing(samples in samples(), cuts in prop::collection::vec(0usize..4, 120), seed: u64) {
        let whole = tally(&samples);
        let mut shards: Vec<QuestionTransitions> = vec![QuestionTransitions::default(); 4];
        for (&sample, &shard) in samples.iter().zip(&cuts) {
            shards[shard].record(sample).unwrap();
        }
        probity::rng::Stream::new(seed, 0, 0).shuffle(&mut shards);
        let mut merged = QuestionTransitions::default();
        shards.iter().for_each(|shard| merged.merge(shard).unwrap());
        prop_assert_eq!(&merged, &whole);
        let pooled = Transitions::from_marks(
            &samples.iter().map(|s| s.1).collect::<Vec<_>>(),
            &samples.iter().map(|s| s.2).collect::<Vec<_>>(),
        );
        prop_assert_eq!(whole.pooled(), pooled.unwrap());
        let json = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<QuestionTransitions>(&json).unwrap(), whole);
    }

    #[test]
    fn the_order_of_questions_does_not_matter(models in models()) {
        let questions = models[0].clone();
        let found = confidence_critique(questions.clone(), Level::default()).unwrap();
        let mut turned = questions;
        turned.reverse();
        let turned = confidence_critique(turned, Level::default()).unwrap();
        for (a, b) in values(&found).into_iter().zip(values(&turned)) {
            prop_assert_eq!(a.is_some(), b.is_some());
            prop_assert!(a.zip(b).is_none_or(|(a, b)| near(a, b)));
        }
    }

    #[test]
    fn the_deltas_add_up(kept in 0u64..300, broken in 0u64..300, fixed in 0u64..300, stuck in 0u64..300) {
        let table = Transitions::from_counts(kept, broken, fixed, stuck).unwrap();
        prop_assume!(table.known() > 0);
        let run = SelfCorrection::new(&table, Level::default()).unwrap();
        prop_assert!(near(run.delta.value, run.delta_i_to_c.value - run.delta_c_to_i.value));
        prop_assert!(near(run.delta.value, run.accuracy_t2.value - run.accuracy_t1.value));
        prop_assert!(run.delta.interval.unwrap().contains(run.delta.value));
        // The test is that of the answers written out.
        let repeat = |n: u64, pair: (bool, bool)| std::iter::repeat_n(pair, n as usize);
        let answers = repeat(kept, (true, true)).chain(repeat(broken, (true, false)));
        let answers = answers.chain(repeat(fixed, (false, true))).chain(repeat(stuck, (false, false)));
        let (before, after): (Vec<bool>, Vec<bool>) = answers.unzip();
        for variant in [McNemar::Asymptotic, McNemar::Exact, McNemar::MidP] {
            prop_assert_eq!(table.mcnemar(variant), mcnemar(&after, &before, variant));
        }
    }

    #[test]
    fn a_comparison_is_that_of_the_resampled_questions(models in models(), seed: u64) {
        let n = models[0].len();
        let mut rng = probity::rng::Stream::new(seed, 0, 0);
        let indices: Vec<Vec<usize>> =
            (0..5).map(|_| (0..n).map(|_| rng.below(n as u64) as usize).collect()).collect();
        let bootstrap = Bootstrap::new(0).max_undefined(1.0).unwrap().indices(indices.clone()).unwrap();
        let compared = compare_models(models.clone(), &bootstrap).unwrap();
        let of_resample = |model: &[Question], drawn: &[usize]| {
            let questions = drawn.iter().map(|&i| model[i]).collect();
            values(&confidence_critique(questions, Level::default()).unwrap())
        };
        prop_assert_eq!(compared.pairs.len(), models.len() * (models.len() - 1) / 2);
        for pair in &compared.pairs {
            let figures = [&pair.acc1, &pair.acc2, &pair.cl, &pair.cs, &pair.rss];
            for (figure, difference) in figures.into_iter().enumerate() {
                let expected: Vec<f64> = indices
                    .iter()
                    .filter_map(|drawn| {
                        let first = of_resample(&models[pair.first], drawn)[figure]?;
                        Some(first - of_resample(&models[pair.second], drawn)[figure]?)
                    })
                    .collect();
                if let Ok(difference) = difference {
                    let found = difference.replicates.values();
                    prop_assert_eq!(found.len(), expected.len());
                    prop_assert!(found.iter().zip(&expected).all(|(a, b)| near(*a, *b)));
                    prop_assert!(near(difference.replicates.estimate(), difference.first - difference.second));
                } else {
                    let whole: Vec<usize> = (0..n).collect();
                    let defined = |m: usize| of_resample(&models[m], &whole)[figure].is_some();
                    prop_assert!(expected.len() < 2 || !defined(pair.first) || !defined(pair.second));
                }
            }
        }
        // Alone, with any interval, a model has the same values.
        for interval in [BootstrapInterval::Percentile, BootstrapInterval::Bca] {
            let alone = Bootstrap::new(seed).resamples(40).unwrap().interval(interval);
            let found = confidence_critique_bootstrap(models[0].clone(), &alone).unwrap();
            prop_assert_eq!(values(&found), values(&compared.models[0]));
        }
    }

    #[test]
    fn equal_models_do_not_differ(models in models()) {
        let twice = vec![models[0].clone(), models[0].clone()];
        let found = compare_models(twice, &Bootstrap::new(3).resamples(50).unwrap()).unwrap();
        let acc2 = found.pairs[0].acc2.as_ref().unwrap();
        prop_assert_eq!((acc2.first - acc2.second, acc2.p_value()), (0.0, 1.0));
    }

    #[test]
    fn histograms_merge_and_hold_every_ratio(
        pairs in prop::collection::vec(("[ab]{0,6}", "[ab]{0,6}"), 0..20), bins in 1usize..12, cut in 0usize..20
    ) {
        let (first, second): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        let whole = edit_ratio_histogram(&first, &second, bins).unwrap();
        let cut = cut.min(first.len());
        let mut merged = edit_ratio_histogram(&first[cut..], &second[cut..], bins).unwrap();
        merged.merge(&edit_ratio_histogram(&first[..cut], &second[..cut], bins).unwrap()).unwrap();
        prop_assert_eq!(&merged, &whole);
        for bin in 0..bins {
            let (low, high) = whole.edges(bin);
            let inside = |r: f64| r >= low - 1e-12 && r <= high + 1e-12;
            let most = first.iter().zip(&second).filter(|(a, b)| inside(edit_ratio(a, b))).count();
            prop_assert!(whole.counts()[bin] <= most as u64);
        }
        prop_assert_eq!(whole.records(), first.len() as u64);
        let json = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<RatioBins>(&json).unwrap(), whole);
    }

    #[test]
    fn votes_do_not_know_the_names_of_answers(
        questions in prop::collection::vec(
            (0u8..4, prop::collection::vec(prop::option::of(0u8..4), 3), prop::collection::vec(prop::option::of(0u8..4), 6)),
            1..8,
        ),
        k in 1usize..4,
    ) {
        let scale = |renamed: &dyn Fn(u8) -> u8| {
            let rename = |answers: &[Option<u8>]| answers.iter().map(|a| a.map(renamed)).collect::<Vec<_>>();
            let renamed: Vec<_> =
                questions.iter().map(|(gold, c, p)| (renamed(*gold), rename(c), rename(p))).collect();
            let questions: Vec<_> = renamed
                .iter()
                .map(|(gold, corrected, parallel)| ScalingQuestion { gold, corrected, parallel })
                .collect();
            compute_scaling(&questions, k, Level::default()).unwrap()
        };
        let found = scale(&|answer| answer);
        prop_assert_eq!(&scale(&|answer| 3 - answer), &found);
        prop_assert!(near(found.gain.value, found.corrected.value - found.parallel.value));
    }

    #[test]
    fn pairs_are_the_answers_that_moved(
        items in prop::collection::vec((prop::option::of(0u8..3), prop::option::of(0u8..3), 0u8..3), 0..30)
    ) {
        let items: Vec<Answers<u8>> =
            items.into_iter().map(|(initial, refined, gold)| Answers { initial, refined, gold }).collect();
        let (pairs, table) = (preference_pairs(&items), transitions(&items).unwrap());
        prop_assert_eq!((pairs.wrong_to_right as u64, pairs.right_to_wrong as u64), (table.fixed(), table.broken()));
        prop_assert!(pairs.pairs.iter().all(|pair| pair.chosen != pair.rejected));
    }

    #[test]
    fn the_loss_of_a_turned_pair_differs_by_the_margin(
        x in prop::array::uniform4(-2000f64..0.0), beta in 0.01f64..2.0, nll in 0f64..9.0, sft_beta in 0f64..=1.0
    ) {
        let pair = PairLogProbs {
            policy_chosen: x[0], policy_rejected: x[1], reference_chosen: x[2], reference_rejected: x[3],
        };
        let turned = PairLogProbs {
            policy_chosen: x[1], policy_rejected: x[0], reference_chosen: x[3], reference_rejected: x[2],
        };
        let weights = DpoSftWeights { beta, sft_beta };
        let (one, other) = (dpo_sft_loss(&pair, nll, weights).unwrap(), dpo_sft_loss(&turned, nll, weights).unwrap());
        // ln σ(m) − ln σ(−m) = m
        prop_assert!(near(other.dpo - one.dpo, one.margin));
        prop_assert!(one.dpo >= 0.0 && near(one.loss, (1.0 - sft_beta) * one.dpo + sft_beta * nll));
        prop_assert!(near(one.chosen_reward - one.rejected_reward, one.margin));
    }

    #[test]
    fn folds_are_a_partition(n in 1usize..60, folds in 1usize..60) {
        prop_assume!(folds <= n);
        let folds = cross_folds(n, folds).unwrap();
        let sizes = folds.iter().map(Vec::len);
        prop_assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= 1);
        let mut all: Vec<usize> = folds.concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..n).collect::<Vec<_>>());
    }

    #[test]
    fn kept_errors_are_few_and_different(
        steps in prop::collection::vec(("[ab]{0,5}", prop::collection::vec(any::<bool>(), 0..3)), 0..12),
        true_step in "[ab]{0,5}",
        max_errors in 0usize..4,
        similarity_threshold in 0f64..=1.0,
    ) {
        let candidates: Vec<StepCandidate<'_>> = steps
            .iter()
            .map(|(step, reached)| StepCandidate { step, evidence: Evidence::Completions(reached) })
            .collect();
        let rules = ErrorStepRules { similarity_threshold, max_errors };
        let decisions = error_step_filter(&true_step, &candidates, rules).unwrap();
        let kept: Vec<&StepCandidate<'_>> = candidates
            .iter()
            .zip(&decisions)
            .filter(|(_, decision)| **decision == StepDecision::Kept)
            .map(|(candidate, _)| candidate)
            .collect();
        prop_assert!(kept.len() <= max_errors);
        for (i, candidate) in kept.iter().enumerate() {
            prop_assert!(edit_similarity(candidate.step, &true_step) < similarity_threshold);
            let others = kept[..i].iter();
            prop_assert!(others.clone().all(|o| edit_similarity(o.step, candidate.step) < similarity_threshold));
            prop_assert!(matches!(candidate.evidence, Evidence::Completions(r) if !r.is_empty() && !r.contains(&true)));
        }
    }

    #[test]
    fn without_what_was_spliced_in_the_solution_is_there(
        n in 1usize..8, at in prop::collection::vec(0usize..8, 0..8)
    ) {
        let steps: Vec<String> = (0..n).map(|i| format!("step {i}")).collect();
        let corrections: Vec<StepCorrection<'_>> = at
            .iter()
            .filter(|&&at| at < n)
            .map(|&at| StepCorrection { at, wrong: "wrong", reflection: "wait" })
            .collect();
        let text = splice_step_corrections(&steps, &corrections).unwrap();
        prop_assert_eq!(text.len(), n + 2 * corrections.len());
        prop_assert!(text.iter().all(|segment| segment.loss == (segment.role != StepKind::Error)));
        let right = text.iter().filter(|s| matches!(s.role, StepKind::Step | StepKind::Correction));
        prop_assert!(right.map(|segment| &segment.text).eq(&steps));
    }

    #[test]
    fn a_judge_with_the_models_swapped_says_the_opposite(
        judgements in prop::collection::vec(prop::array::uniform2(0u8..3), 0..30)
    ) {
        let side = |code: u8| [Preferred::A, Preferred::B, Preferred::Tie][code as usize];
        let other = |code: u8| [Preferred::B, Preferred::A, Preferred::Tie][code as usize];
        let found = swap_consistent_pairwise(&judgements.iter().map(|j| j.map(side)).collect::<Vec<_>>());
        let turned = swap_consistent_pairwise(&judgements.iter().map(|j| j.map(other)).collect::<Vec<_>>());
        prop_assert_eq!(found.conflicts, turned.conflicts);
        for (a, b) in [(found.strict, turned.strict), (found.lenient, turned.lenient)] {
            prop_assert_eq!((a.win, a.tie, a.lose), (b.lose, b.tie, b.win));
            prop_assert_eq!(a.win + a.tie + a.lose, judgements.len() as u64);
        }
        prop_assert!(found.strict.win <= found.lenient.win && found.strict.tie >= found.lenient.tie);
    }

    #[test]
    fn any_text_has_a_verdict_or_none(text: String, words in prop::collection::vec("(not|QUALIFIED|unqualified|[.’ ])", 0..8)) {
        let _ = parse_qualified(&text);
        let joined = words.join(" ");
        let found = parse_qualified(&joined);
        let says_qualified = joined.to_lowercase().contains("qualified");
        prop_assert_eq!(found != probity::correction::self_evolution::Qualification::Unparsed, says_qualified);
    }
}
