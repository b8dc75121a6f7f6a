//! The column "probity" of the table "Same data" in `docs/comparison.md`, row by row. What the other packages answer was
//! run once, in the versions that the page names, and stands there.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::agreement::{
    IccForm, Options, WeightBasis, Weights, brennan_prediger, cohen_kappa, conger_kappa, fleiss_kappa,
    gwet_ac, icc, krippendorff_alpha, matthews_correlation, percent_agreement, randolph_kappa,
};
use probity::calibration::auroc;
use probity::correlation::{self, Dependent, kendall_tau_b, kendall_tau_c, somers_d, spearman};
use probity::inference::{Level, McNemar, mcnemar};
use probity::preference::{BradleyTerryOptions, bradley_terry};
use probity::ratings::{Labels, Ratings, Scale};
use probity::tally::PairCounts;

/// To the five digits of the page.
#[track_caller]
fn is(found: f64, expected: f64) {
    assert!((found - expected).abs() < 6e-6, "{found} is not {expected}");
}

/// Krippendorff (2011), example C: twelve units, four observers, 0 for a missing judgment.
fn panel(scale: Scale) -> Ratings {
    let observers: [[u32; 12]; 4] = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];
    let codes: Vec<Option<u32>> =
        (0..12).flat_map(|unit| observers.map(|row| row[unit].checked_sub(1))).collect();
    let labels = Labels::from_values([1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    Ratings::from_options(labels, 4, &codes).unwrap().with_scale(scale).unwrap()
}

#[test]
fn panel_with_missing_judgments() {
    let options = Options::new();
    for (scale, expected) in [
        (Scale::Nominal, 0.743_42),
        (Scale::Ordinal, 0.815_39),
        (Scale::Interval, 0.849_11),
        (Scale::Ratio, 0.797_40),
    ] {
        is(krippendorff_alpha(&panel(scale), &options).unwrap().value, expected);
    }
    let panel = panel(Scale::Nominal);
    for (found, value, error) in [
        (fleiss_kappa(&panel, &options), 0.761_17, Some(0.153_02)),
        (gwet_ac(&panel, &options), 0.775_44, Some(0.142_95)),
        (brennan_prediger(&panel, &options), 0.772_73, Some(0.144_72)),
        (conger_kappa(&panel, &options), 0.762_07, None),
    ] {
        let found = found.unwrap();
        is(found.value, value);
        error.into_iter().for_each(|error| is(found.standard_error.unwrap(), error));
    }
    let ordinal = Options::new().weights(Weights::Ordinal);
    is(fleiss_kappa(&panel, &ordinal).unwrap().value, 0.850_21);
    is(gwet_ac(&panel, &ordinal).unwrap().value, 0.898_94);
}

#[test]
fn one_label_only() {
    let options = Options::new();
    let ratings = Ratings::from_pairs(Labels::codes(2), &[1u8; 4], &[1; 4]).unwrap();
    let undefined = [
        cohen_kappa(&[1u8; 4], &[1; 4]),
        krippendorff_alpha(&ratings, &options),
        fleiss_kappa(&ratings, &options),
        matthews_correlation(&[1u8; 4], &[1; 4]),
    ];
    assert!(undefined.iter().all(|figure| figure.as_ref().is_err_and(probity::Error::is_undefined)));
    assert_eq!(percent_agreement(&ratings, &options).unwrap().value, 1.0);
    assert_eq!(gwet_ac(&ratings, &options).unwrap().value, 1.0);
}

#[test]
fn a_judge_that_always_says_the_same() {
    let (human, judge) = ([0u8, 1, 1, 0, 1], [1u8; 5]);
    is(cohen_kappa(&human, &judge).unwrap().value, 0.0);
    assert!(matthews_correlation(&human, &judge).unwrap_err().is_undefined());
}

#[test]
fn quadratic_weights_of_codes_with_a_gap() {
    let counts =
        PairCounts::from_found_codes(&[1u32, 1, 2, 4, 4, 2, 1, 4], &[1, 2, 2, 4, 1, 4, 1, 4]).unwrap();
    let quadratic = Options::new().weights(Weights::Quadratic);
    is(counts.cohen_kappa(&quadratic).unwrap().value, 0.495_50);
    is(counts.cohen_kappa(&quadratic.basis(WeightBasis::Position)).unwrap().value, 0.5);
}

#[test]
fn codes_of_one_byte() {
    let rows = [[1u8, 2, 3, 3, 2, 1, 4, 1, 2], [1, 2, 3, 3, 2, 2, 4, 1, 2], [1, 3, 3, 3, 2, 3, 4, 2, 2]];
    let codes: Vec<u8> = (0..9).flat_map(|item| rows.map(|row| row[item])).collect();
    let ratings = Ratings::from_codes(Labels::codes(5), 3, codes).unwrap();
    let ratings = ratings.with_scale(Scale::Interval).unwrap();
    is(krippendorff_alpha(&ratings, &Options::new()).unwrap().value, 0.796_24);
}

#[test]
fn scores_far_from_zero() {
    // Shrout and Fleiss (1979).
    let scores = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7].map(f64::from);
    let of = |shift: f64, form| {
        let ratings = Ratings::from_values(Scale::Interval, 4, scores.map(|s| s + shift).to_vec()).unwrap();
        icc(&ratings, form, Level::default()).unwrap().value
    };
    for (form, expected) in [
        (IccForm::OneWaySingle, 0.165_74),
        (IccForm::RandomAgreementSingle, 0.289_76),
        (IccForm::RandomConsistencySingle, 0.714_84),
    ] {
        is(of(0.0, form), expected);
        assert!((of(1e10, form) - of(0.0, form)).abs() < 1e-14);
    }
    let constant = Ratings::from_values(Scale::Interval, 3, vec![5.0; 12]).unwrap();
    assert!(icc(&constant, IccForm::OneWaySingle, Level::default()).unwrap_err().is_undefined());
}

#[test]
fn categories_that_nobody_used() {
    let of = |categories| {
        let ratings = Ratings::from_pairs(Labels::codes(categories), &[0u8, 0, 0, 1], &[0, 0, 1, 1]).unwrap();
        let options = Options::new();
        (randolph_kappa(&ratings, &options).unwrap().value, gwet_ac(&ratings, &options).unwrap().value)
    };
    for (categories, randolph, ac1) in [(2, 0.5, 0.529_41), (3, 0.625, 0.673_47)] {
        is(of(categories).0, randolph);
        is(of(categories).1, ac1);
    }
}

#[test]
fn standard_errors_of_kappa() {
    let counts = PairCounts::from_counts(Labels::codes(2), vec![20, 5, 10, 15]).unwrap();
    let detail = counts.cohen_kappa_detail(&Options::new()).unwrap();
    is(detail.null_standard_error.unwrap(), 0.138_56);
    is(detail.estimate.unwrap().standard_error.unwrap(), 0.127_00);
}

#[test]
fn ratio_scale_with_a_zero() {
    let labels = Labels::from_values([0.0, 1.0, 3.0, 4.0, 5.0]).unwrap();
    let ratings = Ratings::from_pairs(labels, &[0u8, 0, 1, 2, 4], &[0, 1, 1, 2, 3]).unwrap();
    let ratings = ratings.with_scale(Scale::Ratio).unwrap();
    is(krippendorff_alpha(&ratings, &Options::new()).unwrap().value, 0.636_88);
}

#[test]
fn ranks() {
    let (x, y) = ([1.0, 1.0, 2.0, 3.0, 3.0, 4.0], [1.0, 2.0, 2.0, 3.0, 1.0, 4.0]);
    let options = correlation::Options::new();
    is(kendall_tau_b(&x, &y, &options).unwrap().value, 0.538_46);
    is(kendall_tau_c(&x, &y, &options).unwrap().value, 0.518_52);
    is(somers_d(&x, &y, Dependent::Y, &options).unwrap().value, 0.538_46);
    is(spearman(&x, &y, &options).unwrap().value, 0.590_91);
    assert!(spearman(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0], &options).unwrap_err().is_undefined());
}

#[test]
fn one_class_has_no_roc_curve() {
    assert!(auroc(&[0.1, 0.2, 0.3, 0.4], &[true; 4], Level::default()).unwrap_err().is_undefined());
    is(auroc(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true], Level::default()).unwrap().value, 0.75);
}

#[test]
fn exact_test_of_two_systems() {
    // Both right 10 times, only one of them 2 and 6 times, neither 12 times.
    let of = |parts: [bool; 4]| {
        parts.iter().zip([10, 2, 6, 12]).flat_map(|(&right, n)| vec![right; n]).collect::<Vec<bool>>()
    };
    let test =
        mcnemar(&of([true, true, false, false]), &of([true, false, true, false]), McNemar::Exact).unwrap();
    is(test.p_value, 0.289_06);
}

#[test]
fn a_contender_who_never_lost() {
    let wins = [0.0, 1.0, 1.0, 0.0, 0.0, 2.0, 0.0, 1.0, 0.0];
    let error = bradley_terry(3, &wins, &BradleyTerryOptions::new()).unwrap_err();
    assert!(error.is_undefined() && error.to_string().contains("0 never lost"), "{error}");
}
