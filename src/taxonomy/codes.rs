use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::inference::{Estimate, Level};
use crate::num;
use crate::tally::stored::{Format, stored};
use crate::tally::{Tally, add, check_room};
use crate::taxonomy::Taxonomy;

/// How often the codes of a codebook were given to items that carry any number of them: coverage, gaps, co-occurrence and
/// the branches that items lie on.
///
/// A code that an item carries twice counts once. A code that is not in the codebook is counted apart, and has no part in
/// co-occurrence and branches. The branch of a code is what comes before its first dot.
///
/// # Source
/// Shen et al. 2024, "Towards Bidirectional Human-AI Alignment" (arXiv 2406.09264), whose review codes papers so; no code
/// was released, the figures are ours.
///
/// # Examples
/// ```
/// use probity::inference::Level;
/// use probity::tally::Tally;
/// use probity::taxonomy::{CodeCounts, bidirectional_alignment};
/// let mut counts = CodeCounts::new(bidirectional_alignment()?.at_depth(1))?;
/// counts.record(&["ai_to_human.specify", "human_to_ai.cognition"])?;
/// counts.record(&["ai_to_human.specify", "ai_to_human.specify", "misspelt"])?;
/// counts.record(&[])?;
/// assert_eq!((counts.count("ai_to_human.specify"), counts.unknown()), (Some(2), 1));
/// assert_eq!(counts.together("human_to_ai.cognition", "ai_to_human.specify"), Some(1));
/// assert_eq!(counts.share("ai_to_human.specify", Level::default())?.value, 2.0 / 3.0);
/// assert_eq!(counts.gaps().collect::<Vec<_>>(), ["ai_to_human.integrate", "human_to_ai.behaviour"]);
/// let directions = counts.directions();
/// assert_eq!((directions.both, directions.ai_to_human, directions.none), (1, 1, 1));
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCounts {
    codes: Vec<String>,
    index: BTreeMap<String, usize>,
    items: u64,
    unknown: u64,
    counts: Vec<u64>,
    /// By codes i < j.
    together: BTreeMap<(usize, usize), u64>,
    /// By the set of branches, sorted.
    branches: BTreeMap<Vec<String>, u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    codes: Vec<String>,
    items: u64,
    unknown: u64,
    counts: Vec<u64>,
    together: Vec<(usize, usize, u64)>,
    branches: Vec<(Vec<String>, u64)>,
}

impl Format for CodeCounts {
    type Body = Body;
    const NAME: &'static str = "probity.codes";
    const VERSION: u32 = 1;

    fn body(&self) -> Body {
        Body {
            codes: self.codes.clone(),
            items: self.items,
            unknown: self.unknown,
            counts: self.counts.clone(),
            together: self.together.iter().map(|(&(i, j), &n)| (i, j, n)).collect(),
            branches: self.branches.iter().map(|(set, &n)| (set.clone(), n)).collect(),
        }
    }

    fn from_body(body: Body) -> Result<Self, String> {
        let empty = Self::new(body.codes).map_err(|error| error.to_string())?;
        if body.counts.len() != empty.codes.len() || body.counts.iter().any(|&n| n > body.items) {
            return Err("expected one count a code, none above the number of items".to_string());
        }
        let mut together = BTreeMap::new();
        for (i, j, n) in body.together {
            let most = body.counts.get(i).zip(body.counts.get(j)).map(|(a, b)| *a.min(b));
            if i >= j || n == 0 || most.is_none_or(|most| n > most) || together.insert((i, j), n).is_some() {
                return Err(format!("pair ({i}, {j}) does not fit the counts of its codes"));
            }
        }
        let known: BTreeSet<&str> = empty.codes.iter().map(|code| branch(code)).collect();
        let mut branches: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        for (set, n) in body.branches {
            let sorted = set.windows(2).all(|pair| pair[0] < pair[1]);
            let fits = sorted && n > 0 && set.iter().all(|branch| known.contains(branch.as_str()));
            if !fits || branches.insert(set, n).is_some() {
                return Err("a set of branches that the codebook does not have".to_string());
            }
        }
        if branches.values().map(|&n| u128::from(n)).sum::<u128>() != u128::from(body.items) {
            return Err("expected every item on one set of branches".to_string());
        }
        Ok(Self {
            items: body.items,
            unknown: body.unknown,
            counts: body.counts,
            together,
            branches,
            ..empty
        })
    }
}
stored!(CodeCounts);

/// What comes before the first dot.
fn branch(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

impl CodeCounts {
    /// Without items, for these codes.
    ///
    /// # Errors
    /// [`Error::Argument`] for a code that occurs twice.
    pub fn new<S: Into<String>>(codes: impl IntoIterator<Item = S>) -> Result<Self> {
        let codes: Vec<String> = codes.into_iter().map(Into::into).collect();
        let mut index = BTreeMap::new();
        for (i, code) in codes.iter().enumerate() {
            if index.insert(code.clone(), i).is_some() {
                return Err(Error::argument("codes", "codes that occur once", format!("{code:?} twice")));
            }
        }
        Ok(Self {
            counts: vec![0; codes.len()],
            codes,
            index,
            items: 0,
            unknown: 0,
            together: BTreeMap::new(),
            branches: BTreeMap::new(),
        })
    }

    /// Without items, for all labels of a taxonomy.
    #[must_use]
    pub fn of_taxonomy(taxonomy: &Taxonomy) -> Self {
        let codes: Vec<String> = taxonomy.labels().iter().map(|label| label.id.clone()).collect();
        let index = codes.iter().cloned().enumerate().map(|(i, code)| (code, i)).collect();
        let counts = vec![0; codes.len()];
        let (together, branches) = (BTreeMap::new(), BTreeMap::new());
        Self { codes, index, items: 0, unknown: 0, counts, together, branches }
    }

    /// The codebook.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// Items that carry the code; `None` for a code outside the codebook.
    #[must_use]
    pub fn count(&self, code: &str) -> Option<u64> {
        self.index.get(code).map(|&i| self.counts[i])
    }

    /// The share of items that carry the code, with Wilson's interval.
    ///
    /// # Undefined
    /// Without items.
    ///
    /// # Errors
    /// [`Error::UnknownLabel`].
    pub fn share(&self, code: &str, level: Level) -> Result<Estimate> {
        let count = self.count(code).ok_or_else(|| Error::UnknownLabel {
            row: 0,
            label: code.to_string(),
            declared: self.codes.join(", "),
        })?;
        crate::inference::rate("coverage of a code", "the number of items", count, self.items, level)
    }

    /// Items that carry both codes; `None` if one is outside the codebook or both are the same.
    #[must_use]
    pub fn together(&self, a: &str, b: &str) -> Option<u64> {
        let (i, j) = (*self.index.get(a)?, *self.index.get(b)?);
        (i != j).then(|| self.together.get(&(i.min(j), i.max(j))).copied().unwrap_or(0))
    }

    /// The pairs of codes that occur together, with the number of items, in the order of the codebook.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.together.iter().map(|(&(i, j), &n)| (self.codes[i].as_str(), self.codes[j].as_str(), n))
    }

    /// Codes that no item carries.
    pub fn gaps(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().zip(&self.counts).filter(|(_, n)| **n == 0).map(|(code, _)| code.as_str())
    }

    /// Codes outside the codebook, once for each item that carries one.
    #[must_use]
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Items by the branches that their codes lie on, as sorted sets; the empty set has the items without a known code.
    pub fn branches(&self) -> impl Iterator<Item = (&[String], u64)> {
        self.branches.iter().map(|(set, &n)| (set.as_slice(), n))
    }

    /// Items by the direction of alignment that they are about, for a codebook of [`bidirectional_alignment`].
    ///
    /// [`bidirectional_alignment`]: crate::taxonomy::bidirectional_alignment
    #[must_use]
    pub fn directions(&self) -> Directions {
        let of = |ai: bool, human: bool| {
            let has = |set: &[String], name: &str| set.iter().any(|branch| branch == name);
            let fits = |set: &[String]| has(set, "ai_to_human") == ai && has(set, "human_to_ai") == human;
            self.branches().filter(|(set, _)| fits(set)).map(|(_, n)| n).sum()
        };
        Directions {
            ai_to_human: of(true, false),
            human_to_ai: of(false, true),
            both: of(true, true),
            none: of(false, false),
        }
    }
}

/// Items by direction of alignment. From [`CodeCounts::directions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Directions {
    /// About aligning AI to humans only.
    pub ai_to_human: u64,
    /// About aligning humans to AI only.
    pub human_to_ai: u64,
    /// About both.
    pub both: u64,
    /// About neither.
    pub none: u64,
}

impl Tally for CodeCounts {
    type Record<'a> = &'a [&'a str];

    fn record(&mut self, codes: &[&str]) -> Result<()> {
        let distinct: BTreeSet<&str> = codes.iter().copied().collect();
        let known: BTreeSet<usize> =
            distinct.iter().filter_map(|code| self.index.get(*code).copied()).collect();
        let unknown = (distinct.len() - known.len()) as u64;
        check_room(self.items, 1)?;
        check_room(self.unknown, unknown)?;
        // No other count is above the number of items.
        self.items += 1;
        self.unknown += unknown;
        for (rank, &i) in known.iter().enumerate() {
            self.counts[i] += 1;
            for &j in known.iter().skip(rank + 1) {
                *self.together.entry((i, j)).or_insert(0) += 1;
            }
        }
        let branches: BTreeSet<&str> = known.iter().map(|&i| branch(&self.codes[i])).collect();
        *self.branches.entry(branches.into_iter().map(str::to_string).collect()).or_insert(0) += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.codes != other.codes {
            let (left, right) = (self.codes.join(", "), other.codes.join(", "));
            return Err(Error::Merge { what: "codes", left, right });
        }
        check_room(self.items, other.items)?;
        check_room(self.unknown, other.unknown)?;
        add(&mut self.items, other.items)?;
        add(&mut self.unknown, other.unknown)?;
        for (mine, more) in self.counts.iter_mut().zip(&other.counts) {
            add(mine, *more)?;
        }
        for (&pair, &n) in &other.together {
            add(self.together.entry(pair).or_insert(0), n)?;
        }
        for (set, &n) in &other.branches {
            add(self.branches.entry(set.clone()).or_insert(0), n)?;
        }
        Ok(())
    }

    /// Items.
    fn records(&self) -> u64 {
        self.items
    }
}

/// How often each code occurs in each period.
///
/// # Errors
/// [`Error::Length`] if there is not one code a period given.
///
/// # Examples
/// ```
/// use probity::taxonomy::code_trend;
/// let trend = code_trend(&[2021, 2020, 2021], &["b", "a", "b"])?;
/// assert_eq!(trend[&2021]["b"], 2);
/// assert!(!trend[&2020].contains_key("b"));
/// assert!(code_trend(&[2020], &["a", "b"]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn code_trend<P: Ord + Clone, S: AsRef<str>>(
    periods: &[P],
    codes: &[S],
) -> Result<BTreeMap<P, BTreeMap<String, u64>>> {
    num::check_same_length("codes", periods.len(), codes.len())?;
    let mut trend: BTreeMap<P, BTreeMap<String, u64>> = BTreeMap::new();
    for (period, code) in periods.iter().zip(codes) {
        *trend.entry(period.clone()).or_default().entry(code.as_ref().to_string()).or_insert(0) += 1;
    }
    Ok(trend)
}
