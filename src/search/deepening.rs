use crate::error::{Error, Result};
use crate::search::Step;

/// The sentence put before another attempt.
///
/// # Source
/// The wording comes from Marco-o1; the paper's own could not be read.
pub const RETHINK: &str = "Wait! Maybe I made some mistakes! I need to rethink from scratch.";

/// Token budgets that grow geometrically up to a maximum.
///
/// ```text
/// B_k = min(B_max, ⌊B_0·γ^k⌋)
/// ```
///
/// # Source
/// "Iterative Deepening Sampling for Large Language Models" (arXiv 2502.05449). The paper names γ as the sensitive
/// parameter; its values could not be read, so the [`Default`] of B_0 = 512, γ = 2 and B_max = 8192 is ours. 10⁻⁹ is
/// added before rounding down, so that a product meant to be whole is not cut by rounding.
///
/// # Examples
/// ```
/// use probity::search::Schedule;
/// let schedule = Schedule::new(1_000, 1.5, 6_000)?;
/// assert_eq!(schedule.budgets(), [1_000, 1_500, 2_250, 3_375, 5_062, 6_000]);
/// assert_eq!((schedule.recompute_total(), schedule.recompute_bound()), (19_187, 18_000.0));
/// assert_eq!(Schedule::new(5_000, 2.0, 4_096)?.budgets(), [4_096]);
/// assert!(Schedule::new(100, 1.0, 1_000).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    budgets: Vec<u64>,
    factor: f64,
}

/// More rounds than this mean a factor so near 1 that the schedule would not end in reasonable memory.
const MOST_ROUNDS: usize = 100_000;

impl Default for Schedule {
    fn default() -> Self {
        Self { budgets: vec![512, 1_024, 2_048, 4_096, 8_192], factor: 2.0 }
    }
}

impl Schedule {
    /// Budgets from the first, the factor between rounds and the maximum. A first budget of at least the maximum gives
    /// one round with the maximum.
    ///
    /// # Errors
    /// [`Error::Argument`] for budgets of 0, a factor that is not above 1, or one so near 1 that there would be more than
    /// 100,000 rounds.
    pub fn new(initial: u64, factor: f64, maximum: u64) -> Result<Self> {
        if initial == 0 || maximum == 0 {
            return Err(Error::argument("token budgets", "at least 1 token", 0));
        }
        if !(factor > 1.0 && factor.is_finite()) {
            return Err(Error::argument("growth factor", "a finite number above 1", factor));
        }
        let mut budgets = Vec::new();
        let mut budget = initial as f64;
        while budget < maximum as f64 {
            if budgets.len() == MOST_ROUNDS {
                let expected = "a factor that reaches the maximum within 100,000 rounds";
                return Err(Error::argument("growth factor", expected, factor));
            }
            budgets.push((budget + 1e-9) as u64);
            budget = initial as f64 * factor.powi(budgets.len() as i32);
        }
        budgets.push(maximum);
        Ok(Self { budgets, factor })
    }

    /// The budget of every round.
    #[must_use]
    pub fn budgets(&self) -> &[u64] {
        &self.budgets
    }

    /// Tokens generated if every round starts again without a cache: the sum of the budgets.
    #[must_use]
    pub fn recompute_total(&self) -> u64 {
        self.budgets.iter().fold(0, |sum, &b| sum.saturating_add(b))
    }

    /// B_max·γ/(γ − 1), the bound of [`recompute_total`](Self::recompute_total) of an uncut geometric series.
    #[must_use]
    pub fn recompute_bound(&self) -> f64 {
        let maximum = self.budgets.last().copied().unwrap_or(0);
        maximum as f64 * self.factor / (self.factor - 1.0)
    }
}

/// One round of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment {
    /// The round's budget for the whole text.
    pub budget: u64,
    /// Tokens generated in this round.
    pub generated: u64,
    /// Whether the model stopped before the budget was used up.
    pub finished_early: bool,
    /// Tokens of the whole text after this round, triggers included.
    pub total: u64,
}

/// What a run has to be given next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Generate {
    /// The round, from 0.
    pub round: usize,
    /// The most tokens to generate now.
    pub tokens: u64,
    /// Whether the trigger stands before this round's text (in every round but the first).
    pub after_trigger: bool,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeepeningRun {
    /// Every round.
    pub segments: Vec<Segment>,
    /// Tokens before each trigger.
    pub trigger_positions: Vec<u64>,
    /// Tokens of the whole text.
    pub total_tokens: u64,
}

/// Iterative deepening sampling as a procedure: generate up to the round's budget, put a trigger that asks to think
/// again, go on with the next budget.
///
/// Each round asks for at most `budget − used` tokens. A trigger follows every round but the last, and its tokens count
/// against the budget. Run it several times and choose with [`majority_vote`](crate::search::majority_vote) or
/// [`best_of_n`](crate::search::best_of_n).
///
/// # Source
/// arXiv 2502.05449. How tokens and early stops are counted is our specification.
///
/// # Examples
/// ```
/// use probity::search::{Deepening, Schedule, Step};
/// let mut run = Deepening::new(Schedule::new(512, 2.0, 1_024)?, 12);
/// let recorded = [300, 900];
/// let finished = loop {
///     match run.step() {
///         Step::Ask(ask) => run.answer(recorded[ask.round])?,
///         Step::Done(finished) => break finished,
///     }
/// };
/// assert_eq!((finished.segments[1].generated, finished.total_tokens), (712, 1_024));
/// assert_eq!(finished.trigger_positions, [300]);
/// assert!(run.answer(1).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Deepening {
    schedule: Schedule,
    trigger_tokens: u64,
    run: DeepeningRun,
}

impl Deepening {
    /// A run that has not begun. `trigger_tokens` is the trigger's length; 0 leaves it out of the count.
    #[must_use]
    pub fn new(schedule: Schedule, trigger_tokens: u64) -> Self {
        let run = DeepeningRun { segments: Vec::new(), trigger_positions: Vec::new(), total_tokens: 0 };
        Self { schedule, trigger_tokens, run }
    }

    /// What is needed next, or the finished run.
    #[must_use]
    pub fn step(&self) -> Step<Generate, DeepeningRun> {
        let round = self.run.segments.len();
        match self.schedule.budgets().get(round) {
            None => Step::Done(self.run.clone()),
            Some(budget) => Step::Ask(Generate {
                round,
                tokens: budget.saturating_sub(self.run.total_tokens),
                after_trigger: round > 0,
            }),
        }
    }

    /// Hands back how many tokens the model would write before it stops; what exceeds the request is cut.
    ///
    /// # Errors
    /// [`Error::Argument`] if the run has ended.
    pub fn answer(&mut self, natural_length: u64) -> Result<()> {
        let round = self.run.segments.len();
        let Some(&budget) = self.schedule.budgets().get(round) else {
            return Err(Error::argument("answer", "an open round", "a run that has ended"));
        };
        let allowed = budget.saturating_sub(self.run.total_tokens);
        let generated = natural_length.min(allowed);
        let total = self.run.total_tokens + generated;
        self.run.segments.push(Segment {
            budget,
            generated,
            finished_early: natural_length < allowed,
            total,
        });
        self.run.total_tokens = total;
        if round + 1 < self.schedule.budgets().len() {
            self.run.trigger_positions.push(total);
            self.run.total_tokens = total.saturating_add(self.trigger_tokens);
        }
        Ok(())
    }
}
