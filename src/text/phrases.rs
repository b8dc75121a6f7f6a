use std::collections::VecDeque;

use crate::error::{Error, Result};

/// Entries of the largest table: 64 MiB.
const MOST: usize = 1 << 24;

/// Phrases that are looked for in a text all at once, in one pass, ASCII letters in either case.
///
/// The automaton of Aho and Corasick with all transitions written out: one step a byte, whatever the phrases and the text
/// are. Letters beyond ASCII are compared as they are.
///
/// # Errors
/// See [`PhraseSet::new`].
///
/// # Complexity
/// A search is linear in the text plus the matches. The table has a row a byte of all phrases and a column a distinct
/// byte of them.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseSet {
    /// The column of a byte.
    columns: Vec<u8>,
    /// The state that follows, by state and column. A state is the place where its row begins.
    next: Vec<u32>,
    width: u32,
    /// In this state and in all behind it a phrase ends.
    first_end: u32,
    /// The phrases that end in these states.
    ends: Vec<Vec<u32>>,
    /// Bytes of the phrases.
    lengths: Vec<usize>,
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
    /// [`Error::Argument`] for an empty phrase, which would be found everywhere; [`Error::Overflow`] for phrases whose
    /// table has more than 2²⁴ entries (some hundred thousand letters).
    pub fn new<S: AsRef<str>>(phrases: impl IntoIterator<Item = S>) -> Result<Self> {
        let phrases = lowered(phrases);
        if let Some(index) = phrases.iter().position(Vec::is_empty) {
            return Err(Error::argument(
                "phrases",
                "no empty one",
                format!("an empty one at position {index}"),
            ));
        }
        let bytes: usize = phrases.iter().map(Vec::len).sum();
        let (columns, width) = columns(&phrases);
        if bytes.saturating_add(1).saturating_mul(width) > MOST {
            return Err(Error::Overflow { what: "the table of the phrases" });
        }
        Ok(Self::build(&phrases, columns, width))
    }

    /// The set of a list of the crate, which is small and has no empty phrase.
    pub(crate) fn of_own<S: AsRef<str>>(phrases: impl IntoIterator<Item = S>) -> Self {
        let phrases = lowered(phrases);
        let (columns, width) = columns(&phrases);
        Self::build(&phrases, columns, width)
    }

    fn build(phrases: &[Vec<u8>], columns: Vec<u8>, width: usize) -> Self {
        const NONE: usize = usize::MAX;
        // The trie: a row a state.
        let mut rows = vec![vec![NONE; width]];
        let mut ends: Vec<Vec<u32>> = vec![Vec::new()];
        for (number, phrase) in phrases.iter().enumerate() {
            let mut state = 0;
            for &byte in phrase {
                let column = usize::from(columns[usize::from(byte)]);
                if rows[state][column] == NONE {
                    rows[state][column] = rows.len();
                    rows.push(vec![NONE; width]);
                    ends.push(Vec::new());
                }
                state = rows[state][column];
            }
            ends[state].push(number as u32);
        }
        // What is missing goes on as from the longest suffix that is a state; shorter ones are complete by then.
        let mut suffixes = vec![0; rows.len()];
        let mut queue = VecDeque::from([0]);
        while let Some(state) = queue.pop_front() {
            let fallbacks = if state == 0 { vec![0; width] } else { rows[suffixes[state]].clone() };
            for (column, fallback) in fallbacks.into_iter().enumerate() {
                let next = rows[state][column];
                if next == NONE {
                    rows[state][column] = fallback;
                } else {
                    suffixes[next] = fallback;
                    let more = ends[fallback].clone();
                    ends[next].extend(more);
                    queue.push_back(next);
                }
            }
        }
        // States in which a phrase ends come last, so that one comparison tells.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&state| !ends[state].is_empty());
        let silent = ends.iter().filter(|ends| ends.is_empty()).count();
        let mut places = vec![0u32; rows.len()];
        for (place, &state) in order.iter().enumerate() {
            places[state] = (place * width) as u32;
        }
        Self {
            columns,
            next: order.iter().flat_map(|&state| rows[state].iter().map(|&next| places[next])).collect(),
            width: width as u32,
            first_end: (silent * width) as u32,
            ends: order[silent..].iter().map(|&state| std::mem::take(&mut ends[state])).collect(),
            lengths: phrases.iter().map(Vec::len).collect(),
        }
    }

    /// How many phrases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is no phrase.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// All matches, overlapping ones too, in the order of their ends and, where several end, from the longest.
    pub fn find<'s>(&'s self, text: &'s str) -> impl Iterator<Item = PhraseMatch> + 's {
        let bytes = text.as_bytes();
        let (mut state, mut at) = (0u32, 0usize);
        let mut pending: &[u32] = &[];
        std::iter::from_fn(move || {
            if pending.is_empty() {
                (state, at) = self.run(bytes, state, at)?;
                let ended = (state - self.first_end) / self.width;
                pending = self.ends.get(ended as usize)?;
            }
            let (&phrase, rest) = pending.split_first()?;
            pending = rest;
            let length = self.lengths.get(phrase as usize)?;
            Some(PhraseMatch { phrase: phrase as usize, start: at - length, end: at })
        })
    }

    /// Goes on to the next state in which a phrase ends, and the place behind it.
    #[inline]
    fn run(&self, bytes: &[u8], mut state: u32, from: usize) -> Option<(u32, usize)> {
        let (columns, next) = (<&[u8; 256]>::try_from(self.columns.as_slice()).ok()?, self.next.as_slice());
        for (i, &byte) in bytes.get(from..)?.iter().enumerate() {
            state = *next.get(state as usize + usize::from(columns[usize::from(byte)]))?;
            if state >= self.first_end {
                return Some((state, from + i + 1));
            }
        }
        None
    }
}

fn lowered<S: AsRef<str>>(phrases: impl IntoIterator<Item = S>) -> Vec<Vec<u8>> {
    phrases.into_iter().map(|phrase| phrase.as_ref().to_ascii_lowercase().into_bytes()).collect()
}

/// The column of each byte (both cases of a letter share one, bytes that no phrase has share column 0), and how many
/// columns there are: at most 231, as no lower-case text holds an upper-case letter.
fn columns(phrases: &[Vec<u8>]) -> (Vec<u8>, usize) {
    let mut columns = vec![0u8; 256];
    let mut width = 1;
    for &byte in phrases.iter().flatten() {
        let both = [byte, byte.to_ascii_uppercase()];
        if columns[usize::from(byte)] == 0 {
            both.iter().for_each(|&byte| columns[usize::from(byte)] = width as u8);
            width += 1;
        }
    }
    (columns, width)
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
    fn a_table_out_of_bounds_is_refused() {
        let distinct: String = ('\u{80}'..'\u{800}').collect();
        assert!(PhraseSet::new([distinct.repeat(100)]).is_err());
    }
}
