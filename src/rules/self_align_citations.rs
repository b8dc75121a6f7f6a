use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level, rate};
use crate::rules::self_align_principles::{PRINCIPLES, SelfAlignVersion};
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, check_room};

/// A rule that internal thoughts name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelfAlignCitation<'t> {
    /// Its number.
    pub number: u32,
    /// The name beside it.
    pub name: &'t str,
    /// Whether the number has that name.
    pub matches: bool,
}

/// The rules that internal thoughts cite: `I should follow rules 7 (candor), 12 (dated knowledge).`
///
/// A citation is a number, blanks or none, and a name in brackets. It matches if the version has a rule of that number with
/// that name.
///
/// # Source
/// The form of the internal thoughts in the prompt of Sun et al. 2023 (SELF-ALIGN, arXiv 2305.03047).
///
/// # Examples
/// ```
/// use probity::rules::{SelfAlignVersion, self_align_citations};
/// let cited = self_align_citations("It asks 2025: rules 7 (candor), 1 (ethics).", SelfAlignVersion::Sixteen);
/// let found: Vec<_> = cited.iter().map(|c| (c.number, c.name, c.matches)).collect();
/// assert_eq!(found, [(7, "candor", true), (1, "ethics", false)]);
/// assert!(self_align_citations("17 multilingual", SelfAlignVersion::Seventeen).is_empty());
/// ```
#[must_use]
pub fn self_align_citations(thought: &str, version: SelfAlignVersion) -> Vec<SelfAlignCitation<'_>> {
    let known = PRINCIPLES.get(..version.len()).unwrap_or_default();
    let mut found = Vec::new();
    // Of each opening bracket: the name after it, and the number before it.
    for (open, _) in thought.match_indices('(') {
        let (before, after) = (thought[..open].trim_end(), &thought[open + 1..]);
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let Ok(number) = before[before.len() - digits..].parse::<u32>() else { continue };
        // A second opening bracket before the closing one ends the name, too: it starts a citation of its own.
        let Some(close) = after.find(['(', ')']) else { break };
        let name = after[..close].trim();
        if after[close..].starts_with(')') {
            let place = (number as usize).checked_sub(1).and_then(|i| known.get(i));
            found.push(SelfAlignCitation { number, name, matches: place.is_some_and(|(n, _)| *n == name) });
        }
    }
    found
}

const N: usize = PRINCIPLES.len();

/// How often thoughts cite each rule, and two rules together.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::rules::{SelfAlignCitations, SelfAlignVersion, self_align_citations};
/// use probity::tally::Tally;
/// let mut tally = SelfAlignCitations::default();
/// for thought in ["rules 3 (helpful), 7 (candor), 3 (helpful)", "rules 7 (candor)", "none", "rule 1 (ethics)"] {
///     tally.record(&self_align_citations(thought, SelfAlignVersion::Sixteen))?;
/// }
/// assert_eq!((tally.cited(7), tally.together(3, 7), tally.mismatched()), (2, 1, 1));
/// assert_eq!(tally.citation_rate(7, Level::default())?.value, 0.5);
/// assert!(tally.citation_rate(0, Level::default()).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SelfAlignCitations {
    records: u64,
    mismatched: u64,
    /// Thoughts that cite both; the diagonal holds those that cite one.
    together: [[u64; N]; N],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    records: u64,
    mismatched: u64,
    together: [[u64; N]; N],
}

impl Format for SelfAlignCitations {
    type Body = Body;
    const NAME: &'static str = "probity.self_align_citations";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        let &Self { records, mismatched, together } = self;
        Body { records, mismatched, together }
    }

    fn from_body(Body { records, mismatched, together }: Body) -> Result<Self, String> {
        for (i, row) in together.iter().enumerate() {
            for (j, &n) in row.iter().enumerate() {
                if n > together[i][i].min(together[j][j]) || n != together[j][i] || n > records {
                    return Err(format!("rules {} and {}: more together than apart", i + 1, j + 1));
                }
            }
        }
        if mismatched > records {
            return Err("more thoughts with a wrong citation than thoughts".to_string());
        }
        Ok(Self { records, mismatched, together })
    }
}
stored!(SelfAlignCitations);

impl SelfAlignCitations {
    /// Thoughts that cite a rule with its right name; 0 for a number that there is not.
    #[must_use]
    pub fn cited(&self, number: u32) -> u64 {
        self.together(number, number)
    }

    /// Thoughts that cite both rules.
    #[must_use]
    pub fn together(&self, first: u32, second: u32) -> u64 {
        let place = |number: u32| (number as usize).checked_sub(1);
        let row = place(first).and_then(|i| self.together.get(i));
        row.zip(place(second)).and_then(|(row, j)| row.get(j)).copied().unwrap_or(0)
    }

    /// Thoughts with a citation that does not match.
    #[must_use]
    pub fn mismatched(&self) -> u64 {
        self.mismatched
    }

    /// The share of the thoughts that cite a rule, with Wilson's interval.
    ///
    /// # Undefined
    /// Without thoughts.
    ///
    /// # Errors
    /// [`Error::Argument`] for a number that there is not; [`Error::Undefined`] as above.
    pub fn citation_rate(&self, number: u32, level: Level) -> Result<Estimate> {
        if !(1..=N as u32).contains(&number) {
            return Err(Error::argument("number", "the number of a principle, 1 to 17", number));
        }
        rate(
            "citation rate of a principle",
            "the number of thoughts",
            self.cited(number),
            self.records,
            level,
        )
    }

    /// The share of the thoughts with a citation that does not match, with Wilson's interval.
    ///
    /// # Undefined
    /// Without thoughts.
    ///
    /// # Errors
    /// [`Error::Undefined`] as above.
    pub fn mismatch_rate(&self, level: Level) -> Result<Estimate> {
        rate("rate of wrong citations", "the number of thoughts", self.mismatched, self.records, level)
    }
}

impl Tally for SelfAlignCitations {
    /// The citations of one text of thoughts.
    type Record<'a> = &'a [SelfAlignCitation<'a>];

    fn record(&mut self, citations: Self::Record<'_>) -> Result<()> {
        check_room(self.records, 1)?;
        self.records += 1;
        self.mismatched += u64::from(citations.iter().any(|citation| !citation.matches));
        let mut cited = [false; N];
        for citation in citations.iter().filter(|citation| citation.matches) {
            if let Some(cited) = (citation.number as usize).checked_sub(1).and_then(|i| cited.get_mut(i)) {
                *cited = true;
            }
        }
        for (row, &first) in self.together.iter_mut().zip(&cited) {
            row.iter_mut().zip(&cited).for_each(|(n, &second)| *n += u64::from(first && second));
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        check_room(self.records, other.records)?;
        self.records += other.records;
        self.mismatched += other.mismatched;
        let mine = self.together.as_flattened_mut().iter_mut();
        mine.zip(other.together.as_flattened()).for_each(|(mine, more)| *mine += more);
        Ok(())
    }

    fn records(&self) -> u64 {
        self.records
    }
}
