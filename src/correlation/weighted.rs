use crate::correlation::order::{Order, Place};
use crate::correlation::pairs::{check_rankable, constant};
use crate::error::{Error, Result, Undefined};
use crate::inference::Estimate;
use crate::num::{Sum, check_same_length};

/// Which observations count as the top ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Ranking<'a> {
    /// The mean of the two coefficients ranked by x and ranked by y.
    #[default]
    Both,
    /// By decreasing x, ties by decreasing y.
    ByX,
    /// By decreasing y, ties by decreasing x.
    ByY,
    /// The order in which the pairs are given.
    AsGiven,
    /// The rank of each pair, 0 for the most important.
    Ranks(&'a [u64]),
}

/// The weight of a rank, counted from 0.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub enum Weigher {
    /// 1/(rank + 1).
    #[default]
    Hyperbolic,
    /// 1/log₂(rank + 2), the discount of DCG.
    Logarithmic,
    /// A function of one's own: finite and at least 0.
    Custom(fn(u64) -> f64),
}

impl Weigher {
    fn weight(self, rank: u64) -> f64 {
        match self {
            Self::Hyperbolic => 1.0 / (rank as f64 + 1.0),
            Self::Logarithmic => 1.0 / (rank as f64 + 2.0).log2(),
            Self::Custom(weight) => weight(rank),
        }
    }
}

/// How the weights of two observations make the weight of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Combination {
    /// Their sum.
    #[default]
    Additive,
    /// Their product.
    Multiplicative,
}

/// What [`weighted_tau`] may be asked differently from Vigna's defaults.
///
/// # Examples
/// ```
/// use probity::correlation::{Combination, Ranking, WeightedTauOptions, weighted_tau};
/// let (x, y) = ([12.0, 2.0, 1.0, 12.0, 2.0], [1.0, 4.0, 7.0, 1.0, 0.0]);
/// let by_x = WeightedTauOptions::new().ranking(Ranking::ByX);
/// assert!((weighted_tau(&x, &y, &by_x)?.value + 0.4157652301037516).abs() < 1e-12);
/// let product = WeightedTauOptions::new().combination(Combination::Multiplicative);
/// assert!((weighted_tau(&x, &y, &product)?.value + 0.6220571695180104).abs() < 1e-12);
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct WeightedTauOptions<'a> {
    ranking: Ranking<'a>,
    weigher: Weigher,
    combination: Combination,
}

impl<'a> WeightedTauOptions<'a> {
    /// Vigna's: ranked by both, hyperbolic, additive.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which observations count as the top ones.
    #[must_use]
    pub fn ranking(mut self, ranking: Ranking<'a>) -> Self {
        self.ranking = ranking;
        self
    }

    /// The weight of a rank.
    #[must_use]
    pub fn weigher(mut self, weigher: Weigher) -> Self {
        self.weigher = weigher;
        self
    }

    /// How two weights are combined.
    #[must_use]
    pub fn combination(mut self, combination: Combination) -> Self {
        self.combination = combination;
        self
    }

    fn weight(&self, rank: u64) -> Result<f64> {
        let weight = self.weigher.weight(rank);
        if weight.is_finite() && weight >= 0.0 {
            return Ok(weight);
        }
        Err(Error::argument("weigher", "a finite weight of at least 0", format!("{weight} for rank {rank}")))
    }
}

/// Weights of pairs of observations: all that are discordant, differ in x, in y.
#[derive(Debug, Default)]
struct Weight {
    concordant_minus_discordant: f64,
    apart_x: f64,
    apart_y: f64,
}

const METRIC: &str = "weighted tau";

/// Vigna's weighted tau: Kendall's tau-b in which an exchange at the top costs more than one at the bottom.
///
/// ```text
/// τ_w = ⟨x, y⟩ / √(⟨x, x⟩ ⟨y, y⟩)
/// ⟨x, y⟩ = Σ_{i<j} sgn(xᵢ − xⱼ) sgn(yᵢ − yⱼ) w(i, j)
/// w(i, j) = f(rank i) + f(rank j), or their product; f(r) = 1/(r + 1)
/// ```
///
/// No standard error, interval or p-value: the literature has none; resample the pairs.
///
/// # Undefined
/// For fewer than two pairs, a constant variable, or if all weights of pairs that differ in a variable are 0.
///
/// # Missing values
/// NaN is an error; drop incomplete pairs with [`complete_pairs`](crate::correlation::complete_pairs). The value does not
/// depend on the order of equal pairs, unless ranks are given or taken from the order.
///
/// # Source
/// Vigna 2015, "A weighted correlation index for rankings with ties". `scipy.stats.weightedtau` is the same; its
/// `rank=True`, `None`, `False` are [`Ranking::Both`], [`Ranking::ByX`], [`Ranking::AsGiven`].
///
/// # Errors
/// [`Error::Length`] if the slices, or the ranks given, differ in length; [`Error::NotFinite`] for NaN;
/// [`Error::Argument`] for a weight that is negative or not finite; [`Error::Overflow`] from 2³¹ pairs on.
///
/// # Complexity
/// O(n log n).
///
/// # Examples
/// ```
/// use probity::correlation::{WeightedTauOptions, weighted_tau};
/// let x = [1.0, 2.0, 3.0, 4.0];
/// let top = weighted_tau(&x, &[1.0, 2.0, 4.0, 3.0], &WeightedTauOptions::new())?;
/// let bottom = weighted_tau(&x, &[2.0, 1.0, 3.0, 4.0], &WeightedTauOptions::new())?;
/// assert!(top.value < bottom.value);
/// assert!(weighted_tau(&x, &[1.0; 4], &WeightedTauOptions::new()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn weighted_tau(x: &[f64], y: &[f64], options: &WeightedTauOptions<'_>) -> Result<Estimate> {
    check_rankable(METRIC, x, y)?;
    if let Ranking::Ranks(ranks) = options.ranking {
        check_same_length("ranks", x.len(), ranks.len())?;
    }
    let order = Order::new(x, y)?;
    for (what, levels) in [("x", order.levels().0), ("y", order.levels().1)] {
        if levels < 2 {
            return Err(constant(METRIC, what));
        }
    }
    let mut places = Vec::with_capacity(x.len());
    order.for_each(|place| places.push(place));
    let last = places.len() as u64 - 1;
    let by_x = |place: &Place| last - u64::from(place.slot);
    let by_y = |place: &Place| last - u64::from(place.position);
    let value = match options.ranking {
        Ranking::Both => f64::midpoint(tau(&places, options, by_x)?, tau(&places, options, by_y)?),
        Ranking::ByX => tau(&places, options, by_x)?,
        Ranking::ByY => tau(&places, options, by_y)?,
        Ranking::AsGiven => tau(&places, options, |place| order.input(place).into())?,
        Ranking::Ranks(ranks) => tau(&places, options, |place| ranks[order.input(place) as usize])?,
    };
    let n = x.len() as u64;
    Ok(Estimate::new(METRIC, value).counted(n, 2, 2 * n))
}

fn tau(places: &[Place], options: &WeightedTauOptions<'_>, rank: impl Fn(&Place) -> u64) -> Result<f64> {
    let weights: Vec<f64> = places.iter().map(|place| options.weight(rank(place))).collect::<Result<_>>()?;
    let sum = match options.combination {
        Combination::Additive => additive(places, &weights),
        Combination::Multiplicative => multiplicative(places, &weights),
    };
    for (what, weight) in [
        ("the weight of the pairs that differ in x", sum.apart_x),
        ("the weight of the pairs that differ in y", sum.apart_y),
    ] {
        if weight <= 0.0 {
            return Err(Error::undefined(METRIC, Undefined::ZeroDenominator { what }));
        }
    }
    // Weights may add up differently along the two orders by a rounding.
    Ok((sum.concordant_minus_discordant / sum.apart_x.sqrt() / sum.apart_y.sqrt()).clamp(-1.0, 1.0))
}

/// Each observation's weight counts once for every pair that it is in.
fn additive(places: &[Place], weights: &[f64]) -> Weight {
    let n = places.len() as i64;
    let [mut net, mut x, mut y] = [Sum::default(); 3];
    for (place, weight) in places.iter().zip(weights) {
        net.add(weight * place.net(n) as f64);
        x.add(weight * (n - i64::from(place.tied_x)) as f64);
        y.add(weight * (n - i64::from(place.tied_y)) as f64);
    }
    Weight { concordant_minus_discordant: net.value(), apart_x: x.value(), apart_y: y.value() }
}

/// Each pair counts with the product of its weights.
fn multiplicative(places: &[Place], weights: &[f64]) -> Weight {
    let n = places.len();
    let mut slot_at = vec![0; n];
    places.iter().for_each(|place| slot_at[place.position as usize] = place.slot as usize);
    let all = pairs_within(weights.iter().copied());
    let by_x = |size: fn(&Place) -> u32| runs(n, |at| size(&places[at]), |at| weights[at]);
    let tied_x = by_x(|place| place.tied_x);
    let tied_both = by_x(|place| place.tied_both);
    let tied_y = runs(n, |at| places[slot_at[at]].tied_y, |at| weights[slot_at[at]]);

    // Going up in x, a pair is discordant with those met before whose position in y is higher.
    let mut tree = vec![0.0f64; n + 1];
    let (mut met, mut discordant) = (Sum::default(), Sum::default());
    for (place, &weight) in places.iter().zip(weights) {
        let mut lower = 0.0;
        let mut at = place.position as usize + 1;
        while at > 0 {
            lower += tree[at];
            at &= at - 1;
        }
        discordant.add(weight * (met.value() - lower));
        met.add(weight);
        at = place.position as usize + 1;
        while at <= n {
            tree[at] += weight;
            at += at & at.wrapping_neg();
        }
    }
    Weight {
        concordant_minus_discordant: all - (tied_x + tied_y - tied_both) - 2.0 * discordant.value(),
        apart_x: all - tied_x,
        apart_y: all - tied_y,
    }
}

/// Σ of the products of all pairs of weights.
fn pairs_within(weights: impl Iterator<Item = f64>) -> f64 {
    let (mut before, mut total) = (0.0, Sum::default());
    for weight in weights {
        total.add(weight * before);
        before += weight;
    }
    total.value()
}

/// [`pairs_within`] each run of ties, summed: `size` tells how long the run is that a position lies in.
fn runs(n: usize, size: impl Fn(usize) -> u32, weight: impl Fn(usize) -> f64) -> f64 {
    let mut start = 0;
    let mut total = Sum::default();
    while start < n {
        let end = start + size(start) as usize;
        total.add(pairs_within((start..end).map(&weight)));
        start = end;
    }
    total.value()
}
