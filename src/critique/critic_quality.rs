use std::hash::Hash;

use crate::correction::SelfCorrection;
use crate::critique::{CritiqueAccuracy, Unparsed};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::search::majority_vote;
use crate::tally::{Transitions, Verdicts};

/// How good a critic is for the actor. From [`critic_quality`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CriticQuality {
    /// Share of the responses whose rightness the critic judges rightly.
    pub discriminability: Estimate,
    /// Share of the wrong responses that are right after refinement; undefined if none was wrong.
    pub helpfulness: Result<Estimate>,
    /// Accuracy before refinement.
    pub accuracy_before: Estimate,
    /// Accuracy after refinement.
    pub accuracy_after: Estimate,
}

/// Discriminability and helpfulness of a critic, with the accuracy before and after its critiques.
///
/// ```text
/// discriminability = judged as they are/responses     helpfulness = wrong, then right/wrong
/// ```
///
/// # Undefined
/// Everything without responses; helpfulness if no response was wrong.
///
/// # Missing values
/// A critique without a verdict is a wrong judgment.
///
/// # Source
/// Xi et al. 2024 (AutoMathCritique, arXiv 2411.16579), section 4; the definitions are as remembered, the released code
/// does not hold them. The intervals (Wilson) are ours.
///
/// # Errors
/// [`Error::Length`] for slices that differ in length; [`Error::Undefined`] without responses.
///
/// # Examples
/// ```
/// use probity::critique::critic_quality;
/// use probity::inference::Level;
/// let (before, after) = ([false, false, true, true], [true, false, true, true]);
/// let q = critic_quality(&before, &[Some(false), None, Some(true), Some(false)], &after, Level::default())?;
/// assert_eq!((q.discriminability.value, q.helpfulness?.value, q.accuracy_after.value), (0.5, 0.5, 0.75));
/// let none_wrong = critic_quality(&[true], &[Some(true)], &[true], Level::default())?;
/// assert!(none_wrong.helpfulness.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn critic_quality(
    before: &[bool],
    judged: &[Option<bool>],
    after: &[bool],
    level: Level,
) -> Result<CriticQuality> {
    let judgments = Verdicts::from_judgments(before, judged)?;
    let run = SelfCorrection::new(&Transitions::from_marks(before, after)?, level)?;
    let discriminability = CritiqueAccuracy::new(&judgments, Unparsed::Wrong, level)?.accuracy?;
    Ok(CriticQuality {
        discriminability: Estimate { method: "discriminability", ..discriminability },
        helpfulness: run.fix_rate.map(|e| Estimate { method: "helpfulness", ..e }),
        accuracy_before: Estimate { method: "accuracy before refinement", ..run.accuracy_t1 },
        accuracy_after: Estimate { method: "accuracy after refinement", ..run.accuracy_t2 },
    })
}

/// A critique's Monte-Carlo refinements. From [`mc_soft_filter`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MonteCarlo {
    /// Share of the refinements under the critique that are right.
    pub rate: Estimate,
    /// Whether that reaches the threshold.
    pub keep: bool,
}

/// Keeps the critiques under which enough of the sampled refinements come out right.
///
/// ```text
/// keep iff right/samples ≥ τ
/// ```
///
/// # Undefined
/// For a critique without refinements.
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), stage 3. The number of samples and τ are in neither the code nor a source that
/// could be read; 10 samples and τ = 0.3 are what the paper is remembered to use.
///
/// # Errors
/// [`Error::Argument`] for τ outside 0..1; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::mc_soft_filter;
/// use probity::inference::Level;
/// let found = mc_soft_filter(&[[true, false, false], [false, false, false]], 0.3, Level::default())?;
/// assert_eq!((found[0].keep, found[1].keep), (true, false));
/// assert!(mc_soft_filter(&[[]], 0.3, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mc_soft_filter<O: AsRef<[bool]>>(outcomes: &[O], tau: f64, level: Level) -> Result<Vec<MonteCarlo>> {
    if !(0.0..=1.0).contains(&tau) {
        return Err(Error::argument("threshold of the Monte-Carlo filter", "a share from 0 to 1", tau));
    }
    let of_critique = |outcomes: &O| {
        let outcomes = outcomes.as_ref();
        let right = outcomes.iter().filter(|&&o| o).count() as u64;
        let n = outcomes.len() as u64;
        let rate = rate("Monte-Carlo rate", "the number of refinements of a critique", right, n, level)?;
        Ok(MonteCarlo { keep: rate.value >= tau, rate })
    };
    outcomes.iter().map(of_critique).collect()
}

/// The level of difficulty of each question, 1 the easiest, in groups of equal size by pass rate.
///
/// ```text
/// level = 1 + ⌊rank·levels/n⌋, rank from 0 by descending pass rate, ties by position
/// ```
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579): five levels, as remembered.
///
/// # Errors
/// [`Error::NotFinite`] for a rate that is not finite; [`Error::Argument`] for no levels.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::critique::difficulty_levels;
/// assert_eq!(difficulty_levels(&[0.2, 0.9, 0.2, 0.5], 2)?, [2, 1, 2, 1]);
/// assert_eq!(difficulty_levels(&[0.2, 0.2], 5)?, [1, 3]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn difficulty_levels(pass_rates: &[f64], levels: usize) -> Result<Vec<usize>> {
    num::check_finite("pass rates", pass_rates)?;
    if levels == 0 {
        return Err(Error::argument("levels of difficulty", "at least 1", levels));
    }
    let n = pass_rates.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| (pass_rates[b] + 0.0).total_cmp(&(pass_rates[a] + 0.0)));
    let mut out = vec![0; n];
    for (rank, &i) in order.iter().enumerate() {
        // Less than levels + 1, which fits unless there are as many levels as a usize can count.
        let level = rank as u128 * levels as u128 / n as u128;
        out[i] = (level as usize).saturating_add(1);
    }
    Ok(out)
}

/// How often any answer is right, and how often the majority's is. From [`pass_any_and_majority`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PassMajority {
    /// Share of the questions that some answer gets right.
    pub pass_any: Estimate,
    /// Share of the questions whose most frequent answer is right.
    pub majority: Estimate,
}

/// Questions answered rightly by any sample and by the majority vote, the first seen on ties.
///
/// Each question is (right answer, sampled answers); answers are compared as they are, so bring them into one form
/// first.
///
/// # Undefined
/// Without questions, or for a question without samples.
///
/// # Missing values
/// A sample without an answer is wrong and does not vote; a question without any answer is wrong.
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), the released code, which divides by the fixed sizes 5,000 and 1,319; here it is
/// the number of questions given.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::critique::pass_any_and_majority;
/// use probity::inference::Level;
/// let questions = [("5", vec![Some("3"), Some("5"), None]), ("7", vec![Some("7")])];
/// let found = pass_any_and_majority(&questions, Level::default())?;
/// assert_eq!((found.pass_any.value, found.majority.value), (1.0, 0.5));
/// assert!(pass_any_and_majority(&[("5", vec![])], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pass_any_and_majority<T: Eq + Hash, A: AsRef<[Option<T>]>>(
    questions: &[(T, A)],
    level: Level,
) -> Result<PassMajority> {
    let (mut any, mut majority) = (0, 0);
    for (gold, answers) in questions {
        let answers = answers.as_ref();
        if answers.is_empty() {
            let reason = Undefined::Nothing { what: "samples of a question" };
            return Err(Error::undefined("pass and majority", reason));
        }
        any += u64::from(answers.iter().flatten().any(|a| a == gold));
        majority += u64::from(majority_vote(answers).is_ok_and(|vote| vote.winner == gold));
    }
    let share = |metric, n| rate(metric, "the number of questions", n, questions.len() as u64, level);
    Ok(PassMajority {
        pass_any: share("pass@k (any)", any)?,
        majority: share("majority accuracy", majority)?,
    })
}
