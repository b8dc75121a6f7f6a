use crate::error::{Error, Result};
use crate::num;

/// A Glicko rating of the first version: how good, and how sure.
///
/// # Examples
/// ```
/// use probity::preference::Glicko1;
/// let new = Glicko1::default();
/// assert_eq!((new.rating, new.deviation), (1500.0, 350.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glicko1 {
    /// The rating.
    pub rating: f64,
    /// Its standard deviation.
    pub deviation: f64,
}

impl Default for Glicko1 {
    /// 1500 and 350: a contender of whom nothing is known.
    fn default() -> Self {
        Self { rating: 1500.0, deviation: 350.0 }
    }
}

impl Glicko1 {
    fn check(&self) -> Result<()> {
        num::check_finite("a Glicko rating", &[self.rating])?;
        num::check_positive("deviation of a Glicko rating", self.deviation)
    }
}

/// The rating after a period of games, each against an opponent as rated before it with a score of 1, ½ or 0.
///
/// ```text
/// q = ln 10/400      g(d) = 1/√(1 + 3q²d²/π²)      E = 1/(1 + 10^(−g(d_j)(r − r_j)/400))
/// 1/δ² = q² Σ g²E(1 − E)       r' = r + q/(1/d² + 1/δ²) · Σ g(s − E)       d' = 1/√(1/d² + 1/δ²)
/// ```
///
/// Without games nothing changes: the growth of the deviation between periods is left to the caller.
///
/// # Undefined
/// Never.
///
/// # Missing values
/// A game without a score is none.
///
/// # Source
/// Glickman 1999, *Parameter estimation in large dynamic paired comparison experiments*; its worked example gives 1464 and
/// 151.4.
///
/// # Errors
/// [`Error::NotFinite`] and [`Error::Argument`] for ratings that are not finite, deviations that are not above 0 and scores
/// outside 0..=1.
///
/// # Examples
/// ```
/// use probity::preference::{Glicko1, glicko1_period};
/// let of = |rating, deviation| Glicko1 { rating, deviation };
/// let games = [(of(1400.0, 30.0), 1.0), (of(1550.0, 100.0), 0.0), (of(1700.0, 300.0), 0.0)];
/// let after = glicko1_period(of(1500.0, 200.0), &games)?;
/// assert_eq!((after.rating.round(), (after.deviation * 10.0).round()), (1464.0, 1514.0));
/// assert_eq!(glicko1_period(of(1500.0, 200.0), &[])?, of(1500.0, 200.0));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn glicko1_period(player: Glicko1, games: &[(Glicko1, f64)]) -> Result<Glicko1> {
    player.check()?;
    let q = std::f64::consts::LN_10 / 400.0;
    let (mut information, mut surprise) = (0.0, 0.0);
    for (opponent, score) in games {
        opponent.check()?;
        if !(0.0..=1.0).contains(score) {
            return Err(Error::argument("score of a game", "a number from 0 to 1", score));
        }
        let spread = q * opponent.deviation / std::f64::consts::PI;
        let g = 1.0 / (1.0 + 3.0 * spread * spread).sqrt();
        let (p, rest) = super::tie_model::sigmoids(q * g * (player.rating - opponent.rating));
        information += q * q * g * g * p * rest;
        surprise += g * (score - p);
    }
    if games.is_empty() {
        return Ok(player);
    }
    let precision = player.deviation.powi(-2) + information;
    let after =
        Glicko1 { rating: player.rating + q / precision * surprise, deviation: precision.sqrt().recip() };
    after.check()?;
    Ok(after)
}
