//! What holds of the systems of seven papers on honesty, whatever the data: figures equal their definitions, order and
//! split do not matter, parsers read any text.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::calibration::Predictions;
use probity::honesty::auto_cei::{
    Curriculum, Evaluation, ExpertIteration, HillClimb, PolicyRates, StepRule, extract_answer,
    initial_curriculum, objective, rates, resample, resampling_probabilities, training_filter,
};
use probity::honesty::dialectical::{
    Attacks, Candidate, ContextOutcome, PoisonRatio, StrategyTrials, build_dataset, conflict,
    select_strategies,
};
use probity::honesty::lm_mostly_know::{
    calibration_chart, calibration_errors, filtered_accuracy, hard_labels, p_ik, p_true, pooled_options,
    top_options,
};
use probity::honesty::polar::{
    FewShotOptions, Harmonizer, Scalariser, correlation_r2, errors, few_shot, gradient_correlation,
    majority_probabilities, max_eigen_weights, merge_reprompted, min_variance_weights, pareto_loss,
    top_risk_errors,
};
use probity::honesty::sayself::{
    RewardForm, confidence_from_cluster, evaluate, greedy_clusters, parse, parse_released, reward,
};
use probity::honesty::self_judge::{
    DistillationWeights, blend, distillation_loss, expected_score, perplexity, quality_at_coverage,
    selective_report,
};
use probity::honesty::visalign::{
    AbstentionMap, Category, Decision, Group, Knn, Mahalanobis, Payoffs, abstention_rates, category_report,
    combine, ensemble_entropy, entropy, hellinger, max_softmax, mc_dropout_entropy, min_max,
    reliability_score, submission_row,
};
use probity::honesty::{Outcome, OutcomeCounts};
use probity::inference::Level;
use probity::search::{Procedure, Step, drive};
use probity::tally::Tally;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn level() -> Level {
    Level::default()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * a.abs().max(1.0)
}

/// Rows of `classes` probabilities.
fn distributions(classes: usize, rows: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<f64>>> {
    vec(vec(0.001..1.0f64, classes), rows).prop_map(|rows| {
        let normalised = |row: Vec<f64>| {
            let total: f64 = row.iter().sum();
            row.into_iter().map(|x| x / total).collect()
        };
        rows.into_iter().map(normalised).collect()
    })
}

fn outcome() -> impl Strategy<Value = ContextOutcome> {
    prop_oneof![
        Just(ContextOutcome::True),
        Just(ContextOutcome::Poisoned),
        Just(ContextOutcome::Other),
        Just(ContextOutcome::Refusal)
    ]
}

fn trials() -> impl Strategy<Value = Vec<(PoisonRatio, ContextOutcome)>> {
    let ratio = (0..=5u8).prop_map(|fifths| PoisonRatio::new(f64::from(fifths) / 5.0).unwrap());
    vec((ratio, outcome()), 1..60)
}

fn attacks(trials: &[(PoisonRatio, ContextOutcome)]) -> Attacks {
    let mut tally = Attacks::default();
    trials.iter().for_each(|&trial| tally.record(trial).unwrap());
    tally
}

/// Text with the marks that the parsers look for.
fn response() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Self-reflection: ".to_string()),
        Just("Confidence: ".to_string()),
        Just("####".to_string()),
        Just("\\boxed{".to_string()),
        Just("}".to_string()),
        Just("I don't know".to_string()),
        Just("\n".to_string()),
        "[0-9]{0,3}",
        "\\PC{0,12}",
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Python's `text[start:end]` of characters, where an end below 0 counts from the end of the text.
fn slice(text: &str, start: usize, end: Option<i64>) -> String {
    let characters: Vec<char> = text.chars().collect();
    let n = characters.len();
    let end = end
        .map_or(n, |e| if e < 0 { n.saturating_sub(e.unsigned_abs() as usize) } else { (e as usize).min(n) });
    characters.get(start.min(n)..end.max(start.min(n))).unwrap().iter().collect()
}

/// Python's `text.find(mark)` in characters.
fn find(text: &str, mark: &str) -> i64 {
    text.find(mark).map_or(-1, |at| text[..at].chars().count() as i64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn attacks_merge_in_any_split(trials in trials(), cut in any::<prop::sample::Index>()) {
        let whole = attacks(&trials);
        let (left, right) = trials.split_at(cut.index(trials.len() + 1));
        for (first, second) in [(left, right), (right, left)] {
            let text = serde_json::to_string(&attacks(first)).unwrap();
            let mut merged: Attacks = serde_json::from_str(&text).unwrap();
            merged.merge(&attacks(second)).unwrap();
            prop_assert_eq!(&merged, &whole);
        }
        let overall = whole.overall().unwrap();
        prop_assert_eq!(overall.defence.numerator + overall.attack_success.numerator, overall.defence.denominator);
        let by_ratio = whole.by_ratio().unwrap();
        let sum = |of: fn(&probity::honesty::dialectical::AttackRates) -> u64| by_ratio.values().map(of).sum::<u64>();
        prop_assert_eq!(sum(|r| r.accuracy.numerator), overall.accuracy.numerator);
        prop_assert_eq!(sum(|r| r.attack_success.denominator), overall.attack_success.denominator);
        let clean = trials.iter().filter(|t| t.0 == PoisonRatio::default()).count() as u64;
        prop_assert_eq!(overall.attack_success.denominator + clean, trials.len() as u64);
    }

    #[test]
    fn conflicts_do_not_depend_on_the_order(claims in vec(option::of(0..4u8), 0..10), memory in option::of(0..4u8)) {
        let found = conflict(&claims, memory.as_ref(), &0).unwrap();
        let reversed: Vec<_> = claims.iter().rev().copied().collect();
        prop_assert_eq!(conflict(&reversed, memory.as_ref(), &0).unwrap(), found);
        let distinct: std::collections::BTreeSet<u8> = claims.iter().flatten().copied().collect();
        prop_assert_eq!(found.inter_context, distinct.len() > 1);
        prop_assert_eq!(found.context_memory, memory.is_some_and(|m| distinct.iter().any(|&c| c != m)));
        prop_assert_eq!(found.poison.denominator, claims.iter().flatten().count() as u64);
    }

    #[test]
    fn chosen_answers_are_true_and_strategies_the_best(
        items in vec(vec((0..3u8, outcome()), 0..6), 0..8),
        trials in vec(vec((0..3u8, any::<bool>()), 0..12), 1..4),
    ) {
        let of = |&(strategy, outcome): &(u8, ContextOutcome)| Candidate { strategy, outcome };
        let items: Vec<Vec<Candidate<u8>>> = items.iter().map(|item| item.iter().map(of).collect()).collect();
        let data = build_dataset(&items, &1);
        for pair in &data.pairs {
            prop_assert_eq!(items[pair.item][pair.chosen].outcome, ContextOutcome::True);
            prop_assert_eq!(items[pair.item][pair.rejected].outcome, ContextOutcome::Poisoned);
        }
        for record in &data.sft {
            let best = |c: &Candidate<u8>| c.outcome == ContextOutcome::True && c.strategy == 1;
            prop_assert_eq!(items[record.item].iter().any(best), best(&items[record.item][record.response]));
        }
        let solvable = items.iter().filter(|item| item.iter().any(|c| c.outcome == ContextOutcome::True)).count();
        prop_assert_eq!(data.sft.len(), solvable);

        let ratio = |halves: u8| PoisonRatio::new(f64::from(halves) / 2.0).unwrap();
        let strategies: Vec<StrategyTrials<'_>> = trials
            .iter()
            .map(|t| StrategyTrials { strategy: "", trials: t.iter().map(|&(r, right)| (ratio(r), right)).collect() })
            .collect();
        for choice in select_strategies(&strategies).unwrap().values() {
            let best = choice.accuracy[choice.best].value().unwrap();
            prop_assert!(choice.accuracy.iter().filter_map(|rate| rate.value().ok()).all(|value| value <= best));
        }
    }

    #[test]
    fn hellinger_is_a_distance(rows in distributions(5, 3..4), a in 0.0..=1.0f64) {
        let d = |i: usize, j: usize| hellinger(&rows[i], &rows[j]).unwrap();
        prop_assert_eq!(d(0, 0), 0.0);
        prop_assert_eq!(d(0, 1), d(1, 0));
        prop_assert!((0.0..=1.0 + 1e-12).contains(&d(0, 1)));
        prop_assert!(d(0, 2) <= d(0, 1) + d(1, 2) + 1e-12);
        let combined = combine(&rows[0], a).unwrap();
        prop_assert!(close(combined.iter().sum(), 1.0) && combined[5] == a);
        let scaled: Vec<f64> = (0..11).map(|k| rows[0].get(k).copied().unwrap_or(0.0) * 7.0).collect();
        prop_assert!(close(submission_row(Some(&scaled)).unwrap()[0], rows[0][0]));
    }

    #[test]
    fn abstention_scores_keep_their_order(logits in vec(vec(-9.0..9.0f64, 4), 2..20), shift in -5.0..5.0f64) {
        let scores: Vec<f64> = logits.iter().map(|row| entropy(row).unwrap()).collect();
        for (row, score) in logits.iter().zip(&scores) {
            let moved: Vec<f64> = row.iter().map(|z| z + shift).collect();
            prop_assert!(close(entropy(&moved).unwrap(), *score));
            prop_assert!((-1e-12..=4f64.ln() + 1e-12).contains(score));
            prop_assert!((-1e-12..=0.75 + 1e-12).contains(&max_softmax(row).unwrap()));
        }
        let Ok(normalised) = min_max(&scores) else { return Ok(()) };
        let up = abstention_rates(&normalised, AbstentionMap::Uncertainty).unwrap();
        let down = abstention_rates(&normalised, AbstentionMap::Confidence).unwrap();
        for i in 0..scores.len() {
            prop_assert!(close(up[i] + down[i], 1.0));
            for j in 0..scores.len() {
                prop_assert!(scores[i] > scores[j] || up[i] <= up[j]);
            }
        }
    }

    #[test]
    fn averaging_probabilities_adds_entropy(passes in distributions(4, 1..6)) {
        // Jensen: the entropy of the mean is at least the mean entropy.
        let mean = mc_dropout_entropy(&passes, probity::honesty::visalign::SecondSoftmax::Off).unwrap();
        prop_assert!(mean >= ensemble_entropy(&passes).unwrap() - 1e-12);
    }

    #[test]
    fn neighbours_are_those_of_a_sort(
        training in vec(vec(0.1..1.0f64, 3), 1..20),
        features in vec(0.1..1.0f64, 3),
        k in any::<prop::sample::Index>(),
    ) {
        let k = k.index(training.len()) + 1;
        let unit = |row: &[f64]| {
            let norm = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            row.iter().map(|x| x / norm).collect::<Vec<f64>>()
        };
        let x = unit(&features);
        let distance = |row: &Vec<f64>| unit(row).iter().zip(&x).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        let mut distances: Vec<f64> = training.iter().map(distance).collect();
        distances.sort_by(f64::total_cmp);
        let knn = Knn::new(&training, k).unwrap();
        prop_assert!(close(knn.score(&features).unwrap(), distances[k - 1]));
        let longer: Vec<f64> = features.iter().map(|f| f * 1e200).collect();
        prop_assert!(close(knn.score(&longer).unwrap(), distances[k - 1]));
    }

    #[test]
    fn mahalanobis_does_not_see_units(
        training in vec((0..3usize, vec(-3.0..3.0f64, 2)), 8..20),
        features in vec(-3.0..3.0f64, 2),
        shift in -5.0..5.0f64,
        scale in 0.1..10.0f64,
    ) {
        let labels: Vec<usize> = training.iter().map(|t| t.0).collect();
        let rows: Vec<Vec<f64>> = training.into_iter().map(|t| t.1).collect();
        let moved = |row: &Vec<f64>| vec![row[0] * scale + shift, row[1]];
        let Ok(plain) = Mahalanobis::fit(&rows, &labels) else { return Ok(()) };
        let other = Mahalanobis::fit(&rows.iter().map(moved).collect::<Vec<_>>(), &labels).unwrap();
        let (a, b) = (plain.score(&features).unwrap(), other.score(&moved(&features)).unwrap());
        prop_assert!((a - b).abs() <= 1e-6 * a.max(1.0), "{a} and {b}");
        // The mean of a class has no distance from it.
        let of_class: Vec<&Vec<f64>> = rows.iter().zip(&labels).filter(|(_, l)| **l == labels[0]).map(|(r, _)| r).collect();
        let mean: Vec<f64> =
            (0..2).map(|j| of_class.iter().map(|row| row[j]).sum::<f64>() / of_class.len() as f64).collect();
        prop_assert!(plain.score(&mean).unwrap() < 1e-9);
    }

    #[test]
    fn categories_average_and_payoffs_add(
        images in vec((1..=8u8, 0.0..=1.0f64, option::of(0..3usize), 0..3usize), 1..40),
        cost in 0.0..900.0f64,
    ) {
        let categories: Vec<Category> = images.iter().map(|i| Category::new(i.0).unwrap()).collect();
        let distances: Vec<f64> = images.iter().map(|i| i.1).collect();
        let report = category_report(&distances, &categories, level()).unwrap();
        let values = || report.by_category.values().map(|e| e.value);
        let low = values().fold(1.0, f64::min);
        let high = values().fold(0.0, f64::max);
        prop_assert!(low - 1e-12 <= report.macro_average.value && report.macro_average.value <= high + 1e-12);
        prop_assert_eq!(report.by_category.values().map(|e| e.items).sum::<u64>(), images.len() as u64);
        let decisions: Vec<Decision> = images
            .iter()
            .zip(&categories)
            .map(|(i, c)| Decision { group: c.group(), label: Some(i.3), decision: i.2 })
            .collect();
        let free = reliability_score(&decisions, &Payoffs::with_cost(0.0), level()).unwrap();
        let priced = reliability_score(&decisions, &Payoffs::with_cost(cost), level()).unwrap();
        let wrong = |d: &&Decision| d.decision.is_some() && (d.group == Group::MustAbstain || d.decision != d.label);
        let n_wrong = decisions.iter().filter(wrong).count() as f64;
        prop_assert!(close(priced.total, free.total - cost * n_wrong));
    }

    #[test]
    fn refusals_are_worth_more_the_later(c1 in 0.0..30.0f64, c2 in 0.01..2.0f64, n in 0..40u64) {
        let curriculum = Curriculum::new(c1, c2).unwrap();
        let r = curriculum.refusal_reward(n);
        prop_assert!((-1.0..=1.0).contains(&r) && r <= curriculum.refusal_reward(n + 1));
        prop_assert!(close(r, 2.0 / (1.0 + (-c2 * (n as f64 - c1)).exp()) - 1.0));
    }

    #[test]
    fn samples_are_drawn_by_reward(rewards in vec(-1.0..=1.0f64, 1..16), seed in any::<u64>(), question in any::<u32>()) {
        let p = resampling_probabilities(&rewards, 0.6).unwrap();
        prop_assert!(close(p.iter().sum(), 1.0));
        let moved: Vec<f64> = rewards.iter().map(|r| r + 3.0).collect();
        let q = resampling_probabilities(&moved, 0.6).unwrap();
        prop_assert!(p.iter().zip(&q).all(|(p, q)| close(*p, *q)));
        let drawn = resample(&rewards, 0.6, seed, question).unwrap();
        prop_assert_eq!(&drawn, &resample(&rewards, 0.6, seed, question).unwrap());
        prop_assert!(drawn.iter().all(|&i| rewards[i] > -1.0));
        let kept = training_filter(&rewards).unwrap().kept;
        prop_assert!(drawn.ends_with(&kept) && drawn.len() <= rewards.len() + kept.len());
    }

    #[test]
    fn curricula_are_climbed_to_the_top(peak in -6..=6i64, slope in 0.01..0.05f64) {
        let f = |c1: f64| Ok::<f64, probity::Error>(0.9 - slope * (c1 - 10.0 - 0.5 * peak as f64).abs());
        let found = drive(&mut HillClimb::new(10.0, 0.5).unwrap(), f, |_| std::ops::ControlFlow::Continue(())).unwrap();
        prop_assert_eq!(found.best.offset, peak);
        let offsets: std::collections::BTreeSet<i64> = found.visited.iter().map(|v| v.offset).collect();
        prop_assert_eq!(offsets.len(), found.visited.len());
        let endless = drive(
            &mut HillClimb::new(10.0, 0.5).unwrap().at_most(9).unwrap(),
            Ok::<f64, probity::Error>,
            |_| std::ops::ControlFlow::Continue(()),
        );
        prop_assert_eq!(endless.unwrap().visited.len(), 9);
    }

    #[test]
    fn rounds_end_with_the_best(answers in vec((0.0..=1.0f64, 0.0..=1.0f64), 3)) {
        let mut run = ExpertIteration::new(PolicyRates { precision: 0.5, refusal_rate: 0.5 }).unwrap();
        let mut given = answers.iter();
        while let Step::Ask(round) = run.step() {
            let &(precision, refusal_rate) = given.next().unwrap();
            prop_assert_eq!(round, answers.len() - given.len() - 1);
            run.answer(PolicyRates { precision, refusal_rate }).unwrap();
        }
        let Step::Done(done) = run.step() else { unreachable!() };
        prop_assert!(done.converged || done.rounds.len() == 3);
        prop_assert!(done.objectives.iter().all(|f| *f <= done.objectives[done.best]));
        let best = done.rounds[done.best];
        prop_assert_eq!(objective(best.precision, best.refusal_rate, 0.2).unwrap(), done.objectives[done.best]);
        prop_assert!(run.answer(best).is_err());
    }

    #[test]
    fn curricula_start_from_step_counts(steps in vec(0..30u64, 2..20)) {
        let found = initial_curriculum(&steps[..1], &steps);
        prop_assert_eq!(found.is_err(), steps.iter().all(|n| *n == steps[0]));
        if let Ok(start) = found {
            prop_assert!(start.step <= 0.5 && close(start.curriculum.c1(), steps[0] as f64 + start.step));
            prop_assert!(start.curriculum.c2() > 0.0);
        }
    }

    #[test]
    fn responses_are_read(text in response(), gold in "[0-9]{1,2}") {
        let within = |part: &str| part.is_empty() || text.as_bytes().as_ptr_range().contains(&part.as_ptr());
        prop_assert!(extract_answer(&text).is_none_or(within));
        let marked = format!("{text}#### {gold} ");
        prop_assert_eq!(extract_answer(&marked), Some(gold.as_str()));
        prop_assert!(StepRule::Planning.count(&text).unwrap() >= 1);
        let evaluation = Evaluation::new();
        prop_assert_eq!(evaluation.outcome(&format!("I don't know{text}"), &gold), Outcome::Refusal);

        let fields = parse(&text);
        prop_assert!(within(fields.answer) && fields.reflection.is_none_or(within));
        // The released code, as Python's slices have it.
        let found = parse_released(&text);
        let (reflection, confidence) = (find(&text, "Self-reflection: "), find(&text, "Confidence: "));
        let rationale = slice(&text, (reflection + 17) as usize, Some(confidence));
        prop_assert_eq!(found.reflection, &rationale);
        let stated = slice(&text, (confidence + 12) as usize, None);
        let groups: Vec<&str> = stated.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
        let expected = match groups.as_slice() {
            [only] if !rationale.is_empty() => only.parse().unwrap(),
            _ => 0.0,
        };
        prop_assert_eq!(found.confidence, expected);
    }

    #[test]
    fn fields_are_found_again(answer in "[a-z .]{0,20}", rationale in "[a-z .]{0,20}", stated in 0..=10u8) {
        let text = format!("{answer}Self-reflection: {rationale} Confidence: {stated}.");
        let fields = parse(&text);
        prop_assert_eq!(fields.answer, answer.trim());
        prop_assert_eq!(fields.reflection, Some(rationale.trim()));
        prop_assert_eq!(fields.confidence, Some(f64::from(stated)));
    }

    #[test]
    fn stated_confidence_is_best_at_the_truth(correctness in 0.0..=10.0f64, stated in 0.0..=10.0f64) {
        for form in [RewardForm::Released, RewardForm::Printed] {
            let r = |stated| reward(correctness, Some(stated), form).unwrap();
            prop_assert!((-1.0 - 1e-12..=1.0).contains(&r(stated)) && r(stated) <= r(correctness));
        }
        let found = evaluate(&[stated], &[correctness], level()).unwrap();
        prop_assert!(close(found.mean_absolute_gap.value, (stated - correctness).abs() / 10.0));
    }

    #[test]
    fn clusters_are_a_partition(rows in vec(vec(-1.0..=1.0f64, 7), 7), threshold in -1.0..=1.0f64, k in 0..=7u64) {
        let clusters = greedy_clusters(&rows, threshold).unwrap();
        let mut all: Vec<usize> = clusters.iter().flat_map(|c| c.members.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..7).collect::<Vec<_>>());
        for cluster in &clusters {
            prop_assert_eq!(cluster.members[0], cluster.head);
            prop_assert!(cluster.members[1..].iter().all(|&i| rows[cluster.head][i] > threshold));
        }
        let label = confidence_from_cluster(k, 7).unwrap();
        prop_assert_eq!(f64::from(label), (10.0 * k as f64 / 7.0).round());
    }

    #[test]
    fn options_are_pooled(rows in distributions(4, 1..20), answers in vec(0..4usize, 20), bins in 1..12usize) {
        let answers = &answers[..rows.len()];
        let pooled = pooled_options(&rows, answers).unwrap();
        prop_assert_eq!((pooled.len(), pooled.hits()), (4 * rows.len(), rows.len() as u64));
        let top = top_options(&rows, answers).unwrap();
        for ((row, &answer), (p, right)) in rows.iter().zip(answers).zip(top.iter()) {
            prop_assert_eq!(p, row.iter().copied().fold(0.0, f64::max));
            prop_assert_eq!(right, row.iter().position(|&q| q == p) == Some(answer));
        }
        let chart = calibration_chart(&top, bins).unwrap();
        prop_assert_eq!(chart.items(), rows.len() as u64);
        let found = calibration_errors(&chart).unwrap();
        prop_assert!(found.ece <= found.rms + 1e-12 && found.rms <= 1.0);
        let filtered = filtered_accuracy(&top, 0.5, level()).unwrap();
        prop_assert!(filtered.filtered.numerator <= filtered.base.numerator);
    }

    #[test]
    fn two_options_share_one(a in -30.0..=0.0f64, b in -30.0..=0.0f64, right in 0..=30u64, p in 0.01..0.99f64) {
        let (true_first, false_first) = (p_true(Some(a), Some(b)).unwrap(), p_true(Some(b), Some(a)).unwrap());
        prop_assert!(close(true_first + false_first, 1.0) && close(true_first, a.exp() / (a.exp() + b.exp())));
        // Copies with hard labels weigh as the soft label does.
        let soft = p_ik(right, 30).unwrap().value().unwrap();
        let loss = hard_labels(right, 30).unwrap().cross_entropy(p).unwrap();
        prop_assert!(close(loss, -soft * p.ln() - (1.0 - soft) * (1.0 - p).ln()));
    }

    #[test]
    fn digits_are_expected_between_the_ends(logs in vec(option::of(-20.0..=0.0f64), 10), shift in -5.0..=0.0f64) {
        let digits: [Option<f64>; 10] = std::array::from_fn(|d| logs[d]);
        let Ok(score) = expected_score(&digits) else {
            prop_assert!(logs.iter().all(Option::is_none));
            return Ok(());
        };
        let least = logs.iter().position(Option::is_some).unwrap() as f64;
        let greatest = logs.iter().rposition(Option::is_some).unwrap() as f64;
        prop_assert!(least - 1e-9 <= score && score <= greatest + 1e-9);
        let moved = digits.map(|l| l.map(|l| l + shift));
        prop_assert!(close(expected_score(&moved).unwrap(), score));
        let given: Vec<f64> = logs.into_iter().flatten().collect();
        prop_assert!(perplexity(&given).unwrap() >= 1.0);
        let blended = blend(score, 9.0, shift / 5.0, 0.5).unwrap();
        prop_assert!(close(blended, score / 18.0));
    }

    #[test]
    fn coverage_does_not_see_the_order(
        items in vec((0..6u8, -5.0..5.0f64), 1..30),
        coverage in 0.01..=1.0f64,
        threshold in 0..6u8,
    ) {
        let split = |items: &[(u8, f64)]| -> (Vec<f64>, Vec<f64>) { items.iter().map(|i| (f64::from(i.0), i.1)).unzip() };
        let (scores, quality) = split(&items);
        let found = quality_at_coverage(&scores, &quality, &[coverage, 1.0]).unwrap();
        let reversed: Vec<(u8, f64)> = items.iter().rev().copied().collect();
        let (back_scores, back_quality) = split(&reversed);
        let back = quality_at_coverage(&back_scores, &back_quality, &[coverage]).unwrap();
        prop_assert!(close(found[0].mean_quality, back[0].mean_quality) && found[0].kept == back[0].kept);
        let mean = quality.iter().sum::<f64>() / quality.len() as f64;
        prop_assert!(close(found[1].mean_quality, mean));
        // A threshold is a coverage that cuts no tie.
        let report = selective_report(&scores, &quality, f64::from(threshold), level()).unwrap();
        if let Ok(kept) = &report.kept {
            let at = quality_at_coverage(&scores, &quality, &[report.coverage.value().unwrap()]).unwrap();
            prop_assert!(close(at[0].mean_quality, kept.value));
        }
        let sum = |part: &Result<probity::inference::Estimate, _>| part.as_ref().map_or(0.0, |e| e.value * e.items as f64);
        prop_assert!(close(sum(&report.kept) + sum(&report.declined), mean * quality.len() as f64));
    }

    #[test]
    fn distillation_costs_at_least_its_losses(rows in distributions(4, 2..12)) {
        let (teacher, student) = rows.split_at(rows.len() / 2);
        let student = &student[..teacher.len()];
        let found = distillation_loss(1.0, 2.0, teacher, student, DistillationWeights::default()).unwrap();
        prop_assert!(found.divergence >= -1e-12 && close(found.total, 1.6 + 2.0 * found.divergence));
    }

    #[test]
    fn scores_and_losses_follow_the_probabilities(
        rows in distributions(3, 2..20),
        votes in vec(vec(option::of(0..3usize), 4), 20),
    ) {
        let h = Harmonizer::from_rows(&rows).unwrap();
        let votes = &votes[..rows.len()];
        let column: Vec<Option<usize>> = votes.iter().map(|v| v[0]).collect();
        let scores = h.scores(&column).unwrap();
        for ((score, label), row) in scores.iter().zip(&column).zip(&rows) {
            prop_assert_eq!(*score, label.map(|label| 1.0 - row[label]));
        }
        let loss = |s| pareto_loss(&h, votes, None, s, level()).map(|e| e.value);
        if let Ok(linear) = loss(Scalariser::Linear) {
            // Norms of the same item's losses, then the same mean.
            let (euclidean, greatest) = (loss(Scalariser::Euclidean).unwrap(), loss(Scalariser::Chebyshev).unwrap());
            prop_assert!(greatest <= euclidean + 1e-12 && euclidean <= linear + 1e-12);
            prop_assert!(loss(Scalariser::Quadratic).unwrap() >= linear * linear - 1e-12);
        }
        // Renaming the classes changes nothing.
        let renamed: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[2], row[0], row[1]]).collect();
        let rename = |row: &Vec<Option<usize>>| row.iter().map(|v| v.map(|v| (v + 1) % 3)).collect::<Vec<_>>();
        let renamed_votes: Vec<_> = votes.iter().map(rename).collect();
        let g = Harmonizer::from_rows(&renamed).unwrap();
        let (plain, other) = (gradient_correlation(&h, votes).unwrap(), gradient_correlation(&g, &renamed_votes).unwrap());
        for (a, row) in plain.iter().enumerate() {
            for (b, entry) in row.iter().enumerate() {
                prop_assert_eq!(*entry, plain[b][a]);
                prop_assert!(entry.is_none_or(|c| (-1.0..=1.0).contains(&c)));
                prop_assert!(entry.zip(other[a][b]).is_none_or(|(x, y)| close(x, y)));
            }
        }
        for weights in [max_eigen_weights(&plain, 0.5, 10), min_variance_weights(&plain, 0.5)].into_iter().flatten() {
            prop_assert!(close(weights.iter().sum(), 1.0) && weights.iter().all(|w| *w >= 0.125 - 1e-12));
        }
        for (p, votes) in majority_probabilities(votes, 3).unwrap().iter().zip(votes) {
            prop_assert!(close(p.iter().sum(), 1.0));
            prop_assert!(votes.iter().all(Option::is_none) || (0..3).all(|k| p[k] == 0.0 || votes.contains(&Some(k))));
        }
    }

    #[test]
    fn risks_are_ranked(items in vec((0.0..=1.0f64, any::<bool>()), 1..60), order in any::<u64>()) {
        // Distinct risks, so that the order of the items cannot matter.
        let mut items = items;
        items.sort_by(|a, b| a.0.total_cmp(&b.0));
        items.dedup_by(|a, b| a.0 == b.0);
        let of = |items: &[(f64, bool)]| {
            let (risks, wrong): (Vec<f64>, Vec<bool>) = items.iter().copied().unzip();
            Predictions::new(risks, wrong).unwrap()
        };
        let found = correlation_r2(&of(&items)).unwrap();
        let mut shuffled = items.clone();
        probity::rng::Stream::new(order, 0, 0).shuffle(&mut shuffled);
        prop_assert_eq!(&correlation_r2(&of(&shuffled)).unwrap(), &found);
        prop_assert!(found.bins.windows(2).all(|w| w[0].mean_score >= w[1].mean_score));
        prop_assert!(found.r2.is_err() || (0.0..=1.0).contains(found.r2.as_ref().unwrap()));
        let all = top_risk_errors(&of(&shuffled), &[1.0]).unwrap()[0];
        prop_assert_eq!((all.numerator, all.denominator), (of(&items).hits(), items.len() as u64));
    }

    #[test]
    fn prompts_follow_the_scores(
        items in vec((option::of(0.0..=1.0f64), 0..3usize, option::of(0..3usize)), 1..40),
        threshold in 0.0..=1.0f64,
        seed in any::<u64>(),
    ) {
        let scores: Vec<Option<f64>> = items.iter().map(|i| i.0).collect();
        let initial: Vec<Option<usize>> = items.iter().map(|i| i.0.map(|_| i.1)).collect();
        let new: Vec<Option<usize>> = items.iter().map(|i| i.2).collect();
        let merged = merge_reprompted(&scores, &initial, &new, threshold).unwrap();
        for i in 0..items.len() {
            let asked = scores[i].is_some_and(|s| s > threshold);
            prop_assert_eq!(asked, merged.asked.contains(&i));
            let expected = if asked && new[i].is_some() { new[i] } else { initial[i] };
            prop_assert_eq!(merged.labels[i], expected);
        }
        let predictions: Vec<usize> = items.iter().map(|i| i.1).collect();
        let options = FewShotOptions { seed, ..FewShotOptions::default() };
        let drawn = few_shot(&scores, &predictions, 3, &options).unwrap();
        prop_assert_eq!(&drawn, &few_shot(&scores, &predictions, 3, &options).unwrap());
        for (class, examples) in drawn.iter().enumerate() {
            let there = items.iter().filter(|i| i.0.is_some() && i.1 == class).count();
            for draw in [&examples.hard, &examples.confirmed] {
                let distinct: std::collections::BTreeSet<&usize> = draw.iter().collect();
                prop_assert_eq!((draw.len(), distinct.len()), (there.min(2), there.min(2)));
                prop_assert!(draw.iter().all(|&i| scores[i].is_some() && predictions[i] == class));
            }
        }
        let gold = vec![0; items.len()];
        prop_assert_eq!(errors(&scores, &initial, &gold).unwrap().len(), scores.iter().flatten().count());
    }

    #[test]
    fn rates_add_up(outcomes in vec(0..4usize, 1..40)) {
        let counts: OutcomeCounts = outcomes.iter().map(|&i| Outcome::ALL[i]).collect();
        let found = rates(&counts).unwrap();
        prop_assert_eq!(found.precision.denominator + found.refusal_rate.numerator, outcomes.len() as u64);
        // Accuracy = precision · share of answers.
        if let Ok(precision) = found.precision.value() {
            let answered = 1.0 - found.refusal_rate.value().unwrap();
            prop_assert!(close(precision * answered, found.accuracy.value().unwrap()));
        }
    }
}

/// Weighted draws without replacement: the first is drawn by the softmax of the scores.
#[test]
fn examples_are_drawn_by_their_weight() {
    let scores = [Some(0.5), Some(0.4), Some(0.2)];
    let mut first = [0u32; 3];
    for seed in 0..4_000 {
        let options = FewShotOptions { examples: 1, temperature: 0.1, seed };
        first[few_shot(&scores, &[0; 3], 1, &options).unwrap()[0].hard[0]] += 1;
    }
    let weights = scores.map(|s| (s.unwrap() / 0.1).exp());
    let total: f64 = weights.iter().sum();
    for (n, w) in first.into_iter().zip(weights) {
        let (expected, sd) = (4_000.0 * w / total, (4_000.0 * w / total * (1.0 - w / total)).sqrt());
        assert!((f64::from(n) - expected).abs() < 5.0 * sd, "{n} against {expected}");
    }
}

/// A megabyte of what the parsers look for is read in one pass or a few.
#[test]
fn long_texts_are_read() {
    let marks = ["Confidence: ", "Self-reflection: ", "\\boxed{", "####", "é", "since", "1"];
    for mark in marks {
        let text = mark.repeat(1_000_000 / mark.len());
        let fields = parse(&text);
        assert!(fields.answer.len() <= text.len() && parse_released(&text).reflection.len() <= text.len());
        assert_ne!(Evaluation::new().outcome(&text, "no such text"), Outcome::Correct);
        assert!(StepRule::Planning.count(&text).unwrap() >= 1);
    }
}
