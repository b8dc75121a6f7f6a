//! Reliability of numeric ratings, whatever the data: intraclass correlations, Kendall's W, Lin's concordance, limits of
//! agreement, benchmarks, diagnosis.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::agreement::{
    IccAnova, IccForm, Landmarks, Variance, bland_altman, diagnose, icc, kendall_w, lin_concordance,
};
use probity::inference::{Estimate, Level};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;
use probity::tally::{PairCounts, PairMoments, Tally, TwoWayMoments};
use proptest::prelude::*;

/// A table of items × raters of whole numbers, so that shifts by 1e10 lose nothing.
fn table() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (2usize..6, 2usize..10).prop_flat_map(|(raters, items)| {
        let cell = (-20i32..20).prop_map(f64::from);
        prop::collection::vec(prop::collection::vec(cell, raters), items)
    })
}

fn pairs() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec(((-50i32..50).prop_map(f64::from), (-50i32..50).prop_map(f64::from)), 3..30)
}

fn ratings(rows: &[Vec<f64>]) -> Ratings {
    Ratings::from_values(Scale::Interval, rows[0].len(), rows.concat()).unwrap()
}

fn anova(rows: &[Vec<f64>]) -> IccAnova {
    IccAnova::new(&TwoWayMoments::from_ratings(&ratings(rows)).unwrap()).unwrap()
}

/// Items and raters in another order.
fn shuffled(rows: &[Vec<f64>], seed: u64) -> Vec<Vec<f64>> {
    let mut rows = rows.to_vec();
    let mut raters: Vec<usize> = (0..rows[0].len()).collect();
    let mut stream = Stream::new(seed, 0, 0);
    stream.shuffle(&mut rows);
    stream.shuffle(&mut raters);
    rows.iter().map(|row| raters.iter().map(|&r| row[r]).collect()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for v in values {
        sum += v;
        n += 1.0;
    }
    sum / n
}

/// The mean squares of a textbook: between items, between raters, within items, residual.
fn naive_mean_squares(rows: &[Vec<f64>]) -> [f64; 4] {
    let (n, k) = (rows.len(), rows[0].len());
    let grand = mean(rows.iter().flatten().copied());
    let items: Vec<f64> = rows.iter().map(|row| mean(row.iter().copied())).collect();
    let raters: Vec<f64> = (0..k).map(|j| mean(rows.iter().map(|row| row[j]))).collect();
    let (mut within, mut residual) = (0.0, 0.0);
    for (row, item) in rows.iter().zip(&items) {
        for (x, rater) in row.iter().zip(&raters) {
            within += (x - item).powi(2);
            residual += (x - item - rater + grand).powi(2);
        }
    }
    let squares = |means: &[f64]| means.iter().map(|m| (m - grand).powi(2)).sum::<f64>();
    let (n, k) = (n as f64, k as f64);
    [
        k * squares(&items) / (n - 1.0),
        n * squares(&raters) / (k - 1.0),
        within / (n * (k - 1.0)),
        residual / ((n - 1.0) * (k - 1.0)),
    ]
}

/// Mid-ranks by counting.
fn naive_ranks(values: &[f64]) -> Vec<f64> {
    let rank = |x: &f64| {
        let below = values.iter().filter(|v| *v < x).count();
        let tied = values.iter().filter(|v| *v == x).count();
        below as f64 + f64::midpoint(tied as f64, 1.0)
    };
    values.iter().map(rank).collect()
}

fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x.iter().copied()), mean(y.iter().copied()));
    let product = |a: &[f64], ma: f64, b: &[f64], mb: f64| {
        a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>()
    };
    product(x, mx, y, my) / (product(x, mx, x, mx) * product(y, my, y, my)).sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mean_squares_are_those_of_the_textbook(rows in table()) {
        let a = anova(&rows);
        let fast = [a.between_items, a.between_raters, a.within_items, a.residual];
        for (fast, naive) in fast.iter().zip(naive_mean_squares(&rows)) {
            prop_assert!(close(*fast, naive), "{fast} {naive}");
        }
    }

    #[test]
    fn icc_does_not_depend_on_order_offset_and_unit(rows in table(), seed in any::<u64>()) {
        let other: Vec<Vec<f64>> = shuffled(&rows, seed)
            .into_iter()
            .map(|row| row.into_iter().map(|x| 4.0 * x + 1e10).collect())
            .collect();
        let (here, there) = (ratings(&rows), ratings(&other));
        for form in IccForm::ALL {
            match (icc(&here, form, Level::default()), icc(&there, form, Level::default())) {
                (Ok(a), Ok(b)) => {
                    prop_assert!(close(a.value, b.value), "{a} {b}");
                    prop_assert_eq!(a.interval.is_some(), b.interval.is_some());
                    if let (Some(x), Some(y)) = (a.interval, b.interval) {
                        prop_assert!(close(x.lower, y.lower) && close(x.upper, y.upper), "{a} {b}");
                    }
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn icc_forms_keep_their_bounds_and_relations(rows in table()) {
        let a = anova(&rows);
        let k = a.raters as f64;
        let figure = |form| a.icc(form, Level::default()).ok();
        for (single, average) in [
            (IccForm::OneWaySingle, IccForm::OneWayAverage),
            (IccForm::MixedConsistencySingle, IccForm::MixedConsistencyAverage),
            (IccForm::RandomAgreementSingle, IccForm::RandomAgreementAverage),
        ] {
            let Some(one) = figure(single) else { continue };
            prop_assert!(one.value <= 1.0 && (0.0..=1.0).contains(&one.p_value.unwrap_or(0.5)));
            if single != IccForm::RandomAgreementSingle {
                prop_assert!(one.value >= -1.0 / (k - 1.0) - 1e-12);
            }
            if let Some(interval) = one.interval {
                prop_assert!(interval.lower <= one.value && one.value <= interval.upper, "{one}");
            }
            if let Some(many) = figure(average) {
                // Spearman and Brown.
                let expected = k * one.value / (1.0 + (k - 1.0) * one.value);
                prop_assert!(close(many.value, expected), "{one} {many}");
            }
        }
        prop_assert_eq!(
            figure(IccForm::RandomConsistencySingle).map(|e| e.value),
            figure(IccForm::MixedConsistencySingle).map(|e| e.value)
        );
    }

    #[test]
    fn the_lower_end_is_the_null_value_that_is_just_rejected(rows in table()) {
        let a = anova(&rows);
        for form in [
            IccForm::OneWaySingle,
            IccForm::OneWayAverage,
            IccForm::MixedConsistencySingle,
            IccForm::MixedConsistencyAverage,
        ] {
            let Some(interval) = a.icc(form, Level::default()).ok().and_then(|e| e.interval) else { continue };
            if interval.lower >= 0.0 {
                let test = a.f_test(form, interval.lower).unwrap().unwrap();
                prop_assert!((test.p_value - 0.025).abs() < 1e-8, "{test:?}");
            }
        }
    }

    #[test]
    fn incomplete_items_are_left_out_and_counted(rows in table(), holes in prop::collection::vec(any::<bool>(), 10)) {
        let mut torn = rows.clone();
        for (row, _) in torn.iter_mut().zip(&holes).filter(|(_, hole)| **hole) {
            row[0] = f64::NAN;
        }
        let complete: Vec<Vec<f64>> = torn.iter().filter(|row| !row[0].is_nan()).cloned().collect();
        if complete.len() < 2 {
            return Ok(());
        }
        let (torn, whole) = (ratings(&torn), ratings(&complete));
        let (a, b) = (anova(&complete), IccAnova::new(&TwoWayMoments::from_ratings(&torn).unwrap()).unwrap());
        prop_assert_eq!(b.incomplete as usize, rows.len() - complete.len());
        prop_assert_eq!((a.items, a.between_items, a.residual), (b.items, b.between_items, b.residual));
        match (kendall_w(&torn), kendall_w(&whole)) {
            (Ok(t), Ok(w)) => {
                prop_assert_eq!(t.estimate, w.estimate);
                prop_assert_eq!(t.incomplete, b.incomplete);
            }
            (t, w) => prop_assert_eq!(t, w),
        }
    }

    #[test]
    fn splits_of_moments_merge_to_the_same_bytes(rows in table(), cut in 0usize..10) {
        let cut = cut.min(rows.len());
        let bytes = |t: &TwoWayMoments| serde_json::to_string(t).unwrap();
        let of = |rows: &[Vec<f64>]| {
            let mut t = TwoWayMoments::new(rows.first().map_or(0, Vec::len));
            rows.iter().for_each(|row| t.record(row).unwrap());
            t
        };
        let whole = of(&rows);
        let mut merged = TwoWayMoments::new(rows[0].len());
        for part in [&rows[cut..], &rows[..cut]].into_iter().filter(|part| !part.is_empty()) {
            merged.merge(&serde_json::from_str(&bytes(&of(part))).unwrap()).unwrap();
        }
        prop_assert_eq!(bytes(&merged), bytes(&whole));
        let pairs = |rows: &[Vec<f64>]| {
            let mut t = PairMoments::default();
            rows.iter().for_each(|row| t.record((row[0], row[1])).unwrap());
            t
        };
        let mut merged = pairs(&rows[cut..]);
        let text = serde_json::to_string(&pairs(&rows[..cut])).unwrap();
        merged.merge(&serde_json::from_str(&text).unwrap()).unwrap();
        prop_assert_eq!(&merged, &pairs(&rows));
        prop_assert_eq!(merged, PairMoments::from_ratings(&ratings(&rows), 0, 1).unwrap());
    }

    #[test]
    fn w_is_bounded_and_follows_its_definition(rows in table(), seed in any::<u64>()) {
        let Ok(w) = kendall_w(&ratings(&rows)) else { return Ok(()) };
        let (n, m) = (rows.len() as f64, rows[0].len());
        let ranks: Vec<Vec<f64>> =
            (0..m).map(|j| naive_ranks(&rows.iter().map(|row| row[j]).collect::<Vec<_>>())).collect();
        let spread = |v: &[f64]| v.iter().map(|x| (x - mean(v.iter().copied())).powi(2)).sum::<f64>();
        let sums: Vec<f64> = (0..rows.len()).map(|i| ranks.iter().map(|r| r[i]).sum()).collect();
        let expected = spread(&sums) / (m as f64 * ranks.iter().map(|r| spread(r)).sum::<f64>());
        prop_assert!(close(w.estimate.value, expected));
        prop_assert!((0.0..=1.0 + 1e-12).contains(&w.estimate.value) && w.uncorrected <= w.estimate.value + 1e-12);
        prop_assert!(close(w.chi_square, m as f64 * (n - 1.0) * w.estimate.value));
        if w.ties == 0.0 {
            let pairs = (0..m).flat_map(|a| (a + 1..m).map(move |b| (a, b)));
            let spearman = mean(pairs.map(|(a, b)| pearson(&ranks[a], &ranks[b])));
            prop_assert!(close(w.mean_spearman, spearman), "{} {spearman}", w.mean_spearman);
        }
        // Other units, another order of items and raters: the same ranks.
        let other: Vec<Vec<f64>> =
            shuffled(&rows, seed).iter().map(|row| row.iter().map(|x| (x / 8.0).exp()).collect()).collect();
        prop_assert_eq!(kendall_w(&ratings(&other)).unwrap(), w);
    }

    #[test]
    fn identical_rankings_have_a_w_of_one(rows in table(), raters in 2usize..6) {
        let same: Vec<Vec<f64>> = rows.iter().map(|row| vec![row[0]; raters]).collect();
        match kendall_w(&ratings(&same)) {
            Ok(w) => prop_assert_eq!(w.estimate.value, 1.0),
            Err(e) => prop_assert!(e.is_undefined() && rows.iter().all(|row| row[0] == rows[0][0])),
        }
    }

    #[test]
    fn lin_is_at_most_pearson_and_symmetric(pairs in pairs(), offset in -1e10f64..1e10) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let of = |x: &[f64], y: &[f64]| lin_concordance(x, y, Variance::Population, Level::default());
        let Ok(lin) = of(&x, &y) else { return Ok(()) };
        let value = lin.estimate.value;
        prop_assert!(close(of(&y, &x).unwrap().estimate.value, value));
        prop_assert!(close(of(&x, &x).map_or(1.0, |l| l.estimate.value), 1.0));
        let offset = offset.round();
        let moved = |v: &[f64]| v.iter().map(|x| x + offset).collect::<Vec<_>>();
        prop_assert!(close(of(&moved(&x), &moved(&y)).unwrap().estimate.value, value));
        if let (Some(r), Some(accuracy)) = (lin.precision, lin.accuracy) {
            prop_assert!(close(r, pearson(&x, &y)));
            prop_assert!(value.abs() <= r.abs() + 1e-12 && close(value, r * accuracy));
        }
        if let Some(interval) = lin.estimate.interval {
            prop_assert!(interval.contains(value) && interval.lower >= -1.0 && interval.upper <= 1.0);
        }
    }

    #[test]
    fn limits_are_those_of_the_differences(pairs in pairs()) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let level = Level::default();
        let b = bland_altman(&x, &y, level, level).unwrap();
        let differences: Vec<f64> = pairs.iter().map(|(x, y)| x - y).collect();
        let bias = mean(differences.iter().copied());
        let n = differences.len() as f64;
        let s = (differences.iter().map(|d| (d - bias).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        prop_assert!(close(b.bias.value, bias) && close(b.standard_deviation, s));
        prop_assert!(close(b.upper.value - b.lower.value, 2.0 * 1.959_963_984_540_054 * s));
        let swapped = bland_altman(&y, &x, level, level).unwrap();
        prop_assert!(close(swapped.upper.value, -b.lower.value) && close(swapped.lower.value, -b.upper.value));
        if let Some(slope) = &b.slope {
            let means: Vec<f64> = pairs.iter().map(|(x, y)| (x + y) / 2.0).collect();
            let centre = mean(means.iter().copied());
            let products: f64 = means.iter().zip(&differences).map(|(m, d)| (m - centre) * d).sum();
            let squares: f64 = means.iter().map(|m| (m - centre).powi(2)).sum();
            prop_assert!(close(slope.value, products / squares));
            prop_assert!(close(swapped.slope.unwrap().value, -slope.value));
        }
    }

    #[test]
    fn nothing_is_ever_infinite_or_nan(
        rows in (2usize..4, 2usize..5).prop_flat_map(|(raters, items)| {
            let cell = prop_oneof![Just(0.0), Just(1e140), Just(-1e140), Just(1e-160), Just(5e-324), -1e20f64..1e20, -1.0f64..1.0];
            prop::collection::vec(prop::collection::vec(cell, raters), items)
        }),
    ) {
        fn finite(figures: impl IntoIterator<Item = f64>) -> bool {
            figures.into_iter().all(f64::is_finite)
        }
        let level = Level::default();
        let numbers = |e: &Estimate| {
            let ends = e.interval.map(|i| [i.lower, i.upper]).into_iter().flatten();
            ends.chain([e.value]).chain(e.standard_error).chain(e.p_value).collect::<Vec<_>>()
        };
        let table = ratings(&rows);
        for form in IccForm::ALL {
            if let Ok(e) = icc(&table, form, level) {
                prop_assert!(finite(numbers(&e)), "{e:?}");
            }
            if let Ok(Some(t)) = anova(&rows).f_test(form, 0.4) {
                prop_assert!(finite([t.f, t.df1, t.df2, t.p_value]), "{t:?}");
            }
        }
        if let Ok(w) = kendall_w(&table) {
            prop_assert!(finite(numbers(&w.estimate)) && finite([w.chi_square, w.mean_spearman]), "{w:?}");
        }
        let (x, y): (Vec<f64>, Vec<f64>) = rows.iter().map(|row| (row[0], row[1])).unzip();
        for variance in [Variance::Population, Variance::Sample] {
            if let Ok(l) = lin_concordance(&x, &y, variance, level) {
                let parts = [l.precision, l.accuracy, l.scale_shift, l.location_shift];
                prop_assert!(finite(numbers(&l.estimate)) && finite(parts.into_iter().flatten()), "{l:?}");
            }
        }
        if let Ok(b) = bland_altman(&x, &y, level, level) {
            let estimates = [&b.bias, &b.lower, &b.upper].into_iter().chain(&b.slope);
            prop_assert!(estimates.into_iter().all(|e| finite(numbers(e))) && b.standard_deviation.is_finite(), "{b:?}");
        }
    }

    #[test]
    fn memberships_add_up_and_more_is_never_less(value in -1.0f64..1.0, more in 0.0f64..0.5, se in 0.001f64..1.0) {
        for table in Landmarks::ALL {
            let b = table.benchmark(value, se, 0.95).unwrap();
            prop_assert!(close(b.memberships.iter().map(|m| m.probability).sum(), 1.0));
            let mut below = 0.0;
            for m in &b.memberships {
                below += m.probability;
                prop_assert!(m.probability >= 0.0 && close(m.cumulative, below));
            }
            let more = (value + more).min(1.0);
            let higher = table.benchmark(more, se, 0.95).unwrap();
            prop_assert!(higher.reached.lower >= b.reached.lower);
            prop_assert!(table.band(more).unwrap().lower >= table.band(value).unwrap().lower);
        }
    }

    #[test]
    fn a_diagnosis_of_two_raters_is_the_same_from_either_tally(
        codes in prop::collection::vec(prop::option::weighted(0.9, 0u32..3), 2..80),
    ) {
        let codes = &codes[..codes.len() / 2 * 2];
        let ratings = Ratings::from_options(Labels::codes(3), 2, codes).unwrap();
        let pairs = PairCounts::from_ratings(&ratings, 0, 1).unwrap();
        // Only items that both rated, since single ratings enter the shares of the other.
        let both: Vec<usize> =
            (0..ratings.n_items()).filter(|i| ratings.codes().unwrap().item(*i).count() == 2).collect();
        let ratings = ratings.select(&both, &[0, 1]).unwrap().with_raters(
            probity::ratings::Ids::from_names(["first", "second"]).unwrap(),
        ).unwrap();
        match (diagnose(&ratings), pairs.diagnose()) {
            (Ok(a), Ok(b)) => {
                prop_assert_eq!(a.findings.len(), b.findings.len());
                prop_assert!(close(a.observed, b.observed) && close(a.expected, b.expected));
                prop_assert_eq!(a.to_string(), b.to_string());
            }
            (a, b) => prop_assert_eq!(a, b),
        }
    }
}

#[test]
fn hostile_moments_are_refused() {
    let sum = r#"{"negative":false,"start":68,"digits":[1]}"#;
    let body =
        format!(r#"{{"complete":0,"incomplete":0,"raters":[{sum}],"squares":{sum},"item_squares":{sum}}}"#);
    let text = format!(r#"{{"format":"probity.two_way_moments","version":1,"body":{body}}}"#);
    let error = serde_json::from_str::<TwoWayMoments>(&text).unwrap_err().to_string();
    assert!(error.contains("no table of 0 items and 1 raters"), "{error}");
    let body = format!(r#"{{"n":0,"x":{sum},"y":{sum},"xx":{sum},"yy":{sum},"xy":{sum}}}"#);
    let text = format!(r#"{{"format":"probity.pair_moments","version":1,"body":{body}}}"#);
    let error = serde_json::from_str::<PairMoments>(&text).unwrap_err().to_string();
    assert!(error.contains("no 0 pairs"), "{error}");
}
