use std::ops::ControlFlow;

use crate::compute::{Backend, ComputeError, Result};
use crate::error::{Error, Undefined};
use crate::inference::parallel;
use crate::kernels::weigh;

/// Yes or no for every question about every response, a bit each.
///
/// # Examples
/// ```
/// use probity::compute::Bitmaps;
/// let mut passed = Bitmaps::from_bools(3, &[true, false, true, false, false, true])?;
/// assert_eq!((passed.responses(), passed.get(1, 2), passed.get(1, 0)), (2, true, false));
/// passed.set(1, 0)?;
/// assert!(passed.get(1, 0));
/// assert!(passed.set(2, 0).is_err());
/// # Ok::<(), probity::compute::ComputeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmaps {
    questions: usize,
    responses: usize,
    /// Word w of all responses, then word w + 1 of all responses: question q is bit q mod 64 of word q / 64.
    words: Vec<u64>,
}

impl Bitmaps {
    /// All no.
    ///
    /// # Errors
    /// [`ComputeError::Limit`] beyond 2³⁵ bits.
    pub fn new(questions: usize, responses: usize) -> Result<Self> {
        const MOST: u64 = 1 << 29;
        let needed = questions.div_ceil(64).checked_mul(responses).map_or(u64::MAX, |words| words as u64);
        if needed > MOST {
            return Err(ComputeError::Limit { what: "words of bitmaps", needed, available: MOST });
        }
        Ok(Self { questions, responses, words: vec![0; needed as usize] })
    }

    /// From answers, response after response.
    ///
    /// # Errors
    /// [`Error::Length`] if the answers are not whole responses; as [`Bitmaps::new`].
    pub fn from_bools(questions: usize, answers: &[bool]) -> Result<Self> {
        let responses = answers.len().checked_div(questions).unwrap_or(0);
        let what = "answers (a multiple of the questions)";
        crate::num::check_same_length(what, responses * questions, answers.len())?;
        let mut bitmaps = Self::new(questions, responses)?;
        for (response, answers) in answers.chunks(questions.max(1)).enumerate() {
            for (word, answers) in answers.chunks(64).enumerate() {
                let bits = answers.iter().enumerate().fold(0, |bits, (q, &yes)| bits | u64::from(yes) << q);
                bitmaps.words[word * responses + response] = bits;
            }
        }
        Ok(bitmaps)
    }

    /// From words: word w of all responses, then word w + 1 of all responses, question q being bit q mod 64 of word
    /// q / 64.
    ///
    /// # Errors
    /// [`Error::Length`] unless there are as many words as that; [`ComputeError::Shape`] if a bit beyond the last
    /// question is set.
    pub fn from_words(questions: usize, responses: usize, words: Vec<u64>) -> Result<Self> {
        let needed = questions.div_ceil(64).checked_mul(responses);
        let needed = needed.ok_or(Error::Overflow { what: "questions × responses" })?;
        crate::num::check_same_length("words of bitmaps", needed, words.len())?;
        if questions % 64 != 0 {
            let beyond = u64::MAX << (questions % 64);
            if words[needed - responses..].iter().any(|word| word & beyond != 0) {
                let expected = format!("{questions} questions");
                return Err(ComputeError::shape("bitmaps", expected, "an answer to a later question"));
            }
        }
        Ok(Self { questions, responses, words })
    }

    /// Questions.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.questions
    }

    /// Responses.
    #[must_use]
    pub fn responses(&self) -> usize {
        self.responses
    }

    fn place(&self, response: usize, question: usize) -> Option<(usize, u64)> {
        (response < self.responses && question < self.questions)
            .then_some((question / 64 * self.responses + response, 1 << (question % 64)))
    }

    /// The answer to a question about a response; no for those that do not exist.
    #[must_use]
    pub fn get(&self, response: usize, question: usize) -> bool {
        self.place(response, question).is_some_and(|(word, bit)| self.words[word] & bit != 0)
    }

    /// Makes an answer yes.
    ///
    /// # Errors
    /// [`Error::Index`] for a response or a question that does not exist.
    pub fn set(&mut self, response: usize, question: usize) -> Result<()> {
        let (response_error, question_error) = (
            Error::Index { what: "response", index: response, len: self.responses },
            Error::Index { what: "question", index: question, len: self.questions },
        );
        let error = if response < self.responses { question_error } else { response_error };
        let (word, bit) = self.place(response, question).ok_or(error)?;
        self.words[word] |= bit;
        Ok(())
    }
}

/// Points of responses to a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChecklistScores {
    /// The weights of the questions passed, added up, of each response.
    pub earned: Vec<i64>,
    /// The weights above 0 of the questions that apply, added up, of each response.
    pub possible: Vec<i64>,
}

impl ChecklistScores {
    /// Points earned of those possible; below 0 if penalties prevail.
    ///
    /// # Undefined
    /// For a response that could not earn a point.
    ///
    /// # Errors
    /// [`Error::Undefined`] as said; [`Error::Index`] for a response that does not exist.
    pub fn rate(&self, response: usize) -> Result<f64> {
        let index = Error::Index { what: "response", index: response, len: self.earned.len() };
        match (self.earned.get(response), self.possible.get(response)) {
            (Some(&earned), Some(&possible)) if possible > 0 => Ok(earned as f64 / possible as f64),
            (Some(_), Some(_)) => {
                let reason = Undefined::ZeroDenominator { what: "what the response could earn" };
                Err(Error::undefined("checklist score", reason).into())
            }
            _ => Err(index.into()),
        }
    }
}

impl Backend {
    /// Scores many responses by a checklist of weighted questions; weights below 0 are penalties.
    ///
    /// # Missing values
    /// A question that is not in `applicable` for a response neither earns nor could have earned points there; without
    /// `applicable` all apply.
    ///
    /// # Errors
    /// [`ComputeError::Shape`] unless there is one weight a question and both bitmaps have the same shape.
    ///
    /// # Complexity
    /// Responses × questions / 64 × binary digits of the weights.
    ///
    /// # Examples
    /// ```
    /// use probity::compute::{Backend, Bitmaps};
    /// let passed = Bitmaps::from_bools(3, &[true, false, true, true, true, false])?;
    /// let applies = Bitmaps::from_bools(3, &[true, true, true, false, false, false])?;
    /// let scores = Backend::cpu().checklist(&passed, Some(&applies), &[3, 2, -1])?;
    /// assert_eq!((scores.earned.as_slice(), scores.possible.as_slice()), (&[2, 0][..], &[5, 0][..]));
    /// assert_eq!(scores.rate(0)?, 0.4);
    /// // Nothing applied to the second response.
    /// assert!(scores.rate(1).unwrap_err().is_undefined());
    /// # Ok::<(), probity::compute::ComputeError>(())
    /// ```
    pub fn checklist(
        &self,
        passed: &Bitmaps,
        applicable: Option<&Bitmaps>,
        weights: &[i32],
    ) -> Result<ChecklistScores> {
        let (questions, responses) = (passed.questions, passed.responses);
        if weights.len() != questions {
            let expected = format!("{questions}, one a question");
            return Err(ComputeError::shape("weights", expected, weights.len()));
        }
        if let Some(other) =
            applicable.filter(|other| (other.questions, other.responses) != (questions, responses))
        {
            let shape = |questions, responses| format!("{responses} responses × {questions} questions");
            let found = shape(other.questions, other.responses);
            return Err(ComputeError::shape("applicable questions", shape(questions, responses), found));
        }
        let worth: Vec<i32> = weights.iter().map(|&weight| weight.max(0)).collect();
        let Some(applicable) = applicable else {
            let possible = worth.iter().map(|&weight| i64::from(weight)).sum();
            let earned = self.weigh(responses, weights, &passed.words)?;
            return Ok(ChecklistScores { earned, possible: vec![possible; responses] });
        };
        let counted: Vec<u64> = passed.words.iter().zip(&applicable.words).map(|(x, y)| x & y).collect();
        Ok(ChecklistScores {
            earned: self.weigh(responses, weights, &counted)?,
            possible: self.weigh(responses, &worth, &applicable.words)?,
        })
    }

    fn weigh(&self, responses: usize, weights: &[i32], words: &[u64]) -> Result<Vec<i64>> {
        let cpu = self.host();
        let part = responses.div_ceil(cpu.threads).max(1);
        let quiet = |_, _| ControlFlow::Continue(());
        let parts = parallel::map_blocks(responses.div_ceil(part), 1, cpu.threads, quiet, |at| {
            let (first, last) = (at * part, responses.min((at + 1) * part));
            let mut sums = vec![0i64; last - first];
            for (weights, words) in weights.chunks(64).zip(words.chunks_exact(responses)) {
                weigh(cpu.level, weights, &words[first..last], &mut sums);
            }
            Ok(sums)
        })?;
        Ok(parts.concat())
    }
}
