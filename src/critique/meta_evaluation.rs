use std::cmp::Ordering;

use crate::agreement;
use crate::correlation::{Options, kendall_tau_b, pearson, spearman};
use crate::critique::{CritiqueAccuracy, Unparsed};
use crate::error::Result;
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::num;
use crate::ratings::Labels;
use crate::search::{Aggregate, best_of_n};
use crate::tally::{PairCounts, Verdicts};

/// How far automatic verdicts on units are those of people. From [`aiu_agreement`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AiuAgreement {
    /// Share of the units with the same verdict.
    pub accuracy: Estimate,
    /// Cohen's kappa over the units with both verdicts.
    pub kappa: Result<Estimate>,
}

/// Agreement of automatic verdicts on atomic information units with human ones.
///
/// # Undefined
/// Without units; kappa where chance agreement is certain.
///
/// # Missing values
/// A unit without an automatic verdict is a disagreement in the accuracy and left out of kappa.
///
/// # Source
/// MetaCritique (arXiv 2401.04518), meta-evaluation; kappa is ours.
///
/// # Errors
/// [`crate::Error::Length`] if the two differ in length; [`crate::Error::Undefined`] without units.
///
/// # Examples
/// ```
/// use probity::critique::aiu_agreement;
/// use probity::inference::Level;
/// let automatic = [Some(true), Some(true), Some(false), None];
/// let found = aiu_agreement(&[true, false, false, true], &automatic, Level::default())?;
/// assert_eq!(found.accuracy.value, 0.5);
/// assert!((found.kappa?.value - 0.4).abs() < 1e-15);
/// assert!(aiu_agreement(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn aiu_agreement(human: &[bool], automatic: &[Option<bool>], level: Level) -> Result<AiuAgreement> {
    let table = Verdicts::from_judgments(human, automatic)?;
    let accuracy = CritiqueAccuracy::new(&table, Unparsed::Wrong, level)?.accuracy?;
    let both = human.iter().zip(automatic).filter_map(|(&h, &a)| Some((u8::from(h), u8::from(a?))));
    let (people, machine): (Vec<u8>, Vec<u8>) = both.unzip();
    let pairs = PairCounts::from_codes(Labels::codes(2), &people, &machine)?;
    Ok(AiuAgreement {
        accuracy: Estimate { method: "AIU accuracy", ..accuracy },
        kappa: pairs.cohen_kappa(&agreement::Options::new().level(level)),
    })
}

/// Three correlations of the same scores. From [`correlations`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Correlations {
    /// Pearson's.
    pub pearson: Result<Estimate>,
    /// Spearman's, with mean ranks for ties.
    pub spearman: Result<Estimate>,
    /// Kendall's tau-b.
    pub kendall_tau_b: Result<Estimate>,
}

/// Correlations of automatic with human scores of the same critiques.
///
/// # Undefined
/// Each by itself, for constant scores or fewer than two critiques.
///
/// # Source
/// MetaCritique (arXiv 2401.04518), meta-evaluation.
///
/// # Errors
/// [`crate::Error::Length`] if the two differ in length; [`crate::Error::NotFinite`] for a score that is not finite.
///
/// # Examples
/// ```
/// use probity::critique::correlations;
/// use probity::inference::Level;
/// let c = correlations(&[0.1, 0.4, 0.9], &[0.2, 0.3, 0.4], Level::default())?;
/// assert_eq!(c.spearman?.value, 1.0);
/// let constant = correlations(&[0.5, 0.5], &[0.2, 0.3], Level::default())?;
/// assert!(constant.pearson.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn correlations(x: &[f64], y: &[f64], level: Level) -> Result<Correlations> {
    num::check_same_length("human scores", x.len(), y.len())?;
    num::check_finite("automatic scores", x)?;
    num::check_finite("human scores", y)?;
    let options = Options::new().level(level);
    Ok(Correlations {
        pearson: pearson(x, y, &options),
        spearman: spearman(x, y, &options),
        kendall_tau_b: kendall_tau_b(x, y, &options),
    })
}

/// How often one critic's critique beats another's on the same question. From [`pairwise_wins`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PairwiseWins {
    /// Questions on which the first is strictly better.
    pub win: u64,
    /// Questions on which the second is.
    pub lose: u64,
    /// Questions with equal scores.
    pub tie: u64,
    /// Wins over questions: a tie is no win.
    pub win_rate: Estimate,
    /// Wins and half the ties over questions.
    pub win_rate_half_ties: Estimate,
}

/// Pairwise comparison of two critics by the scores of their critiques, question by question.
///
/// # Intervals
/// Wilson's for the win rate; Student's t over questions, cut to 0..1, with half ties.
///
/// # Undefined
/// Without questions.
///
/// # Source
/// MetaCritique (arXiv 2401.04518), by F1; half ties are ours.
///
/// # Errors
/// [`crate::Error::Length`] if the two differ in length; [`crate::Error::NotFinite`] for a score that is not finite;
/// [`crate::Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::pairwise_wins;
/// use probity::inference::Level;
/// let wins = pairwise_wins(&[0.9, 0.5, 0.2, 0.8], &[0.1, 0.5, 0.4, 0.7], Level::default())?;
/// assert_eq!((wins.win, wins.lose, wins.tie), (2, 1, 1));
/// assert_eq!((wins.win_rate.value, wins.win_rate_half_ties.value), (0.5, 0.625));
/// assert!(pairwise_wins(&[], &[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pairwise_wins(first: &[f64], second: &[f64], level: Level) -> Result<PairwiseWins> {
    num::check_same_length("scores of the second critic", first.len(), second.len())?;
    num::check_finite("scores of the first critic", first)?;
    num::check_finite("scores of the second critic", second)?;
    let points: Vec<f64> = first
        .iter()
        .zip(second)
        .map(|(a, b)| match a.partial_cmp(b) {
            Some(Ordering::Greater) => 1.0,
            Some(Ordering::Less) => 0.0,
            _ => 0.5,
        })
        .collect();
    let count = |wanted: f64| points.iter().filter(|&&p| p == wanted).count() as u64;
    let (win, lose, tie) = (count(1.0), count(0.0), count(0.5));
    Ok(PairwiseWins {
        win,
        lose,
        tie,
        win_rate: rate("win rate", "the number of questions", win, points.len() as u64, level)?,
        win_rate_half_ties: mean_over_items(
            "win rate with half ties",
            "questions",
            &points,
            (0.0, 1.0),
            level,
        )?,
    })
}

/// For each question, the position of the critique with the best score, the first on ties: the one to refine with.
///
/// # Undefined
/// For a question without critiques.
///
/// # Source
/// MetaCritique (arXiv 2401.04518), by F1.
///
/// # Errors
/// [`crate::Error::NotFinite`] for a score that is not finite; [`crate::Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::best_critiques;
/// assert_eq!(best_critiques(&[vec![0.2, 0.7, 0.7], vec![0.1]])?, [1, 0]);
/// assert!(best_critiques(&[[]]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn best_critiques<S: AsRef<[f64]>>(scores: &[S]) -> Result<Vec<usize>> {
    let best = |scores: &S| {
        let one_step: Vec<[f64; 1]> = scores.as_ref().iter().map(|&score| [score]).collect();
        best_of_n(&one_step, Aggregate::Last).map(|found| found.best)
    };
    scores.iter().map(best).collect()
}
