use crate::error::{Error, Result};
use crate::num;
use crate::search::{NodeId, Tree};

/// What makes an attempt good, and good enough beside a bad one.
///
/// # Source
/// α and β of the paper. The [`Default`] of 0.5 and 0.2 is ours; the published code reads both from outside (as texts,
/// which it then compares with numbers; here they are numbers).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    alpha: f64,
    beta: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { alpha: 0.5, beta: 0.2 }
    }
}

impl Thresholds {
    /// A good attempt has a reward above `alpha`; a bad one lies more than `beta` below the good one of its pair.
    ///
    /// # Errors
    /// [`Error::Argument`] for numbers that are not finite or a negative `beta`.
    ///
    /// # Examples
    /// ```
    /// use probity::search::agent_r::Thresholds;
    /// let thresholds = Thresholds::new(0.5, 0.2)?;
    /// assert_eq!([0.0, 0.5, 0.7].map(|reward| thresholds.is_good(reward)), [false, false, true]);
    /// assert!(Thresholds::new(0.5, -0.1).is_err());
    /// # Ok::<(), probity::Error>(())
    /// ```
    pub fn new(alpha: f64, beta: f64) -> Result<Self> {
        if !alpha.is_finite() {
            return Err(Error::argument("alpha", "a finite number", alpha));
        }
        num::check_at_least_0("beta", beta)?;
        Ok(Self { alpha, beta })
    }

    /// Whether a reward is above α.
    #[must_use]
    pub fn is_good(self, reward: f64) -> bool {
        reward > self.alpha
    }

    /// α.
    #[must_use]
    pub fn alpha(self) -> f64 {
        self.alpha
    }

    /// β.
    #[must_use]
    pub fn beta(self) -> f64 {
        self.beta
    }
}

/// Thresholds of a training in several iterations: α rises in equal steps to `last_alpha`, β stays.
///
/// # Source
/// The paper raises α from one of its three iterations to the next, until good attempts have rewards near 1. That the
/// steps are equal is ours.
///
/// # Errors
/// [`Error::Argument`] without iterations, or for a last α below the first or not finite.
///
/// # Examples
/// ```
/// use probity::search::agent_r::{Thresholds, curriculum};
/// let alphas = |last, n| -> probity::Result<Vec<f64>> {
///     Ok(curriculum(Thresholds::default(), last, n)?.iter().map(|t| t.alpha()).collect())
/// };
/// assert_eq!(alphas(1.0, 3)?, [0.5, 0.75, 1.0]);
/// assert_eq!(alphas(1.0, 1)?, [0.5]);
/// assert!(alphas(0.4, 3).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn curriculum(first: Thresholds, last_alpha: f64, iterations: usize) -> Result<Vec<Thresholds>> {
    if iterations == 0 {
        return Err(Error::argument("iterations", "at least 1", iterations));
    }
    if !(last_alpha >= first.alpha && last_alpha.is_finite()) {
        return Err(Error::argument("last alpha", "a finite number, at least the first alpha", last_alpha));
    }
    let steps = (iterations - 1).max(1) as f64;
    let alpha = |i: usize| first.alpha + (last_alpha - first.alpha) * (i as f64 / steps);
    Ok((0..iterations).map(|i| Thresholds { alpha: alpha(i), ..first }).collect())
}

/// Good and bad attempts of one tree, matched. Indices point into `leaves`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs {
    /// The ends of all attempts, depth first; [`Tree::path`] gives the way there.
    pub leaves: Vec<NodeId>,
    /// Each attempt's average value W/N; 0 for one that was never visited.
    pub averages: Vec<f64>,
    /// The attempts by falling average; equal ones in their order.
    pub order: Vec<usize>,
    /// (good, bad), by the order of the good one and then of the bad one.
    pub pairs: Vec<(usize, usize)>,
}

/// Matches every good attempt of a tree with every clearly worse one.
///
/// ```text
/// (g, b) with a(g) − a(b) > β and W(g) > α, where a = W/N
/// ```
///
/// An attempt ends in a terminal node without children. A tree whose root has a value of at most 0 gives no pairs.
///
/// # Source
/// Agent-R, equation of the revision trajectories; the published code. It compares α with the value sum, as here (for
/// terminal leaves of [`Search`](super::agent_r::Search) sum and average are the same), and shuffles the pairs in the
/// end: [`Stream::shuffle`](crate::rng::Stream::shuffle) does that.
///
/// # Errors
/// None for trees of this crate's searches; whatever reading a node returns.
///
/// # Complexity
/// O(leaves²), as many as there may be pairs.
///
/// # Examples
/// ```
/// use probity::search::{NodeId, Tree, agent_r::{Thresholds, pairs}};
/// let mut tree = Tree::new("task");
/// for (name, reward) in [("good", 0.9), ("bad", 0.1), ("fair", 0.8)] {
///     let leaf = tree.add_child(NodeId::ROOT, name)?;
///     tree.set_terminal(leaf, true)?;
///     tree.back_up(leaf, reward)?;
/// }
/// let found = pairs(&tree, Thresholds::default())?;
/// assert_eq!((found.order, found.pairs), (vec![0, 2, 1], vec![(0, 1), (2, 1)]));
/// assert!(pairs(&Tree::new(()), Thresholds::default())?.pairs.is_empty());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn pairs<T>(tree: &Tree<T>, thresholds: Thresholds) -> Result<Pairs> {
    let mut leaves = Vec::new();
    let mut stats = Vec::new();
    for leaf in tree.leaves() {
        let of_leaf = tree.node(leaf)?.stats();
        if of_leaf.terminal {
            leaves.push(leaf);
            stats.push(of_leaf);
        }
    }
    // Adding 0 makes −0 the 0 that it equals, which the total order of numbers does not.
    let averages: Vec<f64> = stats.iter().map(|s| s.mean().unwrap_or(0.0) + 0.0).collect();
    num::check_finite("averages", &averages)?;
    let mut order: Vec<usize> = (0..leaves.len()).collect();
    order.sort_by(|&a, &b| averages[b].total_cmp(&averages[a]));
    let mut pairs = Vec::new();
    if tree.node(NodeId::ROOT)?.stats().sum > 0.0 {
        for &good in order.iter().filter(|&&i| thresholds.is_good(stats[i].sum)) {
            let worse = |&bad: &usize| averages[good] - averages[bad] > thresholds.beta;
            pairs.extend(order.iter().copied().filter(worse).map(|bad| (good, bad)));
        }
    }
    Ok(Pairs { leaves, averages, order, pairs })
}
