//! Permutation tests of coefficients: all arrangements against plain loops over the items, drawn ones against the
//! classical tests of which they are a form.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::ops::ControlFlow;

use probity::Error;
use probity::agreement::{Options, PatternCoefficient};
use probity::inference::{
    Alternative, Design, PermutationOptions, PermutationTest, permutation_of_items,
    permutation_of_paired_items, permutation_of_raters, permutation_test,
};
use probity::ratings::{Labels, Ratings};
use probity::rng::Stream;
use probity::tally::{Patterns, UnitCounts};
use proptest::prelude::*;

fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn codes(seed: u64, n: usize, k: u64) -> Vec<u8> {
    let mut rng = Stream::new(seed, 0, 0);
    (0..n).map(|_| if rng.below(8) == 0 { u8::MAX } else { rng.below(k) as u8 }).collect()
}

/// Pairs of two raters' codes, (code, code) so many times.
fn pairs(cells: &[((u8, u8), usize)]) -> Vec<u8> {
    cells.iter().flat_map(|&((a, b), times)| [a, b].repeat(times)).collect()
}

fn ratings(k: usize, raters: usize, codes: Vec<u8>) -> Ratings {
    Ratings::from_codes(Labels::codes(k), raters, codes).unwrap()
}

/// The share of judgments in category 0, each item with half a judgment more so that it is defined for all.
#[expect(clippy::unnecessary_wraps, reason = "statistics of patterns may be undefined")]
fn share(patterns: &Patterns) -> probity::Result<f64> {
    let (mut zeros, mut all) = (0.0, 0.0);
    for (unit, times) in patterns.iter() {
        let first = unit.first().filter(|cell| cell.0 == 0).map_or(0, |cell| cell.1);
        zeros += f64::from(first) * times as f64;
        all += (unit.iter().map(|cell| f64::from(cell.1)).sum::<f64>() + 0.5) * times as f64;
    }
    Ok(zeros / all)
}

/// The share of category 0 of some rows of codes.
fn plain_share(rows: &[&[u8]]) -> f64 {
    let codes = || rows.iter().flat_map(|row| row.iter()).filter(|&&code| code != u8::MAX);
    let zeros = codes().filter(|&&code| code == 0).count();
    zeros as f64 / (codes().count() as f64 + rows.len() as f64 * 0.5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn all_arrangements_equal_plain_loops(n in 1usize..6, m in 1usize..6, raters in 1usize..4, seed: u64) {
        let cells = codes(seed, (n + m) * raters, 3);
        let rows: Vec<&[u8]> = cells.chunks(raters).collect();
        let plain = |a: &[&[u8]], b: &[&[u8]]| Ok(plain_share(a) - plain_share(b));
        let of = |rows: &[&[u8]]| ratings(3, raters, rows.concat());
        let options = PermutationOptions::new();

        let expected = permutation_test(&rows[..n], &rows[n..], Design::Unpaired, plain, options, go_on).unwrap();
        let [a, b] = [&rows[..n], &rows[n..]].map(|rows| Patterns::from_ratings(&of(rows)).unwrap());
        let found = permutation_of_items(&a, &b, &share, options, go_on).unwrap();
        check(found, expected)?;

        let most = n.min(m);
        let (first, second) = (&rows[..most], &rows[n + m - most..]);
        let expected = permutation_test(first, second, Design::Paired, plain, options, go_on).unwrap();
        let [a, b] = [first, second].map(|rows| UnitCounts::from_ratings(&of(rows)).unwrap());
        let found = permutation_of_paired_items(&a, &b, &share, options, go_on).unwrap();
        check(found, expected)?;
    }

    #[test]
    fn threads_do_not_matter(n in 50usize..200, m in 50usize..200, seed: u64, k in 1u64..4) {
        let options = PermutationOptions::new().seed(seed).resamples(200).unwrap();
        let of = |seed, items| ratings(k as usize, 2, codes(seed, 2 * items, k));
        let (a, b) = (of(seed, n), of(seed + 1, m));
        let [p, q] = [&a, &b].map(|r| Patterns::from_ratings(r).unwrap());
        let [u, v] = [&a, &of(seed + 2, n)].map(|r| UnitCounts::from_ratings(r).unwrap());
        let run = |threads| {
            let options = options.threads(threads).unwrap();
            [
                permutation_of_items(&p, &q, &share, options, go_on).unwrap(),
                permutation_of_paired_items(&u, &v, &share, options, go_on).unwrap(),
                permutation_of_raters(&a, &share, options, go_on).unwrap(),
            ]
        };
        let one = run(1);
        prop_assert_eq!(one, run(3));
        prop_assert!(one.iter().all(|test| !test.exact && test.arrangements == 200));
    }
}

/// Equal to the rounding of the statistic.
fn check(found: PermutationTest, expected: PermutationTest) -> Result<(), TestCaseError> {
    prop_assert!((found.statistic - expected.statistic).abs() < 1e-12);
    prop_assert_eq!(
        (found.arrangements, found.exact, found.design),
        (expected.arrangements, expected.exact, expected.design)
    );
    prop_assert!((found.p_value - expected.p_value).abs() < 1e-12, "{:?} against {:?}", found, expected);
    Ok(())
}

fn ln_choose(n: u64, k: u64) -> f64 {
    (1..=k).map(|i| (((n - k + i) as f64) / i as f64).ln()).sum()
}

/// Of tables with the margins of `[[a, b], [c, d]]`, the share whose first cell is at least `a`, and at most `a`.
fn fisher([[a, b], [c, d]]: [[u64; 2]; 2]) -> (f64, f64) {
    let (row, column, all) = (a + b, a + c, a + b + c + d);
    let weight = |x: u64| {
        let possible = x <= row && x <= column && row + column <= all + x;
        if possible {
            (ln_choose(column, x) + ln_choose(all - column, row - x) - ln_choose(all, row)).exp()
        } else {
            0.0
        }
    };
    ((a..=row).map(weight).sum(), (0..=a).map(weight).sum())
}

/// Within five standard errors of the drawn share.
fn near(found: PermutationTest, expected: f64) {
    let error = (expected * (1.0 - expected) / found.arrangements as f64).sqrt();
    assert!(!found.exact);
    assert!(
        (found.p_value - expected).abs() < 5.0 * error + 2.0 / found.arrangements as f64,
        "{found:?}, {expected}"
    );
}

fn percent() -> PatternCoefficient {
    PatternCoefficient::PercentAgreement(Options::new())
}

#[test]
fn groups_of_items_are_fishers_exact_test() {
    // Agreement on 80 of 100 items against 190 of 260: two patterns, counted. The same with 30 categories: not counted.
    let options = PermutationOptions::new().resamples(20_000).unwrap().seed(3);
    for spread in [1u8, 30] {
        let of = |agreed: usize, differing: usize| {
            let agreed = (0..agreed).flat_map(|i| [i as u8 % spread; 2]);
            let differing = (0..differing).flat_map(|i| [i as u8 % spread, 30 + i as u8 % spread]);
            Patterns::from_ratings(&ratings(60, 2, agreed.chain(differing).collect())).unwrap()
        };
        let (first, second) = (of(80, 20), of(190, 70));
        let (at_least, at_most) = fisher([[80, 20], [190, 70]]);
        for (alternative, expected) in [
            (Alternative::Greater, at_least),
            (Alternative::Less, at_most),
            (Alternative::TwoSided, 2.0 * at_least),
        ] {
            let options = options.alternative(alternative);
            let found = permutation_of_items(&first, &second, &percent(), options, go_on).unwrap();
            assert!((found.statistic - (0.8 - 190.0 / 260.0)).abs() < 1e-12);
            near(found, expected);
        }
    }
}

#[test]
fn paired_panels_are_mcnemars_exact_test() {
    // 300 items alike, 40 on which only the first panel agrees, 22 on which only the second does.
    let first = pairs(&[((0, 0), 200), ((0, 1), 100), ((0, 0), 40), ((0, 1), 22)]);
    let second = pairs(&[((0, 0), 200), ((0, 1), 100), ((0, 1), 40), ((0, 0), 22)]);
    let [a, b] = [first, second].map(|codes| UnitCounts::from_ratings(&ratings(2, 2, codes)).unwrap());
    let tail: f64 = (40..=62).map(|x| (ln_choose(62, x) - 62.0 * 2f64.ln()).exp()).sum();
    let options = PermutationOptions::new().resamples(20_000).unwrap().seed(5);
    near(permutation_of_paired_items(&a, &b, &percent(), options, go_on).unwrap(), 2.0 * tail);
    let options = options.alternative(Alternative::Less);
    near(permutation_of_paired_items(&b, &a, &percent(), options, go_on).unwrap(), tail);
}

#[test]
fn independent_raters_are_fishers_exact_test() {
    let codes = pairs(&[((0, 0), 14), ((0, 1), 8), ((1, 0), 7), ((1, 1), 11)]);
    let kappa = PatternCoefficient::FleissKappa(Options::new());
    let options = PermutationOptions::new().resamples(10_000).unwrap().alternative(Alternative::Greater);
    let found = permutation_of_raters(&ratings(2, 2, codes), &kappa, options, go_on).unwrap();
    near(found, fisher([[14, 8], [7, 11]]).0);
    assert_eq!(found.design, Design::Raters);
}

#[test]
fn missing_judgments_stay_where_they_are() {
    let codes = vec![0u8, 255, 1, 255, 255, 0, 255, 1];
    let ratings = ratings(2, 2, codes);
    // No item has two judgments, so that nothing changes whatever is dealt.
    let sizes =
        |patterns: &Patterns| Ok(patterns.iter().map(|(unit, n)| (unit.len() as u64 * n) as f64).sum());
    let options = PermutationOptions::new().resamples(50).unwrap();
    let test = permutation_of_raters(&ratings, &sizes, options, go_on).unwrap();
    assert_eq!((test.statistic, test.p_value), (4.0, 1.0));
}

#[test]
fn what_cannot_be_tested_is_refused() {
    let options = PermutationOptions::new();
    let some = Patterns::from_ratings(&ratings(2, 2, vec![0, 0, 1, 1])).unwrap();
    let stop = |_, _| ControlFlow::Break(());
    assert_eq!(permutation_of_items(&some, &some, &share, options, stop), Err(Error::Cancelled));
    let others = Patterns::new(Labels::codes(3));
    assert!(matches!(permutation_of_items(&some, &others, &share, options, go_on), Err(Error::Merge { .. })));
    let none = Patterns::new(Labels::codes(2));
    assert!(permutation_of_items(&some, &none, &share, options, go_on).unwrap_err().is_undefined());
    let raters =
        permutation_test(&[1.0], &[2.0], Design::Raters, |_: &[f64], _: &[f64]| Ok(0.0), options, go_on);
    assert!(matches!(raters, Err(Error::Argument { .. })));
    let table = Ratings::from_counts(Labels::codes(2), &[2, 0, 1, 1]).unwrap();
    assert!(matches!(permutation_of_raters(&table, &share, options, go_on), Err(Error::Scale { .. })));
}
