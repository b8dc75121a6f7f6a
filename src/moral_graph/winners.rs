use std::collections::HashMap;

use crate::error::{Error, Result, Undefined};
use crate::moral_graph::{EdgeFilter, MoralGraph, PageRank, WiserVotes};

/// The values of a graph by rank, the greatest first; equals in ascending order.
pub(super) fn ordered(ranks: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let mut ordered = ranks.to_vec();
    ordered.sort_by(|a, b| b.1.total_cmp(&a.1));
    ordered
}

/// The winning value with its rank: the one that PageRank puts first. Of equals the lowest number wins.
///
/// # Undefined
/// Without edges.
///
/// # Errors
/// As [`PageRank::run`].
pub fn winner(graph: &MoralGraph, page_rank: &PageRank) -> Result<(u32, f64)> {
    let ordered = ordered(&graph.page_rank(page_rank)?);
    ordered.first().copied().ok_or(Error::undefined("winner", Undefined::Nothing { what: "values" }))
}

/// The winner of one context.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContextWinner {
    /// The context.
    pub context: u32,
    /// The graph of the votes cast in it.
    pub graph: MoralGraph,
    /// Its values by rank, the winner first; empty if no edge stands.
    pub ranks: Vec<(u32, f64)>,
}

impl ContextWinner {
    /// The winning value, if an edge stands.
    #[must_use]
    pub fn winner(&self) -> Option<u32> {
        self.ranks.first().map(|&(value, _)| value)
    }
}

/// The winning value of every context, from the votes cast in it alone, in the order in which the contexts first occur.
///
/// # Source
/// The paper (arXiv 2404.10636) and the code of its synthetic graphs, which ranks without weights
/// (`PageRank::default().weighted(false)`).
///
/// # Errors
/// As [`MoralGraph::from_votes`] and [`PageRank::run`].
///
/// # Examples
/// ```
/// use probity::moral_graph::{EdgeFilter, PageRank, Relationship::*, WiserVote, WiserVotes, context_winners};
/// let vote = |voter, from, to, context| WiserVote::new(voter, from, to, context, Upgrade);
/// let votes: WiserVotes = [vote(0, 1, 2, 5), vote(1, 1, 2, 5), vote(0, 2, 1, 6)].into_iter().collect();
/// let winners = context_winners(&votes, &EdgeFilter::default(), &PageRank::default())?;
/// assert_eq!(winners.iter().map(|w| (w.context, w.winner())).collect::<Vec<_>>(), [(5, Some(2)), (6, None)]);
/// # Ok::<(), probity::Error>(())
/// ```
pub fn context_winners(
    votes: &WiserVotes,
    filter: &EdgeFilter,
    page_rank: &PageRank,
) -> Result<Vec<ContextWinner>> {
    by_context(votes)
        .into_iter()
        .map(|(context, votes)| {
            let graph = MoralGraph::from_votes(&votes, filter)?;
            let ranks =
                if graph.edges().is_empty() { Vec::new() } else { ordered(&graph.page_rank(page_rank)?) };
            Ok(ContextWinner { context, graph, ranks })
        })
        .collect()
}

/// The votes of each context, in the order in which the contexts first occur.
pub(super) fn by_context(votes: &WiserVotes) -> Vec<(u32, WiserVotes)> {
    let mut groups: Vec<(u32, WiserVotes)> = Vec::new();
    let mut place: HashMap<u32, usize> = HashMap::new();
    for vote in votes {
        let at = *place.entry(vote.context).or_insert_with(|| {
            groups.push((vote.context, WiserVotes::new()));
            groups.len() - 1
        });
        groups[at].1.push(vote.clone());
    }
    groups
}
