use crate::error::{Error, Result, Undefined};
use crate::num;

/// How several detectors' scores become one verdict.
///
/// # Examples
/// ```
/// use probity::consistency::Triangulation;
/// assert!(Triangulation::new().threshold(f64::NAN).is_err());
/// assert!(Triangulation::new().weights(vec![0.0, 0.0]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Triangulation {
    threshold: f64,
    weights: Option<Vec<f64>>,
}

impl Default for Triangulation {
    fn default() -> Self {
        Self::new()
    }
}

/// What several detectors say of one sentence. From [`Triangulation::judge`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Triangulated {
    /// The weighted mean of their scores.
    pub mean: f64,
    /// How many say that it is hallucinated.
    pub votes: usize,
    /// Whether more than half of them do.
    pub hallucinated: bool,
    /// Whether they all say the same.
    pub unanimous: bool,
}

impl Triangulation {
    /// Equal weights, and a vote from a score of ½ on.
    #[must_use]
    pub fn new() -> Self {
        Self { threshold: 0.5, weights: None }
    }

    /// The score from which on a detector votes for a hallucination.
    ///
    /// # Errors
    /// [`Error::NotFinite`].
    pub fn threshold(self, threshold: f64) -> Result<Self> {
        num::check_finite("threshold", &[threshold])?;
        Ok(Self { threshold, ..self })
    }

    /// One weight a detector, for the mean.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; [`Error::Argument`] for a negative weight, or if none is above 0.
    pub fn weights(self, weights: Vec<f64>) -> Result<Self> {
        num::check_finite("weights of detectors", &weights)?;
        if weights.iter().any(|&w| w < 0.0) || weights.iter().all(|&w| w == 0.0) {
            let expected = "numbers of 0 or more, one of them above 0";
            return Err(Error::argument("weights of detectors", expected, format!("{weights:?}")));
        }
        Ok(Self { weights: Some(weights), ..self })
    }

    /// Judges every sentence by all detectors' scores, `scores[detector][sentence]`.
    ///
    /// SelfCheckAgent's three agents are the symbolic ([`symbolic_agent`](crate::consistency::symbolic_agent)), the
    /// specialised (a tuned model: [`selfcheck_nli`](crate::consistency::selfcheck_nli)) and the contextual one (a
    /// prompted model: [`selfcheck_prompt`](crate::consistency::selfcheck_prompt)).
    ///
    /// # Undefined
    /// Without detectors.
    ///
    /// # Missing values
    /// NaN is an error.
    ///
    /// # Source
    /// SelfCheckAgent (arXiv 2502.01812) triangulates three agents; its exact rule could not be read. Mean, votes and
    /// majority are our reading.
    ///
    /// # Errors
    /// [`Error::Length`] for detectors with different numbers of sentences, or not one weight a detector;
    /// [`Error::NotFinite`]; [`Error::Overflow`]; [`Error::Undefined`] as above.
    ///
    /// # Examples
    /// ```
    /// use probity::consistency::Triangulation;
    /// let scores = [vec![0.25, 0.75], vec![0.75, 0.75], vec![0.125, 0.5]];
    /// let found = Triangulation::new().judge(&scores)?;
    /// assert_eq!((found[0].mean, found[0].votes, found[0].hallucinated, found[0].unanimous), (0.375, 1, false, false));
    /// assert!(found[1].hallucinated && found[1].unanimous);
    /// assert!(Triangulation::new().judge::<Vec<f64>>(&[]).unwrap_err().is_undefined());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn judge<S: AsRef<[f64]>>(&self, scores: &[S]) -> Result<Vec<Triangulated>> {
        let Some(first) = scores.first() else {
            return Err(Error::undefined("triangulation", Undefined::Nothing { what: "detectors" }));
        };
        for of in scores {
            num::check_same_length("scores of a detector", first.as_ref().len(), of.as_ref().len())?;
            num::check_finite("scores of a detector", of.as_ref())?;
        }
        let equal = vec![1.0; scores.len()];
        let weights = self.weights.as_ref().unwrap_or(&equal);
        num::check_same_length("weights of detectors", scores.len(), weights.len())?;
        let total = num::sum(weights.iter().copied());
        let judge = |sentence: usize| {
            let of = || scores.iter().map(|detector| detector.as_ref()[sentence]);
            let votes = of().filter(|&score| score >= self.threshold).count();
            let mean = num::sum(of().zip(weights).map(|(score, w)| score * w)) / total;
            if !mean.is_finite() {
                return Err(Error::Overflow { what: "the weighted sum of the scores" });
            }
            Ok(Triangulated {
                mean,
                votes,
                hallucinated: 2 * votes > scores.len(),
                unanimous: votes == 0 || votes == scores.len(),
            })
        };
        (0..first.as_ref().len()).map(judge).collect()
    }
}
