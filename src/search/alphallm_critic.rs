use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, ProportionMethod, proportion};
use crate::num;

/// How much each critic counts.
///
/// # Source
/// AlphaLLM, the β of its critics; 1 each by default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    value: f64,
    prm: f64,
    orm: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { value: 1.0, prm: 1.0, orm: 1.0 }
    }
}

impl Weights {
    /// Weights of the value function, of the process reward model and of the outcome reward model. A critic of weight 0
    /// is not needed.
    ///
    /// # Errors
    /// [`Error::Argument`] for a weight that is negative or not finite, or if all are 0.
    pub fn new(value: f64, prm: f64, orm: f64) -> Result<Self> {
        for weight in [value, prm, orm] {
            num::check_at_least_0("critic weight", weight)?;
        }
        if value + prm + orm == 0.0 {
            return Err(Error::argument("critic weights", "at least one above 0", "none"));
        }
        Ok(Self { value, prm, orm })
    }

    /// Whether the value function is needed.
    #[must_use]
    pub fn needs_value(&self) -> bool {
        self.value > 0.0
    }

    /// Whether the process reward model is needed.
    #[must_use]
    pub fn needs_prm(&self) -> bool {
        self.prm > 0.0
    }

    /// Whether the outcome reward model is needed.
    #[must_use]
    pub fn needs_orm(&self) -> bool {
        self.orm > 0.0
    }
}

/// What the critics together say of a state.
///
/// ```text
/// s = β_value·v + β_PRM·r + β_ORM·mean(ORM over fast roll-outs)
/// ```
///
/// A finished state has its own ORM score in the place of roll-outs. The process reward may be aggregated over the path
/// with [`Aggregate`](crate::search::Aggregate): the latest step in the published code.
///
/// # Missing values
/// A critic of weight 0 is not looked at; one that counts must be there.
///
/// # Source
/// AlphaLLM, the critics of its search; the published code.
///
/// # Errors
/// [`Error::Argument`] if a critic that counts is missing; [`Error::NotFinite`] for a score that is not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::{Weights, state_score};
/// assert_eq!(state_score(Some(0.25), Some(0.5), &[1.0, 0.5], Weights::default())?, 1.5);
/// assert_eq!(state_score(Some(0.25), None, &[], Weights::new(1.0, 0.0, 0.0)?)?, 0.25);
/// assert!(state_score(None, Some(0.5), &[0.5], Weights::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn state_score(value: Option<f64>, prm: Option<f64>, orm: &[f64], weights: Weights) -> Result<f64> {
    let mean = num::sum(orm.iter().copied()) / orm.len() as f64;
    let orm = (!orm.is_empty()).then_some(mean);
    let mut score = 0.0;
    for (weight, name, critic) in [
        (weights.value, "value", value),
        (weights.prm, "process reward", prm),
        (weights.orm, "outcome reward", orm),
    ] {
        if weight > 0.0 {
            let critic =
                critic.ok_or_else(|| Error::argument(name, "a score, since its weight is not 0", "none"))?;
            num::check_finite(name, &[critic])?;
            score += weight * critic;
        }
    }
    if score.is_finite() { Ok(score) } else { Err(Error::Overflow { what: "state score" }) }
}

/// A probability as a value in −1..1: 2(p − 0.5).
///
/// # Source
/// The published code, for value models that answer with a probability.
///
/// # Examples
/// ```
/// use probity::search::alphallm::value_from_probability;
/// assert_eq!([0.0, 0.5, 1.0].map(value_from_probability), [-1.0, 0.0, 1.0]);
/// ```
#[must_use]
pub fn value_from_probability(probability: f64) -> f64 {
    2.0 * (probability - 0.5)
}

/// The probability that a critic says "true", from the log-probabilities of its two words.
///
/// ```text
/// p = e^t/(e^t + e^f)
/// ```
///
/// # Missing values
/// The lists of log-probabilities that servers return are short: if "true" is not among them the answer is 0; if only
/// "false" is missing, 1.
///
/// # Source
/// The published code of AlphaLLM.
///
/// # Errors
/// [`Error::NotFinite`] for a log-probability that is not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::verdict_probability;
/// assert_eq!(verdict_probability(Some(-2000.0), Some(-2000.0))?, 0.5);
/// assert_eq!((verdict_probability(Some(-9.0), None)?, verdict_probability(None, None)?), (1.0, 0.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn verdict_probability(ln_true: Option<f64>, ln_false: Option<f64>) -> Result<f64> {
    let given: Vec<f64> = ln_true.iter().chain(&ln_false).copied().collect();
    num::check_finite("log-probabilities", &given)?;
    Ok(match (ln_true, ln_false) {
        (None, _) => 0.0,
        (Some(_), None) => 1.0,
        (Some(t), Some(f)) => 1.0 / (1.0 + (f - t).exp()),
    })
}

/// The probability that a critic says "true", out of all the words whose log-probabilities were returned.
///
/// ```text
/// p = e^t/Σ;  without "true" 1 − e^f/Σ;  without both 0;  Σ = e^t + e^f + Σ over the others
/// ```
///
/// # Source
/// The variant that the published code of AlphaLLM calls calibrated.
///
/// # Errors
/// [`Error::NotFinite`] for a log-probability that is not finite.
///
/// # Examples
/// ```
/// use probity::search::alphallm::calibrated_verdict_probability;
/// let quarter = 0.25f64.ln();
/// assert_eq!(calibrated_verdict_probability(Some(quarter), Some(quarter), &[0.5f64.ln()])?, 0.25);
/// assert_eq!(calibrated_verdict_probability(None, Some(quarter), &[quarter])?, 0.5);
/// assert_eq!(calibrated_verdict_probability(None, None, &[-1.0])?, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn calibrated_verdict_probability(
    ln_true: Option<f64>,
    ln_false: Option<f64>,
    ln_others: &[f64],
) -> Result<f64> {
    let all: Vec<f64> = ln_true.iter().chain(&ln_false).chain(ln_others).copied().collect();
    num::check_finite("log-probabilities", &all)?;
    let greatest = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total = num::sum(all.iter().map(|ln| (ln - greatest).exp()));
    let share = |ln: f64| (ln - greatest).exp() / total;
    Ok(match (ln_true, ln_false) {
        (Some(t), _) => share(t),
        (None, Some(f)) => 1.0 - share(f),
        (None, None) => 0.0,
    })
}

/// How good a critic of right and wrong is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CriticReport {
    /// Right ones among those that it takes for right, with a Wilson interval; undefined if it takes none for right.
    pub precision: Result<Estimate>,
    /// Those that it takes for right among the right ones, with a Wilson interval; undefined if none is right.
    pub recall: Result<Estimate>,
    /// Expected calibration error.
    pub ece: Estimate,
}

/// Precision, recall and expected calibration error of a critic's probabilities.
///
/// A state is taken for right if its score is at least the threshold. The calibration error sorts scores into bins of
/// equal width, each open below and closed above, the first with 0:
///
/// ```text
/// ECE = Σ over bins of |Σ scores − number of right ones| / n
/// ```
///
/// # Undefined
/// Without states.
///
/// # Source
/// AlphaLLM, table 8 (precision, recall, ECE of its critics); how it bins is not said, ten such bins are our choice.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Length`] if scores and labels are not as many; [`Error::Argument`] for a
/// score outside 0..1 or no bins.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::search::alphallm::critic_report;
/// let report = critic_report(&[0.9, 0.8, 0.3, 0.2], &[true, false, true, false], 0.5, 10, Level::default())?;
/// assert_eq!((report.precision?.value, report.recall?.value), (0.5, 0.5));
/// assert!((report.ece.value - (0.1 + 0.8 + 0.7 + 0.2) / 4.0).abs() < 1e-15);
/// let none_right = critic_report(&[0.9], &[false], 0.5, 10, Level::default())?;
/// assert!(none_right.recall.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn critic_report(
    scores: &[f64],
    right: &[bool],
    threshold: f64,
    bins: usize,
    level: Level,
) -> Result<CriticReport> {
    num::check_same_length("labels of a critic", scores.len(), right.len())?;
    num::check_finite("threshold", &[threshold])?;
    if let Some(score) = scores.iter().find(|score| !(0.0..=1.0).contains(*score)) {
        return Err(Error::argument("score of a critic", "a number in 0..1", score));
    }
    if bins == 0 {
        return Err(Error::argument("bins", "at least 1", bins));
    }
    if scores.is_empty() {
        return Err(Error::undefined("critic report", Undefined::Nothing { what: "states" }));
    }
    let count = |holds: &dyn Fn(f64, bool) -> bool| {
        scores.iter().zip(right).filter(|(score, right)| holds(**score, **right)).count() as u64
    };
    let hits = count(&|score, right| right && score >= threshold);
    let share = |metric, of, what| {
        if of == 0 {
            return Err(Error::undefined(metric, Undefined::Nothing { what }));
        }
        proportion(hits, of, ProportionMethod::Wilson, level).map(|e| Estimate { method: metric, ..e })
    };
    let n = scores.len() as u64;
    let ece = Estimate::new("expected calibration error", calibration_error(scores, right, bins));
    Ok(CriticReport {
        precision: share("precision", count(&|score, _| score >= threshold), "states taken for right"),
        recall: share("recall", count(&|_, right| right), "right states"),
        ece: ece.counted(n, 1, n),
    })
}

fn calibration_error(scores: &[f64], right: &[bool], bins: usize) -> f64 {
    let bin = |score: f64| ((score * bins as f64).ceil() as usize).saturating_sub(1).min(bins - 1);
    // Sorted rather than counted, so that memory does not grow with the number of bins.
    let mut gaps: Vec<(usize, f64)> =
        scores.iter().zip(right).map(|(&s, &r)| (bin(s), s - f64::from(u8::from(r)))).collect();
    gaps.sort_by_key(|gap| gap.0);
    let of_bins = gaps.chunk_by(|a, b| a.0 == b.0).map(|bin| num::sum(bin.iter().map(|gap| gap.1)).abs());
    num::sum(of_bins) / scores.len() as f64
}
