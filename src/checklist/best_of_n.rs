use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, mean_over_items};
use crate::num;
use crate::search::{Ties, highest};

/// What choosing the best of N by score is worth. From [`stick_best_of_n`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StickBestOfN {
    /// The candidate chosen for each instruction.
    pub selected: Vec<usize>,
    /// Mean share of the candidates with the greatest score that are of the greatest quality.
    pub precision: Estimate,
    /// Mean quality of the candidates chosen.
    pub quality_selected: Estimate,
    /// Mean quality of the first candidates: what is had without choosing.
    pub quality_first: Estimate,
    /// Mean quality of all candidates of an instruction, over instructions: what choosing at random gives.
    pub quality_mean: Estimate,
    /// Mean quality of the best candidates: what no choice can exceed.
    pub quality_oracle: Estimate,
}

/// For each instruction the candidate with the greatest score, and how good that choice is.
///
/// ```text
/// precision = mean over instructions of |greatest score ∩ greatest quality| / |greatest score|
/// ```
///
/// `scores` are the pass rates of the model's own evaluation for STICK; with direct scores or rewards the same figures
/// are the paper's baselines. `quality` is what the choice is judged by. Scores tie often: a judge of four questions
/// has five. Intervals are Student's over instructions.
///
/// # Undefined
/// Without instructions.
///
/// # Source
/// Cook et al. 2024 (STICK, arXiv 2410.03608), with N = 8. The precision is defined from memory of the paper.
///
/// # Errors
/// [`Error::Length`] unless there are as many qualities as scores; [`Error::Argument`] for an instruction without
/// candidates; [`Error::NotFinite`] for a number that is not finite; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::stick_best_of_n;
/// use probity::inference::Level;
/// use probity::search::Ties;
/// let (scores, quality) = ([[0.5, 1.0, 1.0]], [[0.2, 0.9, 0.4]]);
/// let found = stick_best_of_n(&scores, &quality, Ties::First, Level::default())?;
/// assert_eq!((&found.selected[..], found.precision.value), (&[1][..], 0.5));
/// assert_eq!((found.quality_first.value, found.quality_oracle.value), (0.2, 0.9));
/// let none: [[f64; 0]; 1] = [[]];
/// assert!(stick_best_of_n(&none, &none, Ties::First, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn stick_best_of_n<S: AsRef<[f64]>, Q: AsRef<[f64]>>(
    scores: &[S],
    quality: &[Q],
    ties: Ties,
    level: Level,
) -> Result<StickBestOfN> {
    num::check_same_length("instructions with a quality", scores.len(), quality.len())?;
    let mut breaker = ties.breaker();
    let mut selected = Vec::with_capacity(scores.len());
    let mut figures: [Vec<f64>; 5] = Default::default();
    for (scores, quality) in scores.iter().map(AsRef::as_ref).zip(quality.iter().map(AsRef::as_ref)) {
        num::check_same_length("qualities of candidates", scores.len(), quality.len())?;
        num::check_finite("scores of candidates", scores)?;
        num::check_finite("qualities of candidates", quality)?;
        let (top, best) = (greatest(scores), greatest(quality));
        let (Some(chosen), Some(&first), Some(&oracle)) =
            (breaker.pick(&top), quality.first(), best.first().and_then(|&best| quality.get(best)))
        else {
            return Err(Error::argument("candidates of an instruction", "at least 1", 0));
        };
        let shared = top.iter().filter(|&&candidate| quality[candidate] == oracle).count();
        let precision = shared as f64 / top.len() as f64;
        for (figure, value) in
            figures.iter_mut().zip([precision, quality[chosen], first, num::mean(quality), oracle])
        {
            figure.push(value);
        }
        selected.push(chosen);
    }
    let mean =
        |metric, values: &[f64], bounds| mean_over_items(metric, "instructions", values, bounds, level);
    let quality = |metric, values: &[f64]| mean(metric, values, (f64::NEG_INFINITY, f64::INFINITY));
    let [precision, of_selected, of_first, of_all, of_best] = &figures;
    Ok(StickBestOfN {
        selected,
        precision: mean("precision of best of N", precision, (0.0, 1.0))?,
        quality_selected: quality("quality of the chosen candidate", of_selected)?,
        quality_first: quality("quality of the first candidate", of_first)?,
        quality_mean: quality("mean quality of the candidates", of_all)?,
        quality_oracle: quality("quality of the best candidate", of_best)?,
    })
}

fn greatest(values: &[f64]) -> Vec<usize> {
    highest(values.iter().enumerate().map(|(i, &value)| (i, Some(value))))
}
