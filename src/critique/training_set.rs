use crate::critique::{LoopSelection, Response};

/// One example that the actor is trained on, by positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TrainingExample {
    /// Question → its original solution.
    Original {
        /// Position of the question.
        question: usize,
    },
    /// Question → a kept response, or the refinement kept in its place.
    Answer {
        /// The round that kept it, from 0.
        round: usize,
        /// Position of the question.
        question: usize,
        /// Position of the sampled response.
        response: usize,
        /// Position of the refinement; `None` for the response itself.
        refinement: Option<usize>,
    },
    /// Question, wrong response and critique → the kept refinement.
    Refine {
        /// The round that kept it, from 0.
        round: usize,
        /// Position of the question.
        question: usize,
        /// Position of the wrong response.
        response: usize,
        /// Position of the refinement.
        refinement: usize,
    },
}

/// What a round's training set is composed of. Every round trains the base model anew.
///
/// | option | default | adds |
/// |---|---|---|
/// | [`original`](Self::original) | on | the data before the first round |
/// | [`earlier_rounds`](Self::earlier_rounds) | off | what earlier rounds kept |
/// | [`feedback`](Self::feedback) | on | refinements as answers to a critique |
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), the released data filter and its defaults.
///
/// # Examples
/// ```
/// use probity::critique::{Refined, Response, TrainingSet, critique_in_loop_select};
/// use probity::inference::Level;
/// let good = Refined { right: true, passes_barrier: true };
/// let round = critique_in_loop_select(&[[Response::Wrong(vec![good])]], 1, Level::default())?;
/// assert_eq!(TrainingSet::new().examples(1, &[round.clone()]).len(), 3);
/// assert_eq!(TrainingSet::new().original(false).feedback(false).examples(1, &[round]).len(), 1);
/// assert!(TrainingSet::new().original(false).examples(1, &[]).is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrainingSet {
    original: bool,
    earlier_rounds: bool,
    feedback: bool,
}

impl Default for TrainingSet {
    fn default() -> Self {
        Self { original: true, earlier_rounds: false, feedback: true }
    }
}

impl TrainingSet {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the original data are in it.
    #[must_use]
    pub fn original(self, original: bool) -> Self {
        Self { original, ..self }
    }

    /// Whether what earlier rounds kept is in it.
    #[must_use]
    pub fn earlier_rounds(self, earlier_rounds: bool) -> Self {
        Self { earlier_rounds, ..self }
    }

    /// Whether refinements are in it as answers to a critique, too.
    #[must_use]
    pub fn feedback(self, feedback: bool) -> Self {
        Self { feedback, ..self }
    }

    /// The examples of the last of some rounds, over `questions` questions with original solutions.
    #[must_use]
    pub fn examples(self, questions: usize, rounds: &[LoopSelection]) -> Vec<TrainingExample> {
        let originals = if self.original { 0..questions } else { 0..0 };
        let mut examples: Vec<_> = originals.map(|question| TrainingExample::Original { question }).collect();
        let first = if self.earlier_rounds { 0 } else { rounds.len().saturating_sub(1) };
        for (round, selection) in rounds.iter().enumerate().skip(first) {
            for kept in &selection.kept {
                let (question, response) = (kept.question, kept.response);
                let refinement = kept.refinement;
                examples.push(TrainingExample::Answer { round, question, response, refinement });
                if let (true, Some(refinement)) = (self.feedback, refinement) {
                    examples.push(TrainingExample::Refine { round, question, response, refinement });
                }
            }
        }
        examples
    }
}

/// The (question, response) pairs whose critique teaches the critic: wrong responses that a refinement made right.
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), the released data filter.
///
/// # Examples
/// ```
/// use probity::critique::{Refined, Response, critic_examples};
/// let right = Refined { right: true, passes_barrier: false };
/// let questions = [vec![Response::Right, Response::Wrong(vec![right])], vec![Response::Wrong(vec![])]];
/// assert_eq!(critic_examples(&questions), [(0, 1)]);
/// ```
#[must_use]
pub fn critic_examples<Q: AsRef<[Response]>>(questions: &[Q]) -> Vec<(usize, usize)> {
    let teaches = |response: &Response| match response {
        Response::Right => false,
        Response::Wrong(refinements) => refinements.iter().any(|r| r.right),
    };
    let of_question = |(q, responses): (usize, &Q)| {
        let responses = responses.as_ref();
        (0..responses.len()).filter(|&i| teaches(&responses[i])).map(|i| (q, i)).collect::<Vec<_>>()
    };
    questions.iter().enumerate().flat_map(of_question).collect()
}
