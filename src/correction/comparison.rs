use std::collections::HashMap;

use crate::correction::components::relative_score;
use crate::correction::{ConfidenceCritique, Question, confidence_critique};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Bootstrap, Difference, Estimate, Kinds, Level, Replicates};
use crate::num::{Sum, ratio};
use crate::tally::QuestionTransitions;

/// Several models on the same questions. From [`compare_models`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ModelComparison {
    /// Each model's figures in the order given, with standard errors and intervals of the bootstrap.
    pub models: Vec<ConfidenceCritique>,
    /// Every two models, the first before the second in the order given.
    pub pairs: Vec<ModelPair>,
}

/// Two models on the same questions: how far the first is above the second.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ModelPair {
    /// The first model, by its place.
    pub first: usize,
    /// The second model, by its place.
    pub second: usize,
    /// Accuracy of the first answer.
    pub acc1: Result<Difference>,
    /// Accuracy of the second answer.
    pub acc2: Result<Difference>,
    /// Confidence level.
    pub cl: Result<Difference>,
    /// Critique score.
    pub cs: Result<Difference>,
    /// Relative self-correction score.
    pub rss: Result<Difference>,
}

/// [`confidence_critique`](fn@confidence_critique) with a bootstrap over questions instead of linearised intervals.
///
/// The values are the same. A figure whose bootstrap is undefined (it does not vary, or too many resamples have no
/// value) comes without standard error and interval.
///
/// # Undefined
/// As [`confidence_critique`](fn@confidence_critique).
///
/// # Source
/// Ours: the paper prints no interval.
///
/// # Errors
/// As [`compare_models`].
///
/// # Examples
/// ```
/// use probity::correction::{Question, confidence_critique_bootstrap};
/// use probity::inference::Bootstrap;
/// use probity::tally::Transitions;
/// let ten = |kept, broken, fixed, stuck| {
///     Question::from_samples(&Transitions::from_counts(kept, broken, fixed, stuck)?)
/// };
/// let questions = vec![ten(4, 1, 1, 4)?, ten(1, 0, 1, 8)?, ten(8, 2, 0, 0)?, ten(3, 3, 1, 3)?];
/// let found = confidence_critique_bootstrap(questions, &Bootstrap::new(1))?;
/// let cl = found.cl?;
/// assert!(cl.interval.is_some_and(|i| i.contains(cl.value)) && cl.value == 16.0 / 22.0);
/// let alone = confidence_critique_bootstrap(vec![ten(10, 0, 0, 0)?], &Bootstrap::new(1))?;
/// assert!(alone.cs.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn confidence_critique_bootstrap(
    questions: Vec<Question>,
    bootstrap: &Bootstrap,
) -> Result<ConfidenceCritique> {
    let mut found = compare_models(vec![questions], bootstrap)?;
    found.models.pop().ok_or_else(no_models)
}

/// Confidence and critique of several models on the same questions, and every difference of two of them.
///
/// `models[m][i]` is what model m does with question i. All figures of all models are computed from the same resamples
/// of the questions, so a difference has the uncertainty of a paired comparison.
///
/// # Undefined
/// Without models or questions. A single figure that is undefined, and every difference in which it stands, is so in
/// the result; a model's figure without a bootstrap comes without standard error and interval.
///
/// # Missing values
/// As [`Question::from_samples`]. Models that answered different questions: [`common_questions`].
///
/// # Source
/// The figures are those of Yang et al. 2024 (arXiv 2412.19513), section 3; the comparison is ours. With many pairs,
/// adjust the p-values ([`adjust_p_values`](crate::inference::adjust_p_values)).
///
/// # Errors
/// [`Error::Length`] for models with different numbers of questions; [`Error::Argument`] for a bootstrap of anything
/// but items, or a studentised one; [`Error::Index`] and [`Error::Length`] for given indices that do not fit;
/// [`Error::Undefined`] as above.
///
/// # Complexity
/// Per resample: the questions that differ for some model, times the models, plus the pairs.
///
/// # Examples
/// ```
/// use probity::correction::{Question, compare_models};
/// use probity::inference::Bootstrap;
/// use probity::tally::Transitions;
/// let ten = |kept, broken, fixed, stuck| {
///     Question::from_samples(&Transitions::from_counts(kept, broken, fixed, stuck)?)
/// };
/// let steady = vec![ten(5, 0, 0, 5)?, ten(2, 0, 1, 7)?, ten(6, 1, 0, 3)?, ten(4, 0, 1, 5)?];
/// let shaky = vec![ten(3, 2, 2, 3)?, ten(1, 1, 2, 6)?, ten(3, 4, 1, 2)?, ten(2, 3, 1, 4)?];
/// let found = compare_models(vec![steady.clone(), shaky], &Bootstrap::new(1))?;
/// let keeps = found.pairs[0].cl.clone()?;
/// assert!(keeps.first > keeps.second && keeps.replicates.interval().lower > 0.0 && keeps.p_value() < 0.01);
/// assert!(compare_models(vec![steady.clone(), steady[..2].to_vec()], &Bootstrap::new(1)).is_err());
/// assert!(compare_models(vec![], &Bootstrap::new(1)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn compare_models(models: Vec<Vec<Question>>, bootstrap: &Bootstrap) -> Result<ModelComparison> {
    let n = models.first().ok_or_else(no_models)?.len();
    for model in &models {
        crate::num::check_same_length("questions of a model", n, model.len())?;
    }
    let (kinds, rows) = kinds_of(&models)?;
    let pairs: Vec<(usize, usize)> =
        (0..models.len()).flat_map(|i| (i + 1..models.len()).map(move |j| (i, j))).collect();
    let originals = models.into_iter().map(|questions| confidence_critique(questions, Level::default()));
    let originals = originals.collect::<Result<Vec<_>>>()?;

    let replicates = bootstrap.run_joint(kinds, |weights| {
        let of_models: Vec<[Result<f64>; FIGURES]> =
            rows.iter().map(|questions| figures(questions, weights)).collect();
        let difference = |&(i, j): &(usize, usize), figure: usize| {
            Ok(of_models[i][figure].clone()? - of_models[j][figure].clone()?)
        };
        let differences = pairs.iter().flat_map(|pair| (0..COMPARED).map(move |f| difference(pair, f)));
        let differences: Vec<_> = differences.collect();
        of_models.into_iter().flatten().chain(differences).collect()
    })?;

    let mut replicates = replicates.into_iter();
    let mut next = || replicates.next().unwrap_or_else(|| Err(no_models()));
    let models: Vec<ConfidenceCritique> =
        originals.into_iter().map(|original| with_bootstrap(original, &mut next)).collect();
    let pairs = pairs
        .into_iter()
        .map(|(first, second)| {
            let [acc1, acc2, cl, cs, rss] = std::array::from_fn(|figure| {
                let value =
                    |model: usize| models.get(model).map_or_else(|| Err(no_models()), |m| value(m, figure));
                Ok(Difference { replicates: next()?, first: value(first)?, second: value(second)? })
            });
            ModelPair { first, second, acc1, acc2, cl, cs, rss }
        })
        .collect();
    Ok(ModelComparison { models, pairs })
}

fn no_models() -> Error {
    Error::undefined("comparison of models", Undefined::Nothing { what: "models" })
}

/// Figures of a model: Acc1, Acc2, CL, CS, RSS, macro CL, macro CS; the first five are compared.
const FIGURES: usize = 7;
const COMPARED: usize = 5;

/// The value of a compared figure.
fn value(model: &ConfidenceCritique, figure: usize) -> Result<f64> {
    let of = |estimate: &Result<Estimate>| estimate.as_ref().map(|e| e.value).map_err(Clone::clone);
    match figure {
        0 => Ok(model.acc1.value),
        1 => Ok(model.acc2.value),
        2 => of(&model.cl),
        3 => of(&model.cs),
        _ => of(&model.rss),
    }
}

/// The figures with the uncertainty of a bootstrap.
fn with_bootstrap(
    found: ConfidenceCritique,
    next: &mut impl FnMut() -> Result<Replicates>,
) -> ConfidenceCritique {
    let mut renew = |estimate: Estimate| match next() {
        Ok(replicates) => {
            estimate.with_standard_error(replicates.standard_error()).with_interval(replicates.interval())
        }
        Err(_) => Estimate { standard_error: None, interval: None, ..estimate },
    };
    let (acc1, acc2) = (renew(found.acc1), renew(found.acc2));
    // A figure that is undefined has its place among the replicates too.
    let mut renew = |estimate: Result<Estimate>| match estimate {
        Ok(estimate) => Ok(renew(estimate)),
        Err(error) => {
            renew(Estimate::new("", 0.0));
            Err(error)
        }
    };
    ConfidenceCritique {
        acc1,
        acc2,
        cl: renew(found.cl),
        cs: renew(found.cs),
        rss: renew(found.rss),
        macro_cl: renew(found.macro_cl),
        macro_cs: renew(found.macro_cs),
        ..found
    }
}

/// Questions that are alike for every model are of one kind: the kinds, and for each model one question a kind.
fn kinds_of(models: &[Vec<Question>]) -> Result<(Kinds, Vec<Vec<Question>>)> {
    let n = models.first().map_or(0, Vec::len);
    let mut seen: HashMap<Vec<[u64; 3]>, u32> = HashMap::new();
    let mut rows: Vec<Vec<Question>> = vec![Vec::new(); models.len()];
    let mut kind_of = Vec::with_capacity(n);
    for i in 0..n {
        let new =
            u32::try_from(seen.len()).map_err(|_| Error::Overflow { what: "the kinds of questions" })?;
        let kind = *seen.entry(models.iter().map(|m| bits(&m[i])).collect()).or_insert(new);
        if kind == new {
            rows.iter_mut().zip(models).for_each(|(row, model)| row.push(model[i]));
        }
        kind_of.push(kind);
    }
    Ok((Kinds::ordered(seen.len(), kind_of)?, rows))
}

fn bits(q: &Question) -> [u64; 3] {
    [q.right_first, q.right_after_right, q.right_after_wrong].map(f64::to_bits)
}

/// The figures of a model with so many questions of each kind.
fn figures(questions: &[Question], weights: &[u64]) -> [Result<f64>; FIGURES] {
    // n, P(a), 1 − P(a), kept, fixed; then questions with P(a) > 0 and their P(b|a), with P(a) < 1 and their P(b|not a).
    let mut sums = [Sum::default(); 9];
    for (q, &weight) in questions.iter().zip(weights).filter(|(_, weight)| **weight > 0) {
        let w = weight as f64;
        let (ever, never) = (f64::from(q.right_first > 0.0), f64::from(q.right_first < 1.0));
        let terms = [
            1.0,
            q.right_first,
            1.0 - q.right_first,
            q.kept(),
            q.fixed(),
            ever,
            ever * q.right_after_right,
            never,
            never * q.right_after_wrong,
        ];
        sums.iter_mut().zip(terms).for_each(|(sum, term)| sum.add(w * term));
    }
    let [n, right, wrong, kept, fixed, ever, macro_kept, never, macro_fixed] = sums.map(Sum::value);
    let over = |metric, top: f64, bottom: f64| {
        ratio(metric, top, bottom, Undefined::ZeroDenominator { what: "the number of such answers" })
    };
    let (acc1, acc2) = (over("Acc1", right, n), over("Acc2", kept + fixed, n));
    let rss = acc1.clone().and_then(|acc1| relative_score(acc1, acc2.clone()?));
    [
        acc1,
        acc2,
        over("confidence level", kept, right),
        over("critique score", fixed, wrong),
        rss,
        over("macro confidence level", macro_kept, ever),
        over("macro critique score", macro_fixed, never),
    ]
}

/// The questions that every model answered, by ascending number, one list a model: ready for [`compare_models`].
///
/// # Missing values
/// As [`Question::from_samples`]. A question that some model has no sample of is left out.
///
/// # Examples
/// ```
/// use probity::correction::common_questions;
/// use probity::tally::{QuestionTransitions, Tally};
/// let (mut one, mut other) = (QuestionTransitions::default(), QuestionTransitions::default());
/// one.record((0, true.into(), true.into()))?;
/// one.record((4, false.into(), true.into()))?;
/// other.record((4, true.into(), false.into()))?;
/// let questions = common_questions(&[&one, &other])?;
/// assert_eq!((questions[0].len(), questions[0][0].right_first, questions[1][0].right_first), (1, 0.0, 1.0));
/// assert!(common_questions(&[])?.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
///
/// # Errors
/// None for a tally that was recorded; those of [`Question::from_samples`].
pub fn common_questions(models: &[&QuestionTransitions]) -> Result<Vec<Vec<Question>>> {
    let everywhere = |question: u64| models.iter().all(|model| model.get(question).is_some());
    let of_model = |model: &&QuestionTransitions| {
        let common = model.iter().filter(|&(question, _)| everywhere(question));
        common.map(|(_, samples)| Question::from_samples(samples)).collect()
    };
    models.iter().map(of_model).collect()
}
