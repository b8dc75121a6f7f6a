//! Figures for the paper's criteria of a good way to find values; robustness and the survey have files of their own.

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Result, Undefined};
use crate::inference::{Estimate, Level, mean_over_items, rate};
use crate::moral_graph::robust::rank_agreement;
use crate::moral_graph::winners::{by_context, ordered};
use crate::moral_graph::{Catalogue, EdgeFilter, MoralGraph, PageRank, WiserVotes};

/// How finely values are told apart.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FineGrained {
    /// Attentional policies a card, over the cards of the graph's values.
    pub policies_per_card: Result<Estimate>,
    /// Contexts a value, over the values that are wiser than another.
    pub contexts_per_value: Result<Estimate>,
}

/// How finely values are told apart: policies a card, and contexts a value.
///
/// # Undefined
/// Each figure without cards or values.
///
/// # Source
/// The first criterion of arXiv 2404.10636; the measure is our own.
#[must_use]
pub fn fine_grained(graph: &MoralGraph, catalogue: &Catalogue, level: Level) -> FineGrained {
    let cards = graph.values().iter().filter_map(|&value| catalogue.card(value));
    let policies: Vec<f64> = cards.map(|card| card.policies.len() as f64).collect();
    let mut contexts: HashMap<u32, HashSet<u32>> = HashMap::new();
    for e in graph.edges() {
        contexts.entry(e.wiser).or_default().extend(&e.contexts);
    }
    let contexts: Vec<f64> =
        graph.values().iter().filter_map(|v| Some(contexts.get(v)?.len() as f64)).collect();
    let bounds = (0.0, f64::MAX);
    FineGrained {
        policies_per_card: mean_over_items("policies per card", "cards", &policies, bounds, level),
        contexts_per_value: mean_over_items("contexts per value", "wiser values", &contexts, bounds, level),
    }
}

/// Do edges hold where they were not found? For every context, of the edges that the votes of all other contexts
/// support and that somebody judged in this one, the share that this one's votes support too (likelihood above 0).
///
/// # Undefined
/// If no pair was judged in two contexts.
///
/// # Source
/// The criterion *generalisable* of arXiv 2404.10636; the measure is our own. Wilson's interval takes edges as
/// independent.
///
/// # Errors
/// As [`MoralGraph::from_votes`].
///
/// # Complexity
/// O(contexts · votes).
pub fn transfer_between_contexts(votes: &WiserVotes, filter: &EdgeFilter, level: Level) -> Result<Estimate> {
    let (mut held, mut judged) = (0, 0);
    for (context, here) in by_context(votes) {
        let elsewhere = MoralGraph::from_votes(&votes.filtered(|v| v.context != context), filter)?;
        let edges: HashSet<(u32, u32)> = elsewhere.edges().iter().map(|e| (e.source, e.wiser)).collect();
        for e in here.edges()?.iter().filter(|e| edges.contains(&(e.source, e.wiser))) {
            let Some(likelihood) = e.counts.likelihood() else { continue };
            judged += 1;
            held += u64::from(likelihood > 0.0);
        }
    }
    rate("transfer between contexts", "the number of edges judged in other contexts too", held, judged, level)
}

/// What the first participants find.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GrowthPoint {
    /// Participants.
    pub participants: usize,
    /// Their graph.
    pub graph: MoralGraph,
    /// Its winner with its rank, if an edge stands.
    pub winner: Option<(u32, f64)>,
    /// Kendall's tau-b between its ranks and those of all participants.
    pub agreement: Result<Estimate>,
}

/// Does the graph settle as people join? The graphs of the first participants, for each of some numbers of them.
///
/// # Source
/// The criterion *scalable* of arXiv 2404.10636; the measure is our own.
///
/// # Errors
/// As [`MoralGraph::from_votes`] and [`PageRank::run`]; [`Error::Argument`] for more participants than there are.
pub fn growth(
    votes: &WiserVotes,
    sizes: &[usize],
    filter: &EdgeFilter,
    page_rank: &PageRank,
) -> Result<Vec<GrowthPoint>> {
    let participants = votes.participants();
    let ranks = |graph: &MoralGraph| match graph.page_rank(page_rank) {
        Err(error) if error.is_undefined() => Ok(Vec::new()),
        ranks => ranks,
    };
    let whole = ranks(&MoralGraph::from_votes(votes, filter)?)?;
    let point = |&size: &usize| {
        let Some(first) = participants.get(..size) else {
            let found = format!("{size} of {}", participants.len());
            return Err(Error::argument("sizes", "no more participants than there are", found));
        };
        let first: HashSet<u32> = first.iter().copied().collect();
        let graph = MoralGraph::from_votes(&votes.filtered(|v| first.contains(&v.voter)), filter)?;
        let own = ranks(&graph)?;
        let winner = ordered(&own).first().copied();
        Ok(GrowthPoint { participants: size, graph, winner, agreement: rank_agreement(&own, &whole) })
    };
    sizes.iter().map(point).collect()
}

/// The share of edges that somebody's story tells of, from [`WiserVote::story`](super::WiserVote::story).
///
/// # Undefined
/// Without edges.
///
/// # Source
/// The criterion *auditable* of arXiv 2404.10636; the measure is our own. [`WiserVotes::behind`] gives the votes.
///
/// # Errors
/// None that the numbers allow.
pub fn auditable(graph: &MoralGraph, votes: &WiserVotes, level: Level) -> Result<Estimate> {
    if graph.edges().is_empty() {
        return Err(Error::undefined("auditable edges", Undefined::Nothing { what: "edges" }));
    }
    let told: HashSet<(u32, u32)> = votes
        .iter()
        .filter(|v| v.story.as_ref().is_some_and(|s| !s.trim().is_empty()))
        .map(|v| (v.from, v.to))
        .collect();
    let part = graph.edges().iter().filter(|e| told.contains(&(e.source, e.wiser))).count() as u64;
    rate("auditable edges", "the number of edges", part, graph.edges().len() as u64, level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moral_graph::{Relationship, ValueCard, WiserVote};

    /// 1 → 2 in contexts 0 and 1, 2 → 3 in context 0 and denied in context 1; two voters each.
    fn votes() -> WiserVotes {
        let cast = [(1, 2, 0), (2, 3, 0), (1, 2, 1), (3, 2, 1)];
        let of = |voter: u32| {
            cast.map(|(from, to, context)| {
                let voter = 10 * context + voter;
                WiserVote::new(voter, from, to, context, Relationship::Upgrade)
            })
        };
        (0..2).flat_map(of).collect()
    }

    #[test]
    fn edges_that_transfer() {
        // Context 0: of what context 1 supports, 1 → 2 holds, 3 → 2 does not; context 1: 1 → 2 holds, 2 → 3 does not.
        let e = transfer_between_contexts(&votes(), &EdgeFilter::default(), Level::default()).unwrap();
        assert_eq!((e.value, e.items), (0.5, 4));
        let one = votes().filtered(|v| v.context == 0);
        assert!(
            transfer_between_contexts(&one, &EdgeFilter::default(), Level::default())
                .unwrap_err()
                .is_undefined()
        );
    }

    #[test]
    fn growth_ends_at_the_whole() {
        let all = votes();
        let points = growth(&all, &[0, 2, 4], &EdgeFilter::default(), &PageRank::default()).unwrap();
        assert_eq!(points[0].winner, None);
        let whole = MoralGraph::from_votes(&all, &EdgeFilter::default()).unwrap();
        assert_eq!(points[2].graph, whole);
        assert!(growth(&all, &[5], &EdgeFilter::default(), &PageRank::default()).is_err());
    }

    #[test]
    fn fineness_and_stories() {
        let mut all = votes();
        let graph = MoralGraph::from_votes(&all, &EdgeFilter::default()).unwrap();
        let card = |id, n| ValueCard::new(id, "", vec![String::new(); n]);
        let catalogue = Catalogue::new(vec![card(1, 2), card(2, 4), card(9, 50)], vec![], vec![]).unwrap();
        let fine = fine_grained(&graph, &catalogue, Level::default());
        assert_eq!(fine.policies_per_card.unwrap().value, 3.0);
        assert_eq!(fine.contexts_per_value.unwrap().value, 2.0);
        assert_eq!(auditable(&graph, &all, Level::default()).unwrap().value, 0.0);
        let story = Some("My aunt ..".to_string());
        all.push(WiserVote { story, ..WiserVote::new(50, 1, 2, 0, Relationship::NotSure) });
        assert_eq!(auditable(&graph, &all, Level::default()).unwrap().value, 1.0);
    }
}
