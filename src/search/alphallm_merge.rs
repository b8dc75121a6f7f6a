use crate::error::{Error, Result, Undefined};
use crate::num;
use crate::search::best::first_greatest;
use crate::text::levenshtein;

/// How a [`Search`](super::alphallm::Search) keeps siblings from saying the same.
///
/// # Source
/// AlphaLLM, state merge and table 4; edit distances of 20 and 50, a similarity of 0.7, at most 5 draws in the
/// published script.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Merge {
    /// The first draw is taken.
    Off,
    /// [`accept_by_edit_distance`].
    EditDistance {
        /// The distance that is far enough.
        threshold: usize,
        /// The most draws.
        draws: usize,
    },
    /// [`accept_by_model`].
    Model {
        /// The share of equal siblings that is small enough.
        threshold: f64,
        /// The most draws.
        draws: usize,
    },
}

impl Default for Merge {
    fn default() -> Self {
        Self::EditDistance { threshold: 20, draws: 5 }
    }
}

impl Merge {
    pub(super) fn check(self) -> Result<()> {
        let draws = match self {
            Self::Off => 1,
            Self::EditDistance { draws, .. } => draws,
            Self::Model { threshold, draws } => {
                num::check_finite("similarity threshold", &[threshold])?;
                draws
            }
        };
        if draws == 0 { Err(Error::argument("draws", "at least 1", 0)) } else { Ok(()) }
    }
}

/// Which of several draws became a child.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Accepted<D> {
    /// Index of the draw.
    pub index: usize,
    /// How many draws were made.
    pub attempts: usize,
    /// What each draw was judged by: its smallest edit distance to a sibling, or its share of equal siblings.
    pub figures: Vec<D>,
}

/// The distance to siblings where there are none.
const NO_SIBLINGS: usize = 10_000;

/// The smallest edit distance of an option to its siblings.
pub(super) fn smallest_distance<S: AsRef<str>>(option: &str, siblings: &[S]) -> usize {
    siblings.iter().map(|s| levenshtein(option, s.as_ref())).min().unwrap_or(NO_SIBLINGS)
}

/// Draws until an option is far enough from its siblings.
///
/// Proposals are looked at in turn, until the smallest edit distance (in characters) to the existing siblings is at
/// least `threshold`, `draws` of them were seen, or one holds a [`final_answer`]. The one with the largest smallest
/// distance is accepted, the first on ties. Without siblings every distance is 10,000.
///
/// # Undefined
/// Without proposals.
///
/// # Source
/// The published code of AlphaLLM. It hands on whether the *last* draw ended the text, which need not be the accepted
/// one.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Argument`] for no draws.
///
/// # Examples
/// ```
/// use probity::search::alphallm::accept_by_edit_distance;
/// let drawn = ["Add 3 and 4", "Add 3 and 4!", "Multiply 6 by 9 then halve it"];
/// let found = accept_by_edit_distance(&["Add 3 to 4"], &drawn, 20, 5)?;
/// assert_eq!((found.index, found.figures), (2, vec![3, 4, 25]));
/// assert_eq!(accept_by_edit_distance(&["Add 3 to 4"], &drawn, 20, 2)?.index, 1);
/// assert!(accept_by_edit_distance::<&str>(&[], &[], 20, 5).unwrap_err().is_undefined());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn accept_by_edit_distance<S: AsRef<str>>(
    existing: &[S],
    proposals: &[S],
    threshold: usize,
    draws: usize,
) -> Result<Accepted<usize>> {
    Merge::EditDistance { threshold, draws }.check()?;
    let mut figures = Vec::new();
    for proposal in proposals {
        figures.push(smallest_distance(proposal.as_ref(), existing));
        if far_enough(&figures, proposal.as_ref(), threshold, draws) {
            break;
        }
    }
    let index = farthest(&figures)
        .ok_or(Error::undefined("state merge", Undefined::Nothing { what: "proposals" }))?;
    Ok(Accepted { index, attempts: figures.len(), figures })
}

/// Whether drawing ends with the last of these draws.
pub(super) fn far_enough(distances: &[usize], last: &str, threshold: usize, draws: usize) -> bool {
    distances.last().is_some_and(|&distance| distance >= threshold)
        || distances.len() >= draws
        || final_answer(last).is_some()
}

/// The draw with the largest distance, the first on ties.
pub(super) fn farthest(distances: &[usize]) -> Option<usize> {
    // Distances are lengths of texts, far below 2⁵³.
    first_greatest(&distances.iter().map(|&d| d as f64).collect::<Vec<_>>())
}

/// Draws until a model calls few enough siblings equal.
///
/// `equal` says for each proposal in turn which siblings the model judged equal to it. Proposals are looked at until
/// the share of equal siblings is at most `threshold`, `draws` of them were seen, or one holds a [`final_answer`]; the
/// last one seen is accepted. Without siblings that is the first.
///
/// # Undefined
/// Without proposals.
///
/// # Source
/// The published code of AlphaLLM.
///
/// # Errors
/// [`Error::Undefined`] as above; [`Error::Argument`] for no draws; [`Error::NotFinite`] for a threshold that is not
/// finite; [`Error::Length`] if there are not as many rows as proposals, or rows of different lengths.
///
/// # Examples
/// ```
/// use probity::search::alphallm::accept_by_model;
/// let equal = [[true, true], [true, false], [false, false]];
/// let found = accept_by_model(&["a", "b", "c"], &equal, 0.7, 5)?;
/// assert_eq!((found.index, found.figures), (1, vec![1.0, 0.5]));
/// assert_eq!(accept_by_model(&["a"], &[[]], 0.7, 5)?.index, 0);
/// assert!(accept_by_model::<_, [bool; 0]>(&["a"], &[], 0.7, 5).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
pub fn accept_by_model<S: AsRef<str>, R: AsRef<[bool]>>(
    proposals: &[S],
    equal: &[R],
    threshold: f64,
    draws: usize,
) -> Result<Accepted<f64>> {
    Merge::Model { threshold, draws }.check()?;
    num::check_same_length("judgements of proposals", proposals.len(), equal.len())?;
    let siblings = equal.first().map_or(0, |row| row.as_ref().len());
    let mut figures = Vec::new();
    for (proposal, row) in proposals.iter().zip(equal) {
        num::check_same_length("judgements of siblings", siblings, row.as_ref().len())?;
        figures.push(share(row.as_ref()));
        if different_enough(&figures, proposal.as_ref(), threshold, draws) {
            break;
        }
    }
    match figures.len() {
        0 => Err(Error::undefined("state merge", Undefined::Nothing { what: "proposals" })),
        attempts => Ok(Accepted { index: attempts - 1, attempts, figures }),
    }
}

/// The share of siblings judged equal, 0 without siblings.
pub(super) fn share(equal: &[bool]) -> f64 {
    equal.iter().filter(|&&e| e).count() as f64 / equal.len().max(1) as f64
}

/// Whether drawing ends with the last of these draws.
pub(super) fn different_enough(shares: &[f64], last: &str, threshold: f64, draws: usize) -> bool {
    shares.last().is_some_and(|&share| share <= threshold)
        || shares.len() >= draws
        || final_answer(last).is_some()
}

/// The final answer of a GSM8K solution: the number after the first `#### `, its thousands separators removed.
///
/// # Source
/// The published code of AlphaLLM: after `#### ` a `$`, a minus sign, and then digits, points and commas, of which there
/// must be one at least.
///
/// # Examples
/// ```
/// use probity::search::alphallm::final_answer;
/// assert_eq!(final_answer("So he pays #### $-1,200.50 in all").as_deref(), Some("-1200.50"));
/// assert_eq!(final_answer("#### none, #### 7").as_deref(), Some("7"));
/// assert_eq!(final_answer("####7"), None);
/// ```
#[must_use]
pub fn final_answer(text: &str) -> Option<String> {
    text.match_indices("#### ").find_map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let rest = rest.strip_prefix('$').unwrap_or(rest);
        let (sign, digits) = rest.strip_prefix('-').map_or(("", rest), |digits| ("-", digits));
        let end =
            digits.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(digits.len());
        (end > 0).then(|| format!("{sign}{}", digits[..end].replace(',', "")))
    })
}
