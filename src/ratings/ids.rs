use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Result};

/// The names of items or raters: text, or just their numbers `0, 1, ..`.
///
/// All names lie in one string, so a million of them cost their text and four bytes each. Copies share them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Numbers(usize),
    Names(Arc<Names>),
}

/// Texts one after the other, and where each ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    fn range(&self, i: usize) -> Range<usize> {
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        start..self.ends[i] as usize
    }

    #[inline]
    fn get(&self, i: usize) -> &str {
        &self.text[self.range(i)]
    }

    #[inline]
    fn is(&self, i: usize, name: &str) -> bool {
        same(&self.text.as_bytes()[self.range(i)], name.as_bytes())
    }

    fn push(&mut self, name: &str) -> Result<()> {
        let end = u32::try_from(self.text.len() + name.len());
        let end = end.map_err(|_| Error::Overflow { what: "the text of all names (4 GiB)" })?;
        self.text.push_str(name);
        self.ends.push(end);
        Ok(())
    }

    fn into_ids(mut self) -> Ids {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        Ids(Kind::Names(Arc::new(self)))
    }
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
            Kind::Names(names) => names.len(),
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
            Kind::Names(names) if i < names.len() => Cow::Borrowed(names.get(i)),
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
        if matches!(self.0, Kind::Names(_)) && positions.iter().copied().eq(0..self.len()) {
            return Ok(self.clone());
        }
        let mut names = Names::default();
        for &i in positions {
            names.push(&self.name(i))?;
        }
        Ok(names.into_ids())
    }
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

/// Gives each distinct text the next number. Keeps every text once.
///
/// # Design
/// The names that tools give to items mostly ascend (`q9`, `q10`): what is longer than the last name, or as long and greater,
/// is new, and what is not is found by bisection. Only when the order breaks, or when many names are looked up out of
/// turn, a hash table pays: 5 to 7 bytes a name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interner {
    names: Names,
    /// Open addressing; empty while there are few names or they ascend.
    slots: Vec<Slot>,
    /// Keyed by a secret, so that nobody's names can make it slow.
    hasher: RandomState,
    /// The number given out last.
    recent: u32,
    /// Numbers found by bisection.
    bisected: usize,
}

/// The number + 1 in as many bits as the number of slots takes, and above it as much of the hash as there is room for, which
/// spares most comparisons with other names; 0 is empty.
type Slot = u32;

/// Up to so many names there is no hash table.
const FEW: usize = 8;

/// Shorter names come first, equally long ones in the order of their bytes.
fn ascends(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// A name that is not there: its hash if there is a table.
struct Absent(u64);

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    #[inline]
    pub(crate) fn name(&self, i: usize) -> &str {
        self.names.get(i)
    }

    /// The number of a text near the one given out last. Tables are sorted more often than not: the same name again, or the
    /// one that followed it the first time.
    #[inline]
    fn near(&self, name: &str) -> Option<u32> {
        let near = self.recent as usize..self.len().min(self.recent as usize + 2);
        near.into_iter().find(|&i| self.names.is(i, name)).map(|i| i as u32)
    }

    fn look_up(&self, name: &str) -> Result<u32, Absent> {
        if self.slots.is_empty() {
            return self.bisect(name).ok_or(Absent(0));
        }
        let hash = self.hasher.hash_one(name);
        let (tag, mask) = self.tag(hash);
        let mut at = self.home(hash);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(Absent(hash));
            }
            let number = (slot & mask).wrapping_sub(1);
            if slot & !mask == tag && self.names.is(number as usize, name) {
                return Ok(number);
            }
            at = self.after(at);
        }
    }

    /// Without a table: a few names, or ascending ones.
    fn bisect(&self, name: &str) -> Option<u32> {
        let mut low = 0;
        let mut high = self.len();
        if high <= FEW {
            return (0..high).find(|&i| self.names.is(i, name)).map(|i| i as u32);
        }
        if ascends(self.name(high - 1), name).is_lt() {
            return None;
        }
        while low < high {
            let middle = low.midpoint(high);
            match ascends(self.name(middle), name) {
                Ordering::Equal => return Some(middle as u32),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The slot in which a hash would lie if there were no others.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        ((u128::from(hash) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        if at + 1 < self.slots.len() { at + 1 } else { 0 }
    }

    /// The part of a hash that a slot keeps, and which bits of a slot are the number.
    #[inline]
    fn tag(&self, hash: u64) -> (Slot, Slot) {
        let mask = u32::MAX.checked_shr((self.slots.len() as u32).leading_zeros()).unwrap_or(u32::MAX);
        (hash as u32 & !mask, mask)
    }

    /// The number of a text that has one.
    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        self.near(name).or_else(|| self.look_up(name).ok())
    }

    #[inline]
    pub(crate) fn intern(&mut self, name: &str) -> Result<u32> {
        match self.near(name) {
            Some(number) => self.recent = number,
            None => self.intern_far(name)?,
        }
        Ok(self.recent)
    }

    fn intern_far(&mut self, name: &str) -> Result<()> {
        match self.look_up(name) {
            Ok(number) => {
                self.recent = number;
                if self.slots.is_empty() && self.len() > FEW {
                    self.bisected += 1;
                    if self.bisected > self.len() / 4 {
                        self.rebuild();
                    }
                }
            }
            Err(Absent(hash)) => self.add(name, hash)?,
        }
        Ok(())
    }

    /// Gives a new text the next number.
    fn add(&mut self, name: &str, hash: u64) -> Result<()> {
        self.names.push(name)?;
        let n = self.len();
        self.recent = n as u32 - 1;
        if self.slots.is_empty() {
            // The ninth name shows whether the first ones ascend, each further one whether it does.
            let from = if n == FEW + 1 { 1 } else { n.saturating_sub(1) };
            if n > FEW && !(from..n).all(|i| ascends(self.name(i - 1), self.name(i)).is_lt()) {
                self.rebuild();
            }
        } else if n * 8 > self.slots.len() * 7 {
            self.rebuild();
        } else {
            self.insert(hash, self.recent);
        }
        Ok(())
    }

    fn insert(&mut self, hash: u64, number: u32) {
        let (tag, _) = self.tag(hash);
        let mut at = self.home(hash);
        while self.slots[at] != 0 {
            at = self.after(at);
        }
        self.slots[at] = tag | (number + 1);
    }

    /// A table with room for half as many names more, with all names in it.
    fn rebuild(&mut self) {
        // The old table goes before the new one comes.
        self.slots = Vec::new();
        self.slots = vec![0; (self.len() * 7 / 4).max(4 * FEW)];
        for number in 0..self.len() as u32 {
            self.insert(self.hasher.hash_one(self.name(number as usize)), number);
        }
    }

    pub(crate) fn into_ids(self) -> Ids {
        self.names.into_ids()
    }

    pub(crate) fn to_ids(&self) -> Ids {
        self.names.clone().into_ids()
    }

    pub(crate) fn to_names(&self) -> Vec<String> {
        (0..self.len()).map(|i| self.name(i).to_string()).collect()
    }
}
