//! Properties of the diagnostics of judges: they are their definitions, do not see what must not matter, and turn with
//! what they measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test program")]

mod common;

use probity::Result;
use probity::inference::{Estimate, Level};
use probity::judge::{
    Alignment, AltTest, AltTestOptions, JudgedLengths, LengthVerdict, OwnAnswer, PositionBias, RatingRanking,
    agreement_setups, alternative_annotator_test, conservative_verdict, half_tie_agreement, human_ceiling,
    implied_verdict, judge_vs_human, judges_vs_human, order_debiased_verdict, position_bias, self_preference,
    unique_mode, verbosity_bias, verbosity_bias_conditional, win_rate_from_rankings, win_rate_from_ratings,
};
use probity::ratings::{Labels, Ratings};
use probity::rng::Stream;
use probity::tally::{Side, Tally};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use common::splits_merge;

fn level() -> Level {
    Level::default()
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Left), Just(Side::Right), Just(Side::Tie)]
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

/// The values of two figures are near, or both are undefined.
fn alike(a: &Result<Estimate>, b: &Result<Estimate>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => near(a.value, b.value),
        (Err(a), Err(b)) => a.is_undefined() && b.is_undefined(),
        _ => false,
    }
}

/// A figure is a share, or undefined because the whole is 0.
fn is_share(found: &Result<Estimate>, part: usize, whole: usize) -> bool {
    match found {
        Ok(found) => whole > 0 && near(found.value, part as f64 / whole as f64),
        Err(error) => whole == 0 && error.is_undefined(),
    }
}

/// Item, rater.
type Matrix = Vec<Vec<Option<u32>>>;

/// `items` × `raters` labels of 0 to 3, some missing.
fn matrix(items: std::ops::Range<usize>, raters: usize) -> impl Strategy<Value = Matrix> {
    vec(vec(option::weighted(0.85, 0u32..4), raters), items)
}

/// Labels with the values 1, 3, 5 and 7.
fn ratings(matrix: &Matrix) -> Ratings {
    let labels = Labels::from_values([1.0, 3.0, 5.0, 7.0]).unwrap();
    Ratings::from_options(labels, matrix[0].len(), &matrix.concat()).unwrap()
}

fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    Stream::new(seed, 0, 0).shuffle(&mut order);
    order
}

/// By annotator: the items that count, the mean advantage of the judge and of the annotator, by the letter.
fn advantages(matrix: &Matrix, judge: usize, by_distance: bool) -> Vec<(usize, f64, f64)> {
    let score = |x: u32, others: &[u32]| {
        let n = others.len() as f64;
        if by_distance {
            let squares = others.iter().map(|&y| (2.0 * (f64::from(x) - f64::from(y))).powi(2));
            // A tie is a tie of the sums; the root of the mean only rounds.
            -squares.sum::<f64>()
        } else {
            others.iter().filter(|&&y| x == y).count() as f64 / n
        }
    };
    let annotators = (0..matrix[0].len()).filter(|&rater| rater != judge);
    annotators
        .map(|annotator| {
            let (mut items, mut wins, mut losses) = (0, 0, 0);
            for row in matrix {
                let others: Vec<u32> =
                    (0..row.len()).filter(|&r| r != judge && r != annotator).filter_map(|r| row[r]).collect();
                if let (Some(x), Some(own), false) = (row[judge], row[annotator], others.is_empty()) {
                    let (of_judge, of_annotator) = (score(x, &others), score(own, &others));
                    items += 1;
                    wins += usize::from(of_judge >= of_annotator);
                    losses += usize::from(of_annotator >= of_judge);
                }
            }
            (items, wins as f64 / items as f64, losses as f64 / items as f64)
        })
        .collect()
}

/// Which p-values Benjamini and Yekutieli reject: all up to the last that is below its line.
fn rejected(p_values: &[f64], rate: f64) -> Vec<bool> {
    let m = p_values.len();
    let harmonic: f64 = (1..=m).map(|i| 1.0 / i as f64).sum();
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let line = |rank: usize| rank as f64 / m as f64 * rate / harmonic;
    let last = sorted.iter().enumerate().filter(|(i, p)| **p <= line(i + 1)).map(|(_, &p)| p).next_back();
    p_values.iter().map(|&p| last.is_some_and(|last| p <= last)).collect()
}

/// Labels of people who see the truth through noise, and of a judge; truth and noise are drawn.
fn panel(seed: u64, items: usize, judge: impl Fn(u32, &mut Stream) -> u32) -> Ratings {
    let mut rng = Stream::new(seed, 1, 0);
    let mut codes = Vec::new();
    for _ in 0..items {
        let truth = rng.below(3) as u32;
        for _ in 0..4 {
            codes.push(if rng.uniform() < 0.3 { (truth + 1 + rng.below(2) as u32) % 3 } else { truth });
        }
        codes.push(judge(truth, &mut rng));
    }
    Ratings::from_codes(Labels::codes(3), 5, codes).unwrap()
}

fn same_tests(a: &AltTest, b: &AltTest) -> bool {
    let alike = a.annotators.iter().zip(&b.annotators).all(|(a, b)| {
        a.annotator == b.annotator
            && near(a.judge_advantage.value, b.judge_advantage.value)
            && near(a.difference.value, b.difference.value)
            && (a.adjusted_p_value - b.adjusted_p_value).abs() < 1e-9
    });
    alike && a.left_out == b.left_out && a.annotators.len() == b.annotators.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn position_bias_turns_with_the_places(orders in vec((side(), side()), 0..40), cut in 0usize..40) {
        let found = position_bias(&orders).unwrap();
        let count = |is: &dyn Fn(Side, Side) -> bool| orders.iter().filter(|&&(a, b)| is(a, b)).count();
        let same = count(&|a, b| a == b.swapped());
        prop_assert!(is_share(&found.consistency(level()), same, orders.len()));
        let first = count(&|a, b| a == Side::Left && b == Side::Left);
        prop_assert!(is_share(&found.bias_toward_first(level()), first, orders.len()));
        let once = count(&|a, b| (a == Side::Tie) != (b == Side::Tie));
        prop_assert!(is_share(&found.other_inconsistent(level()), once, orders.len()));
        // Asking in the other order first changes nothing.
        let turned: Vec<_> = orders.iter().map(|&(a, b)| (b, a)).collect();
        prop_assert_eq!(position_bias(&turned).unwrap().consistent(), found.consistent());
        prop_assert_eq!(position_bias(&turned).unwrap().toward_first(), found.toward_first());
        // With the places exchanged the judge leans the other way as much.
        let mirrored: Vec<_> = orders.iter().map(|&(a, b)| (a.swapped(), b.swapped())).collect();
        let mirrored = position_bias(&mirrored).unwrap();
        prop_assert_eq!((mirrored.toward_first(), mirrored.toward_second()),
            (found.toward_second(), found.toward_first()));
        prop_assert_eq!(mirrored.consistent(), found.consistent());
        if let (Ok(a), Ok(b)) = (mirrored.bias_toward_first(level()), found.bias_toward_second(level())) {
            prop_assert_eq!((a.value, a.p_value), (b.value, b.p_value));
        }
        // Who judges by the answers is consistent.
        let by_content: Vec<_> = orders.iter().map(|&(a, _)| (a, a.swapped())).collect();
        prop_assert_eq!(position_bias(&by_content).unwrap().consistent(), orders.len() as u64);
        for &(a, b) in &orders {
            prop_assert_eq!(conservative_verdict(b, a), conservative_verdict(a, b).swapped());
        }
        let (left, right) = orders.split_at(cut.min(orders.len()));
        splits_merge(&found, &position_bias(left).unwrap(), &position_bias(right).unwrap());
    }

    #[test]
    fn verbosity_is_null_on_mirrored_pairs(
        pairs in vec((0u64..6, 0u64..6, side(), side()), 1..40),
    ) {
        let of = |turn: bool| -> Vec<JudgedLengths> {
            let one = |&(a, b, human, judge): &(u64, u64, Side, Side)| {
                let (length_a, length_b) = if turn { (b, a) } else { (a, b) };
                JudgedLengths { length_a, length_b, human, judge }
            };
            pairs.iter().map(one).collect()
        };
        let judged = |pairs: &[JudgedLengths]| -> Vec<LengthVerdict> {
            pairs
                .iter()
                .map(|p| LengthVerdict { length_a: p.length_a, length_b: p.length_b, verdict: p.judge })
                .collect()
        };
        let (plain, turned) = (of(false), of(true));
        let found = verbosity_bias(&judged(&plain), level());
        let decided: Vec<_> = plain.iter().filter(|p| p.judge != Side::Tie && p.length_a != p.length_b).collect();
        let longer = decided.iter().filter(|p| (p.length_a > p.length_b) == (p.judge == Side::Left)).count();
        prop_assert!(is_share(&found.longer_preferred, longer, decided.len()));
        // A and B can be exchanged.
        let exchanged: Vec<_> = judged(&plain)
            .into_iter()
            .map(|p| LengthVerdict { length_a: p.length_b, length_b: p.length_a, verdict: p.verdict.swapped() })
            .collect();
        let exchanged = verbosity_bias(&exchanged, level());
        prop_assert!(alike(&found.longer_preferred, &exchanged.longer_preferred));
        prop_assert!(alike(&found.point_biserial, &exchanged.point_biserial));
        // Each verdict on the same lengths the other way round too: no lean.
        let both = [plain.clone(), turned.clone()].concat();
        let null = verbosity_bias(&judged(&both), level());
        prop_assert!(null.longer_preferred.is_ok_and(|e| near(e.value, 0.5)) || decided.is_empty());
        prop_assert!(null.point_biserial.is_ok_and(|e| e.value.abs() < 1e-12) || decided.is_empty()
            || decided.iter().all(|p| p.judge == decided[0].judge));
        let (one, other) = (
            verbosity_bias_conditional(&plain, level()),
            verbosity_bias_conditional(&turned, level()),
        );
        prop_assert!(alike(&one.when_longer, &other.when_shorter) && alike(&one.when_shorter, &other.when_longer));
        if let (Ok(one), Ok(other)) = (one.gap, other.gap) {
            prop_assert!(near(one.value, -other.value));
        }
        if let Ok(gap) = verbosity_bias_conditional(&both, level()).gap {
            prop_assert!(gap.value.abs() < 1e-12);
        }
    }

    #[test]
    fn self_preference_is_null_on_mirrored_items(items in vec((side(), side()), 1..40)) {
        let item = |&(judge, reference): &(Side, Side)| OwnAnswer { judge, reference };
        let mirror = |item: &OwnAnswer| OwnAnswer {
            judge: item.judge.swapped(),
            reference: item.reference.swapped(),
        };
        let plain: Vec<OwnAnswer> = items.iter().map(item).collect();
        let mirrored: Vec<OwnAnswer> = plain.iter().map(mirror).collect();
        let (found, turned) = (
            self_preference(&plain, level()).unwrap(),
            self_preference(&mirrored, level()).unwrap(),
        );
        let points = |side: Side| match side { Side::Left => 1.0, Side::Tie => 0.5, Side::Right => 0.0 };
        let bias: f64 = items.iter().map(|&(j, r)| points(j) - points(r)).sum::<f64>() / items.len() as f64;
        prop_assert!(near(found.bias.value, bias) && near(turned.bias.value, -bias));
        prop_assert!(near(found.bias.value, found.by_judge.value - found.by_reference.value));
        if let (Ok(one), Ok(other)) = (&found.conditional, &turned.conditional) {
            prop_assert!(near(one.value, -other.value));
        }
        let null = self_preference(&[plain.clone(), mirrored].concat(), level()).unwrap();
        prop_assert!(near(null.bias.value, 0.0) && null.conditional.is_ok_and(|e| near(e.value, 0.0))
            || items.iter().all(|&(_, reference)| reference == Side::Tie));
        // Who says what the reference says has no preference of its own.
        let same: Vec<_> = items.iter().map(|&(judge, _)| OwnAnswer { judge, reference: judge }).collect();
        let same = self_preference(&same, level()).unwrap();
        prop_assert!(same.bias.value == 0.0 && same.conditional.map_or(true, |e| e.value == 0.0));
    }

    #[test]
    fn agreement_does_not_know_who_is_who(
        pairs in vec((option::weighted(0.9, side()), option::weighted(0.9, side())), 0..40),
    ) {
        let (judge, human): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let found = agreement_setups(&judge, &human, level()).unwrap();
        let both: Vec<(Side, Side)> = pairs.iter().filter_map(|&(a, b)| Some((a?, b?))).collect();
        let same = both.iter().filter(|(a, b)| a == b).count();
        prop_assert!(is_share(&found.with_ties, same, both.len()));
        let decided: Vec<_> = both.iter().filter(|(a, b)| *a != Side::Tie && *b != Side::Tie).collect();
        let agreed = decided.iter().filter(|(a, b)| a == b).count();
        prop_assert!(is_share(&found.without_ties, agreed, decided.len()));
        let exchanged = agreement_setups(&human, &judge, level()).unwrap();
        prop_assert!(alike(&found.with_ties, &exchanged.with_ties));
        prop_assert!(alike(&found.without_ties, &exchanged.without_ties));
        let half = half_tie_agreement(&judge, &human, level());
        prop_assert!(alike(&half, &half_tie_agreement(&human, &judge, level())));
        if let (Ok(half), Ok(strict)) = (half, found.with_ties) {
            prop_assert!(half.value >= strict.value - 1e-12);
        }
    }

    #[test]
    fn ratings_and_rankings_do_not_know_the_sides(
        pairs in vec((option::weighted(0.9, 1u8..8), option::weighted(0.9, 1u8..8), option::weighted(0.9, side())), 0..40),
        cut in 0usize..40,
    ) {
        let of = |change: &dyn Fn(f64) -> f64, turn: bool| -> Vec<_> {
            let rating = |r: Option<u8>| r.map(|r| change(f64::from(r)));
            let one = |&(a, b, ranking): &(Option<u8>, Option<u8>, Option<Side>)| {
                let pair = (rating(a), rating(b), ranking);
                if turn { (pair.1, pair.0, ranking.map(Side::swapped)) } else { pair }
            };
            pairs.iter().map(one).collect()
        };
        let plain = of(&|r| r, false);
        let found = RatingRanking::from_pairs(&plain).unwrap();
        let compared: Vec<(Side, Side)> =
            plain.iter().filter_map(|&(a, b, ranking)| Some((implied_verdict(a, b)?, ranking?))).collect();
        let same = compared.iter().filter(|(a, b)| a == b).count();
        prop_assert_eq!(found.compared() as usize, compared.len());
        prop_assert!(is_share(&found.consistency(level()), same, compared.len()));
        prop_assert!(is_share(&found.inconsistency(level()), compared.len() - same, compared.len()));
        let turned = RatingRanking::from_pairs(&of(&|r| r, true)).unwrap();
        prop_assert_eq!(turned.get(Side::Left, Side::Right), found.get(Side::Right, Side::Left));
        prop_assert!(alike(&found.consistency(level()), &turned.consistency(level())));
        prop_assert!(alike(&found.reversals(level()), &turned.reversals(level())));
        // Only the order of ratings counts.
        let stretched = RatingRanking::from_pairs(&of(&|r| 2.0 * r + 1.0, false)).unwrap();
        prop_assert!(alike(&found.consistency(level()), &stretched.consistency(level())));
        let (left, right) = plain.split_at(cut.min(plain.len()));
        let part = |pairs: &[_]| RatingRanking::from_pairs(pairs).unwrap();
        splits_merge(&found, &part(left), &part(right));
        // A win of one is a loss of the other.
        let (a, b): (Vec<_>, Vec<_>) = plain.iter().map(|&(a, b, _)| (a, b)).unzip();
        if let (Ok(one), Ok(other)) =
            (win_rate_from_ratings(&a, &b, level()), win_rate_from_ratings(&b, &a, level()))
        {
            prop_assert!(near(one.value + other.value, 1.0));
        }
        let rankings: Vec<Option<Side>> = plain.iter().map(|pair| pair.2).collect();
        let rate = |side| win_rate_from_rankings(&rankings, side, level());
        if let (Ok(one), Ok(other)) = (rate(Side::Left), rate(Side::Right)) {
            prop_assert!(near(one.value + other.value, 1.0));
        }
    }

    #[test]
    fn the_ceiling_is_every_pair_of_people(matrix in matrix(1..20, 4), seed: u64) {
        let found = human_ceiling(&ratings(&matrix), 3, level());
        let (mut with_judge, mut among) = (Vec::new(), Vec::new());
        for row in &matrix {
            let people: Vec<u32> = row[..3].iter().flatten().copied().collect();
            let Some(judge) = row[3].filter(|_| people.len() >= 2) else { continue };
            let share = |same: usize, all: usize| same as f64 / all as f64;
            with_judge.push(share(people.iter().filter(|&&x| x == judge).count(), people.len()));
            let pairs: Vec<_> =
                (0..people.len()).flat_map(|i| (i + 1..people.len()).map(move |j| (i, j))).collect();
            among.push(share(pairs.iter().filter(|&&(i, j)| people[i] == people[j]).count(), pairs.len()));
        }
        let Ok(found) = found else {
            prop_assert!(with_judge.is_empty());
            return Ok(());
        };
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        prop_assert!(near(found.judge.value, mean(&with_judge)) && near(found.humans.value, mean(&among)));
        prop_assert!(near(found.gap.value, mean(&with_judge) - mean(&among)));
        prop_assert!(found.ratio.map_or(mean(&among) == 0.0, |r| near(r.value, mean(&with_judge) / mean(&among))));
        // People and items can be permuted.
        let (people, items) = (shuffled(3, seed), shuffled(matrix.len(), seed));
        let permuted: Matrix = items
            .iter()
            .map(|&i| people.iter().map(|&r| matrix[i][r]).chain([matrix[i][3]]).collect())
            .collect();
        let permuted = human_ceiling(&ratings(&permuted), 3, level()).unwrap();
        prop_assert!(near(permuted.judge.value, found.judge.value) && near(permuted.gap.value, found.gap.value));
    }

    #[test]
    fn the_alternative_annotator_test_is_its_definition(
        matrix in matrix(8..30, 4), by_distance: bool, seed: u64, epsilon in 0.0f64..0.5, rate in 0.01f64..0.9,
    ) {
        let alignment = if by_distance { Alignment::NegativeRmse } else { Alignment::Match };
        let options = AltTestOptions::new()
            .alignment(alignment)
            .min_items(6)
            .epsilon(epsilon)
            .unwrap()
            .rate(rate)
            .unwrap();
        let expected = advantages(&matrix, 1, by_distance);
        let Ok(found) = alternative_annotator_test(&ratings(&matrix), 1, &options) else {
            // Nobody has enough items, or a difference is epsilon without any variance.
            prop_assert!(expected.iter().all(|e| e.0 < 6) || expected.iter().any(|e| e.2 - e.1 == epsilon));
            return Ok(());
        };
        let annotators = [0, 2, 3];
        let tested: Vec<usize> = found.annotators.iter().map(|test| test.annotator).collect();
        for (&annotator, &(items, judge, own)) in annotators.iter().zip(&expected) {
            prop_assert_eq!(tested.contains(&annotator), items >= 6);
            prop_assert_eq!(found.left_out.contains(&annotator), items < 6);
            for test in found.annotators.iter().filter(|test| test.annotator == annotator) {
                prop_assert_eq!(test.difference.items as usize, items);
                prop_assert!(near(test.judge_advantage.value, judge));
                prop_assert!(near(test.annotator_advantage.value, own));
                prop_assert!(near(test.difference.value, own - judge));
                let p = test.difference.p_value.unwrap();
                prop_assert_eq!(p < 0.5, test.difference.value < epsilon);
            }
        }
        let p_values: Vec<f64> = found.annotators.iter().map(|t| t.difference.p_value.unwrap()).collect();
        let wins: Vec<bool> = found.annotators.iter().map(|test| test.judge_wins).collect();
        let line_is_near = found.annotators.iter().any(|t| near(t.adjusted_p_value, rate));
        prop_assert!(wins == rejected(&p_values, rate) || line_is_near);
        let share = wins.iter().filter(|&&won| won).count() as f64 / wins.len() as f64;
        prop_assert!(near(found.winning_rate, share) && found.passes() == (share >= 0.5));
        let mean = found.annotators.iter().map(|t| t.judge_advantage.value).sum::<f64>() / wins.len() as f64;
        prop_assert!(near(found.advantage, mean));
        // Items can be permuted; without an order of labels these can be renamed.
        let order = shuffled(matrix.len(), seed);
        let permuted: Matrix = order.iter().map(|&i| matrix[i].clone()).collect();
        prop_assert!(same_tests(&alternative_annotator_test(&ratings(&permuted), 1, &options).unwrap(), &found));
        if !by_distance {
            let names = shuffled(4, seed);
            let rename = |row: &Vec<Option<u32>>| {
                row.iter().map(|code| code.map(|code| names[code as usize] as u32)).collect()
            };
            let renamed: Matrix = matrix.iter().map(rename).collect();
            prop_assert!(same_tests(&alternative_annotator_test(&ratings(&renamed), 1, &options).unwrap(), &found));
        }
    }

    #[test]
    fn who_knows_the_truth_replaces_people_and_who_guesses_does_not(seed: u64) {
        let options = AltTestOptions::new();
        let perfect = alternative_annotator_test(&panel(seed, 200, |truth, _| truth), 4, &options).unwrap();
        prop_assert!(perfect.passes(), "{perfect:?}");
        let guess = |_: u32, rng: &mut Stream| rng.below(3) as u32;
        let strict = options.epsilon(0.1).unwrap();
        let random = alternative_annotator_test(&panel(seed, 200, guess), 4, &strict).unwrap();
        prop_assert!(!random.passes() && random.winning_rate == 0.0, "{random:?}");
        prop_assert!(perfect.advantage > random.advantage);
    }

    #[test]
    fn who_copies_a_person_is_as_good_as_that_person(matrix in matrix(12..40, 3)) {
        let copied: Matrix = matrix.iter().map(|row| [row.clone(), vec![row[0]]].concat()).collect();
        let options = AltTestOptions::new().min_items(2);
        if let Ok(found) = alternative_annotator_test(&ratings(&copied), 3, &options) {
            for test in found.annotators.iter().filter(|test| test.annotator == 0) {
                prop_assert_eq!((test.judge_advantage.value, test.difference.value), (1.0, 0.0));
                // Nothing varies, and 0 is less than epsilon.
                prop_assert_eq!(test.difference.p_value, Some(0.0));
            }
        }
    }

    #[test]
    fn a_judge_and_a_human_can_be_exchanged(matrix in matrix(1..30, 3)) {
        let ratings = ratings(&matrix);
        let (one, other) = (
            judge_vs_human(&ratings, 0, 2, level()).unwrap(),
            judge_vs_human(&ratings, 2, 0, level()).unwrap(),
        );
        prop_assert!(alike(&one.percent_agreement, &other.percent_agreement) && alike(&one.kappa, &other.kappa));
        prop_assert!(alike(&one.kappa_quadratic, &other.kappa_quadratic) && alike(&one.spearman, &other.spearman));
        prop_assert!(alike(&one.alpha_ordinal, &other.alpha_ordinal));
        if let (Ok(one), Ok(other)) = (&one.leniency, &other.leniency) {
            prop_assert!(near(one.value, -other.value));
        }
        let both: Vec<(u32, u32)> = matrix.iter().filter_map(|row| Some((row[0]?, row[2]?))).collect();
        let same = both.iter().filter(|(a, b)| a == b).count();
        prop_assert!(is_share(&one.percent_agreement, same, both.len()));
        // The labels are two apart.
        prop_assert!(is_share(&one.within_one, same, both.len()));
        if let Some(shares) = one.prevalence() {
            prop_assert!(near(shares.iter().map(|s| s.0).sum(), 1.0) && near(shares.iter().map(|s| s.1).sum(), 1.0));
        }
        let all = judges_vs_human(&ratings, 0, level()).unwrap();
        prop_assert_eq!(all.iter().map(|judge| judge.0).collect::<Vec<_>>(), [1, 2]);
        prop_assert_eq!(&all[1].1, &one);
    }

    #[test]
    fn a_mode_is_more_frequent_than_all_others(votes in vec(option::weighted(0.9, 0u8..4), 0..12), seed: u64) {
        let count = |of: u8| votes.iter().filter(|&&vote| vote == Some(of)).count();
        let modes: Vec<u8> =
            (0..4).filter(|&a| count(a) > 0 && (0..4).all(|b| b == a || count(b) < count(a))).collect();
        prop_assert_eq!(unique_mode(&votes), modes.first());
        let permuted: Vec<_> = shuffled(votes.len(), seed).into_iter().map(|at| votes[at]).collect();
        prop_assert_eq!(unique_mode(&permuted), modes.first());
    }

    #[test]
    fn replies_of_any_kind_are_read(first in "\\PC{0,30}", swapped in "[()ab \u{e9}]{0,12}") {
        prop_assert!(order_debiased_verdict(&first, "").is_none());
        if let Some(verdict) = order_debiased_verdict(&swapped, &swapped) {
            // The same reply twice names the same place, unless it names both.
            prop_assert!(verdict == Side::Tie || (swapped.contains("(a)") && swapped.contains("(b)")));
        }
    }
}

#[test]
fn tallies_of_strangers_are_checked() {
    let json = serde_json::to_string(&position_bias(&[(Side::Left, Side::Tie)]).unwrap()).unwrap();
    assert!(serde_json::from_str::<PositionBias>(&json.replace("probity.position_bias", "other")).is_err());
    let most = json.replace('0', &u64::MAX.to_string());
    assert!(serde_json::from_str::<PositionBias>(&most).is_err(), "{most}");
    let json = serde_json::to_string(&RatingRanking::default()).unwrap();
    let most = json.replace('0', &u64::MAX.to_string());
    assert!(serde_json::from_str::<RatingRanking>(&json).is_ok());
    assert!(serde_json::from_str::<RatingRanking>(&most).is_err());
    let mut full = PositionBias::default();
    full.record((Side::Left, Side::Left)).unwrap();
    assert_eq!(full.records(), 1);
}
