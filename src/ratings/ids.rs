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
            ends.push(end_of(&text)?);
        }
        Ok(Self(Kind::Names { text, ends }))
    }
}

fn end_of(text: &str) -> Result<u32> {
    u32::try_from(text.len()).map_err(|_| Error::Overflow { what: "the text of all names (4 GiB)" })
}

fn slice<'a>(text: &'a str, ends: &[u32], i: usize) -> &'a str {
    let start = if i == 0 { 0 } else { ends[i - 1] as usize };
    &text[start..ends[i] as usize]
}

/// Gives each distinct text the next number. Keeps every text once, and four bytes a slot of the hash table.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    text: String,
    ends: Vec<u32>,
    /// Open addressing; 0 is empty, else the number + 1.
    slots: Vec<u32>,
    /// Keyed by a secret, so that nobody's names can make it slow.
    hasher: RandomState,
}

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn name(&self, i: usize) -> &str {
        slice(&self.text, &self.ends, i)
    }

    /// The number of a text, or the empty slot where it would go. There must be a slot.
    fn find(&self, name: &str) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = self.hasher.hash_one(name) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return Err(slot),
                number if self.name(number as usize - 1) == name => return Ok(number - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// The number of a text that has one.
    #[cfg(feature = "io")]
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.find(name).ok() }
    }

    pub(crate) fn intern(&mut self, name: &str) -> Result<u32> {
        if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let slot = match self.find(name) {
            Ok(number) => return Ok(number),
            Err(slot) => slot,
        };
        self.text.push_str(name);
        self.ends.push(end_of(&self.text)?);
        self.slots[slot] = self.ends.len() as u32;
        Ok(self.ends.len() as u32 - 1)
    }

    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(16);
        self.slots = vec![0; len];
        for i in 0..self.ends.len() {
            let mut slot = self.hasher.hash_one(self.name(i)) as usize & (len - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = i as u32 + 1;
        }
    }

    /// Takes back the name interned last.
    pub(crate) fn forget_last(&mut self) {
        let Some(last) = self.ends.pop() else { return };
        self.text.truncate(self.ends.last().map_or(0, |&end| end as usize));
        debug_assert!(self.text.len() <= last as usize);
        let number = self.ends.len() as u32 + 1;
        // The newest name was put where no later one passed it, so its slot can be emptied.
        if let Some(slot) = self.slots.iter_mut().find(|slot| **slot == number) {
            *slot = 0;
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
