use crate::error::Result;
use crate::inference::{Estimate, Level};
use crate::num;
use crate::preference::logistic;
use crate::reward::figures::{check_batch, mean_estimate, share};

/// Gap rewards r(x, y, y′) of labelled pairs: how much better y is than y′, for each order of the better response w and
/// the worse one l.
///
/// The wanted order is wl ≥ ww ≈ ll ≥ lw.
///
/// # Missing values
/// A pair with a missing gap is not a pair: leave it out of all four lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapRewards<'a> {
    /// Of the better response against the worse.
    pub wl: &'a [f64],
    /// Of the better response against itself.
    pub ww: &'a [f64],
    /// Of the worse response against itself.
    pub ll: &'a [f64],
    /// Of the worse response against the better.
    pub lw: &'a [f64],
}

/// The loss of each pair, their mean, and its gradient.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PitObjective {
    /// Of each pair.
    pub losses: Vec<f64>,
    /// Their mean.
    pub loss: f64,
    /// Derivative of the mean by each gap of the better against the worse.
    pub grad_wl: Vec<f64>,
    /// By each gap of the better against itself.
    pub grad_ww: Vec<f64>,
    /// By each gap of the worse against itself.
    pub grad_ll: Vec<f64>,
    /// By each gap of the worse against the better.
    pub grad_lw: Vec<f64>,
}

/// How well the gaps keep the wanted order; see [`pit_ordering`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PitOrdering {
    /// Share of pairs with wl > ww, wl > ll, wl > lw, ww > lw and ll > lw, in this order.
    pub comparisons: [Estimate; 5],
    /// Share of pairs with all five.
    pub all_ordered: Estimate,
    /// Mean |ww − ll|: near 0 is wanted, and not in the loss.
    pub self_gap: Estimate,
}

/// The five comparisons as positions among wl, ww, ll, lw: the first should be the greater.
const COMPARISONS: [(usize, usize); 5] = [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)];

impl GapRewards<'_> {
    /// The four gaps of each pair, wl, ww, ll, lw.
    fn rows(&self, metric: &'static str) -> Result<Vec<[f64; 4]>> {
        let n = check_batch(
            metric,
            "pairs",
            &[("gaps wl", self.wl), ("gaps ww", self.ww), ("gaps ll", self.ll), ("gaps lw", self.lw)],
        )?;
        Ok((0..n).map(|i| [self.wl[i], self.ww[i], self.ll[i], self.lw[i]]).collect())
    }
}

/// The loss of a gap reward model: five comparisons of each labelled pair.
///
/// ```text
/// L = −mean[ln σ(wl − ww) + ln σ(wl − ll) + ln σ(wl − lw) + ln σ(ww − lw) + ln σ(ll − lw)]
/// ```
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// Wang et al., PIT, equation 2. That ww ≈ ll is wanted is not part of the loss: see [`pit_ordering`].
///
/// # Errors
/// [`Error::Length`](crate::Error::Length), [`Error::NotFinite`](crate::Error::NotFinite);
/// [`Error::Undefined`](crate::Error::Undefined) as said; [`Error::Overflow`](crate::Error::Overflow) if the loss leaves
/// the range of `f64`.
///
/// # Examples
/// ```
/// use probity::reward::{GapRewards, pit_gap_loss};
/// let same = [0.3];
/// let found = pit_gap_loss(&GapRewards { wl: &same, ww: &same, ll: &same, lw: &same })?;
/// assert!((found.loss - 5.0 * std::f64::consts::LN_2).abs() < 1e-15);
/// assert_eq!((found.grad_wl[0], found.grad_ww[0], found.grad_lw[0]), (-1.5, 0.0, 1.5));
/// assert!(pit_gap_loss(&GapRewards { wl: &[], ww: &[], ll: &[], lw: &[] }).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pit_gap_loss(gaps: &GapRewards<'_>) -> Result<PitObjective> {
    let rows = gaps.rows("gap loss")?;
    let n = rows.len() as f64;
    let mut grad = [(); 4].map(|()| vec![0.0; rows.len()]);
    let mut losses = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let mut loss = 0.0;
        for (greater, less) in COMPARISONS {
            let term = logistic(row[greater] - row[less], 1.0);
            loss += term.value;
            grad[greater][i] += term.slope / n;
            grad[less][i] -= term.slope / n;
        }
        losses.push(loss);
    }
    let loss = num::mean(&losses);
    num::check_range("the gap loss", losses.iter().chain([&loss]))?;
    let [grad_wl, grad_ww, grad_ll, grad_lw] = grad;
    Ok(PitObjective { losses, loss, grad_wl, grad_ww, grad_ll, grad_lw })
}

/// How often the gaps are in the wanted order, strictly, and how far apart the two gaps of a response to itself lie.
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// PIT, the comparisons of equation 2; the near equality beside them. Wilson's intervals for the shares, Student's over
/// pairs for the mean.
///
/// # Errors
/// As [`pit_gap_loss`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::{GapRewards, pit_ordering};
/// let gaps = GapRewards { wl: &[2.0, 1.0], ww: &[0.0, 1.0], ll: &[0.5, 0.0], lw: &[-1.0, -1.0] };
/// let found = pit_ordering(&gaps, Level::default())?;
/// assert_eq!(found.comparisons.map(|share| share.value), [0.5, 1.0, 1.0, 1.0, 1.0]);
/// assert_eq!((found.all_ordered.value, found.self_gap.value), (0.5, 0.75));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pit_ordering(gaps: &GapRewards<'_>, level: Level) -> Result<PitOrdering> {
    let rows = gaps.rows("order of gaps")?;
    let of = |name, hits: &dyn Fn(&[f64; 4]) -> bool| {
        share(name, "the number of pairs", rows.iter().map(hits), level)
    };
    let holds = |row: &[f64; 4], (greater, less): (usize, usize)| row[greater] > row[less];
    let [a, b, c, d, e] = COMPARISONS;
    let self_gaps: Vec<f64> = rows.iter().map(|row| (row[1] - row[2]).abs()).collect();
    Ok(PitOrdering {
        comparisons: [
            of("wl > ww", &|row| holds(row, a))?,
            of("wl > ll", &|row| holds(row, b))?,
            of("wl > lw", &|row| holds(row, c))?,
            of("ww > lw", &|row| holds(row, d))?,
            of("ll > lw", &|row| holds(row, e))?,
        ],
        all_ordered: of("all five ordered", &|row| COMPARISONS.iter().all(|&pair| holds(row, pair)))?,
        self_gap: mean_estimate("mean |ww − ll|", "pairs", &self_gaps, level)?,
    })
}

/// The objective of the reinforcement stage; see [`pit_rl_objective`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PitReinforcement {
    /// Of each sample.
    pub values: Vec<f64>,
    /// Their mean, to be made great.
    pub objective: f64,
    /// Mean of ln π − ln π_SFT.
    pub mean_log_ratio: f64,
    /// Derivative of the mean by the gap reward of any sample.
    pub grad_gap: f64,
    /// Derivative of the mean by the policy's log-probability of any sample.
    pub grad_log_prob: f64,
}

/// The mean gap to the reference response, less the drift from the supervised model.
///
/// ```text
/// J = mean[r(x, y, y_ref) − β·(ln π(y | x, y_ref) − ln π_SFT(y | x, y_ref))]
/// ```
///
/// # Undefined
/// Without samples.
///
/// # Source
/// PIT, equations 3 to 5. The paper prints no value of β.
///
/// # Errors
/// As [`pit_gap_loss`]; [`Error::NotFinite`](crate::Error::NotFinite) for β as well.
///
/// # Examples
/// ```
/// use probity::reward::pit_rl_objective;
/// let found = pit_rl_objective(&[1.0, 0.0], &[-3.0, -4.0], &[-5.0, -4.0], 0.25)?;
/// assert_eq!((found.objective, found.mean_log_ratio), (0.25, 1.0));
/// assert_eq!((found.grad_gap, found.grad_log_prob), (0.5, -0.125));
/// assert!(pit_rl_objective(&[], &[], &[], 0.25).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pit_rl_objective(
    gaps: &[f64],
    policy: &[f64],
    supervised: &[f64],
    beta: f64,
) -> Result<PitReinforcement> {
    let columns = [
        ("gap rewards", gaps),
        ("log-probabilities of the policy", policy),
        ("log-probabilities of the supervised model", supervised),
    ];
    let n = check_batch("PIT objective", "samples", &columns)? as f64;
    num::check_finite("beta", &[beta])?;
    let ratios: Vec<f64> = policy.iter().zip(supervised).map(|(p, s)| p - s).collect();
    let values: Vec<f64> = gaps.iter().zip(&ratios).map(|(gap, ratio)| gap - beta * ratio).collect();
    let (objective, mean_log_ratio) = (num::mean(&values), num::mean(&ratios));
    num::check_range("the PIT objective", values.iter().chain([&objective, &mean_log_ratio]))?;
    Ok(PitReinforcement { values, objective, mean_log_ratio, grad_gap: 1.0 / n, grad_log_prob: -beta / n })
}

/// The loss of the supervised stage: the mean negative log-likelihood of the better response, given the worse.
///
/// ```text
/// L = −mean ln M(y_w | x, y_l)        ∂L/∂ln M = −1/n
/// ```
///
/// # Undefined
/// Without pairs.
///
/// # Source
/// PIT, the supervised fine-tuning before reward model and reinforcement.
///
/// # Errors
/// As [`pit_gap_loss`].
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::reward::pit_sft_loss;
/// assert_eq!(pit_sft_loss(&[-47.0, -49.0], Level::default())?.value, 48.0);
/// assert!(pit_sft_loss(&[], Level::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pit_sft_loss(log_probs: &[f64], level: Level) -> Result<Estimate> {
    let losses: Vec<f64> = log_probs.iter().map(|p| -p).collect();
    mean_estimate("supervised loss", "log-probabilities", &losses, level)
}
