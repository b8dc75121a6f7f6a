use crate::error::{Error, Result};
use crate::honesty::auto_cei_evaluate::objective;
use crate::num;
use crate::search::{Procedure, Step};

/// Whether a figure has stopped moving: |new − current| < threshold.
///
/// # Source
/// Auto-CEI, with a threshold of 0.003.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::converged;
/// assert!(converged(0.5, 0.502, 0.003) && !converged(0.5, 0.5031, 0.003));
/// assert!(!converged(0.5, 0.5, 0.0));
/// ```
#[must_use]
pub fn converged(new: f64, current: f64, threshold: f64) -> bool {
    (new - current).abs() < threshold
}

/// What a policy was measured to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PolicyRates {
    /// Right ones among the answers given.
    pub precision: f64,
    /// Refusals among all.
    pub refusal_rate: f64,
}

/// The rounds of an expert iteration and the best of them. From [`ExpertIteration`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExpertRounds {
    /// What each round's policy was measured to do.
    pub rounds: Vec<PolicyRates>,
    /// The objective of each.
    pub objectives: Vec<f64>,
    /// The round with the greatest objective, the first on ties.
    pub best: usize,
    /// Whether it ended because both rates stopped moving.
    pub converged: bool,
}

/// Expert iteration at one curriculum, as a procedure: it asks for another round of training (by its number, from 0) and
/// is told what the new policy does, until both rates have [`converged`] or the rounds are spent.
///
/// # Source
/// Auto-CEI, inner loop: 3 rounds, a threshold of 0.003, λ = 0.2. Its initial stage, one round or until more than a
/// quarter are refusals, is [`rounds`](Self::rounds)`(1)` or [`until_refusals_above`](Self::until_refusals_above)`(0.25)`.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::{ExpertIteration, PolicyRates};
/// use probity::search::replay;
/// let rates = |precision, refusal_rate| PolicyRates { precision, refusal_rate };
/// let start = rates(0.5, 0.1);
/// let done = replay(&mut ExpertIteration::new(start)?, [rates(0.6, 0.2), rates(0.602, 0.201)])?;
/// assert!(done.converged);
/// assert_eq!(done.best, 1);
/// let stopped = replay(&mut ExpertIteration::new(start)?.until_refusals_above(0.25)?, [rates(0.6, 0.3)])?;
/// assert!(!stopped.converged);
/// assert!(ExpertIteration::new(rates(60.0, 0.1)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ExpertIteration {
    start: PolicyRates,
    lambda: f64,
    threshold: f64,
    most: usize,
    refusals_above: f64,
    rounds: Vec<PolicyRates>,
    objectives: Vec<f64>,
}

impl ExpertIteration {
    /// From what the policy does before the first round.
    ///
    /// # Errors
    /// [`Error::Argument`] for a rate that is not from 0 to 1.
    pub fn new(start: PolicyRates) -> Result<Self> {
        let lambda = 0.2;
        objective(start.precision, start.refusal_rate, lambda)?;
        let (rounds, objectives) = (Vec::new(), Vec::new());
        Ok(Self { start, lambda, threshold: 0.003, most: 3, refusals_above: 1.0, rounds, objectives })
    }

    /// The weight of answering in the objective.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that is not from 0 to 1.
    pub fn lambda(self, lambda: f64) -> Result<Self> {
        objective(0.0, 0.0, lambda)?;
        Ok(Self { lambda, ..self })
    }

    /// How little a rate has to move to have stopped.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that is negative or not finite.
    pub fn threshold(self, threshold: f64) -> Result<Self> {
        num::check_at_least_0("threshold", threshold)?;
        Ok(Self { threshold, ..self })
    }

    /// The most rounds.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn rounds(self, most: usize) -> Result<Self> {
        if most == 0 {
            return Err(Error::argument("rounds", "at least 1", 0));
        }
        Ok(Self { most, ..self })
    }

    /// Also ends when the share of refusals is above this.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that is not from 0 to 1.
    pub fn until_refusals_above(self, share: f64) -> Result<Self> {
        objective(0.0, share, 0.0)?;
        Ok(Self { refusals_above: share, ..self })
    }

    /// Whether both rates moved less than the threshold in the last round.
    fn has_converged(&self) -> bool {
        let [.., last] = self.rounds.as_slice() else {
            return false;
        };
        let before = self.rounds.iter().rev().nth(1).unwrap_or(&self.start);
        converged(last.precision, before.precision, self.threshold)
            && converged(last.refusal_rate, before.refusal_rate, self.threshold)
    }
}

impl Procedure for ExpertIteration {
    /// Train another round, from the policy of the last one.
    type Ask = usize;
    type Answer = PolicyRates;
    type Done = ExpertRounds;

    fn step(&self) -> Step<usize, ExpertRounds> {
        let converged = self.has_converged();
        let refuses = self.rounds.last().is_some_and(|last| last.refusal_rate > self.refusals_above);
        if self.rounds.len() < self.most && !converged && !refuses {
            return Step::Ask(self.rounds.len());
        }
        Step::Done(ExpertRounds {
            rounds: self.rounds.clone(),
            objectives: self.objectives.clone(),
            best: crate::search::first_greatest(&self.objectives).unwrap_or(0),
            converged,
        })
    }

    fn answer(&mut self, answer: PolicyRates) -> Result<()> {
        check_asked("expert iteration", matches!(self.step(), Step::Ask(_)))?;
        let objective = objective(answer.precision, answer.refusal_rate, self.lambda)?;
        self.rounds.push(answer);
        self.objectives.push(objective);
        Ok(())
    }
}

fn check_asked(procedure: &'static str, asked: bool) -> Result<()> {
    if asked { Ok(()) } else { Err(Error::argument(procedure, "no answer after the end", "one")) }
}

/// A curriculum that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Visit {
    /// Steps from the start.
    pub offset: i64,
    /// Its c₁.
    pub c1: f64,
    /// The objective reached with it.
    pub objective: f64,
}

/// All curricula tried, and the best of them. From [`HillClimb`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Curricula {
    /// In the order in which they were tried.
    pub visited: Vec<Visit>,
    /// The one with the greatest objective, the first on ties.
    pub best: Visit,
}

/// The search for the best curriculum, as a procedure: it asks for the objective reached at a c₁ and is told it.
///
/// After the start it goes up step by step as long as the objective grows. If already the first step up does not make it
/// grow, it goes down instead, as long as it grows. It ends at the first neighbour that is not better.
///
/// # Source
/// Auto-CEI, outer loop, as it is meant. In the released code objectives are filed under the next c₁, c₁ stays where it
/// is after a failure, and the end depends on equal floating-point numbers. The greatest number of trials is ours: 100.
///
/// # Examples
/// ```
/// use probity::honesty::auto_cei::HillClimb;
/// use probity::search::replay;
/// let done = replay(&mut HillClimb::new(6.0, 0.5)?, [0.72, 0.71, 0.74, 0.70])?;
/// assert_eq!(done.visited.iter().map(|v| v.offset).collect::<Vec<_>>(), [0, 1, -1, -2]);
/// assert_eq!((done.best.c1, done.best.objective), (5.5, 0.74));
/// // Ties are no gain.
/// assert_eq!(replay(&mut HillClimb::new(6.0, 0.5)?, [0.7; 3])?.best.offset, 0);
/// assert!(HillClimb::new(6.0, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HillClimb {
    start: f64,
    step: f64,
    most: usize,
    first: Option<Visit>,
    others: Vec<Visit>,
}

impl HillClimb {
    /// From the first c₁ and the step, as in [`InitialCurriculum`](crate::honesty::auto_cei::InitialCurriculum).
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a c₁ that is not finite; [`Error::Argument`] for a step that is not above 0.
    pub fn new(c1: f64, step: f64) -> Result<Self> {
        num::check_finite("c1 of the curriculum", &[c1])?;
        num::check_positive("step of c1", step)?;
        Ok(Self { start: c1, step, most: 100, first: None, others: Vec::new() })
    }

    /// The most curricula that are tried.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn at_most(self, trials: usize) -> Result<Self> {
        if trials == 0 {
            return Err(Error::argument("trials of curricula", "at least 1", 0));
        }
        Ok(Self { most: trials, ..self })
    }

    /// The offset to try next, if there is one.
    fn next(&self) -> Option<i64> {
        let Some(first) = self.first else { return Some(0) };
        let Some(last) = self.others.last() else { return Some(1) };
        let towards_start = last.offset - last.offset.signum();
        let visited = || std::iter::once(&first).chain(&self.others);
        let inner = visited().find(|visit| visit.offset == towards_start)?;
        if last.objective > inner.objective {
            Some(last.offset + last.offset.signum())
        } else {
            (last.offset == 1).then_some(-1)
        }
    }

    fn c1(&self, offset: i64) -> f64 {
        self.start + offset as f64 * self.step
    }
}

impl Procedure for HillClimb {
    /// The objective at this c₁.
    type Ask = f64;
    type Answer = f64;
    type Done = Curricula;

    fn step(&self) -> Step<f64, Curricula> {
        let left = usize::from(self.first.is_some()) + self.others.len() < self.most;
        match (self.first, self.next().filter(|_| left)) {
            (_, Some(offset)) => Step::Ask(self.c1(offset)),
            (None, None) => Step::Ask(self.start),
            (Some(first), None) => {
                let visited: Vec<Visit> = std::iter::once(first).chain(self.others.iter().copied()).collect();
                let better = |best: Visit, &visit: &Visit| {
                    if visit.objective > best.objective { visit } else { best }
                };
                let best = visited.iter().fold(first, better);
                Step::Done(Curricula { visited, best })
            }
        }
    }

    fn answer(&mut self, answer: f64) -> Result<()> {
        check_asked("search of curricula", matches!(self.step(), Step::Ask(_)))?;
        num::check_finite("objective", &[answer])?;
        let offset = self.next().unwrap_or(0);
        let visit = Visit { offset, c1: self.c1(offset), objective: answer };
        match self.first {
            None => self.first = Some(visit),
            Some(_) => self.others.push(visit),
        }
        Ok(())
    }
}
