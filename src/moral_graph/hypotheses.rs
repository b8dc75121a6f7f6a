use std::collections::{HashMap, HashSet};

use crate::error::{Error, Result};
use crate::rng::Stream;

/// A pair of values of which the second may be the wiser one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hypothesis {
    /// The value that it starts from.
    pub from: u32,
    /// The value that may be wiser.
    pub to: u32,
    /// The context.
    pub context: u32,
    /// Votes so far.
    pub votes: u64,
    /// Votes for it.
    pub agrees: u64,
}

/// Three orders in which to show hypotheses, as positions; equals in their order.
///
/// # Source
/// The successor code of arXiv 2404.10636.
///
/// # Examples
/// ```
/// use probity::moral_graph::{Hypothesis, HypothesisOrders};
/// let pair = |from, votes, agrees| Hypothesis { from, to: 9, context: 0, votes, agrees };
/// let orders = HypothesisOrders::new(&[pair(1, 10, 8), pair(2, 3, 1), pair(3, 0, 0)]);
/// assert_eq!((orders.popular, orders.sparse), (vec![0, 1, 2], vec![2, 1, 0]));
/// assert_eq!((orders.scores, orders.convergent), (vec![0.0, 0.875, 1.0], vec![2, 1, 0]));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HypothesisOrders {
    /// The most votes for it first.
    pub popular: Vec<usize>,
    /// The greatest convergence score first.
    pub convergent: Vec<usize>,
    /// The fewest votes first.
    pub sparse: Vec<usize>,
    /// Convergence scores: how far it lags behind the most agreed one that leads to the same value, from 0 to 1.
    pub scores: Vec<f64>,
}

impl HypothesisOrders {
    /// The orders of some hypotheses.
    #[must_use]
    pub fn new(hypotheses: &[Hypothesis]) -> Self {
        let mut most: HashMap<u32, u64> = HashMap::new();
        for h in hypotheses {
            let most = most.entry(h.to).or_default();
            *most = h.agrees.max(*most);
        }
        let score = |h: &Hypothesis| match most.get(&h.to) {
            Some(&most) if most > 0 => (most - h.agrees) as f64 / most as f64,
            _ => 0.0,
        };
        let scores: Vec<f64> = hypotheses.iter().map(score).collect();
        let (mut popular, mut convergent, mut sparse): (Vec<_>, Vec<_>, Vec<_>) = (
            (0..hypotheses.len()).collect(),
            (0..hypotheses.len()).collect(),
            (0..hypotheses.len()).collect(),
        );
        popular.sort_by_key(|&i: &usize| std::cmp::Reverse(hypotheses[i].agrees));
        convergent.sort_by(|&a: &usize, &b: &usize| scores[b].total_cmp(&scores[a]));
        sparse.sort_by_key(|&i: &usize| hypotheses[i].votes);
        Self { popular, convergent, sparse, scores }
    }
}

/// Weights of the three orders in [`hypotheses_mixed`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HypothesisMix {
    /// Of the most agreed.
    pub popular: f64,
    /// Of those that lag behind.
    pub convergent: f64,
    /// Of the least voted on.
    pub sparse: f64,
}

impl Default for HypothesisMix {
    /// 0.3, 0.3 and 0.4, as released.
    fn default() -> Self {
        Self { popular: 0.3, convergent: 0.3, sparse: 0.4 }
    }
}

/// At most `size` positions of hypotheses: each time one of the three orders is drawn by its weight and gives its next
/// pair that was not taken yet. It ends early when the order drawn has none left.
///
/// # Source
/// The successor code of arXiv 2404.10636, which takes 5.
///
/// # Errors
/// [`Error::Argument`] unless the weights are finite, not negative and not all 0.
///
/// # Examples
/// ```
/// use probity::moral_graph::{Hypothesis, HypothesisMix, hypotheses_mixed};
/// use probity::rng::Stream;
/// let pair = |from| Hypothesis { from, to: 9, context: 0, votes: from.into(), agrees: from.into() };
/// let sparse = HypothesisMix { popular: 0.0, convergent: 0.0, sparse: 1.0 };
/// let found = hypotheses_mixed(&[pair(3), pair(1), pair(2)], &sparse, 2, &mut Stream::new(1, 0, 0))?;
/// assert_eq!(found, [1, 2]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn hypotheses_mixed(
    hypotheses: &[Hypothesis],
    mix: &HypothesisMix,
    size: usize,
    stream: &mut Stream,
) -> Result<Vec<usize>> {
    let weights = [mix.popular, mix.convergent, mix.sparse];
    let total: f64 = weights.iter().sum();
    let usable = weights.iter().all(|&w| w >= 0.0) && total > 0.0 && total.is_finite();
    if !usable {
        return Err(Error::argument("mix", "finite weights from 0 on, not all 0", format!("{mix:?}")));
    }
    let orders = HypothesisOrders::new(hypotheses);
    let mut lists = [&orders.popular, &orders.convergent, &orders.sparse].map(|order| order.iter().copied());
    let mut taken = HashSet::new();
    let mut found = Vec::new();
    while found.len() < size {
        let mut at = stream.uniform() * total;
        // The last order with a weight also takes what rounding leaves.
        let mut chosen = weights.iter().rposition(|&w| w > 0.0).unwrap_or_default();
        for (i, &weight) in weights.iter().enumerate() {
            if at < weight {
                chosen = i;
                break;
            }
            at -= weight;
        }
        let next = lists[chosen].find(|&i| !taken.contains(&(hypotheses[i].from, hypotheses[i].to)));
        let Some(next) = next else { break };
        taken.insert((hypotheses[next].from, hypotheses[next].to));
        found.push(next);
    }
    Ok(found)
}

/// At most `size` positions of hypotheses for a participant: not the pairs that they linked already; first those that
/// start from a card they voted for; then by the distance of where they start to the participant's own cards, `None`
/// (unknown) being 0. A pair is shown once.
///
/// # Source
/// The released code of arXiv 2404.10636, which shows 3.
///
/// # Examples
/// ```
/// use probity::moral_graph::{Hypothesis, hypotheses_voted_first};
/// let pair = |from| Hypothesis { from, to: 9, context: 0, votes: 0, agrees: 0 };
/// let pairs = [pair(1), pair(2), pair(3), pair(4)];
/// let distance = |value| (value != 4).then_some(f64::from(value));
/// assert_eq!(hypotheses_voted_first(&pairs, &[(1, 9)], &[3], distance, 3), [2, 3, 1]);
/// ```
#[must_use]
pub fn hypotheses_voted_first(
    hypotheses: &[Hypothesis],
    linked: &[(u32, u32)],
    voted: &[u32],
    distance: impl Fn(u32) -> Option<f64>,
    size: usize,
) -> Vec<usize> {
    let mut met: HashSet<(u32, u32)> = linked.iter().copied().collect();
    let voted: HashSet<u32> = voted.iter().copied().collect();
    let mut order: Vec<(bool, f64, usize)> = Vec::new();
    for (i, h) in hypotheses.iter().enumerate() {
        if met.insert((h.from, h.to)) {
            order.push((!voted.contains(&h.from), distance(h.from).unwrap_or(0.0), i));
        }
    }
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    order.into_iter().map(|(_, _, i)| i).take(size).collect()
}
