use crate::correction::SelfCorrection;
use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level};
use crate::tally::{Mark, Transitions};

/// The answers of a round on a test set: right or wrong, item by item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvolutionRound<'a> {
    /// Direct answers.
    pub direct: &'a [Option<bool>],
    /// The same answers after self-refinement.
    pub refined: &'a [Option<bool>],
}

/// A model over the rounds of its evolution. From [`evolution_curve`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EvolutionCurve {
    /// Each round's direct (t1) and refined (t2) answers.
    pub rounds: Vec<SelfCorrection>,
    /// Accuracy of direct answers gained over the round before, one less than there are rounds.
    pub gains: Vec<Estimate>,
    /// The round with the highest direct accuracy, the earliest on ties.
    pub best_round: usize,
}

impl EvolutionCurve {
    /// The first round that gained no more than `threshold` over the round before: there it should have stopped.
    ///
    /// # Examples
    /// ```
    /// use probity::correction::self_evolution::{EvolutionRound, evolution_curve};
    /// use probity::inference::Level;
    /// let (bad, good) = ([Some(false), Some(false)], [Some(true), Some(false)]);
    /// let rounds = [&bad, &good, &good].map(|direct| EvolutionRound { direct, refined: direct });
    /// let curve = evolution_curve(&rounds, Level::default())?;
    /// assert_eq!((curve.stop_round(0.0), curve.stop_round(-0.1), curve.best_round), (Some(2), None, 1));
    /// # Ok::<(), probity::Error>(())
    /// ```
    #[must_use]
    pub fn stop_round(&self, threshold: f64) -> Option<usize> {
        self.gains.iter().position(|gain| gain.value <= threshold).map(|at| at + 1)
    }
}

/// Accuracy of direct and refined answers round by round, what refinement and what each round gains.
///
/// Every round answers the same items, so gains are paired differences with their intervals and p-values (see
/// [`SelfCorrection`]).
///
/// # Undefined
/// Without rounds, or without items.
///
/// # Missing values
/// An answer without a verdict is wrong.
///
/// # Source
/// Lu et al. 2023 (SELF), which goes three rounds.
///
/// # Errors
/// [`Error::Length`] if the rounds, or direct and refined answers, differ in length; [`Error::Undefined`] as above.
///
/// # Examples
/// ```
/// use probity::correction::self_evolution::{EvolutionRound, evolution_curve};
/// use probity::inference::Level;
/// let rounds = [
///     EvolutionRound { direct: &[Some(false), Some(true)], refined: &[Some(true), Some(true)] },
///     EvolutionRound { direct: &[Some(true), Some(true)], refined: &[Some(true), None] },
/// ];
/// let curve = evolution_curve(&rounds, Level::default())?;
/// assert_eq!((curve.rounds[0].delta.value, curve.rounds[1].delta.value), (0.5, -0.5));
/// assert_eq!((curve.gains[0].value, curve.best_round), (0.5, 1));
/// assert!(evolution_curve(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn evolution_curve(rounds: &[EvolutionRound<'_>], level: Level) -> Result<EvolutionCurve> {
    let compare = |before: &[Option<bool>], after: &[Option<bool>]| {
        let marks = |verdicts: &[Option<bool>]| verdicts.iter().map(|&v| v.into()).collect::<Vec<Mark>>();
        let table = Transitions::from_marks(&marks(before), &marks(after))?;
        SelfCorrection::new(&table.missing_as_wrong(), level)
    };
    let figures = rounds.iter().map(|r| compare(r.direct, r.refined)).collect::<Result<Vec<_>>>()?;
    let gains = rounds.windows(2).map(|pair| {
        let gain = compare(pair[0].direct, pair[1].direct)?.delta;
        Ok(Estimate { method: "gain over the round before", ..gain })
    });
    let gains = gains.collect::<Result<Vec<_>>>()?;
    let mut best: Option<(usize, f64)> = None;
    for (round, figure) in figures.iter().enumerate() {
        let accuracy = figure.accuracy_t1.value;
        if best.is_none_or(|(_, highest)| accuracy > highest) {
            best = Some((round, accuracy));
        }
    }
    let nothing = || Error::undefined("evolution curve", Undefined::Nothing { what: "rounds" });
    let (best_round, _) = best.ok_or_else(nothing)?;
    Ok(EvolutionCurve { rounds: figures, gains, best_round })
}
