//! Krippendorff's alpha against a pair by pair reference, and what must not change it.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::f64::consts::PI;

use probity::agreement::{Options, krippendorff_alpha, krippendorff_contributions};
use probity::inference::Estimate;
use probity::ratings::{Disagreement, Labels, Ratings, RatingsBuilder, Scale};
use probity::rng::Stream;
use probity::tally::{Coincidences, Patterns, Tally, UnitCounts, UnitMoments};
use proptest::prelude::*;

/// Items × raters of codes on labels with these values.
#[derive(Debug, Clone)]
struct Panel {
    values: Vec<f64>,
    raters: usize,
    codes: Vec<Option<u32>>,
}

impl Panel {
    fn labels(&self) -> Labels {
        Labels::from_values(self.values.iter().copied()).unwrap()
    }

    fn ratings(&self, scale: &Scale) -> Ratings {
        let ratings = Ratings::from_options(self.labels(), self.raters, &self.codes).unwrap();
        ratings.with_scale(scale.clone()).unwrap()
    }

    /// The same judgments as codes of one byte, which take the packed path.
    fn narrow(&self, scale: &Scale) -> Ratings {
        let codes: Vec<u8> = self.codes.iter().map(|c| c.map_or(u8::MAX, |c| c as u8)).collect();
        Ratings::from_codes(self.labels(), self.raters, codes).unwrap().with_scale(scale.clone()).unwrap()
    }

    fn numbers(&self, offset: f64, factor: f64) -> Ratings {
        let value = |c: &Option<u32>| c.map_or(f64::NAN, |c| offset + factor * self.values[c as usize]);
        Ratings::from_values(Scale::Interval, self.raters, self.codes.iter().map(value).collect()).unwrap()
    }

    fn items(&self) -> Vec<&[Option<u32>]> {
        self.codes.chunks(self.raters).collect()
    }

    /// Every scale there is, with parameters that fit the labels.
    fn scales(&self) -> Vec<Scale> {
        let labels = self.labels();
        let uneven = |a: &str, b: &str| ((a.len() * 7 + b.len() * 7) % 5) as f64 * f64::from(a != b);
        vec![
            Scale::Nominal,
            Scale::Ordinal,
            Scale::Interval,
            Scale::Ratio,
            Scale::Circular { period: None },
            Scale::Circular { period: Some(7.5) },
            Scale::Bipolar { ends: None },
            Scale::Bipolar { ends: Some((-1.0, 40.0)) },
            Scale::Custom(Disagreement::from_fn(&labels, uneven).unwrap()),
        ]
    }
}

fn panel() -> impl Strategy<Value = Panel> {
    (1usize..7, 1usize..7).prop_flat_map(|(raters, k)| {
        let steps = prop::collection::vec(0.25f64..4.0, k);
        let code = prop::option::weighted(0.75, 0..k as u32);
        let codes =
            (0usize..14).prop_flat_map(move |items| prop::collection::vec(code.clone(), items * raters));
        (steps, codes).prop_map(move |(steps, codes)| {
            let values = steps.iter().scan(0.0, |at, step| {
                *at += step;
                Some(*at - 0.25)
            });
            Panel { values: values.collect(), raters, codes }
        })
    })
}

/// δ(c, k), straight from the table in the documentation of `Scale`.
fn difference(scale: &Scale, values: &[f64], pool: &[usize], c: usize, k: usize) -> f64 {
    let (a, b) = (values[c], values[k]);
    let (least, greatest) = (values[0], values[values.len() - 1]);
    if c == k {
        return 0.0;
    }
    match scale {
        Scale::Nominal => 1.0,
        Scale::Ordinal => {
            let (low, high) = (c.min(k), c.max(k));
            let half = |x: usize| pool.iter().filter(|&&y| y == x).count() as f64 / 2.0;
            let between = pool.iter().filter(|&&x| low <= x && x <= high).count() as f64;
            (between - half(low) - half(high)).powi(2)
        }
        Scale::Interval => (a - b).powi(2),
        Scale::Ratio => ((a - b) / (a + b)).powi(2),
        Scale::Circular { period } => (PI * (a - b) / period.unwrap_or(greatest - least + 1.0)).sin().powi(2),
        Scale::Bipolar { ends } => {
            let (low, high) = ends.unwrap_or((least, greatest));
            (a - b).powi(2) / ((a + b - 2.0 * low) * (2.0 * high - a - b))
        }
        Scale::Custom(matrix) => matrix.get(c, k).unwrap(),
        other => unreachable!("{other:?}"),
    }
}

/// What the reference finds, pair by pair.
struct Reference {
    observed: f64,
    expected: f64,
    pairable: usize,
    by_item: Vec<f64>,
    by_rater: Vec<f64>,
}

fn reference(panel: &Panel, scale: &Scale) -> Reference {
    let items = panel.items();
    let units: Vec<Vec<(usize, usize)>> = items
        .iter()
        .map(|row| row.iter().enumerate().filter_map(|(r, c)| Some((r, (*c)? as usize))).collect())
        .collect();
    let pool: Vec<usize> = units.iter().filter(|u| u.len() > 1).flatten().map(|&(_, code)| code).collect();
    let n = pool.len() as f64;
    let delta = |c, k| difference(scale, &panel.values, &pool, c, k);
    let (mut by_item, mut by_rater) = (vec![0.0; units.len()], vec![0.0; panel.raters]);
    for (i, unit) in units.iter().enumerate().filter(|(_, u)| u.len() > 1) {
        for &(g, x) in unit {
            for &(h, y) in unit {
                if g != h {
                    let share = delta(x, y) / (unit.len() as f64 - 1.0) / n;
                    by_item[i] += share;
                    by_rater[g] += share;
                }
            }
        }
    }
    let mut expected = 0.0;
    for (i, &x) in pool.iter().enumerate() {
        for (j, &y) in pool.iter().enumerate() {
            if i != j {
                expected += delta(x, y) / (n * (n - 1.0));
            }
        }
    }
    Reference { observed: by_item.iter().sum(), expected, pairable: pool.len(), by_item, by_rater }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

/// Equal to the last bit, the number of raters apart (tallies do not know it).
fn same(a: &Estimate, b: &Estimate) -> bool {
    a.clone().counted(a.items, 0, a.judgments) == b.clone().counted(b.items, 0, b.judgments)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_way_gives_the_reference(panel in panel()) {
        for scale in panel.scales() {
            let expected = reference(&panel, &scale);
            let ratings = panel.ratings(&scale);
            let options = Options::new();
            let got = krippendorff_alpha(&ratings, &options);
            let coincidences = Coincidences::from_ratings(&ratings).unwrap();
            if expected.pairable == 0 || expected.expected == 0.0 {
                prop_assert!(got.unwrap_err().is_undefined());
                prop_assert!(coincidences.krippendorff_alpha(&scale).unwrap_err().is_undefined());
                continue;
            }
            let got = got.unwrap();
            prop_assert!(close(got.value, 1.0 - expected.observed / expected.expected), "{} {}", scale.name(), got);
            let chance = got.chance.unwrap();
            prop_assert!(close(chance.observed(), expected.observed));
            prop_assert!(close(chance.expected(), expected.expected));
            prop_assert_eq!(got.judgments as usize, expected.pairable);
            prop_assert!(got.value <= 1.0);
            prop_assert_eq!(got.standard_error.is_some(), got.items > 1);

            let narrow = krippendorff_alpha(&panel.narrow(&scale), &options).unwrap();
            prop_assert!(same(&narrow, &got), "{:?} against {:?}", narrow, got);
            let patterns = Patterns::from_ratings(&ratings).unwrap().krippendorff_alpha(&scale, &options).unwrap();
            prop_assert!(same(&patterns, &got));
            let counts = UnitCounts::from_ratings(&ratings).unwrap().krippendorff_alpha(&scale, &options).unwrap();
            prop_assert!(same(&counts, &got));
            prop_assert_eq!(coincidences.krippendorff_alpha(&scale).unwrap().value, got.value);

            let matrix: f64 = coincidences.expected_matrix().unwrap().iter().flatten().sum();
            prop_assert!(close(matrix, expected.pairable as f64));
        }
    }

    #[test]
    fn contributions_add_up(panel in panel()) {
        for scale in panel.scales() {
            let expected = reference(&panel, &scale);
            let Ok(found) = krippendorff_contributions(&panel.ratings(&scale)) else {
                prop_assert_eq!(expected.pairable, 0);
                continue;
            };
            prop_assert!(close(found.observed, expected.observed));
            let raters = found.raters.as_ref().unwrap();
            for (parts, by) in [(&found.items, &expected.by_item), (raters, &expected.by_rater)] {
                prop_assert_eq!(parts.len(), by.len());
                prop_assert!(parts.iter().zip(by).all(|(part, by)| close(part.disagreement, *by)));
                prop_assert!(close(parts.iter().map(|p| p.disagreement).sum(), found.observed));
                prop_assert_eq!(parts.iter().map(|p| p.judgments).sum::<u64>() as usize, expected.pairable);
            }
            let sorted = found.disputed_items();
            prop_assert!(sorted.windows(2).all(|pair| pair[0].disagreement >= pair[1].disagreement));
        }
    }

    #[test]
    fn numbers_and_categories_agree(panel in panel(), offset in -1e10f64..1e10, factor in 0.1f64..50.0) {
        let (categories, numbers) = (panel.ratings(&Scale::Interval), panel.numbers(0.0, 1.0));
        let options = Options::new();
        let Ok(alpha) = krippendorff_alpha(&categories, &options) else {
            prop_assert!(krippendorff_alpha(&numbers, &options).unwrap_err().is_undefined());
            return Ok(());
        };
        let of_numbers = krippendorff_alpha(&numbers, &options).unwrap();
        prop_assert!(close(of_numbers.value, alpha.value));
        prop_assert!(close(UnitMoments::from_ratings(&numbers).unwrap().krippendorff_alpha().unwrap().value, alpha.value));
        prop_assert_eq!(of_numbers.standard_error.is_some(), alpha.standard_error.is_some());
        if let (Some(a), Some(b)) = (of_numbers.standard_error, alpha.standard_error) {
            prop_assert!(close(a, b), "{} against {}", a, b);
        }
        // Moving and stretching the scale changes nothing but the last digits that the offset leaves of the values.
        let moved = krippendorff_alpha(&panel.numbers(offset, factor), &options).unwrap();
        let tolerance = 1e-4 / factor;
        prop_assert!((moved.value - alpha.value).abs() < tolerance, "{} against {}", moved, alpha);
        if let (Some(a), Some(b)) = (moved.standard_error, alpha.standard_error) {
            prop_assert!((a - b).abs() < tolerance);
        }
    }

    #[test]
    fn order_of_items_and_raters_is_irrelevant(panel in panel(), seed in any::<u64>()) {
        let mut items: Vec<usize> = (0..panel.items().len()).collect();
        let mut raters: Vec<usize> = (0..panel.raters).collect();
        Stream::new(seed, 0, 0).shuffle(&mut items);
        Stream::new(seed, 1, 0).shuffle(&mut raters);
        for scale in panel.scales() {
            let ratings = panel.ratings(&scale);
            let shuffled = ratings.select(&items, &raters).unwrap();
            match krippendorff_alpha(&ratings, &Options::new()) {
                Ok(alpha) => prop_assert_eq!(krippendorff_alpha(&shuffled, &Options::new()).unwrap(), alpha),
                Err(error) => prop_assert_eq!(krippendorff_alpha(&shuffled, &Options::new()).unwrap_err(), error),
            }
        }
    }

    #[test]
    fn names_of_categories_are_irrelevant(panel in panel(), seed in any::<u64>()) {
        let mut new: Vec<u32> = (0..panel.values.len() as u32).collect();
        Stream::new(seed, 0, 0).shuffle(&mut new);
        let codes = panel.codes.iter().map(|c| c.map(|c| new[c as usize])).collect();
        let renamed = Panel { codes, ..panel.clone() };
        if let Ok(alpha) = krippendorff_alpha(&panel.ratings(&Scale::Nominal), &Options::new()) {
            let other = krippendorff_alpha(&renamed.ratings(&Scale::Nominal), &Options::new()).unwrap();
            prop_assert!(close(other.value, alpha.value));
            prop_assert!(close(other.standard_error.unwrap_or(0.0), alpha.standard_error.unwrap_or(0.0)));
        }
        // Reversing an order leaves the ordinal scale as it is.
        let last = panel.values.len() as u32 - 1;
        let codes = panel.codes.iter().map(|c| c.map(|c| last - c)).collect();
        let reversed = Panel { codes, ..panel.clone() };
        if let Ok(alpha) = krippendorff_alpha(&panel.ratings(&Scale::Ordinal), &Options::new()) {
            let other = krippendorff_alpha(&reversed.ratings(&Scale::Ordinal), &Options::new()).unwrap();
            prop_assert!(close(other.value, alpha.value));
            prop_assert!(close(other.standard_error.unwrap_or(0.0), alpha.standard_error.unwrap_or(0.0)));
        }
    }

    #[test]
    fn shards_merge_to_the_whole(panel in panel(), cut in 0usize..14) {
        let n = panel.items().len();
        let raters: Vec<usize> = (0..panel.raters).collect();
        let (left, right): (Vec<usize>, Vec<usize>) = (0..n).partition(|&i| i < cut);
        for scale in panel.scales() {
            let ratings = panel.ratings(&scale);
            let shards = [&left, &right].map(|items| ratings.select(items, &raters).unwrap());
            let [mut merged, other] = shards.map(|shard| Patterns::from_ratings(&shard).unwrap());
            let mut pairs = Coincidences::from_patterns(&other).unwrap();
            pairs.merge(&Coincidences::from_patterns(&merged).unwrap()).unwrap();
            merged.merge(&other).unwrap();
            if let Ok(alpha) = krippendorff_alpha(&ratings, &Options::new()) {
                prop_assert!(same(&merged.krippendorff_alpha(&scale, &Options::new()).unwrap(), &alpha));
                prop_assert_eq!(pairs.krippendorff_alpha(&scale).unwrap().value, alpha.value);
            } else {
                prop_assert!(merged.krippendorff_alpha(&scale, &Options::new()).is_err());
                prop_assert!(pairs.krippendorff_alpha(&scale).is_err());
            }
        }
    }

    /// One word an item, one list an item, a byte or four a code, and item by item: the same integers.
    #[test]
    fn fast_tallies_equal_the_plain_ones(
        k in 1usize..20,
        raters in 1usize..30,
        items in 0usize..40,
        missing in 0.0f64..0.95,
        seed in any::<u64>(),
    ) {
        let mut rng = Stream::new(seed, 0, 0);
        let mut draw = || if rng.uniform() < missing { None } else { Some(rng.below(k as u64) as u32) };
        let codes: Vec<Option<u32>> = (0..items * raters).map(|_| draw()).collect();
        let values = (0..k).map(|c| c as f64).collect();
        let panel = Panel { values, raters, codes };
        let (wide, narrow) = (panel.ratings(&Scale::Nominal), panel.narrow(&Scale::Nominal));
        let mut rows = RatingsBuilder::new().labels(Labels::codes(k));
        for (i, item) in panel.items().iter().enumerate() {
            for (r, code) in item.iter().enumerate() {
                // Names of the same length keep items and raters in the order of the panel.
                rows.push(&format!("{i:3}"), &format!("{r:3}"), code.map(|c| c.to_string()).as_deref()).unwrap();
            }
        }
        let rows = rows.build().unwrap();

        let counts = UnitCounts::from_ratings(&wide).unwrap();
        let patterns = Patterns::from_ratings(&wide).unwrap();
        let coincidences = Coincidences::from_ratings(&wide).unwrap();
        let (mut one_by_one, mut pairs) = (Patterns::new(Labels::codes(k)), Coincidences::new(Labels::codes(k)));
        for unit in counts.units() {
            one_by_one.record(unit).unwrap();
            pairs.record(unit).unwrap();
        }
        prop_assert_eq!(&one_by_one, &patterns);
        prop_assert_eq!(&pairs, &coincidences);
        for ratings in [&narrow, &rows] {
            prop_assert_eq!(&UnitCounts::from_ratings(ratings).unwrap(), &counts);
            prop_assert_eq!(&Patterns::from_ratings(ratings).unwrap(), &patterns);
            prop_assert_eq!(&Coincidences::from_ratings(ratings).unwrap(), &coincidences);
        }
    }
}

/// A panel of raters who see the truth in a share of their judgments.
fn seeded(items: usize, raters: usize, k: u32) -> Panel {
    let mut rng = Stream::new(11, 0, 0);
    let mut codes = Vec::new();
    for _ in 0..items {
        let truth = rng.below(k.into()).min(rng.below(k.into())) as u32;
        for _ in 0..raters {
            let guess = rng.below(k.into()) as u32;
            let code = if rng.uniform() < 0.6 { truth } else { guess };
            codes.push(Some(code).filter(|_| rng.uniform() < 0.8));
        }
    }
    Panel { values: (0..k).map(f64::from).collect(), raters, codes }
}

/// Linearised and jackknife standard errors estimate the same thing; the ordinal one would be off by more if it took the
/// differences for given.
#[test]
fn standard_errors_are_close_to_the_jackknife() {
    let panel = seeded(400, 4, 5);
    let raters: Vec<usize> = (0..panel.raters).collect();
    for scale in [Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Ratio] {
        let ratings = panel.ratings(&scale);
        let error = krippendorff_alpha(&ratings, &Options::new()).unwrap().standard_error.unwrap();
        let n = ratings.n_items();
        let replicates: Vec<f64> = (0..n)
            .map(|left_out| {
                let items: Vec<usize> = (0..n).filter(|&i| i != left_out).collect();
                krippendorff_alpha(&ratings.select(&items, &raters).unwrap(), &Options::new()).unwrap().value
            })
            .collect();
        let mean = replicates.iter().sum::<f64>() / n as f64;
        let squares: f64 = replicates.iter().map(|x| (x - mean).powi(2)).sum();
        let jackknife = (squares * (n as f64 - 1.0) / n as f64).sqrt();
        assert!((error / jackknife - 1.0).abs() < 0.01, "{}: {error} against {jackknife}", scale.name());
    }
}
