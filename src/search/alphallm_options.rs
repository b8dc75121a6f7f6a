use crate::error::{Error, Result};
use crate::search::alphallm_merge::Merge;
use crate::search::alphallm_width::Width;
use crate::search::{Aggregate, Uct, alphallm_critic::Weights};

/// What a [`Search`](super::alphallm::Search) is bound by.
///
/// # Source
/// The defaults are those of the published script of AlphaLLM.
///
/// # Examples
/// ```
/// use probity::search::alphallm::{Merge, Options, Weights, Width};
/// let options = Options::new()
///     .rounds(50)
///     .min_terminals(10)
///     .width(Width::paper())
///     .merge(Merge::Off)
///     .weights(Weights::new(1.0, 0.0, 1.0)?);
/// assert_ne!(options, Options::new());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    pub(super) c: f64,
    pub(super) weights: Weights,
    pub(super) steps: Aggregate,
    pub(super) rounds: u64,
    pub(super) min_terminals: u64,
    pub(super) width: Width,
    pub(super) max_depth: usize,
    pub(super) merge: Merge,
    pub(super) stop_draws: Option<usize>,
    pub(super) stop_variance: Option<f64>,
    pub(super) requests: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            c: 1.0,
            weights: Weights::default(),
            steps: Aggregate::Last,
            rounds: 40,
            min_terminals: 40,
            width: Width::default(),
            max_depth: 10,
            merge: Merge::default(),
            stop_draws: Some(10),
            stop_variance: None,
            requests: None,
        }
    }
}

impl Options {
    /// c = 1, all critics with weight 1, 40 rounds and finished options, [`Width::released`], depth 10,
    /// [`Merge::default`], no more children after 10 draws for one, any number of requests.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The exploration constant.
    #[must_use]
    pub fn c(self, c: f64) -> Self {
        Self { c, ..self }
    }

    /// How much each critic counts.
    #[must_use]
    pub fn weights(self, weights: Weights) -> Self {
        Self { weights, ..self }
    }

    /// How the process rewards of a path become one.
    #[must_use]
    pub fn steps(self, steps: Aggregate) -> Self {
        Self { steps, ..self }
    }

    /// The rounds. There are more, up to ten times as many, until enough options are finished.
    #[must_use]
    pub fn rounds(self, rounds: u64) -> Self {
        Self { rounds, ..self }
    }

    /// Finished options that are enough.
    #[must_use]
    pub fn min_terminals(self, min_terminals: u64) -> Self {
        Self { min_terminals, ..self }
    }

    /// How wide the tree is.
    #[must_use]
    pub fn width(self, width: Width) -> Self {
        Self { width, ..self }
    }

    /// The depth of the deepest nodes; an option that leads there goes on to the end.
    #[must_use]
    pub fn max_depth(self, max_depth: usize) -> Self {
        Self { max_depth, ..self }
    }

    /// How siblings are kept from saying the same.
    #[must_use]
    pub fn merge(self, merge: Merge) -> Self {
        Self { merge, ..self }
    }

    /// A node whose last child took this many draws gets no more children; `None` for no such stop.
    #[must_use]
    pub fn stop_draws(self, draws: Option<usize>) -> Self {
        Self { stop_draws: draws, ..self }
    }

    /// A node whose roll-outs have a variance below this (that of a population) gets no more children; `None` for no
    /// such stop.
    #[must_use]
    pub fn stop_variance(self, variance: Option<f64>) -> Self {
        Self { stop_variance: variance, ..self }
    }

    /// The most requests, whatever is left to search then.
    #[must_use]
    pub fn requests(self, requests: u64) -> Self {
        Self { requests: Some(requests), ..self }
    }

    /// The selection rule, if all options are in their range.
    pub(super) fn check(&self) -> Result<Uct> {
        self.width.check()?;
        self.merge.check()?;
        if self.rounds == 0 || self.max_depth == 0 {
            return Err(Error::argument("rounds and depth", "at least 1", 0));
        }
        if let Some(variance) = self.stop_variance.filter(|v| !v.is_finite()) {
            return Err(Error::argument("variance of roll-outs", "a finite number", variance));
        }
        Uct::new(self.c)
    }
}
