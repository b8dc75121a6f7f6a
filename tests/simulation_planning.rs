//! Plans tried out: studies of as many items as a plan asks for are simulated, and the crate's own figures of them must
//! have the half-width, the coverage or the power that the plan promises.
//!
//! 2,000 studies each: the standard error of a share near 0.8 is 0.9 %, of one near 0.95 half a percent.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::Result;
use probity::agreement::{IccForm, Options, fleiss_kappa, icc, krippendorff_alpha};
use probity::correlation::{self, pearson, spearman};
use probity::inference::{
    Estimate, Level, McNemar, Plan, PlannedCorrelation, ProportionMethod, items_for_binary_kappa,
    items_for_binary_kappa_power, items_for_correlation, items_for_correlation_power, items_for_fleiss_kappa,
    items_for_icc, items_for_icc_power, items_for_kappa, items_for_kappa_power, items_for_mcnemar,
    items_for_paired_difference, items_for_proportion, items_for_proportion_difference,
    items_for_proportion_difference_power, items_for_win_rate, items_for_win_rate_power, items_from_pilot,
    proportion, proportion_difference, raters_for_fleiss_kappa, raters_for_icc,
};
use probity::preference::win_rate;
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;
use probity::tally::PairCounts;

const STUDIES: u32 = 2_000;

/// One of the categories by their probabilities.
fn draw(stream: &mut Stream, probabilities: &[f64]) -> u32 {
    let mut left = stream.uniform();
    let found = probabilities.iter().position(|p| {
        left -= p;
        left < 0.0
    });
    found.unwrap_or(probabilities.len() - 1) as u32
}

/// How often each category comes in `n` draws.
fn counts(stream: &mut Stream, n: u64, probabilities: &[f64]) -> Vec<u64> {
    let mut counts = vec![0; probabilities.len()];
    (0..n).for_each(|_| counts[draw(stream, probabilities) as usize] += 1);
    counts
}

/// A standard normal number (Box and Muller).
fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * (1.0 - stream.uniform()).ln()).sqrt();
    radius * (std::f64::consts::TAU * stream.uniform()).cos()
}

/// The mean half-width must be the plan's but for the share `apart`, and the interval hold the truth as often as it says.
fn precise(plan: &Plan, truth: f64, apart: f64, study: impl Fn(&mut Stream) -> Result<Estimate>) {
    let (mut half, mut held) = (0.0, 0);
    for index in 0..STUDIES {
        let interval = study(&mut Stream::new(11, 0, index)).unwrap().interval.unwrap();
        half += interval.width() / 2.0 / f64::from(STUDIES);
        held += u32::from(interval.contains(truth));
    }
    let coverage = f64::from(held) / f64::from(STUDIES);
    let planned = plan.half_width.unwrap();
    assert!((half / planned - 1.0).abs() < apart, "{plan}: mean half-width {half}");
    let promised = plan.coverage.unwrap_or(plan.level.get());
    assert!((coverage - promised).abs() < 0.02, "{plan}: coverage {coverage}");
}

/// The test must reject as often as the plan says.
fn powerful(plan: &Plan, apart: f64, rejects: impl Fn(&mut Stream) -> bool) {
    let rejected = (0..STUDIES).filter(|&index| rejects(&mut Stream::new(12, 0, index))).count();
    let power = rejected as f64 / f64::from(STUDIES);
    assert!((power - plan.power.unwrap()).abs() < apart, "{plan}: power {power}");
}

fn table(counts: Vec<u64>) -> PairCounts {
    let categories = counts.len().isqrt();
    PairCounts::from_counts(Labels::codes(categories), counts).unwrap()
}

#[test]
fn shares() {
    let level = Level::default();
    for (share, half) in [(0.5, 0.05), (0.85, 0.04), (0.97, 0.03)] {
        let plan = items_for_proportion(share, half, ProportionMethod::Wilson, Some(0.94), level).unwrap();
        precise(&plan, share, 0.02, |stream| {
            let successes = counts(stream, plan.items, &[1.0 - share, share])[1];
            proportion(successes, plan.items, ProportionMethod::Wilson, level)
        });
    }
}

#[test]
fn differences_of_two_groups() {
    let level = Level::default();
    let study = |stream: &mut Stream, n, (p1, p2): (f64, f64)| {
        let [s1, s2] = [p1, p2].map(|p| counts(stream, n, &[1.0 - p, p])[1]);
        proportion_difference((s1, n), (s2, n), level)
    };
    let plan = items_for_proportion_difference(0.8, 0.65, 0.1, level).unwrap();
    precise(&plan, 0.15, 0.02, |stream| study(stream, plan.items, (0.8, 0.65)));
    let plan = items_for_proportion_difference_power(0.8, 0.65, 0.8, level).unwrap();
    powerful(&plan, 0.03, |stream| {
        study(stream, plan.items, (0.8, 0.65)).unwrap().p_value.is_some_and(|p| p <= 0.05)
    });
}

#[test]
fn differences_on_the_same_items() {
    let level = Level::default();
    // In the order of the table: both wrong, only the second right, only the first right, both right.
    let cells = [0.2, 0.08, 0.16, 0.56];
    let plan = items_for_paired_difference(0.16, 0.08, 0.05, level).unwrap();
    precise(&plan, 0.08, 0.02, |stream| table(counts(stream, plan.items, &cells)).paired_difference(level));
    for variant in [McNemar::Asymptotic, McNemar::MidP] {
        let plan = items_for_mcnemar(0.16, 0.08, variant, 0.8, level).unwrap();
        powerful(&plan, 0.03, |stream| {
            table(counts(stream, plan.items, &cells)).mcnemar(variant).is_ok_and(|test| test.p_value <= 0.05)
        });
    }
}

#[test]
fn win_rates() {
    let level = Level::default();
    // Losses, ties, wins; a tie is a preference of 1.5.
    let (shares, preferences) = ([0.25, 0.2, 0.55], [1.0, 1.5, 2.0]);
    let plan = items_for_win_rate(0.55, 0.2, 0.06, level).unwrap();
    precise(&plan, 0.65, 0.02, |stream| {
        let verdicts: Vec<f64> =
            (0..plan.items).map(|_| preferences[draw(stream, &shares) as usize]).collect();
        Ok(win_rate(&verdicts, level)?.win_rate)
    });
    let plan = items_for_win_rate_power(0.55, 0.2, McNemar::Exact, 0.9, level).unwrap();
    powerful(&plan, 0.03, |stream| {
        let found = counts(stream, plan.items, &shares);
        let test = table(vec![found[1], found[0], found[2], 0]).mcnemar(McNemar::Exact);
        test.is_ok_and(|test| test.p_value <= 0.05)
    });
}

/// Two raters of which each knows with probability √κ and else draws from the shares: a table with P_jk = (1 − κ)p_j p_k.
fn pair_table(shares: &[f64], kappa: f64) -> Vec<f64> {
    let cells = shares.iter().enumerate().flat_map(|(i, p)| {
        let cell = move |(j, q): (usize, &f64)| (1.0 - kappa) * p * q + if i == j { kappa * p } else { 0.0 };
        shares.iter().enumerate().map(cell)
    });
    cells.collect()
}

#[test]
fn cohens_kappa() {
    let level = Level::default();
    for shares in [vec![0.5, 0.5], vec![0.6, 0.3, 0.1]] {
        let plan = items_for_kappa(&shares, &shares, 0.6, 0.1, level).unwrap();
        let cells = pair_table(&shares, 0.6);
        precise(&plan, 0.6, 0.03, |stream| {
            table(counts(stream, plan.items, &cells)).cohen_kappa(&Options::new())
        });
        let plan = items_for_kappa_power(&shares, &shares, 0.4, 0.6, 0.8, level).unwrap();
        powerful(&plan, 0.05, |stream| {
            let found = table(counts(stream, plan.items, &cells)).cohen_kappa(&Options::new()).unwrap();
            // The spread at the null, as the plan has it.
            let null = items_for_kappa(&shares, &shares, 0.4, 0.1, level).unwrap();
            let error = null.half_width.unwrap() / 1.96 * (null.items as f64 / plan.items as f64).sqrt();
            ((found.value - 0.4) / error).abs() >= 1.96
        });
    }
}

#[test]
fn binary_kappa_by_goodness_of_fit() {
    let level = Level::default();
    let cells = |share: f64, kappa: f64| pair_table(&[1.0 - share, share], kappa);
    // The statistic of Donner and Eliasziw with the share and the kappa that were found, one degree of freedom.
    let misfit = |found: &[u64], null: f64| {
        let n = found.iter().sum::<u64>() as f64;
        let share = (found[3] as f64 + (found[1] + found[2]) as f64 / 2.0) / n;
        let expected = cells(share, null);
        let classes = [
            (found[0], expected[0]),
            (found[1] + found[2], expected[1] + expected[2]),
            (found[3], expected[3]),
        ];
        classes.iter().map(|&(seen, p)| (seen as f64 - n * p).powi(2) / (n * p)).sum::<f64>()
    };
    let limit = 1.959_964f64.powi(2);
    let plan = items_for_binary_kappa_power(0.3, 0.4, 0.7, 0.8, level).unwrap();
    powerful(&plan, 0.05, |stream| misfit(&counts(stream, plan.items, &cells(0.3, 0.7)), 0.4) >= limit);
    // An interval of all kappas that fit holds the truth where the truth fits.
    let plan = items_for_binary_kappa(0.3, 0.6, 0.12, level).unwrap();
    let fits = (0..STUDIES)
        .filter(|&i| misfit(&counts(&mut Stream::new(13, 0, i), plan.items, &cells(0.3, 0.6)), 0.6) <= limit);
    let coverage = fits.count() as f64 / f64::from(STUDIES);
    assert!((coverage - 0.95).abs() < 0.02, "{coverage}");
}

/// Raters who know an item's category with probability √κ, else draw from the shares.
fn panel(stream: &mut Stream, items: u64, raters: u64, shares: &[f64], kappa: f64) -> Ratings {
    let mut codes = Vec::with_capacity((items * raters) as usize);
    for _ in 0..items {
        let truth = draw(stream, shares);
        for _ in 0..raters {
            let knows = stream.uniform() < kappa.sqrt();
            codes.push(if knows { truth } else { draw(stream, shares) } as u8);
        }
    }
    Ratings::from_codes(Labels::codes(shares.len()), raters as usize, codes).unwrap()
}

#[test]
fn kappa_and_alpha_of_panels() {
    let level = Level::default();
    let shares = [0.5, 0.3, 0.2];
    for (raters, kappa) in [(2, 0.7), (5, 0.5)] {
        let plan = items_for_fleiss_kappa(&shares, raters, kappa, 0.07, level).unwrap();
        let study = |stream: &mut Stream| panel(stream, plan.items, raters, &shares, kappa);
        precise(&plan, kappa, 0.03, |stream| fleiss_kappa(&study(stream), &Options::new()));
        precise(&plan, kappa, 0.03, |stream| krippendorff_alpha(&study(stream), &Options::new()));
    }
    let plan = raters_for_fleiss_kappa(&shares, 150, 0.5, 0.075, level).unwrap();
    precise(&plan, 0.5, 0.03, |stream| {
        fleiss_kappa(&panel(stream, 150, plan.raters, &shares, 0.5), &Options::new())
    });
    // A pilot of 400 items, and a study of as many as it asks for.
    let pilot = panel(&mut Stream::new(14, 0, 0), 400, 3, &shares, 0.6);
    let pilot = krippendorff_alpha(&pilot, &Options::new()).unwrap();
    let plan = items_from_pilot(&pilot, 0.08, level).unwrap();
    precise(&plan, 0.6, 0.1, |stream| {
        krippendorff_alpha(&panel(stream, plan.items, 3, &shares, 0.6), &Options::new())
    });
}

/// Numeric ratings whose items differ by the share `rho` of the variance.
fn scores(stream: &mut Stream, items: u64, raters: u64, rho: f64) -> Ratings {
    let mut values = Vec::with_capacity((items * raters) as usize);
    for _ in 0..items {
        let item = rho.sqrt() * normal(stream);
        values.extend((0..raters).map(|_| item + (1.0 - rho).sqrt() * normal(stream)));
    }
    Ratings::from_values(Scale::Interval, raters as usize, values).unwrap()
}

#[test]
fn intraclass_correlations() {
    let level = Level::default();
    for (rho, raters) in [(0.8, 2), (0.6, 4)] {
        let plan = items_for_icc(rho, raters, 0.1, level).unwrap();
        // Bonett's formula, with his correction for two raters.
        let k = raters as f64;
        let root = 1.959_964 * (1.0 - rho) * (1.0 + (k - 1.0) * rho) / 0.2;
        let bonett = 8.0 * root * root / (k * (k - 1.0)) + 1.0 + if raters == 2 { 5.0 * rho } else { 0.0 };
        assert!((plan.items as f64 - bonett).abs() <= 3.0, "{plan}: {bonett}");
        precise(&plan, rho, 0.06, |stream| {
            icc(&scores(stream, plan.items, raters, rho), IccForm::OneWaySingle, level)
        });
    }
    let plan = raters_for_icc(0.6, 60, 0.12, level).unwrap();
    precise(&plan, 0.6, 0.06, |stream| {
        icc(&scores(stream, 60, plan.raters, 0.6), IccForm::OneWaySingle, level)
    });
    let plan = items_for_icc_power(0.6, 0.8, 3, 0.8, level).unwrap();
    powerful(&plan, 0.03, |stream| {
        let table = probity::tally::TwoWayMoments::from_ratings(&scores(stream, plan.items, 3, 0.8)).unwrap();
        let anova = probity::agreement::IccAnova::new(&table).unwrap();
        anova.f_test(IccForm::OneWaySingle, 0.6).unwrap().unwrap().p_value <= 0.05
    });
}

#[test]
fn correlations() {
    let level = Level::default();
    let pairs = |stream: &mut Stream, n: u64, rho: f64| -> (Vec<f64>, Vec<f64>) {
        (0..n)
            .map(|_| {
                let x = normal(stream);
                (x, rho * x + (1.0 - rho * rho).sqrt() * normal(stream))
            })
            .unzip()
    };
    let options = correlation::Options::new();
    let plan = items_for_correlation(PlannedCorrelation::Pearson, 0.7, 0.08, level).unwrap();
    precise(&plan, 0.7, 0.03, |stream| {
        let (x, y) = pairs(stream, plan.items, 0.7);
        pearson(&x, &y, &options)
    });
    // Of normal pairs, Spearman's rho is 6/π·asin(r/2).
    let rho = 6.0 / std::f64::consts::PI * (0.7f64 / 2.0).asin();
    let plan = items_for_correlation(PlannedCorrelation::Spearman, rho, 0.08, level).unwrap();
    precise(&plan, rho, 0.03, |stream| {
        let (x, y) = pairs(stream, plan.items, 0.7);
        spearman(&x, &y, &options)
    });
    let plan = items_for_correlation_power(PlannedCorrelation::Pearson, 0.0, 0.3, 0.8, level).unwrap();
    powerful(&plan, 0.03, |stream| {
        let (x, y) = pairs(stream, plan.items, 0.3);
        pearson(&x, &y, &options).unwrap().p_value.unwrap() <= 0.05
    });
}
