//! Properties of the significance tests, each against a naive reference or an identity.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::ops::ControlFlow;

use probity::agreement::{Options, gwet_ac};
use probity::inference::{
    Adjustment, Alternative, Bootstrap, BootstrapInterval, Design, McNemar, PermutationOptions,
    PermutationTest, Unit, adjust_p_values, bootstrap_difference, bootstrap_difference_between, cochran_q,
    permutation_mean_difference, permutation_test,
};
use probity::ratings::{Labels, Ratings};
use probity::tally::PairCounts;
use proptest::prelude::*;

const ADJUSTMENTS: [Adjustment; 5] = [
    Adjustment::Bonferroni,
    Adjustment::Holm,
    Adjustment::Hochberg,
    Adjustment::BenjaminiHochberg,
    Adjustment::BenjaminiYekutieli,
];
const ALTERNATIVES: [Alternative; 3] = [Alternative::TwoSided, Alternative::Less, Alternative::Greater];

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + b.abs())
}

/// Whole numbers, so that every mean difference is exact up to one rounding and ties are ties.
fn sample(n: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-9i32..10).prop_map(f64::from), n)
}

/// All arrangements by recursion: each value of the pool goes to one side or the other.
fn arrangements(first: &[f64], second: &[f64], design: Design) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut all = vec![(Vec::new(), Vec::new())];
    if design == Design::Paired {
        for (&x, &y) in first.iter().zip(second) {
            let either = [(x, y), (y, x)];
            let grown = |(a, b): (Vec<f64>, Vec<f64>)| {
                either.map(|(x, y)| ([&a[..], &[x]].concat(), [&b[..], &[y]].concat()))
            };
            all = all.into_iter().flat_map(grown).collect();
        }
    } else {
        for &x in first.iter().chain(second) {
            let grown = |(a, b): (Vec<f64>, Vec<f64>)| {
                [([&a[..], &[x]].concat(), b.clone()), (a, [&b[..], &[x]].concat())]
            };
            all = all.into_iter().flat_map(grown).collect();
        }
        all.retain(|(a, _)| a.len() == first.len());
    }
    all
}

/// The p-value from the list of all values of the statistic.
fn p_value(values: &[f64], observed: f64, alternative: Alternative) -> f64 {
    let share = |extreme: &dyn Fn(f64) -> bool| {
        values.iter().filter(|&&v| extreme(v)).count() as f64 / values.len() as f64
    };
    let less = share(&|v| v <= observed + 1e-9);
    let greater = share(&|v| v >= observed - 1e-9);
    match alternative {
        Alternative::Less => less,
        Alternative::Greater => greater,
        _ => (2.0 * less.min(greater)).min(1.0),
    }
}

fn mean_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().sum::<f64>() / a.len() as f64 - b.iter().sum::<f64>() / b.len() as f64
}

fn greatest_difference(a: &[f64], b: &[f64]) -> f64 {
    let greatest = |x: &[f64]| x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    greatest(a) - greatest(b)
}

fn test_greatest(a: &[f64], b: &[f64], design: Design, options: PermutationOptions) -> PermutationTest {
    permutation_test(
        a,
        b,
        design,
        |a, b| Ok(greatest_difference(a, b)),
        options,
        |_, _| ControlFlow::Continue(()),
    )
    .unwrap()
}

/// A table of `k` categories.
fn table(k: usize) -> impl Strategy<Value = PairCounts> {
    prop::collection::vec(0u64..12, k * k)
        .prop_map(move |counts| PairCounts::from_counts(Labels::codes(k), counts).unwrap())
}

/// The table with the categories in another order, or with the raters exchanged.
fn rearranged(table: &PairCounts, order: &[usize], exchanged: bool) -> PairCounts {
    let counts = order
        .iter()
        .flat_map(|&i| order.iter().map(move |&j| if exchanged { table.get(j, i) } else { table.get(i, j) }));
    PairCounts::from_counts(Labels::codes(order.len()), counts.collect()).unwrap()
}

/// d'S⁻¹d with the last of the used categories left out, by Gauss and Jordan with pivoting; `None` if S is singular.
fn naive_stuart_maxwell(table: &PairCounts) -> Option<(f64, f64)> {
    let (rows, columns) = table.marginals();
    let used: Vec<usize> = (0..rows.len()).filter(|&i| rows[i] + columns[i] > 2 * table.get(i, i)).collect();
    let kept = &used[..used.len().checked_sub(1)?];
    let m = kept.len();
    let mut system: Vec<Vec<f64>> = kept
        .iter()
        .map(|&i| {
            let entry = |j: usize| {
                let off = (table.get(i, j) + table.get(j, i)) as f64;
                if i == j { (rows[i] + columns[i]) as f64 - off } else { -off }
            };
            kept.iter().map(|&j| entry(j)).chain([rows[i] as f64 - columns[i] as f64]).collect()
        })
        .collect();
    for c in 0..m {
        let best = (c..m).max_by(|&a, &b| system[a][c].abs().total_cmp(&system[b][c].abs()))?;
        if system[best][c].abs() < 1e-9 {
            return None;
        }
        system.swap(c, best);
        let pivot = system[c].clone();
        for (r, row) in system.iter_mut().enumerate() {
            let factor = if r == c { 1.0 - 1.0 / pivot[c] } else { row[c] / pivot[c] };
            row.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= factor * p);
        }
    }
    let d = |i: usize| rows[i] as f64 - columns[i] as f64;
    Some((kept.iter().zip(&system).map(|(&i, row)| d(i) * row[m]).sum(), m as f64))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn exact_permutation_is_enumeration(a in sample(1..6), b in sample(5..6), paired in any::<bool>()) {
        let (design, b) = if paired { (Design::Paired, &b[..a.len()]) } else { (Design::Unpaired, &b[..]) };
        let all = arrangements(&a, b, design);
        let means: Vec<f64> = all.iter().map(|(x, y)| mean_difference(x, y)).collect();
        let greatest: Vec<f64> = all.iter().map(|(x, y)| greatest_difference(x, y)).collect();
        for alternative in ALTERNATIVES {
            let options = PermutationOptions::new().alternative(alternative);
            let test = permutation_mean_difference(&a, b, design, options).unwrap();
            prop_assert_eq!(test.arrangements as usize, all.len());
            prop_assert!(close(test.p_value, p_value(&means, mean_difference(&a, b), alternative)));
            let test = test_greatest(&a, b, design, options);
            prop_assert_eq!(test.p_value, p_value(&greatest, greatest_difference(&a, b), alternative));
        }
    }

    /// Exchanging the samples exchanges the alternatives and leaves the two-sided p-value.
    #[test]
    fn exchanged_samples(a in sample(1..7), b in sample(6..7), paired in any::<bool>()) {
        let (design, b) = if paired { (Design::Paired, &b[..a.len()]) } else { (Design::Unpaired, &b[..]) };
        let p = |x: &[f64], y: &[f64], alternative| {
            let options = PermutationOptions::new().alternative(alternative);
            permutation_mean_difference(x, y, design, options).unwrap().p_value
        };
        prop_assert_eq!(p(&a, b, Alternative::TwoSided), p(b, &a, Alternative::TwoSided));
        prop_assert_eq!(p(&a, b, Alternative::Less), p(b, &a, Alternative::Greater));
    }

    /// Drawn p-values lie within five standard errors of the exact ones, and do not depend on the threads.
    #[test]
    fn drawn_permutations_approach_the_exact(
        a in sample(6..9), b in sample(8..9), paired in any::<bool>(), seed in any::<u64>()
    ) {
        let (design, b) = if paired { (Design::Paired, &b[..a.len()]) } else { (Design::Unpaired, &b[..]) };
        for alternative in [Alternative::Less, Alternative::Greater] {
            let exact = PermutationOptions::new().alternative(alternative);
            let drawn = exact.exact_limit(0).resamples(2_000).unwrap().seed(seed);
            let p = test_greatest(&a, b, design, exact).p_value;
            let found = test_greatest(&a, b, design, drawn);
            prop_assert!(!found.exact && found.arrangements == 2_000);
            let error = (p * (1.0 - p) / 2_000.0).sqrt();
            prop_assert!((found.p_value - p).abs() <= 5.0 * error + 1e-3, "{} against {}", found.p_value, p);
            prop_assert_eq!(found, test_greatest(&a, b, design, drawn.threads(3).unwrap()));
        }
    }

    /// A sign-flip test of right and wrong answers is McNemar's exact test.
    #[test]
    fn permuted_verdicts_are_mcnemar(pairs in prop::collection::vec(any::<(bool, bool)>(), 1..13)) {
        let verdicts = |second: bool| -> Vec<bool> {
            pairs.iter().map(|&(a, b)| if second { b } else { a }).collect()
        };
        let (a, b) = (verdicts(false), verdicts(true));
        let number = |v: &[bool]| -> Vec<f64> { v.iter().map(|&x| f64::from(u8::from(x))).collect() };
        let options = PermutationOptions::new();
        let permuted = permutation_mean_difference(&number(&a), &number(&b), Design::Paired, options).unwrap();
        match probity::inference::mcnemar(&a, &b, McNemar::Exact) {
            Ok(test) => prop_assert!(close(permuted.p_value, test.p_value)),
            Err(error) => prop_assert!(error.is_undefined() && a == b),
        }
    }

    #[test]
    fn exact_mcnemar_is_the_sum_of_the_binomial(b in 0u64..30, c in 0u64..30) {
        prop_assume!(b + c > 0);
        let table = PairCounts::from_counts(Labels::codes(2), vec![3, c, b, 4]).unwrap();
        // Probabilities of 0..=n successes, by Pascal's triangle.
        let mut row = vec![1.0];
        for _ in 0..b + c {
            let next = [0.0].iter().chain(&row).zip(row.iter().chain(&[0.0])).map(|(x, y)| (x + y) / 2.0);
            row = next.collect::<Vec<f64>>();
        }
        let observed = row[b as usize];
        let below: f64 = row.iter().filter(|&&p| p < observed * (1.0 - 1e-9)).sum();
        let equal: f64 = row.iter().filter(|&&p| (p / observed - 1.0).abs() < 1e-9).sum();
        // With a symmetric distribution, doubling the tail and adding up what is no likelier are the same.
        prop_assert!(close(table.mcnemar(McNemar::Exact).unwrap().p_value, below + equal));
        prop_assert!(close(table.mcnemar(McNemar::MidP).unwrap().p_value, below + equal / 2.0));
        let order = [McNemar::MidP, McNemar::Exact].map(|v| table.mcnemar(v).unwrap().p_value);
        prop_assert!(order[0] <= order[1]);
        let order = [McNemar::Asymptotic, McNemar::Corrected].map(|v| table.mcnemar(v).unwrap().p_value);
        prop_assert!(order[0] <= order[1]);
    }

    /// What does not depend on the order of the categories or the raters, and what turns its sign.
    #[test]
    fn tests_of_tables_are_symmetric(table in table(4), order in Just(vec![0, 1, 2, 3]).prop_shuffle()) {
        for exchanged in [false, true] {
            let other = rearranged(&table, &order, exchanged);
            for (a, b) in [(table.bowker(), other.bowker()), (table.stuart_maxwell(), other.stuart_maxwell())] {
                match (a, b) {
                    (Ok(a), Ok(b)) => {
                        prop_assert!(close(a.statistic, b.statistic) && close(a.p_value, b.p_value));
                        prop_assert_eq!(a.degrees_of_freedom, b.degrees_of_freedom);
                    }
                    (a, b) => prop_assert_eq!(a, b),
                }
            }
        }
    }

    #[test]
    fn stuart_maxwell_is_the_quadratic_form(table in table(4), sparse in prop::collection::vec(any::<bool>(), 16)) {
        let counts = table.counts().iter().zip(&sparse).map(|(&n, &keep)| if keep { n } else { 0 }).collect();
        for table in [PairCounts::from_counts(Labels::codes(4), counts).unwrap(), table] {
            if let Some((statistic, df)) = naive_stuart_maxwell(&table) {
                let test = table.stuart_maxwell().unwrap();
                prop_assert!(close(test.statistic, statistic), "{} against {statistic}", test.statistic);
                prop_assert_eq!(test.degrees_of_freedom, Some(df));
            }
        }
    }

    #[test]
    fn two_categories_or_raters_are_mcnemar(table in table(2)) {
        let expected = table.mcnemar(McNemar::Asymptotic);
        let codes: Vec<u8> = (0..2u8)
            .flat_map(|i| (0..2u8).map(move |j| [i, j]))
            .flat_map(|[i, j]| [i, j].repeat(table.get(i.into(), j.into()) as usize))
            .collect();
        let q = cochran_q(&Ratings::from_codes(Labels::codes(2), 2, codes).unwrap());
        for found in [table.bowker(), table.stuart_maxwell(), q] {
            match (&expected, found) {
                (Ok(e), Ok(f)) => prop_assert!(close(e.statistic, f.statistic) && close(e.p_value, f.p_value)),
                (Err(e), Err(f)) => prop_assert!(e.is_undefined() && f.is_undefined()),
                (e, f) => prop_assert!(false, "{e:?} against {f:?}"),
            }
        }
        let exchanged = rearranged(&table, &[0, 1], true);
        let level = probity::inference::Level::default();
        if let (Ok(a), Ok(b)) = (table.paired_difference(level), exchanged.paired_difference(level)) {
            prop_assert_eq!(a.value, -b.value);
            prop_assert!(close(a.interval.unwrap().lower, -b.interval.unwrap().upper));
            prop_assert!(a.interval.unwrap().contains(a.value) && a.standard_error.unwrap() >= 0.0);
        }
        if let (Ok(a), Ok(b)) = (table.paired_odds_ratio(level), exchanged.paired_odds_ratio(level)) {
            prop_assert!(close(a.value * b.value, 1.0));
            prop_assert!(close(a.interval.unwrap().lower * b.interval.unwrap().upper, 1.0));
            prop_assert!(a.interval.unwrap().contains(a.value));
        }
    }

    /// Bounds, monotony, order, and the definition of each adjustment as a double loop.
    #[test]
    fn adjusted_p_values(p in prop::collection::vec((0u32..=1000).prop_map(|x| f64::from(x) / 1000.0), 0..12)) {
        let m = p.len() as f64;
        let rank = |i: usize| (0..p.len()).filter(|&j| (p[j], j) <= (p[i], i)).count() as f64;
        let harmonic: f64 = (1..=p.len()).map(|i| 1.0 / i as f64).sum();
        for adjustment in ADJUSTMENTS {
            let adjusted = adjust_p_values(&p, adjustment).unwrap();
            for i in 0..p.len() {
                prop_assert!((0.0..=1.0).contains(&adjusted[i]) && adjusted[i] >= p[i]);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                }
                let over = |step: &dyn Fn(f64) -> f64, up: bool| {
                    let chosen = (0..p.len()).filter(|&j| if up { rank(j) >= rank(i) } else { rank(j) <= rank(i) });
                    let values = chosen.map(|j| (step(rank(j)) * p[j]).min(1.0));
                    if up { values.fold(1.0, f64::min) } else { values.fold(0.0, f64::max) }
                };
                let expected = match adjustment {
                    Adjustment::Bonferroni => (m * p[i]).min(1.0),
                    Adjustment::Holm => over(&|r| m - r + 1.0, false),
                    Adjustment::Hochberg => over(&|r| m - r + 1.0, true),
                    Adjustment::BenjaminiHochberg => over(&|r| m / r, true),
                    _ => over(&|r| harmonic * m / r, true),
                };
                prop_assert!(close(adjusted[i], expected), "{adjustment:?} of {p:?}: {adjusted:?}");
            }
        }
    }

    /// Drawn together, two figures differ as the difference drawn alone; two sets of ratings of the same items do as the
    /// halves of one set.
    #[test]
    fn differences_are_drawn_together(
        codes in prop::collection::vec(0u8..3, 4 * 20), seed in any::<u64>(), bca in any::<bool>()
    ) {
        let ratings = Ratings::from_codes(Labels::codes(3), 4, codes).unwrap();
        let items: Vec<usize> = (0..20).collect();
        let half = |raters: [usize; 2]| ratings.select(&items, &raters).unwrap();
        let agreement = |r: &Ratings| Ok(gwet_ac(r, &Options::new())?.value);
        let of = |raters: [usize; 2]| {
            move |r: &Ratings| {
                let items: Vec<usize> = (0..r.n_items()).collect();
                Ok(gwet_ac(&r.select(&items, &raters)?, &Options::new())?.value)
            }
        };
        let (first, second) = (of([0, 1]), of([2, 3]));
        let interval = if bca { BootstrapInterval::Bca } else { BootstrapInterval::Percentile };
        let bootstrap = Bootstrap::new(seed).resamples(60).unwrap().interval(interval);
        let alone = bootstrap.run(&ratings, &|r: &Ratings| Ok(first(r)? - second(r)?));
        let go_on = |_, _| ControlFlow::Continue(());
        let together = bootstrap_difference(&ratings, &first, &second, &bootstrap, go_on);
        let halves = bootstrap_difference_between(&half([0, 1]), &half([2, 3]), &agreement, &bootstrap, go_on);
        prop_assert_eq!(&together, &halves);
        let Ok(together) = together else {
            prop_assert!(alone.is_err_and(|e| e.is_undefined()));
            return Ok(());
        };
        prop_assert_eq!(together.first, first(&ratings).unwrap());
        prop_assert_eq!(together.replicates.estimate(), together.first - together.second);
        prop_assert_eq!(&together.replicates, &alone.unwrap());
        let reversed = bootstrap_difference(&ratings, &second, &first, &bootstrap, go_on).unwrap();
        prop_assert_eq!(reversed.p_value(), together.p_value());
        prop_assert!(reversed.replicates.values().iter().zip(together.replicates.values()).all(|(a, b)| *a == -b));
    }
}

#[test]
fn differences_need_the_same_items() {
    let ratings = |items: [&str; 2]| {
        let ids = probity::ratings::Ids::from_names(items).unwrap();
        Ratings::from_codes(Labels::codes(2), 2, vec![0u8, 1, 1, 1]).unwrap().with_items(ids).unwrap()
    };
    let agreement = |r: &Ratings| Ok(gwet_ac(r, &Options::new())?.value);
    let go_on = |_, _| ControlFlow::Continue(());
    let bootstrap = Bootstrap::new(1);
    let between = |other, bootstrap| {
        bootstrap_difference_between(&ratings(["a", "b"]), &other, &agreement, bootstrap, go_on).map(|_| ())
    };
    assert_eq!(between(ratings(["a", "b"]), &bootstrap), Ok(()));
    let error = between(ratings(["b", "a"]), &bootstrap).unwrap_err().to_string();
    assert!(error.ends_with(r#"found "a" against "b""#), "{error}");
    assert!(between(ratings(["a", "b"]), &bootstrap.clone().unit(Unit::Raters)).is_err());
}
