use crate::agreement::{Options, light_kappa, percent_agreement};
use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::ratings::{Labels, Ratings};

/// Whether a probe meets the two human criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProbeCriteria {
    /// It keeps the question's intent and its expected answer.
    pub relevant: bool,
    /// It is worded as another person would.
    pub diverse: bool,
}

/// Shares of probes that meet the criteria. From [`criteria_rates`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CriteriaRates {
    /// The relevant ones.
    pub relevant: Estimate,
    /// The diverse ones.
    pub diverse: Estimate,
    /// Those that are both.
    pub both: Estimate,
}

/// Shares of probes that are relevant, diverse, and both, with Wilson's intervals.
///
/// # Undefined
/// Without probes.
///
/// # Source
/// The two criteria of LLMAuditor (Amirizaniani et al. 2024, arXiv 2402.09346); the shares are ours.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{ProbeCriteria, criteria_rates};
/// use probity::inference::Level;
/// let probe = |relevant, diverse| ProbeCriteria { relevant, diverse };
/// let rates = criteria_rates(&[probe(true, true), probe(true, false)], Level::default())?;
/// assert_eq!((rates.relevant.value, rates.both.value), (1.0, 0.5));
/// assert!(criteria_rates(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn criteria_rates(probes: &[ProbeCriteria], level: Level) -> Result<CriteriaRates> {
    let share = |metric, holds: fn(&ProbeCriteria) -> bool| {
        let count = probes.iter().filter(|probe| holds(probe)).count();
        rate(metric, "the number of probes", count as u64, probes.len() as u64, level)
    };
    Ok(CriteriaRates {
        relevant: share("share of relevant probes", |p| p.relevant)?,
        diverse: share("share of diverse probes", |p| p.diverse)?,
        both: share("share of relevant and diverse probes", |p| p.relevant && p.diverse)?,
    })
}

/// How far annotators agree on one criterion in one round of the codebook.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CodebookAgreement {
    /// Share of pairs of judgments of the same probe that agree.
    pub percent: Estimate,
    /// Cohen's kappa; with more than two annotators its mean over all pairs (Light's). Undefined if two of them give
    /// every probe the same label.
    pub kappa: Result<Estimate>,
}

/// How far annotators agree on one criterion: `judgments[annotator][probe]`.
///
/// # Undefined
/// Without probes. Kappa where two annotators use one label only.
///
/// # Source
/// LLMAuditor (arXiv 2402.09346) repeats its rounds until annotators agree; which figure it takes could not be read.
///
/// # Errors
/// [`Error::Argument`] for fewer than two annotators; [`Error::Length`] if they judge different numbers of probes;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::codebook_agreement;
/// use probity::inference::Level;
/// let found = codebook_agreement(&[[true, false, true, true], [true, false, false, true]], Level::default())?;
/// assert_eq!((found.percent.value, found.kappa?.value), (0.75, 0.5));
/// let same = codebook_agreement(&[[true; 3], [true; 3]], Level::default())?;
/// assert!(same.percent.value == 1.0 && same.kappa.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn codebook_agreement<S: AsRef<[bool]>>(judgments: &[S], level: Level) -> Result<CodebookAgreement> {
    let [first, _, ..] = judgments else {
        return Err(Error::argument("annotators", "at least 2", judgments.len()));
    };
    let probes = first.as_ref().len();
    for of in judgments {
        crate::num::check_same_length("judgments of an annotator", probes, of.as_ref().len())?;
    }
    let codes = (0..probes).flat_map(|probe| judgments.iter().map(move |of| u8::from(of.as_ref()[probe])));
    let ratings = Ratings::from_codes(Labels::codes(2), judgments.len(), codes.collect())?;
    let options = Options::new().level(level);
    Ok(CodebookAgreement {
        percent: percent_agreement(&ratings, &options)?,
        kappa: light_kappa(&ratings, &options),
    })
}

/// The first round whose kappa is at least `min_kappa`, from 0; `None` if no round's is. A round without a kappa
/// (`None`) is not accepted.
///
/// # Source
/// LLMAuditor (arXiv 2402.09346) for the rounds; the rule and the threshold ([`AUDIT_MIN_KAPPA`]) are ours.
///
/// # Examples
/// ```
/// use probity::consistency::{AUDIT_MIN_KAPPA, accepted_round};
/// assert_eq!(accepted_round(&[Some(0.31), None, Some(0.8)], AUDIT_MIN_KAPPA), Some(2));
/// assert_eq!(accepted_round(&[], AUDIT_MIN_KAPPA), None);
/// ```
#[must_use]
pub fn accepted_round(kappas: &[Option<f64>], min_kappa: f64) -> Option<usize> {
    kappas.iter().position(|kappa| kappa.is_some_and(|kappa| kappa >= min_kappa))
}

/// The kappa from which on annotators agree well enough; our choice.
pub const AUDIT_MIN_KAPPA: f64 = 0.7;
