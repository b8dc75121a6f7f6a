//! What holds of correlations, whatever the data: the fast counts are those of two loops, the p-values those of all
//! permutations, order and monotone transformations do not matter.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use probity::Error;
use probity::correlation::{
    Combination, Concordance, Dependent, Options, PValue, Ranking, Weigher, WeightedTauOptions,
    kendall_tau_a, kendall_tau_b, pearson, spearman, weighted_tau,
};
use probity::inference::Estimate;
use probity::ratings::Labels;
use probity::rng::Stream;
use probity::tally::PairCounts;
use proptest::prelude::*;

fn sign(a: f64, b: f64) -> i64 {
    i64::from(a > b) - i64::from(a < b)
}

/// One observation against all: concordant minus discordant, both, differing in x, differing in y.
fn standing(x: &[f64], y: &[f64], i: usize) -> [i64; 4] {
    let mut sums = [0; 4];
    for j in 0..x.len() {
        let (a, b) = (sign(x[i], x[j]), sign(y[i], y[j]));
        for (sum, more) in sums.iter_mut().zip([a * b, (a * b).abs(), a.abs(), b.abs()]) {
            *sum += more;
        }
    }
    sums
}

/// The counts by two loops.
fn naive_counts(x: &[f64], y: &[f64]) -> [u128; 5] {
    let mut counts = [0; 5];
    for i in 0..x.len() {
        for j in 0..i {
            let (a, b) = (sign(x[i], x[j]), sign(y[i], y[j]));
            for (count, found) in
                counts.iter_mut().zip([a * b > 0, a * b < 0, a == 0, b == 0, a == 0 && b == 0])
            {
                *count += u128::from(found);
            }
        }
    }
    counts
}

fn counts(c: &Concordance) -> [u128; 5] {
    [c.concordant(), c.discordant(), c.ties_x(), c.ties_y(), c.ties_both()]
}

fn levels(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    sorted.len()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-10 * expected.abs().max(1.0)
}

/// Value and `ASE1` of tau-a, tau-b, tau-c, gamma, d(y|x), d(x|y) in the form in which the manuals print them: with the
/// number of ordered pairs P concordant, Q discordant, and for each observation A concordant, D discordant ones.
fn naive_coefficients(x: &[f64], y: &[f64]) -> [(f64, f64); 6] {
    let n = x.len() as f64;
    let each: Vec<[f64; 4]> = (0..x.len()).map(|i| standing(x, y, i).map(|v| v as f64)).collect();
    let total = |f: &dyn Fn(&[f64; 4]) -> f64| each.iter().map(f).sum::<f64>();
    let (p, q) = (total(&|[d, a, ..]| (a + d) / 2.0), total(&|[d, a, ..]| (a - d) / 2.0));
    let (wr, wc) = (total(&|[_, _, u, _]| *u), total(&|[.., v]| *v));
    let w = (wr * wc).sqrt();
    let m = levels(x).min(levels(y)) as f64;
    let net = total(&|[d, ..]| d * d) - (p - q).powi(2) / n;
    let (tau_a, tau_b) = ((p - q) / (n * (n - 1.0)), (p - q) / w);
    let b = total(&|[d, _, u, v]| (2.0 * w * d + tau_b * ((n - u) * wc + (n - v) * wr)).powi(2))
        - n.powi(3) * tau_b.powi(2) * (wr + wc).powi(2);
    let gamma = total(&|[d, a, ..]| (q * (a + d) / 2.0 - p * (a - d) / 2.0).powi(2));
    let y_given_x = total(&|[d, _, u, _]| (wr * d - (p - q) * u).powi(2));
    let x_given_y = total(&|[d, _, _, v]| (wc * d - (p - q) * v).powi(2));
    [
        (tau_a, 2.0 / (n * (n - 1.0)) * net.max(0.0).sqrt()),
        (tau_b, b.max(0.0).sqrt() / w.powi(2)),
        (m * (p - q) / (n * n * (m - 1.0)), 2.0 * m / ((m - 1.0) * n * n) * net.max(0.0).sqrt()),
        ((p - q) / (p + q), 4.0 / (p + q).powi(2) * gamma.sqrt()),
        ((p - q) / wr, 2.0 / wr.powi(2) * y_given_x.sqrt()),
        ((p - q) / wc, 2.0 / wc.powi(2) * x_given_y.sqrt()),
    ]
}

fn coefficients(c: &Concordance) -> [Result<Estimate, Error>; 6] {
    let o = Options::new();
    [
        c.kendall_tau_a(&o),
        c.kendall_tau_b(&o),
        c.kendall_tau_c(&o),
        c.goodman_kruskal_gamma(&o),
        c.somers_d(Dependent::Y, &o),
        c.somers_d(Dependent::X, &o),
    ]
}

/// Every rank by counting; ties share the mean.
fn naive_ranks(values: &[f64]) -> Vec<f64> {
    let rank = |&v: &f64| {
        let below = values.iter().filter(|&&w| w < v).count() as f64;
        let equal = values.iter().filter(|&&w| w == v).count() as f64;
        below + f64::midpoint(equal, 1.0)
    };
    values.iter().map(rank).collect()
}

fn naive_pearson(x: &[f64], y: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mx, my) = (mean(x), mean(y));
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(&a, &b)| f(a - mx, b - my)).sum::<f64>();
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

/// The bilinear form of Vigna's paper, pair by pair.
fn naive_weighted(x: &[f64], y: &[f64], weights: &[f64], product: bool) -> f64 {
    let form = |a: &[f64], b: &[f64]| {
        let mut total = 0.0;
        for i in 0..a.len() {
            for j in 0..i {
                let w = if product { weights[i] * weights[j] } else { weights[i] + weights[j] };
                total += w * (sign(a[i], a[j]) * sign(b[i], b[j])) as f64;
            }
        }
        total
    };
    form(x, y) / (form(x, x) * form(y, y)).sqrt()
}

/// All orders of `0..n`.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let insert = |shorter: Vec<usize>| {
        (0..n).map(move |at| {
            let mut longer = shorter.clone();
            longer.insert(at, n - 1);
            longer
        })
    };
    permutations(n - 1).into_iter().flat_map(insert).collect()
}

/// Pairs with many ties, few ties, or none, near 0 or far from it.
fn pairs(max: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let value = |levels: f64| move |v: f64| (v * levels).floor();
    (prop::collection::vec((0.0..1.0, 0.0..1.0), 2..max), 0usize..4, 0usize..4).prop_map(
        move |(pairs, kx, ky)| {
            let shape = |kind: usize, v: f64| match kind {
                0 => value(3.0)(v),
                1 => value(12.0)(v) - 6.0,
                2 => 1e10 + value(1000.0)(v),
                _ => v - 0.5,
            };
            pairs.into_iter().map(|(a, b)| (shape(kx, a), shape(ky, 0.4 * a + 0.6 * b))).unzip()
        },
    )
}

fn varies(values: &[f64]) -> bool {
    values.iter().any(|v| *v != values[0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn counts_are_those_of_two_loops((x, y) in pairs(90)) {
        let c = Concordance::from_pairs(&x, &y).unwrap();
        prop_assert_eq!(counts(&c), naive_counts(&x, &y));
        prop_assert_eq!(c.levels(), (levels(&x) as u64, levels(&y) as u64));
        let [alike, opposed, tied_x, tied_y, tied_both] = counts(&c);
        prop_assert_eq!(alike + opposed + tied_x + tied_y - tied_both, c.pairs());
    }

    #[test]
    fn coefficients_are_those_of_the_manuals((x, y) in pairs(60)) {
        let c = Concordance::from_pairs(&x, &y).unwrap();
        let defined = varies(&x) && varies(&y);
        for (k, (found, (value, error))) in
            coefficients(&c).into_iter().zip(naive_coefficients(&x, &y)).enumerate()
        {
            // Tau-a alone has a value for a constant variable; gamma needs a pair without ties.
            if !(defined || k == 0) || k == 3 && c.concordant() + c.discordant() == 0 {
                prop_assert!(found.unwrap_err().is_undefined());
                continue;
            }
            let found = found.unwrap();
            prop_assert!(close(found.value, value), "{}: {} against {value}", found.method, found.value);
            prop_assert!((-1.0..=1.0).contains(&found.value));
            if let (Some(se), Some(interval)) = (found.standard_error, found.interval) {
                // The naive form cancels: its square is good to 1e-12 at best.
                prop_assert!((se * se - error * error).abs() < 1e-9, "{}: {se} against {error}", found.method);
                prop_assert!(interval.contains(found.value));
                prop_assert!(-1.0 <= interval.lower && interval.upper <= 1.0);
            }
            prop_assert!(found.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
            prop_assert_eq!(found.p_value.is_some(), defined);
        }
    }

    #[test]
    fn order_does_not_matter((x, y) in pairs(90), seed in any::<u64>()) {
        let mut order: Vec<usize> = (0..x.len()).collect();
        Stream::new(seed, 0, 0).shuffle(&mut order);
        let shuffled = |v: &[f64]| order.iter().map(|&i| v[i]).collect::<Vec<_>>();
        let (sx, sy) = (shuffled(&x), shuffled(&y));
        prop_assert_eq!(Concordance::from_pairs(&x, &y), Concordance::from_pairs(&sx, &sy));
        let o = Options::new();
        prop_assert_eq!(spearman(&x, &y, &o), spearman(&sx, &sy, &o));
        let vigna = WeightedTauOptions::new();
        match (weighted_tau(&x, &y, &vigna), weighted_tau(&sx, &sy, &vigna)) {
            (Ok(a), Ok(b)) => prop_assert!(close(a.value, b.value)),
            (a, b) => prop_assert_eq!(a, b),
        }
    }

    #[test]
    fn monotone_transformations_and_exchange((x, y) in pairs(60)) {
        let stretched: Vec<f64> = x.iter().map(|v| (v / 1e10).exp() * 3.0 - 1.0).collect();
        prop_assume!(levels(&stretched) == levels(&x));
        let reversed: Vec<f64> = x.iter().map(|v| -v).collect();
        let c = Concordance::from_pairs(&x, &y).unwrap();
        prop_assert_eq!(&Concordance::from_pairs(&stretched, &y).unwrap(), &c);
        let [alike, opposed, tied_x, tied_y, tied_both] = counts(&c);
        prop_assert_eq!(
            counts(&Concordance::from_pairs(&reversed, &y).unwrap()),
            [opposed, alike, tied_x, tied_y, tied_both]
        );
        prop_assert_eq!(
            counts(&Concordance::from_pairs(&y, &x).unwrap()),
            [alike, opposed, tied_y, tied_x, tied_both]
        );
        let o = Options::new();
        let value = |r: Result<Estimate, Error>| r.ok().map(|e| (e.value, e.p_value));
        prop_assert_eq!(value(spearman(&x, &y, &o)), value(spearman(&stretched, &y, &o)));
        prop_assert_eq!(value(spearman(&x, &y, &o)), value(spearman(&y, &x, &o)));
        if varies(&x) && varies(&y) {
            let there = c.somers_d(Dependent::X, &o).unwrap().value;
            let back = Concordance::from_pairs(&y, &x).unwrap().somers_d(Dependent::Y, &o).unwrap().value;
            prop_assert_eq!(there, back);
        }
    }

    #[test]
    fn products_and_ranks_are_those_of_the_definitions((x, y) in pairs(60)) {
        let o = Options::new();
        if !(varies(&x) && varies(&y)) {
            prop_assert!(pearson(&x, &y, &o).unwrap_err().is_undefined());
            prop_assert!(spearman(&x, &y, &o).unwrap_err().is_undefined());
            return Ok(());
        }
        let r = pearson(&x, &y, &o).unwrap();
        prop_assert!((r.value - naive_pearson(&x, &y)).abs() < 1e-6);
        let centred: Vec<f64> = x.iter().map(|v| v - x[0]).collect();
        prop_assert!(close(pearson(&centred, &y, &o).unwrap().value, r.value));
        let rho = spearman(&x, &y, &o).unwrap();
        prop_assert!(close(rho.value, naive_pearson(&naive_ranks(&x), &naive_ranks(&y))));
        for e in [r, rho] {
            prop_assert!((-1.0..=1.0).contains(&e.value));
            prop_assert!(e.interval.is_none_or(|i| i.contains(e.value) && i.lower >= -1.0 && i.upper <= 1.0));
        }
    }

    #[test]
    fn weighted_tau_is_the_bilinear_form((x, y) in pairs(60), product in any::<bool>(), seed in any::<u64>()) {
        let combination = if product { Combination::Multiplicative } else { Combination::Additive };
        let mut ranks: Vec<u64> = (0..x.len() as u64).collect();
        Stream::new(seed, 0, 0).shuffle(&mut ranks);
        let options = WeightedTauOptions::new().combination(combination);
        let given = weighted_tau(&x, &y, &options.ranking(Ranking::Ranks(&ranks)));
        if !(varies(&x) && varies(&y)) {
            prop_assert!(given.unwrap_err().is_undefined());
            return Ok(());
        }
        let weights = |ranks: &[u64]| ranks.iter().map(|&r| 1.0 / (r as f64 + 1.0)).collect::<Vec<_>>();
        prop_assert!(close(given.unwrap().value, naive_weighted(&x, &y, &weights(&ranks), product)));

        let lexicographic = |first: &[f64], second: &[f64]| {
            let mut order: Vec<usize> = (0..x.len()).collect();
            order.sort_by(|&i, &j| first[j].total_cmp(&first[i]).then(second[j].total_cmp(&second[i])));
            let mut ranks = vec![0; x.len()];
            order.into_iter().zip(0..).for_each(|(i, rank)| ranks[i] = rank);
            naive_weighted(&x, &y, &weights(&ranks), product)
        };
        let (by_x, by_y) = (lexicographic(&x, &y), lexicographic(&y, &x));
        for (ranking, expected) in
            [(Ranking::ByX, by_x), (Ranking::ByY, by_y), (Ranking::Both, f64::midpoint(by_x, by_y))]
        {
            prop_assert!(close(weighted_tau(&x, &y, &options.ranking(ranking)).unwrap().value, expected));
        }
        // Equal weights are no weights.
        let flat = options.weigher(Weigher::Custom(|_| 1.0)).ranking(Ranking::AsGiven);
        let tau_b = kendall_tau_b(&x, &y, &Options::new()).unwrap().value;
        prop_assert!(close(weighted_tau(&x, &y, &flat).unwrap().value, tau_b));
    }

    #[test]
    fn tables_are_their_pairs(cells in prop::collection::vec(0u64..6, 16)) {
        let table = PairCounts::from_counts(Labels::from_names(["a", "b", "c", "d"]).unwrap(), cells.clone()).unwrap();
        let observations = cells.iter().enumerate().flat_map(|(at, &times)| (0..times).map(move |_| at));
        let (x, y): (Vec<f64>, Vec<f64>) = observations.map(|at| ((at / 4) as f64, (at % 4) as f64)).unzip();
        prop_assert_eq!(Concordance::from_table(&table), Concordance::from_pairs(&x, &y));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Enough pairs for the distribution before the sort.
    #[test]
    fn many_pairs(seed in any::<u64>(), kind in 0usize..3) {
        let mut stream = Stream::new(seed, 0, 0);
        let mut value = || match kind {
            0 => stream.uniform(),
            1 => (stream.uniform() * 200.0).floor(),
            _ => 1e10 + (stream.uniform() * 3000.0).floor() * 1e-5,
        };
        let x: Vec<f64> = (0..2500).map(|_| value()).collect();
        let y: Vec<f64> = x.iter().map(|&x| if value() > x { x } else { value() }).collect();
        let c = Concordance::from_pairs(&x, &y).unwrap();
        prop_assert_eq!(counts(&c), naive_counts(&x, &y));
        let (found, expected) = (c.kendall_tau_b(&Options::new()).unwrap(), naive_coefficients(&x, &y)[1]);
        prop_assert!(close(found.value, expected.0));
        prop_assert!((found.standard_error.unwrap() / expected.1 - 1.0).abs() < 1e-6);
    }
}

#[test]
fn exact_p_values_are_those_of_all_permutations() {
    let options = Options::new().p_value(PValue::Exact);
    for n in 2..=7 {
        let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
        let all: Vec<Vec<f64>> =
            permutations(n).iter().map(|p| p.iter().map(|&v| v as f64).collect()).collect();
        let tau: Vec<Estimate> = all.iter().map(|y| kendall_tau_a(&x, y, &options).unwrap()).collect();
        let rho: Vec<Estimate> = all.iter().map(|y| spearman(&x, y, &options).unwrap()).collect();
        for estimates in [tau, rho] {
            let mut sizes: Vec<f64> = estimates.iter().map(|e| e.value.abs()).collect();
            sizes.sort_by(f64::total_cmp);
            for e in &estimates {
                let at_least = sizes.len() - sizes.partition_point(|&s| s < e.value.abs() - 1e-12);
                let expected = at_least as f64 / sizes.len() as f64;
                assert!((e.p_value.unwrap() - expected).abs() < 1e-12, "n = {n}: {e:?}, expected {expected}");
            }
        }
    }
}
