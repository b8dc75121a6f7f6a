use std::hash::Hash;

use crate::error::Result;
use crate::search::{Vote, majority_vote};

/// Which answers of a chain of critiques and refinements vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Rounds {
    /// The last one.
    #[default]
    Last,
    /// Every one, from the first response on.
    All,
}

/// The answer of a test-time run from its chains: each is a first response's answer and those of its refinements.
///
/// | mode | chains | rounds |
/// |---|---|---|
/// | parallel | one a sampled response, each criticised and refined | [`Rounds::Last`] |
/// | sequential, majority | one, with as many rounds as there are | [`Rounds::All`] |
/// | sequential, last | one | [`Rounds::Last`] |
/// | oracle | as any of these, each cut with [`oracle_chain`] | |
///
/// # Undefined
/// Without any answer.
///
/// # Missing values
/// `None` is no vote. The last answer of a chain is the last entry, also if it is `None`.
///
/// # Source
/// AutoMathCritique (arXiv 2411.16579), section 4; ties go to the answer seen first, chain by chain.
///
/// # Errors
/// [`Error::Undefined`](crate::Error::Undefined) as above.
///
/// # Examples
/// ```
/// use probity::critique::{Rounds, oracle_chain, refinement_vote};
/// let chains = [vec![Some("5"), Some("7")], vec![Some("5"), Some("7")], vec![Some("5")]];
/// assert_eq!(*refinement_vote(&chains, Rounds::Last)?.winner, &"7");
/// assert_eq!(*refinement_vote(&chains, Rounds::All)?.winner, &"5");
/// let oracle: Vec<_> = chains.iter().map(|chain| oracle_chain(chain, &"5")).collect();
/// assert_eq!(*refinement_vote(&oracle, Rounds::Last)?.winner, &"5");
/// let none: [Vec<Option<u8>>; 1] = [vec![]];
/// assert!(refinement_vote(&none, Rounds::All).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn refinement_vote<T: Eq + Hash, C: AsRef<[Option<T>]>>(
    chains: &[C],
    rounds: Rounds,
) -> Result<Vote<'_, T>> {
    let voters: Vec<Option<&T>> = chains
        .iter()
        .flat_map(|chain| {
            let chain = chain.as_ref();
            let first = if rounds == Rounds::Last { chain.len().saturating_sub(1) } else { 0 };
            chain[first..].iter().map(Option::as_ref)
        })
        .collect();
    majority_vote(&voters).map(Vote::dereferenced)
}

/// A chain up to its first right answer: an oracle lets only wrong responses be criticised.
///
/// # Examples
/// ```
/// use probity::critique::oracle_chain;
/// assert_eq!(oracle_chain(&[Some(3), Some(5), Some(4)], &5), [Some(3), Some(5)]);
/// assert_eq!(oracle_chain(&[None, Some(4)], &5), [None, Some(4)]);
/// ```
#[must_use]
pub fn oracle_chain<'a, T: PartialEq>(chain: &'a [Option<T>], gold: &T) -> &'a [Option<T>] {
    match chain.iter().position(|answer| answer.as_ref() == Some(gold)) {
        Some(right) => &chain[..=right],
        None => chain,
    }
}
