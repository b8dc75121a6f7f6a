use crate::error::{Error, Result};
use crate::num;

/// What a tie says about two contenders.
///
/// With π = e^θ the strengths:
///
/// | model | P(first wins) | P(tie) |
/// |---|---|---|
/// | half wins, dropped | π₁/(π₁ + π₂) | none |
/// | Davidson | π₁/D, D = π₁ + π₂ + ν√(π₁π₂) | ν√(π₁π₂)/D |
/// | Rao-Kupper | π₁/(π₁ + t·π₂) | (t² − 1)π₁π₂/((π₁ + t·π₂)(π₂ + t·π₁)) |
///
/// Davidson's ν is above 0, Rao and Kupper's t above 1; both are estimated with the strengths.
///
/// # Source
/// Davidson 1970, "On extending the Bradley-Terry model to accommodate ties"; Rao and Kupper 1967, "Ties in
/// paired-comparison experiments". Half a win each is what Chatbot Arena does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TieModel {
    /// A tie is half a win for each.
    #[default]
    HalfWins,
    /// Ties are left out.
    Dropped,
    /// Davidson's: ties are likelier the nearer the contenders are, with the geometric mean of their strengths.
    Davidson,
    /// Rao and Kupper's: a win needs a margin.
    RaoKupper,
}

/// How two contenders may fare.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct OutcomeProbabilities {
    /// The first wins.
    pub win: f64,
    /// Neither does.
    pub tie: f64,
    /// The second wins.
    pub loss: f64,
}

impl OutcomeProbabilities {
    /// The first one's score, a tie counting half.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.win + self.tie / 2.0
    }
}

/// Three log-weights as probabilities.
fn softmax([a, b, c]: [f64; 3]) -> [f64; 3] {
    let most = a.max(b).max(c);
    let [a, b, c] = [a, b, c].map(|x| (x - most).exp());
    let sum = a + b + c;
    [a / sum, b / sum, c / sum]
}

/// σ(x) and σ(−x), both with all their digits.
pub(super) fn sigmoids(x: f64) -> (f64, f64) {
    let e = (-x.abs()).exp();
    let large = 1.0 / (1.0 + e);
    let small = e * large;
    if x >= 0.0 { (large, small) } else { (small, large) }
}

impl TieModel {
    /// Probabilities for a difference of log-strengths; `tie` is ln ν or ln t and not read where ties have no model.
    pub(super) fn probabilities(self, difference: f64, tie: f64) -> OutcomeProbabilities {
        match self {
            Self::HalfWins | Self::Dropped => {
                let (win, loss) = sigmoids(difference);
                OutcomeProbabilities { win, tie: 0.0, loss }
            }
            Self::Davidson => {
                let [win, loss, tie] = softmax([difference / 2.0, -difference / 2.0, tie]);
                OutcomeProbabilities { win, tie, loss }
            }
            Self::RaoKupper => {
                let ((win, _), (loss, _)) = (sigmoids(difference - tie), sigmoids(-difference - tie));
                OutcomeProbabilities { win, tie: (2.0 * tie).exp_m1() * win * loss, loss }
            }
        }
    }

    pub(super) fn has_parameter(self) -> bool {
        matches!(self, Self::Davidson | Self::RaoKupper)
    }
}

/// The chance that the first contender beats the second, from their log-strengths.
///
/// ```text
/// P = σ(θ₁ − θ₂) = 1/(1 + e^(θ₂ − θ₁))
/// ```
///
/// # Source
/// Bradley and Terry 1952; Zermelo 1929.
///
/// # Errors
/// [`Error::NotFinite`] for a strength that is not finite.
///
/// # Examples
/// ```
/// use probity::preference::bradley_terry_probability;
/// assert_eq!(bradley_terry_probability(0.0, 0.0)?, 0.5);
/// assert!((bradley_terry_probability(3f64.ln(), 0.0)? - 0.75).abs() < 1e-15);
/// assert!(bradley_terry_probability(f64::NAN, 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bradley_terry_probability(first: f64, second: f64) -> Result<f64> {
    num::check_finite("log-strengths", &[first, second])?;
    Ok(sigmoids(first - second).0)
}

/// The chances of win, tie and loss of the first contender, from log-strengths and the tie parameter (ν or t).
///
/// Formulas: see [`TieModel`].
///
/// # Errors
/// [`Error::NotFinite`] for a strength that is not finite; [`Error::Argument`] for a parameter outside the model's
/// range, or for a model without one.
///
/// # Examples
/// ```
/// use probity::preference::{TieModel, tie_probabilities};
/// let p = tie_probabilities(0.0, 0.0, 2.0, TieModel::Davidson)?;
/// assert!((p.win - 0.25).abs() < 1e-15 && (p.tie - 0.5).abs() < 1e-15);
/// // A margin of nothing is no tie.
/// assert!(tie_probabilities(0.0, 0.0, 1.0, TieModel::RaoKupper).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn tie_probabilities(
    first: f64,
    second: f64,
    parameter: f64,
    model: TieModel,
) -> Result<OutcomeProbabilities> {
    num::check_finite("log-strengths", &[first, second])?;
    let (least, expected) = match model {
        TieModel::Davidson => (0.0, "a finite number above 0"),
        TieModel::RaoKupper => (1.0, "a finite number above 1"),
        TieModel::HalfWins | TieModel::Dropped => {
            return Err(Error::argument("model", "Davidson or Rao-Kupper", format!("{model:?}")));
        }
    };
    if !(parameter > least && parameter.is_finite()) {
        return Err(Error::argument("tie parameter", expected, parameter));
    }
    Ok(model.probabilities(first - second, parameter.ln()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one_and_stay_finite() {
        for model in [TieModel::HalfWins, TieModel::Davidson, TieModel::RaoKupper] {
            for difference in [-1e4, -3.0, 0.0, 0.2, 800.0] {
                let p = model.probabilities(difference, 0.4);
                assert!((p.win + p.tie + p.loss - 1.0).abs() < 1e-12, "{model:?} {difference}: {p:?}");
            }
        }
    }
}
