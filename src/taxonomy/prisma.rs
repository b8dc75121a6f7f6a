use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};

/// The counts of a review's flow, as its diagram states them.
///
/// ```
/// use probity::taxonomy::PrismaCounts;
/// let counts = PrismaCounts { identified: 20, duplicates: 5, ..PrismaCounts::default() };
/// assert_eq!(counts.stated_included, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrismaCounts {
    /// Records found.
    pub identified: u64,
    /// Of these, removed as duplicates.
    pub duplicates: u64,
    /// Removed before screening for other reasons.
    pub other_removals: u64,
    /// Excluded by title and abstract.
    pub excluded_at_screening: u64,
    /// Reports sought but not retrieved.
    pub not_retrieved: u64,
    /// Reports excluded after reading, by reason.
    pub excluded: BTreeMap<String, u64>,
    /// Records screened, if the diagram says so.
    pub stated_screened: Option<u64>,
    /// Reports assessed, if the diagram says so.
    pub stated_assessed: Option<u64>,
    /// Studies included, if the diagram says so.
    pub stated_included: Option<u64>,
}

/// A stage at which a flow does not add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PrismaProblem {
    /// The stated number of records screened differs.
    Screened,
    /// The stated number of reports assessed differs.
    Assessed,
    /// The stated number of studies included differs.
    Included,
    /// More was taken away than there was.
    Negative,
}

/// What a flow comes to. From [`prisma_flow`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PrismaFlow {
    /// Records screened.
    pub screened: i64,
    /// Reports assessed.
    pub assessed: i64,
    /// Studies included.
    pub included: i64,
    /// Studies included of the records found, with Wilson's interval; `None` where nothing was found or less than
    /// nothing is left.
    pub inclusion_rate: Option<Estimate>,
    /// What does not add up, in the order of the stages.
    pub problems: Vec<PrismaProblem>,
}

/// Recomputes a PRISMA flow and says where its stated counts do not add up.
///
/// ```text
/// screened = identified − duplicates − other removals
/// assessed = screened − excluded at screening − not retrieved
/// included = assessed − Σ excluded by reason
/// ```
///
/// # Source
/// Page et al. 2021, "The PRISMA 2020 statement"; the review of Shen et al. 2024 (arXiv 2406.09264) reports so.
///
/// # Errors
/// [`Error::Overflow`] for counts beyond 63 bits.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::taxonomy::{PrismaCounts, PrismaProblem, prisma_flow};
/// let counts = PrismaCounts {
///     identified: 500,
///     duplicates: 50,
///     excluded_at_screening: 300,
///     stated_screened: Some(440),
///     ..PrismaCounts::default()
/// };
/// let flow = prisma_flow(&counts, Level::default())?;
/// assert_eq!((flow.screened, flow.included), (450, 150));
/// assert_eq!(flow.problems, [PrismaProblem::Screened]);
/// let empty = prisma_flow(&PrismaCounts::default(), Level::default())?;
/// assert_eq!((empty.inclusion_rate, empty.problems), (None, vec![]));
/// # Ok::<(), probity::Error>(())
/// ```
pub fn prisma_flow(counts: &PrismaCounts, level: Level) -> Result<PrismaFlow> {
    let whole =
        |value: i128| i64::try_from(value).map_err(|_| Error::Overflow { what: "a count of the flow" });
    let take = |from: i128, what: &[u64]| from - what.iter().map(|&n| i128::from(n)).sum::<i128>();
    let screened = take(counts.identified.into(), &[counts.duplicates, counts.other_removals]);
    let assessed = take(screened, &[counts.excluded_at_screening, counts.not_retrieved]);
    let included = take(assessed, &counts.excluded.values().copied().collect::<Vec<_>>());
    let stated = [
        (PrismaProblem::Screened, counts.stated_screened, screened),
        (PrismaProblem::Assessed, counts.stated_assessed, assessed),
        (PrismaProblem::Included, counts.stated_included, included),
    ];
    let differs = |(_, stated, found): &(PrismaProblem, Option<u64>, i128)| {
        stated.is_some_and(|stated| i128::from(stated) != *found)
    };
    let mut problems: Vec<_> = stated.into_iter().filter(differs).map(|(problem, ..)| problem).collect();
    if [screened, assessed, included].iter().any(|&n| n < 0) {
        problems.push(PrismaProblem::Negative);
    }
    let inclusion_rate = match u64::try_from(included) {
        Ok(kept) if counts.identified > 0 => {
            Some(rate("inclusion rate", "the number of records found", kept, counts.identified, level)?)
        }
        _ => None,
    };
    Ok(PrismaFlow {
        screened: whole(screened)?,
        assessed: whole(assessed)?,
        included: whole(included)?,
        inclusion_rate,
        problems,
    })
}
