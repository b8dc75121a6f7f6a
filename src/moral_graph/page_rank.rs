use crate::error::{Error, Result, Undefined};

/// What becomes of the rank of a node without outgoing edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dangling {
    /// It goes to all nodes alike, so that the ranks sum to 1.
    #[default]
    Uniform,
    /// It is lost, as in the released code.
    Lost,
}

/// `PageRank` of a weighted directed graph.
///
/// ```text
/// r(v) = (1 − d)/n + d (Σ_{u→v} r(u) w(u,v)/Σ_out w(u,·) + D/n)        D: rank of nodes without outgoing weight
/// ```
///
/// From 1/n each, until the ranks change by no more than the tolerance in total. By default d = 0.85, the tolerance is
/// 1e-14 and D is shared by all nodes: the ranks sum to 1. [`PageRank::released`] is the variant of the released graphs.
///
/// # Undefined
/// Without nodes.
///
/// # Source
/// Brin and Page 1998; the same as `networkx.pagerank` with a tolerance near 0. The released code of arXiv 2404.10636
/// takes 100 rounds and loses D, its successor's uses `networkx`.
///
/// # Complexity
/// A round is O(nodes + edges); with d = 0.85 a tolerance of 1e-14 takes at most 200 rounds.
///
/// # Examples
/// ```
/// use probity::moral_graph::PageRank;
/// // 0 → 1: r₀ = 0.075 + 0.85·r₁/2 and r₁ = r₀ + 0.85·r₀.
/// let ranking = PageRank::default().run(2, &[(0, 1, 1.0)])?;
/// assert!((ranking.ranks[1] / ranking.ranks[0] - 1.85).abs() < 1e-12);
/// assert!((ranking.ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// let released = PageRank::released().run(2, &[(0, 1, 1.0)])?;
/// assert!((released.ranks[1] - 0.13875).abs() < 1e-12);
/// assert!(PageRank::default().run(0, &[]).unwrap_err().is_undefined());
/// assert!(PageRank::default().run(2, &[(0, 2, 1.0)]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageRank {
    damping: f64,
    dangling: Dangling,
    weighted: bool,
    tolerance: Option<f64>,
    max_rounds: u32,
}

/// The ranks of the nodes `0..n`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ranking {
    /// A rank a node.
    pub ranks: Vec<f64>,
    /// Rounds that it took.
    pub rounds: u32,
    /// How much the last round changed in total.
    pub change: f64,
}

impl Default for PageRank {
    fn default() -> Self {
        Self {
            damping: 0.85,
            dangling: Dangling::Uniform,
            weighted: true,
            tolerance: Some(1e-14),
            max_rounds: 100_000,
        }
    }
}

impl PageRank {
    /// As the released graphs were ranked: 100 rounds, dangling ranks lost.
    #[must_use]
    pub fn released() -> Self {
        Self { dangling: Dangling::Lost, tolerance: None, max_rounds: 100, ..Self::default() }
    }

    /// Sets the damping factor d.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 0 ≤ d < 1.
    pub fn damping(self, damping: f64) -> Result<Self> {
        if !(0.0..1.0).contains(&damping) {
            return Err(Error::argument("damping", "a factor from 0 to below 1", damping));
        }
        Ok(Self { damping, ..self })
    }

    /// Sets what becomes of dangling ranks.
    #[must_use]
    pub fn dangling(self, dangling: Dangling) -> Self {
        Self { dangling, ..self }
    }

    /// Sets whether edges count by their weight (the default) or all alike.
    #[must_use]
    pub fn weighted(self, weighted: bool) -> Self {
        Self { weighted, ..self }
    }

    /// Sets the greatest total change of the last round, and how many rounds may be tried.
    ///
    /// # Errors
    /// [`Error::Argument`] unless the tolerance is finite and above 0.
    pub fn until(self, tolerance: f64, max_rounds: u32) -> Result<Self> {
        if !(tolerance > 0.0 && tolerance.is_finite()) {
            return Err(Error::argument("tolerance", "a finite number above 0", tolerance));
        }
        Ok(Self { tolerance: Some(tolerance), max_rounds, ..self })
    }

    /// Sets a fixed number of rounds.
    #[must_use]
    pub fn rounds(self, rounds: u32) -> Self {
        Self { tolerance: None, max_rounds: rounds, ..self }
    }

    /// Ranks the nodes `0..nodes`. Edges are (from, to, weight); several between the same two nodes add up.
    ///
    /// # Errors
    /// [`Error::Index`] for a node that does not exist; [`Error::Argument`] for a weight that is negative or not finite,
    /// or if the tolerance is not reached in the rounds allowed; [`Error::Overflow`] beyond 2³² nodes or if the
    /// weights of a node have no finite sum.
    pub fn run(&self, nodes: usize, edges: &[(u32, u32, f64)]) -> Result<Ranking> {
        if nodes == 0 {
            return Err(Error::undefined("PageRank", Undefined::Nothing { what: "nodes" }));
        }
        let incoming = self.incoming(nodes, edges)?;
        let n = nodes as f64;
        let mut ranks = vec![1.0 / n; nodes];
        let mut next = vec![0.0; nodes];
        let (mut rounds, mut change) = (0, f64::INFINITY);
        while rounds < self.max_rounds && self.tolerance.is_none_or(|tolerance| change > tolerance) {
            let lost: f64 = incoming.dangling.iter().map(|&u| ranks[u as usize]).sum();
            let shared = match self.dangling {
                Dangling::Uniform => lost / n,
                Dangling::Lost => 0.0,
            };
            let base = (1.0 - self.damping) / n + self.damping * shared;
            change = 0.0;
            for (v, (new, old)) in next.iter_mut().zip(&ranks).enumerate() {
                let edges = &incoming.edges[incoming.starts[v]..incoming.starts[v + 1]];
                let flow: f64 = edges.iter().map(|&(u, share)| ranks[u as usize] * share).sum();
                *new = base + self.damping * flow;
                change += (*new - old).abs();
            }
            std::mem::swap(&mut ranks, &mut next);
            rounds += 1;
        }
        if self.tolerance.is_some_and(|tolerance| change > tolerance) {
            let found = format!("a change of {change:e} after {rounds} rounds");
            return Err(Error::argument("rounds", "enough to reach the tolerance", found));
        }
        Ok(Ranking { ranks, rounds, change: if rounds == 0 { 0.0 } else { change } })
    }

    fn incoming(&self, nodes: usize, edges: &[(u32, u32, f64)]) -> Result<Incoming> {
        if u32::try_from(nodes).is_err() {
            return Err(Error::Overflow { what: "the number of nodes" });
        }
        let mut out = vec![0.0; nodes];
        let mut starts = vec![0usize; nodes + 1];
        for (index, &(from, to, weight)) in edges.iter().enumerate() {
            if let Some(node) = [from, to].into_iter().find(|&node| node as usize >= nodes) {
                return Err(Error::Index { what: "node", index: node as usize, len: nodes });
            }
            if self.weighted && !(weight >= 0.0 && weight.is_finite()) {
                let found = format!("{weight} at edge {index}");
                return Err(Error::argument("weights", "finite numbers from 0 on", found));
            }
            out[from as usize] += self.weight(weight);
            starts[to as usize + 1] += 1;
        }
        if out.iter().any(|sum| !sum.is_finite()) {
            return Err(Error::Overflow { what: "the sum of a node's weights" });
        }
        for v in 0..nodes {
            starts[v + 1] += starts[v];
        }
        let mut place = starts.clone();
        let mut sorted = vec![(0, 0.0); edges.len()];
        for &(from, to, weight) in edges {
            let total = out[from as usize];
            let share = if total > 0.0 { self.weight(weight) / total } else { 0.0 };
            sorted[place[to as usize]] = (from, share);
            place[to as usize] += 1;
        }
        let dangling = (0u32..).zip(&out).filter(|(_, sum)| **sum == 0.0).map(|(u, _)| u).collect();
        Ok(Incoming { starts, edges: sorted, dangling })
    }

    fn weight(&self, weight: f64) -> f64 {
        if self.weighted { weight } else { 1.0 }
    }
}

/// Edges by target.
struct Incoming {
    /// Those of node v are `edges[starts[v]..starts[v + 1]]`.
    starts: Vec<usize>,
    /// Where from, and which share of the source's rank.
    edges: Vec<(u32, f64)>,
    /// Nodes without outgoing weight.
    dangling: Vec<u32>,
}
