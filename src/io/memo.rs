use std::io::Read;

use crate::io::records::{Problem, Records};
use crate::ratings::Name;

/// What stands for the text of a cell: equal keys of one column are equal texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "arrow"), expect(dead_code, reason = "only columns have keys"))]
pub(super) enum CellKey {
    /// An entry of a dictionary, which is the `dictionary`-th of the column.
    Entry { dictionary: u64, entry: usize },
    /// The bits of a number.
    Number(u64),
}

/// The numbers that a builder gave to the texts behind keys, so that a text is written out, trimmed, compared and hashed
/// once and not once a row.
#[derive(Default)]
struct Memo {
    dictionary: u64,
    /// The number of each entry of the dictionary + 1; 0 is unknown.
    entries: Vec<u32>,
    /// Numbers lately met, each in the one place where it may be.
    lately: Vec<Option<(u64, u32)>>,
}

/// Places in [`Memo::lately`]: what fits into a fast cache. A power of two.
const LATELY: usize = 256;

/// Scatters the bits of numbers that are alike.
fn home(bits: u64) -> usize {
    (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % LATELY
}

impl Memo {
    #[inline]
    fn get(&self, key: CellKey) -> Option<u32> {
        match key {
            CellKey::Entry { dictionary, entry } if dictionary == self.dictionary => {
                self.entries.get(entry).and_then(|number| number.checked_sub(1))
            }
            CellKey::Entry { .. } => None,
            CellKey::Number(bits) => {
                self.lately.get(home(bits))?.filter(|(known, _)| *known == bits).map(|(_, number)| number)
            }
        }
    }

    fn put(&mut self, key: CellKey, number: u32) {
        match key {
            CellKey::Entry { dictionary, entry } => {
                if dictionary != self.dictionary {
                    self.dictionary = dictionary;
                    self.entries.clear();
                }
                if self.entries.len() <= entry {
                    self.entries.resize(entry + 1, 0);
                }
                self.entries[entry] = number + 1;
            }
            CellKey::Number(bits) => {
                self.lately.resize(LATELY, None);
                self.lately[home(bits)] = Some((bits, number));
            }
        }
    }
}

/// The columns that name one thing of a row, and the names met there.
pub(super) struct Naming {
    slots: Vec<usize>,
    what: &'static str,
    scratch: String,
    memo: Memo,
    /// The key of the name asked for last, if it was new.
    pending: Option<CellKey>,
}

impl Naming {
    pub(super) fn new(slots: Vec<usize>, what: &'static str) -> Self {
        Self { slots, what, scratch: String::new(), memo: Memo::default(), pending: None }
    }

    #[inline]
    fn known<R: Read>(&mut self, records: &Records<R>) -> Option<u32> {
        self.pending = None;
        let [slot] = self.slots[..] else { return None };
        let key = records.cell_key(slot)?;
        let known = self.memo.get(key);
        self.pending = if known.is_none() { Some(key) } else { None };
        known
    }

    /// The name in the record; a missing one is an error.
    #[inline]
    pub(super) fn name<'a, R: Read>(&'a mut self, records: &'a Records<R>) -> Result<Name<'a>, Problem> {
        match self.known(records) {
            Some(number) => Ok(Name::Known(number)),
            None => records.key(&self.slots, self.what, &mut self.scratch).map(Name::New),
        }
    }

    /// The name in the record, of a single column that may lack it.
    #[inline]
    pub(super) fn optional<'a, R: Read>(
        &mut self,
        records: &'a Records<R>,
    ) -> Result<Option<Name<'a>>, Problem> {
        match (self.known(records), &self.slots[..]) {
            (Some(number), _) => Ok(Some(Name::Known(number))),
            (None, &[slot]) => Ok(records.field(slot)?.map(Name::New)),
            (None, _) => Ok(None),
        }
    }

    /// Remembers the number of the name asked for last.
    #[inline]
    pub(super) fn learn(&mut self, number: Option<u32>) {
        if let (Some(key), Some(number)) = (self.pending, number) {
            self.memo.put(key, number);
        }
    }
}
