use std::collections::HashSet;

use crate::error::{Error, Result};
use crate::moral_graph::votes::first_seen;
use crate::moral_graph::{EdgeFilter, EdgeStats, PageRank, WiserCounts, WiserVotes};

/// Values, and the edges to wiser ones that the votes support.
///
/// # Source
/// The released code of arXiv 2404.10636, edge by edge and in its order.
///
/// # Examples
/// ```
/// use probity::moral_graph::{EdgeFilter, MoralGraph, PageRank, Relationship::*, WiserVote, WiserVotes};
/// let cast = [(0, 1, 2), (1, 1, 2), (0, 2, 3), (1, 2, 3), (2, 3, 1)];
/// let votes: WiserVotes = cast.map(|(voter, from, to)| WiserVote::new(voter, from, to, 0, Upgrade)).into_iter().collect();
/// let graph = MoralGraph::from_votes(&votes, &EdgeFilter::default())?;
/// assert_eq!(graph.edges().iter().map(|e| (e.source, e.wiser)).collect::<Vec<_>>(), [(1, 2), (2, 3)]);
/// assert_eq!((graph.values(), graph.all_edges().len()), (&[1, 2, 3][..], 6));
/// assert_eq!(graph.wisdom_scores(), [(2, 1.0), (3, 1.0)]);
/// assert_eq!(graph.wiser_path(1, 3), Some(vec![1, 2, 3]));
/// let ranks = graph.page_rank(&PageRank::default())?;
/// assert!(ranks[2].1 > ranks[1].1 && ranks[1].1 > ranks[0].1);
/// // Nobody voted: there is a graph, but nothing to rank.
/// let empty = MoralGraph::from_votes(&WiserVotes::new(), &EdgeFilter::default())?;
/// assert!(empty.values().is_empty() && empty.page_rank(&PageRank::default()).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MoralGraph {
    values: Vec<u32>,
    edges: Vec<EdgeStats>,
    all_edges: Vec<EdgeStats>,
}

/// A value among its neighbours: is its place in the graph fair?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbours {
    /// The source of the first edge to the value.
    pub less_wise: Option<u32>,
    /// The target of the first edge from it.
    pub wiser: Option<u32>,
}

impl MoralGraph {
    /// The graph of some votes.
    ///
    /// # Errors
    /// As [`WiserVotes::edges`].
    pub fn from_votes(votes: &WiserVotes, filter: &EdgeFilter) -> Result<Self> {
        Ok(Self::of_distinct(votes.edges()?, filter))
    }

    /// The graph of a tally: the same edges in ascending order.
    ///
    /// # Errors
    /// As [`WiserCounts::edges`].
    pub fn from_counts(counts: &WiserCounts, filter: &EdgeFilter) -> Result<Self> {
        Ok(Self::of_distinct(counts.edges()?, filter))
    }

    /// The graph of counted edges, in their order.
    ///
    /// # Errors
    /// [`Error::Argument`] if an edge occurs twice.
    pub fn from_edges(all_edges: Vec<EdgeStats>, filter: &EdgeFilter) -> Result<Self> {
        let mut met = HashSet::new();
        if let Some(e) = all_edges.iter().find(|e| !met.insert((e.source, e.wiser))) {
            let found = format!("{} to {} twice", e.source, e.wiser);
            return Err(Error::argument("edges", "each pair of values once", found));
        }
        Ok(Self::of_distinct(all_edges, filter))
    }

    fn of_distinct(all_edges: Vec<EdgeStats>, filter: &EdgeFilter) -> Self {
        let edges: Vec<EdgeStats> = all_edges.iter().filter(|e| filter.keeps(&e.counts)).cloned().collect();
        let mut values: Vec<u32> = edges.iter().flat_map(|e| [e.source, e.wiser]).collect();
        values.sort_unstable();
        values.dedup();
        Self { values, edges, all_edges }
    }

    /// The values that an edge touches, in ascending order.
    #[must_use]
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// The edges that stand.
    #[must_use]
    pub fn edges(&self) -> &[EdgeStats] {
        &self.edges
    }

    /// Every pair that a vote touches, in both directions.
    #[must_use]
    pub fn all_edges(&self) -> &[EdgeStats] {
        &self.all_edges
    }

    /// Where a value stands among [`MoralGraph::values`].
    pub(crate) fn position(&self, value: u32) -> Option<usize> {
        self.values.binary_search(&value).ok()
    }

    /// The contexts in which a value is the wiser one: those of its incoming edges, each once, as they first occur.
    #[must_use]
    pub fn value_contexts(&self, value: u32) -> Vec<u32> {
        let incoming = self.edges.iter().filter(|e| e.wiser == value);
        first_seen(incoming.flat_map(|e| e.contexts.iter().copied()))
    }

    /// The first edge to a value and the first from it.
    #[must_use]
    pub fn neighbours(&self, value: u32) -> Neighbours {
        Neighbours {
            less_wise: self.edges.iter().find(|e| e.wiser == value).map(|e| e.source),
            wiser: self.edges.iter().find(|e| e.source == value).map(|e| e.wiser),
        }
    }

    /// The wisdom score of every value with an incoming edge: the sum of the likelihoods of those edges.
    #[must_use]
    pub fn wisdom_scores(&self) -> Vec<(u32, f64)> {
        let mut scores = vec![None; self.values.len()];
        for edge in &self.edges {
            let slot = self.position(edge.wiser).and_then(|v| scores.get_mut(v));
            if let (Some(slot), Some(likelihood)) = (slot, edge.counts.likelihood()) {
                *slot = Some(slot.unwrap_or(0.0) + likelihood);
            }
        }
        self.values.iter().zip(scores).filter_map(|(&value, score)| Some((value, score?))).collect()
    }

    /// The values whose wisdom score exceeds `threshold` (the released code's is 1), the greatest first; equals in
    /// ascending order.
    #[must_use]
    pub fn wisest(&self, threshold: f64) -> Vec<(u32, f64)> {
        let mut scores = self.wisdom_scores();
        scores.retain(|&(_, score)| score > threshold);
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        scores
    }

    /// The edges between positions of [`MoralGraph::values`], weighted by their likelihoods.
    pub(super) fn weighted_edges(&self) -> Vec<(u32, u32, f64)> {
        let edge = |e: &EdgeStats| {
            let (from, to) = (self.position(e.source)?, self.position(e.wiser)?);
            Some((from as u32, to as u32, e.counts.likelihood()?))
        };
        self.edges.iter().filter_map(edge).collect()
    }

    /// The rank of every value, in ascending order of values; edges weigh by their likelihoods.
    ///
    /// # Undefined
    /// Without edges.
    ///
    /// # Errors
    /// As [`PageRank::run`].
    pub fn page_rank(&self, page_rank: &PageRank) -> Result<Vec<(u32, f64)>> {
        let ranking = page_rank.run(self.values.len(), &self.weighted_edges())?;
        Ok(self.values.iter().copied().zip(ranking.ranks).collect())
    }
}
