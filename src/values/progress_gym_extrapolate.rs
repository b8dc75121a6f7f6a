use crate::error::{Error, Result, Undefined};
use crate::num;

/// What an extrapolated vote of 0 is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ZeroVote {
    /// An error, as in the released code.
    #[default]
    Error,
    /// No preference: the item is left out and counted.
    Drop,
}

/// Extrapolates what people prefer, or any series, by finite differences.
///
/// ```text
/// m = min(order, steps − 1)        x_(t+1) = Σ_i (−1)^(m−i) C(m+1, i) x_(t−m+i), i = 0..m
/// ```
///
/// The difference of order m + 1 is taken to be zero: order 0 repeats the last, order 1 goes on in a line.
///
/// # Source
/// Qiu et al. 2024 (arXiv 2406.20087): the extrapolative algorithms; at most 5 copies of a preference.
///
/// # Examples
/// ```
/// use probity::values::{Extrapolation, ZeroVote};
/// let line = Extrapolation::new(1, 3)?;
/// assert_eq!(line.series(&[1.0, 4.0, 9.0])?, [14.0, 19.0, 24.0]);
/// // An item whose preference turned round lately, one that is stable, one that is missing now.
/// let history = [
///     vec![Some(false), Some(true), Some(true)],
///     vec![Some(true), Some(true), None],
/// ];
/// let found = Extrapolation::new(1, 1)?.preferences(&history)?;
/// assert_eq!((found.pairs[0].preferred, found.pairs[0].copies), (true, 3));
/// assert_eq!((found.pairs[1].copies, found.missing), (1, 1));
/// assert!(Extrapolation::new(1, 0).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extrapolation {
    order: usize,
    ahead: usize,
    max_copies: u64,
    zero: ZeroVote,
}

/// A preference of the future. From [`Extrapolation::preferences`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtrapolatedPair {
    /// The item.
    pub item: usize,
    /// Which of its two orderings is preferred.
    pub preferred: bool,
    /// How many times it goes into the training data.
    pub copies: u64,
}

/// The preferences of the future. From [`Extrapolation::preferences`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtrapolatedPreferences {
    /// By item, where there is a preference.
    pub pairs: Vec<ExtrapolatedPair>,
    /// Items without a preference at the last step.
    pub missing: u64,
    /// Items whose vote came to 0.
    pub undecided: u64,
    /// Items that would have had more copies than allowed.
    pub capped: u64,
}

impl Extrapolation {
    /// Of this order, `ahead` steps beyond the last.
    ///
    /// # Errors
    /// [`Error::Argument`] for an order above 60 or 0 steps.
    pub fn new(order: usize, ahead: usize) -> Result<Self> {
        if order > 60 {
            return Err(Error::argument("order", "0..=60", order));
        }
        if ahead == 0 {
            return Err(Error::argument("ahead", "at least 1", ahead));
        }
        Ok(Self { order, ahead, max_copies: 5, zero: ZeroVote::default() })
    }

    /// The greatest number of copies of a preference; 5 by default.
    #[must_use]
    pub fn max_copies(self, max_copies: u64) -> Self {
        Self { max_copies, ..self }
    }

    /// What a vote of 0 is; an error by default.
    #[must_use]
    pub fn zero(self, zero: ZeroVote) -> Self {
        Self { zero, ..self }
    }

    /// The next values of a series, `ahead` of them.
    ///
    /// # Undefined
    /// Without a value.
    ///
    /// # Errors
    /// [`Error::NotFinite`]; [`Error::Overflow`] if a value leaves the range of `f64`; [`Error::Undefined`] as above.
    pub fn series(&self, series: &[f64]) -> Result<Vec<f64>> {
        num::check_finite("series", series)?;
        let coefficients = self.coefficients(series.len())?;
        let mut values = series.to_vec();
        for _ in 0..self.ahead {
            let window = &values[values.len() - coefficients.len()..];
            let next = num::sum(coefficients.iter().zip(window).map(|(&c, x)| c as f64 * x));
            if !next.is_finite() {
                return Err(Error::Overflow { what: "an extrapolated value" });
            }
            values.push(next);
        }
        Ok(values.split_off(series.len()))
    }

    /// The preferences of the future: by step, then by item, which of two orderings is preferred.
    ///
    /// A vote is +1 for the ordering that is preferred at the last step, −1 for the other. The sign of the extrapolated
    /// vote decides, its size is the number of copies.
    ///
    /// # Undefined
    /// Without a step; a vote of 0 unless [`ZeroVote::Drop`].
    ///
    /// # Missing values
    /// A missing preference votes 0; one that is missing at the last step drops the item.
    ///
    /// # Errors
    /// [`Error::Length`] for steps of different numbers of items; [`Error::Overflow`] for votes beyond 64 bits;
    /// [`Error::Undefined`] as above.
    pub fn preferences(&self, history: &[Vec<Option<bool>>]) -> Result<ExtrapolatedPreferences> {
        let coefficients = self.coefficients(history.len())?;
        let last = &history[history.len() - 1];
        for step in history {
            num::check_same_length("items of a step", last.len(), step.len())?;
        }
        let (mut pairs, mut missing, mut undecided, mut capped) = (Vec::new(), 0, 0, 0);
        for (item, now) in last.iter().enumerate() {
            let Some(now) = *now else {
                missing += 1;
                continue;
            };
            let vote = |step: &Vec<Option<bool>>| step[item].map_or(0, |p| if p == now { 1 } else { -1 });
            let votes = history[history.len() - coefficients.len()..].iter().map(vote).collect();
            let result = self.extrapolate(&coefficients, votes)?;
            if result == 0 {
                if self.zero == ZeroVote::Error {
                    let reason = Undefined::ZeroDenominator { what: "an extrapolated vote" };
                    return Err(Error::undefined("extrapolated preference", reason));
                }
                undecided += 1;
                continue;
            }
            let copies = result.unsigned_abs();
            capped += u64::from(copies > self.max_copies);
            let preferred = now == (result > 0);
            pairs.push(ExtrapolatedPair { item, preferred, copies: copies.min(self.max_copies) });
        }
        Ok(ExtrapolatedPreferences { pairs, missing, undecided, capped })
    }

    /// The last of `ahead` steps beyond a window as long as the coefficients.
    fn extrapolate(&self, coefficients: &[i64], mut window: Vec<i64>) -> Result<i64> {
        for _ in 0..self.ahead {
            let terms = coefficients.iter().zip(&window);
            let next: i128 = terms.map(|(&c, &x)| i128::from(c) * i128::from(x)).sum();
            let next = i64::try_from(next).map_err(|_| Error::Overflow { what: "an extrapolated vote" })?;
            window.rotate_left(1);
            window[coefficients.len() - 1] = next;
        }
        Ok(window[coefficients.len() - 1])
    }

    fn coefficients(&self, steps: usize) -> Result<Vec<i64>> {
        if steps == 0 {
            return Err(Error::undefined("extrapolation", Undefined::Nothing { what: "steps" }));
        }
        extrapolation_coefficients(self.order.min(steps - 1))
    }
}

/// The coefficients by which the next value follows from the last `order` + 1, oldest first.
///
/// ```text
/// c_i = (−1)^(m−i) C(m+1, i), i = 0..m
/// ```
///
/// # Errors
/// [`Error::Argument`] for an order above 60.
///
/// # Examples
/// ```
/// use probity::values::extrapolation_coefficients;
/// assert_eq!(extrapolation_coefficients(0)?, [1]);
/// assert_eq!(extrapolation_coefficients(2)?, [1, -3, 3]);
/// assert!(extrapolation_coefficients(61).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn extrapolation_coefficients(order: usize) -> Result<Vec<i64>> {
    if order > 60 {
        return Err(Error::argument("order", "0..=60", order));
    }
    let (n, mut binomial) = (order as i128 + 1, 1i128);
    Ok((0..n)
        .map(|i| {
            let signed = if (n - 1 - i) % 2 == 0 { binomial } else { -binomial };
            binomial = binomial * (n - i) / (i + 1);
            signed as i64
        })
        .collect())
}
