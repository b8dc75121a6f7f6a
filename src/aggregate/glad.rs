use crate::aggregate::em::{Trace, normalise};
use crate::aggregate::glad_step::{Cells, Normal, Point};
use crate::aggregate::judgments::Judgments;
use crate::aggregate::{ClassPrior, Fit, Options};
use crate::error::{Error, Result};
use crate::inference::Estimate;
use crate::num::{self, Sum};
use crate::ratings::Ratings;

/// What GLAD believes about abilities and items before it sees a judgment.
///
/// | prior | default |
/// |---|---|
/// | [`ability`](Self::ability) α of a rater | normal, mean 1, deviation 1 |
/// | [`ln_ease`](Self::ln_ease) ln β of an item | normal, mean 1, deviation 1 |
///
/// # Examples
/// ```
/// use probity::aggregate::GladPriors;
/// assert_eq!(GladPriors::new().ability(1.0, 1.0)?, GladPriors::default());
/// assert!(GladPriors::new().ln_ease(0.0, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GladPriors {
    ability: Normal,
    ln_ease: Normal,
}

impl Default for GladPriors {
    fn default() -> Self {
        let standard = Normal { mean: 1.0, deviation: 1.0 };
        Self { ability: standard, ln_ease: standard }
    }
}

impl GladPriors {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the prior of the abilities. Above 0 is better than chance.
    ///
    /// # Errors
    /// [`Error::Argument`] for a mean beyond ±10 or a deviation outside 1e-3 to 1e3.
    pub fn ability(self, mean: f64, deviation: f64) -> Result<Self> {
        Ok(Self {
            ability: normal("mean of the abilities", "deviation of the abilities", mean, deviation)?,
            ..self
        })
    }

    /// Sets the prior of the items' ln β.
    ///
    /// # Errors
    /// As [`ability`](Self::ability).
    pub fn ln_ease(self, mean: f64, deviation: f64) -> Result<Self> {
        Ok(Self { ln_ease: normal("mean of ln β", "deviation of ln β", mean, deviation)?, ..self })
    }
}

/// The bounds keep α·β where rounding is smaller than what an iteration gains.
fn normal(
    mean_name: &'static str,
    deviation_name: &'static str,
    mean: f64,
    deviation: f64,
) -> Result<Normal> {
    if !(-10.0..=10.0).contains(&mean) {
        return Err(Error::argument(mean_name, "a number from −10 to 10", mean));
    }
    if !(1e-3..=1e3).contains(&deviation) {
        return Err(Error::argument(deviation_name, "a number from 0.001 to 1000", deviation));
    }
    Ok(Normal { mean, deviation })
}

/// GLAD: a rater has an ability α, an item an ease β, and what counts is their product.
///
/// ```text
/// p(l | t) = σ(α_r·β_i) if l = t, else (1 − σ(α_r·β_i))/(K − 1)
/// objective = ln likelihood − ½ Σ_r ((α_r − μ_α)/s_α)² − ½ Σ_i ((ln β_i − μ_β)/s_β)²
/// ```
///
/// The fit starts from the priors' means with an E-step; then M-step and E-step alternate. The M-step goes back and forth
/// between the abilities and the items: Newton steps with the expected curvature, halved until what each rater and each
/// item contributes is not lower, until no derivative is above 0.01, 25 times at most. It need not reach the maximum:
/// not to fall is enough for the objective to rise. The true categories are equally frequent unless
/// [`Options::class_prior`] says otherwise. [`Options::starts`] and [`Options::smoothing`] are not read.
///
/// # Undefined
/// Without any judgment, and with fewer than two categories.
///
/// # Missing values
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Source
/// Whitehill, Ruvolo, Wu, Bergsma and Movellan 2009, "Whose vote should count more"; for more than two categories as their
/// supplement, errors falling evenly. Priors of mean and deviation 1 on α and ln β are those of their program
/// and of crowd-kit 1.4.2, as are the start and the bounds of the M-step (25 steps, derivatives of 0.01), which both take
/// by conjugate gradients over all parameters at once. Exact maxima of the M-step agree; after few iterations the figures need
/// not. crowd-kit answers with the posteriors before the last M-step, and compares objectives of which one is divided
/// by the number of rows and the first is not.
///
/// # Errors
/// As [`dawid_skene`](crate::aggregate::dawid_skene).
///
/// # Complexity
/// An iteration takes up to 25 times a few exponentials a judgment of the distinct rows: items with the same judgments have
/// the same ease and are worked on once.
///
/// # Examples
/// ```
/// use probity::aggregate::{GladPriors, Options, glad};
/// use probity::ratings::{Labels, Ratings};
/// // The judges agree on the first three items and not on the last; nobody judged the fifth.
/// let codes = vec![0u8, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 255, 255, 255];
/// let ratings = Ratings::from_codes(Labels::codes(2), 3, codes)?;
/// let model = glad(&ratings, GladPriors::default(), &Options::new())?;
/// assert_eq!(model.fit().consensus().labels(), [Some(0), Some(1), Some(0), Some(1), None]);
/// assert!(model.ability(0)?.value > model.ability(2)?.value);
/// assert!(model.difficulty(3) > model.difficulty(0) && model.difficulty(4).is_none());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn glad(ratings: &Ratings, priors: GladPriors, options: &Options) -> Result<Glad> {
    let judgments = Judgments::for_model("GLAD", ratings)?;
    let k = judgments.categories;
    let fixed_prior = options.fixed_prior(&ClassPrior::Uniform, k)?;
    let mut class_prior = fixed_prior.clone().unwrap_or_else(|| vec![1.0 / k as f64; k]);
    let mut point = Point {
        abilities: vec![priors.ability.mean; judgments.raters],
        ln_eases: vec![priors.ln_ease.mean; judgments.weights.len()],
    };
    let mut posteriors = vec![0.0; k * judgments.weights.len()];
    expect(&judgments, &point, &class_prior, &mut posteriors);
    let mut trace = Trace::default();
    for _ in 0..options.iterations {
        let before = [point.abilities.as_slice(), &point.ln_eases, &class_prior].concat();
        Cells::new(&judgments, &posteriors, priors.ability, priors.ln_ease).maximise(&mut point);
        if fixed_prior.is_none() {
            let items = judgments.items();
            class_prior = judgments.class_sums(&posteriors);
            class_prior.iter_mut().for_each(|p| *p /= items);
        }
        let ln_likelihood = expect(&judgments, &point, &class_prior, &mut posteriors);
        let of_raters = point.abilities.iter().map(|&a| priors.ability.ln_density(a));
        let of_items = point.ln_eases.iter().zip(&judgments.weights);
        let ln_prior = num::sum(of_raters.chain(of_items.map(|(&b, w)| w * priors.ln_ease.ln_density(b))));
        let after = point.abilities.iter().chain(&point.ln_eases).chain(&class_prior);
        let change = after.zip(&before).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
        if trace.note(ln_likelihood, ln_likelihood + ln_prior, change, &judgments, options)? {
            break;
        }
    }
    let fit = Fit::new(ratings, judgments, posteriors, class_prior, trace, false, options);
    let abilities = fit.raters().iter().zip(&point.abilities).map(|(report, &value)| {
        report.check_judged("ability")?;
        Ok(Estimate::new("ability", value).counted(report.judgments(), 1, report.judgments()))
    });
    let abilities = abilities.collect();
    Ok(Glad { fit, abilities, ln_eases: point.ln_eases })
}

/// A fit of [`glad`].
///
/// # Examples
/// See [`glad`].
#[derive(Debug, Clone, PartialEq)]
pub struct Glad {
    fit: Fit,
    abilities: Vec<Result<Estimate>>,
    /// By distinct row of judgments.
    ln_eases: Vec<f64>,
}

impl Glad {
    /// What the fit found about items and raters.
    #[must_use]
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// A rater's ability α: 0 answers by chance of an even error, below is worse, without end.
    ///
    /// It has no standard error and no interval. Every item brings an ease of its own, so that the joint maximum is off
    /// however many the items: in 1,380 simulated panels the interval of 95 % from the curvature (Louis 1982) held the true
    /// ability in 43 to 83 %. How good a rater is, with an interval, is the [accuracy](crate::aggregate::RaterReport::accuracy).
    ///
    /// # Errors
    /// [`Error::Index`] for a rater that does not exist; [`Error::Undefined`] for one without judgments.
    pub fn ability(&self, rater: usize) -> Result<Estimate> {
        let len = self.abilities.len();
        self.abilities.get(rater).cloned().unwrap_or(Err(Error::Index { what: "rater", index: rater, len }))
    }

    /// An item's difficulty 1/β; `None` without a judgment of it.
    #[must_use]
    pub fn difficulty(&self, item: usize) -> Option<f64> {
        self.ln_eases.get(self.fit.consensus().row(item)?).map(|ln_ease| (-ln_ease).exp())
    }
}

/// The posteriors of every row and the logarithm of the likelihood of all items.
fn expect(judgments: &Judgments, point: &Point, class_prior: &[f64], posteriors: &mut [f64]) -> f64 {
    let k = judgments.categories;
    let ln_prior: Vec<f64> = class_prior.iter().map(|p| p.ln()).collect();
    let ln_others = ((k - 1) as f64).ln();
    let mut total = Sum::default();
    let rows = judgments.rows().zip(&judgments.weights).zip(&point.ln_eases);
    for (((cells, weight), ln_ease), row) in rows.zip(posteriors.chunks_exact_mut(k)) {
        row.copy_from_slice(&ln_prior);
        let ease = ln_ease.exp();
        // What all categories share is that every judgment is wrong; the one that a judgment names gains ln p/(1 − p).
        let mut all_wrong = 0.0;
        for &cell in cells {
            let (rater, label) = (cell as usize / k, cell as usize % k);
            let x = point.abilities[rater] * ease;
            all_wrong += num::ln_sigmoid(-x) - ln_others;
            row[label] += x + ln_others;
        }
        total.add(weight * (normalise(row) + all_wrong));
    }
    total.value()
}
