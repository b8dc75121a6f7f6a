use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::moral_graph::edge::{EdgeCounts, EdgeStats};
use crate::tally::Tally;
use crate::tally::stored::{Format, stored};

/// What a participant says of one value against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relationship {
    /// The second is wiser.
    Upgrade,
    /// The second is not wiser.
    NoUpgrade,
    /// Not sure.
    NotSure,
}

const RELATIONSHIPS: [Relationship; 3] =
    [Relationship::Upgrade, Relationship::NoUpgrade, Relationship::NotSure];

/// One participant's answer to: is this value wiser than that one, in this context?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WiserVote {
    /// Who voted.
    pub voter: u32,
    /// The value that is compared.
    pub from: u32,
    /// The value that may be wiser.
    pub to: u32,
    /// The context in which they were compared.
    pub context: u32,
    /// The answer.
    pub relationship: Relationship,
    /// The story of how somebody came to see it so, or a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<String>,
}

impl WiserVote {
    /// A vote without a story.
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::{Relationship, WiserVote};
    /// let vote = WiserVote::new(7, 1, 2, 0, Relationship::Upgrade);
    /// assert_eq!((vote.from, vote.to, vote.story), (1, 2, None));
    /// ```
    #[must_use]
    pub fn new(voter: u32, from: u32, to: u32, context: u32, relationship: Relationship) -> Self {
        Self { voter, from, to, context, relationship, story: None }
    }
}

/// The raw votes in the order in which they were cast, at most one a voter and ordered pair of values.
///
/// A later vote of the same voter on the same pair replaces the earlier one, where that stands. Everything else is
/// counted from here, so every figure can be had again under another filter, for some voters or contexts only, and
/// traced back to who said so ([`behind`](Self::behind)).
///
/// # Source
/// The key (voter, from, to) is that of the released database (arXiv 2404.10636); the context is not part of it.
///
/// # Examples
/// ```
/// use probity::moral_graph::{Relationship::*, WiserVote, WiserVotes};
/// let mut votes = WiserVotes::new();
/// assert_eq!(votes.push(WiserVote::new(0, 1, 2, 0, NotSure)), None);
/// assert_eq!(votes.push(WiserVote::new(0, 1, 2, 0, Upgrade)).map(|v| v.relationship), Some(NotSure));
/// assert_eq!((votes.len(), votes.participants().len()), (1, 1));
/// assert_eq!(votes.behind(1, 2).count(), 1);
/// assert!(WiserVotes::new().is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WiserVotes {
    votes: Vec<WiserVote>,
    place: HashMap<(u32, u32, u32), usize>,
}

impl WiserVotes {
    /// No votes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a vote; returns the one that it replaces.
    pub fn push(&mut self, vote: WiserVote) -> Option<WiserVote> {
        match self.place.entry((vote.voter, vote.from, vote.to)) {
            Entry::Vacant(place) => {
                place.insert(self.votes.len());
                self.votes.push(vote);
                None
            }
            Entry::Occupied(place) => {
                self.votes.get_mut(*place.get()).map(|earlier| std::mem::replace(earlier, vote))
            }
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.votes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.votes.is_empty()
    }

    /// The votes in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, WiserVote> {
        self.votes.iter()
    }

    /// The participants in the order of their first votes.
    #[must_use]
    pub fn participants(&self) -> Vec<u32> {
        first_seen(self.votes.iter().map(|vote| vote.voter))
    }

    /// The contexts in the order of their first votes.
    #[must_use]
    pub fn contexts(&self) -> Vec<u32> {
        first_seen(self.votes.iter().map(|vote| vote.context))
    }

    /// The votes that a test accepts: those of some voters, of a case's contexts, of a batch.
    #[must_use]
    pub fn filtered(&self, accept: impl Fn(&WiserVote) -> bool) -> Self {
        self.votes.iter().filter(|vote| accept(vote)).cloned().collect()
    }

    /// The votes with two cards taken as one: `duplicate` is called `canonical` everywhere. Votes that thereby compare a
    /// value with itself are left out; of two votes of one voter on what is now one pair the later one counts.
    ///
    /// # Examples
    /// ```
    /// use probity::moral_graph::{Relationship::*, WiserVote, WiserVotes};
    /// let votes: WiserVotes =
    ///     [(1, 2), (1, 3), (3, 2)].map(|(from, to)| WiserVote::new(0, from, to, 0, Upgrade)).into_iter().collect();
    /// let merged = votes.merge_values(3, 2);
    /// assert_eq!(merged.iter().map(|v| (v.from, v.to)).collect::<Vec<_>>(), [(1, 2)]);
    /// ```
    #[must_use]
    pub fn merge_values(&self, duplicate: u32, canonical: u32) -> Self {
        let one = |value| if value == duplicate { canonical } else { value };
        let pointed = self.votes.iter().map(|v| WiserVote { from: one(v.from), to: one(v.to), ..v.clone() });
        pointed
            .zip(&self.votes)
            .filter(|(new, old)| new.from != new.to || old.from == old.to)
            .map(|(new, _)| new)
            .collect()
    }

    /// The votes that an edge rests on: those on the pair, and those on the reversed pair.
    pub fn behind(&self, source: u32, wiser: u32) -> impl Iterator<Item = &WiserVote> {
        self.votes
            .iter()
            .filter(move |v| (v.from, v.to) == (source, wiser) || (v.from, v.to) == (wiser, source))
    }

    /// The tally of all votes.
    ///
    /// # Errors
    /// None that memory would allow: [`Error::Overflow`] beyond 64 bits.
    pub fn counts(&self) -> Result<WiserCounts> {
        let mut counts = WiserCounts::default();
        self.votes.iter().try_for_each(|vote| counts.record(vote))?;
        Ok(counts)
    }

    /// The statistics of every ordered pair that a vote touches, in the order in which the released code meets them: all
    /// pairs in the order of votes, then all reversed pairs that are new.
    ///
    /// # Errors
    /// [`Error::Overflow`] if a count leaves 64 bits.
    pub fn edges(&self) -> Result<Vec<EdgeStats>> {
        summarise(&self.votes.iter().map(|v| ((v.from, v.to, v.context), v.relationship, 1)))
    }
}

impl FromIterator<WiserVote> for WiserVotes {
    fn from_iter<I: IntoIterator<Item = WiserVote>>(votes: I) -> Self {
        let mut all = Self::default();
        all.extend(votes);
        all
    }
}

impl Extend<WiserVote> for WiserVotes {
    fn extend<I: IntoIterator<Item = WiserVote>>(&mut self, votes: I) {
        for vote in votes {
            self.push(vote);
        }
    }
}

impl<'a> IntoIterator for &'a WiserVotes {
    type Item = &'a WiserVote;
    type IntoIter = std::slice::Iter<'a, WiserVote>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// How often each pair of values was judged which way in each context: the tally behind a moral graph.
///
/// The order of votes is not kept, nor who cast them: a voter who votes twice on a pair counts twice
/// ([`WiserVotes`] keeps the later vote only).
///
/// # Examples
/// ```
/// use probity::moral_graph::{Relationship::*, WiserCounts, WiserVote};
/// use probity::tally::Tally;
/// let mut counts = WiserCounts::default();
/// counts.record(&WiserVote::new(0, 1, 2, 0, Upgrade))?;
/// let mut more = WiserCounts::default();
/// more.record(&WiserVote::new(1, 1, 2, 0, NotSure))?;
/// counts.merge(&more)?;
/// assert_eq!(counts.get(1, 2, 0), [1, 0, 1]);
/// assert_eq!(counts.get(2, 1, 0), [0, 0, 0]);
/// assert_eq!((counts.records(), counts.edges()?.len()), (2, 2));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WiserCounts {
    /// By from, to and context: upgrades, no upgrades, not sure. None is all zero.
    cells: BTreeMap<(u32, u32, u32), [u64; 3]>,
    total: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// From, to, context; upgrades, no upgrades, not sure; in ascending order.
    cells: Vec<([u32; 3], [u64; 3])>,
}

impl Format for WiserCounts {
    type Body = Body;
    const NAME: &'static str = "probity.wiser_counts";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let cells = self.cells.iter();
        Body { cells: cells.map(|(&(from, to, context), &n)| ([from, to, context], n)).collect() }
    }

    fn from_body(Body { cells }: Body) -> Result<Self, String> {
        if !cells.is_sorted_by(|a, b| a.0 < b.0) {
            return Err("expected cells in ascending order, found others".to_string());
        }
        let mut counts = Self::default();
        for ([from, to, context], found) in cells {
            if found == [0; 3] {
                return Err(format!("expected cells with votes, found none in {from}, {to}, {context}"));
            }
            for (n, relationship) in found.into_iter().zip(RELATIONSHIPS) {
                counts.add((from, to, context), relationship, n).map_err(|e| e.to_string())?;
            }
        }
        Ok(counts)
    }
}
stored!(WiserCounts);

impl WiserCounts {
    fn add(&mut self, cell: (u32, u32, u32), relationship: Relationship, n: u64) -> Result<()> {
        if n == 0 {
            return Ok(());
        }
        // No cell can leave 64 bits if the total does not.
        self.total = self.total.checked_add(n).ok_or(Error::Overflow { what: "the total of a tally" })?;
        self.cells.entry(cell).or_default()[relationship as usize] += n;
        Ok(())
    }

    /// Upgrades, no upgrades and not sure, of a pair in a context.
    #[must_use]
    pub fn get(&self, from: u32, to: u32, context: u32) -> [u64; 3] {
        self.cells.get(&(from, to, context)).copied().unwrap_or_default()
    }

    /// As [`WiserVotes::edges`], with pairs and contexts in ascending order instead of that of the votes.
    ///
    /// # Errors
    /// [`Error::Overflow`] if a count leaves 64 bits.
    pub fn edges(&self) -> Result<Vec<EdgeStats>> {
        summarise(&self.cells.iter().flat_map(|(&cell, counts)| {
            RELATIONSHIPS.into_iter().zip(counts).filter(|(_, n)| **n > 0).map(move |(r, &n)| (cell, r, n))
        }))
    }
}

impl Tally for WiserCounts {
    type Record<'a> = &'a WiserVote;

    fn record(&mut self, vote: &WiserVote) -> Result<()> {
        self.add((vote.from, vote.to, vote.context), vote.relationship, 1)
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.total.checked_add(other.total).is_none() {
            return Err(Error::Overflow { what: "the total of a tally" });
        }
        for (&cell, counts) in &other.cells {
            for (&n, relationship) in counts.iter().zip(RELATIONSHIPS) {
                self.add(cell, relationship, n)?;
            }
        }
        Ok(())
    }

    fn records(&self) -> u64 {
        self.total
    }
}

/// Each once, in the order of first sight.
pub(super) fn first_seen(all: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut seen = HashSet::new();
    all.filter(|&x| seen.insert(x)).collect()
}

/// Every vote counts in its own cell, then every vote again in the reversed cell.
fn summarise(
    votes: &(impl Iterator<Item = ((u32, u32, u32), Relationship, u64)> + Clone),
) -> Result<Vec<EdgeStats>> {
    let mut edges: Vec<EdgeStats> = Vec::new();
    let mut place: HashMap<(u32, u32), usize> = HashMap::new();
    let mut met: HashSet<(usize, u32)> = HashSet::new();
    for reversed in [false, true] {
        for ((from, to, context), relationship, n) in votes.clone() {
            let (source, wiser) = if reversed { (to, from) } else { (from, to) };
            let at = *place.entry((source, wiser)).or_insert_with(|| {
                edges.push(EdgeStats { source, wiser, contexts: Vec::new(), counts: EdgeCounts::default() });
                edges.len() - 1
            });
            let Some(edge) = edges.get_mut(at) else { continue };
            edge.counts.count(relationship, reversed, n)?;
            if met.insert((at, context)) {
                edge.contexts.push(context);
            }
        }
    }
    Ok(edges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_tally_keeps_its_invariants() {
        let file = |cells: &str| {
            let text =
                format!(r#"{{"format":"probity.wiser_counts","version":1,"body":{{"cells":[{cells}]}}}}"#);
            serde_json::from_str::<WiserCounts>(&text)
        };
        let good = file("[[1,2,0],[3,0,1]],[[2,1,0],[1,0,0]]").unwrap();
        assert_eq!((good.records(), good.get(1, 2, 0)), (5, [3, 0, 1]));
        for bad in [
            "[[2,1,0],[1,0,0]],[[1,2,0],[3,0,1]]",
            "[[1,2,0],[1,0,0]],[[1,2,0],[1,0,0]]",
            "[[1,2,0],[0,0,0]]",
            "[[1,2,0],[18446744073709551615,1,0]]",
        ] {
            assert!(file(bad).is_err(), "{bad}");
        }
        let mut full = file("[[1,2,0],[18446744073709551615,0,0]]").unwrap();
        let before = full.clone();
        assert!(
            full.merge(&good).is_err()
                && full.record(&WiserVote::new(0, 5, 6, 0, Relationship::NotSure)).is_err()
        );
        assert_eq!(full, before);
        // Counted forwards and backwards, a value against itself leaves 64 bits.
        let mut own = file("[[3,3,0],[9223372036854775808,0,0]]").unwrap();
        assert!(own.edges().is_err());
        own = file("[[3,3,0],[4,0,0]]").unwrap();
        assert_eq!(own.edges().unwrap()[0].counts.likelihood(), Some(0.0));
    }
}
