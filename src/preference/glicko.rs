use crate::error::{Error, Result};
use crate::num;
use crate::preference::elo::sides;
use crate::tally::{Comparison, Side};

/// Rating points a unit of Glicko-2's inner scale.
const POINTS: f64 = 173.7178;
const MIDDLE: f64 = 1500.0;

/// A Glicko-2 rating: how good, how sure, and how changeable.
///
/// # Examples
/// ```
/// use probity::preference::Glicko2;
/// let new = Glicko2::default();
/// assert_eq!((new.rating, new.deviation, new.volatility), (1500.0, 350.0, 0.06));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glicko2 {
    /// The rating.
    pub rating: f64,
    /// Its standard deviation.
    pub deviation: f64,
    /// How much the rating is expected to fluctuate.
    pub volatility: f64,
}

impl Default for Glicko2 {
    /// 1500, 350 and 0.06: a contender of whom nothing is known.
    fn default() -> Self {
        Self { rating: MIDDLE, deviation: 350.0, volatility: 0.06 }
    }
}

impl Glicko2 {
    fn check(&self) -> Result<()> {
        num::check_finite("a Glicko-2 rating", &[self.rating, self.deviation, self.volatility])?;
        if self.deviation > 0.0 && self.volatility > 0.0 {
            return Ok(());
        }
        let found = format!("{} and {}", self.deviation, self.volatility);
        Err(Error::argument("deviation and volatility", "numbers above 0", found))
    }

    /// The rating after a period, in which each game was against an opponent as rated before it, with a score of 1, ½ or
    /// 0. Without games only the deviation grows.
    fn after(&self, games: &[(Self, f64)], tau: f64) -> Self {
        let (mu, phi) = ((self.rating - MIDDLE) / POINTS, self.deviation / POINTS);
        let (mut information, mut surprise) = (0.0, 0.0);
        for (opponent, score) in games {
            let spread = opponent.deviation / POINTS / std::f64::consts::PI;
            let g = 1.0 / (1.0 + 3.0 * spread * spread).sqrt();
            let (p, q) = super::tie_model::sigmoids(g * (mu - (opponent.rating - MIDDLE) / POINTS));
            information += g * g * p * q;
            surprise += g * (score - p);
        }
        // Against somebody infinitely better or worse a game says nothing.
        let (volatility, shift) = if information > 0.0 {
            (self.new_volatility(phi, 1.0 / information, surprise / information, tau), surprise)
        } else {
            (self.volatility, 0.0)
        };
        let spread = phi * phi + volatility * volatility;
        let variance = 1.0 / (1.0 / spread + information);
        Self {
            rating: self.rating + POINTS * variance * shift,
            deviation: POINTS * variance.sqrt(),
            volatility,
        }
    }

    /// Step 5 of the paper: a root by the Illinois method, within a bounded number of steps.
    fn new_volatility(&self, phi: f64, v: f64, delta: f64, tau: f64) -> f64 {
        const STEPS: usize = 200;
        let a = 2.0 * self.volatility.ln();
        let f = |x: f64| {
            let e = x.exp();
            let d = phi * phi + v + e;
            e * (delta * delta - d) / (2.0 * d * d) - (x - a) / (tau * tau)
        };
        let (mut low, beyond) = (a, delta * delta - phi * phi - v);
        let mut high = if beyond > 0.0 {
            beyond.ln()
        } else {
            (1..STEPS).map(|k| a - k as f64 * tau).find(|&x| f(x) >= 0.0).unwrap_or(a)
        };
        let (mut f_low, mut f_high) = (f(low), f(high));
        for _ in 0..STEPS {
            if (high - low).abs() <= 1e-9 || f_high == f_low {
                break;
            }
            let next = low + (low - high) * f_low / (f_high - f_low);
            let f_next = f(next);
            if f_next * f_high <= 0.0 {
                (low, f_low) = (high, f_high);
            } else {
                f_low /= 2.0;
            }
            (high, f_high) = (next, f_next);
        }
        (low / 2.0).exp()
    }
}

/// Glicko-2 ratings after a rating period: all comparisons of the period count as played at once.
///
/// With μ, φ a contender's rating and deviation on the inner scale (173.7178 points a unit) and σ its volatility:
///
/// ```text
/// g(φ) = 1/√(1 + 3φ²/π²)      E = σ(g(φⱼ)(μ − μⱼ))      1/v = Σ g²E(1 − E)      Δ = v Σ g(s − E)
/// σ': root of e^x(Δ² − φ² − v − e^x)/(2(φ² + v + e^x)²) = (x − ln σ²)/τ²
/// φ'² = 1/(1/(φ² + σ'²) + 1/v)      μ' = μ + φ'² Σ g(s − E)
/// ```
///
/// A contender without a comparison keeps its rating, and its deviation grows by its volatility. The order within a period
/// does not matter.
///
/// # Source
/// Glickman 2012, "Example of the Glicko-2 system" (his example is a test here). τ from 0.3 to 1.2; 0.5 is usual.
///
/// # Errors
/// [`Error::Index`] and [`Error::Argument`] for comparisons without two contenders that there are; [`Error::Argument`]
/// and [`Error::NotFinite`] for ratings that are none and unless τ is above 0.
///
/// # Examples
/// ```
/// use probity::preference::{Glicko2, glicko2_period};
/// use probity::tally::{Comparison, Side};
/// let before = [Glicko2::default(); 3];
/// let game = Comparison { left: 0, right: 1, winner: Side::Left };
/// let after = glicko2_period(&before, &[game], 0.5)?;
/// assert!(after[0].rating > 1600.0 && after[0].deviation < 350.0);
/// assert!(after[2].rating == 1500.0 && after[2].deviation > 350.0);
/// assert!(glicko2_period(&before, &[game], 0.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn glicko2_period(ratings: &[Glicko2], battles: &[Comparison], tau: f64) -> Result<Vec<Glicko2>> {
    num::check_positive("tau", tau)?;
    ratings.iter().try_for_each(Glicko2::check)?;
    let mut games: Vec<Vec<(Glicko2, f64)>> = vec![Vec::new(); ratings.len()];
    for &battle in battles {
        let (left, right) = sides(battle, ratings.len())?;
        let score = match battle.winner {
            Side::Left => 1.0,
            Side::Tie => 0.5,
            Side::Right => 0.0,
        };
        games[left].push((ratings[right], score));
        games[right].push((ratings[left], 1.0 - score));
    }
    let after: Vec<Glicko2> = ratings.iter().zip(&games).map(|(own, games)| own.after(games, tau)).collect();
    after.iter().try_for_each(Glicko2::check)?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glickmans_example() {
        let of = |rating, deviation| Glicko2 { rating, deviation, volatility: 0.06 };
        let before = [of(1500.0, 200.0), of(1400.0, 30.0), of(1550.0, 100.0), of(1700.0, 300.0)];
        let game = |right, winner| Comparison { left: 0, right, winner };
        let battles = [game(1, Side::Left), game(2, Side::Right), game(3, Side::Right)];
        let after = glicko2_period(&before, &battles, 0.5).unwrap()[0];
        assert!((after.rating - 1464.06).abs() < 0.01, "{after:?}");
        assert!((after.deviation - 151.52).abs() < 0.01, "{after:?}");
        assert!((after.volatility - 0.05999).abs() < 1e-5, "{after:?}");
    }
}
