//! What holds of every bootstrap and jackknife: threads, seeds and the way to the figure do not matter; the two ways of
//! drawing have one law.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

use std::ops::ControlFlow;

use probity::agreement::{
    Options, PatternCoefficient, brennan_prediger, fleiss_kappa, gwet_ac, krippendorff_alpha,
    percent_agreement,
};
use probity::inference::{Bootstrap, BootstrapInterval, Jackknife, Kinds, Level, Replicates, Resample, Unit};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::{Stream, draw_index};
use probity::tally::{PairCounts, Patterns, UnitCounts};
use probity::{Error, Result};
use proptest::prelude::*;

const K: usize = 3;

/// Judgments with gaps, both categories and pairs enough that most resamples have a figure.
fn ratings() -> impl Strategy<Value = Ratings> {
    (2usize..5, 6usize..20).prop_flat_map(|(raters, items)| {
        let code = prop::option::weighted(0.85, 0..K as u32);
        prop::collection::vec(code, items * raters)
            .prop_map(move |codes| Ratings::from_options(Labels::codes(K), raters, &codes).unwrap())
    })
}

fn coefficients() -> Vec<PatternCoefficient> {
    vec![
        PatternCoefficient::KrippendorffAlpha(Scale::Nominal),
        PatternCoefficient::KrippendorffAlpha(Scale::Ordinal),
        PatternCoefficient::KrippendorffAlpha(Scale::Interval),
        PatternCoefficient::PercentAgreement(Options::new()),
        PatternCoefficient::FleissKappa(Options::new()),
        PatternCoefficient::GwetAc(Options::new()),
        PatternCoefficient::BrennanPrediger(Options::new()),
    ]
}

/// The same coefficient from the ratings, the long way.
fn by_the_book(coefficient: &PatternCoefficient, ratings: &Ratings) -> Result<f64> {
    let estimate = match coefficient {
        PatternCoefficient::KrippendorffAlpha(scale) => {
            krippendorff_alpha(&ratings.clone().with_scale(scale.clone())?, &Options::new())
        }
        PatternCoefficient::PercentAgreement(options) => percent_agreement(ratings, options),
        PatternCoefficient::FleissKappa(options) => fleiss_kappa(ratings, options),
        PatternCoefficient::GwetAc(options) => gwet_ac(ratings, options),
        PatternCoefficient::BrennanPrediger(options) => brennan_prediger(ratings, options),
        other => panic!("{other:?} has no other way here"),
    };
    Ok(estimate?.value)
}

fn boot(seed: u64) -> Bootstrap {
    Bootstrap::new(seed).resamples(100).unwrap().max_undefined(1.0).unwrap()
}

fn close(a: &Replicates, b: &Replicates) -> bool {
    a.undefined() == b.undefined() && a.values().iter().zip(b.values()).all(|(x, y)| (x - y).abs() < 1e-11)
}

/// Both fail, or both answer and the answers fit.
fn same<T>(a: Result<T>, b: Result<T>, fit: impl Fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => fit(&a, &b),
        (Err(a), Err(b)) => a.is_undefined() && b.is_undefined(),
        _ => false,
    }
}

/// The indices that the documentation promises for a resample of items.
fn promised(seed: u64, resamples: u32, items: u32) -> Vec<Vec<usize>> {
    let draw = |r, i| draw_index(seed, 1, r, i, items) as usize;
    (0..resamples).map(|r| (0..items.into()).map(|i| draw(r, i)).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn fast_path_is_the_long_way(ratings in ratings(), seed in any::<u64>()) {
        let units = UnitCounts::from_ratings(&ratings).unwrap();
        for coefficient in coefficients() {
            let long = boot(seed).run(&ratings, &|r: &Ratings| by_the_book(&coefficient, r));
            let short = boot(seed).run(&units, &coefficient);
            prop_assert!(same(long, short, close), "{:?}", coefficient);
            let long = Jackknife::of_items(&ratings, &|r: &Ratings| by_the_book(&coefficient, r));
            let short = Jackknife::of_items(&Patterns::from_ratings(&ratings).unwrap(), &coefficient);
            let fit = |a: &Jackknife, b: &Jackknife| {
                (a.standard_error() - b.standard_error()).abs() < 1e-11 && (a.bias() - b.bias()).abs() < 1e-11
            };
            prop_assert!(same(long, short, fit), "{:?}", coefficient);
        }
    }

    #[test]
    fn threads_do_not_matter(ratings in ratings(), seed in any::<u64>(), threads in 2usize..5) {
        let patterns = Patterns::from_ratings(&ratings).unwrap();
        let judgments = |r: &Ratings| Ok(r.n_judgments() as f64);
        for kind in [BootstrapInterval::Percentile, BootstrapInterval::Bca, BootstrapInterval::Studentised] {
            let one = boot(seed).interval(kind);
            let many = one.clone().threads(threads).unwrap();
            for coefficient in coefficients() {
                prop_assert_eq!(one.run(&patterns, &coefficient), many.run(&patterns, &coefficient));
            }
        }
        for unit in [Unit::Items, Unit::Raters, Unit::Both] {
            let one = boot(seed).unit(unit);
            let many = one.clone().threads(threads).unwrap();
            prop_assert_eq!(one.run(&ratings, &judgments), many.run(&ratings, &judgments));
        }
    }

    #[test]
    fn indices_handed_in_are_indices_drawn(ratings in ratings(), seed in any::<u64>()) {
        let given = boot(0).indices(promised(seed, 100, ratings.n_items() as u32)).unwrap();
        let alpha = |r: &Ratings| Ok(krippendorff_alpha(r, &Options::new())?.value);
        prop_assert_eq!(given.run(&ratings, &alpha), boot(seed).run(&ratings, &alpha));
    }

    #[test]
    fn the_order_of_items_of_a_tally_does_not_matter(ratings in ratings(), seed in any::<u64>()) {
        let mut items: Vec<usize> = (0..ratings.n_items()).collect();
        let raters: Vec<usize> = (0..ratings.n_raters()).rev().collect();
        Stream::new(seed, 0, 0).shuffle(&mut items);
        let shuffled = ratings.select(&items, &raters).unwrap();
        let run = |r: &Ratings| {
            boot(seed).run(&Patterns::from_ratings(r).unwrap(), &PatternCoefficient::KrippendorffAlpha(Scale::Nominal))
        };
        prop_assert_eq!(run(&ratings), run(&shuffled));
    }

    #[test]
    fn intervals_are_ordered_and_mirror_each_other(ratings in ratings(), seed in any::<u64>()) {
        let patterns = Patterns::from_ratings(&ratings).unwrap();
        if let Ok(found) = boot(seed).run(&patterns, &PatternCoefficient::PercentAgreement(Options::new())) {
            let (wide, narrow) = (Level::new(0.99).unwrap(), Level::new(0.8).unwrap());
            prop_assert!(found.percentile(wide).lower <= found.percentile(narrow).lower);
            prop_assert!(found.percentile(narrow).upper <= found.percentile(wide).upper);
            let (basic, percentile) = (found.basic(wide), found.percentile(wide));
            prop_assert!((basic.lower + percentile.upper - 2.0 * found.estimate()).abs() < 1e-12);
            prop_assert!(found.quantile(0.0).unwrap() <= found.quantile(1.0).unwrap());
            prop_assert_eq!(found.resamples(), 100);
        }
    }
}

/// 200 items of 3 kinds: few enough for multinomial draws.
fn few_kinds() -> PairCounts {
    PairCounts::from_counts(Labels::codes(2), vec![90, 25, 0, 85]).unwrap()
}

#[test]
fn multinomial_and_index_draws_have_one_law() {
    let pairs = few_kinds();
    let kappa = |p: &PairCounts| Ok(p.cohen_kappa(&Options::new())?.value);
    let multinomial = Bootstrap::new(1).resamples(8_000).unwrap();
    let indices = Bootstrap::new(0).indices(promised(1, 8_000, 200)).unwrap();
    let (a, b) = (multinomial.run(&pairs, &kappa).unwrap(), indices.run(&pairs, &kappa).unwrap());
    assert_ne!(a.values(), b.values());
    let sd = b.standard_error();
    // The difference of two means of 8,000 has standard deviation sd/63, that of two sds about sd/89.
    assert!((a.bias() - b.bias()).abs() < 4.0 * sd / 63.0);
    assert!((a.standard_error() - sd).abs() < 4.0 * sd / 89.0);
    for p in [0.025, 0.5, 0.975] {
        assert!((a.quantile(p).unwrap() - b.quantile(p).unwrap()).abs() < 0.15 * sd, "{p}");
    }
}

#[test]
fn seeds_differ_and_repeat() {
    let pairs = few_kinds();
    let share = |p: &PairCounts| Ok(p.agreements() as f64 / p.total() as f64);
    let run = |seed| Bootstrap::new(seed).run(&pairs, &share).unwrap();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).values(), run(2).values());
    // The bootstrap of a share has standard error √(p(1 − p)/n).
    let expected = (0.875f64 * 0.125 / 200.0).sqrt();
    assert!((run(1).standard_error() / expected - 1.0).abs() < 0.06);
}

#[test]
fn raters_are_drawn_whole() {
    // Rater r judged r items: a resample of raters has the judgments of those drawn.
    let codes: Vec<u8> =
        (0..4).flat_map(|item| (0..4).map(move |r| if item < r { 0 } else { 255 })).collect();
    let ratings = Ratings::from_codes(Labels::codes(1), 4, codes).unwrap();
    let judgments = |r: &Ratings| Ok(r.n_judgments() as f64);
    let indices = vec![vec![3, 3, 3, 0], vec![1, 1, 2, 2]];
    let found =
        Bootstrap::new(0).unit(Unit::Raters).indices(indices).unwrap().run(&ratings, &judgments).unwrap();
    assert_eq!((found.estimate(), found.values()), (6.0, &[9.0, 6.0][..]));
    // Without one rater there are 6 − r judgments: 6, 5, 4, 3, whose mean is 4.5.
    let jackknife = Jackknife::of_raters(&ratings, &judgments).unwrap();
    assert_eq!(jackknife.values().iter().map(|v| v.0).collect::<Vec<_>>(), [6.0, 5.0, 4.0, 3.0]);
    assert!((jackknife.bias() - 3.0 * (4.5 - 6.0)).abs() < 1e-12);
    // Items and raters at once: on average as many judgments as there are.
    let both = Bootstrap::new(5).unit(Unit::Both).run(&ratings, &judgments).unwrap();
    assert!(both.bias().abs() < 4.0 * both.standard_error() / 2000f64.sqrt());
    assert!(both.values().iter().any(|&v| v > 9.0));
}

#[test]
fn sparse_ratings_are_drawn_as_dense_ones() {
    let mut rows = probity::ratings::RatingsBuilder::new().labels(Labels::codes(2));
    let mut codes = vec![255u8; 40 * 20];
    for item in 0..40 {
        for k in 0..2 {
            let (rater, code) = ((item * 7 + k * 3) % 20, ((item + k) % 2) as u8);
            codes[item * 20 + rater] = code;
        }
    }
    for rater in 0..20 {
        for item in 0..40 {
            let code = codes[item * 20 + rater];
            let label = (code != 255).then(|| code.to_string());
            rows.push(&item.to_string(), &rater.to_string(), label.as_deref()).unwrap();
        }
    }
    let (sparse, dense) = (rows.build().unwrap(), Ratings::from_codes(Labels::codes(2), 20, codes).unwrap());
    let figure = |r: &Ratings| {
        let codes = r.codes()?;
        Ok((0..r.n_items())
            .flat_map(|i| codes.item(i))
            .map(|(rater, code)| (rater + 1) as f64 * f64::from(code))
            .sum())
    };
    for unit in [Unit::Items, Unit::Raters, Unit::Both] {
        assert_eq!(boot(3).unit(unit).run(&sparse, &figure), boot(3).unit(unit).run(&dense, &figure));
    }
}

#[test]
fn undefined_resamples_are_counted_or_refused() {
    let ratings = Ratings::from_pairs(Labels::codes(2), &[0u8, 0, 0, 0], &[0, 0, 1, 0]).unwrap();
    let alpha = |r: &Ratings| Ok(krippendorff_alpha(r, &Options::new())?.value);
    // (3/4)⁴ = 0.316 of the resamples lack the item that varies.
    let error = Bootstrap::new(1).run(&ratings, &alpha).unwrap_err();
    assert!(error.is_undefined());
    assert!(error.to_string().ends_with("of 2000 resamples have no value, allowed are 200"), "{error}");
    let found = Bootstrap::new(1).max_undefined(0.5).unwrap().run(&ratings, &alpha).unwrap();
    assert!(found.undefined().len().abs_diff(633) < 85);
    assert_eq!(found.values().len() + found.undefined().len(), 2000);
    // An error that is not "undefined" ends the run.
    let broken = |r: &Ratings| if r.n_items() == 4 { Err(Error::Overflow { what: "it" }) } else { Ok(0.0) };
    assert_eq!(Bootstrap::new(1).run(&ratings, &broken), Err(Error::Overflow { what: "it" }));
    let infinite = |_: &Ratings| Ok(f64::INFINITY);
    assert!(matches!(Bootstrap::new(1).run(&ratings, &infinite), Err(Error::NotFinite { .. })));
}

#[test]
fn progress_is_heard_and_can_stop() {
    let pairs = few_kinds();
    let share = |p: &PairCounts| Ok(p.agreements() as f64 / p.total() as f64);
    let mut last = (0, 0);
    let quiet = Bootstrap::new(1).run(&pairs, &share).unwrap();
    let heard = Bootstrap::new(1).threads(2).unwrap().run_with(&pairs, &share, |done, all| {
        assert!(done > last.0);
        last = (done, all);
        ControlFlow::Continue(())
    });
    assert_eq!(heard.unwrap(), quiet);
    assert_eq!(last, (2000, 2000));
    let stopped = Bootstrap::new(1).run_with(&pairs, &share, |_, _| ControlFlow::Break(()));
    assert_eq!(stopped, Err(Error::Cancelled));
}

#[test]
fn wrong_requests_are_named() {
    let pairs = few_kinds();
    let share = |p: &PairCounts| Ok(p.agreements() as f64 / p.total() as f64);
    let refused = |boot: Bootstrap| boot.run(&pairs, &share).unwrap_err().to_string();
    assert!(refused(Bootstrap::new(1).unit(Unit::Raters)).contains("does not say who judged"));
    let short = Bootstrap::new(1).indices(vec![vec![0; 199]; 2]).unwrap();
    assert_eq!(refused(short), "indices of a resample: expected length 200, found 199");
    let outside = Bootstrap::new(1).indices(vec![vec![200; 200]; 2]).unwrap();
    assert_eq!(refused(outside), "unit 200 does not exist: there are 200");
    assert!(Bootstrap::new(1).resamples(1).is_err());
    assert!(Bootstrap::new(1).threads(0).is_err());
    assert!(Bootstrap::new(1).max_undefined(1.5).is_err());
    assert!(pairs.reweighted(&[1; 7], Some(&[1, 1])).is_err());
    assert!(pairs.reweighted(&[u64::MAX; 7], None).is_err());
    let ratings = Ratings::from_pairs(Labels::codes(2), &[0u8, 1], &[0, 1]).unwrap();
    assert!(ratings.reweighted(&[u64::MAX, 1], None).is_err());
    assert!(ratings.reweighted(&[1, 1], Some(&[1])).is_err());
    let both = Bootstrap::new(1).unit(Unit::Both).interval(BootstrapInterval::Bca);
    assert!(both.run(&ratings, &|r: &Ratings| Ok(r.n_judgments() as f64)).is_err());
    let counts = Ratings::from_counts(Labels::codes(2), &[2, 0, 1, 1]).unwrap();
    let raters = Bootstrap::new(1).unit(Unit::Raters).run(&counts, &|r: &Ratings| Ok(r.n_judgments() as f64));
    assert!(matches!(raters, Err(Error::Scale { .. })));
}

/// A tally of one's own: the sum of some numbers, each a kind.
struct Numbers(Vec<f64>);

impl Resample for Numbers {
    fn kinds(&self) -> Result<Kinds> {
        Ok(Kinds::singles(self.0.len()))
    }

    fn reweighted(&self, items: &[u64], _raters: Option<&[u64]>) -> Result<Self> {
        let drawn = self.0.iter().zip(items).flat_map(|(&x, &n)| std::iter::repeat_n(x, n as usize));
        Ok(Self(drawn.collect()))
    }
}

#[test]
fn studentised_interval_of_a_mean_is_nearly_the_t_interval() {
    let mut rng = Stream::new(4, 0, 0);
    let numbers = Numbers((0..60).map(|_| (0..12).map(|_| rng.uniform()).sum::<f64>()).collect());
    let mean = |n: &Numbers| Ok(n.0.iter().sum::<f64>() / n.0.len() as f64);
    let jackknife = Jackknife::of_items(&numbers, &mean).unwrap();
    let boot = Bootstrap::new(2).resamples(4000).unwrap().interval(BootstrapInterval::Studentised);
    let (found, t) = (boot.run(&numbers, &mean).unwrap().interval(), jackknife.interval(Level::default()));
    let se = jackknife.standard_error();
    assert!((found.lower - t.lower).abs() < 0.25 * se && (found.upper - t.upper).abs() < 0.25 * se);
}
