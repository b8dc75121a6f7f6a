use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, Level, rate};
use crate::num;

/// Which responses the reinforcement stage improves on.
///
/// # Source
/// PIT, the curriculum: the second stage starts from the policy of the first; leaving one out costs (table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PitStage {
    /// The labelled responses: easy to improve.
    Labelled,
    /// The aligned policy's own samples: what inference meets.
    Sampled,
}

impl PitStage {
    /// The stages in their order.
    pub const ALL: [Self; 2] = [Self::Labelled, Self::Sampled];

    /// The reference responses of a prompt in this stage: the worse and the better of its pair, or the samples.
    ///
    /// # Examples
    /// ```
    /// use probity::reward::PitStage;
    /// assert_eq!(PitStage::Labelled.references(&"good", &"bad", &["own"]), [&"bad", &"good"]);
    /// assert_eq!(PitStage::Sampled.references(&"good", &"bad", &["own"]), [&"own"]);
    /// ```
    #[must_use]
    pub fn references<'a, T>(self, better: &'a T, worse: &'a T, samples: &'a [T]) -> Vec<&'a T> {
        match self {
            Self::Labelled => vec![worse, better],
            Self::Sampled => samples.iter().collect(),
        }
    }
}

/// When to stop improving a response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitStopping {
    /// Rounds at most.
    pub max_iterations: usize,
    /// The first round that gains less is not taken, and is the last.
    pub stop_below: Option<f64>,
}

impl Default for PitStopping {
    fn default() -> Self {
        Self { max_iterations: 5, stop_below: None }
    }
}

/// A response improved round by round; see [`pit_iterate`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PitIteration {
    /// Rounds taken.
    pub iterations: usize,
    /// Sum of the gains after each round, from 0 for the original on.
    pub cumulative: Vec<f64>,
    /// The round with the greatest sum, the first on ties; 0 keeps the original.
    pub best_iteration: usize,
}

/// Which round of a repeated improvement to keep, from the recorded gap rewards.
///
/// ```text
/// q₀ = 0        q_k = q_{k−1} + r(x, y_k, y_{k−1})        best = argmax q
/// ```
///
/// # Source
/// PIT, iterative inference. The bound of 5 rounds, the stopping rule and the sum are ours: the paper fixes none.
///
/// # Errors
/// [`Error::NotFinite`] for a gap or bound that is not finite; [`Error::Overflow`] if a sum leaves the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{PitStopping, pit_iterate};
/// let gaps = [0.5, 0.25, -0.25, 0.5];
/// let found = pit_iterate(&gaps, PitStopping::default())?;
/// assert_eq!((found.cumulative, found.best_iteration), (vec![0.0, 0.5, 0.75, 0.5, 1.0], 4));
/// let stopping = PitStopping { stop_below: Some(0.0), ..PitStopping::default() };
/// assert_eq!(pit_iterate(&gaps, stopping)?.iterations, 2);
/// assert_eq!(pit_iterate(&[-1.0], PitStopping::default())?.best_iteration, 0);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pit_iterate(gap_rewards: &[f64], stopping: PitStopping) -> Result<PitIteration> {
    num::check_finite("gap rewards", gap_rewards)?;
    if let Some(bound) = stopping.stop_below {
        num::check_finite("bound of a gain", &[bound])?;
    }
    let taken = gap_rewards
        .iter()
        .take(stopping.max_iterations)
        .take_while(|gap| stopping.stop_below.is_none_or(|bound| **gap >= bound));
    let (mut quality, mut cumulative, mut best_iteration) = (0.0, vec![0.0], 0);
    for (round, gap) in taken.enumerate() {
        quality += gap;
        if quality > cumulative[best_iteration] {
            best_iteration = round + 1;
        }
        cumulative.push(quality);
    }
    if !quality.is_finite() {
        return Err(Error::Overflow { what: "the sum of gap rewards" });
    }
    Ok(PitIteration { iterations: cumulative.len() - 1, cumulative, best_iteration })
}

/// Wins, losses and their difference; see [`pit_win_delta`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WinDelta {
    /// Share of comparisons won.
    pub win_rate: Estimate,
    /// Share of comparisons lost.
    pub lose_rate: Estimate,
    /// The first less the second.
    pub delta: Estimate,
}

/// Share of comparisons won less share lost, ties being in the denominator.
///
/// ```text
/// Δ = (wins − losses)/n        n = wins + losses + ties        SE = √((w + l − (w − l)²)/n) for shares w, l
/// ```
///
/// Shares of 1; the paper prints them times 100.
///
/// # Undefined
/// Without comparisons.
///
/// # Source
/// PIT, tables 1 and 2. Intervals are ours: Wilson's for the shares, normal for Δ, cut to −1..1.
///
/// # Errors
/// [`Error::Undefined`] as said; [`Error::Overflow`] for more comparisons than 64 bits hold.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::pit_win_delta;
/// assert_eq!(pit_win_delta(71, 41, 16, Level::default())?.delta.value, 0.234375);
/// assert!(pit_win_delta(0, 0, 0, Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pit_win_delta(wins: u64, losses: u64, ties: u64, level: Level) -> Result<WinDelta> {
    let n = wins.checked_add(losses).and_then(|decided| decided.checked_add(ties));
    let n = n.ok_or(Error::Overflow { what: "the number of comparisons" })?;
    if n == 0 {
        return Err(Error::undefined("win delta", Undefined::Nothing { what: "comparisons" }));
    }
    let of = |name, part| rate(name, "the number of comparisons", part, n, level);
    let (win_rate, lose_rate) = (of("win rate", wins)?, of("lose rate", losses)?);
    let (w, l) = (win_rate.value, lose_rate.value);
    let value = w - l;
    let standard_error = ((w + l - value * value).max(0.0) / n as f64).sqrt();
    let delta = Estimate::new("win delta", value)
        .counted(n, 1, n)
        .with_standard_error(standard_error)
        .with_interval(Interval::normal(value, standard_error, level).clamped(-1.0, 1.0));
    Ok(WinDelta { win_rate, lose_rate, delta })
}
