use crate::error::{Error, Result};
use crate::inference::{Estimate, Level};
use crate::num;
use crate::peer_review::{
    Exam, ExamScores, PeerReviewOptions, Protocol, Qualification, Thresholds, aggregate_pairwise,
    aggregate_pointwise, evaluatee_ranks, evaluatee_scores, exam_score, qualify, reviewer_weights,
};
use crate::search::{Procedure, Step};
use crate::tally::{Comparison, Side};

/// Under which prompt an exam question is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExamPrompt {
    /// The prompt of the reviews.
    First,
    /// The same question in other words, to see whether the candidate agrees with itself.
    Second,
}

/// What a peer review asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReviewAsk {
    /// A candidate's answer to an item of the exam.
    Exam {
        /// The candidate.
        reviewer: usize,
        /// The item.
        item: usize,
        /// The prompt.
        prompt: ExamPrompt,
    },
    /// A reviewer's rating of an answer.
    Rate {
        /// The reviewer.
        reviewer: usize,
        /// The task that was answered.
        task: usize,
        /// Whose answer it is.
        evaluatee: usize,
    },
    /// A reviewer's verdict on two answers: −1 the one shown first is better, 1 the second, 0 neither.
    Compare {
        /// The reviewer.
        reviewer: usize,
        /// The task that was answered.
        task: usize,
        /// Whose answer is shown first.
        first: usize,
        /// Whose answer is shown second.
        second: usize,
    },
}

/// What a peer review comes to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PeerReviewRun {
    /// Every candidate's scores.
    pub exams: Vec<ExamScores>,
    /// Which candidates review, and why.
    pub qualified: Vec<Qualification>,
    /// The reviews; undefined if nobody passed, an error if the scores of those who did give no weights, or if of some
    /// answer nothing was rated.
    pub review: Result<Reviewed>,
}

/// What the reviewers' judgments come to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reviewed {
    /// The candidates that review.
    pub reviewers: Vec<usize>,
    /// How much each of them counts; the sum is 1.
    pub weights: Vec<f64>,
    /// Each evaluatee's mean over tasks: of aggregated ratings, or of its share of wins against the others.
    pub scores: Vec<Estimate>,
    /// The evaluatees' ranks: 1 is the best, equals share the mean of their ranks.
    pub ranks: Vec<f64>,
    /// The aggregated verdicts on pairs, task by task: for [`WinMatrix`](crate::peer_review::WinMatrix), Elo and the like.
    /// Empty where answers are rated.
    pub comparisons: Vec<Comparison>,
}

/// A peer review among models, as a procedure without I/O: an exam for reviewers, reviews by those who pass, a ranking.
///
/// ```text
/// exam: every candidate answers every item (twice if consistency is examined) → scores → who passes → weights
/// review: every reviewer rates every answer to every task, or compares every two in both orders
/// chair: weighted ratings, or weighted votes, of each answer → means over tasks → ranks
/// ```
///
/// It asks in a fixed order, reviewer after reviewer; those who failed are not asked to review. Answers are numbers, `None`
/// where none could be read. See [`parse_number`](crate::peer_review::parse_number) and
/// [`parse_label`](crate::peer_review::parse_label) for reading them.
///
/// # Undefined
/// See [`PeerReviewRun::review`].
///
/// # Missing values
/// In the exam as in [`exam_score`]; a missing rating as the options say; a missing verdict is no vote.
///
/// # Source
/// Chu et al. 2024, *PRE: A Peer Review Based Large Language Model Evaluator*. The published code also asks those who failed.
///
/// # Errors
/// [`Error::Argument`] when it is made without candidates, tasks or evaluatees (two of them for comparisons), without exam
/// items although an exam is held, or without an exam although weights need scores; when it is answered with a number that
/// is not finite, with a verdict that is none of −1, 0 and 1, with none where errors are squared, or after its end.
///
/// # Examples
/// ```
/// use probity::peer_review::{PeerReview, PeerReviewOptions, ReviewAsk};
/// use probity::search::drive;
/// use std::ops::ControlFlow;
/// // Three candidates, an exam of two items, and one task answered by two models.
/// let fresh = || PeerReview::new(PeerReviewOptions::new(), 3, vec![4.0, 2.0], 1, 2);
/// let answer = |ask| match ask {
///     // The last candidate fails.
///     ReviewAsk::Exam { reviewer: 2, .. } => Ok::<_, probity::Error>(Some(1.0)),
///     ReviewAsk::Exam { item, .. } => Ok(Some([4.0, 2.0][item])),
///     ReviewAsk::Rate { reviewer, evaluatee, .. } => Ok(Some([[5.0, 3.0], [4.0, 4.0]][reviewer][evaluatee])),
///     _ => Ok(None),
/// };
/// let run = drive(&mut fresh()?, answer, |_| ControlFlow::Continue(()))?;
/// let review = run.review?;
/// assert_eq!((review.reviewers, review.ranks), (vec![0, 1], vec![1.0, 2.0]));
/// // Nobody passes: there is no review.
/// let nobody = drive(&mut fresh()?, |_| Ok::<_, probity::Error>(Some(0.0)), |_| ControlFlow::Continue(()))?;
/// assert!(nobody.review.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PeerReview {
    options: PeerReviewOptions,
    candidates: usize,
    answers: Vec<f64>,
    tasks: usize,
    evaluatees: usize,
    /// Given so far: candidate, prompt, item.
    examined: Vec<Option<f64>>,
    /// Given so far: reviewer, task, and answer or pair.
    reviewed: Vec<Option<f64>>,
    board: Option<Board>,
    done: Option<PeerReviewRun>,
}

/// Who reviews.
#[derive(Debug, Clone, PartialEq)]
struct Board {
    exams: Vec<ExamScores>,
    qualified: Vec<Qualification>,
    reviewers: Vec<usize>,
    weights: Vec<f64>,
}

impl PeerReview {
    /// A review by `candidates`, with the exam's gold `answers`, of the answers of `evaluatees` models to `tasks`.
    ///
    /// # Errors
    /// As said on the type.
    pub fn new(
        options: PeerReviewOptions,
        candidates: usize,
        answers: Vec<f64>,
        tasks: usize,
        evaluatees: usize,
    ) -> Result<Self> {
        num::check_finite("answers of the exam", &answers)?;
        let fewest = if options.protocol == Protocol::Pairwise { 2 } else { 1 };
        let enough = [("candidates", "at least one", candidates, 1), ("tasks", "at least one", tasks, 1)];
        for (name, expected, found, fewest) in
            enough.into_iter().chain([("evaluatees", "one to rate, two to compare", evaluatees, fewest)])
        {
            if found < fewest {
                return Err(Error::argument(name, expected, found));
            }
        }
        // Everything that will be asked has a number.
        let countable =
            |factors: [usize; 4]| factors.iter().try_fold(1usize, |n, &by| n.checked_mul(by)).is_some();
        let reviews = [evaluatees, evaluatees, tasks, candidates];
        if !countable(reviews) || !countable([answers.len(), 2, candidates, 1]) {
            return Err(Error::Overflow { what: "the number of questions of a peer review" });
        }
        let exam = options.thresholds != Thresholds::default();
        if exam && answers.is_empty() {
            return Err(Error::argument("answers of the exam", "at least one where an exam is held", "none"));
        }
        let unweighted = vec![ExamScores::default(); candidates];
        let mut review = Self {
            options,
            candidates,
            answers,
            tasks,
            evaluatees,
            examined: Vec::new(),
            reviewed: Vec::new(),
            board: None,
            done: None,
        };
        if !exam {
            // Weights that need scores have none.
            reviewer_weights(&unweighted, review.options.weight, review.options.mixing)?;
            review.seat(unweighted)?;
        }
        Ok(review)
    }

    /// How many prompts a candidate meets in the exam.
    fn prompts(&self) -> usize {
        if self.options.thresholds.consistency.is_some() { 2 } else { 1 }
    }

    /// What one reviewer is asked about one task.
    fn asks_a_task(&self) -> usize {
        match self.options.protocol {
            Protocol::Pointwise => self.evaluatees,
            Protocol::Pairwise => self.evaluatees * (self.evaluatees - 1),
        }
    }

    /// The two evaluatees of an ordered pair.
    fn pair(&self, at: usize) -> (usize, usize) {
        let (first, rest) = (at / (self.evaluatees - 1), at % (self.evaluatees - 1));
        (first, rest + usize::from(rest >= first))
    }

    /// The exam is over: who reviews?
    fn seat(&mut self, exams: Vec<ExamScores>) -> Result<()> {
        let qualified = qualify(&exams, &self.options.thresholds)?;
        let reviewers: Vec<usize> = (0..self.candidates).filter(|&c| qualified[c].passed()).collect();
        let scores: Vec<ExamScores> = reviewers.iter().map(|&c| exams[c]).collect();
        match reviewer_weights(&scores, self.options.weight, self.options.mixing) {
            Ok(weights) => self.board = Some(Board { exams, qualified, reviewers, weights }),
            Err(error) => self.done = Some(PeerReviewRun { exams, qualified, review: Err(error) }),
        }
        Ok(())
    }

    fn mark(&self) -> Result<Vec<ExamScores>> {
        let items = self.answers.len();
        let Thresholds { gold, consistency } = self.options.thresholds;
        let score = |candidate: &[Option<f64>]| {
            let (first, second) = candidate.split_at(items);
            let own: Option<Vec<f64>> = second.iter().copied().collect();
            Ok(ExamScores {
                gold: gold.map(|_| exam_score(self.options.exam, first, &self.answers)).transpose()?,
                consistency: consistency
                    .map(|_| match own {
                        Some(own) => exam_score(self.options.exam, first, &own),
                        None => self.own_score(first, second),
                    })
                    .transpose()?,
            })
        };
        self.examined.chunks_exact(items * self.prompts()).map(score).collect()
    }

    /// The score against one's own answers of which some are missing: those items count as missing results do.
    fn own_score(&self, first: &[Option<f64>], second: &[Option<f64>]) -> Result<f64> {
        let both = |(first, second): (&Option<f64>, &Option<f64>)| match (first, second) {
            (&result, &Some(own)) => (result, own),
            (_, None) => (None, 0.0),
        };
        let (results, own): (Vec<_>, Vec<_>) = first.iter().zip(second).map(both).unzip();
        exam_score(self.options.exam, &results, &own)
    }

    fn conclude(&self, board: &Board) -> Result<Reviewed> {
        let a_task = self.asks_a_task();
        let given = |reviewer: usize, task: usize, at: usize| {
            self.reviewed[(reviewer * self.tasks + task) * a_task + at]
        };
        let reviewers = 0..board.reviewers.len();
        let mut comparisons = Vec::new();
        let mut scores = Vec::with_capacity(self.tasks);
        for task in 0..self.tasks {
            scores.push(match self.options.protocol {
                Protocol::Pointwise => (0..self.evaluatees)
                    .map(|evaluatee| {
                        let ratings: Vec<_> = reviewers.clone().map(|r| given(r, task, evaluatee)).collect();
                        aggregate_pointwise(&ratings, &board.weights, self.options.missing)
                    })
                    .collect::<Result<Vec<f64>>>()?,
                Protocol::Pairwise => {
                    let mut won = vec![0.0; self.evaluatees];
                    for at in 0..a_task {
                        let (first, second) = self.pair(at);
                        if first > second {
                            continue;
                        }
                        let swapped = second * (self.evaluatees - 1) + first;
                        let votes: Vec<_> = reviewers
                            .clone()
                            .map(|r| {
                                let back = side(given(r, task, swapped)).map(Side::swapped);
                                [side(given(r, task, at)), back]
                            })
                            .collect();
                        let winner = aggregate_pairwise(&votes, &board.weights)?;
                        won[first] += winner.points(Side::Left);
                        won[second] += winner.points(Side::Right);
                        let (left, right) = (index(first)?, index(second)?);
                        comparisons.push(Comparison { left, right, winner });
                    }
                    won.into_iter().map(|won| won / (self.evaluatees - 1) as f64).collect()
                }
            });
        }
        let scores = evaluatee_scores(&scores, Level::default())?;
        let ranks = evaluatee_ranks(&scores.iter().map(|score| score.value).collect::<Vec<_>>())?;
        let Board { reviewers, weights, .. } = board.clone();
        Ok(Reviewed { reviewers, weights, scores, ranks, comparisons })
    }

    /// What is asked for next, as long as the review is not over.
    fn ask(&self) -> ReviewAsk {
        let Some(board) = &self.board else {
            let items = self.answers.len();
            let (rest, item) = (self.examined.len() / items, self.examined.len() % items);
            let (reviewer, second) = (rest / self.prompts(), rest % self.prompts() == 1);
            let prompt = if second { ExamPrompt::Second } else { ExamPrompt::First };
            return ReviewAsk::Exam { reviewer, item, prompt };
        };
        let a_task = self.asks_a_task();
        let (rest, at) = (self.reviewed.len() / a_task, self.reviewed.len() % a_task);
        let reviewer = board.reviewers.get(rest / self.tasks).copied().unwrap_or_default();
        let task = rest % self.tasks;
        match self.options.protocol {
            Protocol::Pointwise => ReviewAsk::Rate { reviewer, task, evaluatee: at },
            Protocol::Pairwise => {
                let (first, second) = self.pair(at);
                ReviewAsk::Compare { reviewer, task, first, second }
            }
        }
    }
}

fn index(evaluatee: usize) -> Result<u32> {
    u32::try_from(evaluatee).map_err(|_| Error::Overflow { what: "the number of evaluatees" })
}

fn side(verdict: Option<f64>) -> Option<Side> {
    let verdict = verdict?;
    Some(if verdict < 0.0 {
        Side::Left
    } else if verdict > 0.0 {
        Side::Right
    } else {
        Side::Tie
    })
}

impl Procedure for PeerReview {
    type Ask = ReviewAsk;
    type Answer = Option<f64>;
    type Done = PeerReviewRun;

    fn step(&self) -> Step<ReviewAsk, PeerReviewRun> {
        self.done.as_ref().map_or_else(|| Step::Ask(self.ask()), |run| Step::Done(run.clone()))
    }

    fn answer(&mut self, answer: Option<f64>) -> Result<()> {
        if self.done.is_some() {
            return Err(Error::argument("answer", "none after the end", "one"));
        }
        if let Some(value) = answer.filter(|a| !a.is_finite()) {
            return Err(Error::NotFinite { what: "answer", index: 0, value: value.to_string() });
        }
        match self.ask() {
            ReviewAsk::Exam { .. } => {
                if answer.is_none() && self.options.exam == Exam::MeanSquaredError {
                    return Err(Error::argument("answer", "a number where errors are squared", "none"));
                }
                self.examined.push(answer);
                if self.examined.len() == self.candidates * self.prompts() * self.answers.len() {
                    let marked = self.mark().and_then(|exams| self.seat(exams));
                    if marked.is_err() {
                        self.examined.pop();
                    }
                    return marked;
                }
            }
            ask => {
                let comparing = matches!(ask, ReviewAsk::Compare { .. });
                if let Some(verdict) = answer.filter(|a| comparing && ![-1.0, 0.0, 1.0].contains(a)) {
                    return Err(Error::argument("verdict", "-1, 0 or 1", verdict));
                }
                self.reviewed.push(answer);
            }
        }
        if let Some(board) = self.board.clone()
            && self.reviewed.len() == board.reviewers.len() * self.tasks * self.asks_a_task()
        {
            let review = self.conclude(&board);
            self.done = Some(PeerReviewRun { exams: board.exams, qualified: board.qualified, review });
        }
        Ok(())
    }
}
