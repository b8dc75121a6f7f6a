use crate::error::{Error, Result, Undefined};
use crate::num;

/// Log-probabilities of the tokens of one response, prompt and padding masked out.
///
/// ```text
/// sum = Σ ln p over the kept tokens        mean = sum / number of kept tokens
/// ```
///
/// # Undefined
/// The mean of a response without tokens.
///
/// # Errors
/// See the constructors.
///
/// # Examples
/// ```
/// use probity::preference::TokenLogProbs;
/// let response = TokenLogProbs::masked(&[-9.0, -1.0, -2.0], &[false, true, true])?;
/// assert_eq!((response.sum(), response.mean()?), (-3.0, -1.5));
/// assert_eq!(response.values(), [-1.0, -2.0]);
/// assert!(TokenLogProbs::masked(&[-1.0], &[false])?.mean().unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TokenLogProbs {
    values: Vec<f64>,
}

impl TokenLogProbs {
    /// All tokens belong to the response.
    ///
    /// # Errors
    /// [`Error::NotFinite`] or [`Error::Argument`] for what is not a logarithm of a positive probability.
    pub fn new(values: &[f64]) -> Result<Self> {
        num::check_ln_probabilities("token log-probabilities", values)?;
        Ok(Self { values: values.to_vec() })
    }

    /// The tokens whose mask is `true` belong to the response.
    ///
    /// # Missing values
    /// What is masked out is not looked at: it may be anything.
    ///
    /// # Errors
    /// [`Error::Length`] for a mask of another length; otherwise as [`new`](Self::new).
    pub fn masked(values: &[f64], mask: &[bool]) -> Result<Self> {
        num::check_same_length("mask of token log-probabilities", values.len(), mask.len())?;
        let kept: Vec<f64> = values.iter().zip(mask).filter(|(_, keep)| **keep).map(|(v, _)| *v).collect();
        Self::new(&kept)
    }

    /// The log-probabilities of the response's own tokens.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The log-probability of the response.
    #[must_use]
    pub fn sum(&self) -> f64 {
        num::sum(self.values.iter().copied())
    }

    /// Its average a token.
    ///
    /// # Errors
    /// [`Error::Undefined`] without tokens.
    pub fn mean(&self) -> Result<f64> {
        mean_log_prob(&self.values)
    }
}

/// The average log-probability of the tokens of a response.
pub(super) fn mean_log_prob(values: &[f64]) -> Result<f64> {
    if values.is_empty() {
        return Err(Error::undefined("average log-probability", Undefined::Nothing { what: "tokens" }));
    }
    Ok(num::mean(values))
}
