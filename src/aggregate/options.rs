use crate::error::{Error, Result};
use crate::inference::Level;
use crate::num;

/// When a fit has converged.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Convergence {
    /// An iteration raises the objective by no more than this number of nats a judgment.
    Objective(f64),
    /// An iteration moves no parameter by more than this.
    Parameters(f64),
    /// Both hold.
    Both {
        /// The greatest gain, in nats a judgment.
        objective: f64,
        /// The greatest move of a parameter.
        parameters: f64,
    },
    /// Never: every iteration that is allowed is run.
    Never,
}

impl Default for Convergence {
    /// A gain of 1e-8 nats a judgment and a move of 1e-4.
    fn default() -> Self {
        Self::Both { objective: 1e-8, parameters: 1e-4 }
    }
}

impl Convergence {
    /// Whether an iteration ends the fit that gained `gain` nats a judgment and moved the parameters by up to `change`.
    pub(super) fn reached(self, gain: f64, change: f64) -> bool {
        match self {
            Self::Objective(tolerance) => gain <= tolerance,
            Self::Parameters(tolerance) => change <= tolerance,
            Self::Both { objective, parameters } => gain <= objective && change <= parameters,
            Self::Never => false,
        }
    }

    fn tolerances(self) -> [f64; 2] {
        match self {
            Self::Objective(tolerance) | Self::Parameters(tolerance) => [tolerance; 2],
            Self::Both { objective, parameters } => [objective, parameters],
            Self::Never => [0.0; 2],
        }
    }
}

/// How frequent the true categories are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ClassPrior {
    /// As the fit finds them.
    Estimated,
    /// All alike.
    Uniform,
    /// As given, a number above 0 for each category; they are divided by their sum.
    Given(Vec<f64>),
}

/// How an annotator model is fitted.
///
/// | option | default |
/// |---|---|
/// | [`iterations`](Self::iterations), at most | 200 |
/// | [`convergence`](Self::convergence) | gain ≤ 1e-8 nats a judgment and parameters moved ≤ 1e-4 |
/// | [`class_prior`](Self::class_prior) | the model's: estimated for Dawid-Skene and its one-coin form, uniform for MACE and GLAD |
/// | [`smoothing`](Self::smoothing), in imagined judgments a cell | the model's: 0; of MACE by EM 0.01 / categories |
/// | [`starts`](Self::starts) | 1, the shares of the votes |
/// | [`seed`](Self::seed) of the further starts | 0 |
/// | [`level`](Self::level) of the intervals | 0.95 |
///
/// # Examples
/// ```
/// use probity::aggregate::{Convergence, Options};
/// let options = Options::new().iterations(20)?.convergence(Convergence::Never)?.starts(5)?.smoothing(0.5)?;
/// assert_ne!(options, Options::default());
/// assert!(Options::new().iterations(0).is_err());
/// assert!(Options::new().smoothing(f64::NAN).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub(super) iterations: u32,
    pub(super) convergence: Convergence,
    class_prior: Option<ClassPrior>,
    smoothing: Option<f64>,
    pub(super) starts: u32,
    pub(super) seed: u64,
    pub(super) level: Level,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            iterations: 200,
            convergence: Convergence::default(),
            class_prior: None,
            smoothing: None,
            starts: 1,
            seed: 0,
            level: Level::default(),
        }
    }
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the greatest number of iterations.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn iterations(self, iterations: u32) -> Result<Self> {
        Ok(Self { iterations: at_least_one("iterations", iterations)?, ..self })
    }

    /// Sets when the fit has converged.
    ///
    /// # Errors
    /// [`Error::Argument`] for a tolerance that is negative or not finite.
    pub fn convergence(self, convergence: Convergence) -> Result<Self> {
        for tolerance in convergence.tolerances() {
            num::check_at_least_0("tolerance", tolerance)?;
        }
        Ok(Self { convergence, ..self })
    }

    /// Sets what is taken for the frequencies of the true categories.
    ///
    /// # Errors
    /// [`Error::Argument`] for a given number that is not finite and above 0, and if their sum leaves the range. That
    /// there is one a category is checked when both are known.
    pub fn class_prior(self, prior: ClassPrior) -> Result<Self> {
        if let ClassPrior::Given(numbers) = &prior {
            numbers.iter().try_for_each(|&p| num::check_positive("class prior", p))?;
            if !numbers.is_empty() {
                num::check_positive("sum of the class prior", numbers.iter().sum())?;
            }
        }
        Ok(Self { class_prior: Some(prior), ..self })
    }

    /// Sets how many imagined judgments every cell of a rater's parameters holds beforehand: 1 plus it is the parameter
    /// of a symmetric Dirichlet prior, and the objective is the logarithm of likelihood times prior. With 0 the fit is
    /// that of greatest likelihood. GLAD and MACE by variational Bayes have priors of their own and don't read it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that is negative or not finite.
    pub fn smoothing(self, judgments: f64) -> Result<Self> {
        num::check_at_least_0("smoothing", judgments)?;
        Ok(Self { smoothing: Some(judgments), ..self })
    }

    /// Sets the number of starts, of which the fit with the greatest objective is kept (the earliest on ties).
    ///
    /// The first start is the shares of the votes. Every other one mixes them half and half with posteriors drawn
    /// uniformly. GLAD starts from its priors and has the one start.
    ///
    /// # Errors
    /// [`Error::Argument`] for 0.
    pub fn starts(self, starts: u32) -> Result<Self> {
        Ok(Self { starts: at_least_one("starts", starts)?, ..self })
    }

    /// Sets the seed of the starts after the first.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the level of the intervals.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    pub(super) fn smoothing_or(&self, default: f64) -> f64 {
        self.smoothing.unwrap_or(default)
    }

    /// The prior as it is before the first iteration, which is also the fixed one; `None` if it is estimated.
    pub(super) fn fixed_prior(&self, default: &ClassPrior, categories: usize) -> Result<Option<Vec<f64>>> {
        match self.class_prior.as_ref().unwrap_or(default) {
            ClassPrior::Estimated => Ok(None),
            ClassPrior::Uniform => Ok(Some(vec![1.0 / categories as f64; categories])),
            ClassPrior::Given(numbers) => {
                num::check_same_length("class prior", categories, numbers.len())?;
                let total: f64 = numbers.iter().sum();
                Ok(Some(numbers.iter().map(|p| p / total).collect()))
            }
        }
    }

    /// Whether the prior treats all categories alike, so that they can be exchanged.
    pub(super) fn prior_is_symmetric(&self) -> bool {
        !matches!(self.class_prior, Some(ClassPrior::Given(_)))
    }
}

fn at_least_one(name: &'static str, value: u32) -> Result<u32> {
    if value == 0 { Err(Error::argument(name, "at least 1", value)) } else { Ok(value) }
}
