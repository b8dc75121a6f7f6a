use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_counted, rate};
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_room};

/// What a question without a readable answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unanswered {
    /// It is not passed and stays in the denominator, as InFoBench does.
    #[default]
    Fails,
    /// It is left out.
    Dropped,
}

/// How the questions of one checklist were answered about one response, or one question about many responses.
///
/// # Examples
/// ```
/// use probity::checklist::{Answered, Unanswered};
/// let answered = Answered::from_answers(&[Some(true), None, Some(false), Some(true)]);
/// assert_eq!((answered.passed, answered.failed, answered.unanswered), (2, 1, 1));
/// assert_eq!(answered.pass_rate(Unanswered::Fails)?, 0.5);
/// assert_eq!(answered.pass_rate(Unanswered::Dropped)?, 2.0 / 3.0);
/// assert!(answered.discriminates());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Answered with yes.
    pub passed: u64,
    /// Answered with no.
    pub failed: u64,
    /// Without a readable answer.
    pub unanswered: u64,
}

impl Answered {
    /// Counts answers.
    #[must_use]
    pub fn from_answers(answers: &[Option<bool>]) -> Self {
        let count = |of| answers.iter().filter(|&&answer| answer == of).count() as u64;
        Self { passed: count(Some(true)), failed: count(Some(false)), unanswered: count(None) }
    }

    /// The questions that count.
    pub(super) fn asked(self, unanswered: Unanswered) -> u64 {
        let answered = self.passed.saturating_add(self.failed);
        match unanswered {
            Unanswered::Fails => answered.saturating_add(self.unanswered),
            Unanswered::Dropped => answered,
        }
    }

    /// The share that was passed.
    ///
    /// # Undefined
    /// Without a question that counts.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said.
    pub fn pass_rate(self, unanswered: Unanswered) -> Result<f64> {
        let reason = Undefined::Nothing { what: "questions" };
        num::ratio("pass rate", self.passed as f64, self.asked(unanswered) as f64, reason)
    }

    /// The share that was passed, with Wilson's interval: for one question about many responses.
    ///
    /// # Errors
    /// As [`Answered::pass_rate`].
    pub fn rate(self, unanswered: Unanswered, level: Level) -> Result<Estimate> {
        rate("pass rate", "the number of answers", self.passed, self.asked(unanswered), level)
    }

    /// Whether there are both yes and no: a question that all responses pass, or none, tells none apart.
    #[must_use]
    pub fn discriminates(self) -> bool {
        self.passed > 0 && self.failed > 0
    }
}

/// The share of a checklist's questions that a response passes.
///
/// ```text
/// PR = #yes/#questions
/// ```
///
/// # Undefined
/// For an empty checklist, and if all is unanswered and dropped. AutoChecklist says 0 for both.
///
/// # Missing values
/// By `unanswered`; TICK and InFoBench count them as not passed.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608), the pass rate.
///
/// # Errors
/// [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, pass_rate};
/// let answers = [Some(true), Some(false), None, Some(true)];
/// assert_eq!(pass_rate(&answers, Unanswered::Fails)?, 0.5);
/// assert_eq!(pass_rate(&[None], Unanswered::Fails)?, 0.0);
/// assert!(pass_rate(&[], Unanswered::Fails).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pass_rate(answers: &[Option<bool>], unanswered: Unanswered) -> Result<f64> {
    Answered::from_answers(answers).pass_rate(unanswered)
}

/// The share of a checklist's importance that a response passes.
///
/// ```text
/// Σ wᵢ over the questions passed / Σ wᵢ
/// ```
///
/// # Undefined
/// If the weights of the questions that count add up to 0.
///
/// # Missing values
/// By `unanswered`: the weight stays in the denominator or is left out.
///
/// # Source
/// Not in TICK; the weighted score of its re-implementation AutoChecklist. Whole-number weights with penalties for many
/// responses at once: [`Backend::checklist`](crate::compute::Backend::checklist).
///
/// # Errors
/// [`Error::Length`] unless there is one weight a question; [`Error::Argument`] for a weight that is negative or not
/// finite; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, weighted_score};
/// let answers = [Some(true), Some(false), None];
/// assert_eq!(weighted_score(&answers, &[3.0, 1.0, 4.0], Unanswered::Fails)?, 0.375);
/// assert_eq!(weighted_score(&answers, &[3.0, 1.0, 4.0], Unanswered::Dropped)?, 0.75);
/// assert!(weighted_score(&answers, &[0.0, 0.0, 0.0], Unanswered::Fails).unwrap_err().is_undefined());
/// assert!(weighted_score(&answers, &[1.0], Unanswered::Fails).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn weighted_score(answers: &[Option<bool>], weights: &[f64], unanswered: Unanswered) -> Result<f64> {
    num::check_same_length("weights of questions", answers.len(), weights.len())?;
    let (mut passed, mut all) = (num::Sum::default(), num::Sum::default());
    for (&answer, &weight) in answers.iter().zip(weights) {
        num::check_at_least_0("weight of a question", weight)?;
        if answer == Some(true) {
            passed.add(weight);
        }
        if answer.is_some() || unanswered == Unanswered::Fails {
            all.add(weight);
        }
    }
    let reason = Undefined::ZeroDenominator { what: "the weight of all questions" };
    num::ratio("weighted checklist score", passed.value(), all.value(), reason)
}

/// The checklists of a data set: how many had so many questions passed, failed and unanswered.
///
/// # Missing values
/// Counted apart; each figure is told what they count.
///
/// # Examples
/// ```
/// use probity::checklist::{ChecklistCounts, Unanswered};
/// use probity::inference::Level;
/// use probity::tally::Tally;
/// let mut counts = ChecklistCounts::default();
/// counts.record(&[Some(true)])?;
/// counts.record(&[Some(true), Some(false), None, Some(false)])?;
/// assert_eq!((counts.records(), counts.questions(), counts.unanswered()), (2, 5, 1));
/// // Every question alike, every instruction alike.
/// assert_eq!(counts.drfr(Unanswered::Fails, Level::default())?.value, 0.4);
/// assert_eq!(counts.mean_pass_rate(Unanswered::Fails, Level::default())?.value, 0.625);
/// // An instruction has at least one question.
/// assert!(counts.record(&[]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChecklistCounts {
    kinds: BTreeMap<Answered, u64>,
    questions: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// How a checklist was answered, and how many were so; ascending.
    checklists: Vec<(Answered, u64)>,
}

impl Format for ChecklistCounts {
    type Body = Body;
    const NAME: &'static str = "probity.checklist_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body { checklists: self.kinds.iter().map(|(&kind, &n)| (kind, n)).collect() }
    }

    fn from_body(Body { checklists }: Body) -> Result<Self, String> {
        let mut counts = Self::default();
        for (kind, n) in checklists {
            if n == 0 || counts.kinds.last_key_value().is_some_and(|(&last, _)| last >= kind) {
                return Err("expected ascending checklists, each with a count above 0".to_string());
            }
            counts.add(kind, n).map_err(|error| error.to_string())?;
        }
        Ok(counts)
    }
}
stored!(ChecklistCounts);

impl ChecklistCounts {
    /// From the answers of every instruction.
    ///
    /// # Errors
    /// As [`Tally::record`]: [`Error::Argument`] for an empty checklist.
    pub fn from_answers<A: AsRef<[Option<bool>]>>(checklists: &[A]) -> Result<Self> {
        let mut counts = Self::default();
        checklists.iter().try_for_each(|answers| counts.record(answers.as_ref()))?;
        Ok(counts)
    }

    fn add(&mut self, kind: Answered, n: u64) -> Result<()> {
        let each = [kind.passed, kind.failed, kind.unanswered].into_iter().try_fold(0, u64::checked_add);
        match each {
            Some(0) => return Err(Error::argument("checklist", "at least 1 question", 0)),
            Some(each) => {
                let more = each.checked_mul(n).ok_or(Error::Overflow { what: "the questions of a tally" })?;
                // No checklist is empty, so their number stays in range with that of the questions.
                add(&mut self.questions, more)?;
            }
            None => return Err(Error::Overflow { what: "the questions of a checklist" }),
        }
        *self.kinds.entry(kind).or_insert(0) += n;
        Ok(())
    }

    /// Questions of all checklists.
    #[must_use]
    pub fn questions(&self) -> u64 {
        self.questions
    }

    /// Questions without a readable answer.
    #[must_use]
    pub fn unanswered(&self) -> u64 {
        self.kinds.iter().map(|(kind, n)| kind.unanswered * n).sum()
    }

    /// Checklists without any readable answer: their pass rate is 0, or there is none if unanswered questions are
    /// dropped.
    #[must_use]
    pub fn without_answer(&self) -> u64 {
        self.kinds.iter().filter(|(kind, _)| kind.passed + kind.failed == 0).map(|(_, n)| n).sum()
    }

    /// Checklists of which a question counts: passed and asked, and how many checklists are so.
    fn counted(&self, unanswered: Unanswered) -> impl Iterator<Item = (f64, f64, u64)> + Clone + '_ {
        let kinds = self.kinds.iter();
        let kinds = kinds.map(move |(kind, &n)| (kind.passed as f64, kind.asked(unanswered) as f64, n));
        kinds.filter(|&(_, asked, _)| asked > 0.0)
    }

    /// The decomposed requirements following ratio; see [`drfr`].
    ///
    /// # Errors
    /// As [`drfr`].
    pub fn drfr(&self, unanswered: Unanswered, level: Level) -> Result<Estimate> {
        let metric = "DRFR";
        let counted = self.counted(unanswered);
        let (mut passed, mut asked, mut checklists) = (0.0, 0.0, 0.0);
        for (p, a, n) in counted.clone() {
            let n = n as f64;
            passed += p * n;
            asked += a * n;
            checklists += n;
        }
        let value = num::ratio(metric, passed, asked, Undefined::Nothing { what: "questions" })?;
        let mean_length = asked / checklists;
        let influence = counted.map(|(p, a, n)| ((p - value * a) / mean_length, n));
        let estimate = estimate_from_counted(metric, value, &influence, level, Some((0.0, 1.0)));
        let items = estimate.items;
        Ok(estimate.counted(items, 1, asked as u64))
    }

    /// The mean pass rate; see [`mean_pass_rate`].
    ///
    /// # Errors
    /// As [`mean_pass_rate`].
    pub fn mean_pass_rate(&self, unanswered: Unanswered, level: Level) -> Result<Estimate> {
        mean_of(self.counted(unanswered), level)
    }

    /// The share of checklists of which every question is passed, with Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no question counts.
    pub fn all_passed(&self, unanswered: Unanswered, level: Level) -> Result<Estimate> {
        let (mut all, mut of) = (0, 0);
        for (passed, asked, n) in self.counted(unanswered) {
            of += n;
            all += if passed == asked { n } else { 0 };
        }
        rate("share of checklists passed", "the number of checklists", all, of, level)
    }

    /// The mean pass rate of the checklists of each length, the shortest first: whether long ones are harder to pass.
    /// Checklists of which no question counts are left out.
    ///
    /// # Errors
    /// None beyond those of [`mean_pass_rate`], which cannot occur for lengths that there are.
    pub fn by_length(&self, unanswered: Unanswered, level: Level) -> Result<Vec<(u64, Estimate)>> {
        let lengths: BTreeSet<u64> = self.counted(unanswered).map(|(_, asked, _)| asked as u64).collect();
        let mean = |length: u64| {
            let of = self.counted(unanswered).filter(move |&(_, asked, _)| asked as u64 == length);
            Ok((length, mean_of(of, level)?))
        };
        lengths.into_iter().map(mean).collect()
    }
}

/// The mean pass rate of checklists: passed, asked, and how many there are.
fn mean_of(counted: impl Iterator<Item = (f64, f64, u64)> + Clone, level: Level) -> Result<Estimate> {
    let metric = "mean pass rate";
    let rates = counted.clone().map(|(passed, asked, n)| (passed / asked, n));
    let checklists: u64 = rates.clone().map(|(_, n)| n).sum();
    let total = num::sum(rates.clone().map(|(rate, n)| rate * n as f64));
    let reason = Undefined::Nothing { what: "questions" };
    let value = num::ratio(metric, total, checklists as f64, reason)?;
    let questions = counted.map(|(_, asked, n)| asked as u64 * n).sum();
    let estimate = estimate_from_counted(metric, value, &rates, level, Some((0.0, 1.0)));
    Ok(estimate.counted(checklists, 1, questions))
}

impl Tally for ChecklistCounts {
    /// The answers to the questions of one instruction.
    type Record<'a> = &'a [Option<bool>];

    fn record(&mut self, answers: Self::Record<'_>) -> Result<()> {
        self.add(Answered::from_answers(answers), 1)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.questions, other.questions)?;
        other.kinds.iter().try_for_each(|(&kind, &n)| self.add(kind, n))
    }

    fn records(&self) -> u64 {
        self.kinds.values().sum()
    }
}

/// The decomposed requirements following ratio of a data set: the share of all questions that is passed (micro).
///
/// ```text
/// DRFR = Σᵢ #yes(i) / Σᵢ #questions(i)
/// ```
///
/// Questions of one instruction are alike, so the standard error is that of a ratio over instructions, with a Student
/// interval cut to 0..1. Streaming: [`ChecklistCounts::drfr`].
///
/// # Undefined
/// If no question counts.
///
/// # Missing values
/// By `unanswered`.
///
/// # Source
/// Qin et al. 2024 (InFoBench), DRFR.
///
/// # Errors
/// [`Error::Argument`] for an empty checklist; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, drfr};
/// use probity::inference::Level;
/// let answers = [vec![Some(true)], vec![Some(true), Some(false), Some(false)]];
/// let found = drfr(&answers, Unanswered::Fails, Level::default())?;
/// assert_eq!((found.value, found.items, found.judgments), (0.5, 2, 4));
/// assert!(drfr(&[vec![]], Unanswered::Fails, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn drfr<A: AsRef<[Option<bool>]>>(
    checklists: &[A],
    unanswered: Unanswered,
    level: Level,
) -> Result<Estimate> {
    ChecklistCounts::from_answers(checklists)?.drfr(unanswered, level)
}

/// The mean of the instructions' pass rates (macro), with a Student interval over instructions cut to 0..1.
///
/// ```text
/// mean over instructions of #yes(i)/#questions(i)
/// ```
///
/// Streaming: [`ChecklistCounts::mean_pass_rate`].
///
/// # Undefined
/// If no question counts.
///
/// # Missing values
/// By `unanswered`. Where they are dropped, an instruction without any answer has no pass rate and is left out;
/// [`ChecklistCounts::without_answer`] counts them.
///
/// # Source
/// Cook et al. 2024 (TICK, arXiv 2410.03608).
///
/// # Errors
/// [`Error::Argument`] for an empty checklist; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::checklist::{Unanswered, mean_pass_rate};
/// use probity::inference::Level;
/// let answers = [vec![Some(true)], vec![Some(true), None]];
/// assert_eq!(mean_pass_rate(&answers, Unanswered::Fails, Level::default())?.value, 0.75);
/// assert_eq!(mean_pass_rate(&answers, Unanswered::Dropped, Level::default())?.value, 1.0);
/// assert!(mean_pass_rate(&[[None]], Unanswered::Dropped, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn mean_pass_rate<A: AsRef<[Option<bool>]>>(
    checklists: &[A],
    unanswered: Unanswered,
    level: Level,
) -> Result<Estimate> {
    ChecklistCounts::from_answers(checklists)?.mean_pass_rate(unanswered, level)
}
