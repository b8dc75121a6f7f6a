use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, McNemar, TestResult, mcnemar, mean_over_items, rate};
use crate::num;

/// The similarity below which two responses are inconsistent; our choice.
pub const AUDIT_SIMILARITY: f64 = 0.6;

/// One question of an audit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QuestionAudit {
    /// Mean similarity of its pairs of responses.
    pub mean: f64,
    /// The smallest.
    pub min: f64,
    /// Pairs below the threshold.
    pub inconsistent_pairs: usize,
    /// Whether the mean is below the threshold.
    pub flagged: bool,
}

/// How consistent the audited model is. From [`audit_report`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AuditReport {
    /// Every question.
    pub questions: Vec<QuestionAudit>,
    /// The mean of the questions' means, with a Student t interval over questions.
    pub mean: Estimate,
    /// Share of questions that are flagged, with Wilson's interval.
    pub flag_rate: Estimate,
}

/// The report of an audit from the similarities of responses: `similarities[question][pair]`.
///
/// # Undefined
/// Without questions.
///
/// # Missing values
/// A question with fewer than two responses has no pair: leave it out, it is an error here.
///
/// # Source
/// LLMAuditor (Amirizaniani et al. 2024, arXiv 2402.09346) reports consistency per question; the flags and the threshold
/// ([`AUDIT_SIMILARITY`]) are ours.
///
/// # Errors
/// [`Error::Argument`] for a question without pairs; [`Error::NotFinite`];
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{AUDIT_SIMILARITY, audit_report};
/// use probity::inference::Level;
/// let report = audit_report(&[vec![0.75, 0.25], vec![1.0, 0.5]], AUDIT_SIMILARITY, Level::default())?;
/// assert!(report.questions[0].flagged && !report.questions[1].flagged);
/// assert_eq!((report.mean.value, report.flag_rate.value), (0.625, 0.5));
/// assert!(audit_report(&[vec![0.9], vec![]], 0.6, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn audit_report<S: AsRef<[f64]>>(
    similarities: &[S],
    threshold: f64,
    level: Level,
) -> Result<AuditReport> {
    num::check_finite("threshold", &[threshold])?;
    let audit = |(i, pairs): (usize, &S)| {
        let pairs = pairs.as_ref();
        num::check_finite("similarities", pairs)?;
        let Some(min) = pairs.iter().copied().reduce(f64::min) else {
            let found = format!("none of question {i}");
            return Err(Error::argument("pairs of responses", "at least one", found));
        };
        let mean = num::sum(pairs.iter().copied()) / pairs.len() as f64;
        let inconsistent_pairs = pairs.iter().filter(|&&s| s < threshold).count();
        Ok(QuestionAudit { mean, min, inconsistent_pairs, flagged: mean < threshold })
    };
    let questions = similarities.iter().enumerate().map(audit).collect::<Result<Vec<_>>>()?;
    let means: Vec<f64> = questions.iter().map(|q| q.mean).collect();
    let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
    let mean = mean_over_items("mean consistency", "questions", &means, unbounded, level)?;
    let flagged = questions.iter().filter(|q| q.flagged).count() as u64;
    let flag_rate = rate("flag rate", "the number of questions", flagged, means.len() as u64, level)?;
    Ok(AuditReport { questions, mean, flag_rate })
}

/// Two audits of the same questions. From [`compare_audits`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AuditComparison {
    /// The mean difference of the questions' means, first minus second, with a Student t interval over questions.
    pub difference: Estimate,
    /// McNemar's mid-p test of the flags; undefined if no question is flagged by one only.
    pub flags: Result<TestResult>,
}

/// Compares two ways of auditing (or two audited models) on the same questions.
///
/// # Undefined
/// Without questions.
///
/// # Source
/// LLMAuditor (arXiv 2402.09346) is compared with another method of auditing; the paired tests are ours.
///
/// # Errors
/// [`Error::Length`] for reports of different numbers of questions; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::consistency::{audit_report, compare_audits};
/// use probity::inference::Level;
/// let report = |similarities: &[[f64; 1]]| audit_report(similarities, 0.6, Level::default());
/// let found = compare_audits(&report(&[[0.75], [0.5]])?, &report(&[[0.25], [0.5]])?, Level::default())?;
/// assert_eq!(found.difference.value, 0.25);
/// assert!((found.flags?.p_value - 0.5).abs() < 1e-12);
/// assert!(compare_audits(&report(&[[0.75]])?, &report(&[[0.25], [0.5]])?, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn compare_audits(first: &AuditReport, second: &AuditReport, level: Level) -> Result<AuditComparison> {
    num::check_same_length("questions of the second audit", first.questions.len(), second.questions.len())?;
    let pairs = first.questions.iter().zip(&second.questions);
    let differences: Vec<f64> = pairs.map(|(a, b)| a.mean - b.mean).collect();
    let unbounded = (f64::NEG_INFINITY, f64::INFINITY);
    let flags = |report: &AuditReport| report.questions.iter().map(|q| q.flagged).collect::<Vec<_>>();
    Ok(AuditComparison {
        difference: mean_over_items(
            "difference of consistency",
            "questions",
            &differences,
            unbounded,
            level,
        )?,
        flags: mcnemar(&flags(first), &flags(second), McNemar::MidP),
    })
}
