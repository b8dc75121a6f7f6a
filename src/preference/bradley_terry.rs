use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Interval, IntervalMethod, Level, normal_p_value, normal_quantile};
use crate::num;
use crate::preference::minorise::minorise;
use crate::preference::newton::Fit;
use crate::preference::pair_likelihood::{Pair, PairLikelihood, check_maximum};
use crate::preference::{EloScale, OutcomeProbabilities, TieModel};
use crate::ratings::Labels;
use crate::tally::Comparisons;

pub(super) const METRIC: &str = "Bradley-Terry strengths";

/// How the maximum of the likelihood is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Solver {
    /// Newton's method: a few steps of cubic cost each.
    #[default]
    Newton,
    /// Hunter's minorisation-maximisation: many cheap steps. Without ridge and tie parameter only.
    Mm,
}

/// What a fit of strengths may be asked differently from its defaults.
///
/// | option | default |
/// |---|---|
/// | [`ridge`](Self::ridge) | 0 |
/// | [`ties`](Self::ties) | half a win each |
/// | [`solver`](Self::solver) | Newton |
/// | [`level`](Self::level) | 0.95 |
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BradleyTerryOptions {
    ridge: f64,
    ties: TieModel,
    solver: Solver,
    level: Level,
}

impl BradleyTerryOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Subtracts `ridge` · Σθ² from the log-likelihood: the maximum then exists for any data, nearer to equality.
    ///
    /// # Errors
    /// [`Error::Argument`] unless it is a finite number of at least 0.
    pub fn ridge(mut self, ridge: f64) -> Result<Self> {
        num::check_at_least_0("ridge", ridge)?;
        self.ridge = ridge;
        Ok(self)
    }

    /// What a tie counts.
    #[must_use]
    pub fn ties(mut self, model: TieModel) -> Self {
        self.ties = model;
        self
    }

    /// How the maximum is found.
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// Confidence of the intervals.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    pub(super) fn chosen_ties(&self) -> TieModel {
        self.ties
    }

    pub(super) fn chosen_ridge(&self) -> f64 {
        self.ridge
    }
}

/// Strengths of contenders, fitted to their comparisons; see [`bradley_terry`].
#[derive(Debug, Clone, PartialEq)]
pub struct BradleyTerry {
    contenders: Labels,
    model: TieModel,
    level: Level,
    fit: Fit,
    log_likelihood: f64,
    /// Comparisons by contender.
    played: Vec<f64>,
}

/// Strengths of contenders from who beat whom: Bradley and Terry's model, by maximum likelihood.
///
/// ```text
/// P(i beats j) = σ(θᵢ − θⱼ)
/// θ maximises Σᵢⱼ wins[i][j] ln σ(θᵢ − θⱼ) − ridge · Σθ²,   Σθ = 0
/// SE: diagonal of the pseudo-inverse of the information matrix Σ n σ(θᵢ − θⱼ)σ(θⱼ − θᵢ)(eᵢ − eⱼ)(eᵢ − eⱼ)ᵀ
/// ```
///
/// `wins[i · contenders + j]` says how often, or with what weight, contender i beat contender j; fractions are allowed, a
/// tie is half a win each. Counts with ties are a [`Comparisons`] and are fitted by [`BradleyTerry::fit`].
///
/// # Undefined
/// Without contenders; unless every contender is reached from every other one through wins (then a group of them would be
/// infinitely strong: the error names it) and `ridge` is 0.
///
/// # Missing values
/// Two contenders that never met have a weight of 0 both ways; nothing is assumed about them.
///
/// # Source
/// Bradley and Terry 1952; Zermelo 1929; existence: Ford 1957; MM: Hunter 2004, "MM algorithms for generalized Bradley-Terry
/// models". With a ridge, the standard errors are those of the penalised likelihood, conditional on the penalty.
/// FastChat's published figures stop their optimiser early (3·10⁻³ Elo) and anchor one model afterwards; choix's
/// `opt_pairwise` has a ridge of 10⁻⁶ unless told otherwise.
///
/// # Errors
/// [`Error::Length`], [`Error::NotFinite`] and [`Error::Argument`] for a matrix of another shape, with weights below 0 or
/// wins against oneself; [`Error::Argument`] for [`Solver::Mm`] with a ridge; [`Error::NoConvergence`] where rounding
/// keeps the solver from settling (weights many orders of magnitude apart).
///
/// # Complexity
/// Newton: a few steps of n³/3. MM: hundreds of steps of n².
///
/// # Examples
/// ```
/// use probity::preference::{BradleyTerryOptions, bradley_terry};
/// let options = BradleyTerryOptions::new();
/// let fit = bradley_terry(2, &[0.0, 3.0, 1.0, 0.0], &options)?;
/// assert!((fit.strengths()[0] - 3f64.ln() / 2.0).abs() < 1e-12);
/// assert!((fit.win_rate(0, 1)?.value - 0.75).abs() < 1e-12);
///
/// // Contender 0 never lost.
/// let error = bradley_terry(2, &[0.0, 3.0, 0.0, 0.0], &options).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "Bradley-Terry strengths is undefined: 0 never lost to or tied with the others, so their distance is unbounded"
/// );
/// assert!(bradley_terry(2, &[0.0, 3.0, 0.0, 0.0], &options.ridge(0.1)?)?.strengths()[0] > 0.5);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn bradley_terry(contenders: usize, wins: &[f64], options: &BradleyTerryOptions) -> Result<BradleyTerry> {
    let n = contenders;
    let cells = n.checked_mul(n).ok_or(Error::Overflow { what: "the number of pairs" })?;
    num::check_same_length("wins (contenders × contenders)", cells, wins.len())?;
    num::check_finite("wins", wins)?;
    if let Some(at) = wins.iter().position(|&w| w < 0.0) {
        return Err(Error::argument(
            "wins",
            "weights of at least 0",
            format!("{} at position {at}", wins[at]),
        ));
    }
    if let Some(i) = (0..n).find(|i| wins[i * n + i] > 0.0) {
        let found = format!("{} for contender {i}", wins[i * n + i]);
        return Err(Error::argument("wins", "0 on the diagonal", found));
    }
    let pairs = (0..n).flat_map(|a| (0..a).map(move |b| (a, b)));
    let pairs: Vec<Pair> = pairs
        .map(|(a, b)| Pair { a, b, wins: wins[a * n + b], losses: wins[b * n + a], ties: 0.0 })
        .filter(|pair| pair.played() > 0.0)
        .collect();
    BradleyTerry::of_pairs(&Labels::codes(n), &pairs, options)
}

impl BradleyTerry {
    /// The strengths of a tally's contenders; ties count as the options say. See [`bradley_terry`] and [`TieModel`].
    ///
    /// # Undefined
    /// As [`bradley_terry`], where a tie is an edge both ways. With a tie parameter also without ties, without wins, or if
    /// strengths and parameter can grow together for ever (one contender beat the other and tied with it, never lost).
    ///
    /// # Errors
    /// As [`bradley_terry`].
    ///
    /// # Examples
    /// ```
    /// use probity::preference::{BradleyTerry, BradleyTerryOptions, TieModel};
    /// use probity::ratings::Labels;
    /// use probity::tally::Comparisons;
    /// let tally = Comparisons::from_counts(Labels::codes(2), vec![0, 6, 2, 0], vec![4])?;
    /// let half = BradleyTerry::fit(&tally, &BradleyTerryOptions::new())?;
    /// assert!((half.strengths()[0] - 0.5 * 2f64.ln()).abs() < 1e-12);
    /// let davidson = BradleyTerry::fit(&tally, &BradleyTerryOptions::new().ties(TieModel::Davidson))?;
    /// assert!((davidson.strengths()[0] - 0.5 * 3f64.ln()).abs() < 1e-9);
    /// assert!((davidson.outcome(0, 1)?.tie - 4.0 / 12.0).abs() < 1e-9);
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn fit(comparisons: &Comparisons, options: &BradleyTerryOptions) -> Result<Self> {
        Self::of_pairs(comparisons.contenders(), &Pair::of(comparisons, options.ties), options)
    }

    fn of_pairs(contenders: &Labels, pairs: &[Pair], options: &BradleyTerryOptions) -> Result<Self> {
        let (n, model, ridge) = (contenders.len(), options.ties, options.ridge);
        if n == 0 {
            return Err(Error::undefined(METRIC, Undefined::Nothing { what: "contenders" }));
        }
        check_maximum(METRIC, contenders, pairs, model, ridge)?;
        let likelihood = PairLikelihood { items: n, pairs, model };
        let fit = match options.solver {
            Solver::Newton => Fit::new(METRIC, &likelihood, ridge, likelihood.start())?,
            Solver::Mm if ridge > 0.0 || model.has_parameter() => {
                let found = format!("a ridge of {ridge} and {model:?}");
                return Err(Error::argument("solver", "no ridge and no tie parameter for MM", found));
            }
            Solver::Mm => {
                let (x, iterations) = minorise(METRIC, n, pairs)?;
                Fit::at(METRIC, &likelihood, ridge, x, iterations)?
            }
        };
        let mut played = vec![0.0; n];
        for pair in pairs {
            played[pair.a] += pair.played();
            played[pair.b] += pair.played();
        }
        let log_likelihood = -crate::preference::newton::Likelihood::value(&likelihood, &fit.x);
        Ok(Self { contenders: contenders.clone(), model, level: options.level, fit, log_likelihood, played })
    }

    /// The names of the contenders, by number.
    #[must_use]
    pub fn contenders(&self) -> &Labels {
        &self.contenders
    }

    /// Log-strengths θ, whose sum is 0.
    #[must_use]
    pub fn strengths(&self) -> &[f64] {
        &self.fit.x[..self.contenders.len()]
    }

    /// Strengths e^θ, made to sum to 1.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        let most = self.strengths().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = self.strengths().iter().map(|s| (s - most).exp()).collect();
        let total = num::sum(weights.iter().copied());
        weights.iter().map(|w| w / total).collect()
    }

    /// ln L at the strengths, without the penalty.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Steps that the solver took.
    #[must_use]
    pub fn iterations(&self) -> u64 {
        self.fit.iterations
    }

    pub(super) fn newton(&self) -> &Fit {
        &self.fit
    }

    /// Log-strengths with standard error and normal interval, measured from the mean of all contenders.
    ///
    /// # Complexity
    /// n³/3.
    #[must_use]
    pub fn estimates(&self) -> Vec<Estimate> {
        let of = |(i, (&theta, &played)): (usize, (&f64, &f64))| {
            let se = self.fit.variance(&[(i, 1.0)]).sqrt();
            Estimate::new("Bradley-Terry log-strength", theta)
                .counted(played.round() as u64, 1, played.round() as u64)
                .with_standard_error(se)
                .with_interval(Interval::normal(theta, se, self.level))
        };
        self.strengths().iter().zip(&self.played).enumerate().map(of).collect()
    }

    /// The strengths on a scale of ratings, with standard errors and intervals.
    #[must_use]
    pub fn elo(&self, scale: &EloScale) -> Vec<Estimate> {
        self.estimates().iter().map(|estimate| scale.estimate(estimate)).collect()
    }

    /// The difference of two log-strengths; the p-value is of equality (normal).
    ///
    /// # Errors
    /// [`Error::Index`] for a contender that there is not.
    pub fn difference(&self, first: usize, second: usize) -> Result<Estimate> {
        let (value, se) = self.contrast(first, second)?;
        let played = (self.played[first] + self.played[second]).round() as u64;
        let estimate = Estimate::new("difference of Bradley-Terry log-strengths", value)
            .counted(played, 2, played)
            .with_standard_error(se)
            .with_interval(Interval::normal(value, se, self.level));
        Ok(if se > 0.0 { estimate.with_p_value(normal_p_value(value / se)) } else { estimate })
    }

    /// The score that `first` can expect against `second`, a tie counting half. The interval is that of the difference
    /// of strengths, moved to this scale at the fitted tie parameter.
    ///
    /// # Errors
    /// [`Error::Index`] for a contender that there is not.
    pub fn win_rate(&self, first: usize, second: usize) -> Result<Estimate> {
        let (difference, se) = self.contrast(first, second)?;
        let score = |difference| self.model.probabilities(difference, self.tie()).score();
        let half = normal_quantile(self.level.upper()) * se;
        let (lower, upper) = (score(difference - half), score(difference + half));
        Ok(Estimate::new("Bradley-Terry win rate", score(difference)).with_interval(Interval::new(
            lower,
            upper,
            self.level,
            IntervalMethod::Logit,
        )))
    }

    /// The chances of win, tie and loss of `first` against `second`.
    ///
    /// # Errors
    /// [`Error::Index`] for a contender that there is not.
    pub fn outcome(&self, first: usize, second: usize) -> Result<OutcomeProbabilities> {
        Ok(self.model.probabilities(self.contrast(first, second)?.0, self.tie()))
    }

    /// Davidson's ν or Rao and Kupper's t, with a normal interval of its logarithm (t is above 1).
    #[must_use]
    pub fn tie_parameter(&self) -> Option<Estimate> {
        if !self.model.has_parameter() {
            return None;
        }
        let (name, least) = match self.model {
            TieModel::RaoKupper => ("Rao and Kupper's t", 1.0),
            _ => ("Davidson's nu", 0.0),
        };
        let se = self.fit.variance(&[(self.contenders.len(), 1.0)]).sqrt();
        let log = Interval::normal(self.tie(), se, self.level);
        let interval = Interval::new(log.lower.exp().max(least), log.upper.exp(), log.level, log.method);
        let value = self.tie().exp();
        Some(Estimate::new(name, value).with_standard_error(value * se).with_interval(interval))
    }

    /// ln of the tie parameter, 0 if there is none.
    fn tie(&self) -> f64 {
        self.fit.x.get(self.contenders.len()).copied().unwrap_or(0.0)
    }

    /// A difference and its standard error.
    fn contrast(&self, first: usize, second: usize) -> Result<(f64, f64)> {
        let len = self.contenders.len();
        if first.max(second) >= len {
            return Err(Error::Index { what: "contender", index: first.max(second), len });
        }
        let strengths = self.strengths();
        let se = self.fit.variance(&[(first, 1.0), (second, -1.0)]).sqrt();
        Ok((strengths[first] - strengths[second], se))
    }
}
