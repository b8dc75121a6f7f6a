//! Nominal 95 % intervals of the coefficients, tried on simulated studies whose true coefficient is known.
//!
//! Each design is studied 2,000 times with 100 items; an interval that covers the truth in 93 to 97 % of the studies
//! keeps its promise (the standard error of such a share is 0.5 %). Categorical studies follow a rater model: the truth
//! of an item is drawn from the prevalences, and each rater gives it with a probability of their own, else guesses.
//! The true coefficient follows from the joint distribution of two raters' answers. Run with `--nocapture` to see the
//! figures; the docs of the coefficients quote them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop at the unexpected, and the figures are what this one is run for"
)]

use probity::Result;
use probity::agreement::{IccForm, Options, Weights, fleiss_kappa, gwet_ac, icc, krippendorff_alpha};
use probity::calibration::{
    Binning, Predictions, ReliabilityDiagram, TieRule, delong_test, spiegelhalter_test,
};
use probity::inference::{Estimate, Interval, Level};
use probity::ratings::{Labels, Ratings, Scale};
use probity::rng::Stream;
use probity::tally::{BinClosure, PairCounts};

const STUDIES: u32 = 2_000;
const ITEMS: usize = 100;
/// What an interval that keeps its promise covers.
const NOMINAL: (f64, f64) = (0.93, 0.97);
/// What the symmetric intervals cover where nearly all items are of one category, and weighted kappa where some fifty
/// items are rated by both: less than they promise, as their docs say. Fisher's z keeps the promise in the first case and
/// comes nearer to it in the second.
const SHORT: (f64, f64) = (0.90, 0.95);

/// A rater model; one entry of `accuracy` a rater.
struct Design {
    name: &'static str,
    prevalence: &'static [f64],
    accuracy: &'static [f64],
    guess: &'static [f64],
    missing: f64,
}

const TWO: Design = Design {
    name: "2 raters, 3 categories",
    prevalence: &[0.5, 0.3, 0.2],
    accuracy: &[0.8, 0.75],
    guess: &[0.4, 0.3, 0.3],
    missing: 0.0,
};
const TWO_MISSING: Design = Design { name: "2 raters, 3 categories, 10 % missing", missing: 0.1, ..TWO };
const TWO_SKEWED: Design = Design {
    name: "2 raters, 2 categories, 90 % in one",
    prevalence: &[0.9, 0.1],
    accuracy: &[0.9, 0.85],
    guess: &[0.7, 0.3],
    missing: 0.0,
};
const FIVE: Design = Design {
    name: "5 raters, 4 categories",
    prevalence: &[0.4, 0.3, 0.2, 0.1],
    accuracy: &[0.9, 0.8, 0.8, 0.7, 0.6],
    guess: &[0.25, 0.25, 0.25, 0.25],
    missing: 0.0,
};
const FIVE_MISSING: Design = Design { name: "5 raters, 4 categories, 30 % missing", missing: 0.3, ..FIVE };
const FIVE_SKEWED: Design = Design {
    name: "5 raters, 2 categories, 90 % in one",
    prevalence: &[0.9, 0.1],
    accuracy: &[0.9, 0.85, 0.85, 0.8, 0.8],
    guess: &[0.7, 0.3],
    missing: 0.0,
};
const REALISTIC: [Design; 4] = [TWO, TWO_MISSING, FIVE, FIVE_MISSING];
const SKEWED: [Design; 2] = [TWO_SKEWED, FIVE_SKEWED];

fn categorical(stream: &mut Stream, probabilities: &[f64]) -> u32 {
    let mut left = stream.uniform();
    let found = probabilities.iter().position(|p| {
        left -= p;
        left < 0.0
    });
    found.unwrap_or(probabilities.len() - 1) as u32
}

impl Design {
    fn categories(&self) -> usize {
        self.prevalence.len()
    }

    fn study(&self, stream: &mut Stream) -> Ratings {
        let mut codes = Vec::with_capacity(ITEMS * self.accuracy.len());
        for _ in 0..ITEMS {
            let truth = categorical(stream, self.prevalence);
            for &accuracy in self.accuracy {
                let answer =
                    if stream.uniform() < accuracy { truth } else { categorical(stream, self.guess) };
                codes.push((stream.uniform() >= self.missing).then_some(answer));
            }
        }
        Ratings::from_options(Labels::codes(self.categories()), self.accuracy.len(), &codes).unwrap()
    }

    /// The probability that a rater answers `code` to an item of category `truth`.
    fn answers(&self, rater: usize, truth: usize, code: usize) -> f64 {
        let accuracy = self.accuracy[rater];
        accuracy * f64::from(u8::from(truth == code)) + (1.0 - accuracy) * self.guess[code]
    }

    fn marginal(&self, rater: usize) -> Vec<f64> {
        let share =
            |code| (0..self.categories()).map(|t| self.prevalence[t] * self.answers(rater, t, code)).sum();
        (0..self.categories()).map(share).collect()
    }

    fn joint(&self, raters: (usize, usize), codes: (usize, usize)) -> f64 {
        let at =
            |t| self.prevalence[t] * self.answers(raters.0, t, codes.0) * self.answers(raters.1, t, codes.1);
        (0..self.categories()).map(at).sum()
    }

    /// The mean of the raters' marginals. What is missing is missing at random, so this and the mean joint distribution
    /// of two raters are what the multi-rater coefficients estimate.
    fn shares(&self) -> Vec<f64> {
        let raters = self.accuracy.len();
        let marginals: Vec<Vec<f64>> = (0..raters).map(|g| self.marginal(g)).collect();
        (0..self.categories()).map(|c| marginals.iter().map(|m| m[c]).sum::<f64>() / raters as f64).collect()
    }

    /// The mean over pairs of codes of a loss, under the mean joint distribution of two raters.
    fn observed(&self, loss: &dyn Fn(usize, usize) -> f64) -> f64 {
        let raters = self.accuracy.len();
        let pairs = (0..raters).flat_map(|g| (0..raters).filter(move |&h| h != g).map(move |h| (g, h)));
        let of_pair = |pair| self.over_codes(&|i, j| loss(i, j) * self.joint(pair, (i, j)));
        pairs.map(of_pair).sum::<f64>() / (raters * (raters - 1)) as f64
    }

    fn over_codes(&self, term: &dyn Fn(usize, usize) -> f64) -> f64 {
        let k = self.categories();
        (0..k).flat_map(|i| (0..k).map(move |j| (i, j))).map(|(i, j)| term(i, j)).sum()
    }

    fn cohen(&self, loss: &dyn Fn(usize, usize) -> f64) -> f64 {
        let (first, second) = (self.marginal(0), self.marginal(1));
        let observed = self.over_codes(&|i, j| loss(i, j) * self.joint((0, 1), (i, j)));
        1.0 - observed / self.over_codes(&|i, j| loss(i, j) * first[i] * second[j])
    }

    /// Fleiss' kappa and, the sample size growing, Krippendorff's alpha.
    fn fleiss(&self, loss: &dyn Fn(usize, usize) -> f64) -> f64 {
        let shares = self.shares();
        1.0 - self.observed(loss) / self.over_codes(&|i, j| loss(i, j) * shares[i] * shares[j])
    }

    fn gwet(&self) -> f64 {
        let chance =
            self.shares().iter().map(|p| p * (1.0 - p)).sum::<f64>() / (self.categories() - 1) as f64;
        1.0 - self.observed(&nominal) / (1.0 - chance)
    }

    /// Krippendorff's ordinal difference in the population.
    fn ordinal(&self) -> impl Fn(usize, usize) -> f64 {
        let shares = self.shares();
        move |i, j| {
            let (low, high) = (i.min(j), i.max(j));
            let between: f64 = shares[low..=high].iter().sum();
            (between - shares[low].midpoint(shares[high])).powi(2)
        }
    }
}

fn nominal(i: usize, j: usize) -> f64 {
    f64::from(u8::from(i != j))
}

fn squared(i: usize, j: usize) -> f64 {
    (i as f64 - j as f64).powi(2)
}

/// A normal variance-components model: items, raters drawn anew for each study, and errors.
struct Components {
    name: &'static str,
    raters: usize,
    items: f64,
    between_raters: f64,
    errors: f64,
    missing: f64,
}

const SCORES: [Components; 4] = [
    Components { name: "2 raters", raters: 2, items: 2.0, between_raters: 0.0, errors: 1.0, missing: 0.0 },
    Components { name: "5 raters", raters: 5, items: 1.0, between_raters: 0.0, errors: 1.0, missing: 0.0 },
    Components {
        name: "5 raters, 5 % missing",
        raters: 5,
        items: 4.0,
        between_raters: 0.0,
        errors: 1.0,
        missing: 0.05,
    },
    Components {
        name: "5 raters who differ in level",
        raters: 5,
        items: 2.0,
        between_raters: 0.3,
        errors: 1.0,
        missing: 0.0,
    },
];

/// Two independent standard normal numbers (Box and Muller).
fn normals(stream: &mut Stream) -> [f64; 2] {
    let radius = (-2.0 * (1.0 - stream.uniform()).ln()).sqrt();
    let angle = std::f64::consts::TAU * stream.uniform();
    [radius * angle.cos(), radius * angle.sin()]
}

impl Components {
    fn study(&self, stream: &mut Stream) -> Ratings {
        let levels: Vec<f64> =
            (0..self.raters).map(|_| self.between_raters.sqrt() * normals(stream)[0]).collect();
        let mut values = Vec::with_capacity(ITEMS * self.raters);
        for _ in 0..ITEMS {
            let item = self.items.sqrt() * normals(stream)[0];
            for level in &levels {
                let value = item + level + self.errors.sqrt() * normals(stream)[0];
                values.push(if stream.uniform() < self.missing { f64::NAN } else { value });
            }
        }
        Ratings::from_values(Scale::Interval, self.raters, values).unwrap()
    }

    fn truth(&self, form: IccForm) -> f64 {
        let raters = match form {
            IccForm::RandomAgreementSingle | IccForm::RandomAgreementAverage => self.between_raters,
            _ => 0.0,
        };
        let noise = raters + self.errors;
        self.items / (self.items + if form.is_average() { noise / self.raters as f64 } else { noise })
    }
}

/// The share of the studies whose interval covers the truth; a study without interval does not.
fn coverage(name: &str, truth: f64, study: impl Fn(&mut Stream) -> Option<Interval>) -> f64 {
    let covers = |number| study(&mut Stream::new(1971, 95, number)).is_some_and(|i| i.contains(truth));
    let share = (0..STUDIES).filter(|&number| covers(number)).count() as f64 / f64::from(STUDIES);
    println!("{name}: true value {truth:.3}, covered in {:.2} % of {STUDIES} studies", 100.0 * share);
    share
}

fn within(share: f64, (low, high): (f64, f64), name: &str) {
    assert!(low <= share && share <= high, "{name}: {share} is not within {low}..{high}");
}

/// An interval made of an estimate, and its name.
type Made = (&'static str, fn(&Estimate) -> Option<Interval>);

/// The interval that the coefficient comes with.
const OWN: Made = ("own interval", |estimate| estimate.interval);

/// The interval made of its standard error on Fisher's z scale.
const FISHER_Z: Made = ("Fisher's z", |estimate| {
    Interval::fisher_z(estimate.value, estimate.standard_error?, Level::default()).ok()
});

/// A coefficient with its true value under a design.
struct Coefficient<T, C> {
    name: &'static str,
    truth: T,
    estimate: C,
}

impl<T: Fn(&Design) -> f64, C: Fn(Ratings) -> Result<Estimate>> Coefficient<T, C> {
    fn check(&self, designs: &[Design], (kind, interval): Made, band: (f64, f64)) {
        for design in designs {
            let name = format!("{}, {}, {kind}", self.name, design.name);
            let study = |stream: &mut Stream| interval(&(self.estimate)(design.study(stream)).ok()?);
            within(coverage(&name, (self.truth)(design), study), band, &name);
        }
    }

    /// Its own interval keeps the promise in realistic designs and is short in skewed ones, Fisher's z is not.
    fn check_usual(&self) {
        self.check(&REALISTIC, OWN, NOMINAL);
        self.check(&SKEWED, OWN, SHORT);
        self.check(&SKEWED, FISHER_Z, NOMINAL);
    }
}

fn kappa_of_two(ratings: &Ratings, options: &Options) -> Result<Estimate> {
    PairCounts::from_ratings(ratings, 0, 1)?.cohen_kappa(options)
}

#[test]
fn cohen() {
    let estimate = |r: Ratings| kappa_of_two(&r, &Options::new());
    Coefficient { name: "kappa", truth: |d: &Design| d.cohen(&nominal), estimate }.check_usual();
}

#[test]
fn weighted_cohen() {
    let quadratic = Options::new().weights(Weights::Quadratic);
    let estimate = |r: Ratings| kappa_of_two(&r, &quadratic);
    let kappa = Coefficient { name: "kappa (quadratic)", truth: |d: &Design| d.cohen(&squared), estimate };
    kappa.check(&[TWO, TWO_MISSING, FIVE], OWN, NOMINAL);
    kappa.check(&[FIVE_MISSING], OWN, SHORT);
    kappa.check(&[FIVE_MISSING], FISHER_Z, SHORT);
    kappa.check(&[TWO, TWO_MISSING, FIVE], FISHER_Z, NOMINAL);
}

#[test]
fn gwet() {
    let estimate = |r: Ratings| gwet_ac(&r, &Options::new());
    Coefficient { name: "AC1", truth: Design::gwet, estimate }.check_usual();
}

#[test]
fn fleiss() {
    let estimate = |r: Ratings| fleiss_kappa(&r, &Options::new());
    Coefficient { name: "Fleiss' kappa", truth: |d: &Design| d.fleiss(&nominal), estimate }.check_usual();
}

#[test]
fn krippendorff() {
    let on = |scale: Scale| {
        move |ratings: Ratings| krippendorff_alpha(&ratings.with_scale(scale.clone())?, &Options::new())
    };
    let (nominal_scale, ordinal, interval) = (on(Scale::Nominal), on(Scale::Ordinal), on(Scale::Interval));
    let truth = |d: &Design| d.fleiss(&nominal);
    Coefficient { name: "alpha (nominal)", truth, estimate: nominal_scale }.check_usual();
    let truth = |d: &Design| d.fleiss(&d.ordinal());
    Coefficient { name: "alpha (ordinal)", truth, estimate: ordinal }.check_usual();
    let truth = |d: &Design| d.fleiss(&squared);
    Coefficient { name: "alpha (interval)", truth, estimate: interval }.check_usual();
}

/// The one-way forms suppose that no rater is more severe than another; where raters are, their interval misses often.
#[test]
fn intraclass_correlation() {
    for model in &SCORES {
        for form in IccForm::SHROUT_FLEISS {
            let one_way = matches!(form, IccForm::OneWaySingle | IccForm::OneWayAverage);
            let band = if one_way && model.between_raters > 0.0 { (0.60, 0.70) } else { NOMINAL };
            let name = format!("{}, {}", form.name(), model.name);
            let study = |stream: &mut Stream| OWN.1(&icc(&model.study(stream), form, Level::default()).ok()?);
            within(coverage(&name, model.truth(form), study), band, &name);
        }
    }
}

/// Predictions of 1,000 items whose outcomes come true with the probabilities that `truth` makes of the confidences.
fn judge(stream: &mut Stream, confidence: fn(f64) -> f64, truth: fn(f64) -> f64) -> Predictions {
    let confidences: Vec<f64> = (0..1_000).map(|_| confidence(stream.uniform())).collect();
    let right = confidences.iter().map(|&c| stream.uniform() < truth(c)).collect();
    Predictions::new(confidences, right).unwrap()
}

/// The debiased error of calibrated predictions is 0, and the tests of calibration reject as often as they say; of
/// predictions that are wrong by a known amount it is the square of that amount.
#[test]
fn debiased_calibration_error_keeps_its_promise() {
    let mass = |bins| Binning::EqualMass { bins, ties: TieRule::Together };
    let width = Binning::EqualWidth { bins: 10, closure: BinClosure::Right };
    let sure = |u: f64| 0.5 + 0.5 * u.sqrt() * 0.98;
    let mut run = 0;
    for (name, binning, confidence) in [
        ("even confidences, 10 equal bins", mass(10), (|u| u) as fn(f64) -> f64),
        ("even confidences, 10 bins of equal width", width, |u| u),
        ("sure judge, 15 equal bins", mass(15), sure),
    ] {
        let (mut holds, mut accepted, mut accepted_without_bins) = (0, 0, 0);
        for _ in 0..1_000 {
            run += 1;
            let predictions = judge(&mut Stream::new(5, 77, run), confidence, |c| c);
            let diagram = ReliabilityDiagram::new(&predictions, binning).unwrap();
            let found = diagram.debiased_calibration_error(Level::default()).unwrap();
            holds += u32::from(found.interval.unwrap().contains(0.0));
            accepted += u32::from(diagram.calibration_test().unwrap().p_value > 0.05);
            accepted_without_bins += u32::from(spiegelhalter_test(&predictions).unwrap().p_value > 0.05);
        }
        println!("{name}: 0 held {holds}, accepted {accepted} and {accepted_without_bins} of 1,000");
        for share in [holds, accepted, accepted_without_bins] {
            assert!((930..=970).contains(&share), "{name}: {share}");
        }
    }
    for (name, truth, square) in [
        ("overconfident by 0.1", (|c| c - 0.1) as fn(f64) -> f64, 0.01),
        ("by 0.03", |c| c - 0.03, 0.0009),
        ("0.05 too high below, 0.05 too low above", |c| if c < 0.5 { c - 0.05 } else { c + 0.05 }, 0.0025),
    ] {
        let (mut holds, mut mean) = (0, 0.0);
        for _ in 0..1_000 {
            run += 1;
            // Confidences that leave room on both sides.
            let predictions = judge(&mut Stream::new(5, 77, run), |u| 0.15 + 0.7 * u, truth);
            let diagram = ReliabilityDiagram::new(&predictions, mass(10)).unwrap();
            let found = diagram.debiased_calibration_error(Level::default()).unwrap();
            holds += u32::from(found.interval.unwrap().contains(square));
            mean += found.value / 1_000.0;
        }
        println!("{name}: {square} held {holds} of 1,000, mean {mean:.5}");
        assert!((930..=970).contains(&holds), "{name}: {holds}");
        assert!((mean - square).abs() < 0.0002 + 0.05 * square, "{name}: {mean}");
    }
}

/// DeLong's interval of the area, where it is known: a normal shift of 1 gives Φ(1/√2).
#[test]
fn delong_keeps_its_promise() {
    let area = 0.760_249_938_906_523_3;
    let (mut holds, mut alike) = (0, 0);
    for run in 0..STUDIES {
        let mut stream = Stream::new(6, 78, run);
        let mut normal = || normals(&mut stream)[0];
        let right: Vec<bool> = (0..ITEMS).map(|i| i % 2 == 0).collect();
        let shared: Vec<f64> = right.iter().map(|&r| f64::from(u8::from(r)) + 0.8 * normal()).collect();
        let mut score = || shared.iter().map(|s| s + 0.6 * normal()).collect::<Vec<f64>>();
        let both = delong_test(&score(), &score(), &right, Level::default()).unwrap();
        holds += u32::from(both.first.interval.unwrap().contains(area));
        alike += u32::from(both.difference.p_value.unwrap() > 0.05);
    }
    println!("DeLong: area held {holds}, no difference accepted {alike} of {STUDIES}");
    for share in [holds, alike] {
        let share = f64::from(share) / f64::from(STUDIES);
        assert!((NOMINAL.0..=NOMINAL.1).contains(&share), "{share}");
    }
}
