use std::collections::{BTreeSet, HashMap};

use crate::correlation::{self, kendall_tau_b};
use crate::error::{Error, Result};
use crate::inference::{Bootstrap, BootstrapInterval, Estimate, Kinds};
use crate::moral_graph::winners::ordered;
use crate::moral_graph::{
    EdgeCounts, EdgeFilter, EdgeStats, MoralGraph, PageRank, Relationship, WiserVote, WiserVotes, winner,
};

/// How sure a winner is, over resamples of the participants.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WinnerCertainty {
    /// The winner of all votes.
    pub winner: u32,
    /// Every value that is ranked or wins a resample: the greatest rank first.
    pub candidates: Vec<Candidate>,
    /// For each edge of the graph in its order, the share of resamples in which it stands.
    pub edges: Vec<f64>,
    /// Participants who are drawn.
    pub participants: usize,
    /// Resamples in which an edge stands, so that somebody wins.
    pub resamples: usize,
    /// Resamples in which none does.
    pub without_winner: usize,
}

/// A value that may win.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Candidate {
    /// The value.
    pub value: u32,
    /// Its rank, with the spread over resamples; a value that no edge touches has rank 0.
    pub rank: Estimate,
    /// The share of resamples that it wins, of those that anybody wins.
    pub wins: f64,
}

impl WinnerCertainty {
    /// The share of resamples that the winner wins too.
    #[must_use]
    pub fn certainty(&self) -> f64 {
        self.candidates.iter().find(|c| c.value == self.winner).map_or(0.0, |c| c.wins)
    }
}

/// Would the same value win if other people like these had voted? Draws participants with all of their votes, with
/// replacement, and builds filter, graph and ranks anew each time.
///
/// Of the bootstrap seed, number of resamples, level and threads are used; the interval of ranks is that of percentiles.
///
/// # Undefined
/// If no edge stands, or in more resamples than the bootstrap allows.
///
/// # Source
/// Our own: one of the paper's six criteria (arXiv 2404.10636) is robustness, for which it gives no figure.
///
/// # Errors
/// As [`MoralGraph::from_votes`], [`PageRank::run`] and [`Bootstrap::run`].
///
/// # Complexity
/// Each resample is O(votes) and a `PageRank` of the edges that stand.
///
/// # Examples
/// ```
/// use probity::inference::Bootstrap;
/// use probity::moral_graph::{EdgeFilter, PageRank, Relationship::*, WiserVote, WiserVotes, winner_certainty};
/// let votes: WiserVotes = (0..40).map(|voter| WiserVote::new(voter, 1, if voter < 30 { 2 } else { 3 }, 0, Upgrade)).collect();
/// let sure = winner_certainty(&votes, &EdgeFilter::default(), &PageRank::default(), &Bootstrap::new(1))?;
/// assert_eq!((sure.winner, sure.participants), (2, 40));
/// assert!(sure.certainty() > 0.95);
/// // Two people are too few for an edge of three upgrades.
/// let few: WiserVotes = votes.iter().take(2).cloned().collect();
/// assert!(winner_certainty(&few, &EdgeFilter::default().min_wiser(3), &PageRank::default(), &Bootstrap::new(1)).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn winner_certainty(
    votes: &WiserVotes,
    filter: &EdgeFilter,
    page_rank: &PageRank,
    bootstrap: &Bootstrap,
) -> Result<WinnerCertainty> {
    let graph = MoralGraph::from_votes(votes, filter)?;
    let (winner, _) = winner(&graph, page_rank)?;
    let counted = Counted::new(votes, graph.all_edges(), filter, page_rank);
    let kept: Vec<usize> =
        (0..).zip(graph.all_edges()).filter(|(_, e)| filter.keeps(&e.counts)).map(|(i, _)| i).collect();
    let n = counted.values.len();
    let figures = |weights: &[u64]| match counted.replicate(weights) {
        // The ranks of all values, the winner, whether the edges stand.
        Ok(replicate) => {
            let Replicate { ranks, winner, stands } = replicate;
            let edges = kept.iter().map(|&e| f64::from(stands.get(e).copied().unwrap_or(false)));
            ranks.into_iter().chain([winner as f64]).chain(edges).map(Ok).collect()
        }
        Err(error) => vec![Err(error); n + 1 + kept.len()],
    };
    let participants = counted.votes_of.len();
    let percentile = bootstrap.clone().interval(BootstrapInterval::Percentile);
    let mut columns = percentile.run_joint(Kinds::singles(participants), figures)?;
    let edges = columns.split_off(n + 1).into_iter().map(|edge| {
        let edge = edge?;
        Ok(edge.values().iter().sum::<f64>() / edge.values().len() as f64)
    });
    let edges = edges.collect::<Result<_>>()?;
    let Some(winners) = columns.pop().transpose()? else {
        return Err(Error::Overflow { what: "a bootstrap" });
    };
    let mut wins = vec![0u64; n];
    for &won in winners.values() {
        if let Some(count) = wins.get_mut(won as usize) {
            *count += 1;
        }
    }
    let resamples = winners.values().len();
    let mut candidates = Vec::new();
    for ((rank, &value), &wins) in columns.into_iter().zip(&counted.values).zip(&wins) {
        let rank = rank?.to_estimate("PageRank").counted(participants as u64, 1, votes.len() as u64);
        if rank.value > 0.0 || wins > 0 {
            candidates.push(Candidate { value, rank, wins: wins as f64 / resamples as f64 });
        }
    }
    candidates.sort_by(|a, b| b.rank.value.total_cmp(&a.rank.value).then(b.wins.total_cmp(&a.wins)));
    Ok(WinnerCertainty {
        winner,
        candidates,
        edges,
        participants,
        resamples,
        without_winner: winners.undefined().len(),
    })
}

/// Votes by participant and cell, so that a resample only has to add.
struct Counted<'a> {
    cells: &'a [EdgeStats],
    /// The positions of a cell's two values.
    ends: Vec<(u32, u32)>,
    /// Every value of a cell, ascending.
    values: Vec<u32>,
    /// By participant: the cell, the reversed cell, the answer.
    votes_of: Vec<Vec<(usize, usize, Relationship)>>,
    filter: &'a EdgeFilter,
    page_rank: &'a PageRank,
}

struct Replicate {
    ranks: Vec<f64>,
    winner: usize,
    stands: Vec<bool>,
}

impl<'a> Counted<'a> {
    fn new(
        votes: &WiserVotes,
        cells: &'a [EdgeStats],
        filter: &'a EdgeFilter,
        page_rank: &'a PageRank,
    ) -> Self {
        let values: BTreeSet<u32> = cells.iter().map(|e| e.source).collect();
        let values: Vec<u32> = values.into_iter().collect();
        let position = |value| values.binary_search(&value).unwrap_or_default() as u32;
        let ends = cells.iter().map(|e| (position(e.source), position(e.wiser))).collect();
        let place: HashMap<(u32, u32), usize> =
            cells.iter().enumerate().map(|(i, e)| ((e.source, e.wiser), i)).collect();
        let participants = votes.participants();
        let number: HashMap<u32, usize> =
            participants.iter().enumerate().map(|(i, &voter)| (voter, i)).collect();
        let mut votes_of = vec![Vec::new(); participants.len()];
        for vote in votes {
            votes_of[number[&vote.voter]].push((
                place[&(vote.from, vote.to)],
                place[&(vote.to, vote.from)],
                vote.relationship,
            ));
        }
        Self { cells, ends, values, votes_of, filter, page_rank }
    }

    /// Ranks, winner and edges if every participant counts so often.
    fn replicate(&self, weights: &[u64]) -> Result<Replicate> {
        let mut counts = vec![EdgeCounts::default(); self.cells.len()];
        for (votes, &n) in self.votes_of.iter().zip(weights).filter(|(_, n)| **n > 0) {
            for &(cell, reversed, relationship) in votes {
                counts[cell].count(relationship, false, n)?;
                counts[reversed].count(relationship, true, n)?;
            }
        }
        let stands: Vec<bool> = counts.iter().map(|counts| self.filter.keeps(counts)).collect();
        // The values of this graph, numbered anew.
        let mut number = vec![u32::MAX; self.values.len()];
        let standing = || (0..).zip(&stands).filter(|(_, stands)| **stands).map(|(cell, _): (usize, _)| cell);
        for cell in standing() {
            let (from, to) = self.ends[cell];
            number[from as usize] = 0;
            number[to as usize] = 0;
        }
        let present: Vec<usize> = (0..number.len()).filter(|&v| number[v] == 0).collect();
        (0..).zip(&present).for_each(|(new, &v)| number[v] = new);
        let edges: Vec<(u32, u32, f64)> = standing()
            .filter_map(|cell| {
                let (from, to) = self.ends[cell];
                Some((number[from as usize], number[to as usize], counts[cell].likelihood()?))
            })
            .collect();
        let ranking = self.page_rank.run(present.len(), &edges)?;
        let mut ranks = vec![0.0; self.values.len()];
        let mut winner = usize::MAX;
        for (&v, &rank) in present.iter().zip(&ranking.ranks) {
            ranks[v] = rank;
            if winner == usize::MAX || rank > ranks[winner] {
                winner = v;
            }
        }
        Ok(Replicate { ranks, winner, stands })
    }
}

/// What further votes do to the winner.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Attack {
    /// The winner without them, and its rank.
    pub before: (u32, f64),
    /// The winner with them, and its rank.
    pub after: (u32, f64),
    /// Kendall's tau-b between the ranks without and with them, over the values of either graph (rank 0 where a value
    /// is missing).
    pub agreement: Result<Estimate>,
}

impl Attack {
    /// Whether the winner stays.
    #[must_use]
    pub fn withstood(&self) -> bool {
        self.before.0 == self.after.0
    }
}

/// Votes of `voters` new participants who all hold that one value is wiser than every other one of the graph.
///
/// # Source
/// The robustness criterion of arXiv 2404.10636; this form of an ideological group is our own.
///
/// # Errors
/// As [`MoralGraph::from_votes`]; [`Error::Overflow`] if no numbers are left for the voters.
pub fn ideological_votes(
    votes: &WiserVotes,
    filter: &EdgeFilter,
    value: u32,
    voters: u32,
    context: u32,
) -> Result<Vec<WiserVote>> {
    let graph = MoralGraph::from_votes(votes, filter)?;
    let first = votes.iter().map(|v| u64::from(v.voter) + 1).max().unwrap_or(0);
    let end = first + u64::from(voters);
    if end > u64::from(u32::MAX) {
        return Err(Error::Overflow { what: "the number of voters" });
    }
    let others: Vec<u32> = graph.values().iter().copied().filter(|&other| other != value).collect();
    let of_voter = |voter: u64| {
        others
            .iter()
            .map(move |&from| WiserVote::new(voter as u32, from, value, context, Relationship::Upgrade))
    };
    Ok((first..end).flat_map(of_voter).collect())
}

/// Does the winner stay when these votes come in?
///
/// # Undefined
/// If no edge stands without them.
///
/// # Errors
/// As [`MoralGraph::from_votes`] and [`PageRank::run`].
///
/// # Examples
/// ```
/// use probity::moral_graph::{EdgeFilter, PageRank, Relationship::*, WiserVote, WiserVotes, attack, ideological_votes};
/// let votes: WiserVotes = (0..20).map(|voter| WiserVote::new(voter, 1 + voter % 2, 3, 0, Upgrade)).collect();
/// let (filter, rank) = (EdgeFilter::default(), PageRank::default());
/// let one = attack(&votes, &ideological_votes(&votes, &filter, 4, 1, 0)?, &filter, &rank)?;
/// assert!(one.withstood());
/// let three = attack(&votes, &ideological_votes(&votes, &filter, 4, 3, 0)?, &filter, &rank)?;
/// assert_eq!((three.before.0, three.after.0), (3, 4));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn attack(
    votes: &WiserVotes,
    further: &[WiserVote],
    filter: &EdgeFilter,
    page_rank: &PageRank,
) -> Result<Attack> {
    let ranks = |votes: &WiserVotes| MoralGraph::from_votes(votes, filter)?.page_rank(page_rank);
    let before = ranks(votes)?;
    let mut all = votes.clone();
    all.extend(further.iter().cloned());
    let after = ranks(&all)?;
    let first = |ranks: &[(u32, f64)]| ordered(ranks).first().copied().unwrap_or_default();
    Ok(Attack { before: first(&before), after: first(&after), agreement: rank_agreement(&before, &after) })
}

/// Kendall's tau-b between two rankings over the values of either.
pub(super) fn rank_agreement(left: &[(u32, f64)], right: &[(u32, f64)]) -> Result<Estimate> {
    let values: BTreeSet<u32> = left.iter().chain(right).map(|&(value, _)| value).collect();
    let column = |ranks: &[(u32, f64)]| -> Vec<f64> {
        let ranks: HashMap<u32, f64> = ranks.iter().copied().collect();
        values.iter().map(|value| ranks.get(value).copied().unwrap_or(0.0)).collect()
    };
    kendall_tau_b(&column(left), &column(right), &correlation::Options::new())
}
