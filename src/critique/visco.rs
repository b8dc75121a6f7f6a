use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::critique::f1::harmonic;
use crate::critique::sums::Sums;
use crate::critique::{IncorrectClass, ViscoGroup};
use crate::error::{Error, Result, Undefined};
use crate::inference::{Bootstrap, Estimate};
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, Verdicts};

const METRIC: &str = "VISCore";

/// One criticised response with its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViscoItem {
    /// What the question asks of the model.
    pub group: ViscoGroup,
    /// Whether the answer is right.
    pub answer: bool,
    /// What the critic says of the answer.
    pub judged_answer: Option<bool>,
    /// Whether each step is right.
    pub steps: Vec<bool>,
    /// What the critic says of each step.
    pub judged_steps: Vec<Option<bool>>,
    /// For each step that is wrong and judged wrong, whether the critic's explanation is right by each reference (three
    /// in the paper). Ignored for other steps.
    pub explanations: Vec<Vec<bool>>,
}

/// What VISCore is computed from: verdicts on answers, on steps, and on the explanations of steps that are wrong and
/// judged wrong.
///
/// # Examples
/// ```
/// use probity::critique::{ViscoCounts, ViscoGroup, ViscoItem};
/// use probity::tally::Tally;
/// let item = ViscoItem {
///     group: ViscoGroup::Reasoning,
///     answer: false,
///     judged_answer: Some(false),
///     steps: vec![true, false],
///     judged_steps: vec![None, Some(false)],
///     explanations: vec![vec![], vec![true, false, false, false]],
/// };
/// let mut counts = ViscoCounts::default();
/// counts.record(&item)?;
/// assert_eq!((counts.answer_f1(), counts.step_f1(), counts.explanation_f1()), (1.0, 1.0, 0.25));
/// assert!((counts.viscore() - 0.25f64.cbrt()).abs() < 1e-15);
/// let unexplained = ViscoItem { explanations: vec![vec![]; 2], ..item };
/// assert!(counts.record(&unexplained).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ViscoCounts {
    answers: Verdicts,
    steps: Verdicts,
    /// By number of references: how many of their verdicts are "right".
    explained: BTreeMap<u64, u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    answers: Verdicts,
    steps: Verdicts,
    explained: BTreeMap<u64, u64>,
}

impl Format for ViscoCounts {
    type Body = Body;
    const NAME: &'static str = "probity.visco";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { answers: self.answers.clone(), steps: self.steps.clone(), explained: self.explained.clone() }
    }

    fn from_body(Body { answers, steps, explained }: Body) -> Result<Self, String> {
        let counts = Self { answers, steps, explained };
        // Each explained step adds at most as many "right" verdicts as it has references.
        let steps: u128 =
            counts.explained.iter().map(|(&n, &right)| (right as u128).div_ceil(n.max(1) as u128)).sum();
        if counts.explained.contains_key(&0) || steps > counts.steps.found() as u128 {
            return Err("more explanations than steps that are wrong and judged wrong".to_string());
        }
        Ok(counts)
    }
}
stored!(ViscoCounts);

impl ViscoCounts {
    /// The verdicts on answers.
    #[must_use]
    pub fn answers(&self) -> &Verdicts {
        &self.answers
    }

    /// The verdicts on steps, over all items.
    #[must_use]
    pub fn steps(&self) -> &Verdicts {
        &self.steps
    }

    /// The sum, over steps that are wrong and judged wrong, of the share of references by which the explanation is
    /// right.
    #[must_use]
    pub fn explained(&self) -> f64 {
        num::sum(self.explained.iter().map(|(&references, &right)| right as f64 / references as f64))
    }

    /// F1 of the incorrect class over answers.
    #[must_use]
    pub fn answer_f1(&self) -> f64 {
        f1(&self.answer_row())
    }

    /// F1 of the incorrect class over all steps.
    #[must_use]
    pub fn step_f1(&self) -> f64 {
        f1(&self.step_row())
    }

    /// F1 of explained steps.
    #[must_use]
    pub fn explanation_f1(&self) -> f64 {
        f1(&self.explanation_row())
    }

    /// The cube root of the product of the three.
    #[must_use]
    pub fn viscore(&self) -> f64 {
        (self.answer_f1() * self.step_f1() * self.explanation_f1()).cbrt()
    }

    fn answer_row(&self) -> [f64; 3] {
        row(self.answers.found() as f64, &self.answers)
    }

    fn step_row(&self) -> [f64; 3] {
        row(self.steps.found() as f64, &self.steps)
    }

    fn explanation_row(&self) -> [f64; 3] {
        row(self.explained(), &self.steps)
    }
}

/// Hits, judged wrong, wrong.
fn row(hits: f64, table: &Verdicts) -> [f64; 3] {
    [hits, table.judged_wrong() as f64, table.wrong() as f64]
}

/// From hits, judged wrong and wrong; 0 without hits.
fn f1(&[hits, judged, wrong]: &[f64; 3]) -> f64 {
    if hits > 0.0 { harmonic(hits / judged, hits / wrong) } else { 0.0 }
}

impl Tally for ViscoCounts {
    type Record<'a> = &'a ViscoItem;

    /// # Errors
    /// [`Error::Length`] unless there is one judgment and one list of explanation verdicts a step;
    /// [`Error::Argument`] for a step that is wrong and judged wrong but has no explanation verdict.
    fn record(&mut self, item: &ViscoItem) -> Result<()> {
        let steps = Verdicts::from_judgments(&item.steps, &item.judged_steps)?;
        num::check_same_length("explanation verdicts", item.steps.len(), item.explanations.len())?;
        let mut explained = BTreeMap::new();
        for (i, verdicts) in item.explanations.iter().enumerate() {
            if item.steps[i] || item.judged_steps[i] != Some(false) {
                continue;
            }
            if verdicts.is_empty() {
                let expected = "at least one for a step that is wrong and judged wrong";
                return Err(Error::argument("explanation verdicts", expected, format!("none for step {i}")));
            }
            let right = verdicts.iter().filter(|&&v| v).count() as u64;
            *explained.entry(verdicts.len() as u64).or_insert(0) += right;
        }
        let answers = Verdicts::from_judgments(&[item.answer], &[item.judged_answer])?;
        self.merge(&Self { answers, steps, explained })
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        let mut merged = self.clone();
        merged.answers.merge(&other.answers)?;
        merged.steps.merge(&other.steps)?;
        for (&references, &right) in &other.explained {
            let mine = merged.explained.entry(references).or_insert(0);
            *mine = mine.checked_add(right).ok_or(Error::Overflow { what: "a count of a tally" })?;
        }
        *self = merged;
        Ok(())
    }

    /// Items.
    fn records(&self) -> u64 {
        self.answers.records()
    }
}

/// How well a critic criticises. From [`visco_critique`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ViscoScores {
    /// F1 of the incorrect class over answers.
    pub answer_f1: Estimate,
    /// F1 of the incorrect class over the steps of all items.
    pub step_f1: Estimate,
    /// F1 of steps found and rightly explained.
    pub explanation_f1: Estimate,
    /// The cube root of the product of the three.
    pub viscore: Estimate,
    /// Precision and recall behind the answer F1.
    pub answers: IncorrectClass,
    /// Precision and recall behind the step F1.
    pub steps: IncorrectClass,
    /// The counts behind all of them.
    pub counts: ViscoCounts,
}

/// The scores of all items and of each group. From [`visco_by_group`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ViscoGroups {
    /// Over all items.
    pub total: ViscoScores,
    /// Over the reasoning items; undefined if there are none.
    pub reasoning: Result<ViscoScores>,
    /// Over the perception items; undefined if there are none.
    pub perception: Result<ViscoScores>,
}

/// VISCore and its parts: how well a critic finds wrong answers, wrong steps, and the reasons.
///
/// With the class "incorrect" as the positive one:
///
/// ```text
/// F1 = 2/(1/P + 1/R), P = hits/judged wrong, R = hits/wrong, 0 without hits
/// answer: over items     step: over the steps of all items
/// explanation: hits = Σ over steps wrong and judged wrong of the share of references that find the explanation right
/// VISCore = (answer F1 · step F1 · explanation F1)^(1/3)
/// ```
///
/// # Intervals
/// By the bootstrap given, over items.
///
/// # Undefined
/// Without items. An F1 without hits is 0, not undefined, also where nothing is wrong.
///
/// # Missing values
/// A judgment without a verdict is not "judged wrong"; on something wrong it costs recall.
///
/// # Source
/// Wu et al. 2024, "VISCO: Benchmarking Fine-Grained Critique and Correction Towards Self-Improvement in Visual
/// Reasoning" (arXiv 2412.02172), section 4, and its released code, which prints the scores times 100. There an
/// explanation F1 without hits divides by zero; here it is 0 like the others.
///
/// # Errors
/// As recording in [`ViscoCounts`]; [`Error::Undefined`] without items; those of the bootstrap.
///
/// # Examples
/// ```
/// use probity::critique::{ViscoGroup, ViscoItem, visco_critique};
/// use probity::inference::Bootstrap;
/// let item = |judged_answer, right| ViscoItem {
///     group: ViscoGroup::Perception,
///     answer: false,
///     judged_answer: Some(judged_answer),
///     steps: vec![true, false],
///     judged_steps: vec![Some(true), Some(false)],
///     explanations: vec![vec![], vec![right; 3]],
/// };
/// let scores = visco_critique(&[item(false, true), item(true, false)], &Bootstrap::new(1).resamples(200)?)?;
/// assert!((scores.answer_f1.value - 2.0 / 3.0).abs() < 1e-15);
/// assert_eq!((scores.step_f1.value, scores.explanation_f1.value), (1.0, 0.5));
/// assert!((scores.viscore.value - (1.0f64 / 3.0).cbrt()).abs() < 1e-15);
/// assert!(scores.viscore.interval.unwrap().contains(scores.viscore.value));
/// assert!(visco_critique(&[], &Bootstrap::new(1)).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn visco_critique(items: &[ViscoItem], bootstrap: &Bootstrap) -> Result<ViscoScores> {
    score(items.iter(), bootstrap)
}

/// [`visco_critique`] over all items and over each group.
///
/// # Errors
/// As [`visco_critique`] over all items.
///
/// # Examples
/// ```
/// use probity::critique::{ViscoGroup, ViscoItem, visco_by_group};
/// use probity::inference::Bootstrap;
/// let item = ViscoItem {
///     group: ViscoGroup::Perception,
///     answer: true,
///     judged_answer: Some(true),
///     steps: vec![],
///     judged_steps: vec![],
///     explanations: vec![],
/// };
/// let scores = visco_by_group(&[item], &Bootstrap::new(1).resamples(10)?)?;
/// assert_eq!(scores.total, scores.perception?);
/// assert!(scores.reasoning.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn visco_by_group(items: &[ViscoItem], bootstrap: &Bootstrap) -> Result<ViscoGroups> {
    let of_group = |group| score(items.iter().filter(move |item| item.group == group), bootstrap);
    Ok(ViscoGroups {
        total: visco_critique(items, bootstrap)?,
        reasoning: of_group(ViscoGroup::Reasoning),
        perception: of_group(ViscoGroup::Perception),
    })
}

fn score<'a>(items: impl Iterator<Item = &'a ViscoItem>, bootstrap: &Bootstrap) -> Result<ViscoScores> {
    let mut counts = ViscoCounts::default();
    let (mut answer, mut step, mut explanation) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        let mut of_item = ViscoCounts::default();
        of_item.record(item)?;
        counts.merge(&of_item)?;
        answer.push(of_item.answer_row());
        step.push(of_item.step_row());
        explanation.push(of_item.explanation_row());
    }
    if answer.is_empty() {
        return Err(Error::undefined(METRIC, Undefined::Nothing { what: "items" }));
    }
    let together = answer.iter().zip(&step).zip(&explanation);
    let all = together.map(|((a, s), e)| [a[0], a[1], a[2], s[0], s[1], s[2], e[0]]).collect();
    let part =
        |metric, rows, judgments| Sums::new(rows).estimate(bootstrap, metric, judgments, |sums| Ok(f1(sums)));
    let (n, steps) = (counts.answers.records(), counts.steps.records());
    let level = bootstrap.confidence();
    Ok(ViscoScores {
        answer_f1: part("answer F1", answer, n)?,
        step_f1: part("step F1", step, steps)?,
        explanation_f1: part("explanation F1", explanation, counts.steps.found())?,
        viscore: Sums::new(all).estimate(bootstrap, METRIC, n + steps, |&[a, aj, aw, s, sj, sw, e]| {
            Ok((f1(&[a, aj, aw]) * f1(&[s, sj, sw]) * f1(&[e, sj, sw])).cbrt())
        })?,
        answers: IncorrectClass::new(&counts.answers, level),
        steps: IncorrectClass::new(&counts.steps, level),
        counts,
    })
}
