use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use crate::error::{Error, Result};
use crate::inference::normal_quantile;
use crate::num;
use crate::preference::elo::sides;
use crate::tally::{Comparison, Side};

/// A belief about a contender's skill: normal, with mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skill {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
}

impl Default for Skill {
    /// 25 and 25/3.
    fn default() -> Self {
        Self { mean: 25.0, deviation: 25.0 / 3.0 }
    }
}

impl Skill {
    /// mean − 3 · deviation: the skill that the contender very likely has.
    #[must_use]
    pub fn conservative(&self) -> f64 {
        self.mean - 3.0 * self.deviation
    }
}

/// TrueSkill for two contenders a comparison: the closed form of its update.
///
/// ```text
/// σ² ← σ² + τ²      c² = 2β² + σ_w² + σ_l²      t = (μ_w − μ_l)/c      ε = √2 β Φ⁻¹((draw + 1)/2)/c
/// win:  v = φ(t − ε)/Φ(t − ε)                                 w = v(v + t − ε)
/// draw: v = (φ(−ε − t) − φ(ε − t))/D                           w = v² + ((ε − t)φ(ε − t) + (ε + t)φ(ε + t))/D
///       D = Φ(ε − t) − Φ(−ε − t)
/// μ_w += σ_w²/c · v, μ_l −= σ_l²/c · v      σ² ← σ²(1 − σ²/c² · w)
/// ```
///
/// | option | default |
/// |---|---|
/// | β, the spread of performances | 25/6 |
/// | τ, what a skill may change between comparisons | 25/300 |
/// | chance of a draw between equals | 0.1 |
///
/// The order of the comparisons matters. Teams and free-for-alls need message passing and are not here.
///
/// # Source
/// Herbrich, Minka and Graepel 2006, "TrueSkill: a Bayesian skill rating system". Where a draw or a win is so unlikely that
/// its probability underflows, v and w are their limits.
///
/// # Examples
/// ```
/// use probity::preference::{Skill, TrueSkill};
/// use probity::tally::{Comparison, Side};
/// let model = TrueSkill::default();
/// let mut skills = vec![Skill::default(); 2];
/// model.update(&mut skills, Comparison { left: 0, right: 1, winner: Side::Left })?;
/// assert!((skills[0].mean - 29.396).abs() < 1e-3 && (skills[0].deviation - 7.171).abs() < 1e-3);
/// assert!(model.update(&mut skills, Comparison { left: 0, right: 0, winner: Side::Tie }).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueSkill {
    beta: f64,
    tau: f64,
    draw: f64,
}

impl Default for TrueSkill {
    fn default() -> Self {
        Self { beta: 25.0 / 6.0, tau: 25.0 / 300.0, draw: 0.1 }
    }
}

impl TrueSkill {
    /// A model with other parameters.
    ///
    /// # Errors
    /// [`Error::Argument`] unless β > 0, τ ≥ 0 and 0 ≤ draw < 1.
    pub fn new(beta: f64, tau: f64, draw: f64) -> Result<Self> {
        num::check_positive("beta", beta)?;
        num::check_at_least_0("tau", tau)?;
        if !(0.0..1.0).contains(&draw) {
            return Err(Error::argument("chance of a draw", "from 0 to below 1", draw));
        }
        Ok(Self { beta, tau, draw })
    }

    /// Updates the skills of the two contenders of a comparison.
    ///
    /// # Errors
    /// [`Error::Index`] and [`Error::Argument`] unless these are two contenders that there are, [`Error::NotFinite`] for
    /// skills that are not finite, [`Error::Argument`] for a deviation of 0 or less or a tie where the chance of a draw is 0,
    /// [`Error::Overflow`] for skills whose squares leave the range of `f64`.
    /// The skills are then unchanged.
    pub fn update(&self, skills: &mut [Skill], comparison: Comparison) -> Result<()> {
        let (left, right) = sides(comparison, skills.len())?;
        let (winner, loser) = if comparison.winner == Side::Right { (right, left) } else { (left, right) };
        let (a, b) = (skills[winner], skills[loser]);
        num::check_finite("skills", &[a.mean, a.deviation, b.mean, b.deviation])?;
        if a.deviation <= 0.0 || b.deviation <= 0.0 {
            let found = a.deviation.min(b.deviation);
            return Err(Error::argument("deviation of a skill", "a number above 0", found));
        }
        let is_draw = comparison.winner == Side::Tie;
        if is_draw && self.draw == 0.0 {
            return Err(Error::argument("comparison", "no tie where the chance of a draw is 0", "a tie"));
        }
        let variance = |skill: Skill| skill.deviation * skill.deviation + self.tau * self.tau;
        let (var_a, var_b) = (variance(a), variance(b));
        let c = (2.0 * self.beta * self.beta + var_a + var_b).sqrt();
        let t = (a.mean - b.mean) / c;
        let margin =
            normal_quantile(f64::midpoint(self.draw, 1.0)) * std::f64::consts::SQRT_2 * self.beta / c;
        let (v, w) = if is_draw { draw(t, margin) } else { win(t - margin) };
        let updated = |skill: Skill, variance: f64, sign: f64| Skill {
            mean: skill.mean + sign * variance / c * v,
            deviation: (variance * (1.0 - variance / (c * c) * w).max(f64::EPSILON)).sqrt(),
        };
        let (a, b) = (updated(a, var_a, 1.0), updated(b, var_b, -1.0));
        num::check_range("a skill", [&a.mean, &a.deviation, &b.mean, &b.deviation])?;
        (skills[winner], skills[loser]) = (a, b);
        Ok(())
    }
}

/// Below this the probability of a win underflows, and v is −x − 1/x within 10⁻⁵.
const FAR: f64 = -30.0;

fn win(x: f64) -> (f64, f64) {
    let normal = Normal::standard();
    let v = if x < FAR { -x - 1.0 / x } else { normal.pdf(x) / normal.cdf(x) };
    (v, (v * (v + x)).clamp(0.0, 1.0))
}

fn draw(t: f64, margin: f64) -> (f64, f64) {
    let normal = Normal::standard();
    let (high, low) = (margin - t, -margin - t);
    // The tail that has digits left.
    let chance = if t > 0.0 { normal.cdf(high) - normal.cdf(low) } else { normal.sf(low) - normal.sf(high) };
    if chance < 1e-300 {
        // The performances are as far apart as a draw allows.
        return (if t > 0.0 { high } else { low }, 1.0);
    }
    let v = (normal.pdf(low) - normal.pdf(high)) / chance;
    let w = v * v + (high * normal.pdf(high) - low * normal.pdf(low)) / chance;
    (v, w.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_first_updates() {
        let game = |winner| {
            let mut skills = vec![Skill::default(); 2];
            TrueSkill::default().update(&mut skills, Comparison { left: 0, right: 1, winner }).unwrap();
            skills
        };
        // The documented results of the `trueskill` package for its defaults.
        let won = game(Side::Right);
        assert!((won[1].mean - 29.396).abs() < 5e-4 && (won[0].mean - 20.604).abs() < 5e-4, "{won:?}");
        let drawn = game(Side::Tie);
        assert!(
            (drawn[0].mean - 25.0).abs() < 1e-9 && (drawn[0].deviation - 6.458).abs() < 5e-4,
            "{drawn:?}"
        );
    }

    #[test]
    fn the_impossible_happens_without_nan() {
        for distance in [1.0, 1e3, 1e9] {
            for winner in [Side::Left, Side::Right, Side::Tie] {
                let mut skills = vec![Skill::default(), Skill { mean: 25.0 + distance, deviation: 1.0 }];
                TrueSkill::default().update(&mut skills, Comparison { left: 0, right: 1, winner }).unwrap();
                assert!(
                    skills.iter().all(|s| s.mean.is_finite() && s.deviation > 0.0),
                    "{winner:?} {skills:?}"
                );
            }
        }
        let mut huge = [Skill { mean: 0.0, deviation: 1e200 }, Skill::default()];
        let game = Comparison { left: 0, right: 1, winner: Side::Left };
        assert!(matches!(TrueSkill::default().update(&mut huge, game), Err(Error::Overflow { .. })));
    }
}
