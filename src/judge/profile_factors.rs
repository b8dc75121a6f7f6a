use std::collections::BTreeMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, estimate_from_counted};
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Side, Tally, add_each, check_room, check_total};
use crate::text::ngram_counts;

/// How a factor (length, number of facts, fluency) goes with preferences, over pairs of responses.
///
/// ```text
/// τ₁₄ = (C − D)/(C + D + T)
/// C, D: the preferred response has more, less of the factor; T: both have as much
/// ```
///
/// Above 0 what has more of the factor is preferred, below 0 what has less.
///
/// # Missing values
/// Pairs without a preference are counted as undecided, pairs with one whose factor is missing as unmeasured; neither
/// enters τ₁₄.
///
/// # Source
/// PROFILE (arXiv 2410.06965), from memory of the paper; the variant of Kendall's τ of WMT 2014 (Macháček and Bojar
/// 2014), which ignores human ties.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::judge::FactorCounts;
/// use probity::tally::Side::{Left, Right, Tie};
/// let longer = [Some(Left), Some(Left), Some(Tie), None, Some(Right)];
/// let counts = FactorCounts::from_sides(&longer, &[Left, Right, Left, Left, Tie])?;
/// assert_eq!((counts.concordant(), counts.discordant(), counts.factor_ties()), (1, 1, 1));
/// assert_eq!((counts.unmeasured(), counts.undecided()), (1, 1));
/// assert_eq!(counts.tau14(Level::default())?.value, 0.0);
/// let tied = FactorCounts::from_sides(&[Some(Left)], &[Tie])?;
/// assert!(tied.tau14(Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FactorCounts {
    counts: Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    concordant: u64,
    discordant: u64,
    factor_ties: u64,
    unmeasured: u64,
    undecided: u64,
}

impl Body {
    fn all(self) -> [u64; 5] {
        [self.concordant, self.discordant, self.factor_ties, self.unmeasured, self.undecided]
    }

    fn all_mut(&mut self) -> [&mut u64; 5] {
        [
            &mut self.concordant,
            &mut self.discordant,
            &mut self.factor_ties,
            &mut self.unmeasured,
            &mut self.undecided,
        ]
    }
}

impl Format for FactorCounts {
    type Body = Body;
    const NAME: &'static str = "probity.factor_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        self.counts
    }

    fn from_body(counts: Body) -> Result<Self, String> {
        check_total(counts.all())?;
        Ok(Self { counts })
    }
}
stored!(FactorCounts);

/// A response written for a level of quality, with how much of a factor it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelledResponse<S> {
    /// What it was written about.
    pub source: S,
    /// The score it was written for; higher is better. PROFILE's are 1 to 5.
    pub level: i64,
    /// How much of the factor it has.
    pub value: Option<f64>,
}

impl FactorCounts {
    /// From the response that has more of the factor, and the preferred one.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is one of each for every pair.
    pub fn from_sides(factor: &[Option<Side>], preferred: &[Side]) -> Result<Self> {
        num::check_same_length("preferences", factor.len(), preferred.len())?;
        let mut counts = Self::default();
        factor.iter().zip(preferred).try_for_each(|(&factor, &side)| counts.record((factor, side)))?;
        Ok(counts)
    }

    /// From how much of the factor the left and the right response of each pair have, and the preferred one.
    ///
    /// # Errors
    /// [`Error::Length`] unless there is one of each for every pair; [`Error::NotFinite`] for a value that is not finite.
    pub fn from_values(left: &[Option<f64>], right: &[Option<f64>], preferred: &[Side]) -> Result<Self> {
        Self::from_sides(&factor_sides(left, right)?, preferred)
    }

    /// From responses written for levels: of every two about one source the one for the higher level is preferred
    /// (PROFILE's generation setting).
    ///
    /// # Missing values
    /// A pair in which a value is missing is unmeasured.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for a value that is not finite.
    ///
    /// # Complexity
    /// Quadratic in the responses about one source.
    ///
    /// # Examples
    /// ```
    /// use probity::judge::{FactorCounts, LevelledResponse};
    /// let written = |source, level, value| LevelledResponse { source, level, value: Some(value) };
    /// let responses = [written("a", 1, 50.0), written("a", 2, 80.0), written("b", 5, 90.0), written("a", 3, 60.0)];
    /// let counts = FactorCounts::from_levels(&responses)?;
    /// assert_eq!((counts.concordant(), counts.discordant()), (2, 1));
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn from_levels<S: Ord>(responses: &[LevelledResponse<S>]) -> Result<Self> {
        let mut sources: BTreeMap<&S, Vec<(i64, Option<f64>)>> = BTreeMap::new();
        for (index, response) in responses.iter().enumerate() {
            if let Some(value) = response.value.filter(|value| !value.is_finite()) {
                return Err(Error::NotFinite { what: "values of a factor", index, value: value.to_string() });
            }
            sources.entry(&response.source).or_default().push((response.level, response.value));
        }
        let mut counts = Self::default();
        for responses in sources.values() {
            for (i, &(level, value)) in responses.iter().enumerate() {
                for &(other_level, other) in responses.iter().skip(i + 1) {
                    let preferred = match level.cmp(&other_level) {
                        std::cmp::Ordering::Greater => Side::Left,
                        std::cmp::Ordering::Less => Side::Right,
                        std::cmp::Ordering::Equal => continue,
                    };
                    counts.record((more(value, other), preferred))?;
                }
            }
        }
        Ok(counts)
    }

    /// Pairs whose preferred response has more of the factor.
    #[must_use]
    pub fn concordant(&self) -> u64 {
        self.counts.concordant
    }

    /// Pairs whose preferred response has less of the factor.
    #[must_use]
    pub fn discordant(&self) -> u64 {
        self.counts.discordant
    }

    /// Pairs with a preference whose responses have as much of the factor.
    #[must_use]
    pub fn factor_ties(&self) -> u64 {
        self.counts.factor_ties
    }

    /// Pairs with a preference for which the factor is missing.
    #[must_use]
    pub fn unmeasured(&self) -> u64 {
        self.counts.unmeasured
    }

    /// Pairs without a preference.
    #[must_use]
    pub fn undecided(&self) -> u64 {
        self.counts.undecided
    }

    /// τ₁₄, with Student's interval over pairs, cut to −1..1.
    ///
    /// # Errors
    /// [`Error::Undefined`] if no pair has a preference and the factor.
    pub fn tau14(&self, level: Level) -> Result<Estimate> {
        let metric = "tau14";
        let Body { concordant, discordant, factor_ties, .. } = self.counts;
        let pairs = (concordant + discordant + factor_ties) as f64;
        let reason = Undefined::Nothing { what: "pairs with a preference and the factor" };
        let value = num::ratio(metric, concordant as f64 - discordant as f64, pairs, reason)?;
        let signs = [(1.0, concordant), (-1.0, discordant), (0.0, factor_ties)];
        Ok(estimate_from_counted(metric, value, &signs.into_iter(), level, Some((-1.0, 1.0))))
    }
}

impl Tally for FactorCounts {
    /// The response with more of the factor, and the preferred one.
    type Record<'a> = (Option<Side>, Side);

    fn record(&mut self, (factor, preferred): Self::Record<'_>) -> Result<()> {
        check_room(self.records(), 1)?;
        let count = match (factor, preferred) {
            (_, Side::Tie) => &mut self.counts.undecided,
            (None, _) => &mut self.counts.unmeasured,
            (Some(Side::Tie), _) => &mut self.counts.factor_ties,
            (Some(factor), preferred) if factor == preferred => &mut self.counts.concordant,
            _ => &mut self.counts.discordant,
        };
        *count += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records(), other.records())?;
        add_each(self.counts.all_mut(), other.counts.all());
        Ok(())
    }

    fn records(&self) -> u64 {
        self.counts.all().into_iter().sum()
    }
}

fn more(left: Option<f64>, right: Option<f64>) -> Option<Side> {
    let (left, right) = left.zip(right)?;
    // Compared, not subtracted: a difference of finite numbers can overflow.
    Some(match left.partial_cmp(&right)? {
        std::cmp::Ordering::Greater => Side::Left,
        std::cmp::Ordering::Less => Side::Right,
        std::cmp::Ordering::Equal => Side::Tie,
    })
}

/// Which response of each pair has more of a factor.
fn factor_sides(left: &[Option<f64>], right: &[Option<f64>]) -> Result<Vec<Option<Side>>> {
    num::check_same_length("values of the right responses", left.len(), right.len())?;
    let finite = |(index, value): (usize, &Option<f64>)| match value {
        Some(value) if !value.is_finite() => {
            Err(Error::NotFinite { what: "values of a factor", index, value: value.to_string() })
        }
        _ => Ok(()),
    };
    left.iter().enumerate().chain(right.iter().enumerate()).try_for_each(finite)?;
    Ok(left.iter().zip(right).map(|(&left, &right)| more(left, right)).collect())
}

/// The share of a text's n-grams that its source does not have: a factor that needs no annotation.
///
/// The source coverage of a text is 1 less the novelty of the source against the text. Every occurrence counts.
///
/// # Undefined
/// If the text has no n-gram.
///
/// # Source
/// PROFILE (arXiv 2410.06965) lists novel words and source coverage; that occurrences count is ours.
///
/// # Errors
/// [`Error::Argument`] for n = 0; [`Error::Undefined`] as said.
///
/// # Examples
/// ```
/// use probity::judge::profile_novelty;
/// let (summary, source) = (["the", "cat", "slept"], ["the", "cat", "sat", "and", "sat"]);
/// assert_eq!(profile_novelty(&summary, &source, 1)?, 1.0 / 3.0);
/// assert_eq!(1.0 - profile_novelty(&source, &summary, 1)?, 0.4);
/// assert!(profile_novelty(&summary, &source, 4).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn profile_novelty<T: Eq + Hash>(text: &[T], source: &[T], n: usize) -> Result<f64> {
    let known = ngram_counts(source, n)?;
    let novel = text.windows(n).filter(|ngram| !known.contains_key(ngram)).count();
    let all = (text.len() + 1).saturating_sub(n);
    num::ratio("novelty", novel as f64, all as f64, Undefined::Nothing { what: "n-grams of the text" })
}
