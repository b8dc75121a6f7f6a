//! Properties of peer review: its stages are their definitions, and neither the order of reviewers nor that of evaluatees
//! matters.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test program")]

use std::ops::ControlFlow;

use probity::Result;
use probity::inference::Level;
use probity::judge::position_bias;
use probity::peer_review::{
    Exam, ExamPrompt, ExamScores, MissingRating, Mixing, PeerReview, PeerReviewOptions, PeerReviewRun,
    Protocol, ReviewAsk, ReviewerWeight, SliderRule, Thresholds, WinMatrix, aggregate_pairwise,
    aggregate_pointwise, evaluatee_ranks, exam_score, human_preference, judge_accuracy, order_consistency,
    parse_integer, parse_label, parse_number, preference_gap, qualify, reviewer_weights, task_rank_agreement,
    without_each_reviewer,
};
use probity::ratings::Labels;
use probity::rng::Stream;
use probity::search::drive;
use probity::tally::{Comparison, Comparisons, Side};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn level() -> Level {
    Level::default()
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Left), Just(Side::Right), Just(Side::Tie)]
}

fn maybe_side() -> impl Strategy<Value = Option<Side>> {
    option::weighted(0.9, side())
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

fn all_near(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| near(a, b))
}

fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    Stream::new(seed, 0, 0).shuffle(&mut order);
    order
}

fn ordered<T: Clone>(values: &[T], order: &[usize]) -> Vec<T> {
    order.iter().map(|&at| values[at].clone()).collect()
}

/// Reviewer, task, evaluatee.
type Table = Vec<Vec<Vec<Option<f64>>>>;

fn table(reviewers: usize, tasks: usize, evaluatees: usize) -> impl Strategy<Value = Table> {
    let rating = option::weighted(0.85, (1u8..6).prop_map(f64::from));
    vec(vec(vec(rating, evaluatees), tasks), reviewers)
}

/// A review by the numbers of a table, without an exam.
fn by_table(table: &Table, protocol: Protocol) -> PeerReviewRun {
    let options = PeerReviewOptions::new().protocol(protocol).thresholds(Thresholds::default());
    let (tasks, evaluatees) = (table[0].len(), table[0][0].len());
    let mut review = PeerReview::new(options, table.len(), Vec::new(), tasks, evaluatees).unwrap();
    let answer = |ask| -> Result<Option<f64>> {
        Ok(match ask {
            ReviewAsk::Rate { reviewer, task, evaluatee } => table[reviewer][task][evaluatee],
            ReviewAsk::Compare { reviewer, task, first, second } => {
                let scores = &table[reviewer][task];
                scores[first].zip(scores[second]).map(|(a, b)| if a == b { 0.0 } else { (b - a).signum() })
            }
            other => panic!("{other:?}"),
        })
    };
    drive(&mut review, answer, |_| ControlFlow::Continue(())).unwrap()
}

fn values(run: &PeerReviewRun) -> Vec<f64> {
    run.review.as_ref().unwrap().scores.iter().map(|score| score.value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_exam_is_marked_item_by_item(
        items in vec((option::weighted(0.9, -1i8..2), -1i8..2), 1..30), seed: u64,
    ) {
        let (results, answers): (Vec<Option<f64>>, Vec<f64>) =
            items.iter().map(|&(r, a)| (r.map(f64::from), f64::from(a))).unzip();
        let n = items.len() as f64;
        let pairwise = items.iter().map(|&(r, a)| match r.unwrap_or(0) * a { 1 => 1.0, 0 => 0.5, _ => 0.0 });
        let found = exam_score(Exam::Pairwise, &results, &answers).unwrap();
        prop_assert!(near(found, pairwise.sum::<f64>() / n));
        let equal = items.iter().filter(|&&(r, a)| r == Some(a)).count() as f64;
        prop_assert!(near(exam_score(Exam::ExactMatch, &results, &answers).unwrap(), equal / n));
        let squares: f64 = items.iter().map(|&(r, a)| f64::from(r.unwrap_or(a) - a).powi(2)).sum();
        let given: Vec<Option<f64>> = results.iter().zip(&answers).map(|(r, &a)| r.or(Some(a))).collect();
        prop_assert!(near(exam_score(Exam::MeanSquaredError, &given, &answers).unwrap(), -squares / n));
        // Verdicts with the answers exchanged, items in another order.
        let turned: Vec<Option<f64>> = results.iter().map(|r| r.map(|r| -r)).collect();
        let minus: Vec<f64> = answers.iter().map(|a| -a).collect();
        prop_assert!(near(exam_score(Exam::Pairwise, &turned, &minus).unwrap(), found));
        let order = shuffled(items.len(), seed);
        let again = exam_score(Exam::Pairwise, &ordered(&results, &order), &ordered(&answers, &order));
        prop_assert!(near(again.unwrap(), found));
        prop_assert_eq!(exam_score(Exam::ExactMatch, &given, &answers).unwrap() == 1.0, squares == 0.0);
    }

    #[test]
    fn weights_sum_to_one_and_follow_the_reviewers(
        scores in vec(0.55f64..0.95, 1..8), alpha in 0.0f64..4.0, gold in 0.0f64..1.0, seed: u64,
    ) {
        let exams = |scores: &[f64]| -> Vec<ExamScores> {
            scores.iter().map(|&s| ExamScores { gold: Some(s), consistency: Some(s) }).collect()
        };
        let order = shuffled(scores.len(), seed);
        for weight in [
            ReviewerWeight::Uniform,
            ReviewerWeight::LogOdds,
            ReviewerWeight::Exponential { alpha },
            ReviewerWeight::Power { alpha },
        ] {
            let mixing = Mixing::Weights { gold };
            let found = reviewer_weights(&exams(&scores), weight, mixing).unwrap();
            prop_assert!(near(found.iter().sum(), 1.0) && found.iter().all(|&w| w > 0.0));
            // Two exams with one score are one exam, whichever is mixed first.
            let mixed = reviewer_weights(&exams(&scores), weight, Mixing::Scores { gold }).unwrap();
            prop_assert!(mixed.iter().zip(&found).all(|(a, b)| (a - b).abs() < 1e-9));
            let permuted = reviewer_weights(&exams(&ordered(&scores, &order)), weight, mixing).unwrap();
            prop_assert!(all_near(&permuted, &ordered(&found, &order)));
            // Who scores more counts no less.
            for i in 0..scores.len() {
                for j in 0..scores.len() {
                    prop_assert!(scores[i] < scores[j] || found[i] >= found[j] - 1e-12);
                }
            }
        }
        let flat = reviewer_weights(&exams(&scores), ReviewerWeight::Power { alpha: 0.0 }, Mixing::default());
        let uniform = reviewer_weights(&exams(&scores), ReviewerWeight::Uniform, Mixing::default());
        prop_assert_eq!(flat.unwrap(), uniform.unwrap());
        // A lower threshold keeps out nobody whom a higher one lets in.
        let pass = |p| qualify(&exams(&scores), &Thresholds { gold: Some(p), consistency: None }).unwrap();
        for (low, high) in pass(0.6).iter().zip(pass(0.8)) {
            prop_assert!(low.passed() || !high.passed());
        }
    }

    #[test]
    fn the_chair_does_not_know_the_reviewers(
        reviewers in vec((0.05f64..1.0, [maybe_side(), maybe_side()], option::weighted(0.85, 1u8..6)), 1..8), seed: u64,
    ) {
        let weights: Vec<f64> = reviewers.iter().map(|r| r.0).collect();
        let votes: Vec<[Option<Side>; 2]> = reviewers.iter().map(|r| r.1).collect();
        let found = aggregate_pairwise(&votes, &weights).unwrap();
        let sum = |side: Side| -> f64 {
            let of = |votes: &[Option<Side>; 2]| votes.iter().filter(|&&v| v == Some(side)).count() as f64;
            votes.iter().zip(&weights).map(|(votes, weight)| weight * of(votes)).sum()
        };
        let lead = sum(Side::Left) - sum(Side::Right);
        if lead.abs() > 1e-9 {
            prop_assert_eq!(Some(found), Side::of(lead));
        }
        let order = shuffled(weights.len(), seed);
        let permuted = aggregate_pairwise(&ordered(&votes, &order), &ordered(&weights, &order)).unwrap();
        prop_assert!(permuted == found || lead.abs() < 1e-9);
        let swapped: Vec<_> = votes.iter().map(|votes| votes.map(|v| v.map(Side::swapped))).collect();
        prop_assert_eq!(aggregate_pairwise(&swapped, &weights).unwrap(), found.swapped());
        let doubled: Vec<f64> = weights.iter().map(|w| 2.0 * w).collect();
        prop_assert_eq!(aggregate_pairwise(&votes, &doubled).unwrap(), found);

        let ratings: Vec<Option<f64>> = reviewers.iter().map(|r| r.2.map(f64::from)).collect();
        let total: f64 = weights.iter().sum();
        let shares: Vec<f64> = weights.iter().map(|w| w / total).collect();
        let of = |missing| aggregate_pointwise(&ratings, &shares, missing);
        let (Ok(renormalised), Ok(zero)) = (of(MissingRating::Renormalise), of(MissingRating::Zero)) else {
            prop_assert!(ratings.iter().all(Option::is_none));
            return Ok(());
        };
        let given: Vec<f64> = ratings.iter().flatten().copied().collect();
        let (low, high) = given.iter().fold((f64::MAX, f64::MIN), |(l, h), &r| (l.min(r), h.max(r)));
        prop_assert!(low - 1e-12 <= renormalised && renormalised <= high + 1e-12 && zero <= renormalised + 1e-12);
        prop_assert!(given.len() < ratings.len() || near(zero, renormalised));
        let (ratings, shares) = (ordered(&ratings, &order), ordered(&shares, &order));
        let permuted = aggregate_pointwise(&ratings, &shares, MissingRating::Renormalise).unwrap();
        prop_assert!(near(permuted, renormalised));
        let uniform = aggregate_pointwise(&ratings, &vec![1.0 / ratings.len() as f64; ratings.len()],
            MissingRating::Renormalise);
        prop_assert!(near(uniform.unwrap(), given.iter().sum::<f64>() / given.len() as f64));
    }

    #[test]
    fn a_pointwise_review_is_the_mean_of_means(table in table(3, 4, 3), seed: u64) {
        let run = by_table(&table, Protocol::Pointwise);
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let answer = |task: usize, evaluatee: usize| {
            let given: Vec<f64> = table.iter().filter_map(|reviewer| reviewer[task][evaluatee]).collect();
            (!given.is_empty()).then(|| mean(given))
        };
        let expected: Option<Vec<f64>> = (0..3)
            .map(|e| Some(mean((0..4).map(|task| answer(task, e)).collect::<Option<Vec<f64>>>()?)))
            .collect();
        let Some(expected) = expected else {
            prop_assert!(run.review.unwrap_err().is_undefined());
            return Ok(());
        };
        prop_assert!(all_near(&values(&run), &expected));
        prop_assert_eq!(&run.review.as_ref().unwrap().ranks, &evaluatee_ranks(&values(&run)).unwrap());
        let reviewers = ordered(&table, &shuffled(3, seed));
        prop_assert!(all_near(&values(&by_table(&reviewers, Protocol::Pointwise)), &expected));
        let order = shuffled(3, seed ^ 1);
        let evaluatees: Table =
            table.iter().map(|tasks| tasks.iter().map(|answers| ordered(answers, &order)).collect()).collect();
        prop_assert!(all_near(&values(&by_table(&evaluatees, Protocol::Pointwise)), &ordered(&expected, &order)));
    }

    #[test]
    fn a_pairwise_review_does_not_know_the_order(table in table(3, 3, 4), seed: u64) {
        let run = by_table(&table, Protocol::Pairwise);
        let found = values(&run);
        // Every comparison hands out one point.
        prop_assert!(near(found.iter().sum(), 2.0));
        let reviewers = ordered(&table, &shuffled(3, seed));
        prop_assert!(all_near(&values(&by_table(&reviewers, Protocol::Pairwise)), &found));
        let order = shuffled(4, seed ^ 1);
        let evaluatees: Table =
            table.iter().map(|tasks| tasks.iter().map(|answers| ordered(answers, &order)).collect()).collect();
        prop_assert!(all_near(&values(&by_table(&evaluatees, Protocol::Pairwise)), &ordered(&found, &order)));
        // One reviewer with scores of its own ranks by the number of answers that it beats.
        let alone = by_table(&vec![table[0].clone()], Protocol::Pairwise);
        let beats = |task: &Vec<Option<f64>>, e: usize| -> f64 {
            (0..4)
                .filter(|&other| other != e)
                .map(|other| match task[e].zip(task[other]) {
                    Some((a, b)) if a != b => f64::from(u8::from(a > b)),
                    _ => 0.5,
                })
                .sum()
        };
        let expected: Vec<f64> =
            (0..4).map(|e| table[0].iter().map(|task| beats(task, e)).sum::<f64>() / 9.0).collect();
        prop_assert!(all_near(&values(&alone), &expected));
        // The comparisons make a matrix whose two halves sum to 1.
        let comparisons: Vec<Comparison> = run.review.unwrap().comparisons;
        prop_assert_eq!(comparisons.len(), 3 * 6);
        let matrix = WinMatrix::new(&Comparisons::from_comparisons(Labels::codes(4), &comparisons).unwrap());
        for a in 0..4usize {
            for b in (0..4).filter(|&b| b != a) {
                prop_assert!(near(matrix.win_rate(a, b).unwrap() + matrix.win_rate(b, a).unwrap(), 1.0));
                prop_assert_eq!(matrix.column_over_row(a, b).unwrap(), matrix.win_rate(b, a).unwrap());
            }
        }
    }

    #[test]
    fn only_who_passes_is_asked_to_review(
        answers in vec(1u8..6, 1..6), candidates in vec(vec(1u8..6, 12), 1..5), threshold in 0.0f64..1.0,
    ) {
        let answers: Vec<f64> = answers.into_iter().map(f64::from).collect();
        let thresholds = Thresholds { gold: Some(threshold), consistency: Some(threshold) };
        let options = PeerReviewOptions::new().thresholds(thresholds);
        let mut review = PeerReview::new(options, candidates.len(), answers.clone(), 1, 2).unwrap();
        let mut asked = Vec::new();
        let answer = |ask| -> Result<Option<f64>> {
            Ok(Some(f64::from(match ask {
                ReviewAsk::Exam { reviewer, item, prompt } => {
                    candidates[reviewer][item + if prompt == ExamPrompt::Second { 6 } else { 0 }]
                }
                ReviewAsk::Rate { reviewer, .. } => {
                    asked.push(reviewer);
                    3
                }
                other => panic!("{other:?}"),
            })))
        };
        let run = drive(&mut review, answer, |_| ControlFlow::Continue(())).unwrap();
        let n = answers.len();
        let score = |candidate: &[u8]| {
            let share = |is: &dyn Fn(usize) -> bool| (0..n).filter(|&i| is(i)).count() as f64 / n as f64;
            (share(&|i| f64::from(candidate[i]) == answers[i]), share(&|i| candidate[i] == candidate[i + 6]))
        };
        let passed: Vec<usize> = (0..candidates.len())
            .filter(|&c| score(&candidates[c]).0 >= threshold && score(&candidates[c]).1 >= threshold)
            .collect();
        asked.dedup();
        prop_assert_eq!(&asked, &passed);
        for (candidate, exams) in candidates.iter().zip(&run.exams) {
            prop_assert_eq!((exams.gold, exams.consistency), (Some(score(candidate).0), Some(score(candidate).1)));
        }
        match run.review {
            Ok(review) => prop_assert_eq!(review.reviewers, passed),
            Err(error) => prop_assert!(passed.is_empty() && error.is_undefined()),
        }
    }

    #[test]
    fn reviewers_who_agree_do_not_move_the_ranking(table in table(3, 3, 4)) {
        // Task, evaluatee, reviewer.
        let by_answer = |table: &Table| -> Vec<Vec<Vec<Option<f64>>>> {
            let answer = |t: usize, e: usize| table.iter().map(|r| Some(r[t][e].unwrap_or(3.0))).collect();
            (0..3).map(|t| (0..4).map(|e| answer(t, e)).collect()).collect()
        };
        let weights = [0.5, 0.25, 0.25];
        let of = |table: &Table| {
            without_each_reviewer(&by_answer(table), &weights, MissingRating::Renormalise).unwrap()
        };
        for without in of(&table) {
            prop_assert!((0.0..=3.0).contains(&without.greatest_move));
            prop_assert!(near(without.ranks.unwrap().iter().sum(), 10.0));
        }
        for (reviewer, without) in of(&vec![table[0].clone(); 3]).into_iter().enumerate() {
            prop_assert_eq!((without.reviewer, without.greatest_move), (reviewer, 0.0));
        }
    }

    #[test]
    fn accuracy_and_consistency_are_their_definitions(
        pairs in vec((maybe_side(), maybe_side()), 1..30), orders in vec((maybe_side(), maybe_side()), 1..30),
    ) {
        let (judge, human): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let decided: Vec<_> = pairs.iter().filter(|(_, human)| human.is_some_and(|h| h != Side::Tie)).collect();
        let points = decided.iter().map(|(judge, human)| match judge {
            None | Some(Side::Tie) => 0.5,
            judge => f64::from(u8::from(judge == human)),
        });
        match judge_accuracy(&judge, &human, level()) {
            Ok(found) => prop_assert!(near(found.value, points.sum::<f64>() / decided.len() as f64)),
            Err(error) => prop_assert!(decided.is_empty() && error.is_undefined()),
        }
        let turned = |sides: &[Option<Side>]| sides.iter().map(|s| s.map(Side::swapped)).collect::<Vec<_>>();
        let again = judge_accuracy(&turned(&judge), &turned(&human), level());
        prop_assert!(again.is_err() || near(again.unwrap().value, judge_accuracy(&judge, &human, level()).unwrap().value));

        let found = order_consistency(&orders, level()).unwrap().value;
        let exchanged: Vec<_> = orders.iter().map(|&(a, b)| (b, a)).collect();
        prop_assert!(near(order_consistency(&exchanged, level()).unwrap().value, found));
        // Among decided verdicts it is the consistency of position bias.
        let winners: Vec<(Side, Side)> = orders
            .iter()
            .filter_map(|&(a, b)| a.zip(b))
            .filter(|&(a, b)| a != Side::Tie && b != Side::Tie)
            .collect();
        if !winners.is_empty() {
            let orders: Vec<_> = winners.iter().map(|&(a, b)| (Some(a), Some(b))).collect();
            let bias = position_bias(&winners).unwrap().consistency(level()).unwrap().value;
            prop_assert!(near(order_consistency(&orders, level()).unwrap().value, bias));
        }
    }

    #[test]
    fn people_prefer_what_they_rate_higher(
        first in vec(1u8..6, 1..6), second in vec(1u8..6, 1..6), sliders in vec(-30i8..31, 0..6),
    ) {
        let numbers = |ratings: &[u8]| ratings.iter().map(|&r| f64::from(r)).collect::<Vec<_>>();
        let (first, second) = (numbers(&first), numbers(&second));
        let sliders: Vec<f64> = sliders.into_iter().map(f64::from).collect();
        let minus: Vec<f64> = sliders.iter().map(|s| -s).collect();
        let rule = SliderRule::default();
        let found = human_preference(&first, &second, &sliders, rule).unwrap();
        prop_assert_eq!(human_preference(&second, &first, &minus, rule).unwrap(), found.map(Side::swapped));
        let tie = human_preference(&first, &first, &sliders, rule).unwrap();
        let votes: i32 = sliders.iter().map(|&s| i32::from(s > 5.0) - i32::from(s < -5.0)).sum();
        let expected = if votes >= 2 { Some(Side::Right) } else { (votes <= -2).then_some(Side::Left) };
        prop_assert_eq!(tie, expected);
    }

    #[test]
    fn the_same_order_agrees_fully(scores in vec(vec(-5i8..6, 3), 1..8)) {
        let human: Vec<Vec<f64>> = scores.iter().map(|task| task.iter().map(|&s| f64::from(s)).collect()).collect();
        let judge: Vec<Vec<f64>> =
            human.iter().map(|task| task.iter().map(|s| 3.0 * s + 1.0).collect()).collect();
        let found = task_rank_agreement(&human, &judge, level()).unwrap();
        let varied = scores.iter().filter(|task| task.iter().any(|s| *s != task[0])).count();
        prop_assert_eq!(found.constant as usize, scores.len() - varied);
        prop_assert!(near(found.spearman.value, varied as f64 / scores.len() as f64));
        let minus: Vec<Vec<f64>> = judge.iter().map(|task| task.iter().map(|s| -s).collect()).collect();
        let against = task_rank_agreement(&human, &minus, level()).unwrap();
        prop_assert!(near(against.spearman.value, -found.spearman.value));
        prop_assert!(near(against.kendall_tau_c.value, -found.kendall_tau_c.value));
    }

    #[test]
    fn the_gap_of_two_is_one(rates in vec(vec(0.0f64..1.0, 6), 4)) {
        // Four judges, six pairs of evaluatees.
        let matrix = |pairs: &Vec<f64>| -> Vec<Vec<f64>> {
            let at = |i: usize, j: usize| (0..i).map(|i| 3 - i).sum::<usize>() + j - i - 1;
            let rate = |i: usize, j: usize| match i.cmp(&j) {
                std::cmp::Ordering::Less => pairs[at(i, j)],
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Greater => 1.0 - pairs[at(j, i)],
            };
            (0..4).map(|i| (0..4).map(|j| rate(i, j)).collect()).collect()
        };
        let gaps = preference_gap(&rates.iter().map(matrix).collect::<Vec<_>>()).unwrap();
        for (i, row) in gaps.iter().enumerate() {
            prop_assert_eq!(row[i], 0.0);
            for (gap, other) in row.iter().zip(&gaps) {
                prop_assert!((gap - other[i]).abs() < 1e-12 && gap.abs() <= 1.0);
            }
        }
        let same = preference_gap(&vec![matrix(&rates[0]); 4]).unwrap();
        prop_assert!(same.iter().flatten().all(|gap| *gap == 0.0));
    }

    #[test]
    fn texts_of_any_kind_are_read(text in "\\PC{0,40}", number in -99_999i64..99_999, tail in "[a-z .]{0,9}") {
        let found = parse_label(&text, &["one", "two", ""]);
        prop_assert!(found.is_none_or(|at| at < 2));
        if let (Some(whole), Some(number)) = (parse_integer(&text), parse_number(&text))
            && whole.abs() < 1 << 50
        {
            prop_assert_eq!(number.trunc(), whole as f64);
        }
        prop_assert_eq!(parse_integer(&format!("{tail} {number} {text}")), Some(number));
        prop_assert_eq!(parse_number(&format!("{tail} {number}.25!")), Some(
            if number < 0 { number as f64 - 0.25 } else { number as f64 + 0.25 }
        ));
        prop_assert_eq!(parse_label(&format!("{}Two, not one", tail.replace(['o', 't'], "")), &["one", "two"]), Some(1));
    }
}
