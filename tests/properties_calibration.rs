//! What holds of calibration and discernment, whatever the data: bins and rankings merge, fast counts are those of two
//! loops, identities of scores, and recalibration that never lowers the likelihood it is fitted to.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::calibration::{
    BetaCalibration, Binning, BrierDecomposition, ClassPredictions, Grouping, HistogramBinning,
    IsotonicCalibration, PlattScaling, PlattTargets, Predictions, Ranking, Recalibration, ReliabilityDiagram,
    RiskCoverage, TemperatureRange, TemperatureScaling, TieRule, auroc, brier, brier_multiclass, delong_test,
    log_loss, log_loss_multiclass, sharpness,
};
use probity::inference::Level;
use probity::tally::{BinClosure, ReliabilityBins, Tally};
use proptest::prelude::*;

const EPSILON: f64 = 1e-15;

/// Items of confidences with many ties, or with none, the ends included.
fn items() -> impl Strategy<Value = Vec<(f64, bool)>> {
    let coarse = (0u32..=20).prop_map(|k| f64::from(k) / 20.0);
    let confidence = prop_oneof![2 => coarse, 1 => 0.0..=1.0f64];
    prop::collection::vec((confidence, any::<bool>()), 1..60)
}

fn predictions(items: &[(f64, bool)]) -> Predictions {
    let (confidences, right) = items.iter().copied().unzip();
    Predictions::new(confidences, right).unwrap()
}

fn binnings() -> impl Strategy<Value = Binning> {
    let closure = prop_oneof![Just(BinClosure::Left), Just(BinClosure::Right)];
    prop_oneof![
        (1usize..20, closure).prop_map(|(bins, closure)| Binning::EqualWidth { bins, closure }),
        (1usize..20).prop_map(|bins| Binning::EqualMass { bins, ties: TieRule::Together }),
        (1usize..20).prop_map(|size| Binning::FixedSize { size, ties: TieRule::Together }),
    ]
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1.0)
}

/// V of the positives and W of the negatives by two loops.
fn naive_standings(scores: &[f64], positive: &[bool]) -> [Vec<f64>; 2] {
    let of = |class: bool| -> Vec<f64> {
        let own = scores.iter().zip(positive).filter(|item| *item.1 == class);
        own.map(|(score, _)| {
            let others = scores.iter().zip(positive).filter(|item| *item.1 != class);
            let sign = if class { 1.0 } else { -1.0 };
            let wins: Vec<f64> = others
                .map(
                    |(other, _)| {
                        if score == other { 0.5 } else { f64::from(u8::from(sign * (score - other) > 0.0)) }
                    },
                )
                .collect();
            wins.iter().sum::<f64>() / wins.len() as f64
        })
        .collect()
    };
    [of(true), of(false)]
}

fn variance_of_mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn shards_in_any_order_give_the_same_bins(
        items in items(), cut in 0usize..60, bins in 1usize..20, right: bool,
    ) {
        let closure = if right { BinClosure::Right } else { BinClosure::Left };
        let all = ReliabilityBins::from_predictions(&predictions(&items), bins, closure).unwrap();
        let (first, second) = items.split_at(cut.min(items.len()));
        let mut merged = ReliabilityBins::from_predictions(&predictions(second), bins, closure).unwrap();
        merged.merge(&ReliabilityBins::from_predictions(&predictions(first), bins, closure).unwrap()).unwrap();
        prop_assert_eq!(&merged, &all);
        let mut streamed = ReliabilityBins::new(bins, closure).unwrap();
        items.iter().rev().for_each(|&(c, right)| streamed.record_f64(c, right).unwrap());
        prop_assert_eq!(&streamed, &all);
        let stored = serde_json::to_string(&all).unwrap();
        prop_assert_eq!(serde_json::from_str::<ReliabilityBins>(&stored).unwrap(), all);

        let mut rankings = Ranking::of_predictions(&predictions(second));
        rankings.merge(&Ranking::of_predictions(&predictions(first)));
        prop_assert_eq!(rankings, Ranking::of_predictions(&predictions(&items)));
    }

    #[test]
    fn single_precision_falls_into_the_same_bins(
        items in prop::collection::vec((0u32..=1 << 20, any::<bool>()), 0..50), bins in 1usize..64, right: bool,
    ) {
        let closure = if right { BinClosure::Right } else { BinClosure::Left };
        let (mut streamed, mut exact) =
            (ReliabilityBins::new(bins, closure).unwrap(), ReliabilityBins::new(bins, closure).unwrap());
        for (units, hit) in items {
            let confidence = units as f32 / (1 << 20) as f32;
            streamed.record((confidence, hit)).unwrap();
            exact.record_f64(confidence.into(), hit).unwrap();
        }
        prop_assert_eq!(streamed, exact);
    }

    #[test]
    fn calibration_errors_are_bounded_and_ordered(items in items(), binning in binnings()) {
        let given = predictions(&items);
        let diagram = ReliabilityDiagram::new(&given, binning).unwrap();
        prop_assert_eq!(diagram.items(), items.len() as u64);
        let ece = diagram.expected_calibration_error().unwrap();
        let rmsce = diagram.root_mean_square_calibration_error().unwrap();
        let mce = diagram.maximum_calibration_error().unwrap();
        let signed = diagram.signed_calibration_error().unwrap();
        let average = diagram.average_calibration_error().unwrap();
        prop_assert!((0.0..=1.0).contains(&mce) && average <= mce + 1e-12);
        prop_assert!(signed.abs() <= ece + 1e-12 && ece <= rmsce + 1e-12 && rmsce <= mce + 1e-12);
        let n = items.len() as f64;
        let direct = given.confidences().iter().sum::<f64>() / n - given.hits() as f64 / n;
        prop_assert!(near(signed, direct, 1e-12));
        // The order of the items does not matter.
        let reversed: Vec<_> = items.iter().rev().copied().collect();
        let again = ReliabilityDiagram::new(&predictions(&reversed), binning).unwrap();
        prop_assert!(near(again.expected_calibration_error().unwrap(), ece, 1e-14));
        if let Ok(debiased) = diagram.debiased_calibration_error(Level::default()) {
            prop_assert!(debiased.value <= rmsce * rmsce + 1e-12);
            let interval = debiased.interval;
            prop_assert!(interval.is_none_or(|i| i.lower <= i.upper && i.upper.is_finite()), "{debiased:?}");
        }
    }

    #[test]
    fn the_parts_of_the_brier_score_add_up(items in items(), binning in binnings()) {
        let given = predictions(&items);
        let whole = brier(&given, Level::default()).unwrap().value;
        let unique = BrierDecomposition::new(&given, Grouping::Unique).unwrap();
        prop_assert!(near(unique.reliability - unique.resolution + unique.uncertainty, whole, 1e-12));
        let binned = BrierDecomposition::new(&given, Grouping::Binned(binning)).unwrap();
        for parts in [unique, binned] {
            let three = parts.reliability - parts.resolution + parts.uncertainty;
            prop_assert!(near(three + parts.within_bin_variance - parts.within_bin_covariance, whole, 1e-12));
        }
        // Binning loses resolution.
        prop_assert!(binned.resolution <= unique.resolution + 1e-12);
        prop_assert!(sharpness(&given).unwrap() <= 0.25 + 1e-15);
        // Two classes count everything twice.
        let rows: Vec<Vec<f64>> = items.iter().map(|item| vec![1.0 - item.0, item.0]).collect();
        let labels: Vec<usize> = items.iter().map(|item| item.1.into()).collect();
        let classes = ClassPredictions::from_rows(&rows, &labels).unwrap();
        prop_assert!(near(brier_multiclass(&classes, Level::default()).unwrap().value, 2.0 * whole, 1e-12));
        let both = [
            log_loss(&given, 1e-9, Level::default()).unwrap().value,
            log_loss_multiclass(&classes, 1e-9, Level::default()).unwrap().value,
        ];
        prop_assert!(near(both[0], both[1], 1e-12));
    }

    #[test]
    fn auroc_is_the_count_of_pairs_and_knows_only_the_order(items in items()) {
        let given = predictions(&items);
        let (scores, right) = (given.confidences(), given.right());
        let found = auroc(scores, right, Level::default());
        let [v, w] = naive_standings(scores, right);
        if v.is_empty() || w.is_empty() {
            prop_assert!(found.unwrap_err().is_undefined());
            return Ok(());
        }
        let found = found.unwrap();
        prop_assert!(near(found.value, v.iter().sum::<f64>() / v.len() as f64, 1e-12));
        if let Some(se) = found.standard_error {
            prop_assert!(near(se * se, variance_of_mean(&v) + variance_of_mean(&w), 1e-12));
        }
        let stretched: Vec<f64> = scores.iter().map(|c| 1e9 * (c * 8.0).exp() - 5.0).collect();
        prop_assert_eq!(&auroc(&stretched, right, Level::default()).unwrap(), &found);
        let upside_down: Vec<f64> = scores.iter().map(|c| -c).collect();
        let turned = auroc(&upside_down, right, Level::default()).unwrap();
        prop_assert!(near(turned.value, 1.0 - found.value, 1e-12));
        prop_assert!(near(turned.p_value.unwrap_or(1.0), found.p_value.unwrap_or(1.0), 1e-9));
    }

    #[test]
    fn two_areas_are_compared_as_by_two_loops(
        items in prop::collection::vec((0u32..15, 0u32..15, any::<bool>()), 4..40),
    ) {
        let column = |of: fn(&(u32, u32, bool)) -> u32| items.iter().map(|item| f64::from(of(item))).collect::<Vec<_>>();
        let (first, second) = (column(|item| item.0), column(|item| item.1));
        let right: Vec<bool> = items.iter().map(|item| item.2).collect();
        let Ok(found) = delong_test(&first, &second, &right, Level::default()) else {
            prop_assert!(right.iter().all(|&r| r) || right.iter().all(|&r| !r));
            return Ok(());
        };
        let (one, other) = (naive_standings(&first, &right), naive_standings(&second, &right));
        let gaps = |class: usize| -> Vec<f64> { one[class].iter().zip(&other[class]).map(|(a, b)| a - b).collect() };
        let (v, w) = (gaps(0), gaps(1));
        prop_assert!(near(found.difference.value, v.iter().sum::<f64>() / v.len() as f64, 1e-12));
        if let Some(se) = found.difference.standard_error {
            prop_assert!(near(se * se, variance_of_mean(&v) + variance_of_mean(&w), 1e-10));
        }
        let swapped = delong_test(&second, &first, &right, Level::default()).unwrap();
        prop_assert_eq!(swapped.difference.p_value, found.difference.p_value);
    }

    #[test]
    fn risks_are_expectations_over_the_order_of_ties(items in items()) {
        let curve = RiskCoverage::new(&predictions(&items)).unwrap();
        let n = items.len();
        let errors = items.iter().filter(|item| !item.1).count() as f64;
        prop_assert_eq!(curve.risks().len(), n);
        prop_assert!(near(curve.risks()[n - 1], errors / n as f64, 1e-12));
        // Averaging the two extreme orders within ties gives the expected order's area only pair by pair, but it bounds it.
        let area = |errors_last: bool| {
            let mut sorted = items.clone();
            sorted.sort_by(|x, y| y.0.total_cmp(&x.0).then(if errors_last { y.1.cmp(&x.1) } else { x.1.cmp(&y.1) }));
            let mut wrong = 0.0;
            let risks = sorted.iter().zip(1..).map(|(item, k)| {
                wrong += f64::from(u8::from(!item.1));
                wrong / f64::from(k)
            });
            risks.sum::<f64>() / n as f64
        };
        prop_assert!(area(true) <= curve.area() + 1e-12 && curve.area() <= area(false) + 1e-12);
        prop_assert!(curve.excess_area() >= -1e-12);
        for (coverage, risk) in curve.thresholds() {
            let kept = curve.selective_accuracy(coverage, Level::default()).unwrap();
            prop_assert!(near(kept.value, 1.0 - risk, 1e-12) && kept.interval.is_some());
            prop_assert!(curve.coverage_at_risk(risk).unwrap() >= coverage - 1e-12);
        }
    }

    #[test]
    fn recalibration_never_lowers_the_training_likelihood(items in items(), bins in 1usize..12) {
        let given = predictions(&items);
        let loss = |p: &Predictions| log_loss(p, EPSILON, Level::default()).unwrap().value;
        let before = loss(&given);
        let temperature = TemperatureScaling::fit(&given, TemperatureRange::default()).unwrap();
        prop_assert!(loss(&temperature.apply_to(&given)) <= before + 1e-9);
        let isotonic = IsotonicCalibration::fit(&given).unwrap().apply_to(&given);
        prop_assert!(loss(&isotonic) <= before + 1e-9);
        prop_assert!(brier(&isotonic, Level::default()).unwrap().value
            <= brier(&given, Level::default()).unwrap().value + 1e-12);
        for fitted in [
            PlattScaling::fit(&given, PlattTargets::Outcomes).map(|map| map.apply_to(&given)),
            BetaCalibration::fit(&given).map(|map| map.apply_to(&given)),
        ] {
            match fitted {
                Ok(fitted) => prop_assert!(loss(&fitted) <= before + 1e-9, "{} {before}", loss(&fitted)),
                Err(error) => prop_assert!(error.is_undefined()),
            }
        }
        // Of all maps that are constant in each bin the histogram is the best.
        let binning = Binning::EqualWidth { bins, closure: BinClosure::Right };
        let histogram = HistogramBinning::fit(&given, binning).unwrap();
        let mean_of_bin = |c: f64| {
            let place = ((c * bins as f64).ceil().max(1.0) as usize).min(bins) - 1;
            histogram.bins()[place].confidence
        };
        let means: Option<Vec<f64>> = given.confidences().iter().map(|&c| mean_of_bin(c)).collect();
        if let Some(means) = means {
            let constant = Predictions::new(means, given.right().to_vec()).unwrap();
            prop_assert!(loss(&histogram.apply_to(&given)) <= loss(&constant) + 1e-9);
        }
    }

    #[test]
    fn no_other_parameters_are_more_likely(
        items in prop::collection::vec((2u32..=18, any::<bool>()), 6..40),
        others in prop::collection::vec((0.0..4.0f64, 0.0..4.0f64, -2.0..2.0f64), 20),
    ) {
        let items: Vec<(f64, bool)> = items.into_iter().map(|(k, right)| (f64::from(k) / 20.0, right)).collect();
        let given = predictions(&items);
        let loss = |map: &dyn Recalibration| {
            log_loss(&map.apply_to(&given), EPSILON, Level::default()).unwrap().value
        };
        let temperature = TemperatureScaling::fit(&given, TemperatureRange::default()).unwrap();
        let platt = PlattScaling::fit(&given, PlattTargets::Outcomes);
        let beta = BetaCalibration::fit(&given);
        for (a, b, m) in others {
            let other = TemperatureScaling::new(0.05 + 4.9 * a).unwrap();
            prop_assert!(loss(&temperature) <= loss(&other) + 1e-9);
            if let Ok(platt) = &platt {
                prop_assert!(loss(platt) <= loss(&PlattScaling::new(a - b, m).unwrap()) + 1e-9);
            }
            if let Ok(beta) = &beta {
                for near_bound in [1.0, 0.0] {
                    let other = BetaCalibration::new(a * near_bound, b, m).unwrap();
                    prop_assert!(loss(beta) <= loss(&other) + 1e-9, "{beta:?} {other:?}");
                    let other = BetaCalibration::new(a, b * near_bound, m).unwrap();
                    prop_assert!(loss(beta) <= loss(&other) + 1e-9, "{beta:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn maps_rise_and_stay_from_0_to_1(items in items(), points in prop::collection::vec(0.0..=1.0f64, 2..20)) {
        let given = predictions(&items);
        let mut maps: Vec<Box<dyn Recalibration>> = vec![
            Box::new(TemperatureScaling::fit(&given, TemperatureRange::default()).unwrap()),
            Box::new(IsotonicCalibration::fit(&given).unwrap()),
        ];
        if let Ok(beta) = BetaCalibration::fit(&given) {
            maps.push(Box::new(beta));
        }
        let mut points = points;
        points.sort_by(f64::total_cmp);
        for map in &maps {
            let values: Vec<f64> = points.iter().map(|&c| map.apply(c).unwrap()).collect();
            prop_assert!(values.iter().all(|v| (0.0..=1.0).contains(v)), "{values:?}");
            prop_assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{values:?}");
        }
        let mass = Binning::EqualMass { bins: 4, ties: TieRule::Together };
        let histogram = HistogramBinning::fit(&given, mass).unwrap();
        // What was learnt from a bin is said of its items.
        for bin in histogram.bins() {
            prop_assert_eq!(histogram.apply(bin.range.1).unwrap(), bin.accuracy.unwrap());
        }
    }
}
