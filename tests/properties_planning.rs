//! Plans for numbers of items: what must hold of them whatever is supposed.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::inference::{
    Level, McNemar, Plan, PlannedCorrelation, ProportionMethod, items_for_binary_kappa,
    items_for_correlation, items_for_correlation_power, items_for_fleiss_kappa, items_for_icc,
    items_for_icc_power, items_for_kappa, items_for_kappa_power, items_for_mcnemar,
    items_for_paired_difference, items_for_proportion, items_for_proportion_difference,
    items_for_proportion_difference_power, items_for_win_rate, items_for_win_rate_power,
};
use probity::{Error, Result};
use proptest::prelude::*;

const METHODS: [ProportionMethod; 6] = [
    ProportionMethod::Wilson,
    ProportionMethod::WilsonContinuity,
    ProportionMethod::ClopperPearson,
    ProportionMethod::AgrestiCoull,
    ProportionMethod::Jeffreys,
    ProportionMethod::Normal,
];

/// Of a half-width and a level.
type Planner = Box<dyn Fn(f64, Level) -> Result<Plan>>;

/// Every plan for a half-width, of suppositions drawn from two numbers between 0 and 1.
fn precise(at: f64, other: f64) -> Vec<(String, Planner)> {
    let shares = vec![at, (1.0 - at) * other, (1.0 - at) * (1.0 - other)];
    let kappa = 0.9 * other;
    let mut all: Vec<(String, Planner)> = Vec::new();
    for method in METHODS {
        all.push((format!("{method:?}"), Box::new(move |w, l| items_for_proportion(at, w, method, None, l))));
    }
    for kind in [PlannedCorrelation::Pearson, PlannedCorrelation::Spearman] {
        let value = 2.0 * at - 1.0;
        all.push((format!("{kind:?}"), Box::new(move |w, l| items_for_correlation(kind, value, w, l))));
    }
    let (pair, panel) = (shares.clone(), shares);
    all.push(("kappa".into(), Box::new(move |w, l| items_for_kappa(&pair, &pair, kappa, w, l))));
    all.push(("Fleiss".into(), Box::new(move |w, l| items_for_fleiss_kappa(&panel, 4, kappa, w, l))));
    all.push(("binary".into(), Box::new(move |w, l| items_for_binary_kappa(at, kappa, w, l))));
    all.push(("ICC".into(), Box::new(move |w, l| items_for_icc(kappa, 3, w, l))));
    all.push(("win".into(), Box::new(move |w, l| items_for_win_rate(at, (1.0 - at) * other, w, l))));
    all.push(("two".into(), Box::new(move |w, l| items_for_proportion_difference(at, other, w, l))));
    let (b, c) = (at * other, (1.0 - at) * other);
    all.push(("paired".into(), Box::new(move |w, l| items_for_paired_difference(b, c, w, l))));
    all
}

/// Small ones take exact sums over a million items to refuse.
fn half_widths() -> impl Strategy<Value = f64> {
    let odd =
        prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, -1.0, f64::MAX]);
    prop_oneof![0.05..2.0f64, odd]
}

fn inner() -> std::ops::Range<f64> {
    0.02..0.98
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The goal is met; what was achieved takes as many items; a narrower goal and a greater confidence take no fewer.
    #[test]
    fn precision_costs_items(at in inner(), other in inner(), half in 0.03..0.3f64, part in 0.5..1.0f64) {
        let (level, surer) = (Level::default(), Level::new(0.99).unwrap());
        for (name, plan) in precise(at, other) {
            let found = plan(half, level).unwrap();
            let achieved = found.half_width.unwrap();
            prop_assert!(achieved <= half && achieved > 0.0, "{}: {}", name, found);
            prop_assert_eq!(plan(achieved, level).unwrap().items, found.items, "{}", &name);
            prop_assert!(plan(half * part, level).unwrap().items >= found.items, "{}", &name);
            prop_assert!(plan(half, surer).unwrap().items >= found.items, "{}", &name);
            prop_assert!(found.coverage.is_none_or(|c| (0.0..=1.0).contains(&c)), "{}", &name);
        }
    }

    /// Which of two is called the first, and which category comes first, does not matter.
    #[test]
    fn names_do_not_matter(at in inner(), other in inner(), half in 0.05..0.3f64) {
        let level = Level::default();
        let items = |plan: Result<Plan>| plan.unwrap().items;
        for method in METHODS {
            // Rounding may move an exact tie.
            let (one, mirrored) = (
                items(items_for_proportion(at, half, method, None, level)),
                items(items_for_proportion(1.0 - at, half, method, None, level)),
            );
            prop_assert!(one.abs_diff(mirrored) <= 1, "{:?}: {} {}", method, one, mirrored);
        }
        let first = [at, (1.0 - at) / 2.0, (1.0 - at) / 2.0];
        let second = [other, (1.0 - other) / 2.0, (1.0 - other) / 2.0];
        let turned = |shares: [f64; 3]| [shares[2], shares[0], shares[1]];
        let kappa = |a: [f64; 3], b: [f64; 3]| items(items_for_kappa(&a, &b, 0.0, half, level));
        prop_assert!(kappa(first, second).abs_diff(kappa(second, first)) <= 1);
        prop_assert!(kappa(first, second).abs_diff(kappa(turned(first), turned(second))) <= 1);
        let pearson = |value| items(items_for_correlation(PlannedCorrelation::Pearson, value, half, level));
        prop_assert_eq!(pearson(at), pearson(-at));
    }

    /// Of two raters who use the categories alike, Fleiss' kappa is as sure as Cohen's, but for Student's quantile.
    #[test]
    fn two_raters_of_a_panel_are_a_pair(at in 0.1..0.9f64, kappa in 0.0..0.9f64, half in 0.03..0.2f64) {
        let (shares, level) = ([at, 1.0 - at], Level::default());
        let pair = items_for_kappa(&shares, &shares, kappa, half, level).unwrap().items;
        let panel = items_for_fleiss_kappa(&shares, 2, kappa, half, level).unwrap().items;
        prop_assert!(panel >= pair && panel <= pair + 8, "{pair} {panel}");
    }

    /// Powers reach what was asked for, and more power takes no fewer items where no teeth are in the way.
    #[test]
    fn power_costs_items(at in 0.1..0.9f64, gap in 0.08..0.3f64, power in 0.3..0.9f64) {
        let level = Level::default();
        let value = (at + gap).min(0.98);
        let shares = [0.4, 0.6];
        let smooth: [&dyn Fn(f64) -> Result<Plan>; 3] = [
            &|p| items_for_correlation_power(PlannedCorrelation::Spearman, at, value, p, level),
            &|p| items_for_kappa_power(&shares, &shares, at, value, p, level),
            &|p| items_for_icc_power(at, value, 3, p, level),
        ];
        for plan in smooth {
            let found = plan(power).unwrap();
            prop_assert!(found.power.unwrap() >= power, "{}", found);
            prop_assert!(plan(power / 2.0).unwrap().items <= found.items, "{}", found);
        }
        for variant in [McNemar::Asymptotic, McNemar::Corrected, McNemar::Exact, McNemar::MidP] {
            let (b, c) = (0.3 * at + gap, 0.3 * at);
            let found = items_for_mcnemar(b, c, variant, power, level).unwrap();
            let turned = items_for_mcnemar(c, b, variant, power, level).unwrap();
            prop_assert!(found.power.unwrap() >= power && found.items.abs_diff(turned.items) <= 1, "{}", found);
            let win = items_for_win_rate_power(b, 1.0 - b - c, variant, power, level).unwrap();
            prop_assert!(win.items.abs_diff(found.items) <= 1, "{} {}", win, found);
        }
        let found = items_for_proportion_difference_power(at, value, power, level).unwrap();
        prop_assert!((power..=1.0).contains(&found.power.unwrap()), "{}", found);
    }

    /// Whatever the numbers are, there is a plan with finite figures or an error.
    #[test]
    fn nothing_is_not_a_number(
        at in prop::num::f64::ANY, other in prop::num::f64::ANY, half in half_widths(),
    ) {
        let check = |plan: Result<Plan>| match plan {
            Ok(plan) => [plan.half_width, plan.power, plan.coverage].iter().flatten().all(|x| x.is_finite()),
            Err(Error::Argument { .. } | Error::Undefined { .. } | Error::NotFinite { .. }) => true,
            Err(_) => false,
        };
        let level = Level::default();
        for (a, b) in [(at, other), (at.abs().fract(), other.abs().fract()), (0.0, 1.0), (1.0, 1.0)] {
            for (name, plan) in precise(a, b) {
                prop_assert!(check(plan(half, level)), "{}", name);
            }
            prop_assert!(check(items_for_kappa_power(&[a, 1.0 - a], &[b, 1.0 - b], b, a, half, level)));
            prop_assert!(check(items_for_correlation_power(PlannedCorrelation::Pearson, a, b, half, level)));
            prop_assert!(check(items_for_icc_power(a, b, 2, half, level)));
        }
    }
}
