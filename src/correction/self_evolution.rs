//! SELF: a model that writes, judges and refines its own training data, round after round.
//!
//! *What is a model's own filter worth, what does a round train on, and when should it stop?* [`self_feedback_filter`],
//! [`training_set`], [`evolution_curve`] with [`EvolutionCurve::stop_round`]; [`self_losses`] is the objective,
//! [`swap_consistent_pairwise`] the comparison of two models by a judge that sees both orders. Self-consistency over
//! direct or refined samples is [`majority_vote`](crate::search::majority_vote).
//!
//! # Source
//! Lu et al. 2023, "SELF: Language-Driven Self-Evolution for Large Language Model" (arXiv 2310.00533). No code is
//! published and the paper's text was not at hand: procedure, rounds and training modes are from public reviews; losses
//! and the wording of verdicts are from memory.

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;

pub use super::evolution_curve::{EvolutionCurve, EvolutionRound, evolution_curve};

/// What a model says of its own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Qualification {
    /// Good enough to learn from.
    Qualified,
    /// Not good enough.
    Unqualified,
    /// No verdict could be read.
    Unparsed,
}

/// Words before "qualified" that turn it round.
const NEGATIONS: [&str; 8] = ["not", "never", "no", "isn't", "cannot", "can't", "wouldn't", "hardly"];

/// Reads a verdict from feedback, in any case.
///
/// "unqualified" or "disqualified", or "qualified" with a negation before it in its sentence, is unqualified; otherwise
/// "qualified" is qualified; otherwise nothing is read.
///
/// # Source
/// Our convention: the paper's wording is not known.
///
/// # Examples
/// ```
/// use probity::correction::self_evolution::{Qualification, parse_qualified};
/// assert_eq!(parse_qualified("The response is QUALIFIED."), Qualification::Qualified);
/// assert_eq!(parse_qualified("Unqualified: it misses a step"), Qualification::Unqualified);
/// assert_eq!(parse_qualified("I would not call this qualified"), Qualification::Unqualified);
/// assert_eq!(parse_qualified("Not long, but fine. Qualified"), Qualification::Qualified);
/// assert_eq!(parse_qualified(""), Qualification::Unparsed);
/// ```
#[must_use]
pub fn parse_qualified(text: &str) -> Qualification {
    let mut found = Qualification::Unparsed;
    for sentence in text.split(['.', '!', '?', ';', '\n']) {
        let mut negated = false;
        // An apostrophe belongs to its word, whichever way it is written.
        let words = sentence.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
        for word in words.map(|word| word.replace('’', "'").to_lowercase()) {
            match word.as_str() {
                "unqualified" | "disqualified" => return Qualification::Unqualified,
                "qualified" if negated => return Qualification::Unqualified,
                "qualified" => found = Qualification::Qualified,
                word => negated |= NEGATIONS.contains(&word),
            }
        }
    }
    found
}

/// A model's verdict on its answer, and whether the answer is right where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedAnswer {
    /// The verdict.
    pub verdict: Qualification,
    /// Whether the answer is right; `None` if it is not known.
    pub correct: Option<bool>,
}

/// What a filter by self-feedback keeps. From [`self_feedback_filter`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FeedbackFilter {
    /// The answers kept, by their place.
    pub kept: Vec<usize>,
    /// Share of the answers that is kept.
    pub keep_rate: Estimate,
    /// Share right among all answers of which it is known.
    pub accuracy_unfiltered: Result<Estimate>,
    /// Share right among the kept ones of which it is known.
    pub accuracy_filtered: Result<Estimate>,
    /// Share of the right answers that is kept.
    pub recall_of_correct: Result<Estimate>,
}

/// Keeps the answers that the model calls qualified, and says what that does to their accuracy.
///
/// The shares have Wilson's interval.
///
/// # Undefined
/// Without answers; an accuracy where no answer is known to be right or wrong, the recall where none is right.
///
/// # Missing values
/// A verdict that could not be read keeps nothing. Answers of which it is not known whether they are right do not enter
/// the accuracies and the recall.
///
/// # Source
/// Lu et al. 2023 (SELF), self-feedback as a filter of the data of a round.
///
/// # Errors
/// [`Error::Undefined`] without answers.
///
/// # Examples
/// ```
/// use probity::correction::self_evolution::{JudgedAnswer, Qualification, self_feedback_filter};
/// use probity::inference::Level;
/// let of = |verdict, correct| JudgedAnswer { verdict, correct };
/// let answers = [of(Qualification::Qualified, Some(true)), of(Qualification::Unparsed, Some(false))];
/// let found = self_feedback_filter(&answers, Level::default())?;
/// assert_eq!((found.kept, found.accuracy_unfiltered?.value, found.accuracy_filtered?.value), (vec![0], 0.5, 1.0));
/// let nothing = self_feedback_filter(&answers[1..], Level::default())?;
/// assert!(nothing.accuracy_filtered.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_feedback_filter(answers: &[JudgedAnswer], level: Level) -> Result<FeedbackFilter> {
    let is_kept = |answer: &&JudgedAnswer| answer.verdict == Qualification::Qualified;
    let count = |keep: &dyn Fn(&JudgedAnswer) -> bool| answers.iter().filter(|a| keep(a)).count() as u64;
    let right = count(&|a| a.correct == Some(true));
    let right_kept = count(&|a| is_kept(&a) && a.correct == Some(true));
    let known = count(&|a| a.correct.is_some());
    let known_kept = count(&|a| is_kept(&a) && a.correct.is_some());
    let kept: Vec<usize> = (0..answers.len()).filter(|&i| is_kept(&&answers[i])).collect();
    let of = |method, what, part, whole| rate(method, what, part, whole, level);
    Ok(FeedbackFilter {
        keep_rate: of("keep rate", "the number of answers", kept.len() as u64, answers.len() as u64)?,
        accuracy_unfiltered: of(
            "accuracy before the filter",
            "the number of answers of known truth",
            right,
            known,
        ),
        accuracy_filtered: of(
            "accuracy after the filter",
            "the number of kept answers of known truth",
            right_kept,
            known_kept,
        ),
        recall_of_correct: of("recall of right answers", "the number of right answers", right_kept, right),
        kept,
    })
}

/// Log-probabilities of one meta-skill example, each summed over its tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetaLogProbs {
    /// Of the feedback, given prompt and response.
    pub feedback: f64,
    /// Of the refined response, given prompt, response and feedback.
    pub refine: f64,
    /// Of the refined response, given the prompt alone.
    pub direct: f64,
}

/// The objective of a round.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SelfLosses {
    /// On the meta-skill examples.
    pub meta_loss: f64,
    /// On the model's own refined responses.
    pub self_loss: f64,
    /// Both together.
    pub total: f64,
}

/// The losses of meta-skill learning and of self-evolution.
///
/// ```text
/// meta = −mean[ln p(f | p, r) + ln p(r' | p, r, f) + β·ln p(r' | p)]
/// self = −β·mean ln p(r' | p) over the model's own data
/// ```
///
/// `evolution_direct` holds ln p(r' | p) of the model's own refined responses.
///
/// # Undefined
/// Without meta-skill examples, or without own data.
///
/// # Source
/// Lu et al. 2023 (SELF); the form is from memory. β = 1 unless you know better.
///
/// # Errors
/// [`Error::NotFinite`] for a number that is not finite; [`Error::Overflow`] if a loss leaves the range of `f64`;
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::self_evolution::{MetaLogProbs, self_losses};
/// let meta = [MetaLogProbs { feedback: -1.0, refine: -2.0, direct: -4.0 }];
/// let losses = self_losses(&meta, &[-3.0, -5.0], 0.5)?;
/// assert_eq!((losses.meta_loss, losses.self_loss, losses.total), (5.0, 2.0, 7.0));
/// assert!(self_losses(&meta, &[], 0.5).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn self_losses(meta: &[MetaLogProbs], evolution_direct: &[f64], beta: f64) -> Result<SelfLosses> {
    let parts: Vec<f64> = meta.iter().flat_map(|m| [m.feedback, m.refine, m.direct]).collect();
    num::check_finite("log-probabilities of meta-skill examples", &parts)?;
    num::check_finite("log-probabilities of own responses", evolution_direct)?;
    num::check_finite("beta", &[beta])?;
    if meta.is_empty() || evolution_direct.is_empty() {
        let what = if meta.is_empty() { "meta-skill examples" } else { "own responses" };
        return Err(Error::undefined("self-evolution loss", Undefined::Nothing { what }));
    }
    let per_example = meta.iter().flat_map(|m| [m.feedback, m.refine, beta * m.direct]);
    let meta_loss = -num::sum(per_example) / meta.len() as f64;
    let own = num::sum(evolution_direct.iter().copied());
    let self_loss = -beta * own / evolution_direct.len() as f64;
    let total = meta_loss + self_loss;
    if total.is_finite() {
        return Ok(SelfLosses { meta_loss, self_loss, total });
    }
    Err(Error::Overflow { what: "the self-evolution loss" })
}

/// How a round is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TrainingMode {
    /// From the meta-skill model, on the meta-skill examples and the data of all rounds so far.
    #[default]
    Restart,
    /// From the previous model, on the meta-skill examples and the data of the newest round.
    Continual,
    /// From the previous model, on the data of the newest round alone ("D_self^t Only").
    ContinualOnlyNew,
}

/// The model that training begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartFrom {
    /// The one that learnt the meta-skills.
    MetaSkillModel,
    /// The one of the round before.
    PreviousModel,
}

/// What a round trains on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrainingSet<T> {
    /// The model that training begins with.
    pub start_from: StartFrom,
    /// The examples in order: meta-skills, then rounds.
    pub items: Vec<T>,
}

/// The training set of the newest of some rounds.
///
/// # Undefined
/// Without rounds.
///
/// # Source
/// Lu et al. 2023 (SELF), which compares restarting with the two continual modes over three rounds.
///
/// # Errors
/// [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::self_evolution::{StartFrom, TrainingMode, training_set};
/// let (meta, rounds) = (["m"], [vec!["a", "b"], vec!["c"]]);
/// let restart = training_set(&meta, &rounds, TrainingMode::Restart)?;
/// assert_eq!((restart.start_from, restart.items), (StartFrom::MetaSkillModel, vec!["m", "a", "b", "c"]));
/// assert_eq!(training_set(&meta, &rounds, TrainingMode::ContinualOnlyNew)?.items, ["c"]);
/// assert!(training_set(&meta, &rounds[..0], TrainingMode::Restart).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn training_set<T: Clone, R: AsRef<[T]>>(
    meta: &[T],
    rounds: &[R],
    mode: TrainingMode,
) -> Result<TrainingSet<T>> {
    let Some(newest) = rounds.last() else {
        return Err(Error::undefined("training set of a round", Undefined::Nothing { what: "rounds" }));
    };
    let newest = std::slice::from_ref(newest);
    let (start_from, meta, rounds) = match mode {
        TrainingMode::Restart => (StartFrom::MetaSkillModel, meta, rounds),
        TrainingMode::Continual => (StartFrom::PreviousModel, meta, newest),
        TrainingMode::ContinualOnlyNew => (StartFrom::PreviousModel, &meta[..0], newest),
    };
    let items = meta.iter().chain(rounds.iter().flat_map(AsRef::as_ref)).cloned().collect();
    Ok(TrainingSet { start_from, items })
}

/// Which of two responses a judge prefers, mapped back to the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preferred {
    /// The first model's.
    A,
    /// The second model's.
    B,
    /// Neither.
    Tie,
}

/// Wins, ties and losses of the first model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WinTieLose {
    /// Items that the first model wins.
    pub win: u64,
    /// Items without a winner.
    pub tie: u64,
    /// Items that the second model wins.
    pub lose: u64,
}

impl WinTieLose {
    fn count(sides: impl Iterator<Item = Preferred>) -> Self {
        let mut counts = Self::default();
        for side in sides {
            match side {
                Preferred::A => counts.win += 1,
                Preferred::Tie => counts.tie += 1,
                Preferred::B => counts.lose += 1,
            }
        }
        counts
    }

    /// Share of the items that the first model wins, with Wilson's interval.
    ///
    /// # Errors
    /// [`Error::Undefined`] without items.
    pub fn win_rate(&self, level: Level) -> Result<Estimate> {
        rate("win rate", "the number of items", self.win, self.win + self.tie + self.lose, level)
    }
}

/// Two judgements an item, in both orders. From [`swap_consistent_pairwise`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SwapConsistent {
    /// A side wins only if both judgements name it.
    pub strict: WinTieLose,
    /// A side wins if one judgement names it and the other does not name the other side.
    pub lenient: WinTieLose,
    /// Items whose judgements name different sides: the judge went by the order.
    pub conflicts: u64,
}

/// Counts wins of a judge that saw every pair of responses in both orders.
///
/// # Source
/// Lu et al. 2023 (SELF), evaluation on the Vicuna and Evol-Instruct test sets.
///
/// # Examples
/// ```
/// use probity::correction::self_evolution::{Preferred, WinTieLose, swap_consistent_pairwise};
/// let found = swap_consistent_pairwise(&[[Preferred::A, Preferred::Tie], [Preferred::A, Preferred::B]]);
/// assert_eq!(found.strict, WinTieLose { win: 0, tie: 2, lose: 0 });
/// assert_eq!((found.lenient, found.conflicts), (WinTieLose { win: 1, tie: 1, lose: 0 }, 1));
/// assert_eq!(swap_consistent_pairwise(&[]).strict, WinTieLose::default());
/// ```
#[must_use]
pub fn swap_consistent_pairwise(judgements: &[[Preferred; 2]]) -> SwapConsistent {
    let strict = |&[one, other]: &[Preferred; 2]| if one == other { one } else { Preferred::Tie };
    let lenient = |pair: &[Preferred; 2]| match *pair {
        [Preferred::Tie, side] | [side, Preferred::Tie] => side,
        _ => strict(pair),
    };
    let in_conflict =
        |&&[one, other]: &&[Preferred; 2]| one != Preferred::Tie && other != Preferred::Tie && one != other;
    SwapConsistent {
        strict: WinTieLose::count(judgements.iter().map(strict)),
        lenient: WinTieLose::count(judgements.iter().map(lenient)),
        conflicts: judgements.iter().filter(in_conflict).count() as u64,
    }
}
