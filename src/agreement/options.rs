use crate::agreement::{WeightBasis, Weights};
use crate::error::{Error, Result};
use crate::inference::Level;

/// What the coefficients of this module may be asked differently from their defaults.
///
/// | option | default | read by |
/// |---|---|---|
/// | [`weights`](Self::weights) | identity | every weighted coefficient |
/// | [`basis`](Self::basis) | category values where numeric | every weighted coefficient |
/// | [`level`](Self::level) | 0.95 | every interval |
/// | [`population`](Self::population) | infinite | Gwet's linearised variances |
///
/// # Examples
/// ```
/// use probity::agreement::{Options, Weights};
/// let options = Options::new().weights(Weights::Quadratic).population(1_000)?;
/// assert!(Options::new().population(0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    weights: Weights,
    basis: WeightBasis,
    level: Level,
    population: Option<u64>,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Credit for categories that differ.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// Whether weights are taken from the categories' values or from their positions.
    #[must_use]
    pub fn basis(mut self, basis: WeightBasis) -> Self {
        self.basis = basis;
        self
    }

    /// Confidence of the interval.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Number of items in the population that the rated items were drawn from without replacement: the linearised
    /// variance is multiplied by 1 − n/N.
    ///
    /// # Errors
    /// [`Error::Argument`] if it is 0. That it is not below the number of items is checked when both are known.
    pub fn population(mut self, items: u64) -> Result<Self> {
        if items == 0 {
            return Err(Error::argument("population", "at least 1 item", items));
        }
        self.population = Some(items);
        Ok(self)
    }

    /// 1 − n/N of `n` items out of the population, 1 if it is infinite.
    pub(crate) fn finite_population_factor(&self, n: u64) -> Result<f64> {
        match self.population {
            None => Ok(1.0),
            Some(population) if population >= n => Ok(1.0 - n as f64 / population as f64),
            Some(population) => {
                Err(Error::argument("population", "at least as many items as were rated", population))
            }
        }
    }

    pub(crate) fn chosen_weights(&self) -> &Weights {
        &self.weights
    }

    pub(crate) fn chosen_basis(&self) -> WeightBasis {
        self.basis
    }

    pub(crate) fn chosen_population(&self) -> Option<u64> {
        self.population
    }

    pub(crate) fn chosen_level(&self) -> Level {
        self.level
    }
}
