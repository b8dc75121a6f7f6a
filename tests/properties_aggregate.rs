//! The annotator models against plain twins, and what must hold of them whatever the data.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::aggregate::{
    ClassPrior, Convergence, Fit, GladPriors, MaceTraining, Options, RaterReport, dawid_skene, glad, mace,
    majority_labels, one_coin, weighted_labels,
};
use probity::ratings::{Labels, Ratings};
use probity::rng::Stream;
use proptest::prelude::*;

const K: usize = 3;
const RATERS: usize = 4;
type Row = Vec<Option<u32>>;

fn ratings_of(k: usize, rows: &[Row]) -> Ratings {
    Ratings::from_options(Labels::codes(k), rows[0].len(), &rows.concat()).unwrap()
}

fn ratings(rows: &[Row]) -> Ratings {
    ratings_of(K, rows)
}

fn rows_of(k: usize) -> impl Strategy<Value = Vec<Row>> {
    let row = prop::collection::vec(prop::option::weighted(0.7, 0..k as u32), RATERS);
    prop::collection::vec(row, 1..30)
        .prop_filter("a judgment", |rows| rows.iter().flatten().any(Option::is_some))
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    rows_of(K)
}

/// A fit of each model, by name.
fn fits(ratings: &Ratings, options: &Options) -> Vec<(&'static str, Fit)> {
    vec![
        ("Dawid-Skene", dawid_skene(ratings, options).unwrap().fit().clone()),
        ("one coin", one_coin(ratings, options).unwrap().fit().clone()),
        ("MACE, EM", mace(ratings, MaceTraining::Em, options).unwrap().fit().clone()),
        ("MACE, VB", mace(ratings, MaceTraining::default(), options).unwrap().fit().clone()),
        ("GLAD", glad(ratings, GladPriors::default(), options).unwrap().fit().clone()),
    ]
}

fn twenty() -> Options {
    Options::new().iterations(20).unwrap().convergence(Convergence::Never).unwrap()
}

fn every(fit: &Fit) -> Vec<f64> {
    let mut all = vec![fit.log_likelihood()];
    all.extend(fit.class_prior());
    all.extend((0..fit.consensus().n_items()).filter_map(|i| fit.consensus().probabilities(i)).flatten());
    all.extend(fit.raters().iter().flat_map(RaterReport::expected_counts));
    all
}

/// Of fits whose iterations may amplify rounding.
fn close(left: &[f64], right: &[f64]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| (a - b).abs() <= 1e-6 * (1.0 + a.abs()))
}

/// How many raters are reached from one by items that both judged, itself among them.
fn linked(rows: &[Row], rater: usize) -> usize {
    let mut reached = [false; RATERS];
    reached[rater] = true;
    for _ in 0..RATERS {
        for row in rows {
            let judged: Vec<usize> = (0..RATERS).filter(|&r| row[r].is_some()).collect();
            if judged.iter().any(|&r| reached[r]) {
                judged.iter().for_each(|&r| reached[r] = true);
            }
        }
    }
    reached.iter().filter(|&&r| r).count()
}

/// The sums of the weights of one item's votes.
fn sums(row: &Row, weights: &[f64]) -> Option<Vec<f64>> {
    let votes = row.iter().zip(weights).filter_map(|(code, w)| Some((code.as_ref()?, w)));
    let mut sums = vec![0.0; K];
    votes.for_each(|(&code, w)| sums[code as usize] += w);
    row.iter().any(Option::is_some).then_some(sums)
}

/// Dawid and Skene's iterations, item by item and in probabilities: posteriors and the logarithm of the likelihood.
fn plain_dawid_skene(rows: &[Row], iterations: usize) -> (Vec<Vec<f64>>, f64) {
    let judged: Vec<&Row> = rows.iter().filter(|row| row.iter().any(Option::is_some)).collect();
    let mut posteriors: Vec<Vec<f64>> = judged
        .iter()
        .map(|row| {
            let sums = sums(row, &[1.0; RATERS]).unwrap();
            let total: f64 = sums.iter().sum();
            sums.iter().map(|s| s / total).collect()
        })
        .collect();
    let mut likelihood = 0.0;
    for _ in 0..iterations {
        let prior: Vec<f64> =
            (0..K).map(|t| posteriors.iter().map(|q| q[t]).sum::<f64>() / judged.len() as f64).collect();
        let count = |r: usize, t: usize, l: Option<u32>| -> f64 {
            let pairs = judged.iter().zip(&posteriors);
            pairs
                .filter(|(row, _)| if l.is_some() { row[r] == l } else { row[r].is_some() })
                .map(|(_, q)| q[t])
                .sum()
        };
        let mut p = vec![[[0.0; K]; K]; RATERS];
        for (r, p) in p.iter_mut().enumerate() {
            for (t, p) in p.iter_mut().enumerate() {
                let whole = count(r, t, None);
                for (l, p) in p.iter_mut().enumerate() {
                    *p = if whole > 0.0 { count(r, t, Some(l as u32)) / whole } else { 1.0 / K as f64 };
                }
            }
        }
        likelihood = 0.0;
        for (row, q) in judged.iter().zip(&mut posteriors) {
            for t in 0..K {
                let told = row.iter().enumerate().filter_map(|(r, l)| Some(p[r][t][(*l)? as usize]));
                q[t] = prior[t] * told.product::<f64>();
            }
            let total: f64 = q.iter().sum();
            likelihood += total.ln();
            q.iter_mut().for_each(|q| *q /= total);
        }
    }
    (posteriors, likelihood)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_weighted_vote_is_the_plain_sum(rows in rows(), weights in prop::collection::vec(0u32..8, RATERS)) {
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        let vote = weighted_labels(&ratings(&rows), &weights).unwrap();
        for (item, row) in rows.iter().enumerate() {
            let Some(sums) = sums(row, &weights) else {
                prop_assert_eq!((vote.probabilities(item), vote.label(item)), (None, None));
                continue;
            };
            let total: f64 = sums.iter().sum();
            let expected: Vec<f64> =
                sums.iter().map(|s| if total > 0.0 { s / total } else { 1.0 / K as f64 }).collect();
            let most = expected.iter().copied().fold(0.0, f64::max);
            let leading: Vec<u32> = (0..K as u32).filter(|&k| expected[k as usize] == most).collect();
            prop_assert_eq!(vote.label(item), Some(leading[0]));
            prop_assert_eq!(vote.untied_label(item), (leading.len() == 1).then_some(leading[0]));
            prop_assert_eq!(vote.leading(item), leading);
            prop_assert_eq!(vote.confidence(item), Some(most));
            prop_assert_eq!(vote.probabilities(item), Some(&expected[..]));
        }
    }

    #[test]
    fn equal_weights_are_a_majority(rows in rows()) {
        let ratings = ratings(&rows);
        prop_assert_eq!(majority_labels(&ratings).unwrap(), weighted_labels(&ratings, &[1.0; RATERS]).unwrap());
    }

    /// No objective falls by more than the rounding of its sum, and a likelihood that is its own objective neither.
    #[test]
    fn objectives_never_fall(rows in rows(), smoothing in prop::option::of(0.0f64..2.0), binary in any::<bool>()) {
        let k = if binary { 2 } else { K };
        let rows: Vec<Row> = rows.into_iter().map(|row| row.into_iter().map(|c| c.map(|c| c % k as u32)).collect()).collect();
        let mut options = twenty();
        if let Some(smoothing) = smoothing {
            options = options.smoothing(smoothing).unwrap();
        }
        for (name, fit) in fits(&ratings_of(k, &rows), &options) {
            prop_assert_eq!(fit.objectives().len(), 20);
            let rises = |values: &[f64]| values.windows(2).all(|w| w[1] >= w[0] - 1e-9 * (1.0 + w[0].abs()));
            prop_assert!(rises(fit.objectives()), "{} {:?}", name, fit.objectives());
            if smoothing.is_none() && (name == "Dawid-Skene" || name == "one coin") {
                prop_assert_eq!(fit.objectives(), fit.log_likelihoods());
            }
        }
    }

    #[test]
    fn posteriors_are_probabilities_and_figures_finite(rows in rows(), starts in 1u32..4) {
        let ratings = ratings(&rows);
        for (name, fit) in fits(&ratings, &Options::new().iterations(30).unwrap().starts(starts).unwrap()) {
            let judged = |item: usize| rows[item].iter().any(Option::is_some);
            for item in 0..rows.len() {
                let row = fit.consensus().probabilities(item);
                prop_assert_eq!(row.is_some(), judged(item));
                let sum = row.map_or(1.0, |row| row.iter().sum::<f64>());
                prop_assert!((sum - 1.0).abs() < 1e-12, "{}", name);
            }
            prop_assert!((fit.class_prior().iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let judgments: u64 = fit.raters().iter().map(RaterReport::judgments).sum();
            prop_assert_eq!(judgments as usize, ratings.n_judgments());
            for (number, rater) in fit.raters().iter().enumerate() {
                prop_assert_eq!(rater.accuracy().is_err(), rater.judgments() == 0 || linked(&rows, number) < 3);
                for truth in 0..K as u32 {
                    let row: Vec<_> = (0..K as u32).map(|label| rater.confusion(truth, label)).collect();
                    for cell in row.iter().flatten() {
                        let interval = cell.interval.unwrap();
                        prop_assert!(interval.contains(cell.value) && (0.0..=1.0).contains(&interval.lower));
                        prop_assert!(cell.standard_error.unwrap().is_finite());
                    }
                    let sum: f64 = row.iter().flatten().map(|cell| cell.value).sum();
                    prop_assert!(row[0].is_err() || (sum - 1.0).abs() < 1e-9);
                }
            }
            let text = format!("{fit:?}");
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", name);
        }
    }

    #[test]
    fn the_order_of_the_items_changes_nothing(rows in rows(), turn in 0usize..30) {
        let by = turn % rows.len();
        let turned: Vec<Row> = rows[by..].iter().chain(&rows[..by]).cloned().collect();
        for ((_, left), (_, right)) in fits(&ratings(&rows), &twenty()).iter().zip(&fits(&ratings(&turned), &twenty())) {
            for item in 0..rows.len() {
                let to = (item + rows.len() - by) % rows.len();
                prop_assert_eq!(left.consensus().probabilities(item), right.consensus().probabilities(to));
            }
            prop_assert_eq!(left.raters(), right.raters());
            prop_assert_eq!(left.objectives(), right.objectives());
        }
    }

    /// Few iterations, so that rounding has no time to grow where the likelihood is flat.
    #[test]
    fn raters_and_labels_can_be_permuted(rows in rows()) {
        let options = twenty().iterations(4).unwrap();
        let raters_turned: Vec<Row> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let relabelled: Vec<Row> =
            rows.iter().map(|row| row.iter().map(|c| c.map(|c| (c + 1) % K as u32)).collect()).collect();
        let (plain, turned) = (fits(&ratings(&rows), &options), fits(&ratings(&raters_turned), &options));
        let named = fits(&ratings(&relabelled), &options);
        for ((name, plain), ((_, turned), (_, named))) in plain.iter().zip(turned.iter().zip(&named)) {
            let rows_of = |fit: &Fit, by: usize| -> Vec<f64> {
                let row = |item| fit.consensus().probabilities(item).map(<[f64]>::to_vec);
                let rows = (0..rows.len()).filter_map(row);
                rows.flat_map(|mut row| { row.rotate_left(by); row }).collect()
            };
            prop_assert!(close(&rows_of(plain, 0), &rows_of(turned, 0)), "{}", name);
            prop_assert!(close(&[plain.log_likelihood()], &[turned.log_likelihood()]), "{}", name);
            for (left, right) in plain.raters().iter().zip(turned.raters().iter().rev()) {
                prop_assert!(close(left.expected_counts(), right.expected_counts()), "{}", name);
            }
            // A naming that is as good as another is kept, whichever it is.
            if plain.relabelled() || named.relabelled() {
                continue;
            }
            prop_assert!(close(&rows_of(plain, 0), &rows_of(named, 1)), "{}", name);
            prop_assert!(close(&[plain.log_likelihood()], &[named.log_likelihood()]), "{}", name);
        }
    }

    /// The engine works on distinct rows of judgments, the twin on every item.
    #[test]
    fn distinct_rows_are_the_plain_items(rows in rows(), iterations in 1usize..8) {
        let twice: Vec<Row> = rows.iter().chain(&rows).cloned().collect();
        let options = twenty().iterations(iterations as u32).unwrap();
        let model = dawid_skene(&ratings(&twice), &options).unwrap();
        let fit = model.fit();
        let (posteriors, likelihood) = plain_dawid_skene(&twice, iterations);
        prop_assert!(close(&[fit.log_likelihood()], &[likelihood]));
        if !fit.relabelled() {
            let found = (0..twice.len()).filter_map(|item| fit.consensus().probabilities(item));
            prop_assert!(close(&found.flatten().copied().collect::<Vec<_>>(), &posteriors.concat()));
        }
    }

    #[test]
    fn whoever_agrees_always_is_right(code in 0u32..K as u32, items in 1usize..20, raters in 1usize..5) {
        let rows = vec![vec![Some(code); raters]; items];
        for (name, fit) in fits(&ratings(&rows), &Options::new()) {
            prop_assert!(fit.consensus().labels().iter().all(|label| *label == Some(code)), "{}", name);
            prop_assert!(every(&fit).iter().all(|x| x.is_finite()), "{}", name);
            prop_assert!(fit.aligned() && !fit.relabelled());
        }
    }

    #[test]
    fn more_starts_are_not_worse(rows in rows(), seed in any::<u64>()) {
        let ratings = ratings(&rows);
        let more = twenty().starts(4).unwrap().seed(seed);
        for ((name, one), (_, many)) in fits(&ratings, &twenty()).iter().zip(&fits(&ratings, &more)) {
            prop_assert!(many.objectives().last() >= one.objectives().last(), "{}", name);
        }
        prop_assert_eq!(dawid_skene(&ratings, &more).unwrap(), dawid_skene(&ratings, &more).unwrap());
    }
}

/// Judges of known accuracy, a true category an item.
fn panel(seed: u64, items: usize, accuracies: &[f64]) -> (Vec<Row>, Vec<u32>) {
    let mut stream = Stream::new(seed, 1, 0);
    let mut truth = Vec::new();
    let mut rows = Vec::new();
    for _ in 0..items {
        let class = stream.below(K as u64) as u32;
        truth.push(class);
        let mut answer = |accuracy: f64| {
            let wrong = (class + 1 + stream.below(K as u64 - 1) as u32) % K as u32;
            Some(if stream.uniform() < accuracy { class } else { wrong })
        };
        rows.push(accuracies.iter().map(|&accuracy| answer(accuracy)).collect());
    }
    (rows, truth)
}

#[test]
fn models_find_the_accuracies_and_beat_the_majority() {
    let accuracies = [0.95, 0.9, 0.45, 0.4, 0.4];
    let (rows, truth) = panel(11, 2_000, &accuracies);
    let ratings = ratings(&rows);
    let hits = |labels: &[Option<u32>]| labels.iter().zip(&truth).filter(|(a, b)| **a == Some(**b)).count();
    let vote = majority_labels(&ratings).unwrap().labels();
    let agreed = |rater: usize| {
        rows.iter().zip(&vote).filter(|(row, label)| row[rater] == **label).count() as f64 / 2_000.0
    };
    for (name, fit) in fits(&ratings, &Options::new()) {
        let labels = fit.consensus().labels();
        assert!(hits(&labels) > hits(&vote) + 100, "{name}: {} against {}", hits(&labels), hits(&vote));
        let error = |estimate: &dyn Fn(usize) -> f64| -> f64 {
            (0..accuracies.len()).map(|rater| (estimate(rater) - accuracies[rater]).abs()).sum()
        };
        let found = error(&|rater| fit.raters()[rater].accuracy().unwrap().value);
        assert!(found < error(&agreed), "{name}: {found} against {}", error(&agreed));
        assert!(fit.aligned() && !fit.relabelled(), "{name}");
        // MACE's expected accuracies carry its prior.
        if name == "Dawid-Skene" || name == "one coin" {
            for (rater, accuracy) in fit.raters().iter().zip(accuracies) {
                let estimate = rater.accuracy().unwrap();
                let interval = estimate.interval.unwrap();
                assert!((estimate.value - accuracy).abs() < 0.04, "{name} {estimate} {accuracy}");
                assert!(interval.width() > 0.01 && interval.width() < 0.1, "{name} {estimate}");
            }
        }
    }
}

#[test]
fn a_fit_says_whether_it_converged() {
    let (rows, _) = panel(3, 200, &[0.9, 0.8, 0.7]);
    let ratings = ratings(&rows);
    for (name, fit) in fits(&ratings, &Options::new().iterations(2_000).unwrap()) {
        assert!(fit.converged() && fit.iterations() < 2_000, "{name} {}", fit.iterations());
    }
    for (name, fit) in fits(&ratings, &Options::new().iterations(2).unwrap()) {
        assert!(!fit.converged() && fit.iterations() == 2, "{name}");
    }
    let loose = Options::new().convergence(Convergence::Parameters(1.0)).unwrap();
    for (name, fit) in fits(&ratings, &loose) {
        assert!(fit.converged() && fit.iterations() == 2, "{name}");
    }
    let objective = Options::new().convergence(Convergence::Objective(1e-3)).unwrap();
    assert!(dawid_skene(&ratings, &objective).unwrap().fit().converged());
}

/// The diagonal of the confusions of all raters together, when true category `t` is called `names[t]`.
fn diagonal(fit: &Fit, names: [usize; K]) -> f64 {
    let of = |rater: &[f64]| (0..K).map(|truth| rater[truth * K + names[truth]]).sum::<f64>();
    fit.raters().iter().map(|rater| of(rater.expected_counts())).sum()
}

/// Where the judges guess, some fits end with names that are not those of the votes, and give them back.
#[test]
fn names_that_drifted_are_given_back() {
    let mut drifted = 0;
    for seed in 0..60 {
        let (rows, _) = panel(seed, 12, &[0.34; 3]);
        let fit =
            dawid_skene(&ratings(&rows), &twenty().starts(8).unwrap().seed(seed)).unwrap().fit().clone();
        assert!(fit.aligned());
        drifted += usize::from(fit.relabelled());
        let own = diagonal(&fit, [0, 1, 2]);
        for names in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert!(own >= diagonal(&fit, names) - 1e-6);
        }
    }
    assert!(drifted > 0);
}

#[test]
fn a_given_prior_is_kept() {
    let (rows, _) = panel(5, 50, &[0.8, 0.8, 0.6]);
    let ratings = ratings(&rows);
    let given = Options::new().class_prior(ClassPrior::Given(vec![2.0, 1.0, 1.0])).unwrap();
    for (name, fit) in fits(&ratings, &given) {
        assert_eq!(fit.class_prior(), [0.5, 0.25, 0.25], "{name}");
    }
    let short = Options::new().class_prior(ClassPrior::Given(vec![1.0])).unwrap();
    assert!(dawid_skene(&ratings, &short).is_err());
    for (name, fit) in fits(&ratings, &Options::new().class_prior(ClassPrior::Estimated).unwrap()) {
        assert_ne!(fit.class_prior()[0], 1.0 / 3.0, "{name}");
    }
    assert!(Options::new().class_prior(ClassPrior::Given(vec![1.0, 0.0])).is_err());
}

#[test]
fn without_judgments_or_categories_it_is_undefined() {
    let none = ratings(&[vec![None; RATERS]]);
    assert!(majority_labels(&none).unwrap_err().is_undefined());
    assert!(weighted_labels(&none, &[1.0; RATERS]).unwrap_err().is_undefined());
    let one = ratings_of(1, &[vec![Some(0); RATERS]]);
    assert_eq!(majority_labels(&one).unwrap().label(0), Some(0));
    for ratings in [none, one] {
        let options = Options::new();
        assert!(dawid_skene(&ratings, &options).unwrap_err().is_undefined());
        assert!(one_coin(&ratings, &options).unwrap_err().is_undefined());
        assert!(mace(&ratings, MaceTraining::Em, &options).unwrap_err().is_undefined());
        assert!(glad(&ratings, GladPriors::default(), &options).unwrap_err().is_undefined());
    }
}

#[test]
fn wrong_input_is_refused() {
    let one = ratings(&[vec![Some(1); RATERS]]);
    assert!(weighted_labels(&one, &[1.0; RATERS + 1]).is_err());
    for weight in [-1.0, f64::NAN, f64::INFINITY, f64::MAX] {
        assert!(weighted_labels(&one, &[weight, 1.0, 1.0, 1.0]).is_err(), "{weight}");
    }
    let counts = Ratings::from_counts(Labels::codes(2), &[1, 2, 3, 0]).unwrap();
    assert!(majority_labels(&counts).is_err());
    assert!(dawid_skene(&counts, &Options::new()).is_err());
    let negative = MaceTraining::VariationalBayes { guessing: 0.5, knowing: 0.5, strategy: -1.0 };
    assert!(mace(&one, negative, &Options::new()).is_err());
    let model = dawid_skene(&one, &Options::new()).unwrap();
    assert_eq!((model.error_rate(RATERS, 0, 0), model.error_rate(0, 3, 0)), (None, None));
    assert!(model.fit().raters()[0].confusion(0, 3).is_err());
    assert!(mace(&one, MaceTraining::Em, &Options::new()).unwrap().competence(RATERS).is_err());
}

/// One rater always seems right, and two who disagree don't say who errs; a chain of three has three raters.
#[test]
fn how_good_one_or_two_raters_are_is_open() {
    let absent = None;
    let alone: Vec<Row> = (0..30).map(|i| vec![Some(i % 3), absent, absent, absent]).collect();
    let two: Vec<Row> = (0..30).map(|i| vec![Some(i % 3), Some((i / 2) % 3), absent, absent]).collect();
    let mut chain = two.clone();
    chain.push(vec![absent, Some(0), Some(0), absent]);
    for (rows, open) in [(alone, true), (two, true), (chain, false)] {
        let ratings = ratings(&rows);
        for (name, fit) in fits(&ratings, &Options::new()) {
            let first = &fit.raters()[0];
            assert_eq!(first.accuracy().is_err_and(|e| e.is_undefined()), open, "{name}");
            assert_eq!(first.confusion(0, 0).is_err_and(|e| e.is_undefined()), open, "{name}");
            assert!(fit.consensus().label(0).is_some());
        }
        assert_eq!(mace(&ratings, MaceTraining::Em, &Options::new()).unwrap().competence(0).is_err(), open);
    }
}

/// 1 − accuracy rounds to 0 with a smoothing this small; its logarithm must not.
#[test]
fn a_small_smoothing_is_still_one() {
    let ratings = ratings(&[vec![Some(0); RATERS], vec![Some(1); RATERS], vec![Some(2); RATERS]]);
    for smoothing in [1e-17, 1e-40, 1e-300] {
        let options = Options::new().smoothing(smoothing).unwrap();
        let model = one_coin(&ratings, &options).unwrap();
        assert_eq!(model.fit().consensus().labels(), [Some(0), Some(1), Some(2)]);
        assert!(model.fit().objectives().iter().all(|o| o.is_finite()));
    }
}
