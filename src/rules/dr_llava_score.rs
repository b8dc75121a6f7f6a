use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, rate};
use crate::num;
use crate::rules::dr_llava::{ClinicalPaths, ClinicalQuestion};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, check_room};

/// A question of a conversation with the symbols of the reference and of the answer; `None` where no rule reads one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicalTurn<'a> {
    /// The question.
    pub question: ClinicalQuestion,
    /// The symbol of the reference answer.
    pub truth: Option<&'a str>,
    /// The symbol of the answer.
    pub answer: Option<&'a str>,
}

/// The parts of a conversation's reward.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ClinicalReward {
    /// By turn: 1 if the symbols are equal, −0.5 if the answer cannot be read, 0 otherwise.
    pub correct: Vec<f64>,
    /// By turn from the second on: 1 if the answer goes with the one before in some path, 0 otherwise.
    pub aligned: Vec<f64>,
    /// By turn: what a wrong length costs; empty if lengths were not given.
    pub length: Vec<f64>,
    /// Their sum.
    pub total: f64,
}

/// What a difference in length costs.
///
/// ```text
/// −|Δ|/10 if |Δ| > 10, else 0        Δ in characters
/// ```
///
/// # Source
/// Sun et al. 2024 (Dr-LLaVA, arXiv 2405.19567), `RewardModel_HEME`. The released line cannot run (it takes the length of symbols,
/// and a function that does not exist); this is what it means to compute.
///
/// # Examples
/// ```
/// use probity::rules::clinical_length_penalty;
/// assert_eq!((clinical_length_penalty(150, 100), clinical_length_penalty(110, 100)), (-5.0, 0.0));
/// ```
#[must_use]
pub fn clinical_length_penalty(answer_chars: usize, reference_chars: usize) -> f64 {
    const UNIT: f64 = 10.0;
    let units = answer_chars.abs_diff(reference_chars) as f64 / UNIT;
    if units > 1.0 { -units } else { 0.0 }
}

/// The reward of a conversation.
///
/// ```text
/// reward = Σ correct + Σ aligned + Σ length
/// ```
///
/// An answer that cannot be read is right where the reference cannot be read either: equality comes first. `lengths` are
/// the characters of answer and reference, turn by turn ([`clinical_length_penalty`]); without them there is no such term.
///
/// # Source
/// Sun et al. 2024 (Dr-LLaVA, arXiv 2405.19567), `RewardModel_HEME`.
///
/// # Errors
/// [`Error::Length`] if there are not as many lengths as turns.
///
/// # Examples
/// ```
/// use probity::rules::ClinicalQuestion::{Detail, Quality};
/// use probity::rules::{ClinicalPaths, ClinicalTurn, clinical_reward};
/// let paths = ClinicalPaths::released()?;
/// let turn = |question, truth, answer| ClinicalTurn { question, truth: Some(truth), answer };
/// let turns =
///     [turn(Quality, "good", Some("good")), turn(Detail, "myeloblasts", Some("plasma cells")), turn(Quality, "good", None)];
/// let reward = clinical_reward(&paths, &turns, None)?;
/// assert_eq!((reward.correct, reward.aligned, reward.total), (vec![1.0, 0.0, -0.5], vec![1.0, 0.0], 1.5));
/// assert_eq!(clinical_reward(&paths, &[], None)?.total, 0.0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn clinical_reward(
    paths: &ClinicalPaths,
    turns: &[ClinicalTurn<'_>],
    lengths: Option<&[(usize, usize)]>,
) -> Result<ClinicalReward> {
    const UNREADABLE: f64 = -0.5;
    let correct = |turn: &ClinicalTurn<'_>| match (turn.answer, turn.truth) {
        (answer, truth) if answer == truth => 1.0,
        (None, _) => UNREADABLE,
        _ => 0.0,
    };
    let correct: Vec<f64> = turns.iter().map(correct).collect();
    let together = |pair: &[ClinicalTurn<'_>]| match pair {
        [before, after] => before
            .answer
            .zip(after.answer)
            .is_some_and(|(one, other)| paths.allows((before.question, one), (after.question, other))),
        _ => false,
    };
    let aligned: Vec<f64> = turns.windows(2).map(|pair| f64::from(u8::from(together(pair)))).collect();
    let length: Vec<f64> = match lengths {
        None => Vec::new(),
        Some(lengths) => {
            num::check_same_length("lengths of answers and references", turns.len(), lengths.len())?;
            lengths.iter().map(|&(answer, reference)| clinical_length_penalty(answer, reference)).collect()
        }
    };
    let total = num::sum(correct.iter().chain(&aligned).chain(&length).copied());
    Ok(ClinicalReward { correct, aligned, length, total })
}

/// Answers that cannot be read, in a confusion table.
const UNREAD: &str = "";

/// The counts behind Dr-LLaVA's accuracies: right answers, wholly right conversations, right diagnoses, consistent paths,
/// and for each question which symbol was taken for which.
///
/// # Missing values
/// An answer that cannot be read is wrong, unless the reference cannot be read either, and agrees with no path.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::ClinicalQuestion::{Diagnosis, Quality};
/// use probity::rules::{ClinicalCounts, ClinicalPaths, ClinicalTurn};
/// let (paths, mut counts) = (ClinicalPaths::released()?, ClinicalCounts::default());
/// let turn = |question, truth, answer| ClinicalTurn { question, truth: Some(truth), answer: Some(answer) };
/// counts.add(&paths, &[turn(Quality, "good", "good"), turn(Diagnosis, "AML", "MM")])?;
/// let level = Level::default();
/// assert_eq!(counts.question_accuracy(level)?.value, 0.5);
/// assert_eq!(counts.conversation_accuracy(level)?.value, 0.0);
/// assert_eq!(counts.path_consistency(level)?.value, 1.0);
/// assert_eq!(counts.confusion(Diagnosis, Some("AML"), Some("MM")), 1);
/// assert!(ClinicalCounts::default().diagnosis_accuracy(level).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClinicalCounts {
    conversations: u64,
    wholly_right: u64,
    consistent: u64,
    /// Conversations that ask for the diagnosis.
    diagnosed: u64,
    diagnosed_right: u64,
    /// By question, symbol of the reference, symbol of the answer.
    confusions: BTreeMap<(u8, String, String), u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confusion {
    question: u8,
    truth: String,
    answer: String,
    count: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    conversations: u64,
    wholly_right: u64,
    consistent: u64,
    diagnosed: u64,
    diagnosed_right: u64,
    confusions: Vec<Confusion>,
}

impl Format for ClinicalCounts {
    type Body = Body;
    const NAME: &'static str = "probity.clinical_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let confusion = |((question, truth, answer), &count): (&(u8, String, String), &u64)| Confusion {
            question: *question,
            truth: truth.clone(),
            answer: answer.clone(),
            count,
        };
        Body {
            conversations: self.conversations,
            wholly_right: self.wholly_right,
            consistent: self.consistent,
            diagnosed: self.diagnosed,
            diagnosed_right: self.diagnosed_right,
            confusions: self.confusions.iter().map(confusion).collect(),
        }
    }

    fn from_body(body: Body) -> Result<Self, String> {
        let n = body.conversations;
        if body.wholly_right > n
            || body.consistent > n
            || body.diagnosed > n
            || body.diagnosed_right > body.diagnosed
        {
            return Err("expected no more of a kind of conversations than conversations".to_string());
        }
        let (mut confusions, mut total) = (BTreeMap::new(), 0);
        for Confusion { question, truth, answer, count } in body.confusions {
            if usize::from(question) >= ClinicalQuestion::ALL.len() {
                return Err(format!("expected a question from 0 to 4, found {question}"));
            }
            crate::tally::add(&mut total, count).map_err(|e| e.to_string())?;
            if confusions.insert((question, truth, answer), count).is_some() {
                return Err("expected each confusion once".to_string());
            }
        }
        Ok(Self {
            conversations: n,
            wholly_right: body.wholly_right,
            consistent: body.consistent,
            diagnosed: body.diagnosed,
            diagnosed_right: body.diagnosed_right,
            confusions,
        })
    }
}
stored!(ClinicalCounts);

impl ClinicalCounts {
    /// Counts a conversation; the path that it takes is judged by `paths`.
    ///
    /// A question that is asked twice counts twice, and has its last answer in the path.
    ///
    /// # Errors
    /// [`Error::Overflow`] if a count leaves 64 bits.
    pub fn add(&mut self, paths: &ClinicalPaths, turns: &[ClinicalTurn<'_>]) -> Result<()> {
        let mut path = [None; 5];
        let mut readable = true;
        for turn in turns {
            path[turn.question as usize] = turn.answer;
            readable &= turn.answer.is_some();
        }
        self.record((turns, readable && !paths.matching(&path).is_empty()))
    }

    fn questions(&self) -> u64 {
        self.confusions.values().sum()
    }

    fn right(&self) -> u64 {
        self.confusions.iter().filter(|((_, truth, answer), _)| truth == answer).map(|(_, n)| n).sum()
    }

    /// How often an answer to a question was read as `answer` where the reference is `truth`.
    #[must_use]
    pub fn confusion(&self, question: ClinicalQuestion, truth: Option<&str>, answer: Option<&str>) -> u64 {
        let key = (question as u8, truth.unwrap_or(UNREAD).to_string(), answer.unwrap_or(UNREAD).to_string());
        self.confusions.get(&key).copied().unwrap_or(0)
    }

    /// A_Q: the share of right answers, with Wilson's interval.
    ///
    /// # Undefined
    /// Without questions.
    ///
    /// # Source
    /// Sun et al. 2024 (arXiv 2405.19567); the names of these figures are given from memory of the paper.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    pub fn question_accuracy(&self, level: Level) -> Result<Estimate> {
        rate("question accuracy", "the number of questions", self.right(), self.questions(), level)
    }

    /// A_C: the share of conversations with nothing but right answers, with Wilson's interval.
    ///
    /// # Undefined
    /// Without conversations.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    pub fn conversation_accuracy(&self, level: Level) -> Result<Estimate> {
        self.of_conversations("conversation accuracy", self.wholly_right, level)
    }

    /// A_D: the share of right diagnoses among the conversations that ask for one, with Wilson's interval.
    ///
    /// # Undefined
    /// If none asks for it.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    pub fn diagnosis_accuracy(&self, level: Level) -> Result<Estimate> {
        let what = "the number of conversations that ask for the diagnosis";
        rate("diagnosis accuracy", what, self.diagnosed_right, self.diagnosed, level)
    }

    /// The share of conversations whose answers agree with one of the allowed paths, with Wilson's interval.
    ///
    /// # Undefined
    /// Without conversations.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    pub fn path_consistency(&self, level: Level) -> Result<Estimate> {
        self.of_conversations("path consistency", self.consistent, level)
    }

    fn of_conversations(&self, metric: &'static str, part: u64, level: Level) -> Result<Estimate> {
        if self.conversations == 0 {
            return Err(Error::undefined(metric, Undefined::Nothing { what: "conversations" }));
        }
        rate(metric, "the number of conversations", part, self.conversations, level)
    }
}

impl Tally for ClinicalCounts {
    /// The turns of a conversation, and whether its path is consistent.
    type Record<'a> = (&'a [ClinicalTurn<'a>], bool);

    fn record(&mut self, (turns, consistent): Self::Record<'_>) -> Result<()> {
        check_room(self.conversations, 1)?;
        check_room(self.questions(), turns.len() as u64)?;
        self.conversations += 1;
        self.consistent += u64::from(consistent);
        self.wholly_right += u64::from(turns.iter().all(|turn| turn.truth == turn.answer));
        let diagnosis = turns.iter().rfind(|turn| turn.question == ClinicalQuestion::Diagnosis);
        self.diagnosed += u64::from(diagnosis.is_some());
        self.diagnosed_right += u64::from(diagnosis.is_some_and(|turn| turn.truth == turn.answer));
        for turn in turns {
            let symbol = |symbol: Option<&str>| symbol.unwrap_or(UNREAD).to_string();
            let key = (turn.question as u8, symbol(turn.truth), symbol(turn.answer));
            *self.confusions.entry(key).or_default() += 1;
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.conversations, other.conversations)?;
        check_room(self.questions(), other.questions())?;
        self.conversations += other.conversations;
        self.wholly_right += other.wholly_right;
        self.consistent += other.consistent;
        self.diagnosed += other.diagnosed;
        self.diagnosed_right += other.diagnosed_right;
        for (key, more) in &other.confusions {
            *self.confusions.entry(key.clone()).or_default() += more;
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.conversations
    }
}
