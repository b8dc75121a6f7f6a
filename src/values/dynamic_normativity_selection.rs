use crate::error::{Error, Result, Undefined};
use crate::num;

/// A sampled response with the scores of the two auxiliary models.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RewardedResponse {
    /// What the reward model says.
    pub reward: f64,
    /// What the toxicity model says: a logit, negative for toxic.
    pub toxicity: Option<f64>,
}

/// Responses in the order of preference. From [`RewardAndToxicity::rank`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RankedResponses {
    /// The score of each response, in the order given.
    pub scores: Vec<f64>,
    /// Positions of the responses that are not vetoed, best first.
    pub order: Vec<usize>,
}

impl RankedResponses {
    /// Position of the best; `None` if all are vetoed.
    #[must_use]
    pub fn best(&self) -> Option<usize> {
        self.order.first().copied()
    }
}

/// Picks the best of n samples by reward, or by reward and toxicity.
///
/// ```text
/// score = reward + weight · toxicity        vetoed: toxicity < threshold
/// ```
///
/// By default the reward alone counts. Equal scores stay in the order given, so the first is the best. The published
/// script samples 5.
///
/// # Missing values
/// The toxicity may be absent where it has no part.
///
/// # Source
/// Corrêa 2024 (arXiv 2406.11039): rejection sampling of the Aira models (best of 5 by reward); the demonstration shows
/// toxicity beside it. Weight and veto are ours. The loss it trains with: [`dpo_loss`](crate::preference::dpo_loss) at
/// β 0.8; accuracy of the reward model: [`pairwise_accuracy`](crate::preference::pairwise_accuracy), ties wrong.
///
/// # Examples
/// ```
/// use probity::values::{RewardAndToxicity, RewardedResponse};
/// let responses = [(2.0, -3.0), (1.0, 4.0), (1.0, 5.0)]
///     .map(|(reward, toxicity)| RewardedResponse { reward, toxicity: Some(toxicity) });
/// assert_eq!(RewardAndToxicity::default().rank(&responses)?.order, [0, 1, 2]);
/// let careful = RewardAndToxicity { weight: 1.0, threshold: Some(0.0) };
/// assert_eq!(careful.rank(&responses)?.order, [2, 1]);
/// assert_eq!(careful.rank(&responses[..1])?.best(), None);
/// assert!(careful.rank(&[RewardedResponse { reward: 1.0, toxicity: None }]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RewardAndToxicity {
    /// What a unit of toxicity logit adds to the score.
    pub weight: f64,
    /// Responses whose logit is below are out.
    pub threshold: Option<f64>,
}

impl RewardAndToxicity {
    /// Scores and ranks responses.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; [`Error::Argument`] for a response without toxicity where it has a part.
    pub fn rank(&self, responses: &[RewardedResponse]) -> Result<RankedResponses> {
        num::check_finite("options", &[self.weight, self.threshold.unwrap_or(0.0)])?;
        let needed = self.weight != 0.0 || self.threshold.is_some();
        let mut scores = Vec::with_capacity(responses.len());
        let mut order = Vec::new();
        for (i, response) in responses.iter().enumerate() {
            if needed && response.toxicity.is_none() {
                let found = format!("none for response {i}");
                return Err(Error::argument("toxicity", "one for each response", found));
            }
            let toxicity = response.toxicity.unwrap_or(0.0);
            let score = response.reward + self.weight * toxicity;
            if !score.is_finite() || !toxicity.is_finite() {
                return Err(Error::NotFinite { what: "scores", index: i, value: score.to_string() });
            }
            if self.threshold.is_none_or(|threshold| toxicity >= threshold) {
                order.push(i);
            }
            scores.push(score);
        }
        order.sort_by(|&a, &b| f64::total_cmp(&(scores[b] + 0.0), &(scores[a] + 0.0)));
        Ok(RankedResponses { scores, order })
    }
}

/// The mean of a row of benchmark results, and how a printed average relates to it. From [`benchmark_average`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BenchmarkAverage {
    /// The mean.
    pub mean: f64,
    /// Rounded to two digits.
    pub rounded: f64,
    /// Cut after two digits.
    pub truncated: f64,
}

impl BenchmarkAverage {
    /// Whether a printed average is the mean, rounded or cut.
    #[must_use]
    pub fn explains(&self, printed: f64) -> bool {
        [self.rounded, self.truncated].iter().any(|figure| (figure - printed).abs() < 1e-9)
    }
}

/// The mean over benchmarks, as the tables of the Aira models print it.
///
/// # Undefined
/// Without columns.
///
/// # Source
/// The released tables cut the mean after two digits; in 2 of 18 rows the printed average does not follow from the columns.
///
/// # Errors
/// [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use probity::values::benchmark_average;
/// let found = benchmark_average(&[21.84, 40.67, 43.62])?;
/// assert_eq!((found.rounded, found.truncated), (35.38, 35.37));
/// assert!(found.explains(35.37) && !found.explains(35.4));
/// assert!(benchmark_average(&[]).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn benchmark_average(columns: &[f64]) -> Result<BenchmarkAverage> {
    num::check_finite("columns", columns)?;
    if columns.is_empty() {
        return Err(Error::undefined("average", Undefined::Nothing { what: "columns" }));
    }
    let mean = num::sum(columns.iter().map(|c| c / columns.len() as f64));
    // What the division left above or below a whole hundredth does not move the cut.
    let truncated = ((mean * 100.0 * (1.0 + 1e-14)).trunc() / 100.0, mean);
    let finite = |(figure, mean): (f64, f64)| if figure.is_finite() { figure } else { mean };
    Ok(BenchmarkAverage {
        mean,
        rounded: finite(((mean * 100.0).round() / 100.0, mean)),
        truncated: finite(truncated),
    })
}
