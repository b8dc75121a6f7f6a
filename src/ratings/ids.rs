use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::error::{Error, Result};

/// The names of items or raters: text, or just their numbers `0, 1, ..`.
///
/// All names lie in one string, so a million of them cost their text and four bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Numbers(usize),
    Names { text: String, ends: Vec<u32> },
}

impl Ids {
    /// The numbers `0..n`.
    #[must_use]
    pub fn numbers(n: usize) -> Self {
        Self(Kind::Numbers(n))
    }

    /// Given names.
    ///
    /// # Errors
    /// [`Error::Argument`] if a name occurs twice, [`Error::Overflow`] beyond 4 GiB of names.
    pub fn from_names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut interner = Interner::default();
        for (position, name) in names.into_iter().enumerate() {
            if interner.intern(name.as_ref())? as usize != position {
                return Err(Error::argument("names", "distinct names", format!("{:?} twice", name.as_ref())));
            }
        }
        Ok(interner.into_ids())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::Numbers(n) => *n,
            Kind::Names { ends, .. } => ends.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name at a position; its number if it has no name or does not exist.
    #[must_use]
    pub fn name(&self, i: usize) -> Cow<'_, str> {
        match &self.0 {
            Kind::Names { text, ends } if i < ends.len() => Cow::Borrowed(slice(text, ends, i)),
            _ => Cow::Owned(i.to_string()),
        }
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.len()).map(|i| self.name(i))
    }

    /// The position of a name. Linear.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        (0..self.len()).find(|&i| self.name(i) == name)
    }

    /// The names at some positions, in that order.
    pub(crate) fn select(&self, positions: &[usize]) -> Result<Self> {
        let mut text = String::new();
        let mut ends = Vec::with_capacity(positions.len());
        for &i in positions {
            text.push_str(&self.name(i));
            ends.push(end_of(text.len())?);
        }
        Ok(Self(Kind::Names { text, ends }))
    }
}

fn end_of(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| Error::Overflow { what: "the text of all names (4 GiB)" })
}

fn slice<'a>(text: &'a str, ends: &[u32], i: usize) -> &'a str {
    let start = if i == 0 { 0 } else { ends[i - 1] as usize };
    &text[start..ends[i] as usize]
}

/// Equality of names, which are short: a call of the general comparison would take longer than comparing.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    // Two words from either end cover 4 to 16 bytes.
    match a.len() {
        n if n != b.len() => false,
        0..4 => a.iter().zip(b).all(|(x, y)| x == y),
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        _ => a == b,
    }
}

/// Gives each distinct text the next number. Keeps every text once, and eight bytes a slot of the hash table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interner {
    text: String,
    ends: Vec<u32>,
    /// Open addressing. Empty while there are so few names that looking through them is faster.
    slots: Vec<Slot>,
    /// Keyed by a secret, so that nobody's names can make it slow.
    hasher: RandomState,
    /// The number given out last.
    recent: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Spares most comparisons with other names.
    hash: u32,
    /// The number + 1; 0 is empty.
    number: u32,
}

/// Up to so many names there is no hash table.
const FEW: usize = 8;

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    pub(crate) fn name(&self, i: usize) -> &str {
        slice(&self.text, &self.ends, i)
    }

    #[inline]
    fn is(&self, i: usize, name: &str) -> bool {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        same(&self.text.as_bytes()[start..self.ends[i] as usize], name.as_bytes())
    }

    /// The number of a text, or the hash and the slot under which it would go.
    #[inline]
    fn find(&self, name: &str) -> Result<u32, (u32, usize)> {
        // Tables are sorted more often than not: the same name again, or the one that followed it the first time.
        let near = self.recent as usize;
        if near < self.len() && self.is(near, name) {
            return Ok(self.recent);
        }
        if near + 1 < self.len() && self.is(near + 1, name) {
            return Ok(self.recent + 1);
        }
        self.look_up(name)
    }

    fn look_up(&self, name: &str) -> Result<u32, (u32, usize)> {
        if self.slots.is_empty() {
            return (0..self.len()).find(|&i| self.is(i, name)).map(|i| i as u32).ok_or((0, 0));
        }
        let hash = self.hasher.hash_one(name) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == 0 {
                return Err((hash, at));
            }
            if slot.hash == hash && self.is(slot.number as usize - 1, name) {
                return Ok(slot.number - 1);
            }
            at = (at + 1) & mask;
        }
    }

    /// The number of a text that has one.
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        self.find(name).ok()
    }

    #[inline]
    pub(crate) fn intern(&mut self, name: &str) -> Result<u32> {
        match self.find(name) {
            Ok(number) => self.recent = number,
            Err((hash, at)) => self.add(name, hash, at)?,
        }
        Ok(self.recent)
    }

    /// Gives a new text the next number.
    fn add(&mut self, name: &str, hash: u32, at: usize) -> Result<()> {
        let end = end_of(self.text.len() + name.len())?;
        self.text.push_str(name);
        self.ends.push(end);
        self.recent = self.ends.len() as u32 - 1;
        if self.ends.len() > FEW {
            if self.ends.len() * 4 > self.slots.len() * 3 {
                self.grow();
            } else {
                self.slots[at] = Slot { hash, number: self.ends.len() as u32 };
            }
        }
        Ok(())
    }

    /// A table of at least twice as many slots, with all names in it.
    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(4 * FEW);
        self.slots = vec![Slot::default(); len];
        for i in 0..self.ends.len() {
            let hash = self.hasher.hash_one(self.name(i)) as u32;
            let mut at = hash as usize & (len - 1);
            while self.slots[at].number != 0 {
                at = (at + 1) & (len - 1);
            }
            self.slots[at] = Slot { hash, number: i as u32 + 1 };
        }
    }

    pub(crate) fn into_ids(self) -> Ids {
        Ids(Kind::Names { text: self.text, ends: self.ends })
    }

    pub(crate) fn to_ids(&self) -> Ids {
        Ids(Kind::Names { text: self.text.clone(), ends: self.ends.clone() })
    }

    pub(crate) fn to_names(&self) -> Vec<String> {
        (0..self.len()).map(|i| self.name(i).to_string()).collect()
    }
}
