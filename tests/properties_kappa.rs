//! The chance-corrected coefficients against plain references written from the definitions, on random matrices with
//! missing ratings; and what must hold of them whatever the data.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected should stop there")]

use probity::Error;
use probity::agreement::{
    Coefficient, CongerVariance, LeaveOneOut, LightKappa, Options, PairwiseTable, WeightBasis, WeightMatrix,
    Weights, cohen_kappa, conger_kappa_with,
};
use probity::inference::Estimate;
use probity::ratings::{Labels, Ratings, RatingsBuilder, Scale};
use probity::rng::Stream;
use probity::tally::{PairCounts, Patterns, Tally, UnitCounts};
use proptest::prelude::*;

const K: usize = 4;
type Matrix = Vec<Vec<Option<u32>>>;

fn ratings(matrix: &Matrix, raters: usize) -> Ratings {
    Ratings::from_options(Labels::codes(K), raters, &matrix.concat()).unwrap()
}

/// The same judgments among so many raters who judge nothing that they are kept as a list an item.
fn sparse(matrix: &Matrix, raters: usize) -> Ratings {
    let mut builder = RatingsBuilder::new().labels(Labels::codes(K));
    for rater in 0..raters + 12 {
        builder.push("first", &rater.to_string(), None).unwrap();
    }
    for (item, row) in matrix.iter().enumerate() {
        for (rater, code) in row.iter().enumerate() {
            let code = code.map(|c| c.to_string());
            builder.push(&item.to_string(), &rater.to_string(), code.as_deref()).unwrap();
        }
    }
    builder.build().unwrap()
}

fn options(weights: &Weights) -> Options {
    Options::new().weights(weights.clone()).basis(WeightBasis::Position)
}

fn weights() -> impl Strategy<Value = Weights> {
    // The last is not symmetric: the order of the raters then matters to Cohen's kappa.
    let rows = [[1.0, 0.5, 0.0, 0.0], [0.25, 1.0, 0.5, 0.1], [0.0, 0.75, 1.0, 0.5], [0.0, 0.0, 0.25, 1.0]];
    let custom = WeightMatrix::from_agreement(&rows.map(|row| row.to_vec())).unwrap();
    prop::sample::select(vec![
        Weights::Identity,
        Weights::Identity,
        Weights::Linear,
        Weights::Quadratic,
        Weights::Ordinal,
        Weights::Custom(custom),
    ])
}

fn matrix(most_raters: usize) -> impl Strategy<Value = (usize, Matrix)> {
    // Few categories at times, so that the undefined cases occur.
    (1..=most_raters, 1..=K as u32).prop_flat_map(|(raters, used)| {
        let rating = prop::option::weighted(0.75, 0..used);
        let row = prop::collection::vec(rating, raters);
        (Just(raters), prop::collection::vec(row, 0..14))
    })
}

/// Definitions in agreement, judgment by judgment.
struct Naive {
    rows: Matrix,
    w: WeightMatrix,
}

struct Figure {
    value: f64,
    error: Option<f64>,
}

impl Naive {
    fn new(matrix: &Matrix, weights: &Weights) -> Self {
        let rows = matrix.iter().filter(|row| row.iter().flatten().count() > 0).cloned().collect();
        Self { rows, w: weights.matrix(&Labels::codes(K), WeightBasis::Position).unwrap() }
    }

    fn w(&self, a: u32, b: u32) -> f64 {
        self.w.get(a as usize, b as usize)
    }

    /// Mean agreement over ordered pairs of raters of an item.
    fn item(&self, row: &[Option<u32>]) -> Option<f64> {
        let codes: Vec<u32> = row.iter().flatten().copied().collect();
        let mut total = 0.0;
        for (g, &a) in codes.iter().enumerate() {
            for (h, &b) in codes.iter().enumerate() {
                total += if g == h { 0.0 } else { self.w(a, b) };
            }
        }
        let r = codes.len() as f64;
        (codes.len() > 1).then(|| total / (r * (r - 1.0)))
    }

    fn shares(row: &[Option<u32>]) -> [f64; K] {
        let mut shares = [0.0; K];
        let r = row.iter().flatten().count() as f64;
        row.iter().flatten().for_each(|&code| shares[code as usize] += 1.0 / r);
        shares
    }

    fn expect(&self, p: &[f64; K], q: &[f64; K]) -> f64 {
        (0..K).flat_map(|k| (0..K).map(move |l| (k, l))).map(|(k, l)| self.w.get(k, l) * p[k] * q[l]).sum()
    }

    /// Gwet's framework: `by_item` is what each item adds to p_e.
    fn framework(&self, expected: f64, by_item: impl Fn(&[Option<u32>]) -> f64) -> Option<Figure> {
        let n = self.rows.len() as f64;
        let items: Vec<Option<f64>> = self.rows.iter().map(|row| self.item(row)).collect();
        let paired = items.iter().flatten().count() as f64;
        if paired == 0.0 || expected > 1.0 - 1e-12 {
            return None;
        }
        let observed = items.iter().flatten().sum::<f64>() / paired;
        let value = (observed - expected) / (1.0 - expected);
        let square = |(row, own): (&Vec<Option<u32>>, &Option<f64>)| {
            let own = own.map_or(0.0, |own| n / paired * (own - expected) / (1.0 - expected));
            let chance = 2.0 * (1.0 - value) * (by_item(row) - expected) / (1.0 - expected);
            (own - chance - value).powi(2)
        };
        let squares: f64 = self.rows.iter().zip(&items).map(square).sum();
        Some(Figure { value, error: (n > 1.0).then(|| (squares / (n * (n - 1.0))).sqrt()) })
    }

    fn mean_shares(&self) -> [f64; K] {
        let mut mean = [0.0; K];
        for row in &self.rows {
            Self::shares(row).iter().zip(&mut mean).for_each(|(p, m)| *m += p / self.rows.len() as f64);
        }
        mean
    }

    fn table(&self, a: usize, b: usize) -> Vec<(u32, u32)> {
        self.rows.iter().filter_map(|row| Some((row[a]?, row[b]?))).collect()
    }

    fn figure(&self, coefficient: Coefficient, raters: usize) -> Option<Figure> {
        let q = K as f64;
        let total = self.w.total();
        let mean = self.mean_shares();
        match coefficient {
            Coefficient::PercentAgreement => self.framework(0.0, |_| 0.0),
            Coefficient::FleissKappa => self.framework(self.expect(&mean, &mean), |row| {
                let own = Self::shares(row);
                f64::midpoint(self.expect(&own, &mean), self.expect(&mean, &own))
            }),
            Coefficient::GwetAc => {
                let chance = |own: &[f64; K]| -> f64 {
                    total / (q * (q - 1.0)) * own.iter().zip(&mean).map(|(p, m)| p * (1.0 - m)).sum::<f64>()
                };
                self.framework(chance(&mean), |row| chance(&Self::shares(row)))
            }
            Coefficient::BrennanPrediger | Coefficient::RandolphKappa => {
                self.framework(total / (q * q), |_| total / (q * q))
            }
            Coefficient::ScottPi => {
                let pairs = self.table(0, 1);
                let rows = pairs.iter().map(|&(a, b)| vec![Some(a), Some(b)]).collect();
                let both = Self { rows, w: self.w.clone() };
                both.figure(Coefficient::FleissKappa, 2)
            }
            Coefficient::CohenKappa => self.cohen(0, 1),
            Coefficient::LightKappa => {
                let mut kappas = Vec::new();
                let active = |g: usize| self.rows.iter().any(|row| row[g].is_some());
                for a in (0..raters).filter(|&a| active(a)) {
                    for b in (a + 1..raters).filter(|&b| active(b)) {
                        kappas.push(self.cohen(a, b)?.value);
                    }
                }
                let mean = kappas.iter().sum::<f64>() / kappas.len() as f64;
                (!kappas.is_empty()).then_some(Figure { value: mean, error: None })
            }
            Coefficient::CongerKappa => self.conger(raters),
            other => panic!("no reference of {other:?}"),
        }
    }

    fn cohen(&self, a: usize, b: usize) -> Option<Figure> {
        let pairs = self.table(a, b);
        let n = pairs.len() as f64;
        let (mut r, mut c) = ([0.0; K], [0.0; K]);
        for &(x, y) in &pairs {
            r[x as usize] += 1.0 / n;
            c[y as usize] += 1.0 / n;
        }
        let expected = self.expect(&r, &c);
        if pairs.is_empty() || expected > 1.0 - 1e-12 {
            return None;
        }
        let observed = pairs.iter().map(|&(x, y)| self.w(x, y)).sum::<f64>() / n;
        // Fleiss, Cohen and Everitt 1969, equation 8, summed item by item.
        let row = |x: u32| (0..K).map(|j| c[j] * self.w.get(x as usize, j)).sum::<f64>();
        let column = |y: u32| (0..K).map(|i| r[i] * self.w.get(i, y as usize)).sum::<f64>();
        let term = |&(x, y): &(u32, u32)| {
            (self.w(x, y) * (1.0 - expected) - (row(x) + column(y)) * (1.0 - observed)).powi(2) / n
        };
        let minus = (observed * expected - 2.0 * expected + observed).powi(2);
        let variance = pairs.iter().map(term).sum::<f64>() - minus;
        let error = (variance.max(0.0) / n).sqrt() / (1.0 - expected).powi(2);
        Some(Figure { value: (observed - expected) / (1.0 - expected), error: Some(error) })
    }

    fn conger(&self, raters: usize) -> Option<Figure> {
        let n = self.rows.len() as f64;
        let judged = |g: usize| self.rows.iter().filter_map(move |row| row[g]);
        let active: Vec<usize> = (0..raters).filter(|&g| judged(g).count() > 0).collect();
        let margin = |g: usize| {
            let mut p = [0.0; K];
            judged(g).for_each(|code| p[code as usize] += 1.0 / judged(g).count() as f64);
            p
        };
        let margins: Vec<[f64; K]> = (0..raters).map(margin).collect();
        // Chance agreement of one distribution, in the place of rater g, with the other raters.
        let against = |g: usize, p: &[f64; K]| -> f64 {
            let others = active.iter().filter(|&&h| h != g);
            others.map(|&h| f64::midpoint(self.expect(p, &margins[h]), self.expect(&margins[h], p))).sum()
        };
        let pairs = (active.len() * active.len().saturating_sub(1)) as f64;
        if pairs == 0.0 {
            return None;
        }
        let expected = active.iter().map(|&g| against(g, &margins[g])).sum::<f64>() / pairs;
        self.framework(expected, |row| {
            let change = |&g: &usize| {
                let Some(code) = row[g] else { return 0.0 };
                let mut own = [0.0; K];
                own[code as usize] = 1.0;
                (against(g, &own) - against(g, &margins[g])) * n / judged(g).count() as f64
            };
            expected + active.iter().map(change).sum::<f64>() / pairs
        })
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

fn agrees(found: &Result<Estimate, Error>, expected: Option<&Figure>) -> Result<(), String> {
    match (found, expected) {
        (Err(error), None) if error.is_undefined() => Ok(()),
        (Ok(found), Some(expected)) => {
            // Variances, because the square root of a rounding error near 0 is no longer small.
            let errors = match (found.standard_error, expected.error) {
                (Some(a), Some(b)) => (a * a - b * b).abs() <= 1e-12 * (b * b).max(1.0),
                (None, None) => true,
                _ => false,
            };
            if close(found.value, expected.value) && errors {
                return Ok(());
            }
            Err(format!("{found:?} against {} and {:?}", expected.value, expected.error))
        }
        (found, expected) => Err(format!("{found:?} against {:?}", expected.map(|e| e.value))),
    }
}

/// The same figure, or the same kind of refusal.
fn same(a: &Result<f64, Error>, b: &Result<f64, Error>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => close(*a, *b),
        (Err(a), Err(b)) => a.is_undefined() && b.is_undefined(),
        _ => false,
    }
}

fn value(estimate: Result<Estimate, Error>) -> Result<f64, Error> {
    estimate.map(|estimate| estimate.value)
}

/// The coefficients that these weights leave.
fn coefficients(weights: &Weights) -> impl Iterator<Item = Coefficient> {
    let identity = *weights == Weights::Identity;
    Coefficient::ALL.into_iter().filter(move |&c| {
        c != Coefficient::KrippendorffAlpha && (identity || c != Coefficient::RandolphKappa)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn coefficients_equal_their_definitions((raters, matrix) in matrix(5), weights in weights()) {
        let naive = Naive::new(&matrix, &weights);
        for (data, what) in [(ratings(&matrix, raters), "dense"), (sparse(&matrix, raters), "sparse")] {
            let two = data.n_raters() == 2;
            for coefficient in coefficients(&weights).filter(|c| two || !c.needs_two_raters()) {
                let found = coefficient.estimate(&data, &options(&weights));
                let expected = naive.figure(coefficient, raters);
                if let Err(why) = agrees(&found, expected.as_ref()) {
                    prop_assert!(false, "{what} {coefficient:?} {}: {why}", weights.name());
                }
                if let Ok(found) = &found {
                    prop_assert!(found.value <= 1.0);
                    let chance = found.chance.map(|c| (c.observed() - c.expected()) / (1.0 - c.expected()));
                    prop_assert!(chance.is_none_or(|by_parts| close(by_parts, found.value)));
                }
            }
        }
    }

    #[test]
    fn standard_errors_of_conger_agree_without_singly_rated_items((raters, mut matrix) in matrix(4)) {
        matrix.retain(|row| row.iter().flatten().count() != 1);
        let data = ratings(&matrix, raters);
        let gwet = conger_kappa_with(&data, CongerVariance::Gwet, &Options::new());
        let jackknife = conger_kappa_with(&data, CongerVariance::InfinitesimalJackknife, &Options::new());
        prop_assert_eq!(gwet.is_ok(), jackknife.is_ok());
        if let (Ok(gwet), Ok(jackknife)) = (gwet, jackknife) {
            prop_assert_eq!(gwet.value, jackknife.value);
            let (a, b) = (gwet.standard_error.unwrap_or(0.0), jackknife.standard_error.unwrap_or(0.0));
            prop_assert!((a - b).abs() < 1e-9, "{} {}", a, b);
        }
    }

    #[test]
    fn names_and_order_do_not_matter((raters, matrix) in matrix(5), seed in any::<u64>()) {
        let mut rng = Stream::new(seed, 0, 0);
        let (mut names, mut items, mut people): (Vec<u32>, Vec<usize>, Vec<usize>) =
            ((0..K as u32).collect(), (0..matrix.len()).collect(), (0..raters).collect());
        rng.shuffle(&mut names);
        rng.shuffle(&mut items);
        rng.shuffle(&mut people);
        let cell = |i: usize, g: usize| matrix[i][g].map(|code| names[code as usize]);
        let changed: Matrix =
            items.iter().map(|&i| people.iter().map(|&g| cell(i, g)).collect()).collect();
        let (a, b) = (ratings(&matrix, raters), ratings(&changed, raters));
        for coefficient in Coefficient::ALL.into_iter().filter(|c| raters == 2 || !c.needs_two_raters()) {
            let (a, b) = (coefficient.estimate(&a, &Options::new()), coefficient.estimate(&b, &Options::new()));
            if let (Ok(a), Ok(b)) = (&a, &b) {
                let (a, b) = (a.standard_error.unwrap_or(-1.0), b.standard_error.unwrap_or(-1.0));
                prop_assert!((a - b).abs() < 1e-9, "{coefficient:?} {a} {b}");
            }
            prop_assert!(same(&value(a), &value(b)), "{coefficient:?}");
        }
    }

    #[test]
    fn perfect_agreement_is_one_or_undefined((raters, matrix) in matrix(5), weights in weights()) {
        let alike: Matrix = matrix
            .iter()
            .map(|row| row.iter().map(|code| code.and(row.iter().flatten().next().copied())).collect())
            .collect();
        let data = ratings(&alike, raters);
        for coefficient in coefficients(&weights).filter(|c| raters == 2 || !c.needs_two_raters()) {
            match coefficient.estimate(&data, &options(&weights)) {
                Ok(estimate) => prop_assert_eq!(estimate.value, 1.0),
                Err(error) => prop_assert!(error.is_undefined(), "{error}"),
            }
        }
    }

    #[test]
    fn any_split_gives_the_same_figure(
        (_, matrix) in matrix(5),
        pairs in prop::collection::vec((prop::option::of(0..K as u32), prop::option::of(0..K as u32)), 0..30),
        at in 0usize..14,
    ) {
        let raters = matrix.first().map_or(1, Vec::len);
        let at = at.min(matrix.len());
        let (left, right) = (matrix[..at].to_vec(), matrix[at..].to_vec());
        let patterns = |matrix: &Matrix| Patterns::from_ratings(&ratings(matrix, raters)).unwrap();
        let mut merged = patterns(&right);
        merged.merge(&patterns(&left)).unwrap();
        let whole = patterns(&matrix);
        // Bit for bit.
        prop_assert_eq!(merged.gwet_ac(&Options::new()), whole.gwet_ac(&Options::new()));
        prop_assert_eq!(merged.fleiss_kappa_detail(&Options::new()), whole.fleiss_kappa_detail(&Options::new()));
        let mut shards = [PairCounts::new(Labels::codes(K)), PairCounts::new(Labels::codes(K))];
        let mut whole = PairCounts::new(Labels::codes(K));
        for (i, &pair) in pairs.iter().enumerate() {
            shards[usize::from(i < at)].record(pair).unwrap();
            whole.record(pair).unwrap();
        }
        let [mut merged, other] = shards;
        merged.merge(&other).unwrap();
        let quadratic = options(&Weights::Quadratic);
        prop_assert_eq!(merged.cohen_kappa_detail(&quadratic), whole.cohen_kappa_detail(&quadratic));
        prop_assert_eq!(merged.scott_pi(&quadratic), whole.scott_pi(&quadratic));
    }

    #[test]
    fn kappa_of_code_vectors_finds_the_categories(
        pairs in prop::collection::vec((prop::option::of(0u8..12), prop::option::of(0u8..12)), 0..300),
    ) {
        let (a, b): (Vec<Option<u8>>, Vec<Option<u8>>) = pairs.into_iter().unzip();
        let bytes = |v: &[Option<u8>]| -> Vec<u8> { v.iter().map(|c| c.unwrap_or(255)).collect() };
        // Far apart, so that the codes are no positions.
        let wide = |v: &[Option<u8>]| -> Vec<u32> {
            v.iter().map(|c| c.map_or(u32::MAX, |c| u32::from(c) * 90_000 + 7)).collect()
        };
        let declared = PairCounts::from_codes(Labels::codes(12), &bytes(&a), &bytes(&b)).unwrap();
        let expected = declared.cohen_kappa(&Options::new());
        for found in [cohen_kappa(&bytes(&a), &bytes(&b)), cohen_kappa(&wide(&a), &wide(&b))] {
            prop_assert_eq!(found.is_ok(), expected.is_ok());
            if let (Ok(found), Ok(expected)) = (found, &expected) {
                prop_assert!(close(found.value, expected.value));
                prop_assert!(close(found.standard_error.unwrap(), expected.standard_error.unwrap()));
            }
        }
    }

    #[test]
    fn pairwise_tables_equal_one_pair_at_a_time(
        (raters, matrix) in matrix(4),
        weights in weights(),
        scale in prop::sample::select(vec![
            Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Circular { period: None },
            Scale::Bipolar { ends: None },
        ]),
    ) {
        for data in [ratings(&matrix, raters), sparse(&matrix, raters)] {
            let data = data.with_scale(scale.clone()).unwrap();
            for coefficient in coefficients(&weights).chain([Coefficient::KrippendorffAlpha]) {
                let table = PairwiseTable::new(&data, coefficient, &options(&weights)).unwrap();
                for a in 0..raters {
                    for b in a + 1..raters {
                        let both: Vec<usize> =
                            data.codes().unwrap().pair(a, b).map(|(item, ..)| item).collect();
                        prop_assert_eq!(table.items(b, a), both.len() as u64);
                        let alone = data.select(&both, &[a, b]).unwrap();
                        let expected = coefficient.estimate(&alone, &options(&weights));
                        let found = table.get(a, b).cloned();
                        if let (Ok(found), Ok(expected)) = (&found, &expected) {
                            let errors = found.standard_error.zip(expected.standard_error);
                            prop_assert!(errors.is_none_or(|(a, b)| (a - b).abs() < 1e-9), "{coefficient:?}");
                        }
                        prop_assert!(same(&value(found), &value(expected)), "{coefficient:?} {a} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn leaving_a_rater_out_equals_computing_anew(
        (raters, matrix) in matrix(5),
        weights in weights(),
        scale in prop::sample::select(vec![Scale::Nominal, Scale::Ordinal, Scale::Interval]),
    ) {
        let items = |data: &Ratings| -> Vec<usize> { (0..data.n_items()).collect() };
        for data in [ratings(&matrix, raters), sparse(&matrix, raters)] {
            let data = data.with_scale(scale.clone()).unwrap();
            let all = coefficients(&weights).chain([Coefficient::KrippendorffAlpha]);
            for coefficient in all.filter(|c| !c.needs_two_raters()) {
                let found = LeaveOneOut::new(&data, coefficient, &options(&weights)).unwrap();
                for (rater, without) in found.raters().iter().enumerate() {
                    let others: Vec<usize> = (0..data.n_raters()).filter(|&g| g != rater).collect();
                    let rest = data.select(&items(&data), &others).unwrap();
                    let expected = value(coefficient.estimate(&rest, &options(&weights)));
                    prop_assert!(
                        same(&without.value, &expected),
                        "{coefficient:?} without {rater}: {:?} against {expected:?}", without.value
                    );
                }
            }
        }
    }
}

#[test]
fn the_population_shrinks_gwets_standard_errors() {
    let matrix: Matrix = (0..20u32).map(|i| vec![Some(i % 3), Some((i / 2) % 3), Some(i % 2)]).collect();
    let data = ratings(&matrix, 3);
    let finite = Options::new().population(40).unwrap();
    for coefficient in [Coefficient::FleissKappa, Coefficient::GwetAc, Coefficient::CongerKappa] {
        let all = coefficient.estimate(&data, &Options::new()).unwrap().standard_error.unwrap();
        let half = coefficient.estimate(&data, &finite).unwrap().standard_error.unwrap();
        assert!((half / all - 0.5f64.sqrt()).abs() < 1e-12);
        let error = coefficient.estimate(&data, &Options::new().population(19).unwrap()).unwrap_err();
        assert!(!error.is_undefined());
    }
}

#[test]
fn many_categories_and_a_crowd_stay_small() {
    // 3,000 raters in 6 items each, 70,000 categories: nothing of raters² or categories² may be made.
    let labels = Labels::codes(70_000);
    let mut builder = RatingsBuilder::new().labels(labels);
    for rater in 0..3_000u32 {
        for k in 0..6 {
            let (item, code) = ((rater * 7 + k * 31) % 4_000, rater % 50 * 1_000 + k);
            builder.push(&item.to_string(), &rater.to_string(), Some(&code.to_string())).unwrap();
        }
    }
    let data = builder.build().unwrap();
    let table = PairwiseTable::new(&data, Coefficient::GwetAc, &Options::new()).unwrap();
    assert!(table.pairs().len() > 10_000 && table.pairs().len() < 100_000);
    assert!(table.get(0, 1).unwrap_err().is_undefined());
    let light = LightKappa::new(&data, &Options::new()).unwrap();
    assert!(light.estimate.unwrap_err().is_undefined());
    let weighted = Options::new().weights(Weights::Linear);
    let error = Coefficient::FleissKappa.estimate(&data, &weighted).unwrap_err();
    assert!(matches!(error, Error::Overflow { .. }), "{error}");
    let error = Coefficient::CongerKappa.estimate(&data, &Options::new()).unwrap_err();
    assert!(matches!(error, Error::Overflow { .. }), "{error}");
}

#[test]
fn counts_know_no_raters() {
    let data = Ratings::from_counts(Labels::codes(2), &[2, 1, 0, 3]).unwrap();
    assert!(PairwiseTable::new(&data, Coefficient::CohenKappa, &Options::new()).is_err());
    assert!(LeaveOneOut::new(&data, Coefficient::GwetAc, &Options::new()).is_err());
    assert_eq!(UnitCounts::from_ratings(&data).unwrap().item_agreement(&Options::new()).unwrap().len(), 2);
}
