use crate::error::{Error, Result};
use crate::inference::{Estimate, Interval};
use crate::num;
use crate::tally::{Comparison, Side};

/// The scale on which ratings are printed.
///
/// ```text
/// rating = initial + scale · θ / ln(base)        P(a beats b) = 1/(1 + base^((R_b − R_a)/scale))
/// ```
///
/// # Examples
/// ```
/// use probity::preference::EloScale;
/// let scale = EloScale::default();
/// // Ten to one is 400 points.
/// assert!((scale.rating(10f64.ln()) - 1400.0).abs() < 1e-9);
/// assert!((scale.expected(1400.0, 1000.0) - 10.0 / 11.0).abs() < 1e-12);
/// assert!(EloScale::new(1000.0, 400.0, 1.0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EloScale {
    initial: f64,
    scale: f64,
    base: f64,
}

impl Default for EloScale {
    /// 1000 in the middle, 400 points for odds of 10.
    fn default() -> Self {
        Self { initial: 1000.0, scale: 400.0, base: 10.0 }
    }
}

impl EloScale {
    /// A scale by its middle and the points that stand for odds of `base`.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a middle that is not finite, [`Error::Argument`] unless scale > 0 and base > 1.
    pub fn new(initial: f64, scale: f64, base: f64) -> Result<Self> {
        num::check_finite("the initial rating", &[initial])?;
        num::check_positive("scale", scale)?;
        if !(base > 1.0 && base.is_finite()) {
            return Err(Error::argument("base", "a finite number above 1", base));
        }
        Ok(Self { initial, scale, base })
    }

    /// The rating of a contender whose log-strength is this.
    #[must_use]
    pub fn rating(&self, log_strength: f64) -> f64 {
        self.initial + self.points(log_strength)
    }

    /// The points of a difference of log-strengths.
    #[must_use]
    pub fn points(&self, difference: f64) -> f64 {
        self.scale * difference / self.base.ln()
    }

    /// An estimate of a log-strength with its standard error and interval as ratings.
    #[must_use]
    pub fn estimate(&self, log_strength: &Estimate) -> Estimate {
        let ends = |i: Interval| Interval::new(self.rating(i.lower), self.rating(i.upper), i.level, i.method);
        Estimate {
            method: "rating",
            value: self.rating(log_strength.value),
            standard_error: log_strength.standard_error.map(|se| self.points(se)),
            interval: log_strength.interval.map(ends),
            ..log_strength.clone()
        }
    }

    /// The score that the first contender can expect.
    #[must_use]
    pub fn expected(&self, first: f64, second: f64) -> f64 {
        super::tie_model::sigmoids((first - second) / self.scale * self.base.ln()).0
    }
}

/// Elo ratings, updated comparison by comparison.
///
/// ```text
/// p = 1/(1 + base^((R_b − R_a)/scale))        R_a += k(o − p), R_b −= k(o − p)        o: 1, ½ or 0
/// ```
///
/// The order of the comparisons matters: the ratings are no tally and cannot be merged. For a rating of a whole set of
/// comparisons take [`bradley_terry`](crate::preference::bradley_terry).
///
/// # Source
/// Elo 1978. Factor 4 and the default scale are those of FastChat's `compute_elo`.
///
/// # Examples
/// ```
/// use probity::preference::{Elo, EloScale};
/// use probity::tally::{Comparison, Side};
/// let mut elo = Elo::new(2, EloScale::default()).k(32.0)?;
/// elo.update(Comparison { left: 0, right: 1, winner: Side::Left })?;
/// assert_eq!(elo.ratings(), [1016.0, 984.0]);
/// // A tie between unequals favours the weaker.
/// elo.update(Comparison { left: 0, right: 1, winner: Side::Tie })?;
/// assert!(elo.ratings()[0] < 1016.0);
/// assert!(elo.update(Comparison { left: 0, right: 2, winner: Side::Tie }).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Elo {
    ratings: Vec<f64>,
    scale: EloScale,
    k: f64,
}

impl Elo {
    /// All contenders at the middle of the scale, with k = 4.
    #[must_use]
    pub fn new(contenders: usize, scale: EloScale) -> Self {
        Self { ratings: vec![scale.initial; contenders], scale, k: 4.0 }
    }

    /// Sets how many points a comparison can move.
    ///
    /// # Errors
    /// [`Error::Argument`] unless it is a finite number above 0.
    pub fn k(mut self, k: f64) -> Result<Self> {
        num::check_positive("k", k)?;
        self.k = k;
        Ok(self)
    }

    /// The ratings by contender.
    #[must_use]
    pub fn ratings(&self) -> &[f64] {
        &self.ratings
    }

    /// Takes one comparison into account.
    ///
    /// # Errors
    /// [`Error::Index`] for a contender that there is not, [`Error::Argument`] for one against itself,
    /// [`Error::Overflow`] for a rating that leaves the range of `f64`. The ratings are then unchanged.
    pub fn update(&mut self, comparison: Comparison) -> Result<()> {
        let (left, right) = sides(comparison, self.ratings.len())?;
        let score = match comparison.winner {
            Side::Left => 1.0,
            Side::Tie => 0.5,
            Side::Right => 0.0,
        };
        let change = self.k * (score - self.scale.expected(self.ratings[left], self.ratings[right]));
        let (left_after, right_after) = (self.ratings[left] + change, self.ratings[right] - change);
        num::check_range("a rating", [&left_after, &right_after])?;
        (self.ratings[left], self.ratings[right]) = (left_after, right_after);
        Ok(())
    }
}

/// The positions of two contenders that exist and differ.
pub(super) fn sides(comparison: Comparison, len: usize) -> Result<(usize, usize)> {
    let (left, right) = (comparison.left as usize, comparison.right as usize);
    if left.max(right) >= len {
        return Err(Error::Index { what: "contender", index: left.max(right), len });
    }
    if left == right {
        return Err(Error::argument("comparison", "two contenders", format!("contender {left} twice")));
    }
    Ok((left, right))
}

/// Elo ratings after some comparisons in their order. See [`Elo`].
///
/// # Errors
/// As [`Elo::k`] and [`Elo::update`].
///
/// # Examples
/// ```
/// use probity::preference::{EloScale, elo_online};
/// assert_eq!(elo_online(3, &[], 4.0, EloScale::default())?, [1000.0; 3]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn elo_online(contenders: usize, battles: &[Comparison], k: f64, scale: EloScale) -> Result<Vec<f64>> {
    let mut elo = Elo::new(contenders, scale).k(k)?;
    battles.iter().try_for_each(|&battle| elo.update(battle))?;
    Ok(elo.ratings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_out_of_range_are_refused() {
        let scale = EloScale::new(f64::MAX, 400.0, 10.0).unwrap();
        let mut elo = Elo::new(2, scale).k(f64::MAX).unwrap();
        let battle = Comparison { left: 0, right: 1, winner: Side::Left };
        assert!(matches!(elo.update(battle), Err(Error::Overflow { .. })));
        assert_eq!(elo.ratings(), [f64::MAX; 2]);
    }
}
