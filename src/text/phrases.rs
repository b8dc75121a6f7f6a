use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::error::{Error, Result};

/// Bytes of phrases up to which all transitions are written out, which is faster but takes a row a byte.
const TABLE: usize = 1 << 16;

/// Phrases that are looked for in a text all at once, in one pass, ASCII letters in either case.
///
/// The automaton of Aho and Corasick. Letters beyond ASCII are compared as they are.
///
/// # Errors
/// See [`PhraseSet::new`].
///
/// # Complexity
/// A search is linear in the text plus the matches, the automaton in the bytes of all phrases.
///
/// # Examples
/// ```
/// use probity::text::PhraseSet;
/// let set = PhraseSet::new(["not", "know", "another"])?;
/// let found: Vec<_> = set.find("Know another?").map(|m| (m.phrase, m.start, m.end)).collect();
/// // In the order of their ends; they may overlap.
/// assert_eq!(found, [(1, 0, 4), (0, 6, 9), (2, 5, 12)]);
/// assert_eq!(set.find("").next(), None);
/// assert!(PhraseSet::new([""]).is_err());
/// # Ok::<(), probity::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PhraseSet {
    /// `None` without phrases.
    automaton: Option<AhoCorasick>,
}

/// A phrase found in a text. From [`PhraseSet::find`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhraseMatch {
    /// The number of the phrase.
    pub phrase: usize,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

impl PhraseSet {
    /// The set of some phrases, numbered from 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for an empty phrase, which would be found everywhere; [`Error::Overflow`] for more phrases or
    /// letters than 31 bits count.
    pub fn new<S: AsRef<str>>(phrases: impl IntoIterator<Item = S>) -> Result<Self> {
        let phrases: Vec<S> = phrases.into_iter().collect();
        if let Some(index) = phrases.iter().position(|phrase| phrase.as_ref().is_empty()) {
            let found = format!("an empty one at position {index}");
            return Err(Error::argument("phrases", "no empty one", found));
        }
        if phrases.is_empty() {
            return Ok(Self::default());
        }
        let bytes: usize = phrases.iter().map(|phrase| phrase.as_ref().len()).sum();
        let kind = if bytes <= TABLE { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        let built = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(kind))
            .build(phrases.iter().map(AsRef::as_ref));
        let automaton = built.map_err(|_| Error::Overflow { what: "the automaton of the phrases" })?;
        Ok(Self { automaton: Some(automaton) })
    }

    /// The set of a list of the crate, which is small and has no empty phrase.
    pub(crate) fn of_own<S: AsRef<str>>(phrases: impl IntoIterator<Item = S>) -> Self {
        Self::new(phrases).unwrap_or_default()
    }

    /// How many phrases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.automaton.as_ref().map_or(0, AhoCorasick::patterns_len)
    }

    /// Whether there is no phrase.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }

    /// All matches, overlapping ones too, in the order of their ends and, where several end, from the longest.
    pub fn find<'s>(&'s self, text: &'s str) -> impl Iterator<Item = PhraseMatch> + 's {
        // An automaton that finds all matches is never asked for more than it can do.
        let found =
            self.automaton.iter().flat_map(move |automaton| automaton.try_find_overlapping_iter(text));
        found.flatten().map(|m| PhraseMatch {
            phrase: m.pattern().as_usize(),
            start: m.start(),
            end: m.end(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_and_doubles_are_found() {
        let set = PhraseSet::new(["she", "he", "hers", "HE", "é"]).unwrap();
        let found: Vec<_> = set.find("uSHErsé").map(|m| (m.phrase, m.start)).collect();
        assert_eq!(found, [(0, 1), (1, 2), (3, 2), (2, 2), (4, 6)]);
        assert_eq!((set.len(), set.is_empty()), (5, false));
        let nothing = PhraseSet::new::<&str>([]).unwrap();
        assert!(nothing.is_empty() && nothing.find("anything").next().is_none());
    }

    #[test]
    fn both_automata_find_the_same() {
        let long = "~".repeat(TABLE);
        let (small, large) =
            (PhraseSet::new(["she", "he"]).unwrap(), PhraseSet::new(["she", "he", &long]).unwrap());
        let found = |set: &PhraseSet| set.find("SHE ushers").collect::<Vec<_>>();
        assert_eq!(found(&small), found(&large));
        assert_eq!((found(&small).len(), large.find(&long).count()), (4, 1));
    }
}
