use std::collections::{BTreeSet, HashMap, HashSet};

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};

/// The group that most voters of a value belong to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Majority {
    /// The position of the group.
    pub group: usize,
    /// Its share of all voters, with Wilson's interval.
    pub share: Estimate,
}

/// Which of some groups do most voters belong to, and how many of all? `None` on a tie, and below `min_voters` voters.
///
/// # Source
/// The released code of arXiv 2404.10636: Republicans against Democrats, at least 3 voters. Voters of neither
/// (`others`) count in the share's denominator.
///
/// # Errors
/// [`Error::Overflow`] if the voters do not fit 64 bits.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::moral_graph::majority_affiliation;
/// let majority = majority_affiliation(&[5, 3], 2, 3, Level::default())?.unwrap();
/// assert_eq!((majority.group, majority.share.value), (0, 0.5));
/// assert!(majority_affiliation(&[3, 3], 9, 3, Level::default())?.is_none());
/// assert!(majority_affiliation(&[2, 0], 0, 3, Level::default())?.is_none());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn majority_affiliation(
    groups: &[u64],
    others: u64,
    min_voters: u64,
    level: Level,
) -> Result<Option<Majority>> {
    let total = groups.iter().try_fold(others, |sum, &n| sum.checked_add(n));
    let total = total.ok_or(Error::Overflow { what: "the number of voters" })?;
    let most = groups.iter().copied().max().unwrap_or(0);
    let mut largest = (0..groups.len()).filter(|&g| groups[g] == most);
    match (largest.next(), largest.next()) {
        (Some(group), None) if total >= min_voters && most > 0 => {
            let share = rate("majority affiliation", "the number of voters", most, total, level)?;
            Ok(Some(Majority { group, share }))
        }
        _ => Ok(None),
    }
}

/// The values that bridge two groups: every (A, B, C) where somebody of the first group voted for A and linked A to C,
/// and somebody of the second voted for B and linked B to C, with A other than B. Ascending, each once.
///
/// `votes` are (voter, value), `links` are (voter, from, to). A voter of both groups counts in both.
///
/// # Source
/// The released query of arXiv 2404.10636 takes every link, whatever the answer; pass the upgrades alone for links that
/// say *wiser*.
///
/// # Examples
/// ```
/// use probity::moral_graph::bridging_triples;
/// let (votes, links) = ([(0, 1), (1, 2)], [(0, 1, 3), (1, 2, 3), (1, 1, 3)]);
/// assert_eq!(bridging_triples(&votes, &links, [&[0], &[1]]), [[1, 2, 3]]);
/// assert!(bridging_triples(&votes, &links, [&[0], &[]]).is_empty());
/// ```
#[must_use]
pub fn bridging_triples(
    votes: &[(u32, u32)],
    links: &[(u32, u32, u32)],
    groups: [&[u32]; 2],
) -> Vec<[u32; 3]> {
    let chosen: HashSet<(u32, u32)> = votes.iter().copied().collect();
    // By the value linked to, the values that the group comes from.
    let [first, second] = groups.map(|members| {
        let members: HashSet<u32> = members.iter().copied().collect();
        let mut sources: HashMap<u32, BTreeSet<u32>> = HashMap::new();
        for &(voter, from, to) in links {
            if members.contains(&voter) && chosen.contains(&(voter, from)) {
                sources.entry(to).or_default().insert(from);
            }
        }
        sources
    });
    let mut triples = Vec::new();
    for (&bridge, left) in &first {
        for &a in left {
            let right = second.get(&bridge).into_iter().flatten();
            triples.extend(right.filter(|&&b| b != a).map(|&b| [a, b, bridge]));
        }
    }
    triples.sort_unstable();
    triples
}
