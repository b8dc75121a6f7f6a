use crate::calibration::Ranking;
use crate::critique::{Correlations, correlations};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, Rate, mean_over_items};
use crate::num;

fn check(scores: &[f64], quality: &[f64]) -> Result<()> {
    num::check_same_length("reference qualities", scores.len(), quality.len())?;
    num::check_finite("scores", scores)?;
    num::check_finite("reference qualities", quality)
}

fn mean(values: &[f64], what: &'static str, level: Level) -> Result<Estimate> {
    mean_over_items("mean quality", what, values, (f64::NEG_INFINITY, f64::INFINITY), level)
}

/// What declining below a threshold does. From [`selective_report`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelectiveReport {
    /// Answers given among all.
    pub coverage: Rate,
    /// Mean quality of those given; undefined if all are declined.
    pub kept: Result<Estimate>,
    /// Mean quality of those declined; undefined if none is.
    pub declined: Result<Estimate>,
    /// Mean quality of all.
    pub all: Estimate,
}

/// The quality of answers if those whose score is below a threshold are declined.
///
/// Student t intervals over answers; they take the threshold as given beforehand.
///
/// # Undefined
/// Without answers. The quality of the kept, or of the declined, if there are none.
///
/// # Ties
/// A score that equals the threshold is kept.
///
/// # Source
/// Self-J, selective instruction following.
///
/// # Errors
/// [`Error::Length`] if the two differ in length; [`Error::NotFinite`] for a number that is not finite;
/// [`Error::Undefined`] without answers.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::selective_report;
/// use probity::inference::Level;
/// let report = selective_report(&[0.9, 0.4, 0.6], &[8.0, 2.0, 6.0], 0.6, Level::default())?;
/// assert_eq!((report.kept?.value, report.declined?.value), (7.0, 2.0));
/// assert_eq!(report.coverage.value()?, 2.0 / 3.0);
/// let shy = selective_report(&[0.1], &[5.0], 0.6, Level::default())?;
/// assert!(shy.kept.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selective_report(
    scores: &[f64],
    quality: &[f64],
    threshold: f64,
    level: Level,
) -> Result<SelectiveReport> {
    check(scores, quality)?;
    num::check_finite("threshold", &[threshold])?;
    let (mut kept, mut declined) = (Vec::new(), Vec::new());
    for (&score, &quality) in scores.iter().zip(quality) {
        if score >= threshold { &mut kept } else { &mut declined }.push(quality);
    }
    Ok(SelectiveReport {
        coverage: Rate::higher("coverage", "answers", kept.len() as u64, scores.len() as u64)?,
        all: mean(quality, "answers", level)?,
        kept: mean(&kept, "answers kept", level),
        declined: mean(&declined, "answers declined", level),
    })
}

/// The quality of the best part of the answers. From [`quality_at_coverage`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Kept {
    /// The share asked for.
    pub coverage: f64,
    /// Answers kept.
    pub kept: usize,
    /// Their mean quality.
    pub mean_quality: f64,
}

/// The mean quality of the answers with the highest scores, for each share of answers that is to be given.
///
/// Kept are ⌈coverage · n⌉ answers, one at least.
///
/// # Undefined
/// Without answers.
///
/// # Ties
/// Answers whose scores tie at the cut count with their mean quality, whichever of them are kept.
///
/// # Source
/// Self-J, quality by coverage; the rule for ties is ours.
///
/// # Errors
/// [`Error::Argument`] for a coverage that is not above 0 and at most 1; those of [`selective_report`].
///
/// # Complexity
/// One sort.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::quality_at_coverage;
/// let found = quality_at_coverage(&[0.9, 0.5, 0.5, 0.1], &[8.0, 6.0, 2.0, 0.0], &[0.5, 1.0])?;
/// // The second is one of two that tie: (8 + 4)/2.
/// assert_eq!((found[0].kept, found[0].mean_quality), (2, 6.0));
/// assert_eq!(found[1].mean_quality, 4.0);
/// assert!(quality_at_coverage(&[], &[], &[0.5]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn quality_at_coverage(scores: &[f64], quality: &[f64], coverages: &[f64]) -> Result<Vec<Kept>> {
    check(scores, quality)?;
    if scores.is_empty() {
        return Err(Error::undefined("quality at coverage", Undefined::Nothing { what: "answers" }));
    }
    let mut ordered: Vec<(f64, f64)> = scores.iter().copied().zip(quality.iter().copied()).collect();
    ordered.sort_by(|a, b| (b.0 + 0.0).total_cmp(&(a.0 + 0.0)));
    // The sum of the qualities up to each place, those within a tie at their mean.
    let mut sums = Vec::with_capacity(ordered.len());
    let mut sum = num::Sum::default();
    for tied in ordered.chunk_by(|a, b| a.0 == b.0) {
        let mean = num::sum(tied.iter().map(|item| item.1)) / tied.len() as f64;
        for _ in tied {
            sum.add(mean);
            sums.push(sum.value());
        }
    }
    let at = |&coverage: &f64| {
        if !(coverage > 0.0 && coverage <= 1.0) {
            return Err(Error::argument("coverage", "a number above 0 and at most 1", coverage));
        }
        // 0.07 · 100 is a little above 7.
        let kept = ((coverage * sums.len() as f64 - 1e-9).ceil() as usize).clamp(1, sums.len());
        let mean_quality = sums.get(kept - 1).copied().unwrap_or(0.0) / kept as f64;
        Ok(Kept { coverage, kept, mean_quality })
    };
    coverages.iter().map(at).collect()
}

/// How well scores tell good answers from others. From [`selective_detection`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SelectiveDetection {
    /// The chance that a good answer scores above another one; undefined unless there are both.
    pub auroc: Result<Estimate>,
    /// Average precision; undefined without good answers.
    pub average_precision: Result<f64>,
}

/// How well scores tell answers of at least a quality from the others.
///
/// # Undefined
/// Each by itself, as said there.
///
/// # Source
/// Self-J; [`auroc`](crate::calibration::auroc) and [`average_precision`](crate::calibration::average_precision).
///
/// # Errors
/// Those of [`selective_report`].
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::selective_detection;
/// use probity::inference::Level;
/// let found = selective_detection(&[0.9, 0.7, 0.2], &[8.0, 7.0, 3.0], 7.0, Level::default())?;
/// assert_eq!((found.auroc?.value, found.average_precision?), (1.0, 1.0));
/// let none = selective_detection(&[0.9], &[8.0], 9.0, Level::default())?;
/// assert!(none.auroc.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn selective_detection(
    scores: &[f64],
    quality: &[f64],
    good_from: f64,
    level: Level,
) -> Result<SelectiveDetection> {
    check(scores, quality)?;
    num::check_finite("least quality", &[good_from])?;
    let good: Vec<bool> = quality.iter().map(|&quality| quality >= good_from).collect();
    let ranking = Ranking::new(scores, &good)?;
    Ok(SelectiveDetection { auroc: ranking.auroc(level), average_precision: ranking.average_precision() })
}

/// How well a judge ranks systems: correlations of the systems' mean scores with their mean reference qualities.
///
/// A row of each argument is the answers of one system.
///
/// # Undefined
/// For a system without answers; each correlation by itself as in [`correlations`].
///
/// # Source
/// Self-J, ranking of systems.
///
/// # Errors
/// [`Error::Length`] if systems or answers differ in number; [`Error::NotFinite`] for a number that is not finite;
/// [`Error::Undefined`] for a system without answers.
///
/// # Examples
/// ```
/// use probity::honesty::self_judge::system_correlations;
/// use probity::inference::Level;
/// let judge = [vec![0.2, 0.4], vec![0.5], vec![0.9, 0.7]];
/// let reference = [vec![1.0, 3.0], vec![4.0], vec![8.0, 9.0]];
/// assert_eq!(system_correlations(&judge, &reference, Level::default())?.spearman?.value, 1.0);
/// assert!(system_correlations(&[vec![]], &[vec![]], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn system_correlations<R: AsRef<[f64]>>(
    judge: &[R],
    reference: &[R],
    level: Level,
) -> Result<Correlations> {
    num::check_same_length("systems with reference qualities", judge.len(), reference.len())?;
    let pairs = judge.iter().zip(reference);
    let means = pairs.map(|(scores, quality)| {
        let (scores, quality) = (scores.as_ref(), quality.as_ref());
        check(scores, quality)?;
        let mean = |values| mean(values, "answers of a system", level).map(|estimate| estimate.value);
        Ok((mean(scores)?, mean(quality)?))
    });
    let (scores, quality): (Vec<f64>, Vec<f64>) = means.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    correlations(&scores, &quality, level)
}

#[cfg(test)]
mod tests {
    use crate::critique::task_average;
    use crate::inference::Level;

    /// Every average of the table on the page of Self-J (Pearson correlation with GPT-4, percent).
    #[test]
    fn published_averages() {
        for (values, average) in [
            ([39.75, 42.81, 40.81, 59.04, 58.82], 48.25),
            ([44.66, 55.13, 48.52, 40.26, 50.7], 47.85),
            ([53.19, 60.77, 55.69, 64.72, 65.51], 59.98),
            ([66.41, 66.58, 69.96, 73.35, 75.81], 70.42),
            ([68.33, 69.99, 70.9, 78.13, 78.12], 73.09),
            ([66.75, 70.95, 69.56, 72.76, 71.7], 70.34),
            ([13.22, 13.46, 6.47, 29.25, -3.99], 11.68),
            ([45.2, 40.03, 38.24, 40.66, 41.47], 41.12),
            ([1.23, 15.19, 12.75, 12.13, 15.99], 11.46),
            ([15.21, 25.98, 19.07, 20.05, 22.78], 20.62),
            ([37.02, 39.68, 37.88, 53.71, 49.43], 43.54),
            ([43.5, 44.18, 50.68, 63.83, 62.69], 52.98),
            ([39.73, 38.78, 39.21, 61.2, 58.06], 47.4),
            ([45.02, 45.14, 43.61, 48.13, 44.57], 45.29),
            ([56.94, 56.67, 53.1, 64.87, 61.65], 58.65),
        ] {
            let found = task_average(&values, Level::default()).unwrap().value;
            assert!((found - average).abs() <= 0.0101, "{average}, found {found}");
        }
    }
}
