use crate::checklist::{PreferenceAgreement, preference_agreement};
use crate::correlation::{self, kendall_tau_b, pearson, spearman};
use crate::error::{Error, Result};
use crate::inference::{Estimate, Level};
use crate::judge::FactorCounts;
use crate::num;
use crate::tally::Side;

/// How differently a model and people weigh one factor.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FactorDifference {
    /// τ₁₄ of the model less that of people.
    pub difference: f64,
    /// Whether the model prefers more of what people prefer less of, or the other way round.
    pub opposite: bool,
    /// Whether the difference is as large as the caller minds.
    pub large: bool,
}

/// How alike a model and people weigh factors. From [`factor_alignment`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FactorAlignment {
    /// Kendall's tau-b of the two lists.
    ///
    /// # Errors
    /// [`Error::Undefined`] for fewer than two factors, or if a list is constant; so for the other two.
    pub kendall: Result<Estimate>,
    /// Spearman's rho of the two lists.
    ///
    /// # Errors
    /// As for Kendall's.
    pub spearman: Result<Estimate>,
    /// Pearson's r of the two lists.
    ///
    /// # Errors
    /// As for Kendall's.
    pub pearson: Result<Estimate>,
    /// Factor by factor.
    pub differences: Vec<FactorDifference>,
}

/// The alignment of two lists of τ₁₄, one figure a factor: of people and of a model, or of one model when it judges and
/// when it writes.
///
/// # Undefined
/// A coefficient by itself, of fewer than two factors or where one list does not vary.
///
/// # Source
/// PROFILE (arXiv 2410.06965), from memory of the paper. What difference is `large` is the caller's; 0.2 is sensible.
///
/// # Errors
/// [`Error::Length`] unless there are as many of each; [`Error::Argument`] for a τ₁₄ outside −1..=1 or a `large` that is
/// not a number above 0.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::factor_alignment;
/// let found = factor_alignment(&[0.5, -0.25, 0.0], &[0.5, 0.25, 0.125], 0.2, Level::default())?;
/// assert!((found.kendall?.value - 1.0 / 3.0).abs() < 1e-12);
/// assert_eq!((found.differences[1].difference, found.differences[1].opposite), (0.5, true));
/// assert!(found.differences[1].large && !found.differences[2].large);
/// let constant = factor_alignment(&[0.0, 0.0], &[0.5, 0.25], 0.2, Level::default())?;
/// assert!(constant.spearman.unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn factor_alignment(human: &[f64], model: &[f64], large: f64, level: Level) -> Result<FactorAlignment> {
    num::check_same_length("factors of the model", human.len(), model.len())?;
    num::check_positive("large difference", large)?;
    if let Some(tau) = human.iter().chain(model).find(|tau| !(-1.0..=1.0).contains(*tau)) {
        return Err(Error::argument("tau14 of a factor", "a number from -1 to 1", tau));
    }
    let options = correlation::Options::new().level(level);
    let difference = |(&human, &model): (&f64, &f64)| FactorDifference {
        difference: model - human,
        opposite: model * human < 0.0,
        large: (model - human).abs() >= large,
    };
    Ok(FactorAlignment {
        kendall: kendall_tau_b(human, model, &options),
        spearman: spearman(human, model, &options),
        pearson: pearson(human, model, &options),
        differences: human.iter().zip(model).map(difference).collect(),
    })
}

/// The share of the k factors with the greatest τ₁₄ that two lists have in common; the first of equals.
///
/// # Undefined
/// Never.
///
/// # Errors
/// [`Error::Length`] unless there are as many of each; [`Error::NotFinite`] for a τ₁₄ that is not finite;
/// [`Error::Argument`] unless k is from 1 to the number of factors.
///
/// # Examples
/// ```
/// use probity::judge::top_factor_overlap;
/// assert_eq!(top_factor_overlap(&[0.5, 0.1, 0.3], &[0.4, 0.3, 0.2], 2)?, 0.5);
/// assert!(top_factor_overlap(&[0.5], &[0.5], 2).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn top_factor_overlap(human: &[f64], model: &[f64], k: usize) -> Result<f64> {
    num::check_same_length("factors of the model", human.len(), model.len())?;
    num::check_finite("tau14 of factors", human)?;
    num::check_finite("tau14 of factors", model)?;
    if k == 0 || k > human.len() {
        return Err(Error::argument("k", "from 1 to the number of factors", k));
    }
    let top = |taus: &[f64]| {
        let mut order: Vec<usize> = (0..taus.len()).collect();
        // Adding 0 makes one zero of −0 and 0.
        order.sort_by(|&a, &b| (taus[b] + 0.0).total_cmp(&(taus[a] + 0.0)));
        order.truncate(k);
        order
    };
    let of_model = top(model);
    let shared = top(human).iter().filter(|factor| of_model.contains(factor)).count();
    Ok(shared as f64 / k as f64)
}

/// A factor of pairs of responses.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFactor<'a> {
    /// Its name.
    pub name: &'a str,
    /// The response of each pair that has more of it; `None` where that is not known. From amounts by [`Side::of`] of
    /// their difference.
    pub more: Vec<Option<Side>>,
}

/// What one factor weighs. Part of a [`Profile`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FactorProfile<'a> {
    /// The factor.
    pub name: &'a str,
    /// For people.
    pub human: FactorCounts,
    /// For the model.
    pub model: FactorCounts,
}

/// What people and a model prefer in responses. From [`profile`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Profile<'a> {
    /// Factor by factor, in the order given.
    pub factors: Vec<FactorProfile<'a>>,
    /// How alike they weigh the factors.
    ///
    /// # Errors
    /// [`Error::Undefined`] if a τ₁₄ is.
    pub alignment: Result<FactorAlignment>,
    /// How often they prefer the same response.
    pub agreement: PreferenceAgreement,
}

/// What people and a model prefer in the responses of pairs, factor by factor, and how alike that is.
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// PROFILE (arXiv 2410.06965), from memory of the paper: its discrimination setting. For the generation setting take
/// [`FactorCounts::from_levels`] and [`factor_alignment`].
///
/// # Errors
/// [`Error::Length`] unless all are about as many pairs; [`Error::Argument`] as [`factor_alignment`]; [`Error::Undefined`]
/// as said.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::{ProfileFactor, profile};
/// use probity::tally::Side::{Left, Right};
/// let factors = [
///     ProfileFactor { name: "length", more: vec![Some(Left), Some(Left), Some(Right)] },
///     ProfileFactor { name: "facts", more: vec![Some(Right), Some(Left), None] },
/// ];
/// let found = profile(&factors, &[Left, Left, Left], &[Right, Left, Left], 0.2, Level::default())?;
/// assert_eq!(found.factors[1].model.tau14(Level::default())?.value, 1.0);
/// assert_eq!(found.alignment?.differences[1].difference, 1.0);
/// assert_eq!(found.agreement.without_human_ties?.value, 2.0 / 3.0);
/// assert!(profile(&factors, &[Left], &[Left], 0.2, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn profile<'a>(
    factors: &[ProfileFactor<'a>],
    human: &[Side],
    model: &[Side],
    large: f64,
    level: Level,
) -> Result<Profile<'a>> {
    let agreement = preference_agreement(human, model, level)?;
    let counts = |factor: &ProfileFactor<'a>| {
        Ok(FactorProfile {
            name: factor.name,
            human: FactorCounts::from_sides(&factor.more, human)?,
            model: FactorCounts::from_sides(&factor.more, model)?,
        })
    };
    let factors: Vec<FactorProfile<'_>> = factors.iter().map(counts).collect::<Result<_>>()?;
    let taus = |of: fn(&FactorProfile<'_>) -> FactorCounts| {
        factors.iter().map(|factor| Ok(of(factor).tau14(level)?.value)).collect::<Result<Vec<f64>>>()
    };
    let alignment = match (taus(|factor| factor.human), taus(|factor| factor.model)) {
        (Ok(human), Ok(model)) => Ok(factor_alignment(&human, &model, large, level)?),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    Ok(Profile { factors, alignment, agreement })
}
