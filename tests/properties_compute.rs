//! The compute path against plain loops: counts are equal whatever the shape, the instructions, the number of threads.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::ops::ControlFlow;

use probity::Error;
use probity::agreement::{Coefficient, Options, PairwiseTable, PatternCoefficient, Weights};
use probity::compute::{Backend, Bitmaps, Cells, ComputeError, Instructions, ItemRatio, Resident};
use probity::inference::{
    Bootstrap, Design, PermutationOptions, permutation_of_items, permutation_of_paired_items,
    permutation_of_raters,
};
use probity::personalization::{PersevalOptions, PersonalizedDocument};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;
use probity::tally::{
    BinClosure, MannWhitney, PairCounts, Patterns, ReliabilityBins, ScoreCounts, Tally, Transitions,
    UnitCounts,
};
use proptest::prelude::*;

fn backends() -> Vec<Backend> {
    let with = |threads, instructions| Backend::cpu_with(threads, instructions).unwrap();
    vec![
        with(1, Instructions::Best),
        with(1, Instructions::Portable),
        with(3, Instructions::Best),
        with(2, Instructions::Portable),
    ]
}

/// Codes of which the share `missing` in percent is missing.
fn codes(seed: u64, n: usize, k: u32, missing: u64) -> Vec<u32> {
    let mut rng = Stream::new(seed, 0, 0);
    (0..n)
        .map(|_| if k == 0 || rng.below(100) < missing { u32::MAX } else { rng.below(k.into()) as u32 })
        .collect()
}

/// Every pair of raters, item by item.
fn plain_tables(ratings: &Ratings) -> Vec<PairCounts> {
    let raters = ratings.n_raters();
    let view = ratings.codes().unwrap();
    let mut tables = Vec::new();
    for first in 0..raters {
        for second in first + 1..raters {
            let mut table = PairCounts::new(ratings.labels().clone());
            for item in 0..ratings.n_items() {
                table.record((view.get(item, first), view.get(item, second))).unwrap();
            }
            tables.push(table);
        }
    }
    tables
}

fn check_tables(ratings: &Ratings) {
    let expected = plain_tables(ratings);
    for backend in backends() {
        let resident = backend.load(ratings).unwrap();
        let full = resident.pair_tables(Cells::Full).unwrap();
        let brief = resident.pair_tables(Cells::Agreement).unwrap();
        assert_eq!(full.pairs().count(), expected.len());
        for ((i, j), expected) in full.pairs().zip(&expected) {
            assert_eq!(&full.pair(i, j).unwrap(), expected, "{i}, {j}");
            assert_eq!(full.pair(j, i).unwrap().get(0, 1), expected.get(1, 0));
            assert_eq!((full.items(j, i), full.agreements(i, j)), (expected.total(), expected.agreements()));
            assert_eq!(
                (brief.items(i, j), brief.agreements(j, i)),
                (expected.total(), expected.agreements())
            );
            assert!(brief.pair(i, j).is_err());
        }
        assert_eq!(resident.patterns().unwrap(), Patterns::from_ratings(ratings).unwrap());
    }
}

fn ratings_of(k: u32, raters: usize, codes: &[u32]) -> Ratings {
    let labels = Labels::codes(k as usize);
    if k < 255 {
        let narrow = codes.iter().map(|&code| if code == u32::MAX { u8::MAX } else { code as u8 }).collect();
        Ratings::from_codes(labels, raters, narrow).unwrap()
    } else {
        Ratings::from_codes(labels, raters, codes.to_vec()).unwrap()
    }
}

#[test]
fn tables_equal_plain_loops_at_the_edges() {
    let shapes = [0usize, 1, 31, 32, 33, 63, 64, 65, 511, 513];
    for (seed, &items) in shapes.iter().enumerate() {
        for k in [1, 2, 8, 9] {
            check_tables(&ratings_of(k, 3, &codes(seed as u64, items * 3, k, 20)));
        }
    }
    for (k, raters, items, missing) in [
        (5, 1, 100, 10),
        (5, 2, 100, 100),
        (200, 4, 300, 10),
        (16, 5, 200, 30),
        (17, 5, 200, 30),
        (300, 3, 150, 10),
        // More than one tile of raters, more than one line of words, more than one pass of words.
        (3, 70, 600, 5),
        (2, 33, 90, 0),
        (6, 4, 20_000, 10),
        (20, 3, 70_000, 10),
    ] {
        check_tables(&ratings_of(k, raters, &codes(7, items * raters, k, missing)));
    }
}

/// One resident that takes one matrix after the other answers as if each were loaded alone.
#[test]
fn memory_used_again_shows_nothing_of_what_it_held() {
    for backend in backends() {
        let mut resident = backend.load(&ratings_of(5, 70, &codes(1, 70 * 700, 5, 10))).unwrap();
        let check = |resident: &Resident, fresh: &Resident| {
            assert_eq!((resident.raters(), resident.labels()), (fresh.raters(), fresh.labels()));
            assert_eq!(resident.n_items(), fresh.n_items());
            assert_eq!(resident.pair_tables(Cells::Full).unwrap(), fresh.pair_tables(Cells::Full).unwrap());
            assert_eq!(resident.patterns().unwrap(), fresh.patterns().unwrap());
        };
        for (seed, (k, raters, items)) in
            [(3u32, 4, 513), (9, 65, 64), (2, 3, 0), (300, 3, 100), (5, 70, 700), (2, 90, 1000)]
                .into_iter()
                .enumerate()
        {
            let ratings = ratings_of(k, raters, &codes(seed as u64, items * raters, k, 20));
            resident.reload(&ratings).unwrap();
            check(&resident, &backend.load(&ratings).unwrap());
        }
        let sparse = Ratings::from_counts(Labels::codes(2), &[2, 1, 0, 3]).unwrap();
        resident.reload(&sparse).unwrap();
        assert_eq!(resident.patterns().unwrap(), Patterns::from_ratings(&sparse).unwrap());

        // Nothing is left after an error, whatever it was, and the next matrix is as good as any.
        let columns = [codes(8, 130, 4, 10), codes(9, 130, 4, 10)];
        let columns = columns.map(|column| column.into_iter().map(|code| code as u8).collect::<Vec<_>>());
        let [first, second] = columns.each_ref().map(Vec::as_slice);
        let numbers = Ratings::from_values(Scale::Interval, 2, vec![0.5, 0.7]).unwrap();
        assert!(matches!(resident.reload(&numbers), Err(ComputeError::Input(Error::Scale { .. }))));
        assert_eq!((resident.raters().len(), resident.n_items()), (0, 0));
        assert!(resident.pair_tables(Cells::Full).unwrap().counts().is_empty());
        assert!(resident.reload_columns(Labels::codes(4), &[first, &second[1..]]).is_err());
        assert!(resident.reload_columns(Labels::codes(2), &[first, second]).is_err());
        assert_eq!(resident.patterns().unwrap().len(), 0);
        resident.reload_columns(Labels::codes(4), &[first, second]).unwrap();
        check(&resident, &backend.load_columns(Labels::codes(4), &[first, second]).unwrap());
    }
}

#[test]
fn empty_ratings_have_empty_tables() {
    let empty = Ratings::from_codes(Labels::codes(3), 0, Vec::<u8>::new()).unwrap();
    let tables = Backend::cpu().load(&empty).unwrap().pair_tables(Cells::Full).unwrap();
    assert!(tables.counts().is_empty());
    let numbers = Ratings::from_values(Scale::Interval, 2, vec![0.5, 0.7]).unwrap();
    assert!(matches!(Backend::cpu().load(&numbers), Err(ComputeError::Input(Error::Scale { .. }))));
    let counted = Ratings::from_counts(Labels::codes(2), &[2, 1, 0, 3]).unwrap();
    assert!(Backend::cpu().load(&counted).unwrap().pair_tables(Cells::Full).is_err());
}

#[test]
fn jobs_that_are_too_large_are_refused() {
    let wide = Ratings::from_codes(Labels::codes(40_000), 2, vec![0u16, 1]).unwrap();
    let error = Backend::cpu().load(&wide).unwrap().pair_tables(Cells::Full).unwrap_err();
    assert!(matches!(error, ComputeError::Limit { .. }), "{error}");
    assert_eq!(Backend::cpu().load(&wide).unwrap().pair_tables(Cells::Agreement).unwrap().items(0, 1), 1);
}

#[test]
fn callbacks_hear_and_cancel() {
    let ratings = ratings_of(4, 70, &codes(1, 70 * 100, 4, 10));
    let resident = Backend::cpu_with(2, Instructions::Best).unwrap().load(&ratings).unwrap();
    let mut heard = Vec::new();
    let hear = |done, total| {
        heard.push((done, total));
        ControlFlow::Continue(())
    };
    resident.pair_tables_with(Cells::Full, hear).unwrap();
    assert!(heard.is_sorted() && heard.last().is_some_and(|&(done, total)| done == total));
    let stop = |_, _| ControlFlow::Break(());
    let stopped = resident.pair_tables_with(Cells::Agreement, stop);
    assert_eq!(stopped.unwrap_err(), ComputeError::from(Error::Cancelled));
    let alpha = PatternCoefficient::KrippendorffAlpha(Scale::Nominal);
    let stopped = resident.bootstrap_with(&Bootstrap::new(1), &alpha, stop);
    assert_eq!(stopped.unwrap_err(), ComputeError::from(Error::Cancelled));
}

/// PerSEval as its description says, step by step.
fn plain_degress(document: &PersonalizedDocument<'_>, own: usize, raw: bool) -> f64 {
    let users = document.model_user.len();
    let others: Vec<usize> = (0..users).filter(|&k| k != own).collect();
    let side = |square: &[f64], row: &[f64]| -> Vec<f64> {
        let distance = |k: usize| square[own * users + k];
        if raw {
            return others.iter().map(|&k| distance(k)).collect();
        }
        let weight = |k: usize| if row[own] == 0.0 { 0.0 } else { distance(k) / row[own] };
        let sum: f64 = others.iter().map(|&k| weight(k).exp()).sum();
        others.iter().map(|&k| weight(k).exp() / sum * distance(k)).collect()
    };
    let (x, y) = (
        side(document.user_user, document.user_document),
        side(document.model_model, document.model_document),
    );
    let ratio = |(x, y): (&f64, &f64)| (x.min(*y) + 1e-5) / (x.max(*y) + 1e-5);
    x.iter().zip(&y).map(ratio).sum::<f64>() / others.len() as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tables_equal_plain_loops(
        k in 1u32..30, raters in 1usize..9, items in 0usize..200, missing in 0u64..60, seed: u64,
    ) {
        check_tables(&ratings_of(k, raters, &codes(seed, items * raters, k, missing)));
    }

    #[test]
    fn coefficients_equal_the_pairwise_table(k in 2u32..7, items in 0usize..120, missing in 0u64..60, seed: u64) {
        let ratings = ratings_of(k, 4, &codes(seed, items * 4, k, missing));
        let resident = Backend::cpu().load(&ratings).unwrap();
        let tables = resident.pair_tables(Cells::Full).unwrap();
        let brief = resident.pair_tables(Cells::Agreement).unwrap();
        for weights in [Weights::Identity, Weights::Quadratic] {
            let options = Options::new().weights(weights.clone());
            for coefficient in Coefficient::ALL {
                let expected = PairwiseTable::new(&ratings, coefficient, &options);
                prop_assert_eq!(&tables.coefficient(coefficient, &options).map_err(|e| e.to_string()),
                    &expected.clone().map_err(|e| e.to_string()));
                if let (Ok(short), Ok(expected)) = (brief.coefficient(coefficient, &options), expected) {
                    for (short, expected) in short.pairs().iter().zip(expected.pairs()) {
                        match (&short.estimate, &expected.estimate) {
                            (Ok(short), Ok(expected)) => {
                                prop_assert!((short.value - expected.value).abs() < 1e-12);
                                let errors = short.standard_error.zip(expected.standard_error);
                                prop_assert!(errors.is_none_or(|(x, y)| (x - y).abs() < 1e-12));
                            }
                            (short, expected) => prop_assert_eq!(short.is_err(), expected.is_err()),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn groups_equal_one_load_each(shapes in prop::collection::vec((0usize..70, 1usize..6), 0..12), seed: u64) {
        let groups: Vec<Ratings> = shapes.iter().zip(seed..)
            .map(|(&(items, raters), seed)| ratings_of(5, raters, &codes(seed, items * raters, 5, 10)))
            .collect();
        let all: Vec<&Ratings> = groups.iter().collect();
        for backend in backends() {
            for cells in [Cells::Full, Cells::Agreement] {
                let tables = backend.pair_tables_of_groups(&all, cells).unwrap();
                prop_assert_eq!(tables.len(), groups.len());
                for (tables, group) in tables.iter().zip(&groups) {
                    prop_assert_eq!(tables, &backend.load(group).unwrap().pair_tables(cells).unwrap());
                }
            }
        }
    }

    #[test]
    fn bootstraps_do_not_depend_on_the_backend(items in 2usize..400, seed: u64) {
        let ratings = ratings_of(3, 3, &codes(seed, items * 3, 3, 10));
        let bootstrap = Bootstrap::new(seed).resamples(40).unwrap().max_undefined(1.0).unwrap();
        let share = ItemRatio::new("share of category 0", |unit| {
            let first = unit.first().filter(|cell| cell.0 == 0).map_or(0, |cell| cell.1);
            (first.into(), unit.iter().map(|cell| f64::from(cell.1)).sum())
        });
        let kappa = PatternCoefficient::FleissKappa(Options::new());
        let patterns = Patterns::from_ratings(&ratings).unwrap();
        let expected = bootstrap.run(&patterns, &kappa).map_err(|e| e.to_string());
        let shares = bootstrap.run(&patterns, &share).map_err(|e| e.to_string());
        for backend in backends() {
            let resident = backend.load(&ratings).unwrap();
            prop_assert_eq!(&resident.bootstrap(&bootstrap, &kappa).map_err(|e| e.to_string()), &expected);
            prop_assert_eq!(&resident.bootstrap(&bootstrap, &share).map_err(|e| e.to_string()), &shares);
        }
        if let Ok(shares) = shares {
            let present: Vec<u32> = codes(seed, items * 3, 3, 10).into_iter().filter(|&c| c != u32::MAX).collect();
            let zeros = present.iter().filter(|&&c| c == 0).count();
            prop_assert!((shares.estimate() - zeros as f64 / present.len() as f64).abs() < 1e-12);
        }
    }

    #[test]
    fn permutations_do_not_depend_on_the_backend(items in 2usize..300, others in 1usize..300, seed: u64, few: bool) {
        // Two categories and no gaps: the patterns compress.
        let (k, missing) = if few { (2, 0) } else { (4, 10) };
        let of = |seed, items| ratings_of(k, 3, &codes(seed, items * 3, k, missing));
        let (first, other, paired) = (of(seed, items), of(seed + 1, others), of(seed + 1, items));
        let options = PermutationOptions::new().seed(seed).resamples(50).unwrap().exact_limit(40);
        let share = ItemRatio::new("share of category 0", |unit| {
            let zeros = unit.first().filter(|cell| cell.0 == 0).map_or(0, |cell| cell.1);
            (zeros.into(), unit.iter().map(|cell| f64::from(cell.1)).sum::<f64>() + 1.0)
        });
        let go_on = |_, _| ControlFlow::Continue(());
        let [a, b] = [&first, &other].map(|ratings| Patterns::from_ratings(ratings).unwrap());
        let unpaired = permutation_of_items(&a, &b, &share, options, go_on).unwrap();
        let [a, b] = [&first, &paired].map(|ratings| UnitCounts::from_ratings(ratings).unwrap());
        let of_pairs = permutation_of_paired_items(&a, &b, &share, options, go_on).unwrap();
        let of_raters = permutation_of_raters(&first, &share, options, go_on);
        for backend in backends() {
            let [first, other, paired] = [&first, &other, &paired].map(|ratings| backend.load(ratings).unwrap());
            let found = first.permutation(&other, Design::Unpaired, &share, options).unwrap();
            prop_assert_eq!(found, unpaired);
            prop_assert_eq!(first.permutation(&paired, Design::Paired, &share, options).unwrap(), of_pairs);
            let found = first.permutation_of_raters(&share, options);
            prop_assert_eq!(found.map_err(|e| e.to_string()), of_raters.clone().map_err(|e| e.to_string()));
        }
    }

    #[test]
    fn checklists_equal_sums(
        questions in 0usize..150, responses in 0usize..40, seed: u64, everywhere: bool,
    ) {
        let mut rng = Stream::new(seed, 0, 0);
        let mut bools = || -> Vec<bool> { (0..questions * responses).map(|_| rng.below(2) == 1).collect() };
        let (passed, applies) = (bools(), bools());
        let weights: Vec<i32> = (0..questions).map(|_| rng.below(2001) as i32 - 1000).collect();
        let bitmaps = |bools: &[bool]| Bitmaps::from_bools(questions, bools).unwrap();
        let (passed_bits, applies_bits) = (bitmaps(&passed), bitmaps(&applies));
        for backend in backends() {
            let applicable = (!everywhere).then_some(&applies_bits);
            let scores = backend.checklist(&passed_bits, applicable, &weights).unwrap();
            prop_assert_eq!(scores.earned().len(), passed_bits.responses());
            for response in 0..passed_bits.responses() {
                let at = |q: usize| response * questions + q;
                let applying = |q: &usize| everywhere || applies[at(*q)];
                let weight = |q: usize| i64::from(weights[q]);
                let earned: i64 = (0..questions).filter(applying).filter(|&q| passed[at(q)]).map(weight).sum();
                let possible: i64 = (0..questions).filter(applying).map(|q| weight(q).max(0)).sum();
                prop_assert_eq!((scores.earned()[response], scores.possible(response)), (earned, possible));
            }
        }
    }

    #[test]
    fn transitions_equal_one_answer_after_the_other(
        models in prop::collection::vec(prop::collection::vec((0u8..3, 0u8..3), 0..300), 0..6),
    ) {
        let byte = |code: u8| if code == 2 { 255 } else { code };
        let verdict = |code: u8| (code < 2).then_some(code == 1);
        let columns: Vec<(Vec<u8>, Vec<u8>)> = models.iter()
            .map(|answers| answers.iter().map(|&(b, a)| (byte(b), byte(a))).unzip())
            .collect();
        let slices: Vec<(&[u8], &[u8])> = columns.iter().map(|(b, a)| (b.as_slice(), a.as_slice())).collect();
        let expected: Vec<Transitions> = models.iter().map(|answers| {
            let mut table = Transitions::default();
            answers.iter().for_each(|&(b, a)| table.record((verdict(b).into(), verdict(a).into())).unwrap());
            table
        }).collect();
        for backend in backends() {
            prop_assert_eq!(&backend.transitions(&slices).unwrap(), &expected);
        }
    }

    #[test]
    fn reliability_equals_one_item_after_the_other_and_merges(
        items in prop::collection::vec((0u32..=40, any::<bool>()), 0..300), bins in 1usize..20, right: bool, cut in 0usize..300,
    ) {
        let closure = if right { BinClosure::Right } else { BinClosure::Left };
        let mut expected = ReliabilityBins::new(bins, closure).unwrap();
        items.iter().for_each(|&(c, hit)| expected.record((c as f32 / 40.0, hit)).unwrap());
        let confidences: Vec<f32> = items.iter().map(|item| item.0 as f32 / 40.0).collect();
        let hits: Vec<u8> = items.iter().map(|item| item.1.into()).collect();
        for backend in backends() {
            let found = backend.reliability(&[(&confidences, &hits)], bins, closure).unwrap();
            prop_assert_eq!(&found, &vec![expected.clone()]);
        }
        let cut = cut.min(items.len());
        let part = |range: std::ops::Range<usize>| {
            ReliabilityBins::from_slices(bins, closure, &confidences[range.clone()], &hits[range]).unwrap()
        };
        let mut merged = part(cut..items.len());
        merged.merge(&part(0..cut)).unwrap();
        let text = serde_json::to_string(&merged).unwrap();
        prop_assert_eq!(&serde_json::from_str::<ReliabilityBins>(&text).unwrap(), &expected);
        if let Ok(error) = expected.expected_calibration_error() {
            // In f64, bin by bin.
            let gaps = expected.bins().filter(|bin| bin.items > 0)
                .map(|bin| bin.items as f64 * (bin.accuracy.unwrap() - bin.confidence.unwrap()).abs());
            prop_assert!((gaps.sum::<f64>() / items.len() as f64 - error).abs() < 1e-12);
            prop_assert!(error <= expected.maximum_calibration_error().unwrap() + 1e-12);
        }
    }

    #[test]
    fn mann_whitney_equals_all_pairs(items in prop::collection::vec((0u16..30, any::<bool>()), 0..120)) {
        let scores: Vec<f32> = items.iter().map(|item| f32::from(item.0) - 15.0).collect();
        let levels: Vec<u16> = items.iter().map(|item| item.0).collect();
        let classes: Vec<u8> = items.iter().map(|item| item.1.into()).collect();
        let levels_of = |class: bool| -> Vec<u16> {
            items.iter().filter(|item| item.1 == class).map(|item| item.0).collect()
        };
        let (positive, negative) = (levels_of(true), levels_of(false));
        let wins = positive.iter().flat_map(|p| negative.iter().map(move |n| p.cmp(n) as i8 + 1));
        let twice: u128 = wins.map(|wins| wins as u128).sum();
        let found = MannWhitney::from_scores(&scores, &classes).unwrap();
        prop_assert_eq!(found.twice_wins, twice);
        prop_assert_eq!((found.positives, found.negatives), (positive.len() as u64, negative.len() as u64));
        let counts = ScoreCounts::from_levels(30, &levels, &classes).unwrap();
        prop_assert_eq!(counts.mann_whitney().unwrap(), found);
        for backend in backends() {
            prop_assert_eq!(backend.mann_whitney(&[(&scores, &classes)]).unwrap(), vec![found]);
        }
        let text = serde_json::to_string(&counts).unwrap();
        prop_assert_eq!(serde_json::from_str::<ScoreCounts>(&text).unwrap(), counts);
    }

    #[test]
    fn deviations_equal_the_formulas(users in 0usize..7, seed: u64, raw: bool) {
        let mut rng = Stream::new(seed, 0, 0);
        let mut numbers = |n: usize| -> Vec<f64> {
            (0..n).map(|_| if rng.below(9) == 0 { 0.0 } else { 0.05 + 0.95 * rng.uniform() }).collect()
        };
        let (uu, ud, mm, md, mu) =
            (numbers(users * users), numbers(users), numbers(users * users), numbers(users), numbers(users));
        let document = PersonalizedDocument {
            user_user: &uu, user_document: &ud, model_model: &mm, model_document: &md, model_user: &mu,
        };
        let options = PersevalOptions::default().raw(raw);
        let mut all = Vec::new();
        for backend in backends() {
            let found = backend.deviations(&[document, document], &options).unwrap();
            let first = &found.personalization().documents()[0];
            let of_users = first.as_ref().map_or(&[][..], |document| &document.users);
            prop_assert_eq!(of_users.len(), if users < 2 { 0 } else { users });
            for user in of_users {
                prop_assert!((user.degress - plain_degress(&document, user.user, raw)).abs() < 1e-12);
                prop_assert!((0.0..=1.0).contains(&user.degress) && user.perseval <= user.degress);
            }
            prop_assert_eq!(found.degress().is_err(), users < 2);
            all.push(found);
        }
        prop_assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn distances_out_of_range_and_shapes_that_do_not_fit_are_refused() {
    let square = [0.0, 0.5, 0.5, 0.0];
    let good = PersonalizedDocument {
        user_user: &square,
        user_document: &[0.5; 2],
        model_model: &square,
        model_document: &[0.5; 2],
        model_user: &[0.5, f64::NAN],
    };
    let score = |document: PersonalizedDocument<'_>| {
        Backend::cpu().deviations(&[document], &PersevalOptions::default())
    };
    let found = score(good).unwrap();
    assert_eq!(found.personalization().documents()[0].as_ref().unwrap().accuracy_mean, 0.75);
    assert!(matches!(
        score(PersonalizedDocument { user_user: &square[..3], ..good }),
        Err(ComputeError::Shape { .. })
    ));
    for bad in [-0.1, 1.1] {
        let wrong = [0.0, bad, 0.5, 0.0];
        assert!(matches!(
            score(PersonalizedDocument { model_model: &wrong, ..good }),
            Err(ComputeError::Input(Error::Argument { .. }))
        ));
    }
}
